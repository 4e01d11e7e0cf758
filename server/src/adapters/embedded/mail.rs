//! Mail into a folder: each message a file that mail programs open. Sending it over the network comes later.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use domain::ports::{Clock, Mail, Message, PortError, PortResult};
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;

/// Writes `.eml` files (RFC 5322, with UTF-8 headers as RFC 6532 has them).
pub struct FolderMail {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
}

impl FolderMail {
    /// Into this folder, which is made when the first message comes.
    pub fn new(folder: &Path, clock: Arc<dyn Clock>) -> Self {
        Self { folder: folder.into(), clock }
    }
}

#[async_trait]
impl Mail for FolderMail {
    async fn send(&self, message: Message) -> PortResult<()> {
        let id = uuid::Uuid::from_u128(self.clock.id());
        let date = rfc2822::to_string(&self.clock.now().to_zoned(TimeZone::UTC))
            .map_err(PortError::failed("date a message"))?;
        let (to, subject) = (one_line(&message.to), one_line(&message.subject));
        let text = message.text.replace("\r\n", "\n").replace('\n', "\r\n");
        let file = format!(
            "Date: {date}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{id}@commonplace>\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}"
        );
        let failed = || PortError::failed("keep a message");
        tokio::fs::create_dir_all(&self.folder).await.map_err(failed())?;
        let temporary = self.folder.join(format!("{id}~part"));
        tokio::fs::write(&temporary, file).await.map_err(failed())?;
        tokio::fs::rename(&temporary, self.folder.join(format!("{id}.eml"))).await.map_err(failed())
    }
}

/// A header's value cannot begin another header.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_message_is_a_file_with_one_header_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let mail = FolderMail::new(folder.path(), Arc::new(domain::ports::memory::TestClock::default()));
        let message = Message {
            to: "a@example.org\r\nBcc: b@example.org".into(),
            subject: "Grüße".into(),
            text: "one\ntwo".into(),
        };
        mail.send(message).await.unwrap();
        let path = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        let file = std::fs::read_to_string(&path).unwrap();
        assert_eq!(path.extension().unwrap(), "eml");
        assert!(!file.contains("\nBcc:") && file.contains("\r\nSubject: Grüße\r\n"), "{file}");
        assert!(file.ends_with("\r\n\r\none\r\ntwo") && file.starts_with("Date: Mon, 2 Nov 2026 "), "{file}");
    }
}
