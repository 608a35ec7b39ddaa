//! What a question means in the graph: a pattern of things and statements, and what is asked of it.
//!
//! ```text
//! Who recognised Abkhazia before 2010?
//!
//! things      0: a who, a State       1: Abkhazia
//! statements  0: (0)-[RECOGNISES]->(1)  BEFORE 2010
//! asked       thing 0
//! ```

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::apart::Apart;
use super::tree::{Rank, Unit};
use super::when::When;
use crate::graph::statement::Stance;
use crate::graph::{KeyId, LabelId, TypeId};
use crate::value::NodeId;

/// A thing of a [`Pattern`], by position.
pub(crate) type ThingId = usize;

/// A statement of a [`Pattern`], by position.
pub(crate) type FactId = usize;

/// Things, the statements between them, and what holds among those.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pattern {
    pub(crate) things: Vec<Shared<Thing>>,
    pub(crate) facts: Vec<Shared<Fact>>,
    pub(crate) order: Vec<Order>,
    /// Two statements share a day, a month or a year.
    pub(crate) same: Vec<(FactId, FactId, Unit)>,
    /// Types of which statements are stored that are not believed.
    pub(crate) disbelieved: Vec<TypeId>,
}

/// A thing: a node that is looked for, or given.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Thing {
    /// Labels one of which it bears; nothing where any will do.
    pub(crate) labels: Option<Vec<LabelId>>,
    /// It is one of these.
    pub(crate) is: Vec<NodeId>,
    /// It is each of these: a pattern with it holds when it holds for all.
    pub(crate) each: Vec<NodeId>,
    /// What holds of it must not hold of these.
    pub(crate) but_not: Vec<NodeId>,
    /// Nothing of what is said must hold of it: *neither X nor Y*.
    pub(crate) none: bool,
    /// It is none of these.
    pub(crate) is_not: Vec<NodeId>,
    /// What is said must hold of every one of them: *all rivers in X*.
    pub(crate) all: bool,
    /// What it is called, where nothing in the graph is.
    pub(crate) unknown: Option<Arc<str>>,
    /// Dates of its own that must fit.
    pub(crate) dated: Vec<(KeyId, When)>,
    /// What part of it is meant: a property of the statement it is the subject of.
    pub(crate) shares: Vec<(KeyId, Arc<str>)>,
    /// It is among what these questions find: *the largest city*.
    pub(crate) chosen: Vec<Inquiry>,
    /// Properties that must be more or less than something.
    pub(crate) bounds: Vec<Bound>,
    /// Whether it is there, of whatever is denied: *is there a state that has no rivers?*
    pub(crate) outside: bool,
    /// The words it was put in, to speak of it again.
    pub(crate) noun: Option<Arc<str>>,
    /// How what it is one of was said.
    pub(crate) told: Told,
    /// By what sort of word it was said.
    pub(crate) by: Said,
}

/// By what sort of word something is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Said {
    /// A noun or a name, or none.
    #[default]
    Noun,
    /// A word that is no noun: *anyone*.
    Pronoun,
}

/// How a question says what something is one of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Told {
    /// By names, if at all.
    #[default]
    ByName,
    /// By a role, which all of them have and its noun names.
    ByRole,
}

/// A property is more or less than something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bound {
    pub(crate) key: KeyId,
    pub(crate) more: bool,
    /// Whether it may be as much.
    pub(crate) equal: bool,
    pub(crate) than: Limit,
    /// How many times as much that is: *twice as long as X*.
    pub(crate) times: f64,
}

/// What a property is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Limit {
    Number(f64),
    Thing(ThingId, KeyId),
}

/// The best of several, by measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Choose {
    /// What is chosen; what is asked for, where nothing else is said.
    pub(crate) of: Option<ThingId>,
    pub(crate) by: Measure,
    /// Whether the greatest is the best.
    pub(crate) most: bool,
    /// The second largest is 2.
    pub(crate) nth: u32,
    /// How many are chosen.
    pub(crate) number: u32,
    /// Whether it may be several that are equally good.
    pub(crate) plural: bool,
    /// It is chosen for each of these by itself: *the highest points of the states*.
    pub(crate) each: Option<ThingId>,
}

/// What several are measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// A property of a thing.
    Value(ThingId, KeyId),
    /// How many things there are.
    Count(ThingId),
    /// How many statements there are.
    Facts(FactId),
}

/// How many of something go with a thing: *states that border at least three states*.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Having {
    /// What they go with; what is asked for, where nothing else is said.
    pub(crate) of: Option<ThingId>,
    /// What is counted.
    pub(crate) count: Measure,
    pub(crate) quantity: super::tree::Quantity,
    /// What the number is held against in place of the quantity: *more rivers than X*.
    pub(crate) than: Option<Arc<Rival>>,
}

