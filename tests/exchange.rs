//! What one store writes another reads: the graph is the same, dates and evidence included.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use dossier::graph::alias::{Alias, AliasKind};
use dossier::graph::declaration::{
    Completeness, Declaration, Endpoint, Meaning, Phrase, Temporality,
};
use dossier::graph::source::Support;
use dossier::graph::statement::{Qualifiers, Rank, Stance};
use dossier::graph::{Snapshot, Transaction};
use dossier::load::import::{Rejects, Summary};
use dossier::load::{elements, facts, script, tables};
use dossier::value::time::{
    Date, DateTime, Duration, Edtf, LocalDateTime, LocalTime, Time, ValidTime,
};
use dossier::value::{NodeId, Point};
use dossier::{Result, Store, Value};
use proptest::prelude::*;

use crate::store::Place;

/// All that is known, a line each: whatever the order and the numbers.
fn facts_of(store: &Store) -> Vec<String> {
    let text = facts::export(&*store.snapshot());
    // One line may name several ends, which ones depends on the order of what is written.
    let apart = |line: &str| match line.split_once("-> ") {
        Some((before, ends)) => ends.split(", ").map(|end| format!("{before}-> {end}")).collect(),
        None => vec![line.to_owned()],
    };
    let mut lines: Vec<String> = text.lines().flat_map(apart).collect();
    lines.sort_unstable();
    lines
}

fn exported(store: &Store) -> Vec<u8> {
    let mut out = Vec::new();
    store.export_elements(&mut out).unwrap();
    out
}

fn imported(lines: &[u8]) -> Result<(Store, Summary)> {
    let store = Store::memory();
    let summary = read(&store, lines, Rejects::stop())?;
    Ok((store, summary))
}

fn read(store: &Store, mut lines: &[u8], rejects: Rejects) -> Result<Summary> {
    store.import_elements(Path::new("lines"), &mut lines, rejects, &mut |_| {})
}

/// Runs a script as `dossier import` does; statements end with `;` and a line break.
fn run_script(store: &Store, text: &str) {
    for statement in text.split(";\n").filter(|text| !text.trim().is_empty()) {
        if !statement.starts_with("//") {
            store.query(statement, ()).unwrap_or_else(|error| panic!("{statement}: {error:?}"));
        }
    }
}

fn scripted(store: &Store) -> Store {
    let mut out = Vec::new();
    script::export(&*store.snapshot(), &mut out).unwrap();
    let copy = Store::memory();
    run_script(&copy, &String::from_utf8(out).unwrap());
    copy
}

#[test]
fn what_rests_on_a_deleted_document_is_still_written() {
    let store = Store::shipped().unwrap();
    store.query("MATCH (d:Document) DETACH DELETE d", ()).unwrap();
    store.query("MATCH (s:State {name: 'Nauru'}) DETACH DELETE s", ()).unwrap();
    let text = facts::export(&*store.snapshot());
    let again = Store::memory();
    again.load_facts("again", &text).unwrap();
    let counts = |store: &Store| {
        let graph = store.snapshot();
        (graph.statistics().nodes, graph.statistics().statements)
    };
    assert_eq!(counts(&again), counts(&store));
    assert!(!exported(&store).is_empty());
}

#[test]
fn the_shipped_facts_come_back_as_elements_and_as_statements() {
    let shipped = Store::shipped().unwrap();
    let (copy, summary) = imported(&exported(&shipped)).unwrap();
    assert_eq!(facts_of(&copy), facts_of(&shipped));
    assert_eq!(summary.relationships, shipped.snapshot().statistics().statements);
    // A second copy has other numbers from the first, and the same facts.
    assert_eq!(facts_of(&imported(&exported(&copy)).unwrap().0), facts_of(&shipped));
    let copy = scripted(&shipped);
    let query = "MATCH (a)-[r]->(b) RETURN a.name, type(r), b.name, properties(r), toString(valid(r)) AS valid, stance(r), speaker(r), evidence(r) AS evidence ORDER BY a.name, type(r), b.name, valid";
    let rows = |store: &Store| {
        let rows = store.query(query, ()).unwrap();
        rows.iter().map(|row| format!("{:?}", row.values())).collect::<Vec<_>>()
    };
    assert_eq!(rows(&copy), rows(&shipped));
}

#[test]
fn constraints_completeness_and_deletions_come_back() {
    let store = Store::shipped().unwrap();
    store.query("CREATE CONSTRAINT one_name FOR (s:State) REQUIRE s.name IS UNIQUE", ()).unwrap();
    store.query("CREATE INDEX FOR (p:Person) ON (p.name)", ()).unwrap();
    store.query("MATCH (d:Document) WITH d LIMIT 1 DETACH DELETE d", ()).unwrap();
    let lines = exported(&store);
    let (copy, _) = imported(&lines).unwrap();
    let rules = |store: &Store| {
        let rows = store.query("SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties", ());
        rows.unwrap().iter().map(|row| format!("{:?}", row.values())).collect::<Vec<_>>()
    };
    assert_eq!(rules(&copy), rules(&store));
    assert_eq!(
        copy.snapshot().declarations().completeness.len(),
        store.snapshot().declarations().completeness.len()
    );
    // What breaks a constraint is not committed.
    let error = read(&copy, &lines, Rejects::stop()).unwrap_err();
    assert!(error.code().starts_with("eval::"), "{error:?}");
    assert_eq!(copy.snapshot().statistics().nodes, store.snapshot().statistics().nodes);
    assert_eq!(copy.snapshot().commit(), 1);
}

#[test]
fn elements_are_added_to_what_is_there() {
    let place = Place::new();
    let store = Store::create(place.path()).unwrap();
    store.query("CREATE (:State {name: 'Tuvalu'})-[:KNOWS]->(:State {name: 'Nauru'})", ()).unwrap();
    let id = |store: &Store| {
        let rows = store.query("MATCH (s:State {name: 'Tuvalu'}) RETURN id(s)", ()).unwrap();
        rows.iter().next().unwrap().values()[0].clone()
    };
    let before = id(&store);
    let lines = br#"{"$type":"node","id":9,"labels":["Atoll"],"properties":{"name":"Funafuti"}}
{"$type":"node","id":1,"labels":[],"properties":{}}
{"$type":"relationship","id":0,"type":"KNOWS","start":9,"end":1,"properties":{},"valid":"2008-08/.."}
"#;
    read(&store, lines, Rejects::stop()).unwrap();
    store.query("MATCH (s:State {name: 'Tuvalu'}), (a:Atoll) CREATE (a)-[:IN]->(s)", ()).unwrap();
    let store = {
        drop(store);
        Store::open(place.path()).unwrap()
    };
    store.database().check().unwrap();
    assert_eq!(id(&store), before);
    let rows = store
        .query("MATCH (a)-[r:KNOWS]->() RETURN a.name, toString(valid(r)) ORDER BY a.name", ());
    let rows: Vec<_> = rows.unwrap().iter().map(|row| row.values().to_vec()).collect();
    assert_eq!(rows, [["Funafuti".into(), "2008-08/..".into()], ["Tuvalu".into(), Value::Null]]);
    let distinct = store.query("MATCH (n) RETURN count(DISTINCT id(n)), count(n)", ()).unwrap();
    assert_eq!(distinct.iter().next().unwrap().values(), [4.into(), 4.into()]);
}

