//! What can go wrong with a store.

use super::codes;

codes! {
    /// Somebody else is writing.
    BUSY = "store::busy", StoreError, Runtime, StoreBusy, "08N02";
    /// The store is full: 32-bit ids or a limit of the format are used up.
    FULL = "store::full", StoreError, Runtime, StoreFull, "53100";
    /// A relationship in bulk data starts or ends at no node, or a property belongs to nothing.
    DANGLING = "store::dangling", StoreError, Runtime, DanglingRelationship, "22G03";
    /// A statement of a transaction has failed before.
    TRANSACTION_FAILED = "store::transaction_failed", StoreError, Runtime, TransactionFailed, "25N02";
    /// A write where only reading is allowed.
    READ_ONLY = "store::read_only", StoreError, Runtime, ReadOnly, "25006";
    /// Another process writes to the store.
    LOCKED = "store::locked", StoreError, Runtime, StoreLocked, "08N02";
    /// The store is on a network file system, where it is not written.
    NETWORK = "store::network", StoreError, Runtime, StoreOnNetwork, "25006";
    /// There is no store at the path, or something else is.
    NO_STORE = "store::no_store", StoreError, Runtime, StoreNotFound, "08N01";
    /// There is a store where one was to be made.
    EXISTS = "store::exists", StoreError, Runtime, StoreExists, "08N03";
    /// A file that the manifest names is not there.
    GONE = "store::gone", StoreError, Runtime, StoreDamaged, "58000";
    /// Another folder or another manifest stands where the store was opened.
    EXCHANGED = "store::exchanged", StoreError, Runtime, StoreExchanged, "58000";
    /// A file of a store does not hold what was written.
    DAMAGED = "store::damaged", StoreError, Runtime, StoreDamaged, "58000";
    /// A file of a store has a later format.
    VERSION = "store::version", StoreError, Runtime, StoreVersion, "58000";
    /// A file of a store has an earlier format, and making it the present one was refused.
    UPGRADE = "store::upgrade", StoreError, Runtime, StoreVersion, "58000";
    /// A commit so old that the way back to it is not kept.
    HISTORY = "store::history", StoreError, Runtime, HistoryNotKept, "22G03";
    /// The file system failed.
    IO = "store::io", StoreError, Runtime, StoreIo, "58030";
    /// What this transaction began with could not be committed.
    ABORTED = "store::aborted", StoreError, Runtime, TransactionAborted, "40000";
}
