//! What each of several has of its own: *its largest city*; and what a whole has by its parts: *the population of X*,
//! where it is its parts that have one.

use super::{Meaning, State};
use crate::graph::{Direction, KeyId, LabelId, TypeId};
use crate::question::form::{Asked, Choose, FactId, Measure, Thing, ThingId};
use crate::question::lexicon::Noun;
use crate::question::tree::{Aggregate, By, Determiner, HeadNoun, Nominal};
use crate::value::NodeId;

/// How many things of a label are looked at to know whether each lies in one other.
const LOOKED_AT: usize = 20_000;

impl Meaning<'_> {
    /// `its largest city`: what is the largest of all that lie where it lies. Where each lies in one place, it is
    /// that of whatever place it lies in.
    pub(super) fn best_of_its_own(&self, nominal: &Nominal) -> Vec<super::best::Chosen> {
        let mut all = Vec::new();
        let (Some(best), HeadNoun::Noun(Noun::Label(label))) = (&nominal.best, &nominal.head)
        else {
            return all;
        };
        let By::Adjective(base) = &best.by else { return all };
        if nominal.possessor.is_some() || !nominal.modifiers.is_empty() || nominal.number.is_some()
        {
            return all;
        }
        let plain = Nominal { best: None, determiner: Determiner::None, ..nominal.clone() };
        for &of in self.lexicon.within() {
            if !self.ends(of).0.contains(label) || !self.lies_in_one(*label, of) {
                continue;
            }
            for (mut state, thing) in self.labelled(&plain, *label, State::new()) {
                let fact = self.new_fact(&mut state, of);
                let (start, owner) =
                    (state.pattern.facts[fact].start, state.pattern.facts[fact].end);
                if !self.unify(&mut state, thing, start) {
                    continue;
                }
                for grade in self.grades(&state.pattern.things[thing], base) {
                    let mut state = state.clone();
                    state.select = Some(Choose {
                        of: Some(thing),
                        by: Measure::Value(thing, grade.key),
                        most: best.most == grade.most,
                        nth: best.nth,
                        number: 1,
                        plural: true,
                        each: Some(owner),
                    });
                    state.asked = Some(Asked::Things(thing));
                    let noun = state.pattern.things[thing].noun.clone();
                    let Some(inquiry) = self.finish(state, &[], false) else { continue };
                    let (labels, chosen) = (Some(vec![*label]), vec![inquiry]);
                    all.push((Thing { labels, chosen, noun, ..Thing::default() }, 0));
                }
            }
        }
        all
    }

    /// Whether each thing of a label has one other at most by a type.
    fn lies_in_one(&self, label: LabelId, of: TypeId) -> bool {
        let mut nodes = Vec::new();
        self.graph.scan_nodes(Some(label), NodeId(0), LOOKED_AT + 1, &mut nodes);
        let outgoing = self.graph.adjacency(of, Direction::Outgoing);
        let one = |node: &NodeId| {
            let mut ends: Vec<NodeId> = Vec::new();
            outgoing.for_each(*node, |end, _| ends.push(end));
            ends.dedup();
            ends.len() <= 1
        };
        nodes.len() <= LOOKED_AT && nodes.iter().all(one)
    }

    /// `the population of X`, which has none of its own: that of its parts together, where all of them are known.
    /// Only of what adds up: how many there are in it, and how much ground it covers.
    pub(super) fn property_of_parts(
        &self,
        state: &State,
        key: KeyId,
        thing: ThingId,
    ) -> Vec<State> {
        let mut all = Vec::new();
        let adds_up = self.lexicon.is_counted(key)
            || self.lexicon.is_property_noun(key, "area")
            || state.aggregate == Some(Aggregate::Sum);
        let [node] = state.pattern.things[thing].is.as_slice() else { return all };
        let bare = state.pattern.facts.is_empty() && state.group.is_none();
        if !adds_up || !bare || state.aggregate == Some(Aggregate::Average) {
            return all;
        }
        for &of in self.lexicon.within() {
            let direct = !self.graph.declarations().of(of).is_some_and(|one| one.transitive);
            if !direct || !self.is_complete(of) {
                continue;
            }
            let Some(labels) = self.labels_of_parts(*node, of, key) else { continue };
            let mut state = state.clone();
            let fact: FactId = self.new_fact(&mut state, of);
            let (part, whole) = (state.pattern.facts[fact].start, state.pattern.facts[fact].end);
            state.pattern.things[part].labels = Some(labels);
            if !self.unify(&mut state, thing, whole) {
                continue;
            }
            state.aggregate = Some(Aggregate::Sum);
            if state.ask(Asked::ThingValue(part, key)) {
                all.push(state);
            }
        }
        all
    }

    /// The label of the parts of something, where they are of one kind and all have a property.
    fn labels_of_parts(&self, whole: NodeId, of: TypeId, key: KeyId) -> Option<Vec<LabelId>> {
        let mut parts: Vec<NodeId> = Vec::new();
        self.graph.adjacency(of, Direction::Incoming).for_each(whole, |part, _| parts.push(part));
        let first = self.graph.labels(*parts.first()?).to_vec();
        let alike = |&part: &NodeId| {
            self.graph.labels(part) == first && !self.graph.node_property(part, key).is_null()
        };
        (parts.len() > 1 && parts.iter().all(alike)).then_some(first)
    }

    /// Whether all statements of a type are known.
    fn is_complete(&self, of: TypeId) -> bool {
        let complete = &self.graph.declarations().completeness;
        complete.iter().any(|one| one.relationship_type == of && one.at.is_none())
    }
}
