//! SVG: what a drawing program notes beside the drawing goes (metadata, comments, its own elements and attributes, file
//! names among them), and pictures inside are cleaned as they would be outside. The rest stays as it is written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{Cleaned, Cleaning, Unreadable};

const BROKEN: &str = "This drawing is not well-formed XML, so what it says of itself cannot be taken out.";
const PICTURE: &str = "This drawing holds a picture that cannot be parted from its metadata.";
/// Prefixes of what is no drawing.
const NOTES: [&str; 6] = ["inkscape:", "sodipodi:", "rdf:", "dc:", "cc:", "xmp:"];

fn is_note(name: &str) -> bool {
    name == "metadata" || name.ends_with(":metadata") || NOTES.iter().any(|prefix| name.starts_with(prefix))
}

/// The drawing.
pub(super) fn clean(bytes: &[u8]) -> Cleaning<Vec<u8>> {
    let text = std::str::from_utf8(bytes).map_err(|_| Unreadable(BROKEN))?;
    let mut reader = Reader::from_str(text);
    let mut out = String::with_capacity(text.len());
    let (mut from, mut depth) = (0, 0_usize);
    loop {
        let event = reader.read_event().map_err(|_| Unreadable(BROKEN))?;
        let to = usize::try_from(reader.buffer_position()).map_err(|_| Unreadable(BROKEN))?;
        let written = text.get(from..to).ok_or(Unreadable(BROKEN))?;
        from = to;
        match event {
            Event::Eof => break,
            Event::Start(start) if depth > 0 || is_note(start.name().as_ref()) => depth += 1,
            Event::End(_) if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            Event::Comment(_) => {}
            Event::PI(instruction) if instruction.target() == "xpacket" => {}
            Event::Empty(start) if is_note(start.name().as_ref()) => {}
            Event::Start(start) => out.push_str(&tag(&start, written, ">")?),
            Event::Empty(start) => out.push_str(&tag(&start, written, "/>")?),
            _ => out.push_str(written),
        }
    }
    if depth == 0 { Ok(out.into_bytes()) } else { Err(Unreadable(BROKEN)) }
}

/// A tag as it is written, or what is left of it.
fn tag(start: &BytesStart<'_>, written: &str, end: &str) -> Cleaning<String> {
    let mut out = format!("<{}", start.name().as_ref());
    let mut changed = false;
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| Unreadable(BROKEN))?;
        let name = attribute.key.as_ref();
        if is_note(name) {
            changed = true;
            continue;
        }
        let cleaned = picture(&attribute.value)?;
        changed |= cleaned.is_some();
        let value = cleaned.as_deref().unwrap_or(&attribute.value);
        let quote = if value.contains('"') { '\'' } else { '"' };
        out.push_str(&format!(" {name}={quote}{value}{quote}"));
    }
    out.push_str(end);
    Ok(if changed { out } else { written.to_owned() })
}

/// A picture in an address, cleaned; `None` where there is none or nothing to take out.
fn picture(value: &str) -> Cleaning<Option<String>> {
    let Some((head, data)) = value.trim().split_once(";base64,").filter(|(head, _)| head.starts_with("data:")) else {
        return Ok(None);
    };
    let data: String = data.split_whitespace().collect();
    let bytes = STANDARD.decode(data).map_err(|_| Unreadable(PICTURE))?;
    let media_type = super::super::media_type::of("", &bytes);
    match super::clean(media_type, &bytes).map_err(|_| Unreadable(PICTURE))? {
        Cleaned::Same => Ok(None),
        Cleaned::Copy(copy) => Ok(Some(format!("{head};base64,{}", STANDARD.encode(copy)))),
    }
}
