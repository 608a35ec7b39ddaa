//! Words to syntax: a memoising chart parser for the English of questions.
//!
//! In come the words of a question, the lexicon and the names; out come all its syntax trees,
//! cheapest first. The grammar is general English (noun phrases in [`noun`], clauses in
//! [`clause`], the forms of questions in [`whole`]) and knows nothing of the graph: which trees
//! make sense there is for [`super::meaning`] to say.
//!
//! # Design
//!
//! A rule is a function from a position to the [`Item`]s that begin there: a tree, the position
//! after it, a cost. Noun phrases are memoised by position, so that a stretch is parsed once
//! however many rules ask for it. Ambiguity is kept, not guessed away; what bounds it is a cap on
//! the items of a cell and a budget of steps for the whole, so that no input takes long to be
//! declined. Costs are by hand: a longer name is better than two short ones, a name is better
//! than a near one, a modifier attaches low.

mod adverb;
mod apiece;
mod beside;
mod best;
mod both;
mod choices;
mod clause;
mod deed;
mod equal;
mod filler;
mod head;
mod joint;
mod lead;
mod left_out;
mod list;
mod measure;
mod minus;
mod name;
mod noun;
mod oftener;
mod only;
mod pair;
mod polar;
mod pronoun;
mod quantity;
mod ranked;
mod relative;
mod retold;
mod side;
mod so;
mod tail;
mod time;
mod verbs;
mod whole;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use hashbrown::{HashMap, HashSet};

pub(super) use filler::manners;

use super::effort::Effort;
use super::lexicon::{Lexicon, Word};
use super::names::{Found, Names};
use super::thesaurus;
use super::token::Token;
use super::tree::{Clause, Np, Question};
use super::when;

/// Questions of more words are declined unread.
pub(crate) const WORDS_MAX: usize = 80;

/// The most trees kept for one rule at one position.
const ITEMS_MAX: usize = 64;

/// The most of a cell's items that end at the same word: of phrases, of clauses, of questions.
const SAME_END_MAX: usize = 24;
/// The same in a narrow chart.
const NARROW_END_MAX: usize = 12;
const CLAUSES_MAX: usize = 64;
const QUESTIONS_MAX: usize = 160;

/// The most steps taken for one question: items made, those of many words counting as several. The
/// questions of the sets that are measured take 7,200 at most.
pub(crate) const STEPS_MAX: u32 = 24_000;

/// So many words of a tree are made in one step.
const WORDS_A_STEP: usize = 4;

/// How deep noun phrases and clauses may stand in each other.
const DEPTH_MAX: u32 = 44;

/// How many trees a chart keeps. Nearly every question has its meaning among the cheapest few; one
/// that has none there is parsed again with more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    Narrow,
    Wide,
}

/// A tree, where it ends, and what it costs.
#[derive(Clone, Debug)]
pub(super) struct Item<T> {
    pub(super) end: usize,
    pub(super) tree: T,
    pub(super) cost: u32,
}

/// Costs, in no unit but each other.
mod cost {
    /// A name that is an alias, not the entity's first name.
    pub(super) const ALIAS: u32 = 1;
    /// A name read as another by its spelling.
    pub(super) const CORRECTED: u32 = 12;
    /// A name that nothing bears.
    pub(super) const UNKNOWN: u32 = 30;
    /// Each thing in a tree: fewer and longer things are better.
    pub(super) const PART: u32 = 2;
    /// Words read as what was said, not as what they mean.
    pub(super) const TEXT: u32 = 40;
    /// A statement that is asked about without being put as a question.
    pub(super) const STATED: u32 = 8;
    /// A preposition without what it governs.
    pub(super) const STRANDED: u32 = 3;
}

