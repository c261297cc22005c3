//! From parameters to a query, or to everything that is wrong with them.

mod value;

use super::catalogue::Catalogue;
use super::cursor::Cursor;
use super::fields::{Kind, Resource, SortSpec, ValueType};
use super::form::{Extent, Form};
use super::groups::{self, Group};
use super::list::{AsOf, Filter, ItemQuery, ListQuery, MOST_RECORDS, Shape, SortKey, Term, default_limit};
use super::params::{Params, Problem};
use crate::domain::date::{DateError, Day};
use crate::domain::text::Lang;
use crate::domain::vocab::Capital;
use value::term;

/// What a query is read against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The ids that a query may name.
    pub catalogue: &'a Catalogue,
    /// The day that `as_of` means where it is left out (UTC).
    pub today: Day,
    /// The language where `lang` is left out: the client's preference, or English.
    pub lang: Lang,
    /// The format that links must name, if any.
    pub format: Option<&'static str>,
    /// What the form of the answer can express.
    pub form: Form,
}

/// Why a query is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Parameters that are not understood or contradict each other.
    Invalid(Vec<Problem>),
    /// The cursor belongs to another query.
    CursorMismatch,
    /// The cursor belongs to a version of the data that is no longer kept.
    CursorExpired,
}

/// The parameters of lists that are not fields, with what they mean and an example.
pub const LIST_PARAMETERS: &[(&str, &str, &str)] = &[
    (
        "sort",
        "A comma list of keys to sort by, `-` for descending. Ties are settled by id, ascending; missing values come last. Left out, feeds begin with what was last updated.",
        "-date",
    ),
    (
        "limit",
        "The most records of the answer, 1 to 500. Left out, JSON and feeds hold 50 and every other format the whole result.",
        "50",
    ),
    (
        "cursor",
        "Where the page begins: `page.next` of the page before. All else must stay as it was, save `limit`, `fields`, `include`, `lang` and `format`.",
        "",
    ),
    ("total", "Whether `page.total` counts all matches.", "true"),
    (
        "facets",
        "Counts all matches for each value of these, leaving out every filter on the same field; `decade` leaves out those on `year`. A record of several values counts once under each. JSON only.",
        "type,year",
    ),
    (
        "fields",
        "The only top-level keys to show; `id` always is. Not in feeds, calendars and TimelineJS, which have keys of their own.",
        "id,date,title",
    ),
    (
        "include",
        "The kinds of record to give in full in `included`, once each, where the page holds stubs of them; JSON only.",
        "actors",
    ),
    (
        "lang",
        "The language of titles, summaries, names, accounts and descriptions; by default the `Accept-Language` header decides.",
        "zh",
    ),
    (
        "bom",
        "Whether CSV begins with a byte order mark, without which Excel misreads it; no other format has one.",
        "true",
    ),
];

/// What `q` may be made of.
pub const SEARCH_FORMS: [&str; 4] = ["words", "\"a phrase\"", "-word", "word*"];

/// The parameters that some lists have beside their fields.
pub const DAY_PARAMETERS: &[(&str, &str, &str)] = &[
    ("as_of", "The day that the answer speaks of (`YYYY-MM-DD`); today in UTC by default.", "2022-09-01"),
    (
        "capital",
        "Whose clock `from`, `to`, `year` and sorts by date go by; without it, the clock of the place of the event.",
        "beijing",
    ),
];

/// Reads a query for a list.
pub fn list<R: Resource>(params: &mut Params, context: &Context<'_>) -> Result<ListQuery<R>, Refused> {
    let mut filter = filter::<R>(params, context);
    let given_sort = sort::<R>(params);
    check_relevance::<R>(params, &given_sort);
    let limit = number(params, "limit", MOST_RECORDS);
    let total = params.boolean("total").unwrap_or(true);
    let facets = facets::<R>(params, &context.form);
    let cursor = cursor(params);
    let shape = shape::<R>(params, context);
    params.finish().map_err(Refused::Invalid)?;

    if let Some(fixed) = cursor.as_ref().and_then(|cursor| cursor.as_of)
        && !filter.as_of.given
    {
        filter.as_of.day = fixed;
    }
    let extent = context.form.extent;
    let by_default = given_sort.is_empty();
    let default = filter.default_sort(extent);
    let mut query = ListQuery {
        filter,
        sort: if by_default { vec![default] } else { given_sort },
        sort_lang: cursor.as_ref().map_or(shape.lang, Cursor::lang),
        limit: limit.unwrap_or(default_limit(extent)),
        whole: extent == Extent::Whole && limit.is_none(),
        position: None,
        total,
        facets,
        shape,
    };
    if let Some(cursor) = cursor {
        if cursor.version != context.catalogue.version {
            return Err(Refused::CursorExpired);
        }
        if by_default && !cursor.is_of(&query.identity()) {
            // The form has changed along the way; the order stays what it was.
            let other = if extent == Extent::News { Extent::Page } else { Extent::News };
            query.sort = vec![query.filter.default_sort(other)];
        }
        if !cursor.is_of(&query.identity()) {
            return Err(Refused::CursorMismatch);
        }
        let stands = context.catalogue.ids(R::KIND).at(cursor.position.number).is_some();
        if !stands || !query.has_keys(&cursor.position) {
            return Err(Refused::Invalid(vec![not_a_cursor(cursor.encode())]));
        }
        query.position = Some(cursor.position);
    }
    Ok(query)
}

