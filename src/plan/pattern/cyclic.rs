//! Patterns with cycles: found by intersection, not by one relationship after the other.
//!
//! ```text
//! (a)-[r:KNOWS]-(b)-[s:KNOWS]-(c)-[t:KNOWS]-(a)
//!
//! one after the other   a, then b by r, then c by s: all open wedges, of which t keeps a few
//! by intersection       a, then b by r, then c among the neighbours of both b and a
//! ```
//!
//! A relationship that must be *missing* closes a cycle as well: `NOT (a)-[:KNOWS]-(c)` is a run
//! to stay out of. Which node comes next is found by dynamic programming over the sets of nodes
//! found so far; the cost of a step is the run that it reads and the rows that it leaves.
//!
//! Where all relationships of a pattern have a property in common, such as a day, that is left to one step
//! after the other ([`Builder::all_agree`]); so is a pattern of two nodes that begins with few relationships.
//!
//! Conditions on a single element go into the operator, which tests each element once, and so only
//! such that cannot fail: an element may be tested that no row would ever have shown.

use std::sync::Arc;

use super::{Builder, Component, Condition, required_labels};
use crate::bind::bound::PatternRelationship;
use crate::expr::{Comparison, Expr, ExprKind, LabelTest, VarId};
use crate::graph::Direction;
use crate::graph::named_type::NamedType;
use crate::plan::logical;
use crate::plan::lower::{leaf, over};
use crate::plan::order::NodeEstimate;
use crate::plan::physical::{
    EqualProperties, Intersection, IntersectionNode, IntersectionRelationship, Operator,
};
use crate::text::Span;

/// Cheaper patterns are found before the operator would have been set up.
const COST_MIN: f64 = 4_000.0;
/// The planner looks at all orders of so many nodes; beyond, it takes the best next one.
const EXHAUSTIVE_MAX: usize = 8;
/// Larger patterns are left to one step after the other.
const NODES_MAX: usize = 24;
/// Of two nodes: such a share of relationships is read, and not laid out.
const NARROW: f64 = 0.125;
/// The share of rows that an equality of two properties keeps.
const EQUALITY: f64 = 0.1;

/// A relationship that must not exist, and the position of the condition that says so.
struct Missing {
    condition: usize,
    subquery: usize,
    variable: VarId,
    ends: (VarId, VarId),
    types: Vec<NamedType>,
    direction: Direction,
}

