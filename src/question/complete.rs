//! How a question that is begun may go on, so that it will have an answer.
//!
//! ```text
//! who rec▮                 recognises              (the type's first sentence)
//! who recognises ▮         Abkhazia, South Ossetia (what something recognises)
//! when did russia ▮        recognise, meet, …
//! ```
//!
//! Every sentence of every relationship type gives a few forms of questions; those that agree with
//! what is written propose their next word. In the place of a thing stand names of things of
//! which such a statement is recorded.

use super::English;
use super::frame::{Frame, Head, Role, What};
use super::morphology::{Form, plural, verb_forms};
use super::say;
use super::token::{self, Token};
use crate::graph::declaration::Meaning;
use crate::graph::{Direction, LabelId, Snapshot, TypeId};
use crate::value::NodeId;

/// The most words proposed.
const PROPOSED_MAX: usize = 200;

/// The most names looked at for one place.
const LOOKED_AT: usize = 20_000;

/// A part of a form.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    Word(String),
    /// A thing that stands at an end of a type.
    Thing(TypeId, Role),
}

/// The forms of questions of a graph.
pub(crate) type Forms = Vec<Vec<Part>>;

/// What may stand from a byte of the text on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Proposals {
    pub(crate) start: usize,
    pub(crate) words: Vec<String>,
}

impl English {
    /// What may follow the beginning of a question, in place of the word that is not finished.
    pub(crate) fn continued(&self, graph: &dyn Snapshot, begun: &str) -> Proposals {
        let mut tokens = token::tokens(begun);
        let finished = begun.is_empty() || begun.ends_with(char::is_whitespace);
        let last = if finished { None } else { tokens.pop() };
        let partial = last.as_ref().map_or("", |token| token.word.as_str());
        let start = last.as_ref().map_or(begun.len(), |token| token.span.start as usize);
        let mut search = Search {
            english: self,
            graph,
            tokens: &tokens,
            partial,
            found: Proposals { start, words: Vec::new() },
        };
        let all = || self.lexicon.frames.iter().flat_map(|frame| forms(self, frame)).collect();
        for form in self.forms.get_or_init(all) {
            search.follow(form, 0);
            if search.found.words.len() >= PROPOSED_MAX {
                break;
            }
        }
        search.sort();
        search.found
    }
}

struct Search<'a> {
    english: &'a English,
    graph: &'a dyn Snapshot,
    /// The words before the one that is not finished.
    tokens: &'a [Token],
    partial: &'a str,
    found: Proposals,
}

impl Search<'_> {
    /// Goes along a form and the words; where the words end, the form's next part is proposed.
    fn follow(&mut self, form: &[Part], at: usize) {
        let Some((part, rest)) = form.split_first() else { return };
        match part {
            Part::Word(word) if at == self.tokens.len() => {
                if word.starts_with(self.partial) {
                    self.propose(word.clone(), None);
                }
            }
            Part::Word(word) => {
                if self.tokens[at].word == *word {
                    self.follow(rest, at + 1);
                }
            }
            Part::Thing(of, role) => {
                let ends: Vec<usize> = {
                    let found = self.english.names.exact(self.tokens, at);
                    let fits = |node| self.takes_part(node, *of, *role);
                    found.iter().filter(|one| fits(one.bearer.node)).map(|one| one.end).collect()
                };
                for &end in &ends {
                    self.follow(rest, end);
                }
                if ends.is_empty() {
                    self.names(*of, *role, at);
                }
            }
        }
    }

    /// Names that begin with the words from a position on.
    fn names(&mut self, of: TypeId, role: Role, at: usize) {
        let words: Vec<&str> = self.tokens[at..].iter().map(|token| token.word.as_str()).collect();
        let begun = [words.as_slice(), &[self.partial]].concat().join(" ");
        let begun = begun.trim_start();
        if words.len() > 6 || !words.is_empty() && begun.trim_end() == "the" {
            return;
        }
        let start = self.tokens.get(at).map(|token| token.span.start as usize);
        let mut names: Vec<String> = Vec::new();
        for (written, node) in self.english.names.beginning_with(begun).take(LOOKED_AT) {
            if self.takes_part(node, of, role) {
                names.push(written.to_string());
            }
            if self.found.words.len() + names.len() >= PROPOSED_MAX {
                break;
            }
        }
        names.sort();
        names.into_iter().for_each(|name| self.propose(name, start));
    }

    /// Words of questions stand as they were found, the likeliest form first; names behind them by letter, whatever
    /// form they belong to.
    fn sort(&mut self) {
        let is_name = |word: &String| word.chars().next().is_some_and(char::is_uppercase);
        self.found.words.sort_by(|one, other| match (is_name(one), is_name(other)) {
            (true, true) => one.cmp(other),
            (one, other) => one.cmp(&other),
        });
    }

    /// Proposals all replace the same stretch: of several beginnings the first found counts.
    fn propose(&mut self, word: String, start: Option<usize>) {
        let start = start.unwrap_or(self.found.start).min(self.found.start);
        if self.found.words.is_empty() {
            self.found.start = start;
        }
        if start == self.found.start && !self.found.words.contains(&word) {
            self.found.words.push(word);
        }
    }

    /// Whether a statement of a type is recorded of a thing.
    fn takes_part(&self, node: NodeId, of: TypeId, role: Role) -> bool {
        let direction = match role {
            Role::End => Direction::Incoming,
            _ => Direction::Outgoing,
        };
        let mut any = false;
        self.graph.adjacency(of, direction).for_each(node, |_, _| any = true);
        any
    }
}

