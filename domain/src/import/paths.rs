//! What a file's path says: whether it is a note, its title, its address, its date.

use jiff::Timestamp;
use shared::import::Source;
use shared::slug;

/// The last part of a path.
pub(super) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What stands before the last part; empty at the root.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part without its extension.
pub(super) fn stem(path: &str) -> &str {
    let base = base(path);
    base.rsplit_once('.').map_or(base, |(stem, _)| stem)
}

/// The extension in lower case.
pub(super) fn extension(path: &str) -> String {
    base(path).rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
}

/// True for Markdown.
pub(super) fn is_note(path: &str) -> bool {
    matches!(extension(path).as_str(), "md" | "markdown" | "mdx")
}

/// Files that systems leave behind.
pub(super) fn is_litter(path: &str) -> bool {
    matches!(base(path).to_lowercase().as_str(), "thumbs.db" | "desktop.ini" | "ehthumbs.db")
        || path.split('/').any(|part| part.starts_with('.'))
}

/// What belongs to a site generator and not to its content.
pub(super) fn is_generators(path: &str) -> bool {
    const FOLDERS: [&str; 14] = [
        "node_modules",
        "themes",
        "layouts",
        "templates",
        "_layouts",
        "_includes",
        "_sass",
        "_site",
        "sass",
        "archetypes",
        "resources",
        "target",
        "dist",
        "vendor",
    ];
    const EXTENSIONS: [&str; 22] = [
        "html", "htm", "css", "scss", "sass", "less", "js", "mjs", "cjs", "ts", "tsx", "jsx", "astro", "vue", "svelte",
        "toml", "yml", "yaml", "lock", "rb", "xml", "map",
    ];
    let mut folders = folder(path).split('/');
    folders.any(|folder| FOLDERS.contains(&folder))
        || EXTENSIONS.contains(&extension(path).as_str())
        || matches!(base(path), "package.json" | "package-lock.json" | "tsconfig.json" | "Gemfile" | "Makefile")
}

/// What the folders above a generator's content say nothing of: they are left out of addresses.
const CONTENT: [&str; 8] =
    ["src/content/", "content/", "_posts/", "_drafts/", "src/pages/", "static/", "public/", "source/_posts/"];

/// A path as links in the content use it.
pub(super) fn in_content(path: &str, source: Source) -> &str {
    match source {
        Source::Obsidian => path,
        Source::Markdown => CONTENT.iter().find_map(|root| path.strip_prefix(root)).unwrap_or(path),
    }
}

/// What a path says of a note.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// The title where the text has none.
    pub title: String,
    /// The address; empty to make it from the title.
    pub slug: String,
    /// The date where the text has none.
    pub date: Option<Timestamp>,
    /// A generator's draft by its place.
    pub draft: bool,
}

/// Obsidian: a note is called as its file. Generators: so is its address, and `index` is its folder.
pub(super) fn named(path: &str, source: Source) -> Named {
    match source {
        Source::Obsidian => Named { title: stem(path).trim().to_owned(), ..Named::default() },
        Source::Markdown => of_content(path),
    }
}

fn of_content(path: &str) -> Named {
    let inside = in_content(path, Source::Markdown);
    let (date, stem) = dated(stem(inside));
    let is_index = matches!(stem, "index" | "_index");
    let name = match (is_index, folder(inside)) {
        (true, "") => "Home",
        (true, folder) => dated(base(folder)).1,
        (false, _) => stem,
    };
    let date = date.or_else(|| dated(base(folder(inside))).0.filter(|_| is_index));
    let made = slug::from_title(name).unwrap_or_default();
    let slug = if slug::check(&made).is_ok() { made } else { String::new() };
    let draft = path.split('/').any(|part| part == "_drafts");
    Named { title: spaced(name), slug, date, draft }
}

/// Jekyll's `2024-05-31-title`: the date at midnight UTC, and what follows it.
fn dated(stem: &str) -> (Option<Timestamp>, &str) {
    let (Some(date), Some(rest)) = (stem.get(..10), stem.get(10..)) else { return (None, stem) };
    let Some(rest) = rest.strip_prefix(['-', '_']).filter(|rest| !rest.is_empty()) else { return (None, stem) };
    let parsed = date.parse::<jiff::civil::Date>().ok().filter(|_| date.as_bytes()[4] == b'-');
    match parsed.and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok()) {
        Some(at) => (Some(at.timestamp()), rest),
        None => (None, stem),
    }
}

/// A file name as a title: hyphens are spaces, and it begins with a capital.
fn spaced(name: &str) -> String {
    if name.contains(' ') {
        return name.to_owned();
    }
    let words = name.replace(['-', '_'], " ");
    let mut chars = words.trim().chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_obsidian_note_is_called_as_its_file() {
        let named = named("Plugins/Back links.v2.md", Source::Obsidian);
        assert_eq!((named.title.as_str(), named.slug.as_str()), ("Back links.v2", ""));
    }

    #[test]
    fn generators_name_notes_by_files_and_folders() {
        for (path, title, slug, date) in [
            ("_posts/2024-05-31-hello-world.md", "Hello world", "hello-world", Some("2024-05-31T00:00:00Z")),
            ("content/posts/my-trip/index.md", "My trip", "my-trip", None),
            ("content/blog/2023-01-02-trip/index.md", "Trip", "trip", Some("2023-01-02T00:00:00Z")),
            ("content/about/_index.md", "About", "about", None),
            ("content/_index.md", "Home", "home", None),
            ("src/content/blog/first.mdx", "First", "first", None),
            ("new.md", "New", "", None),
            ("2024-13-45-odd.md", "2024 13 45 odd", "2024-13-45-odd", None),
            ("2024-05-31.md", "2024 05 31", "2024-05-31", None),
        ] {
            let named = named(path, Source::Markdown);
            assert_eq!((named.title.as_str(), named.slug.as_str()), (title, slug), "{path}");
            assert_eq!(named.date.map(|d| d.to_string()).as_deref(), date, "{path}");
        }
        assert!(named("_drafts/x.md", Source::Markdown).draft);
    }
}
