//! Runs one scenario against a fresh store.

use std::collections::BTreeSet;
use std::path::Path;

use dossier::{Error, Rows, Store, Value};

use super::gherkin::{Scenario, Step};
use super::literal::{self, Literal};

/// What a scenario goes through.
struct World<'a> {
    store: Store,
    graphs: &'a Path,
    parameters: dossier::value::Map,
    outcome: Option<Result<Rows, Error>>,
    /// What the query under test changed, as signed counts.
    effects: Vec<(String, usize)>,
}

/// What can be seen of a graph.
#[derive(Default)]
struct Seen {
    nodes: BTreeSet<i64>,
    relationships: BTreeSet<i64>,
    /// Element, key, value.
    properties: BTreeSet<(String, String, String)>,
    labels: BTreeSet<String>,
}

/// Runs a scenario; the error says in what it differs from what the TCK expects.
pub(crate) fn run(scenario: &Scenario, graphs: &Path) -> Result<(), String> {
    let mut world = World {
        store: Store::memory(),
        graphs,
        parameters: dossier::value::Map::new(),
        outcome: None,
        effects: Vec::new(),
    };
    for step in &scenario.steps {
        world.step(step)?;
    }
    match world.outcome {
        Some(Err(error)) => Err(format!("unexpected {}", describe(&error))),
        _ => Ok(()),
    }
}

impl World<'_> {
    fn step(&mut self, step: &Step) -> Result<(), String> {
        let text = step.text.trim_end_matches(':');
        match text {
            "any graph" | "an empty graph" => Ok(()),
            "having executed" => self.set_up(document(step)?),
            "parameters are" | "parameter values are" => self.set_parameters(&step.table),
            "executing query" | "executing control query" => self.execute(document(step)?),
            "no side effects" | "the side effects should be" => self.check_effects(&step.table),
            _ => {
                if let Some(name) = text.strip_prefix("the ").and_then(|t| t.strip_suffix(" graph"))
                {
                    return self.load_graph(name);
                }
                if let Some(signature) = text.strip_prefix("there exists a procedure ") {
                    return self.declare(signature, &step.table);
                }
                if let Some(how) = text.strip_prefix("the result should be") {
                    return self.check_rows(how.trim_matches([' ', ',', ':']), &step.table);
                }
                if text.contains(" should be raised at ") {
                    return self.check_error(text);
                }
                Err(format!("the harness does not know the step {text:?}"))
            }
        }
    }

    fn set_up(&self, query: &str) -> Result<(), String> {
        let ran = self.store.query(query, ());
        ran.map(drop).map_err(|error| format!("set-up failed: {}", describe(&error)))
    }

    fn set_parameters(&mut self, table: &[Vec<String>]) -> Result<(), String> {
        for row in table {
            let value = literal::to_value(&literal::parse(&row[1])?);
            self.parameters.insert(row[0].as_str().into(), value);
        }
        Ok(())
    }

    fn load_graph(&self, name: &str) -> Result<(), String> {
        let file = self.graphs.join(name).join(format!("{name}.cypher"));
        let script = std::fs::read_to_string(&file).map_err(|e| format!("{name}: {e}"))?;
        script.split(';').filter(|query| !query.trim().is_empty()).try_for_each(|q| self.set_up(q))
    }

    fn declare(&self, signature: &str, table: &[Vec<String>]) -> Result<(), String> {
        let rows = table
            .iter()
            .skip(1)
            .filter(|row| !row.is_empty())
            .map(|row| {
                let cells = row.iter().map(|cell| Ok(literal::to_value(&literal::parse(cell)?)));
                cells.collect::<Result<Vec<Value>, String>>()
            })
            .collect::<Result<Vec<_>, _>>()?;
        let declared = self.store.declare_procedure(signature, rows);
        declared.map_err(|error| format!("procedure: {}", describe(&error)))
    }

    fn execute(&mut self, query: &str) -> Result<(), String> {
        if let Some(Err(error)) = &self.outcome {
            return Err(format!("unexpected {}", describe(error)));
        }
        let before = self.look();
        self.outcome = Some(self.store.query(query, self.parameters.clone()));
        self.effects = difference(&before, &self.look());
        Ok(())
    }

    /// What a user can see of the graph, through the library as a user has it.
    fn look(&self) -> Seen {
        let mut seen = Seen::default();
        let nodes = self.store.query("MATCH (n) RETURN id(n) AS id, n", ());
        for row in nodes.iter().flat_map(Rows::iter) {
            let (Some(Value::Integer(id)), Some(Value::Node(node))) =
                (row.value("id"), row.value("n"))
            else {
                continue;
            };
            let rows = nodes.as_ref().expect("it has a row");
            let node = rows.node(*node);
            seen.nodes.insert(*id);
            seen.labels.extend(node.labels.iter().map(ToString::to_string));
            seen.add_properties(&format!("node {id}"), &node.properties, rows);
        }
        let relationships = self.store.query("MATCH ()-[r]->() RETURN id(r) AS id, r", ());
        for row in relationships.iter().flat_map(Rows::iter) {
            let (Some(Value::Integer(id)), Some(Value::Relationship(statement))) =
                (row.value("id"), row.value("r"))
            else {
                continue;
            };
            let rows = relationships.as_ref().expect("it has a row");
            seen.relationships.insert(*id);
            if let Some(relationship) = rows.relationship(*statement) {
                seen.add_properties(&format!("relationship {id}"), &relationship.properties, rows);
            }
        }
        seen
    }

    fn check_effects(&self, table: &[Vec<String>]) -> Result<(), String> {
        if let Some(Err(error)) = &self.outcome {
            return Err(format!("unexpected {}", describe(error)));
        }
        let mut want: Vec<(String, usize)> = table
            .iter()
            .filter_map(|row| Some((row[0].clone(), row[1].parse().ok()?)))
            .filter(|&(_, count)| count > 0)
            .collect();
        want.sort();
        if want == self.effects {
            return Ok(());
        }
        Err(format!("side effects: expected {want:?}, got {:?}", self.effects))
    }

    fn check_rows(&self, how: &str, table: &[Vec<String>]) -> Result<(), String> {
        let rows = match &self.outcome {
            Some(Ok(rows)) => rows,
            Some(Err(error)) => return Err(format!("unexpected {}", describe(error))),
            None => return Err("no query has run".into()),
        };
        if how == "empty" {
            let count = rows.len();
            return if count == 0 { Ok(()) } else { Err(format!("expected no rows, got {count}")) };
        }
        let columns: Vec<_> = rows.columns().iter().map(ToString::to_string).collect();
        if columns != table[0] {
            return Err(format!("columns: expected {:?}, got {columns:?}", table[0]));
        }
        let bag = how.contains("ignoring element order for lists");
        let mut want = Vec::new();
        for row in &table[1..] {
            let cells = row.iter().map(|cell| Ok(literal::parse(cell)?.canonical(bag)));
            want.push(cells.collect::<Result<Vec<_>, String>>()?.join(" | "));
        }
        let mut got: Vec<_> = rows
            .iter()
            .map(|row| {
                let cells = row.values().iter().map(|v| Literal::of(v, rows).canonical(bag));
                cells.collect::<Vec<_>>().join(" | ")
            })
            .collect();
        if !how.starts_with("in order") {
            want.sort();
            got.sort();
        }
        if want == got { Ok(()) } else { Err(format!("rows: expected {want:?}, got {got:?}")) }
    }

    fn check_error(&mut self, text: &str) -> Result<(), String> {
        let error = match self.outcome.take() {
            Some(Err(error)) => error,
            Some(Ok(rows)) => return Err(format!("expected {text}, got {} rows", rows.len())),
            None => return Err("no query has run".into()),
        };
        let words: Vec<_> = text.split_whitespace().collect();
        let kind = words.get(1).copied().unwrap_or_default();
        let (when, detail) = text
            .split_once(" should be raised at ")
            .and_then(|(_, rest)| rest.split_once(": "))
            .unwrap_or_default();
        let right = error.kind() == kind
            && (when == "any time" || error.phase().as_str() == when)
            && (detail == "*" || error.detail() == detail);
        if !right {
            return Err(format!("expected {text}, got {}", describe(&error)));
        }
        if self.effects.is_empty() {
            Ok(())
        } else {
            Err(format!("the failing query left {:?}", self.effects))
        }
    }
}

