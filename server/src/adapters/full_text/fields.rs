//! What the index holds of a document, and how tantivy gets its terms from our analysis.

use domain::ports::search::analysis;
use domain::ports::{Audience, SearchDoc};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{TantivyDocument, Term};

/// The name of our analysis in the index's schema.
pub const ANALYSIS: &str = "commonplace";

/// The fields.
#[derive(Clone, Copy)]
pub struct Fields {
    id: Field,
    pub thing: Field,
    pub kind: Field,
    pub audience: Field,
    /// The title and, as further values, the aliases.
    pub title: Field,
    pub tags: Field,
    pub tag_words: Field,
    pub text: Field,
    pub date: Field,
}

/// The name of the field that groups documents.
pub const THING: &str = "thing";
/// The name of the field that breaks ties, seconds since 1970.
pub const DATE: &str = "date";

impl Fields {
    /// The fields and the schema that has them.
    pub fn new() -> (Self, Schema) {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(ANALYSIS)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let words = TextOptions::default().set_indexing_options(indexing);
        let mut schema = Schema::builder();
        let fields = Self {
            id: schema.add_text_field("id", STRING),
            thing: schema.add_text_field(THING, STRING | FAST),
            kind: schema.add_text_field("kind", STRING | STORED),
            audience: schema.add_text_field("audience", STRING),
            title: schema.add_text_field("title", words.clone()),
            tags: schema.add_text_field("tags", STRING),
            tag_words: schema.add_text_field("tag_words", words.clone()),
            text: schema.add_text_field("text", words.set_stored()),
            date: schema.add_i64_field(DATE, INDEXED | FAST),
        };
        (fields, schema.build())
    }

    /// Names one document.
    pub fn id_term(&self, id: &str) -> Term {
        Term::from_field_text(self.id, id)
    }

    /// Names a thing's documents.
    pub fn thing_term(&self, thing: &str) -> Term {
        Term::from_field_text(self.thing, thing)
    }

    /// Names the documents of an audience.
    pub fn audience_term(&self, audience: Audience) -> Term {
        Term::from_field_text(self.audience, audience_name(audience))
    }

    /// The form in which tantivy takes a document.
    pub fn document(&self, doc: SearchDoc) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_text(self.id, doc.id);
        document.add_text(self.thing, doc.thing);
        document.add_text(self.kind, doc.kind);
        document.add_text(self.audience, audience_name(doc.audience));
        document.add_text(self.title, doc.title);
        for alias in doc.aliases {
            document.add_text(self.title, alias);
        }
        for tag in doc.tags {
            for term in analysis::tag_terms(&tag) {
                document.add_text(self.tags, term);
            }
            document.add_text(self.tag_words, tag);
        }
        document.add_text(self.text, doc.text);
        if let Some(date) = doc.date {
            document.add_i64(self.date, date.as_second());
        }
        document
    }
}

fn audience_name(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "public",
        Audience::Members => "members",
        Audience::Owner => "owner",
    }
}

/// Our analysis in tantivy's form.
pub fn analyzer() -> TextAnalyzer {
    TextAnalyzer::from(Analysis::default())
}

/// Keeps the tokens of one text to write the next one's over.
#[derive(Clone, Default)]
struct Analysis {
    tokens: Vec<Token>,
}

impl Tokenizer for Analysis {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        let mut count = 0;
        analysis::tokenize(text, |found| {
            if count == self.tokens.len() {
                self.tokens.push(Token::default());
            }
            let token = &mut self.tokens[count];
            (token.offset_from, token.offset_to, token.position) = (found.start, found.end, found.position);
            token.text.clear();
            token.text.push_str(found.text);
            count += 1;
        });
        Tokens { tokens: &mut self.tokens[..count], next: 0 }
    }
}

struct Tokens<'a> {
    tokens: &'a mut [Token],
    next: usize,
}

impl TokenStream for Tokens<'_> {
    fn advance(&mut self) -> bool {
        self.next += 1;
        self.next <= self.tokens.len()
    }

    fn token(&self) -> &Token {
        &self.tokens[self.next - 1]
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.tokens[self.next - 1]
    }
}
