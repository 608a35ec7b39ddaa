//! Names of labels, relationship types and property keys, and the ids that stand for them.

use std::sync::Arc;

use hashbrown::HashMap;
use serde::Serialize;

use crate::graph::stated;

pub use crate::value::{NodeId, StatementId};

/// A node label of one catalog.
///
/// ```
/// use dossier::graph::LabelId;
/// let graph = dossier::Store::shipped()?.snapshot();
/// let state: LabelId = graph.catalog().label("State").expect("there are states");
/// assert_eq!(&**graph.catalog().label_name(state), "State");
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct LabelId(pub u32);

/// A relationship type of one catalog.
///
/// ```
/// use dossier::graph::TypeId;
/// let graph = dossier::Store::shipped()?.snapshot();
/// let met: TypeId = graph.catalog().relationship_type("MET").expect("somebody met somebody");
/// assert_eq!(&**graph.catalog().type_name(met), "MET");
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct TypeId(pub u32);

/// A property key of one catalog; nodes and relationships share the keys.
///
/// ```
/// use dossier::graph::KeyId;
/// let graph = dossier::Store::shipped()?.snapshot();
/// let name: KeyId = graph.catalog().key("name").expect("things have names");
/// assert_eq!(&**graph.catalog().key_name(name), "name");
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct KeyId(pub u32);

/// Which way a relationship is walked.
///
/// ```
/// use dossier::graph::Direction;
/// assert_eq!(Direction::Outgoing.reversed(), Direction::Incoming);
/// ```
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
    ///
    /// ```
    /// use dossier::graph::Direction;
    /// assert_eq!(Direction::Both.reversed(), Direction::Both);
    /// ```
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
///
/// The methods that take an id panic for one of another catalog.
///
/// ```
/// let graph = dossier::Store::shipped()?.snapshot();
/// let catalog = graph.catalog();
/// let recognises = catalog.relationship_type("RECOGNISES").expect("somebody recognises");
/// assert_eq!(&**catalog.type_name(recognises), "RECOGNISES");
/// assert!(catalog.labels().any(|(_, name)| &**name == "Region"));
/// assert_eq!(catalog.key("colour"), None);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    labels: Names,
    types: Names,
    keys: Names,
    /// The types of derived relationships: they come last, and share the names of others.
    twins: Vec<Twin>,
    /// How many of the types hold values of a property.
    value_types: u32,
}

/// A type of derived relationships.
#[derive(Clone, Copy, Debug)]
struct Twin {
    /// The stored type with the same name.
    of: TypeId,
    kind: TwinKind,
}

/// Which derived relationships a twin holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TwinKind {
    /// Those that rules derive.
    Rule,
    /// Those that the declaration of the type entails.
    Declaration,
    /// Those that the last round of an evaluation has added, of either kind.
    New,
}

