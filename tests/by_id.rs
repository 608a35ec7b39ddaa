//! Elements that are looked up by the numbers that `id` and `elementId` give, in all forms that drivers and object
//! mappers write, against the same condition in a form that has to look at every element.

use dossier::value::{Map, Value};
use dossier::{Options, Store};

use crate::store::Place;

/// Each form, and the same said so that nothing can be looked up. `$x` is a number, `$t` a text, `$l` and `$m` lists.
const FORMS: [(&str, &str); 22] = [
    ("MATCH (n) WHERE id(n) = $x RETURN id(n)", "MATCH (n) WHERE id(n) + 0 = $x RETURN id(n)"),
    ("MATCH (n) WHERE $x = id(n) RETURN id(n)", "MATCH (n) WHERE id(n) + 0 = $x RETURN id(n)"),
    ("MATCH (n:A) WHERE id(n) = $x RETURN id(n)", "MATCH (n:A) WHERE id(n) + 0 = $x RETURN id(n)"),
    (
        "MATCH (n) WHERE elementId(n) = $t RETURN id(n)",
        "MATCH (n) WHERE elementId(n) + '' = $t RETURN id(n)",
    ),
    (
        "MATCH (n) WHERE elementId(n) = toString($x) RETURN id(n)",
        "MATCH (n) WHERE elementId(n) + '' = toString($x) RETURN id(n)",
    ),
    ("MATCH (n) WHERE id(n) IN $l RETURN id(n)", "MATCH (n) WHERE id(n) + 0 IN $l RETURN id(n)"),
    (
        "MATCH (n) WHERE elementId(n) IN $m RETURN id(n)",
        "MATCH (n) WHERE elementId(n) + '' IN $m RETURN id(n)",
    ),
    (
        "MATCH (n) WHERE id(n) = $x OR id(n) = 3 OR elementId(n) IN $m RETURN id(n)",
        "MATCH (n) WHERE id(n) + 0 = $x OR id(n) + 0 = 3 OR elementId(n) + '' IN $m RETURN id(n)",
    ),
    (
        "MATCH (n) WHERE id(n) = $x AND n.n > 2 RETURN id(n)",
        "MATCH (n) WHERE id(n) + 0 = $x AND n.n > 2 RETURN id(n)",
    ),
    (
        "MATCH ()-[r]->() WHERE id(r) = $x RETURN id(r)",
        "MATCH ()-[r]->() WHERE id(r) + 0 = $x RETURN id(r)",
    ),
    (
        "MATCH ()-[r]-() WHERE id(r) = $x RETURN id(r)",
        "MATCH ()-[r]-() WHERE id(r) + 0 = $x RETURN id(r)",
    ),
    (
        "MATCH (a)<-[r:R|T]-(b) WHERE elementId(r) = $t RETURN id(a), id(b)",
        "MATCH (a)<-[r:R|T]-(b) WHERE elementId(r) + '' = $t RETURN id(a), id(b)",
    ),
    (
        "MATCH (a)-[r:R]->(b:B) WHERE id(r) IN $l RETURN id(r), id(a), id(b)",
        "MATCH (a)-[r:R]->(b:B) WHERE id(r) + 0 IN $l RETURN id(r), id(a), id(b)",
    ),
    (
        "MATCH (a)-[r]->(a) WHERE id(r) IN $l RETURN id(r), id(a)",
        "MATCH (a)-[r]->(a) WHERE id(r) + 0 IN $l RETURN id(r), id(a)",
    ),
    (
        "MATCH (a)-[r]->(b) WHERE id(a) = $x RETURN count(r), count(DISTINCT b)",
        "MATCH (a)-[r]->(b) WHERE id(a) + 0 = $x RETURN count(r), count(DISTINCT b)",
    ),
    (
        "MATCH (a), (b) WHERE id(a) = $x AND id(b) = $x + 1 RETURN id(a), id(b)",
        "MATCH (a), (b) WHERE id(a) + 0 = $x AND id(b) + 0 = $x + 1 RETURN id(a), id(b)",
    ),
    (
        "UNWIND $l AS x MATCH (n) WHERE id(n) = x RETURN id(n)",
        "UNWIND $l AS x MATCH (n) WHERE id(n) + 0 = x RETURN id(n)",
    ),
    (
        "UNWIND [{id: $x}, {id: 2}] AS row MATCH (n) WHERE id(n) = row.id RETURN id(n)",
        "UNWIND [{id: $x}, {id: 2}] AS row MATCH (n) WHERE id(n) + 0 = row.id RETURN id(n)",
    ),
    (
        "OPTIONAL MATCH (n) WHERE id(n) = $x RETURN id(n)",
        "OPTIONAL MATCH (n) WHERE id(n) + 0 = $x RETURN id(n)",
    ),
    (
        "MATCH (a) WHERE EXISTS { (a)-->(b) WHERE id(b) = $x } RETURN id(a)",
        "MATCH (a) WHERE EXISTS { (a)-->(b) WHERE id(b) + 0 = $x } RETURN id(a)",
    ),
    (
        "MATCH (a)-[:R]->(b)-[:T]->(c)-[:R]->(a) WHERE id(a) = $x RETURN count(*)",
        "MATCH (a)-[:R]->(b)-[:T]->(c)-[:R]->(a) WHERE id(a) + 0 = $x RETURN count(*)",
    ),
    (
        "MATCH (a)-[*1..2]->(b) WHERE id(a) = $x AND id(b) IN $l RETURN id(b)",
        "MATCH (a)-[*1..2]->(b) WHERE id(a) + 0 = $x AND id(b) + 0 IN $l RETURN id(b)",
    ),
];

