//! Documents, read back: what calendars, maps, time lines and feeds show of a record.

use serde::Deserialize;
use uuid::Uuid;

use crate::domain::date::{Day, Edtf};
use crate::domain::number::Number;
use crate::domain::source::Source;
use crate::domain::vocab::{EventStatus, EventType, Level, Topic};
use crate::query::Kind;

/// What every finished record has.
#[derive(Debug, Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) updated: Day,
    pub(super) sources: Vec<Source>,
    pub(super) links: Links,
}

/// The links of a record.
#[derive(Debug, Deserialize)]
pub(super) struct Links {
    #[serde(rename = "self")]
    pub(super) this: String,
}

/// An event.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    #[serde(flatten)]
    pub(super) record: Record,
    pub(super) date: Edtf,
    pub(super) r#type: EventType,
    pub(super) level: Level,
    pub(super) status: EventStatus,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) topics: Vec<Topic>,
    pub(super) location: Option<Place>,
}

/// Where an event took place.
#[derive(Debug, Deserialize)]
pub(super) struct Place {
    #[serde(rename = "place")]
    pub(super) name: String,
    lat: Option<Number>,
    lon: Option<Number>,
}

impl Place {
    /// Degrees north and east, where both are known.
    pub(super) fn point(&self) -> Option<(Number, Number)> {
        self.lat.zip(self.lon)
    }
}

/// The namespace of the identifiers of records: the record's own, so that they depend on no host.
const NAMESPACE: Uuid = Uuid::from_u128(0x9c8e_4f3b_1d8f_4b7b_8b9c_6051_f7bb_321c);

/// The lasting identifier of a record, or of anything else that a name tells apart.
pub(super) fn lasting_id(name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

/// The lasting identifier of a record.
pub(super) fn record_id(kind: Kind, id: &str) -> Uuid {
    lasting_id(&format!("{}/{id}", kind.plural()))
}

/// Text without control characters, which neither XML nor iCalendar can hold; ends of lines stay.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|char| !char.is_control() || *char == '\n').collect()
}

/// Text in HTML.
pub(super) fn html(text: &str) -> String {
    plain(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The sources of a record as a list in HTML.
pub(super) fn sources_html(sources: &[Source]) -> String {
    let items = sources.iter().map(|source| {
        let what = source.title.as_ref().or(source.about.as_ref());
        let what = what.map(|what| format!(": {}", html(what))).unwrap_or_default();
        format!("<li><a href=\"{}\">{}</a>{what}</li>", html(&source.url), html(&source.publisher))
    });
    if sources.is_empty() { String::new() } else { format!("<ul>{}</ul>", items.collect::<String>()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_never_change() {
        // Whoever subscribes would get every record anew.
        let id = record_id(Kind::Events, "2021-02-10-biden-xi-call");
        assert_eq!(id.to_string(), "5b6ca764-a8f0-5699-8eeb-13150c56456b");
        assert_ne!(id, record_id(Kind::Actors, "2021-02-10-biden-xi-call"));
    }

    #[test]
    fn text_is_escaped_and_freed_of_control_characters() {
        assert_eq!(html("<b>\"A\" & B</b>\u{b}\r\n"), "&lt;b&gt;&quot;A&quot; &amp; B&lt;/b&gt;\n");
    }
}
