//! What is said of a question that is not understood: which part of it was, and which questions near to it
//! have an answer.
//!
//! `ask` calls it with what has no reading. A near question speaks of what the question names, by what it
//! says was done, and asks what it asks; the more of these it has, the nearer it is.

use super::effort::Purse;
use super::form::{Asked, Inquiry, Pattern, Thing};
use super::lexicon::{Noun, Word};
use super::token::{self, Token};
use super::tree::Unit;
use super::{Context, English, NEAR_MAX, Reading, SHORTENED_MAX, Understood, chart, say, when};
use crate::graph::{Direction, KeyId, LabelId, Snapshot, TypeId};
use crate::value::{NodeId, Value};

/// How many of the types and things that a question speaks of are looked at.
const MENTIONED_MAX: usize = 8;

/// Of things that are called by their kind, so many are looked at.
const OF_A_KIND_MAX: usize = 3;

/// How many joints between two parts of a question are tried.
const JOINTS_MAX: usize = 3;

/// How many proposals are tried.
const TRIED_MAX: usize = 2 * NEAR_MAX;

/// The part of its work that reading a part of a question may take.
const PART: u32 = 8;

/// A question of which a part was understood.
#[derive(Debug)]
pub(crate) struct Half {
    pub(crate) understood: String,
    pub(crate) reading: Reading,
    pub(crate) other: String,
}

/// What a question speaks of.
#[derive(Debug, Default)]
struct Mentioned {
    nodes: Vec<NodeId>,
    types: Vec<TypeId>,
    labels: Vec<LabelId>,
    keys: Vec<KeyId>,
    times: Vec<when::When>,
}

/// What a question asks for, as far as its first words say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Time,
    Number,
    Whether,
    Things,
}

impl English {
    /// The part of a question, before or behind a joint, that is understood by itself.
    pub(crate) fn half_understood(
        &self,
        graph: &dyn Snapshot,
        context: &Context,
        question: &str,
        purse: &Purse,
    ) -> Option<Half> {
        let tokens = token::tokens(question);
        if tokens.len() > SHORTENED_MAX {
            return None;
        }
        let is_joint = |&at: &usize| matches!(tokens[at].word.as_str(), "," | "and" | "but" | "or");
        let joints = (2..tokens.len().saturating_sub(2)).filter(is_joint).take(JOINTS_MAX);
        let mut best: Option<Half> = None;
        for joint in joints {
            let behind = joint + 1 + usize::from(is_joint(&(joint + 1)));
            let parts = [&tokens[..joint], &tokens[behind.min(tokens.len())..]];
            let [first, second] = parts.map(|part| text_of(part, question));
            for (part, other) in [(first, second), (second, first)] {
                let longer = best.as_ref().is_none_or(|best| part.len() > best.understood.len());
                if part.is_empty() || other.is_empty() || !longer {
                    continue;
                }
                let reading = match self.understand_with(graph, context, part, purse.part(PART)) {
                    Understood::As(reading) => reading,
                    Understood::Several(mut readings) => readings.swap_remove(0),
                    Understood::Not(_) => continue,
                };
                let (understood, other) = (part.to_owned(), other.to_owned());
                best = Some(Half { understood, reading, other });
            }
        }
        best
    }

