//! Graph algorithms over a snapshot, one file each.
//!
//! **In**: a snapshot, a [`Selection`] of labels and relationship types, the direction in which
//! relationships are walked, options, and a [`Check`] that says whether to go on. **Out**: a value
//! for each selected node, in the order of ids, or paths. **Callers**: the `algo.*` procedures,
//! and programs that use the library.
//!
//! All of them see the graph through [`GraphView`]. What petgraph does well it does: weighted paths
//! and strong components. The others are ours, because the arrays of the store are worth reading
//! directly and on all cores, or because petgraph has no answer; the tests hold them to petgraph or
//! to a textbook's definition on petgraph's graphs. A result never depends on the number of
//! threads, nor, where a seed decides, on anything else.
//!
//! | kind | files |
//! |---|---|
//! | paths and distances | `shortest_path`, `weighted_path`, `breadth_first`, `all_pairs` |
//! | importance | `page_rank`, `betweenness`, `degree`, `k_core` |
//! | communities | `components`, `label_propagation`, `louvain`, `triangles` |
//! | likeness | `similarity` |
//! | what they share | `arrays` (neighbours as arrays), `tiles` (sums over many of them), `threads` (loops over nodes), `random` |
//!
//! ```
//! use dossier::algo::{self, Selection};
//! use dossier::graph::Direction;
//!
//! let store = dossier::Store::memory();
//! let text = "CREATE (:State)-[:RECOGNISES]->(r:Region)<-[:RECOGNISES]-(:State) RETURN r";
//! let rows = store.query(text, ())?;
//! let (graph, region) = (rows.graph(), rows.get(0).expect("a row").get("r")?);
//!
//! let all = Selection::default();
//! let go_on = || Ok(());
//! let degrees = algo::degrees(graph, &all, Direction::Incoming, &go_on)?;
//! assert!(degrees.contains(&(region, 2)));
//! let components = algo::weakly_connected(graph, &all, &go_on)?;
//! assert!(components.iter().all(|&(_, component)| component == 0));
//! # Ok::<(), dossier::Error>(())
//! ```

mod all_pairs;
mod arrays;
mod betweenness;
mod breadth_first;
mod components;
mod degree;
mod k_core;
mod label_propagation;
mod louvain;
mod page_rank;
mod random;
mod shortest_path;
mod similarity;
mod threads;
mod tiles;
mod triangles;
mod weighted_path;

use petgraph::EdgeType;

use crate::value::NodeId;

pub use all_pairs::all_pairs;
pub use betweenness::{BetweennessOptions, betweenness};
pub use breadth_first::breadth_first;
pub use components::{strongly_connected, weakly_connected};
pub use degree::degrees;
pub use k_core::core_numbers;
pub use label_propagation::{LabelPropagationOptions, label_propagation};
pub use louvain::{Communities, LouvainOptions, louvain};
pub use page_rank::{PageRankOptions, page_rank};
pub use shortest_path::{all_shortest_paths, shortest_path};
pub use similarity::{Measure, SimilarityOptions, similar_pairs, similar_to, similarity};
pub use triangles::{Clustering, Triangles, clustering, triangles};
pub use weighted_path::{Weights, cheapest_path, distances};

pub use crate::graph::view::{Check, Selection};

use crate::graph::view::GraphView;

/// Runs `$body` with a view in the direction that is only known at run time.
macro_rules! with_view {
    ($graph:expr, $selection:expr, $direction:expr, $check:expr, |$view:ident| $body:expr) => {{
        use $crate::graph::Direction;
        use $crate::graph::view::GraphView;
        match $direction {
            Direction::Outgoing => {
                let $view = &GraphView::directed($graph, $selection).watching($check);
                $body
            }
            Direction::Incoming => {
                let $view = &GraphView::directed($graph, $selection).reversed().watching($check);
                $body
            }
            Direction::Both => {
                let $view = &GraphView::undirected($graph, $selection).watching($check);
                $body
            }
        }
    }};
}
use with_view;

/// Gives groups of nodes numbers in the order of their first nodes; labels are below the number of
/// nodes.
fn number_groups<Ty: EdgeType>(view: &GraphView<'_, Ty>, labels: &[u32]) -> Vec<(NodeId, u64)> {
    const NONE: u64 = u64::MAX;
    let mut numbers = vec![NONE; labels.len()];
    let mut next = 0;
    let numbered = labels.iter().enumerate().map(|(at, &label)| {
        let group = &mut numbers[label as usize];
        if *group == NONE {
            *group = next;
            next += 1;
        }
        (view.node(at), *group)
    });
    numbered.collect()
}
