//! What is declared about relationship types, and which facts are complete.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::graph::source::Support;
use crate::graph::{LabelId, TypeId};
use crate::value::time::Edtf;
use crate::value::{NodeId, Value};

/// What is declared about one relationship type; everything is optional.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declaration {
    /// `(a)-[:T]->(b)` says the same as `(b)-[:T]->(a)`.
    pub symmetric: bool,
    /// The name of the type read from the other end.
    pub inverse: Option<Arc<str>>,
    /// Whether it happens at a time or holds over one.
    pub kind: Option<Temporality>,
    /// At most one end for each start at a time.
    pub functional: bool,
    /// Labels one of which every start bears.
    pub from: Vec<LabelId>,
    /// Labels one of which every end bears.
    pub to: Vec<LabelId>,
    /// What the type means, in a sentence.
    pub description: Option<Arc<str>>,
}

/// Whether a relationship type happens at a time or holds over one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Temporality {
    /// It happens on some day.
    Event,
    /// It holds over days.
    State {
        /// Once begun, presumed to go on while no end is known.
        persistent: bool,
    },
}

/// "These are all": under the pattern, at the time, absence means *no*.
#[derive(Clone, Debug, PartialEq)]
pub struct Completeness {
    /// What the start must be to fall under the statement.
    pub from: Endpoint,
    /// The relationship type that is complete.
    pub relationship_type: TypeId,
    /// What the end must be to fall under the statement.
    pub to: Endpoint,
    /// When it was so.
    pub at: Option<Edtf>,
    /// Who says so, and where.
    pub support: Vec<Support>,
}

/// One end of a completeness pattern: any of the labels, all of the properties, or one node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Endpoint {
    /// Labels that the node must bear, all of them.
    pub labels: Vec<LabelId>,
    /// Properties that the node must have, by name.
    pub properties: Vec<(Arc<str>, Value)>,
    /// The very node, where the pattern names one.
    pub node: Option<NodeId>,
}

/// All that is declared in a store.
#[derive(Clone, Debug, Default)]
pub struct Declarations {
    /// By relationship type.
    pub types: HashMap<TypeId, Declaration>,
    /// In the order in which they were stated.
    pub completeness: Vec<Completeness>,
}

impl Declarations {
    /// What is declared about a type, if anything.
    pub fn of(&self, relationship_type: TypeId) -> Option<&Declaration> {
        self.types.get(&relationship_type)
    }
}
