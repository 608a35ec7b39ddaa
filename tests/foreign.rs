//! Files that other tools have written, as they are: `tests/foreign`.
//!
//! The Parquet files were written by `pyarrow`, `Polars` and `DuckDB`, those of Arrow by `pyarrow`; the RDF files use
//! what Turtle, `TriG`, N-Quads and JSON-LD of other tools use and ours do not.

#![cfg(any(feature = "parquet", feature = "arrow", feature = "rdf"))]

use std::path::{Path, PathBuf};

use dossier::Store;
use dossier::load::import::Rejects;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign").join(name)
}

fn rows(store: &Store, query: &str) -> Vec<String> {
    let rows = store.query(query, ()).unwrap_or_else(|error| panic!("{query}: {error}"));
    rows.iter().map(|row| format!("{:?}", row.values())).collect()
}

#[track_caller]
fn same(store: &Store, query: &str, expected: &str) {
    assert_eq!(rows(store, query), rows(&Store::memory(), expected), "{query}");
}

/// The graph of tables with headers.
#[cfg(any(feature = "parquet", feature = "arrow"))]
fn headed(names: &[&str]) -> dossier::Result<Store> {
    let store = Store::memory();
    let paths: Vec<PathBuf> = names.iter().map(|name| file(name)).collect();
    store.import_headed(&paths, Rejects::stop(), &mut |_| {})?;
    Ok(store)
}

/// Numbers that decimal fractions are nearest to, whole ones to the last digit.
#[cfg(any(feature = "parquet", feature = "arrow"))]
fn decimals_are_kept(name: &str) {
    same(
        &headed(&[name]).unwrap(),
        "MATCH (d:D) RETURN d.whole, d.part, d.short ORDER BY id(d)",
        "UNWIND [[1, 123456789012345.67, 90071992547409.93], [null, null, null], \
            [-9223372036854775808, -0.01, 0.1]] AS r RETURN r[0], r[1], r[2]",
    );
}

/// The fields of structures, which a row without the structure does not have.
#[cfg(any(feature = "parquet", feature = "arrow"))]
fn structures_are_columns(name: &str) {
    same(
        &headed(&[name]).unwrap(),
        "MATCH (d:D) RETURN d.`place.city`, d.`place.at.lat`, d.`place.at.lon`, size(keys(d)) ORDER BY id(d)",
        "UNWIND [['Suva', -18.1, 178.4, 3], [null, null, null, 0], [null, null, null, 0]] AS r \
         RETURN r[0], r[1], r[2], r[3]",
    );
}

/// A file that is cut off is an error; one with a bit turned may be another graph, and neither a panic.
#[cfg(any(feature = "parquet", feature = "arrow"))]
fn damaged_is_an_error(name: &str, step: usize) {
    let whole = std::fs::read(file(name)).unwrap();
    let path = std::env::temp_dir().join(format!("dossier-cut-{}-{name}", std::process::id()));
    for at in (0..whole.len()).step_by(step) {
        let mut turned = whole.clone();
        turned[at] ^= 0x10;
        for bytes in [&whole[..at], &turned] {
            std::fs::write(&path, bytes).unwrap();
            let paths = std::slice::from_ref(&path);
            let done = Store::memory().import_headed(paths, Rejects::stop(), &mut |_| {});
            assert!(bytes.len() == whole.len() || done.is_err(), "cut at {at}");
        }
    }
    std::fs::remove_file(path).unwrap();
}

#[cfg(feature = "parquet")]
mod parquet {
    use super::*;