impl Builder<'_> {
    /// Adds a component with a cycle as one operator; false where that is not the way to find it.
    pub(super) fn intersect(&mut self, component: &Component) -> bool {
        if !self.can_intersect(component) {
            return false;
        }
        let missing = self.missing(component);
        if missing.is_empty() && (self.all_agree(component) || self.is_narrow(component)) {
            return false;
        }
        if component.relationships.len() + missing.len() < component.nodes.len() {
            return false;
        }
        let found = Order::new(self, component).solve();
        if found.cost < COST_MIN {
            return false;
        }
        let nodes: Vec<VarId> = found.order.iter().map(|&at| component.nodes[at]).collect();
        let rows = found.rows * 0.5_f64.powi(missing.len() as i32);
        let pattern = self.intersection(component, &nodes, missing);
        let own = self.component_variables(component);
        let input = std::mem::replace(&mut self.node, leaf(Operator::Once, 1.0));
        let estimate = input.estimate * rows;
        self.node = over(input, Operator::Intersect(Box::new(pattern)), estimate);
        self.available.extend(&own);
        self.place_conditions();
        true
    }

    fn can_intersect(&self, component: &Component) -> bool {
        let pattern = self.pattern;
        let nodes = 2..=NODES_MAX;
        nodes.contains(&component.nodes.len())
            && !self.touches_bound(component)
            && component.relationships.iter().all(|&at| {
                let relationship = &pattern.relationships[at];
                relationship.length.is_none()
                    && relationship.asked.is_none()
                    && relationship.left != relationship.right
            })
    }

    /// Whether all relationships of the component have a property in common. Then each step after the first
    /// is a look for a node and a value, which leaves fewer rows than two runs of neighbours: of parallel
    /// relationships, too, which an intersection has to tell apart one by one.
    fn all_agree(&self, component: &Component) -> bool {
        let pairs = self.agreements(component);
        let mut reached = vec![0];
        let mut at = 0;
        while let Some(&from) = reached.get(at) {
            for &(a, b, _) in &pairs {
                for (x, y) in [(a, b), (b, a)] {
                    if x == from && !reached.contains(&y) {
                        reached.push(y);
                    }
                }
            }
            at += 1;
        }
        !pairs.is_empty() && reached.len() == component.relationships.len()
    }

    /// Whether the component is two nodes, and few of some relationship between them pass its own conditions. Then
    /// those are read, and the others between their ends are looked up, where an intersection lays out all
    /// relationships before it looks at one.
    fn is_narrow(&self, component: &Component) -> bool {
        component.nodes.len() == 2
            && component.relationships.iter().any(|&at| self.kept(at) < NARROW)
    }

    /// The conditions that say no more than that two nodes of the component are not related.
    fn missing(&self, component: &Component) -> Vec<Missing> {
        let conditions = self.conditions.iter().enumerate();
        conditions
            .filter_map(|(at, condition)| {
                let ExprKind::Not(inner) = &condition.expr.kind else { return None };
                let ExprKind::Subquery(id) = inner.kind else { return None };
                self.lowering.existence(&condition.expr)?;
                let root = self.lowering.subqueries.get(id.0 as usize)?;
                missing(root, at, id.0 as usize).filter(|missing| {
                    let (a, b) = missing.ends;
                    component.nodes.contains(&a) && component.nodes.contains(&b)
                })
            })
            .collect()
    }

    fn intersection(
        &mut self,
        component: &Component,
        nodes: &[VarId],
        missing: Vec<Missing>,
    ) -> Intersection {
        let position =
            |variable: VarId| nodes.iter().position(|&node| node == variable).unwrap_or(0);
        let mut pattern = Intersection::default();
        let mut taken: Vec<usize> = missing.iter().map(|missing| missing.condition).collect();
        for &at in &component.relationships {
            let relationship = &self.pattern.relationships[at];
            pattern.relationships.push(IntersectionRelationship {
                variable: relationship.variable,
                left: position(relationship.left),
                right: position(relationship.right),
                types: relationship.types.clone(),
                direction: relationship.direction,
                filter: self.own_conditions(relationship.variable, &mut taken),
                missing: false,
                absence: None,
                like: None,
            });
        }
        for missing in missing {
            pattern.relationships.push(IntersectionRelationship {
                variable: missing.variable,
                left: position(missing.ends.0),
                right: position(missing.ends.1),
                types: missing.types,
                direction: missing.direction,
                filter: Vec::new(),
                missing: true,
                absence: Some(missing.subquery),
                like: None,
            });
        }
        for &variable in nodes {
            let mut filter = self.own_conditions(variable, &mut taken);
            let label = self.take_label(variable, &mut filter);
            pattern.nodes.push(IntersectionNode { variable, label, filter });
        }
        self.pairs(&mut pattern, &mut taken);
        note_likes(&mut pattern);
        taken.sort_unstable();
        for at in taken.into_iter().rev() {
            self.conditions.remove(at);
        }
        pattern
    }

    /// The conditions that look at one element and cannot fail.
    fn own_conditions(&self, variable: VarId, taken: &mut Vec<usize>) -> Vec<Expr> {
        let only = [variable].into_iter().collect();
        let mut own = Vec::new();
        for (at, Condition { expr, needs }) in self.conditions.iter().enumerate() {
            if *needs == only && is_safe_truth(expr) {
                own.push(expr.clone());
                taken.push(at);
            }
        }
        own
    }

    /// The rarest label that the node bears for certain, taken from its conditions.
    fn take_label(&self, variable: VarId, filter: &mut Vec<Expr>) -> Option<Arc<str>> {
        let mut labels = Vec::new();
        for condition in filter.iter() {
            if let ExprKind::HasLabels(_, test) = &condition.kind {
                required_labels(test, &mut labels);
            }
        }
        let count = |label: &Arc<str>| self.lowering.estimator.labelled(label);
        let label = labels.into_iter().min_by(|a, b| count(a).total_cmp(&count(b)))?;
        filter.retain(|condition| {
            !matches!(&condition.kind,
                ExprKind::HasLabels(of, LabelTest::Is(same))
                    if *same == label && matches!(of.kind, ExprKind::Variable(v) if v == variable))
        });
        Some(label)
    }

    /// What must differ and what must be equal between two elements.
    fn pairs(&mut self, pattern: &mut Intersection, taken: &mut Vec<usize>) {
        let node = |of: VarId| pattern.nodes.iter().position(|node| node.variable == of);
        let relationship =
            |of: VarId| pattern.relationships.iter().position(|r| r.variable == of && !r.missing);
        let (mut unequal, mut equal_nodes, mut equal_relationships) =
            (Vec::new(), Vec::new(), Vec::new());
        for (at, condition) in self.conditions.iter().enumerate() {
            if taken.contains(&at) {
                continue;
            }
            let found = match &condition.expr.kind {
                ExprKind::Compare(Comparison::NotEqual, a, b) => two_variables(a, b)
                    .and_then(|(a, b)| Some((node(a)?, node(b)?)))
                    .map(|pair| unequal.push(pair)),
                ExprKind::Compare(Comparison::Equal, a, b) => {
                    two_properties(a, b).and_then(|pair| {
                        if let Some(pair) = placed(&pair, node) {
                            equal_nodes.push(pair);
                            return Some(());
                        }
                        equal_relationships.push(placed(&pair, relationship)?);
                        Some(())
                    })
                }
                _ => None,
            };
            if found.is_some() {
                taken.push(at);
            }
        }
        let (inside, outside) =
            std::mem::take(&mut self.distinct).into_iter().partition(|&(a, b): &(VarId, VarId)| {
                relationship(a).is_some() && relationship(b).is_some()
            });
        self.distinct = outside;
        let inside: Vec<(VarId, VarId)> = inside;
        let distinct =
            inside.iter().filter_map(|&(a, b)| Some((relationship(a)?, relationship(b)?)));
        let distinct: Vec<_> = distinct.collect();
        pattern.distinct = distinct;
        pattern.unequal = unequal;
        pattern.equal_nodes = equal_nodes;
        pattern.equal_relationships = equal_relationships;
    }
}

