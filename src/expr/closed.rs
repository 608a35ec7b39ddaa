//! `closed(pattern)`: a pattern whose absence is asked about.
//!
//! The operands of the expression are the bound ends, the values of properties and the time; the
//! pattern says by position which is what. What absence means is the graph's to say:
//! [`crate::graph::closed`].

use std::sync::Arc;

use crate::error::{Error, Result, eval};
use crate::graph::closed::{Absence, Asked, End, Part, absence, covering};
use crate::graph::{Direction, Snapshot};
use crate::syntax::ast::TimeRelation;
use crate::value::Value;
use crate::value::time::Period;

/// The pattern of a `closed()`.
#[derive(Clone, Debug, PartialEq)]
pub struct ClosedPattern {
    /// Its relationships.
    pub parts: Vec<ClosedPart>,
    /// The time asked about, and the operand that says it.
    pub time: Option<(TimeRelation, usize)>,
}

/// One relationship of the pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct ClosedPart {
    /// The types.
    pub types: Vec<Arc<str>>,
    /// Which way it points, seen from `start`.
    pub direction: Direction,
    /// The node to the left.
    pub start: ClosedEnd,
    /// The node to the right.
    pub end: ClosedEnd,
}

/// One end of a relationship of the pattern.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClosedEnd {
    /// The operand that is the node, where it is bound.
    pub node: Option<usize>,
    /// All labels that the pattern asks of it.
    pub labels: Vec<Arc<str>>,
    /// Its properties, each with the operand that is the value.
    pub properties: Vec<(Arc<str>, usize)>,
}

impl ClosedPattern {
    /// What the absence of the pattern means, in words, null where nothing is missing or a node of
    /// it is null; and the completeness statements that say so.
    pub(crate) fn absence(
        &self,
        graph: &dyn Snapshot,
        operands: &[Value],
    ) -> Result<(Value, Vec<u32>)> {
        let asked = match self.time {
            None => Asked::Undated,
            Some((relation, at)) => match asked(relation, &operands[at])? {
                Some(asked) => asked,
                None => return Ok((Value::Null, Vec::new())),
            },
        };
        let mut parts = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let types = part.types.iter();
            let (Some(start), Some(end)) =
                (part.start.of(graph, operands)?, part.end.of(graph, operands)?)
            else {
                return Ok((Value::Null, Vec::new()));
            };
            parts.push(Part {
                types: types.map(|name| graph.catalog().relationship_type(name)).collect(),
                direction: part.direction,
                start,
                end,
            });
        }
        let absence = absence(graph, &parts, &asked);
        let used = match absence {
            Some(Absence::No | Absence::PresumedNo) => covering(graph, &parts, &asked),
            _ => Vec::new(),
        };
        Ok((absence.map(Absence::as_str).into(), used))
    }
}

impl ClosedEnd {
    fn of(&self, graph: &dyn Snapshot, operands: &[Value]) -> Result<Option<End>> {
        let node = match self.node.map(|at| &operands[at]) {
            None => None,
            Some(Value::Null) => return Ok(None),
            Some(Value::Node(node)) => Some(*node),
            Some(other) => {
                let message = format!(
                    "closed() takes nodes at its ends, but found {}.",
                    other.with_article()
                );
                return Err(Error::new(&eval::ARGUMENT_TYPE, message));
            }
        };
        let labels = self.labels.iter().filter_map(|name| graph.catalog().label(name));
        let properties = self.properties.iter();
        Ok(Some(End {
            node,
            labels: labels.collect(),
            properties: properties
                .map(|(key, at)| (Arc::clone(key), operands[*at].clone()))
                .collect(),
        }))
    }
}

/// The time that a clause asks about; `None` for null.
pub(crate) fn asked(relation: TimeRelation, operand: &Value) -> Result<Option<Asked>> {
    let period = match operand {
        Value::Null => return Ok(None),
        Value::Date(day) => Period::from(*day),
        Value::Edtf(edtf) => Period::of(edtf),
        other => {
            let message =
                format!("A time is a Date or an Edtf, but this is {}.", other.with_article());
            return Err(Error::new(&eval::ARGUMENT_TYPE, message)
                .hint("Write date('2017-11-12') or edtf('2017-11')."));
        }
    };
    Ok(Some(match relation {
        TimeRelation::AllTime => Asked::Undated,
        TimeRelation::Before => Asked::Earlier,
        // Nobody can have said what had not come yet: as for any later day.
        TimeRelation::After
        | TimeRelation::AsOf
        | TimeRelation::During
        | TimeRelation::Overlaps => Asked::Throughout(period),
    }))
}
