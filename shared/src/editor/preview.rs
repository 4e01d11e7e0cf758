//! The live preview: a text as its page would show it, in parts that can be replaced each on its own.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use super::wire::{Attached, Names};
use crate::files::encode_segment;
use crate::markdown::{
    Audience, Destination, EmbeddedNote, Plain, Reference, Resolve, finish_in_parts, render_in_parts,
};

/// A part of a preview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewPart {
    /// Where it begins in the text, in UTF-16 units, as a text field counts.
    pub at: usize,
    /// Safe to place in a page.
    pub html: String,
}

/// What the preview's thread is told of before it can resolve names.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Known {
    /// `None` until the site was asked.
    pub names: Option<Names>,
    /// Files that this device sent.
    pub files: Vec<Attached>,
}

/// What links and embeds may lead to, as far as the device knows. What it does not know the site fills in.
#[derive(Clone, Debug, Default)]
pub struct AtHand {
    /// By folded name: what it leads to, and by which kind of name.
    names: HashMap<String, (By, usize)>,
    notes: Vec<Destination>,
    knows_notes: bool,
}

/// By which kind of name a thing is called so; the first goes before the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Title,
    File,
    Alias,
    Slug,
}

impl AtHand {
    /// These notes and files.
    pub fn new(names: Option<&Names>, files: &[Attached]) -> Self {
        let mut hand = Self { knows_notes: names.is_some(), ..Self::default() };
        for note in names.into_iter().flat_map(|names| &names.notes) {
            let slug: Vec<String> = note.slug.split('/').map(encode_segment).collect();
            let leads = Destination::Note { href: format!("/notes/{}", slug.join("/")), title: note.title.clone() };
            let aliases = note.aliases.iter().map(|alias| (alias.as_str(), By::Alias));
            hand.add(leads, [(note.title.as_str(), By::Title), (&note.slug, By::Slug)].into_iter().chain(aliases));
        }
        for file in files {
            let leads = Destination::File {
                href: file.href.clone(),
                media_type: file.media_type.clone(),
                width: None,
                height: None,
                placeholder: None,
                name: file.name.clone(),
                alt: String::new(),
            };
            hand.add(leads, [(file.name.as_str(), By::File)]);
        }
        hand
    }

    fn add<'n>(&mut self, leads: Destination, names: impl IntoIterator<Item = (&'n str, By)>) {
        let index = self.notes.len();
        self.notes.push(leads);
        for (name, by) in names {
            let known = self.names.entry(fold(name)).or_insert((by, index));
            if by < known.0 {
                *known = (by, index);
            }
        }
    }

    fn find(&self, path: &str) -> Option<&Destination> {
        let path = fold(path.trim().trim_start_matches("./"));
        let base = path.rsplit_once('/').map_or(path.as_str(), |(_, base)| base);
        let (_, index) = self.names.get(&path).or_else(|| self.names.get(base))?;
        self.notes.get(*index)
    }

    /// The text as its owner will see it. Notes shown in others are links, code has no colours, and a name that is not
    /// known here is shown as plain words until the site has been asked.
    pub fn preview(&self, text: &str) -> Vec<PreviewPart> {
        let rendered = render_in_parts(text, &Plain);
        let mut units = Units { text, byte: 0, units: 0 };
        let placed = finish_in_parts(&rendered, self).into_iter();
        placed.map(|part| PreviewPart { at: units.before(part.at), html: part.html }).collect()
    }
}

impl Resolve for AtHand {
    fn resolve(&self, _index: usize, reference: &Reference) -> Destination {
        let path = &reference.target.path;
        match self.find(path) {
            Some(found) => found.clone(),
            // Files that the device did not send are known to the site alone.
            None if !self.knows_notes || has_extension(path) => Destination::Hidden,
            None => Destination::Missing,
        }
    }

    fn embed(&self, _index: usize, _reference: &Reference) -> Option<EmbeddedNote<'_>> {
        None
    }

    fn audience(&self) -> Audience {
        Audience::Owner
    }
}

/// Names are compared composed and without regard to case.
fn fold(name: &str) -> String {
    name.nfc().flat_map(char::to_lowercase).nfc().collect()
}

fn has_extension(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| {
        (1..=5).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphanumeric()) && end != "md"
    })
}

/// Counts UTF-16 units up to ever later bytes of a text.
struct Units<'t> {
    text: &'t str,
    byte: usize,
    units: usize,
}

impl Units<'_> {
    fn before(&mut self, byte: usize) -> usize {
        if let Some(passed) = self.text.get(self.byte..byte) {
            self.units += passed.encode_utf16().count();
            self.byte = byte;
        }
        self.units
    }
}

#[cfg(test)]
mod tests {
    use super::super::wire::NameLine;
    use super::*;
    use crate::Visibility;
    use crate::ids::NoteId;

    fn names(notes: &[(&str, &str, &[&str])]) -> Names {
        let line = |(number, (title, slug, aliases)): (usize, &(&str, &str, &[&str]))| NameLine {
            id: NoteId::from_u128(number as u128),
            title: (*title).to_owned(),
            slug: (*slug).to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            updated: jiff::Timestamp::UNIX_EPOCH,
            visibility: Visibility::Private,
        };
        Names { notes: notes.iter().enumerate().map(line).collect(), ..Names::default() }
    }

    fn html(hand: &AtHand, text: &str) -> String {
        hand.preview(text).into_iter().map(|part| part.html).collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn links_lead_to_what_is_at_hand() {
        let hand = AtHand::new(Some(&names(&[("Tea", "tea", &["Chai"]), ("Pots", "tea/pots", &["tea"])])), &[]);
        assert_eq!(html(&hand, "[[tea]]"), "<p><a class=\"internal\" href=\"/notes/tea\">tea</a></p>");
        assert_eq!(html(&hand, "[[CHAI|x]]"), "<p><a class=\"internal\" href=\"/notes/tea\">x</a></p>");
        assert_eq!(
            html(&hand, "[[Kitchen/Pots]]"),
            "<p><a class=\"internal\" href=\"/notes/tea/pots\">Kitchen/Pots</a></p>"
        );
        assert!(html(&hand, "[[Coffee]]").contains("unresolved"));
    }

    #[test]
    fn what_only_the_site_knows_is_not_called_missing() {
        let hand = AtHand::new(Some(&names(&[])), &[]);
        assert_eq!(html(&hand, "![[photo.jpg]]"), "<p>photo.jpg</p>");
        assert_eq!(html(&AtHand::default(), "[[Tea]]"), "<p>Tea</p>");
    }

    #[test]
    fn a_file_that_was_just_sent_shows() {
        let file =
            Attached { name: "a b.png".into(), media_type: "image/png".into(), href: "/media/1/a%20b.png".into() };
        let hand = AtHand::new(None, &[file]);
        assert!(html(&hand, "![Alt](<a b.png>)").contains("src=\"/media/1/a%20b.png\""));
        assert!(html(&hand, "![[a b.png]]").contains("src=\"/media/1/a%20b.png\""));
    }

    #[test]
    fn places_are_counted_as_a_text_field_counts() {
        let places: Vec<usize> = AtHand::default().preview("a😀é\n\nb\n\nc").into_iter().map(|part| part.at).collect();
        assert_eq!(places, [0, 6, 9]);
    }
}
