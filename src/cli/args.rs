//! The command line: one entry for each command and flag.
//!
//! Help, the usage line of an error, shell completions (`dossier completions`) and the man page
//! (`dossier man`) are all made from these entries; nothing is described twice. The first line of
//! an entry's comment is its line in the short help, the rest appears with `--help`.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::render::Format;

const EXAMPLES: &str = "\
Examples:
  dossier                                        the prompt, on the facts that ship with Dossier
  dossier notes.dossier                          the prompt, on a store, which is made if need be
  dossier ask who recognises South Ossetia       a question in English
  dossier query 'MATCH (s:State) RETURN s.name'  a query
  dossier query -p region=Abkhazia -f recognitions.cypher --format csv
  echo '{\"ask\": \"who met Lavrov?\"}' | dossier pipe

Exit codes:
  0 ok   1 a query failed or a question was not answered   2 wrong usage   3 the store or the facts cannot be opened
  4 syntax error   5 an assertion of a script failed   130 interrupted

Environment:
  NO_COLOR, CLICOLOR_FORCE   colours never, always
  COLUMNS                    the width of tables, in place of the terminal's
  XDG_STATE_HOME             where the prompt keeps its history (else ~/.local/state)";

/// An embedded knowledge graph for facts that have a date and a source.
///
/// Without a command: the prompt, which takes questions in English, queries in openCypher and GQL,
/// and commands that begin with a full stop (.help lists them). What stands on standard input is
/// taken as a script when that is no terminal.
#[derive(Debug, Parser)]
#[command(name = "dossier", version, after_help = EXAMPLES, max_term_width = 100)]
#[command(disable_help_subcommand = true)]
pub struct Arguments {
    /// What to run on.
    #[command(flatten)]
    pub graph: GraphArguments,
    /// When to use colours.
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub color: Colour,
    /// The command; the prompt where there is none.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Which graph a command runs on; the facts that ship with Dossier where nothing is said.
#[derive(Clone, Debug, Default, Args)]
pub struct GraphArguments {
    /// Run on this store, a folder; pipe and the prompt make it if need be
    #[arg(short, long, value_name = "STORE", global = true)]
    pub store: Option<PathBuf>,
    /// Write to a store on a network file system, too, though its locks and syncs cannot be relied on
    #[arg(long, global = true)]
    pub allow_network: bool,
    /// Stop queries that together have to keep more than this, such as 4GB [default: three quarters of the memory]
    #[arg(long, value_name = "SIZE", value_parser = parse_size, global = true)]
    pub memory_max: Option<usize>,
    /// Refuse to write to a store of an earlier format, which would make it one of the present
    #[arg(long, global = true)]
    pub no_upgrade: bool,
    /// Let KNOWN AT reach back over this many commits only: each checkpoint gives up what is older [default: all]
    #[arg(long, value_name = "COMMITS", global = true, requires = "store")]
    pub keep_history: Option<u64>,
    /// Run on the facts of this file instead of the shipped ones; may be given several times
    #[arg(long, value_name = "FILE", global = true, conflicts_with = "store")]
    pub facts: Vec<PathBuf>,
    /// Run on an empty graph instead of the shipped facts
    #[arg(long, global = true, conflicts_with_all = ["facts", "store"])]
    pub memory: bool,
    /// Run on tables: this recipe says how the columns of --from become nodes and relationships
    #[arg(long, value_name = "FILE", global = true, conflicts_with_all = ["facts", "memory"])]
    pub recipe: Option<PathBuf>,
    /// The files that the recipe reads, or a folder of them; may be given several times
    #[arg(long, value_name = "PATH", global = true, requires = "recipe")]
    pub from: Vec<PathBuf>,
    /// Write rows that cannot be used to this file, instead of stopping at the first
    #[arg(long, value_name = "FILE", global = true)]
    pub rejects: Option<PathBuf>,
}

/// What `import` takes.
#[derive(Args, Debug)]
pub struct ImportArguments {
    /// The files; with a recipe, also folders in which its files lie
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// What the files hold, where their names do not say it
    #[arg(long = "as", value_name = "FORMAT")]
    pub format: Option<ImportFormat>,
    /// Pass over files that are in the store already, and go on with the others
    #[arg(long, conflicts_with = "again")]
    pub resume: bool,
    /// Add files once more that are in the store already
    #[arg(long)]
    pub again: bool,
}

/// What a file can hold.
#[allow(clippy::doc_markdown, reason = "these comments are the help, where backquotes would show")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ImportFormat {
    /// Facts (.dossier, .facts)
    Facts,
    /// Statements, run as one transaction (.cypher, .cql)
    Cypher,
    /// Elements, as export writes them (.jsonl, .ndjson)
    Jsonl,
    /// Tables, with a recipe or with headers such as :ID and :START_ID (.csv, .tsv, .parquet, .arrow)
    Tables,
    /// Triples (.ttl, .nt, .nq, .trig, .rdf, .jsonld)
    #[cfg(feature = "rdf")]
    Rdf,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[allow(clippy::doc_markdown, reason = "these comments are the help, where backquotes would show")]
pub enum Command {
    /// Answer a question in English, with the sources of the answer
    Ask(AskArguments),
    /// Run queries in openCypher and GQL
    ///
    /// Several statements are separated by semicolons. A file (and standard input) may also hold
    /// the prompt's commands, each on a line of its own; `.assert` among them makes a file of
    /// queries a test of the data.
    Query(QueryArguments),
    /// Answer JSON lines on standard input with JSON lines on standard output
    ///
    /// Each line is one object: {"query": TEXT, "params": {…}, "timeout_ms": N}, {"ask": TEXT},
    /// {"op": "forget"}, {"op": "reset"} or {"op": "procedure", "signature": TEXT, "columns": […],
    /// "rows": […]}. Each is answered with exactly one line, in order, and flushed. A query may also
    /// have "rows_max" and "memory_max_bytes", which narrow the limits below.
    Pipe(PipeArguments),
    /// Time the named queries of a file
    ///
    /// A line "// name: NAME" or "// NAME" begins a query. For each a JSON line is printed: its
    /// name, the milliseconds of each run, and the rows.
    Bench(BenchArguments),
    /// Show labels, relationship types, their properties and what is declared about them
    Schema(SchemaArguments),
    /// Show how large the graph is and where it comes from
    Info(SchemaArguments),
    /// Add files to a store, which is made if need be: dossier import --store S PATH…
    ///
    /// What a file holds is seen from its name: facts, statements, elements as export writes them,
    /// or tables. Tables need --recipe, or headers such as id:ID, name, :LABEL and :START_ID,
    /// :END_ID, :TYPE.
    Import(ImportArguments),
    /// Verify a store: every checksum, every reference, every count
    Check,
    /// Fold recent writes of a store into its arrays
    Checkpoint,
    /// Fold recent writes, and give unused space back to the file system
    Compact,
    /// Copy a store, also while it is in use: dossier backup --store S FOLDER
    Backup(BackupArguments),
    /// Write the whole graph to standard output
    Export(ExportArguments),
    /// Say in English what a query asks, and show how it would be carried out, without running it
    Explain(ExplainArguments),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the man page, or the page of one command
    Man {
        /// The command
        command: Option<String>,
    },
}

/// A question.
#[derive(Debug, Args)]
pub struct AskArguments {
    /// The question, in quotation marks or as words; standard input where there is none
    #[arg(value_name = "QUESTION")]
    pub question: Vec<String>,
    /// How to print the answer: as text or as one line of JSON
    /// [default: text on a terminal, json elsewhere]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TextOrJson>,
}

/// A query, or files of them.
#[derive(Debug, Args)]
pub struct QueryArguments {
    /// The query; standard input where there is neither a query nor a file
    #[arg(value_name = "QUERY", conflicts_with = "file")]
    pub query: Option<String>,
    /// Run the statements of this file; may be given several times, - is standard input
    #[arg(short, long, value_name = "FILE")]
    pub file: Vec<PathBuf>,
    /// Give the parameter $NAME a value: a literal such as 5, [1, 2] or date('2008-08-26'), else text
    #[arg(short, long, value_name = "NAME=VALUE")]
    pub param: Vec<String>,
    /// How to print rows [default: table on a terminal, jsonl elsewhere]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Print where each row stands below the rows (formats table and line)
    #[arg(long)]
    pub sources: bool,
    /// Stop a statement that takes longer, such as 500ms, 10s or 2min
    #[arg(long, value_name = "TIME", value_parser = parse_time, allow_negative_numbers = true)]
    pub timeout: Option<Duration>,
}

/// What no request of a pipe may go beyond.
#[derive(Clone, Copy, Debug, Args)]
pub struct PipeArguments {
    /// Stop a request that takes longer, such as 500ms, 10s or 2min
    #[arg(long, value_name = "TIME", value_parser = parse_time, allow_negative_numbers = true)]
    pub timeout: Option<Duration>,
    /// Answer a query that gives more rows with an error
    #[arg(long, value_name = "N")]
    pub rows_max: Option<usize>,
    /// Answer a query whose values take more with an error, such as 10MB
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub result_max: Option<usize>,
    /// Stop a query whose operators have to keep more, such as 500MB
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub query_memory_max: Option<usize>,
}

/// A file of named queries.
#[derive(Debug, Args)]
pub struct BenchArguments {
    /// The queries
    pub file: PathBuf,
    /// How often to run each
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub runs: u32,
}

/// How to print a description.
#[derive(Debug, Args)]
pub struct SchemaArguments {
    /// How to print it [default: text on a terminal, json elsewhere]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TextOrJson>,
}

/// Where to copy a store to.
#[derive(Debug, Args)]
pub struct BackupArguments {
    /// A folder that is empty or not there yet
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
}

/// In which format to write the graph.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "facts")]
    pub format: ExportFormat,
    /// The file to write to (packed where it ends in .gz or .zst), or the folder for tables [default: standard output]
    #[arg(long, value_name = "PATH")]
    pub to: Option<PathBuf>,
}

