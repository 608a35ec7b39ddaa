//! Logical to physical: the only place that chooses an algorithm.
//!
//! Most operators have one physical form. The choices are made for patterns (see
//! [`pattern`](super::pattern)), for a page over a sort (`TopK`), for existence tests (a semi- or
//! anti-apply where the test is a conjunct of its own), and for where rows must be held back so
//! that a write does not feed the read before it.

use crate::bind::bound::{PathSearch, SortKey, Statement, SubqueryKind};
use crate::expr::{Comparison, Expr, ExprKind, VarId};
use crate::graph::Snapshot;
use crate::plan::cost::Estimator;
use crate::plan::logical::{self, Logical};
use crate::plan::physical::{
    ApplyKind, ClaimsKept, Core, CountTree, Having, Node, Operator, Plan, Subquery, Top,
};
use crate::plan::variables::{VarSet, variables_of};
use crate::plan::{absence, check, claims_kept, liveness, walk_program};
use crate::value::time::Truth;

/// Chooses how to run a logical plan, with the columns of `query` as the answer.
pub fn lower(
    logical: &Logical,
    statement: &Statement,
    columns: &[(std::sync::Arc<str>, VarId)],
    graph: &dyn Snapshot,
) -> Plan {
    let lowering = Lowering {
        statement,
        subqueries: &logical.subqueries,
        estimator: Estimator::new(graph),
        floor: if statement.possible { Truth::Possible } else { Truth::Presumed },
    };
    let mut available = VarSet::default();
    let root = lowering.node(&logical.root, &mut available);
    let subqueries = logical
        .subqueries
        .iter()
        .zip(&statement.subqueries)
        .map(|(node, bound)| {
            let mut available = bound.outer.iter().copied().collect();
            Subquery {
                kind: bound.kind,
                root: lowering.node(node, &mut available),
                column: bound.query.columns.first().map(|&(_, variable)| variable),
                outer: bound.outer.clone(),
                absence: match bound.kind {
                    SubqueryKind::Exists => absence::of_query(&bound.query),
                    SubqueryKind::Count | SubqueryKind::Collect | SubqueryKind::Value => None,
                },
            }
        })
        .collect();
    let mut plan = Plan {
        root,
        columns: columns.to_vec(),
        shown: statement.shown.clone(),
        width: statement.variables.len(),
        subqueries,
        writes: logical.root.writes(),
        known_at: Vec::new(),
        timed: false,
        shows_possible: statement.possible,
        claims: ClaimsKept::default(),
    };
    plan.timed = is_timed(&plan.root) || plan.subqueries.iter().any(|s| is_timed(&s.root));
    plan.claims = claims_kept::of(&plan, statement);
    liveness::annotate(&mut plan, statement);
    check::check(&plan, statement);
    plan
}

/// What lowering looks at.
#[derive(Clone, Copy)]
pub(crate) struct Lowering<'a> {
    pub(crate) statement: &'a Statement,
    pub(crate) subqueries: &'a [logical::Node],
    pub(crate) estimator: Estimator<'a>,
    /// How sure a row must be to be shown.
    pub(crate) floor: Truth,
}