/// Reads which records are asked for.
pub(super) fn filter<R: Resource>(params: &mut Params, context: &Context<'_>) -> Filter<R> {
    let mut terms = Vec::new();
    for spec in R::FIELDS {
        for operator in spec.operators() {
            terms.extend(term(params, context.catalogue, spec, operator));
        }
    }
    terms.sort_by_key(|term| (term.field, term.operator));
    check_range::<R>(params, &terms);
    let capital = if R::CAPITAL { capital(params) } else { None };
    let given = if R::AS_OF { as_of(params) } else { None };
    Filter { terms, capital, as_of: AsOf { day: given.unwrap_or(context.today), given: given.is_some() } }
}

/// Reads a query for one record.
pub fn item<R: Resource>(params: &mut Params, context: &Context<'_>) -> Result<ItemQuery, Refused> {
    let given = if R::AS_OF { as_of(params) } else { None };
    let shape = shape::<R>(params, context);
    params.finish().map_err(Refused::Invalid)?;
    Ok(ItemQuery { as_of: AsOf { day: given.unwrap_or(context.today), given: given.is_some() }, shape })
}

/// Reads the parameters of an answer that is not made of records: the language alone.
pub fn lang_only(params: &mut Params, context: &Context<'_>) -> Result<Shape, Refused> {
    let shape = plain_shape(params, context);
    params.finish().map_err(Refused::Invalid)?;
    Ok(shape)
}

/// Reads what is shown where there are no records whose keys could be chosen.
pub(super) fn plain_shape(params: &mut Params, context: &Context<'_>) -> Shape {
    let (lang, lang_written, lang_fixed) = lang(params, context);
    let (format_written, form) = (context.format, context.form);
    Shape { lang, lang_written, lang_fixed, format_written, fields: None, include: Vec::new(), form, bom: false }
}

fn capital(params: &mut Params) -> Option<Capital> {
    let text = params.one("capital")?;
    let capital = Capital::ALL.into_iter().find(|capital| capital.word() == text);
    if capital.is_none() {
        let allowed = Capital::ALL.map(Capital::word);
        params.refuse(
            Problem::new("capital", &text, "it is not one of the two capitals").allowed(allowed).nearest(&text),
        );
    }
    capital
}

pub(super) fn as_of(params: &mut Params) -> Option<Day> {
    let text = params.one("as_of")?;
    let day = text.parse();
    if let Err(error) = &day {
        let reason = if *error == DateError::Shape { "it is not a day" } else { "the calendar has no such day" };
        params.refuse(Problem::new("as_of", &text, reason).allowed(["YYYY-MM-DD"]));
    }
    day.ok()
}

fn sort<R: Resource>(params: &mut Params) -> Vec<SortKey<R::Sort>> {
    let mut keys: Vec<SortKey<R::Sort>> = Vec::new();
    for text in params.several("sort").unwrap_or_default() {
        let (name, descending) = text.strip_prefix('-').map_or((text.as_str(), false), |name| (name, true));
        match R::SORTS.iter().find(|spec| spec.key == name) {
            Some(spec) if keys.iter().any(|key| key.sort == spec.sort) => {
                params.refuse(Problem::new("sort", &text, "the key is given twice"));
            }
            Some(spec) => keys.push(SortKey { sort: spec.sort, descending }),
            None => {
                let allowed = R::SORTS
                    .iter()
                    .flat_map(|spec: &SortSpec<R::Sort>| [spec.key.to_owned(), format!("-{}", spec.key)]);
                params.refuse(Problem::new("sort", &text, "there is no such order").allowed(allowed).nearest(&text));
            }
        }
    }
    keys
}

/// Nothing is more or less relevant without a search.
fn check_relevance<R: Resource>(params: &mut Params, sort: &[SortKey<R::Sort>]) {
    let relevance = R::sort_spec(R::RELEVANCE).key;
    if let Some(key) = sort.iter().find(|key| key.sort == R::RELEVANCE)
        && !params.is_given(R::spec(R::Q).key)
    {
        let value = format!("{}{relevance}", if key.descending { "-" } else { "" });
        let others = R::SORTS.iter().map(|spec| spec.key).filter(|key| *key != relevance);
        params.refuse(Problem::new("sort", value, "it needs a search, and `q` is not given").allowed(others));
    }
}

