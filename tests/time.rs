//! Time in queries: text in, rows out.

use dossier::value::time::{Date, Edtf, Truth};
use dossier::{DefaultTime, Options, Rows, Store};

/// A store that a script has written.
fn store(script: &str) -> Store {
    let store = Store::memory();
    for statement in script.split(';').map(str::trim).filter(|text| !text.is_empty()) {
        store.query(statement, ()).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    store
}

/// The rows of a query as text: values by comma, rows by line, in ascending order.
fn rows(store: &Store, query: &str) -> Vec<String> {
    let rows = store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
    texts(&rows)
}

fn texts(rows: &Rows) -> Vec<String> {
    let graph = rows.graph();
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let values: Vec<String> = row
                .values()
                .iter()
                .map(|value| dossier::render::value::cell(value, graph).into_owned())
                .collect();
            values.join(", ")
        })
        .collect();
    lines.sort();
    lines
}

const RECOGNITIONS: &str = "
    DECLARE RELATIONSHIP RECOGNISES STATE PERSISTENT;
    DECLARE RELATIONSHIP MET EVENT;
    CREATE (:Document {name: 'D', date: edtf('2018-11-13')});
    CREATE (:Document {name: 'E', date: edtf('2018-11-13')});
    CREATE (:State {name: 'Russia'}), (:State {name: 'Nauru'}), (:State {name: 'Tuvalu'}),
           (:State {name: 'Syria'}), (:Region {name: 'South Ossetia'});
    MATCH (s {name: 'Russia'}), (x:Region) CREATE (s)-[:RECOGNISES VALID edtf('2008-08-26/..') SOURCE 'D']->(x);
    MATCH (s {name: 'Tuvalu'}), (x:Region) CREATE (s)-[:RECOGNISES VALID edtf('2011-09/2014-03-31') SOURCE 'D']->(x);
    MATCH (s {name: 'Syria'}), (x:Region) CREATE (s)-[:RECOGNISES VALID edtf('2018-05-29/..') SOURCE 'D']->(x);
    MATCH (s {name: 'Nauru'}), (x:Region) CREATE (s)-[:RECOGNISES SOURCE 'D']->(x)
";

const OF: &str = "MATCH (s:State)-[r:RECOGNISES]->(x)";

#[test]
fn as_of_shows_what_is_certain_or_presumed() {
    let store = store(RECOGNITIONS);
    let at = |day: &str| rows(&store, &format!("{OF} AS OF date('{day}') RETURN s.name"));
    assert_eq!(at("2008-08-26"), ["Russia"]);
    assert_eq!(at("2012-01-01"), ["Russia", "Tuvalu"]);
    assert_eq!(at("2018-01-01"), ["Russia"]);
    // By the day of the report Nauru has begun, whenever that was.
    assert_eq!(at("2019-01-01"), ["Nauru", "Russia", "Syria"]);
}

#[test]
fn possible_rows_are_shown_on_request_only() {
    let store = store(RECOGNITIONS);
    let possible = rows(
        &store,
        &format!("POSSIBLE {OF} AS OF date('2011-09-15') RETURN s.name, truth(r), truth()"),
    );
    let expected =
        ["Nauru, possible, possible", "Russia, presumed, presumed", "Tuvalu, possible, possible"];
    assert_eq!(possible, expected);
    // Asking how sure a row is shows all rows; asking for the certain ones does not.
    let asked = rows(
        &store,
        &format!("{OF} AS OF date('2011-09-15') WHERE truth() = 'possible' RETURN s.name"),
    );
    assert_eq!(asked, ["Nauru", "Tuvalu"]);
    assert_eq!(
        rows(&store, &format!("{OF} AS OF date('2008-08-26') WHERE certain() RETURN s.name")),
        ["Russia"]
    );
    assert_eq!(
        rows(&store, &format!("{OF} AS OF date('2008-08-27') WHERE certain() RETURN s.name")),
        [""; 0]
    );
    assert_eq!(
        rows(&store, &format!("{OF} AS OF date('2011-09-15') WHERE possible(r) RETURN count(*)")),
        ["{certain: 0, possible: 3, presumed: 1}"]
    );
}

