//! CommonMark 0.31: the specification's own examples.

use std::path::Path;

use super::support::bare_html;
use crate::markdown::Plain;
use crate::markdown::render::{Flavour, Marks, render_as};

struct Example {
    number: usize,
    markdown: String,
    html: String,
}

/// The examples from the file that the environment names, or from the npm package where the tests' tools are installed.
fn examples() -> Option<Vec<Example>> {
    if let Ok(path) = std::env::var("COMMONPLACE_COMMONMARK_SPEC") {
        let text = std::fs::read_to_string(path).unwrap();
        return Some(from_json(&text));
    }
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../e2e/node_modules/commonmark-spec/spec.txt");
    std::fs::read_to_string(package).ok().map(|text| from_text(&text))
}

fn from_json(text: &str) -> Vec<Example> {
    let values: Vec<serde_json::Value> = serde_json::from_str(text).unwrap();
    let field = |value: &serde_json::Value, name: &str| value[name].as_str().unwrap().replace('→', "\t");
    values
        .iter()
        .enumerate()
        .map(|(at, value)| Example { number: at + 1, markdown: field(value, "markdown"), html: field(value, "html") })
        .collect()
}

fn from_text(text: &str) -> Vec<Example> {
    let fence = "`".repeat(32);
    let text = text.replace("\r\n", "\n").replace('→', "\t");
    let text = text.split("<!-- END TESTS -->").next().unwrap();
    let opening = format!("{fence} example\n");
    let blocks = text.split(&opening).skip(1);
    let halves = blocks.map(|block| {
        let block = block.split(&format!("\n{fence}")).next().unwrap();
        format!("\n{block}\n")
            .split_once("\n.\n")
            .map(|(markdown, html)| (format!("{markdown}\n")[1..].to_owned(), html.to_owned()))
            .unwrap()
    });
    halves.enumerate().map(|(at, (markdown, html))| Example { number: at + 1, markdown, html }).collect()
}

/// The specification's normalisation, as far as our output differs: how a void tag ends.
fn normalised(html: &str) -> String {
    html.replace(" />", ">").trim().to_owned()
}

#[test]
fn every_example_of_commonmark_renders_as_specified() {
    let Some(examples) = examples() else {
        assert!(std::env::var("CI").is_err(), "commonmark-spec is not installed: run `cargo xtask test`");
        eprintln!("left out: CommonMark's examples (npm's commonmark-spec is not installed)");
        return;
    };
    assert_eq!(examples.len(), 652);
    let mut failures = Vec::new();
    for example in &examples {
        let html = bare_html(&render_as(&example.markdown, &Plain, Flavour::CommonMark, Marks::None));
        if normalised(&html) != normalised(&example.html) {
            failures.push(format!(
                "example {}\n{}\n--- expected\n{}\n--- got\n{html}",
                example.number, example.markdown, example.html
            ));
        }
    }
    assert!(failures.is_empty(), "{} of 652 examples differ:\n{}", failures.len(), failures.join("\n=====\n"));
}
