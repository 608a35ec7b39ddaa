//! Views and algorithms against petgraph, on random multigraphs that stand partly in arrays and
//! partly in recent writes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dossier::algo::{
    self, BetweennessOptions, LabelPropagationOptions, LouvainOptions, Measure, PageRankOptions,
    Selection, SimilarityOptions, Weights,
};
use dossier::graph::view::GraphView;
use dossier::graph::{Direction, KeyId, LabelId, Snapshot, Transaction, TypeId};
use dossier::store::{Database, Options, StoreSnapshot};
use dossier::value::Path;
use dossier::{Error, NodeId, StatementId};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{
    EdgeCount, EdgeRef, GetAdjacencyMatrix, IntoEdgeReferences, IntoEdges, IntoEdgesDirected,
    IntoNeighbors, IntoNeighborsDirected, IntoNodeReferences, NodeCount, NodeIndexable, NodeRef,
};
use petgraph::{Incoming, Outgoing, Undirected};
use proptest::prelude::*;

/// Borne by every third node.
const THIRD: LabelId = LabelId(0);
/// Borne by the later nodes, which are one range of ids.
const LATE: LabelId = LabelId(1);
const TYPES: [TypeId; 2] = [TypeId(0), TypeId(1)];
const COST: KeyId = KeyId(0);

/// A graph in the store, and the same in petgraph; node `n` of the latter is `nodes[n]`.
struct Case {
    graph: Arc<StoreSnapshot>,
    nodes: Vec<NodeId>,
    expected: DiGraph<(), Edge>,
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    relationship_type: TypeId,
    cost: i64,
}

/// One relationship to be: its ends, its type, its cost, and how it comes about.
#[derive(Clone, Debug)]
struct Plan {
    ends: (usize, usize),
    relationship_type: usize,
    cost: i64,
    is_recent: bool,
    is_removed: bool,
}

/// How many nodes there are, the relationships, and whether recent writes become arrays at last.
fn plans() -> impl Strategy<Value = (usize, Vec<Plan>, bool)> {
    (1usize..14).prop_flat_map(|nodes| {
        let plan = ((0..nodes, 0..nodes), 0..2usize, 0i64..9, any::<bool>(), 0..4u8).prop_map(
            |(ends, relationship_type, cost, is_recent, removed)| {
                let is_removed = removed == 0;
                Plan { ends, relationship_type, cost, is_recent, is_removed }
            },
        );
        (Just(nodes), prop::collection::vec(plan, 0..40), any::<bool>())
    })
}

/// Builds both graphs. Node 0 of the store is deleted again, so that ids have a gap until all is
/// folded.
fn build(nodes: usize, plans: &[Plan], is_folded: bool) -> Case {
    let database = Database::memory_with(Options { fold_after: usize::MAX, ..Options::default() });
    let mut write = database.begin_write().unwrap();
    assert_eq!(write.intern_label("Third"), THIRD);
    assert_eq!(write.intern_label("Late"), LATE);
    assert_eq!([write.intern_type("A"), write.intern_type("B")], TYPES);
    assert_eq!(write.intern_key("cost"), COST);
    let gap = write.create_node(&[]).unwrap();
    for node in 0..nodes {
        let labels = [THIRD, LATE].into_iter().filter(|&label| bears(label, node, nodes));
        write.create_node(&labels.collect::<Vec<_>>()).unwrap();
    }
    let create = |write: &mut dyn Transaction, plan: &Plan| {
        let node = |n: usize| write.node_by_element_id(n as u64 + 1).unwrap();
        let (start, end) = (node(plan.ends.0), node(plan.ends.1));
        let id = write.create_statement(TYPES[plan.relationship_type], start, end).unwrap();
        write.set_statement_property(id, COST, plan.cost.into());
        write.statement_element_id(id)
    };
    let mut removed = Vec::new();
    for plan in plans.iter().filter(|plan| !plan.is_recent || plan.is_removed) {
        let id = create(&mut write, plan);
        removed.extend(plan.is_removed.then_some(id));
    }
    let gap_element = write.node_element_id(gap);
    write.commit().unwrap();
    database.checkpoint().unwrap();
    let mut write = database.begin_write().unwrap();
    for id in removed {
        let statement = write.statement_by_element_id(id).unwrap();
        assert!(write.delete_statement(statement));
    }
    for plan in plans.iter().filter(|plan| plan.is_recent && !plan.is_removed) {
        create(&mut write, plan);
    }
    let gap = write.node_by_element_id(gap_element).unwrap();
    assert!(write.delete_node(gap));
    write.commit().unwrap();
    if is_folded {
        database.checkpoint().unwrap();
    }

    let graph = database.begin_read();
    let node = |n: usize| graph.node_by_element_id(n as u64 + 1).unwrap();
    let ids = (0..nodes).map(node).collect();
    let mut expected = DiGraph::new();
    for _ in 0..nodes {
        expected.add_node(());
    }
    for plan in plans.iter().filter(|plan| !plan.is_removed) {
        let relationship_type = TYPES[plan.relationship_type];
        let edge = Edge { relationship_type, cost: plan.cost };
        expected.add_edge(index(plan.ends.0), index(plan.ends.1), edge);
    }
    Case { graph, nodes: ids, expected }
}

/// Whether a node of so many bears a label.
fn bears(label: LabelId, node: usize, nodes: usize) -> bool {
    match label {
        THIRD => node.is_multiple_of(3),
        LATE => node >= nodes / 2,
        _ => false,
    }
}

fn index(node: usize) -> NodeIndex {
    NodeIndex::new(node)
}