#[test]
fn the_other_clauses() {
    let store = store(RECOGNITIONS);
    let names = |clause: &str| rows(&store, &format!("{OF} {clause} RETURN s.name"));
    assert_eq!(names("DURING edtf('2008')"), ["Russia"]);
    assert_eq!(names("BEFORE date('2011-01-01')"), ["Russia"]);
    assert_eq!(names("AFTER date('2011-01-01')"), ["Syria", "Tuvalu"]);
    assert_eq!(names("ALL TIME"), ["Nauru", "Russia", "Syria", "Tuvalu"]);
    assert_eq!(names(""), ["Nauru", "Russia", "Syria", "Tuvalu"]);
    assert_eq!(names("FOR VALID_TIME AS OF date('2012-01-01')"), ["Russia", "Tuvalu"]);
    assert_eq!(names("DURING '2012-01'"), ["Russia", "Tuvalu"]);
    assert_eq!(names("AS OF null"), [""; 0]);
    assert_eq!(
        rows(
            &store,
            "UNWIND [date('2008-08-26'), date('2018-06-01')] AS d MATCH (s:State)-[r:RECOGNISES]->() AS OF d RETURN d, s.name"
        ),
        ["2008-08-26, Russia", "2018-06-01, Russia", "2018-06-01, Syria"]
    );
}

#[test]
fn as_of_takes_one_day() {
    let store = store(RECOGNITIONS);
    for text in ["edtf('2009-01')", "edtf('2009-01-01~')", "'2009'"] {
        let error = store.query(&format!("{OF} AS OF {text} RETURN s"), ()).expect_err("a month");
        assert_eq!(error.code(), "eval::argument_value", "{text}");
        assert!(error.hints().iter().any(|hint| hint.starts_with("DURING edtf('2009")), "{error}");
        assert!(error.span().is_some(), "{text}");
    }
    let error = store.query(&format!("{OF} AS OF 2009 RETURN s"), ()).expect_err("a number");
    assert_eq!(error.code(), "bind::argument_type");
    // Beside nodes alone as well, where it tests nothing.
    let error = store.query("MATCH (s:State) AS OF 2009 RETURN s", ()).expect_err("a number");
    assert_eq!(error.code(), "bind::argument_type");
}

const MEETINGS: &str = "
    DECLARE RELATIONSHIP MET EVENT SYMMETRIC;
    DECLARE RELATIONSHIP SAID EVENT;
    CREATE (:Document {name: 'D', date: edtf('2019')}), (:Document {name: 'E', date: edtf('2019')});
    CREATE (:P {name: 'a'}), (:P {name: 'b'}), (:P {name: 'c'});
    MATCH (a {name: 'a'}), (b {name: 'b'}) CREATE (a)-[:MET VALID edtf('XXXX-11-12') SOURCE 'D' {paragraph: 1}]->(b);
    MATCH (b {name: 'b'}), (c {name: 'c'}) CREATE (b)-[:SAID VALID edtf('XXXX-11-11') SOURCE 'D']->(c);
    MATCH (b {name: 'b'}), (c {name: 'c'}) CREATE (b)-[:SAID VALID edtf('XXXX-11-13') SOURCE 'E']->(c)
";

#[test]
fn one_unknown_year_of_a_document_is_one_unknown() {
    let store = store(MEETINGS);
    let truths = |clauses: &str| {
        let query = format!("POSSIBLE MATCH (a)-[m:MET]->(b) {clauses} RETURN valid(s), truth()");
        rows(&store, &query)
    };
    // In 2018 both; that one was in 2018 and the other in 2017 is out of the question where the
    // document is the same.
    assert_eq!(
        truths("DURING edtf('2018') MATCH (b)-[s:SAID]->() DURING edtf('2018')"),
        ["XXXX-11-11, possible", "XXXX-11-13, possible"]
    );
    assert_eq!(
        truths("DURING edtf('2018') MATCH (b)-[s:SAID]->() DURING edtf('2017')"),
        ["XXXX-11-13, possible"]
    );
    // Before the meeting: certain in the one document, possible across the two.
    assert_eq!(
        truths("MATCH (b)-[s:SAID]->() BEFORE m"),
        ["XXXX-11-11, certain", "XXXX-11-13, possible"]
    );
    assert_eq!(truths("MATCH (b)-[s:SAID]->() AFTER m"), ["XXXX-11-13, possible"]);
}

