//! Syntax to meaning: which things and statements of the graph a question is about.
//!
//! In comes a tree of the chart; out come all the [`Inquiry`]s it can stand for in this graph,
//! with a cost. A clause means a statement of a type when one of the type's frames has a place for
//! every part of the clause, and what stands in the places can bear the labels that the type asks
//! of its ends. That is what settles which *Moscow* is meant, whether *in Moscow* belongs to the
//! building or to the visit, and which of the things that *give* can mean is this one. A part that
//! has no place anywhere ends the reading: nothing of a question is ever dropped.
//!
//! # Design
//!
//! Each rule maps a [`State`] (the pattern so far and what it cost) to the states that follow, so
//! that alternatives are lists and need no backtracking. Noun phrases are in [`thing`] and [`nominal`], clauses in
//! [`clause`], the match of a clause with a frame in [`slots`], and properties in [`property`].

mod adverb;
mod against;
mod best;
mod claim;
mod clause;
mod compare;
mod finish;
mod fixed;
mod general;
mod nominal;
mod only;
mod own;
mod property;
mod relation;
mod rival;
mod sense;
mod slots;
mod thing;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use super::effort::Effort;
use super::form::{Asked, Choose, Claim, FactId, Group, Having, Inquiry, Pattern, Thing, ThingId};
use super::lexicon::Lexicon;
use super::names::Names;
use super::tree::{Aggregate, Asks, Body, Nominal, Question, Rank};
use crate::graph::declaration::Meaning as Means;
use crate::graph::{KeyId, LabelId, Snapshot, TypeId};
use crate::value::{NodeId, Value};

/// The most alternatives followed at once.
const STATES_MAX: usize = 64;

/// What earlier questions leave for *he*, *them* and *did so*.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    /// Entities named in the last question, in its order.
    pub(crate) mentioned: Vec<NodeId>,
    /// The entities that answered it.
    pub(crate) answers: Vec<NodeId>,
    /// The last question itself.
    pub(crate) last: Option<Question>,
}

/// A pattern in the making.
#[derive(Clone, Debug)]
struct State {
    pattern: Pattern,
    cost: u32,
    asked: Option<Asked>,
    rank: Option<Rank>,
    /// The statement of a relative clause of which the first or last is meant: *the last actor to visit X*.
    ranked_of: Option<FactId>,
    select: Option<Choose>,
    having: Vec<Having>,
    group: Option<Group>,
    aggregate: Option<Aggregate>,
    /// What a relative clause is about.
    gap: Option<ThingId>,
    /// The statement of the outermost clause.
    main: Option<FactId>,
    /// The statement that is said of two each way.
    mutual: Option<FactId>,
    /// What is claimed of the first, or of the best.
    claim: Option<Claim>,
    /// How many of what is asked for there are said to be.
    number: Option<u32>,
}

/// What a noun phrase refers to.
#[derive(Clone, Debug)]
enum Referent {
    Thing(ThingId),
    /// A statement: *recognition*.
    Fact(FactId),
    /// A property, of what is named with it.
    Property(KeyId, Option<Owner>),
}

/// Whose property it is.
#[derive(Clone, Copy, Debug)]
enum Owner {
    Thing(ThingId),
    Fact(FactId),
}

/// Reads trees against one graph.
pub(crate) struct Meaning<'a> {
    graph: &'a dyn Snapshot,
    lexicon: &'a Lexicon,
    names: &'a Names,
    context: &'a Context,
    /// How many statements may still be tried, for the whole question.
    allowed: u32,
    budget: Cell<u32>,
    /// What superlatives were found to choose: the trees of a question have most of them in common.
    choices: RefCell<Vec<(Nominal, Rc<Vec<best::Chosen>>)>>,
}

/// The most statements tried for one question: what takes more is declined.
const TRIED_MAX: u32 = 30_000;

