//! The parameters, made from the field tables.

use serde_json::{Value, json};

use super::schemas::{VOCABULARIES, id_name, reference};
use crate::domain::vocab::Capital;
use crate::format::Format;
use crate::query::best::{self, DEFAULT_HITS, MOST_HITS};
use crate::query::fields::{FieldSpec, Operator, ValueType};
use crate::query::list::MOST_RECORDS;
use crate::query::params::MOST_VALUES;
use crate::query::parse::{DAY_PARAMETERS, LIST_PARAMETERS};
use crate::query::{Kind, Resource, groups};

pub(super) fn list_parameters<R: Resource>() -> Vec<Value> {
    let mut parameters = field_parameters::<R>();
    if R::AS_OF {
        parameters.push(day_parameter("as_of"));
    }
    if R::CAPITAL {
        parameters.push(day_parameter("capital"));
    }
    let sorts = R::SORTS.iter().flat_map(|spec| [spec.key.to_owned(), format!("-{}", spec.key)]);
    let best_first = if R::BEST_FIRST { ", or `relevance` where `q` is given" } else { "" };
    let meaning_of_sort = format!("{} By default `{}`{best_first}.", meaning("sort"), R::SORTS[0].key);
    let mut sort = listed("sort", &meaning_of_sort, &json!({ "type": "string", "enum": sorts.collect::<Vec<_>>() }));
    // An order that is given twice is refused.
    if let Some(schema) = sort.get_mut("schema").and_then(Value::as_object_mut) {
        schema.insert("maxItems".into(), json!(R::SORTS.len()));
        schema.insert("uniqueItems".into(), json!(true));
    }
    parameters.push(sort);
    parameters.push(parameter(
        "limit",
        meaning("limit"),
        &json!({
            "type": "integer", "minimum": 1, "maximum": MOST_RECORDS,
        }),
    ));
    parameters.push(parameter(
        "cursor",
        meaning("cursor"),
        &json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" }),
    ));
    parameters.push(parameter("total", meaning("total"), &json!({ "type": "boolean", "default": true })));
    let facets: Vec<&str> = groups::facets::<R>().iter().map(|group| group.key).collect();
    parameters.push(listed("facets", meaning("facets"), &json!({ "type": "string", "enum": facets })));
    parameters.push(fields_parameter::<R>());
    parameters.push(include_parameter::<R>());
    parameters.push(lang_parameter());
    parameters.push(format_parameter(Format::of_lists(R::KIND)));
    parameters.push(parameter("bom", meaning("bom"), &json!({ "type": "boolean" })));
    parameters
}

/// The parameters of the field table.
pub(super) fn field_parameters<R: Resource>() -> Vec<Value> {
    let forms = R::FIELDS.iter().flat_map(|spec| spec.operators().into_iter().map(move |operator| (spec, operator)));
    forms.map(|(spec, operator)| field_parameter(spec, operator)).collect()
}

fn field_parameter<F>(spec: &FieldSpec<F>, operator: Operator) -> Value {
    let name = format!("{}{}", spec.key, operator.suffix());
    let how = match (operator, spec.values.single()) {
        (Operator::Any, true) => "",
        (Operator::Any, false) => " Any of the values.",
        (Operator::All, _) => " Every one of the values.",
        (Operator::Not, _) => " None of the values; a record without a value passes.",
    };
    let none = spec.optional && operator != Operator::All;
    let missing = if none { " `none` stands for no value." } else { "" };
    let description = format!("{}{how}{missing}", spec.meaning);
    let mut schema = value_schema(spec.values, none);
    // Beside the value and not beside the parameter: there, interactive references would fill every filter in.
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("examples".into(), json!([spec.example]));
    }
    if spec.values.single() { parameter(&name, &description, &schema) } else { listed(&name, &description, &schema) }
}

pub(super) fn value_schema(values: ValueType, none: bool) -> Value {
    let value = match values {
        ValueType::Words(words) => {
            let named = VOCABULARIES.iter().find(|(_, known)| *known == words);
            // Every vocabulary is in the table: `tests::every_vocabulary_has_its_schema`.
            named.map_or_else(|| json!({ "type": "string", "enum": values.allowed() }), |(name, _)| reference(name))
        }
        ValueType::Country => reference("CountryCode"),
        ValueType::Boolean => json!({ "type": "string", "enum": values.allowed() }),
        ValueType::Year => reference("Year"),
        ValueType::Id(kind) => reference(&id_name(kind)),
        ValueType::FirstDay | ValueType::LastDay => reference("DayMonthOrYear"),
        ValueType::Phrase => reference("Phrase"),
        ValueType::Search => reference("Search"),
    };
    if none { json!({ "anyOf": [value, { "type": "string", "const": "none" }] }) } else { value }
}

pub(super) fn parameter(name: &str, description: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

/// The parameters of a search over all records.
pub(super) fn search_parameters() -> Vec<Value> {
    let [q, kind, limit] = best::PARAMETERS;
    let mut q = parameter(q.0, q.1, &reference("Search"));
    if let Some(q) = q.as_object_mut() {
        q.insert("required".into(), json!(true));
        q.insert("example".into(), json!("methane"));
    }
    let kinds = json!({ "type": "string", "enum": Kind::ALL.map(Kind::singular) });
    let hits = json!({ "type": "integer", "minimum": 1, "maximum": MOST_HITS, "default": DEFAULT_HITS });
    vec![
        q,
        listed(kind.0, kind.1, &kinds),
        parameter(limit.0, limit.1, &hits),
        day_parameter("as_of"),
        lang_parameter(),
        format_parameter(Format::OF_RECORDS),
    ]
}

/// A parameter with several values, separated by commas (repeating it does as well).
pub(super) fn listed(name: &str, description: &str, item: &Value) -> Value {
    json!({
        "name": name, "in": "query", "description": description, "style": "form", "explode": false,
        "schema": { "type": "array", "items": item, "minItems": 1, "maxItems": MOST_VALUES },
    })
}

pub(super) fn meaning(key: &str) -> &'static str {
    let mut rows = LIST_PARAMETERS.iter().chain(DAY_PARAMETERS);
    rows.find(|(known, ..)| *known == key).map_or("", |(_, meaning, _)| meaning)
}

pub(super) fn day_parameter(key: &str) -> Value {
    match key {
        "capital" => {
            parameter(key, meaning(key), &json!({ "type": "string", "enum": Capital::ALL.map(Capital::word) }))
        }
        _ => parameter(key, meaning(key), &reference("Day")),
    }
}

pub(super) fn lang_parameter() -> Value {
    parameter("lang", meaning("lang"), &json!({ "type": "string", "enum": ["en", "zh"] }))
}

pub(super) fn format_parameter(formats: &[Format]) -> Value {
    let names: Vec<&str> = formats.iter().map(|format| format.name()).collect();
    parameter(
        "format",
        "The form of the answer; by default the `Accept` header decides.",
        &json!({ "type": "string", "enum": names }),
    )
}

pub(super) fn fields_parameter<R: Resource>() -> Value {
    let keys: Vec<&str> = R::PROPERTIES.iter().map(|property| property.key).collect();
    listed("fields", meaning("fields"), &json!({ "type": "string", "enum": keys }))
}

pub(super) fn include_parameter<R: Resource>() -> Value {
    let kinds: Vec<&str> = R::INCLUDES.iter().map(|kind| kind.plural()).collect();
    listed("include", meaning("include"), &json!({ "type": "string", "enum": kinds }))
}
