//! Whether steps lead on from a node, without making rows of them.
//!
//! ```text
//! WHERE NOT (m)<-[:REPLY_OF]-(:Comment)            EXISTS { (p)-[:LIKES]->()-[:HAS_TAG]->(:Tag) }
//!        one step: is there any?                           a step, from whose end another leads
//! ```
//!
//! A subquery that is a chain of such steps from one node of the outer row is answered for a batch of
//! nodes at once: by their degrees where every step counts, else by looking for the first step that
//! does. What is known of the end of a step, where another follows, is kept for the batch. A `COUNT`
//! of one step is a sum over it.
//!
//! Anything else, and whoever collects evidence, goes by rows: [`super::subquery`] asks here first.

use hashbrown::HashMap;

use crate::bind::bound::SubqueryKind;
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{Column, Data, NO_NODE, Vector};
use crate::exec::expand::Filter;
use crate::exec::neighbours::{self, List};
use crate::exec::predicate::{Elements, Predicate, bit, set_bits};
use crate::exec::runtime::Runtime;
use crate::expr::{Expr, ExprKind, VarId};
use crate::graph::Snapshot;
use crate::plan::physical::{Node, Operator as Kind, Subquery};
use crate::value::NodeId;

/// Rows between two looks at whether to stop.
const ROWS_PER_CHECK: usize = 1024;
/// Where one node in so many is asked, all that steps may lead to are found first.
const NODES_EACH: usize = 4;
/// About so many nanoseconds it takes to find the first step from a node that leads to where it may.
const ENDS_NS: usize = 16;
/// So many nodes are tested at a time.
const BLOCK: usize = 4096;

/// One step of a chain over one state of the graph.
struct Step<'a, 'g> {
    lists: Vec<List<'g>>,
    filter: Filter<'a, 'g>,
    /// Whether a node leads on, for those that have been looked at.
    known: HashMap<NodeId, bool>,
}

/// Nodes from which some step leads, or none: a condition that degrees answer, or bits of where steps may lead.
pub(crate) struct Leads<'g> {
    lists: Vec<List<'g>>,
    /// A bit for each node that a step may lead to, where not all count.
    ends: Option<Vec<u64>>,
    wanted: bool,
    subquery: u32,
}

