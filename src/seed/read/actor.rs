//! Actors.

use super::reader::{Blank, Reader, Spot};
use crate::domain::actor::{Actor, Name, Post};
use crate::domain::vocab::ActorKind;

const ACTOR: [&str; 8] = ["kind", "side", "name", "born", "roles", "sources", "updated", "former_ids"];
const NAME: [&str; 2] = ["en", "zh"];
const POST: [&str; 5] = ["title", "organisation", "from", "to", "note"];

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
