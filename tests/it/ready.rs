//! Answers that are kept: they are those that would be made, each is made once, and they take up no more than they may.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use climate_timeline::clock::Clock;
use climate_timeline::http::{App, Limits};
use climate_timeline::query::{Actors, Commitments, Events, Kind};
use climate_timeline::store::{Store, Stored};
use futures_util::future::join_all;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

use crate::oracle::{Both, query};
use crate::support::{self, Answer, Client, NOW, set_clock, store};
use crate::synthetic;

const LIMITS: Limits =
    Limits { request_timeout: Duration::from_mins(1), in_flight: 100, rate: None, trusted: Vec::new() };
const DAY: i64 = 86_400;
const SIZE: u64 = 64 << 20;

fn keeping(store: &Store, size: u64) -> App {
    App::new(store.clone(), Clock::at(NOW), None).keeping(size)
}

/// A request.
#[derive(Debug, Clone)]
struct Asked {
    method: Method,
    address: String,
    headers: Vec<(&'static str, String)>,
}

impl Asked {
    async fn of(&self, client: &Client) -> Answer {
        let headers = self.headers.iter().map(|(name, value)| (*name, value.as_str()));
        // The body of a problem holds the request's id.
        let headers: Vec<_> = headers.chain([("x-request-id", "1")]).collect();
        client.ask(self.method.clone(), &self.address, &headers).await
    }

    /// The same with a header of this value.
    fn with(&self, name: &'static str, value: &str) -> Asked {
        let mut asked = self.clone();
        asked.headers.retain(|(known, _)| *known != name);
        asked.headers.push((name, value.to_owned()));
        asked
    }
}

/// Draws the headers that have a say in the answer, and some that have none or should have none.
fn headers() -> BoxedStrategy<Vec<(&'static str, String)>> {
    let of = |name: &'static str, values: &[&'static str]| {
        proptest::option::of(select(values.to_vec())).prop_map(move |value| value.map(|value| (name, value.to_owned())))
    };
    (
        of("accept", &["*/*", "application/json", "text/csv", "application/atom+xml;q=0.5, application/json;q=0.4"]),
        of("accept-language", &["zh-CN, en;q=0.5", "en", "fr"]),
        of("accept-encoding", &["gzip", "br", "zstd", "gzip, deflate, br, zstd", "identity"]),
        of("host", &["one.example", "other.example:8080"]),
        of("if-none-match", &["*", "\"x\"", ""]),
        of("cookie", &["a=b"]),
    )
        .prop_map(|(accept, lang, coding, host, held, cookie)| {
            [accept, lang, coding, host, held, cookie].into_iter().flatten().collect()
        })
        .boxed()
}

/// Draws addresses of lists in every form, and of other answers of every kind.
fn address<R: Stored>(both: &Both<'_>) -> BoxedStrategy<String> {
    let list = format!("/v1/{}", R::KIND.plural());
    let form = select(vec!["", ".json", ".csv", ".ndjson", ".atom", ".jsonfeed", ".ics"]);
    let lists = (query::<R>(both), form, any::<bool>()).prop_map(move |(raw, form, marked)| {
        // What is a page only, or no page, is refused: a problem is an answer as well.
        format!("{list}{form}?{raw}{}", if marked { "&utm_source=x" } else { "" })
    });
    let ids: Vec<String> = both.store.catalogue().ids(R::KIND).iter().map(str::to_owned).collect();
    let items = (select(ids), select(vec!["", "?lang=zh", "?include=actors", "/chain", "?as_of=2005-06-07"]));
    let items = items.prop_map(|(id, rest)| format!("/v1/{}/{id}{rest}", R::KIND.plural()));
    let others = select(vec![
        "/",
        "/v1",
        "/v1/fields",
        "/v1/search?q=climate",
        "/v1/events/stats?by=year",
        "/v1/events/gaps?min_days=30",
        "/v1/dataset.sqlite",
        "/v1/dataset.zip",
        "/.well-known/api-catalog",
        "/docs",
        "/openapi.json",
        "/problems/timeout",
        "/readyz",
        "/nowhere",
    ]);
    prop_oneof![4 => lists, 2 => items, 1 => others.prop_map(str::to_owned)].boxed()
}

fn requests<R: Stored>(both: &Both<'_>, count: usize) -> Vec<Asked> {
    let method = prop_oneof![6 => Just(Method::GET), 2 => Just(Method::HEAD), 1 => Just(Method::OPTIONS)];
    let asked = (method, address::<R>(both), headers());
    let asked = asked.prop_map(|(method, address, headers)| Asked { method, address, headers });
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    (0..count).map(|_| asked.new_tree(&mut runner).expect("a request").current()).collect()
}

