//! Counting without finding agrees with finding and counting.
//!
//! Small random graphs with parallel relationships, loops, missing properties, labels taken away and
//! rows deleted, one half in arrays and one half in recent writes. Each query runs twice: as it is
//! planned, and with evidence, for which every match is found. A third opinion, in plain loops over
//! the edge list, stands beside some of them, because the first two share the planner's front.

use std::collections::BTreeMap;

use dossier::store::Database;
use dossier::{Options, Store, Value};

/// Numbers from a seed (`SplitMix64`), so that a failure can be repeated.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (bits ^ (bits >> 31)) % bound
    }
}

fn run(store: &Store, text: &str) {
    store.query(text, ()).unwrap_or_else(|error| panic!("{text}\n{error:?}"));
}

fn write_nodes(store: &Store, random: &mut Random, ids: std::ops::Range<u64>) {
    for id in ids {
        let labels = ["A", "A:B", "B", "C"][random.below(4) as usize];
        let age = random.below(6);
        let age = if age == 5 { "null".to_owned() } else { age.to_string() };
        let name = ["'x'", "'y'", "'Z'", "null"][random.below(4) as usize];
        run(store, &format!("CREATE (:{labels} {{id: {id}, age: {age}, name: {name}}})"));
    }
}

fn write_relationships(store: &Store, random: &mut Random, nodes: u64, count: u64) {
    for _ in 0..count {
        let (from, to) = (random.below(nodes), random.below(nodes));
        let kind = ["R", "R", "S"][random.below(3) as usize];
        let weight = random.below(4);
        let weight = if weight == 3 { "null".to_owned() } else { weight.to_string() };
        run(
            store,
            &format!(
                "MATCH (a {{id: {from}}}), (b {{id: {to}}}) CREATE (a)-[:{kind} {{w: {weight}, day: date('2020-01-0{}')}}]->(b)",
                1 + random.below(3)
            ),
        );
    }
}

/// A graph whose first half is in arrays; `recent` says whether there is a second one.
fn graph(seed: u64, recent: bool) -> Store {
    graph_of(seed, 7, recent)
}

/// The same with so many nodes in the arrays.
pub(crate) fn graph_of(seed: u64, nodes: u64, recent: bool) -> Store {
    let database = Database::memory();
    let store = Store::of(database.clone());
    let mut random = Random(seed);
    write_nodes(&store, &mut random, 0..nodes);
    write_relationships(&store, &mut random, nodes, nodes * 12 / 7);
    database.checkpoint().unwrap();
    if recent {
        write_nodes(&store, &mut random, nodes..nodes + 2);
        write_relationships(&store, &mut random, nodes + 2, 6);
        run(&store, "MATCH (n {id: 1}) DETACH DELETE n");
        run(&store, "MATCH (n {id: 2}) REMOVE n:A");
        run(&store, "MATCH (n {id: 3}) SET n.age = 9, n:C");
        run(&store, "MATCH (n {id: 4})-[r]->() WITH r LIMIT 1 DELETE r");
        run(&store, "MATCH ({id: 5})-[r]->() WITH r LIMIT 1 SET r.w = 2");
    }
    store
}

/// The rows in an order of their own.
pub(crate) fn rows(store: &Store, text: &str, evidence: bool) -> Vec<String> {
    let options = Options { evidence, ..Options::default() };
    let found = store.query_with(text, &options).unwrap_or_else(|e| panic!("{text}\n{e:?}"));
    let mut rows: Vec<String> = found.iter().map(|row| format!("{:?}", row.values())).collect();
    rows.sort();
    rows
}

