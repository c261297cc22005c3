//! The addresses of tables of events and of connected records.

use serde_json::{Map, Value, json};

use super::parameters::{
    day_parameter, field_parameters, format_parameter, lang_parameter, listed, meaning, parameter,
};
use super::responses::{answers, list_headers, record_headers};
use super::schemas::{id_example, id_name, reference};
use crate::domain::vocab::EVENT_RELATION_NAMES;
use crate::format::Format;
use crate::query::gaps::{DEFAULT_DAYS, MOST_DAYS};
use crate::query::groups::{Period, groupings};
use crate::query::stats::MOST_ROWS;
use crate::query::web::{CHAIN_DEPTH, MOST_DEPTH};
use crate::query::{Actors, Commitments, Events, Resource};

/// Adds the operations.
pub(super) fn paths(paths: &mut Map<String, Value>) {
    let mut add = |path: &str, operation: Value| paths.insert(path.to_owned(), json!({ "get": operation }));
    add("/v1/events/stats", stats());
    add("/v1/events/gaps", gaps());
    add("/v1/events/{id}/chain", chain());
    add("/v1/commitments/{id}/lineage", lineage());
}

fn stats() -> Value {
    let keys: Vec<&str> = groupings::<Events>().iter().map(|group| group.key).collect();
    let mut by = listed(
        "by",
        "What events are counted by: one grouping or two, in the order of the columns. `actor` and `side` together are \
         those of one and the same participant.",
        &json!({ "type": "string", "enum": keys, "examples": ["year"] }),
    );
    by["required"] = json!(true);
    by["schema"]["maxItems"] = json!(2);
    by["schema"]["uniqueItems"] = json!(true);
    let mut parameters = vec![by];
    parameters.extend(field_parameters::<Events>());
    parameters.push(day_parameter("capital"));
    json!({
        "operationId": "countEvents",
        "summary": "Count events by one grouping or two",
        "description": format!(
            "The events that match, counted. An event of several values counts once under each; null stands for no \
             value, and for an event whose date is coarser than the period. Periods go by the first day, as `year` does, \
             and none between the first and the last is left out: beside another grouping, each period is there with \
             each value that occurs, with 0 where no event is. Rows are in order of their groupings: periods in time, all \
             else by code point, null last. More than {MOST_ROWS} rows are refused."
        ),
        "tags": ["events"],
        "parameters": with_rows(parameters),
        "responses": rows("Rows of counts.", "StatsRow", "Meta"),
    })
}

fn gaps() -> Value {
    let mut parameters = vec![number("min_days", "The least days of a silence.", MOST_DAYS, Some(DEFAULT_DAYS))];
    parameters.extend(field_parameters::<Events>());
    parameters.push(day_parameter("capital"));
    parameters.push(day_parameter("as_of"));
    json!({
        "operationId": "listGaps",
        "summary": "List the silences between events",
        "description": "The silences between consecutive events that match and occurred, the longest first, then the \
            earliest. A silence is whole days, from the day after the latest end so far to the day before the next event \
            begins: asked for with `from` and `to`, those days hold no such event. An event of a coarse date fills all of \
            its days. Events that begin after `as_of` are not looked at.",
        "tags": ["events"],
        "parameters": with_rows(parameters),
        "responses": rows("Silences.", "Silence", "GapsMeta"),
    })
}

/// Adds the parameters that all tables take.
fn with_rows(mut parameters: Vec<Value>) -> Vec<Value> {
    parameters.push(number("limit", "The most rows; all of them where it is left out.", MOST_ROWS, None));
    parameters.push(lang_parameter());
    parameters.push(format_parameter(Format::OF_ROWS));
    parameters.push(parameter("bom", meaning("bom"), &json!({ "type": "boolean" })));
    parameters
}

fn number(name: &str, description: &str, most: u16, default: Option<u16>) -> Value {
    let mut schema = json!({ "type": "integer", "minimum": 1, "maximum": most });
    if let Some(default) = default {
        schema["default"] = json!(default);
    }
    parameter(name, description, &schema)
}

