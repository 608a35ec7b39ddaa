//! What is said beside the columns, as bytes: qualifiers, declarations, names.
//!
//! In a commit record nodes stand by the numbers that users know, which outlive a checkpoint; in a
//! generation file by their ids, which belong to it. So everything here takes a function from one
//! to the other; [`GONE`] stands for a node that was deleted in both.

use std::sync::Arc;

use crate::graph::alias::{Alias, AliasKind};
use crate::graph::declaration::{
    Completeness, Declaration, Declarations, Endpoint, Inference, Meaning, Phrase, Temporality,
};
use crate::graph::erasure::Erasure;
use crate::graph::history::Recorded;
use crate::graph::kinds::Kinds;
use crate::graph::rule::{Rule, RuleKind};
use crate::graph::source::Support;
use crate::graph::statement::{Qualifiers, Rank, Stance};
use crate::graph::{Catalog, KeyId, LabelId, TypeId};
use crate::value::NodeId;

use super::codec::{Malformed, Reader, Writer};

/// A node that was deleted.
pub const GONE: u64 = u64::MAX;

type Read<T> = Result<T, Malformed>;

/// The node itself as a number: for what stands in a generation file.
pub fn own_number(node: NodeId) -> u64 {
    if node.0 == u32::MAX { GONE } else { node.0.into() }
}

