//! References lead to a record of the right kind, another one, and once.

use std::collections::HashSet;

use super::super::Kind;
use super::super::place::Place;
use super::super::problem::Problem;
use super::All;
use crate::domain::actor::Actor;
use crate::domain::commitment::Commitment;
use crate::domain::event::Event;

/// One record's pointing to another.
struct Reference<'r> {
    kind: Kind,
    id: &'r str,
    list: &'static str,
    index: usize,
    key: &'static str,
}

impl Reference<'_> {
    /// The way to the id.
    fn path(&self) -> String {
        format!("{}[{}].{}", self.list, self.index, self.key)
    }
}

/// Every id that is referred to belongs to a record.
pub(super) fn point_to_a_record(all: &All<'_>, problems: &mut Vec<Problem>) {
    for (_, place, references) in references(all) {
        for reference in references {
            let Reference { kind, id, .. } = reference;
            // A blank was reported when it was read; what is in a torn line nobody knows.
            if !id.is_empty() && !all.has(kind, id) && !all.torn.contains(&kind) {
                let message = format!("there is no {} `{id}`", kind.word());
                problems.push(place.problem(&reference.path(), message, all.hint(kind, id)));
            }
        }
    }
}

/// No record refers to itself.
pub(super) fn do_not_point_to_themselves(all: &All<'_>, problems: &mut Vec<Problem>) {
    for ((own_kind, own_id), place, references) in references(all) {
        for reference in references {
            let Reference { kind, id, .. } = reference;
            if kind == own_kind && id == own_id && !id.is_empty() {
                problems.push(place.problem(&reference.path(), format!("`{id}` refers to itself"), None));
            }
        }
    }
}

/// No list holds the same id with the same relation twice.
pub(super) fn are_given_once(all: &All<'_>, problems: &mut Vec<Problem>) {
    for event in all.whole_events() {
        let Event { actors, commitments, related, .. } = &event.record;
        let place = &event.place;
        once(place, "actors", actors.iter().map(|actor| (&*actor.id, actor.role)), problems);
        once(place, "commitments", commitments.iter().map(|link| (&*link.id, link.relation)), problems);
        once(place, "related", related.iter().map(|link| (&*link.id, link.relation)), problems);
    }
    for commitment in all.whole_commitments() {
        let related = commitment.record.related.iter().map(|link| (&*link.id, link.relation));
        once(&commitment.place, "related", related, problems);
    }
}

fn once<'r, V: Eq + std::hash::Hash + Copy + std::fmt::Display>(
    place: &Place<'_>,
    list: &str,
    links: impl Iterator<Item = (&'r str, V)>,
    problems: &mut Vec<Problem>,
) {
    let mut seen = HashSet::new();
    for (index, (id, relation)) in links.enumerate() {
        if !seen.insert((id, relation)) {
            let message = format!("`{id}` is given twice as `{relation}`");
            problems.push(place.problem(&format!("{list}[{index}]"), message, None));
        }
    }
}

type Referring<'r> = ((Kind, &'r str), &'r Place<'r>, Vec<Reference<'r>>);

fn references<'r>(all: &All<'r>) -> impl Iterator<Item = Referring<'r>> {
    let events = all.events.iter().map(|one| ((Kind::Event, &*one.record.id), &one.place, of_event(&one.record)));
    let actors = all.actors.iter().map(|one| ((Kind::Actor, &*one.record.id), &one.place, of_actor(&one.record)));
    let commitments = all.commitments.iter();
    let commitments =
        commitments.map(|one| ((Kind::Commitment, &*one.record.id), &one.place, of_commitment(&one.record)));
    events.chain(actors).chain(commitments)
}

fn of_event(event: &Event) -> Vec<Reference<'_>> {
    let actors = event.actors.iter().map(|actor| (Kind::Actor, &*actor.id));
    let commitments = event.commitments.iter().map(|link| (Kind::Commitment, &*link.id));
    let related = event.related.iter().map(|link| (Kind::Event, &*link.id));
    let mut found = in_list("actors", "id", actors);
    found.extend(in_list("commitments", "id", commitments));
    found.extend(in_list("related", "id", related));
    found
}

fn of_actor(actor: &Actor) -> Vec<Reference<'_>> {
    let organisations = actor.roles.iter().map(|post| (Kind::Actor, post.organisation.as_deref().unwrap_or_default()));
    in_list("roles", "organisation", organisations)
}

fn of_commitment(commitment: &Commitment) -> Vec<Reference<'_>> {
    let related = commitment.related.iter().map(|link| (Kind::Commitment, &*link.id));
    let events = commitment.history.iter().map(|entry| (Kind::Event, entry.event.as_deref().unwrap_or_default()));
    let mut found = in_list("related", "id", related);
    found.extend(in_list("history", "event", events));
    found
}

