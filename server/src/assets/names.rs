//! How a file of the built site is named and shipped. Also compiled into the build script.

use std::borrow::Cow;

/// The length of the hash that cargo-leptos puts into a file's name.
const HASH: usize = 22;

/// The name that code uses: `pkg/commonplace.HASH.css` is `commonplace.css`.
pub(crate) fn logical(file: &str) -> String {
    let Some(name) = file.strip_prefix("pkg/") else {
        return file.to_owned();
    };
    let mut parts: Vec<&str> = name.split('.').collect();
    let before_last = parts.len().saturating_sub(2);
    if before_last > 0 && is_hash(parts[before_last]) {
        parts.remove(before_last);
    }
    parts.join(".")
}

/// The address a browser asks for. Scripts, styles and WebAssembly from the site's folder itself get a hash in theirs, so
/// that they may be cached for ever; those of its folder `desk` stay under `/desk/`, which the service worker there keeps.
pub(crate) fn address(file: &str, hash: &str) -> String {
    let (folder, name) = file.split_once('/').unwrap_or(("pkg", file));
    let hashed = ["js", "css", "wasm"].contains(&extension(name)) && !name.contains('/');
    match name.rsplit_once('.') {
        Some((stem, extension)) if hashed && (folder == "desk" || name == file) => {
            format!("/{folder}/{stem}.{hash}.{extension}")
        }
        _ => format!("/{file}"),
    }
}

/// The bytes to send: scripts from `public/` lose comment lines and indentation.
pub(crate) fn shipped<'a>(file: &str, bytes: &'a [u8]) -> Cow<'a, [u8]> {
    let own_script = file.ends_with(".js") && !file.starts_with("pkg/");
    let Some(text) = std::str::from_utf8(bytes).ok().filter(|_| own_script) else {
        return Cow::Borrowed(bytes);
    };
    let mut kept = String::with_capacity(text.len());
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    Cow::Owned(kept.into_bytes())
}

/// The `Content-Type` of a file.
pub(crate) fn media_type(file: &str) -> &'static str {
    match extension(file) {
        "avif" => "image/avif",
        "css" => "text/css; charset=utf-8",
        "gif" => "image/gif",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "jpg" | "jpeg" => "image/jpeg",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}

fn extension(file: &str) -> &str {
    file.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn is_hash(part: &str) -> bool {
    let alphabet = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    part.len() == HASH && part.bytes().all(alphabet)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASHED: &str = "pkg/commonplace.abcdefghijklmnopqrst-_.css";

    #[test]
    fn a_hash_is_no_part_of_the_logical_name() {
        assert_eq!(logical(HASHED), "commonplace.css");
        assert_eq!(logical("pkg/commonplace.css"), "commonplace.css");
        assert_eq!(logical("pkg/__wasm_split.abcdefghijklmnopqrst-_.js"), "__wasm_split.js");
        assert_eq!(logical("pkg/short.abc.css"), "short.abc.css");
        assert_eq!(logical("favicon.svg"), "favicon.svg");
    }

    #[test]
    fn own_scripts_get_a_hashed_address_and_the_rest_keep_theirs() {
        assert_eq!(address("visitor.js", "0123"), "/pkg/visitor.0123.js");
        assert_eq!(address("renderer.wasm", "0123"), "/pkg/renderer.0123.wasm");
        assert_eq!(address("desk/preview.js", "0123"), "/desk/preview.0123.js");
        assert_eq!(address("favicon.svg", "0123"), "/favicon.svg");
        assert_eq!(address(HASHED, "0123"), format!("/{HASHED}"));
        assert_eq!(address("pkg/snippets/a/inline.js", "0123"), "/pkg/snippets/a/inline.js");
    }

    #[test]
    fn own_scripts_are_sent_without_comment_lines() {
        let source = b"// why\nif (a) {\n  // more\n  b(\"//\");\n}\n";
        assert_eq!(*shipped("visitor.js", source), *b"if (a) {\nb(\"//\");\n}\n");
        assert_eq!(*shipped("desk/preview.js", source), *b"if (a) {\nb(\"//\");\n}\n");
        assert_eq!(*shipped("pkg/commonplace.js", source), *source);
    }
}
