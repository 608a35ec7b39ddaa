//! The map of options that every algorithm takes.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::algo::{Selection, Weights};
use crate::error::{Error, Result, eval};
use crate::graph::{Direction, KeyId, Snapshot};
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
        for (option, names) in [("labels", &labels), ("types", &types)] {
            if names.as_ref().is_some_and(Vec::is_empty) {
                let message =
                    format!("The option `{option}` is an empty list: it selects nothing.");
                let hint = format!("Leave `{option}` out to select all.");
                return Err(Error::new(&eval::ARGUMENT_VALUE, message).hint(hint));
            }
        }
        let (labels, types) = (labels.unwrap_or_default(), types.unwrap_or_default());
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

    /// The property that is a weight, and what takes its place; `None` where its name is null.
    /// Fails where nothing has the property.
    pub(super) fn weights(&self, graph: &dyn Snapshot, key: &Value) -> Result<Option<Weights>> {
        let missing = self.number("missing", 0.0..=f64::MAX)?;
        let Some(name) = key.as_str() else { return Ok(None) };
        match graph.catalog().key(name) {
            Some(key) => Ok(Some(Weights { key, missing })),
            None => Err(no_weight(graph, name)),
        }
    }

    /// The names that an option gives; `None` where it is left out.
    fn names(&self, option: &str) -> Result<Option<Vec<Arc<str>>>> {
        match self.entries.get(option) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(name)) => Ok(Some(vec![Arc::clone(name)])),
            Some(Value::List(names)) => names
                .iter()
                .map(|name| match name {
                    Value::String(name) => Ok(Arc::clone(name)),
                    other => Err(wrong_type(option, "a list of names", other)),
                })
                .collect::<Result<_>>()
                .map(Some),
            Some(other) => Err(wrong_type(option, "a name or a list of names", other)),
        }
    }

    fn integer(&self, option: &str) -> Result<Option<i64>> {
        match self.entries.get(option) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Integer(number)) => Ok(Some(*number)),
            Some(other) => Err(wrong_type(option, "an Integer", other)),
        }
    }

    /// How many of something: none of it makes no sense.
    pub(super) fn count(&self, option: &str) -> Result<Option<usize>> {
        let Some(number) = self.integer(option)? else { return Ok(None) };
        match usize::try_from(number) {
            Ok(number) if number > 0 => Ok(Some(number)),
            _ => {
                let message = format!("The option `{option}` is {number}, and must be 1 or more.");
                let hint = format!("Leave `{option}` out.");
                Err(Error::new(&eval::ARGUMENT_VALUE, message).hint(hint))
            }
        }
    }

    /// A number within a range; its upper end, where that is the largest number there is, only
    /// keeps out what is infinite.
    pub(super) fn number(&self, option: &str, range: RangeInclusive<f64>) -> Result<Option<f64>> {
        let Some(number) = self.float(option)? else { return Ok(None) };
        if range.contains(&number) {
            return Ok(Some(number));
        }
        let (least, most) = range.into_inner();
        let wanted = if most < f64::MAX {
            format!("must be from {least} to {most}")
        } else {
            format!("must be a number from {least} on")
        };
        let message = format!("The option `{option}` is {number}, and {wanted}.");
        let hint = format!("Leave `{option}` out.");
        Err(Error::new(&eval::ARGUMENT_VALUE, message).hint(hint))
    }

    /// Whether an option is given.
    pub(super) fn has(&self, option: &str) -> bool {
        self.entries.get(option).is_some_and(|value| !value.is_null())
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

    fn float(&self, option: &str) -> Result<Option<f64>> {
        match self.entries.get(option) {
            None | Some(Value::Null) => Ok(None),
            Some(number) => match number.as_float() {
                Some(number) => Ok(Some(number)),
                None => Err(wrong_type(option, "a number", number)),
            },
        }
    }
}

/// Fails where no relationship has the property by which nothing was found: it was not meant. This
/// may take a look at all relationships, so only who has found nothing asks.
pub(super) fn check_weighs(graph: &dyn Snapshot, weights: &Weights) -> Result<()> {
    if weights.missing.is_some() || is_of_relationships(graph, weights.key) {
        return Ok(());
    }
    Err(no_weight(graph, graph.catalog().key_name(weights.key)))
}

fn is_of_relationships(graph: &dyn Snapshot, key: KeyId) -> bool {
    let column = graph.statement_column(key);
    (0..graph.statement_bound()).any(|at| !column.get(at).is_null())
}

fn no_weight(graph: &dyn Snapshot, name: &str) -> Error {
    let of_relationships =
        graph.catalog().keys().filter(|(key, _)| is_of_relationships(graph, *key));
    let near = suggest::nearest(name, of_relationships.map(|(_, name)| &**name));
    let message = format!("No relationship has a property `{name}`.");
    Error::new(&eval::ARGUMENT_VALUE, message).hint(match near {
        Some(near) => format!("Did you mean `{near}`?"),
        None => "CALL db.propertyKeys() lists what there is.".to_owned(),
    })
}

fn wrong_type(option: &str, wanted: &str, found: &Value) -> Error {
    let message = format!("The option `{option}` is {wanted}, not {}.", found.with_article());
    Error::new(&eval::ARGUMENT_TYPE, message)
}
