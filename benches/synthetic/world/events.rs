//! Events: about as many each day, each with a few actors, topics and sources.

use climate_timeline::domain::date::{Day, Edtf};
use climate_timeline::domain::event::{Account, CommitmentLink, Event, EventLink, LocalDates, Location, Participant};
use climate_timeline::domain::number::Number;
use climate_timeline::domain::source::Source;
use climate_timeline::domain::text::Text;
use climate_timeline::domain::vocab::{
    CommitmentRelation, Confidence, EventRelation, EventStatus, EventType, Level, Mode, Role, Side, Topic,
};

use super::chance::Chance;
use super::text::{Scene, county};
use super::words::{CITIES, SUBJECTS, Subject};
use super::{UPDATED, World, commitments, number, source};

/// What can be told of an event by its number alone; others point to it by this.
pub(super) struct Identity {
    pub(super) id: String,
    pub(super) date: Edtf,
    county: Text,
    subject: Subject,
    chance: Chance,
}

pub(super) fn identity(world: &World, index: u64) -> Identity {
    let mut chance = Chance::new(index ^ 0x00e7_e275);
    let day = world.day(index);
    let county = county(&mut chance);
    let subject = chance.pick(SUBJECTS);
    let id = format!("{day}-{}-{}-{index}", county.en.to_lowercase(), subject.2);
    Identity { id, date: date(&mut chance, day), county, subject, chance }
}

/// Nine in ten are known to the day, as in the record.
fn date(chance: &mut Chance, day: Day) -> Edtf {
    let written = day.to_string();
    let text = match chance.below(1_000) {
        0..=2 => written[..4].to_owned(),
        3..=22 => written[..7].to_owned(),
        23..=99 => format!("{day}/{}", day.plus(1 + number(chance.below(9)))),
        _ => return day.into(),
    };
    text.parse().unwrap_or(day.into())
}

/// The event with this number.
pub(super) fn event(world: &World, index: u64) -> Event {
    let Identity { id, date, county, subject: (en, zh, _, topic), mut chance } = identity(world, index);
    let actors = participants(world, &mut chance);
    let named = |at: usize| world.name_of(&actors[at.min(actors.len() - 1)].id);
    let scene = Scene { a: named(0), b: named(1), county, topic: (en, zh) };
    let title = scene.title(&mut chance);
    let sources = sources(&mut chance, &id, &title, date.start());
    let confidence = if sources.len() > 1 { Confidence::Verified } else { Confidence::SingleSource };
    let accounts = accounts(&mut chance, index, &scene);
    let is_call = chance.one_in(5);
    Event {
        former_ids: if chance.one_in(2_000) { vec![format!("{}-former-{index}", date.start())] } else { Vec::new() },
        local_dates: (is_call && date == date.start().into())
            .then(|| LocalDates { us: date, cn: date.start().plus(1).into() }),
        r#type: if is_call { EventType::Call } else { chance.word() },
        level: chance.word::<Level>(),
        status: if chance.one_in(100) { EventStatus::Cancelled } else { EventStatus::Occurred },
        mode: if is_call { Some(Mode::Phone) } else { chance.one_in(2).then_some(Mode::InPerson) },
        bilateral: chance.one_in(2),
        contested: accounts.len() > 1,
        confidence_note: (confidence != Confidence::Verified).then(|| scene.sentence(&mut chance)),
        confidence,
        updated: UPDATED.parse().map_or(Day::MAX, |day: Day| day.plus(-number(chance.below(40)))),
        summary: scene.summary(&mut chance),
        topics: topics(&mut chance, topic),
        location: (!is_call && !chance.one_in(3)).then(|| location(&mut chance)),
        commitments: named_commitments(world, &mut chance, index),
        related: related(world, &mut chance, index),
        id,
        date,
        title,
        actors,
        accounts,
        sources,
    }
}

/// One to eight, most often two or three; the same few take part again and again.
fn participants(world: &World, chance: &mut Chance) -> Vec<Participant> {
    let count = 1 + chance.below(3) + if chance.one_in(4) { chance.below(6) } else { 0 };
    let mut actors: Vec<Participant> = Vec::new();
    for _ in 0..count {
        let id = world.actor(chance);
        if actors.iter().all(|actor| actor.id != *id) {
            let role = chance.pick(&[Role::Participant, Role::Participant, Role::Host, Role::Speaker, Role::Signatory]);
            actors.push(Participant { id: id.to_owned(), role, post: None });
        }
    }
    actors
}

fn topics(chance: &mut Chance, first: Topic) -> Vec<Topic> {
    let mut topics = vec![first];
    for _ in 0..chance.below(4) {
        let topic = chance.word();
        if !topics.contains(&topic) {
            topics.push(topic);
        }
    }
    topics
}

/// One to four, each of another house.
fn sources(chance: &mut Chance, id: &str, title: &Text, day: Day) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for step in 0..=chance.below(4) {
        let one = source(chance, &format!("{id}/{step}"), &title.en, Some(day));
        if sources.iter().all(|other| other.publisher != one.publisher) {
            sources.push(one);
        }
    }
    sources
}

/// One event in twenty is told apart by the sides.
fn accounts(chance: &mut Chance, index: u64, scene: &Scene) -> Vec<Account> {
    if !chance.one_in(20) {
        return Vec::new();
    }
    let mut account = |side, host: &str| Account {
        side,
        says: scene.sentence(chance),
        url: format!("https://{host}/accounts/{index}"),
    };
    vec![account(Side::Cn, "www.mfa.gov.cn"), account(Side::Us, "www.state.gov")]
}

fn location(chance: &mut Chance) -> Location {
    let (en, zh, country, lat, lon) = chance.pick(CITIES);
    Location {
        place: Text { en: en.into(), zh: zh.into() },
        country: country.into(),
        lat: Number::new(lat),
        lon: Number::new(lon),
    }
}

/// The commitment that the event announces, if it does; in one of four, another that was made before.
fn named_commitments(world: &World, chance: &mut Chance, index: u64) -> Vec<CommitmentLink> {
    let mut links = Vec::new();
    if let Some(made) = world.announced_by(index) {
        links.push(CommitmentLink { id: commitments::id(made), relation: CommitmentRelation::Announces });
    }
    let made_before = world.made_before(index);
    if made_before > 0 && chance.one_in(4) {
        let relation =
            chance.pick(&[CommitmentRelation::Reaffirms, CommitmentRelation::Implements, CommitmentRelation::Reports]);
        links.push(CommitmentLink { id: commitments::id(chance.below(made_before)), relation });
    }
    links
}

/// Two in five relate to an earlier event, most often one of the same week.
fn related(world: &World, chance: &mut Chance, index: u64) -> Vec<EventLink> {
    if index == 0 || chance.below(5) > 1 {
        return Vec::new();
    }
    let back = if chance.one_in(10) { chance.below(index) } else { chance.below(index.min(400)) };
    let relation = chance.pick(&[
        EventRelation::FollowsUp,
        EventRelation::FollowsUp,
        EventRelation::Implements,
        EventRelation::RespondsTo,
        EventRelation::PartOf,
    ]);
    vec![EventLink { id: identity(world, index - 1 - back).id, relation }]
}
