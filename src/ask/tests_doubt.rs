//! Questions of several answers, things that are called by no `name`, distances in time, verbs
//! joined by *or*, the best of each, and what is known of a thing, through text.

use super::tests_common::{answers, of};
use crate::ask::{Kind, Verdict};
use crate::query::Store;

const VALLEYS: &str = r#"dossier facts 1
label Canton
    words canton, where
    words "large = most area"
    words "small = least area"
label Town
    words town, where
    words "large, big = most people"
label Stream
    words stream
    words "long = most length"
property people
    words population
relationship IN: Town -> Canton
    phrase A is in B
relationship CROSSES: Stream -> Canton
    phrase A crosses B
    phrase B is next to A
relationship TOUCHES: Canton -> Canton
    phrase A touches B
complete any Stream -CROSSES-> any Canton
complete any Canton -TOUCHES-> any Canton
entity Aare: Canton
    area: 200
entity Brig: Canton
    area: 150
entity Chur: Canton
    area: 90
entity Doubs: Canton
    area: 80
entity Aby: Town
    people: 500
entity Bo: Town
    people: 900
entity Cim: Town
    people: 700
entity Dal: Town
    people: 100
Aby, Bo -IN-> Aare
Cim -IN-> Brig
Dal -IN-> Chur
Aare -TOUCHES-> Brig, Chur, Doubs
Brig -TOUCHES-> Aare, Chur, Doubs
Chur -TOUCHES-> Aare, Brig
Doubs -TOUCHES-> Aare, Brig
"#;

const VISITS: &str = r"dossier facts 1
label Party
    words party, who
relationship VISITED: Party -> Party
    event
    phrase A visits B
relationship THANKED: Party -> Party
    event
    phrase A thanks B
complete any Party -VISITED-> any Party
entity Arda: Party
entity Borne: Party
entity Cask: Party
entity Dell: Party
Arda -VISITED-> Borne
    valid 2001-02-03
Cask -VISITED-> Borne
    valid 2001-02-17
Dell -VISITED-> Borne
    valid 2001-02-07
Dell -THANKED-> Arda
    valid 2001-02-20
Cask -THANKED-> Arda
    valid 2001-02-21
Cask -THANKED-> Dell
    valid 2001-03-01
";

fn films() -> Store {
    let store = Store::memory();
    store
        .query(
            "CREATE (s:Film {title: 'Stalker', year: 1979}), (m:Film {title: 'Mirror', year: 1975}),
                (a:Person {name: 'Ada'}), (b:Person {name: 'Bo'}),
                (a)-[:DIRECTED]->(s), (a)-[:DIRECTED]->(m), (b)-[:ACTED_IN]->(s)",
            (),
        )
        .expect("well-formed");
    store
}

#[test]
fn things_are_found_and_told_by_what_they_are_called_by() {
    let store = films();
    assert_eq!(answers(&store, "Who directed Stalker?"), ["Ada"]);
    assert_eq!(answers(&store, "Which films did Ada direct?"), ["Mirror", "Stalker"]);
    assert_eq!(answers(&store, "Which films other than Mirror were directed by Ada?"), ["Stalker"]);
    let verdict = store.ask("Did Bo act in Stalker?").expect("an answer").verdict;
    assert_eq!(verdict, Some(Verdict::Certain));
    let answer = store.ask("Who directed Mirror?").expect("an answer");
    let query = answer.query.expect("it was understood");
    assert!(query.contains("{title: 'Mirror'}"), "{query}");
    let rows = store.query(&query, ()).expect("the query that is shown runs");
    assert_eq!(rows.get(0).map(|row| row.get::<String>("person").ok()), Some(Some("Ada".into())));
}

#[test]
fn a_relationship_named_by_a_preposition_says_what_things_are_in() {
    let store = Store::memory();
    let shop = "CREATE (c:Category {categoryName: 'Tea'}), (p:Product {productName: 'Chai'}),
        (o:Order {orderNumber: 'O-17'}), (p)-[:IN_CATEGORY]->(c), (o)-[:CONTAINS]->(p)";
    store.query(shop, ()).expect("well-formed");
    assert_eq!(answers(&store, "Which products are in the category Tea?"), ["Chai"]);
    assert_eq!(answers(&store, "What is the category of Chai?"), ["Tea"]);
    assert_eq!(answers(&store, "Which orders contain Chai?"), ["O-17"]);
    assert_eq!(answers(&store, "What does O-17 contain?"), ["Chai"]);
}

