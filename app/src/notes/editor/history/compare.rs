//! What changed: in a version, or from it to what is there now; in one column or two.

use leptos::prelude::*;
use shared::diff::{Folded, Row, columns, folded, readable};
use shared::editor::FieldName;
use shared::notes::DiffRun;

use super::Chosen;
use crate::notes::editor::page::EditorPage;

/// Lines that are shown around a change.
const AROUND: usize = 2;

/// What is compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Between {
    /// The version and the one before it.
    Before,
    /// The version and the present text.
    Now,
}

/// How it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Inline,
    Beside,
}

pub(super) fn view(page: EditorPage, chosen: Chosen) -> impl IntoView {
    let between = RwSignal::new(Between::Before);
    let shape = RwSignal::new(Shape::Inline);
    let page = StoredValue::new_local(page);
    let rows = move || {
        let runs = match between.get() {
            Between::Before => chosen.runs.clone(),
            Between::Now => page
                .with_value(|page| readable(&chosen.version.body.replace("\r\n", "\n"), &page.value(FieldName::Body))),
        };
        folded(columns(&runs), AROUND, Row::is_same)
    };
    let shown = move || {
        let rows = rows();
        if rows.iter().all(|row| matches!(row, Folded::Same(_))) {
            return view! { <p class="hint">"Nothing in the text."</p> }.into_any();
        }
        match shape.get() {
            Shape::Inline => inline(rows).into_any(),
            Shape::Beside => beside(rows).into_any(),
        }
    };
    view! {
        <div class="editor-compare" role="group" aria-label="What is compared">
            {choice("Changed in it", between, Between::Before)}
            {choice("Changed since", between, Between::Now)}
        </div>
        <div class="editor-compare" role="group" aria-label="How it is shown">
            {choice("In one column", shape, Shape::Inline)}
            {choice("Side by side", shape, Shape::Beside)}
        </div>
        <p class="hint changed">"Words " <ins>"added"</ins> " and " <del>"removed"</del></p>
        <div class="changed" tabindex="0" role="region" aria-label="What changed">{shown}</div>
    }
}

fn choice<T: Copy + PartialEq + Send + Sync + 'static>(
    label: &'static str,
    signal: RwSignal<T>,
    value: T,
) -> impl IntoView {
    let pressed = move || if signal.get() == value { "true" } else { "false" };
    view! {
        <button type="button" class="button" aria-pressed=pressed on:click=move |_| signal.set(value)>{label}</button>
    }
}

fn same(count: usize) -> String {
    if count == 1 { "1 line is the same".to_owned() } else { format!("{count} lines are the same") }
}

/// Each line once; where it changed, what went before what came.
fn inline(rows: Vec<Folded<Row>>) -> impl IntoView {
    let row = |row: Folded<Row>| match row {
        Folded::Same(count) => view! { <p class="diff-same">{same(count)}</p> }.into_any(),
        Folded::Here(row) if row.is_same() => view! { <p class="diff-line">{runs(row.new)}</p> }.into_any(),
        Folded::Here(Row { old: Some(old), new: Some(new) }) => {
            view! { <p class="diff-line">{woven(&old, &new)}</p> }.into_any()
        }
        Folded::Here(row) => view! { <p class="diff-line">{runs(row.old.or(row.new))}</p> }.into_any(),
    };
    view! { <div class="diff-inline">{rows.into_iter().map(row).collect_view()}</div> }
}

/// The runs of both lines in their order: what both have once, between it what each has alone.
fn woven(old: &[DiffRun], new: &[DiffRun]) -> impl IntoView + use<> {
    let mut out = Vec::new();
    let mut new = new.iter().peekable();
    for run in old {
        if matches!(run, DiffRun::Same(_)) {
            while let Some(added) = new.next_if(|run| !matches!(run, DiffRun::Same(_))) {
                out.push(added.clone());
            }
            new.next();
        }
        out.push(run.clone());
    }
    out.extend(new.cloned());
    out.into_iter().map(run).collect_view()
}

fn beside(rows: Vec<Folded<Row>>) -> impl IntoView {
    let row = |row: Folded<Row>| match row {
        Folded::Same(count) => view! { <tr><td class="diff-same" colspan="2">{same(count)}</td></tr> }.into_any(),
        Folded::Here(row) => view! { <tr><td>{runs(row.old)}</td><td>{runs(row.new)}</td></tr> }.into_any(),
    };
    view! {
        <table class="diff-beside">
            <thead><tr><th scope="col">"Before"</th><th scope="col">"After"</th></tr></thead>
            <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

fn runs(line: Option<Vec<DiffRun>>) -> impl IntoView {
    line.unwrap_or_default().into_iter().map(run).collect_view()
}

fn run(run: DiffRun) -> AnyView {
    match run {
        DiffRun::Same(text) => view! { <span>{text}</span> }.into_any(),
        DiffRun::Added(text) => view! { <ins>{text}</ins> }.into_any(),
        DiffRun::Removed(text) => view! { <del>{text}</del> }.into_any(),
    }
}
