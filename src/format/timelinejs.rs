//! Time lines that `TimelineJS` 3 draws (<https://timeline.knightlab.com/docs/json-format.html>).

use serde_json::{Value, json};

use super::view::{Event, html, sources_html};
use super::words;
use crate::domain::date::Point;
use crate::domain::text::Lang;
use crate::domain::vocab::Vocabulary as _;

/// The beginning of a time line, up to its first event.
pub(super) fn begin(description: &str, lang: Lang) -> String {
    let about = format!("<p>{}</p><p>{}</p>", html(description), html(words::rights(lang)));
    let title = json!({ "unique_id": "title", "text": { "headline": words::title(lang), "text": about } });
    format!("{{\"scale\":\"human\",\"title\":{title},\"events\":[")
}

/// The end of a time line.
pub(super) const END: &str = "]}\n";

/// A slide. Its dates are as exact as the record's.
pub(super) fn event(event: &Event, lang: Lang) -> Value {
    let (first, last) = event.date.points();
    let text = format!("<p>{}</p>{}", html(&event.summary), sources_html(&event.record.sources));
    let mut slide = json!({
        "unique_id": event.record.id,
        "start_date": point(first),
        "text": { "headline": html(&event.title), "text": text },
        "group": event.level.label(lang),
        // Addresses are links already.
        "autolink": false,
    });
    if let (Some(last), Some(slide)) = (last, slide.as_object_mut()) {
        slide.insert("end_date".to_owned(), point(last));
    }
    slide
}

fn point(point: Point) -> Value {
    match point {
        Point::Year(year) => json!({ "year": year }),
        Point::Month(year, month) => json!({ "year": year, "month": month }),
        Point::Day(day) => json!({ "year": day.year(), "month": day.month(), "day": day.day_of_month() }),
    }
}
