//! How values compare: openCypher's three relations, and a key for grouping.
//!
//! They differ exactly where nulls, NaN and values of different types are involved, and mixing
//! them up is the classic mistake of an implementation. The rules are those of openCypher 9,
//! "Comparability, equality, orderability, and equivalence" (CIP2016-06-14).
//!
//! | relation | function | who asks | `null`, `null` | `NaN`, `NaN` | `1`, `1.0` | `1`, `'1'` |
//! |---|---|---|---|---|---|---|
//! | equality | [`equals`] | `=`, `<>`, `IN` | unknown | false | true | false |
//! | comparability | [`compare`] | `<`, `<=`, `>`, `>=` | unknown | unordered | equal | unknown |
//! | orderability | [`order`] | ORDER BY, `min`, `max` | equal | equal | equal | less |
//! | equivalence | [`GroupKey`] | DISTINCT, grouping, UNION, joins | same | same | same | not same |
//!
//! Invariants, held by property tests: [`order`] is a total order; two values are equivalent if
//! and only if [`order`] says equal; equivalent values hash alike; [`equals`] is symmetric, and
//! says true only for equivalent values.
//!
//! The order across types, ascending, is openCypher's, with the types that it does not know
//! set between:
//!
//! ```text
//! map < node < relationship < list < path < point < datetime < localdatetime < date < time
//!     < localtime < duration < edtf < string < boolean < number (NaN last) < null
//! ```

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use super::number::{compare_int_float, float_to_exact_int};
use super::time::{Date, Edtf};
use super::{Map, Path, Point, Value};

/// What a comparison for order says about two values.
///
/// ```
/// use dossier::Value;
/// use dossier::value::order::{Compared, compare};
/// assert_eq!(compare(&f64::NAN.into(), &1.into()), Compared::Unordered);
/// assert_eq!(compare(&Value::Null, &1.into()), Compared::Unknown);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// They are comparable, and stand so.
    Ordered(Ordering),
    /// They are numbers and one is NaN: every comparison is false.
    Unordered,
    /// One is null, or they are not comparable: every comparison is null.
    Unknown,
}

/// A value as a key: `Eq` and `Hash` are openCypher's equivalence, hashing allocates nothing.
///
/// It wraps a value or a reference to one; both hash alike, so that a table of owned keys can
/// be asked with a borrowed one.
///
/// ```
/// use dossier::value::Value;
/// use dossier::value::order::GroupKey;
/// assert_eq!(GroupKey(Value::from(1)), GroupKey(Value::from(1.0)));
/// assert_eq!(GroupKey(Value::Null), GroupKey(Value::Null));
/// assert_ne!(GroupKey(Value::from(1)), GroupKey(Value::from("1")));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct GroupKey<T = Value>(pub T);

/// Whether two values are equal (`=`); `None` where that is unknown.
///
/// Lists and maps are equal element by element: one difference suffices for false, and without
/// one an unknown makes the whole unknown. Values of different types are not equal, numbers
/// excepted: `1 = 1.0`.
///
/// ```
/// use dossier::value::Value;
/// use dossier::value::order::equals;
/// let list = |values: [Value; 2]| Value::list(values);
/// assert_eq!(equals(&1.into(), &1.0.into()), Some(true));
/// assert_eq!(equals(&list([1.into(), Value::Null]), &list([1.into(), 2.into()])), None);
/// assert_eq!(equals(&list([1.into(), Value::Null]), &list([2.into(), 2.into()])), Some(false));
/// ```
pub fn equals(a: &Value, b: &Value) -> Option<bool> {
    use Value as V;
    match (a, b) {
        (V::Null, _) | (_, V::Null) => None,
        (V::Integer(x), V::Integer(y)) => Some(x == y),
        (V::Float(x), V::Float(y)) => Some(x.partial_cmp(y) == Some(Ordering::Equal)),
        (V::Integer(x), V::Float(y)) | (V::Float(y), V::Integer(x)) => {
            Some(compare_int_float(*x, *y) == Some(Ordering::Equal))
        }
        (V::List(x), V::List(y)) => equal_lists(x, y),
        (V::Map(x), V::Map(y)) => equal_maps(x, y),
        (V::Point(x), V::Point(y)) => Some(x == y),
        _ => Some(order(a, b).is_eq()),
    }
}

