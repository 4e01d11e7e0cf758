//! Two texts that could not be brought together, as questions to their owner.

use crate::editor::draft::{FieldName, Fields};
use crate::merge::{Segment, differences, segments};

use super::adopt::adopt;

/// Two texts that could not be brought together. The site has kept both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// What both were made from, where that is known here.
    pub base: Option<Fields>,
    /// What the site has.
    pub stored: Fields,
    /// Its version.
    pub version: u64,
}

/// A place where the two differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// In which field.
    pub field: FieldName,
    /// What the site has there; empty where it has nothing.
    pub stored: String,
    /// What was typed there.
    pub mine: String,
}

impl Question {
    /// Both, the stored side first; of a field that holds one thing only, what was typed.
    pub fn both(&self) -> String {
        if self.field != FieldName::Body {
            return self.mine.clone();
        }
        let gap = if self.stored.is_empty() || self.stored.ends_with('\n') { "" } else { "\n" };
        [&self.stored, gap, &self.mine].concat()
    }
}

impl Clash {
    /// What is to be chosen, in the order of the form.
    pub fn questions(&self, mine: &Fields) -> Vec<Question> {
        let mut questions = Vec::new();
        for field in FieldName::ALL {
            let ask = |stored: &str, mine: &str| Question { field, stored: stored.into(), mine: mine.into() };
            if field == FieldName::Body {
                questions.extend(self.parts(mine).into_iter().filter_map(|part| match part {
                    Segment::Same(_) => None,
                    Segment::Clash { stored, mine } => Some(ask(&stored, &mine)),
                }));
            } else if self.joined(field, mine).is_none() {
                questions.push(ask(self.stored.get(field), mine.get(field)));
            }
        }
        questions
    }

    /// The form with an answer in the place of each question, in their order.
    pub fn settle(&self, mine: &Fields, answers: &[String]) -> Fields {
        let mut answers = answers.iter();
        let mut settled = mine.clone();
        for field in FieldName::ALL {
            let mut next = |without: &str| answers.next().map_or_else(|| without.to_owned(), Clone::clone);
            *settled.get_mut(field) = if field == FieldName::Body {
                let part = |part: Segment| match part {
                    Segment::Same(text) => text,
                    Segment::Clash { mine, .. } => next(&mine),
                };
                self.parts(mine).into_iter().map(part).collect()
            } else {
                self.joined(field, mine).unwrap_or_else(|| next(mine.get(field)))
            };
        }
        settled
    }

    fn parts(&self, mine: &Fields) -> Vec<Segment> {
        match &self.base {
            Some(base) => segments(&base.body, &self.stored.body, &mine.body),
            None => differences(&self.stored.body, &mine.body),
        }
    }

    /// What both have of a field, where that can be had.
    fn joined(&self, field: FieldName, mine: &Fields) -> Option<String> {
        let only = |fields: &Fields| {
            let mut one = Fields::default();
            fields.get(field).clone_into(one.get_mut(field));
            one
        };
        let (stored, mine) = (only(&self.stored), only(mine));
        let base = match &self.base {
            Some(base) => only(base),
            None if stored == mine => return Some(mine.get(field).to_owned()),
            None => return None,
        };
        adopt(&base, &stored, &mine).map(|adopted| adopted.fields.get(field).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(title: &str, body: &str) -> Fields {
        Fields { title: title.into(), body: body.into(), ..Fields::default() }
    }

    fn clash(base: Option<Fields>, stored: Fields) -> Clash {
        Clash { base, stored, version: 3 }
    }

    #[test]
    fn only_what_differs_is_asked() {
        let base = form("Trees", "oak\n\nfir\n\nash\n\nelm\n");
        let stored = form("Trees", "oak\n\nfir\n\nash tree\n\nelm\n");
        let mine = form("Trees", "Oak\n\nfir\n\nash!\n\nelm\n");
        let clash = clash(Some(base), stored);
        let questions = clash.questions(&mine);
        assert_eq!(questions.len(), 1);
        assert_eq!((questions[0].stored.as_str(), questions[0].mine.as_str()), ("ash tree\n\n", "ash!\n\n"));
        let settled = clash.settle(&mine, &[questions[0].both()]);
        assert_eq!(settled.body, "Oak\n\nfir\n\nash tree\n\nash!\n\nelm\n");
    }

    #[test]
    fn a_title_that_both_changed_is_asked_first() {
        let clash = clash(Some(form("Trees", "oak")), form("Woods", "oak 1"));
        let mine = form("Forest", "oak 2");
        let questions = clash.questions(&mine);
        assert_eq!(questions.iter().map(|asked| asked.field).collect::<Vec<_>>(), [FieldName::Title, FieldName::Body]);
        assert_eq!(clash.settle(&mine, &["Woods".into(), "oak 2".into()]), form("Woods", "oak 2"));
    }

    #[test]
    fn without_a_common_beginning_every_difference_is_asked() {
        let clash = clash(None, form("t", "one\ntwo\nthree\n"));
        let mine = form("t", "one\n2\nthree\n3½\n");
        assert_eq!(clash.questions(&mine).len(), 2);
        let all_mine: Vec<String> = clash.questions(&mine).into_iter().map(|asked| asked.mine).collect();
        assert_eq!(clash.settle(&mine, &all_mine), mine);
        let all_stored: Vec<String> = clash.questions(&mine).into_iter().map(|asked| asked.stored).collect();
        assert_eq!(clash.settle(&mine, &all_stored), form("t", "one\ntwo\nthree\n"));
    }
}
