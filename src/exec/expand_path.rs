//! `ExpandPath`: for each row every walk of several relationships from a node.
//!
//! All walks are enumerated depth first with an explicit stack, no relationship twice (trails,
//! as openCypher asks). Shortest ones are found breadth first: one wave a length, each node kept with the
//! steps that reach it first.

use std::collections::VecDeque;
use std::sync::Arc;

use hashbrown::HashMap;

use crate::bind::bound::{Length, Selector};
use crate::error::Result;
use crate::exec::batch::{Batch, Pieces};
use crate::exec::column::{Column, Vector};
use crate::exec::neighbours::{self, List};
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::writing::Extended;
use crate::expr::VarId;
use crate::expr::eval::truth;
use crate::graph::Snapshot;
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::{NodeId, StatementId, Value};

/// Steps between two looks at whether the run must stop.
const STEPS_BETWEEN_CHECKS: u32 = 4096;

pub(crate) struct ExpandPath<'a> {
    input: Input<'a>,
    node: &'a Node,
    keep: &'a [VarId],
    pieces: Option<Pieces>,
}

/// The walks of one batch: for each its row, its relationships in walking order, and its end.
#[derive(Default)]
struct Walks {
    rows: Vec<u32>,
    lists: Vec<Value>,
    ends: Vec<Value>,
    lineage: Vec<u32>,
}

/// What a search from one row looks at.
struct Search<'s, 'a> {
    run: &'s Runtime<'a>,
    graph: &'s dyn Snapshot,
    lists: &'s [List<'s>],
    length: &'s Length,
    batch: &'s Batch,
    row: usize,
    /// Where the walk must end, if that is known.
    target: Option<NodeId>,
    steps: u32,
}

impl<'a> ExpandPath<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> ExpandPath<'a> {
        ExpandPath { input, node, keep: &node.keep, pieces: None }
    }

    fn expand(&self, batch: &Batch, run: &Runtime<'_>) -> Result<Batch> {
        let Kind::ExpandPath {
            from,
            relationships,
            to,
            into,
            bound,
            reversed,
            types,
            direction,
            length,
        } = &self.node.operator
        else {
            unreachable!("built from an ExpandPath")
        };
        let graph = run.graph();
        let lists = neighbours::lists(types, *direction, &*graph);
        let mut walks = Walks::default();
        for row in 0..batch.len() {
            let Value::Node(start) = batch.value(*from, row, &*graph) else { continue };
            let target = match (*into, batch.value(*to, row, &*graph)) {
                (false, _) => None,
                (true, Value::Node(node)) => Some(node),
                (true, _) => continue,
            };
            let mut search =
                Search { run, graph: &*graph, lists: &lists, length, batch, row, target, steps: 0 };
            let mut found = Vec::new();
            if *bound {
                let given = batch.value(*relationships, row, &*graph);
                search.follow(start, &given, *reversed, &mut found)?;
            } else if length.selector == Selector::All {
                search.trails(start, &mut found)?;
            } else {
                search.shortest(start, &mut found)?;
            }
            for (mut walked, end) in found {
                if *reversed {
                    walked.reverse();
                }
                if let (Some(entries), Some(mut lineage)) = (&batch.lineage, run.lineage()) {
                    let entry = lineage.steps(entries[row], walked.iter().copied());
                    walks.lineage.push(entry);
                }
                walks.rows.push(row as u32);
                walks.lists.push(Value::list(walked.into_iter().map(Value::Relationship)));
                walks.ends.push(Value::Node(end));
            }
        }
        let mut rows = batch.select(&Arc::new(walks.rows), None);
        rows.set(*relationships, Column::new(Vector::of(walks.lists)));
        rows.set(*to, Column::new(Vector::of(walks.ends)));
        if batch.lineage.is_some() {
            rows.lineage = Some(Arc::new(walks.lineage));
        }
        Ok(rows)
    }
}

type Found = Vec<(Vec<StatementId>, NodeId)>;

impl Search<'_, '_> {
    fn max(&self) -> usize {
        self.length.max.map_or(usize::MAX, |max| usize::try_from(max).unwrap_or(usize::MAX))
    }

    fn min(&self) -> usize {
        usize::try_from(self.length.min).unwrap_or(usize::MAX)
    }

    /// The steps from a node that pass the conditions on single relationships.
    fn steps_from(&mut self, node: NodeId) -> Result<Vec<(NodeId, StatementId)>> {
        self.steps += 1;
        if self.steps.is_multiple_of(STEPS_BETWEEN_CHECKS) {
            self.run.check()?;
        }
        let mut steps = Vec::new();
        for list in self.lists {
            list.for_each(node, |neighbour, statement| steps.push((neighbour, statement)));
        }
        let mut kept = Vec::with_capacity(steps.len());
        for step in steps {
            if self.admits(step.1)? {
                kept.push(step);
            }
        }
        Ok(kept)
    }