/// The forms of questions that a sentence gives.
fn forms(english: &English, frame: &Frame) -> Vec<Vec<Part>> {
    let Meaning::Type(of) = frame.means else { return Vec::new() };
    let (Some(subject @ (Role::Start | Role::End)), false) =
        (frame.subject, matches!(frame.head, Head::Noun(_)))
    else {
        return Vec::new();
    };
    let Some((behind, stranded)) = complements(of, frame) else { return Vec::new() };
    let other = if subject == Role::Start { Role::End } else { Role::Start };
    let word = |text: &str| Part::Word(text.to_owned());
    let words = |text: &str| text.split(' ').map(word).collect::<Vec<_>>();
    let (third, base, did) = match &frame.head {
        Head::Verb(base) => (say::verb(&frame.head, false, false), base.clone(), "did"),
        _ => ("is".to_owned(), String::new(), "is"),
    };
    let plain = |base: &str| if base.is_empty() { Vec::new() } else { words(base) };
    let thing = || Part::Thing(of, subject);
    let nouns = |role: Role| {
        let (from, to) = english.lexicon.ends(of);
        let labels: &[LabelId] = if role == Role::Start { from } else { to };
        let one = |&label: &LabelId| english.lexicon.label_noun(label).map(str::to_owned);
        labels.iter().filter_map(one).collect::<Vec<String>>()
    };
    let mut forms = vec![
        [words("who"), words(&third), behind.clone()].concat(),
        [words("when"), words(did), vec![thing()], plain(&base), behind.clone()].concat(),
        [words("whom"), words(did), vec![thing()], plain(&base), stranded.clone()].concat(),
        [words("what"), words(did), vec![thing()], plain(&base), stranded.clone()].concat(),
        [words(did), vec![thing()], plain(&base), behind.clone()].concat(),
    ];
    let many = if base.is_empty() { "are".to_owned() } else { base.clone() };
    for noun in nouns(subject) {
        let noun = plural(&noun);
        forms.push([words("which"), words(&noun), words(&many), behind.clone()].concat());
        forms.push([words("how many"), words(&noun), words(&many), behind.clone()].concat());
        let that = [words("list the"), words(&noun), words("that"), words(&many)].concat();
        forms.push([that, behind.clone()].concat());
    }
    for noun in nouns(other) {
        let asked = [words("which"), words(&noun), words(did), vec![thing()]].concat();
        forms.push([asked, plain(&base), stranded.clone()].concat());
    }
    if let Head::Verb(base) = &frame.head {
        let participle = verb_forms(base).into_iter().find(|form| form.1 == Form::Participle);
        if let (Some((participle, _)), Some(object)) = (participle, frame.object) {
            let by = [vec![Part::Thing(of, object)], words(&participle), words("by")].concat();
            forms.push([words("is"), by.clone(), vec![thing()]].concat());
            let who = [words("who is"), words(&participle), words("by"), vec![thing()]].concat();
            forms.push(who);
        }
    }
    forms
}

/// What stands behind the verb: with the other thing in its place, and without it; nothing where
/// the sentence has not exactly one other thing.
fn complements(of: TypeId, frame: &Frame) -> Option<(Vec<Part>, Vec<Part>)> {
    let (mut behind, mut stranded) = (Vec::new(), Vec::new());
    let mut things = 0;
    if let Some(object) = frame.object {
        behind.push(Part::Thing(of, object));
        things += 1;
    }
    for piece in &frame.pieces {
        let preposition = piece.preposition.iter().map(|word| Part::Word(word.clone()));
        match &piece.what {
            What::Fixed(fixed) => {
                let fixed: Vec<Part> =
                    fixed.split(' ').map(|word| Part::Word(word.to_owned())).collect();
                behind.extend(preposition.clone().chain(fixed.iter().cloned()));
                stranded.extend(preposition.chain(fixed));
            }
            // What says more may be left out.
            What::Slot(Role::Property(_)) => {}
            What::Slot(role) => {
                behind.extend(preposition.clone().chain([Part::Thing(of, *role)]));
                stranded.extend(preposition);
                things += 1;
            }
        }
    }
    (things == 1).then_some((behind, stranded))
}
