//! `dossier check` and `dossier checkpoint`: care for a store.

use super::failure::Failure;
use super::screen::Screen;
use super::session::counted;
use crate::query::Store;

/// Verifies the store and says how much it holds; what is wrong is an error.
pub fn check(store: &Store, screen: &Screen) -> Result<(), Failure> {
    let report = store.database().check()?;
    screen.print_text(&format!(
        "ok: {}, {}, {} in the manifest, {} in the generation\n",
        counted(report.nodes, "node", "nodes"),
        counted(report.relationships, "relationship", "relationships"),
        counted(report.recent_commits, "recent commit", "recent commits"),
        counted(report.generation_bytes, "byte", "bytes"),
    ))
}

/// Folds recent writes into arrays.
pub fn checkpoint(store: &Store, screen: &Screen) -> Result<(), Failure> {
    store.database().checkpoint()?;
    let commit = store.snapshot().commit();
    screen.print_text(&format!("everything up to commit {commit} stands in the generation\n"))
}
