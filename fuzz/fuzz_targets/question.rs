//! Any question over the shipped facts is answered, asked back or declined, and what is answered names
//! a query that can be read.
#![no_main]

use std::sync::LazyLock;

use dossier::Store;
use libfuzzer_sys::fuzz_target;

static STORE: LazyLock<Store> =
    LazyLock::new(|| Store::shipped().expect("the shipped facts are right"));

fuzz_target!(|text: &str| {
    if let Ok(answer) = STORE.ask(text)
        && let Some(query) = &answer.query
    {
        dossier::syntax::parse(query).expect("the query of an answer can be read");
    }
});
