//! The first, the last and the second in time: which of the rows of an answer may be it.
//!
//! Called by `compose` before the answer is made. Where every row is known to the day the days
//! decide; else a row is left out only if another is certainly before it.

use super::compose::Composer;
use super::evaluate::{Found, evaluate, valid_time};
use super::{Answer, Verdict, closed};
use crate::error::Result;
use crate::graph::declaration::Temporality;
use crate::query::{Options, Store};
use crate::question::form::{Asked, FactId, Inquiry};
use crate::question::tree::Rank;
use crate::value::time::Truth;
use crate::value::{NodeId, StatementId, Value};

/// The statements that may be the first or the last of their kind, for each statement of a pattern that must be.
pub(super) fn ranked_deeds(
    store: &Store,
    inquiry: &Inquiry,
    options: &Options,
) -> Result<Vec<(FactId, Vec<StatementId>)>> {
    let mut all = Vec::new();
    for fact in 0..inquiry.pattern.facts.len() {
        let Some(own) = inquiry.ranked_alone(fact) else { continue };
        let graph = store.snapshot();
        let evaluated = evaluate(store, &own, options)?;
        let mut composer =
            Composer { store, graph: &*graph, inquiry: &own, options, evaluated, unmeasured: 0 };
        composer.rank();
        let ids = composer.evaluated.found.iter().filter_map(|row| row.facts[0]);
        all.push((fact, ids.collect()));
    }
    Ok(all)
}

impl Composer<'_> {
    /// In how many days, months or years something was so.
    pub(super) fn times(self) -> Result<(Answer, Vec<NodeId>)> {
        let none = self.evaluated.found.is_empty();
        let closed = closed::covering(self.graph, self.inquiry, false).is_some();
        let (mut answer, nodes) = self.values()?;
        // A time that is only possible makes the number uncertain.
        answer.verdict = Some(match answer.verdict {
            _ if !answer.possible.is_empty() => Verdict::Possible,
            _ if none && closed => Verdict::Certain,
            _ if none => Verdict::NotStated,
            verdict => verdict.unwrap_or(Verdict::NotStated),
        });
        let number = answer.answers.len();
        answer.possible.clear();
        answer.answers = vec![number.to_string()];
        if answer.verdict == Some(Verdict::NotStated) {
            answer.answers.clear();
        }
        Ok((answer, nodes))
    }

    /// Leaves only the rows that may be first or last in time.
    pub(super) fn rank(&mut self) {
        let Some(rank) = self.inquiry.rank else { return };
        let found = std::mem::take(&mut self.evaluated.found);
        if let Some(days) = self.exact_days(&found) {
            let best = match rank {
                Rank::First => days.iter().min().copied(),
                Rank::Last => days.iter().max().copied(),
                Rank::Nth(nth) => {
                    self.evaluated.found = self.nth_in_time(found, &days, nth);
                    return;
                }
            };
            let kept = found.into_iter().zip(&days).filter(|(_, day)| Some(**day) == best);
            self.evaluated.found = kept.map(|(found, _)| found).collect();
            return;
        }
        let after = |a: &Found, b: &Found| match rank {
            Rank::First => self.is_before(b, a),
            Rank::Last => self.is_before(a, b),
            // Which is the second is not known where days are not.
            Rank::Nth(_) => Truth::Possible,
        };
        let mut kept = Vec::new();
        for (at, one) in found.iter().enumerate() {
            let others = found.iter().enumerate().filter(|(other, _)| *other != at);
            // It is not the first if another is certainly before it, and certainly the first if
            // none can be.
            let beaten = others.clone().any(|(_, other)| after(one, other) == Truth::Certain);
            let beats = others.clone().all(|(_, other)| after(one, other) == Truth::No);
            if !beaten {
                let truth = if beats { Truth::Certain } else { Truth::Possible };
                kept.push(Found { truth: one.truth.and(truth), ..one.clone() });
            }
        }
        self.evaluated.found = kept;
    }

    /// The rows of the second, third, …: of the things asked for each counts once, by its first day.
    /// Where several share the day before it, which is the second is only possible.
    fn nth_in_time(&self, found: Vec<Found>, days: &[i64], nth: u32) -> Vec<Found> {
        let thing = match self.inquiry.asked {
            Asked::Things(thing) | Asked::Count(thing) => Some(thing),
            _ => None,
        };
        let mut firsts: Vec<(Option<NodeId>, i64, usize)> = Vec::new();
        for (at, (row, &day)) in found.iter().zip(days).enumerate() {
            let node = thing.and_then(|thing| row.nodes[thing]);
            match firsts.iter_mut().find(|known| node.is_some() && known.0 == node) {
                Some(known) if day < known.1 => *known = (node, day, at),
                Some(_) => {}
                None => firsts.push((node, day, at)),
            }
        }
        firsts.sort_by_key(|first| first.1);
        let Some(&(_, day, _)) = firsts.get(nth.saturating_sub(1) as usize) else {
            return Vec::new();
        };
        let earlier = firsts.iter().filter(|first| first.1 < day).count();
        let exact = earlier + 1 == nth as usize;
        let chosen: Vec<usize> =
            firsts.iter().filter(|first| first.1 == day).map(|first| first.2).collect();
        let truth = if exact { Truth::Certain } else { Truth::Possible };
        let all = found.into_iter().enumerate().filter(|(at, _)| chosen.contains(at));
        all.map(|(_, row)| Found { truth: row.truth.and(truth), ..row }).collect()
    }

    /// The days of what the rows are about, where each is known to the day.
    fn exact_days(&self, found: &[Found]) -> Option<Vec<i64>> {
        let main = self.inquiry.main?;
        let day = |found: &Found| {
            let hull = valid_time(self.graph, found.facts[main]?).hull()?;
            (hull.earliest_start == hull.latest_start).then_some(hull.earliest_start)
        };
        found.iter().map(day).collect()
    }

    /// Whether what one row is about is before what another is about.
    fn is_before(&self, a: &Found, b: &Found) -> Truth {
        if let Some(fact) = self.inquiry.main {
            let (Some(a), Some(b)) = (a.facts[fact], b.facts[fact]) else { return Truth::Possible };
            return valid_time(self.graph, a).is_before(&valid_time(self.graph, b));
        }
        let (Asked::Things(thing) | Asked::Count(thing)) = self.inquiry.asked else {
            return Truth::Possible;
        };
        match (a.nodes[thing], b.nodes[thing]) {
            (Some(a), Some(b)) => self.thing_before(a, b),
            _ => Truth::Possible,
        }
    }

    /// By an order statement, else by a date of their own.
    fn thing_before(&self, a: NodeId, b: NodeId) -> Truth {
        for (&of, declaration) in &self.graph.declarations().types {
            if declaration.order {
                let ordered = |from: NodeId, to: NodeId| {
                    let mut found = false;
                    let direction = crate::graph::Direction::Outgoing;
                    self.graph
                        .adjacency(of, direction)
                        .for_each(from, |node, _| found |= node == to);
                    found
                };
                if ordered(a, b) {
                    return Truth::Certain;
                }
                if ordered(b, a) {
                    return Truth::No;
                }
            }
        }
        let date = |node: NodeId| {
            let key = self.graph.catalog().key("date")?;
            match self.graph.node_property(node, key) {
                Value::Edtf(edtf) => Some(crate::value::time::ValidTime::new(
                    Some(&edtf),
                    Some(Temporality::Event),
                    None,
                    None,
                )),
                _ => None,
            }
        };
        match (date(a), date(b)) {
            (Some(a), Some(b)) => a.is_before(&b),
            _ => Truth::Possible,
        }
    }
}
