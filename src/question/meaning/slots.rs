//! The match of a clause with a frame: every part of the clause in a slot of its own.

use super::{Meaning, State, asks_circumstance, each};
use crate::graph::KeyId;
use crate::question::form::{Asked, FactId, Said, Thing, ThingId};
use crate::question::frame::{Frame, Head, Role, What, same_preposition};
use crate::question::lexicon::{FrameId, Noun, TARGETS};
use crate::question::tree::{Argument, Asks, Bond, Clause, HeadNoun, Nominal, Np, NpKind, WhWord};

/// How a part of a clause is marked.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Marker {
    Subject,
    /// No preposition.
    Bare,
    Preposition(String),
    /// *where*: any preposition of place.
    Place,
}

/// A part of a clause that needs a slot.
#[derive(Clone, Debug)]
pub(super) struct Supplied {
    pub(super) marker: Marker,
    pub(super) np: Np,
}

/// Prepositions that *where* may stand for.
const PLACE: [&str; 6] = ["in", "to", "at", "on", "into", "inside"];

/// A slot of a frame, by number: the subject, the object, then the pieces.
const SUBJECT: usize = 0;
const OBJECT: usize = 1;
pub(super) const PIECES: usize = 2;

impl Meaning<'_> {
    /// The parts of a clause with their marks; nothing where a preposition has nothing to govern.
    pub(super) fn supplied(clause: &Clause) -> Option<Vec<Supplied>> {
        let mut all = Vec::new();
        let mut stranded: Vec<&Argument> =
            clause.arguments.iter().filter(|argument| argument.np.is_none()).collect();
        // `X was appealed to by Y`: the subject is what the preposition governs.
        let governs = clause.passive && stranded.len() == 1 && {
            let front = clause.front.as_ref();
            front.is_none_or(|front| front.preposition.is_some())
        };
        if let Some(subject) = &clause.subject {
            let governed = stranded.pop_if(|_| governs).map(|one| one.preposition.clone());
            let marker = governed.map_or(Marker::Subject, marker);
            all.push(Supplied { marker, np: subject.clone() });
        }
        let front = match (&clause.front, stranded.as_slice()) {
            (None, []) => None,
            (Some(front), []) => Some((front.preposition.clone(), front.np.clone()?)),
            (Some(Argument { preposition: None, np }), [one]) => {
                Some((one.preposition.clone(), np.clone()?))
            }
            _ => return None,
        };
        if let Some((preposition, np)) = front {
            all.push(Supplied { marker: marker(preposition), np });
        }
        for argument in &clause.arguments {
            if let Some(np) = &argument.np {
                all.push(Supplied { marker: marker(argument.preposition.clone()), np: np.clone() });
            }
        }
        Some(all)
    }

    /// A clause as a statement of a frame's type; the state's main statement is then that one.
    pub(super) fn match_frame(
        &self,
        id: FrameId,
        clause: &Clause,
        supplied: &[Supplied],
        mut state: State,
    ) -> Vec<State> {
        let frame = &self.lexicon.frames[id];
        let Some(of) = super::type_of(frame.means).filter(|_| self.may_try()) else {
            return Vec::new();
        };
        let fact = self.new_fact(&mut state, of);
        self.widen(&mut state, id, fact);
        if supplied.iter().any(|part| part.marker == Marker::Place) {
            // Where it is is what it is in first.
            state.pattern.facts[fact].chain = false;
        }
        state.main = Some(fact);
        let loose = self.lexicon.is_loose(id);
        let slots = Slots { meaning: self, frame, fact, passive: clause.passive, loose };
        let mut widened = state.clone();
        let mut states = slots.assign(supplied.to_vec(), 0, state);
        // The highest point of a part is not that of the whole.
        let named = frame.pieces.iter().any(|piece| matches!(piece.what, What::Fixed(_)));
        let part = self.lexicon.within().contains(&of) && !self.lexicon.is_within(id);
        if states.is_empty() && part && !named {
            // What flows through a part of something flows through it.
            self.let_within(&mut widened, fact);
            states = slots.assign(supplied.to_vec(), 0, widened);
        } else if states.is_empty() && self.is_symmetric(of) {
            // What is said of one end is said of the other, whichever was declared to be first.
            Self::turn(&mut widened, fact);
            states = slots.assign(supplied.to_vec(), 0, widened);
        }
        // What does something to itself says so.
        states.retain(|state| {
            let one = &state.pattern.facts[fact];
            one.start != one.end
        });
        for state in &mut states {
            self.reciprocal(state, fact);
            self.together(state, fact, frame);
            if clause.bond == Bond::Mutual {
                state.mutual = Some(fact);
            }
            state.cost += self.open_ends(state, fact) * (1 + self.seniority(id, of));
            state.cost += u32::from(self.asks_for_others(state, fact, id));
            state.cost += u32::from(self.lexicon.is_derived(id));
        }
        states
    }

    /// How many ends of a statement nothing was said of: a frame that has more to say is better.
    pub(super) fn open_ends(&self, state: &State, fact: FactId) -> u32 {
        let one = &state.pattern.facts[fact];
        let open = |thing: ThingId| {
            let asked =
                matches!(state.asked, Some(Asked::Things(one) | Asked::Count(one)) if one == thing);
            let shared = state.pattern.facts.iter().filter(|f| f.start == thing || f.end == thing);
            let described = state.pattern.things[thing].noun.is_some();
            !asked && !described && !state.pattern.things[thing].is_given() && shared.count() < 2
        };
        u32::from(open(one.start)) + u32::from(open(one.end))
    }

    /// Whether it is asked for things of another kind than the verb is first for, and not said of which: *who
    /// borders X?* asks for states before it asks for lakes.
    fn asks_for_others(&self, state: &State, fact: FactId, id: FrameId) -> bool {
        let Head::Verb(base) = &self.lexicon.frames[id].head else { return false };
        let Some(Asked::Things(asked)) = state.asked else { return false };
        let one = &state.pattern.facts[fact];
        let it = &state.pattern.things[asked];
        let [of] = one.types.as_slice() else { return false };
        if it.noun.is_some() || it.is_given() || one.start != asked && one.end != asked {
            return false;
        }
        let frames = self.lexicon.verb_frames(base).iter();
        let mut types =
            frames.filter_map(|&frame| super::type_of(self.lexicon.frames[frame].means));
        let Some(first) = types.next().filter(|first| first != of) else { return false };
        let ends = |of: crate::graph::TypeId| [self.ends(of).0, self.ends(of).1].concat();
        let (own, others) = (self.labels_of(it), ends(first));
        !own.is_empty() && own.iter().all(|label| !others.contains(label))
    }

    /// Which of the types that a verb has this is: the first that was declared is its default.
    fn seniority(&self, id: FrameId, of: crate::graph::TypeId) -> u32 {
        let Head::Verb(base) = &self.lexicon.frames[id].head else { return 0 };
        let mut types: Vec<_> = self
            .lexicon
            .verb_frames(base)
            .iter()
            .filter(|&&frame| !self.lexicon.is_derived(frame))
            .filter_map(|&frame| super::type_of(self.lexicon.frames[frame].means))
            .collect();
        types.dedup();
        types.iter().position(|&one| one == of).unwrap_or(types.len()) as u32
    }

    /// `Bibilov and Putin met`: the two of a symmetric statement.
    fn reciprocal(&self, state: &mut State, fact: FactId) {
        let one = &state.pattern.facts[fact];
        let (start, end) = (one.start, one.end);
        let things = &state.pattern.things;
        let two = things[start].each.len() == 2 && !things[end].is_given();
        let unsaid = things[end].noun.is_none()
            && things[end].by == Said::Noun
            && state.asked != Some(Asked::Things(end))
            && state.asked != Some(Asked::Count(end));
        if two && (one.symmetric || unsaid && self.is_mutual(one.types[0])) {
            let pair = std::mem::take(&mut state.pattern.things[start].each);
            state.pattern.things[start].is = vec![pair[0]];
            state.pattern.things[end].is = vec![pair[1]];
        }
    }

    /// What stands around a noun of a frame, in the frame's slots: `recognition of X by Y`.
    pub(super) fn complemented(
        &self,
        nominal: &Nominal,
        id: FrameId,
        fact: FactId,
        states: Vec<State>,
    ) -> Vec<State> {
        let frame = &self.lexicon.frames[id];
        let slots = Slots { meaning: self, frame, fact, passive: false, loose: false };
        let Some(modifiers) = slots.without_fixed(&nominal.modifiers) else { return Vec::new() };
        let mut states = states;
        for owner in nominal.possessor.iter().chain(&nominal.adjectives) {
            states = each(states, |state| slots.genitive(owner, state));
        }
        for modifier in &modifiers {
            states = each(states, |state| slots.noun_modifier(modifier, state));
        }
        // `the meeting of X and Y`
        for state in &mut states {
            self.reciprocal(state, fact);
            self.together(state, fact, frame);
        }
        states
    }

    /// Whether the words that the frame of a noun asks for are among what is said of the noun.
    pub(super) fn has_its_words(&self, nominal: &Nominal, id: FrameId) -> bool {
        let frame = &self.lexicon.frames[id];
        let fact = FactId::default();
        let slots = Slots { meaning: self, frame, fact, passive: false, loose: false };
        slots.without_fixed(&nominal.modifiers).is_some()
    }

    /// Puts a thing at an end of a statement; says whether it can stand there.
    pub(super) fn put(&self, state: &mut State, fact: FactId, role: Role, thing: ThingId) -> bool {
        let end = self.end_of(state, fact, role);
        self.call_alike(state, fact, thing, end);
        self.unify(state, thing, end)
    }

    pub(super) fn end_of(&self, state: &State, fact: FactId, role: Role) -> ThingId {
        let fact = &state.pattern.facts[fact];
        if role == Role::End { fact.end } else { fact.start }
    }

    /// Asks for the circumstance that a question is about, of its main statement.
    pub(super) fn ask_circumstance(&self, asks: Asks, mut state: State) -> Vec<State> {
        debug_assert!(asks_circumstance(asks));
        let Some(fact) = state.main else { return Vec::new() };
        let asked = match asks {
            Asks::When(unit) => vec![Asked::When(fact, unit)],
            // What happens on a day does not go on since.
            Asks::Since if self.is_of_moments(state.pattern.facts[fact].types[0]) => Vec::new(),
            Asks::Since => vec![Asked::When(fact, crate::question::tree::Unit::Any)],
            // What is never dated lasts no time.
            Asks::HowLong if !self.is_ever_dated(state.pattern.facts[fact].types[0]) => Vec::new(),
            Asks::HowLong => vec![Asked::HowLong(fact)],
            // What two did together may be stated of each, and would count twice.
            Asks::HowOften if self.is_told_twice(&state, fact) => Vec::new(),
            Asks::HowOften => vec![Asked::CountFacts(fact)],
            Asks::HowMany(unit) => vec![Asked::CountTimes(fact, unit)],
            Asks::HowManyDays => {
                // Of one and another there is one statement a day; of several there may be more.
                let one = &state.pattern.facts[fact];
                let single = |thing: ThingId| state.pattern.things[thing].is.len() == 1;
                let several = |thing: ThingId| {
                    let thing = &state.pattern.things[thing];
                    !thing.each.is_empty() || thing.is.len() > 1
                };
                // On how many days both did it, or either, is not said.
                if several(one.start) || several(one.end) {
                    return Vec::new();
                }
                let of_days = one.types.iter().all(|&of| self.is_always_of_a_day(of));
                if of_days && single(one.start) && single(one.end) && one.types.len() == 1 {
                    vec![Asked::CountFacts(fact)]
                } else if of_days {
                    vec![Asked::CountTimes(fact, crate::question::tree::Unit::Day)]
                } else if self.is_ever_dated(one.types[0]) {
                    vec![Asked::HowLong(fact)]
                } else {
                    Vec::new()
                }
            }
            Asks::Source => vec![Asked::Sources(fact)],
            Asks::Speaker => vec![Asked::Speaker(fact)],
            _ => {
                let of = state.pattern.facts[fact].types[0];
                self.reasons(of).into_iter().map(|key| Asked::Value(fact, key)).collect()
            }
        };
        if state.asked.take().is_some_and(|asked| asked != Asked::Whether) {
            return Vec::new();
        }
        asked
            .into_iter()
            .map(|asked| {
                let mut state = state.clone();
                if let Asked::Value(fact, key) = asked {
                    state.pattern.facts[fact].has.push(key);
                }
                state.asked = Some(asked);
                state
            })
            .collect()
    }

    /// Whether all statements of a type are events of single days, as far as a look at some says.
    pub(super) fn is_always_of_a_day(&self, of: crate::graph::TypeId) -> bool {
        const LOOKED_AT: usize = 64;
        if self.graph.all_plain(of) || self.graph.catalog().key("days").is_some() {
            return false;
        }
        let all = (0..self.graph.statement_bound()).map(crate::value::StatementId);
        let own = all.filter(|&id| {
            self.graph.statement(id).is_some_and(|ends| ends.relationship_type == of)
        });
        let dates: Vec<Option<String>> = own
            .take(LOOKED_AT)
            .map(|id| Some(self.graph.qualifiers(id)?.valid.as_ref()?.as_str().to_owned()))
            .collect();
        let day = |date: &Option<String>| {
            date.as_ref().is_some_and(|date| date.len() == 10 && !date.contains('X'))
        };
        !dates.is_empty() && dates.iter().all(day)
    }

    /// Whether any statement of a type may say how long it holds.
    fn is_ever_dated(&self, of: crate::graph::TypeId) -> bool {
        !self.graph.all_plain(of) || self.graph.catalog().key("days").is_some()
    }

    /// The properties that stand after *for* in a type's sentences: what *why* asks for.
    pub(super) fn reasons(&self, of: crate::graph::TypeId) -> Vec<KeyId> {
        let mut keys: Vec<KeyId> = self
            .lexicon
            .frames
            .iter()
            .filter(|frame| super::type_of(frame.means) == Some(of))
            .flat_map(|frame| &frame.pieces)
            .filter(|piece| piece.preposition.as_deref() == Some("for"))
            .filter_map(|piece| match piece.what {
                What::Slot(Role::Property(key)) => Some(key),
                _ => None,
            })
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// A frame that is being filled for one statement.
pub(super) struct Slots<'m, 'a> {
    pub(super) meaning: &'m Meaning<'a>,
    pub(super) frame: &'m Frame,
    pub(super) fact: FactId,
    pub(super) passive: bool,
    /// Whether its end may be marked by any preposition of a target.
    loose: bool,
}

impl Slots<'_, '_> {
    /// Gives each part a slot; `used` has a bit for each slot that is taken.
    fn assign(&self, mut parts: Vec<Supplied>, used: u32, state: State) -> Vec<State> {
        if parts.is_empty() {
            return if self.fixed_are_there(used) { vec![state] } else { Vec::new() };
        }
        let part = parts.remove(0);
        let mut all = Vec::new();
        for slot in self.slots_for(&part.marker, used) {
            let used = used | 1 << slot;
            for (state, more_used, more) in self.fill(slot, &part, used, state.clone()) {
                let mut rest = more;
                rest.extend(parts.iter().cloned());
                all.extend(self.assign(rest, more_used, state));
            }
        }
        if let Marker::Preposition(preposition) = &part.marker {
            // `after X's last visit to Y`: the last is not of what is said to be after it.
            let same = |one: &State| (one.rank, one.select) == (state.rank, state.select);
            for state in self.modify(preposition, &part.np, &state).into_iter().filter(same) {
                all.extend(self.assign(parts.clone(), used, state));
            }
        }
        all.sort_by_key(|state| state.cost);
        all.truncate(super::STATES_MAX);
        all
    }

    fn fixed_are_there(&self, used: u32) -> bool {
        let missing = |(at, piece): (usize, &crate::question::frame::Piece)| {
            matches!(piece.what, What::Fixed(_)) && used & 1 << (PIECES + at) == 0
        };
        !self.frame.pieces.iter().enumerate().any(missing)
    }

    /// The free slots that a mark may stand for.
    fn slots_for(&self, marker: &Marker, used: u32) -> Vec<usize> {
        let mut slots = Vec::new();
        let subject = self.frame.subject.is_some();
        let object = self.frame.object.is_some();
        match marker {
            Marker::Subject if self.passive => {
                slots.extend(object.then_some(OBJECT));
                slots.extend(self.datives());
                // `A visit was paid to X`
                slots.extend(self.pieces(|preposition| preposition.is_none()));
            }
            Marker::Subject => slots.extend(subject.then_some(SUBJECT)),
            Marker::Bare => {
                slots.extend((object && !self.passive).then_some(OBJECT));
                slots.extend(self.pieces(|preposition| preposition.is_none()));
                slots.extend(self.datives());
            }
            Marker::Preposition(word) => {
                slots.extend((self.passive && subject && word == "by").then_some(SUBJECT));
                slots.extend(self.pieces(|preposition| {
                    preposition.is_some_and(|own| self.marks_the_same(own, word))
                }));
            }
            Marker::Place => {
                slots.extend(object.then_some(OBJECT));
                slots.extend(self.pieces(|word| word.is_some_and(|word| PLACE.contains(&word))));
            }
        }
        slots.retain(|slot| used & 1 << slot == 0);
        slots
    }

    /// Whether two prepositions mark the same part of the frame.
    fn marks_the_same(&self, own: &str, other: &str) -> bool {
        let target = |word: &str| TARGETS.contains(&word);
        same_preposition(own, other) || self.loose && target(own) && target(other)
    }

    pub(super) fn pieces<'s>(
        &'s self,
        fits: impl Fn(Option<&str>) -> bool + 's,
    ) -> impl Iterator<Item = usize> + 's {
        let pieces = self.frame.pieces.iter().enumerate();
        pieces
            .filter(move |(_, piece)| {
                fits(piece.preposition.as_deref())
                    || piece.also.iter().any(|word| fits(Some(word.as_str())))
            })
            .map(|(at, _)| PIECES + at)
    }

    /// Slots after *to* that may stand without it: *gave him an award*.
    fn datives(&self) -> Vec<usize> {
        let gives = self
            .frame
            .pieces
            .iter()
            .any(|piece| piece.preposition.is_none() && matches!(piece.what, What::Fixed(_)));
        let slot = |at: usize| matches!(self.frame.pieces[at - PIECES].what, What::Slot(_));
        if !gives {
            return Vec::new();
        }
        let dative = |word: &str| word == "to" || self.loose && TARGETS.contains(&word);
        self.pieces(|word| word.is_some_and(dative)).filter(|&at| slot(at)).collect()
    }

    /// Puts a part into a slot; gives the slots then taken, and parts that still need one.
    fn fill(
        &self,
        slot: usize,
        part: &Supplied,
        used: u32,
        state: State,
    ) -> Vec<(State, u32, Vec<Supplied>)> {
        let role = match slot {
            SUBJECT => self.frame.subject,
            OBJECT => self.frame.object,
            piece => match &self.frame.pieces[piece - PIECES].what {
                What::Slot(role) => Some(*role),
                What::Fixed(words) => return self.fill_fixed(words, &part.np, used, state),
            },
        };
        let plain = |state| (state, used, Vec::new());
        match role {
            None => Vec::new(),
            Some(Role::Property(key)) => {
                let mut all: Vec<_> =
                    self.fill_value(key, &part.np, &state).into_iter().map(plain).collect();
                all.extend(self.fill_asked_property(key, &part.np, used, state));
                all
            }
            Some(role) => self.fill_end(role, part, state).into_iter().map(plain).collect(),
        }
    }

    fn fill_end(&self, role: Role, part: &Supplied, mut state: State) -> Vec<State> {
        if let NpKind::Text(content) = &part.np.kind {
            return self.fill_said(role, content, state);
        }
        if part.marker == Marker::Place {
            let mut labels: Vec<_> = self.meaning.lexicon.places().iter().copied().collect();
            labels.sort_unstable();
            // Where nothing is declared a place, anything that things are in is one.
            let place = if labels.is_empty() { Thing::default() } else { Thing::labelled(labels) };
            let thing = state.pattern.thing(place);
            let fits = state.ask(Asked::Things(thing))
                && self.meaning.put(&mut state, self.fact, role, thing);
            return fits.then_some(state).into_iter().collect();
        }
        self.meaning
            .thing(&part.np, state)
            .into_iter()
            .filter_map(|(mut state, thing)| {
                self.meaning.put(&mut state, self.fact, role, thing).then_some(state)
            })
            .collect()
    }

    /// What was said, found by its words among the names of what the type leads to.
    fn fill_said(&self, role: Role, content: &[String], mut state: State) -> Vec<State> {
        if role != Role::End {
            return Vec::new();
        }
        let nodes = self.meaning.names.containing(content);
        if nodes.is_empty() {
            return Vec::new();
        }
        let thing = state.pattern.thing(Thing::one_of(nodes));
        let fits = self.meaning.put(&mut state, self.fact, role, thing);
        fits.then_some(state).into_iter().collect()
    }

    /// A value, given or asked for.
    pub(super) fn fill_value(&self, key: KeyId, np: &Np, state: &State) -> Vec<State> {
        let mut state = state.clone();
        let with = |mut state: State, values: Vec<std::sync::Arc<str>>| {
            state.pattern.facts[self.fact].values.push((key, values));
            vec![state]
        };
        match &np.kind {
            NpKind::Wh(wh) if wh.nominal.is_none() && wh.of.is_none() => {
                // *Who* is rather a thing than a value.
                state.cost += if wh.word == WhWord::Who { 3 } else { 1 };
                state.pattern.facts[self.fact].has.push(key);
                let asked = state.ask(Asked::Value(self.fact, key));
                asked.then_some(state).into_iter().collect()
            }
            // `from which country`, where the value names one
            NpKind::Wh(wh) if wh.of.is_none() && wh.word != WhWord::HowMany => {
                let label = match &wh.nominal {
                    Some(nominal) if nominal.modifiers.is_empty() && nominal.best.is_none() => {
                        match nominal.head {
                            HeadNoun::Noun(Noun::Label(label)) => label,
                            _ => return Vec::new(),
                        }
                    }
                    _ => return Vec::new(),
                };
                let name_one = self.meaning.values_name_one_of(key, label);
                state.cost += 2;
                state.pattern.facts[self.fact].has.push(key);
                let asked = name_one && state.ask(Asked::Value(self.fact, key));
                asked.then_some(state).into_iter().collect()
            }
            NpKind::Gap => Vec::new(),
            NpKind::Value(of, values) if *of == key => with(state, values.clone()),
            NpKind::Nominal(nominal) => match &nominal.head {
                // What else is said of it is not said of a value: *the Russian foreign minister*.
                HeadNoun::Value(of, values)
                    if *of == key
                        && nominal.modifiers.is_empty()
                        && nominal.adjectives.is_empty()
                        && nominal.possessor.is_none()
                        && nominal.rank.is_none() =>
                {
                    with(state, values.clone())
                }
                _ => Vec::new(),
            },
            NpKind::Name(bearers) => {
                let name = bearers.first().map(|bearer| self.meaning.name_of(bearer.node));
                let values = name.map(|name| self.meaning.stored_values(key, &name));
                values.filter(|values| !values.is_empty()).map_or_else(Vec::new, |v| with(state, v))
            }
            _ => Vec::new(),
        }
    }

    /// `what office`, `which title`: the property itself is asked for, and its noun may be one of
    /// the words that the frame asks for beside the slot.
    pub(super) fn fill_asked_property(
        &self,
        key: KeyId,
        np: &Np,
        used: u32,
        mut state: State,
    ) -> Vec<(State, u32, Vec<Supplied>)> {
        if !self.asks_for(key, np) {
            return Vec::new();
        }
        state.pattern.facts[self.fact].has.push(key);
        if !state.ask(Asked::Value(self.fact, key)) {
            return Vec::new();
        }
        vec![(state, used, Vec::new())]
    }

    pub(super) fn asks_for(&self, key: KeyId, np: &Np) -> bool {
        let NpKind::Wh(wh) = &np.kind else { return false };
        wh.nominal.as_ref().is_some_and(|nominal| {
            nominal.head == HeadNoun::Noun(Noun::Property(key))
                && nominal.modifiers.is_empty()
                && nominal.adjectives.is_empty()
        })
    }
}

pub(super) fn marker(preposition: Option<String>) -> Marker {
    match preposition {
        None => Marker::Bare,
        Some(word) if word == "where" => Marker::Place,
        Some(word) => Marker::Preposition(word),
    }
}
