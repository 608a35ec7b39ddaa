//! What is declared of relationship types, in patterns that say a word of ours: symmetric, inverse
//! and sub-relations, against a closure computed by hand; and conflicts.

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

const PEOPLE: &str = "
    DECLARE RELATIONSHIP MET EVENT SYMMETRIC;
    DECLARE RELATIONSHIP RULES STATE INVERSE RULED_BY;
    DECLARE RELATIONSHIP ANNEXED SUB OF RULES;
    CREATE (:Document {name: 'Notes', date: date('2018-11-13')});
    CREATE (a:Person {name: 'Lavrov'})-[:MET VALID edtf('2017-11-12') SOURCE 'Notes' {paragraph: 1}]->(:Person {name: 'Medoev'});
    CREATE (:State {name: 'Rome'})-[:RULES VALID edtf('0043/0410')]->(:Region {name: 'Britain'});
    MATCH (r:State {name: 'Rome'}) CREATE (r)-[:ANNEXED VALID edtf('0106')]->(:Region {name: 'Dacia'})";

#[test]
fn a_symmetric_statement_is_found_from_either_end() {
    let store = store(PEOPLE);
    let from_medoev = "MATCH (:Person {name: 'Medoev'})-[r:MET]->(x)";
    assert_eq!(texts(&store, &format!("{from_medoev} RETURN x.name")), [""; 0]);
    let asked = format!("{from_medoev} DURING edtf('2017') RETURN x.name");
    assert_eq!(texts(&store, &asked), ["Lavrov"]);
    // It is the statement itself, with its source and its own ends.
    let start = format!("{from_medoev} ALL TIME RETURN startNode(r).name");
    assert_eq!(texts(&store, &start), ["Lavrov"]);
    let rows = store.query(&format!("WHY {from_medoev} ALL TIME RETURN x.name"), ()).unwrap();
    let why = format!("{:?}", rows.get(0).unwrap().value("why").unwrap());
    assert!(why.contains("Notes"), "{why}");
    // An undirected pattern finds it once from each side, as it does without the declaration.
    let both = "MATCH (a:Person)-[:MET]-(b) ALL TIME RETURN a.name + b.name";
    assert_eq!(texts(&store, both), ["LavrovMedoev", "MedoevLavrov"]);
    let bound = "MATCH ()-[r:MET]->() WITH r MATCH (a)-[r:MET]->(b) ALL TIME RETURN a.name";
    assert_eq!(texts(&store, bound), ["Lavrov", "Medoev"]);
    let walk = "MATCH (:Person {name: 'Medoev'})-[:MET*1..2]->(x) ALL TIME RETURN x.name";
    assert_eq!(texts(&store, walk), ["Lavrov"]);
}

#[test]
fn an_inverse_name_and_a_wider_type_find_the_statement() {
    let store = store(PEOPLE);
    let ruled = "MATCH (x)-[r:RULED_BY]->(:State {name: 'Rome'}) ALL TIME RETURN x.name + type(r)";
    assert_eq!(texts(&store, ruled), ["BritainRULES", "DaciaANNEXED"]);
    assert_eq!(texts(&store, &ruled.replace(" ALL TIME", "")), [""; 0]);
    let rules = "MATCH (:State)-[r:RULES]->(x) AS OF date('0106-05-01') RETURN x.name";
    assert_eq!(texts(&store, rules), ["Britain"]);
    let possibly = "POSSIBLE MATCH (:State)-[r:RULES]->(x) AS OF date('0106-05-01') RETURN x.name";
    assert_eq!(texts(&store, possibly), ["Britain", "Dacia"]);
    let plain = "MATCH (:State)-[r:RULES]->(x) RETURN x.name";
    assert_eq!(texts(&store, plain), ["Britain"]);
    // One statement cannot be two relationships of one pattern, whatever its types.
    let twice = "MATCH (x)<-[:RULES]-(s)-[:ANNEXED]->(y) ALL TIME RETURN x.name + y.name";
    assert_eq!(texts(&store, twice), ["BritainDacia"]);
}

