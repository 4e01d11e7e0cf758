//! Input made to take long, to take much or to overflow the stack.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::support::Everything;
use crate::markdown::{Audience, Plain, finish, front_matter, render, strip_for_visitors};

/// A note's largest size.
const NOTE: usize = crate::limits::NOTE_BYTES;

/// Rendering what is at most 256 KiB must stay within this, even unoptimised on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Repeats a pattern to half the size of the largest note: quadratic time shows, and the tests stay quick.
fn filled(pattern: &str) -> String {
    pattern.repeat(NOTE / 2 / pattern.len())
}

/// Does everything with a source on a small stack; the size of its HTML.
fn survives(name: &str, source: String) -> usize {
    let (sender, receiver) = mpsc::channel();
    let work = move || {
        let rendered = render(&source, &Plain);
        let html = finish(&rendered, &Everything(Audience::Owner));
        front_matter(&source);
        let public = strip_for_visitors(&source);
        assert!(public.len() <= source.len());
        let stored = serde_json::to_string(&rendered).unwrap();
        sender.send((html.len(), stored.len())).unwrap();
    };
    let thread = thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(work).unwrap();
    let sizes = receiver.recv_timeout(PATIENCE);
    let (html, stored) = sizes.unwrap_or_else(|error| panic!("{name}: {error}"));
    thread.join().unwrap();
    assert!(html < 40 * NOTE, "{name}: {html} bytes of HTML");
    assert!(stored < 60 * NOTE, "{name}: {stored} bytes stored");
    html
}

/// Each is repeated to fill a note.
const PATTERNS: &[&str] = &[
    "[",
    "]",
    "![",
    "[[",
    "![[",
    "]]",
    "[[a",
    "![[a|",
    "[a](",
    "[a](<",
    "[a][",
    "[^",
    "^[",
    "^[a",
    "[^a]: ",
    ">",
    "> ",
    "- ",
    "* ",
    "1. ",
    "#",
    "# ",
    "*",
    "**",
    "*a ",
    "**a ",
    "*a **a ",
    "_",
    "__a ",
    "*_",
    "~",
    "~~",
    "~~a ",
    "==",
    "==a ",
    "`",
    "``",
    "`a",
    "$",
    "$$",
    "$a",
    "$$a",
    "$a$",
    "\\",
    "\\$",
    "<",
    "<a",
    "<a ",
    "<a b=\"",
    "<a b='",
    "<a b=\"'",
    "<div>",
    "<b>",
    "<b><p>",
    "<ul><li>",
    "<details>",
    "<table><tr><td>",
    "</div>",
    "<!--",
    "<!-",
    "<?",
    "<![CDATA[",
    "<script>",
    "<svg>",
    "&",
    "&#",
    "&#x",
    "&amp",
    "%",
    "%%",
    "%%a",
    "%%\n",
    "|",
    "a|",
    "|-",
    "a\n",
    "\n",
    "\t",
    "\u{0}",
    "é",
    "漢",
    "#a ",
    "#a/",
    "#",
    "^a ",
    " ^a\n\n",
    "http://",
    "http://a",
    "www.a",
    "a@b.c ",
    "a@",
    ":::",
    "---\n",
    "+++\n",
    "===\n",
    "```\n",
    "```a\n",
    "~~~",
    "> [!note]\n",
    "> [!note]- ",
    ">[!a] > ",
    "- [ ] ",
    "- [x] a\n",
    "| a |\n|---|\n",
    "[a]: b\n",
    "[a]: /b 'c\n",
    "\r",
    "\r\n",
    "!",
    "(",
    ")",
    "a ^b\n",
    "[[#a]] ",
    "![[#a]]\n\n",
    "[](",
    "[](#",
    "<img src=\"a\">",
    "<a href=a>",
    "<video src=a>",
    "\"",
    "'",
    "&lt;",
    "\u{301}",
    "\u{202E}",
];

#[test]
fn patterns_that_nest_or_backtrack_end_soon() {
    for pattern in PATTERNS {
        survives(pattern, filled(pattern));
    }
}

