//! Every entry of the function tables does what its example says, and stands in the manual:
//! `docs/language/functions/` is made from the tables. `UPDATE_EXPECT=1 cargo test functions`
//! writes the pages anew.

use std::fmt::Write;
use std::path::PathBuf;

use dossier::Store;
use dossier::expr::aggregate::AggregateFunction;
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
    let aggregates = AggregateFunction::entries().map(|entry| entry.example);
    for (query, expected) in function::all().map(|function| function.example).chain(aggregates) {
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

#[test]
fn every_function_stands_in_the_manual() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/language/functions");
    let mut index = String::from(
        "# Functions\n\nA page for each kind, made from the table that queries are checked against: signature,\n\
         meaning, an example and its result. `?` marks what may be left out, `...` what may be repeated; null\n\
         for an argument gives null where nothing else is said. Upper and lower case are alike in names.\n\n",
    );
    let mut pages = Vec::new();
    let mut add = |title: &str, entries: Vec<[&str; 5]>| {
        let words = title.to_lowercase().replace(',', "");
        let file = format!("{}.md", words.split(' ').collect::<Vec<_>>().join("-"));
        let names: Vec<_> = entries.iter().map(|[name, ..]| format!("`{name}`")).collect();
        writeln!(index, "- [{title}]({file}): {}", names.join(", ")).expect("a string");
        let mut page = format!("# {title}\n\n[All functions](README.md)\n");
        for [name, signature, doc, query, result] in entries {
            write!(
                page,
                "\n## {name}\n\n`{signature}`\n\n{doc}\n\n```cypher\n{query}\n```\n\n`{result}`\n"
            )
            .expect("a string");
        }
        pages.push((file, page));
    };
    for (title, functions) in function::groups() {
        let entry =
            |f: &'static function::Function| [f.name, f.signature, f.doc, f.example.0, f.example.1];
        add(title, functions.iter().map(entry).collect());
    }
    let entries = AggregateFunction::entries();
    add(
        "Aggregates",
        entries.map(|f| [f.name, f.signature, f.doc, f.example.0, f.example.1]).collect(),
    );
    index.push_str("\nOther names for some of them:\n\n| name | stands for |\n|---|---|\n");
    for (alias, known) in function::ALIASES {
        writeln!(index, "| `{alias}` | `{known}` |").expect("a string");
    }
    pages.push(("README.md".to_owned(), index));
    for (file, page) in pages {
        let path = folder.join(&file);
        if std::fs::read_to_string(&path).is_ok_and(|written| written == page) {
            continue;
        }
        assert!(crate::scripts::updating(), "{file} is not what the table says: UPDATE_EXPECT=1");
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        std::fs::write(path, page).expect("a page is writable");
    }
}
