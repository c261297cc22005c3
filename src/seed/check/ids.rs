//! Ids are one record's alone, now and in the past.

use std::collections::HashMap;

use super::super::Kind;
use super::super::problem::Problem;
use super::All;

/// An id given twice is reported at both places.
pub(super) fn are_unique(all: &All<'_>, problems: &mut Vec<Problem>) {
    for kind in Kind::ALL {
        for namesakes in all.identities(kind).chunk_by(|a, b| a.id == b.id) {
            if namesakes.len() < 2 || namesakes[0].id.is_empty() {
                continue;
            }
            for (index, one) in namesakes.iter().enumerate() {
                // The next one, in a circle: of two, each names the other.
                let other = namesakes[(index + 1) % namesakes.len()].place;
                let message = format!("the {} id `{}` is given twice", kind.word(), one.id);
                let hint = format!("also in {} line {}", other.file, other.first_line);
                problems.push(one.place.problem("id", message, Some(hint)));
            }
        }
    }
}

/// A former id must lead to one record.
pub(super) fn former_ids_are_free(all: &All<'_>, problems: &mut Vec<Problem>) {
    for kind in Kind::ALL {
        let mut taken: HashMap<&str, &str> = HashMap::new();
        for one in all.identities(kind) {
            for (index, former) in one.former_ids.iter().enumerate().filter(|(_, former)| !former.is_empty()) {
                let message = if all.has(kind, former) {
                    format!("the former id `{former}` is the id of a record")
                } else if let Some(owner) = taken.insert(former, one.id) {
                    format!("the former id `{former}` is one of `{owner}` already")
                } else {
                    continue;
                };
                problems.push(one.place.problem(&format!("former_ids[{index}]"), message, None));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::Seeds;

    #[test]
    fn an_id_given_twice_is_reported_at_both_places() {
        let mut seeds = Seeds::valid();
        let line = seeds.as_ndjson("actors/joe-biden.toml");
        seeds.put("actors.ndjson", format!("\n{line}\n"));
        seeds.expect(&["actors.ndjson:2:7 id", "actors/joe-biden.toml:1:1 id"]);
    }

    #[test]
    fn a_former_id_must_not_be_in_use() {
        let mut seeds = Seeds::valid();
        seeds.edit("actors/joe-biden.toml", "born =", "former_ids = [\"joseph-biden\", \"xi-jinping\"]\nborn =");
        seeds.expect(&["actors/joe-biden.toml:4:31 former_ids[1]"]);
    }

    #[test]
    fn a_former_id_leads_to_one_record() {
        let mut seeds = Seeds::valid();
        seeds.edit("actors/joe-biden.toml", "born =", "former_ids = [\"old\"]\nborn =");
        seeds.edit("actors/xi-jinping.toml", "born =", "former_ids = [\"older\", \"old\"]\nborn =");
        seeds.expect(&["actors/xi-jinping.toml:4:24 former_ids[1]"]);
    }
}
