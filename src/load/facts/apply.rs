//! Writes what has been resolved.

use std::sync::Arc;

use super::Summary;
use super::resolve::{Completed, Declared, Fact, Resolved, Rest, Side, name_value};
use crate::error::Result;
use crate::graph::alias::Alias;
use crate::graph::declaration::{Completeness, Declaration, Endpoint, Meaning, Phrase};
use crate::graph::source::Support;
use crate::graph::statement::Qualifiers;
use crate::graph::{LabelId, Transaction, stated};
use crate::value::{Map, NodeId};

/// Writes everything; fails only where the store is full.
pub(super) fn apply(resolved: &Resolved<'_>, transaction: &mut dyn Transaction) -> Result<Summary> {
    let nodes = create_nodes(resolved, transaction)?;
    create_phrases(resolved, transaction);
    for declared in &resolved.declarations {
        declare(declared, transaction);
    }
    let mut statements = 0;
    for fact in &resolved.statements {
        statements += create_statements(fact, &nodes, transaction)?;
    }
    for completed in &resolved.completeness {
        let completeness = completeness(completed, &nodes, transaction);
        transaction.add_completeness(completeness);
    }
    Ok(Summary {
        entities: nodes.len(),
        statements,
        declarations: resolved.declarations.len(),
        completeness: resolved.completeness.len(),
    })
}

fn create_nodes(resolved: &Resolved<'_>, transaction: &mut dyn Transaction) -> Result<Vec<NodeId>> {
    let name_key = transaction.intern_key("name");
    let mut nodes = Vec::with_capacity(resolved.draft.entities.len());
    for entity in &resolved.draft.entities {
        let labels: Vec<LabelId> =
            entity.labels.iter().map(|label| transaction.intern_label(&label.text)).collect();
        let node = transaction.create_node(&labels)?;
        if let Some(name) = name_value(entity) {
            transaction.set_node_property(node, name_key, name);
        }
        for property in &entity.properties {
            let key = transaction.intern_key(&property.key.text);
            transaction.set_node_property(node, key, property.value.clone());
        }
        for also in &entity.aliases {
            transaction.add_alias(Alias {
                entity: node,
                text: also.name.text.as_ref().into(),
                kind: also.kind,
                language: also.language.as_ref().map(|tag| tag.text.as_ref().into()),
            });
        }
        nodes.push(node);
    }
    Ok(nodes)
}

fn create_phrases(resolved: &Resolved<'_>, transaction: &mut dyn Transaction) {
    for words in &resolved.draft.words {
        let means = if words.of_label {
            let label = transaction.intern_label(&words.name.text);
            if !words.sub_of.is_empty() {
                let above = words.sub_of.iter().map(|name| transaction.intern_label(&name.text));
                let above = above.collect();
                transaction.declare_label(label, above);
            }
            Meaning::Label(label)
        } else {
            Meaning::Key(transaction.intern_key(&words.name.text))
        };
        for word in &words.list {
            transaction.add_phrase(Phrase { text: word.text.as_ref().into(), means });
        }
    }
}

fn declare(declared: &Declared<'_>, transaction: &mut dyn Transaction) {
    use super::draft::Trait;
    let relationship = declared.relationship;
    let has = |wanted| relationship.traits.iter().any(|&(one, _)| one == wanted);
    let id = transaction.intern_type(&relationship.name.text);
    let mut labels = |names: &[super::draft::Text<'_>]| {
        names.iter().map(|name| transaction.intern_label(&name.text)).collect()
    };
    let declaration = Declaration {
        symmetric: has(Trait::Symmetric),
        inverse: relationship.inverse.as_ref().map(|name| name.text.as_ref().into()),
        transitive: has(Trait::Transitive),
        sub_of: relationship.sub_of.iter().map(|name| name.text.as_ref().into()).collect(),
        kind: declared.kind,
        functional: has(Trait::Functional),
        order: has(Trait::Order),
        from: labels(&relationship.from),
        to: labels(&relationship.to),
        description: relationship.means.as_ref().map(|text| text.text.as_ref().into()),
    };
    transaction.declare(id, declaration);
    for phrase in &relationship.phrases {
        let text = phrase.text.as_ref().into();
        transaction.add_phrase(Phrase { text, means: Meaning::Type(id) });
    }
}

fn create_statements(
    fact: &Fact<'_>,
    nodes: &[NodeId],
    transaction: &mut dyn Transaction,
) -> Result<usize> {
    let qualifiers = qualifiers(fact, nodes);
    if let (Some(key), [property, ..]) = (stated::key_of(fact.relationship_type), fact.properties) {
        for &start in &fact.starts {
            let (value, qualifiers) = (property.value.clone(), qualifiers.clone());
            stated::state(transaction, nodes[start], key, value, qualifiers)?;
        }
        return Ok(fact.starts.len());
    }
    let relationship_type = transaction.intern_type(fact.relationship_type);
    for &start in &fact.starts {
        for &end in &fact.ends {
            let statement =
                transaction.create_statement(relationship_type, nodes[start], nodes[end])?;
            for property in fact.properties {
                let key = transaction.intern_key(&property.key.text);
                transaction.set_statement_property(statement, key, property.value.clone());
            }
            if !qualifiers.is_plain() {
                transaction.qualify(statement, qualifiers.clone());
            }
        }
    }
    Ok(fact.starts.len() * fact.ends.len())
}

fn qualifiers(fact: &Fact<'_>, nodes: &[NodeId]) -> Qualifiers {
    Qualifiers {
        valid: fact.valid.clone(),
        not_before: fact.not_before,
        not_after: fact.not_after,
        support: supports(&fact.sources, nodes),
        stance: fact.stance,
        speaker: fact.speaker.clone(),
        rank: fact.rank,
        reason: fact.because.clone(),
    }
}

fn supports(sources: &[Rest], nodes: &[NodeId]) -> Vec<Support> {
    let support = |source: &Rest| Support {
        document: nodes[source.document],
        locator: Arc::clone(&source.locator),
        summary: source.summary.clone(),
    };
    sources.iter().map(support).collect()
}

fn completeness(
    completed: &Completed<'_>,
    nodes: &[NodeId],
    transaction: &mut dyn Transaction,
) -> Completeness {
    Completeness {
        from: endpoint(&completed.from, nodes, transaction),
        relationship_type: transaction.intern_type(completed.relationship_type),
        to: endpoint(&completed.to, nodes, transaction),
        at: completed.at.clone(),
        support: supports(&completed.sources, nodes),
    }
}

fn endpoint(side: &Side<'_>, nodes: &[NodeId], transaction: &mut dyn Transaction) -> Endpoint {
    match side {
        Side::One(index) => Endpoint { node: Some(nodes[*index]), ..Endpoint::default() },
        Side::Any { labels, properties } => Endpoint {
            labels: labels.iter().map(|label| transaction.intern_label(label)).collect(),
            properties: pairs(properties),
            node: None,
        },
    }
}

fn pairs(map: &Map) -> Vec<(Arc<str>, crate::value::Value)> {
    map.iter().map(|(key, value)| (Arc::clone(key), value.clone())).collect()
}
