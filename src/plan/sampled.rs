//! How many rows each operator of a plan will give, estimated from a sample of its rows.
//!
//! Comes in: a plan and the graph that it will run on. Goes out: the same plan with other estimates.
//! `EXPLAIN` and `PROFILE` call [`estimate`]; nothing that runs does.
//!
//! A plan is chosen from counts and degrees alone ([`super::cost`]), because one plan serves all queries
//! that differ in their values. Whoever looks at a plan has the values. So the plan is followed from
//! its leaves on a few hundred rows, as a run would follow it: what is looked up is looked up, the
//! neighbours of the sampled rows are counted, and conditions are tested on some of them. That sees
//! what independent selectivities do not: that well-known actors have most events, and that one
//! kind of event is followed by another (index-based join sampling, Leis et al., CIDR 2017).
//!
//! ```text
//! NodeLookup a.name = 'Iran'               1 row                   estimate    1
//! Expand (a)-[e]->(b) e.kind = 'Consult'   1 700 steps, of which
//!                                          850 tested, 61 pass     estimate  122
//! Expand (b)-[f]->(c)                      61 rows, 9 000 steps    estimate  122 · 9 000 / 61
//! ```
//!
//! Every choice is a stride, none is random: the same plan over the same graph has the same
//! estimates. Where an operator gives rows that a sample cannot follow (a join's, a procedure's), its
//! estimate is the planner's, scaled by how the planner was wrong below.

mod count;
mod pattern;
mod steps;

use std::cell::RefCell;
use std::time::{Duration, Instant};

use hashbrown::{HashMap, HashSet};

use crate::bind::bound::Selector;
use crate::error::{Error, Result, eval as codes};
use crate::expr::eval::{Bindings, Context, Scratch, Subqueries, eval, truth};
use crate::expr::fold::Little;
use crate::expr::{Expr, ExprKind, SubqueryId, VarId};
use crate::graph::{LabelId, Snapshot};
use crate::plan::cost::Estimator;
use crate::plan::physical::{ApplyKind, Node, Operator, Plan};
use crate::plan::variables::has_subquery;
use crate::value::order::{GroupKey, equals};
use crate::value::{Map, NodeId, Value};

/// So many rows are followed.
const ROWS: usize = 256;
/// So many steps are tested for them.
const TESTED: usize = 1024;
/// Rows with more steps than this are not followed.
const STEPS_MAX: usize = 4_000_000;
/// Where a sample has none that passes, the share is taken to be that of half of one.
const UNSEEN: f64 = 0.5;
/// For so many rows what an inner plan finds is followed.
const OUTER_ROWS: usize = 64;
/// Expressions are computed for a sample no longer than this.
const LONGEST: Duration = Duration::from_millis(200);
/// The number of its outer row, in a row of an inner plan.
const OUTER: VarId = VarId(u32::MAX);

/// The plan with estimates from a sample of the graph.
pub fn estimate(plan: &Plan, graph: &dyn Snapshot, parameters: &Map) -> Plan {
    let (scratch, began) = (Scratch::default(), Instant::now());
    let too_long = || Error::new(&codes::DEADLINE, "Too long for a sample.");
    let context = Context {
        graph,
        parameters,
        now: (0, 0),
        random: &|| 0.5,
        subqueries: &Unasked,
        // A sample is no place for much work either; what fails is not estimated.
        interrupt: &|| if began.elapsed() < LONGEST { Ok(()) } else { Err(too_long()) },
        memory: &Little,
        scratch: &scratch,
    };
    let sampler = Sampler {
        graph,
        estimator: Estimator::new(graph),
        context,
        outer: RefCell::new(Outer { all: 1.0, rows: None }),
        asked: RefCell::default(),
    };
    let mut plan = plan.clone();
    sampler.node(&mut plan.root);
    for (number, subquery) in plan.subqueries.iter_mut().enumerate() {
        // One that no operator asks has become a part of the plan, and runs for no row.
        let asked = sampler.asked.borrow_mut().remove(&number);
        sampler.inner(&mut subquery.root, asked.unwrap_or(Outer { all: 0.0, rows: None }));
    }
    plan
}

/// Subqueries are not run for a sample.
struct Unasked;

impl Subqueries for Unasked {
    fn run(&self, _: SubqueryId, _: &dyn Bindings) -> Result<Value> {
        Ok(Value::Null)
    }
}

