//! Groups and pairs that are counted, beside the same rows one by one.
//!
//! A query that asks for evidence enumerates what others count, so that it says what they should have come to.
//! Random graphs in which some nodes lead to one other at most and some to none, with missing properties, numbers
//! of two types and sums that leave 64 bits; all of it in arrays, or a part written since.

use dossier::store::Database;
use dossier::{Options, Store};

/// Numbers from a seed, so that a failure can be repeated.
fn below(state: &mut u64, bound: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % bound
}

/// `homes` says in how many places a person may live.
fn graph(seed: u64, homes: u64, is_recent: bool) -> Store {
    let database = Database::memory();
    let store = Store::of(database.clone());
    let run = |text: &str| drop(store.query(text, ()).unwrap_or_else(|e| panic!("{text}\n{e:?}")));
    run("UNWIND range(0, 69) AS i CREATE (:Person {id: i, gender: ['f', 'm', null][i % 3],
           age: CASE i % 7 WHEN 0 THEN null ELSE 20 + i * 13 % 9 END, half: i * 0.5,
           mixed: CASE i % 5 WHEN 0 THEN 2.0 ELSE i % 4 END,
           huge: CASE i % 2 WHEN 0 THEN 9223372036854775807 ELSE -9223372036854775807 END})");
    run("UNWIND range(0, 8) AS i
         CREATE (:City {id: i, size: i % 4, country: CASE i WHEN 3 THEN null ELSE 'c' + toString(i % 3) END})");
    run("UNWIND range(0, 3) AS i CREATE (:State {id: i, rich: i % 2 = 0})");
    run("MATCH (c:City), (s:State) WHERE c.id / 2 = s.id CREATE (c)-[:IN]->(s)");
    run("UNWIND range(0, 59) AS i CREATE (:Message {id: i})");
    run("UNWIND range(0, 4) AS i CREATE (:Tag {id: i})");
    let mut state = seed;
    let mut add = |count: u64| {
        let mut pairs = |count: u64, from: u64, to: u64| -> String {
            let pair = |_| (below(&mut state, from), below(&mut state, to));
            let pairs = (0..count).map(pair).map(|(a, b)| format!("[{a}, {b}]"));
            pairs.collect::<Vec<_>>().join(", ")
        };
        let (knows, lives) = (pairs(count * 4, 70, 70), pairs(count, 70, 9));
        let (replies, tags) = (pairs(count, 60, 60), pairs(count * 2, 60, 5));
        run(&format!(
            "UNWIND [{knows}] AS x MATCH (a:Person {{id: x[0]}}), (b:Person {{id: x[1]}})
             CREATE (a)-[:KNOWS {{since: 2000 + (x[0] + x[1]) % 6, close: x[0] % 3 = 0}}]->(b)"
        ));
        run(&format!(
            "UNWIND [{lives}] AS x MATCH (a:Person {{id: x[0]}}), (c:City {{id: x[1]}})
             WHERE COUNT {{ (a)-[:LIVES_IN]->() }} < {homes} CREATE (a)-[:LIVES_IN]->(c)"
        ));
        run(&format!(
            "UNWIND [{replies}] AS x MATCH (a:Message {{id: x[0]}}), (b:Message {{id: x[1]}})
             CREATE (a)-[:REPLY_OF]->(b)"
        ));
        run(&format!(
            "UNWIND [{tags}] AS x MATCH (a:Message {{id: x[0]}}), (t:Tag {{id: x[1]}})
             CREATE (a)-[:HAS_TAG]->(t)"
        ));
    };
    add(90);
    database.checkpoint().expect("in memory");
    if is_recent {
        add(15);
        run("MATCH (a:Person)-[r:KNOWS {since: 2003}]->() WITH r LIMIT 9 DELETE r");
        run("MATCH (a:Person {id: 5}) SET a.age = 24");
    }
    store
}

