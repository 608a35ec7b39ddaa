//! Several statements that become one commit, or nothing.

use super::{IntoParameters, Options, Store};
use crate::error::{Error, Result, store as codes};
use crate::graph::row::Rows;
use crate::store::WriteTransaction;

/// Statements that become one commit, or nothing: what [`Store::begin`] gives.
///
/// It sees its own changes; others see them once it is committed. One transaction writes at a
/// time; readers go on meanwhile. Dropped without [`commit`](Transaction::commit), it leaves no
/// trace. A statement that fails ends the transaction: what comes after it fails, too.
///
/// ```
/// use dossier::Store;
/// let store = Store::memory();
/// let mut transaction = store.begin()?;
/// transaction.query("CREATE (:State {name: 'Nauru'})", ())?;
/// transaction.query("MATCH (s:State) SET s.area = 21", ())?;
/// assert_eq!(store.query("MATCH (s:State) RETURN s", ())?.len(), 0);
/// transaction.commit()?;
/// assert_eq!(store.query("MATCH (s:State) RETURN s", ())?.len(), 1);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Debug)]
pub struct Transaction<'s> {
    store: &'s Store,
    write: WriteTransaction,
    failed: bool,
}

impl Store {
    /// Begins a transaction: waits for the one that writes now, a few seconds at most.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// let mut transaction = store.begin()?;
    /// transaction.query("CREATE (:State {name: 'Nauru'})", ())?;
    /// drop(transaction);
    /// assert_eq!(store.snapshot().statistics().nodes, 0);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn begin(&self) -> Result<Transaction<'_>> {
        Ok(Transaction { store: self, write: self.inner.database.begin_write()?, failed: false })
    }
}

impl Transaction<'_> {
    /// Runs one statement of the transaction.
    ///
    /// The counters of its rows count what the statement has changed.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// let mut transaction = store.begin()?;
    /// transaction.query("CREATE (:State)", ())?;
    /// let rows = transaction.query("CREATE (:State)", ())?;
    /// assert_eq!(rows.counters().nodes_created, 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn query(&mut self, text: &str, parameters: impl IntoParameters) -> Result<Rows> {
        let parameters = parameters.into_parameters();
        self.query_with(text, &Options { parameters, ..Options::default() })
    }

    /// Runs one statement of the transaction, with options.
    ///
    /// ```
    /// use dossier::{Options, Store};
    /// let store = Store::memory();
    /// let mut transaction = store.begin()?;
    /// assert!(transaction.query("RETURN 1 / 0", ()).is_err());
    /// let error = transaction.query_with("CREATE (:State)", &Options::default()).unwrap_err();
    /// assert_eq!(error.code(), "store::transaction_failed");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn query_with(&mut self, text: &str, options: &Options) -> Result<Rows> {
        self.check()?;
        let rows = self.store.run(text, options, Some(&mut self.write));
        self.failed = rows.is_err();
        rows.map_err(|error| error.in_text(text))
    }

    /// Makes the changes one commit and returns its number; without changes, the number of the
    /// last one.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// let mut transaction = store.begin()?;
    /// transaction.query("CREATE (:State)", ())?;
    /// assert_eq!(transaction.commit()?, 1);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn commit(self) -> Result<u64> {
        self.check()?;
        self.write.commit()
    }

    fn check(&self) -> Result<()> {
        if self.failed {
            let message =
                "A statement of this transaction has failed, and the transaction with it.";
            return Err(Error::new(&codes::TRANSACTION_FAILED, message)
                .hint("Begin another: nothing of this one is left."));
        }
        Ok(())
    }
}
