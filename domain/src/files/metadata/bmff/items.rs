//! Items of a HEIF picture (ISO/IEC 14496-12, 8.11): which of them are metadata, and where their bytes stand.

use std::ops::Range;

use super::{BROKEN, Part, parts};
use crate::files::metadata::{Cleaning, Unreadable, take};

/// Reads big-endian numbers one after another.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn bytes(&mut self, len: usize) -> Cleaning<&'a [u8]> {
        let taken = take(self.bytes, self.at, len, BROKEN)?;
        self.at += len;
        Ok(taken)
    }

    /// A number of `len` bytes, 0 to 8.
    fn number(&mut self, len: usize) -> Cleaning<u64> {
        Ok(self.bytes(len)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn size(&mut self, len: usize) -> Cleaning<usize> {
        usize::try_from(self.number(len)?).map_err(|_| Unreadable(BROKEN))
    }
}

fn reader<'a>(bytes: &'a [u8], part: &Part) -> Reader<'a> {
    Reader { bytes: &bytes[..part.content.end], at: part.content.start }
}

/// Where the metadata items of this `meta` box stand in the file.
pub(super) fn metadata(bytes: &[u8], meta: &Part) -> Cleaning<Vec<Range<usize>>> {
    let inner = parts(bytes, meta.content.start + 4..meta.content.end)?;
    let find = |kind: &[u8; 4]| inner.iter().find(|part| part.kind == *kind);
    let Some(infos) = find(b"iinf") else { return Ok(Vec::new()) };
    let items = metadata_items(bytes, infos)?;
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let locations = find(b"iloc").ok_or(Unreadable(BROKEN))?;
    let data = find(b"idat").map(|part| part.content.clone());
    let ranges = locate(reader(bytes, locations), &items, data)?;
    match ranges.iter().all(|range| range.end <= bytes.len()) {
        true => Ok(ranges),
        false => Err(Unreadable(BROKEN)),
    }
}

/// Numbers of the items that are Exif, or MIME (XMP), or named by an address.
fn metadata_items(bytes: &[u8], infos: &Part) -> Cleaning<Vec<u64>> {
    let mut head = reader(bytes, infos);
    let version = head.number(4)? >> 24;
    head.number(if version == 0 { 2 } else { 4 })?;
    let mut found = Vec::new();
    for entry in parts(bytes, head.at..infos.content.end)? {
        let mut entry = reader(bytes, &entry);
        let id_size = match entry.number(4)? >> 24 {
            2 => 2,
            3 => 4,
            _ => return Err(Unreadable(BROKEN)),
        };
        let id = entry.number(id_size)?;
        entry.number(2)?;
        if matches!(entry.bytes(4)?, b"Exif" | b"mime" | b"uri ") {
            found.push(id);
        }
    }
    Ok(found)
}

fn locate(mut iloc: Reader<'_>, items: &[u64], data: Option<Range<usize>>) -> Cleaning<Vec<Range<usize>>> {
    let version = iloc.number(4)? >> 24;
    let sizes = iloc.number(2)?;
    let size_at = |shift: u32| usize::try_from(sizes >> shift & 0xF).unwrap_or_default();
    let (offset_size, length_size, base_size) = (size_at(12), size_at(8), size_at(4));
    let index_size = if version == 0 { 0 } else { size_at(0) };
    let id_size = if version < 2 { 2 } else { 4 };
    let count = iloc.number(id_size)?;
    let mut found = Vec::new();
    for _ in 0..count {
        let id = iloc.number(id_size)?;
        let method = if version == 0 { 0 } else { iloc.number(2)? & 0xF };
        iloc.number(2)?;
        let base = iloc.size(base_size)?;
        for _ in 0..iloc.number(2)? {
            iloc.number(index_size)?;
            let offset = iloc.size(offset_size)?;
            let length = iloc.size(length_size)?;
            if items.contains(&id) {
                let from = match (method, &data) {
                    (0, _) => 0,
                    (1, Some(data)) => data.start,
                    _ => return Err(Unreadable(BROKEN)),
                };
                let start = [base, offset].iter().try_fold(from, |sum: usize, more| sum.checked_add(*more));
                let start = start.filter(|_| length > 0).ok_or(Unreadable(BROKEN))?;
                found.push(start..start.checked_add(length).ok_or(Unreadable(BROKEN))?);
            }
        }
    }
    Ok(found)
}
