//! Texts put together from pieces.

use climate_timeline::domain::text::Text;

use super::chance::Chance;
use super::words::{OCCASIONS, Pair, SENTENCES, SYLLABLES, TITLES};

/// What a text speaks of.
pub(super) struct Scene {
    pub(super) a: Text,
    pub(super) b: Text,
    pub(super) county: Text,
    pub(super) topic: Pair,
}

/// A made-up county; some come up often, most hardly ever.
pub(super) fn county(chance: &mut Chance) -> Text {
    let few = if chance.one_in(3) { 8 } else { SYLLABLES.len() };
    let (mut en, mut zh) = (String::new(), String::new());
    for _ in 0..3 {
        let (latin, han) = chance.pick(&SYLLABLES[..few]);
        en.push_str(latin);
        zh.push_str(han);
    }
    let (first, rest) = en.split_at(1);
    Text { en: format!("{}{rest}", first.to_uppercase()), zh: format!("{zh}县") }
}

impl Scene {
    /// 40 to 120 characters of English.
    pub(super) fn title(&self, chance: &mut Chance) -> Text {
        let template = chance.pick(TITLES);
        self.fill(chance, template)
    }

    /// Two to five sentences, 200 to 700 characters of English.
    pub(super) fn summary(&self, chance: &mut Chance) -> Text {
        let first = chance.below(SENTENCES.len() as u64);
        let count = 2 + chance.below(4);
        let (mut en, mut zh) = (Vec::new(), String::new());
        for step in 0..count {
            // 5 has no divisor in common with the number of sentences, so none comes twice.
            let index = usize::try_from((first + 5 * step) % SENTENCES.len() as u64).unwrap_or_default();
            let sentence = self.fill(chance, SENTENCES[index]);
            en.push(sentence.en);
            zh.push_str(&sentence.zh);
        }
        Text { en: en.join(" "), zh }
    }

    /// One sentence.
    pub(super) fn sentence(&self, chance: &mut Chance) -> Text {
        let template = chance.pick(SENTENCES);
        self.fill(chance, template)
    }

    fn fill(&self, chance: &mut Chance, (en, zh): Pair) -> Text {
        let when = chance.pick(OCCASIONS);
        let figure = (2 + chance.below(400)).to_string();
        let fill = |template: &str, names: [&str; 5]| {
            let keys = ["{a}", "{b}", "{county}", "{topic}", "{when}"];
            let text = keys.iter().zip(names).fold(template.to_owned(), |text, (key, name)| text.replace(key, name));
            text.replace("{n}", &figure)
        };
        Text {
            en: fill(en, [&self.a.en, &self.b.en, &self.county.en, self.topic.0, when.0]),
            zh: fill(zh, [&self.a.zh, &self.b.zh, &self.county.zh, self.topic.1, when.1]),
        }
    }
}
