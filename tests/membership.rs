//! `IN` with long lists: on fresh and on folded columns, in filters and in results, with all that a list may hold,
//! against the definition: true where an element is equal, otherwise unknown where one may be.

use dossier::value::{Map, Value};
use dossier::{Options, Store};

fn count(store: &Store, query: &str, list: &Value) -> i64 {
    let parameters = Map::from([("l".into(), list.clone())]);
    let options = Options { parameters, ..Options::default() };
    let rows = store.query_with(query, &options).unwrap_or_else(|error| panic!("{query}: {error}"));
    rows.get(0).expect("a row").get("n").expect("a number")
}

#[test]
fn a_long_list_is_asked_as_a_short_one() {
    let store = Store::memory();
    let create = "UNWIND range(0, 999) AS i CREATE (:P {i: i, s: 's' + i, f: i / 2.0})-[:R {i: i}]->(:Q {i: i % 7})";
    store.query(create, ()).expect("made");
    store.query("CREATE (:P {s: 's1'}), (:P {i: 'text'}), (:P {i: 3.0})", ()).expect("made");
    let integers = || (0..1000).step_by(3).map(Value::from);
    let texts = || (0..1000).step_by(4).map(|i| Value::from(format!("s{i}")));
    let lists = [
        Value::list(integers()),
        Value::list(texts()),
        Value::list(integers().chain(texts()).chain([Value::Null])),
        Value::list(integers().chain([
            Value::Float(7.0),
            Value::Float(1.5),
            Value::list([1.into()]),
        ])),
        Value::list([1.into(), "s1".into()]),
    ];
    let tests = [
        "n.i IN $l",
        "n.s IN $l",
        "n.f IN $l",
        "NOT n.i IN $l",
        "(n.i IN $l) IS NULL",
        "n.i + 0 IN $l",
    ];
    for folded in [false, true] {
        if folded {
            store.database().checkpoint().expect("folded");
        }
        for list in &lists {
            for test in &tests {
                // The same by the definition, a pair at a time.
                let of = test.trim_start_matches("NOT ").trim_start_matches('(');
                let of = of.split(" IN").next().expect("an operand");
                let equal = format!("any(x IN $l WHERE x = {of})");
                let by_pairs = match *test {
                    "NOT n.i IN $l" => format!("({equal}) = false"),
                    "(n.i IN $l) IS NULL" => format!("({equal}) IS NULL"),
                    _ => equal,
                };
                let found = |test: &str| {
                    count(&store, &format!("MATCH (n:P) WHERE {test} RETURN count(*) AS n"), list)
                };
                assert_eq!(found(test), found(&by_pairs), "{test} folded {folded}");
                let by_rows = format!("MATCH (n:P) WITH {test} AS t WHERE t RETURN count(*) AS n");
                assert_eq!(count(&store, &by_rows, list), found(test), "{test} by rows");
            }
            let relationships = "MATCH ()-[r:R]->(q) WHERE r.i IN $l RETURN count(*) AS n";
            let pairs = "MATCH ()-[r:R]->(q) WHERE any(x IN $l WHERE x = r.i) RETURN count(*) AS n";
            assert_eq!(count(&store, relationships, list), count(&store, pairs, list));
        }
    }
}
