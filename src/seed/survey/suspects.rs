//! Which events could be wrong beside others: those alone are read again and checked together.
//!
//! A mark may make an event suspect with which nothing is wrong, never the other way round.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::mem;
use std::panic::resume_unwind;
use std::thread;

use super::super::check::{ACROSS, All, ById, Mark, TitleMark};
use super::super::files::{SeedReadError, Source};
use super::super::place::Placed;
use super::super::problem::{Findings, Problem, Severity};
use super::super::read::{self, PIECES_AT_ONCE};
use super::seen::Seen;
use crate::domain::event::Event;
use crate::domain::records::short;
use crate::domain::vocab::EventRelation;
use crate::parallel;

/// The most events that are read again at once. Where more are suspect, nearly nothing is right with the data set.
const MOST: usize = 20_000;

/// An event, the one that it points to, if there is one, and how it stands to that.
type Related = (u32, Option<u32>, EventRelation);

/// Checks the records beside each other.
pub(super) fn check(
    seen: &mut Seen,
    sources: &[Source],
    by_id: &ById<'_>,
    findings: &mut Findings,
) -> Result<(), SeedReadError> {
    let related: Vec<Related> = mem::take(&mut seen.related)
        .into_iter()
        .map(|(event, id, relation)| (event, seen.number(&id), relation))
        .collect();
    let mut must = wrong(seen, by_id, &related);
    let may = odd(seen);
    let room = MOST.saturating_sub(must.len());
    findings.add_uncounted(may.len().saturating_sub(room));
    let all = must.clone();
    if must.len() <= MOST {
        must.extend(may.into_iter().take(room));
    } else {
        must = must.into_iter().take(MOST).collect();
    }
    let mut problems = beside(seen, sources, by_id, &related, must)?;
    if all.len() > MOST && problems.iter().all(|problem| problem.severity == Severity::Warning) {
        // So many events may well be named by the histories of commitments.
        problems = beside(seen, sources, by_id, &related, all)?;
    }
    findings.add(problems);
    for (event, to, relation) in related {
        if let Some(to) = to {
            seen.links.relate(event as usize, to as usize, relation);
        }
    }
    let events = &seen.events;
    seen.links.sort(|event| events[event].date);
    Ok(())
}

/// Reads some events, and those that they point to, and checks them beside each other.
fn beside(
    seen: &Seen,
    sources: &[Source],
    by_id: &ById<'_>,
    related: &[Related],
    mut events: BTreeSet<u32>,
) -> Result<Vec<Problem>, SeedReadError> {
    let others = related.iter().filter(|(event, ..)| events.contains(event)).filter_map(|(_, to, _)| *to);
    let others: Vec<u32> = others.collect();
    events.extend(others);
    let texts: Result<Vec<_>, _> = events.into_iter().map(|event| text(seen, event, sources)).collect();
    let texts = texts?;
    let placed = parallel::all(texts.chunks(PIECES_AT_ONCE), |texts| read_again(texts, seen, sources));
    let placed: Vec<_> = placed.into_iter().flatten().collect();
    let mut problems = Vec::new();
    All::across(&placed, by_id, seen, &seen.torn).run(ACROSS, &mut problems);
    Ok(problems)
}

fn read_again<'a>(texts: &'a [(u32, Cow<'_, str>)], seen: &Seen, sources: &'a [Source]) -> Vec<Placed<'a, Event>> {
    let read = texts.iter().filter_map(|(event, text)| {
        // What is wrong with each by itself was found before.
        read::read_event(seen.events[*event as usize].piece(text, sources), &mut Vec::new())
    });
    read.collect()
}

fn text<'s>(seen: &Seen, event: u32, sources: &'s [Source]) -> Result<(u32, Cow<'s, str>), SeedReadError> {
    let gist = &seen.events[event as usize];
    let unreadable = |source| SeedReadError::Unreadable { path: sources[gist.source()].path.clone().into(), source };
    Ok((event, gist.text(sources).map_err(unreadable)?))
}