const COUNTED: &[&str] = &[
    "MATCH (n) RETURN count(*)",
    "MATCH (n:A:B) RETURN n.age, count(*)",
    "MATCH (n:!C) RETURN count(n.name)",
    "MATCH (a)-[:R]->(b) RETURN count(*)",
    "MATCH (a:A)-[:R]->(b:B) RETURN count(*)",
    "MATCH (a)-[r]->(b) RETURN count(r.w), count(*), sum(r.w), min(r.w), max(r.day), avg(r.w)",
    "MATCH (a)-[:R]-(b) RETURN a.id, count(*)",
    "MATCH (a)--(b) RETURN count(b)",
    "MATCH (a)-[:R]->(b)-[:R]->(c) RETURN count(*)",
    "MATCH (a)-[:R]->(b)<-[:R]-(c) RETURN count(*)",
    "MATCH (a)-[:R]-(b)-[:R]-(c) RETURN count(*)",
    "MATCH (a)-[:R]-(b)-[:R]->(c) RETURN count(*)",
    "MATCH (a)-[:R|S]-(b)-[:S]-(c) RETURN b.id, count(*)",
    "MATCH (a)-[]->(b)-[:R]-(c) RETURN c.name, count(a.age)",
    "MATCH (a)-[:R]->(b)-[:R]->(c)-[:R]->(d) RETURN count(*)",
    "MATCH (a)-[:R]-(b)-[:R]-(c)-[:R]-(d) RETURN count(*)",
    "MATCH (a)-[:R]-(b)-[:R]-(c) WHERE a <> c RETURN count(*)",
    "MATCH (a)-[:R]-(b)-[:R]-(c)-[:S]->(d) WHERE a <> c RETURN d.id, count(*)",
    "MATCH (a)-[:R]->(b)-[:R]->(c)-[:R]-(d) RETURN count(*)",
    "MATCH (a)<-[:R]-(b)-[:R]-(c)-[:R]->(d) RETURN count(*)",
    "MATCH (a)-[:R]->(b), (b)-[:R]->(c), (b)-[:R]->(d) RETURN count(*)",
    "MATCH (b)-[:R]-(a), (b)-[:R]-(c), (b)-[:R]-(d) RETURN b.id, count(*)",
    "MATCH (a)-[:R]->(b) MATCH (b)-[:R]->(c) RETURN count(*)",
    "MATCH (a)-[:R]->(a) RETURN count(*), count(a.age)",
    "MATCH (a)-[:R]->(a)-[:R]->(b) RETURN count(*)",
    "MATCH (a)-[:R]-(a)-[:R]-(b) RETURN a.id, count(b.name)",
    "MATCH (a)-[r:R]->(b) WHERE r.w >= 1 RETURN count(*)",
    "MATCH (a)-[r:R]->(b)-[s:R]->(c) WHERE r.w = 1 AND s.day > date('2020-01-01') RETURN count(*)",
    "MATCH (a)-[r:R]-(b)-[s:R]-(c) WHERE r.w = 1 AND s.day > date('2020-01-01') RETURN b.id, count(*)",
    "MATCH (a)-[r:R]-(b)-[s:R]-(c) WHERE r.w = 1 RETURN s.w, count(*)",
    "MATCH (a)-[r:R]-(b)-[s:R]->(c) WHERE s.w <> 1 RETURN r.w, count(*), min(a.age), count(DISTINCT b.id)",
    "MATCH (a)-[r:R]->(b)-[s]->(c) RETURN r.day, count(*), sum(b.age), count(DISTINCT a)",
    "MATCH (a)-[r]->(b)-[s:R]->(c) RETURN type(r), count(*), count(DISTINCT b.name)",
    "MATCH (a:A)-[r:R]->(b) WHERE a.age < 4 AND toLower(b.name) = 'z' RETURN count(*)",
    "MATCH (a)-[r:R]->(b) WHERE b.name IN ['x', 'y'] AND NOT (b)-[:S]->() RETURN a.name, count(*)",
    "MATCH (a)-[:R]->(b)-[:S]->(c) WHERE b.age IS NOT NULL AND c.age + 1 > 2 RETURN c, count(*)",
    "MATCH (a {id: 0})-[:R]-(b)-[:R]-(c) RETURN c.id, count(*)",
    "MATCH (a)-[:R]->(b) RETURN b.id AS id, count(*) AS n ORDER BY n DESC, id LIMIT 3",
    "MATCH (a)-[:R]->(b) RETURN b.id AS id, count(a.name) AS n ORDER BY n, id SKIP 1 LIMIT 2",
    "MATCH (a)-[:R]->(b) WITH b, count(*) AS n ORDER BY n DESC, b.id LIMIT 1 MATCH (b)--(c) RETURN b.id, n, c.id",
    "MATCH (a)-[:R]->(b)-[*1..2]->(c) WHERE c.age > 1 RETURN b.id, count(*), avg(a.age)",
    "MATCH (a)-[:R]->(b)-[*1..2]->(c) WHERE c.age > 0 RETURN b.id, avg(a.age), sum(a.age), count(*)",
    "MATCH (a)-[:R]->(b)-[*1..2]-(c) RETURN b.id, sum(a.age), count(c.age), avg(a.age)",
    "MATCH (a)-[r:R]->(b)-[*1..2]->(c) RETURN r.w, count(*), min(a.age), count(DISTINCT b.id)",
    "MATCH (a)-[r:R]-(b)-[*1..2]-(c:B) RETURN r.w, b.id, count(*), max(a.age), sum(b.age)",
    "MATCH (a)-[r]->(b)-[s:R*1..2]->(c) RETURN type(r), a.name, count(*), min(b.age), count(DISTINCT a)",
    "MATCH (a)-[:R]->(b)-[*0..1]->(c) RETURN a.name, b.name, count(*), avg(a.age)",
    "MATCH (a)-[r:R]->(b)<-[*1..2]-(c) WHERE r.w > 0 RETURN b.name, avg(r.w), max(r.day), count(*)",
    "MATCH (a)-[r:R]->(b)<-[s:R]-(c) WHERE a.age > 0 RETURN r.w, count(*), min(b.age), sum(a.age)",
    "MATCH (a)-[r]->(b) WHERE r.day >= date('2020-01-02') RETURN b.id, count(*), max(r.day)",
    "MATCH (a)-[r:R]->(b) WHERE r.w >= 1 RETURN count(DISTINCT a.id), count(DISTINCT b.name), count(*), max(b.age), min(a)",
    "MATCH (a)<-[r]-(b) RETURN count(DISTINCT a), count(DISTINCT b.age), min(b.name), count(r)",
    "MATCH (a:A)-[r:R]->(b) RETURN count(DISTINCT a.age), count(DISTINCT b), sum(DISTINCT b.age)",
    "MATCH (a)-[r:R]->(b) WHERE r.w > 7 RETURN count(DISTINCT a.id), min(b.age), count(*)",
    "MATCH (a)-[r:R]->(b) RETURN r.w, r.day, count(*), min(r.day), count(DISTINCT b.id)",
    "MATCH (a)-[r]->(b:A) RETURN count(DISTINCT b.id), count(DISTINCT a), count(*)",
    "MATCH (a:C)-[r]-(b:B) RETURN count(DISTINCT b.id), type(r), min(a.age), count(*)",
    "MATCH (a:C)-[r]->(b:B)-[*1..2]->(c:A) RETURN b.id, sum(a.age), count(*), max(r.w)",
    "MATCH (a:C)-[r]->(b:B)-[]-(c:A) RETURN count(DISTINCT b.id), count(*), count(DISTINCT a.name)",
    "MATCH (a)-[*2]-(b) RETURN count(*)",
    "MATCH (a:A)-[*0..2]->(b:B) RETURN a.id, count(*)",
    "MATCH (a)-[:R]->(b) OPTIONAL MATCH (b)-[:S]->(c) RETURN count(*)",
    "MATCH (a)-[:R]->(b) OPTIONAL MATCH (b)-[:S]->(c) RETURN b.id, count(c), count(*), count(c.age)",
    "MATCH (a:A) OPTIONAL MATCH (a)-[:R]->(b:B) OPTIONAL MATCH (a)<-[s:S]-(c) WHERE s.w > 0 RETURN a.id, count(*), count(b), count(s)",
    "MATCH (a:A) OPTIONAL MATCH (a)-[:R]->(b)-[:S]->(c) RETURN a.id, count(*), count(c)",
    "MATCH (a:A) OPTIONAL MATCH (a)-[:R]->(b) OPTIONAL MATCH (b)-[:S]->(c) RETURN count(*), count(c)",
    "MATCH (a:A), (b:B)-[:R]->(c) RETURN count(*)",
    "MATCH (a:A), (b:B)-[:R]->(c) RETURN b.id, count(*)",
    "MATCH (a)-[:R]->(b)-[:Nowhere]->(c) RETURN count(*)",
    "MATCH (a:Nowhere) RETURN a.id, count(*)",
    "MATCH (a)-[:R]->(b) RETURN 1 AS one, count(*)",
    "MATCH p = (a)-[:R]->(b)-[:S]->(c) RETURN count(p)",
    "MATCH (a)-[:R]->(b)-[:R]->(c)-[:R]->(a) RETURN count(*), count(b.name), count(c.age)",
    "MATCH (a)-[:R]-(b)-[:R]-(c)-[:R]-(a) RETURN count(*)",
    "MATCH (a:A)-[:R]-(b)-[:R]-(c:B)-[:R]-(a), (b)-[:S]->(d) RETURN count(*)",
    "MATCH (a)-[:R]->(b)<-[:S]-(c)-[r]-(a) WHERE r.w > 0 RETURN count(*), count(r.w)",
    "MATCH (a)-[:R]->(b)-[:R]->(c) WHERE NOT (a)-[:R]->(c) RETURN count(*)",
    "MATCH (a)-[:R]-(b)-[:R]-(c) WHERE NOT (a)-[:R]-(c) AND a <> c RETURN count(*)",
    "MATCH (a)-[:R]->(b) WHERE NOT (b)-[:S]->(a) RETURN a.id, count(*)",
    "MATCH (a)-[:R]->(b) WHERE (b)-[:R|S]-(a) AND a <> b RETURN count(*)",
    "MATCH (a)-[:S]->(b)-[:R]->(c) OPTIONAL MATCH (c)-[:R]->(d) WITH a, b, c, d WHERE NOT (a)--(c) RETURN count(*), count(d)",
    "MATCH (a)-[:R]-(b)-[:R]-(c)-[:R]-(d)-[:R]-(a) RETURN count(*)",
    "MATCH (a)-[:R]-(b)-[:S]-(c)-[:R]->(d)-[:S]-(a) RETURN count(*), count(b.age)",
    "MATCH (a)-[:R]->(b)-[:R]->(c)<-[:R]-(d)<-[:R]-(a) WHERE a <> c AND b <> d RETURN count(*)",
    "MATCH (a:A)-[:R]-(b)-[:S]-(c:B)-[:R]-(d)-[:R]-(a), (b)-[:S]->(e) RETURN count(*)",
    "MATCH (a)-[:R]-(b)-[:R]-(c)-[:S]-(a), (c)-[:S]-(d) WHERE d <> a RETURN count(*)",
    "MATCH (a)-[:S]->(b)-[:R]->(c) RETURN c.id, avg(a.age), count(*), sum(b.age)",
    "MATCH (a)-[:R]->(b)-[:R]->(c:A) RETURN avg(a.age), sum(c.age)",
    "MATCH (a:A) WHERE NOT (a)<-[:R]-(:B) RETURN a.id",
    "MATCH (a) WHERE EXISTS { (a)-[:R]->()-[:S]->(:A) } RETURN a.id, a.age",
    "MATCH (a) WHERE NOT EXISTS { (a)-[r:R]-(b) WHERE r.w > 1 AND b.age < 4 } RETURN a.id",
    "MATCH (a)-[:S]->(b) RETURN a.id, b.id, COUNT { (b)-[:R]-(:B) }",
    "MATCH (a:A)-[r:R]->(b:B) WHERE r.w > 0 AND a.age <= b.age RETURN a.id, b.id, r.w",
    "MATCH (a)-[r:R]->(b) WHERE r.w > 0 AND b.name = 'x' AND a.age + r.w > 2 RETURN a.id, b.id, r.w",
    "MATCH (a)-[:R]->(b)-[:R]->(c) WHERE a.age < 50 AND c.age > 1 AND $age >= 0 = true RETURN count(*)",
];

