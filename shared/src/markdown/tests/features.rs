//! What a note may use, and what becomes of it.

use super::support::{html, html_for_owner, rendered};

/// Asserts that the page of each source holds the HTML beside it.
fn holds(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        let html = html(source);
        assert!(html.contains(expected), "{source}\n--- lacks\n{expected}\n--- in\n{html}");
    }
}

#[test]
fn github_s_additions_work() {
    holds(&[
        ("~~a~~", "<del>a</del>"),
        ("| a | b |\n|:-:|--:|\n| c | d |", "<th class=\"centre\" scope=\"col\">a</th>"),
        (
            "| a |\n|---|\n| c |",
            "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"Table 1: a\"><table>",
        ),
        (
            "- [ ] buy *milk*\n- [x] done",
            "<li class=\"task\"><input type=\"checkbox\" disabled=\"\" aria-label=\"buy milk\"> buy <em>milk</em></li>",
        ),
        ("- [x] done", "aria-label=\"done\" checked=\"\">"),
        (
            "see https://example.org/a_b.",
            "<a href=\"https://example.org/a_b\" class=\"external\" rel=\"noopener\">https://example.org/a_b</a>.",
        ),
        ("www.example.org", "<a href=\"http://www.example.org\" class=\"external\""),
        ("me@example.org", "<a href=\"mailto:me@example.org\">"),
    ]);
}

#[test]
fn highlights_math_and_code_work() {
    holds(&[
        ("==a *b*==", "<mark>a <em>b</em></mark>"),
        ("$x^2$", "<math display=\"inline\"><semantics><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow>"),
        ("$$\nx\n$$", "<span class=\"math-block\" tabindex=\"0\"><math display=\"block\">"),
        ("```math\nx\n```", "<math display=\"block\">"),
        ("$5 and $6", "<p>$5 and $6</p>"),
        ("$\\nosuch{x}$", "<code class=\"math-error\" title=\"unknown primitive command found\">$\\nosuch{x}$</code>"),
        ("```mermaid\ngraph TD\n```", "<pre tabindex=\"0\"><code class=\"language-mermaid\">graph TD\n</code></pre>"),
        ("```rust,ignore\n<a>\n```", "<code class=\"language-rust\">&lt;a&gt;\n</code>"),
    ]);
}

#[test]
fn headings_have_ids_and_permanent_links() {
    let page = html("# Über *uns* & wir\n\n## 笔记 一\n\n## 笔记 一\n\n#### Deep");
    for expected in [
        "<div class=\"heading\"><h2 id=\"n-über-uns--wir\">Über <em>uns</em> &amp; wir</h2>",
        "<a class=\"anchor\" href=\"#n-über-uns--wir\" aria-label=\"Link to “Über uns &amp; wir”\"><span aria-hidden=\"true\">#</span></a></div>",
        "<h3 id=\"n-笔记-一\">",
        "<h3 id=\"n-笔记-一-1\">",
        "<h4 id=\"n-deep\">",
    ] {
        assert!(page.contains(expected), "{expected} in {page}");
    }
    let toc = rendered("## A\n\n#### B\n\n### C\n\n# D").toc;
    let levels: Vec<_> = toc.iter().map(|heading| (heading.level, heading.text.as_str())).collect();
    assert_eq!(levels, [(2, "A"), (3, "B"), (3, "C"), (2, "D")]);
}

#[test]
fn two_headings_that_would_share_an_id_do_not() {
    let ids: Vec<_> = rendered("# a\n# a\n# a-1\n# a").toc.into_iter().map(|heading| heading.id).collect();
    assert_eq!(ids, ["n-a", "n-a-1", "n-a-1-1", "n-a-2"]);
}

#[test]
fn every_kind_of_callout_has_its_class() {
    for (written, kind) in [
        ("note", "note"),
        ("summary", "abstract"),
        ("tldr", "abstract"),
        ("info", "info"),
        ("todo", "todo"),
        ("hint", "tip"),
        ("IMPORTANT", "tip"),
        ("done", "success"),
        ("faq", "question"),
        ("attention", "warning"),
        ("missing", "failure"),
        ("error", "danger"),
        ("bug", "bug"),
        ("example", "example"),
        ("cite", "quote"),
        ("my own", "note"),
    ] {
        holds(&[(&format!("> [!{written}]\n> a"), &format!("<div class=\"callout callout-{kind}\">"))]);
    }
    holds(&[
        ("> [!tip]\n> a", "<p class=\"callout-title\">Tip</p>\n<div class=\"callout-body\">\n<p>a</p>"),
        (
            "> [!tip] A *title* [[x]]\n> a",
            "<p class=\"callout-title\">A <em>title</em> <a class=\"internal\" href=\"/notes/x\">x</a></p>",
        ),
        ("> [!tip]- A\n> b", "<details class=\"callout callout-tip\">\n<summary class=\"callout-title\">A</summary>"),
        ("> [!tip]+ A\n> b", "<details class=\"callout callout-tip\" open=\"\">"),
        ("> [!tip] A\n> > [!bug] B\n> > c", "<div class=\"callout-body\">\n<div class=\"callout callout-bug\">"),
        (
            "> [!tip] only a title",
            "<div class=\"callout callout-tip\">\n<p class=\"callout-title\">only a title</p>\n</div>",
        ),
    ]);
}

