//! Recipes: how the columns of tables become nodes, relationships, dates and sources.
//!
//! **In**: a short TOML text. **Out**: a [`Recipe`], or an error with file, line and column.
//! **Caller**: `super::import`, which carries it out. `docs/import.md` describes recipes for
//! people.
//!
//! ```toml
//! [[document]]
//! name = "Register of recognitions"
//!
//! [[node]]
//! label = "State"
//! each = ["state"]                  # one node for each distinct value of the column
//! properties = { name = "value" }
//!
//! [[node]]
//! label = "Region"
//! each = ["region"]
//! properties = { name = "value" }
//!
//! [[relationship]]
//! type = "RECOGNISES"
//! from = { node = "State", key = "state" }
//! to = { node = "Region", key = "region" }
//! valid = "toString(since) + '/..'"
//! properties = {}
//! source = { document = "Register of recognitions", at = { row = "row()" } }
//! complete = true
//! ```
//!
//! # Design
//!
//! One notion carries the whole: an *expression* over the columns of a row, which is nearly always
//! the bare name of a column. Properties, keys, dates, types and conditions are expressions; so
//! what can be computed for one can be computed for all. Names of labels and files are not.
//!
//! Nodes are made before relationships, whatever the order of the recipe. A relationship finds its
//! nodes by the key of their *group*, which is their first label unless it is named; groups are as
//! separate as the number spaces of two tables.
//!
//! [`shape`] is the file as serde reads it; [`compile`] finds out what it means, so that every
//! mistake but one is found before a file of data is opened: whether the columns exist.

mod compile;
mod expression;
mod parser;
mod shape;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::{Error, Result, load};
use crate::graph::alias::AliasKind;
use crate::load::rows::{Kind, Layout};
use crate::text::{Span, suggest};
use crate::value::Value;
use crate::value::time::Edtf;

pub use expression::{Expression, written};
pub use parser::Columns;

/// What is to be made of which tables.
#[derive(Debug)]
pub struct Recipe {
    /// Lexicons to load beside the data: shipped ones by name, others by file.
    pub lexicons: Vec<Name>,
    /// How files of separated values are written.
    pub layout: Layout,
    /// Documents that relationships rest on.
    pub documents: Vec<Document>,
    /// Nodes, table by table.
    pub nodes: Vec<Nodes>,
    /// Relationships, table by table.
    pub relationships: Vec<Relationships>,
}

/// A name in the recipe, with its place.
#[derive(Clone, Debug)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A node that relationships rest on.
#[derive(Debug)]
pub struct Document {
    /// Its name.
    pub name: String,
    /// Its label.
    pub label: String,
    /// When it was written.
    pub date: Option<Edtf>,
    /// What else is known of it.
    pub properties: Vec<(String, Value)>,
}

/// Nodes, one for each row of a table or for each distinct value of some columns.
#[derive(Debug)]
pub struct Nodes {
    /// The files that are read, one after the other; whatever is given where there are none.
    pub files: Vec<Name>,
    /// What relationships call these nodes.
    pub group: String,
    /// The labels of all.
    pub labels: Vec<String>,
    /// Further labels, by row: a text or a list of them.
    pub labels_from: Option<Expression>,
    /// What relationships know a node by.
    pub keys: Vec<Expression>,
    /// The columns whose distinct values are the nodes; empty where the rows are.
    pub each: Vec<Expression>,
    /// Whether distinct values are put in order first.
    pub sorted: bool,
    /// Whether rows with equal keys are one node; otherwise the second is a mistake.
    pub merge: bool,
    /// Which rows count.
    pub condition: Option<Expression>,
    /// What columns are, where the recipe says so.
    pub kinds: BTreeMap<String, Kind>,
    /// The columns of the file that are read.
    pub columns: Columns,
    /// The properties.
    pub properties: Properties,
    /// Further names.
    pub aliases: Vec<Alias>,
    /// Further names by row: a list of maps with `name`, `kind` and `language`.
    pub also: Option<Expression>,
}

/// Relationships, one for each row.
#[derive(Debug)]
pub struct Relationships {
    /// The files that are read, one after the other; whatever is given where there are none.
    pub files: Vec<Name>,
    /// The type.
    pub relationship_type: Type,
    /// Start and end.
    pub ends: Ends,
    /// Whether rows with the same type and ends are one relationship, that of the first.
    pub distinct: bool,
    /// Which rows count.
    pub condition: Option<Expression>,
    /// What columns are, where the recipe says so.
    pub kinds: BTreeMap<String, Kind>,
    /// The columns of the file that are read.
    pub columns: Columns,
    /// The properties.
    pub properties: Properties,
    /// When they hold and who says so.
    pub qualifying: Qualifying,
    /// Whether these are all, and for which time.
    pub complete: Option<Whole>,
}

