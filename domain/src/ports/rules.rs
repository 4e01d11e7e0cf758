//! What every adapter checks and encodes alike, so that data can move between homes.

use std::collections::HashSet;

use shared::limits;

use super::{Expect, Index, Key, PortError, PortResult, Put, Write};

/// Checks an item's key and size.
///
/// # Errors
/// `TooLarge`, or `Failed` for an empty key.
pub fn check_put(put: &Put) -> PortResult<()> {
    check_key(&put.key)?;
    if let Some(Index { pk, sk }) = &put.index {
        check_key_parts(pk, sk)?;
    }
    if item_bytes(&put.key, put.index.as_ref(), put.doc.as_str().len()) > limits::ITEM_BYTES {
        return Err(PortError::TooLarge { what: "item", limit: limits::ITEM_BYTES });
    }
    Ok(())
}

/// What an item weighs: keys, index keys and document.
pub fn item_bytes(key: &Key, index: Option<&Index>, doc_bytes: usize) -> usize {
    key.pk.len() + key.sk.len() + index.map_or(0, |i| i.pk.len() + i.sk.len()) + doc_bytes
}

/// Checks a key's parts.
///
/// # Errors
/// `TooLarge`, or `Failed` for an empty part.
pub fn check_key(key: &Key) -> PortResult<()> {
    check_key_parts(&key.pk, &key.sk)
}

fn check_key_parts(pk: &str, sk: &str) -> PortResult<()> {
    if pk.is_empty() || sk.is_empty() {
        return Err(PortError::failed("name an item")("a part of its key is empty"));
    }
    let (pk_limit, sk_limit) = limits::KEY_BYTES;
    if pk.len() > pk_limit || sk.len() > sk_limit {
        return Err(PortError::TooLarge { what: "key", limit: sk_limit });
    }
    Ok(())
}

/// Checks the number of writes, that no two name the same item, and their sizes one by one and together.
///
/// # Errors
/// `TooLarge`, or `Failed` for a key that is empty or named twice.
pub fn check_writes(writes: &[Write]) -> PortResult<()> {
    if writes.len() > limits::TRANSACTION_ITEMS {
        return Err(PortError::TooLarge { what: "transaction", limit: limits::TRANSACTION_ITEMS });
    }
    let mut seen = HashSet::new();
    let mut bytes = 0;
    for write in writes {
        let (key, _) = write.target();
        check_key(key)?;
        if !seen.insert(key) {
            return Err(PortError::failed("write a transaction")("two writes name the same item"));
        }
        if let Write::Put(put) = write {
            check_put(put)?;
            bytes += put.doc.as_str().len();
        }
    }
    if bytes > limits::TRANSACTION_BYTES {
        return Err(PortError::TooLarge { what: "transaction", limit: limits::TRANSACTION_BYTES });
    }
    Ok(())
}

/// Checks a batch get.
///
/// # Errors
/// `TooLarge`.
pub fn check_batch(keys: &[Key]) -> PortResult<()> {
    if keys.len() > limits::BATCH_ITEMS {
        return Err(PortError::TooLarge { what: "batch", limit: limits::BATCH_ITEMS });
    }
    Ok(())
}

impl Write {
    /// What it writes or looks at, and under which condition.
    pub fn target(&self) -> (&Key, Expect) {
        match self {
            Self::Put(put) => (&put.key, put.expect),
            Self::Delete { key, expect } | Self::Check { key, expect } => (key, *expect),
        }
    }
}

impl Expect {
    /// True if the condition holds for what is stored.
    pub fn holds(self, stored: Option<u64>) -> bool {
        match self {
            Self::Absent => stored.is_none(),
            Self::Version(version) => stored == Some(version),
            Self::Any => true,
        }
    }
}

/// The smallest string above every string with this prefix; `None` where there is none.
pub fn prefix_end(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        let above = match last {
            '\u{D7FF}' => Some('\u{E000}'),
            other => char::from_u32(u32::from(other) + 1),
        };
        if let Some(above) = above {
            end.push(above);
            return Some(end);
        }
    }
    None
}

