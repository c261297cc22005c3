//! Events.

use super::reader::{Blank as _, Reader, Spot, Table};
use super::shape::{Holds, Shape, may, need, word};
use super::values::{SOURCE, TEXT};
use crate::domain::country;
use crate::domain::date::Edtf;
use crate::domain::event::{Account, CommitmentLink, Event, EventLink, LocalDates, Location, Participant};
use crate::domain::number::Number;
use crate::domain::vocab::{
    CommitmentRelation, Confidence, EventRelation, EventStatus, EventType, Level, Mode, Role, Side, Topic,
};

pub(in crate::seed) static EVENT: Shape = Shape {
    name: "event",
    keys: &[
        need(
            "date",
            Holds::Edtf,
            "The date where it happened; for calls and papers exchanged between the capitals, Washington's.",
        ),
        may("local_dates", Holds::Table(&LOCAL_DATES), "The two capitals' dates, where they differ."),
        need("type", word::<EventType>(), "What kind of event it is."),
        need("level", word::<Level>(), "The rank of the contact, set by the side of lower rank."),
        may("status", word::<EventStatus>(), "Whether it took place; `occurred` where it is left out."),
        may("mode", word::<Mode>(), "How the sides met."),
        may("bilateral", Holds::Boolean, "`true` where both sides took part in it."),
        need("confidence", word::<Confidence>(), "How far the sources bear it out."),
        may("confidence_note", Holds::Table(&TEXT), "Why there is doubt; needed where the event is not `verified`."),
        need("updated", Holds::Day, "The day on which this record was last changed."),
        need("title", Holds::Table(&TEXT), "Short, neutral, in the present tense, without a full stop."),
        need(
            "summary",
            Holds::Table(&TEXT),
            "What happened, who, what was agreed or refused, why it matters to the other side: two to five sentences.",
        ),
        may("topics", Holds::List(&word::<Topic>()), "What it is about."),
        may("actors", Holds::List(&Holds::Table(&PARTICIPANT)), "Who took part."),
        may("commitments", Holds::List(&Holds::Table(&COMMITMENT_LINK)), "The commitments that it names."),
        may(
            "related",
            Holds::List(&Holds::Table(&EVENT_LINK)),
            "Earlier events that it relates to; with `prepares`, a later one.",
        ),
        may("accounts", Holds::List(&Holds::Table(&ACCOUNT)), "What each side said of it, where they differ."),
        may(
            "contested",
            Holds::Boolean,
            "`true` where the accounts contradict each other; it wants at least one account.",
        ),
        may("location", Holds::Table(&LOCATION), "Where it took place."),
        may("former_ids", Holds::List(&Holds::Id), "Ids that the record had before; they go on to lead here."),
        may("sources", Holds::List(&Holds::Table(&SOURCE)), "Where all this can be checked."),
    ],
};

static LOCAL_DATES: Shape = Shape {
    name: "dates of the capitals",
    keys: &[need("US", Holds::Edtf, "The date in Washington."), need("CN", Holds::Edtf, "The date in Beijing.")],
};

static LOCATION: Shape = Shape {
    name: "location",
    keys: &[
        need("place", Holds::Table(&TEXT), "The place, as both languages write it."),
        need("country", Holds::Country, "The country (ISO 3166-1 alpha-2)."),
        may("lat", Holds::Degrees(90), "Degrees north (WGS 84), with `lon`."),
        may("lon", Holds::Degrees(180), "Degrees east (WGS 84), with `lat`."),
    ],
};

static PARTICIPANT: Shape = Shape {
    name: "participant",
    keys: &[
        need("id", Holds::Id, "The actor."),
        need("role", word::<Role>(), "What the actor was in the event."),
        may(
            "post",
            Holds::Text,
            "The English title of the post, where the first that the actor held that day is not the one.",
        ),
    ],
};

static COMMITMENT_LINK: Shape = Shape {
    name: "commitment named",
    keys: &[
        need("id", Holds::Id, "The commitment."),
        need("relation", word::<CommitmentRelation>(), "What the event does to it."),
    ],
};

static EVENT_LINK: Shape = Shape {
    name: "related event",
    keys: &[
        need("id", Holds::Id, "The other event."),
        need("relation", word::<EventRelation>(), "How this one relates to it; the other way round follows."),
    ],
};

static ACCOUNT: Shape = Shape {
    name: "account",
    keys: &[
        need("side", word::<Side>(), "Who says it."),
        need("says", Holds::Table(&TEXT), "What that side says happened, in our words."),
        need("url", Holds::Url, "Where it says so."),
    ],
};

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
        let table = self.table(spot, &COMMITMENT_LINK);
        CommitmentLink { id: self.need(&table, "id", Self::id), relation: self.need(&table, "relation", Self::word) }
    }

    fn event_link(&mut self, spot: Spot<'_>) -> EventLink {
        let table = self.table(spot, &EVENT_LINK);
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
