//! Patterns on random graphs against a naive evaluator: every match by trying every relationship.
//!
//! The graphs are small and nasty: parallel relationships, loops, relationships of other types, some
//! of it folded into arrays and some written or deleted since.

use std::collections::HashSet;

use dossier::{Store, Value};

/// A relationship of the graph.
#[derive(Clone, Copy, Debug)]
struct Edge {
    id: usize,
    is_r: bool,
    start: usize,
    end: usize,
    k: i64,
}

/// A graph that is also in a store.
struct Graph {
    /// Whether each node bears `A` (the others bear `B`), by its number.
    is_a: Vec<bool>,
    edges: Vec<Edge>,
    store: Store,
}

/// A relationship of a pattern: nodes by position, the type (`None` for any), and which way.
#[derive(Clone, Copy)]
struct Step(usize, usize, Option<bool>, Way);

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Out,
    Any,
}
use Way::{Any, Out};

const R: Option<bool> = Some(true);
const S: Option<bool> = Some(false);

/// Nodes and relationships of a match.
struct Found<'a> {
    nodes: &'a [usize],
    edges: &'a [Edge],
    graph: &'a Graph,
}

impl Found<'_> {
    fn is_a(&self, node: usize) -> bool {
        self.graph.is_a[self.nodes[node]]
    }

    fn linked(&self, a: usize, b: usize, is_r: bool) -> bool {
        let (a, b) = (self.nodes[a], self.nodes[b]);
        let joins = |e: &Edge| (e.start, e.end) == (a, b) || (e.start, e.end) == (b, a);
        self.graph.edges.iter().any(|e| e.is_r == is_r && joins(e))
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

impl Graph {
    /// Written in two parts: the first is folded into arrays, the second stays a recent write.
    fn random(seed: u64, is_recent: bool) -> Graph {
        let mut random = Random(seed);
        let store = Store::memory();
        let nodes = 40 + random.below(20);
        let is_a: Vec<bool> = (0..nodes).map(|_| random.below(2) == 0).collect();
        let list = |of: &mut dyn FnMut(usize) -> String, range: std::ops::Range<usize>| {
            range.map(of).collect::<Vec<_>>().join(",")
        };
        let labels = list(&mut |n| format!("[{n},{}]", is_a[n]), 0..nodes);
        let query = |text: &str| store.query(text, ()).expect("a write");
        // So many that the commit folds them.
        query("UNWIND range(1, 4200) AS i CREATE (:Filler)");
        query(&format!(
            "UNWIND [{labels}] AS n
             CALL (n) {{ WITH n WHERE n[1] CREATE (:V:A {{n: n[0]}}) }}
             CALL (n) {{ WITH n WHERE NOT n[1] CREATE (:V:B {{n: n[0]}}) }}"
        ));
        let mut edges: Vec<Edge> = (0..500)
            .map(|id| {
                let start = random.below(nodes);
                let end = match random.below(20) {
                    0 => start,
                    _ => (start + random.below(nodes / 2)) % nodes,
                };
                Edge { id, is_r: random.below(3) > 0, start, end, k: random.below(3) as i64 }
            })
            .collect();
        let add = |edges: &[Edge]| {
            for (name, is_r) in [("R", true), ("S", false)] {
                let own: Vec<Edge> = edges.iter().copied().filter(|e| e.is_r == is_r).collect();
                let of = &mut |at: usize| {
                    let Edge { id, start, end, k, .. } = own[at];
                    format!("[{id},{start},{end},{k}]")
                };
                query(&format!(
                    "UNWIND [{}] AS e MATCH (a:V {{n: e[1]}}) MATCH (b:V {{n: e[2]}})
                     CREATE (a)-[:{name} {{id: e[0], k: e[3]}}]->(b)",
                    list(of, 0..own.len())
                ));
            }
        };
        let folded = if is_recent { 350 } else { edges.len() };
        add(&edges[..folded]);
        query("MATCH (f:Filler) WITH f LIMIT 4150 DELETE f");
        if is_recent {
            add(&edges[folded..]);
            query("MATCH ()-[e]->() WHERE e.id % 11 = 0 DELETE e");
            query("MATCH ()-[e:R]->() WHERE e.id % 13 = 1 SET e.k = 1");
            edges.retain(|e| e.id % 11 != 0);
            for edge in edges.iter_mut().filter(|e| e.is_r && e.id % 13 == 1) {
                edge.k = 1;
            }
        }
        Graph { is_a, edges, store }
    }

    /// All matches of a pattern, none using a relationship twice.
    fn matches(&self, nodes: usize, steps: &[Step], visit: &mut dyn FnMut(&Found<'_>)) {
        self.extend(steps, &mut vec![None; nodes], &mut Vec::new(), visit);
    }

    fn extend(
        &self,
        steps: &[Step],
        nodes: &mut Vec<Option<usize>>,
        edges: &mut Vec<Edge>,
        visit: &mut dyn FnMut(&Found<'_>),
    ) {
        let Some(&Step(left, right, is_r, way)) = steps.get(edges.len()) else {
            let nodes: Vec<usize> = nodes.iter().map(|n| n.expect("a connected pattern")).collect();
            return visit(&Found { nodes: &nodes, edges, graph: self });
        };
        let known = nodes[left].or(nodes[right]);
        for &edge in self.edges.iter().filter(|e| known.is_none_or(|n| e.start == n || e.end == n))
        {
            let is_used = edges.iter().any(|e| e.id == edge.id);
            if is_used || is_r.is_some_and(|is_r| is_r != edge.is_r) {
                continue;
            }
            let mut ways = vec![(edge.start, edge.end)];
            if way == Any && edge.start != edge.end {
                ways.push((edge.end, edge.start));
            }
            for (from, to) in ways {
                let known = (nodes[left], nodes[right]);
                let fits = known.0.is_none_or(|n| n == from) && known.1.is_none_or(|n| n == to);
                if fits {
                    (nodes[left], nodes[right]) = (Some(from), Some(to));
                    edges.push(edge);
                    self.extend(steps, nodes, edges, visit);
                    edges.pop();
                    (nodes[left], nodes[right]) = known;
                }
            }
        }
    }

    fn rows(&self, text: &str) -> Vec<Vec<i64>> {
        let rows = self.store.query(text, ()).unwrap_or_else(|error| panic!("{text}: {error}"));
        let integer = |value: &Value| value.as_int().unwrap_or(-1);
        let mut rows: Vec<Vec<i64>> =
            rows.iter().map(|row| row.values().iter().map(integer).collect()).collect();
        rows.sort_unstable();
        rows
    }
}

/// A pattern as text and as steps, with a condition in both.
struct Case {
    pattern: &'static str,
    nodes: usize,
    steps: &'static [Step],
    holds: fn(&Found<'_>) -> bool,
}

const CYCLES: &[Case] = &[
    Case {
        pattern: "(a)-[e0:R]->(b)-[e1:R]->(c)-[e2:R]->(d)-[e3:R]->(a)",
        nodes: 4,
        steps: &[Step(0, 1, R, Out), Step(1, 2, R, Out), Step(2, 3, R, Out), Step(3, 0, R, Out)],
        holds: |_| true,
    },
    Case {
        pattern: "(a)-[e0:R]->(b)-[e1:R]->(c)-[e2:R]->(a)",
        nodes: 3,
        steps: &[Step(0, 1, R, Out), Step(1, 2, R, Out), Step(2, 0, R, Out)],
        holds: |_| true,
    },
    Case {
        pattern: "(a)-[e0:R]-(b)-[e1:R]-(c)-[e2:R]-(a)",
        nodes: 3,
        steps: &[Step(0, 1, R, Any), Step(1, 2, R, Any), Step(2, 0, R, Any)],
        holds: |_| true,
    },
    Case {
        pattern: "(a:A)-[e0:R]-(b:B)-[e1:S]-(c)-[e2:R]-(a) WHERE e0.k = e1.k AND e2.k <> 2",
        nodes: 3,
        steps: &[Step(0, 1, R, Any), Step(1, 2, S, Any), Step(2, 0, R, Any)],
        holds: |f| {
            let [x, y, z] = f.edges else { return false };
            f.is_a(0) && !f.is_a(1) && x.k == y.k && z.k != 2
        },
    },
    Case {
        pattern: "(a)-[e0:R]->(b)<-[e1:R]-(a), (b)-[e2:S]->(c:A), (a)-[e3:R]->(c)",
        nodes: 3,
        steps: &[Step(0, 1, R, Out), Step(0, 1, R, Out), Step(1, 2, S, Out), Step(0, 2, R, Out)],
        holds: |f| f.is_a(2),
    },
    Case {
        pattern: "(a)-[e0:R]-(b)-[e1:R]-(c)-[e2:S]->(d) WHERE NOT (a)-[:R]-(c) AND a <> c",
        nodes: 4,
        steps: &[Step(0, 1, R, Any), Step(1, 2, R, Any), Step(2, 3, S, Out)],
        holds: |f| f.nodes[0] != f.nodes[2] && !f.linked(0, 2, true),
    },
    Case {
        pattern: "(a:B)-[e0:R]-(b)-[e1:R]-(c) WHERE NOT (c)-[:S]-(a)",
        nodes: 3,
        steps: &[Step(0, 1, R, Any), Step(1, 2, R, Any)],
        holds: |f| !f.is_a(0) && !f.linked(0, 2, false),
    },
    Case {
        pattern: "(a)-[e0:R]->(b)-[e1]-(c)<-[e2:S]-(a) WHERE e1.k = 1 AND a.n <> 3 AND e0.k = e2.k",
        nodes: 3,
        steps: &[Step(0, 1, R, Out), Step(1, 2, None, Any), Step(0, 2, S, Out)],
        holds: |f| f.edges[1].k == 1 && f.nodes[0] != 3 && f.edges[0].k == f.edges[2].k,
    },
];

#[test]
fn cycles_are_found_as_by_trying_everything() {
    for (seed, is_recent) in [(1, false), (2, true)] {
        let graph = Graph::random(seed, is_recent);
        let mut met = HashSet::new();
        for case in CYCLES {
            let Case { pattern, nodes, steps, holds } = case;
            let mut all: Vec<Vec<i64>> = Vec::new();
            graph.matches(*nodes, steps, &mut |found| {
                if holds(found) {
                    let nodes = found.nodes.iter().map(|n| *n as i64);
                    all.push(nodes.chain(found.edges.iter().map(|e| e.id as i64)).collect());
                }
            });
            all.sort_unstable();
            let count = format!("MATCH {pattern} RETURN count(*) AS n");
            let plan = graph.store.explain(&count).expect("a plan");
            assert_eq!(graph.rows(&count), [[all.len() as i64]], "{count}\n{plan}");
            let names = ["a", "b", "c", "d"][..*nodes].iter().map(|name| format!("{name}.n"));
            let ids = (0..steps.len()).map(|at| format!("e{at}.id"));
            let columns: Vec<String> = names.chain(ids).collect();
            let rows = format!("MATCH {pattern} RETURN {}", columns.join(", "));
            // Most of these are counted without being found.
            let found = graph.store.explain(&rows).expect("a plan");
            met.insert(plan.contains("Intersect") || found.contains("Intersect"));
            assert_eq!(graph.rows(&rows), all, "{rows}");
            let mut firsts: Vec<Vec<i64>> = all.iter().map(|row| row[..2].to_vec()).collect();
            let pairs = format!("MATCH {pattern} RETURN a.n, b.n");
            firsts.sort_unstable();
            assert_eq!(graph.rows(&pairs), firsts, "{pairs}");
        }
        assert!(met.contains(&true), "some of it is found by intersection");
    }
}

#[test]
fn steps_test_stored_and_recent_columns_alike() {
    type Test = fn(&Edge, &Graph) -> bool;
    let cases: &[(&str, Test)] = &[
        ("e.k = 1", |e, _| e.k == 1),
        ("e.k > 0 AND e.k < 2", |e, _| e.k == 1),
        ("1 <= e.k", |e, _| e.k >= 1),
        ("e.k IN [0, 2] AND b:A", |e, g| e.k != 1 && g.is_a[e.end]),
        ("b.n >= 20 AND e.k <> 0", |e, _| e.end >= 20 && e.k != 0),
        ("b.n % 2 = 0 AND e.k = 2", |e, _| e.end % 2 == 0 && e.k == 2),
        ("e.k = null", |_, _| false),
        ("e.nothing = 1", |_, _| false),
        ("e.k = 1.0", |e, _| e.k == 1),
    ];
    for (seed, is_recent) in [(4, false), (5, true)] {
        let graph = Graph::random(seed, is_recent);
        for (condition, holds) in cases {
            let own: Vec<&Edge> =
                graph.edges.iter().filter(|e| e.start == 7 && e.is_r && holds(e, &graph)).collect();
            let text = format!("MATCH (a:V {{n: 7}})-[e:R]->(b) WHERE {condition} RETURN e.id");
            let mut ids: Vec<Vec<i64>> = own.iter().map(|e| vec![e.id as i64]).collect();
            ids.sort_unstable();
            assert_eq!(graph.rows(&text), ids, "{text}");
            let text = format!("MATCH (a:V {{n: 7}})-[e:R]->(b) WHERE {condition} RETURN count(*)");
            assert_eq!(graph.rows(&text), [[own.len() as i64]], "{text}");
            let text = format!(
                "MATCH (a:V {{n: 7}}), (b {{n: 9}}) MATCH (a)-[e:R]->(b) WHERE {condition} RETURN e.id"
            );
            let mut into: Vec<Vec<i64>> =
                own.iter().filter(|e| e.end == 9).map(|e| vec![e.id as i64]).collect();
            into.sort_unstable();
            assert_eq!(graph.rows(&text), into, "{text}");
        }
    }
}

/// A node with many steps that many rows come to: they are held against the conditions once.
#[test]
fn rows_that_come_to_one_node_take_the_same_steps() {
    type Test = fn(i64, i64) -> bool;
    let database = dossier::store::Database::memory();
    let store = dossier::Store::of(database.clone());
    let run = |text: &str| store.query(text, ()).unwrap();
    run("UNWIND range(0, 5) AS i CREATE (:H {n: i})");
    // 600 relationships between six nodes, loops among them.
    run("UNWIND range(0, 599) AS i MATCH (a:H {n: i % 6}), (b:H {n: i * i % 6})
         CREATE (a)-[:R {id: i, k: i % 7}]->(b)");
    database.checkpoint().unwrap();
    let edges: Vec<(i64, i64, i64)> = (0..600).map(|i| (i, i % 6, i * i % 6)).collect();
    let cases: &[(&str, Test)] = &[
        ("s.k = 1", |k, _| k == 1),
        ("s.k >= 5 AND c.n <> 4", |k, far| k >= 5 && far != 4),
        ("s.k = 9", |_, _| false),
    ];
    for (second, holds) in cases {
        for both in [false, true] {
            let arrow = if both { "-" } else { "->" };
            let text = format!(
                "MATCH (a)-[r:R]->(b) WHERE r.k < 3 WITH r, b MATCH (b)-[s:R]{arrow}(c)
                 WHERE {second} RETURN r.id AS r, s.id AS s"
            );
            let mut expected = Vec::new();
            for (r, _, middle) in edges.iter().filter(|(i, ..)| i % 7 < 3) {
                for (s, start, end) in &edges {
                    let far = [(*start, *end), (*end, *start)];
                    let ways = if both && start != end { &far[..] } else { &far[..1] };
                    for (near, far) in ways {
                        if near == middle && holds(s % 7, *far) {
                            expected.push((*r, *s));
                        }
                    }
                }
            }
            let rows = run(&text);
            let mut found: Vec<(i64, i64)> =
                rows.iter().map(|row| (row.get("r").unwrap(), row.get("s").unwrap())).collect();
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{text}");
        }
    }
}
