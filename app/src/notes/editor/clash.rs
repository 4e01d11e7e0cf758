//! Two texts that could not be brought together: where they differ, side by side, to choose one, both, or other words.
//! Until it is chosen both stay on the site, and what is typed goes on to be kept on the device.

use leptos::mount::mount_to;
use leptos::prelude::*;
use shared::editor::{Clash, FieldName, Fields, Question};
use web_sys::HtmlElement;

use super::dom::by_id;
use super::page::EditorPage;

/// What one question is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    Both,
    Stored,
    Mine,
    Own(String),
}

impl Answer {
    /// Nothing is lost by whoever answers nothing.
    fn first(question: &Question) -> Self {
        if question.field == FieldName::Body { Self::Both } else { Self::Mine }
    }

    fn text(&self, question: &Question) -> String {
        match self {
            Self::Both => question.both(),
            Self::Stored => question.stored.clone(),
            Self::Mine => question.mine.clone(),
            Self::Own(text) => text.clone(),
        }
    }
}

/// An answer outlives the run of the effect that asked for it: each key that is typed runs that anew.
type Asked = RwSignal<Vec<(Question, ArcRwSignal<Answer>)>>;

/// Shows what `clash` holds while it holds something; `choose` gets the form as it is to be.
pub fn start(page: &EditorPage, clash: RwSignal<Option<Clash>>, choose: impl Fn(Fields) + 'static) {
    let Some(place) = by_id::<HtmlElement>("editor-clash") else { return };
    let asked: Asked = RwSignal::new(Vec::new());
    let (revision, watched) = (page.revision(), page.clone());
    Effect::new(move |_| {
        revision.track();
        let questions = clash.with(|clash| clash.as_ref().map(|clash| clash.questions(&watched.fields())));
        ask(asked, questions.unwrap_or_default());
    });
    let page = StoredValue::new_local(page.clone());
    let choose = StoredValue::new_local(choose);
    let settle = move || {
        let Some(clash) = clash.get_untracked() else { return };
        // What was typed a moment ago may ask something else.
        page.with_value(|page| ask(asked, clash.questions(&page.fields())));
        let answers: Vec<String> = asked.with_untracked(|asked| {
            asked.iter().map(|(question, answer)| answer.get_untracked().text(question)).collect()
        });
        page.with_value(|page| {
            let fields = clash.settle(&page.fields(), &answers);
            choose.with_value(|choose| choose(fields));
            page.body().focus();
        });
    };
    let section = move || {
        clash.with(Option::is_some).then(|| {
            view! {
                <section class="clash" role="region" aria-labelledby="clash">
                    <h2 id="clash">"This note changed while you were writing"</h2>
                    <p>
                        "Nothing was written over, and both texts are in the history. Choose what is to stand where they "
                        "differ; until then nothing more goes to the site, and what you type stays on this device."
                    </p>
                    {move || questions(asked)}
                    <p>
                        <button type="button" class="button button-primary" on:click=move |_| settle()>"Use this text"</button>
                    </p>
                </section>
            }
        })
    };
    mount_to(place, move || section).forget();
}

/// Questions as they are now; those that were asked already keep their answers.
fn ask(asked: Asked, questions: Vec<Question>) {
    let mut before = asked.get_untracked();
    if before.iter().map(|(question, _)| question).eq(&questions) {
        return;
    }
    let mut answer_of = |question: &Question| {
        let same = |asked: &Question| asked.field == question.field && asked.stored == question.stored;
        // Taken out, as two places may have the same on the stored side.
        let known = before.iter().position(|(asked, _)| same(asked)).map(|at| before.remove(at).1);
        known.unwrap_or_else(|| ArcRwSignal::new(Answer::first(question)))
    };
    let answered = questions.into_iter().map(|question| {
        let answer = answer_of(&question);
        (question, answer)
    });
    asked.set(answered.collect());
}

fn questions(asked: Asked) -> impl IntoView {
    let asked = asked.get();
    let count = asked.len();
    if count == 0 {
        return view! { <p>"The two texts say the same by now."</p> }.into_any();
    }
    let one =
        |(at, (question, answer)): (usize, (Question, ArcRwSignal<Answer>))| one_question(at, count, question, answer);
    asked.into_iter().enumerate().map(one).collect_view().into_any()
}

fn one_question(at: usize, count: usize, question: Question, answer: ArcRwSignal<Answer>) -> impl IntoView {
    let place = match question.field {
        FieldName::Body => "In the text",
        FieldName::Title => "The title",
        FieldName::Slug => "The address",
        FieldName::Visibility => "Who may read it",
        _ => "Beside the text",
    };
    let own = question.both();
    let is_text = question.field == FieldName::Body;
    let name = format!("clash-{at}");
    let chosen = answer.clone();
    let way = move |label: &'static str, value: Answer, is: fn(&Answer) -> bool| {
        let (name, shown, chosen) = (name.clone(), chosen.clone(), chosen.clone());
        view! {
            <label class="clash-way">
                <input
                    type="radio"
                    name=name
                    prop:checked=move || shown.with(is)
                    on:change=move |_| chosen.set(value.clone())
                />
                {label}
            </label>
        }
    };
    let both = is_text.then(|| way("Both, one after the other", Answer::Both, |answer| *answer == Answer::Both));
    let own_text = move || match answer.get() {
        Answer::Own(text) => {
            let answer = answer.clone();
            let change = move |text: String| answer.update_untracked(|answer| *answer = Answer::Own(text));
            view! {
                <textarea
                    class="clash-own"
                    rows="4"
                    aria-label="Your own words for this place"
                    prop:value=text
                    on:input:target=move |event| change(event.target().value())
                ></textarea>
            }
            .into_any()
        }
        _ => ().into_any(),
    };
    view! {
        <fieldset class="clash-place">
            <legend>{if count > 1 { format!("{place} ({} of {count})", at + 1) } else { place.to_owned() }}</legend>
            <div class="clash-sides">
                {side("Stored", question.stored)}
                {side("Yours", question.mine)}
            </div>
            <div class="clash-ways">
                {both}
                {way("The stored one", Answer::Stored, |answer| *answer == Answer::Stored)}
                {way("Yours", Answer::Mine, |answer| *answer == Answer::Mine)}
                {way("Something else", Answer::Own(own), |answer| matches!(answer, Answer::Own(_)))}
            </div>
            {own_text}
        </fieldset>
    }
}

fn side(name: &'static str, text: String) -> impl IntoView {
    let words = if text.trim().is_empty() { "(nothing)".to_owned() } else { text };
    view! {
        <div>
            <h3>{name}</h3>
            <pre tabindex="0" aria-label=name>{words}</pre>
        </div>
    }
}
