//! Ogg (RFC 3533) with Vorbis, Opus, Theora or Speex: the comment packet, which is the second of each stream, is emptied in
//! place, so that no page changes its length.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Cleaning, Unreadable, take};

const BROKEN: &str = "This Ogg file is broken off or has parts that cannot be told apart.";
const UNKNOWN: &str = "What this Ogg file says of itself cannot be taken out of it.";
/// What stands before the comments (RFC 7845, 5.2; Vorbis I, 5; Theora, 6.3), and the bit that ends them.
const KINDS: [(&[u8], &[u8]); 3] = [(b"\x03vorbis", b"\x01"), (b"OpusTags", b""), (b"\x81theora", b"")];

#[derive(Default)]
struct Stream {
    /// Packets that are complete.
    packets: u32,
    speaks: bool,
    /// Where the second packet stands, page by page.
    comments: Vec<Range<usize>>,
}

/// The same pages, with nothing said in them.
pub(super) fn clean(bytes: &[u8]) -> Cleaning<Vec<u8>> {
    let (pages, streams) = read(bytes)?;
    let mut out = bytes.to_vec();
    for stream in streams {
        let packet: Vec<u8> = stream.comments.iter().flat_map(|range| &bytes[range.clone()]).copied().collect();
        let mut emptied = empty(&packet, stream.speaks)?.into_iter();
        for at in stream.comments.into_iter().flatten() {
            out[at] = emptied.next().unwrap_or_default();
        }
    }
    for page in pages {
        let page = &mut out[page];
        page[22..26].fill(0);
        let sum = checksum(page).to_le_bytes();
        page[22..26].copy_from_slice(&sum);
    }
    Ok(out)
}

/// Every page, and every stream, also those that follow others.
fn read(bytes: &[u8]) -> Cleaning<(Vec<Range<usize>>, Vec<Stream>)> {
    let (mut pages, mut done) = (Vec::new(), Vec::new());
    let mut open: BTreeMap<&[u8], Stream> = BTreeMap::new();
    let mut at = 0;
    while at < bytes.len() {
        let head = take(bytes, at, 27, BROKEN)?;
        let laces = take(bytes, at + 27, usize::from(head[26]), BROKEN)?;
        let begin = at + 27 + laces.len();
        let length = laces.iter().map(|lace| usize::from(*lace)).sum();
        let body = take(bytes, begin, length, BROKEN)?;
        if !head.starts_with(b"OggS") {
            return Err(Unreadable(BROKEN));
        }
        let serial = &head[14..18];
        let begins = head[5] & 2 != 0;
        if begins {
            let speaks = body.starts_with(b"Speex   ");
            // An index of the others; it has no comments.
            let packets = if body.starts_with(b"fishead\0") { 2 } else { 0 };
            done.extend(open.insert(serial, Stream { packets, speaks, ..Stream::default() }));
        }
        let stream = open.get_mut(serial).ok_or(Unreadable(BROKEN))?;
        let mut from = begin;
        for lace in laces {
            let to = from + usize::from(*lace);
            if stream.packets == 1 {
                stream.comments.push(from..to);
            }
            from = to;
            stream.packets += u32::from(*lace < 255);
        }
        pages.push(at..begin + length);
        at = begin + length;
    }
    done.extend(open.into_values());
    Ok((pages, done))
}

/// A comment packet of the same length: no vendor, no comments.
fn empty(packet: &[u8], speaks: bool) -> Cleaning<Vec<u8>> {
    let known = KINDS.iter().find(|(mark, _)| packet.starts_with(mark)).copied();
    let (mark, end) = known.or(speaks.then_some((&b""[..], &b""[..]))).ok_or(Unreadable(UNKNOWN))?;
    let mut out = [mark, &[0; 8], end].concat();
    if out.len() > packet.len() {
        return Err(Unreadable(BROKEN));
    }
    out.resize(packet.len(), 0);
    Ok(out)
}

/// RFC 3533, 6: polynomial 0x04C11DB7, nothing reflected.
fn checksum(page: &[u8]) -> u32 {
    page.iter().fold(0, |crc, byte| TABLE[usize::from((crc >> 24) as u8 ^ byte)] ^ (crc << 8))
}

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let mut crc = (n as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x8000_0000 == 0 { crc << 1 } else { crc << 1 ^ 0x04C1_1DB7 };
            bit += 1;
        }
        table[n] = crc;
        n += 1;
    }
    table
};
