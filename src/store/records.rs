//! Records as they are answered with: finished JSON, found by number.

use std::collections::HashMap;

use bytestring::ByteString;
use sqlx::Row as _;

use super::documents::{FORMS, Form};
use super::sql::Sql;
use super::{Found, Store, StoreError};
use crate::domain::date::Day;
use crate::domain::text::Lang;
use crate::query::Kind;

impl Store {
    /// The records with these numbers, in the order of these.
    pub async fn documents(&self, kind: Kind, numbers: &[i64], lang: Lang) -> Result<Vec<Found>, StoreError> {
        let ids = self.catalogue.ids(kind);
        let known: Vec<(i64, &str)> =
            numbers.iter().filter_map(|number| ids.at(*number).map(|id| (*number, id))).collect();
        let documents = self.texts(kind, known.iter().map(|(number, _)| *number), Form::Shown(lang)).await?;
        let found = known.into_iter().zip(documents);
        Ok(found.map(|((number, id), document)| Found { number, id: id.into(), document }).collect())
    }

    /// A text of each of some records.
    async fn texts(
        &self,
        kind: Kind,
        numbers: impl Iterator<Item = i64>,
        form: Form,
    ) -> Result<Vec<ByteString>, StoreError> {
        if self.connections.are_closed() {
            return Err(StoreError::Closed);
        }
        Ok(self.documents.read(numbers.map(|number| self.place(kind, number, form))).await?)
    }

    /// Where the documents have a text of a record: they are in order of kind and number.
    fn place(&self, kind: Kind, number: i64, form: Form) -> usize {
        let before: usize =
            Kind::ALL.into_iter().take_while(|other| *other != kind).map(|other| self.catalogue.ids(other).len()).sum();
        // A number that is none leads to a place where nothing is.
        let record = usize::try_from(number - 1).ok().and_then(|place| (before + place).checked_mul(FORMS));
        record.map_or(usize::MAX, |record| record + form.place())
    }

    /// The record with this present id.
    pub async fn get(&self, kind: Kind, id: &str, lang: Lang) -> Result<Option<Found>, StoreError> {
        let Some(number) = self.catalogue.ids(kind).number(id) else { return Ok(None) };
        Ok(self.documents(kind, &[number], lang).await?.pop())
    }

    /// The records with these numbers, by number.
    pub async fn by_number(&self, kind: Kind, numbers: &[i64], lang: Lang) -> Result<HashMap<i64, Found>, StoreError> {
        let found = self.documents(kind, numbers, lang).await?;
        Ok(found.into_iter().map(|found| (found.number, found)).collect())
    }

    /// The documents of the records of kind `wanted` that the records of kind `of` with these numbers have stubs of,
    /// as far as they exist on `day`; each once, in order of id.
    pub async fn included(
        &self,
        of: Kind,
        numbers: &[i64],
        wanted: Kind,
        day: Day,
        lang: Lang,
    ) -> Result<Vec<Found>, StoreError> {
        let Some(sql) = included(of, numbers, wanted, day) else { return Ok(Vec::new()) };
        let mut loan = self.connections.borrow().await?;
        let rows = sql.query().fetch_all(loan.get()?).await?;
        drop(loan);
        let numbers: Vec<i64> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        self.documents(wanted, &numbers, lang).await
    }

    /// The records of a kind after the `after`th in order of id, at most `most`, as lines of NDJSON seeds; and the
    /// number of the last of them.
    pub async fn seeds(&self, kind: Kind, after: i64, most: u32) -> Result<Option<(String, i64)>, StoreError> {
        let all = i64::try_from(self.catalogue.ids(kind).len()).unwrap_or(i64::MAX);
        let last = after.saturating_add(most.into()).min(all);
        if last <= after {
            return Ok(None);
        }
        let lines = self.texts(kind, after + 1..=last, Form::Seed).await?;
        Ok(Some((lines.iter().map(|line| &**line).collect(), last)))
    }
}

/// The statement for the numbers behind [`Store::included`]; `None` where records of the one kind have no stubs of the
/// other.
fn included(of: Kind, numbers: &[i64], wanted: Kind, day: Day) -> Option<Sql> {
    let mut sql = Sql::new(match wanted {
        Kind::Events => "SELECT e.n FROM event e WHERE e.n IN (",
        Kind::Actors => "SELECT a.n FROM actor a WHERE a.n IN (",
        Kind::Commitments => "SELECT c.n FROM commitment c WHERE c.n IN (",
    });
    sql.push(match (of, wanted) {
        (Kind::Events, Kind::Actors) => "SELECT l.actor FROM event_actor l WHERE l.event IN ",
        (Kind::Events, Kind::Commitments) => "SELECT l.commitment FROM event_commitment l WHERE l.event IN ",
        (Kind::Events, Kind::Events) => "SELECT l.other FROM event_related l WHERE l.event IN ",
        (Kind::Actors, Kind::Actors) => "SELECT l.organisation FROM actor_post l WHERE l.actor IN ",
        (Kind::Commitments, Kind::Commitments) => "SELECT l.other FROM commitment_related l WHERE l.commitment IN ",
        (Kind::Commitments, Kind::Events) => "SELECT l.event FROM event_commitment l WHERE l.commitment IN ",
        (Kind::Actors, Kind::Events | Kind::Commitments) | (Kind::Commitments, Kind::Actors) => return None,
    });
    sql.bind_list(numbers.iter().copied());
    sql.push(")");
    // What an answer as of a day shows no stub of, it does not include either.
    match (of, wanted) {
        (_, Kind::Commitments) => sql.push(" AND c.made <= ").bind(day.to_string()),
        (Kind::Commitments, Kind::Events) => sql.push(" AND e.first_place <= ").bind(day.to_string()),
        _ => &mut sql,
    };
    sql.push(" ORDER BY 1");
    Some(sql)
}
