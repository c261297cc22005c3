//! The finished documents of all records, one after another, each found by its place: in memory where they are few, else
//! in a file beside the database.
//!
//! They are not in the database because a page is twenty of them and little else. What the system has at hand of a file
//! is read in a microsecond by the thread that answers; to ask a database takes two changes of thread. And most of what a
//! load writes is documents, which need no tree of pages.

use std::fs::{File, OpenOptions};
use std::io::{self, Error, ErrorKind, Write as _};
use std::num::NonZeroU64;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

use bytestring::ByteString;
use rustix::fs::{Advice, fadvise};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Stamp, StoreError};
use crate::domain::text::Lang;

/// A text that is kept of every record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Its finished JSON.
    Shown(Lang),
    /// The record as curators write it, as a line of NDJSON.
    Seed,
}

/// How many texts are kept of a record.
pub(super) const FORMS: usize = 3;

impl Form {
    /// The place among the texts of a record.
    pub(super) fn place(self) -> usize {
        match self {
            Form::Shown(Lang::En) => 0,
            Form::Shown(Lang::Zh) => 1,
            Form::Seed => 2,
        }
    }
}

/// Up to how many bytes of documents are held in memory: those of a data set of thousands of records.
const HELD: u64 = 16 << 20;

/// Says what documents belong to: those of other records, or made by another program, are others.
type Seal = [u8; 32];

fn seal(stamp: &Stamp) -> Seal {
    Sha256::new().chain_update(&stamp.version).chain_update([0]).chain_update(&stamp.build).finalize().into()
}

/// What tells the parts of this version of a database from those of others, in their names.
pub(super) fn mark(stamp: &Stamp) -> String {
    format!("{:016x}", u64::from_be_bytes(*seal(stamp).first_chunk().unwrap_or(&[0; 8])))
}

/// More bytes than the texts of most records have.
const LONG: usize = 8 << 10;

/// Texts on their way, in order.
#[derive(Debug, Default)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    lengths: Vec<u32>,
}

impl Texts {
    /// Room for the texts of so many records.
    pub(super) fn of(records: usize) -> Texts {
        Texts { bytes: Vec::with_capacity(records * LONG), lengths: Vec::with_capacity(records * FORMS) }
    }

    /// Adds all that is kept of a record, in the order of [`Form::place`].
    pub(super) fn push_record<D: Serialize>(
        &mut self,
        document: impl Fn(Lang) -> D,
        seed: &str,
    ) -> Result<(), StoreError> {
        for lang in Lang::ALL {
            self.push_json(&document(lang))?;
        }
        self.push(seed)
    }

    fn push_json(&mut self, document: &impl Serialize) -> Result<(), StoreError> {
        let before = self.bytes.len();
        serde_json::to_writer(&mut self.bytes, document)?;
        self.ended(before)
    }

    fn push(&mut self, text: &str) -> Result<(), StoreError> {
        let before = self.bytes.len();
        self.bytes.extend_from_slice(text.as_bytes());
        self.ended(before)
    }

    fn ended(&mut self, before: usize) -> Result<(), StoreError> {
        self.lengths.push(u32::try_from(self.bytes.len() - before).map_err(Error::other)?);
        Ok(())
    }
}

/// Takes texts, in order of their places.
#[derive(Debug)]
pub(super) struct Writer {
    to: To,
    lengths: Vec<u32>,
}

#[derive(Debug)]
enum To {
    Memory(Vec<u8>),
    File(File),
}

impl Writer {
    /// Writes to a new file, or to memory.
    pub(super) fn new(path: Option<&Path>) -> io::Result<Writer> {
        let to = match path {
            Some(path) => To::File(OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path)?),
            None => To::Memory(Vec::new()),
        };
        Ok(Writer { to, lengths: Vec::new() })
    }

    pub(super) fn add(&mut self, texts: &Texts) -> io::Result<()> {
        match &mut self.to {
            To::Memory(bytes) => bytes.extend_from_slice(&texts.bytes),
            To::File(file) => file.write_all(&texts.bytes)?,
        }
        self.lengths.extend_from_slice(&texts.lengths);
        Ok(())
    }

    /// Ends the file: after the texts come their lengths, how many there are, and the seal. It then survives a crash of the
    /// machine.
    pub(super) fn finish(self, stamp: &Stamp) -> io::Result<Documents> {
        match self.to {
            To::Memory(bytes) => Documents::held(bytes, &self.lengths),
            To::File(mut file) => {
                let mut end: Vec<u8> = self.lengths.iter().flat_map(|length| length.to_le_bytes()).collect();
                end.extend((self.lengths.len() as u64).to_le_bytes());
                end.extend(seal(stamp));
                file.write_all(&end)?;
                file.sync_all()?;
                Documents::of(file, &self.lengths)
            }
        }
    }
}

