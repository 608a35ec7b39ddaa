//! Word sequences to what they may mean: names, nouns of several words, values.

use hashbrown::HashMap;

use super::token::Token;

/// A dictionary of word sequences, looked up at a position of a question.
#[derive(Clone, Debug)]
pub(crate) struct PhraseIndex<T> {
    /// By first word: the further words, and what the whole means.
    by_first: HashMap<Box<str>, Vec<(Box<[String]>, T)>>,
}

impl<T> Default for PhraseIndex<T> {
    fn default() -> Self {
        PhraseIndex { by_first: HashMap::new() }
    }
}

impl<T: PartialEq> PhraseIndex<T> {
    /// Adds a sequence of folded words; the same meaning twice counts once.
    pub(crate) fn add(&mut self, words: &[String], meaning: T) {
        let Some((first, rest)) = words.split_first() else { return };
        let entries = self.by_first.entry(first.as_str().into()).or_default();
        if !entries.iter().any(|(words, known)| **words == *rest && *known == meaning) {
            entries.push((rest.into(), meaning));
        }
    }

    /// Every sequence that stands at a position, with the position after it.
    pub(crate) fn at<'a>(
        &'a self,
        tokens: &'a [Token],
        at: usize,
    ) -> impl Iterator<Item = (usize, &'a T)> {
        let entries = tokens.get(at).and_then(|token| self.by_first.get(token.word.as_str()));
        entries.into_iter().flatten().filter_map(move |(rest, meaning)| {
            let end = at + 1 + rest.len();
            let following = tokens.get(at + 1..end)?;
            let same = following.iter().zip(rest).all(|(token, word)| token.word == *word);
            same.then_some((end, meaning))
        })
    }

    /// Every sequence of the dictionary.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &[String], &T)> {
        self.by_first.iter().flat_map(|(first, entries)| {
            entries.iter().map(move |(rest, meaning)| (&**first, &**rest, meaning))
        })
    }

    /// Whether any sequence begins with the word.
    pub(crate) fn begins(&self, word: &str) -> bool {
        self.by_first.contains_key(word)
    }
}
