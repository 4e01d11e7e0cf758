//! The commands and their options, with the help that teaches them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use shared::Visibility;

/// A personal website that its owner writes in the browser.
#[derive(Debug, Parser)]
#[command(name = "commonplace", version, max_term_width = 100, after_help = FIRST_EVENING)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

const FIRST_EVENING: &str = "\
A first evening:
  commonplace serve                              open the printed claim link, and the site is yours
  commonplace import obsidian ~/Notes --dry-run  see what an import would do, and what it would leave out
  commonplace import obsidian ~/Notes            do it; run it again after edits in the vault
  commonplace export site.zip                    leave with everything, as ordinary files

`commonplace COMMAND --help` has examples of each. Every setting is also an environment variable
(COMMONPLACE_DATA, COMMONPLACE_ADDR, …): see docs/configuration.md.";

const SERVE: &str = "\
Examples:
  commonplace serve
  commonplace serve --data /srv/site --addr 0.0.0.0:8080 --url https://example.org
  commonplace serve --addr 127.0.0.1:0           a free port; the address is printed

Standard output gets one line `listening: ADDRESS` and, while nobody owns the home, one line
`claim: ADDRESS`: open it in a browser, once. The log goes to standard error.";

const IMPORT: &str = "\
Examples:
  commonplace import obsidian ~/Notes --dry-run
  commonplace import obsidian ~/Notes --visibility private
  commonplace import markdown ~/blog/content
  commonplace import commonplace everything.zip --data /srv/new

Notes are published unless their front matter says `publish: false` or `draft: true`. Running it
again changes nothing; after edits in the folder only what changed there is updated, and what you
edited here since is never overwritten without a word. Works while the site is served.";

const BACKUP: &str = "\
Example, nightly:
  commonplace backup --data /srv/site /backups/site-$(date +%F).zip";

const RESTORE: &str = "\
Examples:
  commonplace restore --data /srv/site /backups/site-2026-11-22.zip
  commonplace restore --data /srv/site --force /backups/site-2026-11-22.zip

With --force the home that is there is moved aside, into a folder beside it: nothing is deleted.
A home that is being served is never touched.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serve the site until stopped (Ctrl-C or SIGTERM)
    #[command(after_help = SERVE)]
    Serve(ServeArgs),
    /// Bring notes in from a folder; run it again and only what changed there changes here
    #[command(after_help = IMPORT)]
    Import(ImportArgs),
    /// Write everything out as ordinary files, in one zip file
    Export {
        /// The zip file to write; it must not be there yet
        path: PathBuf,
        #[command(flatten)]
        home: HomeArgs,
    },
    /// Help the owner in
    Owner {
        #[command(subcommand)]
        command: OwnerCommand,
    },
    /// Write a whole copy of the home into one zip file, while it is served or not
    #[command(after_help = BACKUP)]
    Backup {
        /// The zip file to write; it must not be there yet
        path: PathBuf,
        #[command(flatten)]
        home: HomeArgs,
    },
    /// Make a home from a backup; refuses where there is a home already, or one is being served
    #[command(after_help = RESTORE)]
    Restore {
        /// The zip file that `commonplace backup` wrote
        path: PathBuf,
        /// Move the home that is there aside instead of refusing
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        home: HomeArgs,
    },
    /// Look at the home from all sides and say what to do about what is wrong
    Doctor {
        /// Forget the search index and fill it again; nothing is lost, it is made of the notes
        #[arg(long)]
        rebuild_search: bool,
        #[command(flatten)]
        home: HomeArgs,
    },
    /// Write the site's own files (styles, scripts, pictures) into a folder, for a web server or a CDN
    Assets {
        /// The folder; made if it is not there
        dir: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum OwnerCommand {
    /// Print a fresh link: to claim a home that nobody owns, or for its owner to set a new password
    ///
    /// Good for one use and for a day; earlier links stop working. Works while the site is served.
    Link {
        #[command(flatten)]
        home: HomeArgs,
        /// The address visitors use, e.g. https://example.org [default: $COMMONPLACE_URL]
        #[arg(long)]
        url: Option<String>,
    },
}

#[derive(Clone, Debug, Default, Args)]
pub(super) struct HomeArgs {
    /// The folder that holds the site [default: $COMMONPLACE_DATA, else ./data]
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
}

#[derive(Debug, Default, Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    pub(super) home: HomeArgs,
    /// Where to listen; port 0 takes a free one [default: $COMMONPLACE_ADDR, else 127.0.0.1:3000]
    #[arg(long, value_name = "HOST:PORT")]
    pub(super) addr: Option<String>,
    /// The address visitors use, e.g. https://example.org [default: $COMMONPLACE_URL, else what a request says]
    #[arg(long)]
    pub(super) url: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// What kind of folder it is
    pub(super) kind: Kind,
    /// The folder (the zip file of an export)
    pub(super) path: PathBuf,
    #[command(flatten)]
    pub(super) home: HomeArgs,
    /// Who may see what is imported
    #[arg(long, value_enum, default_value = "public")]
    pub(super) visibility: Exposed,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Do nothing where there are notes already
    #[arg(long)]
    pub(super) if_empty: bool,
}

/// What can be imported.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Kind {
    /// An Obsidian vault: wikilinks, embeds, attachments
    Obsidian,
    /// A folder of Markdown files (Hugo, Zola, Jekyll, Astro)
    Markdown,
    /// A zip file that `commonplace export` wrote, into an empty home: the same site again
    Commonplace,
}

/// Who may see what is imported.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Exposed {
    /// Everybody
    Public,
    /// Whoever has the address
    Unlisted,
    /// The owner only
    Private,
}

impl From<Exposed> for Visibility {
    fn from(visibility: Exposed) -> Self {
        match visibility {
            Exposed::Public => Self::Public,
            Exposed::Unlisted => Self::Unlisted,
            Exposed::Private => Self::Private,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_options_fit_together() {
        Cli::command().debug_assert();
    }
}