/// The relationship of a subquery that is one relationship between two nodes of its outer row and
/// nothing else.
pub(crate) fn only_relationship(root: &logical::Node) -> Option<&PatternRelationship> {
    let logical::Operator::Match(pattern) = &root.operator else { return None };
    let input = root.inputs.first()?;
    let [relationship] = &pattern.relationships[..] else { return None };
    let is_plain = input.operator == logical::Operator::Argument
        && pattern.nodes.iter().all(|node| node.bound && node.labels.is_none())
        && pattern.filter.is_empty()
        && pattern.paths.is_empty()
        && relationship.asked.is_none()
        && (relationship.length.is_none() && relationship.type_test.is_none())
        && (!relationship.bound && relationship.left != relationship.right);
    is_plain.then_some(relationship)
}

fn missing(root: &logical::Node, condition: usize, subquery: usize) -> Option<Missing> {
    only_relationship(root).map(|relationship| Missing {
        condition,
        subquery,
        variable: relationship.variable,
        ends: (relationship.left, relationship.right),
        types: relationship.types.clone(),
        direction: relationship.direction,
    })
}

/// Notes which relationships ask for the same as an earlier one, so that it is looked for once.
fn note_likes(pattern: &mut Intersection) {
    for at in 1..pattern.relationships.len() {
        let (earlier, rest) = pattern.relationships.split_at(at);
        let own = &rest[0];
        let like = earlier.iter().position(|other| {
            other.types == own.types
                && other.filter.len() == own.filter.len()
                && other.filter.iter().zip(&own.filter).all(|(a, b)| anonymous(a) == anonymous(b))
        });
        pattern.relationships[at].like = like;
    }
}

/// A condition on one element without the element's name and its place in the text.
fn anonymous(condition: &Expr) -> Expr {
    fn clear(expr: &mut Expr) {
        expr.span = Span::default();
        if let ExprKind::Variable(variable) = &mut expr.kind {
            *variable = VarId(0);
        }
        expr.for_each_operand_mut(&mut clear);
    }
    let mut condition = condition.clone();
    clear(&mut condition);
    condition
}

