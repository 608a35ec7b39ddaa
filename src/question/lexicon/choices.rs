//! Alternatives in an example sentence: `A [provides|gives] aid to B`.
//!
//! Called for each sentence as it is added, before it is parsed. Single words in one place are one
//! frame with other words beside it; other alternatives are frames of their own.

use super::super::frame;
use super::super::token::words;

/// What a sentence with alternatives comes to: single words in one place are one word with others
/// beside it.
pub(super) struct Choices {
    /// The sentence with the first of such words, and all other alternatives as they were.
    pub(super) sentence: String,
    /// Further verbs, in the third person.
    pub(super) verbs: Vec<String>,
    /// Further nouns after `A's`.
    pub(super) nouns: Vec<String>,
    /// Words of the sentence, each with others that may stand for it.
    pub(super) fixed: Vec<(String, Vec<String>)>,
    /// Where the last group that was taken so ends in the sentence.
    group_end: usize,
}

impl Choices {
    pub(super) fn of(text: &str) -> Choices {
        let mut choices = Choices {
            sentence: String::new(),
            verbs: Vec::new(),
            nouns: Vec::new(),
            fixed: Vec::new(),
            group_end: 0,
        };
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('[') {
            choices.sentence.push_str(before);
            let Some((group, behind)) = after.split_once(']') else { break };
            choices.add(group, behind);
            rest = behind;
        }
        choices.sentence.push_str(rest);
        choices
    }

    fn add(&mut self, group: &str, behind: &str) {
        let before = self.sentence.trim_end();
        let after_slot = before.rsplit(' ').next().is_some_and(|word| word == "A" || word == "B");
        let verb = after_slot && !before.contains(' ');
        let noun = before.ends_with("'s");
        let all: Vec<&str> = group.split('|').map(str::trim).collect();
        let word = |text: &str| {
            let words = words(text);
            let article = words
                .first()
                .is_some_and(|word| matches!(word.as_str(), "a" | "an" | "the" | "its" | "their"));
            words[usize::from(article).min(words.len())..].join(" ")
        };
        let plain: Vec<String> = all.iter().map(|text| word(text)).collect();
        let single = |text: &String| {
            !text.is_empty() && !text.split(' ').any(frame::is_preposition) && !text.contains('{')
        };
        let simple = if verb {
            plain.iter().all(|text| single(text) && !text.contains(' '))
        } else {
            let alone =
                ends_piece(behind) && !before.ends_with(']') && self.group_end != before.len();
            plain.iter().all(single) && alone
        };
        let prefix = if verb || noun { String::new() } else { fixed_before(before) };
        let Some((first, others)) = plain.split_first().filter(|_| simple) else {
            self.sentence.push('[');
            self.sentence.push_str(group);
            self.sentence.push(']');
            return;
        };
        self.sentence.push_str(all[0]);
        self.group_end = self.sentence.len();
        let others = others.to_vec();
        match (verb, noun) {
            (true, _) => self.verbs.extend(others),
            (_, true) => self.nouns.extend(others),
            _ => {
                let whole = |word: &String| format!("{prefix}{word}");
                self.fixed.push((whole(first), others.iter().map(whole).collect()));
            }
        }
    }
}

/// Whether what stands behind a group of alternatives begins another part of the sentence.
fn ends_piece(behind: &str) -> bool {
    behind.split_whitespace().next().is_none_or(|word| {
        frame::is_preposition(word) || matches!(word, "A" | "B") || word.starts_with('{')
    })
}

/// The words before a group of alternatives that belong to the same part of the sentence, with a
/// space behind each.
fn fixed_before(before: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    // The first two words are the subject and the verb.
    for word in before.split_whitespace().skip(2) {
        match word {
            "a" | "an" | "the" | "its" | "their" => {}
            "A" | "B" => words.clear(),
            word if frame::is_preposition(word)
                || frame::is_particle(word)
                || word.starts_with('{') =>
            {
                words.clear()
            }
            word => words.push(word),
        }
    }
    words.iter().map(|word| format!("{word} ")).collect()
}
