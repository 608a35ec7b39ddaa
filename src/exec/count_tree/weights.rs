//! How often a node can stand at its place: products of sums, from the leaves up.
//!
//! ```text
//! b's weight   =   is b wanted?  ×  Σ weights of its neighbours a  ×  Σ weights of its neighbours c
//! ```
//!
//! A place is computed in one of two ways. **Blocks**: all nodes of the place in order, for each a
//! sum over its neighbours; where many nodes count, this is a scan of arrays. **Sparse**: a list of
//! nodes with their weights, which begins where few nodes count (a look-up, one interest among
//! forty) and is carried to the neighbours, so that the rest of the graph is not looked at. Where a
//! place is sparse, its children are computed for its neighbours alone, if that is less.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;

use hashbrown::HashMap;

use super::carry;
use super::dense::{Dense, Values};
use super::product::{Branch, Own, Prepared};
use super::set::{Set, Wanted};
use super::steps::{self, Steps};
use super::values::{Sparse, Weights};
use crate::error::Result;
use crate::exec::memory::Holding;
use crate::exec::runtime::Runtime;
use crate::expr::Expr;
use crate::graph::named_type::NamedType;
use crate::graph::snapshot::{Column, ColumnData};
use crate::graph::{Direction, Snapshot};
use crate::plan::physical::{CountTree, Counter, Term};

/// Places with so few candidates are evaluated before anything is decided.
const EVALUATE_MAX: usize = 8192;

/// Carrying a weight to a node is worth so many steps of reading.
const PUSH: f64 = 7.0;
/// The sums of more nodes than these are written somewhere in the memory, in an array that has to be made first.
pub(super) const NEAR: f64 = 131_072.0;

/// What such an array costs for each of its nodes, in steps of reading.
const FAR_ARRAY: f64 = 2.0;

/// So many nodes are looked at one by one, however they were found.
const FEW: usize = 512;
/// So are those of which one in so many of the span is wanted, where their weights are what is asked.
const FEW_SHARE: usize = 8;

/// A place whose children are computed.
pub(super) enum Rooted<'g> {
    /// Nodes with their weights.
    Sparse(Sparse),
    /// Nodes whose weights are computed block by block.
    Blocks(Prepared<'g>),
}

/// What the wanted nodes at a node of a term depend on: the places that ask for something, and what
/// a counter adds.
#[derive(Clone, PartialEq)]
pub(super) struct Identity {
    places: Vec<usize>,
    added: Option<Expr>,
}

/// The sets of nodes that terms have in common.
#[derive(Default)]
pub(super) struct KnownSets {
    sets: RefCell<Vec<(Identity, Arc<Set>)>>,
}

impl KnownSets {
    fn set(&self, identity: &Identity, evaluate: impl FnOnce() -> Result<Set>) -> Result<Arc<Set>> {
        let find = |sets: &[(Identity, Arc<Set>)]| {
            sets.iter().find(|(known, _)| known == identity).map(|(_, set)| Arc::clone(set))
        };
        if let Some(known) = find(&self.sets.borrow()) {
            return Ok(known);
        }
        let set = Arc::new(evaluate()?);
        self.sets.borrow_mut().push((identity.clone(), Arc::clone(&set)));
        Ok(set)
    }
}

