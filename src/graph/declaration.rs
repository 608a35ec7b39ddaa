//! What is declared about relationship types, and which facts are complete.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::graph::erasure::Erasure;
use crate::graph::kinds::Kinds;
use crate::graph::rule::Rule;
use crate::graph::source::Support;
use crate::graph::{KeyId, LabelId, TypeId};
use crate::value::time::Edtf;
pub use crate::value::time::Temporality;
use crate::value::{NodeId, Value};

/// What is declared about one relationship type; everything is optional.
///
/// ```
/// let graph = dossier::Store::shipped()?.snapshot();
/// let met = graph.catalog().relationship_type("MET").unwrap();
/// let declared = graph.declarations().of(met).expect("declared");
/// assert!(declared.symmetric && !declared.functional);
/// assert_eq!(declared.from, [graph.catalog().label("Person").unwrap()]);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of DECLARE")]
pub struct Declaration {
    /// `(a)-[:T]->(b)` says the same as `(b)-[:T]->(a)`.
    pub symmetric: bool,
    /// The name of the type read from the other end.
    pub inverse: Option<Arc<str>>,
    /// `(a)-[:T]->(b)-[:T]->(c)` says `(a)-[:T]->(c)` as well.
    pub transitive: bool,
    /// The types that every relationship of this one is of too, by name.
    pub sub_of: Vec<Arc<str>>,
    /// Whether it happens at a time or holds over one.
    pub kind: Option<Temporality>,
    /// At most one end for each start at a time.
    pub functional: bool,
    /// The start is before the end in time: its relationships are order statements.
    pub order: bool,
    /// Labels one of which every start bears.
    pub from: Vec<LabelId>,
    /// Labels one of which every end bears.
    pub to: Vec<LabelId>,
    /// What the type means, in a sentence.
    pub description: Option<Arc<str>>,
}

/// "These are all": under the pattern, at the time, absence means *no*.
///
/// ```
/// let graph = dossier::Store::shipped()?.snapshot();
/// let complete = &graph.declarations().completeness[0];
/// assert_eq!(&**graph.catalog().type_name(complete.relationship_type), "RECOGNISES");
/// assert!(complete.at.is_some() && !complete.support.is_empty());
/// # Ok::<(), dossier::Error>(())
/// ```
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

/// A rule of inference: `MATCH … DERIVE …` under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inference {
    /// Its name; no two share one.
    pub name: Arc<str>,
    /// The type that it derives.
    pub relationship_type: TypeId,
    /// The rule as it was written, from MATCH on.
    pub text: Arc<str>,
}

/// One end of a completeness pattern: any of the labels, all of the properties, or one node.
///
/// ```
/// let graph = dossier::Store::shipped()?.snapshot();
/// let any_state = &graph.declarations().completeness[0].from;
/// assert_eq!(any_state.labels, [graph.catalog().label("State").unwrap()]);
/// assert_eq!(any_state.node, None);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Endpoint {
    /// Labels that the node must bear, all of them.
    pub labels: Vec<LabelId>,
    /// Properties that the node must have, by name.
    pub properties: Vec<(Arc<str>, Value)>,
    /// The very node, where the pattern names one.
    pub node: Option<NodeId>,
}

/// A word or phrase of plain English for something of the schema.
///
/// Labels and property keys have nouns (`country` for `:State`). Relationship types have example
/// sentences in which `A` stands for the start, `B` for the end and `{key}` for a property:
/// `A recognises B`, `A's recognition of B`, `A is the {title} of B`. The other forms (passive,
/// past, questions, relative clauses) are derived from these.
///
/// ```
/// let graph = dossier::Store::shipped()?.snapshot();
/// let phrases = graph.declarations().phrases.iter();
/// assert!(phrases.clone().any(|phrase| &*phrase.text == "A recognises B"));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phrase {
    /// The text as written.
    pub text: Arc<str>,
    /// What it is for.
    pub means: Meaning,
}

/// What a [`Phrase`] is for.
///
/// ```
/// use dossier::graph::declaration::Meaning;
/// let graph = dossier::Store::shipped()?.snapshot();
/// let country = graph.declarations().phrases.iter().find(|phrase| &*phrase.text == "country");
/// let state = graph.catalog().label("State").unwrap();
/// assert_eq!(country.expect("a word for a state").means, Meaning::Label(state));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// A noun for the nodes with a label.
    Label(LabelId),
    /// An example sentence of a relationship type.
    Type(TypeId),
    /// A noun for a property.
    Key(KeyId),
}

/// All that is declared in a store.
///
/// ```
/// let store = dossier::Store::memory();
/// store.query("CREATE INDEX state_names FOR (s:State) ON (s.name)", ())?;
/// let graph = store.snapshot();
/// assert_eq!(&*graph.declarations().rules[0].name, "state_names");
/// assert!(graph.declarations().types.is_empty());
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Declarations {
    /// By relationship type.
    pub types: HashMap<TypeId, Declaration>,
    /// In the order in which they were stated.
    pub completeness: Vec<Completeness>,
    /// What questions may call things, in the order in which it was stated.
    pub phrases: Vec<Phrase>,
    /// Indexes and constraints, in the order in which they were created.
    pub rules: Vec<Rule>,
    /// Rules of inference, in the order in which they were created.
    pub inferences: Vec<Inference>,
    /// Which labels are kinds of others.
    pub kinds: Kinds,
    /// What was erased, in the order in which it was.
    pub erasures: Vec<Erasure>,
}

impl Declarations {
    /// What is declared about a type, if anything.
    ///
    /// ```
    /// let store = dossier::Store::memory();
    /// store.query("CREATE ()-[:MET]->()", ())?;
    /// let graph = store.snapshot();
    /// let met = graph.catalog().relationship_type("MET").unwrap();
    /// assert_eq!(graph.declarations().of(met), None);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn of(&self, relationship_type: TypeId) -> Option<&Declaration> {
        self.types.get(&relationship_type)
    }
}
