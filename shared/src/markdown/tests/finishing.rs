//! Filling the holes: links, files and embedded notes, for each kind of reader.

use std::collections::HashMap;

use super::support::{Everything, html, rendered};
use crate::markdown::{Audience, Destination, EmbeddedNote, Fragment, Reference, Rendered, Resolve, finish, section};

/// A few notes that know one another by name.
struct Notes {
    notes: HashMap<&'static str, Rendered>,
    audience: Audience,
    base: &'static str,
}

impl Notes {
    fn new(notes: &[(&'static str, &str)]) -> Self {
        let notes = notes.iter().map(|(name, source)| (*name, rendered(source))).collect();
        Self { notes, audience: Audience::Visitor, base: "" }
    }

    fn page(&self, name: &str) -> String {
        let page = Page { notes: self, address: format!("/notes/{name}") };
        let html = finish(&self.notes[name], &page);
        super::judge::check(&html);
        html
    }
}

struct Page<'n> {
    notes: &'n Notes,
    address: String,
}

impl Resolve for Page<'_> {
    fn resolve(&self, index: usize, reference: &Reference) -> Destination {
        if self.notes.notes.contains_key(reference.target.path.as_str()) {
            return Destination::Note {
                href: format!("/notes/{}", reference.target.path),
                title: reference.target.path.clone(),
            };
        }
        if reference.target.path.contains('.') {
            Everything(self.notes.audience).resolve(index, reference)
        } else {
            Destination::Missing
        }
    }

    fn embed(&self, _index: usize, reference: &Reference) -> Option<EmbeddedNote<'_>> {
        let note = self.notes.notes.get(reference.target.path.as_str())?;
        Some(EmbeddedNote {
            title: reference.target.path.clone(),
            href: format!("/notes/{}", reference.target.path),
            rendered: note,
            resolve: self,
        })
    }

    fn audience(&self) -> Audience {
        self.notes.audience
    }

    fn address(&self) -> &str {
        &self.address
    }

    fn base(&self) -> &str {
        self.notes.base
    }
}

#[test]
fn a_note_shows_in_another() {
    let notes = Notes::new(&[
        ("a", "# One\n\n## Two\n\n![[b]]\n\n### Three"),
        ("b", "# B head\n\ntext[^1] [[#B head]] [l](#b-head) ^blk\n\n| t |\n|---|\n\n[^1]: note"),
    ]);
    let page = notes.page("a");
    for expected in [
        "<div class=\"embed\"><p class=\"embed-title\"><a class=\"internal\" href=\"/notes/b\">b</a></p><div class=\"embed-body\">",
        "<h4 id=\"n1-b-head\">B head</h4></div>",
        "id=\"n1-fnref-1\"><a href=\"#n1-fn-1\"",
        "<li id=\"n1-fn-1\">",
        "<a class=\"internal\" href=\"#n1-b-head\">B head</a>",
        "<a href=\"#n1-b-head\">l</a>",
        "<p id=\"n1-^blk\">",
        "aria-label=\"Table 1.1: t\"",
        "aria-label=\"Footnotes 1\"",
    ] {
        assert!(page.contains(expected), "{expected}\n--- in\n{page}");
    }
    assert!(!page.contains("href=\"#n1-b-head\" aria-label"), "no anchor links inside an embed");
}

