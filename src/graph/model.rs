//! Names of labels, relationship types and property keys, and the ids that stand for them.

use std::sync::Arc;

use hashbrown::HashMap;
use serde::Serialize;

pub use crate::value::{NodeId, StatementId};

/// A node label of one catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct LabelId(pub u32);

/// A relationship type of one catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct TypeId(pub u32);

/// A property key of one catalog; nodes and relationships share the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct KeyId(pub u32);

/// Which way a relationship is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Direction {
    /// From its start to its end.
    Outgoing,
    /// From its end to its start.
    Incoming,
    /// Either way; a loop is met once.
    Both,
}

impl Direction {
    /// The same step seen from the other end.
    #[must_use]
    pub const fn reversed(self) -> Direction {
        match self {
            Direction::Outgoing => Direction::Incoming,
            Direction::Incoming => Direction::Outgoing,
            Direction::Both => Direction::Both,
        }
    }
}

/// The names in use, each with its id. Ids are never reused and never change within a store.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    labels: Names,
    types: Names,
    keys: Names,
    /// The types of derived relationships: they come last, and share the names of others.
    twins: Vec<Twin>,
}

/// A type of derived relationships.
#[derive(Clone, Copy, Debug)]
struct Twin {
    /// The stored type with the same name.
    of: TypeId,
    /// Whether a declaration entails them, and not a rule.
    of_declaration: bool,
}

impl Catalog {
    /// The id of a label, if any node ever bore it.
    pub fn label(&self, name: &str) -> Option<LabelId> {
        self.labels.get(name).map(LabelId)
    }

    /// The id of a relationship type, if any relationship ever had it.
    pub fn relationship_type(&self, name: &str) -> Option<TypeId> {
        self.types.get(name).map(TypeId)
    }

    /// The id of a property key, if anything ever had it.
    pub fn key(&self, name: &str) -> Option<KeyId> {
        self.keys.get(name).map(KeyId)
    }

    /// The name of a label of this catalog.
    pub fn label_name(&self, id: LabelId) -> &Arc<str> {
        self.labels.name(id.0)
    }

    /// The name of a relationship type of this catalog.
    pub fn type_name(&self, id: TypeId) -> &Arc<str> {
        self.types.name(id.0)
    }

    /// The name of a property key of this catalog.
    pub fn key_name(&self, id: KeyId) -> &Arc<str> {
        self.keys.name(id.0)
    }

    /// All labels, in the order in which they came.
    pub fn labels(&self) -> impl Iterator<Item = (LabelId, &Arc<str>)> {
        self.labels.all().map(|(id, name)| (LabelId(id), name))
    }

    /// All relationship types, in the order in which they came.
    pub fn types(&self) -> impl Iterator<Item = (TypeId, &Arc<str>)> {
        let stored = self.types.names.len() - self.twins.len();
        self.types.all().take(stored).map(|(id, name)| (TypeId(id), name))
    }

    /// All property keys, in the order in which they came.
    pub fn keys(&self) -> impl Iterator<Item = (KeyId, &Arc<str>)> {
        self.keys.all().map(|(id, name)| (KeyId(id), name))
    }

    /// Whether there are types of derived relationships.
    pub(crate) fn has_twins(&self) -> bool {
        !self.twins.is_empty()
    }

    /// The types of derived relationships with the name of a stored type, and whether each is what
    /// a declaration entails.
    pub(crate) fn twins(&self, of: TypeId) -> impl Iterator<Item = (TypeId, bool)> {
        let first = (self.types.names.len() - self.twins.len()) as u32;
        let twins = (first..).zip(&self.twins);
        twins
            .filter(move |(_, twin)| twin.of == of)
            .map(|(id, twin)| (TypeId(id), twin.of_declaration))
    }

    /// The stored type with the name of a type.
    pub(crate) fn origin(&self, id: TypeId) -> TypeId {
        let first = self.types.names.len() - self.twins.len();
        let twin = (id.0 as usize).checked_sub(first).and_then(|at| self.twins.get(at));
        twin.map_or(id, |twin| twin.of)
    }

    /// A new type of derived relationships with the name of a stored one. No stored type may be
    /// added to this catalog afterwards.
    #[expect(dead_code, reason = "for rules of inference, which come next")]
    pub(crate) fn add_twin(&mut self, of: TypeId, of_declaration: bool) -> TypeId {
        let id = TypeId(self.types.names.len() as u32);
        let name = Arc::clone(self.types.name(of.0));
        self.types.names.push(name);
        self.twins.push(Twin { of, of_declaration });
        id
    }

    /// The id of a label, new if need be.
    pub fn intern_label(&mut self, name: &str) -> LabelId {
        LabelId(self.labels.intern(name))
    }

    /// The id of a relationship type, new if need be.
    pub fn intern_type(&mut self, name: &str) -> TypeId {
        TypeId(self.types.intern(name))
    }

    /// The id of a property key, new if need be.
    pub fn intern_key(&mut self, name: &str) -> KeyId {
        KeyId(self.keys.intern(name))
    }
}

/// A table of names: id to name by position, name to id by hash.
#[derive(Clone, Debug, Default)]
struct Names {
    names: Vec<Arc<str>>,
    ids: HashMap<Arc<str>, u32>,
}

impl Names {
    fn get(&self, name: &str) -> Option<u32> {
        self.ids.get(name).copied()
    }

    fn name(&self, id: u32) -> &Arc<str> {
        &self.names[id as usize]
    }

    fn all(&self) -> impl Iterator<Item = (u32, &Arc<str>)> {
        self.names.iter().enumerate().map(|(id, name)| (id as u32, name))
    }

    fn intern(&mut self, name: &str) -> u32 {
        if let Some(id) = self.get(name) {
            return id;
        }
        let id = self.names.len() as u32;
        let name: Arc<str> = name.into();
        self.names.push(Arc::clone(&name));
        self.ids.insert(name, id);
        id
    }
}