#[test]
fn counting_agrees_with_finding() {
    let mut counted = 0;
    for seed in 0..6 {
        let store = graph(seed, seed % 3 != 0);
        for text in COUNTED.iter().filter(|text| !text.contains('$')) {
            let (ours, found) = (rows(&store, text, false), rows(&store, text, true));
            assert_eq!(ours, found, "seed {seed}: {text}\n{}", store.explain(text).unwrap());
            counted += usize::from(store.explain(text).unwrap().contains("CountTree"));
        }
    }
    assert!(counted > 6 * 45, "only {counted} plans count");
}

/// What agrees in a property is found value by value; a sum with 0 is compared match by match.
#[test]
fn what_agrees_in_a_property_is_found_as_by_comparing() {
    let patterns = [
        ("(a)-[r:R]->(b)-[s:R]->(c)-[t:R]->(a)", "r.w = s.w AND s.w = t.w", "w"),
        ("(a)-[r:R]-(b)-[s]-(c)-[t:R]-(a)", "r.w = t.w", "w"),
        ("(a)-[r:R]->(b)-[s:S]->(a)", "r.w = s.w", "w"),
        ("(a:A)-[r:R]-(b)-[s:R]-(c)-[t:R]-(a)", "r.w = s.w AND t.w = s.w AND a.age = b.age", "w"),
    ];
    for seed in 40..52 {
        let store = graph(seed, seed % 4 == 0);
        for (pattern, condition, key) in patterns {
            let compared = condition.replace(&format!(".{key}"), &format!(".{key} + 0"));
            for wanted in ["count(*)", "a.id, b.id, r.w, s.w", "a.id, count(*)", "r.day, s.day"] {
                let text =
                    |condition: &str| format!("MATCH {pattern} WHERE {condition} RETURN {wanted}");
                let (by_value, by_match) = (text(condition), text(&compared));
                let found = rows(&store, &by_value, false);
                assert_eq!(found, rows(&store, &by_match, false), "seed {seed}: {by_value}");
                assert_eq!(found, rows(&store, &by_value, true), "seed {seed}: {by_value}");
            }
        }
    }
}