/// The variables of which a condition says that a property of each is equal.
pub(super) fn equal_elements(condition: &Expr) -> Option<(VarId, VarId)> {
    let ExprKind::Compare(Comparison::Equal, a, b) = &condition.kind else { return None };
    let ((a, _), (b, _)) = two_properties(a, b)?;
    Some((a, b))
}

fn two_variables(a: &Expr, b: &Expr) -> Option<(VarId, VarId)> {
    match (&a.kind, &b.kind) {
        (ExprKind::Variable(a), ExprKind::Variable(b)) => Some((*a, *b)),
        _ => None,
    }
}

/// A variable and the name of a property of it.
type Property<'a> = (VarId, &'a Arc<str>);

fn two_properties<'a>(a: &'a Expr, b: &'a Expr) -> Option<(Property<'a>, Property<'a>)> {
    let property = |side: &'a Expr| match &side.kind {
        ExprKind::Property(of, key) => match of.kind {
            ExprKind::Variable(variable) => Some((variable, key)),
            _ => None,
        },
        _ => None,
    };
    Some((property(a)?, property(b)?))
}

fn placed(
    ((a, x), (b, y)): &(Property<'_>, Property<'_>),
    position: impl Fn(VarId) -> Option<usize>,
) -> Option<EqualProperties> {
    let (a, b) = (position(*a)?, position(*b)?);
    (a != b).then(|| ((a, Arc::clone(x)), (b, Arc::clone(y))))
}

/// Whether a condition is true, false or null of any element, and never an error.
pub(crate) fn is_safe_truth(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Compare(_, a, b) => is_safe_value(a) && is_safe_value(b),
        ExprKind::In(element, list) => {
            let is_list = matches!(list.kind, ExprKind::List(_))
                || matches!(&list.kind, ExprKind::Constant(value) if value.as_list().is_some());
            is_list && is_safe_value(element) && is_safe_value(list)
        }
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().all(is_safe_truth),
        ExprKind::Not(part) => is_safe_truth(part),
        ExprKind::IsNull(of) | ExprKind::IsNotNull(of) => is_safe_value(of),
        ExprKind::HasLabels(of, test) => is_safe_value(of) && is_static(test),
        _ => false,
    }
}

fn is_safe_value(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Constant(_) | ExprKind::Parameter(_) | ExprKind::Variable(_) => true,
        ExprKind::Property(of, _) => matches!(of.kind, ExprKind::Variable(_)),
        ExprKind::List(items) => items.iter().all(is_safe_value),
        // Whether `date('2014-03-01')` is a date does not depend on the element.
        ExprKind::Call(function, arguments) => {
            function.deterministic
                && arguments.iter().all(|a| matches!(a.kind, ExprKind::Constant(_)))
        }
        _ => false,
    }
}

fn is_static(test: &LabelTest) -> bool {
    match test {
        LabelTest::Is(_) | LabelTest::Any => true,
        LabelTest::Computed(_) | LabelTest::ComputedAny(_) => false,
        LabelTest::Not(test) => is_static(test),
        LabelTest::And(tests) | LabelTest::Or(tests) => tests.iter().all(is_static),
    }
}

/// The search for the order of the nodes.
struct Order {
    nodes: Vec<NodeEstimate>,
    links: Vec<Link>,
    equal: Vec<(usize, usize)>,
}

/// A relationship between two nodes, by position, and how many of them a node on either side has.
struct Link {
    ends: [usize; 2],
    fan_out: [f64; 2],
}

/// An order of the nodes, what it costs and how many rows it gives.
#[derive(Clone, Debug, Default)]
struct Found {
    order: Vec<usize>,
    cost: f64,
    rows: f64,
}

