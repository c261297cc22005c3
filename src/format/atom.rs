//! Feeds in Atom (RFC 4287), a page at a time (RFC 5005).

use atom_syndication::{Category, Content, Entry, FixedDateTime, Generator, Link, Person, Text};

use super::feed::{Feed, Item};
use super::records::WriteError;
use super::words;
use crate::domain::date::Day;

pub(super) fn write(feed: &Feed) -> Result<Vec<u8>, WriteError> {
    let links = &feed.links;
    let mut all = vec![
        link("self", &links.this, Some("application/atom+xml")),
        link("first", &links.first, Some("application/atom+xml")),
        link("alternate", &links.home, Some("text/html")),
    ];
    all.extend(links.next.iter().map(|next| link("next", next, Some("application/atom+xml"))));
    let atom = atom_syndication::Feed {
        id: feed.id.urn().to_string(),
        title: Text::plain(feed.title.clone()),
        subtitle: Some(Text::plain(feed.description.clone())),
        updated: midnight(feed.updated)?,
        authors: vec![Person { name: words::title(feed.lang).to_owned(), ..Person::default() }],
        generator: Some(Generator { value: "climate-timeline".to_owned(), ..Generator::default() }),
        rights: Some(Text::plain(words::rights(feed.lang))),
        links: all,
        lang: Some(feed.lang.tag().to_owned()),
        entries: feed.items.iter().map(entry).collect::<Result<_, _>>()?,
        ..atom_syndication::Feed::default()
    };
    let mut bytes = atom.write_to(Vec::new())?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn entry(item: &Item) -> Result<Entry, WriteError> {
    let mut links = vec![link("alternate", &item.record.links.this, None)];
    links.extend(item.record.sources.iter().map(|source| link("via", &source.url, None)));
    let category = item.tags.iter().map(|tag| Category {
        term: tag.word.to_owned(),
        label: Some(tag.label.to_owned()),
        ..Category::default()
    });
    let content =
        Content { value: Some(item.html.clone()), content_type: Some("html".to_owned()), ..Content::default() };
    Ok(Entry {
        id: item.id.urn().to_string(),
        title: Text::plain(item.title.clone()),
        updated: midnight(item.record.updated)?,
        summary: Some(Text::plain(item.summary.clone())),
        content: Some(content),
        categories: category.collect(),
        links,
        ..Entry::default()
    })
}

fn link(rel: &str, href: &str, mime_type: Option<&str>) -> Link {
    Link { rel: rel.to_owned(), href: href.to_owned(), mime_type: mime_type.map(str::to_owned), ..Link::default() }
}

/// The beginning of a day in UTC: the record knows no hours.
fn midnight(day: Day) -> Result<FixedDateTime, WriteError> {
    format!("{day}T00:00:00Z").parse().map_err(|_| WriteError::Day(day))
}
