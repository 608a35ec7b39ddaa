//! `dossier export`: the whole graph as a file.
//!
//! `facts` is the format that `--facts` and `.load` read; it and `jsonl` keep everything. `cypher` is
//! a script of statements; `csv`, `tsv`, `parquet` and `arrow` are two tables whose headers say what
//! they mean, with a third file of what is declared; `dossier import` reads all of them, and the triples of a build with RDF. `dot` is the
//! format of rows of that name, over all nodes and relationships. What a format has no room for is said on
//! standard error; files are there as a whole or not at all (`draft.rs`).

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::args::{ExportArguments, ExportFormat};
use super::draft::{Draft, unwritable};
use super::failure::{Code, Failure};
use super::screen::Screen;
use super::session::counted;
use crate::error::{Error, request};
use crate::graph::Snapshot;
use crate::graph::row::Rows;
use crate::graph::schema::{for_each_node, for_each_statement};
#[cfg(feature = "rdf")]
use crate::load::rdf;
use crate::load::{elements, facts, headers, script, tables};
use crate::render::{self, Format, Options};
use crate::value::Value;

/// Writes a graph to standard output, or to a folder where it takes several files.
pub fn run(
    graph: &Arc<dyn Snapshot>,
    arguments: &ExportArguments,
    screen: &Screen,
) -> Result<(), Failure> {
    let format = arguments.format;
    match (ending_of(format), &arguments.to) {
        (Some(ending), Some(folder)) => {
            write_tables(&**graph, format, ending, folder, &watch_interrupt())?;
        }
        (Some(ending), None) => {
            let hint = format!("dossier export --format {ending} --to FOLDER");
            return Err(Error::new(&request::COMMAND, "These are two files.").hint(hint).into());
        }
        (None, Some(path)) => {
            let mut out = Draft::of(path, &watch_interrupt())?;
            write(graph, format, &mut out).map_err(|error| unwritable(path, &error))?;
            out.keep()?;
        }
        (None, None) => screen.print(|out| write(graph, format, out))?,
    }
    for left_out in left_out(&**graph, format) {
        screen.remark(&format!("left out: {left_out}"));
    }
    Ok(())
}

/// From now on Ctrl-C ends the export, which leaves no part of a file, instead of the process; a second one
/// ends that. That signals cannot be caught is no reason not to write.
fn watch_interrupt() -> Arc<AtomicBool> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;
    let interrupted = Arc::default();
    for signal in [SIGINT, SIGTERM] {
        let code = Code::Interrupted as i32;
        let _ = flag::register_conditional_shutdown(signal, code, Arc::clone(&interrupted));
        let _ = flag::register(signal, Arc::clone(&interrupted));
    }
    interrupted
}

/// What a format has no room for, of what the graph holds.
fn left_out(graph: &dyn Snapshot, format: ExportFormat) -> Vec<String> {
    let declared = graph.declarations();
    let described = declared.types.values().filter(|of| of.description.is_some()).count();
    let mut found =
        vec![(declared.erasures.len(), "entry of the log of ERASE", "entries of the log of ERASE")];
    let ends = declared.completeness.iter().flat_map(|complete| [&complete.from, &complete.to]);
    match format {
        ExportFormat::Facts => found.extend([
            (declared.rules.len(), "constraint or index", "constraints and indexes"),
            (declared.inferences.len(), "rule of inference", "rules of inference"),
        ]),
        ExportFormat::Cypher => found.extend([
            (
                ends.filter(|end| end.node.is_some()).count(),
                "node that a completeness statement is about (written as a pattern of its name)",
                "nodes that completeness statements are about (written as patterns of their names)",
            ),
            (graph.aliases().len(), "other name of a thing", "other names of things"),
            (declared.phrases.len(), "word for questions", "words for questions"),
            (described, "description of a type", "descriptions of types"),
        ]),
        ExportFormat::Dot => {
            return vec![
                "all but names, labels, types and properties: this is a drawing".to_owned(),
            ];
        }
        _ => {}
    }
    let some = found.into_iter().filter(|(count, ..)| *count > 0);
    some.map(|(count, one, many)| counted(count as u64, one, many)).collect()
}

/// What the files of a format of tables end in; `None` for a format that is one text.
fn ending_of(format: ExportFormat) -> Option<&'static str> {
    Some(match format {
        ExportFormat::Csv => "csv",
        ExportFormat::Tsv => "tsv",
        #[cfg(feature = "parquet")]
        ExportFormat::Parquet => "parquet",
        #[cfg(feature = "arrow")]
        ExportFormat::Arrow => "arrow",
        _ => return None,
    })
}

