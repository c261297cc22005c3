//! The data set to take home: one SQLite file, or one Data Package.
//!
//! Both are made from the records that a store keeps, a batch at a time, and from the tables of [`crate::tables`].
//! The same data set gives the same bytes.

mod descriptor;
mod zip;

use std::collections::HashMap;

use crate::domain::actor::Actor;
use crate::format::LICENCE;
use crate::query::Kind;
use crate::seed::{self, Problem};
use crate::store::{Store, StoreError, Takeaway};
use crate::tables::{self, Cell, CellKind, Column, Rows, Table};

pub use self::zip::package;

/// Why the data set cannot be packed.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record that the database keeps cannot be read back.
    #[error("a kept record cannot be read: {}", .0.first().map(ToString::to_string).unwrap_or_default())]
    Record(Vec<Problem>),
    /// A table cannot be written.
    #[error("table: {0}")]
    Table(#[from] csv::Error),
    /// The archive cannot be written.
    #[error("archive: {0}")]
    Archive(#[from] ::zip::result::ZipError),
    /// The description cannot be written.
    #[error("description: {0}")]
    Description(#[from] serde_json::Error),
}

/// What the data set is called.
pub(crate) const TITLE: &str = "US-China climate timeline";

/// The title of the licence of the data.
const LICENCE_TITLE: &str = "Creative Commons Attribution 4.0 International";

/// Where the licence of the data can be read.
const LICENCE_URL: &str = "https://creativecommons.org/licenses/by/4.0/";

/// What the SQLite file says of itself.
const ABOUT: Table = Table {
    name: "about",
    meaning: "What this data set is, where it comes from and how it may be used.",
    columns: &[
        Column { name: "key", kind: CellKind::Text, optional: false, of: None, meaning: "What the row tells." },
        Column { name: "value", kind: CellKind::Text, optional: false, of: None, meaning: "What it is." },
    ],
    key: &["key"],
    searched: &[],
};

/// The records read at a time: enough to make a query's cost small beside theirs, few enough to hold.
const BATCH: u32 = 200;

/// The data set as a SQLite file.
pub async fn sqlite(store: &Store, base: &str) -> Result<Vec<u8>, PackageError> {
    let dictionary = [&ABOUT, &tables::dictionary::FIELDS, &tables::dictionary::WORDS];
    let mut file = Takeaway::begin(tables::TABLES.iter().copied().chain(dictionary)).await?;
    let about = about(&store.catalogue().version, base);
    file.add(about.iter().map(|(key, value)| (&ABOUT, vec![cell(key), cell(value)])).collect()).await?;
    file.add(tables::dictionary::rows()).await?;
    let mut records = Records::of(store);
    while let Some(batch) = records.next().await? {
        for rows in batch.rows(&records.actors) {
            file.add(rows).await?;
        }
    }
    Ok(file.finish().await?)
}

fn cell(text: &str) -> Cell<'_> {
    Cell::Text(text.into())
}

fn about(version: &str, base: &str) -> Vec<(&'static str, String)> {
    let mut about = vec![
        ("title", TITLE.to_owned()),
        ("data version", version.to_owned()),
        ("licence", format!("{LICENCE}, {LICENCE_TITLE}, {LICENCE_URL}")),
        ("citation", format!("The maintainers of the {TITLE}: {TITLE}, data version {version}.")),
        ("where to begin", "`dictionary` says what each column means, `vocabulary` what each word means.".to_owned()),
    ];
    if !base.is_empty() {
        about.push(("homepage", base.to_owned()));
    }
    about
}

/// The records of a store, a batch at a time: actors first, since events name their posts.
struct Records<'s> {
    store: &'s Store,
    left: Vec<Kind>,
    after: i64,
    actors: HashMap<String, Actor>,
}

/// Some records of one kind.
struct Batch {
    kind: Kind,
    /// The records as lines of NDJSON seeds.
    lines: String,
    records: crate::domain::dataset::Dataset,
}

impl<'s> Records<'s> {
    fn of(store: &'s Store) -> Records<'s> {
        let left = vec![Kind::Events, Kind::Commitments, Kind::Actors];
        Records { store, left, after: 0, actors: HashMap::new() }
    }

    async fn next(&mut self) -> Result<Option<Batch>, PackageError> {
        while let Some(kind) = self.left.last().copied() {
            let Some((lines, last)) = self.store.seeds(kind, self.after, BATCH).await? else {
                self.left.pop();
                self.after = 0;
                continue;
            };
            self.after = last;
            let records = seed::reread(kind.plural(), &lines).map_err(PackageError::Record)?;
            self.actors.extend(records.actors.iter().map(|actor| (actor.id.clone(), actor.clone())));
            return Ok(Some(Batch { kind, lines, records }));
        }
        Ok(None)
    }
}

impl Batch {
    /// The rows of each record.
    fn rows<'a>(&'a self, actors: &'a HashMap<String, Actor>) -> impl Iterator<Item = Rows<'a>> {
        let events = self.records.events.iter().map(|event| tables::events::rows(event, |id| actors.get(id)));
        let commitments = self.records.commitments.iter().map(tables::commitments::rows);
        self.records.actors.iter().map(tables::actors::rows).chain(commitments).chain(events)
    }
}
