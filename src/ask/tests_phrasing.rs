//! The same question in many words: what leads to it, how it is turned, what it leaves unsaid.

use crate::ask::Verdict;
use crate::query::Store;

const TALKS: &str = r#"dossier facts 1
label Party
    words party, country, who
label Envoy
    words envoy, who
label Land
    words land, state, where
    words "large, big = most area"
    words "small = least area"
property area
    words area, size
property title
    words title
property people
    words population
    words "counts = people, inhabitants"
relationship VISITED: Party -> Party
    event
    phrase A visits B
    phrase A's visit to B
relationship HOPED: Party -> Party
    event
    phrase A hopes to meet B
    phrase A's [declaration|expression] of [intent|a wish] to [meet|see] B
relationship SERVES: Envoy -> Party
    phrase A is the {title} of B
relationship TOUCHES: Land -> Land
    phrase A touches B
    phrase A is next to B
    phrase A is a neighbour of B
complete any Land -TOUCHES-> any Land
complete any Party -VISITED-> any Party
entity Eva: Envoy
entity Fox: Envoy
entity Arda: Party
    also Ardan (adjective)
entity Borne: Party
entity Cask: Party
entity Dell: Party
entity Upland: Land
    area: 200
    people: 2500000
entity Lowland: Land
    area: 90
    people: 700
entity Midland: Land
    area: 150
    people: 800
entity Farland: Land
    area: 40
    people: 10
Arda -VISITED-> Borne
    valid 2001-02-03
Arda -VISITED-> Borne
    valid 2001-05-06
Cask -VISITED-> Borne
    valid 2001-05-20
Dell -VISITED-> Borne
    valid 2003-01-01
Cask -VISITED-> Dell
    valid 2002-07-07
Arda -HOPED-> Dell
    valid 2004-04-04
Eva -SERVES-> Arda
    title: "foreign minister"
Fox -SERVES-> Borne
    title: "foreign minister"
Upland -TOUCHES-> Lowland, Midland
Lowland -TOUCHES-> Upland
Midland -TOUCHES-> Upland
"#;

fn answers(question: &str) -> Vec<String> {
    let store = talks();
    let mut answers = store.ask(question).expect("an answer").answers;
    answers.sort();
    answers
}

fn talks() -> Store {
    let store = Store::memory();
    store.load_facts("talks", TALKS).expect("well-formed");
    store
}

#[track_caller]
fn all_answer(expected: &[&str], questions: &[&str]) {
    for question in questions {
        assert_eq!(answers(question), expected, "{question}");
    }
}

#[test]
fn what_leads_to_a_question_adds_nothing() {
    all_answer(
        &["Arda", "Cask"],
        &[
            "Who visited Borne in 2001?",
            "I'd like to know who visited Borne in 2001.",
            "Could you please tell me which parties visited Borne in 2001?",
            "Do you happen to know who visited Borne in 2001?",
            "We are trying to find out who visited Borne in 2001",
            "Hello, who visited Borne in 2001?",
            "Name everyone who visited Borne in 2001.",
            "Who are those that visited Borne in 2001?",
            "Who was it that visited Borne in 2001?",
            "Who'd visited Borne in 2001?",
            "Who, at some point in 2001, visited Borne?",
            "In all, who visited Borne in 2001?",
            "Which party or parties visited Borne in 2001?",
            "Who were the ones to visit Borne in 2001?",
            "Who is recorded as having visited Borne in 2001?",
            "Who ended up visiting Borne in the course of 2001?",
            "Who got to visit Borne in '01?",
            "Who in 2001 visited Borne?",
            "Can anyone say who visited Borne in 2001?",
            "I am looking for the parties that visited Borne in 2001.",
            "Which parties were the ones to visit Borne in 2001?",
            "What are the names of those who visited Borne in 2001?",
            "Who visited Borne in the years before 2002?",
            "Who visited Borne in 2001 or earlier?",
            "Who undertook a visit to Borne in 2001?",
            "Who carried out a visit to Borne in 2001?",
            "By whom was Borne visited in 2001?",
            "Which party or country visited Borne in 2001?",
        ],
    );
    all_answer(&["Dell"], &["Who visited Borne once 2001 was over?"]);
}

