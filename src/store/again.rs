//! Commits carried out again, over the graph that they were made over.
//!
//! **In**: a graph, and the records of the commits after its own. **Out**: the graph at the last of them.
//! **Callers**: `files.rs`, where a store is opened and where a reader follows a writer; `turn.rs`, where a
//! checkpoint catches up.

use std::sync::Arc;

use crate::error::Result;

use super::StoreSnapshot;
use super::backend::MANIFEST;
use super::manifest::View;
use super::txn::WriteTransaction;
use super::{archive, format, record};

/// A graph over which commits are carried out again.
#[derive(Debug)]
pub struct Again(WriteTransaction);

impl Again {
    /// Nothing is carried out yet.
    pub fn over(graph: StoreSnapshot) -> Again {
        Again(WriteTransaction::replaying(Arc::new(graph)))
    }

    /// Carries out a commit that was made at a time in microseconds.
    pub fn commit(&mut self, number: u64, time: u64, bytes: &[u8]) -> Result<()> {
        let instant = (time != 0).then(|| archive::instant_of(time));
        match record::replay(&mut self.0, bytes, instant) {
            Ok(()) if self.0.graph().commit == number => Ok(()),
            _ => {
                let what = format!("commit {number} cannot be carried out");
                Err(format::damaged(MANIFEST, &what))
            }
        }
    }

    /// The graph after all of them.
    pub fn finish(self) -> StoreSnapshot {
        self.0.into_graph()
    }
}

/// The graph with all commits after its own.
pub fn all(view: &View<'_>, graph: StoreSnapshot) -> Result<StoreSnapshot> {
    let after = graph.commit;
    let mut again = Again::over(graph);
    view.commits_after(after, |number, time, bytes| again.commit(number, time, bytes))?;
    Ok(again.finish())
}