/// A row of the sample: what its variables are.
#[derive(Clone, Debug, Default)]
struct Row(Vec<(VarId, Value)>);

impl Bindings for Row {
    fn value(&self, variable: VarId) -> Value {
        self.value_ref(variable).cloned().unwrap_or_default()
    }

    fn value_ref(&self, variable: VarId) -> Option<&Value> {
        self.0.iter().rev().find(|(known, _)| *known == variable).map(|(_, value)| value)
    }
}

impl Row {
    fn with(&self, more: impl IntoIterator<Item = (VarId, Value)>) -> Row {
        let mut row = self.clone();
        row.0.extend(more);
        row
    }

    fn node(&self, variable: VarId) -> Option<NodeId> {
        match self.value_ref(variable) {
            Some(Value::Node(node)) => Some(*node),
            _ => None,
        }
    }
}

/// Rows that stand for all rows of an operator; `None` where there are none to go on from.
type Rows = Option<Vec<Row>>;

struct Sampler<'a> {
    graph: &'a dyn Snapshot,
    estimator: Estimator<'a>,
    context: Context<'a>,
    /// The rows for which the plan that is being followed runs.
    outer: RefCell<Outer>,
    /// For which rows subqueries of expressions are asked.
    asked: RefCell<HashMap<usize, Outer>>,
}

/// The rows for which a plan runs: how many, and some of them.
#[derive(Clone)]
struct Outer {
    all: f64,
    rows: Rows,
}

