//! A pattern whose relationships agree in a property, taken apart by its values.
//!
//! ```text
//! (a)-[e1]->(b)-[e2]->(c)-[e3]->(a)   where e1.month = e2.month and e2.month = e3.month
//!
//! 201401   the runs of January alone, searched without the condition
//! 201402   those of February
//! ```
//!
//! The equality is one more variable of the join, and it is found first: within a part nobody asks
//! which of several parallel relationships it is, and a hub has few neighbours. A part costs an offset
//! for each node between the first and the last of its runs, so that a property with very many values
//! is compared match by match instead ([`SPAN_MAX`]).

use std::sync::Arc;

use hashbrown::HashMap;

use crate::error::Result;
use crate::exec::parallel;
use crate::exec::runtime::Runtime;
use crate::graph::Snapshot;
use crate::graph::snapshot::{Column, ColumnData};
use crate::plan::physical::{EqualProperties, Intersection};
use crate::value::{NodeId, StatementId};

use super::compile::Compiled;
use super::runs::{Built, Prepared, Source};
use super::search;

/// All parts together may have so many offsets, and so many more for each relationship.
const SPAN_MAX: (usize, usize) = (1 << 16, 64);
/// Values that lie no further apart are numbered by an array.
const TABLE_MAX: i64 = 1 << 20;
/// So many parts are laid out at a time.
const PARTS_AT_ONCE: usize = 64;

/// The parts of a pattern.
pub(super) struct Parts {
    /// The pattern without the equalities that the parts stand for.
    pub(super) pattern: Intersection,
    base: Prepared,
    /// For each relationship the runs of each part, where it is one of those that agree.
    runs: Vec<Option<Arc<Vec<Arc<Source>>>>>,
    len: usize,
}

/// Runs as they are being taken apart.
#[derive(Default)]
struct Entries {
    starts: Vec<u32>,
    neighbours: Vec<NodeId>,
    statements: Vec<StatementId>,
    /// The value of each one, numbered.
    parts: Vec<u32>,
}

impl Parts {
    /// The parts; gives the pattern's runs back where it has none, or too many.
    pub(super) fn new(
        pattern: &Intersection,
        base: Prepared,
        run: &Runtime<'_>,
    ) -> std::result::Result<Parts, Prepared> {
        let graph = run.graph();
        let Some((key, members)) = class(pattern) else { return Err(base) };
        let Some(column) = graph.catalog().key(&key).map(|key| graph.statement_column(key)) else {
            return Err(base);
        };
        let Some(values) = values(&column) else { return Err(base) };
        let mut numbers = Numbers::of(&column);
        let mut of_source: Vec<(Arc<Source>, Entries)> = Vec::new();
        for &member in &members {
            let source = &base.runs[member];
            if !of_source.iter().any(|(known, _)| Arc::ptr_eq(known, source)) {
                let entries = Entries::of(source, (&column, &values), &mut numbers, &*graph);
                of_source.push((Arc::clone(source), entries));
            }
        }
        let len = numbers.len();
        let entries: usize = of_source.iter().map(|(_, entries)| entries.parts.len()).sum();
        let span: usize = of_source.iter().map(|(_, entries)| entries.span()).sum();
        if len.saturating_mul(span) > SPAN_MAX.0.saturating_add(entries.saturating_mul(SPAN_MAX.1))
        {
            return Err(base);
        }
        let mut runs = vec![None; pattern.relationships.len()];
        for (source, entries) in of_source {
            let parts = Arc::new(entries.parts(len));
            for &member in members.iter().filter(|at| Arc::ptr_eq(&base.runs[**at], &source)) {
                runs[member] = Some(Arc::clone(&parts));
            }
        }
        let mut pattern = pattern.clone();
        pattern.equal_relationships.retain(|pair| !is_between(pair, &key, &members));
        Ok(Parts { pattern, base, runs, len })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// About how many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        self.base.bytes() + self.own_bytes()
    }

    /// The same of the parts alone; members that read the same runs have them in common.
    fn own_bytes(&self) -> usize {
        let own = self.runs.iter().enumerate().filter_map(|(at, runs)| {
            let runs = runs.as_ref()?;
            let before = self.runs[..at].iter().flatten();
            (!before.into_iter().any(|other| Arc::ptr_eq(other, runs))).then_some(runs)
        });
        own.flat_map(|runs| runs.iter()).map(|source| source.bytes()).sum()
    }

    /// Whether some relationship has none in a part.
    pub(super) fn is_nothing(&self, part: usize) -> bool {
        self.runs.iter().flatten().any(|parts| parts[part].is_empty())
    }

    /// The runs of one part.
    pub(super) fn prepared(&self, part: usize) -> Prepared {
        let runs = self.base.runs.iter().zip(&self.runs).map(|(whole, parts)| match parts {
            Some(parts) => Arc::clone(&parts[part]),
            None => Arc::clone(whole),
        });
        Prepared { runs: runs.collect(), allowed: Arc::clone(&self.base.allowed) }
    }

