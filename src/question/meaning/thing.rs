//! What noun phrases refer to: names, pronouns, lists, exceptions. Nouns are in [`nominal`](super::nominal).

use std::sync::Arc;

use super::{Meaning, Referent, State};
use crate::graph::LabelId;
use crate::graph::alias::AliasKind;
use crate::question::form::{Asked, Group, Thing, ThingId};
use crate::question::names::Bearer;
use crate::question::tree::{HeadNoun, Join, Nominal, Np, NpKind, Pronoun, WhWord};
use crate::value::NodeId;

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
            // It is said of a clause as a whole, by [`no_other`](super::only::no_other).
            NpKind::Only(_) => Vec::new(),
            // What was said can only be the end of a statement, where its slot is filled.
            NpKind::Text(_) => Vec::new(),
        }
    }

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
                    && self.are_siblings(self.graph.labels(nodes[0]), labels)
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

    /// Whether things with some labels are called alike: cities, and towns that are called cities as well.
    fn are_siblings(&self, one: &[LabelId], other: &[LabelId]) -> bool {
        let (Some(first), Some(second)) = (one.first(), other.first()) else { return one == other };
        one == other || self.lexicon.siblings(*first).contains(second)
    }

    pub(super) fn pronoun(&self, pronoun: Pronoun, state: &State) -> Vec<(State, ThingId)> {
        let who = self.lexicon.who();
        let is_who = |node: &NodeId| {
            who.is_empty() || self.graph.labels(*node).iter().any(|label| who.contains(label))
        };
        let mentioned = self.context.mentioned.iter().copied();
        let answers = &self.context.answers;
        let sets: Vec<Vec<NodeId>> = match pronoun {
            // `Who is the foreign minister of X? – Whom did he meet?`: the one that answered.
            Pronoun::One => {
                let answer = answers.iter().copied().filter(|_| answers.len() == 1);
                let all =
                    mentioned.chain(answer.filter(|one| !self.context.mentioned.contains(one)));
                all.filter(is_who).map(|node| vec![node]).collect()
            }
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
        let excluded = self.excluded(others, &state);
        if excluded.is_empty() {
            return Vec::new();
        }
        let mut all = self.referent(of, state);
        // Nothing can be taken from what is one thing already.
        all.retain_mut(|(state, referent)| match referent {
            Referent::Thing(thing) if !state.pattern.things[*thing].is_given() => {
                self.leave_out(state, *thing, &excluded)
            }
            _ => false,
        });
        all
    }

    /// Leaves some out of what a thing may be, and says whether any of them could be it: from lakes no
    /// place is taken that is called after one. What is chosen is chosen without them: *the largest
    /// state except X*.
    pub(super) fn leave_out(&self, state: &mut State, thing: ThingId, nodes: &[NodeId]) -> bool {
        let labels = self.labels_of(&state.pattern.things[thing]);
        let nodes = nodes.iter().copied().filter(|&node| {
            labels.is_empty() || self.graph.labels(node).iter().any(|label| labels.contains(label))
        });
        let nodes: Vec<NodeId> = nodes.collect();
        let thing = &mut state.pattern.things[thing];
        if thing.chosen.is_empty() {
            thing.is_not.extend(&nodes);
        }
        for chosen in &mut thing.chosen {
            if let Asked::Things(one) = chosen.asked {
                chosen.pattern.things[one].is_not.extend(&nodes);
            }
        }
        !nodes.is_empty()
    }

    /// The nodes that an exception is about: all that its words may name.
    pub(super) fn excluded(&self, np: &Np, state: &State) -> Vec<NodeId> {
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
                    // `the city of X`, `Lake X`
                    _ => {
                        match self.given(member, state).into_iter().min_by_key(|(_, cost)| *cost) {
                            Some((named, _)) => nodes.extend(named),
                            None => return Vec::new(),
                        }
                    }
                },
                NpKind::Value(key, values) => nodes.extend(self.holders(*key, values)),
                _ => return Vec::new(),
            }
        }
        nodes
    }
}

pub(super) fn with_thing(mut state: State, thing: Thing) -> (State, ThingId) {
    let id = state.pattern.thing(thing);
    (state, id)
}

pub(super) fn things(found: Vec<(State, ThingId)>) -> Vec<(State, Referent)> {
    found.into_iter().map(|(state, thing)| (state, Referent::Thing(thing))).collect()
}

pub(super) fn ask_thing(
    word: WhWord,
    mut state: State,
    thing: ThingId,
) -> Option<(State, Referent)> {
    let asked = match word {
        WhWord::HowMany => Asked::Count(thing),
        _ => Asked::Things(thing),
    };
    // `Who met whom?`: for each of the first the second.
    if let (Some(Asked::Things(first)), Asked::Things(_), None) = (state.asked, asked, state.group)
        && state.select.is_none()
    {
        state.group = Some(Group::Thing(first));
        state.asked = Some(asked);
        state.cost += 2;
        return Some((state, Referent::Thing(thing)));
    }
    state.ask(asked).then_some((state, Referent::Thing(thing)))
}

fn joined(join: Join, sets: &[Vec<NodeId>]) -> Option<Thing> {
    let all = || sets.iter().flatten().copied().collect::<Vec<_>>();
    Some(match join {
        // Of several of one name it is not said which is one of the two.
        Join::And if sets.iter().any(|set| set.len() > 1) => return None,
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
