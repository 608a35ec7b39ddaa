//! petgraph's algorithms on a stored graph, without a copy of it.

use dossier::graph::source::display_name;
use dossier::graph::view::{GraphView, Selection};
use dossier::{Result, Store};

pub(crate) fn main() -> Result<()> {
    let store = Store::shipped()?;
    let graph = store.snapshot();
    let types = graph.catalog().relationship_type("MET").into_iter().collect();
    let view = GraphView::undirected(&*graph, &Selection { types, ..Selection::default() });

    let rows = store.query("MATCH (p:Person {name: 'Sergey Lavrov'}) RETURN p", ())?;
    let lavrov = rows.iter().next().expect("he is among the shipped facts").get("p")?;
    for (node, steps) in petgraph::algo::dijkstra(&view, lavrov, None, |_| 1) {
        println!("{} in {steps} steps", display_name(&*graph, node));
    }

    // The same from a query, where the algorithms are procedures.
    let rows = store.query(
        "CALL algo.pageRank() YIELD node, score RETURN node.name AS name, score ORDER BY score DESC LIMIT 1",
        (),
    )?;
    println!("most pointed at: {}", rows.iter().next().expect("a row").get::<String>("name")?);
    Ok(())
}
