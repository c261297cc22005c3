//! Ids: what they may look like, and where a record's own id comes from.

use super::reader::{Reader, Table};
use crate::domain::commitment::Commitment;
use crate::domain::date::Point;
use crate::domain::vocab::Party;

pub(super) const KEBAB: &str = "lower-case letters and digits, in words joined by single hyphens";

/// Whether a text is words of lower-case letters and digits, joined by single hyphens.
pub(super) fn is_kebab(text: &str) -> bool {
    text.split('-')
        .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

/// Whether an id begins with a date and goes on after it.
fn begins_with_date(id: &str) -> bool {
    id.match_indices('-').any(|(at, _)| id.get(..at).is_some_and(|start| start.parse::<Point>().is_ok()))
}

impl Reader<'_> {
    /// The record's own id: the file name, or the key `id` of a line.
    ///
    /// A blank comes back where there is none, so that others that point to the record can be told from those
    /// that point to nothing.
    pub(super) fn own_id(&mut self, table: &Table<'_>, file_name: Option<&str>) -> String {
        let Some(id) = file_name else { return self.need(table, "id", Self::id) };
        if !is_kebab(id) {
            self.id_fault(table, file_name, format!("`{id}` is not an id"), KEBAB);
        }
        id.to_owned()
    }

    /// An event's id begins with the date first recorded, which may have been put right since.
    pub(super) fn check_event_id(&mut self, table: &Table<'_>, id: &str, file_name: Option<&str>) {
        if is_kebab(id) && !begins_with_date(id) {
            let hint = "the date first recorded, then what it is: 2021-02-10-biden-xi-call";
            self.id_fault(table, file_name, format!("the event id `{id}` does not begin with a date"), hint);
        }
    }

    /// A commitment's id begins with whose it is.
    pub(super) fn check_commitment_id(&mut self, table: &Table<'_>, commitment: &Commitment, file_name: Option<&str>) {
        let Commitment { id, party, .. } = commitment;
        let prefix = match party {
            Party::Us => "us-",
            Party::Cn => "cn-",
            Party::Joint => "joint-",
        };
        if is_kebab(id) && !id.starts_with(prefix) {
            let message = format!("the id `{id}` does not begin with `{prefix}`, and the party is {party}");
            self.id_fault(table, file_name, message, "us-, cn- or joint-, by party");
        }
    }

    /// A file name is written nowhere in the file, so its faults stand at the file's beginning.
    fn id_fault(&mut self, table: &Table<'_>, file_name: Option<&str>, message: String, hint: &str) {
        match table.get("id") {
            Some(spot) if file_name.is_none() => self.fault(spot, message, Some(hint.to_owned())),
            _ => self.fault_at(0, "id".to_owned(), message, Some(format!("the file name is the id; {hint}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_kebab_case() {
        for id in ["a", "joe-biden", "2021-02-10-call", "g20"] {
            assert!(is_kebab(id), "{id}");
        }
        for id in ["", "-a", "a-", "a--b", "A", "a_b", "é", "a b", "a.b"] {
            assert!(!is_kebab(id), "{id}");
        }
    }

    #[test]
    fn event_ids_begin_with_a_date_and_go_on() {
        for id in ["2021-call", "2021-02-call", "2021-02-10-call"] {
            assert!(begins_with_date(id), "{id}");
        }
        for id in ["call", "2021", "call-2021-02-10", "202-call", "20210210-call"] {
            assert!(!begins_with_date(id), "{id}");
        }
    }
}
