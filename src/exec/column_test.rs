//! Conditions on one element as tests of stored columns.
//!
//! An operator that looks at many elements and keeps few of them (a step along dated
//! relationships, say) tests each one on the arrays, before it makes a row of it:
//!
//! ```text
//! e.kind = 'Consult' AND e.date >= date('2014-03-01') AND size(e.note) > 3
//!
//! tests  codes[e] = 17    days[e] in 16130..          typed, on slices
//! rest   size(e.note) > 3                             for the rows that are left
//! ```
//!
//! A test is true exactly where the condition is true; false and null are one. What is written
//! since the arrays were built, and what has no typed array, stays in the rest.

use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashSet;

use crate::exec::memo::is_constant;
use crate::exec::runtime::Runtime;
use crate::expr::comparison::turned;
use crate::expr::eval::{Bindings, eval};
use crate::expr::{Comparison, Expr, ExprKind, LabelTest, VarId};
use crate::graph::Snapshot;
use crate::graph::snapshot::{Column, ColumnData};
use crate::value::Value;
use crate::value::order::equals;

/// What a variable stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    Node,
    Relationship,
}

/// The conditions on one variable.
#[derive(Debug, Default)]
pub(crate) struct Tests<'g> {
    tests: Vec<Test<'g>>,
}

#[derive(Debug)]
enum Test<'g> {
    Never,
    /// Ids in one of the ranges.
    Ids(&'g [Range<u32>]),
    /// The only code, or any but it.
    Code {
        column: Entries<'g, u32>,
        code: u32,
        equal: bool,
    },
    Codes {
        column: Entries<'g, u32>,
        codes: HashSet<u32>,
    },
    /// One of these numbers.
    Integers {
        column: Entries<'g, i64>,
        among: HashSet<i64>,
    },
    Integer {
        column: Entries<'g, i64>,
        min: i64,
        max: i64,
    },
    Date {
        column: Entries<'g, i32>,
        min: i64,
        max: i64,
    },
    Float {
        column: Entries<'g, f64>,
        operator: Comparison,
        value: f64,
    },
    Boolean {
        column: Entries<'g, bool>,
        equal: bool,
    },
}

/// An equality of two properties, each of its own element.
pub(crate) enum Same<'g> {
    /// One of the properties does not exist.
    Never,
    Codes(Entries<'g, u32>),
    Integers(Entries<'g, i64>, Entries<'g, i64>),
    Dates(Entries<'g, i32>, Entries<'g, i32>),
    Values(Column<'g>, Column<'g>),
}

impl<'g> Same<'g> {
    /// The equality of two columns; `is_one` says that they are the same.
    pub(crate) fn of(columns: [Option<Column<'g>>; 2], is_one: bool) -> Same<'g> {
        let [Some(a), Some(b)] = columns else { return Same::Never };
        if a.recent.is_some() || b.recent.is_some() {
            return Same::Values(a, b);
        }
        match (a.data, b.data) {
            (ColumnData::Empty, _) | (_, ColumnData::Empty) => Same::Never,
            (ColumnData::String { codes, .. }, ColumnData::String { .. }) if is_one => {
                Same::Codes(entries(&a, codes))
            }
            (ColumnData::Integer(x), ColumnData::Integer(y)) => {
                Same::Integers(entries(&a, x.all()), entries(&b, y.all()))
            }
            (ColumnData::Date(x), ColumnData::Date(y)) => {
                Same::Dates(entries(&a, x), entries(&b, y))
            }
            _ => Same::Values(a, b),
        }
    }

    /// Whether both elements have the property and it is equal.
    #[inline]
    pub(crate) fn holds(&self, a: u32, b: u32) -> bool {
        fn equal<T: Copy + PartialEq>(a: Option<T>, b: Option<T>) -> bool {
            a.is_some() && a == b
        }
        match self {
            Same::Never => false,
            Same::Codes(column) => equal(column.get(a), column.get(b)),
            Same::Integers(x, y) => equal(x.get(a), y.get(b)),
            Same::Dates(x, y) => equal(x.get(a), y.get(b)),
            Same::Values(x, y) => equals(&x.get(a), &y.get(b)) == Some(true),
        }
    }

    /// Whether both sides are numbers, of which equal ones have equal keys.
    pub(crate) fn has_keys(&self) -> bool {
        !matches!(self, Same::Values(..))
    }

    /// Mixes the keys of the first elements' property into their tags; none is left where one has no property.
    pub(crate) fn mix_first(&self, ids: &[u32], tags: &mut [Tag]) {
        match self {
            Same::Never | Same::Values(..) => tags.fill(Tag::NONE),
            Same::Codes(column) => column.mix(ids, tags, u64::from),
            Same::Integers(x, _) => x.mix(ids, tags, |value| value as u64),
            Same::Dates(x, _) => x.mix(ids, tags, |day| day as u64),
        }
    }

    /// The same of the second elements' property.
    pub(crate) fn mix_second(&self, ids: &[u32], tags: &mut [Tag]) {
        match self {
            Same::Never | Same::Values(..) => tags.fill(Tag::NONE),
            Same::Codes(column) => column.mix(ids, tags, u64::from),
            Same::Integers(_, y) => y.mix(ids, tags, |value| value as u64),
            Same::Dates(_, y) => y.mix(ids, tags, |day| day as u64),
        }
    }
}

/// What numbers have been mixed to, so that what has equal numbers has equal tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag(pub(crate) u64);

impl Tag {
    /// Some number is not there.
    pub(crate) const NONE: Tag = Tag(u64::MAX);

    /// Mixes a number in: both halves of a product, with an odd number without pattern, the fraction of the
    /// golden ratio.
    #[inline]
    pub(crate) fn mixed(self, number: u64) -> Tag {
        let product = u128::from(self.0 ^ number) * 0x9E37_79B9_7F4A_7C15;
        let mixed = product as u64 ^ (product >> 64) as u64;
        // One of 2⁶⁴ is another one's neighbour, which costs a comparison.
        Tag(mixed.min(u64::MAX - 1))
    }
}

/// A stored array by id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entries<'g, T> {
    first: u32,
    present: Option<&'g [u64]>,
    values: &'g [T],
}

impl<T: Copy> Entries<'_, T> {
    fn mix(&self, ids: &[u32], tags: &mut [Tag], number: impl Fn(T) -> u64) {
        for (id, tag) in ids.iter().zip(tags) {
            *tag = match self.get(*id) {
                Some(value) if *tag != Tag::NONE => tag.mixed(number(value)),
                _ => Tag::NONE,
            };
        }
    }

