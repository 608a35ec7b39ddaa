//! `WHY` where more than what is written down speaks: recursive rules, declared relations, stated
//! values of properties. Against a search through all subsets of the statements, each a store of
//! its own: a row's witness sets are the smallest that give it, and taking a document away takes
//! the rows all of whose sets need it.

use std::collections::BTreeSet;

use dossier::{Store, Value, value::Map};
use proptest::prelude::*;

/// What is declared, and what follows from what: a closure, two relations that each other, and one
/// that joins a rule to a declared relation.
const DECLARED: [&str; 9] = [
    "DECLARE RELATIONSHIP M STATE SYMMETRIC",
    "DECLARE RELATIONSHIP G STATE INVERSE H",
    "DECLARE RELATIONSHIP T STATE TRANSITIVE",
    "DECLARE RELATIONSHIP X STATE SUB OF W",
    "CREATE RULE reach AS MATCH (a)-[:E]->(b) DERIVE (a)-[:REACH]->(b)",
    "CREATE RULE further AS MATCH REPEATABLE ELEMENTS (a)-[:REACH]->(b)-[:E]->(c) DERIVE (a)-[:REACH]->(c)",
    "CREATE RULE odd AS MATCH (a)-[:E]->(b) DERIVE (a)-[:ODD]->(b)",
    "CREATE RULE even AS MATCH REPEATABLE ELEMENTS (a)-[:ODD]->(b)-[:E]->(c) DERIVE (a)-[:EVEN]->(c)",
    "CREATE RULE odd_again AS MATCH REPEATABLE ELEMENTS (a)-[:EVEN]->(b)-[:E]->(c) DERIVE (a)-[:ODD]->(c)",
];

/// Queries to whose rows more statements can only add.
const QUERIES: [&str; 12] = [
    "MATCH (a)-[:REACH]->(b) RETURN DISTINCT a.name AS x, b.name AS y",
    "MATCH (a)-[:ODD]->(b) RETURN DISTINCT a.name AS x, b.name AS y",
    "MATCH (a)-[:EVEN]->(b) RETURN DISTINCT a.name AS x, b.name AS y",
    "MATCH (a)-[:REACH]->(b), (b)-[:M]->(c) ALL TIME RETURN DISTINCT a.name AS x, c.name AS y",
    "MATCH (a)-[:M]->(b) ALL TIME RETURN DISTINCT a.name AS x, b.name AS y",
    "MATCH (a)-[:H]->(b) ALL TIME RETURN DISTINCT a.name AS x, b.name AS y",
    "MATCH (a)-[:T]->(b) ALL TIME RETURN DISTINCT a.name AS x, b.name AS y",
    "MATCH (a)-[:W]->(b) ALL TIME RETURN DISTINCT a.name AS x, b.name AS y",
    "MATCH (a) AS OF date('2015-06-30') WHERE a.p = 1 RETURN a.name AS x",
    "MATCH (a)-[:E]->(b) AS OF date('2015-06-30') WHERE b.p > 0 RETURN DISTINCT a.name AS x, b.p AS y",
    "MATCH (a) WHERE EXISTS { (a)-[:REACH]->({name: 'n0'}) } RETURN a.name AS x UNION MATCH (a)-[:G]->() RETURN a.name AS x",
    "MATCH (a) CALL (a) { MATCH (a)-[:EVEN]->(x) RETURN x UNION MATCH (a)-[:M]-(x) ALL TIME RETURN x } RETURN DISTINCT a.name AS a, x.name AS x",
];

const TYPES: [&str; 5] = ["E", "M", "G", "T", "X"];
const NODES: usize = 4;
const DOCUMENTS: usize = 3;

/// A statement as `evidence` calls it.
#[derive(Clone, Debug)]
enum Fact {
    Edge(usize, usize, usize),
    Value(usize),
}

