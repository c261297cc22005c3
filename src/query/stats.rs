//! A query for statistics: events counted by one grouping or two.

use std::collections::{BTreeMap, BTreeSet};

use super::groups::{self, Bucket, Group, Period, Tally};
use super::list::Shape;
use super::normal::Pairs;
use super::params::{Params, Problem};
use super::parse::{self, Context, Refused};
use super::{Events, Filter, Resource};

/// The most rows of an answer that is made of rows.
pub const MOST_ROWS: u16 = 10_000;

type Field = <Events as Resource>::Field;

/// A query for statistics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatsQuery {
    /// Which events.
    pub filter: Filter<Events>,
    /// What they are counted by, one or two.
    pub by: Vec<Group<Field>>,
    /// The most rows; all without.
    pub limit: Option<u16>,
    /// What is shown.
    pub shape: Shape,
}

impl StatsQuery {
    /// Reads a query.
    pub fn read(params: &mut Params, context: &Context<'_>) -> Result<StatsQuery, Refused> {
        let filter = parse::filter(params, context);
        let by = by(params);
        let limit = parse::number(params, "limit", MOST_ROWS);
        let bom = parse::bom(params, &context.form);
        let shape = Shape { bom, ..parse::plain_shape(params, context) };
        params.finish().map_err(Refused::Invalid)?;
        Ok(StatsQuery { filter, by, limit, shape })
    }

    /// The normal form.
    #[must_use]
    pub fn written(&self) -> String {
        let mut pairs = Pairs::default();
        pairs.filter(&self.filter);
        pairs.shape(&self.shape);
        pairs.set("by", self.keys().join(","));
        if let Some(limit) = self.limit {
            pairs.set("limit", limit.to_string());
        }
        pairs.to_string()
    }

    /// The names of the groupings.
    #[must_use]
    pub fn keys(&self) -> Vec<&'static str> {
        self.by.iter().map(|group| group.key).collect()
    }

    /// All rows, those that are empty as well, in order; refused where they are too many.
    pub fn rows(&self, tallies: &[Tally]) -> Result<Vec<Tally>, Refused> {
        let empty = self.empty(tallies)?;
        let mut counts: BTreeMap<Vec<Placed>, u64> = empty.into_iter().map(|values| (placed(&values), 0)).collect();
        for tally in tallies {
            counts.insert(placed(&tally.values), tally.count);
        }
        self.allow(counts.len())?;
        let value = |(_, value): Placed| value;
        Ok(counts
            .into_iter()
            .map(|(values, count)| Tally { values: values.into_iter().map(value).collect(), count })
            .collect())
    }

    /// Every row that must be there whether any event is counted in it or not.
    ///
    /// Beside a period, that is each period from the first to the last with each value that occurs: a table without
    /// holes, whose lines can be drawn and whose columns can be pivoted as they are.
    fn empty(&self, tallies: &[Tally]) -> Result<Vec<Vec<Option<Bucket>>>, Refused> {
        let periods: Vec<(usize, Period)> =
            self.by.iter().enumerate().filter_map(|(at, group)| Some((at, group.period?))).collect();
        match (periods.as_slice(), self.by.len()) {
            ([(at, period)], 1) => {
                let span = span(tallies, *at, *period);
                self.allow(span.clone().count())?;
                Ok(span.map(|number| vec![Some(period.value(number))]).collect())
            }
            ([(at, period)], _) => {
                let span = span(tallies, *at, *period);
                let others: BTreeSet<&Option<Bucket>> =
                    tallies.iter().filter_map(|tally| tally.values.get(1 - at)).collect();
                self.allow(span.clone().count() * others.len())?;
                let pair = |number: i64, other: &Option<Bucket>| {
                    let mut pair = vec![other.clone(), Some(period.value(number))];
                    pair.rotate_left(1 - at);
                    pair
                };
                Ok(span.flat_map(|number| others.iter().map(move |other| pair(number, other))).collect())
            }
            ([one, other], _) => {
                let ((short, shorter), (long, longer)) = if one.1 < other.1 { (*one, *other) } else { (*other, *one) };
                let span = span(tallies, short, shorter);
                self.allow(span.clone().count())?;
                let mut rows: Vec<Vec<Option<Bucket>>> = Vec::new();
                let mut row = |value: Option<Bucket>, within: i64| {
                    let mut row = vec![None, None];
                    row[short] = value;
                    row[long] = Some(longer.value(within));
                    rows.push(row);
                };
                let mut met = BTreeSet::new();
                for number in span {
                    let within = shorter.within(number, longer);
                    met.insert(within);
                    row(Some(shorter.value(number)), within);
                }
                // Longer periods in which no shorter one is known.
                let numbers = |tally: &Tally| tally.values.get(long)?.as_ref().and_then(|value| longer.number(value));
                met.extend(tallies.iter().filter_map(numbers));
                let all = self::span(tallies, long, longer);
                all.filter(|number| !met.contains(number)).for_each(|number| row(None, number));
                Ok(rows)
            }
            _ => Ok(Vec::new()),
        }
    }

    fn allow(&self, rows: usize) -> Result<(), Refused> {
        if rows <= usize::from(MOST_ROWS) {
            return Ok(());
        }
        let reason = format!(
            "it makes {rows} rows, and {MOST_ROWS} are allowed: group by a longer period or by less, or filter, as by \
             `from` and `to`"
        );
        Err(Refused::Invalid(vec![Problem::new("by", self.keys().join(","), reason)]))
    }
}

