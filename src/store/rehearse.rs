//! Whether a manifest that can be read can be written as well.
//!
//! **In**: a store that nobody need write. **Out**: nothing, or what redb says when it tries. **Caller**:
//! `files.rs`, for [`Database::check`](super::Database::check).
//!
//! What a reader needs of the manifest is held against checksums when it is read. A writer needs more: which pages
//! are free, how long the file is to be. redb reads that when it opens a file to write, and only then finds that it
//! is damaged. So a write is rehearsed: the file is opened as a writer would, with all changes kept in memory
//! (`overlay.rs`), verified, and something is written and removed again.

use crate::error::{Result, store};

use super::backend::Backend;
use super::files;
use super::manifest::Manifest;

/// Fails with `store::damaged` where the manifest can be read and not be written.
///
/// Others may write meanwhile, and what is read then may contradict itself: so a failure counts only where it
/// is found again while nobody can.
pub fn write(backend: &dyn Backend) -> Result<()> {
    let before = backend.manifest_head();
    let Err(error) = trial(backend) else { return Ok(()) };
    match files::take_lock(backend) {
        Ok(_lock) => trial(backend),
        // It was opened to write and is written.
        Err(locked) if locked.code() == store::LOCKED.name => Ok(()),
        Err(_) if backend.manifest_head() == before => Err(error),
        Err(_) => Ok(()),
    }
}

fn trial(backend: &dyn Backend) -> Result<()> {
    Manifest::rehearse(backend)
}
