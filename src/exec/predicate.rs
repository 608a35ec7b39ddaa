//! Conditions on one element, as tests of stored columns.
//!
//! `p.age >= 30` over a hundred thousand persons is a comparison of neighbouring integers, if
//! nobody makes a row of each. A [`Predicate`] is a condition that looks at one property of one
//! element and compares it with what is known before: it is compiled once for a run, tests an id
//! in a few instructions, and a whole range of ids in a loop over slices.
//!
//! | condition | test |
//! |---|---|
//! | integer or date against a constant | a range of values |
//! | float against a number | the comparison itself |
//! | boolean against a truth, or as it stands | equality |
//! | text against a constant | equality of dictionary codes |
//! | anything that looks at one text property only | a bit for each code, computed once each |
//! | the same of days or of integers that lie near each other | a bit for each of them |
//! | anything that looks at one component of a day only | the same, computed once for each month or year |
//! | `IS NOT NULL` | whether there is an entry |
//!
//! What is not in the table, and every column with recent writes, is [`None`]: the caller then
//! computes the expression over batches, which is the definition.

use std::cmp::Ordering;
use std::sync::Arc;

use hashbrown::HashMap;

use crate::exec::batch::Batch;
use crate::exec::column::TextSource;
use crate::exec::memo::{self, OfValues};
use crate::exec::numbers::Numbers;
use crate::exec::runtime::Runtime;
use crate::exec::texts;
use crate::expr::comparison::turned;
use crate::expr::eval::eval;
use crate::expr::{Comparison, Expr, ExprKind, StringTest, VarId};
use crate::graph::snapshot::{Column, ColumnData, Dictionary, Integers, Offsets};
use crate::graph::{KeyId, Snapshot};
use crate::value::Value;
use crate::value::time::{Component, Date, InTurn};

/// So many elements at least there must be for each value for which a condition is computed.
const ROWS_EACH: u64 = 16;

/// So many elements are worth knowing the least and the largest value of a column.
const SHORT_MIN: usize = 4096;

/// Whose property a condition looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elements {
    Nodes,
    Relationships,
}

impl Elements {
    /// A property of all of them.
    pub(crate) fn column(self, key: KeyId, graph: &dyn Snapshot) -> Column<'_> {
        match self {
            Elements::Nodes => graph.node_column(key),
            Elements::Relationships => graph.statement_column(key),
        }
    }
}

/// A condition as a test of a stored column.
pub(crate) struct Predicate<'g> {
    column: Column<'g>,
    test: Test<'g>,
}

enum Test<'g> {
    Never,
    /// Whether the entry is there.
    Present,
    Integer {
        values: Integers<'g>,
        low: i64,
        high: i64,
        inside: bool,
        /// How a block of them is tested.
        block: Block<'g>,
    },
    Date {
        values: &'g [i32],
        low: i32,
        high: i32,
        inside: bool,
    },
    Float {
        values: &'g [f64],
        operator: Comparison,
        than: f64,
    },
    Boolean {
        values: &'g [bool],
        wanted: bool,
    },
    Code {
        codes: &'g [u32],
        code: u32,
        equal: bool,
    },
    /// One bit for each code, and whether the condition holds without an entry.
    Codes {
        codes: &'g [u32],
        wanted: Vec<u64>,
        null: bool,
    },
    /// The same for numbers that stand for days, integers or truths.
    Numbers {
        numbers: Numbers<'g>,
        wanted: Vec<u64>,
        null: bool,
    },
}