/// Writes a graph in a format that is one text.
pub fn write(
    graph: &Arc<dyn Snapshot>,
    format: ExportFormat,
    mut out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        ExportFormat::Facts => facts::export_to(&**graph, out),
        ExportFormat::Cypher => script::export(&**graph, out),
        ExportFormat::Jsonl => elements::export(&**graph, out),
        ExportFormat::Csv | ExportFormat::Tsv => Err(several_files()),
        #[cfg(feature = "parquet")]
        ExportFormat::Parquet => Err(several_files()),
        #[cfg(feature = "arrow")]
        ExportFormat::Arrow => Err(several_files()),
        #[cfg(feature = "rdf")]
        ExportFormat::Turtle => rdf::export(&**graph, rdf::RdfFormat::Turtle, out),
        #[cfg(feature = "rdf")]
        ExportFormat::Ntriples => rdf::export(&**graph, rdf::RdfFormat::NTriples, out),
        #[cfg(feature = "rdf")]
        ExportFormat::Nquads => rdf::export(&**graph, rdf::RdfFormat::NQuads, out),
        #[cfg(feature = "rdf")]
        ExportFormat::Trig => rdf::export(&**graph, rdf::RdfFormat::TriG, out),
        #[cfg(feature = "rdf")]
        ExportFormat::Jsonld => rdf::export(&**graph, rdf::JSON_LD, out),
        ExportFormat::Dot => {
            let rows = Rows::of_column("element", everything(&**graph), Arc::clone(graph));
            render::write(&rows, Format::Dot, &Options::default(), &mut out)
        }
    }
}

fn several_files() -> io::Error {
    io::Error::other(
        Error::new(&request::COMMAND, "Tables are two files.")
            .hint("dossier export --format csv --to FOLDER"),
    )
}

/// The tables `nodes` and `relationships` in a folder, and beside them what is declared, if anything is. All
/// are there, or none.
fn write_tables(
    graph: &dyn Snapshot,
    format: ExportFormat,
    ending: &str,
    folder: &Path,
    interrupted: &Arc<AtomicBool>,
) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let create = |name: &str| Draft::of(&folder.join(name), interrupted);
    let mut nodes = create(&format!("nodes.{ending}"))?;
    let mut relationships = create(&format!("relationships.{ending}"))?;
    let written = match format {
        #[cfg(feature = "parquet")]
        ExportFormat::Parquet => tables::export(
            graph,
            tables::parquet::STYLE,
            &mut tables::parquet::ParquetSheet::new(&mut nodes),
            &mut tables::parquet::ParquetSheet::new(&mut relationships),
        ),
        #[cfg(feature = "arrow")]
        ExportFormat::Arrow => tables::export(
            graph,
            tables::arrow::STYLE,
            &mut tables::arrow::ArrowSheet::new(&mut nodes),
            &mut tables::arrow::ArrowSheet::new(&mut relationships),
        ),
        format => {
            let is_tab = format == ExportFormat::Tsv;
            tables::export(
                graph,
                tables::text::style(is_tab),
                &mut tables::text::TextSheet::new(&mut nodes, is_tab),
                &mut tables::text::TextSheet::new(&mut relationships, is_tab),
            )
        }
    };
    written.map_err(|error| unwritable(folder, &error))?;
    let path = folder.join(headers::DECLARATIONS);
    let mut declared = Vec::new();
    elements::export_declarations(graph, &mut declared)
        .map_err(|error| unwritable(&path, &error))?;
    if declared.is_empty() {
        // What an earlier export declared is not declared any more.
        let gone = fs::remove_file(&path);
        gone.or_else(
            |error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) },
        )
        .map_err(|error| unwritable(&path, &error))?;
    } else {
        let mut out = create(headers::DECLARATIONS)?;
        out.write_all(&declared).map_err(|error| unwritable(&path, &error))?;
        out.keep()?;
    }
    nodes.keep()?;
    relationships.keep()
}

/// All nodes, then all relationships.
fn everything(graph: &dyn Snapshot) -> Vec<Value> {
    let mut elements = Vec::new();
    for_each_node(graph, |node| elements.push(Value::Node(node)));
    for_each_statement(graph, |statement| elements.push(Value::Relationship(statement)));
    elements
}
