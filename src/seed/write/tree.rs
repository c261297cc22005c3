//! A record as a tree of the keys that are needed, in the order in which seeds are written.

use std::fmt::Display;

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::domain::actor::{Actor, Name, Post};
use crate::domain::commitment::{Commitment, Entry, Target};
use crate::domain::event::{Event, Location};
use crate::domain::number::Number;
use crate::domain::source::Source;
use crate::domain::text::Text;
use crate::domain::vocab::EventStatus;

/// A value as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tree {
    Text(String),
    Number(Number),
    Year(i16),
    Boolean(bool),
    List(Vec<Tree>),
    Table(Vec<(&'static str, Tree)>),
    /// A list of tables that are long enough to stand on their own, at the end of a TOML file.
    Tables(Vec<Tree>),
}

impl Tree {
    /// The table with an `id` before all else.
    pub(super) fn with_id(self, id: &str) -> Tree {
        let mut entries = vec![("id", text(id))];
        if let Tree::Table(rest) = self {
            entries.extend(rest);
        }
        Tree::Table(entries)
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Tree::Text(text) => serializer.serialize_str(text),
            Tree::Number(number) => number.serialize(serializer),
            Tree::Year(year) => serializer.serialize_i16(*year),
            Tree::Boolean(boolean) => serializer.serialize_bool(*boolean),
            Tree::List(items) | Tree::Tables(items) => serializer.collect_seq(items),
            Tree::Table(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

/// Gathers the keys of a table; what is not there is left out.
#[derive(Default)]
struct Keys(Vec<(&'static str, Tree)>);

impl Keys {
    fn put(mut self, key: &'static str, value: Tree) -> Keys {
        self.0.push((key, value));
        self
    }

    fn may(self, key: &'static str, value: Option<Tree>) -> Keys {
        match value {
            Some(value) => self.put(key, value),
            None => self,
        }
    }

    fn yes(self, key: &'static str, value: bool) -> Keys {
        self.may(key, value.then_some(Tree::Boolean(true)))
    }

    fn list<'r, T: 'r>(self, key: &'static str, items: &'r [T], item: impl Fn(&'r T) -> Tree) -> Keys {
        let list = (!items.is_empty()).then(|| Tree::List(items.iter().map(item).collect()));
        self.may(key, list)
    }

    fn tables<'r, T: 'r>(self, key: &'static str, items: &'r [T], item: impl Fn(&'r T) -> Tree) -> Keys {
        let list = (!items.is_empty()).then(|| Tree::Tables(items.iter().map(item).collect()));
        self.may(key, list)
    }

    fn table(self) -> Tree {
        Tree::Table(self.0)
    }
}

fn text(value: impl Display) -> Tree {
    Tree::Text(value.to_string())
}

fn texts(value: &Text) -> Tree {
    Keys::default().put("en", text(&value.en)).put("zh", text(&value.zh)).table()
}

fn name(value: &Name) -> Tree {
    Keys::default().put("en", text(&value.en)).may("zh", value.zh.as_ref().map(text)).table()
}

fn link(id: &str, relation: impl Display) -> Tree {
    Keys::default().put("id", text(id)).put("relation", text(relation)).table()
}

pub(super) fn event(event: &Event) -> Tree {
    let local_dates =
        event.local_dates.map(|dates| Keys::default().put("US", text(dates.us)).put("CN", text(dates.cn)).table());
    Keys::default()
        .put("date", text(event.date))
        .may("local_dates", local_dates)
        .put("type", text(event.r#type))
        .put("level", text(event.level))
        .may("status", (event.status != EventStatus::Occurred).then(|| text(event.status)))
        .may("mode", event.mode.map(text))
        .yes("bilateral", event.bilateral)
        .put("confidence", text(event.confidence))
        .may("confidence_note", event.confidence_note.as_ref().map(texts))
        .put("updated", text(event.updated))
        .put("title", texts(&event.title))
        .put("summary", texts(&event.summary))
        .list("topics", &event.topics, text)
        .list("actors", &event.actors, |actor| {
            let part = Keys::default().put("id", text(&actor.id)).put("role", text(actor.role));
            part.may("post", actor.post.as_ref().map(text)).table()
        })
        .list("commitments", &event.commitments, |made| link(&made.id, made.relation))
        .list("related", &event.related, |other| link(&other.id, other.relation))
        .list("accounts", &event.accounts, |account| {
            let says = Keys::default().put("side", text(account.side)).put("says", texts(&account.says));
            says.put("url", text(&account.url)).table()
        })
        .yes("contested", event.contested)
        .may("location", event.location.as_ref().map(location))
        .list("former_ids", &event.former_ids, text)
        .tables("sources", &event.sources, source)
        .table()
}

fn location(location: &Location) -> Tree {
    Keys::default()
        .put("place", texts(&location.place))
        .put("country", text(&location.country))
        .may("lat", location.lat.map(Tree::Number))
        .may("lon", location.lon.map(Tree::Number))
        .table()
}

fn source(source: &Source) -> Tree {
    Keys::default()
        .put("url", text(&source.url))
        .put("publisher", text(&source.publisher))
        .may("title", source.title.as_ref().map(text))
        .may("about", source.about.as_ref().map(text))
        .may("date", source.date.map(text))
        .put("lang", text(&source.lang))
        .put("kind", text(source.kind))
        .table()
}

pub(super) fn actor(actor: &Actor) -> Tree {
    Keys::default()
        .put("kind", text(actor.kind))
        .put("side", text(actor.side))
        .put("name", name(&actor.name))
        .may("born", actor.born.map(text))
        .put("updated", text(actor.updated))
        .list("former_ids", &actor.former_ids, text)
        .tables("roles", &actor.roles, post)
        .tables("sources", &actor.sources, source)
        .table()
}

fn post(post: &Post) -> Tree {
    Keys::default()
        .put("title", texts(&post.title))
        .may("organisation", post.organisation.as_ref().map(text))
        .may("from", post.from.map(text))
        .may("to", post.to.map(text))
        .may("note", post.note.as_ref().map(texts))
        .table()
}

pub(super) fn commitment(commitment: &Commitment) -> Tree {
    Keys::default()
        .put("party", text(commitment.party))
        .put("kind", text(commitment.kind))
        .put("title", texts(&commitment.title))
        .put("summary", texts(&commitment.summary))
        .list("topics", &commitment.topics, text)
        .may("target", commitment.target.as_ref().map(target))
        .list("related", &commitment.related, |other| link(&other.id, other.relation))
        .put("updated", text(commitment.updated))
        .list("former_ids", &commitment.former_ids, text)
        .tables("history", &commitment.history, entry)
        .tables("sources", &commitment.sources, source)
        .table()
}

fn target(target: &Target) -> Tree {
    Keys::default()
        .put("metric", texts(&target.metric))
        .put("comparator", text(target.comparator))
        .may("value", target.value.map(Tree::Number))
        .may("value_high", target.value_high.map(Tree::Number))
        .may("unit", target.unit.as_ref().map(text))
        .may("baseline", target.baseline.map(text))
        .may("target_year", target.target_year.map(Tree::Year))
        .table()
}

fn entry(entry: &Entry) -> Tree {
    Keys::default()
        .put("date", text(entry.date))
        .put("change", text(entry.change))
        .may("by", entry.by.map(text))
        .may("event", entry.event.as_ref().map(text))
        .may("note", entry.note.as_ref().map(texts))
        .list("sources", &entry.sources, source)
        .table()
}