/// Computes the weights of one term.
pub(super) struct Evaluator<'e, 'g, 'r, 'p> {
    pub(super) graph: &'g dyn Snapshot,
    pub(super) run: &'e Runtime<'r>,
    known: &'e KnownSets,
    tree: &'p CountTree,
    pub(super) term: &'p Term,
    counter: &'p Counter,
    /// Edges that are followed elsewhere, and hang from neither end.
    pub(super) cut: Vec<usize>,
    wanted: Vec<Wanted<'p>>,
    sets: Vec<OnceCell<Arc<Set>>>,
    /// For each node of the term those that bear its labels.
    labelled: Vec<OnceCell<Set>>,
    /// The strands of each edge, seen from the left and from the right.
    strands: Vec<[Vec<Steps<'g>>; 2]>,
    loops: Vec<Vec<Sparse>>,
    supports: RefCell<HashMap<(usize, Option<usize>), f64>>,
    held: RefCell<Holding>,
    held_bytes: Cell<usize>,
}

impl<'e, 'g, 'r, 'p> Evaluator<'e, 'g, 'r, 'p> {
    /// Over one term, with the conditions that a counter adds.
    pub(super) fn new(
        (graph, run): (&'g dyn Snapshot, &'e Runtime<'r>),
        tree: &'p CountTree,
        term: &'p Term,
        counter: &'p Counter,
        (known, cut_at): (&'e KnownSets, Option<usize>),
    ) -> Result<Self> {
        let mut evaluator = Evaluator {
            graph,
            run,
            known,
            tree,
            term,
            counter,
            cut: Vec::new(),
            wanted: term.nodes.iter().map(|places| wanted(tree, places, counter)).collect(),
            sets: vec![OnceCell::new(); term.nodes.len()],
            labelled: vec![OnceCell::new(); term.nodes.len()],
            strands: Vec::with_capacity(term.edges.len()),
            loops: vec![Vec::new(); term.nodes.len()],
            supports: RefCell::default(),
            held: RefCell::default(),
            held_bytes: Cell::new(0),
        };
        for edge in &term.edges {
            let (mut left, mut right) = (Vec::new(), Vec::new());
            for strand in &edge.strands {
                let filter = evaluator.filter(&strand.relationships, &strand.types)?;
                let back = strand.direction.reversed();
                let mut ahead = Steps::new(&strand.types, strand.direction, filter.clone(), graph);
                let mut behind = Steps::new(&strand.types, back, filter, graph);
                // Of all types there are mostly one or two between nodes of two labels. Where the term is
                // cut, others read the relationships, of whichever type, and hold the ends against
                // the weights.
                let is_cut = cut_at.is_some_and(|place| {
                    edge.strands.iter().any(|strand| strand.relationships.contains(&place))
                });
                if !is_cut && (ahead.lists.len() > 1 || edge.strands.len() > 1) {
                    let (from, to) =
                        (evaluator.labelled(edge.left), evaluator.labelled(edge.right));
                    steps::keep_between(&mut ahead, &mut behind, (from, to));
                }
                (ahead.once, behind.once) = (strand.once, strand.once);
                left.push(ahead);
                right.push(behind);
            }
            evaluator.strands.push([left, right]);
        }
        for (node, strand) in &term.loops {
            let filter = evaluator.filter(&strand.relationships, &strand.types)?;
            let steps = Steps::new(&strand.types, Direction::Outgoing, filter, graph);
            let mut loops = Vec::new();
            for list in &steps.lists {
                for (at, statement) in graph.loops(list.relationship_type).iter() {
                    if steps.filter.as_ref().is_none_or(|filter| filter.holds(*statement)) {
                        loops.push((at.0, 1));
                    }
                }
            }
            let mut loops = Sparse::sum(loops);
            if strand.once {
                loops.values.fill(1);
            }
            evaluator.loops[*node].push(loops);
        }
        Ok(evaluator)
    }

    fn filter(
        &self,
        relationships: &[usize],
        types: &[NamedType],
    ) -> Result<Option<Arc<steps::Filter<'g>>>> {
        let mut conditions = Vec::new();
        for &place in relationships {
            let relationship = &self.tree.relationships[place];
            let own = relationship.conditions.iter();
            conditions.extend(own.map(|condition| (relationship.variable, condition)));
            if let Some((at, condition)) = &self.counter.relationship_condition
                && *at == place
            {
                conditions.push((relationship.variable, condition));
            }
        }
        steps::filter(&conditions, types, self.graph, self.run)
    }

    /// Whether some loop or relationship that the term needs is nowhere, so that nothing matches.
    pub(super) fn is_nothing(&self) -> bool {
        let lacks_steps = |strands: &[Vec<Steps<'g>>; 2]| {
            strands.iter().flatten().any(|steps| steps.lists.is_empty())
        };
        let has_optional = self.term.edges.iter().any(|edge| edge.optional.is_some());
        self.loops.iter().flatten().any(|loops| loops.ids.is_empty())
            || (!has_optional && self.strands.iter().any(lacks_steps))
    }

    // --------------------------------------------------------------------- sets and estimates

    /// All nodes that are wanted at a node of the term.
    pub(super) fn set(&self, node: usize) -> Result<Arc<Set>> {
        if let Some(known) = self.sets[node].get() {
            return Ok(Arc::clone(known));
        }
        let set = self
            .known
            .set(&self.identity(node), || self.wanted[node].evaluate(self.graph, self.run))?;
        Ok(Arc::clone(self.sets[node].get_or_init(|| set)))
    }

    /// What the nodes that are wanted at a node of the term depend on.
    fn identity(&self, node: usize) -> Identity {
        let places = self.term.nodes[node].iter().copied();
        let asks = |place: &usize| {
            let node = &self.tree.nodes[*place];
            !node.labels.is_empty() || !node.conditions.is_empty()
        };
        let added = self.counter.node_condition.as_ref();
        let added = added.filter(|(place, _)| self.term.nodes[node].contains(place));
        let added = added.map(|(_, expr)| expr.clone());
        Identity { places: places.filter(asks).collect(), added }
    }

    fn labelled(&self, node: usize) -> &Set {
        self.labelled[node].get_or_init(|| self.wanted[node].labelled(self.graph).0)
    }

    /// The ids from the first to the last node that bears the labels of a node of the term.
    pub(super) fn span(&self, node: usize) -> std::ops::Range<u32> {
        self.labelled(node).span()
    }

    pub(super) fn population(&self, node: usize) -> usize {
        self.labelled(node).len()
    }

    /// The weight that the counter gives the nodes of a place themselves.
    fn own_weight(&self, node: usize) -> Option<Own<'g>> {
        let (place, key) = self.counter.value.as_ref()?;
        self.term.nodes[node].contains(place).then_some(())?;
        let column = integers(key, self.graph)?;
        let ColumnData::Integer(values) = column.data else { return None };
        let least = column.shape().range.map_or(0, |(least, _)| least);
        Some(Own { column, values, least })
    }