/// The parser of one question.
pub(crate) struct Chart<'a> {
    text: &'a str,
    tokens: &'a [Token],
    lexicon: &'a Lexicon,
    names: &'a Names,
    width: Width,
    noun_phrases: RefCell<HashMap<usize, Rc<Vec<Item<Np>>>>>,
    near: RefCell<HashMap<usize, Rc<Vec<Found>>>>,
    exact: RefCell<HashMap<usize, Rc<Vec<Found>>>>,
    predicates: RefCell<HashMap<usize, Vec<Item<Clause>>>>,
    relatives: RefCell<HashMap<usize, Vec<Item<Clause>>>>,
    /// Positions whose noun phrases are being parsed: a rule that comes back gets none.
    open: RefCell<HashSet<usize>>,
    /// Whether two are named of which one is asked for, once it is known.
    of_two: Cell<Option<bool>>,
    /// The steps that it may not take, and those and the ones that it has taken.
    begun: u32,
    steps: Cell<u32>,
    depth: Cell<u32>,
}

impl<'a> Chart<'a> {
    /// A parser of one question, which may take some effort.
    pub(crate) fn new(
        text: &'a str,
        tokens: &'a [Token],
        lexicon: &'a Lexicon,
        names: &'a Names,
        width: Width,
        effort: Effort<'_>,
    ) -> Chart<'a> {
        let begun = STEPS_MAX - effort.of(STEPS_MAX);
        Chart {
            text,
            tokens,
            lexicon,
            names,
            width,
            noun_phrases: RefCell::default(),
            near: RefCell::default(),
            exact: RefCell::default(),
            predicates: RefCell::default(),
            relatives: RefCell::default(),
            open: RefCell::default(),
            of_two: Cell::new(None),
            begun,
            steps: Cell::new(begun),
            depth: Cell::new(0),
        }
    }

    /// All readings of all the words as one question or several, cheapest first.
    pub(crate) fn questions(&self) -> Vec<(Vec<Question>, u32)> {
        if self.tokens.len() > WORDS_MAX {
            return Vec::new();
        }
        let whole = self.joined(0);
        let mut all: Vec<(Vec<Question>, u32)> = whole
            .into_iter()
            .filter(|item| self.at_end(item.end))
            .map(|item| (item.tree, item.cost))
            .collect();
        all.sort_by_key(|(_, cost)| *cost);
        all.dedup();
        all
    }

    /// How many steps were taken.
    pub(crate) fn taken(&self) -> u32 {
        self.steps.get() - self.begun
    }

    /// Words that nothing in the question's grammar, the lexicon or the names knows.
    pub(crate) fn unknown_words(&self) -> Vec<usize> {
        let mut covered = vec![false; self.tokens.len()];
        for at in 0..self.tokens.len() {
            for end in self.known_from(at) {
                covered[at..end].iter_mut().for_each(|one| *one = true);
            }
        }
        (0..covered.len()).filter(|&at| !covered[at]).collect()
    }

    /// Words that are neither grammar nor names.
    pub(crate) fn content_words(&self) -> Vec<usize> {
        let mut named = vec![false; self.tokens.len()];
        for at in 0..self.tokens.len() {
            for found in self.exact(at).iter() {
                named[at..found.end].iter_mut().for_each(|one| *one = true);
            }
        }
        let says = |&at: &usize| !named[at] && !is_function_word(&self.tokens[at].word);
        (0..self.tokens.len()).filter(says).collect()
    }

    /// What was written, and the name of one of some nodes that it was read as.
    pub(crate) fn corrections(&self, nodes: &[crate::value::NodeId]) -> Vec<(String, String)> {
        let near = self.near.borrow();
        let mut found: Vec<(usize, String, String)> = Vec::new();
        for (&at, names) in near.iter() {
            for name in names.iter().filter(|name| nodes.contains(&name.bearer.node)) {
                if let Some(read) = &name.correction {
                    found.push((at, self.written(at, name.end).to_owned(), read.to_string()));
                }
            }
        }
        found.sort();
        found.dedup_by_key(|entry| entry.0);
        found.into_iter().map(|(_, written, read)| (written, read)).collect()
    }

    /// The text of a stretch of words, as written.
    fn written(&self, from: usize, to: usize) -> &str {
        let (Some(first), Some(last)) = (self.tokens.get(from), self.tokens.get(to - 1)) else {
            return "";
        };
        first.span.to(last.span).slice(self.text)
    }

    /// The ends of everything known that begins at a position.
    fn known_from(&self, at: usize) -> Vec<usize> {
        let mut ends: Vec<usize> = self.lexicon.at(self.tokens, at).map(|found| found.0).collect();
        ends.extend(self.exact(at).iter().map(|found| found.end));
        ends.extend(when::phrase(self.tokens, at).map(|found| found.0));
        ends.extend(when::bare(self.tokens, at).map(|found| found.0));
        if is_function_word(&self.tokens[at].word) {
            ends.push(at + 1);
        }
        ends
    }

    /// The names that stand at a position, spelt as they are.
    fn exact(&self, at: usize) -> Rc<Vec<Found>> {
        if let Some(found) = self.exact.borrow().get(&at) {
            return Rc::clone(found);
        }
        let found = Rc::new(self.names.exact(self.tokens, at));
        self.exact.borrow_mut().insert(at, Rc::clone(&found));
        found
    }

    /// Near names at a position, where the words there are otherwise unknown.
    fn near(&self, at: usize) -> Rc<Vec<Found>> {
        if let Some(found) = self.near.borrow().get(&at) {
            return Rc::clone(found);
        }
        let unknown = |word: usize| {
            let text = &self.tokens[word].word;
            !is_function_word(text)
                && !self.lexicon.knows(text)
                && self.exact(word).is_empty()
                && text.chars().all(char::is_alphabetic)
                && !is_adverb(&self.tokens[word])
                && !thesaurus::shipped().knows(text)
        };
        // A near name may hold words that are known, but not only such, and none of grammar.
        let open = |from: usize, to: usize| {
            let words = &self.tokens[from..to];
            words.iter().all(|token| !is_function_word(&token.word)) && (from..to).any(unknown)
        };
        let found = Rc::new(self.names.near(self.tokens, at, open));
        self.near.borrow_mut().insert(at, Rc::clone(&found));
        found
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.word.as_str())
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        words.contains(&self.word(at))
    }

    /// The position after a sequence of words, if it stands there.
    fn after(&self, at: usize, words: &str) -> Option<usize> {
        // Asked thousands of times for a question, nearly always of what does not stand there, which the first
        // letter tells: comparing texts of a few letters is a call.
        let (mut end, mut rest) = (at, words.as_bytes());
        loop {
            let word = self.word(end).as_bytes();
            if word.first() != rest.first() || word.is_empty() {
                return None;
            }
            rest = rest.strip_prefix(word)?;
            end += 1;
            match rest {
                [] => return Some(end),
                [b' ', more @ ..] => rest = more,
                _ => return None,
            }
        }
    }

    /// The position after any of some sequences of words, the longest first.
    fn after_any(&self, at: usize, sequences: &[&str]) -> Option<usize> {
        sequences.iter().filter_map(|words| self.after(at, words)).max()
    }

    fn at_end(&self, at: usize) -> bool {
        at >= self.tokens.len()
    }

    fn lexical(&self, at: usize) -> impl Iterator<Item = (usize, &Word)> {
        self.lexicon.at(self.tokens, at)
    }

    /// Keeps the cheapest items of a cell; of each length some, so that what reaches far is not pushed
    /// out by the many readings of its beginning. A narrow chart keeps few, of whatever kind.
    fn prune_to<T>(&self, items: &mut Vec<Item<T>>, from: usize, same_end: usize) {
        self.made(items, from);
        let (same_end, all) = match self.width {
            Width::Narrow => (NARROW_END_MAX, ITEMS_MAX),
            Width::Wide => (same_end, 2 * same_end.max(ITEMS_MAX / 2)),
        };
        items.sort_by_key(|item| item.cost);
        let mut ends: Vec<(usize, usize)> = Vec::new();
        items.retain(|item| {
            let Some(known) = ends.iter_mut().find(|known| known.0 == item.end) else {
                ends.push((item.end, 1));
                return true;
            };
            known.1 += 1;
            known.1 <= same_end
        });
        items.truncate(all);
    }

    fn prune<T>(&self, items: &mut Vec<Item<T>>, from: usize) {
        self.prune_to(items, from, SAME_END_MAX);
    }

    /// Counts items that were made of the words from a position: a tree of many words takes more to
    /// make than one of few.
    fn made<T>(&self, items: &[Item<T>], from: usize) {
        let words = items.iter().map(|item| item.end.saturating_sub(from) / WORDS_A_STEP + 1);
        let steps = u32::try_from(words.sum::<usize>()).unwrap_or(STEPS_MAX);
        self.steps.set(self.steps.get().saturating_add(steps));
    }

    /// Counts work; says whether any is left.
    fn step(&self) -> bool {
        let steps = self.steps.get().saturating_add(1);
        self.steps.set(steps);
        steps < STEPS_MAX
    }

    /// Runs a rule one level deeper; gives nothing past the limit.
    fn deeper<T>(&self, rule: impl FnOnce() -> Vec<Item<T>>) -> Vec<Item<T>> {
        if self.depth.get() >= DEPTH_MAX || !self.step() {
            return Vec::new();
        }
        self.depth.set(self.depth.get() + 1);
        let items = rule();
        self.depth.set(self.depth.get() - 1);
        items
    }
}

