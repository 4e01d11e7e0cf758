//! The preview's own thread: typing never waits for the renderer, and nothing that goes wrong in there can harm the text.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::Array;
use leptos::prelude::set_timeout;
use leptos::wasm_bindgen::JsValue;
use shared::editor::PreviewPart;
use web_sys::{HtmlElement, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::notes::editor::dom::listen;

/// How long one text may take before the thread is given up. Its WebAssembly has to come first.
const LIMIT: Duration = Duration::from_secs(20);

/// Why there is no preview of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// The thread cannot be had, or cannot load what it needs.
    Start,
    /// It broke over this text, or took too long.
    Text,
}

/// Where the thread's script is, and the renderer that it loads.
pub struct Renderer {
    script: String,
    js: String,
    wasm: String,
}

impl Renderer {
    /// As the preview's place in the page says; a site may be built without.
    pub fn of(place: &HtmlElement) -> Option<Self> {
        let said = place.dataset();
        Some(Self { script: said.get("script")?, js: said.get("js")?, wasm: said.get("wasm")? })
    }
}

/// A thread that renders one text at a time.
pub struct Thread {
    worker: Worker,
    /// Counts the texts; 0 once it is ended.
    turn: Rc<Cell<u32>>,
}

impl Thread {
    /// Starts it. `heard` is called once for each text, unless the thread is dropped before.
    pub fn start(
        renderer: &Renderer,
        heard: impl Fn(Result<Vec<PreviewPart>, Failed>) + 'static,
    ) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&renderer.script, &options)?;
        worker.post_message(&Array::of2(&renderer.js.as_str().into(), &renderer.wasm.as_str().into()).into())?;
        let turn = Rc::new(Cell::new(0));
        let heard = Rc::new(heard);
        let (now, on_answer) = (Rc::clone(&turn), Rc::clone(&heard));
        listen(&worker, "message", move |event: MessageEvent| {
            let answer = Array::from(&event.data());
            // Another one is late, to a text that was given up.
            if answer.get(0).as_f64() == Some(f64::from(now.get())) {
                now.set(next(now.get()));
                on_answer(parts(&answer));
            }
        });
        let now = Rc::clone(&turn);
        listen(&worker, "error", move |_: JsValue| {
            if now.get() > 0 {
                heard(Err(Failed::Start));
            }
        });
        Ok(Self { worker, turn })
    }

    /// Renders. `late` is called if no answer came in time.
    pub fn render(&self, known: Option<&str>, text: &str, late: impl FnOnce() + 'static) -> Result<(), JsValue> {
        let turn = next(self.turn.get());
        self.turn.set(turn);
        let known = known.map_or(JsValue::UNDEFINED, JsValue::from_str);
        self.worker.post_message(&Array::of3(&turn.into(), &known, &text.into()))?;
        let now = Rc::clone(&self.turn);
        let check = move || {
            if now.get() == turn {
                late();
            }
        };
        set_timeout(check, LIMIT);
        Ok(())
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.turn.set(0);
        self.worker.terminate();
    }
}

fn next(turn: u32) -> u32 {
    turn.wrapping_add(1).max(1)
}

/// `[turn, place, html, place, html, …]`, or `[turn, false]` where it failed.
fn parts(answer: &Array) -> Result<Vec<PreviewPart>, Failed> {
    if answer.get(1) == JsValue::FALSE {
        return Err(Failed::Text);
    }
    let part = |at: u32| {
        let place = answer.get(at).as_f64().unwrap_or_default();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a text")]
        PreviewPart { at: place as usize, html: answer.get(at + 1).as_string().unwrap_or_default() }
    };
    Ok((1..answer.length()).step_by(2).map(part).collect())
}
