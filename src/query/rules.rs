//! Rules of inference: checked when they are created, evaluated when a query names what they derive.
//!
//! ```text
//! CREATE RULE met AS
//!   MATCH (a:Person)-[:TAKES_PART]->(:Meeting)<-[:TAKES_PART]-(b:Person)
//!   DERIVE (a)-[:MET]-(b)
//! ```
//!
//! A body is bound, planned and run as any MATCH that says `ALL TIME`: it sees what is believed, and
//! what is declared. Each row derives one relationship, and the witness sets of the row are its
//! reasons. A type declared TRANSITIVE has a rule of its own.
//!
//! # Recursion
//!
//! Types that depend on each other are one stratum; strata are evaluated one after the other, each
//! from what those before it have derived, so that absence (`NOT`, `EXISTS`, counting: whatever a
//! WHERE asks of the graph) is only asked of types that are whole. A rule that needs the absence of
//! what it derives is refused when it is created. Within a stratum the evaluation is semi-naive: after
//! a first round over everything, a rule is run once for each of its recursive relationships, which
//! then stands for what the last round has added alone.
//!
//! The result is a [`Derived`] graph, kept for the commit it was made of; a query that names no derived
//! type never asks for it.

use std::sync::Arc;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{Options, Store};
use crate::bind::{self, bound};
use crate::command::constraint;
use crate::error::{Error, Result, bind as codes, eval};
use crate::exec::procedure::Procedures;
use crate::exec::{self, Execution, Graph, Limits};
use crate::graph::completeness::quoted;
use crate::graph::declaration::Inference;
use crate::graph::derived::Derived;
use crate::graph::model::TwinKind;
use crate::graph::named_type::{NamedType, Seen, ways};
use crate::graph::snapshot::Ends;
use crate::graph::{Direction, Snapshot, Transaction, TypeId};
use crate::plan::{self, Rewrites};
use crate::syntax;
use crate::syntax::ast::{self, ArrowDirection, LabelExpression, LabelName, PathElement};
use crate::text::{Span, suggest};
use crate::value::{Map, NodeId, StatementId, Value};

/// How many relationships are derived before it is taken for a mistake.
const DERIVED_MAX: usize = 2_000_000;
const EXAMPLE: &str =
    "CREATE RULE met AS MATCH (a)-[:TAKES_PART]->(m)<-[:TAKES_PART]-(b) DERIVE (a)-[:MET]-(b)";

/// A graph, and the same with what its rules derive.
pub(super) type Kept = (Arc<dyn Snapshot>, Arc<dyn Snapshot>);

/// The rules of a graph, ready to be evaluated.
#[derive(Debug)]
struct Program {
    rules: Vec<Compiled>,
    /// The rules of each stratum, by position; what a stratum needs comes before it.
    strata: Vec<Vec<usize>>,
}

/// One rule.
#[derive(Debug)]
struct Compiled {
    name: Arc<str>,
    derives: TypeId,
    kind: TwinKind,
    /// Whether the ends of what it derives have no order.
    unordered: bool,
    /// The body, with both ends of the head as columns.
    statement: bound::Statement,
    /// For each relationship of the body the stored types that it can be of, and whether it is a walk.
    body: Vec<(Vec<TypeId>, bool)>,
    /// The types that its conditions ask about.
    asks: Vec<TypeId>,
    /// Where it stands in the statement at hand; `None` for a rule that is stored.
    span: Option<Span>,
}

impl Store {
    /// The graph with what its rules derive, where a statement names that; the graph itself otherwise.
    pub(super) fn with_rules(
        &self,
        statement: &bound::Statement,
        graph: Arc<dyn Snapshot>,
        options: &Options,
        keep: bool,
    ) -> Result<Arc<dyn Snapshot>> {
        if !needs_rules(statement, &*graph) {
            return Ok(graph);
        }
        self.derived(graph, options, keep)
    }

    /// The graph with everything that its rules and declarations derive; kept where it is that of a
    /// commit.
    pub(crate) fn derived(
        &self,
        graph: Arc<dyn Snapshot>,
        options: &Options,
        keep: bool,
    ) -> Result<Arc<dyn Snapshot>> {
        if !has_rules(&*graph) {
            return Ok(graph);
        }
        let lock = || self.inner.derived.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((known, derived)) = &*lock()
            && keep
            && std::ptr::addr_eq(Arc::as_ptr(known), Arc::as_ptr(&graph))
        {
            return Ok(Arc::clone(derived));
        }
        let procedures = self.procedures();
        let program = Program::of(&*graph, &procedures)?;
        let base = Arc::clone(&graph);
        let derived = program.evaluate(base, &procedures, &options.limits(), options.now())?;
        let derived: Arc<dyn Snapshot> = Arc::new(derived);
        if keep {
            *lock() = Some((graph, Arc::clone(&derived)));
        }
        Ok(derived)
    }
}

