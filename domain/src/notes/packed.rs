//! Texts in documents. JSON escapes quotes and line ends, so a text of nothing else would outgrow an item that its bytes
//! fit into; such a text is stored as base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::ports::{Doc, PortError, PortResult, Record};
use crate::table::{Stored, decode};

/// The document with the text at this pointer packed, if that makes it smaller.
pub(crate) fn pack<T: Serialize>(doc: &T, pointer: &str) -> PortResult<Doc> {
    let mut value = serde_json::to_value(doc).map_err(PortError::failed("write a document"))?;
    if let Some(text) = value.pointer_mut(pointer)
        && let Some(plain) = text.as_str()
        && escaped_len(plain) > plain.len().div_ceil(3) * 4 + 16
    {
        *text = serde_json::json!({ "base64": STANDARD.encode(plain) });
    }
    Doc::of(&value).map_err(PortError::failed("write a document"))
}

/// The document of a record whose text may be packed.
pub(crate) fn unpack<T: DeserializeOwned>(record: Record, pointer: &str) -> PortResult<Stored<T>> {
    // A quote inside a JSON text is escaped, so these are marks of the document's own.
    if !record.doc.as_str().contains(r#"{"base64":""#) {
        return decode(record);
    }
    let mut doc: Value = record.doc.read().map_err(PortError::failed("read a stored document"))?;
    if let Some(text) = doc.pointer_mut(pointer)
        && let Some(packed) = text.get("base64").and_then(Value::as_str)
    {
        let bytes = STANDARD.decode(packed).map_err(PortError::failed("read a packed text"))?;
        *text = Value::String(String::from_utf8(bytes).map_err(PortError::failed("read a packed text"))?);
    }
    let doc = serde_json::from_value(doc).map_err(PortError::failed("read a stored document"))?;
    Ok(Stored { version: record.version, doc })
}

/// The length of a text as a JSON string.
fn escaped_len(text: &str) -> usize {
    let extra = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 1,
        0..=31 => 5,
        _ => 0,
    };
    text.len() + text.bytes().map(extra).sum::<usize>()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::notes::record::Published;
    use crate::ports::{Key, Table};

    #[test]
    fn a_text_of_quotes_fits_an_item_and_comes_back() {
        for body in ["\n\"".repeat(128 * 1024), "plain".to_owned(), "\u{1}".repeat(1000), String::new()] {
            let doc = Published { text: 1, body };
            let value = pack(&doc, "/body").unwrap();
            assert!(value.as_str().len() <= shared::limits::ITEM_BYTES);
            let key = Key::new(Table::Notes, "a", "b");
            let record = Record { key, version: 1, doc: value, index: None, expires: None };
            assert_eq!(unpack::<Published>(record, "/body").unwrap().doc, doc);
        }
    }
}