#[test]
fn a_declaration_is_shown_as_it_was_typed() {
    let store =
        store("DECLARE RELATIONSHIP A STATE SYMMETRIC TRANSITIVE INVERSE B SUB OF C|D FUNCTIONAL");
    assert_eq!(
        texts(&store, "SHOW DECLARATIONS YIELD command"),
        ["DECLARE RELATIONSHIP A STATE SYMMETRIC TRANSITIVE INVERSE B SUB OF C|D FUNCTIONAL"]
    );
}

const TYPES: [&str; 3] = ["A", "B", "C"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Every pair that a closure by hand entails is found, and no other.
    #[test]
    fn entailed_pairs_are_those_of_a_closure_by_hand(
        edges in prop::collection::vec((0..3usize, 0..4usize, 0..4usize), 0..8),
        symmetric in prop::collection::vec(any::<bool>(), 3),
        inverse in prop::option::of((0..3usize, 0..3usize)),
        parts in prop::collection::vec((0..3usize, 0..3usize), 0..3),
    ) {
        let mut declared = vec![String::new(); 3];
        for (at, text) in declared.iter_mut().enumerate() {
            let inverse = inverse.filter(|(of, _)| *of == at);
            let wider: Vec<_> = parts.iter().filter(|(of, _)| *of == at).map(|(_, to)| TYPES[*to]).collect();
            *text = format!(
                "DECLARE RELATIONSHIP {} {} {} {}",
                TYPES[at],
                if symmetric[at] { "SYMMETRIC" } else { "" },
                inverse.map_or(String::new(), |(_, to)| format!("INVERSE {}", TYPES[to])),
                if wider.is_empty() { String::new() } else { format!("SUB OF {}", wider.join("|")) },
            );
        }
        let store = store(&format!("UNWIND range(0, 3) AS i CREATE (:N {{name: toString(i)}}); {}", declared.join(";")));
        for (ty, from, to) in &edges {
            let create = format!("MATCH (a {{name: '{from}'}}), (b {{name: '{to}'}}) CREATE (a)-[:{}]->(b)", TYPES[*ty]);
            store.query(&create, ()).unwrap();
        }
        let mut known: Vec<(usize, usize, usize)> = edges;
        loop {
            let mut more = Vec::new();
            for &(ty, from, to) in &known {
                if symmetric[ty] {
                    more.push((ty, to, from));
                }
                for &(part, whole) in &parts {
                    if part == ty {
                        more.push((whole, from, to));
                    }
                }
                if let Some((of, with)) = inverse {
                    if of == ty {
                        more.push((with, to, from));
                    }
                    if with == ty {
                        more.push((of, to, from));
                    }
                }
            }
            more.retain(|one| !known.contains(one));
            more.sort_unstable();
            more.dedup();
            if more.is_empty() {
                break;
            }
            known.extend(more);
        }
        for (at, name) in TYPES.iter().enumerate() {
            let mut expected: Vec<String> =
                known.iter().filter(|one| one.0 == at).map(|(_, from, to)| format!("{from}{to}")).collect();
            expected.sort();
            expected.dedup();
            let query = format!("MATCH (a)-[:{name}]->(b) ALL TIME RETURN DISTINCT a.name + b.name");
            prop_assert_eq!(texts(&store, &query), expected.clone());
            let back = format!("MATCH (b)<-[:{name}]-(a) ALL TIME RETURN DISTINCT a.name + b.name");
            prop_assert_eq!(texts(&store, &back), expected);
        }
    }
}

const DISPUTED: &str = "
    DECLARE RELATIONSHIP RECOGNISES STATE PERSISTENT FROM :State TO :Region;
    DECLARE RELATIONSHIP CAPITAL_OF STATE FUNCTIONAL;
    CREATE (:Document {name: 'gazette', date: date('2018-01-01')}), (:Document {name: 'almanac', date: date('2018-01-01')});
    CREATE (:State {name: 'T'}), (:State {name: 'V'}), (:City {name: 'C'}), (:Region {name: 'R'}), (:Region {name: 'Q'})";