#[test]
fn times_stand_where_they_like() {
    all_answer(
        &["Borne"],
        &[
            "Whom did Arda in 2001 visit?",
            "Whom did Arda, in 2001, visit?",
            "Which party in 2001 did Arda visit?",
        ],
    );
    all_answer(
        &["2"],
        &[
            "How many times in 2001 did Arda visit Borne?",
            "How many times did Arda in 2001 visit Borne?",
            "How many occasions were there in 2001 when Arda visited Borne?",
            "How many separate occasions saw Arda visit Borne?",
            "In how many instances did Arda visit Borne?",
            "Count the number of times Arda visited Borne in 2001.",
        ],
    );
    all_answer(
        &["2001-02-03", "2001-05-06"],
        &["Arda visited Borne when?", "Arda visited Borne on which dates?"],
    );
    all_answer(&["2001-05-06"], &["The last time Arda visited Borne was when?"]);
    all_answer(
        &["2001-02", "2001-05"],
        &[
            "In which month of which year did Arda visit Borne?",
            "Which months saw Arda visit Borne?",
        ],
    );
    all_answer(&["Dell"], &["Whose visit to Borne took place in 2003?"]);
}

#[test]
fn one_deed_is_told_by_another() {
    all_answer(
        &["Dell"],
        &[
            "After Cask had visited Borne, who was the next to do so?",
            "After Cask visited Borne, who was the first to do so?",
            "After Cask visited Borne, who visited Borne?",
            "Who visited Borne after Cask had visited Borne?",
            "Who followed Cask in visiting Borne?",
            "Who visited Borne after everyone else?",
        ],
    );
    all_answer(
        &["Arda"],
        &[
            "Who was ahead of Cask in visiting Borne?",
            "Who visited Borne before anyone else?",
            "Who visited Borne in the month in which Cask visited Borne?",
            "Besides Cask, who visited Borne in the same month?",
            "Along with Cask, who visited Borne in the same month?",
            "Who visited Borne just before Cask did?",
            "Before Cask visited Borne, who was the last to do so?",
        ],
    );
    all_answer(
        &["Arda", "Dell"],
        &[
            "Excluding those who visited Dell, who visited Borne?",
            "Who visited Borne, excluding those who visited Dell?",
            "Who, not having visited Dell, visited Borne?",
            "Who, having visited Borne, did not visit Dell?",
            "Who visited Borne while never visiting Dell?",
        ],
    );
    all_answer(
        &["Cask"],
        &[
            "Who visited each of Borne and Dell?",
            "Who visited Borne and Dell both?",
            "Who visited Borne in addition to Dell?",
        ],
    );
}

#[test]
fn times_are_asked_for_in_many_ways() {
    let both = ["2001-02-03", "2001-05-06"];
    all_answer(
        &both,
        &[
            "When did Arda visit Borne?",
            "On which days did Arda visit Borne?",
            "What were the dates on which Arda visited Borne?",
            "When was it that Arda visited Borne?",
            "Tell me the dates when Arda visited Borne.",
            "When did it happen that Arda visited Borne?",
            "Give me every date on which Arda visited Borne.",
        ],
    );
    all_answer(
        &["2001-02", "2001-05"],
        &[
            "In which months of 2001 did Arda visit Borne?",
            "Which months did Arda visit Borne in?",
            "In what month and year did Arda visit Borne?",
        ],
    );
    all_answer(
        &["2001-05-06"],
        &[
            "When did Arda most recently visit Borne?",
            "What was the last day that Arda visited Borne?",
            "What was the date of Arda's last visit to Borne?",
            "When did Arda visit Borne for the final time?",
            "What is the date of the last time Arda visited Borne?",
        ],
    );
    all_answer(
        &["2"],
        &[
            "How frequently did Arda visit Borne?",
            "On how many occasions did Arda visit Borne?",
            "What is the number of times Arda visited Borne?",
            "Count how many times Arda visited Borne.",
            "On how many days did Arda visit Borne?",
            "What number of times did Arda visit Borne?",
        ],
    );
}

