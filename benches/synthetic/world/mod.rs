//! A made-up record of any size that reads like the real one: as long texts in both languages, as many actors, topics
//! and sources an event, over the same years.
//!
//! A record follows from its number and the size, so none has to be kept to make another. Actors and commitments grow
//! with the square root of the events: a thousand and two thousand at a million.

mod actors;
pub(crate) mod chance;
mod commitments;
mod events;
mod text;
mod words;

use std::io::{self, Write};

use climate_timeline::domain::actor::Actor;
use climate_timeline::domain::date::{Day, Edtf};
use climate_timeline::domain::source::Source;
use climate_timeline::domain::text::Text;
use climate_timeline::seed;

use chance::Chance;
use words::PUBLISHERS;

/// The latest day on which a record was changed.
const UPDATED: &str = "2026-11-20";
/// From the first day of 1979 to the autumn of 2026.
const DAYS: u64 = 17_470;

/// Everything that a data set of one size has in common.
pub(crate) struct World {
    events: u64,
    actors: Vec<Actor>,
    commitments: u64,
    first: Day,
}

impl World {
    /// With this many events.
    pub(crate) fn new(events: u64) -> World {
        let first = Day::new(1979, 1, 1).unwrap_or(Day::MIN);
        let actors = (0..events.isqrt().max(16)).map(|index| actors::actor(index, first)).collect();
        World { events, actors, commitments: (2 * events.isqrt()).min(events), first }
    }

    /// Writes the events as NDJSON seeds, in order of id.
    pub(crate) fn write_events(&self, out: &mut impl Write) -> io::Result<()> {
        let mut index = 0;
        while index < self.events {
            let day = self.day(index);
            let mut lines = Vec::new();
            while index < self.events && self.day(index) == day {
                let event = events::event(self, index);
                lines.push((event.id.clone(), seed::event_line(&event)));
                index += 1;
            }
            lines.sort_unstable();
            lines.iter().try_for_each(|(_, line)| out.write_all(line.as_bytes()))?;
        }
        Ok(())
    }

    /// Writes the actors.
    pub(crate) fn write_actors(&self, out: &mut impl Write) -> io::Result<()> {
        write_sorted(out, self.actors.iter().map(|actor| (actor.id.clone(), seed::actor_line(actor))))
    }

    /// Writes the commitments.
    pub(crate) fn write_commitments(&self, out: &mut impl Write) -> io::Result<()> {
        let all = (0..self.commitments).map(|index| commitments::commitment(self, index));
        write_sorted(out, all.map(|made| (made.id.clone(), seed::commitment_line(&made))))
    }

    fn day(&self, event: u64) -> Day {
        self.first.plus(number(event * DAYS / self.events))
    }

    /// The id of some actor; the first of them come up often.
    fn actor(&self, chance: &mut Chance) -> &str {
        &self.some(chance).id
    }

    fn name(&self, chance: &mut Chance) -> Text {
        both(self.some(chance))
    }

    fn some(&self, chance: &mut Chance) -> &Actor {
        let below = 1 + chance.below(self.actors.len() as u64);
        &self.actors[usize::try_from(chance.below(below)).unwrap_or_default()]
    }

    fn name_of(&self, id: &str) -> Text {
        // An id ends in the number.
        let index = id.rsplit('-').next().and_then(|index| index.parse().ok()).unwrap_or(0_usize);
        both(&self.actors[index])
    }

    /// How many events lie between two that announce a commitment.
    fn stride(&self) -> u64 {
        self.events / self.commitments.max(1)
    }

    /// The event that announces a commitment, and its date.
    fn announcement(&self, commitment: u64) -> (String, Edtf) {
        let event = events::identity(self, commitment * self.stride());
        (event.id, event.date)
    }

    fn announced_by(&self, event: u64) -> Option<u64> {
        let commitment = event / self.stride().max(1);
        (event.is_multiple_of(self.stride()) && commitment < self.commitments).then_some(commitment)
    }

    /// How many commitments were announced before an event.
    fn made_before(&self, event: u64) -> u64 {
        event.div_ceil(self.stride().max(1)).min(self.commitments)
    }
}

fn both(actor: &Actor) -> Text {
    Text { en: actor.name.en.clone(), zh: actor.name.get(climate_timeline::domain::text::Lang::Zh).to_owned() }
}

fn write_sorted(out: &mut impl Write, lines: impl Iterator<Item = (String, String)>) -> io::Result<()> {
    let mut lines: Vec<_> = lines.collect();
    lines.sort_unstable();
    lines.iter().try_for_each(|(_, line)| out.write_all(line.as_bytes()))
}

/// A source at an address that nothing else has.
fn source(chance: &mut Chance, page: &str, title: &str, day: Option<Day>) -> Source {
    let (publisher, host, lang, kind) = chance.pick(PUBLISHERS);
    Source {
        url: format!("https://{host}/{page}"),
        publisher: publisher.into(),
        title: Some(title.to_owned()),
        about: None,
        date: day.map(Into::into),
        lang: lang.into(),
        kind,
    }
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
