//! Which columns are still needed above each operator, and the operators' numbers.
//!
//! One walk from the root to the leaves: what an operator must give is what is needed above
//! it; what it must get is that, without what it computes itself, and with what it reads. A column
//! outside `keep` may be dropped as soon as the operator has run, so that a join copies no string
//! that nobody looks at.

use crate::bind::bound::{
    Asked, Batches, CreateStep, Grouping, Key, Label, Merge, PathSearch, Qualifiers, RemoveItem,
    SetItem, Statement, Subquery,
};
use crate::expr::{Expr, VarId};
use crate::plan::physical::{Intersection, Node, Operator, Plan};
use crate::plan::variables::{VarSet, collect_variables};

/// Sets `keep` and `id` of every operator of a plan.
pub(crate) fn annotate(plan: &mut Plan, statement: &Statement) {
    let mut walk = Walk { subqueries: &statement.subqueries };
    let shown = plan.shown.iter().copied();
    let wanted = plan.columns.iter().map(|&(_, variable)| variable).chain(shown).collect();
    walk.node(&mut plan.root, wanted);
    for subquery in &mut plan.subqueries {
        walk.node(&mut subquery.root, subquery.column.into_iter().collect());
    }
    let mut next_id = 0;
    number(&mut plan.root, &mut next_id);
    for subquery in &mut plan.subqueries {
        number(&mut subquery.root, &mut next_id);
    }
}

/// Numbers operators, parents before their inputs. Columns are walked in another order: what the
/// second input of an Apply asks for is known before what the first must give.
fn number(node: &mut Node, next_id: &mut u32) {
    node.id = *next_id;
    *next_id += 1;
    node.inputs.iter_mut().for_each(|input| number(input, next_id));
}

struct Walk<'a> {
    subqueries: &'a [Subquery],
}

