//! TOML to [`Node`]s: all faults of a file, and whatever could be read beside them.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Fault, FaultKind, Key, Node, NodeKind};

/// Reads a TOML file.
pub(in crate::seed) fn from_toml(text: &str) -> (Node, Vec<Fault>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let root = Node { kind: NodeKind::Table(entries(table.get_ref())), span: 0..0 };
    let faults = errors.iter().map(|error| fault(text, error.message(), error.span().unwrap_or_default())).collect();
    let faults = first_of_each(text, &root, faults);
    (root, faults)
}

/// One slip can make the parser stumble many times: on the same line, or through all that a value swallows which is
/// not closed. The first place is the one to mend.
fn first_of_each(text: &str, root: &Node, mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort_by_key(|fault| fault.span.start);
    let mut last_line = None;
    let mut open_until = 0;
    faults.retain(|fault| {
        let start = fault.span.start;
        let line = line_of(text, start);
        let follows = last_line.replace(line) == Some(line) || start < open_until;
        if let Some(value) = root.outermost(start).filter(|value| !is_closed(text, &value.span)) {
            open_until = open_until.max(value.span.end);
        }
        !follows
    });
    faults
}

fn is_closed(text: &str, span: &Range<usize>) -> bool {
    let written = text.get(span.clone()).unwrap_or_default();
    match written.as_bytes().first() {
        Some(b'{') => written.len() > 1 && written.ends_with('}'),
        Some(b'[') => written.len() > 1 && written.ends_with(']'),
        _ => true,
    }
}

fn fault(text: &str, message: &str, span: Range<usize>) -> Fault {
    if message == "duplicate key" {
        let written = text.get(span.clone()).unwrap_or_default();
        return Fault::repeated(written.trim_matches(['"', '\'']), span);
    }
    Fault { span, message: format!("this is not TOML: {message}"), kind: FaultKind::Syntax }
}

fn line_of(text: &str, offset: usize) -> usize {
    let (before, _) = text.split_at(text.floor_char_boundary(offset));
    before.matches('\n').count()
}

fn entries(table: &DeTable<'_>) -> Vec<(Key, Node)> {
    table.iter().map(|(key, value)| (Key { name: key.get_ref().to_string(), span: key.span() }, node(value))).collect()
}

fn node(value: &Spanned<DeValue<'_>>) -> Node {
    let kind = match value.get_ref() {
        DeValue::String(text) => NodeKind::String(text.to_string()),
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
            .map_or(NodeKind::Other("a number out of range"), NodeKind::Integer),
        DeValue::Float(float) => {
            float.as_str().parse().map_or(NodeKind::Other("a number out of range"), NodeKind::Float)
        }
        DeValue::Boolean(boolean) => NodeKind::Boolean(*boolean),
        DeValue::Datetime(_) => NodeKind::Other("a date without quotes"),
        DeValue::Array(items) => NodeKind::Array(items.iter().map(node).collect()),
        DeValue::Table(table) => NodeKind::Table(entries(table)),
    };
    Node { kind, span: value.span() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<(usize, String)> {
        from_toml(text).1.into_iter().map(|fault| (fault.span.start, fault.message)).collect()
    }

    #[test]
    fn every_value_knows_its_bytes() {
        let text = "a = \"x\"\n[[b]]\nc = [1, -2.5, true, 2021-01-01]\n";
        let (root, faults) = from_toml(text);
        assert!(faults.is_empty());
        let NodeKind::Table(entries) = &root.kind else { panic!() };
        assert_eq!(&text[entries[0].1.span.clone()], "\"x\"");
        assert_eq!(&text[entries[1].0.span.clone()], "b");
        let NodeKind::Array(tables) = &entries[1].1.kind else { panic!() };
        let NodeKind::Table(inner) = &tables[0].kind else { panic!() };
        let NodeKind::Array(items) = &inner[0].1.kind else { panic!() };
        let kinds: Vec<_> = items.iter().map(|item| item.kind.clone()).collect();
        assert_eq!(
            kinds,
            [
                NodeKind::Integer(1),
                NodeKind::Float(-2.5),
                NodeKind::Boolean(true),
                NodeKind::Other("a date without quotes")
            ]
        );
        assert_eq!(&text[items[1].span.clone()], "-2.5");
    }

    #[test]
    fn repeated_keys_are_told_from_broken_text() {
        let (_, faults) = from_toml("a = 1\n\"a\" = 2\nb = { c = 1, c = 2 }\n");
        let kinds: Vec<_> = faults.iter().map(|fault| (fault.span.start, fault.kind.clone())).collect();
        assert_eq!(
            kinds,
            [(6, FaultKind::RepeatedKey("a".into())), (27, FaultKind::RepeatedKey("c".into()))],
            "{faults:?}"
        );
    }

    #[test]
    fn all_syntax_errors_come_at_once_and_the_rest_is_read() {
        let text = "a = \nb = 1\nc = \"x\nd = 2\n";
        let (root, _) = from_toml(text);
        let lines: Vec<_> = places(text).iter().map(|(offset, _)| line_of(text, *offset)).collect();
        assert_eq!(lines, [0, 2]);
        let NodeKind::Table(entries) = &root.kind else { panic!() };
        let read = |name: &str| entries.iter().find(|(key, _)| key.name == name).map(|(_, value)| value.kind.clone());
        assert_eq!(read("b"), Some(NodeKind::Integer(1)));
        assert_eq!(read("d"), Some(NodeKind::Integer(2)));
    }
}
