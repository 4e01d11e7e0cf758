//! WebP (RFC 9649): a RIFF container.

use super::{Cleaning, Unreadable, exif, take};

const BROKEN: &str = "This WebP file is broken off or has parts that cannot be told apart.";
const KEPT: [&[u8; 4]; 7] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
/// Flags of the `VP8X` chunk.
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;

fn chunks(bytes: &[u8]) -> Cleaning<Vec<(&[u8], &[u8])>> {
    let head = take(bytes, 0, 12, BROKEN)?;
    if !head.starts_with(b"RIFF") || &head[8..] != b"WEBP" {
        return Err(Unreadable(BROKEN));
    }
    let size = usize::try_from(u32::from_le_bytes([head[4], head[5], head[6], head[7]])).unwrap_or(usize::MAX);
    let body = take(bytes, 0, size.saturating_add(8), BROKEN)?;
    let mut found = Vec::new();
    let mut at = 12;
    while at < body.len() {
        let head = take(body, at, 8, BROKEN)?;
        let length = usize::try_from(u32::from_le_bytes([head[4], head[5], head[6], head[7]])).unwrap_or(usize::MAX);
        found.push((&head[..4], take(body, at + 8, length, BROKEN)?));
        at += 8 + length + length % 2;
    }
    Ok(found)
}

/// The picture with its colour profile and orientation, and nothing else.
pub(super) fn clean(bytes: &[u8]) -> Cleaning<Vec<u8>> {
    let chunks = chunks(bytes)?;
    let turned = find_orientation(&chunks).filter(|&o| o != 1);
    let mut body = b"WEBP".to_vec();
    for (kind, data) in &chunks {
        if *kind == b"VP8X" {
            let mut flags = data.to_vec();
            if let Some(first) = flags.first_mut() {
                *first = *first & !(HAS_EXIF | HAS_XMP) | if turned.is_some() { HAS_EXIF } else { 0 };
            }
            push(&mut body, kind, &flags);
        } else if KEPT.iter().any(|kept| kept[..] == **kind) {
            push(&mut body, kind, data);
        }
    }
    if let Some(orientation) = turned {
        push(&mut body, b"EXIF", &exif::only_orientation(orientation));
    }
    let mut out = Vec::new();
    push(&mut out, b"RIFF", &body);
    Ok(out)
}

fn push(out: &mut Vec<u8>, kind: &[u8], data: &[u8]) {
    out.extend_from_slice(kind);
    out.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(data);
    if data.len() % 2 == 1 {
        out.push(0);
    }
}

fn find_orientation(chunks: &[(&[u8], &[u8])]) -> Option<u8> {
    let extended = chunks.first().is_some_and(|(kind, _)| *kind == b"VP8X");
    let exif = chunks.iter().find(|(kind, _)| extended && *kind == b"EXIF")?;
    exif::orientation(exif.1)
}

/// As the `EXIF` chunk says.
pub(super) fn orientation(bytes: &[u8]) -> Option<u8> {
    find_orientation(&chunks(bytes).ok()?)
}