fn in_list<'r>(
    list: &'static str,
    key: &'static str,
    ids: impl Iterator<Item = (Kind, &'r str)>,
) -> Vec<Reference<'r>> {
    ids.enumerate().map(|(index, (kind, id))| Reference { kind, id, list, index, key }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{CALL, EVENT, Seeds};
    use super::super::super::load;

    #[test]
    fn every_reference_points_to_a_record_of_its_kind() {
        let cases = [
            (EVENT, "id = \"xi-jinping\"", "id = \"joint-action\"", "17:10 actors[2].id"),
            (EVENT, "id = \"joint-action\"", "id = \"joint-actoin\"", "20:10 commitments[0].id"),
            (EVENT, "id = \"2021-02-10-call\"", "id = \"2021-02-11-call\"", "23:10 related[0].id"),
            (CALL, "id = \"2021-04-22-summit\"", "id = \"xi-jinping\"", "10:19 related[0].id"),
            ("actors/joe-biden.toml", "\"white-house\"", "\"whitehouse\"", "9:16 roles[0].organisation"),
            ("commitments/us-2030.toml", "id = \"cn-peak\"", "id = \"cn-peek\"", "8:10 related[1].id"),
            ("commitments/joint-action.toml", "\"2021-02-10-call\"", "\"2021-02-1-call\"", "11:9 history[0].event"),
        ];
        for (path, from, to, place) in cases {
            let mut seeds = Seeds::valid();
            seeds.edit(path, from, to);
            seeds.expect(&[&format!("{path}:{place}")]);
        }
    }

    #[test]
    fn the_hint_is_the_nearest_id_or_the_present_one() {
        let hint = |to: &str| {
            let mut seeds = Seeds::valid();
            seeds.edit("actors/xi-jinping.toml", "born", "former_ids = [\"chairman-xi\"]\nborn");
            seeds.edit(EVENT, "id = \"xi-jinping\"", &format!("id = \"{to}\""));
            load(&seeds.files()).unwrap_err()[0].hint.clone()
        };
        assert_eq!(hint("xi-jingping").as_deref(), Some("did you mean `xi-jinping`?"));
        assert_eq!(hint("chairman-xi").as_deref(), Some("its id is now `xi-jinping`"));
        assert_eq!(hint("somebody-else"), None);
    }

    #[test]
    fn references_to_a_record_with_other_faults_are_right() {
        let mut seeds = Seeds::valid();
        seeds.edit("actors/xi-jinping.toml", "side = \"CN\"", "side = \"CM\"");
        seeds.expect(&["actors/xi-jinping.toml:2:8 side"]);
    }

    #[test]
    fn no_record_refers_to_itself() {
        let cases = [
            (EVENT, "id = \"2021-02-10-call\"", "id = \"2021-04-17-shanghai-joint-statement\"", "23:10 related[0].id"),
            ("actors/joe-biden.toml", "\"white-house\"", "\"joe-biden\"", "9:16 roles[0].organisation"),
            ("commitments/us-2030.toml", "id = \"joint-action\"", "id = \"us-2030\"", "7:10 related[0].id"),
        ];
        for (path, from, to, place) in cases {
            let mut seeds = Seeds::valid();
            seeds.edit(path, from, to);
            seeds.expect(&[&format!("{path}:{place}")]);
        }
    }

    #[test]
    fn a_reference_is_given_once_with_a_relation() {
        let cases = [
            (EVENT, "role = \"signatory\", post = \"Vice President\"", "role = \"participant\"", "16:3 actors[1]"),
            (
                EVENT,
                "relation = \"reaffirms\" },",
                "relation = \"reaffirms\" },\n  { id = \"joint-action\", relation = \"reaffirms\" },",
                "21:3 commitments[1]",
            ),
            (
                EVENT,
                "relation = \"follows-up\" },",
                "relation = \"follows-up\" }, { id = \"2021-02-10-call\", relation = \"follows-up\" },",
                "23:56 related[1]",
            ),
            (
                "commitments/us-2030.toml",
                "{ id = \"cn-peak\", relation = \"mirrors\" }",
                "{ id = \"joint-action\", relation = \"part-of\" }",
                "8:3 related[1]",
            ),
        ];
        for (path, from, to, place) in cases {
            let mut seeds = Seeds::valid();
            seeds.edit(path, from, to);
            seeds.expect(&[&format!("{path}:{place}")]);
        }
    }

    #[test]
    fn another_relation_to_the_same_record_is_another_thing() {
        let mut seeds = Seeds::valid();
        seeds.edit(
            EVENT,
            "relation = \"reaffirms\" },",
            "relation = \"reaffirms\" }, { id = \"joint-action\", relation = \"reports\" },",
        );
        seeds.expect(&[]);
    }
}
