//! Feeds of records, before they are Atom or JSON.

use serde::Deserialize;
use uuid::Uuid;

use super::records::WriteError;
use super::view::{Event, Record, html, lasting_id, plain, record_id, sources_html};
use super::{atom, jsonfeed, words};
use crate::domain::date::Day;
use crate::domain::document::Post;
use crate::domain::text::Lang;
use crate::domain::vocab::{ActorKind, CommitmentKind, Side, Status, Topic, Vocabulary};
use crate::query::Kind;

/// A page of a feed.
#[derive(Debug)]
pub struct Feed {
    pub(super) id: Uuid,
    pub(super) title: String,
    /// The query as a sentence.
    pub(super) description: String,
    pub(super) lang: Lang,
    pub(super) updated: Day,
    pub(super) links: Links,
    pub(super) items: Vec<Item>,
}

/// The links of a page of a feed, all absolute.
#[derive(Debug, Clone)]
pub struct Links {
    /// The page for people.
    pub home: String,
    /// This page.
    pub this: String,
    /// The first page.
    pub first: String,
    /// The next page.
    pub next: Option<String>,
}

/// A record in a feed.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) id: Uuid,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) html: String,
    pub(super) tags: Vec<Tag>,
    pub(super) record: Record,
}

/// A word of a vocabulary.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag {
    pub(super) word: &'static str,
    pub(super) label: &'static str,
}

fn tag<V: Vocabulary>(word: V, lang: Lang) -> Tag {
    Tag { word: word.word(), label: word.label(lang) }
}

/// Where a feed without an item says that it was last changed: the first day of the record.
const BEGINNING: &str = "1979-01-01";

#[derive(Deserialize)]
struct Actor {
    #[serde(flatten)]
    record: Record,
    name: String,
    kind: ActorKind,
    side: Side,
    posts: Vec<Post>,
}

#[derive(Deserialize)]
struct Commitment {
    #[serde(flatten)]
    record: Record,
    title: String,
    summary: String,
    kind: CommitmentKind,
    topics: Vec<Topic>,
    status: Status,
    status_since: Day,
    as_of: Day,
}

impl Feed {
    /// A page of the feed that `name` tells apart from others, with finished records.
    pub fn new(
        kind: Kind,
        name: &str,
        description: String,
        lang: Lang,
        links: Links,
        records: &[String],
    ) -> Result<Feed, WriteError> {
        let items = records.iter().map(|record| item(kind, record, lang)).collect::<Result<Vec<_>, _>>()?;
        let updated = items.iter().map(|item| item.record.updated).max();
        Ok(Feed {
            id: lasting_id(&format!("feed {name} {}", lang.tag())),
            title: words::feed_title(kind, lang),
            description,
            lang,
            updated: updated.or_else(|| BEGINNING.parse().ok()).unwrap_or(Day::MIN),
            links,
            items,
        })
    }

    /// The feed in Atom (RFC 4287).
    pub fn atom(&self) -> Result<Vec<u8>, WriteError> {
        atom::write(self)
    }

    /// The feed in JSON Feed 1.1.
    pub fn json(&self) -> Result<Vec<u8>, WriteError> {
        jsonfeed::write(self)
    }
}

fn item(kind: Kind, record: &str, lang: Lang) -> Result<Item, serde_json::Error> {
    Ok(match kind {
        Kind::Events => event(serde_json::from_str(record)?, lang),
        Kind::Actors => actor(serde_json::from_str(record)?, lang),
        Kind::Commitments => commitment(serde_json::from_str(record)?, lang),
    })
}

fn event(event: Event, lang: Lang) -> Item {
    let (r#type, level) = (tag(event.r#type, lang), tag(event.level, lang));
    let head = format!("{} · {} · {}", event.date, r#type.label, level.label);
    let tags = [r#type, level].into_iter().chain(event.topics.iter().map(|topic| tag(*topic, lang)));
    made(Kind::Events, event.record, &event.title, &event.summary, &head, tags.collect())
}

fn actor(actor: Actor, lang: Lang) -> Item {
    let (kind, side) = (tag(actor.kind, lang), tag(actor.side, lang));
    let posts: Vec<&str> = actor.posts.iter().map(|post| post.title.as_str()).collect();
    let what = format!("{} · {}", kind.label, side.label);
    let (head, summary) = if posts.is_empty() { (String::new(), what) } else { (what, posts.join("; ")) };
    made(Kind::Actors, actor.record, &actor.name, &summary, &head, vec![kind, side])
}

fn commitment(made_by: Commitment, lang: Lang) -> Item {
    let (status, since) = (made_by.status.label(lang), made_by.status_since.to_string());
    let head = words::standing(status, &since, &made_by.as_of.to_string(), lang);
    let topics = made_by.topics.iter().map(|topic| tag(*topic, lang));
    let tags = std::iter::once(tag(made_by.kind, lang)).chain(topics).collect();
    made(Kind::Commitments, made_by.record, &made_by.title, &made_by.summary, &head, tags)
}

fn made(kind: Kind, record: Record, title: &str, summary: &str, head: &str, tags: Vec<Tag>) -> Item {
    let sources = sources_html(&record.sources);
    let head = if head.is_empty() { String::new() } else { format!("<p>{}</p>", html(head)) };
    Item {
        id: record_id(kind, &record.id),
        title: plain(title),
        summary: plain(summary),
        html: format!("{head}<p>{}</p>{sources}", html(summary)),
        tags,
        record,
    }
}
