//! What rendering a note yields, and what finishing it for a reader asks for.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::pieces::Pieces;

/// A note's body, rendered once and stored beside it; [`super::finish`] makes a page of it for one reader.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rendered {
    /// The HTML in order, with holes where a reader's rights decide what stands there.
    pub pieces: Pieces,
    /// Every link and embed that names another note or a file of this site.
    pub references: Vec<Reference>,
    /// The headings, in order; their levels start at 2 (the page's own title is the `h1`) and never skip one.
    pub toc: Vec<Heading>,
    /// Inline `#tags` as written, each once whatever its case; front matter's tags are not among them.
    pub tags: Vec<String>,
    /// Words of prose; Chinese, Japanese and Thai are counted by character.
    pub words: u32,
    /// The first prose, plain, at most 200 characters.
    pub excerpt: String,
    /// The text for search: no markup, no comments, a line a block.
    pub plain: String,
    /// The `^ids` of blocks, without the caret.
    pub blocks: Vec<String>,
    /// The first picture of this site that the note shows, as an index of `references`.
    pub first_image: Option<usize>,
}

/// A part of rendered HTML. Numbers index `references`, `toc` or `blocks` of the same [`Rendered`].
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub enum Piece<'h> {
    /// Finished HTML. Tags in it are balanced together with its neighbours'.
    #[serde(rename = "h")]
    Html(Cow<'h, str>),
    /// A link to the reference begins.
    #[serde(rename = "l")]
    LinkStart(usize),
    /// The link to the reference ends.
    #[serde(rename = "m")]
    LinkEnd(usize),
    /// The reference is shown here.
    #[serde(rename = "e")]
    Embed(usize),
    /// The heading of this number in `toc` begins.
    #[serde(rename = "t")]
    Heading(usize),
    /// The place of a heading's permanent link.
    #[serde(rename = "a")]
    Anchor(usize),
    /// The block of this number in `blocks` begins.
    #[serde(rename = "b")]
    BlockStart(usize),
    /// The block of this number in `blocks` ends.
    #[serde(rename = "c")]
    BlockEnd(usize),
    /// The margin copy of a footnote begins.
    #[serde(rename = "n")]
    MarginStart,
    /// The margin copy of a footnote ends.
    #[serde(rename = "o")]
    MarginEnd,
    /// What stands at this byte of the source begins, nothing around it being open. Only [`super::render_in_parts`]
    /// leaves these; they are not stored.
    #[serde(rename = "s")]
    Source(usize),
}

/// A part of a finished text that can be replaced on its own: one block of it, or as many as raw HTML holds together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedPart {
    /// The byte of the source where it begins.
    pub at: usize,
    /// Its HTML, balanced.
    pub html: String,
}

/// A link or an embed, as the source has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// What it names.
    pub target: Target,
    /// Shown in place (`![[…]]`, `![](…)`) instead of linked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub embed: bool,
    /// The text given for it, plain; an embed's is its alternative text.
    #[serde(default, skip_serializing_if = "is_default")]
    pub label: Option<String>,
    /// The bytes of the target's path in the source, without fragment. Empty when it could not be found again.
    #[serde(default, skip_serializing_if = "is_default")]
    pub range: Range<usize>,
    /// The sentence around it, plain, at most 300 characters.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sentence: String,
    /// The width and height asked for (`|300`, `|300x200`), in CSS pixels.
    #[serde(default, skip_serializing_if = "is_default")]
    pub size: Option<Size>,
    /// Where an embed stands: only one that stands for itself may be replaced by blocks.
    #[serde(default, skip_serializing_if = "is_default")]
    pub place: Place,
}

/// What is as usual is not written: a page has dozens of references.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A width and a height in CSS pixels, each if given.
pub type Size = (Option<u32>, Option<u32>);

/// Where an embed stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Among words.
    #[default]
    Inline,
    /// Between blocks.
    Block,
    /// In a link: nothing that can be operated may stand there.
    Link,
}

/// What a [`Reference`] names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Target {
    /// How it is written.
    #[serde(default, skip_serializing_if = "is_default")]
    pub kind: TargetKind,
    /// `Folder/Note` without `.md`, or a file's name with its extension; empty for this note itself.
    pub path: String,
    /// The part of it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fragment: Option<Fragment>,
}