impl<'g> Leads<'g> {
    /// `EXISTS` of one step from a variable, or `NOT EXISTS`, for about so many nodes; `None` where relationships must
    /// pass some test, or the nodes at their ends must and those asked are too few to find all of these first.
    pub(crate) fn of(
        condition: &Expr,
        (variable, rows): (VarId, usize),
        run: &Runtime<'_>,
        graph: &'g dyn Snapshot,
    ) -> Option<Leads<'g>> {
        let (tested, wanted) = match &condition.kind {
            ExprKind::Not(inner) => (&**inner, false),
            _ => (condition, true),
        };
        let ExprKind::Subquery(id) = tested.kind else { return None };
        let subquery = run.plan.subqueries.get(id.0 as usize)?;
        if subquery.kind != SubqueryKind::Exists || run.evidence || run.lineage().is_some() {
            return None;
        }
        let [step] = chain(&subquery.root)?[..] else { return None };
        let Kind::Expand { from, to, filter: conditions, .. } = &step.operator else { return None };
        let Step { mut lists, filter, .. } = Step::new(step, run, graph)?;
        if *from != variable || !filter.relationship.is_empty() {
            return None;
        }
        let mut ends = None;
        if !filter.is_empty() {
            let is_worth_it = rows.saturating_mul(NODES_EACH) >= graph.node_bound() as usize;
            ends = Some(is_worth_it.then(|| ends_of((conditions, *to), &filter, run, graph))?);
            lists.iter_mut().for_each(|list| list.adjacency = list.adjacency.unpacked());
        }
        Some(Leads { lists, ends, wanted, subquery: subquery.root.id })
    }

    /// Drops the nodes for which the condition is not true.
    pub(crate) fn retain(&self, ids: &mut Vec<u32>, run: &Runtime<'_>) -> Result<()> {
        let before = ids.len();
        ids.retain(|&id| self.leads(id) == self.wanted);
        self.shown(before, ids.len(), run)
    }

    /// Clears `out[i]` where the condition is not true for the node `first + i`.
    pub(crate) fn restrict(&self, first: u32, out: &mut [bool]) {
        if let [list] = self.lists.as_slice()
            && !list.without_loops
            && list.adjacency.recent.is_none()
            && let Some(offsets) = list.adjacency.offsets.get(first as usize..)
            && let Some(offsets) = offsets.get(..=out.len())
        {
            let runs = out.iter_mut().zip(offsets.iter().zip(&offsets[1..]));
            let Some(ends) = &self.ends else {
                return runs.for_each(|(keep, (start, end))| *keep &= (start < end) == self.wanted);
            };
            let all = list.adjacency.neighbours.all();
            for (keep, (start, end)) in runs.filter(|(keep, _)| **keep) {
                let run = all.get(*start as usize..*end as usize).unwrap_or(&[]);
                *keep = run.iter().any(|to| bit(ends, to.0)) == self.wanted;
            }
            return;
        }
        for (id, keep) in (first..).zip(out) {
            *keep = *keep && self.leads(id) == self.wanted;
        }
    }

    fn leads(&self, id: u32) -> bool {
        let node = NodeId(id);
        match &self.ends {
            None => self.lists.iter().any(|list| list.degree(node) > 0),
            Some(ends) => {
                self.lists.iter().any(|list| list.any(node, false, |to, _| bit(ends, to.0)))
            }
        }
    }

    /// About how many nanoseconds it takes to ask so many nodes.
    pub(crate) fn cost(&self, nodes: usize) -> usize {
        nodes * if self.ends.is_some() { ENDS_NS } else { 1 }
    }

    /// A profile shows what was found as the rows of the step.
    pub(crate) fn shown(&self, before: usize, kept: usize, run: &Runtime<'_>) -> Result<()> {
        let found = if self.wanted { kept } else { before - kept };
        run.timed(self.subquery, || Ok(()), |()| found)
    }
}

/// A bit for each node that passes the tests of a step's end.
fn ends_of(
    (conditions, to): (&[Expr], VarId),
    filter: &Filter<'_, '_>,
    run: &Runtime<'_>,
    graph: &dyn Snapshot,
) -> Vec<u64> {
    let bound = graph.node_bound();
    let compile =
        |condition| Predicate::compile(condition, to, Elements::Nodes, bound as usize, graph, run);
    // What is tested on slices leaves few for what is tested one by one.
    let on_slices: Vec<Predicate<'_>> = conditions.iter().filter_map(compile).collect();
    let is_all = on_slices.len() == conditions.len();
    let mut bits = vec![0u64; (bound as usize).div_ceil(64)];
    let mut block = [true; BLOCK];
    for first in (0..bound).step_by(BLOCK) {
        let keep = &mut block[..(bound - first).min(BLOCK as u32) as usize];
        keep.fill(true);
        on_slices.iter().for_each(|test| test.restrict(first, keep));
        if !is_all {
            for (keep, id) in keep.iter_mut().zip(first..).filter(|(keep, _)| **keep) {
                *keep = filter.leads_to(NodeId(id));
            }
        }
        set_bits(first, keep, &mut bits);
    }
    bits
}

