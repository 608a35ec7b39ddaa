//! Whether every page of a manifest is what was written, before anything rests on it.
//!
//! **In**: the file of a manifest that nobody is writing. **Out**: nothing, an error, or the manifest over its file,
//! verified. **Callers**: `manifest.rs`, before a file is read or written; `rehearse.rs`.
//!
//! redb holds no page against its checksum when it reads one. Over pages that are not what it wrote it panics, which is
//! caught; where a destructor of its own goes on with them it panics again, which ends the process; and a page that
//! is an older one, because a sync did not do what it said, is as good as any to it and an answer that was never true.
//! So all pages are verified first, as redb does it after a crash ([`Builder::set_check_integrity_on_open`]), over the file
//! (`overlay.rs`): nothing of it is changed.
//!
//! ```text
//! header ─▶ slot of the last commit ─┬▶ our tables     what a reader rests on
//!                                    └▶ redb's notes   free pages: what a writer rests on, too
//! ```
//!
//! Whoever writes needs both. Where only the notes are damaged, all can still be read: our tables are verified alone,
//! over a header that says that there are no notes. A process that writes has verified the file when it began, so
//! whoever reads beside it need not.

use redb::StorageBackend;
use xxhash_rust::xxh3::xxh3_128;

use super::{Manifest, Opened, builder, guarded, io_error, unopened};
use crate::error::{Error, Result, store};
use crate::store::backend::{Access, Backend, Detachable, ManifestHead, Shared};
use crate::store::format::VERIFY_MAX_BYTES;
use crate::store::overlay::Overlay;

/// Where the header says which commit is the last, and whether a writer has the file open or was ended.
const FLAGS_AT: usize = 9;
const IS_SECOND_SLOT: u8 = 1;
const IS_OPEN: u8 = 2;
/// The slots of commits in the header, and what stands in one.
const SLOTS_AT: usize = 64;
const SLOT_BYTES: usize = 128;
const HAS_NOTES_AT: usize = 2;
const NOTES_AT: std::ops::Range<usize> = 40..72;
const CHECKSUM_AT: usize = 112;

/// Verifies what a reader rests on, where that takes next to no time and nobody is writing.
pub fn to_read(backend: &dyn Backend, file: &dyn StorageBackend) -> Result<()> {
    let (Ok(length), Some(head)) = (file.len(), head(file)) else { return Ok(()) };
    if head[FLAGS_AT] & IS_OPEN != 0 || length > VERIFY_MAX_BYTES {
        return Ok(());
    }
    match tables(backend) {
        // A writer who came meanwhile has verified it, and changes what is looked at here.
        Err(error) if error.code() == store::DAMAGED.name && self::head(file) != Some(head) => {
            Ok(())
        }
        verified => verified.map(drop),
    }
}

/// The manifest over its file, once what a writer rests on is verified.
pub fn to_write(backend: &dyn Backend) -> Result<Manifest> {
    whole(backend).map_err(|error| {
        let is_damaged = error.code() == store::DAMAGED.name;
        if is_damaged && tables(backend).is_ok() { only_read(error) } else { error }
    })
}

/// An error for a manifest that can be read and not be written; another one as it is.
pub fn only_read(error: Error) -> Error {
    if error.code() != store::DAMAGED.name {
        return error;
    }
    Error::new(&store::DAMAGED, error.message().to_owned())
        .note("All that the store holds can be read, but nothing can be written to it.")
        .hint("dossier backup --store STORE FOLDER makes a whole copy; put it in the place of the store.")
}

/// The manifest over its file; all of its pages are what was written.
fn whole(backend: &dyn Backend) -> Result<Manifest> {
    over(backend, overlay(backend)?)
}

/// The manifest over its file, to be read; all pages of our tables are what was written.
pub fn tables(backend: &dyn Backend) -> Result<Manifest> {
    match whole(backend) {
        Err(error) if error.code() == store::DAMAGED.name => {
            let file = overlay(backend)?;
            match head(&file).and_then(without_notes) {
                Some(head) => {
                    file.write(0, &head).map_err(|error| io_error(backend, "read", &error))?;
                    over(backend, file)
                }
                None => Err(error),
            }
        }
        whole => whole,
    }
}

fn overlay(backend: &dyn Backend) -> Result<Overlay> {
    let file = backend.manifest(Access::Read);
    file.and_then(Overlay::over).map_err(|error| io_error(backend, "opened", &error))
}

fn over(backend: &dyn Backend, file: Overlay) -> Result<Manifest> {
    let file = Detachable::new(Box::new(file));
    let shared = Shared(std::sync::Arc::clone(&file));
    let opened =
        guarded(|| builder().set_check_integrity_on_open(true).create_with_backend(shared))?;
    let database = opened.map_err(|error| restorable(unopened(backend, error)))?;
    Ok(Manifest::of(Opened::Repaired(database), file))
}

fn restorable(error: Error) -> Error {
    let is_damaged = error.code() == store::DAMAGED.name;
    if is_damaged { error.hint("Restore the store from a backup.") } else { error }
}

fn head(file: &dyn StorageBackend) -> Option<ManifestHead> {
    let mut head = [0; size_of::<ManifestHead>()];
    file.read(0, &mut head).ok()?;
    Some(head)
}

/// The header that says of the last commit that redb has no notes beside our tables; `None` where it is damaged.
fn without_notes(mut head: ManifestHead) -> Option<ManifestHead> {
    let slot = usize::from(head[FLAGS_AT] & IS_SECOND_SLOT != 0);
    let slot = head[SLOTS_AT..].chunks_exact_mut(SLOT_BYTES).nth(slot)?;
    let checksum = |slot: &[u8]| xxh3_128(&slot[..CHECKSUM_AT]).to_le_bytes();
    if slot[CHECKSUM_AT..] != checksum(slot) {
        return None;
    }
    slot[HAS_NOTES_AT] = 0;
    slot[NOTES_AT].fill(0);
    let sum = checksum(slot);
    slot[CHECKSUM_AT..].copy_from_slice(&sum);
    Some(head)
}
