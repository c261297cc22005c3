//! Every address, with its operation.

use serde_json::{Map, Value, json};

use super::parameters::{
    day_parameter, fields_parameter, format_parameter, include_parameter, lang_parameter, list_parameters,
    search_parameters,
};
use super::responses::{answers, kept_headers, list_headers, record_headers};
use super::schemas::{capitalised, id_example, id_name, reference};
use crate::format::Format;
use crate::query::best::MOST_HITS;
use crate::query::{Actors, Commitments, Events, Resource};

pub(super) fn paths() -> Value {
    let mut paths = Map::new();
    let mut add = |path: &str, operation: Value| paths.insert(path.to_owned(), json!({ "get": operation }));
    add("/", page("getHome", "A page for people, or what `/v1` gives", "about", "Entry", Format::OF_PAGES));
    add(
        "/v1",
        page("getEntry", "Where everything is, and what the data set holds", "about", "Entry", Format::OF_RECORDS),
    );
    add("/v1/search", search());
    add("/v1/fields", page("getFields", "The data dictionary", "about", "Dictionary", Format::OF_RECORDS));
    add("/problems/{code}", problem_page());
    add("/openapi.json", other("getOpenApi", "This document", OPENAPI_TYPE, &json!({ "type": "object" })));
    add(
        "/docs",
        other("getDocs", "The interactive reference", Format::Html.content_type(), &json!({ "type": "string" })),
    );
    let linkset = json!({
        "type": "object", "required": ["linkset"],
        "properties": { "linkset": { "type": "array", "items": { "type": "object" } } },
    });
    add(
        "/.well-known/api-catalog",
        other("getApiCatalog", "The catalogue of this API (RFC 9727)", LINKSET_TYPE, &linkset),
    );
    for format in Format::OF_DATASET {
        add(&format!("/v1/dataset.{}", format.name()), dataset(*format));
    }
    let of_schema = |schema: &str| json!({ "application/json": { "schema": reference(schema) } });
    add("/livez", operations("getLivez", "Whether the process lives", &of_schema("Alive")));
    add("/readyz", operations("getReadyz", "Whether a data set is served, and which", &of_schema("Ready")));
    let counts = json!({ (prometheus::TEXT_FORMAT): { "schema": { "type": "string" } } });
    add("/metrics", operations("getMetrics", "What the program counts of itself, for Prometheus", &counts));
    resource_paths::<Events>(&mut paths);
    resource_paths::<Actors>(&mut paths);
    resource_paths::<Commitments>(&mut paths);
    super::counts::paths(&mut paths);
    Value::Object(paths)
}

pub(super) const OPENAPI_TYPE: &str = "application/vnd.oai.openapi+json;version=3.1";
const LINKSET_TYPE: &str = "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"";

/// A read that answers with data of one schema in the envelope, and with a page for people where that is offered.
fn page(id: &str, summary: &str, tag: &str, schema: &str, formats: &[Format]) -> Value {
    let envelope = json!({
        "type": "object", "required": ["data", "meta", "links"],
        "properties": { "data": reference(schema), "meta": reference("Meta"), "links": reference("SelfLink") },
    });
    let content: Map<String, Value> = formats
        .iter()
        .map(|format| {
            let schema = if *format == Format::Html { json!({ "type": "string" }) } else { envelope.clone() };
            (format.content_type().to_owned(), json!({ "schema": schema }))
        })
        .collect();
    json!({
        "operationId": id, "summary": summary, "description": format!("{summary}."), "tags": [tag],
        "parameters": [lang_parameter(), format_parameter(formats)],
        "responses": answers(
            &json!({ "description": summary, "headers": kept_headers(), "content": content }),
            &["400", "406"],
        ),
    })
}

fn search() -> Value {
    let schema = json!({
        "type": "object", "required": ["data", "meta", "links"],
        "properties": {
            "data": { "type": "array", "items": reference("Hit"), "maxItems": MOST_HITS },
            "meta": reference("SearchMeta"),
            "links": reference("SelfLink"),
        },
    });
    let summary = "Search all records together";
    json!({
        "operationId": "search", "summary": summary,
        "description": "The best hits among events, actors and commitments, the best first, each with the passage that is hit.",
        "tags": ["about"],
        "parameters": search_parameters(),
        "responses": answers(&json!({
            "description": "The best hits.", "headers": record_headers(),
            "content": { "application/json": { "schema": schema } },
        }), &["400", "406"]),
    })
}

fn problem_page() -> Value {
    let summary = "What an error means and how to mend the request";
    let mut problem = page("getProblem", summary, "about", "ErrorMeaning", Format::OF_PAGES);
    let parameter = json!({
        "name": "code", "in": "path", "required": true, "description": "The error's code.",
        "schema": reference("ErrorCode"), "example": "invalid-parameters",
    });
    if let Some(parameters) = problem.get_mut("parameters").and_then(Value::as_array_mut) {
        parameters.insert(0, parameter);
    }
    if let Some(responses) = problem.get_mut("responses").and_then(Value::as_object_mut) {
        responses.insert("404".into(), json!({ "$ref": "#/components/responses/404" }));
    }
    problem
}