/// Two servers over the same data at the same time: one keeps answers, one makes each anew.
struct Pair {
    apps: [App; 2],
    keeps: Client,
    makes: Client,
}

impl Pair {
    fn new(store: &Store) -> Pair {
        let apps = [keeping(store, SIZE), keeping(store, 0)];
        let [keeps, makes] = apps.clone().map(|app| Client::served(app, LIMITS));
        Pair { apps, keeps, makes }
    }

    async fn agree(&self, asked: &Asked) -> Answer {
        let (kept, made) = (asked.of(&self.keeps).await, asked.of(&self.makes).await);
        assert_eq!((kept.status, &kept.headers), (made.status, &made.headers), "{asked:?}");
        assert!(kept.body == made.body, "{asked:?}: {}\n{}", kept.text(), made.text());
        kept
    }

    /// Asks each request twice, of another host, and whether what it answers is still so; gives the addresses of
    /// further pages.
    async fn agree_on(&self, requests: &[Asked]) -> Vec<Asked> {
        let mut further = Vec::new();
        for asked in requests {
            let answer = self.agree(asked).await;
            self.agree(asked).await;
            self.agree(&asked.with("host", "third.example")).await;
            if !answer.header("etag").is_empty() {
                self.agree(&asked.with("if-none-match", answer.header("etag"))).await;
            }
            let next = answer.header("link").split(", <").find_map(|link| link.strip_suffix(">; rel=\"next\""));
            further.extend(next.map(|address| Asked { address: address.to_owned(), ..asked.clone() }));
        }
        further
    }

    fn set(&self, seconds: i64) {
        self.apps.iter().for_each(|app| set_clock(app, seconds));
    }
}

#[test]
fn an_answer_that_is_kept_is_the_one_that_would_be_made() {
    let (before, after) = (synthetic::dataset(120), support::dataset());
    let (before, after) = (Both::new(&before), Both::new(&after));
    let pair = Pair::new(&before.store);
    let mut requests = [
        requests::<Events>(&before, 80),
        requests::<Actors>(&before, 40),
        requests::<Commitments>(&after, 40),
        requests::<Events>(&after, 40),
    ]
    .concat();
    before.runtime.block_on(async {
        // Cursors made on the first data set are asked of the second as well.
        let further = pair.agree_on(&requests).await;
        assert!(!further.is_empty());
        requests.extend(further);
        pair.set(NOW + DAY);
        pair.agree_on(&requests).await;
        pair.apps.iter().for_each(|app| app.replace(after.store.clone()));
        pair.agree_on(&requests).await;
        // A clock may be set back, too.
        pair.set(NOW);
        pair.agree_on(&requests).await;
        pair.apps.iter().for_each(|app| app.replace(before.store.clone()));
        pair.agree_on(&requests).await;
        let (hits, _) = counted(&pair.keeps).await;
        assert!(hits > 500, "{hits}");
    });
}

#[tokio::test]
async fn headers_too_large_are_refused_whatever_is_kept() {
    let client = Client::served(keeping(&store(&support::dataset()).await, SIZE), LIMITS);
    client.ok("/v1/events").await;
    let large = "x".repeat(17_000);
    let refused = client.get_with("/v1/events", &[("cookie", &large)]).await;
    assert_eq!(refused.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
}

/// How many answers were kept and how many had to be made.
async fn counted(client: &Client) -> (u64, u64) {
    let metrics = client.get("/metrics").await.text();
    let of = |result: &str| value(&metrics, &format!("http_ready_answers_total{{result=\"{result}\"}}"));
    (of("hit"), of("miss"))
}

/// The value of a line of `/metrics`.
fn value(metrics: &str, series: &str) -> u64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no `{series}`: {metrics}")).parse().unwrap()
}

/// What is not made in one go.
const SLOW: &str = "/v1/dataset.zip";

const SPELLINGS: [&str; 3] = [
    "/v1/events?type=summit,call&include=actors",
    "/v1/events?type=call&type=summit&include=actors",
    "/v1/events.json?include=actors&sort=date&type=summit,call",
];

#[tokio::test]
async fn an_answer_is_made_once_however_many_ask_for_it_and_however_they_spell_it() {
    let client = Client::served(keeping(&store(&support::dataset()).await, SIZE), LIMITS);
    let asked = (0..60).map(|number| client.get(SPELLINGS[number % 3]));
    let answers = join_all(asked).await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK && answer.body == answers[0].body));
    assert_eq!(counted(&client).await, (59, 1));
    for address in SPELLINGS {
        client.ok(address).await;
        let answer = client.get_with(address, &[("if-none-match", answers[0].header("etag"))]).await;
        assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
    }
    assert_eq!(counted(&client).await, (65, 1));
}

