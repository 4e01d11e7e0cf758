//! What is pasted, from where people copy.
#![allow(clippy::unwrap_used)]

use super::{Rich, RichElement, fitted, markdown};
use crate::markdown::{Audience, Destination, EmbeddedNote, Plain, Reference, Resolve, finish, render};

/// A tree of well-formed HTML, as a browser would parse it; `data-` attributes and comments are not needed here.
fn tree(html: &str) -> Vec<Rich> {
    let mut stack = vec![RichElement::default()];
    let mut rest = html;
    while !rest.is_empty() {
        let at = rest.find('<').unwrap_or(rest.len());
        if at > 0 {
            let text =
                rest[..at].replace("&nbsp;", "\u{a0}").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            stack.last_mut().unwrap().children.push(Rich::Text(text));
            rest = &rest[at..];
            continue;
        }
        let end = rest.find('>').unwrap();
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            let done = stack.pop().unwrap();
            assert_eq!(done.name, name, "in {html}");
            stack.last_mut().unwrap().children.push(Rich::Element(done));
            continue;
        }
        let (name, attributes) = tag.split_once(|c: char| c.is_whitespace()).unwrap_or((tag, ""));
        let mut element = RichElement { name: name.to_lowercase(), ..RichElement::default() };
        let mut parts = attributes.split('"');
        while let (Some(name), value) = (parts.next(), parts.next()) {
            for bare in name.trim_end_matches('=').split_whitespace() {
                element.attributes.push((bare.to_owned(), String::new()));
            }
            if let (Some(value), Some(last)) = (value, element.attributes.last_mut()) {
                last.1 = value.to_owned();
            }
        }
        if matches!(name, "br" | "img" | "hr" | "meta" | "input" | "link") {
            stack.last_mut().unwrap().children.push(Rich::Element(element));
        } else {
            stack.push(element);
        }
    }
    assert_eq!(stack.len(), 1, "left open in {html}");
    stack.remove(0).children
}

fn pasted(html: &str) -> String {
    markdown(&tree(html), "https://my.example").unwrap_or_else(|| "(plain)".into())
}

struct Nowhere;

impl Resolve for Nowhere {
    fn resolve(&self, _index: usize, _reference: &Reference) -> Destination {
        Destination::Missing
    }

    fn embed(&self, _index: usize, _reference: &Reference) -> Option<EmbeddedNote<'_>> {
        None
    }

    fn audience(&self) -> Audience {
        Audience::Visitor
    }
}

fn shown(markdown: &str) -> String {
    finish(&render(markdown, &Plain), &Nowhere).trim().to_owned()
}

#[test]
fn words_alone_are_left_to_the_plain_text() {
    assert_eq!(pasted("<p>One *two*</p><p>three</p>"), "(plain)");
    assert_eq!(pasted("<div><span style=\"color: red\">One</span><br></div>"), "(plain)");
    let editor = "<meta charset=\"utf-8\"><div style=\"color:#000;font-family:Menlo, monospace;white-space:pre;\"><div><b># Title</b></div></div>";
    assert_eq!(pasted(editor), "(plain)");
}

#[test]
fn looks_become_signs() {
    assert_eq!(
        pasted("<p>a <b>b</b>, <em>c</em>; <s>d</s> <mark>e</mark> <code>f*</code></p>"),
        "a **b**, *c*; ~~d~~ ==e== `f*`"
    );
    assert_eq!(pasted("<p><b><i>both</i></b> <b>a <i>b</i> c</b></p>"), "***both*** **a *b* c**");
    assert_eq!(pasted("<p>x<b> spaced </b>y</p>"), "x **spaced** y");
    assert_eq!(
        pasted("<p>H<sub>2</sub>O <kbd>Ctrl</kbd> ``<code>a`b</code></p>"),
        "H<sub>2</sub>O <kbd>Ctrl</kbd> \\`\\```a`b``"
    );
    assert_eq!(pasted("<p><b> </b><i></i>plain <u>x</u> <b>y</b></p>"), "plain x **y**");
}

