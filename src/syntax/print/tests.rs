use super::{bracketed, format, print};
use crate::syntax::parse;

/// A text that is printed as it is.
fn same(text: &str) {
    becomes(text, text);
}

fn becomes(text: &str, printed: &str) {
    let tree = parse(text).unwrap_or_else(|error| panic!("{text}\n{error:?}"));
    assert_eq!(print(&tree), printed);
    let again = parse(printed).unwrap_or_else(|error| panic!("{printed}\n{error:?}"));
    assert_eq!(again, tree, "{text}\n{printed}");
    for written in [format(text), bracketed(text)] {
        let written = written.expect("it could be parsed");
        let again = parse(&written).unwrap_or_else(|error| panic!("{written}\n{error:?}"));
        assert_eq!(again, tree, "{written}");
    }
}

#[test]
fn brackets_stand_where_the_tree_needs_them() {
    for text in [
        "RETURN (1 + 2) * 3 AS x",
        "RETURN 1 - (2 - 3) AS x",
        "RETURN 2 ^ (3 ^ 4) AS x",
        "RETURN NOT (a AND b) OR NOT c = 1 AS x",
        "RETURN (a < b) < c AS x",
        "RETURN a < b <= c AS x",
        "RETURN (a = 1) IS NULL AS x",
        "RETURN a + b IS NULL IS NOT NULL AS x",
        "RETURN -(-5) AS x",
        "RETURN -(5) AS x",
        "RETURN -x - (-y) AS x",
        "RETURN (-5).a AS x",
        "RETURN a + b - ([1]) AS x",
        "RETURN (n:A).b AS x",
        "RETURN n:A&B|C AS x",
        "RETURN (NOT a).b AS x",
        "RETURN [(x IN xs)] AS x",
        "RETURN [x IN xs WHERE x IN ys | x] AS x",
        "RETURN [x IN (xs IN ys)] AS x",
        "RETURN `all`(x IN xs) AS x",
        "RETURN [(x IS :: INTEGER), 1] AS x",
        "RETURN [x IN xs WHERE (x IS :: INTEGER) | x] AS x",
        "RETURN (x IS :: LIST) < y AS x",
        "RETURN 1[0..2][..1][1..] AS x",
        "RETURN -9223372036854775808 AS x",
        "RETURN 1e-7 + 1e300 + 0.1 AS x",
    ] {
        if text.contains("n:A&B|C") {
            becomes(text, "RETURN n:(A&B|C) AS x");
        } else if text.contains("1[0..2]") {
            becomes(text, "RETURN (1)[0..2][..1][1..] AS x");
        } else {
            same(text);
        }
    }
    becomes("RETURN ((a)) + ((b * c)) AS x", "RETURN a + b * c AS x");
}

#[test]
fn every_form_of_an_expression() {
    for text in [
        "RETURN 'it\\'s \\\\ \\n \\u0001' AS x, $p AS y, $1 AS z, $`a b` AS `q r`",
        "RETURN {a: 1, `b c`: [], `d.e`: {}} AS x",
        "RETURN n {.a, .*, m, k: n.l} AS x",
        "RETURN count(*) AS x, count(DISTINCT n.a) AS y, a.b.`c d`(1, 2) AS z",
        "RETURN CAST(1 AS LIST<INTEGER NOT NULL> | STRING) AS x",
        "RETURN CASE WHEN a THEN 1 ELSE 2 END AS x",
        "RETURN CASE a WHEN 1, > 5, IS NULL, IS :: STRING, STARTS WITH 'a' THEN 1 END AS x",
        "RETURN CASE a WHEN =~ 'b' IS NULL, > 5 IS NOT NULL, IS NULL IS TRUE, IN [1] = 2 THEN 1 END AS x",
        "RETURN CASE a WHEN = 1 + 2 = 3, STARTS WITH 'a' IS :: BOOLEAN, IS LABELED A IS NULL THEN 1 END AS x",
        "RETURN all(x IN xs WHERE x > 1) AS a, any(x IN xs) AS b, none(x IN xs WHERE x) AS c",
        "RETURN reduce(s = 0, x IN xs | s + x) AS x",
        "RETURN [(a)-[r:R]->(b:B {p: 1}) WHERE r.w | b.p] AS x",
        "RETURN [p = (a)-->() | length(p)] AS x",
        "RETURN x IS TRUE AS a, x IS NOT FALSE AS b, x IS NFC NORMALIZED AS c",
        "RETURN n IS NOT LABELED A AS x, n:$(e) AS y, n:!A AS z, n:% AS w",
        "RETURN EXISTS { (a)-->(b) WHERE a.x } AS x, COUNT { MATCH (n) RETURN n } AS y",
        "RETURN COLLECT { MATCH (n) RETURN n.x AS x } AS x",
        "RETURN closed((a)-[:T]->(b) AS OF date('2020-01-01')) AS x",
        "MATCH (a) WHERE (a)-->(:B) AND NOT (:C) AND (a IS D) RETURN 1 AS x",
        "MATCH (a) WHERE exists((a)-->()) AND ((a)--()) = true RETURN shortestPath((a)-[*]->(b)) AS x",
        "RETURN a STARTS WITH b OR a ENDS WITH b XOR a CONTAINS b AND a =~ b || c % d / e AS x",
        "RETURN a <> b AS x, a >= b AS y, +a AS z",
    ] {
        same(text);
    }
}

