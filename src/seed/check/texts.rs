//! Texts in two languages, each in its own, each saying the same; titles that tell events apart.

use std::cmp::Ordering;
use std::ops::Range;

use super::super::place::{Place, Placed};
use super::super::problem::Problem;
use super::{All, warning};
use crate::domain::date::{Day, Edtf};
use crate::domain::event::Event;
use crate::domain::records::short;
use crate::domain::text::{Lang, Text, fold};
use crate::parallel;

/// A text, and the way to it.
struct Written<'r> {
    place: &'r Place<'r>,
    path: String,
    text: &'r Text,
    /// Whether it is a sentence and not a name: only of sentences can the length be weighed.
    sentence: bool,
}

fn written<'r>(all: &All<'r>) -> Vec<Written<'r>> {
    let mut found = Vec::new();
    let mut add = |place: &'r Place<'r>, path: String, text: &'r Text, sentence: bool| {
        found.push(Written { place, path, text, sentence });
    };
    for event in all.whole_events() {
        let (place, event) = (&event.place, &event.record);
        add(place, "title".to_owned(), &event.title, true);
        add(place, "summary".to_owned(), &event.summary, true);
        if let Some(note) = &event.confidence_note {
            add(place, "confidence_note".to_owned(), note, true);
        }
        if let Some(location) = &event.location {
            add(place, "location.place".to_owned(), &location.place, false);
        }
        for (index, account) in event.accounts.iter().enumerate() {
            add(place, format!("accounts[{index}].says"), &account.says, true);
        }
    }
    for actor in all.whole_actors() {
        for (index, post) in actor.record.roles.iter().enumerate() {
            add(&actor.place, format!("roles[{index}].title"), &post.title, false);
            if let Some(note) = &post.note {
                add(&actor.place, format!("roles[{index}].note"), note, true);
            }
        }
    }
    for commitment in all.whole_commitments() {
        let (place, commitment) = (&commitment.place, &commitment.record);
        add(place, "title".to_owned(), &commitment.title, true);
        add(place, "summary".to_owned(), &commitment.summary, true);
        if let Some(target) = &commitment.target {
            add(place, "target.metric".to_owned(), &target.metric, false);
        }
        for (index, entry) in commitment.history.iter().enumerate() {
            if let Some(note) = &entry.note {
                add(place, format!("history[{index}].note"), note, true);
            }
        }
    }
    found
}

/// Whether a text has a character of its language; figures and signs belong to both.
fn is_in(lang: Lang, text: &str) -> bool {
    match lang {
        Lang::En => text.contains(|c: char| c.is_ascii_alphabetic()),
        Lang::Zh => text.contains(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3134f}')),
    }
}

/// Each text is in its language; names are too.
pub(super) fn are_in_their_language(all: &All<'_>, problems: &mut Vec<Problem>) {
    let mut weigh = |place: &Place<'_>, path: &str, lang: Lang, text: &str| {
        if !is_in(lang, text) {
            let language = if lang == Lang::En { "English" } else { "Chinese" };
            problems.push(place.problem(path, format!("`{text}` is not {language}"), None));
        }
    };
    for Written { place, path, text, .. } in written(all) {
        for lang in Lang::ALL {
            weigh(place, &format!("{path}.{}", lang.tag()), lang, text.get(lang));
        }
    }
    for actor in all.whole_actors() {
        weigh(&actor.place, "name.en", Lang::En, &actor.record.name.en);
        if let Some(name) = &actor.record.name.zh {
            weigh(&actor.place, "name.zh", Lang::Zh, name);
        }
    }
}