/// The node of such a number.
pub fn own_node(number: u64) -> NodeId {
    NodeId(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Writes qualifiers.
pub fn write_qualifiers(out: &mut Writer, qualifiers: &Qualifiers, number: &dyn Fn(NodeId) -> u64) {
    let Qualifiers { valid, not_before, not_after, support, stance, speaker, rank, reason } =
        qualifiers;
    out.option(valid.as_ref(), |out, valid| out.text(valid.as_str()));
    out.option(*not_before, |out, date| out.i64(date.days()));
    out.option(*not_after, |out, date| out.i64(date.days()));
    write_support(out, support, number);
    out.byte(*stance as u8);
    out.option(speaker.as_deref(), Writer::text);
    out.byte(*rank as u8);
    out.option(reason.as_deref(), Writer::text);
}

/// Reads qualifiers.
pub fn read_qualifiers(reader: &mut Reader<'_>, node: &dyn Fn(u64) -> NodeId) -> Read<Qualifiers> {
    Ok(Qualifiers {
        valid: reader.option(Reader::edtf)?,
        not_before: reader.option(Reader::date)?,
        not_after: reader.option(Reader::date)?,
        support: read_support(reader, node)?,
        stance: *Stance::ALL.get(usize::from(reader.byte()?)).ok_or(Malformed)?,
        speaker: optional_text(reader)?,
        rank: *Rank::ALL.get(usize::from(reader.byte()?)).ok_or(Malformed)?,
        reason: optional_text(reader)?,
    })
}

/// Whether qualifiers are of a statement that is not believed; its dates are passed over unread.
pub fn skim_disbelieved(reader: &mut Reader<'_>) -> Read<bool> {
    reader.option(Reader::text)?;
    reader.option(Reader::i64)?;
    reader.option(Reader::i64)?;
    reader.list(13, |reader| {
        reader.u64()?;
        reader.map()?;
        reader.option(Reader::text)
    })?;
    let stance = *Stance::ALL.get(usize::from(reader.byte()?)).ok_or(Malformed)?;
    reader.option(Reader::text)?;
    let rank = *Rank::ALL.get(usize::from(reader.byte()?)).ok_or(Malformed)?;
    Ok(Qualifiers { stance, rank, ..Qualifiers::default() }.is_disbelieved())
}

fn optional_text(reader: &mut Reader<'_>) -> Read<Option<Arc<str>>> {
    reader.option(|reader| reader.text().map(Arc::from))
}

fn write_support(out: &mut Writer, support: &[Support], number: &dyn Fn(NodeId) -> u64) {
    out.list(support, |out, support| {
        out.u64(number(support.document));
        out.map(&support.locator);
        out.option(support.summary.as_deref(), Writer::text);
    });
}

fn read_support(reader: &mut Reader<'_>, node: &dyn Fn(u64) -> NodeId) -> Read<Vec<Support>> {
    reader.list(13, |reader| {
        Ok(Support {
            document: node(reader.u64()?),
            locator: Arc::new(reader.map()?),
            summary: optional_text(reader)?,
        })
    })
}

/// Writes what is declared about a type.
pub fn write_declaration(out: &mut Writer, declaration: &Declaration) {
    let Declaration {
        symmetric,
        inverse,
        transitive,
        sub_of,
        kind,
        functional,
        order,
        from,
        to,
        description,
    } = declaration;
    out.bool(*symmetric);
    out.option(inverse.as_deref(), Writer::text);
    out.bool(*transitive);
    out.list(sub_of, |out, of| out.text(of));
    out.byte(match kind {
        None => 0,
        Some(Temporality::Event) => 1,
        Some(Temporality::State { persistent: false }) => 2,
        Some(Temporality::State { persistent: true }) => 3,
    });
    out.bool(*functional);
    out.bool(*order);
    out.list(from, |out, label| out.u32(label.0));
    out.list(to, |out, label| out.u32(label.0));
    out.option(description.as_deref(), Writer::text);
}

/// Reads what is declared about a type.
pub fn read_declaration(reader: &mut Reader<'_>) -> Read<Declaration> {
    Ok(Declaration {
        symmetric: reader.bool()?,
        inverse: optional_text(reader)?,
        transitive: reader.bool()?,
        sub_of: reader.list(1, |reader| reader.text().map(Arc::from))?,
        kind: match reader.byte()? {
            0 => None,
            1 => Some(Temporality::Event),
            2 => Some(Temporality::State { persistent: false }),
            3 => Some(Temporality::State { persistent: true }),
            _ => return Err(Malformed),
        },
        functional: reader.bool()?,
        order: reader.bool()?,
        from: read_labels(reader)?,
        to: read_labels(reader)?,
        description: optional_text(reader)?,
    })
}

/// Writes labels.
pub fn write_labels(out: &mut Writer, labels: &[LabelId]) {
    out.list(labels, |out, label| out.u32(label.0));
}

/// Reads labels.
pub fn read_labels(reader: &mut Reader<'_>) -> Read<Vec<LabelId>> {
    reader.list(4, |reader| reader.u32().map(LabelId))
}

/// Writes a statement of completeness.
pub fn write_completeness(
    out: &mut Writer,
    complete: &Completeness,
    number: &dyn Fn(NodeId) -> u64,
) {
    let Completeness { from, relationship_type, to, at, support } = complete;
    for Endpoint { labels, properties, node } in [from, to] {
        write_labels(out, labels);
        out.list(properties, |out, (key, value)| {
            out.text(key);
            out.value(value);
        });
        out.option(*node, |out, node| out.u64(number(node)));
    }
    out.u32(relationship_type.0);
    out.option(at.as_ref(), |out, at| out.text(at.as_str()));
    write_support(out, support, number);
}

/// Reads a statement of completeness.
pub fn read_completeness(
    reader: &mut Reader<'_>,
    node: &dyn Fn(u64) -> NodeId,
) -> Read<Completeness> {
    let (from, to) = (read_endpoint(reader, node)?, read_endpoint(reader, node)?);
    Ok(Completeness {
        from,
        to,
        relationship_type: TypeId(reader.u32()?),
        at: reader.option(Reader::edtf)?,
        support: read_support(reader, node)?,
    })
}

fn read_endpoint(reader: &mut Reader<'_>, node: &dyn Fn(u64) -> NodeId) -> Read<Endpoint> {
    Ok(Endpoint {
        labels: read_labels(reader)?,
        properties: reader.list(5, |reader| Ok((Arc::from(reader.text()?), reader.value()?)))?,
        node: reader.option(|reader| reader.u64().map(node))?,
    })
}

/// Writes a phrase.
pub fn write_phrase(out: &mut Writer, phrase: &Phrase) {
    out.text(&phrase.text);
    let (what, id) = match phrase.means {
        Meaning::Label(label) => (0, label.0),
        Meaning::Type(relationship_type) => (1, relationship_type.0),
        Meaning::Key(key) => (2, key.0),
    };
    out.byte(what);
    out.u32(id);
}

/// Reads a phrase.
pub fn read_phrase(reader: &mut Reader<'_>) -> Read<Phrase> {
    let text = reader.text()?.into();
    let (what, id) = (reader.byte()?, reader.u32()?);
    let means = match what {
        0 => Meaning::Label(LabelId(id)),
        1 => Meaning::Type(TypeId(id)),
        2 => Meaning::Key(KeyId(id)),
        _ => return Err(Malformed),
    };
    Ok(Phrase { text, means })
}

/// Writes indexes and constraints.
pub fn write_rules(out: &mut Writer, rules: &[Rule]) {
    out.list(rules, |out, rule| {
        out.text(&rule.name);
        out.byte(match rule.kind {
            RuleKind::RangeIndex => 0,
            RuleKind::TextIndex => 1,
            RuleKind::PointIndex => 2,
            RuleKind::Unique => 3,
            RuleKind::Exists => 4,
            RuleKind::Key => 5,
            RuleKind::Typed(_) => 6,
        });
        if let RuleKind::Typed(written) = &rule.kind {
            out.text(written);
        }
        out.bool(rule.is_relationship);
        out.text(&rule.on);
        out.list(&rule.keys, |out, key| out.text(key));
    });
}

/// Reads indexes and constraints.
pub fn read_rules(reader: &mut Reader<'_>) -> Read<Vec<Rule>> {
    reader.list(4, |reader| {
        let name = reader.text()?.into();
        let kind = match reader.byte()? {
            0 => RuleKind::RangeIndex,
            1 => RuleKind::TextIndex,
            2 => RuleKind::PointIndex,
            3 => RuleKind::Unique,
            4 => RuleKind::Exists,
            5 => RuleKind::Key,
            6 => RuleKind::Typed(reader.text()?.into()),
            _ => return Err(Malformed),
        };
        let is_relationship = reader.bool()?;
        let on = reader.text()?.into();
        let keys = reader.list(1, |reader| reader.text().map(std::sync::Arc::from))?;
        Ok(Rule { name, kind, is_relationship, on, keys })
    })
}

/// Writes rules of inference.
pub fn write_inferences(out: &mut Writer, inferences: &[Inference]) {
    out.list(inferences, |out, one| {
        out.text(&one.name);
        out.u32(one.relationship_type.0);
        out.text(&one.text);
    });
}

/// Reads rules of inference.
pub fn read_inferences(reader: &mut Reader<'_>) -> Read<Vec<Inference>> {
    reader.list(6, |reader| {
        Ok(Inference {
            name: reader.text()?.into(),
            relationship_type: TypeId(reader.u32()?),
            text: reader.text()?.into(),
        })
    })
}

/// Writes an entry of the log of erasures.
pub fn write_erasure(out: &mut Writer, erasure: &Erasure) {
    let Erasure { recorded, is_relationship, name, element_id, reason } = erasure;
    out.u64(recorded.commit);
    out.option(recorded.instant, |out, (seconds, nanos)| {
        out.i64(seconds);
        out.u32(nanos);
    });
    out.bool(*is_relationship);
    out.text(name);
    out.u64(*element_id);
    out.text(reason);
}

/// Reads an entry of the log of erasures.
pub fn read_erasure(reader: &mut Reader<'_>) -> Read<Erasure> {
    let commit = reader.u64()?;
    let instant = reader.option(|reader| Ok((reader.i64()?, reader.u32()?)))?;
    Ok(Erasure {
        recorded: Recorded { commit, instant },
        is_relationship: reader.bool()?,
        name: reader.text()?.into(),
        element_id: reader.u64()?,
        reason: reader.text()?.into(),
    })
}

/// Writes an alias.
pub fn write_alias(out: &mut Writer, alias: &Alias, number: &dyn Fn(NodeId) -> u64) {
    out.u64(number(alias.entity));
    out.text(&alias.text);
    out.byte(AliasKind::ALL.iter().position(|kind| *kind == alias.kind).unwrap_or(0) as u8);
    out.option(alias.language.as_deref(), Writer::text);
}

/// Reads an alias.
pub fn read_alias(reader: &mut Reader<'_>, node: &dyn Fn(u64) -> NodeId) -> Read<Alias> {
    Ok(Alias {
        entity: node(reader.u64()?),
        text: reader.text()?.into(),
        kind: *AliasKind::ALL.get(usize::from(reader.byte()?)).ok_or(Malformed)?,
        language: optional_text(reader)?,
    })
}

/// Writes all names of labels, types and keys.
pub fn write_catalog(out: &mut Writer, catalog: &Catalog) {
    write_names(out, catalog.labels().map(|(_, name)| name));
    write_names(out, catalog.types().map(|(_, name)| name));
    write_names(out, catalog.keys().map(|(_, name)| name));
}

/// Writes names in their order.
pub fn write_names<'a>(out: &mut Writer, names: impl Iterator<Item = &'a Arc<str>>) {
    let names: Vec<&Arc<str>> = names.collect();
    out.list(&names, |out, name| out.text(name));
}

/// Reads names, each of which is to be new, and interns them in their order.
pub fn read_catalog(reader: &mut Reader<'_>, catalog: &mut Catalog) -> Read<()> {
    for name in read_names(reader)? {
        is_new(catalog.label(name))?;
        catalog.intern_label(name);
    }
    for name in read_names(reader)? {
        is_new(catalog.relationship_type(name))?;
        catalog.intern_type(name);
    }
    for name in read_names(reader)? {
        is_new(catalog.key(name))?;
        catalog.intern_key(name);
    }
    Ok(())
}

fn is_new<T>(known: Option<T>) -> Read<()> {
    if known.is_none() { Ok(()) } else { Err(Malformed) }
}

fn read_names<'a>(reader: &mut Reader<'a>) -> Read<Vec<&'a str>> {
    reader.list(4, Reader::text)
}

