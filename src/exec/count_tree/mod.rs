//! `CountTree`: one row for each group of the matches of a pattern, which are counted and not found.
//!
//! The plan's [`CountTree`](crate::plan::physical::CountTree) says what the pattern is; its page has the
//! idea. Here the numbers decide how: [`weights`] computes how often each node can stand at its
//! place, from whichever end is less work, as bits or an array ([`dense`]); [`steps`] has the loops over adjacency
//! that add up what neighbours weigh, [`carry`] those that take weights to neighbours; [`set`] finds
//! which nodes are wanted at all; [`knot`] counts what has cycles. What comes out are *core rows* with a weight, that is how many
//! matches each stands for:
//!
//! | core | rows |
//! |---|---|
//! | the whole | one, with the number of all matches |
//! | a node | each node that matches ([`nodes`]) |
//! | a relationship | each relationship that matches, with its ends ([`relationships`]) |
//! | a pair | each two nodes that match ([`pair`]) |
//!
//! Where integers of a node elsewhere are to be added up, they become weights ([`sums`]). Of a pair of which each
//! aggregate looks at one end, the rows are the nodes of one end and then of the other ([`end_by_end`]); what an OPTIONAL
//! MATCH finds between the ends of a map is a knot ([`optional`]), and how many nodes each of one end leads to is known
//! once that has been walked from ([`distinct_far`]), or when the nodes of either end have had their turn ([`turns`]).
//!
//! Where nobody asks how often a node counts, the first match of each is searched ([`presence`]). Pairs are added up by
//! what their nodes are ([`classes`], a byte for each node where that is enough: [`coordinates`]), the values of both
//! ends of relationships are compared a block at a time ([`end_values`]), and two hops over nodes that belong to one
//! each are walked as one ([`composed`]).
//!
//! The rows are grouped as [`Aggregate`](super::aggregate) groups, each counting by its weight; by one
//! property with few values they are counted in an array ([`bins`]), rows that agree in all that is asked of them are one
//! ([`cells`], for pairs [`pair_cells`]), relationships that count once by the numbers that stand for keys and values ([`lanes`]), and many are
//! grouped on all cores ([`parts`]). Where the
//! keys are different for every node (the node itself, or a property that has no value twice), each
//! row is a group already; then, if only the first groups by a count are wanted above, the others are
//! left out before anything is known of them but the count.
//!
//! Weights are sums and products of 64 bits that stay at the largest number once they reach it; a
//! result there is an error, not a number.

mod beside;
mod bins;
mod carry;
mod cells;
mod classes;
mod composed;
mod coordinates;
mod dense;
mod distinct_ends;
mod distinct_far;
mod end_by_end;
mod end_values;
mod inner_ends;
mod knot;
mod lanes;
mod meet;
mod nodes;
mod optional;
mod pair;
mod pair_cells;
mod parts;
mod path;
mod presence;
mod product;
mod relationships;
mod set;
mod sides;
mod steps;
mod sums;
mod turns;
mod values;
mod weights;

use crate::bind::bound::Grouping;
use crate::error::{Error, Result, eval as codes};
use crate::exec::aggregate::Part;
use crate::exec::batch::{Batch, Pieces};
use crate::exec::column::Column;
use crate::exec::memory::Holding;
use crate::exec::morsels::is_steady;
use crate::exec::neighbours;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::aggregate::AggregateFunction;
use crate::expr::{Expr, ExprKind};
use crate::graph::Snapshot;
use crate::plan::physical::{self, Core, Counter, Node};
use set::{Set, Wanted};
use weights::{Evaluator, KnownSets, Rooted};

/// Counts when the first batch is asked for.
pub(crate) struct CountTree<'a> {
    node: &'a Node,
    tree: &'a physical::CountTree,
    /// The keys and aggregates over core rows: what counts elsewhere has no argument here.
    grouping: Grouping,
    holding: Holding,
    groups: Option<Pieces>,
    /// What gives the rows where the tree counts integers only, and something is none.
    instead: Option<Input<'a>>,
    is_instead: bool,
}

/// One term from its root: how often it counts, what its other components multiply it by, and the root.
struct RootedTerm<'g> {
    sign: i64,
    factor: u64,
    rooted: Rooted<'g>,
}

/// What the operator's parts look at.
#[derive(Clone, Copy)]
pub(super) struct Counting<'c, 'g, 'r> {
    pub(super) graph: &'g dyn Snapshot,
    pub(super) run: &'c Runtime<'r>,
    pub(super) tree: &'c physical::CountTree,
    pub(super) grouping: &'c Grouping,
    pub(super) keep: &'c [crate::expr::VarId],
    /// The relationship that rows are, where they are not nodes or the whole.
    cut_at: Option<usize>,
    known: &'c KnownSets,
}