impl Case {
    /// The node of petgraph's graph that is a node of the store.
    fn index_of(&self, node: NodeId) -> usize {
        self.nodes.iter().position(|&known| known == node).expect("a known node")
    }

    /// Whether a selection has a node.
    fn selects(&self, selection: &Selection, node: usize) -> bool {
        let labels = &selection.labels;
        labels.is_empty() || labels.iter().any(|&label| bears(label, node, self.nodes.len()))
    }

    /// What the selection leaves of petgraph's graph.
    fn selected(&self, selection: &Selection) -> DiGraph<(), Edge> {
        let bears = |n: usize| self.selects(selection, n);
        let has = |t: TypeId| selection.types.is_empty() || selection.types.contains(&t);
        self.expected.filter_map(
            |_, ()| Some(()),
            |id, edge| {
                let (a, b) = self.expected.edge_endpoints(id).unwrap();
                let both = bears(a.index()) && bears(b.index());
                (both && has(edge.relationship_type)).then_some(*edge)
            },
        )
    }
}

fn selections() -> [Selection; 6] {
    let only = |labels: &[LabelId], types: &[TypeId]| Selection {
        labels: labels.to_vec(),
        types: types.to_vec(),
    };
    [
        Selection::default(),
        only(&[], &TYPES[1..]),
        only(&[THIRD], &[]),
        only(&[THIRD, LabelId(9)], &TYPES[..1]),
        only(&[LATE], &TYPES[1..]),
        only(&[THIRD, LATE], &[]),
    ]
}

#[allow(clippy::unnecessary_wraps, reason = "it has the shape of a check")]
fn go_on() -> dossier::Result<()> {
    Ok(())
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort();
    items
}

fn check_directed(case: &Case, selection: &Selection) {
    let view = GraphView::directed(&*case.graph, selection);
    let expected = case.selected(selection);
    let members: Vec<NodeId> = view.node_references().map(|node| node.id()).collect();
    let labels = |n: &usize| case.selects(selection, *n);
    let wanted = (0..case.nodes.len()).filter(labels).map(|n| case.nodes[n]);
    assert_eq!(members, sorted(wanted));
    assert_eq!(view.node_count(), members.len());
    for (number, &node) in members.iter().enumerate() {
        assert_eq!((NodeIndexable::to_index(&view, node), view.from_index(number)), (number, node));
    }
    assert_eq!(view.edge_count(), expected.edge_count());
    let ends = |edge: dossier::graph::view::Edge| {
        let cost = case.graph.statement_property(edge.id(), COST).as_int().unwrap();
        (case.index_of(edge.source()), case.index_of(edge.target()), cost)
    };
    let their_ends = |edge: petgraph::graph::EdgeReference<'_, Edge>| {
        (edge.source().index(), edge.target().index(), edge.weight().cost)
    };
    assert_eq!(
        sorted(view.edge_references().map(ends)),
        sorted(expected.edge_references().map(their_ends))
    );
    for &node in &members {
        let at = index(case.index_of(node));
        assert_eq!(
            sorted((&view).neighbors(node).map(|n| case.index_of(n))),
            sorted(expected.neighbors(at).map(NodeIndex::index))
        );
        for direction in [Outgoing, Incoming] {
            assert_eq!(
                sorted((&view).neighbors_directed(node, direction).map(|n| case.index_of(n))),
                sorted(expected.neighbors_directed(at, direction).map(NodeIndex::index))
            );
            assert_eq!(
                sorted((&view).edges_directed(node, direction).map(ends)),
                sorted(expected.edges_directed(at, direction).map(their_ends))
            );
        }
        for &other in &members {
            let expected = expected.contains_edge(at, index(case.index_of(other)));
            assert_eq!(view.is_adjacent(&(), node, other), expected);
        }
    }
    assert_eq!(view.to_graph().edge_count(), expected.edge_count());
}

fn check_undirected(case: &Case, selection: &Selection) {
    let view = GraphView::undirected(&*case.graph, selection);
    let expected = case.selected(selection).into_edge_type::<Undirected>();
    assert_eq!(view.edge_count(), expected.edge_count());
    for number in 0..view.len() {
        let node = view.node(number);
        let at = index(case.index_of(node));
        assert_eq!(
            sorted((&view).neighbors(node).map(|n| case.index_of(n))),
            sorted(expected.neighbors(at).map(NodeIndex::index))
        );
        for edge in (&view).edges(node) {
            assert_eq!(edge.source(), node);
        }
        for edge in (&view).edges_directed(node, Incoming) {
            assert_eq!(edge.target(), node);
        }
    }
}

/// What petgraph's Dijkstra finds between all pairs, by cost or by number of edges.
fn all_distances(graph: &DiGraph<(), Edge>, by_cost: bool) -> BTreeMap<(usize, usize), i64> {
    let mut distances = BTreeMap::new();
    for from in graph.node_indices() {
        let cost = |edge: petgraph::graph::EdgeReference<'_, Edge>| {
            if by_cost { edge.weight().cost } else { 1 }
        };
        for (to, distance) in petgraph::algo::dijkstra(graph, from, None, cost) {
            distances.insert((from.index(), to.index()), distance);
        }
    }
    distances
}

fn turned(mut graph: DiGraph<(), Edge>, direction: Direction) -> DiGraph<(), Edge> {
    match direction {
        Direction::Outgoing => {}
        Direction::Incoming => graph.reverse(),
        Direction::Both => {
            let edges: Vec<_> = graph
                .edge_references()
                .filter(|edge| edge.source() != edge.target())
                .map(|edge| (edge.target(), edge.source(), *edge.weight()))
                .collect();
            graph.extend_with_edges(edges);
        }
    }
    graph
}

