//! Texts of any size and depth are answered, with rows or with an error: on the stack of a test's
//! thread (2 MB), in a debug build.

use dossier::{Options, Store};

/// The code of the error, or `ok`.
fn answer(text: &str) -> String {
    match Store::memory().query(text, ()) {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.code().to_owned(),
    }
}

fn nested(open: &str, inside: &str, close: &str, depth: usize) -> String {
    format!("RETURN {}{inside}{}", open.repeat(depth), close.repeat(depth))
}

fn row(part: &str, operator: &str, n: usize) -> String {
    format!("UNWIND [1] AS x RETURN {}", vec![part; n].join(operator))
}

#[test]
fn long_rows_of_operators_work() {
    for (part, operator) in [("true", " XOR "), ("x = 1", " AND "), ("x = 1", " OR ")] {
        assert_eq!(answer(&row(part, operator, 1200)), "ok", "{operator}");
    }
    for operator in [" + ", " - ", " * ", " < ", " <> "] {
        assert_eq!(answer(&row("x", operator, 600)), "ok", "{operator}");
    }
    assert_eq!(answer(&row("x", " + ", 9000)), "syntax::too_complex");
}

#[test]
fn short_texts_are_as_deep_as_they_can_be() {
    for (part, operator) in [("1", "+"), ("1", "-"), ("true", " XOR "), ("x=1", " OR "), ("1", "<")]
    {
        let text = row(part, operator, 470 / (part.len() + operator.len()));
        assert!(text.len() <= 512, "{}", text.len());
        assert_eq!(answer(&text), "ok", "{operator}");
    }
    assert_eq!(answer(&format!("RETURN {}true", "NOT ".repeat(100))), "ok");
    assert_eq!(answer(&format!("RETURN {}1", "- ".repeat(150))), "ok");
    assert_eq!(answer(&format!("{}RETURN 1", "MATCH() ".repeat(60))), "ok");
    assert_eq!(answer(&format!("WITH 1 AS x {}RETURN 1", "WITH x ".repeat(60))), "ok");
}

#[test]
fn deep_texts_are_refused_or_answered() {
    for (open, inside, close) in [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{a: ", "1", "}"),
        ("abs(", "1", ")"),
        ("CASE WHEN true THEN ", "1", " END"),
        ("EXISTS { MATCH (n) WHERE ", "true", " }"),
        ("[x IN [1] | ", "1", "]"),
        ("all(x IN [1] WHERE ", "true", ")"),
        ("NOT ", "true", ""),
        ("-", "1", ""),
    ] {
        for depth in [20, 1000] {
            let code = answer(&nested(open, inside, close, depth));
            let refused = ["syntax::too_complex", "bind::too_complex", "syntax::unexpected"];
            assert!(code == "ok" || refused.contains(&&*code), "{open} × {depth}: {code}");
        }
    }
}

/// What may stand in itself: before, inside, behind.
const NESTED: [(&str, &str); 19] = [
    ("(", ")"),
    ("[", "]"),
    ("{a: ", "}"),
    ("abs(", ")"),
    ("- ", ""),
    ("NOT ", ""),
    ("1 + (", ")"),
    ("x[", "]"),
    ("x.a[1..", "]"),
    ("CASE WHEN true THEN ", " END"),
    ("CASE ", " WHEN 1 THEN 2 END"),
    ("CASE 1 WHEN ", " THEN 2 END"),
    ("EXISTS { MATCH (n) WHERE ", " }"),
    ("COUNT { MATCH (n {a: ", "}) }"),
    ("COLLECT { UNWIND ", " AS y RETURN y }"),
    ("[y IN [1] WHERE ", " | y]"),
    ("[(n)-->(m {a: ", "}) | m]"),
    ("all(y IN [1] WHERE ", ")"),
    ("reduce(s = 0, y IN ", " | s)"),
];

#[test]
fn mixed_nestings_are_refused_or_answered() {
    let (mut answered, mut at) = (0, 0);
    for (at_first, first) in NESTED.iter().enumerate() {
        for second in &NESTED[at_first..] {
            at += 1;
            // Each pair at one depth, so that all depths are met.
            let depth = [30, 62, 127, 75][at % 4];
            let alone = |part: &str| part.repeat(depth);
            let inside = format!(
                "{}true{}",
                alone(&format!("{}{}", first.0, second.0)),
                alone(&format!("{}{}", second.1, first.1)),
            );
            let behind = format!(
                "{}{}true{}{}",
                alone(first.0),
                alone(second.0),
                alone(second.1),
                alone(first.1),
            );
            for nested in [inside, behind] {
                let text = format!("WITH 1 AS x RETURN {nested} AS r");
                answered += usize::from(answer(&text) == "ok");
                let _ = dossier::syntax::format(&text);
                let _ = dossier::syntax::bracketed(&text);
            }
        }
    }
    assert!(answered > 20, "{answered}");
}

