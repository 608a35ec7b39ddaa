//! `type(r)` of a column of relationships.
//!
//! Relationships of a type have ids one after the other as long as they stand in the arrays, so that the
//! type is found by a look among as many ranges as there are types, mostly the one of the row before; for
//! what has been written since the store is asked. The names are a vector with one entry for each type,
//! and rows point to it: whoever groups by it numbers types, not rows.

use std::ops::Range;
use std::sync::Arc;

use crate::exec::column::{Column, Data, Vector};
use crate::graph::snapshot::{Recent, Statements};
use crate::graph::{Direction, Snapshot, TypeId};
use crate::value::{StatementId, Value};

/// The name of each row's type, null for null; `None` where a row has something else than a relationship
/// that is there.
pub(crate) fn names(relationships: &Column, graph: &dyn Snapshot) -> Option<Column> {
    let vector = relationships.flat();
    let Data::Relationship(ids) = &vector.data else { return None };
    let mut ranges: Vec<(Range<u32>, TypeId)> = Vec::new();
    for (id, _) in graph.catalog().types() {
        let adjacency = graph.adjacency(id, Direction::Outgoing);
        let is_plain = !adjacency.recent.is_some_and(Recent::has_removed);
        if let (Statements::From(first), true) = (adjacency.statements, is_plain) {
            ranges.push((first..first + adjacency.neighbours.len() as u32, id));
        }
    }
    ranges.sort_unstable_by_key(|(range, _)| range.start);
    let (mut types, mut positions) = (Vec::new(), Vec::with_capacity(ids.len()));
    // The range of the row before, and the position of its type.
    let mut last = (0..0, 0);
    for (row, id) in ids.iter().enumerate() {
        if vector.is_null(row) {
            positions.push(position(&mut types, None));
            continue;
        }
        if !last.0.contains(&id.0) {
            let before = ranges.partition_point(|(range, _)| range.start <= id.0);
            let found = before.checked_sub(1).map(|at| &ranges[at]);
            let (range, own) = match found.filter(|(range, _)| range.contains(&id.0)) {
                Some((range, own)) => (range.clone(), *own),
                None => (id.0..id.0 + 1, graph.statement(StatementId(id.0))?.relationship_type),
            };
            last = (range, position(&mut types, Some(own)));
        }
        positions.push(last.1);
    }
    let name = |own: &Option<TypeId>| {
        own.map_or(Value::Null, |own| Arc::clone(graph.catalog().type_name(own)).into())
    };
    let names = Vector::of(types.iter().map(name));
    Some(Column::new(names).at_positions(Arc::new(positions)))
}

/// The position of a type among those that have come.
fn position(types: &mut Vec<Option<TypeId>>, own: Option<TypeId>) -> u32 {
    let known = types.iter().position(|known| *known == own);
    known.unwrap_or_else(|| {
        types.push(own);
        types.len() - 1
    }) as u32
}