#[test]
fn ten_thousand_of_anything_end_soon() {
    let many = |text: &str| text.repeat(10_000);
    let cases = [
        ("brackets that close", format!("{}a{}", many("["), many("]"))),
        ("quotes", format!("{} a", many("> "))),
        ("quotes without spaces", format!("{}a\n\n{}b\n", many(">"), many(">"))),
        ("quotes, many lines", format!("{}a\n{}", many(">"), many("> a\n"))),
        ("emphasis that closes", format!("{}a{}", many("*a "), many(" a*"))),
        ("strong and emphasis", format!("{}a{}", many("**_"), many("_**"))),
        ("links", (0..10_000).map(|n| format!("[[note {n}]] ")).collect()),
        ("links, a line each", (0..10_000).map(|n| format!("[[note {n}|label]]\n\n")).collect()),
        ("Markdown links", (0..8_000).map(|n| format!("[a](note%20{n}.md) ")).collect()),
        ("embeds", (0..10_000).map(|n| format!("![[note {n}]]\n\n")).collect()),
        ("pictures", (0..10_000).map(|n| format!("![[{n}.png]] ")).collect()),
        ("raw pictures", (0..9_000).map(|n| format!("<img src=\"{n}.png\">")).collect()),
        (
            "reference links",
            format!(
                "{}\n\n{}",
                (0..8_000).map(|n| format!("[a][{n}] ")).collect::<String>(),
                (0..8_000).map(|n| format!("[{n}]: n{n}\n")).collect::<String>()
            ),
        ),
        ("footnotes", (0..7_000).map(|n| format!("a[^{n}]\n\n[^{n}]: b\n\n")).collect()),
        ("one footnote, many references", format!("{}\n\n[^a]: b\n", many("[^a]"))),
        (
            "footnotes in footnotes",
            (0..7_000).map(|n| format!("[^{n}]: [^{}]\n\n", n + 1)).collect::<String>() + "[^0]",
        ),
        ("inline footnotes", many("a^[b] ")),
        ("nested inline footnotes", format!("{}a{}", many("^["), many("]"))),
        ("headings", many("# a\n")),
        ("headings, deeper", (0..10_000).map(|n| format!("{} a\n", "#".repeat(n % 6 + 1))).collect()),
        ("links to headings", (0..6_000).map(|n| format!("# a {n}\n[[#b {n}]] [[#a {n}]]\n")).collect()),
        (
            "links to headings of one name",
            (0..9_000).map(|n| format!("{} a\n[[#b#a]]\n", "#".repeat(n % 6 + 1))).collect(),
        ),
        ("lists", (0..500).map(|n| format!("{}- a\n", " ".repeat(n * 2 % 200))).collect()),
        ("lists on a line", format!("{}a\n", "- ".repeat(10_000))),
        ("numbered lists on a line", format!("{}a\n", "1. ".repeat(10_000))),
        ("quotes and lists", format!("{}a\n", "> - ".repeat(10_000))),
        (
            "callouts",
            format!("{}a", (0..300).map(|n| format!("{}[!note] a\n", "> ".repeat(n + 1))).collect::<String>()),
        ),
        ("a table of many columns", format!("|{}\n|{}\n{}", many("a|"), many("-|"), "|a\n".repeat(1_000))),
        ("a table of many rows", format!("|a|b|\n|-|-|\n{}", many("|a|\n"))),
        ("raw tags left open", format!("{}{}", many("<i title=a>"), many("<p>a\n\n"))),
        ("different tags left open", (0..9_000).map(|n| format!("<b title={n}><p>")).collect()),
        ("formulas", many("$x^2$ ")),
        ("long formulas", format!("$${}$$", many("x+"))),
        ("one line", "a".repeat(NOTE)),
        ("one line of words", filled("word ")),
        ("one line of wide characters", filled("字")),
        ("one tag", format!("#{}", "a".repeat(NOTE - 1))),
        ("one wikilink", format!("[[{}]]", "a".repeat(NOTE - 4))),
        ("one address", format!("https://{}", "a".repeat(NOTE - 8))),
        ("one code block", format!("```rust\n{}\n```", filled("fn a() {}\n"))),
    ];
    for (name, source) in cases {
        survives(name, source);
    }
}

