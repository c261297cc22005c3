//! An index in parts, as a database keeps them until the next start.

use std::collections::{BTreeMap, HashMap};
use std::io;

use roaring::RoaringBitmap;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Index;
use super::build::Columns;
use super::sets::{Sets, Slot};
use crate::query::groups::Bucket;

/// A part of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub name: String,
    /// The values that there are sets for, as JSON; empty for what is no sets.
    pub values: String,
    /// The sets one after the other, in the portable format of roaring bitmaps; or four bytes an event, the least
    /// first, in order of rank.
    pub bytes: Vec<u8>,
}

/// A part that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BadPart {
    /// It is not there.
    #[error("the part `{0}` is missing")]
    Missing(&'static str),
    /// Its values are not what they should be.
    #[error("the values of a part: {0}")]
    Values(#[from] serde_json::Error),
    /// Its sets are not what they should be.
    #[error("the sets of a part: {0}")]
    Sets(#[from] io::Error),
}

const NUMBERS: &str = "numbers";
const PARTICIPANTS: &str = "participants";
/// First and last days, by each clock.
const DAYS: [[&str; 2]; 3] =
    [["first_place", "last_place"], ["first_washington", "last_washington"], ["first_beijing", "last_beijing"]];
const TITLES: [&str; 2] = ["title_en", "title_zh"];

impl Slot {
    fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

impl Columns {
    /// The columns as parts.
    pub(super) fn parts(&self) -> Vec<Part> {
        let numbers = [(NUMBERS, column(&self.numbers, |number| number.to_le_bytes()))];
        let titles = TITLES.into_iter().zip(&self.titles);
        let titles = titles.map(|(name, places)| (name, column(places, |place| place.to_le_bytes())));
        let days = DAYS.iter().flatten().zip(self.days.iter().flatten());
        let days = days.map(|(name, days)| (*name, column(days, |day| day.to_le_bytes())));
        let all = numbers.into_iter().chain(titles).chain(days);
        all.map(|(name, bytes)| Part { name: name.to_owned(), values: String::new(), bytes }).collect()
    }

    fn read(parts: &HashMap<&str, &Part>) -> Result<Columns, BadPart> {
        let bytes = |name: &'static str| Ok::<_, BadPart>(&parts.get(name).ok_or(BadPart::Missing(name))?.bytes);
        let numbers = |name| Ok::<_, BadPart>(values(bytes(name)?, u32::from_le_bytes));
        let days = |[first, last]: [&'static str; 2]| {
            Ok::<_, BadPart>([values(bytes(first)?, i32::from_le_bytes), values(bytes(last)?, i32::from_le_bytes)])
        };
        let [place, washington, beijing] = DAYS;
        let [en, zh] = TITLES;
        Ok(Columns {
            numbers: numbers(NUMBERS)?,
            days: [days(place)?, days(washington)?, days(beijing)?],
            titles: [numbers(en)?, numbers(zh)?],
        })
    }
}

/// Sets as parts, for [`Index::read`].
pub(super) fn parts_of_sets(
    sets: &HashMap<Slot, Sets>,
    participants: &BTreeMap<[Bucket; 3], RoaringBitmap>,
) -> Result<Vec<Part>, BadPart> {
    let mut parts = vec![part(PARTICIPANTS.to_owned(), participants)?];
    for slot in Slot::ALL {
        if let Some(sets) = sets.get(&slot) {
            parts.push(part(slot.name(), &sets.values)?);
        }
    }
    Ok(parts)
}

fn part<V: Serialize>(name: String, sets: &BTreeMap<V, RoaringBitmap>) -> Result<Part, BadPart> {
    let values = serde_json::to_string(&sets.keys().collect::<Vec<_>>())?;
    let mut bytes = Vec::new();
    for set in sets.values() {
        set.serialize_into(&mut bytes)?;
    }
    Ok(Part { name, values, bytes })
}

fn sets<V: DeserializeOwned + Ord>(part: &Part) -> Result<BTreeMap<V, RoaringBitmap>, BadPart> {
    let values: Vec<V> = serde_json::from_str(&part.values)?;
    let mut bytes = part.bytes.as_slice();
    let read = values.into_iter().map(|value| Ok((value, RoaringBitmap::deserialize_from(&mut bytes)?)));
    read.collect()
}

impl Index {
    /// Reads an index from its parts.
    pub fn read(parts: &[Part]) -> Result<Index, BadPart> {
        let parts: HashMap<&str, &Part> = parts.iter().map(|part| (part.name.as_str(), part)).collect();
        let mut by_slot = HashMap::new();
        for slot in Slot::ALL {
            if let Some(part) = parts.get(slot.name().as_str()) {
                by_slot.insert(slot, Sets::new(sets(part)?));
            }
        }
        let participants = sets(parts.get(PARTICIPANTS).ok_or(BadPart::Missing(PARTICIPANTS))?)?;
        Ok(Index::new(Columns::read(&parts)?, by_slot, participants))
    }
}

fn column<T>(values: &[T], bytes: impl Fn(&T) -> [u8; 4]) -> Vec<u8> {
    values.iter().flat_map(bytes).collect()
}

fn values<T>(bytes: &[u8], value: impl Fn([u8; 4]) -> T) -> Vec<T> {
    let (four, _) = bytes.as_chunks();
    four.iter().copied().map(value).collect()
}