fn rows(description: &str, row: &str, meta: &str) -> Value {
    let data = json!({ "type": "array", "items": reference(row) });
    let schema = |format: &Format| match format {
        Format::Json => envelope(&data, meta),
        _ => json!({ "type": "string" }),
    };
    let content: Value = Format::OF_ROWS
        .iter()
        .map(|format| (format.content_type().to_owned(), json!({ "schema": schema(format) })))
        .collect();
    let good = json!({ "description": description, "headers": list_headers(), "content": content });
    answers(&good, &["400", "404", "406"])
}

fn envelope(data: &Value, meta: &str) -> Value {
    json!({
        "type": "object", "required": ["data", "meta", "links"],
        "properties": { "data": data, "meta": reference(meta), "links": reference("SelfLink") },
    })
}

fn chain() -> Value {
    let relation = listed(
        "relation",
        "The relations that a step may take, as `related` of the event at hand names them; any where it is left out.",
        &json!({ "type": "string", "enum": EVENT_RELATION_NAMES }),
    );
    json!({
        "operationId": "getChain",
        "summary": "Get the events that are connected with one",
        "description": "The connected story: the events that are reached within `depth` steps along `related`, in order \
            of date, with the relations among them. At most 500, the nearest; `truncated` says whether there are more.",
        "tags": ["events"],
        "parameters": [
            id::<Events>(),
            number("depth", "The most steps.", MOST_DEPTH, Some(CHAIN_DEPTH)),
            relation, lang_parameter(), format_parameter(Format::OF_RECORDS),
        ],
        "responses": connected("The events and their relations.", "Chain"),
    })
}

fn lineage() -> Value {
    json!({
        "operationId": "getLineage",
        "summary": "Get what a commitment comes from, and what comes from it",
        "description": "The commitments that it supersedes, strengthens, implements or is a part of, and theirs, and \
            those of which the same is true the other way, in order of their first day, with the relations among them. \
            Those that were made after `as_of` are left out. At most 500, the nearest; `truncated` says whether there are \
            more.",
        "tags": ["commitments"],
        "parameters": [
            id::<Commitments>(),
            number("depth", "The most steps, either way.", MOST_DEPTH, Some(MOST_DEPTH)),
            day_parameter("as_of"), lang_parameter(), format_parameter(Format::OF_RECORDS),
        ],
        "responses": connected("The commitments and their relations.", "Lineage"),
    })
}

fn id<R: Resource>() -> Value {
    json!({
        "name": "id", "in": "path", "required": true,
        "description": format!("The {}'s id, or a former one.", R::KIND.singular()),
        "schema": reference(&id_name(R::KIND)), "example": id_example::<R>(),
    })
}

fn connected(description: &str, schema: &str) -> Value {
    let content = json!({ "application/json": { "schema": envelope(&reference(schema), "Meta") } });
    let good = json!({ "description": description, "headers": record_headers(), "content": content });
    let mut responses = answers(&good, &["400", "404", "406"]);
    responses["308"] = super::paths::moved();
    responses
}

/// A row of statistics: the groupings asked for, and the count.
pub(super) fn row() -> Value {
    let mut properties: Map<String, Value> = groupings::<Events>()
        .iter()
        .map(|group| {
            let schema = match (group.period, group.key) {
                (Some(Period::Year | Period::Decade), _) => json!({ "type": ["integer", "null"] }),
                (Some(Period::Quarter), _) => json!({ "type": ["string", "null"], "examples": ["2021-Q2"] }),
                (Some(Period::Month), _) => json!({ "type": ["string", "null"], "examples": ["2021-04"] }),
                (None, "actor") => json!({ "type": ["string", "null"], "examples": [id_example::<Actors>()] }),
                (None, _) => json!({ "type": ["string", "null"] }),
            };
            (group.key.to_owned(), schema)
        })
        .collect();
    properties.insert("count".into(), json!({ "type": "integer", "minimum": 0 }));
    json!({
        "type": "object",
        "description": "How many events have these values: the groupings asked for, and `count`. Null stands for no value.",
        "required": ["count"], "properties": properties,
    })
}