/// A range of integers as a block of them is tested: in the fewest bytes that tell all values of the column
/// apart, each by how much it is above the range's lower end, and the range's width.
#[derive(Clone, Copy)]
enum Block<'g> {
    Bytes(&'g [u8], u8, u8),
    Shorts(&'g [u16], u16, u16),
    Words(&'g [u32], u32, u32),
    /// Integers that count up from the least: their places.
    Places(u64, u64),
    /// Integers, of which the lower 32 bits tell.
    Halves(&'g [i64], u32, u32),
    Whole(&'g [i64]),
    /// None is in the range.
    Nothing,
}

impl<'g> Predicate<'g> {
    /// The test that a condition on `variable` is; `rows` is about how often it will be asked.
    pub(crate) fn compile(
        condition: &Expr,
        variable: VarId,
        elements: Elements,
        rows: usize,
        graph: &'g dyn Snapshot,
        run: &Runtime<'_>,
    ) -> Option<Predicate<'g>> {
        if run.deleted.get() {
            return None;
        }
        let compiler = Compiler { variable, elements, rows, graph, run };
        match &condition.kind {
            ExprKind::Compare(operator, a, b) => compiler
                .comparison(*operator, a, b)
                .or_else(|| compiler.comparison(turned(*operator), b, a))
                .or_else(|| compiler.by_value(condition)),
            ExprKind::IsNotNull(operand) => {
                let column = compiler.column_of(operand)?;
                Some(Predicate { column, test: Test::Present })
            }
            ExprKind::Property(..) => compiler.truth(condition, true),
            ExprKind::Not(operand) => {
                compiler.truth(operand, false).or_else(|| compiler.by_value(condition))
            }
            _ => compiler.by_value(condition),
        }
    }

    /// The same tests, where two of one column are one: ranges, and what is wanted of its values.
    pub(crate) fn merged(tests: Vec<Predicate<'g>>) -> Vec<Predicate<'g>> {
        let mut merged: Vec<Predicate<'g>> = Vec::with_capacity(tests.len());
        for test in tests {
            if !merged.iter_mut().any(|known| known.take_in(&test)) {
                merged.push(test);
            }
        }
        merged
    }

    /// Narrows a range by another one of the same column; false where they are not that.
    fn take_in(&mut self, other: &Predicate<'g>) -> bool {
        match (&mut self.test, &other.test) {
            (
                Test::Integer { values, low, high, inside: true, block },
                Test::Integer { values: same, low: least, high: most, inside: true, .. },
            ) if values.is_same(*same) => {
                (*low, *high) = ((*low).max(*least), (*high).min(*most));
                *block = Block::of(&self.column, *values, (*low, *high), block.is_whole());
                true
            }
            (
                Test::Date { values, low, high, inside: true },
                Test::Date { values: same, low: least, high: most, inside: true },
            ) if std::ptr::eq(*values, *same) => {
                (*low, *high) = ((*low).max(*least), (*high).min(*most));
                true
            }
            (
                Test::Codes { codes, wanted, null },
                Test::Codes { codes: same, wanted: others, null: of_null },
            ) if std::ptr::eq(*codes, *same) => {
                take_in_bits((wanted, null), (others, *of_null));
                true
            }
            (
                Test::Numbers { numbers, wanted, null },
                Test::Numbers { numbers: same, wanted: others, null: of_null },
            ) if numbers.is_same(same) => {
                take_in_bits((wanted, null), (others, *of_null));
                true
            }
            _ => false,
        }
    }

    /// Whether the condition is true for an element.
    pub(crate) fn holds(&self, id: u32) -> bool {
        let Some(at) = self.column.position(id) else {
            return matches!(
                self.test,
                Test::Codes { null: true, .. } | Test::Numbers { null: true, .. }
            );
        };
        match &self.test {
            Test::Never => false,
            Test::Present => true,
            Test::Integer { values, low, high, inside, .. } => {
                (*low..=*high).contains(&values.get(at)) == *inside
            }
            Test::Date { values, low, high, inside } => {
                (*low..=*high).contains(&values[at]) == *inside
            }
            Test::Float { values, operator, than } => compare(*operator, values[at], *than),
            Test::Boolean { values, wanted } => values[at] == *wanted,
            Test::Code { codes, code, equal } => (codes[at] == *code) == *equal,
            Test::Codes { codes, wanted, .. } => bit(wanted, codes[at]),
            Test::Numbers { numbers, wanted, .. } => bit(wanted, numbers.one(at)),
        }
    }

    /// Drops the ids of elements for which the condition is not true.
    pub(crate) fn retain(&self, ids: &mut Vec<u32>) {
        let first = self.column.first;
        let len = self.column.data.len();
        let is_inside = |id: &u32| (id.wrapping_sub(first) as usize) < len;
        if self.column.present.is_some() || !ids.iter().all(is_inside) {
            return ids.retain(|&id| self.holds(id));
        }
        match &self.test {
            Test::Never => ids.clear(),
            Test::Present => {}
            Test::Integer { inside, block, low, high, .. } => match *block {
                Block::Bytes(all, low, width) => {
                    keep(ids, first, all, |v| (v.wrapping_sub(low) <= width) == *inside);
                }
                Block::Shorts(all, low, width) => {
                    keep(ids, first, all, |v| (v.wrapping_sub(low) <= width) == *inside);
                }
                Block::Words(all, low, width) => {
                    keep(ids, first, all, |v| (v.wrapping_sub(low) <= width) == *inside);
                }
                Block::Places(low, width) => {
                    ids.retain(|id| (u64::from(id - first).wrapping_sub(low) <= width) == *inside)
                }
                Block::Halves(all, ..) | Block::Whole(all) => {
                    keep(ids, first, all, |v| (v >= *low && v <= *high) == *inside);
                }
                Block::Nothing => ids.retain(|_| !*inside),
            },
            Test::Date { values, low, high, inside } => {
                keep(ids, first, values, |v| (v >= *low && v <= *high) == *inside);
            }
            Test::Float { values, operator, than } => {
                keep(ids, first, values, |v| compare(*operator, v, *than));
            }
            Test::Boolean { values, wanted } => keep(ids, first, values, |v| v == *wanted),
            Test::Code { codes, code, equal } => {
                keep(ids, first, codes, |c| (c == *code) == *equal);
            }
            Test::Codes { codes, wanted, .. } => keep(ids, first, codes, |c| bit(wanted, c)),
            Test::Numbers { numbers, wanted, .. } => {
                ids.retain(|id| bit(wanted, numbers.one((id - first) as usize)));
            }
        }
    }

    /// Clears `out[i]` where the condition is not true for the element `first + i`.
    pub(crate) fn restrict(&self, first: u32, out: &mut [bool]) {
        let begin = first.checked_sub(self.column.first).map(|at| at as usize);
        let (Some(begin), None) = (begin, self.column.present) else {
            return self.restrict_each(first, out);
        };
        if begin + out.len() > self.column.data.len() {
            return self.restrict_each(first, out);
        }
        let here = begin..begin + out.len();
        match &self.test {
            Test::Never => out.fill(false),
            Test::Present => {}
            Test::Integer { low, high, inside, block, .. } => match *block {
                Block::Bytes(all, low, width) => {
                    let inside = *inside;
                    narrow(out, &all[here], |v| (v.wrapping_sub(low) <= width) == inside);
                }
                Block::Shorts(all, low, width) => {
                    let inside = *inside;
                    narrow(out, &all[here], |v| (v.wrapping_sub(low) <= width) == inside);
                }
                Block::Words(all, low, width) => {
                    let inside = *inside;
                    narrow(out, &all[here], |v| (v.wrapping_sub(low) <= width) == inside);
                }
                Block::Places(low, width) => {
                    for (at, keep) in (here.start as u64..).zip(out) {
                        *keep &= (at.wrapping_sub(low) <= width) == *inside;
                    }
                }
                // Vector registers compare halves of integers, and not integers.
                Block::Halves(all, low, width) => {
                    narrow_halves(out, &all[here], (low, width), *inside);
                }
                Block::Whole(all) => {
                    narrow(out, &all[here], |v| (v >= *low && v <= *high) == *inside);
                }
                Block::Nothing => out.iter_mut().for_each(|keep| *keep &= !*inside),
            },
            // What is looked at in the loop is at hand: behind a reference it might be written to by the loop.
            Test::Date { values, low, high, inside } if low <= high => {
                let (low, width, inside) = (*low as u32, high.abs_diff(*low), *inside);
                narrow(out, &values[here], |v| ((v as u32).wrapping_sub(low) <= width) == inside);
            }
            Test::Date { inside, .. } => out.iter_mut().for_each(|keep| *keep &= !*inside),
            Test::Float { values, operator, than } => {
                narrow(out, &values[here], |v| compare(*operator, v, *than));
            }
            Test::Boolean { values, wanted } => {
                let wanted = *wanted;
                narrow(out, &values[here], |v| v == wanted);
            }
            Test::Code { codes, code, equal } => {
                let (code, equal) = (*code, *equal);
                narrow(out, &codes[here], |c| (c == code) == equal);
            }
            Test::Codes { codes, wanted, .. } => narrow(out, &codes[here], |c| bit(wanted, c)),
            Test::Numbers { numbers, wanted, .. } => {
                numbers.beside(here, out.iter_mut(), |number, keep| *keep &= bit(wanted, number));
            }
        }
    }

    fn restrict_each(&self, first: u32, out: &mut [bool]) {
        for (id, keep) in (first..).zip(out) {
            *keep = *keep && self.holds(id);
        }
    }
}

/// Leaves the bits that two tests want, and whether both hold without an entry.
fn take_in_bits((wanted, null): (&mut [u64], &mut bool), (others, of_null): (&[u64], bool)) {
    for (at, word) in wanted.iter_mut().enumerate() {
        *word &= others.get(at).copied().unwrap_or(0);
    }
    *null &= of_null;
}

/// Clears what is not as the range says. Sixteen values at a time, in steps that each are one
/// instruction or two over a register: as one loop it is not seen to be that.
fn narrow_halves(out: &mut [bool], values: &[i64], (low, width): (u32, u32), inside: bool) {
    let mut blocks = out.chunks_exact_mut(16);
    let mut of_values = values.chunks_exact(16);
    for (keep, values) in (&mut blocks).zip(&mut of_values) {
        let above: [u32; 16] = std::array::from_fn(|at| (values[at] as u32).wrapping_sub(low));
        let is_in: [bool; 16] = std::array::from_fn(|at| above[at] <= width);
        keep.iter_mut().zip(is_in).for_each(|(keep, is_in)| *keep &= is_in == inside);
    }
    narrow(blocks.into_remainder(), of_values.remainder(), |value| {
        ((value as u32).wrapping_sub(low) <= width) == inside
    });
}

/// Keeps the ids whose value passes; all have one.
fn keep<T: Copy>(ids: &mut Vec<u32>, first: u32, values: &[T], holds: impl Fn(T) -> bool) {
    // Each id is written, and stays if the next is written behind it: no branch to guess.
    let mut count = 0;
    for at in 0..ids.len() {
        let id = ids[at];
        ids[count] = id;
        count += usize::from(holds(values[(id - first) as usize]));
    }
    ids.truncate(count);
}

#[inline]
fn narrow<T: Copy>(out: &mut [bool], values: &[T], holds: impl Fn(T) -> bool) {
    for (keep, value) in out.iter_mut().zip(values) {
        *keep &= holds(*value);
    }
}

/// Sets the bits of the elements from `first` on that are to be kept; gives how many those are.
pub(crate) fn set_bits(first: u32, keep: &[bool], bits: &mut [u64]) -> usize {
    let head = (first.wrapping_neg() % 64) as usize;
    let (before, aligned) = keep.split_at(head.min(keep.len()));
    let mut count = 0;
    let mut one_by_one = |first: u32, keep: &[bool]| {
        for (id, keep) in (first..).zip(keep) {
            bits[id as usize / 64] |= u64::from(*keep) << (id % 64);
            count += usize::from(*keep);
        }
    };
    one_by_one(first, before);
    let whole = aligned.chunks_exact(64);
    let rest = whole.remainder();
    one_by_one(first + (keep.len() - rest.len()) as u32, rest);
    let begin = (first as usize + head) / 64;
    for (word, keep) in bits.iter_mut().skip(begin).zip(whole) {
        let mut own = 0;
        for (at, &[a, b, c, d, e, f, g, h]) in keep.as_chunks::<8>().0.iter().enumerate() {
            // Each byte is 0 or 1; the product gathers them in its highest byte, in order.
            let bytes = u64::from_le_bytes([
                a.into(),
                b.into(),
                c.into(),
                d.into(),
                e.into(),
                f.into(),
                g.into(),
                h.into(),
            ]);
            own |= (bytes.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (at * 8);
        }
        *word |= own;
        count += own.count_ones() as usize;
    }
    count
}

#[inline]
pub(crate) fn bit(bits: &[u64], at: u32) -> bool {
    bits.get(at as usize / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

fn compare(operator: Comparison, a: f64, b: f64) -> bool {
    match operator {
        Comparison::Equal => a.partial_cmp(&b) == Some(Ordering::Equal),
        Comparison::NotEqual => a.partial_cmp(&b) != Some(Ordering::Equal),
        Comparison::Less => a < b,
        Comparison::LessOrEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterOrEqual => a >= b,
    }
}

impl<'g> Block<'g> {
    /// How a range of a column's integers is tested; `is_whole` says that so few are that it is not worth
    /// knowing how far apart they lie.
    fn of(
        column: &Column<'_>,
        values: Integers<'g>,
        (low, high): (i64, i64),
        is_whole: bool,
    ) -> Block<'g> {
        if let Some((least, offsets)) = values.offsets() {
            let above = |value: i64| (value >= least).then(|| value.abs_diff(least));
            let (low, high) = (above(low).unwrap_or(0), above(high));
            let block =
                high.filter(|high| low <= *high).and_then(|high| match offsets {
                    Offsets::Counting => Some(Block::Places(low, high - low)),
                    Offsets::Bytes(all) => {
                        within(low, high, u8::MAX).map(|(low, width)| Block::Bytes(all, low, width))
                    }
                    Offsets::Shorts(all) => within(low, high, u16::MAX)
                        .map(|(low, width)| Block::Shorts(all, low, width)),
                    Offsets::Words(all) => within(low, high, u32::MAX)
                        .map(|(low, width)| Block::Words(all, low, width)),
                });
            return block.unwrap_or(Block::Nothing);
        }
        if is_whole {
            return Block::Whole(values.all());
        }
        let Some((least, most)) = column.shape().range else { return Block::Whole(values.all()) };
        let (low, high) = (low.max(least), high.min(most));
        if u32::try_from(most.abs_diff(least)).is_ok() && low <= high {
            Block::Halves(values.all(), low as u32, low.abs_diff(high) as u32)
        } else {
            Block::Whole(values.all())
        }
    }

    fn is_whole(&self) -> bool {
        matches!(self, Block::Whole(_))
    }
}

/// The lower end of a range and its width as far as a type goes; `None` where that ends before the range begins.
fn within<T: TryFrom<u64>>(low: u64, high: u64, most: T) -> Option<(T, T)>
where
    u64: From<T>,
{
    let width = high.min(most.into()).checked_sub(low)?;
    Some((T::try_from(low).ok()?, T::try_from(width).ok()?))
}

/// The values that compare so with `than`: a range, and whether inside or outside of it; `None` for no value.
fn range<T: Copy>(
    operator: Comparison,
    than: T,
    (least, most): (T, T),
    before: Option<T>,
    after: Option<T>,
) -> Option<(T, T, bool)> {
    match operator {
        Comparison::Equal => Some((than, than, true)),
        Comparison::NotEqual => Some((than, than, false)),
        Comparison::Less => Some((least, before?, true)),
        Comparison::LessOrEqual => Some((least, than, true)),
        Comparison::Greater => Some((after?, most, true)),
        Comparison::GreaterOrEqual => Some((than, most, true)),
    }
}

struct Compiler<'c, 'g, 'r> {
    variable: VarId,
    elements: Elements,
    rows: usize,
    graph: &'g dyn Snapshot,
    run: &'c Runtime<'r>,
}

impl<'g> Compiler<'_, 'g, '_> {
    /// The column of `variable.key`, where it has no recent writes.
    fn column_of(&self, expr: &Expr) -> Option<Column<'g>> {
        let ExprKind::Property(of, key) = &expr.kind else { return None };
        let ExprKind::Variable(variable) = of.kind else { return None };
        if variable != self.variable {
            return None;
        }
        self.column(key)
    }

    fn column(&self, key: &Arc<str>) -> Option<Column<'g>> {
        let Some(key) = self.graph.catalog().key(key) else { return Some(Column::EMPTY) };
        let column = self.elements.column(key, self.graph);
        column.recent.is_none().then_some(column)
    }

    /// A boolean property as a condition.
    fn truth(&self, operand: &Expr, wanted: bool) -> Option<Predicate<'g>> {
        let column = self.column_of(operand)?;
        let ColumnData::Boolean(values) = column.data else { return None };
        Some(Predicate { column, test: Test::Boolean { values, wanted } })
    }

    fn comparison(&self, operator: Comparison, side: &Expr, than: &Expr) -> Option<Predicate<'g>> {
        let column = self.column_of(side)?;
        if !memo::is_constant(than) {
            return None;
        }
        let nothing = Batch::of_len(1);
        let context = self.run.context(self.graph);
        let than = eval(than, &nothing.row(0, self.graph), &context).ok()?;
        let test = match (column.data, &than) {
            (_, Value::Null) | (ColumnData::Empty, _) => Test::Never,
            (ColumnData::Integer(values), Value::Integer(than)) => {
                let edges = (i64::MIN, i64::MAX);
                let (before, after) = (than.checked_sub(1), than.checked_add(1));
                match range(operator, *than, edges, before, after) {
                    Some((low, high, inside)) => {
                        let is_whole = self.rows < SHORT_MIN || column.shape.is_none();
                        let block = Block::of(&column, values, (low, high), is_whole);
                        Test::Integer { values, low, high, inside, block }
                    }
                    None => Test::Never,
                }
            }
            (ColumnData::Date(values), Value::Date(than)) => {
                let than = i32::try_from(than.days()).ok()?;
                let edges = (i32::MIN, i32::MAX);
                let (before, after) = (than.checked_sub(1), than.checked_add(1));
                match range(operator, than, edges, before, after) {
                    Some((low, high, inside)) => Test::Date { values, low, high, inside },
                    None => Test::Never,
                }
            }
            (ColumnData::Float(values), Value::Float(than)) => {
                Test::Float { values, operator, than: *than }
            }
            // Integers of more than 53 bits are compared exactly elsewhere.
            (ColumnData::Float(values), Value::Integer(than)) if than.abs() < 1 << 52 => {
                Test::Float { values, operator, than: *than as f64 }
            }
            (ColumnData::Boolean(values), Value::Boolean(than)) => match operator {
                Comparison::Equal => Test::Boolean { values, wanted: *than },
                Comparison::NotEqual => Test::Boolean { values, wanted: !*than },
                _ => return None,
            },
            (ColumnData::String { codes, dictionary }, Value::String(than)) => {
                match (operator, dictionary.code(than)) {
                    (Comparison::Equal, None) => Test::Never,
                    (Comparison::NotEqual, None) => Test::Present,
                    (Comparison::Equal, Some(code)) => Test::Code { codes, code, equal: true },
                    (Comparison::NotEqual, Some(code)) => Test::Code { codes, code, equal: false },
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(Predicate { column, test })
    }

    /// A condition over one property, computed for each value that it may have.
    fn by_value(&self, condition: &Expr) -> Option<Predicate<'g>> {
        let (variable, key) = memo::only_property(condition)?;
        if variable != self.variable {
            return None;
        }
        let column = self.column(&key)?;
        match column.data {
            ColumnData::String { .. } => self.by_text(condition, (&key, column)),
            _ => self.by_number(condition, (&key, column)),
        }
    }

    /// The same for days and integers that are few for so many elements.
    fn by_number(
        &self,
        condition: &Expr,
        (key, column): (&Arc<str>, Column<'g>),
    ) -> Option<Predicate<'g>> {
        // The texts of a dictionary have a source; numbers have none.
        let source = TextSource::Node(KeyId(0));
        let (numbers, width) = Numbers::of(&column, source)?;
        let of_values = OfValues::new(condition, (self.variable, key), self.run, self.graph);
        if width <= self.rows as u64
            && let Some(component) = memo::only_component(condition)
            && let Numbers::Dates { least, .. } = numbers
        {
            let wanted = by_component(&of_values, (least, width), component)?;
            let null = holds_for(&of_values, Value::Null)?;
            return Some(Predicate { column, test: Test::Numbers { numbers, wanted, null } });
        }
        if width.saturating_mul(ROWS_EACH) > self.rows as u64 {
            return None;
        }
        let mut wanted = vec![0; (width as usize).div_ceil(64)];
        for number in 0..width as u32 {
            if holds_for(&of_values, numbers.value(number)?)? {
                wanted[number as usize / 64] |= 1 << (number % 64);
            }
        }
        let null = holds_for(&of_values, Value::Null)?;
        Some(Predicate { column, test: Test::Numbers { numbers, wanted, null } })
    }

    fn by_text(
        &self,
        condition: &Expr,
        (key, column): (&Arc<str>, Column<'g>),
    ) -> Option<Predicate<'g>> {
        let ColumnData::String { codes, dictionary } = column.data else { return None };
        if dictionary.len() > self.rows.max(64) {
            return None;
        }
        if let Some(wanted) = self.among(condition, dictionary) {
            return Some(Predicate { column, test: Test::Codes { codes, wanted, null: false } });
        }
        let of_values = OfValues::new(condition, (self.variable, key), self.run, self.graph);
        let wanted = match self.plain_test(condition) {
            Some((test, pattern)) => texts::passing(test, &pattern, dictionary),
            None => {
                let mut wanted = vec![0; dictionary.len().div_ceil(64)];
                for code in 0..dictionary.len() as u32 {
                    let text = Value::String(dictionary.text(code));
                    if holds_for(&of_values, text)? {
                        wanted[code as usize / 64] |= 1 << (code % 64);
                    }
                }
                wanted
            }
        };
        let null = holds_for(&of_values, Value::Null)?;
        Some(Predicate { column, test: Test::Codes { codes, wanted, null } })
    }

    /// The codes of the texts of a list, where the condition is that the property is among them.
    fn among(&self, condition: &Expr, dictionary: &dyn Dictionary) -> Option<Vec<u64>> {
        let ExprKind::In(of, list) = &condition.kind else { return None };
        if !is_property(of) || !memo::is_constant(list) {
            return None;
        }
        let row = Batch::of_len(1);
        let context = self.run.context(self.graph);
        let Value::List(texts) = eval(list, &row.row(0, self.graph), &context).ok()? else {
            return None;
        };
        let mut wanted = vec![0; dictionary.len().div_ceil(64)];
        // What is no text is no text of the property either.
        let texts = texts.iter().filter_map(|text| match text {
            Value::String(text) => dictionary.code(text),
            _ => None,
        });
        texts.for_each(|code| wanted[code as usize / 64] |= 1 << (code % 64));
        Some(wanted)
    }

    /// A test of the property itself for a text that is the same for all.
    fn plain_test(&self, condition: &Expr) -> Option<(StringTest, Arc<str>)> {
        let ExprKind::StringTest(test, of, pattern) = &condition.kind else { return None };
        if !is_property(of) || *test == StringTest::Matches {
            return None;
        }
        if !memo::is_constant(pattern) {
            return None;
        }
        let row = Batch::of_len(1);
        let context = self.run.context(self.graph);
        match eval(pattern, &row.row(0, self.graph), &context).ok()? {
            Value::String(pattern) => Some((*test, pattern)),
            _ => None,
        }
    }
}

/// A bit for each of some days for which a condition holds that looks at a component of theirs alone. It is computed once
/// for each number that the component has: there are few months, and days in a row mostly have the same.
fn by_component(
    condition: &OfValues<'_>,
    (least, width): (i64, u64),
    component: Component,
) -> Option<Vec<u64>> {
    let mut wanted = vec![0; (width as usize).div_ceil(64)];
    let (mut in_turn, mut known, mut last) = (InTurn::new(component), HashMap::new(), None);
    for at in 0..width as usize {
        let day = least + at as i64;
        let number = in_turn.of(day)?;
        let truth = match last {
            Some((same, truth)) if same == number => truth,
            _ => match known.get(&number) {
                Some(truth) => *truth,
                None => {
                    let truth = holds_for(condition, Value::Date(Date::from_days(day)))?;
                    known.insert(number, truth);
                    truth
                }
            },
        };
        last = Some((number, truth));
        wanted[at / 64] |= u64::from(truth) << (at % 64);
    }
    Some(wanted)
}

/// Whether an expression is the property of an element itself, and not something of that property.
fn is_property(of: &Expr) -> bool {
    let ExprKind::Property(element, _) = &of.kind else { return false };
    matches!(element.kind, ExprKind::Variable(_))
}

/// Whether a condition holds for an element with a value; `None` where that is an error, which a row that has the
/// value is to raise.
fn holds_for(condition: &OfValues<'_>, value: Value) -> Option<bool> {
    match condition.of(value).ok()? {
        Value::Boolean(truth) => Some(truth),
        Value::Null => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::set_bits;

    #[test]
    fn bits_are_set_as_they_are_kept() {
        for (first, len) in
            [(0u32, 0usize), (0, 64), (3, 5), (60, 300), (64, 129), (127, 1), (1, 63)]
        {
            let keep: Vec<bool> = (0..len).map(|at| at * at % 7 < 3).collect();
            let mut bits = vec![0; 8];
            let count = set_bits(first, &keep, &mut bits);
            assert_eq!(count, keep.iter().filter(|keep| **keep).count());
            for id in 0..512u32 {
                let kept = id.checked_sub(first).and_then(|at| keep.get(at as usize));
                assert_eq!(super::bit(&bits, id), kept == Some(&true), "{first} {len} {id}");
            }
        }
    }
}
