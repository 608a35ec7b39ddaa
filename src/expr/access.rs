//! Looking into values: properties, elements, slices, labels, and paths made of their parts.
//!
//! Nodes and relationships are ids; what they hold is asked of the snapshot. One that an earlier
//! clause deleted still has its id, and reading its properties or labels is an error
//! (openCypher: `DeletedEntityAccess`), while its type and its place in a path stay readable.

use std::sync::Arc;

use crate::error::{Error, Result, eval as codes};
use crate::expr::{function, limits};
use crate::graph::snapshot::Ends;
use crate::graph::{KeyId, Snapshot};
use crate::value::{Map, NodeId, Path, StatementId, Value, time};

/// `value.key`: a property of a node or a relationship, an entry of a map, a component of a
/// temporal value or a point; null of null and where there is none.
pub(crate) fn property(graph: &dyn Snapshot, value: &Value, key: &str) -> Result<Value> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Node(node) => {
            existing_node(graph, *node)?;
            Ok(graph.catalog().key(key).map_or(Value::Null, |key| graph.node_property(*node, key)))
        }
        Value::Relationship(id) => {
            existing_statement(graph, *id)?;
            let key = graph.catalog().key(key);
            Ok(key.map_or(Value::Null, |key| graph.statement_property(*id, key)))
        }
        Value::Map(entries) => Ok(entries.get(key).cloned().unwrap_or_default()),
        other => component(other, key).unwrap_or_else(|| Err(no_properties(other))),
    }
}

/// `value[index]`: an element of a list by number, from the end where negative; anything that
/// has properties by name. Null where either is null or there is no such element.
pub(crate) fn index(graph: &dyn Snapshot, value: &Value, index: &Value) -> Result<Value> {
    match (value, index) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::List(values), Value::Integer(at)) => Ok(position(*at, values.len())
            .and_then(|at| values.get(at))
            .cloned()
            .unwrap_or_default()),
        (Value::List(_), other) => Err(Error::new(
            &codes::LIST_ELEMENT_ACCESS,
            format!("A list is indexed with an Integer, not with {}.", other.with_article()),
        )),
        (Value::Boolean(_) | Value::Integer(_) | Value::Float(_) | Value::String(_), _) => {
            Err(Error::new(
                &codes::ARGUMENT_TYPE,
                format!(
                    "Only lists, maps, nodes and relationships have elements to index, and this is {}.",
                    value.with_article()
                ),
            ))
        }
        (_, Value::String(key)) => property(graph, value, key),
        (_, other) => Err(Error::new(
            &codes::MAP_ELEMENT_ACCESS,
            format!(
                "A {} is indexed with a String, not with {}.",
                value.type_name(),
                other.with_article()
            ),
        )),
    }
}

/// `list[from..to]`: a part of a list; negative bounds count from the end, bounds beyond it are
/// the end; null where the list or a bound is null.
pub(crate) fn slice(list: &Value, from: Option<&Value>, to: Option<&Value>) -> Result<Value> {
    let values = match list {
        Value::Null => return Ok(Value::Null),
        Value::List(values) => values,
        other => {
            let message = format!("Only a List can be sliced, not {}.", other.with_article());
            return Err(Error::new(&codes::ARGUMENT_TYPE, message));
        }
    };
    let bound = |bound: Option<&Value>, default: usize| match bound {
        None => Ok(Some(default)),
        Some(Value::Null) => Ok(None),
        Some(Value::Integer(at)) => Ok(Some(clamped(*at, values.len()))),
        Some(other) => Err(Error::new(
            &codes::LIST_ELEMENT_ACCESS,
            format!("A list is sliced with Integers, not with {}.", other.with_article()),
        )),
    };
    let (Some(from), Some(to)) = (bound(from, 0)?, bound(to, values.len())?) else {
        return Ok(Value::Null);
    };
    if (from, to) == (0, values.len()) {
        return Ok(list.clone());
    }
    Ok(Value::list(values.get(from..to).unwrap_or_default().iter().cloned()))
}

/// All properties of a node or a relationship, or all entries of a map; null of null, `None` of
/// anything else.
pub(crate) fn properties(graph: &dyn Snapshot, value: &Value) -> Result<Option<Value>> {
    let named = |properties: Vec<(KeyId, Value)>| -> Map {
        let catalog = graph.catalog();
        properties
            .into_iter()
            .map(|(key, value)| (Arc::clone(catalog.key_name(key)), value))
            .collect()
    };
    Ok(Some(match value {
        Value::Null => Value::Null,
        Value::Node(node) => {
            existing_node(graph, *node)?;
            named(graph.node_properties(*node)).into()
        }
        Value::Relationship(id) => {
            existing_statement(graph, *id)?;
            named(graph.statement_properties(*id)).into()
        }
        Value::Map(_) => value.clone(),
        _ => return Ok(None),
    }))
}

/// `value {.*, key: e}`: the entries of the element or map if `all`, with `entries` over them.
pub(crate) fn map_projection(
    graph: &dyn Snapshot,
    value: &Value,
    all: bool,
    entries: impl Iterator<Item = Result<(Arc<str>, Value)>>,
) -> Result<Value> {
    let mut map = match properties(graph, value)? {
        Some(Value::Map(map)) if all => Arc::unwrap_or_clone(map),
        Some(Value::Map(_)) => Map::new(),
        Some(_) => return Ok(Value::Null),
        None => return Err(no_properties(value)),
    };
    for entry in entries {
        let (key, value) = entry?;
        map.insert(key, value);
    }
    limits::map(map)
}

