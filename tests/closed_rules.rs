//! `closed()` where something is derived: by rules, recursive ones too, and by declarations.
//!
//! A *no* says that a statement is in no completion of the graph: in no larger graph, with all that
//! follows from it, in which the completeness statements still hold. If there is such a completion, then
//! the smallest of all that have the statement is one as well, because what follows only grows: the
//! graph with that statement and all that follows. So one look is as good as a look at all of them.
//! Days stand for themselves: what is derived holds on a day on which its premises do.

use std::collections::BTreeSet;

use dossier::Store;
use proptest::prelude::*;

/// S is stored, T transitive, M symmetric and transitive, X a kind of T, V one too and W its inverse, Z a kind
/// of M; D and R follow by rules.
const TYPES: [&str; 9] = ["S", "T", "M", "X", "V", "W", "Z", "D", "R"];
/// How many of them are stored.
const STORED: usize = 7;
const NODES: usize = 4;
const DAYS: u8 = 6;

/// A type and two nodes.
type Edge = (usize, usize, usize);

const RULES: [&str; 4] = [
    "CREATE RULE d AS MATCH (a)-[:S]->()-[:T]->(b) DERIVE (a)-[:D]->(b)",
    "CREATE RULE r AS MATCH (a)-[:D]->(b) DERIVE (a)-[:R]->(b)",
    "CREATE RULE rr AS MATCH (a)-[:R]->()-[:S]->(b) DERIVE (a)-[:R]->(b)",
    "CREATE RULE t AS MATCH (a)-[:M]->(b) DERIVE (a)-[:T]->(b)",
];

/// All that follows, by the declarations and the rules that are there.
fn closure(edges: &BTreeSet<Edge>, has: &dyn Fn(usize) -> bool) -> BTreeSet<Edge> {
    let mut all = edges.clone();
    loop {
        let every = (0..TYPES.len())
            .flat_map(|of| (0..NODES).flat_map(move |a| (0..NODES).map(move |b| (of, a, b))));
        let new: Vec<Edge> =
            every.filter(|edge| !all.contains(edge) && follows(&all, *edge, has)).collect();
        if new.is_empty() {
            return all;
        }
        all.extend(new);
    }
}

/// Whether an edge follows from others in one step.
fn follows(edges: &BTreeSet<Edge>, (of, a, b): Edge, has: &dyn Fn(usize) -> bool) -> bool {
    let through = |first: usize, second: usize| {
        (0..NODES).any(|by| edges.contains(&(first, a, by)) && edges.contains(&(second, by, b)))
    };
    match of {
        1 => {
            edges.contains(&(3, a, b))
                || edges.contains(&(4, a, b))
                || through(1, 1)
                || has(3) && edges.contains(&(2, a, b))
        }
        2 => edges.contains(&(2, b, a)) || through(2, 2) || edges.contains(&(6, a, b)),
        4 => edges.contains(&(5, b, a)),
        5 => edges.contains(&(4, b, a)),
        7 => has(0) && through(0, 1),
        8 => has(1) && edges.contains(&(7, a, b)) || has(2) && through(8, 0),
        _ => false,
    }
}

/// Nodes 0 and 1 are A, 2 is B, 3 is both.
fn bears(node: usize, is_a: Option<bool>) -> bool {
    is_a.is_none_or(|is_a| if is_a { node != 2 } else { node >= 2 })
}

/// The labels of the ends, the type, the first and the last day; a last day left out goes on.
type Claim = (Option<bool>, Option<bool>, usize, u8, Option<u8>);

fn covers(claim: &Claim, edge: Edge) -> bool {
    bears(edge.1, claim.0) && bears(edge.2, claim.1) && claim.2 == edge.0
}

fn day(day: u8) -> String {
    format!("2020-01-{:02}", day + 1)
}

fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(12), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_is_never_wrong_of_what_is_derived(
        facts in prop::collection::vec((0..STORED, 0..NODES, 0..NODES, 0..DAYS, 0..DAYS), 0..6),
        claims in prop::collection::vec(
            (any::<Option<bool>>(), any::<Option<bool>>(), 0..TYPES.len(), 0..DAYS, prop::option::of(0..DAYS)), 0..4),
        rules in prop::collection::vec(any::<bool>(), RULES.len()),
        asked in 0..DAYS,
    ) {
        let store = Store::memory();
        let run = |query: &str| store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
        for command in [
            "DECLARE RELATIONSHIP S STATE",
            "DECLARE RELATIONSHIP T STATE TRANSITIVE",
            "DECLARE RELATIONSHIP M STATE SYMMETRIC TRANSITIVE",
            "DECLARE RELATIONSHIP X STATE SUB OF T",
            "DECLARE RELATIONSHIP V STATE SUB OF T INVERSE W",
            "DECLARE RELATIONSHIP Z STATE SUB OF M",
            "DECLARE RELATIONSHIP D STATE",
            "DECLARE RELATIONSHIP R STATE",
            "CREATE (:A {n: 0}), (:A {n: 1}), (:B {n: 2}), (:A:B {n: 3})",
        ] {
            run(command);
        }
        for (of, a, b, from, more) in &facts {
            run(&format!(
                "MATCH (a {{n: {a}}}), (b {{n: {b}}}) CREATE (a)-[:{} VALID edtf('{}/{}')]->(b)",
                TYPES[*of], day(*from), day(from + more)
            ));
        }
        for (rule, _) in RULES.iter().zip(&rules).filter(|(_, on)| **on) {
            run(rule);
        }
        for (from, to, of, first, more) in &claims {
            let end = |is_a: &Option<bool>| is_a.map_or("", |is_a| if is_a { ":A" } else { ":B" });
            let at = more.map_or_else(|| day(*first), |more| format!("{}/{}", day(*first), day(first + more)));
            run(&format!("COMPLETE ({})-[:{}]->({}) AT edtf('{at}')", end(from), TYPES[*of], end(to)));
        }
        let closure = |edges: &BTreeSet<Edge>| closure(edges, &|at| rules[at]);
        for time in [None, Some(asked)] {
            let holds = |from: u8, more: u8| time.is_none_or(|day| (from..=from + more).contains(&day));
            let stated: BTreeSet<Edge> =
                facts.iter().filter(|fact| holds(fact.3, fact.4)).map(|fact| (fact.0, fact.1, fact.2)).collect();
            let there = closure(&stated);
            let in_force = |claim: &&Claim| match (time, claim.4) {
                (None, _) => true,
                (Some(day), None) => claim.3 <= day,
                (Some(day), Some(more)) => (claim.3..=claim.3 + more).contains(&day),
            };
            let excluded = |edge: &Edge| {
                !there.contains(edge) && claims.iter().filter(in_force).any(|claim| covers(claim, *edge))
            };
            let clause = time.map_or(String::new(), |at| format!(" AS OF date('{}')", day(at)));
            for (of, name) in TYPES.iter().enumerate() {
                for a in 0..NODES {
                    for b in 0..NODES {
                        let ask = format!(
                            "MATCH (a {{n: {a}}}), (b {{n: {b}}}) RETURN closed((a)-[:{name}]->(b){clause}) AS c"
                        );
                        let said: Option<String> = run(&ask).get(0).unwrap().get("c").unwrap();
                        let context = || format!("{ask}: {said:?} of {facts:?} claims {claims:?} rules {rules:?}");
                        if there.contains(&(of, a, b)) {
                            prop_assert!(said.is_none(), "{}", context());
                            continue;
                        }
                        let mut more = there.clone();
                        more.insert((of, a, b));
                        let could = !closure(&more).iter().any(excluded);
                        match said.as_deref() {
                            Some("no" | "presumed no") => prop_assert!(!could, "{}", context()),
                            Some(_) => prop_assert!(!excluded(&(of, a, b)), "{}", context()),
                            None => prop_assert!(false, "{}", context()),
                        }
                    }
                }
            }
        }
    }
}
