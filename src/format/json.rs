//! The JSON envelope round records.

use std::collections::BTreeMap;

use serde::Serialize;

use super::record::Finish;
use crate::domain::date::Day;
use crate::query::{Facet, Kind};

/// The page of a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Page)]
pub struct PageInfo {
    /// The most records on the page.
    #[schema(minimum = 1, maximum = 500)]
    pub limit: u16,
    /// How many records match in all; left out with `total=false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// The cursor of the next page; null on the last one.
    #[schema(required)]
    pub next: Option<String>,
}

/// What an answer rests on.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Meta {
    /// The content hash of the data set.
    #[schema(example = "3f1c09ab52d47e60")]
    pub version: String,
    /// The day that the answer speaks of, where it depends on one.
    #[schema(required, value_type = Option<String>, format = "date")]
    pub as_of: Option<Day>,
    /// The query in its normal form.
    pub query: String,
    /// The query as a sentence.
    #[schema(required)]
    pub description: Option<String>,
    /// Parameters that were dropped: cache-busters and campaign marks only.
    pub ignored: Vec<String>,
    /// The licence of the data (SPDX).
    pub licence: &'static str,
}

/// What the answer to a search over all records rests on.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SearchMeta {
    /// What any answer rests on.
    #[serde(flatten)]
    pub meta: Meta,
    /// How many records match, of each kind that was looked among.
    #[schema(example = json!({ "events": 18, "actors": 0, "commitments": 11 }))]
    pub counts: BTreeMap<&'static str, u64>,
}

/// The links of a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ListLinks {
    /// This page, its query in normal form.
    #[serde(rename = "self")]
    pub this: String,
    /// The next page; null on the last one.
    #[schema(required)]
    pub next: Option<String>,
    /// The first page.
    pub first: String,
}

/// The link of anything else.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SelfLink {
    /// This answer, its query in normal form.
    #[serde(rename = "self")]
    pub this: String,
}

/// Finished records of one kind by id.
pub type ById = BTreeMap<String, String>;

/// All of a list but its records.
#[derive(Debug, Serialize)]
pub struct List {
    /// The page.
    pub page: PageInfo,
    /// What all matches are counted by, if that was asked for.
    pub facets: Vec<Facet>,
    /// What the answer rests on.
    pub meta: Meta,
    /// The links.
    pub links: ListLinks,
}

/// A list as far as its records go, which are written one after the other.
pub struct Records {
    out: String,
    any: bool,
}

/// About what stands in a list beside its records, and what is added to each of them, in bytes.
const BESIDE: usize = 2048;

impl Records {
    /// Begins a list whose stored records have so many bytes.
    #[must_use]
    pub fn new(bytes: usize) -> Records {
        let mut out = String::with_capacity(bytes + bytes / 8 + BESIDE);
        out.push_str("{\"data\":[");
        Records { out, any: false }
    }

    /// Adds a record, if it exists on the day.
    pub fn push(
        &mut self,
        finish: &Finish<'_>,
        kind: Kind,
        (id, stored): (&str, &str),
    ) -> Result<(), serde_json::Error> {
        let end = self.out.len();
        if self.any {
            self.out.push(',');
        }
        if finish.write(kind, id, stored, &mut self.out)? {
            self.any = true;
        } else {
            self.out.truncate(end);
        }
        Ok(())
    }
}

/// A list: its records, and what stands beside them.
pub fn list(
    records: Records,
    included: Option<&BTreeMap<&str, ById>>,
    beside: &List,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut out = records.out.into_bytes();
    out.extend_from_slice(b"],\"page\":");
    serde_json::to_writer(&mut out, &beside.page)?;
    if !beside.facets.is_empty() {
        out.extend_from_slice(b",\"facets\":");
        serde_json::to_writer(&mut out, &beside.facets)?;
    }
    push_included(&mut out, included);
    push_rest(&mut out, &beside.meta, &beside.links)?;
    Ok(out)
}

/// One finished record and what stands beside it.
pub fn item(
    record: &str,
    included: Option<&BTreeMap<&str, ById>>,
    meta: &impl Serialize,
    links: &SelfLink,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut out = Vec::with_capacity(record.len() + 512);
    out.extend_from_slice(b"{\"data\":");
    out.extend_from_slice(record.as_bytes());
    push_included(&mut out, included);
    push_rest(&mut out, meta, links)?;
    Ok(out)
}

/// Any other data in the same envelope.
pub fn data(data: &impl Serialize, meta: &impl Serialize, links: &SelfLink) -> Result<Vec<u8>, serde_json::Error> {
    item(&serde_json::to_string(data)?, None, meta, links)
}

fn push_rest(out: &mut Vec<u8>, meta: &impl Serialize, links: &impl Serialize) -> Result<(), serde_json::Error> {
    out.extend_from_slice(b",\"meta\":");
    serde_json::to_writer(&mut *out, meta)?;
    out.extend_from_slice(b",\"links\":");
    serde_json::to_writer(&mut *out, links)?;
    out.extend_from_slice(b"}\n");
    Ok(())
}

fn push_included(out: &mut Vec<u8>, included: Option<&BTreeMap<&str, ById>>) {
    let Some(included) = included else { return };
    out.extend_from_slice(b",\"included\":{");
    for (index, (kind, records)) in included.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        // Kinds and ids are kebab-case, so they need no escapes.
        out.extend_from_slice(format!("\"{kind}\":{{").as_bytes());
        for (index, (id, record)) in records.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(format!("\"{id}\":").as_bytes());
            out.extend_from_slice(record.as_bytes());
        }
        out.push(b'}');
    }
    out.push(b'}');
}
