//! A raw query string, taken apart strictly: nothing in it is ignored, clamped or guessed.

use std::fmt;

use serde::Serialize;

use super::nearest::nearest;

/// The most values that one parameter may have.
pub const MOST_VALUES: usize = 100;

/// What is wrong with a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ParameterProblem)]
pub struct Problem {
    /// The parameter's name.
    pub parameter: String,
    /// The value that is refused.
    pub value: String,
    /// What is wrong with it.
    pub reason: String,
    /// What is allowed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// The nearest name that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub did_you_mean: Option<String>,
}

impl Problem {
    /// A problem without more to say.
    pub fn new(parameter: impl Into<String>, value: impl Into<String>, reason: impl Into<String>) -> Problem {
        Problem {
            parameter: parameter.into(),
            value: value.into(),
            reason: reason.into(),
            allowed: Vec::new(),
            did_you_mean: None,
        }
    }

    /// Adds what is allowed.
    #[must_use]
    pub fn allowed(mut self, allowed: impl IntoIterator<Item = impl Into<String>>) -> Problem {
        self.allowed = allowed.into_iter().map(Into::into).collect();
        self
    }

    /// Adds the allowed name that is nearest to `name`.
    #[must_use]
    pub fn nearest(mut self, name: &str) -> Problem {
        self.did_you_mean = nearest(name, self.allowed.iter().map(String::as_str)).map(str::to_owned);
        self
    }
}

/// The name of a parameter: a key, and a modifier with its point, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    key: &'static str,
    suffix: &'static str,
}

impl Name {
    /// The name of a field with an operator's suffix.
    #[must_use]
    pub fn new(key: &'static str, suffix: &'static str) -> Name {
        Name { key, suffix }
    }
}

impl From<&'static str> for Name {
    fn from(key: &'static str) -> Name {
        Name { key, suffix: "" }
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        other.strip_prefix(self.key).is_some_and(|suffix| suffix == self.suffix)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.key, self.suffix)
    }
}

/// A parameter as it was given.
#[derive(Debug, Clone)]
struct Given {
    name: String,
    values: Vec<String>,
    taken: bool,
}

/// The parameters of a request, the ones already understood marked as taken.
#[derive(Debug, Clone, Default)]
pub struct Params {
    given: Vec<Given>,
    known: Vec<Name>,
    ignored: Vec<String>,
    problems: Vec<Problem>,
}

