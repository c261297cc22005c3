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

#[cfg(test)]
mod tests {
    use super::super::super::fixture::Seeds;

    #[test]
    fn a_post_begins_before_it_ends() {
        let mut seeds = Seeds::valid();
        seeds.edit("actors/joe-biden.toml", "from = \"2009-01-20\"", "from = \"2017-01-31\"");
        seeds.expect(&[]);
        seeds.edit("actors/joe-biden.toml", "from = \"2017-01-31\"", "from = \"2017-02\"");
        seeds.expect(&["actors/joe-biden.toml:15:8 roles[1].from"]);
    }
}
