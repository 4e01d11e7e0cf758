//! The faces: one route line a screen, each screen in the file that the line names.

// A view's type nests as deep as its elements.
#![recursion_limit = "256"]

pub mod accounts;
pub mod context;
pub mod error;
pub mod files;
pub mod layout;
pub mod notes;
pub mod render;
pub mod search;
pub mod settings;
pub mod ui;

use leptos::prelude::*;
use leptos_router::SsrMode::Async;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

/// Every screen of the site. `render::page` makes an answer of it.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Router>
            <layout::Frame>
                <FlatRoutes fallback=error::Absent>
                    <Route ssr=Async path=path!("/") view=notes::Home/>
                    <Route ssr=Async path=path!("/notes") view=notes::List/>
                    <Route ssr=Async path=path!("/notes/*slug") view=notes::Show/>
                    <Route ssr=Async path=path!("/tags") view=notes::Tags/>
                    <Route ssr=Async path=path!("/tags/*tag") view=notes::Tagged/>
                    <Route ssr=Async path=path!("/archive") view=notes::Archive/>
                    <Route ssr=Async path=path!("/search") view=search::Search/>
                    <Route ssr=Async path=path!("/sign-in") view=accounts::SignIn/>
                    <Route ssr=Async path=path!("/sign-out") view=accounts::SignOut/>
                    <Route ssr=Async path=path!("/signed-out") view=notes::SignedOut/>
                    <Route ssr=Async path=path!("/claim/:token") view=accounts::Claim/>
                    <Route ssr=Async path=path!("/account") view=accounts::Account/>
                    <Route ssr=Async path=path!("/desk") view=notes::Desk/>
                    <Route ssr=Async path=path!("/desk/notes") view=notes::All/>
                    <Route ssr=Async path=path!("/desk/notes/new") view=notes::New/>
                    <Route ssr=Async path=path!("/desk/notes/:id") view=notes::Edit/>
                    <Route ssr=Async path=path!("/desk/notes/:id/preview") view=notes::Preview/>
                    <Route ssr=Async path=path!("/desk/notes/:id/history") view=notes::History/>
                    <Route ssr=Async path=path!("/desk/notes/:id/history/:number") view=notes::Version/>
                    <Route ssr=Async path=path!("/desk/offline") view=notes::Offline/>
                    <Route ssr=Async path=path!("/desk/unresolved") view=notes::Unresolved/>
                    <Route ssr=Async path=path!("/desk/trash") view=notes::Trash/>
                    <Route ssr=Async path=path!("/desk/files") view=files::Files/>
                    <Route ssr=Async path=path!("/desk/settings") view=settings::Settings/>
                </FlatRoutes>
            </layout::Frame>
        </Router>
    }
}
