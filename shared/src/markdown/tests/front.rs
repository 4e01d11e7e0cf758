//! Front matter, and the source that others may read.

use crate::markdown::{FrontMatter, front_matter, strip_for_visitors};

fn yaml(inside: &str) -> FrontMatter {
    front_matter(&format!("---\n{inside}\n---\nbody"))
}

#[test]
fn every_field_is_read() {
    let front = yaml(
        "title: A *title*: no\ndescription: About\npermalink: some/where\ndate: 2024-01-02\nupdated: 2024-01-03T04:05:06Z\ntags: [a, '#b/c']\naliases:\n  - One\n  - Two\npublish: true\ndraft: no\nlang: de\ncover: \"[[pic.png]]\"",
    );
    // An unquoted colon and space is no YAML.
    assert!(front.problem.is_some());
    let front = yaml(
        "Title: 'A *title*: yes'\ndescription: About\npermalink: some/where\ndate: 2024-01-02\nupdated: 2024-01-03T04:05:06Z\ntags: [a, '#b/c']\naliases:\n  - One\n  - Two\npublish: true\ndraft: no\nlang: de\ncover: \"[[pic.png]]\"",
    );
    assert_eq!(front.problem, None);
    assert_eq!(front.title.as_deref(), Some("A *title*: yes"));
    assert_eq!(front.description.as_deref(), Some("About"));
    assert_eq!(front.permalink.as_deref(), Some("some/where"));
    assert_eq!(front.date.unwrap().to_string(), "2024-01-02T00:00:00Z");
    assert_eq!(front.updated.unwrap().to_string(), "2024-01-03T04:05:06Z");
    assert_eq!(front.tags, ["a", "b/c"]);
    assert_eq!(front.aliases, ["One", "Two"]);
    assert_eq!((front.publish, front.draft), (Some(true), Some(false)));
    assert_eq!(front.lang.as_deref(), Some("de"));
    assert_eq!(front.image.as_deref(), Some("pic.png"));
}

#[test]
fn tags_come_in_every_spelling() {
    for (inside, tags) in [
        ("tags: a, b c", vec!["a", "b-c"]),
        ("tags: 'a #b  c'", vec!["a", "b", "c"]),
        ("tags: \"#a\"", vec!["a"]),
        ("tags:\n- a\n- b", vec!["a", "b"]),
        ("tags:\n  - a\n  - A\n  - 2024", vec!["a", "2024"]),
        ("tags:", vec![]),
        ("tags: null", vec![]),
        ("tags: []", vec![]),
        ("tag: one", vec!["one"]),
        ("keywords: [x, y]", vec!["x", "y"]),
        ("Tags: [x]", vec!["x"]),
        ("tags: [null, {a: b}, [c], d]", vec!["d"]),
    ] {
        let front = yaml(inside);
        assert_eq!(front.problem, None, "{inside}");
        assert_eq!(front.tags, tags, "{inside}");
    }
}

