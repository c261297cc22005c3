//! The data set to take home.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use tokio::sync::Mutex;

use super::cache::{self, Keep, Made, NOTHING, Representation};
use super::error::Failure;
use super::negotiate;
use super::state::App;
use crate::format::Format;
use crate::package::{self, PackageError};
use crate::query::Params;
use crate::store::Store;

/// The files of the data version that was last asked for.
#[derive(Clone, Default)]
pub(super) struct Shelf {
    sqlite: Place,
    zip: Place,
}

/// Where a finished file is kept, with the data version that it is of.
type Place = Arc<Mutex<Option<(String, Bytes)>>>;

/// Answers with the whole data set in a file.
pub(super) async fn answer(
    app: &App,
    headers: &HeaderMap,
    raw_query: &str,
    suffix: Option<&str>,
) -> Result<Response, Failure> {
    let Some(suffix) = suffix else { return Err(unnamed()) };
    let store = app.store();
    let mut params = Params::decode(raw_query);
    let format = negotiate::format(headers, &mut params, Some(suffix), Format::OF_DATASET)?.format;
    params.finish().map_err(crate::query::Refused::Invalid)?;
    let version = &store.catalogue().version;
    let representation = Representation {
        identity: format!("/v1/dataset.{} {}", format.name(), params.ignored().join(",")),
        content_type: format.content_type(),
        lang: None,
        vary: Vec::new(),
        keep: Keep::Shortly,
        csp: NOTHING,
        by_host: false,
        in_blocks: false,
    };
    let disposition = format!("attachment; filename=\"us-china-climate-timeline-{version}.{}\"", format.name());
    let made = async {
        let file = file(app, &store, format).await?;
        Ok(Made::from(file).with(header::CONTENT_DISPOSITION, disposition))
    };
    cache::answer(app, version, headers, representation, made).await
}

fn unnamed() -> Failure {
    let list = Format::OF_DATASET.iter().map(|format| format!("`/v1/dataset.{}`", format.name()));
    Failure::NotFound(format!("The data set is at {}.", list.collect::<Vec<_>>().join(" and ")))
}

/// The finished file. The first request for a data version makes it, others of that time wait for it, and it is made
/// to its end even if they give up.
async fn file(app: &App, store: &Arc<Store>, format: Format) -> Result<Bytes, Failure> {
    let place = match format {
        Format::Zip => &app.shelf.zip,
        _ => &app.shelf.sqlite,
    };
    let (place, store, base) = (Arc::clone(place), Arc::clone(store), Arc::clone(&app.base));
    let made = tokio::spawn(async move {
        let mut place = place.lock().await;
        let version = &store.catalogue().version;
        if let Some((_, bytes)) = place.as_ref().filter(|(known, _)| known == version) {
            return Ok(bytes.clone());
        }
        let bytes = Bytes::from(make(&store, &base, format).await?.into_boxed_slice());
        *place = Some((version.clone(), bytes.clone()));
        Ok::<_, PackageError>(bytes)
    });
    match made.await {
        Ok(made) => made.map_err(|error| Failure::Internal(Arc::new(error))),
        Err(error) => Err(Failure::Internal(Arc::new(error))),
    }
}

async fn make(store: &Store, base: &str, format: Format) -> Result<Vec<u8>, PackageError> {
    match format {
        Format::Zip => package::package(store, base).await,
        _ => package::sqlite(store, base).await,
    }
}
