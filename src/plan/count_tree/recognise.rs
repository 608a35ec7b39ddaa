//! From clauses to a pattern that can be counted, or nothing.

use std::sync::Arc;

use crate::bind::bound::{Grouping, Match, PatternRelationship, Selector, Statement, SubqueryKind};
use crate::expr::aggregate::AggregateFunction;
use crate::expr::{self, Comparison, Expr, ExprKind, LabelTest, VarId};
use crate::graph::Snapshot;
use crate::graph::snapshot::ColumnData;
use crate::plan::by_id;
use crate::plan::cost::Estimator;
use crate::plan::distinct_walks::counts_once;
use crate::plan::logical::{Node, Operator};
use crate::plan::pattern::cyclic::only_relationship;
use crate::plan::physical::ApplyKind;
use crate::plan::variables::{VarSet, variables_of};

use super::coincide::{self, Pattern, Related, Rule, Written};
use super::knot::Functional;
use super::pair::Draft;
use super::walks::Walk;
use super::{Core, CountTree, Counter, Summed, Term, TreeNode, TreeRelationship};

/// Walks longer than this are found, not counted.
const STEPS_MAX: u64 = 3;
/// Nodes of a pattern, those inside walks included.
const NODES_MAX: usize = 24;
/// Where fewer nodes than these are expected at a place, a pattern with a cycle is found from there.
const FEW: f64 = 16.0;

/// What recognition looks at besides the clauses.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) statement: &'a Statement,
    pub(super) subqueries: &'a [Node],
    pub(super) estimator: Estimator<'a>,
    pub(super) graph: &'a dyn Snapshot,
}

/// The count tree of an aggregation over `inputs`, if it has one.
pub(super) fn recognise(
    grouping: &Grouping,
    inputs: &[Node],
    known: Known<'_>,
) -> Option<CountTree> {
    let [input] = inputs else { return None };
    if !grouping.aggregates.iter().all(|(_, aggregate)| is_countable(aggregate)) {
        return None;
    }
    if is_by_id(input) {
        return None;
    }
    let mut collector = Collector::new(known);
    collector.take(input)?;
    if collector.is_of_ends(grouping) {
        return None;
    }
    if collector.needs_pair() {
        return collector.by_pair(grouping);
    }
    collector.clone().by_core(grouping).or_else(|| collector.by_pair(grouping))
}

/// Whether an element is known by its number, so that little is found and nothing need be counted unseen.
fn is_by_id(node: &Node) -> bool {
    let is_here = match &node.operator {
        Operator::Match(pattern) => by_id::is_in(pattern),
        _ => false,
    };
    is_here || node.inputs.iter().any(is_by_id)
}

/// Whether an aggregate can be computed from how often each value of its argument counts.
fn is_countable(aggregate: &expr::Aggregate) -> bool {
    matches!(
        aggregate.function,
        AggregateFunction::Count
            | AggregateFunction::Sum
            | AggregateFunction::Avg
            | AggregateFunction::Min
            | AggregateFunction::Max
    )
}

/// What a variable of the pattern is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Node(usize),
    Relationship(usize),
    /// A walk: a list of relationships.
    Walk,
    Path,
}

#[derive(Clone)]
pub(super) struct Collector<'a> {
    pub(super) known: Known<'a>,
    pub(super) nodes: Vec<TreeNode>,
    pub(super) relationships: Vec<TreeRelationship>,
    places: Vec<(VarId, Place)>,
    /// The OPTIONAL MATCH clauses that a variable needs to be there; no entry means none.
    needs: Vec<(VarId, Vec<usize>)>,
    pub(super) written: Vec<Written>,
    pub(super) walks: Vec<Walk>,
    optionals: usize,
    /// Pairs of relationship variables that must differ.
    pub(super) distinct: Vec<(VarId, VarId)>,
    /// Pairs of nodes that must differ.
    pub(super) apart: Vec<(usize, usize)>,
    /// Pairs of nodes that must be related, or must not be.
    pub(super) related: Vec<(Related, bool)>,
    /// Conditions that look at several nodes at once.
    pub(super) between: Vec<Expr>,
    /// OPTIONAL MATCH clauses between two nodes.
    pub(super) bridges: Vec<Draft>,
}

