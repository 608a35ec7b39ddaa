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

mod lift;
mod prepared;
mod transaction;

use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hashbrown::HashMap;

use crate::bind::{self, bound};
use crate::command::{self, constraint};
use crate::error::{Error, Result, bind as codes, load as load_codes};
use crate::exec::procedure::{Procedure, Procedures};
use crate::exec::{self, Execution, Graph, Limits, Output};
use crate::expr::{Expr, ExprKind};
use crate::graph::row::Rows;
use crate::graph::transaction::Counters;
use crate::graph::{Snapshot, Transaction};
use crate::load;
use crate::plan::explain::{self, Measured};
use crate::plan::physical::Plan;
use crate::plan::{self, Rewrites};
use crate::question::English;
use crate::store::{self, Database, StoreSnapshot, WriteTransaction};
use crate::syntax::{self, ast};
use crate::text::Span;
use crate::value::time::{Date, Edtf};
use crate::value::{Map, Value};

pub use prepared::Prepared;
pub use transaction::Transaction as StoreTransaction;

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

/// A transaction that BEGIN has begun.
#[derive(Debug)]
struct Open {
    transaction: WriteTransaction,
}

#[derive(Debug)]
struct Inner {
    database: Database,
    procedures: RwLock<Arc<Procedures>>,
    plans: Mutex<HashMap<Arc<str>, Arc<Planned>>>,
    /// The words and names of the graph at a commit: made when the first question comes.
    english: Mutex<Option<(u64, Arc<English>)>>,
    /// The graph as it was known at an earlier commit: the last commit, that one, the graph.
    known: Mutex<Option<(u64, u64, Arc<StoreSnapshot>)>>,
}

/// A statement that has been bound and planned.
#[derive(Debug)]
struct Planned {
    statement: bound::Statement,
    plan: Plan,
    /// How large the graph was: a plan for a graph of another size is still right, but may be slow.
    size: u64,
}

impl Planned {
    /// Whether the graph has about the size that the plan was made for.
    fn fits(&self, size: u64) -> bool {
        size / 2 <= self.size && self.size / 2 <= size
    }
}

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
    /// Whether each row is to say which statements it rests on: [`Rows::evidence`] then has them.
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
pub trait IntoParameters {
    /// The values by name.
    fn into_parameters(self) -> Map;
}

