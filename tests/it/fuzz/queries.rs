//! Query strings: those of the documents and random valid ones, their parameters exchanged, renamed and bent.

use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};
use std::fs;

use climate_timeline::domain::text::Lang;
use climate_timeline::format::Format;
use climate_timeline::query::best::BestQuery;
use climate_timeline::query::list::AsOf;
use climate_timeline::query::params::Problem;
use climate_timeline::query::parse::{LIST_PARAMETERS, Refused};
use climate_timeline::query::{
    Actors, ChainQuery, Commitments, Context, Events, Form, GapsQuery, ItemQuery, LineageQuery, ListQuery, Params,
    Resource, Shape, StatsQuery, parse,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{bent, changes, hold, replay};
use crate::oracle::{self, Both};
use crate::support::dataset;

/// What breaks parsers: marks of the grammar, halves of escapes, numbers at an edge, letters that fold oddly.
pub(super) const BITS: &[&str] = &[
    "",
    "&",
    "=",
    ",",
    ".",
    "-",
    "+",
    "%",
    "%2",
    "%2C",
    "%26",
    "%3D",
    "%00",
    "%ff",
    "%C3",
    "%F0%9F%A5",
    "%252C",
    "\"",
    "%22",
    "*",
    "none",
    "true",
    "0",
    "9",
    "99999999999999999999",
    "-0",
    "2021-02-30",
    "0000",
    "9999-12-31",
    ".not",
    ".all",
    "utm_x=1&",
    "_=1&",
    "\u{202e}",
    "\u{301}",
    "\u{feff}",
    "\u{fdfa}",
    "İ",
    "ß",
    "ſ",
    "２０２１",
    "٢٠٢١",
    "气",
    "𠮷",
    "🌏",
    "/",
    "?",
    "#",
    ";",
    " ",
    "\t",
];

/// What parameters are renamed by, and values replaced by.
const SUFFIXES: &[&str] = &[".not", ".all", ".none", ".", "s", "_", "%2Enot"];
const VALUES: &[&str] = &[
    "",
    ",",
    "none",
    "none,none",
    "true",
    "-date",
    "id",
    "*",
    "0",
    "501",
    "1e3",
    "0x10",
    "+5",
    "-1",
    "2021",
    "2021-13",
    "0001-01-01",
    "9999",
    "-0001",
    "2021-02-29",
    "xie-zhenhua",
    "CN,US,CN",
    "en",
    "zh-Hans",
    "csv",
    "actors",
    "\"\"",
    "-\"",
    "--methane",
    "气",
    "气*",
    "“",
    "ﷺﷺﷺﷺﷺﷺﷺﷺ",
    "%ED%A0%80",
    "%",
    "%zz",
];

/// A change to the parameters of a query.
#[derive(Debug, Clone)]
enum Turn {
    Drop(Index),
    Double(Index),
    /// Exchanges two names, and so two values.
    Swap(Index, Index),
    Rename(Index, &'static str),
    Value(Index, &'static str),
    Further(Index, &'static str),
    /// Every byte of a value as an escape.
    Escape(Index),
    /// The same value very often.
    Many(Index),
    Add(String),
}

fn turn() -> impl Strategy<Value = Turn> {
    let index = any::<Index>;
    prop_oneof![
        index().prop_map(Turn::Drop),
        index().prop_map(Turn::Double),
        (index(), index()).prop_map(|(one, other)| Turn::Swap(one, other)),
        (index(), select(SUFFIXES)).prop_map(|(at, suffix)| Turn::Rename(at, suffix)),
        (index(), select(VALUES)).prop_map(|(at, value)| Turn::Value(at, value)),
        (index(), select(VALUES)).prop_map(|(at, value)| Turn::Further(at, value)),
        index().prop_map(Turn::Escape),
        index().prop_map(Turn::Many),
        select(parameters()).prop_map(Turn::Add),
    ]
}

fn turned(raw: &str, turns: &[Turn]) -> String {
    let split = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut pairs: Vec<(String, String)> = raw.split('&').filter_map(split).collect();
    for turn in turns {
        if let Turn::Add(pair) = turn {
            pairs.extend(split(pair));
        }
        if pairs.is_empty() {
            continue;
        }
        let count = pairs.len();
        match turn {
            Turn::Drop(at) => drop(pairs.remove(at.index(count))),
            Turn::Double(at) => pairs.push(pairs[at.index(count)].clone()),
            Turn::Swap(one, other) => {
                let (one, other) = (one.index(count), other.index(count));
                let value = pairs[one].1.clone();
                pairs[one].1 = std::mem::replace(&mut pairs[other].1, value);
            }
            Turn::Rename(at, suffix) => pairs[at.index(count)].0.push_str(suffix),
            Turn::Value(at, value) => (*value).clone_into(&mut pairs[at.index(count)].1),
            Turn::Further(at, value) => write!(pairs[at.index(count)].1, ",{value}").expect("text grows"),
            Turn::Escape(at) => {
                let value = &mut pairs[at.index(count)].1;
                *value = value.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02x}"));
            }
            Turn::Many(at) => {
                let value = &mut pairs[at.index(count)].1;
                *value = vec![value.as_str(); 101].join(",");
            }
            Turn::Add(_) => {}
        }
    }
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// Every parameter of lists with its example.
fn parameters() -> Vec<String> {
    fn of<R: Resource>() -> impl Iterator<Item = String> {
        R::FIELDS.iter().flat_map(|spec| {
            spec.operators().into_iter().map(|operator| format!("{}{}={}", spec.key, operator.suffix(), spec.example))
        })
    }
    let shared = LIST_PARAMETERS.iter().map(|(name, _, example)| format!("{name}={example}"));
    let others = ["by=year,side", "min_days=30", "depth=3", "relation=follows-up", "kind=event", "as_of=2021-06-01"];
    let others = others.into_iter().chain(["capital=beijing", "format=csv", "_=1", "utm_source=x"]).map(str::to_owned);
    of::<Events>().chain(of::<Actors>()).chain(of::<Commitments>()).chain(shared).chain(others).collect()
}

/// Every address that the documents show.
pub(super) fn shown() -> Vec<String> {
    let texts =
        ["README.md", "docs/cookbook.md", "CHANGELOG.md"].map(|name| fs::read_to_string(name).expect("it is there"));
    let ends = |c: char| c.is_whitespace() || "`'\"<>()|\\{}".contains(c);
    let address = |(at, _): (usize, &str), text: &str| text[at..].split(ends).next().map(str::to_owned);
    let found: BTreeSet<String> =
        texts.iter().flat_map(|text| text.match_indices("/v1").filter_map(|found| address(found, text))).collect();
    found.into_iter().collect()
}

/// Draws query strings.
pub(super) fn queries(both: &Both<'_>) -> impl Strategy<Value = String> + use<> {
    let shown: Vec<String> = shown().iter().filter_map(|address| Some(address.split_once('?')?.1.to_owned())).collect();
    let valid = prop_oneof![
        select(shown),
        oracle::query::<Events>(both),
        oracle::query::<Actors>(both),
        oracle::query::<Commitments>(both),
    ];
    (valid, proptest::collection::vec(turn(), 0..4), changes(BITS, 2))
        .prop_map(|(raw, turns, changes)| bent(&turned(&raw, &turns), &changes))
}

/// A refusal names parameters of the request, or one that it lacks, and says what is wrong with each.
pub(super) fn told(raw: &str, problems: &[Problem]) -> Result<(), TestCaseError> {
    prop_assert!(!problems.is_empty());
    let pairs: Vec<&str> = raw.split('&').collect();
    let names = pairs.iter().map(|pair| pair.split('=').next().unwrap_or_default());
    let decoded = form_urlencoded::parse(raw.as_bytes()).map(|(name, _)| name.into_owned());
    let known: BTreeSet<String> =
        names.chain(pairs.iter().copied()).chain(["by", "q"]).map(str::to_owned).chain(decoded).collect();
    for problem in problems {
        prop_assert!(known.contains(&problem.parameter), "{problem:?}");
        prop_assert!(!problem.reason.is_empty(), "{problem:?}");
        prop_assert!(problem.value.len() <= raw.len(), "{problem:?}");
    }
    Ok(())
}

/// What is understood is written in its normal form, which is read as the same query; what is not, is told.
///
/// `settle` makes a query as if it had named the day and the language that it went by.
fn reads<Q: PartialEq + Debug>(
    raw: &str,
    read: impl Fn(&mut Params) -> Result<Q, Refused>,
    write: impl Fn(&Q) -> String,
    settle: impl Fn(&Q, &mut Q),
) -> Result<(), TestCaseError> {
    match read(&mut Params::decode(raw)) {
        Err(Refused::Invalid(problems)) => told(raw, &problems),
        Err(Refused::CursorMismatch | Refused::CursorExpired) => Ok(()),
        Ok(mut query) => {
            let normal = write(&query);
            let again = read(&mut Params::decode(&normal));
            let Ok(again) = again else { return Err(TestCaseError::fail(format!("{normal}: {again:?}"))) };
            prop_assert_eq!(write(&again), &normal[..]);
            settle(&again, &mut query);
            prop_assert_eq!(again, query, "{}", normal);
            Ok(())
        }
    }
}

/// The day and the language that both queries went by were named by the second alone.
fn settled(again: (AsOf, &Shape), as_of: &mut AsOf, shape: &mut Shape) {
    as_of.given = again.0.given;
    shape.lang_fixed = again.1.lang_fixed;
}

fn lists<R: Resource + PartialEq>(raw: &str, context: &Context<'_>) -> Result<(), TestCaseError>
where
    ListQuery<R>: PartialEq + Debug,
{
    let version = &context.catalogue.version;
    reads(
        raw,
        |params| parse::list::<R>(params, context),
        |query| query.written(version),
        |again, query| {
            settled((again.filter.as_of, &again.shape), &mut query.filter.as_of, &mut query.shape);
        },
    )?;
    reads(
        raw,
        |params| parse::item::<R>(params, context),
        ItemQuery::written::<R>,
        |again, query| {
            settled((again.as_of, &again.shape), &mut query.as_of, &mut query.shape);
        },
    )
}

/// Reads a query string as each kind of query.
fn each_reads(raw: &str, context: &Context<'_>) -> Result<(), TestCaseError> {
    lists::<Events>(raw, context)?;
    lists::<Actors>(raw, context)?;
    lists::<Commitments>(raw, context)?;
    reads(
        raw,
        |params| StatsQuery::read(params, context),
        StatsQuery::written,
        |again, query| {
            settled((again.filter.as_of, &again.shape), &mut query.filter.as_of, &mut query.shape);
        },
    )?;
    reads(
        raw,
        |params| GapsQuery::read(params, context),
        GapsQuery::written,
        |again, query| {
            settled((again.filter.as_of, &again.shape), &mut query.filter.as_of, &mut query.shape);
        },
    )?;
    reads(
        raw,
        |params| ChainQuery::read(params, context),
        ChainQuery::written,
        |again, query| {
            query.shape.lang_fixed = again.shape.lang_fixed;
        },
    )?;
    reads(
        raw,
        |params| LineageQuery::read(params, context),
        LineageQuery::written,
        |again, query| {
            settled((again.as_of, &again.shape), &mut query.as_of, &mut query.shape);
        },
    )?;
    reads(
        raw,
        |params| BestQuery::read(params, context),
        ToString::to_string,
        |again, query| {
            settled((again.as_of, &again.shape), &mut query.as_of, &mut query.shape);
        },
    )
}

#[test]
fn a_query_that_is_understood_is_written_as_it_is_read() {
    let dataset = dataset();
    let both = Both::new(&dataset);
    let today = "2026-11-25".parse().expect("a day");
    let context = |lang, form| Context { catalogue: both.store.catalogue(), today, lang, format: None, form };
    let langs = [Lang::En, Lang::Zh];
    let forms = [Form::JSON, Format::Csv.form(), Format::Atom.form()];
    replay("queries.txt", |address| {
        let raw = address.split_once('?').map_or("", |(_, raw)| raw);
        langs.iter().try_for_each(|lang| forms.iter().try_for_each(|form| each_reads(raw, &context(*lang, *form))))
    });
    let cases = (queries(&both), select(langs.to_vec()), 0..forms.len());
    hold(300, &cases, |(raw, lang, form)| each_reads(&raw, &context(lang, forms[form])));
}
