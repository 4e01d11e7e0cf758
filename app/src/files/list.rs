//! `/desk/files`: every file, and bringing one more.

use leptos::prelude::*;
use shared::files::{File, Serving};

use super::api;
use crate::layout::{DeskNav, Head, cursor, head, loaded};
use crate::ui::{Empty, ErrorSummary, Pager, Refusal, date};

/// The list of files.
#[component]
pub fn Files() -> impl IntoView {
    let after = cursor();
    loaded(async move {
        let page = api::list(after.clone()).await?;
        head(Head::private("Files"));
        let first = after.is_some().then(|| "/desk/files".to_owned());
        let next =
            page.next.as_deref().map(|next| format!("/desk/files?after={}", shared::files::encode_segment(next)));
        let list = if page.items.is_empty() {
            view! { <Empty title="No files yet">"Pictures and files you attach to notes are listed here."</Empty> }
                .into_any()
        } else {
            let files: Vec<_> = page.items.into_iter().map(|file| view! { <Line file/> }).collect();
            view! { <ul class="files">{files}</ul> }.into_any()
        };
        let refusal = Refusal::here();
        Ok(view! {
            <div class="desk">
                <DeskNav/>
                <h1>"Files"</h1>
                <Upload refusal/>
                <p class="hint">"A file is exactly as visible as the notes that use it. Put its line into a note to show it there."</p>
                {list}
                <Pager first next/>
            </div>
        }
        .into_any())
    })
}

#[component]
fn Upload(refusal: Refusal) -> impl IntoView {
    let problem = refusal.problem("file");
    view! {
        <form method="post" action="/desk/files" enctype="multipart/form-data" class="form upload">
            <ErrorSummary refusal fields=&["file"]/>
            <div class="field">
                <label for="file">"Bring a file"</label>
                {problem.map(|problem| view! { <p class="field-problem">{problem}</p> })}
                <p class="field-hint" id="file-hint">
                    "Pictures, sound and video are given to readers without what a camera or a program noted in them. A PDF, "
                    "an office file or an archive is given as it is: look what it says of you."
                </p>
                <input id="file" name="file" type="file" aria-describedby="file-hint"/>
            </div>
            <p><button type="submit" class="button button-primary" name="action" value="upload">"Upload"</button></p>
        </form>
    }
}

#[component]
fn Line(file: File) -> impl IntoView {
    let picture = file.media_type.starts_with("image/");
    let embed = format!("![[{}]]", file.name);
    let shown = if picture {
        view! { <img src=file.href() alt="" width=file.width height=file.height loading="lazy"/> }.into_any()
    } else {
        let ending = file.name.rsplit_once('.').map_or("file", |(_, ending)| ending).to_owned();
        view! { <span class="file-kind" aria-hidden="true">{ending}</span> }.into_any()
    };
    let note = match &file.serving {
        Serving::OwnerOnly { reason } => Some(format!("{reason} Only you are shown it.")),
        _ if file.keeps_its_notes() => Some("Given as it is, with what it says of its maker.".to_owned()),
        _ => None,
    };
    view! {
        <li class="file">
            <a class="file-picture" href=file.href() tabindex="-1" aria-hidden="true">{shown}</a>
            <a class="file-name" href=file.href()>{file.name.clone()}</a>
            <code class="file-embed">{embed}</code>
            <span class="line-state">{format!("{}, {}", size(file.size), date(file.created))}</span>
            {note.map(|note| view! { <span class="file-note">{note}</span> })}
        </li>
    }
}

/// Bytes in words.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_read_well() {
        assert_eq!([size(999), size(1_001), size(2_345_678)], ["999 bytes", "2 kB", "2.3 MB"]);
    }
}
