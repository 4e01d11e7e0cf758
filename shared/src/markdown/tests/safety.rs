//! Nothing that a note contains can run a script, whoever reads it.

use super::judge::judge;

/// The payloads that the browser's test runs, too.
pub(super) fn corpus() -> Vec<(String, String)> {
    let values: Vec<serde_json::Value> = serde_json::from_str(include_str!("../../../../e2e/corpus/xss.json")).unwrap();
    let field = |value: &serde_json::Value, name: &str| value[name].as_str().unwrap().to_owned();
    values.iter().map(|value| (field(value, "name"), field(value, "source"))).collect()
}

#[test]
fn no_payload_of_the_corpus_leaves_anything_active() {
    let corpus = corpus();
    assert!(corpus.len() >= 180, "{} payloads", corpus.len());
    let mut failures = Vec::new();
    for (name, source) in corpus {
        if let Err(panic) = std::panic::catch_unwind(|| judge(&source)) {
            let reason = panic.downcast_ref::<String>().cloned().unwrap_or_default();
            failures.push(format!("{name}: {source}\n  {reason}"));
        }
    }
    assert!(failures.is_empty(), "{} payloads:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn payloads_are_harmless_wherever_they_stand() {
    let frames: &[(&str, &str)] = &[
        ("> ", ""),
        ("- ", ""),
        ("# ", ""),
        ("> [!note] ", ""),
        ("| ", " |\n|---|\n| a |"),
        ("a[^1]\n\n[^1]: ", ""),
        ("*", "*"),
        ("[", "](https://example.com)"),
        ("[[a|", "]]"),
        ("<div>", "</div>"),
        ("<p title=\"", "\">"),
        ("<!--", "-->"),
        ("<b>", ""),
        ("<table><tr><td>", ""),
        ("<details><summary>", ""),
        ("^[", "]"),
        ("==", "=="),
        ("$", "$"),
        ("`", "`"),
        ("%%", "%%"),
        ("<a href=\"https://example.com\">", "</a>"),
        ("<ul><li>", ""),
        ("![", "](x.png)"),
    ];
    for (name, source) in corpus() {
        for (before, after) in frames {
            let source = format!("{before}{source}{after}");
            let judged = std::panic::catch_unwind(|| judge(&source));
            assert!(judged.is_ok(), "{name} in {before}{after}");
        }
    }
}

/// A small generator of numbers (xorshift), so that a failure can be had again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

/// What random sources are made of.
const BITS: &[&str] = &[
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<a href=x>",
    "<a href=\"https://e.org\">",
    "</a>",
    "<ul>",
    "<li>",
    "</ul>",
    "<table>",
    "<tr>",
    "<td>",
    "<th>",
    "</table>",
    "<caption>",
    "<thead>",
    "<details>",
    "<summary>",
    "</details>",
    "<figure>",
    "<figcaption>",
    "</figure>",
    "<dl>",
    "<dt>",
    "<dd>",
    "<ruby>",
    "<rt>",
    "<h3>",
    "</h3>",
    "<pre>",
    "</pre>",
    "<hr>",
    "<br>",
    "<img src=a.png>",
    "<video src=v.mp4>",
    "<script>",
    "</script>",
    "<style>",
    "<svg>",
    "</svg>",
    "<!--",
    "-->",
    "\n",
    "\n\n",
    "\n> ",
    "\n- ",
    "\n1. ",
    "\n    ",
    "\n# ",
    "\n| a | b |\n|---|---|\n| ",
    " | ",
    "[[a]]",
    "![[a]]",
    "![[a.png|30]]",
    "[[#x]]",
    "[b](c.md)",
    "[",
    "](d)",
    "![",
    "*",
    "**",
    "_",
    "==",
    "~~",
    "`",
    "```\n",
    "$",
    "$$",
    "^[",
    "]",
    "[^1]",
    "\n[^1]: ",
    "%%",
    "\n%%\n",
    "> [!tip]- ",
    "\n> > [!x]\n> ",
    " ^id",
    "\n^id\n",
    "#tag",
    "a",
    "word ",
    "\\",
    "&amp;",
    "&",
    "<",
    ">",
    "\"",
    "<i title=\"",
    "\">",
    "- [ ] ",
    "- [x] ",
    "https://e.org/x",
    "\n---\n",
    "<section>",
    "<td>",
    "<li>",
    "<span id=q>",
    "</span>",
    "<a name=q>",
    "<iframe src=\"https://e.org\">",
    "</iframe>",
    "<audio src=\"https://e.org/a.mp3\">",
    "é",
    "漢字",
];

#[test]
fn random_mixtures_are_valid_and_harmless() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for round in 0..3_000 {
        let length = 1 + dice.roll(24);
        let source: String = (0..length).map(|_| BITS[dice.roll(BITS.len())]).collect();
        let judged = std::panic::catch_unwind(|| judge(&source));
        assert!(judged.is_ok(), "round {round}: {source:?}");
    }
}