/// A read without parameters.
fn other(id: &str, summary: &str, media_type: &str, schema: &Value) -> Value {
    let content = json!({ media_type: { "schema": schema } });
    json!({
        "operationId": id, "summary": summary, "description": format!("{summary}."), "tags": ["about"],
        "responses": answers(&json!({ "description": summary, "headers": kept_headers(), "content": content }), &[]),
    })
}

/// The whole data set in a file.
fn dataset(format: Format) -> Value {
    let (id, summary, description) = match format {
        Format::Zip => (
            "getDatasetZip",
            "The data set as a Data Package",
            "The whole data set as a Data Package (v2): a description, tables as CSV, a dictionary, the licence, how to cite it, and the records as seeds.",
        ),
        _ => (
            "getDatasetSqlite",
            "The data set as a SQLite file",
            "The whole data set as a SQLite file: readable tables in both languages, with a full-text index.",
        ),
    };
    let mut headers = kept_headers();
    if let Some(headers) = headers.as_object_mut() {
        headers.insert("Content-Disposition".into(), json!({ "$ref": "#/components/headers/Content-Disposition" }));
        if format == Format::Zip {
            headers.remove("Vary");
        }
    }
    let content = json!({ format.content_type(): { "schema": { "type": "string", "format": "binary" } } });
    json!({
        "operationId": id, "summary": summary, "description": description, "tags": ["about"],
        "responses": answers(&json!({ "description": summary, "headers": headers, "content": content }), &["400"]),
    })
}

fn operations(id: &str, summary: &str, content: &Value) -> Value {
    let mut responses = answers(&json!({ "description": summary, "content": content }), &[]);
    // Operators' answers are never kept, so there is nothing to hold already.
    if let Some(responses) = responses.as_object_mut() {
        responses.remove("304");
    }
    json!({
        "operationId": id, "summary": summary, "description": format!("{summary}."), "tags": ["operations"],
        "responses": responses,
    })
}

/// What a list is given in, by media type.
fn list_content<R: Resource>() -> Value {
    let schema = |format: &Format| match format {
        Format::Json => reference(&format!("{}List", capitalised(R::KIND.singular()))),
        Format::Geojson => reference("FeatureCollection"),
        Format::Timelinejs => reference("TimelineJs"),
        Format::Jsonfeed => reference("JsonFeed"),
        Format::Csv | Format::Ndjson | Format::Ics | Format::Atom | Format::Html => json!({ "type": "string" }),
        Format::Sqlite | Format::Zip => json!({ "type": "string", "format": "binary" }),
    };
    let formats = Format::of_lists(R::KIND).iter();
    formats.map(|format| (format.content_type().to_owned(), json!({ "schema": schema(format) }))).collect()
}

fn resource_paths<R: Resource>(paths: &mut Map<String, Value>) {
    let (plural, singular) = (R::KIND.plural(), R::KIND.singular());
    let name = capitalised(singular);
    let list = json!({
        "operationId": format!("list{}s", name),
        "summary": format!("List {plural}"),
        "description": format!(
            "The {plural} that match. JSON gives a page at a time: follow `links.next` to its end for all of them. \
             `format`, or a suffix such as `/v1/{plural}.csv`, chooses another form."
        ),
        "tags": [plural],
        "parameters": list_parameters::<R>(),
        "responses": answers(&json!({
            "description": format!("A page of {plural}, or all of them."),
            "headers": list_headers(),
            "content": list_content::<R>(),
            "links": { format!("first{name}"): {
                "operationId": format!("get{name}"),
                "description": format!("The first {singular} of the page."),
                "parameters": { "id": "$response.body#/data/0/id" },
            } },
        }), &["400", "406", "410"]),
    });
    paths.insert(format!("/v1/{plural}"), json!({ "get": list }));

    let mut parameters = vec![json!({
        "name": "id", "in": "path", "required": true,
        "description": format!("The {singular}'s id, or a former one."),
        "schema": reference(&id_name(R::KIND)), "example": id_example::<R>(),
    })];
    parameters.push(lang_parameter());
    parameters.push(fields_parameter::<R>());
    parameters.push(include_parameter::<R>());
    parameters.push(format_parameter(Format::OF_RECORDS));
    if R::AS_OF {
        parameters.push(day_parameter("as_of"));
    }
    let mut responses = answers(
        &json!({
            "description": format!("The {singular}."),
            "headers": record_headers(),
            "content": { "application/json": { "schema": reference(&format!("{name}Item")) } },
        }),
        &["400", "404", "406"],
    );
    if let Some(responses) = responses.as_object_mut() {
        responses.insert("308".into(), moved());
    }
    let item = json!({
        "operationId": format!("get{name}"), "summary": format!("Get one {singular}"),
        "description": format!("One {singular}, whole."),
        "tags": [plural], "parameters": parameters, "responses": responses,
    });
    paths.insert(format!("/v1/{plural}/{{id}}"), json!({ "get": item }));
}

/// Where a renamed record is now.
pub(super) fn moved() -> Value {
    json!({
        "description": "The id is a former one; `Location` names the present address.",
        "headers": { "Location": { "description": "The present address.", "required": true, "schema": { "type": "string" } } },
    })
}
