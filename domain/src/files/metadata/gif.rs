//! GIF (version 89a): a header and a row of blocks.

use super::{Cleaning, Unreadable, take};

const BROKEN: &str = "This GIF file is broken off or has parts that cannot be told apart.";
const EXTENSION: u8 = 0x21;
const IMAGE: u8 = 0x2C;
const TRAILER: u8 = 0x3B;
const CONTROL: u8 = 0xF9;
const TEXT: u8 = 0x01;
const APPLICATION: u8 = 0xFF;

/// Pictures, their timing and how often they repeat; no comments and no application's data (XMP is one).
pub(super) fn clean(bytes: &[u8]) -> Cleaning<Vec<u8>> {
    let head = take(bytes, 0, 13, BROKEN)?;
    let mut at = 13 + table_size(head[10]);
    let mut out = take(bytes, 0, at, BROKEN)?.to_vec();
    loop {
        let start = at;
        let kind = take(bytes, at, 1, BROKEN)?[0];
        let kept = match kind {
            TRAILER => {
                out.push(TRAILER);
                return Ok(out);
            }
            IMAGE => {
                let descriptor = take(bytes, at, 10, BROKEN)?;
                at = sub_blocks_end(bytes, at + 10 + table_size(descriptor[9]) + 1)?;
                true
            }
            EXTENSION => {
                let label = take(bytes, at, 3, BROKEN)?;
                let repeats = label[1] == APPLICATION
                    && matches!(bytes.get(at + 3..at + 14), Some(b"NETSCAPE2.0" | b"ANIMEXTS1.0"));
                let kept = repeats || matches!(label[1], CONTROL | TEXT);
                at = sub_blocks_end(bytes, at + 2)?;
                kept
            }
            _ => return Err(Unreadable(BROKEN)),
        };
        if kept {
            out.extend_from_slice(take(bytes, start, at - start, BROKEN)?);
        }
    }
}

/// Bytes of a colour table, from the packed field before it.
fn table_size(packed: u8) -> usize {
    if packed & 0x80 == 0 { 0 } else { 3 << ((packed & 7) + 1) }
}

/// Behind the empty block that ends a row of data blocks.
fn sub_blocks_end(bytes: &[u8], mut at: usize) -> Cleaning<usize> {
    loop {
        let length = usize::from(take(bytes, at, 1, BROKEN)?[0]);
        at += 1 + length;
        if length == 0 {
            return Ok(at);
        }
    }
}
