//! What clauses mean: a verb and its parts as a statement, with what is asked of it.

use super::slots::{Marker, Supplied};
use super::{Meaning, Owner, Referent, State, asks_circumstance, each};
use crate::graph::KeyId;
use crate::graph::declaration::Meaning as Means;
use crate::question::form::{Asked, Thing};
use crate::question::frame::{Frame, Head, Piece, Role, What};
use crate::question::lexicon::{FrameId, Noun};
use crate::question::tree::{
    Adverb, Argument, Asks, Bond, Clause, Determiner, HeadNoun, Join, Modifier, Nominal, Np,
    NpKind, Than, Unit,
};

/// What a title costs that is asked of somebody who is called by one.
const RATHER_WHO: u32 = 40;

impl Meaning<'_> {
    /// The outermost clause of a question, with what the question asks.
    pub(super) fn asked_clause(&self, clause: &Clause, asks: Asks, state: State) -> Vec<State> {
        match asks {
            Asks::Thing => self.clause(clause, state),
            Asks::Measure => self.measured(clause, state),
            Asks::Whether => {
                let mut states = if clause.bond == Bond::Identifies {
                    self.identified(clause, state)
                } else {
                    self.clause(clause, state)
                };
                states.retain_mut(|state| state.ask(Asked::Whether));
                states
            }
            Asks::Where => {
                if let (Some(Np { kind: NpKind::Nominal(nominal), .. }), "be", []) =
                    (&clause.subject, &*clause.verb, clause.arguments.as_slice())
                    && (nominal.best.is_some()
                        || matches!(nominal.head, HeadNoun::Noun(Noun::Relational(_))))
                    && clause.adverbs.is_empty()
                    && (!nominal.modifiers.is_empty()
                        || !nominal.adjectives.is_empty()
                        || nominal.possessor.is_some())
                {
                    // Of what is not known by name, and said to be in X, the name is where it is.
                    let np = clause.subject.as_ref();
                    return np.map_or_else(Vec::new, |np| self.asked_phrase(np, state));
                }
                let place = Np { kind: NpKind::Gap, words: 0..0 };
                let front = Argument { preposition: Some("where".into()), np: Some(place) };
                self.clause(&Clause { front: Some(front), ..clause.clone() }, state)
            }
            Asks::When(_)
            | Asks::Since
            | Asks::Why
            | Asks::HowLong
            | Asks::HowOften
            | Asks::HowManyDays
            | Asks::HowMany(_)
            | Asks::Speaker
            | Asks::Source => {
                let mut states = self.circumstance_of_thing(clause, asks, &state);
                let main =
                    each(self.clause(clause, state), |state| self.ask_circumstance(asks, state));
                states.extend(main);
                states
            }
        }
    }

    /// A noun phrase alone: what it refers to is asked for.
    pub(super) fn asked_phrase(&self, np: &Np, state: State) -> Vec<State> {
        if matches!(np.kind, NpKind::Name(_) | NpKind::Unknown(_) | NpKind::Text(_)) {
            return Vec::new();
        }
        self.referent(np, state)
            .into_iter()
            .flat_map(|(mut state, referent)| match referent {
                _ if matches!(np.kind, NpKind::Wh(_)) => {
                    state.asked.is_some().then_some(state).into_iter().collect()
                }
                Referent::Property(key, Some(owner)) => self.ask_property(state, key, owner),
                Referent::Property(_, None) => Vec::new(),
                Referent::Fact(fact) => {
                    // *All meetings* are rather things that are called so.
                    state.cost += self.open_ends(&state, fact);
                    state.main = Some(fact);
                    state.ask(Asked::Facts(fact)).then_some(state).into_iter().collect()
                }
                Referent::Thing(thing) => {
                    let given = state.pattern.things[thing].is_given();
                    let asked = !given && state.ask(Asked::Things(thing));
                    asked.then_some(state).into_iter().collect()
                }
            })
            .collect()
    }

    /// How two things hang together.
    pub(super) fn asked_path(&self, from: &Np, to: &Np, state: State) -> Vec<State> {
        let mut all = Vec::new();
        for (state, start) in self.thing(from, state) {
            for (mut state, end) in self.thing(to, state) {
                if state.ask(Asked::Path(start, end)) {
                    all.push(state);
                }
            }
        }
        all
    }

    /// What a clause says; the main statement of each state is the clause's.
    pub(super) fn clause(&self, clause: &Clause, state: State) -> Vec<State> {
        if let Some(clause) = super::only::no_other(clause) {
            return self.clause(&clause, state);
        }
        if let Some(clause) = super::rival::with_its_aside(clause) {
            return self.clause(&clause, state);
        }
        if let Some(states) = self.against_another(clause, &state) {
            return states;
        }
        if clause.bond == Bond::Alone {
            let Some((said, named)) = super::only::alone(clause) else { return Vec::new() };
            let states = self.clause(&said, state).into_iter();
            return states.filter_map(|state| self.and_no_other(state, &named)).collect();
        }
        if clause.and_then.is_empty() {
            return self.simple_clause(clause, state);
        }
        let Some(subject) = &clause.subject else { return Vec::new() };
        let mut all = Vec::new();
        // Subject and front are read once and shared by every predicate.
        for (state, bound, front) in self.shared_parts(subject, clause.front.as_ref(), state) {
            let first = Clause {
                subject: Some(bound.clone()),
                front: front.clone(),
                and_then: Vec::new(),
                ..clause.clone()
            };
            let mut states = self.simple_clause(&first, state);
            for (join, next) in &clause.and_then {
                let front = next.front.as_ref().and(front.clone());
                // `that Y did not` is said of another, all else of the same.
                let other = next.subject.as_ref().filter(|other| *other != subject);
                let subject = Some(other.unwrap_or(&bound).clone());
                let next = Clause { subject, front, ..next.clone() };
                states = match join {
                    Join::And => each(states, |state| {
                        let main = state.main;
                        let mut after = self.clause(&next, state);
                        after.iter_mut().for_each(|state| state.main = main);
                        after
                    }),
                    Join::Or | Join::ButNot | Join::Nor => Vec::new(),
                };
            }
            all.extend(states);
        }
        all
    }

    /// The subject and what stands in front, as things that several predicates can refer to.
    pub(super) fn shared_parts(
        &self,
        subject: &Np,
        front: Option<&Argument>,
        state: State,
    ) -> Vec<(State, Np, Option<Argument>)> {
        let bound = |np: &Np, thing| Np { kind: NpKind::Bound(thing), words: np.words.clone() };
        let mut all = Vec::new();
        for (state, thing) in self.thing(subject, state) {
            let subject = bound(subject, thing);
            let Some((argument, np)) = front.and_then(|one| Some((one, one.np.as_ref()?))) else {
                all.push((state, subject, front.cloned()));
                continue;
            };
            for (state, thing) in self.thing(np, state) {
                let front = Argument {
                    preposition: argument.preposition.clone(),
                    np: Some(bound(np, thing)),
                };
                all.push((state, subject.clone(), Some(front)));
            }
        }
        all
    }

    fn simple_clause(&self, clause: &Clause, state: State) -> Vec<State> {
        if let (true, Some(subject)) = (clause.negated, &clause.subject)
            && !matches!(subject.kind, NpKind::Bound(_) | NpKind::Gap)
        {
            // What is said of the subject itself is not denied.
            let mut all = Vec::new();
            let parts = self.shared_parts(subject, clause.front.as_ref(), state.clone());
            let is_thing = !parts.is_empty();
            for (mut state, subject, front) in parts {
                if let NpKind::Bound(thing) = subject.kind {
                    state.pattern.things[thing].outside = true;
                }
                let clause = Clause { subject: Some(subject), front, ..clause.clone() };
                all.extend(self.denied_or_said(&clause, state));
            }
            if is_thing {
                return all;
            }
        }
        self.denied_or_said(clause, state)
    }

    fn denied_or_said(&self, clause: &Clause, state: State) -> Vec<State> {
        let facts_before = state.pattern.facts.len();
        let mut state = state;
        if let (true, Some(gap)) = (clause.negated, state.gap) {
            state.pattern.things[gap].outside = true;
        }
        if let Some(denied) = without_no(clause) {
            // `has no border with X` does not have one.
            let mut all = self.predicate(clause, state.clone());
            all.extend(self.denied_or_said(&denied, state));
            return all;
        }
        let bounds = super::against::bounds_of(&state);
        let mut states = self.predicate(clause, state);
        if clause.negated && &*clause.verb == "be" && !super::against::is_graded(clause) {
            // `is not longer than X` is at most as long.
            let all = states.into_iter();
            let told = all.map(|state| super::against::turned(state, facts_before, &bounds));
            let (turned, others): (Vec<_>, Vec<_>) = told.partition(|one| one.1);
            if !turned.is_empty() {
                return turned.into_iter().map(|(state, _)| state).collect();
            }
            states = others.into_iter().map(|(state, _)| state).collect();
        }
        let denies_date =
            |state: &State| state.pattern.facts[facts_before..].iter().any(|f| f.undated);
        if clause.negated && !states.iter().any(denies_date) {
            // Nothing but statements can be denied.
            states.retain(|state| state.pattern.facts.len() > facts_before);
            for state in &mut states {
                let group = state.pattern.next_absent();
                for fact in &mut state.pattern.facts[facts_before..] {
                    fact.absent = group;
                }
            }
        }
        states
    }

    /// The verb with its parts and adverbs.
    fn predicate(&self, clause: &Clause, state: State) -> Vec<State> {
        if let Some(states) = self.general(clause, &state) {
            return states;
        }
        let Some(supplied) = Self::supplied(clause) else { return Vec::new() };
        let mut all = Vec::new();
        if &*clause.verb == "be" && !clause.passive {
            let told = self.told_by_whose(clause, &supplied, &state);
            if !told.is_empty() {
                return told;
            }
            // `What is the capital?`: whose, is not said.
            if let [one, other] = supplied.as_slice()
                && (asks_alone(&one.np) && is_of_nothing(&other.np)
                    || asks_alone(&other.np) && is_of_nothing(&one.np))
            {
                return all;
            }
            all.extend(self.equation(clause, &supplied, &state));
            if let [Supplied { np, .. }] = supplied.as_slice()
                && matches!(&np.kind, NpKind::Wh(wh) if wh.nominal.is_some() || wh.of.is_some())
            {
                // `How many rivers are there?`, `How many visits were there in 2014?`
                let there = self.referent(np, state.clone()).into_iter();
                let states = there.filter_map(|(mut state, referent)| match referent {
                    Referent::Thing(_) => Some(state),
                    Referent::Fact(fact) => {
                        state.main = Some(fact);
                        Some(state)
                    }
                    Referent::Property(..) => None,
                });
                all.extend(self.with_adverbs(clause, states.collect()));
            }
            let fixed = words_of(&supplied);
            // A noun that is what another is of (*the capital of X*) stands for its frame's word.
            let related = supplied.iter().any(|part| is_relational(&part.np));
            for id in self.lexicon.be_frames() {
                let frame = &self.lexicon.frames[id];
                if !related && !frame.has_its_words(&fixed) {
                    continue;
                }
                if matches!(frame.means, Means::Key(_)) {
                    // `Was the meeting in October?`: what has a date is on it.
                    all.extend(self.dated_clause(id, clause, &supplied, &state));
                }
                // `The meeting was in October` is not before another that is not spoken of.
                let slots =
                    |piece: &&Piece| matches!(piece.what, What::Slot(Role::Start | Role::End));
                if supplied.len() <= frame.pieces.iter().filter(slots).count().min(1) {
                    continue;
                }
                let mut states = self.match_frame(id, clause, &supplied, state.clone());
                // `Who is the Russian foreign minister?` asks for no title of who is called so.
                if let [one, Supplied { np: Np { kind: NpKind::Name(bearers), .. }, .. }] =
                    supplied.as_slice()
                    && asks_alone(&one.np)
                    && bearers.iter().all(|bearer| !bearer.first)
                    && supplied[1].np.words.len() > 2
                {
                    states.iter_mut().for_each(|state| state.cost += RATHER_WHO);
                }
                all.extend(self.with_adverbs(clause, states));
            }
        } else {
            all.extend(self.undergone(clause, &supplied, &state));
            let fixed = words_of(&supplied);
            for &id in self.lexicon.verb_frames(&clause.verb) {
                if !self.lexicon.frames[id].has_its_words(&fixed) {
                    continue;
                }
                if matches!(self.lexicon.frames[id].means, Means::Key(_)) {
                    all.extend(self.dated_clause(id, clause, &supplied, &state));
                    let measured = self.measured_by_verb(id, &supplied, &state);
                    all.extend(self.with_adverbs(clause, measured));
                } else {
                    all.extend(self.with_adverbs(
                        clause,
                        self.match_frame(id, clause, &supplied, state.clone()),
                    ));
                }
            }
        }
        all
    }

    // --- Being -----------------------------------------------------------------------------------

    /// `Who is the foreign minister?`, where several are: whose, one state for each, so that it is asked.
    fn told_by_whose(&self, clause: &Clause, supplied: &[Supplied], state: &State) -> Vec<State> {
        const FEW: usize = 8;
        let (one, other) = match supplied {
            [one, other] if asks_alone(&other.np) => (other, one),
            [one, other] => (one, other),
            _ => return Vec::new(),
        };
        let NpKind::Nominal(nominal) = &other.np.kind else { return Vec::new() };
        let HeadNoun::Value(key, values) = &nominal.head else { return Vec::new() };
        let definite = nominal.determiner == Determiner::Definite && !nominal.plural;
        let alone = nominal.modifiers.is_empty() && nominal.adjectives.is_empty();
        let bare = alone && nominal.possessor.is_none() && nominal.rank.is_none();
        if !asks_alone(&one.np) || !definite || !bare || !clause.adverbs.is_empty() {
            return Vec::new();
        }
        let column = self.graph.statement_column(*key);
        let holds = |id: u32| matches!(column.get(id), crate::value::Value::String(value) if values.contains(&value));
        let ids = (0..self.graph.statement_bound()).filter(|&id| holds(id)).take(FEW + 1);
        let ends: Vec<_> =
            ids.filter_map(|id| self.graph.statement(crate::value::StatementId(id))).collect();
        if ends.len() < 2 || ends.len() > FEW {
            return Vec::new();
        }
        let mut all = Vec::new();
        for ends in ends {
            for (mut state, thing) in self.thing(&one.np, state.clone()) {
                let fact = self.new_fact(&mut state, ends.relationship_type);
                state.pattern.facts[fact].values.push((*key, values.clone()));
                let whose = state.pattern.thing(Thing::one_of(vec![ends.end]));
                state.main = Some(fact);
                if self.put(&mut state, fact, Role::Start, thing)
                    && self.put(&mut state, fact, Role::End, whose)
                {
                    all.push(state);
                }
            }
        }
        all
    }

    /// `Who is the foreign minister of X?`, `What is the title of Y?`: two noun phrases are one.
    fn equation(&self, clause: &Clause, supplied: &[Supplied], state: &State) -> Vec<State> {
        let [one, other] = supplied else { return Vec::new() };
        if one.marker != Marker::Subject || other.marker != Marker::Bare {
            return Vec::new();
        }
        // The more telling of the two first: what is asked for may be a property of it.
        let mut all = Vec::new();
        let ranked_before = state.rank.is_some() || state.select.is_some();
        for (state, first) in self.referent(&one.np, state.clone()) {
            if let (NpKind::Nominal(nominal), Referent::Thing(thing)) = (&other.np.kind, &first)
                && nominal.head == HeadNoun::Alike
            {
                match than_that_of(nominal, &one.np) {
                    Some(nominal) => all.extend(self.alike(&nominal, *thing, &state)),
                    None => all.extend(self.alike(nominal, *thing, &state)),
                }
                continue;
            }
            if let (Some(nominal), Referent::Property(key, Some(Owner::Thing(thing)))) =
                (Self::is_alike(&other.np), &first)
            {
                // `the population is more than 5 million`, `whose population is the largest`
                all.extend(self.best_of_owner(&state, *key, *thing, nominal));
                if nominal.best.is_none() {
                    all.extend(self.limited_property(state, *key, *thing, &nominal.modifiers));
                }
                continue;
            }
            let before = (ranked_before, state.rank.is_some() || state.select.is_some());
            for (state, second) in self.referent(&other.np, state) {
                let chooses = state.rank.is_some() || state.select.is_some();
                match (&first, &second) {
                    // `Is X the country that visited Y most often?`: the choice is made without X.
                    (Referent::Thing(given), Referent::Thing(open))
                        if chooses && !before.1 && state.asked.is_none() =>
                    {
                        all.extend(self.claimed(state, *given, *open));
                    }
                    (Referent::Thing(open), Referent::Thing(given))
                        if before.1 && !before.0 && state.asked.is_none() =>
                    {
                        all.extend(self.claimed(state, *given, *open));
                    }
                    _ => all.extend(self.equate(state, &first, &second)),
                }
            }
        }
        self.with_adverbs(clause, all)
    }

    fn equate(&self, mut state: State, one: &Referent, other: &Referent) -> Vec<State> {
        match (one, other) {
            (Referent::Thing(one), Referent::Thing(other)) => {
                // A given thing keeps its nodes; what is asked for becomes it.
                let (keep, gone) = if state.pattern.things[*other].is_given() {
                    (*other, *one)
                } else {
                    (*one, *other)
                };
                self.call_as(&mut state, keep, gone);
                self.call_as(&mut state, gone, keep);
                self.unify(&mut state, keep, gone).then_some(state).into_iter().collect()
            }
            (Referent::Thing(asked), Referent::Property(key, Some(owner)))
            | (Referent::Property(key, Some(owner)), Referent::Thing(asked)) => {
                if state.asked != Some(Asked::Things(*asked)) {
                    return Vec::new();
                }
                state.asked = None;
                self.ask_property(state, *key, *owner)
            }
            _ => Vec::new(),
        }
    }

    // --- Dates that are properties ------------------------------------------------------------

    /// `the war ended in 2008`: a date of the subject's own, with a test.
    fn dated_clause(
        &self,
        id: FrameId,
        clause: &Clause,
        supplied: &[Supplied],
        state: &State,
    ) -> Vec<State> {
        let Means::Key(key) = self.lexicon.frames[id].means else { return Vec::new() };
        let [subject] = supplied else { return Vec::new() };
        if subject.marker != Marker::Subject {
            return Vec::new();
        }
        let mut all = Vec::new();
        for (mut state, thing) in self.thing(&subject.np, state.clone()) {
            // `Who was born in 1961?`: one of those that have the property.
            let one = &mut state.pattern.things[thing];
            if one.labels.is_none() && !one.is_given() {
                one.labels = Some(self.labels_with(key));
            }
            if self.sample(&state.pattern.things[thing], key).is_none() {
                continue;
            }
            let mut fits = true;
            for adverb in &clause.adverbs {
                match adverb {
                    Adverb::When(when) => {
                        state.pattern.things[thing].dated.push((key, when.clone()));
                    }
                    Adverb::Ranked(rank) => state.rank = Some(*rank),
                    _ => fits = false,
                }
            }
            if fits {
                all.push(state);
            }
        }
        all
    }

    /// `When did the war end?`, `How long did the trip last?`, `When was the meeting?`: a property
    /// of the subject; or the date of what the subject refers to.
    fn circumstance_of_thing(&self, clause: &Clause, asks: Asks, state: &State) -> Vec<State> {
        if !asks_circumstance(asks) || !clause.adverbs.is_empty() || clause.negated {
            return Vec::new();
        }
        let Some(supplied) = Self::supplied(clause) else { return Vec::new() };
        let Some((subject, rest)) = supplied.split_first() else { return Vec::new() };
        // `more visits to X than to Y`: of which there are more is not told by when one was.
        let compared = super::against::is_held_against(&subject.np);
        if subject.marker != Marker::Subject || rest.len() > 1 || compared {
            return Vec::new();
        }
        let mut all = Vec::new();
        for (state, referent) in self.referent(&subject.np, state.clone()) {
            match (&referent, rest) {
                (Referent::Thing(thing), [])
                    if self.is_happening(clause, rest) && &*clause.verb != "be" =>
                {
                    let Asks::When(unit) = asks else { continue };
                    for key in self.date_keys(&state.pattern.things[*thing]) {
                        let mut state = state.clone();
                        if state.ask(Asked::ThingDate(*thing, key, unit)) {
                            all.push(state);
                        }
                    }
                }
                (Referent::Thing(thing), []) => {
                    let asks = if asks == Asks::HowManyDays { Asks::HowLong } else { asks };
                    for key in self.keys_of_verb(clause, asks) {
                        let Some(value) = self.sample(&state.pattern.things[*thing], key) else {
                            continue;
                        };
                        let mut state = state.clone();
                        let asked = match (asks, value) {
                            (
                                Asks::When(unit),
                                crate::value::Value::Edtf(_) | crate::value::Value::Date(_),
                            ) => Asked::ThingDate(*thing, key, unit),
                            (
                                Asks::When(Unit::Any | Unit::Year),
                                crate::value::Value::Integer(year),
                            ) if (1000..3000).contains(&year) => Asked::ThingValue(*thing, key),
                            (Asks::HowLong, crate::value::Value::Integer(_)) => {
                                Asked::ThingValue(*thing, key)
                            }
                            _ => continue,
                        };
                        if state.ask(asked) {
                            all.push(state);
                        }
                    }
                }
                // `On what date did the meeting take place?`
                (Referent::Thing(thing), [_]) if self.is_happening(clause, rest) => {
                    let Asks::When(unit) = asks else { continue };
                    for key in self.date_keys(&state.pattern.things[*thing]) {
                        let mut state = state.clone();
                        if state.ask(Asked::ThingDate(*thing, key, unit)) {
                            all.push(state);
                        }
                    }
                }
                (Referent::Fact(fact), _) if self.is_happening(clause, rest) => {
                    let mut state = state;
                    state.main = Some(*fact);
                    all.extend(self.ask_circumstance(asks, state));
                }
                _ => {}
            }
        }
        all
    }

    /// The properties that a verb's frames are for, where all they lack is the property itself.
    fn keys_of_verb(&self, clause: &Clause, asks: Asks) -> Vec<KeyId> {
        let fits = |head: &Head| match head {
            Head::Verb(base) => **base == *clause.verb,
            Head::Be => &*clause.verb == "be" && matches!(asks, Asks::When(_)),
            Head::Noun(_) => false,
        };
        // `was founded`: what was done to the subject, by nobody who is named.
        let voice = |frame: &Frame| !clause.passive || frame.subject.is_none();
        let frames = self.lexicon.frames.iter().filter(|frame| fits(&frame.head) && voice(frame));
        let complete = frames.filter(|frame| {
            // `takes place` needs its place, `lasts {days} days` is asked by *how long*.
            asks == Asks::HowLong
                || !frame.pieces.iter().any(|piece| matches!(piece.what, What::Fixed(_)))
        });
        let mut keys: Vec<KeyId> = complete
            .filter_map(|frame| match frame.means {
                Means::Key(key) => Some(key),
                _ => None,
            })
            .collect();
        keys.dedup();
        keys
    }
}

