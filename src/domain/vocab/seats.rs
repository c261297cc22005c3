//! Posts that one person holds at a time.
//!
//! A post is known by its English title. Where bodies share a title (there are many premiers), its organisation must
//! be the one named here as well. To add a post, add a row; titles that followed one another on one chair share it.

use crate::domain::actor::Post;

/// A post with a single holder.
#[derive(Debug)]
pub struct Seat {
    /// The titles that it goes or went by, in English.
    pub titles: &'static [&'static str],
    /// The body that it belongs to, where the titles alone do not tell.
    pub organisation: Option<&'static str>,
}

impl Seat {
    /// Whether a post is this one.
    #[must_use]
    pub fn is(&self, post: &Post) -> bool {
        self.titles.contains(&&*post.title.en)
            && self.organisation.is_none_or(|body| post.organisation.as_deref() == Some(body))
    }
}

const fn seat(organisation: &'static str, titles: &'static [&'static str]) -> Seat {
    Seat { titles, organisation: Some(organisation) }
}

const fn titled(titles: &'static [&'static str]) -> Seat {
    Seat { titles, organisation: None }
}

/// Every post of which is known that it has one holder.
pub const SEATS: &[Seat] = &[
    titled(&["President of the United States"]),
    titled(&["President-elect of the United States"]),
    titled(&["Vice President of the United States"]),
    seat("us-state-department", &["Secretary of State"]),
    seat("us-treasury", &["Secretary of the Treasury"]),
    seat("us-energy-department", &["Secretary of Energy"]),
    titled(&["Secretary of Commerce"]),
    titled(&["US Trade Representative", "United States Trade Representative"]),
    seat("us-epa", &["Administrator, Environmental Protection Agency"]),
    titled(&["National Security Advisor"]),
    titled(&["National Climate Advisor"]),
    seat("us-state-department", &["Special Envoy for Climate Change", "Special Presidential Envoy for Climate"]),
    titled(&["Senior Adviser to the President for International Climate Policy"]),
    seat("us-state-department", &["US Ambassador to China", "Ambassador to China"]),
    seat("us-state-department", &["US Ambassador to the United Nations"]),
    titled(&["Speaker of the House of Representatives"]),
    titled(&["Senate Majority Leader"]),
    titled(&["Governor of California"]),
    titled(&["President of China"]),
    titled(&["Vice President of China"]),
    titled(&["General Secretary of the Communist Party of China"]),
    seat("cn-state-council", &["Premier"]),
    seat("cn-state-council", &["Executive Vice Premier"]),
    seat("cn-cpc-central-committee", &["Director, Office of the Central Commission for Foreign Affairs"]),
    seat("cn-mfa", &["Minister of Foreign Affairs"]),
    seat("cn-mfa", &["Ambassador to the United States"]),
    seat("cn-mfa", &["Permanent Representative to the United Nations"]),
    seat("cn-mfa", &["Special Representative for Climate Change Negotiations, Foreign Ministry"]),
    seat("china", &["Special Representative for Climate Change Affairs", "Special Envoy for Climate Change"]),
    seat("cn-ndrc", &["Chairman, National Development and Reform Commission"]),
    seat("cn-nea", &["Administrator, National Energy Administration"]),
    seat("cn-most", &["Minister of Science and Technology"]),
    seat("cn-mee", &["Minister of Ecology and Environment"]),
    seat(
        "cn-sepa-mep",
        &[
            "Administrator, National Environmental Protection Agency",
            "Minister, State Environmental Protection Administration",
            "Minister, State Environmental Protection Administration, then Ministry of Environmental Protection",
            "Minister of Environmental Protection",
        ],
    ),
    titled(&["UN Secretary-General"]),
    seat(
        "unfccc",
        &["Executive Secretary, UN Framework Convention on Climate Change", "Executive Secretary of UN Climate Change"],
    ),
    titled(&["Executive Director of the International Energy Agency"]),
    titled(&["Chancellor of Germany"]),
    titled(&["President of Brazil"]),
    titled(&["President of France"]),
    titled(&["Prime Minister of Australia"]),
    titled(&["Prime Minister of the United Kingdom"]),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::seed;

    #[test]
    fn a_title_of_a_body_is_one_seat() {
        let mut seen = HashSet::new();
        for Seat { titles, organisation } in SEATS {
            for title in *titles {
                assert!(seen.insert((title, organisation)), "{title}");
            }
        }
    }

    #[test]
    fn the_bodies_are_in_the_record_and_nearly_every_seat_is_held() {
        let dataset = seed::load(&seed::built_in()).unwrap().dataset;
        let held = |seat: &Seat| dataset.actors.iter().flat_map(|actor| &actor.roles).any(|post| seat.is(post));
        for seat in SEATS {
            assert!(seat.organisation.is_none_or(|body| dataset.actor(body).is_some()), "{seat:?}");
        }
        let empty: Vec<_> = SEATS.iter().filter(|seat| !held(seat)).map(|seat| seat.titles[0]).collect();
        assert_eq!(empty, ["Ambassador to the United States"]);
    }
}
