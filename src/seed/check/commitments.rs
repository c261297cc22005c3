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
