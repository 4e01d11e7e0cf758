//! The nouns: records, rules and the Markdown renderer.