/// A query to explain.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// The query; standard input where there is none
    pub query: Option<String>,
}

/// For people or for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TextOrJson {
    /// For people
    Text,
    /// For programs
    Json,
}

/// The formats of a whole graph.
#[allow(clippy::doc_markdown, reason = "these comments are the help, where backquotes would show")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// The format of facts, which --facts reads
    Facts,
    /// Statements that create the graph
    Cypher,
    /// One node or relationship on each line, with all that is known of it
    Jsonl,
    /// Two tables, nodes.csv and relationships.csv, with headers such as :ID and :START_ID, and
    /// declarations.jsonl
    Csv,
    /// The same tables, nodes.tsv and relationships.tsv
    Tsv,
    /// The same tables, nodes.parquet and relationships.parquet
    #[cfg(feature = "parquet")]
    Parquet,
    /// The same tables, nodes.arrow and relationships.arrow
    #[cfg(feature = "arrow")]
    Arrow,
    /// Triples, with what is said of statements (RDF 1.2)
    #[cfg(feature = "rdf")]
    Turtle,
    /// Triples, one on each line
    #[cfg(feature = "rdf")]
    Ntriples,
    /// Triples, one on each line, as quads
    #[cfg(feature = "rdf")]
    Nquads,
    /// Triples, as TriG
    #[cfg(feature = "rdf")]
    Trig,
    /// Triples, as JSON-LD, with what is said of statements as rdf:Statement
    #[cfg(feature = "rdf")]
    Jsonld,
    /// A graph for Graphviz
    Dot,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Format::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()).help(self.about()))
    }
}

