//! Readers and a writer at the same time: a snapshot never changes, and nobody waits for a reader.

use dossier::{Result, Store};

pub(crate) fn main() -> Result<()> {
    let store = Store::memory();
    store.query("CREATE (:State {name: 'Nauru'})", ())?;
    let before = store.snapshot();

    // A store is cheap to clone; clones are the same store.
    let writer = store.clone();
    let thread = std::thread::spawn(move || writer.query("CREATE (:State {name: 'Tuvalu'})", ()));
    thread.join().expect("the writer does not panic")?;

    println!("then {}, now {}", before.statistics().nodes, store.snapshot().statistics().nodes);
    assert_eq!((before.statistics().nodes, store.snapshot().statistics().nodes), (1, 2));

    // A statement that fails in its third row leaves nothing of the first two.
    let failed = store.query("UNWIND [1, 2, 0] AS x CREATE (:Number {value: 10 / x})", ());
    println!("{}", failed.unwrap_err());
    assert_eq!(store.snapshot().statistics().nodes, 2);
    Ok(())
}
