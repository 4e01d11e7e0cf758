//! What becomes of the logs that a device has of a note when the note is opened: gone on with, offered, or not needed any
//! more. Nothing that the site has not is passed over.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::draft::{Base, Draft, FieldName, Fields};
use super::engine::means_the_same;
use super::journal::{LogId, Replayed};
use super::wire::SaveGoal;

/// A log and what it comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Whose log it is.
    pub id: LogId,
    /// What it comes to.
    pub replayed: Replayed,
}

/// What to do with the logs of a note.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The `seq` with which this tab's log goes on.
    pub next: u64,
    /// Goes into the form at once, with its selection, and this is said.
    pub resume: Option<Draft>,
    /// Where nothing is resumed: the site's text as this device last knew it, newer than the page, which then came from
    /// the device's cache. Goes into the form at once.
    pub newer: Option<Base>,
    /// The log of a tab that is gone, which is what is resumed. To be set aside when this tab's log has it.
    pub adopted: Option<Found>,
    /// Of tabs that are gone, with text that the site has not, the newest first: shown with the difference, for the owner
    /// to choose.
    pub offers: Vec<Found>,
    /// Of tabs that are gone; the site has all that is in them. To be forgotten.
    pub done: Vec<LogId>,
}

/// What to do, for a page that came with `fields` of `version` (0 for a new note) and whose tab writes the log `own`.
/// `living` are the logs that some page is writing.
pub fn plan(version: u64, fields: &Fields, own: LogId, living: &HashSet<LogId>, found: Vec<Found>) -> Plan {
    let mut plan = Plan::default();
    let (mine, mut others): (Vec<Found>, Vec<Found>) = found.into_iter().partition(|log| log.id == own);
    for log in &mut others {
        log.replayed.draft.gather();
    }
    if let Some(log) = mine.into_iter().next() {
        let draft = log.replayed.draft;
        plan.next = log.replayed.next;
        // Where the site has it all and the page is as new, it is for the selection.
        plan.resume = (is_unsent(&draft) || draft.base.version >= version).then_some(draft);
    }
    if plan.resume.is_none() {
        let bases = others.iter().map(|log| &log.replayed.draft.base);
        let newer = bases.filter(|base| base.version > version && base.fields.is_some());
        plan.newer = newer.max_by_key(|base| base.version).cloned();
    }
    let newer = plan.newer.as_ref().and_then(|base| base.fields.as_ref());
    let shown = plan.resume.as_ref().map(|draft| &draft.fields).or(newer).unwrap_or(fields).clone();
    let known = plan.newer.as_ref().map_or(version, |base| base.version);
    for log in others.into_iter().filter(|log| !living.contains(&log.id)) {
        let draft = &log.replayed.draft;
        let there = draft.attachments.is_empty() && (says(&shown, &draft.fields) || says(fields, &draft.fields));
        if is_unsent(draft) && !there {
            plan.offers.push(log);
        } else if is_unsent(draft) || draft.base.version < known || is_blank(draft) {
            plan.done.push(log.id);
        }
        // What is left is the device's only copy of the site's newest text, for a page out of the cache.
    }
    plan.offers.sort_by_key(|log| Reverse(log.replayed.at));
    let nothing_here = version == 0 && plan.resume.is_none() && fields.title.is_empty() && fields.body.is_empty();
    if nothing_here && plan.newer.is_none() && plan.offers.len() == 1 {
        plan.adopted = plan.offers.pop();
        plan.resume = plan.adopted.as_ref().map(|log| log.replayed.draft.clone());
    }
    plan
}

/// Whether the site, whose form of the note this is, has all that was written here, although nobody heard it say so.
pub fn has_arrived(site: &Fields, draft: &Draft) -> bool {
    let is_all = draft.sending.as_ref().is_none_or(|sending| sending.goal == SaveGoal::Keep);
    is_all && draft.attachments.is_empty() && says(site, &draft.fields)
}

/// Whether the first form, which may be as the site wrote it, says all that the second one does, as it was typed.
fn says(there: &Fields, typed: &Fields) -> bool {
    FieldName::ALL.into_iter().all(|field| means_the_same(field, typed.get(field), there.get(field)))
}

/// Whether something of it may be nowhere else.
fn is_unsent(draft: &Draft) -> bool {
    draft.is_unsent() && !is_blank(draft)
}

