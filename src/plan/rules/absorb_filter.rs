//! Moves a filter into the pattern it stands on, where it can guide the search.
//!
//! ```text
//! Filter  s.name = 'Nauru'            Match  s, r, x; s.name = 'Nauru'
//! └ Match  s, r, x              →
//! ```
//!
//! A filter also passes below a projection that computes none of its variables, so that
//! `WITH a, b WHERE …` behind a MATCH is as good as a WHERE in it.

use crate::plan::logical::{Node, Operator};
use crate::plan::variables::{VarSet, has_subquery, variables_of};

pub(super) fn absorb_filter(root: Node) -> Node {
    root.map_up(&mut |node| {
        let Operator::Filter(conjuncts) = node.operator else { return node };
        let mut inputs = node.inputs;
        let Some(input) = inputs.pop() else { return Node::leaf(Operator::Filter(conjuncts)) };
        absorb(conjuncts, input)
    })
}

fn absorb(conjuncts: Vec<crate::expr::Expr>, mut input: Node) -> Node {
    match input.operator {
        Operator::Match(mut pattern) => {
            pattern.filter.extend(conjuncts);
            Node { operator: Operator::Match(pattern), inputs: input.inputs }
        }
        Operator::Filter(mut first) => {
            first.extend(conjuncts);
            Node { operator: Operator::Filter(first), inputs: input.inputs }
        }
        Operator::Project(items) => {
            let computed: VarSet = items.iter().map(|&(variable, _)| variable).collect();
            // Subqueries are unknown here, so a conjunct with one stays where it is.
            let (stay, pass): (Vec<_>, Vec<_>) = conjuncts.into_iter().partition(|conjunct| {
                has_subquery(conjunct) || variables_of(conjunct, &[]).intersects(&computed)
            });
            if !pass.is_empty()
                && let Some(below) = input.inputs.pop()
            {
                input.inputs.push(absorb(pass, below));
            }
            let project = Node { operator: Operator::Project(items), inputs: input.inputs };
            if stay.is_empty() { project } else { project.over(Operator::Filter(stay)) }
        }
        _ => input.over(Operator::Filter(conjuncts)),
    }
}