#[test]
fn a_section_or_a_block_of_a_note_shows() {
    let notes = Notes::new(&[
        ("section", "![[b#Two]]"),
        ("nested", "![[b#One#Same]]"),
        ("block", "![[b#^item]]\n\n![[b#^para]]"),
        ("none", "![[b#No such]]"),
        (
            "b",
            "intro\n\n# One\n\none[^1]\n\n## Same\n\nunder one\n\n# Two\n\n- x\n- y ^item\n\n## Below\n\nbelow [l](#one)\n\n# Three\n\nthree ^para\n\n## Same\n\nunder three\n\n[^1]: foot",
        ),
    ]);
    let page = notes.page("section");
    assert!(
        page.contains("<h2 id=\"n1-two\">Two</h2>") && page.contains("below") && page.contains("<h3 id=\"n1-below\">"),
        "{page}"
    );
    assert!(page.contains("<a href=\"/notes/b#n-one\">l</a>"), "{page}");
    assert!(!page.contains("one<sup") && !page.contains("three") && !page.contains("foot"), "{page}");
    assert!(notes.page("nested").contains("under one") && !notes.page("nested").contains("under three"));
    let blocks = notes.page("block");
    assert!(blocks.contains("<ul><li id=\"n1-^item\">y</li>\n</ul>"), "{blocks}");
    assert!(blocks.contains("<p id=\"n2-^para\">three</p>"), "{blocks}");
    assert_eq!(notes.page("none"), "<p><a class=\"internal\" href=\"/notes/b#n-no-such\">b</a></p>");
}

#[test]
fn sections_are_balanced_wherever_they_begin() {
    let note = rendered(
        "> # Quoted\n> text\n>\n> # Next\n> more\n\n<div>\n\n# In a div\n\ntext\n\n</div>\n\nafter\n\n# Last\n\nend[^1]\n\n[^1]: foot",
    );
    for name in ["Quoted", "Next", "In a div", "Last"] {
        let part = section(&note, &Fragment::Heading(vec![name.into()])).unwrap();
        let part = Rendered { pieces: part.into_iter().collect(), ..note.clone() };
        let html = finish(&part, &Everything(Audience::Visitor));
        super::judge::check(&html);
        assert!(html.contains(name) && !html.contains("foot<") && !html.contains("after"), "{html}");
    }
}

#[test]
fn circles_end_in_a_link() {
    let notes = Notes::new(&[
        ("a", "A text ![[b]]"),
        ("b", "B text ![[a]]"),
        ("self", "S ![[self]]"),
        ("own", "# H\n\n![[#H]]\n\n# Else\n\n![[#H]]"),
    ]);
    let page = notes.page("a");
    assert_eq!((page.matches("A text").count(), page.matches("B text").count()), (1, 1), "{page}");
    assert!(page.contains("<p><a class=\"internal\" href=\"/notes/a\">a</a></p>"), "{page}");
    assert_eq!(notes.page("self").matches("class=\"embed\"").count(), 0);
    let own = notes.page("own");
    assert_eq!(own.matches("class=\"embed\"").count(), 2, "{own}");
}