/// A clause in which *no* stands before a noun that a sentence asks for, denied without it.
fn without_no(clause: &Clause) -> Option<Clause> {
    let no = |np: &Np| match &np.kind {
        NpKind::Nominal(nominal) => {
            nominal.determiner == Determiner::No
                && matches!(nominal.head, HeadNoun::Noun(Noun::Fixed(_)))
        }
        _ => false,
    };
    let with_no = |argument: &Argument| argument.np.as_ref().is_some_and(no);
    let at = clause.arguments.iter().position(with_no).filter(|_| !clause.negated)?;
    let mut denied = Clause { negated: true, ..clause.clone() };
    if let Some(Np { kind: NpKind::Nominal(nominal), .. }) = &mut denied.arguments[at].np {
        nominal.determiner = Determiner::Indefinite;
    }
    Some(denied)
}

/// `the highest point of X is higher than that of Y`: than the highest point of Y.
fn than_that_of(nominal: &Nominal, subject: &Np) -> Option<Nominal> {
    let NpKind::Nominal(of_subject) = &subject.kind else { return None };
    let [Modifier::Compared { base, more, scale, than: Than::ThatOf(other), by }] =
        nominal.modifiers.as_slice()
    else {
        return None;
    };
    let mut of_other = of_subject.clone();
    let placed = of_other.modifiers.iter_mut().find_map(|modifier| match modifier {
        Modifier::Phrase(word, np) if matches!(word.as_str(), "of" | "in" | "for") => Some(np),
        _ => None,
    });
    match (placed, &of_subject.possessor) {
        (Some(np), None) => *np = Np::clone(other),
        (None, Some(_)) => of_other.possessor = Some(Np::clone(other)),
        _ => return None,
    }
    let np = Np { kind: NpKind::Nominal(of_other), words: other.words.clone() };
    let (base, more, than, by) = (std::sync::Arc::clone(base), *more, Than::Np(Box::new(np)), *by);
    let modifiers = vec![Modifier::Compared { base, more, scale: *scale, than, by }];
    Some(Nominal { modifiers, ..nominal.clone() })
}