impl Lowering<'_> {
    /// Lowers a tree; `available` holds the variables of its argument and, afterwards, also those
    /// that it gives.
    pub(crate) fn node(&self, node: &logical::Node, available: &mut VarSet) -> Node {
        use logical::Operator as Logical;
        match &node.operator {
            Logical::Once => leaf(Operator::Once, 1.0),
            Logical::Argument => leaf(Operator::Argument, 1.0),
            Logical::CountTree(tree) => self.count_tree(node, tree, available),
            Logical::Match(pattern) => {
                let input = self.input(node, available);
                self.pattern(pattern, input, available)
            }
            Logical::Filter(conjuncts) => {
                let mut input = self.input(node, available);
                keep_groups(&mut input, conjuncts);
                self.filter(conjuncts.clone(), input, available)
            }
            Logical::Project(items) => {
                let input = self.input(node, available);
                available.extend(&items.iter().map(|&(variable, _)| variable).collect());
                let estimate = input.estimate;
                over(input, Operator::Project { items: items.clone() }, estimate)
            }
            Logical::Aggregate(grouping) => {
                let input = self.input(node, available);
                let keys = grouping.keys.iter().map(|&(variable, _)| variable);
                let aggregates = grouping.aggregates.iter().map(|&(variable, _)| variable);
                available.extend(&keys.chain(aggregates).collect());
                let estimate =
                    if grouping.keys.is_empty() { 1.0 } else { input.estimate.powf(0.75) };
                over(input, Operator::Aggregate(grouping.clone()), estimate)
            }
            Logical::Distinct(variables) => {
                let input = self.input(node, available);
                let estimate = input.estimate.powf(0.9);
                over(input, Operator::Distinct { variables: variables.clone() }, estimate)
            }
            Logical::Sort(keys) => {
                let input = self.input(node, available);
                let estimate = input.estimate;
                over(input, Operator::Sort { keys: keys.clone() }, estimate)
            }
            Logical::Page { skip, limit } => {
                self.page(node, skip.as_ref(), limit.as_ref(), available)
            }
            Logical::Apply { kind, adds } => self.apply(node, *kind, adds, available),
            Logical::InTransactions { batches, optional, adds } => {
                let outer = self.input(node, available);
                let inner = self.node(&node.inputs[1], &mut available.clone());
                available.extend(&adds.iter().copied().chain(batches.status).collect());
                let estimate = outer.estimate * inner.estimate.max(1.0);
                let operator = Operator::InTransactions {
                    batches: batches.clone(),
                    optional: *optional,
                    adds: adds.clone(),
                };
                over_two(outer, inner, operator, estimate)
            }
            Logical::SetOperation { operator, columns } => {
                let mut right_available = available.clone();
                let left = self.node(&node.inputs[0], available);
                let right = self.node(&node.inputs[1], &mut right_available);
                available.extend(&columns.iter().map(|&(result, ..)| result).collect());
                let estimate = left.estimate + right.estimate;
                let operator =
                    Operator::SetOperation { operator: *operator, columns: columns.clone() };
                over_two(left, right, operator, estimate)
            }
            Logical::Foreach { variable, list } => {
                let outer = self.input(node, available);
                let mut inner_available = available.clone();
                inner_available.insert(*variable);
                let inner = self.node(&node.inputs[1], &mut inner_available);
                let estimate = outer.estimate;
                let operator = Operator::Foreach { variable: *variable, list: list.clone() };
                over_two(outer, inner, operator, estimate)
            }
            Logical::Merge(merge) => {
                let outer = self.input(node, available);
                let inner = self.node(&node.inputs[1], available);
                let estimate = outer.estimate;
                over_two(outer, inner, Operator::Merge(merge.clone()), estimate)
            }
            Logical::Search(search) => {
                let input = self.input(node, available);
                self.search(search, input, available)
            }
            simple => {
                let input = self.input(node, available);
                let (operator, growth) = direct(simple, available);
                let estimate = input.estimate * growth;
                over(input, operator, estimate)
            }
        }
    }

    fn input(&self, node: &logical::Node, available: &mut VarSet) -> Node {
        self.node(&node.inputs[0], available)
    }

    fn count_tree(&self, node: &logical::Node, tree: &CountTree, available: &mut VarSet) -> Node {
        let instead = node.inputs.iter().map(|input| self.node(input, &mut available.clone()));
        let inputs: Vec<Node> = instead.collect();
        let grouping = &tree.grouping;
        let keys = grouping.keys.iter().map(|&(variable, _)| variable);
        let aggregates = grouping.aggregates.iter().map(|&(variable, _)| variable);
        available.extend(&keys.chain(aggregates).collect());
        let nodes = |place: usize| {
            let labels = tree.nodes[place].labels.iter();
            let share = |test| self.estimator.nodes() * self.estimator.label_share(test);
            labels.map(share).fold(self.estimator.nodes(), f64::min)
        };
        let estimate = match tree.core {
            _ if grouping.keys.is_empty() => 1.0,
            Core::Whole => 1.0,
            Core::Node(place) => nodes(place),
            Core::Relationship { left, right, .. } => nodes(left).min(nodes(right)),
            Core::Pair { left, right } => nodes(left) * nodes(right).sqrt(),
        };
        Node { inputs, ..leaf(Operator::CountTree(Box::new(tree.clone())), estimate) }
    }

    fn page(
        &self,
        node: &logical::Node,
        skip: Option<&Expr>,
        limit: Option<&Expr>,
        available: &mut VarSet,
    ) -> Node {
        let below = &node.inputs[0];
        let keep = constant_rows(limit);
        if let (logical::Operator::Sort(keys), Some(limit)) = (&below.operator, limit) {
            let mut input = self.input(below, available);
            prune_groups(&mut input, &keys[0], skip, limit);
            let estimate = keep.map_or(input.estimate, |keep| keep.min(input.estimate));
            let operator =
                Operator::TopK { keys: keys.clone(), skip: skip.cloned(), limit: limit.clone() };
            return over(input, operator, estimate);
        }
        let mut input = self.node(below, available);
        if below.writes() {
            // Every write happens, however few rows are asked for.
            let estimate = input.estimate;
            input = over(input, Operator::Eager, estimate);
        }
        let estimate = keep.map_or(input.estimate, |keep| keep.min(input.estimate));
        over(input, Operator::Page { skip: skip.cloned(), limit: limit.cloned() }, estimate)
    }

    fn apply(
        &self,
        node: &logical::Node,
        kind: ApplyKind,
        adds: &[VarId],
        available: &mut VarSet,
    ) -> Node {
        let mut outer = self.input(node, available);
        let mut inner_available = available.clone();
        let inner = self.node(&node.inputs[1], &mut inner_available);
        if node.inputs[1].writes() {
            // What the inner plan writes must not reach the rows that are still to come.
            let estimate = outer.estimate;
            outer = over(outer, Operator::Eager, estimate);
        }
        available.extend(&adds.iter().copied().collect());
        let estimate = match kind {
            ApplyKind::Inner => outer.estimate * inner.estimate,
            ApplyKind::Optional => outer.estimate * inner.estimate.max(1.0),
            ApplyKind::Semi | ApplyKind::Anti => outer.estimate * 0.5,
            ApplyKind::Effects => outer.estimate,
        };
        over_two(
            outer,
            inner,
            Operator::Apply { kind, adds: adds.to_vec(), absence: None },
            estimate,
        )
    }

    /// Searches from the end of a path that is known; from the left one where both are.
    fn search(&self, search: &PathSearch, input: Node, available: &mut VarSet) -> Node {
        let reversed = !available.contains(search.left);
        let (from, to) =
            if reversed { (search.right, search.left) } else { (search.left, search.right) };
        debug_assert!(available.contains(from), "one end of a search is known");
        let into = available.contains(to);
        let given = search.adds.iter().copied().filter(|&v| available.contains(v)).collect();
        let program = walk_program::compile(search, reversed, &self.statement.subqueries);
        available.extend(&search.adds.iter().copied().collect());
        available.extend(&[to, search.relationships].into_iter().collect());
        let estimate = input.estimate * if into { 1.0 } else { 10.0 };
        let (search, program) = (Box::new(search.clone()), Box::new(program));
        let operator = Operator::SearchPath { from, to, into, given, reversed, search, program };
        over(input, operator, estimate)
    }

    /// Puts conjuncts on `input`: cheap tests in one Filter, existence tests as semi-applies above it.
    pub(crate) fn filter(&self, conjuncts: Vec<Expr>, input: Node, available: &VarSet) -> Node {
        let (exists, mut tests): (Vec<_>, Vec<_>) = conjuncts
            .into_iter()
            .flat_map(Expr::into_conjuncts)
            .partition(|conjunct| self.existence(conjunct).is_some());
        let mut node = input;
        if !tests.is_empty() {
            self.sort_conjuncts(&mut tests);
            let share: f64 = tests.iter().map(|test| self.estimator.selectivity(test)).product();
            let estimate = node.estimate * share;
            node = over(node, Operator::Filter { conjuncts: tests }, estimate);
        }
        for (subquery, kind) in exists.iter().filter_map(|conjunct| self.existence(conjunct)) {
            let mut inner_available = available.clone();
            // That there is none is no surer than that there may be one.
            let floor = if kind == ApplyKind::Anti { Truth::Possible } else { self.floor };
            let inner =
                Lowering { floor, ..*self }.node(&self.subqueries[subquery], &mut inner_available);
            let estimate = node.estimate * 0.5;
            let absence = (kind == ApplyKind::Anti).then_some(subquery);
            let operator = Operator::Apply { kind, adds: Vec::new(), absence };
            node = over_two(node, inner, operator, estimate);
        }
        node
    }

    /// Puts the cheapest and most selective conjuncts first.
    pub(crate) fn sort_conjuncts(&self, conjuncts: &mut [Expr]) {
        let rank = |e: &Expr| self.estimator.selectivity(e) + effort(e);
        conjuncts.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
    }

    /// Whether a conjunct is nothing but an existence test, and of which subquery.
    pub(crate) fn existence(&self, conjunct: &Expr) -> Option<(usize, ApplyKind)> {
        let (tested, kind) = match &conjunct.kind {
            ExprKind::Not(inner) => (inner.as_ref(), ApplyKind::Anti),
            _ => (conjunct, ApplyKind::Semi),
        };
        let ExprKind::Subquery(id) = tested.kind else { return None };
        let subquery = self.statement.subqueries.get(id.0 as usize)?;
        (subquery.kind == crate::bind::bound::SubqueryKind::Exists).then_some((id.0 as usize, kind))
    }

    /// The variables that an expression needs from its row.
    pub(crate) fn needs(&self, expr: &Expr) -> VarSet {
        variables_of(expr, &self.statement.subqueries)
    }
}