/// The answers of a subquery for the rows of a batch; `None` where it is not a chain of steps.
pub(crate) fn column(
    run: &Runtime<'_>,
    subquery: &Subquery,
    batch: &Batch,
) -> Result<Option<Column>> {
    let counts = subquery.kind == SubqueryKind::Count;
    if run.evidence || run.lineage().is_some() || subquery.kind == SubqueryKind::Collect {
        return Ok(None);
    }
    let Some(chain) = chain(&subquery.root) else { return Ok(None) };
    let graph = run.graph();
    let mut steps = Vec::with_capacity(chain.len());
    for node in &chain {
        let Some(step) = Step::new(node, run, &*graph) else { return Ok(None) };
        steps.push(step);
    }
    let Kind::Expand { from, .. } = &chain[0].operator else { return Ok(None) };
    let nodes = batch.column_or_null(*from).nodes()?;
    if counts && steps.len() > 1 {
        return Ok(None);
    }
    // A profile shows what was found as the rows of the last step.
    let argument = chain[0].inputs.first().map_or(0, |argument| argument.id);
    run.timed(argument, || Ok(()), |()| nodes.len())?;
    if let ([step], true) = (&steps[..], counts) {
        let count = || Ok(nodes.iter().map(|node| step.count(*node) as i64).collect::<Vec<_>>());
        let counts = run.timed(subquery.root.id, count, |all| all.iter().sum::<i64>() as usize)?;
        return Ok(Some(Column::new(Vector::new(Data::Integer(counts)))));
    }
    let find = || -> Result<Vec<bool>> {
        let mut found = Vec::with_capacity(nodes.len());
        for nodes in nodes.chunks(ROWS_PER_CHECK) {
            run.check()?;
            found.extend(nodes.iter().map(|&node| leads_on(&mut steps, node)));
        }
        Ok(found)
    };
    let is_found = |all: &Vec<bool>| all.iter().filter(|found| **found).count();
    let found = run.timed(subquery.root.id, find, is_found)?;
    Ok(Some(Column::new(Vector::new(Data::Boolean(found)))))
}

/// The steps that a plan is, from its argument on; `None` where it is more than steps.
fn chain(root: &Node) -> Option<Vec<&Node>> {
    let (mut chain, mut at) = (Vec::new(), root);
    while let Kind::Expand { from, to, into: false, .. } = &at.operator {
        chain.push(at);
        at = at.inputs.first()?;
        // A step that ends where it begins is a loop, one from elsewhere a branch.
        let before = match &at.operator {
            Kind::Expand { to, .. } => Some(to),
            _ => None,
        };
        if from == to || before.is_some_and(|before| before != from) {
            return None;
        }
    }
    chain.reverse();
    (matches!(at.operator, Kind::Argument) && !chain.is_empty()).then_some(chain)
}

impl<'a, 'g> Step<'a, 'g> {
    /// A step as tests; `None` where a condition is none.
    fn new(node: &'a Node, run: &Runtime<'_>, graph: &'g dyn Snapshot) -> Option<Self> {
        let Kind::Expand { relationship, to, types, direction, filter, .. } = &node.operator else {
            return None;
        };
        let lists = neighbours::lists(types, *direction, graph);
        let filter = Filter::compile(filter, (*relationship, *to), &lists, run, graph);
        filter.rest.is_empty().then(|| Step { lists, filter, known: HashMap::new() })
    }

    fn count(&self, node: NodeId) -> usize {
        if node == NO_NODE { 0 } else { super::expand::count(&self.lists, &[node], &self.filter) }
    }
}

/// Whether the steps lead on from a node.
fn leads_on(steps: &mut [Step<'_, '_>], node: NodeId) -> bool {
    let Some((step, rest)) = steps.split_first_mut() else { return true };
    if node == NO_NODE {
        return false;
    }
    if rest.is_empty() && step.filter.is_empty() {
        return step.lists.iter().any(|list| list.degree(node) > 0);
    }
    let is_last = rest.is_empty();
    if let Some(&known) = step.known.get(&node).filter(|_| !is_last) {
        return known;
    }
    let (filter, needs_statement) = (&step.filter, !step.filter.relationship.is_empty());
    let found = step.lists.iter().any(|list| {
        list.any(node, needs_statement, |to, id| filter.accepts(to, id) && leads_on(rest, to))
    });
    if !is_last {
        step.known.insert(node, found);
    }
    found
}