    fn is_free(&self, node: usize) -> bool {
        self.wanted[node].conditions.is_empty()
    }

    /// About how many nodes are wanted at a node of the term, whatever its neighbours.
    pub(super) fn own_support(&self, node: usize) -> Result<f64> {
        let population = self.population(node);
        if let Some(set) = self.sets[node].get() {
            return Ok(set.len() as f64);
        }
        if self.is_free(node) {
            return Ok(population as f64);
        }
        let expected = self.wanted[node].expected(population, self.graph);
        if population <= EVALUATE_MAX || expected <= EVALUATE_MAX as f64 {
            return Ok(self.set(node)?.len() as f64);
        }
        Ok(expected)
    }

    /// Edges at a node other than the one come from, and those of the knot: edge, child.
    pub(super) fn branches(&self, node: usize, from: Option<usize>) -> Vec<(usize, usize)> {
        let knot = self.term.knot.as_ref().map_or(&[][..], |knot| &knot.edges);
        let is_branch =
            |at: usize| Some(at) != from && !knot.contains(&at) && !self.cut.contains(&at);
        let edges = self.term.edges.iter().enumerate().filter(|(at, _)| is_branch(*at));
        edges
            .filter_map(|(at, edge)| match (edge.left == node, edge.right == node) {
                (true, _) => Some((at, edge.right)),
                (_, true) => Some((at, edge.left)),
                _ => None,
            })
            .collect()
    }

    /// The strands of an edge seen from a node.
    pub(super) fn seen_from(&self, edge: usize, node: usize) -> &[Steps<'g>] {
        &self.strands[edge][usize::from(self.term.edges[edge].left != node)]
    }

