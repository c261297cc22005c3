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
    if text.chars().all(is_plain) {
        return text.to_ascii_lowercase();
    }
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).nfc().collect()
}

/// Whether folding leaves a character as it is, case aside: so it is with nearly all, and they need not be looked up.
#[must_use]
pub(super) fn is_plain(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3001}' | '\u{3002}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_characters_fold_as_others_do() {
        for c in ('\0'..=char::MAX).filter(|c| is_plain(*c)) {
            let folded: String = std::iter::once(c).nfkd().flat_map(char::to_lowercase).nfc().collect();
            assert!(fold(&c.to_string()) == folded && !is_combining_mark(c), "{c}");
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
