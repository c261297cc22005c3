//! Addresses: one source stands at one address, told the same way wherever it is cited.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};

use url::Url;

use super::super::place::Place;
use super::super::problem::Problem;
use super::{All, warning};
use crate::domain::source::Source;

/// A source, and the way to it.
struct Cited<'r> {
    place: &'r Place<'r>,
    path: String,
    source: &'r Source,
    /// Whether its list holds it already.
    again: bool,
}

/// Every source of every whole record: events, actors, commitments, each by id.
fn cited<'r>(all: &All<'r>) -> Vec<Cited<'r>> {
    let mut found = Vec::new();
    for event in all.whole_events() {
        listed(&event.place, "sources", &event.record.sources, &mut found);
    }
    for actor in all.whole_actors() {
        listed(&actor.place, "sources", &actor.record.sources, &mut found);
    }
    for commitment in all.whole_commitments() {
        for (index, entry) in commitment.record.history.iter().enumerate() {
            listed(&commitment.place, &format!("history[{index}].sources"), &entry.sources, &mut found);
        }
        listed(&commitment.place, "sources", &commitment.record.sources, &mut found);
    }
    found
}

fn listed<'r>(place: &'r Place<'r>, list: &str, sources: &'r [Source], found: &mut Vec<Cited<'r>>) {
    let mut seen = HashSet::new();
    for (index, source) in sources.iter().enumerate() {
        // What is alone need not be known in other spellings.
        let again = sources.len() > 1 && !seen.insert(bare(&source.url));
        found.push(Cited { place, path: format!("{list}[{index}]"), source, again });
    }
}

/// An address without what does not change where it leads: the scheme, `www.`, a closing slash, the place on the page,
/// and words that track who came.
fn bare(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    // `#/` and `#!` name a page of its own.
    let page = url.fragment().filter(|fragment| fragment.starts_with(['/', '!'])).map(str::to_owned);
    url.set_fragment(page.as_deref());
    let kept: Vec<&str> = url.query().unwrap_or_default().split('&').filter(|pair| !tracks(pair)).collect();
    let query = kept.join("&");
    url.set_query((!query.is_empty()).then_some(&query));
    let host = url.host_str().unwrap_or_default();
    let rest = url.as_str().split_once(host).map_or(url.as_str(), |(_, rest)| rest);
    format!("{}{}", host.strip_prefix("www.").unwrap_or(host), rest.trim_end_matches('/'))
}

/// What is kept of a source that is cited, to find those that are told in two ways.
#[derive(Debug, Clone, Copy)]
pub(in crate::seed) struct Mark {
    /// Of the bare address.
    address: u64,
    /// Of everything that is said of it.
    told: u64,
    /// Of publisher, title and date.
    titled: u64,
    /// The event that cites it; none for other records.
    pub(in crate::seed) event: Option<u32>,
}

impl Mark {
    /// A mark of no event yet.
    pub(in crate::seed) fn new(source: &Source) -> Mark {
        let Source { url, publisher, title, about, date, lang, kind } = source;
        let address = hash(bare(url));
        let titled = match (title, date) {
            (Some(title), Some(date)) => hash((publisher, title, date)),
            // Of no two the same.
            _ => address,
        };
        Mark { address, told: hash((url, publisher, title, about, date, lang, kind)), titled, event: None }
    }

    /// The same, of an event.
    pub(in crate::seed) fn of(self, event: u32) -> Mark {
        Mark { event: Some(event), ..self }
    }

