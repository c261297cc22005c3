//! Where a record is written, kept beside it so that a rule can point at the very value that breaks it.

use std::sync::OnceLock;

use super::node::{self, Key, Node, NodeKind};
use super::problem::{Problem, Severity};

/// A record and where it is written.
#[derive(Debug)]
pub(super) struct Placed<'a, T> {
    pub(super) record: T,
    pub(super) place: Place<'a>,
    /// False where a value could not be read and stands as a blank: rules that weigh values pass it over.
    pub(super) whole: bool,
}

/// The text of one record.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    /// A whole TOML file, or one line of NDJSON.
    pub(super) text: &'a str,
    /// The line of the file on which `text` begins, from 1.
    pub(super) first_line: usize,
    form: Form,
    /// Read when a place is asked for, which for nearly every record is never.
    root: OnceLock<Node>,
}

/// How a record is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Toml,
    Line,
}

impl<'a> Place<'a> {
    /// The place of a record that is not read yet, or was read without places.
    pub(super) fn new(file: &'a str, text: &'a str, first_line: usize, form: Form) -> Place<'a> {
        Place { file, text, first_line, form, root: OnceLock::new() }
    }

    /// The place of a record that was read.
    pub(super) fn read(self, root: Node) -> Place<'a> {
        Place { root: OnceLock::from(root), ..self }
    }

    /// The record's values, with their places.
    pub(super) fn root(&self) -> &Node {
        self.root.get_or_init(|| match self.form {
            Form::Toml => node::from_toml(self.text).0,
            Form::Line => node::from_json_line(self.text).0.unwrap_or(Node::nothing()),
        })
    }

    /// Line and column of a byte offset in the text, both from 1, the column in characters.
    pub(super) fn position(&self, offset: usize) -> (usize, usize) {
        let (before, _) = self.text.split_at(self.text.floor_char_boundary(offset));
        let line = before.matches('\n').count();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        (self.first_line + line, column + 1)
    }

    /// A problem at a byte offset of the text.
    pub(super) fn problem_at(&self, offset: usize, key: String, message: String, hint: Option<String>) -> Problem {
        let (line, column) = self.position(offset);
        Problem { severity: Severity::Error, file: self.file.to_owned(), line, column, key, message, hint }
    }

    /// A problem of the value at a dotted path; of what encloses it where it is left out.
    pub(super) fn problem(&self, path: &str, message: String, hint: Option<String>) -> Problem {
        self.problem_at(find(self.root(), path), path.to_owned(), message, hint)
    }
}

/// The offset of the innermost value on the way of a dotted path that is written.
fn find(root: &Node, path: &str) -> usize {
    let mut node = root;
    for step in path.split(['.', '[']) {
        let next = match (&node.kind, step.strip_suffix(']').map(str::parse::<usize>)) {
            (NodeKind::Array(items), Some(Ok(index))) => items.get(index),
            (NodeKind::Table(entries), None) => {
                entries.iter().find(|(Key { name, .. }, _)| name == step).map(|(_, value)| value)
            }
            _ => None,
        };
        let Some(next) = next else { break };
        node = next;
    }
    node.span.start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Place<'_> {
        Place::new("f.toml", text, 1, Form::Toml)
    }

    #[test]
    fn columns_count_characters() {
        let place = place("a = \"解振华\" # x\nb = 1\n");
        assert_eq!(place.position(0), (1, 1));
        assert_eq!(place.position("a = \"解振华\" ".len()), (1, 11));
        assert_eq!(place.position("a = \"解".len() - 1), (1, 6));
        assert_eq!(place.position(place.text.len()), (3, 1));
        assert_eq!(place.position(usize::MAX), (3, 1));
    }

    #[test]
    fn a_path_leads_to_the_value_or_to_what_encloses_it() {
        let place = place("a = [{ b = 1 }, { b = 2 }]\n[[c]]\nd = { e = 1 }\n");
        let at = |path: &str| place.position(find(place.root(), path));
        assert_eq!(at("a[1].b"), (1, 23));
        assert_eq!(at("a[1].x"), (1, 17));
        assert_eq!(at("a[7]"), (1, 5));
        assert_eq!(at("c[0].d.e"), (3, 11));
        assert_eq!(at("c[0].x"), (2, 1));
        assert_eq!(at("x"), (1, 1));
    }
}
