//! Commitments.

use super::reader::{Reader, Spot, Table};
use crate::domain::commitment::{Commitment, CommitmentLineage, Entry, Target};
use crate::domain::vocab::{Comparator, Vocabulary as _};

#[rustfmt::skip]
const COMMITMENT: [&str; 11] = [
    "party", "kind", "title", "summary", "topics", "target", "history", "related", "sources", "updated", "former_ids",
];
const TARGET: [&str; 7] = ["metric", "comparator", "value", "value_high", "unit", "baseline", "target_year"];
const ENTRY: [&str; 6] = ["date", "change", "by", "event", "note", "sources"];
const LINEAGE: [&str; 2] = ["id", "relation"];

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