/// Compares two values as `<` and its kind do.
///
/// Comparable are numbers with numbers, strings with strings, booleans (false first), lists
/// (element by element, the shorter first where one begins with the other), instants with instants
/// of the same type, and uncertain dates with one another and with days: where it depends on which
/// day the uncertain date is, the answer is unknown. Everything else is unknown.
///
/// ```
/// use std::cmp::Ordering;
/// use dossier::value::Value;
/// use dossier::value::order::{Compared, compare};
/// assert_eq!(compare(&1.into(), &1.5.into()), Compared::Ordered(Ordering::Less));
/// assert_eq!(compare(&f64::NAN.into(), &1.into()), Compared::Unordered);
/// assert_eq!(compare(&1.into(), &"1".into()), Compared::Unknown);
/// ```
pub fn compare(a: &Value, b: &Value) -> Compared {
    use Value as V;
    match (a, b) {
        (V::Integer(x), V::Integer(y)) => Compared::Ordered(x.cmp(y)),
        (V::Float(x), V::Float(y)) => Compared::numbers(x.partial_cmp(y)),
        (V::Integer(x), V::Float(y)) => Compared::numbers(compare_int_float(*x, *y)),
        (V::Float(x), V::Integer(y)) => {
            Compared::numbers(compare_int_float(*y, *x).map(Ordering::reverse))
        }
        (V::List(x), V::List(y)) => compare_lists(x, y),
        (V::String(_), V::String(_))
        | (V::Boolean(_), V::Boolean(_))
        | (V::Date(_), V::Date(_))
        | (V::LocalTime(_), V::LocalTime(_))
        | (V::Time(_), V::Time(_))
        | (V::LocalDateTime(_), V::LocalDateTime(_))
        | (V::DateTime(_), V::DateTime(_)) => Compared::Ordered(order(a, b)),
        (V::Edtf(x), V::Edtf(y)) => x.compare_days(y).map_or(Compared::Unknown, Compared::Ordered),
        (V::Edtf(x), V::Date(y)) => compare_with_day(x, *y),
        (V::Date(x), V::Edtf(y)) => compare_with_day(y, *x).reverse(),
        _ => Compared::Unknown,
    }
}

/// The total order of ORDER BY, `min` and `max` over all values.
///
/// ```
/// use dossier::value::Value;
/// use dossier::value::order::order;
/// let mut values = [Value::Null, 1.5.into(), "text".into(), f64::NAN.into(), 1.into()];
/// values.sort_by(order);
/// assert_eq!(values[0], "text".into());
/// assert_eq!(values[1], 1.into());
/// assert!(values[4].is_null());
/// ```
pub fn order(a: &Value, b: &Value) -> Ordering {
    use Value as V;
    match (a, b) {
        (V::Integer(x), V::Integer(y)) => x.cmp(y),
        (V::String(x), V::String(y)) => x.as_bytes().cmp(y.as_bytes()),
        (V::Float(x), V::Float(y)) => order_floats(*x, *y),
        // NaN, which compares with nothing, comes after every number.
        (V::Integer(x), V::Float(y)) => compare_int_float(*x, *y).unwrap_or(Ordering::Less),
        (V::Float(x), V::Integer(y)) => {
            compare_int_float(*y, *x).map_or(Ordering::Greater, Ordering::reverse)
        }
        (V::Boolean(x), V::Boolean(y)) => x.cmp(y),
        (V::Node(x), V::Node(y)) => x.cmp(y),
        (V::Relationship(x), V::Relationship(y)) => x.cmp(y),
        (V::List(x), V::List(y)) => order_lists(x, y),
        (V::Map(x), V::Map(y)) => order_maps(x, y),
        (V::Path(x), V::Path(y)) => order_paths(x, y),
        (V::Point(x), V::Point(y)) => order_points(x, y),
        (V::Date(x), V::Date(y)) => x.cmp(y),
        (V::LocalTime(x), V::LocalTime(y)) => x.cmp(y),
        (V::Time(x), V::Time(y)) => x.cmp(y),
        (V::LocalDateTime(x), V::LocalDateTime(y)) => x.cmp(y),
        (V::DateTime(x), V::DateTime(y)) => x.cmp(y),
        (V::Duration(x), V::Duration(y)) => x.cmp(y),
        (V::Edtf(x), V::Edtf(y)) => {
            x.bounds().cmp(&y.bounds()).then_with(|| x.as_str().cmp(y.as_str()))
        }
        _ => rank(a).cmp(&rank(b)),
    }
}