#[test]
fn order_statements_decide() {
    let store = store(
        "CREATE (:P {name: 'a'})-[:SAID VALID edtf('XXXX-11-12')]->(:U {name: 'remark'});
         MATCH (a:P) CREATE (a)-[:ATTENDED VALID edtf('XXXX-11-12')]->(:M {name: 'meeting', date: edtf('2017-11-12')});
         MATCH (u:U), (m:M) CREATE (u)-[:BEFORE]->(m)",
    );
    let said = "MATCH ()-[m:ATTENDED]->() MATCH ()-[s:SAID]->() BEFORE m RETURN truth()";
    assert_eq!(rows(&store, said), ["possible"]);
    let facts = "dossier facts 1
relationship SAID: any -> any
    event
relationship BEFORE: any -> any
    order
relationship ATTENDED: any -> any
    event
";
    store.load_facts("declarations", facts).expect("three declarations");
    assert_eq!(rows(&store, said), ["certain"]);
    // Without the order statement it would not be so sure: it is one of those that the row rests on.
    let why = store.query(&format!("WHY {said}"), ()).expect("rows");
    assert_eq!(why.get(0).and_then(|row| row.witnesses()).map(|all| all.sets[0].len()), Some(3));
    // The bound closes: the remark is no later than the meeting that it precedes.
    let late = "MATCH ()-[s:SAID]->() AFTER date('2017-11-12') RETURN truth()";
    assert_eq!(rows(&store, late), [""; 0]);
}

#[test]
fn nothing_begins_later_than_it_is_reported() {
    let store = store(RECOGNITIONS);
    let nauru = |day: &str| {
        rows(
            &store,
            &format!(
                "MATCH (s {{name: 'Nauru'}})-[r:RECOGNISES]->() AS OF date('{day}') RETURN truth()"
            ),
        )
    };
    assert_eq!(nauru("2018-11-12"), ["possible"]);
    assert_eq!(nauru("2018-11-13"), ["presumed"]);
}

#[test]
fn bounds_narrow_a_date() {
    let store = store(
        "DECLARE RELATIONSHIP MET EVENT;
         CREATE (:P)-[:MET VALID edtf('XXXX-11-12') FROM date('2017-11-12') TO date('2018-12-31')]->(:P)",
    );
    let during = |year: &str| {
        rows(&store, &format!("MATCH ()-[r:MET]->() DURING edtf('{year}') RETURN truth(r)"))
    };
    assert_eq!(during("2017"), ["possible"]);
    assert_eq!(during("[2017,2018]"), ["certain"]);
    assert_eq!(during("2016"), [""; 0]);
    assert_eq!(during("XXXX-11"), ["certain"]);
}

#[test]
fn optional_matches_show_what_is_sure() {
    let store = store(RECOGNITIONS);
    let query = "MATCH (s:State) OPTIONAL MATCH (s)-[r:RECOGNISES]->(x) AS OF date('2012-01-01') RETURN s.name, x.name";
    let expected = ["Nauru, null", "Russia, South Ossetia", "Syria, null", "Tuvalu, South Ossetia"];
    assert_eq!(rows(&store, query), expected);
    let possible = rows(&store, &format!("POSSIBLE {query}, truth()"));
    let expected = [
        "Nauru, South Ossetia, possible",
        "Russia, South Ossetia, presumed",
        "Syria, null, certain",
        "Tuvalu, South Ossetia, certain",
    ];
    assert_eq!(possible, expected);
}

#[test]
fn absence_is_no_surer_than_presence_is_unsure() {
    let store = store(RECOGNITIONS);
    let query = "MATCH (s:State) WHERE NOT EXISTS { (s)-[:RECOGNISES]->() AS OF date('2012-01-01') } RETURN s.name";
    // Nauru may have recognised by then; so may not have.
    assert_eq!(rows(&store, query), ["Syria"]);
    let all = rows(&store, &format!("POSSIBLE {query}, truth()"));
    assert_eq!(all, ["Nauru, possible", "Russia, possible", "Syria, certain"]);
}

