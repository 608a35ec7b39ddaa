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
        ],
    );
    all_answer(
        &["2001-02", "2001-05"],
        &["In which months of 2001 did Arda visit Borne?", "Which months did Arda visit Borne in?"],
    );
    all_answer(
        &["2001-05-06"],
        &[
            "When did Arda most recently visit Borne?",
            "What was the last day that Arda visited Borne?",
            "What was the date of Arda's last visit to Borne?",
            "When did Arda visit Borne for the final time?",
        ],
    );
    all_answer(
        &["2"],
        &[
            "How frequently did Arda visit Borne?",
            "On how many occasions did Arda visit Borne?",
            "What is the number of times Arda visited Borne?",
            "Count how many times Arda visited Borne.",
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
        ],
    );
    all_answer(
        &["Cask"],
        &[
            "Who visited Borne in the month that Arda did?",
            "Who visited Borne in the very same month as Arda?",
            "Who visited Borne the same month Arda did?",
        ],
    );
    all_answer(
        &["Arda"],
        &[
            "Name the first party to visit Borne.",
            "Which party was the very first to visit Borne?",
            "Who visited Borne initially?",
        ],
    );
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
        &["Who visited Borne but never Dell?", "Who visited Borne without visiting Dell?"],
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
