//! JPEG (ITU-T T.81, annex B): a row of marker segments and entropy-coded data.

use super::{Cleaning, Unreadable, exif, take};

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
const COMMENT: u8 = 0xFE;

const BROKEN: &str = "This JPEG file is broken off or has parts that cannot be told apart.";

/// A piece of the file.
enum Segment<'a> {
    /// A marker with its payload, its length not included.
    Marker(u8, &'a [u8]),
    /// What follows a start of scan up to the next marker.
    Scan(&'a [u8]),
}

/// Up to the end of the first picture: further ones behind it (a gain map, a video) have metadata of their own.
fn segments(bytes: &[u8]) -> Cleaning<Vec<Segment<'_>>> {
    if take(bytes, 0, 2, BROKEN)? != [0xFF, SOI] {
        return Err(Unreadable(BROKEN));
    }
    let mut found = Vec::new();
    let mut at = 2;
    loop {
        if take(bytes, at, 1, BROKEN)?[0] != 0xFF {
            return Err(Unreadable(BROKEN));
        }
        while take(bytes, at, 1, BROKEN)?[0] == 0xFF {
            at += 1;
        }
        let marker = bytes[at];
        at += 1;
        match marker {
            EOI => return Ok(found),
            0x00..=0xBF | 0xD0..=SOI | 0xF0..=0xFD => return Err(Unreadable(BROKEN)),
            _ => {}
        }
        let length = take(bytes, at, 2, BROKEN)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        let payload = take(bytes, at + 2, length.checked_sub(2).ok_or(Unreadable(BROKEN))?, BROKEN)?;
        found.push(Segment::Marker(marker, payload));
        at += length;
        if marker == SOS {
            let end = scan_end(bytes, at);
            found.push(Segment::Scan(&bytes[at..end]));
            at = end;
            if at == bytes.len() {
                return Ok(found);
            }
        }
    }
}

/// Where the next marker stands that is neither a stuffed byte nor a restart.
fn scan_end(bytes: &[u8], from: usize) -> usize {
    let is_end = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF);
    bytes[from..].windows(2).position(is_end).map_or(bytes.len(), |offset| from + offset)
}

/// The picture with its colour profile and orientation, and nothing else.
pub(super) fn clean(bytes: &[u8]) -> Cleaning<Vec<u8>> {
    let segments = segments(bytes)?;
    let has_scan = segments.iter().any(|s| matches!(s, Segment::Scan(_)));
    if !has_scan {
        return Err(Unreadable(BROKEN));
    }
    let mut out = vec![0xFF, SOI];
    let mut turned = find_orientation(&segments).filter(|&o| o != 1);
    for segment in &segments {
        match segment {
            Segment::Marker(APP0, payload) if payload.starts_with(b"JFIF\0") => push(&mut out, APP0, &jfif(payload)),
            Segment::Marker(marker, payload) => {
                if let Some(orientation) = turned.take() {
                    push(&mut out, APP1, &[b"Exif\0\0", &exif::only_orientation(orientation)[..]].concat());
                }
                if is_kept(*marker, payload) {
                    push(&mut out, *marker, payload);
                }
            }
            Segment::Scan(data) => out.extend_from_slice(data),
        }
    }
    out.extend_from_slice(&[0xFF, EOI]);
    Ok(out)
}

/// Everything that decodes the picture; of the application's segments the colour profile and Adobe's colour transform.
fn is_kept(marker: u8, payload: &[u8]) -> bool {
    match marker {
        APP2 => payload.starts_with(b"ICC_PROFILE\0"),
        APP14 => payload.starts_with(b"Adobe"),
        APP0..=0xEF | COMMENT => false,
        _ => true,
    }
}

/// Density without the thumbnail.
fn jfif(payload: &[u8]) -> Vec<u8> {
    let mut kept = payload[..payload.len().min(12)].to_vec();
    kept.resize(14, 0);
    kept
}

fn push(out: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    let length = u16::try_from(payload.len() + 2).unwrap_or(u16::MAX);
    out.extend_from_slice(&[0xFF, marker]);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(payload);
}

fn find_orientation(segments: &[Segment<'_>]) -> Option<u8> {
    segments.iter().find_map(|segment| match segment {
        Segment::Marker(APP1, payload) if payload.starts_with(b"Exif\0") => exif::orientation(payload),
        _ => None,
    })
}

/// As the first Exif segment says.
pub(super) fn orientation(bytes: &[u8]) -> Option<u8> {
    find_orientation(&segments(bytes).ok()?)
}
