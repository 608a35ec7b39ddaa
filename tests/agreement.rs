//! Relationships that have a property in common: found by it, and found one by one and compared.
//!
//! `e.day = f.day` may be looked up; `[e.day] = [f.day]` says the same and never is. Random graphs with
//! parallel relationships, loops, busy nodes and missing properties, all of it in arrays or a part written since.

use dossier::store::Database;
use dossier::{Options, Store};

/// Numbers from a seed, so that a failure can be repeated.
fn below(state: &mut u64, bound: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % bound
}

fn graph(seed: u64, is_recent: bool) -> Store {
    let database = Database::memory();
    let store = Store::of(database.clone());
    let run = |text: &str| drop(store.query(text, ()).unwrap_or_else(|e| panic!("{text}\n{e:?}")));
    run("UNWIND range(0, 39) AS i CREATE (:N {id: i, k: i % 5, name: 'n' + toString(i % 4)})");
    let mut state = seed;
    let mut add = |count: usize| {
        let rows: Vec<String> = (0..count)
            .map(|_| {
                // A few nodes are at the end of most relationships.
                let (a, b) = (below(&mut state, 40), below(&mut state, 40));
                let day = match below(&mut state, 8) {
                    7 => "null".to_owned(),
                    day => format!("date('2020-01-0{}')", 1 + day),
                };
                let (k, word) = (below(&mut state, 6), below(&mut state, 3));
                format!("[{}, {}, {day}, {k}, 'w{word}']", a * a / 40, b * b / 40)
            })
            .collect();
        for part in rows.chunks(200) {
            let rows = part.join(", ");
            for (name, at) in [("R", 0), ("S", 1)] {
                run(&format!(
                    "UNWIND [{rows}] AS x WITH x WHERE x[3] % 2 = {at}
                     MATCH (a:N {{id: x[0]}}), (b:N {{id: x[1]}})
                     CREATE (a)-[:{name} {{day: x[2], k: x[3], word: x[4],
                       mixed: CASE x[3] WHEN 3 THEN 3.0 ELSE x[3] END}}]->(b)"
                ));
            }
        }
    };
    add(500);
    database.checkpoint().expect("in memory");
    if is_recent {
        add(60);
        run("MATCH ()-[r:R {k: 4}]->() WITH r LIMIT 20 DELETE r");
        run("MATCH ()-[r:S {k: 1}]->() WITH r LIMIT 9 SET r.day = date('2020-01-03')");
    }
    store
}