/// What a client may send: numbers that are there and are not, of other types, and lists of all of these.
fn parameters() -> Vec<Map> {
    let numbers: Vec<Value> = vec![
        3.into(),
        0.into(),
        5.0.into(),
        5.5.into(),
        (-1).into(),
        i64::MAX.into(),
        9_999.into(),
        f64::NAN.into(),
        1e300.into(),
        "3".into(),
        true.into(),
        Value::Null,
    ];
    let texts = ["3", "03", "+3", " 3", "", "x", "18446744073709551615", "99999999999999999999"];
    let texts: Vec<Value> =
        texts.into_iter().map(Value::from).chain([Value::Null, 3.into()]).collect();
    let mut all = Vec::new();
    for (at, number) in numbers.iter().enumerate() {
        let text = texts[at % texts.len()].clone();
        all.push(Map::from([
            ("x".into(), number.clone()),
            ("t".into(), text),
            ("l".into(), Value::list(numbers.iter().chain(&numbers[..at]).cloned())),
            ("m".into(), Value::list(texts.iter().cloned())),
        ]));
    }
    all
}

fn with(x: i64) -> Map {
    Map::from([("x".into(), x.into())])
}

fn rows(
    run: &dyn Fn(&str, Options) -> dossier::Result<dossier::Rows>,
    query: &str,
    parameters: &Map,
) -> String {
    let options = Options { parameters: parameters.clone(), ..Options::default() };
    match run(query, options) {
        Ok(rows) => {
            let mut shown: Vec<String> =
                rows.iter().map(|row| format!("{:?}", row.values())).collect();
            shown.sort();
            shown.join("\n")
        }
        Err(error) => error.code().to_owned(),
    }
}

fn assert_forms_agree(run: &dyn Fn(&str, Options) -> dossier::Result<dossier::Rows>, what: &str) {
    for parameters in parameters() {
        // What is no number at all cannot be added to; such a parameter is asked of the looked-up form alone.
        for (sought, scanned) in FORMS {
            let (sought, scanned) =
                (rows(run, sought, &parameters), rows(run, scanned, &parameters));
            assert_eq!(sought, scanned, "{what}: {parameters:?}");
        }
    }
}

const GRAPH: [&str; 3] = [
    "UNWIND range(0, 19) AS x CREATE (:A {n: x})-[:R]->(:B {n: x})",
    "MATCH (a:A), (b:B) WHERE (a.n + b.n) % 5 = 0 CREATE (b)-[:T]->(a), (b)-[:R]->(b)",
    "MATCH (n:A {n: 1})-[r]-() DELETE r",
];

