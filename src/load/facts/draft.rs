//! What a facts file says, before its names are looked up.
//!
//! Everything keeps the place where it is written, so that whatever turns out to be wrong later
//! can be pointed at.

use std::borrow::Cow;

use crate::graph::alias::AliasKind;
use crate::text::Span;
use crate::value::{Map, Value};

/// A piece of text and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Text<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) span: Span,
}

/// All blocks of a file, in the order written.
#[derive(Debug, Default)]
pub(super) struct Draft<'t> {
    pub(super) entities: Vec<Entity<'t>>,
    pub(super) words: Vec<Words<'t>>,
    pub(super) relationships: Vec<Relationship<'t>>,
    /// Each document that is opened, so that a misspelt one is found even where nothing rests on it.
    pub(super) documents: Vec<Reference<'t>>,
    pub(super) places: Vec<Place<'t>>,
    pub(super) statements: Vec<Statement<'t>>,
    pub(super) completeness: Vec<Complete<'t>>,
}

/// `entity @handle Name: Label, Label` with properties and further names.
#[derive(Debug)]
pub(super) struct Entity<'t> {
    pub(super) handle: Option<Text<'t>>,
    pub(super) name: Option<Text<'t>>,
    pub(super) labels: Vec<Text<'t>>,
    pub(super) aliases: Vec<Also<'t>>,
    pub(super) properties: Vec<Property<'t>>,
    pub(super) span: Span,
}

/// `also Name (kind, language)`.
#[derive(Debug)]
pub(super) struct Also<'t> {
    pub(super) name: Text<'t>,
    pub(super) kind: AliasKind,
    pub(super) language: Option<Text<'t>>,
}

/// `key: value`.
#[derive(Debug)]
pub(super) struct Property<'t> {
    pub(super) key: Text<'t>,
    pub(super) value: Value,
}

/// `label L` or `property k`, with `words`, for labels `sub of` and, for properties, phrases.
#[derive(Debug)]
pub(super) struct Words<'t> {
    pub(super) of_label: bool,
    pub(super) name: Text<'t>,
    pub(super) list: Vec<Text<'t>>,
    pub(super) sub_of: Vec<Text<'t>>,
}

/// `relationship T: A -> B` with what is declared about it.
#[derive(Debug)]
pub(super) struct Relationship<'t> {
    pub(super) name: Text<'t>,
    pub(super) from: Vec<Text<'t>>,
    pub(super) to: Vec<Text<'t>>,
    pub(super) traits: Vec<(Trait, Span)>,
    pub(super) inverse: Option<Text<'t>>,
    pub(super) sub_of: Vec<Text<'t>>,
    pub(super) means: Option<Text<'t>>,
    pub(super) phrases: Vec<Text<'t>>,
}

/// A word that says what a relationship type is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trait {
    Event,
    State,
    PersistentState,
    Symmetric,
    Transitive,
    Functional,
    Order,
    /// The ends need not bear the labels that are declared for them.
    Unchecked,
}

/// A sentence or another place of a document, with what it says.
#[derive(Debug)]
pub(super) struct Place<'t> {
    pub(super) document: Reference<'t>,
    pub(super) locator: Map,
    pub(super) summary: Option<Text<'t>>,
    pub(super) span: Span,
}

/// An entity by name or by `@handle`.
#[derive(Clone, Debug)]
pub(super) struct Reference<'t> {
    pub(super) name: Text<'t>,
    pub(super) is_handle: bool,
}

/// A place that a statement rests on.
#[derive(Clone, Debug)]
pub(super) struct Source<'t> {
    pub(super) document: Reference<'t>,
    pub(super) locator: Map,
    /// What the place says, where this line and not the place's own says it.
    pub(super) summary: Option<Text<'t>>,
}

/// `a, b -TYPE-> c, d` with what is known about it: one statement for each pair of ends.
#[derive(Debug)]
pub(super) struct Statement<'t> {
    pub(super) starts: Vec<Reference<'t>>,
    pub(super) relationship_type: Text<'t>,
    pub(super) ends: Vec<Reference<'t>>,
    pub(super) details: Details<'t>,
}

/// What is known about a statement.
#[derive(Debug, Default)]
pub(super) struct Details<'t> {
    pub(super) valid: Option<Text<'t>>,
    pub(super) not_before: Option<Text<'t>>,
    pub(super) not_after: Option<Text<'t>>,
    pub(super) stance: Option<Text<'t>>,
    pub(super) speaker: Option<Speaker<'t>>,
    pub(super) rank: Option<Text<'t>>,
    pub(super) because: Option<Text<'t>>,
    pub(super) sources: Vec<Source<'t>>,
    pub(super) properties: Vec<Property<'t>>,
}

/// Who says so: in quotation marks anybody, without them an entity of the file.
#[derive(Debug)]
pub(super) struct Speaker<'t> {
    pub(super) name: Text<'t>,
    pub(super) quoted: bool,
}

/// `complete from -TYPE-> to`.
#[derive(Debug)]
pub(super) struct Complete<'t> {
    pub(super) from: Endpoint<'t>,
    pub(super) relationship_type: Text<'t>,
    pub(super) to: Endpoint<'t>,
    pub(super) at: Option<Text<'t>>,
    pub(super) sources: Vec<Source<'t>>,
}

/// One side of a completeness statement.
#[derive(Debug)]
pub(super) enum Endpoint<'t> {
    /// `any A&B {key: value}`.
    Any { labels: Vec<Text<'t>>, properties: Map },
    /// These entities, one completeness statement for each.
    These(Vec<Reference<'t>>),
}