/// Whether anything is derived in a graph.
fn has_rules(graph: &dyn Snapshot) -> bool {
    let declared = graph.declarations();
    !declared.inferences.is_empty() || declared.types.values().any(|one| one.transitive)
}

/// Whether a statement names a type of which something is derived.
pub(super) fn needs_rules(statement: &bound::Statement, graph: &dyn Snapshot) -> bool {
    let declared = graph.declarations();
    let is_derived = |id: &TypeId| {
        let entailed = || declared.of(*id).is_some_and(|one| one.transitive);
        declared.inferences.iter().any(|one| one.relationship_type == *id)
            || statement.says && entailed()
    };
    (statement.says || !declared.inferences.is_empty())
        && has_rules(graph)
        && statement.named_types.iter().any(|name| found_by(name, graph).iter().any(is_derived))
}

/// The stored types whose statements a name finds where declarations are seen.
fn found_by(name: &Arc<str>, graph: &dyn Snapshot) -> Vec<TypeId> {
    let named = NamedType { name: Arc::clone(name), seen: Seen::Entailed };
    let ways = ways(&[named], Direction::Outgoing, graph);
    let mut ids: Vec<TypeId> = ways.iter().map(|way| graph.catalog().origin(way.0)).collect();
    ids.dedup();
    ids
}

/// Creates or drops a rule.
pub(super) fn carry_out(
    command: &ast::RuleCommand,
    text: &str,
    procedures: &Procedures,
    transaction: &mut dyn Transaction,
) -> Result<()> {
    let known = transaction.declarations().inferences.clone();
    match command {
        ast::RuleCommand::Create { name, replace, if_not_exists, definition } => {
            let mut others = known;
            if let Some(at) = others.iter().position(|one| *one.name == *name.text) {
                if *if_not_exists {
                    return Ok(());
                }
                if !replace {
                    let message = format!("There is already a rule `{}`.", name.text);
                    return Err(Error::new(&codes::RULE_EXISTS, message)
                        .at(name.span)
                        .hint("CREATE OR REPLACE RULE puts another in its place."));
                }
                others.remove(at);
            }
            let head = Head::of(&definition.head)?;
            let relationship_type = transaction.intern_type(&head.relationship_type.text);
            let graph = transaction.as_snapshot();
            let mut program = Program::compile(&others, graph, procedures)?;
            let rule = Compiled::of(&name.text, definition, text, graph, procedures)?;
            program.rules.push(rule);
            program.order(graph).map_err(|error| match error.span() {
                Some(_) => error,
                None => error.at(definition.span.0),
            })?;
            let span = definition.span.0;
            let written = text.get(span.start as usize..span.end as usize).unwrap_or_default();
            others.push(Inference {
                name: name.text.as_str().into(),
                relationship_type,
                text: written.trim().into(),
            });
            transaction.set_inferences(others);
        }
        ast::RuleCommand::Drop { name, if_exists } => {
            let mut others = known;
            let Some(at) = others.iter().position(|one| *one.name == *name.text) else {
                if *if_exists {
                    return Ok(());
                }
                let near = suggest::nearest(&name.text, others.iter().map(|one| &*one.name));
                let message = format!("There is no rule `{}`.", name.text);
                return Err(Error::new(&codes::RULE_NOT_FOUND, message).at(name.span).hint(
                    match near {
                        Some(near) => format!("Did you mean `{near}`?"),
                        None => "`SHOW RULES` lists them.".to_owned(),
                    },
                ));
            };
            others.remove(at);
            transaction.set_inferences(others);
        }
    }
    Ok(())
}

/// The head of a rule: one relationship between two named nodes.
struct Head<'a> {
    relationship_type: &'a ast::Name,
    start: &'a ast::Name,
    end: &'a ast::Name,
    undirected: bool,
}

