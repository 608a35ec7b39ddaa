//! Properties that are asked for: where they may be found.

use super::{Meaning, Owner, Referent, State};
use crate::graph::{KeyId, TypeId};
use crate::question::form::{Asked, Thing, ThingId};
use crate::question::frame::{Head, Role, What};
use crate::question::tree::{Argument, Clause, Modifier, Nominal, Np, NpKind, Unit};
use crate::value::{NodeId, Value};

/// How many things of a label are looked at to know whether they have a property.
const LOOKED_AT: usize = 64;

/// Prepositions before what has a property.
const OF: [&str; 4] = ["of", "in", "for", "at"];

impl Meaning<'_> {
    /// Asks for a property of what it is said to be of.
    pub(super) fn ask_property(&self, state: State, key: KeyId, owner: Owner) -> Vec<State> {
        match owner {
            Owner::Fact(fact) => {
                let mut state = state;
                let asked = if self.is_date(key) {
                    Asked::When(fact, Unit::Any)
                } else {
                    state.pattern.facts[fact].has.push(key);
                    Asked::Value(fact, key)
                };
                state.main = Some(fact);
                state.ask(asked).then_some(state).into_iter().collect()
            }
            Owner::Thing(thing) => {
                let mut all = self.own_property(&state, key, thing);
                if all.is_empty() {
                    all = self.property_of_statements(&state, key, thing);
                }
                // `the elevation of Mount X`, where what has the same nouns is called its height.
                if all.is_empty() {
                    let alike = self.lexicon.alike(key).into_iter();
                    all = alike.flat_map(|key| self.own_property(&state, key, thing)).collect();
                }
                // `the size of X`, which is told by another measure: how large it is.
                if all.is_empty() && self.lexicon.is_property_noun(key, "size") {
                    let grades = self.grades(&state.pattern.things[thing], "large").into_iter();
                    all = grades
                        .flat_map(|grade| self.own_property(&state, grade.key, thing))
                        .collect();
                }
                if all.is_empty() {
                    all = self.property_of_parts(&state, key, thing);
                }
                all
            }
        }
    }

    /// A property that the thing's nodes have themselves.
    fn own_property(&self, state: &State, key: KeyId, thing: ThingId) -> Vec<State> {
        let Some(value) = self.sample(&state.pattern.things[thing], key) else {
            return Vec::new();
        };
        let mut state = state.clone();
        let asked = match value {
            Value::Edtf(_) | Value::Date(_) => Asked::ThingDate(thing, key, Unit::Any),
            _ => Asked::ThingValue(thing, key),
        };
        state.ask(asked).then_some(state).into_iter().collect()
    }

    /// A property that statements about the thing have.
    fn property_of_statements(&self, state: &State, key: KeyId, thing: ThingId) -> Vec<State> {
        let mut all = Vec::new();
        for of in self.types_with(key) {
            let mut state = state.clone();
            let fact = self.new_fact(&mut state, of);
            if !self.put(&mut state, fact, Role::Start, thing) {
                continue;
            }
            state.pattern.facts[fact].has.push(key);
            state.main = Some(fact);
            if state.ask(Asked::Value(fact, key)) {
                all.push(state);
            }
        }
        all
    }

    /// The types whose frames have a slot for a property.
    pub(super) fn types_with(&self, key: KeyId) -> Vec<TypeId> {
        let slot = What::Slot(Role::Property(key));
        let mut types: Vec<TypeId> = self
            .lexicon
            .frames
            .iter()
            .filter(|frame| frame.pieces.iter().any(|piece| piece.what == slot))
            .filter_map(|frame| super::type_of(frame.means))
            .collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    /// A value that some node the thing may be has under a key.
    pub(super) fn sample(&self, thing: &Thing, key: KeyId) -> Option<Value> {
        let value =
            |node: NodeId| Some(self.graph.node_property(node, key)).filter(|v| !v.is_null());
        if !thing.is.is_empty() || !thing.each.is_empty() {
            return thing.is.iter().chain(&thing.each).find_map(|&node| value(node));
        }
        thing.labels.iter().flatten().find_map(|&label| {
            let mut nodes = Vec::new();
            self.graph.scan_nodes(Some(label), NodeId(0), LOOKED_AT, &mut nodes);
            nodes.into_iter().find_map(value)
        })
    }

    /// Whether the values of a property of statements are names of things of a label.
    pub(super) fn values_name_one_of(&self, key: KeyId, label: crate::graph::LabelId) -> bool {
        let names: Vec<String> =
            self.extension(label).into_iter().map(|node| self.name_of(node)).collect();
        if names.is_empty() {
            return false;
        }
        let column = self.graph.statement_column(key);
        let mut values = (0..self.graph.statement_bound()).map(|id| column.get(id));
        let first = values.find(|value| !value.is_null());
        matches!(first, Some(Value::String(value)) if names.iter().any(|name| **name == *value))
    }

    /// Whether a property is called a date.
    pub(super) fn is_date(&self, key: KeyId) -> bool {
        matches!(self.lexicon.property_noun(key), Some("date" | "day" | "time"))
    }

    /// Properties, and where they are looked for.
    pub(super) fn property_phrase(
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
                Modifier::Relative(clause) => self.who_measures(clause, key),
                _ => None,
            }))
            .collect();
        let others = nominal.modifiers.iter().filter(|modifier| match modifier {
            Modifier::Phrase(preposition, _) => !OF.contains(&preposition.as_str()),
            Modifier::Relative(clause) => self.who_measures(clause, key).is_none(),
            Modifier::In(_) => false,
            _ => true,
        });
        let units: Vec<&std::sync::Arc<str>> = nominal
            .modifiers
            .iter()
            .filter_map(|modifier| match modifier {
                Modifier::In(unit) => Some(unit),
                _ => None,
            })
            .collect();
        if others.count() > 0 || owners.len() > 1 {
            return Vec::new();
        }
        let Some(owner) = owners.first() else {
            if !units.is_empty() {
                return Vec::new();
            }
            // `the average number of pages`: of whatever has them, where that is of one kind.
            if let (Some(aggregate), [label], None) =
                (nominal.aggregate, self.labels_with(key).as_slice(), state.aggregate)
            {
                let mut state = State { aggregate: Some(aggregate), ..state };
                let thing = state.pattern.thing(Thing::labelled(vec![*label]));
                return vec![(state, Referent::Property(key, Some(Owner::Thing(thing))))];
            }
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
                    Referent::Thing(thing) => {
                        let it = &state.pattern.things[thing];
                        let in_units = units.iter().all(|unit| self.is_in_unit(it, key, unit));
                        in_units.then_some(Owner::Thing(thing))?
                    }
                    Referent::Fact(_) if !units.is_empty() => return None,
                    Referent::Fact(fact) => Owner::Fact(fact),
                    Referent::Property(..) => return None,
                };
                Some((state, Referent::Property(key, Some(owner))))
            })
            .collect()
    }

    /// `the area that X covers`, `the area covered by X`, `the population that X has`: of what it is.
    fn who_measures<'c>(&self, clause: &'c Clause, key: KeyId) -> Option<&'c Np> {
        let is_gap = |np: &Np| matches!(np.kind, NpKind::Gap);
        let plain = clause.adverbs.is_empty() && clause.and_then.is_empty() && !clause.negated;
        let verb = &*clause.verb == "have" || self.keys_measured_by(&clause.verb).contains(&key);
        if !plain || !verb {
            return None;
        }
        let subject = clause.subject.as_ref()?;
        let front = clause.front.as_ref().and_then(|front| front.np.as_ref());
        match (front, clause.arguments.as_slice()) {
            (Some(front), []) if is_gap(front) && !clause.passive => Some(subject),
            (None, [Argument { preposition: Some(by), np: Some(np) }])
                if clause.passive && by == "by" && is_gap(subject) =>
            {
                Some(np)
            }
            _ => None,
        }
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
