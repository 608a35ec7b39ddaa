//! How often something was so, held against how often something else was. A small graph, through text.

use super::tests_common::{all_answer, of, verdict};
use crate::ask::{Kind, Verdict};

const PORTS: &str = r"dossier facts 1
label Port
    words port, who
relationship HAILED: Port -> Port
    event
    phrase A hails B
    phrase A's hail of B
relationship SUPPLIED: Port -> Port
    event
    phrase A gives aid to B
complete any Port -HAILED-> any Port
complete any Port -SUPPLIED-> any Port
entity Anse: Port
entity Brac: Port
entity Cove: Port
entity Dene: Port
Anse -HAILED-> Brac
    valid 2001-06-01
Anse -HAILED-> Brac
    valid 2001-07-01
Anse -HAILED-> Brac
    valid 2002-07-01
Cove -HAILED-> Brac
    valid 2001-03-03
Cove -HAILED-> Brac
    valid 2002-04-03
Dene -HAILED-> Brac
    valid 2002-03-03
Dene -HAILED-> Brac
    valid 2002-05-03
Brac -HAILED-> Anse
    valid 2002-01-01
Brac -HAILED-> Cove
    valid 2002-01-02
Brac -HAILED-> Cove
    valid 2002-01-03
Anse -HAILED-> Cove
    valid 2003-01-03
Dene -HAILED-> Cove
    valid 2003-01-04
Dene -HAILED-> Cove
    valid 2003-01-05
Anse -SUPPLIED-> Brac
    valid 2001-06-03
";

#[test]
fn two_numbers_are_held_against_each_other() {
    let store = of(PORTS);
    let yes = [
        "Did Anse hail Brac more often than Cove did?",
        "Did Anse hail Brac more often than it hailed Cove?",
        "Did Anse hail Brac more often than Brac hailed Anse?",
        "Did Anse hail Brac more often than the other way round?",
        "Did Anse hail Brac more often in 2001 than in 2002?",
        "Did Anse hail Brac more frequently than it gave aid to Brac?",
        "Was Brac hailed more often by Anse than by Cove?",
        "Did Cove hail Brac less often than Anse did?",
        "Did Cove hail Brac as often as Dene did?",
        "Did Anse hail Brac more often than Dene did in 2001?",
        "Did Anse hail Brac on more occasions than Cove did?",
    ];
    let no = [
        "Did Cove hail Brac more often than Dene did?",
        "Did Anse hail Brac more often in 2002 than in 2001?",
        "Did Anse hail Brac as often as Dene did?",
        "Did Anse hail Brac less often than Dene did?",
        "Was Brac hailed more often by Cove than by Dene?",
    ];
    for question in yes {
        assert_eq!(verdict(&store, question), Some(Verdict::Certain), "{question}");
    }
    for question in no {
        assert_eq!(verdict(&store, question), Some(Verdict::No), "{question}");
    }
    let answer = store.ask("Did Anse hail Brac more often than Cove did?").expect("an answer");
    assert_eq!(answer.notes, ["How often: 3 times, against twice."]);
}

#[test]
fn those_that_did_so_more_often_than_one() {
    let store = of(PORTS);
    all_answer(
        &store,
        &["Anse"],
        &[
            "Who hailed Brac more often than Dene did?",
            "Which ports hailed Brac more often than Dene?",
            "Who hailed Brac more times than Cove?",
        ],
    );
    all_answer(&store, &["Cove", "Dene"], &["Which ports hailed Brac less often than Anse did?"]);
    all_answer(&store, &["Cove"], &["Whom did Brac hail more often than Anse?"]);
    all_answer(&store, &["1"], &["How many ports hailed Brac more often than Dene did?"]);
}

#[test]
fn of_two_that_are_named_one_did_so_more_often() {
    let store = of(PORTS);
    all_answer(
        &store,
        &["Anse"],
        &[
            "Who hailed Brac more often, Anse or Cove?",
            "Who hailed Brac most often, Anse or Dene?",
            "Which of Anse and Cove hailed Brac more often?",
            "Did Anse or Dene hail Brac more often?",
            "Was Brac hailed more often by Anse or by Cove?",
            "By whom was Brac hailed more often, Anse or Cove?",
        ],
    );
    all_answer(
        &store,
        &["Brac"],
        &[
            "Whom did Anse hail more often, Brac or Cove?",
            "Whom did Anse hail first, Cove or Brac?",
            "Did Anse hail Brac or Cove first?",
        ],
    );
    // Both: each of them so often.
    all_answer(&store, &["Dene"], &["Who hailed both Brac and Cove at least twice?"]);
}

#[test]
fn what_would_count_for_each_by_itself_has_no_reading() {
    let store = of(PORTS);
    for question in [
        "Whom did Anse hail more often than Dene did?",
        "When did Anse hail Brac more often than Cove did?",
        "Who hailed Brac more often in 2001 than in 2002?",
    ] {
        let kind = store.ask(question).expect("an answer").kind;
        assert_eq!(kind, Kind::Declined, "{question}");
    }
    // Of whom it is said may be one as well as the other.
    let answer = store.ask("Did Cove hail Brac more often than Anse?").expect("an answer");
    assert_eq!(answer.kind, Kind::Ask);
    assert_eq!(answer.choices.len(), 2, "{:?}", answer.choices);
}

/// What would be lost, or be of another, has no reading.
#[test]
fn rivals_that_are_not_one() {
    let store = of(PORTS);
    for question in [
        "Did Anse hail Brac more often in 2001 than Cove did in 2003?",
        "Did Anse hail Brac more often than any other port did?",
        "Did Anse hail Brac more often than every other port?",
        "Did nobody hail Brac more often than Anse did?",
        "Who hailed Cove less often, Cove or Dene?",
        "Did Anse or Dene hail Cove less often?",
        "Who hailed Brac for the second time?",
    ] {
        let answer = store.ask(question).expect("an answer");
        assert_eq!(answer.kind, Kind::Declined, "{question}: {:?}", answer.reading);
    }
    all_answer(&store, &["2001-07-01"], &["When did Anse hail Brac for the second time?"]);
}
