//! A person or body as curators record it.

use serde::Serialize;

use super::date::{Day, Edtf};
use super::source::Source;
use super::text::{Lang, Text};
use super::vocab::{ActorKind, Side};

/// A person, government, ministry, organisation or country that takes part in events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the published form in `document` carries the meaning of each field")]
pub struct Actor {
    #[serde(skip)]
    pub id: String,
    pub former_ids: Vec<String>,
    pub kind: ActorKind,
    pub side: Side,
    pub name: Name,
    pub born: Option<Edtf>,
    pub updated: Day,
    pub roles: Vec<Post>,
    pub sources: Vec<Source>,
}

impl Actor {
    /// The post to show beside the name on a day: the first, in the record's order, that was held then.
    #[must_use]
    pub fn post_on(&self, day: Day) -> Option<&Post> {
        self.roles.iter().find(|post| post.held_on(day))
    }
}

/// A name; a few persons have no known Chinese name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "one a language")]
pub struct Name {
    pub en: String,
    pub zh: Option<String>,
}

impl Name {
    /// The name in a language, in English where the other is not known.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match (lang, &self.zh) {
            (Lang::Zh, Some(zh)) => zh,
            (Lang::Zh, None) | (Lang::En, _) => &self.en,
        }
    }
}

/// A post that an actor holds or held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "see `document::Post`")]
pub struct Post {
    pub title: Text,
    pub organisation: Option<String>,
    pub from: Option<Edtf>,
    pub to: Option<Edtf>,
    pub note: Option<Text>,
}

impl Post {
    /// The first day on which the post may have been held.
    #[must_use]
    pub fn first_day(&self) -> Day {
        self.from.map_or(Day::MIN, Edtf::start)
    }

    /// The last day on which the post may have been held.
    #[must_use]
    pub fn last_day(&self) -> Day {
        self.to.map_or(Day::MAX, Edtf::end)
    }

    /// Whether the post was held on a day; both ends count, and a coarse end counts whole.
    #[must_use]
    pub fn held_on(&self, day: Day) -> bool {
        self.first_day() <= day && day <= self.last_day()
    }
}