#[test]
fn what_is_counted_and_stands_twice_is_asked_back() {
    let store = of(VALLEYS);
    assert_eq!(answers(&store, "How many towns are in Aare?"), ["2"]);
    let again = "MATCH (t:Town {name: 'Bo'}), (c:Canton {name: 'Aare'}) CREATE (t)-[:IN]->(c)";
    store.query(again, ()).expect("well-formed");
    let asked = store.ask("How many towns are in Aare?").expect("an answer");
    assert_eq!((asked.kind, asked.choices.len()), (Kind::Ask, 2));
    assert_eq!(asked.choices[0], "How many different towns are in Aare?");
    assert_eq!(answers(&store, "How many different towns are in Aare?"), ["2"]);
    // Which they are is no doubt.
    assert_eq!(answers(&store, "Which towns are in Aare?"), ["Aby", "Bo"]);
}

#[test]
fn each_of_several_choices_is_answered_by_its_number() {
    let store = of(VALLEYS);
    let again = "MATCH (t:Town {name: 'Bo'}), (c:Canton {name: 'Aare'}) CREATE (t)-[:IN]->(c)";
    store.query(again, ()).expect("well-formed");
    for (number, expected) in [("1", "2"), ("2", "3")] {
        let mut conversation = crate::ask::Conversation::default();
        let mut ask = |text: &str| {
            store.ask_in(&mut conversation, text, &crate::Options::default()).expect("an answer")
        };
        assert_eq!(ask("How many towns are in Aare?").kind, Kind::Ask);
        assert_eq!(ask(number).answers, [expected]);
    }
}

#[test]
fn several_that_are_equally_the_best_are_one_answer_only_where_they_agree() {
    let store = of(VALLEYS);
    // Aare and Brig touch three each: three touch the one, three the other, four either.
    let question = "How many cantons touch the canton that touches the most cantons?";
    assert_eq!(answers(&store, question), ["3"]);
    let more = "MATCH (a:Canton {name: 'Aare'}) CREATE (:Canton {name: 'Eng'})-[:TOUCHES]->(a)";
    store.query(more, ()).expect("well-formed");
    assert_eq!(store.ask(question).expect("an answer").kind, Kind::Ask);
}

#[test]
fn the_best_of_each_is_chosen_for_each() {
    let store = of(VALLEYS);
    let each = ["Aare: Bo", "Brig: Cim", "Chur: Dal"];
    for question in [
        "What is the largest town in each canton?",
        "Which town is the largest in each canton?",
        "What is the biggest town in each canton?",
        "List the largest town in each canton.",
    ] {
        assert_eq!(answers(&store, question), each, "{question}");
    }
    // Several behind a plural: each its own.
    let question = "What are the largest towns in the cantons that touch Brig?";
    assert_eq!(answers(&store, question), ["Bo", "Dal"]);
    // One of all.
    assert_eq!(answers(&store, "What is the largest town in the cantons that touch Brig?"), ["Bo"]);
    let query = store.ask("What is the largest town in each canton?").unwrap().query.unwrap();
    assert_eq!(store.query(&query, ()).expect("it runs").len(), 3);
}

#[test]
fn with_an_article_a_name_is_no_place() {
    let store = of(VALLEYS);
    let both = "MATCH (c:Canton {name: 'Chur'}) CREATE (:Stream {name: 'Aare'})-[:CROSSES]->(c)";
    store.query(both, ()).expect("well-formed");
    assert_eq!(answers(&store, "Which cantons are next to the Aare?"), ["Chur"]);
    assert_eq!(answers(&store, "Which cantons touch Aare?"), ["Brig", "Chur", "Doubs"]);
}

