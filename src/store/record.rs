//! Commits as bytes: what a transaction changed, in the order in which it changed it.
//!
//! A record is written while its transaction runs, an operation at a time, and replayed through
//! the same code that ran it, so that what is rebuilt is what was committed. Nodes and
//! relationships stand by the numbers that users know; these outlive a checkpoint, so a record can
//! be replayed over any later generation. New ones are numbered in order, from numbers that the
//! record begins with.

use std::sync::Arc;

use crate::graph::snapshot::Ends;
use crate::graph::source::Support;
use crate::graph::{Catalog, KeyId, LabelId, Snapshot, Transaction, TypeId};
use crate::value::{NodeId, StatementId, Value};

use super::codec::{Malformed, Reader, Writer};
use super::records::{self, GONE};
use super::{StoreSnapshot, WriteTransaction};

/// The version of records; it stands in the first byte.
const VERSION: u8 = 1;

/// The operations. The numbers are part of the format.
mod operation {
    pub const CREATE_NODE: u8 = 1;
    pub const CREATE_STATEMENT: u8 = 2;
    pub const SET_NODE: u8 = 3;
    pub const SET_STATEMENT: u8 = 4;
    pub const ADD_LABEL: u8 = 5;
    pub const REMOVE_LABEL: u8 = 6;
    pub const DELETE_STATEMENT: u8 = 7;
    pub const DELETE_NODE: u8 = 8;
    pub const QUALIFY: u8 = 9;
    pub const DECLARE: u8 = 10;
    pub const ADD_COMPLETENESS: u8 = 11;
    pub const ADD_PHRASE: u8 = 12;
    pub const ADD_ALIAS: u8 = 13;
    pub const SET_RULES: u8 = 14;
    pub const SET_COMPLETENESS: u8 = 15;
    pub const SET_INFERENCES: u8 = 16;
    pub const DECLARE_LABEL: u8 = 17;
    pub const ERASE_STATEMENT: u8 = 18;
    pub const ERASE_NODE: u8 = 19;
}

