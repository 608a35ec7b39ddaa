//! `dossier schema` and `dossier info`: what the graph is made of, and how large it is.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Serialize;

use super::args::TextOrJson;
use super::failure::Failure;
use super::screen::Screen;
use super::session::counted;
use crate::error::{Error, Result, request};
use crate::graph::schema::Schema;
use crate::graph::{Snapshot, TypeId};
use crate::query::Store;
use crate::render::schema as render;
use crate::render::theme::Theme;
use crate::text::suggest::nearest;
use crate::value::StatementId;

/// Where the second column begins when one label or type is shown.
const COLUMN: usize = 24;

/// How large a graph is.
#[derive(Debug, Serialize)]
pub struct Info {
    /// The version of Dossier.
    version: &'static str,
    /// The number of the last commit.
    commit: u64,
    /// Nodes.
    pub nodes: u64,
    /// Relationships.
    pub relationships: u64,
    labels: usize,
    types: usize,
    /// Names beside the `name` property.
    aliases: usize,
    /// Relationships that say when they hold.
    dated: u64,
    /// Relationships that say where they stand.
    sourced: u64,
    /// Statements that facts are complete.
    complete: usize,
    /// Where the store is, if it is on the disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    store: Option<String>,
    /// How many bytes each structure of the generation takes on the disk.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sizes: Vec<(String, u64)>,
}

/// Prints the schema.
pub fn run(store: &Store, screen: &Screen, format: Option<TextOrJson>) -> Result<(), Failure> {
    let schema = Schema::of(&*store.snapshot());
    print(screen, format, &schema, || render::text(&schema, screen.theme))
}

/// Prints how large the graph is.
pub fn run_info(store: &Store, screen: &Screen, format: Option<TextOrJson>) -> Result<(), Failure> {
    let info = Info::of_store(store)?;
    print(screen, format, &info, || info.text())
}

fn print(
    screen: &Screen,
    format: Option<TextOrJson>,
    value: &impl Serialize,
    text: impl FnOnce() -> String,
) -> Result<(), Failure> {
    let usual = if screen.terminal { TextOrJson::Text } else { TextOrJson::Json };
    match format.unwrap_or(usual) {
        TextOrJson::Text => screen.print_text(&text()),
        TextOrJson::Json => screen.print(|out| {
            serde_json::to_writer(&mut *out, value)?;
            out.write_all(b"\n")
        }),
    }
}

/// The schema as text, or the part of it that a label or a relationship type bears.
pub fn text(schema: &Schema, only: Option<&str>, theme: Theme) -> Result<String> {
    let Some(name) = only else { return Ok(render::text(schema, theme)) };
    let mut out = String::new();
    if let Some(label) = schema.label(name) {
        render::label_lines(&mut out, label, COLUMN, theme);
    }
    if let Some(relationship_type) = schema.relationship_type(name) {
        render::type_lines(&mut out, relationship_type, COLUMN, theme);
    }
    if !out.is_empty() {
        return Ok(out);
    }
    let labels = schema.labels.iter().map(|label| label.name.as_str());
    let types = schema.types.iter().map(|known| known.name.as_str());
    let near = nearest(name, labels.chain(types));
    let message = format!("There is no label and no relationship type `{name}`.");
    Err(Error::new(&request::COMMAND, message)
        .hint_opt(near.map(|near| format!("Did you mean `{near}`?"))))
}

/// How many relationships of some types say when they hold, and how many where they stand. What the statistics do
/// not say is counted, unless there is nothing to count.
fn qualified(graph: &dyn Snapshot, types: &BTreeSet<TypeId>) -> (u64, u64) {
    let (mut dated, mut sourced) = (0, 0);
    if types.iter().all(|known| graph.all_plain(*known)) {
        return (dated, sourced);
    }
    for id in (0..graph.statement_bound()).map(StatementId) {
        let Some(qualifiers) = graph.qualifiers(id) else { continue };
        if graph.statement(id).is_some_and(|ends| types.contains(&ends.relationship_type)) {
            dated += u64::from(qualifiers.valid.is_some());
            sourced += u64::from(!qualifiers.support.is_empty());
        }
    }
    (dated, sourced)
}

impl Info {
    /// Reads the sizes off a graph.
    pub fn of(graph: &dyn Snapshot) -> Info {
        let (statistics, catalog, declared) =
            (graph.statistics(), graph.catalog(), graph.declarations());
        let mut types: BTreeSet<TypeId> = declared.types.keys().copied().collect();
        types.extend(statistics.by_type.keys().filter(|known| !catalog.holds_values(**known)));
        let counts = types.iter().filter_map(|known| statistics.by_type.get(known));
        let (dated, sourced) = qualified(graph, &types);
        Info {
            version: env!("CARGO_PKG_VERSION"),
            commit: graph.commit(),
            nodes: statistics.nodes,
            relationships: counts.map(|known| known.count).sum(),
            labels: statistics.by_label.len(),
            types: types.len(),
            aliases: graph.aliases().len(),
            dated,
            sourced,
            complete: declared.completeness.len(),
            store: None,
            sizes: Vec::new(),
        }
    }

    /// The sizes of a graph, and where and how it stands on the disk.
    pub fn of_store(store: &Store) -> Result<Info> {
        let database = store.database();
        let path = database.path().map(|path| path.display().to_string());
        Ok(Info { store: path, sizes: database.sizes()?, ..Info::of(&*store.snapshot()) })
    }

    /// The sizes as text, a line each.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let nodes = counted(self.nodes, "node", "nodes");
        let relationships = counted(self.relationships, "relationship", "relationships");
        let (labels, types) = (self.labels as u64, self.types as u64);
        let _ = writeln!(out, "{nodes} of {}", counted(labels, "label", "labels"));
        let _ = writeln!(out, "{relationships} of {}", counted(types, "type", "types"));
        let _ = writeln!(out, "{} dated, {} with a source", self.dated, self.sourced);
        let complete = counted(self.complete as u64, "statement", "statements");
        let _ = writeln!(out, "{} more names, {complete} of completeness", self.aliases);
        let place = self.store.as_ref().map_or("in memory".to_owned(), |path| format!("in {path}"));
        let _ = writeln!(out, "commit {}, {place}, dossier {}", self.commit, self.version);
        for (name, bytes) in &self.sizes {
            let _ = writeln!(out, "{bytes:>14} bytes  {name}");
        }
        out
    }
}
