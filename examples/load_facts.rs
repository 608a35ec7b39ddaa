//! Facts with dates and sources from a text in the facts format, and a mistake in one.

use dossier::{Result, Store};

const FACTS: &str = "\
dossier facts 1

entity Nauru: State
entity Abkhazia: Region
entity Morning paper: Document

document Morning paper
sentence 1.2: The island is among the states that recognise the region.
Nauru -RECOGNISES-> Abkhazia
    valid 2009-12-15/..
";

pub(crate) fn main() -> Result<()> {
    let store = Store::memory();
    let summary = store.load_facts("morning.dossier", FACTS)?;
    println!("{} entities, {} statements", summary.entities, summary.statements);
    assert_eq!(summary.statements, 1);

    // A file with a mistake brings nothing, and says where the mistake is.
    let wrong = FACTS.replace("Nauru -", "Naru -");
    let error = store.load_facts("morning.dossier", &wrong).unwrap_err();
    let place = error.position().expect("a mistake in a file has a place");
    let file = error.file().unwrap_or_default();
    println!("{file}:{}:{}: {error} {:?}", place.line, place.column, error.hints());
    assert_eq!((place.line, place.column), (9, 1));
    Ok(())
}