    pub(super) fn optional(&self, edge: usize) -> Option<usize> {
        let number = self.term.edges[edge].optional?;
        (!self.counter.required.contains(&number)).then_some(number)
    }

    /// How many steps lead over an edge from a node of one end on average.
    pub(super) fn fan_out(&self, edge: usize, node: usize) -> f64 {
        let strands = self.seen_from(edge, node).iter();
        let labelled = self.labelled(node);
        let total = strands.map(|steps| steps.total_from(labelled)).min().unwrap_or(0);
        total as f64 / self.population(node).max(1) as f64
    }

    /// The same, of those steps alone that lead to nodes with the labels of the other end.
    pub(super) fn fan_out_to(&self, edge: usize, (from, to): (usize, usize)) -> f64 {
        let back = self.fan_out(edge, to) * self.population(to) as f64;
        self.fan_out(edge, from).min(back / self.population(from).max(1) as f64)
    }

    /// Whether an edge leads from each node of one end to one node at most.
    pub(super) fn leads_to_one(&self, edge: usize, node: usize) -> bool {
        matches!(self.seen_from(edge, node), [only] if only.degree_max(self.graph) < 2)
    }

    /// About how many nodes have a weight.
    pub(super) fn support(&self, node: usize, from: Option<usize>) -> Result<f64> {
        if let Some(known) = self.supports.borrow().get(&(node, from)) {
            return Ok(*known);
        }
        let mut support = self.own_support(node)?;
        for loops in &self.loops[node] {
            support = support.min(loops.ids.len() as f64);
        }
        for (edge, child) in self.branches(node, from) {
            if self.optional(edge).is_none() {
                let reached = self.support(child, Some(edge))? * self.fan_out(edge, child);
                support = support.min(reached);
            }
        }
        self.supports.borrow_mut().insert((node, from), support);
        Ok(support)
    }

    /// About how many steps it takes to compute the weights of a node.
    pub(super) fn cost(&self, node: usize, from: Option<usize>) -> Result<f64> {
        let support = self.support(node, from)?;
        let branches = self.branches(node, from);
        // What is more than a set is written down as an array, for others to look into.
        let is_array = from.is_some() && !branches.is_empty();
        let mut cost = if is_array { support * 1.5 } else { support };
        for (edge, child) in branches {
            if self.is_complete(edge, child)? {
                cost += support;
                continue;
            }
            let strands = self.seen_from(edge, node);
            let all = strands.iter().map(Steps::total).sum::<usize>() as f64;
            let pulled = (support * self.fan_out(edge, node)).min(all);
            let pushed = self.support(child, Some(edge))? * self.fan_out(edge, child);
            cost += pulled.min(pushed) + self.cost(child, Some(edge))?.min(pulled * 4.0);
        }
        Ok(cost)
    }

    /// Whether each step over an edge leads to a child that has a weight of 1.
    fn is_complete(&self, edge: usize, child: usize) -> Result<bool> {
        if !self.is_free(child)
            || self.own_weight(child).is_some()
            || !self.loops[child].is_empty()
            || !self.branches(child, Some(edge)).is_empty()
        {
            return Ok(false);
        }
        let others = |end: usize| end != child;
        let data = &self.term.edges[edge];
        let parent = if others(data.left) { data.left } else { data.right };
        let strands = self.seen_from(edge, parent);
        if self.wanted[child].labels.is_empty() {
            return Ok(true);
        }
        let set = self.set(child)?;
        Ok(strands.iter().all(|steps| steps.end_in(&set, self.graph)))
    }

    /// The nodes from which all of the term can be computed, with the cheapest first: not those
    /// inside an OPTIONAL MATCH.
    pub(super) fn best_root(&self, component: &[usize]) -> Result<usize> {
        let inside = self.inside_optional();
        let mut best = (f64::INFINITY, component[0]);
        for &node in component.iter().filter(|node| !inside[**node]) {
            let cost = self.cost(node, None)?;
            if cost < best.0 {
                best = (cost, node);
            }
        }
        Ok(best.1)
    }