impl Store {
    /// An empty graph in memory.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// assert_eq!(store.query("MATCH (s:State) RETURN s.name", ())?.len(), 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn memory() -> Store {
        Store::of(Database::memory())
    }

    /// Opens the store in a folder, in milliseconds whatever its size.
    ///
    /// Any number of processes may read a store while one writes. The first statement that writes
    /// takes the right to do so, until the store is closed.
    ///
    /// ```
    /// use dossier::Store;
    /// # let folder = std::env::temp_dir().join(format!("dossier-open-{}", std::process::id()));
    /// let store = Store::create(&folder)?;
    /// store.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// drop(store);
    /// let store = Store::open(&folder)?;
    /// assert_eq!(store.query("MATCH (s:State) RETURN s.name", ())?.len(), 1);
    /// assert_eq!(Store::open("no such folder").unwrap_err().code(), "store::no_store");
    /// # std::fs::remove_dir_all(folder).ok();
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Store> {
        Ok(Store::of(Database::open(path, store::Options::default())?))
    }

    /// Makes an empty store in a folder that is empty or not there yet.
    ///
    /// Fails with `store::exists` where there is a store or something else.
    pub fn create(path: impl AsRef<Path>) -> Result<Store> {
        Ok(Store::of(Database::create(path, store::Options::default())?))
    }

    /// Opens the store in a folder, or makes an empty one where there is none.
    ///
    /// ```
    /// use dossier::Store;
    /// # let folder = std::env::temp_dir().join(format!("dossier-either-{}", std::process::id()));
    /// for nodes in 0..2 {
    ///     let store = Store::open_or_create(&folder)?;
    ///     assert_eq!(store.snapshot().statistics().nodes, nodes);
    ///     store.query("CREATE ()", ())?;
    /// }
    /// # std::fs::remove_dir_all(folder).ok();
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn open_or_create(path: impl AsRef<Path>) -> Result<Store> {
        let path = path.as_ref();
        match Store::open(path) {
            Err(error) if error.code() == "store::no_store" => Store::create(path),
            opened => opened,
        }
    }

    /// A store over a database: what [`Database::create_from`] made, or one with options.
    ///
    /// ```
    /// use dossier::Store;
    /// use dossier::store::{Database, GenerationBuilder};
    /// let mut builder = GenerationBuilder::default();
    /// builder.add_nodes(&[], 3)?;
    /// let store = Store::of(Database::memory_from(builder)?);
    /// assert_eq!(store.query("MATCH (n) RETURN n", ())?.len(), 3);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn of(database: Database) -> Store {
        Store {
            session: None,
            inner: Arc::new(Inner {
                database,
                procedures: RwLock::new(Arc::new(Procedures::with_builtins())),
                plans: Mutex::default(),
                english: Mutex::default(),
                known: Mutex::default(),
            }),
        }
    }

    /// The facts that ship with Dossier, in memory.
    ///
    /// An error here means that the shipped facts themselves are wrong.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// assert!(store.snapshot().statistics().statements > 60);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn shipped() -> Result<Store> {
        let store = Store::memory();
        store.load_facts(load::facts::SHIPPED_NAME, load::facts::SHIPPED)?;
        Ok(store)
    }

    /// A graph in memory, made from tables as a recipe says (see `docs/import.md`).
    ///
    /// `paths` are files, or folders in which the recipe's files lie. The recipe's lexicons are
    /// loaded too, from beside the recipe.
    ///
    /// # Errors
    ///
    /// `load::recipe` for a mistake in the recipe, `load::io` for a file that cannot be read,
    /// `load::row` for a row that cannot be used where `rejects` is to stop there.
    pub fn from_tables(
        recipe: &Path,
        paths: &[PathBuf],
        rejects: load::import::Rejects,
    ) -> Result<(Store, load::import::Summary)> {
        Store::of_tables(recipe, paths, rejects, Database::memory_from)
    }

    /// A new store in a folder, made from tables as [`Store::from_tables`] makes a graph in memory.
    ///
    /// # Errors
    ///
    /// The same, and `store::exists` where the folder is not empty.
    pub fn create_from_tables(
        path: impl AsRef<Path>,
        recipe: &Path,
        paths: &[PathBuf],
        rejects: load::import::Rejects,
    ) -> Result<(Store, load::import::Summary)> {
        let create = |builder| Database::create_from(path, builder, store::Options::default());
        Store::of_tables(recipe, paths, rejects, create)
    }

    fn of_tables(
        recipe: &Path,
        paths: &[PathBuf],
        rejects: load::import::Rejects,
        make: impl FnOnce(store::GenerationBuilder) -> Result<Database>,
    ) -> Result<(Store, load::import::Summary)> {
        let name = recipe.display().to_string();
        let text = read_text(recipe)?;
        let parsed = load::recipe::Recipe::parse(&name, &text)?;
        let (builder, summary) = load::import::run(&parsed, paths, rejects)
            .map_err(|error| error.in_file(&name, &text))?;
        let store = Store::of(make(builder)?);
        for lexicon in &parsed.lexicons {
            if store.load_shipped_lexicon(&lexicon.text)?.is_some() {
                continue;
            }
            let path = recipe.parent().unwrap_or(Path::new("")).join(&lexicon.text);
            let words =
                read_text(&path).map_err(|error| error.at(lexicon.span).in_file(&name, &text))?;
            store.load_words(&path.display().to_string(), &words)?;
        }
        if !parsed.lexicons.is_empty() {
            store.inner.database.checkpoint()?;
        }
        Ok((store, summary))
    }

    /// A handle to the same graph in which BEGIN, COMMIT and ROLLBACK work.
    ///
    /// Between BEGIN and COMMIT its statements see one another's changes and nobody else does; a
    /// statement that fails takes the whole transaction back, and so does dropping the last clone
    /// of the session. Nobody else can write meanwhile.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// let session = store.session();
    /// session.query("BEGIN", ())?;
    /// session.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// assert_eq!(session.query("MATCH (s:State) RETURN s.name", ())?.len(), 1);
    /// assert_eq!(store.query("MATCH (s:State) RETURN s.name", ())?.len(), 0);
    /// session.query("COMMIT", ())?;
    /// assert_eq!(store.query("MATCH (s:State) RETURN s.name", ())?.len(), 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[must_use]
    pub fn session(&self) -> Store {
        Store { inner: Arc::clone(&self.inner), session: Some(Arc::default()) }
    }

    /// Whether a transaction is open in this session.
    pub fn is_in_transaction(&self) -> bool {
        self.opened().is_some_and(|open| open.is_some())
    }

    fn opened(&self) -> Option<MutexGuard<'_, Option<Open>>> {
        Some(self.session.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs one statement and returns its rows; one that writes is committed before this returns.
    ///
    /// Parameters are `()`, an array of pairs, or a [`Map`]. Fails with a mistake in the text (it
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
        on_stack_for(text, || self.run(text, options, None)).map_err(|error| {
            let error = error.in_text(text);
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
        let planned = on_stack_for(text, || self.planned(text, &options, false))
            .map_err(|error| error.in_text(text))?;
        Ok(match planned {
            Ready::Query(planned) => explain::draw(&planned.plan, &planned.statement, None),
            Ready::Command(_) => "A command: it has no plan.\n".to_owned(),
        })
    }

    /// Loads facts in the format of `data/` (see `docs/data-format.md`), all or none; `name` is
    /// what errors call the text.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// let error = store.load_facts("notes", "this is no fact").unwrap_err();
    /// assert_eq!(error.file(), Some("notes"));
    /// assert_eq!(store.snapshot().statistics().nodes, 0);
    /// ```
    pub fn load_facts(&self, name: &str, text: &str) -> Result<load::facts::Summary> {
        let mut transaction = self.inner.database.begin_write()?;
        let summary = load::facts::load(name, text, &mut transaction)?;
        transaction.commit()?;
        Ok(summary)
    }

    /// Adds the words of a lexicon file (see `docs/lexicon.md`), as far as the graph has what they
    /// are for, and says how many; `name` is what errors call the text.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:Person {name: 'Ada'})-[:KNOWS]->(:Person {name: 'Grace'})", ())?;
    /// let text = "dossier lexicon 1\ntype KNOWS\n    A is acquainted with B\n";
    /// assert_eq!(store.load_lexicon("words", text)?, 1);
    /// assert_eq!(store.ask("Who is acquainted with Grace?")?.answers, ["Ada"]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn load_lexicon(&self, name: &str, text: &str) -> Result<usize> {
        let mut transaction = self.inner.database.begin_write()?;
        let added = crate::question::pack::apply(name, text, &mut transaction)?;
        transaction.commit()?;
        Ok(added)
    }

    /// Adds the words of a lexicon that ships with Dossier: `diplomatic` or `geography`; says how
    /// many, and nothing where there is no lexicon of that name.
    pub fn load_shipped_lexicon(&self, name: &str) -> Result<Option<usize>> {
        let text = crate::question::pack::shipped(name);
        text.map(|text| self.load_lexicon(name, text)).transpose()
    }

    /// Loads a lexicon, or facts that declare words, by what the file's first line says it is.
    fn load_words(&self, name: &str, text: &str) -> Result<()> {
        if text.trim_start_matches('\u{feff}').starts_with("dossier lexicon") {
            self.load_lexicon(name, text).map(|_| ())
        } else {
            self.load_facts(name, text).map(|_| ())
        }
    }

    /// Teaches questions a word, or an example sentence, for a relationship type, a label or a
    /// property; says whether the graph has it.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// assert!(store.teach("endorses", "BACKED_BY")? && store.teach("A is blessed by B", "BACKED_BY")?);
    /// assert!(!store.teach("endorses", "NO_SUCH_TYPE")?);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn teach(&self, words: &str, means: &str) -> Result<bool> {
        let mut transaction = self.inner.database.begin_write()?;
        let known = crate::question::pack::teach(words, means, &mut transaction);
        if known {
            transaction.commit()?;
        }
        Ok(known)
    }

    /// What the store is made of: for whole tables, checkpoints and care.
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

    /// What questions to a snapshot need to know of its words and names.
    pub(crate) fn english(&self, graph: &dyn Snapshot) -> Arc<English> {
        let mut known = self.inner.english.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some((commit, english)) if *commit == graph.commit() => Arc::clone(english),
            _ => {
                let english = Arc::new(English::of(graph));
                *known = Some((graph.commit(), Arc::clone(&english)));
                english
            }
        }
    }

    /// The graph as it was known at a commit; the last one asked for is kept.
    fn known_at(&self, commit: u64) -> Result<Arc<StoreSnapshot>> {
        let now = self.inner.database.begin_read().commit();
        let mut kept = self.inner.known.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((last, at, graph)) if (*last, *at) == (now, commit) => Ok(Arc::clone(graph)),
            _ => {
                let graph = self.inner.database.known_at(commit)?;
                *kept = Some((now, commit, Arc::clone(&graph)));
                Ok(graph)
            }
        }
    }

    /// Runs a statement: within a transaction that goes on, or as a commit of its own.
    fn run(
        &self,
        text: &str,
        options: &Options,
        within: Option<&mut WriteTransaction>,
    ) -> Result<Rows> {
        if within.is_none()
            && !options.plain_plan
            && let Some(result) = self.run_lifted(text, options)
        {
            return result;
        }
        match self.planned(text, options, true)? {
            Ready::Command(command) => self.run_command(&command, text, options, within),
            Ready::Query(planned) => match planned.statement.prefix {
                None => self.run_plan(&planned, options, false, within).map(|(rows, _)| rows),
                Some(ast::Prefix::Explain) => Ok(self.drawn(&planned, None)),
                Some(ast::Prefix::Profile) => {
                    let (_, measured) = self.run_plan(&planned, options, true, within)?;
                    Ok(self.drawn(&planned, Some(&measured)))
                }
                Some(ast::Prefix::Why) => {
                    let (rows, _) = self.run_plan(&planned, options, false, within)?;
                    Ok(rows.with_reasons())
                }
            },
        }
    }

    /// Parses, binds and plans a statement, or remembers it.
    fn planned(&self, text: &str, options: &Options, check: bool) -> Result<Ready> {
        let parameters = &options.parameters;
        let plain = options.plain_plan;
        let key = options.key(text);
        let graph = self.inner.database.latest()?;
        let size = graph.statistics().nodes + graph.statistics().statements;
        if !plain
            && let Some(known) = self.remembered(&key, size)
            && known.statement.parameters.iter().all(|name| parameters.contains_key(name))
        {
            return Ok(Ready::Query(known));
        }
        let mut statement = syntax::parse(text)?;
        if !check {
            // A plan can be drawn before anybody has values for the parameters.
            statement.prefix = Some(ast::Prefix::Explain);
        }
        let session = options.time.as_ref().map(DefaultTime::asked);
        let mut statement =
            bind::bind(&statement, text, &*self.procedures(), parameters, session.as_ref())?;
        statement.possible |= options.possible;
        let query = match &statement.kind {
            bound::StatementKind::Query(query) => query,
            bound::StatementKind::Command(command) => return Ok(Ready::Command(command.clone())),
        };
        let rewrites = if plain { Rewrites::None } else { Rewrites::All };
        let plan = plan::plan(&statement, query, &*graph, rewrites)?;
        let planned = Arc::new(Planned { statement, plan, size });
        if check && !plain {
            self.remember(&key, &planned);
        }
        Ok(Ready::Query(planned))
    }

    fn remembered(&self, text: &str, size: u64) -> Option<Arc<Planned>> {
        let plans = self.inner.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let planned = plans.get(text)?;
        planned.fits(size).then(|| Arc::clone(planned))
    }

    /// How large the graph is.
    fn size(&self) -> u64 {
        let graph = self.inner.database.begin_read();
        graph.statistics().nodes + graph.statistics().statements
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

    fn run_plan(
        &self,
        planned: &Planned,
        options: &Options,
        profile: bool,
        within: Option<&mut WriteTransaction>,
    ) -> Result<(Rows, Vec<Measured>)> {
        let procedures = self.procedures();
        let limits = options.limits();
        let enumerated;
        let mut plan = &planned.plan;
        let why = planned.statement.prefix == Some(ast::Prefix::Why);
        let evidence = options.evidence || why;
        if evidence && !profile && plan.counts() {
            // What is counted and not found rests on nothing; evidence wants every match.
            let graph = self.inner.database.begin_read();
            let bound::StatementKind::Query(query) = &planned.statement.kind else {
                unreachable!("a statement with a plan is a query")
            };
            enumerated = plan::plan(&planned.statement, query, &*graph, Rewrites::Matches)?;
            plan = &enumerated;
        }
        let execution = |graph| Execution {
            graph,
            parameters: &options.parameters,
            now: options.now(),
            seed: options.seed(),
            limits: &limits,
            procedures: &procedures,
            evidence,
            witnesses: why,
            profile,
        };
        let (output, counters, graph): (Output, Counters, Arc<dyn Snapshot>);
        let mut session = if within.is_some() { None } else { self.opened() };
        let open = session.as_deref_mut().and_then(Option::as_mut);
        if let Some(known_at) = plan.known_at.first()
            && (plan.writes || within.is_some() || open.is_some())
        {
            let message = "What was known is read; a query that writes sees the graph as it is.";
            return Err(Error::new(&codes::UNEXPECTED, message).at(known_at.span));
        }
        if let Some(transaction) = within {
            output = exec::run(plan, execution(Graph::Write(transaction)))?;
            constraint::check(&*transaction, transaction.touched())?;
            counters = transaction.counters();
            graph = transaction.snapshot();
        } else if let Some(open) = open {
            let before = open.transaction.counters();
            if plan.writes {
                let transaction = &mut open.transaction;
                output = exec::run(plan, execution(Graph::Write(transaction)))?;
                constraint::check(&*transaction, transaction.touched())?;
                graph = transaction.snapshot();
            } else {
                graph = open.transaction.snapshot();
                output = exec::run(plan, execution(Graph::Read(&*graph)))?;
            }
            counters = open.transaction.counters().since(&before);
        } else if plan.writes {
            let mut transaction = self.inner.database.begin_write()?;
            transaction.at(options.now());
            output = exec::run(plan, execution(Graph::Write(&mut transaction)))?;
            constraint::check(&transaction, transaction.touched())?;
            counters = transaction.counters();
            graph = transaction.snapshot();
            transaction.commit()?;
        } else {
            let latest = self.inner.database.begin_read();
            let commit = exec::known_at(plan, execution(Graph::Read(&*latest)))?;
            let snapshot = match commit {
                Some(commit) => self.known_at(commit)?,
                None => Arc::clone(&latest),
            };
            output = exec::run(plan, execution(Graph::Read(&*snapshot)))?;
            counters = Counters::default();
            graph = snapshot;
        }
        let measured =
            output.profile.iter().map(|p| Measured { rows: p.rows, time: p.time }).collect();
        let columns = plan.columns.iter().map(|(name, _)| Arc::clone(name)).collect();
        let Output { values, len, evidence, truths, witnesses, .. } = output;
        let timed = plan.timed;
        let rows =
            Rows { columns, values, len, evidence, truths, timed, witnesses, counters, graph };
        Ok((rows, measured))
    }

    /// A plan as rows: a line for each operator.
    fn drawn(&self, planned: &Planned, measured: Option<&[Measured]>) -> Rows {
        let lines = explain::lines(&planned.plan, &planned.statement);
        let mut columns: Vec<Arc<str>> =
            ["operator", "details", "estimate"].map(Arc::from).to_vec();
        if measured.is_some() {
            columns.extend(["rows", "microseconds"].map(Arc::from));
        }
        let mut values = Vec::with_capacity(lines.len() * columns.len());
        for line in &lines {
            values.extend([
                line.operator.as_str().into(),
                line.details.as_str().into(),
                Value::Integer(line.estimate.round() as i64),
            ]);
            if let Some(measured) = measured {
                let did = measured.get(line.id as usize).copied().unwrap_or_default();
                values.extend([
                    Value::Integer(did.rows as i64),
                    Value::Integer(did.time.as_micros() as i64),
                ]);
            }
        }
        Rows {
            columns,
            values,
            len: lines.len(),
            evidence: Vec::new(),
            truths: Vec::new(),
            timed: false,
            witnesses: Vec::new(),
            counters: Counters::default(),
            graph: self.snapshot(),
        }
    }

    fn run_command(
        &self,
        command: &ast::StatementKind,
        text: &str,
        options: &Options,
        within: Option<&mut WriteTransaction>,
    ) -> Result<Rows> {
        if let ast::StatementKind::Transaction(command) = command
            && within.is_none()
            && let Some(mut open) = self.opened()
        {
            self.run_transaction_command(*command, &mut open)?;
            return Ok(rows_of(command::Table::default(), self.inner.database.begin_read()));
        }
        let constants = self.values(command::constants(command), text, options)?;
        if let Some(transaction) = within {
            let table = command::run(command, constants, transaction)?;
            return Ok(rows_of(table, transaction.snapshot()));
        }
        if let Some(Some(open)) = self.opened().as_deref_mut() {
            let table = command::run(command, constants, &mut open.transaction)?;
            return Ok(rows_of(table, open.transaction.snapshot()));
        }
        let mut transaction = self.inner.database.begin_write()?;
        transaction.at(options.now());
        let table = command::run(command, constants, &mut transaction)?;
        let graph = transaction.snapshot();
        transaction.commit()?;
        Ok(rows_of(table, graph))
    }

    fn run_transaction_command(
        &self,
        command: ast::TransactionCommand,
        open: &mut Option<Open>,
    ) -> Result<()> {
        let wrong = |message: &str, hint: &str| {
            Err(Error::new(&codes::TRANSACTION_STATE, message).hint(hint))
        };
        match (command, open.take()) {
            (ast::TransactionCommand::Begin, None) => {
                *open = Some(Open { transaction: self.inner.database.begin_write()? });
                Ok(())
            }
            (ast::TransactionCommand::Begin, Some(begun)) => {
                *open = Some(begun);
                wrong("A transaction is open already.", "COMMIT or ROLLBACK it first.")
            }
            (ast::TransactionCommand::Commit, Some(begun)) => {
                begun.transaction.commit().map(|_| ())
            }
            (ast::TransactionCommand::Rollback, Some(_)) => Ok(()),
            (_, None) => wrong("No transaction is open.", "BEGIN"),
        }
    }
}