    #[inline]
    fn get(&self, id: u32) -> Option<T> {
        let at = id.wrapping_sub(self.first) as usize;
        let value = *self.values.get(at)?;
        match self.present {
            Some(bits) if bits[at / 64] >> (at % 64) & 1 == 0 => None,
            _ => Some(value),
        }
    }
}

impl<'g> Tests<'g> {
    /// Makes tests of the conditions that can be tests; gives the positions of the others.
    pub(crate) fn compile(
        conditions: &[Expr],
        of: (VarId, Element),
        run: &Runtime<'_>,
        graph: &'g dyn Snapshot,
    ) -> (Tests<'g>, Vec<usize>) {
        let mut tests = Tests::default();
        let mut rest = Vec::new();
        for (at, condition) in conditions.iter().enumerate() {
            // Looking at what has been deleted is an error, which a test would miss.
            let test = if run.deleted.get() { None } else { Test::of(condition, of, run, graph) };
            match test {
                Some(test) => tests.tests.push(test),
                None => rest.push(at),
            }
        }
        (tests, rest)
    }

    /// All tests of several.
    pub(crate) fn all(several: Vec<Tests<'g>>) -> Tests<'g> {
        Tests { tests: several.into_iter().flat_map(|tests| tests.tests).collect() }
    }

    /// Leaves out tests of labels whose ids, as ranges, are all that can come.
    pub(crate) fn leave_out(&mut self, is_sure: impl Fn(&[Range<u32>]) -> bool) {
        self.tests.retain(|test| !matches!(test, Test::Ids(ranges) if is_sure(ranges)));
    }

    /// How many tests there are.
    pub(crate) fn len(&self) -> usize {
        self.tests.len()
    }

    /// Whether there is nothing to test.
    pub(crate) fn is_empty(&self) -> bool {
        self.tests.is_empty()
    }

    /// Whether all conditions are true of the element.
    #[inline]
    pub(crate) fn hold(&self, id: u32) -> bool {
        self.tests.iter().all(|test| test.holds(id))
    }
}

impl<'g> Test<'g> {
    fn of(
        condition: &Expr,
        (variable, element): (VarId, Element),
        run: &Runtime<'_>,
        graph: &'g dyn Snapshot,
    ) -> Option<Test<'g>> {
        let key_of = |side: &Expr| match &side.kind {
            ExprKind::Property(of, key) if is_variable(of, variable) => Some(Arc::clone(key)),
            _ => None,
        };
        let column_of = |key: &str| {
            graph.catalog().key(key).map_or(Column::EMPTY, |key| match element {
                Element::Node => graph.node_column(key),
                Element::Relationship => graph.statement_column(key),
            })
        };
        match &condition.kind {
            ExprKind::HasLabels(of, LabelTest::Is(name))
                if element == Element::Node && is_variable(of, variable) =>
            {
                match graph.catalog().label(name) {
                    None => Some(Test::Never),
                    Some(label) => graph.label_ranges(label).map(Test::Ids),
                }
            }
            ExprKind::Compare(operator, a, b) => {
                let (key, other, operator) = match (key_of(a), key_of(b)) {
                    (Some(key), None) => (key, b, *operator),
                    (None, Some(key)) => (key, a, turned(*operator)),
                    _ => return None,
                };
                Test::compare(&column_of(&key), operator, &constant(other, run, graph)?)
            }
            ExprKind::In(of, list) => {
                let column = column_of(&key_of(of)?);
                Test::is_in(&column, &constant(list, run, graph)?)
            }
            _ => None,
        }
    }

