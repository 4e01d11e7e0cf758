//! `/archive`: everything, year by year.

use leptos::prelude::*;
use shared::notes::NoteSummary;

use super::api;
use crate::layout::{Head, head, loaded};
use crate::ui::{Empty, machine_time, note_href};

/// Everything there is to read, by year.
#[component]
pub fn Archive() -> impl IntoView {
    loaded(async {
        let notes = api::archive().await?;
        head(Head { description: Some("All notes, year by year.".into()), ..Head::titled("Archive") });
        let years: Vec<_> = by_year(notes).into_iter().map(|(year, notes)| view! { <Year year notes/> }).collect();
        let empty = years
            .is_empty()
            .then(|| view! { <Empty title="No notes yet">"What is published appears here, under its year."</Empty> });
        Ok(view! {
            <div class="page">
                <header class="page-head"><h1>"Archive"</h1></header>
                {empty}
                {years}
            </div>
        }
        .into_any())
    })
}

#[component]
fn Year(year: String, notes: Vec<NoteSummary>) -> impl IntoView {
    let lines: Vec<_> = notes
        .into_iter()
        .map(|note| {
            let date = note.date.map(|at| {
                view! { <time datetime=machine_time(at)>{at.strftime("%-d %b").to_string()}</time> }
            });
            view! { <li><a href=note_href(&note.slug)>{note.title}</a><span class="leader" aria-hidden="true"></span>{date}</li> }
        })
        .collect();
    view! {
        <section class="year">
            <h2>{year}</h2>
            <ol class="leaders">{lines}</ol>
        </section>
    }
}

fn by_year(notes: Vec<NoteSummary>) -> Vec<(String, Vec<NoteSummary>)> {
    let mut years: Vec<(String, Vec<NoteSummary>)> = Vec::new();
    for note in notes {
        let year = note.date.map_or_else(|| "Undated".to_owned(), |at| at.strftime("%Y").to_string());
        match years.last_mut() {
            Some((last, group)) if *last == year => group.push(note),
            _ => years.push((year, vec![note])),
        }
    }
    years
}