/// A path leads from one node to the other over relationships that exist, along the direction.
fn check_path(case: &Case, path: &Path, direction: Direction, from: NodeId, to: NodeId) {
    assert_eq!((path.nodes[0], path.nodes[path.nodes.len() - 1]), (from, to));
    assert_eq!(path.nodes.len(), path.relationships.len() + 1);
    for (pair, &relationship) in path.nodes.windows(2).zip(&path.relationships) {
        let ends = case.graph.statement(relationship).unwrap();
        let along = (ends.start, ends.end) == (pair[0], pair[1]);
        let against = (ends.end, ends.start) == (pair[0], pair[1]);
        assert!(match direction {
            Direction::Outgoing => along,
            Direction::Incoming => against,
            Direction::Both => along || against,
        });
    }
}

fn check_paths(case: &Case, selection: &Selection, direction: Direction) {
    let expected = turned(case.selected(selection), direction);
    let hops = all_distances(&expected, false);
    let costs = all_distances(&expected, true);
    let graph = &*case.graph;
    let weights = Weights { key: COST, missing: None };
    let is_member = |n: usize| case.selects(selection, n);
    for (a, &from) in case.nodes.iter().enumerate() {
        for (b, &to) in case.nodes.iter().enumerate() {
            let hops = hops.get(&(a, b)).filter(|_| is_member(a) && is_member(b));
            let all = algo::all_shortest_paths(graph, selection, direction, from, to, 50, &go_on);
            let all = all.unwrap();
            assert_eq!(all.first().map(|path| path.relationships.len() as i64), hops.copied());
            for path in &all {
                check_path(case, path, direction, from, to);
                assert_eq!(path.relationships.len(), all[0].relationships.len());
            }
            let distinct: BTreeSet<&[StatementId]> =
                all.iter().map(|path| &path.relationships[..]).collect();
            assert_eq!(distinct.len(), all.len());
            if all.len() < 50 && hops.is_some() {
                assert_eq!(all.len() as u64, count_shortest(&expected, a, b));
            }
            let found =
                algo::cheapest_path(graph, selection, direction, from, to, &weights, &go_on);
            let cost = costs.get(&(a, b)).filter(|_| is_member(a) && is_member(b));
            match (found.unwrap(), cost) {
                (Some((found, path)), Some(&cost)) => {
                    check_path(case, &path, direction, from, to);
                    let cost_of =
                        |&id: &StatementId| graph.statement_property(id, COST).as_int().unwrap();
                    let sum: i64 = path.relationships.iter().map(cost_of).sum();
                    assert_eq!((found as i64, sum), (cost, cost));
                }
                (found, expected) => assert!(found.is_none() && expected.is_none()),
            }
        }
        let near = algo::breadth_first(graph, selection, direction, from, &go_on).unwrap();
        let near: BTreeMap<usize, i64> =
            near.into_iter().map(|(node, far)| (case.index_of(node), far as i64)).collect();
        let members = hops.range((a, 0)..=(a, usize::MAX)).filter(|_| is_member(a));
        assert_eq!(near, members.map(|(&(_, to), &far)| (to, far)).collect());
        let found = algo::distances(graph, selection, direction, from, &weights, &go_on).unwrap();
        let found: BTreeMap<usize, i64> =
            found.into_iter().map(|(node, cost)| (case.index_of(node), cost as i64)).collect();
        let expected: BTreeMap<usize, i64> = costs
            .range((a, 0)..=(a, usize::MAX))
            .filter(|_| is_member(a))
            .map(|(&(_, to), &cost)| (to, cost))
            .collect();
        assert_eq!(found, expected);
    }
}

/// The number of shortest paths, by counting level by level.
fn count_shortest(graph: &DiGraph<(), Edge>, from: usize, to: usize) -> u64 {
    let mut counts = BTreeMap::from([(index(from), 1u64)]);
    let mut seen = BTreeSet::from([index(from)]);
    while !counts.contains_key(&index(to)) {
        let mut next = BTreeMap::new();
        for (&node, &count) in &counts {
            for neighbour in graph.neighbors(node).filter(|n| !seen.contains(n)) {
                *next.entry(neighbour).or_insert(0) += count;
            }
        }
        seen.extend(next.keys());
        counts = next;
    }
    counts[&index(to)]
}

fn check_components(case: &Case, selection: &Selection) {
    let expected = case.selected(selection);
    let together = |labels: &[(NodeId, u64)]| -> BTreeSet<BTreeSet<usize>> {
        let mut sets = BTreeMap::<u64, BTreeSet<usize>>::new();
        for &(node, component) in labels {
            sets.entry(component).or_default().insert(case.index_of(node));
        }
        assert!(sets.keys().copied().eq(0..sets.len() as u64));
        sets.into_values().collect()
    };
    let is_member = |n: &usize| case.selects(selection, *n);
    let theirs = |graph: &DiGraph<(), Edge>| -> BTreeSet<BTreeSet<usize>> {
        let sets = petgraph::algo::tarjan_scc(graph).into_iter();
        let sets =
            sets.map(|set| set.into_iter().map(NodeIndex::index).filter(is_member).collect());
        sets.filter(|set: &BTreeSet<usize>| !set.is_empty()).collect()
    };
    let strong = algo::strongly_connected(&*case.graph, selection, &go_on).unwrap();
    assert_eq!(together(&strong), theirs(&expected));
    let weak = algo::weakly_connected(&*case.graph, selection, &go_on).unwrap();
    assert_eq!(together(&weak), theirs(&turned(expected, Direction::Both)));
}

