//! One lane: for each row a number that stands for the value of an expression.
//!
//! What a column holds is numbers already: codes of a dictionary, days, integers that lie near each other, ids
//! of nodes. A lane counts them from the least on, so that they are places in an array. The value of another
//! expression over one property, such as the weekday of a date, is a function of the property's number: it is
//! computed for the first row that has the number ([`Made`]).

use std::ops::Range;

use super::rows::{Ids, Rows};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{Column, Data, TextSource, Vector};
use crate::exec::keys::KeyTable;
use crate::exec::memo;
use crate::exec::numbers::Numbers;
use crate::exec::predicate::Elements;
use crate::exec::runtime::Runtime;
use crate::exec::vector;
use crate::expr::{Expr, ExprKind, VarId};
use crate::graph::Snapshot;
use crate::graph::snapshot::{self, Offsets};
use crate::value::{NodeId, StatementId};

/// Lanes of at most so many numbers, and so many for each row.
const WIDTH_MAX: (u64, u64) = (1 << 16, 4);
/// What is computed for each number of a property is that for so many at most.
const MADE_MAX: u32 = 1 << 17;
/// What stands for a number whose result is not known.
const UNKNOWN: u32 = u32::MAX;

/// What of a row an expression looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Relationship,
    Left,
    Right,
}

/// A lane as it is written in the query.
#[derive(Clone)]
pub(super) struct Lane<'c, 'g> {
    pub(super) of: Of,
    variable: VarId,
    values: Values<'g>,
    /// Numbers are smaller; the last one is that of null.
    width: u32,
    /// What is computed of the value, or shown for a node.
    pub(super) expr: Option<&'c Expr>,
}

/// Where numbers come from.
#[derive(Clone)]
enum Values<'g> {
    /// Nodes, by how far their id is from the first.
    Nodes(u32),
    /// Relationships, by type.
    Types,
    Property {
        column: snapshot::Column<'g>,
        numbers: Numbers<'g>,
        is_whole: bool,
    },
}

/// What a lane is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Equal values must have equal numbers.
    Equality,
    /// Larger values must have larger numbers, too.
    Order,
    /// And they must be integers.
    Sum,
}

/// The elements of a row, with a range that holds all that come.
pub(super) struct RowElements {
    pub(super) variables: [(Of, Option<VarId>, Range<u32>); 3],
    pub(super) rows: usize,
}

