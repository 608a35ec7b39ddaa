//! The queries that the tests and the manual are made of: what other tests are made from.

use std::collections::BTreeSet;

/// Every query of the scripts, the manual, the functions' examples and, where it is there, the
/// openCypher TCK; wrong ones too. Each once, in alphabetical order.
pub(crate) fn queries() -> Vec<String> {
    let mut all: BTreeSet<String> = BTreeSet::new();
    all.extend(crate::scripts::all_statements());
    all.extend(crate::manual::all_statements());
    all.extend(dossier::expr::function::all().map(|function| function.example.0.to_owned()));
    all.extend(crate::tck::all_statements());
    all.into_iter().collect()
}
