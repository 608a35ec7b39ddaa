//! "Did you mean": the nearest of the words that would have been right.

/// The candidate nearest to `word`, if it is near enough to be what was meant.
///
/// Near means at most one edit for words of up to four letters, two up to eight, three above
/// (optimal string alignment: a swap of neighbours is one edit); upper and lower case are the
/// same letter. Among equally near candidates the first in alphabetical order wins, so that
/// the answer does not depend on the order of a hash map.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let folded = word.to_lowercase();
    let limit = match folded.chars().count() {
        0..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= 4 * limit)
        .map(|candidate| (strsim::osa_distance(&folded, &candidate.to_lowercase()), candidate))
        .filter(|&(distance, candidate)| distance <= limit && candidate != word)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_word_within_the_limit() {
        let labels = ["Person", "State", "Region"];
        assert_eq!(nearest("Persn", labels), Some("Person"));
        assert_eq!(nearest("state", labels), Some("State"));
        assert_eq!(nearest("Organisation", labels), None);
        assert_eq!(nearest("State", labels), None);
    }
}
