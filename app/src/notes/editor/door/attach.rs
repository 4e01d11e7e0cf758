//! Sends a file. With `XMLHttpRequest`, as `fetch` does not tell how much has gone out.

use std::rc::Rc;

use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use shared::editor::{Attached, Reply, Trouble};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

use super::{Answer, BUILD};

/// Milliseconds that a file of fifty megabytes may take.
const SENDING: u32 = 600_000;

/// Keeps a file; the same bytes under the same name make one, however often they are sent. `progress` hears how much has
/// gone out, from 0 to 1. Dropping what this answers does not stop the sending.
pub async fn attach(name: &str, file: &Blob, progress: impl Fn(f64) + 'static) -> Reply<Attached> {
    let sent = send(name, file, progress).await;
    sent.unwrap_or(Err(Trouble::Unreachable))
}

async fn send(name: &str, file: &Blob, progress: impl Fn(f64) + 'static) -> Result<Reply<Attached>, JsValue> {
    let request = Rc::new(XmlHttpRequest::new()?);
    request.open("POST", "/api/fn/files/attach")?;
    request.set_timeout(SENDING);
    request.set_request_header("content-type", "application/octet-stream")?;
    request.set_request_header("x-file-name", &String::from(js_sys::encode_uri_component(name)))?;
    let heard = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() && event.total() > 0.0 {
            progress(event.loaded() / event.total());
        }
    });
    request.upload()?.set_onprogress(Some(heard.as_ref().unchecked_ref()));
    let ended = js_sys::Promise::new(&mut |resolve, _| {
        let on = |word: &'static str| {
            let resolve = resolve.clone();
            // Fails only where the page is gone.
            Closure::once_into_js(move || drop(resolve.call1(&JsValue::UNDEFINED, &word.into())))
        };
        request.set_onload(Some(on("load").unchecked_ref()));
        request.set_ontimeout(Some(on("timeout").unchecked_ref()));
        request.set_onerror(Some(on("error").unchecked_ref()));
        request.set_onabort(Some(on("error").unchecked_ref()));
    });
    request.send_with_opt_blob(Some(file))?;
    let how = JsFuture::from(ended).await?;
    drop(heard);
    match how.as_string().as_deref() {
        Some("load") => Ok(answer_of(&request)?.read()),
        Some("timeout") => Ok(Err(Trouble::TimedOut)),
        _ => Ok(Err(Trouble::Unreachable)),
    }
}

fn answer_of(request: &XmlHttpRequest) -> Result<Answer, JsValue> {
    let header = |name: &str| request.get_response_header(name).ok().flatten().unwrap_or_default();
    Ok(Answer {
        status: request.status()?,
        content_type: header("content-type"),
        retry_after: header("retry-after"),
        build: header(BUILD),
        body: request.response_text()?.unwrap_or_default(),
    })
}
