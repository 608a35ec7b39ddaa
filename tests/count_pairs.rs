//! Counts by two nodes of a pattern agree with finding the matches.
//!
//! As in `count_tree`: random graphs with parallel relationships, loops, missing properties and recent
//! writes; each query as it is planned, and with evidence, for which every match is found. Here the
//! rows before grouping are pairs of nodes, some with what else stands between the two.

use crate::count_tree::{Random, graph_of, plan, rows};

const PAIRS: &[&str] = &[
    "MATCH (a)-[:R]->(b)-[:S]->(c) RETURN a.id, c.id, count(*)",
    "MATCH (a)-[:R]->(b)-[:R]->(c) RETURN a, c, count(*), count(b.age)",
    "MATCH (a)-[:R]-(b)-[:R]-(c) RETURN a, c, count(*)",
    "MATCH (a:A)-[:R]-(b)-[:R]-(c:B) WHERE b.age > 0 RETURN a.name, c.name, count(*), sum(a.age), max(c.age)",
    "MATCH (a)<-[:R]-(b)-[:R]->(c) WHERE a.id < c.id RETURN a.id, c.id, count(*) AS n ORDER BY n DESC, a.id, c.id LIMIT 5",
    "MATCH (a)<-[:R]-(b)-[:R]->(c) WHERE a.age < c.age RETURN count(*)",
    "MATCH (a)<-[:R]-(b)-[:R]->(c) WHERE a.age + 1 >= c.age RETURN b.name IS NULL, count(*)",
    "MATCH (a)-[:R]->(b) WHERE a.age > b.age RETURN count(*), count(b.name)",
    "MATCH (a)-[r:R]->(b) WHERE a.age > b.age AND r.w > 0 RETURN count(*), count(r.w)",
    "MATCH (a)-[r:R]-(b)-[:S]->(c) WHERE a.name = b.name RETURN count(*), count(c.age)",
    "MATCH (a)-[:R]->(b)-[:R]->(c) WHERE a.name <> c.name AND a.id <> c.id RETURN a.name, count(*)",
    "MATCH (a)-[:R]->(b)-[:R]->(c) WHERE a.name STARTS WITH c.name RETURN c.id, count(*)",
    "MATCH (a)-[:R]->(b)-[:R]->(c) WHERE a.age > c.name RETURN count(*)",
    "MATCH (a)-[:R]->(b)-[:R]->(c) WHERE a <> c RETURN a.id, count(*), count(DISTINCT c)",
    "MATCH (a)-[:R]->(b)-[:R]->(c) WHERE NOT (a)-[:R]->(c) RETURN a.id, c.id, count(*)",
    "MATCH (a)-[:R]->(b)-[:R]->(c) WHERE NOT (a)-[:R]->(c) AND a <> c RETURN c.id, count(*)",
    "MATCH (a)-[:R]-(b)-[:S]-(c) WHERE (a)<-[:R|S]-(c) RETURN a.id, count(*)",
    "MATCH (a)-[:R]-(b) OPTIONAL MATCH (b)-[:S]->(m)-[:R]->(a) RETURN count(*), count(m), count(m.age)",
    "MATCH (a)-[:R]->(b) OPTIONAL MATCH (b)-[s:S]-(a) WHERE s.w > 0 RETURN a.id, b.id, count(*), count(s)",
    "MATCH (a:A)-[:R]->(b) OPTIONAL MATCH (b)-[:R]->(m:B)-[:R]->(a) WHERE m.age > 1 RETURN a.age, count(*), count(m)",
    "MATCH (a)-[:R]-(b) OPTIONAL MATCH (b)-[:S]-(m)-[:S]-(a) OPTIONAL MATCH (a)-[:S]->(n) RETURN count(*), count(m), count(n)",
    "MATCH (a)-[:R]->(b)-[:S]->(c) OPTIONAL MATCH (a)-[x:R]->(c) OPTIONAL MATCH (c)-[y:S]->(a) RETURN a.id, count(x), count(y), count(*)",
    "MATCH (a)-[:R]->(b), (b)-[:R]->(c), (b)-[:S]->(d), (c)-[:S]-(e) RETURN a.id, c.id, count(*), count(e.age)",
    "MATCH (a)-[:R]->(b)-[:R]->(c) OPTIONAL MATCH (b)-[:S]->(d) RETURN a.id, c.id, count(*), count(d)",
    "MATCH (a)-[:R]->(b)-[*1..2]->(c) RETURN a.id, c.id, count(*)",
    "MATCH (a)-[:R]->(a)-[:S]->(b)-[:R]->(c) RETURN a.id, c.id, count(*)",
    "MATCH (a)-[r:R]->(b)-[s:S]->(c) WHERE r.w > 0 AND s.day > date('2020-01-01') RETURN a.id, c.name, count(*)",
    "MATCH (a)-->(b)--(c) RETURN a.id, c.id, count(*)",
    "MATCH (a:Nowhere)-[:R]->(b)-[:R]->(c) RETURN a.id, c.id, count(*)",
    "MATCH (a:Nowhere)-[:R]->(b)-[:R]->(c) WHERE a.age < c.age RETURN count(*), sum(a.age)",
    "MATCH (x:A), (a)-[:R]->(b)-[:S]->(c) RETURN a.id, c.id, count(*), count(x.name)",
    "MATCH (a)-[:R]->(b)-[:R]->(c), (a)-[:S]->(d)-[:S]->(c) RETURN count(*), count(d.age), count(b.age)",
    "MATCH (a)-[:R]-(b)-[:R]-(c), (a)-[:S]-(d)-[:S]-(c) RETURN a.id, count(*), count(d.age)",
    "MATCH (a:A)-[:R]-(b)-[:R]->(c), (a)-[:S]-(d:!B)<-[:S]-(c) WHERE a.age >= c.age RETURN c.name, count(*), sum(a.age)",
    "MATCH (a)-[:R]->(b)-[:S]->(c) MATCH (a)-[:S]->(d)-[:R]->(c) MATCH (c)-[:R]-(e)-[:R]-(a) RETURN a.id, c.id, count(*)",
    "MATCH (a)-[:R]->(b)-[:S]->(c)-[:S]->(e) MATCH (a)-[:S]->(d)-[:R]->(c) MATCH (b)-[:S]-(f) OPTIONAL MATCH (d)-[:R]->(g) RETURN count(*), count(f.age), count(e.age)",
    "MATCH (a)-[:R]->(b)-[:S]->(c) WITH a, c, count(*) AS n WHERE n > 1 RETURN a.id, c.id, n",
    "MATCH (a)-[:R]->(b)-[:S]->(c) WITH a, c.age AS age, count(*) AS n RETURN age, avg(n), max(n)",
];

