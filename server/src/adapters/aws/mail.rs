//! Mail through SES.

use async_trait::async_trait;
use domain::ports::{Mail, Message, PortResult};
use serde_json::json;

use super::call::Service;
use super::{Aws, in_words};

const SES: Service = Service { host: "email", name: "ses", target: None };
const PATH: &str = "/v2/email/outbound-emails";

/// The way out for mail.
pub struct SesMail {
    aws: Aws,
    from: String,
}

impl SesMail {
    /// From an address that the account may send from.
    pub fn new(aws: &Aws, from: &str) -> Self {
        Self { aws: aws.clone(), from: from.into() }
    }
}

#[async_trait]
impl Mail for SesMail {
    async fn send(&self, message: Message) -> PortResult<()> {
        let text = |data: &str| json!({ "Data": data, "Charset": "UTF-8" });
        // SES writes the headers: a value is never two of them.
        let simple = json!({ "Subject": text(&message.subject), "Body": { "Text": text(&message.text) } });
        let body = json!({
            "FromEmailAddress": self.from,
            "Destination": { "ToAddresses": [message.to] },
            "Content": { "Simple": simple },
        });
        let sent = self.aws.call(SES, "SendEmail", PATH, &body).await;
        sent.map(drop).map_err(|error| in_words("send a message through SES", error))
    }
}
