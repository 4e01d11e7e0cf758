//! MP3 and AAC (tags before and behind the sound), WAV (RIFF) and FLAC (RFC 9639): the sound stays, what is said of it goes,
//! a cover picture with its own metadata too.

use super::{Cleaning, Unreadable, take};

const BROKEN: &str = "This sound file is broken off or has parts that cannot be told apart.";
/// The sound, its shape, its length.
const WAV_KEPT: [&[u8; 4]; 3] = [b"fmt ", b"fact", b"data"];
/// FLAC's blocks: the stream's shape, the table for seeking.
const FLAC_KEPT: [u8; 2] = [0, 3];

fn little(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
}

/// Seven bits a byte (ID3v2.4, 6.2).
fn synchsafe(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |sum, byte| sum << 7 | usize::from(byte & 0x7F))
}

/// Frames of MPEG audio without ID3, APE and Lyrics3 tags.
pub(super) fn clean_mpeg(bytes: &[u8]) -> Cleaning<Vec<u8>> {
    let mut rest = bytes;
    loop {
        let length = match rest {
            [b'I', b'D', b'3', _, _, flags, size @ ..] => {
                10 + synchsafe(take(size, 0, 4, BROKEN)?) + if flags & 0x10 == 0 { 0 } else { 10 }
            }
            _ if rest.starts_with(b"APETAGEX") => 32 + little(take(rest, 12, 4, BROKEN)?),
            _ => break,
        };
        rest = rest.get(length..).ok_or(Unreadable(BROKEN))?;
    }
    loop {
        let behind = |mark: &[u8], from_end: usize| {
            let at = rest.len().checked_sub(from_end)?;
            rest[at..].starts_with(mark).then_some(at)
        };
        let tag = if behind(b"TAG", 128).is_some() {
            128 + if behind(b"TAG+", 355).is_some() { 227 } else { 0 }
        } else if let Some(at) = behind(b"APETAGEX", 32) {
            let header = if rest[at + 23] & 0x80 == 0 { 0 } else { 32 };
            little(&rest[at + 12..at + 16]).saturating_add(header)
        } else if let Some(at) = behind(b"3DI", 10) {
            20 + synchsafe(&rest[at + 6..])
        } else if let Some(at) = behind(b"LYRICS200", 9) {
            let size = at.checked_sub(6).and_then(|from| std::str::from_utf8(&rest[from..at]).ok()?.parse().ok());
            15 + size.unwrap_or(usize::MAX - 15)
        } else {
            break;
        };
        rest = rest.len().checked_sub(tag).filter(|_| tag > 0).map(|end| &rest[..end]).ok_or(Unreadable(BROKEN))?;
    }
    if rest.is_empty() { Err(Unreadable(BROKEN)) } else { Ok(rest.to_vec()) }
}

/// The chunks that hold sound. A recording that was broken off ends with the file.
pub(super) fn clean_wav(bytes: &[u8]) -> Cleaning<Vec<u8>> {
    take(bytes, 0, 12, BROKEN)?;
    let mut body = b"WAVE".to_vec();
    let mut at = 12;
    while at + 8 <= bytes.len() {
        let (kind, size) = (&bytes[at..at + 4], little(&bytes[at + 4..at + 8]));
        let end = (at + 8).saturating_add(size).min(bytes.len());
        if WAV_KEPT.iter().any(|kept| kept[..] == *kind) {
            body.extend_from_slice(&bytes[at..end]);
            body.resize(body.len() + size % 2, 0);
        }
        at = end.saturating_add(size % 2);
    }
    let length = u32::try_from(body.len()).map_err(|_| Unreadable(BROKEN))?;
    Ok([b"RIFF", &length.to_le_bytes()[..], &body].concat())
}

/// The blocks that a decoder needs, and the frames.
pub(super) fn clean_flac(bytes: &[u8]) -> Cleaning<Vec<u8>> {
    let mut kept = Vec::new();
    let mut at = 4;
    loop {
        let head = take(bytes, at, 4, BROKEN)?;
        let length = usize::from(head[1]) << 16 | usize::from(head[2]) << 8 | usize::from(head[3]);
        let block = take(bytes, at, 4 + length, BROKEN)?;
        at += block.len();
        if FLAC_KEPT.contains(&(head[0] & 0x7F)) {
            kept.push(block);
        }
        if head[0] & 0x80 != 0 {
            break;
        }
    }
    let mut out = bytes[..4].to_vec();
    for (n, block) in kept.iter().enumerate() {
        let last = if n + 1 == kept.len() { 0x80 } else { 0 };
        out.push(block[0] & 0x7F | last);
        out.extend_from_slice(&block[1..]);
    }
    if kept.is_empty() {
        return Err(Unreadable(BROKEN));
    }
    out.extend_from_slice(&bytes[at..]);
    Ok(out)
}