    fn inside_optional(&self) -> Vec<bool> {
        let mut inside = vec![false; self.term.nodes.len()];
        for (at, edge) in self.term.edges.iter().enumerate() {
            if edge.optional.is_some() {
                let mut open = vec![(edge.right, at)];
                while let Some((node, from)) = open.pop() {
                    inside[node] = true;
                    open.extend(self.branches(node, Some(from)).iter().map(|&(e, n)| (n, e)));
                }
            }
        }
        inside
    }

    // --------------------------------------------------------------------- weights

    /// The weights of a node of the term, as arrays; only those of `among` where that is given.
    pub(super) fn weights(
        &self,
        node: usize,
        from: Option<usize>,
        among: Option<Vec<u32>>,
    ) -> Result<Weights> {
        match self.root(node, from, among)? {
            Rooted::Sparse(sparse) => Ok(Weights::Sparse(sparse)),
            Rooted::Blocks(prepared) if prepared.is_set() => Ok(Weights::Set(prepared.set)),
            Rooted::Blocks(prepared) if prepared.most <= 1 => {
                self.hold(prepared.set.span().end as usize / 8)?;
                Ok(Weights::Set(Arc::new(prepared.ones(self.run.limits)?)))
            }
            Rooted::Blocks(prepared) => {
                let span = prepared.set.span();
                if let Some(stored) = prepared.as_stored() {
                    self.hold(span.len())?;
                    return Ok(Weights::Dense(stored));
                }
                self.hold(span.len() * Values::bytes_for(prepared.most))?;
                let place = (span.start, span.len());
                let write = |at: usize, chunk: &mut [u64]| {
                    prepared.write(span.start + at as u32, chunk);
                };
                let (most, work) = (prepared.most, prepared.work);
                Ok(Weights::Dense(Dense::fill(place, most, work, self.run.limits, &write)?))
            }
        }
    }

    /// The weights of one end of an edge without what lies behind the edge.
    pub(super) fn side(&self, node: usize, edge: usize) -> Result<Weights> {
        if self.is_complete(edge, node)? {
            return Ok(Weights::One);
        }
        self.weights(node, Some(edge), None)
    }

    /// The weights of a node at which a relationship is a loop, that loop apart.
    pub(super) fn without_loop(&self, node: usize, relationship: usize) -> Result<Weights> {
        let own = self.term.loops.iter().filter(|(at, _)| *at == node);
        let at = own.into_iter().position(|(_, s)| s.relationships.contains(&relationship));
        let Some(loops) = at.and_then(|at| self.loops[node].get(at)) else {
            return Ok(Weights::Set(Arc::new(Set::List(Vec::new()))));
        };
        let Rooted::Sparse(mut sparse) = self.root(node, None, Some(loops.ids.clone()))? else {
            return Ok(Weights::One);
        };
        // The root has counted each of the loops: a row is one of them.
        for (id, value) in sparse.ids.iter().zip(&mut sparse.values) {
            if *value != u64::MAX {
                *value /= loops.at(*id).max(1);
            }
        }
        Ok(Weights::Sparse(sparse))
    }

    pub(super) fn hold(&self, bytes: usize) -> Result<()> {
        self.held_bytes.set(self.held_bytes.get() + bytes);
        self.run.hold(&mut self.held.borrow_mut(), self.held_bytes.get(), "CountTree")
    }