    /// The events that cite a source which is told in another way elsewhere.
    pub(in crate::seed) fn odd(mut marks: Vec<Mark>) -> Vec<u32> {
        let mut odd = Vec::new();
        let mut differ = |marks: &mut [Mark], by: fn(&Mark) -> u64, what: fn(&Mark) -> u64| {
            marks.sort_unstable_by_key(by);
            for alike in marks.chunk_by(|one, other| by(one) == by(other)) {
                if alike.iter().any(|mark| what(mark) != what(&alike[0])) {
                    odd.extend(alike.iter().filter_map(|mark| mark.event));
                }
            }
        };
        differ(&mut marks, |mark| mark.address, |mark| mark.told);
        differ(&mut marks, |mark| mark.titled, |mark| mark.address);
        odd
    }
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn tracks(pair: &str) -> bool {
    pair.is_empty() || pair.starts_with("utm_")
}

/// A list names a source once, however its address is spelt.
pub(super) fn are_listed_once(all: &All<'_>, problems: &mut Vec<Problem>) {
    for Cited { place, path, source, .. } in cited(all).into_iter().filter(|cited| cited.again) {
        let message = format!("the list holds `{}` already", source.url);
        problems.push(place.problem(&format!("{path}.url"), message, None));
    }
}

/// A source has one address in all records: the spelling met first is the one to keep.
pub(super) fn have_one_address(all: &All<'_>, problems: &mut Vec<Problem>) {
    let mut spelt: HashMap<String, (&str, &str)> = HashMap::new();
    let mut titled: HashMap<(&str, &str, String), (String, &str, &str)> = HashMap::new();
    for Cited { place, path, source, .. } in cited(all).into_iter().filter(|cited| !cited.again) {
        let bare = bare(&source.url);
        let (url, file) = *spelt.entry(bare.clone()).or_insert((&source.url, place.file));
        let other = if url != source.url {
            Some((url, file))
        } else if let (Some(title), Some(date)) = (&source.title, source.date) {
            let key = (&*source.publisher, &**title, date.to_string());
            let (known, url, file) = titled.entry(key).or_insert((bare.clone(), &source.url, place.file));
            (*known != bare).then_some((*url, *file))
        } else {
            None
        };
        if let Some((url, file)) = other {
            let message = format!("the same source stands at `{url}` in {file}");
            let hint = "keep one of the two addresses".to_owned();
            problems.push(warning(place.problem(&format!("{path}.url"), message, Some(hint))));
        }
    }
}

/// A source is described alike wherever it is cited: the description met first is the one to keep.
pub(super) fn are_described_alike(all: &All<'_>, problems: &mut Vec<Problem>) {
    let mut known: HashMap<&str, (&Source, &str)> = HashMap::new();
    for Cited { place, path, source, .. } in cited(all) {
        let (first, file) = *known.entry(&source.url).or_insert((source, place.file));
        let keys = [
            ("publisher", first.publisher == source.publisher),
            ("title", first.title == source.title),
            ("about", first.about == source.about),
            ("date", first.date == source.date),
            ("lang", first.lang == source.lang),
            ("kind", first.kind == source.kind),
        ];
        if let Some((key, _)) = keys.iter().find(|(_, same)| !same) {
            let message = format!("the same source has another `{key}` in {file}");
            problems.push(warning(place.problem(&format!("{path}.{key}"), message, None)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{CALL, CN, EVENT, JOINT, SUMMIT, Seeds, US};
    use super::*;

    #[test]
    fn an_address_is_known_in_other_spellings() {
        let spellings = [
            "https://example.org/a/b?c=1",
            "http://example.org/a/b?c=1",
            "https://www.example.org/a/b?c=1",
            "https://EXAMPLE.org:443/a/b?c=1#part",
            "https://example.org/a/b?utm_source=x&c=1&utm_medium=y",
        ];
        for spelling in spellings {
            assert_eq!(bare(spelling), "example.org/a/b?c=1", "{spelling}");
        }
        assert_eq!(bare("https://example.org/a/"), bare("https://example.org/a"));
        assert_eq!(bare("https://example.org"), bare("http://www.example.org/"));
        for other in [
            "https://example.org/A",
            "https://example.org/a?id=2",
            "https://example.org/a#/2",
            "https://a.example.org/a",
        ] {
            assert_ne!(bare(other), bare("https://example.org/a"), "{other}");
        }
    }

    #[test]
    fn a_list_names_a_source_once() {
        for spelling in ["https://example.org/call", "http://www.example.org/call/"] {
            let mut seeds = Seeds::valid();
            let again = format!("url = \"{spelling}\"\npublisher = \"White House\"\nabout = \"a readout\"");
            let text = seeds.remove(CALL);
            let more = format!("\n[[sources]]\n{again}\nlang = \"en\"\nkind = \"primary\"\n");
            seeds.put(CALL, text + &more);
            seeds.expect(&[&format!("{CALL}:28:7 sources[2].url")]);
        }
    }

    #[test]
    fn a_source_has_one_address_in_all_records() {
        let mut seeds = Seeds::valid();
        seeds.edit(SUMMIT, "https://example.org/blog", "http://www.example.org/ndc/");
        seeds.edit(SUMMIT, "publisher = \"A blog\"", "publisher = \"UNFCCC\"");
        seeds.expect(&[&format!("{US}:16:11 history[0].sources[0].url")]);
        assert!(super::super::super::load(&seeds.files()).is_ok());
    }

    #[test]
    fn one_title_of_one_day_has_one_address() {
        let mut seeds = Seeds::valid();
        seeds.edit(SUMMIT, "title = \"They met\"", "title = \"They spoke\"\ndate = \"2021-02-11\"");
        seeds.expect(&[]);
        seeds.edit(SUMMIT, "publisher = \"A blog\"", "publisher = \"Reuters\"");
        seeds.expect(&[&format!("{SUMMIT}:11:7 sources[0].url")]);
    }

    #[test]
    fn a_source_is_described_alike() {
        let url = "https://example.cn/peak";
        let mut seeds = Seeds::valid();
        seeds.edit(JOINT, "https://example.org/c", url);
        seeds.edit(
            JOINT,
            "publisher = \"AP\", title = \"Off\", lang = \"en\"",
            "publisher = \"新华社\", title = \"达峰\", lang = \"en\"",
        );
        // cn-peak comes first by id.
        seeds.expect(&[&format!("{JOINT}:19:78 history[1].sources[0].lang")]);
        seeds.edit(JOINT, "lang = \"en\"", "lang = \"zh\"");
        seeds.expect(&[]);
        assert!(seeds.files().iter().any(|file| file.path == CN && file.text.contains(url)));
        assert!(seeds.files().iter().any(|file| file.path == EVENT && !file.text.contains(url)));
    }
}