/// Each `{x = y}` is an equality.
const QUERIES: &[&str] = &[
    "MATCH (a:N)-[e:R]->(b:N)-[f:R]->(c:N) WHERE {e.day = f.day} RETURN id(e), id(f), c.id",
    "MATCH (a)-[e:R]->(b)-[f:S]->(c) WHERE {f.day = e.day} AND {e.word = f.word} RETURN a, count(*), max(f.k)",
    "MATCH (a)-[e]->(b)<-[f]-(c) WHERE {e.k = f.k} AND f.word = 'w1' AND a.id < c.id RETURN count(*)",
    "MATCH (a)-[e]-(b)-[f]-(c) WHERE {e.day = f.day} AND c.k = 3 RETURN count(*), count(DISTINCT c)",
    "MATCH (a)-[e:R]->(b)-[f:R]->(a) WHERE {e.day = f.day} RETURN a.id, b.id, count(*)",
    "MATCH (a)-[e:R]->(b), (a)-[f:S]->(b) WHERE {e.word = f.word} AND {e.day = f.day} RETURN id(e), id(f)",
    "MATCH (a)-[e]->(b)-[f]->(c)-[g]->(a) WHERE {e.day = f.day} AND {f.day = g.day} RETURN count(*), min(a.id)",
    "MATCH (a)-[e]->(b)-[f]->(c)-[g]->(a) WHERE {e.day = f.day} RETURN count(*)",
    "MATCH (a)-[e:R]->(b)-[f:S]->(c) WHERE {a.k = f.k} RETURN a.id, c.id, count(*)",
    "MATCH (a)-[e:R]->(b)-[f:S]->(c) WHERE {a.name = f.word} OR {e.mixed = f.k} RETURN count(*)",
    "MATCH (a)-[e:R]->(b)-[f:S]->(c) WHERE {e.mixed = f.k} RETURN count(*)",
    "MATCH (a)-[e:R]->(b)-[f:S]->(c) WHERE {e.day = f.k} RETURN count(*)",
    "MATCH (a)-[e:R]->(b)-[f:S]->(c) WHERE {e.nothing = f.day} RETURN count(*)",
    "MATCH (a {id: 3})-[e:R]->(b)-[f]->(c) WHERE {e.day = f.day} AND c <> a RETURN id(e), id(f)",
    "MATCH (a)-[e:R]->(b) WHERE EXISTS { MATCH (b)-[f:S]->(a) WHERE {f.day = e.day} } RETURN id(e)",
    "MATCH (a)-[e:R]->(b) WHERE NOT EXISTS { MATCH (b)-[f]->() WHERE {f.day = e.day} } RETURN id(e)",
    "MATCH (a)-[e:R]->(b) OPTIONAL MATCH (b)-[f:S]->(c) WHERE {f.k = e.k} RETURN id(e), count(f)",
    "MATCH (a:N) OPTIONAL MATCH (a)-[e:R {word: 'w2'}]->(b) WITH a, e MATCH (a)-[f:S]->(c) WHERE {f.k = e.k}
     RETURN a.id, count(*)",
    "MATCH (a)-[e]->(a), (a)-[f]->(b) WHERE {e.day = f.day} RETURN count(*)",
    "MATCH (a)-[e:R]->(b)-[f:R*1..2]->(c), (c)-[g:S]->(d) WHERE {e.day = g.day} AND a.id < 4 RETURN count(*)",
    "MATCH (a)-[e:R]->(b) WITH e, b UNWIND [e, {day: date('2020-01-02')}] AS x
     MATCH (b)-[f:S]->(c) WHERE {f.day = x.day} RETURN count(*)",
];

fn rows(store: &Store, text: &str, options: &Options) -> Vec<String> {
    let rows = store.query_with(text, options).unwrap_or_else(|error| panic!("{text}\n{error:?}"));
    let mut rows: Vec<_> = rows.iter().map(|row| format!("{:?}", row.values())).collect();
    rows.sort_unstable();
    rows
}

/// The two ways to write a query.
fn ways(query: &str) -> [String; 2] {
    let mut ways = [String::new(), String::new()];
    let mut rest = query;
    while let Some(begin) = rest.find(" = ").and_then(|at| rest[..at].rfind('{')) {
        let end = begin + rest[begin..].find('}').expect("closed");
        let (left, right) = rest[begin + 1..end].split_once(" = ").expect("an equality");
        ways[0] += &format!("{}{left} = {right}", &rest[..begin]);
        ways[1] += &format!("{}[{left}] = [{right}]", &rest[..begin]);
        rest = &rest[end + 1..];
    }
    ways.map(|way| way + rest)
}

#[test]
fn what_is_looked_up_by_a_property_in_common_is_what_has_it() {
    let mut found = 0;
    for (seed, is_recent) in [(1, false), (2, true)] {
        let store = graph(seed, is_recent);
        for query in QUERIES {
            let [looked_up, compared] = ways(query);
            let expected = rows(&store, &compared, &Options::default());
            found += expected.len();
            for (plain_plan, threads) in [(false, None), (true, None), (false, Some(3))] {
                let options = Options { plain_plan, threads, ..Options::default() };
                let what = format!("{seed} {plain_plan} {threads:?}\n{looked_up}");
                assert_eq!(rows(&store, &looked_up, &options), expected, "{what}");
            }
            let options = Options { evidence: true, ..Options::default() };
            assert_eq!(rows(&store, &looked_up, &options), expected, "evidence\n{looked_up}");
        }
    }
    assert!(found > 1000, "the graphs are too small to tell anything: {found} rows");
}
