//! What nouns refer to, with what stands before and behind them.

use std::sync::Arc;

use super::against::held_to;
use super::thing::{ask_thing, things, with_thing};
use super::{Meaning, Referent, State};
use crate::graph::{KeyId, LabelId};
use crate::question::form::{
    Asked, Choose, Group, Having, Measure, Said, Shared, Thing, ThingId, Told,
};
use crate::question::frame::{Role, What};
use crate::question::lexicon::{FrameId, Noun};
use crate::question::tree::{
    Best, By, Determiner, HeadNoun, Modifier, Nominal, Np, NpKind, Pronoun, Wh, WhWord,
};
use crate::value::{NodeId, StatementId, Value};

/// Of more things than this nobody says their number to tell which are meant.
const MANY: u32 = 16;

impl Meaning<'_> {
    pub(super) fn wh(&self, wh: &Wh, state: State) -> Vec<(State, Referent)> {
        if let Some(of) = &wh.of {
            let asked = |(mut state, thing): (State, ThingId)| {
                let of_given = std::mem::take(&mut state.pattern.things[thing].each);
                state.pattern.things[thing].is.extend(of_given);
                ask_thing(wh.word, state, thing)
            };
            let answers = &self.context.answers;
            let found = match of.kind {
                // `which of them`: of those that answered.
                NpKind::Pronoun(Pronoun::Many) if !answers.is_empty() => {
                    vec![with_thing(state, Thing::one_of(answers.clone()))]
                }
                _ => self.thing(of, state),
            };
            return found.into_iter().filter_map(asked).collect();
        }
        let Some(nominal) = &wh.nominal else { return self.bare_wh(wh.word, state) };
        if wh.word == WhWord::Whose {
            let mut all = self.whose_deed(nominal, state.clone());
            all.extend(self.whose_own(nominal, state));
            return all;
        }
        if let Some(number) = nominal.number.filter(|&number| number > 1)
            && matches!(wh.word, WhWord::Which | WhWord::What)
            && (nominal.plural && matches!(nominal.head, HeadNoun::Noun(Noun::Label(_))))
            && nominal.best.is_none()
            && state.number.is_none()
        {
            // `Which two states …?`: how many there are is said, not asked.
            let plain =
                Wh { nominal: Some(Nominal { number: None, ..nominal.clone() }), ..wh.clone() };
            return self.wh(&plain, State { number: Some(number), ..state });
        }
        let mut all = Vec::new();
        if let (WhWord::HowMany, HeadNoun::Noun(Noun::Property(key))) = (wh.word, &nominal.head) {
            // `How many people in X?`, `the number of pages of X`
            let counted = self.lexicon.is_counted(*key);
            for (state, referent) in self.nominal(nominal, state.clone()) {
                let Referent::Property(key, Some(owner)) = referent else { continue };
                let mut asked = self.ask_property(state, key, owner);
                asked.retain(|state| counted || self.asks_for_number(state));
                let of = nominal.modifiers.iter().find_map(|modifier| match modifier {
                    Modifier::Phrase(_, np) => Some(np),
                    _ => None,
                });
                if let Some(of) = nominal.possessor.as_ref().or(of) {
                    super::best::counted_together(of, &mut asked);
                }
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

    /// `whose visit to X`: the statement, and who did it is asked for.
    fn whose_deed(&self, nominal: &Nominal, state: State) -> Vec<(State, Referent)> {
        let HeadNoun::Noun(Noun::Event(event)) = nominal.head else { return Vec::new() };
        let mut all = Vec::new();
        for &frame in self.lexicon.event_frames(event) {
            let role = self.lexicon.frames[frame].subject;
            let whose = |(mut state, referent): (State, Referent)| {
                let Referent::Fact(fact) = referent else { return None };
                let thing = match role? {
                    Role::End => state.pattern.facts[fact].end,
                    _ => state.pattern.facts[fact].start,
                };
                let open = !state.pattern.things[thing].is_given();
                (open && state.ask(Asked::Things(thing))).then_some((state, Referent::Fact(fact)))
            };
            let plain = Nominal { best: None, quantity: None, ..nominal.clone() };
            if plain == *nominal {
                all.extend(self.event(nominal, frame, state.clone()).into_iter().filter_map(whose));
            }
        }
        all
    }

    /// `whose capital`: what stands in the relation, and to whom is asked for.
    fn whose_own(&self, nominal: &Nominal, state: State) -> Vec<(State, Referent)> {
        let owned =
            matches!(nominal.head, HeadNoun::Noun(Noun::Relational(_)) | HeadNoun::Value(..));
        if !owned || nominal.possessor.is_some() {
            return Vec::new();
        }
        let mut nominal = nominal.clone();
        let which = Wh { word: WhWord::Which, nominal: None, of: None };
        nominal.possessor = Some(Np { kind: NpKind::Wh(Shared::new(which)), words: 0..0 });
        self.nominal(&nominal, state)
    }

    pub(super) fn bare_wh(&self, word: WhWord, state: State) -> Vec<(State, Referent)> {
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

    pub(super) fn nominal(&self, nominal: &Nominal, state: State) -> Vec<(State, Referent)> {
        let of_all = |modifier: &Modifier| matches!(modifier, Modifier::Phrase(word, np) if word == "of" && is_all(np));
        if nominal.modifiers.iter().any(of_all) {
            // `the capitals of all states that …`: those that belong to one of them.
            let mut plain = nominal.clone();
            for modifier in &mut plain.modifiers {
                if let Modifier::Phrase(word, np) = modifier
                    && word == "of"
                    && let NpKind::Nominal(of) = &mut np.kind
                    && of.determiner == Determiner::All
                {
                    of.determiner = Determiner::Definite;
                }
            }
            return self.nominal(&plain, state);
        }
        if nominal.determiner != Determiner::All || !nominal.plural {
            return self.some_or_more(nominal, state);
        }
        let mut all = self.some_or_more(nominal, state);
        for (state, referent) in &mut all {
            if let Referent::Thing(thing) = *referent {
                let thing = &mut state.pattern.things[thing];
                thing.all = true;
                // `all of them`, of those that are known by now
                if thing.is.len() > 1 && nominal.head == HeadNoun::One {
                    thing.each = std::mem::take(&mut thing.is);
                }
            }
        }
        all
    }

    /// What a noun refers to, whether all of them are meant or some.
    fn some_or_more(&self, nominal: &Nominal, state: State) -> Vec<(State, Referent)> {
        if nominal.best.is_some() && (nominal.rank.is_some() || nominal.quantity.is_some()) {
            return Vec::new();
        }
        match (&nominal.best, &nominal.head) {
            (Some(best), HeadNoun::Noun(Noun::Label(_) | Noun::Relational(_)))
                if best.by == By::Itself =>
            {
                return things(self.counted_best(nominal, best, state));
            }
            (Some(best), HeadNoun::Noun(Noun::Event(_))) if best.by == By::Itself => {
                return self.most_of(nominal, best, state);
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

    /// `the most visits`: as many statements as nothing else has.
    pub(super) fn most_of(
        &self,
        nominal: &Nominal,
        best: &Best,
        state: State,
    ) -> Vec<(State, Referent)> {
        let plain = Nominal { best: None, ..nominal.clone() };
        let mut all = self.plain_nominal(&plain, state);
        all.retain_mut(|(state, referent)| {
            let Referent::Fact(fact) = referent else { return false };
            let (of, by) = (state.gap, Measure::Facts(*fact));
            let (most, nth) = (best.most, best.nth);
            let choose = Choose { of, by, most, nth, number: 1, plural: false, each: None };
            state.select.replace(choose).is_none()
        });
        all
    }

    /// A nominal as it is, without a superlative before it.
    pub(super) fn plain_nominal(&self, nominal: &Nominal, state: State) -> Vec<(State, Referent)> {
        // `recognised two regions`; of the two that are asked for nothing else is counted.
        let exactly = nominal.exactly().filter(|_| {
            let of_things = matches!(nominal.head, HeadNoun::Noun(Noun::Label(_)));
            of_things && nominal.best.is_none() && state.asked.is_some()
        });
        let plain = exactly.map(|_| Nominal { number: None, ..nominal.clone() });
        let mut all = self.uncounted_nominal(plain.as_ref().unwrap_or(nominal), state);
        if let Some((quantity, than)) = held_to(nominal, exactly) {
            all.retain_mut(|(state, referent)| {
                let count = match referent {
                    Referent::Thing(thing) if !state.pattern.things[*thing].is_given() => {
                        Measure::Count(*thing)
                    }
                    Referent::Fact(fact) => Measure::Facts(*fact),
                    _ => return false,
                };
                let (of, than) = (state.gap, than.clone());
                state.having.push(Having { of, count, quantity, than });
                true
            });
        }
        all
    }

    /// A nominal without regard to how many it says there are.
    pub(super) fn uncounted_nominal(
        &self,
        nominal: &Nominal,
        state: State,
    ) -> Vec<(State, Referent)> {
        if !is_used_up(nominal) {
            return Vec::new();
        }
        match &nominal.head {
            HeadNoun::Alike => Vec::new(),
            HeadNoun::Those => {
                let those = with_thing(state, Thing::default());
                things(self.belonging(nominal, vec![those]))
            }
            HeadNoun::Somebody => {
                let mut labels: Vec<LabelId> = self.lexicon.who().iter().copied().collect();
                labels.sort_unstable();
                let labels = (!labels.is_empty()).then_some(labels);
                let none = nominal.determiner == Determiner::No;
                let somebody = with_thing(
                    state,
                    Thing { labels, none, by: Said::Pronoun, ..Thing::default() },
                );
                things(self.belonging(nominal, vec![somebody]))
            }
            HeadNoun::Noun(Noun::Label(label)) => things(self.labelled(nominal, *label, state)),
            HeadNoun::Noun(Noun::Event(event)) => {
                let frames = self.lexicon.event_frames(*event).iter();
                frames.flat_map(|&frame| self.event(nominal, frame, state.clone())).collect()
            }
            HeadNoun::Noun(Noun::Relational(frame)) => {
                things(self.relational(nominal, *frame, state))
            }
            HeadNoun::Noun(Noun::Property(key)) => self.property_phrase(nominal, *key, state),
            HeadNoun::Noun(Noun::Fixed(_)) => Vec::new(),
            HeadNoun::Value(key, values) => things(self.holder(nominal, *key, values, state)),
            HeadNoun::Role(bearers, text) => things(self.with_role(nominal, bearers, text, state)),
            HeadNoun::One if !nominal.modifiers.is_empty() => Vec::new(),
            HeadNoun::One => things(self.pronoun(Pronoun::Many, &state)),
        }
    }

    /// `which foreign ministries`, `any police`: one of those that have the role.
    fn with_role(
        &self,
        nominal: &Nominal,
        bearers: &[NodeId],
        text: &Arc<str>,
        state: State,
    ) -> Vec<(State, ThingId)> {
        // *The foreign minister* is one of whom it has been said whose, *all ministers* are all.
        let any = match nominal.determiner {
            Determiner::None | Determiner::Indefinite => true,
            Determiner::Definite => nominal.plural,
            _ => false,
        };
        if !any || nominal.number.is_some() || nominal.rank.is_some() {
            return Vec::new();
        }
        let (is, noun) = (bearers.to_vec(), Some(Arc::clone(text)));
        let thing = Thing { is, noun, told: Told::ByRole, ..Thing::default() };
        self.belonging(nominal, vec![with_thing(state, thing)])
    }

    /// `the two regions`, `Russian officials`, `states that recognise X`.
    pub(super) fn labelled(
        &self,
        nominal: &Nominal,
        label: LabelId,
        state: State,
    ) -> Vec<(State, ThingId)> {
        let mut thing = Thing::labelled(vec![label]);
        thing.noun = self.lexicon.label_noun(label).map(Arc::from);
        let simple = nominal.modifiers.is_empty() && nominal.adjectives.is_empty();
        let counted = match nominal.determiner {
            Determiner::Both => Some(2),
            Determiner::Definite | Determiner::Possessive | Determiner::All => nominal.number,
            _ => None,
        };
        if simple && nominal.determiner == Determiner::Either {
            thing.is = self.extension(label);
            let few = !thing.is.is_empty();
            return few.then(|| with_thing(state, thing)).into_iter().collect();
        }
        let all_of_them = nominal.determiner == Determiner::All && nominal.plural
            || nominal.determiner == Determiner::Every;
        if nominal.determiner == Determiner::Every && !simple {
            return Vec::new();
        }
        let simple = simple && nominal.graded.is_empty();
        thing.none = nominal.determiner == Determiner::No;
        if simple && (counted.is_some() || all_of_them) {
            let nodes = self.extension(label);
            if let (true, Some(number)) = (nodes.is_empty(), counted.filter(|&one| one > MANY)) {
                // `all 50 states`: those that there are, of which the answer says how many.
                let state = State { number: Some(number), ..state };
                return vec![with_thing(state, thing)];
            }
            if counted.is_some_and(|number| nodes.len() != number as usize) || nodes.is_empty() {
                return Vec::new();
            }
            thing.each = nodes;
        } else if counted.is_some() || nominal.number.is_some() {
            return Vec::new();
        }
        let (mut state, thing) = with_thing(state, thing);
        if nominal.determiner == Determiner::Each
            && state.group.replace(Group::Thing(thing)).is_some()
        {
            return Vec::new();
        }
        if let Some(rank) = nominal.rank
            && state.rank.replace(rank).is_some()
        {
            return Vec::new();
        }
        let states = self.limited(&nominal.graded, state, thing);
        self.belonging(nominal, states.into_iter().map(|state| (state, thing)).collect())
    }

    /// Adjectives, possessors and what stands behind a noun.
    pub(super) fn belonging(
        &self,
        nominal: &Nominal,
        mut states: Vec<(State, ThingId)>,
    ) -> Vec<(State, ThingId)> {
        let adjectives = nominal.adjectives.iter().map(|owner| (owner, true));
        let possessor = nominal.possessor.iter().map(|owner| (owner, false));
        for (owner, before) in adjectives.chain(possessor) {
            states = states
                .into_iter()
                .flat_map(|(state, thing)| {
                    // `the Ouse river` is the river of that name, `a Texas city` one in Texas; `Ohio's river`
                    // is not.
                    let mut all =
                        if before { self.named_thing(&state, thing, owner) } else { Vec::new() };
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
            // `the rivers of Missouri` are no river of that name.
            let several = matches!(modifier, Modifier::Phrase(of, np) if of == "of" && nominal.plural && matches!(np.kind, NpKind::Name(_)));
            states = states
                .into_iter()
                .flat_map(|(state, thing)| {
                    let given = state.pattern.things[thing].is_given();
                    let mut all = self.modified(state, thing, modifier);
                    let named = |state: &State| state.pattern.things[thing].is_given() && !given;
                    all.retain(|(state, _)| !several || !named(state));
                    all
                })
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
                // `each state with its capital`: what that is, is asked as well.
                if preposition == "with" && is_its_own(np) {
                    return Vec::new();
                }
                if preposition == "with"
                    && let Some(relative) = super::against::that_have(np)
                {
                    return self.modified(state, thing, &relative);
                }
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
                    all.extend(self.taking_part(state.clone(), thing, np));
                }
                if all.is_empty() && matches!(preposition.as_str(), "among" | "amongst") {
                    // `the highest elevation among the states that …`: of them.
                    let of = Modifier::Phrase("of".to_owned(), np.clone());
                    return self.modified(state, thing, &of);
                }
                if all.is_empty()
                    && matches!(preposition.as_str(), "of" | "by" | "in" | "at" | "on" | "for")
                {
                    all.extend(self.joined_by_any(&state, thing, preposition, np));
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
            Modifier::Compared { .. } => {
                let found = self.compared(&state, thing, modifier);
                found.into_iter().map(|state| (state, thing)).collect()
            }
            Modifier::Limit(limit) => {
                let found = self.limited_thing(state, thing, limit);
                found.into_iter().map(|state| (state, thing)).collect()
            }
            // Only a property is in a unit.
            Modifier::In(_) => Vec::new(),
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
                        if state.rank.is_some() {
                            state.ranked_of = state.main.or(state.ranked_of);
                        }
                        // Where nothing else is said, the relative clause is what is said.
                        state.main = main.or(state.main);
                        Some((state, thing))
                    })
                    .collect()
            }
        }
    }

    /// `recognition by Syria of Abkhazia`, `Medoev's visit to Moscow`.
    pub(super) fn event(
        &self,
        nominal: &Nominal,
        frame: FrameId,
        mut state: State,
    ) -> Vec<(State, Referent)> {
        // Whose it is, is said, and not known.
        let lost = nominal.determiner == Determiner::Possessive && nominal.possessor.is_none();
        let has_its_words = !lost && self.has_its_words(nominal, frame);
        let of = super::type_of(self.lexicon.frames[frame].means);
        let of = of.filter(|_| has_its_words && self.may_try());
        let Some(of) = of else { return Vec::new() };
        state.cost += u32::from(self.lexicon.is_derived(frame));
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
    pub(super) fn relational(
        &self,
        nominal: &Nominal,
        frame: FrameId,
        mut state: State,
    ) -> Vec<(State, ThingId)> {
        let parts = &self.lexicon.frames[frame];
        let (Some(of), Some(own)) = (super::type_of(parts.means), parts.subject) else {
            return Vec::new();
        };
        // `the last visitor to X` is told by who was the last to be one, and is not any visitor.
        if nominal.rank.is_some() {
            return Vec::new();
        }
        let fact = self.new_fact(&mut state, of);
        // `a neighbour of X that has rivers`: what is said of the one that stands in the relation.
        let of_thing = |modifier: &Modifier| {
            matches!(
                modifier,
                Modifier::Relative(_) | Modifier::Compared { .. } | Modifier::Limit(_)
            ) || matches!(modifier, Modifier::Phrase(word, np) if word == "with" && is_property(np))
        };
        let (told, placed): (Vec<Modifier>, Vec<Modifier>) =
            nominal.modifiers.iter().cloned().partition(of_thing);
        let plain = Nominal { modifiers: placed, ..nominal.clone() };
        let told = |state: State| {
            let thing = self.end_of(&state, fact, own);
            let all = told.iter().fold(vec![(state, thing)], |all, modifier| {
                let one = |(state, thing)| self.modified(state, thing, modifier);
                all.into_iter().flat_map(one).collect()
            });
            all.into_iter().map(|(state, _)| state)
        };
        self.complemented(&plain, frame, fact, vec![state])
            .into_iter()
            .flat_map(told)
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
    pub(super) fn holder(
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
        let definite = matches!(nominal.determiner, Determiner::Definite | Determiner::Possessive);
        if alone && definite && !nominal.plural {
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
    pub(super) fn holders(&self, key: KeyId, values: &[Arc<str>]) -> Vec<NodeId> {
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
}

/// `its capital`, `their populations`, and nothing more of it.
fn is_its_own(np: &Np) -> bool {
    match &np.kind {
        NpKind::Nominal(nominal) => {
            let own =
                matches!(nominal.head, HeadNoun::Noun(Noun::Relational(_) | Noun::Property(_)));
            let alone = nominal.modifiers.is_empty() && nominal.possessor.is_none();
            nominal.determiner == Determiner::Possessive && own && alone && nominal.best.is_none()
        }
        _ => false,
    }
}

/// Whether a noun phrase is a property of something.
fn is_property(np: &Np) -> bool {
    matches!(&np.kind, NpKind::Nominal(nominal) if matches!(nominal.head, HeadNoun::Noun(Noun::Property(_))))
}

/// Whether it is said that all of several are meant.
fn is_all(np: &Np) -> bool {
    matches!(&np.kind, NpKind::Nominal(nominal) if nominal.determiner == Determiner::All && nominal.number.is_none())
}

/// Whether everything that stands before a noun has a meaning for such a noun: nothing of a question
/// is dropped.
fn is_used_up(nominal: &Nominal) -> bool {
    let several = nominal.number.is_some() && nominal.determiner == Determiner::None;
    match nominal.head {
        HeadNoun::Noun(Noun::Label(_)) => nominal.aggregate.is_none(),
        HeadNoun::Noun(Noun::Property(_)) => {
            nominal.graded.is_empty() && nominal.rank.is_none() && nominal.number.is_none()
        }
        HeadNoun::Noun(_) | HeadNoun::Value(..) | HeadNoun::Role(..) => {
            nominal.graded.is_empty()
                && nominal.aggregate.is_none()
                && !several
                && !matches!(
                    nominal.determiner,
                    Determiner::No | Determiner::Each | Determiner::Every
                )
        }
        HeadNoun::One | HeadNoun::Alike | HeadNoun::Somebody | HeadNoun::Those => true,
    }
}
