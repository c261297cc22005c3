//! What stood on twenty-two days, argued: each answer names the event that made it so and an address where that can be
//! read. The rest of the history is held to the contract in [`crate::standing`]; here the history itself is.

use climate_timeline::domain::commitment::{Commitment, Entry};
use climate_timeline::domain::dataset::Dataset;
use climate_timeline::domain::date::Day;
use climate_timeline::domain::vocab::Change;

use crate::support::{self, Client, each, one};

/// A day, what stood on it and what was not made yet.
struct On {
    day: &'static str,
    stand: Vec<Answer>,
    not_yet: Vec<&'static str>,
}

/// What a commitment's standing was, and what shows it.
struct Answer {
    id: &'static str,
    status: &'static str,
    since: &'static str,
    event: Option<&'static str>,
    url: &'static str,
}

/// Reads `days.txt`, which says itself how it is written.
fn days() -> Vec<On> {
    include_str!("days.txt").split("\n\n").skip(1).map(on).collect()
}

fn on(paragraph: &'static str) -> On {
    let (first, rest) = paragraph.split_once('\n').expect("answers below the day");
    let (last, stand): (Vec<_>, Vec<_>) = rest.lines().partition(|line| line.starts_with("  not yet:"));
    let not_yet = last.iter().flat_map(|line| line["  not yet:".len()..].split_whitespace()).collect();
    On { day: first.split_once(' ').expect("a day").0, stand: stand.into_iter().map(answer).collect(), not_yet }
}

fn answer(line: &'static str) -> Answer {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [id, status, since, event, url] = words[..] else { panic!("five words: {line}") };
    Answer { id, status, since, event: (event != "-").then_some(event), url }
}

#[tokio::test]
async fn commitments_stand_on_each_day_as_the_sources_say() {
    let (client, dataset, days) = (Client::new().await, support::dataset(), days());
    assert!(days.len() >= 20, "{}", days.len());
    for On { day, stand, not_yet } in days {
        let listed = client.ok(&format!("/v1/commitments?as_of={day}&limit=500&fields=status,status_since")).await;
        for answer in stand {
            let Answer { id, status, since, .. } = answer;
            let data = one(&listed["data"], "id", id);
            assert_eq!((&data["status"], &data["status_since"]), (&status.into(), &since.into()), "{id} on {day}");
            assert!(is_argued(&dataset, &answer), "{id} since {since}: no entry with this event and this source");
        }
        for id in not_yet {
            assert!(dataset.commitment(id).is_some(), "{id}");
            assert!(!each(&listed["data"], "id").contains(&id), "{id} was not made by {day}");
        }
    }
}

/// An entry of that day rests on the event, and the event or the entry on the source.
fn is_argued(dataset: &Dataset, answer: &Answer) -> bool {
    let made = dataset.commitment(answer.id).expect("a commitment");
    let since: Day = answer.since.parse().expect("a day");
    let of_the_day = made.history.iter().filter(|entry| entry.date.start() == since);
    let mut on_the_event = of_the_day.filter(|entry| entry.event.as_deref() == answer.event);
    on_the_event.any(|entry| {
        let event = answer.event.and_then(|event| dataset.event(event));
        let sources = event.map_or(&[][..], |event| &event.sources).iter().chain(&entry.sources);
        sources.into_iter().any(|source| source.url == answer.url)
    })
}

/// Where the channels between the two sides stood four weeks after China had suspended the climate talks.
///
/// Suspended: the promised working group and the channel of the envoys, by China's eight measures
/// (`2022-08-05-china-suspends-climate-talks`, <https://www.politico.com/news/2022/08/05/china-cancels-talks-pelosi-taiwan-00050041>).
/// Superseded or lapsed, by an act or, where the note of the history says so, by inference: the dialogues before them.
/// Open: agreements that run on, and forums of which no end is on record.
const CHANNELS: &[(&str, &[&str])] = &[
    ("suspended", &["joint-climate-envoys-channel", "joint-working-group-2020s"]),
    (
        "superseded",
        &[
            "joint-claimed-working-group-2021",
            "joint-nuclear-cooperation-1985",
            "joint-strategic-economic-dialogue-2006",
            "joint-strategic-economic-dialogue-2009",
        ],
    ),
    (
        "lapsed",
        &[
            "joint-asia-pacific-partnership",
            "joint-clean-energy-research-center",
            "joint-climate-change-working-group-2013",
            "joint-climate-mou-2009",
            "joint-climate-working-group-2002",
            "joint-comprehensive-dialogue-2017",
            "joint-ecopartnerships",
            "joint-environment-development-forum-1997",
            "joint-ten-year-framework",
        ],
    ),
    (
        "active",
        &[
            "joint-2035-ndcs-in-2025",
            "joint-atmospheric-protocol-1979",
            "joint-california-mee-mou",
            "joint-california-most-mou-2017",
            "joint-california-ndrc-mou-2013",
            "joint-climate-leaders-declaration",
            "joint-electric-vehicles-initiative-2009",
            "joint-energy-cooperation-program",
            "joint-energy-efficiency-forum",
            "joint-energy-policy-dialogue",
            "joint-epa-environment-mou",
            "joint-fossil-energy-protocol",
            "joint-g20-fossil-subsidy-peer-review",
            "joint-marine-fishery-protocol-1979",
            "joint-nuclear-cooperation-2015",
            "joint-oil-gas-industry-forum",
            "joint-punt-1998",
            "joint-science-technology-agreement",
        ],
    ),
    ("achieved", &["joint-join-paris-2016", "joint-long-term-strategies-2021", "joint-mid-century-strategies-2016"]),
];

#[tokio::test]
async fn channels_are_open_suspended_or_lapsed_four_weeks_after_the_suspension() {
    let client = Client::new().await;
    for (status, expected) in CHANNELS {
        let address = format!("/v1/commitments?kind=process&party=joint&as_of=2022-09-01&status={status}&limit=500");
        let listed = client.ok(&address).await;
        let mut ids = each(&listed["data"], "id");
        ids.sort_unstable();
        assert_eq!(ids, *expected, "{status}");
    }
    let all = client.ok("/v1/commitments?kind=process&as_of=2022-09-01&limit=500").await;
    for id in ["joint-climate-envoys-channel", "joint-working-group-2020s"] {
        let history = &one(&all["data"], "id", id)["history"];
        let last = history.as_array().and_then(|entries| entries.last()).expect("a history");
        assert_eq!((&last["date"], &last["by"]), (&"2022-08-05".into(), &"CN".into()), "{id}");
    }
}

#[test]
fn every_change_has_an_event_or_a_source_or_says_that_it_has_neither() {
    for made in support::dataset().commitments {
        for entry in made.history.iter().filter(|entry| entry.event.is_none() && entry.sources.is_empty()) {
            assert!(admits_it(entry), "{} on {}", made.id, entry.date);
        }
    }
}

fn admits_it(entry: &Entry) -> bool {
    entry.note.as_ref().is_some_and(|note| note.en.contains("no event") || note.en.contains("neither an event"))
}

#[test]
fn no_channel_is_achieved_by_holding_a_meeting() {
    let channels =
        |made: &&Commitment| CHANNELS.iter().any(|(status, ids)| *status != "achieved" && ids.contains(&&*made.id));
    let dataset = support::dataset();
    for made in dataset.commitments.iter().filter(channels).filter(|made| made.target.is_none()) {
        assert!(made.history.iter().all(|entry| entry.change != Change::Achieved), "{}", made.id);
    }
}