/// Neither half of a text is much shorter than the other.
///
/// In the record a Chinese character stands for about three of English. Of 1,900 texts none went beyond 2 to 4.5 of
/// them by more than these few characters, which a short text needs for a name that is long in one language.
pub(super) fn say_the_same_in_both(all: &All<'_>, problems: &mut Vec<Problem>) {
    const SLACK: usize = 25;
    for Written { place, path, text, .. } in written(all).into_iter().filter(|written| written.sentence) {
        let (en, zh) = (text.en.chars().count(), text.zh.chars().count());
        let (short, long) = if 2 * en > 9 * zh + 2 * SLACK {
            (Lang::Zh, en)
        } else if 2 * zh > en + SLACK {
            (Lang::En, zh)
        } else {
            continue;
        };
        let message = format!("the text is much shorter than its pair of {long} characters");
        let hint = "both languages say the same: nothing left out, nothing added".to_owned();
        problems.push(warning(place.problem(&format!("{path}.{}", short.tag()), message, Some(hint))));
    }
}

/// Titles are alike where this many tenths of their pairs of neighbouring characters (Sørensen and Dice's measure) are
/// the same. In the record no two of a day share five.
const ALIKE_TENTHS: usize = 7;

/// Whether so many pairs are enough, of all that two titles have.
fn are_enough(common: usize, all: usize) -> bool {
    10 * 2 * common >= ALIKE_TENTHS * all
}

/// Two events of one day, by the clock of either capital, have titles that tell them apart.
pub(super) fn of_one_day_tell_events_apart(all: &All<'_>, problems: &mut Vec<Problem>) {
    let mut events: Vec<Titled<'_>> = all.whole_events().map(Titled::new).collect();
    events.sort_by_key(|event| (event.mark.first, &event.placed.record.id));
    for (index, one) in events.iter().enumerate() {
        // In order of the first day, so that none after the first that begins too late need be looked at.
        for other in events[index + 1..].iter().take_while(|other| other.mark.first <= one.mark.last) {
            if one.is_alike(other) {
                let message = format!("the title is nearly that of `{}`, of the same day", one.placed.record.id);
                let hint = "one event is recorded once; two have titles that tell them apart".to_owned();
                problems.push(warning(other.placed.place.problem("title", message, Some(hint))));
            }
        }
    }
}

/// What is kept of an event's titles to find those that may be alike.
#[derive(Debug, Clone, Copy)]
pub(in crate::seed) struct TitleMark {
    pub(in crate::seed) event: u32,
    first: Day,
    last: Day,
    titles: [Pairs; 2],
}

/// Something of the pairs of a title.
#[derive(Debug, Clone, Copy)]
struct Pairs {
    /// One bit for each kind of pair, by chance one for two kinds.
    kinds: [u64; 8],
    /// How many bits there are.
    bits: u32,
    /// How many pairs there are.
    count: u32,
}

impl Pairs {
    fn of(title: &str) -> Pairs {
        let pairs = pairs(title);
        let mut kinds = [0_u64; 8];
        for [one, other] in &pairs {
            let mixed = (u64::from(*one) << 21 | u64::from(*other)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 55;
            kinds[usize::try_from(mixed / 64).unwrap_or_default()] |= 1 << (mixed % 64);
        }
        Pairs { kinds, bits: kinds.iter().map(|kinds| kinds.count_ones()).sum(), count: short(pairs.len()) }
    }

    fn may_be_like(&self, other: &Pairs) -> bool {
        let enough = |common: u32| are_enough(common as usize, self.count as usize + other.count as usize);
        // Most titles differ so much in length that no more need be known.
        enough(self.count.min(other.count)) && {
            let common: u32 = self.kinds.iter().zip(&other.kinds).map(|(one, other)| (one & other).count_ones()).sum();
            // A bit that only one has stands for a pair, at least, that the other has not.
            let shared = |pairs: &Pairs| pairs.count - (pairs.bits - common);
            enough(shared(self).min(shared(other)))
        }
    }
}

/// How many titles are compared with those after them at a time.
const TITLES_AT_ONCE: usize = 4096;

impl TitleMark {
    /// A mark of the event with number 0.
    pub(in crate::seed) fn new(event: &Event) -> TitleMark {
        let (first, last) = days(event);
        TitleMark { event: 0, first, last, titles: Lang::ALL.map(|lang| Pairs::of(event.title.get(lang))) }
    }

    /// The same, of another event.
    pub(in crate::seed) fn of(self, event: u32) -> TitleMark {
        TitleMark { event, ..self }
    }

