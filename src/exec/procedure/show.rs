//! `show.*`: the procedures behind SHOW.
//!
//! `SHOW X YIELD … RETURN …` is read as a query that begins with `CALL show.x()`, so that all of
//! YIELD, WHERE, ORDER BY and RETURN works on it.

use std::sync::Arc;

use super::{Procedure, Procedures};
use crate::bind::bound::{ProcedureField, ProcedureSignature};
use crate::expr::aggregate::AggregateFunction;
use crate::expr::function;
use crate::graph::Snapshot;
use crate::graph::completeness::{self, quoted};
use crate::graph::declaration::{Completeness, Declaration, Inference, Temporality};
use crate::graph::erasure::Erasure;
use crate::graph::rule::{Rule, RuleKind};
use crate::value::{Map, Value};

pub(super) fn procedures() -> Vec<Procedure> {
    vec![
        Procedure::builtin(
            "show.functions() :: (name :: STRING, category :: STRING, description :: STRING, signature :: STRING, isBuiltIn :: BOOLEAN, argumentDescription :: LIST<MAP>, returnDescription :: STRING, aggregating :: BOOLEAN, rolesExecution :: LIST<STRING>, rolesBoostedExecution :: LIST<STRING>, isDeprecated :: BOOLEAN, deprecatedBy :: STRING)",
            "What SHOW FUNCTIONS lists: the functions that queries can call, aggregates included.",
            |_, _, _| Ok(functions()),
        ),
        Procedure::builtin(
            "show.indexes() :: (name :: STRING, state :: STRING, populationPercent :: FLOAT, type :: STRING, entityType :: STRING, labelsOrTypes :: LIST<STRING>, properties :: LIST<STRING>)",
            "What SHOW INDEXES lists: the indexes that have been created.",
            |graph, _, _| Ok(indexes(graph)),
        ),
        Procedure::builtin(
            "show.constraints() :: (name :: STRING, type :: STRING, entityType :: STRING, labelsOrTypes :: LIST<STRING>, properties :: LIST<STRING>, propertyType :: STRING)",
            "What SHOW CONSTRAINTS lists: the constraints that have been created.",
            |graph, _, _| Ok(constraints(graph)),
        ),
        Procedure::builtin(
            "show.declarations() :: (name :: STRING, command :: STRING, description :: STRING)",
            "What SHOW DECLARATIONS lists: what is declared about relationship types and labels, as the commands that declare it.",
            |graph, _, _| Ok(declarations(graph)),
        ),
        Procedure::builtin(
            "show.rules() :: (name :: STRING, type :: STRING, command :: STRING)",
            "What SHOW RULES lists: the rules of inference, each with the type that it derives and the command that creates it.",
            |graph, _, _| Ok(inferences(graph)),
        ),
        Procedure::builtin(
            "show.completeness() :: (pattern :: STRING, at :: EDTF, sources :: LIST<STRING>, command :: STRING)",
            "What SHOW COMPLETENESS lists: the completeness statements, each as the command that states it.",
            |graph, _, _| Ok(completeness_statements(graph)),
        ),
        Procedure::builtin(
            "show.erasures() :: (commit :: INTEGER, at :: ZONED DATETIME, element :: STRING, name :: STRING, id :: INTEGER, reason :: STRING)",
            "What SHOW ERASURES lists: what was erased, when and why; nothing of what it was.",
            |graph, _, _| Ok(erasures(graph)),
        ),
        Procedure::builtin(
            "show.databases() :: (name :: STRING, type :: STRING, access :: STRING, currentStatus :: STRING, default :: BOOLEAN, home :: BOOLEAN)",
            "What SHOW DATABASES lists: this store.",
            |_, _, _| {
                let row: Vec<Value> = vec![
                    "dossier".into(),
                    "standard".into(),
                    "read-write".into(),
                    "online".into(),
                    true.into(),
                    true.into(),
                ];
                Ok(vec![row])
            },
        ),
    ]
}

/// `show.procedures`, which lists the others.
pub(super) fn list_procedures(others: &Procedures) -> Procedure {
    let own = "show.procedures() :: (name :: STRING, description :: STRING, mode :: STRING, worksOnSystem :: BOOLEAN, signature :: STRING, argumentDescription :: LIST<MAP>, returnDescription :: LIST<MAP>, admin :: BOOLEAN, rolesExecution :: LIST<STRING>, rolesBoostedExecution :: LIST<STRING>, isDeprecated :: BOOLEAN, deprecatedBy :: STRING, option :: MAP)";
    let doc = "What SHOW PROCEDURES lists: the procedures that CALL can call.";
    let rows: Vec<Vec<Value>> = others
        .signatures()
        .filter(|signature| !signature.name.starts_with("show."))
        .map(procedure)
        .collect();
    Procedure::builtin(own, doc, move |_, _, _| Ok(rows.clone()))
}

/// A procedure as Neo4j's drivers expect it. None of ours writes, and there are no roles.
fn procedure(signature: &ProcedureSignature) -> Vec<Value> {
    let fields = |fields: &[ProcedureField]| {
        Value::list(fields.iter().map(|field| described(&field.name, &field.type_name)))
    };
    vec![
        signature.name.clone().into(),
        signature.doc.clone().into(),
        "READ".into(),
        false.into(),
        signature.to_string().into(),
        fields(&signature.inputs),
        fields(&signature.outputs),
        false.into(),
        Value::Null,
        Value::Null,
        false.into(),
        Value::Null,
        Value::from([("deprecated".into(), false.into())].into_iter().collect::<Map>()),
    ]
}

/// An argument or a result: what it is called, and its type.
fn described(name: &str, type_name: &str) -> Value {
    let entries: [(&str, Value); 4] = [
        ("name", name.into()),
        ("type", type_name.into()),
        ("description", format!("{name} :: {type_name}").into()),
        ("isDeprecated", false.into()),
    ];
    Value::from(entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>())
}