/// Type and ends of a relationship, also of one that the query deleted.
pub(crate) fn ends(graph: &dyn Snapshot, id: StatementId) -> Result<Ends> {
    graph
        .statement(id)
        .or_else(|| graph.deleted_statement(id))
        .ok_or_else(|| deleted("relationship"))
}

/// An error unless the node still exists.
pub(crate) fn existing_node(graph: &dyn Snapshot, node: NodeId) -> Result<()> {
    if graph.contains_node(node) { Ok(()) } else { Err(deleted("node")) }
}

/// An error unless the relationship still exists.
pub(crate) fn existing_statement(graph: &dyn Snapshot, id: StatementId) -> Result<()> {
    if graph.statement(id).is_some() { Ok(()) } else { Err(deleted("relationship")) }
}

/// Puts a path together from its parts in order: nodes, relationships, and lists of
/// relationships for the parts of variable length; `None` (null) if one of them is null.
///
/// Nodes inside a list of relationships are not given: each is the other end of the
/// relationship that leads to it.
pub(crate) fn path(
    graph: &dyn Snapshot,
    parts: impl Iterator<Item = Value>,
) -> Result<Option<Path>> {
    let mut path = Path { nodes: Vec::new(), relationships: Vec::new() };
    for part in parts {
        match part {
            Value::Null => return Ok(None),
            Value::Node(node) => add_node(&mut path, node),
            Value::Relationship(id) => path.relationships.push(id),
            Value::List(steps) => {
                for step in steps.iter() {
                    let Value::Relationship(id) = step else { return Err(no_path_part(step)) };
                    add_step(graph, &mut path, *id)?;
                }
            }
            other => return Err(no_path_part(&other)),
        }
    }
    Ok(Some(path))
}

/// A node of the pattern: after a list of relationships it is where the list has led already.
fn add_node(path: &mut Path, node: NodeId) {
    if path.nodes.len() == path.relationships.len() {
        path.nodes.push(node);
    }
}

/// A relationship of a list, and the node at its other end.
fn add_step(graph: &dyn Snapshot, path: &mut Path, id: StatementId) -> Result<()> {
    let Some(&here) = path.nodes.last() else { return Err(no_path_part(&Value::Relationship(id))) };
    let ends = ends(graph, id)?;
    path.relationships.push(id);
    path.nodes.push(if ends.start == here { ends.end } else { ends.start });
    Ok(())
}

fn no_path_part(value: &Value) -> Error {
    let message =
        format!("A path has nodes and relationships in turn; here is {}.", value.with_article());
    Error::new(&codes::ARGUMENT_TYPE, message)
}

/// A component of a temporal value or a point, null where it has no such; `None` of what has no
/// components at all.
fn component(value: &Value, name: &str) -> Option<Result<Value>> {
    match value {
        Value::Point(point) => Some(Ok(function::point_component(point, name).unwrap_or_default())),
        Value::Date(_)
        | Value::LocalTime(_)
        | Value::Time(_)
        | Value::LocalDateTime(_)
        | Value::DateTime(_)
        | Value::Duration(_) => {
            let component = time::Component::parse(name);
            Some(component.map_or(Ok(Value::Null), |component| time::component(value, component)))
        }
        Value::Edtf(edtf) => Some(Ok(time::edtf_component(edtf, name))),
        _ => None,
    }
}

fn no_properties(value: &Value) -> Error {
    Error::new(
        &codes::ARGUMENT_TYPE,
        format!(
            "Only nodes, relationships, maps, temporal values and points have properties, and this is {}.",
            value.with_article()
        ),
    )
}

fn deleted(what: &str) -> Error {
    let message = format!("The {what} was deleted by this query; it can no longer be read.");
    Error::new(&codes::DELETED_ENTITY, message)
        .hint("Put what you need of it in a WITH before the DELETE.")
}

/// The position that an index means in a list of a length; `None` before its beginning.
fn position(at: i64, length: usize) -> Option<usize> {
    let at = if at < 0 { at.checked_add_unsigned(length as u64)? } else { at };
    usize::try_from(at).ok()
}

/// The position that a slice bound means: within 0 and the length.
fn clamped(at: i64, length: usize) -> usize {
    let from_start = if at < 0 { at.saturating_add_unsigned(length as u64) } else { at };
    usize::try_from(from_start.max(0)).map_or(length, |at| at.min(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_to_five() -> Value {
        Value::list((1..=5).map(Value::Integer))
    }

    #[test]
    fn slices_count_from_either_end() {
        let part = |from: i64, to: i64| {
            slice(&one_to_five(), Some(&from.into()), Some(&to.into())).expect("integers")
        };
        assert_eq!(part(1, 3), Value::list([2.into(), 3.into()]));
        assert_eq!(part(-2, i64::MAX), Value::list([4.into(), 5.into()]));
        assert_eq!(part(i64::MIN, 1), Value::list([1.into()]));
        assert_eq!(part(3, 1), Value::list([]));
        assert_eq!(slice(&one_to_five(), Some(&Value::Null), None).ok(), Some(Value::Null));
        assert!(slice(&one_to_five(), Some(&1.5.into()), None).is_err());
    }

    #[test]
    fn positions_before_the_beginning_are_none() {
        assert_eq!(position(-1, 3), Some(2));
        assert_eq!(position(-4, 3), None);
        assert_eq!(position(i64::MIN, 3), None);
        assert_eq!(position(7, 3), Some(7));
    }
}
