//! What the tests of questions share: a store of some facts, and answers in an order of their own.

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
