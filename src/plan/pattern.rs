//! Lowers a pattern: which node to begin at, which relationship next, where each condition goes.
//!
//! ```text
//! Match  s:State, r: s → x RECOGNISES, x:Region, x.name = 'South Ossetia'
//!
//! components   {s, r, x}                     parts of the pattern that no relationship joins
//! order        begin at x (1 row), take r    see `order.rs`
//! build        NodeLookup x ─ Expand r ─ Filter s:State
//! ```
//!
//! Conditions are placed as soon as what they need is there: that is the whole of predicate
//! push-down. Parts that nothing joins come one after the other: by a hash join where an equality
//! links them, else by a product.

pub(crate) mod cyclic;
mod lookup;

use std::sync::Arc;

use crate::bind::bound::{Asked, Match, PatternPath, PatternRelationship, Selector, VariableKind};
use crate::expr::comparison::PropertyComparison;
use crate::expr::{Comparison, Expr, ExprKind, LabelTest, VarId};
use crate::graph::Direction;
use crate::graph::rule::Rule;
use crate::plan::build::introduced;
use crate::plan::by_id;
use crate::plan::lower::{Lowering, leaf, over, over_two};
use crate::plan::order::{NodeEstimate, Problem, Start, Walk};
use crate::plan::physical::{ApplyKind, Node, Operator};
use crate::plan::variables::VarSet;

impl Lowering<'_> {
    /// For each row of `input` the matches of the pattern.
    pub(crate) fn pattern(&self, pattern: &Match, input: Node, available: &mut VarSet) -> Node {
        let mut builder = Builder::new(self, pattern, input, available.clone());
        builder.place_conditions();
        for component in builder.components() {
            builder.component(&component);
        }
        builder.place_conditions();
        debug_assert!(builder.conditions.is_empty(), "every condition has been placed");
        *available = builder.available;
        builder.node
    }
}

/// A condition that has not been placed, and what it needs.
#[derive(Clone)]
struct Condition {
    expr: Expr,
    needs: VarSet,
}

/// A part of the pattern that relationships join.
struct Component {
    nodes: Vec<VarId>,
    relationships: Vec<usize>,
}

/// A pattern being lowered.
struct Builder<'a> {
    lowering: &'a Lowering<'a>,
    pattern: &'a Match,
    /// The plan so far.
    node: Node,
    /// The variables that it gives.
    available: VarSet,
    conditions: Vec<Condition>,
    paths: Vec<&'a PatternPath>,
    distinct: Vec<(VarId, VarId)>,
    /// What is asked of relationships beside the pattern.
    asked: Vec<(VarId, &'a Asked)>,
}

impl<'a> Builder<'a> {
    fn new(lowering: &'a Lowering<'a>, pattern: &'a Match, node: Node, available: VarSet) -> Self {
        let mut builder = Builder {
            lowering,
            pattern,
            node,
            available,
            conditions: Vec::new(),
            paths: pattern.paths.iter().collect(),
            distinct: pattern.distinct.clone(),
            asked: pattern
                .relationships
                .iter()
                .filter_map(|r| Some((r.variable, r.asked.as_deref()?)))
                .collect(),
        };
        let whole: VarSet = introduced(pattern).into_iter().collect();
        let written = pattern.filter.iter().cloned().flat_map(Expr::into_conjuncts);
        let labels = pattern
            .nodes
            .iter()
            .filter_map(|node| Some(has_labels(node.variable, node.labels.clone()?, pattern.span)));
        let types = pattern
            .relationships
            .iter()
            .filter(|r| r.length.is_none())
            .filter_map(|r| Some(has_labels(r.variable, r.type_test.clone()?, r.span)));
        for expr in labels.chain(types).chain(written) {
            // The binder may state a label both at its node and among the conjuncts.
            if !builder.conditions.iter().any(|known| known.expr.kind == expr.kind) {
                let mut needs = lowering.needs(&expr);
                if expr.asks_truth() {
                    needs.extend(&whole);
                }
                builder.conditions.push(Condition { expr, needs });
            }
        }
        builder
    }