/// Words of the grammar, which are never part of a name that is missing.
const FUNCTION_WORDS: [&str; 128] = [
    "a",
    "an",
    "the",
    "this",
    "that",
    "these",
    "those",
    "any",
    "some",
    "every",
    "each",
    "all",
    "both",
    "either",
    "neither",
    "no",
    "not",
    "nor",
    "and",
    "or",
    "but",
    ",",
    "'s",
    "who",
    "whom",
    "whose",
    "what",
    "which",
    "when",
    "where",
    "why",
    "how",
    "many",
    "much",
    "long",
    "often",
    "do",
    "does",
    "did",
    "is",
    "are",
    "was",
    "were",
    "be",
    "been",
    "being",
    "has",
    "have",
    "had",
    "having",
    "will",
    "would",
    "can",
    "could",
    "should",
    "may",
    "might",
    "must",
    "he",
    "she",
    "it",
    "they",
    "him",
    "her",
    "them",
    "his",
    "their",
    "its",
    "i",
    "me",
    "my",
    "we",
    "us",
    "you",
    "your",
    "of",
    "to",
    "in",
    "with",
    "by",
    "for",
    "from",
    "about",
    "on",
    "at",
    "as",
    "into",
    "before",
    "after",
    "since",
    "until",
    "till",
    "between",
    "during",
    "than",
    "other",
    "besides",
    "except",
    "apart",
    "excluding",
    "there",
    "so",
    "too",
    "also",
    "ever",
    "already",
    "exactly",
    "actually",
    "really",
    "still",
    "currently",
    "now",
    "just",
    "please",
    "tell",
    "show",
    "list",
    "name",
    "find",
    "one",
    "ones",
    "according",
    "first",
    "last",
    "same",
    "if",
    "whether",
    "then",
];

/// Whether a word says how something was done: *militarily* is no name.
fn is_adverb(token: &Token) -> bool {
    const LETTERS_MIN: usize = 8;
    !token.capital && token.word.ends_with("ly") && token.word.len() >= LETTERS_MIN
}

fn is_function_word(word: &str) -> bool {
    FUNCTION_WORDS.contains(&word)
}
