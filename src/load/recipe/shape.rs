//! What a recipe file holds, as it is written; `compile.rs` finds out what it means.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// A text of the file, with its place.
pub(super) type Text = Spanned<String>;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecipeFile {
    /// Lexicons by name, or files of words.
    #[serde(default)]
    pub(super) lexicon: Option<OneOrMany>,
    /// Whether the relationships are all that there are.
    #[serde(default)]
    pub(super) complete: Option<Spanned<Complete>>,
    #[serde(default)]
    pub(super) read: Option<ReadFile>,
    #[serde(default)]
    pub(super) document: Vec<DocumentFile>,
    #[serde(default)]
    pub(super) node: Vec<NodeFile>,
    #[serde(default)]
    pub(super) relationship: Vec<RelationshipFile>,
}

/// How files of separated values are written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadFile {
    #[serde(default)]
    pub(super) delimiter: Option<Text>,
    #[serde(default)]
    pub(super) quote: Option<Spanned<Quote>>,
    #[serde(default)]
    pub(super) columns: Option<Vec<String>>,
    #[serde(default)]
    pub(super) null: Option<OneOrMany>,
    #[serde(default)]
    pub(super) decimal: Option<Text>,
}

/// A document that relationships rest on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentFile {
    pub(super) name: Text,
    #[serde(default)]
    pub(super) label: Option<Text>,
    #[serde(default)]
    pub(super) date: Option<Text>,
    #[serde(default)]
    pub(super) properties: BTreeMap<String, toml::Value>,
}

/// Nodes, one for each row.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NodeFile {
    #[serde(default)]
    pub(super) file: Option<OneOrMany>,
    #[serde(default)]
    pub(super) label: Option<OneOrMany>,
    #[serde(default)]
    pub(super) labels_from: Option<Text>,
    #[serde(default)]
    pub(super) group: Option<Text>,
    #[serde(default)]
    pub(super) key: Option<OneOrMany>,
    #[serde(default)]
    pub(super) each: Option<OneOrMany>,
    #[serde(default)]
    pub(super) sorted: bool,
    #[serde(default)]
    pub(super) merge: bool,
    #[serde(default, rename = "where")]
    pub(super) condition: Option<Text>,
    #[serde(default)]
    pub(super) types: BTreeMap<String, Text>,
    #[serde(default)]
    pub(super) properties: Option<BTreeMap<String, Text>>,
    #[serde(default)]
    pub(super) alias: Vec<AliasFile>,
    #[serde(default)]
    pub(super) also: Option<Text>,
}

/// One more name of each node.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AliasFile {
    pub(super) name: Text,
    #[serde(default)]
    pub(super) kind: Option<Text>,
    #[serde(default)]
    pub(super) language: Option<Text>,
}

/// Relationships, one for each row.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RelationshipFile {
    #[serde(default)]
    pub(super) file: Option<OneOrMany>,
    #[serde(default, rename = "type")]
    pub(super) relationship_type: Option<Text>,
    #[serde(default)]
    pub(super) type_from: Option<Text>,
    pub(super) from: EndFile,
    pub(super) to: EndFile,
    #[serde(default)]
    pub(super) distinct: bool,
    #[serde(default, rename = "where")]
    pub(super) condition: Option<Text>,
    #[serde(default)]
    pub(super) types: BTreeMap<String, Text>,
    #[serde(default)]
    pub(super) properties: Option<BTreeMap<String, Text>>,
    #[serde(default)]
    pub(super) valid: Option<Text>,
    #[serde(default)]
    pub(super) not_before: Option<Text>,
    #[serde(default)]
    pub(super) not_after: Option<Text>,
    #[serde(default)]
    pub(super) stance: Option<Text>,
    #[serde(default)]
    pub(super) speaker: Option<Text>,
    #[serde(default)]
    pub(super) rank: Option<Text>,
    #[serde(default)]
    pub(super) because: Option<Text>,
    #[serde(default)]
    pub(super) source: Option<SourceFile>,
    #[serde(default)]
    pub(super) sources: Option<SourcesFile>,
    #[serde(default)]
    pub(super) complete: Option<Spanned<Complete>>,
}

/// One end of a relationship.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndFile {
    /// The group of nodes.
    pub(super) node: Text,
    /// What the node's key is in this row.
    pub(super) key: OneOrMany,
}

/// Where a relationship stands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceFile {
    pub(super) document: Text,
    #[serde(default)]
    pub(super) at: BTreeMap<String, Text>,
    #[serde(default)]
    pub(super) summary: Option<Text>,
}

/// Where a relationship stands, by row.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourcesFile {
    /// The group of nodes that the documents are.
    pub(super) node: Text,
    /// A list of maps.
    pub(super) list: Text,
}

/// A text or a list of texts.
pub(super) type OneOrMany = Spanned<Texts>;

/// A text or a list of texts. Places inside such an either-or are lost to serde; `compile.rs` finds
/// the texts of a list by looking for them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Texts {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// `true`, or the time for which it is so.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Complete {
    /// Whether it is so.
    Is(bool),
    /// An EDTF text.
    At(String),
}

/// A quotation mark, or `false` for none.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Quote {
    /// `false`: none.
    Off(bool),
    /// The mark.
    Mark(String),
}
