//! The life of a query: the one file that calls every stage, in order.
//!
//! ```text
//! text ── parse ── bind ── plan ── execute over a snapshot ── rows
//! ```
//!
//! A [`Store`] is where a program starts. It keeps a graph, the procedures that CALL can call, and
//! the plans of recent queries. A query that only reads runs on the snapshot of the last commit and
//! waits for nobody; one that writes runs in a transaction of its own, which is committed when it
//! has succeeded as a whole and forgotten otherwise: a failing statement leaves nothing.

mod execute;
mod expected;
mod lift;
mod notes;
mod open;
mod options;
mod prepared;
mod rules;
mod session;
mod transaction;
pub mod transfer;
mod why_not;
mod words;

use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use hashbrown::HashMap;

use crate::bind::{self, bound};
use crate::error::{Error, Result, bind as codes};
use crate::exec::procedure::{Procedure, Procedures};
use crate::graph::row::Rows;
use crate::graph::{Snapshot, Transaction};
use crate::plan::explain;
use crate::plan::physical::Plan;
use crate::plan::{self, Rewrites};
use crate::question::English;
use crate::store::{Database, StoreSnapshot, WriteTransaction};
use crate::syntax::{self, ast};
use crate::value::Value;

pub use options::{DefaultTime, IntoParameters, Options};
pub use prepared::Prepared;
use session::Open;
pub use transaction::Transaction as StoreTransaction;

pub use crate::exec::set_process_memory_max;
pub use crate::store::Options as StoreOptions;
pub(crate) use crate::store::is_guarded;

/// How many plans a store remembers.
const PLANS_MAX: usize = 512;
/// Texts longer than this are planned anew each time rather than remembered.
const CACHED_TEXT_MAX_BYTES: usize = 4 << 10;
/// Longer texts can be as deep as they are long (a thousand operators in a row, a thousand
/// clauses): they are run on a stack of their own.
const DEEP_TEXT_BYTES: usize = 512;
/// Address space that is used as far as it is needed.
#[cfg(target_pointer_width = "64")]
const LARGE_STACK_BYTES: usize = 512 << 20;
#[cfg(not(target_pointer_width = "64"))]
const LARGE_STACK_BYTES: usize = 64 << 20;

/// A graph that can be queried, written and asked: the entry to the library.
///
/// Cheap to clone; clones are the same store. `Send + Sync`: any number of threads may read
/// while one writes.
///
/// [`Store::open`], [`Store::create`] and [`Store::memory`] give one. Each statement of
/// [`Store::query`] is a commit of its own; [`Store::begin`] and [`Store::session`] put several in
/// one. What changes while a query runs does not reach it: it sees the graph of the last commit.
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
    /// The transaction of a session: `None` where statements commit by themselves.
    session: Option<Arc<Mutex<Option<Open>>>>,
}
#[derive(Debug)]
struct Inner {
    database: Database,
    procedures: RwLock<Arc<Procedures>>,
    plans: Mutex<HashMap<Arc<str>, Arc<Planned>>>,
    /// The words and names of the graph at a commit: made when the first question comes.
    english: Mutex<Option<(u64, Arc<English>)>>,
    /// The graph as it was known at an earlier commit: seen from which one, that commit, the graph.
    known: Mutex<Option<(Weak<StoreSnapshot>, u64, Arc<StoreSnapshot>)>>,
    /// The graph with what its rules derive, and what it was derived of.
    derived: Mutex<Option<rules::Kept>>,
}

/// A statement that has been bound and planned.
#[derive(Debug)]
struct Planned {
    statement: bound::Statement,
    plan: Plan,
    /// What it was made for.
    fit: Fit,
}

/// What a plan depends on of the graph.
#[derive(Clone, Debug, Default)]
struct Fit {
    /// How large it is: a plan for a graph of another size is still right, but may be slow.
    size: u64,
    /// The properties that have stated values: the binder has to know.
    stated: Vec<Arc<str>>,
}

impl Fit {
    fn of(graph: &dyn Snapshot) -> Fit {
        let statistics = graph.statistics();
        let size = statistics.nodes + statistics.statements;
        let mut stated = graph.catalog().stated_keys();
        stated.sort_unstable();
        Fit { size, stated }
    }

