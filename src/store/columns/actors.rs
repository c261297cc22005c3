//! Actors in SQL.

use super::{Column, Columns, Grouping, Links, Plan, Read, actors, events, linked, one_of, searched};
use crate::domain::text::Lang;
use crate::query::fields::{ActorField, ActorSort, Operator};
use crate::query::{Actors, Filter, Group, Kind, Term, Value};
use crate::store::dialect;
use crate::store::sql::Sql;

const EVENTS: Links = Links { table: "event_actor p", tie: "p.actor = a.n", column: "p.event", list: events };
const POSTS: &str = "SELECT 1 FROM actor_post p WHERE p.actor = a.n";
const ORGANISATIONS: Links = Links {
    table: "actor_post p",
    tie: "p.actor = a.n AND p.organisation > 0",
    column: "p.organisation",
    list: actors,
};

impl Columns for Actors {
    const FROM: &'static str = "actor a";
    const NUMBER: (&'static str, &'static str) = ("a", "n");

    fn exists(_: &mut Sql, _: &Filter<Actors>) {}

    fn condition(sql: &mut Sql, term: &Term<ActorField>, filter: &Filter<Actors>, plan: &Plan) {
        let access = plan.access;
        match term.field {
            ActorField::Id => one_of(sql, &dialect::column("a", "id"), term),
            ActorField::Kind => one_of(sql, &access.column("a", "kind"), term),
            ActorField::Side => one_of(sql, &access.column("a", "side"), term),
            ActorField::Event => linked(sql, term, &EVENTS, &|_| ()),
            ActorField::Role => {
                // Where organisations are named, their condition holds the phrase as well.
                sql.push("EXISTS (").push(POSTS);
                held(sql, filter);
                titled(sql, filter);
                sql.push(")");
            }
            ActorField::Organisation => organisations(sql, term, filter),
            ActorField::Q => searched(sql, filter, access),
            ActorField::UpdatedSince => {
                let Some(day) = term.day() else { return };
                sql.push_made(&access.column("a", "updated")).push(" >= ").bind(day.to_string());
            }
        }
    }

    fn sort(sort: ActorSort, descending: bool, lang: Lang) -> Column {
        match (sort, descending, lang) {
            (ActorSort::Name, _, Lang::En) => Column::text("a", "name_en"),
            (ActorSort::Name, _, Lang::Zh) => Column::text("a", "name_zh"),
            (ActorSort::Events, ..) => Column::number("a", "events"),
            (ActorSort::First, false, _) => Column::text("a", "first_up"),
            (ActorSort::First, true, _) => Column::text("a", "first_down"),
            (ActorSort::Last, false, _) => Column::text("a", "last_up"),
            (ActorSort::Last, true, _) => Column::text("a", "last_down"),
            (ActorSort::Updated, ..) => Column::text("a", "updated"),
            (ActorSort::Relevance, ..) => Column::score(),
        }
    }

    fn group(group: &Group<ActorField>, _: &Filter<Actors>) -> Option<Grouping<Actors>> {
        let grouping = match group.field {
            ActorField::Kind => Grouping::own(dialect::column("a", "kind"), Read::Text),
            ActorField::Side => Grouping::own(dialect::column("a", "side"), Read::Text),
            ActorField::Organisation => Grouping::linked(ORGANISATIONS, Read::Id(Kind::Actors), held),
            ActorField::Id | ActorField::Role | ActorField::Event | ActorField::UpdatedSince | ActorField::Q => {
                return None;
            }
        };
        Some(grouping)
    }
}

/// Pushes that the post at hand was held on the day, where one was given.
fn held(sql: &mut Sql, filter: &Filter<Actors>) {
    if filter.as_of.given {
        let day = filter.as_of.day.to_string();
        sql.push(" AND p.from_day <= ").bind(day.as_str()).push(" AND p.to_day >= ").bind(day.as_str());
    }
}

/// Pushes that the title of the post at hand holds the phrase asked for, if any.
fn titled(sql: &mut Sql, filter: &Filter<Actors>) {
    let phrase = filter.term(ActorField::Role, Operator::Any).and_then(|term| term.values.first());
    if let Some(Value::Phrase(phrase)) = phrase {
        sql.push(" AND (").push(dialect::CONTAINS).push("p.title_en, ").bind(phrase.as_str()).push(") > 0)");
        sql.push(" OR ").push(dialect::CONTAINS).push("p.title_zh, ").bind(phrase.as_str()).push(") > 0))");
    }
}

/// Pushes the condition of a term on organisations: one post has both the organisation and the phrase.
fn organisations(sql: &mut Sql, term: &Term<ActorField>, filter: &Filter<Actors>) {
    let of_phrase = |sql: &mut Sql| {
        held(sql, filter);
        titled(sql, filter);
    };
    if term.operator == Operator::Not {
        linked(sql, term, &ORGANISATIONS, &|sql| held(sql, filter));
    } else if term.names_missing() {
        // No organisation at all: the phrase is met beside it, by the condition of `role`.
        sql.push("(NOT EXISTS (");
        ORGANISATIONS.select(sql);
        held(sql, filter);
        sql.push(")");
        if !term.named().is_empty() {
            sql.push(" OR ");
            let named = Term { values: term.named().to_vec(), ..term.clone() };
            linked(sql, &named, &ORGANISATIONS, &of_phrase);
        }
        sql.push(")");
    } else {
        linked(sql, term, &ORGANISATIONS, &of_phrase);
    }
}