/// Groups over core rows, each of which counts by its weight.
pub(super) struct WeightedGroups<'c> {
    part: Part<'c>,
    grouping: &'c Grouping,
    /// The keys and arguments, those left out that are there before, and where each of all is among them.
    different: Vec<&'c Expr>,
    places: Vec<usize>,
    /// Whether rows must be such that parts can be added up, and whether some were not.
    is_part: bool,
    is_spoilt: bool,
}

impl<'a> CountTree<'a> {
    pub(crate) fn new(
        node: &'a Node,
        tree: &'a physical::CountTree,
        instead: Option<Input<'a>>,
    ) -> CountTree<'a> {
        let mut grouping = tree.grouping.clone();
        for ((_, aggregate), counter) in grouping.aggregates.iter_mut().zip(&tree.counters) {
            let counts = aggregate.function == AggregateFunction::Count && !aggregate.distinct;
            let is_variable =
                aggregate.arguments.iter().all(|e| matches!(e.kind, ExprKind::Variable(_)));
            let is_constant =
                aggregate.arguments.iter().all(|e| matches!(e.kind, ExprKind::Constant(_)));
            if counts && (is_variable || is_constant || !counter.is_plain()) {
                aggregate.arguments.clear();
            }
        }
        let (holding, groups, is_instead) = (Holding::default(), None, false);
        CountTree { node, tree, grouping, holding, groups, instead, is_instead }
    }

    /// The rows; `None` where the input has them.
    fn run(&mut self, run: &Runtime<'_>) -> Result<Option<Pieces>> {
        let graph = run.graph();
        let counting = Counting {
            graph: &*graph,
            run,
            tree: self.tree,
            grouping: &self.grouping,
            keep: &self.node.keep,
            cut_at: None,
            known: &KnownSets::default(),
        };
        let summed = match &self.tree.summed {
            Some(summed) => counting.summed(summed)?,
            None => None,
        };
        let rows = match summed {
            Some(rows) => rows,
            None if self.tree.only_integers => return Ok(None),
            None => match counting.counted()? {
                Some(rows) => rows,
                None => return Ok(None),
            },
        };
        run.hold(&mut self.holding, rows.bytes(), "CountTree")?;
        Ok(Some(Pieces::new(rows)))
    }
}

impl Operator for CountTree<'_> {
    fn start(&mut self, argument: &Batch) {
        (self.groups, self.is_instead) = (None, false);
        self.holding = Holding::default();
        if let Some(instead) = &mut self.instead {
            instead.start(argument);
        }
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.groups.is_none() && !self.is_instead {
            self.groups = self.run(run)?;
            self.is_instead = self.groups.is_none();
        }
        if let (true, Some(instead)) = (self.is_instead, &mut self.instead) {
            return instead.next(run);
        }
        Ok(self.groups.as_mut().and_then(|groups| groups.next(&self.node.keep)))
    }
}

/// The distinct counters of a tree, the plain one first, and which of them each aggregate counts by.
pub(super) struct Counters {
    pub(super) distinct: Vec<Counter>,
    pub(super) of_aggregate: Vec<usize>,
}

