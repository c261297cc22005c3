//! What `q` asks for: words, phrases and prefixes that a record must have, and those that it must not.
//!
//! Nothing fails: what makes no word, such as a quotation mark without its twin, is passed over as punctuation is.
//! What is written together is found together: `US-China` is met where both words stand side by side, whatever mark
//! is between them, and `气候变化` where the four characters do.

use std::fmt;

use crate::domain::tokens::{Form, Token, has_stem, is_dash, stem, tokens};

/// A query, read: each list sorted, each clause once.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Search {
    /// What a record must have.
    pub wanted: Vec<Clause>,
    /// What it must not have.
    pub unwanted: Vec<Clause>,
}

/// Words that must stand side by side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clause {
    /// The normal form.
    written: String,
    /// How the words are compared.
    pub layer: Layer,
    /// The words, or their stems. There are none where the clause is a single Chinese character, which nothing meets.
    pub words: Vec<String>,
    /// Whether the last word need only begin so.
    pub open: bool,
}

/// How words are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// By their stems.
    Stems,
    /// As they are written.
    Words,
}

/// How a clause was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Word,
    Prefix,
    Phrase,
}

impl Search {
    /// Reads a query.
    #[must_use]
    pub fn read(text: &str) -> Search {
        let mut search = Search::default();
        let mut rest = text;
        while let Some((before, inside, after)) = quotation(rest) {
            search.loose(before);
            let bare = before.trim_end_matches(is_dash);
            let excluded = bare.len() < before.len() && !bare.ends_with(char::is_alphanumeric);
            search.add(&tokens(inside), Way::Phrase, excluded);
            rest = after;
        }
        search.loose(rest);
        for clauses in [&mut search.wanted, &mut search.unwanted] {
            clauses.sort();
            clauses.dedup();
        }
        search
    }

    /// Whether no record can meet it: it has no word at all, or wants what nothing meets.
    #[must_use]
    pub fn is_hopeless(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty() || self.wanted.iter().any(|clause| clause.words.is_empty())
    }

    /// Reads what stands outside quotation marks.
    fn loose(&mut self, text: &str) {
        let tokens = tokens(text);
        // Chinese words have no end that a star could leave open.
        let starred = |token: &Token| {
            token.form == Form::Word && text.get(token.end..).is_some_and(|after| after.starts_with(['*', '＊']))
        };
        let mut from = 0;
        for group in tokens.chunk_by(|one, next| next.joined && !starred(one)) {
            let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
            let excluded = text.get(from..first.start).is_some_and(|gap| gap.ends_with(is_dash));
            self.add(group, if starred(last) { Way::Prefix } else { Way::Word }, excluded);
            from = last.end;
        }
    }

    fn add(&mut self, tokens: &[Token], way: Way, excluded: bool) {
        let clauses = if excluded { &mut self.unwanted } else { &mut self.wanted };
        clauses.extend(Clause::new(tokens, way));
    }
}

/// The first pair of quotation marks: what is before, inside and after.
fn quotation(text: &str) -> Option<(&str, &str, &str)> {
    let mark = |c| matches!(c, '"' | '＂' | '“' | '”' | '„');
    let (before, rest) = text.split_once(mark)?;
    let (inside, after) = rest.split_once(mark)?;
    Some((before, inside, after))
}

impl Clause {
    fn new(tokens: &[Token], way: Way) -> Option<Clause> {
        let last = tokens.last()?;
        // Where one word has no stem, the others are looked for beside it as they are written.
        let by_stems = way == Way::Word && tokens.iter().all(|token| has_stem(&token.word));
        let layer = if by_stems { Layer::Stems } else { Layer::Words };
        let mut words: Vec<String> = tokens
            .iter()
            .map(|token| if layer == Layer::Stems { stem(&token.word) } else { token.word.clone() })
            .collect();
        match last.form {
            // The pair before says it already, and does not say what must follow.
            Form::Last { alone: false } => drop(words.pop()),
            Form::Last { alone: true } if tokens.len() == 1 => words.clear(),
            _ => {}
        }
        let open = way == Way::Prefix || last.form == Form::Last { alone: true };
        Some(Clause { written: written(tokens, way), layer, words, open })
    }
}