/// A list of which nothing but the size is wanted is counted; one that is looked into is not.
#[test]
fn lists_that_are_only_counted_are_as_long_as_others() {
    let texts = [
        "MATCH (a)-[:R]->(b) RETURN a.id, size(LIST)",
        "MATCH (a)-[:R]->(b) WITH a, LIST AS l WHERE SIZE > 1 RETURN a.id, SIZE AS n ORDER BY n, a.id",
        "MATCH (a) OPTIONAL MATCH (a)-[:S]->(b) WITH a.name AS name, LIST AS l RETURN name, SIZE, SIZE + 1",
        "MATCH (a)-->(b) WITH a, LIST AS l WITH l, a.age AS age WHERE SIZE < 4 RETURN age, sum(SIZE)",
        "MATCH (a)-->(b) WITH a, LIST AS l WHERE SIZE > 0 RETURN a.id, l[0] IS NULL",
    ];
    for seed in 30..34 {
        let store = graph(seed, seed % 2 == 0);
        for text in texts {
            for list in ["collect(b.age)", "collect(DISTINCT b.name)", "collect(b)"] {
                let text = text.replace("LIST", list);
                let counted = text.replace("SIZE", "size(l)");
                let list = format!("size({list})");
                let looked_into = text
                    .replace("SIZE", "size([x IN l | x])")
                    .replace(&list, &list.replace("size(", "size([x IN ").replace("))", ") | x])"));
                assert_ne!(counted, looked_into);
                let (ours, other) =
                    (rows(&store, &counted, false), rows(&store, &looked_into, false));
                assert_eq!(ours, other, "seed {seed}: {counted}\n{looked_into}");
            }
        }
    }
}

/// What is null without a match of an OPTIONAL MATCH is tested after it, not within it.
#[test]
fn a_condition_after_an_optional_match_drops_rows() {
    let store = Store::memory();
    store.query("CREATE (:A)-[:R]->(:B {x: 1}), (:A)-[:R]->(:B {x: 2}), (:A)", ()).unwrap();
    let optional = "MATCH (a:A) OPTIONAL MATCH (a)-[r:R]->(b)";
    for (condition, count) in
        [("b.x = 1", 1), ("b:B", 2), ("b.x IS NULL", 1), ("r IS NOT NULL", 2), ("NOT b.x = 1", 1)]
    {
        for with in ["WITH *", "WITH a, r, b"] {
            let text = format!("{optional} {with} WHERE {condition} RETURN count(*)");
            assert_eq!(rows(&store, &text, false), [format!("[Integer({count})]")], "{text}");
        }
    }
}