impl Params {
    /// Takes a raw query string (without the `?`) apart.
    #[must_use]
    pub fn decode(raw: &str) -> Params {
        let mut params = Params::default();
        for pair in raw.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (decode(name), decode(value)) {
                (Ok(name), Ok(value)) => params.push(name, value),
                (name, value) => {
                    let reason = name.as_ref().err().or(value.as_ref().err()).copied().unwrap_or_default();
                    let shown = |text: Result<String, _>, raw: &str| text.unwrap_or_else(|_| raw.to_owned());
                    params.problems.push(Problem::new(shown(name, pair), shown(value, value_of(pair)), reason));
                }
            }
        }
        params
    }

    fn push(&mut self, name: String, value: String) {
        // Cache-busters and campaign marks are put on links by others than the client's author.
        if name == "_" || name.starts_with("utm_") {
            // Sorted, so that their order in the request makes no second answer.
            if let Err(at) = self.ignored.binary_search(&name) {
                self.ignored.insert(at, name);
            }
            return;
        }
        match self.given.iter_mut().find(|given| given.name == name) {
            Some(given) => given.values.push(value),
            None => self.given.push(Given { name, values: vec![value], taken: false }),
        }
    }

    /// Notes a problem. Nothing allows an empty value, and of one no more need be said than what is allowed.
    pub fn refuse(&mut self, mut problem: Problem) {
        if problem.value.is_empty() {
            "the value is empty".clone_into(&mut problem.reason);
        }
        self.problems.push(problem);
    }

    /// Notes that a parameter is not there and has to be.
    pub fn lacks(&mut self, name: &str, allowed: impl IntoIterator<Item = impl Into<String>>) {
        self.problems.push(Problem::new(name, "", "it has to be given").allowed(allowed));
    }

    /// The names of the parameters that were dropped (cache-busters and campaign marks only), sorted.
    #[must_use]
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    fn take(&mut self, name: Name) -> Option<Vec<String>> {
        self.known.push(name);
        let given = self.given.iter_mut().find(|given| name == *given.name)?;
        given.taken = true;
        Some(given.values.clone())
    }

    /// The first value of a parameter, which is not taken by that.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&str> {
        self.given.iter().find(|given| given.name == name)?.values.first().map(String::as_str)
    }

    /// Whether a parameter is there, whatever its value.
    #[must_use]
    pub fn is_given(&self, name: &str) -> bool {
        self.given.iter().any(|given| given.name == name)
    }

    /// Takes a parameter that has one value, which is not split at commas.
    pub fn one(&mut self, name: impl Into<Name>) -> Option<String> {
        let name = name.into();
        let values = self.take(name)?;
        if let [value] = values.as_slice() {
            return Some(value.clone());
        }
        let reason = "the parameter takes one value and is given more than once";
        self.refuse(Problem::new(name.to_string(), values.join("&"), reason));
        None
    }

    /// Takes a parameter that has several values, separated by commas or given again.
    pub fn several(&mut self, name: impl Into<Name>) -> Option<Vec<String>> {
        let name = name.into();
        let given = self.take(name)?;
        let values: Vec<String> = given.iter().flat_map(|value| value.split(',')).map(str::to_owned).collect();
        if values.len() > MOST_VALUES {
            let reason = format!("{} values are given, and {MOST_VALUES} are allowed", values.len());
            self.refuse(Problem::new(name.to_string(), format!("{} values", values.len()), reason));
            return None;
        }
        Some(values)
    }

    /// Takes a parameter that says `true` or `false`.
    pub fn boolean(&mut self, name: &'static str) -> Option<bool> {
        let value = self.one(name)?;
        let parsed = match value.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        if parsed.is_none() {
            self.refuse(Problem::new(name, value, "it is true or false").allowed(["true", "false"]));
        }
        parsed
    }

    /// Ends the reading: every parameter that nobody took is a problem. Gives all problems, in order of the request.
    pub fn finish(&mut self) -> Result<(), Vec<Problem>> {
        let unknown: Vec<Given> = self.given.iter().filter(|given| !given.taken).cloned().collect();
        for given in unknown {
            let problem = self.unknown(&given);
            self.problems.push(problem);
        }
        let order = |name: &str| self.given.iter().position(|given| given.name == name).unwrap_or(usize::MAX);
        let mut problems = std::mem::take(&mut self.problems);
        problems.sort_by_key(|problem| order(&problem.parameter));
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// The names that were asked for, sorted.
    fn known(&self) -> Vec<String> {
        let mut known: Vec<String> = self.known.iter().map(Name::to_string).collect();
        known.sort_unstable();
        known.dedup();
        known
    }

    fn unknown(&self, given: &Given) -> Problem {
        let known = self.known();
        let value = given.values.join("&");
        let base = given.name.split('.').next().unwrap_or_default();
        if let Some((_, modifier)) = given.name.split_once('.')
            && known.iter().any(|name| name == base)
        {
            let forms = known.into_iter().filter(|name| name.split('.').next() == Some(base));
            return Problem::new(&given.name, value, format!("`{base}` has no modifier `{modifier}` here"))
                .allowed(forms)
                .nearest(&given.name);
        }
        Problem::new(&given.name, value, "there is no such parameter here").allowed(known).nearest(&given.name)
    }
}

fn value_of(pair: &str) -> &str {
    pair.split_once('=').map_or("", |(_, value)| value)
}

/// Decodes `application/x-www-form-urlencoded` text, strictly.
fn decode(text: &str) -> Result<String, &'static str> {
    let spaced = text.replace('+', " ");
    let decoded = percent_encoding::percent_decode_str(&spaced).decode_utf8().map_err(|_| "it is not valid UTF-8")?;
    if decoded.contains('\0') { Err("it holds a NUL character") } else { Ok(decoded.into_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_strictly() {
        let mut params = Params::decode("q=a+b%20c&bad=%ff&nul=%00&_=1&utm_source=x&&type=a,b&type=c");
        assert_eq!(params.one("q").as_deref(), Some("a b c"));
        assert_eq!(params.several("type").unwrap(), ["a", "b", "c"]);
        assert_eq!(params.ignored(), ["_", "utm_source"]);
        let problems = params.finish().unwrap_err();
        assert_eq!(problems.len(), 2);
        assert_eq!((problems[0].parameter.as_str(), problems[0].value.as_str()), ("bad", "%ff"));
        assert_eq!(problems[1].reason, "it holds a NUL character");
    }

    #[test]
    fn what_nobody_took_is_refused_with_the_nearest_name() {
        let mut params = Params::decode("typ=call&type.foo=1");
        params.several("type");
        params.several("type.not");
        let problems = params.finish().unwrap_err();
        assert_eq!(problems[0].did_you_mean.as_deref(), Some("type"));
        assert_eq!(problems[1].allowed, ["type", "type.not"]);
    }

    #[test]
    fn empty_repeated_and_endless_values_are_refused() {
        let many = vec!["1"; MOST_VALUES + 1].join(",");
        let mut params = Params::decode(&format!("total=&limit=1&limit=2&year={many}"));
        assert_eq!(params.boolean("total"), None);
        assert_eq!(params.one("limit"), None);
        assert_eq!(params.several("year"), None);
        let problems = params.finish().unwrap_err();
        assert_eq!(problems.len(), 3);
        assert_eq!((problems[0].reason.as_str(), problems[0].allowed.len()), ("the value is empty", 2));
    }
}