#[test]
fn duplicates_are_as_sure_as_the_surest() {
    let store = store(
        "DECLARE RELATIONSHIP T EVENT;
         CREATE (a:A {n: 1})-[:T VALID edtf('2018-11-12')]->(:B), (a)-[:T VALID edtf('2018')]->(:B),
                (:A {n: 2})-[:T VALID edtf('2018')]->(:B)",
    );
    let distinct = "MATCH (a:A)-[:T]->() DURING edtf('2018-11') RETURN DISTINCT a.n";
    assert_eq!(rows(&store, distinct), ["1"]);
    assert_eq!(rows(&store, &format!("POSSIBLE {distinct}")), ["1", "2"]);
    let all = store.query(&format!("POSSIBLE {distinct} ORDER BY a.n"), ()).expect("rows");
    assert_eq!([all.truth(0), all.truth(1)], [Truth::Certain, Truth::Possible]);
    let counted = rows(
        &store,
        "POSSIBLE MATCH (a:A)-[:T]->() DURING edtf('2018-11') RETURN count(*), count(DISTINCT a)",
    );
    assert_eq!(
        counted,
        ["{certain: 1, possible: 3, presumed: 1}, {certain: 1, possible: 2, presumed: 1}"]
    );
    assert_eq!(rows(&store, "MATCH (a:A)-[:T]->() DURING edtf('2018-11') RETURN count(*)"), ["1"]);
}

const NETWORK: &str = "
    DECLARE RELATIONSHIP LINK STATE;
    CREATE (a:N {name: 'a'}), (b:N {name: 'b'}), (c:N {name: 'c'}), (d:N {name: 'd'}),
           (a)-[:LINK VALID edtf('2010-01-01/2012-12-31')]->(b),
           (b)-[:LINK VALID edtf('2014-01-01/2016-12-31')]->(d),
           (a)-[:LINK VALID edtf('2010-01-01/2016-12-31')]->(c),
           (c)-[:LINK VALID edtf('2011-06-01/2015-06-30')]->(b)
";

#[test]
fn a_path_holds_when_all_its_statements_hold_at_one_time() {
    let store = store(NETWORK);
    let paths = |clause: &str| {
        let query = format!(
            "MATCH p = (:N {{name: 'a'}})-[:LINK*]->(:N {{name: 'd'}}) {clause} RETURN [n IN nodes(p) | n.name], valid(p)"
        );
        rows(&store, &query)
    };
    assert_eq!(paths("DURING edtf('2010/2016')"), ["['a', 'c', 'b', 'd'], 2014-01-01/2015-06-30"]);
    assert_eq!(paths("AS OF date('2014-05-01')"), ["['a', 'c', 'b', 'd'], 2014-01-01/2015-06-30"]);
    assert_eq!(paths("AS OF date('2016-05-01')"), [""; 0]);
    assert_eq!(paths("").len(), 2);
}

#[test]
fn a_shortest_path_is_the_shortest_that_holds() {
    let store = store(NETWORK);
    let shortest = |clause: &str| {
        let query = format!(
            "MATCH p = shortestPath((:N {{name: 'a'}})-[:LINK*]->(:N {{name: 'd'}})) {clause} RETURN [n IN nodes(p) | n.name]"
        );
        rows(&store, &query)
    };
    assert_eq!(shortest(""), ["['a', 'b', 'd']"]);
    // Each step of the shorter one holds at some time of the period, never both.
    assert_eq!(shortest("DURING edtf('2010/2016')"), ["['a', 'c', 'b', 'd']"]);
    assert_eq!(shortest("AS OF date('2010-05-01')"), [""; 0]);
    let all = "MATCH p = allShortestPaths((:N {name: 'a'})-[:LINK*]->(:N {name: 'd'})) DURING edtf('2010/2016') RETURN length(p)";
    assert_eq!(rows(&store, all), ["3"]);
}

