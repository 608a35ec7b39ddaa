//! Which node, which relationship.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A node of one snapshot: a dense number from 0, in the order of labels.
///
/// Dense, so that a set of nodes is a bitmap and a property is an array; 32 bits, so that a
/// neighbour costs four bytes. It is stable within a snapshot and its transaction.
///
/// ```
/// use dossier::NodeId;
/// let rows = dossier::Store::memory().query("CREATE (s:State {name: 'Nauru'}) RETURN s", ())?;
/// let nauru: NodeId = rows.get(0).unwrap().get("s")?;
/// assert_eq!(rows.node(nauru).labels, ["State".into()]);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[repr(transparent)]
pub struct NodeId(pub u32);

/// A relationship (statement) of one snapshot: a dense number from 0.
///
/// Relationships of a type stand together, in the order of their start nodes, so that the
/// position in the forward adjacency *is* the id and costs nothing to store.
///
/// ```
/// use dossier::StatementId;
/// let rows = dossier::Store::memory().query("CREATE ()-[r:MET]->() RETURN r", ())?;
/// let met: StatementId = rows.get(0).unwrap().get("r")?;
/// assert!(rows.relationship(met).is_some());
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[repr(transparent)]
pub struct StatementId(pub u32);

impl NodeId {
    /// The id as an index into a dense array.
    ///
    /// ```
    /// assert_eq!(dossier::NodeId(7).index(), 7);
    /// ```
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl StatementId {
    /// The id as an index into a dense array.
    ///
    /// ```
    /// assert_eq!(dossier::StatementId(7).index(), 7);
    /// ```
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
