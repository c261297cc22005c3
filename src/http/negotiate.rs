//! What a client prefers: media type, language and coding, from the headers that carry weights (RFC 9110, 12.5).

use std::cmp::Ordering;

use axum::http::{HeaderMap, HeaderName, header};

use super::coding::Coding;
use super::error::Failure;
use crate::domain::text::Lang;
use crate::format::Format;
use crate::query::{Params, Problem};

/// An entry of a weighted list: what is preferred, and how much (0 to 1000).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Weighted {
    what: String,
    weight: u16,
}

/// The entries of a header, in its order; `None` where the header is not there.
fn weighted(headers: &HeaderMap, name: HeaderName) -> Option<Vec<Weighted>> {
    let mut values = headers.get_all(name).iter().peekable();
    values.peek()?;
    // An entry that is no text is none that is offered; those beside it count all the same.
    let texts = values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    Some(texts.flat_map(|text| parts(&text, ',').filter_map(entry).collect::<Vec<_>>()).collect())
}

/// What stands between marks, save those within quotation marks (RFC 9110, 5.6.4).
fn parts(text: &str, mark: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |c| {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            _ => {}
        }
        c == mark && !quoted
    })
}

/// Reads `what;parameters;q=0.8`. A weight that is none counts as zero: what is malformed is not wanted.
fn entry(text: &str) -> Option<Weighted> {
    let mut parts = parts(text, ';').map(str::trim);
    let what = parts.next().filter(|what| !what.is_empty())?.to_ascii_lowercase();
    let weight = parts
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        .map_or(1000, |(_, value)| weight(value.trim()));
    Some(Weighted { what, weight })
}

fn weight(text: &str) -> u16 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    match whole {
        "1" => 1000,
        "0" => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

/// The weight of a media type: that of the most exact range that covers it.
fn weight_of_type(accepted: &[Weighted], media_type: &str) -> u16 {
    let family = media_type.split('/').next().unwrap_or_default();
    let family = format!("{family}/*");
    [media_type, &family, "*/*"]
        .iter()
        .find_map(|range| accepted.iter().find(|entry| entry.what == *range))
        .map_or(0, |entry| entry.weight)
}

/// The format that `Accept` prefers among those offered; the first one for clients that do not say.
///
/// A page for people is for clients that ask for it by name: `*/*` is a script.
fn accepted(headers: &HeaderMap, offered: &[Format]) -> Result<Format, Failure> {
    let first = offered.first().copied().unwrap_or(Format::Json);
    let Some(accepted) = weighted(headers, header::ACCEPT).filter(|accepted| !accepted.is_empty()) else {
        return Ok(first);
    };
    let mut best: Option<(u16, Format)> = None;
    for format in offered {
        let weight = weight_of_type(&accepted, format.media_type());
        if weight > 0 && best.is_none_or(|(best, _)| weight > best) {
            best = Some((weight, *format));
        }
    }
    let types = || offered.iter().map(|format| format.media_type()).collect();
    best.map(|(_, format)| format).ok_or_else(|| Failure::NotAcceptable(types()))
}

/// The form of an answer, and whether links must name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) format: Format,
    /// Whether links must name the format: whoever follows one may accept something else.
    pub(super) written: bool,
    /// Whether `Accept` has a say in the answer, in its form or in its links.
    pub(super) by_accept: bool,
}

/// Chooses the form of an answer: by suffix, by `format=`, else by `Accept`.
pub(super) fn format(
    headers: &HeaderMap,
    params: &mut Params,
    suffix: Option<&str>,
    offered: &[Format],
) -> Result<Chosen, Failure> {
    let names = || offered.iter().map(|format| format.name());
    let by_suffix = match suffix {
        None => None,
        Some(suffix) => Some(Format::named(suffix, offered).ok_or_else(|| {
            let list = names().map(|name| format!("`.{name}`")).collect::<Vec<_>>().join(", ");
            Failure::NotFound(format!("There is no format `.{suffix}` here; offered: {list}."))
        })?),
    };
    let by_parameter = params.one("format").and_then(|name| {
        let format = Format::named(&name, offered);
        match (format, by_suffix) {
            (None, _) => {
                params.refuse(Problem::new("format", &name, "it is not offered here").allowed(names()).nearest(&name));
            }
            (Some(format), Some(suffix)) if format != suffix => {
                let reason = format!("the address says `.{}`", suffix.name());
                params.refuse(Problem::new("format", &name, reason).allowed([suffix.name()]));
            }
            _ => {}
        }
        format
    });
    // The first is what clients get that do not say. Links to it leave it out where the client's `Accept` gets it too;
    // links to another name it always.
    let first = offered.first().copied();
    match by_suffix.or(by_parameter) {
        Some(format) if Some(format) != first => Ok(Chosen { format, written: true, by_accept: false }),
        Some(format) => {
            Ok(Chosen { format, written: accepted(headers, offered).ok() != Some(format), by_accept: true })
        }
        None => {
            let format = accepted(headers, offered)?;
            Ok(Chosen { format, written: Some(format) != first, by_accept: true })
        }
    }
}

