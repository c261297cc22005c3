//! The responses and headers that operations share.

use serde_json::{Map, Value, json};

use super::schemas::reference;
use crate::http::error::CODES;

pub(super) fn responses() -> Value {
    let mut by_status: Map<String, Value> = Map::new();
    for code in CODES.iter().filter(|code| code.status != 405) {
        let status = code.status.to_string();
        let described = by_status.get(&status).and_then(|known| known["description"].as_str()).map(str::to_owned);
        let description = described.map_or(code.title.to_owned(), |known| format!("{known}; or: {}", code.title));
        by_status.insert(
            status,
            json!({
                "description": description,
                "headers": { "X-Request-Id": { "$ref": "#/components/headers/X-Request-Id" } },
                "content": { "application/problem+json": { "schema": reference("Problem") } },
            }),
        );
    }
    Value::Object(by_status)
}

pub(super) fn headers() -> Value {
    json!({
        "ETag": { "description": "A strong tag of these bytes.", "required": true, "schema": { "type": "string" } },
        "Cache-Control": { "description": "How long the answer may be kept.", "required": true, "schema": { "type": "string" } },
        "Vary": { "description": "The request headers that the answer depends on.", "required": true, "schema": { "type": "string" } },
        "Content-Disposition": { "description": "The name under which to keep the file.", "required": true, "schema": { "type": "string" } },
        "Content-Language": { "description": "The language of the answer.", "required": true, "schema": { "type": "string", "enum": ["en", "zh"] } },
        "Link": { "description": "What `links` says (RFC 8288).", "required": true, "schema": { "type": "string" } },
        "X-Total-Count": { "description": "How many records or rows there are in all; left out with `total=false`.", "schema": { "type": "integer", "minimum": 0 } },
        "Content-Disposition": { "description": "The name of a file to keep the answer in; not with JSON and feeds.", "schema": { "type": "string" } },
        "X-Request-Id": { "description": "The request's id, the client's if it sent a fit one.", "schema": { "type": "string" } },
    })
}

pub(super) fn kept_headers() -> Value {
    json!({
        "ETag": { "$ref": "#/components/headers/ETag" },
        "Cache-Control": { "$ref": "#/components/headers/Cache-Control" },
        "Vary": { "$ref": "#/components/headers/Vary" },
        "X-Request-Id": { "$ref": "#/components/headers/X-Request-Id" },
    })
}

/// The headers of answers made of records.
pub(super) fn record_headers() -> Value {
    let mut headers = kept_headers();
    if let Some(headers) = headers.as_object_mut() {
        for name in ["Content-Language", "Link"] {
            headers.insert(name.to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }));
        }
    }
    headers
}

/// The headers of lists.
pub(super) fn list_headers() -> Value {
    let mut headers = record_headers();
    if let Some(headers) = headers.as_object_mut() {
        for name in ["X-Total-Count", "Content-Disposition"] {
            headers.insert(name.to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }));
        }
    }
    headers
}

/// The responses of an operation: the good one, its own errors, and those that any request may meet.
pub(super) fn answers(good: &Value, own: &[&str]) -> Value {
    let mut responses = Map::new();
    responses.insert("200".into(), good.clone());
    responses.insert("304".into(), json!({ "description": "The client holds the answer already." }));
    for status in own.iter().chain(&["414", "429", "431", "500", "503"]) {
        responses.insert((*status).to_owned(), json!({ "$ref": format!("#/components/responses/{status}") }));
    }
    Value::Object(responses)
}