/// A value where it stands in the order of rows: no value comes last.
type Placed = (bool, Option<Bucket>);

fn placed(values: &[Option<Bucket>]) -> Vec<Placed> {
    values.iter().map(|value| (value.is_none(), value.clone())).collect()
}

/// The numbers of all periods from the first to the last that occurs.
fn span(tallies: &[Tally], at: usize, period: Period) -> std::ops::Range<i64> {
    let numbers = || tallies.iter().filter_map(|tally| period.number(tally.values.get(at)?.as_ref()?));
    match (numbers().min(), numbers().max()) {
        (Some(first), Some(last)) => first..last + 1,
        _ => 0..0,
    }
}

fn by(params: &mut Params) -> Vec<Group<Field>> {
    let known = groups::groupings::<Events>();
    let allowed = || known.iter().map(|group| group.key);
    let Some(asked) = params.several("by") else {
        params.lacks("by", allowed());
        return Vec::new();
    };
    let mut by: Vec<Group<Field>> = Vec::new();
    for text in &asked {
        match known.iter().find(|group| group.key == text.as_str()) {
            Some(group) if by.contains(group) => {
                params.refuse(Problem::new("by", text, "the grouping is given twice"));
            }
            Some(group) => by.push(*group),
            None => {
                let problem = Problem::new("by", text, "statistics are not grouped by it");
                params.refuse(problem.allowed(allowed()).nearest(text));
            }
        }
    }
    if by.len() > 2 {
        params.refuse(Problem::new("by", asked.join(","), "one grouping or two are allowed").allowed(allowed()));
    }
    by
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_follow_each_other_and_fall_into_longer_ones() {
        for (period, number, value) in [
            (Period::Month, 2021 * 12 + 11, Bucket::Text("2021-12".into())),
            (Period::Quarter, 2021 * 4 + 3, Bucket::Text("2021-Q4".into())),
            (Period::Year, 2021, Bucket::Number(2021)),
            (Period::Decade, 202, Bucket::Number(2020)),
        ] {
            assert_eq!(period.value(number), value);
            assert_eq!(period.number(&value), Some(number));
            assert_eq!(period.within(number, Period::Decade), 202);
        }
        assert_eq!(Period::Month.within(2021 * 12 + 3, Period::Quarter), 2021 * 4 + 1);
    }
}
