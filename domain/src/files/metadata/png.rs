//! PNG (W3C PNG, third edition): a signature and a row of chunks.

use super::{Cleaning, Unreadable, exif, take};

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1A\n";
const BROKEN: &str = "This PNG file is broken off or has parts that cannot be told apart.";

/// What decodes the picture: critical chunks, transparency, colours, density, animation.
const KEPT: [&[u8; 4]; 17] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI",
    b"sBIT", b"bKGD", b"pHYs", b"acTL", b"fcTL",
];

/// A chunk: type, data, and the whole of it with length and checksum.
struct Chunk<'a> {
    kind: &'a [u8],
    data: &'a [u8],
    whole: &'a [u8],
}

/// Up to the end chunk; nothing behind it belongs to the picture.
fn chunks(bytes: &[u8]) -> Cleaning<Vec<Chunk<'_>>> {
    if take(bytes, 0, 8, BROKEN)? != SIGNATURE {
        return Err(Unreadable(BROKEN));
    }
    let mut found = Vec::new();
    let mut at = 8;
    loop {
        let head = take(bytes, at, 8, BROKEN)?;
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let length = usize::try_from(length).map_err(|_| Unreadable(BROKEN))?;
        let whole = take(bytes, at, length.checked_add(12).ok_or(Unreadable(BROKEN))?, BROKEN)?;
        found.push(Chunk { kind: &head[4..8], data: &whole[8..8 + length], whole });
        at += whole.len();
        if &head[4..8] == b"IEND" {
            return Ok(found);
        }
    }
}

/// The picture with its colour profile and orientation, and nothing else.
pub(super) fn clean(bytes: &[u8]) -> Cleaning<Vec<u8>> {
    let chunks = chunks(bytes)?;
    if chunks.first().is_none_or(|first| first.kind != b"IHDR") {
        return Err(Unreadable(BROKEN));
    }
    let mut turned = find_orientation(&chunks).filter(|&o| o != 1);
    let mut out = SIGNATURE.to_vec();
    for chunk in &chunks {
        if chunk.kind == b"IDAT"
            && let Some(orientation) = turned.take()
        {
            push(&mut out, b"eXIf", &exif::only_orientation(orientation));
        }
        if chunk.kind == b"fdAT" || KEPT.iter().any(|kept| kept[..] == *chunk.kind) {
            out.extend_from_slice(chunk.whole);
        }
    }
    Ok(out)
}

fn push(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let checked = [kind, data].concat();
    out.extend_from_slice(&checked);
    out.extend_from_slice(&crc(&checked).to_be_bytes());
}

/// Annex D of the specification, without its table: it runs over a few dozen bytes.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 })
    })
}

fn find_orientation(chunks: &[Chunk<'_>]) -> Option<u8> {
    chunks.iter().find(|chunk| chunk.kind == b"eXIf").and_then(|chunk| exif::orientation(chunk.data))
}

/// As the `eXIf` chunk says.
pub(super) fn orientation(bytes: &[u8]) -> Option<u8> {
    find_orientation(&chunks(bytes).ok()?)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_that_of_every_png_there_is() {
        assert_eq!(super::crc(b"IEND"), 0xAE42_6082);
    }
}
