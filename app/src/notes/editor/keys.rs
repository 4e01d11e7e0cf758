//! The keyboard in the text: Enter, Tab, brackets over what is selected, addresses pasted over it, and the keys of every
//! command. Nothing happens while an input method composes.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::{document, window};
use shared::editor::typing::block::{Kind, Way};
use shared::editor::typing::inline::{Mark, paste_over, wrap};
use shared::editor::typing::{Command, enter, indent, level, outdent, table};
use shared::editor::{Edit, SaveGoal};
use web_sys::{ClipboardEvent, Element, FocusEvent, InputEvent, KeyboardEvent};

use super::actions::{Action, Keys, Place, Platform, Pressed};
use super::dom::listen;
use super::page::EditorPage;

/// Said with the text to who cannot see what Tab does.
const HINT: &str = "Markdown. In lists and tables Tab moves; press Escape, then Tab, to leave the text.";

/// Attaches all of it.
pub fn start(page: &EditorPage) {
    offer_commands(page);
    describe(page);
    let held = Rc::new(Held::default());
    for name in ["keydown", "keyup"] {
        let (page, held) = (page.clone(), Rc::clone(&held));
        listen(&document(), name, move |event: KeyboardEvent| held.key(&page, &event));
    }
    // Whoever goes elsewhere with Shift down lets go of it there.
    let lost = Rc::clone(&held);
    listen(&window(), "blur", move |_: FocusEvent| lost.shift.set(false));
    let field = page.body().field().clone();
    let here = page.clone();
    listen(&field, "keydown", {
        let held = Rc::clone(&held);
        move |event: KeyboardEvent| tab(&here, &held, &event)
    });
    let here = page.clone();
    listen(&field, "beforeinput", move |event: InputEvent| typed(&here, &held, &event));
    let here = page.clone();
    listen(&field, "paste", move |event: ClipboardEvent| pasted(&here, &event));
}

/// What is known of keys beyond the event at hand.
#[derive(Default)]
struct Held {
    /// A Shift key of its own is down. Phones say "with Shift" of Enter when the next letter will be a capital.
    shift: Cell<bool>,
    /// Escape was pressed last: Tab leaves the text now.
    leaving: Cell<bool>,
}

impl Held {
    fn key(&self, page: &EditorPage, event: &KeyboardEvent) {
        let down = event.type_() == "keydown";
        if event.key() == "Shift" {
            self.shift.set(down);
        }
        if down && !is_composing(event) && !event.default_prevented() && !in_dialog() {
            shortcut(page, event);
        }
    }
}

/// Whether the key goes to an input method.
fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// A dialog has the keyboard for itself.
fn in_dialog() -> bool {
    let active: Option<Element> = document().active_element();
    active.is_some_and(|active| active.closest("dialog").is_ok_and(|dialog| dialog.is_some()))
}

fn shortcut(page: &EditorPage, event: &KeyboardEvent) {
    // Every key passes here, and none alone is a command.
    if !(event.ctrl_key() || event.meta_key() || event.alt_key()) {
        return;
    }
    let pressed = Pressed::from(event);
    let platform = Platform::here();
    let found = page.actions().into_iter().find(|action| {
        let here = action.place == Place::Page || page.body().is_focused();
        here && action.keys.is_some_and(|keys| keys.are(&pressed, platform))
    });
    if let Some(action) = found {
        event.prevent_default();
        action.run(page);
    }
}

fn offer_commands(page: &EditorPage) {
    for command in Command::ALL {
        let action = Action::new(command.name(), move |page| run(page, command));
        let action = action.also(command.also()).sign(command.sign()).in_text();
        page.offer(match keys_of(command) {
            Some(keys) => action.keys(keys),
            None => action,
        });
    }
    let save = Action::new("Save now", |page| page.submit(SaveGoal::Keep)).keys(Keys::new("Mod+S"));
    page.offer(save.also("keep store"));
    page.offer(Action::new("Publish", |page| page.submit(SaveGoal::Publish)).also("show everybody"));
}