/// Writes everything that is declared, and the names that things go by.
pub fn write_declarations(out: &mut Writer, declarations: &Declarations, aliases: &[Alias]) {
    let mut types: Vec<_> = declarations.types.iter().collect();
    types.sort_unstable_by_key(|(relationship_type, _)| **relationship_type);
    out.list(&types, |out, (relationship_type, declaration)| {
        out.u32(relationship_type.0);
        write_declaration(out, declaration);
    });
    let complete = &declarations.completeness;
    out.list(complete, |out, complete| write_completeness(out, complete, &own_number));
    out.list(&declarations.phrases, write_phrase);
    out.list(aliases, |out, alias| write_alias(out, alias, &own_number));
    write_rules(out, &declarations.rules);
    write_inferences(out, &declarations.inferences);
    let kinds: Vec<_> = declarations.kinds.declared().collect();
    out.list(&kinds, |out, (label, above)| {
        out.u32(label.0);
        write_labels(out, above);
    });
    out.list(&declarations.erasures, write_erasure);
}

/// Reads everything that is declared, and the names that things go by.
pub fn read_declarations(reader: &mut Reader<'_>) -> Read<(Declarations, Vec<Alias>)> {
    let types = reader.list(4, |reader| Ok((TypeId(reader.u32()?), read_declaration(reader)?)))?;
    let mut declarations = Declarations {
        types: types.into_iter().collect(),
        completeness: reader.list(9, |reader| read_completeness(reader, &own_node))?,
        phrases: reader.list(9, read_phrase)?,
        rules: Vec::new(),
        inferences: Vec::new(),
        kinds: Kinds::default(),
        erasures: Vec::new(),
    };
    let aliases = reader.list(14, |reader| read_alias(reader, &own_node))?;
    declarations.rules = read_rules(reader)?;
    declarations.inferences = read_inferences(reader)?;
    // Files of before labels could be kinds of others, and things be erased, end here.
    if !reader.is_empty() {
        let kinds = reader.list(8, |reader| Ok((LabelId(reader.u32()?), read_labels(reader)?)))?;
        kinds.into_iter().for_each(|(label, above)| declarations.kinds.declare(label, above));
        declarations.erasures = reader.list(26, read_erasure)?;
    }
    Ok((declarations, aliases))
}
