//! Where a fact comes from.

use std::sync::Arc;

use serde::Serialize;

use crate::value::{Map, NodeId};

/// One place in one document that a statement rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Support {
    /// The document, a node; its `name` and `date` properties are shown with the evidence.
    pub document: NodeId,
    /// Where in the document: `paragraph` and `sentence`, or whatever the document has.
    pub locator: Arc<Map>,
    /// What the place says, in our own words.
    pub summary: Option<Arc<str>>,
}

impl Support {
    /// The number under a key of the locator, such as `paragraph`.
    pub fn number(&self, key: &str) -> Option<i64> {
        self.locator.get(key)?.as_int()
    }
}

/// A statement shown as evidence: what it says and where it stands, ready to print.
///
/// One statement with support in two places gives two of these.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evidence {
    /// The document's name; empty where the statement has no source.
    pub document: String,
    /// Paragraph of the document, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<i64>,
    /// Sentence of the paragraph, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentence: Option<i64>,
    /// The stance, as [`super::statement::Stance::as_str`] words it.
    pub stance: &'static str,
    /// Who says so, where the source names somebody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// The statement itself: `Russia RECOGNISES South Ossetia`.
    pub statement: String,
    /// When it holds, as EDTF, where that is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<String>,
    /// What the place says, in our own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}