#[test]
fn others_may_have_done_so_first_or_then() {
    all_answer(
        &["Dell"],
        &[
            "Who visited Borne after Cask had done so?",
            "Who visited Borne following Cask?",
            "Who was the first after Cask to visit Borne?",
            "Who was the next to visit Borne after Cask?",
            "Who came next after Cask to visit Borne?",
            "Who came after Cask to visit Borne?",
            "Once Cask had, who was the first to visit Borne?",
            "Right after Cask, who visited Borne?",
            "After Cask had visited Borne, who else did?",
        ],
    );
    all_answer(
        &["Cask"],
        &[
            "Who visited Borne in the month that Arda did?",
            "Who visited Borne in the very same month as Arda?",
            "Who visited Borne the same month Arda did?",
            "Who also visited Borne the month Arda did?",
            "In the month that Arda visited Borne, who else did so?",
        ],
    );
    all_answer(
        &["Arda"],
        &[
            "Name the first party to visit Borne.",
            "Which party was the very first to visit Borne?",
            "Who visited Borne initially?",
            "The first to visit Borne was who?",
            "Who came first in visiting Borne?",
        ],
    );
}

#[test]
fn two_that_are_asked_for_are_told_together() {
    all_answer(
        &["Arda: Borne", "Cask: Borne, Dell", "Dell: Borne"],
        &["Who visited whom?", "Which parties visited which parties?"],
    );
}

#[test]
fn next_is_told_only_by_what_it_is_next_to() {
    let answer = talks().ask("Who was the next to visit Borne?").expect("an answer");
    assert_eq!(answer.kind, crate::ask::Kind::Declined);
}

#[test]
fn what_is_over_is_not_asked_for_in_the_present() {
    let store = super::tests_common::of(
        "dossier facts 1
label Party
    words party, who
label Town
    words town
relationship RULED_FROM: Party -> Town
    persistent state
    functional
    phrase the seat of A is B
entity Arda: Party
entity Olm: Town
entity Velm: Town
Arda -RULED_FROM-> Olm
    valid 1950/2001-06-30
Arda -RULED_FROM-> Velm
    valid 2001-07-01/..
",
    );
    let asked = |question: &str| super::tests_common::answers(&store, question);
    assert_eq!(asked("What is the seat of Arda?"), ["Velm"]);
    assert_eq!(asked("What was the seat of Arda?"), ["Olm", "Velm"]);
    assert_eq!(asked("What was the seat of Arda in 1990?"), ["Olm"]);
    let answer = store.ask("Is Olm the seat of Arda?").expect("an answer");
    assert_eq!(answer.verdict, Some(Verdict::No));
}

#[test]
fn a_given_and_a_family_name_are_one_name() {
    let store = Store::memory();
    let graph = "CREATE (a:Person {firstName: 'Nora', lastName: 'Berg'}),
        (b:Person {firstName: 'Ivo', lastName: 'Berg'}), (c:Club {name: 'Otters'}),
        (a)-[:PLAYS_FOR]->(c), (b)-[:KNOWS]->(a)";
    store.query(graph, ()).expect("well-formed");
    let asked = |question: &str| super::tests_common::answers(&store, question);
    assert_eq!(asked("Who plays for Otters?"), ["Nora Berg"]);
    assert_eq!(asked("Which club does Nora Berg play for?"), ["Otters"]);
    assert_eq!(asked("Who knows Nora?"), ["Ivo Berg"]);
    let query = store.ask("Who knows Nora Berg?").expect("an answer").query.expect("a query");
    let rows = store.query(&query, ()).expect("the query that is shown runs");
    assert_eq!(
        rows.iter().next().and_then(|row| row.get::<String>("person").ok()),
        Some("Ivo Berg".into())
    );
}

