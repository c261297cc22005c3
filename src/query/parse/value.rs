//! The values that a parameter names, read by the type of its field.

use crate::domain::country;
use crate::domain::date::{DateError, Point};
use crate::domain::text::fold;
use crate::query::catalogue::Catalogue;
use crate::query::fields::{FieldSpec, Kind, Operator, ValueType};
use crate::query::list::{Term, Value};
use crate::query::params::{Name, Params, Problem};
use crate::query::search::Search;

use super::SEARCH_FORMS;

/// Reads the condition on a field by an operator, if it is given.
pub(super) fn term<F: Copy>(
    params: &mut Params,
    catalogue: &Catalogue,
    spec: &FieldSpec<F>,
    operator: Operator,
) -> Option<Term<F>> {
    let name = Name::new(spec.key, operator.suffix());
    let given = if spec.values.single() { params.one(name).map(|one| vec![one]) } else { params.several(name) }?;
    let mut values = Vec::with_capacity(given.len());
    for text in given {
        match value(spec, operator, &text, catalogue) {
            Ok(value) => values.push(value),
            Err(problem) => params.refuse(Problem { parameter: name.to_string(), value: text, ..problem }),
        }
    }
    values.sort();
    values.dedup();
    (!values.is_empty()).then_some(Term { field: spec.field, operator, values })
}

/// Reads one value; the problem's parameter and value are filled in by the caller.
fn value<F>(spec: &FieldSpec<F>, operator: Operator, text: &str, catalogue: &Catalogue) -> Result<Value, Problem> {
    let problem = |reason: &str| Problem::new("", "", reason);
    if text == "none" && spec.optional {
        return match operator {
            Operator::Any | Operator::Not => Ok(Value::Missing),
            Operator::All => Err(problem("`none` is not one of several values")),
        };
    }
    match spec.values {
        ValueType::Words(_) | ValueType::Country | ValueType::Boolean => closed(spec, text).ok_or_else(|| {
            let also = spec.optional.then_some("none");
            problem("the vocabulary has no such word")
                .allowed(spec.values.allowed().into_iter().chain(also))
                .nearest(text)
        }),
        ValueType::Year => match text.parse() {
            Ok(Point::Year(year)) => Ok(Value::Year(year)),
            _ => Err(problem("it is not a year").allowed(["YYYY"])),
        },
        ValueType::Id(kind) => match catalogue.ids(kind).present(text) {
            Some(id) => Ok(Value::Id(id.to_owned())),
            None => Err(unknown_id(kind, text, catalogue)),
        },
        ValueType::FirstDay => point(text).map(|point| Value::Day(point.first_day())),
        ValueType::LastDay => point(text).map(|point| Value::Day(point.last_day())),
        ValueType::Phrase => match fold(text).trim() {
            "" => Err(problem("it has no letter or digit")),
            phrase => Ok(Value::Phrase(phrase.to_owned())),
        },
        ValueType::Search if text.is_empty() => Err(problem("").allowed(SEARCH_FORMS)),
        ValueType::Search => Ok(Value::Search(Search::read(text))),
    }
}

fn closed<F>(spec: &FieldSpec<F>, text: &str) -> Option<Value> {
    match spec.values {
        ValueType::Words(words) => words.iter().find(|word| word.word == text).map(|word| Value::Word(word.word)),
        ValueType::Country => country::code(text).map(Value::Word),
        _ => text.parse().ok().map(Value::Bool),
    }
}

fn unknown_id(kind: Kind, text: &str, catalogue: &Catalogue) -> Problem {
    Problem {
        did_you_mean: catalogue.ids(kind).nearest(text).map(str::to_owned),
        ..Problem::new("", "", format!("no {} has this id", kind.singular()))
            .allowed([format!("an id from /v1/{}", kind.plural())])
    }
}

fn point(text: &str) -> Result<Point, Problem> {
    text.parse()
        .map_err(|error: DateError| Problem::new("", "", error.to_string()).allowed(["YYYY", "YYYY-MM", "YYYY-MM-DD"]))
}