#[test]
fn nestings_of_other_kinds_are_refused_or_answered() {
    for depth in [10, 40, 100, 128, 200, 3000, 300_000] {
        for (before, inside, behind) in [
            ("FOREACH (y IN [1] | ", "CREATE ()", ")"),
            ("CALL { ", "RETURN 1 AS a", " } RETURN 1 AS a"),
            ("CALL () { RETURN 1 AS b NEXT ", "RETURN 1 AS a", " } RETURN 1 AS a"),
            ("MATCH (n:", "A) RETURN n", ""),
        ] {
            let text = format!("{}{inside}{}", before.repeat(depth), behind.repeat(depth));
            answer(&text);
            let _ = dossier::syntax::format(&text);
        }
        for (before, one, inside, another, behind) in [
            ("MATCH (n:", "!", "A", "", ") RETURN n"),
            ("MATCH (n:", "!(", "A", ")", ") RETURN n"),
            ("MATCH (n:", "(A|", "B", ")", ") RETURN n"),
            ("MATCH (n:A", "&!B", "", "|C", ") RETURN n"),
            ("MATCH ()-[r:", "!(", "A", ")", "]-() RETURN r"),
            ("RETURN 1 IS :: ", "LIST<", "INTEGER", ">", ""),
            ("RETURN 1 IS :: INTEGER", " LIST", "", "", ""),
            ("RETURN CAST(1 AS ", "LIST<", "INTEGER", " NOT NULL>", ")"),
            ("CREATE CONSTRAINT FOR (n:A) REQUIRE n.a IS :: ", "LIST<", "INTEGER", ">", ""),
            ("MATCH ", "(", "(a)-->(b)", "){1,2}", " RETURN 1"),
            ("MATCH ", "(", "(a)-->(b)", ")", " RETURN 1"),
            ("MATCH p = ", "(q = ", "(a)-->(b)", ")+", " RETURN 1"),
            ("MATCH (a)", "-->(", "", ")", " RETURN 1"),
            ("MATCH (a)", "-->()", "", "", " RETURN count(*)"),
            ("MATCH (a {b: ", "{c: ", "1", "}", "}) RETURN 1"),
            ("MATCH (a WHERE ", "EXISTS { (a WHERE ", "true", ") }", ") RETURN 1"),
            ("RETURN ", "a {b: ", "1", "}", ""),
            ("RETURN 1 AS x ", "UNION RETURN 1 AS x ", "", "", ""),
            ("RETURN edtf('", "[", "2008", "]", "')"),
            ("RETURN edtf('", "{", "2008..", "}", "')"),
            ("RETURN date('", "-", "1", "", "')"),
            ("RETURN 'a' =~ '", "(", "b", ")*", "'"),
            ("RETURN 'a' =~ '", "(?:b{1,9}){1,", "9", "}", "'"),
            (
                "CREATE RULE r AS MATCH (a)-[:T]->(b) WHERE ",
                "NOT (",
                "true",
                ")",
                " DERIVE (a)-[:D]->(b)",
            ),
            ("COMPLETE (:A {a: ", "[", "1", "]", "})-[:T]->()"),
            ("CREATE (a)-[:T SOURCE 'x' {a: ", "{a: ", "1", "}", "}]->(a)"),
            ("WHY NOT MATCH (a) WHERE ", "NOT ", "true", "", " RETURN a"),
            ("LET x = ", "(", "1", ")", " RETURN x"),
            ("FOR x IN ", "[", "1", "]", " RETURN x"),
            ("LOAD CSV FROM ", "(", "'x'", ")", " AS x RETURN x"),
        ] {
            let text =
                format!("{before}{}{inside}{}{behind}", one.repeat(depth), another.repeat(depth));
            answer(&text);
            let _ = dossier::syntax::format(&text);
        }
    }
}

#[test]
fn long_words_of_any_letters_are_refused_or_answered() {
    let store = Store::shipped().unwrap();
    for letter in ["o", "é", "ඳ", "𐍈"] {
        for n in [15, 20, 30, 60] {
            // Whatever is cut off by a number of bytes is cut off within a letter.
            for before in 0..4 {
                let word = format!("{}{}r", "o".repeat(before), letter.repeat(n));
                for text in [
                    format!("CREATE{word}"),
                    format!("RETURN {word}"),
                    format!("RETURN {word}(1)"),
                    format!("MATCH (n:{word}) RETURN n.{word} AS {word}, {word}"),
                    format!("MATCH (n)-[:{word}]->() WHERE n = '{word} RETURN n"),
                    format!("RETURN date('{word}'), 1"),
                    format!("RETURN edtf('{word}')"),
                    format!("RETURN duration('P{word}') + ${word}"),
                    format!("CALL {word}.{word}()"),
                    format!("SHOW {word}"),
                    format!("`{word}"),
                    format!("{word} {word}"),
                ] {
                    let _ = store.query(&text, ()).map_err(|error| error.to_string());
                    let _ = dossier::syntax::format(&text);
                }
                if n == 60 {
                    for text in [
                        format!("who recognises {word}"),
                        format!("when did {word} {word} Abkhazia in {word}?"),
                    ] {
                        let _ = store.ask(&text).map_err(|error| error.to_string());
                    }
                }
            }
        }
    }
}