/// What is listed for statements from and to the nodes named.
fn conflicts(statements: &[&str]) -> Vec<String> {
    let store = store(DISPUTED);
    for statement in statements {
        let (from, rest) = statement.split_once(' ').unwrap();
        let (to, rest) = rest.split_once(' ').unwrap();
        let query =
            format!("MATCH (a {{name: '{from}'}}), (b {{name: '{to}'}}) CREATE (a)-[:{rest}]->(b)");
        store.query(&query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
    }
    texts(&store, "CALL dossier.conflicts() YIELD kind, truth RETURN kind + ' ' + truth")
}

#[test]
fn conflicts_are_listed_by_kind() {
    let none: [&str; 0] = [];
    assert_eq!(conflicts(&["T R RECOGNISES VALID edtf('2008/..')"]), none);
    assert_eq!(
        conflicts(&[
            "C T CAPITAL_OF VALID edtf('1990/2000')",
            "C V CAPITAL_OF VALID edtf('1995/1999')"
        ]),
        ["functional certain"]
    );
    assert_eq!(
        conflicts(&[
            "C T CAPITAL_OF VALID edtf('1990/1999')",
            "C V CAPITAL_OF VALID edtf('2000/2010')"
        ]),
        none
    );
    assert_eq!(
        conflicts(&[
            "C T CAPITAL_OF VALID edtf('1990/2000')",
            "C V CAPITAL_OF VALID edtf('2000/2010')"
        ]),
        ["functional possible"]
    );
    // A person has settled it by rank.
    assert_eq!(
        conflicts(&[
            "C T CAPITAL_OF VALID edtf('1990/2000') RANK preferred",
            "C V CAPITAL_OF VALID edtf('1995/1999')"
        ]),
        none
    );
    assert_eq!(
        conflicts(&["T R RECOGNISES VALID edtf('2011/..')", "T R RECOGNISES SAYS denied BY 'T'"]),
        ["denied certain"]
    );
    assert_eq!(
        conflicts(&[
            "T R RECOGNISES VALID edtf('2011/..')",
            "T R RECOGNISES VALID edtf('2009') SAYS denied BY 'T'"
        ]),
        none
    );
    assert_eq!(
        conflicts(&[
            "T R RECOGNISES VALID edtf('2011-09/..')",
            "T R RECOGNISES VALID edtf('2011-09/2014-03-31')"
        ]),
        ["ended presumed"]
    );
    assert_eq!(
        conflicts(&[
            "T R RECOGNISES VALID edtf('2016/..')",
            "T R RECOGNISES VALID edtf('2011-09/2014-03-31')"
        ]),
        none
    );
    assert_eq!(
        conflicts(&[
            "T R RECOGNISES VALID edtf('2008-08-26/..')",
            "T R RECOGNISES VALID edtf('2008-09-05/..')"
        ]),
        ["beginning certain"]
    );
    assert_eq!(
        conflicts(&[
            "T R RECOGNISES VALID edtf('2008/2009')",
            "T R RECOGNISES VALID edtf('2011/2012')"
        ]),
        none
    );
    assert_eq!(
        conflicts(&["C V RECOGNISES VALID edtf('2008/..')"]),
        ["domain certain", "range certain"]
    );
}

#[test]
fn an_answer_says_what_its_statements_clash_with() {
    let store = store(DISPUTED);
    store.query("MATCH (t {name: 'T'}), (r {name: 'R'}) \
        CREATE (t)-[:RECOGNISES VALID edtf('2011-09/..') SOURCE 'gazette' {paragraph: 2}]->(r), \
               (t)-[:RECOGNISES VALID edtf('2011-09/2014-03-31') SOURCE 'almanac' {paragraph: 7}]->(r)", ()).unwrap();
    let rows = store
        .query("WHY MATCH (:State)-[r:RECOGNISES]->(x) AS OF date('2020-01-01') RETURN x.name", ())
        .unwrap();
    let why = format!("{:?}", rows.get(0).unwrap().value("why").unwrap());
    assert!(why.contains("clashes with T RECOGNISES R (2011-09/2014-03-31, almanac ¶7)"), "{why}");
    let listed = "CALL dossier.conflicts() YIELD sources UNWIND sources AS s RETURN s";
    assert_eq!(texts(&store, listed), ["almanac ¶7", "gazette ¶2"]);
    store.load_shipped_lexicon("diplomatic").unwrap();
    let answer = store.ask("Who recognises R?").unwrap();
    assert!(
        answer.notes.iter().any(|note| note.starts_with("Disputed: T RECOGNISES R clashes")),
        "{answer:?}"
    );
}

/// Places of three kinds, some of them bearing two labels.
const PLACES: &str = "
    UNWIND range(0, 11) AS n CREATE (:Place {n: n, name: 'p' + n});
    UNWIND range(12, 29) AS n CREATE (:City {n: n, name: 'c' + n});
    UNWIND range(30, 35) AS n CREATE (:Capital {n: n, name: 'k' + n});
    UNWIND range(36, 41) AS n CREATE (:City:Capital {n: n, name: 'b' + n});
    UNWIND range(42, 60) AS n CREATE (:Person {n: n, name: 'm' + n});
    MATCH (a), (b) WHERE (a.n * 7 + b.n * 11) % 13 = 0 AND a.n <> b.n CREATE (a)-[:NEAR {w: a.n}]->(b)";

/// Queries with `:Place` and `:City`, which stand for their kinds where these are declared.
const OF_PLACES: [&str; 16] = [
    "MATCH (p:Place) RETURN p.n",
    "MATCH (p:Place) RETURN count(*)",
    "MATCH (p:Place {name: 'k31'}) RETURN p.n",
    "MATCH (p:Place&City) RETURN p.n",
    "MATCH (p:City) WHERE NOT p:Place RETURN p.n",
    "MATCH (p:!Place) RETURN p.n",
    "MATCH (a:Place)-[:NEAR]->(b:City) RETURN a.n, b.n",
    "MATCH (a:Place)-[:NEAR]->(b:City) RETURN count(*)",
    "MATCH (a:Person)-[:NEAR]->(b:Place) RETURN b.n, count(a)",
    "MATCH (a)-[:NEAR]->(b:City)-[:NEAR]->(c:Person) RETURN count(*)",
    "MATCH (a:Place)-[:NEAR]-(b:Place)-[:NEAR]-(c:Place)-[:NEAR]-(a) RETURN count(*)",
    "MATCH (a:Capital)-[:NEAR*1..2]->(b:City) RETURN a.n, b.n",
    "MATCH (a:Person) WHERE (a)-[:NEAR]->(:Place) RETURN a.n",
    "MATCH (n) WHERE n:Place RETURN n.n",
    "MATCH (n) RETURN n.n, n:City",
    "MATCH (a:Person)-[:NEAR]->(b:City) RETURN avg(b.n), max(a.n)",
];

/// The rows of a query, sorted.
fn bag(store: &Store, query: &str) -> Vec<String> {
    let rows = store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
    let mut rows: Vec<String> = rows.iter().map(|row| format!("{:?}", row.values())).collect();
    rows.sort();
    rows
}

#[test]
fn a_label_stands_for_its_kinds() {
    let declared = store(&format!(
        "DECLARE LABEL City SUB OF Place; DECLARE LABEL Capital SUB OF City; {PLACES}"
    ));
    let spelled_out = store(PLACES);
    for checkpoint in [false, true] {
        if checkpoint {
            declared.database().checkpoint().unwrap();
            declared.query("CREATE (:Capital {n: 99, name: 'new'})", ()).unwrap();
            spelled_out.query("CREATE (:Capital {n: 99, name: 'new'})", ()).unwrap();
        }
        for query in OF_PLACES {
            let written = query
                .replace(":City", ":(City|Capital)")
                .replace("&City", "&(City|Capital)")
                .replace(":Place", ":(Place|City|Capital)")
                .replace("!Place", "!(Place|City|Capital)");
            assert_eq!(bag(&declared, query), bag(&spelled_out, &written), "{query}");
        }
    }
    assert_eq!(texts(&declared, "MATCH (p:Place {n: 31}) RETURN labels(p)[0]"), ["Capital"]);
    assert_eq!(
        texts(&declared, "SHOW DECLARATIONS YIELD command"),
        ["DECLARE LABEL Capital SUB OF City", "DECLARE LABEL City SUB OF Place"]
    );
    // Declared again it is replaced; of nothing, it is taken back.
    declared.query("DECLARE LABEL City", ()).unwrap();
    assert_eq!(bag(&declared, "MATCH (p:Place) RETURN count(*)"), ["[Integer(12)]"]);
    assert_eq!(bag(&declared, "MATCH (p:City) RETURN count(*)"), ["[Integer(31)]"]);
}

#[test]
fn kinds_are_written_found_and_constrained_as_what_they_are() {
    let store = store(
        "CREATE CONSTRAINT place_name FOR (p:Place) REQUIRE p.name IS UNIQUE;
         CREATE (:Place {name: 'Sukhumi'});
         CREATE (:City {name: 'Tskhinvali'})",
    );
    store.query("DECLARE LABEL City SUB OF Place", ()).unwrap();
    let error = store.query("CREATE (:City {name: 'Sukhumi'})", ()).unwrap_err();
    assert!(error.to_string().contains("Sukhumi"), "{error}");
    // What is already there is looked at when the label becomes a kind of what is constrained.
    store.query("CREATE (:Village {name: 'Sukhumi'})", ()).unwrap();
    store.query("DECLARE LABEL Village SUB OF Place", ()).unwrap_err();
    store.query("MATCH (p:Place) SET p.seen = true", ()).unwrap();
    assert_eq!(texts(&store, "MATCH (c:City {seen: true}) RETURN c.name"), ["Tskhinvali"]);
    store.query("MERGE (p:Place {name: 'Tskhinvali'}) ON CREATE SET p.made = true", ()).unwrap();
    assert_eq!(bag(&store, "MATCH (p:Place) RETURN count(*)"), ["[Integer(2)]"]);
    // Ends of a type declared for places may be cities.
    store.query("DECLARE RELATIONSHIP NEAR FROM :Place TO :Place", ()).unwrap();
    store.query("MATCH (a:City), (b:Place {name: 'Sukhumi'}) CREATE (a)-[:NEAR]->(b)", ()).unwrap();
    assert!(bag(&store, "CALL dossier.conflicts()").is_empty());
    // All there is of places is all there is of cities.
    store.query("COMPLETE (:Place)-[:NEAR]->(:Place)", ()).unwrap();
    let closed = "MATCH (a:Place {name: 'Sukhumi'}) RETURN closed((a)-[:NEAR]->(:City))";
    assert_eq!(texts(&store, closed), ["no"]);
}

#[test]
fn kinds_survive_the_disk_and_every_format() {
    let place = crate::store::Place::new();
    let on_disk = Store::create(place.path()).unwrap();
    on_disk.query("DECLARE LABEL City SUB OF Place", ()).unwrap();
    on_disk.query("CREATE (:City {name: 'Sukhumi'}), (:Place {name: 'Gagra'})", ()).unwrap();
    let places = "MATCH (p:Place) RETURN p.name";
    drop(on_disk);
    let on_disk = Store::open(place.path()).unwrap();
    assert_eq!(texts(&on_disk, places), ["Gagra", "Sukhumi"]);
    on_disk.database().checkpoint().unwrap();
    on_disk.database().check().unwrap();
    drop(on_disk);
    let on_disk = Store::open(place.path()).unwrap();
    assert_eq!(texts(&on_disk, places), ["Gagra", "Sukhumi"]);
    let facts = dossier::load::facts::export(&*on_disk.snapshot());
    assert!(facts.contains("label City\n    sub of Place\n"), "{facts}");
    let again = Store::memory();
    again.load_facts("again", &facts).unwrap();
    assert_eq!(texts(&again, places), ["Gagra", "Sukhumi"]);
}

#[test]
fn a_question_about_places_is_one_about_cities() {
    let store = store(
        "DECLARE RELATIONSHIP VISITED EVENT FROM :Person TO :Place;
         DECLARE LABEL City SUB OF Place;
         CREATE (:Person {name: 'Medoev'})-[:VISITED VALID edtf('2017-11-12')]->(:City {name: 'Sukhumi'});
         MATCH (m:Person) CREATE (m)-[:VISITED VALID edtf('2017-11-13')]->(:Place {name: 'Lake Ritsa'})",
    );
    let places = store.ask("Which places did Medoev visit?").unwrap();
    assert_eq!(places.answers, ["Lake Ritsa", "Sukhumi"], "{places:?}");
    let cities = store.ask("Which cities did Medoev visit?").unwrap();
    assert_eq!(cities.answers, ["Sukhumi"], "{cities:?}");
}

#[test]
fn every_kind_of_conflict_names_the_sources_of_both_sides() {
    let cases = [
        (
            "functional",
            "C T CAPITAL_OF VALID edtf('1990/2000')",
            "C V CAPITAL_OF VALID edtf('1995/1999')",
        ),
        ("denied", "T R RECOGNISES VALID edtf('2011/..')", "T R RECOGNISES SAYS denied BY 'T'"),
        (
            "ended",
            "T R RECOGNISES VALID edtf('2011-09/..')",
            "T R RECOGNISES VALID edtf('2011-09/2014-03-31')",
        ),
        (
            "beginning",
            "T R RECOGNISES VALID edtf('2008-08-26/..')",
            "T R RECOGNISES VALID edtf('2008-09-05/..')",
        ),
    ];
    for (kind, one, other) in cases {
        let store = store(DISPUTED);
        for (statement, source) in
            [(one, "'gazette' {paragraph: 2}"), (other, "'almanac' {paragraph: 7}")]
        {
            let words: Vec<&str> = statement.splitn(3, ' ').collect();
            let says = words[2].split(" SAYS ").collect::<Vec<_>>();
            let stance = says.get(1).map(|says| format!(" SAYS {says}")).unwrap_or_default();
            let query = format!(
                "MATCH (a {{name: '{}'}}), (b {{name: '{}'}}) CREATE (a)-[:{} SOURCE {source}{stance}]->(b)",
                words[0], words[1], says[0]
            );
            store.query(&query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
        }
        let listed = format!(
            "CALL dossier.conflicts() YIELD kind, sources WHERE kind = '{kind}' UNWIND sources AS s RETURN s"
        );
        assert_eq!(texts(&store, &listed), ["almanac ¶7", "gazette ¶2"], "{kind}");
    }
    let store = store(DISPUTED);
    store.query("MATCH (a {name: 'C'}), (b {name: 'V'}) CREATE (a)-[:RECOGNISES SOURCE 'gazette' {paragraph: 3}]->(b)", ()).unwrap();
    let listed = "CALL dossier.conflicts() YIELD kind, sources RETURN kind + ': ' + sources[0]";
    assert_eq!(texts(&store, listed), ["domain: gazette ¶3", "range: gazette ¶3"]);
}

#[test]
fn what_is_dated_against_its_order_is_listed_and_told() {
    let store = store(
        "DECLARE RELATIONSHIP BEFORE ORDER; DECLARE RELATIONSHIP AT EVENT;
         CREATE (a:E {name: 'remark'})-[:BEFORE]->(b:E {name: 'meeting'})-[:BEFORE]->(c:E {name: 'visit'}),
                (p:Place {name: 'Sukhumi'}),
                (a)-[:AT {n: 1} VALID edtf('2019')]->(p), (c)-[:AT {n: 2} VALID edtf('2015')]->(p)",
    );
    let listed = "CALL dossier.conflicts() YIELD kind, truth, statements
                  RETURN kind + ' ' + truth + ': ' + size(statements)";
    assert_eq!(texts(&store, listed), ["order certain: 4"]);
    let why = store.query("WHY MATCH (:E {name: 'remark'})-[r:AT]->(p) RETURN p.name", ()).unwrap();
    let why = format!("{:?}", why.get(0).unwrap().value("why").unwrap());
    assert!(why.contains("clashes with"), "{why}");
    // Each keeps the truth it has by itself.
    let truths = "MATCH ()-[r:AT]->() DURING edtf('2015/2019') RETURN truth()";
    assert_eq!(texts(&store, truths), ["certain", "certain"]);
    store.query("MATCH ()-[r:AT {n: 2}]->() SET r RANK preferred", ()).unwrap();
    assert!(bag(&store, "CALL dossier.conflicts()").is_empty());
    store
        .query("MATCH (a {name: 'visit'}), (b {name: 'meeting'}) CREATE (a)-[:BEFORE]->(b)", ())
        .unwrap();
    assert_eq!(texts(&store, listed), ["order certain: 2"]);
}