    /// Events of one day whose titles may be alike, and all whose titles are.
    pub(in crate::seed) fn alike(marks: &[TitleMark]) -> Vec<u32> {
        // Events come in order of id, which is nearly this one. A mark is large and stays where it is.
        let mut order: Vec<u32> = (0..short(marks.len())).collect();
        order.sort_by_key(|at| marks[*at as usize].first);
        let some_alike = |range: Range<usize>| -> Vec<u32> {
            let with_others = range.flat_map(|at| {
                let one = &marks[order[at] as usize];
                let others = order[at + 1..].iter().map(|at| &marks[*at as usize]);
                let others = others.take_while(|other| other.first <= one.last);
                others.filter(|other| one.may_be_like(other)).flat_map(|other| [one.event, other.event])
            });
            with_others.collect()
        };
        parallel::all(parallel::places(order.len(), TITLES_AT_ONCE), some_alike).concat()
    }

    fn may_be_like(&self, other: &TitleMark) -> bool {
        self.titles.iter().zip(&other.titles).any(|(one, other)| one.may_be_like(other))
    }
}

/// The first and last day of an event, by any clock.
fn days(event: &Event) -> (Day, Day) {
    let days = || event.local_dates.iter().flat_map(|local| [local.us, local.cn]).chain([event.date]);
    (days().map(Edtf::start).min().unwrap_or(Day::MIN), days().map(Edtf::end).max().unwrap_or(Day::MAX))
}

/// An event, its titles folded, and their mark with its days by all clocks.
struct Titled<'r> {
    placed: &'r Placed<'r, Event>,
    titles: [Vec<[char; 2]>; 2],
    mark: TitleMark,
}

impl<'r> Titled<'r> {
    fn new(placed: &'r Placed<'r, Event>) -> Titled<'r> {
        let event = &placed.record;
        let titles = Lang::ALL.map(|lang| sorted_pairs(event.title.get(lang)));
        Titled { placed, titles, mark: TitleMark::new(event) }
    }

    fn is_alike(&self, other: &Titled<'_>) -> bool {
        // What cannot be enough need not be counted: at a thousand events a day it would be slow.
        self.mark.may_be_like(&other.mark)
            && self
                .titles
                .iter()
                .zip(&other.titles)
                .any(|(one, another)| are_enough(common(one, another), one.len() + another.len()))
    }
}

/// The pairs of neighbouring characters of a text, folded and without spaces.
fn pairs(text: &str) -> Vec<[char; 2]> {
    let folded = fold(text);
    let chars = folded.chars().filter(|c| !c.is_whitespace());
    chars.clone().zip(chars.skip(1)).map(|(one, next)| [one, next]).collect()
}

/// The same, in order.
fn sorted_pairs(text: &str) -> Vec<[char; 2]> {
    let mut pairs = pairs(text);
    pairs.sort_unstable();
    pairs
}

