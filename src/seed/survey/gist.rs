//! What is kept of an event for good: enough to read it again, and what others show of it.

use std::borrow::Cow;
use std::hash::BuildHasher as _;
use std::io;
use std::ops::Range;

use foldhash::quality::FixedState;

use super::super::files::Source;
use super::super::place::Placed;
use super::super::read::{self, Piece};
use crate::domain::date::Edtf;
use crate::domain::event::Event;
use crate::domain::records::short;
use crate::domain::text::Text;

/// What is kept of an event.
#[derive(Debug)]
pub(super) struct Gist {
    pub(super) id: Box<str>,
    pub(super) date: Edtf,
    source: u32,
    line: u32,
    offset: u64,
    length: u32,
    /// Of its bytes, to know them again.
    hash: u32,
    /// Where its titles begin in its bytes, and how long they are; nothing where they are written with escapes.
    titles: Option<[(u32, u32); 2]>,
    /// The event itself, if its text is in memory anyway.
    held: Option<Box<Event>>,
}

/// Where an event begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub(super) source: u32,
    pub(super) offset: u64,
}

impl Gist {
    pub(super) fn new(placed: &Placed<'_, Event>, at: At, is_held: bool) -> Gist {
        let (text, event) = (placed.place.text, &placed.record);
        let title = |title: &str| Some((short(text.find(title)?), short(title.len())));
        Gist {
            id: event.id.as_str().into(),
            date: event.date,
            source: at.source,
            line: short(placed.place.first_line),
            offset: at.offset,
            length: short(text.len()),
            hash: hash(text),
            titles: title(&event.title.en).zip(title(&event.title.zh)).map(<[_; 2]>::from),
            held: is_held.then(|| Box::new(event.clone())),
        }
    }

    /// The number of the file that the event is written in.
    pub(super) fn source(&self) -> usize {
        self.source as usize
    }

    /// The event's bytes.
    pub(super) fn text<'s>(&self, sources: &'s [Source]) -> io::Result<Cow<'s, str>> {
        let text = sources[self.source()].part(self.offset, self.length as usize)?;
        if hash(&text) == self.hash { Ok(text) } else { Err(changed()) }
    }

    /// The event's bytes with their place.
    pub(super) fn piece<'a>(&self, text: &'a str, sources: &'a [Source]) -> Piece<'a> {
        Piece { file: &sources[self.source()].path, text, first_line: self.line as usize }
    }

    /// The event.
    pub(super) fn event(&self, sources: &[Source]) -> io::Result<Cow<'_, Event>> {
        if let Some(event) = &self.held {
            return Ok(Cow::Borrowed(event));
        }
        let text = self.text(sources)?;
        let placed = read::read_event(self.piece(&text, sources), &mut Vec::new());
        placed.map(|placed| Cow::Owned(placed.record)).ok_or_else(changed)
    }

    /// The event's title.
    pub(super) fn title(&self, sources: &[Source]) -> io::Result<Cow<'_, Text>> {
        if let Some(event) = &self.held {
            return Ok(Cow::Borrowed(&event.title));
        }
        let Some(titles) = self.titles else { return Ok(Cow::Owned(self.event(sources)?.into_owned().title)) };
        let [en, zh] = titles.map(|(start, length)| start as usize..(start + length) as usize);
        let (begin, end) = (en.start.min(zh.start), en.end.max(zh.end));
        let both = sources[self.source()].part(self.offset + begin as u64, end - begin)?;
        let title =
            |at: Range<usize>| both.get(at.start - begin..at.end - begin).map(str::to_owned).ok_or_else(changed);
        Ok(Cow::Owned(Text { en: title(en)?, zh: title(zh)? }))
    }
}

fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the seeds were changed while they were read")
}

fn hash(text: &str) -> u32 {
    // The lower half is as good as all of it.
    u32::try_from(FixedState::default().hash_one(text) & u64::from(u32::MAX)).unwrap_or_default()
}