#[test]
fn properties_are_measured_by_their_names() {
    let store = Store::memory();
    let graph = "CREATE (a:Firm {name: 'Acorn', founded: 1990, employees: 12}),
        (b:Firm {name: 'Beech', founded: 2004, employees: 45}), (t:Town {name: 'Kell', population: 900}),
        (u:Person {name: 'Uma Reed', age: 41}), (v:Person {name: 'Vic Hart', age: 29}),
        (r:River {name: 'Alder', length: 320}), (s:River {name: 'Birch', length: 75}),
        (a)-[:LOCATED_IN]->(t), (u)-[:MARRIED_TO]->(v), (u)-[:FOUNDED]->(b)";
    store.query(graph, ()).expect("well-formed");
    let asked = |question: &str| super::tests_common::answers(&store, question);
    assert_eq!(asked("How old is Uma Reed?"), ["41"]);
    assert_eq!(asked("Which person is the oldest?"), ["Uma Reed"]);
    assert_eq!(asked("How long is the Alder?"), ["320"]);
    assert_eq!(asked("Which river is the longest?"), ["Alder"]);
    assert_eq!(asked("How many people live in Kell?"), ["900"]);
    assert_eq!(asked("How many employees does Beech have?"), ["45"]);
    assert_eq!(asked("When was Acorn founded?"), ["1990"]);
    assert_eq!(asked("Where is Acorn?"), ["Kell"]);
    assert_eq!(asked("Where is Acorn located?"), ["Kell"]);
    assert_eq!(asked("Who is Uma married to?"), ["Vic Hart"]);
    assert_eq!(asked("List the persons."), ["Uma Reed", "Vic Hart"]);
    let answer = store.ask("Who is Uma married to?").expect("an answer");
    assert_eq!(answer.corrections.len(), 1, "a part of a name is shown as a correction");
}

#[test]
fn a_day_without_its_year_is_of_the_year_that_is_meant() {
    let store = Store::shipped().expect("the shipped facts");
    let asked = |question: &str| super::tests_common::answers(&store, question);
    assert_eq!(asked("Who did Lavrov meet before 13 November?"), ["Dmitry Medoev"]);
    assert_eq!(asked("Who did Lavrov meet after 13 November?"), [""; 0]);
}

#[test]
fn what_is_joined_and_what_is_not() {
    all_answer(
        &["Cask"],
        &[
            "Who visited Borne as well as Dell?",
            "Who visited not only Borne but also Dell?",
            "Which parties visited Borne and also Dell?",
        ],
    );
    all_answer(
        &["Arda", "Dell"],
        &[
            "Who visited Borne but never Dell?",
            "Who visited Borne without visiting Dell?",
            "Who visited Borne and never visited Dell?",
            "Of those who visited Borne, who did not visit Dell?",
        ],
    );
}

#[test]
fn a_date_with_two_readings_is_asked_back() {
    let answer = talks().ask("Who visited Borne on 05/06/2001?").expect("an answer");
    assert_eq!((answer.kind, answer.choices.len()), (crate::ask::Kind::Ask, 2));
}

#[test]
fn no_word_before_a_title_is_dropped() {
    all_answer(
        &["Eva"],
        &["Who is the Ardan foreign minister?", "Who is Arda's foreign minister?"],
    );
}

#[test]
fn a_statement_can_be_asked_about() {
    let store = talks();
    for question in [
        "Can you tell me if Arda visited Borne in 2001?",
        "I want to know whether Arda visited Borne in 2001",
        "Arda visited Borne in 2001?",
        "Arda visited Borne in 2001, didn't it?",
        "Did Arda at any point visit Borne?",
        "Did it happen that Arda visited Borne in 2001?",
        "Is there a record of Arda having visited Borne in 2001?",
        "So Arda visited Borne in 2001, right?",
        "Is Arda one of the parties that visited Borne?",
        "Was Arda among those who visited Borne in 2001?",
        "Can you confirm that Arda visited Borne in 2001?",
        "Does the record show that Arda visited Borne?",
        "Was there a visit by Arda to Borne in 2001?",
        "Is there any evidence of Arda visiting Borne in 2001?",
        "Is there evidence that Arda visited Borne?",
        "Could it be that Arda visited Borne in 2001?",
        "Can it be confirmed that Arda visited Borne?",
        "Would it be fair to say that Arda visited Borne?",
        "True or false: Arda visited Borne in 2001?",
        "Did it happen in 2001 that Arda visited Borne?",
    ] {
        let answer = store.ask(question).expect("an answer");
        assert_eq!(answer.verdict, Some(Verdict::Certain), "{question}");
    }
}

