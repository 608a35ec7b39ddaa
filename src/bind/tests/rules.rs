//! The rules of the language: a query that breaks one, and the code that says so.

use super::{bind, bound};

/// Each query is refused with a code of this stage.
fn refused(cases: &[(&str, &str)]) {
    for (query, code) in cases {
        match bind(query) {
            Ok(_) => panic!("accepted, not {code}: {query}"),
            Err(error) => {
                assert_eq!(error.code(), format!("bind::{code}"), "{query}\n{error:?}");
                assert!(error.span().is_some(), "no place: {query}");
                assert!(error.message().ends_with('.'), "no sentence: {error}");
            }
        }
    }
}

fn accepted(queries: &[&str]) {
    queries.iter().for_each(|query| _ = bound(query));
}

#[test]
fn names() {
    refused(&[
        ("RETURN foo", "undefined_variable"),
        ("MATCH (a) WITH a.x AS b RETURN a", "undefined_variable"),
        ("MATCH (n) WHERE (n)-->(m) RETURN n", "undefined_variable"),
        ("MATCH (n) RETURN [x IN [1] | x] AS l, x", "undefined_variable"),
        ("UNWIND [1] AS x UNWIND [2] AS x RETURN x", "variable_already_bound"),
        ("MATCH (a)-[r]->(b) CREATE (a)-[r:T]->(b)", "variable_already_bound"),
        ("MATCH ()-[p]-() MATCH p = ()--() RETURN p", "variable_already_bound"),
        ("MATCH (a) CREATE (a:L)-[:T]->()", "variable_already_bound"),
        ("CREATE (a), (a)", "variable_already_bound"),
        ("MATCH (n) CALL { RETURN 1 AS n } RETURN n", "variable_already_bound"),
        ("MATCH (n) CALL { MATCH (m) WHERE m.x = n.x RETURN m } RETURN m", "undefined_variable"),
        ("MATCH (n)-[n]->() RETURN n", "variable_type_conflict"),
        ("MATCH p = ()--() MATCH (p) RETURN p", "variable_type_conflict"),
        ("WITH [1] AS r MATCH ()-[r*]->() RETURN r", "variable_type_conflict"),
        ("WITH 1 AS n CREATE (n)-[:T]->()", "variable_type_conflict"),
        ("MATCH ()-[r]->(), ()-[r]->() RETURN r", "relationship_uniqueness"),
        ("MATCH ()-[r]->() MATCH ()-[r]->()-[r]->() RETURN r", "relationship_uniqueness"),
        ("FOREACH (x IN [1] | CREATE ({v: x})) RETURN x", "undefined_variable"),
        ("RETURN $missing", "missing_parameter"),
        ("MATCH () RETURN *", "no_variables"),
    ]);
    accepted(&[
        "MATCH (n) WITH n AS m, n.x AS n RETURN m, n",
        "WITH null AS n MATCH (n) RETURN n",
        "WITH [1, 2] AS x RETURN [x IN x | x + 1] AS y, x",
        "MATCH (a)-[r]->() WITH [r] AS rs MATCH ()-[rs*]->(b) RETURN b",
        "MATCH () WITH * CREATE ()",
        "EXPLAIN RETURN $missing",
        "CREATE (a), (a)-[:T]->(a)",
        "CREATE (a {x: 1}), (b {y: a.x})",
        "MATCH (n) CALL { WITH n MATCH (n)-->(m) RETURN m } RETURN n, m",
        "MATCH (n) CALL (n) { MATCH (n)-->(m) RETURN m } RETURN n, m",
    ]);
}

#[test]
fn aggregates() {
    refused(&[
        ("MATCH (n) WHERE count(n) > 1 RETURN n", "invalid_aggregation"),
        ("MATCH (n) RETURN n.x ORDER BY max(n.y)", "invalid_aggregation"),
        ("MATCH (n) WITH n, count(*) AS c WHERE count(*) > 1 RETURN n", "invalid_aggregation"),
        ("UNWIND [1] AS x RETURN [y IN [1] | count(x)]", "invalid_aggregation"),
        ("CREATE ({x: count(*)})", "invalid_aggregation"),
        ("MATCH (n) RETURN sum(max(n.x))", "nested_aggregation"),
        ("MATCH (n) RETURN collect(rand())", "non_constant"),
        ("MATCH (n) RETURN n.x + count(*)", "ambiguous_aggregation"),
        ("MATCH (n) RETURN n.x * 2, n.x * 2 + count(*)", "ambiguous_aggregation"),
        ("MATCH (n) RETURN {a: n.x, b: count(*)}", "ambiguous_aggregation"),
        ("MATCH (a) RETURN DISTINCT a.name ORDER BY a.age", "undefined_variable"),
        ("MATCH (a) RETURN count(*) AS c ORDER BY a.x", "undefined_variable"),
        ("MATCH (a) RETURN a.x AS x, count(*) AS c ORDER BY max(a.y)", "undefined_variable"),
        ("MATCH (a) RETURN count(a, 1)", "argument_count"),
        ("MATCH (a) RETURN percentileCont(a.x)", "argument_count"),
        ("MATCH (a) RETURN sum('x')", "argument_type"),
    ]);
    accepted(&[
        "MATCH (n) RETURN n.x, n.x + count(*)",
        "MATCH (n) RETURN n, n.x + count(*)",
        "MATCH (n) RETURN n.x AS x, {k: n.x, c: count(*), p: $p}",
        "MATCH (n) RETURN [x IN collect(n) | x.age + 1] AS ages",
        "MATCH (n) RETURN n.x AS x, count(*) AS c ORDER BY n.x + 1, count(*) * 2",
        "MATCH (n) RETURN n, sum(n.x) AS s ORDER BY count(*), max(n.y)",
        "MATCH (n) RETURN DISTINCT n.x * 2 AS d ORDER BY n.x * 2, d",
        "MATCH (a)-->(b) RETURN a, size([(a)-->(c) | c]) + count(b)",
        "MATCH (a)-->(b) WITH a AS c, count(*) AS n ORDER BY a.x RETURN c",
        "MATCH (n) RETURN count(DISTINCT n.x) AS c, count(*), count(n)",
    ]);
}

