//! The facts that ship with Dossier: against the worked extraction, and with pieces missing.

use std::collections::BTreeSet;

use dossier::load::facts::{SHIPPED, SHIPPED_NAME};
use dossier::{Rows, Store, Value};

use crate::shared;

/// Each relationship as its ends, type and the properties that both writings have.
const STATEMENTS: &str = "MATCH (a)-[r]->(b) \
     RETURN a.name + ' ' + type(r) + ' ' + b.name AS statement, r.what AS what, \
     r.from_whom AS whom, r.title AS title, r.reason AS reason, r.share AS share, r.days AS days";

#[test]
fn every_fact_of_the_extraction_ships_under_its_name_and_wording() {
    let Some(folder) = shared::folder("questions") else { return };
    let text = std::fs::read_to_string(folder.join("seed.facts.cypher")).expect("it is readable");
    let extraction = Store::memory();
    for statement in text.lines().filter(|line| !line.starts_with("//") && !line.is_empty()) {
        let statement = statement.trim_end().trim_end_matches(';');
        extraction.query(statement, ()).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    let shipped = Store::shipped().expect("the shipped facts load");
    // The document is a document here, whatever it is called there.
    let names = "MATCH (n) RETURN n.name AS name, [l IN labels(n) WHERE NOT l IN ['Source', 'Document']] AS labels";
    let both = |query: &str| {
        [&extraction, &shipped].map(|store| lines(&store.query(query, ()).expect("it runs")))
    };
    let [expected, found] = both(names);
    assert_eq!(expected, found);
    let [expected, found] = both(STATEMENTS);
    let missing: Vec<_> = expected.difference(&found).collect();
    assert_eq!(missing, Vec::<&String>::new());
    let added: Vec<_> = found.difference(&expected).collect();
    assert_eq!(added.len(), 4, "beside them stands only what is inferred: {added:#?}");
}

#[test]
fn the_shipped_dates_and_sentences_are_those_of_the_extraction() {
    let Some(folder) = shared::folder("questions") else { return };
    let text = std::fs::read_to_string(folder.join("seed.facts.cypher")).expect("it is readable");
    let sentences = std::fs::read_to_string(folder.join("seed.sentences.json")).expect("readable");
    let sentences: serde_json::Value = serde_json::from_str(&sentences).expect("it is JSON");
    let shipped = Store::shipped().expect("the shipped facts load");
    let query = "MATCH (a)-[r]->(b) WHERE a.name = $start AND b.name = $end AND type(r) = $type \
         AND coalesce(r.reason, '') = $reason AND coalesce(r.title, '') = $title \
         RETURN toString(valid(r)) AS valid, evidence(r)[0].paragraph AS paragraph, \
         evidence(r)[0].sentence AS sentence";
    let names = names_by_id(&text);
    for line in text.lines().filter(|line| line.starts_with("MATCH")) {
        let quoted = |key: &str| field(line, &format!("`{key}`: '"));
        let ends: Vec<&str> =
            line.split("{id:'").skip(1).filter_map(|p| p.split('\'').next()).collect();
        let parameters = [
            ("start", names[ends[0]].clone()),
            ("end", names[ends[1]].clone()),
            ("type", field(line, "-[:").unwrap_or_default()),
            ("reason", quoted("reason").unwrap_or_default()),
            ("title", quoted("title").unwrap_or_default()),
        ];
        let rows = shipped.query(query, parameters).expect("it runs");
        let row = rows.get(0).unwrap_or_else(|| panic!("no such statement: {line}"));
        let place = &sentences[quoted("ev").expect("every line has a sentence")];
        assert_eq!(row.get::<i64>("paragraph").ok(), place["paragraph"].as_i64(), "{line}");
        assert_eq!(row.get::<i64>("sentence").ok(), place["sentence"].as_i64(), "{line}");
        // What the extraction leaves without a date may have got one that is inferred.
        if let Some(edtf) = quoted("edtf") {
            assert_eq!(row.get::<String>("valid").ok(), Some(edtf), "{line}");
        }
    }
}

#[test]
fn a_file_that_is_cut_off_loads_whole_or_not_at_all() {
    let whole = Store::shipped().expect("the shipped facts load").snapshot();
    let statements = whole.statistics().statements;
    let ends = SHIPPED.match_indices('\n').map(|(at, _)| at);
    // After every sixth line, and within some; the parser is slow without optimisation.
    let cuts = ends.clone().step_by(6).chain(ends.step_by(17).map(|end| end.saturating_sub(9)));
    let mut loaded = 0;
    for cut in cuts.filter(|&cut| SHIPPED.is_char_boundary(cut)) {
        let store = Store::memory();
        match store.load_facts(SHIPPED_NAME, &SHIPPED[..cut]) {
            Ok(summary) => {
                loaded += 1;
                let found = store.snapshot().statistics().statements;
                assert_eq!(summary.statements as u64, found, "cut at {cut}");
                assert!(found <= statements, "cut at {cut}");
            }
            Err(error) => {
                assert!(error.position().is_some(), "cut at {cut}: {error:?} has no place");
                assert_eq!(error.file(), Some(SHIPPED_NAME), "cut at {cut}");
                assert_eq!(store.snapshot().statistics().nodes, 0, "cut at {cut}: {error:?}");
            }
        }
    }
    assert!(loaded > 10, "what ends after a whole fact is a file of facts: {loaded}");
}

fn lines(rows: &Rows) -> BTreeSet<String> {
    let text = |values: &[Value]| values.iter().map(|value| format!("{value:?} ")).collect();
    rows.iter().map(|row| text(row.values())).collect()
}

/// The names that the extraction gives its ids.
fn names_by_id(text: &str) -> std::collections::HashMap<String, String> {
    let nodes = text.lines().filter(|line| line.starts_with("CREATE"));
    nodes.filter_map(|line| Some((field(line, "`id`: '")?, field(line, "`name`: '")?))).collect()
}

/// What follows `start`, to the next quotation mark, blank or bracket that ends it.
fn field(line: &str, start: &str) -> Option<String> {
    let rest = &line[line.find(start)? + start.len()..];
    if !start.ends_with('\'') {
        return rest.split([' ', ']']).next().map(str::to_owned);
    }
    let mut out = String::new();
    let mut letters = rest.chars();
    loop {
        match letters.next()? {
            '\\' => out.extend(letters.next()),
            '\'' => return Some(out),
            letter => out.push(letter),
        }
    }
}
