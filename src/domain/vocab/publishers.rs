//! Whose voice a publisher is: two sources that repeat one voice bear each other out no better than one.
//!
//! A publisher is known by words in its name, since the name also says whom it reprints: `CGTN America (State
//! Department text)` is the State Department, `Reuters via Global Times` is Reuters. The lists know what the record
//! cites, and can be wrong of a new name: they serve rules that ask a curator to look again, nothing else.

use super::Country;
use crate::domain::text::fold;

/// Words by which a body of the US government, or a collection of its texts, is known.
const US_GOVERNMENT: &[&str] = &[
    "White House",
    "State Department",
    "Department of State",
    "US Department",
    "ShareAmerica",
    "US DOE",
    "US EPA",
    "US Treasury",
    "Treasury release",
    "US Trade Representative",
    "US National Nuclear Security Administration",
    "US Embassy",
    "US Senate",
    "US government",
    "US Government Publishing Office",
    "House Select Committee",
    "Congress gov",
    "Congressional Record",
    "Federal Register",
    "Presidential Library",
    "USIA",
];

/// Words by which a body of the Chinese government or its party is known.
const CN_GOVERNMENT: &[&str] = &[
    "Chinese Embassy",
    "China Embassy",
    "Chinese Consulate",
    "Chinese Foreign Ministry",
    "Foreign Ministry briefing",
    "MFA press release",
    "Chinese readout",
    "Chinese government",
    "China Ministry",
    "Ministry of Science and Technology of China",
    "National Development and Reform Commission",
    "State Council",
    "Permanent Mission of China",
    "China Meteorological Administration",
    "MEE",
    "environment ministry s",
];

/// News agencies, whose texts others print.
const AGENCIES: &[&str] =
    &["Reuters", "AFP", "Associated Press", "AP", "Bloomberg", "Xinhua", "China News Service", "Kyodo", "IANS", "PTI"];

/// The press of the Chinese state and party.
const CN_PRESS: &[&str] = &[
    "Xinhua",
    "新华社",
    "People s Daily",
    "CCTV",
    "央视新闻",
    "CGTN",
    "China Daily",
    "China News Service",
    "ECNS",
    "Ecns cn",
    "Global Times",
    "China Radio International",
    "China org cn",
    "China Pictorial",
];

/// The same house under two names.
const ALIASES: &[(&str, &str)] =
    &[("AP", "Associated Press"), ("VOA", "Voice of America"), ("WRI", "World Resources Institute")];

/// The house that a text comes from: a government, an agency, or the publisher without the name of the reprint.
#[must_use]
pub fn house(publisher: &str) -> String {
    if let Some(country) = government(publisher) {
        return format!("government of {country}");
    }
    let names = plain(publisher);
    let agency = AGENCIES.iter().find(|agency| says(&names, agency)).copied();
    let house = agency.unwrap_or_else(|| origin(publisher));
    ALIASES.iter().find(|(alias, _)| *alias == house).map_or(house, |(_, name)| name).to_owned()
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

/// Whether a name, as [`plain`] makes it, holds these words one after another.
fn says(names: &str, words: &str) -> bool {
    names.contains(&plain(words))
}

#[cfg(test)]
mod tests {
    use super::*;

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
