//! A tree of values, each of which knows where it is written.
//!
//! TOML and NDJSON both become this tree, so that records are read in one way and every fault can be shown with
//! its line and column. Neither format's own deserialiser reports more than one fault, hence the tree.

mod json;
mod sound;
mod toml;

use std::ops::Range;

pub(super) use json::from_json_line;
pub(super) use sound::from_sound_json_line;
pub(super) use toml::from_toml;

/// A value and the bytes of the text that it takes up.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    pub(super) span: Range<usize>,
}

impl Node {
    /// What stands for a line that cannot be read at all.
    pub(super) fn nothing() -> Node {
        Node { kind: NodeKind::Other("nothing"), span: 0..0 }
    }

    /// The outermost value that takes up a byte. A table under a TOML header takes up its header only.
    pub(super) fn outermost(&self, offset: usize) -> Option<&Node> {
        if self.span.start < self.span.end && self.span.start <= offset && offset <= self.span.end {
            return Some(self);
        }
        match &self.kind {
            NodeKind::Array(items) => items.iter().find_map(|item| item.outermost(offset)),
            NodeKind::Table(entries) => entries.iter().find_map(|(_, value)| value.outermost(offset)),
            _ => None,
        }
    }
}

/// A key and the bytes of the text that it takes up.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum NodeKind {
    String(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Array(Vec<Node>),
    Table(Vec<(Key, Node)>),
    /// A value that no record has a use for, by its name in the format.
    Other(&'static str),
}

/// How [`NodeKind::Other`] names JSON's null, which counts as left out.
pub(super) const NULL: &str = "null";

impl NodeKind {
    /// The kind for a sentence, with its article.
    pub(super) fn describe(&self) -> &'static str {
        match self {
            NodeKind::String(_) => "a string",
            NodeKind::Integer(_) => "a whole number",
            NodeKind::Float(_) => "a number",
            NodeKind::Boolean(_) => "a boolean",
            NodeKind::Array(_) => "a list",
            NodeKind::Table(_) => "a table",
            NodeKind::Other(name) => name,
        }
    }
}

/// What the format itself refuses.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    pub(super) span: Range<usize>,
    /// The bytes that may have become something else than was meant: what seems wrong there only follows from this.
    pub(super) spoils: Range<usize>,
    pub(super) message: String,
    pub(super) kind: FaultKind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum FaultKind {
    /// The text cannot be read at this place, so what stands round it may be cut short.
    Syntax,
    /// A key is given again; all else is read as it stands.
    RepeatedKey(String),
}

impl Fault {
    fn syntax(message: String, span: Range<usize>) -> Fault {
        Fault { spoils: span.clone(), span, message, kind: FaultKind::Syntax }
    }

    fn repeated(name: &str, span: Range<usize>) -> Fault {
        Fault {
            spoils: 0..0,
            span,
            message: format!("the key `{name}` is given twice in one table"),
            kind: FaultKind::RepeatedKey(name.to_owned()),
        }
    }
}
