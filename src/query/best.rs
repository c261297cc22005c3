//! A search over all kinds of record together: the query of `/v1/search`.

use std::fmt;

use super::fields::{Kind, Operator, Resource};
use super::list::{AsOf, Filter, ListQuery, Shape, SortKey, Term, Value};
use super::normal::Pairs;
use super::params::{Params, Problem};
use super::parse::{self, Context, Refused, SEARCH_FORMS};
use super::search::Search;
use crate::domain::text::Lang;

/// The most hits in an answer.
pub const MOST_HITS: u16 = 100;
/// The hits in an answer where `limit` is not given.
pub const DEFAULT_HITS: u16 = 20;

/// The parameters that only this search has, with what they mean.
pub const PARAMETERS: [(&str, &str); 3] = [
    (
        "q",
        "What to look for, in English or Chinese, in titles, summaries, names, titles of posts and places: as `q` on lists.",
    ),
    ("kind", "The kinds of record to look among; all by default."),
    ("limit", "The most hits, 1 to 100."),
];

/// A query for the best hits among all records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BestQuery {
    /// What to look for.
    pub search: Search,
    /// The kinds of record to look among, sorted.
    pub kinds: Vec<Kind>,
    /// The most hits.
    pub limit: u16,
    /// The day on which the records must exist.
    pub as_of: AsOf,
    /// What is shown.
    pub shape: Shape,
}

impl BestQuery {
    /// Reads the parameters.
    pub fn read(params: &mut Params, context: &Context<'_>) -> Result<BestQuery, Refused> {
        let search = search(params);
        let kinds = kinds(params);
        let limit = parse::number(params, "limit", MOST_HITS).unwrap_or(DEFAULT_HITS);
        let given = parse::as_of(params);
        let shape = parse::plain_shape(params, context);
        params.finish().map_err(Refused::Invalid)?;
        let as_of = AsOf { day: given.unwrap_or(context.today), given: given.is_some() };
        Ok(BestQuery { search, kinds, limit, as_of, shape })
    }

    /// The part of it that looks among one kind of record.
    #[must_use]
    pub fn among<R: Resource>(&self) -> ListQuery<R> {
        let term = Term { field: R::Q, operator: Operator::Any, values: vec![Value::Search(self.search.clone())] };
        ListQuery {
            filter: Filter { terms: vec![term], capital: None, as_of: self.as_of },
            sort: vec![SortKey { sort: R::RELEVANCE, descending: false }],
            sort_lang: self.shape.lang,
            limit: self.limit,
            whole: false,
            position: None,
            total: true,
            facets: Vec::new(),
            shape: self.shape.clone(),
        }
    }

    /// The query as a sentence.
    #[must_use]
    pub fn describe(&self) -> String {
        let BestQuery { search, limit, as_of, .. } = self;
        match self.shape.lang {
            Lang::En => {
                let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.plural()).collect();
                let kinds = match kinds.as_slice() {
                    [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
                    few => few.concat(),
                };
                format!("The {limit} best matches of {search} among {kinds} as of {}.", as_of.day)
            }
            Lang::Zh => {
                let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.chinese()).collect();
                format!("{}中与 {search} 最相关的{limit}条，截至{}。", kinds.join("、"), as_of.day)
            }
        }
    }
}

impl fmt::Display for BestQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pairs = Pairs::default();
        pairs.set("q", self.search.to_string());
        pairs.set("as_of", self.as_of.day.to_string());
        if self.kinds != Kind::ALL {
            let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.singular()).collect();
            pairs.set("kind", kinds.join(","));
        }
        if self.limit != DEFAULT_HITS {
            pairs.set("limit", self.limit.to_string());
        }
        pairs.shape(&self.shape);
        pairs.fmt(f)
    }
}

fn search(params: &mut Params) -> Search {
    if !params.is_given("q") {
        params.lacks("q", SEARCH_FORMS);
    }
    let text = params.one("q");
    if text.as_deref() == Some("") {
        params.refuse(Problem::new("q", "", "").allowed(SEARCH_FORMS));
    }
    Search::read(&text.unwrap_or_default())
}

fn kinds(params: &mut Params) -> Vec<Kind> {
    let Some(given) = params.several("kind") else { return Kind::ALL.into() };
    let mut kinds = Vec::new();
    for text in given {
        if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.singular() == text) {
            kinds.push(kind);
        } else {
            let allowed = Kind::ALL.map(Kind::singular);
            params
                .refuse(Problem::new("kind", &text, "there is no such kind of record").allowed(allowed).nearest(&text));
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::{Catalogue, Ids};
    use super::super::form::Form;
    use super::*;

    fn read(raw: &str) -> Result<BestQuery, Refused> {
        let ids = Ids::default;
        let catalogue = Catalogue {
            version: "v1".into(),
            events: ids(),
            actors: ids(),
            commitments: ids(),
            first_day: None,
            last_day: None,
        };
        let today = "2026-11-25".parse().unwrap();
        let context = Context { catalogue: &catalogue, today, lang: Lang::En, format: None, form: Form::JSON };
        BestQuery::read(&mut Params::decode(raw), &context)
    }

    #[test]
    fn two_spellings_have_one_normal_form() {
        let one = read("kind=actor,event,actor&limit=5&q=Methane++Coal&lang=en").unwrap();
        assert_eq!(one.to_string(), "as_of=2026-11-25&kind=event,actor&limit=5&q=coal%20methane");
        assert_eq!(read(&one.to_string()).unwrap().to_string(), one.to_string());
        assert_eq!(read("q=a&kind=commitment,event,actor&limit=20").unwrap(), read("q=a").unwrap());
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (raw, parameter) in [
            ("", "q"),
            ("q=", "q"),
            ("q=a&q=b", "q"),
            ("q=a&kind=events", "kind"),
            ("q=a&kind=", "kind"),
            ("q=a&limit=101", "limit"),
            ("q=a&limit=0", "limit"),
            ("q=a&as_of=2021", "as_of"),
            ("q=a&sort=date", "sort"),
            ("q=a&cursor=x", "cursor"),
        ] {
            let Err(Refused::Invalid(problems)) = read(raw) else { panic!("{raw}") };
            let told: Vec<&str> = problems.iter().map(|problem| problem.parameter.as_str()).collect();
            assert_eq!(told, [parameter], "{raw}");
        }
    }
}