impl Fact {
    fn sentence(&self) -> String {
        match self {
            Fact::Edge(of, from, to) => format!("n{from} {} n{to}", TYPES[*of]),
            Fact::Value(node) => format!("n{node} p = 1"),
        }
    }

    fn command(&self, documents: &BTreeSet<usize>) -> String {
        let documents: Vec<String> = documents.iter().map(|at| format!("'d{at}'")).collect();
        let said = format!("VALID edtf('2010/..') SOURCE {}", documents.join(", "));
        match self {
            Fact::Edge(of, from, to) => format!(
                "MATCH (a {{name: 'n{from}'}}), (b {{name: 'n{to}'}}) CREATE (a)-[:{} {said}]->(b)",
                TYPES[*of]
            ),
            Fact::Value(node) => format!("MATCH (a {{name: 'n{node}'}}) SET a.p = 1 {said}"),
        }
    }
}

type Stated = (Fact, BTreeSet<usize>);

/// Facts, each once, with the documents that it stands in.
fn facts() -> impl Strategy<Value = Vec<Stated>> {
    let edge = || {
        prop_oneof![
            // Most of what is tried are chains and cycles of one type.
            3 => (0..NODES, 0..NODES).prop_map(|(from, to)| Fact::Edge(0, from, to)),
            2 => (1..TYPES.len(), 0..NODES, 0..NODES).prop_map(|(of, from, to)| Fact::Edge(of, from, to)),
            1 => (0..NODES).prop_map(Fact::Value),
        ]
    };
    let documents = prop::collection::btree_set(0..DOCUMENTS, 1..3);
    prop::collection::vec((edge(), documents), 1..6).prop_map(|facts| {
        let mut known = BTreeSet::new();
        facts.into_iter().filter(|(fact, _)| known.insert(fact.sentence())).collect()
    })
}

fn graph<'a>(facts: impl Iterator<Item = &'a Stated>) -> Store {
    let store = Store::memory();
    let run = |query: &str| {
        store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
    };
    run(&format!("UNWIND range(0, {}) AS n CREATE (:N {{name: 'n' + n}})", NODES - 1));
    run(&format!(
        "UNWIND range(0, {}) AS d CREATE (:Document {{name: 'd' + d, date: date('2020-01-01')}})",
        DOCUMENTS - 1
    ));
    DECLARED.into_iter().for_each(run);
    facts.for_each(|(fact, documents)| run(&fact.command(documents)));
    store
}

fn rows(store: &Store, query: &str) -> BTreeSet<String> {
    let rows = store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
    rows.iter().map(|row| format!("{:?}", row.values())).collect()
}

