//! Tables on their way in: what becomes of rows that cannot be used.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use super::args::GraphArguments;
use super::failure::Failure;
use super::screen::Screen;
use crate::error::{Error, request};
use crate::load::import::{Rejects, Summary};
use crate::query::Store;

/// Makes a store of tables.
pub fn run(graph: &GraphArguments, paths: &[PathBuf], screen: &Screen) -> Result<(), Failure> {
    let Some(store) = &graph.store else {
        return Err(missing("An import needs the store to make.", "--store FOLDER"));
    };
    let Some(recipe) = &graph.recipe else {
        let message = "An import needs a recipe, which says how columns become nodes.";
        return Err(missing(message, "--recipe FILE"));
    };
    let (store, summary) = Store::create_from_tables(store, recipe, paths, rejects(graph)?)?;
    remark(&summary, screen);
    let graph = store.snapshot();
    let statistics = graph.statistics();
    screen.remark(&format!("{} nodes, {} relationships", statistics.nodes, statistics.statements));
    Ok(())
}

/// The error for an argument that is not there.
pub fn missing(message: &str, hint: &str) -> Failure {
    Error::new(&request::COMMAND, message).hint(hint).into()
}

/// A store that is there is not made of tables again.
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
    if summary.rejected == 0 {
        return;
    }
    screen.remark(&format!("{} rows were left out, among them:", summary.rejected));
    for example in &summary.examples {
        screen.remark(&format!("  {example}"));
    }
}