#[test]
fn elements_are_found_by_number_wherever_they_stand() {
    let place = Place::new();
    let store = Store::create(place.path()).unwrap();
    let run = |query: &str, options: Options| store.query_with(query, &options);
    assert_forms_agree(&run, "nothing");
    for statement in GRAPH {
        store.query(statement, ()).unwrap();
    }
    assert_forms_agree(&run, "recent");
    let before = store.snapshot().commit();
    store.database().checkpoint().unwrap();
    assert_forms_agree(&run, "folded");
    store.query("MATCH (a:A {n: 2}) DETACH DELETE a", ()).unwrap();
    store.query("UNWIND range(20, 29) AS x CREATE (:B {n: x})-[:T]->(:A {n: x})", ()).unwrap();
    assert_forms_agree(&run, "folded and recent");
    let session = store.session();
    session.query("BEGIN", ()).unwrap();
    session.query("MATCH (a:A {n: 4}) DETACH DELETE a", ()).unwrap();
    session.query("CREATE (:A {n: 40})-[:R]->(:B {n: 40})", ()).unwrap();
    let within = |query: &str, options: Options| session.query_with(query, &options);
    assert_forms_agree(&within, "within a transaction");
    session.query("ROLLBACK", ()).unwrap();
    store.database().checkpoint().unwrap();
    assert_forms_agree(&run, "folded anew, with gaps");
    // A deleted element that is seen as of an earlier commit has the number that it had.
    let known = format!("MATCH (n:A {{n: 2}}) KNOWN AT {before} RETURN id(n) AS id");
    let id: i64 = store.query(&known, ()).unwrap().get(0).unwrap().get("id").unwrap();
    for form in ["id(n) = $x", "id(n) + 0 = $x", "elementId(n) IN [toString($x)]"] {
        let query = format!("MATCH (n) KNOWN AT {before} WHERE {form} RETURN n.n AS n");
        let rows = store.query(&query, with(id)).unwrap();
        assert_eq!((rows.len(), rows.get(0).unwrap().get::<i64>("n").unwrap()), (1, 2), "{form}");
        assert_eq!(
            store.query(&format!("MATCH (n) WHERE {form} RETURN n"), with(id)).unwrap().len(),
            0
        );
    }
}

/// What writes by number writes to that element.
#[test]
fn what_is_found_by_number_is_written() {
    let store = Store::memory();
    GRAPH.iter().for_each(|statement| drop(store.query(statement, ()).unwrap()));
    let id: i64 = store
        .query("MATCH (a:A {n: 7}) RETURN id(a) AS id", ())
        .unwrap()
        .get(0)
        .unwrap()
        .get("id")
        .unwrap();
    store.query("MATCH (n) WHERE id(n) = $x SET n.seen = true", with(id)).unwrap();
    store
        .query(
            "MATCH (a), (b:B {n: 1}) WHERE elementId(a) = toString($x) MERGE (a)-[:NEW]->(b)",
            with(id),
        )
        .unwrap();
    let found =
        store.query("MATCH (a {seen: true})-[r:NEW]->() RETURN a.n AS n, id(r) AS r", ()).unwrap();
    let row = found.get(0).unwrap();
    assert_eq!((found.len(), row.get::<i64>("n").unwrap()), (1, 7));
    let r: i64 = row.get("r").unwrap();
    store.query("MATCH ()-[r]-() WHERE id(r) IN [$x] DELETE r", with(r)).unwrap();
    assert_eq!(store.query("MATCH ()-[r:NEW]->() RETURN r", ()).unwrap().len(), 0);
}

/// A list of numbers that is none is an error, as it is where nothing is looked up.
#[test]
fn a_list_that_is_none_is_an_error() {
    let store = Store::memory();
    store.query("CREATE (), ()", ()).unwrap();
    for query in
        ["MATCH (n) WHERE id(n) IN $x RETURN n", "MATCH (n) WHERE id(n) + 0 IN $x RETURN n"]
    {
        let error = store.query(query, with(5)).unwrap_err();
        assert!(error.code().starts_with("eval::argument"), "{query}: {error}");
    }
}
