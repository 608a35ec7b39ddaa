//! Sets of variables, and which variables an expression needs.

use crate::bind::bound::Subquery;
use crate::expr::{Expr, ExprKind, VarId};

/// A set of variables: a bit for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct VarSet {
    bits: Vec<u64>,
}

impl VarSet {
    pub(crate) fn insert(&mut self, variable: VarId) {
        let word = variable.index() / 64;
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        self.bits[word] |= 1 << (variable.index() % 64);
    }

    pub(crate) fn remove(&mut self, variable: VarId) {
        if let Some(word) = self.bits.get_mut(variable.index() / 64) {
            *word &= !(1 << (variable.index() % 64));
        }
    }

    pub(crate) fn contains(&self, variable: VarId) -> bool {
        self.bits
            .get(variable.index() / 64)
            .is_some_and(|word| word >> (variable.index() % 64) & 1 == 1)
    }

    pub(crate) fn extend(&mut self, other: &VarSet) {
        if self.bits.len() < other.bits.len() {
            self.bits.resize(other.bits.len(), 0);
        }
        for (word, more) in self.bits.iter_mut().zip(&other.bits) {
            *word |= more;
        }
    }

    pub(crate) fn is_subset(&self, other: &VarSet) -> bool {
        self.bits
            .iter()
            .enumerate()
            .all(|(at, word)| word & !other.bits.get(at).copied().unwrap_or(0) == 0)
    }

    pub(crate) fn intersects(&self, other: &VarSet) -> bool {
        self.bits.iter().zip(&other.bits).any(|(a, b)| a & b != 0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bits.iter().all(|&word| word == 0)
    }

    /// The variables, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = VarId> + '_ {
        self.bits.iter().enumerate().flat_map(|(at, &word)| {
            (0..64)
                .filter(move |bit| word >> bit & 1 == 1)
                .map(move |bit| VarId((at * 64 + bit) as u32))
        })
    }
}

impl FromIterator<VarId> for VarSet {
    fn from_iter<I: IntoIterator<Item = VarId>>(variables: I) -> Self {
        let mut set = VarSet::default();
        variables.into_iter().for_each(|variable| set.insert(variable));
        set
    }
}

/// Adds the variables that `expr` needs from its row to `into`.
///
/// Variables that a comprehension, a quantifier or a reduce introduces are not needed from the
/// row; numbers are unique, so leaving them out once at the end is right.
pub(crate) fn collect_variables(expr: &Expr, subqueries: &[Subquery], into: &mut VarSet) {
    let mut used = VarSet::default();
    let mut local = VarSet::default();
    expr.walk(&mut |part| match &part.kind {
        ExprKind::Variable(variable) => used.insert(*variable),
        ExprKind::Path(steps) => steps.iter().for_each(|&step| used.insert(step)),
        ExprKind::Subquery(id) => {
            if let Some(subquery) = subqueries.get(id.0 as usize) {
                subquery.outer.iter().for_each(|&outer| used.insert(outer));
            }
        }
        ExprKind::ListComprehension { variable, .. } | ExprKind::Quantifier { variable, .. } => {
            local.insert(*variable);
        }
        ExprKind::Reduce { accumulator, variable, .. } => {
            local.insert(*accumulator);
            local.insert(*variable);
        }
        _ => {}
    });
    local.iter().for_each(|variable| used.remove(variable));
    into.extend(&used);
}

/// The variables that `expr` needs from its row.
pub(crate) fn variables_of(expr: &Expr, subqueries: &[Subquery]) -> VarSet {
    let mut set = VarSet::default();
    collect_variables(expr, subqueries, &mut set);
    set
}

/// Whether an expression runs a subquery.
pub(crate) fn has_subquery(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |part| found |= matches!(part.kind, ExprKind::Subquery(_)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_variables() {
        let small: VarSet = [VarId(1), VarId(70)].into_iter().collect();
        let mut large = small.clone();
        large.insert(VarId(3));
        assert!(small.is_subset(&large) && !large.is_subset(&small));
        assert_eq!(large.iter().collect::<Vec<_>>(), [VarId(1), VarId(3), VarId(70)]);
        large.remove(VarId(70));
        assert!(!small.is_subset(&large) && small.intersects(&large));
        assert!(VarSet::default().is_empty() && VarSet::default().is_subset(&small));
    }
}
