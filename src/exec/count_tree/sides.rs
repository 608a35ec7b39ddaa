//! Conditions on a pair of nodes, as comparisons of two arrays.
//!
//! **In**: conditions such as `a.age > b.age + 1`. **Out**: for each whose sides look at one node each, the
//! values of both sides for every node, and for the others the conditions themselves. **Caller**:
//! [`super::pair`], which tests them for each pair before it is a row.
//!
//! Only values that arrays of integers can stand for are compared so: integers, days, booleans, nodes,
//! and codes of one dictionary where it matters only whether they are equal. A side that raises an
//! error for some node is left to the rows, of which that node may have none.
//!
//! The far side is read at random, once for each pair, so that it is made as narrow as its values allow:
//! the ages of a hundred thousand persons as bytes stay in the nearest caches, as integers they do not.

mod places;
mod values;

use std::ops::Range;

use super::inner_ends::Through;
use crate::exec::batch::{BATCH_ROWS, Batch};
use crate::exec::column::{Column, Data, TextSource, Vector};
use crate::exec::memo::is_constant;
use crate::exec::numbers::Numbers;
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::comparison::turned;
use crate::expr::{Arithmetic, Comparison, Expr, ExprKind, VarId};
use crate::graph::snapshot::ColumnData;
use crate::value::{NodeId, Value};
pub(super) use places::Tested;
use values::Values;

/// Comparisons of a near node with a far one.
#[derive(Default)]
pub(super) struct Comparisons(Vec<Both>);

/// The comparisons for one near node: mostly there is one.
#[derive(Default)]
pub(super) struct Tests<'c> {
    first: Option<Test<'c>>,
    others: Vec<Test<'c>>,
}

/// The operator, the near node's value, and those of the far nodes.
type Test<'c> = (Comparison, i64, &'c Side);

/// One end of the pair.
struct End<'t> {
    /// What conditions look at.
    variable: VarId,
    /// The nodes of the pair.
    span: Range<u32>,
    /// To which node each of them leads, where conditions look at that.
    through: Option<&'t Through>,
}

pub(super) struct Both {
    operator: Comparison,
    near: Side,
    far: Side,
}

/// The values of an expression for the nodes of a span.
pub(super) struct Side {
    first: u32,
    values: Values,
    /// Empty where none is null.
    nulls: Vec<bool>,
    kind: Kind,
}

/// The values of far nodes, none of which is null.
struct Far<'v, T> {
    first: u32,
    values: &'v [T],
}