impl<'g, 'r> Counting<'_, 'g, 'r> {
    /// The groups of the rows of the core; `None` where the input has them.
    fn counted(&self) -> Result<Option<Batch>> {
        let counters = self.counters(&self.tree.counters);
        if let (Core::Node(place), true) = (self.tree.core, self.tree.is_knotted_by_node()) {
            return self.by_node_of_knot(place, &counters);
        }
        let rows = match self.tree.core {
            Core::Whole => self.whole(&counters),
            Core::Node(place) => self.by_node(place, &counters),
            Core::Relationship { relationship, .. } => {
                Counting { cut_at: Some(relationship), ..*self }.by_relationship(&counters)
            }
            Core::Pair { left, right } => self.by_pair([left, right], &counters),
        };
        rows.map(Some)
    }

    /// The counters of all aggregates, without those that count every match because nothing they
    /// ask for is missing.
    fn counters(&self, of_aggregates: &[Counter]) -> Counters {
        let mut counters =
            Counters { distinct: vec![Counter::default()], of_aggregate: Vec::new() };
        for counter in of_aggregates {
            let mut counter = counter.clone();
            if let Some((place, condition)) = &counter.node_condition
                && self.is_always_there(*place, condition)
            {
                counter.node_condition = None;
            }
            let at = counters.distinct.iter().position(|known| *known == counter);
            counters.of_aggregate.push(at.unwrap_or_else(|| {
                counters.distinct.push(counter);
                counters.distinct.len() - 1
            }));
        }
        counters
    }

    /// Whether every node that can stand at a place has the property that must not be null.
    fn is_always_there(&self, place: usize, condition: &Expr) -> bool {
        let ExprKind::IsNotNull(argument) = &condition.kind else { return false };
        let ExprKind::Property(_, key) = &argument.kind else { return false };
        let Some(key) = self.graph.catalog().key(key) else { return false };
        let column = self.graph.node_column(key);
        let wanted = Wanted {
            labels: self.tree.nodes[place].labels.iter().collect(),
            conditions: Vec::new(),
        };
        let (Set::Ranges(ranges), _) = wanted.labelled(self.graph) else { return false };
        column.recent.is_none() && ranges.iter().all(|range| column.covers(range.clone()))
    }

    /// What computes a term as a counter counts.
    fn evaluator<'p>(
        &'p self,
        term: &'p physical::Term,
        counter: &'p Counter,
    ) -> Result<Evaluator<'p, 'g, 'r, 'p>> {
        let shared = (self.known, self.cut_at);
        Evaluator::new((self.graph, self.run), self.tree, term, counter, shared)
    }

    /// Each term from the node that stands at a place, or from the best one for each term; those
    /// that match nothing are left out.
    fn rooted(&self, counter: &Counter, place: Option<usize>) -> Result<Vec<RootedTerm<'g>>> {
        let mut terms = Vec::with_capacity(self.tree.terms.len());
        for term in self.tree.terms.iter().filter(|term| term.knot.is_none()) {
            if self.lacks_loops(term) {
                continue;
            }
            let evaluator = self.evaluator(term, counter)?;
            if evaluator.is_nothing() {
                continue;
            }
            let own = place.and_then(|place| term.nodes.iter().position(|n| n.contains(&place)));
            let mut factor = 1u64;
            let mut rooted = None;
            let mut components = components(term);
            components.sort_by_key(|nodes| own.is_some_and(|own| nodes.contains(&own)));
            let last = components.len() - 1;
            for (at, component) in components.iter().enumerate() {
                let root = match own {
                    Some(own) if component.contains(&own) => own,
                    _ => evaluator.best_root(component)?,
                };
                let part = evaluator.root(root, None, None)?;
                if at == last {
                    rooted = Some(part);
                } else {
                    let total = nodes::total(&part, self.run)?;
                    factor = factor.saturating_mul(u64::try_from(total).unwrap_or(u64::MAX));
                }
                if factor == 0 {
                    break;
                }
            }
            if let (Some(rooted), true) = (rooted, factor > 0) {
                terms.push(RootedTerm { sign: term.sign, factor, rooted });
            }
        }
        // What is taken off comes last.
        terms.sort_by_key(|term| term.sign < 0);
        Ok(terms)
    }

    /// How often a term with a cycle matches.
    fn knotted(&self, term: &physical::Term, counter: &Counter) -> Result<u128> {
        let Some(knot) = term.knot.as_ref().filter(|_| !self.lacks_loops(term)) else {
            return Ok(0);
        };
        let evaluator = self.evaluator(term, counter)?;
        if evaluator.is_nothing() {
            return Ok(0);
        }
        let mut total = 1u128;
        for component in components(term) {
            let part = if component.contains(&knot.nodes[0]) {
                knot::total(&evaluator, knot)?
            } else {
                let root = evaluator.best_root(&component)?;
                nodes::total(&evaluator.root(root, None, None)?, self.run)?
            };
            total = total.checked_mul(part).ok_or_else(overflow)?;
        }
        Ok(total)
    }

    /// Whether a term needs a loop of types that have none: most that inclusion and exclusion adds do.
    fn lacks_loops(&self, term: &physical::Term) -> bool {
        term.loops.iter().any(|(_, strand)| {
            let types = neighbours::type_ids(&strand.types, self.graph);
            types.into_iter().all(|id| self.graph.loops(id).is_empty())
        })
    }

    /// How many matches there are, as a counter counts.
    fn total(&self, counter: &Counter) -> Result<i128> {
        let mut total = 0i128;
        for term in self.tree.terms.iter().filter(|term| term.knot.is_some()) {
            let part = i128::try_from(self.knotted(term, counter)?).ok();
            let part = part.and_then(|part| part.checked_mul(term.sign.into()));
            total = part.and_then(|part| total.checked_add(part)).ok_or_else(overflow)?;
        }
        for term in self.rooted(counter, None)? {
            let part = nodes::total(&term.rooted, self.run)?;
            let part = i128::try_from(part).ok().and_then(|part| {
                part.checked_mul(term.factor.into())?.checked_mul(term.sign.into())
            });
            total = part.and_then(|part| total.checked_add(part)).ok_or_else(overflow)?;
        }
        Ok(total)
    }

    /// One row for all matches.
    fn whole(&self, counters: &Counters) -> Result<Batch> {
        let totals = counters.distinct.iter().map(|counter| self.total(counter));
        let totals = totals.collect::<Result<Vec<_>>>()?;
        self.as_one_row(WeightedGroups::new(self.grouping), &totals, counters)
    }

    /// One row that counts as often as is said for each counter.
    fn as_one_row<T: Copy + TryInto<i64>>(
        &self,
        mut groups: WeightedGroups<'_>,
        totals: &[T],
        counters: &Counters,
    ) -> Result<Batch> {
        let fits = |total: &T| (*total).try_into().map_err(|_| overflow());
        let totals = totals.iter().map(fits).collect::<Result<Vec<i64>>>()?;
        if totals[0] > 0 {
            let weights: Vec<&[i64]> = totals.iter().map(std::slice::from_ref).collect();
            groups.add(&Batch::of_len(1), Some(&weights), counters, self.run)?;
        }
        groups.finish(self.run)
    }
}

