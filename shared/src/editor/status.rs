//! What the status line says: where the newest text is, and nothing that is not so.

/// How far what was typed has come, and what is in the way of its going further.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// Nothing was changed since the page came; its own words stand.
    #[default]
    AsOpened,
    /// It is being typed.
    Typing,
    /// About to go to the site.
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
    /// Something answers, but does not save just now.
    Trouble {
        /// What is wrong.
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

/// Whether the device has the newest text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OnDevice {
    /// It has.
    #[default]
    Yes,
    /// It is being written.
    NotYet,
    /// It could not be written, for this reason.
    No(String),
}

/// The status line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// How far it has come.
    pub kept: Kept,
    /// Whether the device has it.
    pub device: OnDevice,
    /// What could not be done although the text is safe; a sentence.
    pub notice: Option<String>,
    /// Files in the text that wait to be sent.
    pub waiting: usize,
    /// The note is in the trash.
    pub is_trashed: bool,
    /// The site has been renewed since this page was loaded.
    pub is_outdated: bool,
}

impl Status {
    /// The words, with each time as `local` puts it; empty where the page's own stand.
    pub fn words(&self, local: impl Fn(i64) -> String) -> String {
        let mut parts = vec![self.place(local)];
        if let OnDevice::No(why) = &self.device
            && self.is_at_rest()
        {
            parts.push(format!("nothing is kept on this device: {why}"));
        }
        parts.extend(self.notice.clone());
        match self.waiting {
            0 => {}
            1 => parts.push("a file waits to be sent".to_owned()),
            files => parts.push(format!("{files} files wait to be sent")),
        }
        if self.is_trashed {
            parts.push("in the trash".to_owned());
        }
        if self.is_outdated {
            let when = if self.is_at_rest() { "reload when it suits" } else { "reload once this is saved" };
            parts.push(format!("the site has been renewed: {when}"));
        }
        parts.retain(|part| !part.is_empty());
        parts.join(" · ")
    }

    /// True when no text waits to go anywhere.
    pub fn is_at_rest(&self) -> bool {
        matches!(self.kept, Kept::AsOpened | Kept::Saved { .. } | Kept::Published { .. })
    }

    fn place(&self, local: impl Fn(i64) -> String) -> String {
        let here = match &self.device {
            OnDevice::Yes => "on this device".to_owned(),
            OnDevice::NotYet => "not on this device yet".to_owned(),
            OnDevice::No(why) => format!("not kept anywhere: {why}"),
        };
        let wait = |changes: u32| match &self.device {
            OnDevice::Yes if changes == 1 => "1 change on this device".to_owned(),
            OnDevice::Yes => format!("{changes} changes on this device"),
            _ => here.clone(),
        };
        match &self.kept {
            Kept::AsOpened => String::new(),
            Kept::Typing => "typing…".to_owned(),
            Kept::OnDevice => here,
            Kept::Saved { at } => format!("saved {}", local(*at)),
            Kept::Published { at } => format!("published {}", local(*at)),
            Kept::Offline { since, changes } => format!("offline since {} ({})", local(*since), wait(*changes)),
            Kept::Trouble { why, changes } => format!("{why} ({})", wait(*changes)),
            Kept::SignIn { changes } => format!("sign in to save ({})", wait(*changes)),
            Kept::Refused { why } => format!("the site refused: {why} ({here})"),
            Kept::Apart => format!("changed elsewhere too: choose below ({here})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(status: &Status) -> String {
        status.words(|at| format!("{:02}:{:02}", at / 60, at % 60))
    }

    #[test]
    fn it_says_what_is_so() {
        let of = |kept| words(&Status { kept, ..Status::default() });
        assert_eq!(of(Kept::AsOpened), "");
        assert_eq!(of(Kept::OnDevice), "on this device");
        assert_eq!(of(Kept::Saved { at: 842 }), "saved 14:02");
        assert_eq!(of(Kept::Offline { since: 830, changes: 3 }), "offline since 13:50 (3 changes on this device)");
        assert_eq!(of(Kept::SignIn { changes: 1 }), "sign in to save (1 change on this device)");
    }

    #[test]
    fn a_device_that_keeps_nothing_is_never_said_to_keep_it() {
        let device = OnDevice::No("this device has no room left".into());
        for kept in [
            Kept::OnDevice,
            Kept::Offline { since: 0, changes: 2 },
            Kept::SignIn { changes: 2 },
            Kept::Trouble { why: "the site has a fault".into(), changes: 1 },
            Kept::Refused { why: "body is too large.".into() },
            Kept::Apart,
        ] {
            let said = words(&Status { kept, device: device.clone(), ..Status::default() });
            assert!(said.contains("not kept anywhere: this device has no room left"), "{said}");
            assert!(!said.contains("on this device"), "{said}");
        }
        let said = words(&Status { kept: Kept::Saved { at: 842 }, device, ..Status::default() });
        assert_eq!(said, "saved 14:02 · nothing is kept on this device: this device has no room left");
    }
}
