//! Copying a store while it is in use.
//!
//! **In**: an open store and an empty folder. **Out**: a store in that folder which holds what was
//! committed last when the copy began. **Caller**: [`Database::backup`](super::Database::backup).
//!
//! The files of a generation and of its tail never change, and mapped they can be read even after a checkpoint has unlinked it. So
//! one look at the manifest is all that has to happen at one moment; the copying takes as long as
//! it takes, and writers go on. What is copied is held against its checksums, so that damage is
//! found when there is still something to restore.
//!
//! The copy's manifest is written last, in one transaction: a copy that was interrupted is no store,
//! and making it can begin again.

use std::io;

use super::backend::{Backend, Output};
use super::files::{self, Files};
use super::manifest;
use crate::error::Result;

/// How much is handed to the disk at a time.
const CHUNK_BYTES: usize = 1 << 20;

/// What was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The last commit that the copy holds.
    pub commit: u64,
    /// How long its files are.
    pub bytes: u64,
}

/// Copies a store into a folder that holds none.
///
/// Fails with `store::exists`, `store::damaged` where what is copied is not what was written, and
/// `store::io`.
pub fn copy(from: &Files, to: &dyn Backend) -> Result<Backup> {
    let moment = from.moment()?;
    let _lock = files::take_lock(to)?;
    let copy = files::begin(to)?;
    let failed = |error: io::Error| manifest::io_error(to, "written", &error);
    let mut bytes = 0;
    for file in moment.file.iter().chain(&moment.tail) {
        let name = file.name();
        file.verify_all()?;
        let content = |out: &mut dyn Output| {
            file.bytes().chunks(CHUNK_BYTES).try_for_each(|chunk| out.write(chunk))
        };
        files::write_whole(to, name, content).map_err(failed)?;
        bytes += file.len();
    }
    copy.restore(to, &moment.manifest)?;
    drop(copy);
    to.sync_folder().map_err(failed)?;
    bytes += to.size(super::backend::MANIFEST).map_err(failed)?;
    Ok(Backup { commit: moment.commit, bytes })
}
