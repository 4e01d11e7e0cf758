//! Links as data: what they name, where they stand, the sentence around them, and their rewriting.

use super::support::rendered;
use crate::markdown::{Fragment, Reference, TargetKind, rewrite_target, rewrite_targets};

fn only(source: &str) -> Reference {
    let mut references = rendered(source).references;
    assert_eq!(references.len(), 1, "{source}: {references:?}");
    references.remove(0)
}

fn heading(path: &[&str]) -> Option<Fragment> {
    Some(Fragment::Heading(path.iter().map(|part| (*part).to_owned()).collect()))
}

#[test]
fn every_spelling_of_a_link_is_understood() {
    let block = |id: &str| Some(Fragment::Block(id.to_owned()));
    for (source, path, fragment, label, written) in [
        ("[[Note]]", "Note", None, None, "Note"),
        ("[[Folder/Sub note]]", "Folder/Sub note", None, None, "Folder/Sub note"),
        ("[[Note.md]]", "Note", None, None, "Note.md"),
        ("[[ Note ]]", "Note", None, None, "Note"),
        ("[[Note|a label]]", "Note", None, Some("a label"), "Note"),
        ("[[Note#Head]]", "Note", heading(&["Head"]), None, "Note"),
        ("[[Note#One#Two|x]]", "Note", heading(&["One", "Two"]), Some("x"), "Note"),
        ("[[Note#^abc]]", "Note", block("abc"), None, "Note"),
        ("[[#Head]]", "", heading(&["Head"]), None, ""),
        ("[[AT&T]]", "AT&T", None, None, "AT&T"),
        ("[[日本語 ノート|x]]", "日本語 ノート", None, Some("x"), "日本語 ノート"),
        ("| a |\n|---|\n| [[Note\\|label]] |", "Note", None, Some("label"), "Note"),
        ("| a \\| b | `c\\|d` [[Note]] |\n|---|---|", "Note", None, None, "Note"),
        ("`[[Note]]` [[Note]]", "Note", None, None, "Note"),
        ("[ stray [[Note|x]]", "Note", None, Some("x"), "Note"),
        ("> - a\n>   [[Note]]", "Note", None, None, "Note"),
        ("# [[Note]]", "Note", None, None, "Note"),
        ("a^[b [[Note]]]", "Note", None, None, "Note"),
        ("[text](Note.md)", "Note", None, Some("text"), "Note.md"),
        ("[t](My%20note.md#A%20head)", "My note", heading(&["A head"]), Some("t"), "My%20note.md"),
        ("[t](<My note.md>)", "My note", None, Some("t"), "My note.md"),
        ("[t](../Up/Note.md \"title\")", "../Up/Note", None, Some("t"), "../Up/Note.md"),
        ("[t](./Note.md#^b1)", "Note", block("b1"), Some("t"), "./Note.md"),
        ("[t](a(b).md)", "a(b)", None, Some("t"), "a(b).md"),
        ("[t][r]\n\n[r]: Note.md", "Note", None, Some("t"), "Note.md"),
        ("[t](file.pdf)", "file.pdf", None, Some("t"), "file.pdf"),
        ("<a href=\"Note.md\">t</a>", "Note", None, None, "Note.md"),
    ] {
        let reference = only(source);
        assert_eq!(reference.target.path, path, "{source}");
        assert_eq!(reference.target.fragment, fragment, "{source}");
        assert_eq!(reference.label.as_deref(), label, "{source}");
        assert_eq!(&source[reference.range.clone()], written, "{source}");
        assert!(!reference.embed, "{source}");
        let wiki = source.contains("[[");
        assert_eq!(reference.target.kind == TargetKind::Wiki, wiki, "{source}");
    }
}

