//! Commitments in SQL.

use super::{Column, Columns, Grouping, Links, Plan, Read, actors, events, linked, one_of, scalar, searched, words};
use crate::domain::text::Lang;
use crate::query::fields::{CommitmentField, CommitmentSort, Operator};
use crate::query::{Commitments, Filter, Group, Kind, Term, Value};
use crate::store::dialect;
use crate::store::sql::{Arg, Sql};

const TOPICS: Links = Links { table: "commitment_topic t", tie: "t.commitment = c.n", column: "t.topic", list: words };
const EVENTS: Links = Links { table: "event_commitment l", tie: "l.commitment = c.n", column: "l.event", list: events };
const ACTORS: Links = Links {
    table: "(event_commitment l JOIN event_actor p ON p.event = l.event)",
    tie: "l.commitment = c.n",
    column: "p.actor",
    list: actors,
};

impl Columns for Commitments {
    const FROM: &'static str = "commitment c JOIN commitment_state s ON s.commitment = c.n";
    const NUMBER: (&'static str, &'static str) = ("c", "n");

    fn exists(sql: &mut Sql, filter: &Filter<Commitments>) {
        let day = filter.as_of.day.to_string();
        sql.push("s.from_day <= ").bind(day.as_str()).push(" AND s.until_day > ").bind(day.as_str());
    }

    fn condition(sql: &mut Sql, term: &Term<CommitmentField>, filter: &Filter<Commitments>, plan: &Plan) {
        let access = plan.access;
        let by_then = |sql: &mut Sql| by_then(sql, filter);
        match term.field {
            CommitmentField::Id => one_of(sql, &dialect::column("c", "id"), term),
            CommitmentField::Party => one_of(sql, &access.column("c", "party"), term),
            CommitmentField::Kind => one_of(sql, &access.column("c", "kind"), term),
            CommitmentField::Status => one_of(sql, &access.column("s", "status"), term),
            CommitmentField::Topic => linked(sql, term, &TOPICS, &|_| ()),
            CommitmentField::TargetYear => {
                sql.push_made(&access.column("c", "target_year"));
                sql.push(if term.operator == Operator::Not { " NOT IN " } else { " IN " });
                sql.bind_list(term.values.iter().map(|value| match value {
                    Value::Missing => Arg::Number(0),
                    other => scalar(other),
                }));
            }
            CommitmentField::Event => linked(sql, term, &EVENTS, &by_then),
            CommitmentField::Actor => linked(sql, term, &ACTORS, &by_then),
            CommitmentField::Q => searched(sql, filter, access),
            CommitmentField::UpdatedSince => {
                let Some(day) = term.day() else { return };
                sql.push_made(&access.column("c", "updated")).push(" >= ").bind(day.to_string());
            }
        }
    }

    fn sort(sort: CommitmentSort, descending: bool, lang: Lang) -> Column {
        match (sort, descending, lang) {
            (CommitmentSort::Date, ..) => Column::text("c", "made"),
            (CommitmentSort::TargetYear, false, _) => Column::number("c", "target_year_up"),
            (CommitmentSort::TargetYear, true, _) => Column::number("c", "target_year_down"),
            (CommitmentSort::StatusSince, ..) => Column::text("s", "since"),
            (CommitmentSort::Title, _, Lang::En) => Column::text("c", "title_en"),
            (CommitmentSort::Title, _, Lang::Zh) => Column::text("c", "title_zh"),
            (CommitmentSort::Updated, ..) => Column::text("c", "updated"),
            (CommitmentSort::Relevance, ..) => Column::score(),
        }
    }

    fn group(group: &Group<CommitmentField>, _: &Filter<Commitments>) -> Option<Grouping<Commitments>> {
        let grouping = match group.field {
            CommitmentField::Party => Grouping::own(dialect::column("c", "party"), Read::Text),
            CommitmentField::Kind => Grouping::own(dialect::column("c", "kind"), Read::Text),
            CommitmentField::Status => Grouping::own(dialect::column("s", "status"), Read::Text),
            CommitmentField::Topic => Grouping::linked(TOPICS, Read::Text, |_, _| ()),
            CommitmentField::TargetYear => Grouping::own(dialect::column("c", "target_year"), Read::Number),
            CommitmentField::Actor => Grouping::linked(ACTORS, Read::Id(Kind::Actors), by_then),
            CommitmentField::Id | CommitmentField::Event | CommitmentField::UpdatedSince | CommitmentField::Q => {
                return None;
            }
        };
        Some(grouping)
    }
}

/// Pushes that the event at hand had begun by the day.
fn by_then(sql: &mut Sql, filter: &Filter<Commitments>) {
    sql.push(" AND l.first_place <= ").bind(filter.as_of.day.to_string());
}