/// The number that another has.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rival {
    /// How many the other has.
    pub(crate) inquiry: Inquiry,
    pub(crate) beside: super::tree::Beside,
    pub(crate) times: f64,
}

/// One answer for each of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Each thing.
    Thing(ThingId),
    /// Each day, month or year of a statement.
    Unit(FactId, Unit),
}

/// A part of a pattern that its variants have in common until one of them changes it: there are hundreds of
/// variants, each with one thing more than another.
#[derive(Clone, Debug)]
pub(crate) struct Shared<T>(Arc<T>);

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Shared<T>) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl<T> Shared<T> {
    pub(crate) fn new(part: T) -> Shared<T> {
        Shared(Arc::new(part))
    }
}

impl<T: Clone> Shared<T> {
    /// The part itself, to change it or take it apart.
    pub(crate) fn into_inner(self) -> T {
        Arc::unwrap_or_clone(self.0)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

/// A statement between two things.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fact {
    /// Any of these types.
    pub(crate) types: Vec<TypeId>,
    pub(crate) start: ThingId,
    pub(crate) end: ThingId,
    /// Whether either direction will do.
    pub(crate) symmetric: bool,
    /// Whether a chain of up to three will do.
    pub(crate) chain: bool,
    /// Properties that it must have: one of the values.
    pub(crate) values: Vec<(KeyId, Vec<Arc<str>>)>,
    /// Properties that it must have, whatever the value.
    pub(crate) has: Vec<KeyId>,
    pub(crate) times: Vec<When>,
    /// Whether its date must be missing.
    pub(crate) undated: bool,
    pub(crate) stance: Option<Stance>,
    pub(crate) speaker: Option<ThingId>,
    /// It is the first, or the last, of all between its two ends, which are given: *after X last visited Y*.
    pub(crate) ranked: Option<Rank>,
    /// 0 where it must hold; facts of one other number must not all hold.
    pub(crate) absent: usize,
}

/// One statement, or the date of a thing, is before or after another.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Order {
    pub(crate) before: bool,
    /// How far from it.
    pub(crate) apart: Option<Apart>,
    pub(crate) of: FactId,
    pub(crate) than: Moment,
}

/// A moment that something is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Fact(FactId),
    /// A property of a thing.
    Date(ThingId, KeyId),
}

/// What is asked of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Whether it holds.
    Whether,
    /// Which things.
    Things(ThingId),
    /// How many.
    Count(ThingId),
    /// Which statements, told by the end that tells them apart.
    Facts(FactId),
    /// How many statements.
    CountFacts(FactId),
    /// In how many different days, months or years a statement holds.
    CountTimes(FactId, Unit),
    /// When a statement holds.
    When(FactId, Unit),
    /// A property of a statement.
    Value(FactId, KeyId),
    /// A property of a thing.
    ThingValue(ThingId, KeyId),
    /// A date that a thing has as a property.
    ThingDate(ThingId, KeyId, Unit),
    /// Who says so.
    Speaker(FactId),
    /// How long it lasted.
    HowLong(FactId),
    /// Which places in which documents say so.
    Sources(FactId),
    /// What stands between two things.
    Path(ThingId, ThingId),
}

/// What is claimed of what a question finds: it is found without regard to the claim and then held
/// against it. Put into the pattern, *Was X the first?* would look for the first among what X did.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Claim {
    /// A thing is one of these: *Was X the first to recognise Y?*
    Is(ThingId, Vec<NodeId>),
    /// A statement holds at these times: *Was X's first visit to Y in 2013?*
    At(FactId, Vec<When>),
}

/// One question that can be put to the graph.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Inquiry {
    pub(crate) pattern: Pattern,
    pub(crate) asked: Asked,
    /// Further things asked of the same.
    pub(crate) also: Vec<Asked>,
    /// Only the earliest or the latest.
    pub(crate) rank: Option<Rank>,
    /// Only the best by measure.
    pub(crate) select: Option<Choose>,
    /// Only what has so many of something.
    pub(crate) having: Vec<Having>,
    /// One answer for each.
    pub(crate) group: Option<Group>,
    /// One number made of all.
    pub(crate) aggregate: Option<super::tree::Aggregate>,
    /// Whether it is put in the past.
    pub(crate) past: bool,
    /// The statement that the question is about, where it is about one.
    pub(crate) main: Option<FactId>,
    /// Whether what is counted are groups, of nobody knows how many each.
    pub(crate) groups: bool,
    /// What is claimed of what is found, where it is asked whether it is so.
    pub(crate) claim: Option<Claim>,
    /// How many the question says there are: *which two regions …*
    pub(crate) said: Option<u32>,
}