#[test]
fn embeds_have_label_and_size() {
    for (source, path, label, size, written) in [
        ("![[p.png]]", "p.png", None, None, "p.png"),
        ("![[p.png|300]]", "p.png", None, Some((Some(300), None)), "p.png"),
        ("![[p.png|300x200]]", "p.png", None, Some((Some(300), Some(200))), "p.png"),
        ("![[p.png|A cat]]", "p.png", Some("A cat"), None, "p.png"),
        ("![[p.png|A cat|300]]", "p.png", Some("A cat"), Some((Some(300), None)), "p.png"),
        ("![A cat|300](a/p%20q.png)", "a/p q.png", Some("A cat"), Some((Some(300), None)), "a/p%20q.png"),
        ("![](<p q.png>)", "p q.png", None, None, "p q.png"),
        ("<img src=\"p.png\" alt=\"A cat\" width=\"30\">", "p.png", Some("A cat"), Some((Some(30), None)), "p.png"),
        ("| a |\n|---|\n| ![[p.png\\|30]] |", "p.png", None, Some((Some(30), None)), "p.png"),
        ("![[Note|not 300 wide]]", "Note", Some("not 300 wide"), None, "Note"),
    ] {
        let reference = only(source);
        assert_eq!(
            (reference.target.path.as_str(), reference.label.as_deref(), reference.size),
            (path, label, size),
            "{source}"
        );
        assert_eq!(&source[reference.range.clone()], written, "{source}");
        assert!(reference.embed, "{source}");
    }
}

#[test]
fn what_is_no_link_is_none() {
    for source in [
        "`[[a]]`",
        "```\n[[a]]\n```",
        "\\[[a]]",
        "[[]]",
        "[[|a]]",
        "%%[[a]]%%",
        "[a](https://e.org)",
        "[a](#b)",
        "[a](mailto:b@e.org)",
        "[a](/notes/b)",
        "$[[a]]$",
        "<!-- [[a]] -->",
        "[a]()",
    ] {
        assert_eq!(rendered(source).references, [], "{source}");
    }
}

#[test]
fn a_link_knows_its_sentence() {
    let sentence = |source: &str| rendered(source).references[0].sentence.clone();
    assert_eq!(sentence("First one. Then *see* [[Note|this]] again! Last."), "Then see this again!");
    assert_eq!(sentence("- item [[Note]]\n- other"), "item Note");
    assert_eq!(sentence("一。见[[Note]]了。二。"), "见Note了。");
    assert_eq!(sentence("Version 1.2 of [[Note]] is e.g. here."), "Version 1.2 of Note is e.g.");
    let long = sentence(&format!("{} [[Note]] {}", "before ".repeat(100), "after ".repeat(100)));
    assert!(long.chars().count() <= 300 && long.contains("Note"), "{long}");
}

#[test]
fn a_rename_rewrites_links_and_nothing_else() {
    for (source, path, expected) in [
        ("a [[Old]] b", "New name", "a [[New name]] b"),
        ("[[Old|label]] [x](#y)", "F/New", "[[F/New|label]] [x](#y)"),
        ("![[Old#Head|x]]", "New", "![[New#Head|x]]"),
        ("[[Old.md]]", "New", "[[New.md]]"),
        ("[t](Old.md#h)", "A b/New ü", "[t](A%20b/New%20%C3%BC.md#h)"),
        ("[t](<Old.md> \"x\")", "A b", "[t](<A b.md> \"x\")"),
        ("[t][r]\n\n[r]: Old.md 'x'", "New", "[t][r]\n\n[r]: New.md 'x'"),
        ("| [[Old\\|x]] |\n|---|", "New", "| [[New\\|x]] |\n|---|"),
        ("`[[Old]]` [[Old]]", "New", "`[[Old]]` [[New]]"),
        ("[[Old]]", "can]not", "[[Old]]"),
        ("é [[Old]] 漢", "新", "é [[新]] 漢"),
        ("[t](Old.md)", "a)b", "[t](a%29b.md)"),
    ] {
        assert_eq!(rewrite_target(source, &only(source), path), expected, "{source}");
    }
    let source = "[[A]] [[B]] [[A|x]]";
    let note = rendered(source);
    let changes: Vec<_> = note
        .references
        .iter()
        .filter(|reference| reference.target.path == "A")
        .map(|reference| (reference, "C"))
        .collect();
    assert_eq!(rewrite_targets(source, &changes), "[[C]] [[B]] [[C|x]]");
}

#[test]
fn the_first_picture_is_known() {
    let note = rendered("![out](https://e.org/a.png) ![[Note]] [[a.png]] ![[s.mp3]]\n\n![[b.webp]] ![c](c.jpg)");
    assert_eq!(note.references[note.first_image.unwrap()].target.path, "b.webp");
}
