//! Which node, which relationship.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A node of one snapshot: a dense number from 0, in the order of labels.
///
/// Dense, so that a set of nodes is a bitmap and a property is an array; 32 bits, so that a
/// neighbour costs four bytes. It is stable within a snapshot and its transaction.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[repr(transparent)]
pub struct NodeId(pub u32);

/// A relationship (statement) of one snapshot: a dense number from 0.
///
/// Relationships of a type stand together, in the order of their start nodes, so that the
/// position in the forward adjacency *is* the id and costs nothing to store.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[repr(transparent)]
pub struct StatementId(pub u32);

impl NodeId {
    /// The id as an index into a dense array.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl StatementId {
    /// The id as an index into a dense array.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for StatementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