#[tokio::test]
async fn one_who_goes_away_leaves_the_answer_to_the_others() {
    let client = Client::served(keeping(&store(&support::dataset()).await, SIZE), LIMITS);
    let mut waker = Context::from_waker(Waker::noop());
    let mut first = Box::pin(client.get(SLOW));
    let mut second = pin!(client.get(SLOW));
    // The first is at work, the second waits for it.
    assert!(matches!(first.as_mut().poll(&mut waker), Poll::Pending));
    assert!(matches!(second.as_mut().poll(&mut waker), Poll::Pending));
    drop(first);
    assert_eq!(second.await.status, StatusCode::OK);
    assert_eq!(counted(&client).await, (0, 1));
}

#[tokio::test]
async fn a_failure_is_not_kept() {
    let dataset = support::dataset();
    let app = keeping(&store(&dataset).await, SIZE);
    let client = Client::served(app.clone(), LIMITS);
    app.store().close().await;
    let answers = join_all((0..5).map(|_| client.get("/v1/events"))).await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::INTERNAL_SERVER_ERROR));
    app.replace(store(&dataset).await);
    assert_eq!(client.get("/v1/events").await.status, StatusCode::OK);
}

/// How many answers are kept, and how many bytes they take up.
async fn kept(client: &Client) -> (u64, u64) {
    let metrics = client.get("/metrics").await.text();
    (value(&metrics, "http_ready_answers_kept"), value(&metrics, "http_ready_answers_bytes"))
}

#[tokio::test]
async fn what_is_kept_stays_within_its_bound() {
    let app = keeping(&store(&support::dataset()).await, 512 << 10);
    let client = Client::served(app.clone(), LIMITS);
    let mut sent = 0;
    for limit in 1..=120 {
        sent += client.get(&format!("/v1/events?limit={limit}")).await.body.len();
        let (answers, bytes) = kept(&client).await;
        assert!(answers > 0 && bytes <= 512 << 10, "{limit}: {answers} {bytes}");
    }
    assert!(sent > 4 << 20, "{sent}");
    // The latest are not all driven out, and what is too large drives nothing out.
    let before = kept(&client).await;
    for _ in 0..2 {
        let large = client.get("/v1/events?limit=300&include=actors,events").await;
        assert!(large.body.len() > 512 << 10);
    }
    assert_eq!(kept(&client).await.0, before.0);
    // Another data set starts with nothing.
    app.replace(store(&synthetic::dataset(3)).await);
    assert_eq!(kept(&client).await, (0, 0));
}

#[tokio::test]
async fn nothing_is_kept_where_there_is_no_room_or_where_it_is_made_block_by_block() {
    let store = store(&support::dataset()).await;
    for (size, address) in [(0, "/v1/events"), (SIZE, "/v1/events.csv"), (SIZE, "/v1/events.geojson")] {
        let client = Client::served(keeping(&store, size), LIMITS);
        for _ in 0..2 {
            assert_eq!(client.get(address).await.status, StatusCode::OK);
        }
        assert_eq!(kept(&client).await, (0, 0), "{address}");
        assert_eq!(counted(&client).await.0, 0, "{address}");
    }
}

#[tokio::test]
async fn an_answer_that_is_kept_takes_no_place_of_one_that_is_made() {
    let limits = Limits { in_flight: 1, ..LIMITS };
    let client = Client::served(keeping(&store(&support::dataset()).await, SIZE), limits);
    client.ok("/v1/events").await;
    let mut waker = Context::from_waker(Waker::noop());
    let mut made = pin!(client.get(SLOW));
    assert!(matches!(made.as_mut().poll(&mut waker), Poll::Pending));
    assert_eq!(client.get("/v1/commitments").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(client.get("/v1/events").await.status, StatusCode::OK);
    assert_eq!(made.await.status, StatusCode::OK);
}

#[tokio::test]
async fn kinds_of_record_do_not_share_answers() {
    let client = Client::served(keeping(&store(&support::dataset()).await, SIZE), LIMITS);
    for kind in Kind::ALL {
        let address = format!("/v1/{}?limit=1", kind.plural());
        let (first, second) = (client.ok(&address).await, client.ok(&address).await);
        assert_eq!(first, second);
        assert!(first["links"]["self"].as_str().unwrap().starts_with(&format!("/v1/{}", kind.plural())));
    }
}