/// Whether two values are the same for grouping, DISTINCT and joins: [`order`] says equal.
///
/// ```
/// use dossier::Value;
/// use dossier::value::order::equivalent;
/// assert!(equivalent(&1.into(), &1.0.into()) && equivalent(&Value::Null, &Value::Null));
/// ```
pub fn equivalent(a: &Value, b: &Value) -> bool {
    order(a, b).is_eq()
}

/// Feeds a value to a hasher so that equivalent values hash alike.
///
/// A float that equals an integer is hashed as that integer, every NaN alike.
///
/// ```
/// use dossier::value::order::hash_value;
/// use std::hash::{DefaultHasher, Hasher};
/// let hash = |value| {
///     let mut hasher = DefaultHasher::new();
///     hash_value(&value, &mut hasher);
///     hasher.finish()
/// };
/// assert_eq!(hash(1.into()), hash(1.0.into()));
/// ```
pub fn hash_value<H: Hasher>(value: &Value, state: &mut H) {
    state.write_u8(rank(value));
    match value {
        Value::Null => {}
        Value::Boolean(value) => value.hash(state),
        Value::Integer(int) => int.hash(state),
        Value::Float(float) => hash_float(*float, state),
        Value::String(text) => text.hash(state),
        Value::List(values) => {
            state.write_usize(values.len());
            values.iter().for_each(|value| hash_value(value, state));
        }
        Value::Map(entries) => {
            state.write_usize(entries.len());
            for (key, value) in entries.iter() {
                key.hash(state);
                hash_value(value, state);
            }
        }
        Value::Node(id) => id.hash(state),
        Value::Relationship(id) => id.hash(state),
        Value::Path(path) => path.hash(state),
        Value::Date(date) => date.hash(state),
        Value::LocalTime(time) => time.hash(state),
        Value::Time(time) => time.hash(state),
        Value::LocalDateTime(instant) => instant.hash(state),
        Value::DateTime(instant) => instant.hash(state),
        Value::Duration(duration) => duration.hash(state),
        Value::Edtf(edtf) => edtf.as_str().hash(state),
        Value::Point(point) => {
            point.srid.hash(state);
            point.coordinates.iter().for_each(|&coordinate| hash_float(coordinate, state));
        }
    }
}

fn compare_with_day(edtf: &Edtf, day: Date) -> Compared {
    let day = Edtf::from_date(day);
    day.and_then(|day| edtf.compare_days(&day)).map_or(Compared::Unknown, Compared::Ordered)
}

impl Compared {
    /// The same seen from the other side.
    fn reverse(self) -> Compared {
        match self {
            Compared::Ordered(ordering) => Compared::Ordered(ordering.reverse()),
            other => other,
        }
    }

    /// The answer to a comparison that holds for the orderings that `holds` accepts; `None` for null.
    ///
    /// ```
    /// use dossier::Value;
    /// use dossier::value::order::compare;
    /// assert_eq!(compare(&1.into(), &2.into()).test(|ordering| ordering.is_lt()), Some(true));
    /// assert_eq!(compare(&1.into(), &Value::Null).test(|ordering| ordering.is_lt()), None);
    /// ```
    pub fn test(self, holds: impl FnOnce(Ordering) -> bool) -> Option<bool> {
        match self {
            Compared::Ordered(ordering) => Some(holds(ordering)),
            Compared::Unordered => Some(false),
            Compared::Unknown => None,
        }
    }

