//! Computes the contrast (WCAG 2.2, 1.4.3 and 1.4.11) of every pair of colours that `style/tokens.css` makes, in both
//! schemes, with each accent on offer.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::HashMap;

use shared::settings::Accent;

/// Text at length: AAA.
const BODY: f64 = 7.0;
/// Other text: AA.
const TEXT: f64 = 4.5;
/// Edges of fields.
const EDGE: f64 = 3.0;

const PAIRS: &[(&str, &[&str], f64)] = &[
    (
        "text",
        &[
            "surface",
            "surface-raised",
            "surface-sunk",
            "wash",
            "mark",
            "danger-wash",
            "good-wash",
            "caution-wash",
            "selection",
        ],
        BODY,
    ),
    ("link", &["surface"], BODY),
    ("link", &["surface-raised", "surface-sunk", "wash", "danger-wash", "caution-wash"], TEXT),
    ("text-quiet", &["surface", "surface-raised", "surface-sunk", "wash"], TEXT),
    ("action-text", &["action"], TEXT),
    ("danger", &["surface", "surface-raised", "surface-sunk", "danger-wash"], TEXT),
    ("good", &["surface", "surface-raised", "surface-sunk", "good-wash"], TEXT),
    ("caution", &["surface", "surface-raised", "surface-sunk", "caution-wash"], TEXT),
    ("line-strong", &["surface", "surface-raised"], EDGE),
    ("action", &["surface", "surface-raised"], EDGE),
];

#[derive(Clone, Copy, Debug)]
enum Scheme {
    Light,
    Dark,
}

type Tokens = HashMap<String, String>;
type Rgb = [f64; 3];

#[test]
fn every_pair_of_colours_can_be_read() {
    let css = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../style/tokens.css")).unwrap();
    let mut weak = Vec::new();
    for accent in Accent::ALL {
        let mut tokens = declarations(block(&css, ":root {"));
        tokens.extend(declarations(block(&css, &format!("[data-accent=\"{}\"] {{", accent.as_str()))));
        for scheme in [Scheme::Light, Scheme::Dark] {
            for (front, backs, least) in PAIRS {
                for back in *backs {
                    let ratio = contrast(token(front, &tokens, scheme), token(back, &tokens, scheme));
                    if ratio < *least {
                        weak.push(format!("{front} on {back}, {}, {scheme:?}: {ratio:.2} < {least}", accent.as_str()));
                    }
                }
            }
        }
    }
    assert_eq!(weak, Vec::<String>::new());
}

#[test]
fn the_arithmetic_is_that_of_the_standard() {
    let tokens =
        declarations("--a: #767676; --b: light-dark(#fff, #000); --c: color-mix(in srgb, #ff0000 25%, var(--b));");
    assert!((contrast(token("a", &tokens, Scheme::Light), token("b", &tokens, Scheme::Light)) - 4.54).abs() < 0.01);
    assert_eq!(token("c", &tokens, Scheme::Light), [1.0, 0.75, 0.75]);
    assert_eq!(token("c", &tokens, Scheme::Dark), [0.25, 0.0, 0.0]);
}

/// What stands between the braces of the first rule that begins so.
fn block<'a>(css: &'a str, start: &str) -> &'a str {
    let from = css.find(start).unwrap_or_else(|| panic!("no {start}")) + start.len();
    &css[from..from + css[from..].find('}').unwrap()]
}

fn declarations(block: &str) -> Tokens {
    let plain: String = block.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, rest)| rest)).collect();
    let pairs = plain.split(';').filter_map(|line| line.trim().strip_prefix("--")?.split_once(':'));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
}

fn token(name: &str, tokens: &Tokens, scheme: Scheme) -> Rgb {
    colour(tokens.get(name).unwrap_or_else(|| panic!("no --{name}")), tokens, scheme)
}

fn colour(value: &str, tokens: &Tokens, scheme: Scheme) -> Rgb {
    let value = value.trim();
    if let Some(hex) = value.strip_prefix('#') {
        return from_hex(hex);
    }
    if let Some(name) = inside(value, "var(") {
        return token(name.trim_start_matches("--"), tokens, scheme);
    }
    if let Some(both) = inside(value, "light-dark(") {
        let sides = arguments(both);
        return match scheme {
            Scheme::Light => colour(sides[0], tokens, scheme),
            Scheme::Dark => colour(sides[1], tokens, scheme),
        };
    }
    let mix = inside(value, "color-mix(in srgb,").unwrap_or_else(|| panic!("not understood: {value}"));
    let parts = arguments(mix);
    let (first, share) = parts[0].trim().rsplit_once(' ').unwrap();
    let share = share.trim_end_matches('%').parse::<f64>().unwrap() / 100.0;
    let (first, second) = (colour(first, tokens, scheme), colour(parts[1], tokens, scheme));
    std::array::from_fn(|at| first[at] * share + second[at] * (1.0 - share))
}

fn inside<'a>(value: &'a str, start: &str) -> Option<&'a str> {
    value.strip_prefix(start)?.strip_suffix(')')
}

/// Splits at the commas that stand in no brackets.
fn arguments(list: &str) -> Vec<&str> {
    let (mut depth, mut from, mut out) = (0, 0, Vec::new());
    for (at, letter) in list.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                out.push(&list[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    out.push(&list[from..]);
    out
}

fn from_hex(hex: &str) -> Rgb {
    let hex = if hex.len() == 3 { hex.chars().flat_map(|digit| [digit, digit]).collect() } else { hex.to_owned() };
    std::array::from_fn(|at| f64::from(u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap()) / 255.0)
}

fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: Rgb) -> f64 {
    let [r, g, b] = colour.map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}
