//! Questions in words that a graph has no sentence with, and that stand for others.

use super::tests_common::{answers, of};
use crate::ask::{Kind, Verdict};

const COURTS: &str = r"dossier facts 1
label Court
    words court, party, who
relationship SCOLDED: Court -> Court
    event
    phrase A criticises B
    phrase A's criticism of B
relationship WENT: Court -> Court
    event
    phrase A visits B
    phrase A's visit to B
relationship SPURNED: Court -> Court
    event
    phrase A rejects B
relationship HELD: Court -> Court
    event
    phrase A arrests B
complete any Court -SCOLDED-> any Court
complete any Court -SPURNED-> any Court
complete any Court -WENT-> any Court
entity Alder: Court
entity Birch: Court
entity Cedar: Court
entity Elder: Court
Alder -SCOLDED-> Birch
    valid 1901-02-03
Cedar -SCOLDED-> Birch
    valid 1902-02-03
Birch -WENT-> Cedar
    valid 1903-02-03
Alder -WENT-> Cedar
    valid 1903-05-03
Cedar -WENT-> Alder
    valid 1903-07-03
Cedar -SPURNED-> Alder
    valid 1904-02-03
Elder -HELD-> Cedar
    valid 1905-02-03
";

#[test]
fn a_word_that_nothing_knows_is_read_as_one_it_stands_for() {
    let store = of(COURTS);
    for (question, expected) in [
        ("Who lampooned Birch?", &["Alder", "Cedar"][..]),
        ("Whom did Alder belittle in 1901?", &["Birch"]),
        ("Who was mocked by Cedar?", &["Birch"]),
        ("Who had a go at Birch in 1902?", &["Cedar"]),
        ("Who gave Alder the cold shoulder?", &["Cedar"]),
        ("Whom did Cedar give the cold shoulder?", &["Alder"]),
        ("Who was given the cold shoulder by Cedar?", &["Alder"]),
        ("Who put Cedar behind bars?", &["Elder"]),
        ("Who dropped by Cedar in 1903?", &["Alder", "Birch"]),
    ] {
        assert_eq!(answers(&store, question), expected, "{question}");
    }
    let answer = store.ask("Who lampooned Birch?").expect("an answer");
    let read = &answer.corrections[0];
    assert_eq!((&*read.written, &*read.read), ("lampooned", "criticised"));
}

#[test]
fn what_stands_for_nothing_that_the_graph_has_is_declined() {
    let store = of(COURTS);
    for question in ["Who waterboarded Birch?", "Who is bullish about Birch?", "Who frobbed Birch?"]
    {
        let answer = store.ask(question).expect("an answer");
        assert_eq!(answer.kind, Kind::Declined, "{question}");
        assert!(answer.corrections.is_empty(), "{question}");
    }
}

#[test]
fn words_that_are_known_are_read_as_they_are() {
    let store = of(COURTS);
    let answer = store.ask("Who criticised Birch?").expect("an answer");
    assert!(answer.corrections.is_empty());
    let never = store.ask("Has Alder lampooned Cedar?").expect("an answer");
    assert_eq!(never.verdict, Some(Verdict::No));
}
