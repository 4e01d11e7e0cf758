//! Work that may wait until what was typed is on the screen: done once, however often it was asked for until then.

use std::cell::Cell;
use std::rc::{Rc, Weak};

use js_sys::Function;
use leptos::prelude::window;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast as _, JsValue};

/// What is asked for is begun after this many milliseconds at the latest: where nothing is painted, as in a window that
/// is covered, no frame comes.
const AT_THE_LATEST: i32 = 50;

/// Something to be done after the next frame.
#[derive(Clone)]
pub struct Later(Rc<Parts>);

struct Parts {
    /// Not behind a `RefCell`: work that failed once would hold it for ever.
    work: Box<dyn Fn()>,
    is_asked: Cell<bool>,
    /// Of the time at the latest.
    timer: Cell<Option<i32>>,
    frame: Function,
    due: Function,
}

impl Later {
    /// Made once for each kind of work: asking for it makes nothing new.
    pub fn new(work: impl Fn() + 'static) -> Self {
        let make = |parts: &Weak<Parts>| {
            let (due, after_paint) = (parts.clone(), parts.clone());
            Parts {
                work: Box::new(work),
                is_asked: Cell::new(false),
                timer: Cell::new(None),
                frame: function(move || {
                    if let Some(parts) = after_paint.upgrade() {
                        // Not in the frame itself, which is painted after this.
                        let _ = window().set_timeout_with_callback(&parts.due);
                    }
                }),
                due: function(move || {
                    if let Some(parts) = due.upgrade() {
                        parts.run();
                    }
                }),
            }
        };
        Self(Rc::new_cyclic(make))
    }

    /// Asks for it, unless it is asked for already.
    pub fn ask(&self) {
        if self.0.is_asked.replace(true) {
            return;
        }
        let window = window();
        let timer = window.set_timeout_with_callback_and_timeout_and_arguments_0(&self.0.due, AT_THE_LATEST);
        self.0.timer.set(timer.ok());
        // Where this fails, the timer is left.
        let _ = window.request_animation_frame(&self.0.frame);
    }

    /// Does it at once if it is asked for: for who must not run ahead of it.
    pub fn hurry(&self) {
        self.0.run();
    }
}

impl Parts {
    fn run(&self) {
        if !self.is_asked.replace(false) {
            return;
        }
        if let Some(timer) = self.timer.take() {
            window().clear_timeout_with_handle(timer);
        }
        (self.work)();
    }
}

fn function(work: impl FnMut() + 'static) -> Function {
    let work: JsValue = Closure::<dyn FnMut()>::new(work).into_js_value();
    work.unchecked_into()
}
