//! What strangers ask of places and of graphs nobody wrote words for: turns of a question, numbers in words, sums,
//! so many of the best, one of two places, several things of one.

use super::Kind;
use super::tests_common::{all_answer, declined, of, verdict};
use super::tests_unseen::ISLES;
use crate::ask::Verdict;
use crate::query::Store;

#[test]
fn a_turn_is_read_as_the_plainer_question() {
    let isles = of(ISLES);
    all_answer(
        &isles,
        &["5000"],
        &[
            "How many people call Amity home?",
            "Amity is home to how many people?",
            "How many inhabitants are counted in Amity?",
            "What does the population of Amity amount to?",
            "By how many people is Amity inhabited?",
        ],
    );
    all_answer(
        &isles,
        &["40"],
        &["The Reed is how long?", "How far does the Reed run?", "Reed length"],
    );
    let answer = isles.ask("Amity is home to how many people?").expect("an answer");
    assert_eq!(answer.corrections.len(), 1, "it is said how the question was read");
    declined(&isles, &["How many people call Amity names?"]);
}

#[test]
fn what_a_property_is_of_may_be_said_by_its_verb() {
    let isles = of(ISLES);
    all_answer(
        &isles,
        &["900"],
        &[
            "How large is the area that Amity covers?",
            "What is the area covered by Amity?",
            "How large an area does Amity cover?",
        ],
    );
}

#[test]
fn numbers_may_be_words() {
    let isles = of(ISLES);
    all_answer(
        &isles,
        &["Amity", "Boon"],
        &[
            "Which isles have more than one thousand inhabitants?",
            "In which isles do more than a thousand people live?",
            "Which isles have between two thousand and ten thousand inhabitants?",
            "Isles with a population between 2000 and 10000",
        ],
    );
    all_answer(&isles, &["2"], &["How many isles are there with more than one thousand people?"]);
}

#[test]
fn several_come_to_one_number() {
    let isles = of(ISLES);
    all_answer(
        &isles,
        &["1300"],
        &[
            "How large are Amity and Boon together?",
            "How large are Amity and Boon taken together?",
            "What is the area of Amity and Boon combined?",
        ],
    );
    all_answer(&isles, &["1600"], &["How large are all isles together?"]);
    all_answer(&isles, &["400.0"], &["How large are the isles on average?"]);
}

/// A number that a question says is none that may be passed over.
#[test]
fn so_many_of_the_best() {
    let isles = of(ISLES);
    all_answer(
        &isles,
        &["Amity", "Boon"],
        &[
            "Which two isles have the most people?",
            "Name the two isles with the largest area.",
            "Which two isles are the largest?",
            "The top two largest isles",
        ],
    );
    let answer = isles.ask("Which three isles have more than 1000 people?").expect("an answer");
    assert_eq!(answer.answers.len(), 2);
    assert!(answer.notes.iter().any(|note| note.contains("says 3")), "{answer:?}");
}

#[test]
fn in_which_of_two_is_asked_by_or() {
    let isles = of(ISLES);
    all_answer(
        &isles,
        &["Amity"],
        &[
            "Is Knoll in Amity or Boon?",
            "Is Knoll in Boon or in Amity?",
            "Is the hill Knoll in Boon or in Amity?",
        ],
    );
    let answer = isles.ask("Is Knoll in Calm or Boon?").expect("an answer");
    assert_eq!((answer.answers.len(), answer.verdict), (0, Some(Verdict::No)));
}

/// Of numbers alone it is not told that there are none: it would be told that there are some.
#[test]
fn none_of_what_has_only_numbers_is_declined() {
    declined(
        &of(ISLES),
        &["Is no isle larger than Calm?", "Is it true that no isle is larger than Boon?"],
    );
}

/// What is larger than two is larger than each.
#[test]
fn larger_than_two_is_larger_than_each() {
    let isles = of(ISLES);
    assert_eq!(verdict(&isles, "Is Amity larger than Boon and Calm?"), Some(Verdict::Certain));
    assert_eq!(verdict(&isles, "Is Boon larger than Calm and Amity?"), Some(Verdict::No));
    all_answer(&isles, &["Amity"], &["Which isles are larger than Boon and Calm?"]);
    declined(
        &isles,
        &[
            "Is Boon larger than Calm or Amity?",
            "Is Boon larger than Calm but not Amity?",
            "Are Boon and Calm larger than Amity?",
            "Is the Reed longer in Amity or in Boon?",
        ],
    );
}

