//! What this device has and the site has not: listed on the desk, and what of it stays after signing out.

use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::diff;
use shared::editor::{Draft, Fields, Found, LogId, has_arrived};
use shared::ids::NoteId;

use super::device::{Device, DeviceError};
use super::tabs::{self, News};
use super::{clock, door, early};

/// Logs of tabs that are gone which the site has whole: the newest of them stay, as what this device knows of the notes
/// that were written here lately.
const SENT_KEPT: usize = 40;
/// Logs that the site is asked about.
const ASKED: usize = 20;
/// How long the list waits for what the site says, milliseconds.
const PATIENCE: i32 = 1_000;
/// From one look to the next, milliseconds.
const AGAIN: i32 = 3_000;

/// A note with text that only this device has, or one whose text was discarded.
#[derive(Clone, PartialEq)]
struct Line {
    log: LogId,
    note: NoteId,
    title: String,
    href: String,
    /// When, how much, and where it is being written.
    about: String,
}

/// The notes with text that only this device has; nothing at all where there are none.
#[island(lazy)]
pub fn Unsent() -> impl IntoView {
    let lines = RwSignal::new(Vec::<Line>::new());
    let discarded = RwSignal::new(Vec::<Line>::new());
    let trouble = RwSignal::new(None::<String>);
    // Runs in the browser only.
    Effect::new(move |_| {
        let device = Device::default();
        let look = move |times: u8| {
            let device = device.clone();
            spawn_local(async move {
                if let Err(error) = show(&device, lines, discarded, times).await {
                    // Where nothing can be kept, nothing was.
                    trouble.set((error != DeviceError::Unavailable).then(|| error.to_string()));
                } else {
                    trouble.set(None);
                }
            });
        };
        // A page that was left a moment ago may still be sending.
        look(2);
        tabs::listen(move |_| look(1));
    });
    let section = move || {
        let lines = lines.get();
        (!lines.is_empty()).then(|| view! { <Lines lines/> })
    };
    let told = move || {
        trouble.get().map(|why| {
            view! { <p class="banner" role="status">{format!("What this device keeps cannot be read: {why}.")}</p> }
        })
    };
    let aside = move || {
        let lines = discarded.get();
        (!lines.is_empty()).then(|| view! { <Discarded lines/> })
    };
    view! { <div class="unsent" data-wake>{told}{section}{aside}</div> }
}

/// What was discarded in the last week, each to be had back.
#[component]
fn Discarded(lines: Vec<Line>) -> impl IntoView {
    let line = |line: Line| {
        let Line { log, title, href, about, .. } = line;
        let label = format!("Bring back {title}");
        let back = move |_| {
            let href = href.clone();
            spawn_local(async move {
                // Where it fails, it is still where it was.
                if Device::default().bring_back(log).await.is_ok() {
                    tabs::tell(News::Unsent { note: log.note });
                    // Opened, the note shows it with the difference.
                    let _ = window().location().assign(&href);
                }
            });
        };
        view! {
            <li>
                <span class="line-name">{title}</span>
                <span class="line-state">{about}</span>
                <button type="button" class="button" aria-label=label on:click=back>"Bring back"</button>
            </li>
        }
    };
    let count = counted(u32::try_from(lines.len()).unwrap_or(u32::MAX), "text");
    let lines: Vec<_> = lines.into_iter().map(line).collect();
    view! {
        <details class="desk-section discarded">
            <summary>{format!("Discarded on this device in the last week: {count}")}</summary>
            <ul class="lines">{lines}</ul>
        </details>
    }
}

#[component]
fn Lines(lines: Vec<Line>) -> impl IntoView {
    let lines: Vec<_> = lines
        .into_iter()
        .map(|line| {
            view! {
                <li>
                    <a href=line.href>{line.title}</a>
                    <span class="line-state">{line.about}</span>
                </li>
            }
        })
        .collect();
    view! {
        <section class="desk-section" aria-labelledby="unsent">
            <h2 id="unsent" class="section-title">"On this device only"</h2>
            <ul class="lines">{lines}</ul>
        </section>
    }
}

/// Shows what there is, looking so many times.
async fn show(
    device: &Device,
    lines: RwSignal<Vec<Line>>,
    discarded: RwSignal<Vec<Line>>,
    times: u8,
) -> Result<(), DeviceError> {
    for time in 1..=times {
        let (unsent, living) = unsent(device).await?;
        let is_answered = Rc::new(Cell::new(false));
        let (waited, all) = (Rc::clone(&is_answered), lines_of(&unsent, &living));
        spawn_local(async move {
            clock::sleep(PATIENCE).await;
            if !waited.get() {
                lines.set(all);
            }
        });
        let unsent = not_arrived(unsent, &living).await;
        is_answered.set(true);
        lines.set(lines_of(&unsent, &living));
        // What cannot be read now is there the next time.
        discarded.set(discarded_lines(device).await.unwrap_or_default());
        if unsent.is_empty() {
            break;
        }
        if time < times {
            clock::sleep(AGAIN).await;
        }
    }
    Ok(())
}