impl<'c, 'g> Lane<'c, 'g> {
    /// The lane of an expression; `None` where it has none.
    pub(super) fn of(
        expr: &'c Expr,
        purpose: Purpose,
        elements: &RowElements,
        graph: &'g dyn Snapshot,
    ) -> Option<Lane<'c, 'g>> {
        match &expr.kind {
            ExprKind::Variable(variable) => {
                let (of, range) = elements.find(*variable)?;
                let is_node = of != Of::Relationship && purpose == Purpose::Equality;
                if is_node {
                    Lane::nodes(of, *variable, None, (range, elements.rows))
                } else {
                    None
                }
            }
            ExprKind::Property(inner, key) if matches!(inner.kind, ExprKind::Variable(_)) => {
                let ExprKind::Variable(variable) = inner.kind else { return None };
                let (of, range) = elements.find(variable)?;
                let key_id = graph.catalog().key(key)?;
                let column = of.column(key_id, graph);
                let is_unique = of != Of::Relationship
                    && purpose == Purpose::Equality
                    && ascends(&column, range.clone());
                if is_unique {
                    return Lane::nodes(of, variable, Some(expr), (range, elements.rows));
                }
                let source = match of {
                    Of::Relationship => TextSource::Relationship(key_id),
                    Of::Left | Of::Right => TextSource::Node(key_id),
                };
                let (numbers, width) = numbers(&column, source, elements.rows)?;
                let fits = match (purpose, numbers) {
                    (Purpose::Equality, _) => true,
                    (Purpose::Order, Numbers::Texts { .. } | Numbers::Booleans(_)) => false,
                    (Purpose::Order, _) => true,
                    (
                        Purpose::Sum,
                        Numbers::Integers { least, .. } | Numbers::Offsets { least, .. },
                    ) => {
                        let most = u128::from(least.unsigned_abs()) + u128::from(width);
                        most * elements.rows as u128 * 2 < i64::MAX as u128
                    }
                    (Purpose::Sum, _) => false,
                };
                let is_whole = column.covers(range);
                let values = Values::Property { column, numbers, is_whole };
                fits.then_some(Lane { of, variable, values, width: width + 1, expr: None })
            }
            _ if purpose != Purpose::Equality => None,
            ExprKind::Call(function, arguments) if function.name == "type" => {
                let [Expr { kind: ExprKind::Variable(variable), .. }] = &arguments[..] else {
                    return None;
                };
                let (of, _) = elements.find(*variable)?;
                let width = graph.catalog().types().count() as u32 + 1;
                let (variable, values, expr) = (*variable, Values::Types, Some(expr));
                (of == Of::Relationship).then_some(Lane { of, variable, values, width, expr })
            }
            _ => {
                let (variable, key) = memo::only_property(expr)?;
                let (of, _) = elements.find(variable)?;
                let key_id = graph.catalog().key(&key)?;
                let column = of.column(key_id, graph);
                let source = TextSource::Relationship(key_id);
                let (numbers, width) = numbers(&column, source, elements.rows)?;
                let is_whole = elements.find(variable).is_some_and(|(_, all)| column.covers(all));
                let values = Values::Property { column, numbers, is_whole };
                let lane = Lane { of, variable, values, width: width + 2, expr: Some(expr) };
                (width < MADE_MAX).then_some(lane)
            }
        }
    }

    fn nodes(
        of: Of,
        variable: VarId,
        expr: Option<&'c Expr>,
        (range, rows): (Range<u32>, usize),
    ) -> Option<Lane<'c, 'g>> {
        let width = (range.len() as u32).checked_add(1)?;
        let values = Values::Nodes(range.start);
        within(rows, width).then_some(Lane { of, variable, values, width, expr })
    }

    /// Numbers are smaller.
    pub(super) fn width(&self) -> u32 {
        self.width
    }

    /// What stands for null.
    pub(super) fn null(&self) -> u32 {
        self.width - 1
    }

    /// Whether rows that are read in the order of an end come in the order of this lane.
    pub(super) fn is_node(&self, of: Of) -> bool {
        self.of == of && matches!(self.values, Values::Nodes(_))
    }

    /// Whether it looks at an end of the relationship, or at which relationship it is.
    pub(super) fn asks(&self, of: Of) -> bool {
        self.of == of && !matches!(self.values, Values::Types)
    }

    /// Whether the numbers are of results.
    pub(super) fn is_made(&self) -> bool {
        self.expr.is_some() && !matches!(self.values, Values::Nodes(_))
    }

    /// The least value, from which integers and days are counted.
    pub(super) fn least(&self) -> i64 {
        match &self.values {
            Values::Property { numbers, .. } => numbers.least(),
            Values::Nodes(_) | Values::Types => 0,
        }
    }

    /// Numbers of a property as they stand in its column.
    pub(super) fn data(&self, numbers: impl Iterator<Item = u32>) -> Data {
        match &self.values {
            Values::Property { numbers: of, .. } => of.data(numbers),
            Values::Nodes(first) => Data::Node(numbers.map(|n| NodeId(first + n)).collect()),
            Values::Types => Data::Node(numbers.map(NodeId).collect()),
        }
    }

