//! `COMPLETE` and `closed()`: absence means *no* where somebody said that this is all.

use dossier::{Error, Store, Value};
use proptest::prelude::*;

fn store(facts: &str) -> Store {
    let store = Store::memory();
    for statement in facts.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        store.query(statement, ()).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    store
}

fn one(store: &Store, query: &str) -> Value {
    let rows = store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
    rows.get(0).expect("a row").values()[0].clone()
}

const STATES: &str = "
    CREATE (:Document {name: 'report', date: edtf('2017-11-20')});
    CREATE (:State {name: 'Russia'})-[:RECOGNISES]->(:Region {name: 'Abkhazia'}),
           (:State {name: 'Georgia'}), (:City {name: 'Moscow'}), (:Region {name: 'Kosovo'});
    COMPLETE (:State)-[:RECOGNISES]->(:Region {name: 'Abkhazia'}) AT edtf('2017-11-12')
        SOURCE 'report' {paragraph: 5}";

#[test]
fn absence_is_no_under_a_completeness_statement() {
    let store = store(STATES);
    let closed = |pattern: &str| {
        let query = format!(
            "MATCH (russia {{name: 'Russia'}}), (georgia {{name: 'Georgia'}}), (moscow {{name: 'Moscow'}}),
                   (abkhazia {{name: 'Abkhazia'}}), (kosovo {{name: 'Kosovo'}})
             RETURN closed({pattern}) AS c"
        );
        one(&store, &query)
    };
    assert_eq!(closed("(georgia)-[:RECOGNISES]->(abkhazia)"), "no".into());
    assert_eq!(closed("(georgia)-[:RECOGNISES]->(abkhazia) AS OF date('2017-11-12')"), "no".into());
    assert_eq!(
        closed("(georgia)-[:RECOGNISES]->(abkhazia) AS OF date('2020-01-01')"),
        "presumed no".into()
    );
    assert_eq!(
        closed("(georgia)-[:RECOGNISES]->(abkhazia) DURING edtf('2017-11-12/2018')"),
        "presumed no".into()
    );
    for pattern in [
        "(georgia)-[:RECOGNISES]->(abkhazia) AS OF date('2009-01-01')",
        "(georgia)-[:RECOGNISES]->(abkhazia) DURING edtf('2017')",
        "(georgia)-[:RECOGNISES]->(abkhazia) BEFORE date('2018-01-01')",
        "(georgia)-[:RECOGNISES]->(kosovo)",
        "(georgia)-[:RECOGNISES]->(:Region)",
        "(moscow)-[:RECOGNISES]->(abkhazia)",
        "(georgia)<-[:RECOGNISES]-(abkhazia)",
        "(georgia)-[:RECOGNISES]-(abkhazia)",
        "(georgia)-[:KNOWS]->(abkhazia)",
        "(georgia)-[:RECOGNISES|KNOWS]->(abkhazia)",
    ] {
        assert_eq!(closed(pattern), "not stated".into(), "{pattern}");
    }
    // Another state that does: covered. Nothing is missing of what is there.
    assert_eq!(closed("(:State)-[:RECOGNISES]->(abkhazia)"), "no".into());
    assert_eq!(closed("(s:State:Small)-[:RECOGNISES]->(:Region {name: 'Abkhazia'})"), "no".into());
    assert_eq!(closed("(russia)-[:RECOGNISES]->(abkhazia)"), Value::Null);
    // Of several relationships, all that is missing must be covered.
    assert_eq!(closed("(russia)-[:RECOGNISES]->(abkhazia)<-[:RECOGNISES]-(georgia)"), "no".into());
    assert_eq!(
        closed("(georgia)-[:RECOGNISES]->(abkhazia), (georgia)-[:RECOGNISES]->(kosovo)"),
        "not stated".into()
    );
}