#[test]
fn signs_hold_beside_letters_and_punctuation() {
    let bold = |markdown: &str| shown(markdown).contains("<strong>");
    for html in ["<p>a<b>(b)</b>c</p>", "<p><b>Note:</b>text</p>", "<p>我<b>喜欢。</b>读书</p>", "<p>fo<b>o</b>bar</p>"]
    {
        let text = pasted(html);
        assert!(bold(&text), "{text}");
        assert!(!shown(&text).contains('*'), "{text}");
    }
}

#[test]
fn headings_paragraphs_quotes_and_rules() {
    let html = "<h1><b>One</b> &amp; <i>two</i></h1><div>Text<div>more</div></div><blockquote><p>a</p><p>b</p></blockquote><hr><h3>Three #</h3>";
    assert_eq!(pasted(html), "# One & *two*\n\nText\n\nmore\n\n> a\n>\n> b\n\n***\n\n### Three \\#");
    assert_eq!(pasted("<p>one<br>two</p><p><b>x</b><br><br>y</p>"), "one\\\ntwo\n\n**x**\n\ny");
}

#[test]
fn lists_nest_whichever_way_they_were_written() {
    let nested = "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>";
    let beside = "<ul><li><p>a</p></li><ul><li><p>b</p></li></ul><li><p>c</p></li></ul>";
    assert_eq!(pasted(nested), "- a\n  - b\n- c");
    assert_eq!(pasted(beside), "- a\n  - b\n- c");
    assert_eq!(pasted("<ol start=\"9\"><li>a</li><li>b<ol><li>c</li></ol></li></ol>"), "9. a\n10. b\n    1. c");
    assert_eq!(pasted("<ul><li>a</li></ul><ul><li>b</li></ul>"), "- a\n\n* b");
    assert_eq!(pasted("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>"), "- a\n\n  b\n\n- c");
    let tasks = "<ul><li><input type=\"checkbox\" checked> done</li><li><label><input type=\"checkbox\">to do</label></li></ul>";
    assert_eq!(pasted(tasks), "- [x] done\n- [ ] to do");
    assert_eq!(pasted("<ul><li>a<pre>x\n y</pre></li></ul>"), "- a\n\n  ```\n  x\n   y\n  ```");
}

#[test]
fn links_keep_what_leads_somewhere() {
    assert_eq!(
        pasted("<p>see <a href=\"https://a.example/b_(c)\">b [c]</a>.</p>"),
        "see [b \\[c\\]](https://a.example/b_%28c%29)."
    );
    assert_eq!(pasted("<p><a href=\"https://a.example/x\">https://a.example/x</a></p>"), "<https://a.example/x>");
    assert_eq!(
        pasted("<p><a href=\"mailto:a@b.example\">a@b.example</a></p>"),
        "<mailto:a@b.example>".replace("mailto:", "")
    );
    assert_eq!(pasted("<p><a href=\"https://my.example/notes/tea\">tea</a></p>"), "[tea](/notes/tea)");
    for href in [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "#top",
        "java\nscript:x",
    ] {
        assert_eq!(pasted(&format!("<p><b>a</b> <a href=\"{href}\">b</a></p>")), "**a** b", "{href}");
    }
    assert_eq!(
        pasted("<a href=\"https://a.example\"><div><b>a</b></div><div>b</div></a>"),
        "[**a**](https://a.example)\n\n[b](https://a.example)"
    );
}

#[test]
fn pictures_come_by_their_address() {
    assert_eq!(
        pasted("<p><img src=\"https://a.example/p.png\" alt=\"A  [p]\"></p>"),
        "![A \\[p\\]](https://a.example/p.png)"
    );
    assert_eq!(
        pasted("<a href=\"https://a.example\"><img src=\"https://a.example/p.png\" alt=\"p\"></a>"),
        "[![p](https://a.example/p.png)](https://a.example)"
    );
    assert_eq!(pasted("<p><b>a</b> <img src=\"data:image/png;base64,xx\" alt=\"a picture\"></p>"), "**a** a picture");
    assert_eq!(pasted("<p><b>a</b><img src=\"https://t.example/open.gif\" width=\"1\" height=\"1\"></p>"), "**a**");
    assert_eq!(pasted("<p><img src=\"https://my.example/media/1/p.png\"></p>"), "![](/media/1/p.png)");
}