impl Inquiry {
    /// The days, months or years that are asked for, and of which statement.
    pub(crate) fn asked_per(&self) -> Option<(FactId, Unit)> {
        match self.asked {
            Asked::When(fact, unit) | Asked::CountTimes(fact, unit) => Some((fact, unit)),
            _ => None,
        }
    }

    /// The question whose answer is held against the claim.
    pub(crate) fn unclaimed(&self) -> Option<Inquiry> {
        let asked = match self.claim.as_ref()? {
            Claim::Is(thing, _) => Asked::Things(*thing),
            Claim::At(fact, _) => Asked::When(*fact, Unit::Any),
        };
        Some(Inquiry { asked, claim: None, ..self.clone() })
    }

    /// The question for a statement that must be the first or the last of its kind, by itself.
    pub(crate) fn ranked_alone(&self, fact: FactId) -> Option<Inquiry> {
        let of = &self.pattern.facts[fact];
        let rank = of.ranked.filter(|_| of.absent == 0)?;
        let things = [of.start, of.end].into_iter().chain(of.speaker);
        let things = things.map(|thing| self.pattern.things[thing].clone()).collect();
        let speaker = of.speaker.map(|_| 2);
        let own = Fact { start: 0, end: 1, speaker, ranked: None, ..Fact::clone(of) };
        let pattern = Pattern {
            things,
            facts: vec![Shared::new(own)],
            disbelieved: self.pattern.disbelieved.clone(),
            ..Pattern::default()
        };
        let (rank, past, main) = (Some(rank), self.past, Some(0));
        Some(Inquiry { rank, past, main, ..Inquiry::of(pattern, Asked::When(0, Unit::Any)) })
    }

    /// Where it is asked whether one number is more than another, the question for the first of them and what it
    /// is held against.
    pub(crate) fn number_alone(&self) -> Option<(Inquiry, &Rival)> {
        let counted = self.having.last().filter(|having| having.of.is_none())?;
        let rival = counted.than.as_deref()?;
        let asked = match (self.asked, counted.count) {
            (Asked::Whether, Measure::Facts(fact)) => Asked::CountFacts(fact),
            _ => return None,
        };
        Some((Inquiry { asked, having: Vec::new(), ..self.clone() }, rival))
    }

    /// The same without the nouns that things were called by.
    pub(super) fn nameless(&self) -> Inquiry {
        let mut inquiry = self.clone();
        inquiry.pattern.things.iter_mut().for_each(|thing| thing.noun = None);
        inquiry
    }

    /// Asks something of a pattern, and nothing else.
    pub(crate) fn of(pattern: Pattern, asked: Asked) -> Inquiry {
        Inquiry {
            pattern,
            asked,
            also: Vec::new(),
            rank: None,
            select: None,
            having: Vec::new(),
            group: None,
            aggregate: None,
            past: false,
            main: None,
            groups: false,
            claim: None,
            said: None,
        }
    }
}

impl Choose {
    /// Gives the things it speaks of other numbers.
    pub(crate) fn rename(&mut self, rename: impl Fn(ThingId) -> ThingId) {
        self.of = self.of.map(&rename);
        self.each = self.each.map(&rename);
        self.by.rename(rename);
    }
}

impl Measure {
    /// Gives the things it speaks of other numbers.
    pub(crate) fn rename(&mut self, rename: impl Fn(ThingId) -> ThingId) {
        match self {
            Measure::Value(thing, _) | Measure::Count(thing) => *thing = rename(*thing),
            Measure::Facts(_) => {}
        }
    }
}

impl Having {
    /// Gives the things it speaks of other numbers.
    pub(crate) fn rename(&mut self, rename: impl Fn(ThingId) -> ThingId) {
        self.of = self.of.map(&rename);
        self.count.rename(rename);
    }
}

impl Pattern {
    /// Adds a thing.
    pub(crate) fn thing(&mut self, thing: Thing) -> ThingId {
        self.things.push(Shared::new(thing));
        self.things.len() - 1
    }

    /// Adds a statement that must hold.
    pub(crate) fn fact(&mut self, types: Vec<TypeId>, start: ThingId, end: ThingId) -> FactId {
        self.facts.push(Shared::new(Fact {
            types,
            start,
            end,
            symmetric: false,
            chain: false,
            values: Vec::new(),
            has: Vec::new(),
            times: Vec::new(),
            undated: false,
            stance: None,
            speaker: None,
            ranked: None,
            absent: 0,
        }));
        self.facts.len() - 1
    }

