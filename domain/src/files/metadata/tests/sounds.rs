//! Sound, video containers and drawings.

use super::*;

const HOME: &[u8] = b"12 Analytical Lane";

/// Cleans, looks that nothing is said any more, and that cleaning again finds nothing.
fn cleaned(media_type: &str, bytes: &[u8]) -> Vec<u8> {
    assert!(holds(bytes, HOME));
    let copy = copy(media_type, bytes);
    assert!(!holds(&copy, HOME), "{media_type}: {}", String::from_utf8_lossy(&copy));
    assert_eq!(clean(media_type, &copy), Ok(Cleaned::Same), "{media_type}");
    copy
}

fn id3() -> Vec<u8> {
    [b"ID3\x04\0\0\0\0\0\x1C".as_slice(), b"COMM\0\0\0\x12\0\0", HOME].concat()
}

#[test]
fn an_mp3_keeps_its_frames_only() {
    let frames = b"\xFF\xFB\x90\x00sound";
    let mut old = [b"TAG", HOME].concat();
    old.resize(128, 0);
    let ape_body = [b"\x12\0\0\0\0\0\0\0Place\0", HOME].concat();
    let ape_size = u32::try_from(ape_body.len() + 32).unwrap().to_le_bytes();
    let ape_end = |flags: u8| [b"APETAGEX\xD0\x07\0\0", &ape_size[..], &[1, 0, 0, 0, 0, 0, 0, flags], &[0; 8]].concat();
    let ape = [ape_end(0xA0), ape_body.clone(), ape_end(0x80)].concat();
    for bytes in [
        [id3(), frames.to_vec()].concat(),
        [id3(), id3(), frames.to_vec(), old.clone()].concat(),
        [frames.to_vec(), ape.clone(), old].concat(),
        [frames.to_vec(), ape_body, ape_end(0)].concat(),
        [ape, frames.to_vec()].concat(),
        [frames.as_slice(), b"LYRICSBEGIN", HOME, b"000029LYRICS200"].concat(),
    ] {
        assert_eq!(cleaned("audio/mpeg", &bytes), frames);
    }
    assert!(clean("audio/mpeg", &id3()).is_err(), "tags and no sound");
}

#[test]
fn a_wav_keeps_its_sound_only() {
    let chunk = |kind: &[u8], data: &[u8]| {
        let pad: &[u8] = if data.len() % 2 == 1 { b"\0" } else { b"" };
        [kind, &u32::try_from(data.len()).unwrap().to_le_bytes(), data, pad].concat()
    };
    let sound = [chunk(b"fmt ", &[1; 16]), chunk(b"data", b"tones")].concat();
    let body = [b"WAVE".to_vec(), chunk(b"bext", HOME), sound.clone(), chunk(b"LIST", HOME)].concat();
    let copy = cleaned("audio/wav", &chunk(b"RIFF", &body));
    assert_eq!(copy, chunk(b"RIFF", &[b"WAVE".to_vec(), sound].concat()));
}

#[test]
fn a_flac_keeps_its_shape_and_its_frames() {
    let block = |kind: u8, data: &[u8]| [&[kind, 0, 0, u8::try_from(data.len()).unwrap()], data].concat();
    let bytes = [b"fLaC".to_vec(), block(0, b"shape"), block(4, HOME), block(3, b"seek"), block(0x86, HOME)].concat();
    let bytes = [bytes, b"frames".to_vec()].concat();
    let expected = [b"fLaC".to_vec(), block(0, b"shape"), block(0x83, b"seek"), b"frames".to_vec()].concat();
    assert_eq!(cleaned("audio/flac", &bytes), expected);
}

/// A page; its checksum is made by the code under test, which the manual's bell checks.
fn page(flags: u8, serial: u8, laces: &[u8], body: &[u8]) -> Vec<u8> {
    let head = [b"OggS\0", &[flags][..], &[0; 8], &[serial, 0, 0, 0], &[0; 8], &[u8::try_from(laces.len()).unwrap()]];
    [head.concat(), laces.to_vec(), body.to_vec()].concat()
}

#[test]
fn an_ogg_says_nothing_and_keeps_every_page() {
    let comments = [b"\x03vorbis\x01\0\0\0x\x01\0\0\0\x12\0\0\0", HOME, b"\x01", &[7; 255]].concat();
    let rest = u8::try_from(comments.len() - 255).unwrap();
    let bytes = [
        page(2, 1, &[7], b"\x01vorbis"),
        page(2, 2, &[8], b"OpusHead"),
        page(0, 1, &[255], &comments[..255]),
        page(0, 2, &[30], &[b"OpusTags\0\0\0\0", HOME].concat()),
        page(0, 1, &[rest, 5], &[&comments[255..], b"sound"].concat()),
    ]
    .concat();
    let copy = cleaned("audio/ogg", &bytes);
    assert_eq!(copy.len(), bytes.len());
    assert!(holds(&copy, b"sound") && holds(&copy, b"\x03vorbis\0\0\0\0\0\0\0\0\x01"));
    let other = [page(2, 1, &[5], b"\x7FFLAC"), page(0, 1, &[18], HOME)].concat();
    assert!(clean("audio/ogg", &other).is_err(), "what is not known is not served");
}

