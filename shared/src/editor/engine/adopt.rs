//! What somebody else made of a text, brought into what stands in the form.

use crate::editor::draft::{FieldName, Fields};
use crate::merge::{Merged, merge};
use crate::notes::split_list;

/// The form after it, and what of it the site has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Adopted {
    pub fields: Fields,
    pub base: Fields,
}

/// Brings `theirs`, which was made of `base`, into `mine`, which was made of it too. `None` where both changed the same
/// place.
pub(super) fn adopt(base: &Fields, theirs: &Fields, mine: &Fields) -> Option<Adopted> {
    let mut adopted = Adopted { fields: mine.clone(), base: theirs.clone() };
    for field in FieldName::ALL {
        let (base, theirs, mine) = (base.get(field), theirs.get(field), mine.get(field));
        if means_the_same(field, base, theirs) {
            // As it is typed here, which is how the form goes on to have it.
            base.clone_into(adopted.base.get_mut(field));
            continue;
        }
        *adopted.fields.get_mut(field) = match field {
            _ if mine == base || means_the_same(field, mine, theirs) => theirs.to_owned(),
            FieldName::Body => match merge(base, theirs, mine) {
                Merged::Clean(text) => text,
                Merged::Conflict { .. } => return None,
            },
            FieldName::Tags | FieldName::Aliases => lists(base, theirs, mine),
            _ => return None,
        };
    }
    Some(adopted)
}

impl Fields {
    /// The form with the changes of both, each made of `base`. `None` where both changed the same place.
    pub fn join(base: &Self, theirs: &Self, mine: &Self) -> Option<Self> {
        adopt(base, theirs, mine).map(|adopted| adopted.fields)
    }

    /// This form with the text of another after its own: nothing of either is lost.
    pub fn beside(&self, other: &Self) -> Self {
        let mut both = other.clone();
        if both.title.trim().is_empty() {
            both.title.clone_from(&self.title);
        }
        if !both.body.contains(&self.body) {
            both.body = [both.body.trim_end(), &self.body].join("\n\n");
        }
        both
    }
}

/// Whether the site, sent `typed`, would answer `stored` without anybody else's having a hand in it.
pub fn means_the_same(field: FieldName, typed: &str, stored: &str) -> bool {
    match field {
        _ if typed == stored => true,
        // Left empty they are the site's choice.
        FieldName::Slug => typed.trim().is_empty() || typed.trim() == stored.trim(),
        // It is kept with one blank between two words.
        FieldName::Title => typed.trim().is_empty() || typed.split_whitespace().eq(stored.split_whitespace()),
        FieldName::Tags | FieldName::Aliases => split_list(typed) == split_list(stored),
        FieldName::PublishAt => {
            let time = |text: &str| text.parse::<jiff::Timestamp>().ok();
            time(typed) == time(stored)
        }
        FieldName::Body | FieldName::Visibility => false,
    }
}

/// Theirs, with what was added and without what was removed in mine.
fn lists(base: &str, theirs: &str, mine: &str) -> String {
    let [base, theirs, mine] = [base, theirs, mine].map(split_list);
    let kept = theirs.iter().filter(|item| mine.contains(item) || !base.contains(item));
    let added = mine.iter().filter(|item| !base.contains(item) && !theirs.contains(item));
    kept.chain(added).cloned().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(title: &str, body: &str, tags: &str) -> Fields {
        Fields { title: title.into(), body: body.into(), tags: tags.into(), ..Fields::default() }
    }

    #[test]
    fn what_was_typed_since_stays() {
        let sent = form("", "one", "a");
        let theirs = form("one", "one", "a");
        let mine = form("", "one two", "a, ");
        let adopted = adopt(&sent, &theirs, &mine).expect("no clash");
        assert_eq!(adopted.fields, mine);
        assert_eq!(adopted.base, sent);
    }

    #[test]
    fn both_changes_are_taken() {
        let sent = form("t", "one\ntwo\n", "a, b");
        let theirs = form("other", "zero\none\ntwo\n", "b, c");
        let mine = form("t", "one\ntwo\nthree\n", "a, b, d");
        let adopted = adopt(&sent, &theirs, &mine).expect("no clash");
        assert_eq!(adopted.fields, form("other", "zero\none\ntwo\nthree\n", "b, c, d"));
        assert_eq!(adopted.base, theirs);
    }

    #[test]
    fn the_same_place_is_a_clash() {
        assert_eq!(adopt(&form("t", "", ""), &form("u", "", ""), &form("v", "", "")), None);
        assert_eq!(adopt(&form("t", "a b", ""), &form("t", "a c", ""), &form("t", "a d", "")), None);
    }
}
