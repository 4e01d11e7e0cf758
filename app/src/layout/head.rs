//! What a screen says about itself to browsers, search engines and social cards.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use leptos::prelude::use_context;

/// The head of a page, as far as its screen decides it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// In front of the site's name; `None` for the home page, whose title is the site's name alone.
    pub title: Option<String>,
    /// One or two sentences; the site's own where a page has none.
    pub description: Option<String>,
    /// The path under which search engines should know this page; the path asked for where there is none.
    pub canonical: Option<String>,
    /// BCP 47, where it is not the site's.
    pub lang: Option<String>,
    /// Whether search engines may list it.
    pub robots: Robots,
    /// What a social card takes it for.
    pub kind: Kind,
    /// Path or address of the picture for social cards.
    pub image: Option<String>,
    /// The page before this one in a list.
    pub prev: Option<String>,
    /// The page after this one in a list.
    pub next: Option<String>,
    /// A feed of its own: title and address.
    pub feed: Option<(String, String)>,
    /// Structured data (schema.org), as JSON.
    pub data: Option<serde_json::Value>,
}

/// Whether search engines may list a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Robots {
    /// They may.
    #[default]
    Index,
    /// They may not, nor follow what it links to; no canonical address is given either.
    Hide,
}

/// What a social card takes a page for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A part of a site.
    #[default]
    Website,
    /// Something written, with its dates and tags.
    Article {
        /// The readers' date.
        published: Option<Timestamp>,
        /// When it last changed.
        updated: Timestamp,
        /// Its tags.
        tags: Vec<String>,
    },
}

impl Head {
    /// A page of this title.
    pub fn titled(title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..Self::default() }
    }

    /// A page of this title for its owner's eyes.
    pub fn private(title: impl Into<String>) -> Self {
        Self { robots: Robots::Hide, ..Self::titled(title) }
    }
}

/// Where a screen leaves its head until the body is rendered.
#[derive(Clone, Debug, Default)]
pub struct HeadSlot(Arc<Mutex<Head>>);

impl HeadSlot {
    /// What was said.
    pub fn take(&self) -> Head {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Says what belongs in the head of this page. The last word counts.
pub fn head(head: Head) {
    let Some(slot) = use_context::<HeadSlot>() else { return };
    *slot.0.lock().unwrap_or_else(PoisonError::into_inner) = head;
}