    fn numbers(ordering: Option<Ordering>) -> Compared {
        ordering.map_or(Compared::Unordered, Compared::Ordered)
    }
}

impl<T: AsRef<Value>> PartialEq for GroupKey<T> {
    fn eq(&self, other: &Self) -> bool {
        equivalent(self.0.as_ref(), other.0.as_ref())
    }
}

impl<T: AsRef<Value>> Eq for GroupKey<T> {}

impl<T: AsRef<Value>> Hash for GroupKey<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_value(self.0.as_ref(), state);
    }
}

impl AsRef<Value> for Value {
    fn as_ref(&self) -> &Value {
        self
    }
}

fn equal_lists(a: &[Value], b: &[Value]) -> Option<bool> {
    if a.len() != b.len() {
        return Some(false);
    }
    all_equal(a.iter().zip(b))
}

fn equal_maps(a: &Map, b: &Map) -> Option<bool> {
    if !a.keys().eq(b.keys()) {
        return Some(false);
    }
    all_equal(a.values().zip(b.values()))
}

/// Kleene's conjunction of the equality of pairs.
fn all_equal<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Option<bool> {
    let mut result = Some(true);
    for (x, y) in pairs {
        match equals(x, y) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => result = None,
        }
    }
    result
}

fn compare_lists(a: &[Value], b: &[Value]) -> Compared {
    for (x, y) in a.iter().zip(b) {
        match compare(x, y) {
            Compared::Ordered(Ordering::Equal) => {}
            // Nodes and their kind have no order, but equal ones do not end the comparison.
            Compared::Unknown if equals(x, y) == Some(true) => {}
            decided => return decided,
        }
    }
    Compared::Ordered(a.len().cmp(&b.len()))
}

