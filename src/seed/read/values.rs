//! The kinds of value: texts, words, dates, numbers, addresses, sources.

use super::super::node::NodeKind;
use super::super::suggest;
use super::id;
use super::reader::{Blank as _, Reader, Spot};
use super::shape::{Holds, Shape, may, need, word};
use crate::domain::date::{DateError, Day, Edtf};
use crate::domain::number::Number;
use crate::domain::source::Source;
use crate::domain::text::Text;
use crate::domain::vocab::{SourceKind, Vocabulary};

pub(super) static TEXT: Shape = Shape {
    name: "text in both languages",
    keys: &[
        need("en", Holds::Text, "English."),
        need("zh", Holds::Text, "Chinese, in simplified characters; it says the same."),
    ],
};

pub(super) static SOURCE: Shape = Shape {
    name: "source",
    keys: &[
        need("url", Holds::Url, "The address of the text."),
        need("publisher", Holds::Text, "Who published it; an agency's text that another prints is `Xinhua via ECNS`."),
        may("title", Holds::Text, "Its title, as printed."),
        may("about", Holds::Text, "What it is, in English, where the title is not known."),
        may("date", Holds::Edtf, "When it was published."),
        need("lang", Holds::Lang, "The language that it is written in: `en`, `zh`, `zh-Hant`."),
        need("kind", word::<SourceKind>(), "What kind of source it is."),
    ],
};