impl Sampler<'_> {
    /// Estimates an inner plan: what it gives for all rows together for which it runs.
    fn inner(&self, root: &mut Node, outer: Outer) -> Rows {
        let before = self.outer.replace(outer);
        let rows = self.node(root);
        self.outer.replace(before);
        rows
    }

    /// Estimates an operator that runs its second input for each row of its first.
    fn apply(&self, node: &mut Node, kind: ApplyKind) -> Rows {
        let [first, second] = &mut node.inputs[..] else { return None };
        let outer = self.node(first);
        let number = |(at, row): (usize, Row)| row.with([(OUTER, Value::Integer(at as i64))]);
        let rows = outer.map(|rows| {
            let rows = thin(rows, OUTER_ROWS);
            rows.into_iter().enumerate().map(number).collect::<Vec<Row>>()
        });
        let all = first.estimate;
        let inner = self.inner(second, Outer { all, rows: rows.clone() });
        let share = rows.as_ref().map_or(UNSEEN, |rows| {
            let found = inner.iter().flatten().filter_map(|row| row.value(OUTER).as_int());
            let found = found.collect::<HashSet<i64>>().len() as f64;
            // As much is unseen of those without any as of those with one.
            let unseen = UNSEEN / rows.len() as f64;
            (found / rows.len() as f64).clamp(unseen.min(UNSEEN), 1.0 - unseen.min(UNSEEN))
        });
        let (estimate, rows) = match kind {
            ApplyKind::Inner => (second.estimate, inner),
            ApplyKind::Optional => (second.estimate + all * (1.0 - share), None),
            ApplyKind::Semi => (all * share, None),
            ApplyKind::Anti => (all * (1.0 - share), None),
            ApplyKind::Effects => (all, None),
        };
        node.estimate = estimate;
        rows
    }

    /// Estimates the operators of a tree from its leaves; gives rows of the sample for the root.
    fn node(&self, node: &mut Node) -> Rows {
        if let Operator::Apply { kind, .. } = node.operator {
            return self.apply(node, kind);
        }
        let planned: f64 = node.inputs.iter().map(|input| input.estimate).product();
        let mut rows: Vec<Rows> = node.inputs.iter_mut().map(|input| self.node(input)).collect();
        let found: f64 = node.inputs.iter().map(|input| input.estimate).product();
        let first = node.inputs.first().map_or(1.0, |input| input.estimate);
        let input = if rows.is_empty() { None } else { rows.swap_remove(0) };
        let input = input.filter(|rows| !rows.is_empty());
        self.note_subqueries(&node.operator, first, input.as_ref());
        // What the planner expects, for as many rows as there seem to be below.
        let scaled =
            if planned > 0.0 { node.estimate / planned * found } else { node.estimate.max(found) };
        let Some((estimate, rows)) = self.operator(&node.operator, first, scaled, input) else {
            node.estimate = scaled;
            return None;
        };
        node.estimate = estimate;
        let most = if self.outer.borrow().rows.is_some() { 4 * TESTED } else { ROWS };
        rows.filter(|rows| !rows.is_empty()).map(|rows| thin(rows, most))
    }

    /// Notes for which rows the subqueries in the expressions of an operator are asked.
    fn note_subqueries(&self, operator: &Operator, all: f64, rows: Option<&Vec<Row>>) {
        let note = |expr: &Expr| {
            expr.walk(&mut |part| {
                if let ExprKind::Subquery(SubqueryId(number)) = part.kind {
                    let rows = rows.cloned().map(|rows| thin(rows, OUTER_ROWS));
                    self.asked.borrow_mut().insert(number as usize, Outer { all, rows });
                }
            });
        };
        match operator {
            Operator::Filter { conjuncts } => conjuncts.iter().for_each(note),
            Operator::Project { items } => items.iter().for_each(|(_, expr)| note(expr)),
            Operator::Aggregate(grouping) => {
                grouping.keys.iter().for_each(|(_, key)| note(key));
                let aggregates = grouping.aggregates.iter();
                aggregates.flat_map(|(_, aggregate)| &aggregate.arguments).for_each(note);
            }
            _ => {}
        }
    }

    /// The rows that an operator gives for a sample of its input's, and how many there are in all;
    /// `None` where the sample says nothing of it.
    fn operator(
        &self,
        operator: &Operator,
        all: f64,
        scaled: f64,
        input: Rows,
    ) -> Option<(f64, Rows)> {
        match operator {
            Operator::Once => return Some((1.0, Some(vec![Row::default()]))),
            Operator::Argument => {
                let Outer { all, rows } = self.outer.borrow().clone();
                return Some((all, rows));
            }
            Operator::CountTree(tree) => return Some((self.count_tree(tree, scaled), None)),
            Operator::TopK { skip, limit, .. } => {
                return Some((self.page(skip.as_ref(), Some(limit), all), input));
            }
            Operator::Page { skip, limit } => {
                return Some((self.page(skip.as_ref(), limit.as_ref(), all), input));
            }
            Operator::Sort { .. } | Operator::Eager => return Some((all, input)),
            Operator::Aggregate(grouping) if grouping.keys.is_empty() => {
                return Some((self.outer.borrow().all, None));
            }
            _ => {}
        }
        let input = input?;
        match operator {
            Operator::NodeScan { variable, label } => {
                Some(self.scan(*variable, label.as_deref(), all, &input))
            }
            Operator::NodeLookup { variable, label, key, value, .. } => {
                self.lookup(*variable, (label, key, value), all, &input)
            }
            Operator::RelationshipScan { variable, left, right, types, direction, filter } => {
                let ends = [*left, *variable, *right];
                let (all, rows) = self.scan_relationships(ends, types, *direction, all, &input);
                match rows {
                    Some(rows) if !filter.is_empty() => Some(self.filter(filter, all, rows)),
                    rows => Some((all, rows)),
                }
            }
            Operator::RelationshipLookup { variable, types, key, value, .. } => {
                self.look_up_relationships(*variable, types, (key, value), all, &input)
            }
            Operator::Ends { variable, left, right, bound: (false, false), direction, .. } => {
                Some(self.ends([*left, *variable, *right], *direction, all, &input))
            }
            Operator::Expand { .. } => self.expand(operator, all, scaled, &input),
            Operator::ExpandPath { into: true, length, .. } if length.selector != Selector::All => {
                Some((all, None))
            }
            Operator::Intersect(pattern) => self.intersect(pattern).map(|rows| (all * rows, None)),
            Operator::Filter { conjuncts } => Some(self.filter(conjuncts, all, input)),
            Operator::DistinctRelationships { pairs } => {
                let tested = input.len() as f64;
                let passed: Vec<Row> =
                    input.into_iter().filter(|row| are_distinct(pairs, row)).collect();
                Some((all * (passed.len() as f64).max(UNSEEN) / tested, Some(passed)))
            }
            Operator::Project { items } => {
                let project = |row: Row| {
                    let items: Vec<_> =
                        items.iter().map(|(to, expr)| (*to, self.value(expr, &row))).collect();
                    row.with(items)
                };
                Some((all, Some(input.into_iter().map(project).collect())))
            }
            Operator::Distinct { variables } => {
                let key = |row: &Row| variables.iter().map(|&v| row.value(v)).collect();
                Some((groups(input.iter().map(key), all), Some(input)))
            }
            Operator::Aggregate(grouping) => {
                let key =
                    |row: &Row| grouping.keys.iter().map(|(_, key)| self.value(key, row)).collect();
                Some((groups(input.iter().map(key), all), None))
            }
            _ => None,
        }
    }

    fn page(&self, skip: Option<&Expr>, limit: Option<&Expr>, all: f64) -> f64 {
        let count = |expr: &Expr| self.value(expr, &Row::default()).as_float();
        let rest = (all - skip.and_then(count).unwrap_or(0.0)).max(0.0);
        limit.and_then(count).map_or(rest, |limit| rest.min(limit * self.outer.borrow().all))
    }

    fn filter(&self, conjuncts: &[Expr], all: f64, input: Vec<Row>) -> (f64, Rows) {
        let tested = input.len() as f64;
        let passed: Vec<Row> = input.into_iter().filter(|row| self.holds(conjuncts, row)).collect();
        let share = self.share(conjuncts, passed.len(), tested);
        (all * share * self.unasked(conjuncts), Some(passed))
    }

    /// The share that passes: what the sample says, or less than one of it where none does.
    fn share(&self, conjuncts: &[Expr], passed: usize, tested: f64) -> f64 {
        if passed > 0 {
            return passed as f64 / tested;
        }
        let expected: f64 =
            conjuncts.iter().map(|conjunct| self.estimator.selectivity(conjunct)).product();
        expected.min(UNSEEN / tested.max(1.0))
    }

    /// The share that the conditions keep which a sample cannot ask.
    fn unasked(&self, conjuncts: &[Expr]) -> f64 {
        let unasked = conjuncts.iter().filter(|conjunct| !can_ask(conjunct));
        unasked.map(|conjunct| self.estimator.selectivity(conjunct)).product()
    }

    fn holds(&self, conjuncts: &[Expr], row: &Row) -> bool {
        // An error is the run's to raise; the sample counts the row as one that comes so far.
        let holds = |expr: &Expr| truth(expr, row, &self.context).map_or(true, |t| t == Some(true));
        conjuncts.iter().filter(|conjunct| can_ask(conjunct)).all(holds)
    }

    fn value(&self, expr: &Expr, row: &Row) -> Value {
        eval(expr, row, &self.context).unwrap_or_default()
    }

    /// Nodes with a label, as many as are wanted, spread over all of them.
    fn some_nodes(&self, label: Option<&str>, wanted: usize) -> Vec<NodeId> {
        let Ok(label) = self.label(label) else { return Vec::new() };
        let all = u64::from(self.graph.node_bound());
        let whole = 0..self.graph.node_bound();
        let ranges = match label {
            None => Some(std::slice::from_ref(&whole)),
            Some(label) => self.graph.label_ranges(label),
        };
        let mut nodes = Vec::new();
        let mut take = |from: NodeId, limit: usize| {
            self.graph.scan_nodes(label, from, limit, &mut nodes);
        };
        let Some(ranges) = ranges.filter(|_| all > wanted as u64) else {
            take(NodeId(0), if all > wanted as u64 { wanted } else { all as usize });
            return nodes;
        };
        let len: u64 = ranges.iter().map(|range| range.len() as u64).sum();
        for at in 0..len.min(wanted as u64) {
            let mut place = at * len / len.min(wanted as u64);
            for range in ranges {
                if place < range.len() as u64 {
                    take(NodeId(range.start + place as u32), 1);
                    break;
                }
                place -= range.len() as u64;
            }
        }
        nodes.dedup();
        nodes
    }

    /// The label of a name; the error is that no node has it.
    fn label(&self, name: Option<&str>) -> std::result::Result<Option<LabelId>, ()> {
        name.map_or(Ok(None), |name| self.graph.catalog().label(name).map(Some).ok_or(()))
    }

    fn scan(&self, variable: VarId, label: Option<&str>, all: f64, input: &[Row]) -> (f64, Rows) {
        let population = label
            .map_or(self.graph.statistics().nodes as f64, |label| self.estimator.labelled(label));
        let nodes = self.some_nodes(label, TESTED);
        let rows = spread(input, &nodes, |row, &node| row.with([(variable, Value::Node(node))]));
        (all * population, Some(rows))
    }

    fn lookup(
        &self,
        variable: VarId,
        (label, key, value): (&str, &str, &Expr),
        all: f64,
        input: &[Row],
    ) -> Option<(f64, Rows)> {
        let catalog = self.graph.catalog();
        let (Some(id), Some(key)) = (catalog.label(label), catalog.key(key)) else {
            return Some((0.0, Some(Vec::new())));
        };
        let (mut rows, mut found) = (Vec::new(), 0);
        for row in input {
            let value = self.value(value, row);
            let nodes = match self.graph.lookup(id, key, &value) {
                Some(nodes) => nodes,
                None if self.estimator.labelled(label) > TESTED as f64 => return None,
                None => {
                    let mut nodes = self.some_nodes(Some(label), TESTED);
                    nodes.retain(|&node| {
                        equals(&self.graph.node_property(node, key), &value) == Some(true)
                    });
                    nodes
                }
            };
            found += nodes.len();
            let room = TESTED.saturating_sub(rows.len());
            rows.extend(nodes.iter().take(room).map(|&n| row.with([(variable, Value::Node(n))])));
        }
        Some((all * found as f64 / input.len() as f64, Some(rows)))
    }
}