const CURSOR_ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A cursor that names these strings; fit for a URL (base64url, RFC 4648, 5, of a JSON array).
pub fn encode_cursor(parts: &[&str]) -> String {
    let bytes = serde_json::to_vec(parts).expect("strings have a JSON form");
    let mut cursor = String::with_capacity(bytes.len() * 4 / 3 + 3);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().enumerate().fold(0_u32, |bits, (i, &byte)| bits | u32::from(byte) << (16 - 8 * i));
        for i in 0..=chunk.len() {
            cursor.push(char::from(CURSOR_ALPHABET[(bits >> (18 - 6 * i)) as usize & 63]));
        }
    }
    cursor
}

/// The strings that a cursor names.
///
/// # Errors
/// `Absent` when it is malformed or names another number of strings.
pub fn decode_cursor<const N: usize>(cursor: &str) -> PortResult<[String; N]> {
    let mut bytes = Vec::with_capacity(cursor.len() * 3 / 4 + 1);
    for chunk in cursor.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for (i, symbol) in chunk.iter().enumerate() {
            let value = CURSOR_ALPHABET.iter().position(|s| s == symbol).ok_or(PortError::Absent)?;
            bits |= (value as u32) << (18 - 6 * i);
        }
        bytes.extend_from_slice(&bits.to_be_bytes()[1..chunk.len().max(1)]);
    }
    let parts: Vec<String> = serde_json::from_slice(&bytes).map_err(|_| PortError::Absent)?;
    parts.try_into().map_err(|_| PortError::Absent)
}

/// Checks a blob's key.
///
/// # Errors
/// `Failed` when it is malformed, `TooLarge` when it is too long.
pub fn check_blob_key(key: &str) -> PortResult<()> {
    let (key_limit, segment_limit) = limits::BLOB_KEY_BYTES;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    for segment in key.split('/') {
        if matches!(segment, "" | "." | "..") || !segment.bytes().all(plain) {
            return Err(PortError::failed("name a blob")(format!("no blob can have the key {key:?}")));
        }
        if segment.len() > segment_limit {
            return Err(PortError::TooLarge { what: "blob key", limit: segment_limit });
        }
    }
    if key.len() > key_limit {
        return Err(PortError::TooLarge { what: "blob key", limit: key_limit });
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_gives_back_what_it_was_made_of() {
        for parts in [["", "", ""], ["a", "b", "c"], ["日本", "é/?&=", "\u{10FFFF}\0"], ["ab", "c", ""]] {
            let cursor = encode_cursor(&parts);
            assert!(cursor.bytes().all(|b| CURSOR_ALPHABET.contains(&b)), "{cursor}");
            assert_eq!(decode_cursor::<3>(&cursor).unwrap(), parts);
        }
    }

    #[test]
    fn a_malformed_cursor_is_absent() {
        for bad in ["", "x", "!!!!", "AAAA", "é", &encode_cursor(&["one"]), &"A".repeat(5)] {
            assert!(matches!(decode_cursor::<2>(bad), Err(PortError::Absent)), "{bad}");
        }
    }

    #[test]
    fn the_end_of_a_prefix_is_above_all_that_begin_so() {
        assert_eq!(prefix_end("a").as_deref(), Some("b"));
        assert_eq!(prefix_end("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(prefix_end("a\u{D7FF}").as_deref(), Some("a\u{E000}"));
        assert_eq!(prefix_end(""), None);
        assert_eq!(prefix_end("\u{10FFFF}"), None);
    }

    #[test]
    fn blob_keys_stay_inside_the_folder() {
        for good in ["a", "a/b.jpg", "media/0a-1_2/.hidden", "..."] {
            assert!(check_blob_key(good).is_ok(), "{good}");
        }
        for bad in ["", "/a", "a/", "a//b", "../a", "a/..", "./a", "a\\b", "a b", "é", "a~b", "C:x", "a\0"] {
            assert!(check_blob_key(bad).is_err(), "{bad}");
        }
    }
}
