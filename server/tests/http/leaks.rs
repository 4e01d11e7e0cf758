//! Nothing leaks: over random sites, what a visitor may not see is on no surface, before and after the index caught up,
//! and after it was withdrawn. Every hidden thing has words of its own, which are looked for everywhere.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use shared::Visibility;
use shared::notes::{EditNote, NewNote, Note};

use crate::cast::{Client, Home, Reply};
use crate::html::field;
use crate::media::{GIF, address};

const SITES: u64 = 3;
const NOTES: usize = 10;

/// What became of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Draft,
    Published,
    /// Published, and its working text went on.
    Edited,
    Withdrawn,
    Trashed,
    /// Published, for a time to come.
    Later,
}

struct Known {
    n: usize,
    state: State,
    visibility: Visibility,
    slug: String,
    /// Its address on the desk.
    desk: String,
    /// Its attachment's address.
    file: String,
}

impl Known {
    /// Whether visitors find it listed.
    fn is_listed(&self) -> bool {
        self.visibility == Visibility::Public && matches!(self.state, State::Published | State::Edited)
    }

    /// Whether its address answers a visitor.
    fn answers(&self) -> bool {
        matches!(self.visibility, Visibility::Public | Visibility::Unlisted)
            && matches!(self.state, State::Published | State::Edited)
    }

    /// Words of its published text, that only its readers may see.
    fn words(&self) -> Vec<String> {
        ["title", "body", "tag", "alias", "about", "head"].iter().map(|kind| format!("{kind}{}zq", self.n)).collect()
    }

    /// Words that no visitor may see wherever it stands.
    fn secrets(&self) -> Vec<String> {
        vec![format!("working{}zq", self.n), format!("comment{}zq", self.n), format!("owners{}zq", self.n)]
    }
}

#[tokio::test]
async fn no_hidden_thing_is_on_any_visitors_surface() {
    for seed in 0..SITES {
        let mut random = StdRng::seed_from_u64(seed);
        let (home, ada) = Home::of_ada().await;
        let mut site = grow(&home, &ada, &mut random).await;
        look_everywhere(&home, &site, &format!("seed {seed}, before the index caught up")).await;
        home.settle().await;
        look_everywhere(&home, &site, &format!("seed {seed}")).await;
        for _ in 0..2 {
            let at = random.random_range(0..site.len());
            hide(&home, &ada, &mut site[at], &mut random).await;
            look_everywhere(&home, &site, &format!("seed {seed}, just after note {at} was hidden")).await;
            home.settle().await;
            look_everywhere(&home, &site, &format!("seed {seed}, after note {at} was hidden")).await;
        }
    }
}

/// A random site whose notes link to, embed and mention one another.
async fn grow(home: &Home, ada: &Client, random: &mut StdRng) -> Vec<Known> {
    const STATES: [State; 6] =
        [State::Draft, State::Published, State::Edited, State::Withdrawn, State::Trashed, State::Later];
    let mut site = Vec::new();
    for n in 0..NOTES {
        let state = if random.random_bool(0.4) { State::Published } else { *STATES.choose(random).unwrap() };
        let visibility = *Visibility::ALL.choose(random).unwrap();
        site.push(plant(home, ada, random, n, state, visibility).await);
    }
    site
}