    /// Parts that are joined by relationships; those with something bound first, then the smallest.
    fn components(&self) -> Vec<Component> {
        let mut components: Vec<Component> = Vec::new();
        for node in &self.pattern.nodes {
            components.push(Component { nodes: vec![node.variable], relationships: Vec::new() });
        }
        for (at, relationship) in self.pattern.relationships.iter().enumerate() {
            let mut joined = Component { nodes: Vec::new(), relationships: vec![at] };
            let (touched, apart): (Vec<_>, Vec<_>) =
                components.into_iter().partition(|component| {
                    component.nodes.contains(&relationship.left)
                        || component.nodes.contains(&relationship.right)
                });
            for component in touched {
                joined.nodes.extend(component.nodes);
                joined.relationships.extend(component.relationships);
            }
            components = apart;
            components.push(joined);
        }
        let mut priced: Vec<_> = components
            .into_iter()
            .map(|component| {
                let bound = self.touches_bound(&component);
                let rows = self.walk(&component, &self.available).rows;
                (!bound, rows, component)
            })
            .collect();
        priced.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        priced.into_iter().map(|(_, _, component)| component).collect()
    }

    fn touches_bound(&self, component: &Component) -> bool {
        component.nodes.iter().any(|&node| self.available.contains(node))
            || component
                .relationships
                .iter()
                .any(|&at| self.available.contains(self.pattern.relationships[at].variable))
    }

    fn walk(&self, component: &Component, available: &VarSet) -> Walk {
        let nodes: Vec<_> =
            component.nodes.iter().map(|&node| self.estimate(node, available)).collect();
        let relationships: Vec<_> =
            component.relationships.iter().map(|&at| &self.pattern.relationships[at]).collect();
        let estimator = self.lowering.estimator;
        let looked_up: Vec<_> = relationships
            .iter()
            .map(|relationship| Some(self.lookup_of(relationship, available)?.rows()))
            .collect();
        let kept: Vec<_> = component.relationships.iter().map(|&at| self.kept(at)).collect();
        let equal = self.agreements(component);
        let problem = Problem {
            nodes: &nodes,
            relationships: &relationships,
            looked_up: &looked_up,
            kept: &kept,
            equal: &equal,
            available,
            estimator,
        };
        let mut walk = problem.solve();
        // From positions in the component to positions in the pattern.
        for at in &mut walk.relationships {
            *at = component.relationships[*at];
        }
        if let Start::Relationship(at) = &mut walk.start {
            *at = component.relationships[*at];
        }
        walk
    }

    /// The share of relationships that the conditions on nothing but the one at a position leave.
    fn kept(&self, at: usize) -> f64 {
        let relationship = &self.pattern.relationships[at];
        if relationship.length.is_some() {
            return 1.0;
        }
        let only = [relationship.variable].into_iter().collect();
        let own = self.conditions.iter().filter(|condition| condition.needs == only);
        own.map(|own| self.lowering.estimator.selectivity(&own.expr)).product()
    }

    /// Which relationships of a component, by position in it, have an equal property, and what share of
    /// rows that leaves.
    fn agreements(&self, component: &Component) -> Vec<(usize, usize, f64)> {
        let position = |variable: VarId| {
            component.relationships.iter().position(|&at| {
                let relationship = &self.pattern.relationships[at];
                relationship.variable == variable && relationship.length.is_none()
            })
        };
        let pairs = self.conditions.iter().filter_map(|condition| {
            let (a, b) = cyclic::equal_elements(&condition.expr)?;
            let (a, b) = (position(a)?, position(b)?);
            (a != b).then(|| (a, b, self.lowering.estimator.selectivity(&condition.expr)))
        });
        pairs.collect()
    }