#[test]
fn views_show_what_is_believed() {
    let store = store(
        "CREATE (a:P {name: 'a'}), (:Document {name: 'D'});
         MATCH (a:P) CREATE (a)-[:R SAYS asserted]->(:X {n: 1}), (a)-[:R SAYS attributed BY 'b']->(:X {n: 2}),
            (a)-[:R SAYS scare-quoted]->(:X {n: 3}), (a)-[:R SAYS denied BY 'c']->(:X {n: 4}),
            (a)-[:R SAYS inferred]->(:X {n: 5}), (a)-[:R RANK deprecated REASON 'withdrawn']->(:X {n: 6}),
            (a)-[:R RANK preferred]->(:X {n: 7}), (a)-[:R]->(:X {n: 8})",
    );
    let seen =
        |clause: &str| rows(&store, &format!("MATCH ()-[r:R]->(x) {clause} RETURN x.n")).join(" ");
    assert_eq!(seen(""), "1 2 3 4 5 6 7 8");
    assert_eq!(seen("ALL TIME"), "1 3 7 8");
    assert_eq!(seen("STANCE ANY"), "1 2 3 4 5 6 7 8");
    assert_eq!(seen("STANCE attributed, denied"), "2 4");
    assert_eq!(seen("ALL TIME STANCE asserted"), "1 7 8");
    let error = store.query("MATCH ()-[r]->() STANCE assertd RETURN r", ()).expect_err("no stance");
    assert!(error.hints().iter().any(|hint| hint.contains("asserted")), "{error}");
}

#[test]
fn a_default_time_stands_where_a_pattern_says_nothing() {
    let store = store(RECOGNITIONS);
    let ask = |query: &str, time: DefaultTime| {
        let options = Options { time: Some(time), ..Options::default() };
        texts(&store.query_with(query, &options).expect("rows"))
    };
    let as_of = |day: &str| DefaultTime::AsOf(Date::parse(day).expect("a day"));
    let during = |text: &str| DefaultTime::During(Edtf::parse(text).expect("a period"));
    let all = format!("{OF} RETURN s.name");
    assert_eq!(ask(&all, as_of("2008-09-01")), ["Russia"]);
    assert_eq!(ask(&all, during("2012")), ["Russia", "Tuvalu"]);
    let own = format!("{OF} ALL TIME RETURN s.name");
    assert_eq!(ask(&own, as_of("2008-09-01")).len(), 4);
    assert_eq!(rows(&store, &all).len(), 4, "no plan of another default is remembered");
}

#[test]
fn components_and_comparisons_of_uncertain_dates() {
    let store = Store::memory();
    let value = |text: &str| rows(&store, &format!("RETURN {text}")).join("");
    assert_eq!(value("edtf.year(edtf('XXXX-11-12'))"), "null");
    assert_eq!(value("edtf('XXXX-11-12').month"), "11");
    assert_eq!(value("edtf.start('2004-06/2006-08')"), "2004-06");
    assert_eq!(value("edtf.end(edtf('2004-06/..'))"), "null");
    assert_eq!(value("edtf('2017-11') < edtf('2018')"), "true");
    assert_eq!(value("edtf('2018-11') < edtf('2018')"), "null");
    assert_eq!(value("edtf('2019') < date('2018-01-01')"), "false");
    assert_eq!(value("date('2018-01-01') < edtf('2019')"), "true");
    assert_eq!(value("edtf('2018-01-01') <= date('2018-01-01')"), "true");
    assert_eq!(value("edtf('2018') = edtf('2018')"), "true");
    assert_eq!(
        value("reduce(t = '', e IN [1] | t + size([x IN [edtf('2018'), edtf('2017-11')] | x]))"),
        "2"
    );
    let sorted = "UNWIND [edtf('2018'), edtf('2017-11'), edtf('2017')] AS e WITH e ORDER BY e RETURN collect(toString(e))";
    assert_eq!(rows(&store, sorted), ["['2017', '2017-11', '2018']"]);
}

#[test]
fn a_plan_without_our_words_has_no_operator_of_ours() {
    let store = store(RECOGNITIONS);
    let plan = store
        .explain(&format!("{OF} WHERE s.name = 'Nauru' RETURN x.name, count(*)"))
        .expect("a plan");
    assert!(!plan.contains("HoldsAt"), "{plan}");
    let plan =
        store.explain(&format!("{OF} AS OF date('2012-01-01') RETURN x.name")).expect("a plan");
    assert!(plan.contains("r AS OF date('2012-01-01')"), "{plan}");
}

