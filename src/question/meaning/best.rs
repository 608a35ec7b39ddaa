//! Superlatives and comparisons: which of several, by what they measure or how many they have.
//!
//! A noun with a superlative is a question of its own within the question (*the states that border
//! the largest state*): what it stands for is found first, by its own pattern. A superlative in the
//! predicate (*which state has the most rivers?*) chooses among what the whole question finds.

use std::rc::Rc;
use std::sync::Arc;

use super::against::held_to;
use super::slots::{Marker, Supplied};
use super::{Having, Meaning, Owner, Referent, State};
use crate::graph::{KeyId, LabelId, TypeId};
use crate::question::form::{
    Asked, Bound, Choose, Group, Limit as FormLimit, Measure, Shared, Thing, ThingId,
};
use crate::question::frame::{Frame, Role, What};
use crate::question::grade::Rule;
use crate::question::lexicon::{FrameId, Noun};
use crate::question::tree::{
    Best, By, Determiner, HeadNoun, Limit, Modifier, Nominal, Np, NpKind, Quantity, Than, WhWord,
};
use crate::value::NodeId;

/// A thing that is chosen, and what its reading costs.
pub(super) type Chosen = (Thing, u32);

impl Meaning<'_> {
    /// A noun that chooses the best of several, found by a pattern of its own.
    pub(super) fn chosen(&self, nominal: &Nominal, state: &State) -> Vec<(State, ThingId)> {
        let known =
            self.choices.borrow().iter().find(|one| one.0 == *nominal).map(|one| one.1.clone());
        let choices = known.unwrap_or_else(|| {
            let choices = Rc::new(self.choices_of(nominal));
            self.choices.borrow_mut().push((nominal.clone(), Rc::clone(&choices)));
            choices
        });
        let one = |(thing, cost): &Chosen| {
            let mut state = state.clone().plus(*cost);
            let one = state.pattern.thing(thing.clone());
            (state, one)
        };
        choices.iter().map(one).collect()
    }

    /// What a noun may choose, whatever is said of it elsewhere.
    fn choices_of(&self, nominal: &Nominal) -> Vec<Chosen> {
        let mut plain = Nominal { best: None, number: None, ..nominal.clone() };
        // `the biggest city in their state`: the state of each, which is another for each of them.
        let of_each = |modifier: &Modifier| match modifier {
            Modifier::Phrase(_, Np { kind: NpKind::Nominal(of), .. }) => {
                of.determiner == Determiner::Possessive
            }
            _ => false,
        };
        // `has a highest point of less than 300` is no one place that is the highest.
        let any = nominal.best.is_some() && nominal.determiner == Determiner::Indefinite;
        // `have their highest point above 300`: each its own, and not the highest of those above 300.
        if nominal.determiner == Determiner::Possessive {
            return self.best_of_its_own(nominal);
        }
        if any || plain.modifiers.iter().any(of_each) {
            return Vec::new();
        }
        // `the smallest state by area`
        let by_keys: Vec<KeyId> = plain.modifiers.iter().filter_map(by_property).collect();
        plain.modifiers.retain(|modifier| by_property(modifier).is_none());
        let number = nominal.number.unwrap_or(1);
        let mut all = Vec::new();
        for (mut inner, referent) in self.plain_nominal(&plain, State::new()) {
            let Referent::Thing(thing) = referent else { continue };
            let by_unit = matches!(inner.group, Some(Group::Unit(..)));
            // Of what is asked for within it, there would be one for each.
            if inner.rank.is_some() || by_unit || inner.asked.is_some() {
                continue;
            }
            let each = one_for_each(nominal, &inner, thing);
            let mut options: Vec<State> = Vec::new();
            match &nominal.best {
                Some(Best { most, nth, by: By::Adjective(base) }) => {
                    if inner.select.is_some() {
                        continue;
                    }
                    let of = &inner.pattern.things[thing];
                    // What is the second highest is the second tallest, where only that is measured.
                    let grades = if *nth > 1 || number > 1 {
                        self.graded_at_all(of, base, &by_keys)
                    } else {
                        self.graded_by(of, base, &by_keys)
                    };
                    for grade in grades {
                        let mut option = inner.clone();
                        option.select = Some(Choose {
                            of: Some(thing),
                            by: Measure::Value(thing, grade.key),
                            most: *most == grade.most,
                            nth: *nth,
                            number,
                            plural: nominal.plural,
                            each,
                        });
                        options.push(option);
                    }
                }
                _ => {
                    let Some(select) = &mut inner.select else { continue };
                    select.of.get_or_insert(thing);
                    select.plural = nominal.plural;
                    // `the three states with the largest area`
                    select.number = select.number.max(number);
                    options.push(inner);
                }
            }
            for mut option in options {
                let labels = self.labels_of(&option.pattern.things[thing]);
                let noun = option.pattern.things[thing].noun.clone();
                let cost = option.cost;
                option.asked = Some(Asked::Things(thing));
                let Some(inquiry) = self.finish(option, &[], false) else { continue };
                let chosen = vec![inquiry];
                let labels = (!labels.is_empty()).then_some(labels);
                all.push((Thing { labels, chosen, noun, ..Thing::default() }, cost));
            }
        }
        all
    }

    /// The labels that a thing has or may have.
    pub(super) fn labels_of(&self, thing: &Thing) -> Vec<LabelId> {
        if thing.is.is_empty() && thing.each.is_empty() {
            return thing.labels.clone().unwrap_or_default();
        }
        let mut labels: Vec<LabelId> = thing
            .is
            .iter()
            .chain(&thing.each)
            .flat_map(|&node| self.graph.labels(node))
            .copied()
            .collect();
        labels.sort_unstable();
        labels.dedup();
        labels
    }

    /// Adjectives that measure a thing as it is: *major*.
    pub(super) fn limited(
        &self,
        graded: &[Arc<str>],
        mut state: State,
        thing: ThingId,
    ) -> Vec<State> {
        for base in graded {
            let labels = self.labels_of(&state.pattern.things[thing]);
            let limit = self.lexicon.rules(base).iter().find_map(|rule| match rule {
                Rule::Limit(limit) if labels.contains(&limit.label) => Some(*limit),
                _ => None,
            });
            let Some(limit) = limit else { return Vec::new() };
            let than = FormLimit::Number(limit.than);
            state.pattern.things[thing].bounds.push(Bound {
                key: limit.key,
                more: limit.more,
                equal: false,
                than,
                times: 1.0,
            });
        }
        vec![state]
    }

    /// The noun that counts or measures in the predicate: *the most rivers*.
    pub(super) fn counted_best(
        &self,
        nominal: &Nominal,
        best: &Best,
        state: State,
    ) -> Vec<(State, ThingId)> {
        if state.select.is_some() {
            return Vec::new();
        }
        let plain = Nominal { best: None, ..nominal.clone() };
        let mut all = Vec::new();
        for (mut state, referent) in self.plain_nominal(&plain, state) {
            let Referent::Thing(thing) = referent else { continue };
            state.select = Some(Choose {
                of: None,
                by: Measure::Count(thing),
                most: best.most,
                nth: best.nth,
                number: 1,
                plural: false,
                each: None,
            });
            all.push((state, thing));
        }
        all
    }

    // --- Having ------------------------------------------------------------------------------------

    /// What a thing has: `with the largest population`, `with the capital X`, `with rivers`.
    pub(super) fn having(&self, state: &State, thing: ThingId, np: &Np) -> Vec<State> {
        let mut all = Vec::new();
        if let NpKind::Nominal(nominal) = &np.kind {
            match (&nominal.head, &nominal.best) {
                // `has more people than X`
                (HeadNoun::Alike, None) => return self.alike(nominal, thing, state),
                (HeadNoun::Noun(Noun::Property(key)), Some(best)) => {
                    for state in self.left_to_the_owner(nominal, thing, state) {
                        all.extend(self.with_best_property(&state, thing, *key, best));
                    }
                }
                (HeadNoun::Noun(Noun::Property(key)), None) => {
                    let alone = nominal.possessor.is_none() && nominal.adjectives.is_empty();
                    let modifiers: Vec<Modifier> = match nominal.quantity {
                        // `has more than 500 inhabitants`, `between 2 and 3 million`
                        Some(quantity) => limits_of(quantity),
                        None => nominal.modifiers.clone(),
                    };
                    if alone && (nominal.quantity.is_none() || nominal.modifiers.is_empty()) {
                        let mut states = vec![state.clone()];
                        for modifier in &modifiers {
                            let one = std::slice::from_ref(modifier);
                            let bounded = |state| self.limited_property(state, *key, thing, one);
                            states = states.into_iter().flat_map(bounded).collect();
                        }
                        all.extend(states.into_iter().filter(|_| !modifiers.is_empty()));
                    }
                }
                (HeadNoun::Noun(Noun::Label(_)), Some(best))
                    if state.gap.is_none()
                        && state.select.is_none()
                        && state.asked == Some(Asked::Things(thing))
                        && is_described(state, thing) =>
                {
                    all.extend(self.having_the_best(state, thing, nominal, best));
                    return all;
                }
                (HeadNoun::Noun(Noun::Relational(_)), None) => {
                    let found = self.with_relational(state, thing, np).into_iter();
                    // `has eight neighbours`, `has more than six`
                    let held = held_to(nominal, nominal.exactly());
                    all.extend(found.map(|(mut state, had)| {
                        let (of, count) = (Some(thing), Measure::Count(had));
                        state.having.extend(held.clone().map(|(quantity, than)| Having {
                            of,
                            count,
                            quantity,
                            than,
                        }));
                        state
                    }));
                }
                // `has more neighbours than any other`
                (HeadNoun::Noun(Noun::Relational(_)), Some(best))
                    if best.by == By::Itself && state.select.is_none() =>
                {
                    for (mut state, had) in self.with_relational(state, thing, np) {
                        state.select = Some(Choose {
                            of: Some(thing),
                            by: Measure::Count(had),
                            most: best.most,
                            nth: best.nth,
                            number: 1,
                            plural: false,
                            each: None,
                        });
                        all.push(state);
                    }
                    return all;
                }
                _ => {}
            }
        }
        for (id, frame) in self.plain_having() {
            let (Some(of), Some(own), Some(other)) =
                (super::type_of(frame.means), frame.subject, frame.object)
            else {
                continue;
            };
            let mut state = state.clone();
            let fact = self.new_fact(&mut state, of);
            self.widen(&mut state, id, fact);
            if !self.put(&mut state, fact, own, thing) {
                continue;
            }
            for (mut state, had) in self.thing(np, state) {
                if self.put(&mut state, fact, other, had) {
                    all.push(state.plus(1));
                }
            }
        }
        if all.is_empty() {
            all.extend(self.having_any(state, thing, np));
        }
        all
    }

    /// `Which captain has the most ships?`: where no sentence says what it is to have one, by the
    /// few types that join things of the two kinds.
    fn having_any(&self, state: &State, thing: ThingId, np: &Np) -> Vec<State> {
        const FEW: usize = 3;
        let nominal = match &np.kind {
            NpKind::Nominal(nominal) => &**nominal,
            // `How many ships does the captain have?`
            NpKind::Wh(wh) if wh.word == WhWord::HowMany && wh.of.is_none() => match &wh.nominal {
                Some(nominal) => nominal,
                None => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        let HeadNoun::Noun(Noun::Label(label)) = nominal.head else { return Vec::new() };
        let own = self.labels_of(&state.pattern.things[thing]);
        let types = self.graph.catalog().relationship_types().map(|(of, _)| of);
        let joins: Vec<_> = types
            .flat_map(|of| {
                let (from, to) = self.ends(of);
                let fits = |labels: &[LabelId], others: &[LabelId]| {
                    labels.iter().any(|one| own.contains(one)) && others.contains(&label)
                };
                [(of, Role::Start, fits(from, to)), (of, Role::End, fits(to, from))]
            })
            .filter(|join| join.2)
            .collect();
        if joins.len() > FEW {
            return Vec::new();
        }
        let mut all = Vec::new();
        for (of, role, _) in joins {
            let mut state = state.clone();
            let fact = self.new_fact(&mut state, of);
            if !self.put(&mut state, fact, role, thing) {
                continue;
            }
            let other = if role == Role::Start { Role::End } else { Role::Start };
            for (mut state, had) in self.thing(np, state) {
                if self.put(&mut state, fact, other, had) {
                    all.push(state.plus(3));
                }
            }
        }
        all
    }

    /// `Which of them has the highest point?`: each has its own, and the best of those is meant.
    fn having_the_best(
        &self,
        state: &State,
        thing: ThingId,
        nominal: &Nominal,
        best: &Best,
    ) -> Vec<State> {
        let By::Adjective(base) = &best.by else { return Vec::new() };
        let plain = Nominal { best: None, ..nominal.clone() };
        let mut all = Vec::new();
        for (id, frame) in self.plain_having() {
            let (Some(of), Some(own), Some(other)) =
                (super::type_of(frame.means), frame.subject, frame.object)
            else {
                continue;
            };
            let mut state = state.clone();
            let fact = self.new_fact(&mut state, of);
            self.widen(&mut state, id, fact);
            if !self.put(&mut state, fact, own, thing) {
                continue;
            }
            for (mut state, referent) in self.plain_nominal(&plain, state) {
                let Referent::Thing(had) = referent else { continue };
                if !self.put(&mut state, fact, other, had) {
                    continue;
                }
                for grade in self.grades(&state.pattern.things[had], base) {
                    let mut state = state.clone();
                    state.select = Some(Choose {
                        of: Some(thing),
                        by: Measure::Value(had, grade.key),
                        most: best.most == grade.most,
                        nth: best.nth,
                        number: nominal.number.unwrap_or(1),
                        plural: false,
                        each: None,
                    });
                    if !all.iter().any(|known: &State| known.pattern == state.pattern) {
                        all.push(state.plus(1));
                    }
                }
            }
        }
        all
    }

    /// `has the smallest area that borders X`: a relative clause so far behind is of the owner; a
    /// property has nothing else behind it.
    fn left_to_the_owner(&self, nominal: &Nominal, thing: ThingId, state: &State) -> Vec<State> {
        if nominal.possessor.is_some() || !nominal.adjectives.is_empty() {
            return Vec::new();
        }
        let mut states = vec![state.clone()];
        for modifier in &nominal.modifiers {
            // `has the largest area in the country`: of what is in it.
            let place = matches!(modifier, Modifier::Phrase(word, _) if matches!(word.as_str(), "in" | "of" | "among"));
            if !place && !matches!(modifier, Modifier::Relative(_)) {
                return Vec::new();
            }
            states = states
                .into_iter()
                .flat_map(|state| self.modified(state, thing, modifier))
                .map(|(state, _)| state)
                .collect();
        }
        states
    }

    fn with_best_property(
        &self,
        state: &State,
        thing: ThingId,
        key: KeyId,
        best: &Best,
    ) -> Vec<State> {
        if state.select.is_some() || matches!(best.by, By::Adjective(_)) {
            return Vec::new();
        }
        let choose = |of: ThingId, measured: ThingId| Choose {
            of: Some(of),
            by: Measure::Value(measured, key),
            most: best.most,
            nth: best.nth,
            number: 1,
            plural: false,
            each: None,
        };
        let mut state = state.clone();
        // `Who has the lowest salary?`: of those that have one.
        let one = &mut state.pattern.things[thing];
        if one.labels.is_none() && !one.is_given() {
            one.labels = Some(self.labels_with(key));
        }
        let state = &state;
        if self.sample(&state.pattern.things[thing], key).is_some() {
            let mut state = state.clone();
            state.select = Some(choose(thing, thing));
            return vec![state];
        }
        // The property of what lies in it: the highest elevation of a state is that of a place.
        let mut all: Vec<State> = Vec::new();
        for id in self.lexicon.verb_frames("have").iter().copied() {
            if !self.lexicon.is_within(id) {
                continue;
            }
            let frame = &self.lexicon.frames[id];
            let Some(of) = super::type_of(frame.means) else { continue };
            let mut state = state.clone();
            let fact = self.new_fact(&mut state, of);
            self.widen(&mut state, id, fact);
            let measured = state.pattern.facts[fact].start;
            let has_it = self.sample(&state.pattern.things[measured], key).is_some();
            if !has_it || !self.put(&mut state, fact, Role::End, thing) {
                continue;
            }
            state.select = Some(choose(thing, measured));
            if !all.iter().any(|known| known.pattern == state.pattern) {
                all.push(state.plus(2));
            }
        }
        all
    }

    /// The sentences that say that one has another, and no more: not *has B in high regard*.
    fn plain_having(&self) -> impl Iterator<Item = (FrameId, &Frame)> {
        let all = self.lexicon.verb_frames("have").iter().map(|&id| (id, &self.lexicon.frames[id]));
        all.filter(|(_, frame)| frame.pieces.is_empty())
    }

    /// `with the capital X`: X stands in the relation to the thing.
    pub(super) fn with_relational(
        &self,
        state: &State,
        owner: ThingId,
        np: &Np,
    ) -> Vec<(State, ThingId)> {
        let NpKind::Nominal(nominal) = &np.kind else { return Vec::new() };
        let HeadNoun::Noun(Noun::Relational(id)) = nominal.head else { return Vec::new() };
        // What is measured of it is not read here.
        let measured = !nominal.graded.is_empty() || nominal.aggregate.is_some();
        if measured || nominal.rank.is_some() || !nominal.adjectives.is_empty() {
            return Vec::new();
        }
        let frame = &self.lexicon.frames[id];
        let (Some(of), Some(own)) = (super::type_of(frame.means), frame.subject) else {
            return Vec::new();
        };
        let slot = frame.pieces.iter().find_map(|piece| match piece.what {
            What::Slot(role @ (Role::Start | Role::End)) => Some(role),
            _ => None,
        });
        let Some(other) = slot else { return Vec::new() };
        let mut state = state.clone();
        let fact = self.new_fact(&mut state, of);
        if !self.put(&mut state, fact, other, owner) {
            return Vec::new();
        }
        let had = self.end_of(&state, fact, own);
        let mut states = vec![(state, had)];
        for modifier in &nominal.modifiers {
            let modifier = &than_the_same_of(nominal, modifier);
            states = states
                .into_iter()
                .flat_map(|(state, had)| self.modified(state, had, modifier))
                .collect();
        }
        // `have no neighbours`
        let none = nominal.determiner == Determiner::No;
        let denied = |(mut state, had): (State, ThingId)| {
            if none {
                state.pattern.things[owner].outside = true;
                let group = state.pattern.next_absent();
                state.pattern.facts[fact..].iter_mut().for_each(|fact| fact.absent = group);
            }
            (state, had)
        };
        states.into_iter().map(denied).collect()
    }

    /// Lets a statement that one thing lies in another go by way of a third.
    pub(super) fn widen(&self, state: &mut State, frame: usize, fact: usize) {
        if self.lexicon.is_within(frame) {
            self.let_within(state, fact);
        }
    }

    /// Whether a way of several statements has to be looked for: what a type is declared to be transitive for
    /// is derived, however long the way.
    pub(super) fn is_chained(&self, types: &[TypeId]) -> bool {
        let [only] = types else { return true };
        !self.graph.declarations().of(*only).is_some_and(|one| one.transitive)
    }

    /// Lets a statement lead to what its end lies in.
    pub(super) fn let_within(&self, state: &mut State, fact: usize) {
        let types = self.lexicon.within().to_vec();
        let mut labels: Vec<LabelId> =
            types.iter().flat_map(|&of| self.ends(of).1).copied().collect();
        labels.sort_unstable();
        labels.dedup();
        let end = state.pattern.facts[fact].end;
        state.pattern.things[end].labels = Some(labels);
        state.pattern.facts[fact].chain = self.is_chained(&types);
        state.pattern.facts[fact].types = types;
    }

    // --- What is measured ------------------------------------------------------------------------

    /// `How many people live in X?`: a property that counts them.
    pub(super) fn counted_property(&self, supplied: &[Supplied], state: &State) -> Vec<State> {
        let key =
            |np: &Np| match &np.kind {
                NpKind::Wh(wh) if wh.word == WhWord::HowMany => match &wh.nominal {
                    Some(Nominal {
                        head: HeadNoun::Noun(Noun::Property(key)), modifiers, ..
                    }) if modifiers.is_empty() && self.lexicon.is_counted(*key) => Some(*key),
                    _ => None,
                },
                _ => None,
            };
        // `In which city do the most people live?`
        let best = |np: &Np| match &np.kind {
            NpKind::Nominal(nominal) => match (&nominal.best, &nominal.head) {
                (Some(best), HeadNoun::Noun(Noun::Property(key)))
                    if best.by == By::Itself
                        && nominal.modifiers.is_empty()
                        && nominal.possessor.is_none()
                        && self.lexicon.is_counted(*key) =>
                {
                    Some((*key, best.clone()))
                }
                _ => None,
            },
            _ => None,
        };
        let [one, other] = supplied else { return Vec::new() };
        // Who lives outside X, or near it, is not counted by what X has.
        let elsewhere = |part: &Supplied| {
            let inside =
                |word: &str| matches!(word, "in" | "within" | "inside" | "at" | "of" | "by");
            matches!(&part.marker, Marker::Preposition(word) if !inside(word))
        };
        if supplied.iter().any(elsewhere) {
            return Vec::new();
        }
        let chosen = match (best(&one.np), best(&other.np)) {
            (Some(chosen), None) => Some((chosen, &other.np)),
            (None, Some(chosen)) => Some((chosen, &one.np)),
            _ => None,
        };
        if let Some(((key, best), owner)) = chosen {
            let things = self.thing(owner, state.clone()).into_iter();
            return things
                .flat_map(|(state, thing)| self.with_best_property(&state, thing, key, &best))
                .collect();
        }
        // `In which cities do more than a million people live?`
        let bounded = |np: &Np| match &np.kind {
            NpKind::Nominal(nominal) => match nominal.head {
                HeadNoun::Noun(Noun::Property(key)) => {
                    let limited = matches!(nominal.modifiers.as_slice(), [Modifier::Limit(_)]);
                    (nominal.quantity.is_some() || limited) && self.lexicon.is_counted(key)
                }
                _ => false,
            },
            _ => false,
        };
        let owner = match (bounded(&one.np), bounded(&other.np)) {
            (true, false) => Some((&one.np, &other.np)),
            (false, true) => Some((&other.np, &one.np)),
            _ => None,
        };
        if let Some((people, owner)) = owner {
            let things = self.thing(owner, state.clone()).into_iter();
            return things.flat_map(|(state, thing)| self.having(&state, thing, people)).collect();
        }
        let (key, owner) = match (key(&one.np), key(&other.np)) {
            (Some(key), None) => (key, &other.np),
            (None, Some(key)) => (key, &one.np),
            _ => return Vec::new(),
        };
        let mut all = Vec::new();
        for (state, thing) in self.thing(owner, state.clone()) {
            all.extend(self.ask_property(state, key, Owner::Thing(thing)));
        }
        counted_together(owner, &mut all);
        all
    }

    /// `the highest elevation in X`: the property of the thing of which it is the best.
    pub(super) fn best_property(
        &self,
        nominal: &Nominal,
        key: KeyId,
        best: &Best,
        state: &State,
    ) -> Vec<(State, Referent)> {
        let mut all = Vec::new();
        if matches!(best.by, By::Adjective(_)) {
            return all;
        }
        for label in self.labels_with(key) {
            let head = HeadNoun::Noun(Noun::Label(label));
            let plain = Nominal { best: None, head, number: None, ..nominal.clone() };
            for (mut inner, referent) in self.plain_nominal(&plain, State::new()) {
                let Referent::Thing(thing) = referent else { continue };
                if inner.rank.is_some() || inner.select.is_some() || inner.group.is_some() {
                    continue;
                }
                inner.select = Some(Choose {
                    of: Some(thing),
                    by: Measure::Value(thing, key),
                    most: best.most,
                    nth: best.nth,
                    number: 1,
                    plural: false,
                    each: None,
                });
                inner.asked = Some(Asked::Things(thing));
                let cost = inner.cost;
                let Some(inquiry) = self.finish(inner, &[], false) else { continue };
                let mut state = state.clone().plus(cost);
                let labels = Some(vec![label]);
                let one = state.pattern.thing(Thing {
                    labels,
                    chosen: vec![inquiry],
                    ..Thing::default()
                });
                all.push((state, Referent::Property(key, Some(Owner::Thing(one)))));
            }
        }
        all
    }

    /// The labels whose things have a property.
    pub(super) fn labels_with(&self, key: KeyId) -> Vec<LabelId> {
        let labels = self.graph.catalog().labels().map(|(id, _)| id);
        labels.filter(|&label| self.has_key(label, key)).collect()
    }

    /// Whether some of the first things of a label have a property.
    fn has_key(&self, label: LabelId, key: KeyId) -> bool {
        self.sample(&Thing::labelled(vec![label]), key).is_some()
    }

    // --- Names ---------------------------------------------------------------------------------

    /// Those of a name's bearers that a thing may be: `the city of York`, `the river Ouse`.
    pub(super) fn named_thing(
        &self,
        state: &State,
        thing: ThingId,
        np: &Np,
    ) -> Vec<(State, ThingId)> {
        let NpKind::Name(bearers) = &np.kind else { return Vec::new() };
        let labels = state.pattern.things[thing].labels.clone().unwrap_or_default();
        let fits = |node: &NodeId| {
            labels.is_empty() || labels.iter().any(|&label| self.graph.has_label(*node, label))
        };
        let nodes: Vec<NodeId> = bearers.iter().map(|bearer| bearer.node).filter(fits).collect();
        if nodes.is_empty() || state.pattern.things[thing].is_given() {
            return Vec::new();
        }
        let mut state = state.clone();
        state.pattern.things[thing].is = nodes;
        vec![(state, thing)]
    }
}

/// What several are chosen for, each for one: *the highest points of the states that …*.
fn one_for_each(nominal: &Nominal, inner: &State, thing: ThingId) -> Option<ThingId> {
    if !nominal.plural || nominal.number.is_some() {
        return None;
    }
    let several = |np: &Np| match &np.kind {
        NpKind::Nominal(of) if of.plural => match of.head {
            HeadNoun::Noun(Noun::Label(label)) => Some(label),
            _ => None,
        },
        _ => None,
    };
    let behind = nominal.modifiers.iter().filter_map(|modifier| match modifier {
        Modifier::Phrase(word, np) if matches!(word.as_str(), "of" | "in") => Some(np),
        _ => None,
    });
    let label = behind.chain(&nominal.possessor).find_map(several)?;
    inner.pattern.facts.iter().find_map(|fact| {
        let other = match thing {
            start if start == fact.start => fact.end,
            end if end == fact.end => fact.start,
            _ => return None,
        };
        let it = &inner.pattern.things[other];
        (it.labels.as_deref() == Some(&[label]) && !it.is_given()).then_some(other)
    })
}

/// `a highest point lower than that of X`: than the highest point of X.
fn than_the_same_of(nominal: &Nominal, modifier: &Modifier) -> Modifier {
    let mut told = modifier.clone();
    if let Modifier::Compared { than, .. } = &mut told
        && let Than::ThatOf(other) = than
    {
        let same = Nominal {
            determiner: Determiner::Definite,
            possessor: Some(Np::clone(other)),
            ..Nominal::of(nominal.head.clone(), false)
        };
        let kind = NpKind::Nominal(Shared::new(same));
        *than = Than::Np(Box::new(Np { kind, words: other.words.clone() }));
    }
    told
}

/// Whether something is said of a thing already.
fn is_described(state: &State, thing: ThingId) -> bool {
    state.pattern.facts.iter().any(|fact| fact.start == thing || fact.end == thing)
}

/// A quantity as bounds of a property that counts.
fn limits_of(quantity: Quantity) -> Vec<Modifier> {
    let limit = |more: bool, number: u32| {
        let (equal, number) = (true, f64::from(number));
        Modifier::Limit(Limit { more, equal, number, up_to: None, unit: None })
    };
    let least = (quantity.min > 0 || quantity.max.is_none()).then(|| limit(true, quantity.min));
    least.into_iter().chain(quantity.max.map(|max| limit(false, max))).collect()
}

/// The property that something is measured by: `by area`, `in area`.
pub(super) fn by_property(modifier: &Modifier) -> Option<KeyId> {
    match modifier {
        Modifier::Phrase(word, np) if matches!(word.as_str(), "by" | "in") => property_of(np),
        _ => None,
    }
}

/// The property that a noun phrase is about, if it is nothing else.
fn property_of(np: &Np) -> Option<KeyId> {
    match &np.kind {
        NpKind::Nominal(nominal) => match nominal.head {
            HeadNoun::Noun(Noun::Property(key))
                if nominal.modifiers.is_empty() && nominal.possessor.is_none() =>
            {
                Some(key)
            }
            _ => None,
        },
        _ => None,
    }
}

/// `How many people live in the states that …?` is one number: that of all of them together.
pub(super) fn counted_together(owner: &Np, states: &mut [State]) {
    let several = match &owner.kind {
        NpKind::Nominal(nominal) => {
            nominal.plural && !matches!(nominal.determiner, Determiner::Each | Determiner::Every)
        }
        NpKind::List(crate::question::tree::Join::And, _) => true,
        _ => false,
    };
    for state in states.iter_mut().filter(|_| several) {
        if state.group.is_none() && matches!(state.asked, Some(Asked::ThingValue(..))) {
            state.aggregate.get_or_insert(crate::question::tree::Aggregate::Sum);
        }
    }
}