    /// How many nodes a variable can mean, by the conditions that need only it and what is available.
    fn estimate(&self, variable: VarId, available: &VarSet) -> NodeEstimate {
        let estimator = self.lowering.estimator;
        let mut reach = available.clone();
        reach.insert(variable);
        let mut population = estimator.nodes();
        let mut share = 1.0;
        let mut lookup = false;
        for condition in &self.conditions {
            if !condition.needs.contains(variable) || !condition.needs.is_subset(&reach) {
                continue;
            }
            match &condition.expr.kind {
                ExprKind::HasLabels(_, test) => {
                    population = population.min(estimator.nodes() * estimator.label_share(test));
                }
                _ => share *= estimator.selectivity(&condition.expr),
            }
            lookup |= equality_of(&condition.expr, variable).is_some();
        }
        if let Some(sought) = self.sought(variable, available) {
            let rows = by_id::count(&sought).min(population);
            return NodeEstimate { variable, population, rows, scanned: rows };
        }
        let label = self.label_to_scan(variable).filter(|_| lookup);
        let one = label.as_ref().is_some_and(|label| self.is_one(variable, label, &reach));
        let rows = if one { (population * share).min(1.0) } else { population * share };
        let looked_up = label.is_some();
        NodeEstimate {
            variable,
            population,
            rows,
            scanned: if looked_up { rows } else { population },
        }
    }

    /// Whether an equality on a property that a constraint makes unique leads to the node.
    fn is_one(&self, variable: VarId, label: &str, reach: &VarSet) -> bool {
        self.conditions.iter().filter(|condition| condition.needs.is_subset(reach)).any(
            |condition| {
                equality_of(&condition.expr, variable).is_some_and(|(key, _)| {
                    self.lowering.estimator.rule(label, key).is_some_and(Rule::is_unique)
                })
            },
        )
    }

    /// Adds one component to the plan.
    fn component(&mut self, component: &Component) {
        let is_first = matches!(self.node.operator, Operator::Once | Operator::Argument);
        if is_first && self.intersect(component) {
            return;
        }
        if self.touches_bound(component) || is_first {
            let walk = self.walk(component, &self.available);
            return self.take(&walk, component);
        }
        let linked = self.link(component);
        let chained = component.relationships.is_empty() && self.looks_up(component.nodes[0]);
        if chained || (linked.is_none() && self.depends_on_row(component)) {
            let walk = self.walk(component, &self.available);
            return self.take(&walk, component);
        }
        self.join(component, linked);
    }

    /// Plans the component by itself and joins it to what is there.
    fn join(&mut self, component: &Component, linked: Option<(Expr, Expr)>) {
        let own = self.component_variables(component);
        let mut side = Builder {
            lowering: self.lowering,
            pattern: self.pattern,
            node: leaf(Operator::Once, 1.0),
            available: VarSet::default(),
            conditions: Vec::new(),
            paths: Vec::new(),
            distinct: Vec::new(),
            asked: Vec::new(),
        };
        let (inside, outside) = std::mem::take(&mut self.conditions)
            .into_iter()
            .partition(|c| !c.needs.is_empty() && c.needs.is_subset(&own));
        side.conditions = inside;
        self.conditions = outside;
        let (inside, outside) = std::mem::take(&mut self.distinct)
            .into_iter()
            .partition(|&(a, b)| own.contains(a) && own.contains(b));
        side.distinct = inside;
        self.distinct = outside;
        let (inside, outside) =
            std::mem::take(&mut self.asked).into_iter().partition(|(_, asked)| {
                asked.time.as_ref().is_none_or(|time| self.lowering.needs(&time.operand).is_empty())
            });
        self.asked = outside;
        let (inside, others): (Vec<_>, Vec<_>) =
            Vec::into_iter(inside).partition(|(variable, _)| own.contains(*variable));
        side.asked = inside;
        self.asked.extend(others);
        let walk = side.walk(component, &side.available);
        side.take(&walk, component);
        debug_assert!(side.conditions.is_empty(), "the side places all of its own conditions");
        let adds: Vec<_> = own.iter().collect();
        let first = std::mem::replace(&mut self.node, leaf(Operator::Once, 1.0));
        let product = first.estimate * side.node.estimate;
        let (operator, estimate) = match linked {
            Some(keys) => {
                // The equality itself stays a condition: a hash join finds what groups
                // together, and NaN groups with NaN without being equal to it.
                let operator =
                    Operator::HashJoin { keys: vec![keys], kind: ApplyKind::Inner, adds };
                (operator, product * 0.1)
            }
            None => (Operator::CrossProduct { adds }, product),
        };
        self.node = over_two(first, side.node, operator, estimate);
        self.available.extend(&own);
        self.place_conditions();
    }

