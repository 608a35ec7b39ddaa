//! The answer made of the rows: its values, how sure it is, what it rests on.

use std::hash::BuildHasher;

use hashbrown::{HashMap, HashSet};

use super::evaluate::{
    Evaluated, Found, beginning, cut, evaluate, evaluate_needed, in_session, said, valid_time,
};
use super::{Answer, Kind, Verdict, claimed, group, made, rival, select};
use crate::error::Result;
use crate::graph::conflict;
use crate::graph::source::{Evidence, display_name};
use crate::graph::stated;
use crate::graph::{Snapshot, TypeId, when};
use crate::query::{Options, Store};
use crate::question::Reading;
use crate::question::form::{Asked, FactId, Inquiry, Limit, Measure, Thing, ThingId};
use crate::question::made::Joint;
use crate::question::tree::{Aggregate, Unit};
use crate::value::time::{Period, Temporality, Truth, ValidTime};
use crate::value::{NodeId, StatementId, Value};

/// The answer to a question as it was read, and the nodes that answer it.
pub(super) fn answer(
    store: &Store,
    graph: &dyn Snapshot,
    reading: &Reading,
    options: &Options,
) -> Result<(Answer, Vec<NodeId>)> {
    let mut whole: Option<Answer> = None;
    let mut nodes = Vec::new();
    for inquiry in &reading.inquiries {
        let (answer, found) = one(store, graph, inquiry, options)?;
        nodes.extend(found);
        whole = Some(match (whole, reading.joint) {
            (None, _) => answer,
            (Some(before), Joint::Either) => either(before, answer),
            (Some(before), Joint::Each) => joined(before, answer),
            (Some(before), joint) => made::of_two(joint, before, answer),
        });
    }
    Ok((whole.unwrap_or_else(|| Answer::declined(Vec::new())), nodes))
}

/// Two questions of which either will do: what answers one of them, as sure as the surer says.
fn either(before: Answer, after: Answer) -> Answer {
    let tells = |answer: &Answer| {
        matches!(answer.verdict, Some(Verdict::Certain | Verdict::Presumed | Verdict::Possible))
    };
    let mut verdict = match (tells(&before), tells(&after)) {
        (true, false) => before.verdict,
        (false, true) => after.verdict,
        _ => None,
    };
    if before.kind == Kind::YesNo && surety(after.verdict) > surety(before.verdict) {
        verdict = after.verdict;
    } else if before.kind == Kind::YesNo {
        verdict = before.verdict;
    }
    // *No* to one and *not stated* to the other is not *no*.
    if !tells(&before) && !tells(&after) && surety(after.verdict) != surety(before.verdict) {
        verdict = Some(Verdict::NotStated);
    }
    let mut whole = joined(before, after);
    whole.verdict = verdict.or(whole.verdict);
    for list in [&mut whole.answers, &mut whole.possible] {
        list.sort();
        list.dedup();
    }
    whole.possible.retain(|one| !whole.answers.contains(one));
    whole
}

fn surety(verdict: Option<Verdict>) -> u8 {
    match verdict {
        Some(Verdict::Certain) => 4,
        Some(Verdict::Presumed) => 3,
        Some(Verdict::Possible) => 2,
        Some(Verdict::NotStated) => 1,
        Some(Verdict::No) | None => 0,
    }
}

/// Two questions in one: both answers, as sure as the less sure.
pub(super) fn joined(mut before: Answer, after: Answer) -> Answer {
    before.answers.extend(after.answers);
    before.possible.extend(after.possible);
    before.notes.extend(after.notes);
    for evidence in after.evidence {
        if !before.evidence.contains(&evidence) {
            before.evidence.push(evidence);
        }
    }
    if surety(after.verdict) < surety(before.verdict) {
        before.verdict = after.verdict;
    }
    before
}