#[test]
fn pairs_agree_with_finding() {
    let mut counted = 0;
    for seed in 0..4 {
        let store = graph_of(seed + 70, 48, seed % 2 == 1);
        for text in PAIRS {
            let (ours, found) = (rows(&store, text, false), rows(&store, text, true));
            assert_eq!(ours, found, "seed {seed}: {text}\n{}", store.explain(text).unwrap());
            counted += usize::from(store.explain(text).unwrap().contains("CountTree"));
        }
    }
    assert!(counted > 4 * 25, "only {counted} plans count");
}

/// A clause of a random query: a chain of steps.
fn chain(random: &mut Random, names: &[&str]) -> String {
    let mut text = format!("({})", names[0]);
    for name in &names[1..] {
        let kind = ["R", "S", "R|S"][random.below(3) as usize];
        let step = ["-[:K]->", "<-[:K]-", "-[:K]-"][random.below(3) as usize];
        let label = ["", "", ":A", ":!C"][random.below(4) as usize];
        text.push_str(&format!("{}({name}{label})", step.replace('K', kind)));
    }
    text
}

fn query(random: &mut Random) -> String {
    let nodes = ["a", "b", "c", "d"];
    let names = &nodes[..2 + random.below(3) as usize];
    let mut text = format!("MATCH {}", chain(random, names));
    let (near, far) = (names[0], names[names.len() - 1]);
    if random.below(3) == 0 {
        text.push_str(&format!(" MATCH {}", chain(random, &[far, "y", near])));
    }
    let conditions = [
        format!("{near}.age < {far}.age"),
        format!("{near}.name = {far}.name"),
        format!("{near} <> {far}"),
        format!("NOT ({near})-[:R]->({far})"),
        format!("({near})-[:S]-({far})"),
        format!("{near}.age > 0"),
        format!("{near}.age + {far}.age > 3"),
    ];
    let wanted: Vec<&String> = conditions.iter().filter(|_| random.below(4) == 0).collect();
    if !wanted.is_empty() {
        let wanted: Vec<&str> = wanted.into_iter().map(String::as_str).collect();
        text.push_str(&format!(" WHERE {}", wanted.join(" AND ")));
    }
    let mut counts = "count(*)".to_owned();
    if random.below(3) == 0 {
        let inner: &[&str] = if random.below(2) == 0 { &["x"] } else { &[] };
        let all: Vec<&str> = [far].iter().chain(inner).chain([&near]).copied().collect();
        // Ends that are bound bear no label in the clause.
        let clause = chain(random, &all);
        let clause = clause.replace(&format!("({near}:A)"), &format!("({near})"));
        let clause = clause.replace(&format!("({near}:!C)"), &format!("({near})"));
        text.push_str(&format!(" OPTIONAL MATCH {clause}"));
        if !inner.is_empty() {
            counts.push_str(", count(x), count(x.age)");
        }
    }
    if random.below(4) == 0 {
        text.push_str(&format!(" OPTIONAL MATCH ({near})-[z:S]->()"));
        counts.push_str(", count(z)");
    }
    let keys = [
        format!("{near}.id, {far}.id, "),
        format!("{near}, {far}, "),
        format!("{near}.name, {far}.age, "),
        format!("{far}.id, "),
        String::new(),
    ];
    format!("{text} RETURN {}{counts}", keys[random.below(5) as usize])
}

