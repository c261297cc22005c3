//! The database against the oracle: random queries of every field, operator, order, limit, language and capital give
//! the same records in the same order, and walking their pages meets each once.

use climate_timeline::domain::dataset::Dataset;
use climate_timeline::domain::text::Lang;
use climate_timeline::domain::vocab::Capital;
use climate_timeline::query::fields::{FieldSpec, Operator, ValueType};
use climate_timeline::query::matches::World;
use climate_timeline::query::matches::counts::Countable;
use climate_timeline::query::{Actors, Commitments, Context, Events, Facet, Form, ListQuery, Params, groups, parse};
use climate_timeline::store::{Store, Stored};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Runtime;

use crate::search::quoted;
use crate::{support, synthetic};

/// A data set in the database and in memory.
pub(crate) struct Both<'a> {
    pub(crate) runtime: Runtime,
    pub(crate) store: Store,
    pub(crate) world: World<'a>,
    /// The days on which something in it begins or ends, and their neighbours: where off-by-one faults show.
    pub(crate) edges: Vec<String>,
    /// Words, phrases and pieces of Chinese that stand in its texts.
    words: Vec<String>,
}

fn edges(dataset: &Dataset) -> Vec<String> {
    let mut days = Vec::new();
    for event in &dataset.events {
        for capital in [None, Some(Capital::Washington), Some(Capital::Beijing)] {
            days.extend([event.date_in(capital).start(), event.date_in(capital).end()]);
        }
        days.push(event.updated);
    }
    let posts = dataset.actors.iter().flat_map(|actor| &actor.roles);
    days.extend(posts.flat_map(|post| [post.from, post.to]).flatten().flat_map(|date| [date.start(), date.end()]));
    let entries = dataset.commitments.iter().flat_map(|commitment| &commitment.history);
    days.extend(entries.map(|entry| entry.date.start()));
    days.iter().flat_map(|day| [-1, 0, 1].map(|days| day.plus(days).to_string())).collect()
}

fn words(dataset: &Dataset) -> Vec<String> {
    let events = dataset.events.iter().flat_map(|event| [&event.title, &event.summary]);
    let made = dataset.commitments.iter().flat_map(|made| [&made.title, &made.summary]);
    let posts = dataset.actors.iter().flat_map(|actor| actor.roles.iter().map(|post| &post.title));
    let mut words: Vec<String> = dataset.actors.iter().map(|actor| actor.name.get(Lang::Zh).to_owned()).collect();
    for text in events.chain(made).chain(posts) {
        let english: Vec<&str> = text.en.split_whitespace().collect();
        words.extend(english.iter().map(ToString::to_string));
        words.extend(english.chunks(3).map(|words| format!("\"{}\"", words.join(" "))));
        words.extend(english.iter().map(|word| word.chars().take(3).chain(['*']).collect()));
        let chinese: Vec<char> = text.zh.chars().collect();
        words.extend(chinese.chunks(3).map(|piece| piece.iter().collect()));
        words.extend(chinese.chunks(7).map(|piece| format!("“{}”", piece.iter().collect::<String>())));
    }
    words.sort();
    words.dedup();
    words
}

