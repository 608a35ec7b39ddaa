//! Tables of relationships.

use std::path::Path;

use hashbrown::{HashMap, HashSet};

use super::columns::{Target, check_copied, compute, skipped};
use super::keys::NONE;
use super::nodes::{computed, copied};
use super::qualify::Qualifier;
use super::{Import, Opened, takes_all, usable};
use crate::error::Result;
use crate::graph::TypeId;
use crate::graph::declaration::{Completeness, Endpoint};
use crate::graph::source::Support;
use crate::graph::statement::Qualifiers;
use crate::load::recipe::{End, Expression, Relationships, Type, written};
use crate::load::rows::{Batch, Column, Fault, Kind};
use crate::value::{NodeId, Value};

/// What is known of a table while it is read.
struct Reading<'a> {
    table: &'a Relationships,
    /// The types that its rows have, by name.
    types: HashMap<String, TypeId>,
    /// Type and ends of the relationships so far, where each is to come once.
    known: HashSet<(TypeId, u32, u32)>,
    qualifier: Qualifier<'a>,
}

/// Where the relationships of a batch begin and end, by row; [`NONE`] where a row is at fault.
struct Found {
    starts: Vec<u32>,
    ends: Vec<u32>,
}

impl<'a> Import<'a> {
    /// Reads one table.
    pub(super) fn relationships(&mut self, table: &'a Relationships) -> Result<()> {
        let mut reading = Reading {
            table,
            types: HashMap::new(),
            known: HashSet::new(),
            qualifier: Qualifier::new(&table.qualifying, &self.documents),
        };
        if let Type::Is(name) = &table.relationship_type {
            let id = self.builder.catalog_mut().intern_type(name);
            reading.types.insert(name.clone(), id);
        }
        for path in super::files::find(&table.files, self.paths)? {
            let mut opened = self.open_relationships(table, &path)?;
            while let Some(mut batch) = opened.rows.next_batch()? {
                self.relationship_batch(&mut reading, &path, &mut batch, &opened)?;
            }
        }
        self.complete(&reading)
    }

    fn open_relationships(&self, table: &Relationships, path: &Path) -> Result<Opened> {
        let take_all = takes_all(&table.properties);
        let named = |name: &str| table.columns.named.iter().any(|(known, _)| known == name);
        let kind_of = |at: usize, name: &str| {
            let said = table.kinds.get(name).copied();
            said.or_else(|| self.end_kind(&table.ends.from, at))
                .or_else(|| self.end_kind(&table.ends.to, at))
        };
        self.open(path, &table.columns, kind_of, |name| take_all && !named(name))
    }

    /// What a column must be to be the key of an end.
    fn end_kind(&self, end: &End, at: usize) -> Option<Kind> {
        let part = end.keys.iter().position(|key| *key == Expression::Column(at))?;
        *self.groups.get(end.group.as_str())?.kinds.get(part)?
    }

    fn relationship_batch(
        &mut self,
        reading: &mut Reading<'a>,
        path: &Path,
        batch: &mut Batch,
        opened: &Opened,
    ) -> Result<()> {
        let table = reading.table;
        let mut faults = std::mem::take(&mut batch.faults);
        let mut skip = skipped(table.condition.as_ref(), batch, &mut faults);
        let found = Found {
            starts: self.find(&table.ends.from, batch, &skip, &mut faults),
            ends: self.find(&table.ends.to, batch, &skip, &mut faults),
        };
        let types = match &table.relationship_type {
            Type::Is(_) => None,
            Type::From(expression) => {
                Some(self.types(reading, expression, batch, &skip, &mut faults))
            }
        };
        let properties: Vec<(&str, Column)> = computed(&table.properties)
            .map(|(name, expression)| (name, compute(name, expression, batch, &skip, &mut faults)))
            .collect();
        check_copied(copied(&table.properties, &opened.others), batch, &skip, &mut faults);
        let groups = &self.groups;
        let document = |group: &str, key: &Value| groups.get(group).and_then(|of| of.find(key));
        let qualifiers = reading.qualifier.read(batch, &skip, &mut faults, &document);
        self.reject(path, batch, &mut faults)?;
        if table.distinct {
            reading.skip_known(&found, types.as_deref(), &mut skip);
        }
        let rows = usable(batch.len, &faults, &skip);
        self.summary.relationships += rows.as_ref().map_or(batch.len, Vec::len) as u64;
        let these = These { batch, found: &found, properties: &properties, qualifiers, opened };
        let Some(types) = types else {
            let id = reading.types.values().next().copied().unwrap_or(TypeId(0));
            return self.add_relationships(id, table, rows.as_deref(), &these);
        };
        // One type after the other, each with its rows in order.
        let mut rows = rows.unwrap_or_else(|| (0..batch.len as u32).collect());
        rows.sort_by_key(|&row| types[row as usize]);
        rows.chunk_by(|&a, &b| types[a as usize] == types[b as usize]).try_for_each(|run| {
            self.add_relationships(types[run[0] as usize], table, Some(run), &these)
        })
    }

