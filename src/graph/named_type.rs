//! What the name of a relationship type stands for in a pattern.
//!
//! In plain openCypher a name is its type. A MATCH that says a word of ours (a time, a stance, what
//! was known) sees what is declared of types as well:
//!
//! ```text
//! DECLARE RELATIONSHIP MET SYMMETRIC          (a)-[:MET]->(b)        finds (b)-[:MET]->(a)
//! DECLARE RELATIONSHIP RULES INVERSE RULED_BY (a)-[:RULED_BY]->(b)   finds (b)-[:RULES]->(a)
//! DECLARE RELATIONSHIP ANNEXED SUB OF RULES   (a)-[:RULES]->(b)      finds (a)-[:ANNEXED]->(b)
//! ```
//!
//! So a name and a direction become types, each with the direction in which its statements are
//! read. What is found is the statement itself, with its date, its sources and its own ends:
//! nothing is copied, and a pattern of plain types costs what it cost before.
//!
//! Derived relationships (see [`derived`](crate::graph::derived)) have types of their own that
//! share a name with the stored one. Those that rules derive are found by the name in every
//! pattern, those that TRANSITIVE entails where the declarations are seen.

use std::sync::Arc;

use hashbrown::HashSet;

use crate::graph::{Direction, Snapshot, TypeId};

/// A relationship type as a pattern names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NamedType {
    /// Its name.
    pub name: Arc<str>,
    /// Whether what is declared of it is seen.
    pub entailed: bool,
}

impl NamedType {
    /// The type and no more.
    pub fn plain(name: impl Into<Arc<str>>) -> NamedType {
        NamedType { name: name.into(), entailed: false }
    }
}

/// A type whose relationships a pattern finds, and the direction in which they are read.
pub type Way = (TypeId, Direction);

/// The types that a pattern finds and how each is read, ascending by type; all types where it names
/// none. Unknown ones are left out.
pub fn ways(types: &[NamedType], direction: Direction, graph: &dyn Snapshot) -> Vec<Way> {
    let catalog = graph.catalog();
    if types.is_empty() {
        return catalog.types().map(|(id, _)| (id, direction)).collect();
    }
    let mut found = Vec::with_capacity(types.len());
    for named in types {
        if named.entailed {
            add_entailed(&named.name, direction, graph, &mut found);
        } else if let Some(id) = catalog.relationship_type(&named.name) {
            found.push((id, direction));
        }
    }
    if catalog.has_twins() {
        let twins: Vec<Way> = found.iter().flat_map(|way| twins(types, *way, graph)).collect();
        found.extend(twins);
    }
    found.sort_unstable_by_key(|(id, _)| *id);
    // What is read from either end is read both ways.
    found.dedup_by(|(other, way), (id, direction)| {
        if other == id && way != direction {
            *direction = Direction::Both;
        }
        other == id
    });
    found
}

/// The types of derived relationships that share the name of one that is found.
fn twins<'g>(
    types: &'g [NamedType],
    (id, direction): Way,
    graph: &'g dyn Snapshot,
) -> impl Iterator<Item = Way> {
    let sees_all = types.iter().any(|named| named.entailed);
    let twins = graph.catalog().twins(id);
    twins
        .filter(move |(_, of_declaration)| sees_all || !of_declaration)
        .map(move |(twin, _)| (twin, direction))
}

/// Adds what a name entails: itself, its inverse read from the other end, and all types that are
/// declared in terms of it.
fn add_entailed(name: &Arc<str>, direction: Direction, graph: &dyn Snapshot, found: &mut Vec<Way>) {
    let declared = &graph.declarations().types;
    let mut open = vec![(Arc::clone(name), direction)];
    let mut seen: HashSet<(Arc<str>, Direction)> = open.iter().cloned().collect();
    while let Some((name, mut direction)) = open.pop() {
        let mut next = Vec::new();
        if let Some(id) = graph.catalog().relationship_type(&name) {
            let own = declared.get(&id);
            if own.is_some_and(|own| own.symmetric) {
                direction = Direction::Both;
            }
            found.push((id, direction));
            let inverse = own.and_then(|own| own.inverse.clone());
            next.extend(inverse.map(|inverse| (inverse, direction.reversed())));
        }
        for (id, other) in declared {
            let other_name = || Arc::clone(graph.catalog().type_name(*id));
            if other.inverse.as_ref() == Some(&name) {
                next.push((other_name(), direction.reversed()));
            }
            if other.sub_of.contains(&name) {
                next.push((other_name(), direction));
            }
        }
        open.extend(next.into_iter().filter(|one| seen.insert(one.clone())));
    }
}
