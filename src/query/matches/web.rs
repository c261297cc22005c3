//! Connected records in plain Rust: step by step over the references themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::World;
use crate::domain::records::Records as _;
use crate::domain::vocab::{Lineage, Vocabulary as _};
use crate::query::web::{ChainQuery, LINEAGE, Line, LineageQuery};

/// Records by id, each with its distance and direction, and the relations among them.
pub type Connected<'a> = (BTreeMap<&'a str, (u16, Line)>, BTreeSet<(&'a str, &'a str, &'static str)>);

impl<'a> World<'a> {
    /// The chain of an event, however many events it has.
    #[must_use]
    pub fn chain(&self, id: &'a str, query: &ChainQuery) -> Connected<'a> {
        let steps = query.steps();
        let next = |id: &str| -> Vec<&'a str> {
            let related =
                self.dataset.event_number(id).into_iter().flat_map(|event| self.library.related_events(event));
            let taken = related.filter(|(_, name)| steps.contains(name));
            taken.map(|(other, _)| self.dataset.events[other].id.as_str()).collect()
        };
        let nodes = reached(id, query.depth, Line::Descendant, &next);
        let links = self.dataset.events.iter().flat_map(|event| {
            event.related.iter().map(move |link| (event.id.as_str(), link.id.as_str(), link.relation))
        });
        let edges = links
            .filter(|(from, to, _)| nodes.contains_key(from) && nodes.contains_key(to))
            .filter(|(_, _, relation)| steps.contains(&relation.word()) || steps.contains(&relation.inverse()))
            .map(|(from, to, relation)| (from, to, relation.word()))
            .collect();
        (nodes, edges)
    }

    /// The lineage of a commitment, however many it has.
    #[must_use]
    pub fn lineage(&self, id: &'a str, query: &LineageQuery) -> Connected<'a> {
        let day = query.as_of.day;
        let made = |id: &str| self.dataset.commitment(id).is_some_and(|made| made.standing(day).is_some());
        let next = |id: &str, name: fn(Lineage) -> &'static str| -> Vec<&'a str> {
            let names = LINEAGE.map(name);
            let commitment = self.dataset.commitment(id);
            let related = commitment.map(|made| self.library.related_commitments(made)).unwrap_or_default();
            let taken = related.into_iter().filter(|(_, name)| names.contains(name));
            taken.map(|(other, _)| other.id.as_str()).filter(|id| made(id)).collect()
        };
        let mut nodes = reached(id, query.depth, Line::Ancestor, &|id| next(id, Lineage::word));
        for (id, (distance, line)) in reached(id, query.depth, Line::Descendant, &|id| next(id, Lineage::inverse)) {
            let known = nodes.entry(id).or_insert((distance, line));
            if distance < known.0 {
                *known = (distance, line);
            }
        }
        let links =
            self.dataset.commitments.iter().flat_map(|made| {
                made.related.iter().map(move |link| (made.id.as_str(), link.id.as_str(), link.relation))
            });
        let edges = links
            .filter(|(from, to, relation)| {
                nodes.contains_key(from) && nodes.contains_key(to) && LINEAGE.contains(relation)
            })
            .map(|(from, to, relation)| (from, to, relation.word()))
            .collect();
        (nodes, edges)
    }
}

fn reached<'a>(
    start: &'a str,
    depth: u16,
    line: Line,
    next: &dyn Fn(&str) -> Vec<&'a str>,
) -> BTreeMap<&'a str, (u16, Line)> {
    let mut nodes = BTreeMap::from([(start, (0, Line::Itself))]);
    for distance in 1..=depth {
        let outermost: Vec<&str> =
            nodes.iter().filter(|(_, (far, _))| *far == distance - 1).map(|(id, _)| *id).collect();
        for id in outermost.into_iter().flat_map(next) {
            nodes.entry(id).or_insert((distance, line));
        }
    }
    nodes
}
