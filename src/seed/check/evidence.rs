//! What bears a record out.
//!
//! Where evidence is missing a note has to say so: without one it is an error, with one a warning, so that it is
//! looked at again.

use std::collections::{BTreeSet, HashMap};

use super::super::problem::Problem;
use super::{All, warning};
use crate::domain::actor::Actor;
use crate::domain::commitment::{Commitment, Entry};
use crate::domain::source::Source;
use crate::domain::vocab::publishers::{house, independent_of};
use crate::domain::vocab::{ActorKind, Change, Confidence, Country, Party};

/// A fault that a note may own up to.
fn unless_noted(noted: bool, problem: Problem) -> Problem {
    if !noted {
        return problem;
    }
    warning(Problem { hint: Some("a note owns up to it; look whether there is evidence by now".to_owned()), ..problem })
}

/// Whether a note stands with one of an actor's posts: a record of an actor has no other place for one.
fn has_note(actor: &Actor) -> bool {
    actor.roles.iter().any(|post| post.note.is_some())
}

/// A record has a source, its own or one of an entry of its history.
pub(super) fn is_given_for_every_record(all: &All<'_>, problems: &mut Vec<Problem>) {
    let message = || "the record has no source".to_owned();
    let hint = |note: &str| Some(format!("without one, {note} says why"));
    for event in all.whole_events().filter(|event| event.record.sources.is_empty()) {
        let problem = event.place.problem("sources", message(), hint("`confidence_note`"));
        problems.push(unless_noted(event.record.confidence_note.is_some(), problem));
    }
    for actor in all.whole_actors().filter(|actor| actor.record.sources.is_empty()) {
        let problem = actor.place.problem("sources", message(), hint("the note of a post"));
        problems.push(unless_noted(has_note(&actor.record), problem));
    }
    for commitment in all.whole_commitments() {
        let Commitment { sources, history, .. } = &commitment.record;
        if sources.is_empty() && history.iter().all(|entry| entry.sources.is_empty()) {
            let problem = commitment.place.problem("sources", message(), hint("the note of an entry"));
            problems.push(unless_noted(history.iter().any(|entry| entry.note.is_some()), problem));
        }
    }
}

/// An entry of a history rests on an event or on a source.
pub(super) fn is_given_for_every_change(all: &All<'_>, problems: &mut Vec<Problem>) {
    for commitment in all.whole_commitments() {
        for (index, entry) in commitment.record.history.iter().enumerate() {
            if entry.event.is_none() && entry.sources.is_empty() {
                let message = format!("nothing bears `{}` out: no event, no source", entry.change);
                let hint = "without either, `note` says what the entry is inferred from".to_owned();
                let problem = commitment.place.problem(&format!("history[{index}]"), message, Some(hint));
                problems.push(unless_noted(entry.note.is_some(), problem));
            }
        }
    }
}

/// A person's Chinese name is known. (The reader asks for those of all others.)
pub(super) fn is_given_for_missing_names(all: &All<'_>, problems: &mut Vec<Problem>) {
    let nameless = |actor: &Actor| actor.kind == ActorKind::Person && actor.name.zh.is_none();
    for actor in all.whole_actors().filter(|actor| nameless(&actor.record)) {
        let hint = "where it is not known, the note of a post says so".to_owned();
        let problem = actor.place.problem("name.zh", "the person has no Chinese name".to_owned(), Some(hint));
        problems.push(unless_noted(has_note(&actor.record), problem));
    }
}

/// What is verified comes from two houses at least.
pub(super) fn is_independent_where_verified(all: &All<'_>, problems: &mut Vec<Problem>) {
    // Many events cite the same few publishers.
    let mut known: HashMap<&str, String> = HashMap::new();
    for event in all.whole_events().filter(|event| event.record.confidence == Confidence::Verified) {
        let publishers = || event.record.sources.iter().map(|source| &*source.publisher);
        for publisher in publishers() {
            known.entry(publisher).or_insert_with(|| house(publisher));
        }
        let houses: BTreeSet<&String> = publishers().filter_map(|publisher| known.get(publisher)).collect();
        if let (1, Some(only)) = (houses.len(), houses.first()) {
            let message = format!("`verified` by one voice alone: {only}");
            let hint = "add an independent source, or say in `confidence_note` what it rests on; reprints of one \
                        agency and bodies of one government count once";
            let problem = event.place.problem("confidence", message, Some(hint.to_owned()));
            problems.push(unless_noted(event.record.confidence_note.is_some(), problem));
        }
    }
}

/// That a promise was kept is said by somebody other than who made it.
pub(super) fn is_independent_where_achieved(all: &All<'_>, problems: &mut Vec<Problem>) {
    for commitment in all.whole_commitments() {
        for (index, entry) in commitment.record.history.iter().enumerate() {
            let sources = sources_of(all, entry);
            let party = commitment.record.party;
            if entry.change != Change::Achieved || sources.is_empty() || sources.iter().any(|one| outside(party, one)) {
                continue;
            }
            let message = "only the party itself says that it was achieved".to_owned();
            let hint = "add a source from outside its government and state press, or say so in `note`".to_owned();
            let problem = commitment.place.problem(&format!("history[{index}].change"), message, Some(hint));
            problems.push(unless_noted(entry.note.is_some(), problem));
        }
    }
}

/// The sources of an entry and of its event.
fn sources_of<'r>(all: &All<'r>, entry: &'r Entry) -> Vec<&'r Source> {
    let event = entry.event.as_ref().and_then(|event| all.whole_event(event));
    entry.sources.iter().chain(event.into_iter().flat_map(|event| &event.sources)).collect()
}