impl<'a> Collector<'a> {
    fn new(known: Known<'a>) -> Self {
        Collector {
            known,
            nodes: Vec::new(),
            relationships: Vec::new(),
            places: Vec::new(),
            needs: Vec::new(),
            written: Vec::new(),
            walks: Vec::new(),
            optionals: 0,
            distinct: Vec::new(),
            apart: Vec::new(),
            related: Vec::new(),
            between: Vec::new(),
            bridges: Vec::new(),
        }
    }

    /// The tree whose rows are a node, a relationship, or all matches as one.
    fn by_core(self, grouping: &Grouping) -> Option<CountTree> {
        let Some(core) = self.core(grouping) else {
            let summed = self.summed(grouping, None)?;
            self.are_integers(&summed).then_some(())?;
            let counters = summed.counters.clone();
            let tree = self.finish(summed.core, grouping.clone(), counters)?;
            return Some(CountTree { summed: Some(summed), only_integers: true, ..tree });
        };
        let counters = self.counters(grouping, core)?;
        let summed = self.summed(grouping, Some(core));
        let tree = self.finish(core, grouping.clone(), counters)?;
        let summed = summed.filter(|_| !tree.is_knotted_by_node());
        Some(CountTree { summed, ..tree })
    }

    /// How each aggregate counts.
    pub(super) fn counters(&self, grouping: &Grouping, core: Core) -> Option<Vec<Counter>> {
        grouping.aggregates.iter().map(|(_, aggregate)| self.counter(aggregate, core)).collect()
    }

    /// Takes the clauses below an aggregation.
    fn take(&mut self, node: &Node) -> Option<()> {
        match (&node.operator, node.inputs.as_slice()) {
            (Operator::Match(pattern), [Node { operator: Operator::Once, .. }]) => {
                self.take_match(pattern)
            }
            (Operator::Apply { kind: ApplyKind::Optional, .. }, [outer, inner]) => {
                self.take(outer)?;
                match (&inner.operator, inner.inputs.as_slice()) {
                    (Operator::Match(pattern), [Node { operator: Operator::Argument, .. }]) => {
                        self.take_optional(pattern)
                    }
                    _ => None,
                }
            }
            (Operator::Filter(conjuncts), [input]) => {
                self.take(input)?;
                conjuncts.iter().try_for_each(|conjunct| self.condition(conjunct))
            }
            _ => None,
        }
    }

    fn take_match(&mut self, pattern: &Match) -> Option<()> {
        if pattern.relationships.iter().any(|r| r.bound) {
            return None;
        }
        for node in &pattern.nodes {
            let place = self.node(Some(node.variable))?;
            self.nodes[place]
                .labels
                .extend(node.labels.iter().cloned().map(simple).collect::<Option<Vec<_>>>()?);
        }
        for relationship in &pattern.relationships {
            self.relationship(relationship, None)?;
        }
        for path in &pattern.paths {
            self.places.push((path.variable, Place::Path));
        }
        self.distinct.extend(&pattern.distinct);
        pattern.filter.iter().try_for_each(|conjunct| self.condition(conjunct))
    }

    /// Takes an OPTIONAL MATCH that hangs from one node.
    fn take_optional(&mut self, pattern: &Match) -> Option<()> {
        let number = self.optionals;
        self.optionals += 1;
        if !pattern.paths.is_empty() {
            return None;
        }
        if pattern.nodes.iter().filter(|node| node.bound).count() == 2 {
            return self.take_bridge(pattern, number);
        }
        if !pattern.distinct.is_empty() {
            return None;
        }
        let mut anchor = None;
        let before = self.nodes.len();
        for node in &pattern.nodes {
            if node.bound {
                let Some(Place::Node(place)) = self.place(node.variable) else { return None };
                if node.labels.is_some() || anchor.replace((place, node.variable)).is_some() {
                    return None;
                }
            } else {
                let place = self.node(Some(node.variable))?;
                self.nodes[place]
                    .labels
                    .extend(node.labels.iter().cloned().map(simple).collect::<Option<Vec<_>>>()?);
            }
        }
        let (anchor, anchor_variable) = anchor?;
        let mut needs = self.needs_of(anchor_variable);
        needs.push(number);
        for node in pattern.nodes.iter().filter(|node| !node.bound) {
            self.needs.push((node.variable, needs.clone()));
        }
        for relationship in &pattern.relationships {
            if relationship.length.is_some() || relationship.bound {
                return None;
            }
            self.needs.push((relationship.variable, needs.clone()));
            self.relationship(relationship, Some((number, anchor)))?;
        }
        // One part that hangs together, and from the anchor only.
        if pattern.relationships.len() + 1 != pattern.nodes.len() || !hangs_together(pattern) {
            return None;
        }
        pattern.filter.iter().cloned().flat_map(Expr::into_conjuncts).try_for_each(|conjunct| {
            match self.only_place(&conjunct)? {
                Place::Node(place) if place >= before => {
                    self.nodes[place].conditions.push(conjunct)
                }
                Place::Relationship(place) if self.is_new(place, pattern) => {
                    self.relationships[place].conditions.push(conjunct);
                }
                _ => return None,
            }
            Some(())
        })
    }

