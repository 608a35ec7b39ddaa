//! Several statements that become one commit, or nothing.

use dossier::{Result, Store};

pub(crate) fn main() -> Result<()> {
    let store = Store::memory();
    let mut transaction = store.begin()?;
    for state in ["Nauru", "Nicaragua"] {
        transaction.query("CREATE (:State {name: $name})", [("name", state)])?;
    }
    // Nobody else sees them yet.
    assert_eq!(store.query("MATCH (s:State) RETURN s", ())?.len(), 0);
    let commit = transaction.commit()?;
    println!("commit {commit}: {} states", store.query("MATCH (s:State) RETURN s", ())?.len());

    // A transaction that is dropped, or one of whose statements fails, leaves nothing.
    let mut transaction = store.begin()?;
    transaction.query("MATCH (s:State) DELETE s", ())?;
    println!("{}", transaction.query("RETURN 1 / 0", ()).unwrap_err());
    drop(transaction);
    assert_eq!(store.query("MATCH (s:State) RETURN s", ())?.len(), 2);
    Ok(())
}
