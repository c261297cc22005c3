//! The forms of lists that are JSON without the envelope.

use serde_json::{Value, json};

use super::schemas::{object, reference};

pub(super) fn form_schemas() -> Value {
    let listed = |item: Value| json!({ "type": "array", "items": item });
    let text = json!({ "type": "string" });
    let uri = json!({ "type": "string", "format": "uri" });
    let whole = json!({ "type": "integer" });
    let point =
        object(&[("type", &json!({ "const": "Point" })), ("coordinates", &listed(json!({ "type": "number" })))]);
    let feature = object(&[
        ("type", &json!({ "const": "Feature" })),
        ("id", &text),
        ("geometry", &json!({ "anyOf": [point, { "type": "null" }] })),
        ("properties", &reference("Event")),
    ]);
    let slide_text = object(&[("headline", &text), ("text", &text)]);
    let date = json!({
        "type": "object", "description": "As exact as the record's.", "required": ["year"],
        "properties": { "year": whole, "month": whole, "day": whole },
    });
    let slide = json!({
        "type": "object", "required": ["unique_id", "start_date", "text", "group"],
        "properties": {
            "unique_id": text, "start_date": date, "end_date": date, "text": slide_text, "group": text,
            "autolink": { "type": "boolean" },
        },
    });
    let item = object(&[
        ("id", &uri),
        ("url", &uri),
        ("title", &text),
        ("summary", &text),
        ("content_html", &text),
        ("date_modified", &json!({ "type": "string", "format": "date-time" })),
        ("tags", &listed(text.clone())),
    ]);
    json!({
        "FeatureCollection": {
            "type": "object", "description": "A map of events (RFC 7946); no geometry where there is no place.",
            "required": ["type", "features"],
            "properties": { "type": { "const": "FeatureCollection" }, "features": listed(feature) },
        },
        "TimelineJs": {
            "type": "object", "description": "A time line for TimelineJS 3.",
            "required": ["scale", "title", "events"],
            "properties": {
                "scale": { "const": "human" },
                "title": object(&[("unique_id", &text), ("text", &slide_text)]),
                "events": listed(slide),
            },
        },
        "JsonFeed": {
            "type": "object", "description": "A feed (JSON Feed 1.1); `next_url` is left out on the last page.",
            "required": ["version", "title", "description", "home_page_url", "feed_url", "language", "authors", "items"],
            "properties": {
                "version": { "const": "https://jsonfeed.org/version/1.1" },
                "title": text, "description": text, "home_page_url": uri, "feed_url": uri, "next_url": uri,
                "language": text, "authors": listed(object(&[("name", &text)])), "items": listed(item),
            },
        },
    })
}