    pub(super) fn is_new(&self, place: usize, pattern: &Match) -> bool {
        let variable = self.relationships[place].variable;
        pattern.relationships.iter().any(|r| r.variable == variable)
    }

    pub(super) fn node(&mut self, variable: Option<VarId>) -> Option<usize> {
        if let Some(variable) = variable
            && let Some(place) = self.place(variable)
        {
            let Place::Node(place) = place else { return None };
            return Some(place);
        }
        let place = self.nodes.len();
        if place >= NODES_MAX {
            return None;
        }
        self.nodes.push(TreeNode { variable, labels: Vec::new(), conditions: Vec::new() });
        self.places.extend(variable.map(|variable| (variable, Place::Node(place))));
        Some(place)
    }

    pub(super) fn relationship(
        &mut self,
        pattern: &PatternRelationship,
        optional: Option<(usize, usize)>,
    ) -> Option<()> {
        let (Some(Place::Node(left)), Some(Place::Node(right))) =
            (self.place(pattern.left), self.place(pattern.right))
        else {
            return None;
        };
        if pattern.type_test.is_some() || self.place(pattern.variable).is_some() {
            return None;
        }
        let place = self.relationships.len();
        let conditions = pattern.length.as_ref().map_or(Vec::new(), |length| length.filter.clone());
        let variable = pattern.length.as_ref().map_or(pattern.variable, |length| length.step);
        self.relationships.push(TreeRelationship {
            variable,
            types: pattern.types.clone(),
            conditions,
        });
        let mut written = Written {
            relationship: place,
            left,
            right,
            direction: pattern.direction,
            optional: None,
        };
        if let Some((number, anchor)) = optional {
            if left == right {
                return None;
            }
            if right == anchor {
                std::mem::swap(&mut written.left, &mut written.right);
                written.direction = written.direction.reversed();
            }
            if written.left == anchor {
                written.optional = Some(number);
            }
        }
        let Some(length) = &pattern.length else {
            self.places.push((pattern.variable, Place::Relationship(place)));
            self.written.push(written);
            return Some(());
        };
        let max = length.max.filter(|max| *max <= STEPS_MAX)?;
        let local = |condition: &Expr| {
            let needs = self.variables(condition);
            needs.iter().all(|variable| variable == length.step) && is_sober(condition)
        };
        if length.selector != Selector::All || !length.filter.iter().all(local) {
            return None;
        }
        self.places.push((pattern.variable, Place::Walk));
        self.walks.push(Walk {
            variable: pattern.variable,
            relationship: place,
            min: length.min,
            max,
            like: written,
        });
        Some(())
    }

