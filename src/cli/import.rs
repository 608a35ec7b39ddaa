//! `dossier import`: data into a store, which is made where there is none.
//!
//! What a file holds is seen from its name, unless `--as` says it; tables need a recipe, or headers in
//! Neo4j's convention. Each file but tables is one commit; all tables together are one, with what is declared
//! beside them.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::again;
use super::args::{GraphArguments, ImportArguments, ImportFormat};
use super::failure::Failure;
use super::input::Input;
use super::resume::{self, Imported, Mode};
use super::screen::Screen;
use super::script::{self, Dialect};
use super::text_file;
use crate::error::{Error, request};
use crate::load::import::{Rejects, Summary};
use crate::load::{self, headers};
use crate::query::{Options, Store};
use crate::text::Span;

/// What a file may hold.
const HOLDS: &str = if cfg!(feature = "rdf") {
    "--as facts | cypher | jsonl | tables | rdf"
} else {
    "--as facts | cypher | jsonl | tables"
};
/// How long an import takes before somebody is told how far it is.
const SILENCE: Duration = Duration::from_secs(2);
/// How often somebody is told.
const TOLD_EVERY: Duration = Duration::from_millis(200);

/// Adds files to a store.
pub fn run(
    graph: &GraphArguments,
    arguments: &ImportArguments,
    screen: &Screen,
) -> Result<(), Failure> {
    if graph.store.is_none() {
        return Err(missing("An import needs a store.", "--store FOLDER"));
    }
    let plan = plan(graph, arguments)?;
    let is_new = graph.store.as_ref().is_some_and(|path| {
        std::fs::read_dir(path).map_or(true, |mut entries| entries.next().is_none())
    });
    let store = super::open_or_create(graph, screen)?;
    let before = store.snapshot();
    let mode = match (arguments.resume, arguments.again) {
        (true, _) => Mode::Resume,
        (_, true) => Mode::Again,
        _ => Mode::Refuse,
    };
    let added = Imported::of(&store, mode)
        .map_err(Failure::from)
        .and_then(|imported| add(&store, &plan, &imported, graph, screen));
    if let Err(failure) = added {
        let commits = store.snapshot().commit() - before.commit();
        drop(store);
        return Err(left_behind(failure, graph, is_new, commits));
    }
    let (before, after) = (before.statistics(), store.snapshot());
    let after = after.statistics();
    screen.remark(&format!(
        "{} nodes, {} relationships",
        difference(before.nodes, after.nodes),
        difference(before.statements, after.statements),
    ));
    Ok(())
}

/// The failure of an import, and what it leaves behind: nothing where nothing was there before.
fn left_behind(failure: Failure, graph: &GraphArguments, is_new: bool, commits: u64) -> Failure {
    if commits > 0 {
        let Failure::Error(error) = failure else { return failure };
        return (*error)
            .note("The files before it are in the store.")
            .hint("To go on with the rest: the same command with --resume")
            .into();
    }
    if let Some(path) = graph.store.as_ref().filter(|_| is_new) {
        // What cannot be removed is an empty store, which the next import fills.
        let _ = Store::discard_empty(path);
    }
    failure
}

/// Carries the steps out, one after the other.
fn add(
    store: &Store,
    plan: &[Step],
    imported: &Imported,
    graph: &GraphArguments,
    screen: &Screen,
) -> Result<(), Failure> {
    let mut progress = Progress::new();
    let mut rejects = Some(rejects(graph)?);
    let mut told = |rows| progress.tell(rows);
    // All are looked at before the first is added: a refusal leaves nothing half done.
    let mut wanted = Vec::with_capacity(plan.len());
    for step in plan {
        let (recipe, files) = step.files();
        let marks = resume::marks(recipe, files)?;
        if imported.wants(&marks)? {
            wanted.push((step, marks));
        } else {
            screen.remark(&format!("{} is in the store already", step.shown()));
        }
    }
    for (step, marks) in wanted {
        store.database().note_import(resume::note(&marks));
        // Only one of the steps can have rows that are left out, so there is one file of them.
        let mut rejects = || rejects.take().unwrap_or_default();
        let summary = match step {
            Step::Recipe(recipe, paths) => {
                store.import_tables(recipe, paths, rejects(), &mut told)?
            }
            Step::Headers(paths) => store.import_headed(paths, rejects(), &mut told)?,
            Step::Elements(path) => {
                let mut input = load::unpacked(path)?;
                store.import_elements(path, &mut input, rejects(), &mut told)?
            }
            #[cfg(feature = "rdf")]
            Step::Triples(path) => store.import_triples(path, rejects(), &mut told)?,
            Step::Facts(path) => {
                let (name, text) = text_file::read_facts(path)?;
                let load = |text: &str| store.load_facts(&name, text).map(drop);
                again::leaving_out(path, text, rejects(), again::lines_of_facts, load)?
            }
            Step::Script(path) => {
                let (name, text) = text_file::read(path)?;
                let run = |text: &str| run_script(store, name.as_deref(), text);
                again::leaving_out(path, text, rejects(), again::statement, run)?
            }
        };
        // What changed nothing was no commit.
        store.database().note_import(None);
        remark(&summary, screen);
    }
    progress.end();
    Ok(())
}