impl<T: Copy> Far<'_, T> {
    /// The same as bits, the first node's the lowest.
    #[inline]
    fn bits(&self, nodes: &[NodeId], holds: impl Fn(T) -> bool) -> u64 {
        let value = |node: &NodeId| self.values.get(node.0.wrapping_sub(self.first) as usize);
        let passes = |node: &NodeId| value(node).is_some_and(|value| holds(*value));
        nodes.iter().rev().fold(0, |bits, node| bits << 1 | u64::from(passes(node)))
    }

    #[inline]
    fn total<'r>(
        &self,
        near: &Side,
        runs: impl Iterator<Item = (u32, &'r [NodeId], u64)>,
        holds: impl Fn(i64, T) -> bool,
    ) -> u128 {
        let mut total = 0;
        for (id, run, weight) in runs {
            if let Some(near) = near.at(id) {
                let count = self.count(run, |value| holds(near, value));
                total += count as u128 * u128::from(weight);
            }
        }
        total
    }

    #[inline]
    fn count(&self, nodes: &[NodeId], holds: impl Fn(T) -> bool) -> usize {
        let value = |node: &NodeId| self.values.get(node.0.wrapping_sub(self.first) as usize);
        let passes = |node: &NodeId| usize::from(value(node).is_some_and(|value| holds(*value)));
        nodes.iter().map(passes).sum()
    }
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
        [near_span, far_span]: &[Range<u32>; 2],
        through: &[Option<Through>; 2],
        (steps, run): (f64, &Runtime<'_>),
    ) -> (Comparisons, Vec<Expr>) {
        let (mut comparisons, mut rest) = (Vec::new(), Vec::new());
        let is_worth_it = (near_span.len() + far_span.len()) as f64 <= steps.max(64.0) * 4.0;
        let near = End { variable: near, span: near_span.clone(), through: through[0].as_ref() };
        let far = End { variable: far, span: far_span.clone(), through: through[1].as_ref() };
        for condition in conditions {
            let both = is_worth_it.then(|| Both::compile(condition, &near, &far, run)).flatten();
            match both {
                Some(both) => comparisons.push(both),
                None => rest.push(condition.clone()),
            }
        }
        // What must be equal comes first: few nodes are.
        comparisons.sort_by_key(|both: &Both| both.operator != Comparison::Equal);
        (Comparisons(comparisons), rest)
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no node passes with itself: it would have to be less than itself, or something else.
    pub(super) fn tell_a_node_from_itself(&self) -> bool {
        let is_strict = |both: &Both| {
            matches!(both.operator, Comparison::Less | Comparison::Greater | Comparison::NotEqual)
        };
        self.0.iter().any(|both| is_strict(both) && both.near.is_same(&both.far))
    }

    /// What both nodes must be equal in, if that is so, and the other comparisons.
    pub(super) fn equality(&self) -> Option<([&Side; 2], &[Both])> {
        let (first, rest) = self.0.split_first()?;
        let is_equality = first.operator == Comparison::Equal;
        is_equality.then_some(([&first.near, &first.far], rest))
    }

    /// The operator and the sides of each.
    pub(super) fn each(&self) -> Vec<(Comparison, [&Side; 2])> {
        self.0.iter().map(|both| (both.operator, [&both.near, &both.far])).collect()
    }

    /// The same of the first, if both nodes must be equal in it.
    pub(super) fn equality_only(&self) -> Vec<(Comparison, [&Side; 2])> {
        let first = self.each().into_iter().take(1);
        first.filter(|(operator, _)| *operator == Comparison::Equal).collect()
    }

    /// The operator and the sides, where there is one comparison.
    pub(super) fn only(&self) -> Option<(Comparison, [&Side; 2])> {
        let [Both { operator, near, far }] = self.0.as_slice() else { return None };
        Some((*operator, [near, far]))
    }

    /// Those for a near node; `None` where no pair of it passes.
    pub(super) fn from(&self, near: u32) -> Option<Tests<'_>> {
        let test = |both: &'_ Both| both.near.at(near).map(|value| (both.operator, value));
        let mut tests = Tests::default();
        for both in &self.0 {
            let (operator, value) = test(both)?;
            let test = (operator, value, &both.far);
            match tests.first {
                None => tests.first = Some(test),
                Some(_) => tests.others.push(test),
            }
        }
        Some(tests)
    }
}

impl Comparisons {
    /// How many pairs of a near node and one of its run pass, each as often as the run weighs; `None` where that is
    /// more than one comparison of values that are there.
    pub(super) fn total<'r>(
        &self,
        runs: impl Iterator<Item = (u32, &'r [NodeId], u64)>,
    ) -> Option<u128> {
        let [only] = self.0.as_slice() else { return None };
        let Both { operator, near, far } = only;
        if !far.nulls.is_empty() {
            return None;
        }
        Some(match &far.values {
            Values::Bytes(least, values) => far.total(near, (values, *least), *operator, runs),
            Values::Shorts(least, values) => far.total(near, (values, *least), *operator, runs),
            Values::Words(least, values) => far.total(near, (values, *least), *operator, runs),
            Values::Any(values) => far.total(near, (values, 0), *operator, runs),
        })
    }
}