    /// Puts a condition on what it looks at.
    fn condition(&mut self, conjunct: &Expr) -> Option<()> {
        for conjunct in conjunct.clone().into_conjuncts() {
            if let Some((a, b)) = self.nodes_apart(&conjunct) {
                self.apart.push((a, b));
                continue;
            }
            if let Some(related) = self.related(&conjunct) {
                self.related.push(related);
                continue;
            }
            // What is null without a match of an OPTIONAL MATCH is tested after it, not in it.
            self.is_certain(&conjunct).then_some(())?;
            let Some(place) = self.only_place(&conjunct) else {
                self.joins_nodes(&conjunct).then_some(())?;
                self.between.push(conjunct);
                continue;
            };
            match place {
                Place::Node(place) => match labels_of(&conjunct) {
                    Some(test) => {
                        let test = simple(test.clone())?;
                        if !self.nodes[place].labels.contains(&test) {
                            self.nodes[place].labels.push(test);
                        }
                    }
                    None => self.nodes[place].conditions.push(conjunct),
                },
                Place::Relationship(place) => self.relationships[place].conditions.push(conjunct),
                Place::Walk | Place::Path => return None,
            }
        }
        Some(())
    }

    /// The two nodes of `a <> b`.
    fn nodes_apart(&self, conjunct: &Expr) -> Option<(usize, usize)> {
        let (a, b) = match &conjunct.kind {
            ExprKind::Compare(Comparison::NotEqual, a, b) => (a, b),
            ExprKind::Not(inner) => match &inner.kind {
                ExprKind::Compare(Comparison::Equal, a, b) => (a, b),
                _ => return None,
            },
            _ => return None,
        };
        let node = |side: &Expr| match side.kind {
            ExprKind::Variable(variable) if self.needs_of(variable).is_empty() => {
                match self.place(variable)? {
                    Place::Node(place) => Some(place),
                    _ => None,
                }
            }
            _ => None,
        };
        Some((node(a)?, node(b)?))
    }

    /// The two nodes of `(a)-[:R]-(b)` or `NOT (a)-[:R]-(b)`, and which of the two it is.
    fn related(&self, conjunct: &Expr) -> Option<(Related, bool)> {
        let (tested, holds) = match &conjunct.kind {
            ExprKind::Not(inner) => (inner.as_ref(), false),
            _ => (conjunct, true),
        };
        let ExprKind::Subquery(id) = tested.kind else { return None };
        let bound = self.known.statement.subqueries.get(id.0 as usize)?;
        let found = only_relationship(self.known.subqueries.get(id.0 as usize)?)?;
        if bound.kind != SubqueryKind::Exists {
            return None;
        }
        let node = |variable: VarId| match self.place(variable)? {
            Place::Node(place) if self.needs_of(variable).is_empty() => Some(place),
            _ => None,
        };
        let (left, right) = (node(found.left)?, node(found.right)?);
        let (types, direction) = (found.types.clone(), found.direction);
        Some((Related { left, right, types, direction }, holds))
    }

    /// Notes that a variable is there only where an OPTIONAL MATCH has a match.
    pub(super) fn need(&mut self, variable: VarId, number: usize) {
        self.needs.push((variable, vec![number]));
    }

    /// Whether all that an expression looks at is there in every match.
    fn is_certain(&self, expr: &Expr) -> bool {
        self.variables(expr).iter().all(|variable| self.needs_of(variable).is_empty())
    }

    /// The one node or relationship that an expression looks at.
    pub(super) fn only_place(&self, expr: &Expr) -> Option<Place> {
        let needs = self.variables(expr);
        let mut needs = needs.iter();
        let (Some(variable), None) = (needs.next(), needs.next()) else { return None };
        is_sober(expr).then(|| self.place(variable)).flatten()
    }

    pub(super) fn place(&self, variable: VarId) -> Option<Place> {
        self.places.iter().find(|(known, _)| *known == variable).map(|&(_, place)| place)
    }

    pub(super) fn needs_of(&self, variable: VarId) -> Vec<usize> {
        let needs = self.needs.iter().find(|(known, _)| *known == variable);
        needs.map_or(Vec::new(), |(_, needs)| needs.clone())
    }

    pub(super) fn variables(&self, expr: &Expr) -> VarSet {
        variables_of(expr, &self.known.statement.subqueries)
    }

    /// What a row before grouping stands for.
    fn core(&self, grouping: &Grouping) -> Option<Core> {
        self.core_of(&self.looked_at(grouping)?)
    }

    /// What keys and arguments look at, where those of counts may be anywhere.
    pub(super) fn looked_at(&self, grouping: &Grouping) -> Option<VarSet> {
        let mut looked_at = self.keys(grouping)?;
        for (_, aggregate) in &grouping.aggregates {
            if aggregate.function == AggregateFunction::Count && !aggregate.distinct {
                continue;
            }
            for argument in &aggregate.arguments {
                is_sober(argument).then_some(())?;
                looked_at.extend(&self.variables(argument));
            }
        }
        Some(looked_at)
    }