impl<'a> Meaning<'a> {
    pub(crate) fn new(
        graph: &'a dyn Snapshot,
        lexicon: &'a Lexicon,
        names: &'a Names,
        context: &'a Context,
        effort: Effort<'_>,
    ) -> Meaning<'a> {
        let allowed = effort.of(TRIED_MAX);
        Meaning {
            graph,
            lexicon,
            names,
            context,
            allowed,
            budget: Cell::new(allowed),
            choices: RefCell::default(),
        }
    }

    /// How many statements were tried.
    pub(crate) fn taken(&self) -> u32 {
        self.allowed - self.budget.get()
    }

    /// Everything that one question can mean, cheapest first.
    pub(crate) fn of(&self, question: &Question) -> Vec<(Inquiry, u32)> {
        let start = State::new();
        let (states, past) = match &question.body {
            Body::Clause(clause) => (self.asked_clause(clause, question.asks, start), clause.past),
            Body::Phrase(np) => (self.asked_phrase(np, start), false),
            Body::Path(from, to) => (self.asked_path(from, to, start), false),
            // Of its parts each has a meaning of its own.
            Body::Made(..) => (Vec::new(), false),
        };
        let mut all: Vec<(Inquiry, u32)> = Vec::new();
        for state in states {
            let cost = state.cost;
            if let Some(inquiry) = self.finish(state, &question.also, past) {
                match all.iter_mut().find(|known| known.0 == inquiry) {
                    Some(known) => known.1 = known.1.min(cost),
                    None => all.push((inquiry, cost)),
                }
            }
        }
        all.sort_by_key(|(_, cost)| *cost);
        all
    }

    /// Leaves a thing only with labels among some; says whether it can still be anything.
    fn restrict(&self, state: &mut State, thing: ThingId, labels: &[LabelId]) -> bool {
        labels.is_empty() || {
            let thing = &mut state.pattern.things[thing];
            self.restrict_thing(thing, labels)
        }
    }

    fn restrict_thing(&self, thing: &mut Thing, labels: &[LabelId]) -> bool {
        let bears = |node: &NodeId| labels.iter().any(|&label| self.graph.has_label(*node, label));
        if !thing.is.is_empty() {
            thing.is.retain(bears);
            return !thing.is.is_empty();
        }
        if !thing.each.is_empty() {
            return thing.each.iter().all(bears);
        }
        let kinds = &self.graph.declarations().kinds;
        match &thing.labels {
            // A city where a place is asked for stays a city, a place where a city is becomes one.
            Some(own) if kinds.declared().next().is_some() => {
                let is_any = |one: LabelId, of: &[LabelId]| {
                    of.iter().any(|wanted| kinds.bears(&[one], *wanted))
                };
                let both = own.iter().copied().filter(|one| is_any(*one, labels));
                let narrower = labels.iter().copied().filter(|one| is_any(*one, own));
                let mut left: Vec<LabelId> = both.chain(narrower).collect();
                left.sort_unstable();
                left.dedup();
                let any = !left.is_empty();
                thing.labels = Some(left);
                any
            }
            _ => thing.restrict(labels),
        }
    }

    /// Makes two things one, as far as their nodes and labels allow.
    fn unify(&self, state: &mut State, keep: ThingId, other: ThingId) -> bool {
        let labels = state.pattern.things[other].labels.clone();
        if let Some(labels) = labels.filter(|labels| !labels.is_empty())
            && state.pattern.things[keep].is_given()
            && state.pattern.things[keep].unknown.is_none()
        {
            if !self.restrict(state, keep, &labels) {
                return false;
            }
            state.pattern.things[other].labels = None;
        }
        let own = state.pattern.things[keep].labels.clone();
        if let Some(labels) = own.filter(|labels| !labels.is_empty())
            && state.pattern.things[other].is_given()
            && !self.restrict(state, other, &labels)
        {
            return false;
        }
        // What can be both a city and a place is a city.
        let labels = state.pattern.things[other].labels.clone();
        if let Some(labels) = labels.filter(|labels| !labels.is_empty())
            && self.graph.declarations().kinds.declared().next().is_some()
            && !state.pattern.things[keep].is_given()
        {
            if !self.restrict(state, keep, &labels) {
                return false;
            }
            let left = state.pattern.things[keep].labels.clone();
            state.pattern.things[other].labels = left;
        }
        if !state.pattern.unify(keep, other) {
            return false;
        }
        if let Some(asked) = &mut state.asked {
            *asked = moved(*asked, other, keep);
        }
        if state.gap == Some(other) {
            state.gap = Some(keep);
        }
        let kept = |thing| if thing == other { keep } else { thing };
        if let Some(select) = &mut state.select {
            select.rename(kept);
        }
        state.having.iter_mut().for_each(|having| having.rename(kept));
        if let Some(Group::Thing(thing)) = &mut state.group {
            *thing = kept(*thing);
        }
        if let Some(Claim::Is(thing, _)) = &mut state.claim {
            *thing = kept(*thing);
        }
        true
    }

    /// Counts a trial; says whether another is allowed.
    fn may_try(&self) -> bool {
        let left = self.budget.get();
        self.budget.set(left.saturating_sub(1));
        left > 0
    }

    /// The labels declared for the ends of a type; empty where nothing is.
    fn ends(&self, relationship_type: TypeId) -> (&'a [LabelId], &'a [LabelId]) {
        self.lexicon.ends(relationship_type)
    }

    fn is_symmetric(&self, relationship_type: TypeId) -> bool {
        self.graph.declarations().of(relationship_type).is_some_and(|one| one.symmetric)
    }

    /// Adds a statement of a type between two new things with the labels it asks for.
    fn new_fact(&self, state: &mut State, relationship_type: TypeId) -> FactId {
        let (from, to) = self.ends(relationship_type);
        let end = |labels: &[LabelId]| match labels {
            [] => Thing::default(),
            labels => Thing::labelled(labels.to_vec()),
        };
        let start = state.pattern.thing(end(from));
        let finish = state.pattern.thing(end(to));
        let fact = state.pattern.fact(vec![relationship_type], start, finish);
        state.pattern.facts[fact].symmetric = self.is_symmetric(relationship_type);
        fact
    }

    /// All nodes with a label, if they are few.
    fn extension(&self, label: LabelId) -> Vec<NodeId> {
        const FEW: usize = 16;
        let mut nodes = Vec::new();
        self.graph.scan_nodes(Some(label), NodeId(0), FEW + 1, &mut nodes);
        if nodes.len() > FEW { Vec::new() } else { nodes }
    }

    /// Stored texts of a property that are equal to some words but for case and accents.
    fn stored_values(&self, key: KeyId, text: &str) -> Vec<Arc<str>> {
        let wanted = super::token::words(text);
        let mut found: Vec<Arc<str>> = Vec::new();
        let column = self.graph.statement_column(key);
        for id in 0..self.graph.statement_bound() {
            if let Value::String(value) = column.get(id)
                && !found.contains(&value)
                && super::token::words(&value) == wanted
            {
                found.push(value);
            }
        }
        found
    }

    fn name_of(&self, node: NodeId) -> String {
        crate::graph::source::display_name(self.graph, node)
    }
}