    /// A number for a further group of statements that must not hold.
    pub(crate) fn next_absent(&self) -> usize {
        self.facts.iter().map(|fact| fact.absent).max().unwrap_or(0) + 1
    }

    /// Makes two things one; says whether one can be both.
    pub(crate) fn unify(&mut self, keep: ThingId, other: ThingId) -> bool {
        if keep == other {
            return true;
        }
        let other_thing = self.things[other].clone();
        if !self.things[keep].narrow(&other_thing) {
            return false;
        }
        // What was asked of the other is asked of the one that is kept.
        let other_thing = &mut self.things[other];
        other_thing.bounds.clear();
        other_thing.dated.clear();
        let has_other =
            |fact: &Fact| [Some(fact.start), Some(fact.end), fact.speaker].contains(&Some(other));
        for fact in self.facts.iter_mut().filter(|fact| has_other(fact)) {
            let fact = &mut **fact;
            for end in [&mut fact.start, &mut fact.end] {
                if *end == other {
                    *end = keep;
                }
            }
            if fact.speaker == Some(other) {
                fact.speaker = Some(keep);
            }
        }
        for thing in self.things.iter_mut().filter(|thing| !thing.bounds.is_empty()) {
            for bound in &mut thing.bounds {
                if let Limit::Thing(than, _) = &mut bound.than
                    && *than == other
                {
                    *than = keep;
                }
            }
        }
        for order in &mut self.order {
            if let Moment::Date(thing, _) = &mut order.than
                && *thing == other
            {
                *thing = keep;
            }
        }
        true
    }
}

impl Thing {
    /// A thing that is one of some nodes.
    pub(crate) fn one_of(nodes: Vec<NodeId>) -> Thing {
        Thing { is: nodes, ..Thing::default() }
    }

    /// A thing that bears one of some labels.
    pub(crate) fn labelled(labels: Vec<LabelId>) -> Thing {
        Thing { labels: Some(labels), ..Thing::default() }
    }

    /// Its bounds, and how each is meant: *exactly as long as X* is at least and at most as long, one after the
    /// other.
    pub(crate) fn comparisons(&self) -> Vec<(Bound, super::tree::Beside)> {
        use super::tree::Beside;
        let mut all: Vec<(Bound, Beside)> = Vec::new();
        for bound in &self.bounds {
            if let Some((last, beside @ Beside::AtLeast)) = all.last_mut()
                && *last == (Bound { more: true, ..*bound })
                && !bound.more
            {
                *beside = Beside::Same;
                continue;
            }
            let beside = match (bound.more, bound.equal) {
                (true, false) => Beside::More,
                (true, true) => Beside::AtLeast,
                (false, false) => Beside::Fewer,
                (false, true) => Beside::AtMost,
            };
            all.push((*bound, beside));
        }
        all
    }

    /// Whether the thing is given, not looked for.
    pub(crate) fn is_given(&self) -> bool {
        !self.is.is_empty() || !self.each.is_empty() || self.unknown.is_some()
    }

    /// Leaves only labels that are among others; says whether any is left.
    pub(crate) fn restrict(&mut self, labels: &[LabelId]) -> bool {
        let left = match self.labels.take() {
            None => labels.to_vec(),
            Some(own) => own.into_iter().filter(|label| labels.contains(label)).collect(),
        };
        let any = !left.is_empty();
        self.labels = Some(left);
        any
    }

    /// Takes over all that is asked of another thing; says whether one thing can be both.
    fn narrow(&mut self, other: &Thing) -> bool {
        if let Some(labels) = &other.labels
            && !self.restrict(labels)
        {
            return false;
        }
        match (self.is.is_empty(), other.is.is_empty()) {
            (false, false) => {
                self.is.retain(|node| other.is.contains(node));
                if self.is.is_empty() {
                    return false;
                }
            }
            (true, false) => self.is.clone_from(&other.is),
            _ => {}
        }
        if !other.each.is_empty() {
            if !self.each.is_empty() && self.each != other.each {
                return false;
            }
            self.each.clone_from(&other.each);
        }
        if self.unknown.is_none() {
            self.unknown.clone_from(&other.unknown);
        }
        self.is_not.extend(other.is_not.iter().copied());
        self.but_not.extend(other.but_not.iter().copied());
        self.none |= other.none;
        self.all |= other.all;
        self.outside |= other.outside;
        if other.by == Said::Pronoun {
            self.by = Said::Pronoun;
        }
        self.dated.extend(other.dated.iter().cloned());
        self.chosen.extend(other.chosen.iter().cloned());
        self.bounds.extend(other.bounds.iter().copied());
        self.shares.extend(other.shares.iter().cloned());
        self.noun = self.noun.take().or_else(|| other.noun.clone());
        true
    }
}
