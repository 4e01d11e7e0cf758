//! The owner's settings of the whole site.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// What the owner set; the defaults make a finished site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Counts stored changes; 0 before the first.
    pub version: u64,
    /// The site's name.
    pub title: String,
    /// One line under it, for the home page, feeds and cards.
    pub description: String,
    /// Who writes here.
    pub author: String,
    /// BCP 47.
    pub language: String,
    /// The one colour.
    pub accent: Accent,
    /// The header's links.
    pub navigation: Vec<NavLink>,
    /// The slug of the note that the home page opens with.
    pub home_note: Option<String>,
}

/// A link of the header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NavLink {
    /// What it says.
    pub label: String,
    /// A path on this site (`/notes/about`) or an `https://` address.
    pub href: String,
}

/// The colours on offer, each tested for contrast in both schemes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accent {
    /// A red ink.
    #[default]
    Madder,
    /// A blue.
    Indigo,
    /// A green.
    Moss,
    /// A violet.
    Plum,
    /// A brown.
    Umber,
    /// A blue-green.
    Teal,
}

impl Accent {
    /// All, in the order of the form.
    pub const ALL: [Self; 6] = [Self::Madder, Self::Indigo, Self::Moss, Self::Plum, Self::Umber, Self::Teal];

    /// The name in the form and as `data-accent` in the page.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Madder => "madder",
            Self::Indigo => "indigo",
            Self::Moss => "moss",
            Self::Plum => "plum",
            Self::Umber => "umber",
            Self::Teal => "teal",
        }
    }
}

impl std::str::FromStr for Accent {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|a| a.as_str() == text)
            .ok_or_else(|| Error::invalid("accent", "Choose one of the colours on offer."))
    }
}

impl Default for Settings {
    fn default() -> Self {
        let nav = |label: &str, href: &str| NavLink { label: label.into(), href: href.into() };
        Self {
            version: 0,
            title: "Commonplace".into(),
            description: String::new(),
            author: String::new(),
            language: "en".into(),
            accent: Accent::default(),
            navigation: vec![nav("Notes", "/notes"), nav("Tags", "/tags"), nav("Archive", "/archive")],
            home_note: None,
        }
    }
}

impl Settings {
    /// Checks every field.
    ///
    /// # Errors
    /// [`Error::Invalid`] or [`Error::TooLarge`], naming the form's field.
    pub fn check(&self) -> Result<()> {
        if self.title.trim().is_empty() {
            return Err(Error::invalid("title", "A site needs a name."));
        }
        let limit = |field: &str, text: &str, limit: usize| {
            if text.chars().count() > limit {
                return Err(Error::TooLarge { field: field.into(), limit: limit as u64, unit: "characters".into() });
            }
            Ok(())
        };
        limit("title", &self.title, 100)?;
        limit("description", &self.description, 300)?;
        limit("author", &self.author, crate::limits::NAME_CHARS)?;
        let lang = &self.language;
        let parts_ok =
            lang.split('-').all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
        if !parts_ok || lang.len() > 35 {
            return Err(Error::invalid("language", "Use a language code such as en, de-CH or zh-Hans."));
        }
        if self.navigation.len() > 12 {
            return Err(Error::invalid("navigation", "At most 12 links."));
        }
        self.navigation.iter().try_for_each(NavLink::check)
    }
}

impl NavLink {
    fn check(&self) -> Result<()> {
        if self.label.trim().is_empty() || self.label.chars().count() > 60 {
            return Err(Error::invalid("navigation", "Each link needs a label of at most 60 characters."));
        }
        let local = self.href.starts_with('/') && !self.href.starts_with("//");
        if !local && !self.href.starts_with("https://") && !self.href.starts_with("http://") {
            let reason = format!("“{}” is neither a path such as /notes/about nor an https address.", self.href);
            return Err(Error::invalid("navigation", reason));
        }
        Ok(())
    }

    /// The form's text: a line a link, `Label = /path`.
    ///
    /// # Errors
    /// [`Error::Invalid`] on field `navigation`, naming the line.
    pub fn parse_lines(text: &str) -> Result<Vec<Self>> {
        let lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
        lines
            .map(|line| {
                let Some((label, href)) = line.split_once('=') else {
                    return Err(Error::invalid("navigation", format!("“{line}” is not of the form Label = /path.")));
                };
                Ok(Self { label: label.trim().into(), href: href.trim().into() })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_pass_their_own_rules() {
        assert_eq!(Settings::default().check(), Ok(()));
    }

    #[test]
    fn navigation_leads_to_pages_only() {
        for href in ["javascript:alert(1)", "//evil.example", "notes", "data:text/html,x"] {
            let settings =
                Settings { navigation: vec![NavLink { label: "x".into(), href: href.into() }], ..Settings::default() };
            assert!(settings.check().is_err(), "{href}");
        }
    }
}