/// The type that a frame is for; properties of entities have none.
fn type_of(means: Means) -> Option<TypeId> {
    match means {
        Means::Type(id) => Some(id),
        Means::Label(_) | Means::Key(_) => None,
    }
}

/// What is asked, after a thing has become another.
fn moved(asked: Asked, from: ThingId, to: ThingId) -> Asked {
    let one = |thing: ThingId| if thing == from { to } else { thing };
    match asked {
        Asked::Things(thing) => Asked::Things(one(thing)),
        Asked::Count(thing) => Asked::Count(one(thing)),
        Asked::ThingValue(thing, key) => Asked::ThingValue(one(thing), key),
        Asked::ThingDate(thing, key, unit) => Asked::ThingDate(one(thing), key, unit),
        Asked::Path(a, b) => Asked::Path(one(a), one(b)),
        other => other,
    }
}

impl State {
    /// Nothing said, nothing asked.
    fn new() -> State {
        State {
            pattern: Pattern::default(),
            cost: 0,
            asked: None,
            rank: None,
            ranked_of: None,
            select: None,
            having: Vec::new(),
            group: None,
            aggregate: None,
            gap: None,
            main: None,
            mutual: None,
            claim: None,
            number: None,
        }
    }

    /// The same state at a higher cost.
    fn plus(mut self, cost: u32) -> State {
        self.cost += cost;
        self
    }

    /// Sets what is asked, unless something is asked already.
    fn ask(&mut self, asked: Asked) -> bool {
        if self.asked.is_some() {
            return false;
        }
        self.asked = Some(asked);
        true
    }
}

/// Applies a rule to every state; keeps the cheapest of what comes of it.
fn each(states: Vec<State>, mut rule: impl FnMut(State) -> Vec<State>) -> Vec<State> {
    let mut all: Vec<State> = states.into_iter().flat_map(&mut rule).collect();
    all.sort_by_key(|state| state.cost);
    all.truncate(STATES_MAX);
    all
}

/// Whether a question asks for a circumstance of a statement.
const fn asks_circumstance(asks: Asks) -> bool {
    !matches!(asks, Asks::Whether | Asks::Thing | Asks::Where | Asks::Measure)
}
