//! What the site will not take: the field alone where it is a field, and the text stays where it is.

use super::{Effect, Engine, Fault};
use crate::Error;
use crate::editor::draft::{FieldName, Fields};
use crate::editor::wire::SaveGoal;

impl Engine {
    /// Of a save that was answered, or that was not worth sending.
    pub(super) fn refused(&mut self, goal: SaveGoal, fields: Fields, error: &Error, out: &mut Vec<Effect>) {
        let why = match error {
            Error::Invalid { reason, .. } => reason.clone(),
            other => other.to_string(),
        };
        self.site.by_hand = false;
        if goal == SaveGoal::Publish {
            let notice = format!("not published: {why}");
            out.push(Effect::Say(notice.clone()));
            self.site.notice = Some(notice);
            // The text alone may still be welcome.
            self.site.hurries = true;
            return;
        }
        out.push(Effect::Say(format!("Not saved: {why}")));
        let known = self.draft.base.fields.as_ref();
        match error.field().and_then(FieldName::named) {
            Some(field) if known.is_some_and(|known| known.get(field) != fields.get(field)) => {
                let value = fields.get(field).to_owned();
                self.faults.push(Fault { field, reason: why, value });
                self.site.hurries = true;
                out.push(Effect::Faults);
            }
            _ if *error == Error::NotFound => {
                self.site.is_gone = true;
                let why = "the note is gone from the site; Save makes it anew".to_owned();
                self.site.refused = Some((fields, why));
            }
            _ => self.site.refused = Some((fields, why)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rig::Rig;
    use super::super::{Event, Trouble};
    use super::*;
    use crate::editor::status::{Kept, OnDevice};
    use crate::limits;

    #[test]
    fn a_field_that_is_refused_keeps_no_other_from_being_saved() {
        let mut rig = Rig::of(3, "");
        rig.held.fields.slug = "taken".into();
        rig.types("words");
        rig.pass(2_000);
        rig.answers(Err(Trouble::Refused(Error::invalid("slug", "Another note has this address."))));
        assert_eq!(rig.engine.faults().len(), 1);
        rig.pass(100);
        let last = rig.sent.last().expect("a second save");
        assert_eq!((last.edit.slug.as_str(), last.edit.body.as_str()), ("", "words"));
        rig.saves();
        assert_eq!(rig.kept(), Kept::Refused { why: "Another note has this address.".into() });
        assert_eq!(rig.held.fields.slug, "taken", "what was typed stays in its field");
        rig.pass(60_000);
        assert_eq!(rig.sent.len(), 2);
        rig.held.fields.slug = "free".into();
        rig.changed();
        assert!(rig.engine.faults().is_empty());
        rig.pass(2_000);
        assert_eq!(rig.sent.last().map(|save| save.edit.slug.as_str()), Some("free"));
    }

    #[test]
    fn a_text_that_is_too_large_is_kept_and_said_and_not_sent() {
        let mut rig = Rig::of(3, "");
        rig.types(&"x".repeat(limits::NOTE_BYTES + 1));
        rig.pass(20_000);
        assert!(rig.sent.is_empty());
        let status = rig.engine.status(rig.now.monotonic);
        assert_eq!(status.device, OnDevice::Yes);
        assert!(matches!(status.kept, Kept::Refused { .. }), "{status:?}");
        rig.held.fields.body.truncate(10);
        rig.changed();
        rig.pass(2_000);
        assert_eq!(rig.sent.len(), 1);
    }

    #[test]
    fn a_publishing_that_is_refused_leaves_the_text_to_be_saved() {
        let mut rig = Rig::of(3, "");
        rig.types("words");
        rig.tell(Event::Asked(SaveGoal::Publish));
        rig.pass(100);
        assert_eq!(rig.sent[0].goal, SaveGoal::Publish);
        rig.answers(Err(Trouble::Refused(Error::invalid("body", "Its front matter says publish: false."))));
        rig.pass(100);
        assert_eq!(rig.sent.len(), 2);
        assert_eq!(rig.sent[1].goal, SaveGoal::Keep);
        rig.saves();
        assert!(matches!(rig.kept(), Kept::Saved { .. }));
        let notice = rig.engine.status(rig.now.monotonic).notice;
        assert_eq!(notice.as_deref(), Some("not published: Its front matter says publish: false."));
    }

    #[test]
    fn a_note_that_is_gone_is_made_anew_by_who_asks_for_it() {
        let mut rig = Rig::of(3, "");
        rig.types("a");
        rig.pass(2_000);
        rig.answers(Err(Trouble::Refused(Error::NotFound)));
        rig.types("b");
        rig.pass(30_000);
        assert_eq!(rig.sent.len(), 1);
        assert!(matches!(rig.kept(), Kept::Refused { .. }));
        rig.tell(Event::Asked(SaveGoal::Keep));
        rig.pass(100);
        assert_eq!((rig.sent[1].edit.base, rig.sent[1].edit.body.as_str()), (0, "ab"));
    }
}