    /// What keys look at.
    fn keys(&self, grouping: &Grouping) -> Option<VarSet> {
        let mut looked_at = VarSet::default();
        for (_, key) in &grouping.keys {
            is_sober(key).then_some(())?;
            looked_at.extend(&self.variables(key));
        }
        Some(looked_at)
    }

    /// The smaller core that does where sums are of integers; `None` where that is no smaller than
    /// the one that does in any case.
    fn summed(&self, grouping: &Grouping, core: Option<Core>) -> Option<Summed> {
        let small = self.core_of(&self.keys(grouping)?)?;
        if Some(small) == core || !matches!(small, Core::Whole | Core::Node(_)) {
            return None;
        }
        let (mut counters, mut values) = (Vec::new(), Vec::new());
        for (_, aggregate) in &grouping.aggregates {
            let (counter, value) = match aggregate.function {
                AggregateFunction::Count if !aggregate.distinct => {
                    (self.counter(aggregate, small)?, None)
                }
                AggregateFunction::Sum | AggregateFunction::Avg if !aggregate.distinct => {
                    let (place, key, argument) = self.summed_property(aggregate)?;
                    let there =
                        Expr::new(ExprKind::IsNotNull(Box::new(argument.clone())), argument.span);
                    let node_condition = Some((place, there));
                    (Counter { node_condition, ..Counter::default() }, Some((place, key)))
                }
                _ => return None,
            };
            counters.push(counter);
            values.push(value);
        }
        Some(Summed { core: small, counters, values })
    }

    /// Whether what is added up are integers, as far as one can see now.
    fn are_integers(&self, summed: &Summed) -> bool {
        let Known { graph, .. } = self.known;
        summed.values.iter().flatten().all(|(_, key)| {
            let column = graph.catalog().key(key).map(|key| graph.node_column(key));
            column.is_some_and(|column| {
                column.recent.is_none() && matches!(column.data, ColumnData::Integer(_))
            })
        })
    }

