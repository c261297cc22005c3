//! Text in the two languages of the record, and the folded form by which text is compared and sorted.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A language of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese, in simplified characters.
    Zh,
}

impl Lang {
    /// Both languages, the default first.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// The language tag (BCP 47).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh",
        }
    }

    /// The language with this tag.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.tag() == tag)
    }
}

/// A text in English and in Chinese, each saying the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl Text {
    /// The text in one language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// The form by which text is compared: compatibility forms unified (CO₂ is CO2), accents dropped, lower case.
///
/// Folding here and not in the database gives every database the same order and the same matches.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    if let Some(folded) = text.chars().map(folds_to).collect() {
        return folded;
    }
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).nfc().collect()
}

/// The one character that a character folds to, where it need not be looked up: so it is with nearly all.
#[must_use]
pub(super) fn folds_to(c: char) -> Option<char> {
    /// How far a full-width form is from its character in ASCII.
    const WIDE: u32 = 0xfee0;
    match c {
        '\0'..='\x7f' => Some(c.to_ascii_lowercase()),
        '\u{4e00}'..='\u{9fff}'
        | '\u{3001}'
        | '\u{3002}'
        | '\u{3008}'..='\u{3011}'
        | '\u{b7}'
        | '\u{2013}'
        | '\u{2014}'
        | '\u{2018}'..='\u{201d}' => Some(c),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - WIDE).map(|c| c.to_ascii_lowercase()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_looked_up_folds_as_if_it_were() {
        for (c, folded) in ('\0'..=char::MAX).filter_map(|c| Some((c, folds_to(c)?))) {
            let looked_up: String = std::iter::once(c).nfkd().flat_map(char::to_lowercase).nfc().collect();
            assert!(looked_up == folded.to_string() && !is_combining_mark(c), "{c}");
        }
    }

    #[test]
    fn folding_unifies_what_readers_take_for_the_same() {
        assert_eq!(fold("CO₂"), "co2");
        assert_eq!(fold("Laurence Pérez"), "laurence perez");
        assert_eq!(fold("ＮＤＣ"), "ndc");
        assert_eq!(fold("解振华"), "解振华");
        assert_eq!(fold(&fold("İSTANBUL")), fold("İSTANBUL"));
    }
}
