//! What search looks at in a record: its texts in both languages, as words, one column for each part of it.

use std::iter;

use super::actor::{Actor, Name};
use super::commitment::Commitment;
use super::event::Event;
use super::records::Records;
use super::text::Text;
use super::tokens::{stem, tokens};

/// How much a word counts by where it stands: in the title (or an actor's name), in the names of participants, in
/// the place, in the summary (or the titles of an actor's posts). A title outweighs any summary.
pub const WEIGHTS: [u8; 4] = [100, 10, 10, 1];

/// Scores are cut to whole numbers of this part of one, so that a page can begin exactly after a record.
pub const SCALE: f64 = 1e9;

/// Stands between two texts, so that no phrase runs from one into the next: no word is written like this.
pub const BREAK: &str = ".";

/// The words of a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Searched {
    /// As they are written, in the order of [`WEIGHTS`].
    pub words: [Vec<String>; 4],
    /// Their stems, likewise.
    pub stems: [Vec<String>; 4],
}

impl Searched {
    /// The words of an event: title, names of its actors, place, summary.
    #[must_use]
    pub fn event(event: &Event, records: &dyn Records) -> Searched {
        let actors = event.actors.iter().filter_map(|link| records.actor(&link.id));
        let names = actors.flat_map(|actor| both_names(&actor.name)).collect();
        let place = event.location.as_ref().map_or(Vec::new(), |location| both(&location.place));
        Searched::of([both(&event.title), names, place, both(&event.summary)])
    }

    /// The words of an actor: name and titles of posts. The name is both title and name, so that whoever looks for it
    /// finds its bearer before what the bearer did.
    #[must_use]
    pub fn actor(actor: &Actor) -> Searched {
        let posts = actor.roles.iter().flat_map(|post| both(&post.title)).collect();
        Searched::of([both_names(&actor.name), both_names(&actor.name), Vec::new(), posts])
    }

    /// The words of a commitment: title and summary.
    #[must_use]
    pub fn commitment(commitment: &Commitment) -> Searched {
        Searched::of([both(&commitment.title), Vec::new(), Vec::new(), both(&commitment.summary)])
    }

    fn of(parts: [Vec<&str>; 4]) -> Searched {
        let words = parts.map(|texts| {
            let mut words = Vec::new();
            for text in texts {
                if !words.is_empty() {
                    words.push(BREAK.to_owned());
                }
                words.extend(tokens(text).into_iter().map(|token| token.word));
            }
            words
        });
        let stems = words.each_ref().map(|words| words.iter().map(|word| stem(word)).collect());
        Searched { words, stems }
    }
}

fn both(text: &Text) -> Vec<&str> {
    vec![&text.en, &text.zh]
}

fn both_names(name: &Name) -> Vec<&str> {
    iter::once(name.en.as_str()).chain(name.zh.as_deref()).collect()
}