/// Reads a length of time such as `500ms`, `10s`, `2min` or, in seconds, `1.5`.
pub(super) fn parse_time(text: &str) -> Result<Duration, String> {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = (text[..split].trim(), &text[split..]);
    let seconds_per_unit = match unit {
        "ms" => 1e-3,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(format!("`{unit}` is no unit of time; use ms, s, min or h")),
    };
    let number: f64 = number.parse().map_err(|_| format!("`{number}` is no number"))?;
    Duration::try_from_secs_f64(number * seconds_per_unit)
        .map_err(|_| format!("`{text}` is no length of time"))
}

/// Reads a size such as `500MB`, `2GiB` or, in bytes, `1000000`.
pub(super) fn parse_size(text: &str) -> Result<usize, String> {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = (text[..split].trim(), &text[split..]);
    let bytes_per_unit: f64 = match unit.to_ascii_uppercase().as_str() {
        "" | "B" => 1.0,
        "K" | "KB" => 1e3,
        "M" | "MB" => 1e6,
        "G" | "GB" => 1e9,
        "T" | "TB" => 1e12,
        "KIB" => f64::from(1 << 10),
        "MIB" => f64::from(1 << 20),
        "GIB" => f64::from(1 << 30),
        _ => {
            return Err(format!("`{unit}` is no unit of size; use B, KB, MB, GB, KiB, MiB or GiB"));
        }
    };
    let number: f64 = number.parse().map_err(|_| format!("`{number}` is no number"))?;
    let bytes = number * bytes_per_unit;
    if (1.0..=1e15).contains(&bytes) {
        Ok(bytes as usize)
    } else {
        Err(format!("`{text}` is no size"))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_entries_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_entry_says_what_it_is() {
        let command = Arguments::command();
        let commands = std::iter::once(&command).chain(command.get_subcommands());
        for command in commands {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments().filter(|a| a.get_id() != "help") {
                assert!(argument.get_help().is_some(), "{} {argument}", command.get_name());
            }
        }
    }

    #[test]
    fn a_length_of_time_has_a_unit_or_is_in_seconds() {
        assert_eq!(parse_time("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_time("1.5"), Ok(Duration::from_millis(1500)));
        assert_eq!(parse_time("2min"), Ok(Duration::from_secs(120)));
        for wrong in ["", "fast", "5 parsecs", "-1s", "1e400", "NaN"] {
            assert!(parse_time(wrong).is_err(), "{wrong}");
        }
    }
}