/// The language that `Accept-Language` prefers, the first of two that weigh the same. English where it prefers none
/// that is kept, unless that is what it refuses.
pub(super) fn lang(headers: &HeaderMap) -> Lang {
    let accepted = weighted(headers, header::ACCEPT_LANGUAGE).unwrap_or_default();
    let named = |entry: &Weighted| Lang::from_tag(entry.what.split('-').next().unwrap_or_default());
    let any = accepted.iter().filter(|entry| entry.what == "*").map(|entry| entry.weight).max();
    let weight = |lang: Lang| {
        let weights = accepted.iter().filter(|entry| named(entry) == Some(lang)).map(|entry| entry.weight);
        weights.max().or(any)
    };
    let first = accepted.iter().filter(|entry| entry.weight > 0).find_map(named).unwrap_or_default();
    match (weight(Lang::En), weight(Lang::Zh)) {
        (Some(0), None) => Lang::Zh,
        (english, chinese) => match english.unwrap_or(0).cmp(&chinese.unwrap_or(0)) {
            Ordering::Greater => Lang::En,
            Ordering::Less => Lang::Zh,
            Ordering::Equal => first,
        },
    }
}

/// The coding to use: the one that the client weighs most; none where it takes none of them.
pub(super) fn coding(headers: &HeaderMap) -> Coding {
    let accepted = weighted(headers, header::ACCEPT_ENCODING).unwrap_or_default();
    let weight = |token: &str| {
        let exact = accepted.iter().find(|entry| entry.what == token);
        exact.or_else(|| accepted.iter().find(|entry| entry.what == "*")).map_or(0, |entry| entry.weight)
    };
    let mut best = (0, Coding::Identity);
    for coding in Coding::ALL {
        let weight = weight(coding.token());
        if weight > best.0 {
            best = (weight, coding);
        }
    }
    // Plain bytes that are asked for by name, and weighed more, win.
    let plain = accepted.iter().find(|entry| entry.what == "identity").map_or(0, |entry| entry.weight);
    if plain > best.0 { Coding::Identity } else { best.1 }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_bytes(value.as_bytes()).unwrap())])
    }

    #[test]
    fn the_heaviest_coding_wins_and_nothing_is_forced() {
        for (accept, coding_wanted) in [
            ("gzip, deflate, br, zstd", Coding::Zstd),
            ("gzip, br;q=0.9", Coding::Gzip),
            ("gzip;q=0", Coding::Identity),
            ("*", Coding::Zstd),
            ("*;q=0.5, zstd;q=0", Coding::Brotli),
            ("identity, gzip;q=0.5", Coding::Identity),
            ("GZIP;Q=0.5", Coding::Gzip),
            ("gzip;q=nan", Coding::Identity),
            ("", Coding::Identity),
        ] {
            assert_eq!(coding(&headers(header::ACCEPT_ENCODING, accept)), coding_wanted, "{accept}");
        }
        assert_eq!(coding(&HeaderMap::new()), Coding::Identity);
    }

    #[test]
    fn the_preferred_language_that_is_kept_wins() {
        for (accept, wanted) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
            ("fr, en;q=0.2", Lang::En),
            ("fr", Lang::En),
            ("en;q=0.4, zh-Hant;q=0.5", Lang::Zh),
            ("zh, en", Lang::Zh),
            ("*", Lang::En),
            // What is refused is not answered where there is another.
            ("en;q=0", Lang::Zh),
            ("*;q=0.1, en;q=0", Lang::Zh),
            ("en;q=0, zh;q=0", Lang::En),
        ] {
            assert_eq!(lang(&headers(header::ACCEPT_LANGUAGE, accept)), wanted, "{accept}");
        }
    }

    #[test]
    fn a_format_is_chosen_by_the_most_exact_range() {
        let choose = |accept: &str, offered| accepted(&headers(header::ACCEPT, accept), offered).ok();
        assert_eq!(choose("*/*", Format::OF_RECORDS), Some(Format::Json));
        assert_eq!(choose("application/*;q=0.1", Format::OF_RECORDS), Some(Format::Json));
        assert_eq!(choose("text/csv", Format::OF_RECORDS), None);
        assert_eq!(choose("application/json;q=0, */*", Format::OF_RECORDS), None);
        assert_eq!(choose("text/html,application/xhtml+xml,*/*;q=0.8", Format::OF_PAGES), Some(Format::Html));
        assert_eq!(choose("*/*", Format::OF_PAGES), Some(Format::Json));
        // A mark within quotation marks ends nothing, and what is no text refuses nothing else.
        assert_eq!(choose("application/json;x=\"a,\\\";q=0\"", Format::OF_RECORDS), Some(Format::Json));
        assert_eq!(choose("\u{e9}, application/json;q=0", Format::OF_RECORDS), None);
    }
}