/// The operators whose physical form is the logical one, and by what they multiply their rows.
fn direct(operator: &logical::Operator, available: &mut VarSet) -> (Operator, f64) {
    use logical::Operator as Logical;
    match operator.clone() {
        Logical::Unwind { list, variable, counter } => {
            available.insert(variable);
            counter.iter().for_each(|&(number, _)| available.insert(number));
            (Operator::Unwind { list, variable, counter }, 10.0)
        }
        Logical::Call(call) => {
            call.yields.iter().for_each(|&(_, variable)| available.insert(variable));
            (Operator::ProcedureCall(call), 10.0)
        }
        Logical::LoadCsv { headers, from, variable, terminator } => {
            available.insert(variable);
            (Operator::LoadCsv { headers, from, variable, terminator }, 1000.0)
        }
        Logical::Create(steps) => {
            available.extend(&liveness::created(&steps));
            (Operator::Create { steps }, 1.0)
        }
        Logical::DistinctRelationships(pairs) => (Operator::DistinctRelationships { pairs }, 1.0),
        Logical::Set(items) => (Operator::Set { items }, 1.0),
        Logical::Remove(items) => (Operator::Remove { items }, 1.0),
        Logical::Delete { detach, targets, reason, portion } => {
            (Operator::Delete { detach, targets, reason, portion }, 1.0)
        }
        _ => (Operator::Discard, 0.0),
    }
}