/// A plan that adds integers up by weights is still right where the graph has other values since.
#[test]
fn means_of_integers_become_means_of_anything() {
    let store = graph(3, false);
    let text = "MATCH (a)-[:R]->(b)-[:R]->(c) RETURN c.id, avg(a.age), sum(b.age)";
    let plan = plan(&store, text);
    assert!(plan.contains("CountTree") && !plan.contains("Aggregate"), "{plan}");
    assert_eq!(rows(&store, text, false), rows(&store, text, true));
    for change in ["SET n.age = 2.5", "SET n.age = 9223372036854775807", "REMOVE n.age"] {
        run(&store, &format!("MATCH (n {{id: 4}}) {change}"));
        if !change.contains("807") {
            assert_eq!(rows(&store, text, false), rows(&store, text, true), "{change}");
        }
        store.database().checkpoint().unwrap();
        let found = |evidence: bool| {
            let options = Options { evidence, ..Options::default() };
            store.query_with(text, &options).map(|_| ()).map_err(|error| error.code())
        };
        assert_eq!(found(false), found(true), "{change}");
    }
}

/// The ends of all relationships of a type, with their properties.
fn edges(store: &Store, kind: &str) -> Vec<(i64, i64)> {
    let text = format!("MATCH (a)-[r:{kind}]->(b) RETURN a.id, b.id");
    let rows = store.query(&text, ()).unwrap();
    let id = |value: &Value| if let Value::Integer(id) = value { *id } else { -1 };
    rows.iter().map(|row| (id(&row.values()[0]), id(&row.values()[1]))).collect()
}

fn one(store: &Store, text: &str) -> i64 {
    match store.query(text, ()).unwrap().get(0).unwrap().values() {
        [Value::Integer(count)] => *count,
        other => panic!("{other:?}"),
    }
}

#[test]
fn counting_agrees_with_loops() {
    for seed in 20..26 {
        let store = graph(seed, true);
        let edges = edges(&store, "R");
        let (mut chains, mut meets, mut apart, mut threes) = (0, 0, 0, 0);
        let mut by_middle = BTreeMap::new();
        for (r, x) in edges.iter().enumerate() {
            for (s, y) in edges.iter().enumerate().filter(|(s, _)| *s != r) {
                chains += i64::from(x.1 == y.0);
                meets += i64::from(x.1 == y.1);
                for (a, b) in ways(*x) {
                    for (c, d) in ways(*y) {
                        apart += i64::from(b == c && a != d);
                        if b == c {
                            *by_middle.entry(b).or_insert(0) += 1;
                        }
                    }
                }
                for (t, z) in edges.iter().enumerate() {
                    threes += i64::from(t != r && t != s && x.1 == y.0 && y.1 == z.0);
                }
            }
        }
        let count = |pattern: &str| one(&store, &format!("MATCH {pattern} RETURN count(*)"));
        assert_eq!(count("(a)-[:R]->(b)-[:R]->(c)"), chains, "seed {seed}");
        assert_eq!(count("(a)-[:R]->(b)<-[:R]-(c)"), meets, "seed {seed}");
        assert_eq!(count("(a)-[:R]-(b)-[:R]-(c) WHERE a <> c"), apart, "seed {seed}");
        assert_eq!(count("(a)-[:R]->(b)-[:R]->(c)-[:R]->(d)"), threes, "seed {seed}");
        let text = "MATCH (a)-[:R]-(b)-[:R]-(c) RETURN b.id, count(*)";
        let rows = store.query(text, ()).unwrap();
        assert_eq!(rows.len(), by_middle.len());
        for row in rows.iter() {
            let [Value::Integer(id), Value::Integer(n)] = *row.values() else { panic!() };
            assert_eq!(by_middle.get(&id), Some(&n), "seed {seed}, node {id}");
        }
    }
}

/// The ways in which a relationship is read without direction: a loop in one.
fn ways(edge: (i64, i64)) -> impl Iterator<Item = (i64, i64)> {
    let back = (edge.0 != edge.1).then_some((edge.1, edge.0));
    std::iter::once(edge).chain(back)
}

/// The plan of a query, each operator with all that is said about it.
pub(crate) fn plan(store: &Store, text: &str) -> String {
    let lines = store.query(&format!("EXPLAIN {text}"), ()).unwrap();
    lines.iter().map(|row| format!("{:?}\n", row.values())).collect()
}

/// How a relationship of a pattern is read.
#[derive(Clone, Copy)]
enum Way {
    Along,
    Against,
    Either,
}

/// A relationship between two nodes of a pattern.
struct Side {
    ends: (usize, usize),
    kind: &'static str,
    way: Way,
}

/// A pattern with cycles: nodes, the labels of some, relationships, nodes that differ, and nodes that
/// are related or not.
struct Shape {
    labels: Vec<Option<&'static str>>,
    sides: Vec<Side>,
    apart: Vec<(usize, usize)>,
    related: Vec<(Side, bool)>,
}

/// What a pattern is matched with: the labels of nodes by id, and relationships.
struct Data {
    labels: BTreeMap<i64, Vec<String>>,
    sides: Vec<(i64, i64, String)>,
}

