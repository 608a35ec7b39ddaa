//! Numbers held against other numbers: more of something than another has, so many times as much, how much more; the
//! best of each by itself, the best beside one that is named, and what a whole has by its parts.

use super::tests_common::{all_answer, of, verdict};
use super::{Kind, Verdict};
use crate::query::Store;

const VALES: &str = r#"dossier facts 1
label Realm
    words realm
label Vale
    words vale, where
    words "large, big = most area"
    words "small = least area"
    words "populous = most people"
label Town
    words town
    words "large, big = most people"
    words "small = least people"
    words "major = people > 450"
label Brook
    words brook, stream
    words "long = most length"
    words "short = least length"
label Hill
    words hill
    words "high = most height"
    words "low = least height"
property area
    words area, size
property people
    words population
    words "counts = people, inhabitants"
property length
    words length
property height
    words height
relationship IN: Vale, Town -> Realm, Vale
    phrase A is in B
relationship SEAT: Town -> Vale
    phrase A is the seat of B
relationship CROSSES: Brook -> Vale
    phrase A crosses B
    phrase A flows through B
    phrase A is in B
relationship JOINS: Vale -> Vale
    phrase A joins B
    phrase A is a neighbour of B
relationship TOP: Hill -> Vale
    phrase A is the highest point [of|in] B
complete any Vale -IN-> any Realm
complete any Town -IN-> any Vale
complete any Brook -CROSSES-> any Vale
complete any Vale -JOINS-> any Vale
entity Overland: Realm
entity Ash: Vale
    area: 500
    people: 4000
entity Birch: Vale
    area: 200
    people: 3000
entity Cedar: Vale
    area: 100
    people: 1000
entity Dale: Vale
    area: 90
    people: 500
entity Alder: Town
    people: 900
entity Aspen: Town
    people: 300
entity Bay: Town
    people: 500
entity Beech: Town
    people: 800
entity Cherry: Town
    people: 400
entity Foss: Brook
    length: 50
entity Gill: Brook
    length: 20
entity Hoe: Brook
    length: 10
entity Peak: Hill
    height: 700
entity Rise: Hill
    height: 300
entity Knob: Hill
    height: 200
Ash, Birch, Cedar, Dale -IN-> Overland
Alder, Aspen -IN-> Ash
Bay, Beech -IN-> Birch
Cherry -IN-> Cedar
Alder -SEAT-> Ash
Bay -SEAT-> Birch
Cherry -SEAT-> Cedar
Foss, Gill, Hoe -CROSSES-> Ash
Foss, Gill -CROSSES-> Birch
Hoe -CROSSES-> Cedar
Ash -JOINS-> Birch, Cedar
Birch -JOINS-> Ash
Cedar -JOINS-> Ash
Peak -TOP-> Ash
Rise -TOP-> Birch
Knob -TOP-> Cedar
"#;

fn kinds(store: &Store, kind: Kind, questions: &[&str]) {
    for question in questions {
        let answer = store.ask(question).expect("an answer");
        assert_eq!(answer.kind, kind, "{question}: {answer:?}");
    }
}

#[test]
fn more_of_something_than_another_has() {
    let vales = of(VALES);
    all_answer(
        &vales,
        &["Ash"],
        &[
            "Which vale has more brooks than Birch?",
            "Which vale has more brooks than Birch does?",
            "Which vales have more neighbours than Birch has?",
            "In which vale are there more brooks than in Birch?",
        ],
    );
    all_answer(&vales, &["Cedar", "Dale"], &["Which vales have fewer brooks than Birch?"]);
    all_answer(&vales, &["Cedar"], &["Which vales have as many neighbours as Birch?"]);
    all_answer(&vales, &["Birch"], &["Which vales have twice as many brooks as Cedar?"]);
    all_answer(&vales, &["2"], &["How many vales have more brooks than Cedar?"]);
    for (question, expected) in [
        ("Does Ash have more brooks than Birch?", Verdict::Certain),
        ("Does Birch have more brooks than Ash does?", Verdict::No),
        ("Does Dale have fewer brooks than Cedar?", Verdict::Certain),
        ("Does the Foss cross as many vales as the Gill?", Verdict::Certain),
    ] {
        assert_eq!(verdict(&vales, question), Some(expected), "{question}");
    }
}

