//! Pictures and files: pasted, dropped or chosen, they stand in the text at once, are kept on the device, and are sent
//! when the site can be reached, after a reload too. What the text holds decides: see `shared::editor::waiting`.

mod list;
mod ways;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast as _;
use shared::editor::{Attached, Attachment, Selection, Trouble, paste, waiting};
use shared::limits::FILE_BYTES;
use uuid::Uuid;
use web_sys::{Event, File};

use super::device::{Device, Waiting};
use super::dom::listen;
use super::page::EditorPage;
use super::{clock, door, preview};

/// Between one look and the next at a text that must not be touched just now.
const SOON: Duration = Duration::from_millis(400);
/// After undo brought back the place of a file that the site has, until its address is put there again.
const HEAL: Duration = Duration::from_secs(3);
/// Until the device forgets a file that was sent.
const FORGET: Duration = Duration::from_secs(60);

/// How far a file is.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// It will be sent; what is in the way, if something is.
    Waiting(Option<String>),
    /// How much of it has gone out, from 0 to 1.
    Sending(f64),
    /// The site has it.
    Sent(Attached),
    /// The site does not take it, for this reason.
    Refused(String),
    /// This device does not have it.
    Elsewhere,
}

/// A file of the list.
#[derive(Clone)]
struct Item {
    file: Attachment,
    stage: RwSignal<Stage>,
    /// Whether somebody said what it shows, or that they will not.
    described: RwSignal<bool>,
}

struct Pictures {
    page: EditorPage,
    device: Device,
    items: RwSignal<Vec<Item>>,
    /// What could not be taken at all, in sentences.
    problems: RwSignal<Vec<String>>,
    /// The files that this page was given, whether the device keeps them or not.
    given: RefCell<HashMap<Uuid, Waiting>>,
    /// Places in the text whose files were looked for on the device.
    looked_for: RefCell<HashSet<Uuid>>,
    sending: Cell<bool>,
    failures: Cell<u32>,
}

/// Attaches it to the page.
pub fn start(page: &EditorPage) {
    let pictures = Rc::new(Pictures {
        page: page.clone(),
        device: Device::default(),
        items: RwSignal::default(),
        problems: RwSignal::default(),
        given: RefCell::default(),
        looked_for: RefCell::default(),
        sending: Cell::new(false),
        failures: Cell::new(0),
    });
    ways::serve(&pictures);
    list::show(&pictures);
    let back = Rc::clone(&pictures);
    listen(&window(), "online", move |_: Event| {
        back.failures.set(0);
        back.send_next();
    });
    Effect::new(move |_| {
        pictures.page.revision().track();
        pictures.follow_text();
    });
}

impl Pictures {
    /// Puts files into the text where the cursor is, and sends them.
    fn add(self: &Rc<Self>, files: Vec<File>) {
        let mut places = Vec::new();
        let mut added = Vec::new();
        for file in files {
            if let Some(problem) = problem_of(&file) {
                self.page.announce(&problem);
                self.problems.update(|problems| problems.push(problem));
                continue;
            }
            let attachment = self.take(file);
            places.push(waiting::place(attachment.key, &attachment.name, &attachment.media_type));
            added.push(attachment);
        }
        if added.is_empty() {
            return;
        }
        self.page.attachments().update(|waiting| waiting.extend(added.iter().cloned()));
        self.page.announce(&match added.as_slice() {
            [one] => format!("{} added", one.name),
            all => format!("{} files added", all.len()),
        });
        self.put(waiting::places(&places));
        for file in added {
            let pictures = Rc::clone(self);
            spawn_local(async move { pictures.keep(file.key).await });
        }
    }

    fn take(&self, file: File) -> Attachment {
        let key = clock::new_key();
        let name = name_of(&file);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size, below the limit")]
        let attachment = Attachment { key, name: name.clone(), media_type: file.type_(), size: file.size() as u64 };
        self.given.borrow_mut().insert(key, Waiting { key: key.to_string(), name, blob: file.unchecked_into() });
        self.list(attachment.clone());
        attachment
    }

    fn list(&self, file: Attachment) {
        let described = !file.media_type.starts_with("image/");
        let item = Item { file, stage: RwSignal::new(Stage::Waiting(None)), described: RwSignal::new(described) };
        self.items.update(|items| items.push(item));
    }

    /// Puts words where the cursor is, as soon as an input method lets it.
    fn put(self: &Rc<Self>, words: String) {
        let body = self.page.body();
        body.focus();
        let text = body.text();
        let selection = body.selection_in(&text);
        let range = selection.start()..selection.end();
        let insert = paste::fitted(&text, range.clone(), &words).unwrap_or_else(|| words.clone());
        let at = range.start + insert.len();
        if !body.replace(range, &insert, Selection { anchor: at, head: at }) {
            let pictures = Rc::clone(self);
            set_timeout(move || pictures.put(words), SOON);
        }
    }