#[test]
fn a_distance_in_time_is_so_many_days() {
    let store = of(VISITS);
    for (question, expected) in [
        ("Who visited Borne two weeks after Arda did?", &["Cask"][..]),
        ("Who visited Borne two weeks after Arda?", &["Cask"]),
        ("Who visited Borne exactly 14 days after Arda did?", &["Cask"]),
        ("Who visited Borne within a week of Arda?", &["Dell"]),
        ("Who visited Borne within a fortnight after Arda did?", &["Cask", "Dell"]),
        ("Who visited Borne four days after Arda?", &["Dell"]),
        ("Who visited Borne four days before Dell?", &["Arda"]),
        ("Who visited Borne within ten days before Cask?", &["Dell"]),
        ("Who visited Borne three days before Cask?", &[]),
        ("Who visited Borne four days after 3 February 2001?", &["Dell"]),
        ("Who visited Borne within a week of 5 February 2001?", &["Arda", "Dell"]),
        ("Who visited Borne within two weeks before 18 February 2001?", &["Cask", "Dell"]),
    ] {
        assert_eq!(answers(&store, question), expected, "{question}");
    }
    // A month is no number of days: all were there in one.
    assert_eq!(answers(&store, "Who visited Borne within a month of Arda?"), ["Cask", "Dell"]);
    assert!(answers(&store, "Who visited Borne a month after Arda did?").is_empty());
    for (question, rows) in [
        ("Who visited Borne within a month after Arda?", 2),
        ("Who visited Borne within a month of Arda?", 2),
        ("Who visited Borne a month after Arda?", 0),
        ("Who visited Borne a year after Arda?", 0),
        ("Who visited Borne exactly one month after Arda?", 0),
    ] {
        let query = store.ask(question).unwrap().query.unwrap();
        let found = store.query(&query, ()).expect("the query that is shown runs");
        assert_eq!(found.len(), rows, "{query}");
    }
    let query = store.ask("Who visited Borne within a week of Arda?").unwrap().query.unwrap();
    let rows = store.query(&query, ()).expect("the query that is shown runs");
    assert_eq!(rows.len(), 1, "{query}");
}

#[test]
fn verbs_joined_by_or_are_answered_by_either() {
    let store = of(VISITS);
    for (question, expected) in [
        ("Who visited or thanked Arda?", &["Cask", "Dell"][..]),
        ("Who visited Borne or thanked Arda?", &["Arda", "Cask", "Dell"]),
        ("Who visited Borne or thanked Dell?", &["Arda", "Cask", "Dell"]),
        ("Who thanked Dell or visited Arda?", &["Cask"]),
        ("Whom did Cask visit or thank?", &["Arda", "Borne", "Dell"]),
    ] {
        assert_eq!(answers(&store, question), expected, "{question}");
    }
    let verdict = |question: &str| store.ask(question).expect("an answer").verdict;
    assert_eq!(verdict("Did Arda visit Borne or thank Dell?"), Some(Verdict::Certain));
    assert_eq!(verdict("Did Dell visit Borne and thank Arda?"), Some(Verdict::Certain));
    // Of visits all are known, of thanks not.
    assert_eq!(verdict("Did Arda visit Dell or thank Dell?"), Some(Verdict::NotStated));
    // Is the time of both, or of the second alone?
    let unclear = store.ask("Who visited Borne or thanked Arda in 2001?").expect("an answer");
    assert_eq!(unclear.kind, Kind::Declined);
    // Numbers of two questions are not the number of this one.
    let counted = store.ask("How many parties visited Borne or thanked Arda?").expect("an answer");
    assert_eq!(counted.kind, Kind::Declined);
}

#[test]
fn the_most_frequent_of_each_month_is_found_month_by_month() {
    let store = of(VISITS);
    let found = answers(&store, "Who thanked most often in each month?");
    assert_eq!(found, ["2001-02: Cask, Dell", "2001-03: Cask"]);
}

#[test]
fn what_is_known_of_a_thing_is_told_in_sentences() {
    let store = of(VISITS);
    let told = store.ask("What is Dell?").expect("an answer");
    assert_eq!((told.kind, told.verdict), (Kind::Text, Some(Verdict::Certain)));
    assert_eq!(
        told.answers,
        [
            "Dell is a party.",
            "Dell visits Borne (2001-02-07).",
            "Dell thanks Arda (2001-02-20).",
            "Cask thanks Dell (2001-03-01)."
        ]
    );
    for question in ["Tell me about Dell.", "Who is Dell?", "What do you know about Dell?"] {
        assert_eq!(store.ask(question).expect("an answer").answers, told.answers, "{question}");
    }
    assert_eq!(store.ask("What is Dell good for?").expect("an answer").kind, Kind::Declined);
    store.query(&told.query.expect("a query"), ()).expect("the query that is shown runs");
}

