//! What is wrong with a seed file, and where.

use std::cmp::Ordering;
use std::fmt::{self, Write as _};

use serde::Serialize;

/// How bad a [`Problem`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The data set is refused.
    Error,
    /// The data set is taken; somebody should look at it.
    Warning,
}

/// One fault of a seed file. Problems are ordered by file, line and column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The path in the seed folder.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The way to the value, such as `actors[1].role`; empty where a fault is no value's.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: Option<String>,
}

impl Problem {
    fn place(&self) -> (&str, usize, usize, &str, Severity, &str) {
        (&self.file, self.line, self.column, &self.key, self.severity, &self.message)
    }
}

impl PartialOrd for Problem {
    fn partial_cmp(&self, other: &Problem) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Problem {
    fn cmp(&self, other: &Problem) -> Ordering {
        self.place().cmp(&other.place()).then_with(|| self.hint.cmp(&other.hint))
    }
}

/// `file:line:column key: what is wrong (hint)`, on one line whatever the file holds.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", Visible(&self.file), self.line, self.column)?;
        if !self.key.is_empty() {
            write!(f, " {}", Visible(&self.key))?;
        }
        if self.severity == Severity::Warning {
            f.write_str(": warning")?;
        }
        write!(f, ": {}", Visible(&self.message))?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, " ({})", Visible(hint)))
    }
}

/// A text whose control characters are shown and not sent: they end lines, and terminals obey them.
struct Visible<'a>(&'a str);

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_control() { write!(f, "{}", c.escape_default())? } else { f.write_char(c)? }
        }
        Ok(())
    }
}

/// The problems of a data set, as many as somebody might still read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    errors: Vec<Problem>,
    warnings: Vec<Problem>,
    more_errors: usize,
    more_warnings: usize,
}

/// How many errors are kept, and how many warnings.
const MOST: usize = 10_000;

impl Findings {
    pub(super) fn add(&mut self, problems: impl IntoIterator<Item = Problem>) {
        for problem in problems {
            let (list, more) = match problem.severity {
                Severity::Error => (&mut self.errors, &mut self.more_errors),
                Severity::Warning => (&mut self.warnings, &mut self.more_warnings),
            };
            if list.len() < MOST {
                list.push(problem);
            } else {
                *more += 1;
            }
        }
    }

    /// So many more may be worth a warning.
    pub(super) fn add_uncounted(&mut self, warnings: usize) {
        self.more_warnings += warnings;
    }

    /// Whether the data set is to be refused.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// How many errors there are beside those that are kept, and how many warnings.
    #[must_use]
    pub fn more(&self) -> (usize, usize) {
        (self.more_errors, self.more_warnings)
    }

    /// The problems in order of file, line and column.
    #[must_use]
    pub fn problems(self) -> Vec<Problem> {
        let mut problems = self.errors;
        problems.extend(self.warnings);
        problems.sort();
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(file: &str, line: usize, column: usize) -> Problem {
        Problem {
            severity: Severity::Error,
            file: file.into(),
            line,
            column,
            key: "actors[1].role".into(),
            message: "`hots` is no role".into(),
            hint: Some("did you mean `host`?".into()),
        }
    }

    #[test]
    fn it_reads_as_file_line_column_key_fault_and_hint() {
        let mut problem = problem("events/a.toml", 3, 14);
        assert_eq!(problem.to_string(), "events/a.toml:3:14 actors[1].role: `hots` is no role (did you mean `host`?)");
        problem.key.clear();
        problem.hint = None;
        assert_eq!(problem.to_string(), "events/a.toml:3:14: `hots` is no role");
        problem.severity = Severity::Warning;
        assert_eq!(problem.to_string(), "events/a.toml:3:14: warning: `hots` is no role");
    }

    #[test]
    fn it_is_one_line_whatever_the_file_holds() {
        let mut problem = problem("a", 1, 2);
        problem.message = "`a\nb\u{1b}[2J` is no role".into();
        problem.key = "\"\r\"".into();
        problem.hint = None;
        assert_eq!(problem.to_string(), "a:1:2 \"\\r\": `a\\nb\\u{1b}[2J` is no role");
    }

    #[test]
    fn order_is_by_file_then_line_then_column_as_numbers() {
        let mut problems = [problem("b", 1, 1), problem("a", 10, 1), problem("a", 9, 10), problem("a", 9, 9)];
        problems.sort();
        let places: Vec<_> = problems.iter().map(|problem| (&*problem.file, problem.line, problem.column)).collect();
        assert_eq!(places, [("a", 9, 9), ("a", 9, 10), ("a", 10, 1), ("b", 1, 1)]);
    }

    #[test]
    fn json_has_every_part() {
        let json = serde_json::to_string(&problem("a", 1, 2)).unwrap();
        assert_eq!(
            json,
            r#"{"severity":"error","file":"a","line":1,"column":2,"key":"actors[1].role","message":"`hots` is no role","hint":"did you mean `host`?"}"#
        );
    }
}