/// How a [`Target`] is written, and so by which rules it is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TargetKind {
    /// `[[…]]`: by the shortest path that fits.
    #[default]
    Wiki,
    /// A Markdown link's relative path, URL-decoded: from the note's folder.
    Relative,
}

/// A part of a note.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Fragment {
    /// `#heading`, or `#heading#below`, outermost first.
    Heading(Vec<String>),
    /// `#^id`, without the caret.
    Block(String),
}

/// A heading of a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// The level it has in the page, 2 to 6.
    pub level: u8,
    /// Its element's id.
    pub id: String,
    /// Its text, plain.
    pub text: String,
}

/// Who will read the finished HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Anybody: what they may not see looks as if it were not there.
    Visitor,
    /// The owner: what leads nowhere shows.
    Owner,
    /// A feed reader: no anchors, no margin notes, whole addresses.
    Feed,
}

/// Where a reference leads for this reader.
#[derive(Clone, Debug, PartialEq)]
pub enum Destination {
    /// A note they may read.
    Note {
        /// Its address, with or without a fragment.
        href: String,
        /// Its title.
        title: String,
    },
    /// A file they may read.
    File {
        /// Its address.
        href: String,
        /// Its media type.
        media_type: String,
        /// A picture's width in pixels.
        width: Option<u32>,
        /// A picture's height in pixels.
        height: Option<u32>,
        /// A CSS colour or a `data:` URI shown until the picture is there.
        placeholder: Option<String>,
        /// Its name.
        name: String,
        /// Its alternative text, used where the note gives none.
        alt: String,
    },
    /// Nothing has this name.
    Missing,
    /// Something has this name, but not for this reader.
    Hidden,
}

/// A note shown inside another.
pub struct EmbeddedNote<'a> {
    /// Its title.
    pub title: String,
    /// Its address, without a fragment; also tells whether an embed goes in a circle.
    pub href: String,
    /// Its body.
    pub rendered: &'a Rendered,
    /// How its own references resolve.
    pub resolve: &'a dyn Resolve,
}

/// Answers for one reader what the references of one note lead to.
pub trait Resolve {
    /// Where the reference leads.
    fn resolve(&self, index: usize, reference: &Reference) -> Destination;

    /// The note to show in place, `None` when it is none or not for this reader.
    /// The part to show is the reference's own fragment; this note itself (an empty path) is not asked for.
    fn embed(&self, index: usize, reference: &Reference) -> Option<EmbeddedNote<'_>>;

    /// Who reads.
    fn audience(&self) -> Audience;

    /// The address of the note being finished, to see circles at once.
    fn address(&self) -> &str {
        ""
    }

    /// Put before addresses that start with `/`; a feed's is the site's `https://…`.
    fn base(&self) -> &str {
        ""
    }
}

/// Colours code. Its HTML may hold `span` elements with classes and nothing else.
pub trait Highlight {
    /// The code as HTML, or `None` when the language is unknown.
    fn highlight(&self, lang: &str, code: &str) -> Option<String>;
}

/// No colours.
pub struct Plain;

impl Highlight for Plain {
    fn highlight(&self, _lang: &str, _code: &str) -> Option<String> {
        None
    }
}

/// What a note says about itself before its body.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FrontMatter {
    /// `title`.
    pub title: Option<String>,
    /// `description`, `summary` or `excerpt`.
    pub description: Option<String>,
    /// `permalink`, `slug` or `url`.
    pub permalink: Option<String>,
    /// `date`, `created` or `published`.
    pub date: Option<jiff::Timestamp>,
    /// `updated`, `modified` or `lastmod`.
    pub updated: Option<jiff::Timestamp>,
    /// `tags`, `tag`, `keywords`; without `#`.
    pub tags: Vec<String>,
    /// `aliases` or `alias`.
    pub aliases: Vec<String>,
    /// `publish`.
    pub publish: Option<bool>,
    /// `draft`.
    pub draft: Option<bool>,
    /// `lang` or `language`.
    pub lang: Option<String>,
    /// `cover`, `image` or `banner`.
    pub image: Option<String>,
    /// Why the block could not be read, if it could not; then everything above is empty.
    pub problem: Option<FrontMatterProblem>,
    /// The byte of the source where the body starts; 0 without front matter.
    pub body_start: usize,
}

/// Why front matter could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrontMatterProblem {
    /// The line of the source, from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: String,
}