/// Runs a statement at an instant of the clock, in seconds since 1970-01-01T00:00Z.
fn at(store: &Store, seconds: i64, query: &str) {
    let options = Options { now: Some((seconds, 0)), ..Options::default() };
    store.query_with(query, &options).unwrap_or_else(|error| panic!("{query}: {error}"));
}

/// Noon of 1 January of a year.
fn noon(year: i64) -> i64 {
    Date::parse(&format!("{year}-01-01")).expect("a day").days() * 86_400 + 43_200
}

/// The history of a house as SQL:2011 papers and XTDB's tutorials tell such stories: who owned it
/// from when on, recorded late and corrected.
fn house() -> Store {
    let store = Store::memory();
    at(
        &store,
        noon(2010),
        "CREATE (:H {name: 'house'}), (:P {name: 'ann'}), (:P {name: 'bob'}), (:P {name: 'cid'})",
    );
    at(&store, noon(2011), "DECLARE RELATIONSHIP OWNS STATE PERSISTENT");
    at(
        &store,
        noon(2012),
        "MATCH (p {name: 'ann'}), (h:H) CREATE (p)-[:OWNS VALID edtf('2011-06-01/..')]->(h)",
    );
    // In 2014 it is learned that she sold it in 2013, to Bob.
    at(
        &store,
        noon(2014),
        "MATCH ({name: 'ann'})-[r:OWNS]->() SET r VALID edtf('2011-06-01/2013-02-28')",
    );
    at(
        &store,
        noon(2014),
        "MATCH (p {name: 'bob'}), (h:H) CREATE (p)-[:OWNS VALID edtf('2013-03-01/..')]->(h)",
    );
    // In 2015 it turns out to have been Cid.
    at(&store, noon(2015), "MATCH ({name: 'bob'})-[r:OWNS]->() DELETE r");
    at(
        &store,
        noon(2015),
        "MATCH (p {name: 'cid'}), (h:H) CREATE (p)-[:OWNS VALID edtf('2013-03-01/..')]->(h)",
    );
    store
}

#[test]
fn both_clocks_can_be_set_back() {
    let store = house();
    let owner = |valid: &str, known: &str| {
        let query = format!(
            "MATCH (p:P)-[r:OWNS]->(:H) AS OF date('{valid}') KNOWN AT {known} RETURN p.name"
        );
        rows(&store, &query).join(" ")
    };
    let year = |year: i64| format!("datetime('{year}-06-01T00:00:00Z')");
    assert_eq!(owner("2012-01-01", &year(2012)), "ann");
    assert_eq!(owner("2013-06-01", &year(2011)), "");
    assert_eq!(owner("2013-06-01", &year(2012)), "ann");
    assert_eq!(owner("2013-06-01", &year(2013)), "ann");
    assert_eq!(owner("2013-06-01", &year(2014)), "bob");
    assert_eq!(owner("2013-06-01", &year(2015)), "cid");
    assert_eq!(owner("2012-06-01", &year(2015)), "ann");
    assert_eq!(owner("2013-06-01", "3"), "ann");
    assert_eq!(owner("2013-06-01", "date('2014-01-01')"), "bob");
    let synonym = "MATCH (p:P)-[r:OWNS]->() FOR VALID_TIME AS OF date('2013-06-01') FOR SYSTEM_TIME AS OF 5 RETURN p.name";
    assert_eq!(rows(&store, synonym), ["bob"]);
    let now = "MATCH (p:P)-[r:OWNS]->() AS OF date('2013-06-01') RETURN p.name";
    assert_eq!(rows(&store, now), ["cid"]);
    // Without a time clause, what was known; nothing of it has come back.
    let known = "MATCH (p:P)-[r:OWNS]->() KNOWN AT 5 RETURN p.name, valid(r)";
    assert_eq!(rows(&store, known), ["ann, 2011-06-01/2013-02-28", "bob, 2013-03-01/.."]);
    assert_eq!(rows(&store, "MATCH (p:P)-[r:OWNS]->() RETURN p.name"), ["ann", "cid"]);
    assert_eq!(rows(&store, "MATCH (n) KNOWN AT 0 RETURN n"), [""; 0]);
}

