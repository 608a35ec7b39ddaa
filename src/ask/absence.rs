//! What it means that something is not stated.
//!
//! **In**: an answer in the making. **Out**: how sure the rows are that rest on an absence, and what is said where there is
//! no row: *no* where the facts are complete, *not stated* elsewhere.

use hashbrown::HashSet;

use super::compose::Composer;
use super::evaluate::{Found, evaluate};
use super::{Answer, Kind, Verdict, closed};
use crate::error::Result;
use crate::graph::{Snapshot, naming, when};
use crate::question::form::{Asked, FactId, ThingId};
use crate::question::words;
use crate::value::NodeId;
use crate::value::time::{Edtf, Temporality, Truth, date_in_words};

impl Composer<'_> {
    /// Where the facts are not complete, what is not said may still be: a row that rests on an
    /// absence is possible and no more, unless what is absent is known to have been at another time only.
    pub(super) fn weigh_absence(&mut self) -> Result<()> {
        let has_absent = self.inquiry.pattern.facts.iter().any(|fact| fact.absent > 0);
        let covered = || closed::covering(self.graph, self.inquiry, true).is_some();
        let in_part = || closed::covering_in_part(self.graph, self.inquiry, true).is_some();
        if !has_absent || covered() || in_part() {
            return Ok(());
        }
        let Asked::Things(thing) = self.inquiry.asked else {
            self.evaluated
                .found
                .iter_mut()
                .for_each(|found| found.truth = found.truth.and(Truth::Possible));
            return Ok(());
        };
        let known = self.at_another_time(thing)?;
        for found in &mut self.evaluated.found {
            if found.nodes[thing].is_none_or(|node| !known.contains(&node)) {
                found.truth = found.truth.and(Truth::Possible);
            }
        }
        Ok(())
    }

    /// `Has X never done so?`, `Did nobody do so?`: the opposite of whether it was; nothing where more is
    /// asked than that.
    pub(super) fn opposite(&self) -> Result<Option<Answer>> {
        let pattern = &self.inquiry.pattern;
        let denied = !pattern.facts.is_empty() && pattern.facts.iter().all(|fact| fact.absent == 1);
        // Whether there is one of which it is not so is another question.
        let one_of_some = pattern.things.iter().any(|thing| thing.outside && thing.is.len() != 1);
        if self.inquiry.asked != Asked::Whether || !denied || one_of_some {
            return Ok(None);
        }
        let mut stated = self.inquiry.clone();
        stated.pattern.facts.iter_mut().for_each(|fact| fact.absent = 0);
        stated.pattern.things.iter_mut().for_each(|thing| thing.outside = false);
        let (store, graph, options) = (self.store, self.graph, self.options);
        let evaluated = evaluate(store, &stated, options)?;
        let mut answer =
            Composer { store, graph, inquiry: &stated, options, evaluated, unmeasured: 0 }
                .whether();
        answer.verdict = answer.verdict.map(|verdict| match verdict {
            Verdict::Certain => Verdict::No,
            Verdict::Presumed => {
                answer.notes.push("Presumably: it is not known to have ended.".to_owned());
                Verdict::No
            }
            Verdict::No => Verdict::Certain,
            other => other,
        });
        Ok(Some(answer))
    }

    /// The things of which what is asked to be absent is stated, of another time: a state that goes on
    /// begins once.
    fn at_another_time(&self, thing: ThingId) -> Result<HashSet<NodeId>> {
        let facts = &self.inquiry.pattern.facts;
        let absent: Vec<FactId> = (0..facts.len()).filter(|&id| facts[id].absent > 0).collect();
        let [only] = absent[..] else { return Ok(HashSet::new()) };
        if facts[only].times.is_empty() || !self.is_persistent(only) {
            return Ok(HashSet::new());
        }
        let mut stated = self.inquiry.clone();
        stated.pattern.facts[only].absent = 0;
        let evaluated = evaluate(self.store, &stated, self.options)?;
        let of = |rows: &[Found]| -> HashSet<NodeId> {
            rows.iter().filter_map(|row| row.nodes[thing]).collect()
        };
        let held = of(&evaluated.found);
        Ok(of(&evaluated.elsewhen).into_iter().filter(|node| !held.contains(node)).collect())
    }

    pub(super) fn is_persistent(&self, fact: FactId) -> bool {
        let persistent = Some(Temporality::State { persistent: true });
        let mut types = self.inquiry.pattern.facts[fact].types.iter();
        types.all(|&of| when::kind_of(self.graph, of) == persistent)
    }

    /// What to say where no row was found: *no* where the facts are complete; where the question
    /// takes the statement for granted, that it does so wrongly.
    pub(super) fn nothing_found(&self, answer: &mut Answer) -> Result<()> {
        let circumstance = matches!(
            self.inquiry.asked,
            Asked::When(..) | Asked::Value(..) | Asked::Speaker(_) | Asked::HowLong(_)
        );
        if circumstance && self.holds_otherwise()? {
            answer.verdict = Some(Verdict::NotStated);
            return Ok(());
        }
        self.absent(answer);
        if circumstance && answer.verdict == Some(Verdict::No) {
            answer.kind = Kind::Presupposition;
        }
        Ok(())
    }

    /// Whether the statement is there when nothing is asked of its properties.
    fn holds_otherwise(&self) -> Result<bool> {
        let mut plain = self.inquiry.clone();
        let mut had = false;
        for fact in &mut plain.pattern.facts {
            had |= !fact.has.is_empty();
            fact.has.clear();
        }
        Ok(had && !evaluate(self.store, &plain, self.options)?.found.is_empty())
    }

    pub(super) fn absent(&self, answer: &mut Answer) {
        let covering = closed::covering(self.graph, self.inquiry, false);
        let covering = covering.or_else(|| {
            let in_part = closed::covering_in_part(self.graph, self.inquiry, false);
            let (covering, period) = in_part?;
            answer.notes.push(told_for(period));
            Some(covering)
        });
        match covering {
            Some(covering) => {
                answer.verdict = Some(Verdict::No);
                let mut documents: Vec<String> = Vec::new();
                for one in covering {
                    for evidence in closed::evidence(self.graph, one) {
                        let is_known = documents.contains(&evidence.document);
                        if !is_known && !evidence.document.is_empty() {
                            documents.push(evidence.document.clone());
                        }
                        if !answer.evidence.contains(&evidence) {
                            answer.evidence.push(evidence);
                        }
                    }
                }
                if !documents.is_empty() {
                    let who = documents.join(", ");
                    answer
                        .notes
                        .push(format!("{who} says that the recorded ones are the only ones."));
                }
            }
            None => {
                answer.verdict = Some(Verdict::NotStated);
                if let Some(one) = closed::presuming(self.graph, self.inquiry) {
                    let at = one.at.as_ref().map_or("", |at| at.as_str());
                    answer
                        .notes
                        .push(format!("Presumably not: the recorded ones were all at {at}."));
                }
            }
        }
        for thing in &self.inquiry.pattern.things {
            if let Some(name) = &thing.unknown {
                let near = names_with(self.graph, name);
                let near = match near.as_slice() {
                    [] => String::new(),
                    _ => format!(" Names with it: {}.", near.join(", ")),
                };
                answer.notes.push(format!("Nothing here is called “{name}”.{near}"));
            }
        }
    }
}

/// What is said where only a part of the time that is asked about is told of.
fn told_for(period: &Edtf) -> String {
    let words = date_in_words(period.as_str()).unwrap_or_else(|| period.to_string());
    format!("The facts tell of the days {words}, and of no others.")
}

/// A few names that have all words of another among theirs, the first of the alphabet.
fn names_with(graph: &dyn Snapshot, name: &str) -> Vec<String> {
    const SHOWN: usize = 3;
    let wanted = words(name);
    let nodes = (0..graph.node_bound()).map(NodeId).filter(|&node| graph.contains_node(node));
    let mut found: Vec<String> = nodes
        .filter_map(|node| naming::name(graph, node))
        .filter(|known| {
            // Only a name in which something else stands as well can be told from this one.
            let known = words(known);
            known.len() > wanted.len() && wanted.iter().all(|word| known.contains(word))
        })
        .map(|known| known.to_string())
        .collect();
    found.sort();
    found.dedup();
    found.truncate(SHOWN);
    found
}
