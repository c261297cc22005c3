//! The sets of events that have each value of a field.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use super::clock;
use crate::domain::vocab::Capital;
use crate::query::fields::EventField;
use crate::query::groups::Bucket;

/// What there are sets for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Slot {
    Type,
    Level,
    Status,
    Mode,
    Bilateral,
    Contested,
    Confidence,
    Country,
    Topic,
    Commitment,
    Actor,
    Side,
    Role,
    /// Whether the date is known to the day.
    OfDays,
    /// The day of the last change, counted from [`Day::MIN`](crate::domain::date::Day::MIN).
    Updated,
    /// The year of the first day, by each clock.
    Year(usize),
    /// The month of the first day, by each clock, where the date is no coarser.
    Month(usize),
}

impl Slot {
    pub(super) const ALL: [Slot; 21] = [
        Slot::Type,
        Slot::Level,
        Slot::Status,
        Slot::Mode,
        Slot::Bilateral,
        Slot::Contested,
        Slot::Confidence,
        Slot::Country,
        Slot::Topic,
        Slot::Commitment,
        Slot::Actor,
        Slot::Side,
        Slot::Role,
        Slot::OfDays,
        Slot::Updated,
        Slot::Year(0),
        Slot::Year(1),
        Slot::Year(2),
        Slot::Month(0),
        Slot::Month(1),
        Slot::Month(2),
    ];

    /// What holds the values of a field, if sets do.
    pub(super) fn of(field: EventField, capital: Option<Capital>) -> Option<Slot> {
        Some(match field {
            EventField::Type => Slot::Type,
            EventField::Level => Slot::Level,
            EventField::Status => Slot::Status,
            EventField::Mode => Slot::Mode,
            EventField::Bilateral => Slot::Bilateral,
            EventField::Contested => Slot::Contested,
            EventField::Confidence => Slot::Confidence,
            EventField::Country => Slot::Country,
            EventField::Topic => Slot::Topic,
            EventField::Commitment => Slot::Commitment,
            EventField::Actor => Slot::Actor,
            EventField::Side => Slot::Side,
            EventField::Role => Slot::Role,
            EventField::Year => Slot::Year(clock(capital)),
            EventField::Id | EventField::From | EventField::To | EventField::UpdatedSince | EventField::Q => {
                return None;
            }
        })
    }
}

/// The events that have each value, and those that have any.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sets {
    pub(super) values: BTreeMap<Bucket, RoaringBitmap>,
    pub(super) any: RoaringBitmap,
}

impl Sets {
    pub(super) fn new(values: BTreeMap<Bucket, RoaringBitmap>) -> Sets {
        let any = union(values.values());
        Sets { values, any }
    }
}

/// The events that are in any of some sets.
pub(super) fn union<'a>(sets: impl IntoIterator<Item = &'a RoaringBitmap>) -> RoaringBitmap {
    use roaring::MultiOps as _;
    sets.into_iter().union()
}