impl<'a> Head<'a> {
    fn of(path: &'a ast::PathPattern) -> Result<Head<'a>> {
        let refused = |message: &str, span: Span| {
            Error::new(&codes::CLAUSE_COMPOSITION, message).at(span).hint(EXAMPLE)
        };
        let [PathElement::Node(left), PathElement::Relationship(step), PathElement::Node(right)] =
            path.elements.as_slice()
        else {
            return Err(refused("DERIVE takes one relationship between two nodes.", path.span.0));
        };
        let end = |node: &'a ast::NodePattern| match &node.variable {
            Some(name)
                if node.labels.is_none() && node.properties.is_none() && node.filter.is_none() =>
            {
                Ok(name)
            }
            _ => Err(refused("DERIVE takes nodes of the MATCH, by their names.", node.span.0)),
        };
        let (left, right) = (end(left)?, end(right)?);
        let plain = step.variable.is_none()
            && step.properties.is_none()
            && step.filter.is_none()
            && step.length.is_none()
            && step.qualifiers.is_none();
        let Some(LabelExpression::Name(LabelName::Static(relationship_type))) = &step.types else {
            return Err(refused("DERIVE takes one relationship type.", step.span.0));
        };
        if !plain || path.variable.is_some() {
            let message = "DERIVE takes a type and nothing else: dates and sources are those of the premises.";
            return Err(refused(message, step.span.0));
        }
        let (start, end) = match step.direction {
            ArrowDirection::Left => (right, left),
            _ => (left, right),
        };
        let undirected =
            matches!(step.direction, ArrowDirection::Undirected | ArrowDirection::LeftOrRight);
        Ok(Head { relationship_type, start, end, undirected })
    }
}

impl Compiled {
    fn of(
        name: &str,
        definition: &ast::RuleDefinition,
        text: &str,
        graph: &dyn Snapshot,
        procedures: &Procedures,
    ) -> Result<Compiled> {
        let head = Head::of(&definition.head)?;
        let body = &definition.body;
        if body.optional || body.known_at.is_some() {
            let message = "The body of a rule is a MATCH; what was known earlier is no part of it.";
            return Err(Error::new(&codes::CLAUSE_COMPOSITION, message)
                .at(body.span.0)
                .hint(EXAMPLE));
        }
        let statement = ast::Statement::matching(body.clone(), [head.start, head.end]);
        let stated = graph.catalog().stated_keys();
        let statement = bind::bind(&statement, text, procedures, &Map::new(), None, &stated)?;
        let Some(derives) = graph.catalog().relationship_type(&head.relationship_type.text) else {
            let message = "The type that a rule derives has no name here.";
            return Err(Error::new(&codes::UNEXPECTED, message).at(head.relationship_type.span));
        };
        let mut asks = statement.named_types.clone();
        let mut body = Vec::new();
        for relationship in &matched(&statement)?.relationships {
            let mut types = Vec::new();
            for named in &relationship.types {
                if let Some(at) = asks.iter().position(|name| *name == named.name) {
                    asks.swap_remove(at);
                }
                types.extend(found_by(&named.name, graph));
            }
            body.push((types, relationship.length.is_some()));
        }
        let declared = graph.declarations().of(derives);
        Ok(Compiled {
            name: name.into(),
            derives,
            kind: TwinKind::Rule,
            unordered: head.undirected || declared.is_some_and(|one| one.symmetric),
            asks: asks.iter().flat_map(|name| found_by(name, graph)).collect(),
            statement,
            body,
            span: Some(definition.span.0),
        })
    }

    /// The rule that a text of ours is.
    fn parsed(
        name: &str,
        text: &str,
        graph: &dyn Snapshot,
        procedures: &Procedures,
    ) -> Result<Compiled> {
        let text = format!("CREATE RULE {} AS {text}", quoted(name));
        let compiled = syntax::parse(&text).and_then(|statement| match &statement.kind {
            ast::StatementKind::Rule(ast::RuleCommand::Create { definition, .. }) => {
                Compiled::of(name, definition, &text, graph, procedures)
            }
            _ => Err(Error::new(&codes::UNEXPECTED, "This is no rule.")),
        });
        let compiled = compiled.map(|rule| Compiled { span: None, ..rule });
        compiled.map_err(|error| error.in_text(&text).note(format!("In the rule `{name}`.")))
    }