fn facets<R: Resource>(params: &mut Params, form: &Form) -> Vec<Group<R::Field>> {
    let known = groups::facets::<R>();
    let asked = params.several("facets").unwrap_or_default();
    if !form.beside && !asked.is_empty() {
        let reason = format!("`{}` holds nothing beside the records", form.name);
        params.refuse(Problem::new("facets", asked.join(","), reason).allowed(["`facets` with `format=json`"]));
        return Vec::new();
    }
    for text in asked.iter().filter(|text| !known.iter().any(|group| group.key == text.as_str())) {
        let allowed = known.iter().map(|group| group.key);
        let reason = format!("{} are not counted by it", R::KIND.plural());
        params.refuse(Problem::new("facets", text, reason).allowed(allowed).nearest(text));
    }
    known.into_iter().filter(|group| asked.iter().any(|text| text == group.key)).collect()
}

/// Reads a whole number from 1 to `most`.
pub(super) fn number(params: &mut Params, name: &'static str, most: u16) -> Option<u16> {
    let text = params.one(name)?;
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number) if digits && (1..=most).contains(&number) => Some(number),
        _ => {
            let allowed = [format!("1 to {most}")];
            params.refuse(Problem::new(name, text, "it is not a number in the allowed range").allowed(allowed));
            None
        }
    }
}

/// Whether the answer begins with a byte order mark; refused where its form has none.
pub fn bom(params: &mut Params, form: &Form) -> bool {
    let given = params.boolean("bom");
    if let Some(given) = given
        && !form.marked
    {
        let reason = format!("`{}` has no byte order mark to choose", form.name);
        params.refuse(Problem::new("bom", given.to_string(), reason).allowed(["`bom` with `format=csv`"]));
    }
    given.unwrap_or(false)
}

fn cursor(params: &mut Params) -> Option<Cursor> {
    let text = params.one("cursor")?;
    let cursor = Cursor::decode(&text);
    if cursor.is_none() {
        params.refuse(not_a_cursor(text));
    }
    cursor
}

fn not_a_cursor(text: String) -> Problem {
    Problem::new("cursor", text, "it is not a cursor").allowed(["page.next of the page before"])
}

fn shape<R: Resource>(params: &mut Params, context: &Context<'_>) -> Shape {
    let (lang, lang_written, lang_fixed) = lang(params, context);
    let form = context.form;
    let mut fields: Option<Vec<&'static str>> = None;
    for text in params.several("fields").unwrap_or_default() {
        if !form.keyed {
            params.refuse(Problem::new("fields", &text, format!("the keys of `{}` cannot be chosen", form.name)));
            continue;
        }
        let shown = fields.get_or_insert_default();
        if let Some(property) = R::PROPERTIES.iter().find(|property| property.key == text) {
            shown.push(property.key);
        } else {
            let allowed = R::PROPERTIES.iter().map(|property| property.key);
            let problem = Problem::new("fields", &text, "the record has no such key");
            params.refuse(problem.allowed(allowed).nearest(&text));
        }
    }
    let fields = fields.map(|shown| {
        let keys = R::PROPERTIES.iter().map(|property| property.key);
        keys.filter(|key| *key == "id" || shown.contains(key)).collect()
    });
    let mut include = Vec::new();
    for text in params.several("include").unwrap_or_default() {
        if !form.beside {
            let reason = format!("`{}` holds nothing beside the records", form.name);
            params.refuse(Problem::new("include", &text, reason).allowed(["`include` with `format=json`"]));
            continue;
        }
        if let Some(kind) = Kind::from_plural(&text).filter(|kind| R::INCLUDES.contains(kind)) {
            include.push(kind);
        } else {
            let allowed = R::INCLUDES.iter().map(|kind| kind.plural());
            let reason = format!("{} hold no stubs of such records", R::KIND.plural());
            params.refuse(Problem::new("include", &text, reason).allowed(allowed).nearest(&text));
        }
    }
    include.sort_unstable();
    include.dedup();
    let bom = bom(params, &form);
    Shape { lang, lang_written, lang_fixed, format_written: context.format, fields, include, form, bom }
}

/// The language of the answer, whether links must name it, and whether the client's preference has no say at all.
///
/// Links leave out what the client would get anyway, if that is English: so a default written out makes no second
/// answer, and a link that is followed under another preference still leads to the same language.
fn lang(params: &mut Params, context: &Context<'_>) -> (Lang, bool, bool) {
    let given = params.one("lang").and_then(|text| {
        let lang = Lang::from_tag(&text);
        if lang.is_none() {
            let allowed = Lang::ALL.map(Lang::tag);
            params.refuse(Problem::new("lang", &text, "the record is not kept in this language").allowed(allowed));
        }
        lang
    });
    let lang = given.unwrap_or(context.lang);
    (lang, lang != Lang::En || context.lang != Lang::En, given == Some(Lang::Zh))
}

fn check_range<R: Resource>(params: &mut Params, terms: &[Term<R::Field>]) {
    let bound = |values: fn(&ValueType) -> bool, key: &str| {
        terms.iter().find(|term| R::spec(term.field).key == key && values(&R::spec(term.field).values))?.day()
    };
    let from = bound(|values| matches!(values, ValueType::FirstDay), "from");
    let to = bound(|values| matches!(values, ValueType::LastDay), "to");
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        params.refuse(Problem::new("from", from.to_string(), format!("it is after `to`, which is {to}")));
    }
}

#[cfg(test)]
mod tests;