    /// Parquet has no lengths of time; pyarrow notes beside its numbers which are.
    #[test]
    fn lengths_of_time_that_pyarrow_wrote_are_durations() {
        same(
            &headed(&["durations.parquet"]).unwrap(),
            "MATCH (d:D) RETURN d.s, d.ms, d.us, d.ns, d.many, d.n ORDER BY id(d)",
            "UNWIND [[duration('PT5S'), duration('PT-1.5S'), duration('PT90061.000001S'), duration('PT0.000000001S'), \
                [duration('PT0.001S'), duration('PT2S')], 7], \
                [null, duration('PT0S'), duration('PT0.000001S'), duration('PT-0.000000001S'), [], 8]] AS r \
             RETURN r[0], r[1], r[2], r[3], r[4], r[5]",
        );
        damaged_is_an_error("durations.parquet", 37);
    }

    #[test]
    fn decimals_and_structures_are_read() {
        decimals_are_kept("decimals.parquet");
        structures_are_columns("structs.parquet");
        let error = headed(&["bytes.parquet"]).unwrap_err();
        assert!(error.message().starts_with("The column `odd` of `"), "{error}");
    }

    #[test]
    fn typed_columns_of_pyarrow_and_duckdb_become_nodes_and_relationships() {
        let store =
            headed(&["nodes.parquet", "duckdb.parquet", "relationships.gzip.parquet"]).unwrap();
        same(
            &store,
            "MATCH (s:State) RETURN s.name, s.small, s.large, s.ratio, s.single, s.member, s.since \
             ORDER BY s.name",
            "UNWIND [['Nauru', null, -1152921504606846976, null, null, false, date('1968-01-31')], \
                     ['Russia', 1, 1152921504606846976, 0.5, 0.5, true, date('1991-12-25')], \
                     ['Tuvalu', 3, null, -1.25, -1.25, null, null], \
                     ['Venezuela', null, null, null, null, null, date('1811-07-05')]] AS r \
             RETURN r[0], r[1], r[2], r[3], r[4], r[5], r[6]",
        );
        same(
            &store,
            "MATCH (x:Region) WHERE x.name IS NULL RETURN x.unsigned, x.since, x.at.epochSeconds",
            "RETURN 4294967295, date('0001-01-01'), -315619200",
        );
        same(
            &store,
            "MATCH (s)-[r:RECOGNISES]->(x) RETURN s.name, r.since, x.large ORDER BY s.name",
            "UNWIND [['Nauru', date('2009-12-15')], ['Russia', date('2008-08-26')], ['Tuvalu', null]] \
             AS r RETURN r[0], r[1], 0",
        );
    }

    /// Decimals are numbers.
    #[test]
    fn decimals_are_read_as_what_they_are_worth() {
        let store = headed(&["nodes.parquet"]).unwrap();
        same(
            &store,
            "MATCH (s:State) WITH s ORDER BY s.name RETURN collect(toFloat(s.price))",
            "RETURN [12.5, -0.25]",
        );
    }

    #[test]
    fn pages_packed_with_zstandard_and_lists_are_read() {
        let store = headed(&["nodes.parquet", "duckdb.parquet", "zstd.parquet"]).unwrap();
        same(
            &store,
            "MATCH (s)-[r:RECOGNISES]->(x) RETURN s.name, r.since ORDER BY s.name",
            "UNWIND [['Nauru', date('2009-12-15')], ['Russia', date('2008-08-26')], ['Tuvalu', null]] \
             AS r RETURN r[0], r[1]",
        );
        same(
            &headed(&["polars.zstd.parquet"]).unwrap(),
            "MATCH (s:State) RETURN s.tags, s.cat, s.dec, s.when ORDER BY id(s)",
            "UNWIND [[['x'], 'x', 1.5, localdatetime('2008-08-26T00:00')], [[], 'y', null, null], \
                     [null, 'x', 2.5, null]] AS r RETURN r[0], r[1], r[2], r[3]",
        );
        damaged_is_an_error("polars.zstd.parquet", 31);
    }

