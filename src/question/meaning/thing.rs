//! What noun phrases refer to.

use std::sync::Arc;

use super::{Meaning, Owner, Referent, State};
use crate::graph::alias::AliasKind;
use crate::graph::{KeyId, LabelId, TypeId};
use crate::question::form::{Asked, Thing, ThingId};
use crate::question::frame::{Head, Role, What};
use crate::question::lexicon::{FrameId, Noun};
use crate::question::names::Bearer;
use crate::question::tree::{
    By, Choice, Determiner, HeadNoun, Join, Modifier, Nominal, Np, NpKind, Pronoun, Wh, WhWord,
};
use crate::value::{NodeId, StatementId, Value};

/// Prepositions before what has a property.
const OF: [&str; 4] = ["of", "in", "for", "at"];

impl Meaning<'_> {
    /// The things a noun phrase may be.
    pub(super) fn thing(&self, np: &Np, state: State) -> Vec<(State, ThingId)> {
        self.referent(np, state)
            .into_iter()
            .filter_map(|(state, referent)| match referent {
                Referent::Thing(thing) => Some((state, thing)),
                Referent::Fact(_) | Referent::Property(..) => None,
            })
            .collect()
    }

    /// What a noun phrase may refer to.
    pub(super) fn referent(&self, np: &Np, state: State) -> Vec<(State, Referent)> {
        match &np.kind {
            NpKind::Wh(wh) => self.wh(wh, state),
            NpKind::Name(bearers) => things(self.named(bearers, &state)),
            NpKind::Unknown(name) => {
                let unknown = Thing { unknown: Some(name.as_str().into()), ..Thing::default() };
                things(vec![with_thing(state, unknown)])
            }
            NpKind::Nominal(nominal) => self.nominal(nominal, state),
            NpKind::Pronoun(pronoun) => things(self.pronoun(*pronoun, &state)),
            NpKind::List(join, members) => things(self.list(*join, members, &state)),
            NpKind::Except(of, others) => self.except(of, others, state),
            NpKind::Value(key, values) => {
                let head = HeadNoun::Value(*key, values.clone());
                self.nominal(&Nominal::of(head, false), state.plus(4))
            }
            NpKind::Within(of, place) => {
                let mut all = Vec::new();
                for (state, thing) in self.thing(of, state) {
                    // A name does not lie in what it names.
                    all.extend(self.related(state, thing, "in", place));
                }
                things(all)
            }
            NpKind::Bound(thing) => vec![(state, Referent::Thing(*thing))],
            NpKind::Gap => match state.gap {
                Some(gap) => vec![(state, Referent::Thing(gap))],
                None => Vec::new(),
            },
            NpKind::Share(key, value, of) => {
                let mut all = self.thing(of, state);
                for (state, thing) in &mut all {
                    state.pattern.things[*thing].shares.push((*key, Arc::clone(value)));
                }
                things(all)
            }
            // What was said can only be the end of a statement, where its slot is filled.
            NpKind::Text(_) => Vec::new(),
        }
    }

    // --- Names, pronouns, lists ----------------------------------------------------------------

    /// One state for each bearer of a name; the verb's ends will tell them apart.
    fn named(&self, bearers: &[Bearer], state: &State) -> Vec<(State, ThingId)> {
        let cost = |bearer: &Bearer| match bearer.kind {
            _ if bearer.first => 0,
            AliasKind::Name | AliasKind::RolePhrase | AliasKind::Transliteration => 1,
            AliasKind::Metonym => 3,
            AliasKind::Adjective => 6,
        };
        // Those that bear one name and the same labels are not told apart by it.
        let mut groups: Vec<(Vec<NodeId>, u32)> = Vec::new();
        let firsts = bearers.iter().filter(|bearer| bearer.first).count();
        for bearer in bearers {
            let labels = self.graph.labels(bearer.node);
            let known = groups.iter_mut().find(|(nodes, _)| {
                bearer.first
                    && self.graph.labels(nodes[0]) == labels
                    && self.name_of(nodes[0]) == self.name_of(bearer.node)
            });
            let order = match labels.first() {
                Some(&label)
                    if bearer.first && (firsts > 1 || !self.lexicon.within().is_empty()) =>
                {
                    self.lexicon.label_order(label).min(8)
                }
                _ => 0,
            };
            match known {
                Some((nodes, _)) => nodes.push(bearer.node),
                None => groups.push((vec![bearer.node], cost(bearer) + order)),
            }
        }
        groups
            .into_iter()
            .map(|(nodes, cost)| with_thing(state.clone().plus(cost), Thing::one_of(nodes)))
            .collect()
    }

    fn pronoun(&self, pronoun: Pronoun, state: &State) -> Vec<(State, ThingId)> {
        let who = self.lexicon.who();
        let is_who = |node: &NodeId| {
            who.is_empty() || self.graph.labels(*node).iter().any(|label| who.contains(label))
        };
        let mentioned = self.context.mentioned.iter().copied();
        let answers = &self.context.answers;
        let sets: Vec<Vec<NodeId>> = match pronoun {
            Pronoun::One => mentioned.filter(is_who).map(|node| vec![node]).collect(),
            // `the state with the most rivers running through it`
            Pronoun::It | Pronoun::Many
                if self.context.mentioned.is_empty() && answers.is_empty() =>
            {
                let spoken = match state.asked {
                    Some(Asked::Things(thing) | Asked::Count(thing))
                        if state.gap != Some(thing) =>
                    {
                        Some(thing)
                    }
                    _ => None,
                };
                return spoken.map(|thing| (state.clone(), thing)).into_iter().collect();
            }
            Pronoun::It => {
                let all = mentioned.chain(answers.iter().copied().filter(|_| answers.len() == 1));
                all.map(|node| vec![node]).collect()
            }
            Pronoun::Many if answers.len() > 1 => vec![answers.clone()],
            Pronoun::Many => vec![mentioned.collect()],
        };
        sets.into_iter()
            .filter(|set| !set.is_empty())
            .map(|set| {
                let thing = match pronoun {
                    Pronoun::Many if answers.len() <= 1 => Thing { each: set, ..Thing::default() },
                    _ => Thing::one_of(set),
                };
                with_thing(state.clone(), thing)
            })
            .collect()
    }

    /// Lists of things that are given: each of them, one of them, one but not the others.
    fn list(&self, join: Join, members: &[Np], state: &State) -> Vec<(State, ThingId)> {
        // All combinations of what the members may be.
        let mut sets: Vec<(Vec<Vec<NodeId>>, u32)> = vec![(Vec::new(), 0)];
        for member in members {
            let options = self.given(member, state);
            sets = sets
                .into_iter()
                .flat_map(|(before, cost)| {
                    options.iter().map(move |(nodes, more)| {
                        let mut all = before.clone();
                        all.push(nodes.clone());
                        (all, cost + more)
                    })
                })
                .take(super::STATES_MAX)
                .collect();
        }
        sets.into_iter()
            .filter_map(|(sets, cost)| {
                let thing = joined(join, &sets)?;
                Some(with_thing(state.clone().plus(cost), thing))
            })
            .collect()
    }

    /// The nodes that a noun phrase names, where it names some.
    fn given(&self, np: &Np, state: &State) -> Vec<(Vec<NodeId>, u32)> {
        self.thing(np, state.clone())
            .into_iter()
            .filter_map(|(after, thing)| {
                let new_facts = after.pattern.facts.len() > state.pattern.facts.len();
                let thing = &after.pattern.things[thing];
                let nodes = if thing.each.is_empty() { &thing.is } else { &thing.each };
                let cost = after.cost - state.cost;
                (!nodes.is_empty() && !new_facts).then(|| (nodes.clone(), cost))
            })
            .collect()
    }

    fn except(&self, of: &Np, others: &Np, state: State) -> Vec<(State, Referent)> {
        let excluded = self.excluded(others);
        if excluded.is_empty() {
            return Vec::new();
        }
        let mut all = self.referent(of, state);
        for (state, referent) in &mut all {
            if let Referent::Thing(thing) = referent {
                state.pattern.things[*thing].is_not.extend(excluded.iter().copied());
            }
        }
        // Nothing can be taken from what is one thing already.
        all.retain(|(state, referent)| match referent {
            Referent::Thing(thing) => !state.pattern.things[*thing].is_given(),
            _ => false,
        });
        all
    }

    /// The nodes that an exception is about: all that its words may name.
    pub(super) fn excluded(&self, np: &Np) -> Vec<NodeId> {
        let members = match &np.kind {
            NpKind::List(_, members) => members.as_slice(),
            _ => std::slice::from_ref(np),
        };
        let mut nodes = Vec::new();
        for member in members {
            match &member.kind {
                NpKind::Name(bearers) => nodes.extend(bearers.iter().map(|bearer| bearer.node)),
                NpKind::Nominal(nominal) => match &nominal.head {
                    HeadNoun::Value(key, values) => nodes.extend(self.holders(*key, values)),
                    _ => return Vec::new(),
                },
                NpKind::Value(key, values) => nodes.extend(self.holders(*key, values)),
                _ => return Vec::new(),
            }
        }
        nodes
    }

    // --- Wh-phrases --------------------------------------------------------------------------------

    fn wh(&self, wh: &Wh, state: State) -> Vec<(State, Referent)> {
        if let Some(of) = &wh.of {
            let asked = |(mut state, thing): (State, ThingId)| {
                let of_given = std::mem::take(&mut state.pattern.things[thing].each);
                state.pattern.things[thing].is.extend(of_given);
                ask_thing(wh.word, state, thing)
            };
            return self.thing(of, state).into_iter().filter_map(asked).collect();
        }
        let Some(nominal) = &wh.nominal else { return self.bare_wh(wh.word, state) };
        if wh.word == WhWord::Whose {
            return Vec::new();
        }
        let mut all = Vec::new();
        if let (WhWord::HowMany, HeadNoun::Noun(Noun::Property(key))) = (wh.word, &nominal.head)
            && self.lexicon.is_counted(*key)
        {
            // `How many people in X?`
            for (state, referent) in self.nominal(nominal, state.clone()) {
                let Referent::Property(key, Some(owner)) = referent else { continue };
                let asked = self.ask_property(state, key, owner);
                let property = Referent::Property(key, Some(owner));
                all.extend(asked.into_iter().map(|state| (state, property.clone())));
            }
        }
        let others =
            self.nominal(nominal, state).into_iter().filter_map(|(mut state, referent)| {
                match referent {
                    Referent::Thing(thing) => ask_thing(wh.word, state, thing),
                    Referent::Fact(fact) => {
                        let asked = match wh.word {
                            WhWord::HowMany => Asked::CountFacts(fact),
                            _ => Asked::Facts(fact),
                        };
                        state.ask(asked).then_some((state, Referent::Fact(fact)))
                    }
                    Referent::Property(..) => None,
                }
            });
        all.extend(others);
        all
    }

    fn bare_wh(&self, word: WhWord, state: State) -> Vec<(State, Referent)> {
        let thing = match word {
            WhWord::Who if !self.lexicon.who().is_empty() => {
                let mut labels: Vec<LabelId> = self.lexicon.who().iter().copied().collect();
                labels.sort_unstable();
                Thing::labelled(labels)
            }
            WhWord::Whose => return Vec::new(),
            _ => Thing::default(),
        };
        let (state, thing) = with_thing(state, thing);
        ask_thing(word, state, thing).into_iter().collect()
    }

    // --- Nouns -------------------------------------------------------------------------------------

    pub(super) fn nominal(&self, nominal: &Nominal, state: State) -> Vec<(State, Referent)> {
        match (&nominal.best, &nominal.head) {
            (Some(best), HeadNoun::Noun(Noun::Label(_))) if best.by == By::Itself => {
                return things(self.counted_best(nominal, best, state));
            }
            (Some(best), HeadNoun::Noun(Noun::Property(key))) => {
                return self.best_property(nominal, *key, best, &state);
            }
            (Some(_), HeadNoun::Noun(Noun::Label(_) | Noun::Relational(_))) => {
                return things(self.chosen(nominal, &state));
            }
            (None, HeadNoun::Noun(Noun::Label(_) | Noun::Relational(_))) if nominal.selects() => {
                return things(self.chosen(nominal, &state));
            }
            (Some(_), _) => return Vec::new(),
            (None, _) => {}
        }
        self.plain_nominal(nominal, state)
    }

    /// A nominal as it is, without a superlative before it.
    pub(super) fn plain_nominal(&self, nominal: &Nominal, state: State) -> Vec<(State, Referent)> {
        match &nominal.head {
            HeadNoun::Alike => Vec::new(),
            HeadNoun::Noun(Noun::Label(label)) => things(self.labelled(nominal, *label, state)),
            HeadNoun::Noun(Noun::Event(frame)) => self.event(nominal, *frame, state),
            HeadNoun::Noun(Noun::Relational(frame)) => {
                things(self.relational(nominal, *frame, state))
            }
            HeadNoun::Noun(Noun::Property(key)) => self.property_phrase(nominal, *key, state),
            HeadNoun::Noun(Noun::Fixed(_)) => Vec::new(),
            HeadNoun::Value(key, values) => things(self.holder(nominal, *key, values, state)),
            HeadNoun::One => things(self.pronoun(Pronoun::Many, &state)),
        }
    }

    /// `the two regions`, `Russian officials`, `states that recognise X`.
    fn labelled(&self, nominal: &Nominal, label: LabelId, state: State) -> Vec<(State, ThingId)> {
        let mut thing = Thing::labelled(vec![label]);
        thing.noun = self.lexicon.label_noun(label).map(Arc::from);
        let simple = nominal.modifiers.is_empty() && nominal.adjectives.is_empty();
        let counted = match nominal.determiner {
            Determiner::Both => Some(2),
            Determiner::Definite | Determiner::All => nominal.number,
            _ => None,
        };
        if simple && nominal.determiner == Determiner::Either {
            thing.is = self.extension(label);
            let few = !thing.is.is_empty();
            return few.then(|| with_thing(state, thing)).into_iter().collect();
        }
        let all_of_them = nominal.determiner == Determiner::All && nominal.plural;
        let simple = simple && nominal.graded.is_empty();
        thing.none = nominal.determiner == Determiner::No;
        if simple && (counted.is_some() || all_of_them) {
            let nodes = self.extension(label);
            if counted.is_some_and(|number| nodes.len() != number as usize) || nodes.is_empty() {
                return Vec::new();
            }
            thing.each = nodes;
        } else if counted.is_some() || nominal.number.is_some() {
            return Vec::new();
        }
        let (mut state, thing) = with_thing(state, thing);
        if let Some(rank) = nominal.rank
            && state.rank.replace(rank).is_some()
        {
            return Vec::new();
        }
        let states = self.limited(&nominal.graded, state, thing);
        self.belonging(nominal, states.into_iter().map(|state| (state, thing)).collect())
    }

    /// Adjectives, possessors and what stands behind a noun.
    fn belonging(
        &self,
        nominal: &Nominal,
        mut states: Vec<(State, ThingId)>,
    ) -> Vec<(State, ThingId)> {
        for owner in nominal.adjectives.iter().chain(&nominal.possessor) {
            states = states
                .into_iter()
                .flat_map(|(state, thing)| {
                    // `the Ouse river` is the river of that name, `a Texas city` one in Texas.
                    let mut all = self.named_thing(&state, thing, owner);
                    let named = !all.is_empty();
                    all.extend(self.belongs_to(state.clone(), thing, owner));
                    if !named {
                        all.extend(self.related(state, thing, "in", owner));
                    }
                    all
                })
                .collect();
        }
        for modifier in &nominal.modifiers {
            states = states
                .into_iter()
                .flat_map(|(state, thing)| self.modified(state, thing, modifier))
                .collect();
        }
        states
    }

    pub(super) fn modified(
        &self,
        state: State,
        thing: ThingId,
        modifier: &Modifier,
    ) -> Vec<(State, ThingId)> {
        match modifier {
            Modifier::Phrase(preposition, np) => {
                let mut all = self.related(state.clone(), thing, preposition, np);
                if preposition == "with" {
                    let having = self.having(&state, thing, np);
                    all.extend(having.into_iter().map(|state| (state, thing)));
                }
                if preposition == "of" {
                    all.extend(self.named_thing(&state, thing, np));
                    if !self.lexicon.within().is_empty() {
                        all.extend(self.related(state.clone(), thing, "in", np));
                    }
                    all.extend(self.belongs_to(state.clone(), thing, np));
                }
                if matches!(preposition.as_str(), "with" | "between" | "of") {
                    all.extend(self.taking_part(state, thing, np));
                }
                all
            }
            Modifier::When(when) => {
                let keys = self.date_keys(&state.pattern.things[thing]);
                keys.into_iter()
                    .map(|key| {
                        let mut state = state.clone();
                        state.pattern.things[thing].dated.push((key, when.clone()));
                        (state, thing)
                    })
                    .collect()
            }
            Modifier::Named(np) => self.named_thing(&state, thing, np),
            Modifier::Compared { base, more, than } => {
                let found = self.compared(&state, thing, base, *more, than);
                found.into_iter().map(|state| (state, thing)).collect()
            }
            Modifier::Among(choices) => {
                let nodes = self.among(&state, thing, choices);
                let mut state = state;
                state.pattern.things[thing].is.clone_from(&nodes);
                (nodes.len() == choices.len()).then_some((state, thing)).into_iter().collect()
            }
            Modifier::Relative(clause) => {
                let outer = state.gap;
                let mut inner = state;
                inner.gap = Some(thing);
                let main = inner.main;
                self.clause(clause, inner)
                    .into_iter()
                    .filter_map(|mut state| {
                        let thing = state.gap?;
                        state.gap = outer;
                        // Where nothing else is said, the relative clause is what is said.
                        state.main = main.or(state.main);
                        Some((state, thing))
                    })
                    .collect()
            }
        }
    }

    /// A thing stands in a relation that is put with *be* and a preposition: *the building in
    /// Moscow*, *statements about Russia*.
    pub(super) fn related(
        &self,
        state: State,
        thing: ThingId,
        preposition: &str,
        np: &Np,
    ) -> Vec<(State, ThingId)> {
        let mut all = Vec::new();
        if preposition == "of" {
            return all;
        }
        for id in self.lexicon.be_frames_with(preposition) {
            let frame = &self.lexicon.frames[id];
            let (Some(of), [piece]) = (super::type_of(frame.means), frame.pieces.as_slice()) else {
                continue;
            };
            let What::Slot(other @ (Role::Start | Role::End)) = piece.what else { continue };
            let Some(own) = frame.subject else { continue };
            let mut state = state.clone();
            let fact = self.new_fact(&mut state, of);
            self.widen(&mut state, id, fact);
            if !self.put(&mut state, fact, own, thing) {
                continue;
            }
            for (mut state, found) in self.thing(np, state) {
                if self.put(&mut state, fact, other, found) {
                    all.push((state.plus(1), thing));
                }
            }
        }
        all
    }

    /// A thing belongs to another, by the types of which a phrase says `A is of B`, perhaps by
    /// way of a third: *Russian officials* work for Russia, or for a department of it.
    pub(super) fn belongs_to(
        &self,
        state: State,
        thing: ThingId,
        owner: &Np,
    ) -> Vec<(State, ThingId)> {
        let types = self.types_of_belonging();
        let (mut from, mut to): (Vec<LabelId>, Vec<LabelId>) = (Vec::new(), Vec::new());
        for &one in &types {
            let ends = self.ends(one);
            from.extend_from_slice(ends.0);
            to.extend_from_slice(ends.1);
        }
        if types.is_empty() {
            return Vec::new();
        }
        self.thing(owner, state)
            .into_iter()
            .filter_map(|(mut state, owner)| {
                let fits = self.restrict(&mut state, thing, &from)
                    && self.restrict(&mut state, owner, &to);
                let fact = state.pattern.fact(types.clone(), thing, owner);
                state.pattern.facts[fact].chain = true;
                fits.then(|| (state.plus(2), thing))
            })
            .collect()
    }

    fn types_of_belonging(&self) -> Vec<TypeId> {
        let mut types: Vec<TypeId> = self
            .lexicon
            .be_frames_with("of")
            .map(|id| &self.lexicon.frames[id])
            .filter(|frame| frame.pieces[0].what == What::Slot(Role::End))
            .filter_map(|frame| super::type_of(frame.means))
            .collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    /// `the meeting with Lavrov`, `the meeting between X and Y`: those who take part in what is
    /// itself a thing of the graph.
    fn taking_part(&self, state: State, thing: ThingId, np: &Np) -> Vec<(State, ThingId)> {
        let members = match &np.kind {
            NpKind::List(Join::And, members) => members.as_slice(),
            _ => std::slice::from_ref(np),
        };
        let Some(labels) = state.pattern.things[thing].labels.clone() else { return Vec::new() };
        let is_event = |id: TypeId| {
            let declared = self.graph.declarations().of(id);
            declared.is_some_and(|one| {
                one.kind == Some(crate::graph::declaration::Temporality::Event)
                    && one.to.iter().any(|label| labels.contains(label))
            })
        };
        let types: Vec<TypeId> = self
            .graph
            .catalog()
            .types()
            .map(|(id, _)| id)
            .filter(|&id| {
                is_event(id)
                    && self
                        .lexicon
                        .sentence(id)
                        .is_some_and(|frame| frame.subject == Some(Role::Start))
            })
            .collect();
        let mut all = Vec::new();
        for of in types {
            let mut states = vec![state.clone()];
            for member in members {
                states = super::each(states, |state| {
                    self.thing(member, state)
                        .into_iter()
                        .filter_map(|(mut state, found)| {
                            let fact = self.new_fact(&mut state, of);
                            let fits = self.put(&mut state, fact, Role::End, thing)
                                && self.put(&mut state, fact, Role::Start, found);
                            fits.then(|| state.plus(2))
                        })
                        .collect()
                });
            }
            all.extend(states.into_iter().map(|state| (state, thing)));
        }
        all
    }

    /// The nodes that some choices name, one for each.
    fn among(&self, state: &State, thing: ThingId, choices: &[Choice]) -> Vec<NodeId> {
        let labels = state.pattern.things[thing].labels.clone().unwrap_or_default();
        let mut nodes: Vec<NodeId> =
            labels.iter().flat_map(|&label| self.extension(label)).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let named = |np: &Np, node: NodeId| match &np.kind {
            NpKind::Name(bearers) => bearers.iter().any(|bearer| bearer.node == node),
            _ => false,
        };
        let fits = |choice: &Choice, node: NodeId| match choice {
            Choice::Named(np) => named(np, node),
            Choice::Of(members) => members.iter().all(|member| {
                self.neighbours(node).into_iter().any(|neighbour| named(member, neighbour))
            }),
        };
        choices
            .iter()
            .filter_map(|choice| nodes.iter().copied().find(|&node| fits(choice, node)))
            .collect()
    }

    /// The nodes from which a statement leads to one.
    fn neighbours(&self, node: NodeId) -> Vec<NodeId> {
        let mut found = Vec::new();
        for (of, _) in self.graph.catalog().types() {
            let incoming = self.graph.adjacency(of, crate::graph::Direction::Incoming);
            incoming.for_each(node, |neighbour, _| found.push(neighbour));
        }
        found
    }

    /// `recognition by Syria of Abkhazia`, `Medoev's visit to Moscow`.
    fn event(&self, nominal: &Nominal, frame: FrameId, mut state: State) -> Vec<(State, Referent)> {
        let Some(of) = super::type_of(self.lexicon.frames[frame].means) else { return Vec::new() };
        if nominal.rank.is_some() {
            state.rank = nominal.rank;
        }
        let fact = self.new_fact(&mut state, of);
        self.complemented(nominal, frame, fact, vec![state])
            .into_iter()
            .map(|state| (state, Referent::Fact(fact)))
            .collect()
    }

    /// `the parties to X`, `Russia's allies`: the subject of a frame with *be*.
    fn relational(
        &self,
        nominal: &Nominal,
        frame: FrameId,
        mut state: State,
    ) -> Vec<(State, ThingId)> {
        let parts = &self.lexicon.frames[frame];
        let (Some(of), Some(own)) = (super::type_of(parts.means), parts.subject) else {
            return Vec::new();
        };
        let fact = self.new_fact(&mut state, of);
        self.complemented(nominal, frame, fact, vec![state])
            .into_iter()
            .map(|mut state| {
                let thing = self.end_of(&state, fact, own);
                let other = self.end_of(
                    &state,
                    fact,
                    if own == Role::Start { Role::End } else { Role::Start },
                );
                state.cost += 2 * u32::from(!state.pattern.things[other].is_given());
                if state.main.is_none() {
                    state.main = Some(fact);
                }
                (state, thing)
            })
            .collect()
    }

    /// Who has a value: `the foreign minister of X`.
    fn holder(
        &self,
        nominal: &Nominal,
        key: KeyId,
        values: &[Arc<str>],
        state: State,
    ) -> Vec<(State, ThingId)> {
        let mut all = Vec::new();
        let alone = nominal.modifiers.is_empty()
            && nominal.adjectives.is_empty()
            && nominal.possessor.is_none();
        // Which of several is meant by `the` alone: one state for each, so that it is asked.
        if alone && nominal.determiner == Determiner::Definite && !nominal.plural {
            let holders = self.holders(key, values);
            if holders.len() > 1 {
                let one = |node| with_thing(state.clone(), Thing::one_of(vec![node]));
                return holders.into_iter().map(one).collect();
            }
        }
        for id in self.lexicon.be_frames() {
            let parts = &self.lexicon.frames[id];
            let slot = What::Slot(Role::Property(key));
            let holds = parts.pieces.first().is_some_and(|piece| piece.what == slot);
            let (Some(of), Some(own), true) = (super::type_of(parts.means), parts.subject, holds)
            else {
                continue;
            };
            let mut state = state.clone();
            let fact = self.new_fact(&mut state, of);
            state.pattern.facts[fact].values.push((key, values.to_vec()));
            for mut state in self.complemented(nominal, id, fact, vec![state]) {
                let thing = self.end_of(&state, fact, own);
                if state.main.is_none() {
                    state.main = Some(fact);
                }
                all.push((state, thing));
            }
        }
        all
    }

    /// Who has one of some values of a property of their statements.
    fn holders(&self, key: KeyId, values: &[Arc<str>]) -> Vec<NodeId> {
        let column = self.graph.statement_column(key);
        let mut nodes = Vec::new();
        for id in 0..self.graph.statement_bound() {
            let Value::String(value) = column.get(id) else { continue };
            if let (true, Some(ends)) =
                (values.contains(&value), self.graph.statement(StatementId(id)))
                && !nodes.contains(&ends.start)
            {
                nodes.push(ends.start);
            }
        }
        nodes
    }

    /// Properties, and where they are looked for.
    fn property_phrase(
        &self,
        nominal: &Nominal,
        key: KeyId,
        state: State,
    ) -> Vec<(State, Referent)> {
        let owners: Vec<&Np> = nominal
            .possessor
            .iter()
            .chain(&nominal.adjectives)
            .chain(nominal.modifiers.iter().filter_map(|modifier| match modifier {
                Modifier::Phrase(preposition, np) if OF.contains(&preposition.as_str()) => Some(np),
                _ => None,
            }))
            .collect();
        let others = nominal.modifiers.iter().filter(
            |modifier| !matches!(modifier, Modifier::Phrase(preposition, _) if OF.contains(&preposition.as_str())),
        );
        if others.count() > 0 || owners.len() > 1 {
            return Vec::new();
        }
        let Some(owner) = owners.first() else {
            return vec![(state, Referent::Property(key, None))];
        };
        self.referent(owner, state)
            .into_iter()
            .filter_map(|(mut state, referent)| {
                if let Some(aggregate) = nominal.aggregate
                    && state.aggregate.replace(aggregate).is_some()
                {
                    return None;
                }
                let owner = match referent {
                    Referent::Thing(thing) => Owner::Thing(thing),
                    Referent::Fact(fact) => Owner::Fact(fact),
                    Referent::Property(..) => return None,
                };
                Some((state, Referent::Property(key, Some(owner))))
            })
            .collect()
    }

    /// Properties of a thing's labels that hold dates.
    pub(super) fn date_keys(&self, thing: &Thing) -> Vec<KeyId> {
        let nodes: Vec<NodeId> = if thing.is.is_empty() {
            let labels = thing.labels.iter().flatten();
            labels.flat_map(|&label| self.extension(label)).collect()
        } else {
            thing.is.clone()
        };
        let mut keys = Vec::new();
        for node in nodes {
            for (key, value) in self.graph.node_properties(node) {
                let is_date = matches!(value, Value::Edtf(_) | Value::Date(_));
                let on_it = self.lexicon.frames.iter().any(|frame| {
                    frame.head == Head::Be
                        && frame.means == crate::graph::declaration::Meaning::Key(key)
                });
                if is_date && on_it && !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        keys
    }
}

fn with_thing(mut state: State, thing: Thing) -> (State, ThingId) {
    let id = state.pattern.thing(thing);
    (state, id)
}

fn things(found: Vec<(State, ThingId)>) -> Vec<(State, Referent)> {
    found.into_iter().map(|(state, thing)| (state, Referent::Thing(thing))).collect()
}

fn ask_thing(word: WhWord, mut state: State, thing: ThingId) -> Option<(State, Referent)> {
    let asked = match word {
        WhWord::HowMany => Asked::Count(thing),
        _ => Asked::Things(thing),
    };
    state.ask(asked).then_some((state, Referent::Thing(thing)))
}

fn joined(join: Join, sets: &[Vec<NodeId>]) -> Option<Thing> {
    let all = || sets.iter().flatten().copied().collect::<Vec<_>>();
    Some(match join {
        Join::And => Thing { each: all(), ..Thing::default() },
        Join::Or => Thing::one_of(all()),
        Join::Nor => Thing { is: all(), none: true, ..Thing::default() },
        Join::ButNot => {
            let (first, rest) = sets.split_first()?;
            let but_not = rest.iter().flatten().copied().collect();
            Thing { is: first.clone(), but_not, ..Thing::default() }
        }
    })
}