#[test]
fn formulas_that_nest_or_define_end_soon() {
    let cases = [
        format!("$${}x{}$$", "{".repeat(2_000), "}".repeat(2_000)),
        format!("$${}x{}$$", "\\frac{".repeat(600), "}{1}".repeat(600)),
        format!("$${}$$", "\\sqrt".repeat(800)),
        format!("$${}$$", "x^".repeat(2_000)),
        format!("$${}x{}$$", "\\left(".repeat(300), "\\right)".repeat(300)),
        format!("$${}x{}$$", "\\begin{matrix}".repeat(100), "\\end{matrix}".repeat(100)),
        format!("$${}$$", "{}".repeat(2_000)),
        format!("$${}$$", "\\displaystyle".repeat(300)),
        format!("$${}$$", "\\relax ".repeat(500)),
        format!("$${}$$", "&".repeat(4_000)),
        format!("$$\\begin{{array}}{{{}}}{}\\end{{array}}$$", "c|".repeat(500), "a&".repeat(1_000)),
        "$$\\def\\a{\\a\\a}\\a$$".into(),
        "$$\\newcommand{\\a}{\\b\\b}\\newcommand{\\b}{\\a\\a}\\a$$".into(),
        "$$\\let\\a=\\a \\a$$".into(),
        format!("$${}$$", "\\char\"FFFFFFFFFFFFFFFF".repeat(10)),
        format!("$${}$$", "\\hspace{99999999999999999999em}".repeat(10)),
        format!("$${}$$", "\\text{".repeat(30)),
        "$$\\%\\\\%%$$ $%$ $\\$ $$\\$$ $$\\color{$$ $$\\u{110000}$$".into(),
    ];
    for source in cases {
        let name = source.chars().take(30).collect::<String>();
        survives(&name, source);
    }
}

#[test]
fn front_matter_bombs_end_soon() {
    let doubling: String = (1..40).map(|n| format!("a{n}: &a{n} [*a{}, *a{}]\n", n - 1, n - 1)).collect();
    let merging: String = (1..40).map(|n| format!("a{n}: &a{n}\n  <<: [*a{}, *a{}]\n", n - 1, n - 1)).collect();
    let cases = [
        format!("---\na0: &a0 [x]\n{doubling}---\nbody"),
        format!("---\na0: &a0 {{x: y}}\n{merging}---\nbody"),
        format!("---\na: {}\n---\nbody", "[".repeat(30_000)),
        format!("---\na: {}\n---\nbody", "{a: ".repeat(15_000)),
        format!("---\n{}\n---\nbody", (0..8_000).map(|n| format!("{}a:\n", " ".repeat(n % 1_000))).collect::<String>()),
        format!("---\na: {}\n---\nbody", "\"".repeat(30_000)),
        format!("---\na: &a\n{}---\nbody", "- *a\n".repeat(10_000)),
        format!("---\n{}---\nbody", "a: 1\n".repeat(12_000)),
        format!("---\na: |\n{}---\nbody", "  a\n".repeat(15_000)),
        format!("---\na: !!binary {}\n---\nbody", "A".repeat(30_000)),
        format!("---\ntags: [{}]\n---\nbody", "a,".repeat(30_000)),
        format!("+++\na = {}\n+++\nbody", "[".repeat(30_000)),
        format!("+++\na = {}\n+++\nbody", "{a=".repeat(20_000)),
        format!("+++\n{} = 1\n+++\nbody", "a.".repeat(30_000)),
        format!("+++\n{}+++\nbody", "[a.b.c]\n".repeat(8_000)),
        format!("---\n{}", "a: b\n".repeat(50_000)),
    ];
    for source in cases {
        let name = source.chars().take(40).collect::<String>();
        survives(&name, source);
    }
}
