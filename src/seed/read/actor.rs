//! Actors.

use super::reader::{Blank, Reader, Spot};
use super::shape::{Holds, Shape, may, need, word};
use super::values::{SOURCE, TEXT};
use crate::domain::actor::{Actor, Name, Post};
use crate::domain::vocab::{ActorKind, Side};

pub(in crate::seed) static ACTOR: Shape = Shape {
    name: "actor",
    keys: &[
        need("kind", word::<ActorKind>(), "What kind of actor it is."),
        need("side", word::<Side>(), "Whose side it belongs to."),
        need("name", Holds::Table(&NAME), "The name, as officials and press of each language write it."),
        may("born", Holds::Edtf, "A person's date of birth."),
        need("updated", Holds::Day, "The day on which this record was last changed."),
        may("former_ids", Holds::List(&Holds::Id), "Ids that the record had before; they go on to lead here."),
        may(
            "roles",
            Holds::List(&Holds::Table(&POST)),
            "The posts held; of several on one day the first is shown beside the name, so the one in which the other side met the person comes first.",
        ),
        may("sources", Holds::List(&Holds::Table(&SOURCE)), "Where name and posts can be checked."),
    ],
};

static NAME: Shape = Shape {
    name: "name",
    keys: &[
        need("en", Holds::Text, "English."),
        may("zh", Holds::Text, "Chinese, in simplified characters; only a person may have none."),
    ],
};

static POST: Shape = Shape {
    name: "post",
    keys: &[
        need("title", Holds::Table(&TEXT), "What the post is called."),
        may("organisation", Holds::Id, "The actor whose post it is."),
        may("from", Holds::Edtf, "When it began; left out where that is not known."),
        may("to", Holds::Edtf, "When it ended; left out where it goes on or the end is not known."),
        may("note", Holds::Table(&TEXT), "What is disputed or not known about it."),
    ],
};

impl Blank for Name {
    fn blank() -> Name {
        Name { en: String::new(), zh: None }
    }
}

impl Reader<'_> {
    pub(super) fn actor(&mut self, spot: Spot<'_>, file_name: Option<&str>) -> Actor {
        let table = self.record_table(spot, &ACTOR, file_name);
        let kind = self.need(&table, "kind", Self::word);
        Actor {
            id: self.own_id(&table, file_name),
            former_ids: self.list(&table, "former_ids", Self::id),
            kind,
            side: self.need(&table, "side", Self::word),
            name: self.need(&table, "name", |reader, spot| reader.name(spot, kind)),
            born: self.may(&table, "born", Self::edtf),
            updated: self.need(&table, "updated", Self::day),
            roles: self.list(&table, "roles", Self::post),
            sources: self.list(&table, "sources", Self::source),
        }
    }

    /// A few persons have no known Chinese name; every body has one.
    fn name(&mut self, spot: Spot<'_>, kind: ActorKind) -> Name {
        let table = self.table(spot, &NAME);
        if !table.has("zh") && kind != ActorKind::Person {
            self.missing(&table, "zh", None);
        }
        Name { en: self.need(&table, "en", Self::text), zh: self.may(&table, "zh", Self::text) }
    }

    fn post(&mut self, spot: Spot<'_>) -> Post {
        let table = self.table(spot, &POST);
        Post {
            title: self.need(&table, "title", Self::texts),
            organisation: self.may(&table, "organisation", Self::id),
            from: self.may(&table, "from", Self::edtf),
            to: self.may(&table, "to", Self::edtf),
            note: self.may(&table, "note", Self::texts),
        }
    }
}
