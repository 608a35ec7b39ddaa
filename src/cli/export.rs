//! `dossier export`: the whole graph as a file.
//!
//! `facts` is the format that `--facts` and `.load` read; it and `jsonl` keep everything. `cypher` is
//! a script of statements, `csv` two tables whose headers say what they mean; `dossier import` reads
//! all four. `dot` is the format of rows of that name, over all nodes and relationships.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use super::args::{ExportArguments, ExportFormat};
use super::failure::Failure;
use super::screen::Screen;
use crate::error::{Error, request};
use crate::graph::Snapshot;
use crate::graph::row::Rows;
use crate::graph::schema::{for_each_node, for_each_statement};
#[cfg(feature = "rdf")]
use crate::load::rdf;
use crate::load::{elements, facts, headers, script};
use crate::render::{self, Format, Options};
use crate::value::Value;

/// Writes a graph to standard output, or to a folder where it takes several files.
pub fn run(
    graph: &Arc<dyn Snapshot>,
    arguments: &ExportArguments,
    screen: &Screen,
) -> Result<(), Failure> {
    match (arguments.format, &arguments.to) {
        (ExportFormat::Csv, Some(folder)) => Ok(write_tables(&**graph, folder)?),
        (ExportFormat::Csv, None) => Err(Error::new(&request::COMMAND, "These are two files.")
            .hint("dossier export --format csv --to FOLDER")
            .into()),
        (_, Some(path)) => {
            let mut out = BufWriter::new(created(path)?);
            let written = write(graph, arguments.format, &mut out).and_then(|()| out.flush());
            Ok(written.map_err(|error| unwritable(path, &error))?)
        }
        (format, None) => screen.print(|out| write(graph, format, out)),
    }
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
        ExportFormat::Csv => Err(io::Error::other(
            Error::new(&request::COMMAND, "Tables are two files.")
                .hint("dossier export --format csv --to FOLDER"),
        )),
        #[cfg(feature = "rdf")]
        ExportFormat::Turtle => rdf::export(&**graph, rdf::RdfFormat::Turtle, out),
        #[cfg(feature = "rdf")]
        ExportFormat::Ntriples => rdf::export(&**graph, rdf::RdfFormat::NTriples, out),
        #[cfg(feature = "rdf")]
        ExportFormat::Nquads => rdf::export(&**graph, rdf::RdfFormat::NQuads, out),
        ExportFormat::Dot => {
            let rows = Rows::of_column("element", everything(&**graph), Arc::clone(graph));
            render::write(&rows, Format::Dot, &Options::default(), &mut out)
        }
    }
}

/// `nodes.csv` and `relationships.csv` in a folder.
fn write_tables(graph: &dyn Snapshot, folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let create = |name: &str| Ok::<_, Error>(BufWriter::new(created(&folder.join(name))?));
    let (mut nodes, mut relationships) = (create("nodes.csv")?, create("relationships.csv")?);
    headers::export(graph, &mut nodes, &mut relationships)
        .and_then(|()| nodes.flush())
        .and_then(|()| relationships.flush())
        .map_err(|error| unwritable(folder, &error))
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