impl Tests<'_> {
    /// How many far nodes pass.
    pub(super) fn count(&self, far: &[NodeId]) -> usize {
        match &self.first {
            None => far.len(),
            Some((operator, near, side)) if self.others.is_empty() && side.nulls.is_empty() => {
                match &side.values {
                    Values::Bytes(least, values) => {
                        side.count(values, *least, far, *operator, *near)
                    }
                    Values::Shorts(least, values) => {
                        side.count(values, *least, far, *operator, *near)
                    }
                    Values::Words(least, values) => {
                        side.count(values, *least, far, *operator, *near)
                    }
                    Values::Any(values) => side.count(values, 0, far, *operator, *near),
                }
            }
            Some(_) => {
                let of_block = |block: &[NodeId]| self.passing(block).count_ones() as usize;
                far.chunks(64).map(of_block).sum()
            }
        }
    }

    /// A bit for each of up to 64 far nodes that passes.
    pub(super) fn passing(&self, far: &[NodeId]) -> u64 {
        // Each test makes a bit of every node, without a branch, and those with all bits pass.
        let tests = self.first.iter().chain(&self.others);
        let passing = tests.fold(u64::MAX, |passing, (operator, near, side)| match passing {
            0 => 0,
            passing => passing & side.passing(far, *operator, *near),
        });
        passing & (u64::MAX >> (64 - far.len().clamp(1, 64)))
    }

    /// Whether there is nothing to test.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// Whether all hold for a far node.
    #[inline]
    pub(super) fn hold(&self, far: u32) -> bool {
        let holds = |(operator, near, side): &Test<'_>| {
            side.at(far).is_some_and(|far| compares(*operator, *near, far))
        };
        self.first.iter().chain(&self.others).all(holds)
    }
}

#[inline]
fn compares(operator: Comparison, near: i64, far: i64) -> bool {
    match operator {
        Comparison::Equal => near == far,
        Comparison::NotEqual => near != far,
        Comparison::Less => near < far,
        Comparison::LessOrEqual => near <= far,
        Comparison::Greater => near > far,
        Comparison::GreaterOrEqual => near >= far,
    }
}

impl Both {
    /// For how many pairs of some near nodes and some far ones it holds: the values of these are put in order.
    pub(super) fn count(&self, near: &[u32], far: &[u32]) -> u64 {
        let mut values: Vec<i64> = far.iter().filter_map(|id| self.far.at(*id)).collect();
        values.sort_unstable();
        let all = values.len();
        let less = |near: i64| values.partition_point(|far| *far < near);
        let no_more = |near: i64| values.partition_point(|far| *far <= near);
        let count = |near: i64| match self.operator {
            Comparison::Equal => no_more(near) - less(near),
            Comparison::NotEqual => all - (no_more(near) - less(near)),
            Comparison::Less => all - no_more(near),
            Comparison::LessOrEqual => all - less(near),
            Comparison::Greater => less(near),
            Comparison::GreaterOrEqual => no_more(near),
        };
        near.iter().filter_map(|id| self.near.at(*id)).map(|near| count(near) as u64).sum()
    }

    /// The operator, where both nodes are compared in one and the same thing that no two nodes have the same.
    pub(super) fn tells_apart(&self) -> Option<Comparison> {
        let is_own = self.near.nulls.is_empty() && self.near.is_same(&self.far);
        (is_own && self.near.values.ascend()).then_some(self.operator)
    }

    /// Whether it holds for a near node and a far one.
    #[inline]
    pub(super) fn holds(&self, near: u32, far: u32) -> bool {
        let values = self.near.at(near).zip(self.far.at(far));
        values.is_some_and(|(near, far)| compares(self.operator, near, far))
    }

    fn compile(condition: &Expr, near: &End<'_>, far: &End<'_>, run: &Runtime<'_>) -> Option<Both> {
        let (operator, a, b) = match &condition.kind {
            ExprKind::Compare(operator, a, b) => (*operator, a, b),
            ExprKind::Not(inner) => match &inner.kind {
                ExprKind::Compare(Comparison::Equal, a, b) => (Comparison::NotEqual, a, b),
                _ => return None,
            },
            _ => return None,
        };
        let (operator, a, b) = match (only_variable(a)?, only_variable(b)?) {
            (x, y) if (x, y) == (near.variable, far.variable) => (operator, a, b),
            (x, y) if (x, y) == (far.variable, near.variable) => (turned(operator), b, a),
            _ => return None,
        };
        let (near, far) = (near.side(a, run)?, far.side(b, run)?);
        let is_equality = matches!(operator, Comparison::Equal | Comparison::NotEqual);
        let has_order = !matches!(near.kind, Kind::Node | Kind::Text(_));
        (near.kind == far.kind && (is_equality || has_order)).then_some(Both {
            operator,
            near,
            far,
        })
    }
}

