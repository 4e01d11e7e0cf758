//! Makes a whole page of the routes: the body first, since only it knows what belongs in the head.

use std::future::Future;

use futures::StreamExt as _;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos_router::location::RequestUrl;

use crate::context::Visit;
use crate::layout::{Document, HeadSlot};

/// The HTML of the page that `visit` asks for. `provide` puts everything else into context (see `context.rs`; a refused
/// form's `Outcome` too). Rendered whole, without scripts of the framework's.
pub fn page(visit: Visit, provide: impl FnOnce() + Send + 'static) -> impl Future<Output = String> + Send + 'static {
    let owner = Owner::new_root(None);
    let slot = HeadSlot::default();
    let (body, slot) = owner.with(|| {
        provide_context(RequestUrl::new(&address(&visit)));
        provide_context(visit);
        provide_context(slot.clone());
        provide();
        // Scoped, so that whichever thread goes on with it finds this page's reactive owner.
        (ScopedFuture::new(view! { <crate::App/> }.to_html_stream_in_order().collect::<String>()), slot)
    });
    async move {
        let body = body.await;
        let page = owner.with(|| view! { <Document head=slot.take() body/> }.to_html());
        owner.unset_with_forced_cleanup();
        without_markers(&page)
    }
}

fn address(visit: &Visit) -> String {
    if visit.query.is_empty() {
        return visit.path.clone();
    }
    format!("{}?{}", visit.path, visit.query)
}

/// Leptos marks places with `<!>`, which is no valid comment. Only what the browser will hydrate needs them, and there an
/// empty comment does as well.
fn without_markers(html: &str) -> String {
    const ISLAND: (&str, &str) = ("<leptos-island", "</leptos-island>");
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find(ISLAND.0) {
        let end = rest[start..].find(ISLAND.1).map_or(rest.len(), |at| start + at + ISLAND.1.len());
        out.push_str(&rest[..start].replace("<!>", ""));
        out.push_str(&rest[start..end].replace("<!>", "<!---->"));
        rest = &rest[end..];
    }
    out.push_str(&rest.replace("<!>", ""));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_go_or_become_valid_comments() {
        let html = "a<!>b<leptos-island data-x>c<!>d</leptos-island>e<!>f";
        assert_eq!(without_markers(html), "ab<leptos-island data-x>c<!---->d</leptos-island>ef");
    }
}
