//! What a file is: by its bytes first; its name only decides between kinds that its bytes allow.

/// How much of a file is looked at.
const HEAD: usize = 4096;

/// The media type of these bytes under this name. Nothing is ever a script: what would be one is plain text.
pub(super) fn of(name: &str, bytes: &[u8]) -> &'static str {
    let head = &bytes[..bytes.len().min(HEAD)];
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_lowercase()).unwrap_or_default();
    if let Some(found) = by_signature(head) {
        return found;
    }
    if head.starts_with(b"PK\x03\x04") {
        return by_zip_name(&extension);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => by_text(text, &extension),
        _ => "application/octet-stream",
    }
}

/// Offset, bytes there, type.
const SIGNATURES: [(usize, &[u8], &str); 24] = [
    (0, b"\xFF\xD8\xFF", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1A\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBPVP8", "image/webp"),
    (0, b"\xFF\x0A", "image/jxl"),
    (0, b"\0\0\0\x0CJXL \r\n\x87\n", "image/jxl"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"\0\0\x01\0", "image/vnd.microsoft.icon"),
    (0, b"%PDF-", "application/pdf"),
    (8, b"WAVEfmt", "audio/wav"),
    (8, b"AVI LIST", "video/x-msvideo"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xFF\xFB", "audio/mpeg"),
    (0, b"\xFF\xF3", "audio/mpeg"),
    (0, b"\xFF\xF2", "audio/mpeg"),
    (0, b"\xFF\xF1", "audio/aac"),
    (0, b"\xFF\xF9", "audio/aac"),
    (0, b"wOFF", "font/woff"),
    (0, b"wOF2", "font/woff2"),
    (0, b"\x1F\x8B\x08", "application/gzip"),
    (0, b"7z\xBC\xAF\x27\x1C", "application/x-7z-compressed"),
];

fn by_signature(head: &[u8]) -> Option<&'static str> {
    let stands = |at: usize, mark: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(mark));
    if let Some((_, _, found)) = SIGNATURES.iter().find(|(at, mark, _)| stands(*at, mark)) {
        return Some(found);
    }
    if stands(4, b"ftyp") {
        return Some(by_brand(head));
    }
    if stands(0, b"BM") && stands(6, &[0; 4]) {
        return Some("image/bmp");
    }
    if stands(0, b"\x1A\x45\xDF\xA3") {
        let webm = head.windows(4).any(|w| w == b"webm");
        return Some(if webm { "video/webm" } else { "video/x-matroska" });
    }
    if stands(0, b"OggS") {
        let video = head.windows(6).any(|w| w == b"theora");
        return Some(if video { "video/ogg" } else { "audio/ogg" });
    }
    None
}

/// ISO/IEC 14496-12, 4.3: the major brand of the file type box.
fn by_brand(head: &[u8]) -> &'static str {
    match head.get(8..12) {
        Some(b"avif" | b"avis") => "image/avif",
        Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1") => "image/heic",
        Some(b"qt  ") => "video/quicktime",
        Some(b"M4A " | b"M4B ") => "audio/mp4",
        _ => "video/mp4",
    }
}

fn by_zip_name(extension: &str) -> &'static str {
    match extension {
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt" => "application/vnd.oasis.opendocument.text",
        "ods" => "application/vnd.oasis.opendocument.spreadsheet",
        "epub" => "application/epub+zip",
        _ => "application/zip",
    }
}

fn by_text(text: &str, extension: &str) -> &'static str {
    let start: String = text.trim_start_matches('\u{FEFF}').trim_start().chars().take(1024).collect();
    let start = start.to_ascii_lowercase();
    let markup = start.starts_with('<');
    if markup && start.contains("<svg") && !start.contains("<html") {
        return "image/svg+xml";
    }
    if markup && (start.starts_with("<!doctype html") || start.contains("<html")) {
        return "text/html";
    }
    match extension {
        "html" | "htm" | "xhtml" => "text/html",
        "svg" | "xml" | "xsl" => "application/xml",
        "md" | "markdown" => "text/markdown",
        "csv" => "text/csv",
        "json" | "canvas" => "application/json",
        _ => "text/plain",
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn bytes_decide_before_names() {
        for (name, bytes, expected) in [
            ("a.png", &b"\xFF\xD8\xFF\xE0...."[..], "image/jpeg"),
            ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
            ("a.png", b"<!DOCTYPE html><script>alert(1)</script>", "text/html"),
            ("a.txt", b"<?xml version='1.0'?>\n<html xmlns='http://www.w3.org/1999/xhtml'>", "text/html"),
            ("a.png", b"\0\x01\x02nonsense", "application/octet-stream"),
            ("a.js", b"alert(1)", "text/plain"),
            ("a.svg", b"alert(1)", "application/xml"),
            ("a.docx", b"PK\x03\x04....", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            ("a", b"RIFF\x10\0\0\0WEBPVP8L....", "image/webp"),
            ("a.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0", "video/mp4"),
            ("a", b"", "text/plain"),
        ] {
            assert_eq!(of(name, bytes), expected, "{name}");
        }
    }
}