    /// What the body finds: both ends and the premises of each derivation. `new` is the relationship
    /// of the body that stands for what the last round has added.
    fn find(
        &self,
        new: Option<usize>,
        graph: &Derived,
        procedures: &Procedures,
        limits: &Limits,
        now: (i64, u32),
    ) -> Result<Vec<(NodeId, NodeId, Vec<StatementId>)>> {
        limits.check()?;
        let mut narrowed;
        let mut statement = &self.statement;
        if let Some(at) = new {
            narrowed = self.statement.clone();
            let relationship = &mut matched_mut(&mut narrowed)?.relationships[at];
            relationship.types.iter_mut().for_each(|named| named.seen = Seen::New);
            statement = &narrowed;
        }
        let bound::StatementKind::Query(query) = &statement.kind else { return Ok(Vec::new()) };
        let plan = plan::plan(statement, query, graph, Rewrites::Matches)?;
        let output = exec::run(
            &plan,
            Execution {
                graph: Graph::Read(graph),
                parameters: &Map::new(),
                now,
                seed: 0,
                limits,
                procedures,
                constraints: constraint::check_transaction,
                evidence: true,
                witnesses: true,
                profile: false,
            },
        )?;
        let ends = output.values.chunks_exact(2).zip(output.witnesses);
        let found = ends.filter_map(|(ends, witnesses)| match ends {
            [Value::Node(start), Value::Node(end)] => Some((*start, *end, witnesses.sets)),
            _ => None,
        });
        let one = |(start, end, sets): (NodeId, NodeId, Vec<Vec<StatementId>>)| {
            sets.into_iter().map(move |premises| (start, end, premises))
        };
        Ok(found.flat_map(one).collect())
    }

    /// The relationships of the body that can be of one of the types.
    fn recursive<'r>(&'r self, types: &'r [TypeId]) -> impl Iterator<Item = usize> + 'r {
        let is_one = |of: &[TypeId]| of.iter().any(|id| types.contains(id));
        self.body.iter().enumerate().filter(move |(_, (of, _))| is_one(of)).map(|(at, _)| at)
    }
}

impl Program {
    /// The rules of a graph, in strata.
    fn of(graph: &dyn Snapshot, procedures: &Procedures) -> Result<Program> {
        let mut program = Program::compile(&graph.declarations().inferences, graph, procedures)?;
        program.order(graph)?;
        Ok(program)
    }

    fn compile(
        inferences: &[Inference],
        graph: &dyn Snapshot,
        procedures: &Procedures,
    ) -> Result<Program> {
        let mut rules = Vec::new();
        for one in inferences {
            rules.push(Compiled::parsed(&one.name, &one.text, graph, procedures)?);
        }
        let mut transitive: Vec<TypeId> = Vec::new();
        for (id, declaration) in &graph.declarations().types {
            transitive.extend(declaration.transitive.then_some(*id));
        }
        transitive.sort_unstable();
        for id in transitive {
            let name = graph.catalog().type_name(id);
            let ty = quoted(name);
            let text = format!(
                "MATCH REPEATABLE ELEMENTS (a)-[:{ty}]->(b)-[:{ty}]->(c) DERIVE (a)-[:{ty}]->(c)"
            );
            let rule =
                Compiled::parsed(&format!("{name} is transitive"), &text, graph, procedures)?;
            rules.push(Compiled { kind: TwinKind::Declaration, ..rule });
        }
        Ok(Program { rules, strata: Vec::new() })
    }

    /// Puts the rules into strata; refuses those that need the absence of what they derive.
    fn order(&mut self, graph: &dyn Snapshot) -> Result<()> {
        let mut needs: DiGraph<TypeId, ()> = DiGraph::new();
        let mut heads: Vec<(TypeId, NodeIndex)> = Vec::new();
        for rule in &self.rules {
            if !heads.iter().any(|(id, _)| *id == rule.derives) {
                heads.push((rule.derives, needs.add_node(rule.derives)));
            }
        }
        let node = |id: &TypeId| heads.iter().find(|(known, _)| known == id).map(|(_, at)| *at);
        for rule in &self.rules {
            let needed = rule.body.iter().flat_map(|(of, _)| of).chain(&rule.asks);
            for needed in needed.filter_map(node) {
                needs.update_edge(node(&rule.derives).unwrap_or(needed), needed, ());
            }
        }
        self.strata.clear();
        // Tarjan's algorithm gives what is needed before what needs it.
        for component in tarjan_scc(&needs) {
            let types: Vec<TypeId> = component.iter().map(|at| needs[*at]).collect();
            let rules: Vec<usize> = (0..self.rules.len())
                .filter(|at| types.contains(&self.rules[*at].derives))
                .collect();
            for rule in rules.iter().map(|at| &self.rules[*at]) {
                rule.check(&types, graph)?;
            }
            self.strata.push(rules);
        }
        Ok(())
    }

