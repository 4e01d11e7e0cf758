//! The menu behind `/`: what begins something, by name.

use std::rc::Rc;

use shared::editor::complete::{Wanted, accept_command, rank_words};
use shared::editor::typing::Command;
use shared::editor::{Edit, Selection};

use super::actions::Action;
use super::clock;
use super::list_box::{Offer, Offers};
use super::page::EditorPage;

/// What can be chosen from it.
#[derive(Clone)]
enum Entry {
    Command(Command),
    /// Words that are put in its place; the cursor goes behind them.
    Words(&'static str, &'static str, String),
    /// What another part does at the cursor.
    Action(Action),
}

impl Entry {
    fn name(&self) -> &'static str {
        match self {
            Self::Command(command) => command.name(),
            Self::Words(name, ..) => name,
            Self::Action(action) => action.name,
        }
    }

    /// By what it is found.
    fn words(&self) -> String {
        let also = match self {
            Self::Command(command) => command.also(),
            Self::Words(_, also, _) => also,
            Self::Action(action) => action.also,
        };
        format!("{} {also}", self.name())
    }

    fn hint(&self) -> String {
        match self {
            Self::Command(command) => command.sign().to_owned(),
            Self::Words(_, _, words) => words.clone(),
            Self::Action(action) => action.sign.to_owned(),
        }
    }

    fn pick(&self, page: &EditorPage, found: &Wanted) {
        let text = page.body().text();
        let put = |words: &str| Edit {
            range: found.start..found.at,
            insert: words.to_owned(),
            selection: Selection::at(found.start + words.len()),
        };
        let edit = match self {
            Self::Command(command) => accept_command(&text, found, *command),
            Self::Words(_, _, words) => Some(put(words)),
            Self::Action(_) => Some(put("")),
        };
        if edit.is_some_and(|edit| page.body().apply(&edit)) {
            page.announce(self.name());
        }
        if let Self::Action(action) = self {
            action.run(page);
        }
    }
}

fn entries(page: &EditorPage) -> Vec<Entry> {
    let commands = Command::ALL.into_iter().filter(|command| command.begins()).map(Entry::Command);
    let actions = page.actions().into_iter().filter(|action| action.begins).map(Entry::Action);
    let words = [
        Entry::Words("Link to a note", "wikilink page", "[[".to_owned()),
        Entry::Words("Embed a note", "transclude include", "![[".to_owned()),
        Entry::Words("Date", "today day now", clock::today()),
    ];
    commands.chain(actions).chain(words).collect()
}

/// What fits what was typed behind the `/`.
pub fn offers(page: &EditorPage, found: &Wanted) -> Offers {
    let entries = entries(page);
    let names: Vec<_> = entries.iter().map(Entry::words).collect();
    let offer = |at: usize| {
        let (page, found, entry) = (page.clone(), found.clone(), entries[at].clone());
        let (label, hint) = (entry.name().to_owned(), entry.hint());
        Offer { label, hint, pick: Rc::new(move || entry.pick(&page, &found)) }
    };
    let list = rank_words(names.iter().map(String::as_str), &found.query).into_iter().map(offer).collect();
    Offers { label: "Commands", list, first: Some(0), ..Offers::default() }
}