impl End<'_> {
    /// The values of an expression for the nodes of the span.
    fn side(&self, expr: &Expr, run: &Runtime<'_>) -> Option<Side> {
        let Some(through) = self.through else {
            return Side::compile(expr, (self.variable, &self.span), run);
        };
        let outer = Side::compile(expr, (self.variable, &through.outer), run)?;
        let at = |node: u32| through.target(node).wrapping_sub(outer.first) as usize;
        let is_null = |node: u32| outer.at(through.target(node)).is_none();
        let has_nulls =
            !outer.nulls.is_empty() || self.span.clone().any(|node| at(node) >= outer.values.len());
        let nulls = if has_nulls { self.span.clone().map(is_null).collect() } else { Vec::new() };
        // In the place of null stands a value that keeps the others narrow.
        let values = outer.values.picked(self.span.clone().map(at));
        Some(Side { first: self.span.start, values, nulls, kind: outer.kind })
    }
}

impl Side {
    /// The first node.
    pub(super) fn first(&self) -> u32 {
        self.first
    }

    /// The least and the largest value, or numbers beyond those; `None` where they lie far apart.
    pub(super) fn extent(&self) -> Option<(i64, i64)> {
        self.values.extent()
    }

    /// How much each value is above a number that is no larger than any, as `of` makes it; `none` where there is none.
    pub(super) fn above<T: Copy>(&self, number: i64, none: T, of: impl Fn(u64) -> T) -> Vec<T> {
        let mut all: Vec<T> = match &self.values {
            Values::Bytes(least, values) => {
                let by = least.abs_diff(number);
                values.iter().map(|value| of(by + u64::from(*value))).collect()
            }
            Values::Shorts(least, values) => {
                let by = least.abs_diff(number);
                values.iter().map(|value| of(by + u64::from(*value))).collect()
            }
            Values::Words(least, values) => {
                let by = least.abs_diff(number);
                values.iter().map(|value| of(by + u64::from(*value))).collect()
            }
            Values::Any(values) => values.iter().map(|value| of(value.abs_diff(number))).collect(),
        };
        let nulls = all.iter_mut().zip(&self.nulls).filter(|(_, is_null)| **is_null);
        nulls.for_each(|(value, _)| *value = none);
        all
    }

    /// All values lie between these; `None` where they may be any.
    pub(super) fn range(&self) -> Option<(i64, i64)> {
        let (least, width) = match &self.values {
            Values::Bytes(least, _) => (*least, i64::from(u8::MAX)),
            Values::Shorts(least, _) => (*least, i64::from(u16::MAX)),
            Values::Words(least, _) => (*least, i64::from(u32::MAX)),
            Values::Any(_) => return None,
        };
        Some((least, least.checked_add(width)?))
    }

    /// Whether both give every node the same.
    pub(super) fn is_same(&self, other: &Side) -> bool {
        self.first == other.first && self.values == other.values && self.nulls == other.nulls
    }

    /// Adds a number to each value; false where these are not integers, or some sum would not fit.
    fn moved(&mut self, by: i64) -> bool {
        let fits = self.range().and_then(|(least, most)| {
            most.checked_add(by)?;
            least.checked_add(by)
        });
        match (&mut self.values, fits) {
            (
                Values::Bytes(least, _) | Values::Shorts(least, _) | Values::Words(least, _),
                Some(sum),
            ) if self.kind == Kind::Integer => {
                *least = sum;
                true
            }
            _ => false,
        }
    }

