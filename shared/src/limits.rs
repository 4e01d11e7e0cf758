//! Every limit of the product, in one place. The strictest backend's hold in both homes, so that data can always move.

/// A note's source text, bytes.
pub const NOTE_BYTES: usize = 256 * 1024;
/// A title, characters.
pub const TITLE_CHARS: usize = 300;
/// A slug, bytes.
pub const SLUG_BYTES: usize = 400;
/// Tags of one note, typed or found in its text.
pub const TAGS: usize = 100;
/// One tag, characters.
pub const TAG_CHARS: usize = 100;
/// Aliases of one note.
pub const ALIASES: usize = 50;
/// A description, characters.
pub const DESCRIPTION_CHARS: usize = 1_000;
/// The name of a version, characters.
pub const VERSION_NAME_CHARS: usize = 100;
/// Keys of the editor's last saves that are kept with a note: one of these is not applied again, however late it comes.
pub const SAVE_KEYS: usize = 128;
/// Distinct internal links of one note that are followed; the rest stay text.
pub const LINKS: usize = 500;
/// Backlinks shown on a page.
pub const BACKLINKS: usize = 100;
/// Embeds inside embeds.
pub const EMBED_DEPTH: usize = 4;
/// Embedded notes on one page, nested ones included.
pub const EMBEDS: usize = 40;
/// One stored item, bytes (DynamoDB's 400 KB, less room for keys).
pub const ITEM_BYTES: usize = 390 * 1024;
/// Items of one transaction (DynamoDB).
pub const TRANSACTION_ITEMS: usize = 100;
/// All items of one transaction, bytes (DynamoDB's 4 MB, less room for its own form).
pub const TRANSACTION_BYTES: usize = 3_900_000;
/// A partition key and a sort key, bytes (DynamoDB).
pub const KEY_BYTES: (usize, usize) = (2_048, 1_024);
/// A blob's key, bytes (S3), and one segment of it (a file's name, less room for a suffix).
pub const BLOB_KEY_BYTES: (usize, usize) = (1_024, 200);
/// Keys of one batch get (DynamoDB).
pub const BATCH_ITEMS: usize = 100;
/// Items of one page of any list.
pub const PAGE_ITEMS: usize = 50;
/// One page of a query, bytes (DynamoDB).
pub const QUERY_BYTES: usize = 1024 * 1024;
/// An uploaded or imported file, bytes.
pub const FILE_BYTES: usize = 50 * 1024 * 1024;
/// A form's body, bytes: a note that has grown by percent-encoding, and a little.
pub const FORM_BYTES: usize = 2 * 1024 * 1024;
/// A search query, characters.
pub const QUERY_CHARS: usize = 300;
/// A password: characters at least.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// A password: bytes at most (Cognito's 256 characters).
pub const PASSWORD_BYTES_MAX: usize = 256;
/// An e-mail address, bytes (RFC 5321, 4.5.3.1.3 less the brackets).
pub const EMAIL_BYTES: usize = 254;
/// A person's name, characters.
pub const NAME_CHARS: usize = 100;
/// Days that a trashed thing is kept.
pub const TRASH_DAYS: i64 = 30;
/// Days that a session lives without use.
pub const SESSION_DAYS: i64 = 30;
/// Sign-in attempts that fail before an account or an address has to wait.
pub const SIGN_IN_ATTEMPTS: u32 = 5;
/// Seconds the first wait lasts; each further failure doubles it, up to the window.
pub const SIGN_IN_WAIT_SECONDS: i64 = 30;
/// Seconds after the last failure until failures are forgotten; no wait is longer.
pub const SIGN_IN_WINDOW_SECONDS: i64 = 15 * 60;
/// Hours that a claim or rescue link works.
pub const CLAIM_HOURS: i64 = 24;
/// Characters of a browser's description that are kept with a session.
pub const AGENT_CHARS: usize = 160;
