//! Questions over a small graph of our own: what they are read as, and what is declined.

use std::sync::Arc;

use super::{Kind, Verdict};
use crate::graph::Snapshot;
use crate::query::Store;
use crate::question::{Context, English, Understood};

const HARBOUR: &str = r#"dossier facts 1
label Ship
    words ship, vessel
label Port
    words port, harbour, where
label Captain
    words captain, who
property cargo
    words cargo, freight
relationship SAILED_TO: Ship -> Port
    event
    phrase A sails to B with {cargo}
    phrase A's voyage to B
relationship COMMANDS: Captain -> Ship
    persistent state
    phrase A commands B
    phrase A is the master of B
relationship RIVAL_OF: Captain -> Captain
    symmetric state
    phrase A is a rival of B
    phrase A quarrels with B
relationship SIGHTED: Ship -> Ship
entity Aurora: Ship
entity Borealis: Ship
entity Genoa: Port
    also Genova (transliteration)
entity Tunis: Port
entity Élise Moreau: Captain
    also Moreau
entity Jan Kok: Captain
    also Kok
Aurora -SAILED_TO-> Genoa
    valid 1781-05; cargo: "cork"
Borealis -SAILED_TO-> Genoa, Tunis
    cargo: "salt"
Élise Moreau -COMMANDS-> Aurora
Jan Kok -COMMANDS-> Borealis
Jan Kok -RIVAL_OF-> Élise Moreau
Aurora -SIGHTED-> Borealis
"#;

fn harbour() -> Arc<dyn Snapshot> {
    let store = Store::memory();
    store.load_facts("harbour", HARBOUR).expect("the facts are right");
    store.snapshot()
}

fn understood(question: &str) -> (Understood, English, Arc<dyn Snapshot>) {
    let graph = harbour();
    let english = English::of(&*graph);
    (english.understand(&*graph, &Context::default(), question), english, graph)
}

/// The query of a question that has one reading, on one line.
fn query(question: &str) -> String {
    let (understood, english, graph) = understood(question);
    match understood {
        Understood::As(reading) => reading.query(&*graph, &english).replace('\n', " "),
        other => format!("{other:?}"),
    }
}

#[test]
fn one_sentence_has_many_forms() {
    let expected = "MATCH (ship:Ship)-[:SAILED_TO]->(:Port {name: 'Genoa'}) \
                    RETURN DISTINCT ship.name AS ship ORDER BY ship";
    for question in [
        "Which ships sailed to Genoa?",
        "which vessels have sailed to genoa",
        "List the ships that sailed to Genoa.",
        "To Genova which ships sailed?",
        "Show me all vessels sailing to Genoa",
    ] {
        assert_eq!(query(question), expected, "{question}");
    }
}

#[test]
fn what_is_asked_is_what_is_returned() {
    let cases = [
        ("Who commands the Aurora?", "RETURN DISTINCT captain.name AS captain ORDER BY captain"),
        ("How many ships sailed to Genoa?", "RETURN count(DISTINCT ship) AS number"),
        ("When did Aurora sail to Genoa?", "RETURN DISTINCT valid(r) AS date"),
        ("In which year did Aurora sail to Genoa?", "RETURN DISTINCT edtf.year(valid(r)) AS year"),
        ("What did Borealis sail to Tunis with?", "RETURN DISTINCT r.cargo AS cargo"),
        ("Did Aurora sail to Tunis?", "RETURN count(*) > 0 AS answer"),
        ("Where did Aurora sail?", "RETURN DISTINCT port.name AS port ORDER BY port"),
    ];
    for (question, ending) in cases {
        let query = query(question);
        assert!(query.ends_with(ending), "{question}: {query}");
    }
}

#[test]
fn joins_negation_and_time() {
    let cases = [
        (
            "Who commands a ship that sailed to Tunis?",
            "MATCH (captain:Captain)-[:COMMANDS]->(ship:Ship) MATCH (ship)-[:SAILED_TO]->(:Port {name: 'Tunis'}) RETURN DISTINCT captain.name AS captain ORDER BY captain",
        ),
        (
            "Which ships sailed to Genoa but not Tunis?",
            "MATCH (ship:Ship)-[:SAILED_TO]->(:Port {name: 'Genoa'}) WHERE NOT EXISTS { MATCH (ship)-[:SAILED_TO]->(:Port {name: 'Tunis'}) } RETURN DISTINCT ship.name AS ship ORDER BY ship",
        ),
        (
            "Which ships sailed to Genoa in May 1781?",
            "MATCH (ship:Ship)-[:SAILED_TO]->(:Port {name: 'Genoa'}) DURING edtf('1781-05') RETURN DISTINCT ship.name AS ship ORDER BY ship",
        ),
        (
            "Which ships other than Aurora sailed to Genoa?",
            "MATCH (ship:Ship)-[:SAILED_TO]->(:Port {name: 'Genoa'}) WHERE ship.name <> 'Aurora' RETURN DISTINCT ship.name AS ship ORDER BY ship",
        ),
        (
            "Which ships sailed to both ports?",
            "MATCH (ship:Ship)-[:SAILED_TO]->(:Port {name: 'Genoa'}) MATCH (ship)-[:SAILED_TO]->(:Port {name: 'Tunis'}) RETURN DISTINCT ship.name AS ship ORDER BY ship",
        ),
    ];
    for (question, expected) in cases {
        assert_eq!(query(question), expected, "{question}");
    }
}

#[test]
fn a_type_without_phrases_is_spoken_of_by_its_name() {
    assert_eq!(
        query("Which ship did Aurora sight?"),
        "MATCH (:Ship {name: 'Aurora'})-[:SIGHTED]->(ship:Ship) RETURN DISTINCT ship.name AS ship ORDER BY ship"
    );
}