#[test]
fn every_form_of_a_pattern() {
    for text in [
        "MATCH p = (a:A|B&!C {x: 1} WHERE a.y)-[r:R*1..3 {w: 2} WHERE r.z]->(b)<--()--()<-->(c $p)",
        "MATCH ()-[*]-()-[*2]-()-[*..3]-()-[*1..]-()",
        "MATCH ((x)-[:R]->(y) WHERE x.a < y.a){1,3}(z) ((u)--(v))+ (w)-[:R]->{2,}(q)-->*()-->?()-->{3}()",
        "MATCH ANY SHORTEST (a)-->+(b), ALL SHORTEST (a)-->(b), SHORTEST 2 (a)-->(b), SHORTEST $k GROUPS (a)-->(b)",
        "MATCH ANY 2 TRAIL (a)-->(b), ALL (a)-->(b), WALK (a)-->(b), q = allShortestPaths((a)-[*]->(b))",
        "MATCH REPEATABLE ELEMENTS (a)-->(b) ALL TIME KNOWN AT 3 STANCE ANY WHERE a.x",
        "OPTIONAL MATCH (a) USING INDEX a:A(x) DURING edtf('2010') STANCE scare-quoted, denied",
        "MATCH (a) FOR x IN [1] WITH OFFSET i RETURN x AS x",
        "MATCH (`a b`:`c-d`)-[:$any(['T'])]->(:$(e)) RETURN `match` AS `match`, any AS any",
        "MATCH (WHERE true)-[WHERE true]->({a: 1}) RETURN 1 AS x",
    ] {
        let printed = text.replace("(z) ((u)", "(z)((u)").replace(")+ (w)", ")+(w)");
        becomes(text, &printed.replace("AS `match`", "AS match"));
    }
}

#[test]
fn the_forms_of_sql_are_those_of_ours() {
    for (text, printed) in [
        ("FOR VALID_TIME AS OF a", "AS OF a"),
        ("FOR VALID_TIME FROM a TO b", "DURING edtf.until(a, b)"),
        ("FOR VALID_TIME BETWEEN a.x + 1 AND b", "DURING edtf.period(a.x + 1, b)"),
        ("FOR VALID_TIME ALL", "ALL TIME"),
        ("FOR ALL VALID_TIME FOR SYSTEM_TIME AS OF 3", "ALL TIME KNOWN AT 3"),
    ] {
        becomes(
            &format!("MATCH (a)-->(b) {text} WHERE a.x"),
            &format!("MATCH (a)-->(b) {printed} WHERE a.x"),
        );
    }
}

#[test]
fn every_clause_and_command() {
    for text in [
        "WHY POSSIBLE MATCH (a) WITH DISTINCT *, a.x AS x ORDER BY x DESC NULLS LAST, a SKIP 1 LIMIT $n WHERE x FINISH",
        "EXPLAIN UNWIND xs AS x RETURN * GROUP BY x, y UNION ALL RETURN 1 AS x EXCEPT RETURN 2 AS x NEXT RETURN x",
        "CREATE (a)-[:T VALID edtf('2010') FROM a TO b SAYS denied BY c RANK preferred REASON 'r' SOURCE $d {p: 1}, e]->(b)",
        "MERGE (a)-[:T]->(b) ON CREATE SET a.x = 1, a += {y: 2} ON MATCH SET a = $m, a:A:B",
        "MATCH (r) SET r VALID a SOURCE b, (c[0]) {p: 1}, r.x[1] = 2, r:$(l) REMOVE r.x, r:A:$(l)",
        "MATCH (n) DETACH DELETE n, m.x DELETE o",
        "CALL a.b(1) YIELD x AS y, z WHERE y OPTIONAL CALL c() CALL d RETURN 1 AS x",
        "CALL a.b YIELD *",
        "CALL { RETURN 1 AS x } OPTIONAL CALL (a, b) { RETURN 1 AS y } CALL (*) { CREATE () } RETURN x",
        "FOREACH (x IN (a IS :: INTEGER) | CREATE (x) SET x.y = 1)",
        "LOAD CSV WITH HEADERS FROM 'file' AS row FIELDTERMINATOR ';' RETURN row",
        "LET x = 1, y = x FILTER x > 1 ORDER BY x LIMIT 3 RETURN x",
        "DECLARE RELATIONSHIP T STATE PERSISTENT SYMMETRIC TRANSITIVE SUB OF A|B INVERSE U FUNCTIONAL FROM :A|B TO :C",
        "DROP COMPLETE (:A)-[:T]->(:B {n: 1}) AT edtf('2010') IF EXISTS",
        "COMPLETE (:A)-[:T]->(:B {n: 1}) AT edtf('2010') SOURCE 'd'",
        "CREATE TEXT INDEX i IF NOT EXISTS FOR (n:A) ON (n.x, n.y)",
        "CREATE LOOKUP INDEX FOR ()-[r]-() ON EACH type(r)",
        "CREATE CONSTRAINT FOR ()-[r:T]-() REQUIRE r.x IS :: LIST<STRING> NOT NULL",
        "CREATE CONSTRAINT `if` FOR (n:A) REQUIRE (n.x, n.y) IS KEY",
        "DROP CONSTRAINT c IF EXISTS",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
    ] {
        same(text);
    }
}

#[test]
fn columns_keep_their_names() {
    let text = "match (n)  where n.x=1 /* one */ return n.x+1, count( * ) as c order by c;";
    let tidy = "MATCH (n)\nWHERE n.x = 1\nRETURN n.x+1, count(*) AS c\nORDER BY c";
    assert_eq!(format(text).expect("a query"), tidy);
    let nested = "call { match (n) return n.x } return exists {match (m) where m.x=1}";
    let tidy = "CALL {\n  MATCH (n)\n  RETURN n.x\n}\nRETURN exists {match (m) where m.x=1}";
    assert_eq!(format(nested).expect("a query"), tidy);
}
