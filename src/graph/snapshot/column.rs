//! One property of everything, as an array.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::OnceLock;

use crate::value::Value;

use super::Dictionary;

/// One property of all nodes or all relationships.
///
/// The arrays cover the ids `first..first + len`; every id outside has no value there. `recent`
/// overrides single ids.
///
/// ```
/// let store = dossier::Store::memory();
/// store.query("CREATE (:Island {area: 21}), (:Island), (:Island {area: 344})", ())?;
/// let graph = store.snapshot();
/// let areas = graph.node_column(graph.catalog().key("area").unwrap());
/// assert_eq!((0..3).map(|id| areas.get(id)).collect::<Vec<_>>(), [21.into(), None::<i64>.into(), 344.into()]);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Column<'a> {
    /// The id of the first entry.
    pub first: u32,
    /// One bit for each entry, set where there is a value; `None` where all have one.
    pub present: Option<&'a [u64]>,
    /// The entries; those without a value are arbitrary.
    pub data: ColumnData<'a>,
    /// Values written since; `None` where there are none.
    pub recent: Option<&'a dyn RecentColumn>,
    /// What is known of the arrays as a whole, kept with them once somebody has asked.
    pub shape: Option<&'a OnceLock<Shape>>,
}

/// What is known of a column's arrays as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The least and the largest entry of integers or dates.
    pub range: Option<(i64, i64)>,
    /// The places whose entry is not larger than the one before it; `None` where there are many,
    /// and for entries that have no order of their own.
    descents: Option<Vec<u32>>,
}

impl Shape {
    /// More descents than this are as good as no order at all.
    const DESCENTS_MAX: usize = 64;

    fn of(data: &ColumnData<'_>) -> Shape {
        fn descents<T: PartialOrd>(values: &[T]) -> Option<Vec<u32>> {
            let pairs = (1u32..).zip(values.windows(2));
            let found = pairs.filter(|(_, pair)| pair[0] >= pair[1]).map(|(at, _)| at);
            let found: Vec<u32> = found.take(Shape::DESCENTS_MAX + 1).collect();
            (found.len() <= Shape::DESCENTS_MAX).then_some(found)
        }
        fn range<T: Copy + Ord>(values: &[T]) -> Option<(i64, i64)>
        where
            i64: From<T>,
        {
            let (least, most) = (values.iter().min()?, values.iter().max()?);
            Some((i64::from(*least), i64::from(*most)))
        }
        match data {
            ColumnData::Integer(values) => match values.offsets() {
                None => {
                    let values = values.all();
                    Shape { range: range(values), descents: descents(values) }
                }
                Some((least, offsets)) => {
                    let (range, descents) = match offsets {
                        Offsets::Counting => {
                            let range = values.len().checked_sub(1).map(|last| (0, last as i64));
                            (range, Some(Vec::new()))
                        }
                        Offsets::Bytes(all) => (range(all), descents(all)),
                        Offsets::Shorts(all) => (range(all), descents(all)),
                        Offsets::Words(all) => (range(all), descents(all)),
                    };
                    let wide = |offset: i64| least.wrapping_add(offset);
                    Shape { range: range.map(|(low, high)| (wide(low), wide(high))), descents }
                }
            },
            ColumnData::Date(days) => Shape { range: range(days), descents: descents(days) },
            ColumnData::String { codes, .. } => Shape { range: None, descents: descents(codes) },
            _ => Shape::default(),
        }
    }

    /// Whether each entry of some places is larger than the one before it, for texts by code.
    pub fn ascends(&self, places: Range<usize>) -> bool {
        let inside = |at: &u32| *at as usize > places.start && (*at as usize) < places.end;
        places.len() < 2 || self.descents.as_ref().is_some_and(|found| !found.iter().any(inside))
    }
}

