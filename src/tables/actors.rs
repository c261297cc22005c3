//! Actors as rows.

use super::{Cell, CellKind, Column, Rows, Table, position, source, source_columns};
use crate::domain::actor::Actor;
use crate::domain::vocab::{ActorKind, Side, SourceKind, Vocabulary as _};

/// The actors.
pub const ACTORS: Table = Table {
    name: "actors",
    meaning: "A person, government, ministry, organisation or country that takes part in events.",
    columns: &[
        Column::new("id", CellKind::Text, "Never changes."),
        Column::new("kind", CellKind::Word(ActorKind::WORDS), "What kind of actor it is."),
        Column::new("side", CellKind::Word(Side::WORDS), "Whose side it belongs to."),
        Column::new("name_en", CellKind::Text, "The name in English."),
        Column::may("name_zh", CellKind::Text, "The name in Chinese, where one is known."),
        Column::may("born", CellKind::Date, "The date of birth, as far as it is known (EDTF)."),
        Column::new("updated", CellKind::Day, "The day on which the record was last changed."),
    ],
    key: &["id"],
    searched: &["name_en", "name_zh"],
};

/// The posts that actors hold or held.
pub const POSTS: Table = Table {
    name: "actor_posts",
    meaning: "A post that an actor holds or held.",
    columns: &[
        Column::of("actors", "actor", "The actor."),
        Column::new("position", CellKind::Integer, "The post's place in the record, from 1."),
        Column::new("title_en", CellKind::Text, "The post's title in English."),
        Column::new("title_zh", CellKind::Text, "The post's title in Chinese."),
        Column::may_be_of("actors", "organisation", "The body of the post."),
        Column::may("from_date", CellKind::Date, "Since when it was held, as far as that is known (EDTF)."),
        Column::may(
            "to_date",
            CellKind::Date,
            "Until when it was held (EDTF); without a value, held still or not known.",
        ),
        Column::may("note_en", CellKind::Text, "What is in doubt or needs saying, in English."),
        Column::may("note_zh", CellKind::Text, "The same in Chinese."),
    ],
    key: &["actor", "position"],
    searched: &[],
};

/// The sources of actors.
pub const SOURCES: Table = Table {
    name: "actor_sources",
    meaning: "A text that bears out what is said of an actor.",
    columns: source_columns![Column::of("actors", "actor", "The actor.")],
    key: &["actor", "position"],
    searched: &[],
};

/// The rows of an actor.
#[must_use]
pub fn rows(actor: &Actor) -> Rows<'_> {
    let id = || Cell::text(&actor.id);
    let row = vec![
        id(),
        Cell::word(actor.kind),
        Cell::word(actor.side),
        Cell::text(&actor.name.en),
        Cell::may(actor.name.zh.as_deref()),
        Cell::may_show(actor.born.as_ref()),
        Cell::shown(&actor.updated),
    ];
    let mut rows: Rows<'_> = vec![(&ACTORS, row)];
    for (index, post) in actor.roles.iter().enumerate() {
        let row = vec![
            id(),
            position(index),
            Cell::text(&post.title.en),
            Cell::text(&post.title.zh),
            Cell::may(post.organisation.as_deref()),
            Cell::may_show(post.from.as_ref()),
            Cell::may_show(post.to.as_ref()),
            Cell::may(post.note.as_ref().map(|note| note.en.as_str())),
            Cell::may(post.note.as_ref().map(|note| note.zh.as_str())),
        ];
        rows.push((&POSTS, row));
    }
    for (index, one) in actor.sources.iter().enumerate() {
        rows.push((&SOURCES, [id()].into_iter().chain(source(index, one)).collect()));
    }
    rows
}
