//! Where the graph is kept: snapshots to read, transactions to write. Knows no query language.
//!
//! **In**: the calls of [`Transaction`](crate::graph::Transaction), from the engine and the
//! loaders; whole tables, from an import. **Out**: [`StoreSnapshot`], which answers
//! [`Snapshot`](crate::graph::Snapshot). **Callers**: `query.rs` and `load`; nothing here names
//! them.
//!
//! ```text
//!            begin_read                     begin_write ── create, set, delete ── commit
//!                │                                │                                 │
//!                ▼                                ▼                                 ▼
//!   ┌─ StoreSnapshot (commit 7) ─┐  clone   ┌─ WriteTransaction ─┐  publish  ┌─ StoreSnapshot (8) ─┐
//!   │ Delta: recent writes       │ ───────▶ │ Delta + own writes │ ────────▶ │ Delta               │
//!   │ Generation: arrays         │          │ the same arrays    │           │ the same arrays     │
//!   └────────────────────────────┘          └────────────────────┘           └─────────────────────┘
//!                                        fold, when the delta is large: new arrays, empty delta
//! ```
//!
//! The parts, one file each: `generation.rs`, the immutable arrays (`column.rs`, `dictionary.rs`,
//! `adjacency.rs`, `qualifiers.rs`, `index.rs`, all made of `section.rs`); `delta.rs`, the recent
//! writes over them (`bits.rs` beside imbl's maps); `snapshot.rs`, which reads the two as one;
//! `txn.rs`, which writes; `turn.rs`, which says whose turn it is; `builder.rs` and `fold.rs`, which
//! make the next generation.
//!
//! # Promises
//!
//! - A snapshot never changes. Taking one waits for nobody, and nobody waits for its reader.
//! - One transaction writes at a time. It is published whole by its commit, or not at all.
//! - Commits are numbered from 1; 0 is the empty store.
//! - Dense ids ([`NodeId`](crate::NodeId), [`StatementId`](crate::StatementId)) hold within a
//!   snapshot, and within a transaction and the snapshot it leaves. Between commits a fold may
//!   renumber them. What users see as `id(n)` is the element id, which a node keeps and no other
//!   node is given, for the first four billion creations of a store.
//!
//! # Recorded time
//!
//! Deleting forgets, today. When statements get a recorded time, deleting closes one instead: the
//! commit that added it and the commit that closed it become two columns beside the qualifiers,
//! absent where all of a type came with the generation, and [`StoreSnapshot`] filters by its own
//! number. A closed statement is then what `removed` is now, for every commit after the closing.
//!
//! ```
//! use dossier::graph::{Direction, Snapshot, Transaction};
//! use dossier::store::Database;
//!
//! let database = Database::memory();
//! let mut write = database.begin_write()?;
//! let (state, region) = (write.intern_label("State"), write.intern_label("Region"));
//! let recognises = write.intern_type("RECOGNISES");
//! let russia = write.create_node(&[state])?;
//! let nauru = write.create_node(&[state])?;
//! let south_ossetia = write.create_node(&[region])?;
//! write.create_statement(recognises, russia, south_ossetia)?;
//! write.create_statement(recognises, nauru, south_ossetia)?;
//! write.commit()?;
//!
//! let graph = database.begin_read();
//! let recognised_by = graph.adjacency(recognises, Direction::Incoming);
//! let mut names = Vec::new();
//! recognised_by.for_each(south_ossetia, |state, _| names.push(state));
//! assert_eq!(names, [russia, nauru]);
//! # Ok::<(), dossier::Error>(())
//! ```

mod adjacency;
mod bits;
mod builder;
mod column;
mod delegate;
mod delta;
mod dictionary;
mod fold;
mod generation;
mod index;
#[cfg(test)]
mod model_test;
mod qualifiers;
mod section;
mod snapshot;
mod turn;
mod txn;

use std::sync::Arc;
use std::time::Duration;

use crate::error::Result;

pub use builder::{GenerationBuilder, RelationshipTable};
pub use column::{Cell, ColumnBuilder};
pub use snapshot::StoreSnapshot;
pub use txn::WriteTransaction;

use turn::Shared;

/// A graph and its history of commits; clones are handles to the same one.
///
/// `Send` and `Sync`: any number of threads read while one writes.
#[derive(Clone, Debug)]
pub struct Database {
    shared: Arc<Shared>,
}

/// How a database behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How long [`Database::begin_write`] waits for another writer.
    pub busy_timeout: Duration,
    /// How many changes may pile up before a commit folds them into arrays; an eighth of the
    /// graph where that is more.
    pub fold_after: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { busy_timeout: Duration::from_secs(5), fold_after: 4096 }
    }
}

impl Database {
    /// An empty graph in memory.
    pub fn memory() -> Database {
        Database::memory_with(Options::default())
    }

    /// An empty graph in memory that behaves as the options say.
    pub fn memory_with(options: Options) -> Database {
        Database { shared: Arc::new(Shared::new(StoreSnapshot::default(), options)) }
    }

    /// A graph in memory that holds what the builder collected, as commit 1.
    ///
    /// Fails with `store::dangling` where a relationship names a row that is no node, or a property
    /// one that was not added.
    pub fn memory_from(builder: GenerationBuilder) -> Result<Database> {
        let shared = Shared::new(builder.finish(1)?, Options::default());
        Ok(Database { shared: Arc::new(shared) })
    }

    /// The graph at the last commit; waits for nobody.
    pub fn begin_read(&self) -> Arc<StoreSnapshot> {
        self.shared.published()
    }

    /// Begins to write, after the transaction that is writing now.
    ///
    /// Fails with `store::busy` when that one takes longer than [`Options::busy_timeout`].
    pub fn begin_write(&self) -> Result<WriteTransaction> {
        Ok(WriteTransaction::new(self.shared.take_turn()?))
    }

    /// Empties the graph, names and declarations included; returns the number of the commit.
    ///
    /// Fails as [`Database::begin_write`] does.
    pub fn reset(&self) -> Result<u64> {
        let turn = self.shared.take_turn()?;
        let commit = turn.published().commit + 1;
        turn.replace(StoreSnapshot { commit, ..StoreSnapshot::default() });
        Ok(commit)
    }

    /// Folds all recent writes into arrays, so that readers from now on pay nothing for them.
    ///
    /// Fails as [`Database::begin_write`] does, and where ids run out. It is no commit: the graph stays the same, dense
    /// ids may not.
    pub fn checkpoint(&self) -> Result<()> {
        let turn = self.shared.take_turn()?;
        turn.replace(fold::fold(&turn.published())?);
        Ok(())
    }
}