/// The rows of a query with their witness sets, as positions among the facts.
fn reasons(store: &Store, query: &str, facts: &[Stated]) -> Vec<(String, BTreeSet<Vec<usize>>)> {
    let rows = store.query(&format!("WHY {query}"), ()).unwrap_or_else(|e| panic!("{query}: {e}"));
    let position = |piece: &Map| {
        let sentence = piece["statement"].as_str().expect("a sentence");
        let at = facts.iter().position(|(fact, _)| fact.sentence() == sentence);
        at.unwrap_or_else(|| panic!("{query}: no fact says `{sentence}`"))
    };
    rows.iter()
        .map(|row| {
            let why: Vec<Vec<Map>> = row.get("why").expect("a list of lists");
            assert_eq!(row.get::<bool>("why_capped").ok(), Some(false), "{query}");
            let set = |set: &Vec<Map>| {
                // What follows by a rule is named beside what it rests on.
                let stated =
                    set.iter().filter(|piece| piece["stance"].as_str() != Some("inferred"));
                let members: BTreeSet<usize> = stated.map(position).collect();
                members.into_iter().collect::<Vec<usize>>()
            };
            let values = row.values();
            (format!("{:?}", &values[..values.len() - 2]), why.iter().map(set).collect())
        })
        .collect()
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn witness_sets_are_the_smallest_and_a_document_takes_what_needs_it(facts in facts()) {
        let count = facts.len();
        let whole = graph(facts.iter());
        let has = |mask: usize, at: usize| mask >> at & 1 == 1;
        let parts: Vec<Store> = (0..1_usize << count)
            .map(|mask| graph(facts.iter().enumerate().filter(|(at, _)| has(mask, *at)).map(|(_, fact)| fact)))
            .collect();
        for query in QUERIES {
            let tried: Vec<BTreeSet<String>> = parts.iter().map(|part| rows(part, query)).collect();
            let all = reasons(&whole, query, &facts);
            let found: BTreeSet<String> = all.iter().map(|(row, _)| row.clone()).collect();
            prop_assert_eq!(&found, tried.last().expect("the whole"), "{}", query);
            for (row, sets) in &all {
                let gives = |mask: usize| tried[mask].contains(row);
                let is_smallest = |mask: usize| {
                    gives(mask) && (0..count).all(|at| !has(mask, at) || !gives(mask & !(1 << at)))
                };
                let members = |mask: usize| (0..count).filter(|at| has(mask, *at)).collect::<Vec<_>>();
                let smallest: BTreeSet<Vec<usize>> =
                    (0..1 << count).filter(|mask| is_smallest(*mask)).map(members).collect();
                prop_assert_eq!(sets, &smallest, "{} {} {:?}", query, row, facts);
            }
            for document in 0..DOCUMENTS {
                // What only this document says is gone with it.
                let stays = |at: usize| facts[at].1.iter().any(|of| *of != document);
                let left = (0..count).filter(|at| stays(*at)).map(|at| 1 << at).sum::<usize>();
                for (row, sets) in &all {
                    let is_held = sets.iter().any(|set| set.iter().all(|at| stays(*at)));
                    prop_assert_eq!(tried[left].contains(row), is_held, "{} {} without d{}", query, row, document);
                }
            }
        }
    }
}

/// The statements of each reason, and whether the absence of something is among them.
#[test]
fn a_rule_that_negates_another_rests_on_what_it_found() {
    let store = Store::memory();
    for command in [
        "CREATE (:Document {name: 'd'}), (:N {name: 'n0'}), (:N {name: 'n1'}), (:N {name: 'n2'})",
        "MATCH (a {name: 'n0'}), (b {name: 'n1'}), (c {name: 'n2'}) CREATE (a)-[:E SOURCE 'd']->(b), (b)-[:E SOURCE 'd']->(c), (c)-[:F SOURCE 'd']->(a)",
        "CREATE RULE reach AS MATCH (a)-[:E]->(b) DERIVE (a)-[:REACH]->(b)",
        "CREATE RULE further AS MATCH (a)-[:REACH]->(b)-[:E]->(c) DERIVE (a)-[:REACH]->(c)",
        "CREATE RULE apart AS MATCH (a)-[:F]->(b) WHERE NOT (a)-[:REACH]->(b) DERIVE (a)-[:APART]->(b)",
    ] {
        store.query(command, ()).unwrap_or_else(|error| panic!("{command}: {error}"));
    }
    let apart = "MATCH (a)-[:APART]->(b) RETURN a.name, b.name";
    assert_eq!(rows(&store, apart).len(), 1);
    let why = store.query(&format!("WHY {apart}"), ()).unwrap();
    let why: Vec<Vec<Map>> = why.get(0).unwrap().get("why").unwrap();
    let said: Vec<&Value> = why[0].iter().map(|piece| &piece["statement"]).collect();
    assert_eq!(said, [&Value::from("n2 F n0"), &Value::from("n2 APART n0")]);
    // What it negates comes to be: it follows no longer.
    store.query("MATCH (c {name: 'n2'}), (a {name: 'n0'}) CREATE (c)-[:E]->(a)", ()).unwrap();
    assert_eq!(rows(&store, apart).len(), 0);
}