    /// The property of a node, certain to be matched, that an aggregate adds up.
    fn summed_property<'e>(
        &self,
        aggregate: &'e expr::Aggregate,
    ) -> Option<(usize, Arc<str>, &'e Expr)> {
        let [argument] = aggregate.arguments.as_slice() else { return None };
        let ExprKind::Property(of, key) = &argument.kind else { return None };
        let ExprKind::Variable(variable) = of.kind else { return None };
        match self.place(variable)? {
            Place::Node(place) if self.needs_of(variable).is_empty() => {
                Some((place, Arc::clone(key), argument))
            }
            _ => None,
        }
    }

    fn core_of(&self, looked_at: &VarSet) -> Option<Core> {
        let mut nodes = Vec::new();
        let mut relationships = Vec::new();
        for variable in looked_at.iter() {
            if !self.needs_of(variable).is_empty() {
                return None;
            }
            match self.place(variable)? {
                Place::Node(place) => nodes.push(place),
                Place::Relationship(place) => relationships.push(place),
                Place::Walk | Place::Path => return None,
            }
        }
        let whole = |written: &Written| Core::Relationship {
            relationship: written.relationship,
            left: written.left,
            right: written.right,
        };
        let mut plain = self.written.iter().filter(|written| written.optional.is_none());
        match (relationships.as_slice(), nodes.as_slice()) {
            ([], []) => Some(Core::Whole),
            ([], [node]) => Some(Core::Node(*node)),
            ([], [a, b]) => plain
                .find(|w| (w.left, w.right) == (*a, *b) || (w.left, w.right) == (*b, *a))
                .map(whole),
            ([relationship], nodes) => {
                let written = plain.find(|w| w.relationship == *relationship)?;
                let holds = |node: &usize| *node == written.left || *node == written.right;
                nodes.iter().all(holds).then(|| whole(written))
            }
            _ => None,
        }
    }

    /// How an aggregate counts.
    fn counter(&self, aggregate: &expr::Aggregate, core: Core) -> Option<Counter> {
        let mut counter = Counter::default();
        if aggregate.function != AggregateFunction::Count || aggregate.distinct {
            return Some(counter);
        }
        let [argument] = aggregate.arguments.as_slice() else { return Some(counter) };
        if let ExprKind::Constant(value) = &argument.kind {
            return (!value.is_null()).then_some(counter);
        }
        let needs = self.variables(argument);
        let mut needs = needs.iter();
        let (Some(variable), None) = (needs.next(), needs.next()) else { return None };
        is_sober(argument).then_some(())?;
        counter.required = self.needs_of(variable);
        let place = self.place(variable)?;
        if matches!(argument.kind, ExprKind::Variable(_)) {
            return Some(counter);
        }
        let there = Expr::new(ExprKind::IsNotNull(Box::new(argument.clone())), argument.span);
        match (place, core) {
            // The argument is at hand where the rows are grouped.
            (Place::Node(node), Core::Node(core)) if node == core => {}
            (Place::Node(node), Core::Relationship { left, right, .. })
                if node == left || node == right => {}
            (Place::Node(node), Core::Pair { left, right }) if node == left || node == right => {}
            (Place::Relationship(at), Core::Relationship { relationship, .. })
                if at == relationship => {}
            (Place::Node(node), _) => counter.node_condition = Some((node, there)),
            (Place::Relationship(at), _) => counter.relationship_condition = Some((at, there)),
            (Place::Walk | Place::Path, _) => return None,
        }
        Some(counter)
    }

    pub(super) fn finish(
        mut self,
        core: Core,
        grouping: Grouping,
        counters: Vec<Counter>,
    ) -> Option<CountTree> {
        if matches!(core, Core::Relationship { .. }) && !self.related.is_empty() {
            return None;
        }
        let mut terms: Vec<Term> = Vec::new();
        let own_nodes = self.nodes.len();
        let estimator = self.known.estimator;
        let functional: &Functional<'_> = &|types, direction| estimator.is_map(types, direction);
        let is_counted = matches!(core, Core::Whole | Core::Node(_));
        let may_have_cycles = is_counted && !self.nodes.iter().any(|n| self.is_rare(n));
        for lengths in self.lengths()? {
            // The nodes within walks are used again, and those that this combination has no use for
            // are none of it: a node that stands alone would be any node of the graph.
            let mut nodes = own_nodes;
            let (mut written, mut steps) = (self.written.clone(), Vec::new());
            let mut rules: Vec<Rule> = self.apart.iter().map(|&(a, b)| Rule::Nodes(a, b)).collect();
            // A walk of no step ends where it begins: the two places are united by a first rule.
            let mut united = Vec::new();
            for (walk, length) in (0..self.walks.len()).zip(&lengths) {
                steps.push(self.unroll(walk, *length, &mut nodes, &mut written, &mut united)?);
            }
            self.distinct_rules(&written, &steps, &mut rules)?;
            let place = |(at, _): (usize, &(Related, bool))| at;
            let all = || self.related.iter().enumerate();
            rules.extend(all().filter(|(_, (_, holds))| !holds).map(place).map(Rule::Related));
            let related: Vec<Related> = all().map(|(_, (related, _))| related.clone()).collect();
            let required: Vec<usize> = all().filter(|(_, (_, holds))| *holds).map(place).collect();
            let pattern = Pattern {
                places: nodes,
                written: &written,
                united: &united,
                relationships: &self.relationships,
                related: &related,
                required: &required,
                functional: may_have_cycles.then_some(functional),
            };
            let mut found = coincide::terms(&pattern, &rules)?;
            terms.append(&mut found);
        }
        if let Core::Node(place) = core
            && terms.iter().any(|term| term.knot.is_some())
            && !counts_by_node(&terms, place)
        {
            return None;
        }
        let relationships = self.relationships;
        Some(CountTree {
            nodes: self.nodes,
            relationships,
            terms,
            core,
            grouping,
            counters,
            between: Vec::new(),
            bridges: Vec::new(),
            top: None,
            having: None,
            summed: None,
            only_integers: false,
        })
    }

    /// Whether long walks from few nodes are asked for no more than where they lead: those are better followed.
    fn is_of_ends(&self, grouping: &Grouping) -> bool {
        let are_long = self.walks.iter().any(|walk| walk.max > 2 && walk.min <= 1);
        are_long
            && grouping.aggregates.iter().all(|(_, aggregate)| counts_once(aggregate))
            && self.nodes.iter().any(|node| self.is_rare(node))
    }

    /// Whether few nodes are expected at a place.
    pub(super) fn is_rare(&self, node: &TreeNode) -> bool {
        if node.conditions.is_empty() {
            return false;
        }
        let estimator = self.known.estimator;
        let labelled = node.labels.iter().map(|test| estimator.label_share(test));
        let kept = node.conditions.iter().map(|condition| estimator.selectivity(condition));
        estimator.nodes() * labelled.fold(1.0, f64::min) * kept.product::<f64>() < FEW
    }

    /// The rules that relationships of one clause differ.
    pub(super) fn distinct_rules(
        &self,
        written: &[Written],
        steps: &[Vec<usize>],
        rules: &mut Vec<Rule>,
    ) -> Option<()> {
        let positions = |variable: VarId| match self.place(variable)? {
            Place::Relationship(place) => {
                let at = written.iter().position(|written| written.relationship == place)?;
                Some(vec![at])
            }
            Place::Walk => {
                let walk = self.walks.iter().position(|walk| walk.variable == variable)?;
                Some(steps[walk].clone())
            }
            _ => None,
        };
        let mut add = |a: usize, b: usize| {
            let rule = Rule::Relationships(a.min(b), a.max(b));
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        };
        for &(a, b) in &self.distinct {
            let (left, right) = (positions(a)?, positions(b)?);
            for &a in &left {
                right.iter().for_each(|&b| add(a, b));
            }
        }
        for walk in steps {
            for (at, &a) in walk.iter().enumerate() {
                walk[at + 1..].iter().for_each(|&b| add(a, b));
            }
        }
        Some(())
    }
}