    /// Puts the number of each row into a list.
    pub(super) fn fill(&self, rows: &Rows, out: &mut Vec<u32>) {
        out.clear();
        let ids = match (&self.values, self.of) {
            (Values::Types, _) => {
                out.resize(rows.len(), rows.type_number);
                return;
            }
            (Values::Nodes(first), of) => {
                let ids = if of == Of::Right { &rows.right } else { &rows.left };
                return out.extend(ids.iter().map(|id| id - first));
            }
            (_, Of::Relationship) => rows.ids(),
            (_, Of::Left) => Ids::Listed(&rows.left),
            (_, Of::Right) => Ids::Listed(&rows.right),
        };
        let Values::Property { column, numbers, is_whole } = &self.values else { return };
        if !is_whole {
            let null = self.null();
            let one = |id: u32| column.position(id).map_or(null, |at| numbers.one(at));
            return ids.for_each(|id| out.push(one(id)));
        }
        let base = column.first;
        match *numbers {
            Numbers::Integers { values, least } => {
                ids.pick(values, base, out, |value| (value as u32).wrapping_sub(least as u32));
            }
            Numbers::Offsets { offsets, .. } => match offsets {
                Offsets::Counting => ids.for_each(|id| out.push(id - base)),
                Offsets::Bytes(values) => ids.pick(values, base, out, u32::from),
                Offsets::Shorts(values) => ids.pick(values, base, out, u32::from),
                Offsets::Words(values) => ids.pick(values, base, out, |value| value),
            },
            Numbers::Dates { values, least } => {
                ids.pick(values, base, out, |day| (day as u32).wrapping_sub(least as u32));
            }
            Numbers::Texts { codes, .. } => ids.pick(codes, base, out, |code| code),
            Numbers::Booleans(values) => ids.pick(values, base, out, u32::from),
        }
    }

    /// The values that numbers stand for.
    pub(super) fn values(&self, numbers: &[u32], made: &Made, run: &Runtime<'_>) -> Result<Column> {
        let nulls = || numbers.iter().map(|number| *number == self.null()).collect();
        if self.is_made() {
            let Some(known) = made.table.key_vectors().into_iter().next() else {
                return Ok(Column::nulls(numbers.len()));
            };
            // The number of null is beyond those of results.
            let mut values = known;
            values.append(&Column::nulls(1).flat(), &*run.graph());
            let last = values.len() as u32 - 1;
            let at: Vec<u32> = numbers.iter().map(|number| (*number).min(last)).collect();
            return Ok(Column::new(values.gather(&at)));
        }
        let vector = match &self.values {
            Values::Nodes(first) => {
                let nodes = Data::Node(numbers.iter().map(|&n| NodeId(first + n)).collect());
                let nodes = Column::new(Vector::new(nodes));
                let Some(expr) = self.expr else { return Ok(nodes) };
                let mut batch = Batch::of_len(numbers.len());
                batch.set(self.variable, nodes);
                let mut columns = vector::columns(&[expr], &batch, run)?;
                return Ok(columns.pop().unwrap_or_else(|| Column::nulls(numbers.len())));
            }
            Values::Types | Values::Property { .. } => {
                let known = numbers.iter().map(|&n| if n == self.null() { 0 } else { n });
                Vector::with_nulls(self.data(known), nulls())
            }
        };
        Ok(Column::new(vector))
    }
}

impl Of {
    fn column(self, key: crate::graph::KeyId, graph: &dyn Snapshot) -> snapshot::Column<'_> {
        match self {
            Of::Relationship => Elements::Relationships.column(key, graph),
            Of::Left | Of::Right => Elements::Nodes.column(key, graph),
        }
    }
}

impl RowElements {
    fn find(&self, variable: VarId) -> Option<(Of, Range<u32>)> {
        let found = self.variables.iter().find(|(_, own, _)| *own == Some(variable))?;
        Some((found.0, found.2.clone()))
    }
}

/// The entries of a column as numbers, and how many numbers there are; `None` where they have none, or more
/// than rows are worth.
fn numbers<'g>(
    column: &snapshot::Column<'g>,
    source: TextSource,
    rows: usize,
) -> Option<(Numbers<'g>, u32)> {
    let (numbers, width) = Numbers::of(column, source)?;
    let width = u32::try_from(width).ok()?;
    within(rows, width).then_some((numbers, width))
}

