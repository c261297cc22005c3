//! Commitments, their history and their kin.

use std::collections::{HashMap, HashSet};

use super::super::problem::Problem;
use super::All;
use crate::domain::vocab::{Lineage, Party};

/// Without a history a commitment would never exist.
pub(super) fn have_a_history(all: &All<'_>, problems: &mut Vec<Problem>) {
    for commitment in all.whole_commitments().filter(|commitment| commitment.record.history.is_empty()) {
        let hint = "the first entry says when it was made known";
        let message = "a commitment wants a history".to_owned();
        problems.push(commitment.place.problem("history", message, Some(hint.to_owned())));
    }
}

/// Nothing takes the place of what took its own place. A circle is reported once, on its first record by id.
pub(super) fn do_not_supersede_in_a_circle(all: &All<'_>, problems: &mut Vec<Problem>) {
    let superseded = |id: &str| -> Vec<(usize, &str)> {
        let related = all.whole_commitment(id).map(|commitment| commitment.related.as_slice()).unwrap_or_default();
        let links = related.iter().enumerate().filter(|(_, link)| link.relation == Lineage::Supersedes);
        links.map(|(index, link)| (index, &*link.id)).collect()
    };
    for commitment in all.whole_commitments() {
        let first = &*commitment.record.id;
        for (index, next) in superseded(first) {
            let Some(circle) = way_back(first, next, |id| superseded(id).into_iter().map(|(_, id)| id).collect())
            else {
                continue;
            };
            let message = format!("commitments supersede one another in a circle: {}", circle.join(", "));
            problems.push(commitment.place.problem(&format!("related[{index}].id"), message, None));
        }
    }
}

/// The way from `first` over `next` back to `first`, over ids that come after it.
fn way_back<'r>(first: &'r str, next: &'r str, steps: impl Fn(&str) -> Vec<&'r str>) -> Option<Vec<&'r str>> {
    let mut came_from: HashMap<&str, &str> = HashMap::new();
    let mut open = vec![next];
    let mut seen = HashSet::from([next]);
    while let Some(at) = open.pop().filter(|_| next > first) {
        for id in steps(at) {
            if id == first {
                let mut way = vec![first, at];
                let mut last = at;
                while let Some(earlier) = came_from.get(last) {
                    way.push(earlier);
                    last = earlier;
                }
                way[1..].reverse();
                way.push(first);
                return Some(way);
            }
            if id > first && seen.insert(id) {
                came_from.insert(id, at);
                open.push(id);
            }
        }
    }
    None
}

/// An event that a history names must name the commitment in its turn.
pub(super) fn are_named_by_the_events_of_their_history(all: &All<'_>, problems: &mut Vec<Problem>) {
    for commitment in all.whole_commitments() {
        let id = &commitment.record.id;
        for (index, entry) in commitment.record.history.iter().enumerate() {
            let Some(event) = entry.event.as_ref().and_then(|event| all.whole_event(event)) else { continue };
            if !event.commitments.iter().any(|link| link.id == *id) {
                let message = format!("the event `{}` does not name this commitment", event.id);
                let hint = format!("add `{id}` to the event's `commitments`");
                problems.push(commitment.place.problem(&format!("history[{index}].event"), message, Some(hint)));
            }
        }
    }
}

/// `mirrors` holds for both sides and is stored once.
pub(super) fn mirrors_stand_on_the_us_record(all: &All<'_>, problems: &mut Vec<Problem>) {
    for commitment in all.whole_commitments().filter(|commitment| commitment.record.party != Party::Us) {
        for (index, link) in commitment.record.related.iter().enumerate() {
            if link.relation == Lineage::Mirrors {
                let message = "`mirrors` is stored on the US record".to_owned();
                let hint = format!("move it to `{}`", link.id);
                problems.push(commitment.place.problem(&format!("related[{index}].relation"), message, Some(hint)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::Seeds;

    const JOINT: &str = "commitments/joint-action.toml";
    const CN: &str = "commitments/cn-peak.toml";
    const US: &str = "commitments/us-2030.toml";

    #[test]
    fn a_commitment_wants_a_history() {
        let mut seeds = Seeds::valid();
        seeds.edit(CN, "[[history]]\ndate = \"2020-09-22\"\nchange = \"announced\"\n", "");
        seeds.expect(&[&format!("{CN}:1:1 history")]);
    }

    #[test]
    fn a_circle_is_reported_once_on_its_first_record() {
        let mut seeds = Seeds::valid();
        let supersedes = |id: &str| format!("related = [{{ id = \"{id}\", relation = \"supersedes\" }}]\nupdated");
        seeds.edit(CN, "updated", &supersedes("joint-action"));
        seeds.edit(JOINT, "updated", &supersedes("us-2030"));
        seeds.expect(&[]);
        seeds.edit(US, "relation = \"part-of\"", "relation = \"supersedes\"");
        seeds.expect(&[&format!("{JOINT}:6:19 related[0].id")]);
        seeds.edit(US, "id = \"joint-action\"", "id = \"cn-peak\"");
        seeds.expect(&[&format!("{CN}:6:19 related[0].id")]);
        let problems = super::super::super::load(&seeds.files()).unwrap_err();
        assert!(problems[0].message.ends_with(": cn-peak, joint-action, us-2030, cn-peak"), "{}", problems[0]);
    }

    #[test]
    fn an_event_of_a_history_names_the_commitment() {
        let mut seeds = Seeds::valid();
        seeds.edit(
            "events/2021/2021-02-10-call.toml",
            "commitments = [{ id = \"joint-action\"",
            "commitments = [{ id = \"cn-peak\"",
        );
        seeds.expect(&[&format!("{JOINT}:11:9 history[0].event")]);
    }

    #[test]
    fn mirrors_stand_on_the_us_record() {
        let mut seeds = Seeds::valid();
        seeds.edit(CN, "updated", "related = [{ id = \"us-2030\", relation = \"mirrors\" }]\nupdated");
        seeds.expect(&[&format!("{CN}:6:41 related[0].relation")]);
    }
}
