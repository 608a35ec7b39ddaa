//! More ways in which people ask: what they said first, what they turn round, what they say twice, and
//! their slips of the hand.

use super::tests_common::{answers, of};
use crate::query::Store;

const VISITS: &str = r#"dossier facts 1
label Party
    words party, country, who
label Land
    words land, state, where
    words "large = most area"
    words "populous = most people"
property area
    words area
    phrase A covers {area}
property people
    words population
    words "counts = people, inhabitants"
label Hill
    words hill
label Lake
    words lake
relationship VISITED: Party -> Party
    event
    phrase A visits B
    phrase A's visit to B
relationship PRAISED: Party -> Party
    event
    phrase A praises B
relationship LIES_IN: Hill, Lake -> Land
    phrase A is in B
complete any Party -VISITED-> any Party
complete any Hill -LIES_IN-> any Land
complete any Lake -LIES_IN-> any Land
entity Arda: Party
entity Borne: Party
entity Cask: Party
entity Dell: Party
entity Upland: Land
    area: 200
    people: 2500000
entity Lowland: Land
    area: 90
    people: 7000
entity Midland: Land
    area: 150
    people: 900
entity Knoll: Hill
entity Tor: Hill
entity Mere: Lake
Knoll -LIES_IN-> Upland
Tor -LIES_IN-> Lowland
Mere -LIES_IN-> Lowland
Arda -VISITED-> Borne
    valid 2001-02-03
Cask -VISITED-> Borne
    valid 2001-05-20
Dell -VISITED-> Borne
    valid 2001-05-22
Arda -VISITED-> Dell
    valid 2002-01-01
Arda -PRAISED-> Dell
    valid 2002-01-02
Cask -PRAISED-> Borne
    valid 2003-01-01
"#;

/// Each question has the answers, in whatever order.
fn all(expected: &[&str], questions: &[&str]) {
    let store = of(VISITS);
    for question in questions {
        assert_eq!(answers(&store, question), expected, "{question}");
    }
}

/// Before and after another, said in other ways than by *before* and *after* and its verb.
#[test]
fn before_and_after_in_other_words() {
    all(
        &["Arda"],
        &[
            "Who visited Borne prior to Cask doing so?",
            "Who visited Borne prior to Cask's doing so?",
            "Who had already visited Borne when Cask did?",
            "Who visited Borne, but earlier than Cask did?",
            "Who visited Borne before Cask ever did?",
            "Who was the previous one to visit Borne before Cask?",
        ],
    );
    all(
        &["Dell"],
        &[
            "Who visited Borne two days after Cask did?",
            "Who visited Borne less than a week after Cask?",
            "Who visited Borne in the week after Cask did?",
            "Before 2003, who had been the last to visit Borne?",
            "Which one was the last of all to visit Borne?",
            "Whose was the last visit to Borne?",
        ],
    );
}

/// The same in the month of somebody else's deed, told before what is asked.
#[test]
fn at_the_time_of_another() {
    all(
        &["Dell"],
        &[
            "When Cask visited Borne, who else did so in the same month?",
            "Cask visited Borne; who else did so in the same month?",
            "In the month of Cask's visit to Borne, who else visited Borne?",
            "Who also visited Borne in the month of Cask's visit to Borne?",
        ],
    );
    all(
        &["2001-05-20"],
        &[
            "The last time Cask visited Borne, what date was it?",
            "The last time Cask visited Borne was when?",
            "At what point in time did Cask visit Borne?",
        ],
    );
    all(&["2001-05"], &["Which months saw Cask visiting Borne?"]);
}

/// What is counted and who is excepted.
#[test]
fn counted_and_excepted() {
    all(
        &["3"],
        &["How many were there who visited Borne?", "Exactly how many parties visited Borne?"],
    );
    all(&["Arda"], &["Who visited not only Borne but Dell too?"]);
    all(&["Cask", "Dell"], &["Leaving out those who visited Dell, who visited Borne?"]);
    all(&["Arda"], &["Who visited Dell just once?"]);
    all(&["Arda", "Cask", "Dell"], &["Who visited Borne more often than anyone else?"]);
}

/// Properties compared, and what is had.
#[test]
fn properties_in_other_words() {
    all(&["Upland"], &["Which lands have a larger population than Lowland?"]);
    all(&["1"], &["How many hills has Upland?"]);
    all(&["Lowland"], &["Which lands have both a hill and a lake?"]);
    all(&["Upland"], &["Which is larger, Upland or Lowland?"]);
}

/// A slip of the hand in a word that is no name is mended and said; another word is none.
#[test]
fn slips_of_the_hand_are_shown() {
    let store = of(VISITS);
    let answer = store.ask("who vistied Dell").expect("an answer");
    assert_eq!(answer.answers, ["Arda"]);
    let corrected = &answer.corrections[0];
    assert_eq!((&*corrected.written, &*corrected.read), ("vistied", "visited"));
    let declined = store.ask("who raided Dell").expect("an answer");
    assert_eq!(declined.unused, ["raided"]);
}

/// What asks for a yes or a no says so in several ways.
#[test]
fn whether_or_not() {
    let store = Store::shipped().expect("the shipped facts");
    for question in [
        "Did Russia recognise Abkhazia or not?",
        "Has Russia been known to recognise Abkhazia?",
        "Did Russia's recognition of Abkhazia come before 2009?",
    ] {
        let verdict = store.ask(question).expect("an answer").verdict;
        assert_eq!(verdict, Some(crate::ask::Verdict::Certain), "{question}");
    }
}

/// A conversation may go on with *did so* and with names in the place of pronouns.
#[test]
fn conversations_go_on() {
    let store = Store::shipped().expect("the shipped facts");
    let mut conversation = crate::ask::Conversation::default();
    for (question, expected) in [
        ("who recognises South Ossetia", 5),
        ("who recognizes it", 5),
        ("and abkhazia?", 5),
        ("when did they do so?", 1),
        ("which of them did so before 2010?", 1),
        ("which of them did so before 2009?", 1),
    ] {
        let options = crate::query::Options::default();
        let answer = store.ask_in(&mut conversation, question, &options).expect("an answer");
        assert_eq!(answer.answers.len(), expected, "{question}: {:?}", answer.reading);
    }
}
