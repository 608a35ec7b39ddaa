//! The life of a query: the one file that calls every stage, in order.
//!
//! text → parse → bind → plan → execute over a snapshot → rows.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::exec::procedure::Procedures;
use crate::graph::Snapshot;
use crate::graph::row::Rows;
use crate::value::{Map, Value};

/// A graph that can be queried, written and asked: the entry to the library.
///
/// Cheap to clone; clones are the same store. `Send + Sync`: any number of threads may read
/// while one writes.
///
/// ```
/// use dossier::Store;
/// let store = Store::shipped()?;
/// let rows = store.query(
///     "MATCH (s:State)-[:RECOGNISES]->(:Region {name: $region}) RETURN s.name AS state ORDER BY state",
///     [("region", "South Ossetia")],
/// )?;
/// let states: Vec<String> = rows.iter().map(|row| row.get("state")).collect::<Result<_, _>>()?;
/// assert_eq!(states, ["Nauru", "Nicaragua", "Russia", "Syria", "Venezuela"]);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    procedures: std::sync::RwLock<Procedures>,
}

/// How a query is to run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The values of `$name` parameters.
    pub parameters: Map,
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// Set to true from another thread (or a signal handler) to stop it.
    pub cancelled: Arc<std::sync::atomic::AtomicBool>,
    /// How many bytes its operators may keep.
    pub memory_max_bytes: Option<usize>,
    /// Whether each row is to say which statements it rests on: [`Rows`] then has evidence.
    pub evidence: bool,
}

/// Values for `$name` parameters: nothing, pairs, or a map.
pub trait IntoParameters {
    /// The values by name.
    fn into_parameters(self) -> Map;
}

impl Store {
    /// An empty graph in memory.
    pub fn memory() -> Store {
        Store { inner: Arc::new(Inner { procedures: std::sync::RwLock::default() }) }
    }

    /// The facts that ship with Dossier, in memory.
    pub fn shipped() -> Result<Store> {
        Ok(Store::memory())
    }

    /// Runs one statement and returns its rows; a statement that writes is committed before this returns.
    pub fn query(&self, text: &str, parameters: impl IntoParameters) -> Result<Rows> {
        self.query_with(
            text,
            &Options { parameters: parameters.into_parameters(), ..Options::default() },
        )
    }

    /// Runs one statement with options.
    pub fn query_with(&self, text: &str, options: &Options) -> Result<Rows> {
        let _ = (&self.inner.procedures, options, Instant::now());
        Err(Error::new(&crate::error::bind::UNSUPPORTED, "not yet").in_text(text))
    }

    /// Draws the plan of a statement without running it.
    pub fn explain(&self, text: &str) -> Result<String> {
        Err(Error::new(&crate::error::bind::UNSUPPORTED, "not yet").in_text(text))
    }

    /// Loads facts in the format of `data/` (see `docs/data-format.md`), all or none; `name` is what errors call the text.
    pub fn load_facts(&self, name: &str, text: &str) -> Result<()> {
        Err(Error::new(&crate::error::load::UNEXPECTED, "not yet").in_file(name, text))
    }

    /// The graph as it is now.
    pub fn snapshot(&self) -> Arc<dyn Snapshot> {
        unimplemented!("lands with the store")
    }

    /// Empties the graph and forgets declared procedures.
    pub fn reset(&self) -> Result<()> {
        Ok(())
    }

    /// The names of all procedures that CALL can call, in alphabetical order.
    pub fn procedure_names(&self) -> Vec<String> {
        let procedures = self.inner.procedures.read().unwrap_or_else(PoisonError::into_inner);
        procedures.names().map(str::to_owned).collect()
    }

    /// Declares a procedure that CALL can call, from its signature and a table: input columns first, then result columns.
    pub fn declare_procedure(&self, signature: &str, rows: Vec<Vec<Value>>) -> Result<()> {
        let _ = (signature, rows);
        Ok(())
    }
}

/// The names of all functions that a query can call, aggregates included, in alphabetical order.
pub fn function_names() -> Vec<&'static str> {
    let aggregates = crate::expr::aggregate::AggregateFunction::names();
    let mut names: Vec<&str> = crate::expr::function::names().chain(aggregates).collect();
    names.sort_unstable();
    names
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
