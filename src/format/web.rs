//! Connected records: the chain of an event, the lineage of a commitment.

use serde::Serialize;

use super::rows::EventRef;
use crate::domain::date::Day;
use crate::domain::vocab::{Party, Status};
use crate::query::web::Line;

/// The events that are connected with one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Chain {
    /// The events, the one asked for among them, in order of date.
    pub nodes: Vec<ChainNode>,
    /// All relations among them of the kinds asked for.
    pub edges: Vec<Edge>,
    /// Whether more could be reached than the 500 nearest.
    pub truncated: bool,
}

/// An event of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ChainNode {
    /// The event.
    #[serde(flatten)]
    pub event: EventRef,
    /// In how many steps it is reached; 0 for the one asked for.
    #[schema(minimum = 0, maximum = 10)]
    pub distance: u16,
}

/// A relation, as the record that holds it names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Edge {
    /// The id of the record that holds it.
    pub from: String,
    /// The id of the record that it points to.
    pub to: String,
    /// The relation.
    pub relation: String,
}

/// The commitments that one comes from, and that come from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Lineage {
    /// The commitments, the one asked for among them, in order of their first day.
    pub nodes: Vec<LineageNode>,
    /// All relations among them that make a lineage.
    pub edges: Vec<Edge>,
    /// Whether more could be reached than the 500 nearest.
    pub truncated: bool,
}

/// A commitment of a lineage, as it stands on `as_of`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LineageNode {
    /// The commitment.
    #[schema(example = "us-net-zero-2050")]
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whose commitment it is.
    pub party: Party,
    /// The first day of its history.
    #[schema(value_type = String, format = "date")]
    pub date: Day,
    /// Where it stands on `as_of`.
    pub status: Status,
    /// The first day of the present unbroken status.
    #[schema(value_type = String, format = "date")]
    pub status_since: Day,
    /// Where it stands to the one asked for.
    pub line: Line,
    /// In how many steps it is reached; 0 for the one asked for.
    #[schema(minimum = 0, maximum = 10)]
    pub distance: u16,
}