#[test]
fn so_many_times_as_much() {
    let vales = of(VALES);
    all_answer(
        &vales,
        &["Ash"],
        &[
            "Which vales are at least twice as large as Birch?",
            "Which vale is more than twice the size of Birch?",
            "Which vale has three times as many people as Cedar and more people than Birch?",
        ],
    );
    all_answer(&vales, &["Ash", "Birch"], &["Which vales have twice as many people as Cedar?"]);
    for (question, expected) in [
        ("Is Ash twice as large as Birch?", Verdict::Certain),
        ("Is Birch three times as large as Cedar?", Verdict::No),
        ("Is Birch as large as Cedar?", Verdict::Certain),
        ("Does Ash have four times as many people as Cedar?", Verdict::Certain),
        ("Does Ash have more than four times as many people as Cedar?", Verdict::No),
    ] {
        assert_eq!(verdict(&vales, question), Some(expected), "{question}");
    }
    // Half as much: exactly, or at most?
    kinds(&vales, Kind::Declined, &["Which vales are half as large as Ash?"]);
}

#[test]
fn how_much_more() {
    let vales = of(VALES);
    all_answer(
        &vales,
        &["300"],
        &[
            "How much larger is Ash than Birch?",
            "By how much is Ash larger than Birch?",
            "Tell me how much larger Ash is than Birch",
            "How much smaller is Birch than Ash?",
            "What is the difference in area between Birch and Ash?",
            "What is the difference between the area of Birch and that of Ash?",
            "the area difference between Ash and Birch",
        ],
    );
    all_answer(
        &vales,
        &["1000"],
        &[
            "How many more people live in Ash than in Birch?",
            "How many fewer people live in Birch than in Ash?",
            "By how much does Ash exceed Birch in population?",
        ],
    );
    all_answer(&vales, &["2"], &["How many more brooks does Ash have than Cedar?"]);
    all_answer(&vales, &["2.5"], &["How many times as large as Birch is Ash?"]);
    all_answer(
        &vales,
        &["400"],
        &["How much higher is the highest point of Ash than that of Birch?"],
    );
    let answer = vales.ask("How much larger is Birch than Ash?").expect("an answer");
    assert_eq!((answer.kind, answer.answers.len()), (Kind::Presupposition, 0));
    assert!(answer.notes.iter().any(|note| note.contains("200 against 500")), "{:?}", answer.notes);
    // The area of the one and the length of the other are no two of a kind.
    kinds(
        &vales,
        Kind::Declined,
        &["What is the difference between the area of Ash and the length of the Foss?"],
    );
}

#[test]
fn the_best_of_each_by_itself() {
    let vales = of(VALES);
    all_answer(
        &vales,
        &["Ash", "Cedar"],
        &[
            "In which vales is the seat the largest town?",
            "Which vales have a seat that is also their largest town?",
        ],
    );
}

#[test]
fn the_best_beside_one_that_is_named() {
    let vales = of(VALES);
    all_answer(
        &vales,
        &["Birch"],
        &[
            "What is the largest vale after Ash?",
            "the next largest vale after Ash",
            "Which vale is second only to Ash in area?",
            "What is the largest vale that is not larger than Birch?",
        ],
    );
    all_answer(&vales, &["Cedar"], &["What is the smallest vale after Dale?"]);
    all_answer(&vales, &["Ash", "Dale"], &["What are the largest and the smallest vale?"]);
    all_answer(&vales, &["Beech"], &["the largest town outside Ash", "largest town not in Ash"]);
}

