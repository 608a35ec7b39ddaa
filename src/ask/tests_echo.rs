//! How a question was read, said back in a sentence; and what is said of one that was read in part.

use super::{Conversation, Verdict};
use crate::query::{Options, Store};

fn shipped() -> Store {
    Store::shipped().expect("the shipped facts are right")
}

/// Each question is read back as a sentence.
fn echoed(store: &Store, expected: &[(&str, &str)]) {
    for (question, echo) in expected {
        let answer = store.ask(question).expect("an answer");
        assert_eq!(answer.reading.as_deref(), Some(*echo), "{question}");
    }
}

#[test]
fn a_single_statement_is_asked_in_the_order_of_a_question() {
    echoed(
        &shipped(),
        &[
            ("who recognises abkhazia", "Which state recognises Abkhazia?"),
            ("who recognised abkhazia", "Which state recognised Abkhazia?"),
            ("which regions does Russia recognise", "Which region does Russia recognise?"),
            ("Abkhazia is recognised by Georgia?", "Does Georgia recognise Abkhazia?"),
            ("did Lavrov meet Medoev", "Did Sergey Lavrov meet Dmitry Medoev?"),
            ("when did Russia recognise Abkhazia", "When did Russia recognise Abkhazia?"),
            ("how many states recognise Abkhazia", "How many states recognise Abkhazia?"),
            ("how many regions does Russia recognise", "How many regions does Russia recognise?"),
            ("how often did Lavrov meet Medoev", "How often did Sergey Lavrov meet Dmitry Medoev?"),
            ("who lives in South Ossetia", "Which people live in South Ossetia?"),
        ],
    );
}

#[test]
fn what_is_denied_is_said_with_not() {
    echoed(
        &shipped(),
        &[("which states do not recognise Abkhazia", "Which state does not recognise Abkhazia?")],
    );
}

#[test]
fn times_are_said_in_words() {
    echoed(
        &shipped(),
        &[
            (
                "did Russia recognise Abkhazia on 26 August 2008",
                "Did Russia recognise Abkhazia on 26 August 2008?",
            ),
            ("who recognised Abkhazia before 2010", "Which state recognised Abkhazia before 2010?"),
            (
                "who met whom in 2017-11",
                "Which person met which person in November 2017, for each person?",
            ),
        ],
    );
}

#[test]
fn what_a_thing_is_can_be_asked() {
    let store = shipped();
    let is = |question: &str| store.ask(question).expect("an answer").verdict.map(Verdict::as_str);
    assert_eq!(is("is Medoev a person?"), Some("certain"));
    assert_eq!(is("was Abkhazia a breakaway republic"), Some("certain"));
    assert_eq!(is("is South Ossetia a state"), Some("not stated"));
    let notes = store.ask("is South Ossetia a state").expect("an answer").notes;
    assert_eq!(notes, ["South Ossetia is a region."]);
}

/// What is asked of the last answer is asked of what it was about.
#[test]
fn follow_ups_ask_of_the_last_answer() {
    let store = shipped();
    for (first, second, echo) in [
        ("who recognises Abkhazia", "since when?", "When does some state recognise Abkhazia?"),
        (
            "does Russia recognise Abkhazia",
            "in what year?",
            "In which year does Russia recognise Abkhazia?",
        ),
        (
            "did Lavrov meet Medoev",
            "and how often?",
            "How often did Sergey Lavrov meet Dmitry Medoev?",
        ),
        (
            "did Lavrov meet Medoev",
            "who says so?",
            "Who says that Sergey Lavrov met Dmitry Medoev?",
        ),
        (
            "did Lavrov meet Medoev",
            "how do you know?",
            "Where does it stand that Sergey Lavrov met Dmitry Medoev?",
        ),
    ] {
        let mut conversation = Conversation::default();
        let ask = |conversation: &mut Conversation, question| {
            store.ask_in(conversation, question, &Options::default()).expect("an answer")
        };
        ask(&mut conversation, first);
        let answer = ask(&mut conversation, second);
        assert_eq!(answer.reading.as_deref(), Some(echo), "{first} {second}");
    }
}

/// Where the facts do not say where or why, the rest of the question is still understood.
#[test]
fn a_circumstance_that_nothing_says_is_named() {
    let answer = shipped().ask("where did Lavrov meet Medoev").expect("an answer");
    assert_eq!(
        answer.notes[..2],
        [
            "I understand “did Lavrov meet Medoev”, but nothing says where.",
            "You can ask: Did Sergey Lavrov meet Dmitry Medoev?",
        ]
    );
}