fn functions() -> Vec<Vec<Value>> {
    let scalar = function::groups().flat_map(|(group, functions)| {
        functions.iter().map(move |f| ([f.name, group, f.doc, f.signature], false))
    });
    let aggregates =
        AggregateFunction::entries().map(|f| ([f.name, "Aggregating", f.doc, f.signature], true));
    let mut rows: Vec<([&str; 4], bool)> = scalar.chain(aggregates).collect();
    rows.sort_unstable();
    rows.into_iter().map(|(texts, aggregating)| a_function(texts, aggregating)).collect()
}

/// A function as Neo4j's drivers expect it; its category is its page in the manual.
fn a_function([name, category, doc, signature]: [&str; 4], aggregating: bool) -> Vec<Value> {
    let (_, rest) = signature.split_once('(').unwrap_or_default();
    let (inside, result) = rest.rsplit_once(") :: ").unwrap_or_default();
    let parameters = inside.split(", ").filter_map(|parameter| parameter.split_once(" :: "));
    let plain =
        |name: &str| name.trim_start_matches("[DISTINCT] ").trim_end_matches(['?', '.']).to_owned();
    vec![
        name.into(),
        category.into(),
        doc.into(),
        signature.into(),
        true.into(),
        Value::list(parameters.map(|(name, of)| described(&plain(name), of))),
        result.into(),
        aggregating.into(),
        Value::Null,
        Value::Null,
        false.into(),
        Value::Null,
    ]
}

fn target(rule: &Rule) -> [Value; 3] {
    let entity = if rule.is_relationship { "RELATIONSHIP" } else { "NODE" };
    let keys = rule.keys.iter().map(|key| Value::from(key.clone()));
    [entity.into(), Value::list([Value::from(rule.on.clone())]), Value::list(keys)]
}

fn indexes(graph: &dyn Snapshot) -> Vec<Vec<Value>> {
    let rules = graph.declarations().rules.iter().filter(|rule| !rule.is_constraint());
    let row = |rule: &Rule| {
        let [entity, on, keys] = target(rule);
        let kind = rule.kind.name(rule.is_relationship);
        vec![
            rule.name.clone().into(),
            "ONLINE".into(),
            Value::Float(100.0),
            kind.into(),
            entity,
            on,
            keys,
        ]
    };
    rules.map(row).collect()
}

fn constraints(graph: &dyn Snapshot) -> Vec<Vec<Value>> {
    let rules = graph.declarations().rules.iter().filter(|rule| rule.is_constraint());
    let row = |rule: &Rule| {
        let [entity, on, keys] = target(rule);
        let kind = rule.kind.name(rule.is_relationship);
        let of = match &rule.kind {
            RuleKind::Typed(written) => written.clone().into(),
            _ => Value::Null,
        };
        vec![rule.name.clone().into(), kind.into(), entity, on, keys, of]
    };
    rules.map(row).collect()
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
    let labels = graph.declarations().kinds.declared().map(|(label, above)| {
        let name = Arc::clone(catalog.label_name(label));
        let above: Vec<String> =
            above.iter().map(|label| quoted(catalog.label_name(*label))).collect();
        let text = format!("DECLARE LABEL {} SUB OF {}", quoted(&name), above.join("|"));
        (name, text, None)
    });
    rows.extend(labels);
    rows.sort();
    rows.into_iter()
        .map(|(name, text, description)| vec![name.into(), text.into(), description.into()])
        .collect()
}

fn declaration_text(name: &str, declaration: &Declaration, graph: &dyn Snapshot) -> String {
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
    if declaration.transitive {
        text.push_str(" TRANSITIVE");
    }
    if let Some(inverse) = &declaration.inverse {
        text.push_str(&format!(" INVERSE {}", quoted(inverse)));
    }
    if !declaration.sub_of.is_empty() {
        let names: Vec<String> = declaration.sub_of.iter().map(|name| quoted(name)).collect();
        text.push_str(&format!(" SUB OF {}", names.join("|")));
    }
    if declaration.functional {
        text.push_str(" FUNCTIONAL");
    }
    if declaration.order {
        text.push_str(" ORDER");
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

/// The completeness statements: the pattern, when, where it stands, the command.
fn completeness_statements(graph: &dyn Snapshot) -> Vec<Vec<Value>> {
    let row = |one: &Completeness| {
        let sources = one.support.iter().map(|place| Value::from(place.to_text(graph)));
        vec![
            completeness::pattern(graph, one).into(),
            one.at.clone().into(),
            Value::list(sources),
            completeness::command(graph, one).into(),
        ]
    };
    graph.declarations().completeness.iter().map(row).collect()
}

/// The rules of inference: the name, what it derives, the command.
fn inferences(graph: &dyn Snapshot) -> Vec<Vec<Value>> {
    let row = |one: &Inference| {
        vec![
            one.name.clone().into(),
            graph.catalog().type_name(one.relationship_type).clone().into(),
            format!("CREATE RULE {} AS {}", quoted(&one.name), one.text).into(),
        ]
    };
    graph.declarations().inferences.iter().map(row).collect()
}

/// What was erased: when, what it was, why.
pub(super) fn erasures(graph: &dyn Snapshot) -> Vec<Vec<Value>> {
    let number = |number: u64| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let row = |one: &Erasure| {
        vec![
            number(one.recorded.commit),
            one.recorded.at().into(),
            if one.is_relationship { "relationship" } else { "node" }.into(),
            one.name.clone().into(),
            number(one.element_id),
            one.reason.clone().into(),
        ]
    };
    graph.declarations().erasures.iter().map(row).collect()
}
