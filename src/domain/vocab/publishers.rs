//! Whose voice a publisher is: two sources that repeat one voice bear each other out no better than one.
//!
//! A publisher is known by words in its name (lower case, as [`plain`] makes them), since the name also says whom it reprints: `CGTN America (State
//! Department text)` is the State Department, `Reuters via Global Times` is Reuters. The lists know what the record
//! cites, and can be wrong of a new name: they serve rules that ask a curator to look again, nothing else.

use super::Country;
use crate::domain::text::fold;

/// Words by which a body of the US government, or a collection of its texts, is known.
const US_GOVERNMENT: &[&str] = &[
    "white house",
    "state department",
    "department of state",
    "us department",
    "shareamerica",
    "us doe",
    "us epa",
    "us treasury",
    "treasury release",
    "us trade representative",
    "us national nuclear security administration",
    "us embassy",
    "us senate",
    "us government",
    "us government publishing office",
    "house select committee",
    "congress gov",
    "congressional record",
    "federal register",
    "presidential library",
    "usia",
];

/// Words by which a body of the Chinese government or its party is known.
const CN_GOVERNMENT: &[&str] = &[
    "chinese embassy",
    "china embassy",
    "chinese consulate",
    "chinese foreign ministry",
    "foreign ministry briefing",
    "mfa press release",
    "chinese readout",
    "chinese government",
    "china ministry",
    "ministry of science and technology of china",
    "national development and reform commission",
    "state council",
    "permanent mission of china",
    "china meteorological administration",
    "mee",
    "environment ministry s",
];

/// News agencies, whose texts others print, and houses known by two names: the words, and the name to go by.
const HOUSES: &[(&str, &str)] = &[
    ("reuters", "Reuters"),
    ("afp", "AFP"),
    ("associated press", "Associated Press"),
    ("ap", "Associated Press"),
    ("bloomberg", "Bloomberg"),
    ("xinhua", "Xinhua"),
    ("新华社", "Xinhua"),
    ("china news service", "China News Service"),
    ("kyodo", "Kyodo"),
    ("ians", "IANS"),
    ("pti", "PTI"),
    ("voa", "Voice of America"),
    ("wri", "World Resources Institute"),
];

/// The press of the Chinese state and party.
const CN_PRESS: &[&str] = &[
    "xinhua",
    "新华社",
    "people s daily",
    "cctv",
    "央视新闻",
    "cgtn",
    "china daily",
    "china news service",
    "ecns",
    "ecns cn",
    "global times",
    "china radio international",
    "china org cn",
    "china pictorial",
];

/// The house that a text comes from: a government, an agency, or the publisher without the name of the reprint.
#[must_use]
pub fn house(publisher: &str) -> String {
    if let Some(country) = government(publisher) {
        return format!("government of {country}");
    }
    let names = plain(publisher);
    let known = HOUSES.iter().find(|(words, _)| says(&names, words)).map(|(_, name)| *name);
    known.unwrap_or_else(|| origin(publisher)).to_owned()
}

/// Whether a publisher neither is a body of a country's government nor belongs to its state press.
#[must_use]
pub fn independent_of(publisher: &str, country: Country) -> bool {
    let official = government(publisher) == Some(country);
    let origin = plain(&house(publisher));
    let press = country == Country::Cn && CN_PRESS.iter().any(|name| says(&origin, name));
    !official && !press
}

/// The country whose government speaks in a publisher's texts.
fn government(publisher: &str) -> Option<Country> {
    let names = plain(publisher);
    let known = |list: &[&str]| list.iter().any(|name| says(&names, name));
    if known(US_GOVERNMENT) {
        Some(Country::Us)
    } else if known(CN_GOVERNMENT) {
        Some(Country::Cn)
    } else {
        None
    }
}

/// What stands before the name of the reprint.
fn origin(publisher: &str) -> &str {
    let end = [" via ", " on ", " ("].iter().filter_map(|mark| publisher.find(mark)).min();
    end.and_then(|end| publisher.get(..end)).unwrap_or(publisher)
}

/// A name as its words, folded, with a space on both sides of each.
fn plain(name: &str) -> String {
    // `U.S.` is one word.
    let name = fold(&name.replace("U.S.", "US"));
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(String::from(" "), |text, word| text + word + " ")
}

/// Whether a name holds these words one after another, both as [`plain`] makes them.
fn says(names: &str, words: &str) -> bool {
    let apart = |at: usize| names.as_bytes().get(at) == Some(&b' ');
    names.match_indices(words).any(|(at, _)| at > 0 && apart(at - 1) && apart(at + words.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_plain() {
        let houses = HOUSES.iter().map(|(words, _)| words);
        for words in [US_GOVERNMENT, CN_GOVERNMENT, CN_PRESS].into_iter().flatten().chain(houses) {
            assert_eq!(plain(words), format!(" {words} "));
        }
    }

    #[test]
    fn a_house_is_known_through_its_reprints() {
        let houses = [
            ("Reuters via Global Times", "Reuters"),
            ("Malay Mail (Reuters)", "Reuters"),
            ("Newser (AP, Reuters, Politico)", "Reuters"),
            ("AP via KEYT", "Associated Press"),
            ("Associated Press via KSL", "Associated Press"),
            ("VOA", "Voice of America"),
            ("Climate Home News via eceee", "Climate Home News"),
            ("Wikipedia (IPFS mirror)", "Wikipedia"),
            ("CGTN America (State Department text)", "government of US"),
            ("U.S. Embassy in China", "government of US"),
            ("US EPA (blog)", "government of US"),
            ("MEE text via meizhou.cn", "government of CN"),
            ("Chinese Foreign Ministry (Embassy in Egypt site)", "government of CN"),
            ("Xinhua via People's Daily Online", "Xinhua"),
            ("South China Morning Post", "South China Morning Post"),
            ("WRI / ChinaFAQs", "World Resources Institute"),
            ("Apple Daily (Hong Kong)", "Apple Daily"),
        ];
        for (publisher, expected) in houses {
            assert_eq!(house(publisher), expected, "{publisher}");
        }
    }

    #[test]
    fn a_government_and_its_press_are_not_independent_of_it() {
        for publisher in
            ["Xinhua", "新华社", "Global Times", "China.org.cn", "Ecns.cn (China News Service)", "MEE / FECO"]
        {
            assert!(!independent_of(publisher, Country::Cn), "{publisher}");
            assert!(independent_of(publisher, Country::Us), "{publisher}");
        }
        for publisher in ["Reuters via Global Times", "Reuters", "South China Morning Post", "Meeting Notes", "IISD"] {
            assert!(independent_of(publisher, Country::Cn), "{publisher}");
        }
        assert!(!independent_of("Kazinform (citing the White House)", Country::Us));
        assert!(!independent_of("US Department of Energy", Country::Us));
    }
}
