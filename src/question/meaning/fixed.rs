//! The words that a frame asks for, what belongs to them, and what belongs to no slot of it.

use super::adverb::rank_deed;
use super::slots::{Marker, PIECES, Slots, Supplied, marker};
use super::{Referent, State};
use crate::question::form::{Asked, Choose, Having, Measure, Moment, Order, Shared};
use crate::question::frame::{Head, Role, What};
use crate::question::lexicon::Noun;
use crate::question::tree::{Best, By, Determiner, HeadNoun, Modifier, Np, NpKind, Wh, WhWord};

impl Slots<'_, '_> {
    /// Words that the frame asks for; what belongs to them belongs to the clause.
    pub(super) fn fill_fixed(
        &self,
        words: &str,
        np: &Np,
        used: u32,
        state: State,
    ) -> Vec<(State, u32, Vec<Supplied>)> {
        if let Some(filled) = self.fill_fixed_and_property(words, np, used, &state) {
            return filled;
        }
        let mut state = state;
        let nominal = match &np.kind {
            NpKind::Nominal(nominal) => &**nominal,
            // `How many visits did X make?`: the statements are what is asked for.
            NpKind::Wh(wh) if wh.word == WhWord::Whose && wh.of.is_none() => {
                return self.fill_whose(words, wh, used, &state);
            }
            NpKind::Wh(wh) if wh.word == WhWord::HowMany && wh.of.is_none() => {
                let Some(nominal) = &wh.nominal else { return Vec::new() };
                if !state.ask(Asked::CountFacts(self.fact)) {
                    return Vec::new();
                }
                nominal
            }
            _ => return Vec::new(),
        };
        let same = match &nominal.head {
            HeadNoun::Noun(Noun::Fixed(fixed)) => &**fixed == words,
            HeadNoun::Noun(Noun::Relational(id)) => {
                let first = self.meaning.lexicon.frames[*id].pieces.first();
                first.is_some_and(|piece| piece.what == What::Fixed(words.to_owned()))
                    && self.frame.head == Head::Be
                    && self.meaning.lexicon.frames[*id] == *self.frame
            }
            _ => false,
        };
        let others = !nominal.graded.is_empty()
            || nominal.aggregate.is_some()
            || matches!(nominal.determiner, Determiner::No | Determiner::Each | Determiner::Every);
        if !same || nominal.number.is_some() || others {
            return Vec::new();
        }
        if let Some((quantity, than)) = super::against::held_to(nominal, None) {
            // `made at least three visits`
            let (of, count) = (state.gap, Measure::Facts(self.fact));
            state.having.push(Having { of, count, quantity, than });
        }
        match &nominal.best {
            None => {}
            // `made the most visits`
            Some(Best { most, nth, by: By::Itself }) if state.select.is_none() => {
                let (of, by) = (state.gap, Measure::Facts(self.fact));
                let (most, nth) = (*most, *nth);
                state.select =
                    Some(Choose { of, by, most, nth, number: 1, plural: false, each: None });
            }
            Some(_) => return Vec::new(),
        }
        // `made the first request`: it is the statement that is the first.
        if nominal.rank.is_some() && std::mem::replace(&mut state.rank, nominal.rank).is_some() {
            return Vec::new();
        }
        let mut more = Vec::new();
        for owner in nominal.adjectives.iter().chain(&nominal.possessor) {
            // `Russian citizenship` is citizenship of Russia.
            let marker = Marker::Preposition("of".into());
            more.push(Supplied { marker, np: owner.clone() });
        }
        for modifier in &nominal.modifiers {
            let Modifier::Phrase(preposition, np) = modifier else { return Vec::new() };
            let marker = Marker::Preposition(preposition.clone());
            more.push(Supplied { marker, np: np.clone() });
        }
        vec![(state, used, more)]
    }