#[test]
fn footnotes_stand_below_and_in_the_margin() {
    let page = html(
        "A[^x] and B[^x] and C^[in *line* [[n]]].\n\n[^x]: Long [l](https://example.org).\n\n    Second.\n\n[^unused]: u",
    );
    for expected in [
        "A<sup class=\"footnote-ref\" id=\"n-fnref-1\"><a href=\"#n-fn-1\" role=\"doc-noteref\" aria-label=\"Footnote 1\">1</a></sup><span class=\"margin-note\" aria-hidden=\"true\" hidden><span class=\"margin-number\">1</span> Long <a tabindex=\"-1\" href=\"https://example.org\"",
        "<br>Second.",
        "id=\"n-fnref-1-2\"",
        "<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"Footnotes\"><ol>\n<li id=\"n-fn-1\">",
        "<p>Second. <a href=\"#n-fnref-1\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"Back to reference 1\">↩</a> <a href=\"#n-fnref-1-2\"",
        "<li id=\"n-fn-2\">\n<p>in <em>line</em> <a class=\"internal\" href=\"/notes/n\">n</a>",
    ] {
        assert!(page.contains(expected), "{expected}\n--- in\n{page}");
    }
    assert_eq!(page.matches("class=\"margin-note\"").count(), 2);
}

#[test]
fn tags_are_links_where_they_are_tags() {
    holds(&[
        ("a #tag.", "<a class=\"tag\" rel=\"tag\" href=\"/tags/tag\">#tag</a>."),
        ("#Été/sub", "href=\"/tags/%C3%A9t%C3%A9/sub\">#Été/sub</a>"),
        ("(#a)", "(<a class=\"tag\""),
    ]);
    for (source, tags) in [
        ("#one #ONE #two", vec!["one", "two"]),
        ("#1984 #y1984 #1984/a a#b #a#b", vec!["y1984", "1984/a", "a"]),
        ("`#code` [#label](https://e.org) [[#heading]] https://e.org/#x \\#escaped $#m$", vec![]),
        ("# heading #in\n\n> #quote\n\n- #list\n\n| #cell |\n|---|", vec!["in", "quote", "list", "cell"]),
        ("```\n#code\n```\n\n<div title=\"#no\">#html</div>", vec![]),
        ("**#bold** x*#y*", vec!["bold"]),
        ("#a/ #/b ##c #-", vec!["a"]),
    ] {
        assert_eq!(rendered(source).tags, tags, "{source}");
    }
}

#[test]
fn comments_are_nowhere() {
    for source in [
        "a %%secret%% b",
        "%%\nsecret\n\nsecret\n%%\n\na b",
        "a %%secret\nsecret *secret* `secret` [secret](https://e.org)%% b",
        "> %%secret%% a b",
        "- %%\n  secret\n  %%\n- a b",
        "| a %%secret%% b |\n|---|",
        "a[^1] b\n\n[^1]: %%secret%%",
        "# a %%secret%% b",
        "a %%secret\nsecret%% c %%secret%% b",
        "a b %%secret\n*secret %% x %% y*",
    ] {
        let rendered = rendered(source);
        let stored = serde_json::to_string(&rendered).unwrap();
        assert!(!stored.contains("secret"), "{source}\n{stored}");
        assert!(rendered.plain.contains('a') && rendered.plain.contains('b'), "{source}: {}", rendered.plain);
    }
    holds(&[
        ("`%%a%%`", "<code>%%a%%</code>"),
        ("```\n%%\n```", "%%\n</code>"),
        ("100%% sure", "100%% sure"),
        ("\\%%a%%", "%%a%%"),
    ]);
}

