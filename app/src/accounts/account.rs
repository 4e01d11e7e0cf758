//! `/account`: the viewer's own password and sessions.

use leptos::prelude::*;
use shared::accounts::SessionSummary;

use super::api;
use crate::context;
use crate::layout::{DeskNav, Head, head, loaded, query};
use crate::ui::{Act, ErrorSummary, Field, Kind, Refusal, moment};

/// The account.
#[component]
pub fn Account() -> impl IntoView {
    loaded(async {
        let sessions = api::sessions().await?.items;
        head(Head::private("Account"));
        let person = context::visit().person;
        let who = person.map(|person| format!("{}, {}", person.name, person.email)).unwrap_or_default();
        let lines: Vec<_> = sessions.into_iter().map(line).collect();
        let done = query("done").map(|_| view! { <p class="banner" role="status">"Done."</p> });
        let refusal = Refusal::here();
        Ok(view! {
            <div class="desk">
                <DeskNav/>
                <header class="page-head">
                    <h1>"Account"</h1>
                    <p class="page-lede">{who}</p>
                </header>
                {done}
                <section class="desk-section" aria-labelledby="change">
                    <h2 id="change" class="section-title">"Password"</h2>
                    <form method="post" action="/account" class="form">
                        <ErrorSummary refusal=refusal.clone() fields=&["present", "password"]/>
                        <Field name="present" label="Present password" kind=Kind::Password("current-password") refusal=refusal.clone()/>
                        <Field
                            name="password"
                            label="New password"
                            hint="At least 12 characters. Your other sessions end."
                            kind=Kind::Password("new-password")
                            refusal
                        />
                        <p><button type="submit" class="button button-primary" name="action" value="password">"Change it"</button></p>
                    </form>
                </section>
                <section class="desk-section" aria-labelledby="sessions">
                    <h2 id="sessions" class="section-title">"Where you are signed in"</h2>
                    <ul class="lines lines-tall">{lines}</ul>
                </section>
            </div>
        }
        .into_any())
    })
}

fn line(session: SessionSummary) -> AnyView {
    let this = context::visit().session.as_deref() == Some(session.id.as_str());
    let agent = browser(&session.agent);
    let act = if this {
        view! { <span class="badge">"this one"</span> }.into_any()
    } else {
        view! { <Act to="/account" action="revoke" label="Sign out" about=agent.clone() id=session.id/> }.into_any()
    };
    view! {
        <li>
            <span>{agent}</span>
            <span class="line-state">{format!("since {}, last used {}", moment(session.created), moment(session.used))}</span>
            <div class="line-acts">{act}</div>
        </li>
    }
    .into_any()
}

/// A browser's name and system out of its own long description; what is not known is called that.
fn browser(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 5] =
        [("Firefox/", "Firefox"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Mac OS X", "a Mac"),
        ("Windows", "Windows"),
        ("Linux", "Linux"),
    ];
    let find =
        |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser = find(&BROWSERS).unwrap_or("An unknown browser");
    match find(&SYSTEMS) {
        Some(system) => format!("{browser} on {system}"),
        None => browser.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn a_browser_is_told_by_its_description() {
        let agent =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
        assert_eq!(browser(agent), "Chrome on Linux");
        assert_eq!(browser("curl/8"), "An unknown browser");
    }
}