pub(crate) fn leaf(operator: Operator, estimate: f64) -> Node {
    Node { operator, inputs: Vec::new(), estimate, keep: Vec::new(), id: 0 }
}

pub(crate) fn over(input: Node, operator: Operator, estimate: f64) -> Node {
    Node { operator, inputs: vec![input], estimate, keep: Vec::new(), id: 0 }
}

pub(crate) fn over_two(first: Node, second: Node, operator: Operator, estimate: f64) -> Node {
    Node { operator, inputs: vec![first, second], estimate, keep: Vec::new(), id: 0 }
}

/// Whether a plan asks when statements hold.
fn is_timed(node: &Node) -> bool {
    matches!(node.operator, Operator::HoldsAt { .. }) || node.inputs.iter().any(is_timed)
}

/// Tells a count tree below that only the groups that come first by one of its aggregates are
/// wanted, where the most significant key is one.
fn prune_groups(node: &mut Node, key: &SortKey, skip: Option<&Expr>, limit: &Expr) {
    let ExprKind::Variable(mut wanted) = key.expression.kind else { return };
    let mut below = node;
    while let Operator::Project { items } = &below.operator {
        if let Some((_, expr)) = items.iter().find(|(variable, _)| *variable == wanted) {
            let ExprKind::Variable(inner) = expr.kind else { return };
            wanted = inner;
        }
        below = &mut below.inputs[0];
    }
    let Operator::CountTree(tree) = &mut below.operator else { return };
    let aggregates = &tree.grouping.aggregates;
    let Some(aggregate) = aggregates.iter().position(|&(variable, _)| variable == wanted) else {
        return;
    };
    tree.top = Some(Top {
        aggregate,
        descending: key.descending,
        skip: skip.cloned(),
        limit: limit.clone(),
    });
}

