//! Whole results: read a batch at a time, and sent block by block.
//!
//! A batch borrows a connection only while it is read, and the next is read when the client has taken the one before:
//! a client that stalls holds no connection. The store is the one that the request began with, so a result is of one
//! version whatever is loaded meanwhile.

use std::sync::Arc;

use axum::http::header;
use futures_util::StreamExt as _;
use futures_util::stream;

use super::cache::{Content, Made};
use super::error::Failure;
use super::list::{Asked, link_header};
use crate::format::Format;
use crate::format::record::Finish;
use crate::format::records::{About, Records, Written};
use crate::query::{ListQuery, sentence};
use crate::store::{Page, Store, Stored};

/// The records of a list in a form without an envelope: all of them, or a page where `limit` is given.
pub(super) async fn made<R: Stored>(asked: Asked<'_, R>, records: Records) -> Result<Made, Failure> {
    let file = format!("inline; filename=\"{}.{}\"", R::KIND.plural(), asked.format.name());
    let coarse = if asked.format == Format::Ics { asked.store.count_coarse(&asked.query.filter).await? } else { 0 };
    let about = About { description: sentence::describe(&asked.query), coarse };
    let made = if asked.query.whole { whole(asked, records, about)? } else { page(&asked, records, &about).await? };
    Ok(made.with(header::CONTENT_DISPOSITION, file))
}

async fn page<R: Stored>(asked: &Asked<'_, R>, mut records: Records, about: &About) -> Result<Made, Failure> {
    let page = asked.store.list(&asked.query).await?;
    let mut out = Vec::new();
    records.begin(&mut out, about)?;
    push::<R>(&mut records, &mut out, &page, &asked.finish())?;
    records.end(&mut out);
    let (_, links) = asked.links(page.next)?;
    Ok(Made::from(out).with(header::LINK, link_header(&links)))
}

fn whole<R: Stored>(asked: Asked<'_, R>, records: Records, about: About) -> Result<Made, Failure> {
    let (_, links) = asked.links(None)?;
    let Asked { store, query, base, .. } = asked;
    let export = Export { store, query, records, base, about: Some(about), over: false };
    let blocks = stream::try_unfold(export, Export::block);
    Ok(Made::new(Content::Blocks(blocks.boxed())).with(header::LINK, link_header(&links)))
}

/// A whole result on its way.
struct Export<R: Stored> {
    store: Arc<Store>,
    query: ListQuery<R>,
    records: Records,
    base: String,
    /// What the result says of itself, until it has begun.
    about: Option<About>,
    over: bool,
}

impl<R: Stored> Export<R> {
    /// The next block, and what comes after it.
    async fn block(mut self) -> Result<Option<(Vec<u8>, Export<R>)>, Failure> {
        if self.over {
            return Ok(None);
        }
        let mut out = Vec::new();
        if let Some(about) = self.about.take() {
            self.records.begin(&mut out, &about)?;
        }
        let page = self.store.batch(&self.query).await?;
        let (day, fields) = (self.query.filter.as_of.day, self.query.shape.fields.as_deref());
        push::<R>(&mut self.records, &mut out, &page, &Finish { day, fields, base: &self.base })?;
        self.over = page.next.is_none();
        if self.over {
            self.records.end(&mut out);
        }
        self.query.position = page.next;
        Ok(Some((out, self)))
    }
}

fn push<R: Stored>(records: &mut Records, out: &mut Vec<u8>, page: &Page, finish: &Finish<'_>) -> Result<(), Failure> {
    let mut written = Vec::with_capacity(page.records.len());
    for found in &page.records {
        let finished = finish.document(R::KIND, &found.id, &found.document)?;
        written.extend(finished.map(|finished| Written { stored: &found.document, finished }));
    }
    Ok(records.push(out, &written)?)
}