fn outside(party: Party, source: &Source) -> bool {
    let countries: &[Country] = match party {
        Party::Us => &[Country::Us],
        Party::Cn => &[Country::Cn],
        Party::Joint => &[Country::Us, Country::Cn],
    };
    countries.iter().all(|country| independent_of(&source.publisher, *country))
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{BIDEN, CALL, CN, JOINT, SUMMIT, Seeds, US, XI};

    /// One fault: an error, and a warning once a note says so.
    #[track_caller]
    fn until_noted(mut seeds: Seeds, place: &str, note: impl FnOnce(&mut Seeds)) {
        seeds.expect(&[place]);
        assert!(super::super::super::load(&seeds.files()).is_err(), "without a note");
        note(&mut seeds);
        let warnings = super::super::super::load(&seeds.files()).expect("with a note").warnings;
        assert!(warnings.len() == 1 && warnings[0].to_string().contains("(a note owns up to it"), "{warnings:?}");
    }

    const NOTE: &str = "note = { en = \"Nothing else is known.\", zh = \"别无所知。\" }";

    /// Cuts the file off before the first of its `[[sources]]`.
    fn without_sources(path: &str) -> Seeds {
        let mut seeds = Seeds::valid();
        let text = seeds.remove(path);
        seeds.put(path, text.split("\n[[sources]]").next().unwrap());
        seeds
    }

    #[test]
    fn an_event_has_a_source() {
        until_noted(without_sources(CALL), &format!("{CALL}:1:1 sources"), |seeds| {
            seeds.edit(CALL, "updated", &format!("confidence_{NOTE}\nupdated"));
        });
        without_sources(SUMMIT).expect(&[&format!("{SUMMIT}:1:1 sources")]);
    }

    #[test]
    fn an_actor_has_a_source() {
        until_noted(without_sources(XI), &format!("{XI}:1:1 sources"), |seeds| {
            let role = format!("roles = [{{ title = {{ en = \"Head\", zh = \"首脑\" }}, {NOTE} }}]");
            seeds.edit(XI, "updated", &format!("{role}\nupdated"));
        });
        // A note of one of Biden's posts is there already.
        without_sources(BIDEN).expect(&[&format!("{BIDEN}:1:1 sources")]);
        assert!(super::super::super::load(&without_sources(BIDEN).files()).is_ok());
    }

    #[test]
    fn a_commitment_has_a_source() {
        let mut seeds = Seeds::valid();
        let text = seeds.remove(JOINT);
        let (text, sources) = text.split_once("note = { en = \"Broken off.\"").unwrap();
        assert!(sources.contains("sources = ["));
        seeds.put(JOINT, format!("{text}event = \"2021-02-10-call\"\n"));
        until_noted(seeds, &format!("{JOINT}:1:1 sources"), |seeds| {
            seeds.edit(JOINT, "change = \"suspended\"", &format!("change = \"suspended\"\n{NOTE}"));
        });
    }

    #[test]
    fn a_change_rests_on_an_event_or_a_source() {
        let mut seeds = Seeds::valid();
        seeds.edit(JOINT, "event = \"2021-02-10-call\"\n", "");
        seeds.edit(CALL, "relation = \"announces\"", "relation = \"reports\"");
        until_noted(seeds, &format!("{JOINT}:8:1 history[0]"), |seeds| {
            seeds.edit(JOINT, "change = \"announced\"\n", &format!("change = \"announced\"\n{NOTE}\n"));
        });
    }

    #[test]
    fn a_person_without_a_chinese_name_has_a_note() {
        let mut seeds = Seeds::valid();
        seeds.edit(XI, ", zh = \"习近平\"", "");
        until_noted(seeds, &format!("{XI}:3:8 name.zh"), |seeds| {
            let role = format!("roles = [{{ title = {{ en = \"Head\", zh = \"首脑\" }}, {NOTE} }}]");
            seeds.edit(XI, "updated", &format!("{role}\nupdated"));
        });
    }

    #[test]
    fn what_is_verified_has_two_houses() {
        for publisher in ["US State Department", "U.S. Embassy in China", "CGTN (State Department text)"] {
            let mut seeds = Seeds::valid();
            seeds.edit(CALL, "publisher = \"Reuters\"", &format!("publisher = \"{publisher}\""));
            until_noted(seeds, &format!("{CALL}:4:14 confidence"), |seeds| {
                seeds.edit(CALL, "updated", &format!("confidence_{NOTE}\nupdated"));
            });
        }
    }

    #[test]
    fn what_is_achieved_is_said_by_others_too() {
        let sources = "sources = [{ url = \"https://example.org/k\", publisher = \"Xinhua via ECNS\", title = \"Kept\", lang = \"en\", kind = \"news\" }]";
        let achieved = |path: &str| {
            let mut seeds = Seeds::valid();
            let text = seeds.remove(path);
            seeds.put(path, format!("{text}\n[[history]]\ndate = \"2030\"\nchange = \"achieved\"\n{sources}\n"));
            seeds
        };
        achieved(US).expect(&[]);
        for (path, line) in [(CN, 17), (JOINT, 24)] {
            until_noted(
                achieved(path),
                &format!("{path}:{line}:10 history[{}].change", if path == CN { 1 } else { 2 }),
                |seeds| {
                    seeds.edit(path, "change = \"achieved\"", &format!("change = \"achieved\"\n{NOTE}"));
                },
            );
        }
    }
}