impl<'a> Both<'a> {
    pub(crate) fn new(dataset: &'a Dataset) -> Both<'a> {
        let runtime = Runtime::new().expect("a runtime");
        let store = runtime.block_on(support::store(dataset));
        Both { runtime, store, world: World::new(dataset), edges: edges(dataset), words: words(dataset) }
    }

    fn read<R: Stored>(&self, raw: &str) -> ListQuery<R> {
        let today = "2021-06-01".parse().expect("a day");
        let context =
            Context { catalogue: self.store.catalogue(), today, lang: Lang::En, format: None, form: Form::JSON };
        parse::list(&mut Params::decode(raw), &context).unwrap_or_else(|refused| panic!("{raw}: {refused:?}"))
    }

    /// Walks every page of a query and gives the ids met, in order.
    fn walk<R: Stored>(&self, raw: &str) -> Vec<String> {
        let mut ids = Vec::new();
        let mut address = raw.to_owned();
        loop {
            let query = self.read::<R>(&address);
            let page =
                self.runtime.block_on(self.store.list(&query)).unwrap_or_else(|error| panic!("{address}: {error}"));
            assert!(page.records.len() <= usize::from(query.limit));
            assert!(page.next.is_none() || page.records.len() == usize::from(query.limit), "a short page has no next");
            assert!(query.position.is_none() || !page.records.is_empty(), "no page but the first is empty");
            ids.extend(page.records.into_iter().map(|found| found.id.to_string()));
            let Some(next) = page.next else { return ids };
            address = query.written_at(Some(&query.cursor(&self.store.catalogue().version, next)));
        }
    }

    /// Facets are as the oracle counts them, and those of single values add up to the total where no filter of their
    /// own is left out.
    fn facets_agree<R: Stored + Countable>(&self, query: &ListQuery<R>, total: u64) -> Result<(), TestCaseError> {
        for (group, expected) in query.facets.iter().zip(self.world.facets(query)) {
            let filter = query.filter.without(group.field);
            let tallies = self.runtime.block_on(self.store.tally(&filter, &[*group])).expect("counts");
            let facet = Facet::new(group, &tallies);
            prop_assert_eq!(&facet, &expected, "{}", query);
            if !R::spec(group.field).many && filter == query.filter {
                let sum = facet.missing + facet.values.iter().map(|value| value.count).sum::<u64>();
                prop_assert_eq!(sum, total, "{} by {}", query, group.key);
            }
        }
        Ok(())
    }

    fn agree<R: Stored + Countable>(&self, raw: &str) -> Result<(), TestCaseError> {
        let query = self.read::<R>(raw);
        let expected: Vec<&str> = self.world.answer(&query).into_iter().map(R::id).collect();
        prop_assert_eq!(self.walk::<R>(raw), expected.clone(), "{}", raw);
        let total = self.runtime.block_on(self.store.count(&query.filter)).expect("a count");
        prop_assert_eq!(total, expected.len() as u64, "{}", raw);
        self.facets_agree(&query, total)
    }
}

/// Draws values of a field: ids that exist, words of the vocabulary, days of the period.
fn value<F>(spec: &FieldSpec<F>, both: &Both<'_>) -> BoxedStrategy<String> {
    let store = &both.store;
    let known = match spec.values {
        ValueType::Words(_) | ValueType::Boolean => spec.values.allowed().into_iter().map(str::to_owned).collect(),
        ValueType::Country => ["US", "CN", "FR", "ZW"].map(str::to_owned).to_vec(),
        ValueType::Id(kind) => store.catalogue().ids(kind).iter().map(str::to_owned).collect(),
        ValueType::Phrase => ["envoy", "Minister", "部长", "e", "président", "zzz"].map(str::to_owned).to_vec(),
        ValueType::Year => return (1998_u16..2064).prop_map(|year| year.to_string()).boxed(),
        ValueType::FirstDay | ValueType::LastDay => {
            let coarse = (1998_u16..2028, 1_u8..13, any::<bool>())
                .prop_map(|(year, month, whole)| if whole { format!("{year}") } else { format!("{year}-{month:02}") });
            return prop_oneof![3 => proptest::sample::select(both.edges.clone()), 1 => coarse].boxed();
        }
        ValueType::Search => return searches(both),
    };
    proptest::sample::select(known).boxed()
}

/// Draws searches: words of the records, left out or not, and noise among them.
fn searches(both: &Both<'_>) -> BoxedStrategy<String> {
    let common = proptest::sample::select(vec!["climate", "the", "气候", "中国", "co2", "a*", "美", "-us", "emission"]);
    let word = proptest::sample::select(both.words.clone());
    let part = prop_oneof![
        4 => word.clone(),
        4 => common.prop_map(str::to_owned),
        1 => word.prop_map(|word| format!("-{word}")),
        1 => "[^\0]{1,4}",
    ];
    proptest::collection::vec(part, 1..4).prop_map(|parts| quoted(&parts.join(" "))).boxed()
}

/// Draws one parameter that filters.
pub(crate) fn filter<R: Stored>(both: &Both<'_>) -> BoxedStrategy<String> {
    let mut parameters = Vec::new();
    for spec in R::FIELDS {
        for operator in spec.operators() {
            let name = format!("{}{}", spec.key, operator.suffix());
            let most = if spec.values.single() { 1 } else { 4 };
            let none = spec.optional && operator != Operator::All;
            let one = if none {
                prop_oneof![4 => value(spec, both), 1 => Just("none".to_owned())].boxed()
            } else {
                value(spec, both)
            };
            let values = proptest::collection::vec(one, 1..=most);
            parameters.push(values.prop_map(move |values| format!("{name}={}", values.join(","))).boxed());
        }
    }
    proptest::strategy::Union::new(parameters).boxed()
}

/// Draws a query string.
pub(crate) fn query<R: Stored>(both: &Both<'_>) -> BoxedStrategy<String> {
    let sorts: Vec<String> = R::SORTS.iter().flat_map(|spec| [spec.key.to_owned(), format!("-{}", spec.key)]).collect();
    let sort = proptest::sample::subsequence(sorts, 0..=3).prop_shuffle();
    let capital = proptest::sample::select(if R::CAPITAL { vec!["", "beijing", "washington"] } else { vec![""] });
    let as_of = if R::AS_OF {
        prop_oneof![Just(String::new()), proptest::sample::select(both.edges.clone())].boxed()
    } else {
        Just(String::new()).boxed()
    };
    let filters = proptest::collection::vec(filter::<R>(both), 0..4);
    // A third of the queries search, or hardly any would.
    let q = proptest::option::weighted(0.3, searches(both));
    let lang = proptest::sample::select(vec!["en", "zh"]);
    let limit = prop_oneof![Just(1_u16), Just(7), Just(500), 2_u16..60];
    let facets: Vec<&str> = groups::facets::<R>().iter().map(|group| group.key).collect();
    let facets = proptest::sample::subsequence(facets.clone(), 0..=facets.len());
    (filters, q, sort, capital, as_of, lang, limit, facets)
        .prop_map(|(filters, q, sort, capital, as_of, lang, limit, facets)| {
            let mut parts: Vec<String> = q.map(|q| format!("q={q}")).into_iter().collect();
            for filter in filters {
                let name = filter.split('=').next().unwrap_or_default().to_owned();
                if !parts.iter().any(|part| part.split('=').next() == Some(&name)) {
                    parts.push(filter);
                }
            }
            // A key may be sorted by once.
            let mut keys: Vec<String> = Vec::new();
            for key in sort {
                let lacks_search = key.ends_with("relevance") && !parts.iter().any(|part| part.starts_with("q="));
                if !lacks_search
                    && !keys.iter().any(|known| known.trim_start_matches('-') == key.trim_start_matches('-'))
                {
                    keys.push(key);
                }
            }
            let set = |name: &str, value: String| (!value.is_empty()).then(|| format!("{name}={value}"));
            parts.extend(set("sort", keys.join(",")));
            parts.extend(set("capital", capital.to_owned()));
            parts.extend(set("as_of", as_of));
            parts.extend(set("facets", facets.join(",")));
            parts.push(format!("lang={lang}&limit={limit}"));
            parts.join("&")
        })
        .prop_filter("`from` after `to` is refused", |raw| {
            let day = |name: &str| raw.split('&').find_map(|part| part.strip_prefix(name)).map(str::to_owned);
            match (day("from="), day("to=")) {
                (Some(from), Some(to)) => from.get(..4) < to.get(..4),
                _ => true,
            }
        })
        .boxed()
}

fn agree_on<R: Stored + Countable>(both: &Both<'_>, cases: u32) {
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(cases) });
    let agree = |raw: String| both.agree::<R>(&raw);
    if let Err(failure) = runner.run(&query::<R>(both), agree) {
        panic!("{failure}");
    }
}

