//! What bound statements look like.

use super::bound as statement;
use crate::bind::bound::{
    Clause, Match, Projection, Query, QueryBody, Selector, Statement, StatementKind, SubqueryKind,
    VariableKind,
};
use crate::expr::{ExprKind, LabelTest, VarId};
use crate::graph::Direction;

fn clauses(statement: &Statement) -> &[Clause] {
    let StatementKind::Query(Query { body: QueryBody::Clauses(clauses), .. }) = &statement.kind
    else {
        panic!("a single query was expected");
    };
    clauses
}

fn columns(statement: &Statement) -> Vec<&str> {
    let StatementKind::Query(query) = &statement.kind else { panic!("a query was expected") };
    query.columns.iter().map(|(name, _)| &**name).collect()
}

fn first_match(statement: &Statement) -> &Match {
    let [Clause::Match(pattern), ..] = clauses(statement) else { panic!("MATCH was expected") };
    pattern
}

fn projection(statement: &Statement, at: usize) -> &Projection {
    let Clause::Project(projection) = &clauses(statement)[at] else {
        panic!("a projection was expected");
    };
    projection
}

#[test]
fn a_pattern_is_a_graph() {
    let bound = statement("MATCH (a:P {x: 1})<-[:R|S]-(b)-[r:T*1..3 {y: 2}]-(a) RETURN *");
    let pattern = first_match(&bound);
    assert_eq!(pattern.nodes.len(), 2);
    assert_eq!(pattern.nodes[0].labels, Some(LabelTest::Is("P".into())));
    let [first, second] = &pattern.relationships[..] else { panic!("two relationships") };
    assert_eq!((first.direction, first.types.len()), (Direction::Incoming, 2));
    assert_eq!((first.left, first.right), (pattern.nodes[0].variable, pattern.nodes[1].variable));
    assert_eq!((second.direction, second.right), (Direction::Both, pattern.nodes[0].variable));
    let length = second.length.as_ref().expect("a length");
    assert_eq!((length.min, length.max, length.filter.len()), (1, Some(3), 1));
    assert_eq!(bound.variables[second.variable.index()].kind, VariableKind::RelationshipList);
    assert_eq!(pattern.filter.len(), 1);
    assert!(pattern.distinct.is_empty(), "R or S is never T");
    assert_eq!(columns(&bound), ["a", "b", "r"]);
}

#[test]
fn relationships_that_could_be_one_must_differ() {
    let pairs = |query: &str| first_match(&statement(query)).distinct.len();
    assert_eq!(pairs("MATCH ()-[:A]->()-[:B]->()-->() RETURN 1"), 2);
    assert_eq!(pairs("MATCH ()-->(), ()-->(), ()-->() RETURN 1"), 3);
    assert_eq!(pairs("MATCH REPEATABLE ELEMENTS ()-->()-->() RETURN 1"), 0);
}

#[test]
fn path_modes_tell_nodes_apart() {
    let tests = |query: &str| first_match(&statement(query)).filter.len();
    assert_eq!(tests("MATCH ACYCLIC (a)-->(b)-->(c) RETURN 1"), 3);
    assert_eq!(tests("MATCH SIMPLE (a)-->(b)-->(c) RETURN 1"), 2);
    assert_eq!(tests("MATCH TRAIL (a)-->(b)-->(c) RETURN 1"), 0);
}

#[test]
fn quantified_relationships_are_lengths() {
    for (query, min, max, selector) in [
        ("MATCH (a)-[:T*]->(b) RETURN 1", 1, None, Selector::All),
        ("MATCH (a)-[:T*2]->(b) RETURN 1", 2, Some(2), Selector::All),
        ("MATCH (a)-[:T*..3]->(b) RETURN 1", 1, Some(3), Selector::All),
        ("MATCH (a)-[:T]->+(b) RETURN 1", 1, None, Selector::All),
        ("MATCH (a)-[:T]->*(b) RETURN 1", 0, None, Selector::All),
        ("MATCH (a)-[:T]->{,4}(b) RETURN 1", 0, Some(4), Selector::All),
        ("MATCH (a) (()-[:T]->()){1,3} (b) RETURN 1", 1, Some(3), Selector::All),
        ("MATCH p = shortestPath((a)-[:T*]-(b)) RETURN p", 1, None, Selector::Shortest),
        ("MATCH p = ALL SHORTEST (a)-[:T]->+(b) RETURN p", 1, None, Selector::AllShortest),
        ("MATCH p = ANY SHORTEST (a)-[:T]->*(b) RETURN p", 0, None, Selector::Shortest),
    ] {
        let bound = statement(query);
        let length = first_match(&bound).relationships[0].length.clone().expect(query);
        assert_eq!((length.min, length.max, length.selector), (min, max, selector), "{query}");
    }
}