#[test]
fn the_manual_s_bell_keeps_its_checksums() {
    let bell = include_bytes!("../../../../../docs/manual/Attachments/bell.ogg");
    let copy = copy("audio/ogg", bell);
    let pages = |bytes: &[u8]| {
        let starts: Vec<_> = (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(b"OggS")).collect();
        starts.iter().map(|at| bytes[at + 22..at + 26].to_vec()).collect::<Vec<_>>()
    };
    let (before, after) = (pages(bell), pages(&copy));
    let same = before.iter().zip(&after).filter(|(a, b)| a == b).count();
    assert!(before.len() == after.len() && same >= before.len() - 2, "only the comments' pages have another");
}

fn ebml(id: &[u8], data: &[u8]) -> Vec<u8> {
    let size = (u64::try_from(data.len()).unwrap() | 1 << 56).to_be_bytes();
    [id, &size, data].concat()
}

#[test]
fn a_webm_says_nothing_and_keeps_every_offset() {
    let long = [HOME, &[b'x'; 300]].concat();
    let info =
        [ebml(b"\x2A\xD7\xB1", b"\x0F\x42\x40"), ebml(b"\x7B\xA9", HOME), b"\x7B\xA9\x92".to_vec(), HOME.to_vec()];
    let tags = ebml(b"\x12\x54\xC3\x67", &long);
    let cluster = b"\x1F\x43\xB6\x75\xFF\xA3\x86frames".to_vec();
    let inside = [ebml(b"\x15\x49\xA9\x66", &info.concat()), tags.clone(), cluster, tags].concat();
    let head = ebml(b"\x1A\x45\xDF\xA3", b"webm");
    for segment in [
        ebml(b"\x18\x53\x80\x67", &inside),
        [b"\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF", &inside[..]].concat(),
    ] {
        let bytes = [head.clone(), segment].concat();
        let copy = cleaned("video/webm", &bytes);
        assert_eq!(copy.len(), bytes.len());
        assert!(holds(&copy, b"frames") && holds(&copy, b"\x0F\x42\x40"));
    }
}

#[test]
fn a_drawing_keeps_its_lines_and_loses_what_is_noted_beside_them() {
    use base64::Engine as _;
    let photo = small_jpeg(&[&app1(b"Exif\0\0GPS")]);
    let inside = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let drawing = |notes: [&str; 4], photo: &[u8]| {
        let [comment, element, attribute, metadata] = notes;
        format!(
            "<?xml version=\"1.0\"?>\n{comment}<svg xmlns='http://www.w3.org/2000/svg'{attribute} viewBox=\"0 0 1 1\">\
             {element}{metadata}<path d='M0 0&#x20;h1' /> <text>a &amp; b</text><image href=\"data:image/jpeg;base64,{}\"/></svg>",
            inside(photo)
        )
    };
    let home = String::from_utf8_lossy(HOME);
    let noted = drawing(
        [
            &format!("<!-- {home} -->"),
            &format!("<sodipodi:namedview at='{home}'/>"),
            &format!(" inkscape:export-filename=\"{home}\""),
            &format!("<metadata><rdf:RDF><dc:creator>{home}<b/></dc:creator></rdf:RDF></metadata>"),
        ],
        &photo,
    );
    let copy = cleaned("image/svg+xml", noted.as_bytes());
    let plain = drawing(["", "", "", ""], &small_jpeg(&[]));
    assert_eq!(String::from_utf8(copy).unwrap().replace('\'', "\""), plain.replace('\'', "\""));
    assert_eq!(clean("image/svg+xml", plain.as_bytes()), Ok(Cleaned::Same), "one without notes is served as it is");
    for broken in [
        "<svg><metadata>",
        "<svg></g>",
        "<svg a='<'><metadata/></svg",
        "<svg><image href='data:image/png;base64,?'/></svg>",
    ] {
        assert!(clean("image/svg+xml", broken.as_bytes()).is_err(), "{broken}");
    }
}

#[test]
fn broken_sounds_and_drawings_of_any_length_do_no_harm() {
    let wav = b"RIFF\x1C\0\0\0WAVEfmt \x02\0\0\0abdata\x02\0\0\0xy";
    let flac = b"fLaC\0\0\0\x01a\x84\0\0\x02bcframes";
    let ogg = [page(2, 1, &[8], b"OpusHead"), page(0, 1, &[16], b"OpusTags\0\0\0\0\0\0\0\0")].concat();
    let webm = ebml(b"\x18\x53\x80\x67", &ebml(b"\x15\x49\xA9\x66", &ebml(b"\x7B\xA9", b"t")));
    let mp3 = [id3(), b"\xFF\xFBs".to_vec(), b"TAG".to_vec(), vec![0; 125]].concat();
    let svg = b"<svg a='b'><!--c--><metadata><d/></metadata>&amp;</svg>";
    for (media_type, whole) in [
        ("audio/wav", &wav[..]),
        ("audio/flac", flac),
        ("audio/ogg", &ogg),
        ("video/webm", &webm),
        ("audio/mpeg", &mp3),
        ("image/svg+xml", svg),
    ] {
        clean(media_type, whole).unwrap();
        for end in 0..whole.len() {
            let _ = clean(media_type, &whole[..end]);
            for value in [0x00, 0x01, 0x7F, 0x80, 0xFF] {
                let mut bent = whole.to_vec();
                bent[end] = value;
                let _ = clean(media_type, &bent);
            }
        }
    }
}
