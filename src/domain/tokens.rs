//! Text into the words that search goes by, the same when a record is loaded and when a query is read.
//!
//! - A word is a run of letters and digits, folded as [`fold`](super::text::fold) does: case, accents, full-width
//!   forms and subscripts aside, so `CO₂`, `ＣＯ２` and `co2` are one word. Digits and letters stay together: `cop26`.
//! - Abbreviations lose their dots: `U.S.` is `us`, `D.C.` is `dc`. Numbers lose the commas between thousands and keep
//!   their decimals: `1,200` is `1200`, `17.5` is itself.
//! - The possessive is no part of a word: `China's` is `china`. Any other mark parts words: `HFC-23` is `hfc` and `23`,
//!   `L'Aquila` is `l` and `aquila`.
//! - Chinese has no spaces, so each character makes a word with the one after it: `气候变化` is `气候 候变 变化 化`. The last
//!   of a run stands alone. The dot within a foreign name does not end a run: `约翰·克里` is `约翰 翰克 克里 里`.
//!
//! So every word stands at a place of its own, and words that follow each other in a text do so here.

use std::cell::RefCell;
use std::iter;

use frostem::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::text::folds_to;

/// How a word is made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Letters and digits.
    Word,
    /// Two Chinese characters.
    Pair,
    /// The last Chinese character of a run; `alone` where it is the only one.
    Last {
        /// Whether the run has no other.
        alone: bool,
    },
}

/// A word and where it stands in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The folded word.
    pub word: String,
    /// How it is made up.
    pub form: Form,
    /// The first byte in the text.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// Whether it is written together with the word before it: nothing lies between but marks that join, such as `-`.
    pub joined: bool,
}

/// The words of a text, in order.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    each(text, |word, Place { form, start, end, joined }| {
        let joined = joined && !tokens.is_empty();
        tokens.push(Token { word: word.to_owned(), form, start, end, joined });
    });
    tokens
}

/// Takes the words of a text, in order.
pub fn each_word(text: &str, mut take: impl FnMut(&str)) {
    each(text, |word, _| take(word));
}

fn each(text: &str, take: impl FnMut(&str, Place)) {
    if text.is_ascii() {
        Reader::of(text.as_bytes(), take).read();
    } else {
        Reader::of(&*folded(text), take).read();
    }
}

/// Whether a word is an English one, whose forms have a stem in common.
#[must_use]
pub fn has_stem(word: &str) -> bool {
    word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The stem of a word, if it has one; the word itself otherwise.
#[must_use]
pub fn stem(word: &str) -> String {
    let mut stem = String::new();
    push_stem(&mut stem, word);
    stem
}

/// Adds the [`stem`] of a word to a text.
pub fn push_stem(text: &mut String, word: &str) {
    if !has_stem(word) {
        text.push_str(word);
        return;
    }
    STEMS.with_borrow_mut(|stems| {
        if let Some(stem) = stems.get(word) {
            text.push_str(stem);
            return;
        }
        let stem = Stemmer::new(Algorithm::English).stem(word).into_owned();
        text.push_str(&stem);
        if stems.len() < MOST_STEMS {
            stems.insert(word.to_owned(), stem);
        }
    });
}

/// More words than a language has in use. What is beyond them, if anybody makes it up, is stemmed each time.
const MOST_STEMS: usize = 50_000;

thread_local! {
    /// The stems of words met before: a record has thousands of words and uses the same few again and again.
    static STEMS: RefCell<foldhash::HashMap<String, String>> = RefCell::default();
}

/// A folded character and the bytes of the text that it comes from.
#[derive(Clone, Copy)]
struct Folded {
    c: char,
    start: usize,
    end: usize,
}

/// Folds character by character, so that each folded one knows its place. Marks that combine leave nothing behind.
fn folded(text: &str) -> Vec<Folded> {
    let mut folded = Vec::with_capacity(text.len());
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        if let Some(c) = folds_to(c) {
            folded.push(Folded { c, start, end });
        } else {
            let plain = iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
            folded.extend(plain.map(|c| Folded { c, start, end }));
        }
    }
    folded
}

/// A text, folded.
trait Fold {
    /// The folded character at a place.
    fn at(&self, place: usize) -> Option<Folded>;
}

impl Fold for [Folded] {
    fn at(&self, place: usize) -> Option<Folded> {
        self.get(place).copied()
    }
}

/// A text in ASCII, which folds as it is read.
impl Fold for [u8] {
    fn at(&self, place: usize) -> Option<Folded> {
        let c = self.get(place)?.to_ascii_lowercase().into();
        Some(Folded { c, start: place, end: place + 1 })
    }
}