    /// An equality between what is available and the component.
    fn link(&self, component: &Component) -> Option<(Expr, Expr)> {
        let own = self.component_variables(component);
        self.conditions.iter().find_map(|condition| {
            let ExprKind::Compare(Comparison::Equal, a, b) = &condition.expr.kind else {
                return None;
            };
            let (needs_a, needs_b) = (self.lowering.needs(a), self.lowering.needs(b));
            let is_ours = |needs: &VarSet| !needs.is_empty() && needs.is_subset(&own);
            let is_theirs = |needs: &VarSet| !needs.is_empty() && needs.is_subset(&self.available);
            if is_theirs(&needs_a) && is_ours(&needs_b) {
                Some(((**a).clone(), (**b).clone()))
            } else if is_theirs(&needs_b) && is_ours(&needs_a) {
                Some(((**b).clone(), (**a).clone()))
            } else {
                None
            }
        })
    }

    /// Whether the component cannot be planned by itself: the steps of a walk look at the row.
    fn depends_on_row(&self, component: &Component) -> bool {
        let own = self.component_variables(component);
        component.relationships.iter().any(|&at| {
            self.pattern.relationships[at].length.iter().any(|length| {
                length.filter.iter().any(|filter| {
                    let mut needs = self.lowering.needs(filter);
                    needs.remove(length.step);
                    !needs.is_subset(&own)
                })
            })
        })
    }

    fn component_variables(&self, component: &Component) -> VarSet {
        let relationships =
            component.relationships.iter().map(|&at| self.pattern.relationships[at].variable);
        component.nodes.iter().copied().chain(relationships).collect()
    }

    /// Takes a walk: its start, then its relationships in order.
    fn take(&mut self, walk: &Walk, component: &Component) {
        match walk.start {
            Start::Bound => {}
            Start::Node(variable) => self.find_node(variable),
            Start::Relationship(at) => self.scan_relationships(at),
        }
        self.place_conditions();
        for &at in &walk.relationships {
            if walk.start == Start::Relationship(at) {
                continue;
            }
            self.take_relationship(&self.pattern.relationships[at]);
            self.place_conditions();
        }
        for &node in &component.nodes {
            if !self.available.contains(node) {
                self.find_node(node);
                self.place_conditions();
            }
        }
    }

    /// Scans or looks up a node that is not available.
    fn find_node(&mut self, variable: VarId) {
        let estimate = self.estimate(variable, &self.available);
        let input = std::mem::replace(&mut self.node, leaf(Operator::Once, 1.0));
        let rows = input.estimate;
        if let Some(sought) = self.sought(variable, &self.available) {
            let rows = rows * by_id::count(&sought);
            self.node = over(input, Operator::NodeById { variable, sought }, rows);
            self.available.insert(variable);
            return;
        }
        let label = self.label_to_scan(variable);
        let lookup = label.as_ref().and_then(|_| self.take_lookup(variable));
        self.node = match (label, lookup) {
            (Some(label), Some((key, value))) => {
                self.drop_label(variable, &label);
                let rule = self.lowering.estimator.rule(&label, &key);
                let rule = rule.map(|rule| Arc::clone(&rule.name));
                let operator = Operator::NodeLookup { variable, label, key, value, rule };
                over(input, operator, rows * estimate.rows.max(1.0))
            }
            (label, _) => {
                if let Some(label) = &label {
                    self.drop_label(variable, label);
                }
                let operator = Operator::NodeScan { variable, label };
                over(input, operator, rows * estimate.population)
            }
        };
        self.available.insert(variable);
    }

