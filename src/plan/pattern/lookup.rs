//! Which nodes and relationships of a pattern are looked up: by the number by which they are known, or by a
//! property that has an index.

use std::sync::Arc;

use super::{Builder, equality_of};
use crate::bind::bound::PatternRelationship;
use crate::expr::{Expr, VarId};
use crate::graph::named_type::Seen;
use crate::plan::by_id::{self, Sought};
use crate::plan::lower::{leaf, over};
use crate::plan::physical::Operator;
use crate::plan::variables::VarSet;

/// What leads to relationships.
pub(super) enum RelationshipLookup {
    /// An index: the property, its value, the index by name, and how many it leads to.
    Index(Arc<str>, Expr, Arc<str>, f64),
    /// The numbers by which they are known.
    ById(Vec<Sought>),
}

impl RelationshipLookup {
    /// How many it leads to.
    pub(super) fn rows(&self) -> f64 {
        match self {
            RelationshipLookup::Index(.., rows) => *rows,
            RelationshipLookup::ById(sought) => by_id::count(sought),
        }
    }
}

impl Builder<'_> {
    /// The numbers by which an element is known, by what is available: the fewest. The condition stays, and is tested
    /// on what they lead to.
    pub(super) fn sought(&self, variable: VarId, available: &VarSet) -> Option<Vec<Sought>> {
        let all = self.conditions.iter().filter_map(|condition| {
            let sought = by_id::sought(&condition.expr, variable)?;
            let needs = |one: &Sought| self.lowering.needs(&one.value).is_subset(available);
            sought.iter().all(needs).then_some(sought)
        });
        all.min_by(|a, b| by_id::count(a).total_cmp(&by_id::count(b)))
    }

    /// Whether a number, or an equality on a property, leads to the node from what is available.
    pub(super) fn looks_up(&self, variable: VarId) -> bool {
        self.sought(variable, &self.available).is_some()
            || self.label_to_scan(variable).is_some() && self.lookup_position(variable).is_some()
    }

    /// The equality that leaves the fewest nodes: by a unique property one, else by the property
    /// with the most values.
    pub(super) fn lookup_position(&self, variable: VarId) -> Option<usize> {
        let label = self.label_to_scan(variable)?;
        let mut best = None;
        for (at, condition) in self.conditions.iter().enumerate() {
            let Some((key, value)) = equality_of(&condition.expr, variable) else { continue };
            if self.lowering.needs(value).is_subset(&self.available) {
                let share = self.lowering.estimator.looked_up(&label, key);
                if best.is_none_or(|(least, _)| share < least) {
                    best = Some((share, at));
                }
            }
        }
        best.map(|(_, at)| at)
    }

    pub(super) fn take_lookup(&mut self, variable: VarId) -> Option<(Arc<str>, Expr)> {
        let at = self.lookup_position(variable)?;
        let condition = self.conditions.remove(at);
        equality_of(&condition.expr, variable).map(|(key, value)| (Arc::clone(key), value.clone()))
    }

    /// What leads to relationships: the numbers by which they are known, or the index that leaves the fewest.
    pub(super) fn lookup_of(
        &self,
        relationship: &PatternRelationship,
        available: &VarSet,
    ) -> Option<RelationshipLookup> {
        if relationship.length.is_some() {
            return None;
        }
        if let Some(sought) = self.sought(relationship.variable, available) {
            return Some(RelationshipLookup::ById(sought));
        }
        let [named] = &relationship.types[..] else { return None };
        if named.seen != Seen::Named {
            return None;
        }
        let estimator = self.lowering.estimator;
        let found = self.conditions.iter().filter_map(|condition| {
            let (key, value) = equality_of(&condition.expr, relationship.variable)?;
            let rule = estimator.relationship_rule(&named.name, key)?;
            let rows = estimator.relationships_with(&relationship.types, key);
            let rows = if rule.is_unique() { rows.min(1.0) } else { rows };
            self.lowering.needs(value).is_subset(available).then(|| {
                let (key, rule) = (Arc::clone(key), Arc::clone(&rule.name));
                RelationshipLookup::Index(key, value.clone(), rule, rows)
            })
        });
        found.min_by(|a, b| a.rows().total_cmp(&b.rows()))
    }

    /// Looks relationships up, then finds their ends.
    pub(super) fn look_up_relationships(&mut self, at: usize, lookup: RelationshipLookup) {
        let relationship = &self.pattern.relationships[at];
        let (variable, types) = (relationship.variable, relationship.types.clone());
        let input = std::mem::replace(&mut self.node, leaf(Operator::Once, 1.0));
        let rows = input.estimate * lookup.rows();
        let operator = match lookup {
            RelationshipLookup::Index(key, value, rule, _) => {
                Operator::RelationshipLookup { variable, types, key, value, rule }
            }
            RelationshipLookup::ById(sought) => {
                Operator::RelationshipById { variable, types, sought }
            }
        };
        self.node = over(input, operator, rows);
        self.available.insert(variable);
        self.take_ends(relationship);
    }
}
