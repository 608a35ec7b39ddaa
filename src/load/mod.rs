//! Data in: from files of other formats into one transaction, all or nothing.

pub mod facts;
