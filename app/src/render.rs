//! Makes a whole page of the routes: the body first, since only it knows what belongs in the head.

use std::future::Future;

use futures::StreamExt as _;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos_router::location::RequestUrl;
use memchr::memmem;

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
    const MARKER: &str = "<!>";
    let mut islands = memmem::find_iter(html.as_bytes(), "<leptos-island").map(|start| {
        let end = memmem::find(&html.as_bytes()[start..], b"</leptos-island>");
        start..end.map_or(html.len(), |end| start + end)
    });
    let mut island = islands.next();
    let mut out = String::with_capacity(html.len());
    let mut done = 0;
    for at in memmem::find_iter(html.as_bytes(), MARKER) {
        while island.as_ref().is_some_and(|island| island.end < at) {
            island = islands.next();
        }
        out.push_str(&html[done..at]);
        if island.as_ref().is_some_and(|island| island.contains(&at)) {
            out.push_str("<!---->");
        }
        done = at + MARKER.len();
    }
    out.push_str(&html[done..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_go_or_become_valid_comments() {
        let island = |marker: &str| format!("<leptos-island data-x>c{marker}d</leptos-island>e");
        let html = format!("a<!>b{0}<!>{0}<!>f<!>", island("<!>"));
        assert_eq!(without_markers(&html), format!("ab{0}{0}f", island("<!---->")));
        assert_eq!(without_markers("none"), "none");
    }
}
