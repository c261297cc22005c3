//! The passage of a text that a search hits, with the hits marked, as HTML.

use std::ops::Range;

use crate::domain::tokens::{Form, Token, is_han, stem, tokens};
use crate::query::search::{Clause, Layer, Search};

/// How long a passage is, and how much of it may stand before the first hit. A Chinese character takes two places.
const LONGEST: usize = 240;
const BEFORE: usize = 60;

/// The passage of the first of these texts that meets the most of a search; `None` where none is hit.
#[must_use]
pub fn snippet(texts: &[&str], search: &Search) -> Option<String> {
    let read = texts.iter().map(|text| Hits::new(text, search));
    // The first of equals: `max_by_key` would take the last.
    let best = read.rev().max_by_key(|hits| hits.clauses)?;
    (best.clauses > 0).then(|| best.passage())
}

/// The beginning of a text, where there is nothing to mark.
#[must_use]
pub fn beginning(text: &str) -> String {
    Hits { text, tokens: tokens(text), spans: Vec::new(), clauses: 0 }.passage()
}

/// Where a text is hit.
struct Hits<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    /// What is hit, in order, none over another.
    spans: Vec<Range<usize>>,
    /// How many clauses are met.
    clauses: usize,
}

impl<'a> Hits<'a> {
    fn new(text: &'a str, search: &Search) -> Hits<'a> {
        let tokens = tokens(text);
        let found: Vec<Vec<Range<usize>>> = search
            .wanted
            .iter()
            .map(|clause| places(text, &tokens, clause))
            .filter(|found| !found.is_empty())
            .collect();
        let clauses = found.len();
        let mut all: Vec<Range<usize>> = found.into_iter().flatten().collect();
        all.sort_by_key(|span| (span.start, span.end));
        let mut spans: Vec<Range<usize>> = Vec::new();
        for span in all {
            match spans.last_mut().filter(|last| span.start < last.end) {
                Some(last) => last.end = last.end.max(span.end),
                None => spans.push(span),
            }
        }
        Hits { text, tokens, spans, clauses }
    }

    /// The passage with the most hits, cut between words.
    fn passage(&self) -> String {
        let within = |from: usize| {
            let end = forward(self.text, from, LONGEST - BEFORE);
            self.spans.iter().filter(|span| span.start >= from && span.end <= end).count()
        };
        let anchor = self.spans.iter().rev().max_by_key(|span| within(span.start));
        let (first, last) = anchor.map_or((0, 0), |span| (span.start, span.end));
        let earliest = backward(self.text, first, BEFORE);
        let start = match self.tokens.iter().map(|token| token.start).find(|start| *start >= earliest) {
            Some(start) if earliest > 0 => start.min(first),
            _ => 0,
        };
        let latest = forward(self.text, start, LONGEST).max(last);
        let end = match self.tokens.iter().map(|token| token.end).rfind(|end| *end <= latest) {
            Some(end) if latest < self.text.len() => end.max(last),
            _ => self.text.len(),
        };
        self.marked(start, end)
    }

    fn marked(&self, start: usize, end: usize) -> String {
        let mut out = String::from(if start > 0 { "…" } else { "" });
        let mut at = start;
        for span in self.spans.iter().filter(|span| span.start >= start && span.end <= end) {
            escape(&mut out, self.text.get(at..span.start).unwrap_or_default());
            out.push_str("<mark>");
            escape(&mut out, self.text.get(span.clone()).unwrap_or_default());
            out.push_str("</mark>");
            at = span.end;
        }
        escape(&mut out, self.text.get(at..end).unwrap_or_default());
        out.push_str(if end < self.text.len() { "…" } else { "" });
        out
    }
}

/// Where a clause is met.
fn places(text: &str, tokens: &[Token], clause: &Clause) -> Vec<Range<usize>> {
    let Some((last, before)) = clause.words.split_last() else { return Vec::new() };
    let is = |token: &Token, word: &str| match clause.layer {
        Layer::Stems => stem(&token.word) == word,
        Layer::Words => token.word == word,
    };
    let met = |window: &&[Token]| {
        let Some((end, start)) = window.split_last() else { return false };
        let ends = if clause.open { end.word.starts_with(last.as_str()) } else { is(end, last) };
        ends && start.iter().zip(before).all(|(token, word)| is(token, word))
    };
    let spans = tokens.windows(clause.words.len()).filter(met).filter_map(|window| {
        let (first, last) = (window.first()?, window.last()?);
        // A single character that ends a word is met by any pair that begins with it.
        let one = last.form == Form::Pair && clause.open;
        let end = if one { last.start + text.get(last.start..)?.chars().next()?.len_utf8() } else { last.end };
        Some(first.start..end)
    });
    spans.collect()
}

/// The place so many columns after another.
fn forward(text: &str, from: usize, columns: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let mut used = 0;
    let past = rest.char_indices().find(|(_, c)| {
        used += width(*c);
        used > columns
    });
    past.map_or(text.len(), |(index, _)| from + index)
}

/// The place so many columns before another.
fn backward(text: &str, from: usize, columns: usize) -> usize {
    let rest = text.get(..from).unwrap_or_default();
    let mut used = 0;
    let past = rest.char_indices().rev().find(|(_, c)| {
        used += width(*c);
        used > columns
    });
    past.map_or(0, |(index, c)| index + c.len_utf8())
}

fn width(c: char) -> usize {
    if is_han(c) { 2 } else { 1 }
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str, q: &str) -> String {
        snippet(&[text], &Search::read(q)).unwrap()
    }