#[test]
fn many_clauses_are_refused_or_answered() {
    for (clause, end) in [
        ("WITH 1 AS x ", "RETURN x"),
        ("MATCH (a) ", "RETURN 1"),
        ("OPTIONAL MATCH (b:X) ", "RETURN 1"),
        ("CREATE () ", ""),
        ("RETURN 1 AS x UNION ", "RETURN 1 AS x"),
        ("RETURN 1 AS x NEXT ", "RETURN 1 AS x"),
    ] {
        assert_eq!(answer(&format!("{}{end}", clause.repeat(150))), "ok", "{clause}");
        let code = answer(&format!("{}{end}", clause.repeat(4200)));
        assert_eq!(code, "syntax::too_complex", "{clause}");
    }
}

#[test]
fn brackets_and_quotes_without_end() {
    for text in ["(", "[", "{", "`", "'", "\"", "/*", "<", "((a)-[:T]->"] {
        // Odd, since two quotes within quotes are one.
        let code = answer(&format!("RETURN {}", text.repeat(30_001)));
        assert_ne!(code, "ok", "{text}");
    }
    assert_eq!(answer(&format!("RETURN '{}'", "a".repeat(20 << 20))), "syntax::too_complex");
}

/// Rows that an operator has to keep, and the operator's name.
const KEPT: [(&str, &str); 13] = [
    ("UNWIND range(1, 50000) AS x RETURN x ORDER BY -x", "Sort"),
    ("UNWIND range(1, 50000) AS x RETURN x ORDER BY -x LIMIT 40000", "TopK"),
    ("UNWIND range(1, 50000) AS x RETURN x, count(*)", "Aggregate"),
    ("UNWIND range(1, 50000) AS x RETURN collect(toString(x))", "Aggregate"),
    ("UNWIND range(1, 50000) AS x RETURN count(DISTINCT x)", "Aggregate"),
    ("UNWIND range(1, 50000) AS x WITH DISTINCT x RETURN count(*)", "Distinct"),
    ("UNWIND range(1, 50000) AS x RETURN x UNION UNWIND range(2, 50001) AS x RETURN x", "Union"),
    ("MATCH (a:A), (b:B) WHERE a.n + 0 = b.m + 0 RETURN count(*)", "HashJoin"),
    ("UNWIND range(1, 50000) AS x CREATE (:C {n: x})", "Create"),
    ("MATCH p = ALL SHORTEST (:A {n: 1})-[:R]-+(b) RETURN count(p)", "ExpandPath"),
    ("UNWIND range(1, 50000) AS x RETURN x", "The result"),
    (
        "FOREACH (x IN range(1, 1000) | FOREACH (y IN range(1, 9) | CREATE (:C {n: x})))",
        "The transaction",
    ),
    ("MATCH (a:A) RETURN a, toString(a.n)", "The result"),
];

fn wide_graph() -> Store {
    let store = Store::memory();
    store.query("UNWIND range(1, 8000) AS x CREATE (:A {n: x}), (:B {m: x * 2})", ()).unwrap();
    store.query("MATCH (a:A) MATCH (b:B {m: a.n}) CREATE (a)-[:R]->(b)", ()).unwrap();
    store.query("MATCH (a:A {n: 1}) MATCH (b:A) WHERE b.n > 1 CREATE (a)-[:R]->(b)", ()).unwrap();
    store.database().checkpoint().unwrap();
    store
}

#[test]
fn every_operator_that_keeps_rows_stops_at_the_budget_and_says_so() {
    let store = wide_graph();
    for (query, operator) in KEPT {
        let run = |memory_max_bytes| {
            store.query_with(query, &Options { memory_max_bytes, ..Options::default() })
        };
        let error = run(Some(100_000)).expect_err(query);
        assert_eq!(error.code(), "eval::memory", "{query}");
        assert!(error.message().starts_with(operator), "{query}: {}", error.message());
        assert!(run(Some(50_000_000)).is_ok(), "{query}: {:?}", run(Some(50_000_000)));
    }
    // Nothing was written by the one that failed half way, and the other was whole.
    assert_eq!(store.query("MATCH (c:C) RETURN c", ()).unwrap().len(), 59_000);
}

