//! A schema as text, for people.
//!
//! ```text
//! Labels
//!   :Region 2              name String
//!   :State 7               name String
//!
//! Relationship types
//!   :RECOGNISES 10         (:State)-[:RECOGNISES]->(:Region)
//!                          state, persistent; 2 dated, 10 sourced
//!                          what String, from_whom String
//!
//! Complete: what is not there is not so
//!   (:State)-[:RECOGNISES]->(:Region {name: 'South Ossetia'})  2018-11-13
//! ```

use std::fmt::Write;

use super::theme::Theme;
use super::value::visible;
use super::width::{push_spaces, width};
use crate::graph::schema::{Join, LabelSchema, PropertySchema, Schema, TypeSchema};

/// Where the second column begins, where names are short.
const COLUMN_MIN: usize = 20;
/// The furthest to the right that it begins.
const COLUMN_MAX: usize = 34;

/// Draws a schema, each line ended by a line feed.
///
/// ```
/// use dossier::graph::schema::Schema;
/// use dossier::render::{schema, theme::Theme};
/// let store = dossier::Store::memory();
/// store.query("CREATE (:State {name: 'Nauru'})-[:RECOGNISES]->(:Region)", ())?;
/// let text = schema::text(&Schema::of(&*store.snapshot()), Theme::PLAIN);
/// assert!(text.contains("(:State)-[:RECOGNISES]->(:Region)"), "{text}");
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn text(schema: &Schema, theme: Theme) -> String {
    let strong = theme.strong;
    let labels = schema.labels.iter().map(|label| used(&label.name, label.count));
    let types = schema.types.iter().map(|known| used(&known.name, known.count));
    let widest = labels.chain(types).max().unwrap_or(0) + 2;
    let column = widest.clamp(COLUMN_MIN, COLUMN_MAX);
    let mut out = format!("{strong}Labels{strong:#}\n");
    for label in &schema.labels {
        label_lines(&mut out, label, column, theme);
    }
    let _ = write!(out, "\n{strong}Relationship types{strong:#}\n");
    for relationship_type in &schema.types {
        type_lines(&mut out, relationship_type, column, theme);
    }
    if !schema.complete.is_empty() {
        let _ = write!(out, "\n{strong}Complete{strong:#}: what is not there is not so\n");
        for statement in &schema.complete {
            let at = statement.at.as_deref().unwrap_or_default();
            let line = format!("  {}  {}", visible(&statement.pattern), visible(at));
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

/// Draws one label; what is known of it begins at the column.
#[doc(hidden)]
pub fn label_lines(out: &mut String, label: &LabelSchema, column: usize, theme: Theme) {
    let properties = properties(&label.properties, label.count);
    entry(out, &label.name, label.count, &[properties], column, theme);
}

/// Draws one relationship type; what is known of it begins at the column.
#[doc(hidden)]
pub fn type_lines(out: &mut String, relationship_type: &TypeSchema, column: usize, theme: Theme) {
    let mut lines: Vec<String> =
        relationship_type.joins.iter().map(|join| pattern(join, &relationship_type.name)).collect();
    let mut remarks = Vec::new();
    // Which labels are declared is seen in the patterns above, where there are any.
    let is_told = |word: &&String| {
        !relationship_type.joins.is_empty()
            && (word.starts_with("from ") || word.starts_with("to "))
    };
    let declared: Vec<&str> = relationship_type
        .declared
        .iter()
        .filter(|word| !is_told(word))
        .map(String::as_str)
        .collect();
    if !declared.is_empty() {
        remarks.push(declared.join(", "));
    }
    let known: Vec<String> =
        [(relationship_type.dated, "dated"), (relationship_type.sourced, "sourced")]
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
    if !known.is_empty() {
        remarks.push(known.join(", "));
    }
    lines.push(remarks.join("; "));
    lines.push(properties(&relationship_type.properties, relationship_type.count));
    lines.extend(relationship_type.description.clone());
    entry(out, &relationship_type.name, relationship_type.count, &lines, column, theme);
}

/// How much of a line a name with its count takes.
fn used(name: &str, count: u64) -> usize {
    3 + width(&visible(name)) + 1 + count.to_string().len()
}

/// A name with its count, and lines beside it; empty lines are left out.
fn entry(out: &mut String, name: &str, count: u64, lines: &[String], column: usize, theme: Theme) {
    let (label, faint) = (theme.label, theme.faint);
    let used = used(name, count);
    let name = visible(name);
    let _ = write!(out, "  {label}:{name}{label:#} {faint}{count}{faint:#}");
    let mut lines = lines.iter().filter(|line| !line.is_empty());
    match lines.next() {
        Some(first) => {
            push_spaces(out, column.saturating_sub(used).max(2));
            let _ = writeln!(out, "{}", visible(first));
        }
        None => out.push('\n'),
    }
    for line in lines {
        push_spaces(out, column);
        let _ = writeln!(out, "{}", visible(line));
    }
}

/// `name String, iso String 3`: a number where not all have the property.
fn properties(properties: &[PropertySchema], of: u64) -> String {
    let one = |property: &PropertySchema| {
        let types = property.types.join("|");
        if property.count == of {
            format!("{} {types}", property.name)
        } else {
            format!("{} {types} {}", property.name, property.count)
        }
    };
    properties.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn pattern(join: &Join, name: &str) -> String {
    let labels =
        |labels: &[String]| labels.iter().map(|label| format!(":{label}")).collect::<String>();
    format!("({})-[:{name}]->({})", labels(&join.from), labels(&join.to))
}