#[test]
fn what_was_known_cannot_be_changed_or_mixed() {
    let store = house();
    let code = |query: &str| store.query(query, ()).expect_err(query).code();
    assert_eq!(code("MATCH (n) KNOWN AT 1 SET n.x = 1"), "bind::unexpected");
    assert_eq!(code("MATCH (n) KNOWN AT 1 MATCH (m) KNOWN AT 2 RETURN n"), "eval::argument_value");
    assert_eq!(code("MATCH (n) KNOWN AT 'noon' RETURN n"), "eval::argument_type");
    assert_eq!(code("MATCH (n) KNOWN AT -1 RETURN n"), "eval::argument_value");
}

#[test]
fn a_change_says_when_the_statement_held_after_it() {
    let store = store(
        "CREATE (:P {name: 'a'})-[:T VALID edtf('2001')]->(:P {name: 'b'});
         MATCH ()-[r:T]->() SET r VALID edtf('2002'); MATCH ()-[r:T]->() SET r VALID edtf('2003');
         MATCH ()-[r:T]->() DELETE r",
    );
    let all = |from: u64, to: u64| {
        rows(
            &store,
            &format!(
                "CALL dossier.changes({from}, {to}) YIELD commit, change, valid RETURN commit, change, valid"
            ),
        )
    };
    let expected =
        ["1, added, 2001", "2, corrected, 2002", "3, corrected, 2003", "4, closed, 2003"];
    assert_eq!(all(0, 9), expected);
    assert_eq!(all(0, 2), expected[..2]);
    assert_eq!(all(1, 3), expected[1..3]);
    let wrong = |query: &str| store.query(query, ()).unwrap_err().to_string();
    assert!(wrong("CALL dossier.changes('a', 'b')").contains("`dossier.changes` takes commits"));
    assert!(wrong("CALL dossier.changes(5, 1)").contains("commit 1, which is earlier"));
}

#[test]
fn changes_are_listed_and_recorded() {
    let store = house();
    let changes = rows(
        &store,
        "CALL dossier.changes(3, null) YIELD commit, change, statement, valid RETURN commit, change, statement, valid",
    );
    let expected = [
        "4, corrected, ann OWNS house, 2011-06-01/2013-02-28",
        "5, added, bob OWNS house, 2013-03-01/..",
        "6, closed, bob OWNS house, 2013-03-01/..",
        "7, added, cid OWNS house, 2013-03-01/..",
    ];
    assert_eq!(changes, expected);
    let between = "CALL dossier.changes(datetime('2013-01-01T00:00Z'), datetime('2014-12-31T00:00Z')) YIELD change RETURN count(*)";
    assert_eq!(rows(&store, between), ["2"]);
    let recorded = "MATCH (p)-[r:OWNS]->() RETURN p.name, recorded(r).commit, recorded(r).at";
    assert_eq!(rows(&store, recorded), ["ann, 4, 2014-01-01T12:00Z", "cid, 7, 2015-01-01T12:00Z"]);
    let then = "MATCH (p)-[r:OWNS]->() KNOWN AT 3 RETURN p.name, recorded(r).commit";
    assert_eq!(rows(&store, then), ["ann, 3"]);
}

#[test]
fn going_back_gives_everything_back() {
    let store = Store::memory();
    let dump = |store: &Store, at: &str| {
        let nodes = format!("MATCH (n) {at} RETURN labels(n), properties(n)");
        let relationships = format!(
            "MATCH (a)-[r]->(b) {at} STANCE ANY RETURN a.n, type(r), properties(r), b.n, valid(r), stance(r)"
        );
        let mut all = rows(store, &nodes);
        all.extend(rows(
            store,
            &relationships
                .replace(&format!("{at} STANCE ANY"), &format!("ALL TIME {at} STANCE ANY")),
        ));
        all
    };
    let steps = [
        "UNWIND range(1, 5) AS n CREATE (:A {n: n})",
        "MATCH (a:A), (b:A) WHERE b.n = a.n + 1 CREATE (a)-[:R {w: a.n} VALID edtf('2001')]->(b)",
        "MATCH (a:A {n: 2}) SET a.x = 1, a:B REMOVE a:A",
        "MATCH ({n: 1})-[r:R]->() SET r.w = 10, r VALID edtf('2002') SAYS denied",
        "MATCH (a {n: 3}) DETACH DELETE a",
        "MATCH (a {n: 1}) SET a.n = 7 CREATE (a)-[:S]->(:C {n: 9})",
        "MATCH ()-[r]->() DELETE r",
    ];
    let mut states = vec![dump(&store, "")];
    for step in steps {
        store.query(step, ()).unwrap_or_else(|error| panic!("{step}: {error}"));
        states.push(dump(&store, ""));
    }
    for (commit, state) in states.iter().enumerate() {
        assert_eq!(&dump(&store, &format!("KNOWN AT {commit}")), state, "commit {commit}");
    }
}

