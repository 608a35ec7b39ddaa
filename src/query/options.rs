//! How a query is to run: its parameters, its limits, and when statements must hold.

use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::bind::bound;
use crate::exec::Limits;
use crate::expr::{Expr, ExprKind};
use crate::syntax::ast;
use crate::text::Span;
use crate::value::time::{Date, Edtf};
use crate::value::{Map, Value};

/// How a query is to run.
///
/// ```
/// use dossier::{Options, Store};
/// use std::time::Duration;
/// let options = Options { timeout: Some(Duration::from_secs(1)), evidence: true, ..Options::default() };
/// let rows = Store::shipped()?.query_with("MATCH (:Person)-[:MET]->(p) RETURN p.name", &options)?;
/// assert!(!rows.evidence(0).is_empty());
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The values of `$name` parameters.
    pub parameters: Map,
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// Set to true from another thread (or a signal handler) to stop it.
    pub cancelled: Arc<AtomicBool>,
    /// How many bytes its operators may keep.
    pub memory_max_bytes: Option<usize>,
    /// How many rows the result may have; the query fails with `eval::result` as soon as there are more.
    pub rows_max: Option<usize>,
    /// How many rows the result may be expected to have: the matches are counted without being found, or
    /// where that takes long told from a sample of the graph. Where there would be more the query fails
    /// with `eval::result` before it begins.
    pub expected_rows_max: Option<usize>,
    /// About how many bytes the values of the result may take.
    pub result_max_bytes: Option<usize>,
    /// Whether each row is to say which statements it rests on: [`Rows::evidence`](crate::Rows::evidence) then has them.
    pub evidence: bool,
    /// When statements must hold, in every pattern that does not say so itself.
    pub time: Option<DefaultTime>,
    /// Whether rows that are possible and no more are wanted too, as `POSSIBLE` before the query says.
    pub possible: bool,
    /// The instant that clock functions see, in seconds and nanoseconds since
    /// 1970-01-01T00:00:00Z; the system's clock where it is not given.
    pub now: Option<(i64, u32)>,
    /// Where random numbers start; somewhere new each time where it is not given.
    pub seed: Option<u64>,
    /// The folders below which LOAD CSV may read; the current one where it is not given.
    pub csv_folders: Option<Vec<PathBuf>>,
    /// On how many threads the rows of an aggregate are read, however few are expected, as long as
    /// the result does not depend on it; as the machine and the expected work say where it is not given.
    pub threads: Option<usize>,
    /// Whether the plan's rewrites are left out: the rows are the same, and slower to come. For
    /// tests, and to find out whether a rewrite is at fault.
    pub plain_plan: bool,
}

/// When statements must hold, in every pattern that does not say so itself.
///
/// ```
/// use dossier::{DefaultTime, Options, Store, value::time::Date};
/// let options = Options { time: Some(DefaultTime::AsOf(Date::parse("2010-01-01")?)), ..Options::default() };
/// let query = "MATCH (s:State)-[:RECOGNISES]->(:Region {name: 'South Ossetia'}) RETURN s.name AS name";
/// let rows = Store::shipped()?.query_with(query, &options)?;
/// assert_eq!(rows.iter().map(|row| row.get::<String>("name")).next().transpose()?.as_deref(), Some("Russia"));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum DefaultTime {
    /// `AS OF` the day.
    AsOf(Date),
    /// `DURING` the period.
    During(Edtf),
}

/// Values for `$name` parameters: nothing, pairs, or a map.
///
/// ```
/// use dossier::value::Map;
/// let store = dossier::Store::memory();
/// store.query("RETURN 1 AS x", ())?;
/// store.query("RETURN $x + $y AS sum", [("x", 1), ("y", 2)])?;
/// let map = Map::from([("x".into(), 1.into()), ("who".into(), "Nauru".into())]);
/// store.query("RETURN $x AS x, $who AS who", map)?;
/// # Ok::<(), dossier::Error>(())
/// ```
pub trait IntoParameters {
    /// The values by name.
    ///
    /// ```
    /// use dossier::IntoParameters;
    /// assert_eq!([("x", 1)].into_parameters()["x"], 1.into());
    /// ```
    fn into_parameters(self) -> Map;
}

impl DefaultTime {
    /// What it asks of every statement.
    pub(super) fn asked(&self) -> bound::Asked {
        let (relation, at) = match self {
            DefaultTime::AsOf(day) => (ast::TimeRelation::AsOf, Value::Date(*day)),
            DefaultTime::During(period) => (ast::TimeRelation::During, period.clone().into()),
        };
        let operand = Expr::new(ExprKind::Constant(at), Span::default());
        let time = Some(bound::TimeTest { relation, operand });
        bound::Asked { time, view: bound::View::DEFAULT }
    }
}

impl Options {
    /// What a plan is remembered by: the text, and what the options add to its meaning.
    pub(super) fn key<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.time.is_none() && !self.possible {
            return Cow::Borrowed(text);
        }
        Cow::Owned(format!("{:?} {}\u{0}{text}", self.time, self.possible))
    }

    pub(super) fn limits(&self) -> Limits {
        Limits {
            cancelled: Arc::clone(&self.cancelled),
            deadline: self.timeout.and_then(|timeout| Instant::now().checked_add(timeout)),
            memory_max_bytes: self.memory_max_bytes,
            rows_max: self.rows_max,
            rows_counted: None,
            result_max_bytes: self.result_max_bytes,
            threads: self.threads,
            csv_folders: self.csv_folders.clone(),
        }
    }

    pub(crate) fn now(&self) -> (i64, u32) {
        self.now.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            (i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos())
        })
    }

    pub(super) fn seed(&self) -> u64 {
        self.seed.unwrap_or_else(|| RandomState::new().hash_one(self.now()))
    }
}

impl IntoParameters for () {
    fn into_parameters(self) -> Map {
        Map::new()
    }
}
impl IntoParameters for Map {
    fn into_parameters(self) -> Map {
        self
    }
}
impl<K: Into<Arc<str>>, V: Into<Value>, const N: usize> IntoParameters for [(K, V); N] {
    fn into_parameters(self) -> Map {
        self.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
    }
}
