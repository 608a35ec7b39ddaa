//! Pairs of which everything that is asked looks at one end.
//!
//! ```text
//! MATCH (f)-[:CONTAINER_OF]->(m)<-[:LIKES]-(p) RETURN count(DISTINCT f), count(DISTINCT p)
//!
//! pairs        each f with each p that likes something in it
//! end by end   which f count at all, and then which p
//! ```
//!
//! Without keys, an aggregate that looks at one end needs no more than how often each node there counts, and that is a
//! matter of weights. **In**: the ends of a pair without conditions on both. **Out**: the one row, if there is no
//! aggregate that looks at both. **Caller**: [`super::pair`].

use super::relationships::looks_at_some;
use super::{Counters, Counting};
use crate::bind::bound::Grouping;
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::expr::{Aggregate, VarId};

impl Counting<'_, '_, '_> {
    /// The row of aggregates each of which looks at one end at most; `None` where that is not so.
    pub(super) fn end_by_end(
        &self,
        ends: [usize; 2],
        counters: &Counters,
    ) -> Result<Option<Batch>> {
        let tree = self.tree;
        let is_free = tree.between.is_empty() && tree.bridges.is_empty() && tree.top.is_none();
        if !is_free || !self.grouping.keys.is_empty() {
            return Ok(None);
        }
        let looks = |place: usize, (_, aggregate): &(VarId, Aggregate)| {
            let variable = self.tree.nodes[place].variable;
            aggregate.arguments.iter().any(|argument| looks_at_some(argument, &[variable]))
        };
        let of_both = self.grouping.aggregates.iter().map(|own| ends.map(|end| looks(end, own)));
        let of_both: Vec<[bool; 2]> = of_both.collect();
        if of_both.contains(&[true, true]) {
            return Ok(None);
        }
        let mut row = Batch::of_len(1);
        for (asked, place) in
            [([false, false], None), ([true, false], Some(ends[0])), ([false, true], Some(ends[1]))]
        {
            let own =
                || of_both.iter().enumerate().filter(|(_, of)| **of == asked).map(|(at, _)| at);
            let grouping = Grouping {
                keys: Vec::new(),
                aggregates: own().map(|at| self.grouping.aggregates[at].clone()).collect(),
            };
            if grouping.aggregates.is_empty() {
                continue;
            }
            let of_aggregate = own().map(|at| counters.of_aggregate[at]).collect();
            let counters = Counters { distinct: counters.distinct.clone(), of_aggregate };
            let counting = Counting { grouping: &grouping, ..*self };
            let rows = match place {
                None => counting.whole(&counters)?,
                Some(place) => counting.by_node(place, &counters)?,
            };
            for (variable, _) in &grouping.aggregates {
                if let Some(column) = rows.column(*variable) {
                    row.set(*variable, column.clone());
                }
            }
        }
        Ok(Some(row))
    }
}