/// Documents, by their places.
#[derive(Debug, Clone)]
pub(super) enum Documents {
    Held(Arc<[ByteString]>),
    Filed(Arc<Filed>),
}

/// Documents in a file, which nobody changes.
#[derive(Debug)]
pub(super) struct Filed {
    file: File,
    /// Where each ends.
    ends: Vec<u64>,
}

/// Where each text ends.
fn ends(lengths: &[u32]) -> Vec<u64> {
    let ends = lengths.iter().scan(0, |end, length| {
        *end += u64::from(*length);
        Some(*end)
    });
    ends.collect()
}

/// The texts that stand one after another in some bytes.
fn texts(bytes: Vec<u8>, lengths: impl Iterator<Item = usize>) -> io::Result<Vec<ByteString>> {
    let all = String::from_utf8(bytes).map(ByteString::from);
    let all = all.map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
    let mut rest = &*all;
    let texts = lengths.map(|length| {
        let (text, after) = rest.split_at_checked(length).ok_or(ErrorKind::InvalidData)?;
        rest = after;
        Ok(all.slice_ref(text))
    });
    texts.collect()
}

impl Documents {
    /// Opens a file of documents, if it is whole and theirs.
    pub(super) fn open(path: &Path, stamp: &Stamp) -> io::Result<Documents> {
        const COUNT: usize = size_of::<u64>();
        let file = File::open(path)?;
        let wrong = || Error::new(ErrorKind::InvalidData, "the documents are not those of the database");
        let at = file.metadata()?.len().checked_sub((COUNT + size_of::<Seal>()) as u64).ok_or_else(wrong)?;
        let (mut count, mut found) = ([0; COUNT], Seal::default());
        file.read_exact_at(&mut count, at)?;
        file.read_exact_at(&mut found, at + COUNT as u64)?;
        let count = u64::from_le_bytes(count);
        let texts = count.checked_mul(4).and_then(|lengths| at.checked_sub(lengths)).ok_or_else(wrong)?;
        let mut lengths = vec![0; usize::try_from(at - texts).map_err(Error::other)?];
        file.read_exact_at(&mut lengths, texts)?;
        let (lengths, _) = lengths.as_chunks();
        let lengths: Vec<u32> = lengths.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
        if found != seal(stamp) || texts != lengths.iter().map(|length| u64::from(*length)).sum::<u64>() {
            return Err(wrong());
        }
        Documents::of(file, &lengths)
    }

    fn of(file: File, lengths: &[u32]) -> io::Result<Documents> {
        let ends = ends(lengths);
        let all = ends.last().copied().unwrap_or_default();
        if all <= HELD {
            let mut bytes = vec![0; usize::try_from(all).map_err(Error::other)?];
            file.read_exact_at(&mut bytes, 0)?;
            return Documents::held(bytes, lengths);
        }
        // Pages are read here and there: what lies beside a document is seldom the next one wanted.
        fadvise(&file, 0, None, Advice::Random)?;
        Ok(Documents::Filed(Arc::new(Filed { file, ends })))
    }

    fn held(bytes: Vec<u8>, lengths: &[u32]) -> io::Result<Documents> {
        Ok(Documents::Held(texts(bytes, lengths.iter().map(|length| *length as usize))?.into()))
    }

    /// The texts at these places, in their order.
    pub(super) async fn read(&self, places: impl Iterator<Item = usize>) -> io::Result<Vec<ByteString>> {
        let filed = match self {
            Documents::Held(texts) => {
                return places.map(|place| texts.get(place).cloned().ok_or_else(beyond)).collect();
            }
            Documents::Filed(filed) => filed,
        };
        let spans: Vec<Span> = places.map(|place| filed.span(place).ok_or_else(beyond)).collect::<Result<_, _>>()?;
        let mut read = Read::new(&spans);
        if !filed.at_hand(&mut read) {
            let filed = Arc::clone(filed);
            read = tokio::task::spawn_blocking(move || filed.fetch(read)).await??;
        }
        texts(read.bytes, spans.iter().map(|span| span.length))
    }
}

fn beyond() -> Error {
    Error::new(ErrorKind::InvalidInput, "there is no such document")
}

/// Where a text stands in a file.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u64,
    length: usize,
}

/// Texts that are being read, one after another.
struct Read {
    bytes: Vec<u8>,
    /// What is still to be read: where to, and from where in the file.
    missing: Vec<(Range<usize>, u64)>,
}

impl Read {
    fn new(spans: &[Span]) -> Read {
        let mut end = 0;
        let missing = spans.iter().map(|span| {
            let begin = end;
            end += span.length;
            (begin..end, span.start)
        });
        let missing = missing.collect();
        Read { bytes: vec![0; end], missing }
    }
}