pub(super) fn one(
    store: &Store,
    graph: &dyn Snapshot,
    inquiry: &Inquiry,
    options: &Options,
) -> Result<(Answer, Vec<NodeId>)> {
    if let Asked::Path(..) = inquiry.asked {
        return path(store, graph, inquiry, options);
    }
    let timed = options.time.as_ref().map(|time| in_session(inquiry, time));
    let inquiry = timed.as_ref().unwrap_or(inquiry);
    let options = &Options { time: None, ..options.clone() };
    if let Some((own, rival)) = inquiry.number_alone() {
        return Ok((rival::whether(store, graph, &own, rival, options)?, Vec::new()));
    }
    if let (Some(claim), Some(found)) = (&inquiry.claim, inquiry.unclaimed()) {
        let evaluated = evaluate(store, &found, options)?;
        let unmeasured = 0;
        let composer = Composer { store, graph, inquiry: &found, options, evaluated, unmeasured };
        return Ok((claimed::answer(composer, claim)?, Vec::new()));
    }
    let composed =
        |evaluated| Composer { store, graph, inquiry, options, evaluated, unmeasured: 0 }.answer();
    let answer = composed(evaluate_needed(store, inquiry, options)?)?;
    // Whatever tests ask, the rows that were let go would have said nothing more.
    #[cfg(test)]
    assert_eq!(composed(evaluate(store, inquiry, options)?)?, answer, "{inquiry:?}");
    Ok(answer)
}

/// An answer in the making: values with how sure each is, in the order found.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) values: Vec<(String, Truth)>,
    /// Where each of the values stands.
    places: hashbrown::HashTable<usize>,
    hasher: hashbrown::DefaultHashBuilder,
    nodes: Vec<NodeId>,
    seen_nodes: HashSet<NodeId>,
    statements: Vec<StatementId>,
    /// The same, to look one up: of two joined statements there are as many rows as pairs.
    seen: HashSet<StatementId>,
    /// How many rows have no date, where that is asked for.
    undated: usize,
    /// By which end statements are told, once it is known.
    telling: std::cell::OnceCell<Option<ThingId>>,
}

impl Values {
    fn add(&mut self, value: String, truth: Truth, found: &Found) {
        let hash = |value: &String| self.hasher.hash_one(value);
        let same = |at: &usize| self.values[*at].0 == value;
        match self.places.find(hash(&value), same) {
            Some(&at) => self.values[at].1 = self.values[at].1.or(truth),
            None => {
                let (at, first) = (self.values.len(), hash(&value));
                self.places.insert_unique(first, at, |&at| hash(&self.values[at].0));
                self.values.push((value, truth));
            }
        }
        self.rest_on(found);
    }

    fn is_of(&mut self, node: NodeId) {
        if self.seen_nodes.insert(node) {
            self.nodes.push(node);
        }
    }

    fn rest_on(&mut self, found: &Found) {
        for &statement in &found.statements {
            if self.seen.insert(statement) {
                self.statements.push(statement);
            }
        }
    }
}

pub(super) struct Composer<'a> {
    pub(super) store: &'a Store,
    pub(super) graph: &'a dyn Snapshot,
    pub(super) inquiry: &'a Inquiry,
    pub(super) options: &'a Options,
    pub(super) evaluated: Evaluated,
    /// Of how many it is not stated what the best were chosen by.
    pub(super) unmeasured: usize,
}

/// The best of some of which not all are known is presumed to be the best.
fn presumed(verdict: Verdict) -> Verdict {
    if verdict == Verdict::Certain { Verdict::Presumed } else { verdict }
}