/// Whether a character is Chinese: one that makes a word with the next.
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3005}' | '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
        || ('\u{20000}'..='\u{3ffff}').contains(&c)
}

/// Whether a character is a hyphen or a dash.
#[must_use]
pub fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{02bc}')
}

/// The dots that stand between the names of foreigners in Chinese.
fn is_name_dot(c: char) -> bool {
    matches!(c, '·' | '•' | '‧' | '・')
}

/// Whether words with this between them are written together.
fn joins(c: char) -> bool {
    is_dash(c) || is_apostrophe(c) || is_name_dot(c) || matches!(c, '.' | '/' | '&' | '_' | '@' | '+' | ':')
}

/// How a word is made up and where it stands; whether what lies between it and what is before joins.
struct Place {
    form: Form,
    start: usize,
    end: usize,
    joined: bool,
}

struct Reader<'a, T: ?Sized, F> {
    folded: &'a T,
    at: usize,
    /// The word that is being read.
    word: String,
    /// Whether what has been passed since the last word joins.
    joined: bool,
    take: F,
}

impl<'a, T: Fold + ?Sized, F: FnMut(&str, Place)> Reader<'a, T, F> {
    fn of(folded: &'a T, take: F) -> Reader<'a, T, F> {
        Reader { folded, at: 0, word: String::new(), joined: false, take }
    }

    fn read(mut self) {
        while let Some(c) = self.peek(0) {
            if is_han(c) {
                self.run();
            } else if c.is_alphanumeric() {
                self.word();
            } else {
                self.joined &= joins(c);
                self.at += 1;
            }
        }
    }

    /// The character so many places ahead.
    fn peek(&self, ahead: usize) -> Option<char> {
        self.folded.at(self.at + ahead).map(|folded| folded.c)
    }

    fn is(&self, ahead: usize, test: fn(char) -> bool) -> bool {
        self.peek(ahead).is_some_and(test)
    }

    /// Hands over the word, which covers the characters from one place to another, the last included.
    fn add(&mut self, form: Form, first: usize, last: usize) {
        let start = self.folded.at(first).map_or(0, |folded| folded.start);
        let end = self.folded.at(last).map_or(start, |folded| folded.end);
        (self.take)(&self.word, Place { form, start, end, joined: self.joined });
        self.word.clear();
        self.joined = true;
    }

    /// Reads a run of Chinese characters.
    fn run(&mut self) {
        let mut alone = true;
        while let Some(c) = self.peek(0).filter(|c| is_han(*c)) {
            let place = self.at;
            self.word.push(c);
            self.at += if self.is(1, is_name_dot) && self.is(2, is_han) { 2 } else { 1 };
            if let Some(next) = self.peek(0).filter(|c| is_han(*c)) {
                self.word.push(next);
                self.add(Form::Pair, place, self.at);
                alone = false;
            } else {
                self.add(Form::Last { alone }, place, place);
            }
        }
    }

    /// Reads a run of letters and digits.
    fn word(&mut self) {
        let first = self.at;
        if self.lone(0) && self.peek(1) == Some('.') && self.lone(2) {
            self.abbreviation();
        } else {
            if self.is(0, |c| c.is_ascii_digit()) {
                self.number();
            }
            while let Some(c) = self.peek(0).filter(|c| c.is_alphanumeric() && !is_han(*c)) {
                self.word.push(c);
                self.at += 1;
            }
        }
        let last = self.at - 1;
        self.add(Form::Word, first, last);
        if self.is(0, is_apostrophe) && self.peek(1) == Some('s') && !self.is(2, char::is_alphanumeric) {
            self.at += 2;
        }
    }

    /// Whether a letter stands so many places ahead, and no letter or digit after it.
    fn lone(&self, ahead: usize) -> bool {
        self.is(ahead, |c| c.is_alphabetic() && !is_han(c)) && !self.is(ahead + 1, char::is_alphanumeric)
    }

    /// Reads letters with dots between, and the dot after the last.
    fn abbreviation(&mut self) {
        while self.lone(0) {
            self.word.extend(self.peek(0));
            self.at += 1;
            if self.peek(0) != Some('.') {
                break;
            }
            self.at += 1;
        }
    }

    /// Reads digits, with commas between thousands and one decimal point.
    fn number(&mut self) {
        let digits = |reader: &Self, from: usize| {
            let mut count = 0;
            while reader.is(from + count, |c| c.is_ascii_digit()) {
                count += 1;
            }
            count
        };
        let mut count = digits(self, 0);
        let grouped = count <= 3;
        loop {
            self.digits(count);
            if !(grouped && self.peek(0) == Some(',') && digits(self, 1) == 3) {
                break;
            }
            self.at += 1;
            count = 3;
        }
        let decimals = digits(self, 1);
        if self.peek(0) == Some('.') && decimals > 0 {
            self.word.push('.');
            self.at += 1;
            self.digits(decimals);
        }
    }

    /// Reads so many digits.
    fn digits(&mut self, count: usize) {
        for _ in 0..count {
            self.word.extend(self.peek(0));
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::text::fold;
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.word).collect()
    }

    fn joined(text: &str) -> Vec<bool> {
        tokens(text).into_iter().map(|token| token.joined).collect()
    }

    #[test]
    fn each_kind_of_word_is_read_as_the_module_says() {
        for (text, expected) in [
            ("CO₂ ＣＯ２ co2", &["co2", "co2", "co2"][..]),
            ("Laurence Pérez, Peña & Türkiye", &["laurence", "perez", "pena", "turkiye"]),
            ("U.S.-China relations", &["us", "china", "relations"]),
            ("the U.S. and the U.N.", &["the", "us", "and", "the", "un"]),
            ("Washington, D.C.", &["washington", "dc"]),
            ("George H.W. Bush's", &["george", "hw", "bush"]),
            ("U.S.China e.g.:气候", &["us", "china", "eg", "气候", "候"]),
            ("J. Kerry a.m", &["j", "kerry", "am"]),
            ("People's Congress, others' 's", &["people", "congress", "others", "s"]),
            ("COP26, the 14th, HFC-23", &["cop26", "the", "14th", "hfc", "23"]),
            ("1,200 GW or 17.5 and 50-52", &["1200", "gw", "or", "17.5", "and", "50", "52"]),
            ("2030,2035 1,20 3.", &["2030", "2035", "1", "20", "3"]),
            ("1,234,567.89m", &["1234567.89m"]),
            ("L’Aquila", &["l", "aquila"]),
            ("气候变化", &["气候", "候变", "变化", "化"]),
            ("约翰·克里", &["约翰", "翰克", "克里", "里"]),
            ("《巴黎协定》，2030年", &["巴黎", "黎协", "协定", "定", "2030", "年"]),
            ("COP26前夕", &["cop26", "前夕", "夕"]),
            ("🌍 — ?!", &[]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_together_is_joined() {
        assert_eq!(joined("US–China low-carbon"), [false, true, false, true]);
        assert_eq!(joined("coal, gas;oil"), [false, false, false]);
        assert_eq!(joined("COP26前夕 2030年"), [false, true, true, false, true]);
        assert_eq!(joined("- a"), [false]);
    }

    #[test]
    fn a_token_knows_its_place_in_the_text() {
        let text = "Ｃafé: U.S. 约翰·克里";
        let cut: Vec<&str> = tokens(text).iter().map(|token| &text[token.start..token.end]).collect();
        assert_eq!(cut, ["Ｃafé", "U.S.", "约翰", "翰·克", "克里", "里"]);
    }

    #[test]
    fn stems_unite_the_forms_of_a_word_and_leave_others_alone() {
        for (one, other) in [("negotiate", "negotiations"), ("pledges", "pledge"), ("subsidies", "subsidy")] {
            assert_eq!(stem(one), stem(other));
        }
        for word in ["co2", "气候", "us", "17.5", "président"] {
            assert_eq!(stem(word), word);
        }
    }

    proptest! {
        #[test]
        fn any_text_has_words_in_order_within_it(text in any::<String>()) {
            let found = tokens(&text);
            for token in &found {
                prop_assert!(!token.word.is_empty() && text.get(token.start..token.end).is_some());
                prop_assert!(token.word.chars().all(|c| c.is_alphanumeric() || is_han(c) || c == '.'));
                prop_assert!(!stem(&token.word).is_empty());
            }
            prop_assert!(found.is_sorted_by(|one, other| one.start <= other.start));
        }

        #[test]
        fn folding_changes_no_word(text in "[a-zA-ZéÉ₂Ａ０-９气候·.,' \u{301}-]{0,40}") {
            prop_assert_eq!(words(&fold(&text)), words(&text));
        }

        #[test]
        fn the_words_of_words_are_the_same(text in "[a-zA-Zé0-9₂.,' -]{0,40}") {
            let once = words(&text);
            prop_assert_eq!(words(&once.join(" ")), once);
        }
    }
}