#[test]
fn random_pairs_agree_with_finding() {
    let cases = std::env::var("DOSSIER_PAIRS").ok().and_then(|n| n.parse().ok()).unwrap_or(60);
    let mut random = Random(19);
    let mut pairs = 0;
    for case in 0..cases {
        let store = graph_of(random.below(1 << 40), 24, case % 2 == 1);
        for _ in 0..4 {
            let text = query(&mut random);
            let (ours, found) = (rows(&store, &text, false), rows(&store, &text, true));
            assert_eq!(ours, found, "case {case}: {text}\n{}", store.explain(&text).unwrap());
            pairs += usize::from(plan(&store, &text).contains("CountTree"));
        }
    }
    assert!(pairs > cases, "only {pairs} plans count");
}

/// A sum that does not fit is an error, not a number.
#[test]
fn too_many_pairs_are_an_error() {
    let store = dossier::Store::memory();
    store.query("CREATE (a:N {age: 1}), (b:N {age: 1}) WITH a, b UNWIND range(1, 3000) AS i CREATE (a)-[:R]->(b), (b)-[:R]->(a)", ()).unwrap();
    store
        .query("MATCH (a:N), (b:N) WHERE a <> b UNWIND range(1, 50) AS i CREATE (a)-[:S]->(b)", ())
        .unwrap();
    store.database().checkpoint().unwrap();
    let more = "MATCH (a)-[:R]->() ".repeat(4);
    let text = format!("MATCH (a)-[:R]->(b) MATCH (b)-[:R]->(c) {more}RETURN a, c, count(*)");
    // More than 63 bits hold and fewer than 64, for a node and for all.
    let between = format!("MATCH (a)-[:R]->(b)-[:S]->(c) {more}WHERE a.age <= c.age RETURN ");
    let texts = [text, format!("{between}a.name, count(*)"), format!("{between}a, count(*)")];
    for text in texts.into_iter().chain([format!("{between}count(*)")]) {
        let timeout = Some(std::time::Duration::from_secs(60));
        let options = dossier::Options { timeout, ..dossier::Options::default() };
        let error = store.query_with(&text, &options).expect_err(&text);
        assert_eq!(error.code(), "eval::integer_overflow", "{text}: {error:?}");
    }
}