    /// A label that every match of the node bears: the rarest.
    fn label_to_scan(&self, variable: VarId) -> Option<Arc<str>> {
        let mut labels = Vec::new();
        for condition in &self.conditions {
            if let ExprKind::HasLabels(of, test) = &condition.expr.kind
                && matches!(of.kind, ExprKind::Variable(same) if same == variable)
            {
                required_labels(test, &mut labels);
            }
        }
        let count = |label: &Arc<str>| self.lowering.estimator.labelled(label);
        labels.into_iter().min_by(|a, b| count(a).total_cmp(&count(b)))
    }

    /// A scan by label makes the condition that states just this label superfluous.
    fn drop_label(&mut self, variable: VarId, label: &Arc<str>) {
        self.conditions.retain(|condition| {
            !matches!(&condition.expr.kind,
                ExprKind::HasLabels(of, LabelTest::Is(same))
                    if same == label && matches!(of.kind, ExprKind::Variable(v) if v == variable))
        });
    }

    fn scan_relationships(&mut self, at: usize) {
        let relationship = &self.pattern.relationships[at];
        if let Some(lookup) = self.lookup_of(relationship, &self.available) {
            return self.look_up_relationships(at, lookup);
        }
        let (left, right) = match relationship.direction {
            Direction::Incoming => (relationship.right, relationship.left),
            _ => (relationship.left, relationship.right),
        };
        let input = std::mem::replace(&mut self.node, leaf(Operator::Once, 1.0));
        let estimate = input.estimate * self.lowering.estimator.relationships(&relationship.types);
        let operator = Operator::RelationshipScan {
            variable: relationship.variable,
            left,
            right,
            types: relationship.types.clone(),
            direction: Direction::Outgoing,
            filter: Vec::new(),
        };
        self.node = over(input, operator, estimate);
        let own = [relationship.variable, left, right];
        self.available.extend(&own.into_iter().collect());
        if left != right {
            let own = own.map(|variable| [variable].into_iter().collect());
            self.filter_elements(|_, condition| {
                own.iter().any(|own: &VarSet| condition.needs.is_subset(own))
            });
        }
    }

    /// Takes a relationship at least one end of which is available, or which is available itself.
    fn take_relationship(&mut self, relationship: &PatternRelationship) {
        let bound = self.available.contains(relationship.variable);
        if bound && relationship.length.is_none() {
            return self.take_ends(relationship);
        }
        if let Some(length) = &relationship.length
            && length.selector != Selector::All
        {
            self.find_other_end(relationship);
        }
        let left_known = self.available.contains(relationship.left);
        let (from, to) = if left_known {
            (relationship.left, relationship.right)
        } else {
            (relationship.right, relationship.left)
        };
        let direction =
            if left_known { relationship.direction } else { relationship.direction.reversed() };
        let into = self.available.contains(to);
        let estimator = self.lowering.estimator;
        let population = self.estimate(from, &VarSet::default()).population;
        let fan_out = estimator.fan_out(&relationship.types, direction, population);
        let input = std::mem::replace(&mut self.node, leaf(Operator::Once, 1.0));
        let reached = input.estimate * fan_out;
        let estimate = if into { (reached / estimator.nodes()).max(0.01) } else { reached };
        let types = relationship.types.clone();
        let operator = match &relationship.length {
            None => Operator::Expand {
                from,
                relationship: relationship.variable,
                to,
                into,
                types,
                direction,
                filter: Vec::new(),
            },
            Some(length) => {
                let mut length = length.clone();
                length.filter.extend(
                    relationship
                        .type_test
                        .clone()
                        .map(|test| has_labels(length.step, test, relationship.span)),
                );
                Operator::ExpandPath {
                    from,
                    relationships: relationship.variable,
                    to,
                    into,
                    bound,
                    reversed: !left_known,
                    types,
                    direction,
                    length,
                    asked: relationship.asked.clone().map(|asked| (asked, self.lowering.floor)),
                }
            }
        };
        self.node = over(input, operator, estimate);
        self.available.extend(&[relationship.variable, to].into_iter().collect());
        self.filter_step(relationship.variable, to);
    }

