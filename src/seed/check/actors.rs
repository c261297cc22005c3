//! Actors and their posts.

use super::super::problem::Problem;
use super::All;

/// A post begins before it ends.
pub(super) fn posts_begin_before_they_end(all: &All<'_>, problems: &mut Vec<Problem>) {
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
