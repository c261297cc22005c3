//! Feeds: a page of a list, last updated first, with links that any reader can follow.

use axum::http::header;

use super::cache::Made;
use super::error::Failure;
use super::list::{Asked, link_header};
use crate::format::Format;
use crate::format::feed::{Feed, Links};
use crate::query::sentence;
use crate::store::Stored;

pub(super) async fn made<R: Stored>(asked: &Asked<'_, R>) -> Result<Made, Failure> {
    let page = asked.store.list(&asked.query).await?;
    let finish = asked.finish();
    let mut records = Vec::with_capacity(page.records.len());
    for found in &page.records {
        records.extend(finish.document(R::KIND, &found.id, &found.document)?);
    }
    let (_, links) = asked.links(page.next)?;
    let header = link_header(&links);
    let links = Links { home: format!("{}/", asked.base), this: links.this, first: links.first, next: links.next };
    let (name, description) = (asked.query.lasting(), sentence::describe(&asked.query));
    let feed = Feed::new(R::KIND, &name, description, asked.query.shape.lang, links, &records)?;
    let bytes = if asked.format == Format::Atom { feed.atom()? } else { feed.json()? };
    Ok(Made::from(bytes).with(header::LINK, header))
}
