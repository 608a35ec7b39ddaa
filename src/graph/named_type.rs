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

use crate::graph::model::TwinKind;
use crate::graph::{Catalog, Direction, Snapshot, TypeId};

/// A relationship type as a pattern names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NamedType {
    /// Its name.
    pub name: Arc<str>,
    /// Which of its relationships are meant.
    pub seen: Seen,
}

/// Which relationships the name of a type stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seen {
    /// Those of the type, stored or derived by a rule.
    Named,
    /// Those that the declarations entail as well.
    Entailed,
    /// Of the latter those that the last round of an evaluation of rules has derived.
    New,
}

impl NamedType {
    /// The type and no more.
    pub fn plain(name: impl Into<Arc<str>>) -> NamedType {
        NamedType { name: name.into(), seen: Seen::Named }
    }
}

/// A type whose relationships a pattern finds, and the direction in which they are read.
pub type Way = (TypeId, Direction);

/// The types that a pattern finds and how each is read, ascending by type; all types where it names
/// none. Unknown ones are left out.
pub fn ways(types: &[NamedType], direction: Direction, graph: &dyn Snapshot) -> Vec<Way> {
    let catalog = graph.catalog();
    if types.is_empty() {
        return catalog.relationship_types().map(|(id, _)| (id, direction)).collect();
    }
    let mut found = Vec::with_capacity(types.len());
    for named in types {
        let first = found.len();
        if named.seen != Seen::Named {
            add_entailed(&named.name, direction, graph, &mut found);
        } else if let Some(id) = catalog.relationship_type(&named.name) {
            found.push((id, direction));
        }
        if catalog.has_twins() || named.seen == Seen::New {
            add_twins(named.seen, first, catalog, &mut found);
        }
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

/// Whether other types entail relationships of one: what is declared in terms of it, or as its inverse.
pub(crate) fn is_entailed(id: TypeId, graph: &dyn Snapshot) -> bool {
    let mut found = Vec::new();
    add_entailed(graph.catalog().type_name(id), Direction::Outgoing, graph, &mut found);
    found.iter().any(|(of, _)| *of != id)
}

/// Adds the types of derived relationships that share a name with those found from a place on.
fn add_twins(seen: Seen, first: usize, catalog: &Catalog, found: &mut Vec<Way>) {
    let stored: Vec<Way> = found[first..].to_vec();
    if seen == Seen::New {
        found.truncate(first);
    }
    let is_seen = |kind| match seen {
        Seen::Named => kind == TwinKind::Rule,
        Seen::Entailed => kind != TwinKind::New,
        Seen::New => kind == TwinKind::New,
    };
    for (id, direction) in stored {
        let twins = catalog.twins(id).filter(|(_, kind)| is_seen(*kind));
        found.extend(twins.map(|(twin, _)| (twin, direction)));
    }
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