impl Side {
    fn random(random: &mut Random, ends: (usize, usize)) -> Side {
        let kind = ["R", "R", "S", "F", "F"][random.below(5) as usize];
        let way = [Way::Along, Way::Against, Way::Either][random.below(3) as usize];
        Side { ends, kind, way }
    }

    fn text(&self) -> String {
        let ((a, b), kind) = (self.ends, self.kind);
        match self.way {
            Way::Along => format!("(n{a})-[:{kind}]->(n{b})"),
            Way::Against => format!("(n{a})<-[:{kind}]-(n{b})"),
            Way::Either => format!("(n{a})-[:{kind}]-(n{b})"),
        }
    }

    /// The ways in which a relationship can be this one: what stands at either end.
    fn readings(&self, (from, to, kind): &(i64, i64, String)) -> Vec<(i64, i64)> {
        if kind != self.kind {
            return Vec::new();
        }
        match self.way {
            Way::Along => vec![(*from, *to)],
            Way::Against => vec![(*to, *from)],
            Way::Either => ways((*from, *to)).collect(),
        }
    }
}

impl Shape {
    fn random(random: &mut Random) -> Shape {
        let count = 3 + random.below(3) as usize / 2;
        let mut sides: Vec<Side> =
            (1..count).map(|at| Side::random(random, (at - 1, at))).collect();
        let any = |random: &mut Random| {
            let a = random.below(count as u64) as usize;
            (a, (a + 1 + random.below(count as u64 - 1) as usize) % count)
        };
        let closes = random.below(4) > 0;
        if closes {
            sides.push(Side::random(random, (count - 1, 0)));
        }
        if random.below(3) == 0 {
            let ends = any(random);
            sides.push(Side::random(random, ends));
        }
        // A cycle of one kind of side, so that the three corners are alike.
        if random.below(4) == 0 {
            sides.iter_mut().for_each(|side| (side.kind, side.way) = ("R", Way::Either));
        }
        let apart = (0..random.below(2)).map(|_| any(random)).collect();
        let related = (0..random.below(3)).map(|_| {
            let ends = any(random);
            (Side::random(random, ends), random.below(3) == 0)
        });
        let related = related.collect();
        let labels =
            (0..count).map(|_| [None, None, None, Some("A"), Some("B")][random.below(5) as usize]);
        Shape { labels: labels.collect(), sides, apart, related }
    }

    fn text(&self) -> String {
        let sides: Vec<String> = self.sides.iter().map(Side::text).collect();
        let apart = self.apart.iter().map(|(a, b)| format!("n{a} <> n{b}"));
        let related = self
            .related
            .iter()
            .map(|(side, holds)| format!("{}{}", if *holds { "" } else { "NOT " }, side.text()));
        let labels = self.labels.iter().enumerate();
        let labels = labels.filter_map(|(at, label)| label.map(|label| format!("n{at}:{label}")));
        let all: Vec<String> = apart.chain(related).chain(labels).collect();
        let condition =
            if all.is_empty() { String::new() } else { format!(" WHERE {}", all.join(" AND ")) };
        format!("MATCH {}{condition} RETURN count(*)", sides.join(", "))
    }

    /// The number of matches, by trying all.
    fn count(&self, data: &Data, nodes: &mut Vec<Option<i64>>, used: &mut Vec<usize>) -> i64 {
        let Some(side) = self.sides.get(used.len()) else {
            return i64::from(self.holds(data, nodes));
        };
        let mut count = 0;
        for (at, relationship) in data.sides.iter().enumerate() {
            if used.contains(&at) {
                continue;
            }
            for (x, y) in side.readings(relationship) {
                let (a, b) = side.ends;
                let (before_a, before_b) = (nodes[a], nodes[b]);
                if before_a.is_some_and(|id| id != x) || before_b.is_some_and(|id| id != y) {
                    continue;
                }
                (nodes[a], nodes[b]) = (Some(x), Some(y));
                used.push(at);
                count += self.count(data, nodes, used);
                used.pop();
                (nodes[a], nodes[b]) = (before_a, before_b);
            }
        }
        count
    }

    fn holds(&self, data: &Data, nodes: &[Option<i64>]) -> bool {
        let at = |place: usize| nodes[place].unwrap();
        let labels = self.labels.iter().enumerate().all(|(place, label)| {
            label.is_none_or(|label| data.labels[&at(place)].iter().any(|own| own == label))
        });
        let is_related = |side: &Side| {
            let ends = (at(side.ends.0), at(side.ends.1));
            data.sides.iter().any(|r| side.readings(r).contains(&ends))
        };
        labels
            && self.apart.iter().all(|&(a, b)| at(a) != at(b))
            && self.related.iter().all(|(side, holds)| is_related(side) == *holds)
    }
}

fn data(store: &Store) -> Data {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let id = |value: &Value| if let Value::Integer(id) = value { *id } else { -1 };
    let nodes = store.query("MATCH (n) RETURN n.id, labels(n)", ()).unwrap();
    let labels = nodes.iter().map(|row| {
        let [node, Value::List(labels)] = row.values() else { panic!() };
        (id(node), labels.iter().map(text).collect())
    });
    let sides = store.query("MATCH (a)-[r]->(b) RETURN a.id, b.id, type(r)", ()).unwrap();
    let sides = sides.iter().map(|row| {
        let [a, b, kind] = row.values() else { panic!() };
        (id(a), id(b), text(kind))
    });
    Data { labels: labels.collect(), sides: sides.collect() }
}

