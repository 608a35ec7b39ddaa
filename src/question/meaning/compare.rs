//! Comparisons and bounds: *longer than X*, *larger than X in area*, *more than 300 km long*, *how high is
//! X?*; and what is said of a thing without a noun: *is the largest*, *ranks third by area*.

use super::best::by_property;
use super::slots::{Marker, Supplied};
use super::{Meaning, Owner, Referent, State};
use crate::graph::declaration::Meaning as Means;
use crate::graph::{KeyId, LabelId};
use crate::question::form::{Asked, Bound, Choose, Limit as FormLimit, Measure, Thing, ThingId};
use crate::question::frame::{Piece, What};
use crate::question::grade::{Grade, Rule};
use crate::question::lexicon::{FrameId, Noun};
use crate::question::tree::{
    Adverb, Best, By, Clause, HeadNoun, Join, Limit, Modifier, Nominal, Np, NpKind, Scale, Than,
    WhWord,
};
use crate::value::Value;

/// Adjectives that ask how much something is, whatever it is that is measured; and for how little.
const SIZES: [&str; 6] = ["large", "big", "high", "great", "long", "tall"];
const SMALL: [&str; 5] = ["small", "little", "low", "short", "tiny"];

impl Meaning<'_> {
    /// How an adjective measures what a thing may be.
    pub(super) fn grades(&self, thing: &Thing, base: &str) -> Vec<Grade> {
        let labels = self.labels_of(thing);
        let mut grades: Vec<Grade> = Vec::new();
        for rule in self.lexicon.rules(base) {
            if let Rule::Grade(grade) = rule
                && labels.contains(&grade.label)
                && !grades.iter().any(|known| known.key == grade.key)
            {
                grades.push(*grade);
            }
        }
        grades
    }

    /// The same by properties that are named: `the largest by population`.
    pub(super) fn graded_by(&self, thing: &Thing, base: &str, by: &[KeyId]) -> Vec<Grade> {
        let grades = self.grades(thing, base);
        if by.is_empty() {
            return grades;
        }
        let most = match (SIZES.contains(&base), SMALL.contains(&base)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        let of_key = |&key: &KeyId| {
            if let Some(grade) = grades.iter().find(|grade| grade.key == key) {
                return Some(*grade);
            }
            let label = self.labels_of(thing).first().copied()?;
            let number = matches!(self.sample(thing, key)?, Value::Integer(_) | Value::Float(_));
            Some(Grade { label, key, most: most.filter(|_| number)? })
        };
        by.iter().filter_map(of_key).collect()
    }

    /// The same, where of some things only their height is measured, and what is high among them is tall.
    pub(super) fn graded_at_all(&self, thing: &Thing, base: &str, by: &[KeyId]) -> Vec<Grade> {
        let grades = self.graded_by(thing, base, by);
        match base {
            "high" if grades.is_empty() => self.graded_by(thing, "tall", by),
            "low" if grades.is_empty() => self.graded_by(thing, "short", by),
            _ => grades,
        }
    }

    /// Whether an adjective for a size may be said of a property: what has no height is not high.
    fn is_said_of(&self, base: &str, key: KeyId) -> bool {
        const HEIGHTS: [&str; 4] = ["height", "elevation", "altitude", "depth"];
        const SPREAD: [&str; 3] = ["length", "area", "population"];
        let called =
            |nouns: &[&str]| nouns.iter().any(|noun| self.lexicon.is_property_noun(key, noun));
        match base {
            "high" | "tall" => called(&HEIGHTS) || !called(&SPREAD),
            "long" => called(&["length"]) || !called(&HEIGHTS) && !called(&SPREAD),
            _ => true,
        }
    }

    /// The properties by which a thing is measured, whatever the adjective.
    fn measures(&self, thing: &Thing) -> Vec<KeyId> {
        let labels = self.labels_of(thing);
        let mut keys: Vec<KeyId> =
            labels.iter().flat_map(|&label| self.lexicon.measures(label)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Whether a property of a thing is in a unit.
    pub(super) fn is_in_unit(&self, thing: &Thing, key: KeyId, unit: &str) -> bool {
        self.lexicon.is_in_unit(key, unit, &self.labels_of(thing))
    }

    /// A property of a thing is beyond a bound; nothing where the property is in another unit.
    fn bounded(
        &self,
        mut state: State,
        key: KeyId,
        thing: ThingId,
        limit: &Limit,
    ) -> Option<State> {
        let it = &state.pattern.things[thing];
        let in_unit = |unit: &std::sync::Arc<str>| self.is_in_unit(it, key, unit);
        if !limit.unit.as_ref().is_none_or(in_unit) {
            return None;
        }
        let bounds = &mut state.pattern.things[thing].bounds;
        let than = FormLimit::Number(limit.number);
        let more = limit.more || limit.up_to.is_some();
        bounds.push(Bound { key, more, equal: limit.equal, than, times: 1.0 });
        if let Some(most) = limit.up_to {
            let (more, equal, than) = (false, limit.equal, FormLimit::Number(most));
            bounds.push(Bound { key, more, equal, than, times: 1.0 });
        }
        Some(state)
    }

    /// `a population of more than 5 million`: the property of a thing is beyond a bound.
    pub(super) fn limited_property(
        &self,
        state: State,
        key: KeyId,
        thing: ThingId,
        modifiers: &[Modifier],
    ) -> Vec<State> {
        if self.sample(&state.pattern.things[thing], key).is_none() {
            return Vec::new();
        }
        match modifiers {
            [Modifier::Limit(limit)] => {
                self.bounded(state, key, thing, limit).into_iter().collect()
            }
            // `the population of X is larger than that of Y`
            [Modifier::Compared { base, more, scale, than, by: None }]
                if SIZES.contains(&&**base) =>
            {
                self.compared_by(&state, thing, key, (*more, *scale), than)
            }
            [Modifier::Compared { base, more, scale, than, by: None }]
                if SMALL.contains(&&**base) && Scale::is_once(scale.times) =>
            {
                self.compared_by(&state, thing, key, (!*more, *scale), than)
            }
            _ => Vec::new(),
        }
    }

    /// `over 300 km`, of a thing that is measured in one way only.
    pub(super) fn limited_thing(&self, state: State, thing: ThingId, limit: &Limit) -> Vec<State> {
        let it = &state.pattern.things[thing];
        let in_unit =
            |key: &KeyId| limit.unit.as_ref().is_none_or(|unit| self.is_in_unit(it, *key, unit));
        let mut keys = self.measures(&state.pattern.things[thing]);
        keys.retain(in_unit);
        match keys.as_slice() {
            [key] => self.bounded(state, *key, thing, limit).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// `longer than X`, of a thing.
    pub(super) fn compared(
        &self,
        state: &State,
        thing: ThingId,
        modifier: &Modifier,
    ) -> Vec<State> {
        let Modifier::Compared { base, more, scale, than, by } = modifier else {
            return Vec::new();
        };
        let by: Vec<KeyId> = by.iter().copied().collect();
        let mut state = state.clone();
        // `Who is older than X?`: one of the kind of X.
        if let (Than::Np(np), None, false) =
            (than, &state.pattern.things[thing].labels, state.pattern.things[thing].is_given())
        {
            let other = self.thing(np, state.clone()).into_iter().next();
            let labels = other.map(|(state, other)| self.labels_of(&state.pattern.things[other]));
            state.pattern.things[thing].labels = labels.filter(|labels| !labels.is_empty());
        }
        let state = &state;
        let it = &state.pattern.things[thing];
        let mut grades = self.graded_at_all(it, base, &by);
        // What is measured in one way only is so high or so long by that.
        if let ([], [key], [label, ..]) =
            (grades.as_slice(), self.measures(it).as_slice(), self.labels_of(it).as_slice())
            && by.is_empty()
            && matches!(than, Than::Limit(_))
            && SIZES.contains(&&**base)
            && self.is_said_of(base, *key)
        {
            grades.push(Grade { label: *label, key: *key, most: true });
        }
        // What is twice as small is no number of times as large.
        grades.retain(|grade| Scale::is_once(scale.times) || grade.most);
        let compared = |grade: Grade| {
            let more = *more == grade.most;
            self.compared_by(state, thing, grade.key, (more, *scale), than)
        };
        grades.into_iter().flat_map(compared).collect()
    }

    /// A property of a thing is more, or less, than a number or than that of another.
    fn compared_by(
        &self,
        state: &State,
        thing: ThingId,
        key: KeyId,
        (more, scale): (bool, Scale),
        than: &Than,
    ) -> Vec<State> {
        match than {
            Than::Limit(limit) => {
                let limit = Limit { more, ..limit.clone() };
                self.bounded(state.clone(), key, thing, &limit).into_iter().collect()
            }
            Than::Np(np) | Than::ThatOf(np)
                if matches!(np.kind, NpKind::List(..) | NpKind::Except(..)) =>
            {
                // `larger than X and Y`: than each. Of *or*, and of *but not*, it is not said what is more than what.
                let NpKind::List(Join::And, members) = &np.kind else { return Vec::new() };
                let one = |member: &Np| match than {
                    Than::ThatOf(_) => Than::ThatOf(Box::new(member.clone())),
                    _ => Than::Np(Box::new(member.clone())),
                };
                members.iter().fold(vec![state.clone()], |states, member| {
                    let all = states.iter();
                    all.flat_map(|state| {
                        self.compared_by(state, thing, key, (more, scale), &one(member))
                    })
                    .collect()
                })
            }
            Than::Np(np) | Than::ThatOf(np) => {
                let mut all = Vec::new();
                for (mut state, referent) in self.referent(np, state.clone()) {
                    let other = match referent {
                        Referent::Thing(other) => other,
                        // `than the population of X`
                        Referent::Property(own, Some(Owner::Thing(other))) if own == key => other,
                        _ => continue,
                    };
                    // Nothing is more than itself.
                    if other == thing {
                        continue;
                    }
                    let labels = self.labels_of(&state.pattern.things[other]);
                    let own = self.labels_of(&state.pattern.things[thing]);
                    // What is compared is of one kind.
                    let alike: Vec<LabelId> =
                        own.iter().copied().filter(|label| labels.contains(label)).collect();
                    if alike.is_empty() || !self.restrict(&mut state, other, &alike) {
                        continue;
                    }
                    let than = FormLimit::Thing(other, key);
                    let Scale { times, equal, exactly } = scale;
                    // It is as long as itself, which nobody asks. What is not one by name is not left out, and
                    // would be all that is exactly so.
                    let itself = state.pattern.things[other].is.clone();
                    let one = itself.len() == 1;
                    if exactly && !one {
                        continue;
                    }
                    let bound = Bound { key, more, equal, than, times };
                    let it = &mut state.pattern.things[thing];
                    it.bounds.push(bound);
                    if exactly {
                        it.bounds.push(Bound { more: !more, ..bound });
                    }
                    if one && equal && Scale::is_once(times) && !it.is_given() {
                        it.is_not.extend(itself);
                    }
                    all.push(state);
                }
                all
            }
        }
    }

    /// `is the largest`, `is longer than X`: what is said of a thing without a noun.
    pub(super) fn alike(&self, nominal: &Nominal, thing: ThingId, state: &State) -> Vec<State> {
        let mut states = vec![state.clone()];
        // `is the smallest by area`, `is smallest in area`
        let by_keys: Vec<KeyId> = nominal.modifiers.iter().filter_map(by_property).collect();
        for modifier in nominal.modifiers.iter().filter(|one| by_property(one).is_none()) {
            states = states
                .iter()
                .flat_map(|state| match modifier {
                    Modifier::Compared { .. } => self.compared(state, thing, modifier),
                    Modifier::Limit(limit) => self.limited_thing(state.clone(), thing, limit),
                    // `the shortest of those that flow through X`: of what is among them.
                    Modifier::Phrase(word, np)
                        if nominal.best.is_some() && matches!(word.as_str(), "of" | "among") =>
                    {
                        self.one_of(state, thing, np)
                    }
                    other => {
                        let found = self.modified(state.clone(), thing, other);
                        found.into_iter().map(|(state, _)| state).collect()
                    }
                })
                .collect();
        }
        let Some(Best { most, nth, by }) = &nominal.best else { return states };
        let choose = |key: KeyId, most: bool| Choose {
            of: Some(thing),
            by: Measure::Value(thing, key),
            most,
            nth: *nth,
            number: nominal.number.unwrap_or(1),
            plural: false,
            each: None,
        };
        let mut all = Vec::new();
        for state in states.into_iter().filter(|state| state.select.is_none()) {
            let chosen: Vec<Choose> = match by {
                By::Adjective(base) => self
                    .graded_at_all(&state.pattern.things[thing], base, &by_keys)
                    .into_iter()
                    .map(|grade| choose(grade.key, *most == grade.most))
                    .collect(),
                // `ranks third by area`
                By::Value => by_keys
                    .iter()
                    .filter(|key| self.sample(&state.pattern.things[thing], **key).is_some())
                    .map(|&key| choose(key, *most))
                    .collect(),
                By::Itself => Vec::new(),
            };
            for chosen in chosen {
                all.push(State { select: Some(chosen), ..state.clone() });
            }
        }
        all
    }

    /// A thing is one of what a noun phrase stands for: `those that flow through X`.
    fn one_of(&self, state: &State, thing: ThingId, np: &Np) -> Vec<State> {
        let among = |(mut state, other): (State, ThingId)| {
            let open = !state.pattern.things[other].is_given();
            (open && self.unify(&mut state, thing, other)).then_some(state)
        };
        self.thing(np, state.clone()).into_iter().filter_map(among).collect()
    }

    /// `The population of X is the largest`: whose it is, is chosen by it.
    pub(super) fn best_of_owner(
        &self,
        state: &State,
        key: KeyId,
        thing: ThingId,
        nominal: &Nominal,
    ) -> Vec<State> {
        let Some(Best { most, nth, by: By::Adjective(base) }) = &nominal.best else {
            return Vec::new();
        };
        let most = match (SIZES.contains(&&**base), SMALL.contains(&&**base)) {
            (true, _) => *most,
            (_, true) => !*most,
            _ => return Vec::new(),
        };
        if state.select.is_some() || !nominal.modifiers.is_empty() {
            return Vec::new();
        }
        let by = Measure::Value(thing, key);
        let (nth, of) = (*nth, Some(thing));
        let select = Choose { of, by, most, nth, number: 1, plural: false, each: None };
        vec![State { select: Some(select), ..state.clone() }]
    }

    // --- What is measured ------------------------------------------------------------------------

    /// `How long is the Danube?`, `How many km long is it?`: what the adjective, or the unit, measures of the
    /// subject.
    pub(super) fn measured(&self, clause: &Clause, state: State) -> Vec<State> {
        let Some(subject) = &clause.subject else { return Vec::new() };
        let (mut by, mut units, mut made) = (Vec::new(), Vec::new(), None);
        for adverb in &clause.adverbs {
            match adverb {
                Adverb::By(key) => by.push(*key),
                Adverb::In(unit) => units.push(unit),
                Adverb::Made(aggregate) if made.is_none() => made = Some(*aggregate),
                Adverb::Altogether => {}
                _ => return Vec::new(),
            }
        }
        let in_units =
            |key: KeyId, thing: &Thing| units.iter().all(|unit| self.is_in_unit(thing, key, unit));
        let stranded = |clause: &Clause| clause.arguments.iter().all(|one| one.np.is_none());
        // `How high does X lie?` is *how high is it*.
        let lies = matches!(&*clause.verb, "be" | "lie" | "rise" | "stand" | "sit" | "reach");
        // `How long does X run?`, where to run is said of a length.
        let measures = || !self.keys_measured_by(&clause.verb).is_empty();
        let bare = !clause.passive && clause.arguments.is_empty() && (lies || measures());
        let bare = bare && (&*clause.verb == "be" || clause.how.is_some());
        if !bare && (clause.how.is_some() || !stranded(clause)) {
            return Vec::new();
        }
        let mut all = Vec::new();
        for (state, referent) in self.referent(subject, state) {
            match (referent, &clause.how) {
                (Referent::Thing(thing), how) => {
                    let it = &state.pattern.things[thing];
                    let keys: Vec<KeyId> = match how {
                        // The lowest may be called the deepest: how deep it is, its height does not say.
                        Some(how) if &**how == "deep" => {
                            let mut keys = self.measures(it);
                            keys.retain(|&key| self.lexicon.is_property_noun(key, "depth"));
                            keys
                        }
                        Some(how) => {
                            let grades = self.graded_by(it, how, &by);
                            let keys: Vec<KeyId> = grades.iter().map(|grade| grade.key).collect();
                            // What is measured in one way only is so high or so long by that.
                            let only = Some(self.measures(it))
                                .filter(|only| keys.is_empty() && by.is_empty() && only.len() == 1);
                            let sizes = SIZES.contains(&&**how);
                            only.filter(|only| sizes && self.is_said_of(how, only[0]))
                                .unwrap_or(keys)
                        }
                        None if bare => self.measures(it),
                        None => self.keys_measured_by(&clause.verb),
                    };
                    for key in keys.into_iter().filter(|&key| in_units(key, it)) {
                        all.extend(self.ask_property(state.clone(), key, Owner::Thing(thing)));
                    }
                }
                // `How large is the population of X?`
                (Referent::Property(key, Some(owner)), Some(how))
                    if SIZES.contains(&&**how) && by.is_empty() =>
                {
                    let fits = match owner {
                        Owner::Thing(thing) => in_units(key, &state.pattern.things[thing]),
                        Owner::Fact(_) => units.is_empty(),
                    };
                    if !fits {
                        continue;
                    }
                    all.extend(self.ask_property(state, key, owner));
                }
                _ => {}
            }
        }
        if made.is_some() {
            // `How large are all the states together?`: whichever there are.
            all.retain_mut(|state| {
                state.pattern.things.iter_mut().for_each(|thing| thing.all = false);
                let of_things = matches!(state.asked, Some(Asked::ThingValue(..)));
                of_things && std::mem::replace(&mut state.aggregate, made).is_none()
            });
        }
        all
    }

    /// `What area does X cover?`, `Which of them covers the largest area?`: a verb of a property, whose
    /// noun stands for what is asked or is the best.
    pub(super) fn measured_by_verb(
        &self,
        id: FrameId,
        supplied: &[Supplied],
        state: &State,
    ) -> Vec<State> {
        let frame = &self.lexicon.frames[id];
        let Means::Key(key) = frame.means else { return Vec::new() };
        let fixed = |part: &&Supplied| {
            let mut words = Vec::new();
            part.np.fixed_words(&mut words);
            let own = |piece: &Piece| matches!(&piece.what, What::Fixed(own) if words.contains(&own.as_str()));
            !words.is_empty() && frame.pieces.iter().any(own)
        };
        let parts: Vec<&Supplied> = supplied.iter().filter(|part| !fixed(part)).collect();
        let of_key = |np: &Np| match &np.kind {
            NpKind::Wh(wh) => wh.nominal.as_ref().map_or_else(
                // `What does X cost?`
                || wh.word == WhWord::What && wh.of.is_none(),
                |nominal| {
                    let own = nominal.head == HeadNoun::Noun(Noun::Property(key));
                    own && nominal.modifiers.is_empty()
                },
            ),
            _ => false,
        };
        let [subject, object] = parts.as_slice() else { return Vec::new() };
        // `At what elevation does X lie?`, `Over what distance does it flow?`
        let at = |marker: &Marker| match marker {
            Marker::Preposition(word) => {
                of_key(&object.np)
                    && matches!(word.as_str(), "at" | "to" | "over" | "for" | "across")
            }
            _ => false,
        };
        let asked = object.marker == Marker::Bare || at(&object.marker);
        if subject.marker != Marker::Subject || !asked {
            return Vec::new();
        }
        let mut all = Vec::new();
        for (state, owner) in self.thing(&subject.np, state.clone()) {
            if of_key(&object.np) {
                all.extend(self.ask_property(state, key, Owner::Thing(owner)));
            } else if let Some(alike) = Self::is_alike(&object.np) {
                // `covers a larger area than X`, `measures over 2000 km`
                all.extend(match alike.modifiers.as_slice() {
                    [Modifier::Limit(_)] => {
                        self.limited_property(state, key, owner, &alike.modifiers)
                    }
                    [Modifier::Compared { by: Some(by), .. }] if *by == key => {
                        self.alike(alike, owner, &state)
                    }
                    _ => Vec::new(),
                });
            } else if let NpKind::Nominal(nominal) = &object.np.kind
                && nominal.head == HeadNoun::Noun(Noun::Property(key))
            {
                all.extend(self.having(&state, owner, &object.np));
            }
        }
        all
    }

    /// The properties that a verb is for: `A measures {length}`.
    pub(super) fn keys_measured_by(&self, verb: &str) -> Vec<KeyId> {
        let frames = self.lexicon.verb_frames(verb).iter().map(|&id| &self.lexicon.frames[id]);
        let of_key = |frame: &crate::question::frame::Frame| match frame.means {
            crate::graph::declaration::Meaning::Key(key)
                if frame.pieces.iter().all(|piece| matches!(piece.what, What::Slot(_))) =>
            {
                Some(key)
            }
            _ => None,
        };
        let mut keys: Vec<KeyId> = frames.filter_map(of_key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Whether a noun phrase says of something how it measures: `larger than X`, `the largest`.
    pub(super) fn is_alike(np: &Np) -> Option<&Nominal> {
        match &np.kind {
            NpKind::Nominal(nominal) if nominal.head == HeadNoun::Alike => Some(nominal),
            _ => None,
        }
    }
}
