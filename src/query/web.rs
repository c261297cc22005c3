//! Queries for the records that are connected with one: the chain of an event, the lineage of a commitment.

use serde::Serialize;

use super::list::{AsOf, Shape};
use super::normal::Pairs;
use super::params::{Params, Problem};
use super::parse::{self, Context, Refused};
use crate::domain::vocab::{EVENT_RELATION_NAMES, EventRelation, Lineage, Vocabulary as _};

/// The most records that are shown together; the nearest come first.
pub const MOST_NODES: usize = 500;
/// The most steps from the record asked for.
pub const MOST_DEPTH: u16 = 10;
/// The steps of a chain where `depth` is not given. A lineage goes as far as it may.
pub const CHAIN_DEPTH: u16 = 2;

/// The relations that make a lineage, from a record to what it comes from.
pub const LINEAGE: [Lineage; 4] = [Lineage::Supersedes, Lineage::Strengthens, Lineage::Implements, Lineage::PartOf];

/// A query for the events that are connected with one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainQuery {
    /// The most steps.
    pub depth: u16,
    /// The relations that a step may take, as `related` of the event at hand names them, in order of their table; any
    /// without.
    pub relations: Option<Vec<&'static str>>,
    /// What is shown.
    pub shape: Shape,
}

impl ChainQuery {
    /// Reads a query.
    pub fn read(params: &mut Params, context: &Context<'_>) -> Result<ChainQuery, Refused> {
        let depth = parse::number(params, "depth", MOST_DEPTH).unwrap_or(CHAIN_DEPTH);
        let asked = params.several("relation");
        for text in asked.iter().flatten().filter(|text| !EVENT_RELATION_NAMES.contains(&text.as_str())) {
            let problem = Problem::new("relation", text, "events are not related by it");
            params.refuse(problem.allowed(EVENT_RELATION_NAMES).nearest(text));
        }
        let relations = asked.map(|asked| {
            EVENT_RELATION_NAMES.into_iter().filter(|name| asked.iter().any(|text| text == name)).collect()
        });
        let shape = parse::plain_shape(params, context);
        params.finish().map_err(Refused::Invalid)?;
        Ok(ChainQuery { depth, relations, shape })
    }

    /// The normal form.
    #[must_use]
    pub fn written(&self) -> String {
        let mut pairs = Pairs::default();
        pairs.shape(&self.shape);
        if self.depth != CHAIN_DEPTH {
            pairs.set("depth", self.depth.to_string());
        }
        if let Some(relations) = &self.relations {
            pairs.set("relation", relations.join(","));
        }
        pairs.to_string()
    }

    /// The names that a step may take.
    #[must_use]
    pub fn steps(&self) -> Vec<&'static str> {
        self.relations.clone().unwrap_or_else(|| EVENT_RELATION_NAMES.to_vec())
    }

    /// The relations of the edges, as they are stored: those that a step may take in either direction.
    #[must_use]
    pub fn edges(&self) -> Vec<&'static str> {
        let steps = self.steps();
        let taken = |relation: &&EventRelation| steps.contains(&relation.word()) || steps.contains(&relation.inverse());
        EventRelation::ALL.iter().filter(taken).map(|relation| relation.word()).collect()
    }
}

/// Where a commitment stands to the one asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// It is the one.
    Itself,
    /// The one comes from it.
    Ancestor,
    /// It comes from the one.
    Descendant,
}

/// A query for the commitments that one comes from, and that come from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineageQuery {
    /// The most steps.
    pub depth: u16,
    /// The day that the answer speaks of.
    pub as_of: AsOf,
    /// What is shown.
    pub shape: Shape,
}

impl LineageQuery {
    /// Reads a query.
    pub fn read(params: &mut Params, context: &Context<'_>) -> Result<LineageQuery, Refused> {
        let depth = parse::number(params, "depth", MOST_DEPTH).unwrap_or(MOST_DEPTH);
        let given = parse::as_of(params);
        let as_of = AsOf { day: given.unwrap_or(context.today), given: given.is_some() };
        let shape = parse::plain_shape(params, context);
        params.finish().map_err(Refused::Invalid)?;
        Ok(LineageQuery { depth, as_of, shape })
    }

    /// The normal form.
    #[must_use]
    pub fn written(&self) -> String {
        let mut pairs = Pairs::default();
        pairs.shape(&self.shape);
        pairs.set("as_of", self.as_of.day.to_string());
        if self.depth != MOST_DEPTH {
            pairs.set("depth", self.depth.to_string());
        }
        pairs.to_string()
    }
}
