//! Which property says what a thing is called.
//!
//! Nobody declares it. A graph that calls its films by `title` and its products by `productName` is
//! read as a person would read it: by the names of the properties, and by which of them the store
//! keeps unique. [`key`] tells it for one node, since nodes of one label need not be alike.

use super::rule::RuleKind;
use super::{KeyId, LabelId, Snapshot};
use crate::value::{NodeId, Value};

/// How many nodes of a label are looked at to know what it is called by.
const SAMPLE_MAX: usize = 8;

/// What things are called by after `name`, the likelier first.
const TITLES: [&str; 8] =
    ["title", "label", "preflabel", "rdfslabel", "caption", "displayname", "fullname", "headline"];

/// Names that are for machines, or say only a part; used where there is nothing better.
const CODES: [&str; 18] = [
    "username",
    "login",
    "handle",
    "nickname",
    "lastname",
    "surname",
    "familyname",
    "code",
    "symbol",
    "iso",
    "isbn",
    "doi",
    "sku",
    "slug",
    "email",
    "id",
    "uri",
    "url",
];

/// What stands behind the label in the property that tells things without names apart: `orderNumber`.
const NUMBERS: [&str; 7] = ["number", "no", "nr", "code", "key", "id", "reference"];

/// Properties of a given name, and of a family name.
const GIVEN: [&str; 3] = ["firstname", "givenname", "forename"];
const FAMILY: [&str; 3] = ["lastname", "surname", "familyname"];

/// Properties that end in *name* and do not say what the thing is called.
const PARTS: [&str; 10] = [
    "firstname",
    "lastname",
    "middlename",
    "givenname",
    "familyname",
    "nickname",
    "username",
    "filename",
    "maidenname",
    "contactname",
];

/// The property that a node is called by: a text.
///
/// ```
/// let store = dossier::Store::memory();
/// store.query("CREATE (:Film {year: '1979', title: 'Stalker'})", ())?;
/// let graph = store.snapshot();
/// let key = dossier::graph::naming::key(&*graph, dossier::value::NodeId(0));
/// assert_eq!(key, graph.catalog().key("title"));
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn key(graph: &dyn Snapshot, node: NodeId) -> Option<KeyId> {
    keys(graph, node).last().copied()
}

/// The properties that a node is called by: one, or those of its given and its family name where
/// nothing has the two in one.
///
/// ```
/// let store = dossier::Store::memory();
/// store.query("CREATE (:Person {firstName: 'Nan', lastName: 'Davolio', login: 'nd'})", ())?;
/// let graph = store.snapshot();
/// let keys = dossier::graph::naming::keys(&*graph, dossier::value::NodeId(0));
/// let names: Vec<&str> = keys.iter().map(|&key| &**graph.catalog().key_name(key)).collect();
/// assert_eq!(names, ["firstName", "lastName"]);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn keys(graph: &dyn Snapshot, node: NodeId) -> Vec<KeyId> {
    let name = graph.catalog().key("name");
    if let Some(name) = name
        && matches!(graph.node_property(node, name), Value::String(_))
    {
        return vec![name];
    }
    let labels = graph.labels(node);
    let (mut best, mut given, mut family) = (None, None, None);
    for (key, value) in graph.node_properties(node) {
        let Value::String(text) = value else { continue };
        if text.is_empty() {
            continue;
        }
        let plain = letters(graph.catalog().key_name(key));
        if GIVEN.contains(&&*plain) {
            given = Some(key);
        } else if FAMILY.contains(&&*plain) {
            family = Some(key);
        }
        let ranked = rank(graph, labels, key).map(|rank| (rank, key));
        best = best.into_iter().chain(ranked).min();
    }
    match (best, given, family) {
        (Some((rank, _)), Some(given), Some(family)) if rank >= FIRST_CODE => vec![given, family],
        (best, ..) => best.into_iter().map(|(_, key)| key).collect(),
    }
}

/// What a node is called by the properties that say so.
///
/// ```
/// let store = dossier::Store::memory();
/// store.query("CREATE (:Product {sku: 'A-7', productName: 'Chai'})", ())?;
/// let name = dossier::graph::naming::name(&*store.snapshot(), dossier::value::NodeId(0));
/// assert_eq!(name.as_deref(), Some("Chai"));
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn name(graph: &dyn Snapshot, node: NodeId) -> Option<std::sync::Arc<str>> {
    let text = |key: &KeyId| match graph.node_property(node, *key) {
        Value::String(name) => Some(name),
        _ => None,
    };
    match keys(graph, node).as_slice() {
        [given, family] => Some(format!("{} {}", text(given)?, text(family)?).into()),
        [one] => text(one),
        _ => None,
    }
}

