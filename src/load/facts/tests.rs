use std::collections::BTreeMap;
use std::sync::Arc;

use super::{SHIPPED, SHIPPED_NAME, Summary, export, load};
use crate::error::Error;
use crate::graph::source::{Evidence, display_name};
use crate::graph::statement::Stance;
use crate::graph::{Snapshot, Transaction};
use crate::store::{Database, StoreSnapshot};
use crate::value::{NodeId, StatementId, Value};

const SMALL: &str = r#"dossier facts 1

relationship RECOGNISES: State -> Region
    persistent state
    phrase A recognises B

entity Russia: State
    also Moscow (metonym)
entity Nauru: State
entity South Ossetia: Region
entity @w "two
"#;

fn small(more: &str) -> String {
    let head = SMALL.split("entity @w").next().unwrap_or_default();
    format!(
        "{head}entity Report: Document\n\ndocument Report\nsentence 1.2: It says so.\n\n{more}\n"
    )
}

fn loaded(text: &str) -> Arc<StoreSnapshot> {
    let database = Database::memory();
    let mut transaction = database.begin_write().expect("nobody else writes");
    load("test.dossier", text, &mut transaction).unwrap_or_else(|error| panic!("{error:?}"));
    transaction.commit().expect("memory is not full");
    database.begin_read()
}

fn refused(text: &str) -> Error {
    let database = Database::memory();
    let mut transaction = database.begin_write().expect("nobody else writes");
    let error = load("test.dossier", text, &mut transaction).expect_err("the text is wrong");
    assert!(!transaction.counters().any(), "nothing is written before a mistake is found");
    error
}

/// Place, sentence and first hint of an error, as a person would quote them.
fn report(text: &str) -> String {
    let error = refused(text);
    let place = error.position().expect("every mistake has a place");
    let hint = error.hints().first().map(String::as_str).unwrap_or_default();
    let (line, column) = (place.line, place.column);
    format!("{}:{line}:{column}: {error} | {hint}", error.file().unwrap_or_default())
}

#[test]
fn the_shipped_facts_are_whole() {
    let database = Database::memory();
    let mut transaction = database.begin_write().expect("nobody else writes");
    let summary = load(SHIPPED_NAME, SHIPPED, &mut transaction).unwrap_or_else(|e| panic!("{e:?}"));
    let expected = Summary { entities: 38, statements: 68, declarations: 26, completeness: 2 };
    assert_eq!(summary, expected);
    transaction.commit().expect("memory is not full");
    let graph = database.begin_read();
    for id in (0..graph.statement_bound()).map(StatementId) {
        for evidence in Evidence::of(&*graph, id) {
            assert!(evidence.paragraph.is_some(), "{} rests on no sentence", evidence.statement);
            assert!(evidence.summary.is_some(), "{} has no summary", evidence.statement);
        }
    }
}

#[test]
fn a_fact_takes_the_sentence_it_stands_under() {
    let graph = loaded(&small(
        "Russia -RECOGNISES-> South Ossetia; valid 2008-08-26/..; what: \"independence\"\n    \
         stance attributed by \"a paper\"\n    source 3.4: \"Elsewhere too.\"",
    ));
    let evidence = Evidence::of(&*graph, StatementId(0));
    let places: Vec<_> =
        evidence.iter().map(|e| (e.paragraph, e.sentence, e.summary.as_deref())).collect();
    assert_eq!(
        places,
        [(Some(1), Some(2), Some("It says so.")), (Some(3), Some(4), Some("Elsewhere too."))]
    );
    let qualifiers = graph.qualifiers(StatementId(0)).expect("it is qualified");
    assert_eq!(qualifiers.stance, Stance::Attributed);
    assert_eq!(qualifiers.speaker.as_deref(), Some("a paper"));
    assert_eq!(
        qualifiers.valid.as_ref().map(crate::value::time::Edtf::as_str),
        Some("2008-08-26/..")
    );
}

#[test]
fn one_line_may_state_several_facts() {
    let graph = loaded(&small("Russia, Nauru -RECOGNISES-> South Ossetia"));
    assert_eq!(graph.statement_bound(), 2);
}

