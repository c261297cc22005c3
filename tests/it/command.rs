//! The command `query` writes what the server answers, byte for byte, at every address and in every form.

use axum::http::StatusCode;
use serde_json::Value;

use crate::program::{Server, run, text};

/// Something to ask for a parameter that must be there.
fn example(parameter: &Value) -> &str {
    let schema = &parameter["schema"];
    let known = [&parameter["example"], &schema["examples"][0], &schema["items"]["examples"][0]];
    known.into_iter().find_map(Value::as_str).unwrap_or_else(|| panic!("no example: {parameter}"))
}

/// Every address of the document, in each of its forms.
fn addresses() -> Vec<String> {
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).expect("the document is JSON");
    let mut addresses = Vec::new();
    let paths = document["paths"].as_object().expect("paths").iter();
    // What a process tells operators of itself is another in each.
    for (path, operations) in paths.filter(|(_, operations)| operations["get"]["tags"][0] != "operations") {
        let (mut path, mut query, mut forms) = (path.clone(), Vec::new(), vec![String::new()]);
        for parameter in operations["get"]["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().expect("a name");
            if parameter["in"] == "path" {
                path = path.replace(&format!("{{{name}}}"), example(parameter));
            } else if parameter["required"] == true {
                query.push(format!("{name}={}", example(parameter)));
            } else if name == "format" {
                let names = parameter["schema"]["enum"].as_array().expect("formats").iter();
                forms = names.map(|name| format!("format={}", name.as_str().expect("a format"))).collect();
            }
        }
        for form in forms {
            let parts: Vec<&str> = query.iter().map(String::as_str).chain([form.as_str()]).collect();
            addresses.push(format!("{path}?{}", parts.join("&")).trim_end_matches(['?', '&']).to_owned());
        }
    }
    addresses
}

async fn agree(server: &Server, address: &str, flags: &[&str]) {
    let (status, body) = server.get(address).await;
    assert_eq!(status, StatusCode::OK, "{address}: {}", text(&body));
    let output = run(&[&["query", address], flags].concat()).await;
    assert!(output.status.success(), "{address}: {}", text(&output.stderr));
    assert!(output.stdout == body, "{address}: {} bytes, and {}", output.stdout.len(), body.len());
}

#[tokio::test]
async fn query_writes_what_the_server_answers_at_every_address_and_in_every_form() {
    let server = Server::start(&[]).await;
    let addresses = addresses();
    assert!(addresses.iter().any(|address| address == "/v1/events?format=timelinejs"), "{addresses:?}");
    for address in &addresses {
        agree(&server, address, &[]).await;
    }
    for address in ["/v1/events.csv?type=call&bom=true&lang=zh", "/v1/actors.atom?limit=3&side=US"] {
        agree(&server, address, &[]).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn query_writes_links_with_the_host_that_it_is_told() {
    let flags = ["--public-url", "https://timeline.example"];
    let server = Server::start(&flags).await;
    for address in
        ["/v1/events.atom?limit=2", "/v1/events.ics?type=call", "/v1/actors.jsonfeed?limit=2", "/v1/events.ndjson"]
    {
        agree(&server, address, &flags).await;
        assert!(text(&server.get(address).await.1).contains("https://timeline.example/v1/"), "{address}");
    }
    server.stop().await;
}