    fn compare(column: &Column<'g>, operator: Comparison, value: &Value) -> Option<Test<'g>> {
        if column.recent.is_some() {
            return None;
        }
        if value.is_null() {
            return Some(Test::Never);
        }
        match (column.data, value) {
            (ColumnData::Empty, _) => Some(Test::Never),
            (ColumnData::String { codes, dictionary }, Value::String(text)) => {
                let equal = match operator {
                    Comparison::Equal => true,
                    Comparison::NotEqual => false,
                    _ => return None,
                };
                let column = entries(column, codes);
                match dictionary.code(text) {
                    Some(code) => Some(Test::Code { column, code, equal }),
                    None if equal => Some(Test::Never),
                    None => None,
                }
            }
            (ColumnData::Integer(values), Value::Integer(value)) => {
                let (min, max) = bounds(operator, *value)?;
                Some(Test::Integer { column: entries(column, values.all()), min, max })
            }
            (ColumnData::Date(days), Value::Date(date)) => {
                let (min, max) = bounds(operator, date.days())?;
                Some(Test::Date { column: entries(column, days), min, max })
            }
            (ColumnData::Float(values), Value::Float(value)) => {
                Some(Test::Float { column: entries(column, values), operator, value: *value })
            }
            (ColumnData::Boolean(values), Value::Boolean(value)) => {
                let equal = match operator {
                    Comparison::Equal => *value,
                    Comparison::NotEqual => !*value,
                    _ => return None,
                };
                Some(Test::Boolean { column: entries(column, values), equal })
            }
            _ => None,
        }
    }

    fn is_in(column: &Column<'g>, list: &Value) -> Option<Test<'g>> {
        if column.recent.is_some() {
            return None;
        }
        let list = list.as_list()?;
        match column.data {
            ColumnData::String { codes, dictionary } => {
                let texts = list.iter().filter_map(Value::as_str);
                let wanted = texts.filter_map(|text| dictionary.code(text)).collect();
                Some(Test::Codes { column: entries(column, codes), codes: wanted })
            }
            // A float may equal an integer.
            ColumnData::Integer(values)
                if list.iter().all(|value| !matches!(value, Value::Float(_))) =>
            {
                let among = list.iter().filter_map(Value::as_int).collect();
                Some(Test::Integers { column: entries(column, values.all()), among })
            }
            _ => None,
        }
    }

    #[inline]
    fn holds(&self, id: u32) -> bool {
        match self {
            Test::Never => false,
            Test::Ids(ranges) => ranges.iter().any(|range| range.contains(&id)),
            Test::Code { column, code, equal } => {
                column.get(id).is_some_and(|found| (found == *code) == *equal)
            }
            Test::Codes { column, codes } => {
                column.get(id).is_some_and(|found| codes.contains(&found))
            }
            Test::Integers { column, among } => {
                column.get(id).is_some_and(|value| among.contains(&value))
            }
            Test::Integer { column, min, max } => {
                column.get(id).is_some_and(|value| (*min..=*max).contains(&value))
            }
            Test::Date { column, min, max } => {
                column.get(id).is_some_and(|day| (*min..=*max).contains(&i64::from(day)))
            }
            Test::Boolean { column, equal } => column.get(id) == Some(*equal),
            Test::Float { column, operator, value } => {
                column.get(id).is_some_and(|found| compare_floats(*operator, found, *value))
            }
        }
    }
}

fn entries<'g, T>(column: &Column<'g>, values: &'g [T]) -> Entries<'g, T> {
    Entries { first: column.first, present: column.present, values }
}

fn is_variable(expr: &Expr, variable: VarId) -> bool {
    matches!(expr.kind, ExprKind::Variable(same) if same == variable)
}

/// The numbers for which `number operator value` is true, ends included; `None` where they are no
/// range, or none at all.
pub(crate) fn bounds(operator: Comparison, value: i64) -> Option<(i64, i64)> {
    Some(match operator {
        Comparison::Equal => (value, value),
        Comparison::NotEqual => return None,
        Comparison::Less => (i64::MIN, value.checked_sub(1)?),
        Comparison::LessOrEqual => (i64::MIN, value),
        Comparison::Greater => (value.checked_add(1)?, i64::MAX),
        Comparison::GreaterOrEqual => (value, i64::MAX),
    })
}

// Equality of floats is what the language says it is: no two that differ are equal.
#[allow(clippy::float_cmp)]
fn compare_floats(operator: Comparison, a: f64, b: f64) -> bool {
    match operator {
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
        Comparison::Less => a < b,
        Comparison::LessOrEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterOrEqual => a >= b,
    }
}

/// The value of an expression that looks at no row; `None` for any other, and for one that fails:
/// its error belongs to the first row.
fn constant(expr: &Expr, run: &Runtime<'_>, graph: &dyn Snapshot) -> Option<Value> {
    struct Nothing;
    impl Bindings for Nothing {
        fn value(&self, _: VarId) -> Value {
            Value::Null
        }
    }
    if let ExprKind::Constant(value) = &expr.kind {
        return Some(value.clone());
    }
    if !is_constant(expr) {
        return None;
    }
    eval(expr, &Nothing, &run.context(graph)).ok()
}
