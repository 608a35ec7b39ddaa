//! Rewrites of the logical plan: equivalent, and never worse. One rule a file, in this order.

mod absorb_filter;
mod fold_constants;
mod merge_matches;

use crate::plan::logical::{Logical, Node};

/// A rewrite of a whole tree.
pub struct Rule {
    /// What it does, as the name of its file says.
    pub name: &'static str,
    /// The rewrite.
    pub rewrite: fn(Node) -> Node,
}

/// Every rule, in the order in which they run.
pub const RULES: &[Rule] = &[
    Rule { name: "fold_constants", rewrite: fold_constants::fold_constants },
    Rule { name: "absorb_filter", rewrite: absorb_filter::absorb_filter },
    Rule { name: "merge_matches", rewrite: merge_matches::merge_matches },
];

/// Applies every rule once, to the query and to its subqueries.
pub fn apply(logical: &mut Logical) {
    for rule in RULES {
        for root in std::iter::once(&mut logical.root).chain(&mut logical.subqueries) {
            let taken = std::mem::replace(root, Node::leaf(super::logical::Operator::Once));
            *root = (rule.rewrite)(taken);
        }
    }
}
