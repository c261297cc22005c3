//! Posts and who holds them when.

use super::super::place::Place;
use super::super::problem::Problem;
use super::{All, warning};
use crate::domain::actor::Post;
use crate::domain::vocab::seats::{SEATS, Seat};
use crate::domain::vocab::{ActorKind, Role};

/// A holder of a seat.
struct Tenure<'r> {
    holder: &'r str,
    place: &'r Place<'r>,
    index: usize,
    post: &'r Post,
}

/// A post begins before it ends.
pub(super) fn begin_before_they_end(all: &All<'_>, problems: &mut Vec<Problem>) {
    for actor in all.whole_actors() {
        for (index, post) in actor.record.roles.iter().enumerate() {
            if let (Some(from), Some(to)) = (post.from, post.to)
                && post.first_day() > post.last_day()
            {
                let message = format!("the post ends ({to}) before it begins ({from})");
                problems.push(actor.place.problem(&format!("roles[{index}].from"), message, None));
            }
        }
    }
}

/// A single seat is held by one at a time. Of two, the one that begins later is reported.
pub(super) fn of_a_single_seat_do_not_overlap(all: &All<'_>, problems: &mut Vec<Problem>) {
    for seat in SEATS {
        let tenures = in_order(all, seat);
        for (index, later) in tenures.iter().enumerate() {
            for earlier in tenures[..index].iter().filter(|earlier| overlap(earlier.post, later.post)) {
                let until = earlier.post.to.map_or_else(|| "now".to_owned(), |to| to.to_string());
                let message = format!("`{}` holds the same post until {until}", earlier.holder);
                let hint = "a handover may share its day, or its month or year where no more is known".to_owned();
                problems.push(later.place.problem(&format!("roles[{}].from", later.index), message, Some(hint)));
            }
        }
    }
}

fn in_order<'r>(all: &All<'r>, seat: &Seat) -> Vec<Tenure<'r>> {
    let mut tenures = Vec::new();
    for actor in all.whole_actors() {
        for (index, post) in actor.record.roles.iter().enumerate().filter(|(_, post)| seat.is(post)) {
            tenures.push(Tenure { holder: &actor.record.id, place: &actor.place, index, post });
        }
    }
    tenures.sort_by_key(|tenure| tenure.post.first_day());
    tenures
}

/// Whether a tenure began, by its latest reading, before the earlier one ended, by its earliest.
///
/// An end that is left out means that the post is still held; a beginning that is left out is not known.
fn overlap(earlier: &Post, later: &Post) -> bool {
    let Some(from) = later.from else { return false };
    earlier.to.is_none_or(|to| from.end() < to.start())
}

/// One of a participant's known posts covers the day.
///
/// An appointee's post is yet to come.
pub(super) fn cover_the_days_of_their_events(all: &All<'_>, problems: &mut Vec<Problem>) {
    for event in all.whole_events() {
        let day = event.record.date.start();
        for (index, participant) in event.record.actors.iter().enumerate() {
            let Some(actor) = all.whole_actor(&participant.id) else { continue };
            let person = actor.kind == ActorKind::Person;
            let known = person && actor.roles.iter().any(|post| post.from.is_some() || post.to.is_some());
            let apart = participant.post.is_some() || participant.role == Role::Appointee;
            if known && !apart && actor.post_on(day).is_none() {
                let message = format!("no post of `{}` covers {day}", participant.id);
                let hint = "add the post held that day to the actor, if there was one".to_owned();
                problems.push(warning(event.place.problem(&format!("actors[{index}].id"), message, Some(hint))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{BIDEN, CALL, EVENT, Seeds, XI};

    #[test]
    fn a_post_begins_before_it_ends() {
        let mut seeds = Seeds::valid();
        seeds.edit(BIDEN, "from = \"2009-01-20\"", "from = \"2017-01-31\"");
        seeds.expect(&[]);
        seeds.edit(BIDEN, "from = \"2017-01-31\"", "from = \"2017-02\"");
        seeds.expect(&[&format!("{BIDEN}:15:8 roles[1].from")]);
    }

    /// Biden as president, and another one with this tenure.
    fn with_another_president(tenure: &str) -> Seeds {
        let mut seeds = Seeds::valid();
        seeds.edit(BIDEN, "{ en = \"President\",", "{ en = \"President of the United States\",");
        let post =
            format!("[[roles]]\ntitle = {{ en = \"President of the United States\", zh = \"美国总统\" }}\n{tenure}\n");
        let actor =
            "kind = \"person\"\nside = \"US\"\nname = { en = \"Other\", zh = \"另一人\" }\nupdated = \"2026-11-24\"";
        let source = "sources = [{ url = \"https://example.org/o\", publisher = \"AP\", title = \"O\", lang = \"en\", kind = \"news\" }]";
        seeds.put("actors/other.toml", format!("{actor}\n{source}\n{post}"));
        seeds
    }

    #[test]
    fn a_single_seat_is_held_by_one_at_a_time() {
        for tenure in [
            "to = \"2021-01-20\"",
            "from = \"2017-01-20\"\nto = \"2021-01-20\"",
            "from = \"2017\"\nto = \"2021\"",
            "from = \"2017\"\nto = \"2021-01\"",
            "from = \"2025-01-20\"",
            "from = \"2025\"",
        ] {
            with_another_president(tenure).expect(&[]);
        }
        for tenure in ["from = \"2025-01-19\"", "from = \"2024\"", "from = \"2021-02\"\nto = \"2021-03\""] {
            with_another_president(tenure).expect(&["actors/other.toml:8:8 roles[0].from"]);
        }
        for tenure in ["from = \"2017\"", "from = \"2017\"\nto = \"2021-02\"", "to = \"2021-01-21\""] {
            with_another_president(tenure).expect(&[&format!("{BIDEN}:10:8 roles[0].from")]);
        }
    }

    #[test]
    fn a_seat_of_a_body_is_that_bodys_alone() {
        let mut seeds = with_another_president("from = \"2022\"");
        seeds.edit("actors/other.toml", "en = \"President of the United States\"", "en = \"Premier\"");
        seeds.edit(BIDEN, "{ en = \"President of the United States\",", "{ en = \"Premier\",");
        seeds.expect(&[]);
    }

    #[test]
    fn a_participant_whose_posts_do_not_cover_the_day_is_a_warning() {
        let mut seeds = Seeds::valid();
        seeds.edit(BIDEN, "from = \"2021-01-20\"", "from = \"2021-02-11\"");
        seeds.expect(&[&format!("{CALL}:8:18 actors[0].id")]);
        assert!(super::super::super::load(&seeds.files()).is_ok());
        seeds.edit(CALL, "role = \"participant\"", "role = \"participant\", post = \"Vice President\"");
        seeds.expect(&[]);
        seeds.edit(CALL, "role = \"participant\", post = \"Vice President\"", "role = \"appointee\"");
        seeds.expect(&[]);
    }

    #[test]
    fn a_post_without_dates_covers_every_day() {
        let mut seeds = Seeds::valid();
        seeds.edit(XI, "updated", "roles = [{ title = { en = \"Head\", zh = \"首脑\" } }]\nupdated");
        seeds.expect(&[]);
        seeds.edit(XI, "zh = \"首脑\" } }]", "zh = \"首脑\" }, from = \"2022\" }]");
        seeds.expect(&[&format!("{EVENT}:17:10 actors[2].id")]);
    }
}
