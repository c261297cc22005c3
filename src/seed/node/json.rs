//! One line of NDJSON to [`Node`]s.
//!
//! `serde_json` tells no places, but a `RawValue` borrows the text it was read from, so its address in that text is
//! its place.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Fault, Key, NULL, Node, NodeKind};

/// Records are five levels deep; a bound keeps hostile text from overflowing the stack.
pub(super) const DEEPEST: usize = 32;

/// Reads one line; without a node where the line is no JSON at all.
pub(in crate::seed) fn from_json_line(line: &str) -> (Option<Node>, Vec<Fault>) {
    let mut walk = Walk { line, faults: Vec::new() };
    let node = match serde_json::from_str::<&RawValue>(line) {
        Ok(raw) => Some(walk.node(raw, 0)),
        Err(error) => {
            walk.syntax(&error, 0..line.len());
            None
        }
    };
    (node, walk.faults)
}

struct Walk<'a> {
    line: &'a str,
    faults: Vec<Fault>,
}

impl<'a> Walk<'a> {
    fn node(&mut self, raw: &'a RawValue, depth: usize) -> Node {
        let span = self.span(raw);
        Node { kind: self.kind(raw.get(), &span, depth), span }
    }

    fn span(&self, raw: &RawValue) -> Range<usize> {
        let start = (raw.get().as_ptr() as usize).saturating_sub(self.line.as_ptr() as usize);
        start..start + raw.get().len()
    }

    fn kind(&mut self, text: &'a str, span: &Range<usize>, depth: usize) -> NodeKind {
        match text.as_bytes().first() {
            _ if depth > DEEPEST => NodeKind::Other("a value nested too deeply"),
            Some(b'{') => self.table(text, span, depth),
            Some(b'[') => self.array(text, span, depth),
            Some(b'"') => self.string(text, span).map_or(NodeKind::Other("an unreadable string"), NodeKind::String),
            Some(b't') => NodeKind::Boolean(true),
            Some(b'f') => NodeKind::Boolean(false),
            Some(b'n') => NodeKind::Other(NULL),
            _ => number(text),
        }
    }

    fn string(&mut self, text: &str, span: &Range<usize>) -> Option<String> {
        serde_json::from_str(text).map_err(|error| self.syntax(&error, span.clone())).ok()
    }

    fn array(&mut self, text: &'a str, span: &Range<usize>, depth: usize) -> NodeKind {
        match serde_json::Deserializer::from_str(text).deserialize_seq(Items) {
            Ok(items) => NodeKind::Array(items.into_iter().map(|item| self.node(item, depth + 1)).collect()),
            Err(error) => {
                self.syntax(&error, span.clone());
                NodeKind::Array(Vec::new())
            }
        }
    }

    fn table(&mut self, text: &'a str, span: &Range<usize>, depth: usize) -> NodeKind {
        let pairs = serde_json::Deserializer::from_str(text).deserialize_map(Pairs).unwrap_or_else(|error| {
            self.syntax(&error, span.clone());
            Vec::new()
        });
        let mut entries: Vec<(Key, Node)> = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let span = self.span(key);
            let Some(name) = self.string(key.get(), &span) else { continue };
            if entries.iter().any(|(earlier, _)| earlier.name == name) {
                self.faults.push(Fault::repeated(&name, span));
                continue;
            }
            let value = self.node(value, depth + 1);
            entries.push((Key { name, span }, value));
        }
        NodeKind::Table(entries)
    }

    /// Takes up an error of a part of the line. Its column counts bytes from the part's start.
    fn syntax(&mut self, error: &serde_json::Error, part: Range<usize>) {
        let start = (part.start + error.column().saturating_sub(1)).min(part.end);
        let text = error.to_string();
        let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
        let mut fault = Fault::syntax(format!("this is not JSON: {message}"), start..part.end);
        fault.spoils = 0..self.line.len();
        self.faults.push(fault);
    }
}

fn number(text: &str) -> NodeKind {
    match (text.parse::<i64>(), text.parse::<f64>()) {
        (Ok(integer), _) => NodeKind::Integer(integer),
        (Err(_), Ok(float)) if float.is_finite() => NodeKind::Float(float),
        _ => NodeKind::Other("a number out of range"),
    }
}

struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(item) = items.next_element()? {
            found.push(item);
        }
        Ok(found)
    }
}

/// Keys are read raw too: they need a place, and a map type would drop the repeated ones.
struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(&'de RawValue, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(pair) = pairs.next_entry()? {
            found.push(pair);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::FaultKind;
    use super::*;

    #[test]
    fn every_key_and_value_knows_its_bytes() {
        let line = r#" {"a": "解\n", "b": [1, -2.5, true, null], "c": {"d": 1e3}} "#;
        let (node, faults) = from_json_line(line);
        assert_eq!(faults, []);
        let NodeKind::Table(entries) = node.unwrap().kind else { panic!() };
        assert_eq!(&line[entries[0].0.span.clone()], "\"a\"");
        assert_eq!(entries[0].1.kind, NodeKind::String("解\n".into()));
        let NodeKind::Array(items) = &entries[1].1.kind else { panic!() };
        let kinds: Vec<_> = items.iter().map(|item| item.kind.clone()).collect();
        assert_eq!(
            kinds,
            [NodeKind::Integer(1), NodeKind::Float(-2.5), NodeKind::Boolean(true), NodeKind::Other(NULL)]
        );
        let NodeKind::Table(inner) = &entries[2].1.kind else { panic!() };
        assert_eq!(&line[inner[0].1.span.clone()], "1e3");
    }

    #[test]
    fn repeated_keys_and_broken_text_are_found() {
        let (node, faults) = from_json_line(r#"{"a":1,"a":2}"#);
        assert!(node.is_some());
        assert_eq!((faults[0].span.start, &faults[0].kind), (7, &FaultKind::RepeatedKey("a".into())));
        let (node, faults) = from_json_line(r#"{"a":1,}"#);
        assert!(node.is_none());
        assert_eq!((faults[0].span.start, &faults[0].kind), (7, &FaultKind::Syntax));
        let (_, faults) = from_json_line(r#"{"a":"\ud800"}"#);
        assert_eq!(faults.len(), 1, "{faults:?}");
    }

    #[test]
    fn deep_nesting_ends_without_a_crash() {
        let line = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        assert!(from_json_line(&line).0.is_some() || !from_json_line(&line).1.is_empty());
    }
}