#[test]
fn the_database_answers_as_the_oracle_does_on_the_real_record() {
    let dataset = support::dataset();
    let both = Both::new(&dataset);
    agree_on::<Events>(&both, 400);
    agree_on::<Actors>(&both, 400);
    agree_on::<Commitments>(&both, 400);
}

#[test]
fn the_database_answers_as_the_oracle_does_on_a_made_up_record_with_every_gap() {
    let dataset = synthetic::dataset(160);
    let both = Both::new(&dataset);
    agree_on::<Events>(&both, 400);
    agree_on::<Actors>(&both, 400);
    agree_on::<Commitments>(&both, 400);
}

/// Chance rarely draws the one day on which a `<` for a `<=` would show, so every such day is asked for.
fn agree_on_every_edge(dataset: &Dataset) {
    let both = Both::new(dataset);
    let mut days = both.edges.clone();
    days.sort_unstable();
    days.dedup();
    for day in &days {
        for capital in ["", "&capital=beijing", "&capital=washington"] {
            for raw in [format!("to={day}"), format!("from={day}"), format!("from={day}&to={day}&sort=-date")] {
                both.agree::<Events>(&format!("{raw}{capital}&limit=500")).unwrap_or_else(|error| panic!("{error}"));
            }
        }
        for raw in
            [format!("updated_since={day}"), format!("as_of={day}&role=e"), format!("as_of={day}&organisation=none")]
        {
            both.agree::<Actors>(&format!("{raw}&limit=500")).unwrap_or_else(|error| panic!("{error}"));
        }
        for raw in [format!("as_of={day}&sort=status_since"), format!("as_of={day}&event.not=none")] {
            both.agree::<Commitments>(&format!("{raw}&limit=500")).unwrap_or_else(|error| panic!("{error}"));
        }
    }
}

#[test]
fn the_database_answers_as_the_oracle_does_on_every_day_on_which_something_changes() {
    agree_on_every_edge(&support::dataset());
    agree_on_every_edge(&synthetic::dataset(40));
}

#[test]
fn participants_meet_actor_side_and_role_together_and_each_of_all() {
    let dataset = support::dataset();
    let both = Both::new(&dataset);
    for raw in [
        "actor=joe-biden&role=host",
        "actor=xi-jinping&side=US",
        "actor.all=joe-biden,xi-jinping",
        "actor.all=joe-biden,xi-jinping&role=participant",
        "side.all=US,CN",
        "side.all=US,CN&role=speaker",
        "actor=none",
        "actor=none,joe-biden",
        "actor.not=none",
        "role.all=host,participant&side=US",
    ] {
        both.agree::<Events>(raw).unwrap_or_else(|error| panic!("{error}"));
    }
}