/// What is known of all of a kind is known not to be so, too.
#[test]
fn there_is_none_beyond_all_of_them() {
    let isles = of(ISLES);
    for (question, expected) in [
        ("Is there a stream longer than 30 km?", Verdict::Certain),
        ("Is there a stream longer than 90 km?", Verdict::No),
        ("Is there a stream longer than the Reed?", Verdict::No),
    ] {
        assert_eq!(verdict(&isles, question), Some(expected), "{question}");
    }
}

#[test]
fn several_things_of_one() {
    let isles = of(ISLES);
    all_answer(
        &isles,
        &["5000", "900"],
        &["What are the area and the population of Amity?", "area and population of Amity"],
    );
    declined(&isles, &["What is the capital?"]);
}

/// The shortest of what is not all measured is presumed, and it is said how many are not.
#[test]
fn what_is_not_measured_is_told() {
    let store = of("dossier facts 1
label Town
    words town
    words \"small = least people\"
property people
    words population
entity Ay: Town
    people: 10
entity Bee: Town
    people: 20
entity Cee: Town
");
    let answer = store.ask("Which town is the smallest?").expect("an answer");
    assert_eq!((answer.answers, answer.verdict), (vec!["Ay".to_owned()], Some(Verdict::Presumed)));
    assert!(answer.notes.iter().any(|note| note.starts_with("Of 1 more")), "{:?}", answer.notes);
}

/// A graph without a lexicon has nouns for who does what, and what is of what by the one type that joins them.
#[test]
fn a_graph_without_words_of_its_own() {
    let store = Store::memory();
    for query in [
        "CREATE (:Person {name:'Ilo Brand', born:1950}), (:Person {name:'Una Mars', born:1971})",
        "CREATE (:Film {title:'Low Tide', year:1999, runtime:120}), (:Film {title:'Far Hill', year:2004, runtime:95})",
        "MATCH (p:Person {name:'Ilo Brand'}), (f:Film) CREATE (p)-[:DIRECTED]->(f)",
        "MATCH (p:Person {name:'Una Mars'}), (f:Film {title:'Low Tide'}) CREATE (p)-[:ACTED_IN]->(f)",
        "CREATE (:Studio {name:'Beacon', founded:1920})",
        "MATCH (f:Film), (s:Studio) CREATE (f)-[:PRODUCED_BY]->(s)",
    ] {
        store.query(query, ()).expect("a query");
    }
    all_answer(
        &store,
        &["Ilo Brand"],
        &["Who is the director of Low Tide?", "director of Far Hill", "Who was born in 1950?"],
    );
    all_answer(
        &store,
        &["Una Mars"],
        &["Who are the actors in Low Tide?", "Who is the youngest person?"],
    );
    all_answer(
        &store,
        &["Far Hill", "Low Tide"],
        &["films by Beacon", "List the films of Beacon."],
    );
    all_answer(
        &store,
        &["Low Tide"],
        &["What is the longest film?", "Which films are longer than 100?"],
    );
    all_answer(
        &store,
        &["107.5"],
        &["What is the average runtime of the films?", "What is the average runtime?"],
    );
}

/// A question that is proposed is understood when it is asked.
#[test]
fn what_is_proposed_works() {
    let isles = of(ISLES);
    for question in ["Which of the isles wobbles?", "Knoll quux Amity?", "How green is Boon?"] {
        let answer = isles.ask(question).expect("an answer");
        for note in answer.notes.iter().filter_map(|note| note.strip_prefix("You can ask: ")) {
            let proposed = isles.ask(note).expect("an answer");
            assert_ne!(proposed.kind, Kind::Declined, "{question}: {note}");
        }
    }
}

/// A slip that is as near to one name as to another is asked back.
#[test]
fn a_slip_between_two_names_is_asked() {
    let store = of("dossier facts 1
label Land
    words land, who
relationship HELPS: Land -> Land
    phrase A helps B
entity Marlan: Land
entity Marlon: Land
entity Tessa: Land
entity Ossa: Land
Tessa -HELPS-> Marlan
Ossa -HELPS-> Marlon
");
    let answer = store.ask("Who helps Marlen?").expect("an answer");
    assert_eq!(answer.kind, Kind::Ask, "{answer:?}");
}