    fn evaluate(
        &self,
        base: Arc<dyn Snapshot>,
        procedures: &Procedures,
        limits: &Limits,
        now: (i64, u32),
    ) -> Result<Derived> {
        let mut derived = Derived::over(base);
        let twins: Vec<TypeId> =
            self.rules.iter().map(|rule| derived.twin(rule.derives, rule.kind)).collect();
        for stratum in &self.strata {
            let types: Vec<TypeId> = stratum.iter().map(|at| self.rules[*at].derives).collect();
            let mut new = Vec::new();
            for &at in stratum {
                let found = self.rules[at].find(None, &derived, procedures, limits, now)?;
                self.rules[at].derive(found, twins[at], &mut derived, &mut new, limits)?;
            }
            while !new.is_empty() {
                derived.set_new(&new);
                new.clear();
                for &at in stratum {
                    let rule = &self.rules[at];
                    for place in rule.recursive(&types) {
                        let found = rule.find(Some(place), &derived, procedures, limits, now)?;
                        rule.derive(found, twins[at], &mut derived, &mut new, limits)?;
                    }
                }
            }
        }
        derived.finish();
        Ok(derived)
    }
}

impl Compiled {
    /// Refuses what cannot be evaluated within the stratum of some types.
    fn check(&self, stratum: &[TypeId], graph: &dyn Snapshot) -> Result<()> {
        let name = |id: &TypeId| graph.catalog().type_name(*id).to_string();
        if let Some(id) = self.asks.iter().find(|id| stratum.contains(id)) {
            let message = format!(
                "The rule `{}` derives {} and asks in a condition about {}, which depends on it.",
                self.name,
                name(&self.derives),
                name(id)
            );
            let error = Error::new(&codes::RULE_CYCLE, message)
                .note("What is absent can only be told of a type that is whole before.");
            return Err(self.at(error));
        }
        let walk = self.body.iter().filter(|(_, is_walk)| *is_walk).flat_map(|(of, _)| of);
        if let Some(id) = walk.into_iter().find(|id| stratum.contains(id)) {
            let message = format!(
                "The rule `{}` walks over {} any number of times and derives what that depends on.",
                self.name,
                name(id)
            );
            let error = Error::new(&codes::RULE_CYCLE, message)
                .hint("Take one step, and let the rule apply to its own results.");
            return Err(self.at(error));
        }
        Ok(())
    }

    fn at(&self, error: Error) -> Error {
        match self.span {
            Some(span) => error.at(span),
            None => error,
        }
    }

    /// Adds what was found.
    fn derive(
        &self,
        found: Vec<(NodeId, NodeId, Vec<StatementId>)>,
        twin: TypeId,
        derived: &mut Derived,
        new: &mut Vec<StatementId>,
        limits: &Limits,
    ) -> Result<()> {
        for (at, (start, end, premises)) in found.into_iter().enumerate() {
            if at % 1024 == 0 {
                limits.check()?;
            }
            let ends = Ends { relationship_type: twin, start, end };
            new.extend(derived.add(ends, self.unordered, &self.name, &premises));
            if derived.len() > DERIVED_MAX {
                let message = format!(
                    "The rules derive more than {DERIVED_MAX} relationships, the last of them by `{}`.",
                    self.name
                );
                return Err(Error::new(&eval::MEMORY, message)
                    .hint("`SHOW RULES` lists the rules; make this one narrower."));
            }
        }
        Ok(())
    }
}

/// The MATCH of a body.
fn matched(statement: &bound::Statement) -> Result<&bound::Match> {
    if let bound::StatementKind::Query(query) = &statement.kind
        && let bound::QueryBody::Clauses(clauses) = &query.body
        && let Some(bound::Clause::Match(found)) = clauses.first()
    {
        return Ok(found);
    }
    Err(no_match())
}

fn matched_mut(statement: &mut bound::Statement) -> Result<&mut bound::Match> {
    if let bound::StatementKind::Query(query) = &mut statement.kind
        && let bound::QueryBody::Clauses(clauses) = &mut query.body
        && let Some(bound::Clause::Match(found)) = clauses.first_mut()
    {
        return Ok(found);
    }
    Err(no_match())
}

fn no_match() -> Error {
    Error::new(&codes::CLAUSE_COMPOSITION, "The body of a rule is a MATCH.").hint(EXAMPLE)
}