impl Filed {
    fn span(&self, place: usize) -> Option<Span> {
        let start = place.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        let length = usize::try_from(self.ends.get(place)?.checked_sub(start)?).ok()?;
        Some(Span { start, length })
    }

    /// Reads what can be had without waiting for a disk, and tells whether that is all.
    #[cfg(target_os = "linux")]
    fn at_hand(&self, read: &mut Read) -> bool {
        use rustix::io::{ReadWriteFlags, preadv2};

        let Read { bytes, missing } = read;
        missing.retain(|(to, from)| {
            let Some(to) = bytes.get_mut(to.clone()) else { return true };
            let length = to.len();
            // Not every file system can tell; then all is fetched.
            preadv2(&self.file, &mut [io::IoSliceMut::new(to)], *from, ReadWriteFlags::NOWAIT) != Ok(length)
        });
        missing.is_empty()
    }

    /// Reads what can be had without waiting for a disk, and tells whether that is all: other systems cannot tell.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, reason = "as on Linux")]
    fn at_hand(&self, read: &mut Read) -> bool {
        read.missing.is_empty()
    }

    /// Reads the rest from the disk, which is told of all before it is asked for the first.
    fn fetch(&self, mut read: Read) -> io::Result<Read> {
        for (to, from) in &read.missing {
            fadvise(&self.file, *from, NonZeroU64::new(to.len() as u64), Advice::WillNeed)?;
        }
        for (to, from) in std::mem::take(&mut read.missing) {
            let to = read.bytes.get_mut(to).ok_or_else(beyond)?;
            self.file.read_exact_at(to, from)?;
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stamp(version: &str) -> Stamp {
        Stamp { version: version.into(), build: "build".into(), fingerprint: String::new() }
    }

    fn written(texts: &[String], path: Option<&Path>) -> Documents {
        let mut writer = Writer::new(path).unwrap();
        for some in texts.chunks(3) {
            let mut parts = Texts::default();
            some.iter().try_for_each(|text| parts.push(text)).unwrap();
            writer.add(&parts).unwrap();
        }
        writer.finish(&stamp("version")).unwrap()
    }

    fn read(documents: &Documents, places: impl Iterator<Item = usize>) -> io::Result<Vec<String>> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        Ok(runtime.block_on(documents.read(places))?.iter().map(ToString::to_string).collect())
    }

    /// The same documents, read from their file however few they are.
    fn filed(path: &Path, texts: &[String]) -> Filed {
        let lengths: Vec<u32> = texts.iter().map(|text| text.len().try_into().unwrap()).collect();
        Filed { file: File::open(path).unwrap(), ends: ends(&lengths) }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_however_it_is_kept(
            texts in prop::collection::vec("[a-z气候\u{20}]{0,40}", 0..20),
            order in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("documents");
            let order: Vec<usize> =
                if texts.is_empty() { Vec::new() } else { order.iter().map(|at| at.index(texts.len())).collect() };
            let wanted: Vec<String> = order.iter().map(|place| texts[*place].clone()).collect();
            let (memory, file) = (written(&texts, None), written(&texts, Some(&path)));
            let again = Documents::open(&path, &stamp("version")).unwrap();
            let large = Documents::Filed(Arc::new(filed(&path, &texts)));
            for documents in [memory, file, again, large] {
                prop_assert_eq!(&read(&documents, order.iter().copied()).unwrap(), &wanted);
                prop_assert!(read(&documents, std::iter::once(texts.len())).is_err());
                prop_assert!(read(&documents, std::iter::once(usize::MAX)).is_err());
            }
            let filed = filed(&path, &texts);
            let spans: Vec<Span> = order.iter().map(|place| filed.span(*place).unwrap()).collect();
            let fetched = filed.fetch(Read::new(&spans)).unwrap().bytes;
            prop_assert_eq!(String::from_utf8(fetched).unwrap(), wanted.concat());
        }
    }

    #[test]
    fn documents_that_are_not_whole_or_not_theirs_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("documents");
        written(&["one".into(), "another".into()], Some(&path));
        assert!(Documents::open(&path, &stamp("another")).is_err());
        let whole = std::fs::read(&path).unwrap();
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert!(Documents::open(&path, &stamp("version")).is_err(), "{length} bytes");
            std::fs::write(&path, &whole[whole.len() - length..]).unwrap();
            assert!(Documents::open(&path, &stamp("version")).is_err(), "the last {length} bytes");
        }
        std::fs::write(&path, &whole).unwrap();
        assert!(Documents::open(&path, &stamp("version")).is_ok());
    }
}