#[test]
fn patterns_with_cycles_are_counted_as_by_trying_all() {
    let (mut counted, mut knots) = (0, 0);
    for seed in 40..52_u64 {
        let mut random = Random(seed);
        let store = graph(seed, seed.is_multiple_of(3));
        // Relationships that lead to one node at most: maps, as long as no second one is added.
        run(
            &store,
            "MATCH (a) WHERE a.id % 4 > 0 MATCH (b {id: (a.id * 5 + 2) % 7}) CREATE (a)-[:F]->(b)",
        );
        if seed % 4 == 1 {
            run(&store, "MATCH (a {id: 5}), (b {id: 0}) CREATE (a)-[:F]->(b)");
        }
        let data = data(&store);
        for _ in 0..60 {
            let shape = Shape::random(&mut random);
            let (text, nodes) = (shape.text(), shape.labels.len());
            let expected = shape.count(&data, &mut vec![None; nodes], &mut Vec::new());
            let plan = plan(&store, &text);
            assert_eq!(one(&store, &text), expected, "seed {seed}: {text}\n{plan}");
            counted += usize::from(plan.contains("CountTree"));
            knots += usize::from(plan.contains(" by "));
        }
    }
    assert!(counted > 200 && knots > 80, "only {counted} plans count, {knots} of them knots");
}

#[test]
fn a_map_that_is_none_any_more_is_searched() {
    let store = Store::memory();
    run(&store, "UNWIND range(0, 9) AS i CREATE (:N {id: i})");
    run(&store, "MATCH (a:N), (b:N {id: a.id / 2}) CREATE (a)-[:UP]->(b)");
    run(&store, "MATCH (a:N), (b:N) WHERE (a.id + b.id) % 3 = 0 CREATE (a)-[:R]->(b)");
    let text = "MATCH (a)-[:UP]->(b)-[:R]->(c)<-[:R]-(a) RETURN count(*)";
    let plan = plan(&store, text);
    assert!(plan.contains("1 by a map and what its ends have in common"), "{plan}");
    for more in ["", "MATCH (a:N {id: 4}), (b:N {id: 1}) CREATE (a)-[:UP]->(b)"] {
        if !more.is_empty() {
            run(&store, more);
        }
        assert_eq!(rows(&store, text, false), rows(&store, text, true), "{more}");
    }
}

#[test]
fn what_cannot_be_counted_is_found() {
    let store = graph(1, false);
    for text in [
        "MATCH (a)-[:R]->(b)-[:R]->(c)-[:R]->(d)-[:R]->(e)-[:R]->(a) RETURN count(*)",
        "MATCH (a)-[:R]->(b)-[:R]->(c)-[:R]->(a) RETURN a.id, count(*)",
        "MATCH (a {id: 3})-[:R]->(b)-[:R]->(c)-[:R]->(a) WHERE a.age = 9 RETURN count(*)",
        "MATCH (a)-[r:R]->(b)-[s:R]->(c) WHERE r.w < s.w RETURN count(*)",
        "MATCH (a)-[:R]->(b)-[:R]->(c) RETURN a.id, b.id, c.id, count(*)",
        "MATCH (a)-[:R]->(b) RETURN collect(a.id)",
        "MATCH (a)-[:R]->(b) WHERE rand() < 2 RETURN count(*)",
    ] {
        assert!(!store.explain(text).unwrap().contains("CountTree"), "{text}");
        assert_eq!(rows(&store, text, false), rows(&store, text, true), "{text}");
    }
}

#[test]
fn a_count_that_does_not_fit_is_an_error() {
    // A star of 40 leaves, walked back and forth: the number of ways grows by 40 each time.
    let store = Store::memory();
    run(&store, "CREATE (h:Hub) WITH h UNWIND range(1, 200) AS i CREATE (h)-[:R]->(:Leaf)");
    let arms: Vec<String> = (0..9).map(|i| format!("MATCH (h)-[:R]->(l{i})")).collect();
    let error = store
        .query(&format!("MATCH (h:Hub) {} RETURN count(*)", arms.join(" ")), ())
        .expect_err("200 to the ninth is more than 2 to the 63rd");
    assert_eq!(error.code(), "eval::integer_overflow");
    let fits = format!("MATCH (h:Hub) {} RETURN count(*) AS n", arms[..8].join(" "));
    assert_eq!(one(&store, &fits), 200i64.pow(8));
}