/// Events that could make the data set unsound, and all that histories name.
fn wrong(seen: &mut Seen, by_id: &ById<'_>, related: &[Related]) -> BTreeSet<u32> {
    let mut picked = BTreeSet::from_iter(mem::take(&mut seen.suspects));
    picked.extend(by_id.events_named().filter_map(|id| seen.number(id)));
    picked.extend(namesakes(seen));
    picked.extend(formerly_namesakes(seen));
    picked.extend(related.iter().filter(|(_, to, _)| to.is_none()).map(|(event, ..)| *event));
    picked.extend(out_of_time(seen, related));
    picked.extend(in_circles(seen.events.len(), related));
    picked
}

/// Events that a curator may want to look at again.
fn odd(seen: &mut Seen) -> BTreeSet<u32> {
    let (sources, titles) = (mem::take(&mut seen.sources), mem::take(&mut seen.titles));
    thread::scope(|scope| {
        let sources = scope.spawn(|| Mark::odd(sources));
        let titles = TitleMark::alike(&titles);
        let sources = sources.join().unwrap_or_else(|panic| resume_unwind(panic));
        sources.into_iter().chain(titles).collect()
    })
}

/// Events of the same id.
fn namesakes(seen: &Seen) -> impl Iterator<Item = u32> {
    let same = seen.events.windows(2).enumerate().filter(|(_, pair)| pair[0].id == pair[1].id);
    same.flat_map(|(at, _)| [short(at), short(at + 1)])
}

/// Events with former ids, if any of these is not free.
fn formerly_namesakes(seen: &Seen) -> Vec<u32> {
    let mut ids: Vec<&str> = seen.former.iter().map(|(id, _)| &**id).collect();
    ids.sort_unstable();
    let is_taken = ids.windows(2).any(|pair| pair[0] == pair[1]) || ids.iter().any(|id| seen.number(id).is_some());
    if is_taken { seen.former.iter().map(|(_, event)| *event).collect() } else { Vec::new() }
}

/// Events that point to a later one, or prepare an earlier one.
fn out_of_time(seen: &Seen, related: &[Related]) -> impl Iterator<Item = u32> {
    let date = |event: u32| seen.events[event as usize].date;
    let wrong = related.iter().filter(move |(event, to, relation)| {
        to.is_some_and(|to| match relation {
            EventRelation::Prepares => date(to).start() < date(*event).start(),
            _ => date(to).start() > date(*event).end(),
        })
    });
    wrong.map(|(event, ..)| *event)
}

/// Events from which relations of any kind lead back to them, and some between.
fn in_circles(events: usize, related: &[Related]) -> Vec<u32> {
    let steps = related.iter().filter_map(|(event, to, _)| Some((*event, (*to)?)));
    let onwards = peel(events, steps.filter(|(from, to)| from != to).collect());
    let back = peel(events, onwards.into_iter().map(|(from, to)| (to, from)).collect());
    back.into_iter().flat_map(|(from, to)| [from, to]).collect()
}

/// Takes away the steps from where no step leads, again and again.
fn peel(events: usize, mut steps: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    steps.sort_unstable();
    let mut leading_to = vec![0_u32; events];
    for (_, to) in &steps {
        leading_to[*to as usize] += 1;
    }
    let mut open: Vec<u32> = (0..short(events)).filter(|event| leading_to[*event as usize] == 0).collect();
    while let Some(event) = open.pop() {
        let from = steps.partition_point(|(from, _)| *from < event);
        for (_, to) in steps[from..].iter().take_while(|(from, _)| *from == event) {
            leading_to[*to as usize] -= 1;
            if leading_to[*to as usize] == 0 {
                open.push(*to);
            }
        }
    }
    steps.retain(|(from, _)| leading_to[*from as usize] > 0);
    steps
}
