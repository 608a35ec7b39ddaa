//! `LoadCsv`: reads a CSV file for each row.

use crate::error::{Error, Result, bind};
use crate::exec::batch::Batch;
use crate::exec::operator::{Input, Operator};
use crate::exec::runtime::Runtime;
use crate::expr::Expr;
use crate::plan::physical::{Node, Operator as Kind};

/// Files are read from folders that the caller allows; as long as none can be allowed, this says so.
pub(crate) struct LoadCsv<'a> {
    input: Input<'a>,
    from: &'a Expr,
}

impl<'a> LoadCsv<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> LoadCsv<'a> {
        let Kind::LoadCsv { from, .. } = &node.operator else {
            unreachable!("built from a LoadCsv")
        };
        LoadCsv { input, from }
    }
}

impl Operator for LoadCsv<'_> {
    fn start(&mut self, argument: &Batch) {
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let Some(_) = self.input.next(run)? else { return Ok(None) };
        Err(Error::new(&bind::UNSUPPORTED, "LOAD CSV is read, but not yet carried out.")
            .at(self.from.span)
            .hint("Pass the rows as a parameter and UNWIND them."))
    }
}