    /// Keeps a file on the device, then sends it.
    async fn keep(self: Rc<Self>, key: Uuid) {
        let file = self.given.borrow().get(&key).cloned();
        if let Some(file) = file
            && let Err(why) = self.device.keep_blob(self.page.note(), &file).await
        {
            self.stage(key, Stage::Waiting(Some(format!("only in this tab: {why}"))));
        }
        self.send_next();
    }

    /// Sends the first file that waits, unless one is on its way.
    fn send_next(self: &Rc<Self>) {
        if self.sending.get() {
            return;
        }
        let text = self.page.body().text();
        let waits = |item: &&Item| {
            matches!(item.stage.get_untracked(), Stage::Waiting(_)) && waiting::find(&text, item.file.key).is_some()
        };
        let Some(item) = self.items.with_untracked(|items| items.iter().find(waits).cloned()) else { return };
        self.sending.set(true);
        let pictures = Rc::clone(self);
        spawn_local(async move { pictures.send(item).await });
    }

    async fn send(self: Rc<Self>, item: Item) {
        let key = item.file.key;
        let given = self.given.borrow().get(&key).cloned();
        let file = match given {
            Some(file) => Some(file),
            None => self.device.blob(self.page.note(), &key.to_string()).await.ok().flatten(),
        };
        let Some(file) = file else {
            item.stage.set(Stage::Elsewhere);
            self.sending.set(false);
            return self.send_next();
        };
        item.stage.set(Stage::Sending(0.0));
        let stage = item.stage;
        let progress = move |part: f64| {
            stage.try_set(Stage::Sending(part));
        };
        let answer = door::attach(&file.name, &file.blob, progress).await;
        self.sending.set(false);
        match answer {
            Ok(attached) => {
                self.failures.set(0);
                self.sent(&item, attached);
                self.send_next();
            }
            Err(Trouble::Refused(why)) if why != shared::Error::Full => {
                self.page.announce(&format!("{} is not taken: {why}", item.file.name));
                item.stage.set(Stage::Refused(why.to_string()));
                self.send_next();
            }
            Err(trouble) => self.try_again(&item, &trouble),
        }
    }

    fn try_again(self: &Rc<Self>, item: &Item, trouble: &Trouble) {
        item.stage.set(Stage::Waiting(Some(in_the_way(trouble).to_owned())));
        let count = self.failures.get();
        self.failures.set(count + 1);
        let asked = if let Trouble::Busy { retry_after: Some(seconds) } = trouble { u64::from(*seconds) } else { 0 };
        let pictures = Rc::clone(self);
        set_timeout(move || pictures.send_next(), Duration::from_secs(asked.max(2 << count.min(4))));
    }

    fn sent(self: &Rc<Self>, item: &Item, attached: Attached) {
        let key = item.file.key;
        preview::show_file(attached.clone());
        item.stage.set(Stage::Sent(attached));
        self.page.announce(&format!("{} is there", item.file.name));
        self.settle(key);
        if item.described.get_untracked() {
            self.dismiss(key);
        }
        let pictures = Rc::clone(self);
        set_timeout(move || pictures.forget(key), FORGET);
    }

    /// Puts a sent file's address into its place, as soon as an input method lets it.
    fn settle(self: &Rc<Self>, key: Uuid) {
        let body = self.page.body();
        if body.is_composing() {
            let pictures = Rc::clone(self);
            return set_timeout(move || pictures.settle(key), SOON);
        }
        let text = body.text();
        let Some(address) = self.address_of(key) else { return };
        // Before the text changes, so that the device keeps both in one.
        self.page.attachments().update(|waiting| waiting.retain(|file| file.key != key));
        if let Some(place) = waiting::find(&text, key) {
            body.set_all(&text.replace(&text[place], &address), None);
        }
    }

    /// The address of a file that the site has.
    fn address_of(&self, key: Uuid) -> Option<String> {
        match self.find(key)?.stage.get_untracked() {
            Stage::Sent(file) => Some(waiting::address(&file)),
            _ => None,
        }
    }

    /// Lets go of a file that was sent, unless undo brought its place back.
    fn forget(self: &Rc<Self>, key: Uuid) {
        if waiting::find(&self.page.body().text(), key).is_some() {
            return;
        }
        self.given.borrow_mut().remove(&key);
        let pictures = Rc::clone(self);
        spawn_local(async move {
            // It stays where it cannot be removed; sent again, it would be the same file.
            let _ = pictures.device.forget_blob(pictures.page.note(), &key.to_string()).await;
        });
    }

    /// Looks which files the text holds: those on the device are sent, those not in it any more are not.
    fn follow_text(self: &Rc<Self>) {
        let text = self.page.body().text();
        let keys = waiting::keys_in(&text);
        let attachments = self.page.attachments();
        let mut wanted = attachments.get_untracked();
        wanted.retain(|file| keys.contains(&file.key) && self.address_of(file.key).is_none());
        for key in keys {
            let listed = self.find(key);
            match listed.as_ref().map(|item| item.stage.get_untracked()) {
                None => self.look_for(key),
                Some(Stage::Sent(_)) => {
                    let pictures = Rc::clone(self);
                    set_timeout(move || pictures.settle(key), HEAL);
                }
                Some(Stage::Elsewhere) => {}
                Some(_) if wanted.iter().any(|file| file.key == key) => {}
                Some(_) => {
                    wanted.extend(listed.map(|item| item.file));
                    let pictures = Rc::clone(self);
                    set_timeout(move || pictures.send_next(), SOON);
                }
            }
        }
        if attachments.with_untracked(|present| *present != wanted) {
            attachments.set(wanted);
        }
    }

