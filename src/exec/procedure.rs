//! What CALL can call.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bind::bound::ProcedureSignature;
use crate::error::Result;
use crate::exec::Limits;
use crate::graph::Snapshot;
use crate::value::Value;

/// The procedures of a session: ours, and those that the caller declares.
#[derive(Clone, Debug, Default)]
pub struct Procedures {
    declared: BTreeMap<Arc<str>, Arc<Procedure>>,
}

/// A procedure that CALL can call.
pub struct Procedure {
    /// Its name, inputs and result fields.
    pub signature: ProcedureSignature,
    /// Computes its rows; the arguments have been checked against the signature.
    pub body: ProcedureBody,
}

/// How a procedure computes its rows: one value for each result field in each row.
pub type ProcedureBody =
    Box<dyn Fn(&dyn Snapshot, &[Value], &Limits) -> Result<Vec<Vec<Value>>> + Send + Sync>;

impl Procedures {
    /// The names of all procedures, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.declared.keys().map(|name| &**name)
    }

    /// Declares a procedure, in place of one of the same name.
    pub fn declare(&mut self, procedure: Procedure) {
        self.declared.insert(Arc::clone(&procedure.signature.name), Arc::new(procedure));
    }
}

impl std::fmt::Debug for Procedure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.signature.fmt(f)
    }
}