#[test]
fn what_complete_and_closed_cannot_take_is_refused() {
    let store = store(STATES);
    let refused = |query: &str| -> Error {
        let error = store.query(query, ()).expect_err(query);
        assert!(error.span().is_some(), "{query}: {error}");
        error
    };
    for query in [
        "COMPLETE (:State)-[:RECOGNISES]-(:Region)",
        "COMPLETE (:State)",
        "COMPLETE (:State)-[:A|B]->(:Region)",
        "COMPLETE (:State)-[:RECOGNISES]->(:Region) AT 7",
        "COMPLETE (:State)-[:RECOGNISES]->(:Region) SOURCE 'no such report'",
        "RETURN closed((:State))",
        "RETURN closed((:State)-->(:Region))",
        "RETURN closed((:State)-[:RECOGNISES*]->(:Region))",
        "RETURN closed((:State)-[:RECOGNISES]->(:Region) AS OF 7)",
    ] {
        refused(query);
    }
    let query = "RETURN closed((:State)-[:RECOGNISES]->(:Region {name: 'Abkhazia'}))";
    assert_eq!(one(&store, query), "no".into());
}

/// An edge: start, end and type.
type Edge = (usize, usize, bool);

/// A completeness statement: the labels of its ends and the type.
type Claim = (Option<bool>, Option<bool>, bool);

fn label(is_a: bool) -> &'static str {
    if is_a { "A" } else { "B" }
}

fn kind(is_r: bool) -> &'static str {
    if is_r { "R" } else { "S" }
}

/// Nodes 0 and 1 are A, 2 is B, 3 is both.
fn bears(node: usize, label: Option<bool>) -> bool {
    label.is_none_or(|is_a| if is_a { node != 2 } else { node >= 2 })
}

fn covers(claim: Claim, edge: Edge) -> bool {
    bears(edge.0, claim.0) && bears(edge.1, claim.1) && claim.2 == edge.2
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// A *no* is right in every completion: adding all that no completeness statement excludes gives no match.
    #[test]
    fn no_is_never_wrong(
        edges in proptest::collection::vec((0..4_usize, 0..4_usize, any::<bool>()), 0..5),
        claims in proptest::collection::vec((any::<Option<bool>>(), any::<Option<bool>>(), any::<bool>()), 0..3),
    ) {
        let mut text = "CREATE (n0:A {n: 0}), (n1:A {n: 1}), (n2:B {n: 2}), (n3:A:B {n: 3})".to_owned();
        let node = |at: usize| format!("n{at}");
        for (start, end, is_r) in &edges {
            text += &format!(", ({})-[:{}]->({})", node(*start), kind(*is_r), node(*end));
        }
        let store = store(&text);
        for (from, to, is_r) in &claims {
            let end = |end: &Option<bool>| end.map_or(String::new(), |is_a| format!(":{}", label(is_a)));
            store.query(&format!("COMPLETE ({})-[:{}]->({})", end(from), kind(*is_r), end(to)), ()).expect("stated");
        }
        // The largest completion: every edge that is there or that no statement excludes.
        let all = (0..4).flat_map(|a| (0..4).flat_map(move |b| [true, false].map(|r| (a, b, r))));
        let largest: Vec<Edge> = all
            .filter(|edge| edges.contains(edge) || !claims.iter().any(|claim| covers(*claim, *edge)))
            .collect();
        for a in 0..4 {
            for b in 0..4 {
                let query = format!(
                    "MATCH (a {{n: {a}}}), (b {{n: {b}}}) RETURN closed((a)-[:R]->(b)) AS rel, closed((a)-[:R]->(:B)<-[:S]-(b)) AS walk"
                );
                let row = store.query(&query, ()).expect("rows");
                let row = row.get(0).expect("a row");
                let could = largest.contains(&(a, b, true));
                let (rel, walk): (Option<String>, Option<String>) = (row.get("rel").expect("text"), row.get("walk").expect("text"));
                let is_there = edges.contains(&(a, b, true));
                prop_assert_eq!(rel.is_none(), is_there);
                if rel.as_deref() == Some("no") {
                    prop_assert!(!could, "{} {} {:?} {:?}", a, b, edges, claims);
                }
                if let Some("not stated") = rel.as_deref() {
                    prop_assert!(could, "{} {} {:?} {:?}", a, b, edges, claims);
                }
                if walk.as_deref() == Some("no") {
                    let is_new = |x: usize| !(edges.contains(&(a, x, true)) && edges.contains(&(b, x, false)));
                    let could = (2..4).any(|x| is_new(x) && largest.contains(&(a, x, true)) && largest.contains(&(b, x, false)));
                    prop_assert!(!could, "{} {} {:?} {:?}", a, b, edges, claims);
                }
            }
        }
    }
}

/// A relationship of the types of the test below, by name, and the pairs of names that it entails.
const BASE: [&str; 5] = ["M", "G", "H", "W", "X"];