async fn plant(
    home: &Home,
    ada: &Client,
    random: &mut StdRng,
    n: usize,
    state: State,
    visibility: Visibility,
) -> Known {
    let file = attach(home, ada, n).await;
    let mut body = format!(
        "---\ndescription: about{n}zq\nowners: owners{n}zq\n---\n# head{n}zq\n\nbody{n}zq #tag{n}zq #shared\n\n\
         %%comment{n}zq%%\n\n![[file{n}zq.gif]]\n"
    );
    for other in 0..NOTES {
        match random.random_range(0..4) {
            0 => body.push_str(&format!("\nSee [[n{other}|there]].\n")),
            1 => body.push_str(&format!("\n![[n{other}]]\n")),
            2 => body.push_str(&format!("\nA [link](n{other}.md) by path.\n")),
            _ => {}
        }
    }
    let owner = home.owner().await;
    let new = NewNote {
        title: format!("title{n}zq"),
        body,
        slug: format!("n{n}-slug"),
        tags: vec!["shared".into()],
        aliases: vec![format!("n{n}"), format!("alias{n}zq")],
        visibility,
        publish_at: (state == State::Later).then(|| home.site.clock.now() + jiff::SignedDuration::from_hours(1)),
        path: Some(format!("n{n}.md")),
    };
    let mut note = domain::notes::create(&home.site, &owner, new).await.unwrap();
    if state != State::Draft {
        note = publish(home, &note).await;
    }
    match state {
        State::Draft | State::Published | State::Later => {}
        State::Edited => {
            let body = format!("{}\nworking{n}zq\n", note.body);
            let edit = EditNote { body, ..EditNote::from(&note) };
            domain::notes::save(&home.site, &owner, note.id, edit).await.unwrap();
        }
        State::Withdrawn => drop(domain::notes::withdraw(&home.site, &owner, note.id).await.unwrap()),
        State::Trashed => drop(domain::notes::trash(&home.site, &owner, note.id).await.unwrap()),
    }
    Known { n, state, visibility, slug: note.slug, desk: format!("/desk/notes/{}", note.id), file }
}

/// A picture of its own for each note: one byte differs.
async fn attach(home: &Home, ada: &Client, n: usize) -> String {
    let mut bytes = GIF.to_vec();
    bytes[13] = u8::try_from(n).unwrap();
    let name = format!("file{n}zq.gif");
    ada.upload("/desk/files", &[("action", "upload")], (&name, &bytes)).await.expect(303);
    address(home, &name).await
}

async fn publish(home: &Home, note: &Note) -> Note {
    let owner = home.owner().await;
    domain::notes::publish(&home.site, &owner, note.id, EditNote::from(note)).await.unwrap();
    domain::notes::open(&home.site, &owner, note.id).await.unwrap()
}

/// One of the ways to take a note away from visitors, by form.
async fn hide(home: &Home, ada: &Client, known: &mut Known, random: &mut StdRng) {
    let page = ada.get(&known.desk).await.expect(200).text();
    let base = field(&page, "base").unwrap();
    match random.random_range(0..3) {
        0 => {
            let visibility = *[Visibility::Private, Visibility::Unlisted].choose(random).unwrap();
            let fields = [("visibility", visibility.as_str()), ("base", base.as_str()), ("action", "save")];
            ada.post(&known.desk, &fields).await.expect(303);
            known.visibility = visibility;
        }
        1 if !matches!(known.state, State::Draft | State::Trashed) => {
            ada.post(&known.desk, &[("action", "withdraw")]).await.expect(303);
            known.state = State::Withdrawn;
        }
        _ => {
            ada.post(&known.desk, &[("action", "trash")]).await;
            known.state = State::Trashed;
        }
    }
    let _ = home;
}

async fn look_everywhere(home: &Home, site: &[Known], when: &str) {
    let visitor = home.visitor();
    for (surface, text) in surfaces(&visitor, site).await {
        for known in site {
            let own = text.starts_with("OWN") && surface == known.slug;
            for word in known.secrets() {
                assert!(!text.contains(&word), "{when}: {word} of {:?} is on {surface}", known.state);
            }
            if known.is_listed() || own {
                continue;
            }
            for word in known.words().into_iter().chain([format!("/notes/{}", known.slug), known.file.clone()]) {
                assert!(
                    !text.contains(&word),
                    "{when}: {word} of a {:?} {:?} note is on {surface}:\n{text}",
                    known.visibility,
                    known.state
                );
            }
        }
    }
    for known in site {
        addresses(&visitor, known, when).await;
    }
}

