//! As much of an HTTP client as measuring needs: one connection that is kept open.

use crate::shell::Result;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// One connection and the cookies it was given.
pub struct Client {
    stream: BufReader<TcpStream>,
    address: String,
    cookies: Vec<(String, String)>,
}

/// What the server said.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of this name, which is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of the first form field of this name.
    pub fn field(&self, name: &str) -> Option<String> {
        let text = self.text();
        let at = text.find(&format!("name=\"{name}\""))?;
        let tag = &text[text[..at].rfind('<')?..];
        let tag = &tag[..tag.find('>')?];
        let value = &tag[tag.find("value=\"")? + 7..];
        Some(value[..value.find('"')?].to_owned())
    }
}

impl Client {
    pub fn connect(address: &str) -> Result<Self> {
        let failed = |error| format!("{address}: {error}");
        let stream = TcpStream::connect(address).map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        stream.set_read_timeout(Some(Duration::from_secs(60))).map_err(failed)?;
        Ok(Self { stream: BufReader::new(stream), address: address.to_owned(), cookies: Vec::new() })
    }

    /// Asks for a page in this content coding (`identity` for none).
    pub fn get(&mut self, path: &str, coding: &str) -> Result<Answer> {
        let head = format!("GET {path} HTTP/1.1\r\naccept-encoding: {coding}\r\n");
        self.ask(&head, b"")
    }

    /// The same, and it must be there.
    pub fn page(&mut self, path: &str, coding: &str) -> Result<Answer> {
        let answer = self.get(path, coding)?;
        if answer.status == 200 { Ok(answer) } else { Err(format!("{path} answered {}", answer.status)) }
    }

    /// Posts a form.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let body = pairs.join("&");
        let head = format!(
            "POST {path} HTTP/1.1\r\norigin: http://{}\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n",
            self.address,
            body.len()
        );
        self.ask(&head, body.as_bytes())
    }

    fn ask(&mut self, head: &str, body: &[u8]) -> Result<Answer> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = format!("{head}host: {}\r\naccept: text/html\r\n", self.address);
        if !cookies.is_empty() {
            request.push_str(&format!("cookie: {}\r\n", cookies.join("; ")));
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        let failed = |error| format!("{}: {error}", self.address);
        self.stream.get_mut().write_all(&bytes).map_err(failed)?;
        let answer = read_answer(&mut self.stream)?;
        self.remember(&answer);
        Ok(answer)
    }

    fn remember(&mut self, answer: &Answer) {
        let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
        for (name, value) in set.filter_map(|(_, value)| value.split(';').next()?.split_once('=')) {
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }
}

fn read_answer(stream: &mut BufReader<TcpStream>) -> Result<Answer> {
    let first = line(stream)?;
    let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| format!("no status in `{first}`"))?;
    let mut headers = Vec::new();
    loop {
        let text = line(stream)?;
        let Some((name, value)) = text.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut answer = Answer { status, headers, body: Vec::new() };
    answer.body = match answer.header("content-length").and_then(|length| length.parse().ok()) {
        Some(length) => exactly(stream, length)?,
        None if answer.header("transfer-encoding") == Some("chunked") => chunks(stream)?,
        None => Vec::new(),
    };
    Ok(answer)
}

fn chunks(stream: &mut BufReader<TcpStream>) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = line(stream)?;
        let length = usize::from_str_radix(size.trim(), 16).map_err(|_| format!("no chunk size: `{size}`"))?;
        body.extend(exactly(stream, length)?);
        line(stream)?;
        if length == 0 {
            return Ok(body);
        }
    }
}

fn exactly(stream: &mut BufReader<TcpStream>, length: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).map_err(|error| format!("the answer broke off: {error}"))?;
    Ok(bytes)
}

fn line(stream: &mut BufReader<TcpStream>) -> Result<String> {
    let mut text = String::new();
    stream.read_line(&mut text).map_err(|error| format!("no answer: {error}"))?;
    Ok(text.trim_end().to_owned())
}

/// A value as a form or a query sends it.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3 / 2);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_field_is_found_whatever_stands_around_it() {
        let page = br#"<form><input type="hidden" name="base" value="7"><input value="x" name="slug"></form>"#;
        let answer = Answer { status: 200, headers: Vec::new(), body: page.to_vec() };
        assert_eq!(answer.field("base").as_deref(), Some("7"));
        assert_eq!(answer.field("slug").as_deref(), Some("x"));
        assert_eq!(answer.field("title"), None);
    }

    #[test]
    fn values_are_encoded_bytewise() {
        assert_eq!(encode("a b&é"), "a%20b%26%C3%A9");
    }
}
