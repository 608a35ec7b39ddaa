//! A procedure of one's own, from a table: input columns first, then result columns.

use dossier::{Result, Store, Value};

pub(crate) fn main() -> Result<()> {
    let store = Store::shipped()?;
    let rows = [("Russia", "RU"), ("Nauru", "NR"), ("Syria", "SY")];
    store.declare_procedure(
        "iso.code(name :: STRING) :: (code :: STRING)",
        rows.map(|(name, code)| vec![Value::from(name), Value::from(code)]).to_vec(),
    )?;
    let rows = store.query(
        "MATCH (s:State) CALL iso.code(s.name) YIELD code RETURN s.name AS state, code ORDER BY code",
        (),
    )?;
    for row in rows.iter() {
        println!("{} {}", row.get::<String>("code")?, row.get::<String>("state")?);
    }
    assert_eq!(rows.len(), 3);
    Ok(())
}
