//! A stored document, finished: cut to the day asked for, to the keys asked for, and with its links.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::domain::date::Day;
use crate::domain::document::{ActorDocument, StoredCommitment};
use crate::query::Kind;

/// What is to be done to the documents of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Finish<'a> {
    /// The day that the answer speaks of.
    pub day: Day,
    /// The only keys to show, in the record's order.
    pub fields: Option<&'a [&'static str]>,
    /// What links begin with: scheme and host, or nothing.
    pub base: &'a str,
}

impl Finish<'_> {
    /// The finished JSON of a record; `None` where it does not exist on the day.
    pub fn document(&self, kind: Kind, id: &str, stored: &str) -> Result<Option<String>, serde_json::Error> {
        let mut out = String::new();
        Ok(self.write(kind, id, stored, &mut out)?.then_some(out))
    }

    /// Writes the finished JSON of a record, and tells whether it exists on the day; nothing is written where not.
    pub fn write(&self, kind: Kind, id: &str, stored: &str, out: &mut String) -> Result<bool, serde_json::Error> {
        let document: Cow<'_, str> = match kind {
            Kind::Events => Cow::Borrowed(stored),
            Kind::Actors => {
                let actor: ActorDocument = serde_json::from_str(stored)?;
                Cow::Owned(serde_json::to_string(&actor.on(self.day))?)
            }
            Kind::Commitments => {
                let commitment: StoredCommitment = serde_json::from_str(stored)?;
                match commitment.on(self.day) {
                    Some(commitment) => Cow::Owned(serde_json::to_string(&commitment)?),
                    None => return Ok(false),
                }
            }
        };
        if let Some(fields) = self.fields {
            let mut links = String::new();
            self.push_links(kind, id, &mut links);
            out.push_str(&select(&document, fields, &links)?);
        } else {
            // A stored document is a JSON object with at least one key.
            out.push_str(document.strip_suffix('}').unwrap_or(&document));
            out.push(',');
            self.push_links(kind, id, out);
            out.push('}');
        }
        Ok(true)
    }

    fn push_links(&self, kind: Kind, id: &str, out: &mut String) {
        for piece in ["\"links\":{\"self\":\"", self.base, "/v1/", kind.plural(), "/", id, "\"}"] {
            out.push_str(piece);
        }
    }
}

/// The keys of an object that are asked for, as they are written in it; `links` is put in last.
fn select(document: &str, fields: &[&str], links: &str) -> Result<String, serde_json::Error> {
    let object: RawObject<'_> = serde_json::from_str(document)?;
    let mut shown: Vec<String> = object
        .0
        .iter()
        .filter(|(key, _)| fields.contains(&&**key))
        .map(|(key, value)| format!("\"{key}\":{value}"))
        .collect();
    if fields.contains(&"links") {
        shown.push(links.to_owned());
    }
    Ok(format!("{{{}}}", shown.join(",")))
}

/// A JSON object whose values are left as they are written.
struct RawObject<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for RawObject<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = RawObject<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawObject<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(RawObject(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_keys_asked_for_are_shown_in_the_records_order() {
        let finish = Finish { day: Day::MIN, fields: Some(&["id", "title", "links"]), base: "https://example.org" };
        let stored = r#"{"id":"a","date":"2021","title":"T \"x\" {}"}"#;
        let shown = finish.document(Kind::Events, "a", stored).unwrap().unwrap();
        assert_eq!(shown, r#"{"id":"a","title":"T \"x\" {}","links":{"self":"https://example.org/v1/events/a"}}"#);
        let whole = Finish { fields: None, base: "", ..finish }.document(Kind::Events, "a", stored).unwrap().unwrap();
        assert!(whole.ends_with(r#","links":{"self":"/v1/events/a"}}"#));
    }
}