impl Catalog {
    /// The id of a label, if any node ever bore it.
    ///
    /// ```
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// assert!(graph.catalog().label("State").is_some() && graph.catalog().label("Planet").is_none());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn label(&self, name: &str) -> Option<LabelId> {
        self.labels.get(name).map(LabelId)
    }

    /// The id of a relationship type, if any relationship ever had it.
    ///
    /// ```
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// assert!(graph.catalog().relationship_type("MET").is_some());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn relationship_type(&self, name: &str) -> Option<TypeId> {
        self.types.get(name).map(TypeId)
    }

    /// The id of a property key, if anything ever had it.
    ///
    /// ```
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// assert!(graph.catalog().key("title").is_some());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn key(&self, name: &str) -> Option<KeyId> {
        self.keys.get(name).map(KeyId)
    }

    /// The name of a label of this catalog.
    ///
    /// ```
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let (state, _) = graph.catalog().labels().find(|(_, name)| &***name == "State").unwrap();
    /// assert_eq!(&**graph.catalog().label_name(state), "State");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn label_name(&self, id: LabelId) -> &Arc<str> {
        self.labels.name(id.0)
    }

    /// The name of a relationship type of this catalog.
    ///
    /// ```
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let met = graph.catalog().relationship_type("MET").unwrap();
    /// assert_eq!(&**graph.catalog().type_name(met), "MET");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn type_name(&self, id: TypeId) -> &Arc<str> {
        self.types.name(id.0)
    }

    /// The name of a property key of this catalog.
    ///
    /// ```
    /// let graph = dossier::Store::shipped()?.snapshot();
    /// let title = graph.catalog().key("title").unwrap();
    /// assert_eq!(&**graph.catalog().key_name(title), "title");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn key_name(&self, id: KeyId) -> &Arc<str> {
        self.keys.name(id.0)
    }

    /// All labels, in the order in which they came.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State), (:Region)", ())?;
    /// let graph = store.snapshot();
    /// let labels: Vec<&str> = graph.catalog().labels().map(|(_, name)| &**name).collect();
    /// assert_eq!(labels, ["State", "Region"]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn labels(&self) -> impl Iterator<Item = (LabelId, &Arc<str>)> {
        self.labels.all().map(|(id, name)| (LabelId(id), name))
    }

    /// All relationship types, in the order in which they came.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ()-[:MET]->()", ())?;
    /// let graph = store.snapshot();
    /// let types: Vec<&str> = graph.catalog().types().map(|(_, name)| &**name).collect();
    /// assert_eq!(types, ["MET"]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn types(&self) -> impl Iterator<Item = (TypeId, &Arc<str>)> {
        let stored = self.types.names.len() - self.twins.len();
        self.types.all().take(stored).map(|(id, name)| (TypeId(id), name))
    }

    /// All property keys, in the order in which they came.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ({name: 'Nauru', area: 21})", ())?;
    /// assert_eq!(store.snapshot().catalog().keys().count(), 2);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn keys(&self) -> impl Iterator<Item = (KeyId, &Arc<str>)> {
        self.keys.all().map(|(id, name)| (KeyId(id), name))
    }

    /// Whether there are types of derived relationships.
    pub(crate) fn has_twins(&self) -> bool {
        !self.twins.is_empty()
    }

    /// The relationship types that a pattern without types finds: all but those that hold the
    /// values of a property ([`stated`]).
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE (:State {population: 10084 VALID edtf('2011')})-[:BORDERS]->(:State)", ())?;
    /// let graph = store.snapshot();
    /// let names: Vec<&str> = graph.catalog().relationship_types().map(|(_, name)| &**name).collect();
    /// assert_eq!(names, ["BORDERS"]);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn relationship_types(&self) -> impl Iterator<Item = (TypeId, &Arc<str>)> {
        self.types().filter(|(_, name)| stated::key_of(name).is_none())
    }

    /// Whether a type holds the values of a property.
    pub(crate) fn holds_values(&self, id: TypeId) -> bool {
        self.value_types > 0 && stated::key_of(self.type_name(id)).is_some()
    }

    /// The type that holds the values of a property, if there ever were any.
    pub(crate) fn values_of(&self, key: &str) -> Option<TypeId> {
        if self.value_types == 0 {
            return None;
        }
        self.relationship_type(&stated::type_name(key))
    }

    /// The properties of which values with a date or a source have been stated; none in a plain graph.
    pub(crate) fn stated_keys(&self) -> Vec<Arc<str>> {
        if self.value_types == 0 {
            return Vec::new();
        }
        self.types().filter_map(|(_, name)| stated::key_of(name).map(Arc::from)).collect()
    }

    /// The types of derived relationships with the name of a stored type.
    pub(crate) fn twins(&self, of: TypeId) -> impl Iterator<Item = (TypeId, TwinKind)> {
        let first = (self.types.names.len() - self.twins.len()) as u32;
        let twins = (first..).zip(&self.twins);
        twins.filter(move |(_, twin)| twin.of == of).map(|(id, twin)| (TypeId(id), twin.kind))
    }

    /// Which derived relationships a type holds; `None` for a stored type.
    pub(crate) fn twin_kind(&self, id: TypeId) -> Option<TwinKind> {
        self.as_twin(id).map(|twin| twin.kind)
    }

    /// The stored type with the name of a type.
    pub(crate) fn origin(&self, id: TypeId) -> TypeId {
        self.as_twin(id).map_or(id, |twin| twin.of)
    }

    fn as_twin(&self, id: TypeId) -> Option<&Twin> {
        let first = self.types.names.len() - self.twins.len();
        (id.0 as usize).checked_sub(first).and_then(|at| self.twins.get(at))
    }

    /// A new type of derived relationships with the name of a stored one. No stored type may be
    /// added to this catalog afterwards.
    pub(crate) fn add_twin(&mut self, of: TypeId, kind: TwinKind) -> TypeId {
        let id = TypeId(self.types.names.len() as u32);
        let name = Arc::clone(self.types.name(of.0));
        self.types.names.push(name);
        self.twins.push(Twin { of, kind });
        id
    }

    /// The id of a label, new if need be.
    ///
    /// ```
    /// use dossier::graph::Catalog;
    /// let mut catalog = Catalog::default();
    /// let state = catalog.intern_label("State");
    /// assert_eq!((catalog.intern_label("State"), catalog.label("State")), (state, Some(state)));
    /// ```
    pub fn intern_label(&mut self, name: &str) -> LabelId {
        LabelId(self.labels.intern(name))
    }

    /// The id of a relationship type, new if need be.
    ///
    /// ```
    /// use dossier::graph::Catalog;
    /// let mut catalog = Catalog::default();
    /// let met = catalog.intern_type("MET");
    /// assert_eq!(catalog.relationship_type("MET"), Some(met));
    /// ```
    pub fn intern_type(&mut self, name: &str) -> TypeId {
        let before = self.types.names.len();
        let id = TypeId(self.types.intern(name));
        let is_new = self.types.names.len() > before;
        self.value_types += u32::from(is_new && stated::key_of(name).is_some());
        id
    }

    /// The id of a property key, new if need be.
    ///
    /// ```
    /// use dossier::graph::Catalog;
    /// let mut catalog = Catalog::default();
    /// let name = catalog.intern_key("name");
    /// assert_eq!(catalog.key("name"), Some(name));
    /// ```
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