/// Whether a condition can be asked of a row of the sample.
fn can_ask(conjunct: &Expr) -> bool {
    !has_subquery(conjunct) && !conjunct.asks_truth()
}

fn are_distinct(pairs: &[(VarId, VarId)], row: &Row) -> bool {
    pairs.iter().all(|&(a, b)| match (row.value_ref(a), row.value_ref(b)) {
        (Some(Value::Relationship(a)), Some(Value::Relationship(b))) => a != b,
        _ => true,
    })
}

/// No more rows than are followed.
fn thin(rows: Vec<Row>, most: usize) -> Vec<Row> {
    if rows.len() <= most {
        return rows;
    }
    let len = rows.len();
    let mut at = 0;
    let mut rows = rows;
    // Every row whose place is the first of its share of the whole.
    rows.retain(|_| {
        let kept = at * most / len != (at + 1) * most / len;
        at += 1;
        kept
    });
    rows
}

/// Each row with some of the elements, all of them where there are few.
fn spread<T>(input: &[Row], elements: &[T], join: impl Fn(&Row, &T) -> Row) -> Vec<Row> {
    let each = (TESTED / input.len().max(1)).max(1).min(elements.len());
    let mut rows = Vec::new();
    for (number, row) in input.iter().enumerate() {
        for at in 0..each {
            rows.push(join(row, &elements[(at * elements.len() / each + number) % elements.len()]));
        }
    }
    rows
}

