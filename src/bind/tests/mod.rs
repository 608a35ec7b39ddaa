//! Through text: what a query means, and which rule it breaks.

mod rules;
mod shape;
mod tck;

use std::sync::Arc;

use super::bound::{ProcedureField, ProcedureSignature, Procedures, Statement};
use crate::error::Result;
use crate::value::{Map, Value};

/// Procedures known by their signatures alone.
#[derive(Default)]
struct Signatures(Vec<ProcedureSignature>);

impl Signatures {
    /// Adds a procedure from `name(in :: T, …) :: (out :: U, …)`.
    fn declare(&mut self, signature: &str) {
        let (name, rest) = signature.split_once('(').expect("a signature has brackets");
        let (inputs, outputs) = rest.split_once("::").map_or((rest, ""), |_| {
            let close = rest.find(')').expect("a signature closes its inputs");
            (&rest[..close], &rest[close + 1..])
        });
        let outputs = outputs.trim().trim_start_matches("::").trim();
        let outputs = outputs.trim_start_matches('(').trim_end_matches([')', ':', ' ']);
        self.0.push(ProcedureSignature {
            name: name.trim().into(),
            inputs: fields(inputs),
            outputs: fields(outputs),
            doc: Arc::from(""),
        });
    }
}

fn fields(text: &str) -> Vec<ProcedureField> {
    let parts = text.split(',').filter(|part| !part.trim().is_empty());
    parts
        .map(|part| {
            let (name, type_name) = part.split_once("::").expect("a field has a type");
            ProcedureField {
                name: name.trim().into(),
                type_name: type_name.trim().into(),
                optional: false,
            }
        })
        .collect()
}

impl Procedures for Signatures {
    fn signature(&self, name: &str) -> Option<ProcedureSignature> {
        self.0.iter().find(|signature| *signature.name == *name).cloned()
    }

    fn names(&self) -> Vec<Arc<str>> {
        self.0.iter().map(|signature| Arc::clone(&signature.name)).collect()
    }
}

/// Parses and binds a query that may use any of a few parameters and one procedure.
fn bind(text: &str) -> Result<Statement> {
    let mut procedures = Signatures::default();
    procedures
        .declare("test.proc(in :: INTEGER?, rate :: FLOAT?) :: (a :: INTEGER?, b :: STRING?)");
    procedures.declare("test.nothing() :: ()");
    let parameters: Map = [("p".into(), Value::Null), ("age".into(), Value::Null)].into();
    bind_with(text, &procedures, &parameters)
}

fn bind_with(text: &str, procedures: &Signatures, parameters: &Map) -> Result<Statement> {
    let statement = crate::syntax::parse(text)?;
    super::bind(&statement, text, procedures, parameters, None, &[])
        .map_err(|error| error.in_text(text))
}

/// The statement of a query that must bind.
fn bound(text: &str) -> Statement {
    bind(text).unwrap_or_else(|error| panic!("{text}\n{error:?}"))
}