#[test]
fn two_comparisons_and_denied_ones() {
    let vales = of(VALES);
    all_answer(
        &vales,
        &["Birch"],
        &[
            "Which vales have more people than Cedar but fewer than Ash?",
            "Which vale is larger than Cedar but smaller than Ash?",
        ],
    );
    all_answer(&vales, &["Cedar", "Dale"], &["Which vales are not larger than Cedar?"]);
    // A thing is not compared with itself.
    all_answer(&vales, &[], &["Which vales are larger than Birch but have fewer people than it?"]);
    all_answer(
        &vales,
        &["Birch", "Cedar"],
        &["Which vales have a highest point lower than that of Ash?"],
    );
}

#[test]
fn what_a_whole_has_by_its_parts() {
    let vales = of(VALES);
    all_answer(
        &vales,
        &["8500"],
        &["What is the population of Overland?", "How many people live in Overland?"],
    );
    all_answer(&vales, &["890"], &["What is the total area of Overland?"]);
    // Lengths do not add up to that of the whole, and an average is another question.
    kinds(&vales, Kind::Declined, &["What is the height of Overland?"]);
}

#[test]
fn what_is_how_deep() {
    let store = of("dossier facts 1
label Spot
    words spot, place
    words \"high = most elevation\"
    words \"low, deep = least elevation\"
property elevation
    words elevation
entity Pit: Spot
    elevation: -40
entity Crag: Spot
    elevation: 90
");
    all_answer(&store, &["Pit"], &["What is the deepest spot?"]);
    all_answer(&store, &["-40"], &["How low is Pit?"]);
    kinds(&store, Kind::Declined, &["How deep is Pit?"]);
}

#[test]
fn what_is_left_out_or_adds_nothing() {
    let vales = of(VALES);
    all_answer(
        &vales,
        &["Birch"],
        &[
            "Which vale is number two in area?",
            "Which vales seat is Bay?",
            "And which vale has Bay as its seat?",
        ],
    );
    all_answer(&vales, &["700"], &["How high up is the highest point of Ash?"]);
    let answer = vales.ask("each vale with its seat").expect("an answer");
    assert_eq!(answer.answers, ["Ash: Alder", "Birch: Bay", "Cedar: Cherry"], "{answer:?}");
}

/// Where nobody wrote a sentence for having something, the one type that joins the two says it.
#[test]
fn more_than_another_has_in_a_graph_without_words() {
    let store = Store::memory();
    for query in [
        "CREATE (:Captain {name: 'Ilo Brand'}), (:Captain {name: 'Una Mars'})",
        "CREATE (:Ship {name: 'Gull'}), (:Ship {name: 'Tern'}), (:Ship {name: 'Auk'})",
        "MATCH (c:Captain {name: 'Ilo Brand'}), (s:Ship {name: 'Gull'}) CREATE (c)-[:SAILS]->(s)",
        "MATCH (c:Captain {name: 'Una Mars'}), (s:Ship) WHERE s.name <> 'Gull' CREATE (c)-[:SAILS]->(s)",
    ] {
        store.query(query, ()).expect("a query");
    }
    all_answer(
        &store,
        &["Una Mars"],
        &[
            "Which captain sails more ships than Ilo Brand?",
            "Which captain has more ships than Ilo Brand?",
            "Who sails twice as many ships as Ilo Brand?",
        ],
    );
}

/// What is compared with a thing that is given, and may have none of what is counted.
#[test]
fn none_of_something_beside_a_comparison() {
    let vales = of(VALES);
    all_answer(
        &vales,
        &["Cedar"],
        &[
            "Which vales are larger than Dale and have at most one brook?",
            "Which vales are larger than Dale but have fewer brooks than Birch?",
        ],
    );
}

/// *Minus* supposes nothing of which is the larger, *how much larger* does.
#[test]
fn less_than_nothing_is_a_difference_too() {
    let vales = of(VALES);
    all_answer(&vales, &["-300"], &["What is the area of Birch minus the area of Ash?"]);
    kinds(&vales, Kind::Presupposition, &["How many more brooks does Birch have than Ash?"]);
    all_answer(&vales, &["1"], &["How many more brooks does Ash have than Birch?"]);
}
