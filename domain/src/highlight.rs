//! Colours code with classes, for [`shared::markdown`].
//!
//! A grammar names every token with a scope (`keyword.control.rust`); what a reader needs to tell apart is about a
//! dozen kinds, each a class of one letter that `style/code.css` colours. One `span` a run keeps pages small.

use std::sync::LazyLock;

use shared::markdown::Highlight;
use syntect::parsing::{ParseState, Scope, ScopeStack, ScopeStackOp, SyntaxReference, SyntaxSet};

/// Bytes of one block that is coloured, at most.
const MAX_BYTES: usize = 64 * 1024;
/// Bytes of one line that is coloured, at most: grammars are regular expressions, and minified code is not for reading.
const MAX_LINE: usize = 1_000;

/// The grammars. Read at the first use, since it takes some megabytes and milliseconds.
static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Scopes and their classes; the first that is a prefix of a token's scope counts, inner scopes before outer ones.
static CLASSES: LazyLock<Vec<(Scope, &'static str)>> = LazyLock::new(|| {
    let pairs = [
        ("comment", "c"),
        ("punctuation.definition.comment", "c"),
        ("string.regexp", "r"),
        ("constant.character.escape", "e"),
        ("punctuation.definition.string", "s"),
        ("meta.interpolation", ""),
        ("string", "s"),
        ("constant.other.symbol", "s"),
        ("constant.numeric", "n"),
        ("constant.language", "n"),
        ("constant", "n"),
        ("keyword.operator", "o"),
        ("punctuation.accessor", ""),
        ("keyword", "k"),
        ("storage", "k"),
        ("entity.name.tag", "g"),
        ("entity.other.attribute-name", "a"),
        ("entity.name.function", "f"),
        ("support.function", "f"),
        ("variable.function", "f"),
        ("entity.name.section", "h"),
        ("markup.heading", "h"),
        ("entity.name", "t"),
        ("entity.other.inherited-class", "t"),
        ("support.type.property-name", "a"),
        ("support.type", "t"),
        ("support.class", "t"),
        ("meta.mapping.key", "a"),
        ("variable.language", "k"),
        ("variable.annotation", "d"),
        ("meta.annotation", "d"),
        ("meta.preprocessor", "d"),
        ("markup.inserted", "i"),
        ("markup.deleted", "x"),
        ("meta.diff.range", "h"),
        ("meta.diff.header", "h"),
        ("invalid", "x"),
    ];
    pairs.iter().filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, *class))).collect()
});

/// Colours the languages that syntect and two-face know.
pub struct Code;

impl Highlight for Code {
    fn highlight(&self, lang: &str, code: &str) -> Option<String> {
        if code.len() > MAX_BYTES || code.lines().any(|line| line.len() > MAX_LINE) {
            return None;
        }
        coloured(grammar(lang)?, code)
    }
}

/// The grammar of a language as people name it.
fn grammar(lang: &str) -> Option<&'static SyntaxReference> {
    let lang = lang.to_lowercase();
    let token = match lang.as_str() {
        "text" | "plain" | "plaintext" | "txt" | "mermaid" | "none" => return None,
        "shell" | "console" | "sh-session" | "zsh" | "terminal" => "bash",
        "node" | "mjs" | "cjs" => "javascript",
        "c++" => "cpp",
        "c#" => "cs",
        "f#" => "fs",
        "golang" => "go",
        "jsonc" | "json5" | "canvas" => "json",
        "docker" => "dockerfile",
        "viml" => "vim",
        "patch" => "diff",
        "objectivec" => "m",
        other => other,
    };
    GRAMMARS.find_syntax_by_token(token)
}

fn coloured(grammar: &SyntaxReference, code: &str) -> Option<String> {
    let mut state = ParseState::new(grammar);
    let mut scopes = ScopeStack::new();
    let mut out = Runs::default();
    for line in code.split_inclusive('\n') {
        let mut at = 0;
        // Grammars for whole lines expect the line break that the last one may lack.
        let whole = if line.ends_with('\n') { line.to_owned() } else { format!("{line}\n") };
        for (start, change) in state.parse_line(&whole, &GRAMMARS).ok()? {
            let start = start.min(line.len());
            out.push(line.get(at..start)?, &scopes);
            at = start;
            apply(&mut scopes, &change)?;
        }
        out.push(line.get(at..)?, &scopes);
    }
    Some(out.finish())
}

fn apply(scopes: &mut ScopeStack, change: &ScopeStackOp) -> Option<()> {
    scopes.apply(change).ok()
}

/// Text in runs of one class.
#[derive(Default)]
struct Runs {
    html: String,
    class: &'static str,
}