    /// `Whose recognition does X enjoy?`: of the recognition it is asked from whom it is.
    pub(super) fn fill_whose(
        &self,
        words: &str,
        wh: &Wh,
        used: u32,
        state: &State,
    ) -> Vec<(State, u32, Vec<Supplied>)> {
        let Some(nominal) = &wh.nominal else { return Vec::new() };
        let HeadNoun::Noun(Noun::Fixed(fixed)) = &nominal.head else { return Vec::new() };
        let from = self.frame.pieces.iter().find(|piece| {
            let end = matches!(piece.what, What::Slot(Role::Start | Role::End));
            end && ["from", "by", "of"].iter().any(|word| piece.has_preposition(word))
        });
        let Some(from) = from.filter(|_| **fixed == *words) else { return Vec::new() };
        let who = Wh { word: WhWord::Who, nominal: None, of: None };
        let np = Np { kind: NpKind::Wh(Shared::new(who)), words: 0..0 };
        let mut more = vec![Supplied { marker: marker(from.preposition.clone()), np }];
        // `Whose independence from X does Y recognise?`
        for modifier in &nominal.modifiers {
            let Modifier::Phrase(preposition, np) = modifier else { return Vec::new() };
            let marker = Marker::Preposition(preposition.clone());
            more.push(Supplied { marker, np: np.clone() });
        }
        vec![(state.clone(), used, more)]
    }

    /// `What office does he hold?`: the wh-phrase is the fixed word and asks for the slot beside it.
    pub(super) fn fill_fixed_and_property(
        &self,
        words: &str,
        np: &Np,
        used: u32,
        state: &State,
    ) -> Option<Vec<(State, u32, Vec<Supplied>)>> {
        let slot = self.frame.pieces.iter().position(|piece| match piece.what {
            What::Slot(Role::Property(key)) => self.asks_for(key, np),
            _ => false,
        })?;
        let What::Slot(Role::Property(key)) = self.frame.pieces[slot].what else { return None };
        if !self.meaning.lexicon.is_property_noun(key, words) {
            return None;
        }
        let used = used | 1 << (PIECES + slot);
        Some(self.fill_asked_property(key, np, used, state.clone()))
    }

    // --- What belongs to no slot ---------------------------------------------------------------

    /// A prepositional phrase that modifies one of the things, or the time, of the statement.
    pub(super) fn modify(&self, preposition: &str, np: &Np, state: &State) -> Vec<State> {
        let mut all = Vec::new();
        // What something is done by does it: *bordered by no river*.
        if self.passive && preposition == "by" {
            return all;
        }
        let ends = [Role::Start, Role::End].map(|role| self.meaning.end_of(state, self.fact, role));
        for thing in ends {
            // `the cities that lie on X`: nothing that they lie in is spoken of.
            let asked =
                matches!(state.asked, Some(Asked::Things(one) | Asked::Count(one)) if one == thing);
            let one = &state.pattern.things[thing];
            let within = self.meaning.lexicon.within();
            let lies = state.pattern.facts[self.fact].types.iter().any(|of| within.contains(of));
            let spoken = asked || state.gap == Some(thing) || one.noun.is_some() || !lies;
            if !one.is_given() && spoken {
                let found = self.meaning.related(state.clone(), thing, preposition, np);
                all.extend(found.into_iter().map(|(state, _)| state.plus(2)));
            }
        }
        let before = match preposition {
            "before" => true,
            "after" | "following" => false,
            _ => return all,
        };
        let unranked = State { rank: None, ..state.clone() };
        for (mut told, referent) in self.meaning.referent(np, unranked) {
            // `after X's last visit to Y`: the last of those.
            let own = std::mem::replace(&mut told.rank, state.rank);
            let is_one = match (own, &referent) {
                (Some(own), Referent::Fact(fact)) => rank_deed(&mut told, *fact, own),
                (own, _) => own.is_none(),
            };
            if !is_one {
                continue;
            }
            let mut state = told;
            let moments: Vec<Moment> = match referent {
                Referent::Fact(fact) => vec![Moment::Fact(fact)],
                Referent::Thing(thing) => {
                    let keys = self.meaning.date_keys(&state.pattern.things[thing]);
                    keys.into_iter().map(|key| Moment::Date(thing, key)).collect()
                }
                Referent::Property(..) => Vec::new(),
            };
            for than in moments {
                let (of, apart) = (self.fact, None);
                state.pattern.order.push(Order { before, apart, of, than });
                all.push(state.clone().plus(4));
            }
        }
        all
    }

