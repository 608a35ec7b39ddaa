//! The words that the prompt completes: those of the language, those of the graph.
//!
//! Read off the graph once, and again when a commit has changed it.

use std::collections::BTreeSet;

use super::command::COMMANDS;
use crate::graph::schema::{Schema, for_each_node};
use crate::graph::{Snapshot, naming};
use crate::query::{self, Store};

/// The most names of entities that are kept: completion is for names that a person knows.
const ENTITIES_MAX: usize = 50_000;

/// Keywords that begin a statement.
pub const BEGINNINGS: [&str; 25] = [
    "CALL",
    "COMPLETE",
    "CREATE",
    "DECLARE LABEL",
    "DECLARE RELATIONSHIP",
    "DELETE",
    "DETACH DELETE",
    "EXPLAIN",
    "FOR",
    "INSERT",
    "LET",
    "LOAD CSV",
    "MATCH",
    "MERGE",
    "OPTIONAL MATCH",
    "POSSIBLE",
    "PROFILE",
    "REMOVE",
    "RETURN",
    "SET",
    "SHOW",
    "UNWIND",
    "WHY",
    "WITH",
    "FOREACH",
];
/// Keywords that go on with a statement, outside brackets.
pub const CONTINUATIONS: [&str; 47] = [
    "AFTER",
    "ALL TIME",
    "AND",
    "AS",
    "AS OF",
    "ASC",
    "BEFORE",
    "BY",
    "CALL",
    "CONTAINS",
    "CREATE",
    "DELETE",
    "DESC",
    "DETACH DELETE",
    "DISTINCT",
    "DURING",
    "ENDS WITH",
    "ERASE",
    "EXCEPT",
    "FILTER",
    "FROM",
    "IN",
    "INTERSECT",
    "IS NOT NULL",
    "IS NULL",
    "KNOWN AT",
    "LIMIT",
    "MATCH",
    "MERGE",
    "NEXT",
    "NOT",
    "ON CREATE SET",
    "ON MATCH SET",
    "OPTIONAL MATCH",
    "OR",
    "ORDER BY",
    "REMOVE",
    "RETURN",
    "SET",
    "SKIP",
    "STARTS WITH",
    "UNION",
    "UNWIND",
    "WHERE",
    "WITH",
    "XOR",
    "YIELD",
];
/// Keywords that stand inside brackets.
pub const INNER: [&str; 27] = [
    "ALL",
    "AND",
    "ANY",
    "CASE",
    "CONTAINS",
    "DISTINCT",
    "ELSE",
    "END",
    "ENDS WITH",
    "EXISTS",
    "FALSE",
    "IN",
    "IS NOT NULL",
    "IS NULL",
    "NONE",
    "NOT",
    "NULL",
    "OR",
    "SAYS",
    "SINGLE",
    "SOURCE",
    "STARTS WITH",
    "THEN",
    "TRUE",
    "VALID",
    "WHEN",
    "WHERE",
];

/// What SHOW lists.
pub const SHOWN: [&str; 9] = [
    "COMPLETENESS",
    "CONSTRAINTS",
    "DATABASES",
    "DECLARATIONS",
    "ERASURES",
    "FUNCTIONS",
    "INDEXES",
    "PROCEDURES",
    "RULES",
];

/// The words that the prompt completes.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// The commit that the graph's words were read at.
    pub commit: u64,
    /// Labels, relationship types and their properties.
    pub schema: Schema,
    /// All property keys.
    pub keys: Vec<String>,
    /// Names of things, with their labels.
    pub entities: Vec<(String, Vec<String>)>,
    /// Other names of things: questions know them, the `name` property does not.
    pub aliases: Vec<String>,
    /// Names of functions, aggregates included.
    pub functions: Vec<&'static str>,
    /// Names of procedures.
    pub procedures: Vec<String>,
    /// The graph that questions are asked of.
    pub store: Option<Store>,
}

impl Vocabulary {
    /// Reads the words off the graph of a store.
    pub fn of(store: &Store) -> Vocabulary {
        let graph = &*store.snapshot();
        Vocabulary {
            commit: graph.commit(),
            schema: Schema::of(graph),
            keys: graph.catalog().keys().map(|(_, name)| name.to_string()).collect(),
            entities: entities(graph),
            aliases: graph.aliases().iter().map(|alias| alias.text.to_string()).collect(),
            functions: query::function_names(),
            procedures: store.procedure_names(),
            store: Some(store.clone()),
        }
    }

    /// Whether a word is a keyword, in whatever case.
    pub fn is_keyword(word: &str) -> bool {
        BEGINNINGS
            .iter()
            .chain(&CONTINUATIONS)
            .chain(&INNER)
            .flat_map(|phrase| phrase.split(' '))
            .any(|keyword| keyword.eq_ignore_ascii_case(word))
    }

    /// The names of all commands, with their full stop.
    pub fn commands() -> impl Iterator<Item = String> {
        COMMANDS.iter().map(|command| format!(".{}", command.names[0]))
    }
}

/// In alphabetical order.
fn entities(graph: &dyn Snapshot) -> Vec<(String, Vec<String>)> {
    let mut names = BTreeSet::new();
    for_each_node(graph, |node| {
        if names.len() < ENTITIES_MAX
            && let Some(name) = naming::name(graph, node)
        {
            let label = |&label| graph.catalog().label_name(label).to_string();
            names.insert((name.to_string(), graph.labels(node).iter().map(label).collect()));
        }
    });
    names.into_iter().collect()
}