    /// A node of the term with its children computed.
    pub(super) fn root(
        &self,
        node: usize,
        from: Option<usize>,
        among: Option<Vec<u32>>,
    ) -> Result<Rooted<'g>> {
        self.run.check()?;
        let mut branches = self.branches(node, from);
        let start = match (among, self.loops[node].first()) {
            (Some(ids), _) => Some(self.begin(node, ids)?),
            (None, Some(loops)) => Some(self.begin(node, loops.ids.clone())?),
            (None, None) => match self.branch_to_push(node, &branches)? {
                Some(at) => {
                    let (edge, child) = branches.remove(at);
                    Some(self.push(node, edge, child)?)
                }
                None => self.few((node, from.is_none()), &branches)?,
            },
        };
        let Some(mut sparse) = start else { return self.blocks(node, branches) };
        for loops in &self.loops[node] {
            sparse.scale(|id| loops.at(id));
        }
        if let Some(own) = self.own_weight(node) {
            sparse.scale(|id| own.at(id));
        }
        let mut groups: Vec<(usize, Sparse)> = Vec::new();
        for (edge, child) in branches {
            let mut branch = self.branch(node, edge, child, Some(&sparse.ids))?;
            let pulled = |steps: &Steps<'g>| steps.total_of(&sparse.ids);
            if let Some(carried) =
                self.carried(edge, child, &branch, span_of(&sparse.ids), &pulled)?
            {
                sparse.scale(|id| carried.at(id));
                continue;
            }
            if branch.child.is_searched_often(sparse.ids.len()) {
                branch.child = branch.child.spread();
            }
            match branch.optional {
                None => branch.scale(&mut sparse, self.run.limits)?,
                Some(group) => {
                    let at = groups.iter().position(|(known, _)| *known == group);
                    let at = at.unwrap_or_else(|| {
                        let ones = vec![1; sparse.ids.len()];
                        groups.push((group, Sparse { ids: sparse.ids.clone(), values: ones }));
                        groups.len() - 1
                    });
                    branch.scale(&mut groups[at].1, self.run.limits)?;
                }
            }
        }
        for (_, group) in groups {
            sparse.scale(|id| group.at(id).max(1));
        }
        Ok(Rooted::Sparse(sparse))
    }

    /// The wanted nodes, where they and their neighbours are few among all.
    fn few(
        &self,
        (node, is_last): (usize, bool),
        branches: &[(usize, usize)],
    ) -> Result<Option<Sparse>> {
        let set = self.set(node)?;
        // Nobody looks for one of them afterwards where they are what is counted.
        // Several relationships side by side are read with bits of all nodes, where these are gone through in turn.
        let is_single =
            |(edge, _): &(usize, usize)| matches!(self.seen_from(*edge, node), [one] if !one.once);
        let goes_by_share = is_last && branches.iter().all(is_single);
        let share = if goes_by_share { set.span().len() / FEW_SHARE } else { 0 };
        let is_few = matches!(&*set, Set::List(_)) || set.len() <= FEW.max(share);
        if branches.is_empty() || !is_few {
            return Ok(None);
        }
        let ids = set.to_list();
        // A hundred classes are few nodes, and yet every tag is a neighbour of one.
        let reach_few = branches.iter().all(|&(edge, _)| {
            let strands = self.seen_from(edge, node);
            let near: usize = strands.iter().map(|steps| steps.total_of(&ids)).sum();
            let all: usize = strands.iter().map(Steps::total).sum();
            near <= FEW || near.saturating_mul(4) <= all
        });
        Ok(reach_few.then(|| Sparse { values: vec![1; ids.len()], ids }))
    }

    /// The wanted among some ids, with a weight of 1 each.
    fn begin(&self, node: usize, ids: Vec<u32>) -> Result<Sparse> {
        let ids = match self.sets[node].get() {
            Some(set) => ids.into_iter().filter(|&id| set.contains(id)).collect(),
            None => self.wanted[node].among(ids, self.graph, self.run)?,
        };
        Ok(Sparse { values: vec![1; ids.len()], ids })
    }

    /// The branch whose children are so few that going from them is less than looking at all nodes.
    fn branch_to_push(&self, node: usize, branches: &[(usize, usize)]) -> Result<Option<usize>> {
        let own = self.own_support(node)?;
        let mut best = (f64::INFINITY, None);
        for (at, &(edge, child)) in branches.iter().enumerate() {
            let is_single = matches!(self.term.edges[edge].strands.as_slice(), [s] if !s.once);
            if is_single && self.optional(edge).is_none() {
                let pushed = self.support(child, Some(edge))? * self.fan_out(edge, child);
                let pulled = own * (1.0 + self.fan_out(edge, node));
                let population = self.population(node) as f64;
                let is_far = population > NEAR && pushed * 16.0 > population;
                // It is cleared, added to at random, and read.
                let array = if is_far { FAR_ARRAY * population } else { 0.0 };
                if pushed * PUSH + array < pulled && pushed < best.0 {
                    best = (pushed, Some(at));
                }
            }
        }
        Ok(best.1)
    }

