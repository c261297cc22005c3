//! The hint for a word that is not known.

/// The nearest of some names, if one is near enough to have been meant.
pub(super) fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let bound = (word.chars().count() / 3).max(1);
    let near = |name: &&'n str| name.len().abs_diff(word.len()) <= 4 * bound;
    names
        .into_iter()
        .filter(near)
        .map(|name| (strsim::damerau_levenshtein(&word.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= bound)
        .min()
        .map(|(_, name)| name)
}

/// `did you mean …?` for the nearest of some names.
pub(super) fn did_you_mean<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    nearest(word, names).map(|name| format!("did you mean `{name}`?"))
}

/// The nearest of a few names, and all of them.
pub(super) fn among(word: &str, names: &[&str]) -> String {
    let allowed = format!("allowed: {}", names.join(", "));
    match did_you_mean(word, names.iter().copied()) {
        Some(nearest) => format!("{nearest} {allowed}"),
        None => allowed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_found_and_a_far_one_is_not() {
        assert_eq!(nearest("sumit", ["call", "summit", "visit"]), Some("summit"));
        assert_eq!(nearest("us", ["CN", "US"]), Some("US"));
        assert_eq!(nearest("quux", ["call", "summit"]), None);
        assert_eq!(among("cal", &["call", "visit"]), "did you mean `call`? allowed: call, visit");
        assert_eq!(among("x", &["call", "visit"]), "allowed: call, visit");
    }
}
