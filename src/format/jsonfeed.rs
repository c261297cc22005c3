//! Feeds in JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use serde::Serialize;

use super::feed::{Feed, Item};
use super::records::WriteError;
use super::words;

#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: &'a str,
    description: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<&'a str>,
    language: &'static str,
    authors: [Author; 1],
    items: Vec<JsonItem<'a>>,
}

#[derive(Serialize)]
struct Author {
    name: &'static str,
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: String,
    url: &'a str,
    title: &'a str,
    summary: &'a str,
    content_html: &'a str,
    date_modified: String,
    tags: Vec<&'static str>,
}

pub(super) fn write(feed: &Feed) -> Result<Vec<u8>, WriteError> {
    let mut bytes = serde_json::to_vec(&JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        description: &feed.description,
        home_page_url: &feed.links.home,
        feed_url: &feed.links.this,
        next_url: feed.links.next.as_deref(),
        language: feed.lang.tag(),
        authors: [Author { name: words::title(feed.lang) }],
        items: feed.items.iter().map(item).collect(),
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn item(item: &Item) -> JsonItem<'_> {
    // Two words may have one label.
    let mut tags: Vec<&str> = Vec::new();
    for tag in &item.tags {
        if !tags.contains(&tag.label) {
            tags.push(tag.label);
        }
    }
    JsonItem {
        id: item.id.urn().to_string(),
        url: &item.record.links.this,
        title: &item.title,
        summary: &item.summary,
        content_html: &item.html,
        date_modified: format!("{}T00:00:00Z", item.record.updated),
        tags,
    }
}