#[test]
fn embeds_are_bounded_in_depth_number_and_size() {
    let names = ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7"];
    let sources: Vec<String> = (1..=names.len()).map(|n| format!("text{n}\n\n![[n{n}]]")).collect();
    let chain: Vec<(&'static str, &str)> = names.iter().copied().zip(sources.iter().map(String::as_str)).collect();
    let page = Notes::new(&chain).page("n0");
    assert!(page.contains("text5") && !page.contains("text6"), "{page}");

    let wide =
        Notes::new(&[("a", "![[b]]\n\n".repeat(1_000).as_str()), ("b", &"![[c]]\n\n".repeat(1_000)), ("c", "leaf")]);
    let page = wide.page("a");
    assert_eq!(page.matches("class=\"embed\"").count(), crate::limits::EMBEDS);

    let big = Notes::new(&[("a", "![[b]]\n\n".repeat(30).as_str()), ("b", &"word ".repeat(40_000))]);
    assert!(big.page("a").len() < 2_000_000);
}

#[test]
fn files_show_as_what_they_are() {
    for (source, expected) in [
        (
            "![[p.png|300]]",
            "<figure class=\"image\"><img src=\"/media/p.png\" alt=\"\" width=\"300\" height=\"225\" loading=\"lazy\" decoding=\"async\"></figure>",
        ),
        ("![[p.png|A cat|300x100]]", "alt=\"A cat\" width=\"300\" height=\"100\""),
        ("a ![[p.png]] b", "<p>a <img src=\"/media/p.png\" alt=\"\" width=\"800\" height=\"600\""),
        ("![x|50](p.png)", "alt=\"x\" width=\"50\" height=\"38\""),
        (
            "![[s.mp3]]",
            "<figure class=\"audio\"><audio controls preload=\"metadata\" src=\"/media/s.mp3\" aria-label=\"s.mp3\"></audio></figure>",
        ),
        (
            "![[v.mp4|400]]",
            "<video controls preload=\"metadata\" src=\"/media/v.mp4\" aria-label=\"v.mp4\" width=\"400\" height=\"300\"></video>",
        ),
        (
            "![[d.pdf#page=3]]",
            "<iframe src=\"/media/d.pdf#page=3\" title=\"d.pdf\" loading=\"lazy\"></iframe><figcaption><a class=\"file\" href=\"/media/d.pdf#page=3\"",
        ),
        ("![[t.csv]]", "<p><a class=\"file\" href=\"/media/t.csv\">t.csv</a></p>"),
        ("[[p.png|pic]]", "<a class=\"file\" href=\"/media/p.png\">pic</a>"),
        ("[![[p.png]]](https://e.org)", "<img src=\"/media/p.png\""),
        ("[![a](s.mp3)](https://e.org)", "class=\"external\" rel=\"noopener\">a</a>"),
        (
            "![cat](https://e.org/c.png)",
            "<img src=\"https://e.org/c.png\" alt=\"cat\" loading=\"lazy\" decoding=\"async\" referrerpolicy=\"no-referrer\">",
        ),
        (
            "![Film](https://www.youtube.com/watch?v=x)",
            "<a href=\"https://www.youtube.com/watch?v=x\" class=\"external\" rel=\"noopener\">Film</a>",
        ),
    ] {
        let html = html(source);
        super::judge::check(&html);
        assert!(html.contains(expected), "{source}\n--- lacks\n{expected}\n--- in\n{html}");
    }
}

#[test]
fn a_feed_has_whole_addresses_and_no_anchors_or_margin_notes() {
    let mut notes = Notes::new(&[
        ("a", "# Head\n\ntext[^1] [[b]] #tag ![[p.png]] [r](/notes/x)\n\n![[b]]\n\n[^1]: foot"),
        ("b", "B #t"),
    ]);
    notes.audience = Audience::Feed;
    notes.base = "https://site.example";
    let page = notes.page("a");
    for expected in [
        "href=\"https://site.example/notes/b\"",
        "href=\"https://site.example/tags/tag\"",
        "src=\"https://site.example/media/p.png\"",
        "href=\"https://site.example/notes/x\"",
        "href=\"https://site.example/tags/t\"",
    ] {
        assert!(page.contains(expected), "{expected}\n--- in\n{page}");
    }
    assert!(!page.contains("anchor") && !page.contains("margin-n"), "{page}");
    assert_eq!(page.matches("foot").count(), "footnote-ref footnotes foot footnote-back".matches("foot").count());
}

#[test]
fn headings_are_found_as_they_are_linked() {
    let note = rendered("# What's *new*?\n\n## A & B\n\n# Second\n\n## A & B\n\np ^Ab");
    let find = |path: &[&str]| note.anchor(&Fragment::Heading(path.iter().map(|part| (*part).to_owned()).collect()));
    assert_eq!(find(&["What's new?"]).as_deref(), Some("n-whats-new"));
    assert_eq!(find(&["whats new"]).as_deref(), Some("n-whats-new"));
    assert_eq!(find(&["A & B"]).as_deref(), Some("n-a--b"));
    assert_eq!(find(&["Second", "A & B"]).as_deref(), Some("n-a--b-1"));
    assert_eq!(find(&["Third", "A & B"]), None);
    assert_eq!(note.anchor(&Fragment::Block("AB".into())).as_deref(), Some("n-^ab"));
}

#[test]
fn what_is_stored_comes_back_the_same() {
    let note =
        rendered("---\ntitle: x\n---\n# A #t ^b\n\n[[x|y]] ![[p.png|3]] ![[n#h]]^[foot] [[#A]]\n\n> [!tip]- q\n> $x$");
    let stored = serde_json::to_string(&note).unwrap();
    assert_eq!(serde_json::from_str::<Rendered>(&stored).unwrap(), note);
}
