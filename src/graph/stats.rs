//! Counts and degrees for the cost model, exact at the snapshot's commit.

use hashbrown::HashMap;

use crate::graph::{KeyId, LabelId, TypeId};

/// What a snapshot knows about its own size.
///
/// ```
/// let graph = dossier::Store::shipped()?.snapshot();
/// let state = graph.catalog().label("State").unwrap();
/// let statistics = graph.statistics();
/// assert!(statistics.by_label[&state] < statistics.nodes);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    /// Nodes.
    pub nodes: u64,
    /// Relationships.
    pub statements: u64,
    /// Nodes that bear a label.
    pub by_label: HashMap<LabelId, u64>,
    /// Relationships of a type.
    pub by_type: HashMap<TypeId, TypeStatistics>,
    /// Distinct values of a node property, where known.
    pub distinct: HashMap<KeyId, u64>,
}

/// The size of one relationship type.
///
/// ```
/// let graph = dossier::Store::shipped()?.snapshot();
/// let recognises = graph.catalog().relationship_type("RECOGNISES").unwrap();
/// let known = graph.statistics().by_type[&recognises];
/// assert_eq!((known.count, known.sources, known.targets), (10, 5, 2));
/// assert_eq!((known.out_degree_max, known.in_degree_max), (2, 5));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TypeStatistics {
    /// Relationships of the type.
    pub count: u64,
    /// Nodes from which at least one starts.
    pub sources: u64,
    /// Nodes at which at least one ends.
    pub targets: u64,
    /// The most that start from one node.
    pub out_degree_max: u64,
    /// The most that end at one node.
    pub in_degree_max: u64,
}
