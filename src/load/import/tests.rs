use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Rejects, Summary, run};
use crate::error::{Error, Result};
use crate::graph::schema::{for_each_node, for_each_statement};
use crate::graph::source::Evidence;
use crate::graph::{Direction, Snapshot};
use crate::load::recipe::Recipe;
use crate::store::{Database, StoreSnapshot};
use crate::value::{NodeId, StatementId, Value};

/// A folder that is removed again.
struct Folder(PathBuf);

impl Folder {
    fn with(files: &[(&str, &[u8])]) -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dossier-import-{}-{number}", std::process::id());
        let folder = Folder(std::env::temp_dir().join(name));
        fs::create_dir_all(&folder.0).unwrap();
        for (name, bytes) in files {
            fs::write(folder.0.join(name), bytes).unwrap();
        }
        folder
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn import(
    recipe: &str,
    files: &[(&str, &[u8])],
    rejects: Rejects,
) -> Result<(Arc<StoreSnapshot>, Summary)> {
    let folder = Folder::with(files);
    let parsed = Recipe::parse("r.toml", recipe)?;
    let (builder, summary) = run(&parsed, std::slice::from_ref(&folder.0), rejects, usize::MAX)
        .map_err(|error| error.in_file("r.toml", recipe))?;
    Ok((Database::memory_from(builder)?.begin_read(), summary))
}

fn imported(recipe: &str, files: &[(&str, &[u8])]) -> Arc<StoreSnapshot> {
    import(recipe, files, Rejects::stop()).unwrap_or_else(|error| panic!("{error:?}")).0
}

/// Every node as `Label {key: value, …}`, in the order of ids.
fn nodes(graph: &StoreSnapshot) -> Vec<String> {
    let mut all = Vec::new();
    for_each_node(graph, |node| {
        let labels: Vec<_> =
            graph.labels(node).iter().map(|&label| &**graph.catalog().label_name(label)).collect();
        let properties = properties(graph, |key| graph.node_property(node, key));
        all.push(format!("{} {{{properties}}}", labels.join(":")));
    });
    all
}

/// Every relationship as `start TYPE end {key: value, …}`, sorted.
fn relationships(graph: &StoreSnapshot) -> Vec<String> {
    let mut all = Vec::new();
    for_each_statement(graph, |id| {
        let ends = graph.statement(id).unwrap();
        let name = graph.catalog().type_name(ends.relationship_type);
        let properties = properties(graph, |key| graph.statement_property(id, key));
        all.push(format!("{} {name} {} {{{properties}}}", ends.start.0, ends.end.0));
    });
    all.sort();
    all
}

fn properties(graph: &StoreSnapshot, value: impl Fn(crate::graph::KeyId) -> Value) -> String {
    let mut all: Vec<String> = graph
        .catalog()
        .keys()
        .filter_map(|(key, name)| {
            let value = value(key);
            (!value.is_null()).then(|| format!("{name}: {value:?}"))
        })
        .collect();
    all.sort();
    all.join(", ")
}

const PEOPLE: &str = r#"
[[node]]
file = "people"
label = "Person"
key = "id"

[[relationship]]
file = "knows"
type = "KNOWS"
from = { node = "Person", key = "from" }
to = { node = "Person", key = "to" }
"#;

#[test]
fn tables_become_nodes_and_relationships() {
    let graph = imported(
        PEOPLE,
        &[
            ("knows.csv", b"from,to,since,weight\n30,10,2008-08-26,1\n10,20,,0.5\n"),
            ("people.csv", b"id,name,code,left\n10,\"Smith, Ann\",007,true\n20,Bo,1,\n30,,x,false"),
        ],
    );
    assert_eq!(
        nodes(&graph),
        [
            r#"Person {code: String("007"), id: Integer(10), left: Boolean(true), name: String("Smith, Ann")}"#,
            r#"Person {code: String("1"), id: Integer(20), name: String("Bo")}"#,
            r#"Person {code: String("x"), id: Integer(30), left: Boolean(false)}"#,
        ]
    );
    assert_eq!(
        relationships(&graph),
        [
            "0 KNOWS 1 {weight: Float(0.5)}",
            "2 KNOWS 0 {since: Date(Date { days: 14117 }), weight: Float(1.0)}",
        ]
    );
}

#[test]
fn packed_files_and_other_separators_are_read() {
    let people = "id|name\n1|Ann\n2|Bo\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(people.as_bytes()).unwrap();
    let zstd = ruzstd::encoding::compress_to_vec(
        &b"from|to\n1|2\n"[..],
        ruzstd::encoding::CompressionLevel::Fastest,
    );
    let recipe = format!("[read]\ndelimiter = \"|\"\n{PEOPLE}");
    let files: [(&str, &[u8]); 2] =
        [("people.csv.gz", &gzip.finish().unwrap()), ("knows.csv.zst", &zstd)];
    let graph = imported(&recipe, &files);
    assert_eq!(nodes(&graph).len(), 2);
    assert_eq!(relationships(&graph), ["0 KNOWS 1 {}"]);
}

#[test]
fn one_table_of_events_makes_actors_types_dates_and_sources() {
    let recipe = r#"
        complete = "2014"
        [read]
        columns = ["who", "what", "whom", "day"]
        [[document]]
        name = "Agency report"
        date = "2015"
        [[node]]
        label = "Actor"
        each = ["who", "whom"]
        sorted = true
        properties = { id = "row()", name = "value" }
        [[relationship]]
        file = "events"
        type_from = "typeName(what)"
        from = { node = "Actor", key = "who" }
        to = { node = "Actor", key = "whom" }
        where = "what <> 'Nothing'"
        properties = { month = "date(day).year * 100 + date(day).month" }
        valid = "day"
        stance = "'attributed'"
        source = { document = "Agency report", at = { paragraph = "row() + 1" } }
    "#
    .replace("each =", "file = \"events\"\n        each =");
    let events = "Syria\tMake a visit\tNauru\t2014-03-05\nNauru\tNothing\tNauru\t2014-01-01\nCuba\tPraise, endorse\tSyria\t2014-12\n";
    // A tab stands in no name, and a quotation mark means nothing there.
    let recipe = recipe.replace("date(day)", "edtf(day)");
    let graph = imported(&recipe, &[("events.tsv", events.as_bytes())]);
    assert_eq!(
        nodes(&graph),
        [
            r#"Document {date: Edtf(Edtf(2015)), name: String("Agency report")}"#,
            r#"Actor {id: Integer(0), name: String("Cuba")}"#,
            r#"Actor {id: Integer(1), name: String("Nauru")}"#,
            r#"Actor {id: Integer(2), name: String("Syria")}"#,
        ]
    );
    assert_eq!(
        relationships(&graph),
        [
            "1 PRAISE_ENDORSE 3 {month: Integer(201412)}",
            "3 MAKE_A_VISIT 2 {month: Integer(201403)}"
        ]
    );
    let evidence: Vec<_> = (0..2).flat_map(|id| Evidence::of(&*graph, StatementId(id))).collect();
    let shown: Vec<_> = evidence
        .iter()
        .map(|e| (e.document.as_str(), e.paragraph, e.stance, e.valid.as_deref()))
        .collect();
    assert_eq!(
        shown,
        [
            ("Agency report", Some(1), "attributed", Some("2014-03-05")),
            ("Agency report", Some(3), "attributed", Some("2014-12")),
        ]
    );
    let complete = &graph.declarations().completeness;
    assert_eq!(complete.len(), 2);
    assert_eq!(complete[0].at.as_ref().map(crate::value::time::Edtf::as_str), Some("2014"));
    assert_eq!(complete[0].support[0].document, NodeId(0));
}

#[test]
fn json_lines_with_compound_keys_and_merged_rows() {
    let recipe = r#"
        [[node]]
        label = "State"
        each = ["state"]
        file = "facts"
        properties = { name = "value" }
        [[node]]
        file = "facts"
        where = "kind = 'city'"
        label = ["Place", "City"]
        key = ["name", "state"]
        properties = { name = "name", size = "size", tags = "tags" }
        [[node]]
        file = "facts"
        where = "kind = 'river'"
        label = "River"
        key = "name"
        merge = true
        properties = { name = "name" }
        alias = [{ name = "tags", kind = "transliteration" }]
        [[relationship]]
        file = "facts"
        type = "IN"
        where = "kind = 'city'"
        from = { node = "Place", key = ["name", "state"] }
        to = { node = "State", key = "state" }
        properties = {}
        [[relationship]]
        file = "facts"
        type = "CROSSES"
        where = "kind = 'river'"
        from = { node = "River", key = "name" }
        to = { node = "State", key = "state" }
        distinct = true
        properties = {}
    "#;
    let facts = br#"
{"kind": "city", "name": "Springfield", "state": "ohio", "size": 1.5, "tags": ["a", "b"]}
{"kind": "city", "name": "Springfield", "state": "iowa", "size": 2}
{"kind": "river", "name": "Red", "state": "ohio", "tags": "Rouge"}
{"kind": "river", "name": "Red", "state": "iowa"}
{"kind": "river", "name": "Red", "state": "iowa"}
"#;
    let graph = imported(recipe, &[("facts.jsonl", facts)]);
    assert_eq!(
        nodes(&graph),
        [
            r#"State {name: String("ohio")}"#,
            r#"State {name: String("iowa")}"#,
            r#"Place:City {name: String("Springfield"), size: Float(1.5), tags: List([String("a"), String("b")])}"#,
            r#"Place:City {name: String("Springfield"), size: Integer(2)}"#,
            r#"River {name: String("Red")}"#,
        ]
    );
    assert_eq!(
        relationships(&graph),
        ["2 IN 0 {}", "3 IN 1 {}", "4 CROSSES 0 {}", "4 CROSSES 1 {}"]
    );
    assert_eq!(&*graph.aliases()[0].text, "Rouge");
}

#[test]
fn rows_that_cannot_be_used_are_written_down_with_their_place() {
    let people = b"id,name,born\n1,Ann,1990-01-02\n\n2,\"B\no\",1991-02-30\n1,Cy,\n,Di,\n3,Ed\n4,F\xff,\n5,Gil,1990-01-01\n";
    let knows = b"from,to\n1,5\n1,9\nx,5\n";
    let folder = Folder::with(&[]);
    fs::create_dir_all(&folder.0).unwrap();
    let path = folder.0.join("rejects.csv");
    let rejects = Rejects::write_to(Box::new(fs::File::create(&path).unwrap()));
    let recipe = PEOPLE.replace("key = \"id\"", "key = \"id\"\ntypes = { born = \"date\" }");
    let (graph, summary) =
        import(&recipe, &[("people.csv", people), ("knows.csv", knows)], rejects).unwrap();
    assert_eq!((summary.nodes, summary.relationships, summary.rejected), (2, 1, 7));
    assert_eq!(graph.statistics().nodes, 2);
    let written = fs::read_to_string(path).unwrap();
    let rows: Vec<String> = written
        .lines()
        .skip(1)
        .map(|line| line.rsplit_once(".csv,").unwrap().1.to_owned())
        .collect();
    assert_eq!(
        rows,
        [
            "4,born,`1991-02-30` is no date.",
            "6,,Another row has the same key.",
            "7,,The key is missing.",
            "8,,The row has 2 values instead of 3.",
            "9,name,The value is not UTF-8.",
            "3,to,No node of the group Person has the key `9`.",
            "4,from,`x` is no integer.",
        ]
    );
}

#[test]
fn the_first_row_that_cannot_be_used_stops_where_nobody_wants_them_written() {
    let files: [(&str, &[u8]); 2] = [("people.csv", b"id\n1\n1\n"), ("knows.csv", b"from,to\n")];
    let error = import(PEOPLE, &files, Rejects::stop()).unwrap_err();
    assert_eq!(error.code(), "load::row");
    assert!(error.message().ends_with("people.csv, line 3: Another row has the same key."));
}

/// Place, sentence and first hint of an error.
fn report(error: &Error) -> String {
    let place = error.position().map(|at| format!("{}:{}", at.line, at.column));
    let hint = error.hints().first().map(String::as_str).unwrap_or_default();
    format!("{}: {error} | {hint}", place.unwrap_or_default())
}

#[test]
fn mistakes_in_a_recipe_have_a_place_and_a_hint() {
    let files: [(&str, &[u8]); 2] =
        [("people.csv", b"id,name\n1,Ann\n"), ("knows.csv", b"from,to\n1,1\n")];
    let changed = |from: &str, to: &str| {
        let recipe = PEOPLE.replacen(from, to, 1);
        assert_ne!(recipe, PEOPLE);
        report(&import(&recipe, &files, Rejects::stop()).map(|_| ()).unwrap_err())
    };
    assert_eq!(
        changed("label = ", "lable = "),
        "4:1: A recipe has no `lable` here. | Did you mean `label`?"
    );
    assert_eq!(
        changed("key = \"id\"", "key = \"idd\""),
        "5:8: `FOLDER` has no column `idd`. | Did you mean `id`?".replace("FOLDER", "people.csv")
    );
    assert_eq!(
        changed("key = \"id\"", "key = \"id +\""),
        "5:12: The expression is not complete. | An expression is a column, a 'text', a number, or computed from them; a column with an odd name stands in backquotes."
    );
    assert_eq!(
        changed("node = \"Person\"", "node = \"Persn\""),
        "10:17: No [[node]] makes nodes of the group `Persn`. | Did you mean `Person`?"
    );
    assert_eq!(
        changed("type = \"KNOWS\"\n", ""),
        "9:17: The relationship has no type. | type = \"KNOWS\""
    );
    assert_eq!(
        changed("key = \"from\"", "key = [\"from\", \"to\"]"),
        "10:33: The key of `Person` has 1 parts, not 2. | "
    );
    assert_eq!(
        changed("key = \"id\"", "key = \"id\"\ntypes = { name = \"txt\" }"),
        "6:18: `txt` is no type of a column. | Did you mean `text`?"
    );
    assert_eq!(
        changed("key = \"id\"", "key = 5"),
        "5:7: Neither a text nor a list of texts stands here. | "
    );
    assert!(changed("key = \"id\"", "key = ").starts_with("5:7: "));
    assert!(
        changed("file = \"people\"", "file = \"peeple\"")
            .starts_with("3:8: There is no file `peeple` in ")
    );
    assert_eq!(
        changed("type = \"KNOWS\"", "type = \"KNOWS\"\nsource = { document = \"Doc\" }"),
        "10:23: No [[document]] is called `Doc`. | [[document]]\nname = \"Doc\""
    );
}

#[test]
fn both_directions_are_there() {
    let graph =
        imported(PEOPLE, &[("people.csv", b"id\n1\n2\n"), ("knows.csv", b"from,to\n1,2\n2,2\n")]);
    let knows = graph.catalog().relationship_type("KNOWS").unwrap();
    assert_eq!(graph.adjacency(knows, Direction::Incoming).degree(NodeId(1)), 2);
}