    /// Carries the weights of a child to the nodes before it.
    fn push(&self, node: usize, edge: usize, child: usize) -> Result<Sparse> {
        let weights = self.weights(child, Some(edge), None)?;
        let steps = &self.seen_from(edge, child)[0];
        let expected = carry::steps_from(steps, &weights);
        let span = if self.is_free(node) || self.sets[node].get().is_some() {
            self.set(node)?.span()
        } else {
            0..self.graph.node_bound()
        };
        // The neighbours of one node come in order, and there is nothing to be added up.
        let mut sparse = if expected > span.len() / 16 && !weights.is_one_node() {
            self.push_dense(&weights, steps, expected, span)?
        } else {
            let mut pairs = Vec::with_capacity(expected);
            carry::each(steps, &weights, expected, |to, weight| pairs.push((to, weight)));
            Sparse::sum(pairs)
        };
        let wanted = self.begin(node, sparse.ids.clone())?;
        if wanted.ids.len() < sparse.ids.len() {
            sparse.keep(wanted.ids);
        }
        Ok(sparse)
    }

    fn push_dense(
        &self,
        weights: &Weights,
        steps: &Steps<'g>,
        expected: usize,
        span: std::ops::Range<u32>,
    ) -> Result<Sparse> {
        let sums = self.sums_at(weights, steps, expected, &span)?;
        Ok(Sparse::of_array(span.start, &sums))
    }

    /// For each node of a span the sum of the weights from which steps lead to it.
    pub(super) fn sums_at(
        &self,
        weights: &Weights,
        steps: &Steps<'g>,
        expected: usize,
        span: &std::ops::Range<u32>,
    ) -> Result<Vec<u64>> {
        let mut sums = vec![0u64; span.len()];
        self.hold(sums.len() * 8)?;
        carry::each(steps, weights, expected, |to, weight| {
            if let Some(sum) = sums.get_mut(to.wrapping_sub(span.start) as usize) {
                *sum = sum.saturating_add(weight);
            }
        });
        Ok(sums)
    }