fn check_ranks(case: &Case, selection: &Selection, direction: Direction) {
    let expected = turned(case.selected(selection), direction);
    let is_member = |n: &usize| case.selects(selection, *n);
    let members: Vec<usize> = (0..case.nodes.len()).filter(is_member).collect();
    let count = members.len() as f64;
    let mut ranks: BTreeMap<usize, f64> = members.iter().map(|&n| (n, 1.0 / count)).collect();
    for _ in 0..50 {
        // The definition, a matrix entry at a time.
        let entry = |from: usize, to: usize| {
            let out = expected.edges(index(from)).count() as f64;
            let edges = expected.edges_connecting(index(from), index(to)).count() as f64;
            let follow = if out == 0.0 { 1.0 / count } else { edges / out };
            0.85 * follow + 0.15 / count
        };
        let rank = |to: usize| members.iter().map(|&from| ranks[&from] * entry(from, to)).sum();
        ranks = members.iter().map(|&to| (to, rank(to))).collect();
    }
    let options =
        PageRankOptions { iterations_max: 50, tolerance: 0.0, ..PageRankOptions::default() };
    let found = algo::page_rank(&*case.graph, selection, direction, &options, &go_on).unwrap();
    assert_eq!(found.len(), members.len());
    for (node, rank) in found {
        assert!((rank - ranks[&case.index_of(node)]).abs() < 1e-9);
    }
}

fn check_counts(case: &Case, selection: &Selection) {
    let expected = case.selected(selection);
    let is_member = |n: usize| case.selects(selection, n);
    for direction in [Direction::Outgoing, Direction::Incoming, Direction::Both] {
        let turned = turned(expected.clone(), direction);
        let found = algo::degrees(&*case.graph, selection, direction, &go_on).unwrap();
        assert!(found.iter().all(|&(node, _)| is_member(case.index_of(node))));
        for (node, degree) in found {
            assert_eq!(degree, turned.edges(index(case.index_of(node))).count() as u64);
        }
    }
    let graph = turned(expected, Direction::Both);
    let has = |a: usize, b: usize| a != b && graph.contains_edge(index(a), index(b));
    for found in algo::triangles(&*case.graph, selection, &go_on).unwrap() {
        let corner = case.index_of(found.node);
        let neighbours: Vec<usize> = (0..case.nodes.len()).filter(|&n| has(corner, n)).collect();
        let closed = |&(a, b): &(usize, usize)| a < b && has(a, b);
        let pairs = neighbours.iter().flat_map(|&a| neighbours.iter().map(move |&b| (a, b)));
        assert_eq!(found.count, pairs.filter(closed).count() as u64);
        assert_eq!(found.neighbours, neighbours.len() as u64);
        assert!((0.0..=1.0).contains(&found.clustering()));
    }
}

/// The different nodes that edges lead to from each, itself left out, along the direction.
fn near(case: &Case, selection: &Selection, direction: Direction) -> Vec<BTreeSet<usize>> {
    let graph = turned(case.selected(selection), direction);
    let of = |n: usize| graph.neighbors(index(n)).map(NodeIndex::index).filter(move |&m| m != n);
    (0..case.nodes.len()).map(|n| of(n).collect()).collect()
}

/// For each distance, how many shortest walks lead to the nodes that have it.
fn levels(near: &[BTreeSet<usize>], from: usize) -> BTreeMap<usize, (usize, f64)> {
    let mut found = BTreeMap::from([(from, (0, 1.0))]);
    for far in 1..near.len() {
        let mut next = BTreeMap::new();
        for (&node, &(_, walks)) in found.iter().filter(|(_, (at, _))| at + 1 == far) {
            for &other in near[node].iter().filter(|other| !found.contains_key(other)) {
                next.entry(other).or_insert((far, 0.0)).1 += walks;
            }
        }
        found.extend(next);
    }
    found
}

fn check_betweenness(case: &Case, selection: &Selection, direction: Direction) {
    let near = near(case, selection, direction);
    let from: Vec<_> = (0..near.len()).map(|n| levels(&near, n)).collect();
    // The definition: for each pair, the share of its shortest walks that lead over the node.
    let share = |s: usize, t: usize, v: usize| {
        let (far, all) = *from[s].get(&t)?;
        let ((first, before), (second, after)) = (*from[s].get(&v)?, *from[v].get(&t)?);
        (first + second == far).then_some(before * after / all)
    };
    let graph = &*case.graph;
    let run = |options| algo::betweenness(graph, selection, direction, &options, &go_on).unwrap();
    let exact = run(BetweennessOptions::default());
    for &(node, score) in &exact {
        let v = case.index_of(node);
        let others = (0..near.len()).filter(|&n| n != v);
        let pairs = others.clone().flat_map(|s| others.clone().map(move |t| (s, t)));
        let sum: f64 = pairs.filter(|(s, t)| s != t).filter_map(|(s, t)| share(s, t, v)).sum();
        let sum = if direction == Direction::Both { sum / 2.0 } else { sum };
        assert!((score - sum).abs() < 1e-9, "{score} {sum}");
    }
    let some = |samples, seed| run(BetweennessOptions { samples: Some(samples), seed });
    assert_eq!(some(exact.len(), 5), exact);
    assert_eq!(some(2, 5), some(2, 5));
    assert!(some(0, 5).iter().all(|&(_, score)| score.abs() < f64::EPSILON));
}

