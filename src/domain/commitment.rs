//! A commitment as curators record it, and where it stands on a day.

use serde::Serialize;

use super::date::{Day, Edtf};
use super::number::Number;
use super::source::Source;
use super::text::Text;
use super::vocab::{Change, CommitmentKind, Comparator, Country, Lineage, Party, Status, Topic};

/// A promise or undertaking of one side or of both.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the published form in `document` carries the meaning of each field")]
pub struct Commitment {
    #[serde(skip)]
    pub id: String,
    pub former_ids: Vec<String>,
    pub party: Party,
    pub kind: CommitmentKind,
    pub updated: Day,
    pub title: Text,
    pub summary: Text,
    pub topics: Vec<Topic>,
    pub target: Option<Target>,
    pub related: Vec<CommitmentLineage>,
    pub history: Vec<Entry>,
    pub sources: Vec<Source>,
}

impl Commitment {
    /// The first day of the history: before it, the commitment does not exist.
    #[must_use]
    pub fn first_day(&self) -> Day {
        self.history.iter().map(|entry| entry.date.start()).min().unwrap_or(Day::MAX)
    }

    /// The history in order of day; entries of one day stay in the record's order.
    #[must_use]
    pub fn ordered_history(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.history.iter().collect();
        entries.sort_by_key(|entry| entry.date.start());
        entries
    }

    /// Where the commitment stands on `day`; `None` before it was made.
    #[must_use]
    pub fn standing(&self, day: Day) -> Option<Standing> {
        Standing::fold(self.ordered_history().into_iter().map(|entry| (entry.date.start(), entry.change)), day)
    }
}

/// A number promised.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "see `document::Target`")]
pub struct Target {
    pub metric: Text,
    pub comparator: Comparator,
    pub value: Option<Number>,
    pub value_high: Option<Number>,
    pub unit: Option<String>,
    pub baseline: Option<Edtf>,
    pub target_year: Option<i16>,
}

/// What happened to a commitment on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "see `document::HistoryEntry`")]
pub struct Entry {
    pub date: Edtf,
    pub change: Change,
    pub by: Option<Country>,
    pub event: Option<String>,
    pub note: Option<Text>,
    pub sources: Vec<Source>,
}

/// Another commitment that this one relates to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "plain references")]
pub struct CommitmentLineage {
    pub id: String,
    pub relation: Lineage,
}

/// Where a commitment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The status.
    pub status: Status,
    /// The first day of the present unbroken status.
    pub since: Day,
}

impl Standing {
    /// Folds the changes dated on or before `day`, which come in order of day.
    pub fn fold(changes: impl IntoIterator<Item = (Day, Change)>, day: Day) -> Option<Standing> {
        changes.into_iter().take_while(|(date, _)| *date <= day).fold(None, |standing, (date, change)| {
            let status = match change {
                Change::Announced | Change::Resumed => Status::Active,
                Change::Suspended => Status::Suspended,
                Change::Superseded => Status::Superseded,
                Change::Withdrawn => Status::Withdrawn,
                Change::Lapsed => Status::Lapsed,
                Change::Achieved => Status::Achieved,
                Change::Missed => Status::Missed,
                Change::Formalised | Change::Reaffirmed | Change::Strengthened | Change::Weakened => {
                    standing.map_or(Status::Active, |standing: Standing| standing.status)
                }
            };
            match standing {
                Some(standing) if standing.status == status => Some(standing),
                _ => Some(Standing { status, since: date }),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_status_is_the_fold_of_the_changes_up_to_the_day() {
        let changes = [
            (day("2016-09-03"), Change::Reaffirmed),
            (day("2017-06-01"), Change::Withdrawn),
            (day("2019-11-04"), Change::Withdrawn),
            (day("2021-01-20"), Change::Resumed),
            (day("2021-02-19"), Change::Strengthened),
        ];
        let on =
            |text| Standing::fold(changes, day(text)).map(|standing| (standing.status, standing.since.to_string()));
        assert_eq!(on("2016-09-02"), None);
        assert_eq!(on("2016-09-03"), Some((Status::Active, "2016-09-03".into())));
        assert_eq!(on("2020-01-01"), Some((Status::Withdrawn, "2017-06-01".into())));
        assert_eq!(on("2021-03-01"), Some((Status::Active, "2021-01-20".into())));
    }
}