/// Columns of more entries than a block has, tested in halves of integers and as a whole.
#[test]
fn ranges_of_integers_count_what_loops_count() {
    let database = Database::memory();
    let store = Store::of(database.clone());
    run(
        &store,
        "UNWIND range(0, 9999) AS i CREATE (:N {near: i * 7919 % 1000 - 500,
         far: CASE i % 3 WHEN 0 THEN 9223372036854775807 - i WHEN 1 THEN i - 9223372036854775807 ELSE i END})",
    );
    database.checkpoint().unwrap();
    let near = |i: i64| i * 7919 % 1000 - 500;
    let far = |i: i64| match i % 3 {
        0 => i64::MAX - i,
        1 => i - i64::MAX,
        _ => i,
    };
    for than in
        [i64::MIN, -i64::MAX, -501, -500, -7, 0, 300, 499, 500, 5000, i64::MAX - 9, i64::MAX]
    {
        for (name, holds) in [
            ("=", (|a, b| a == b) as fn(i64, i64) -> bool),
            ("<>", |a, b| a != b),
            ("<", |a, b| a < b),
            ("<=", |a, b| a <= b),
            (">", |a, b| a > b),
            (">=", |a, b| a >= b),
        ] {
            let text = format!(
                "MATCH (n:N) WHERE n.near {name} $than RETURN count(*) AS n
                 UNION ALL MATCH (n:N) WHERE n.far {name} $than RETURN count(*) AS n
                 UNION ALL MATCH (n:N) WHERE n.near >= -100 AND n.near {name} $than RETURN count(*) AS n"
            );
            let rows = store.query(&text, [("than", than)]).unwrap();
            let found: Vec<i64> = rows.iter().map(|row| row.get("n").unwrap()).collect();
            let count = |f: &dyn Fn(i64) -> bool| (0..10_000).filter(|i| f(*i)).count() as i64;
            let expected = [
                count(&|i| holds(near(i), than)),
                count(&|i| holds(far(i), than)),
                count(&|i| near(i) >= -100 && holds(near(i), than)),
            ];
            assert_eq!(found, expected, "{name} {than}");
        }
    }
}

/// Labels that only some types lead to: a step of any type looks at those, and at no others.
#[test]
fn any_type_between_labels_agrees_with_finding() {
    let database = Database::memory();
    let store = Store::of(database.clone());
    run(&store, "UNWIND range(0, 19) AS i CREATE (:P {id: i, age: i % 7})");
    run(&store, "UNWIND range(0, 4) AS i CREATE (:C {id: i})");
    run(&store, "UNWIND range(0, 1) AS i CREATE (:S {id: i})");
    run(&store, "MATCH (p:P), (c:C) WHERE p.id % 5 = c.id CREATE (p)-[:LIVES {w: p.id}]->(c)");
    run(&store, "MATCH (p:P), (q:P) WHERE q.id = p.id * 3 % 20 CREATE (p)-[:KNOWS {w: q.id}]->(q)");
    run(&store, "MATCH (c:C), (s:S) WHERE c.id % 2 = s.id CREATE (c)-[:IN {w: 1}]->(s)");
    run(&store, "MATCH (s:S {id: 0}), (c:C {id: 0}) CREATE (s)-[:SEAT {w: 2}]->(c)");
    database.checkpoint().unwrap();
    let queries = [
        "MATCH (x)-[r]->(c:C) RETURN count(DISTINCT c.id), count(DISTINCT x), count(*)",
        "MATCH (p:P)-[r]->(c:C) RETURN count(DISTINCT c.id), count(DISTINCT p.age), min(c.id)",
        "MATCH (c:C)-[r]-(p:P) RETURN type(r), count(*), count(DISTINCT p.id), max(r.w)",
        "MATCH (c:C)-[r]-(s:S) RETURN type(r), count(*), count(DISTINCT s.id), max(r.w)",
        "MATCH (c:C)-[r]-(x) RETURN r.w, c.id, count(*), min(x.id)",
        "MATCH (s:S)-[r]->(p:P) RETURN count(*), count(DISTINCT s.id)",
        "MATCH (p:P)-[:LIVES]->(c:C)-[*1..2]->(s:S) RETURN c.id, avg(p.age), count(*)",
        "MATCH (p:P)-[:LIVES]->(c:C)-[*1..3]-(s:S) RETURN c.id, sum(p.age), count(*)",
        "MATCH (p:P)-[r]->(c:C)-[*1..2]->(x) RETURN r.w, x.id, count(*), max(p.age)",
        "MATCH (p:P)-[]-(c:C)-[]-(s:S)-[]->(d:C) RETURN d.id, count(*), sum(p.age)",
        "MATCH (p:P)-[*1..2]-(c:C) RETURN c.id, count(*), avg(p.age)",
        "MATCH (p:P)-[*1..2]->(s:S) WHERE p.age > 2 RETURN s.id, count(*)",
        "MATCH (c:C) OPTIONAL MATCH (c)-[]->(p:P) RETURN c.id, count(*), count(p)",
        "MATCH (c:C) OPTIONAL MATCH (c)-[]-(s:S)-[]->(p:P) RETURN count(*), count(p), count(c)",
    ];
    for is_recent in [false, true] {
        if is_recent {
            run(&store, "MATCH (c:C {id: 3}), (p:P {id: 4}) CREATE (c)-[:LIVES {w: 7}]->(p)");
            run(&store, "MATCH (s:S {id: 1}), (p:P {id: 4}) CREATE (s)-[:SEAT {w: 8}]->(p)");
        }
        for text in queries {
            let (ours, found) = (rows(&store, text, false), rows(&store, text, true));
            assert_eq!(ours, found, "{is_recent}: {text}\n{}", store.explain(text).unwrap());
        }
    }
}