impl Order {
    fn new(builder: &Builder<'_>, component: &Component) -> Order {
        let estimator = builder.lowering.estimator;
        let nodes: Vec<_> = component
            .nodes
            .iter()
            .map(|&node| builder.estimate(node, &builder.available))
            .collect();
        let position = |variable: VarId| component.nodes.iter().position(|&node| node == variable);
        let links = component.relationships.iter().filter_map(|&at| {
            let relationship = &builder.pattern.relationships[at];
            let ends = [position(relationship.left)?, position(relationship.right)?];
            let only = [relationship.variable].into_iter().collect();
            let own = builder.conditions.iter().filter(|condition| condition.needs == only);
            let share: f64 = own.map(|condition| estimator.selectivity(&condition.expr)).product();
            let fan_out = |end: usize, direction| {
                let population = nodes[end].population;
                estimator.fan_out(&relationship.types, direction, population) * share
            };
            let direction = relationship.direction;
            let fan_out = [fan_out(ends[0], direction), fan_out(ends[1], direction.reversed())];
            Some(Link { ends, fan_out })
        });
        let links: Vec<_> = links.collect();
        let owner = |variable: VarId| {
            let of_node = position(variable).map(|at| [at, at]);
            of_node.or_else(|| {
                let at = component
                    .relationships
                    .iter()
                    .position(|&at| builder.pattern.relationships[at].variable == variable)?;
                links.get(at).map(|link| link.ends)
            })
        };
        let equal = builder.conditions.iter().filter_map(|condition| {
            let ExprKind::Compare(Comparison::Equal, a, b) = &condition.expr.kind else {
                return None;
            };
            let ((a, _), (b, _)) = two_properties(a, b)?;
            let (a, b) = (owner(a)?, owner(b)?);
            Some((a[0].max(a[1]), b[0].max(b[1])))
        });
        let equal = equal.collect();
        Order { nodes, links, equal }
    }

    fn solve(&self) -> Found {
        let starts = (0..self.nodes.len()).map(|at| Found {
            order: vec![at],
            cost: self.nodes[at].scanned,
            rows: self.nodes[at].rows,
        });
        if self.nodes.len() > EXHAUSTIVE_MAX {
            let walks = starts.map(|start| self.greedy(start));
            return walks.min_by(|a, b| a.cost.total_cmp(&b.cost)).unwrap_or_default();
        }
        let all = (1usize << self.nodes.len()) - 1;
        let mut best: Vec<Option<Found>> = vec![None; all + 1];
        for start in starts {
            let set = 1 << start.order[0];
            best[set] = Some(start);
        }
        for set in 1..=all {
            let Some(found) = best[set].take() else { continue };
            for at in 0..self.nodes.len() {
                if set >> at & 1 == 0
                    && let Some(next) = self.step(&found, set, at)
                {
                    let known = &mut best[set | 1 << at];
                    if known.as_ref().is_none_or(|known| next.cost < known.cost) {
                        *known = Some(next);
                    }
                }
            }
            best[set] = Some(found);
        }
        best.pop().flatten().unwrap_or_default()
    }

    fn greedy(&self, mut found: Found) -> Found {
        let mut set = found.order.iter().fold(0usize, |set, &at| set | 1 << at);
        loop {
            let open = (0..self.nodes.len()).filter(|at| set >> at & 1 == 0);
            let steps = open.filter_map(|at| self.step(&found, set, at));
            let Some(next) = steps.min_by(|a, b| a.cost.total_cmp(&b.cost)) else { return found };
            set |= 1 << next.order[next.order.len() - 1];
            found = next;
        }
    }

    /// Finds one node more; `None` where nothing leads to it yet.
    fn step(&self, found: &Found, set: usize, at: usize) -> Option<Found> {
        let population = self.nodes[at].population.max(1.0);
        let fans = self.links.iter().filter_map(|link| match link.ends {
            [from, to] if to == at && set >> from & 1 == 1 => Some(link.fan_out[0]),
            [to, from] if to == at && set >> from & 1 == 1 => Some(link.fan_out[1]),
            _ => None,
        });
        let fans: Vec<f64> = fans.collect();
        let least = fans.iter().copied().min_by(f64::total_cmp)?;
        // Each other run keeps the share of all nodes that it holds.
        let kept: f64 = fans.iter().map(|fan| (fan / population).min(1.0)).product();
        let share = (self.nodes[at].rows / population).min(1.0);
        let reached = set | 1 << at;
        let equal = self.equal.iter().filter(|&&(a, b)| {
            (a == at || b == at) && reached >> a & 1 == 1 && reached >> b & 1 == 1
        });
        let equal = EQUALITY.powi(equal.count() as i32);
        let examined = found.rows * least;
        let rows = found.rows * kept * population * share * equal;
        let mut order = found.order.clone();
        order.push(at);
        Some(Found { order, cost: found.cost + examined + rows, rows })
    }
}
