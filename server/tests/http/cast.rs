//! Who acts in the tests: a home, its owner Ada, and visitors, each with a browser's habits.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use domain::Site;
use domain::accounts::{NewSession, Origin};
use server::Options;
use server::adapters::embedded::{Embedded, EmbeddedHandle, Options as StoreOptions};
use server::http::Peer;
use shared::Viewer;
use shared::accounts::NewOwner;
use tempfile::TempDir;
use tower::ServiceExt as _;

pub const ADA: (&str, &str, &str) = ("Ada", "ada@example.org", "analytical engine 1843");

/// A site in a folder of its own, gone when it is dropped.
pub struct Home {
    pub router: Router,
    pub site: Site,
    _handle: EmbeddedHandle,
    _folder: TempDir,
}

impl Home {
    /// An unclaimed home.
    pub fn new() -> Self {
        Self::with(Options::default())
    }

    /// The same with other options.
    pub fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (site, handle) = Embedded::open(folder.path(), StoreOptions::default()).unwrap();
        let router = server::router(site.clone(), options);
        Self { router, site, _handle: handle, _folder: folder }
    }

    /// A home that Ada owns, and Ada's browser, signed in.
    pub async fn of_ada() -> (Self, Client) {
        Self::of_ada_with(Options::default()).await
    }

    /// The same with other options.
    pub async fn of_ada_with(options: Options) -> (Self, Client) {
        let home = Self::with(options);
        let session = home.claim().await;
        let ada = home.visitor();
        ada.set_cookie("session", &session.token);
        (home, ada)
    }

    /// Makes Ada the owner.
    pub async fn claim(&self) -> NewSession {
        let (token, _) = domain::accounts::new_claim_token(&self.site).await.unwrap();
        let owner = NewOwner { name: ADA.0.into(), email: ADA.1.into(), password: ADA.2.into() };
        domain::accounts::claim(&self.site, &token, owner, Origin::default()).await.unwrap()
    }

    /// A browser without cookies.
    pub fn visitor(&self) -> Client {
        Client { router: self.router.clone(), cookies: Arc::default(), peer: None }
    }

    /// Ada, for verbs that are called directly.
    pub async fn owner(&self) -> Viewer {
        domain::accounts::owner_unchecked(&self.site).await.unwrap()
    }

    /// Works off the outbox, as the worker does.
    pub async fn settle(&self) {
        domain::outbox::drain(&self.site).await.unwrap();
    }
}

/// A browser: keeps cookies, says where its posts come from.
#[derive(Clone)]
pub struct Client {
    router: Router,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    peer: Option<Peer>,
}

impl Client {
    /// The same browser, coming from this address.
    pub fn from(self, address: &str) -> Self {
        Self { peer: Some(Peer(format!("{address}:4711").parse().unwrap())), ..self }
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.into(), value.into());
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub fn forget(&self) {
        self.cookies.lock().unwrap().clear();
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.get_with(path, &[]).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(Method::GET, path, headers, Body::empty()).await
    }

    /// A form as a browser sends it from this site.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
        self.send(Method::POST, path, &headers, Body::from(form)).await
    }

    /// A form with a file, as a browser sends it.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Reply {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\nContent-Type: \
             application/octet-stream\r\n\r\n",
            file.0
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file.1);
        body.extend_from_slice(b"\r\n--frontier--\r\n");
        let headers = [("content-type", "multipart/form-data; boundary=frontier"), ("sec-fetch-site", "same-origin")];
        self.send(Method::POST, path, &headers, Body::from(body)).await
    }

    /// Anything at all.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "site.example");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies: Vec<String> = self.cookies.lock().unwrap().iter().map(|(k, v)| format!("{k}={v}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if let Some(peer) = self.peer {
            request = request.extension(peer);
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 64 << 20).await.unwrap().to_vec();
        for cookie in head.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            let mut kept = self.cookies.lock().unwrap();
            if rest.contains("Max-Age=0") {
                kept.remove(name)
            } else {
                kept.insert(name.into(), value.into())
            };
        }
        Reply { status: head.status.as_u16(), headers: head.headers, body }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where it sends one.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// Panics, showing the page, unless the status is this.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:?}\n{}", self.headers, self.text());
        self
    }
}
