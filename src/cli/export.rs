//! `dossier export`: the whole graph as a file.
//!
//! `facts` is the format that `--facts` and `.load` read; it and `jsonl` keep everything. `cypher` is
//! a script of statements; `csv`, `tsv`, `parquet` and `arrow` are two tables whose headers say what
//! they mean; `dossier import` reads all of them, and the triples of a build with RDF. `dot` is the
//! format of rows of that name, over all nodes and relationships.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::args::{ExportArguments, ExportFormat};
use super::failure::Failure;
use super::screen::Screen;
use crate::error::{Error, request};
use crate::graph::Snapshot;
use crate::graph::row::Rows;
use crate::graph::schema::{for_each_node, for_each_statement};
#[cfg(feature = "rdf")]
use crate::load::rdf;
use crate::load::{elements, facts, script, tables};
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
        (Some(ending), Some(folder)) => Ok(write_tables(&**graph, format, ending, folder)?),
        (Some(ending), None) => {
            let hint = format!("dossier export --format {ending} --to FOLDER");
            Err(Error::new(&request::COMMAND, "These are two files.").hint(hint).into())
        }
        (None, Some(path)) => {
            let written = if ends_in(path, "gz") {
                let packed = GzEncoder::new(created(path)?, Compression::default());
                let mut out = BufWriter::with_capacity(1 << 16, packed);
                write(graph, format, &mut out).and_then(|()| {
                    let packed = out.into_inner().map_err(io::IntoInnerError::into_error)?;
                    packed.finish()?.flush()
                })
            } else if ends_in(path, "zst") {
                return Err(Error::new(&request::COMMAND, "An export is packed with gzip.")
                    .hint("Let the name end in .gz, or pack it afterwards: zstd PATH")
                    .into());
            } else {
                let mut out = BufWriter::with_capacity(1 << 16, created(path)?);
                write(graph, format, &mut out).and_then(|()| out.flush())
            };
            Ok(written.map_err(|error| unwritable(path, &error))?)
        }
        (None, None) => screen.print(|out| write(graph, format, out)),
    }
}

fn ends_in(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending))
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
        ExportFormat::Facts => out.write_all(facts::export(&**graph).as_bytes()),
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

/// The tables `nodes` and `relationships` in a folder.
fn write_tables(
    graph: &dyn Snapshot,
    format: ExportFormat,
    ending: &str,
    folder: &Path,
) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let create = |name: &str| {
        let path = folder.join(format!("{name}.{ending}"));
        Ok::<_, Error>(BufWriter::with_capacity(1 << 16, created(&path)?))
    };
    let (nodes, relationships) = (create("nodes")?, create("relationships")?);
    let written = match format {
        #[cfg(feature = "parquet")]
        ExportFormat::Parquet => tables::export(
            graph,
            tables::parquet::STYLE,
            &mut tables::parquet::ParquetSheet::new(nodes),
            &mut tables::parquet::ParquetSheet::new(relationships),
        ),
        #[cfg(feature = "arrow")]
        ExportFormat::Arrow => tables::export(
            graph,
            tables::arrow::STYLE,
            &mut tables::arrow::ArrowSheet::new(nodes),
            &mut tables::arrow::ArrowSheet::new(relationships),
        ),
        format => {
            let is_tab = format == ExportFormat::Tsv;
            tables::export(
                graph,
                tables::text::style(is_tab),
                &mut tables::text::TextSheet::new(nodes, is_tab),
                &mut tables::text::TextSheet::new(relationships, is_tab),
            )
        }
    };
    written.map_err(|error| unwritable(folder, &error))
}

fn created(path: &Path) -> Result<File, Error> {
    File::create(path).map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::new(&request::OUTPUT, format!("`{}` cannot be written: {error}.", path.display()))
}

/// All nodes, then all relationships.
fn everything(graph: &dyn Snapshot) -> Vec<Value> {
    let mut elements = Vec::new();
    for_each_node(graph, |node| elements.push(Value::Node(node)));
    for_each_statement(graph, |statement| elements.push(Value::Relationship(statement)));
    elements
}
