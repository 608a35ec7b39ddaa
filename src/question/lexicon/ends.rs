//! What stands at the ends of relationships of each type, and which types say that one thing lies in another.

use hashbrown::{HashMap, HashSet};

use super::{FrameId, Lexicon};
use crate::graph::declaration::Meaning;
use crate::graph::{Direction, LabelId, Snapshot, TypeId};
use crate::question::frame::{Head, Piece, Role, What};
use crate::value::{NodeId, StatementId};

impl Lexicon {
    /// The labels at the ends of every type, and the types by which one thing lies in another.
    pub(super) fn add_ends(&mut self, graph: &dyn Snapshot) {
        for (&of, declaration) in &graph.declarations().types {
            if !declaration.from.is_empty() || !declaration.to.is_empty() {
                self.ends.insert(of, (declaration.from.clone(), declaration.to.clone()));
            }
        }
        let undeclared: Vec<TypeId> = graph
            .catalog()
            .relationship_types()
            .map(|(id, _)| id)
            .filter(|id| !self.ends.contains_key(id))
            .collect();
        if !undeclared.is_empty() {
            self.add_found_ends(graph, &undeclared);
        }
        let chained = |of: &TypeId| {
            self.ends.get(of).is_some_and(|(from, to)| from.iter().any(|label| to.contains(label)))
        };
        let mut within: Vec<TypeId> = Vec::new();
        let mut frames: Vec<(FrameId, TypeId)> = Vec::new();
        for (id, frame) in self.frames.iter().enumerate() {
            let Meaning::Type(of) = frame.means else { continue };
            let inside = match frame.pieces.as_slice() {
                [Piece { preposition: Some(word), what: What::Slot(Role::End), .. }] => {
                    word == "in"
                }
                [] => frame.is_having(),
                _ => false,
            };
            if inside {
                frames.push((id, of));
                // Who arrives or stays in a place does not lie in it for that.
                if frame.head == Head::Be || frame.is_having() {
                    within.push(of);
                }
            }
        }
        within.sort_unstable();
        within.dedup();
        if within.iter().any(chained) {
            let lasting = |(_, of): &&(FrameId, TypeId)| within.contains(of);
            self.within_frames.extend(frames.iter().filter(lasting).map(|(id, _)| *id));
            self.within = within;
        }
    }

    /// The labels that the ends of types have, where nobody declared them: the first of each node there.
    fn add_found_ends(&mut self, graph: &dyn Snapshot, types: &[TypeId]) {
        let found = match Minority::of(graph) {
            Some(few) if few.nodes.len() * types.len() < graph.statement_bound() as usize => {
                types.iter().map(|&of| (of, few.ends(graph, of))).collect()
            }
            _ => ends_of_statements(graph, types),
        };
        let sorted = |labels: HashSet<LabelId>| {
            let mut labels: Vec<LabelId> = labels.into_iter().collect();
            labels.sort_unstable();
            labels
        };
        for (of, (from, to)) in found {
            if !from.is_empty() || !to.is_empty() {
                self.ends.insert(of, (sorted(from), sorted(to)));
            }
        }
    }

    /// The types of sentences like `A is in B`, where such sentences go on from thing to thing.
    pub(crate) fn within(&self) -> &[TypeId] {
        &self.within
    }

    /// Whether a frame says that one thing lies in another, perhaps by way of a third.
    pub(crate) fn is_within(&self, frame: FrameId) -> bool {
        self.within_frames.contains(&frame)
    }

    /// The labels at the ends of a type; empty where anything may stand.
    pub(crate) fn ends(&self, of: TypeId) -> (&[LabelId], &[LabelId]) {
        self.ends.get(&of).map_or((&[], &[]), |(from, to)| (from, to))
    }
}

/// The labels at the start and at the end of a type's relationships.
type Ends = (HashSet<LabelId>, HashSet<LabelId>);

/// The nodes whose first label is not that of most.
///
/// Most graphs have one label that nearly all nodes bear. Which types have it at an end is told by counting: a type
/// that starts from more nodes than from those of the minority starts from others, too. So only the few are looked
/// at, and no relationship.
struct Minority {
    most: LabelId,
    nodes: Vec<(NodeId, Option<LabelId>)>,
}

impl Minority {
    /// Nothing where no node has a label, or most have none.
    fn of(graph: &dyn Snapshot) -> Option<Minority> {
        let first = |node: NodeId| (node, graph.labels(node).first().copied());
        let nodes = (0..graph.node_bound()).map(NodeId);
        let mut nodes: Vec<_> =
            nodes.filter(|&node| graph.contains_node(node)).map(first).collect();
        let mut counts: HashMap<Option<LabelId>, usize> = HashMap::new();
        for &(_, label) in &nodes {
            *counts.entry(label).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|&(label, count)| (count, label))?.0?;
        nodes.retain(|&(_, label)| label != Some(most));
        Some(Minority { most, nodes })
    }

    /// The labels at both ends of a type.
    fn ends(&self, graph: &dyn Snapshot, of: TypeId) -> Ends {
        let known = graph.statistics().by_type.get(&of);
        let labels = |direction: Direction, all: u64| {
            let adjacency = graph.adjacency(of, direction);
            let there = self.nodes.iter().filter(|(node, _)| adjacency.degree(*node) > 0);
            let (mut labels, mut few) = (HashSet::new(), 0);
            for (_, label) in there {
                labels.extend(*label);
                few += 1;
            }
            labels.extend((few < all).then_some(self.most));
            labels
        };
        let from = labels(Direction::Outgoing, known.map_or(0, |known| known.sources));
        (from, labels(Direction::Incoming, known.map_or(0, |known| known.targets)))
    }
}

/// The same, of every relationship one by one.
fn ends_of_statements(graph: &dyn Snapshot, types: &[TypeId]) -> HashMap<TypeId, Ends> {
    let looked_for: HashSet<TypeId> = types.iter().copied().collect();
    let mut found: HashMap<TypeId, Ends> = HashMap::new();
    for id in 0..graph.statement_bound() {
        let Some(ends) = graph.statement(StatementId(id)) else { continue };
        if !looked_for.contains(&ends.relationship_type) {
            continue;
        }
        let (from, to) = found.entry(ends.relationship_type).or_default();
        from.extend(graph.labels(ends.start).first());
        to.extend(graph.labels(ends.end).first());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    #[test]
    fn ends_are_the_same_counted_and_looked_at() -> Result<(), Box<dyn std::error::Error>> {
        let small = Store::memory();
        small.query(
            "CREATE (a:A)-[:R]->(b:B), (b)-[:R]->(b), (b)-[:S]->(a), (c:B)-[:S]->(a), (c)-[:T]->(), (:B)",
            (),
        )?;
        small.query("MATCH (c)-[t:T]->() DELETE t", ())?;
        for store in [small, Store::shipped()?] {
            let graph = store.snapshot();
            let types: Vec<TypeId> =
                graph.catalog().relationship_types().map(|(id, _)| id).collect();
            let few = Minority::of(&*graph).expect("most nodes have a label");
            let looked_at = ends_of_statements(&*graph, &types);
            for &of in &types {
                let want = looked_at.get(&of).cloned().unwrap_or_default();
                assert_eq!(few.ends(&*graph, of), want, "{of:?}");
            }
        }
        Ok(())
    }
}
