//! Sessions: handles in which BEGIN, COMMIT and ROLLBACK work.

use std::sync::{Arc, MutexGuard, PoisonError};

use super::Store;
use crate::error::{Error, Result, bind as codes};
use crate::graph::{Snapshot, Transaction};
use crate::store::{StoreSnapshot, WriteTransaction};
use crate::syntax::ast;

/// A transaction that BEGIN has begun.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) transaction: WriteTransaction,
}

/// The graph that a statement sees, and what keeps it.
pub(super) enum Seen<'a> {
    Within(&'a dyn Snapshot),
    /// A session with a transaction.
    Session(MutexGuard<'a, Option<Open>>),
    Latest(Arc<StoreSnapshot>),
}

impl Seen<'_> {
    pub(super) fn graph(&self) -> &dyn Snapshot {
        match self {
            Seen::Within(graph) => *graph,
            Seen::Session(open) => match &**open {
                Some(open) => open.transaction.as_snapshot(),
                None => unreachable!("made of a session with a transaction, which is locked"),
            },
            Seen::Latest(graph) => &**graph,
        }
    }
}

impl Store {
    /// A handle to the same graph in which BEGIN, COMMIT and ROLLBACK work.
    ///
    /// Between BEGIN and COMMIT its statements see one another's changes and nobody else does; a
    /// statement that fails takes the whole transaction back, and so does dropping the last clone
    /// of the session. Nobody else can write meanwhile.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// let session = store.session();
    /// session.query("BEGIN", ())?;
    /// session.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// assert_eq!(session.query("MATCH (s:State) RETURN s.name", ())?.len(), 1);
    /// assert_eq!(store.query("MATCH (s:State) RETURN s.name", ())?.len(), 0);
    /// session.query("COMMIT", ())?;
    /// assert_eq!(store.query("MATCH (s:State) RETURN s.name", ())?.len(), 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    #[must_use]
    pub fn session(&self) -> Store {
        Store { inner: Arc::clone(&self.inner), session: Some(Arc::default()) }
    }

    /// Whether a transaction is open in this session.
    ///
    /// ```
    /// let session = dossier::Store::memory().session();
    /// session.query("BEGIN", ())?;
    /// assert!(session.is_in_transaction());
    /// session.query("ROLLBACK", ())?;
    /// assert!(!session.is_in_transaction());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn is_in_transaction(&self) -> bool {
        self.opened().is_some_and(|open| open.is_some())
    }

    pub(super) fn opened(&self) -> Option<MutexGuard<'_, Option<Open>>> {
        Some(self.session.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The graph that a statement sees: that of the transaction in which it runs, the session's, or the latest.
    pub(super) fn seen_in<'a>(&'a self, within: Option<&'a dyn Snapshot>) -> Result<Seen<'a>> {
        if let Some(graph) = within {
            return Ok(Seen::Within(graph));
        }
        match self.opened() {
            Some(open) if open.is_some() => Ok(Seen::Session(open)),
            _ => Ok(Seen::Latest(self.inner.database.latest()?)),
        }
    }

    pub(super) fn run_transaction_command(
        &self,
        command: ast::TransactionCommand,
        open: &mut Option<Open>,
    ) -> Result<()> {
        let wrong = |message: &str, hint: &str| {
            Err(Error::new(&codes::TRANSACTION_STATE, message).hint(hint))
        };
        match (command, open.take()) {
            (ast::TransactionCommand::Begin, None) => {
                *open = Some(Open { transaction: self.inner.database.begin_write()? });
                Ok(())
            }
            (ast::TransactionCommand::Begin, Some(begun)) => {
                *open = Some(begun);
                wrong("A transaction is open already.", "COMMIT or ROLLBACK it first.")
            }
            (ast::TransactionCommand::Commit, Some(begun)) => {
                begun.transaction.commit().map(|_| ())
            }
            (ast::TransactionCommand::Rollback, Some(_)) => Ok(()),
            (_, None) => wrong("No transaction is open.", "BEGIN"),
        }
    }
}