#[test]
fn measures_are_asked_for_in_many_ways() {
    all_answer(
        &["Upland"],
        &[
            "Which land is the largest by area?",
            "Which lands have at least one million inhabitants?",
            "List the lands whose population exceeds 1000000.",
        ],
    );
    all_answer(&["2"], &["How many neighbours does Upland have?"]);
    all_answer(&["Upland"], &["Which land is larger, Lowland or Upland?"]);
    all_answer(&["200"], &["What area does Upland have?", "Tell me how big Upland is."]);
    all_answer(&["800"], &["How large is the population of Midland?"]);
    all_answer(&["Lowland", "Midland"], &["Name the lands next to Upland."]);
    all_answer(&["Farland"], &["Name lands without any neighbours."]);
    let store = talks();
    for (question, verdict) in [
        ("Is Upland larger than Lowland?", Verdict::Certain),
        ("Is Lowland larger than Upland?", Verdict::No),
    ] {
        assert_eq!(store.ask(question).expect("an answer").verdict, Some(verdict), "{question}");
    }
}

/// A name that nothing here bears is said to be that, however near its words are to others.
#[test]
fn what_nothing_is_called_is_not_read_as_something_else() {
    let store = crate::Store::shipped().expect("the shipped facts are right");
    for name in ["South Korea", "South Sudan", "North Ossetia", "Sergey Smith"] {
        for text in [format!("Who recognises {name}?"), format!("Did Russia recognise {name}?")] {
            let answer = store.ask(&text).expect("an answer");
            assert!(
                answer.answers.is_empty() && answer.corrections.is_empty(),
                "{text}: {answer:?}"
            );
            let said = answer.notes.iter().any(|note| note.contains(&format!("called “{name}”")));
            assert!(said, "{text}: {answer:?}");
        }
    }
}

#[test]
fn what_is_asked_for_may_stand_anywhere() {
    all_answer(
        &["Arda"],
        &[
            "Who was it in February 2001 that visited Borne?",
            "Whose visit to Borne was it in February 2001?",
            "Of all who visited Borne, who was the first?",
            "Of the countries that visited Borne, which was first?",
            "Tell me the first to visit Borne.",
            "Who of all the parties was the first to visit Borne?",
            "Who was behind the visit to Borne in February 2001?",
        ],
    );
    all_answer(&["Dell"], &["Who next visited Borne after Cask?"]);
    all_answer(
        &["2001"],
        &[
            "The year in which Cask visited Borne is what?",
            "Which is the year in which Cask visited Borne?",
            "Give the year Cask visited Borne.",
        ],
    );
    all_answer(
        &["2001-02-03"],
        &[
            "When, for the first time, did Arda visit Borne?",
            "Which day was the first on which Arda visited Borne?",
        ],
    );
    all_answer(
        &["2"],
        &[
            "Arda visited Borne how often in 2001?",
            "How often did it happen in 2001 that Arda visited Borne?",
            "Give me a count of how often Arda visited Borne.",
        ],
    );
    all_answer(&["Cask"], &["Who visited Borne in that same month as Arda?"]);
}

/// Something else that was done, in a clause of its own, tells when.
#[test]
fn other_deeds_tell_when() {
    all_answer(
        &["Dell"],
        &[
            "Who visited Borne after Cask visited Borne?",
            "Who visited Borne after Cask's visit to Borne?",
            "Who visited Borne after Cask's visit to Borne in 2001?",
        ],
    );
    let store = Store::shipped().expect("the shipped facts are right");
    for (question, verdict) in [
        // On the same 12 November, or later in that month: nothing says more but what is inferred.
        ("Did Putin and Bibilov meet before Lavrov met Medoev?", Verdict::Possible),
        ("Did Putin meet Bibilov before Lavrov met Medoev?", Verdict::Possible),
        ("Was the meeting of Lavrov and Medoev in November?", Verdict::Certain),
        ("Was the Lavrov-Medoev meeting in October?", Verdict::No),
        ("Was the Lavrov-Medoev meeting in November?", Verdict::Certain),
    ] {
        assert_eq!(store.ask(question).expect("an answer").verdict, Some(verdict), "{question}");
    }
    // A month is known whose year is not.
    let answer = store.ask("In which month did Lavrov and Medoev meet?").expect("an answer");
    assert_eq!(answer.answers, ["XXXX-11"]);
}