#[test]
fn clauses() {
    refused(&[
        ("RETURN 1 AS a MATCH (n) RETURN n", "clause_composition"),
        ("MATCH (n)", "clause_composition"),
        ("MATCH (n) WITH n", "clause_composition"),
        ("MATCH (n) CALL test.proc(1, 2.0) YIELD a", "clause_composition"),
        ("MATCH (n) WHERE EXISTS { CREATE (n)-[:T]->() } RETURN n", "clause_composition"),
        ("RETURN COLLECT { MATCH (n) RETURN n, 1 AS one } AS l", "clause_composition"),
        ("RETURN 1 AS a UNION RETURN 2 AS a UNION ALL RETURN 3 AS a", "clause_composition"),
        ("RETURN 1 AS a, 2 AS b UNION RETURN 2 AS a", "different_columns"),
        ("RETURN 1 AS a UNION RETURN 2 AS a, 3 AS c", "different_columns"),
        ("RETURN 1 AS a, 2 AS a", "column_name_conflict"),
        ("MATCH (a) WITH *, 1 AS a RETURN a", "column_name_conflict"),
        ("MATCH (a) WITH a, a.x RETURN a", "no_expression_alias"),
        ("MATCH (n) RETURN n LIMIT n.x", "non_constant"),
        ("MATCH (n) RETURN n SKIP COUNT { (n) }", "non_constant"),
        ("MATCH (n) RETURN n LIMIT -1", "negative_integer"),
        ("MATCH (n) RETURN n LIMIT 1.5", "argument_type"),
        ("MATCH (n) RETURN n LIMIT 'a'", "argument_type"),
    ]);
    accepted(&[
        "RETURN 1 AS a, 2 AS b UNION RETURN 3 AS b, 4 AS a",
        "MATCH (n) WHERE EXISTS { MATCH (n)-->(m) } RETURN n",
        "MATCH (n) RETURN n SKIP $p LIMIT toInteger(ceil(1.7))",
        "MATCH (n) CALL test.nothing()",
        "OPTIONAL MATCH (a) MATCH (b) CREATE (c) MATCH (d) RETURN *",
        "MATCH (n) FINISH",
        "RETURN 1 AS a NEXT RETURN a + 1 AS b",
        "LET x = 1, y = x + 1 FILTER y > 1 RETURN x, y",
    ]);
}

#[test]
fn writes() {
    refused(&[
        ("CREATE ()-->()", "no_single_relationship_type"),
        ("CREATE ()-[:A|B]->()", "no_single_relationship_type"),
        ("CREATE ()-[:T]-()", "requires_direction"),
        ("CREATE ()-[:T*2]->()", "creating_variable_length"),
        ("MATCH (n $p) RETURN n", "parameter_use"),
        ("MERGE (n $p)", "parameter_use"),
        ("MATCH (n) DELETE n:L", "invalid_delete"),
        ("MATCH (n) DELETE 1 + 1", "argument_type"),
        ("MATCH (n) SET n.x = (n)-->()", "unexpected"),
        ("MATCH ()-[r]->() SET r:L", "argument_type"),
        ("MATCH p = ()--() SET p.x = 1", "argument_type"),
        ("MATCH (n) SET n = 1", "argument_type"),
        ("CREATE (n:A|B)", "unexpected"),
        ("MERGE (a {x: 1})-[:T]->(b {y: a.x})", "undefined_variable"),
        ("MERGE (n) ON MATCH SET m.x = 1", "undefined_variable"),
    ]);
    accepted(&[
        "CREATE (n $p)",
        "MATCH (a), (b) MERGE (a)-[r:T {x: a.x}]-(b) ON CREATE SET r.new = true",
        "MATCH (n) SET n += {a: 1}, n:L, n.x = null REMOVE n.y, n:M",
        "MATCH p = (a)-->(b) WITH {k: [p]} AS m DETACH DELETE m.k[0]",
        "FOREACH (x IN [1, 2] | MERGE (n {id: x}) SET n.seen = true)",
    ]);
}