#[test]
fn mistakes_are_placed_and_explained() {
    let cases = [
        (
            "Rusia -RECOGNISES-> South Ossetia",
            "test.dossier:16:1: No entity of this file is called `Rusia`. | Did you mean `Russia`?",
        ),
        (
            "Moscow -RECOGNISES-> South Ossetia",
            "test.dossier:16:1: No entity of this file is called `Moscow`. | It is another name of `Russia`; facts use the first.",
        ),
        (
            "Russia -RECOGNIZES-> South Ossetia",
            "test.dossier:16:9: The relationship type `RECOGNIZES` is not declared. | Did you mean `RECOGNISES`?",
        ),
        (
            "South Ossetia -RECOGNISES-> Russia",
            "test.dossier:16:1: `RECOGNISES` starts at State, but `South Ossetia` is Region. | ",
        ),
        (
            "Russia -RECOGNISES-> South Ossetia\n    stance quotd",
            "test.dossier:17:12: `quotd` is no stance. | Did you mean `quoted`?",
        ),
        (
            "Russia -RECOGNISES-> South Ossetia\n    rank first",
            "test.dossier:17:10: `first` is no rank. | It can be: deprecated, normal, preferred.",
        ),
        (
            "Russia -RECOGNISES-> South Ossetia\n    stance attributed by Naru",
            "test.dossier:17:26: No entity of this file is called `Naru`. | Did you mean `Nauru`?",
        ),
        (
            "Russia -RECOGNISES-> South Ossetia\n    valid 2008; valid 2009",
            "test.dossier:17:17: `valid` is given twice. | ",
        ),
        (
            "entity Russia: State",
            "test.dossier:16:8: Two entities are called `Russia`. | Give one a handle: `entity @other Russia`.",
        ),
        (
            "relationship RECOGNISES",
            "test.dossier:16:14: The type `RECOGNISES` is declared twice. | ",
        ),
        (
            "Russia -RECOGNISES-> South Ossetia\n    vlid 2008",
            "test.dossier:17:5: Expected X | Did you mean `valid`?",
        ),
        ("entiti Georgia: State", "test.dossier:16:1: X | Did you mean `entity`?"),
        (
            "Russia recognises South Ossetia",
            "test.dossier:16:1: X | A fact is written `Russia -RECOGNISES-> Abkhazia`.",
        ),
    ];
    for (more, expected) in cases {
        let report = report(&small(more));
        let same_ends = expected.split_once('X').is_some_and(|_| {
            report.split(": ").next() == expected.split(": ").next()
                && report.split(" | ").last() == expected.split(" | ").last()
        });
        assert!(same_ends || report == expected, "\n     got {report}\nexpected {expected}");
    }
}

#[test]
fn a_bad_date_is_shown_where_it_stands() {
    let report = report(&small("Russia -RECOGNISES-> South Ossetia\n    valid 2008-13-40"));
    assert!(report.starts_with("test.dossier:17:11: "), "{report}");
}

#[test]
fn every_prefix_of_the_shipped_facts_is_refused_or_whole() {
    // A file cut anywhere is either refused at a place or happens to end between two blocks;
    // then it says less, and nothing that the whole does not say.
    let whole = loaded(SHIPPED).statement_bound();
    for (at, _) in SHIPPED.char_indices().step_by(97) {
        let database = Database::memory();
        let mut transaction = database.begin_write().expect("nobody else writes");
        match load(SHIPPED_NAME, &SHIPPED[..at], &mut transaction) {
            Ok(summary) => assert!(summary.statements <= whole as usize),
            Err(error) => {
                assert!(error.position().is_some());
                assert!(!transaction.counters().any());
            }
        }
    }
    let half = &SHIPPED[..SHIPPED.find("valid ../2008").expect("in the file") + 3];
    assert!(report(half).contains('|'), "cut inside a word");
}

#[test]
fn hostile_files_are_refused_with_a_place() {
    for text in ["", "{", "\u{0}", "dossier facts 2", "dossier facts 1\n entity", "\"", "\u{FEFF}"]
    {
        let _ = report(text);
    }
    let deep = format!("dossier facts 1\nentity A\n    x: {}", "[".repeat(100_000));
    assert!(report(&deep).contains("nested deeper"));
}

#[test]
fn exported_facts_load_to_the_same_graph() {
    let graph = loaded(SHIPPED);
    let text = export(&*graph);
    assert_eq!(picture(&*loaded(&text)), picture(&*graph));
    assert_eq!(export(&*loaded(&text)), text, "a second export changes nothing");
}

#[test]
fn whatever_a_graph_holds_can_be_exported() {
    let text = r#"dossier facts 1
entity @a: `odd label`, any_, `any`
    `odd key`: "quotes \" and \\ and \n lines \u{7}"
    list: [1, 2.5, "x", true, edtf "2017-11", date "2008-08-26"]
    nan: NaN
    least: -9223372036854775808
    p: point(4326, 1.5, -2.0)
    d: duration P1Y2M
entity @b "Twin": Thing
entity @c "Twin": Thing
entity "any: thing -X-> \"quoted\""
entity Doc
@a -`odd type`-> @b, @c
@b -T-> "any: thing -X-> \"quoted\""
    k: 1
    not before 2008-01-01
    not after 2009-12-31
    rank deprecated
    because "wrong"
    source Doc
    source 1.2 of Doc: "first words"
document Doc
place {page: 3, at: {line: 4}}: "  spaced "
@c -T-> @a
    source 1.2 of Doc: "other words"
complete any Thing&Other {k: "v"} -T-> @a
    at 2008
"#;
    let graph = loaded(text);
    let text = export(&*graph);
    assert_eq!(picture(&*loaded(&text)), picture(&*graph), "{text}");
}

