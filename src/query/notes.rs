//! Why a query may have found nothing: names in it that the graph does not have.
//!
//! A label that does not exist is no mistake in Cypher, a query may run before the first node of
//! it. But where nothing is found it is mostly a slip, so that the rows say it beside them.

use crate::bind::bound::{Clause, NameKind, QueryBody, Statement, StatementKind};
use crate::expr::ExprKind;
use crate::graph::Snapshot;
use crate::graph::model::Catalog;
use crate::graph::row::Rows;
use crate::text::suggest;
use crate::value::Value;

/// The notes to rows: none where something was found, or where every name is known.
pub(super) fn of(statement: &Statement, rows: &Rows) -> Vec<String> {
    if !is_nothing(rows) {
        return Vec::new();
    }
    if let Some(name) = timeline_of(statement) {
        return unknown_name(&*rows.graph, name).into_iter().collect();
    }
    if statement.names.is_empty() {
        return Vec::new();
    }
    let catalog = rows.graph.catalog();
    let unknown = statement.names.iter().filter(|(kind, name)| !is_known(catalog, *kind, name));
    let mut notes: Vec<String> = unknown.map(|(kind, name)| note(catalog, *kind, name)).collect();
    if !notes.is_empty() && rows.graph.statistics().nodes == 0 {
        notes = vec!["The graph is empty.".to_owned()];
    }
    notes
}

/// The name that a query asks the timeline of, where that is written in it.
fn timeline_of(statement: &Statement) -> Option<&str> {
    let StatementKind::Query(query) = &statement.kind else { return None };
    let QueryBody::Clauses(clauses) = &query.body else { return None };
    clauses.iter().find_map(|clause| match clause {
        Clause::Call(call) if &*call.procedure == "dossier.timeline" => {
            match &call.arguments.first()?.kind {
                ExprKind::Constant(value) => value.as_str(),
                _ => None,
            }
        }
        _ => None,
    })
}

/// That nothing goes by a name, where that is so, and what may be meant.
fn unknown_name(graph: &dyn Snapshot, name: &str) -> Option<String> {
    const NODES_AT_ONCE: usize = 4_096;
    let mut names: Vec<String> =
        graph.aliases().iter().map(|alias| alias.text.to_string()).collect();
    if let Some(key) = graph.catalog().key("name") {
        let mut from = Some(crate::value::NodeId(0));
        while let Some(first) = from {
            let mut some = Vec::new();
            from = graph.scan_nodes(None, first, NODES_AT_ONCE, &mut some);
            let found = some.iter().map(|node| graph.node_property(*node, key));
            names.extend(found.filter_map(|name| name.as_str().map(str::to_owned)));
        }
    }
    if names.iter().any(|known| known == name) {
        return None;
    }
    let near = suggest::nearest(name, names.iter().map(String::as_str));
    let meant = near.map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
    Some(format!("Nothing goes by the name `{name}`.{meant}"))
}

/// Whether there is no row, or only the one of an aggregate over none.
fn is_nothing(rows: &Rows) -> bool {
    let is_nothing = |value: &Value| match value {
        Value::Null | Value::Integer(0) | Value::Boolean(false) => true,
        Value::List(items) => items.is_empty(),
        _ => false,
    };
    rows.len == 0 || rows.len == 1 && rows.values.iter().all(is_nothing)
}

fn is_known(catalog: &Catalog, kind: NameKind, name: &str) -> bool {
    match kind {
        NameKind::Label => catalog.label(name).is_some(),
        NameKind::Type => catalog.relationship_type(name).is_some(),
        NameKind::LabelOrType => {
            catalog.label(name).is_some() || catalog.relationship_type(name).is_some()
        }
        NameKind::Key => catalog.key(name).is_some(),
    }
}

fn note(catalog: &Catalog, kind: NameKind, name: &str) -> String {
    let label = || suggest::nearest(name, catalog.labels().map(|(_, name)| name.as_ref()));
    let ty = || suggest::nearest(name, catalog.types().map(|(_, name)| name.as_ref()));
    let key = || suggest::nearest(name, catalog.keys().map(|(_, name)| name.as_ref()));
    let (what, near) = match kind {
        NameKind::Label => ("label", label()),
        NameKind::Type => ("relationship type", ty()),
        NameKind::LabelOrType => ("label", label().or_else(ty)),
        NameKind::Key => ("property", key()),
    };
    let beside = match kind {
        NameKind::Label if catalog.relationship_type(name).is_some() => "a relationship type",
        NameKind::Label | NameKind::LabelOrType if catalog.key(name).is_some() => "a property",
        NameKind::Type if catalog.label(name).is_some() => "a label",
        _ => "",
    };
    match (near, beside) {
        (_, beside) if !beside.is_empty() => {
            format!("There is no {what} `{name}`; it is {beside}.")
        }
        (Some(near), _) => format!("There is no {what} `{name}`. Did you mean `{near}`?"),
        (None, _) => format!("There is no {what} `{name}`."),
    }
}

#[cfg(test)]
mod tests {
    use crate::Store;

    #[test]
    fn what_finds_nothing_says_why() {
        let store = Store::shipped().expect("the shipped facts");
        let notes = |text: &str| store.query(text, ()).expect("a query").notes().to_vec();
        for (text, note) in [
            ("MATCH (s:Stat) RETURN s", "There is no label `Stat`. Did you mean `State`?"),
            ("MATCH (s:Stat) RETURN count(s)", "There is no label `Stat`. Did you mean `State`?"),
            (
                "MATCH ()-[:RECOGNIZES]->() RETURN 1",
                "There is no relationship type `RECOGNIZES`. Did you mean `RECOGNISES`?",
            ),
            (
                "MATCH ()-[:State]->() RETURN 1",
                "There is no relationship type `State`; it is a label.",
            ),
            (
                "MATCH (s:State {nmae: 'Nauru'}) RETURN s",
                "There is no property `nmae`. Did you mean `name`?",
            ),
            ("MATCH (s) WHERE s.zzz = 1 RETURN s", "There is no property `zzz`."),
            (
                "CALL dossier.timeline('Rusia')",
                "Nothing goes by the name `Rusia`. Did you mean `Russia`?",
            ),
            (
                "CALL dossier.timeline('Atlantis') YIELD statement RETURN statement",
                "Nothing goes by the name `Atlantis`.",
            ),
            (
                "MATCH (s) WHERE s:Staat RETURN s",
                "There is no label `Staat`. Did you mean `State`?",
            ),
        ] {
            assert_eq!(notes(text), [note], "{text}");
        }
        for text in [
            "MATCH (s:State {name: 'Atlantis'}) RETURN s",
            "MATCH (s:State) WHERE NOT s:Stat RETURN s LIMIT 1",
            "OPTIONAL MATCH (s:Stat) RETURN 1",
            "CREATE (:Stat) RETURN 0",
            "RETURN 0",
            // There is such a thing, and nothing with a date is known of it.
            "CALL dossier.timeline('Sergey Lavrov') YIELD valid WHERE valid IS NULL RETURN valid",
        ] {
            assert_eq!(notes(text), [""; 0], "{text}");
        }
        let empty = Store::memory().query("MATCH (n:Person) RETURN n", ()).expect("a query");
        assert_eq!(empty.notes(), ["The graph is empty."]);
    }
}
