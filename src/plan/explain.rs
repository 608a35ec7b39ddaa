//! The drawn plan: for users (`EXPLAIN`, `PROFILE`) and for tests.
//!
//! ```text
//! operator                                              rows
//! Project     `s.name` := s.name                           1
//! └ Filter    s:State                                      1
//!   └ Expand  (x)<-[_1:RECOGNISES]-(s)                     5
//!     └ NodeLookup  x:Region, name = 'South Ossetia'       1
//! ```

use std::time::Duration;

use crate::bind::bound::{
    Asked, Batches, CreateStep, Grouping, Label, SearchSelector, SetItem, SortKey, Statement, View,
};
use crate::expr::{Expr, VarId};
use crate::graph::Direction;
use crate::graph::named_type::NamedType;
use crate::plan::by_id;
use crate::plan::physical::{
    ApplyKind, Bridging, CountTree, EqualProperties, Intersection, Node, Operator, Plan, Rest, Term,
};
use crate::plan::show::Show;
use crate::value::time::Truth;

/// What a run measured of one operator, by its number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measured {
    /// Rows that it gave.
    pub rows: u64,
    /// Time in it, without its inputs.
    pub time: Duration,
}

/// One line of a drawn plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The operator behind the branches that lead to it.
    pub operator: String,
    /// What it does.
    pub details: String,
    /// How many rows are expected.
    pub estimate: f64,
    /// The operator's number.
    pub id: u32,
}

/// The lines of a plan, from the root down; subqueries follow the query.
pub fn lines(plan: &Plan, statement: &Statement) -> Vec<Line> {
    let mut draw = Draw { show: Show { variables: &statement.variables }, lines: Vec::new() };
    draw.node(&plan.root, "", "");
    for (at, subquery) in plan.subqueries.iter().enumerate() {
        let first = draw.lines.len();
        draw.node(&subquery.root, "", "  ");
        draw.lines[first].operator = format!("subquery {at}: {}", draw.lines[first].operator);
    }
    draw.lines
}

/// The plan as text, with what a run measured where there is such.
pub fn draw(plan: &Plan, statement: &Statement, measured: Option<&[Measured]>) -> String {
    let lines = lines(plan, statement);
    let width = |text: fn(&Line) -> &str| {
        lines.iter().map(|line| text(line).chars().count()).max().unwrap_or(0)
    };
    let operator_width = width(|line| &line.operator).max("operator".len());
    let details_width = width(|line| &line.details).min(70);
    let mut out = format!("{:operator_width$}  {:details_width$}  estimate", "operator", "");
    out.push_str(if measured.is_some() { "      rows        time\n" } else { "\n" });
    for line in &lines {
        let details = clip(&line.details, details_width);
        out.push_str(&format!(
            "{:operator_width$}  {details:details_width$}  {:8.0}",
            line.operator, line.estimate
        ));
        if let Some(measured) = measured {
            let actual = measured.get(line.id as usize).copied().unwrap_or_default();
            let micros = actual.time.as_secs_f64() * 1e6;
            out.push_str(&format!("  {:8}  {micros:7.0} µs", actual.rows));
        }
        out.push('\n');
    }
    out
}

fn clip(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut clipped: String = text.chars().take(width.saturating_sub(1)).collect();
    clipped.push('…');
    clipped
}

struct Draw<'a> {
    show: Show<'a>,
    lines: Vec<Line>,
}

