//! Events in SQL.

use super::{
    Access, Column, Columns, Grouping, Links, Plan, Read, Walk, actors, commitments, linked, one_of, scalar, searched,
    words,
};
use crate::domain::date::{Day, Point};
use crate::domain::text::Lang;
use crate::domain::vocab::Capital;
use crate::query::fields::{EventField, EventSort, Operator};
use crate::query::groups::Period;
use crate::query::{Events, Filter, Group, Kind, SortKey, Term, Value};
use crate::store::dialect;
use crate::store::sql::Sql;

const TOPICS: Links = Links { table: "event_topic t", tie: "t.event = e.n", column: "t.topic", list: words };
const COMMITMENTS: Links =
    Links { table: "event_commitment l", tie: "l.event = e.n", column: "l.commitment", list: commitments };
const ACTORS: Links = Links { table: "event_actor p", tie: "p.event = e.n", column: "p.actor", list: actors };
const SIDES: Links = Links { column: "p.side", list: words, ..ACTORS };
const ROLES: Links = Links { column: "p.role", list: words, ..ACTORS };

/// The fields that one participant must meet together.
const GROUP: [(EventField, &Links); 3] =
    [(EventField::Actor, &ACTORS), (EventField::Side, &SIDES), (EventField::Role, &ROLES)];

/// The first and last day by a clock.
pub(in crate::store) fn clock(capital: Option<Capital>) -> (&'static str, &'static str) {
    match capital {
        None => ("first_place", "last_place"),
        Some(Capital::Washington) => ("first_washington", "last_washington"),
        Some(Capital::Beijing) => ("first_beijing", "last_beijing"),
    }
}

impl Columns for Events {
    const FROM: &'static str = "event e";
    const NUMBER: (&'static str, &'static str) = ("e", "n");
    const COARSE: &'static str = "COUNT(CASE WHEN e.of_days = 0 THEN 1 END)";

    fn exists(_: &mut Sql, _: &Filter<Events>) {}

    fn condition(sql: &mut Sql, term: &Term<EventField>, filter: &Filter<Events>, plan: &Plan<EventField>) {
        let access = plan.access;
        let (first, last) = clock(filter.capital);
        // Where links are walked, the day to bound the walk by stands beside them.
        let walked = if plan.walk.is_some() { "w" } else { "e" };
        match term.field {
            EventField::Id => one_of(sql, &dialect::column("e", "id"), term),
            EventField::Type => one_of(sql, &access.column("e", "type"), term),
            EventField::Level => one_of(sql, &access.column("e", "level"), term),
            EventField::Status => one_of(sql, &access.column("e", "status"), term),
            EventField::Mode => one_of(sql, &access.column("e", "mode"), term),
            EventField::Bilateral => one_of(sql, &access.column("e", "bilateral"), term),
            EventField::Contested => one_of(sql, &access.column("e", "contested"), term),
            EventField::Confidence => one_of(sql, &access.column("e", "confidence"), term),
            EventField::Country => one_of(sql, &access.column("e", "country"), term),
            EventField::Topic => linked(sql, term, &TOPICS, &|_| ()),
            EventField::Commitment => linked(sql, term, &COMMITMENTS, &|_| ()),
            EventField::Actor | EventField::Side | EventField::Role => participants(sql, term, filter),
            EventField::Year => years(sql, term, access, (walked, first)),
            EventField::From => {
                let Some(day) = term.day() else { return };
                // An event that is not over before `day` began no earlier than the longest event lasts.
                let earliest = day.plus(-plan.longest);
                sql.push_made(&access.column("e", last)).push(" >= ").bind(day.to_string());
                sql.push(" AND ").push_made(&access.column(walked, first)).push(" >= ").bind(earliest.to_string());
            }
            EventField::To => {
                let Some(day) = term.day() else { return };
                sql.push_made(&access.column(walked, first)).push(" <= ").bind(day.to_string());
            }
            EventField::Q => searched(sql, filter, access),
            EventField::UpdatedSince => {
                let Some(day) = term.day() else { return };
                sql.push_made(&access.column("e", "updated")).push(" >= ").bind(day.to_string());
            }
        }
    }

    fn sort(sort: EventSort, _descending: bool, lang: Lang, filter: &Filter<Events>, walked: bool) -> Vec<Column> {
        let (first, last) = clock(filter.capital);
        match (sort, lang) {
            (EventSort::Date, _) => {
                let alias = if walked { "w" } else { "e" };
                vec![Column::text(alias, first), Column::text(alias, last)]
            }
            (EventSort::Title, Lang::En) => vec![Column::text("e", "title_en")],
            (EventSort::Title, Lang::Zh) => vec![Column::text("e", "title_zh")],
            (EventSort::Type, _) => vec![Column::text("e", "type")],
            (EventSort::Updated, _) => vec![Column::text("e", "updated")],
            (EventSort::Relevance, _) => vec![Column::score()],
        }
    }

    fn group(group: &Group<EventField>, filter: &Filter<Events>) -> Option<Grouping<Events>> {
        let own = |name, read| Some(Grouping::own(dialect::column("e", name), read));
        let linked = |links, read| Some(Grouping::linked(links, read, |_, _| ()));
        match group.field {
            EventField::Type => own("type", Read::Text),
            EventField::Level => own("level", Read::Text),
            EventField::Status => own("status", Read::Text),
            EventField::Mode => own("mode", Read::Text),
            EventField::Bilateral => own("bilateral", Read::Truth),
            EventField::Contested => own("contested", Read::Truth),
            EventField::Confidence => own("confidence", Read::Text),
            EventField::Country => own("country", Read::Text),
            EventField::Topic => linked(TOPICS, Read::Text),
            EventField::Commitment => linked(COMMITMENTS, Read::Id(Kind::Commitments)),
            EventField::Actor => linked(ACTORS, Read::Id(Kind::Actors)),
            EventField::Side => linked(SIDES, Read::Text),
            EventField::Role => linked(ROLES, Read::Text),
            EventField::Year => Some(period(group.period?, filter.capital)),
            EventField::Id | EventField::From | EventField::To | EventField::UpdatedSince | EventField::Q => None,
        }
    }

