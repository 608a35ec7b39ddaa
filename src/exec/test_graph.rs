//! Graphs for the unit tests of this folder.

use crate::graph::Snapshot;

/// A graph without anything in it.
pub(crate) fn empty() -> impl Snapshot {
    crate::store::Database::memory().begin_write().expect("nobody else writes")
}
