//! `commonplace doctor`: looks at a home from all sides and says what to do.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use domain::Site;
use jiff::Timestamp;
use shared::Viewer;

use super::args::HomeArgs;
use super::{Done, existing, say};
use crate::adapters::embedded::EmbeddedHandle;
use crate::config::Config;

/// Less free space than this deserves a word.
const LITTLE_SPACE: u64 = 256 << 20;
/// No clock that is right shows an earlier time: this program is younger.
const BUILT_AFTER: i64 = 1_767_225_600;

/// What to do with the search index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Search {
    Look,
    Rebuild,
}

/// What one look found.
enum Finding {
    /// As it should be.
    Well(String),
    /// Works, but should be known: what, and what to do.
    Mind(String),
    /// Does not work: what, and what to do.
    Wrong(String),
}

use Finding::{Mind, Well, Wrong};

/// Prints a line a look; fails when one of them found something wrong.
pub(super) async fn run(home: HomeArgs, search: Search) -> Done {
    let (config, site, handle) = existing(home)?;
    let mut findings = vec![writable(&config.data), permissions(&config.data), space(&config.data)];
    findings.push(database(&handle));
    findings.push(clock(&site).await);
    findings.push(owner(&site).await);
    findings.push(index(&site, &handle, search).await);
    findings.push(outbox(&site).await);
    findings.push(address(&config).await);
    let mut wrong = 0;
    for finding in findings {
        match finding {
            Well(words) => say(&format!("  well   {words}")),
            Mind(words) => say(&format!("  mind   {words}")),
            Wrong(words) => {
                wrong += 1;
                say(&format!("  WRONG  {words}"));
            }
        }
    }
    if wrong > 0 {
        return Err(format!("{wrong} of these looks found something wrong; what to do stands beside it."));
    }
    say(&format!("Nothing is wrong with {}.", config.data.display()));
    Ok(())
}

fn writable(data: &Path) -> Finding {
    let probe = data.join(format!("doctor-{}~part", std::process::id()));
    let tried = fs::File::create(&probe).and_then(|mut file| {
        file.write_all(b"doctor")?;
        file.sync_all()
    });
    let _ = fs::remove_file(&probe);
    match tried {
        Ok(()) => Well(format!("{} can be written.", data.display())),
        Err(error) => {
            Wrong(format!("{} cannot be written: {error}. Mend its owner or its permissions.", data.display()))
        }
    }
}

fn permissions(data: &Path) -> Finding {
    let Ok(about) = fs::metadata(data.join("site.db")) else {
        return Wrong("site.db cannot be looked at. Mend the folder's permissions.".into());
    };
    let others = about.permissions().mode() & 0o007;
    let shut = fs::metadata(data).is_ok_and(|folder| folder.permissions().mode() & 0o001 == 0);
    if others != 0 && !shut {
        return Mind(format!(
            "other users of this machine can read the site, drafts too. `chmod 700 {}` keeps them out.",
            data.display()
        ));
    }
    Well("only this user reads the site's files.".into())
}

fn space(data: &Path) -> Finding {
    match fs4::available_space(data) {
        Ok(free) if free < LITTLE_SPACE => {
            Wrong(format!("only {} MiB are free on the disk. Free some, or saves will be refused.", free >> 20))
        }
        Ok(free) => Well(format!("{} MiB are free on the disk.", free >> 20)),
        Err(error) => Mind(format!("how much of the disk is free cannot be told: {error}.")),
    }
}

fn database(handle: &EmbeddedHandle) -> Finding {
    match handle.check_database() {
        Ok(problems) if problems.is_empty() => Well("the database is whole and of this version's schema.".into()),
        Ok(problems) => {
            let first = problems.first().map(String::as_str).unwrap_or_default();
            Wrong(format!("the database is damaged ({first}). Stop the server and restore the latest backup."))
        }
        Err(error) => Wrong(format!("the database cannot be looked at: {error}.")),
    }
}

async fn clock(site: &Site) -> Finding {
    let now = site.clock.now();
    if now.as_second() < BUILT_AFTER {
        return Wrong(format!("the clock says {now}. Set it: dates, sessions and links that expire depend on it."));
    }
    match latest_change(site).await {
        Some(latest) if latest > now => {
            Wrong(format!("the clock says {now}, but a note was changed at {latest}. Set the clock."))
        }
        _ => Well(format!("the clock says {now}.")),
    }
}

async fn latest_change(site: &Site) -> Option<Timestamp> {
    let owner = domain::accounts::owner_unchecked(site).await.ok()?;
    let notes = domain::notes::all(site, &owner, None).await.ok()?;
    notes.items.iter().map(|note| note.updated).max()
}

async fn owner(site: &Site) -> Finding {
    match domain::accounts::is_claimed(site).await {
        Ok(true) => Well("the home has an owner.".into()),
        Ok(false) => Mind("nobody owns this home yet. `commonplace owner link` prints the link that claims it.".into()),
        Err(error) => Wrong(format!("who owns the home cannot be told: {error}")),
    }
}

async fn index(site: &Site, handle: &EmbeddedHandle, search: Search) -> Finding {
    if search == Search::Rebuild {
        return match handle.rebuild_search(site).await {
            Ok(count) => Well(format!("the search index was filled again with {count} notes.")),
            Err(error) => Wrong(format!("the search index could not be filled: {error}")),
        };
    }
    if handle.search_needs_rebuild() {
        return Mind("the search index is empty or old. The next start of the server fills it again.".into());
    }
    match domain::search::search(site, &Viewer::Visitor, "commonplace", 1).await {
        Ok(_) => Well("the search index answers.".into()),
        Err(error) => {
            Wrong(format!("the search index does not answer: {error} Run `commonplace doctor --rebuild-search`."))
        }
    }
}

async fn outbox(site: &Site) -> Finding {
    match domain::outbox::waiting(site).await {
        Ok(0) => Well("nothing waits to be worked off.".into()),
        Ok(count) => Mind(format!("{count} events wait to be worked off; a running server does so within seconds.")),
        Err(error) => Wrong(format!("what waits to be worked off cannot be told: {error}")),
    }
}

async fn address(config: &Config) -> Finding {
    let loopback = ["127.", "localhost:", "[::1]:"].iter().any(|local| config.addr.starts_with(local));
    let secure = config.url.as_deref().is_some_and(|url| url.starts_with("https:"));
    if !loopback && !secure {
        return Mind(
            "the site is served to other machines without HTTPS being said. Put a proxy with TLS in front and set \
             COMMONPLACE_URL=https://…"
                .into(),
        );
    }
    match crate::listen::bind(&config.addr).await {
        Ok(_) => Well(format!("{} is free to listen on.", config.addr)),
        Err(_) if loopback => Well(format!("{} is in use: probably by this site's server.", config.addr)),
        Err(sentence) => Mind(sentence),
    }
}
