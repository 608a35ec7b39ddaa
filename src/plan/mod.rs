//! What to compute, and how: from a bound statement to a plan that the executor runs.
//!
//! Comes in: a [`bound::Statement`] and the snapshot whose
//! counts price the choices. Goes out: a [`physical::Plan`]. `query.rs` calls [`plan`]; nothing
//! here touches a row.
//!
//! ```text
//! MATCH (s:State)-[r:RECOGNISES]->(x:Region {name: 'South Ossetia'}) RETURN s.name
//!
//! build      clause by clause, saying only what            Project ─ Match{s, r, x; 4 conjuncts} ─ Once
//! rules      equivalent and better, one rewrite a file     (nothing to improve here)
//! counted_lists  collect(x) of which only the size is wanted becomes count(x)
//! count_tree aggregations over trees become one leaf     (nothing to count here)
//! lower      chooses order and algorithms by cost          Project ─ Filter ─ Expand ─ NodeLookup ─ Once
//! liveness   which columns are still needed above each     keep {s, x} … keep {`s.name`}
//! distinct_walks  one shortest walk to each end, where only the ends are wanted   (nothing to do here)
//! ```
//!
//! Invariants (checked by [`check`] in debug builds after every step): an operator uses only
//! variables that its input gives; no variable is computed twice on one path; the columns of the
//! answer are given by the root.
//!
//! Costs: planning a usual query is a few microseconds of tree building and, for a pattern of n
//! relationships, about n² steps of the greedy search for each possible start; see [`order`].

pub(crate) mod absence;
pub mod build;
pub(crate) mod by_id;
pub(crate) mod check;
mod claims_kept;
pub mod cost;
pub mod count_tree;
pub(crate) mod counted_lists;
pub(crate) mod distinct_walks;
pub mod explain;
pub(crate) mod liveness;
pub mod logical;
pub mod lower;
pub(crate) mod order;
pub(crate) mod pattern;
pub mod physical;
pub mod rules;
pub mod sampled;
pub(crate) mod show;
pub(crate) mod variables;
pub mod walk_program;

use crate::bind::bound;
use crate::error::Result;
use crate::graph::Snapshot;

/// How far a plan may be from the query as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rewrites {
    /// Not at all: the second opinion of tests.
    None,
    /// Every match is found as a row of its own, as evidence wants it.
    Matches,
    /// Matches that are only counted need not be found.
    All,
}

/// Plans a bound query over the graph whose statistics price the choices.
pub fn plan(
    statement: &bound::Statement,
    query: &bound::Query,
    graph: &dyn Snapshot,
    rewrites: Rewrites,
) -> Result<physical::Plan> {
    let mut logical = build::build(statement, query)?;
    let known_at = build::known_at(&logical);
    if rewrites != Rewrites::None {
        rules::apply(&mut logical);
        if !count_tree::asks_time(&logical) {
            let columns: Vec<_> = query.columns.iter().map(|&(_, variable)| variable).collect();
            counted_lists::rewrite(&mut logical, &columns);
        }
    }
    if rewrites == Rewrites::All {
        count_tree::rewrite(&mut logical, statement, graph);
    }
    let mut plan = lower::lower(&logical, statement, &query.columns, graph);
    if rewrites == Rewrites::All {
        distinct_walks::rewrite(&mut plan);
    }
    Ok(physical::Plan { known_at, ..plan })
}
