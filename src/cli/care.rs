//! `dossier check`, `checkpoint`, `compact` and `backup`: care for a store.

use std::path::Path;

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

/// Folds recent writes and gives unused space back.
pub fn compact(store: &Store, screen: &Screen) -> Result<(), Failure> {
    let bytes = || -> Result<u64, Failure> {
        Ok(store.database().sizes()?.iter().map(|(_, bytes)| bytes).sum())
    };
    let before = bytes()?;
    store.database().compact()?;
    screen.print_text(&format!("{before} bytes before, {} now\n", bytes()?))
}

/// Copies the store.
pub fn backup(store: &Store, folder: &Path, screen: &Screen) -> Result<(), Failure> {
    let copied = store.database().backup(folder)?;
    screen.print_text(&format!(
        "everything up to commit {} stands in {}, {}\n",
        copied.commit,
        folder.display(),
        counted(copied.bytes, "byte", "bytes"),
    ))
}
