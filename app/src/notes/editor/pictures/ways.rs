//! The ways by which files come: the clipboard, the pointer, and the device's own dialog.

use std::rc::Rc;

use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast as _;
use shared::editor::Selection;
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, Event, File, FileList, HtmlInputElement};

use super::Pictures;
use crate::notes::editor::dom::listen;
use crate::notes::editor::mirror::place_at;
use crate::notes::editor::tools;

pub(super) fn serve(pictures: &Rc<Pictures>) {
    let pasted = Rc::clone(pictures);
    listen(pictures.page.body().field(), "paste", move |event: ClipboardEvent| {
        let Some(data) = event.clipboard_data().filter(|_| !event.default_prevented()) else { return };
        let files = files_of(data.files());
        // Word processors add a picture of the words; a picture that was copied on a page has no words.
        if !files.is_empty() && data.get_data("text/plain").unwrap_or_default().trim().is_empty() {
            event.prevent_default();
            pasted.add(files);
        }
    });
    // A file dropped beside the text would take the place of the whole page.
    listen(&document(), "dragover", |event: DragEvent| {
        if event.data_transfer().is_some_and(|data| has_files(&data)) {
            event.prevent_default();
        }
    });
    let dropped = Rc::clone(pictures);
    listen(&document(), "drop", move |event: DragEvent| {
        let Some(data) = event.data_transfer().filter(has_files) else { return };
        event.prevent_default();
        // Where they were let go, if that was over the text; else where the cursor is.
        let body = dropped.page.body();
        if let Some(at) = place_at(body, event.client_x(), event.client_y()).filter(|_| !body.is_composing()) {
            body.select(Selection::at(at));
        }
        dropped.add(files_of(data.files()));
    });
    serve_dialog(pictures);
}

fn serve_dialog(pictures: &Rc<Pictures>) {
    let input = document().create_element("input").ok().and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
    let Some(input) = input else { return };
    input.set_type("file");
    input.set_multiple(true);
    let (chosen, field) = (Rc::clone(pictures), input.clone());
    listen(&input, "change", move |_: Event| {
        chosen.add(files_of(field.files()));
        // So that the same file can be chosen again.
        field.set_value("");
    });
    tools::add(
        &pictures.page,
        "Add files",
        "Pictures and other files; they can be pasted and dropped, too",
        move || {
            input.click();
        },
    );
}

fn has_files(data: &DataTransfer) -> bool {
    data.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files"))
}

fn files_of(list: Option<FileList>) -> Vec<File> {
    let Some(list) = list else { return Vec::new() };
    (0..list.length()).filter_map(|at| list.get(at)).collect()
}
