//! TOML to [`Node`]s: all faults of a file, and whatever could be read beside them.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Fault, FaultKind, Key, Node, NodeKind};

/// Reads a TOML file.
pub(in crate::seed) fn from_toml(text: &str) -> (Node, Vec<Fault>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let root = Node { kind: NodeKind::Table(entries(table.get_ref())), span: 0..0 };
    let mut faults: Vec<Fault> = errors
        .iter()
        .map(|error| fault(text, error.message(), error.span().unwrap_or_default()))
        .map(|fault| Fault { spoils: spoils(text, &root, &fault), ..fault })
        .collect();
    keep_first_of_each(text, &mut faults);
    (root, faults)
}

/// One slip can make the parser stumble many times. The first place is the one to mend.
fn keep_first_of_each(text: &str, faults: &mut Vec<Fault>) {
    faults.sort_by_key(|fault| fault.span.start);
    let mut last_line = None;
    let mut spoilt_until = 0;
    faults.retain(|fault| {
        let line = line_of(text, fault.span.start);
        let follows = last_line.replace(line) == Some(line) || fault.span.start < spoilt_until;
        let whole_value = is_header(text, fault.span.start) || !is_closed(text, &fault.spoils);
        if whole_value {
            spoilt_until = spoilt_until.max(fault.spoils.end);
        }
        !follows
    });
}

/// A value that is not closed swallows what comes after it; a header that cannot be read leaves its keys to others.
fn spoils(text: &str, root: &Node, fault: &Fault) -> Range<usize> {
    let at = fault.span.start;
    if is_header(text, at) {
        let after = text.get(at..).and_then(|rest| rest.find("\n[")).map_or(text.len(), |next| at + next);
        return at..after;
    }
    match fault.kind {
        FaultKind::Syntax => root.outermost(at).map_or(at..at, |value| value.span.clone()),
        FaultKind::RepeatedKey(_) => 0..0,
    }
}

/// Whether the line of an offset is a header.
fn is_header(text: &str, offset: usize) -> bool {
    let before = text.get(..offset).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    text.get(start..).is_some_and(|line| line.starts_with('['))
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
    Fault::syntax(format!("this is not TOML: {message}"), span)
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
