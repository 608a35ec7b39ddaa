//! Values of properties that hold for a time and come from a source.

use std::collections::BTreeMap;

use dossier::load::{facts, script};
use dossier::value::time::Truth;
use dossier::{Options, Store, Value};
use proptest::prelude::*;

use crate::store::Place;

const CENSUS: &str = "
    CREATE (:Document {name: 'Census', date: date('2011-11-01')}),
           (:Document {name: 'Estimate', date: date('2021-07-01')}),
           (:State {name: 'Nauru', area: 21}), (:State {name: 'Tuvalu', population: 11000, area: 26})
    NEXT
    MATCH (s:State {name: 'Nauru'})
    SET s.population = 10084 VALID edtf('2011/2020') SOURCE 'Census' {table: 1},
        s.population = 11680 VALID edtf('2021/..') SOURCE 'Estimate' {page: 3}";

fn census() -> Store {
    let store = Store::memory();
    for part in CENSUS.split("NEXT") {
        store.query(part, ()).expect(part);
    }
    store
}

fn rows(store: &Store, query: &str) -> Vec<String> {
    let rows = store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error:?}"));
    let text = |value: &Value| match value {
        Value::String(text) => text.to_string(),
        Value::Null => "null".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Edtf(edtf) => edtf.as_str().to_owned(),
        Value::List(items) => format!("{} items", items.len()),
        other => format!("{other:?}"),
    };
    rows.iter().map(|row| row.values().iter().map(text).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_plain_query_reads_the_value_that_stands_out() {
    let store = census();
    let all = "MATCH (s:State) RETURN s.name, s.population ORDER BY s.name";
    assert_eq!(rows(&store, all), ["Nauru 11680", "Tuvalu 11000"]);
    let by_value = "MATCH (s:State {population: 11680}) RETURN s.name";
    assert_eq!(rows(&store, by_value), ["Nauru"]);
    store
        .query("MATCH ()-[p:.population]->() WHERE p.value = 11680 SET p RANK deprecated", ())
        .unwrap();
    assert_eq!(rows(&store, all), ["Nauru 10084", "Tuvalu 11000"]);
    store
        .query("MATCH ()-[p:.population]->() WHERE p.value = 10084 SET p SAYS denied BY 'x'", ())
        .unwrap();
    assert_eq!(rows(&store, all), ["Nauru null", "Tuvalu 11000"]);
}

#[test]
fn a_time_clause_is_asked_of_properties_too() {
    let store = census();
    let at = |clause: &str| {
        rows(
            &store,
            &format!("MATCH (s:State) {clause} RETURN s.name, s.population ORDER BY s.name"),
        )
    };
    assert_eq!(at("AS OF date('2015-05-05')"), ["Nauru 10084", "Tuvalu 11000"]);
    assert_eq!(at("AS OF date('2030-05-05')"), ["Nauru 11680", "Tuvalu 11000"]);
    assert_eq!(at("AS OF date('2001-05-05')"), ["Nauru null", "Tuvalu 11000"]);
    assert_eq!(at("DURING edtf('2010')"), ["Nauru null", "Tuvalu 11000"]);
    assert_eq!(at("DURING edtf('2010/2012')"), ["Nauru 10084", "Tuvalu 11000"]);
    assert_eq!(at("ALL TIME"), ["Nauru 11680", "Tuvalu 11000"]);
    assert_eq!(at("AS OF date('2015-05-05') WHERE s.population < 11000"), ["Nauru 10084"]);
    let found = "MATCH (s:State {population: 10084}) AS OF date('2015-05-05') RETURN s.name";
    assert_eq!(rows(&store, found), ["Nauru"]);
    assert!(rows(&store, &found.replace("2015", "2025")).is_empty());
    // The time goes with the node, under another name too, and into aggregates and subqueries.
    let through = "MATCH (s:State) AS OF date('2015-05-05') WITH s AS t, 1 AS x RETURN t.population + x AS n ORDER BY n";
    assert_eq!(rows(&store, through), ["10085", "11001"]);
    let sum = "MATCH (s:State) AS OF date('2015-05-05') RETURN sum(s.population)";
    assert_eq!(rows(&store, sum), ["21084"]);
    let projected = "MATCH (s:State {name: 'Nauru'}) AS OF date('2015-05-05') RETURN s {.name, .population}.population";
    assert_eq!(rows(&store, projected), ["10084"]);
    let grouped = "MATCH (s:State) AS OF date('2015-05-05') RETURN s.population, count(*) ORDER BY s.population";
    assert_eq!(rows(&store, grouped), ["10084 1", "11000 1"]);
}

#[test]
fn functions_on_statements_take_a_property() {
    let store = census();
    let asked = "s.population, valid(s.population), stance(s.population), evidence(s.population)";
    let query = |clause: &str| format!("MATCH (s:State {{name: 'Nauru'}}) {clause} RETURN {asked}");
    assert_eq!(rows(&store, &query("")), ["11680 2021/.. asserted 1 items"]);
    let then = query("AS OF date('2012-01-01')");
    assert_eq!(rows(&store, &then), ["10084 2011/2020 asserted 1 items"]);
    let truth = "MATCH (s:State {name: 'Nauru'}) AS OF date('2030-01-01') WHERE s.population > 0 RETURN truth(s.population), truth()";
    assert_eq!(rows(&store, truth), ["presumed presumed"]);
    let plain = "MATCH (s:State {name: 'Tuvalu'}) RETURN valid(s.population), speaker(s.area)";
    assert_eq!(rows(&store, plain), ["null null"]);
}

#[test]
fn values_are_statements_that_a_pattern_finds_by_name() {
    let store = census();
    let all = "MATCH (s)-[p:.population]->() DURING edtf('2020/2021') RETURN s.name, p.value, valid(p) ORDER BY p.value";
    assert_eq!(rows(&store, all), ["Nauru 10084 2011/2020", "Nauru 11680 2021/.."]);
    // Nothing else takes them for relationships.
    for none in [
        "MATCH ()-[r]->() RETURN count(r)",
        "MATCH ()-[r]-() RETURN count(*)",
        "MATCH (s) RETURN sum(COUNT { (s)--() })",
        "MATCH (s {name: 'Nauru'})-[*1..2]-(x) RETURN count(x)",
        "MATCH ()-[r:!X]->() RETURN count(r)",
    ] {
        assert_eq!(rows(&store, none), ["0"], "{none}");
    }
    assert!(rows(&store, "CALL db.relationshipTypes()").is_empty());
    let error = store.query("MATCH (a:State), (b:State) CREATE (a)-[:.population]->(b)", ());
    assert_eq!(error.unwrap_err().code(), "eval::argument_value");
}

#[test]
fn stating_adds_and_setting_replaces() {
    let store = census();
    let values = "MATCH ({name: 'Nauru'})-[p:.population]->() RETURN p.value ORDER BY p.value";
    let set = |text: &str| {
        store.query(&format!("MATCH (s:State {{name: 'Nauru'}}) {text}"), ()).unwrap();
        rows(&store, values)
    };
    // The same value at the same time gets the sources of both.
    let again =
        "SET s.population = 11680 VALID edtf('2021/..') SOURCE 'Census', 'Estimate' {page: 3}";
    assert_eq!(set(again), ["10084", "11680"]);
    let sources = "MATCH (s:State {name: 'Nauru'}) RETURN evidence(s.population)";
    assert_eq!(rows(&store, sources), ["2 items"]);
    assert_eq!(
        set("SET s.population = 9434 VALID edtf('2002') SAYS attributed BY 'a guide'").len(),
        3
    );
    assert_eq!(rows(&store, "MATCH (s {name: 'Nauru'}) RETURN s.population"), ["11680"]);
    assert!(set("SET s.population = 5").is_empty());
    assert_eq!(rows(&store, "MATCH (s {name: 'Nauru'}) RETURN s.population"), ["5"]);
    assert_eq!(set("SET s.population = 7 SOURCE 'Census'"), ["7"]);
    assert!(set("REMOVE s.population").is_empty());
    assert_eq!(rows(&store, "MATCH (s {name: 'Nauru'}) RETURN s.population"), ["null"]);
    // All of it is in the history.
    let then = "MATCH (s {name: 'Nauru'}) KNOWN AT 2 RETURN s.population";
    assert_eq!(rows(&store, then), ["11680"]);
    let changes = "CALL dossier.changes(3, null) YIELD change, statement RETURN DISTINCT change + ' ' + statement AS c ORDER BY c";
    assert_eq!(
        rows(&store, changes),
        [
            "added Nauru population = 7",
            "added Nauru population = 9434",
            "closed Nauru population = 10084",
            "closed Nauru population = 11680",
            "closed Nauru population = 7",
            "closed Nauru population = 9434",
        ]
    );
}

/// What `truth()` says, for each way in which a query can look at a value as of a time.
#[test]
fn a_row_is_as_sure_as_the_values_that_it_looks_at() {
    let store = census();
    let at = |rest: &str| {
        let query = format!("MATCH (s:State {{name: 'Nauru'}}) AS OF date('2030-06-30') {rest}");
        rows(&store, &query).join(", ")
    };
    assert_eq!(at("RETURN s.area, truth()"), "21 certain");
    for looks in [
        "RETURN s.population, truth()",
        "RETURN truth(), s.population AS p, certain()",
        "RETURN s {.population}.population, truth(), presumed(), certain()",
        "RETURN s {.*}.population, truth()",
        "RETURN properties(s).population, truth()",
        "RETURN s['population'], truth()",
        "UNWIND ['population'] AS key RETURN s[key], truth()",
        "RETURN sum(s.population), truth()",
        "RETURN s.population, count(*), truth()",
        "RETURN DISTINCT s.population, truth()",
        "UNWIND [s.population] AS p RETURN p, truth()",
        "WITH s.population AS p RETURN p, truth()",
        "WITH max(s.population) AS p RETURN p, truth()",
        "WHERE s.population > 5 RETURN s.name, truth()",
        "WHERE truth() = 'presumed' AND s.population > 5 RETURN s.name, truth()",
        "RETURN EXISTS { MATCH (s) WHERE s.population > 5 }, truth()",
        "RETURN toString(s.population) + ' ' + truth(), truth()",
    ] {
        let shown = at(looks);
        assert!(shown.contains("presumed"), "{looks}: {shown}");
        assert!(!shown.contains("certain"), "{looks}: {shown}");
    }
    assert_eq!(at("WHERE truth() = 'certain' AND s.population > 5 RETURN s.name"), "");
    // All properties are those of the time.
    let then = "MATCH (s:State) AS OF date('2015-01-01') RETURN s.name, s {.*}.population, properties(s).population, s['population'] ORDER BY s.name";
    assert_eq!(rows(&store, then), ["Nauru 10084 10084 10084", "Tuvalu 11000 11000 11000"]);
    let before =
        "MATCH (s:State) AS OF date('2001-01-01') RETURN size(keys(s {.*})) ORDER BY s.name";
    assert_eq!(rows(&store, before), ["2", "3"]);
}

#[test]
fn what_is_counted_or_unwound_is_what_a_row_rests_on() {
    let store = census();
    for rest in [
        "RETURN sum(s.population)",
        "RETURN s.population AS p, count(*) AS n",
        "RETURN collect(s.population) AS all",
        "UNWIND [s.population] AS p RETURN p",
        "RETURN s {.*} AS all",
    ] {
        let query =
            format!("WHY MATCH (s:State {{name: 'Nauru'}}) AS OF date('2015-06-30') {rest}");
        let found = store.query(&query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
        let why: Vec<Vec<dossier::value::Map>> = found.get(0).unwrap().get("why").unwrap();
        let names: Vec<Vec<&str>> = why
            .iter()
            .map(|set| set.iter().filter_map(|one| one["statement"].as_str()).collect())
            .collect();
        assert_eq!(names, [["Nauru population = 10084"]], "{rest}");
    }
}

/// A node shows the values of the time asked for wherever it leaves a query, the row is as sure as they are, and rests
/// on them.
#[test]
fn a_node_is_shown_as_of_the_time_wherever_it_leaves() {
    let store = census();
    let near = "MATCH (a {name: 'Nauru'}), (b {name: 'Tuvalu'}) CREATE (a)-[:NEAR VALID edtf('1990-01-01/2040-12-31')]->(b)";
    store.query(near, ()).unwrap();
    let key = store.snapshot().catalog().key("population").unwrap();
    let nauru = {
        let rows = store.query("MATCH (s:State {name: 'Nauru'}) RETURN s", ()).unwrap();
        rows.get(0).unwrap().get::<dossier::value::NodeId>("s").unwrap()
    };
    let at = |rows: &dossier::Rows| rows.graph().node_property(nauru, key);
    let of = |day: &str| format!("(s:State {{name: 'Nauru'}})-[r:NEAR]->(t) AS OF date('{day}')");
    for rest in [
        "RETURN s",
        "RETURN [s]",
        "RETURN {of: s, and: [1, t]}",
        "RETURN [[s], [t]][0]",
        "RETURN collect(s)",
        "RETURN t.name, collect({s: s})",
        "RETURN startNode(r)",
        "RETURN CASE WHEN s.area = 21 THEN s ELSE t END",
        "RETURN coalesce(s, t)",
        "RETURN [x IN [s, t] WHERE x.area = 21]",
        "RETURN head(collect(s))",
        "RETURN DISTINCT s",
        "RETURN max(s)",
        "WITH s AS n RETURN n",
        "WITH [s] AS all RETURN all",
        "WITH collect(s) AS all UNWIND all AS one RETURN one",
        "WITH s GROUP BY s RETURN s",
        "LET n = [s] RETURN n",
        "CALL (s) { RETURN s AS n } RETURN n",
        "CALL (s) { RETURN [s] AS n UNION ALL RETURN [s] AS n } RETURN n LIMIT 1",
        "RETURN COLLECT { MATCH (s) RETURN s }",
        "RETURN s ORDER BY s.name LIMIT 1",
        "RETURN s NEXT RETURN s AS n",
    ] {
        let ask = |day: &str| {
            let query = format!("WHY MATCH {} {rest}", of(day));
            store.query(&query, ()).unwrap_or_else(|error| panic!("{query}: {error}"))
        };
        let rows = ask("2015-06-30");
        assert_eq!(at(&rows), Value::from(10084), "{rest}");
        let why = format!("{:?}", rows.get(0).unwrap().value("why"));
        assert!(why.contains("Nauru population = 10084"), "{rest}: {why}");
        let rows = ask("2030-06-30");
        assert_eq!((at(&rows), rows.truth(0)), (Value::from(11680), Truth::Presumed), "{rest}");
        assert_eq!(at(&ask("2001-01-01")), Value::Null, "{rest}");
    }
    // Paths, and what is read of their nodes.
    let path = "MATCH p = (:State {name: 'Nauru'})-[:NEAR]->() AS OF date('2015-06-30')";
    for rest in
        ["RETURN p", "RETURN nodes(p)", "RETURN [p]", "RETURN nodes(p)[0]", "WITH p AS q RETURN q"]
    {
        let rows = store.query(&format!("{path} {rest}"), ()).unwrap();
        assert_eq!(at(&rows), Value::from(10084), "{rest}");
    }
    for read in [
        "RETURN [x IN nodes(p) | x.population][0]",
        "UNWIND nodes(p) AS x RETURN x.population LIMIT 1",
        "RETURN nodes(p)[0].population",
        "RETURN head(nodes(p)).population",
        "RETURN startNode(relationships(p)[0]).population",
        "WITH collect(p) AS all RETURN nodes(all[0])[0].population",
        "RETURN reduce(sum = 0, x IN nodes(p) | sum + x.population) - 11000",
        "WITH p WHERE any(x IN nodes(p) WHERE x.population = 10084) RETURN 10084",
    ] {
        assert_eq!(rows(&store, &format!("{path} {read}")), ["10084"], "{read}");
    }
    // Both sides of a UNION ask for one time, or for two.
    let side = |year: u32| {
        format!("MATCH (s:State {{name: 'Nauru'}}) AS OF date('{year}-06-30') RETURN s")
    };
    for (query, shown) in [
        (format!("{} UNION {}", side(2015), side(2015)), 10084),
        (format!("{} UNION ALL {}", side(2015), side(2015)), 10084),
        (format!("{} UNION ALL {}", side(2015), side(2030)), 11680),
    ] {
        let rows = store.query(&query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
        assert_eq!(at(&rows), Value::from(shown), "{query}");
    }
    // One node as of two times is shown as of neither; what is no node is not touched.
    let twice = "MATCH (s:State {name: 'Nauru'}) AS OF date('2015-06-30') MATCH (t:State {name: 'Nauru'}) AS OF date('2001-06-30') RETURN [s, t]";
    assert_eq!(at(&store.query(twice, ()).unwrap()), Value::from(11680));
    let map = "MATCH (s:State {name: 'Nauru'}) AS OF date('2015-06-30') WITH {population: 5, s: s} AS m RETURN m.population, m.s.name";
    assert_eq!(rows(&store, map), ["5 Nauru"]);
}

/// MERGE finds what is said in the same way, and adds its sources to it.
#[test]
fn merging_adds_sources_to_what_is_said_alike() {
    let store = census();
    let merge = |stated: &str| {
        let query = format!("MERGE (s:State {{name: 'Nauru', population: {stated}}}) RETURN 1");
        let rows = store.query(&query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
        rows.counters().nodes_created
    };
    let sources =
        "MATCH (s:State {name: 'Nauru'}) AS OF date('2015-06-30') RETURN evidence(s.population)";
    assert_eq!(merge("10084 VALID edtf('2011/2020') SOURCE 'Census' {table: 1}"), 0);
    assert_eq!(rows(&store, sources), ["1 items"]);
    assert_eq!(merge("10084 VALID edtf('2011/2020') SOURCE 'Estimate', 'Census' {table: 1}"), 0);
    assert_eq!(rows(&store, sources), ["2 items"]);
    // Another time, another stance, another value: another node, as with any property.
    for other in ["10084 VALID edtf('2011')", "10084 SOURCE 'Census'", "9 VALID edtf('2011/2020')"]
    {
        assert_eq!(merge(other), 1, "{other}");
        assert_eq!(merge(other), 0, "{other}");
    }
    let both = "MATCH (a:State {name: 'Tuvalu'}), (b:State {area: 21})";
    let made = |said: &str| {
        let query =
            format!("{both} MERGE (a)-[r:NEAR {said}]->(b) RETURN size(evidence(r)), stance(r)");
        rows(&store, &query).join(", ")
    };
    assert_eq!(made("VALID edtf('1978/..') SOURCE 'Census'"), "1 asserted");
    assert_eq!(made("VALID edtf('1978/..') SOURCE 'Estimate' {page: 1}"), "2 asserted");
    assert_eq!(made("VALID edtf('1978/..') SOURCE 'Estimate' {page: 2}"), "3 asserted");
    assert_eq!(made("VALID edtf('1978/..') SOURCE 'Estimate' {page: 2}"), "3 asserted");
    assert_eq!(made("VALID edtf('1978/..') SOURCE 'Census' SAYS denied BY 'a guide'"), "1 denied");
    assert_eq!(made("VALID edtf('1978/..') SOURCE 'Census' SAYS denied BY 'another'"), "1 denied");
    assert_eq!(made("SOURCE 'Census'"), "1 asserted");
    // Without a word of ours all of them are found.
    assert_eq!(rows(&store, &format!("{both} MERGE (a)-[r:NEAR]->(b) RETURN count(*)")), ["4"]);
    let outside = format!("{both} MERGE (a)-[r:NEAR]->(b) VALID edtf('1978') RETURN r");
    let error = store.query(&outside, ()).unwrap_err();
    assert!(error.hints()[0].contains("inside of the brackets"), "{error}");
    let null = "MERGE (s:State {name: 'Nauru', population: null VALID edtf('2011')})";
    assert_eq!(store.query(null, ()).unwrap_err().code(), "eval::argument_value");
}

#[test]
fn a_deleted_node_takes_its_values_along() {
    let store = census();
    let done = store.query("MATCH (s:State {name: 'Nauru'}) DELETE s", ()).unwrap();
    assert_eq!((done.counters().nodes_deleted, done.counters().relationships_deleted), (1, 0));
    assert_eq!(store.snapshot().statistics().statements, 0);
    let store = census();
    store.query("MATCH (s:State {name: 'Nauru'}) ERASE s REASON 'asked'", ()).unwrap();
    assert_eq!(rows(&store, "MATCH (s:State) KNOWN AT 2 RETURN s.population"), ["11000"]);
}

#[test]
fn reasons_and_conflicts_name_the_value() {
    let store = census();
    let why = "MATCH (s:State {name: 'Nauru'}) AS OF date('2015-01-01') RETURN s.population";
    let options = Options { evidence: true, ..Options::default() };
    let found = store.query_with(why, &options).unwrap();
    let evidence = found.evidence(0);
    assert_eq!(evidence.len(), 1);
    assert_eq!(
        (&*evidence[0].statement, &*evidence[0].document),
        ("Nauru population = 10084", "Census")
    );
    let sets = store.query(&format!("WHY {why}"), ()).unwrap();
    assert_eq!(sets.get(0).unwrap().witnesses().map(|all| all.sets.len()), Some(1));
    assert!(rows(&store, "CALL dossier.conflicts() YIELD kind").is_empty());
    let other = "MATCH (s:State {name: 'Nauru'}) SET s.population = 10000 VALID edtf('2012') SOURCE 'Estimate'";
    store.query(other, ()).unwrap();
    let conflicts =
        "CALL dossier.conflicts() YIELD kind, truth, statements RETURN kind, truth, statements[0]";
    let expected = ["functional certain Nauru population = 10084 (2011/2020, Census, table 1)"];
    assert_eq!(rows(&store, conflicts), expected);
    let line = "CALL dossier.timeline('Nauru') YIELD valid, statement RETURN valid, statement";
    assert_eq!(
        rows(&store, line),
        [
            "2011/2020 Nauru population = 10084",
            "2012 Nauru population = 10000",
            "2021/.. Nauru population = 11680",
        ]
    );
}

#[test]
fn a_transaction_sees_the_values_that_it_states() {
    let store = Store::memory().session();
    store.query("CREATE (:State {population: 3})", ()).unwrap();
    let read = "MATCH (s:State) AS OF date('2012-01-01') RETURN s.population";
    assert_eq!(rows(&store, read), ["3"]);
    store.query("BEGIN", ()).unwrap();
    store.query("MATCH (s:State) SET s.population = 4 VALID edtf('2013')", ()).unwrap();
    assert_eq!(rows(&store, read), ["null"]);
    store.query("ROLLBACK", ()).unwrap();
    assert_eq!(rows(&store, read), ["3"]);
}

/// Everything that is stated, whatever the numbers.
fn stated(store: &Store) -> Vec<String> {
    let all = "MATCH (s)-[p:.population]->()
        RETURN s.name, p.value, valid(p), stance(p), speaker(p), rank(p), reason(p), notBefore(p),
               evidence(p) ORDER BY s.name, p.value";
    let mut found = rows(store, all);
    found.extend(rows(store, "MATCH (s) RETURN s.name, s.population, s.area ORDER BY s.name"));
    found
}

#[test]
fn every_format_gives_the_values_back() {
    let store = census();
    let more = "MATCH (s:State {name: 'Nauru'})
        SET s.population = 9434 VALID edtf('2002') FROM date('2002-03-01') SAYS attributed BY 'a guide' REASON 'quoted',
            s.population = 1 RANK deprecated, s.population = 2 SAYS asserted";
    store.query(more, ()).unwrap();
    let expected = stated(&store);
    assert_eq!(expected.len(), 5 + 4);

    let text = facts::export(&*store.snapshot());
    assert!(text.contains("Nauru .population: 10084\n    valid 2011/2020\n"), "{text}");
    let again = Store::memory();
    again.load_facts("again", &text).unwrap();
    assert_eq!(stated(&again), expected);
    assert_eq!(facts::export(&*again.snapshot()), text);

    let mut out = Vec::new();
    script::export(&*store.snapshot(), &mut out).unwrap();
    let again = Store::memory();
    for statement in String::from_utf8(out).unwrap().split(";\n").filter(|s| !s.trim().is_empty()) {
        again.query(statement, ()).unwrap_or_else(|error| panic!("{statement}: {error:?}"));
    }
    assert_eq!(stated(&again), expected);

    let mut out = Vec::new();
    store.export_elements(&mut out).unwrap();
    let again = Store::memory();
    let stop = dossier::load::import::Rejects::stop();
    again.import_elements("lines".as_ref(), &mut &*out, stop, &mut |_| {}).unwrap();
    assert_eq!(stated(&again), expected);
    let read = "MATCH (s:State {name: 'Nauru'}) AS OF date('2015-01-01') RETURN s.population";
    assert_eq!(rows(&again, read), ["10084"]);
}

#[cfg(feature = "rdf")]
#[test]
fn triples_give_the_values_back() {
    let store = census();
    let more = "MATCH (s:State {name: 'Nauru'})
        SET s.population = 9434 VALID edtf('2002') SAYS attributed BY 'a guide', s.population = 1 RANK deprecated";
    store.query(more, ()).unwrap();
    let mut out = Vec::new();
    let format = dossier::load::rdf::RdfFormat::Turtle;
    dossier::load::rdf::export(&*store.snapshot(), format, &mut out).unwrap();
    let folder = Place::new();
    std::fs::create_dir_all(folder.path()).unwrap();
    let path = folder.path().join("graph.ttl");
    std::fs::write(&path, &out).unwrap();
    let again = Store::memory();
    let stop = dossier::load::import::Rejects::stop();
    again.import_triples(&path, stop, &mut |_| {}).unwrap();
    assert_eq!(stated(&again), stated(&store));
    // Somebody else's annotation: RDF 1.2 knows nothing of us.
    let foreign = "PREFIX : <http://x/> PREFIX dossier: <urn:dossier:>
        :nauru :population 10084 {| dossier:valid \"2011\" ; dossier:source :census |} .
        :nauru :name \"Nauru\" .";
    std::fs::write(&path, foreign).unwrap();
    let again = Store::memory();
    let stop = dossier::load::import::Rejects::stop();
    again.import_triples(&path, stop, &mut |_| {}).unwrap();
    let read = "MATCH (s {name: 'Nauru'}) AS OF date('2011-06-01') RETURN s.population, valid(s.population), stance(s.population)";
    assert_eq!(rows(&again, read), ["10084 2011 asserted"]);
}

#[test]
fn values_survive_checkpoints_and_reopening() {
    let place = Place::new();
    let expected = {
        let store = Store::create(place.path()).unwrap();
        for part in CENSUS.split("NEXT") {
            store.query(part, ()).unwrap();
        }
        store.database().checkpoint().unwrap();
        let late = "MATCH (s:State {name: 'Nauru'}) SET s.population = 9434 VALID edtf('2002')";
        store.query(late, ()).unwrap();
        stated(&store)
    };
    let store = Store::open(place.path()).unwrap();
    assert_eq!(stated(&store), expected);
    let read = "MATCH (s:State {name: 'Nauru'}) AS OF date('2015-01-01') RETURN s.population";
    assert_eq!(rows(&store, read), ["10084"]);
    let known = "MATCH (s:State {name: 'Nauru'})-[p:.population]->() KNOWN AT 2 RETURN p.value ORDER BY p.value";
    assert_eq!(rows(&store, known), ["10084", "11680"]);
}

/// A value as the model keeps it: days of October 2020.
#[derive(Clone, Debug)]
struct Kept {
    value: u8,
    first: u8,
    /// No end where it is open.
    last: Option<u8>,
    rank: u8,
    believed: bool,
}

fn kept() -> impl Strategy<Value = Kept> {
    (0..4u8, 1..=28u8, prop::option::weighted(0.7, 0..10u8), 0..3u8, prop::bool::weighted(0.8))
        .prop_map(|(value, first, length, rank, believed)| Kept {
            value,
            first,
            last: length.map(|length| (first + length).min(31)),
            rank,
            believed,
        })
}

/// The value that a node has on a day, or at all where none is asked for, by going through all.
fn model(all: &[Kept], day: Option<u8>) -> Option<u8> {
    let holds = |kept: &&Kept| {
        day.is_none_or(|day| kept.first <= day && kept.last.is_none_or(|last| day <= last))
    };
    let seen = all.iter().enumerate().filter(|(_, kept)| kept.believed && kept.rank > 0);
    let best =
        seen.filter(|(_, kept)| holds(kept)).max_by_key(|(at, kept)| (kept.rank, kept.first, *at));
    best.map(|(_, kept)| kept.value)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any node, any day, against a model that goes through all values; and what deletes one.
    #[test]
    fn values_in_time_are_those_of_a_model(
        nodes in prop::collection::vec(prop::collection::vec(kept(), 0..5), 1..4),
        days in prop::collection::vec(1..=31u8, 3),
        gone in 0..5usize,
    ) {
        let store = Store::memory();
        let ranks = ["deprecated", "normal", "preferred"];
        let mut model_of: BTreeMap<usize, Vec<Kept>> = BTreeMap::new();
        for (n, values) in nodes.iter().enumerate() {
            store.query(&format!("CREATE (:N {{n: {n}}})"), ()).unwrap();
            for one in values {
                let end = one.last.map_or("..".to_owned(), |day| format!("2020-10-{day:02}"));
                let says = if one.believed { "asserted" } else { "denied BY 'x'" };
                // A reason of its own keeps equal values apart.
                let at = model_of.entry(n).or_default();
                let text = format!(
                    "MATCH (s:N {{n: {n}}}) SET s.v = {} VALID edtf('2020-10-{:02}/{end}') SAYS {says} RANK {} REASON '{}'",
                    one.value, one.first, ranks[one.rank as usize], at.len(),
                );
                at.push(one.clone());
                store.query(&text, ()).unwrap();
            }
        }
        // What is deleted is no longer read, and what stood behind it is.
        for (n, values) in &mut model_of {
            if gone < values.len() {
                values.remove(gone);
                let text = format!("MATCH (:N {{n: {n}}})-[p:.v]->() WHERE reason(p) = '{gone}' DELETE p");
                store.query(&text, ()).unwrap();
            }
        }
        for n in 0..nodes.len() {
            let values = model_of.get(&n).map_or(&[][..], Vec::as_slice);
            let text = |found: Option<u8>| found.map_or("null".to_owned(), |value| value.to_string());
            prop_assert_eq!(
                rows(&store, &format!("MATCH (s:N {{n: {n}}}) RETURN s.v")),
                [text(model(values, None))]
            );
            for &day in &days {
                let asked = format!("MATCH (s:N {{n: {n}}}) AS OF date('2020-10-{day:02}')");
                let expected = model(values, Some(day));
                prop_assert_eq!(rows(&store, &format!("{asked} RETURN s.v")), [text(expected)]);
                let filtered = rows(&store, &format!("{asked} WHERE s.v >= 2 RETURN s.v"));
                prop_assert_eq!(filtered.len(), usize::from(expected.is_some_and(|v| v >= 2)));
                // It rests on the one statement that says so.
                let why = store.query(&format!("WHY {asked} RETURN s.v"), ()).unwrap();
                let used = why.get(0).unwrap().witnesses().map_or(0, |all| all.sets.iter().flatten().count());
                prop_assert_eq!(used, usize::from(expected.is_some()));
            }
        }
    }
}