/// Everything a graph holds, in an order that does not depend on ids.
fn picture(graph: &dyn Snapshot) -> Vec<String> {
    let name = |node: NodeId| {
        let properties: BTreeMap<String, String> = graph
            .node_properties(node)
            .into_iter()
            .map(|(key, value)| (graph.catalog().key_name(key).to_string(), format!("{value:?}")))
            .collect();
        let mut labels: Vec<_> =
            graph.labels(node).iter().map(|&label| graph.catalog().label_name(label)).collect();
        labels.sort();
        format!("{labels:?} {properties:?}")
    };
    let mut lines = Vec::new();
    for node in (0..graph.node_bound()).map(NodeId).filter(|&node| graph.contains_node(node)) {
        lines.push(name(node));
    }
    for id in (0..graph.statement_bound()).map(StatementId) {
        let Some(ends) = graph.statement(id) else { continue };
        let mut properties: Vec<_> = graph
            .statement_properties(id)
            .into_iter()
            .map(|(key, value)| (graph.catalog().key_name(key).clone(), value))
            .collect();
        properties.sort_by(|a, b| a.0.cmp(&b.0));
        let mut qualifiers = graph.qualifiers(id).cloned().unwrap_or_default();
        let places: Vec<_> = std::mem::take(&mut qualifiers.support)
            .into_iter()
            .map(|support| (name(support.document), support.locator, support.summary))
            .collect();
        lines.push(format!(
            "{} {} {} {properties:?} {qualifiers:?} {places:?}",
            name(ends.start),
            graph.catalog().type_name(ends.relationship_type),
            name(ends.end),
        ));
    }
    for alias in graph.aliases() {
        lines.push(format!(
            "{} {:?} {:?} {:?}",
            name(alias.entity),
            alias.text,
            alias.kind,
            alias.language
        ));
    }
    for (&id, declaration) in &graph.declarations().types {
        if *declaration == crate::graph::declaration::Declaration::default() {
            continue;
        }
        let labels = |ids: &[crate::graph::LabelId]| {
            ids.iter().map(|&id| graph.catalog().label_name(id).clone()).collect::<Vec<_>>()
        };
        let (from, to) = (labels(&declaration.from), labels(&declaration.to));
        let mut rest = declaration.clone();
        rest.from.clear();
        rest.to.clear();
        lines.push(format!("{} {from:?} {to:?} {rest:?}", graph.catalog().type_name(id)));
    }
    for phrase in &graph.declarations().phrases {
        use crate::graph::declaration::Meaning;
        let means = match phrase.means {
            Meaning::Label(id) => graph.catalog().label_name(id),
            Meaning::Type(id) => graph.catalog().type_name(id),
            Meaning::Key(id) => graph.catalog().key_name(id),
        };
        lines.push(format!("{means} {:?}", phrase.text));
    }
    for one in &graph.declarations().completeness {
        let side = |endpoint: &crate::graph::declaration::Endpoint| {
            let labels: Vec<_> =
                endpoint.labels.iter().map(|&id| graph.catalog().label_name(id)).collect();
            format!(
                "{:?} {labels:?} {:?}",
                endpoint.node.map(|node| display_name(graph, node)),
                endpoint.properties
            )
        };
        let places: Vec<_> =
            one.support.iter().map(|s| (name(s.document), &s.locator, &s.summary)).collect();
        lines.push(format!(
            "{} {} {} {:?} {places:?}",
            side(&one.from),
            graph.catalog().type_name(one.relationship_type),
            side(&one.to),
            one.at,
        ));
    }
    lines.sort();
    lines
}

#[test]
fn the_manuals_examples_load() {
    let manual = include_str!("../../../docs/data-format.md");
    let examples: Vec<&str> =
        manual.split("```dossier\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(examples.len() >= 6);
    for example in examples {
        let graph = loaded(example);
        assert!(graph.node_bound() > 0 || !graph.declarations().types.is_empty());
    }
}

#[test]
fn names_are_not_guessed_from_values() {
    let graph = loaded("dossier facts 1\nentity @x\n    name: 5\n");
    let key = graph.catalog().key("name").expect("it is set");
    assert_eq!(graph.node_property(NodeId(0), key), Value::Integer(5));
}
