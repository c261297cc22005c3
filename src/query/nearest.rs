//! The nearest known name to a name that is not known.

/// How alike two names must be (Jaro-Winkler, 0 to 1) for one to be offered for the other.
const ALIKE: f64 = 0.8;

/// The candidate most like `name`, if any is alike enough to be meant.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&name, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_the_word_and_noise_finds_none() {
        let words = ["call", "summit", "joint-statement"];
        assert_eq!(nearest("sumit", words), Some("summit"));
        assert_eq!(nearest("Joint-statment", words), Some("joint-statement"));
        assert_eq!(nearest("zzz", words), None);
    }
}
