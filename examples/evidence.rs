//! Where each row of an answer stands: document, paragraph, sentence, stance and speaker.

use dossier::{Options, Result, Store};

pub(crate) fn main() -> Result<()> {
    let store = Store::shipped()?;
    // Evidence is computed where it is asked for, and costs nothing elsewhere.
    let options = Options { evidence: true, ..Options::default() };
    let rows = store.query_with(
        "MATCH (s:State)-[:RECOGNISES]->(x:Region {name: 'South Ossetia'}) RETURN s.name AS state",
        &options,
    )?;
    for (at, row) in rows.iter().enumerate() {
        println!("{}", row.get::<String>("state")?);
        for evidence in rows.evidence(at) {
            let place = (evidence.paragraph, evidence.sentence);
            let summary = evidence.summary.as_deref().unwrap_or_default();
            println!("  {} {place:?}, {}: {summary}", evidence.document, evidence.stance);
            assert_eq!(evidence.document, "Seed article");
        }
    }
    Ok(())
}