#[test]
fn every_loop_asks_for_the_time_and_for_cancellation() {
    let store = wide_graph();
    for (query, _) in KEPT {
        let late = Options { timeout: Some(std::time::Duration::ZERO), ..Options::default() };
        assert_eq!(store.query_with(query, &late).unwrap_err().code(), "eval::deadline", "{query}");
        let cancelled = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
        let cancelled = Options { cancelled, ..Options::default() };
        let error = store.query_with(query, &cancelled).unwrap_err();
        assert_eq!(error.code(), "eval::interrupted", "{query}");
    }
}

#[test]
fn a_result_is_as_large_as_it_may_be_and_no_larger() {
    let store = Store::memory();
    let rows = |rows_max| {
        let options = Options { rows_max: Some(rows_max), ..Options::default() };
        store.query_with("UNWIND range(1, 5000) AS x RETURN x", &options)
    };
    assert_eq!(rows(5000).unwrap().len(), 5000);
    assert_eq!(rows(4999).unwrap_err().code(), "eval::result");
    // It ends as soon as it is too large, not when all rows are there.
    let endless = "UNWIND range(1, 3000) AS x UNWIND range(1, 3000) AS y UNWIND range(1, 3000) AS z \
        RETURN x, y, z";
    let options = Options { rows_max: Some(10_000), ..Options::default() };
    assert_eq!(store.query_with(endless, &options).unwrap_err().code(), "eval::result");
    let bytes = Options { result_max_bytes: Some(1 << 20), ..Options::default() };
    assert_eq!(store.query_with(endless, &bytes).unwrap_err().code(), "eval::result");
    let text = "UNWIND range(1, 100) AS x RETURN 'a text of thirty letters, or so' AS text";
    assert_eq!(store.query_with(text, &bytes).unwrap().len(), 100);
}

#[test]
fn what_is_expected_to_be_too_much_is_not_begun() {
    let store = Store::memory();
    store.query("UNWIND range(1, 200) AS n CREATE (:N {n: n})", ()).unwrap();
    store.query("MATCH (a:N), (b:N) WHERE a <> b CREATE (a)-[:R]->(b)", ()).unwrap();
    let run = |query: &str, most| {
        let options = Options { expected_rows_max: Some(most), ..Options::default() };
        store.query_with(query, &options).map(|rows| rows.len())
    };
    let walks = "MATCH (a:N)-[:R]->(b)-[:R]->(c) RETURN a, b, c";
    assert_eq!(run(walks, 1_000_000).unwrap_err().code(), "eval::result");
    assert_eq!(run(walks, 10_000_000).unwrap(), 200 * 199 * 199);
    // What is passed over for a row is no row of the result.
    assert_eq!(
        run("MATCH (a:N)-[:R]->(b)-[:R]->(c) WHERE a.n + c.n = 3 RETURN a, c", 1_000_000).unwrap(),
        2 * 198
    );
    // A sample sees the values, which the planner does not.
    assert_eq!(
        run("MATCH (a:N {n: 7})-[:R]->(b)-[:R]->(c) RETURN b, c", 100_000).unwrap(),
        199 * 199
    );
    assert_eq!(
        run("MATCH (a:N {n: 7})-[:R]->(b)-[:R]->(c) RETURN b, c", 10_000).unwrap_err().code(),
        "eval::result"
    );
}

/// Circles within crowds have hundreds of times what independent selectivities make of them.
#[test]
fn what_hangs_together_in_crowds_is_not_begun_either() {
    let store = Store::memory().session();
    store.query("UNWIND range(0, 1999) AS n CREATE (:N {crowd: n / 10, n: n})", ()).unwrap();
    let crowds = "MATCH (a:N), (b:N) WHERE a.crowd = b.crowd AND a <> b CREATE (a)-[:R]->(b)";
    store.query(crowds, ()).unwrap();
    let run = |query: &str, most| {
        let options = Options { expected_rows_max: Some(most), ..Options::default() };
        store.query_with(query, &options).map(|rows| rows.len())
    };
    let circle = "MATCH (a:N)-[r:R]->(b:N) MATCH (b)-[s:R]->(a) MATCH (a)-[t:R]->(c:N) ";
    for (returned, there) in [
        ("RETURN a, b, c, r, s, t", 18_000 * 9),
        ("RETURN a.n AS x, c.n AS y ORDER BY x, y", 18_000 * 9),
        ("MATCH (c)-[u:R]->(b) RETURN a, b, c, u", 18_000 * 8),
    ] {
        let query = format!("{circle}{returned}");
        assert_eq!(run(&query, 2 * there).unwrap(), there, "{query}");
        assert_eq!(run(&query, there / 2).unwrap_err().code(), "eval::result", "{query}");
    }
    // Whatever number is counted, there is room for it or it grows; nothing ends the process.
    let steps =
        Options { expected_rows_max: Some(usize::MAX), rows_max: Some(10), ..Options::default() };
    let step = |n: usize| format!("MATCH (n{n})-[:R]->(n{}) ", n + 1);
    let walk = (0..13).map(step).collect::<String>() + "RETURN n0, n13";
    assert_eq!(store.query_with(&walk, &steps).unwrap_err().code(), "eval::result");
    // What is cut, put together or one for all is no row for each match.
    for (returned, there) in
        [("RETURN DISTINCT a", 2_000), ("RETURN a LIMIT 7", 7), ("RETURN count(*)", 1)]
    {
        assert_eq!(run(&format!("{circle}{returned}"), 100_000).unwrap(), there, "{returned}");
    }
    // Of a transaction that goes on, its own statements count.
    let own = circle.replace(":R", ":S") + "RETURN a, b, c";
    assert_eq!(run(&own, 80_000).unwrap(), 0);
    store.query("BEGIN", ()).unwrap();
    store.query(&crowds.replace(":R", ":S"), ()).unwrap();
    assert_eq!(run(&own, 200_000).unwrap(), 18_000 * 9);
    assert_eq!(run(&own, 80_000).unwrap_err().code(), "eval::result");
}

