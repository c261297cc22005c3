//! What depends on who asks: how much they may ask, and what they are told about the server's address.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use climate_timeline::http::{Connection, Limits, Rate};

use crate::program::{Server, run, text};
use crate::support::{Answer, Client, app, dataset};

const HOUR: Duration = Duration::from_hours(1);

/// A server that allows each client three requests an hour, and trusts one proxy.
async fn client() -> Client {
    let limits = Limits {
        request_timeout: Duration::from_mins(1),
        in_flight: 10,
        rate: Some(Rate { requests: 3, per: HOUR }),
        trusted: vec!["10.0.0.0/8".parse().unwrap()],
    };
    Client::served(app(&dataset()).await, limits)
}

/// GETs an address over a connection from a peer.
async fn get(client: &Client, address: &str, peer: &str, headers: &[(&str, &str)]) -> Answer {
    let peer: IpAddr = peer.parse().unwrap();
    let connection = Connection { peer: Some(peer), ..Connection::default() };
    let request = Request::get(address);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    client.send_over(connection, request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_client_that_asks_too_much_is_told_when_it_may_again() {
    let client = client().await;
    for (address, status, left) in [("/v1/events", 200, 2), ("/v1/events?limit=0", 400, 1), ("/nowhere", 404, 0)] {
        let answer = get(&client, address, "192.0.2.1", &[]).await;
        assert_eq!(answer.status.as_u16(), status, "{address}");
        assert_eq!(answer.header("ratelimit-policy"), "\"client\";q=3;w=3600");
        let wanted = format!("\"client\";r={left};t={}", 1200 * (3 - left));
        assert_eq!(answer.header("ratelimit"), wanted, "{address}");
    }
    let refused = get(&client, "/v1/events", "192.0.2.1", &[]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(
        (refused.json()["code"].as_str(), refused.header("cache-control")),
        (Some("too-many-requests"), "no-store")
    );
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=1200).contains(&wait), "{wait}");
    assert!(refused.header("ratelimit").starts_with("\"client\";r=0;t="), "{}", refused.header("ratelimit"));
    assert_eq!(refused.header("access-control-allow-origin"), "*");
    let exposed = refused.header("access-control-expose-headers").to_lowercase();
    assert!(exposed.contains("ratelimit") && exposed.contains("ratelimit-policy"), "{exposed}");
    // Others are not held to it, and operators are not counted.
    assert_eq!(get(&client, "/v1/events", "192.0.2.2", &[]).await.status, StatusCode::OK);
    for address in ["/livez", "/readyz", "/metrics"] {
        let answer = get(&client, address, "192.0.2.1", &[]).await;
        assert_eq!((answer.status, answer.header("ratelimit")), (StatusCode::OK, ""), "{address}");
    }
}

#[tokio::test]
async fn a_network_of_ipv6_counts_as_one_client() {
    let client = client().await;
    for (peer, status) in [
        ("2001:db8:1:2::1", 200),
        ("2001:db8:1:2::2", 200),
        ("2001:db8:1:2:3::", 200),
        ("2001:db8:1:2::4", 429),
        ("2001:db8:1:3::1", 200),
        // The same client by two addresses.
        ("192.0.2.1", 200),
        ("::ffff:192.0.2.1", 200),
        ("192.0.2.1", 200),
        ("::ffff:192.0.2.1", 429),
    ] {
        assert_eq!(get(&client, "/v1", peer, &[]).await.status.as_u16(), status, "{peer}");
    }
}

#[tokio::test]
async fn only_a_trusted_proxy_is_believed_who_asks() {
    let client = client().await;
    for number in 0..5 {
        let said = format!("198.51.100.{number}");
        let made_up = [("x-forwarded-for", said.as_str()), ("forwarded", "for=198.51.100.9")];
        let status = get(&client, "/v1", "192.0.2.1", &made_up).await.status.as_u16();
        assert_eq!(status, if number < 3 { 200 } else { 429 });
        // The proxy adds what it saw to what its client made up.
        let told = [("x-forwarded-for", format!("{said}, 203.0.113.7"))];
        let status = get(&client, "/v1", "10.0.0.1", &[("x-forwarded-for", &told[0].1)]).await.status.as_u16();
        assert_eq!(status, if number < 3 { 200 } else { 429 });
        assert_eq!(get(&client, "/v1", "10.0.0.1", &[("x-forwarded-for", &said)]).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn absolute_links_take_scheme_and_host_from_a_trusted_proxy_alone() {
    let client = client().await;
    let headers = [("host", "inner:8080"), ("x-forwarded-proto", "https"), ("x-forwarded-host", "timeline.example")];
    for (peer, base) in [("10.0.0.1", "https://timeline.example"), ("192.0.2.1", "http://inner:8080")] {
        let answer = get(&client, "/.well-known/api-catalog", peer, &headers).await;
        let anchor = &answer.json()["linkset"][0]["anchor"];
        assert_eq!(anchor, &format!("{base}/.well-known/api-catalog"));
    }
    for bad in [("x-forwarded-host", "evil.example/<x>"), ("x-forwarded-proto", "javascript")] {
        let answer = get(&client, "/.well-known/api-catalog", "10.0.0.2", &[("host", "inner"), bad]).await;
        let anchor = answer.json()["linkset"][0]["anchor"].to_string();
        assert!(!anchor.contains("evil") && anchor.starts_with("\"http://"), "{anchor}");
    }
}

#[tokio::test]
async fn a_server_holds_its_clients_to_the_rate() {
    let server = Server::start(&["--rate-limit", "2/1h"]).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(server.get("/v1").await.0);
    }
    assert_eq!(statuses, [200, 200, 429, 429]);
    let (_, metrics) = server.get("/metrics").await;
    assert!(text(&metrics).contains("http_problems_total{code=\"too-many-requests\"} 2\n"), "{}", text(&metrics));
    let address = server.address.to_string();
    assert_eq!(run(&["healthcheck", "--listen", &address]).await.status.code(), Some(0));
    server.stop().await;
}