fn rows_of(table: command::Table, graph: Arc<dyn Snapshot>) -> Rows {
    Rows {
        len: table.rows.len(),
        columns: table.columns,
        values: table.rows.into_iter().flatten().collect(),
        evidence: Vec::new(),
        truths: Vec::new(),
        timed: false,
        witnesses: Vec::new(),
        counters: Counters::default(),
        graph,
    }
}

impl Store {
    /// The values of expressions of a command, by way of a query that returns them.
    fn values(
        &self,
        expressions: Vec<&ast::Expression>,
        text: &str,
        options: &Options,
    ) -> Result<Vec<Value>> {
        if expressions.is_empty() {
            return Ok(Vec::new());
        }
        let statement = ast::Statement::returning(expressions);
        let statement =
            bind::bind(&statement, text, &*self.procedures(), &options.parameters, None)?;
        let bound::StatementKind::Query(query) = &statement.kind else { return Ok(Vec::new()) };
        let plan =
            plan::plan(&statement, query, &*self.inner.database.begin_read(), Rewrites::All)?;
        let size = 0;
        let (rows, _) = self.run_plan(&Planned { statement, plan, size }, options, false, None)?;
        Ok(rows.values)
    }
}

/// A statement that is ready to run.
enum Ready {
    Query(Arc<Planned>),
    Command(ast::StatementKind),
}