/// Whether matches with cycles can be counted for each node at a place: those of one term, if the others need loops,
/// which there are mostly none of.
fn counts_by_node(terms: &[Term], place: usize) -> bool {
    let (looped, own): (Vec<&Term>, Vec<&Term>) =
        terms.iter().partition(|term| !term.loops.is_empty());
    let [own] = own.as_slice() else { return false };
    own.counts_by_node(place) && looped.len() + 1 == terms.len()
}

/// A label test that looks at labels only.
pub(super) fn simple(test: LabelTest) -> Option<LabelTest> {
    fn is_simple(test: &LabelTest) -> bool {
        match test {
            LabelTest::Computed(_) | LabelTest::ComputedAny(_) => false,
            LabelTest::Is(_) | LabelTest::Any => true,
            LabelTest::Not(test) => is_simple(test),
            LabelTest::And(tests) | LabelTest::Or(tests) => tests.iter().all(is_simple),
        }
    }
    is_simple(&test).then_some(test)
}

/// Whether the relationships of a clause join all of its nodes.
pub(super) fn hangs_together(pattern: &Match) -> bool {
    let mut met: Vec<VarId> = pattern.nodes.first().map(|node| node.variable).into_iter().collect();
    let mut before = 0;
    while before < met.len() {
        before = met.len();
        for relationship in &pattern.relationships {
            let ends = [relationship.left, relationship.right];
            if ends.iter().any(|end| met.contains(end)) {
                met.extend(
                    ends.iter().filter(|end| !met.contains(end)).copied().collect::<Vec<_>>(),
                );
            }
        }
    }
    met.len() == pattern.nodes.len()
}

/// The label test that a condition on a node is.
fn labels_of(condition: &Expr) -> Option<&LabelTest> {
    match &condition.kind {
        ExprKind::HasLabels(of, test) if matches!(of.kind, ExprKind::Variable(_)) => Some(test),
        _ => None,
    }
}

/// Whether an expression has the same value each time it is computed for the same row, whatever else
/// is in it.
pub(super) fn is_sober(expr: &Expr) -> bool {
    let mut sober = !expr.asks_truth();
    expr.walk(&mut |part| {
        if let ExprKind::Call(function, _) = &part.kind {
            sober &= function.deterministic || function.of_graph;
        }
    });
    sober
}