    /// A property of numbers that lie near each other ([`Numbers`]), or that and a constant, and that every node has: no
    /// wider array is made of it on the way.
    fn stored(
        expr: &Expr,
        (variable, span): (VarId, &Range<u32>),
        run: &Runtime<'_>,
    ) -> Option<Side> {
        if let ExprKind::Arithmetic(arithmetic, a, b) = &expr.kind {
            let (of, by) = match (arithmetic, is_constant(a), is_constant(b)) {
                (Arithmetic::Add | Arithmetic::Subtract, false, true) => (a, b),
                (Arithmetic::Add, true, false) => (b, a),
                _ => return None,
            };
            let mut side = Side::stored(of, (variable, span), run)?;
            let by = run.eval(by, &Batch::of_len(1).row(0, &*run.graph())).ok()?;
            let Value::Integer(by) = by else { return None };
            let by = if *arithmetic == Arithmetic::Add { by } else { by.checked_neg()? };
            return side.moved(by).then_some(side);
        }
        let ExprKind::Property(of, key) = &expr.kind else { return None };
        let is_own = matches!(of.kind, ExprKind::Variable(own) if own == variable);
        if !is_own || run.deleted.get() {
            return None;
        }
        let graph = run.graph();
        let key = graph.catalog().key(key)?;
        let column = graph.node_column(key);
        if column.recent.is_some() || !column.covers(span.clone()) {
            return None;
        }
        let source = TextSource::Node(key);
        let (numbers, width) = Numbers::of(&column, source)?;
        let kind = match column.data {
            ColumnData::Integer(_) => Kind::Integer,
            ColumnData::Date(_) => Kind::Date,
            ColumnData::Boolean(_) => Kind::Boolean,
            ColumnData::String { .. } => Kind::Text(source),
            _ => return None,
        };
        let begin = (span.start - column.first) as usize;
        let here = begin..begin + span.len();
        let least = numbers.least();
        let values = match width {
            0..=0x100 => Values::Bytes(least, narrow(&numbers, here, |n| n as u8)),
            0x101..=0x1_0000 => Values::Shorts(least, narrow(&numbers, here, |n| n as u16)),
            0x1_0001..=0x1_0000_0000 => Values::Words(least, narrow(&numbers, here, |n| n)),
            _ => return None,
        };
        Some(Side { first: span.start, values, nulls: Vec::new(), kind })
    }

    fn compile(
        expr: &Expr,
        (variable, span): (VarId, &Range<u32>),
        run: &Runtime<'_>,
    ) -> Option<Side> {
        if let Some(side) = Side::stored(expr, (variable, span), run) {
            return Some(side);
        }
        let mut values: Vec<i64> = Vec::with_capacity(span.len());
        let mut nulls = Vec::new();
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
                Data::Integer(own) => {
                    values.extend(own);
                    Some(Kind::Integer)
                }
                Data::Date(days) => {
                    values.extend(days.iter().copied().map(i64::from));
                    Some(Kind::Date)
                }
                Data::Boolean(truths) => {
                    values.extend(truths.iter().copied().map(i64::from));
                    Some(Kind::Boolean)
                }
                Data::Node(ids) => {
                    values.extend(ids.iter().map(|id| i64::from(id.0)));
                    Some(Kind::Node)
                }
                Data::Text { codes, source } => {
                    values.extend(codes.iter().copied().map(i64::from));
                    Some(Kind::Text(*source))
                }
                Data::Value(own) if own.iter().all(crate::value::Value::is_null) => {
                    values.resize(values.len() + own.len(), 0);
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
            if own.is_none() || vector.nulls.is_some() || !nulls.is_empty() {
                nulls.resize(values.len() - vector.len(), false);
                nulls.extend((0..vector.len()).map(|at| vector.is_null(at)));
            }
        }
        Some(Side { first: span.start, values: Values::of(values), nulls, kind: kind? })
    }