#[test]
fn what_is_not_understood_is_named() {
    for (question, word) in [
        ("How heavy is the Aurora?", "heavy"),
        ("Who painted the Aurora?", "painted"),
        ("Which ships sailed to Genoa cheaply?", "cheaply"),
    ] {
        let (understood, ..) = understood(question);
        match understood {
            Understood::Not(words) => assert!(words.contains(&word.to_owned()), "{words:?}"),
            other => panic!("{question}: {other:?}"),
        }
    }
}

#[test]
fn a_near_name_is_read_and_shown() {
    let (understood, ..) = understood("Who commands the Borealys?");
    let Understood::As(reading) = understood else { panic!("{understood:?}") };
    assert_eq!(reading.corrections, [("Borealys".to_owned(), "Borealis".to_owned())]);
}

#[test]
fn no_question_takes_long() {
    let long = "and the ship that sailed to the port that ".repeat(400);
    let lists = format!("Who commands {}?", ["Aurora"; 200].join(" and "));
    let nested = format!("Who commands {}?", "the ship of the captain of ".repeat(15));
    for question in ["", "?", "who", "'", ",,,,", &long, &lists, &nested, "ﬀ\u{301}\u{0}"] {
        let _ = understood(question);
    }
}

/// Verdict, answers and possible answers over the facts that ship.
fn answer(question: &str) -> (Option<Verdict>, Vec<String>, Vec<String>) {
    let answer = Store::shipped().and_then(|store| store.ask(question)).expect("it runs");
    (answer.verdict, answer.answers, answer.possible)
}

#[test]
fn certain_possible_no_and_not_stated_are_told_apart() {
    let verdict = |question: &str| answer(question).0;
    assert_eq!(verdict("Does Nauru recognise Abkhazia?"), Some(Verdict::Presumed));
    assert_eq!(verdict("Does Norway recognise Abkhazia?"), Some(Verdict::No));
    assert_eq!(verdict("Does Nauru recognise Taiwan?"), Some(Verdict::NotStated));
    assert_eq!(verdict("Did Russia recognise South Ossetia in 2005?"), Some(Verdict::No));
    assert_eq!(verdict("Did Lavrov meet Putin?"), Some(Verdict::NotStated));
    assert_eq!(verdict("Did Medoev meet Lavrov in 2019?"), Some(Verdict::Possible));
    assert_eq!(verdict("Is South Ossetia allied with Russia?"), Some(Verdict::Possible));
}

#[test]
fn a_false_presupposition_is_named() {
    let answer =
        Store::shipped().and_then(|store| store.ask("When did Georgia recognise Abkhazia?"));
    assert_eq!(answer.expect("it runs").kind, Kind::Presupposition);
}

#[test]
fn answers_rest_on_evidence() {
    let store = Store::shipped().expect("they load");
    let answer = store.ask("Which states recognised Abkhazia before May 2012?").expect("it runs");
    assert_eq!(answer.answers, ["Russia"]);
    assert_eq!(answer.possible, ["Nauru", "Nicaragua", "Syria", "Venezuela"]);
    assert_eq!(answer.evidence.len(), 5);
    assert!(answer.evidence.iter().all(|one| one.paragraph == Some(5)));
}

#[test]
fn how_long_something_lasted_without_its_year_is_known_where_all_years_agree() {
    let lasted = |valid: &str| {
        let facts = format!(
            "dossier facts 1\nrelationship STAYED_AT: any -> any\n    state\n    phrase A stays at B\n\
             entity Aurora: Ship\nentity Genoa: Port\nAurora -STAYED_AT-> Genoa\n    valid {valid}\n"
        );
        let store = Store::memory();
        store.load_facts("stay", &facts).expect("facts");
        store.ask("How long did Aurora stay at Genoa?").expect("an answer").answers
    };
    assert_eq!(lasted("2008-08-07/2008-08-12"), ["6 days"]);
    assert_eq!(lasted("XXXX-11-11/XXXX-11-13"), ["3 days"]);
    assert_eq!(lasted("XXXX-12-30/XXXX-01-02"), ["4 days"]);
    // Four days, or five where there is a 29 February among them.
    assert_eq!(lasted("XXXX-02-27/XXXX-03-02"), [""; 0]);
}

#[test]
fn a_denial_is_shown_with_who_denies_it() {
    let store = Store::memory();
    for statement in [
        "DECLARE RELATIONSHIP MET EVENT SYMMETRIC FROM :Person TO :Person",
        "CREATE (:Document {name: 'gazette'}), (:Person {name: 'Lavrov'}), (:Person {name: 'Medoev'})",
        "MATCH (a:Person {name: 'Lavrov'}), (b:Person {name: 'Medoev'})
         CREATE (a)-[:MET VALID edtf('2017-11') SOURCE 'gazette' {paragraph: 2} SAYS denied BY 'a spokesman']->(b)",
    ] {
        store.query(statement, ()).unwrap();
    }
    store.load_shipped_lexicon("diplomatic").unwrap();
    let answer = store.ask("Did Lavrov meet Medoev?").unwrap();
    assert_eq!(answer.verdict, Some(Verdict::NotStated), "{answer:?}");
    assert!(answer.notes.contains(&"a spokesman denies it.".to_owned()), "{answer:?}");
    assert_eq!(answer.evidence[0].stance, "denied");
    assert_eq!(answer.evidence[0].document, "gazette");
    // At another time nobody has denied it.
    let answer = store.ask("Did Lavrov meet Medoev in 2015?").unwrap();
    assert!(answer.notes.iter().all(|note| !note.contains("denies")), "{answer:?}");
}