    /// Moves the conditions on nothing but the relationship just taken and the node it leads to
    /// into the step, which tests them before it makes a row; also those by which a property of the
    /// relationship equals one of something that is known, or is smaller or larger than what follows from that.
    fn filter_step(&mut self, relationship: VarId, to: VarId) {
        if !matches!(self.node.operator, Operator::Expand { .. }) {
            return;
        }
        let own: VarSet = [relationship, to].into_iter().collect();
        self.filter_elements(|builder, condition| {
            let is_agreement = || {
                let (x, y) = cyclic::equal_elements(&condition.expr)?;
                let other = match (x == relationship, y == relationship) {
                    (true, false) => y,
                    (false, true) => x,
                    _ => return None,
                };
                (other != to && builder.is_element(other)).then_some(())
            };
            condition.needs.is_subset(&own)
                || condition.needs.is_subset(&builder.available)
                    && (is_agreement().is_some()
                        || PropertyComparison::of(&condition.expr, relationship, to).is_some())
        });
    }

    /// Whether a variable is a node or a relationship, or null.
    fn is_element(&self, variable: VarId) -> bool {
        let variable = self.lowering.statement.variables.get(variable.index());
        variable.is_some_and(|variable| {
            matches!(variable.kind, VariableKind::Node | VariableKind::Relationship)
        })
    }

    /// Moves some conditions that look at what the operator just placed finds into it.
    fn filter_elements(&mut self, takes: impl Fn(&Self, &Condition) -> bool) {
        let (ready, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.conditions).into_iter().partition(|condition| {
                !condition.needs.is_empty()
                    && takes(self, condition)
                    && !condition.expr.asks_truth()
                    && !crate::plan::variables::has_subquery(&condition.expr)
            });
        self.conditions = later;
        let (Operator::Expand { filter, .. } | Operator::RelationshipScan { filter, .. }) =
            &mut self.node.operator
        else {
            return;
        };
        filter.extend(ready.into_iter().map(|condition| condition.expr));
        self.lowering.sort_conjuncts(filter);
        let estimator = self.lowering.estimator;
        let share: f64 = filter.iter().map(|test| estimator.selectivity(test)).product();
        self.node.estimate *= share;
    }

    fn take_ends(&mut self, relationship: &PatternRelationship) {
        let (left, right) = (relationship.left, relationship.right);
        let bound = (self.available.contains(left), self.available.contains(right));
        let input = std::mem::replace(&mut self.node, leaf(Operator::Once, 1.0));
        let estimate = input.estimate;
        let operator = Operator::Ends {
            variable: relationship.variable,
            left,
            right,
            bound,
            types: relationship.types.clone(),
            direction: relationship.direction,
        };
        self.node = over(input, operator, estimate);
        self.available.extend(&[left, right].into_iter().collect());
    }

    /// A shortest path is found from both ends where the other end can be looked up.
    fn find_other_end(&mut self, relationship: &PatternRelationship) {
        for end in [relationship.left, relationship.right] {
            if !self.available.contains(end) && self.looks_up(end) {
                self.find_node(end);
                self.place_conditions();
            }
        }
    }

