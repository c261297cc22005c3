//! Relations between records of one kind: no circles, nothing told from both ends, nothing before its time.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::place::Place;
use super::super::problem::Problem;
use super::All;
use crate::domain::commitment::Commitment;
use crate::domain::date::Day;
use crate::domain::vocab::{Change, Lineage, Party, Vocabulary as _};

/// One record's relation to another of its kind.
struct Link<'r> {
    from: &'r str,
    to: &'r str,
    relation: &'static str,
    index: usize,
    place: &'r Place<'r>,
}

impl Link<'_> {
    fn path(&self, key: &str) -> String {
        format!("related[{}].{key}", self.index)
    }
}

fn between_events<'r>(all: &All<'r>) -> Vec<Link<'r>> {
    let links = all.whole_events().flat_map(|event| {
        event.record.related.iter().enumerate().map(|(index, link)| Link {
            from: &event.record.id,
            to: &link.id,
            relation: link.relation.word(),
            index,
            place: &event.place,
        })
    });
    links.collect()
}

fn between_commitments<'r>(all: &All<'r>) -> Vec<Link<'r>> {
    let links = all.whole_commitments().flat_map(|commitment| {
        commitment.record.related.iter().enumerate().map(|(index, link)| Link {
            from: &commitment.record.id,
            to: &link.id,
            relation: link.relation.word(),
            index,
            place: &commitment.place,
        })
    });
    links.collect()
}

/// No relation leads back to where it began. A circle is reported once, on its first record by id.
pub(super) fn do_not_go_in_circles(all: &All<'_>, problems: &mut Vec<Problem>) {
    for links in [between_events(all), between_commitments(all)] {
        let relations: BTreeSet<&str> = links.iter().map(|link| link.relation).collect();
        for relation in relations {
            if relation != Lineage::Mirrors.word() {
                circles(relation, &links, problems);
            }
        }
    }
}

fn circles(relation: &str, links: &[Link<'_>], problems: &mut Vec<Problem>) {
    let links: Vec<&Link<'_>> = links.iter().filter(|link| link.relation == relation).collect();
    let mut steps: HashMap<&str, Vec<&str>> = HashMap::new();
    for link in &links {
        steps.entry(link.from).or_default().push(link.to);
    }
    for link in &links {
        // What points to itself is another rule's.
        if link.from != link.to
            && let Some(circle) = way_back(link.from, link.to, &steps)
        {
            let message = format!("`{relation}` leads in a circle: {}", circle.join(", "));
            problems.push(link.place.problem(&link.path("id"), message, None));
        }
    }
}

/// The way from `first` over `next` back to `first`, over ids that come after it.
fn way_back<'r>(first: &'r str, next: &'r str, steps: &HashMap<&str, Vec<&'r str>>) -> Option<Vec<&'r str>> {
    let mut came_from: HashMap<&str, &str> = HashMap::new();
    let mut open = vec![next];
    let mut seen = HashSet::from([next]);
    while let Some(at) = open.pop().filter(|_| next > first) {
        for &id in steps.get(at).into_iter().flatten() {
            if id == first {
                let mut way = vec![first, at];
                let mut last = at;
                while let Some(earlier) = came_from.get(last) {
                    way.push(earlier);
                    last = earlier;
                }
                way[1..].reverse();
                way.push(first);
                return Some(way);
            }
            if id > first && seen.insert(id) {
                came_from.insert(id, at);
                open.push(id);
            }
        }
    }
    None
}

/// How two records stand to each other is told from one end. The record that comes later by id is reported.
pub(super) fn are_told_from_one_end(all: &All<'_>, problems: &mut Vec<Problem>) {
    for links in [between_events(all), between_commitments(all)] {
        let told: HashMap<(&str, &str), &str> =
            links.iter().map(|link| ((link.from, link.to), link.relation)).collect();
        for link in links.iter().filter(|link| link.from > link.to) {
            // The same relation both ways is a circle, or a mirror on the wrong record.
            if let Some(back) = told.get(&(link.to, link.from)).filter(|back| **back != link.relation) {
                let message = format!("`{}` says `{back}` of this record already", link.to);
                let hint = "say it on one of the two: the other direction is shown without being stored";
                problems.push(link.place.problem(&link.path("id"), message, Some(hint.to_owned())));
            }
        }
    }
}

