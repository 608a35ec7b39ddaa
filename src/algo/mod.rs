//! Graph algorithms over a snapshot, one file each.
//!
//! **In**: a snapshot, a [`Selection`] of labels and relationship types, the direction in which
//! relationships are walked, options, and a [`Check`] that says whether to go on. **Out**: a value
//! for each selected node, in the order of ids, or paths. **Callers**: the `algo.*` procedures,
//! and programs that use the library.
//!
//! All of them see the graph through [`GraphView`](crate::graph::view::GraphView). What petgraph
//! does well it does: weighted paths and strong components. Ours are those where the arrays of the
//! store are worth reading directly, on all cores (PageRank, weak components, breadth-first search,
//! triangles), or where petgraph has no answer (all shortest paths); the tests hold them to
//! petgraph or to a textbook formula on petgraph's graphs.
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

mod arrays;
mod breadth_first;
mod components;
mod degree;
mod page_rank;
mod shortest_path;
mod threads;
mod triangles;
mod weighted_path;

pub use breadth_first::breadth_first;
pub use components::{strongly_connected, weakly_connected};
pub use degree::degrees;
pub use page_rank::{PageRankOptions, page_rank};
pub use shortest_path::{all_shortest_paths, shortest_path};
pub use triangles::{Triangles, triangles};
pub use weighted_path::{Weights, cheapest_path, distances};

pub use crate::graph::view::{Check, Selection};

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