#[test]
fn what_happened_is_told_in_the_order_of_time() {
    let store = of(VISITS);
    let told = store.ask("What happened in March 2001?").expect("an answer");
    assert_eq!(told.answers, ["Cask thanks Dell (2001-03-01)."]);
    let told = store.ask("What happened between Dell and Arda?").expect("an answer");
    assert_eq!(told.answers, ["Dell thanks Arda (2001-02-20)."]);
    let told = store.ask("What happened before 5 February 2001?").expect("an answer");
    assert_eq!(told.answers, ["Arda visits Borne (2001-02-03)."]);
    let nothing = store.ask("What happened in 1990?").expect("an answer");
    assert_eq!((nothing.kind, nothing.verdict), (Kind::Text, Some(Verdict::NotStated)));
}

const ISLES: &str = "dossier facts 1

entity Mar: State
entity Nor: State
entity Ost: Island
entity Sel: City
entity Quay: Place
entity Reef: Place

relationship ALLIED_WITH: State -> State, Island
    persistent state
    symmetric
    phrase A is an ally of B
relationship GUARANTEES: State -> Island
    persistent state
    sub of ALLIED_WITH
    phrase A guarantees B
relationship HAS_CAPITAL: State -> City
    persistent state
    functional
    inverse CAPITAL_OF
    phrase the capital of A is B
relationship LIES_IN: City, Place -> Place
    state
    transitive
    phrase A lies in B
    phrase A is in B

Nor -GUARANTEES-> Ost
    valid 1992/..
Mar -HAS_CAPITAL-> Sel
    valid 1990/..
Sel -LIES_IN-> Quay
    valid 2000/2005
Quay -LIES_IN-> Reef
    valid 2004/2015
";

/// What is declared in terms of a type is found by it, in English as in a query.
#[test]
fn questions_see_what_is_declared_of_types() {
    let store = of(ISLES);
    let verdict = |question: &str| store.ask(question).unwrap().verdict.map(Verdict::as_str);
    assert_eq!(verdict("is Nor an ally of Ost"), Some("presumed"));
    assert_eq!(answers(&store, "who was an ally of Ost in 1994"), ["Nor"]);
    assert_eq!(answers(&store, "what is the capital of Mar"), ["Sel"]);
    assert_eq!(answers(&store, "which city is the capital of Mar"), ["Sel"]);
    let shown = store.ask("is Nor an ally of Ost").unwrap().query.unwrap();
    let typed = store.query(&shown, ()).unwrap();
    assert!(typed.get(0).unwrap().get::<bool>("answer").unwrap());
}

/// A way through several statements is one where they hold together.
#[test]
fn what_leads_on_does_so_at_one_time() {
    let store = of(ISLES);
    let verdict = |question: &str| store.ask(question).unwrap().verdict.map(Verdict::as_str);
    assert_eq!(verdict("is Sel in Reef in 2004"), Some("certain"));
    assert_eq!(verdict("is Sel in Reef in 2010"), Some("not stated"));
    assert_eq!(verdict("is Sel in Reef in 2002"), Some("not stated"));
}

/// The time of a session is asked of what says no time itself, and of nothing else.
#[test]
fn a_session_has_a_time_for_questions_without_one() {
    let store = of(ISLES);
    let day = crate::value::time::Date::parse("1980-01-01").unwrap();
    let time = Some(crate::query::DefaultTime::AsOf(day));
    let options = crate::query::Options { time, ..Default::default() };
    let ask = |question: &str| {
        let mut conversation = crate::ask::Conversation::default();
        store.ask_in(&mut conversation, question, &options).unwrap()
    };
    assert!(ask("who guarantees Ost?").answers.is_empty());
    assert_eq!(ask("who guaranteed Ost in 1994?").answers, ["Nor"]);
    assert_eq!(ask("since when does Nor guarantee Ost?").answers, ["1992"]);
}

/// Of whom it is stated of another time only, it is known that they did not.
#[test]
fn who_did_not_is_known_where_it_is_stated_of_another_time() {
    let facts = ISLES.replace(
        "Nor -GUARANTEES-> Ost\n    valid 1992/..",
        "entity Lun: State\nNor -GUARANTEES-> Ost\n    valid 1992/..",
    );
    let store = of(&facts);
    let answer = store.ask("which states did not guarantee Ost in 1980?").unwrap();
    assert_eq!(
        (answer.answers, answer.possible),
        (vec!["Nor".to_owned()], vec!["Lun".into(), "Mar".into()])
    );
}