    #[test]
    fn what_is_hit_is_marked_and_all_else_is_escaped() {
        for (text, q, expected) in [
            (
                "The pledges of <b>both</b> & more",
                "pledge",
                "The <mark>pledges</mark> of &lt;b&gt;both&lt;/b&gt; &amp; more",
            ),
            ("\"CO₂\" isn't CO2", "co2", "&quot;<mark>CO₂</mark>&quot; isn&#39;t <mark>CO2</mark>"),
            ("US-China and US–China", "us-china", "<mark>US-China</mark> and <mark>US–China</mark>"),
            ("a working group", "\"working group\" group", "a <mark>working group</mark>"),
            ("应对气候变化", "气候变化", "应对<mark>气候变化</mark>"),
            ("到2030年前", "2030年", "到<mark>2030年</mark>前"),
            ("约翰·克里访华", "约翰克里", "<mark>约翰·克里</mark>访华"),
            ("Methane <mark>", "metha*", "<mark>Methane</mark> &lt;mark&gt;"),
        ] {
            assert_eq!(of(text, q), expected);
        }
        assert_eq!(snippet(&["coal", "gas"], &Search::read("oil")), None);
    }

    #[test]
    fn the_text_that_meets_most_is_taken_and_the_first_of_equals() {
        let search = Search::read("coal gas");
        assert_eq!(
            snippet(&["coal", "gas and coal", "coal, gas"], &search).unwrap(),
            "<mark>gas</mark> and <mark>coal</mark>"
        );
    }

    #[test]
    fn a_long_text_is_cut_between_words_round_the_hits() {
        let text = format!("{}methane{}", "before and ".repeat(40), " then after".repeat(40));
        let cut = of(&text, "methane");
        assert!(cut.starts_with("…before and") || cut.starts_with("…and before"), "{cut}");
        assert!(
            cut.contains("and <mark>methane</mark> then") && cut.ends_with('…') && cut.chars().count() < 280,
            "{cut}"
        );
        assert!(beginning(&text).starts_with("before and before"));
        let chinese = format!("{}甲烷{}", "之前的话".repeat(60), "以后的话".repeat(60));
        assert!(of(&chinese, "甲烷").chars().count() < 150);
    }

    proptest! {
        #[test]
        fn a_snippet_has_no_mark_up_but_its_own(text in "[a-c <>&\"'气候年1·.-]{0,300}", q in "[a-c 气候年1\"*-]{1,8}") {
            if let Some(html) = snippet(&[&text], &Search::read(&q)) {
                let bare = html.replace("<mark>", "").replace("</mark>", "");
                prop_assert!(html.contains("<mark>") && !bare.contains(['<', '>', '"', '\'']));
                let plain = bare.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
                prop_assert!(text.contains(plain.replace("&amp;", "&").trim_matches('…')));
            }
        }
    }
}