/// The entries of a column, by type.
///
/// ```
/// use dossier::graph::snapshot::ColumnData;
/// let store = dossier::Store::memory();
/// store.query("UNWIND [21, 180, 344] AS x CREATE (:Island {area: x})", ())?;
/// store.database().checkpoint()?;
/// let graph = store.snapshot();
/// let column = graph.node_column(graph.catalog().key("area").unwrap());
/// let ColumnData::Integer(areas) = column.data else { panic!("all are integers") };
/// assert_eq!(areas.iter().sum::<i64>(), 545);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub enum ColumnData<'a> {
    /// No entry at all.
    Empty,
    /// Booleans, a byte each.
    Boolean(&'a [bool]),
    /// Integers.
    Integer(Integers<'a>),
    /// Floats.
    Float(&'a [f64]),
    /// Dates, in days since 1970-01-01.
    Date(&'a [i32]),
    /// Strings: positions in a dictionary of distinct texts.
    String {
        /// For each entry, the position of its text.
        codes: &'a [u32],
        /// The texts.
        dictionary: &'a dyn Dictionary,
    },
    /// Entries of mixed or other types.
    Variant(&'a [Value]),
}

/// Integers, one for each entry.
///
/// It is a slice of them: looking into one that is narrow makes an array of all of it, once.
/// [`Integers::get`] reads a single one where it stands.
///
/// ```
/// use dossier::graph::snapshot::Integers;
/// let areas = Integers::Array(&[21, 180, 344]);
/// assert_eq!((areas.len(), areas.get(1), areas[2]), (3, 180, 344));
/// ```
#[derive(Clone, Copy)]
pub enum Integers<'a> {
    /// As they are read.
    Array(&'a [i64]),
    /// In fewer bytes.
    Narrow(&'a dyn NarrowIntegers),
}

/// How much larger than the least of them integers are, in as few bytes as that takes.
///
/// ```
/// use dossier::graph::snapshot::Offsets;
/// let ages = Offsets::Bytes(&[4, 0, 21]);
/// assert_eq!((0..3).map(|at| ages.get(at)).collect::<Vec<_>>(), [4, 0, 21]);
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Offsets<'a> {
    /// Each is its own place.
    Counting,
    /// Differences of less than 256.
    Bytes(&'a [u8]),
    /// Differences of two bytes.
    Shorts(&'a [u16]),
    /// Differences of four bytes.
    Words(&'a [u32]),
}

impl Offsets<'_> {
    /// One of them.
    ///
    /// # Panics
    ///
    /// Panics where there is none.
    ///
    /// ```
    /// assert_eq!(dossier::graph::snapshot::Offsets::Shorts(&[300]).get(0), 300);
    /// ```
    #[inline]
    pub fn get(&self, at: usize) -> u64 {
        match self {
            Offsets::Counting => at as u64,
            Offsets::Bytes(offsets) => offsets[at].into(),
            Offsets::Shorts(offsets) => offsets[at].into(),
            Offsets::Words(offsets) => offsets[at].into(),
        }
    }
}

/// Integers in fewer bytes than they are read in.
///
/// ```
/// use dossier::graph::snapshot::{Integers, NarrowIntegers};
/// struct Tens;
/// impl NarrowIntegers for Tens {
///     fn len(&self) -> usize { 3 }
///     fn get(&self, at: usize) -> i64 { at as i64 * 10 }
///     fn all(&self) -> &[i64] { &[0, 10, 20] }
/// }
/// let tens = Integers::Narrow(&Tens);
/// assert_eq!((tens.len(), tens.get(2), tens.is_empty()), (3, 20, false));
/// assert_eq!(tens.iter().sum::<i64>(), 30);
/// ```
pub trait NarrowIntegers: Sync {
    /// How many there are.
    fn len(&self) -> usize;

    /// One of them.
    fn get(&self, at: usize) -> i64;

    /// All of them; the array is made when somebody first asks for it.
    fn all(&self) -> &[i64];

    /// The least of them, and how much larger each is, where they stand so.
    fn offsets(&self) -> Option<(i64, Offsets<'_>)> {
        None
    }

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a> Integers<'a> {
    /// How many there are.
    ///
    /// ```
    /// assert_eq!(dossier::graph::snapshot::Integers::Array(&[21]).len(), 1);
    /// ```
    #[inline]
    pub fn len(&self) -> usize {
        match self {
            Integers::Array(values) => values.len(),
            Integers::Narrow(values) => values.len(),
        }
    }

    /// Whether there are none.
    ///
    /// ```
    /// assert!(dossier::graph::snapshot::Integers::Array(&[]).is_empty());
    /// ```
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One of them.
    ///
    /// # Panics
    ///
    /// Panics where there is none.
    ///
    /// ```
    /// assert_eq!(dossier::graph::snapshot::Integers::Array(&[21]).get(0), 21);
    /// ```
    #[inline]
    pub fn get(&self, at: usize) -> i64 {
        match self {
            Integers::Array(values) => values[at],
            Integers::Narrow(values) => values.get(at),
        }
    }

    /// Whether these are the same entries, where they stand.
    pub(crate) fn is_same(self, other: Integers<'_>) -> bool {
        match (self, other) {
            (Integers::Array(a), Integers::Array(b)) => std::ptr::eq(a, b),
            (Integers::Narrow(a), Integers::Narrow(b)) => std::ptr::addr_eq(a, b),
            _ => false,
        }
    }

    /// The least of them, and how much larger each is, where they are narrow.
    ///
    /// ```
    /// use dossier::graph::snapshot::Integers;
    /// assert!(Integers::Array(&[21]).offsets().is_none());
    /// ```
    pub fn offsets(self) -> Option<(i64, Offsets<'a>)> {
        match self {
            Integers::Array(_) => None,
            Integers::Narrow(values) => values.offsets(),
        }
    }

    /// All of them; makes an array of those that are narrow.
    ///
    /// ```
    /// assert_eq!(dossier::graph::snapshot::Integers::Array(&[21, 26]).all(), [21, 26]);
    /// ```
    #[inline]
    pub fn all(self) -> &'a [i64] {
        match self {
            Integers::Array(values) => values,
            Integers::Narrow(values) => values.all(),
        }
    }
}

impl Deref for Integers<'_> {
    type Target = [i64];

    #[inline]
    fn deref(&self) -> &[i64] {
        self.all()
    }
}

impl fmt::Debug for Integers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Integers({} entries)", self.len())
    }
}

/// The part of a column that was written since the arrays were built.
///
/// ```
/// let store = dossier::Store::memory();
/// store.query("CREATE (:State {name: 'Nauru'})", ())?;
/// let graph = store.snapshot();
/// let names = graph.node_column(graph.catalog().key("name").unwrap());
/// let recent = names.recent.expect("no checkpoint since");
/// assert_eq!(recent.get(0), Some(&"Nauru".into()));
/// assert_eq!(recent.get(1), None);
/// # Ok::<(), dossier::Error>(())
/// ```
pub trait RecentColumn: Sync {
    /// The value written for the id (null where it was removed); `None` where the arrays still hold.
    ///
    /// ```
    /// use dossier::Value;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// store.database().checkpoint()?;
    /// store.query("MATCH (s:State) REMOVE s.name", ())?;
    /// let graph = store.snapshot();
    /// let names = graph.node_column(graph.catalog().key("name").expect("a name is never forgotten"));
    /// let recent = names.recent.expect("no checkpoint since");
    /// assert_eq!((recent.get(0), recent.get(1)), (Some(&Value::Null), None));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    fn get(&self, id: u32) -> Option<&Value>;
}

impl Column<'_> {
    /// The column in which nothing has a value.
    ///
    /// ```
    /// use dossier::graph::snapshot::Column;
    /// assert!(Column::EMPTY.get(0).is_null());
    /// ```
    pub const EMPTY: Column<'static> =
        Column { first: 0, present: None, data: ColumnData::Empty, recent: None, shape: None };

    /// What is known of the arrays as a whole; found out where nobody asked before.
    pub fn shape(&self) -> Cow<'_, Shape> {
        match self.shape {
            Some(kept) => Cow::Borrowed(kept.get_or_init(|| Shape::of(&self.data))),
            None => Cow::Owned(Shape::of(&self.data)),
        }
    }

    /// The value of an id; null where it has none.
    ///
    /// Dates come as dates, not as numbers of days.
    ///
    /// ```
    /// use dossier::value::time::Date;
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:War {began: date('2008-08-07')})", ())?;
    /// let graph = store.snapshot();
    /// let began = graph.node_column(graph.catalog().key("began").unwrap());
    /// assert_eq!(began.get(0), Date::parse("2008-08-07")?.into());
    /// assert!(began.get(1).is_null());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn get(&self, id: u32) -> Value {
        if let Some(value) = self.recent.and_then(|recent| recent.get(id)) {
            return value.clone();
        }
        let Some(at) = self.position(id) else { return Value::Null };
        match self.data {
            ColumnData::Empty => Value::Null,
            ColumnData::Boolean(values) => values[at].into(),
            ColumnData::Integer(values) => values.get(at).into(),
            ColumnData::Float(values) => values[at].into(),
            ColumnData::Date(days) => {
                Value::Date(crate::value::time::Date::from_days(i64::from(days[at])))
            }
            ColumnData::String { codes, dictionary } => Value::String(dictionary.text(codes[at])),
            ColumnData::Variant(values) => values[at].clone(),
        }
    }

    /// Whether every id of a range has a value in the arrays.
    ///
    /// ```
    /// use dossier::graph::snapshot::{Column, ColumnData, Integers};
    /// let data = ColumnData::Integer(Integers::Array(&[21, 0, 344]));
    /// let areas = Column { first: 10, present: Some(&[0b101]), data, ..Column::EMPTY };
    /// assert!(areas.covers(10..11) && !areas.covers(10..12) && !areas.covers(9..11));
    /// ```
    pub fn covers(&self, ids: Range<u32>) -> bool {
        if ids.is_empty() {
            return true;
        }
        let Some(begin) = ids.start.checked_sub(self.first).map(|at| at as usize) else {
            return false;
        };
        let end = begin + ids.len();
        if end > self.data.len() {
            return false;
        }
        let Some(bits) = self.present else { return true };
        (begin / 64..end.div_ceil(64)).all(|word| {
            let from = begin.saturating_sub(word * 64);
            let to = (end - word * 64).min(64);
            let wanted = (u64::MAX << from) & (u64::MAX >> (64 - to));
            bits.get(word).is_some_and(|bits| bits & wanted == wanted)
        })
    }

    /// The position of an id's entry in the arrays, where it has a value there.
    ///
    /// ```
    /// use dossier::graph::snapshot::{Column, ColumnData, Integers};
    /// let data = ColumnData::Integer(Integers::Array(&[21, 0, 344]));
    /// let areas = Column { first: 10, present: Some(&[0b101]), data, ..Column::EMPTY };
    /// assert_eq!((areas.position(12), areas.position(11)), (Some(2), None));
    /// ```
    pub fn position(&self, id: u32) -> Option<usize> {
        let at = id.checked_sub(self.first)? as usize;
        let inside = at < self.data.len();
        let present = self
            .present
            .is_none_or(|bits| bits.get(at / 64).is_some_and(|w| w >> (at % 64) & 1 == 1));
        (inside && present).then_some(at)
    }
}

impl ColumnData<'_> {
    /// How many entries there are.
    ///
    /// ```
    /// use dossier::graph::snapshot::ColumnData;
    /// assert_eq!(ColumnData::Float(&[0.5, 0.25]).len(), 2);
    /// ```
    pub fn len(&self) -> usize {
        match self {
            ColumnData::Empty => 0,
            ColumnData::Boolean(values) => values.len(),
            ColumnData::Integer(values) => values.len(),
            ColumnData::Float(values) => values.len(),
            ColumnData::Date(values) => values.len(),
            ColumnData::String { codes, .. } => codes.len(),
            ColumnData::Variant(values) => values.len(),
        }
    }

    /// Whether there is no entry.
    ///
    /// ```
    /// use dossier::graph::snapshot::ColumnData;
    /// assert!(ColumnData::Empty.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for Column<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Column")
            .field("first", &self.first)
            .field("len", &self.data.len())
            .field("recent", &self.recent.is_some())
            .finish_non_exhaustive()
    }
}