impl Composer<'_> {
    fn answer(mut self) -> Result<(Answer, Vec<NodeId>)> {
        if let Some(answer) = self.opposite()? {
            return Ok((answer, Vec::new()));
        }
        self.choose()?;
        if let Some(group) = self.inquiry.group {
            return group::answer(self, group);
        }
        self.whole()
    }

    /// Leaves the rows of the first, or of the best.
    pub(super) fn choose(&mut self) -> Result<()> {
        self.weigh_absence()?;
        self.rank();
        let found = std::mem::take(&mut self.evaluated.found);
        self.unmeasured = select::unmeasured(self.graph, self.inquiry, &found)
            + select::unmeasured_within(self.store, self.graph, self.inquiry, self.options)?;
        self.evaluated.found =
            select::selected(self.store, self.graph, self.inquiry, self.options, found)?;
        Ok(())
    }

    /// The answer made of all rows together.
    pub(super) fn whole(self) -> Result<(Answer, Vec<NodeId>)> {
        if let (Some(aggregate), Asked::ThingValue(thing, key)) =
            (self.inquiry.aggregate, self.inquiry.asked)
        {
            return Ok((self.aggregated(aggregate, thing, key), Vec::new()));
        }
        match self.inquiry.asked {
            Asked::Whether => Ok((self.whether(), Vec::new())),
            Asked::Count(_) | Asked::CountFacts(_) => Ok((self.count(), Vec::new())),
            Asked::CountTimes(..) => self.times(),
            _ => self.values(),
        }
    }

    /// One number made of a property of all that was found.
    fn aggregated(&self, aggregate: Aggregate, thing: ThingId, key: crate::graph::KeyId) -> Answer {
        let mut answer = self.empty(Kind::Text);
        let mut nodes: Vec<NodeId> =
            self.evaluated.found.iter().filter_map(|found| found.nodes[thing]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        answer.answers.extend(select::aggregated(self.graph, aggregate, &nodes, key));
        let known = !answer.answers.is_empty();
        answer.verdict = Some(if known { Verdict::Certain } else { Verdict::NotStated });
        self.note_number(nodes.len(), &mut answer);
        answer
    }

    // --- Yes and no ------------------------------------------------------------------------------

    pub(super) fn whether(&self) -> Answer {
        let mut answer = self.empty(Kind::YesNo);
        let mut truth = Truth::No;
        let mut statements = Vec::new();
        for found in &self.evaluated.found {
            truth = truth.or(found.truth.and(said(self.graph, found)));
            statements.extend(found.statements.iter().copied());
        }
        if truth > Truth::No {
            answer.verdict = Some(self.verdict(truth));
            answer.evidence = self.evidence(&statements);
            self.note_speakers(&mut answer);
            Self::note_conflicts(&mut answer);
            return answer;
        }
        if let Some(found) = self.evaluated.elsewhen.first().filter(|_| self.happens_once()) {
            answer.verdict = Some(Verdict::No);
            answer.evidence = self.evidence(&found.statements);
            return answer;
        }
        if self.is_measured() {
            answer.verdict = Some(Verdict::No);
            return answer;
        }
        self.absent(&mut answer);
        self.note_denials(&mut answer);
        answer
    }

    /// Whether nothing but known numbers and dates are compared, so that what is not so is known not
    /// to be.
    fn is_measured(&self) -> bool {
        let pattern = &self.inquiry.pattern;
        let compared = || {
            let things = pattern.things.iter();
            things.filter(|thing| {
                !thing.bounds.is_empty() || !thing.dated.is_empty() || !thing.chosen.is_empty()
            })
        };
        // `Is X the largest of them?`: by a number that it has.
        let beaten = |thing: &Thing| {
            // `Is the highest point of X above 300 m?`: by the number that it has.
            let bound = pattern.things.iter().any(|one| !one.bounds.is_empty());
            bound && thing.is.is_empty()
                || thing.chosen.iter().all(|one| match one.select.map(|select| select.by) {
                    Some(Measure::Value(_, key)) => {
                        let number =
                            |&node: &NodeId| select::number(self.graph, node, key).is_some();
                        !thing.is.is_empty() && thing.is.iter().all(number)
                    }
                    // `Is X the state with the most rivers?`: another has as many.
                    Some(Measure::Count(_) | Measure::Facts(_)) => {
                        let best = select::nodes_of(self.store, one, self.options);
                        thing.is.len() == 1 && best.is_ok_and(|best| !best.is_empty())
                    }
                    None => false,
                })
        };
        let dated = |nodes: &[NodeId], key| {
            let date = |&node: &NodeId| !self.graph.node_property(node, key).is_null();
            !nodes.is_empty() && nodes.iter().all(date)
        };
        let known = |thing: &Thing, key| {
            let all = self.those_of(thing);
            !all.is_empty()
                && all.iter().all(|&node| select::number(self.graph, node, key).is_some())
        };
        pattern.facts.is_empty()
            && compared().next().is_some()
            && compared().all(|thing| {
                beaten(thing)
                    && thing.dated.iter().all(|&(key, _)| dated(&thing.is, key))
                    && thing.bounds.iter().all(|bound| {
                        known(thing, bound.key)
                            && match bound.than {
                                Limit::Number(_) => true,
                                Limit::Thing(than, key) => known(&pattern.things[than], key),
                            }
                    })
            })
    }

    /// The things that one of a pattern may be, where they are known.
    fn those_of(&self, thing: &Thing) -> Vec<NodeId> {
        match thing.chosen.as_slice() {
            _ if !thing.is.is_empty() => thing.is.clone(),
            [] => self.all_of(thing),
            [one] => select::nodes_of(self.store, one, self.options).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// All things of a kind, where there are no others: those of a label that the facts are complete for.
    /// *Is there a river of more than 500 km?*
    fn all_of(&self, thing: &Thing) -> Vec<NodeId> {
        let Some([label]) = thing.labels.as_deref() else { return Vec::new() };
        let whole = |end: &crate::graph::declaration::Endpoint| {
            end.node.is_none() && end.properties.is_empty() && end.labels == [*label]
        };
        let declarations = self.graph.declarations();
        let mut complete = declarations.completeness.iter().filter(|one| one.at.is_none());
        if !complete.any(|one| whole(&one.from) || whole(&one.to)) {
            return Vec::new();
        }
        let mut nodes = Vec::new();
        self.graph.scan_nodes(Some(*label), NodeId(0), usize::MAX, &mut nodes);
        nodes
    }

    /// How sure a row of a list is: what somebody else says, or a reader concludes, is listed, with who says
    /// so, and is presumed.
    pub(super) fn listed(&self, found: &Found) -> Truth {
        match said(self.graph, found) {
            Truth::Certain => found.truth,
            _ => found.truth.and(Truth::Presumed),
        }
    }

    /// Whether what was asked for at another time cannot have been so at this one: the beginning
    /// of a persistent state happens once, and so does a thing that is given.
    fn happens_once(&self) -> bool {
        let pattern = &self.inquiry.pattern;
        let dated = pattern.things.iter().any(|thing| !thing.dated.is_empty());
        let persistent = self.inquiry.main.is_some_and(|fact| self.is_persistent(fact));
        persistent || dated || !pattern.order.is_empty()
    }

    // --- Values ------------------------------------------------------------------------------------

    pub(super) fn values(self) -> Result<(Answer, Vec<NodeId>)> {
        let mut values = Values::default();
        for found in &self.evaluated.found {
            self.add(self.inquiry.asked, found, &mut values);
        }
        let mut answer = self.empty(self.kind());
        if self.evaluated.found.is_empty() {
            self.nothing_found(&mut answer)?;
            return Ok((answer, Vec::new()));
        }
        if values.values.is_empty() {
            // The statement is there, and what is asked of it is not stated.
            self.evaluated.found.iter().for_each(|found| values.rest_on(found));
        }
        let is_list = matches!(self.inquiry.asked, Asked::Things(_) | Asked::Facts(_));
        if is_list {
            values.values.sort();
        }
        for (value, truth) in &values.values {
            let list =
                if *truth >= Truth::Presumed { &mut answer.answers } else { &mut answer.possible };
            list.push(value.clone());
        }
        let least = values
            .values
            .iter()
            .map(|value| value.1)
            .filter(|&truth| truth >= Truth::Presumed)
            .min();
        answer.verdict = Some(match least {
            Some(truth) => self.verdict(truth),
            None if answer.possible.is_empty() => Verdict::NotStated,
            None => Verdict::Possible,
        });
        answer.evidence = self.evidence(&values.statements);
        if values.undated > 0 && !values.values.is_empty() {
            // Of others it is.
            answer.notes.push(format!("Of {} more it is not stated.", values.undated));
        }
        self.note_speakers(&mut answer);
        Self::note_conflicts(&mut answer);
        self.note_further(&mut answer);
        self.note_number(answer.answers.len(), &mut answer);
        if self.unmeasured > 0 {
            let (number, verb) = (self.unmeasured, if self.unmeasured == 1 { "is" } else { "are" });
            answer.notes.push(format!("Of {number} more it {verb} not stated."));
            answer.verdict = answer.verdict.filter(|_| !answer.answers.is_empty()).map(presumed);
        }
        Ok((answer, values.nodes))
    }

    pub(super) fn kind(&self) -> Kind {
        match self.inquiry.asked {
            Asked::Count(_) | Asked::CountFacts(_) | Asked::CountTimes(..) => Kind::Count,
            Asked::When(..) | Asked::ThingDate(..) => Kind::Date,
            Asked::ThingValue(_, key) if self.unit(key).is_some() => Kind::Duration,
            Asked::Value(..) | Asked::ThingValue(..) => Kind::Text,
            Asked::HowLong(_) => Kind::Duration,
            Asked::Sources(_) => Kind::Source,
            _ => Kind::Entities,
        }
    }

    pub(super) fn add(&self, asked: Asked, found: &Found, values: &mut Values) {
        match asked {
            Asked::Things(thing) => {
                if let Some(node) = found.nodes[thing] {
                    let truth = self.listed(found);
                    values.add(display_name(self.graph, node), truth, found);
                    if found.truth >= Truth::Presumed {
                        values.is_of(node);
                    }
                }
            }
            Asked::Facts(fact) => {
                let told_by = *values.telling.get_or_init(|| self.telling_end(fact));
                if let Some(node) = told_by.and_then(|thing| found.nodes[thing]) {
                    values.add(display_name(self.graph, node), self.listed(found), found);
                }
            }
            Asked::When(fact, unit) | Asked::CountTimes(fact, unit) => {
                match found.facts[fact].and_then(|id| self.date(id, unit)) {
                    Some((date, truth)) => values.add(date, found.truth.and(truth), found),
                    None => values.undated += 1,
                }
            }
            Asked::Value(fact, key) => {
                if let Some(id) = found.facts[fact] {
                    add_value(&self.graph.statement_property(id, key), found, values);
                }
            }
            Asked::ThingValue(thing, key) => {
                if let Some(node) = found.nodes[thing] {
                    match (self.graph.node_property(node, key), self.unit(key)) {
                        (Value::Integer(number), Some(unit)) => {
                            values.add(length(number, unit), found.truth, found);
                        }
                        (value, _) => add_value(&value, found, values),
                    }
                }
            }
            Asked::ThingDate(thing, key, unit) => {
                let date = found.nodes[thing].map(|node| self.graph.node_property(node, key));
                let text = match date {
                    Some(Value::Edtf(edtf)) => edtf.as_str().to_owned(),
                    Some(Value::Date(day)) => day.to_string(),
                    _ => return,
                };
                if let Some(shown) = cut(&text, unit) {
                    values.add(shown, found.truth.and(surety_of(&text)), found);
                }
            }
            Asked::Speaker(fact) => {
                let speaker =
                    found.facts[fact].and_then(|id| self.graph.qualifiers(id)?.speaker.clone());
                if let Some(speaker) = speaker {
                    values.add(speaker.to_string(), found.truth, found);
                }
            }
            Asked::HowLong(fact) => {
                if let Some(days) = found.facts[fact].and_then(|id| self.days(id)) {
                    values.add(days, found.truth, found);
                }
            }
            Asked::Sources(_) => {
                for evidence in found.statements.iter().flat_map(|&id| Evidence::of(self.graph, id))
                {
                    values.add(place(&evidence), found.truth, found);
                }
            }
            Asked::Whether | Asked::Count(_) | Asked::CountFacts(_) | Asked::Path(..) => {}
        }
    }

    /// The unit of time that a property is called by: `days: 3` is a length.
    fn unit(&self, key: crate::graph::KeyId) -> Option<&'static str> {
        let name = self.graph.catalog().key_name(key);
        ["day", "week", "month", "year", "hour", "minute"]
            .into_iter()
            .find(|unit| name.strip_suffix('s') == Some(unit))
    }

    /// Statements are told by their start, or by their end where they all have one start.
    fn telling_end(&self, fact: FactId) -> Option<ThingId> {
        let fact = &self.inquiry.pattern.facts[fact];
        let best = self.evaluated.found.iter().map(|found| found.truth).max()?;
        let told = self.evaluated.found.iter().filter(|found| found.truth == best);
        let mut starts = told.map(|found| found.nodes[fact.start]);
        let first = starts.next()?;
        Some(if starts.all(|start| start == first) { fact.end } else { fact.start })
    }

    /// When a statement happened or began, in a unit, and how surely.
    fn date(&self, id: StatementId, unit: Unit) -> Option<(String, Truth)> {
        let edtf = beginning(self.graph, id)?;
        Some((cut(&edtf, unit)?, surety_of(&edtf)))
    }

    /// How long a statement held, where its dates say.
    fn days(&self, id: StatementId) -> Option<String> {
        let days =
            self.graph.catalog().key("days").map(|key| self.graph.statement_property(id, key));
        if let Some(Value::Integer(days)) = days {
            return Some(length(days, "day"));
        }
        // An event takes place within its day; how long is not said by the date.
        let valid = valid_time(self.graph, id);
        if valid.kind() == Temporality::Event {
            return None;
        }
        if !valid.has_unknown_year() {
            return days_of(&valid).map(|days| length(days, "day"));
        }
        // A leap year, a common one, and one before a leap year: only where all agree is it known.
        let mut lengths = [2000, 2001, 2003]
            .into_iter()
            .filter_map(|year| valid.in_year(year))
            .filter_map(|valid| days_of(&valid));
        let days = lengths.next()?;
        lengths.all(|other| other == days).then(|| length(days, "day"))
    }

    // --- Counts --------------------------------------------------------------------------------

    fn count(&self) -> Answer {
        let mut answer = self.empty(Kind::Count);
        let mut values = Values::default();
        for found in &self.evaluated.found {
            let counted = match self.inquiry.asked {
                Asked::Count(thing) => found.nodes[thing].map(|node| u64::from(node.0)),
                Asked::CountFacts(fact) => found.facts[fact].map(|id| u64::from(id.0)),
                _ => None,
            };
            if let Some(counted) = counted {
                values.add(counted.to_string(), found.truth, found);
            }
        }
        if let (true, Asked::Count(thing)) = (self.inquiry.groups, self.inquiry.asked) {
            return self.of_groups(thing, &values);
        }
        let sure = values.values.iter().filter(|value| value.1 >= Truth::Presumed).count();
        let all = values.values.len();
        if all > sure {
            answer.possible = vec![all.to_string()];
        }
        answer.evidence = self.evidence(&values.statements);
        if all == 0 {
            self.absent(&mut answer);
            if answer.verdict == Some(Verdict::No) {
                answer.verdict = Some(Verdict::Certain);
                answer.answers = vec!["0".to_owned()];
            }
            return answer;
        }
        answer.answers = vec![sure.to_string()];
        let least =
            values.values.iter().map(|value| value.1).filter(|&t| t >= Truth::Presumed).min();
        answer.verdict = Some(least.map_or(Verdict::Possible, |truth| self.verdict(truth)));
        answer
    }

    /// How many are in some groups, of which that is not stated.
    fn of_groups(&self, thing: ThingId, values: &Values) -> Answer {
        let mut answer = self.empty(Kind::Count);
        answer.verdict = Some(Verdict::NotStated);
        let nodes = self.evaluated.found.iter().filter_map(|found| found.nodes[thing]);
        let mut groups: Vec<String> = nodes.map(|node| display_name(self.graph, node)).collect();
        groups.sort();
        groups.dedup();
        if !groups.is_empty() {
            let groups = groups.join("; ");
            answer.notes.push(format!("How many belong to each is not stated: {groups}."));
        }
        answer.evidence = self.evidence(&values.statements);
        answer
    }

    // --- Parts of an answer --------------------------------------------------------------------

    pub(super) fn empty(&self, kind: Kind) -> Answer {
        Answer { kind, ..Answer::declined(Vec::new()) }
    }

    /// A persistent state that is asked about in the present is presumed to go on.
    pub(super) fn verdict(&self, truth: Truth) -> Verdict {
        let lists =
            matches!(self.inquiry.asked, Asked::Whether | Asked::Things(_) | Asked::Count(_));
        let truth = if lists && !self.inquiry.past && self.goes_on() {
            truth.and(Truth::Presumed)
        } else {
            truth
        };
        match truth {
            Truth::Certain => Verdict::Certain,
            Truth::Presumed => Verdict::Presumed,
            Truth::Possible => Verdict::Possible,
            Truth::No => Verdict::No,
        }
    }

    /// Whether what is found, or where nothing is what is asked for, is a state that goes on by itself.
    fn goes_on(&self) -> bool {
        let Some(main) = self.inquiry.main else { return false };
        let fact = &self.inquiry.pattern.facts[main];
        let found = self.evaluated.found.iter().filter_map(|found| found.facts[main]);
        let mut types: Vec<TypeId> = found
            .filter_map(|id| self.graph.statement(id).map(|ends| ends.relationship_type))
            .collect();
        if types.is_empty() {
            types.clone_from(&fact.types);
        }
        let persistent = Some(Temporality::State { persistent: true });
        fact.absent == 0
            && fact.times.is_empty()
            && types.into_iter().any(|of| when::kind_of(self.graph, of) == persistent)
    }

    pub(super) fn evidence(&self, statements: &[StatementId]) -> Vec<Evidence> {
        let mut evidence: Vec<Evidence> = Vec::new();
        // What says the same, by what it says: there may be hundreds.
        let mut alike: HashMap<(String, Option<String>), Vec<usize>> = HashMap::new();
        let mut seen = HashSet::new();
        for &statement in statements.iter().filter(|&&one| seen.insert(one)) {
            let conflict = conflict::note(self.graph, statement);
            for mut one in Evidence::of(self.graph, statement) {
                one.conflict.clone_from(&conflict);
                let known = alike.entry((one.statement.clone(), one.valid.clone())).or_default();
                if !known.iter().any(|&at| evidence[at] == one) {
                    known.push(evidence.len());
                    evidence.push(one);
                }
            }
        }
        evidence
    }
}

fn add_value(value: &Value, found: &Found, values: &mut Values) {
    if let Value::List(members) = value {
        members.iter().for_each(|member| add_value(member, found, values));
    } else if let Some(text) = value_text(value) {
        values.add(text, found.truth, found);
    }
}

/// A single value as it stands in an answer.
pub(super) fn value_text(value: &Value) -> Option<String> {
    let is_single = matches!(
        value,
        Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Edtf(_)
            | Value::Date(_)
    );
    is_single.then(|| stated::value_text(value))
}

/// A date that its own text calls uncertain is possible and no more.
fn surety_of(edtf: &str) -> Truth {
    if edtf.contains(['?', '%']) { Truth::Possible } else { Truth::Certain }
}

/// How many days a time has whose ends are known to the day.
fn days_of(valid: &ValidTime) -> Option<i64> {
    let edtf = valid.edtf()?;
    let period = Period::of(edtf);
    let (first, last) = (period.first()?, period.last()?);
    let exact = edtf.as_str().split('/').all(|date| date.len() == 10);
    exact.then(|| last.days() - first.days() + 1)
}

fn length(number: i64, unit: &str) -> String {
    if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") }
}

/// A place in a document, for people: `Seed article, paragraph 5, sentence 1`.
fn place(evidence: &Evidence) -> String {
    let mut text = evidence.document.clone();
    for (word, number) in [("paragraph", evidence.paragraph), ("sentence", evidence.sentence)] {
        if let Some(number) = number {
            text.push_str(&format!(", {word} {number}"));
        }
    }
    text
}

/// What stands between two things.
fn path(
    store: &Store,
    graph: &dyn Snapshot,
    inquiry: &Inquiry,
    options: &Options,
) -> Result<(Answer, Vec<NodeId>)> {
    let text = crate::question::query::run(inquiry, graph);
    let rows = store.read_with(&text, options)?;
    let mut answer = Answer { kind: Kind::Entities, ..Answer::declined(Vec::new()) };
    let mut nodes: Vec<NodeId> = Vec::new();
    let mut statements: Vec<StatementId> = Vec::new();
    for row in rows.iter() {
        let list = |name: &str| row.value(name).and_then(Value::as_list).unwrap_or(&[]).to_vec();
        let on_the_way: Vec<NodeId> = list("nodes").iter().filter_map(Value::as_node).collect();
        if let [_, between @ .., _] = on_the_way.as_slice() {
            nodes.extend(
                between.iter().filter(|node| !nodes.contains(node)).copied().collect::<Vec<_>>(),
            );
        }
        for fact in list("facts").iter().filter_map(Value::as_relationship) {
            if !statements.contains(&fact) {
                statements.push(fact);
            }
        }
    }
    answer.answers = nodes.iter().map(|&node| display_name(graph, node)).collect();
    answer.verdict = Some(if rows.is_empty() { Verdict::NotStated } else { Verdict::Certain });
    answer.evidence = statements.iter().flat_map(|&id| Evidence::of(graph, id)).collect();
    Ok((answer, nodes))
}