    /// How many nodes have a value that passes; `values` are the side's, of which none is null.
    fn count<T: Copy + Into<i64>>(
        &self,
        values: &[T],
        least: i64,
        nodes: &[NodeId],
        operator: Comparison,
        near: i64,
    ) -> usize {
        // The operator is chosen once, and the loop is a gather and a comparison.
        let (values, value) =
            (Far { first: self.first, values }, |v: T| least.wrapping_add(v.into()));
        match operator {
            Comparison::Equal => values.count(nodes, |v| near == value(v)),
            Comparison::NotEqual => values.count(nodes, |v| near != value(v)),
            Comparison::Less => values.count(nodes, |v| near < value(v)),
            Comparison::LessOrEqual => values.count(nodes, |v| near <= value(v)),
            Comparison::Greater => values.count(nodes, |v| near > value(v)),
            Comparison::GreaterOrEqual => values.count(nodes, |v| near >= value(v)),
        }
    }

    /// How many pairs pass; `values` are the side's, of which none is null.
    fn total<'r, T: Copy + Into<i64>>(
        &self,
        near: &Side,
        (values, least): (&[T], i64),
        operator: Comparison,
        runs: impl Iterator<Item = (u32, &'r [NodeId], u64)>,
    ) -> u128 {
        // The operator is chosen once for all runs.
        let far = Far { first: self.first, values };
        let value = |v: T| least.wrapping_add(v.into());
        match operator {
            Comparison::Equal => far.total(near, runs, |near, v| near == value(v)),
            Comparison::NotEqual => far.total(near, runs, |near, v| near != value(v)),
            Comparison::Less => far.total(near, runs, |near, v| near < value(v)),
            Comparison::LessOrEqual => far.total(near, runs, |near, v| near <= value(v)),
            Comparison::Greater => far.total(near, runs, |near, v| near > value(v)),
            Comparison::GreaterOrEqual => far.total(near, runs, |near, v| near >= value(v)),
        }
    }

    /// A bit for each of up to 64 nodes that has a value that passes.
    fn passing(&self, nodes: &[NodeId], operator: Comparison, near: i64) -> u64 {
        let passing = match &self.values {
            Values::Bytes(least, all) => self.bits(all, *least, nodes, operator, near),
            Values::Shorts(least, all) => self.bits(all, *least, nodes, operator, near),
            Values::Words(least, all) => self.bits(all, *least, nodes, operator, near),
            Values::Any(all) => self.bits(all, 0, nodes, operator, near),
        };
        if self.nulls.is_empty() {
            return passing;
        }
        let is_null = |node: &NodeId| {
            self.nulls.get(node.0.wrapping_sub(self.first) as usize).copied().unwrap_or(true)
        };
        let known = nodes.iter().rev();
        passing & known.fold(0, |bits, node| bits << 1 | u64::from(!is_null(node)))
    }

    /// The same loop as [`Side::count`]'s, written out: through a trait that both share it took a fifth longer.
    fn bits<T: Copy + Into<i64>>(
        &self,
        values: &[T],
        least: i64,
        nodes: &[NodeId],
        operator: Comparison,
        near: i64,
    ) -> u64 {
        let (values, value) =
            (Far { first: self.first, values }, |v: T| least.wrapping_add(v.into()));
        match operator {
            Comparison::Equal => values.bits(nodes, |v| near == value(v)),
            Comparison::NotEqual => values.bits(nodes, |v| near != value(v)),
            Comparison::Less => values.bits(nodes, |v| near < value(v)),
            Comparison::LessOrEqual => values.bits(nodes, |v| near <= value(v)),
            Comparison::Greater => values.bits(nodes, |v| near > value(v)),
            Comparison::GreaterOrEqual => values.bits(nodes, |v| near >= value(v)),
        }
    }

    #[inline]
    pub(super) fn at(&self, node: u32) -> Option<i64> {
        let at = node.wrapping_sub(self.first) as usize;
        let value = self.values.get(at)?;
        let is_null = self.nulls.get(at).is_some_and(|null| *null);
        (!is_null).then_some(value)
    }
}

/// The numbers at some positions, in fewer bytes.
fn narrow<T: Copy + Default>(
    numbers: &Numbers<'_>,
    here: Range<usize>,
    of: impl Fn(u32) -> T,
) -> Vec<T> {
    let mut all = vec![T::default(); here.len()];
    numbers.beside(here, all.iter_mut(), |number, slot| *slot = of(number));
    all
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
