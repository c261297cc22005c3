//! Data sets made up for tests: any number of events, the same for the same number, with everything that a record
//! may leave out or have twice.

use climate_timeline::domain::actor::{Actor, Name, Post};
use climate_timeline::domain::commitment::{Commitment, CommitmentLineage, Entry, Target};
use climate_timeline::domain::dataset::Dataset;
use climate_timeline::domain::date::{Day, Edtf};
use climate_timeline::domain::event::{CommitmentLink, Event, EventLink, LocalDates, Location, Participant};
use climate_timeline::domain::number::Number;
use climate_timeline::domain::source::Source;
use climate_timeline::domain::text::Text;
use climate_timeline::domain::vocab::{
    ActorKind, Change, CommitmentKind, CommitmentRelation, Comparator, Confidence, EventRelation, EventStatus,
    EventType, Level, Lineage, Mode, Party, Role, Side, SourceKind, Topic, Vocabulary as _,
};

use crate::world::chance::Chance;

/// How many actors and commitments there are, however many the events.
const ACTORS: u64 = 60;
const COMMITMENTS: u64 = 40;

fn day(chance: &mut Chance) -> Day {
    Day::new(2000, 1, 1).expect("a day").plus(i64::try_from(chance.below(3_650)).expect("a number of days"))
}

const WORDS: [&str; 12] =
    ["Climate", "envoys", "meet", "on", "méthane", "and", "Coal", "CO₂", "finance", "statement", "pledge", "talks"];
const HANZI: [&str; 8] = ["气候", "特使", "会谈", "甲烷", "煤炭", "声明", "承诺", "合作"];

fn text(chance: &mut Chance, words: u64) -> Text {
    let en: Vec<&str> = (0..words).map(|_| chance.pick(&WORDS)).collect();
    let zh: Vec<&str> = (0..words).map(|_| chance.pick(&HANZI)).collect();
    Text { en: en.join(" "), zh: zh.concat() }
}

fn source() -> Source {
    Source {
        url: "https://example.org/source".into(),
        publisher: "Example".into(),
        title: Some("A source".into()),
        about: None,
        date: None,
        lang: "en".into(),
        kind: SourceKind::News,
    }
}

fn edtf(chance: &mut Chance) -> Edtf {
    let day = day(chance);
    let text = match chance.below(10) {
        0 => day.to_string()[..4].to_owned(),
        1 => day.to_string()[..7].to_owned(),
        2 => format!("{day}/{}", day.plus(i64::try_from(chance.below(20)).expect("a number of days"))),
        _ => day.to_string(),
    };
    text.parse().expect("a date")
}

fn actor_id(number: u64) -> String {
    format!("actor-{number:02}")
}

fn commitment_id(number: u64) -> String {
    let party = ["us", "cn", "joint"][usize::try_from(number % 3).expect("small")];
    format!("{party}-promise-{number:02}")
}

fn actor(chance: &mut Chance, number: u64) -> Actor {
    let posts = chance.below(4);
    let roles = (0..posts).map(|_| {
        let from = day(chance);
        Post {
            title: Text {
                en: chance.pick(&["Special Envoy", "Minister", "Deputy Minister", "Président"]).into(),
                zh: chance.pick(&["特使", "部长", "副部长"]).into(),
            },
            organisation: (!chance.one_in(4)).then(|| actor_id(chance.below(6))),
            from: (!chance.one_in(4)).then(|| from.into()),
            to: chance.one_in(2).then(|| from.plus(900).into()),
            note: None,
        }
    });
    Actor {
        roles: roles.collect(),
        id: actor_id(number),
        former_ids: if number == 7 { vec!["old-actor-07".into()] } else { Vec::new() },
        kind: chance.word::<ActorKind>(),
        side: chance.word::<Side>(),
        name: Name {
            en: format!("{} {}", chance.pick(&WORDS), chance.pick(&WORDS)),
            zh: chance.one_in(2).then(|| "某人".into()),
        },
        born: None,
        updated: chance.pick(&["2026-11-01", "2026-11-24"]).parse().expect("a day"),
        sources: vec![source()],
    }
}