/// *What* or *which* without a noun.
fn asks_alone(np: &Np) -> bool {
    matches!(&np.kind, NpKind::Wh(wh) if wh.nominal.is_none() && wh.of.is_none())
}

/// *The capital*, and nothing that says of what.
fn is_of_nothing(np: &Np) -> bool {
    match &np.kind {
        NpKind::Nominal(nominal) => {
            let one = nominal.determiner == Determiner::Definite && !nominal.plural;
            let relational =
                matches!(nominal.head, HeadNoun::Noun(Noun::Relational(_) | Noun::Fixed(_)));
            let alone = nominal.modifiers.is_empty() && nominal.adjectives.is_empty();
            one && relational && alone && nominal.possessor.is_none() && nominal.best.is_none()
        }
        _ => false,
    }
}

/// Whether a noun phrase has a noun for what one thing is of another.
fn is_relational(np: &Np) -> bool {
    let nominal = match &np.kind {
        NpKind::Nominal(nominal) => Some(&**nominal),
        NpKind::Wh(wh) => wh.nominal.as_ref(),
        _ => None,
    };
    nominal.is_some_and(|nominal| matches!(nominal.head, HeadNoun::Noun(Noun::Relational(_))))
}

/// All words of the parts of a clause that frames may ask for beside their slots.
fn words_of(supplied: &[Supplied]) -> Vec<&str> {
    let mut words = Vec::new();
    for part in supplied {
        part.np.fixed_words(&mut words);
    }
    words
}
