//! The one tag of Exif that readers need: the orientation.

const TAG: u16 = 0x0112;
const SHORT: u16 = 3;

#[derive(Clone, Copy)]
enum Endian {
    Little,
    Big,
}

fn u16_at(tiff: &[u8], at: usize, endian: Endian) -> Option<u16> {
    let pair: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
    Some(match endian {
        Endian::Little => u16::from_le_bytes(pair),
        Endian::Big => u16::from_be_bytes(pair),
    })
}

fn u32_at(tiff: &[u8], at: usize, endian: Endian) -> Option<u32> {
    let four: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(match endian {
        Endian::Little => u32::from_le_bytes(four),
        Endian::Big => u32::from_be_bytes(four),
    })
}

/// The orientation that a TIFF header's first directory gives, 1 to 8. Exif in WebP may have `Exif\0\0` in front.
pub(super) fn orientation(exif: &[u8]) -> Option<u8> {
    let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let endian = match tiff.get(..4)? {
        b"II*\0" => Endian::Little,
        b"MM\0*" => Endian::Big,
        _ => return None,
    };
    let directory = usize::try_from(u32_at(tiff, 4, endian)?).ok()?;
    let entries = usize::from(u16_at(tiff, directory, endian)?);
    let mut places = (0..entries).map_while(|n| directory.checked_add(2 + n * 12));
    let entry = places.find(|&at| u16_at(tiff, at, endian) == Some(TAG))?;
    if u16_at(tiff, entry.checked_add(2)?, endian)? != SHORT {
        return None;
    }
    let value = u16_at(tiff, entry.checked_add(8)?, endian)?;
    u8::try_from(value).ok().filter(|v| (1..=8).contains(v))
}

/// A TIFF header whose only entry is the orientation.
pub(super) fn only_orientation(value: u8) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x01".to_vec();
    tiff.extend_from_slice(&TAG.to_be_bytes());
    tiff.extend_from_slice(&SHORT.to_be_bytes());
    tiff.extend_from_slice(&[0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0]);
    tiff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for value in 1..=8 {
            assert_eq!(orientation(&only_orientation(value)), Some(value));
        }
        assert_eq!(orientation(&only_orientation(9)), None);
    }

    #[test]
    fn broken_exif_gives_none() {
        let good = only_orientation(6);
        for end in 0..good.len() {
            orientation(&good[..end]);
        }
        assert_eq!(orientation(b"II*\0\xFF\xFF\xFF\xFF"), None);
        assert_eq!(orientation(b"MM\0*\0\0\0\x08\xFF\xFF"), None);
    }
}
