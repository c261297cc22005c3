//! Commitments. Each is announced by an event of its own; what comes later in its history rests on sources.

use climate_timeline::domain::commitment::{Commitment, CommitmentLineage, Entry, Target};
use climate_timeline::domain::date::{Day, Edtf};
use climate_timeline::domain::number::Number;
use climate_timeline::domain::text::Text;
use climate_timeline::domain::vocab::{Change, CommitmentKind, Comparator, Lineage, Party, Vocabulary as _};

use super::chance::Chance;
use super::text::{Scene, county};
use super::words::SUBJECTS;
use super::{UPDATED, World, number, source};

/// What can be told of a commitment by its number alone.
pub(super) fn id(index: u64) -> String {
    let mut chance = chance(index);
    let (_, _, slug, _) = chance.pick(SUBJECTS);
    format!("{}-{slug}-{index}", party(index).word().to_lowercase())
}

fn chance(index: u64) -> Chance {
    Chance::new(index ^ 0x00c0_3317)
}

fn party(index: u64) -> Party {
    [Party::Us, Party::Cn, Party::Joint][usize::try_from(index % 3).unwrap_or_default()]
}

/// The commitment with this number, announced by an event.
pub(super) fn commitment(world: &World, index: u64) -> Commitment {
    let mut chance = chance(index);
    let (en, zh, _, topic) = chance.pick(SUBJECTS);
    let (event, date) = world.announcement(index);
    let scene =
        Scene { a: world.name(&mut chance), b: world.name(&mut chance), county: county(&mut chance), topic: (en, zh) };
    Commitment {
        id: id(index),
        former_ids: Vec::new(),
        party: party(index),
        kind: chance.word::<CommitmentKind>(),
        updated: UPDATED.parse().unwrap_or(Day::MAX),
        title: scene.title(&mut chance),
        summary: scene.summary(&mut chance),
        topics: vec![topic],
        target: chance.one_in(2).then(|| target(&mut chance, (en, zh), date.start().year())),
        related: related(&mut chance, index),
        history: history(&mut chance, index, event, date, &scene),
        sources: vec![source(&mut chance, &format!("commitments/{index}"), en, None)],
    }
}

fn target(chance: &mut Chance, (en, zh): (&str, &str), year: i16) -> Target {
    Target {
        metric: Text { en: format!("Share of {en}"), zh: format!("{zh}占比") },
        comparator: chance.pick(&[Comparator::AtLeast, Comparator::AtMost, Comparator::About]),
        value: Number::new(f64::from(u8::try_from(chance.below(100)).unwrap_or_default())),
        value_high: None,
        unit: Some("percent".into()),
        baseline: chance.one_in(2).then(|| "2005".parse().unwrap_or(Day::MIN.into())),
        target_year: Some(year + 10),
    }
}

/// A third goes on from an earlier one.
fn related(chance: &mut Chance, index: u64) -> Vec<CommitmentLineage> {
    if index == 0 || !chance.one_in(3) {
        return Vec::new();
    }
    let relation = chance.pick(&[Lineage::Strengthens, Lineage::Implements, Lineage::PartOf]);
    vec![CommitmentLineage { id: id(chance.below(index)), relation }]
}

fn history(chance: &mut Chance, index: u64, event: String, announced: Edtf, scene: &Scene) -> Vec<Entry> {
    let entry = |date, what| Entry { date, change: what, by: None, event: None, note: None, sources: Vec::new() };
    let mut history = vec![Entry { event: Some(event), ..entry(announced, Change::Announced) }];
    let mut day = announced.end();
    for step in 0..chance.below(4) {
        day = day.plus(100 + number(chance.below(700)));
        let what = chance.pick(&[
            Change::Formalised,
            Change::Reaffirmed,
            Change::Strengthened,
            Change::Weakened,
            Change::Suspended,
            Change::Resumed,
            Change::Missed,
        ]);
        let sources = vec![source(chance, &format!("history/{index}/{step}"), scene.topic.0, Some(day))];
        history.push(Entry { sources, ..entry(day.into(), what) });
    }
    history
}