const QUERIES: &[&str] = &[
    // Comparisons of what stands one or two steps behind a pair.
    "MATCH (a:Person)-[:KNOWS]->(b:Person), (a)-[:LIVES_IN]->(c:City), (b)-[:LIVES_IN]->(d:City)
     WHERE c.country <> d.country RETURN count(*) AS n",
    "MATCH (a:Person)-[:KNOWS]->(b:Person), (a)-[:LIVES_IN]->(c:City), (b)-[:LIVES_IN]->(d:City)
     WHERE c.size < d.size AND a.age > 22 RETURN count(*) AS n",
    "MATCH (c:City)<-[:LIVES_IN]-(a:Person)-[:KNOWS]-(b:Person)-[:LIVES_IN]->(d:City)
     WHERE c.country = d.country AND c.size <= d.size RETURN count(*) AS n, count(c.country) AS known",
    "MATCH (s:State)<-[:IN]-(:City)<-[:LIVES_IN]-(a:Person)-[:KNOWS]->(b:Person)-[:LIVES_IN]->(:City)-[:IN]->(t:State)
     WHERE s.rich <> t.rich RETURN count(*) AS n",
    "MATCH (s:State)<-[:IN]-(:City)<-[:LIVES_IN]-(a:Person)-[:KNOWS]->(:Person)-[:KNOWS]->(b:Person)
     WHERE s.id = b.mixed RETURN count(*) AS n",
    "MATCH (c:City)<-[:LIVES_IN]-(a:Person)-[:KNOWS]->(b:Person) WHERE c.size * 7 = b.age RETURN count(*) AS n",
    "MATCH (c:City)<-[:LIVES_IN]-(a:Person)-[:KNOWS]->(b:Person) WHERE c.size < b.age
     RETURN b.gender AS g, count(*) AS n",
    // Several comparisons of one pair, some of them with null.
    "MATCH (a:Person)-[:LIVES_IN]->(:City)<-[:LIVES_IN]-(b:Person) WHERE a.age = b.age AND a.id < b.id
     RETURN count(*) AS n",
    "MATCH (a:Person)-[:LIVES_IN]->(:City)<-[:LIVES_IN]-(b:Person) WHERE a.age >= b.age AND a.gender = b.gender
     RETURN count(*) AS n",
    "MATCH (a:Person)-[:KNOWS]->(:Person)-[:KNOWS]->(b:Person) WHERE a.age < b.age AND a.id <> b.id AND
     a.gender <> b.gender RETURN count(*) AS n",
    // What else joins a pair.
    "MATCH (c:Message)-[:REPLY_OF]->(m:Message) OPTIONAL MATCH (c)-[:HAS_TAG]->(t:Tag)<-[:HAS_TAG]-(m)
     RETURN count(*) AS n, count(t) AS shared",
    "MATCH (c:Message)-[:REPLY_OF]->(m:Message) WHERE EXISTS { (c)-[:HAS_TAG]->(:Tag)<-[:HAS_TAG]-(m) }
     RETURN count(*) AS n",
    "MATCH (c:Message)-[:REPLY_OF]->(m:Message) WHERE NOT EXISTS { (c)-[:HAS_TAG]->(:Tag)<-[:HAS_TAG]-(m) }
     RETURN c.id AS c, count(*) AS n",
    "MATCH (c:Message)-[:REPLY_OF]->(:Message)-[:REPLY_OF]->(m:Message)
     OPTIONAL MATCH (c)-[:HAS_TAG]->(t:Tag {id: 2})<-[:HAS_TAG]-(m) RETURN count(*) AS n, count(t) AS shared",
    "MATCH (a:Person)-[:KNOWS]->(b:Person)
     OPTIONAL MATCH (a)-[:LIVES_IN]->(c:City)-[:IN]->(:State)<-[:IN]-(d:City)<-[:LIVES_IN]-(b)
     RETURN count(*) AS n, count(c) AS near",
    // Groups of nodes and of relationships.
    "MATCH (p:Person) RETURN p.gender AS g, count(*) AS n, avg(p.age) AS a, sum(p.age) AS s, min(p.age) AS lo,
     max(p.age) AS hi, sum(p.half) AS h",
    "MATCH (p:Person) RETURN p.mixed AS m, sum(p.mixed) AS s, avg(p.huge) AS a, count(p.age) AS n",
    "MATCH (p:Person) RETURN p.gender AS g, p.age AS a, sum(p.id) AS s, avg(p.mixed) AS m",
    "MATCH (p:Person)-[:LIVES_IN]->(c:City) RETURN c.country AS k, p.gender AS g, count(*) AS n, avg(c.size) AS s",
    "MATCH (a:Person)-[e:KNOWS]->(b:Person) RETURN e.since AS y, count(*) AS n, count(DISTINCT a.age) AS x,
     count(DISTINCT b) AS z, avg(e.since) AS m, sum(a.huge) AS h",
    "MATCH (a)-[e:KNOWS]-(b) RETURN e.close AS c, a.gender AS g, b.gender AS h, count(*) AS n, min(e.since) AS y",
    "MATCH (a)-[e]->(b) RETURN type(e) AS t, count(*) AS n, max(e.since) AS y, sum(e.since) AS s",
    "MATCH (a:Person)-[e:KNOWS]->(b:Person)-[:LIVES_IN]->(c:City) RETURN e.since AS y, c.country AS k,
     count(*) AS n, sum(a.age) AS s, avg(a.age) AS m",
];

fn rows(store: &Store, text: &str, options: &Options) -> Vec<String> {
    let rows = match store.query_with(text, options) {
        Ok(rows) => rows,
        Err(error) => return vec![error.code().to_owned()],
    };
    let mut rows: Vec<_> = rows.iter().map(|row| format!("{:?}", row.values())).collect();
    rows.sort_unstable();
    rows
}

#[test]
fn what_is_counted_is_what_is_there_one_by_one() {
    let mut found = 0;
    for (seed, homes, is_recent) in [(1, 1, false), (2, 1, true), (3, 2, false), (4, 3, true)] {
        let store = graph(seed, homes, is_recent);
        for query in QUERIES {
            let evidence = Options { evidence: true, ..Options::default() };
            let expected = rows(&store, query, &evidence);
            found += expected.len();
            for (plain_plan, threads) in [(false, None), (true, None), (false, Some(3))] {
                let options = Options { plain_plan, threads, ..Options::default() };
                let what = format!("{seed} {plain_plan} {threads:?}\n{query}");
                assert_eq!(rows(&store, query, &options), expected, "{what}");
            }
        }
    }
    assert!(found > 300, "the graphs are too small to tell anything: {found} rows");
}

#[test]
fn groups_come_in_one_order_on_any_number_of_threads() {
    let store = graph(5, 2, false);
    for query in QUERIES {
        let of = |threads| {
            let options = Options { threads: Some(threads), ..Options::default() };
            let rows = store.query_with(query, &options);
            rows.map(|rows| {
                rows.iter().map(|row| format!("{:?}", row.values())).collect::<Vec<_>>()
            })
        };
        let (one, three) = (of(1), of(3));
        assert_eq!(
            one.map_err(|e| e.code().to_owned()),
            three.map_err(|e| e.code().to_owned()),
            "{query}"
        );
    }
}