    /// A place came from elsewhere: from the device after a reload, or out of another note.
    fn look_for(self: &Rc<Self>, key: Uuid) {
        if !self.looked_for.borrow_mut().insert(key) {
            return;
        }
        let pictures = Rc::clone(self);
        spawn_local(async move {
            let found = pictures.device.blob(pictures.page.note(), &key.to_string()).await;
            if pictures.find(key).is_some() {
                return;
            }
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size, below the limit")]
            let file = match &found {
                Ok(Some(file)) => Attachment {
                    key,
                    name: file.name.clone(),
                    media_type: file.blob.type_(),
                    size: file.blob.size() as u64,
                },
                _ => Attachment { key, name: "A file".to_owned(), media_type: String::new(), size: 0 },
            };
            pictures.list(file);
            if !matches!(found, Ok(Some(_))) {
                return pictures.stage(key, Stage::Elsewhere);
            }
            pictures.follow_text();
        });
    }

    /// Says in the text what a picture shows.
    fn describe(self: &Rc<Self>, key: Uuid, words: &str) {
        let body = self.page.body();
        let text = body.text();
        let place = match self.address_of(key) {
            Some(address) => text.find(&format!("]({address}")).map(|at| at + 2..at + 2 + address.len()),
            None => waiting::find(&text, key),
        };
        body.focus();
        if let Some(range) = place.and_then(|place| waiting::words_of(&text, &place)) {
            let words = waiting::words(words);
            let selection = body.selection_in(&text);
            let moved = |at: usize| {
                if at <= range.start { at } else { at.max(range.end) - range.len() + words.len() }
            };
            let selection = Selection { anchor: moved(selection.anchor), head: moved(selection.head) };
            body.replace(range.clone(), &words, selection);
        }
        if let Some(item) = self.find(key) {
            item.described.set(true);
            if matches!(item.stage.get_untracked(), Stage::Sent(_)) {
                self.dismiss(key);
            }
        }
    }

    /// Takes a file's place out of the text.
    fn take_out(&self, key: Uuid) {
        let body = self.page.body();
        let text = body.text();
        body.focus();
        if let Some(place) = waiting::find(&text, key) {
            let line_start = text[..place.start].rfind('\n').map_or(0, |at| at + 1);
            let start = text[line_start..place.start].rfind(['!', '[']).map_or(place.start, |at| line_start + at);
            let start = if text[..start].ends_with('!') { start - 1 } else { start };
            let end = (place.end + 1).min(text.len());
            body.replace(start..end, "", Selection { anchor: start, head: start });
        }
        self.items.update(|items| items.retain(|item| item.file.key != key));
    }

    fn find(&self, key: Uuid) -> Option<Item> {
        self.items.with_untracked(|items| items.iter().find(|item| item.file.key == key).cloned())
    }

    fn stage(&self, key: Uuid, stage: Stage) {
        if let Some(item) = self.find(key) {
            item.stage.set(stage);
        }
    }

    /// Takes a file off the list that is shown; it is sent all the same.
    fn dismiss(&self, key: Uuid) {
        if let Some(item) = self.find(key) {
            item.described.set(true);
        }
        self.items.notify();
    }
}

/// Why a file is not even put into the text.
fn problem_of(file: &File) -> Option<String> {
    #[allow(clippy::cast_precision_loss, reason = "far below the limit")]
    let limit = FILE_BYTES as f64;
    let name = file.name();
    if file.size() > limit {
        let megabytes = FILE_BYTES / 1024 / 1024;
        return Some(format!("“{name}” is too large: a file may have {megabytes} MiB. The text is as it was."));
    }
    (file.size() == 0.0).then(|| format!("“{name}” is empty, or a folder. The text is as it was."))
}

/// A file's name; pictures from the clipboard are all called `image.png`, and get the time instead.
fn name_of(file: &File) -> String {
    let name = file.name();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, "png"));
    if stem != "image" && !stem.is_empty() {
        return name;
    }
    let now = jiff::Timestamp::from_millisecond(clock::wall()).unwrap_or_default();
    format!("picture-{}.{extension}", now.strftime("%Y%m%d-%H%M%S"))
}

fn in_the_way(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::SignIn => "sign in to send it",
        Trouble::Portal => "something else answers in the site's place",
        Trouble::Busy { .. } => "the site is busy",
        Trouble::Broken => "the site failed",
        Trouble::Refused(_) => "the site’s disk is full",
        Trouble::Unreachable | Trouble::TimedOut => "the site cannot be reached",
    }
}
