//! The map of options that every algorithm takes.

use std::sync::Arc;

use crate::algo::{Selection, Weights};
use crate::error::{Error, Result, eval};
use crate::graph::{Direction, Snapshot};
use crate::text::suggest;
use crate::value::{Map, Value};

/// The options that every algorithm takes.
const COMMON: [&str; 3] = ["labels", "types", "direction"];

/// The map of options of a call.
pub(super) struct Options {
    entries: Map,
}

impl Options {
    pub(super) fn read(given: Option<&Value>, extra: &[&str]) -> Result<Options> {
        let entries = given.and_then(Value::as_map).cloned().unwrap_or_default();
        let known = || COMMON.iter().chain(extra).copied();
        if let Some(other) = entries.keys().find(|key| !known().any(|known| known == &***key)) {
            let message = format!("There is no option `{other}`.");
            let near = suggest::nearest(other, known());
            return Err(Error::new(&eval::ARGUMENT_VALUE, message).hint(match near {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("The options are {}.", known().collect::<Vec<_>>().join(", ")),
            }));
        }
        Ok(Options { entries })
    }

    /// The part of the graph to look at; `None` where it names labels or types that nothing has.
    pub(super) fn selection(&self, graph: &dyn Snapshot) -> Result<Option<Selection>> {
        let (labels, types) = (self.names("labels")?, self.names("types")?);
        let catalog = graph.catalog();
        let selection = Selection {
            labels: labels.iter().filter_map(|name| catalog.label(name)).collect(),
            types: types.iter().filter_map(|name| catalog.relationship_type(name)).collect(),
        };
        let names_nothing = (!labels.is_empty() && selection.labels.is_empty())
            || (!types.is_empty() && selection.types.is_empty());
        Ok((!names_nothing).then_some(selection))
    }

    pub(super) fn direction(&self, default: Direction) -> Result<Direction> {
        match self.entries.get("direction") {
            None | Some(Value::Null) => Ok(default),
            Some(Value::String(way)) => match &*way.to_ascii_lowercase() {
                "out" | "outgoing" => Ok(Direction::Outgoing),
                "in" | "incoming" => Ok(Direction::Incoming),
                "both" => Ok(Direction::Both),
                _ => Err(Error::new(&eval::ARGUMENT_VALUE, format!("`{way}` is no direction."))
                    .hint("The directions are 'out', 'in' and 'both'.")),
            },
            Some(other) => Err(wrong_type("direction", "a String", other)),
        }
    }

    pub(super) fn weights(&self, graph: &dyn Snapshot, key: &Value) -> Result<Option<Weights>> {
        let missing = self.float("missing")?;
        let Some(name) = key.as_str() else { return Ok(None) };
        // A property that nothing has: without a cost for missing ones there is no way.
        let Some(key) = graph.catalog().key(name) else { return Ok(None) };
        Ok(Some(Weights { key, missing }))
    }

    fn names(&self, option: &str) -> Result<Vec<Arc<str>>> {
        match self.entries.get(option) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::String(name)) => Ok(vec![Arc::clone(name)]),
            Some(Value::List(names)) => names
                .iter()
                .map(|name| match name {
                    Value::String(name) => Ok(Arc::clone(name)),
                    other => Err(wrong_type(option, "a list of names", other)),
                })
                .collect(),
            Some(other) => Err(wrong_type(option, "a name or a list of names", other)),
        }
    }

    pub(super) fn integer(&self, option: &str) -> Result<Option<i64>> {
        match self.entries.get(option) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Integer(number)) => Ok(Some(*number)),
            Some(other) => Err(wrong_type(option, "an Integer", other)),
        }
    }

    /// A number that is not negative.
    pub(super) fn count(&self, option: &str) -> Result<Option<usize>> {
        let Some(number) = self.integer(option)? else { return Ok(None) };
        usize::try_from(number).map(Some).map_err(|_| {
            let message = format!("The option `{option}` is {number}, and must not be negative.");
            Error::new(&eval::ARGUMENT_VALUE, message).hint(format!("Leave `{option}` out."))
        })
    }

    /// What decides where chance would.
    pub(super) fn seed(&self) -> Result<u64> {
        Ok(self.integer("seed")?.unwrap_or(0).cast_unsigned())
    }

    pub(super) fn text(&self, option: &str) -> Result<Option<&str>> {
        match self.entries.get(option) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(wrong_type(option, "a String", other)),
        }
    }

    pub(super) fn float(&self, option: &str) -> Result<Option<f64>> {
        match self.entries.get(option) {
            None | Some(Value::Null) => Ok(None),
            Some(number) => match number.as_float() {
                Some(number) => Ok(Some(number)),
                None => Err(wrong_type(option, "a number", number)),
            },
        }
    }
}

pub(super) fn wrong_type(option: &str, wanted: &str, found: &Value) -> Error {
    let message = format!("The option `{option}` is {wanted}, not {}.", found.with_article());
    Error::new(&eval::ARGUMENT_TYPE, message)
}
