//! Takes metadata out of pictures, sound and videos without touching a pixel or a tone. What is kept is named, not what is dropped: a
//! segment nobody thought of goes too.

mod bmff;
mod exif;
mod gif;
mod jpeg;
mod matroska;
mod ogg;
mod png;
mod sound;
mod svg;
mod webp;

/// What readers may be given of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cleaned {
    /// The same bytes: there is nothing in them to take out.
    Same,
    /// A copy.
    Copy(Vec<u8>),
}

/// A picture that cannot be read to its end: why, as a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable(pub &'static str);

type Cleaning<T> = Result<T, Unreadable>;

/// Takes out what the owner did not mean to publish.
pub(super) fn clean(media_type: &str, bytes: &[u8]) -> Cleaning<Cleaned> {
    let copy = match media_type {
        "image/jpeg" => jpeg::clean(bytes)?,
        "image/png" => png::clean(bytes)?,
        "image/webp" => webp::clean(bytes)?,
        "image/gif" => gif::clean(bytes)?,
        "image/heic" | "image/avif" => bmff::clean_picture(bytes)?,
        "image/jxl" => bmff::clean_jxl(bytes)?,
        "video/mp4" | "video/quicktime" | "audio/mp4" => bmff::clean_movie(bytes)?,
        "image/svg+xml" => svg::clean(bytes)?,
        "audio/mpeg" | "audio/aac" => sound::clean_mpeg(bytes)?,
        "audio/wav" => sound::clean_wav(bytes)?,
        "audio/flac" => sound::clean_flac(bytes)?,
        "audio/ogg" | "video/ogg" => ogg::clean(bytes)?,
        "video/webm" | "video/x-matroska" => matroska::clean(bytes)?,
        "image/tiff" => return Err(Unreadable("A TIFF file cannot be parted from its metadata.")),
        _ => return Ok(Cleaned::Same),
    };
    Ok(if copy == bytes { Cleaned::Same } else { Cleaned::Copy(copy) })
}

/// How a picture is to be turned when shown (Exif 2.32, 4.6.4.A, tag 0x0112); 1 is upright.
pub(super) fn orientation(media_type: &str, bytes: &[u8]) -> u8 {
    let found = match media_type {
        "image/jpeg" => jpeg::orientation(bytes),
        "image/png" => png::orientation(bytes),
        "image/webp" => webp::orientation(bytes),
        _ => None,
    };
    found.unwrap_or(1)
}

/// `len` bytes from `at`, or the reason why not.
fn take<'a>(bytes: &'a [u8], at: usize, len: usize, or: &'static str) -> Cleaning<&'a [u8]> {
    at.checked_add(len).and_then(|end| bytes.get(at..end)).ok_or(Unreadable(or))
}

#[cfg(test)]
mod tests;
