//! Words of a question that are nearly ones that are known: *peple*, *captial*, *recieve*.
//!
//! Called where a question has no reading and a word in it that nothing knows. Names have their own
//! corrections, in [`names`](super::names); here it is the other words: those of the lexicon and of the
//! grammar. Only slips of the hand are mended, a letter left out, one too many, two that changed places:
//! a letter that is another one makes another word (*raided*, *raised*). What was corrected is said.

use hashbrown::HashSet;

use super::lexicon::Lexicon;
use super::names::Names;
use super::token::Token;

/// Shorter words are too like each other.
const LETTERS_MIN: usize = 4;

/// How many words of a question are mended.
const WORDS_MAX: usize = 2;

/// Words of their own that a lexicon may not have, and are a slip away from ones that it has.
const REAL: &str = "county counties statue statues stating marital causal angel trail fist sate lats sores cites planes \
    moths least latter late lose loose sold partly world word quite quiet quit freed hash read even really \
    sort though array care cares could theme layer thanks fits audio treats nicer noted angle shot sole \
    blank front font tail tool lots stores relies derives sites besides paste pages star resort hints \
    defines race guests bases width closed placed true patch prised tanked hosed reused defiled meditated \
    accursed prized";

/// Words of the grammar that are often mistyped, besides those that it lists.
const GRAMMAR: [&str; 44] = [
    "which",
    "when",
    "where",
    "what",
    "whom",
    "whose",
    "while",
    "there",
    "their",
    "before",
    "after",
    "during",
    "between",
    "since",
    "until",
    "within",
    "earlier",
    "later",
    "first",
    "last",
    "second",
    "third",
    "latest",
    "earliest",
    "month",
    "months",
    "year",
    "years",
    "same",
    "times",
    "often",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "without",
    "against",
];

/// The text of a question with its unknown words respelt, and what was written for what.
pub(super) fn respelt(
    text: &str,
    tokens: &[Token],
    unknown: &[usize],
    lexicon: &Lexicon,
    names: &Names,
) -> Option<(String, Vec<(String, String)>)> {
    let roles = names.role_words();
    // *Zealand* is known where a ministry is one of New Zealand, though nothing is called so by itself.
    let unknown: Vec<usize> =
        unknown.iter().copied().filter(|&at| !roles.contains(&tokens[at].word)).collect();
    if unknown.is_empty() || unknown.len() > WORDS_MAX {
        return None;
    }
    let mut out = text.to_owned();
    let mut corrections = Vec::new();
    // From the last to the first, so that what stands before stays where it is.
    for &at in unknown.iter().rev() {
        let token = &tokens[at];
        let word = owner(token, names).or_else(|| nearly(&token.word, lexicon, roles))?;
        let written = token.span.slice(text).to_owned();
        out.replace_range(token.span.start as usize..token.span.end as usize, &word);
        corrections.push((written, word));
    }
    corrections.reverse();
    Some((out, corrections))
}

/// `japans`: whose something is, with the mark left out.
fn owner(token: &Token, names: &Names) -> Option<String> {
    let name = token.word.strip_suffix('s').filter(|name| name.len() >= LETTERS_MIN)?;
    let alone = [Token { word: name.to_owned(), ..token.clone() }];
    let is_name = names.exact(&alone, 0).iter().any(|found| found.end == 1);
    is_name.then(|| format!("{name}'s"))
}

/// The only known word that a slip of the hand makes of this.
fn nearly(word: &str, lexicon: &Lexicon, roles: &HashSet<String>) -> Option<String> {
    let long = word.chars().count() >= LETTERS_MIN && word.chars().all(char::is_alphabetic);
    if !long || REAL.split(' ').any(|real| real == word) {
        return None;
    }
    let mut found: Option<&str> = None;
    for known in lexicon.all_words().chain(GRAMMAR).chain(roles.iter().map(String::as_str)) {
        if is_slip(word, known) && found != Some(known) {
            if found.is_some() {
                return None;
            }
            found = Some(known);
        }
    }
    found.map(str::to_owned)
}

/// Whether a word is another with a letter left out, one too many, or two that changed places. The first
/// letter is right.
fn is_slip(written: &str, known: &str) -> bool {
    let (w, k) = (written.as_bytes(), known.as_bytes());
    if w.len().abs_diff(k.len()) > 1 || k.len() < LETTERS_MIN || w.first() != k.first() || w == k {
        return false;
    }
    let same = w.iter().zip(k).take_while(|(a, b)| a == b).count();
    let (w, k) = (&w[same..], &k[same..]);
    match w.len().cmp(&k.len()) {
        std::cmp::Ordering::Less => w == &k[1..],
        std::cmp::Ordering::Greater => &w[1..] == k,
        std::cmp::Ordering::Equal => {
            w.len() > 1 && w[0] == k[1] && w[1] == k[0] && w[2..] == k[2..]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_slip;

    #[test]
    fn slips_are_no_other_words() {
        for (written, known) in [
            ("peple", "people"),
            ("captial", "capital"),
            ("awrd", "award"),
            ("borrders", "borders"),
        ] {
            assert!(is_slip(written, known), "{written}");
        }
        for (written, known) in [("raided", "raised"), ("award", "award"), ("eward", "award")] {
            assert!(!is_slip(written, known), "{written}");
        }
    }
}
