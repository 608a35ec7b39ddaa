//! Folding.
use super::StoreSnapshot;

/// Folds.
pub fn fold(graph: &StoreSnapshot) -> StoreSnapshot {
    graph.clone()
}
