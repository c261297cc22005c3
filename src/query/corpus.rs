//! Search in plain Rust: what the oracle says of `q`.
//!
//! It reads the same words as the database ([`Searched`]) and finds and ranks on its own: by BM25 with the weights of
//! [`WEIGHTS`], over all records of every kind.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::fields::Kind;
use super::search::{Clause, Layer, Search};
use crate::domain::dataset::Dataset;
use crate::domain::searched::{SCALE, Searched, WEIGHTS};

/// How soon further hits in a record add less, and how much its length counts.
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.75;
/// What a word counts that more than half of all records have.
const COMMON: f64 = 1e-6;

/// The words of every record.
pub struct Corpus {
    texts: HashMap<(Kind, String), Words>,
    average: f64,
    rarity: Mutex<HashMap<Clause, f64>>,
}

/// The words of a record, and their stems, one by one.
struct Words {
    words: [Vec<String>; 4],
    stems: [Vec<String>; 4],
}

impl From<Searched> for Words {
    fn from(searched: Searched) -> Words {
        let split = |column: String| column.split_whitespace().map(str::to_owned).collect();
        Words { words: searched.words.map(split), stems: searched.stems.map(split) }
    }
}

impl Corpus {
    /// Reads every record.
    #[must_use]
    pub fn new(dataset: &Dataset) -> Corpus {
        let events = dataset.events.iter();
        let actors = dataset.actors.iter().map(|actor| ((Kind::Actors, actor.id.clone()), Searched::actor(actor)));
        let made = dataset.commitments.iter();
        let texts: HashMap<_, _> = events
            .map(|event| ((Kind::Events, event.id.clone()), Searched::event(event, dataset)))
            .chain(actors)
            .chain(made.map(|made| ((Kind::Commitments, made.id.clone()), Searched::commitment(made))))
            .map(|(key, searched)| (key, Words::from(searched)))
            .collect();
        let average = texts.values().map(length).sum::<f64>() / count(texts.len());
        Corpus { texts, average, rarity: Mutex::default() }
    }

    /// Whether a record meets a search.
    #[must_use]
    pub fn meets(&self, kind: Kind, id: &str, search: &Search) -> bool {
        let Some(text) = self.texts.get(&(kind, id.to_owned())) else { return false };
        let has = |clause: &Clause| hits(text, clause).iter().sum::<u32>() > 0;
        !search.is_hopeless() && search.wanted.iter().all(has) && !search.unwanted.iter().any(has)
    }

    /// How well a record that meets a search fits it: the less, the better.
    #[must_use]
    pub fn rank(&self, kind: Kind, id: &str, search: &Search) -> i64 {
        let Some(text) = self.texts.get(&(kind, id.to_owned())) else { return 0 };
        let mut clauses: Vec<&Clause> = search.wanted.iter().collect();
        clauses.sort_by_key(|clause| clause.layer);
        let damping = SATURATION * (1.0 - LENGTH + LENGTH * length(text) / self.average);
        let score = clauses.into_iter().fold(0.0, |score, clause| {
            let weighed = hits(text, clause).into_iter().zip(WEIGHTS);
            let found: f64 = weighed.map(|(hits, weight)| f64::from(hits) * f64::from(weight)).sum();
            score + self.rarity(clause) * ((found * (SATURATION + 1.0)) / (found + damping))
        });
        whole(-score * SCALE)
    }

    fn rarity(&self, clause: &Clause) -> f64 {
        let mut known = self.rarity.lock().unwrap_or_else(PoisonError::into_inner);
        *known.entry(clause.clone()).or_insert_with(|| {
            let found = self.texts.values().filter(|text| hits(text, clause).iter().sum::<u32>() > 0).count();
            let (all, found) = (count(self.texts.len()), count(found));
            let rarity = ((all - found + 0.5) / (found + 0.5)).ln();
            if rarity <= 0.0 { COMMON } else { rarity }
        })
    }
}

/// How often a clause is met in each column.
fn hits(text: &Words, clause: &Clause) -> [u32; 4] {
    let columns = match clause.layer {
        Layer::Stems => &text.stems,
        Layer::Words => &text.words,
    };
    let Some((last, before)) = clause.words.split_last() else { return [0; 4] };
    let meets = |window: &&[String]| {
        let (end, start) = (&window[window.len() - 1], &window[..window.len() - 1]);
        start == before && if clause.open { end.starts_with(last.as_str()) } else { end == last }
    };
    columns.each_ref().map(|column| {
        let found = column.windows(clause.words.len()).filter(meets).count();
        u32::try_from(found).unwrap_or(u32::MAX)
    })
}

/// The length of a record: its words, and its stems again.
fn length(text: &Words) -> f64 {
    count(text.words.iter().chain(&text.stems).map(Vec::len).sum())
}

#[expect(clippy::cast_precision_loss, reason = "no data set has so many words")]
fn count(number: usize) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, reason = "to cut off the fraction is meant")]
fn whole(number: f64) -> i64 {
    number as i64
}
