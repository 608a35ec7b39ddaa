//! Commands: statements that need no plan.
//!
//! **In**: what the binder left as a command, the values of its expressions, and a transaction to
//! carry it out in. **Out**: a [`Table`]. **Caller**: `query.rs`.
//!
//! | command | file |
//! |---|---|
//! | `DECLARE RELATIONSHIP RECOGNISES STATE PERSISTENT` | here |
//! | `DECLARE LABEL City SUB OF Place` | here |
//! | `COMPLETE (:State)-[:RECOGNISES]->(:Region {name: 'South Ossetia'})` | `completeness` |
//! | `CREATE CONSTRAINT …`, `CREATE INDEX …`, `DROP …` | `schema`; `constraint` checks them on every commit |
//!
//! What only lists something (`SHOW …`) is no command: it is a call of a `show.*` procedure.

mod completeness;
pub(crate) mod constraint;
mod schema;

use std::sync::Arc;

use crate::error::{Error, Result, bind as codes};
use crate::graph::Transaction;
use crate::graph::declaration::{Declaration, Temporality};
use crate::syntax::ast::{self, DeclaredTemporality, StatementKind};
use crate::text::Span;
use crate::value::Value;

/// What a command answers.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Arc<str>>,
    /// A value for each column.
    pub(crate) rows: Vec<Vec<Value>>,
}

/// Carries out a command.
///
/// `constants` are the values of [`constants`], in order; `guard` is asked by what takes long.
pub(crate) fn run(
    command: &StatementKind,
    constants: Vec<Value>,
    transaction: &mut dyn Transaction,
    guard: constraint::Guard<'_>,
) -> Result<Table> {
    match command {
        StatementKind::Declare(declare) => {
            carry_out_declare(declare, transaction);
            Ok(Table::default())
        }
        StatementKind::DeclareLabel(declare) => {
            declare_label(declare, transaction, guard)?;
            Ok(Table::default())
        }
        StatementKind::DropDeclaration(drop) => {
            drop_declaration(drop, transaction)?;
            Ok(Table::default())
        }
        StatementKind::Complete(complete) => {
            completeness::state(complete, constants, transaction)?;
            Ok(Table::default())
        }
        StatementKind::DropComplete { stated, if_exists } => {
            completeness::drop(stated, *if_exists, constants, transaction)?;
            Ok(Table::default())
        }
        StatementKind::Schema(command) => {
            schema::run(command, transaction, guard)?;
            Ok(Table::default())
        }
        StatementKind::Transaction(_) => {
            let message = "BEGIN, COMMIT and ROLLBACK need a session to begin a transaction in.";
            Err(Error::new(&codes::TRANSACTION_STATE, message)
                .hint("From a program, `store.session()` gives one."))
        }
        // The stages that check a rule are the caller's: see `query/rules.rs`.
        StatementKind::Rule(_) => Err(later("A rule as a command", Span::default())),
        StatementKind::Query(query) => Err(later("A query as a command", query.span.0)),
    }
}

/// The expressions of a command whose values it needs; they look at parameters and no row.
pub(crate) fn constants(command: &StatementKind) -> Vec<&ast::Expression> {
    match command {
        StatementKind::Complete(complete)
        | StatementKind::DropComplete { stated: complete, .. } => completeness::constants(complete),
        _ => Vec::new(),
    }
}

fn later(what: &str, span: Span) -> Error {
    Error::new(&codes::UNSUPPORTED, format!("{what}: read, but not yet carried out.")).at(span)
}

fn carry_out_declare(declare: &ast::Declare, transaction: &mut dyn Transaction) {
    let relationship_type = transaction.intern_type(&declare.relationship_type.text);
    // What a person can only say in a facts file (what it means, words for questions) stays.
    let known = transaction.declarations().of(relationship_type).cloned().unwrap_or_default();
    let declaration = Declaration {
        symmetric: declare.symmetric,
        transitive: declare.transitive,
        sub_of: declare.sub_of.iter().map(|name| name.text.as_str().into()).collect(),
        inverse: declare.inverse.as_ref().map(|name| name.text.as_str().into()),
        kind: declare.temporality.map(|temporality| match temporality {
            DeclaredTemporality::Event => Temporality::Event,
            DeclaredTemporality::State => Temporality::State { persistent: false },
            DeclaredTemporality::PersistentState => Temporality::State { persistent: true },
        }),
        functional: declare.functional,
        order: declare.order,
        from: declare.from.iter().map(|name| transaction.intern_label(&name.text)).collect(),
        to: declare.to.iter().map(|name| transaction.intern_label(&name.text)).collect(),
        ..known
    };
    transaction.declare(relationship_type, declaration);
}

/// Declares what a label is a kind of. Constraints on what is above then cover its nodes as well.
fn declare_label(
    declare: &ast::DeclareLabel,
    transaction: &mut dyn Transaction,
    guard: constraint::Guard<'_>,
) -> Result<()> {
    let label = transaction.intern_label(&declare.label.text);
    let above = declare.sub_of.iter().map(|name| transaction.intern_label(&name.text)).collect();
    transaction.declare_label(label, above);
    let graph = transaction.as_snapshot();
    let rules = graph.declarations().rules.iter();
    for rule in rules.filter(|rule| rule.is_constraint() && !rule.is_relationship) {
        constraint::check_all(rule, graph, guard).map_err(|error| error.at(declare.span.0))?;
    }
    Ok(())
}

/// Takes back all that is declared of a label or a type.
fn drop_declaration(drop: &ast::DropDeclaration, transaction: &mut dyn Transaction) -> Result<()> {
    let graph = transaction.as_snapshot();
    let (catalog, declared) = (graph.catalog(), graph.declarations());
    let name = &drop.name.text;
    let label = catalog.label(name).filter(|label| !declared.kinds.above(*label).is_empty());
    let of_type = catalog.relationship_type(name).filter(|id| declared.of(*id).is_some());
    match (drop.of_label, label, of_type) {
        (true, Some(label), _) => transaction.declare_label(label, Vec::new()),
        (false, _, Some(id)) => transaction.declare(id, Declaration::default()),
        _ if drop.if_exists => {}
        (of_label, ..) => {
            let labels = declared.kinds.declared().map(|(label, _)| catalog.label_name(label));
            let types = declared.types.keys().map(|id| catalog.type_name(*id));
            let names: Vec<&str> = if of_label {
                labels.map(|name| &**name).collect()
            } else {
                types.map(|name| &**name).collect()
            };
            let what = if of_label { "label" } else { "relationship type" };
            let message = format!("Nothing is declared of the {what} `{name}`.");
            let hint = match crate::text::suggest::nearest(name, names) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => "`SHOW DECLARATIONS` lists what is declared.".to_owned(),
            };
            return Err(Error::new(&codes::RULE_NOT_FOUND, message).at(drop.name.span).hint(hint));
        }
    }
    Ok(())
}