impl DefaultTime {
    /// What it asks of every statement.
    fn asked(&self) -> bound::Asked {
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
    fn key<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.time.is_none() && !self.possible {
            return Cow::Borrowed(text);
        }
        Cow::Owned(format!("{:?} {}\u{0}{text}", self.time, self.possible))
    }

    fn limits(&self) -> Limits {
        Limits {
            cancelled: Arc::clone(&self.cancelled),
            deadline: self.timeout.and_then(|timeout| Instant::now().checked_add(timeout)),
            memory_max_bytes: self.memory_max_bytes,
            csv_folders: match &self.csv_folders {
                Some(folders) => folders.clone(),
                None => std::env::current_dir().into_iter().collect(),
            },
        }
    }

    fn now(&self) -> (i64, u32) {
        self.now.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            (i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos())
        })
    }

    fn seed(&self) -> u64 {
        self.seed.unwrap_or_else(|| RandomState::new().hash_one(self.now()))
    }
}

/// A file of text.
fn read_text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| {
        let message = format!("The file `{}` cannot be read: {error}.", path.display());
        Error::new(&load_codes::IO, message)
    })
}

/// Does what a text asks for on a stack that is large enough for it.
///
/// Trees of a text are walked recursively in every stage; how deep they are is bounded by the
/// parser's limits, and this stack is large enough for those.
fn on_stack_for<T: Send>(text: &str, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_send_and_sync() {
        fn check<T: Send + Sync + Clone>() {}
        check::<Store>();
    }
}