/// What an import holds against the constraints of a store counts, beside what it reads.
#[test]
fn the_constraints_of_an_import_keep_to_the_memory_of_the_process() {
    let place = super::store::Place::new();
    std::fs::create_dir_all(place.path()).unwrap();
    let table = place.path().join("many.csv");
    let rows: String = (0..100_000).map(|n| format!("{n},{n},true,true,true,true,N\n")).collect();
    let columns = "id:ID,n:long,a:boolean,b:boolean,c:boolean,d:boolean,:LABEL";
    std::fs::write(&table, format!("{columns}\n{rows}")).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dossier"));
        let output = command.args(arguments).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let folder = place.path().join("s");
    let (store, table) = (folder.to_str().unwrap(), table.to_str().unwrap());
    let made = dossier::Store::create(&folder).unwrap();
    let unique = "CREATE CONSTRAINT one FOR (n:N) REQUIRE (n.n, n.a, n.b, n.c, n.d) IS UNIQUE";
    made.query(unique, ()).unwrap();
    drop(made);
    let (done, error) = run(&["import", "--store", store, "--memory-max", "8MB", table]);
    assert!(!done && error.contains("The check of a constraint"), "{error}");
    let (done, error) = run(&["import", "--store", store, "--memory-max", "100MB", table]);
    assert!(done, "{error}");
}

