//! Rules of inference against a naive evaluation of the same Datalog, and what is asked of what
//! they derive: time, evidence, absence.

use std::collections::BTreeSet;

use dossier::{Store, Value};
use proptest::prelude::*;

fn store(facts: &str) -> Store {
    let store = Store::memory();
    for statement in facts.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        store.query(statement, ()).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    store
}

/// The texts of the first column, sorted.
fn texts(store: &Store, query: &str) -> Vec<String> {
    let rows = store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
    let text = |value: &Value| value.as_str().map_or_else(|| format!("{value:?}"), str::to_owned);
    let mut texts: Vec<String> = rows.iter().map(|row| text(&row.values()[0])).collect();
    texts.sort();
    texts
}

const MEETINGS: &str = "
    DECLARE RELATIONSHIP TAKES_PART EVENT;
    CREATE (:Document {name: 'Notes', date: date('2018-11-13')}), (:Document {name: 'Blog', date: date('2018-12-01')});
    CREATE (:Person {name: 'Lavrov'}), (:Person {name: 'Medoev'}), (:Person {name: 'Putin'}), (:Meeting {name: 'talks'});
    MATCH (m:Meeting), (p:Person {name: 'Lavrov'})
      CREATE (p)-[:TAKES_PART VALID edtf('XXXX-11-12') SOURCE 'Notes' {paragraph: 1}]->(m);
    MATCH (m:Meeting), (p:Person {name: 'Medoev'})
      CREATE (p)-[:TAKES_PART VALID edtf('XXXX-11-12') SOURCE 'Notes' {paragraph: 2}]->(m);
    MATCH (m:Meeting), (p:Person {name: 'Putin'})
      CREATE (p)-[:TAKES_PART VALID edtf('2018-11-13') SAYS denied BY 'Putin' SOURCE 'Blog' {paragraph: 2}]->(m);
    CREATE RULE met AS
      MATCH (a:Person)-[:TAKES_PART]->(m:Meeting)<-[:TAKES_PART]-(b:Person) DERIVE (a)-[:MET]-(b)";

#[test]
fn what_is_derived_is_found_by_its_name() {
    let store = store(MEETINGS);
    assert_eq!(
        texts(&store, "MATCH (a)-[:MET]-(b) RETURN a.name + b.name"),
        ["LavrovMedoev", "MedoevLavrov"]
    );
    // What is denied is not believed, and a pattern that names no type sees what is stored.
    assert_eq!(store.query("MATCH ()-[r]->() RETURN r", ()).unwrap().len(), 3);
    assert_eq!(
        texts(&store, "MATCH ()-[r:MET|TAKES_PART]->() RETURN type(r) + stance(r)").len(),
        4
    );
    let counted = store.query("MATCH (a:Person)-[:MET]-() RETURN count(*) AS n", ()).unwrap();
    assert_eq!(counted.get(0).unwrap().get::<i64>("n").unwrap(), 2);
}

#[test]
fn a_scan_of_what_is_derived_tells_the_relationships_apart() {
    // Derived in another order than that of the nodes that they lead to.
    let store = store(
        "
        CREATE (:N {name: 'a'}), (:N {name: 'b'}), (:N {name: 'c'});
        MATCH (c {name: 'c'}), (b {name: 'b'}) CREATE (c)-[:E]->(b);
        MATCH (c {name: 'c'}), (a {name: 'a'}) CREATE (c)-[:E]->(a);
        CREATE RULE reach AS MATCH (x)-[:E]->(y) DERIVE (x)-[:REACH]->(y)",
    );
    for pattern in ["(x)-[r:REACH]->(y)", "(y)<-[r:REACH]-(x)", "(x {name: 'c'})-[r:REACH]->(y)"] {
        let query =
            format!("MATCH {pattern} RETURN startNode(r).name + x.name + endNode(r).name + y.name");
        assert_eq!(texts(&store, &query), ["ccaa", "ccbb"], "{pattern}");
    }
    let why = "WHY MATCH (x)-[:REACH]->(y) RETURN y.name AS y";
    let rows = store.query(why, ()).unwrap();
    for row in rows.iter() {
        let witness = rows.relationship(row.witnesses().unwrap().sets[0][0]).unwrap();
        let end = rows.node(witness.end).properties[0].1.clone();
        assert_eq!(row.value("y"), Some(&end));
    }
}