    #[test]
    fn what_is_no_number_and_no_text_is_read_as_what_it_is() {
        same(
            &headed(&["duckdb_types.zstd.parquet"]).unwrap(),
            "MATCH (s:State) WHERE s.i = 1 RETURN s.u, s.tags, s.tm, s.dec, s.tz.epochSeconds",
            "RETURN 'd3ce6697-0958-4645-8a9c-434fffadcac4', ['x', 'y'], localtime('01:02:03'), 1.5, 1219701723",
        );
        same(
            &headed(&["duckdb_interval.parquet"]).unwrap(),
            "MATCH (s:State) WHERE s.iv IS NOT NULL RETURN s.iv",
            "RETURN duration('P3D')",
        );
        same(
            &headed(&["half.parquet"]).unwrap(),
            "MATCH (s:State) WHERE s.f16 IS NOT NULL RETURN collect(s.f16)",
            "RETURN [0.5, 1.5]",
        );
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let error = headed(&["brotli.parquet"]).unwrap_err();
        assert_eq!(error.code(), "load::unexpected");
        assert!(error.message().contains("packed inside with brotli"), "{error}");
        let error = headed(&["lists_of_lists.parquet"]).unwrap_err();
        assert_eq!(error.code(), "load::unexpected");
        assert!(error.message().starts_with("The column `nested."), "{error}");
        damaged_is_an_error("nodes.parquet", 97);
    }
}

#[cfg(feature = "arrow")]
mod arrow {
    use super::*;

    const NODES: &str = "MATCH (n:State) RETURN n.name, n.small, n.wide, n.unsigned, n.big, n.single, n.ratio, \
        n.member, n.since, n.seen, n.at, n.zoned.epochSeconds, n.clock, n.price, n.nothing, n.speaks, n.years, \
        n.kind, labels(n) ORDER BY n.id";
    const EXPECTED: &str = "UNWIND [ \
        ['Nauru', 1, 1152921504606846976, 4294967295, 9223372036854775807, 0.25, 0.1, true, date('1968-01-31'), \
         date('2018-11-12'), localdatetime('2018-11-12T10:00:00.5'), 0, localtime('23:59:59'), 12.5, null, \
         ['na', 'en'], [1968, 1999], 'atoll', ['State', 'Island']], \
        ['Tuvalu', null, null, null, null, null, null, null, null, null, null, null, null, null, null, [], null, \
         'atoll', ['State']], \
        [null, -3, -1152921504606846976, 7, 0, 1.5, -0.0, false, date('0001-01-01'), date('1969-12-31'), null, 0, \
         null, -0.25, null, null, [2000], null, ['State']]] AS r \
        RETURN r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13], r[14], \
        r[15], r[16], r[17], r[18]";

    #[test]
    fn every_type_of_pyarrow_is_read_from_files_and_streams() {
        let store = headed(&["nodes.arrow", "relationships.arrows"]).unwrap();
        same(&store, NODES, EXPECTED);
        same(&store, "MATCH (n:Island) RETURN n.half, n.at.year", "RETURN 0.5, 2018");
        same(
            &store,
            "MATCH (a)-[k:KNOWS]->(b) RETURN a.name, k.since, b.name ORDER BY a.name",
            "UNWIND [['Nauru', date('2009-12-15'), 'Tuvalu'], ['Tuvalu', null, 'Nauru']] AS r \
             RETURN r[0], r[1], r[2]",
        );
        // Feather as pyarrow writes it by default, packed with LZ4.
        same(&headed(&["nodes.lz4.feather"]).unwrap(), NODES, EXPECTED);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let error = headed(&["struct.arrow"]).unwrap_err();
        assert_eq!(error.code(), "load::unexpected");
        assert!(error.message().starts_with("The column `odd` of `"), "{error}");
        assert!(!error.hints().is_empty());
        let error = headed(&["zstd.feather"]).unwrap_err();
        assert!(
            error.message().contains("zstd.feather` is packed inside with Zstandard"),
            "{error}"
        );
        damaged_is_an_error("nodes.arrow", 397);
    }

