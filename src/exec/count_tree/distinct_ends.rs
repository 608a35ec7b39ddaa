//! Distinct values of what stands at the ends of relationships, all of which count once.
//!
//! ```text
//! MATCH (a)-[r:RECOGNISES]->(b) WHERE r.day > … RETURN count(DISTINCT a.name), max(b.area)
//!
//! the relationships   a bit for each a, a bit for each b
//! the ends            a.name and b.area, read once for each node that has a bit
//! ```
//!
//! There are fewer nodes than relationships, and neither function cares how often a value comes.
//! In: the ends of each relationship, from [`relationships`](super::relationships). Out: the one row
//! of an aggregation without keys.

use crate::bind::bound::Grouping;
use crate::error::Result;
use crate::exec::aggregate::Groups;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, Vector};
use crate::exec::count_tree::nodes;
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::aggregate::AggregateFunction;
use crate::expr::{Aggregate, Expr, ExprKind, VarId};
use crate::value::NodeId;

/// The ends so far.
pub(super) struct DistinctEnds<'c> {
    grouping: &'c Grouping,
    /// For each aggregate what it looks at.
    looks_at: Vec<LooksAt>,
    left: (Option<VarId>, Vec<u64>),
    right: (Option<VarId>, Vec<u64>),
    rows: i64,
}

/// What an aggregate looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LooksAt {
    Nothing,
    Left,
    Right,
}

impl<'c> DistinctEnds<'c> {
    /// Nothing so far, for the ends with these variables and nodes below a bound; `None` where some
    /// aggregate is a matter of rows.
    pub(super) fn new(
        grouping: &'c Grouping,
        left: Option<VarId>,
        right: Option<VarId>,
        bound: u32,
    ) -> Option<DistinctEnds<'c>> {
        let looks_at = |(_, aggregate): &(VarId, Aggregate)| {
            let [argument] = aggregate.arguments.as_slice() else {
                let counts = aggregate.function == AggregateFunction::Count;
                return (counts && aggregate.arguments.is_empty()).then_some(LooksAt::Nothing);
            };
            let is_idempotent = match aggregate.function {
                AggregateFunction::Count => aggregate.distinct,
                AggregateFunction::Min | AggregateFunction::Max => true,
                _ => false,
            };
            let of = Some(node_of(argument)?);
            match (is_idempotent, of == left, of == right) {
                (true, true, false) => Some(LooksAt::Left),
                (true, false, true) => Some(LooksAt::Right),
                _ => None,
            }
        };
        let looks_at: Vec<LooksAt> =
            grouping.aggregates.iter().map(looks_at).collect::<Option<_>>()?;
        let is_worth_it = looks_at.iter().any(|of| *of != LooksAt::Nothing);
        let bits = |side: LooksAt| {
            let words = if looks_at.contains(&side) { (bound as usize).div_ceil(64) } else { 0 };
            vec![0; words]
        };
        let (left, right) = ((left, bits(LooksAt::Left)), (right, bits(LooksAt::Right)));
        let is_one_row = grouping.keys.is_empty();
        (is_one_row && is_worth_it).then_some(DistinctEnds {
            grouping,
            looks_at,
            left,
            right,
            rows: 0,
        })
    }

    /// Notes the ends of relationships.
    pub(super) fn note(&mut self, left: &[NodeId], right: &[NodeId]) {
        self.rows += left.len() as i64;
        for (nodes, (_, bits)) in [(left, &mut self.left), (right, &mut self.right)] {
            if !bits.is_empty() {
                nodes.iter().for_each(|node| bits[node.index() / 64] |= 1 << (node.0 % 64));
            }
        }
    }

    /// The one row.
    pub(super) fn finish(self, run: &Runtime<'_>) -> Result<Batch> {
        let mut row = Batch::of_len(1);
        for ((variable, aggregate), looks_at) in self.grouping.aggregates.iter().zip(&self.looks_at)
        {
            let (node, bits) = match looks_at {
                LooksAt::Nothing => {
                    let count = Data::Integer(vec![self.rows]);
                    row.set(*variable, Column::new(Vector::new(count)));
                    continue;
                }
                LooksAt::Left => &self.left,
                LooksAt::Right => &self.right,
            };
            let alone =
                Grouping { keys: Vec::new(), aggregates: vec![(*variable, aggregate.clone())] };
            let mut groups = Groups::new(&alone, false);
            let arguments: Vec<&Expr> = aggregate.arguments.iter().collect();
            for ids in ids(bits).chunks(BATCH_ROWS) {
                run.check()?;
                let mut batch = Batch::of_len(ids.len());
                if let Some(node) = node {
                    batch.set(*node, nodes::nodes(ids));
                }
                let columns = vector::columns(&arguments, &batch, run)?;
                groups.add(&batch, &columns, &alone, None, run)?;
            }
            let found = groups.finish(&alone, run)?;
            row.set(*variable, found.column_or_null(*variable));
        }
        Ok(row)
    }
}

/// The variable that an expression is, or of which it is a property.
fn node_of(argument: &Expr) -> Option<VarId> {
    let of = match &argument.kind {
        ExprKind::Property(of, _) => of,
        _ => argument,
    };
    match of.kind {
        ExprKind::Variable(variable) => Some(variable),
        _ => None,
    }
}

/// The places of bits, ascending.
fn ids(bits: &[u64]) -> Vec<u32> {
    let mut ids = Vec::new();
    for (at, &word) in (0u32..).zip(bits) {
        let mut rest = word;
        while rest != 0 {
            ids.push(at * 64 + rest.trailing_zeros());
            rest &= rest - 1;
        }
    }
    ids
}
