//! Conditions on a pair of nodes, as comparisons of two arrays.
//!
//! **In**: conditions such as `a.age > b.age + 1`. **Out**: for each whose sides look at one node each, the
//! values of both sides for every node, and for the others the conditions themselves. **Caller**:
//! [`super::pair`], which tests them for each pair before it is a row.
//!
//! Only values that arrays of integers can stand for are compared so: integers, days, booleans, nodes,
//! and codes of one dictionary where it matters only whether they are equal. A side that raises an
//! error for some node is left to the rows, of which that node may have none.

use std::ops::Range;

use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, TextSource, Vector};
use crate::exec::predicate::turned;
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::{Comparison, Expr, ExprKind, VarId};
use crate::value::NodeId;

/// Comparisons of a near node with a far one.
#[derive(Default)]
pub(super) struct Comparisons(Vec<Both>);

/// The comparisons for one near node.
pub(super) struct Tests<'c>(Vec<(Comparison, i64, &'c Side)>);

struct Both {
    operator: Comparison,
    near: Side,
    far: Side,
}

/// The values of an expression for the nodes of a span.
struct Side {
    first: u32,
    values: Vec<i64>,
    /// Empty where none is null.
    nulls: Vec<bool>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Integer,
    Date,
    Boolean,
    Node,
    Text(TextSource),
}

impl Comparisons {
    /// The comparisons among conditions, and the other conditions. `steps` is about how often they are
    /// tested, which must be worth the arrays.
    pub(super) fn compile(
        conditions: &[Expr],
        [near, far]: [VarId; 2],
        [near_span, far_span]: [Range<u32>; 2],
        steps: f64,
        run: &Runtime<'_>,
    ) -> (Comparisons, Vec<Expr>) {
        let (mut comparisons, mut rest) = (Vec::new(), Vec::new());
        let is_worth_it = (near_span.len() + far_span.len()) as f64 <= steps.max(64.0) * 4.0;
        for condition in conditions {
            let both = is_worth_it
                .then(|| Both::compile(condition, (near, &near_span), (far, &far_span), run))
                .flatten();
            match both {
                Some(both) => comparisons.push(both),
                None => rest.push(condition.clone()),
            }
        }
        (Comparisons(comparisons), rest)
    }

    /// Those for a near node; `None` where no pair of it passes.
    pub(super) fn from(&self, near: u32) -> Option<Tests<'_>> {
        let test = |both: &'_ Both| both.near.at(near).map(|value| (both.operator, value));
        let tests = self.0.iter().map(|both| {
            let (operator, value) = test(both)?;
            Some((operator, value, &both.far))
        });
        tests.collect::<Option<_>>().map(Tests)
    }
}

impl Tests<'_> {
    /// How many far nodes pass.
    pub(super) fn count(&self, far: &[NodeId]) -> usize {
        // The operator is chosen once, and the loop is a gather and a comparison.
        match self.0.as_slice() {
            [] => far.len(),
            [(operator, near, side)] if side.nulls.is_empty() => {
                let near = *near;
                match operator {
                    Comparison::Equal => side.count(far, |value| near == value),
                    Comparison::NotEqual => side.count(far, |value| near != value),
                    Comparison::Less => side.count(far, |value| near < value),
                    Comparison::LessOrEqual => side.count(far, |value| near <= value),
                    Comparison::Greater => side.count(far, |value| near > value),
                    Comparison::GreaterOrEqual => side.count(far, |value| near >= value),
                }
            }
            _ => far.iter().filter(|far| self.hold(far.0)).count(),
        }
    }

    /// Whether all hold for a far node.
    #[inline]
    pub(super) fn hold(&self, far: u32) -> bool {
        self.0.iter().all(|(operator, near, side)| {
            side.at(far).is_some_and(|far| match operator {
                Comparison::Equal => *near == far,
                Comparison::NotEqual => *near != far,
                Comparison::Less => *near < far,
                Comparison::LessOrEqual => *near <= far,
                Comparison::Greater => *near > far,
                Comparison::GreaterOrEqual => *near >= far,
            })
        })
    }
}