impl Draw<'_> {
    fn node(&mut self, node: &Node, branch: &str, below: &str) {
        self.lines.push(Line {
            operator: format!("{branch}{}", node.operator.name()),
            details: self.details(&node.operator),
            estimate: node.estimate,
            id: node.id,
        });
        // What runs only if some value is no integer is not drawn.
        let counts = matches!(node.operator, Operator::CountTree(_));
        let drawn: Vec<_> = node.inputs.iter().filter(|_| !counts).collect();
        for (at, input) in drawn.iter().enumerate() {
            let last = at + 1 == drawn.len();
            let branch = format!("{below}{}", if last { "└ " } else { "├ " });
            let below = format!("{below}{}", if last { "  " } else { "│ " });
            self.node(input, &branch, &below);
        }
    }

    /// The ids that an element may have.
    fn sought(&self, variable: VarId, sought: &[by_id::Sought]) -> String {
        by_id::shown(sought, &self.show.variable(variable), &|value| self.show.expr(value))
    }

    /// What is said of a relationship behind its types, where it has some.
    fn of_types(&self, types: &[NamedType], said: String) -> String {
        let types: Vec<_> = types.iter().map(|named| &*named.name).collect();
        if types.is_empty() { format!(", {said}") } else { format!(":{}, {said}", types.join("|")) }
    }

    /// What two inputs are joined on.
    fn joined(&self, keys: &[(Expr, Expr)]) -> String {
        let keys =
            keys.iter().map(|(a, b)| format!("{} = {}", self.show.expr(a), self.show.expr(b)));
        keys.collect::<Vec<_>>().join(", ")
    }

    fn details(&self, operator: &Operator) -> String {
        let show = self.show;
        let name = |variable: VarId| show.variable(variable);
        match operator {
            Operator::Once | Operator::Argument | Operator::Eager | Operator::Discard => {
                String::new()
            }
            Operator::CountTree(tree) => self.count_tree(tree),
            Operator::NodeScan { variable, label } => match label {
                Some(label) => format!("{}:{label}", name(*variable)),
                None => name(*variable),
            },
            Operator::NodeLookup { variable, label, key, value, rule } => {
                let by = rule.as_ref().map_or(String::new(), |rule| format!(", by {rule}"));
                format!("{}:{label}, {key} = {}{by}", name(*variable), show.expr(value))
            }
            Operator::RelationshipLookup { variable, types, key, value, rule } => {
                let types: Vec<_> = types.iter().map(|named| &*named.name).collect();
                let (types, value) = (types.join("|"), show.expr(value));
                format!("{}:{types}, {key} = {value}, by {rule}", name(*variable))
            }
            Operator::NodeById { variable, sought } => self.sought(*variable, sought),
            Operator::RelationshipById { variable, types, sought } => {
                format!(
                    "{}{}",
                    name(*variable),
                    self.of_types(types, self.sought(*variable, sought))
                )
            }
            Operator::RelationshipScan { variable, left, right, types, direction, filter } => {
                self.under(self.arrow(*left, *variable, types, "", *direction, *right), filter)
            }
            Operator::Ends { variable, left, right, types, direction, .. } => {
                self.arrow(*left, *variable, types, "", *direction, *right)
            }
            Operator::Expand { from, relationship, to, into, types, direction, filter } => {
                let arrow = self.arrow(*from, *relationship, types, "", *direction, *to);
                let arrow = if *into { format!("{arrow} into") } else { arrow };
                self.under(arrow, filter)
            }
            Operator::Intersect(pattern) => self.intersection(pattern),
            Operator::ExpandPath {
                from,
                relationships,
                to,
                into,
                types,
                direction,
                length,
                ..
            } => {
                let most = length.max.map_or(String::new(), |max| max.to_string());
                let stars = format!("*{}..{most}", length.min);
                let arrow = self.arrow(*from, *relationships, types, &stars, *direction, *to);
                if *into { format!("{arrow} into") } else { arrow }
            }
            Operator::SearchPath { from, to, into, search, .. } => {
                let into = if *into { " into" } else { "" };
                let wanted = self.wanted(&search.selector);
                format!("{wanted}({}) … ({}){into}", name(*from), name(*to))
            }
            Operator::DistinctRelationships { pairs } => {
                let pairs = pairs.iter().map(|&(a, b)| format!("{} <> {}", name(a), name(b)));
                pairs.collect::<Vec<_>>().join(", ")
            }
            Operator::HoldsAt { subject, asked, floor } => {
                format!("{}{}", name(*subject), self.asked(asked, *floor))
            }
            Operator::Filter { conjuncts } => show.list(conjuncts, " AND "),
            Operator::Project { items } => self.assignments(items),
            Operator::Aggregate(grouping) => self.grouping(grouping),
            Operator::Distinct { variables } => {
                variables.iter().map(|&v| name(v)).collect::<Vec<_>>().join(", ")
            }
            Operator::Sort { keys } => self.keys(keys),
            Operator::TopK { keys, skip, limit } => {
                format!("{}{}", self.keys(keys), self.page(skip.as_ref(), Some(limit)))
            }
            Operator::Page { skip, limit } => {
                self.page(skip.as_ref(), limit.as_ref()).trim_start().to_owned()
            }
            Operator::Unwind { list, variable, .. } | Operator::Foreach { variable, list } => {
                format!("{} IN {}", name(*variable), show.expr(list))
            }
            Operator::ProcedureCall(call) => {
                format!("{}({})", call.procedure, show.list(&call.arguments, ", "))
            }
            Operator::LoadCsv { from, .. } => show.expr(from),
            Operator::Create { steps } => self.steps(steps),
            Operator::Merge(merge) => self.steps(&merge.create),
            Operator::Set { items } => self.set_items(items),
            Operator::Remove { items } => format!("{} items", items.len()),
            Operator::Delete { detach, targets, reason, portion } => {
                self.delete(*detach, targets, reason.as_ref(), portion)
            }
            Operator::Apply { kind, .. } => apply_kind(*kind).to_owned(),
            Operator::InTransactions { batches, .. } => self.batches(batches),
            Operator::HashJoin { keys, .. } => self.joined(keys),
            Operator::CrossProduct { .. } => String::new(),
            Operator::SetOperation { operator, .. } => format!("{operator:?}"),
        }
    }

    /// How large batches are.
    fn batches(&self, batches: &Batches) -> String {
        let of = |size| format!("of {} rows", self.show.expr(size));
        batches.size.as_ref().map_or_else(String::new, of)
    }

    /// What is found, and on what condition.
    fn under(&self, found: String, conditions: &[Expr]) -> String {
        match conditions {
            [] => found,
            conditions => format!("{found} where {}", self.show.list(conditions, " AND ")),
        }
    }

    /// Which of the walks between two nodes are wanted.
    fn wanted(&self, selector: &SearchSelector) -> String {
        match selector {
            SearchSelector::All => String::new(),
            SearchSelector::Paths(count) => format!("shortest {} ", self.show.expr(count)),
            SearchSelector::Groups(count) => format!("shortest {} groups ", self.show.expr(count)),
        }
    }

    fn delete(
        &self,
        detach: bool,
        targets: &[Expr],
        reason: Option<&Expr>,
        portion: &[Expr],
    ) -> String {
        let word = match (reason, detach) {
            (Some(_), _) => "and forget ",
            (None, true) => "DETACH ",
            (None, false) => "",
        };
        let targets = self.show.list(targets, ", ");
        if portion.is_empty() {
            return format!("{word}{targets}");
        }
        format!("{word}{targets} during {}", self.show.list(portion, " to "))
    }

    /// When a statement must hold, how surely, and whose it must be.
    fn asked(&self, asked: &Asked, floor: Truth) -> String {
        let view = if asked.view == View::DEFAULT { "" } else { ", by stance" };
        let floor = if floor == Truth::Possible { ", possibly" } else { "" };
        let time = asked.time.as_ref().map_or(String::new(), |time| {
            format!(" {} {}", time.relation.as_str(), self.show.expr(&time.operand))
        });
        format!("{time}{floor}{view}")
    }

    fn intersection(&self, pattern: &Intersection) -> String {
        let name = |at: usize| self.show.variable(pattern.nodes[at].variable);
        let mut parts = Vec::new();
        for (at, node) in pattern.nodes.iter().enumerate() {
            let label = node.label.as_ref().map_or(String::new(), |label| format!(":{label}"));
            parts.push(self.under(format!("{}{label}", name(at)), &node.filter));
        }
        for relationship in &pattern.relationships {
            let ends = [relationship.left, relationship.right].map(|at| pattern.nodes[at].variable);
            let (types, direction) = (&relationship.types, relationship.direction);
            let arrow = self.arrow(ends[0], relationship.variable, types, "", direction, ends[1]);
            let not = if relationship.missing { "no " } else { "" };
            parts.push(self.under(format!("{not}{arrow}"), &relationship.filter));
        }
        let unequal = pattern.unequal.iter();
        parts.extend(unequal.map(|&(a, b)| format!("{} <> {}", name(a), name(b))));
        let relationship = |at: usize| self.show.variable(pattern.relationships[at].variable);
        let equal = |((a, x), (b, y)): &EqualProperties, name: &dyn Fn(usize) -> String| {
            format!("{}.{x} = {}.{y}", name(*a), name(*b))
        };
        parts.extend(pattern.equal_nodes.iter().map(|pair| equal(pair, &name)));
        parts.extend(pattern.equal_relationships.iter().map(|pair| equal(pair, &relationship)));
        parts.join(", ")
    }

    fn grouping(&self, grouping: &Grouping) -> String {
        let mut parts: Vec<_> = grouping
            .aggregates
            .iter()
            .map(|(variable, aggregate)| {
                format!("{} := {}", self.show.variable(*variable), self.show.aggregate(aggregate))
            })
            .collect();
        if !grouping.keys.is_empty() {
            parts.push(format!("by {}", self.assignments(&grouping.keys)));
        }
        parts.join(", ")
    }

    /// The first pattern of a count tree, and how many others are added and taken off.
    fn count_tree(&self, tree: &CountTree) -> String {
        let node = |term: &Term, at: usize| {
            let places = term.nodes[at].iter();
            let names = places.filter_map(|&place| tree.nodes[place].variable);
            names.map(|variable| self.show.variable(variable)).collect::<Vec<_>>().join("=")
        };
        let whole = tree.terms.iter().max_by_key(|term| (term.sign, term.nodes.len()));
        let pattern = |term: &Term| {
            let edges = term.edges.iter().flat_map(|edge| {
                edge.strands.iter().map(move |strand| {
                    let types = names(&strand.types);
                    let colon = if types.is_empty() { "" } else { ":" };
                    let (tail, head) = arrow_ends(strand.direction);
                    let optional = match (edge.optional, strand.once) {
                        (Some(_), _) => "optional ",
                        (None, true) => "some ",
                        (None, false) => "",
                    };
                    let (left, right) = (node(term, edge.left), node(term, edge.right));
                    format!("{optional}({left}){tail}[{colon}{types}]{head}({right})")
                })
            });
            let edges: Vec<_> = edges.collect();
            if edges.is_empty() { format!("({})", node(term, 0)) } else { edges.join(", ") }
        };
        let mut text = self.grouping(&tree.grouping);
        text.push_str(&whole.map_or(String::new(), |term| format!(" over {}", pattern(term))));
        for bridge in &tree.bridges {
            let whole = bridge.terms.iter().max_by_key(|term| (term.sign, term.nodes.len()));
            let kind = match bridge.counts {
                Bridging::Optional(_) => "optional ",
                Bridging::Times | Bridging::Some => "",
                Bridging::None => "no ",
            };
            let pattern = whole.map_or(String::new(), pattern);
            text.push_str(&format!(", {kind}{pattern}"));
        }
        if !tree.between.is_empty() {
            text = self.under(text, &tree.between);
        }
        if tree.terms.len() > 1 {
            text.push_str(&format!("; {} terms", tree.terms.len()));
        }
        let knots = tree.terms.iter().filter_map(|term| term.knot.as_ref()?.rest);
        let mut knots: Vec<&str> = knots.map(of_rest).collect();
        knots.sort_unstable();
        for same in knots.chunk_by(|a, b| a == b) {
            text.push_str(&format!("; {} {}", same.len(), same[0]));
        }
        if let Some(top) = &tree.top {
            text.push_str(&format!("; first{}", self.page(top.skip.as_ref(), Some(&top.limit))));
        }
        if let Some(having) = &tree.having {
            let than = if having.is_strict { "more than" } else { "no less than" };
            text.push_str(&format!("; only of {than} {}", self.show.expr(&having.bound)));
        }
        text
    }

    fn arrow(
        &self,
        left: VarId,
        relationship: VarId,
        types: &[NamedType],
        length: &str,
        direction: Direction,
        right: VarId,
    ) -> String {
        let types = if types.is_empty() { String::new() } else { format!(":{}", names(types)) };
        let (tail, head) = arrow_ends(direction);
        let show = self.show;
        format!(
            "({}){tail}[{}{types}{length}]{head}({})",
            show.variable(left),
            show.variable(relationship),
            show.variable(right)
        )
    }

    fn assignments(&self, items: &[(VarId, Expr)]) -> String {
        let items = items.iter().map(|(variable, expr)| {
            let (name, value) = (self.show.variable(*variable), self.show.expr(expr));
            if name == value { name } else { format!("{name} := {value}") }
        });
        items.collect::<Vec<_>>().join(", ")
    }

    fn keys(&self, keys: &[SortKey]) -> String {
        let keys = keys.iter().map(|key| {
            let direction = if key.descending { " DESC" } else { "" };
            format!("{}{direction}", self.show.expr(&key.expression))
        });
        keys.collect::<Vec<_>>().join(", ")
    }

    fn page(&self, skip: Option<&Expr>, limit: Option<&Expr>) -> String {
        let part = |word: &str, expr: Option<&Expr>| {
            expr.map_or(String::new(), |expr| format!(" {word} {}", self.show.expr(expr)))
        };
        format!("{}{}", part("SKIP", skip), part("LIMIT", limit))
    }

    fn steps(&self, steps: &[CreateStep]) -> String {
        let label = |label: &Label| match label {
            Label::Static(name) => name.to_string(),
            Label::Dynamic(expr) => format!("$({})", self.show.expr(expr)),
        };
        let steps = steps.iter().map(|step| match step {
            CreateStep::Node { variable, labels, .. } => {
                let labels: String = labels.iter().map(|l| format!(":{}", label(l))).collect();
                format!("({}{labels})", self.show.variable(*variable))
            }
            CreateStep::Relationship { variable, start, end, relationship_type, .. } => format!(
                "({})-[{}:{}]->({})",
                self.show.variable(*start),
                self.show.variable(*variable),
                label(relationship_type),
                self.show.variable(*end)
            ),
            CreateStep::Path(path) => self.show.variable(path.variable),
        });
        steps.collect::<Vec<_>>().join(", ")
    }

    fn set_items(&self, items: &[SetItem]) -> String {
        let show = self.show;
        let items = items.iter().map(|item| match item {
            SetItem::Property { target, value, .. } => {
                format!("{} = {}", show.expr(target), show.expr(value))
            }
            SetItem::Replace { target, value } => {
                format!("{} = {}", show.expr(target), show.expr(value))
            }
            SetItem::Extend { target, value } => {
                format!("{} += {}", show.expr(target), show.expr(value))
            }
            SetItem::Labels { target, .. } => format!("labels of {}", show.expr(target)),
            SetItem::Qualify { target, .. } => format!("qualifiers of {}", show.expr(target)),
        });
        items.collect::<Vec<_>>().join(", ")
    }
}

const fn arrow_ends(direction: Direction) -> (&'static str, &'static str) {
    match direction {
        Direction::Outgoing => ("-", "->"),
        Direction::Incoming => ("<-", "-"),
        Direction::Both => ("-", "-"),
    }
}

const fn apply_kind(kind: ApplyKind) -> &'static str {
    match kind {
        ApplyKind::Inner => "for each row",
        ApplyKind::Optional => "optional",
        ApplyKind::Semi => "where there is one",
        ApplyKind::Anti => "where there is none",
        ApplyKind::Effects => "for its effects",
    }
}

/// The names of types, as a pattern has them.
fn names(types: &[NamedType]) -> String {
    types.iter().map(|named| &*named.name).collect::<Vec<_>>().join("|")
}

/// How a pattern with a cycle is counted.
fn of_rest(rest: Rest) -> &'static str {
    match rest {
        Rest::Node(_) => "by maps that agree",
        Rest::Pair { .. } => "by pairs with equal keys",
        Rest::Triangle { .. } => "by triangles",
        Rest::Square { .. } => "by squares",
        Rest::Mapped { .. } => "by a map and what its ends have in common",
        Rest::Fork { .. } => "by two maps and what joins their ends",
    }
}
