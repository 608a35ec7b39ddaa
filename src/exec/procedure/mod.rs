//! What CALL can call: the built-in procedures, and those that a caller declares.
//!
//! A procedure is a signature and a body. The binder checks names and arity by the signature
//! ([`bound::Procedures`]), the executor converts the arguments by it ([`arguments`]), the body
//! gives rows. [`fixture`] makes a procedure of a table, [`db`], [`algo`] and [`dossier`] are ours.
//!
//! ```
//! use dossier::exec::procedure::{Procedure, Procedures};
//! use dossier::Value;
//! let mut procedures = Procedures::with_builtins();
//! let rows = vec![vec![Value::from("Berlin"), Value::from(49)]];
//! procedures.declare(Procedure::table("my.code(city :: STRING?) :: (code :: INTEGER?)", rows)?);
//! assert!(procedures.names().any(|name| name == "my.code"));
//! # Ok::<(), dossier::Error>(())
//! ```

mod algo;
mod db;
mod dossier;
mod fixture;
mod show;
mod signature;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bind::bound::{self, ProcedureSignature};
use crate::error::{Error, Result, eval};
use crate::exec::Limits;
use crate::exec::column::{Data, Vector, VectorBuilder};
use crate::expr::types::Type;
use crate::graph::Snapshot;
use crate::value::Value;

pub use signature::parse as parse_signature;

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

/// How a procedure computes its rows.
pub type ProcedureBody =
    Box<dyn Fn(&dyn Snapshot, &[Value], &Limits) -> Result<Rows> + Send + Sync>;

/// The rows of a procedure, as a column for each result field.
///
/// ```
/// use dossier::exec::procedure::Rows;
/// use dossier::Value;
/// let rows = Rows::from(vec![vec![Value::from("Berlin"), Value::from(49)]]);
/// assert_eq!(rows.len(), 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Rows {
    fields: Vec<Vector>,
    len: usize,
}

impl Rows {
    /// Rows whose fields are columns of one length.
    fn of<const N: usize>(fields: [Data; N]) -> Rows {
        let len = fields.first().map_or(0, Data::len);
        Rows { fields: fields.into_iter().map(Vector::new).collect(), len }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// A field of all rows; `None` where the rows are not as wide.
    pub(crate) fn field(&self, at: usize) -> Option<&Vector> {
        self.fields.get(at)
    }
}

impl From<Vec<Vec<Value>>> for Rows {
    /// Rows of values, all as wide as the first; what a shorter one lacks is null.
    fn from(rows: Vec<Vec<Value>>) -> Rows {
        let len = rows.len();
        let width = rows.first().map_or(0, Vec::len);
        let mut fields: Vec<VectorBuilder> = (0..width).map(|_| VectorBuilder::default()).collect();
        for row in rows {
            let values = row.into_iter().chain(std::iter::repeat(Value::Null));
            fields.iter_mut().zip(values).for_each(|(field, value)| field.push(value));
        }
        Rows { fields: fields.into_iter().map(VectorBuilder::finish).collect(), len }
    }
}

impl Procedures {
    /// The procedures that ship with Dossier: `db.*`, `dbms.*`, `algo.*` and `dossier.*`.
    pub fn with_builtins() -> Procedures {
        let mut procedures = Procedures::default();
        for procedure in db::procedures()
            .into_iter()
            .chain(algo::procedures())
            .chain(dossier::procedures())
            .chain(show::procedures())
        {
            procedures.declare(procedure);
        }
        procedures.declare(db::list_procedures(&procedures));
        procedures.declare(show::list_procedures(&procedures));
        procedures
    }

    /// The names of all procedures, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.declared.keys().map(|name| &**name)
    }

    /// The signatures of all procedures, in alphabetical order of their names.
    pub fn signatures(&self) -> impl Iterator<Item = &ProcedureSignature> {
        self.declared.values().map(|procedure| &procedure.signature)
    }

    /// The procedure of a name.
    pub fn get(&self, name: &str) -> Option<&Procedure> {
        self.declared.get(name).map(|procedure| &**procedure)
    }

    /// Declares a procedure, in place of one of the same name.
    pub fn declare(&mut self, procedure: Procedure) {
        self.declared.insert(Arc::clone(&procedure.signature.name), Arc::new(procedure));
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
    /// A procedure that looks its rows up in a table: each row holds the inputs and then the
    /// result fields of one possible call.
    ///
    /// An error if the signature does not parse or a row is not as wide as it.
    pub fn table(signature: &str, rows: Vec<Vec<Value>>) -> Result<Procedure> {
        fixture::table(signature, rows)
    }

    /// A procedure of ours that gives few rows; its signature is known to parse.
    fn builtin(
        signature: &str,
        doc: &str,
        body: impl Fn(&dyn Snapshot, &[Value], &Limits) -> Result<Vec<Vec<Value>>>
        + Send
        + Sync
        + 'static,
    ) -> Procedure {
        Procedure::columnar(signature, doc, move |graph, given, limits| {
            body(graph, given, limits).map(Rows::from)
        })
    }

    /// A procedure of ours that gives columns; its signature is known to parse.
    fn columnar(
        signature: &str,
        doc: &str,
        body: impl Fn(&dyn Snapshot, &[Value], &Limits) -> Result<Rows> + Send + Sync + 'static,
    ) -> Procedure {
        let mut signature = signature::parse(signature).expect("built-in signatures parse");
        signature.doc = doc.into();
        Procedure { signature, body: Box::new(body) }
    }
}

impl std::fmt::Debug for Procedure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.signature.fmt(f)
    }
}

/// Checks arguments against a signature and converts integers where floats are wanted.
pub(crate) fn arguments(
    signature: &ProcedureSignature,
    mut given: Vec<Value>,
) -> Result<Vec<Value>> {
    for (value, input) in given.iter_mut().zip(&signature.inputs) {
        if !fits(value, &input.type_name) {
            let message = format!(
                "The argument `{}` of `{}` is {}, not {}.",
                input.name,
                signature.name,
                input.type_name,
                value.with_article()
            );
            return Err(Error::new(&eval::ARGUMENT_TYPE, message).hint(signature.to_string()));
        }
        if let (Some(Type::Float), Value::Integer(int)) = (base_type(&input.type_name), &*value) {
            *value = Value::Float(*int as f64);
        }
    }
    Ok(given)
}

/// Whether a value may be passed where a type is wanted; null may always.
fn fits(value: &Value, type_name: &str) -> bool {
    let is_number = matches!(value, Value::Integer(_) | Value::Float(_));
    match base_type(type_name) {
        _ if value.is_null() => true,
        // Types that are not known by name, such as ANY, take everything.
        None => type_name.trim_end_matches('?') != "NUMBER" || is_number,
        Some(Type::Float) => is_number,
        Some(wanted) => wanted == Type::of(value) || !is_concrete(wanted),
    }
}

fn base_type(type_name: &str) -> Option<Type> {
    let name = type_name.trim_end_matches('?').split(['<', '(']).next().unwrap_or("").trim();
    let name = name.to_ascii_uppercase();
    if name.starts_with("LIST") { Some(Type::List) } else { Type::parse(&name) }
}

/// Whether a type is that of a value, as `Type::of` gives it, and no group of types.
fn is_concrete(wanted: Type) -> bool {
    !matches!(wanted.name(), "ANY" | "PROPERTY VALUE" | "NUMBER" | "NOTHING")
}
