//! Tables on their way in: what becomes of rows that cannot be used.

use std::fs::File;
use std::io::BufWriter;

use super::args::GraphArguments;
use super::failure::Failure;
use super::screen::Screen;
use crate::error::{Error, request};
use crate::load::import::{Rejects, Summary};

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
