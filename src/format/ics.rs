//! Calendars (RFC 5545) of events as whole days.

use icalendar::{Calendar, Component as _, Event as Entry, EventLike as _, EventStatus as Told, Property};

use super::records::WriteError;
use super::view::{Event, plain, record_id};
use super::words;
use crate::domain::date::Day;
use crate::domain::text::Lang;
use crate::domain::vocab::{EventStatus, Vocabulary as _};
use crate::query::Kind;

/// The head of a calendar. Whoever subscribes sees how many events it cannot hold.
pub(super) fn begin(description: &str, left_out: u64, lang: Lang) -> String {
    let mut calendar = Calendar::empty();
    let about = format!("{description} {}", words::left_out(left_out, lang));
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//climate-timeline//US-China climate timeline//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("X-WR-CALNAME", words::title(lang)),
        ("X-WR-CALDESC", &about),
        // The name that RFC 7986 gave to the same.
        ("DESCRIPTION", &about),
        ("X-PUBLISHED-TTL", "P1D"),
    ] {
        calendar.append_property((key, value));
    }
    calendar.append_property(Property::new("REFRESH-INTERVAL", "P1D").add_parameter("VALUE", "DURATION").done());
    let whole = calendar.to_string();
    folded(whole.strip_suffix(END).unwrap_or(&whole))
}

/// The end of a calendar.
pub(super) const END: &str = "END:VCALENDAR\r\n";

/// An event; `None` where its date is coarser than a day.
pub(super) fn event(event: &Event, lang: Lang) -> Result<Option<String>, WriteError> {
    if !event.date.is_of_days() {
        return Ok(None);
    }
    let updated = digits(event.record.updated);
    let mut entry = Entry::new();
    entry
        .uid(&record_id(Kind::Events, &event.record.id).to_string())
        .add_property("DTSTAMP", format!("{updated}T000000Z"))
        .add_property("LAST-MODIFIED", format!("{updated}T000000Z"))
        // It only has to grow when the record changes.
        .add_property("SEQUENCE", &updated)
        .append_property(day("DTSTART", event.date.start()))
        // The first day after.
        .append_property(day("DTEND", event.date.end().plus(1)))
        .summary(&plain(&event.title))
        .description(&described(event))
        .url(&event.record.links.this)
        .add_property("TRANSP", "TRANSPARENT");
    entry.status(match event.status {
        EventStatus::Occurred => Told::Confirmed,
        EventStatus::Scheduled => Told::Tentative,
        EventStatus::Cancelled => Told::Cancelled,
    });
    let topics = event.topics.iter().map(|topic| topic.label(lang));
    entry.categories(std::iter::once(event.r#type.label(lang)).chain(topics));
    if let Some(place) = &event.location {
        entry.location(&plain(&place.name));
        if let Some((lat, lon)) = place.point() {
            entry.add_property("GEO", format!("{};{}", lat.get(), lon.get()));
        }
    }
    Ok(Some(folded(&entry.try_into_string()?)))
}

/// The most octets of a line.
const LINE: usize = 75;

/// Folds what the crate left too long: it does not count the space that the last line of a fold begins with.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    for line in text.split_inclusive("\r\n") {
        let (line, end) = line.strip_suffix("\r\n").map_or((line, ""), |line| (line, "\r\n"));
        let (first, rest) = line.split_at(line.floor_char_boundary(LINE));
        out.push_str(first);
        if !rest.is_empty() {
            out.push_str("\r\n ");
            out.push_str(rest);
        }
        out.push_str(end);
    }
    out
}

fn described(event: &Event) -> String {
    let sources = event.record.sources.iter().map(|source| format!("{}: {}", plain(&source.publisher), source.url));
    format!("{}\n\n{}", plain(&event.summary), sources.collect::<Vec<_>>().join("\n"))
}

fn day(key: &str, day: Day) -> Property {
    Property::new(key, digits(day)).add_parameter("VALUE", "DATE").done()
}

fn digits(day: Day) -> String {
    day.to_string().replace('-', "")
}
