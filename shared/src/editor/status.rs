//! What the status line says: where the newest text is, and nothing that is not so.

/// Where what was typed is, and what is in the way of its going further.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// Nothing was changed since the page came; its own words stand.
    #[default]
    AsOpened,
    /// The newest change is not on the device yet.
    Typing,
    /// On the device, and about to go to the site.
    OnDevice,
    /// The newest text is the site's working text.
    Saved {
        /// Unix time in milliseconds.
        at: i64,
    },
    /// The newest text is what readers see.
    Published {
        /// Unix time in milliseconds.
        at: i64,
    },
    /// The site cannot be reached.
    Offline {
        /// Unix time in milliseconds.
        since: i64,
        /// Runs of typing that wait.
        changes: u32,
    },
    /// The site answers, but cannot save just now.
    Trouble {
        /// A sentence's end: what is wrong.
        why: String,
        /// Runs of typing that wait.
        changes: u32,
    },
    /// The session is over.
    SignIn {
        /// Runs of typing that wait.
        changes: u32,
    },
    /// The site will not take it as it is.
    Refused {
        /// Its own words.
        why: String,
    },
    /// Another's change met this one in the same place; both are kept, and which it shall be is to be chosen.
    Apart,
}

/// The status line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Where it is.
    pub kept: Kept,
    /// Why this device keeps nothing, where it does not.
    pub device: Option<String>,
    /// True while the newest text is neither on the device nor on the site although it should be by now.
    pub nowhere: bool,
    /// True when the site has been renewed since this page was loaded.
    pub outdated: bool,
}

impl Status {
    /// The words, with each time as `local` puts it; empty where the page's own stand.
    pub fn words(&self, local: impl Fn(i64) -> String) -> String {
        let mut words = self.place(local);
        if let Some(why) = self.device.as_ref().filter(|_| !self.nowhere) {
            words = format!("{words} · not on this device: {why}");
        }
        if self.outdated {
            let when = if self.is_at_rest() { "reload when it suits" } else { "reload once this is saved" };
            words = format!("{words} · the site has been renewed: {when}");
        }
        words.trim_start_matches(" · ").to_owned()
    }

    /// True when nothing waits to go anywhere.
    pub fn is_at_rest(&self) -> bool {
        matches!(self.kept, Kept::AsOpened | Kept::Saved { .. } | Kept::Published { .. })
    }

    fn place(&self, local: impl Fn(i64) -> String) -> String {
        let here = match (&self.device, self.nowhere) {
            (Some(why), true) => format!("not kept anywhere ({why})"),
            (None, true) => "not kept anywhere".to_owned(),
            (Some(_), false) => "in this page only".to_owned(),
            (None, false) => "on this device".to_owned(),
        };
        match &self.kept {
            Kept::AsOpened => String::new(),
            Kept::Typing => "typing…".to_owned(),
            Kept::OnDevice => here,
            Kept::Saved { at } => format!("saved {}", local(*at)),
            Kept::Published { at } => format!("published {}", local(*at)),
            Kept::Offline { since, changes } => {
                format!("offline since {} ({} {here})", local(*since), counted(*changes))
            }
            Kept::Trouble { why, changes } => format!("{why} ({} {here})", counted(*changes)),
            Kept::SignIn { changes } => format!("sign in to save ({} {here})", counted(*changes)),
            Kept::Refused { why } => format!("the site refused: {why} ({here})"),
            Kept::Apart => format!("changed elsewhere too: choose below ({here}, and both are in the history)"),
        }
    }
}

fn counted(changes: u32) -> String {
    if changes == 1 { "1 change".to_owned() } else { format!("{changes} changes") }
}