/// The logs with text that the site, as far as this device knows, has not, the newest first; and those that some page is
/// writing. Others are thinned out on the way.
async fn unsent(device: &Device) -> Result<(Vec<Found>, HashSet<LogId>), DeviceError> {
    early::bring_in(device, None).await;
    let mut found = device.found_anywhere().await?;
    if found.is_empty() {
        return Ok(Default::default());
    }
    let living = tabs::living().await;
    found.sort_by_key(|log| std::cmp::Reverse(log.replayed.at));
    let (unsent, sent): (Vec<Found>, Vec<Found>) = found.into_iter().partition(|log| is_unsent(&log.replayed.draft));
    for log in sent.iter().filter(|log| !living.contains(&log.id)).skip(SENT_KEPT) {
        // What stays this time goes the next.
        let _ = device.forget(log.id).await;
    }
    Ok((unsent, living))
}

/// Those that the site has not indeed, where it can be asked: the last save of a page that is gone is on the site, though
/// nobody heard the answer.
async fn not_arrived(unsent: Vec<Found>, living: &HashSet<LogId>) -> Vec<Found> {
    let mut left = Vec::new();
    for (at, log) in unsent.into_iter().enumerate() {
        let draft = &log.replayed.draft;
        if at < ASKED && !living.contains(&log.id) {
            let reply = door::current(log.id.note, draft.base.version).await;
            if reply.is_ok_and(|note| note.is_some_and(|note| has_arrived(&Fields::of(&note), draft))) {
                continue;
            }
        }
        left.push(log);
    }
    left
}

/// A line for each note.
fn lines_of(unsent: &[Found], living: &HashSet<LogId>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for log in unsent {
        if lines.iter().all(|line| line.note != log.id.note) {
            lines.push(line(log, living));
        }
    }
    lines
}

/// The newest first.
async fn discarded_lines(device: &Device) -> Result<Vec<Line>, DeviceError> {
    let mut found = device.discarded(clock::wall() as f64).await?;
    found.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let line = |(log, at): (Found, f64)| {
        let line = line(&log, &HashSet::new());
        Line { about: format!("discarded {} · {}", clock::local(at as i64), line.about), ..line }
    };
    Ok(found.into_iter().map(line).collect())
}

fn is_unsent(draft: &Draft) -> bool {
    draft.is_unsent() && !(draft.base.version == 0 && draft.is_blank())
}

fn line(log: &Found, living: &HashSet<LogId>) -> Line {
    let Draft { fields, base, attachments, .. } = &log.replayed.draft;
    let before = base.fields.as_ref().map_or("", |fields| &fields.body);
    let (added, removed) = diff::count(before, &fields.body);
    let mut about = format!("written {}", clock::local(log.replayed.at));
    about.push_str(&match (base.version, added, removed) {
        (0, added, _) => format!(" · a new note of {}", counted(added, "word")),
        (_, 0, 0) => " · its title or properties".to_owned(),
        (_, added, 0) => format!(" · {} more", counted(added, "word")),
        (_, 0, removed) => format!(" · {} fewer", counted(removed, "word")),
        (_, added, removed) => format!(" · {} more, {removed} fewer", counted(added, "word")),
    });
    if !attachments.is_empty() {
        about
            .push_str(&format!(" · {} to send", counted(u32::try_from(attachments.len()).unwrap_or(u32::MAX), "file")));
    }
    if living.contains(&log.id) {
        about.push_str(" · open in another tab");
    }
    let note = log.id.note;
    let href = if base.version == 0 { format!("/desk/notes/new?key={note}") } else { format!("/desk/notes/{note}") };
    let title = fields.title.trim();
    let title = if title.is_empty() { "Without a title".to_owned() } else { title.to_owned() };
    Line { log: log.id, note, title, href, about }
}

fn counted(count: u32, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// After signing out: forgets what the site has too, and says of the rest that it stays. Says no title: whoever sits down
/// at this machine next may read it.
#[island(lazy)]
pub fn Farewell() -> impl IntoView {
    let left = RwSignal::new(None::<Result<usize, DeviceError>>);
    Effect::new(move |_| spawn_local(async move { left.set(Some(forget_what_is_sent().await)) }));
    let words = move || match left.get() {
        None => String::new(),
        Some(Ok(0) | Err(DeviceError::Unavailable)) => "Nothing of your desk is left on this device.".to_owned(),
        Some(Ok(count)) => {
            let notes = counted(u32::try_from(count).unwrap_or(u32::MAX), "note");
            let (have, it) = if count == 1 { ("has", "It stays here") } else { ("have", "They stay here") };
            format!("{notes} {have} text that only this device has. {it} until you sign in again and open the desk.")
        }
        Some(Err(error)) => format!("What this device keeps could not be cleared: {error}."),
    };
    view! { <p class="page-lede" role="status" data-wake>{words}</p> }
}

/// How many notes have text that only this device has.
async fn forget_what_is_sent() -> Result<usize, DeviceError> {
    let device = Device::default();
    early::bring_in(&device, None).await;
    device.forget_aside().await?;
    let living = tabs::living().await;
    let (mut left, mut files) = (HashSet::new(), HashSet::new());
    for log in device.found_anywhere().await? {
        let draft = &log.replayed.draft;
        if !is_unsent(draft) && !living.contains(&log.id) {
            device.forget(log.id).await?;
            continue;
        }
        if is_unsent(draft) {
            left.insert(log.id.note);
        }
        files.extend(draft.attachments.iter().map(|file| file.key.to_string()));
    }
    device.keep_only_blobs(&files).await?;
    Ok(left.len())
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_not_many() {
        assert_eq!(counted(1, "word"), "1 word");
        assert_eq!(counted(0, "word"), "0 words");
    }
}