    fn walk(filter: &Filter<Events>, sort: &[SortKey<EventSort>]) -> Option<Walk<EventField>> {
        let by_date = sort.first().is_some_and(|key| key.sort == EventSort::Date);
        if !by_date || filter.capital.is_some() {
            return None;
        }
        let single = |field| match filter.term(field, Operator::Any)?.values.as_slice() {
            [value] if *value != Value::Missing => Some(value.clone()),
            _ => None,
        };
        if let Some(value) = single(EventField::Actor) {
            let from = "event_actor w";
            let proves = filter.term(EventField::Side, Operator::Any).is_none()
                && filter.term(EventField::Role, Operator::Any).is_none();
            return Some(Walk { from, field: EventField::Actor, value, condition: actor, proves });
        }
        if let Some(value) = single(EventField::Commitment) {
            let from = "event_commitment w";
            return Some(Walk { from, field: EventField::Commitment, value, condition: commitment, proves: true });
        }
        let value = single(EventField::Topic)?;
        Some(Walk { from: "event_topic w", field: EventField::Topic, value, condition: topic, proves: true })
    }
}

/// The period of the first day by a clock.
fn period(period: Period, capital: Option<Capital>) -> Grouping<Events> {
    let (first, _) = clock(capital);
    let month = match capital {
        None => "month_place",
        Some(Capital::Washington) => "month_washington",
        Some(Capital::Beijing) => "month_beijing",
    };
    match period {
        Period::Month => Grouping::own(dialect::column("e", month), Read::Text),
        Period::Quarter => Grouping::own(dialect::column("e", month), Read::Quarter),
        Period::Year => Grouping::own(dialect::start_of("e", first, 4), Read::Years(1)),
        Period::Decade => Grouping::own(dialect::start_of("e", first, 3), Read::Years(10)),
    }
}

fn actor(sql: &mut Sql, value: &Value) {
    sql.push("w.leading = 1 AND w.actor = (SELECT k.n FROM actor k WHERE k.id = ").bind(scalar(value)).push(")");
}

fn commitment(sql: &mut Sql, value: &Value) {
    sql.push("w.leading = 1 AND w.commitment = (SELECT k.n FROM commitment k WHERE k.id = ");
    sql.bind(scalar(value)).push(")");
}

fn topic(sql: &mut Sql, value: &Value) {
    sql.push("w.leading = 1 AND w.topic = ").bind(scalar(value));
}

/// Pushes the condition of a term on participants; that of the plain terms once, with the first of them.
fn participants(sql: &mut Sql, term: &Term<EventField>, filter: &Filter<Events>) {
    let plain: Vec<(&Term<EventField>, &Links)> =
        GROUP.iter().filter_map(|(field, links)| Some((filter.term(*field, Operator::Any)?, *links))).collect();
    let Some((_, links)) = GROUP.iter().find(|(field, _)| *field == term.field) else { return };
    match term.operator {
        Operator::Any => {
            if plain.first().is_some_and(|(first, _)| first.field == term.field) {
                together(sql, &plain);
            }
        }
        Operator::All => linked(sql, term, links, &|sql| {
            for (term, links) in &plain {
                meets(sql, term, links);
            }
        }),
        Operator::Not => linked(sql, term, links, &|_| ()),
    }
}

/// Pushes: one participant meets all plain terms, or there is no participant and each term allows that.
fn together(sql: &mut Sql, plain: &[(&Term<EventField>, &Links)]) {
    let none_will_do = plain.iter().all(|(term, _)| term.names_missing());
    sql.push("(EXISTS (");
    ACTORS.select(sql);
    for (term, links) in plain {
        meets(sql, term, links);
    }
    sql.push(")");
    if none_will_do {
        sql.push(" OR NOT EXISTS (");
        ACTORS.select(sql);
        sql.push(")");
    }
    sql.push(")");
}

/// Pushes that the participant at hand meets a plain term.
fn meets(sql: &mut Sql, term: &Term<EventField>, links: &Links) {
    sql.push(" AND ");
    if term.named().is_empty() {
        sql.push("1 = 0");
    } else {
        sql.push(links.column).push(" IN ");
        (links.list)(sql, term.named());
    }
}

/// Pushes ranges of days, which an index on days can walk along.
fn years(sql: &mut Sql, term: &Term<EventField>, access: Access, (walked, first): (&'static str, &'static str)) {
    let years: Vec<(Day, Day)> = term
        .values
        .iter()
        .filter_map(|value| match value {
            Value::Year(year) => Some((Point::Year(*year).first_day(), Point::Year(*year).last_day())),
            _ => None,
        })
        .collect();
    let any = term.operator == Operator::Any;
    if any && let (Some((start, _)), Some((_, end))) = (years.first(), years.last()) {
        // The span of all years bounds the walk; the years themselves then choose within it.
        sql.push_made(&access.column(walked, first)).push(" BETWEEN ").bind(start.to_string());
        sql.push(" AND ").bind(end.to_string()).push(" AND ");
    }
    sql.push(if any { "(" } else { "NOT (" });
    for (index, (start, end)) in years.iter().enumerate() {
        sql.push(if index > 0 { " OR " } else { "" });
        sql.push_made(&dialect::unindexed("e", first)).push(" BETWEEN ").bind(start.to_string());
        sql.push(" AND ").bind(end.to_string());
    }
    sql.push(")");
}