/// Its own addresses: there for whom it is there, and else as if made up.
async fn addresses(visitor: &Client, known: &Known, when: &str) {
    let about = format!("{when}: the {:?} {:?} note {}", known.visibility, known.state, known.n);
    let status = if known.answers() { 200 } else { 404 };
    for address in [format!("/notes/{}", known.slug), format!("/notes/{}.md", known.slug), known.file.clone()] {
        let reply = visitor.get(&address).await;
        // A file that a new note uses may take until the outbox is worked off to show; never the other way round.
        let late = when.contains("before") && address == known.file && reply.status == 404;
        assert!(reply.status == status || late, "{about}: {address} answers {}", reply.status);
        if status == 404 && address.starts_with("/notes") {
            let made_up = visitor.get(&address.replace("-slug", "-gulf")).await.expect(404);
            let blank = |text: String| without_suggestions(&text).replace("-slug", "-gulf");
            assert_eq!(blank(reply.text()), blank(made_up.text()), "{about} differs from a made-up one");
            let names = |reply: &Reply| reply.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
            assert_eq!(names(&reply), names(&made_up), "{about}");
        }
    }
    let reply = visitor.get(&known.desk).await.expect(303);
    assert!(reply.location().starts_with("/sign-in"));
}

/// What a 404 suggests depends on the address, and is looked at on its own.
fn without_suggestions(page: &str) -> String {
    match page.split_once("<h2>Perhaps") {
        Some((before, rest)) => format!("{before}{}", rest.split_once("</ul>").map_or("", |(_, after)| after)),
        None => page.to_owned(),
    }
}

/// Everything a visitor can see: the surface's name and its text. A note's own page begins with `OWN`.
async fn surfaces(visitor: &Client, site: &[Known]) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    let lists = [
        "/",
        "/notes",
        "/tags",
        "/tags/shared",
        "/archive",
        "/feed.atom",
        "/feed.rss",
        "/feed.json",
        "/sitemap.xml",
        "/robots.txt",
        "/tags/shared/feed.atom",
        "/notes/slug",
        "/nothing",
        "/search?q=shared",
        "/search?q=there",
        "/api/fn/search/suggest?text=title",
        "/api/fn/search/suggest?text=n",
    ];
    for path in lists {
        let reply = visitor.get(path).await;
        assert!(reply.status < 500, "{path}: {}", reply.text());
        seen.push((path.to_owned(), reply.text()));
    }
    for function in ["notes/list", "notes/archive", "notes/tags", "notes/all", "notes/desk", "notes/unresolved"] {
        let path = format!("/api/fn/{function}");
        seen.push((path.clone(), visitor.post(&path, &[]).await.text()));
    }
    for (surface, reply) in editors(visitor, site).await {
        assert_eq!(reply.status, 403, "{surface}: {}", reply.text());
        seen.push((surface, reply.text()));
    }
    for known in site {
        for word in ["title", "body", "alias", "working"].map(|kind| format!("{kind}{}zq", known.n)) {
            // The page repeats what was asked: that alone is no finding.
            let found = visitor.get(&format!("/search?q={word}")).await.expect(200).text();
            seen.push((format!("search for {word}"), found.replace(&word, "ASKED")));
            let offered = visitor.get(&format!("/api/fn/search/suggest?text={word}")).await;
            seen.push((format!("suggestions for {word}"), offered.text()));
        }
        let tag = format!("tag{}zq", known.n);
        for path in [format!("/tags/{tag}"), format!("/tags/{tag}/feed.atom")] {
            seen.push((path.clone(), visitor.get(&path).await.text().replace(&tag, "ASKED")));
        }
        if known.answers() {
            for address in [format!("/notes/{}", known.slug), format!("/notes/{}.md", known.slug)] {
                let page = visitor.get(&address).await.expect(200).text();
                seen.push((known.slug.clone(), format!("OWN{page}")));
            }
        }
    }
    seen
}

/// What a visitor gets of the editor's functions: the same for what is there and for what is not.
async fn editors(visitor: &Client, site: &[Known]) -> Vec<(String, Reply)> {
    let mut seen = Vec::new();
    let made_up = crate::editor::ID.to_owned();
    let ids = site.iter().map(|known| known.desk.trim_start_matches("/desk/notes/").to_owned());
    for id in ids.chain([made_up]) {
        seen.extend(crate::editor::everything(visitor, &id, "![[n1]] [[n2]]").await);
    }
    let headers = [("x-file-name", "file1zq.gif"), ("sec-fetch-site", "same-origin")];
    let attach = visitor.send(axum::http::Method::POST, "/api/fn/files/attach", &headers, GIF.to_vec().into());
    seen.push(("attach".into(), attach.await));
    seen
}
