//! Statistics and silences against the oracle, for random queries and on every day on which something changes.

use climate_timeline::domain::text::Lang;
use climate_timeline::query::stats::MOST_ROWS;
use climate_timeline::query::{Context, Events, Form, GapsQuery, Params, Resource as _, StatsQuery, Tally, groups};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::oracle::{Both, filter};
use crate::{support, synthetic};

fn context<'a>(both: &'a Both<'_>) -> Context<'a> {
    let today = "2021-06-01".parse().expect("a day");
    Context { catalogue: both.store.catalogue(), today, lang: Lang::En, format: None, form: Form::JSON }
}

/// The rows are the oracle's; by single values, they add up to the total; and they are refused only where they are too
/// many.
fn stats_agree(both: &Both<'_>, raw: &str) -> Result<(), TestCaseError> {
    let query = StatsQuery::read(&mut Params::decode(raw), &context(both)).expect("a sound query");
    let tallies = both.runtime.block_on(both.store.tally(&query.filter, &query.by)).expect("counts");
    let expected = both.world.stats(&query);
    let Ok(rows) = query.rows(&tallies) else {
        prop_assert!(expected.len() > usize::from(MOST_ROWS), "{}", raw);
        return Ok(());
    };
    prop_assert_eq!(&rows, &expected, "{}", raw);
    if query.by.iter().all(|group| !Events::spec(group.field).many) {
        let total = both.runtime.block_on(both.store.count(&query.filter)).expect("a count");
        prop_assert_eq!(rows.iter().map(|row: &Tally| row.count).sum::<u64>(), total, "{}", raw);
    }
    Ok(())
}

fn gaps_agree(both: &Both<'_>, raw: &str) -> Result<(), TestCaseError> {
    let query = GapsQuery::read(&mut Params::decode(raw), &context(both)).expect("a sound query");
    let silences = both.runtime.block_on(both.store.silences(&query)).expect("silences");
    let id = |number: i64| both.store.catalogue().events.at(number).expect("an event");
    let told: Vec<_> = silences
        .longest_first()
        .into_iter()
        .map(|gap| (gap.days, gap.from, gap.to, id(gap.after), id(gap.before)))
        .collect();
    let (expected, since) = both.world.silences(&query);
    let expected: Vec<_> =
        expected.into_iter().map(|gap| (gap.days, gap.from, gap.to, gap.after, gap.before)).collect();
    prop_assert_eq!(told, expected, "{}", raw);
    prop_assert_eq!(silences.days_since_last(query.as_of), since, "{}", raw);
    Ok(())
}

/// Draws filters of events, each parameter once.
fn filters(both: &Both<'_>) -> BoxedStrategy<String> {
    let capital = proptest::sample::select(vec!["", "capital=beijing", "capital=washington"]);
    (proptest::collection::vec(filter::<Events>(both), 0..3), capital)
        .prop_map(|(filters, capital)| {
            let mut parts = vec![capital.to_owned()];
            for filter in filters {
                let name = filter.split('=').next().unwrap_or_default().to_owned();
                let both_bounds = name == "to" && parts.iter().any(|part| part.starts_with("from="))
                    || name == "from" && parts.iter().any(|part| part.starts_with("to="));
                if !both_bounds && !parts.iter().any(|part| part.split('=').next() == Some(&name)) {
                    parts.push(filter);
                }
            }
            parts.join("&")
        })
        .boxed()
}

fn run(strategy: &BoxedStrategy<String>, cases: u32, agree: impl Fn(&str) -> Result<(), TestCaseError>) {
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(cases) });
    if let Err(failure) = runner.run(strategy, |raw| agree(&raw)) {
        panic!("{failure}");
    }
}

fn agree_at_random(both: &Both<'_>) {
    let keys: Vec<&str> = groups::groupings::<Events>().iter().map(|group| group.key).collect();
    let by = proptest::sample::subsequence(keys, 1..=2).prop_shuffle();
    let stats = (filters(both), by).prop_map(|(filters, by)| format!("{filters}&by={}", by.join(",")));
    run(&stats.boxed(), 300, |raw| stats_agree(both, raw));
    let as_of = proptest::sample::select(both.edges.clone());
    let gaps = (filters(both), 1_u16..200, as_of)
        .prop_map(|(filters, days, as_of)| format!("{filters}&min_days={days}&as_of={as_of}"));
    run(&gaps.boxed(), 300, |raw| gaps_agree(both, raw));
}

#[test]
fn tables_are_the_oracles_on_the_real_record() {
    agree_at_random(&Both::new(&support::dataset()));
}

#[test]
fn tables_are_the_oracles_on_a_made_up_record_with_every_gap() {
    agree_at_random(&Both::new(&synthetic::dataset(160)));
}

#[test]
fn tables_are_the_oracles_on_every_day_on_which_something_changes() {
    let dataset = synthetic::dataset(20);
    let both = Both::new(&dataset);
    let mut days = both.edges.clone();
    days.sort_unstable();
    days.dedup();
    for day in &days {
        for capital in ["", "&capital=beijing", "&capital=washington"] {
            for by in ["month", "quarter,side", "year,month"] {
                let raw = format!("from={day}&by={by}{capital}");
                stats_agree(&both, &raw).unwrap_or_else(|error| panic!("{error}"));
            }
            gaps_agree(&both, &format!("as_of={day}&min_days=1{capital}")).unwrap_or_else(|error| panic!("{error}"));
        }
    }
}

#[test]
fn what_is_not_understood_is_refused() {
    let dataset = synthetic::dataset(3);
    let both = Both::new(&dataset);
    for raw in
        ["", "by=", "by=role", "by=yaer", "by=year,year", "by=year,side,type", "by=year&sort=year", "by=year&limit=0"]
    {
        assert!(StatsQuery::read(&mut Params::decode(raw), &context(&both)).is_err(), "{raw}");
    }
    for raw in ["min_days=0", "min_days=36526", "as_of=2021", "by=year", "limit=10001", "cursor=x", "bom=true"] {
        assert!(GapsQuery::read(&mut Params::decode(raw), &context(&both)).is_err(), "{raw}");
    }
    // Two spellings have one normal form.
    let written = |raw: &str| StatsQuery::read(&mut Params::decode(raw), &context(&both)).map(|query| query.written());
    assert_eq!(written("type=call,summit&by=year&by=side"), written("by=year,side&type=summit&type=call&lang=en"));
    assert_ne!(written("by=year,side"), written("by=side,year"));
}