impl<'c> WeightedGroups<'c> {
    pub(super) fn new(grouping: &'c Grouping) -> WeightedGroups<'c> {
        let keys = grouping.keys.iter().map(|(_, key)| key);
        let arguments = grouping.aggregates.iter().flat_map(|(_, a)| &a.arguments);
        let (mut different, mut places) = (Vec::<&Expr>::new(), Vec::new());
        for expr in keys.chain(arguments) {
            // What is random is another one each time.
            let known = different.iter().position(|other| *other == expr && is_steady(expr));
            places.push(known.unwrap_or(different.len()));
            if known.is_none() {
                different.push(expr);
            }
        }
        WeightedGroups {
            part: Part::new(grouping, false),
            grouping,
            different,
            places,
            is_part: false,
            is_spoilt: false,
        }
    }

    /// Whether no key and no argument is another one each time.
    pub(super) fn is_steady(&self) -> bool {
        self.different.iter().all(|expr| is_steady(expr))
    }

    /// Adds rows; `weights` has for each counter the weight of each row, where not all are 1.
    pub(super) fn add(
        &mut self,
        batch: &Batch,
        weights: Option<&[&[i64]]>,
        counters: &Counters,
        run: &Runtime<'_>,
    ) -> Result<()> {
        let different = vector::columns(&self.different, batch, run)?;
        let columns: Vec<Column> = self.places.iter().map(|at| different[*at].clone()).collect();
        let weights = weights.map(|weights| {
            counters.of_aggregate.iter().map(|&at| weights[at]).collect::<Vec<&[i64]>>()
        });
        let weights = weights.as_deref();
        if self.is_part {
            self.is_spoilt |=
                !self.part.add_exactly(batch, &columns, self.grouping, weights, run)?;
            return Ok(());
        }
        self.part.add(batch, &columns, self.grouping, weights, run)
    }

    /// Adds rows of which the different keys and arguments have been computed, each as often as its weight says.
    pub(super) fn add_computed(
        &mut self,
        batch: &Batch,
        different: Vec<Column>,
        weights: &[i64],
        counters: &Counters,
        run: &Runtime<'_>,
    ) -> Result<()> {
        let columns: Vec<Column> = self.places.iter().map(|at| different[*at].clone()).collect();
        let weights = vec![weights; counters.of_aggregate.len()];
        self.part.add(batch, &columns, self.grouping, Some(&weights), run)?;
        Ok(())
    }

    pub(super) fn finish(self, run: &Runtime<'_>) -> Result<Batch> {
        self.part.finish(self.grouping, run)
    }
}

/// Parts of a term that no edge joins.
fn components(term: &physical::Term) -> Vec<Vec<usize>> {
    let mut components: Vec<Vec<usize>> = (0..term.nodes.len()).map(|node| vec![node]).collect();
    for edge in &term.edges {
        let (joined, mut apart): (Vec<_>, Vec<_>) = components
            .into_iter()
            .partition(|nodes| nodes.contains(&edge.left) || nodes.contains(&edge.right));
        apart.push(joined.into_iter().flatten().collect());
        components = apart;
    }
    components
}

/// The error for a count that does not fit.
pub(super) fn overflow() -> Error {
    Error::new(&codes::INTEGER_OVERFLOW, "count(): the number of matches does not fit in 64 bits.")
}