#[test]
fn two_are_spoken_of_at_once() {
    all_answer(
        &["Cask"],
        &[
            "Who, in addition to visiting Borne, also visited Dell?",
            "Who visited Borne in addition to visiting Dell?",
            "Who among those that visited Borne also visited Dell?",
            "Are there parties that visited both Borne and Dell, and if so, which?",
            "Of whom can it be said that they visited both Borne and Dell?",
        ],
    );
    all_answer(
        &["Arda", "Dell"],
        &[
            "List everyone who visited Borne but who did not visit Dell.",
            "Who is known to have visited Borne but not to have visited Dell?",
            "Who made a visit to Borne but none to Dell?",
            "Who is on record as having visited Borne but not Dell?",
        ],
    );
    all_answer(
        &["Dell"],
        &[
            "Which parties were visited by Cask but not by Arda?",
            "Which parties were visited by Cask and never by Arda?",
            "Whom did Cask visit but Arda did not?",
            "Whom did Cask, though not Arda, visit?",
            "Whom did Cask visit who was never visited by Arda?",
            "Who was visited by Cask without being visited by Arda?",
        ],
    );
    all_answer(
        &["Borne"],
        &[
            "Who was visited by Arda as well as by Cask?",
            "Whom did Cask visit that Arda visited as well?",
            "Name those whom Arda and Cask each visited.",
            "Whom did Arda and Cask both visit?",
        ],
    );
    let asked = |question: &str| talks().ask(question).expect("an answer").verdict;
    assert_eq!(asked("Do Upland and Lowland touch each other?"), Some(Verdict::Certain));
    assert_eq!(asked("Do Lowland and Midland touch each other?"), Some(Verdict::No));
    assert_eq!(asked("Is there a party that visited Borne but not Dell?"), Some(Verdict::Certain));
}

#[test]
fn times_are_put_in_many_ways() {
    all_answer(
        &["Arda", "Cask"],
        &[
            "Not counting anything after 2002, who visited Borne?",
            "Who had already visited Borne when 2003 began?",
            "Who visited Borne in the month of May 2001?",
            "Who visited Borne from 6 to 20 May 2001?",
            "Who visited Borne in either 2001 or 2002?",
        ],
    );
    all_answer(
        &["Dell"],
        &[
            "Looking only at the time after 2002, who visited Borne?",
            "When 2002 had passed, who visited Borne?",
            "Who visited Borne two years after Cask?",
            "Who visited Borne within two years after Cask did?",
            "Who visited Borne two years after May 2001?",
            "After Cask visited Borne, who was the next to do so?",
        ],
    );
    all_answer(
        &["Cask"],
        &[
            "Who visited Borne within two months of Arda?",
            "Who visited Borne in the month after Arda?",
            "Who immediately followed Arda in visiting Borne?",
            "When Arda visited Borne, who else did so that month?",
        ],
    );
    all_answer(&["Arda"], &["Had anyone visited Borne before Cask did, and if so, who?"]);
    all_answer(&["2003-01-01"], &["When was Dell last on record as visiting Borne?"]);
    let asked = |question: &str| talks().ask(question).expect("an answer").verdict;
    for question in [
        "Was it in 2003 that Dell visited Borne?",
        "Did 2003 see Dell visit Borne?",
        "Did Arda visit Borne at least twice in 2001?",
        "Do the records contain any visit to Borne by Dell in 2003?",
        "I think Dell visited Borne in 2003; am I right?",
    ] {
        assert_eq!(asked(question), Some(Verdict::Certain), "{question}");
    }
}

/// A noun whose sentence asks for further words, which stand for others in the same place.
#[test]
fn nouns_may_ask_for_words() {
    all_answer(
        &["2004-04-04"],
        &[
            "When was Arda's declaration of intent to meet Dell?",
            "When was Arda's expression of a wish to see Dell?",
            "On what date did Arda make a declaration of intent to meet Dell?",
        ],
    );
    assert_eq!(answers("When was Arda's declaration to Dell?"), [""; 0]);
    all_answer(&["Midland"], &["Which of Upland's neighbours is the largest?"]);
    all_answer(&["Upland"], &["Which land has more neighbours than any other?"]);
    all_answer(&["Borne"], &["Whom did Arda openly visit?"]);
}
