//! Events.

use super::reader::{Blank as _, Reader, Spot, Table};
use crate::domain::country;
use crate::domain::date::Edtf;
use crate::domain::event::{Account, CommitmentLink, Event, EventLink, LocalDates, Location, Participant};
use crate::domain::number::Number;
use crate::domain::vocab::{Confidence, EventStatus};

#[rustfmt::skip]
const EVENT: [&str; 21] = [
    "date", "local_dates", "type", "level", "status", "mode", "bilateral", "confidence", "confidence_note",
    "updated", "title", "summary", "topics", "actors", "commitments", "related", "accounts", "contested", "location",
    "former_ids", "sources",
];
const LOCAL_DATES: [&str; 2] = ["US", "CN"];
const LOCATION: [&str; 4] = ["place", "country", "lat", "lon"];
const PARTICIPANT: [&str; 3] = ["id", "role", "post"];
const LINK: [&str; 2] = ["id", "relation"];
const ACCOUNT: [&str; 3] = ["side", "says", "url"];

impl Reader<'_> {
    pub(super) fn event(&mut self, spot: Spot<'_>, file_name: Option<&str>) -> Event {
        let table = self.record_table(spot, &EVENT, file_name);
        let id = self.own_id(&table, file_name);
        self.check_event_id(&table, &id, file_name);
        let event = Event {
            id,
            former_ids: self.list(&table, "former_ids", Self::id),
            date: self.need(&table, "date", Self::edtf),
            local_dates: self.may(&table, "local_dates", Self::local_dates),
            r#type: self.need(&table, "type", Self::word),
            level: self.need(&table, "level", Self::word),
            status: self.may(&table, "status", Self::word).unwrap_or(EventStatus::Occurred),
            mode: self.may(&table, "mode", Self::word),
            bilateral: self.may(&table, "bilateral", Self::boolean).unwrap_or(false),
            contested: self.may(&table, "contested", Self::boolean).unwrap_or(false),
            confidence: self.need(&table, "confidence", Self::word),
            confidence_note: self.may(&table, "confidence_note", Self::texts),
            updated: self.need(&table, "updated", Self::day),
            title: self.need(&table, "title", Self::texts),
            summary: self.need(&table, "summary", Self::texts),
            topics: self.list(&table, "topics", Self::word),
            location: self.may(&table, "location", Self::location),
            actors: self.list(&table, "actors", Self::participant),
            commitments: self.list(&table, "commitments", Self::commitment_link),
            related: self.list(&table, "related", Self::event_link),
            accounts: self.list(&table, "accounts", Self::account),
            sources: self.list(&table, "sources", Self::source),
        };
        self.event_as_a_whole(&table, &event);
        event
    }

    fn event_as_a_whole(&mut self, table: &Table<'_>, event: &Event) {
        if event.contested
            && let Some(spot) = table.get("contested")
            && table.get("accounts").is_none_or(|accounts| accounts.is_empty_list())
            && !self.cut_short()
        {
            self.fault(spot, "a contested event wants at least one account", None);
        }
        if event.confidence != Confidence::Verified
            && let Some(spot) = table.get("confidence")
            && !table.has("confidence_note")
            && !self.cut_short()
        {
            let message = format!("an event that is {} wants a `confidence_note`", event.confidence);
            self.fault(spot, message, Some("it says in both languages why there is doubt".to_owned()));
        }
    }

    fn local_dates(&mut self, spot: Spot<'_>) -> LocalDates {
        let table = self.table(spot, &LOCAL_DATES);
        let dates = LocalDates { us: self.need(&table, "US", Self::edtf), cn: self.need(&table, "CN", Self::edtf) };
        if dates.us == dates.cn && dates.us != Edtf::blank() {
            self.fault(spot, "the two capitals' dates are the same", Some("leave `local_dates` out".to_owned()));
        }
        dates
    }

    fn location(&mut self, spot: Spot<'_>) -> Location {
        let table = self.table(spot, &LOCATION);
        for (one, other) in [("lat", "lon"), ("lon", "lat")] {
            if let Some(spot) = table.get(one)
                && !table.has(other)
            {
                self.fault(spot, format!("`{one}` wants `{other}` beside it"), None);
            }
        }
        Location {
            place: self.need(&table, "place", Self::texts),
            country: self.need(&table, "country", Self::country),
            lat: self.may(&table, "lat", |reader, spot| reader.degrees(spot, 90.0)).flatten(),
            lon: self.may(&table, "lon", |reader, spot| reader.degrees(spot, 180.0)).flatten(),
        }
    }

    fn country(&mut self, spot: Spot<'_>) -> String {
        let text = self.text(spot);
        if !text.is_empty() && country::code(&text).is_none() {
            let hint = "two capitals, ISO 3166-1 alpha-2, such as US";
            self.fault(spot, format!("`{text}` is no country code"), Some(hint.to_owned()));
        }
        text
    }

    fn degrees(&mut self, spot: Spot<'_>, bound: f64) -> Option<Number> {
        let number = self.number(spot)?;
        if number.get().abs() > bound {
            self.fault(spot, format!("{} is out of range", number.get()), Some(format!("from -{bound} to {bound}")));
        }
        Some(number)
    }

    fn participant(&mut self, spot: Spot<'_>) -> Participant {
        let table = self.table(spot, &PARTICIPANT);
        Participant {
            id: self.need(&table, "id", Self::id),
            role: self.need(&table, "role", Self::word),
            post: self.may(&table, "post", Self::text),
        }
    }

    fn commitment_link(&mut self, spot: Spot<'_>) -> CommitmentLink {
        let table = self.table(spot, &LINK);
        CommitmentLink { id: self.need(&table, "id", Self::id), relation: self.need(&table, "relation", Self::word) }
    }

    fn event_link(&mut self, spot: Spot<'_>) -> EventLink {
        let table = self.table(spot, &LINK);
        EventLink { id: self.need(&table, "id", Self::id), relation: self.need(&table, "relation", Self::word) }
    }

    fn account(&mut self, spot: Spot<'_>) -> Account {
        let table = self.table(spot, &ACCOUNT);
        Account {
            side: self.need(&table, "side", Self::word),
            says: self.need(&table, "says", Self::texts),
            url: self.need(&table, "url", Self::url),
        }
    }
}
