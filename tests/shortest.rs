//! Shortest paths by their definition: of all paths between two nodes, those of the least length.
//!
//! The paths of a pattern without a selector are parted by the pair of their ends, a node and itself among
//! them, and the least of each part are what a selector must give: one of them, or all. The same is asked with the
//! ends free, with one bound and with both bound, along and against the arrow and either way, of one type and of several,
//! of which some may lead both ways, over small graphs with loops and parallel relationships.

use std::collections::{BTreeMap, BTreeSet};

use dossier::Store;

use crate::count_tree::Random;

fn random_graph(random: &mut Random) -> Store {
    let store = Store::memory();
    // What is symmetric leads either way along an arrow, as what has an inverse does where both are asked for.
    match random.below(4) {
        0 => drop(store.query("DECLARE RELATIONSHIP R SYMMETRIC", ()).unwrap()),
        1 => drop(store.query("DECLARE RELATIONSHIP S INVERSE R", ()).unwrap()),
        _ => {}
    }
    let nodes = 2 + random.below(5);
    store.query(&format!("UNWIND range(1, {nodes}) AS n CREATE (:N {{n: n}})"), ()).unwrap();
    for id in 0..=random.below(9) {
        let (a, b) = (1 + random.below(nodes), 1 + random.below(nodes));
        let query = format!(
            "MATCH (a {{n: {a}}}), (b {{n: {b}}}) CREATE (a)-[:{} {{id: {id}, k: {}}}]->(b)",
            ["R", "S"][random.below(2) as usize],
            random.below(3)
        );
        store.query(&query, ()).unwrap();
    }
    store
}

/// The paths that a query finds, by ends and then by the numbers of their relationships, ascending.
type Paths = BTreeMap<(i64, i64), Vec<Vec<i64>>>;

fn paths(store: &Store, query: &str) -> Paths {
    let rows = store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
    let mut found = Paths::new();
    for row in rows.iter() {
        let ids: Vec<i64> = row.get("ids").expect("a list");
        let ends = (row.get("a").expect("a number"), row.get("b").expect("a number"));
        found.entry(ends).or_default().push(ids);
    }
    found.values_mut().for_each(|paths| paths.sort());
    found
}

#[test]
fn the_shortest_are_the_least_of_all_between_their_ends() {
    let seed = std::env::var("DOSSIER_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(5);
    let cases = std::env::var("DOSSIER_CASES").ok().and_then(|cases| cases.parse().ok());
    let mut random = Random(seed);
    let mut closed = 0;
    for _ in 0..12 * cases.unwrap_or(1) {
        let store = random_graph(&mut random);
        let types = [":R", ":R|S", ""][random.below(3) as usize];
        for [before, after] in [["-", "->"], ["<-", "-"], ["-", "-"]] {
            let arrow = format!("{before}[r{types}]{after}");
            for length in ["+", "*", "{1,3}", "{2,4}", "{1,1}"] {
                let wanted = "RETURN x.n AS a, y.n AS b, [s IN relationships(p) | s.id] AS ids";
                let step = format!("{arrow}{length}");
                // Of walks that are searched as a whole no time is asked yet.
                let timed = length != "{2,4}" && random.below(2) == 0;
                let clause = if timed { " ALL TIME" } else { "" };
                let walk = format!("(x){step}(y){clause}");
                let all = paths(&store, &format!("MATCH p = {walk} {wanted}"));
                let mut least = all;
                for paths in least.values_mut() {
                    let length = paths.iter().map(Vec::len).min().unwrap_or(0);
                    paths.retain(|path| path.len() == length);
                }
                closed += least.keys().filter(|(a, b)| a == b).count();
                for [before, ends] in [
                    ["", ""],
                    ["MATCH (x) WITH * ", ""],
                    ["MATCH (y) WITH * ", ""],
                    ["MATCH (x), (y) WITH * ", ""],
                    ["", "WHERE x.n <= y.n "],
                    ["", "WHERE x.n = y.n "],
                ] {
                    let ask = |selector: &str| {
                        paths(
                            &store,
                            &format!("{before}MATCH p = {selector} {walk} {ends}{wanted}"),
                        )
                    };
                    let is_asked = |(a, b): (i64, i64)| match ends {
                        "WHERE x.n <= y.n " => a <= b,
                        "WHERE x.n = y.n " => a == b,
                        _ => true,
                    };
                    let expected: Paths = least
                        .iter()
                        .filter(|(ends, _)| is_asked(**ends))
                        .map(|(ends, paths)| (*ends, paths.clone()))
                        .collect();
                    let told = format!("{before}{step} {ends}{:?}", random.0);
                    assert_eq!(ask("ALL SHORTEST"), expected, "ALL SHORTEST {told}");
                    for selector in ["ANY SHORTEST", "SHORTEST 1", "ANY"] {
                        let found = ask(selector);
                        let pairs: BTreeSet<_> = found.keys().collect();
                        assert_eq!(pairs, expected.keys().collect(), "{selector} {told}");
                        for (ends, paths) in &found {
                            let [path] = &paths[..] else { panic!("{selector} {told}: {paths:?}") };
                            assert!(expected[ends].contains(path), "{selector} {told}: {path:?}");
                        }
                    }
                }
            }
        }
    }
    assert!(closed > 50, "{closed} closed paths");
}