/// How many there are, and how many of them are new where there were some before.
fn difference(before: u64, after: u64) -> String {
    if before == 0 {
        after.to_string()
    } else {
        format!("{after} (+{})", after.saturating_sub(before))
    }
}

/// One commit's worth of files.
enum Step {
    Recipe(PathBuf, Vec<PathBuf>),
    Headers(Vec<PathBuf>),
    Elements(PathBuf),
    #[cfg(feature = "rdf")]
    Triples(PathBuf),
    Facts(PathBuf),
    Script(PathBuf),
}

impl Step {
    /// The recipe, if there is one, and the files that it is read from.
    fn files(&self) -> (Option<&Path>, &[PathBuf]) {
        match self {
            Step::Recipe(recipe, paths) => (Some(recipe), paths),
            Step::Headers(paths) => (None, paths),
            #[cfg(feature = "rdf")]
            Step::Triples(path) => (None, std::slice::from_ref(path)),
            Step::Elements(path) | Step::Facts(path) | Step::Script(path) => {
                (None, std::slice::from_ref(path))
            }
        }
    }

    /// What people call it.
    fn shown(&self) -> String {
        let (_, paths) = self.files();
        paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
    }
}

/// What is to be done with which files.
fn plan(graph: &GraphArguments, arguments: &ImportArguments) -> Result<Vec<Step>, Failure> {
    if let Some(recipe) = &graph.recipe {
        if arguments.format.is_some_and(|format| format != ImportFormat::Tables) {
            return Err(missing("A recipe is for tables.", "--as tables"));
        }
        return Ok(vec![Step::Recipe(recipe.clone(), arguments.paths.clone())]);
    }
    let (mut tables, mut steps) = (Vec::new(), Vec::new());
    let paths = files_of(&arguments.paths)?;
    let is_table = |path: &PathBuf| format_of(path) == Some(ImportFormat::Tables);
    let has_tables = paths.iter().any(is_table);
    for mut path in paths {
        if has_tables && headers::is_declarations(&path) {
            tables.push(path);
            continue;
        }
        let format = arguments.format.or_else(|| format_of(&path));
        if path == Path::new("-") && format == Some(ImportFormat::Jsonl) {
            path = PathBuf::from("/dev/stdin");
        }
        match format {
            Some(ImportFormat::Facts) => steps.push(Step::Facts(path)),
            Some(ImportFormat::Cypher) => steps.push(Step::Script(path)),
            Some(ImportFormat::Jsonl) => steps.push(Step::Elements(path)),
            #[cfg(feature = "rdf")]
            Some(ImportFormat::Rdf) => steps.push(Step::Triples(path)),
            Some(ImportFormat::Tables)
                if path == Path::new("-") || path.exists() && !path.is_file() && !path.is_dir() =>
            {
                let message = format!(
                    "Tables are read more than once: `{}` can be read only once.",
                    path.display()
                );
                return Err(missing(&message, "Write it to a file first: cat > table.csv"));
            }
            Some(ImportFormat::Tables) if path.is_file() && !headers::has_roles(&path)? => {
                let message = format!(
                    "The headers of `{}` do not say what the columns mean.",
                    path.display()
                );
                return Err(Error::new(&request::COMMAND, message)
                    .hint("A recipe does: dossier import --store FOLDER --recipe FILE PATH")
                    .hint(
                        "So do headers such as id:ID, name, :LABEL and :START_ID, :END_ID, :TYPE.",
                    )
                    .into());
            }
            Some(ImportFormat::Tables) => tables.push(path),
            None => {
                let message =
                    format!("What `{}` holds cannot be seen from its name.", path.display());
                return Err(missing(&message, HOLDS));
            }
        }
    }
    if !tables.is_empty() {
        steps.push(Step::Headers(tables));
    }
    if graph.rejects.is_some() && steps.len() > 1 {
        let message = "One file of rejects is for one import.";
        return Err(missing(message, "Import the files one after the other."));
    }
    Ok(steps)
}

