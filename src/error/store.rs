//! What can go wrong with a store.

use super::codes;

codes! {
    /// Somebody else is writing.
    BUSY = "store::busy", StoreError, Runtime, StoreBusy, "08N02";
    /// The store is full: 32-bit ids or a limit of the format are used up.
    FULL = "store::full", StoreError, Runtime, StoreFull, "53100";
    /// A relationship in bulk data starts or ends at no node, or a property belongs to nothing.
    DANGLING = "store::dangling", StoreError, Runtime, DanglingRelationship, "22G03";
    /// A write where only reading is allowed.
    READ_ONLY = "store::read_only", StoreError, Runtime, ReadOnly, "25006";
}