impl Reader<'_> {
    fn str<'s>(&mut self, spot: Spot<'s>, wanted: &str) -> Option<&'s str> {
        if let NodeKind::String(text) = &spot.node.kind {
            return Some(text);
        }
        self.wrong_type(spot, wanted);
        None
    }

    /// A text, kept exactly as written.
    pub(super) fn text(&mut self, spot: Spot<'_>) -> String {
        let Some(text) = self.str(spot, "a string") else { return String::blank() };
        if text.trim().is_empty() {
            self.fault(spot, "the text is empty", Some("leave the key out where there is nothing to say".to_owned()));
        } else if text.trim() != text {
            self.fault(spot, "the text begins or ends with white space", None);
        }
        text.to_owned()
    }

    /// A text in both languages.
    pub(super) fn texts(&mut self, spot: Spot<'_>) -> Text {
        let table = self.table(spot, &TEXT);
        Text { en: self.need(&table, "en", Self::text), zh: self.need(&table, "zh", Self::text) }
    }

    /// A word of a vocabulary.
    pub(super) fn word<V: Vocabulary>(&mut self, spot: Spot<'_>) -> V {
        let Some(text) = self.str(spot, "a string") else { return V::ALL[0] };
        V::from_word(text).unwrap_or_else(|| {
            let words: Vec<&str> = V::WORDS.iter().map(|word| word.word).collect();
            let hint = suggest::among(text, &words);
            self.fault(spot, format!("`{text}` is no {}", V::NAME), Some(hint));
            V::ALL[0]
        })
    }

    /// A date in EDTF.
    pub(super) fn edtf(&mut self, spot: Spot<'_>) -> Edtf {
        let Some(text) = self.str(spot, "a date in quotes") else { return Edtf::blank() };
        text.parse().unwrap_or_else(|error| {
            self.bad_date(spot, text, error, "YYYY, YYYY-MM, YYYY-MM-DD, or two of them with / between them");
            Edtf::blank()
        })
    }

    /// A date that is known to the day.
    pub(super) fn day(&mut self, spot: Spot<'_>) -> Day {
        let Some(text) = self.str(spot, "a date in quotes") else { return Day::blank() };
        text.parse().unwrap_or_else(|error| {
            self.bad_date(spot, text, error, "YYYY-MM-DD");
            Day::blank()
        })
    }

    fn bad_date(&mut self, spot: Spot<'_>, text: &str, error: DateError, shape: &str) {
        let message = match error {
            DateError::Shape => format!("`{text}` is not a date of this kind"),
            DateError::NotInCalendar => format!("`{text}`: the calendar has no such date"),
            DateError::Backwards => format!("`{text}`: the interval ends before it begins"),
        };
        self.fault(spot, message, Some(format!("written {shape}")));
    }

    /// An absolute web address.
    pub(super) fn url(&mut self, spot: Spot<'_>) -> String {
        let Some(text) = self.str(spot, "a string") else { return String::blank() };
        if !is_web_address(text) {
            let hint = "an address begins with https:// or http:// and a host, and has no white space";
            self.fault(spot, format!("`{text}` is not a web address"), Some(hint.to_owned()));
        }
        text.to_owned()
    }

    /// A language tag.
    fn lang(&mut self, spot: Spot<'_>) -> String {
        let Some(text) = self.str(spot, "a string") else { return String::blank() };
        if let Err(error) = oxilangtag::LanguageTag::parse(text) {
            let hint = "BCP 47, such as en, zh or zh-Hant".to_owned();
            self.fault(spot, format!("`{text}` is no language tag: {error}"), Some(hint));
        }
        text.to_owned()
    }

    /// The id of another record.
    pub(super) fn id(&mut self, spot: Spot<'_>) -> String {
        let Some(text) = self.str(spot, "a string") else { return String::blank() };
        if id::is_kebab(text) {
            return text.to_owned();
        }
        self.fault(spot, format!("`{text}` is not an id"), Some(id::KEBAB.to_owned()));
        String::blank()
    }

    pub(super) fn boolean(&mut self, spot: Spot<'_>) -> bool {
        if let NodeKind::Boolean(value) = spot.node.kind {
            return value;
        }
        self.wrong_type(spot, "true or false");
        false
    }

    /// A number, with or without a fraction.
    pub(super) fn number(&mut self, spot: Spot<'_>) -> Option<Number> {
        let number = match spot.node.kind {
            #[expect(clippy::cast_precision_loss, reason = "figures of targets and places are far below 2^53")]
            NodeKind::Integer(value) => Number::new(value as f64),
            NodeKind::Float(value) => Number::new(value),
            _ => None,
        };
        if number.is_none() {
            self.wrong_type(spot, "a finite number");
        }
        number
    }

    /// A year of four digits.
    pub(super) fn year(&mut self, spot: Spot<'_>) -> i16 {
        match spot.node.kind {
            NodeKind::Integer(value) => match i16::try_from(value) {
                Ok(year @ 1000..=9999) => return year,
                _ => self.fault(spot, format!("`{value}` is not a year"), Some("four digits, such as 2030".to_owned())),
            },
            _ => self.wrong_type(spot, "a year without quotes"),
        }
        0
    }

    pub(super) fn source(&mut self, spot: Spot<'_>) -> Source {
        let table = self.table(spot, &SOURCE);
        if !table.has("title") && !table.has("about") {
            let hint = "`title`, or `about` to say what it is where the title is not known";
            self.missing(&table, "title", Some(hint.to_owned()));
        }
        Source {
            url: self.need(&table, "url", Self::url),
            publisher: self.need(&table, "publisher", Self::text),
            title: self.may(&table, "title", Self::text),
            about: self.may(&table, "about", Self::text),
            date: self.may(&table, "date", Self::edtf),
            lang: self.need(&table, "lang", Self::lang),
            kind: self.need(&table, "kind", Self::word),
        }
    }
}

fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    host.starts_with(|c: char| c.is_alphanumeric() || c == '[')
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_addresses_are_absolute() {
        for text in ["https://example.org", "http://example.org/a?b=c#d", "https://例子.cn/条目", "https://[::1]/"]
        {
            assert!(is_web_address(text), "{text}");
        }
        for text in
            ["", "example.org", "/a", "ftp://example.org", "https://", "https:///a", "https://a b", "https://a\n"]
        {
            assert!(!is_web_address(text), "{text}");
        }
    }
}
