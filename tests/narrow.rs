//! Integers that stand in a file in few bytes, and weights that are carried over relationships of which each
//! node has one: the same answers as over what was just written, which knows neither.

use dossier::Store;

use crate::count_tree::rows;
use crate::store::Place;

/// Persons that live in one town each, but for a few at either end; towns are in one of three lands.
const GRAPH: [&str; 5] = [
    "UNWIND range(0, 2) AS i CREATE (:Land {id: i})",
    "UNWIND range(0, 36) AS i MATCH (l:Land {id: i % 3}) CREATE (:Town {id: i})-[:OF]->(l)",
    "UNWIND range(0, 2999) AS i CREATE (:Person {
         id: 100 + i, age: 15 + i * 7 % 80, year: -4000 + i * 13 % 6000, salt: i * 1048573 % 4000000,
         wide: i * 3000000000000001, same: 4, some: CASE WHEN i % 3 = 1 THEN i % 200 END})",
    "MATCH (p:Person) WHERE p.id >= 105 AND p.id < 3090
     MATCH (t:Town {id: p.id * p.id % 37}) CREATE (p)-[:IN]->(t)",
    "MATCH (p:Person) WHERE p.id % 2 = 0
     MATCH (q:Person {id: 100 + (p.id * 31) % 3000}) CREATE (p)-[:KNOWS]->(q), (q)-[:KNOWS]->(p)",
];

/// Keys with what their values lie between.
const KEYS: [(&str, i64, i64); 7] = [
    ("id", 100, 3099),
    ("age", 15, 94),
    ("year", -4000, 1999),
    ("salt", 0, 4_000_000),
    ("wide", 0, 2999 * 3_000_000_000_000_001),
    ("same", 4, 4),
    ("some", 1, 199),
];

/// The same graph as it was written, and as it is read from a file.
fn stores() -> (Store, Store, Place) {
    let place = Place::new();
    std::fs::create_dir(place.path()).unwrap();
    let (recent, folder) = (Store::memory(), place.path().join("store"));
    let written = Store::create(&folder).unwrap();
    for statement in GRAPH {
        recent.query(statement, ()).unwrap();
        written.query(statement, ()).unwrap();
    }
    written.database().checkpoint().unwrap();
    drop(written);
    (recent, Store::open(&folder).unwrap(), place)
}

fn agree(stores: &(Store, Store, Place), query: &str) {
    let (expected, found) = (rows(&stores.0, query, false), rows(&stores.1, query, false));
    assert_eq!(expected, found, "{query}");
    // What has been read once may be kept in another form.
    assert_eq!(expected, rows(&stores.1, query, false), "{query}, again");
}

#[test]
fn comparisons_hold_for_the_same_integers() {
    let stores = stores();
    for (key, least, most) in KEYS {
        let middle = least + (most - least) / 2;
        let mut edges =
            vec![i64::MIN, least - 1, least, least + 1, middle, most - 1, most, most + 1];
        edges.extend([least + 255, least + 256, least + 65_536, i64::MAX]);
        for operator in ["=", "<>", "<", "<=", ">", ">="] {
            for edge in &edges {
                // The least integer cannot be written with its sign.
                let edge = if *edge == i64::MIN {
                    "(-9223372036854775807 - 1)".into()
                } else {
                    edge.to_string()
                };
                let condition = format!("p.{key} {operator} {edge}");
                agree(&stores, &format!("MATCH (p:Person) WHERE {condition} RETURN count(*)"));
            }
        }
        for (low, high) in [
            (least, most),
            (middle, least),
            (least - 9, middle),
            (middle, most + 300),
            (most + 1, most + 2),
        ] {
            for condition in [
                format!("p.{key} >= {low} AND p.{key} <= {high}"),
                format!("p.{key} > {low} AND p.{key} <> {high} AND p.age < 40"),
            ] {
                agree(
                    &stores,
                    &format!(
                        "MATCH (p:Person) WHERE {condition} RETURN count(*), min(p.id), max(p.{key})"
                    ),
                );
                agree(
                    &stores,
                    &format!(
                        "MATCH (q:Person)-[:KNOWS]->(p:Person) WHERE {condition} RETURN count(*)"
                    ),
                );
            }
        }
    }
}

#[test]
fn weights_are_carried_to_where_steps_lead() {
    let stores = stores();
    for condition in
        ["p.age >= 30 AND p.age <= 40", "p.some > 50", "p.year < -3990", "p.id > 0", "p.salt = 17"]
    {
        for query in [
            "MATCH (p:Person)-[:IN]->(t:Town) WHERE $ RETURN t.id AS id, count(*) AS n ORDER BY id",
            "MATCH (p:Person)-[:IN]->(t:Town)-[:OF]->(l:Land) WHERE $ RETURN l.id AS id, count(*) AS n ORDER BY id",
            "MATCH (p:Person)-[:IN]->(t:Town)-[:OF]->(l) WHERE $ RETURN l.id AS id, avg(p.age) AS a, sum(p.year) AS y, avg(p.some) AS s ORDER BY id",
            "MATCH (q:Person)-[:KNOWS]->(p:Person)-[:IN]->(t:Town) WHERE $ RETURN t.id AS id, count(q) AS n, sum(q.salt) AS s ORDER BY n DESC, id LIMIT 5",
            "MATCH (q:Person)-[:KNOWS]->(p:Person)-[:IN]->(t:Town)-[*1..2]->(l:Land) WHERE $ RETURN l.id AS id, count(*) AS n ORDER BY id",
            "MATCH (a:Person)-[:KNOWS]->(p:Person)-[:KNOWS]->(c:Person) WHERE $ AND c.age > 25 RETURN count(*) AS n",
            "MATCH (p:Person)-[:IN]->(t:Town) WHERE $ WITH t, count(p) AS n WHERE n > 1 RETURN count(*) AS towns, sum(n) AS persons",
            "MATCH (l:Land)<-[:OF]-(t:Town)<-[:IN]-(p:Person) WHERE $ WITH l, p, count(*) AS n RETURN l.id AS id, sum(n) AS n ORDER BY id",
            "MATCH (t:Town)<-[:IN]-(q:Person)-[:KNOWS]->(p:Person) WHERE $ WITH t, p, count(*) AS n WHERE n > 1 RETURN count(*) AS pairs, sum(n) AS all",
            "MATCH (t:Town)<-[:IN]-(q:Person)-[:KNOWS]->(p:Person) WHERE $ WITH t, p, count(*) AS n RETURN p.id AS id, max(n) AS n ORDER BY n DESC, id LIMIT 7",
        ] {
            let query = query.replace('$', condition);
            agree(&stores, &query);
            // With evidence every match is found.
            assert_eq!(rows(&stores.1, &query, true), rows(&stores.1, &query, false), "{query}");
        }
    }
}