#[test]
fn code_stays_as_it_is() {
    let html =
        "<div class=\"highlight highlight-source-rust\"><pre><span>fn</span> main() {\n    *x = `y`;\n}\n</pre></div>";
    assert_eq!(pasted(html), "```rust\nfn main() {\n    *x = `y`;\n}\n```");
    assert_eq!(pasted("<pre><code class=\"hljs language-js\">a\n\n```\n</code></pre>"), "````js\na\n\n```\n````");
    assert_eq!(pasted("<pre>a<br>b</pre>"), "```\na\nb\n```");
    assert_eq!(pasted("<pre class=\"language-x&quot;y\">a</pre>"), "```\na\n```");
}

#[test]
fn tables_keep_their_columns() {
    let html = "<table><thead><tr><th><b>A</b></th><th align=\"right\">B|C</th></tr></thead><tbody><tr><td>1<br>2</td><td><a href=\"https://a.example\">x</a></td></tr><tr><td colspan=\"2\"><p>p</p><p>q</p></td></tr></tbody></table>";
    assert_eq!(pasted(html), "| A | B\\|C |\n| --- | --: |\n| 1<br>2 | [x](https://a.example) |\n| p<br>q |  |");
    let layout = "<table role=\"presentation\"><tr><td><h2>Hi</h2></td><td><p>a</p></td></tr></table>";
    assert_eq!(pasted(layout), "## Hi\n\na");
    assert_eq!(
        pasted("<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td><td>c</td></tr></table>"),
        "| a | b |\n| --- | --- |\n\nc"
    );
}

#[test]
fn from_google_docs() {
    let html = "<meta charset=\"utf-8\"><b style=\"font-weight:normal;\" id=\"docs-internal-guid-1\"><h1 dir=\"ltr\"><span style=\"font-weight:400;\">Title</span></h1><p dir=\"ltr\"><span style=\"font-weight:400;font-style:normal;\">Some </span><span style=\"font-weight:700;\">bold</span><span style=\"font-weight:400;text-decoration:none;\"> and </span><span style=\"font-style:italic;\">italic</span></p><br><ul><li dir=\"ltr\"><p role=\"presentation\"><span style=\"font-weight:400\">one</span></p></li></ul></b><br class=\"Apple-interchange-newline\">";
    assert_eq!(pasted(html), "# Title\n\nSome **bold** and *italic*\n\n- one");
}

#[test]
fn from_word() {
    let item = |level: u8, sign: &str, text: &str| {
        format!(
            "<p class=\"MsoListParagraph\" style=\"text-indent:-.25in;mso-list:l0 level{level} lfo1\"><!--[if !supportLists]--><span style=\"font-family:Symbol\"><span style=\"mso-list:Ignore\">{sign}<span>&nbsp;&nbsp; </span></span></span><!--[endif]-->{text}<o:p></o:p></p>\n"
        )
    };
    let html = format!(
        "<p class=\"MsoNormal\"><b>Dear</b>&nbsp;all,<o:p></o:p></p>\n<p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p>{}{}{}{}<p>End</p>",
        item(1, "1.", "first"),
        item(2, "·", "below"),
        item(1, "2.", "second"),
        item(1, "3.", "<i>third</i>"),
    );
    assert_eq!(pasted(&html), "**Dear**\u{a0}all,\n\n1. first\n   - below\n2. second\n3. *third*\n\nEnd");
}

#[test]
fn from_mail() {
    let html = "<div dir=\"ltr\">Hello,<div><br></div><div>it is <b>here</b>.</div><div class=\"gmail_quote\"><div>On Monday Ada wrote:<br></div><blockquote class=\"gmail_quote\"><div>Where?</div><div><br></div><div>Ada</div></blockquote></div></div>";
    assert_eq!(pasted(html), "Hello,\n\nit is **here**.\n\nOn Monday Ada wrote:\n\n> Where?\n>\n> Ada");
}