    /// Places whatever has become possible: path variables, uniqueness, conditions.
    fn place_conditions(&mut self) {
        let available = &mut self.available;
        let (ready, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.paths)
            .into_iter()
            .partition(|path| path.steps.iter().all(|&step| available.contains(step)));
        self.paths = later;
        let items: Vec<_> = ready
            .iter()
            .map(|path| {
                let kind = ExprKind::Path(path.steps.clone());
                (path.variable, Expr::new(kind, self.pattern.span))
            })
            .collect();
        if !items.is_empty() {
            items.iter().for_each(|&(variable, _)| available.insert(variable));
            self.wrap(|estimate| (Operator::Project { items }, estimate));
        }
        let available = &self.available;
        let (pairs, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.distinct)
            .into_iter()
            .partition(|&(a, b)| available.contains(a) && available.contains(b));
        self.distinct = later;
        if !pairs.is_empty() {
            self.wrap(|estimate| (Operator::DistinctRelationships { pairs }, estimate));
        }
        self.place_tests();
        let available = &self.available;
        let (ready, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.conditions)
            .into_iter()
            .partition(|condition| condition.needs.is_subset(available));
        self.conditions = later;
        if !ready.is_empty() {
            let input = std::mem::replace(&mut self.node, leaf(Operator::Once, 1.0));
            let conjuncts = ready.into_iter().map(|condition| condition.expr).collect();
            self.node = self.lowering.filter(conjuncts, input, &self.available);
        }
    }

    /// Places the tests of when statements hold on all that have been found.
    fn place_tests(&mut self) {
        let (ready, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.asked).into_iter().partition(|(variable, asked)| {
                let needs = asked.time.as_ref().map(|time| self.lowering.needs(&time.operand));
                self.available.contains(*variable)
                    && needs.is_none_or(|needs| needs.is_subset(&self.available))
            });
        self.asked = later;
        let floor = self.lowering.floor;
        for (subject, asked) in ready {
            let asked = Box::new(asked.clone());
            self.wrap(|estimate| (Operator::HoldsAt { subject, asked, floor }, estimate * 0.5));
        }
    }

    fn wrap(&mut self, operator: impl FnOnce(f64) -> (Operator, f64)) {
        let input = std::mem::replace(&mut self.node, leaf(Operator::Once, 1.0));
        let (operator, estimate) = operator(input.estimate);
        self.node = over(input, operator, estimate);
    }
}

fn has_labels(variable: VarId, test: LabelTest, span: crate::text::Span) -> Expr {
    let operand = Box::new(Expr::variable(variable, span));
    Expr::new(ExprKind::HasLabels(operand, test), span)
}

/// The labels without which a test fails.
fn required_labels(test: &LabelTest, labels: &mut Vec<Arc<str>>) {
    match test {
        LabelTest::Is(label) => labels.push(Arc::clone(label)),
        LabelTest::And(tests) => tests.iter().for_each(|test| required_labels(test, labels)),
        _ => {}
    }
}

/// The key and the other side, where a condition is `variable.key = other`, either way round.
fn equality_of(condition: &Expr, variable: VarId) -> Option<(&Arc<str>, &Expr)> {
    let ExprKind::Compare(Comparison::Equal, a, b) = &condition.kind else { return None };
    let key_of = |side: &'_ Expr| match &side.kind {
        ExprKind::Property(of, _) => {
            matches!(of.kind, ExprKind::Variable(same) if same == variable)
        }
        _ => false,
    };
    let (property, other) = if key_of(a) {
        (a, b)
    } else if key_of(b) {
        (b, a)
    } else {
        return None;
    };
    // `n.a = n.b` leads nowhere.
    let mut needs_itself = false;
    other.walk(&mut |part| {
        needs_itself |= matches!(part.kind, ExprKind::Variable(same) if same == variable);
    });
    match &property.kind {
        ExprKind::Property(_, key) if !needs_itself => Some((key, other)),
        _ => None,
    }
}