#[test]
fn a_timeline_is_in_the_order_of_what_happened() {
    let store = store(RECOGNITIONS);
    let timeline =
        "CALL dossier.timeline('South Ossetia') YIELD valid, statement, stance, document RETURN *";
    let rows = store.query(timeline, ()).expect("rows");
    let begins: Vec<String> =
        rows.iter().map(|row| row.get::<String>("statement").expect("a text")).collect();
    let expected = [
        "Russia RECOGNISES South Ossetia",
        "Tuvalu RECOGNISES South Ossetia",
        "Syria RECOGNISES South Ossetia",
    ];
    assert_eq!(begins, expected);
}

#[test]
fn declarations_are_shown_as_they_are_made() {
    let store = Store::memory();
    let declared = "DECLARE RELATIONSHIP MET EVENT SYMMETRIC INVERSE WAS_MET FUNCTIONAL FROM :Person|:Group TO :Person";
    store.query(declared, ()).expect("a declaration");
    store.query("DECLARE RELATIONSHIP `KNOWS OF` STATE PERSISTENT", ()).expect("another");
    let shown = store.query("SHOW DECLARATIONS", ()).expect("rows");
    let texts: Vec<String> = shown.iter().map(|row| row.get("command").expect("a text")).collect();
    assert_eq!(texts, ["DECLARE RELATIONSHIP `KNOWS OF` STATE PERSISTENT", declared]);
    let copy = Store::memory();
    for text in &texts {
        copy.query(text, ()).expect("what is shown can be typed");
    }
    assert_eq!(rows(&copy, "SHOW DECLARATIONS"), rows(&store, "SHOW DECLARATIONS"));
}

#[test]
fn merge_finds_what_is_stated_alike() {
    let store = store(MEETINGS);
    let merge = |valid: &str| {
        let query = format!(
            "MATCH (a {{name: 'a'}}), (b {{name: 'b'}}) MERGE (a)-[r:MET VALID edtf('{valid}')]->(b) RETURN count(*)"
        );
        store.query(&query, ()).expect("merged").counters().relationships_created
    };
    assert_eq!(merge("XXXX-11-12"), 0);
    assert_eq!(merge("2018-11-12"), 1);
    assert_eq!(merge("2018-11-12"), 0);
}

/// What a doubt adds is one unknown as well: a year that may be the one before or the one after is not both.
#[test]
fn what_a_doubt_adds_is_one_unknown() {
    let store = store(
        "DECLARE RELATIONSHIP T STATE; DECLARE RELATIONSHIP E EVENT;
         CREATE (a:P)-[:T VALID edtf('2016?')]->(:P), (a)-[:E VALID edtf('[2015?,2016?]')]->(:P)",
    );
    let truth = |of: &str, one: &str, other: &str| {
        let query =
            format!("MATCH (a)-[r:{of}]->() {one} MATCH (a)-[r]->() {other} RETURN truth()");
        rows(&store, &query).join(" ")
    };
    let (early, later) = ("BEFORE date('2016-10-28')", "DURING edtf('2017-07')");
    assert_eq!(truth("T", early, later), "");
    assert_eq!(truth("T", early, "DURING edtf('2015-07')"), "possible");
    assert_eq!(truth("T", early, "DURING edtf('2016-07')"), "certain");
    assert_eq!(truth("E", "BEFORE date('2017-09-01')", "DURING edtf('2017-10')"), "");
    assert_eq!(truth("E", "BEFORE date('2017-09-01')", "DURING edtf('2017-06')"), "possible");
}