#[test]
fn types() {
    refused(&[
        ("RETURN 1 AND true", "argument_type"),
        ("RETURN NOT 'a'", "argument_type"),
        ("MATCH (n) WHERE n RETURN n", "argument_type"),
        ("RETURN 1 IN 2", "argument_type"),
        ("RETURN any(x IN ['a'] WHERE x % 2 = 0)", "argument_type"),
        ("WITH {a: 1} AS m RETURN m * 2", "argument_type"),
        ("WITH 1 AS x RETURN x.y", "type_error"),
        ("WITH [1, 2] AS x RETURN x.y", "type_error"),
        ("MATCH p = ()--() RETURN p.name", "argument_type"),
        ("WITH 1 AS n MATCH (n) RETURN n", "variable_type_conflict"),
        ("UNWIND ['a'] AS n MATCH (n) RETURN n", "variable_type_conflict"),
        ("MATCH (n) RETURN type(n)", "argument_type"),
        ("MATCH (n) RETURN length(n)", "argument_type"),
        ("MATCH p = ()--() RETURN size(p)", "argument_type"),
        ("MATCH p = ()--() RETURN labels(p)", "argument_type"),
        ("RETURN properties(1)", "argument_type"),
        ("MATCH (n) RETURN size((n)-->())", "unexpected"),
        ("MATCH (n) RETURN (n)-->() AS x", "unexpected"),
        ("RETURN foo(1)", "unknown_function"),
        ("RETURN toUpper()", "argument_count"),
        ("CALL test.proc(1)", "argument_count"),
        ("CALL test.proc('x', 1)", "argument_type"),
        ("CALL test.prok(1, 1)", "procedure_not_found"),
        ("CALL test.proc YIELD a RETURN a", "argument_passing"),
        ("CALL test.proc(1, 1) YIELD * RETURN a", "unexpected"),
        ("CALL test.proc(1, 1) YIELD a, b AS a RETURN a", "variable_already_bound"),
        ("CALL test.proc(1, 1) YIELD c RETURN c", "undefined_variable"),
        ("CALL test.proc(1, 1) RETURN a", "undefined_variable"),
    ]);
    accepted(&[
        "MATCH (n) WHERE n.x.y AND n.z RETURN n.x.y",
        "WITH [1, 'a'] AS l RETURN [x IN l WHERE x % 2 = 0 | x]",
        "RETURN date('2020-01-01') + duration('P1D') AS d",
        "RETURN 'a' + 1 + [2] AS x, null.y AS y",
        "MATCH (n) RETURN CASE WHEN (n)-->() THEN 1 ELSE 'a' END AS x",
        "MATCH (n) RETURN [x IN [n] | x.name] AS l, head(collect(n)).name AS h",
        "CALL test.proc(1, 1)",
        "RETURN range(true, 1)",
        "RETURN toInteger([])",
    ]);
}

#[test]
fn hints_can_be_typed() {
    for (query, hint) in [
        ("MATCH (person) RETURN persn.name", "Did you mean `person`?"),
        ("RETURN toUper('a')", "Did you mean `toUpper()`?"),
        ("CALL test.prok(1, 1)", "Did you mean `test.proc`?"),
        ("WITH 1 AS x RETURN age", "A parameter is written with a dollar sign: `$age`."),
        ("RETURN $ag", "Did you mean `$age`?"),
    ] {
        let error = bind(query).expect_err(query);
        assert_eq!(error.hints(), [hint], "{query}");
    }
}

#[test]
fn paths_are_searched_as_a_whole() {
    accepted(&[
        "MATCH ((a)-[:T]->(b)){1,3} RETURN a",
        "MATCH p = SHORTEST 3 (a)-[:T]->+(b) RETURN p",
        "MATCH p = ACYCLIC (a)-[:T]->+(b) RETURN p",
        "MATCH p = shortestPath((a)-[:T*]-(b)-[:U]-(c)) RETURN p",
    ]);
}

#[test]
fn what_is_not_carried_out_says_so() {
    refused(&[
        ("RETURN closed((:A)-[:T*]->(:B))", "unsupported"),
        ("RETURN closed((:A|B)-[:T]->(:B))", "unsupported"),
    ]);
}

#[test]
fn size_is_bounded() {
    let many = format!("MATCH ()-[]-(){} RETURN 1", "-[]-()".repeat(2_000));
    let merged = format!("MERGE (){}", "-[:T]->()".repeat(2_000));
    let deep = format!(
        "MATCH (n) WHERE {}true{} RETURN n",
        "EXISTS { (n) WHERE ".repeat(40),
        "}".repeat(40)
    );
    let calls = format!("{}RETURN 1 AS x{}", "CALL { ".repeat(40), " } RETURN x".repeat(40));
    for query in [&many, &merged, &deep, &calls] {
        refused(&[(query, "too_complex")]);
    }
}
