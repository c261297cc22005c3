//! Persons and bodies.

use climate_timeline::domain::actor::{Actor, Name, Post};
use climate_timeline::domain::date::Day;
use climate_timeline::domain::text::Text;
use climate_timeline::domain::vocab::{ActorKind, Side};

use super::chance::Chance;
use super::text::county;
use super::words::{FAMILY, GIVEN, POSTS, SURNAMES, SYLLABLES};
use super::{UPDATED, number, source};

/// The actor with this number. One in four is a body.
pub(super) fn actor(index: u64, first: Day) -> Actor {
    let mut chance = Chance::new(index ^ 0x00ac_7045);
    let side = match index % 8 {
        0..=2 => Side::Us,
        3..=5 => Side::Cn,
        6 => Side::Un,
        _ => Side::Other,
    };
    let is_body = index.is_multiple_of(4);
    let name = if is_body {
        body(&mut chance)
    } else if side == Side::Cn {
        chinese(index)
    } else {
        foreigner(index)
    };
    let id: String = name.en.to_lowercase().replace(' ', "-");
    Actor {
        id: format!("{id}-{index}"),
        former_ids: if index % 100 == 99 { vec![format!("former-{id}-{index}")] } else { Vec::new() },
        kind: if is_body { ActorKind::Organisation } else { ActorKind::Person },
        side,
        born: (!is_body && chance.one_in(2)).then(|| Day::MIN.plus(700_000 + number(chance.below(15_000))).into()),
        updated: UPDATED.parse().unwrap_or(Day::MAX),
        roles: if is_body { Vec::new() } else { posts(&mut chance, first) },
        sources: vec![source(&mut chance, &format!("actors/{index}"), &name.en, None)],
        name: Name { en: name.en, zh: Some(name.zh) },
    }
}

fn body(chance: &mut Chance) -> Text {
    let place = county(chance);
    Text { en: format!("{} Climate Institute", place.en), zh: format!("{}气候研究院", place.zh) }
}

fn foreigner(index: u64) -> Text {
    let (given, family) = (nth(GIVEN, index), nth(FAMILY, index / 12));
    Text { en: format!("{} {}", given.0, family.0), zh: format!("{}·{}", given.1, family.1) }
}

fn chinese(index: u64) -> Text {
    let (surname, first, second) = (nth(SURNAMES, index), nth(SYLLABLES, index / 3), nth(SYLLABLES, index / 7 + 5));
    let (capital, rest) = first.0.split_at(1);
    Text {
        en: format!("{} {}{rest}{}", surname.0, capital.to_uppercase(), second.0),
        zh: format!("{}{}{}", surname.1, first.1, second.1),
    }
}

fn nth<T: Copy>(list: &[T], index: u64) -> T {
    list[usize::try_from(index % list.len() as u64).unwrap_or_default()]
}

/// Posts of some years each, and one without dates, so that some post covers every day.
fn posts(chance: &mut Chance, first: Day) -> Vec<Post> {
    let mut posts = Vec::new();
    let mut from = first.plus(number(chance.below(5_000)));
    for _ in 0..=chance.below(3) {
        let to = from.plus(700 + number(chance.below(2_000)));
        posts.push(post(chance, Some(from), Some(to)));
        from = to.plus(1);
    }
    posts.push(post(chance, None, None));
    posts
}

fn post(chance: &mut Chance, from: Option<Day>, to: Option<Day>) -> Post {
    let (en, zh) = chance.pick(POSTS);
    Post {
        title: Text { en: en.into(), zh: zh.into() },
        organisation: None,
        from: from.map(Into::into),
        to: to.map(Into::into),
        note: None,
    }
}