#[test]
fn blocks_have_anchors() {
    holds(&[
        ("Text ^ab1", "<p id=\"n-^ab1\">Text</p>"),
        ("- item ^ab1\n- other", "<li id=\"n-^ab1\">item</li>"),
        ("# Head ^ab1", "<div class=\"heading\" id=\"n-^ab1\"><h2 id=\"n-head\">Head</h2>"),
        ("| a |\n|---|\n\n^ab1", "<div id=\"n-^ab1\">\n<div class=\"table\""),
        ("> quote\n\n^ab1", "<div id=\"n-^ab1\">\n<blockquote>"),
        ("two words^ab1", "<p>two words^ab1</p>"),
    ]);
    assert_eq!(rendered("a ^x\n\n- b ^y\n\n> c\n\n^z").blocks, ["x", "y", "z"]);
    assert!(!rendered("a ^x").plain.contains('^'));
}

#[test]
fn raw_html_is_kept_as_far_as_it_is_harmless() {
    holds(&[
        (
            "<kbd>Ctrl</kbd> H<sub>2</sub>O <abbr title=\"x\">y</abbr>",
            "<p><kbd>Ctrl</kbd> H<sub>2</sub>O <abbr title=\"x\">y</abbr></p>",
        ),
        (
            "<details>\n<summary>S</summary>\n\n*md*\n\n</details>",
            "<details><summary>S</summary>\n<p><em>md</em></p>\n</details>",
        ),
        ("<div style=\"color:red\" class=\"x\" onclick=\"y()\">a</div>", "<div>a</div>"),
        (
            "<p align=\"center\"><img src=\"https://e.org/a.png\" width=\"100\"></p>",
            "<p><img src=\"https://e.org/a.png\" alt=\"\" width=\"100\" loading=\"lazy\" decoding=\"async\" referrerpolicy=\"no-referrer\"></p>",
        ),
        ("<a id=\"Here\"></a>\n\n[to](#Here)", "<a href=\"#n-here\">to</a>"),
        (
            "<iframe src=\"https://www.youtube.com/embed/x\"></iframe>",
            "<a href=\"https://www.youtube.com/embed/x\" class=\"external\" rel=\"noopener\">",
        ),
        ("<table><tr><td>\n\n**a**\n\n</td></tr></table>", "<td>\n<p><strong>a</strong></p>\n</td>"),
        ("a <b>c", "<p>a <b>c</b></p>"),
        ("<b>\n\na", "<p>a</p>"),
        ("</div></p></article> a", " a"),
        ("&copy; <i>&lt;b&gt; &#x41;</i>", "© <i>&lt;b&gt; A</i>"),
        ("<div>&copy; &lt;b&gt; &bogus &#x41;</div>", "<div>&copy; &lt;b&gt; &amp;bogus A</div>"),
    ]);
    assert!(!html("<style>secret</style> <script>secret</script> a").contains("secret"));
}

#[test]
fn nothing_invalid_is_nested() {
    holds(&[
        ("[a <https://e.org> [[b]] b](https://e.net)", "<a href=\"https://e.net\""),
        ("a ![[Note]] b", "<p>a </p>\n"),
        ("<p>a <div>b</div> c</p>", "<p>a </p><div>b</div> c"),
        ("<ul>text<li>a<li>b</ul>", "<li>a</li><li>b</li>"),
        (
            "<a href=\"https://e.org\">a <a href=\"https://e.net\">b</a></a>",
            "<a class=\"external\" rel=\"noopener\" href=\"https://e.org\">a b</a>",
        ),
        ("<details>a</details>", "<details><summary>…</summary>\na</details>"),
    ]);
}

#[test]
fn words_excerpt_and_plain_text_are_the_prose() {
    let note = rendered(
        "---\ntitle: T\n---\n# Head\n\n> [!note] Title\n\nFirst *prose* with [[Note|label]], it’s well-known. 汉字。\n\n```\ncode here\n```\n",
    );
    assert_eq!(note.words, 1 + 1 + 6 + 2);
    assert_eq!(note.excerpt, "First prose with label, it’s well-known. 汉字。");
    assert_eq!(note.plain, "Head\nTitle\nFirst prose with label, it’s well-known. 汉字。\ncode here\n");
    let long = rendered(&"word ".repeat(100)).excerpt;
    assert!(long.chars().count() <= 200 && long.ends_with("word…"), "{long}");
}

#[test]
fn the_owner_sees_what_leads_nowhere_and_a_visitor_does_not() {
    let source = "a [[missing one|label]] [[hidden one|label]] ![[missing.png]] [[#nowhere]]";
    let visitor = html(source);
    assert_eq!(visitor, "<p>a label label missing.png nowhere</p>\n");
    let owner = html_for_owner(source);
    assert!(
        owner.contains("<span class=\"unresolved\" title=\"Nothing is called “missing one”\">label</span>"),
        "{owner}"
    );
    assert!(
        owner.contains("<span class=\"unresolved\" title=\"This note has no “nowhere”\">nowhere</span>"),
        "{owner}"
    );
}
