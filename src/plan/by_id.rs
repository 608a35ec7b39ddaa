//! Conditions that say by which number a node or a relationship is known: `id(n) = $x`, `elementId(r) IN $ids`.
//!
//! Drivers and object mappers ask so, and a number leads to its element at once. The condition itself stays where it
//! is and is tested on what was found, so that what stands here may lead to too much, and never to too little.

use crate::bind::bound::Match;
use crate::expr::{Comparison, Expr, ExprKind, VarId};

/// Numbers that an element may have.
#[derive(Clone, Debug, PartialEq)]
pub struct Sought {
    /// Whether they are texts, as `elementId` gives them.
    pub as_text: bool,
    /// Whether they are the items of a list.
    pub is_list: bool,
    /// The number, or the list of them, computed for each row.
    pub value: Expr,
}

/// About how many ids a list has of which nothing is known.
const LIST_LEN: f64 = 10.0;

/// What a condition says of the number of an element: it has one of these. `None` where it says nothing of that kind,
/// or by the element itself.
pub(crate) fn sought(condition: &Expr, variable: VarId) -> Option<Vec<Sought>> {
    match &condition.kind {
        ExprKind::Compare(Comparison::Equal, a, b) => {
            let one = |of: &Expr, value: &Expr| by_function(of, value, variable, false);
            one(a, b).or_else(|| one(b, a)).map(|one| vec![one])
        }
        ExprKind::In(of, list) => by_function(of, list, variable, true).map(|one| vec![one]),
        ExprKind::Or(parts) => {
            let parts: Option<Vec<_>> = parts.iter().map(|part| sought(part, variable)).collect();
            parts.map(|parts| parts.into_iter().flatten().collect())
        }
        _ => None,
    }
}

fn by_function(of: &Expr, value: &Expr, variable: VarId, is_list: bool) -> Option<Sought> {
    let ExprKind::Call(function, arguments) = &of.kind else { return None };
    let [argument] = arguments.as_slice() else { return None };
    let as_text = match function.name {
        "id" => false,
        "elementId" => true,
        _ => return None,
    };
    let is_variable =
        |part: &Expr| matches!(part.kind, ExprKind::Variable(same) if same == variable);
    let mut needs_itself = false;
    value.walk(&mut |part| needs_itself |= is_variable(part));
    (is_variable(argument) && !needs_itself).then(|| Sought {
        as_text,
        is_list,
        value: value.clone(),
    })
}

/// How many elements these may be.
pub(crate) fn count(sought: &[Sought]) -> f64 {
    let one = |sought: &Sought| match &sought.value.kind {
        _ if !sought.is_list => 1.0,
        ExprKind::List(items) => items.len() as f64,
        ExprKind::Constant(value) => value.as_list().map_or(1.0, |items| items.len() as f64),
        _ => LIST_LEN,
    };
    sought.iter().map(one).sum()
}

/// Whether a pattern says by which number one of its elements is known.
pub(crate) fn is_in(pattern: &Match) -> bool {
    let nodes = pattern.nodes.iter().map(|node| node.variable);
    let single = pattern.relationships.iter().filter(|one| one.length.is_none());
    let elements: Vec<VarId> = nodes.chain(single.map(|one| one.variable)).collect();
    let says = |condition: &Expr| elements.iter().any(|of| sought(condition, *of).is_some());
    pattern.filter.iter().any(|condition| match &condition.kind {
        ExprKind::And(parts) => parts.iter().any(says),
        _ => says(condition),
    })
}

/// How it is written, of an element with this name.
pub(crate) fn shown(sought: &[Sought], name: &str, value: &dyn Fn(&Expr) -> String) -> String {
    let one = |sought: &Sought| {
        let function = if sought.as_text { "elementId" } else { "id" };
        let operator = if sought.is_list { "IN" } else { "=" };
        format!("{function}({name}) {operator} {}", value(&sought.value))
    };
    sought.iter().map(one).collect::<Vec<_>>().join(" OR ")
}
