//! Word sequences to what they may mean: names, nouns of several words, values.

use hashbrown::HashMap;

use super::frame::is_article;
use super::token::Token;

/// A dictionary of word sequences, looked up at a position of a question.
///
/// The words behind the first are one text, a space between two, since no word holds one: a
/// dictionary of ten thousand names is made whenever a process is asked its first question.
#[derive(Clone, Debug)]
pub(crate) struct PhraseIndex<T> {
    by_first: HashMap<Box<str>, Vec<Entry<T>>>,
}

#[derive(Clone, Debug)]
struct Entry<T> {
    /// The further words.
    rest: Box<str>,
    /// How many they are.
    len: usize,
    meaning: T,
}

impl<T> Default for PhraseIndex<T> {
    fn default() -> Self {
        PhraseIndex { by_first: HashMap::new() }
    }
}

impl<T: PartialEq> PhraseIndex<T> {
    /// Adds folded words with a space between two; the same meaning twice counts once.
    pub(crate) fn add(&mut self, phrase: &str, meaning: T) {
        if phrase.is_empty() {
            return;
        }
        let (first, rest) = phrase.split_once(' ').unwrap_or((phrase, ""));
        let entries = match self.by_first.get_mut(first) {
            Some(entries) => entries,
            None => self.by_first.entry(first.into()).or_default(),
        };
        if !entries.iter().any(|entry| *entry.rest == *rest && entry.meaning == meaning) {
            let len = if rest.is_empty() { 0 } else { rest.split(' ').count() };
            entries.push(Entry { rest: rest.into(), len, meaning });
        }
    }

    /// All words of all sequences.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        let rest = self.by_first.values().flatten().flat_map(|entry| entry.rest.split(' '));
        self.by_first.keys().map(|first| &**first).chain(rest)
    }

    /// Every sequence that stands at a position, with the position after it.
    pub(crate) fn at<'a>(
        &'a self,
        tokens: &'a [Token],
        at: usize,
    ) -> impl Iterator<Item = (usize, &'a T)> {
        let entries = tokens.get(at).and_then(|token| self.by_first.get(token.word.as_str()));
        entries.into_iter().flatten().filter_map(move |entry| {
            let end = at + 1 + entry.len;
            let following = tokens.get(at + 1..end)?;
            let mut words = entry.rest.split(' ');
            let same = following.iter().all(|token| words.next() == Some(token.word.as_str()));
            same.then_some((end, &entry.meaning))
        })
    }

    /// The same, where an article may stand before any further word: *settle the dispute*.
    pub(crate) fn at_with_articles<'a>(
        &'a self,
        tokens: &'a [Token],
        at: usize,
    ) -> impl Iterator<Item = (usize, &'a T)> {
        let entries = tokens.get(at).and_then(|token| self.by_first.get(token.word.as_str()));
        entries.into_iter().flatten().filter_map(move |entry| {
            let mut end = at + 1;
            for word in entry.rest.split(' ').filter(|_| entry.len > 0) {
                if tokens.get(end)?.word != word && is_article(&tokens[end].word) {
                    end += 1;
                }
                if tokens.get(end)?.word != word {
                    return None;
                }
                end += 1;
            }
            Some((end, &entry.meaning))
        })
    }

    /// Every sequence of the dictionary: its first word, and the further ones.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str, &T)> {
        self.by_first.iter().flat_map(|(first, entries)| {
            entries.iter().map(move |entry| (&**first, &*entry.rest, &entry.meaning))
        })
    }

    /// Whether any sequence begins with the word.
    pub(crate) fn begins(&self, word: &str) -> bool {
        self.by_first.contains_key(word)
    }
}