impl Runs {
    fn push(&mut self, text: &str, scopes: &ScopeStack) {
        if text.is_empty() {
            return;
        }
        // Space has no colour: a run goes on over it.
        let class = if text.trim().is_empty() && !self.class.is_empty() { self.class } else { class(scopes) };
        if class != self.class {
            self.end();
            if !class.is_empty() {
                self.html.push_str("<span class=\"");
                self.html.push_str(class);
                self.html.push_str("\">");
            }
            self.class = class;
        }
        for c in text.chars() {
            match c {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '"' => self.html.push_str("&quot;"),
                '\r' => {}
                '\n' | '\t' => self.html.push(c),
                c if c.is_control() => self.html.push('\u{FFFD}'),
                c => self.html.push(c),
            }
        }
    }

    fn end(&mut self) {
        if !self.class.is_empty() {
            self.html.push_str("</span>");
        }
        self.class = "";
    }

    fn finish(mut self) -> String {
        self.end();
        self.html
    }
}

/// The class of the text that stands in these scopes.
fn class(scopes: &ScopeStack) -> &'static str {
    let known = |scope: &Scope| CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, class)| *class);
    scopes.as_slice().iter().rev().find_map(known).unwrap_or("")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use shared::markdown::render;

    use super::*;

    const STYLE: &str = include_str!("../../style/code.css");

    #[test]
    fn what_readers_tell_apart_has_classes() {
        let html = Code.highlight("rust", "// note\nfn main() { let x: u32 = 1; print(\"<a>\"); }\n").unwrap();
        assert!(html.contains("<span class=\"c\">// note"), "{html}");
        assert!(html.contains("<span class=\"f\">main</span>"), "{html}");
        assert!(html.contains("<span class=\"n\">1</span>"), "{html}");
        assert!(html.contains("<span class=\"s\">&quot;&lt;a&gt;&quot;</span>"), "{html}");
    }

    #[test]
    fn the_text_stays_as_it_was() {
        let code = "<p class=\"a\">\n  &amp; <!-- b -->\n</p>\n<script>let c = `${d}`</script>";
        let html = Code.highlight("html", code).unwrap();
        let text: String = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        assert_eq!(text, code);
    }

    #[test]
    fn languages_go_by_their_usual_names() {
        for lang in [
            "rs",
            "JavaScript",
            "ts",
            "tsx",
            "py",
            "shell",
            "c++",
            "C#",
            "yml",
            "toml",
            "json",
            "css",
            "sql",
            "dockerfile",
            "diff",
            "md",
            "tex",
            "kotlin",
        ] {
            assert!(Code.highlight(lang, "a\n").is_some(), "{lang}");
        }
        for lang in ["mermaid", "text", "no-such-language", ""] {
            assert_eq!(Code.highlight(lang, "a\n"), None, "{lang}");
        }
    }

    #[test]
    fn what_would_take_long_stays_plain() {
        assert_eq!(Code.highlight("js", &"a(".repeat(2_000)), None);
        assert_eq!(Code.highlight("js", &"a()\n".repeat(20_000)), None);
    }

    #[test]
    fn a_page_has_the_colours() {
        let rendered = render("```rust\nfn main() {}\n```\n", &Code);
        let html = rendered.pieces.html();
        assert!(
            html.contains("<code class=\"language-rust\"><span class=\"k\">fn </span><span class=\"f\">main</span>"),
            "{html:?}"
        );
    }

    /// `light-dark(#rrggbb, #rrggbb)` of each class in the style sheet.
    fn colours() -> Vec<(String, [u32; 2])> {
        let rule = |line: &str| {
            let class = line.trim().strip_prefix("code .")?.split(' ').next()?.trim_end_matches(',').to_owned();
            let values = line.split_once("light-dark(")?.1.split_once(')')?.0;
            let (light, dark) = values.split_once(',')?;
            let number = |hex: &str| u32::from_str_radix(hex.trim().trim_start_matches('#'), 16).ok();
            Some((class, [number(light)?, number(dark)?]))
        };
        STYLE.lines().filter_map(rule).collect()
    }

    #[test]
    fn the_style_colours_every_class_and_no_other() {
        let used: BTreeSet<&str> = CLASSES.iter().map(|(_, class)| *class).filter(|class| !class.is_empty()).collect();
        let styled = colours();
        let styled: BTreeSet<&str> = styled.iter().map(|(class, _)| class.as_str()).collect();
        assert_eq!(used, styled);
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(colour: u32) -> f64 {
        let channel = |shift: u32| {
            let value = f64::from(colour >> shift & 0xFF) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
    }

    #[test]
    fn every_colour_can_be_read_on_paper_and_on_charcoal() {
        // The darkest paper and the lightest charcoal that code may stand on.
        let grounds = [0x00F0_EBE0, 0x002B_2926];
        for (class, colours) in colours() {
            for (colour, ground) in colours.into_iter().zip(grounds) {
                let (a, b) = (luminance(colour), luminance(ground));
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(contrast >= 4.5, "{class}: #{colour:06x} has {contrast:.2}");
            }
        }
    }
}
