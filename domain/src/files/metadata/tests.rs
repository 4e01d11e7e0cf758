//! Cleaning, on made-up files and on real ones where they are at hand.
#![allow(clippy::unwrap_used)]

mod sounds;

use super::*;
use crate::testing::data;

fn copy(media_type: &str, bytes: &[u8]) -> Vec<u8> {
    match clean(media_type, bytes).unwrap() {
        Cleaned::Copy(copy) => copy,
        Cleaned::Same => bytes.to_vec(),
    }
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|w| w == words)
}

/// From the first quantisation table to the end of the first picture, application segments left out: what a decoder of
/// pixels looks at, found by another way than the code under test.
fn jpeg_pixels(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 2;
    loop {
        let marker = bytes[at + 1];
        let length = usize::from(bytes[at + 2]) << 8 | usize::from(bytes[at + 3]);
        if !(0xE0..=0xEF).contains(&marker) && marker != 0xFE {
            out.extend_from_slice(&bytes[at..at + 2 + length]);
        }
        at += 2 + length;
        if marker != 0xDA {
            continue;
        }
        while !(bytes[at] == 0xFF && bytes[at + 1] != 0 && !(0xD0..=0xD7).contains(&bytes[at + 1])) {
            out.push(bytes[at]);
            at += 1;
        }
        if bytes[at + 1] == 0xD9 {
            return out;
        }
    }
}

#[test]
fn no_photo_keeps_more_than_its_pixels_colours_and_orientation() {
    let Some(folder) = data("photos") else {
        eprintln!("left out: no photos at hand");
        return;
    };
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        if !bytes.starts_with(b"\xFF\xD8") {
            continue;
        }
        let copy = copy("image/jpeg", &bytes);
        assert_eq!(jpeg_pixels(&copy), jpeg_pixels(&bytes), "{}", path.display());
        for words in [&b"http://ns.adobe.com"[..], b"Photoshop 3.0", b"MPF\0", b"NIKON", b"iPhone", b"HMD"] {
            assert!(!holds(&copy, words), "{} keeps {}", path.display(), String::from_utf8_lossy(words));
        }
        assert_eq!(orientation("image/jpeg", &copy), orientation("image/jpeg", &bytes), "{}", path.display());
        assert_eq!(clean("image/jpeg", &copy), Ok(Cleaned::Same), "{}", path.display());
        assert_eq!(
            exif_bytes(&copy),
            if orientation("image/jpeg", &bytes) == 1 { 0 } else { 32 },
            "{}",
            path.display()
        );
        seen += 1;
    }
    assert!(seen >= 13, "{seen}");
}

/// Bytes of the Exif segment.
fn exif_bytes(jpeg: &[u8]) -> usize {
    jpeg.windows(10).find(|w| w[..2] == [0xFF, 0xE1] && &w[4..8] == b"Exif").map_or(0, |w| usize::from(w[3]) - 2)
}

#[test]
fn a_heic_photo_keeps_its_length_and_loses_its_camera() {
    let Some(folder) = data("photos") else { return };
    let bytes = std::fs::read(folder.join("iphone_13_pro_max.heic")).unwrap();
    assert!(holds(&bytes, b"Apple"));
    let copy = copy("image/heic", &bytes);
    assert_eq!(copy.len(), bytes.len());
    assert!(!holds(&copy, b"iPhone"));
    assert_eq!(clean("image/heic", &copy), Ok(Cleaned::Same));
}

/// A JPEG of the parts that matter.
fn small_jpeg(segments: &[&[u8]]) -> Vec<u8> {
    let mut out = b"\xFF\xD8".to_vec();
    for segment in segments {
        out.extend_from_slice(segment);
    }
    out.extend_from_slice(b"\xFF\xDA\0\x04\x01\0\x11\xFF\0\x22\xFF\xD0\x33\xFF\xD9");
    out
}

fn app1(payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap();
    [&[0xFF, 0xE1][..], &length.to_be_bytes(), payload].concat()
}

#[test]
fn what_stands_behind_the_first_picture_goes() {
    let mut bytes = small_jpeg(&[]);
    let clean_one = bytes.clone();
    bytes.extend_from_slice(&small_jpeg(&[&app1(b"Exif\0\0GPS")]));
    assert_eq!(copy("image/jpeg", &bytes), clean_one);
}

#[test]
fn a_turned_jpeg_stays_turned() {
    let exif = [b"Exif\0\0", &exif::only_orientation(6)[..], b"and a GPS position"].concat();
    let bytes = small_jpeg(&[&app1(&exif)]);
    let copy = copy("image/jpeg", &bytes);
    assert!(!holds(&copy, b"GPS"));
    assert_eq!(orientation("image/jpeg", &copy), 6);
}

