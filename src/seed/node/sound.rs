//! One line of NDJSON to [`Node`]s in a single pass, where nothing is wrong with it.
//!
//! Nearly every line is sound, and needs no places. One in which anything is wrong, or merely odd, is left to
//! [`super::from_json_line`], which tells what and where.

use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::json::DEEPEST;
use super::{Key, NULL, Node, NodeKind};

/// Reads a sound line. Only texts that are written without escapes know their bytes.
pub(in crate::seed) fn from_sound_json_line(line: &str) -> Option<Node> {
    let mut deserializer = serde_json::Deserializer::from_str(line);
    let node = Sound { line, depth: 0 }.deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(node)
}

#[derive(Clone, Copy)]
struct Sound<'a> {
    line: &'a str,
    depth: usize,
}

impl Sound<'_> {
    fn span(self, text: &str) -> Range<usize> {
        let start = (text.as_ptr() as usize).saturating_sub(self.line.as_ptr() as usize);
        start..start + text.len()
    }

    fn deeper<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth + 1;
        if depth > DEEPEST { Err(E::custom("nested too deeply")) } else { Ok(Sound { depth, ..self }) }
    }
}

const NOWHERE: Range<usize> = 0..0;

fn placeless(kind: NodeKind) -> Node {
    Node { kind, span: NOWHERE }
}

impl<'de> DeserializeSeed<'de> for Sound<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Sound<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Node, E> {
        Ok(Node { kind: NodeKind::String(text.to_owned()), span: self.span(text) })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(placeless(NodeKind::String(text.to_owned())))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        Ok(placeless(NodeKind::Boolean(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        Ok(placeless(NodeKind::Integer(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        i64::try_from(value).map(|value| placeless(NodeKind::Integer(value))).map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        // A zero may have been written `-0`, which is a whole number.
        if value == 0.0 { Err(E::custom("a zero")) } else { Ok(placeless(NodeKind::Float(value))) }
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(placeless(NodeKind::Other(NULL)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let item = self.deeper()?;
        let mut items = Vec::new();
        while let Some(node) = seq.next_element_seed(item)? {
            items.push(node);
        }
        Ok(placeless(NodeKind::Array(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let value = self.deeper()?;
        let mut entries: Vec<(Key, Node)> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if entries.iter().any(|(earlier, _)| earlier.name == name) {
                return Err(A::Error::custom("a key is given twice"));
            }
            entries.push((Key { name, span: NOWHERE }, map.next_value_seed(value)?));
        }
        Ok(placeless(NodeKind::Table(entries)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::from_json_line;
    use super::*;

    fn without_places(node: Node) -> Node {
        let kind = match node.kind {
            NodeKind::Array(items) => NodeKind::Array(items.into_iter().map(without_places).collect()),
            NodeKind::Table(entries) => NodeKind::Table(
                entries.into_iter().map(|(key, value)| (Key { span: NOWHERE, ..key }, without_places(value))).collect(),
            ),
            kind => kind,
        };
        placeless(kind)
    }

    fn agrees(line: &str) -> bool {
        let sound = from_sound_json_line(line);
        let (node, faults) = from_json_line(line);
        sound.is_none_or(|sound| faults.is_empty() && Some(without_places(sound)) == node.map(without_places))
    }

    #[test]
    fn what_is_sound_is_read_as_the_slow_way_does() {
        let line = r#" {"a": "解\n", "b": [1, -2.5, true, null, 1e3, 0, -7], "c": {"d": "x"}} "#;
        assert!(from_sound_json_line(line).is_some() && agrees(line));
        for line in ["-0", "[-0.0]", "18446744073709551615", "1e999", "{\"a\":1,\"a\":1}", "\"\\ud800\"", "[1] 2", ""] {
            assert!(from_sound_json_line(line).is_none() && agrees(line), "{line}");
        }
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert!(from_sound_json_line(&deep).is_none());
    }

    #[test]
    fn texts_without_escapes_know_their_bytes() {
        let line = r#"{"a":"解振华"}"#;
        let Some(Node { kind: NodeKind::Table(entries), .. }) = from_sound_json_line(line) else { panic!() };
        assert_eq!(line.get(entries[0].1.span.clone()), Some("解振华"));
    }

    proptest! {
        #[test]
        fn no_line_is_read_in_two_ways(line in "[\\[\\]{}:,\"a0-9.eE+ntrfu\\\\-]{0,24}") {
            prop_assert!(agrees(&line));
        }
    }
}