/// The keys of a command. Few, and the same as elsewhere; the palette has the rest.
fn keys_of(command: Command) -> Option<Keys> {
    const HEADINGS: [Keys; 4] =
        [Keys::new("Mod+Alt+1"), Keys::new("Mod+Alt+2"), Keys::new("Mod+Alt+3"), Keys::new("Mod+Alt+4")];
    Some(match command {
        Command::Mark(Mark::Strong) => Keys::new("Mod+B"),
        Command::Mark(Mark::Emphasis) => Keys::new("Mod+I"),
        Command::Lines(Kind::Numbers) => Keys::new("Mod+Shift+7"),
        Command::Lines(Kind::Bullets) => Keys::new("Mod+Shift+8"),
        Command::Lines(Kind::Tasks) => Keys::new("Mod+Shift+9"),
        Command::Lines(Kind::Quote) => Keys::new("Mod+Shift+."),
        Command::Lines(Kind::Heading(level)) => *HEADINGS.get(usize::from(level).checked_sub(1)?)?,
        Command::Tick => Keys::new("Mod+Enter"),
        Command::Move(Way::Up) => Keys::new("Alt+ArrowUp").or_apple("Ctrl+Mod+ArrowUp"),
        Command::Move(Way::Down) => Keys::new("Alt+ArrowDown").or_apple("Ctrl+Mod+ArrowDown"),
        _ => return None,
    })
}

/// Does a command in the text, and says so.
pub fn run(page: &EditorPage, command: Command) {
    let body = page.body();
    body.focus();
    let text = body.text();
    let Some(edit) = command.run(&text, body.selection_in(&text)) else {
        page.announce(match command {
            Command::Cells(_) => "The cursor is in no table where this can be done",
            _ => "Nothing to do here",
        });
        return;
    };
    if apply(page, &edit) {
        page.announce(command.name());
    }
}

/// Answers whether anything was done.
fn apply(page: &EditorPage, edit: &Edit) -> bool {
    if edit.range.is_empty() && edit.insert.is_empty() {
        page.body().select(edit.selection);
        return false;
    }
    page.body().apply(edit)
}

/// The text says what Tab does in it.
fn describe(page: &EditorPage) {
    let Ok(hint) = document().create_element("p") else { return };
    hint.set_id("body-keys");
    hint.set_text_content(Some(HINT));
    let _ = hint.set_attribute("hidden", "");
    let field = page.body().field();
    let Some(parent) = field.parent_element() else { return };
    let _ = parent.append_child(&hint);
    let described = field.get_attribute("aria-describedby").unwrap_or_default();
    let _ = field.set_attribute("aria-describedby", format!("{described} body-keys").trim());
}

fn tab(page: &EditorPage, held: &Held, event: &KeyboardEvent) {
    if is_composing(event) || event.default_prevented() {
        return;
    }
    let leaving = held.leaving.replace(event.key() == "Escape");
    if event.key() != "Tab" || leaving || event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let body = page.body();
    let text = body.text();
    let selection = body.selection_in(&text);
    let edit = match event.shift_key() {
        false => table::next_cell(&text, selection).or_else(|| indent(&text, selection)),
        true => table::last_cell(&text, selection).or_else(|| outdent(&text, selection)),
    };
    let Some(edit) = edit else { return };
    event.prevent_default();
    apply(page, &edit);
    say_where(page);
}

/// The cell or the level that Tab led to.
fn say_where(page: &EditorPage) {
    let text = page.body().text();
    let at = page.body().selection_in(&text).head;
    if let Some((row, column)) = table::place(&text, at) {
        page.announce(&format!("Row {}, column {}", row + 1, column + 1));
    } else {
        page.announce(&format!("Level {}", level(&text, at)));
    }
}

/// What is about to be typed, by whatever keyboard: Enter, and brackets over what is selected.
fn typed(page: &EditorPage, held: &Held, event: &InputEvent) {
    let body = page.body();
    if event.is_composing() || body.is_composing() || body.is_changing() || event.default_prevented() {
        return;
    }
    // Before nearly every letter there is nothing to do, and so nothing to read.
    let edit = match event.input_type().as_str() {
        "insertLineBreak" | "insertParagraph" if !held.shift.get() => {
            let text = body.text();
            enter(&text, body.selection_in(&text))
        }
        "insertText" if body.has_selection() => {
            let text = body.text();
            wrap(&text, body.selection_in(&text), &event.data().unwrap_or_default())
        }
        _ => None,
    };
    if let Some(edit) = edit {
        event.prevent_default();
        body.apply(&edit);
    }
}

/// An address over words makes a link of them.
fn pasted(page: &EditorPage, event: &ClipboardEvent) {
    let body = page.body();
    if event.default_prevented() || body.is_composing() {
        return;
    }
    let Some(data) = event.clipboard_data() else { return };
    let text = body.text();
    let words = data.get_data("text/plain").unwrap_or_default();
    if let Some(edit) = paste_over(&text, body.selection_in(&text), &words) {
        event.prevent_default();
        body.apply(&edit);
        page.announce("Link");
    }
}
