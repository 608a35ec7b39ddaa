//! Questions that ask for no one thing: *What is South Ossetia?*, *What happened in 2008?*, *Is Abkhazia a region?*
//!
//! They have no verb of the graph and so no place in [`chart`](super::chart): a lead that is one of a
//! few, then a name or a time and nothing else. `ask` calls it with what has no other reading.

use super::English;
use super::lexicon::{Noun, Word};
use super::names::Found;
use super::token::{self, Token};
use super::when::{self, When};
use crate::graph::LabelId;
use crate::graph::alias::AliasKind;
use crate::value::NodeId;

/// What is asked about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Topic {
    /// What is known of a thing: all that bear the name.
    Thing(Vec<NodeId>),
    /// What happened, to one of these and to one of those where some are named, at some time.
    Happened { to: Vec<Vec<NodeId>>, when: Option<When> },
    /// Whether a thing is of a kind: all that bear its name, and the labels that the kind may be.
    Kind { of: Vec<NodeId>, labels: Vec<LabelId> },
}

impl Topic {
    /// Whether it is a thing that is asked about.
    pub(crate) fn is_thing(&self) -> bool {
        matches!(self, Topic::Thing(_))
    }
}

/// What stands before a name when it is asked what is known of it.
const ABOUT: [&str; 27] = [
    "who is",
    "who was",
    "who are",
    "who were",
    "what is",
    "what was",
    "what are",
    "what is known about",
    "what is known of",
    "what do you know about",
    "what do we know about",
    "tell me about",
    "tell me something about",
    "tell me everything about",
    "tell me more about",
    "describe",
    "who or what is",
    "what is said about",
    "what is stated about",
    "what is recorded about",
    "what does the article say about",
    "what does it say about",
    "what do the facts say about",
    "what do you have on",
    "what do we have on",
    "what can you tell me about",
    "what do you know of",
];

/// What stands before a time, or before what something happened to.
const HAPPENED: [&str; 5] = [
    "what happened",
    "what has happened",
    "what events happened",
    "what took place",
    "list everything that happened",
];

impl English {
    /// What a question asks about, where it is one of these.
    pub(crate) fn topic(&self, question: &str) -> Option<Topic> {
        let tokens = token::tokens(question);
        let about = ABOUT.iter().filter_map(|lead| after(&tokens, 0, lead));
        if let Some(named) =
            about.filter_map(|at| self.named(&tokens, at)).find(|it| it.0 == tokens.len())
        {
            return Some(Topic::Thing(named.1));
        }
        if let Some(kind) = self.kind(&tokens) {
            return Some(kind);
        }
        let mut at = HAPPENED.iter().find_map(|lead| after(&tokens, 0, lead))?;
        let (mut to, mut when) = (Vec::new(), None);
        while at < tokens.len() {
            if let (None, Some((end, time))) = (&when, when::phrase(&tokens, at)) {
                (at, when) = (end, Some(time));
                continue;
            }
            if !to.is_empty() {
                return None;
            }
            let word = tokens[at].word.as_str();
            let (end, first) = self.named(&tokens, at + 1)?;
            match word {
                "to" | "with" => (at, to) = (end, vec![first]),
                "between" => {
                    let and = after(&tokens, end, "and")?;
                    let (end, second) = self.named(&tokens, and)?;
                    (at, to) = (end, vec![first, second]);
                }
                _ => return None,
            }
        }
        (when.is_some() || !to.is_empty()).then_some(Topic::Happened { to, when })
    }

    /// `Is Abkhazia a region?`
    fn kind(&self, tokens: &[Token]) -> Option<Topic> {
        let be = ["is", "was", "are", "were"].iter().find_map(|word| after(tokens, 0, word))?;
        let (end, of) = self.named(tokens, be)?;
        let article = ["a", "an", "really a", "some kind of"]
            .iter()
            .find_map(|lead| after(tokens, end, lead));
        let noun = article?;
        let mut labels: Vec<LabelId> = Vec::new();
        for (end, word) in self.lexicon.at(tokens, noun) {
            if let Word::Noun { noun: Noun::Label(label), .. } = word
                && end == tokens.len()
                && !labels.contains(label)
            {
                labels.push(*label);
            }
        }
        (!labels.is_empty()).then_some(Topic::Kind { of, labels })
    }

    /// The longest name at a position, after an article: where it ends, and all that bear it.
    fn named(&self, tokens: &[Token], at: usize) -> Option<(usize, Vec<NodeId>)> {
        let at = after(tokens, at, "the").unwrap_or(at);
        let is_name = |found: &Found| found.bearer.kind != AliasKind::Adjective;
        let all: Vec<Found> = self.names.exact(tokens, at).into_iter().filter(is_name).collect();
        let end = all.iter().map(|found| found.end).max()?;
        let longest = || all.iter().filter(|found| found.end == end);
        // What is called so first is rather meant than what has it for another name.
        let first = longest().any(|found| found.bearer.first);
        let mut nodes: Vec<NodeId> = longest()
            .filter(|found| found.bearer.first || !first)
            .map(|found| found.bearer.node)
            .collect();
        nodes.sort_unstable();
        nodes.dedup();
        Some((end, nodes))
    }
}

/// The position after some words, where they stand at a position.
fn after(tokens: &[Token], at: usize, words: &str) -> Option<usize> {
    let mut end = at;
    for word in words.split(' ') {
        if tokens.get(end)?.word != word {
            return None;
        }
        end += 1;
    }
    Some(end)
}