    /// A node of the term whose candidates are looked at in order.
    fn blocks(&self, node: usize, branches: Vec<(usize, usize)>) -> Result<Rooted<'g>> {
        let set = self.set(node)?;
        // What vector registers do is a quarter of a step.
        let mut work = set.len() / 4;
        let mut prepared = Vec::with_capacity(branches.len());
        let mut all_carried = Vec::new();
        for (edge, child) in branches {
            let mut branch = self.branch(node, edge, child, None)?;
            let pulled = |steps: &Steps<'g>| steps.total_from(&set);
            if let Some(carried) = self.carried(edge, child, &branch, set.span(), &pulled)? {
                work += set.len() / 4;
                all_carried.push(carried);
                continue;
            }
            let looks = pulled(&branch.strands[0]);
            branch.child = branch.child.spread().for_looks(looks, self.run.limits)?;
            branch.strands.iter_mut().for_each(|steps| *steps = steps.for_many(self.graph));
            let counts_degrees = matches!(branch.child, Weights::One)
                && matches!(branch.strands.as_slice(), [one] if one.filter.is_none() && !one.once);
            // Unpacking all at once is less than unpacking most runs.
            for steps in branch.strands.iter_mut().filter(|_| !counts_degrees) {
                if pulled(steps).saturating_mul(4) > steps.total() {
                    *steps = steps.unpacked();
                }
            }
            work += if counts_degrees {
                set.len() / 4
            } else {
                set.len() + branch.strands.iter().map(pulled).sum::<usize>()
            };
            prepared.push(branch);
        }
        // Filters that cost little come first, and one OPTIONAL MATCH stands together.
        prepared.sort_by_key(|branch| branch.optional.map_or(0, |group| group + 1));
        let own = self.own_weight(node);
        // Some factors are 0, and what a product is on the way there must fit as well.
        let most = prepared.iter().map(|branch| branch.most.max(1));
        let most = most.chain(own.iter().map(Own::most));
        let most = most.chain(all_carried.iter().map(|weights| weights.most().max(1)));
        let most = most.fold(1, u64::saturating_mul);
        let carried = all_carried;
        Ok(Rooted::Blocks(Prepared { set, own, carried, branches: prepared, work, most }))
    }

    /// The children over an edge, for all nodes or for some.
    fn branch(
        &self,
        node: usize,
        edge: usize,
        child: usize,
        nodes: Option<&[u32]>,
    ) -> Result<Branch<'g>> {
        let strands = self.seen_from(edge, node);
        let child_weights = if self.is_complete(edge, child)? {
            Weights::One
        } else {
            match nodes {
                Some(nodes) => self.weights_near(edge, child, nodes, &strands[0])?,
                None => self.weights(child, Some(edge), None)?,
            }
        };
        let degrees = strands.iter().map(|steps| steps.degree_max(self.graph));
        let most = degrees.fold(child_weights.most(), u64::saturating_mul);
        Ok(Branch {
            strands: strands.to_vec(),
            child: child_weights,
            optional: self.optional(edge),
            most,
            bound: self.graph.node_bound(),
        })
    }

    /// The weights of the children of some nodes: of all, or of those that steps lead to.
    fn weights_near(
        &self,
        edge: usize,
        child: usize,
        nodes: &[u32],
        steps: &Steps<'g>,
    ) -> Result<Weights> {
        let near = steps.total_of(nodes);
        let is_known = self.sets[child].get().is_some()
            && self.branches(child, Some(edge)).is_empty()
            && self.loops[child].is_empty();
        if is_known || near as f64 * 2.0 > self.cost(child, Some(edge))? + self.own_cost(child) {
            return self.weights(child, Some(edge), None);
        }
        let mut ids = Vec::with_capacity(near);
        for &node in nodes {
            steps.for_each_end(node, |to| ids.push(to));
        }
        ids.sort_unstable();
        ids.dedup();
        self.weights(child, Some(edge), Some(ids))
    }

    /// About what it takes to find the wanted nodes.
    fn own_cost(&self, node: usize) -> f64 {
        if self.is_free(node) || self.sets[node].get().is_some() {
            0.0
        } else {
            self.population(node) as f64
        }
    }
}

/// The ids from the first to the last of ascending ones.
pub(super) fn span_of(ids: &[u32]) -> std::ops::Range<u32> {
    ids.first().copied().unwrap_or(0)..ids.last().map_or(0, |last| last + 1)
}

/// A property of all nodes, where it holds integers and nothing else.
pub(super) fn integers<'g>(key: &Arc<str>, graph: &'g dyn Snapshot) -> Option<Column<'g>> {
    let column = graph.node_column(graph.catalog().key(key)?);
    let is_plain = column.recent.is_none() && matches!(column.data, ColumnData::Integer(_));
    is_plain.then_some(column)
}

/// What a node of a term must be: all of the places that it stands at.
fn wanted<'p>(tree: &'p CountTree, places: &[usize], counter: &'p Counter) -> Wanted<'p> {
    let mut wanted = Wanted::default();
    for &place in places {
        let node = &tree.nodes[place];
        for test in &node.labels {
            if !wanted.labels.contains(&test) {
                wanted.labels.push(test);
            }
        }
        let mut conditions: Vec<&'p Expr> = node.conditions.iter().collect();
        if let Some((at, condition)) = &counter.node_condition
            && *at == place
        {
            conditions.push(condition);
        }
        wanted.conditions.extend(conditions.into_iter().map(|c| (node.variable, c)));
    }
    wanted
}
