//! The engine against a second opinion: an evaluator that only enumerates.
//!
//! A seed makes a small graph and a query. The evaluator here knows the definition of MATCH and
//! nothing else: it tries every node and every relationship for every element of a pattern, and
//! keeps the rows in which everything fits. It has no plan, no index and no order. Both must give
//! the same bag of rows, and so must the engine with its plan rewrites left out.
//!
//! `DOSSIER_ORACLE_CASES=1000000 cargo test oracle` tries that many; `DOSSIER_ORACLE_SEED=n` begins
//! at a seed. A failure is made smaller before it is shown. Seeds that once failed stay in `SEEDS`.

pub(crate) mod generate;
mod naive;
mod query;

use dossier::{Options, Store};
use generate::Random;
use naive::{Cell, Graph};
use query::Query;

/// How many seeds are tried where the environment does not say.
const CASES: u64 = 30;
/// Seeds that have failed once.
const SEEDS: &[u64] = &[1_000_904, 2_001_114];

#[test]
fn the_engine_agrees_with_enumeration() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let cases = number("DOSSIER_ORACLE_CASES").unwrap_or(CASES);
    let first = number("DOSSIER_ORACLE_SEED").unwrap_or(1);
    for seed in SEEDS.iter().copied().chain(first..first + cases) {
        if cases > CASES && seed >= first && (seed - first).is_multiple_of(10_000) {
            eprintln!("{} of {cases} graphs done", seed - first);
        }
        let mut random = Random::new(seed);
        // The seeds that are kept stand for the queries that they have always stood for.
        let mut variation = (seed >= first).then(|| Random::new(seed.rotate_left(32)));
        // One graph for several queries: making it is what takes the time.
        let graph = Graph::random(&mut random);
        let store = graph.store();
        for _ in 0..4 {
            let mut query = Query::random(&mut random);
            if let Some(random) = &mut variation {
                query.vary(random);
            }
            // In a long run half of the time would go into printing, which `fuzz/` tries by itself.
            let prints = cases <= CASES || seed.is_multiple_of(16);
            let problem = prints.then(|| crate::print::difference(&query.to_string())).flatten();
            if let Some(problem) = problem {
                panic!("seed {seed}\n{problem}");
            }
            if let Some(problem) = disagreement(&graph, &store, &query) {
                let (graph, query, problem) = shrink(graph, query, problem);
                panic!("seed {seed}\n{}\n{query}\n{problem}", graph.text());
            }
        }
    }
}

/// What is different, if anything is.
fn disagreement(graph: &Graph, store: &Store, query: &Query) -> Option<String> {
    let expected = sorted(query.evaluate(graph));
    let text = query.to_string();
    for (plain, threads) in [(false, None), (true, None), (false, Some(3)), (true, Some(3))] {
        let options = Options { plain_plan: plain, threads, ..Options::default() };
        let found = match store.query_with(&text, &options) {
            Ok(rows) => {
                sorted(rows.iter().map(|row| row.values().iter().map(Cell::of).collect()).collect())
            }
            Err(error) => return Some(format!("error: {error}")),
        };
        if found != expected {
            let plan = store.explain(&text).unwrap_or_default();
            return Some(format!(
                "plain plan: {plain}, threads: {threads:?}\nexpected {expected:?}\nfound    {found:?}\n{plan}"
            ));
        }
    }
    None
}

fn sorted(mut rows: Vec<Vec<Cell>>) -> Vec<Vec<Cell>> {
    rows.sort();
    rows
}

/// The smallest graph and query that still disagree, by leaving out one thing after the other.
fn shrink(mut graph: Graph, mut query: Query, mut problem: String) -> (Graph, Query, String) {
    loop {
        let smaller_graphs = graph.smaller().into_iter().map(|graph| (graph, query.clone()));
        let smaller_queries = query.smaller().into_iter().map(|query| (graph.clone(), query));
        let found = smaller_graphs.chain(smaller_queries).find_map(|(graph, query)| {
            let problem = disagreement(&graph, &graph.store(), &query)?;
            Some((graph, query, problem))
        });
        match found {
            Some(found) => (graph, query, problem) = found,
            None => return (graph, query, problem),
        }
    }
}

#[test]
fn related_queries_give_related_bags() {
    let count = |store: &Store, text: &str| -> i64 {
        let rows = store.query(text, ()).unwrap_or_else(|error| panic!("{text}\n{error}"));
        let count =
            rows.get(0).and_then(|row| row.values().first().and_then(dossier::Value::as_int));
        count.expect("a count")
    };
    for seed in 1..=6 {
        let mut random = Random::new(seed);
        let graph = Graph::random(&mut random);
        let store = graph.store();
        let count = |text: &str| count(&store, text);
        let condition = query::Condition::random(&mut random, &["a", "b"], 2).to_string();
        let pattern = "MATCH (a)-[r]-(b)";
        let unknown = format!(
            "CASE WHEN {condition} THEN false WHEN NOT ({condition}) THEN false ELSE true END"
        );
        // A condition, its negation, and where it is unknown: each row once.
        assert_eq!(
            count(&format!("{pattern} RETURN count(*)")),
            count(&format!("{pattern} WHERE {condition} RETURN count(*)"))
                + count(&format!("{pattern} WHERE NOT ({condition}) RETURN count(*)"))
                + count(&format!("{pattern} WHERE {unknown} RETURN count(*)")),
            "{condition}\n{}",
            graph.text()
        );
        // Either way is one way and the other; a loop is met once.
        assert_eq!(
            count("MATCH (a)-[:R]-(b) RETURN count(*)"),
            count("MATCH (a)-[:R]->(b) RETURN count(*)")
                + count("MATCH (a)<-[:R]-(b) WHERE a <> b RETURN count(*)"),
            "{}",
            graph.text()
        );
        // A range of lengths is the union of its lengths.
        assert_eq!(
            count("MATCH (a)-[*1..3]-(b) RETURN count(*)"),
            count("MATCH (a)-[*1]-(b) RETURN count(*)")
                + count("MATCH (a)-[*2]-(b) RETURN count(*)")
                + count("MATCH (a)-[*3]-(b) RETURN count(*)"),
            "{}",
            graph.text()
        );
        // Three spellings of a repeated relationship.
        let walks = count("MATCH (a)-[:R*1..3]->(b) RETURN count(*)");
        assert_eq!(walks, count("MATCH (a)-[:R]->{1,3}(b) RETURN count(*)"));
        assert_eq!(walks, count("MATCH (a) ((x)-[:R]->(y)){1,3} (b) RETURN count(*)"));
        // The same pattern cut into other paths.
        assert_eq!(
            count("MATCH (a)-[r]->(b)-[s]->(c) RETURN count(*)"),
            count("MATCH (b)-[s]->(c), (a)-[r]->(b) RETURN count(*)")
        );
        // A weaker condition keeps what a stronger one keeps.
        assert!(
            count(&format!("{pattern} WHERE {condition} RETURN count(*)"))
                <= count(&format!("{pattern} WHERE {condition} OR a.p = 1 RETURN count(*)"))
        );
        // LIMIT is a part of the bag.
        let all = store.query("MATCH (a)-[r]->(b) RETURN a.id, r.id, b.id", ()).expect("rows");
        let some =
            store.query("MATCH (a)-[r]->(b) RETURN a.id, r.id, b.id LIMIT 3", ()).expect("rows");
        assert_eq!(some.len(), all.len().min(3));
    }
}
