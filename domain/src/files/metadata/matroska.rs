//! Matroska and WebM (RFC 9559, on EBML, RFC 8794): tags, attachments, title, date and file names become empty space of the
//! same length, so that everything else stays where the file says it is.

use super::{Cleaning, Unreadable, take};

const BROKEN: &str = "This video is broken off or has parts that cannot be told apart.";

const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_A966;
const CLUSTER: u32 = 0x1F43_B675;
const VOID: u8 = 0xEC;
/// Tags, Attachments; of Info: Title, DateUTC, SegmentFilename, PrevFilename, NextFilename.
const SAID: [u32; 7] = [0x1254_C367, 0x1941_A469, 0x7BA9, 0x4461, 0x7384, 0x3C83AB, 0x3E83BB];

struct Element {
    id: u32,
    /// Bytes of id and size.
    head: usize,
    /// `None`: as long as what contains it.
    size: Option<usize>,
}

fn element(bytes: &[u8], at: usize) -> Cleaning<Element> {
    let first = take(bytes, at, 1, BROKEN)?[0];
    let id_length = first.leading_zeros() as usize + 1;
    if id_length > 4 {
        return Err(Unreadable(BROKEN));
    }
    let id = take(bytes, at, id_length, BROKEN)?.iter().fold(0, |id, byte| id << 8 | u32::from(*byte));
    let first = take(bytes, at + id_length, 1, BROKEN)?[0];
    let length = first.leading_zeros() as usize + 1;
    if length > 8 {
        return Err(Unreadable(BROKEN));
    }
    let digits = take(bytes, at + id_length, length, BROKEN)?;
    let unknown = first.trailing_ones() as usize >= 8 - length && digits[1..].iter().all(|byte| *byte == 0xFF);
    let mask = 0xFF_u64 >> length;
    let size = digits[1..].iter().fold(u64::from(first) & mask, |size, byte| size << 8 | u64::from(*byte));
    let size = if unknown { None } else { Some(usize::try_from(size).map_err(|_| Unreadable(BROKEN))?) };
    Ok(Element { id, head: id_length + length, size })
}

/// The same video, of which nothing is said.
pub(super) fn clean(bytes: &[u8]) -> Cleaning<Vec<u8>> {
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let element = element(bytes, at)?;
        let inside = at + element.head;
        let is_open = matches!(element.id, SEGMENT | INFO) || element.id == CLUSTER && element.size.is_none();
        if is_open {
            // A recording that was broken off ends with the file; what is inside is walked through as if it stood here.
            at = inside;
            continue;
        }
        let end = element.size.and_then(|size| inside.checked_add(size)).ok_or(Unreadable(BROKEN))?;
        if SAID.contains(&element.id) {
            make_void(out.get_mut(at..end).ok_or(Unreadable(BROKEN))?);
        }
        at = end;
    }
    Ok(out)
}

fn make_void(element: &mut [u8]) {
    let length = element.len();
    element.fill(0);
    element[0] = VOID;
    match length {
        0..=127 => element[1] = 0x80 | (length - 2) as u8,
        _ => {
            element[1] = 0x01;
            element[2..9].copy_from_slice(&((length - 9) as u64).to_be_bytes()[1..]);
        }
    }
}
