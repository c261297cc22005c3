//! What search looks at in a record: its texts in both languages, as words, one column for each part of it.

use std::iter;

use super::actor::{Actor, Name};
use super::commitment::Commitment;
use super::event::Event;
use super::records::Records;
use super::text::Text;
use super::tokens::{each_word, has_stem, push_stem};

/// How much a word counts by where it stands: in the title (or an actor's name), in the names of participants, in
/// the place, in the summary (or the titles of an actor's posts). A title outweighs any summary.
pub const WEIGHTS: [u8; 4] = [100, 10, 10, 1];

/// Scores are cut to whole numbers of this part of one, so that a page can begin exactly after a record.
pub const SCALE: f64 = 1e9;

/// Stands between two texts, and among stems for words that have none, so that no phrase runs from one into the next: no
/// word is written like this.
pub const BREAK: &str = ".";

/// The words of a record, with blanks between.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Searched {
    /// As they are written, in the order of [`WEIGHTS`].
    pub words: [String; 4],
    /// The stems of those that have one ([`has_stem`]), likewise: the others are found as they are written.
    pub stems: [String; 4],
}

impl Searched {
    /// The words of an event: title, names of its actors, place, summary.
    #[must_use]
    pub fn event(event: &Event, records: &dyn Records) -> Searched {
        let actors = event.actors.iter().filter_map(|link| records.actor(&link.id));
        let names = actors.flat_map(|actor| both_names(&actor.name)).collect();
        let place = event.location.as_ref().map_or(Vec::new(), |location| both(&location.place));
        Searched::of(&[both(&event.title), names, place, both(&event.summary)])
    }

    /// The words of an actor: name and titles of posts. The name is both title and name, so that whoever looks for it
    /// finds its bearer before what the bearer did.
    #[must_use]
    pub fn actor(actor: &Actor) -> Searched {
        let posts = actor.roles.iter().flat_map(|post| both(&post.title)).collect();
        Searched::of(&[both_names(&actor.name), both_names(&actor.name), Vec::new(), posts])
    }

    /// The words of a commitment: title and summary.
    #[must_use]
    pub fn commitment(commitment: &Commitment) -> Searched {
        Searched::of(&[both(&commitment.title), Vec::new(), Vec::new(), both(&commitment.summary)])
    }

    fn of(parts: &[Vec<&str>; 4]) -> Searched {
        let mut searched = Searched::default();
        for (texts, (words, stems)) in parts.iter().zip(searched.words.iter_mut().zip(&mut searched.stems)) {
            for text in texts {
                part(words);
                part(stems);
                each_word(text, |word| {
                    words.push_str(word);
                    words.push(' ');
                    if has_stem(word) {
                        push_stem(stems, word);
                        stems.push(' ');
                    } else {
                        part(stems);
                    }
                });
            }
        }
        searched
    }
}

/// Ends what stands together, if there is anything.
fn part(words: &mut String) {
    if !words.is_empty() && !words.ends_with(". ") {
        words.push_str(BREAK);
        words.push(' ');
    }
}

fn both(text: &Text) -> Vec<&str> {
    vec![&text.en, &text.zh]
}

fn both_names(name: &Name) -> Vec<&str> {
    iter::once(name.en.as_str()).chain(name.zh.as_deref()).collect()
}