#[test]
fn lines_that_cannot_be_used_have_a_place_and_a_reason() {
    let lines = br#"{"$type":"node","id":0,"labels":["A"],"properties":{}}
no json
{"$type":"node","id":0,"labels":[]}
{"$type":"relationship","type":"R","start":0,"end":7}
{"$type":"relationship","type":"R","start":0,"end":0,"valid":"soon"}
{"$type":"relationship","type":"R","start":0,"end":0,"stance":"sure"}
{"$type":"planet","id":3}
{"$type":"node","id":4,"moons":2}
{"$type":"relationship","type":"R","start":0,"end":0}
"#;
    let error = imported(lines).unwrap_err();
    assert_eq!(error.code(), "load::row");
    assert!(error.message().starts_with("lines, line 2: The line is no element"), "{error}");
    let path = std::env::temp_dir().join(format!("dossier-rejects-{}", std::process::id()));
    let rejects = Rejects::write_to(Box::new(std::fs::File::create(&path).unwrap()));
    let store = Store::memory();
    let summary = read(&store, lines, rejects).unwrap();
    assert_eq!((summary.nodes, summary.relationships, summary.rejected), (1, 1, 7));
    let written = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(path).unwrap();
    let places: Vec<&str> =
        written.lines().skip(1).map(|line| line.split(',').nth(2).unwrap()).collect();
    assert_eq!(places, ["", "id", "end", "valid", "stance", "$type", ""], "{written}");
}

fn write_tables(store: &Store, is_tab: bool, nodes: &mut Vec<u8>, relationships: &mut Vec<u8>) {
    let (mut nodes, mut relationships) = (
        tables::text::TextSheet::new(nodes, is_tab),
        tables::text::TextSheet::new(relationships, is_tab),
    );
    let style = tables::text::style(is_tab);
    tables::export(&*store.snapshot(), style, &mut nodes, &mut relationships).unwrap();
}

