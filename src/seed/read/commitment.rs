//! Commitments.

use super::reader::{Reader, Spot, Table};
use super::shape::{Holds, Shape, may, need, word};
use super::values::{SOURCE, TEXT};
use crate::domain::commitment::{Commitment, CommitmentLineage, Entry, Target};
use crate::domain::vocab::{Change, CommitmentKind, Comparator, Country, Lineage, Party, Topic, Vocabulary as _};

pub(in crate::seed) static COMMITMENT: Shape = Shape {
    name: "commitment",
    keys: &[
        need(
            "party",
            word::<Party>(),
            "Whose commitment it is; the file name begins with `us-`, `cn-` or `joint-` accordingly.",
        ),
        need("kind", word::<CommitmentKind>(), "What it is about."),
        need("title", Holds::Table(&TEXT), "A short title, without a full stop."),
        need(
            "summary",
            Holds::Table(&TEXT),
            "What is promised, by whom, with scope and base year, in two to five sentences.",
        ),
        may("topics", Holds::List(&word::<Topic>()), "What it touches."),
        may(
            "target",
            Holds::Table(&TARGET),
            "The number promised: one to a commitment. A pledge of several is several commitments, joined by `part-of`.",
        ),
        may(
            "related",
            Holds::List(&Holds::Table(&LINEAGE)),
            "Other commitments that it replaces, outdoes, carries out or belongs to.",
        ),
        need("updated", Holds::Day, "The day on which this record was last changed."),
        may("former_ids", Holds::List(&Holds::Id), "Ids that the record had before; they go on to lead here."),
        may(
            "history",
            Holds::List(&Holds::Table(&ENTRY)),
            "What happened to it, day by day: its status is the fold of these entries and is written nowhere.",
        ),
        may("sources", Holds::List(&Holds::Table(&SOURCE)), "Where the text of the promise can be checked."),
    ],
};

static TARGET: Shape = Shape {
    name: "target",
    keys: &[
        need("metric", Holds::Table(&TEXT), "What is measured."),
        need("comparator", word::<Comparator>(), "How the value is to be read."),
        may("value", Holds::Number, "The number; the lower one of a range."),
        may("value_high", Holds::Number, "The higher number of a `range`, and of nothing else."),
        may("unit", Holds::Text, "The unit of both: `percent`, `GW`, `billion cubic metres`."),
        may("baseline", Holds::Edtf, "What it is measured against: `2005`, `2020/2022`."),
        may("target_year", Holds::Year, "The year by which it is promised, without quotes."),
    ],
};

static ENTRY: Shape = Shape {
    name: "entry of a history",
    keys: &[
        need("date", Holds::Edtf, "When it happened; a coarse date counts from its first day."),
        need("change", word::<Change>(), "What happened to the commitment."),
        may("by", word::<Country>(), "Who acted, where only one side of a joint commitment did."),
        may("event", Holds::Id, "The event that made it so; it names the commitment in turn."),
        may("note", Holds::Table(&TEXT), "What is to be known beside, such as why a date is inferred."),
        may(
            "sources",
            Holds::List(&Holds::Table(&SOURCE)),
            "Where this entry can be checked, above all one without an event.",
        ),
    ],
};

static LINEAGE: Shape = Shape {
    name: "related commitment",
    keys: &[
        need("id", Holds::Id, "The other commitment."),
        need("relation", word::<Lineage>(), "How this one relates to it; the other way round follows."),
    ],
};

impl Reader<'_> {
    pub(super) fn commitment(&mut self, spot: Spot<'_>, file_name: Option<&str>) -> Commitment {
        let table = self.record_table(spot, &COMMITMENT, file_name);
        let commitment = Commitment {
            id: self.own_id(&table, file_name),
            former_ids: self.list(&table, "former_ids", Self::id),
            party: self.need(&table, "party", Self::word),
            kind: self.need(&table, "kind", Self::word),
            updated: self.need(&table, "updated", Self::day),
            title: self.need(&table, "title", Self::texts),
            summary: self.need(&table, "summary", Self::texts),
            topics: self.list(&table, "topics", Self::word),
            target: self.may(&table, "target", Self::target),
            related: self.list(&table, "related", Self::lineage),
            history: self.list(&table, "history", Self::entry),
            sources: self.list(&table, "sources", Self::source),
        };
        // Against a blank that stands for an unreadable party, any id would look wrong.
        if table.get("party").is_some_and(|spot| spot.is(commitment.party.word())) {
            self.check_commitment_id(&table, &commitment, file_name);
        }
        commitment
    }

    fn target(&mut self, spot: Spot<'_>) -> Target {
        let table = self.table(spot, &TARGET);
        let target = Target {
            metric: self.need(&table, "metric", Self::texts),
            comparator: self.need(&table, "comparator", Self::word),
            value: self.may(&table, "value", Self::number).flatten(),
            value_high: self.may(&table, "value_high", Self::number).flatten(),
            unit: self.may(&table, "unit", Self::text),
            baseline: self.may(&table, "baseline", Self::edtf),
            target_year: self.may(&table, "target_year", Self::year),
        };
        if table.get("comparator").is_some_and(|spot| spot.is(target.comparator.word())) {
            self.target_values(spot, &table, &target);
        }
        target
    }

    fn target_values(&mut self, spot: Spot<'_>, table: &Table<'_>, target: &Target) {
        match (target.comparator, table.get("value_high")) {
            (Comparator::Range, high) if high.is_none() || !table.has("value") => {
                self.fault(spot, "a range wants `value` and `value_high`", None);
            }
            (Comparator::Range, Some(high)) => {
                if let (Some(from), Some(to)) = (target.value, target.value_high)
                    && from >= to
                {
                    self.fault(high, "`value_high` is not above `value`", None);
                }
            }
            (other, Some(high)) => {
                let hint = "only a `range` has one";
                self.fault(high, format!("`{other}` has no `value_high`"), Some(hint.to_owned()));
            }
            (Comparator::By, None) if !table.has("target_year") => {
                self.fault(spot, "`by` wants a `target_year`", None);
            }
            (other, None) if other != Comparator::By && !table.has("value") => {
                let hint = "only `by` may go without one: it is a direction then, without a figure";
                self.fault(spot, format!("`{other}` wants a `value`"), Some(hint.to_owned()));
            }
            (_, None) => {}
        }
    }

    fn entry(&mut self, spot: Spot<'_>) -> Entry {
        let table = self.table(spot, &ENTRY);
        Entry {
            date: self.need(&table, "date", Self::edtf),
            change: self.need(&table, "change", Self::word),
            by: self.may(&table, "by", Self::word),
            event: self.may(&table, "event", Self::id),
            note: self.may(&table, "note", Self::texts),
            sources: self.list(&table, "sources", Self::source),
        }
    }

    fn lineage(&mut self, spot: Spot<'_>) -> CommitmentLineage {
        let table = self.table(spot, &LINEAGE);
        CommitmentLineage { id: self.need(&table, "id", Self::id), relation: self.need(&table, "relation", Self::word) }
    }
}
