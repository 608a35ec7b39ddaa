//! What the tests of questions share: a store of some facts, and answers in an order of their own.

use super::{Kind, Verdict};
use crate::query::Store;

/// A store with the facts of a text.
pub(super) fn of(facts: &str) -> Store {
    let store = Store::memory();
    store.load_facts("facts", facts).expect("well-formed");
    store
}

/// The answers to a question, sorted.
pub(super) fn answers(store: &Store, question: &str) -> Vec<String> {
    let mut answers = store.ask(question).expect("an answer").answers;
    answers.sort();
    answers
}

/// What is said of whether it is so.
pub(super) fn verdict(store: &Store, question: &str) -> Option<Verdict> {
    store.ask(question).expect("an answer").verdict
}

/// Holds the answers to each of some questions against those expected.
#[track_caller]
pub(super) fn all_answer(store: &Store, expected: &[&str], questions: &[&str]) {
    for question in questions {
        assert_eq!(answers(store, question), expected, "{question}");
    }
}

/// Holds that none of some questions is understood.
#[track_caller]
pub(super) fn declined(store: &Store, questions: &[&str]) {
    for question in questions {
        let answer = store.ask(question).expect("an answer");
        assert_eq!(answer.kind, Kind::Declined, "{question}: {answer:?}");
    }
}
