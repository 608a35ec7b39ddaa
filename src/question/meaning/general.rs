//! Verbs whose meaning is the language's: *happen*, *come first*, *be known*, *call*, *do so*.

use super::slots::{Marker, Supplied};
use super::{Meaning, Owner, Referent, State, each};
use crate::graph::statement::Stance;
use crate::question::form::{Asked, Claim, FactId, Shared};
use crate::question::frame::Role;
use crate::question::lexicon::{Noun, UNDERGO};
use crate::question::tree::{
    Adverb, Argument, Body, Clause, Determiner, HeadNoun, Np, NpKind, Wh, WhWord,
};

/// What a deed costs where something is a thing of the graph with a date of its own: that it was
/// not on another day is known.
const RATHER_THING: u32 = 8;

impl Meaning<'_> {
    /// What a clause with such a verb means; nothing where the verb is none of them.
    pub(super) fn general(&self, clause: &Clause, state: &State) -> Option<Vec<State>> {
        let supplied = Self::supplied(clause)?;
        let states = match &*clause.verb {
            "do" => self.did_so(clause, state),
            "happen" | "occur" => self.happened(clause, &supplied, state),
            "take" if self.is_happening(clause, &supplied[supplied.len().min(1)..]) => {
                self.happened(clause, &supplied[..1], state)
            }
            "come" | "be" if ranked(clause) && supplied.len() == 1 => {
                self.ranked(clause, &supplied, state)
            }
            // `Was there a visit by X to Y in 2014?`
            "be" if is_event(&supplied) => self.happened(clause, &supplied, state),
            "be" if supplied.len() == 2 && !self.counted_property(&supplied, state).is_empty() => {
                self.with_adverbs(clause, self.counted_property(&supplied, state))
            }
            "know" | "state" | "record" | "give" if clause.passive => {
                self.undated(clause, &supplied, state)
            }
            "call" | "consider" | "describe" | "regard" | "see" | "view" | "name" => {
                self.attributed(clause, state)
            }
            "put" => self.in_quotation_marks(clause, &supplied, state),
            "have" | "live" | "reside" | "stay" | "exist" => {
                // `How many rivers do X and Y have?`: each, both together, or in common?
                let mut states = self.has(clause, &supplied, state);
                let several = is_several(&supplied);
                states.retain(|state| !several || !matches!(state.asked, Some(Asked::Count(_))));
                if states.is_empty() && several {
                    return Some(states);
                }
                states
            }
            // `What rivers do X and Y share?`
            "share" if supplied.len() == 2 && is_several(&supplied) => {
                self.has(&Clause { verb: "have".into(), ..clause.clone() }, &supplied, state)
            }
            "count" | "number" | "include" if supplied.len() == 3 => {
                self.has(&Clause { verb: "have".into(), ..clause.clone() }, &supplied, state)
            }
            _ => return None,
        };
        // A graph's own frames for the verb come as well: somebody may *regard* by a type.
        if states.is_empty() { None } else { Some(states) }
    }

    /// `has the largest population`, `has the capital X`; *how many people live in X*. What a
    /// graph's own frames say with these verbs comes besides.
    fn has(&self, clause: &Clause, supplied: &[Supplied], state: &State) -> Vec<State> {
        let mut all = self.counted_property(supplied, state);
        if let ("have", [subject, object]) = (&*clause.verb, supplied)
            && subject.marker == Marker::Subject
            && object.marker == Marker::Bare
        {
            for (state, thing) in self.thing(&subject.np, state.clone()) {
                all.extend(self.having(&state, thing, &object.np));
            }
            all.extend(self.had(&subject.np, &object.np, state));
            all.extend(self.had(&object.np, &subject.np, state));
        }
        if let ("have", [subject, object, role]) = (&*clause.verb, supplied)
            && subject.marker == Marker::Subject
            && object.marker == Marker::Bare
            && matches!(&role.marker, Marker::Preposition(word) if matches!(word.as_str(), "as" | "for" | "among"))
        {
            // `Which state has X as its capital?`: whose capital is X.
            for (state, owner) in self.thing(&subject.np, state.clone()) {
                for (state, had) in self.with_relational(&state, owner, &role.np) {
                    for (mut state, named) in self.thing(&object.np, state) {
                        if self.unify(&mut state, named, had) {
                            all.push(state);
                        }
                    }
                }
            }
        }
        self.with_adverbs(clause, all)
    }

    /// `How many neighbours does X have?`, `What area does X have?`: those of X.
    fn had(&self, owner: &Np, what: &Np, state: &State) -> Vec<State> {
        let NpKind::Wh(wh) = &what.kind else { return Vec::new() };
        let Some(nominal) = wh.nominal.as_ref().filter(|nominal| nominal.possessor.is_none())
        else {
            return Vec::new();
        };
        let property = matches!(nominal.head, HeadNoun::Noun(Noun::Property(_)));
        if !property && !matches!(nominal.head, HeadNoun::Noun(Noun::Relational(_))) {
            return Vec::new();
        }
        let mut owned = nominal.clone();
        owned.possessor = Some(owner.clone());
        if property {
            let head = Np { kind: NpKind::Nominal(Shared::new(owned)), words: what.words.clone() };
            return match wh.word {
                // `How many employees does X have?`: the number that it has for them.
                WhWord::What | WhWord::Which | WhWord::HowMany => {
                    let mut all = self.asked_phrase(&head, state.clone());
                    all.retain(|state| wh.word != WhWord::HowMany || self.asks_for_number(state));
                    all
                }
                _ => Vec::new(),
            };
        }
        let wh = Wh { nominal: Some(owned), ..(**wh).clone() };
        let np = Np { kind: NpKind::Wh(Shared::new(wh)), words: what.words.clone() };
        self.thing(&np, state.clone()).into_iter().map(|(state, _)| state).collect()
    }

    /// Whether what is asked for is a property that is a whole number.
    pub(super) fn asks_for_number(&self, state: &State) -> bool {
        let Some(Asked::ThingValue(thing, key)) = state.asked else { return false };
        let value = self.sample(&state.pattern.things[thing], key);
        matches!(value, Some(crate::value::Value::Integer(_)))
    }

    /// Whether a clause says only that something takes place.
    pub(super) fn is_happening(&self, clause: &Clause, rest: &[Supplied]) -> bool {
        match &*clause.verb {
            "happen" | "occur" | "be" => rest.is_empty(),
            "take" => matches!(rest, [place] if is_fixed(&place.np, "place")),
            _ => false,
        }
    }

    /// `Which of them did so before 2010?`: the last question's predicate of another subject.
    fn did_so(&self, clause: &Clause, state: &State) -> Vec<State> {
        let Some(Body::Clause(last)) = self.context.last.as_ref().map(|question| &question.body)
        else {
            return Vec::new();
        };
        match clause.done_again(last) {
            Some(again) => self.clause(&again, state.clone()),
            None => Vec::new(),
        }
    }

    /// `received criticism from X`, `was the target of X's criticism`: what was done was done to the
    /// subject.
    pub(super) fn undergone(
        &self,
        clause: &Clause,
        supplied: &[Supplied],
        state: &State,
    ) -> Vec<State> {
        /// A sentence of the lexicon's own with such a verb is rather meant.
        const RATHER_OWN: u32 = 4;
        // `met with criticism`, `took criticism from X`
        let undergoes =
            UNDERGO.contains(&&*clause.verb) || matches!(&*clause.verb, "meet" | "take");
        if !undergoes || clause.passive {
            return Vec::new();
        }
        let deed = |np: &Np| match &np.kind {
            NpKind::Nominal(nominal) => matches!(nominal.head, HeadNoun::Noun(Noun::Event(_))),
            NpKind::Wh(wh) => wh
                .nominal
                .as_ref()
                .is_some_and(|nominal| matches!(nominal.head, HeadNoun::Noun(Noun::Event(_)))),
            _ => false,
        };
        let (deeds, others): (Vec<&Supplied>, Vec<&Supplied>) =
            supplied.iter().partition(|part| deed(&part.np));
        let ([what], [subject]) = (deeds.as_slice(), others.as_slice()) else { return Vec::new() };
        if subject.marker != Marker::Subject {
            return Vec::new();
        }
        let mut all = Vec::new();
        for (state, referent) in self.referent(&what.np, state.clone()) {
            let Referent::Fact(fact) = referent else { continue };
            // To whom it was done is not said with the noun.
            let end = state.pattern.facts[fact].end;
            if state.pattern.things[end].is_given() || state.asked == Some(Asked::Things(end)) {
                continue;
            }
            for (mut state, thing) in self.thing(&subject.np, state) {
                if self.put(&mut state, fact, Role::End, thing) {
                    state.main = Some(fact);
                    all.push(state.plus(RATHER_OWN));
                }
            }
        }
        self.with_adverbs(clause, all)
    }

    /// `Which recognitions happened on the same day?`
    fn happened(&self, clause: &Clause, supplied: &[Supplied], state: &State) -> Vec<State> {
        let [Supplied { marker: Marker::Subject, np }] = supplied else { return Vec::new() };
        // `were there more than 100 visits to X`: those of all, which is more than any one made.
        let so_many = |np: &Np| match &np.kind {
            NpKind::Nominal(of) => of.quantity.is_some() || of.number.is_some(),
            _ => false,
        };
        let counted = state.gap.is_none() && so_many(np);
        if clause.negated || super::against::is_held_against(np) || counted {
            return Vec::new();
        }
        let mut all = Vec::new();
        let found = self.referent(np, state.clone());
        let definite = matches!(&np.kind, NpKind::Nominal(nominal) if nominal.determiner == Determiner::Definite);
        let dated = clause.adverbs.iter().any(|adverb| matches!(adverb, Adverb::When(_)));
        for (mut state, referent) in found {
            match referent {
                Referent::Fact(fact) => {
                    state.main = Some(fact);
                    state.cost += RATHER_THING * u32::from(definite && dated);
                    all.extend(self.happened_at(clause, fact, state));
                }
                // A thing that has a date of its own.
                Referent::Thing(thing) => {
                    for key in self.date_keys(&state.pattern.things[thing]) {
                        let mut state = state.clone();
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
                }
                Referent::Property(..) => {}
            }
        }
        all
    }

    /// What happened is said to have been at the times of the clause; the first, or the last, is found
    /// before that is held against it: *Did X's last visit to Y take place in 2014?*
    fn happened_at(&self, clause: &Clause, fact: FactId, mut state: State) -> Vec<State> {
        let is_time = |adverb: &&Adverb| matches!(adverb, Adverb::When(_));
        let (times, others): (Vec<&Adverb>, Vec<&Adverb>) =
            clause.adverbs.iter().partition(is_time);
        let chooses = state.rank.is_some() && state.asked.is_none();
        if !chooses || times.is_empty() || !others.is_empty() {
            return self.with_adverbs(clause, vec![state]);
        }
        let when = |adverb: &&Adverb| match adverb {
            Adverb::When(when) => Some(when.clone()),
            _ => None,
        };
        let claimed = Claim::At(fact, times.iter().filter_map(when).collect());
        let unclaimed = state.claim.replace(claimed).is_none();
        unclaimed.then_some(state).into_iter().collect()
    }

    /// `Which meeting came first?`
    fn ranked(&self, clause: &Clause, supplied: &[Supplied], state: &State) -> Vec<State> {
        self.referent(&supplied[0].np, state.clone())
            .into_iter()
            .flat_map(|(mut state, referent)| {
                if let Referent::Fact(fact) = referent {
                    state.main = Some(fact);
                }
                self.with_adverbs(clause, vec![state])
            })
            .collect()
    }

    /// `For which recognitions is the date not known?`
    fn undated(&self, clause: &Clause, supplied: &[Supplied], state: &State) -> Vec<State> {
        let Some(subject) = supplied.first().filter(|part| part.marker == Marker::Subject) else {
            return Vec::new();
        };
        if !clause.negated || !clause.adverbs.is_empty() {
            return Vec::new();
        }
        let mut all = Vec::new();
        for (state, referent) in self.referent(&subject.np, state.clone()) {
            let Referent::Property(key, owner) = referent else { continue };
            if !self.is_date(key) {
                continue;
            }
            let facts = match (owner, &supplied[1..]) {
                (Some(Owner::Fact(fact)), []) => vec![(state, fact)],
                (None, [of]) if matches!(&of.marker, Marker::Preposition(word) if word == "for" || word == "of") =>
                {
                    let referents = self.referent(&of.np, state);
                    let fact = |(state, referent)| match referent {
                        Referent::Fact(fact) => Some((state, fact)),
                        _ => None,
                    };
                    referents.into_iter().filter_map(fact).collect()
                }
                _ => Vec::new(),
            };
            for (mut state, fact) in facts {
                state.pattern.facts[fact].undated = true;
                // The clause is negated, and what it denies is the date, not the statement.
                state.main = Some(fact);
                all.push(state);
            }
        }
        all
    }

    /// `Who calls X an ally?`: who says that X is one.
    fn attributed(&self, clause: &Clause, state: &State) -> Vec<State> {
        let Some(speaker) = &clause.subject else { return Vec::new() };
        let parts: Vec<&Argument> = clause.arguments.iter().collect();
        let front = clause.front.as_ref().and_then(|front| front.np.clone());
        let (about, what) = match (parts.as_slice(), front) {
            (
                [
                    Argument { preposition: None, np: Some(about) },
                    Argument { preposition, np: Some(what) },
                ],
                None,
            ) if preposition.as_deref().is_none_or(|word| word == "as") => {
                (about.clone(), what.clone())
            }
            _ => return Vec::new(),
        };
        if clause.passive || clause.negated {
            return Vec::new();
        }
        let said = Clause {
            subject: Some(about),
            arguments: vec![Argument { preposition: None, np: Some(what) }],
            ..Clause::of("be".into())
        };
        let who = matches!(&speaker.kind, NpKind::Wh(wh) if wh.word == WhWord::Who && wh.nominal.is_none());
        each(self.clause(&said, state.clone()), |mut state| {
            let Some(fact) = state.main else { return Vec::new() };
            if who {
                return state.ask(Asked::Speaker(fact)).then_some(state).into_iter().collect();
            }
            let things = self.thing(speaker, state);
            things
                .into_iter()
                .map(|(mut state, thing)| {
                    state.pattern.facts[fact].speaker = Some(thing);
                    state
                })
                .collect()
        })
    }

    /// `Whose title does the article put in quotation marks?`: the stance of a statement.
    fn in_quotation_marks(
        &self,
        clause: &Clause,
        supplied: &[Supplied],
        state: &State,
    ) -> Vec<State> {
        let marks = ["quotation mark", "quote", "quote mark", "inverted comma"];
        let quoted = |part: &&Supplied| {
            matches!(&part.marker, Marker::Preposition(word) if word == "in")
                && marks.iter().any(|mark| is_fixed(&part.np, mark))
        };
        let others: Vec<&Supplied> = supplied.iter().filter(|part| !quoted(part)).collect();
        if others.len() + 1 != supplied.len() {
            return Vec::new();
        }
        let what = match (others.as_slice(), clause.passive) {
            ([subject], true) if subject.marker == Marker::Subject => *subject,
            // Who does it, the document, is not looked at further: there is one for each fact.
            ([subject, what], false)
                if subject.marker == Marker::Subject && self.is_document(&subject.np) =>
            {
                *what
            }
            _ => return Vec::new(),
        };
        self.whose_property(&what.np, state)
            .into_iter()
            .map(|mut state| {
                if let Some(fact) = state.main {
                    state.pattern.facts[fact].stance = Some(Stance::ScareQuoted);
                }
                state
            })
            .collect()
    }

    /// `whose title`: who has the property.
    fn whose_property(&self, np: &Np, state: &State) -> Vec<State> {
        let NpKind::Wh(wh) = &np.kind else { return Vec::new() };
        let Some(nominal) = &wh.nominal else { return Vec::new() };
        let HeadNoun::Noun(Noun::Property(key)) = nominal.head else { return Vec::new() };
        let mut all = Vec::new();
        for of in self.types_with(key) {
            let mut state = state.clone();
            let fact = self.new_fact(&mut state, of);
            state.pattern.facts[fact].has.push(key);
            state.main = Some(fact);
            let asked = match wh.word {
                WhWord::Whose => Asked::Things(state.pattern.facts[fact].start),
                WhWord::HowMany => Asked::CountFacts(fact),
                _ => Asked::Value(fact, key),
            };
            if state.ask(asked) {
                all.push(state);
            }
        }
        all
    }

    /// Whether a noun phrase speaks of the document that the facts are from.
    fn is_document(&self, np: &Np) -> bool {
        let documents = self.graph.catalog().label("Document");
        match &np.kind {
            NpKind::Nominal(nominal) => match nominal.head {
                HeadNoun::Noun(Noun::Label(label)) => Some(label) == documents,
                _ => false,
            },
            NpKind::Name(bearers) => bearers.iter().any(|bearer| {
                documents.is_some_and(|label| self.graph.has_label(bearer.node, label))
            }),
            _ => false,
        }
    }
}

/// Whether the subject is several that are named.
fn is_several(supplied: &[Supplied]) -> bool {
    let several = |np: &Np| matches!(&np.kind, NpKind::List(crate::question::tree::Join::And, _));
    supplied.iter().any(|part| part.marker == Marker::Subject && several(&part.np))
}

/// Whether all that is said of something that happens is that it does.
fn is_event(supplied: &[Supplied]) -> bool {
    let [Supplied { marker: Marker::Subject, np }] = supplied else { return false };
    matches!(&np.kind, NpKind::Nominal(nominal) if matches!(nominal.head, HeadNoun::Noun(Noun::Event(_))))
}

fn ranked(clause: &Clause) -> bool {
    clause.adverbs.iter().any(|adverb| matches!(adverb, Adverb::Ranked(_)))
}

fn is_fixed(np: &Np, words: &str) -> bool {
    match &np.kind {
        NpKind::Nominal(nominal) => {
            matches!(&nominal.head, HeadNoun::Noun(Noun::Fixed(fixed)) if &**fixed == words)
                && nominal.modifiers.is_empty()
        }
        _ => false,
    }
}
