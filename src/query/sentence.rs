//! A query in words, in the language of the answer.

use super::fields::{Operator, Resource, ValueType};
use super::gaps::GapsQuery;
use super::list::{Filter, ListQuery, Term, Value};
use super::stats::StatsQuery;
use crate::domain::text::Lang;

/// The query as a sentence.
#[must_use]
pub fn describe<R: Resource>(query: &ListQuery<R>) -> String {
    match query.shape.lang {
        Lang::En => english(query),
        Lang::Zh => chinese(query),
    }
}

/// A query for statistics as a sentence.
#[must_use]
pub fn counted(query: &StatsQuery) -> String {
    match query.shape.lang {
        Lang::En => {
            let by = query.keys().join(" and ");
            format!("{}, counted by {by}{}.", capitalised(&matches(&query.filter)), clock(&query.filter))
        }
        Lang::Zh => {
            let by: Vec<&str> = query.by.iter().map(|group| group.zh).collect();
            let mut conditions = chinese_matches(&query.filter);
            conditions.push(format!("按{}计数", by.join("和")));
            format!("事件：{}。", conditions.join("，"))
        }
    }
}

/// A query for silences as a sentence.
#[must_use]
pub fn silences(query: &GapsQuery) -> String {
    let days = query.min_days;
    match query.shape.lang {
        Lang::En => format!(
            "Silences of {days} {} or more, as of {}, between {} that occurred{}.",
            if days == 1 { "day" } else { "days" },
            query.as_of,
            matches(&query.filter),
            clock(&query.filter)
        ),
        Lang::Zh => {
            let mut conditions = chinese_matches(&query.filter);
            conditions.push(format!("截至{}", query.as_of));
            format!("已发生的事件之间不少于{days}天的间隔：{}。", conditions.join("，"))
        }
    }
}

fn english<R: Resource>(query: &ListQuery<R>) -> String {
    let as_of = if R::AS_OF { format!(" as of {}", query.filter.as_of.day) } else { String::new() };
    let order = query.sort.iter().map(|key| {
        let direction = match (key.sort == R::RELEVANCE, key.descending) {
            (true, false) => ", best first",
            (true, true) => ", weakest first",
            (false, true) => ", descending",
            (false, false) => "",
        };
        format!("{}{direction}", R::sort_spec(key.sort).key.replace('_', " "))
    });
    let order = order.collect::<Vec<_>>().join(", then ");
    let (matches, clock) = (capitalised(&matches(&query.filter)), clock(&query.filter));
    format!("{matches}{as_of}, sorted by {order}{clock}.")
}

/// Whose clock days go by.
fn clock<R: Resource>(filter: &Filter<R>) -> String {
    filter.capital.map_or(String::new(), |capital| format!(" by the day in {}", capitalised(capital.word())))
}

/// The records that a filter lets through.
fn matches<R: Resource>(filter: &Filter<R>) -> String {
    let (mut days, mut conditions) = (String::new(), Vec::new());
    for term in &filter.terms {
        let spec = R::spec(term.field);
        let key = spec.key.replace('_', " ");
        match (spec.values, term.operator) {
            (ValueType::FirstDay | ValueType::LastDay, _) => {
                days.push(' ');
                days.push_str(&key);
                days.push(' ');
                days.push_str(&english_values::<R>(term, ""));
            }
            (ValueType::Phrase, _) => conditions.push(format!("{key} contains \"{}\"", english_values::<R>(term, ""))),
            (ValueType::Search, _) => conditions.push(format!("the text matches {}", english_values::<R>(term, ""))),
            (_, Operator::Any) => conditions.push(format!("{key} is {}", english_values::<R>(term, "or"))),
            (_, Operator::All) => conditions.push(format!("{key} includes {}", english_values::<R>(term, "and"))),
            (_, Operator::Not) => conditions.push(format!("{key} is not {}", english_values::<R>(term, "or"))),
        }
    }
    let filtered = if conditions.is_empty() { String::new() } else { format!(" where {}", conditions.join(" and ")) };
    format!("{}{days}{filtered}", R::KIND.plural())
}

fn english_values<R: Resource>(term: &Term<R::Field>, last: &str) -> String {
    let words: Vec<String> = term
        .values
        .iter()
        .map(|value| match value {
            Value::Missing => "without a value".to_owned(),
            other => other.to_string(),
        })
        .collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

fn capitalised(word: &str) -> String {
    let mut word = word.to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}

fn chinese<R: Resource>(query: &ListQuery<R>) -> String {
    let kind = R::KIND.chinese();
    let mut conditions = chinese_matches(&query.filter);
    if R::AS_OF {
        conditions.push(format!("截至{}", query.filter.as_of.day));
    }
    let order = query.sort.iter().map(|key| {
        let direction = match (key.sort == R::RELEVANCE, key.descending) {
            (true, false) => "从高到低",
            (true, true) => "从低到高",
            (false, true) => "降序",
            (false, false) => "升序",
        };
        format!("{}{direction}", R::sort_spec(key.sort).zh)
    });
    conditions.push(format!("按{}排列", order.collect::<Vec<_>>().join("、")));
    format!("{kind}：{}。", conditions.join("，"))
}

/// What a filter asks of a record.
fn chinese_matches<R: Resource>(filter: &Filter<R>) -> Vec<String> {
    let mut conditions: Vec<String> = Vec::new();
    for term in &filter.terms {
        let spec = R::spec(term.field);
        let joined = |last: &str| {
            let words: Vec<String> = term.values.iter().map(|value| chinese_value(spec.values, value)).collect();
            words.join(last)
        };
        conditions.push(match (spec.values, term.operator) {
            (ValueType::FirstDay | ValueType::LastDay, _) => format!("{}{}", spec.zh, joined("")),
            (ValueType::Phrase, _) => format!("{}“{}”", spec.zh, joined("")),
            (ValueType::Search, _) => format!("{}匹配 {} ", spec.zh, joined("")),
            (_, Operator::Any) => format!("{}为{}", spec.zh, joined("或")),
            (_, Operator::All) => format!("{}包含{}", spec.zh, joined("和")),
            (_, Operator::Not) => format!("{}不为{}", spec.zh, joined("或")),
        });
    }
    if let Some(capital) = filter.capital {
        let city = match capital {
            crate::domain::vocab::Capital::Washington => "华盛顿",
            crate::domain::vocab::Capital::Beijing => "北京",
        };
        conditions.push(format!("日期以{city}为准"));
    }
    conditions
}

fn chinese_value(values: ValueType, value: &Value) -> String {
    match (values, value) {
        (_, Value::Missing) => "空".to_owned(),
        (_, Value::Bool(true)) => "是".to_owned(),
        (_, Value::Bool(false)) => "否".to_owned(),
        (ValueType::Words(words), Value::Word(word)) => {
            words.iter().find(|known| known.word == *word).map_or(*word, |known| known.zh).to_owned()
        }
        (_, other) => other.to_string(),
    }
}