/// Tells a count tree over pairs that only the groups of which one of its counts is large enough are wanted. The
/// filter stays: what the tree leaves out it would leave out as well.
fn keep_groups(node: &mut Node, conjuncts: &[Expr]) {
    let Operator::CountTree(tree) = &mut node.operator else { return };
    if !matches!(tree.core, Core::Pair { .. }) {
        return;
    }
    let count = |expr: &Expr| match expr.kind {
        ExprKind::Variable(own) => {
            tree.grouping.aggregates.iter().position(|(variable, _)| *variable == own)
        }
        _ => None,
    };
    let is_bound =
        |expr: &Expr| matches!(expr.kind, ExprKind::Constant(_) | ExprKind::Parameter(_));
    let having = conjuncts.iter().find_map(|conjunct| {
        let ExprKind::Compare(operator, a, b) = &conjunct.kind else { return None };
        let (aggregate, bound, is_more) = match (count(a), count(b)) {
            (Some(at), None) => (at, b, [Comparison::Greater, Comparison::GreaterOrEqual]),
            (None, Some(at)) => (at, a, [Comparison::Less, Comparison::LessOrEqual]),
            _ => return None,
        };
        let is_wanted = is_bound(bound) && is_more.contains(operator);
        let is_strict = *operator == is_more[0];
        is_wanted.then(|| Having { aggregate, bound: bound.as_ref().clone(), is_strict })
    });
    tree.having = having;
}

/// How many rows a limit keeps, where it is written as a number.
fn constant_rows(limit: Option<&Expr>) -> Option<f64> {
    match &limit?.kind {
        ExprKind::Constant(value) => value.as_float(),
        _ => None,
    }
}

/// What a test costs beside what it keeps: tests that run a subquery or call a function go last.
fn effort(expr: &Expr) -> f64 {
    let mut effort = 0.0_f64;
    expr.walk(&mut |part| {
        effort += match part.kind {
            ExprKind::Subquery(_) => 100.0,
            ExprKind::Call(..)
            | ExprKind::Truth { .. }
            | ExprKind::Quantifier { .. }
            | ExprKind::ListComprehension { .. } => 1.0,
            ExprKind::StringTest(..) => 0.5,
            _ => 0.0,
        };
    });
    effort
}