/// Tokens as a text that is read back as the same tokens.
fn written(tokens: &[Token], way: Way) -> String {
    let mut text = String::new();
    let mut before: Option<Form> = None;
    for token in tokens {
        match (before, token.form) {
            (Some(Form::Word), Form::Word) | (Some(Form::Last { .. }), Form::Pair | Form::Last { alone: true }) => {
                text.push(if way == Way::Phrase { ' ' } else { '-' });
            }
            _ => {}
        }
        match token.form {
            Form::Pair => text.extend(token.word.chars().next()),
            Form::Word | Form::Last { .. } => text.push_str(&token.word),
        }
        before = Some(token.form);
    }
    match way {
        Way::Word => text,
        Way::Prefix => text + "*",
        Way::Phrase => format!("\"{text}\""),
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wanted = self.wanted.iter().map(ToString::to_string);
        let unwanted = self.unwanted.iter().map(|clause| format!("-{clause}"));
        let clauses: Vec<String> = wanted.chain(unwanted).collect();
        // A query without a word still has to be written as one.
        f.write_str(if clauses.is_empty() { "\"\"" } else { "" })?;
        f.write_str(&clauses.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_form_is_read_and_has_one_spelling() {
        for (text, normal) in [
            ("Methane  CO₂", "co2 methane"),
            ("b a b", "a b"),
            ("\"Working  Group\"", "\"working group\""),
            ("“工作组” －煤炭", "\"工作组\" -煤炭"),
            ("＂working group＂ metha＊", "\"working group\" metha*"),
            ("-coal methane", "methane -coal"),
            ("--coal", "-coal"),
            ("methane,-coal (-gas)", "methane -coal -gas"),
            ("- coal", "coal"),
            ("methane -\"working group\" -neg*", "methane -\"working group\" -neg*"),
            ("U.S.–China", "us-china"),
            ("US-\"China ties\"", "\"china ties\" us"),
            ("low-carb*", "low-carb*"),
            ("a*b", "a* b"),
            ("气候*", "气候"),
            ("约翰·克里", "约翰克里"),
            ("COP26前夕", "cop26前夕"),
            ("clim\"ate", "ate clim"),
            ("NEAR(climate, 2)", "2 climate near"),
            ("\"\" * - \"?\" 🌍", "\"\""),
        ] {
            assert_eq!(Search::read(text).to_string(), normal, "{text}");
        }
    }

    #[test]
    fn words_are_stemmed_and_phrases_and_prefixes_are_not() {
        let search = Search::read("pledges \"pledges\" pledges*");
        let read: Vec<_> =
            search.wanted.iter().map(|clause| (clause.layer, clause.words.join(" "), clause.open)).collect();
        let pledges = || "pledges".to_owned();
        assert_eq!(
            read,
            [(Layer::Words, pledges(), false), (Layer::Stems, stem("pledges"), false), (Layer::Words, pledges(), true)]
        );
    }

    #[test]
    fn the_last_character_of_a_run_is_held_only_where_it_must_be() {
        let words = |text| Search::read(text).wanted.pop().map(|clause| (clause.words.join(" "), clause.open)).unwrap();
        assert_eq!(words("气候"), ("气候".into(), false));
        assert_eq!(words("气候COP"), ("气候 候 cop".into(), false));
        assert_eq!(words("2030年"), ("2030 年".into(), true));
        assert_eq!(words("年"), (String::new(), true));
        assert!(Search::read("年 气候").is_hopeless() && !Search::read("-年").is_hopeless());
    }

    proptest! {
        #[test]
        fn the_normal_form_is_read_back_as_the_same(text in any::<String>()) {
            let search = Search::read(&text);
            prop_assert_eq!(Search::read(&search.to_string()), search);
        }

        #[test]
        fn so_is_that_of_what_looks_like_a_query(text in "([a-c气候年1.,'·é]{1,3}|[ \"*＊“”()-]){0,12}") {
            let search = Search::read(&text);
            prop_assert_eq!(Search::read(&search.to_string()), search);
        }
    }
}
