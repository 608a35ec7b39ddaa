//! In which order a pattern is found.
//!
//! A pattern is a graph; finding it is a walk over that graph: begin at some node (or
//! relationship), then take one relationship after the other that touches what is found. Up to
//! eight relationships, dynamic programming over the sets of those taken so far finds the cheapest
//! walk of all: what a set has found does not depend on the order in which it was taken. That is
//! at most 2⁸ · 8 steps of a few operations, and a handful for chains, whose connected parts are
//! few. Beyond, every beginning is tried and walked from greedily, always to the relationship
//! that leaves the fewest rows.
//!
//! Cost is the number of rows that the operators hand on, in total: the measure `C_out` of Cluet
//! and Moerkotte (ICDT 1995), which ranks orders as running them does when every row costs the same.

use crate::bind::bound::{PatternRelationship, Selector};
use crate::expr::VarId;
use crate::graph::Direction;
use crate::plan::cost::Estimator;
use crate::plan::variables::VarSet;

/// The search tries every order of so many relationships.
const EXHAUSTIVE_MAX: usize = 8;
/// Up to so many relationships every beginning is tried.
const WALKED_WHOLE_MAX: usize = 32;
/// So many beginnings of a longer pattern are.
const STARTS_OF_LONG_PATTERNS: usize = 3;

/// How to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// From the nodes and relationships that are bound already.
    Bound,
    /// From a node, scanned or looked up.
    Node(VarId),
    /// From every relationship of a pattern's, by position.
    Relationship(usize),
}

/// A walk over a pattern.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    pub(crate) start: Start,
    /// Positions of relationships in the order in which they are taken.
    pub(crate) relationships: Vec<usize>,
    /// Rows handed on in total.
    pub(crate) cost: f64,
    /// Rows at the end, for each row at the beginning.
    pub(crate) rows: f64,
}

/// What the search knows of a node: how many can be meant, before anything else is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeEstimate {
    pub(crate) variable: VarId,
    /// How many nodes its labels leave.
    pub(crate) population: f64,
    /// How many its labels and its own conditions leave.
    pub(crate) rows: f64,
    /// How many must be looked at to find them.
    pub(crate) scanned: f64,
}

/// A connected pattern to order.
pub(crate) struct Problem<'a> {
    pub(crate) nodes: &'a [NodeEstimate],
    pub(crate) relationships: &'a [&'a PatternRelationship],
    /// For each of them how many an index leads to, where one does.
    pub(crate) looked_up: &'a [Option<f64>],
    /// For each of them the share that its own conditions leave.
    pub(crate) kept: &'a [f64],
    /// Pairs of them of which a property is equal, by position, and what share of rows that leaves.
    pub(crate) equal: &'a [(usize, usize, f64)],
    pub(crate) available: &'a VarSet,
    pub(crate) estimator: Estimator<'a>,
}

