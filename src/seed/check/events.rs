//! Events beside their actors and other events.

use super::super::problem::Problem;
use super::super::suggest;
use super::{All, warning};
use crate::domain::vocab::EventRelation;

/// Beyond this an event is more likely a slip of the pen in a year.
const LONGEST_DAYS: i64 = 400;

/// A participant's `post` is the English title of one of the actor's roles.
pub(super) fn participants_hold_their_posts(all: &All<'_>, problems: &mut Vec<Problem>) {
    for event in all.whole_events() {
        for (index, participant) in event.record.actors.iter().enumerate() {
            let (Some(post), Some(actor)) = (&participant.post, all.whole_actor(&participant.id)) else { continue };
            let titles: Vec<&str> = actor.roles.iter().map(|role| &*role.title.en).collect();
            if !titles.contains(&&**post) {
                let message = format!("`{}` has no role with the English title `{post}`", participant.id);
                let hint = suggest::did_you_mean(post, titles);
                problems.push(event.place.problem(&format!("actors[{index}].post"), message, hint));
            }
        }
    }
}

/// A relation is stored on the later event; only `prepares` points forward.
pub(super) fn relations_stand_on_the_later_event(all: &All<'_>, problems: &mut Vec<Problem>) {
    for event in all.whole_events() {
        for (index, link) in event.record.related.iter().enumerate() {
            let Some(other) = all.whole_event(&link.id) else { continue };
            let (own, its) = (event.record.date.start(), other.date.start());
            let message = match link.relation {
                EventRelation::Prepares if its < own => {
                    format!("`prepares` points to an earlier event: `{}` began on {its}", link.id)
                }
                EventRelation::Prepares => continue,
                // A coarse date may be any of its days, so only what begins after the last of them is later.
                relation if its > event.record.date.end() => {
                    format!("`{relation}` points to a later event: `{}` began on {its}", link.id)
                }
                _ => continue,
            };
            let hint = "a relation stands on the later event; only `prepares` points to a later one";
            problems.push(event.place.problem(&format!("related[{index}].id"), message, Some(hint.to_owned())));
        }
    }
}

/// An event that lasts longer than a year is looked at again.
pub(super) fn are_not_overlong(all: &All<'_>, problems: &mut Vec<Problem>) {
    for event in all.whole_events() {
        let days = event.record.date.end().days_since(event.record.date.start()) + 1;
        if days > LONGEST_DAYS {
            problems.push(warning(event.place.problem("date", format!("the event spans {days} days"), None)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{BIDEN, CALL, EVENT, JOINT, Seeds};

    #[test]
    fn a_post_is_one_of_the_actors_own() {
        let mut seeds = Seeds::valid();
        seeds.edit(EVENT, "post = \"Vice President\"", "post = \"Vice president\"");
        seeds.expect(&[&format!("{EVENT}:16:50 actors[1].post")]);
    }

    #[test]
    fn a_relation_points_back_in_time() {
        let mut seeds = Seeds::valid();
        seeds.edit(CALL, "relation = \"prepares\"", "relation = \"follows-up\"");
        seeds.expect(&[&format!("{CALL}:10:19 related[0].id")]);
    }

    #[test]
    fn prepares_points_forward() {
        let mut seeds = Seeds::valid();
        seeds.edit(EVENT, "relation = \"follows-up\"", "relation = \"prepares\"");
        seeds.expect(&[&format!("{EVENT}:23:10 related[0].id")]);
    }

    #[test]
    fn events_of_one_day_may_point_either_way() {
        for relation in ["prepares", "follows-up", "part-of"] {
            let mut seeds = Seeds::valid();
            seeds.edit(CALL, "date = \"2021-02-10\"", "date = \"2021-04-22\"");
            seeds.edit(JOINT, "date = \"2021-02-10\"", "date = \"2021-04-22\"");
            seeds.edit(CALL, "relation = \"prepares\"", &format!("relation = \"{relation}\""));
            seeds.edit(
                EVENT,
                "id = \"2021-02-10-call\", relation = \"follows-up\"",
                "id = \"2021-04-22-summit\", relation = \"prepares\"",
            );
            seeds.expect(&[]);
        }
    }

    #[test]
    fn a_coarse_date_may_lie_after_a_day_within_it() {
        let mut seeds = Seeds::valid();
        // The call's year begins before the event that it follows up, and ends after it.
        seeds.edit(BIDEN, "from = \"2021-01-20\"", "from = \"2021\"");
        seeds.edit(CALL, "date = \"2021-02-10\"", "date = \"2021\"");
        seeds.edit(CALL, "relation = \"prepares\"", "relation = \"follows-up\"");
        seeds.expect(&[]);
    }

    #[test]
    fn a_very_long_event_is_a_warning() {
        let mut seeds = Seeds::valid();
        seeds.edit(EVENT, "date = \"2021-04-14/2021-04-17\"", "date = \"2021-04-14/2022-05-19\"");
        seeds.expect(&[&format!("{EVENT}:1:8 date")]);
        assert!(super::super::super::load(&seeds.files()).is_ok());
        seeds.edit(EVENT, "2022-05-19", "2022-05-18");
        seeds.expect(&[]);
    }
}