/// The properties that the first things with a label are called by, each way once.
pub(crate) fn keys_of(graph: &dyn Snapshot, label: LabelId) -> Vec<Vec<KeyId>> {
    let mut nodes = Vec::new();
    graph.scan_nodes(Some(label), NodeId(0), SAMPLE_MAX, &mut nodes);
    let mut ways: Vec<Vec<KeyId>> = Vec::new();
    for found in nodes.into_iter().map(|node| keys(graph, node)) {
        if !found.is_empty() && !ways.contains(&found) {
            ways.push(found);
        }
    }
    ways
}

/// How the best of the names for machines is ranked.
const FIRST_CODE: usize = TITLES.len() + 4;

/// How well a property serves as a name, the least the best; nothing where it does not.
fn rank(graph: &dyn Snapshot, labels: &[LabelId], key: KeyId) -> Option<usize> {
    let written = graph.catalog().key_name(key);
    let plain = letters(written);
    if let Some(at) = TITLES.iter().position(|title| *title == plain) {
        return Some(at);
    }
    let of_label = |label: &LabelId| {
        let label = letters(graph.catalog().label_name(*label));
        plain.strip_prefix(&label).is_some_and(|rest| matches!(rest, "name" | "title"))
    };
    if labels.iter().any(of_label) {
        return Some(TITLES.len());
    }
    if is_unique(graph, labels, written) {
        return Some(TITLES.len() + 1);
    }
    let ends_well = plain.ends_with("name") || plain.ends_with("title");
    if ends_well && !PARTS.contains(&&*plain) {
        return Some(TITLES.len() + 2);
    }
    let number = |label: &LabelId| {
        let label = letters(graph.catalog().label_name(*label));
        plain.strip_prefix(&label).is_some_and(|rest| NUMBERS.contains(&rest))
    };
    if labels.iter().any(number) {
        return Some(TITLES.len() + 3);
    }
    CODES.iter().position(|code| *code == plain).map(|at| FIRST_CODE + at)
}

/// Whether the store keeps a property unique among the things of a label.
fn is_unique(graph: &dyn Snapshot, labels: &[LabelId], key: &str) -> bool {
    graph.declarations().rules.iter().any(|rule| {
        matches!(rule.kind, RuleKind::Unique | RuleKind::Key)
            && !rule.is_relationship
            && matches!(rule.keys.as_slice(), [only] if **only == *key)
            && labels.iter().any(|&label| *graph.catalog().label_name(label) == rule.on)
    })
}

/// The letters and digits of a name, small: `product_name` and `productName` are one.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    fn called(nodes: &str) -> Vec<Option<String>> {
        let store = Store::memory();
        store.query("CREATE CONSTRAINT tags FOR (t:Tag) REQUIRE t.word IS UNIQUE", ()).unwrap();
        store.query(nodes, ()).unwrap();
        let graph = store.snapshot();
        let all = (0..graph.node_bound()).map(NodeId);
        all.map(|node| name(&*graph, node).map(|name| name.to_string())).collect()
    }

    #[test]
    fn things_are_called_by_what_reads_like_a_name() {
        let nodes = "CREATE (:Film {tagline: 'x', title: 'Stalker'}),
            (:Person {name: 'Ada', title: 'Countess'}), (:Product {sku: 'A-7', productName: 'Chai'}),
            (:Supplier {contact_name: 'Bo', company_name: 'Exotic'}), (:Tag {colour: 'red', word: 'new'}),
            (:Person {firstName: 'Nan', lastName: 'Davolio'}), (:Airport {code: 'OSL', city: 'Oslo'}),
            (:Order {status: 'open', orderNumber: 'O-17'})";
        let expected = ["Stalker", "Ada", "Chai", "Exotic", "new", "Nan Davolio", "OSL", "O-17"];
        assert_eq!(called(nodes), expected.map(|name| Some(name.to_owned())));
    }

    #[test]
    fn what_has_nothing_like_a_name_has_none() {
        assert_eq!(
            called("CREATE (:Film {year: 1979}), (:Note {text: 'long', title: ''})"),
            [None, None]
        );
    }
}
