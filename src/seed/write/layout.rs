//! How a record looks in TOML: a key a line, short tables inline, long ones under a header at the end.

use std::fmt::Write as _;

use toml_writer::{TomlStringBuilder, TomlWrite as _};

use super::tree::Tree;

/// A record as a TOML file.
pub(super) fn toml(record: &Tree) -> String {
    let mut out = String::new();
    let Tree::Table(entries) = record else { return out };
    for (key, value) in entries.iter().filter(|(_, value)| !matches!(value, Tree::Tables(_))) {
        line(&mut out, key, value);
    }
    for (key, value) in entries {
        let Tree::Tables(tables) = value else { continue };
        for table in tables {
            header(&mut out, key, table);
        }
    }
    out
}

fn header(out: &mut String, key: &str, table: &Tree) {
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(out, "\n[[{key}]]");
    if let Tree::Table(entries) = table {
        for (key, value) in entries {
            line(out, key, value);
        }
    }
}

fn line(out: &mut String, key: &str, value: &Tree) {
    let _ = write!(out, "{key} = ");
    match value {
        Tree::List(items) if items.iter().any(|item| matches!(item, Tree::Table(_))) => {
            out.push_str("[\n");
            for item in items {
                out.push_str("  ");
                inline(out, item);
                out.push_str(",\n");
            }
            out.push(']');
        }
        _ => inline(out, value),
    }
    out.push('\n');
}

fn inline(out: &mut String, value: &Tree) {
    let _ = match value {
        Tree::Text(text) => out.value(TomlStringBuilder::new(text).as_basic()),
        Tree::Number(number) => match number.whole() {
            Some(whole) => out.value(whole),
            None => out.value(number.get()),
        },
        Tree::Year(year) => out.value(*year),
        Tree::Boolean(boolean) => out.value(*boolean),
        Tree::List(items) | Tree::Tables(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                inline(out, item);
            }
            out.push(']');
            Ok(())
        }
        Tree::Table(entries) => {
            for (index, (key, value)) in entries.iter().enumerate() {
                let _ = write!(out, "{}{key} = ", if index == 0 { "{ " } else { ", " });
                inline(out, value);
            }
            out.push_str(" }");
            Ok(())
        }
    };
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture;
    use super::*;
    use crate::domain::number::Number;

    fn written(value: f64) -> String {
        let mut out = String::new();
        inline(&mut out, &Tree::Number(Number::new(value).unwrap()));
        out
    }

    #[test]
    fn numbers_read_back_as_they_were() {
        for value in [0.0, 5.0, -2.5, 1e16, 1e300, 5e-324, f64::MAX, 0.1 + 0.2] {
            let text = written(value);
            let table: toml::Table = format!("v = {text}").parse().unwrap();
            #[expect(clippy::cast_precision_loss, reason = "a whole number that a float holds exactly")]
            let read = table["v"].as_float().or_else(|| table["v"].as_integer().map(|whole| whole as f64));
            assert_eq!(read, Some(value), "{text}");
        }
        assert_eq!(written(40.0), "40");
    }

    #[test]
    fn strings_are_basic_whatever_they_hold() {
        for text in ["plain", "a \"b\" 'c' \\ d", "two\nlines\tand\r\u{7f}\u{0}", "解振华"] {
            let mut out = String::new();
            inline(&mut out, &Tree::Text(text.to_owned()));
            assert!(out.starts_with('"') && !out.starts_with("\"\"\"") && !out.contains('\n'), "{out}");
            let table: toml::Table = format!("v = {out}").parse().unwrap();
            assert_eq!(table["v"].as_str(), Some(text));
        }
    }

    #[test]
    fn a_record_looks_like_the_example() {
        let dataset = fixture::dataset();
        let text = toml(&super::super::tree::event(dataset.event("2021-04-17-shanghai-joint-statement").unwrap()));
        assert_eq!(text, fixture::WRITTEN_EVENT);
    }
}