/// How many items two sorted lists have in common.
fn common<T: Ord>(one: &[T], another: &[T]) -> usize {
    let (mut a, mut b) = (one.iter().peekable(), another.iter().peekable());
    let mut count = 0;
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        match x.cmp(y) {
            Ordering::Less => drop(a.next()),
            Ordering::Greater => drop(b.next()),
            Ordering::Equal => {
                count += 1;
                a.next();
                b.next();
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::fixture::{BIDEN, CALL, CN, EVENT, JOINT, SUMMIT, Seeds, US};
    use super::*;

    #[test]
    fn each_text_is_in_its_language() {
        let cases = [
            (CALL, "zh = \"通话\" }", "zh = \"Call 2\" }", "6:29 title.zh"),
            (CALL, "en = \"They spoke.\"", "en = \"通话。\"", "7:18 summary.en"),
            (EVENT, "zh = \"只有一方。\"", "zh = \"1.\"", "9:50 confidence_note.zh"),
            (EVENT, "zh = \"是这样。\"", "zh = \"So.\"", "26:51 accounts[0].says.zh"),
            (EVENT, "zh = \"上海\"", "zh = \"Shanghai\"", "29:46 location.place.zh"),
            (BIDEN, "zh = \"乔·拜登\"", "zh = \"Joe Biden\"", "3:33 name.zh"),
            (BIDEN, "en = \"Joe Biden\"", "en = \"拜登\"", "3:15 name.en"),
            (BIDEN, "zh = \"副总统\"", "zh = \"VP\"", "14:39 roles[1].title.zh"),
            (BIDEN, "zh = \"奥巴马任内。\"", "zh = \"2009\"", "17:36 roles[1].note.zh"),
            (US, "zh = \"排放\"", "zh = \"CO₂\"", "5:46 target.metric.zh"),
            (CN, "zh = \"达峰\" }", "zh = \"Peak\" }", "3:29 title.zh"),
            (JOINT, "zh = \"中止。\"", "zh = \"–\"", "17:35 history[1].note.zh"),
        ];
        for (path, from, to, place) in cases {
            let mut seeds = Seeds::valid();
            seeds.edit(path, from, to);
            seeds.expect(&[&format!("{path}:{place}")]);
        }
    }

    #[test]
    fn a_text_much_shorter_than_its_pair_is_a_warning() {
        let (english, chinese) =
            ("The two sides met and agreed to go on with it. ".repeat(4), "双方会晤并商定继续合作。".repeat(5));
        for (en, zh, place) in [
            (english.trim_end(), "通话。", Some("7:214 summary.zh")),
            ("They spoke.", &*chinese, Some("7:18 summary.en")),
            (english.trim_end(), &*chinese, None),
        ] {
            let mut seeds = Seeds::valid();
            let summary = "summary = { en = \"They spoke.\", zh = \"通话。\" }";
            seeds.edit(CALL, summary, &format!("summary = {{ en = \"{en}\", zh = \"{zh}\" }}"));
            let expected: Vec<String> = place.iter().map(|place| format!("{CALL}:{place}")).collect();
            seeds.expect(&expected.iter().map(String::as_str).collect::<Vec<_>>());
            assert!(super::super::super::load(&seeds.files()).is_ok());
        }
    }

    #[test]
    fn titles_of_one_day_tell_events_apart() {
        let alike = "title = { en = \"A joint statement\", zh = \"会晤\" }";
        let mut seeds = Seeds::valid();
        seeds.edit(SUMMIT, "title = { en = \"Leaders meet\", zh = \"领导人会晤\" }", alike);
        seeds.expect(&[]);
        seeds.edit(SUMMIT, "date = \"2021-04-22\"", "date = \"2021-04-17\"");
        seeds.expect(&[&format!("{SUMMIT}:7:9 title")]);
        seeds.edit(SUMMIT, "en = \"A joint statement\", zh = \"会晤\"", "en = \"Leaders meet\", zh = \"联合声明\"");
        seeds.expect(&[&format!("{SUMMIT}:7:9 title")]);
        // The same day in Washington alone.
        seeds.edit(
            SUMMIT,
            "date = \"2021-04-17\"",
            "date = \"2021-04-18\"\nlocal_dates = { US = \"2021-04-17\", CN = \"2021-04-18\" }",
        );
        seeds.expect(&[&format!("{SUMMIT}:8:9 title")]);
        assert!(super::super::super::load(&seeds.files()).is_ok());
    }

    proptest! {
        #[test]
        fn titles_that_are_alike_have_marks_that_may_be(
            words in prop::collection::vec("[a-c气候]{1,3}", 1..40),
            others in prop::collection::vec("[a-c气候]{1,3}", 0..10),
            at in any::<prop::sample::Index>(),
        ) {
            let title = words.join(" ");
            let mut changed = words.clone();
            let at = at.index(words.len());
            changed.splice(at..at, others);
            let other = changed.join(" ");
            let (one, another) = (sorted_pairs(&title), sorted_pairs(&other));
            let alike = are_enough(common(&one, &another), one.len() + another.len());
            prop_assert!(!alike || Pairs::of(&title).may_be_like(&Pairs::of(&other)));
            prop_assert!(Pairs::of(&title).may_be_like(&Pairs::of(&title)));
        }
    }
}