#[test]
fn what_is_derived_holds_when_its_premises_do() {
    let store = store(MEETINGS);
    let during = |period: &str| {
        texts(
            &store,
            &format!(
                "POSSIBLE MATCH (:Person {{name: 'Medoev'}})-[r:MET]-(b) DURING edtf('{period}') RETURN truth(r)"
            ),
        )
    };
    assert_eq!(during("XXXX-11"), ["certain"]);
    assert_eq!(during("2018"), ["possible"]);
    assert_eq!(during("XXXX-10"), [""; 0]);
    assert_eq!(
        texts(&store, "MATCH (a)-[r:MET]-(b) WITH DISTINCT r RETURN toString(valid(r))"),
        ["XXXX-11-12"]
    );
}

#[test]
fn why_names_the_premises_and_the_rule() {
    let store = store(MEETINGS);
    let rows =
        store.query("WHY MATCH (:Person {name: 'Medoev'})-[:MET]-(b) RETURN b.name", ()).unwrap();
    let witnesses = rows.get(0).unwrap().witnesses().unwrap();
    assert_eq!(
        (witnesses.sets.len(), witnesses.sets[0].len(), witnesses.hence(0).len()),
        (1, 2, 1)
    );
    let why = format!("{:?}", rows.get(0).unwrap().value("why").unwrap());
    for part in ["Lavrov TAKES_PART talks", "Medoev TAKES_PART talks", "\"met\"", "inferred"] {
        assert!(why.contains(part), "{part} in {why}");
    }
    let evidence =
        "MATCH (a)-[r:MET]-(b) UNWIND evidence(r) AS e WITH DISTINCT e.document AS d RETURN d";
    assert!(texts(&store, evidence).contains(&"Notes".to_owned()));
}

#[test]
fn rules_are_shown_replaced_and_dropped() {
    let store = store(MEETINGS);
    let command = texts(&store, "SHOW RULES YIELD command").remove(0);
    assert!(command.starts_with("CREATE RULE met AS MATCH (a:Person)"), "{command}");
    assert_eq!(store.query(&command, ()).unwrap_err().code(), "bind::rule_exists");
    store
        .query(
            &command.replace("CREATE RULE", "CREATE OR REPLACE RULE").replace(":Person", ":Nobody"),
            (),
        )
        .unwrap();
    assert_eq!(texts(&store, "MATCH (a)-[:MET]-(b) RETURN a.name"), [""; 0]);
    store.query("DROP RULE met", ()).unwrap();
    assert_eq!(texts(&store, "SHOW RULES YIELD name"), [""; 0]);
    assert_eq!(store.query("DROP RULE mat", ()).unwrap_err().code(), "bind::rule_not_found");
    store.query("DROP RULE met IF EXISTS", ()).unwrap();
}

#[test]
fn what_a_rule_cannot_be_is_refused_where_it_is_written() {
    let store = store("CREATE ()-[:E]->()");
    let code = |rule: &str| {
        let error = store.query(&format!("CREATE RULE r AS {rule}"), ()).unwrap_err();
        assert!(error.span().is_some(), "{rule}: {error}");
        error.code().to_owned()
    };
    assert_eq!(code("MATCH (a)-[:E]->(b) DERIVE (a)-[:T]->(c)"), "bind::undefined_variable");
    assert_eq!(code("MATCH (a)-[:E]->(b) DERIVE (a)-[:T]->(:B)"), "bind::clause_composition");
    assert_eq!(code("MATCH (a)-[:E]->(b) DERIVE (a)-->(b)"), "bind::clause_composition");
    assert_eq!(
        code("MATCH (a)-[:E]->(b) WHERE NOT (a)-[:T]->(b) DERIVE (a)-[:T]->(b)"),
        "bind::rule_cycle"
    );
    assert_eq!(code("MATCH (a)-[:T*]->(b) DERIVE (a)-[:T]->(b)"), "bind::rule_cycle");
    store
        .query(
            "CREATE RULE t AS MATCH (a)-[:E]->(b) WHERE NOT (a)-[:U]->(b) DERIVE (a)-[:T]->(b)",
            (),
        )
        .unwrap();
    assert_eq!(code("MATCH (a)-[:T]->(b) DERIVE (a)-[:U]->(b)"), "bind::rule_cycle");
    let error = store.query("MATCH (a)-[:T]->(b) SET a.x = 1", ()).unwrap_err();
    assert_eq!(error.code(), "bind::unexpected");
}

