//! The ISO base media file format (ISO/IEC 14496-12): boxes in boxes. Offsets inside point all over the file, so nothing
//! is moved: metadata is overwritten with zeros where it stands.

use std::ops::Range;

use super::{Cleaning, Unreadable, take};

mod items;

const BROKEN: &str = "This file is broken off or has parts that cannot be told apart.";
/// Boxes inside boxes; a movie has about six.
const DEPTH: u32 = 12;

/// A box: where its type stands, and its content.
#[derive(Clone, Debug)]
struct Part {
    kind: [u8; 4],
    kind_at: usize,
    content: Range<usize>,
}

fn u32_at(bytes: &[u8], at: usize) -> Cleaning<u32> {
    let four = take(bytes, at, 4, BROKEN)?;
    Ok(u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
}

fn parts(bytes: &[u8], within: Range<usize>) -> Cleaning<Vec<Part>> {
    let mut found = Vec::new();
    let mut at = within.start;
    while at < within.end {
        let size = usize::try_from(u32_at(bytes, at)?).unwrap_or(usize::MAX);
        let kind = take(bytes, at + 4, 4, BROKEN)?.try_into().map_err(|_| Unreadable(BROKEN))?;
        let (head, size) = match size {
            0 => (8, within.end - at),
            1 => {
                let large = take(bytes, at + 8, 8, BROKEN)?.try_into().map_err(|_| Unreadable(BROKEN))?;
                (16, usize::try_from(u64::from_be_bytes(large)).unwrap_or(usize::MAX))
            }
            size => (8, size),
        };
        let end = at.checked_add(size).filter(|end| size >= head && *end <= within.end).ok_or(Unreadable(BROKEN))?;
        found.push(Part { kind, kind_at: at + 4, content: at + head..end });
        at = end;
    }
    Ok(found)
}

/// Makes a box free space.
fn blank(out: &mut [u8], part: &Part) {
    out[part.kind_at..part.kind_at + 4].copy_from_slice(b"free");
    out[part.content.clone()].fill(0);
}

/// A movie without user data, metadata boxes and what applications added.
pub(super) fn clean_movie(bytes: &[u8]) -> Cleaning<Vec<u8>> {
    let mut out = bytes.to_vec();
    for part in parts(bytes, 0..bytes.len())? {
        match &part.kind {
            b"moov" => clean_movie_box(bytes, &part, &mut out, DEPTH)?,
            b"uuid" | b"meta" | b"udta" => blank(&mut out, &part),
            _ => {}
        }
    }
    Ok(out)
}

fn clean_movie_box(bytes: &[u8], within: &Part, out: &mut [u8], depth: u32) -> Cleaning<()> {
    let deeper = depth.checked_sub(1).ok_or(Unreadable(BROKEN))?;
    for part in parts(bytes, within.content.clone())? {
        match &part.kind {
            b"udta" | b"meta" | b"uuid" => blank(out, &part),
            b"trak" | b"mdia" | b"minf" | b"edts" => clean_movie_box(bytes, &part, out, deeper)?,
            b"hdlr" if within.kind == *b"mdia" => {
                let handler = take(bytes, part.content.start + 8, 4, BROKEN)?;
                if handler == b"meta" {
                    return Err(Unreadable("This video has a track of metadata, which may tell where it was taken."));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// A HEIC or AVIF picture whose Exif and XMP items are zeros.
pub(super) fn clean_picture(bytes: &[u8]) -> Cleaning<Vec<u8>> {
    let mut out = bytes.to_vec();
    for part in parts(bytes, 0..bytes.len())? {
        match &part.kind {
            b"meta" => {
                for range in items::metadata(bytes, &part)? {
                    out[range].fill(0);
                }
            }
            b"moov" => clean_movie_box(bytes, &part, &mut out, DEPTH)?,
            b"uuid" | b"udta" => blank(&mut out, &part),
            _ => {}
        }
    }
    Ok(out)
}

/// JPEG XL (ISO/IEC 18181-2): a bare picture has no metadata; a container keeps it in boxes of its own.
pub(super) fn clean_jxl(bytes: &[u8]) -> Cleaning<Vec<u8>> {
    let mut out = bytes.to_vec();
    if bytes.starts_with(b"\xFF\x0A") {
        return Ok(out);
    }
    for part in parts(bytes, 0..bytes.len())? {
        if matches!(&part.kind, b"Exif" | b"xml " | b"jumb" | b"brob" | b"uuid" | b"jbrd") {
            blank(&mut out, &part);
        }
    }
    Ok(out)
}