    /// `Where did X meet Y?`, where the meeting has a meaning and a place has none: the word that asks, what
    /// stands behind it, and its meaning.
    pub(crate) fn unsaid<'q>(
        &self,
        graph: &dyn Snapshot,
        context: &Context,
        question: &'q str,
        purse: &Purse,
    ) -> Option<(String, &'q str, Reading)> {
        let tokens = token::tokens(question);
        let asking = tokens.first().map(|first| first.word.as_str())?;
        if tokens.len() > SHORTENED_MAX || !matches!(asking, "where" | "why" | "how") {
            return None;
        }
        let rest = text_of(&tokens[1..], question);
        match self.understand_with(graph, context, rest, purse.part(PART)) {
            Understood::As(reading) => {
                let unknown =
                    |one: &Inquiry| one.pattern.things.iter().any(|thing| thing.unknown.is_some());
                let asks = |one: &Inquiry| one.asked == Asked::Whether && !unknown(one);
                let asks = reading.inquiries.iter().all(asks);
                asks.then(|| (asking.to_owned(), rest, reading))
            }
            _ => None,
        }
    }

    /// Questions that work and are near to one that does not, the nearest first.
    pub(crate) fn near_questions(
        &self,
        graph: &dyn Snapshot,
        question: &str,
        purse: &Purse,
    ) -> Vec<String> {
        let tokens = token::tokens(question);
        if tokens.len() > chart::WORDS_MAX {
            return Vec::new();
        }
        let mentioned = self.mentioned(graph, &tokens);
        let wanted = wanted(&tokens);
        let mut found: Vec<(u32, Inquiry)> = Vec::new();
        for &of in &mentioned.types {
            found.extend(self.of_a_type(graph, of, &mentioned, wanted));
        }
        found.extend(self.of_properties(graph, &mentioned));
        if found.len() < NEAR_MAX {
            found.extend(self.of_things(graph, &mentioned));
        }
        found.sort_by_key(|(far, _)| *far);
        let mut near: Vec<String> = Vec::new();
        let mut tried = 0;
        for (_, inquiry) in found {
            let sentence = say::sentence(&inquiry, graph, &self.lexicon);
            if tried < TRIED_MAX && !near.contains(&sentence) {
                tried += 1;
                if self.works(graph, &sentence, purse) {
                    near.push(sentence);
                }
            }
            if near.len() >= NEAR_MAX {
                break;
            }
        }
        near
    }

    /// Whether a question that is proposed is understood when it is asked.
    pub(crate) fn works(&self, graph: &dyn Snapshot, question: &str, purse: &Purse) -> bool {
        let nothing = Context::default();
        !matches!(
            self.understand_with(graph, &nothing, question, purse.part(PART)),
            Understood::Not(_)
        )
    }

    fn mentioned(&self, graph: &dyn Snapshot, tokens: &[Token]) -> Mentioned {
        let mut all = Mentioned::default();
        let mut at = 0;
        while at < tokens.len() {
            let longest = self.names.exact(tokens, at).into_iter().max_by_key(|found| found.end);
            let end = longest.as_ref().map_or(at + 1, |found| found.end);
            push_new(&mut all.nodes, longest.map(|found| found.bearer.node));
            for (_, word) in self.lexicon.at(tokens, at) {
                // What can be said of nearly everything (*make*, *give*) tells of nothing.
                let types = self.lexicon.types_of(word);
                for of in types.iter().copied().filter(|_| types.len() <= MENTIONED_MAX) {
                    push_new(&mut all.types, Some(of));
                }
                if let Word::Noun { noun, .. } = word {
                    match noun {
                        Noun::Label(label) => push_new(&mut all.labels, Some(*label)),
                        Noun::Property(key) => push_new(&mut all.keys, Some(*key)),
                        _ => {}
                    }
                }
            }
            all.times.extend(when::phrase(tokens, at).map(|(_, when)| when));
            at = end;
        }
        // `the war` is what is called so, where there are few.
        for &label in &all.labels {
            let mut nodes = Vec::new();
            graph.scan_nodes(Some(label), NodeId(0), OF_A_KIND_MAX + 1, &mut nodes);
            if nodes.len() <= OF_A_KIND_MAX {
                nodes.into_iter().for_each(|node| push_new(&mut all.nodes, Some(node)));
            }
        }
        all.times.truncate(1);
        all
    }

    /// Questions by one type: of two things that are named and joined by it, of one and any, of any two.
    fn of_a_type(
        &self,
        graph: &dyn Snapshot,
        of: TypeId,
        mentioned: &Mentioned,
        wanted: Wanted,
    ) -> Vec<(u32, Inquiry)> {
        if self.lexicon.sentence(of).is_none() {
            return Vec::new();
        }
        let mut found = Vec::new();
        let adjacency = graph.adjacency(of, Direction::Outgoing);
        for &from in &mentioned.nodes {
            let mut joined = Vec::new();
            adjacency.for_each(from, |to, _| {
                push_new(&mut joined, Some(to).filter(|to| mentioned.nodes.contains(to)));
            });
            for &to in &joined {
                let mut pattern = Pattern::default();
                let start = pattern.thing(Thing::one_of(vec![from]));
                let end = pattern.thing(Thing::one_of(vec![to]));
                let fact = pattern.fact(vec![of], start, end);
                let asked = match wanted {
                    Wanted::Time => Asked::When(fact, Unit::Any),
                    Wanted::Number => Asked::CountFacts(fact),
                    Wanted::Whether | Wanted::Things => Asked::Whether,
                };
                found.push((0, Inquiry { main: Some(fact), ..Inquiry::of(pattern, asked) }));
            }
        }
        for &node in &mentioned.nodes {
            for given_is_start in [false, true] {
                let simple = self.simple(graph, of, node, given_is_start);
                found.extend(simple.map(|inquiry| (2, inquiry)));
            }
        }
        if found.is_empty() && graph.statistics().by_type.get(&of).is_some_and(|one| one.count > 0)
        {
            let mut pattern = Pattern::default();
            let (from, to) = self.lexicon.ends(of);
            let start = pattern.thing(Thing::labelled(from.to_vec()));
            let end = pattern.thing(Thing::labelled(to.to_vec()));
            let fact = pattern.fact(vec![of], start, end);
            pattern.facts[fact].times.clone_from(&mentioned.times);
            let asked = Asked::Things(start);
            found.push((4, Inquiry { main: Some(fact), ..Inquiry::of(pattern, asked) }));
        }
        found
    }

    /// Questions for properties that are spoken of, of the things that are.
    fn of_properties(&self, graph: &dyn Snapshot, mentioned: &Mentioned) -> Vec<(u32, Inquiry)> {
        let mut found = Vec::new();
        for &key in &mentioned.keys {
            for &node in &mentioned.nodes {
                let asked = |thing| match graph.node_property(node, key) {
                    Value::Null => None,
                    Value::Edtf(_) | Value::Date(_) => {
                        Some(Asked::ThingDate(thing, key, Unit::Any))
                    }
                    _ => Some(Asked::ThingValue(thing, key)),
                };
                let mut pattern = Pattern::default();
                let thing = pattern.thing(Thing::one_of(vec![node]));
                found.extend(asked(thing).map(|asked| (1, Inquiry::of(pattern, asked))));
            }
        }
        found
    }

    /// Questions about what is named by the types that have most to say of it.
    fn of_things(&self, graph: &dyn Snapshot, mentioned: &Mentioned) -> Vec<(u32, Inquiry)> {
        let mut found = Vec::new();
        for &node in mentioned.nodes.iter().take(MENTIONED_MAX) {
            let mut types: Vec<(usize, TypeId, bool)> = Vec::new();
            for (of, _) in graph.catalog().relationship_types() {
                for given_is_start in [false, true] {
                    let direction =
                        if given_is_start { Direction::Outgoing } else { Direction::Incoming };
                    let mut many = 0;
                    graph.adjacency(of, direction).for_each(node, |_, _| many += 1);
                    types.push((many, of, given_is_start));
                }
            }
            types.sort_by_key(|(many, ..)| std::cmp::Reverse(*many));
            for (_, of, given_is_start) in types.into_iter().take(NEAR_MAX) {
                let simple = self.simple(graph, of, node, given_is_start);
                found.extend(simple.map(|inquiry| (6, inquiry)));
            }
        }
        found
    }

    /// `Who does so to X?`, where something in the graph does.
    fn simple(
        &self,
        graph: &dyn Snapshot,
        of: TypeId,
        node: NodeId,
        given_is_start: bool,
    ) -> Option<Inquiry> {
        self.lexicon.sentence(of)?;
        let direction = if given_is_start { Direction::Outgoing } else { Direction::Incoming };
        let mut any = false;
        graph.adjacency(of, direction).for_each(node, |_, _| any = true);
        if !any {
            return None;
        }
        let mut pattern = Pattern::default();
        let (from, to) = self.lexicon.ends(of);
        let labels = if given_is_start { to } else { from };
        let given = pattern.thing(Thing::one_of(vec![node]));
        let asked = pattern.thing(Thing::labelled(labels.to_vec()));
        let (start, end) = if given_is_start { (given, asked) } else { (asked, given) };
        let fact = pattern.fact(vec![of], start, end);
        let asked = Asked::Things(asked);
        Some(Inquiry { main: Some(fact), ..Inquiry::of(pattern, asked) })
    }
}

/// Adds what is not there yet, as long as there are few.
fn push_new<T: PartialEq>(all: &mut Vec<T>, one: Option<T>) {
    if let Some(one) = one.filter(|one| !all.contains(one) && all.len() < MENTIONED_MAX) {
        all.push(one);
    }
}

/// The text of some words of a question.
fn text_of<'q>(tokens: &[Token], question: &'q str) -> &'q str {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => first.span.to(last.span).slice(question),
        _ => "",
    }
}

fn wanted(tokens: &[Token]) -> Wanted {
    const TIMES: [&str; 9] =
        ["when", "long", "day", "days", "date", "month", "months", "year", "years"];
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let time = |at: usize| TIMES.contains(&word(at));
    match word(0) {
        "when" => Wanted::Time,
        "how" if time(1) || time(2) => Wanted::Time,
        "in" | "on" | "what" | "which" if time(1) || time(2) => Wanted::Time,
        "how" if matches!(word(1), "often" | "many") => Wanted::Number,
        "did" | "does" | "do" | "is" | "are" | "was" | "were" | "has" | "have" | "had" => {
            Wanted::Whether
        }
        _ => Wanted::Things,
    }
}