    /// Whether a plan made for another graph serves this one.
    fn serves(&self, made: &Fit) -> bool {
        let (size, other) = (self.size, made.size);
        size / 2 <= other && other / 2 <= size && self.stated == made.stated
    }
}

impl Store {
    /// Runs one statement and returns its rows; one that writes is committed before this returns.
    ///
    /// Parameters are `()`, an array of pairs, or a [`Map`](crate::value::Map). Fails with a mistake in the text (it
    /// has a place), a value that cannot be computed, or a store that cannot be written; then
    /// nothing of the statement is left in the graph.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// let rows = store.query("RETURN $x + 1 AS y", [("x", 41)])?;
    /// assert_eq!(rows.get(0).unwrap().get::<i64>("y")?, 42);
    /// let error = store.query("RETURN 1 / 0", ()).unwrap_err();
    /// assert_eq!(error.code(), "eval::division_by_zero");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn query(&self, text: &str, parameters: impl IntoParameters) -> Result<Rows> {
        let parameters = parameters.into_parameters();
        self.query_with(text, &Options { parameters, ..Options::default() })
    }

    /// Runs one statement as [`Store::query`] does, with options.
    ///
    /// ```
    /// use dossier::{Options, Store};
    /// use std::time::Duration;
    /// let store = Store::memory();
    /// let options = Options { timeout: Some(Duration::ZERO), ..Options::default() };
    /// let long = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN sum(a * b)";
    /// assert!(store.query_with(long, &options).unwrap_err().is_interrupted());
    /// ```
    pub fn query_with(&self, text: &str, options: &Options) -> Result<Rows> {
        self.read_with(text, options).map_err(|error| {
            // What a failing statement has changed cannot be told from what came before it.
            match self.opened().as_deref_mut() {
                Some(open @ Some(_)) if !error.is_of_transaction_state() => {
                    *open = None;
                    error.note("The transaction has been rolled back.")
                }
                _ => error,
            }
        })
    }

    /// Runs one statement, and leaves a transaction that goes on as it is where that fails: for a statement that only
    /// reads, as a question's does.
    pub(crate) fn read_with(&self, text: &str, options: &Options) -> Result<Rows> {
        on_stack_for(text, || self.run(text, options, None)).map_err(|error| error.in_text(text))
    }

    /// Draws the plan of a statement without running it.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let plan = store.explain("MATCH (s:State {name: 'Nauru'}) RETURN s.name")?;
    /// assert!(plan.contains("NodeLookup"));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn explain(&self, text: &str) -> Result<String> {
        let options = Options::default();
        let fit = self.fit(None);
        let planned = on_stack_for(text, || self.planned(text, &options, &fit, false, None))
            .map_err(|error| error.in_text(text))?;
        Ok(match planned {
            Ready::Query(planned) => {
                let plan = self.estimated(&planned, &options.parameters, None)?;
                explain::draw(&plan, &planned.statement, None)
            }
            Ready::Command(_) => "A command: it has no plan.\n".to_owned(),
            Ready::WhyNot(_) => "Several queries, each with a plan of its own.\n".to_owned(),
        })
    }

    /// What the store is made of: for whole tables, checkpoints and care.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// store.database().checkpoint()?;
    /// let report = store.database().check()?;
    /// assert_eq!(report.relationships, store.snapshot().statistics().statements);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn database(&self) -> &Database {
        &self.inner.database
    }

    /// The graph as of the last commit. It never changes; taking it waits for nobody.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// let before = store.snapshot();
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// assert_eq!(before.statistics().nodes, 0);
    /// assert_eq!(store.snapshot().statistics().nodes, 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn snapshot(&self) -> Arc<dyn Snapshot> {
        match self.opened().as_deref() {
            Some(Some(open)) => open.transaction.snapshot(),
            _ => self.inner.database.begin_read(),
        }
    }

    /// Empties the graph and forgets declared procedures.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// store.reset()?;
    /// assert_eq!(store.snapshot().statistics().nodes, 0);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn reset(&self) -> Result<()> {
        if let Some(mut open) = self.opened() {
            *open = None;
        }
        self.inner.database.reset()?;
        self.set_procedures(Procedures::with_builtins());
        Ok(())
    }

    /// The names of all procedures that CALL can call, in alphabetical order.
    ///
    /// ```
    /// let names = dossier::Store::memory().procedure_names();
    /// assert!(names.iter().any(|name| name == "algo.pageRank"));
    /// ```
    pub fn procedure_names(&self) -> Vec<String> {
        self.procedures().names().map(str::to_owned).collect()
    }

    /// Declares a procedure that CALL can call, from its signature and a table: input columns
    /// first, then result columns. A call gives the rows whose inputs equal its arguments. It
    /// stays until the next reset.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// let table = vec![vec!["Nauru".into(), "NR".into()], vec!["Russia".into(), "RU".into()]];
    /// store.declare_procedure("iso.code(name :: STRING) :: (code :: STRING)", table)?;
    /// let rows = store.query("CALL iso.code('Nauru') YIELD code RETURN code", ())?;
    /// assert_eq!(rows.get(0).unwrap().get::<String>("code")?, "NR");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn declare_procedure(&self, signature: &str, rows: Vec<Vec<Value>>) -> Result<()> {
        let procedure = Procedure::table(signature, rows)?;
        let mut procedures = Procedures::clone(&self.procedures());
        procedures.declare(procedure);
        self.set_procedures(procedures);
        Ok(())
    }

    /// What CALL can call.
    pub(crate) fn procedures(&self) -> Arc<Procedures> {
        Arc::clone(&self.inner.procedures.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn set_procedures(&self, procedures: Procedures) {
        *self.inner.procedures.write().unwrap_or_else(PoisonError::into_inner) =
            Arc::new(procedures);
        // A remembered plan may call what is no longer there.
        self.inner.plans.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Runs a statement: within a transaction that goes on, or as a commit of its own.
    fn run(
        &self,
        text: &str,
        options: &Options,
        within: Option<&mut WriteTransaction>,
    ) -> Result<Rows> {
        let fit = self.fit(within.as_deref());
        if within.is_none()
            && !options.plain_plan
            && let Some(result) = self.run_lifted(text, options, &fit)
        {
            return result;
        }
        let shown = within.as_deref().map(Transaction::as_snapshot);
        match self.planned(text, options, &fit, true, shown)? {
            Ready::Command(command) => self.run_command(&command, text, options, within),
            Ready::WhyNot(statement) => self.why_not(&statement, text, options),
            Ready::Query(planned) => match planned.statement.prefix {
                None => self.run_plan(&planned, options, false, within).map(|(rows, _)| rows),
                Some(ast::Prefix::Explain) => {
                    let shown = within.as_deref().map(Transaction::as_snapshot);
                    let plan = self.estimated(&planned, &options.parameters, shown)?;
                    Ok(self.drawn(&plan, &planned.statement, None))
                }
                Some(ast::Prefix::Profile) => {
                    // Before the run, which may change what there is to be estimated.
                    let shown = within.as_deref().map(Transaction::as_snapshot);
                    let plan = self.estimated(&planned, &options.parameters, shown)?;
                    let (_, measured) = self.run_plan(&planned, options, true, within)?;
                    Ok(self.drawn(&plan, &planned.statement, Some(&measured)))
                }
                Some(ast::Prefix::Why | ast::Prefix::WhyNot) => {
                    let (rows, _) = self.run_plan(&planned, options, false, within)?;
                    Ok(rows.with_reasons())
                }
            },
        }
    }

    /// Parses, binds and plans a statement, or remembers it; `within` is what the transaction shows in which it runs,
    /// where that is not the session's.
    fn planned(
        &self,
        text: &str,
        options: &Options,
        fit: &Fit,
        check: bool,
        within: Option<&dyn Snapshot>,
    ) -> Result<Ready> {
        let parameters = &options.parameters;
        let plain = options.plain_plan;
        let key = options.key(text);
        if !plain
            && let Some(known) = self.remembered(&key, fit)
            && known.statement.parameters.iter().all(|name| parameters.contains_key(name))
        {
            return Ok(Ready::Query(known));
        }
        let mut statement = syntax::parse(text)?;
        if statement.prefix == Some(ast::Prefix::WhyNot) {
            return Ok(Ready::WhyNot(Box::new(statement)));
        }
        if !check {
            // A plan can be drawn before anybody has values for the parameters.
            statement.prefix = Some(ast::Prefix::Explain);
        }
        let session = options.time.as_ref().map(DefaultTime::asked);
        let seen = self.seen_in(within)?;
        let graph = seen.graph();
        let mut fit = Fit { stated: fit.stated.clone(), ..Fit::of(graph) };
        // What another process has stated meanwhile.
        fit.stated.extend(graph.catalog().stated_keys());
        fit.stated.sort_unstable();
        fit.stated.dedup();
        let mut statement = bind::bind(
            &statement,
            text,
            &*self.procedures(),
            parameters,
            session.as_ref(),
            &fit.stated,
        )?;
        statement.possible |= options.possible;
        let query = match &statement.kind {
            bound::StatementKind::Query(query) => query,
            bound::StatementKind::Command(command) => return Ok(Ready::Command(command.clone())),
        };
        let rewrites = if plain { Rewrites::None } else { Rewrites::All };
        let plan = plan::plan(&statement, query, graph, rewrites)?;
        let planned = Arc::new(Planned { statement, plan, fit });
        if check && !plain {
            self.remember(&key, &planned);
        }
        Ok(Ready::Query(planned))
    }

    fn remembered(&self, text: &str, fit: &Fit) -> Option<Arc<Planned>> {
        let plans = self.inner.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let planned = plans.get(text)?;
        fit.serves(&planned.fit).then(|| Arc::clone(planned))
    }

    /// What a plan has to fit: the transaction that it runs in, or the last commit that this process
    /// knows of.
    fn fit(&self, within: Option<&WriteTransaction>) -> Fit {
        match (within, self.opened().as_deref()) {
            (Some(transaction), _) => Fit::of(transaction),
            (None, Some(Some(open))) => Fit::of(&open.transaction),
            _ => Fit::of(&*self.inner.database.seen()),
        }
    }

    fn remember(&self, text: &str, planned: &Arc<Planned>) {
        if text.len() > CACHED_TEXT_MAX_BYTES {
            return;
        }
        let mut plans = self.inner.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if plans.len() >= PLANS_MAX {
            plans.clear();
        }
        plans.insert(text.into(), Arc::clone(planned));
    }
}

/// A statement that is ready to run.
enum Ready {
    Query(Arc<Planned>),
    Command(ast::StatementKind),
    /// `WHY NOT`, which runs several queries of its own.
    WhyNot(Box<ast::Statement>),
}

/// Does what a text asks for on a stack that is large enough for it.
///
/// Trees of a text are walked recursively in every stage; how deep they are is bounded by the
/// parser's limits, and this stack is large enough for those.
pub(crate) fn on_stack_for<T: Send>(
    text: &str,
    work: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    if text.len() <= DEEP_TEXT_BYTES {
        return work();
    }
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new()
            .name("dossier-query".to_owned())
            .stack_size(LARGE_STACK_BYTES);
        match builder.spawn_scoped(scope, work) {
            Ok(running) => running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(_) => Err(Error::new(&codes::TOO_COMPLEX, "There is no room for so long a query.")
                .hint("Split it into several statements.")),
        }
    })
}

/// A statement in its usual layout: a clause a line, keywords in capitals, spaces and brackets
/// where they belong. It means the same, down to the names of its columns; comments are left out.
///
/// ```
/// let tidy = dossier::query::format("match (s:State)  where s.name='Nauru' return s.name")?;
/// assert_eq!(tidy, "MATCH (s:State)\nWHERE s.name = 'Nauru'\nRETURN s.name");
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn format(text: &str) -> Result<String> {
    on_stack_for(text, || syntax::format(text))
}

/// The names of all functions that a query can call, aggregates included, in alphabetical order.
///
/// ```
/// assert!(dossier::query::function_names().contains(&"toUpper"));
/// ```
pub fn function_names() -> Vec<&'static str> {
    let aggregates = crate::expr::aggregate::AggregateFunction::names();
    let mut names: Vec<&str> = crate::expr::function::names().chain(aggregates).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_send_and_sync() {
        fn check<T: Send + Sync + Clone>() {}
        check::<Store>();
    }
}
