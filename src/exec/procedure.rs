//! What CALL can call.
//!
//! A procedure has a signature, `name(input :: TYPE, …) :: (field :: TYPE, …)`, and a body that
//! gives rows. The binder sees only signatures. Programs declare procedures of their own from a
//! function or, for tests, from a table.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::bind::bound::{self, ProcedureField, ProcedureSignature};
use crate::error::{Error, Result, eval};
use crate::exec::Limits;
use crate::graph::Snapshot;
use crate::value::{Value, order};

/// The procedures of a session: ours, and those that the caller declares.
#[derive(Clone, Debug, Default)]
pub struct Procedures {
    declared: BTreeMap<Arc<str>, Arc<Procedure>>,
}

/// A procedure that CALL can call.
pub struct Procedure {
    /// Its name, inputs and result fields.
    pub signature: ProcedureSignature,
    /// Computes its rows.
    pub body: ProcedureBody,
}

/// How a procedure computes its rows: one value for each result field in each row.
pub type ProcedureBody =
    Box<dyn Fn(&dyn Snapshot, &[Value], &Limits) -> Result<Vec<Vec<Value>>> + Send + Sync>;

impl Procedures {
    /// The procedures that are always there.
    pub fn with_builtins() -> Procedures {
        let mut procedures = Procedures::default();
        for (signature, doc, body) in BUILTINS {
            if let Ok(mut signature) = parse_signature(signature) {
                signature.doc = (*doc).into();
                procedures.declare(Procedure { signature, body: Box::new(body) });
            }
        }
        procedures
    }

    /// Declares a procedure, in place of one of the same name.
    pub fn declare(&mut self, procedure: Procedure) {
        self.declared.insert(Arc::clone(&procedure.signature.name), Arc::new(procedure));
    }

    /// A procedure by its full name.
    pub fn get(&self, name: &str) -> Option<&Arc<Procedure>> {
        self.declared.get(name)
    }

    /// The names of all procedures, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.declared.keys().map(|name| &**name)
    }

    /// The signatures of all, by name.
    pub fn signatures(&self) -> Vec<&ProcedureSignature> {
        self.declared.values().map(|procedure| &procedure.signature).collect()
    }
}

impl bound::Procedures for Procedures {
    fn signature(&self, name: &str) -> Option<ProcedureSignature> {
        self.get(name).map(|procedure| procedure.signature.clone())
    }

    fn names(&self) -> Vec<Arc<str>> {
        self.declared.keys().cloned().collect()
    }
}

impl Procedure {
    /// A procedure that looks its rows up in a table: the columns are the inputs, then the result
    /// fields; a call gives the result fields of every row whose inputs equal the arguments.
    pub fn table(signature: &str, rows: Vec<Vec<Value>>) -> Result<Procedure> {
        let signature = parse_signature(signature)?;
        let width = signature.inputs.len() + signature.outputs.len();
        if let Some(row) = rows.iter().find(|row| row.len() != width) {
            let message = format!("A row has {} values, the signature {width}.", row.len());
            return Err(Error::new(&eval::ARGUMENT_VALUE, message));
        }
        let inputs = signature.inputs.len();
        let body = move |_: &dyn Snapshot, arguments: &[Value], _: &Limits| {
            let same = |row: &&Vec<Value>| {
                row.iter()
                    .zip(arguments)
                    .all(|(a, b)| (a.is_null() && b.is_null()) || order::equals(a, b) == Some(true))
            };
            Ok(rows.iter().filter(same).map(|row| row[inputs..].to_vec()).collect())
        };
        Ok(Procedure { signature, body: Box::new(body) })
    }
}

impl fmt::Debug for Procedure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.signature, f)
    }
}

impl fmt::Display for ProcedureSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = |fields: &[ProcedureField]| {
            let texts = fields.iter().map(|field| format!("{} :: {}", field.name, field.type_name));
            texts.collect::<Vec<_>>().join(", ")
        };
        write!(f, "{}({}) :: ({})", self.name, fields(&self.inputs), fields(&self.outputs))
    }
}

/// Signature, doc and body of each procedure that is always there.
type Builtin =
    (&'static str, &'static str, fn(&dyn Snapshot, &[Value], &Limits) -> Result<Vec<Vec<Value>>>);

const BUILTINS: &[Builtin] = &[
    ("db.labels() :: (label :: STRING)", "The labels in use.", |graph, _, _| {
        Ok(graph.catalog().labels().map(|(_, name)| vec![Arc::clone(name).into()]).collect())
    }),
    (
        "db.relationshipTypes() :: (relationshipType :: STRING)",
        "The relationship types in use.",
        |graph, _, _| {
            Ok(graph.catalog().types().map(|(_, name)| vec![Arc::clone(name).into()]).collect())
        },
    ),
    ("db.propertyKeys() :: (propertyKey :: STRING)", "The property keys in use.", |graph, _, _| {
        Ok(graph.catalog().keys().map(|(_, name)| vec![Arc::clone(name).into()]).collect())
    }),
];

/// Reads `name(input :: TYPE, …) :: (field :: TYPE, …)`.
fn parse_signature(text: &str) -> Result<ProcedureSignature> {
    let bad = || {
        Error::new(&eval::ARGUMENT_VALUE, format!("`{text}` is no signature of a procedure."))
            .hint("Write `name(input :: INTEGER?) :: (field :: STRING?)`.")
    };
    let (name, rest) = text.split_once('(').ok_or_else(bad)?;
    let (inputs, rest) = rest.split_once(')').ok_or_else(bad)?;
    let outputs = rest.trim().strip_prefix("::").ok_or_else(bad)?.trim();
    let outputs = outputs.strip_prefix('(').and_then(|o| o.strip_suffix(')')).ok_or_else(bad)?;
    let fields = |list: &str| -> Result<Vec<ProcedureField>> {
        list.split(',')
            .filter(|field| !field.trim().is_empty())
            .map(|field| {
                let (name, type_name) = field.split_once("::").ok_or_else(bad)?;
                Ok(ProcedureField {
                    name: name.trim().into(),
                    type_name: type_name.trim().into(),
                    optional: false,
                })
            })
            .collect()
    };
    Ok(ProcedureSignature {
        name: name.trim().into(),
        inputs: fields(inputs)?,
        outputs: fields(outputs)?,
        doc: "".into(),
    })
}