#[test]
fn tables_with_headers_are_read_and_written() {
    let place = Place::new();
    std::fs::create_dir(place.path()).unwrap();
    let file = |name: &str, text: &str| {
        let path = place.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let people = file(
        "people.csv",
        "id:ID(Person),name,born:int,speaks:string[],marks:float[],note:IGNORE,:LABEL\n\
         p1,\"Ada, countess\",1815,en;fr,1.5;2,x,Person;Author\n\
         p2,Charles,,en,,y,Person\n",
    );
    let places = file("places.csv", "code:ID(Place),:LABEL\n1,Town\n");
    let knows = file(
        "knows.csv",
        ":START_ID(Person),:END_ID(Person),since:date,_valid,:TYPE\n\
         p1,p2,1833-06-05,1833-06-05/..,KNOWS\n",
    );
    let lives = file("lives.csv", ":START_ID(Person),:END_ID(Place),:TYPE\np2,1,LIVES_IN\n");
    let store = Store::memory();
    let paths = [knows, lives, places, people];
    store.import_headed(&paths, Rejects::stop(), &mut |_| {}).unwrap();
    let query = "MATCH (a:Author)-[k:KNOWS]->(b)-[:LIVES_IN]->(t:Town) RETURN a.name, a.born, a.speaks, a.marks, a.note, b.born, k.since, toString(valid(k)), t.code";
    let rows = |store: &Store| {
        let rows = store.query(query, ()).unwrap();
        rows.iter().map(|row| row.values().to_vec()).collect::<Vec<_>>()
    };
    let expected: Vec<Value> = vec![
        "Ada, countess".into(),
        1815.into(),
        Value::list(["en".into(), "fr".into()]),
        Value::list([1.5.into(), 2.0.into()]),
        Value::Null,
        Value::Null,
        Value::Date(Date::parse("1833-06-05").unwrap()),
        "1833-06-05/..".into(),
        "1".into(),
    ];
    assert_eq!(rows(&store), [expected]);
    let (mut nodes, mut relationships) = (Vec::new(), Vec::new());
    write_tables(&store, false, &mut nodes, &mut relationships);
    let nodes = file("nodes.csv", std::str::from_utf8(&nodes).unwrap());
    let relationships = file("relationships.csv", std::str::from_utf8(&relationships).unwrap());
    let copy = Store::memory();
    copy.import_headed(&[nodes, relationships], Rejects::stop(), &mut |_| {}).unwrap();
    assert_eq!(rows(&copy), rows(&store));
    assert_eq!(facts_of(&copy), facts_of(&store));
    let unknown = file("unknown.csv", ":START_ID,:END_ID,x:money,:TYPE\n1,2,3,T\n");
    let error = store.import_headed(&[unknown], Rejects::stop(), &mut |_| {}).unwrap_err();
    assert_eq!(error.code(), "load::recipe");
    assert!(error.message().contains("x:money"), "{error}");
}

#[test]
fn tables_are_read_as_other_programs_write_them() {
    let place = Place::new();
    std::fs::create_dir(place.path()).unwrap();
    let read = |bytes: &[u8]| {
        let path = place.path().join("table.csv");
        std::fs::write(&path, bytes).unwrap();
        let store = Store::memory();
        store.import_headed(&[path], Rejects::stop(), &mut |_| {})?;
        let rows = store.query("MATCH (n:A) RETURN n.name ORDER BY n.id", ())?;
        Ok::<_, dossier::Error>(
            rows.iter().map(|row| row.get::<String>("n.name").unwrap()).collect::<Vec<_>>(),
        )
    };
    for (bytes, names) in [
        (
            &b"\xef\xbb\xbfid:ID,name,:LABEL\r\n1,\"a\r\nb\",A\r\n2,c,A\r\n"[..],
            &["a\r\nb", "c"][..],
        ),
        (b"id:ID;name;:LABEL\n1;a, b;A\n", &["a, b"]),
        (b"id:ID|name|:LABEL\n1|a;b|A", &["a;b"]),
        (b"id:ID\tname\t:LABEL\n1\ta\tA\n", &["a"]),
        (b"id:ID,name,x:IGNORE,x:IGNORE,:LABEL\n1,a,,,A\n", &["a"]),
        (b"id:ID,name,:LABEL\n", &[]),
    ] {
        assert_eq!(read(bytes).unwrap(), names, "{}", String::from_utf8_lossy(bytes));
    }
    for (bytes, what) in [
        (&b"id:ID,name,name,:LABEL\n1,a,b,A\n"[..], "two columns `name`"),
        (b",id:ID,name,:LABEL\n0,1,a,A\n", "Column 1 of `table.csv` has no name"),
    ] {
        let error = read(bytes).unwrap_err();
        assert!(error.message().contains(what), "{error}");
        assert!(!error.hints().is_empty());
    }
}

/// Tables of tabs as spreadsheets and pandas write them, and as programs do that know no quotation marks.
#[test]
fn tables_of_tabs_have_quotation_marks_where_these_can_be_meant() {
    let read = |text: &str| {
        let place = Place::new();
        std::fs::create_dir(place.path()).unwrap();
        let path = place.path().join("people.tsv");
        std::fs::write(&path, text).unwrap();
        let store = Store::memory();
        store.import_headed(&[path], Rejects::stop(), &mut |_| {}).unwrap();
        let rows = store.query("MATCH (n) RETURN n.name, n.said ORDER BY n.at", ()).unwrap();
        rows.iter().map(|row| format!("{:?}", row.values())).collect::<Vec<_>>()
    };
    let expect = |values: &str| {
        let query = format!("UNWIND {values} AS r RETURN r[0], r[1]");
        let rows = Store::memory().query(&query, ()).unwrap();
        rows.iter().map(|row| format!("{:?}", row.values())).collect::<Vec<_>>()
    };
    let quoted = "\u{feff}at:int\tname:ID\t\"said\"\t:LABEL\r\n\
        1\t\"Ada\tLovelace\"\t\"two\nlines, \"\"quoted\"\"\"\tPerson\r\n\
        2\tBob\t5\" disk\tPerson\r\n\
        3\t\"Eve\"\t\"\"\tPerson\r\n";
    assert_eq!(
        read(quoted),
        expect("[['Ada\tLovelace', 'two\\nlines, \"quoted\"'], ['Bob', '5\" disk'], ['Eve', '']]")
    );
    let plain = "at:int\tname:ID\tsaid\t:LABEL\n\
        1\t\"Ada\"\t\"Heroes\" (song)\tPerson\n\
        2\t\"Bob\tnever closed\tPerson\n";
    assert_eq!(
        read(plain),
        expect("[['\"Ada\"', '\"Heroes\" (song)'], ['\"Bob', 'never closed']]")
    );
}

/// Polars, `DuckDB`, `PostgreSQL` and R write an empty text in marks, and nothing where there is no value.
#[test]
fn an_empty_value_in_marks_is_an_empty_text() {
    let place = Place::new();
    std::fs::create_dir(place.path()).unwrap();
    let path = place.path().join("people.csv");
    let text = "at:int,name:ID,said,list:string[],n:int,:LABEL\n1,a,\"\",\"\",\"\",\"\"\n2,b,,,,P\n\
        3,\"\",\"x\",,,P\n4,c,\"\"\"\",,,P\n";
    std::fs::write(&path, text).unwrap();
    let store = Store::memory();
    let rejects = Rejects::write_to(Box::new(std::io::sink()));
    let summary = store.import_headed(&[path], rejects, &mut |_| {}).unwrap();
    // An id that is nothing is none.
    assert_eq!(summary.rejected, 1);
    let found = |query: &str, store: &Store| {
        let rows = store.query(query, ()).unwrap();
        rows.iter().map(|row| format!("{:?}", row.values())).collect::<Vec<_>>()
    };
    assert_eq!(
        found("MATCH (n) RETURN n.name, n.said, n.list, n.n, labels(n) ORDER BY n.at", &store),
        found(
            "UNWIND [['a', '', null, null, []], ['b', null, null, null, ['P']], ['c', '\"', null, null, ['P']]] AS r \
             RETURN r[0], r[1], r[2], r[3], r[4]",
            &Store::memory()
        )
    );
}

/// Tables as spreadsheets of many countries write them: semicolons, since commas stand in numbers.
#[test]
fn tables_have_semicolons_and_commas_in_numbers() {
    let place = Place::new();
    std::fs::create_dir(place.path()).unwrap();
    let path = place.path().join("people.csv");
    let text = "\u{feff}sep=;\r\nat:int;name:ID;size:float;said;:LABEL\r\n\
        1;Ada;1,5;\"1,5\nor; so\";Person\r\n\
        2,0;Bob;-2e3;1,5;Person\r\n\
        3;Eve;1,2,3;x;Person\r\n";
    std::fs::write(&path, text).unwrap();
    let store = Store::memory();
    let rejects = Rejects::write_to(Box::new(std::io::sink()));
    let summary = store.import_headed(std::slice::from_ref(&path), rejects, &mut |_| {}).unwrap();
    assert_eq!(summary.rejected, 1);
    let found = |query: &str, store: &Store| {
        let rows = store.query(query, ()).unwrap();
        rows.iter().map(|row| format!("{:?}", row.values())).collect::<Vec<_>>()
    };
    assert_eq!(
        found("MATCH (n:Person) RETURN n.at, n.size, n.said ORDER BY n.at", &store),
        found(
            "UNWIND [[1, 1.5, '1,5\\nor; so'], [2, -2000.0, '1,5']] AS r RETURN r[0], r[1], r[2]",
            &Store::memory()
        )
    );
    let error = Store::memory().import_headed(&[path], Rejects::stop(), &mut |_| {}).unwrap_err();
    assert!(error.message().contains("line 6"), "{error:?}");
}

/// What begins with a quotation mark comes back from tables of tabs, names and texts of JSON among them.
#[test]
fn marks_at_the_beginning_come_back_from_tables_of_tabs() {
    let store = Store::memory();
    let make = "CREATE (:N {name: '\"a\"', x: '\"', y: '\"b\" c', `\"k`: '\"v', j: '\"1\"'}), \
        (:N {name: 'plain', x: 'x\"', j: 1}), (:N {name: '\"t\\tab\"', j: 'two\\nlines'})";
    store.query(make, ()).unwrap();
    for (what, copy) in all_tables(&store) {
        assert_eq!(lines_of(&copy), lines_of(&store), "{what}");
    }
}

#[test]
fn tables_join_nodes_that_are_there() {
    let place = Place::new();
    std::fs::create_dir(place.path()).unwrap();
    let file = |name: &str, text: &str| {
        let path = place.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let recipe = file(
        "recipe.toml",
        "[[document]]\nname = \"Register\"\n\
         [[node]]\nlabel = \"State\"\neach = [\"state\"]\nproperties = { name = \"value\" }\n\
         [[node]]\nlabel = \"Region\"\neach = [\"region\"]\nproperties = { name = \"value\" }\n\
         [[relationship]]\ntype = \"RECOGNISES\"\nproperties = {}\nvalid = \"since\"\n\
         from = { node = \"State\", key = \"state\" }\nto = { node = \"Region\", key = \"region\" }\n\
         source = { document = \"Register\" }\n",
    );
    let first =
        file("first.csv", "state,region,since\nRussia,Abkhazia,2008\nNauru,Abkhazia,2009\n");
    let second =
        file("second.csv", "state,region,since\nNauru,Ossetia,2009\nTuvalu,Abkhazia,2011\n");
    let store = Store::memory();
    for table in [first, second] {
        store.import_tables(&recipe, &[table], Rejects::stop(), &mut |_| {}).unwrap();
    }
    let one = |query: &str| {
        let rows = store.query(query, ()).unwrap();
        rows.iter().next().unwrap().values()[0].clone()
    };
    assert_eq!(one("MATCH (s:State) RETURN count(s)"), 3.into());
    assert_eq!(one("MATCH (d:Document) RETURN count(d)"), 1.into());
    assert_eq!(one("MATCH (:State {name: 'Nauru'})-[r]->() RETURN count(r)"), 2.into());
    assert_eq!(one("MATCH ()-[r]->(:Region {name: 'Abkhazia'}) RETURN count(r)"), 3.into());
    assert_eq!(store.snapshot().commit(), 2);
    let earlier = store.database().known_at(1).unwrap();
    assert_eq!((earlier.statistics().nodes, earlier.statistics().statements), (4, 2));
    // Rows of a table of nodes are new ones, unless it says that they need not be.
    let states = file("states.csv", "name,iso\nNauru,NR\nKiribati,KI\n");
    let table = "[[node]]\nfile = \"states\"\nlabel = \"State\"\nkey = \"name\"\n";
    let strict = file("strict.toml", table);
    let error =
        store.import_tables(&strict, std::slice::from_ref(&states), Rejects::stop(), &mut |_| {});
    let error = error.unwrap_err();
    assert_eq!(error.code(), "load::row");
    assert!(error.message().contains("A node that was there has the same key."), "{error}");
    let merging = file("merging.toml", &format!("{table}merge = true\n"));
    store.import_tables(&merging, &[states], Rejects::stop(), &mut |_| {}).unwrap();
    assert_eq!(one("MATCH (s:State) RETURN count(s)"), 4.into());
}

fn value() -> impl Strategy<Value = Value> {
    let odd =
        ["a \"b\"; 'c', {d}\n\\", "", "a;b", "\t", "x\ry", " ", "\u{feff}", "[1,2]", "null", "𐍈"];
    let odd = prop::sample::select(odd.map(str::to_owned).to_vec());
    let text = prop_oneof!["[a-z]{0,6}", ".{0,6}", odd].boxed();
    let numbers = prop::sample::select(vec![
        Value::from(i64::MIN),
        i64::MAX.into(),
        f64::INFINITY.into(),
        f64::NEG_INFINITY.into(),
        f64::NAN.into(),
        (-0.0).into(),
        f64::MIN_POSITIVE.into(),
    ]);
    let texts = text.clone();
    let scalar = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("NaN is equal to nothing", |f| !f.is_nan()).prop_map(Value::from),
        text.prop_map(Value::from),
        (-100_000i64..100_000).prop_map(|days| Value::Date(Date::from_days(days))),
        edtf().prop_map(Value::from),
    ];
    let fixed = prop::sample::select(vec![
        Value::DateTime(DateTime::parse("2018-11-12T10:00:00.5+03:00").unwrap().into()),
        Value::LocalDateTime(LocalDateTime::parse("2018-11-12T10:00").unwrap()),
        Value::Time(Time::parse("10:00:01Z", 0).unwrap()),
        Value::LocalTime(LocalTime::parse("23:59:59.000000001").unwrap()),
        Value::Duration(Duration::parse("P1Y2M3DT4H5M6.7S").unwrap().into()),
        Value::Point(Point { srid: 4326, coordinates: vec![41.5, 43.25] }.into()),
    ]);
    prop_oneof![
        6 => scalar,
        1 => numbers,
        1 => prop::collection::vec(texts, 0..3)
            .prop_map(|items| Value::list(items.into_iter().map(Value::from))),
        1 => fixed,
        1 => prop::collection::vec(any::<i64>(), 0..3)
            .prop_map(|items| Value::list(items.into_iter().map(Value::from))),
    ]
}

fn edtf() -> impl Strategy<Value = Edtf> {
    let texts =
        ["2008-08-26", "2008-08", "XXXX-11-12", "2018~", "2008-08-26/..", "1999?/2004", "200X"];
    prop::sample::select(texts.map(|text| Edtf::parse(text).unwrap()).to_vec())
}

/// A relationship: its type, where it begins and ends, its properties, what is said of it.
type Drawn = (u8, usize, usize, Vec<(u8, Value)>, Option<Said>);

/// A value of a property with what is said of it: the node, the property, the value.
type Stated = (usize, u8, Value, Said);

/// What is complete: the label at one end, the type, the node at the other, or its properties, and when.
type Complete = (u8, u8, Option<usize>, Option<Edtf>, Vec<(u8, Value)>);

#[derive(Clone, Debug)]
struct Made {
    nodes: Vec<(u8, Vec<(u8, Value)>)>,
    relationships: Vec<Drawn>,
    stated: Vec<Stated>,
    /// Which of [`DECLARED`] are said.
    declared: Vec<bool>,
    complete: Vec<Complete>,
}

/// What is declared, under names that have to be quoted. What a graph does not allow is not said of it.
const DECLARED: [&str; 14] = [
    "DECLARE RELATIONSHIP É EVENT FUNCTIONAL INVERSE `T'\"`",
    "DECLARE RELATIONSHIP T STATE TRANSITIVE SUB OF `U v`|É FROM :A|`B;c` TO :Ü",
    "DECLARE RELATIONSHIP `.s t` EVENT",
    "DECLARE RELATIONSHIP `be,fore` ORDER",
    "DECLARE LABEL A SUB OF `B;c`|Ü",
    "DECLARE LABEL `n\u{00e9}w \"one\"` SUB OF A",
    "CREATE RULE `ru;le` AS MATCH (a)-[:T]->(b)<-[:`U v`]-(c) DERIVE (a)-[:`D\"x`]->(c)",
    "CREATE RULE views AS MATCH (a:A)-[:T]->(m)<-[:T]-(b:A) WHERE a.name <> 'x;\\n\"' DERIVE (a)-[:MET]-(b)",
    "CREATE INDEX `in;dex` FOR (n:A) ON (n.`l m`)",
    "CREATE TEXT INDEX FOR (n:`B;c`) ON (n.name)",
    "CREATE INDEX FOR ()-[r:`U v`]-() ON (r.ö)",
    "CREATE CONSTRAINT `c\"o` FOR (n:Ü) REQUIRE n.name IS UNIQUE",
    "CREATE CONSTRAINT typed FOR (n:A) REQUIRE n.name IS :: STRING",
    "CREATE CONSTRAINT there FOR ()-[r:T]-() REQUIRE r.k IS NOT NULL",
];

/// Qualifiers before there are documents.
#[derive(Clone, Debug)]
struct Said {
    valid: Option<Edtf>,
    not_before: Option<i64>,
    sources: Vec<(usize, i64, Option<String>)>,
    stance: usize,
    speaker: Option<String>,
    rank: usize,
    reason: Option<String>,
}

fn said() -> impl Strategy<Value = Said> {
    let sources =
        prop::collection::vec((0usize..8, 0i64..4, prop::option::of("[a-z ]{1,8}")), 0..3);
    (
        prop::option::of(edtf()),
        prop::option::of(-1000i64..20_000),
        sources,
        0usize..6,
        prop::option::of(".{1,6}"),
        0usize..3,
        prop::option::of("[a-z' ]{1,6}"),
    )
        .prop_map(|(valid, not_before, sources, stance, speaker, rank, reason)| Said {
            not_before: not_before.filter(|day| may_begin(valid.as_ref(), *day)),
            valid,
            sources,
            stance,
            speaker,
            rank,
            reason,
        })
}

/// Whether a date has a day on a day or later: one that has none is read nowhere.
fn may_begin(valid: Option<&Edtf>, day: i64) -> bool {
    [Temporality::Event, Temporality::State { persistent: true }].into_iter().any(|kind| {
        ValidTime::new(valid, Some(kind), Some(Date::from_days(day)), None).hull().is_some()
    })
}

fn made() -> impl Strategy<Value = Made> {
    let properties = || prop::collection::vec((0u8..6, value()), 0..3);
    let nodes = prop::collection::vec((0u8..8, properties()), 1..8);
    let ends = (0u8..3, 0usize..8, 0usize..8, properties(), prop::option::of(said()));
    let stated = prop::collection::vec((0usize..8, 0u8..3, value(), said()), 0..4);
    let declared = prop::collection::vec(any::<bool>(), DECLARED.len());
    let end = prop::option::of(0usize..8);
    let complete = (0u8..3, 0u8..3, end, prop::option::of(edtf()), properties());
    let complete = prop::collection::vec(complete, 0..3);
    (nodes, prop::collection::vec(ends, 0..8), stated, declared, complete).prop_map(
        |(nodes, relationships, stated, declared, complete)| Made {
            nodes,
            relationships,
            stated,
            declared,
            complete,
        },
    )
}

fn store_of(made: &Made) -> Store {
    let store = Store::memory();
    let mut write = store.database().begin_write().unwrap();
    let keys = ["k", "l m", "ö", "\"n\"\n\t", "_valid", " a:b"].map(|name| write.intern_key(name));
    let name = write.intern_key("name");
    let nodes: Vec<NodeId> = (0..)
        .zip(&made.nodes)
        .map(|(number, (bits, properties))| {
            let borne: Vec<_> = (0..3)
                .filter(|at| bits >> at & 1 == 1)
                .map(|at| write.intern_label(["A", "B;c", "Ü"][at as usize]))
                .collect();
            let node = write.create_node(&borne).unwrap();
            write.set_node_property(node, name, format!("node {number}").into());
            for (key, value) in properties {
                write.set_node_property(node, keys[*key as usize], value.clone());
            }
            node
        })
        .collect();
    for (kind, start, end, properties, said) in &made.relationships {
        let at = |index: &usize| nodes[index % nodes.len()];
        let kind = write.intern_type(["T", "U v", "É"][*kind as usize]);
        let statement = write.create_statement(kind, at(start), at(end)).unwrap();
        for (key, value) in properties {
            write.set_statement_property(statement, keys[*key as usize], value.clone());
        }
        let Some(said) = said else { continue };
        let support = said.sources.iter().map(|(document, paragraph, summary)| Support {
            document: at(document),
            locator: Arc::new([("paragraph".into(), (*paragraph).into())].into_iter().collect()),
            summary: summary.as_deref().map(Into::into),
        });
        let qualifiers = Qualifiers {
            valid: said.valid.clone(),
            not_before: said.not_before.map(Date::from_days),
            not_after: None,
            support: support.collect(),
            stance: Stance::ALL[said.stance],
            speaker: said.speaker.as_deref().map(Into::into),
            rank: Rank::ALL[said.rank],
            reason: said.reason.as_deref().map(Into::into),
        };
        write.qualify(statement, qualifiers);
    }
    let state = Some(Temporality::State { persistent: true });
    let declaration = Declaration { kind: state, symmetric: true, ..Declaration::default() };
    let declared = write.intern_type("U v");
    write.declare(declared, declaration);
    for (text, kind, language) in [
        ("another name", AliasKind::Metonym, None),
        ("Ein \"Name\"; 'n\u{e9}'", AliasKind::Name, Some("de-CH".into())),
        ("\u{41d}\u{430}\u{443}\u{440}\u{443}", AliasKind::Transliteration, Some("ru".into())),
    ] {
        write.add_alias(Alias { entity: nodes[0], text: text.into(), kind, language });
    }
    let means = Meaning::Type(declared);
    write.add_phrase(Phrase { text: "A is \"near\" B; really".into(), means });
    for (label, kind, node, at, properties) in &made.complete {
        let labels = vec![write.intern_label(["A", "B;c", "Ü"][usize::from(*label)])];
        let relationship_type = write.intern_type(["T", "U v", "É"][usize::from(*kind)]);
        let named =
            |(key, value): &(u8, Value)| (["k", "l m", "ö"][*key as usize % 3], value.clone());
        let properties: BTreeMap<&str, Value> = properties.iter().map(named).collect();
        let properties = properties.into_iter().map(|(key, value)| (key.into(), value)).collect();
        let node = node.map(|index| nodes[index % nodes.len()]);
        let support = Support {
            document: nodes[0],
            locator: Arc::new([("paragraph".into(), 2.into())].into_iter().collect()),
            summary: Some("in \"words\"; n\u{e9}".into()),
        };
        write.add_completeness(Completeness {
            from: Endpoint { labels, ..Endpoint::default() },
            relationship_type,
            to: match node {
                Some(_) => Endpoint { node, ..Endpoint::default() },
                None => Endpoint { properties, ..Endpoint::default() },
            },
            at: at.clone(),
            support: at.iter().map(|_| support.clone()).collect(),
        });
    }
    write.commit().unwrap();
    made.stated.iter().for_each(|stated| say(&store, made.nodes.len(), stated));
    for (said, text) in made.declared.iter().zip(DECLARED) {
        if *said {
            // A constraint may not hold, and two declarations may go round in a circle.
            let _ = store.query(text, ());
        }
    }
    store
}

/// States a value of a property in the words of the language.
fn say(store: &Store, nodes: usize, (node, key, value, said): &Stated) {
    let mut text = String::from("MATCH (n {name: $node}), (d {name: $document}) SET n.");
    text.push_str(["`s t`", "päpulation", "k"][usize::from(*key)]);
    text.push_str(" = $value");
    if let Some(valid) = &said.valid {
        text.push_str(&format!(" VALID edtf('{}')", valid.as_str()));
    }
    let (_, paragraph, summary) = said.sources.first().cloned().unwrap_or_default();
    text.push_str(" SOURCE d {paragraph: $paragraph");
    text.push_str(if summary.is_some() { ", summary: $summary}" } else { "}" });
    text.push_str(&format!(" SAYS {}", Stance::ALL[said.stance].as_str()));
    text.push_str(if said.speaker.is_some() { " BY $speaker" } else { "" });
    text.push_str(&format!(" RANK {}", Rank::ALL[said.rank].as_str()));
    text.push_str(if said.reason.is_some() { " REASON $reason" } else { "" });
    let name = |index: usize| Value::from(format!("node {}", index % nodes));
    let (document, ..) = said.sources.first().cloned().unwrap_or_default();
    let word = |text: &Option<String>| text.clone().map_or(Value::Null, Value::from);
    let parameters = [
        ("node", name(*node)),
        ("document", name(document)),
        ("value", value.clone()),
        ("paragraph", paragraph.into()),
        ("summary", word(&summary)),
        ("speaker", word(&said.speaker)),
        ("reason", word(&said.reason)),
    ];
    store.query(&text, parameters).unwrap_or_else(|error| panic!("{text}: {error:?}"));
}

/// All that is known, a line each, whatever the order and the numbers: nodes are called by their names.
fn lines_of(store: &Store) -> Vec<String> {
    use serde_json::Value as Json;
    let text = String::from_utf8(exported(store)).unwrap();
    let mut lines: Vec<Json> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    // A type of which nothing is declared is as good as none.
    lines.retain(|line| {
        line["$type"] != "declaration" || line.as_object().is_some_and(|members| members.len() > 2)
    });
    let nodes = lines.iter().filter(|line| line["$type"] == "node");
    let names: std::collections::HashMap<u64, Json> = nodes
        .map(|node| (node["id"].as_u64().unwrap(), node["properties"]["name"].clone()))
        .collect();
    let name = |number: Option<&mut Json>| {
        if let Some(number) = number
            && let Some(known) = number.as_u64()
        {
            *number = names[&known].clone();
        }
    };
    for line in &mut lines {
        line.as_object_mut().unwrap().remove("id");
        ["start", "end"].into_iter().for_each(|key| name(line.get_mut(key)));
        for end in ["from", "to"] {
            name(line.get_mut(end).and_then(|end| end.get_mut("node")));
        }
        if let Some(Json::Array(sources)) = line.get_mut("sources") {
            sources.iter_mut().for_each(|source| name(source.get_mut("document")));
        }
        // Labels are a set.
        if let Some(Json::Array(labels)) = line.get_mut("labels") {
            labels.sort_by_key(Json::to_string);
        }
    }
    let mut lines: Vec<String> = lines.iter().map(Json::to_string).collect();
    lines.sort_unstable();
    lines
}

/// What the facts format keeps: `docs/import.md` says what it has no room for.
fn kept_by_facts(store: &Store) -> Vec<String> {
    let is_left_out = |line: &String| {
        [r#""$type":"rule""#, r#""$type":"inference""#].iter().any(|kind| line.contains(kind))
    };
    lines_of(store).into_iter().filter(|line| !is_left_out(line)).collect()
}

/// What a script keeps, likewise: no other names, no words.
fn kept_by_scripts(store: &Store) -> Vec<String> {
    let without_names = |line: String| {
        let mut line: serde_json::Value = serde_json::from_str(&line).unwrap();
        if line["$type"] == "node" {
            line.as_object_mut().unwrap().remove("also");
        }
        // The very node is called by its labels and its name.
        for end in ["from", "to"] {
            let Some(end) = line.get_mut(end).and_then(serde_json::Value::as_object_mut) else {
                continue;
            };
            let named = end.get("properties").and_then(|of| of.get("name")).cloned();
            if let Some(name) = end.remove("node").or(named) {
                end.remove("labels");
                end.insert("properties".to_owned(), serde_json::json!({ "name": name }));
            }
        }
        line.to_string()
    };
    let is_word = |line: &String| line.contains(r#""$type":"phrase""#);
    let lines = lines_of(store).into_iter().filter(|line| !is_word(line));
    let mut lines: Vec<String> = lines.map(without_names).collect();
    lines.sort_unstable();
    lines
}

/// What is left of a graph that is written as tables and read again.
fn tabled(store: &Store, ending: &str, write: impl FnOnce(&mut Vec<u8>, &mut Vec<u8>)) -> Store {
    let place = Place::new();
    std::fs::create_dir(place.path()).unwrap();
    let (mut nodes, mut relationships) = (Vec::new(), Vec::new());
    write(&mut nodes, &mut relationships);
    let paths =
        ["nodes", "relationships"].map(|name| place.path().join(format!("{name}.{ending}")));
    std::fs::write(&paths[0], &nodes).unwrap();
    std::fs::write(&paths[1], &relationships).unwrap();
    let mut declared = Vec::new();
    elements::export_declarations(&*store.snapshot(), &mut declared).unwrap();
    let declarations = place.path().join("declarations.jsonl");
    std::fs::write(&declarations, declared).unwrap();
    let copy = Store::memory();
    let paths: Vec<_> = paths.into_iter().chain([declarations]).collect();
    let read = copy.import_headed(&paths, Rejects::stop(), &mut |_| {});
    let shown = String::from_utf8_lossy;
    read.unwrap_or_else(|e| panic!("{e:?} in\n{}\n{}", shown(&nodes), shown(&relationships)));
    copy
}

/// What each format of this build makes of a graph, but for scripts.
fn all_copies(store: &Store) -> Vec<(&'static str, Store)> {
    let mut copies = vec![("jsonl", imported(&exported(store)).unwrap().0)];
    let copy = Store::memory();
    copy.load_facts("copy", &facts::export(&*store.snapshot())).unwrap();
    copies.push(("facts", copy));
    copies.extend(all_tables(store));
    #[cfg(feature = "rdf")]
    copies
        .extend(rdf::FORMATS.map(|(format, ending)| (ending, rdf::through(store, format, ending))));
    copies
}

/// All kinds of tables of this build.
fn all_tables(store: &Store) -> Vec<(&'static str, Store)> {
    let mut copies = Vec::new();
    for (ending, is_tab) in [("csv", false), ("tsv", true)] {
        copies.push((ending, tabled(store, ending, |a, b| write_tables(store, is_tab, a, b))));
    }
    #[cfg(any(feature = "parquet", feature = "arrow"))]
    let graph = store.snapshot();
    #[cfg(feature = "parquet")]
    copies.push((
        "parquet",
        tabled(store, "parquet", |a, b| {
            use tables::parquet::{ParquetSheet, STYLE};
            let (mut a, mut b) = (ParquetSheet::new(a), ParquetSheet::new(b));
            tables::export(&*graph, STYLE, &mut a, &mut b).unwrap();
        }),
    ));
    #[cfg(feature = "arrow")]
    copies.push((
        "arrow",
        tabled(store, "arrow", |a, b| {
            use tables::arrow::{ArrowSheet, STYLE};
            let (mut a, mut b) = (ArrowSheet::new(a), ArrowSheet::new(b));
            tables::export(&*graph, STYLE, &mut a, &mut b).unwrap();
        }),
    ));
    copies
}

#[test]
fn the_shipped_facts_come_back_as_tables() {
    let store = Store::shipped().unwrap();
    for (ending, copy) in all_tables(&store) {
        assert_eq!(lines_of(&copy), lines_of(&store), "{ending}");
    }
    // Without relationships, without properties, without anything.
    let store = Store::memory();
    for query in ["RETURN 1", "CREATE ()", "CREATE (:A {x: []})"] {
        store.query(query, ()).unwrap();
        for (ending, copy) in all_tables(&store) {
            assert_eq!(lines_of(&copy), lines_of(&store), "{ending}");
        }
    }
}

#[test]
fn rules_of_inference_come_back() {
    let store = Store::memory();
    store.query("CREATE (:P {n: 1})-[:IN]->(:M)<-[:IN]-(:P {n: 2})", ()).unwrap();
    let rule = "CREATE RULE met AS MATCH (a:P)-[:IN]->(:M)<-[:IN]-(b:P) DERIVE (a)-[:MET]->(b)";
    store.query(rule, ()).unwrap();
    let met = |store: &Store| store.query("MATCH ()-[m:MET]->() RETURN m", ()).unwrap().len();
    assert!(met(&store) > 0);
    let (copy, _) = imported(&exported(&store)).unwrap();
    assert_eq!(met(&copy), met(&store));
    assert_eq!(copy.snapshot().declarations().inferences.len(), 1);
    let error = read(
        &copy,
        br#"{"$type":"inference","name":"met","type":"MET","text":"MATCH"}"#,
        Rejects::stop(),
    );
    assert_eq!(error.unwrap_err().code(), "load::row");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn what_is_declared_comes_back(made in made()) {
        let store = store_of(&made);
        for (format, copy) in all_copies(&store) {
            let of: fn(&Store) -> Vec<String> =
                if format == "facts" { kept_by_facts } else { lines_of };
            prop_assert_eq!(of(&copy), of(&store), "{}", format);
        }
    }

    #[test]
    fn any_graph_comes_back(made in made()) {
        // A script calls the documents of what is complete by their names.
        let made = Made { declared: Vec::new(), complete: Vec::new(), ..made };
        let store = store_of(&made);
        prop_assert_eq!(kept_by_scripts(&scripted(&store)), kept_by_scripts(&store));
        for (format, copy) in all_copies(&store) {
            prop_assert_eq!(lines_of(&copy), lines_of(&store), "{}", format);
        }
    }
}

#[test]
fn the_value_stated_last_stands_out_in_each_copy() {
    let store = Store::memory();
    store
        .query("CREATE (:Document {name: 'z'}), (:Document {name: 'a'}), (:S {name: 's'})", ())
        .unwrap();
    for (value, source) in [(1, "'z'"), (2, "'a'"), (3, "'z'"), (4, "'a'")] {
        let text = format!(
            "MATCH (s:S) SET s.p = {value} SOURCE {source}, s.q = -{value} SAYS asserted BY 'x{value}'"
        );
        store.query(&text, ()).unwrap();
    }
    store.query("MATCH (s:S) SET s.r = 1 SOURCE 'z', s.r = 2 SOURCE 'a' SAYS denied", ()).unwrap();
    let query = "MATCH (s:S) RETURN s.p, s.q, s.r";
    let rows = |store: &Store| store.query(query, ()).unwrap().get(0).unwrap().values().to_vec();
    assert_eq!(rows(&store), [4.into(), (-4).into(), 1.into()]);
    for (format, copy) in all_copies(&store) {
        assert_eq!(rows(&copy), rows(&store), "{format}");
    }
    assert_eq!(rows(&scripted(&store)), rows(&store));
}

/// In a script nothing stands for a letter of a name, in the maps within maps of a source neither.
/// Rows that are written as a query are there again when it has run, whatever they are called.
#[test]
fn rows_as_a_query_come_back_with_their_names() {
    use dossier::render::{self, Format, Options};
    let store = Store::memory();
    let name = "two\nlines \u{1b}[31m ``a\u{202e}";
    let make = format!(
        "CREATE (:`{name}` {{`k{name}`: 'v\\n'}})-[:`t{name}` {{`r{name}`: 1}} \
         VALID edtf('2001/..') SAYS denied BY 'x' RANK preferred REASON 'so']->(:B)"
    );
    store.query(&make, ()).unwrap();
    let written = |query: &str, terminal| {
        let mut out = Vec::new();
        let options = Options { terminal, ..Options::default() };
        render::write(&store.query(query, ()).unwrap(), Format::Cypher, &options, &mut out)
            .unwrap();
        String::from_utf8(out).unwrap()
    };
    let all = "MATCH (a)-[r]->(b) RETURN *";
    let copy = Store::memory();
    run_script(&copy, &written(all, false));
    assert_eq!(lines_of(&copy), lines_of(&store));
    let values = format!(
        "MATCH (a)-[r]->() RETURN r.`r{name}` AS `c{name}`, {{`m{name}`: a.`k{name}`}} AS m"
    );
    let (before, after) =
        (store.query(&values, ()), Store::memory().query(&written(&values, false), ()));
    let (before, after) = (before.unwrap(), after.unwrap());
    assert_eq!(before.columns(), after.columns());
    assert_eq!(before.iter().next().unwrap().values(), after.iter().next().unwrap().values());
    assert!(!written(all, true).contains('\u{1b}'), "a terminal does not act on names");
}

#[test]
fn names_within_maps_come_back_from_scripts() {
    let store = Store::memory();
    store.query("CREATE (:Document {name: 'D'})", ()).unwrap();
    let make = "CREATE (:A)-[:R SOURCE 'D' {m: {`k\nx`: 2}, l: [{`z\ty`: 1}]}]->(:B {`p\nq`: 3})";
    store.query(make, ()).unwrap();
    let kept = kept_by_scripts(&store);
    assert!(kept.iter().any(|line| line.contains("z\\ty")), "{kept:?}");
    assert_eq!(kept_by_scripts(&scripted(&store)), kept);
}

#[test]
fn exports_are_written_to_whatever_takes_bytes() {
    let store = Store::shipped().unwrap();
    let mut small = [0; 100];
    let error = elements::export(&*store.snapshot(), &mut &mut small[..]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::WriteZero);
}

#[cfg(feature = "rdf")]
mod rdf {
    use dossier::load::rdf::{self, RdfFormat};

    use super::*;

    pub const FORMATS: [(RdfFormat, &str); 5] = [
        (RdfFormat::Turtle, "ttl"),
        (RdfFormat::NTriples, "nt"),
        (RdfFormat::NQuads, "nq"),
        (RdfFormat::TriG, "trig"),
        (rdf::JSON_LD, "jsonld"),
    ];

    pub fn through(store: &Store, format: RdfFormat, ending: &str) -> Store {
        let mut out = Vec::new();
        rdf::export(&*store.snapshot(), format, &mut out).unwrap();
        read(std::str::from_utf8(&out).unwrap(), ending)
    }

    fn read(text: &str, ending: &str) -> Store {
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("dossier-rdf-{}-{number}.{ending}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        let store = Store::memory();
        let read = store.import_triples(&path, Rejects::stop(), &mut |_| {});
        std::fs::remove_file(path).unwrap();
        read.unwrap_or_else(|error| panic!("{error:?} in {text}"));
        store
    }

    fn rows(store: &Store, query: &str) -> Vec<String> {
        let rows = store.query(query, ()).unwrap();
        rows.iter().map(|row| format!("{:?}", row.values())).collect()
    }

    const STATEMENTS: &str = "MATCH (a)-[r]->(b) RETURN a.name, type(r), b.name, properties(r), toString(valid(r)) AS valid, stance(r), speaker(r), evidence(r) AS evidence ORDER BY a.name, type(r), b.name, valid";

    #[test]
    fn the_shipped_facts_come_back_as_triples() {
        let shipped = Store::shipped().unwrap();
        for (format, ending) in FORMATS {
            let copy = through(&shipped, format, ending);
            assert_eq!(facts_of(&copy), facts_of(&shipped), "{ending}");
            assert_eq!(rows(&copy, STATEMENTS), rows(&shipped, STATEMENTS), "{ending}");
            let nodes = "MATCH (n) RETURN labels(n), properties(n) ORDER BY toString(n.name)";
            assert_eq!(rows(&copy, nodes), rows(&shipped, nodes), "{ending}");
        }
    }

    #[test]
    fn what_is_declared_comes_back_as_triples() {
        let store = Store::shipped().unwrap();
        store.query("CREATE CONSTRAINT one FOR (s:State) REQUIRE s.name IS UNIQUE", ()).unwrap();
        // A node that completeness speaks of may have a name of its own.
        store.query("MATCH (d:Document) SET d.uri = 'http://example.org/' + id(d)", ()).unwrap();
        for (format, ending) in FORMATS {
            let (copy, again) = (through(&store, format, ending), store.snapshot());
            let graph = copy.snapshot();
            let (had, has) = (again.declarations(), graph.declarations());
            assert_eq!(has.rules, had.rules, "{ending}");
            assert_eq!(has.completeness.len(), had.completeness.len(), "{ending}");
            assert_eq!(has.phrases.len(), had.phrases.len(), "{ending}");
            assert_eq!(facts_of(&copy), facts_of(&store), "{ending}");
        }
    }

    #[test]
    fn statements_of_rdf_1_1_are_said_part_by_part() {
        let store = read(
            "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix ex: <http://example.org/> .\n\
             ex:a ex:met ex:b .\n\
             ex:s rdf:predicate ex:met ; a rdf:Statement ; rdf:object ex:b ; ex:where \"Rome\" ; rdf:subject ex:a .\n\
             ex:t a rdf:Statement ; rdf:subject ex:a ; rdf:predicate ex:knows ; rdf:object ex:b .\n\
             ex:half rdf:subject ex:a .\n",
            "ttl",
        );
        assert_eq!(
            rows(
                &store,
                "MATCH (a)-[r]->(b) RETURN type(r), r.where, stance(r), a.uri ORDER BY type(r)"
            ),
            rows(
                &store,
                "UNWIND [['knows', null, 'attributed'], ['met', 'Rome', 'asserted']] AS r \
                 RETURN r[0], r[1], r[2], 'http://example.org/a'"
            )
        );
        assert_eq!(rows(&store, "MATCH (n) RETURN count(n)"), rows(&store, "RETURN 2"));
    }

    #[test]
    fn triples_of_others_become_a_graph() {
        let store = read(
            "@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix ex: <http://example.org/> .\n\
             @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\
             ex:ada a foaf:Person ; foaf:name \"Ada\" ; foaf:age 36 ; foaf:nick \"A\", \"AAL\" ;\n\
                 foaf:knows ex:charles {| ex:since \"1833-06-05\"^^xsd:date |} .\n\
             ex:charles foaf:knows ex:ada .\n\
             << ex:charles foaf:admires ex:ada >> ex:page 7 .\n",
            "ttl",
        );
        assert_eq!(
            rows(&store, "MATCH (a:Person) RETURN a.name, a.age, a.nick, a.uri"),
            rows(&store, "RETURN 'Ada', 36, ['A', 'AAL'], 'http://example.org/ada'")
        );
        assert_eq!(
            rows(
                &store,
                "MATCH (a)-[k:knows]->(b) RETURN b.uri, k.since, stance(k) ORDER BY b.uri"
            ),
            rows(
                &store,
                "UNWIND [['ada', null], ['charles', date('1833-06-05')]] AS row \
                 RETURN 'http://example.org/' + row[0], row[1], 'asserted'"
            )
        );
        assert_eq!(
            rows(&store, "MATCH ()-[k:admires]->() RETURN k.page, stance(k)"),
            rows(&store, "RETURN 7, 'attributed'")
        );
    }

    const ANNOTATED: &str = "@prefix : <http://e.org/> .\n\
        :a :knows :b {| :since \"2001\" ; :src :doc, :other |} .\n\
        :a :likes :b ~ :r1 . :r1 :who :d ; a :Claim .\n\
        :c :mentions :r1 .\n\
        :a :age 7 {| :from :doc |} .\n";

    #[test]
    fn what_annotations_say_is_kept() {
        let first = read(ANNOTATED, "ttl");
        for store in [through(&first, RdfFormat::NTriples, "nt"), first] {
            let e = |names: &str| format!("RETURN {names}").replace("e:", "'http://e.org/' + ");
            same(
                &store,
                "MATCH ({uri: 'http://e.org/a'})-[r:knows]->() RETURN r.since, r.src, r.uri",
                &e("'2001', [e:'doc', e:'other'], null"),
            );
            same(
                &store,
                "MATCH ()-[r:likes]->() RETURN r.who, r.type, r.uri",
                &e("e:'d', e:'Claim', e:'r1'"),
            );
            // The statement that is mentioned is found by its IRI.
            let found =
                "MATCH ()-[:mentions]->(m), ()-[r:likes]->() WHERE r.uri = m.uri RETURN count(*)";
            same(&store, found, "RETURN 1");
            same(&store, "MATCH ()-[r:.age]->() RETURN r.from", &e("e:'doc'"));
        }
    }

    fn same(store: &Store, query: &str, expected: &str) {
        assert_eq!(rows(store, query), rows(store, expected), "{query}");
    }

    #[test]
    fn a_source_that_says_other_things_is_a_document() {
        let text = "@prefix : <http://e.org/> . @prefix d: <urn:dossier:> .\n\
            :a :knows :b {| d:source :doc |} . :doc :title \"News\" .\n";
        let store = read(text, "ttl");
        same(&store, "MATCH (n) WHERE n.title = 'News' RETURN n.uri", "RETURN 'http://e.org/doc'");
        same(&store, "MATCH ()-[r:knows]->() RETURN size(evidence(r))", "RETURN 1");
    }

    #[test]
    fn what_a_graph_has_no_place_for_is_counted() {
        let text = "@prefix : <http://e.org/> . @prefix d: <urn:dossier:> .\n\
            @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n\
            :x :y <<( :a :b :c )>> . :x :y <<( :a :b :d )>> .\n\
            :half rdf:subject :a .\n\
            :a :knows :b {| :by [] ; d:what 1 ; d:because \"so\"@en ; d:source [ d:summary \"s\" ; :page 7 ] |} .\n\
            :a a [] ; :p \"x\" ; d:valid \"2001\" .\n";
        let path = std::env::temp_dir().join(format!("dossier-lost-{}.ttl", std::process::id()));
        std::fs::write(&path, text).unwrap();
        let import = |rejects| Store::memory().import_triples(&path, rejects, &mut |_| {}).unwrap();
        let notes = import(Rejects::stop()).notes;
        let told = import(Rejects::write_to(Box::new(std::io::sink())));
        std::fs::remove_file(&path).unwrap();
        for (count, what) in [
            ("2 triples", "its object is a triple"),
            ("1 triple", "are not all said"),
            ("1 triple", "a statement cannot keep a blank node"),
            ("1 triple", "a label cannot be made"),
            ("1 triple", "of a place in a document"),
            ("2 triples", "word of dossier's"),
            ("1 literal", "without a language"),
        ] {
            let found = notes.iter().any(|note| note.starts_with(count) && note.contains(what));
            assert!(found, "{count}, {what}: {notes:#?}");
        }
        assert_eq!((notes.len(), told.rejected), (7, 8), "{notes:#?}");
        assert_eq!(told.notes, notes);
    }

    #[test]
    fn a_text_keeps_its_language() {
        let text = "@prefix : <http://e.org/> . @prefix d: <urn:dossier:> .\n\
            :a :name \"Nauru\"@en, \"Naoero\"@na, \"NRU\" ; :motto \"God's will first\"@en ; :size 21 ;\n\
                :script \"\u{0646}\"@ar--rtl .\n\
            :a :knows :b {| :as \"friend\"@en-gb |} .\n\
            :a :title \"Republic\"@en {| d:valid \"1968\" |} .\n";
        let store = read(text, "ttl");
        let look = "MATCH (a {motto: \"God's will first\"})-[r:knows]->() \
            RETURN a.name, a.`name@language`, a.`motto@language`, a.size, a.`script@language`, r.as, \
                r.`as@language`, a.title, a.`title@language`";
        let expected = "WITH 'en' AS en RETURN ['Nauru', 'Naoero', 'NRU'], ['en', 'na', ''], en, 21, \
            'ar--rtl', 'friend', 'en-gb', 'Republic', en AS also";
        same(&store, look, expected);
        for (format, ending) in FORMATS {
            same(&through(&store, format, ending), look, expected);
        }
        let mut out = Vec::new();
        rdf::export(&*store.snapshot(), RdfFormat::NTriples, &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains("\"Naoero\"@na") && !out.contains("language>"), "{out}");
    }

    #[test]
    fn texts_keep_their_languages_beside_what_is_no_text() {
        let text = "@prefix : <http://e.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\
            :a :name \"Nauru\"@en, 21, \"Naoero\"@na, \"1968-01-31\"^^xsd:date, true, \"x\" .";
        let store = read(text, "ttl");
        let look = "MATCH (a) RETURN a.name, a.`name@language`";
        let expected = "RETURN ['Nauru', 21, 'Naoero', date('1968-01-31'), true, 'x'], ['en', '', 'na', '', '', '']";
        same(&store, look, expected);
        for (format, ending) in FORMATS {
            same(&through(&store, format, ending), look, expected);
            let mut out = Vec::new();
            rdf::export(&*store.snapshot(), format, &mut out).unwrap();
            assert!(!String::from_utf8(out).unwrap().contains("%40language"), "{ending}");
        }
    }

    /// The language of one value is not that of another which stands out.
    #[test]
    fn a_value_that_stands_out_has_its_own_language() {
        let text = "@prefix : <http://e.org/> . @prefix d: <urn:dossier:> .\n\
            :k :name \"Nauru\"@en . :k :name \"Naoero\" {| d:valid \"2001\" |} .";
        let store = read(text, "ttl");
        let look = "MATCH (k {name: 'Naoero'}) RETURN k.name, k.`name@language`";
        for store in [&store, &through(&store, RdfFormat::NTriples, "nt")] {
            same(store, look, "RETURN 'Naoero', null");
        }
    }

    /// Another name is written as one whichever way it is read.
    #[test]
    fn other_names_have_a_direction() {
        let text = "@prefix : <http://e.org/> .\n\
            @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n\
            :a :name \"Noon\" ; skos:altLabel \"\u{0646}\"@ar--rtl .";
        let mut out = Vec::new();
        rdf::export(&*read(text, "ttl").snapshot(), RdfFormat::NTriples, &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains("altLabel> \"\u{0646}\"@ar--rtl"), "{out}");
    }

    /// What could not be said with tags stays a property.
    #[test]
    fn languages_that_are_none_come_back_as_properties() {
        let store = Store::memory();
        let make = "CREATE (:N {a: 'x', `a@language`: 'EN'}), (:N {a: 1, `a@language`: 'en'}), \
            (:N {a: ['x', 'x'], `a@language`: ['en', 'en']}), (:N {a: ['x'], `a@language`: ['en']}), \
            (:N {`a@language`: 'en'}), (:N {a: 'x', `a@language`: ''}), (:N {a: ['x', 'y'], `a@language`: ['', '']}), \
            (:N {a: 'x', `a@language`: 'en', `a@language@language`: 'de'}), \
            (:N {a: ['x', 'y'], `a@language`: ['en']}), (:N {a: 'x', `a@language`: 'no language'}), \
            (:N {a: ['x', 1], `a@language`: ['en', 'de']}), (:N {a: [1, 2], `a@language`: ['', '']}), \
            (:N {a: ['x', 1, 1], `a@language`: ['en', '', '']})";
        store.query(make, ()).unwrap();
        for (format, ending) in FORMATS {
            assert_eq!(lines_of(&through(&store, format, ending)), lines_of(&store), "{ending}");
        }
    }

    #[test]
    fn the_graph_of_a_quad_is_the_document_of_a_relationship() {
        let store = read(
            "<http://example.org/a> <http://example.org/met> <http://example.org/b> <http://example.org/news> .\n",
            "nq",
        );
        assert_eq!(
            rows(&store, "MATCH ()-[m:met]->() RETURN size(evidence(m))"),
            rows(&store, "RETURN 1")
        );
    }

    #[test]
    fn what_is_no_triple_has_a_place() {
        let path = std::env::temp_dir().join(format!("dossier-no-rdf-{}.nt", std::process::id()));
        std::fs::write(&path, "<http://example.org/a> <http://example.org/b> \"c\" .\nnonsense\n")
            .unwrap();
        let error = Store::memory().import_triples(&path, Rejects::stop(), &mut |_| {});
        std::fs::remove_file(path).unwrap();
        let error = error.unwrap_err();
        assert_eq!(error.code(), "load::row");
        assert!(error.message().contains("line 2"), "{error}");
    }
}