    /// How many matches all parts have, where no row is wanted of them.
    pub(super) fn count(&self, run: &Runtime<'_>) -> Result<u64> {
        let graph = run.graph();
        let mut total = 0u64;
        for first in (0..self.len).step_by(PARTS_AT_ONCE) {
            run.check()?;
            let parts =
                (first..self.len.min(first + PARTS_AT_ONCE)).filter(|&part| !self.is_nothing(part));
            let prepared: Vec<Prepared> = parts.map(|part| self.prepared(part)).collect();
            let compiled: Vec<Compiled<'_>> = prepared
                .iter()
                .map(|part| Compiled::new(&self.pattern, part, &[], run, &*graph))
                .collect::<Result<_>>()?;
            let limits = run.limits;
            // About a step for each byte of its runs.
            let work = self.own_bytes() / self.len.max(1);
            let counted =
                parallel::each(&compiled, work, limits, &|part| super::matches(part, limits))?;
            for count in counted {
                total = total.checked_add(count?).ok_or_else(search::too_many)?;
            }
        }
        Ok(total)
    }
}

/// The first property in which several relationships must agree, and which those are.
fn class(pattern: &Intersection) -> Option<(Arc<str>, Vec<usize>)> {
    let same = |((_, x), (_, y)): &&EqualProperties| x == y;
    let ((first, key), _) = pattern.equal_relationships.iter().find(same)?;
    let mut members = vec![*first];
    // As often as there are pairs, each of which may bring another in.
    for _ in &pattern.equal_relationships {
        for ((a, x), (b, y)) in &pattern.equal_relationships {
            if x == key && y == key && members.contains(a) != members.contains(b) {
                members.push(if members.contains(a) { *b } else { *a });
            }
        }
    }
    let is_there = |at: &usize| !pattern.relationships[*at].missing;
    members.iter().all(is_there).then(|| (Arc::clone(key), members))
}

fn is_between(((a, x), (b, y)): &EqualProperties, key: &Arc<str>, members: &[usize]) -> bool {
    x == key && y == key && members.contains(a) && members.contains(b)
}

/// The entries of a column as numbers that are equal where the entries are; `None` where they are not
/// all numbers, or where some were written since.
fn values<'g>(column: &Column<'g>) -> Option<Box<dyn Fn(usize) -> i64 + 'g>> {
    if column.recent.is_some() {
        return None;
    }
    Some(match column.data {
        ColumnData::String { codes, .. } => Box::new(move |at| codes[at].into()),
        ColumnData::Integer(integers) => Box::new(move |at| integers.get(at)),
        ColumnData::Date(days) => Box::new(move |at| days[at].into()),
        _ => return None,
    })
}

/// Numbers for values, in the order in which they come.
struct Numbers {
    base: i64,
    table: Vec<u32>,
    other: HashMap<i64, u32>,
    len: usize,
}

impl Numbers {
    fn of(column: &Column<'_>) -> Numbers {
        let range = match column.data {
            ColumnData::String { dictionary, .. } => Some((0, dictionary.len() as i64 - 1)),
            _ => column.shape().range,
        };
        let (base, len) = match range {
            Some((least, most)) if most.saturating_sub(least) < TABLE_MAX => {
                (least, (most - least + 1) as usize)
            }
            _ => (0, 0),
        };
        Numbers { base, table: vec![u32::MAX; len], other: HashMap::new(), len: 0 }
    }

    fn number(&mut self, value: i64) -> u32 {
        let next = self.len as u32;
        let place = usize::try_from(value.wrapping_sub(self.base)).unwrap_or(usize::MAX);
        let number = match self.table.get_mut(place) {
            Some(slot) => {
                if *slot == u32::MAX {
                    *slot = next;
                }
                *slot
            }
            None => *self.other.entry(value).or_insert(next),
        };
        self.len = self.len.max(number as usize + 1);
        number
    }

    fn len(&self) -> usize {
        self.len
    }
}

impl Entries {
    /// All relationships of some runs that have the property.
    fn of(
        source: &Source,
        (column, value): (&Column<'_>, &dyn Fn(usize) -> i64),
        numbers: &mut Numbers,
        graph: &dyn Snapshot,
    ) -> Entries {
        let runs = source.view(graph);
        let mut entries = Entries::default();
        for node in runs.nodes() {
            for position in runs.span(node) {
                let statement = runs.statement(position);
                let Some(at) = column.position(statement.0) else { continue };
                entries.starts.push(node);
                entries.neighbours.push(runs.neighbours[position]);
                entries.statements.push(statement);
                entries.parts.push(numbers.number(value(at)));
            }
        }
        entries
    }

    /// How many offsets a part may have.
    fn span(&self) -> usize {
        match (self.starts.first(), self.starts.last()) {
            (Some(first), Some(last)) => (last - first) as usize + 2,
            _ => 0,
        }
    }

    /// The runs of each part, in the order of nodes and neighbours.
    fn parts(&self, len: usize) -> Vec<Arc<Source>> {
        let mut built: Vec<Built> = (0..len).map(|_| Built::default()).collect();
        for (at, &part) in self.parts.iter().enumerate() {
            built[part as usize].push(self.starts[at], self.neighbours[at], self.statements[at]);
        }
        built.into_iter().map(|part| Arc::new(Source::Built(part))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_as_they_come() {
        let mut numbers =
            Numbers { base: 5, table: vec![u32::MAX; 3], other: HashMap::new(), len: 0 };
        let all = [7, 5, 7, 99, -1, 99, 5].map(|value| numbers.number(value));
        assert_eq!((all, numbers.len()), ([0, 1, 0, 2, 3, 2, 1], 4));
    }
}
