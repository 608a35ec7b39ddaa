//! Superlatives, comparisons, pivots and role names on small graphs, through text.

use super::tests_common::{answers, of};
use crate::ask::{Kind, Verdict};
use crate::query::Store;

const ISLANDS: &str = "dossier facts 1
label Island
    words island, where
    words \"large, big = most area\"
    words \"small = least area\"
    words \"major = area > 100\"
label Town
    words town
    words \"large, big = most people\"
label Stream
    words stream
    words \"long = most length\"
property people
    words population
    words \"counts = people, inhabitants\"
property area
    words area
relationship IN: Town -> Island
    phrase A is in B
relationship CROSSES: Stream -> Island
    phrase A crosses B
    phrase A flows through B
relationship FACES: Island -> Island
    phrase A faces B
complete any Stream -CROSSES-> any Island
entity Norsa: Island
    area: 200
entity Velm: Island
    area: 90
entity Ostra: Island
    area: 150
entity Aby: Town
    people: 500
entity Bo: Town
    people: 900
entity Cim: Town
    people: 700
entity Rill: Stream
    length: 40
entity Brook: Stream
    length: 25
Aby, Bo -IN-> Norsa
Cim -IN-> Velm
Rill, Brook -CROSSES-> Norsa
Rill -CROSSES-> Ostra
Norsa -FACES-> Velm, Ostra
Velm -FACES-> Norsa
";

fn islands() -> Store {
    of(ISLANDS)
}

#[test]
fn superlatives_choose_by_what_they_measure() {
    let store = islands();
    for (question, expected) in [
        ("What is the largest island?", "Norsa"),
        ("Which island is the smallest?", "Velm"),
        ("What is the second largest island?", "Ostra"),
        ("What is the largest town in Norsa?", "Bo"),
        ("Which towns are in the smallest island?", "Cim"),
        ("Which island has the largest area?", "Norsa"),
        ("What is the area of the smallest island?", "90"),
        ("How long is the longest stream that flows through Norsa?", "40"),
        ("Which island faces the most islands?", "Norsa"),
        ("Which stream crosses the most islands?", "Rill"),
    ] {
        assert_eq!(answers(&store, question), [expected], "{question}");
    }
}

#[test]
fn nested_questions_are_answered_from_within() {
    let store = islands();
    let question = "Which islands face the island that the most streams cross?";
    assert_eq!(answers(&store, question), ["Velm"]);
    let question = "How many streams flow through the islands that Velm faces?";
    assert_eq!(answers(&store, question), ["2"]);
}

#[test]
fn comparisons_bounds_and_sums() {
    let store = islands();
    assert_eq!(answers(&store, "Which islands are larger than Velm?"), ["Norsa", "Ostra"]);
    assert_eq!(answers(&store, "Which islands are major?"), [""; 0], "an adjective alone");
    assert_eq!(answers(&store, "Name the major islands."), ["Norsa", "Ostra"]);
    assert_eq!(answers(&store, "What is the total area of the islands that Norsa faces?"), ["240"]);
    assert_eq!(answers(&store, "How many people live in Bo?"), ["900"]);
}

#[test]
fn counts_groups_and_bounds() {
    let store = islands();
    for (question, expected) in [
        ("Which islands face at least two islands?", vec!["Norsa"]),
        ("How many streams cross each island?", vec!["Norsa: 2", "Ostra: 1"]),
        ("Which towns have a population of more than 600?", vec!["Bo", "Cim"]),
        ("Which islands have an area of at least 150?", vec!["Norsa", "Ostra"]),
        ("What is the combined area of Norsa and Velm?", vec!["290"]),
        ("Which of the islands that Norsa faces is the largest?", vec!["Ostra"]),
    ] {
        assert_eq!(answers(&store, question), expected, "{question}");
    }
}

#[test]
fn what_has_none_is_found_where_the_facts_are_complete() {
    let store = islands();
    assert_eq!(answers(&store, "Which islands does no stream cross?"), ["Velm"]);
}

const TALKS: &str = "dossier facts 1
label Actor
    words actor, country, who
    words \"role Police = police, policeman\"
relationship CALLS: Actor -> Actor
    event
    phrase A calls B
    phrase A [makes|pays] a call to B
complete any Actor -CALLS-> any Actor
entity Kenya: Actor
entity Norway: Actor
entity Peru: Actor
entity @police \"Police (Kenya)\": Actor
Norway -CALLS-> Kenya; valid 2014-02-03
Peru -CALLS-> Kenya; valid 2014-02-20
@police -CALLS-> Kenya; valid 2014-05-01
Norway -CALLS-> Peru; valid 2015-01-09
";

#[test]
fn pivots_ranks_and_roles() {
    let store = Store::memory();
    store.load_facts("talks", TALKS).expect("well-formed");
    for (question, expected) in [
        ("Who called Kenya after Peru?", vec!["Police (Kenya)"]),
        ("After Norway, who was the first to call Kenya?", vec!["Peru"]),
        ("Before the Kenyan police, who last called Kenya?", vec!["Peru"]),
        ("Who called Kenya in the same month as Peru?", vec!["Norway"]),
        ("When did Norway last make a call to Peru?", vec!["2015-01-09"]),
        ("In which month did the police of Kenya call Kenya?", vec!["2014-05"]),
        ("Kenya was called by whom in May 2014?", vec!["Police (Kenya)"]),
        ("Which country was the last to call Kenya in 2014?", vec!["Police (Kenya)"]),
        ("Who was the second to call Kenya?", vec!["Peru"]),
        ("Which country first did Norway call?", vec!["Kenya"]),
        ("Who, after Norway, called Kenya?", vec!["Peru", "Police (Kenya)"]),
        ("How many calls did Norway make to Kenya?", vec!["1"]),
        ("Who called Kenya more than once?", vec![]),
        ("Who did not call Kenya in May 2014?", vec!["Kenya", "Norway", "Peru"]),
    ] {
        assert_eq!(answers(&store, question), expected, "{question}");
    }
    let answer = store.ask("Did Peru call Norway in 2014?").expect("an answer");
    assert_eq!((answer.kind, answer.verdict), (Kind::YesNo, Some(Verdict::No)));
}
