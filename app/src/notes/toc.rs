//! The table of contents of a long note.

use leptos::prelude::*;
use shared::notes::Heading;

/// Headings from which on a table is worth its room.
const WORTH_IT: usize = 3;

/// Links to a note's headings of the first three levels; nothing for a short note. Folded where there is no room
/// beside the text, see `style/note.css`.
#[component]
pub fn Toc(
    /// In order.
    headings: Vec<Heading>,
) -> impl IntoView {
    let headings: Vec<_> = headings.into_iter().filter(|heading| heading.level <= 4).collect();
    if headings.len() < WORTH_IT {
        return ().into_any();
    }
    let top = headings.iter().map(|heading| heading.level).min().unwrap_or(2);
    let links: Vec<_> = headings
        .into_iter()
        .map(|heading| {
            let class = match heading.level - top {
                0 => "toc-1",
                1 => "toc-2",
                _ => "toc-3",
            };
            view! { <li class=class><a href=format!("#{}", heading.id)>{heading.text}</a></li> }
        })
        .collect();
    view! {
        <nav class="toc" aria-label="Contents">
            <details>
                <summary>"Contents"</summary>
                <ol>{links}</ol>
            </details>
        </nav>
    }
    .into_any()
}
