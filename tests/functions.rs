//! Every entry of the function table does what its example says.

use dossier::Store;
use dossier::expr::function;
use dossier::render::value::{Spelling, text};

#[test]
fn every_example_holds() {
    if let Err(error) = Store::memory().query("RETURN 1", ())
        && error.code() == "bind::unsupported"
    {
        eprintln!("skipped: queries do not run yet");
        return;
    }
    let mut wrong = Vec::new();
    for function in function::all() {
        let (query, expected) = function.example;
        let shown = match Store::memory().query(query, ()) {
            Err(error) => format!("{error:?}"),
            Ok(rows) => match rows.get(0).map(|row| row.values().to_vec()).as_deref() {
                Some([value]) => text(value, rows.graph(), Spelling::Plain),
                _ => "not one row of one column".to_owned(),
            },
        };
        if shown != expected {
            wrong.push(format!("{query}\n  says {expected}\n  is   {shown}"));
        }
    }
    assert!(wrong.is_empty(), "{} examples are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