    /// The nodes that an end of each row means; a row without one is at fault.
    fn find(&self, end: &End, batch: &Batch, skip: &[bool], faults: &mut Vec<Fault>) -> Vec<u32> {
        let Some(group) = self.groups.get(end.group.as_str()) else {
            return vec![NONE; batch.len];
        };
        let mut fault = |row: usize, reason: String| {
            faults.push(Fault { row: row as u32, column: column_name(end), reason });
        };
        let found = group.keys.find_all(&end.keys, batch, &mut fault);
        for (row, _) in found.iter().enumerate().filter(|&(_, &node)| node == NONE) {
            if !skip.get(row).copied().unwrap_or(false) {
                let parts: Result<Vec<String>, String> = end
                    .keys
                    .iter()
                    .map(|key| key.value(batch, row).and_then(|value| written(&value)))
                    .collect();
                let reason = match parts {
                    Ok(parts) => {
                        format!(
                            "No node of the group {} has the key `{}`.",
                            end.group,
                            parts.join("`, `")
                        )
                    }
                    Err(_) => "The key is missing.".to_owned(),
                };
                fault(row, reason);
            }
        }
        found
    }

    /// The type of each row.
    fn types(
        &mut self,
        reading: &mut Reading<'a>,
        expression: &Expression,
        batch: &Batch,
        skip: &[bool],
        faults: &mut Vec<Fault>,
    ) -> Vec<TypeId> {
        let names = compute("type_from", expression, batch, skip, faults);
        let mut types = Vec::with_capacity(batch.len);
        for row in 0..batch.len {
            let name = names.value(row);
            let known = name.as_str().filter(|name| !name.is_empty());
            types.push(match known {
                Some(name) => match reading.types.get(name) {
                    Some(&id) => id,
                    None => {
                        let id = self.builder.catalog_mut().intern_type(name);
                        reading.types.insert(name.to_owned(), id);
                        id
                    }
                },
                None => {
                    if !skip.get(row).copied().unwrap_or(false) {
                        let reason = "The relationship has no type.".to_owned();
                        faults.push(Fault { row: row as u32, column: None, reason });
                    }
                    TypeId(0)
                }
            });
        }
        types
    }

    /// Adds the relationships of one type.
    fn add_relationships(
        &mut self,
        id: TypeId,
        table: &Relationships,
        rows: Option<&[u32]>,
        these: &These<'_>,
    ) -> Result<()> {
        let Found { starts, ends } = these.found;
        let copied: Vec<_> = copied(&table.properties, &these.opened.others)
            .map(|(name, at)| (name, &these.batch.columns[at]))
            .chain(these.properties.iter().map(|(name, column)| (*name, column)))
            .map(|(name, column)| (self.builder.catalog_mut().intern_key(name), column))
            .collect();
        let into = self.builder.relationships(id);
        let first = match rows {
            None => into.add_all(starts, ends)?,
            Some(rows) => {
                let pick = |nodes: &[u32]| rows.iter().map(|&row| nodes[row as usize]).collect();
                let (starts, ends): (Vec<u32>, Vec<u32>) = (pick(starts), pick(ends));
                into.add_all(&starts, &ends)?
            }
        };
        let target = Target { rows, first };
        for (key, column) in copied {
            target.copy(column, these.batch.len, into.column(key));
        }
        if let Some(qualifiers) = &these.qualifiers {
            let count = rows.map_or(these.batch.len, <[u32]>::len);
            for (at, row) in (0..count).zip(first..) {
                let from = rows.map_or(at, |rows| rows[at] as usize);
                into.qualify(row, &qualifiers[from])?;
            }
        }
        Ok(())
    }

    /// States that the relationships of a table are all, where the recipe says so.
    fn complete(&mut self, reading: &Reading<'a>) -> Result<()> {
        let Some(whole) = &reading.table.complete else { return Ok(()) };
        let mut types: Vec<TypeId> = reading.types.values().copied().collect();
        types.sort_unstable();
        let ends = &reading.table.ends;
        let (from, to) = (self.endpoint(&ends.from), self.endpoint(&ends.to));
        let source = reading.table.qualifying.source.as_ref();
        let support = source.map(|source| Support {
            document: NodeId(self.documents[source.document]),
            locator: std::sync::Arc::default(),
            summary: None,
        });
        for relationship_type in types {
            self.builder.declarations_mut().completeness.push(Completeness {
                from: from.clone(),
                relationship_type,
                to: to.clone(),
                at: whole.at.clone(),
                support: support.clone().into_iter().collect(),
            });
        }
        Ok(())
    }

    fn endpoint(&mut self, end: &End) -> Endpoint {
        let table = self.recipe.nodes.iter().find(|nodes| nodes.group == end.group);
        let labels = table.map_or(&[][..], |table| &table.labels);
        let catalog = self.builder.catalog_mut();
        let labels = labels.iter().map(|label| catalog.intern_label(label)).collect();
        Endpoint { labels, ..Endpoint::default() }
    }
}

impl Reading<'_> {
    /// Skips rows whose relationship is there already.
    fn skip_known(&mut self, found: &Found, types: Option<&[TypeId]>, skip: &mut Vec<bool>) {
        skip.resize(found.starts.len(), false);
        for (row, (&start, &end)) in found.starts.iter().zip(&found.ends).enumerate() {
            let id = types.map_or(TypeId(0), |types| types[row]);
            let is_found = start != NONE && end != NONE;
            skip[row] |= is_found && !skip[row] && !self.known.insert((id, start, end));
        }
    }
}

/// The rows of a batch with what was found out about them.
struct These<'b> {
    batch: &'b Batch,
    found: &'b Found,
    properties: &'b [(&'b str, Column)],
    qualifiers: Option<Vec<Qualifiers>>,
    opened: &'b Opened,
}

/// The column that an end's key is, to be named where a node is missing.
fn column_name(end: &End) -> Option<String> {
    end.written.clone()
}