/// The files that were given; a folder stands for those in it whose names say what they hold.
fn files_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let unreadable = |error: io::Error| {
            let message = format!("`{}` cannot be read: {error}.", path.display());
            Error::new(&request::IO, message)
        };
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).map_err(unreadable)? {
            inside.push(entry.map_err(unreadable)?.path());
        }
        inside.retain(|path| path.is_file() && format_of(path).is_some());
        inside.sort_unstable();
        if inside.is_empty() {
            let message = format!("`{}` holds no file that can be imported.", path.display());
            return Err(missing(&message, "Give files, or a recipe: --recipe FILE FOLDER"));
        }
        files.append(&mut inside);
    }
    Ok(files)
}

/// What a file holds, from its name.
fn format_of(path: &Path) -> Option<ImportFormat> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let plain = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
    Some(match plain.rsplit_once('.')?.1 {
        "dossier" | "facts" => ImportFormat::Facts,
        "cypher" | "cql" => ImportFormat::Cypher,
        "jsonl" | "ndjson" => ImportFormat::Jsonl,
        "csv" | "tsv" | "tab" | "parquet" | "arrow" | "arrows" | "feather" => ImportFormat::Tables,
        #[cfg(feature = "rdf")]
        "ttl" | "nt" | "n3" | "nq" | "trig" | "rdf" | "jsonld" => ImportFormat::Rdf,
        _ => return None,
    })
}

/// Runs the statements of a script as one transaction.
fn run_script(store: &Store, name: Option<&str>, text: &str) -> Result<(), Error> {
    let session = store.session();
    session.query("BEGIN", ())?;
    for step in script::split(text, Dialect::Statements) {
        let located = |error: Error| error.in_part_of(name, text, step.at.start);
        let statement = &text[step.at.clone()];
        if step.kind != Input::Query {
            let error = Error::new(&request::COMMAND, "An import runs statements, no commands.")
                .at(Span::of(0, statement.len()));
            return Err(located(error.hint("dossier query --store FOLDER -f FILE")));
        }
        session.query_with(statement, &Options::default()).map_err(located)?;
    }
    session.query("COMMIT", ())?;
    Ok(())
}

/// Tells people how far an import is.
struct Progress {
    begun: Instant,
    told: Option<Instant>,
    rows: u64,
    /// Whether anybody is there.
    terminal: bool,
}

impl Progress {
    fn new() -> Progress {
        Progress {
            begun: Instant::now(),
            told: None,
            rows: 0,
            terminal: io::stderr().is_terminal(),
        }
    }

    fn tell(&mut self, rows: u64) {
        self.rows += rows;
        let since = self.told.map_or(SILENCE.saturating_sub(self.begun.elapsed()), |told| {
            TOLD_EVERY.saturating_sub(told.elapsed())
        });
        if !self.terminal || since > Duration::ZERO {
            return;
        }
        self.told = Some(Instant::now());
        let rate = self.rows as f64 / self.begun.elapsed().as_secs_f64();
        let _ = write!(io::stderr().lock(), "\r{} rows read, {rate:.0} a second\x1b[K", self.rows);
    }

    fn end(&mut self) {
        if self.told.take().is_some() {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

/// The error for an argument that is not there.
pub fn missing(message: &str, hint: &str) -> Failure {
    Error::new(&request::COMMAND, message).hint(hint).into()
}

/// A store is not made of tables when it is opened.
pub fn refuse_recipe(graph: &GraphArguments) -> Result<(), Failure> {
    match graph.recipe {
        None => Ok(()),
        Some(_) => Err(missing(
            "A recipe makes a graph, and --store names one.",
            "dossier import --store FOLDER --recipe FILE PATH",
        )),
    }
}

/// What the arguments want to be done with rows that cannot be used.
pub fn rejects(graph: &GraphArguments) -> Result<Rejects, Failure> {
    let Some(path) = &graph.rejects else { return Ok(Rejects::stop()) };
    let file = File::create(path).map_err(|error| {
        let message = format!("The file `{}` cannot be written: {error}.", path.display());
        Error::new(&request::IO, message)
    })?;
    Ok(Rejects::write_to(Box::new(BufWriter::new(file))))
}

/// Says beside the answer how many rows were left out.
pub fn remark(summary: &Summary, screen: &Screen) {
    for note in &summary.notes {
        screen.remark(note);
    }
    if summary.rejected == 0 {
        return;
    }
    let rows = match summary.rejected {
        1 => "1 row was".to_owned(),
        many => format!("{many} rows were"),
    };
    screen.remark(&format!("{rows} left out, among them:"));
    for example in &summary.examples {
        screen.remark(&format!("  {example}"));
    }
}