/// One change, with what it was called with.
pub enum Operation<'a> {
    /// See [`Transaction::create_node`].
    CreateNode(&'a [LabelId]),
    /// See [`Transaction::create_statement`].
    CreateStatement(Ends),
    /// See [`Transaction::set_node_property`].
    SetNode(NodeId, KeyId, &'a Value),
    /// See [`Transaction::set_statement_property`].
    SetStatement(StatementId, KeyId, &'a Value),
    /// See [`Transaction::add_label`].
    AddLabel(NodeId, LabelId),
    /// See [`Transaction::remove_label`].
    RemoveLabel(NodeId, LabelId),
    /// See [`Transaction::delete_statement`].
    DeleteStatement(StatementId),
    /// See [`Transaction::delete_node`].
    DeleteNode(NodeId),
    /// See [`Transaction::erase_statement`].
    EraseStatement(StatementId, &'a crate::graph::erasure::Erasure),
    /// See [`Transaction::erase_node`].
    EraseNode(NodeId, &'a crate::graph::erasure::Erasure),
    /// See [`Transaction::qualify`].
    Qualify(StatementId, &'a crate::graph::statement::Qualifiers),
    /// See [`Transaction::declare`].
    Declare(TypeId, &'a crate::graph::declaration::Declaration),
    /// See [`Transaction::declare_label`].
    DeclareLabel(LabelId, &'a [LabelId]),
    /// See [`Transaction::add_completeness`].
    AddCompleteness(&'a crate::graph::declaration::Completeness),
    /// See [`Transaction::set_completeness`].
    SetCompleteness(&'a [crate::graph::declaration::Completeness]),
    /// See [`Transaction::add_phrase`].
    AddPhrase(&'a crate::graph::declaration::Phrase),
    /// See [`Transaction::add_alias`].
    AddAlias(&'a crate::graph::alias::Alias),
    /// See [`Transaction::set_inferences`].
    SetInferences(&'a [crate::graph::declaration::Inference]),
    /// See [`Transaction::set_rules`].
    SetRules(&'a [crate::graph::rule::Rule]),
}

impl Operation<'_> {
    /// About how many bytes the change keeps beside its own entry.
    pub fn value_bytes(&self) -> usize {
        match self {
            Operation::SetNode(_, _, value) | Operation::SetStatement(_, _, value) => {
                value.heap_bytes()
            }
            Operation::Qualify(_, said) => {
                size_of_val(*said) + said.support.len() * size_of::<Support>()
            }
            _ => 0,
        }
    }
}

/// Notes an operation on a graph that it is about to change, or has just changed.
pub fn note(out: &mut Writer, graph: &StoreSnapshot, operation: &Operation<'_>) {
    let number = |node: NodeId| number_of(graph, node);
    let statement = |id: StatementId| graph.statement_element_id(id);
    match *operation {
        Operation::CreateNode(labels) => {
            out.byte(operation::CREATE_NODE);
            records::write_labels(out, labels);
        }
        Operation::CreateStatement(ends) => {
            out.byte(operation::CREATE_STATEMENT);
            out.u32(ends.relationship_type.0);
            out.u64(number(ends.start));
            out.u64(number(ends.end));
        }
        Operation::SetNode(node, key, value) => {
            out.byte(operation::SET_NODE);
            out.u64(number(node));
            out.u32(key.0);
            out.value(value);
        }
        Operation::SetStatement(id, key, value) => {
            out.byte(operation::SET_STATEMENT);
            out.u64(statement(id));
            out.u32(key.0);
            out.value(value);
        }
        Operation::AddLabel(node, label) => {
            out.byte(operation::ADD_LABEL);
            out.u64(number(node));
            out.u32(label.0);
        }
        Operation::RemoveLabel(node, label) => {
            out.byte(operation::REMOVE_LABEL);
            out.u64(number(node));
            out.u32(label.0);
        }
        Operation::DeleteStatement(id) => {
            out.byte(operation::DELETE_STATEMENT);
            out.u64(statement(id));
        }
        Operation::DeleteNode(node) => {
            out.byte(operation::DELETE_NODE);
            out.u64(number(node));
        }
        Operation::EraseStatement(id, erasure) => {
            out.byte(operation::ERASE_STATEMENT);
            out.u64(statement(id));
            records::write_erasure(out, erasure);
        }
        Operation::EraseNode(node, erasure) => {
            out.byte(operation::ERASE_NODE);
            out.u64(number(node));
            records::write_erasure(out, erasure);
        }
        Operation::Qualify(id, qualifiers) => {
            out.byte(operation::QUALIFY);
            out.u64(statement(id));
            records::write_qualifiers(out, qualifiers, &number);
        }
        Operation::Declare(relationship_type, declaration) => {
            out.byte(operation::DECLARE);
            out.u32(relationship_type.0);
            records::write_declaration(out, declaration);
        }
        Operation::DeclareLabel(label, above) => {
            out.byte(operation::DECLARE_LABEL);
            out.u32(label.0);
            records::write_labels(out, above);
        }
        Operation::AddCompleteness(completeness) => {
            out.byte(operation::ADD_COMPLETENESS);
            records::write_completeness(out, completeness, &number);
        }
        Operation::SetCompleteness(all) => {
            out.byte(operation::SET_COMPLETENESS);
            out.list(all, |out, one| records::write_completeness(out, one, &number));
        }
        Operation::AddPhrase(phrase) => {
            out.byte(operation::ADD_PHRASE);
            records::write_phrase(out, phrase);
        }
        Operation::AddAlias(alias) => {
            out.byte(operation::ADD_ALIAS);
            records::write_alias(out, alias, &number);
        }
        Operation::SetInferences(inferences) => {
            out.byte(operation::SET_INFERENCES);
            records::write_inferences(out, inferences);
        }
        Operation::SetRules(rules) => {
            out.byte(operation::SET_RULES);
            records::write_rules(out, rules);
        }
    }
}

/// The whole record: what has to hold where it is replayed, new names, the operations.
pub fn finish(start: &StoreSnapshot, graph: &StoreSnapshot, operations: &Writer) -> Vec<u8> {
    let mut out = Writer::default();
    out.byte(VERSION);
    out.u64(start.node_element_id(NodeId(start.delta.next_node)));
    out.u64(start.statement_element_id(StatementId(start.delta.next_statement)));
    let (old, new) = (&start.catalog, &graph.catalog);
    let has_names = !Arc::ptr_eq(old, new);
    out.bool(has_names);
    if has_names {
        let skip = (old.labels().count(), old.types().count(), old.keys().count());
        records::write_names(&mut out, new.labels().skip(skip.0).map(|(_, name)| name));
        records::write_names(&mut out, new.types().skip(skip.1).map(|(_, name)| name));
        records::write_names(&mut out, new.keys().skip(skip.2).map(|(_, name)| name));
    }
    out.bytes.extend_from_slice(&operations.bytes);
    out.bytes
}

/// Carries a commit out again, after those before it.
pub fn replay(
    write: &mut WriteTransaction,
    record: &[u8],
    instant: Option<(i64, u32)>,
) -> std::result::Result<(), Malformed> {
    let mut reader = Reader::new(record);
    if reader.byte()? != VERSION {
        return Err(Malformed);
    }
    let before = write.graph();
    let next_node = before.node_element_id(NodeId(before.delta.next_node));
    let next_statement = before.statement_element_id(StatementId(before.delta.next_statement));
    if (reader.u64()?, reader.u64()?) != (next_node, next_statement) {
        return Err(Malformed);
    }
    if let Some(instant) = instant {
        write.at(instant);
    }
    if reader.bool()? {
        let mut catalog = (*write.graph().catalog).clone();
        records::read_catalog(&mut reader, &mut catalog)?;
        write.set_catalog(catalog);
    }
    let replay = Replay::of(write);
    while !reader.is_empty() {
        replay.operation(&mut reader, write)?;
    }
    if write.end_commit() { Ok(()) } else { Err(Malformed) }
}

/// How many names there are, so that a record cannot name what is not there.
struct Replay {
    labels: u32,
    types: u32,
    keys: u32,
}

impl Replay {
    fn of(write: &WriteTransaction) -> Replay {
        let catalog: &Catalog = write.catalog();
        Replay {
            labels: catalog.labels().count() as u32,
            types: catalog.types().count() as u32,
            keys: catalog.keys().count() as u32,
        }
    }

    fn operation(
        &self,
        reader: &mut Reader<'_>,
        write: &mut WriteTransaction,
    ) -> std::result::Result<(), Malformed> {
        match reader.byte()? {
            operation::CREATE_NODE => {
                let labels = records::read_labels(reader)?;
                if labels.iter().any(|label| label.0 >= self.labels) {
                    return Err(Malformed);
                }
                write.create_node(&labels).map_err(|_| Malformed)?;
            }
            operation::CREATE_STATEMENT => {
                let relationship_type = self.relationship_type(reader)?;
                let (start, end) = (node(reader, write)?, node(reader, write)?);
                write.create_statement(relationship_type, start, end).map_err(|_| Malformed)?;
            }
            operation::SET_NODE => {
                let (node, key) = (node(reader, write)?, self.key(reader)?);
                write.set_node_property(node, key, reader.value()?);
            }
            operation::SET_STATEMENT => {
                let (statement, key) = (statement(reader, write)?, self.key(reader)?);
                write.set_statement_property(statement, key, reader.value()?);
            }
            operation::ADD_LABEL => {
                let (node, label) = (node(reader, write)?, self.label(reader)?);
                write.add_label(node, label);
            }
            operation::REMOVE_LABEL => {
                let (node, label) = (node(reader, write)?, self.label(reader)?);
                write.remove_label(node, label);
            }
            operation::DELETE_STATEMENT => {
                let statement = statement(reader, write)?;
                write.delete_statement(statement);
            }
            operation::DELETE_NODE => {
                let node = node(reader, write)?;
                write.delete_node(node);
            }
            operation::ERASE_STATEMENT => {
                let statement = statement(reader, write)?;
                write.erase_statement_as(statement, records::read_erasure(reader)?);
            }
            operation::ERASE_NODE => {
                let node = node(reader, write)?;
                write.erase_node_as(node, records::read_erasure(reader)?);
            }
            operation::SET_INFERENCES => {
                let inferences = records::read_inferences(reader)?;
                if inferences.iter().any(|one| one.relationship_type.0 >= self.types) {
                    return Err(Malformed);
                }
                write.set_inferences(inferences);
            }
            operation::SET_RULES => write.set_rules(records::read_rules(reader)?),
            operation::QUALIFY => {
                let statement = statement(reader, write)?;
                let qualifiers = {
                    let graph = write.graph();
                    records::read_qualifiers(reader, &|number| any_node(graph, number))?
                };
                write.qualify(statement, qualifiers);
            }
            operation::DECLARE => {
                let relationship_type = self.relationship_type(reader)?;
                write.declare(relationship_type, records::read_declaration(reader)?);
            }
            operation::DECLARE_LABEL => {
                let label = self.label(reader)?;
                let above = records::read_labels(reader)?;
                if above.iter().any(|label| label.0 >= self.labels) {
                    return Err(Malformed);
                }
                write.declare_label(label, above);
            }
            operation::ADD_COMPLETENESS => {
                let completeness = {
                    let graph = write.graph();
                    records::read_completeness(reader, &|number| any_node(graph, number))?
                };
                write.add_completeness(completeness);
            }
            operation::SET_COMPLETENESS => {
                let all = {
                    let graph = write.graph();
                    let node = |number| any_node(graph, number);
                    reader.list(9, |reader| records::read_completeness(reader, &node))?
                };
                write.set_completeness(all);
            }
            operation::ADD_PHRASE => write.add_phrase(records::read_phrase(reader)?),
            operation::ADD_ALIAS => {
                let alias = {
                    let graph = write.graph();
                    records::read_alias(reader, &|number| any_node(graph, number))?
                };
                write.add_alias(alias);
            }
            _ => return Err(Malformed),
        }
        Ok(())
    }

    fn label(&self, reader: &mut Reader<'_>) -> std::result::Result<LabelId, Malformed> {
        let id = reader.u32()?;
        if id < self.labels { Ok(LabelId(id)) } else { Err(Malformed) }
    }

    fn key(&self, reader: &mut Reader<'_>) -> std::result::Result<KeyId, Malformed> {
        let id = reader.u32()?;
        if id < self.keys { Ok(KeyId(id)) } else { Err(Malformed) }
    }

    fn relationship_type(&self, reader: &mut Reader<'_>) -> std::result::Result<TypeId, Malformed> {
        let id = reader.u32()?;
        if id < self.types { Ok(TypeId(id)) } else { Err(Malformed) }
    }
}

fn node(
    reader: &mut Reader<'_>,
    write: &WriteTransaction,
) -> std::result::Result<NodeId, Malformed> {
    write.node_by_element_id(reader.u64()?).ok_or(Malformed)
}

fn statement(
    reader: &mut Reader<'_>,
    write: &WriteTransaction,
) -> std::result::Result<StatementId, Malformed> {
    write.statement_by_element_id(reader.u64()?).ok_or(Malformed)
}

/// The number of a node, which may have been deleted.
fn number_of(graph: &StoreSnapshot, node: NodeId) -> u64 {
    if node.0 < graph.delta.next_node { graph.node_element_id(node) } else { GONE }
}

/// The node that has the number, which may have been deleted.
fn any_node(graph: &StoreSnapshot, number: u64) -> NodeId {
    let known = graph.generation.node_elements.id(number, graph.generation.nodes);
    let known = known.filter(|&id| id < graph.delta.next_node);
    NodeId(known.unwrap_or(u32::MAX))
}