/// The first day on which a commitment stood, by a coarse date as early and as late as it may have been.
fn first_made(commitment: &Commitment) -> Option<(Day, Day)> {
    let first = commitment.history.iter().map(|entry| entry.date).min_by_key(|date| (date.start(), date.end()))?;
    Some((first.start(), first.end()))
}

/// What takes another's place or goes further than it was not made before it.
pub(super) fn successors_come_later(all: &All<'_>, problems: &mut Vec<Problem>) {
    for commitment in all.whole_commitments() {
        for (index, link) in commitment.record.related.iter().enumerate() {
            if !matches!(link.relation, Lineage::Supersedes | Lineage::Strengthens) {
                continue;
            }
            let earlier = all.whole_commitment(&link.id).and_then(first_made);
            if let (Some((_, own)), Some((its, _))) = (first_made(&commitment.record), earlier)
                && own < its
            {
                let message =
                    format!("`{}` points to a later commitment: `{}` dates from {its}", link.relation, link.id);
                let hint = format!("this one dates from {own}; the later one says what it does to the earlier");
                problems.push(commitment.place.problem(&format!("related[{index}].id"), message, Some(hint)));
            }
        }
    }
}

/// The history of what was superseded says so.
pub(super) fn what_is_superseded_says_so(all: &All<'_>, problems: &mut Vec<Problem>) {
    for commitment in all.whole_commitments() {
        for (index, link) in commitment.record.related.iter().enumerate() {
            let Some(other) = all.whole_commitment(&link.id) else { continue };
            let says_so = other.history.iter().any(|entry| entry.change == Change::Superseded);
            if link.relation == Lineage::Supersedes && !says_so {
                let message = format!("the history of `{}` does not say that it was superseded", link.id);
                let hint = "add an entry with `change = \"superseded\"` to it".to_owned();
                problems.push(commitment.place.problem(&format!("related[{index}].id"), message, Some(hint)));
            }
        }
    }
}