#[test]
fn a_broken_picture_is_not_served() {
    let good = small_jpeg(&[b"\xFF\xDB\0\x04ab"]);
    for (media_type, bytes) in [
        ("image/jpeg", &good[..8]),
        ("image/jpeg", b"\xFF\xD8\xFF\xD9"),
        ("image/jpeg", b"\xFF\xD8\xFF\xE1\0\x01"),
        ("image/jpeg", b"\xFF\xD8garbage"),
        ("image/png", b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"),
        ("image/png", b"\x89PNG\r\n\x1A\n\xFF\xFF\xFF\xFFtEXt"),
        ("image/webp", b"RIFF\xFF\xFF\xFF\xFFWEBPVP8X"),
        ("image/gif", b"GIF89a\x01\0\x01\0\xFF\0\0"),
        ("image/heic", b"\0\0\0\x40ftypheic"),
        ("video/mp4", b"\0\0\0\x02ftyp"),
        ("image/tiff", b"II*\0"),
    ] {
        assert!(clean(media_type, bytes).is_err(), "{media_type} {bytes:?}");
    }
}

#[test]
fn broken_files_of_any_length_do_no_harm() {
    let whole =
        [small_jpeg(&[&app1(b"Exif\0\0MM\0*\0\0\0\x08\0\x01")]), png(&[b"eXIf"]), gif(), webp(), movie(b"vide")];
    for (bytes, media_type) in whole.iter().zip(["image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4"]) {
        clean(media_type, bytes).unwrap();
        for end in 0..bytes.len() {
            let _ = clean(media_type, &bytes[..end]);
            for value in [0x00, 0x7F, 0xFF] {
                let mut bent = bytes.clone();
                bent[end] = value;
                let _ = clean(media_type, &bent);
                orientation(media_type, &bent);
            }
        }
    }
}

fn png(kinds: &[&[u8; 4]]) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1A\n".to_vec();
    let chunk = |kind: &[u8], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], kind, data, b"crc!"].concat()
    };
    out.extend(chunk(b"IHDR", &[0; 13]));
    for kind in kinds {
        out.extend(chunk(&kind[..], &exif::only_orientation(3)));
    }
    out.extend(chunk(b"IDAT", b"pixels"));
    out.extend(chunk(b"IEND", b""));
    out
}

#[test]
fn a_png_loses_its_texts_and_stays_turned() {
    assert_eq!(clean("image/png", &png(&[])), Ok(Cleaned::Same));
    let mut bytes = png(&[b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME", b"prIv"]);
    bytes.extend_from_slice(b"behind the end");
    let copy = copy("image/png", &bytes);
    assert_eq!(orientation("image/png", &copy), 3);
    for kind in [&b"tEXt"[..], b"iTXt", b"zTXt", b"tIME", b"prIv", b"behind"] {
        assert!(!holds(&copy, kind));
    }
    assert!(holds(&copy, b"pixels"));
    assert_eq!(clean("image/png", &copy), Ok(Cleaned::Same));
}

fn gif() -> Vec<u8> {
    let comment = b"\x21\xFE\x04home\0";
    let xmp = b"\x21\xFF\x0BXMP DataXMP\x03gps\0";
    let repeat = b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0";
    let control = b"\x21\xF9\x04\0\0\0\0\0";
    let image = b"\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    [&b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF"[..], comment, xmp, repeat, control, image, b"\x3B"].concat()
}

#[test]
fn a_gif_keeps_its_pictures_and_its_rhythm() {
    let copy = copy("image/gif", &gif());
    assert!(!holds(&copy, b"home") && !holds(&copy, b"gps"));
    assert!(holds(&copy, b"NETSCAPE2.0") && holds(&copy, b"\x2C\0\0\0\0") && holds(&copy, b"\x21\xF9"));
}

fn webp() -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        let pad: &[u8] = if data.len() % 2 == 1 { b"\0" } else { b"" };
        [kind, &length, data, pad].concat()
    };
    let exif = exif::only_orientation(8);
    let body = [
        b"WEBP".to_vec(),
        chunk(b"VP8X", &[0x2C, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        chunk(b"ICCP", b"profile"),
        chunk(b"VP8 ", b"pixels!"),
        chunk(b"EXIF", &[&exif[..], b"gps"].concat()),
        chunk(b"XMP ", b"<home/>"),
    ];
    chunk(b"RIFF", &body.concat())
}

#[test]
fn a_webp_loses_what_is_no_picture_and_says_so_in_its_flags() {
    let copy = copy("image/webp", &webp());
    assert!(!holds(&copy, b"gps") && !holds(&copy, b"home"));
    assert!(holds(&copy, b"pixels!") && holds(&copy, b"profile"));
    assert_eq!(copy[20], 0x28, "a profile and, for the orientation, Exif");
    assert_eq!(orientation("image/webp", &copy), 8);
    assert_eq!(clean("image/webp", &copy), Ok(Cleaned::Same));
}

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
    [&size[..], kind, content].concat()
}

fn movie(handler: &[u8; 4]) -> Vec<u8> {
    let hdlr = boxed(b"hdlr", &[&[0; 8][..], handler, &[0; 12]].concat());
    let track = boxed(b"trak", &boxed(b"mdia", &hdlr));
    let user = boxed(b"udta", &boxed(b"\xA9xyz", b"+46.9480+007.4474/"));
    let moov = boxed(b"moov", &[track, user].concat());
    [boxed(b"ftyp", b"mp42\0\0\0\0"), moov, boxed(b"mdat", b"frames")].concat()
}

#[test]
fn a_video_loses_its_place_and_keeps_every_offset() {
    let bytes = movie(b"vide");
    let copy = copy("video/mp4", &bytes);
    assert_eq!(copy.len(), bytes.len());
    assert!(!holds(&copy, b"+46.9480"));
    assert!(holds(&copy, b"frames"));
    assert!(clean("video/mp4", &movie(b"meta")).is_err(), "positions frame by frame cannot be taken out");
}
