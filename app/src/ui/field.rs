//! Form fields: the label always visible, the error beside the field and read out with it.

use leptos::prelude::*;

use super::Refusal;

/// What a field takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A line.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A password that the browser may fill in, by its `autocomplete` name.
    Password(&'static str),
    /// Several lines.
    Lines,
}

impl Kind {
    fn input(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Password(_) => "password",
            Self::Text | Self::Lines => "text",
        }
    }
}

/// A labelled field, its hint, and what was wrong with what was typed.
#[component]
pub fn Field(
    /// Its name in the form, and its id.
    name: &'static str,
    /// What it is.
    label: &'static str,
    /// What is stored; what was typed takes its place. Passwords never come back.
    #[prop(into, optional)]
    value: String,
    /// What would be right.
    #[prop(optional)]
    hint: &'static str,
    /// What it takes.
    #[prop(optional)]
    kind: Kind,
    /// What the browser may fill in.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// The refused form.
    refusal: Refusal,
) -> impl IntoView {
    let problem = refusal.problem(name);
    let at_fault = problem.is_some();
    let (hint_id, problem_id) = (format!("{name}-hint"), format!("{name}-problem"));
    let mut described = Vec::new();
    if !hint.is_empty() {
        described.push(hint_id.clone());
    }
    if at_fault {
        described.push(problem_id.clone());
    }
    let described = (!described.is_empty()).then(|| described.join(" "));
    let invalid = at_fault.then_some("true");
    let value = match kind {
        Kind::Password(_) => String::new(),
        _ => refusal.value(name, value),
    };
    let autocomplete = match kind {
        Kind::Password(autocomplete) => Some(autocomplete),
        _ => autocomplete,
    };
    let control = match kind {
        Kind::Lines => {
            let text = super::area_text(&value);
            view! {
                <textarea id=name name=name rows="4" aria-describedby=described aria-invalid=invalid autofocus=at_fault>
                    {text}
                </textarea>
            }
            .into_any()
        }
        _ => view! {
            <input
                id=name
                name=name
                type=kind.input()
                value=value
                autocomplete=autocomplete
                aria-describedby=described
                aria-invalid=invalid
                autofocus=at_fault
            />
        }
        .into_any(),
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {(!hint.is_empty()).then(|| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            {problem.map(|problem| view! { <p class="field-problem" id=problem_id>{problem}</p> })}
            {control}
        </div>
    }
}

/// One of a few: a select.
#[component]
pub fn Choice(
    /// Its name in the form, and its id.
    name: &'static str,
    /// What it is.
    label: &'static str,
    /// What is stored; what was typed takes its place.
    #[prop(into)]
    value: String,
    /// Value and words of each.
    options: Vec<(&'static str, &'static str)>,
    /// The refused form.
    refusal: Refusal,
) -> impl IntoView {
    let chosen = refusal.value(name, value);
    let problem = refusal.problem(name);
    let invalid = problem.is_some().then_some("true");
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{words}</option> }
        })
        .collect();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {problem.map(|problem| view! { <p class="field-problem">{problem}</p> })}
            <select id=name name=name aria-invalid=invalid>{options}</select>
        </div>
    }
}