    /// What stands behind a noun but for the words that its frame asks for, each of which must be there:
    /// *A's declaration of intent to meet B*. What stands behind those words belongs to the noun.
    pub(super) fn without_fixed(&self, modifiers: &[Modifier]) -> Option<Vec<Modifier>> {
        let mut rest = modifiers.to_vec();
        if self.frame.head == Head::Be {
            return Some(rest);
        }
        for piece in &self.frame.pieces {
            let What::Fixed(words) = &piece.what else { continue };
            let at = rest.iter().position(|modifier| match modifier {
                Modifier::Phrase(preposition, Np { kind: NpKind::Nominal(nominal), .. }) => {
                    let same = matches!(&nominal.head, HeadNoun::Noun(Noun::Fixed(fixed)) if **fixed == **words);
                    same && nominal.best.is_none() && piece.has_preposition(preposition)
                }
                _ => false,
            })?;
            if let Modifier::Phrase(_, Np { kind: NpKind::Nominal(nominal), .. }) = rest.remove(at)
            {
                rest.extend(nominal.into_inner().modifiers);
            }
        }
        Some(rest)
    }

    /// The genitive of a noun: its subject, else what stands after *of*.
    pub(super) fn genitive(&self, owner: &Np, state: State) -> Vec<State> {
        let noun = matches!(self.frame.head, Head::Noun(_));
        let role =
            if noun { self.frame.subject } else { self.piece_role("of").or(self.piece_role("to")) };
        role.map_or_else(Vec::new, |role| self.at_end(role, owner, state))
    }

    pub(super) fn noun_modifier(&self, modifier: &Modifier, mut state: State) -> Vec<State> {
        match modifier {
            Modifier::When(when) => {
                state.pattern.facts[self.fact].times.push(when.clone());
                vec![state]
            }
            // `its plan to meet X`: what stands behind a verb of the noun.
            Modifier::Named(np) => {
                let object = self.frame.pieces.iter().find(|piece| piece.preposition.is_none());
                match object.map(|piece| &piece.what) {
                    Some(What::Slot(role)) => self.at_end(*role, np, state),
                    _ => Vec::new(),
                }
            }
            Modifier::Relative(_)
            | Modifier::Among(_)
            | Modifier::Compared { .. }
            | Modifier::Limit(_)
            | Modifier::In(_) => Vec::new(),
            Modifier::Phrase(preposition, np) => {
                let noun = matches!(self.frame.head, Head::Noun(_));
                let mut roles: Vec<Role> = self.piece_role(preposition).into_iter().collect();
                // `an agreement between X and Y`
                let two = matches!(&np.kind, NpKind::List(crate::question::tree::Join::And, all) if all.len() == 2);
                if noun && two && preposition == "between" {
                    roles = self.frame.subject.into_iter().collect();
                }
                if noun
                    && (matches!(preposition.as_str(), "by" | "from")
                        || roles.is_empty() && preposition == "of")
                {
                    roles.extend(self.frame.subject);
                }
                let mut all: Vec<State> = roles
                    .into_iter()
                    .flat_map(|role| self.at_end(role, np, state.clone()))
                    .collect();
                // `the recognition of X before that of Y` and its kind.
                all.extend(self.modify_time_only(preposition, np, &state));
                all
            }
        }
    }

    pub(super) fn modify_time_only(&self, preposition: &str, np: &Np, state: &State) -> Vec<State> {
        let timed = matches!(preposition, "before" | "after" | "following");
        if timed { self.modify(preposition, np, state) } else { Vec::new() }
    }

    pub(super) fn piece_role(&self, preposition: &str) -> Option<Role> {
        let mut marked = self.pieces(|word| word == Some(preposition));
        marked.find_map(|at| match self.frame.pieces[at - PIECES].what {
            What::Slot(role) => Some(role),
            What::Fixed(_) => None,
        })
    }

    pub(super) fn at_end(&self, role: Role, np: &Np, state: State) -> Vec<State> {
        if let Role::Property(key) = role {
            return self.fill_value(key, np, &state);
        }
        // An end that is taken is not taken again.
        let end = self.meaning.end_of(&state, self.fact, role);
        if state.pattern.things[end].is_given() {
            return Vec::new();
        }
        self.meaning
            .thing(np, state)
            .into_iter()
            .filter_map(|(mut state, thing)| {
                self.meaning.put(&mut state, self.fact, role, thing).then_some(state)
            })
            .collect()
    }
}