/// How many groups there are among `all` rows, of which some are seen: Chao's estimate, by how
/// many groups are seen once and how many twice.
fn groups(keys: impl Iterator<Item = Vec<Value>>, all: f64) -> f64 {
    let mut seen: HashMap<Vec<GroupKey>, u64> = HashMap::new();
    let mut rows = 0u64;
    for key in keys {
        *seen.entry(key.into_iter().map(GroupKey).collect()).or_default() += 1;
        rows += 1;
    }
    let distinct = seen.len() as f64;
    if rows as f64 >= all {
        return distinct;
    }
    let times = |count| seen.values().filter(|&&n| n == count).count() as f64;
    let (once, twice) = (times(1), times(2));
    if once as u64 == rows {
        return all;
    }
    (distinct + once * once / (2.0 * twice.max(1.0))).min(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(numbers: &[i64]) -> impl Iterator<Item = Vec<Value>> {
        numbers.iter().map(|&number| vec![Value::Integer(number)])
    }

    #[test]
    fn groups_of_a_sample() {
        let groups = |numbers: &[i64], all| groups(keys(numbers), all).round() as u64;
        assert_eq!(groups(&[1, 2, 2], 3.0), 2, "the sample is all there is");
        assert_eq!(groups(&[1, 2, 3], 900.0), 900, "no two are alike");
        assert_eq!(groups(&[1, 1, 2, 2], 900.0), 2, "nothing is seen only once");
        assert_eq!(groups(&[1, 1, 2, 3], 900.0), 5, "two more are expected");
    }

    #[test]
    fn a_thinned_sample_is_spread_over_all_rows() {
        let row = |n: i64| Row(vec![(VarId(0), Value::Integer(n))]);
        let rows = thin((0..1000).map(row).collect(), ROWS);
        assert_eq!(rows.len(), ROWS);
        let sum: i64 = rows.iter().filter_map(|row| row.value(VarId(0)).as_int()).sum();
        assert!((sum / ROWS as i64 - 500).abs() < 5, "{sum}");
    }
}