    fn admits(&self, statement: StatementId) -> Result<bool> {
        if self.length.filter.is_empty() {
            return Ok(true);
        }
        let extra = [(self.length.step, Value::Relationship(statement))];
        let row = Extended { row: self.batch.row(self.row, self.graph), extra: &extra };
        let context = self.run.context(self.graph);
        for condition in &self.length.filter {
            if truth(condition, &row, &context)? != Some(true) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn accepts(&self, end: NodeId) -> bool {
        self.target.is_none_or(|target| target == end)
    }

    /// Every trail from a node, depth first.
    fn trails(&mut self, start: NodeId, found: &mut Found) -> Result<()> {
        let (min, max) = (self.min(), self.max());
        if min == 0 && self.accepts(start) {
            found.push((Vec::new(), start));
        }
        if max == 0 {
            return Ok(());
        }
        let mut walked: Vec<StatementId> = Vec::new();
        let mut open = vec![self.steps_from(start)?.into_iter()];
        while let Some(steps) = open.last_mut() {
            let Some((node, statement)) = steps.next() else {
                open.pop();
                walked.pop();
                continue;
            };
            if walked.contains(&statement) {
                continue;
            }
            walked.push(statement);
            if walked.len() >= min && self.accepts(node) {
                found.push((walked.clone(), node));
            }
            if walked.len() < max {
                open.push(self.steps_from(node)?.into_iter());
            } else {
                walked.pop();
            }
        }
        Ok(())
    }

    /// One or all of the shortest walks to each node, or to the target, breadth first.
    fn shortest(&mut self, start: NodeId, found: &mut Found) -> Result<()> {
        let (min, max) = (self.min(), self.max());
        // For each node its distance, and the last steps that reach it at that distance.
        let mut reached: HashMap<NodeId, (usize, Vec<(NodeId, StatementId)>)> = HashMap::new();
        reached.insert(start, (0, Vec::new()));
        let mut order = vec![start];
        let mut open = VecDeque::from([start]);
        while let Some(node) = open.pop_front() {
            let distance = reached.get(&node).map_or(0, |(distance, _)| *distance);
            let done = self.target.and_then(|target| reached.get(&target));
            if distance >= max
                || (self.target != Some(start) && done.is_some_and(|(d, _)| *d <= distance))
            {
                continue;
            }
            for (next, statement) in self.steps_from(node)? {
                match reached.get_mut(&next) {
                    None => {
                        reached.insert(next, (distance + 1, vec![(node, statement)]));
                        order.push(next);
                        open.push_back(next);
                    }
                    Some((known, steps)) if *known == distance + 1 => steps.push((node, statement)),
                    Some(_) => {}
                }
            }
        }
        for end in order {
            let length = reached.get(&end).map_or(0, |(distance, _)| *distance);
            if length >= min && self.accepts(end) && (length > 0 || min == 0) {
                self.unwind(&reached, start, end, found)?;
            }
        }
        Ok(())
    }

    /// The walks that a breadth-first search has found to a node.
    fn unwind(
        &mut self,
        reached: &HashMap<NodeId, (usize, Vec<(NodeId, StatementId)>)>,
        start: NodeId,
        end: NodeId,
        found: &mut Found,
    ) -> Result<()> {
        let all = self.length.selector == Selector::AllShortest;
        let mut open = vec![(end, Vec::new())];
        while let Some((node, mut walked)) = open.pop() {
            self.run.check()?;
            let Some((distance, steps)) = reached.get(&node) else { continue };
            if *distance == 0 && node == start {
                walked.reverse();
                found.push((walked, end));
                if all {
                    continue;
                }
                return Ok(());
            }
            for &(before, statement) in steps {
                let mut longer = walked.clone();
                longer.push(statement);
                open.push((before, longer));
            }
        }
        Ok(())
    }

    /// A list of relationships that is given already: it must be a walk from the node.
    fn follow(
        &mut self,
        start: NodeId,
        given: &Value,
        reversed: bool,
        found: &mut Found,
    ) -> Result<()> {
        let Value::List(items) = given else { return Ok(()) };
        let mut wanted: Vec<StatementId> =
            items.iter().filter_map(Value::as_relationship).collect();
        if wanted.len() != items.len() || wanted.len() < self.min() || wanted.len() > self.max() {
            return Ok(());
        }
        if reversed {
            wanted.reverse();
        }
        let mut at = start;
        for &statement in &wanted {
            let step = self.steps_from(at)?.into_iter().find(|&(_, id)| id == statement);
            let Some((next, _)) = step else { return Ok(()) };
            at = next;
        }
        if self.accepts(at) {
            found.push((wanted, at));
        }
        Ok(())
    }
}

impl Operator for ExpandPath<'_> {
    fn start(&mut self, argument: &Batch) {
        self.pieces = None;
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        loop {
            run.check()?;
            if let Some(piece) = self.pieces.as_mut().and_then(|pieces| pieces.next(self.keep)) {
                return Ok(Some(piece));
            }
            // One row at a time bounds what has to be held of its walks.
            let Some(batch) = self.input.next(run)? else { return Ok(None) };
            self.pieces = Some(Pieces::new(self.expand(&batch, run)?));
        }
    }
}
