//! How a thing hangs together with another that is named beside it: *in X*, *of X*, *with X*.

use super::{Meaning, State};
use crate::graph::{LabelId, TypeId};
use crate::question::form::{Asked, FactId, ThingId};
use crate::question::frame::{Frame, Role, What};
use crate::question::tree::{Choice, Join, Np, NpKind};
use crate::value::NodeId;

impl Meaning<'_> {
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
                state.pattern.facts[fact].chain = self.is_chained(&types);
                fits.then(|| (state.plus(2), thing))
            })
            .collect()
    }

    /// `the films of X`, `books by Y`: where no sentence says what it is to be of something, by the few types
    /// that join things of the two kinds; *by* whom something is, does it.
    pub(super) fn joined_by_any(
        &self,
        state: &State,
        thing: ThingId,
        preposition: &str,
        np: &Np,
    ) -> Vec<(State, ThingId)> {
        const FEW: usize = 2;
        let own = self.labels_of(&state.pattern.things[thing]);
        let mut all = Vec::new();
        if own.is_empty() || state.pattern.things[thing].is_given() {
            return all;
        }
        for (state, other) in self.thing(np, state.clone()) {
            let others = self.labels_of(&state.pattern.things[other]);
            let fits = |ends: &[LabelId], labels: &[LabelId]| {
                labels.iter().any(|label| ends.contains(label))
            };
            let mut joins: Vec<(TypeId, Role)> = Vec::new();
            for (of, _) in self.graph.catalog().relationship_types() {
                let (from, to) = self.ends(of);
                let roles = [
                    (Role::Start, fits(from, &own) && fits(to, &others)),
                    (Role::End, fits(to, &own) && fits(from, &others)),
                ];
                // Where somebody wrote sentences, they say what is of what.
                let means = crate::graph::declaration::Meaning::Type(of);
                if self.graph.declarations().phrases.iter().any(|phrase| phrase.means == means) {
                    continue;
                }
                let says = |role: Role| {
                    let far = if role == Role::Start { Role::End } else { Role::Start };
                    let frames = self.lexicon.frames.iter();
                    let mut own = frames.filter(|frame| frame.means == means);
                    match preposition {
                        "of" => true,
                        "by" => own.any(|frame| {
                            let verb = matches!(frame.head, crate::question::frame::Head::Verb(_));
                            verb && frame.subject == Some(far)
                        }),
                        word => own.any(|frame| {
                            let mut pieces = frame.pieces.iter();
                            pieces
                                .any(|one| one.has_preposition(word) && one.what == What::Slot(far))
                        }),
                    }
                };
                let roles = roles.iter().filter(|one| one.1).map(|one| one.0);
                joins.extend(roles.filter(|&role| says(role)).map(|role| (of, role)));
            }
            if joins.len() > FEW {
                continue;
            }
            for (of, role) in joins {
                let mut state = state.clone();
                let fact = self.new_fact(&mut state, of);
                let far = if role == Role::Start { Role::End } else { Role::Start };
                if self.put(&mut state, fact, role, thing) && self.put(&mut state, fact, far, other)
                {
                    all.push((state.plus(4), thing));
                }
            }
        }
        all
    }

    /// Lets either end of a statement be what was declared of the other.
    pub(super) fn turn(state: &mut State, fact: FactId) {
        let one = &state.pattern.facts[fact];
        let (start, end) = (one.start, one.end);
        let labels = std::mem::take(&mut state.pattern.things[start].labels);
        let labels = std::mem::replace(&mut state.pattern.things[end].labels, labels);
        state.pattern.things[start].labels = labels;
    }

    pub(super) fn types_of_belonging(&self) -> Vec<TypeId> {
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
    pub(super) fn taking_part(
        &self,
        state: State,
        thing: ThingId,
        np: &Np,
    ) -> Vec<(State, ThingId)> {
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
            .relationship_types()
            .map(|(id, _)| id)
            .filter(|&id| {
                is_event(id)
                    && self
                        .lexicon
                        .sentence(id)
                        .is_some_and(|frame| frame.subject == Some(Role::Start))
            })
            .collect();
        // `the war between X and Y`: those of whom it is said that they are parties to it.
        let parties = self.lexicon.frames.iter().filter_map(|frame| {
            let party = frame.pieces.iter().any(|piece| {
                matches!(&piece.what, What::Fixed(word) if matches!(word.as_str(), "party" | "side" | "participant"))
            });
            let of = super::type_of(frame.means)?;
            let to = self.ends(of).1.iter().any(|label| labels.contains(label));
            (party && to && frame.subject == Some(Role::Start)).then_some(of)
        });
        let mut types: Vec<TypeId> = types.into_iter().chain(parties).collect();
        types.sort_unstable();
        types.dedup();
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
    pub(super) fn among(&self, state: &State, thing: ThingId, choices: &[Choice]) -> Vec<NodeId> {
        let labels = state.pattern.things[thing].labels.clone().unwrap_or_default();
        let mut nodes: Vec<NodeId> =
            labels.iter().flat_map(|&label| self.extension(label)).collect();
        // Of many things those that are named by name are found by it.
        let by_name = choices.iter().filter_map(|choice| match choice {
            Choice::Named(Np { kind: NpKind::Name(bearers), .. }) => Some(bearers),
            _ => None,
        });
        let of_labels = |node: &NodeId| {
            labels.is_empty() || labels.iter().any(|&label| self.graph.has_label(*node, label))
        };
        nodes.extend(by_name.flatten().map(|bearer| bearer.node).filter(of_labels));
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
    pub(super) fn neighbours(&self, node: NodeId) -> Vec<NodeId> {
        let mut found = Vec::new();
        for (of, _) in self.graph.catalog().relationship_types() {
            let incoming = self.graph.adjacency(of, crate::graph::Direction::Incoming);
            incoming.for_each(node, |neighbour, _| found.push(neighbour));
        }
        found
    }

    /// `X and Y signed an agreement`: with each other, where the sentence has a *with*.
    pub(super) fn together(&self, state: &mut State, fact: FactId, frame: &Frame) {
        let with = frame.pieces.iter().any(|piece| {
            let end = matches!(piece.what, What::Slot(Role::Start | Role::End));
            end && (piece.has_preposition("with") || piece.has_preposition("between"))
        });
        let one = &state.pattern.facts[fact];
        let (start, end) = (one.start, one.end);
        let things = &state.pattern.things;
        let asked =
            matches!(state.asked, Some(Asked::Things(one) | Asked::Count(one)) if one == end);
        let open = !things[end].is_given() && things[end].noun.is_none() && !asked;
        if with && !one.symmetric && open && things[start].each.len() == 2 {
            let pair = std::mem::take(&mut state.pattern.things[start].each);
            state.pattern.things[start].is = vec![pair[0]];
            state.pattern.things[end].is = vec![pair[1]];
            state.pattern.facts[fact].symmetric = true;
        }
    }

    /// Lets a thing be all that its noun may be for and the end of a statement asks for: *which city is the
    /// capital of X?* may be told by a town. What merely lies somewhere is what it is called first.
    pub(super) fn call_alike(&self, state: &mut State, fact: FactId, thing: ThingId, end: ThingId) {
        let types = &state.pattern.facts[fact].types;
        if types.iter().any(|of| self.lexicon.within().contains(of)) {
            return;
        }
        self.call_as(state, thing, end);
    }

    /// The same of what two noun phrases are said to be: one may be called what the other is.
    pub(super) fn call_as(&self, state: &mut State, thing: ThingId, end: ThingId) {
        let Some([label]) = state.pattern.things[thing].labels.as_deref() else { return };
        let Some(asked) = state.pattern.things[end].labels.clone() else { return };
        let mut alike = self.lexicon.siblings(*label);
        alike.retain(|one| one == label || asked.contains(one));
        let it = &state.pattern.things[thing];
        // The best of some is one of those it was chosen from.
        if alike.len() > 1 && !it.is_given() && it.chosen.is_empty() {
            state.pattern.things[thing].labels = Some(alike);
        }
    }

    /// Whether a statement may stand there once each way.
    pub(super) fn is_told_twice(&self, state: &State, fact: FactId) -> bool {
        let fact = &state.pattern.facts[fact];
        fact.symmetric && !fact.types.iter().all(|&of| self.is_symmetric(of))
    }
}