impl Seen {
    fn add_properties(
        &mut self,
        element: &str,
        properties: &[(std::sync::Arc<str>, Value)],
        rows: &Rows,
    ) {
        for (key, value) in properties {
            let value = Literal::of(value, rows).canonical(false);
            self.properties.insert((element.to_owned(), key.to_string(), value));
        }
    }
}

fn difference(before: &Seen, after: &Seen) -> Vec<(String, usize)> {
    let mut effects = Vec::new();
    let mut note = |what: &str, gained: usize, lost: usize| {
        effects.push((format!("+{what}"), gained));
        effects.push((format!("-{what}"), lost));
    };
    let count = |a: &BTreeSet<i64>, b: &BTreeSet<i64>| a.difference(b).count();
    note("nodes", count(&after.nodes, &before.nodes), count(&before.nodes, &after.nodes));
    note(
        "relationships",
        count(&after.relationships, &before.relationships),
        count(&before.relationships, &after.relationships),
    );
    note(
        "properties",
        after.properties.difference(&before.properties).count(),
        before.properties.difference(&after.properties).count(),
    );
    note(
        "labels",
        after.labels.difference(&before.labels).count(),
        before.labels.difference(&after.labels).count(),
    );
    effects.retain(|&(_, count)| count > 0);
    effects.sort();
    effects
}

fn document(step: &Step) -> Result<&str, String> {
    step.document.as_deref().ok_or_else(|| format!("{} has no text", step.text))
}

fn describe(error: &Error) -> String {
    format!(
        "{} at {} {}: {}",
        error.kind(),
        error.phase().as_str(),
        error.detail(),
        error.message()
    )
}
