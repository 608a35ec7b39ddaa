//! Rows as text: a table for people, and formats for programs.

use dossier::Store;
use dossier::render::{self, Format};

pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::shipped()?;
    let rows = store.query(
        "MATCH (s:State)-[:RECOGNISES]->(x) RETURN s.name AS state, count(*) AS regions ORDER BY state LIMIT 2",
        (),
    )?;
    for format in [Format::Table, Format::Csv, Format::Jsonl] {
        let mut out = Vec::new();
        render::write(&rows, format, &render::Options::default(), &mut out)?;
        print!("{}", String::from_utf8(out)?);
    }
    Ok(())
}
