//! The frame of every page: the way past it, the site's name and navigation above, the colophon below.

use leptos::prelude::*;

use crate::context;
use crate::ui::Icon;

/// Everything in a page's body.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    view! {
        <a class="skip-link" href="#main">"Skip to the text"</a>
        <Masthead/>
        <main id="main" tabindex="-1">{children()}</main>
        <Colophon/>
    }
}

#[component]
fn Masthead() -> impl IntoView {
    let settings = context::settings();
    let visit = context::visit();
    let links: Vec<_> = settings
        .navigation
        .iter()
        .map(|link| {
            let current = here(&visit.path, &link.href);
            view! { <li><a href=link.href.clone() aria-current=current>{link.label.clone()}</a></li> }
        })
        .collect();
    let desk = visit.viewer.is_owner().then(|| {
        view! { <li><a href="/desk" aria-current=here(&visit.path, "/desk")>"Desk"</a></li> }
    });
    view! {
        <header class="masthead">
            <a class="masthead-title" href="/" rel="home" aria-current=here(&visit.path, "/")>
                {settings.title.clone()}
            </a>
            <nav class="nav masthead-nav" aria-label="Site">
                <ul>
                    {links}
                    {desk}
                    <li>
                        <a class="masthead-search" href="/search" aria-current=here(&visit.path, "/search")>
                            <Icon name="search"/>
                            <span class="visually-hidden">"Search"</span>
                        </a>
                    </li>
                </ul>
            </nav>
        </header>
    }
}

/// The value of `aria-current` for a link to `href`: this very page, or a page below it.
fn here(path: &str, href: &str) -> Option<&'static str> {
    if path == href {
        return Some("page");
    }
    let below = href.len() > 1 && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'));
    below.then_some("true")
}

#[component]
fn Colophon() -> impl IntoView {
    let settings = context::settings();
    let visit = context::visit();
    let author = (!settings.author.is_empty()).then(|| view! { <p>{format!("Written by {}", settings.author)}</p> });
    let account = match visit.person {
        Some(_) => view! {
            <li><a href="/account">"Account"</a></li>
            <li>
                <form method="post" action="/sign-out">
                    <button type="submit" class="button-quiet">"Sign out"</button>
                </form>
            </li>
        }
        .into_any(),
        None => view! { <li><a href="/sign-in" rel="nofollow">"Sign in"</a></li> }.into_any(),
    };
    view! {
        <footer class="colophon">
            {author}
            <ul>
                <li><a href="/feed.atom" type="application/atom+xml">"Feed"</a></li>
                {account}
                <li><button type="button" class="button-quiet" hidden data-scheme-switch>"Colours: automatic"</button></li>
            </ul>
        </footer>
    }
}

/// The ways about the owner's side.
#[component]
pub fn DeskNav() -> impl IntoView {
    const WAYS: [(&str, &str); 6] = [
        ("/desk", "Desk"),
        ("/desk/notes", "Notes"),
        ("/desk/files", "Files"),
        ("/desk/unresolved", "Unresolved"),
        ("/desk/trash", "Trash"),
        ("/desk/settings", "Settings"),
    ];
    let path = context::visit().path;
    let links: Vec<_> = WAYS
        .into_iter()
        .map(|(href, label)| {
            let current = if href == "/desk" && path != href { None } else { here(&path, href) };
            view! { <li><a href=href aria-current=current>{label}</a></li> }
        })
        .collect();
    view! {
        <nav class="nav desk-nav" aria-label="Desk">
            <ul>
                {links}
                <li class="desk-nav-new"><a class="button" href="/desk/notes/new">"New note"</a></li>
            </ul>
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::here;

    #[test]
    fn a_link_knows_where_the_reader_is() {
        assert_eq!(here("/notes", "/notes"), Some("page"));
        assert_eq!(here("/notes/a", "/notes"), Some("true"));
        assert_eq!(here("/notebook", "/notes"), None);
        assert_eq!(here("/notes", "/"), None);
    }
}