/// A form in which nothing was written. A note whose text was deleted is another thing.
fn is_blank(draft: &Draft) -> bool {
    draft.base.version == 0 && draft.is_blank()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::draft::Sending;
    use crate::editor::wire::SaveKey;
    use crate::ids::{NoteId, TabId};

    fn log(tab: u128) -> LogId {
        LogId { note: NoteId::from_u128(1), tab: TabId::from_u128(tab) }
    }

    fn fields(body: &str) -> Fields {
        Fields { body: body.into(), ..Fields::default() }
    }

    fn found(tab: u128, version: u64, base: &str, body: &str) -> Found {
        let base = Base { version, fields: Some(fields(base)) };
        let draft = Draft { fields: fields(body), base, ..Draft::default() };
        Found { id: log(tab), replayed: Replayed { draft, at: tab.try_into().unwrap_or(0), next: 7 } }
    }

    fn planned(version: u64, body: &str, living: &[u128], logs: Vec<Found>) -> Plan {
        let living = living.iter().map(|tab| log(*tab)).chain([log(1)]).collect();
        plan(version, &fields(body), log(1), &living, logs)
    }

    fn resumed(plan: &Plan) -> Option<&str> {
        plan.resume.as_ref().map(|draft| draft.fields.body.as_str())
    }

    #[test]
    fn a_reloaded_tab_goes_on_where_it_was() {
        let plan = planned(3, "site", &[], vec![found(1, 3, "site", "site and mine")]);
        assert_eq!((resumed(&plan), plan.next), (Some("site and mine"), 7));
        // Somebody else saved in the meantime: the text keeps the base it has, and the site merges.
        let plan = planned(5, "site, later", &[], vec![found(1, 3, "site", "site and mine")]);
        assert_eq!(plan.resume.map(|draft| draft.base.version), Some(3));
    }

    #[test]
    fn what_the_site_has_gives_way_to_what_is_newer_there() {
        let plan = planned(5, "site, later", &[], vec![found(1, 3, "site", "site")]);
        assert_eq!((plan.resume, plan.next), (None, 7));
    }

    #[test]
    fn text_of_a_tab_that_is_gone_is_offered_and_that_of_a_living_one_is_not() {
        let logs = vec![found(2, 3, "site", "of two"), found(3, 3, "site", "of three"), found(4, 3, "site", "of four")];
        let plan = planned(3, "site", &[3], logs);
        assert_eq!(resumed(&plan), None);
        let offered: Vec<_> = plan.offers.iter().map(|log| log.id).collect();
        assert_eq!((offered, plan.done), (vec![log(4), log(2)], vec![]), "the newest first");
    }

    #[test]
    fn what_arrived_although_nobody_heard_is_not_offered() {
        let plan = planned(4, "site and mine", &[], vec![found(2, 3, "site", "site and mine")]);
        assert_eq!((plan.offers.len(), plan.done), (0, vec![log(2)]));
        let plan = planned(4, "other", &[], vec![found(1, 3, "a", "mine"), found(2, 3, "a", "mine")]);
        assert_eq!((resumed(&plan), plan.offers.len()), (Some("mine"), 0), "this tab has the same");
    }

    #[test]
    fn what_was_to_be_set_aside_by_a_tab_that_is_gone_is_offered_with_its_text() {
        let mut chosen = found(2, 3, "site", "site");
        let sending = Sending {
            key: SaveKey(uuid::Uuid::nil()),
            goal: SaveGoal::Aside,
            base: 2,
            fields: fields("mine"),
            unless: None,
        };
        chosen.replayed.draft.sending = Some(sending);
        let plan = planned(3, "site", &[], vec![chosen]);
        let offered: Vec<_> = plan.offers.iter().map(|log| log.replayed.draft.fields.body.as_str()).collect();
        assert_eq!(offered, ["site\n\nmine"]);
    }

    #[test]
    fn what_the_site_has_is_known_to_have_arrived_but_for_what_was_asked_of_it_besides() {
        let mut draft = found(2, 3, "site", "mine").replayed.draft;
        let sending = |goal| {
            Some(Sending { key: SaveKey(uuid::Uuid::nil()), goal, base: 3, fields: fields("mine"), unless: None })
        };
        assert!(!has_arrived(&fields("site"), &draft));
        for (goal, arrived) in [(SaveGoal::Keep, true), (SaveGoal::Publish, false), (SaveGoal::Aside, false)] {
            draft.sending = sending(goal);
            assert_eq!(has_arrived(&fields("mine"), &draft), arrived, "{goal:?}");
        }
    }

    #[test]
    fn what_the_site_writes_otherwise_is_the_same() {
        let mut typed = found(2, 3, "site", "mine");
        typed.replayed.draft.fields.tags = "a,b".into();
        let here = Fields { slug: "made-of-it".into(), tags: "a, b".into(), ..fields("mine") };
        let no_one = HashSet::new();
        assert_eq!(plan(4, &here, log(1), &no_one, vec![typed.clone()]).done, vec![log(2)]);
        typed.replayed.draft.fields.slug = "chosen".into();
        assert_eq!(plan(4, &here, log(1), &no_one, vec![typed]).offers.len(), 1);
    }

    #[test]
    fn a_deleted_text_is_text_and_an_empty_new_form_is_none() {
        let plan = planned(3, "site", &[], vec![found(2, 3, "site", "")]);
        assert_eq!(plan.offers.len(), 1);
        let plan = planned(0, "", &[], vec![found(2, 0, "", "")]);
        assert_eq!((plan.offers.len(), plan.resume, plan.done), (0, None, vec![log(2)]));
    }

    #[test]
    fn a_page_out_of_the_cache_shows_what_the_device_last_knew() {
        let logs = vec![found(2, 5, "newest", "newest"), found(3, 4, "newer", "newer and mine")];
        let plan = planned(2, "old", &[2], logs);
        assert_eq!(plan.newer.as_ref().map(|base| base.version), Some(5));
        assert_eq!((plan.offers.len(), plan.done.len()), (1, 0));
        let plan = planned(2, "old", &[], vec![found(1, 4, "newer", "newer"), found(2, 5, "newest", "newest")]);
        assert_eq!((resumed(&plan), &plan.newer), (Some("newer"), &None));
        let plan = planned(6, "site", &[], vec![found(2, 5, "newest", "newest")]);
        assert_eq!((plan.newer, plan.done), (None, vec![log(2)]), "not needed any more");
    }

    #[test]
    fn the_only_text_of_a_new_note_is_gone_on_with() {
        let mut left = found(2, 0, "", "written on the train");
        left.replayed.draft.next = Some(SaveKey(uuid::Uuid::nil()));
        let plan = planned(0, "", &[], vec![left]);
        assert_eq!(resumed(&plan), Some("written on the train"));
        assert!(plan.resume.as_ref().is_some_and(|draft| draft.next.is_some()), "what its tab may have sent is known");
        assert_eq!(plan.adopted.map(|log| log.id), Some(log(2)));
        let plan = planned(0, "", &[], vec![found(2, 0, "", "one"), found(3, 0, "", "two")]);
        assert_eq!((resumed(&plan), plan.offers.len()), (None, 2), "of two the owner chooses");
    }
}
