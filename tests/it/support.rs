//! What the tests share: the program over the real seeds, asked without a socket.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use climate_timeline::BUILD;
use climate_timeline::clock::Clock;
use climate_timeline::domain::dataset::Dataset;
use climate_timeline::http::{self, Api, App, Connection, Limits};
use climate_timeline::seed;
use climate_timeline::store::{Place, Stamp, Store};
use http_body_util::BodyExt as _;
use serde_json::Value;

/// Noon on 25 November 2026 (UTC).
pub(crate) const NOW: i64 = 1_795_608_000;

/// The records that the program carries inside.
pub(crate) fn dataset() -> Dataset {
    seed::load(&seed::built_in()).expect("the built-in seeds are sound").dataset
}

/// A store of a data set, in memory.
pub(crate) async fn store(dataset: &Dataset) -> Store {
    let stamp = Stamp { version: seed::data_version(dataset), build: BUILD.into(), fingerprint: String::new() };
    Store::build(Arc::new(dataset.clone()), stamp, &Place::Memory, &Arc::default())
        .await
        .expect("a sound data set loads")
}

/// The program over a data set, at [`NOW`].
pub(crate) async fn app(dataset: &Dataset) -> App {
    App::new(store(dataset).await, Clock::at(NOW), None)
}

/// The program over the real seeds, at [`NOW`], with links that begin with `base`.
pub(crate) async fn app_at(base: &str) -> App {
    App::new(store(&dataset()).await, Clock::at(NOW), Some(base))
}

/// Sets the clock of an app.
pub(crate) fn set_clock(app: &App, seconds: i64) {
    let Clock::Set(clock) = &app.clock else { panic!("the clock of a test is set by hand") };
    clock.store(seconds, std::sync::atomic::Ordering::Relaxed);
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("headers are ASCII"))
    }
}

/// Something that answers requests.
#[derive(Clone)]
pub(crate) struct Client(Api);

impl Client {
    /// The program over the real seeds, at [`NOW`].
    pub(crate) async fn new() -> Client {
        Client::of(app(&dataset()).await)
    }

    /// The API of an app.
    pub(crate) fn of(app: App) -> Client {
        Client(http::router(app))
    }

    /// An app as a server offers it: with request ids and limits.
    pub(crate) fn served(app: App, limits: Limits) -> Client {
        Client(http::service(app, limits))
    }

    /// Sends a request.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        self.send_over(Connection::default(), request).await
    }

    /// Sends a request over a connection.
    pub(crate) async fn send_over(&self, connection: Connection, request: Request<Body>) -> Answer {
        let response = self.0.clone().answer(request, connection).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body is whole").to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// GETs an address.
    pub(crate) async fn get(&self, address: &str) -> Answer {
        self.get_with(address, &[]).await
    }

    /// GETs an address with headers.
    pub(crate) async fn get_with(&self, address: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask(Method::GET, address, headers).await
    }

    /// Sends a request of any method, with headers and without a body.
    pub(crate) async fn ask(&self, method: Method, address: &str, headers: &[(&str, &str)]) -> Answer {
        let request = Request::builder().method(method).uri(address);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request.body(Body::empty()).expect("the address is one")).await
    }

    /// GETs an address that must answer 200 with JSON.
    pub(crate) async fn ok(&self, address: &str) -> Value {
        let answer = self.get(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text());
        answer.json()
    }
}

/// The strings of a list.
pub(crate) fn strings(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap_or_else(|| panic!("not a list: {list}"));
    list.iter().map(|text| text.as_str().unwrap_or_else(|| panic!("not a text: {text}"))).collect()
}

/// The values of one key of the objects in a list.
pub(crate) fn each<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    let list = list.as_array().unwrap_or_else(|| panic!("not a list: {list}"));
    list.iter().map(|object| object[key].as_str().unwrap_or_else(|| panic!("no `{key}`: {object}"))).collect()
}

/// The object in a list whose key has this value.
pub(crate) fn one<'a>(list: &'a Value, key: &str, value: &str) -> &'a Value {
    let found = list.as_array().and_then(|list| list.iter().find(|object| object[key] == value));
    found.unwrap_or_else(|| panic!("nothing whose `{key}` is `{value}`: {list}"))
}