impl Both {
    fn compile(
        condition: &Expr,
        near: (VarId, &Range<u32>),
        far: (VarId, &Range<u32>),
        run: &Runtime<'_>,
    ) -> Option<Both> {
        let (operator, a, b) = match &condition.kind {
            ExprKind::Compare(operator, a, b) => (*operator, a, b),
            ExprKind::Not(inner) => match &inner.kind {
                ExprKind::Compare(Comparison::Equal, a, b) => (Comparison::NotEqual, a, b),
                _ => return None,
            },
            _ => return None,
        };
        let (operator, a, b) = match (only_variable(a)?, only_variable(b)?) {
            (x, y) if (x, y) == (near.0, far.0) => (operator, a, b),
            (x, y) if (x, y) == (far.0, near.0) => (turned(operator), b, a),
            _ => return None,
        };
        let (near, far) = (Side::compile(a, near, run)?, Side::compile(b, far, run)?);
        let is_equality = matches!(operator, Comparison::Equal | Comparison::NotEqual);
        let has_order = !matches!(near.kind, Kind::Node | Kind::Text(_));
        (near.kind == far.kind && (is_equality || has_order)).then_some(Both {
            operator,
            near,
            far,
        })
    }
}

impl Side {
    fn compile(
        expr: &Expr,
        (variable, span): (VarId, &Range<u32>),
        run: &Runtime<'_>,
    ) -> Option<Side> {
        let mut side = Side {
            first: span.start,
            values: Vec::with_capacity(span.len()),
            nulls: Vec::new(),
            kind: Kind::Integer,
        };
        let mut kind = None;
        for first in span.clone().step_by(BATCH_ROWS) {
            run.check().ok()?;
            let ids = first..span.end.min(first + BATCH_ROWS as u32);
            let nodes = ids.clone().map(NodeId).collect();
            let mut batch = Batch::of_len(ids.len());
            batch.set(variable, Column::new(Vector::new(Data::Node(nodes))));
            let column = vector::column(expr, &batch, run).ok()?;
            let vector = column.flat();
            let own = match &vector.data {
                Data::Integer(values) => side.extend(values, |x| x, Kind::Integer),
                Data::Date(days) => side.extend(days, i64::from, Kind::Date),
                Data::Boolean(truths) => side.extend(truths, i64::from, Kind::Boolean),
                Data::Node(ids) => side.extend(ids, |id: NodeId| i64::from(id.0), Kind::Node),
                Data::Text { codes, source } => side.extend(codes, i64::from, Kind::Text(*source)),
                Data::Value(values) if values.iter().all(crate::value::Value::is_null) => {
                    side.values.resize(side.values.len() + values.len(), 0);
                    None
                }
                _ => return None,
            };
            if let (Some(own), Some(known)) = (own, kind)
                && own != known
            {
                return None;
            }
            kind = kind.or(own);
            if own.is_none() || vector.nulls.is_some() || !side.nulls.is_empty() {
                side.nulls.resize(side.values.len() - vector.len(), false);
                side.nulls.extend((0..vector.len()).map(|at| vector.is_null(at)));
            }
        }
        side.kind = kind?;
        Some(side)
    }

    fn extend<T: Copy>(
        &mut self,
        values: &[T],
        number: impl Fn(T) -> i64,
        kind: Kind,
    ) -> Option<Kind> {
        self.values.extend(values.iter().map(|value| number(*value)));
        Some(kind)
    }

    /// How many nodes have a value that passes; none of the values is null.
    #[inline]
    fn count(&self, nodes: &[NodeId], holds: impl Fn(i64) -> bool) -> usize {
        let value = |node: &NodeId| self.values.get(node.0.wrapping_sub(self.first) as usize);
        nodes.iter().filter(|node| value(node).is_some_and(|value| holds(*value))).count()
    }

    #[inline]
    fn at(&self, node: u32) -> Option<i64> {
        let at = node.wrapping_sub(self.first) as usize;
        let value = self.values.get(at)?;
        let is_null = self.nulls.get(at).is_some_and(|null| *null);
        (!is_null).then_some(*value)
    }
}

/// The one variable that an expression looks at.
fn only_variable(expr: &Expr) -> Option<VarId> {
    let (mut found, mut others) = (None, false);
    expr.walk(&mut |part| match &part.kind {
        ExprKind::Variable(variable) => {
            others |= found.is_some_and(|known| known != *variable);
            found = Some(*variable);
        }
        ExprKind::Path(_)
        | ExprKind::Subquery(_)
        | ExprKind::Closed(..)
        | ExprKind::Truth { .. } => others = true,
        _ => {}
    });
    found.filter(|_| !others)
}