fn check_similarity(case: &Case, selection: &Selection, direction: Direction) {
    let (near, graph) = (near(case, selection, direction), &*case.graph);
    let mut members: Vec<usize> = (0..near.len()).filter(|&n| case.selects(selection, n)).collect();
    // Equal ones come in the order of ids.
    members.sort_by_key(|&n| case.nodes[n]);
    for measure in [Measure::Jaccard, Measure::Overlap, Measure::Cosine] {
        let value = |a: usize, b: usize| {
            let (a, b) = (&near[a], &near[b]);
            let (shared, either) = (a.intersection(b).count() as f64, a.union(b).count() as f64);
            let value = match measure {
                Measure::Jaccard => shared / either,
                Measure::Overlap => shared / a.len().min(b.len()) as f64,
                Measure::Cosine => shared / ((a.len() * b.len()) as f64).sqrt(),
            };
            if shared > 0.0 { value } else { 0.0 }
        };
        let options = SimilarityOptions { measure, top: 2, threshold: 0.3 };
        let mut expected = Vec::new();
        for &a in &members {
            let others = members.iter().filter(|&&b| b != a).map(|&b| (b, value(a, b)));
            let mut best: Vec<_> = others.filter(|&(_, value)| value >= 0.3).collect();
            best.sort_by(|x, y| y.1.total_cmp(&x.1));
            best.truncate(2);
            let one =
                algo::similar_to(graph, selection, direction, case.nodes[a], &options, &go_on);
            let one = one.unwrap();
            assert_eq!(
                one.iter().map(|&(node, value)| (case.index_of(node), value)).collect::<Vec<_>>(),
                best
            );
            expected.extend(best.into_iter().map(|(b, value)| (a, b, value)));
            for (b, &other) in case.nodes.iter().enumerate() {
                let pair = (case.nodes[a], other);
                let found = algo::similarity(graph, selection, direction, pair, measure);
                let shared = near[a].intersection(&near[b]).count() as u64;
                let wanted = members.contains(&b).then(|| (value(a, b), shared));
                assert_eq!(found, wanted);
            }
        }
        let found = algo::similar_pairs(graph, selection, direction, &options, &go_on).unwrap();
        let found = found.iter().map(|&(a, b, value)| (case.index_of(a), case.index_of(b), value));
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}

fn check_all_pairs(case: &Case, selection: &Selection, direction: Direction) {
    let hops = all_distances(&turned(case.selected(selection), direction), false);
    let some: Vec<NodeId> = case.nodes.iter().copied().step_by(2).collect();
    for among in [None, Some(&some[..])] {
        let is_end = |n: usize| {
            case.selects(selection, n) && among.is_none_or(|some| some.contains(&case.nodes[n]))
        };
        let expected = hops.iter().map(|(&(a, b), &far)| (a, b, far as u64));
        let expected = expected.filter(|&(a, b, _)| a != b && is_end(a) && is_end(b));
        let found = algo::all_pairs(&*case.graph, selection, direction, among, 1000, &go_on);
        let found = found.unwrap().into_iter();
        let found = found.map(|(a, b, far)| (case.index_of(a), case.index_of(b), far));
        assert_eq!(sorted(found), sorted(expected));
    }
}

fn check_cores(case: &Case, selection: &Selection) {
    let near = near(case, selection, Direction::Both);
    let mut cores = vec![0; near.len()];
    for k in 1..=near.len() {
        // What is left when all with fewer neighbours left than k are taken away.
        let mut left: BTreeSet<usize> = (0..near.len()).collect();
        while let Some(&few) = left.iter().find(|&&n| near[n].intersection(&left).count() < k) {
            left.remove(&few);
        }
        left.into_iter().for_each(|node| cores[node] = k as u64);
    }
    for (node, core) in algo::core_numbers(&*case.graph, selection, &go_on).unwrap() {
        assert_eq!(core, cores[case.index_of(node)]);
    }
}

/// Modularity as Newman defines it, a pair of nodes at a time.
fn modularity(weights: &[Vec<f64>], communities: &BTreeMap<usize, u64>, resolution: f64) -> f64 {
    let at = |n: usize| weights[n].iter().sum::<f64>();
    let total: f64 = (0..weights.len()).map(at).sum();
    let mut sum = 0.0;
    for (&a, one) in communities {
        for (&b, _) in communities.iter().filter(|&(_, other)| one == other) {
            sum += weights[a][b] - resolution * at(a) * at(b) / total;
        }
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

fn check_communities(case: &Case, selection: &Selection) {
    let graph = case.selected(selection);
    for (by_cost, resolution) in [(false, 1.0), (true, 1.0), (false, 0.5)] {
        let mut weights = vec![vec![0.0; case.nodes.len()]; case.nodes.len()];
        for edge in graph.edge_references() {
            let weight = if by_cost { edge.weight().cost as f64 } else { 1.0 };
            let (a, b) = (edge.source().index(), edge.target().index());
            weights[a][b] += weight;
            weights[b][a] += weight;
        }
        let cost = Weights { key: COST, missing: None };
        let options = LouvainOptions { weights: by_cost.then_some(cost), resolution };
        let found = algo::louvain(&*case.graph, selection, &options, &go_on).unwrap();
        assert_eq!(algo::louvain(&*case.graph, selection, &options, &go_on).unwrap(), found);
        let nodes = found.nodes.iter().map(|&(node, at)| (case.index_of(node), at));
        let communities: BTreeMap<usize, u64> = nodes.collect();
        let value = |of: &BTreeMap<usize, u64>| modularity(&weights, of, resolution);
        assert!((found.modularity - value(&communities)).abs() < 1e-9);
        // No two communities are better as one.
        let count = communities.values().max().map_or(0, |most| most + 1);
        for (a, b) in (0..count).flat_map(|a| (0..a).map(move |b| (a, b))) {
            let join = |(&n, &at): (&usize, &u64)| (n, if at == a { b } else { at });
            assert!(value(&communities.iter().map(join).collect()) < found.modularity + 1e-6);
        }
    }
    let options = LabelPropagationOptions { iterations_max: 1000, seed: 3 };
    let found = algo::label_propagation(&*case.graph, selection, &options, &go_on).unwrap();
    let labels: BTreeMap<usize, u64> =
        found.iter().map(|&(node, label)| (case.index_of(node), label)).collect();
    // Every node is where most of its neighbours are.
    for (&node, label) in &labels {
        let both = turned(graph.clone(), Direction::Both);
        let mut votes = BTreeMap::<u64, usize>::new();
        for other in both.neighbors(index(node)).filter(|other| other.index() != node) {
            *votes.entry(labels[&other.index()]).or_default() += 1;
        }
        assert_eq!(votes.get(label), votes.values().max());
    }
}

fn check_clustering(case: &Case, selection: &Selection) {
    let near = near(case, selection, Direction::Both);
    let near = &near;
    let corners =
        |n: usize| near[n].iter().flat_map(move |&a| near[n].iter().map(move |&b| (a, b)));
    let pairs = |n: usize| corners(n).filter(|(a, b)| a < b).collect::<Vec<_>>();
    let closed = |n: usize| pairs(n).iter().filter(|(a, b)| near[*a].contains(b)).count();
    let (all, shut): (usize, usize) = (0..near.len())
        .map(|n| (pairs(n).len(), closed(n)))
        .fold((0, 0), |sums, one| (sums.0 + one.0, sums.1 + one.1));
    let whole = algo::clustering(&algo::triangles(&*case.graph, selection, &go_on).unwrap());
    assert_eq!((whole.triangles * 3, whole.triples), (shut as u64, all as u64));
    let share = if all == 0 { 0.0 } else { shut as f64 / all as f64 };
    assert!((whole.transitivity - share).abs() < 1e-12);
    assert!((0.0..=1.0).contains(&whole.average));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn views_and_algorithms_agree_with_petgraph((nodes, plans, is_folded) in plans()) {
        let case = build(nodes, &plans, is_folded);
        for selection in &selections() {
            check_directed(&case, selection);
            check_undirected(&case, selection);
            check_components(&case, selection);
            check_counts(&case, selection);
            check_clustering(&case, selection);
            check_cores(&case, selection);
            check_communities(&case, selection);
            for direction in [Direction::Outgoing, Direction::Incoming, Direction::Both] {
                check_paths(&case, selection, direction);
                check_ranks(&case, selection, direction);
                check_all_pairs(&case, selection, direction);
                check_betweenness(&case, selection, direction);
                check_similarity(&case, selection, direction);
            }
        }
    }
}

/// A chain of `length` relationships, in arrays.
fn chain(length: usize) -> Case {
    let plan = |n: usize| Plan {
        ends: (n, n + 1),
        relationship_type: 0,
        cost: -1,
        is_recent: false,
        is_removed: false,
    };
    build(length + 1, &(0..length).map(plan).collect::<Vec<_>>(), false)
}

#[test]
fn a_long_chain_overflows_no_stack() {
    let case = chain(20_000);
    let strong = algo::strongly_connected(&*case.graph, &Selection::default(), &go_on).unwrap();
    assert_eq!(strong.iter().map(|&(_, component)| component).max(), Some(20_000));
    let ends = (case.nodes[0], case.nodes[20_000]);
    let all = Selection::default();
    let path = algo::shortest_path(&*case.graph, &all, Direction::Outgoing, ends.0, ends.1, &go_on);
    assert_eq!(path.unwrap().unwrap().relationships.len(), 20_000);
}

/// An algorithm under a check, and the error that stopped it.
type Run<'a> = Box<dyn Fn(algo::Check<'_>) -> Option<Error> + 'a>;

#[test]
fn every_algorithm_stops_when_the_check_fails() {
    let case = chain(20_000);
    let (graph, all) = (&*case.graph as &dyn Snapshot, &Selection::default());
    let (from, to) = (case.nodes[0], case.nodes[20_000]);
    let weights = Weights { key: KeyId(7), missing: Some(1.0) };
    let out = Direction::Both;
    let ranks = PageRankOptions::default();
    let runs: Vec<Run<'_>> = vec![
        Box::new(|check| algo::degrees(graph, all, out, check).err()),
        Box::new(|check| algo::weakly_connected(graph, all, check).err()),
        Box::new(|check| algo::strongly_connected(graph, all, check).err()),
        Box::new(|check| algo::page_rank(graph, all, out, &ranks, check).err()),
        Box::new(|check| algo::triangles(graph, all, check).err()),
        Box::new(|check| algo::shortest_path(graph, all, out, from, to, check).err()),
        Box::new(|check| algo::cheapest_path(graph, all, out, from, to, &weights, check).err()),
        Box::new(|check| algo::distances(graph, all, out, from, &weights, check).err()),
        Box::new(|check| algo::core_numbers(graph, all, check).err()),
        Box::new(|check| {
            algo::betweenness(graph, all, out, &BetweennessOptions::default(), check).err()
        }),
        Box::new(|check| {
            algo::label_propagation(graph, all, &LabelPropagationOptions::default(), check).err()
        }),
        Box::new(|check| algo::louvain(graph, all, &LouvainOptions::default(), check).err()),
        Box::new(|check| {
            algo::similar_pairs(graph, all, out, &SimilarityOptions::default(), check).err()
        }),
        Box::new(|check| {
            algo::similar_to(graph, all, out, from, &SimilarityOptions::default(), check).err()
        }),
        Box::new(|check| algo::all_pairs(graph, all, out, Some(&[from, to]), 2, check).err()),
    ];
    for (number, run) in runs.iter().enumerate() {
        let calls = AtomicU32::new(0);
        let stop = || {
            calls.fetch_add(1, Ordering::Relaxed);
            let bad = PageRankOptions { damping: 2.0, ..PageRankOptions::default() };
            algo::page_rank(graph, all, out, &bad, &go_on).map(|_| ())
        };
        let error = run(&stop).unwrap_or_else(|| panic!("algorithm {number} went on"));
        assert_eq!(error.code(), "eval::number_out_of_range", "{number}");
        assert_eq!(
            calls.load(Ordering::Relaxed),
            1,
            "{number} goes on on one thread, and stops at once"
        );
    }
}

#[test]
fn a_cost_that_is_none_is_an_error_with_a_hint() {
    let case = chain(3);
    let run = |key, missing| {
        let weights = Weights { key, missing };
        let all = Selection::default();
        let (from, to) = (case.nodes[0], case.nodes[3]);
        algo::cheapest_path(&*case.graph, &all, Direction::Outgoing, from, to, &weights, &go_on)
    };
    let error = run(COST, None).unwrap_err();
    assert_eq!(error.code(), "eval::argument_value");
    assert!(error.message().contains("-1") && !error.hints().is_empty());
    assert_eq!(run(KeyId(7), None).unwrap(), None);
    assert!((run(KeyId(7), Some(2.0)).unwrap().unwrap().0 - 6.0).abs() < f64::EPSILON);
}

/// Six times five people who all know each other, in a ring: of each five one knows one of the next.
fn ring_of_cliques() -> Case {
    let plan =
        |ends| Plan { ends, relationship_type: 0, cost: 1, is_recent: false, is_removed: false };
    let within = (0..30).flat_map(|a| (0..a).filter(move |b| a / 5 == b / 5).map(move |b| (a, b)));
    let between = (0..6).map(|clique| (clique * 5, (clique * 5 + 7) % 30));
    build(30, &within.chain(between).map(plan).collect::<Vec<_>>(), true)
}

#[test]
fn cliques_are_communities() {
    let case = ring_of_cliques();
    let (graph, all) = (&*case.graph as &dyn Snapshot, Selection::default());
    // No clique is torn apart; gives how many communities there are.
    let count = |found: &[(NodeId, u64)]| {
        let communities: BTreeMap<usize, u64> =
            found.iter().map(|&(node, at)| (case.index_of(node), at)).collect();
        assert!(communities.iter().all(|(n, at)| communities[&(n / 5 * 5)] == *at));
        communities.into_values().collect::<BTreeSet<u64>>().len()
    };
    let found = algo::louvain(graph, &all, &LouvainOptions::default(), &go_on).unwrap();
    assert_eq!(count(&found.nodes), 6);
    // 60 of 66 are inside, and each community has 22 of 132 ends.
    assert!((found.modularity - (60.0 / 66.0 - 6.0 / 36.0)).abs() < 1e-12);
    // Labels may run over a bridge while all are different.
    let options = LabelPropagationOptions::default();
    let found = algo::label_propagation(graph, &all, &options, &go_on).unwrap();
    assert!((3..=6).contains(&count(&found)), "{found:?}");
    assert!(algo::core_numbers(graph, &all, &go_on).unwrap().iter().all(|&(_, core)| core == 4));
    let negative = LouvainOptions { resolution: -1.0, ..LouvainOptions::default() };
    let error = algo::louvain(graph, &all, &negative, &go_on).unwrap_err();
    assert_eq!(error.code(), "eval::argument_value");
}

#[test]
fn many_sources_add_up_whoever_is_free() {
    // Enough work for all cores; over all nodes, betweenness adds up to the inner nodes of a
    // shortest path for each pair.
    let plan = |at: usize| Plan {
        ends: (at * 7919 % 600, at * 104_729 % 599),
        relationship_type: 0,
        cost: 1,
        is_recent: false,
        is_removed: false,
    };
    let case = build(600, &(0..1500).map(plan).collect::<Vec<_>>(), true);
    let (graph, all, out) =
        (&*case.graph as &dyn Snapshot, Selection::default(), Direction::Outgoing);
    let exact = BetweennessOptions::default();
    let scores = algo::betweenness(graph, &all, out, &exact, &go_on).unwrap();
    assert_eq!(algo::betweenness(graph, &all, out, &exact, &go_on).unwrap(), scores);
    let pairs = algo::all_pairs(graph, &all, out, None, 360_000, &go_on).unwrap();
    let inner: u64 = pairs.iter().map(|&(.., far)| far - 1).sum();
    let sum: f64 = scores.iter().map(|&(_, score)| score).sum();
    assert!(inner > 10_000 && (sum - inner as f64).abs() < 1e-6, "{inner} {sum}");
    let hops = all_distances(&case.expected, false);
    assert_eq!(pairs.len(), hops.len() - 600);
    assert!(
        pairs
            .iter()
            .all(|&(a, b, far)| { hops[&(case.index_of(a), case.index_of(b))] == far as i64 })
    );
    let error = algo::all_pairs(graph, &all, out, None, 1000, &go_on).unwrap_err();
    assert_eq!(error.code(), "eval::argument_value");
}

#[test]
fn more_paths_than_a_float_counts_are_shared_out() {
    // A chain of diamonds doubles the paths with each.
    const DIAMONDS: usize = 1100;
    let ends = (0..DIAMONDS).flat_map(|d| {
        let first = 3 * d;
        [(first, first + 1), (first, first + 2), (first + 1, first + 3), (first + 2, first + 3)]
    });
    let plan =
        |ends| Plan { ends, relationship_type: 0, cost: 1, is_recent: false, is_removed: false };
    let case = build(3 * DIAMONDS + 1, &ends.map(plan).collect::<Vec<_>>(), true);
    let (all, out) = (Selection::default(), Direction::Outgoing);
    let exact = BetweennessOptions::default();
    let scores = algo::betweenness(&*case.graph, &all, out, &exact, &go_on).unwrap();
    let scores: BTreeMap<NodeId, f64> = scores.into_iter().collect();
    let score = |n: usize| scores[&case.nodes[n]];
    for d in 0..DIAMONDS {
        // All paths from before lead over where two diamonds meet, and half of them on either side.
        let (before, after) = (3.0 * d as f64, 3.0 * (DIAMONDS - d) as f64);
        let is_near = |found: f64, wanted: f64| (found - wanted).abs() <= wanted * 1e-9;
        assert!(is_near(score(3 * d), before * after), "{d}: {}", score(3 * d));
        let side = (before + 1.0) * (after - 2.0) / 2.0;
        assert!(is_near(score(3 * d + 1), side), "{d}: {} {side}", score(3 * d + 1));
        assert!(is_near(score(3 * d + 2), side));
    }
}

/// A row's values, for comparison.
fn rows(store: &dossier::Store, query: &str) -> Vec<Vec<dossier::Value>> {
    let rows = store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
    rows.iter().map(|row| row.values().to_vec()).collect()
}

#[test]
fn costs_may_be_integers_floats_or_missing() {
    let store = dossier::Store::memory();
    let make = "CREATE (a:S)-[:R {w: 1}]->(:M)-[:R {w: 2.5}]->(z:E), (a)-[:R]->(z), (z)-[:BAD {w: -0.5}]->(a),
        (z)-[:NAN {w: 0.0 / 0.0}]->(a), (z)-[:TEXT {w: 'x'}]->(a)";
    store.query(make, ()).unwrap();
    let run = |from: &str, to: &str, options: &str| {
        let query = format!(
            "MATCH (a:{from}), (z:{to}) CALL algo.cheapestPath(a, z, 'w', {options}) YIELD cost RETURN cost"
        );
        store
            .query(&query, ())
            .map(|rows| rows.iter().map(|row| row.values().to_vec()).collect::<Vec<_>>())
    };
    assert_eq!(run("S", "E", "{types: 'R'}").unwrap(), [[3.5.into()]]);
    assert_eq!(run("S", "E", "{types: 'R', missing: 1}").unwrap(), [[1.0.into()]]);
    assert_eq!(run("E", "S", "{types: 'R'}").unwrap(), Vec::<Vec<dossier::Value>>::new());
    for (relationship_type, code) in [
        ("BAD", "eval::argument_value"),
        ("NAN", "eval::argument_value"),
        ("TEXT", "eval::argument_type"),
    ] {
        let error = run("E", "S", &format!("{{types: '{relationship_type}'}}")).unwrap_err();
        assert_eq!(error.code(), code, "{relationship_type}");
        let louvain = format!("CALL algo.louvain({{types: '{relationship_type}', weight: 'w'}})");
        assert_eq!(store.query(&louvain, ()).unwrap_err().code(), code, "{relationship_type}");
    }
}

#[test]
fn results_are_written_back_and_come_in_batches() {
    let store = dossier::Store::memory();
    store.query("UNWIND range(1, 5000) AS x CREATE (:P {x: x})-[:TO]->(:Q)", ()).unwrap();
    let write = "CALL algo.pageRank({types: 'TO'}) YIELD node, score SET node.rank = score";
    store.query(write, ()).unwrap();
    let read = "MATCH (n) WHERE n.rank > 0 RETURN count(*) AS n, count(DISTINCT n.rank) AS ranks";
    assert_eq!(rows(&store, read), [[10_000.into(), 2.into()]]);
    // Rows with the same arguments share a result; others have their own.
    let each = "MATCH (p:P) WHERE p.x <= 3 UNWIND [1, 2] AS again
        CALL algo.breadthFirst(p) YIELD node, distance RETURN p.x AS x, count(*) AS n, sum(distance) AS far";
    let expected = [1, 2, 3].map(|x| [x.into(), 4.into(), 2.into()]);
    assert_eq!(rows(&store, each), expected);
    let twice = "MATCH (p:P) WHERE p.x <= 2 CALL algo.degree() YIELD degree WHERE degree > 0 RETURN count(*) AS n";
    assert_eq!(rows(&store, twice), [[20_000.into()]]);
    let few = dossier::Options { memory_max_bytes: Some(1000), ..Default::default() };
    for algorithm in ["pageRank", "louvain", "kCore", "betweenness", "similarity", "triangleCount"]
    {
        let error = store.query_with(&format!("CALL algo.{algorithm}()"), &few).unwrap_err();
        assert_eq!(error.code(), "eval::memory", "{algorithm}");
        assert!(error.message().contains(algorithm));
    }
}