/// The command's limits: those of the process, and those of a pipe, which requests can only narrow.
#[test]
fn the_limits_of_the_command_hold() {
    let run = |arguments: &[&str], input: &str| {
        use std::io::Write;
        use std::process::{Command, Stdio};
        let mut child = Command::new(env!("CARGO_BIN_EXE_dossier"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr))
    };
    let sort = "UNWIND range(1, 50000) AS x WITH x ORDER BY -x RETURN max(x) AS x";
    let (rows, error) = run(&["query", "--memory", "--memory-max", "200KB", sort], "");
    assert!(rows.is_empty() && error.contains("eval::memory"), "{rows}{error}");
    let (rows, _) = run(&["query", "--memory", "--memory-max", "100MB", sort], "");
    assert!(rows.contains("50000"), "{rows}");
    let pipe = ["pipe", "--memory", "--rows-max", "10", "--query-memory-max", "200KB"];
    let requests = [
        r#"{"query": "UNWIND range(1, 10) AS x RETURN x"}"#.to_owned(),
        r#"{"query": "UNWIND range(1, 11) AS x RETURN x"}"#.to_owned(),
        r#"{"query": "UNWIND range(1, 11) AS x RETURN x", "rows_max": 100}"#.to_owned(),
        r#"{"query": "UNWIND range(1, 10) AS x RETURN x", "rows_max": 9}"#.to_owned(),
        format!(r#"{{"query": "{sort}"}}"#),
        format!(r#"{{"query": "{sort}", "memory_max_bytes": 100000000}}"#),
        r#"{"query": "RETURN 1 AS x"}"#.to_owned(),
    ];
    let (replies, _) = run(&pipe, &format!("{}\n", requests.join("\n")));
    let codes: Vec<&str> = replies
        .lines()
        .map(|reply| {
            let known = ["eval::result", "eval::memory"];
            known.into_iter().find(|code| reply.contains(code)).unwrap_or("ok")
        })
        .collect();
    let expected = [
        "ok",
        "eval::result",
        "eval::result",
        "eval::result",
        "eval::memory",
        "eval::memory",
        "ok",
    ];
    assert_eq!(codes, expected, "{replies}");
}

/// Expressions that make large values of little text.
const LARGE: [&str; 12] = [
    "RETURN size(reduce(l = [1, 2, 3, 4], i IN range(1, 40) | l + l)) AS n",
    "RETURN size(reduce(s = 'abcdefgh', i IN range(1, 40) | s + s)) AS n",
    "RETURN size(reduce(s = 'abcdefgh', i IN range(1, 40) | s || s)) AS n",
    "RETURN size(reduce(s = 'a', i IN range(1, 9) | replace(s, 'a', 'aaaaaaaaaa'))) AS n",
    "RETURN size(split($commas, ',')) AS n",
    "RETURN size(split($commas, '')) AS n",
    "RETURN size([x IN range(1, 1000000) | toString(x)]) AS n",
    "RETURN size([x IN range(1, 1000) | [y IN range(1, 1000) | y + x]]) AS n",
    "RETURN size(toStringList(range(1, 1000000))) AS n",
    "RETURN size(coll.flatten([range(1, 500000), range(1, 500000)])) AS n",
    "RETURN size(coll.distinct(range(1, 1000000))) AS n",
    "UNWIND range(1, 1000) AS x WITH x, [y IN range(1, 1000) | y + x] AS l RETURN sum(size(l)) AS n",
];

#[test]
fn expressions_that_make_large_values_stop_at_the_budget_and_in_time() {
    let store = Store::memory();
    let commas = ",".repeat(1 << 19);
    let parameters = || dossier::value::Map::from([("commas".into(), commas.as_str().into())]);
    for query in LARGE {
        let little = Options {
            memory_max_bytes: Some(4 << 20),
            parameters: parameters(),
            ..Options::default()
        };
        let error = store.query_with(query, &little).expect_err(query);
        assert_eq!(error.code(), "eval::memory", "{query}");
        assert!(error.message().contains("the query may use"), "{query}: {error}");
        assert!(error.position().is_some(), "{query}: {error:?}");
        let cancelled = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let timeout = Some(std::time::Duration::from_millis(30));
        let late = Options { timeout, cancelled, parameters: parameters(), ..Options::default() };
        let began = std::time::Instant::now();
        let stopped = store.query_with(query, &late).map_err(|error| error.code().to_owned());
        assert!(stopped.err().is_none_or(|code| code == "eval::deadline"), "{query}");
        assert!(began.elapsed().as_secs() < 10, "{query}: {:?}", began.elapsed());
    }
}

/// What an expression holds while it runs is given back, whether it ends well or not.
#[test]
fn what_expressions_made_is_given_back() {
    let store = Store::memory();
    let options = Options { memory_max_bytes: Some(4 << 20), ..Options::default() };
    let rows = "UNWIND range(1, 400) AS x WITH size([y IN range(1, 20000) | y + x]) AS n RETURN sum(n) AS n";
    let rows = store.query_with(rows, &options).unwrap();
    assert_eq!(rows.iter().next().unwrap().get::<i64>("n").unwrap(), 8_000_000);
    let text = "RETURN size(reduce(s = '', i IN range(1, 100000) | s + 'abcdefghij')) AS n";
    let rows = store.query_with(text, &options).unwrap();
    assert_eq!(rows.iter().next().unwrap().get::<i64>("n").unwrap(), 1_000_000);
}

/// Deleting much looks at the budget and the time in each of its phases.
#[test]
fn a_deletion_of_much_stops_and_leaves_all_there_is() {
    let store = wide_graph();
    let count = || store.query("MATCH (n) RETURN n", ()).unwrap().len();
    let all = count();
    for query in ["MATCH (a:A) DETACH DELETE a", "MATCH (a:A)-[r]->() DELETE r"] {
        for budget in [50_000, 200_000, 400_000] {
            let options = Options { memory_max_bytes: Some(budget), ..Options::default() };
            let error = store.query_with(query, &options).expect_err(query);
            assert_eq!(error.code(), "eval::memory", "{query}, {budget}");
        }
    }
    assert_eq!(count(), all);
    // Stopped from outside, wherever it happens to be.
    for wait_ms in [1, 5, 20, 60] {
        let cancelled = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let options =
            Options { cancelled: std::sync::Arc::clone(&cancelled), ..Options::default() };
        let stopper = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(wait_ms));
            cancelled.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        let done = store.query_with("MATCH (a:A) DETACH DELETE a", &options);
        stopper.join().unwrap();
        assert_eq!(count(), if done.is_ok() { all / 2 } else { all });
        if done.is_ok() {
            break;
        }
    }
}

/// The check of constraints looks too.
#[test]
fn the_check_of_a_constraint_stops_at_the_budget() {
    let store = wide_graph();
    let options = Options { memory_max_bytes: Some(100_000), ..Options::default() };
    let constraint = "CREATE CONSTRAINT one FOR (a:A) REQUIRE a.n IS UNIQUE";
    let error = store.query_with(constraint, &options).unwrap_err();
    assert!(error.message().starts_with("The check of a constraint"), "{error}");
    store.query(constraint, ()).unwrap();
    let late = Options { timeout: Some(std::time::Duration::ZERO), ..Options::default() };
    let error = store.query_with("DROP CONSTRAINT one", &late);
    assert!(error.is_ok());
    assert_eq!(store.query_with(constraint, &late).unwrap_err().code(), "eval::deadline");
}

/// Rows of dated, sourced and plain relationships, so many that what each of them left behind would show.
fn dated_graph() -> Store {
    let store = Store::memory();
    let statements = [
        "UNWIND range(1, 4000) AS x CREATE (:A {n: x})",
        "CREATE (:B {n: 0}), (:Document {name: 'paper'}), (:Document {name: 'notes'})",
        "MATCH (a:A), (b:B) CREATE (a)-[:PLAIN]->(b)",
        "MATCH (a:A), (b:B) CREATE (a)-[:SURE VALID edtf('2001-05-05') SOURCE 'paper' {row: a.n}]->(b)",
        "MATCH (a:A), (b:B) CREATE (a)-[:LATER VALID edtf('2001-05/2003')]->(b)",
        "MATCH (a:A), (b:B) CREATE (a)-[:MAYBE VALID edtf('XXXX-05-05') SOURCE 'notes' {row: a.n}]->(b)",
        "MATCH (a:A), (b:B) CREATE (a)-[:SAID VALID edtf('2001') SAYS denied]->(b)",
    ];
    for statement in statements {
        store.query(statement, ()).unwrap();
    }
    store.database().checkpoint().unwrap();
    store.query("MATCH (a:A {n: 7})-[r:PLAIN]->() SET r VALID edtf('2001-05-05')", ()).unwrap();
    store
}

/// What a pattern may say of time and of stance.
const CLAUSES: [&str; 9] = [
    "AS OF date('2001-05-05')",
    "AS OF date($day)",
    "DURING edtf('2001')",
    "BEFORE date('2002-01-01')",
    "AFTER date('2000-01-01')",
    "ALL TIME",
    "ALL TIME STANCE ANY",
    "DURING edtf('2001') STANCE denied, asserted",
    "AS OF date('2001-05-05') KNOWN AT 7",
];

fn on_day(options: Options) -> Options {
    let parameters = dossier::value::Map::from([("day".into(), "2001-05-05".into())]);
    Options { parameters, ..options }
}

/// A count under a time clause keeps nothing of the rows that it counts, whatever they are.
#[test]
fn counting_under_a_time_clause_keeps_nothing_of_a_row() {
    let store = dated_graph();
    let budget = || on_day(Options { memory_max_bytes: Some(40_000), ..Options::default() });
    for clause in CLAUSES {
        for possible in ["", "POSSIBLE "] {
            for pattern in ["(a)-[r]->(b)", "(a:A)-[r:PLAIN]->(b)", "(b:B)<-[r:SURE|MAYBE]-(a:A)"] {
                let query = format!("{possible}MATCH {pattern} {clause} RETURN count(r) AS n");
                let counted = store.query_with(&query, &budget());
                let counted = counted.unwrap_or_else(|error| panic!("{query}: {error}"));
                let listed = query.replace("count(r) AS n", "r");
                let listed = store.query_with(&listed, &on_day(Options::default())).unwrap();
                let n = counted.get(0).unwrap().value("n").unwrap().clone();
                // Where all rows are as sure as a count wants, it is a number; otherwise it says how many are possible.
                let n = n.as_map().map_or(n.clone(), |map| map["possible"].clone());
                assert_eq!(n, (listed.len() as i64).into(), "{query}");
            }
        }
    }
}

/// What somebody looks at is kept, and counts: claims that are weighed with others, the truth of a statement,
/// evidence and witnesses.
#[test]
fn what_time_and_evidence_keep_counts_as_memory() {
    let store = dated_graph();
    let day = "DURING edtf('2001')";
    let kept = [
        (
            format!(
                "POSSIBLE MATCH (a)-[r:MAYBE]->(b) {day} MATCH (a)-[s:MAYBE]->(b) {day} RETURN count(*)"
            ),
            false,
        ),
        (format!("MATCH (a)-[r:MAYBE]->(b) {day} RETURN truth(r) AS t, count(*)"), false),
        (format!("MATCH (a)-[r:SURE]->(b) {day} RETURN certain(r) AS t, count(*)"), false),
        (format!("MATCH (a)-[r:SURE]->(b) {day} RETURN count(*)"), true),
        ("MATCH (a)-[r:PLAIN]->(b) RETURN b.n, count(*)".to_owned(), true),
        (format!("WHY MATCH (a)-[r:SURE]->(b) {day} RETURN count(*)"), false),
        ("WHY MATCH (a)-[r:PLAIN]->(b) RETURN b.n".to_owned(), false),
        (format!("WHY POSSIBLE MATCH (a)-[r:MAYBE]->(b) {day} RETURN a.n"), false),
    ];
    for (query, evidence) in &kept {
        let run = |memory_max_bytes| {
            let options = Options { memory_max_bytes, evidence: *evidence, ..Options::default() };
            store.query_with(query, &options)
        };
        let error = run(Some(40_000)).expect_err(query);
        assert_eq!(error.code(), "eval::memory", "{query}");
        assert!(run(Some(50_000_000)).is_ok(), "{query}: {:?}", run(Some(50_000_000)));
    }
    let queries = kept.iter().map(|(query, _)| query.clone());
    let clauses = CLAUSES.map(|clause| format!("MATCH (a)-[r]->(b) {clause} RETURN count(r)"));
    for query in queries.chain(clauses) {
        let timeout = Some(std::time::Duration::ZERO);
        let late = on_day(Options { timeout, ..Options::default() });
        assert_eq!(
            store.query_with(&query, &late).unwrap_err().code(),
            "eval::deadline",
            "{query}"
        );
        let cancelled = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
        let cancelled = on_day(Options { cancelled, ..Options::default() });
        let error = store.query_with(&query, &cancelled).unwrap_err();
        assert_eq!(error.code(), "eval::interrupted", "{query}");
    }
}

/// The way back to an earlier commit takes room for what has changed since.
#[test]
fn what_was_known_takes_room_for_what_has_changed() {
    let store = Store::memory();
    store.query("CREATE (:Seed)", ()).unwrap();
    store.query("UNWIND range(1, 5000) AS x CREATE (:A {n: x})", ()).unwrap();
    store.query("MATCH (a:A) SET a.n = -a.n", ()).unwrap();
    let query = "MATCH (a:A) KNOWN AT 2 RETURN max(a.n) AS n";
    let little = Options { memory_max_bytes: Some(40_000), ..Options::default() };
    assert_eq!(store.query_with(query, &little).unwrap_err().code(), "eval::memory");
    assert_eq!(store.query(query, ()).unwrap().get(0).unwrap().get::<i64>("n").unwrap(), 5000);
}

/// Relationships side by side: as many pairs as their products, which are counted before there is room for them.
#[test]
fn products_of_relationships_side_by_side_ask_for_room_first() {
    let store = Store::memory();
    store.query("UNWIND range(1, 12) AS x CREATE (:N {n: x})", ()).unwrap();
    let links = "MATCH (a:N), (b:N) WHERE a.n <> b.n UNWIND range(1, 10) AS x CREATE (a)-[:L]->(b)";
    store.query(links, ()).unwrap();
    store.database().checkpoint().unwrap();
    let triangle = "MATCH (a:N)-[:L]->(b:N)-[:L]->(c:N)-[:L]->(a), (a)-[:L]->(b), (b)-[:L]->(c) RETURN count(*) AS n";
    let run = |memory_max_bytes| {
        store.query_with(triangle, &Options { memory_max_bytes, ..Options::default() })
    };
    let error = run(Some(30_000)).unwrap_err();
    assert_eq!(error.code(), "eval::memory");
    let counted: i64 = run(None).unwrap().get(0).unwrap().get("n").unwrap();
    // Each of the 1,320 triangles: two of ten relationships side by side, twice, and one of ten.
    assert_eq!(counted, 12 * 11 * 10 * (10 * 9) * (10 * 9) * 10);
}

/// Pairs are many, and groups are few: what is held are the rows of a round, which are fewer where little may be kept.
#[test]
fn pairs_over_a_hub_are_grouped_in_rounds_that_fit() {
    let store = Store::memory();
    let nodes = "CREATE (c:C) WITH c UNWIND range(1, 700) AS x
        CREATE (:Q {u: x % 150 + 0.5, age: x * 7 % 60})-[:R]->(c)";
    store.query(nodes, ()).unwrap();
    store.database().checkpoint().unwrap();
    let query = "MATCH (a:Q)-[:R]->(c)<-[:R]-(b:Q) WHERE a.age < b.age RETURN a.u AS u, count(*) AS n, max(b.u) AS m ORDER BY u";
    let run = |memory_max_bytes| {
        let options = Options { memory_max_bytes, ..Options::default() };
        let rows = store.query_with(query, &options).unwrap();
        rows.iter().map(|row| format!("{:?}", row.values())).collect::<Vec<_>>()
    };
    let all = run(None);
    assert_eq!(all.len(), 150);
    assert_eq!(run(Some(600_000)), all);
}