impl Problem<'_> {
    /// The cheapest walk found.
    pub(crate) fn solve(&self) -> Walk {
        let starts = self.starts();
        let mut walks = Vec::new();
        if self.relationships.len() <= EXHAUSTIVE_MAX {
            walks = self.cheapest(&starts);
        }
        if walks.is_empty() {
            walks = starts.into_iter().map(|start| self.walk(start)).collect();
        }
        walks.into_iter().min_by(|a, b| a.cost.total_cmp(&b.cost)).unwrap_or(Walk {
            start: Start::Bound,
            relationships: Vec::new(),
            cost: 0.0,
            rows: 1.0,
        })
    }

    fn starts(&self) -> Vec<Start> {
        let bound = self.nodes.iter().any(|node| self.available.contains(node.variable))
            || self
                .relationships
                .iter()
                .any(|r| r.length.is_none() && self.available.contains(r.variable));
        if bound {
            return vec![Start::Bound];
        }
        let scans = self.relationships.iter().enumerate().filter(|(at, relationship)| {
            let one_way = relationship.direction != Direction::Both;
            relationship.length.is_none() && (one_way || self.looked_up[*at].is_some())
        });
        let nodes = self.nodes.iter().map(|node| Start::Node(node.variable));
        let mut starts: Vec<_> =
            nodes.chain(scans.map(|(at, _)| Start::Relationship(at))).collect();
        if self.relationships.len() > WALKED_WHOLE_MAX {
            // A long pattern is walked from its most promising beginnings alone.
            starts.sort_by(|&a, &b| self.scanned(a).total_cmp(&self.scanned(b)));
            starts.truncate(STARTS_OF_LONG_PATTERNS);
        }
        starts
    }

    /// How much a beginning reads before its first row.
    fn scanned(&self, start: Start) -> f64 {
        match start {
            Start::Bound => 0.0,
            Start::Node(variable) => self.node(variable).scanned,
            Start::Relationship(at) => self.read(at),
        }
    }

    /// How many relationships are read where a walk begins with them.
    fn read(&self, at: usize) -> f64 {
        let all = || self.estimator.relationships(&self.relationships[at].types);
        self.looked_up[at].unwrap_or_else(all)
    }

    /// What a beginning finds, and what it costs.
    fn begin(&self, start: Start) -> (Walk, VarSet) {
        let mut found: VarSet = self
            .nodes
            .iter()
            .map(|node| node.variable)
            .filter(|&variable| self.available.contains(variable))
            .collect();
        let mut walk = Walk { start, relationships: Vec::new(), cost: 0.0, rows: 1.0 };
        match start {
            Start::Bound => {}
            Start::Node(variable) => {
                let node = self.node(variable);
                walk.rows = node.rows;
                walk.cost = node.scanned;
                found.insert(variable);
            }
            Start::Relationship(at) => {
                let relationship = self.relationships[at];
                let scanned = self.read(at);
                // What is looked up has passed the condition that leads to it.
                let kept = if self.looked_up[at].is_some() { 1.0 } else { self.kept[at] };
                let ends = self.share(relationship.left) * self.share(relationship.right);
                walk.rows = scanned * kept * ends;
                walk.cost = scanned;
                walk.relationships.push(at);
                found.insert(relationship.left);
                found.insert(relationship.right);
            }
        }
        (walk, found)
    }

    /// The cheapest walk that takes all relationships, or as many as can be reached.
    fn cheapest(&self, starts: &[Start]) -> Vec<Walk> {
        let all = (1usize << self.relationships.len()) - 1;
        let mut best: Vec<Option<(Walk, VarSet)>> = vec![None; all + 1];
        let mut whole = Vec::new();
        for &start in starts {
            let (walk, found) = self.begin(start);
            match walk.relationships.first() {
                Some(&at) => keep_cheaper(&mut best[1 << at], walk, &found),
                None if all == 0 => whole.push(walk),
                None => self.extend(&walk, &found, 0, &mut best),
            }
        }
        for set in 1..=all {
            let Some((walk, found)) = best[set].take() else { continue };
            if set == all {
                whole.push(walk);
            } else {
                self.extend(&walk, &found, set, &mut best);
            }
        }
        whole
    }

    /// Takes each relationship that can come next.
    fn extend(&self, walk: &Walk, found: &VarSet, set: usize, best: &mut [Option<(Walk, VarSet)>]) {
        let open = || (0..self.relationships.len()).filter(|at| set >> at & 1 == 0);
        let is_taken = |at: usize| set >> at & 1 == 1;
        let factor = |at: usize| {
            let factor = self.step_factor(self.relationships[at], found)?;
            Some(factor * self.agreement(at, is_taken))
        };
        let waits = |at: usize| {
            self.relationships[at].length.as_ref().is_some_and(|l| l.selector != Selector::All)
        };
        // Shortest paths want both ends, so that they wait until nothing else is left.
        let plain = open().any(|at| !waits(at) && factor(at).is_some());
        for at in open().filter(|&at| !(plain && waits(at))) {
            let Some(factor) = factor(at) else { continue };
            let mut next = walk.clone();
            next.relationships.push(at);
            next.take(factor, self.kept[at]);
            let mut reached = found.clone();
            reached.insert(self.relationships[at].left);
            reached.insert(self.relationships[at].right);
            keep_cheaper(&mut best[set | 1 << at], next, &reached);
        }
    }

    fn walk(&self, start: Start) -> Walk {
        let (mut walk, mut found) = self.begin(start);
        let mut taken = vec![false; self.relationships.len()];
        walk.relationships.iter().for_each(|&at| taken[at] = true);
        while let Some((at, factor)) = self.best_step(&walk, &found, &taken) {
            walk.relationships.push(at);
            taken[at] = true;
            walk.take(factor, self.kept[at]);
            found.insert(self.relationships[at].left);
            found.insert(self.relationships[at].right);
        }
        walk
    }

    /// The relationship that leaves the fewest rows among those that touch what is found, and by what the steps
    /// multiply the rows; shortest paths wait until nothing else is left, because they want both ends.
    fn best_step(&self, walk: &Walk, found: &VarSet, taken: &[bool]) -> Option<(usize, f64)> {
        self.relationships
            .iter()
            .enumerate()
            .filter(|(at, _)| !taken[*at])
            .filter_map(|(at, relationship)| {
                let factor = self.step_factor(relationship, found)?;
                let factor = factor * self.agreement(at, |at| taken[at]);
                let rows = walk.rows * factor * self.kept[at];
                let shortest =
                    relationship.length.as_ref().is_some_and(|l| l.selector != Selector::All);
                Some((shortest, rows, at, factor))
            })
            .min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)))
            .map(|(_, _, at, factor)| (at, factor))
    }

    /// By what taking the relationship multiplies the rows; `None` where it touches nothing found.
    fn step_factor(&self, relationship: &PatternRelationship, found: &VarSet) -> Option<f64> {
        if relationship.length.is_none() && self.available.contains(relationship.variable) {
            return Some(1.0);
        }
        let (left, right) = (found.contains(relationship.left), found.contains(relationship.right));
        let (from, to, direction) = match (left, right) {
            (true, _) => (relationship.left, relationship.right, relationship.direction),
            (false, true) => {
                (relationship.right, relationship.left, relationship.direction.reversed())
            }
            (false, false) => return None,
        };
        let fan_out =
            self.estimator.fan_out(&relationship.types, direction, self.node(from).population);
        let steps = relationship.length.as_ref().map_or(1, |length| {
            i32::try_from(length.max.unwrap_or(length.min + 3).min(8)).unwrap_or(8)
        });
        let reached = fan_out.max(f64::MIN_POSITIVE).powi(steps);
        Some(if left && right {
            (reached / self.estimator.nodes()).min(1.0)
        } else {
            reached * self.share(to)
        })
    }

    /// The share of rows that a relationship leaves because it has something in common with others that
    /// have been taken.
    fn agreement(&self, at: usize, is_taken: impl Fn(usize) -> bool) -> f64 {
        let shares = self.equal.iter().filter_map(|&(a, b, share)| {
            ((a == at && is_taken(b)) || (b == at && is_taken(a))).then_some(share)
        });
        shares.product()
    }

    /// The share of a node's population that its own conditions leave.
    fn share(&self, variable: VarId) -> f64 {
        let node = self.node(variable);
        (node.rows / node.population.max(1.0)).min(1.0)
    }

    fn node(&self, variable: VarId) -> NodeEstimate {
        let all = self.estimator.nodes();
        self.nodes.iter().copied().find(|node| node.variable == variable).unwrap_or(NodeEstimate {
            variable,
            population: all,
            rows: all,
            scanned: all,
        })
    }
}

impl Walk {
    /// Takes steps, so many for each row, of which a share is kept; all of them are looked at.
    fn take(&mut self, steps: f64, kept: f64) {
        let looked_at = self.rows * steps;
        self.cost += looked_at.max(0.01);
        self.rows = looked_at * kept;
    }
}

/// Keeps the cheaper of two walks that have taken the same relationships.
fn keep_cheaper(known: &mut Option<(Walk, VarSet)>, walk: Walk, found: &VarSet) {
    if known.as_ref().is_none_or(|(known, _)| walk.cost < known.cost) {
        *known = Some((walk, found.clone()));
    }
}