/// That relationships are all that there are.
#[derive(Clone, Debug)]
pub struct Whole {
    /// When it was so; at all times where nobody says.
    pub at: Option<Edtf>,
}

/// The type of relationships.
#[derive(Debug)]
pub enum Type {
    /// The same for all.
    Is(String),
    /// By row.
    From(Expression),
}

/// The two ends of relationships.
#[derive(Debug)]
pub struct Ends {
    /// The start.
    pub from: End,
    /// The end.
    pub to: End,
}

/// How one end is found.
#[derive(Debug)]
pub struct End {
    /// The group of nodes.
    pub group: String,
    /// The key in the row.
    pub keys: Vec<Expression>,
    /// The key as the recipe writes it.
    pub written: Option<String>,
}

/// Which properties there are.
#[derive(Debug)]
pub enum Properties {
    /// Every column that is not used otherwise, under its name.
    AllColumns,
    /// These.
    These(Vec<(String, Expression)>),
}

/// One more name.
#[derive(Debug)]
pub struct Alias {
    /// The name, or a list of names.
    pub name: Expression,
    /// What kind of name it is.
    pub kind: AliasKind,
    /// Its language.
    pub language: Option<String>,
}

/// What is said about relationships beside their properties.
#[derive(Debug, Default)]
pub struct Qualifying {
    /// When it holds: a date, an uncertain date, or the text of one.
    pub valid: Option<Expression>,
    /// No earlier than this day.
    pub not_before: Option<Expression>,
    /// No later than this day.
    pub not_after: Option<Expression>,
    /// How the source puts it.
    pub stance: Option<Expression>,
    /// Who says so.
    pub speaker: Option<Expression>,
    /// How it ranks.
    pub rank: Option<Expression>,
    /// Why it is inferred or deprecated.
    pub reason: Option<Expression>,
    /// Where it stands.
    pub source: Option<Source>,
    /// Where it stands, by row: a list of maps with `document`, `at` and `summary`, and the group of
    /// nodes that the documents are.
    pub sources: Option<(Expression, String)>,
}

/// Where relationships stand.
#[derive(Debug)]
pub struct Source {
    /// The document, by its place in the recipe.
    pub document: usize,
    /// The place in it.
    pub locator: Vec<(Arc<str>, Expression)>,
    /// What it says.
    pub summary: Option<Expression>,
}

impl Qualifying {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        let Qualifying { valid, not_before, not_after, stance, speaker, rank, reason, .. } = self;
        let stated = [valid, not_before, not_after, stance, speaker, rank, reason];
        self.source.is_none() && self.sources.is_none() && stated.iter().all(|one| one.is_none())
    }
}

impl Recipe {
    /// Reads a recipe; `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// `load::recipe`, with file, line and column, for what is no TOML, no key of a recipe, no
    /// expression, or a name of nothing in the recipe.
    pub fn parse(name: &str, text: &str) -> Result<Recipe> {
        let file = toml::from_str(text).map_err(|error| toml_error(&error));
        let recipe = file.and_then(|file| compile::compile(&file, text));
        recipe.map_err(|error| error.in_file(name, text))
    }
}

/// What toml and serde found, in our words where theirs name types of ours.
fn toml_error(error: &toml::de::Error) -> Error {
    let said = error.message();
    let mut message = said.lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
    let mut hint = None;
    if let Some(rest) = said.strip_prefix("unknown field `") {
        let (field, known) = rest.split_once('`').unwrap_or((rest, ""));
        message = format!("A recipe has no `{field}` here");
        let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        hint = match suggest::nearest(field, known.iter().copied()) {
            Some(near) => Some(format!("Did you mean `{near}`?")),
            None if known.is_empty() => None,
            None => Some(format!("There are: {}", known.join(", "))),
        };
    } else if let Some(field) = said.strip_prefix("missing field `") {
        let field = field.split('`').next().unwrap_or_default();
        message = format!("`{field}` is missing here");
    } else if said.contains("did not match any variant") {
        "Neither a text nor a list of texts stands here".clone_into(&mut message);
    }
    let mut letters = message.chars();
    let message: String =
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    let span = error.span().map_or(Span::of(0, 0), |span| Span::of(span.start, span.end));
    Error::new(&load::RECIPE, format!("{message}.")).at(span).hint_opt(hint)
}