/// `mirrors` joins a promise of each side, and is stored once.
pub(super) fn mirrors_stand_on_the_us_record(all: &All<'_>, problems: &mut Vec<Problem>) {
    for commitment in all.whole_commitments() {
        for (index, link) in commitment.record.related.iter().enumerate() {
            let Some(other) = all.whole_commitment(&link.id).filter(|_| link.relation == Lineage::Mirrors) else {
                continue;
            };
            if (commitment.record.party, other.party) != (Party::Us, Party::Cn) {
                let message = "`mirrors` is stored on the US record and points to China's".to_owned();
                let hint = format!("`{}` is a commitment of {}", link.id, other.party);
                problems.push(commitment.place.problem(&format!("related[{index}].relation"), message, Some(hint)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{CALL, CN, EVENT, JOINT, Seeds, US};
    use super::super::super::load;
    use super::*;

    #[test]
    fn a_circle_is_reported_once_on_its_first_record() {
        let related = |id: &str| format!("related = [{{ id = \"{id}\", relation = \"part-of\" }}]\nupdated");
        let mut seeds = Seeds::valid();
        seeds.edit(US, "{ id = \"cn-peak\", relation = \"mirrors\" },", "");
        seeds.edit(CN, "updated", &related("joint-action"));
        seeds.expect(&[]);
        seeds.edit(JOINT, "updated", &related("us-2030"));
        seeds.expect(&[&format!("{JOINT}:6:19 related[0].id")]);
        seeds.edit(US, "id = \"joint-action\"", "id = \"cn-peak\"");
        seeds.expect(&[&format!("{CN}:6:19 related[0].id")]);
        let problems = load(&seeds.files()).unwrap_err();
        assert!(problems[0].message.ends_with(": cn-peak, joint-action, us-2030, cn-peak"), "{}", problems[0]);
    }

    #[test]
    fn no_relation_goes_in_a_circle() {
        for relation in Lineage::ALL.iter().filter(|relation| **relation != Lineage::Mirrors) {
            let mut seeds = Seeds::valid();
            // All of one day, each superseded: nothing but the circle is wrong.
            seeds.edit(CN, "date = \"2020-09-22\"", "date = \"2021-02-10\"");
            let superseded = "[[history]]\ndate = \"2035\"\nchange = \"superseded\"\nevent = \"2021-02-10-call\"\n";
            for path in [CN, JOINT] {
                let text = seeds.remove(path);
                seeds.put(path, format!("{text}\n{superseded}"));
            }
            seeds.edit(
                CALL,
                "{ id = \"joint-action\",",
                "{ id = \"cn-peak\", relation = \"reports\" }, { id = \"joint-action\",",
            );
            let related = |id: &str| format!("related = [{{ id = \"{id}\", relation = \"{relation}\" }}]\nupdated");
            seeds.edit(CN, "updated", &related("joint-action"));
            seeds.expect(&[]);
            seeds.edit(JOINT, "updated", &related("cn-peak"));
            seeds.expect(&[&format!("{CN}:6:19 related[0].id")]);
        }
    }

    #[test]
    fn how_two_records_stand_is_told_from_one_end() {
        let mut seeds = Seeds::valid();
        seeds.edit(CALL, "id = \"2021-04-22-summit\"", "id = \"2021-04-17-shanghai-joint-statement\"");
        seeds.expect(&[&format!("{EVENT}:23:10 related[0].id")]);
        let mut seeds = Seeds::valid();
        seeds.edit(JOINT, "updated", "related = [{ id = \"us-2030\", relation = \"implements\" }]\nupdated");
        seeds.expect(&[&format!("{US}:7:10 related[0].id")]);
    }

    #[test]
    fn a_successor_comes_later() {
        for relation in ["supersedes", "strengthens"] {
            let mut seeds = Seeds::valid();
            let superseded = "[[history]]\ndate = \"2035\"\nchange = \"superseded\"\nevent = \"2021-02-10-call\"\n";
            let text = seeds.remove(JOINT);
            seeds.put(JOINT, format!("{text}\n{superseded}"));
            seeds.edit(US, "relation = \"part-of\"", &format!("relation = \"{relation}\""));
            seeds.expect(&[]);
            seeds.edit(US, "date = \"2021-04-22\"", "date = \"2021-02-10\"");
            seeds.expect(&[]);
            seeds.edit(US, "date = \"2021-02-10\"", "date = \"2021-02\"");
            seeds.expect(&[]);
            seeds.edit(US, "date = \"2021-02\"", "date = \"2021-02-09\"");
            seeds.expect(&[&format!("{US}:7:10 related[0].id")]);
        }
    }

    #[test]
    fn the_history_of_what_is_superseded_says_so() {
        let mut seeds = Seeds::valid();
        seeds.edit(US, "relation = \"part-of\"", "relation = \"supersedes\"");
        seeds.expect(&[&format!("{US}:7:10 related[0].id")]);
    }

    #[test]
    fn mirrors_stand_on_the_us_record_and_point_to_chinas() {
        let mut seeds = Seeds::valid();
        seeds.edit(US, "  { id = \"cn-peak\", relation = \"mirrors\" },\n", "");
        seeds.edit(CN, "updated", "related = [{ id = \"us-2030\", relation = \"mirrors\" }]\nupdated");
        seeds.expect(&[&format!("{CN}:6:41 related[0].relation")]);
        let mut seeds = Seeds::valid();
        seeds.edit(US, "relation = \"part-of\"", "relation = \"mirrors\"");
        seeds.expect(&[&format!("{US}:7:37 related[0].relation")]);
    }

    #[test]
    fn events_of_one_day_do_not_follow_each_other_up() {
        let mut seeds = Seeds::valid();
        seeds.edit(CALL, "date = \"2021-02-10\"", "date = \"2021-04-14\"");
        seeds.edit(JOINT, "date = \"2021-02-10\"", "date = \"2021-04-14\"");
        seeds.edit(CALL, "relation = \"prepares\"", "relation = \"part-of\"");
        seeds.edit(EVENT, "relation = \"follows-up\"", "relation = \"part-of\"");
        seeds.expect(&[&format!("{CALL}:10:19 related[0].id")]);
    }
}