#[test]
fn groups_are_keys_and_aggregates() {
    let bound =
        statement("MATCH (n) RETURN n.x AS x, count(*) + 1 AS c, n.x + sum(n.y) ORDER BY c");
    let projection = projection(&bound, 1);
    let grouping = projection.grouping.as_ref().expect("a grouping");
    assert_eq!((grouping.keys.len(), grouping.aggregates.len()), (1, 2));
    assert_eq!(projection.items[0].0, grouping.keys[0].0);
    let key = grouping.keys[0].0;
    let mut uses_key = false;
    projection.items[2].1.walk(&mut |e| uses_key |= e.kind == ExprKind::Variable(key));
    assert!(uses_key, "n.x is read from its group");
    assert_eq!(projection.order[0].expression.kind, ExprKind::Variable(projection.items[1].0));
    assert_eq!(columns(&bound), ["x", "c", "n.x + sum(n.y)"]);
}

#[test]
fn a_variable_that_is_passed_on_keeps_its_number() {
    let bound = statement("MATCH (n) WITH n, n AS m RETURN n, m");
    let node = first_match(&bound).nodes[0].variable;
    let items = &projection(&bound, 1).items;
    assert_eq!(items[0].0, node);
    assert_ne!(items[1].0, node);
    assert_eq!(bound.variables[items[1].0.index()].kind, VariableKind::Node);
}

#[test]
fn subqueries_know_what_they_read() {
    let bound = statement(
        "MATCH (a), (b) WHERE EXISTS { MATCH (a)-->(c) WHERE c.x = b.x } AND NOT (b)--(a) \
         RETURN [(a)-[r]->(d) | r] AS l, COUNT { (b)-->() } AS n",
    );
    let outer: Vec<_> = bound.subqueries.iter().map(|subquery| subquery.outer.len()).collect();
    let kinds: Vec<_> = bound.subqueries.iter().map(|subquery| subquery.kind).collect();
    assert_eq!(outer, [2, 2, 1, 1]);
    assert_eq!(
        kinds,
        [SubqueryKind::Exists, SubqueryKind::Exists, SubqueryKind::Collect, SubqueryKind::Count]
    );
}

#[test]
fn an_outer_variable_outlives_a_grouping_inside() {
    let bound = statement(
        "MATCH (n) WHERE EXISTS { MATCH (n)-->(m) WITH count(m) AS c WHERE c > n.least RETURN 1 } RETURN n",
    );
    let QueryBody::Clauses(inside) = &bound.subqueries[0].query.body else { panic!("clauses") };
    let [Clause::Subquery { query, imports, .. }, Clause::Project(filter), Clause::Project(_)] =
        &inside[..]
    else {
        panic!("the grouping is set apart: {inside:?}");
    };
    assert_eq!(imports, &[VarId(0)]);
    assert_eq!((query.columns.len(), filter.filter.len()), (1, 1));
}

#[test]
fn operands_that_repeat_are_computed_once() {
    // Written out, the middle operands would double at each level: 2^60 of them.
    let mut nested = "x".to_owned();
    for _ in 0..60 {
        nested = format!("(0 < toInteger({nested}) < 9)");
    }
    let bound = statement(&format!("WITH 1 AS x RETURN {nested} AS r"));
    let mut size = 0;
    projection(&bound, 1).items[0].1.walk(&mut |_| size += 1);
    assert!(size < 2_000, "{size} expressions");
}

#[test]
fn union_maps_columns_by_name() {
    let bound = statement("RETURN 1 AS a, 'x' AS b UNION RETURN 'y' AS b, 2 AS a");
    let StatementKind::Query(query) = &bound.kind else { panic!("a query") };
    let QueryBody::Set { right, .. } = &query.body else { panic!("a union") };
    assert_eq!(columns(&bound), ["a", "b"]);
    assert_eq!(right.columns.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["a", "b"]);
    assert!(query.columns.iter().all(|(_, variable)| *variable > right.columns[0].1));
}