impl Walk<'_> {
    /// Annotates a tree that must give `wanted`; returns what it needs from its Argument.
    fn node(&mut self, node: &mut Node, wanted: VarSet) -> VarSet {
        node.keep = wanted.iter().collect();
        let mut needed = wanted;
        self.step(&node.operator, &mut needed);
        match node.inputs.as_mut_slice() {
            [] if node.operator == Operator::Argument => needed,
            [] => VarSet::default(),
            [input] => self.node(input, needed),
            [first, second] => self.two(&node.operator, first, second, needed, &node.keep),
            _ => unreachable!("no operator has more than two inputs"),
        }
    }

    fn two(
        &mut self,
        operator: &Operator,
        first: &mut Node,
        second: &mut Node,
        needed: VarSet,
        keep: &[VarId],
    ) -> VarSet {
        match operator {
            Operator::SetOperation { columns, .. } => {
                let outer: VarSet = keep
                    .iter()
                    .copied()
                    .filter(|variable| !columns.iter().any(|(result, ..)| result == variable))
                    .collect();
                let side = |pick: fn(&(VarId, VarId, VarId)) -> VarId| {
                    let mut set: VarSet = columns.iter().map(pick).collect();
                    set.extend(&outer);
                    set
                };
                let mut argument = self.node(first, side(|columns| columns.1));
                argument.extend(&self.node(second, side(|columns| columns.2)));
                argument
            }
            Operator::HashJoin { keys, .. } => {
                let (mut left, mut right) = (needed.clone(), needed);
                for (first_key, second_key) in keys {
                    self.reads(first_key, &mut left);
                    self.reads(second_key, &mut right);
                }
                let mut argument = self.node(first, left);
                argument.extend(&self.node(second, right));
                argument
            }
            Operator::CrossProduct { .. } => {
                let mut argument = self.node(first, needed.clone());
                argument.extend(&self.node(second, needed));
                argument
            }
            // The second input runs for a row of the first: what it asks of its argument, the first gives.
            _ => {
                let mut inner = needed.clone();
                if let Operator::Merge(merge) = operator {
                    inner.extend(&created(&merge.create));
                }
                let asked = self.node(second, inner);
                let mut outer = needed;
                if let Operator::Foreach { variable, .. } = operator {
                    outer.remove(*variable);
                }
                outer.extend(&asked);
                self.node(first, outer)
            }
        }
    }

    /// From what must be given to what must be got.
    fn step(&self, operator: &Operator, needed: &mut VarSet) {
        match operator {
            Operator::Once | Operator::Argument | Operator::Eager | Operator::Discard => {}
            // What stands below it gives the same rows.
            Operator::CountTree(tree) if tree.has_input() => {}
            // A leaf: it needs nothing from below.
            Operator::CountTree(_) => *needed = VarSet::default(),
            Operator::NodeScan { variable, .. } => needed.remove(*variable),
            Operator::NodeLookup { variable, value, .. }
            | Operator::RelationshipLookup { variable, value, .. } => {
                needed.remove(*variable);
                self.reads(value, needed);
            }
            Operator::NodeById { variable, sought }
            | Operator::RelationshipById { variable, sought, .. } => {
                needed.remove(*variable);
                sought.iter().for_each(|sought| self.reads(&sought.value, needed));
            }
            Operator::RelationshipScan { variable, left, right, filter, .. } => {
                filter.iter().for_each(|condition| self.reads(condition, needed));
                [variable, left, right].into_iter().for_each(|&v| needed.remove(v));
            }
            Operator::Ends { variable, left, right, bound, .. } => {
                for (&end, bound) in [(left, bound.0), (right, bound.1)] {
                    ask(end, bound, needed);
                }
                needed.insert(*variable);
            }
            Operator::Expand { from, to, into, relationship, filter, .. } => {
                filter.iter().for_each(|condition| self.reads(condition, needed));
                needed.remove(*relationship);
                ask(*to, *into, needed);
                needed.insert(*from);
            }
            Operator::Intersect(pattern) => self.intersection(pattern, needed),
            Operator::ExpandPath {
                from, to, into, relationships, bound, length, asked, ..
            } => {
                ask(*relationships, *bound, needed);
                ask(*to, *into, needed);
                needed.insert(*from);
                length.filter.iter().for_each(|filter| self.reads(filter, needed));
                needed.remove(length.step);
                asked.iter().for_each(|(asked, _)| self.asked(asked, needed));
            }
            Operator::SearchPath { from, to, into, given, search, .. } => {
                self.search(search, needed);
                ask(*to, *into, needed);
                needed.insert(*from);
                given.iter().for_each(|&variable| needed.insert(variable));
            }
            Operator::DistinctRelationships { pairs } => {
                pairs.iter().flat_map(|&(a, b)| [a, b]).for_each(|v| needed.insert(v));
            }
            Operator::HoldsAt { subject, asked, .. } => self.holds_at(*subject, asked, needed),
            Operator::Filter { conjuncts } => conjuncts.iter().for_each(|e| self.reads(e, needed)),
            Operator::Project { items } => {
                items.iter().for_each(|&(variable, _)| needed.remove(variable));
                items.iter().for_each(|(_, expr)| self.reads(expr, needed));
            }
            Operator::Aggregate(grouping) => *needed = self.grouping(grouping),
            Operator::Distinct { variables } => {
                *needed = variables.iter().copied().collect();
            }
            Operator::Sort { keys } => {
                keys.iter().for_each(|key| self.reads(&key.expression, needed));
            }
            Operator::TopK { keys, skip, limit } => {
                keys.iter().for_each(|key| self.reads(&key.expression, needed));
                skip.iter().chain([limit]).for_each(|e| self.reads(e, needed));
            }
            Operator::Page { skip, limit } => {
                skip.iter().chain(limit).for_each(|e| self.reads(e, needed));
            }
            Operator::Unwind { list, variable, counter } => {
                needed.remove(*variable);
                counter.iter().for_each(|&(number, _)| needed.remove(number));
                self.reads(list, needed);
            }
            Operator::ProcedureCall(call) => {
                call.filter.iter().for_each(|filter| self.reads(filter, needed));
                call.yields.iter().for_each(|&(_, variable)| needed.remove(variable));
                call.arguments.iter().for_each(|argument| self.reads(argument, needed));
            }
            Operator::LoadCsv { from, variable, .. } => {
                needed.remove(*variable);
                self.reads(from, needed);
            }
            Operator::Create { steps } => self.create(steps, needed),
            Operator::Set { items } => self.set(items, needed),
            Operator::Remove { items } => items.iter().for_each(|item| self.remove(item, needed)),
            Operator::Delete { targets, reason, portion, .. } => {
                targets.iter().chain(reason).chain(portion).for_each(|e| self.reads(e, needed));
            }
            Operator::Merge(merge) => self.merge(merge, needed),
            Operator::Foreach { list, .. } => self.reads(list, needed),
            Operator::InTransactions { batches, .. } => self.batches(batches, needed),
            // What the second input adds is asked of both: the first does not have it.
            Operator::Apply { .. }
            | Operator::CrossProduct { .. }
            | Operator::HashJoin { .. }
            | Operator::SetOperation { .. } => {}
        }
    }

    fn grouping(&self, grouping: &Grouping) -> VarSet {
        let mut needed = VarSet::default();
        grouping.keys.iter().for_each(|(_, key)| self.reads(key, &mut needed));
        let arguments = grouping.aggregates.iter().flat_map(|(_, a)| &a.arguments);
        arguments.for_each(|argument| self.reads(argument, &mut needed));
        needed
    }

    fn batches(&self, batches: &Batches, needed: &mut VarSet) {
        batches.status.iter().for_each(|&status| needed.remove(status));
        batches.size.iter().for_each(|size| self.reads(size, needed));
    }

    fn search(&self, search: &PathSearch, needed: &mut VarSet) {
        needed.remove(search.relationships);
        search.scope.for_each_filter(&mut |filter| self.reads(filter, needed));
        search.scope.for_each_variable(&mut |variable| needed.remove(variable));
        search.adds.iter().for_each(|&variable| needed.remove(variable));
        search.path.iter().for_each(|&path| needed.remove(path));
    }

    fn intersection(&self, pattern: &Intersection, needed: &mut VarSet) {
        let nodes = pattern.nodes.iter().map(|node| (node.variable, &node.filter));
        let relationships = pattern.relationships.iter().map(|r| (r.variable, &r.filter));
        for (variable, filter) in nodes.chain(relationships) {
            filter.iter().for_each(|condition| self.reads(condition, needed));
            needed.remove(variable);
        }
    }

    fn reads(&self, expr: &Expr, needed: &mut VarSet) {
        collect_variables(expr, self.subqueries, needed);
    }

    fn holds_at(&self, subject: VarId, asked: &Asked, needed: &mut VarSet) {
        needed.insert(subject);
        self.asked(asked, needed);
    }

    fn asked(&self, asked: &Asked, needed: &mut VarSet) {
        asked.time.iter().for_each(|time| self.reads(&time.operand, needed));
    }

    fn merge(&self, merge: &Merge, needed: &mut VarSet) {
        self.set(&merge.on_match, needed);
        self.set(&merge.on_create, needed);
        self.create(&merge.create, needed);
    }

    fn create(&self, steps: &[CreateStep], needed: &mut VarSet) {
        let made = created(steps);
        made.iter().for_each(|variable| needed.remove(variable));
        let mut read = VarSet::default();
        for step in steps {
            match step {
                CreateStep::Node { labels, properties, stated, .. } => {
                    labels.iter().for_each(|label| self.label(label, &mut read));
                    properties.iter().for_each(|e| self.reads(e, &mut read));
                    for property in stated {
                        self.reads(&property.value, &mut read);
                        self.qualifiers(&property.qualifiers, &mut read);
                    }
                }
                CreateStep::Relationship {
                    start,
                    end,
                    relationship_type,
                    properties,
                    qualifiers,
                    ..
                } => {
                    [*start, *end].into_iter().for_each(|v| read.insert(v));
                    self.label(relationship_type, &mut read);
                    properties.iter().for_each(|e| self.reads(e, &mut read));
                    qualifiers.iter().for_each(|q| self.qualifiers(q, &mut read));
                }
                CreateStep::Path(path) => path.steps.iter().for_each(|&v| read.insert(v)),
            }
        }
        made.iter().for_each(|variable| read.remove(variable));
        needed.extend(&read);
    }

    fn set(&self, items: &[SetItem], needed: &mut VarSet) {
        for item in items {
            match item {
                SetItem::Property { target, key, value, qualifiers } => {
                    self.reads(target, needed);
                    self.key(key, needed);
                    self.reads(value, needed);
                    qualifiers.iter().for_each(|stated| self.qualifiers(stated, needed));
                }
                SetItem::Replace { target, value } | SetItem::Extend { target, value } => {
                    self.reads(target, needed);
                    self.reads(value, needed);
                }
                SetItem::Labels { target, labels } => {
                    self.reads(target, needed);
                    labels.iter().for_each(|label| self.label(label, needed));
                }
                SetItem::Qualify { target, qualifiers } => {
                    self.reads(target, needed);
                    self.qualifiers(qualifiers, needed);
                }
            }
        }
    }

    fn remove(&self, item: &RemoveItem, needed: &mut VarSet) {
        match item {
            RemoveItem::Property { target, key } => {
                self.reads(target, needed);
                self.key(key, needed);
            }
            RemoveItem::Labels { target, labels } => {
                self.reads(target, needed);
                labels.iter().for_each(|label| self.label(label, needed));
            }
        }
    }

    fn label(&self, label: &Label, needed: &mut VarSet) {
        if let Label::Dynamic(expr) = label {
            self.reads(expr, needed);
        }
    }

    fn key(&self, key: &Key, needed: &mut VarSet) {
        if let Key::Dynamic(expr) = key {
            self.reads(expr, needed);
        }
    }

    fn qualifiers(&self, qualifiers: &Qualifiers, needed: &mut VarSet) {
        let single = [&qualifiers.valid, &qualifiers.not_before, &qualifiers.not_after];
        let words = [&qualifiers.speaker, &qualifiers.reason];
        single.into_iter().chain(words).flatten().for_each(|e| self.reads(e, needed));
        for (document, locator) in &qualifiers.sources {
            self.reads(document, needed);
            locator.iter().for_each(|e| self.reads(e, needed));
        }
    }
}

/// Asks the input for a variable, or says that it is found here.
fn ask(variable: VarId, is_bound: bool, needed: &mut VarSet) {
    if is_bound { needed.insert(variable) } else { needed.remove(variable) }
}

/// The variables that a CREATE makes.
pub(crate) fn created(steps: &[CreateStep]) -> VarSet {
    steps
        .iter()
        .map(|step| match step {
            CreateStep::Node { variable, .. } | CreateStep::Relationship { variable, .. } => {
                *variable
            }
            CreateStep::Path(path) => path.variable,
        })
        .collect()
}