#[test]
fn from_an_encyclopedia() {
    let html = "<p><b>Tea</b> is a <a href=\"https://e.example/Drink\" title=\"Drink\">drink</a>.<sup id=\"cite\"><a href=\"https://e.example/Tea#note-1\">[1]</a></sup> <span class=\"katex\"><span><math><semantics><mi>x</mi><annotation encoding=\"application/x-tex\">x^2</annotation></semantics></math></span><span class=\"katex-html\" aria-hidden=\"true\">x2</span></span></p><style>.a{}</style><script>alert(1)</script>";
    assert_eq!(
        pasted(html),
        "**Tea** is a [drink](https://e.example/Drink).[<sup>\\[1\\]</sup>](https://e.example/Tea#note-1) $x^2$"
    );
}

/// What Markdown would read something into.
const TEXTS: &[&str] = &[
    "* a",
    "- a",
    "+ a",
    "1. a",
    "12) a",
    "# a",
    "> a",
    "---",
    "===",
    "a * b * c",
    "*a*",
    "_a_ snake_case_name",
    "`a`",
    "[a](b)",
    "[[a]]",
    "![a](b)",
    "<b>a</b>",
    "<script>alert(1)</script>",
    "<!-- a -->",
    "&amp; &copy; &#65;",
    "a & b",
    "$a$ $5",
    "~a~ ~~b~~",
    "==a==",
    "%%a%%",
    "#tag a#b",
    "a ^id",
    "^[a]",
    "| a | b |",
    "C:\\dir\\file \\*",
    "https://a.example/_b_*c*",
    "www.a.example",
    "a@b.example",
    "```",
    "~~~",
    "[^1]: a",
    "[a]: https://b.example",
    "[!note] a",
    "- [ ] a",
    "a\\",
    "!a",
    "x < y > z",
    "<https://a.example>",
    "::: a",
    "a_b_ c",
    "**",
    "__init__",
    "1986\\. A year",
    "4 > 3",
    "{a}",
    "(a)",
    "\"a\"",
    "#",
    "#1",
    "a  b",
];

#[test]
fn text_means_itself() {
    for text in TEXTS {
        let html = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let made = pasted(&format!("<p>{html}</p><p><b>z</b></p>"));
        let page = shown(&made);
        let (first, last) = page.split_once('\n').unwrap_or((&page, ""));
        assert_eq!(last, "<p><strong>z</strong></p>", "{text:?} → {made:?} → {page}");
        let plain: String =
            without_tags(first).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        let wanted = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(plain, wanted, "{text:?} → {made:?} → {page}");
        assert!(
            first.starts_with("<p>") && !first.contains("<em>") && !first.contains("<code>"),
            "{text:?} → {made:?} → {page}"
        );
    }
}

fn without_tags(html: &str) -> String {
    html.split('<')
        .enumerate()
        .map(|(at, part)| if at == 0 { part } else { part.split_once('>').map_or("", |(_, text)| text) })
        .collect()
}

#[test]
fn nothing_hidden_comes_along() {
    let html = "<p><b>a</b><span style=\"display:none\">secret</span><span hidden>x</span><script>y</script><style>z</style><button>Copy</button></p>";
    assert_eq!(pasted(html), "**a**");
}

#[test]
fn depth_and_width_are_bounded() {
    let deep = format!("{}<b>x</b>{}", "<blockquote>".repeat(100), "</blockquote>".repeat(100));
    assert!(pasted(&deep).ends_with("> **x**"));
    let wide = "<table><tr><th colspan=\"1000000000\">a</th></tr><tr><td>b</td><td>c</td></tr></table>";
    assert!(pasted(wide).len() < 2_000);
}

#[test]
fn blocks_get_lines_of_their_own_and_code_gets_none() {
    let at = |text: &str, markdown: &str| {
        let place = text.find('|').unwrap();
        fitted(&text.replace('|', ""), place..place, markdown)
    };
    assert_eq!(at("a | b", "**x**").as_deref(), Some("**x**"));
    assert_eq!(at("a |b", "- x\n- y").as_deref(), Some("\n\n- x\n- y\n\n"));
    assert_eq!(at("|", "# x").as_deref(), Some("# x"));
    assert_eq!(at("a\n|\nb", "# x").as_deref(), Some("\n# x\n"));
    assert_eq!(at("a\n\n|", "# x").as_deref(), Some("# x"));
    assert_eq!(at("```\na\n|\n```\n", "**x**"), None);
    assert_eq!(at("```\na\n```\n|", "**x**").as_deref(), Some("**x**"));
}