fn order_lists(a: &[Value], b: &[Value]) -> Ordering {
    a.iter()
        .zip(b)
        .map(|(x, y)| order(x, y))
        .find(|ordering| ordering.is_ne())
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// By size, then by keys, then by values in the order of the keys.
fn order_maps(a: &Map, b: &Map) -> Ordering {
    let by_values = || {
        a.values()
            .zip(b.values())
            .map(|(x, y)| order(x, y))
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    };
    a.len().cmp(&b.len()).then_with(|| a.keys().cmp(b.keys())).then_with(by_values)
}

/// Node, relationship, node, …; the shorter first where one begins with the other.
fn order_paths(a: &Path, b: &Path) -> Ordering {
    fn steps(path: &Path) -> impl Iterator<Item = (u32, u32)> {
        let relationships = path.relationships.iter().map(|id| id.0).chain([0]);
        path.nodes.iter().map(|id| id.0).zip(relationships)
    }
    steps(a).cmp(steps(b))
}

fn order_points(a: &Point, b: &Point) -> Ordering {
    a.srid.cmp(&b.srid).then_with(|| {
        let pairs = a.coordinates.iter().zip(&b.coordinates);
        pairs
            .map(|(&x, &y)| order_floats(x, y))
            .find(|ordering| ordering.is_ne())
            .unwrap_or_else(|| a.coordinates.len().cmp(&b.coordinates.len()))
    })
}

/// By number; zeros alike, and NaN alike and last.
fn order_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

fn hash_float<H: Hasher>(float: f64, state: &mut H) {
    match float_to_exact_int(float) {
        Some(int) => int.hash(state),
        None if float.is_nan() => f64::NAN.to_bits().hash(state),
        None => float.to_bits().hash(state),
    }
}

/// The place of a value's type in the order across types.
const fn rank(value: &Value) -> u8 {
    match value {
        Value::Map(_) => 0,
        Value::Node(_) => 1,
        Value::Relationship(_) => 2,
        Value::List(_) => 3,
        Value::Path(_) => 4,
        Value::Point(_) => 5,
        Value::DateTime(_) => 6,
        Value::LocalDateTime(_) => 7,
        Value::Date(_) => 8,
        Value::Time(_) => 9,
        Value::LocalTime(_) => 10,
        Value::Duration(_) => 11,
        Value::Edtf(_) => 12,
        Value::String(_) => 13,
        Value::Boolean(_) => 14,
        Value::Integer(_) | Value::Float(_) => 15,
        Value::Null => 16,
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

    use proptest::prelude::*;

    use super::super::time::Date;
    use super::super::{NodeId, StatementId};
    use super::*;

    /// Values of every type, biased towards collisions: few numbers, near the edges.
    fn any_value() -> impl Strategy<Value = Value> {
        let number = prop_oneof![
            prop::sample::select(vec![0, 1, -1, 2, i64::MAX, i64::MIN, (1 << 53) + 1])
                .prop_map(Value::Integer),
            prop::sample::select(vec![
                0.0,
                -0.0,
                1.0,
                1.5,
                f64::NAN,
                f64::INFINITY,
                9.007_199_254_740_992e15,
                9.223_372_036_854_776e18,
                -9.223_372_036_854_776e18
            ])
            .prop_map(Value::Float),
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Boolean),
            number,
            "[a-c]{0,2}".prop_map(Value::from),
            (0..3_u32).prop_map(|id| Value::Node(NodeId(id))),
            (0..3_u32).prop_map(|id| Value::Relationship(StatementId(id))),
            (0..3_i64).prop_map(|days| Value::Date(Date::from_days(days))),
        ];
        leaf.prop_recursive(3, 16, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::list),
                prop::collection::vec(("[ab]", inner), 0..3).prop_map(Value::map),
            ]
        })
    }

    proptest! {
        #[test]
        fn order_is_total(a in any_value(), b in any_value(), c in any_value()) {
            prop_assert_eq!(order(&a, &a), Ordering::Equal);
            prop_assert_eq!(order(&a, &b), order(&b, &a).reverse());
            if order(&a, &b).is_le() && order(&b, &c).is_le() {
                prop_assert!(order(&a, &c).is_le());
            }
        }

        #[test]
        fn equivalent_values_hash_alike(a in any_value(), b in any_value()) {
            let state = RandomState::new();
            let (x, y) = (GroupKey(&a), GroupKey(&b));
            prop_assert_eq!(x == y, order(&a, &b).is_eq());
            if x == y {
                prop_assert_eq!(state.hash_one(x), state.hash_one(y));
            }
        }

        #[test]
        fn equality_is_symmetric_and_implies_equivalence(a in any_value(), b in any_value()) {
            prop_assert_eq!(equals(&a, &b), equals(&b, &a));
            if equals(&a, &b) == Some(true) {
                prop_assert!(equivalent(&a, &b));
            }
        }

        #[test]
        fn comparability_agrees_with_order(a in any_value(), b in any_value()) {
            match compare(&a, &b) {
                Compared::Ordered(ordering) => prop_assert_eq!(ordering, order(&a, &b)),
                decided => prop_assert_eq!(decided, compare(&b, &a)),
            }
        }
    }

    #[test]
    fn lists_compare_by_the_first_difference() {
        let list = |values: &[Value]| Value::list(values.iter().cloned());
        let test = |a: &[Value], b: &[Value]| compare(&list(a), &list(b)).test(Ordering::is_ge);
        let (one, two, null) = (Value::from(1), Value::from(2), Value::Null);
        assert_eq!(test(&[one.clone(), 0.into()], std::slice::from_ref(&one)), Some(true));
        assert_eq!(test(&[one.clone(), null.clone()], std::slice::from_ref(&one)), Some(true));
        assert_eq!(test(&[one.clone(), two.clone()], &[one.clone(), null.clone()]), None);
        assert_eq!(test(&[one, two], &[3.into(), null]), Some(false));
    }

    #[test]
    fn maps_are_equal_by_key() {
        let map = |entries: &[(&str, Value)]| Value::map(entries.iter().cloned());
        let (k_null, k_one) = (map(&[("k", Value::Null)]), map(&[("k", 1.into())]));
        assert_eq!(equals(&map(&[]), &k_null), Some(false));
        assert_eq!(equals(&k_null, &k_null), None);
        assert_eq!(equals(&k_one, &map(&[("k", 1.0.into())])), Some(true));
    }
}
