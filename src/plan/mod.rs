//! What to compute, and how.

pub mod physical;
