//! Commands: statements that need no plan.
//!
//! `query.rs` hands over what the binder left as a command, with a transaction to carry it out in.
//! What is read and not yet carried out says so, with the form that works today.

mod completeness;

use std::sync::Arc;

use crate::error::{Error, Result, bind as codes};
use crate::exec::procedure::Procedures;
use crate::expr::function;
use crate::graph::declaration::{Declaration, Temporality};
use crate::graph::{Snapshot, Transaction};
use crate::syntax::ast::{self, DeclaredTemporality, StatementKind};
use crate::text::{Span, suggest};
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
/// `constants` are the values of [`constants`], in order.
pub(crate) fn run(
    command: &StatementKind,
    constants: Vec<Value>,
    transaction: &mut dyn Transaction,
    procedures: &Procedures,
) -> Result<Table> {
    match command {
        StatementKind::Declare(declare) => {
            carry_out_declare(declare, transaction);
            Ok(Table::default())
        }
        StatementKind::Show(show) => carry_out_show(show, transaction.as_snapshot(), procedures),
        StatementKind::Complete(complete) => {
            completeness::state(complete, constants, transaction)?;
            Ok(Table::default())
        }
        StatementKind::Schema(command) => {
            let span = match command {
                ast::SchemaCommand::CreateIndex { span, .. }
                | ast::SchemaCommand::CreateConstraint { span, .. }
                | ast::SchemaCommand::Drop { span, .. } => span.0,
            };
            Err(later("Indexes and constraints", span)
                .hint("Look-ups by label and property need no index to be declared."))
        }
        StatementKind::Transaction(_) => Err(Error::new(
            &codes::UNSUPPORTED,
            "A statement is a transaction of its own here; BEGIN, COMMIT and ROLLBACK are read, but not yet carried out.",
        )
        .at(Span::new(0, 1))
        .hint("Leave them out: each statement is committed when it succeeds and leaves nothing when it fails.")),
        StatementKind::Query(query) => Err(later("A query as a command", query.span.0)),
    }
}

/// The expressions of a command whose values it needs; they look at parameters and no row.
pub(crate) fn constants(command: &StatementKind) -> Vec<&ast::Expression> {
    match command {
        StatementKind::Complete(complete) => completeness::constants(complete),
        _ => Vec::new(),
    }
}

fn later(what: &str, span: Span) -> Error {
    Error::new(&codes::UNSUPPORTED, format!("{what}: read, but not yet carried out.")).at(span)
}

fn carry_out_declare(declare: &ast::Declare, transaction: &mut dyn Transaction) {
    let relationship_type = transaction.intern_type(&declare.relationship_type.text);
    // What a person can only say in a facts file (a description, words for questions) stays.
    let known = transaction.declarations().of(relationship_type).cloned().unwrap_or_default();
    let declaration = Declaration {
        symmetric: declare.symmetric,
        inverse: declare.inverse.as_ref().map(|name| name.text.as_str().into()),
        kind: declare.temporality.map(|temporality| match temporality {
            DeclaredTemporality::Event => Temporality::Event,
            DeclaredTemporality::State => Temporality::State { persistent: false },
            DeclaredTemporality::PersistentState => Temporality::State { persistent: true },
        }),
        functional: declare.functional,
        from: declare.from.iter().map(|name| transaction.intern_label(&name.text)).collect(),
        to: declare.to.iter().map(|name| transaction.intern_label(&name.text)).collect(),
        ..known
    };
    transaction.declare(relationship_type, declaration);
}

/// What is declared about each relationship type: its name, the command that declares it again,
/// and what it means.
fn declarations(graph: &dyn Snapshot) -> Vec<Vec<Value>> {
    let catalog = graph.catalog();
    let declared = graph.declarations().types.iter();
    let mut rows: Vec<(Arc<str>, String, Option<Arc<str>>)> = declared
        .map(|(id, declaration)| {
            let name = Arc::clone(catalog.type_name(*id));
            let text = declaration_text(&name, declaration, graph);
            (name, text, declaration.description.clone())
        })
        .collect();
    rows.sort();
    rows.into_iter()
        .map(|(name, text, description)| vec![name.into(), text.into(), description.into()])
        .collect()
}

fn declaration_text(name: &str, declaration: &Declaration, graph: &dyn Snapshot) -> String {
    let quoted = |name: &str| {
        let is_plain = |c: char| c.is_alphanumeric() || c == '_';
        let starts_well = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if starts_well && name.chars().all(is_plain) {
            name.to_owned()
        } else {
            format!("`{}`", name.replace('`', "``"))
        }
    };
    let mut text = format!("DECLARE RELATIONSHIP {}", quoted(name));
    match declaration.kind {
        None => {}
        Some(Temporality::Event) => text.push_str(" EVENT"),
        Some(Temporality::State { persistent: false }) => text.push_str(" STATE"),
        Some(Temporality::State { persistent: true }) => text.push_str(" STATE PERSISTENT"),
    }
    if declaration.symmetric {
        text.push_str(" SYMMETRIC");
    }
    if let Some(inverse) = &declaration.inverse {
        text.push_str(&format!(" INVERSE {}", quoted(inverse)));
    }
    if declaration.functional {
        text.push_str(" FUNCTIONAL");
    }
    for (word, labels) in [(" FROM", &declaration.from), (" TO", &declaration.to)] {
        let names: Vec<String> =
            labels.iter().map(|label| quoted(graph.catalog().label_name(*label))).collect();
        if !names.is_empty() {
            text.push_str(&format!("{word} :{}", names.join("|:")));
        }
    }
    text
}

fn carry_out_show(
    show: &ast::Show,
    graph: &dyn Snapshot,
    procedures: &Procedures,
) -> Result<Table> {
    let what: Vec<_> = show.what.iter().map(|word| word.text.to_uppercase()).collect();
    let rows = match what.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["FUNCTION" | "FUNCTIONS"] => {
            function::all().map(|f| vec![f.name.into(), f.signature.into(), f.doc.into()]).collect()
        }
        ["PROCEDURE" | "PROCEDURES"] => procedures
            .signatures()
            .map(|s| {
                vec![Arc::clone(&s.name).into(), s.to_string().into(), Arc::clone(&s.doc).into()]
            })
            .collect(),
        ["DECLARATION" | "DECLARATIONS"] => declarations(graph),
        words => {
            let known = ["FUNCTIONS", "PROCEDURES", "DECLARATIONS"];
            let near = words.last().and_then(|word| suggest::nearest(word, known));
            let hint = near.map_or_else(
                || "Type `SHOW FUNCTIONS`, `SHOW PROCEDURES` or `SHOW DECLARATIONS`; `.schema` at the prompt shows labels and types.".to_owned(),
                |near| format!("Did you mean `SHOW {near}`?"),
            );
            return Err(later(&format!("SHOW {}", words.join(" ")), show.span.0).hint(hint));
        }
    };
    Ok(Table { columns: ["name", "signature", "description"].map(Arc::from).to_vec(), rows })
}
