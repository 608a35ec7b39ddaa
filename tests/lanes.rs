//! Relationships grouped by the numbers of their columns, and steps compared with their rows, agree with finding
//! and comparing match by match.

use dossier::{Options, Store};

use crate::count_tree::{Random, graph_of, plan};

const PATTERNS: &[&str] = &[
    "(a)-[r]->(b)",
    "(a)-[r:R]->(b)",
    "(a)<-[r:R]-(b)",
    "(a)-[r:R]-(b)",
    "(a)-[r]-(b)",
    "(a:A)-[r:R]->(b:B)",
    "(a)<-[r:S]-(b:!C)",
];

const FILTERS: &[&str] = &[
    "",
    "",
    "WHERE r.w >= 1",
    "WHERE a.age > 1",
    "WHERE b.name IN ['x', 'y'] AND r.day > date('2020-01-01')",
    "WHERE r.day.day = 2 AND a.id < 6",
];

const KEYS: &[&str] = &[
    "a",
    "b",
    "a.id",
    "b.id",
    "a.name",
    "b.age",
    "r.w",
    "r.day",
    "r.day.dayOfWeek",
    "r.w + 1",
    "r.day > date('2020-01-02')",
    "type(r)",
    "toLower(a.name)",
];

const AGGREGATES: &[&str] = &[
    "count(*)",
    "count(r.w)",
    "count(DISTINCT a)",
    "count(DISTINCT b)",
    "count(DISTINCT b.id)",
    "count(DISTINCT r.day)",
    "count(DISTINCT r.w)",
    "count(DISTINCT a.name)",
    "count(DISTINCT r.day.month)",
    "min(r.day)",
    "max(r.day)",
    "max(r.w)",
    "min(b.age)",
    "sum(r.w)",
    "avg(a.age)",
    "max(b.name)",
];

/// The rows in an order of their own, on so many threads.
fn rows(store: &Store, text: &str, evidence: bool, threads: Option<usize>) -> Vec<String> {
    let options = Options { evidence, threads, ..Options::default() };
    let found = store.query_with(text, &options).unwrap_or_else(|e| panic!("{text}\n{e:?}"));
    let mut rows: Vec<String> = found.iter().map(|row| format!("{:?}", row.values())).collect();
    rows.sort();
    rows
}

/// Some of a list, in its order.
fn some<'a>(random: &mut Random, all: &[&'a str], least: u64, most: u64) -> Vec<&'a str> {
    let count = least + random.below(most - least + 1);
    let mut chosen: Vec<&str> = Vec::new();
    while (chosen.len() as u64) < count {
        let one = all[random.below(all.len() as u64) as usize];
        if !chosen.contains(&one) {
            chosen.push(one);
        }
    }
    chosen
}

#[test]
fn groups_by_lanes_are_those_of_all_matches() {
    let mut counted = 0;
    for seed in 60..66 {
        // Where something has been written since, there are no lanes.
        let store = graph_of(seed, 12 + seed % 3 * 20, seed % 6 == 5);
        let mut random = Random(seed);
        for _ in 0..60 {
            let pattern = some(&mut random, PATTERNS, 1, 1)[0];
            let filter = some(&mut random, FILTERS, 1, 1)[0];
            let mut wanted = some(&mut random, KEYS, 0, 3);
            wanted.extend(some(&mut random, AGGREGATES, 1, 3));
            let text = format!("MATCH {pattern} {filter} RETURN {}", wanted.join(", "));
            let found = rows(&store, &text, true, None);
            assert_eq!(rows(&store, &text, false, None), found, "seed {seed}: {text}");
            assert_eq!(rows(&store, &text, false, Some(3)), found, "seed {seed}, threads: {text}");
            counted += usize::from(plan(&store, &text).contains("CountTree"));
        }
    }
    assert!(counted > 300, "only {counted} plans count");
}

#[test]
fn the_first_groups_by_lanes_are_the_first_of_all() {
    let store = graph_of(70, 40, false);
    for (key, by) in [
        ("b.id", "count(*)"),
        ("a.id", "count(DISTINCT b)"),
        ("r.day", "count(DISTINCT a)"),
        ("type(r)", "count(r.w)"),
        ("a.id", "max(r.day)"),
    ] {
        for order in ["n DESC, k", "n, k"] {
            for page in ["LIMIT 3", "SKIP 2 LIMIT 4", "LIMIT 0", "LIMIT 1000"] {
                let text = format!(
                    "MATCH (a)-[r]->(b) RETURN {key} AS k, {by} AS n ORDER BY {order} {page}"
                );
                let all = |evidence| rows(&store, &text, evidence, None);
                assert_eq!(all(false), all(true), "{text}");
            }
        }
    }
}

#[test]
fn steps_that_are_compared_with_their_rows_are_those_of_all_matches() {
    let patterns = [
        "(a)-[r:R]->(b)-[s]->(c)",
        "(a)-[r:R]->(b)-[s:R]->(a)",
        "(a {id: 3})-[r]-(b)-[s]-(c)",
        "(a)-[r:R]->(b), (a)-[s]->(b)",
    ];
    // Each with what says the same and is not pushed into the step.
    let conditions = [
        ("s.day > r.day", "NOT s.day <= r.day"),
        (
            "r.day <= s.day AND s.day < r.day + duration('P2D')",
            "NOT (r.day > s.day OR s.day >= r.day + duration('P2D'))",
        ),
        ("s.w >= r.w AND s.w < a.age", "NOT (s.w < r.w OR s.w >= a.age)"),
        ("s.w > r.w * 1.5", "NOT s.w <= r.w * 1.5"),
        ("r.w = s.w AND s.day >= r.day", "NOT (r.w <> s.w OR s.day < r.day)"),
        ("s.day > r.w", "NOT s.day <= r.w"),
    ];
    for seed in 80..86 {
        let store = graph_of(seed, 14, seed % 3 == 0);
        for pattern in patterns {
            for (compared, other) in conditions {
                for wanted in ["count(*)", "a.id, b.id, r.w, s.w, s.day", "a.id, count(s.w)"] {
                    let text = |condition: &str| {
                        format!("MATCH {pattern} WHERE {condition} RETURN {wanted}")
                    };
                    let found = rows(&store, &text(other), false, None);
                    let text = text(compared);
                    assert_eq!(rows(&store, &text, false, None), found, "seed {seed}: {text}");
                    assert_eq!(rows(&store, &text, true, None), found, "seed {seed}: {text}");
                }
            }
        }
        for (compared, other) in conditions {
            for not in ["", "NOT "] {
                let text = |condition: &str| {
                    format!(
                        "MATCH (a)-[r:R]->(b) WHERE {not}EXISTS {{ MATCH (b)-[s]->(a) WHERE {condition} }} \
                         RETURN a.id, b.id, r.w"
                    )
                };
                let found = rows(&store, &text(other), false, None);
                let text = text(compared);
                assert_eq!(rows(&store, &text, false, None), found, "seed {seed}: {text}");
            }
        }
    }
}
