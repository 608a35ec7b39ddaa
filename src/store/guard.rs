//! What must not be written to: a folder that another has taken the place of, and one that has lost its manifest.
//!
//! **In**: a backend. **Out**: an error, before anything is touched. **Callers**: `files.rs`, before each turn to
//! write, each checkpoint and each removal; `manifest.rs` and `backend.rs`, when a store is opened or made.
//!
//! A store works by path, and redb by the file that it has open. Where somebody renames the folder and puts
//! another in its place (`mv live old; mv restored live`), the two are no longer the same store: a checkpoint
//! would put its generation into the one and name it in the other, and remove what the other needs. So device and
//! inode of the folder and of the manifest are kept from the opening on and looked at again; a store id would not
//! do, since a backup has that of its store.

use redb::StorageBackend;

use crate::error::{Error, Result, store};

use super::backend::{Backend, MANIFEST};
use super::files::{GENERATION, TAIL};

/// What tells a file from all others while it is there: device and inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId(u64, u64);

impl FileId {
    /// That of the file; the same for all where the system tells none.
    pub fn of(file: &std::fs::Metadata) -> FileId {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            FileId(file.dev(), file.ino())
        }
        #[cfg(not(unix))]
        {
            let _ = file;
            FileId(0, 0)
        }
    }
}

/// Refuses to go on where what stands at the path is not what was opened.
pub fn same(backend: &dyn Backend) -> Result<()> {
    if backend.is_exchanged() { Err(exchanged(backend)) } else { Ok(()) }
}

/// An error for a store that is not where it was opened.
pub fn exchanged(backend: &dyn Backend) -> Error {
    let path = backend.path().display();
    let message = format!(
        "What is at `{path}` is not the store that was opened there: its folder or its manifest was exchanged."
    );
    Error::new(&store::EXCHANGED, message)
        .note("Nothing was written to either. What was committed is in the folder that was there.")
        .hint("Open the store again.")
}

/// An error for a folder that has a generation and no manifest, which is a store that has lost the one file
/// that decides: nothing may be made in its place.
pub fn orphaned(backend: &dyn Backend) -> Option<Error> {
    let names = backend.list().unwrap_or_default();
    if names.iter().any(|name| name == MANIFEST) {
        return None;
    }
    let generation = names.iter().filter(|name| is_generation(name)).max()?;
    let path = backend.path().display();
    let message = format!(
        "The file `{MANIFEST}` of the store `{path}` is missing, and without it nothing is known of `{generation}`."
    );
    Some(Error::new(&store::GONE, message).hint("Restore the store from a backup, as a whole."))
}

/// Whether the folder has a whole generation. Before there is one, there is a manifest.
pub fn has_generation(backend: &dyn Backend) -> bool {
    backend.list().is_ok_and(|names| names.iter().any(|name| is_generation(name)))
}

fn is_generation(name: &str) -> bool {
    // An empty generation has no file, and may have a tail.
    let number = name.strip_prefix(GENERATION).or_else(|| name.strip_prefix(TAIL));
    number.is_some_and(|number| {
        let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'-';
        !number.is_empty() && number.bytes().all(is_number)
    })
}

/// Whether redb was stopped before it had made the file: it writes what a file begins with last. Earlier programs let it do
/// that in the manifest's place.
///
/// Where there is a generation there was a manifest, and zeros in its place are damage.
pub fn is_blank(file: &dyn StorageBackend) -> bool {
    let mut magic = [0; 9];
    let length = file.len().unwrap_or(u64::MAX).min(magic.len() as u64) as usize;
    file.read(0, &mut magic[..length]).is_ok() && magic == [0; 9]
}

/// Whether nothing was ever committed to a file without a beginning: redb was stopped while it made it, and has
/// written nothing, or a header in which neither commit has a table.
pub fn is_unfinished(file: &dyn StorageBackend) -> bool {
    const PART_BYTES: usize = 1 << 20;
    const HEADER_BYTES: u64 = 320;
    const HAS_TABLES_AT: [usize; 2] = [65, 193];
    let length = file.len().unwrap_or(0);
    let mut bytes = vec![0; length.min(HEADER_BYTES) as usize];
    if file.read(0, &mut bytes).is_err() {
        return false;
    }
    if bytes.iter().any(|&byte| byte != 0) {
        return HAS_TABLES_AT.iter().all(|&at| bytes.get(at).is_none_or(|&byte| byte == 0));
    }
    (0..length).step_by(PART_BYTES).all(|at| {
        let mut part = vec![0; (length - at).min(PART_BYTES as u64) as usize];
        file.read(at, &mut part).is_ok() && part.iter().all(|&byte| byte == 0)
    })
}