fn entailed((of, a, b): (usize, usize, usize)) -> Vec<(usize, usize, usize)> {
    match BASE[of] {
        "M" => vec![(of, a, b), (of, b, a)],
        "G" => vec![(of, a, b), (2, b, a)],
        "H" => vec![(of, a, b), (1, b, a)],
        "X" => vec![(of, a, b), (3, a, b)],
        _ => vec![(of, a, b)],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(16), failure_persistence: None, ..ProptestConfig::default() })]

    /// With declarations: what is there by way of them is no absence, and a *no* is right in the largest graph
    /// in which every completeness statement still holds.
    #[test]
    fn no_is_never_wrong_under_declarations(
        edges in proptest::collection::vec((0..5_usize, 0..4_usize, 0..4_usize), 0..5),
        claims in proptest::collection::vec((any::<Option<bool>>(), any::<Option<bool>>(), 0..5_usize), 0..3),
    ) {
        let store = store("
            DECLARE RELATIONSHIP M STATE SYMMETRIC; DECLARE RELATIONSHIP G STATE INVERSE H;
            DECLARE RELATIONSHIP X STATE SUB OF W;
            CREATE (n0:A {n: 0}), (n1:A {n: 1}), (n2:B {n: 2}), (n3:A:B {n: 3});
            CREATE (o)-[:M]->(o), (o)-[:G]->(o), (o)-[:H]->(o), (o)-[:W]->(o), (o)-[:X]->(o)");
        for &(of, a, b) in &edges {
            let create = format!("MATCH (a {{n: {a}}}), (b {{n: {b}}}) CREATE (a)-[:{}]->(b)", BASE[of]);
            store.query(&create, ()).expect("created");
        }
        for (from, to, of) in &claims {
            let end = |end: &Option<bool>| end.map_or(String::new(), |is_a| format!(":{}", label(is_a)));
            store.query(&format!("COMPLETE ({})-[:{}]->({})", end(from), BASE[*of], end(to)), ()).expect("stated");
        }
        let there: Vec<_> = edges.iter().flat_map(|edge| entailed(*edge)).collect();
        let is_excluded = |one: &(usize, usize, usize)| {
            !there.contains(one)
                && claims.iter().any(|(from, to, of)| *of == one.0 && bears(one.1, *from) && bears(one.2, *to))
        };
        let every = (0..5).flat_map(|of| (0..4).flat_map(move |a| (0..4).map(move |b| (of, a, b))));
        let largest: Vec<_> = every
            .filter(|edge| !entailed(*edge).iter().any(is_excluded))
            .flat_map(entailed)
            .chain(there.iter().copied())
            .collect();
        for (of, name) in BASE.iter().enumerate() {
            for a in 0..4 {
                for b in 0..4 {
                    let ask = format!("MATCH (a {{n: {a}}}), (b {{n: {b}}}) RETURN closed((a)-[:{name}]->(b)) AS c");
                    let said: Option<String> = store.query(&ask, ()).expect("rows").get(0).unwrap().get("c").unwrap();
                    let expected = match (there.contains(&(of, a, b)), largest.contains(&(of, a, b))) {
                        (true, _) => None,
                        (_, true) => Some("not stated"),
                        (_, false) => Some("no"),
                    };
                    prop_assert_eq!(said.as_deref(), expected, "({})-[:{}]->({}) {:?} {:?}", a, name, b, edges, claims);
                }
            }
        }
    }

    /// With dates: on a day, and over some days.
    #[test]
    fn no_is_never_wrong_of_a_day(
        facts in proptest::collection::vec((any::<bool>(), 1..9_u8, 0..5_u8), 0..3),
        claims in proptest::collection::vec((any::<Option<bool>>(), 1..9_u8, proptest::option::of(0..4_u8)), 0..3),
    ) {
        let store = store("
            DECLARE RELATIONSHIP T STATE;
            CREATE (:A {name: 'a'}), (:B {name: 'b'}), (:R {name: 'x'})");
        let node = |is_a: bool| if is_a { "a" } else { "b" };
        let day = |day: u8| format!("2020-01-{day:02}");
        for (is_a, from, more) in &facts {
            let create = format!(
                "MATCH (a {{name: '{}'}}), (x:R) CREATE (a)-[:T VALID edtf('{}/{}')]->(x)",
                node(*is_a), day(*from), day(from + more)
            );
            store.query(&create, ()).expect("created");
        }
        for (of, from, more) in &claims {
            let who = of.map_or(String::new(), |is_a| format!(":{}", label(is_a)));
            let at = more.map_or_else(|| day(*from), |more| format!("{}/{}", day(*from), day(from + more)));
            store.query(&format!("COMPLETE ({who})-[:T]->(:R) AT edtf('{at}')"), ()).expect("stated");
        }
        let on = |is_a: bool, ask: u8| -> Option<usize> {
            let holds = facts.iter().any(|(of, from, more)| *of == is_a && (*from..=from + more).contains(&ask));
            let covered = claims.iter().filter(|(of, ..)| of.is_none_or(|of| of == is_a));
            let best = covered.map(|(_, from, more)| match more {
                Some(more) if (*from..=from + more).contains(&ask) => 2,
                None if *from == ask => 2,
                None if *from < ask => 1,
                _ => 0,
            });
            (!holds).then(|| best.max().unwrap_or(0))
        };
        for is_a in [true, false] {
            for first in 1..15_u8 {
                for last in [first, first + 2] {
                    let time = if first == last { format!("AS OF date('{}')", day(first)) } else { format!("DURING edtf('{}/{}')", day(first), day(last)) };
                    let ask = format!("MATCH (a {{name: '{}'}}), (x:R) RETURN closed((a)-[:T]->(x) {time}) AS c", node(is_a));
                    let said: Option<String> = store.query(&ask, ()).expect("rows").get(0).unwrap().get("c").unwrap();
                    // It is absent from a period when it is on all of its days; each must be covered.
                    let days: Option<Vec<usize>> = (first..=last).map(|day| on(is_a, day)).collect();
                    let Some(days) = days else {
                        prop_assert_eq!(said, None, "{} {:?} {:?}", ask, facts, claims);
                        continue;
                    };
                    let least = days.into_iter().min().unwrap_or(0);
                    let expected = ["not stated", "presumed no", "no"][least];
                    if first == last {
                        prop_assert_eq!(said.as_deref(), Some(expected), "{} {:?} {:?}", ask, facts, claims);
                    } else {
                        // Over several days one statement must do, so that it may say less, and never more.
                        let told = ["not stated", "presumed no", "no"].iter().position(|word| Some(*word) == said.as_deref());
                        prop_assert!(told.is_some_and(|told| told <= least), "{} {:?} {:?} {:?}", ask, said, facts, claims);
                    }
                }
            }
        }
    }
}

/// How many cases to try: the usual number, or what the environment asks for in a long run.
fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn completeness_statements_are_listed_and_dropped_by_their_pattern() {
    let store = store(STATES);
    let command =
        "COMPLETE (:State)-[:RECOGNISES]->(:Region {name: 'Abkhazia'}) AT edtf('2017-11-12')";
    assert_eq!(one(&store, "SHOW COMPLETENESS YIELD command"), command.into());
    let sources = one(&store, "SHOW COMPLETENESS YIELD sources RETURN sources[0]");
    assert_eq!(sources, "report ¶5".into());
    let other =
        "DROP COMPLETE (:State)-[:RECOGNISES]->(:Region {name: 'Abkhazia'}) AT edtf('2018')";
    assert_eq!(store.query(other, ()).unwrap_err().code(), "bind::rule_not_found");
    store.query(&format!("{other} IF EXISTS"), ()).unwrap();
    assert_eq!(store.query("SHOW COMPLETENESS", ()).unwrap().len(), 1);
    store.query(&format!("DROP {command}"), ()).unwrap();
    assert_eq!(store.query("SHOW COMPLETENESS", ()).unwrap().len(), 0);
    let closed =
        "MATCH (g {name: 'Georgia'}), (x {name: 'Abkhazia'}) RETURN closed((g)-[:RECOGNISES]->(x))";
    assert_eq!(one(&store, closed), "not stated".into());
    // Those of the shipped facts speak of very nodes, and are dropped by what they show.
    let shipped = Store::shipped().unwrap();
    let shown = shipped.query("SHOW COMPLETENESS YIELD command", ()).unwrap();
    for row in shown.iter() {
        shipped.query(&format!("DROP {}", row.values()[0].as_str().unwrap()), ()).unwrap();
    }
    assert_eq!(shipped.query("SHOW COMPLETENESS", ()).unwrap().len(), 0);
}
