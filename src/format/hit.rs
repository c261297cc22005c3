//! A hit of a search, told from the stored documents of its record.

use serde::{Deserialize, Serialize};

use super::snippet::{beginning, snippet};
use crate::query::Kind;
use crate::query::search::Search;

/// A record that a search hits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Hit {
    /// What kind of record it is: `event`, `actor` or `commitment`.
    #[schema(example = "event")]
    pub kind: &'static str,
    /// The record's id.
    #[schema(example = "2021-11-02-global-methane-pledge-launch")]
    pub id: String,
    /// Its title, or an actor's name.
    pub title: String,
    /// The passage that is hit, as HTML: `<mark>` round each hit, all else escaped. In the other language where nothing
    /// is hit in that of the answer.
    #[schema(example = "the Global <mark>Methane</mark> Pledge")]
    pub snippet: String,
    /// The record's address.
    pub link: String,
}

/// The texts of a stored document that search looks at, in one language.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Told {
    #[serde(alias = "name")]
    title: String,
    summary: String,
    location: Option<Place>,
    actors: Vec<Participant>,
    roles: Vec<Post>,
}

#[derive(Debug, Deserialize)]
struct Place {
    place: String,
}

#[derive(Debug, Deserialize)]
struct Participant {
    name: String,
}

#[derive(Debug, Deserialize)]
struct Post {
    title: String,
}

impl Told {
    /// Reads a stored document.
    pub fn read(kind: Kind, stored: &str) -> Result<Told, serde_json::Error> {
        #[derive(Deserialize)]
        struct Stored {
            document: Told,
        }
        match kind {
            Kind::Events | Kind::Actors => serde_json::from_str(stored),
            Kind::Commitments => serde_json::from_str(stored).map(|stored: Stored| stored.document),
        }
    }

    /// The passage that a search hits, if any text of this language is.
    #[must_use]
    pub fn passage(&self, search: &Search) -> Option<String> {
        snippet(&self.texts(), search)
    }

    /// The texts; those that tell most come first.
    fn texts(&self) -> Vec<&str> {
        let names = self.actors.iter().map(|actor| actor.name.as_str());
        let posts = self.roles.iter().map(|post| post.title.as_str());
        let place = self.location.as_ref().map(|location| location.place.as_str());
        [self.summary.as_str(), &self.title].into_iter().chain(posts).chain(place).chain(names).collect()
    }

    /// The hit, with a passage or the beginning of what there is to tell.
    #[must_use]
    pub fn hit(self, kind: Kind, id: String, passage: Option<String>, base: &str) -> Hit {
        let told = self.texts().into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        let snippet = passage.unwrap_or_else(|| beginning(told));
        let link = format!("{base}/v1/{}/{id}", kind.plural());
        Hit { kind: kind.singular(), id, title: self.title, snippet, link }
    }
}