fn commitment(chance: &mut Chance, number: u64, events: &[Event]) -> Commitment {
    let id = commitment_id(number);
    let history = (0..=chance.below(6)).map(|_| Entry {
        date: edtf(chance),
        change: chance.word::<Change>(),
        by: None,
        event: events
            .iter()
            .find(|event| event.commitments.iter().any(|link| link.id == id))
            .map(|event| event.id.clone()),
        note: None,
        sources: Vec::new(),
    });
    let history: Vec<Entry> = history.collect();
    Commitment {
        former_ids: Vec::new(),
        party: Party::from_word(match number % 3 {
            0 => "US",
            1 => "CN",
            _ => "joint",
        })
        .expect("a party"),
        kind: chance.word::<CommitmentKind>(),
        updated: chance.pick(&["2026-11-01", "2026-11-24"]).parse().expect("a day"),
        title: text(chance, 3),
        summary: text(chance, 6),
        topics: (0..chance.below(3)).map(|_| chance.word::<Topic>()).collect(),
        target: chance.one_in(2).then(|| Target {
            metric: text(chance, 2),
            comparator: Comparator::AtLeast,
            value: Number::new(40.5),
            value_high: None,
            unit: Some("percent".into()),
            baseline: None,
            target_year: (!chance.one_in(4)).then(|| chance.pick(&[2020, 2030, 2060])),
        }),
        related: if number > 0 && chance.one_in(2) {
            vec![CommitmentLineage { id: commitment_id(chance.below(number)), relation: chance.word::<Lineage>() }]
        } else {
            Vec::new()
        },
        history,
        sources: vec![source()],
        id,
    }
}

/// A number below a bound; the first three are drawn often.
fn popular(chance: &mut Chance, bound: u64) -> u64 {
    if chance.one_in(3) { chance.below(3) } else { chance.below(bound) }
}

/// The longest that events lie apart which relate to each other, in their numbers.
const REACH: u64 = 50;

fn event(chance: &mut Chance, number: u64) -> Event {
    let date = edtf(chance);
    let local_dates = chance.one_in(5).then(|| LocalDates { us: date.start().into(), cn: date.start().plus(1).into() });
    let actors = (0..chance.below(4)).map(|_| Participant {
        id: actor_id(popular(chance, ACTORS)),
        role: chance.word::<Role>(),
        post: None,
    });
    let actors: Vec<Participant> = actors.collect();
    let commitments = (0..chance.below(3)).map(|_| CommitmentLink {
        id: commitment_id(popular(chance, COMMITMENTS)),
        relation: chance.word::<CommitmentRelation>(),
    });
    let commitments: Vec<CommitmentLink> = commitments.collect();
    Event {
        id: format!("{}-event-{number:07}", date.start()),
        former_ids: if number == 3 { vec!["1980-old-event".into()] } else { Vec::new() },
        date,
        local_dates,
        r#type: chance.word::<EventType>(),
        level: chance.word::<Level>(),
        status: chance.word::<EventStatus>(),
        mode: (!chance.one_in(4)).then(|| chance.word::<Mode>()),
        bilateral: chance.one_in(2),
        contested: chance.one_in(8),
        confidence: chance.word::<Confidence>(),
        confidence_note: None,
        updated: chance.pick(&["2026-11-01", "2026-11-24", "2026-11-25"]).parse().expect("a day"),
        title: text(chance, 4),
        summary: text(chance, 12),
        topics: (0..chance.below(4)).map(|_| chance.word::<Topic>()).collect(),
        location: (!chance.one_in(4)).then(|| Location {
            place: text(chance, 1),
            country: chance.pick(&["US", "CN", "CN", "FR"]).into(),
            lat: None,
            lon: None,
        }),
        actors,
        commitments,
        related: Vec::new(),
        accounts: Vec::new(),
        sources: vec![source()],
    }
}

/// A data set with this many events.
pub(crate) fn dataset(events: u64) -> Dataset {
    let mut chance = Chance::new(events);
    let mut dataset = Dataset {
        events: (0..events).map(|number| event(&mut chance, number)).collect(),
        actors: (0..ACTORS).map(|number| actor(&mut chance, number)).collect(),
        commitments: Vec::new(),
    };
    let ids: Vec<String> = dataset.events.iter().map(|event| event.id.clone()).collect();
    for (number, event) in (0_u64..).zip(&mut dataset.events) {
        if number > 0 && chance.one_in(3) {
            let back = 1 + chance.below(REACH.min(number));
            let id = ids[usize::try_from(number - back).expect("an index")].clone();
            event.related.push(EventLink { id, relation: chance.word::<EventRelation>() });
        }
    }
    dataset.commitments = (0..COMMITMENTS).map(|number| commitment(&mut chance, number, &dataset.events)).collect();
    dataset.events.sort_by(|a, b| a.id.cmp(&b.id));
    dataset.actors.sort_by(|a, b| a.id.cmp(&b.id));
    dataset.commitments.sort_by(|a, b| a.id.cmp(&b.id));
    dataset
}