    #[test]
    fn decimals_and_structures_are_read() {
        decimals_are_kept("decimals.arrow");
        structures_are_columns("structs.arrow");
        // At some places a packed part says then that it is terabytes long.
        damaged_is_an_error("structs.arrow", 3);
        damaged_is_an_error("nodes.lz4.feather", 29);
        damaged_is_an_error("relationships.arrows", 23);
    }

    #[test]
    fn durations_and_intervals_are_durations() {
        same(
            &headed(&["durations.arrow"]).unwrap(),
            "MATCH (s:State) RETURN s.s, s.ms, s.us, s.ns, s.iv ORDER BY id(s)",
            "UNWIND [[duration('PT90S'), duration('PT-1.5S'), duration('PT24H0.000001S'), \
             duration('PT0.000000001S'), duration({months: 14, days: -3, seconds: 1.5})], \
             [null, null, null, null, null]] AS r RETURN r[0], r[1], r[2], r[3], r[4]",
        );
    }

    #[test]
    fn a_packed_file_is_read_as_the_stream_it_holds() {
        use std::io::Write as _;
        let path = std::env::temp_dir().join(format!("dossier-{}.arrow.gz", std::process::id()));
        let out = std::fs::File::create(&path).unwrap();
        let mut out = flate2::write::GzEncoder::new(out, flate2::Compression::fast());
        out.write_all(&std::fs::read(file("nodes.arrow")).unwrap()).unwrap();
        out.finish().unwrap();
        let store = Store::memory();
        store.import_headed(std::slice::from_ref(&path), Rejects::stop(), &mut |_| {}).unwrap();
        std::fs::remove_file(path).unwrap();
        same(&store, NODES, EXPECTED);
    }
}

#[cfg(feature = "rdf")]
mod rdf {
    use super::*;

    fn triples(name: &str) -> Store {
        let store = Store::memory();
        let read = store.import_triples(&file(name), Rejects::stop(), &mut |_| {});
        read.unwrap_or_else(|error| panic!("{name}: {error}"));
        store
    }

    #[test]
    fn turtle_with_annotations_says_things_of_statements() {
        let store = triples("people.ttl");
        same(
            &store,
            "MATCH (p:Person:Politician) RETURN p.birthDate, p.height, p.uri",
            "RETURN date('1950-03-21'), 1.88, 'http://example.org/people/lavrov'",
        );
        same(
            &store,
            "MATCH (:Politician)-[k:knows]->(m:Person) RETURN m.name, m.isAlive, toString(k.startDate), stance(k)",
            "RETURN 'Dmitry Medoev', true, '2017-11', 'asserted'",
        );
        same(
            &store,
            "MATCH (:Politician)-[:address]->(a) RETURN a.addressLocality, a.postalCode",
            "RETURN 'Moscow', '119200'",
        );
        same(&store, "MATCH (n:NewsArticle) RETURN n.name", "RETURN 'A meeting\\nin Moscow'");
    }

    #[test]
    fn the_graphs_of_trig_and_quads_are_documents() {
        let store = triples("graphs.trig");
        same(
            &store,
            "MATCH (a)-[m:met]->(b) RETURN b.uri, size(evidence(m)) ORDER BY a.uri, b.uri",
            "UNWIND ['b', 'c', 'c'] AS x RETURN 'http://example.org/' + x, 1",
        );
        let store = triples("quads.nq");
        same(&store, "MATCH (a)-[m:met]->(b) RETURN b.size, size(evidence(m))", "RETURN 42, 1");
    }

    #[test]
    fn json_ld_with_a_context_is_a_graph() {
        let store = triples("context.jsonld");
        same(
            &store,
            "MATCH (p:Person)-[:knows]->(o) RETURN p.name, p.birthDate, o.name ORDER BY o.uri",
            "UNWIND ['Charles', null] AS name RETURN 'Ada', date('1815-12-10'), name",
        );
    }
}