#[test]
fn a_transitive_type_is_closed_where_declarations_are_seen() {
    let store = store("
        DECLARE RELATIONSHIP PART_OF STATE TRANSITIVE;
        CREATE (:P {name: 'a'})-[:PART_OF VALID edtf('2000/2010')]->(:P {name: 'b'})
               -[:PART_OF VALID edtf('2005/2020')]->(:P {name: 'c'})-[:PART_OF VALID edtf('2012/2020')]->(:P {name: 'd'})");
    let whole = |time: &str| {
        texts(&store, &format!("MATCH (:P {{name: 'a'}})-[:PART_OF]->(x) {time} RETURN x.name"))
    };
    assert_eq!(whole(""), ["b"]);
    assert_eq!(whole("ALL TIME"), ["b", "c", "d"]);
    assert_eq!(whole("AS OF date('2007-01-01')"), ["b", "c"]);
    assert_eq!(whole("AS OF date('2015-01-01')"), [""; 0]);
}

#[test]
fn rules_outlive_a_checkpoint_and_belong_to_a_commit() {
    let store = store(MEETINGS);
    store.database().checkpoint().unwrap();
    assert_eq!(texts(&store, "MATCH (a)-[:MET]-(b) RETURN a.name"), ["Lavrov", "Medoev"]);
    store.query("MATCH (:Person {name: 'Lavrov'})-[r:TAKES_PART]->() DELETE r", ()).unwrap();
    assert_eq!(texts(&store, "MATCH (a)-[:MET]-(b) RETURN a.name"), [""; 0]);
    let session = store.session();
    session.query("BEGIN", ()).unwrap();
    session
        .query("MATCH (m:Meeting), (p:Person {name: 'Lavrov'}) CREATE (p)-[:TAKES_PART]->(m)", ())
        .unwrap();
    assert_eq!(texts(&session, "MATCH (a)-[:MET]-(b) RETURN a.name"), ["Lavrov", "Medoev"]);
    assert_eq!(texts(&store, "MATCH (a)-[:MET]-(b) RETURN a.name"), [""; 0]);
    session.query("ROLLBACK", ()).unwrap();
}

const NODES: usize = 4;
const TYPES: [&str; 5] = ["E", "F", "P", "Q", "R"];
const LAST: usize = 4;
type Pair = (usize, usize);

/// `head(x0, xn) ← body0(x0, x1), …`, perhaps unless `unless(x0, xn)`.
#[derive(Clone, Debug)]
struct Rule {
    head: usize,
    body: Vec<usize>,
    unless: Option<usize>,
}

impl Rule {
    fn text(&self) -> String {
        let mut text = "MATCH REPEATABLE ELEMENTS (x0)".to_owned();
        for (at, of) in self.body.iter().enumerate() {
            text.push_str(&format!("-[:{}]->(x{})", TYPES[*of], at + 1));
        }
        let last = self.body.len();
        if let Some(unless) = self.unless {
            text.push_str(&format!(" WHERE NOT (x0)-[:{}]->(x{last})", TYPES[unless]));
        }
        format!("{text} DERIVE (x0)-[:{}]->(x{last})", TYPES[self.head])
    }

    fn apply(&self, known: &[BTreeSet<Pair>]) -> BTreeSet<Pair> {
        let mut found: BTreeSet<Pair> = (0..NODES).map(|node| (node, node)).collect();
        for &of in &self.body {
            let step = |(from, at): Pair| {
                let next = known[of].iter().filter(move |(start, _)| *start == at);
                next.map(move |(_, end)| (from, *end))
            };
            found = found.into_iter().flat_map(step).collect();
        }
        found.retain(|pair| self.unless.is_none_or(|unless| !known[unless].contains(pair)));
        found
    }
}

/// All that follows, in strata: rules of R, the last type, negate what the others have derived, and no
/// other rule looks at R.
fn naive(facts: &[(usize, usize, usize)], rules: &[Rule]) -> Vec<BTreeSet<Pair>> {
    let mut known = vec![BTreeSet::new(); TYPES.len()];
    for &(of, from, to) in facts {
        known[of].insert((from, to));
    }
    for is_last in [false, true] {
        loop {
            let before = known.clone();
            for rule in rules.iter().filter(|rule| (rule.head == LAST) == is_last) {
                let found = rule.apply(&known);
                known[rule.head].extend(found);
            }
            if known == before {
                break;
            }
        }
    }
    known
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let of = |heads: std::ops::Range<usize>, bodies: usize, negated: usize| {
        let unless = prop::option::weighted(0.3, 0..negated);
        (heads, prop::collection::vec(0..bodies, 1..4), unless)
            .prop_map(|(head, body, unless)| Rule { head, body, unless })
    };
    prop::collection::vec(prop_oneof![2 => of(2..LAST, LAST, 2), 1 => of(LAST..5, 5, LAST)], 1..5)
}

fn graph(facts: &[(usize, usize, usize)], rules: &[Rule]) -> Store {
    let store =
        store(&format!("UNWIND range(0, {}) AS i CREATE (:N {{name: toString(i)}})", NODES - 1));
    for (of, from, to) in facts {
        let create = format!(
            "MATCH (a {{name: '{from}'}}), (b {{name: '{to}'}}) CREATE (a)-[:{}]->(b)",
            TYPES[*of]
        );
        store.query(&create, ()).unwrap();
    }
    for (at, rule) in rules.iter().enumerate() {
        let create = format!("CREATE RULE r{at} AS {}", rule.text());
        store.query(&create, ()).unwrap_or_else(|error| panic!("{create}: {error}"));
    }
    store
}

fn derived(store: &Store, of: usize) -> BTreeSet<Pair> {
    let query = format!("MATCH (a)-[:{}]->(b) RETURN DISTINCT a.name + b.name", TYPES[of]);
    let number = |text: &str| text.parse().unwrap();
    texts(store, &query).iter().map(|pair| (number(&pair[..1]), number(&pair[1..]))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn rules_derive_what_a_naive_evaluation_derives(
        facts in prop::collection::vec((0..5usize, 0..NODES, 0..NODES), 0..8),
        rules in rules(),
    ) {
        let store = graph(&facts, &rules);
        let expected = naive(&facts, &rules);
        for (of, expected) in expected.iter().enumerate() {
            prop_assert_eq!(&derived(&store, of), expected, "{} by {:?}", TYPES[of], rules);
        }
        // Each witness set of a row, alone, still derives it: negation is left out, as what is
        // absent is no statement.
        if rules.iter().any(|rule| rule.unless.is_some()) {
            return Ok(());
        }
        for (of, name) in TYPES.iter().enumerate().skip(2) {
            let query = format!("WHY MATCH (a)-[:{name}]->(b) RETURN a.name + b.name AS pair");
            let rows = store.query(&query, ()).unwrap();
            for row in rows.iter() {
                let pair: String = row.get("pair").unwrap();
                let witnesses = row.witnesses().unwrap();
                prop_assert!(!witnesses.sets.is_empty());
                for set in &witnesses.sets {
                    let fact = |id: &dossier::StatementId| {
                        let statement = rows.relationship(*id).unwrap();
                        let name = |node| rows.node(node).properties[0].1.as_str().unwrap().parse::<usize>().unwrap();
                        let of = TYPES.iter().position(|ty| **ty == *statement.relationship_type).unwrap();
                        (of, name(statement.start), name(statement.end))
                    };
                    let alone: Vec<_> = set.iter().map(fact).collect();
                    let (from, to) = (pair[..1].parse().unwrap(), pair[1..].parse().unwrap());
                    prop_assert!(naive(&alone, &rules)[of].contains(&(from, to)), "{alone:?} for {pair}");
                }
            }
        }
    }
}