#[test]
fn words_and_versions_stay_what_they_are() {
    for (written, title) in [
        ("1.10", "1.10"),
        ("007", "007"),
        ("2024", "2024"),
        ("No", "No"),
        ("y", "y"),
        ("1e3 # x", "1e3"),
        ("~", ""),
        ("'1.0'", "1.0"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
    ] {
        assert_eq!(yaml(&format!("title: {written}")).title.unwrap_or_default(), title, "{written}");
    }
    assert_eq!(
        (yaml("publish: no").publish, yaml("publish: Yes").publish, yaml("publish: soon").publish),
        (Some(false), Some(true), None)
    );
}

#[test]
fn dates_come_in_the_common_spellings() {
    for (written, expected) in [
        ("2024-05-06", "2024-05-06T00:00:00Z"),
        ("2024-05-06 07:08", "2024-05-06T07:08:00Z"),
        ("2024-05-06 07:08:09", "2024-05-06T07:08:09Z"),
        ("2024-05-06T07:08:09", "2024-05-06T07:08:09Z"),
        ("2024-05-06T07:08:09+02:00", "2024-05-06T05:08:09Z"),
        ("2024-05-06 07:08:09 +0200", "2024-05-06T05:08:09Z"),
        ("2024-05-06 07:08:09 +02:00", "2024-05-06T05:08:09Z"),
        ("2024/05/06", "2024-05-06T00:00:00Z"),
        ("06.05.2024", "2024-05-06T00:00:00Z"),
        ("May 6, 2024", "2024-05-06T00:00:00Z"),
        ("6 May 2024", "2024-05-06T00:00:00Z"),
        ("Mon, 06 May 2024 07:08:09 +0200", "2024-05-06T05:08:09Z"),
    ] {
        assert_eq!(
            yaml(&format!("date: {written}")).date.map(|date| date.to_string()).as_deref(),
            Some(expected),
            "{written}"
        );
        assert_eq!(
            yaml(&format!("date: '{written}'")).date.map(|date| date.to_string()).as_deref(),
            Some(expected),
            "{written}"
        );
    }
    for nonsense in ["soon", "2024-13-45", "99999-01-01", "''", "null", "[2024-01-01]"] {
        let front = yaml(&format!("date: {nonsense}"));
        assert_eq!((front.date, front.problem), (None, None), "{nonsense}");
    }
}

#[test]
fn what_cannot_be_read_is_reported_and_not_lost() {
    let front = front_matter("---\ntitle: a\ntags: [b\n---\nbody");
    let problem = front.problem.unwrap();
    assert!((2..=4).contains(&problem.line), "{problem:?}");
    assert!(!problem.reason.is_empty());
    assert_eq!(front.title, None);
    assert_eq!(front.body_start, "---\ntitle: a\ntags: [b\n---\n".len());
    assert_eq!(front_matter("+++\na = \n+++\n").problem.unwrap().line, 2);
}

#[test]
fn only_front_matter_is_front_matter() {
    for body in [
        "---\n\nProse between rules.\n\n---\nmore",
        "---\nProse\n---\n",
        "a\n---\nb: c\n---\n",
        "---\nno: end\n",
        "--- \n- list\n---\n",
        "----\na: b\n----\n",
        " ---\na: b\n---\n",
        "",
    ] {
        assert_eq!(front_matter(body), FrontMatter::default(), "{body}");
    }
    for (source, start) in [
        ("---\n---\nb", 8),
        ("---\r\ntitle: a\r\n---\r\nb", 20),
        ("\u{FEFF}---\ntitle: a\n---\n", 20),
        ("---\ntitle: a\n...\nb", 17),
        ("---\n# comment\ntitle: a\n---", 26),
        ("+++\ntitle = 'a'\n+++\n", 20),
    ] {
        assert_eq!(front_matter(source).body_start, start, "{source:?}");
    }
    assert_eq!(front_matter("\u{FEFF}---\r\ntitle: a\r\n---\r\nb").title.as_deref(), Some("a"));
}

#[test]
fn toml_is_read_as_hugo_and_zola_write_it() {
    let front = front_matter(
        "+++\ntitle = \"T\"\ndate = 2024-01-02T03:04:05Z\ntags = ['a']\ndraft = true\n[taxonomies]\ntags = [\"b\"]\n[extra]\nsecret = 1\n+++\nbody",
    );
    assert_eq!(front.problem, None);
    assert_eq!((front.title.as_deref(), front.draft), (Some("T"), Some(true)));
    assert_eq!(front.date.unwrap().to_string(), "2024-01-02T03:04:05Z");
    assert_eq!(front.tags, ["a", "b"]);
    let local = front_matter("+++\ndate = 2024-01-02\n+++\n");
    assert_eq!(local.date.unwrap().to_string(), "2024-01-02T00:00:00Z");
}

#[test]
fn visitors_see_the_public_keys_byte_for_byte() {
    let source = "---\ntitle: 'A  b'\nsecret: x\n# a note to self\ntags:\n  - a\n- b\nowner:\n  title: no\ndescription: >-\n  two\n  # lines\n\n  more\nlang: de\n---\nBody  \n\twith %%secret%% tabs\n";
    let expected = "---\ntitle: 'A  b'\ntags:\n  - a\n- b\ndescription: >-\n  two\n  # lines\n\n  more\nlang: de\n---\nBody  \n\twith  tabs\n";
    // The list mixes two indents, so the block cannot be read and goes as a whole.
    assert_eq!(strip_for_visitors(source), "Body  \n\twith  tabs\n");
    assert_eq!(strip_for_visitors(&source.replace("  - a\n", "- a\n")), expected.replace("  - a\n", "- a\n"));
    assert_eq!(
        strip_for_visitors("+++\ntitle = \"T\"\nsecret = 1\n[extra]\ntitle = 2\n+++\nb"),
        "+++\ntitle = \"T\"\n+++\nb"
    );
    assert_eq!(strip_for_visitors("---\r\ntitle: a\r\nx: y\r\n---\r\nb\r\n"), "---\r\ntitle: a\r\n---\r\nb\r\n");
    assert_eq!(strip_for_visitors("plain *text*\n"), "plain *text*\n");
}

#[test]
fn no_trick_of_yaml_shows_a_private_key() {
    for inside in [
        "title: a\nsecret: hush",
        "{title: a, secret: hush}",
        "title: \"a\nsecret: hush\"\nsecret: hush",
        "title: a\n\"secret\": hush",
        "title: a\n? secret\n: hush",
        "secret: &x hush\ntitle: *x",
        "title: &t a\nsecret:\n  - hush\n  - hush",
        "title: a\nsecret: |\n  hush\n  title: hush\n",
        "title: a\nsecret: >\n\n  hush\n\n",
        "title: a\nsecret:\n- hush\n- hush",
        "title: a\nsecret: [\nhush,\nhush\n]",
        "title: a\nsecret: {\nb: hush\n}",
        "title: a\nsecret: 'hush\n\n  hush'",
        "title: a\n# hush",
        "secret: [hush\ntitle: a",
        "Title: a\nSECRET: hush",
        "<<: {secret: hush}\ntitle: a",
        "!!map {title: a, secret: hush}",
        "title: a\n\tsecret: hush",
        "title: a\n secret: hush",
    ] {
        for source in
            [format!("---\n{inside}\n---\nbody"), format!("---\r\n{}\r\n---\r\nbody", inside.replace('\n', "\r\n"))]
        {
            let public = strip_for_visitors(&source);
            assert!(!public.contains("hush"), "{source}\n--- gave\n{public}");
            assert!(public.contains("body"), "{source}");
        }
    }
}

#[test]
fn comments_leave_the_public_source() {
    for (source, public) in [
        ("a %%b%% c", "a  c"),
        ("%%\nb\n\nb\n%%\nc", "\nc"),
        ("a\n\n%% b %%\n\nc", "a\n\n\n\nc"),
        ("> %%\n> b%%c", "> c"),
        ("- %%\n  b\n  %%\n- c", "- \n- c"),
        (
            "| a %%b%% | c\\|d %%e%% |\n|---|---|\n| f\\|g\\|h %%i%% | %%j\\|k%% |",
            "| a  | c\\|d  |\n|---|---|\n| f\\|g\\|h  |  |",
        ),
        ("a[^1]\n\n[^1]: b %%c%% d\n\n[^2]: e %%f%% g", "a[^1]\n\n[^1]: b  d\n\n[^2]: e  g"),
        ("a^[b %%c%% d] %%e%%", "a^[b  d] "),
        ("`%%a%%` $%%b%%$", "`%%a%%` $%%b%%$"),
        ("```\n%%a%%\n```", "```\n%%a%%\n```"),
        ("a %%b\nc%% d", "a  d"),
        ("*a %%b\nc* d%% e", "*a  e"),
        ("%%\nunclosed\n\nto the end", ""),
        ("\\%%a%%", "\\%%a%%"),
        ("# a %%b%%\n\n[l %%c%%](d.md)", "# a \n\n[l ](d.md)"),
    ] {
        assert_eq!(strip_for_visitors(source), public, "{source}");
    }
}

#[test]
fn what_a_page_cannot_hold_is_not_believed() {
    let front = front_matter("---\ntitle: \"a\\0b\"\ntags: [\"c\\x07d\"]\nlang: 'en\"><b'\n---\n");
    assert_eq!((front.title.as_deref(), front.lang), (Some("a b"), None));
    assert_eq!(front.tags, ["c-d"]);
    for (tag, expected) in [("de-CH", true), ("zh-Hant-TW", true), ("e", false), ("de_CH", false), ("", false)] {
        assert_eq!(front_matter(&format!("---\nlang: {tag}\n---\n")).lang.is_some(), expected, "{tag}");
    }
}

#[test]
fn plain_text_has_no_control_characters() {
    let rendered = crate::markdown::render("# a\0b\n\nnul \0 and \u{7} bell `c\0`", &crate::markdown::Plain);
    let texts = [&rendered.plain, &rendered.excerpt, &rendered.toc[0].text];
    assert!(texts.iter().all(|text| !text.chars().any(|c| c.is_control() && c != '\n')), "{texts:?}");
}
