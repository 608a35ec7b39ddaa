//! What was erased: the log of `ERASE`, the one change that forgets.
//!
//! A deleted statement stays in recorded time and `KNOWN AT` shows it; an erased one is gone from
//! there as well. What is left is an entry that says when, what sort of thing and why, and nothing
//! of what it was.

use std::sync::Arc;

use crate::graph::history::Recorded;

/// One erased element.
///
/// ```
/// let store = dossier::Store::memory();
/// store.query("CREATE (:Person {name: 'A private person'})", ())?;
/// store.query("MATCH (p:Person) ERASE p REASON 'asked to be forgotten'", ())?;
/// let graph = store.snapshot();
/// let erased = &graph.declarations().erasures[0];
/// assert_eq!((&*erased.name, &*erased.reason), ("Person", "asked to be forgotten"));
/// assert_eq!(erased.recorded.commit, 2);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The commit that erased it, and its instant.
    pub recorded: Recorded,
    /// Whether it was a relationship; otherwise it was a node.
    pub is_relationship: bool,
    /// The type of the relationship, or the labels of the node.
    pub name: Arc<str>,
    /// The number by which users knew it.
    pub element_id: u64,
    /// Why it was erased.
    pub reason: Arc<str>,
}