fn within(rows: usize, width: u32) -> bool {
    u64::from(width) <= WIDTH_MAX.0.max((rows as u64).saturating_mul(WIDTH_MAX.1))
        && width < u32::MAX - 2
}

/// Whether each element of a range has a value, and each a larger one than that before.
fn ascends(column: &snapshot::Column<'_>, range: Range<u32>) -> bool {
    if range.is_empty() || column.recent.is_some() || !column.covers(range.clone()) {
        return range.is_empty();
    }
    let begin = (range.start - column.first) as usize;
    column.shape().ascends(begin..begin + range.len())
}

/// What has been computed for the numbers of a property.
#[derive(Default)]
pub(super) struct Made {
    /// For each number of the property that of its result.
    numbers: Vec<u32>,
    /// The results.
    table: KeyTable,
}

impl Made {
    /// Puts the numbers of results in the place of those of a property.
    pub(super) fn replace(
        &mut self,
        lane: &Lane<'_, '_>,
        rows: &Rows,
        numbers: &mut [u32],
        run: &Runtime<'_>,
    ) -> Result<()> {
        if self.numbers.is_empty() {
            self.numbers = vec![UNKNOWN; lane.width as usize];
        }
        // The first row that has each number of which nothing is known.
        let mut new = Vec::new();
        for (row, number) in (0u32..).zip(numbers.iter()) {
            let known = &mut self.numbers[*number as usize];
            if *known == UNKNOWN {
                *known = lane.null();
                new.push(row);
            }
        }
        if !new.is_empty() {
            let made = self.make(lane, rows, &new, run)?;
            for (row, made) in new.iter().zip(made) {
                self.numbers[numbers[*row as usize] as usize] = made;
            }
        }
        numbers.iter_mut().for_each(|number| *number = self.numbers[*number as usize]);
        Ok(())
    }

    /// The numbers of the results for some rows.
    fn make(
        &mut self,
        lane: &Lane<'_, '_>,
        rows: &Rows,
        which: &[u32],
        run: &Runtime<'_>,
    ) -> Result<Vec<u32>> {
        let Some(expr) = lane.expr else { return Ok(vec![lane.null(); which.len()]) };
        let nodes = |all: &[u32]| which.iter().map(|row| NodeId(all[*row as usize])).collect();
        let elements = match lane.of {
            Of::Relationship => {
                let id = |row: &u32| StatementId(rows.id(*row as usize));
                Data::Relationship(which.iter().map(id).collect())
            }
            Of::Left => Data::Node(nodes(&rows.left)),
            Of::Right => Data::Node(nodes(&rows.right)),
        };
        let mut batch = Batch::of_len(which.len());
        batch.set(lane.variable, Column::new(Vector::new(elements)));
        let computed = vector::columns(&[expr], &batch, run)?;
        let Some(results) = computed.first() else { return Ok(vec![lane.null(); which.len()]) };
        let there: Vec<u32> =
            (0..which.len() as u32).filter(|at| !results.is_null(*at as usize)).collect();
        let mut made = vec![lane.null(); which.len()];
        if !there.is_empty() {
            let known = Column::new(results.flat().gather(&there));
            let numbers = self.table.insert(&[known], &*run.graph());
            there.iter().zip(numbers).for_each(|(at, number)| made[*at as usize] = number);
        }
        Ok(made)
    }

    /// For each result of another thread its number here.
    pub(super) fn merge(&mut self, other: &Made, graph: &dyn Snapshot) -> Vec<u32> {
        match other.table.key_vectors().into_iter().next() {
            Some(vector) if vector.len() > 0 => self.table.insert(&[Column::new(vector)], graph),
            _ => Vec::new(),
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.numbers.len() * 4 + self.table.bytes()
    }
}
