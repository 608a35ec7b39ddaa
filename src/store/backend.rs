//! The seam between a store and the disk: every write, sync, rename and removal goes through here.
//!
//! **In**: names of files in the store's folder. **Out**: their bytes. A store on disk uses
//! [`Folder`]; tests put something in its place that fails at the n-th call, stops like a killed
//! process, or forgets what was not synced.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use redb::backends::FileBackend;
use redb::{BackendError, StorageBackend};

use crate::error::{Error, Result, store};

use super::guard::{self, FileId};
use super::map::Map;
use super::{files, manifest, place};

/// The file that redb keeps.
pub const MANIFEST: &str = "manifest.redb";
/// That file until all of it is on the disk.
pub const NEW_MANIFEST: &str = "manifest.redb.tmp";
/// The file that a writer locks, and in which it says who it is.
pub const WRITER: &str = "writer";

/// The beginning of the manifest: redb's header, in which a commit's number and checksums stand.
pub type ManifestHead = [u8; 320];

/// The files of one store.
pub trait Backend: fmt::Debug + Send + Sync {
    /// Where the store is, for messages.
    fn path(&self) -> &Path;
    /// Makes an empty file to be written from the front; one of the name is replaced.
    fn create(&self, name: &str) -> io::Result<Box<dyn Output>>;
    /// Gives a file another name, in the place of what has that name.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Takes a file away; its bytes stay readable where they are mapped.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Returns when everything that anybody wrote into a file is on the disk.
    fn sync(&self, name: &str) -> io::Result<()>;
    /// Makes names last: without it, a file may be lost though its bytes were synced.
    fn sync_folder(&self) -> io::Result<()>;
    /// The names of all files.
    fn list(&self) -> io::Result<Vec<String>>;
    /// The length of a file.
    fn size(&self, name: &str) -> io::Result<u64>;
    /// A file in memory.
    fn map(&self, name: &str) -> io::Result<Map>;
    /// The manifest, for redb to read and write, to read, or to make under its first name.
    fn manifest(&self, access: Access) -> io::Result<Box<dyn StorageBackend>>;
    /// The bytes of the manifest that every commit changes, read without a lock; `None` where they
    /// cannot be had so.
    fn manifest_head(&self) -> Option<ManifestHead> {
        None
    }
    /// Whether what stands at the path is not what was opened there.
    fn is_exchanged(&self) -> bool {
        false
    }
    /// The network file system on which the files lie, if writing there must be refused.
    fn network(&self) -> Option<String> {
        None
    }
    /// Takes the right to write away from all other processes, as long as the lock is kept.
    fn lock(&self) -> io::Result<Locked>;
}

/// A file being written.
pub trait Output {
    /// Appends all bytes.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Returns when everything written is on the disk.
    fn sync(&mut self) -> io::Result<()>;
}

/// How the manifest is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To read.
    Read,
    /// To read and write.
    Write,
    /// To make one as [`NEW_MANIFEST`], in the place of what is left of an earlier try.
    Create,
}

/// What came of asking for the right to write.
#[derive(Debug)]
pub enum Locked {
    /// It is ours until this is dropped.
    Ours(WriterLock),
    /// Another process has it; what it says about itself.
    Held(String),
}

/// The right to write. The operating system takes it back when the process ends, however it ends.
#[derive(Debug)]
pub struct WriterLock {
    file: File,
}

#[cfg(test)]
impl WriterLock {
    /// A lock of nothing, for a disk that belongs to one test alone.
    pub fn of_nothing() -> io::Result<WriterLock> {
        let name = format!("dossier-lock-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        Ok(WriterLock { file: File::create(path)? })
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        // Only a hint for people; the lock itself goes with the handle.
        let _ = self.file.set_len(0);
    }
}

/// The files of a store in a folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Whether it may be written on another machine.
    allow_network: bool,
    opened: Mutex<Opened>,
}

/// What of a folder was opened first.
#[derive(Debug, Default)]
struct Opened {
    /// The manifest and the folder.
    ids: Option<[FileId; 2]>,
    /// The manifest, for [`Backend::manifest_head`]; while it is open, no other file has its number.
    watched: Option<File>,
}

impl Folder {
    /// The folder at the path.
    pub fn new(path: &Path) -> Folder {
        Folder { path: path.to_owned(), allow_network: false, opened: Mutex::default() }
    }

    /// The same folder, which may be written on another machine if that is so.
    pub fn allowing_network(self, allow_network: bool) -> Folder {
        Folder { allow_network, ..self }
    }

    /// Makes the folder; one that is there must be empty, or hold a store that was never finished.
    ///
    /// Fails with `store::exists`, `store::gone` where there is all of a store but its manifest, or `store::io`.
    pub fn make(&self) -> Result<()> {
        let failed = |error: &io::Error| manifest::io_error(self, "made", error);
        let is_ours = |name: &String| {
            [MANIFEST, NEW_MANIFEST, WRITER].contains(&&**name)
                || [files::GENERATION, files::TAIL].iter().any(|ours| name.starts_with(ours))
        };
        match self.list() {
            Ok(names) if names.iter().all(is_ours) => guard::orphaned(self).map_or(Ok(()), Err),
            Ok(_) => {
                let message = format!("The folder `{}` holds something else.", self.path.display());
                Err(Error::new(&store::EXISTS, message).hint("Name a folder that is empty or new."))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(&self.path).map_err(|error| failed(&error))?;
                // The folder's own name has to last, too.
                let parent = self.path.parent().filter(|parent| !parent.as_os_str().is_empty());
                Folder::new(parent.unwrap_or(Path::new(".")))
                    .sync_folder()
                    .map_err(|error| failed(&error))
            }
            Err(error) => Err(failed(&error)),
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A file that is one, and nothing at which opening would wait.
    fn regular(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.file(name);
        match fs::metadata(&path) {
            Ok(file) if !file.is_file() => Err(io::Error::other("it is no file")),
            _ => Ok(path),
        }
    }

    /// The manifest that was opened and the folder.
    fn ids(&self, manifest: &fs::Metadata) -> io::Result<[FileId; 2]> {
        Ok([FileId::of(manifest), FileId::of(&fs::metadata(&self.path)?)])
    }

    /// A file of its own to read the manifest from; `None` where it cannot be had.
    fn watch(&self, [manifest, _]: [FileId; 2]) -> Option<File> {
        let file = File::open(self.regular(MANIFEST).ok()?).ok()?;
        (FileId::of(&file.metadata().ok()?) == manifest).then_some(file)
    }

    /// An empty file that will be the manifest.
    fn new_manifest(&self) -> io::Result<File> {
        // What may stand in the manifest's place was never finished, and is none.
        *self.opened() = Opened::default();
        let path = self.file(NEW_MANIFEST);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => OpenOptions::new().read(true).write(true).create_new(true).open(path),
        }
    }

    fn opened(&self) -> MutexGuard<'_, Opened> {
        // What it guards is whole between any two statements.
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Backend for Folder {
    fn path(&self) -> &Path {
        &self.path
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Output>> {
        Ok(Box::new(File::create(self.file(name))?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.file(from), self.file(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.file(name))
    }

    fn sync(&self, name: &str) -> io::Result<()> {
        OpenOptions::new().write(true).open(self.regular(name)?)?.sync_all()
    }

    fn sync_folder(&self) -> io::Result<()> {
        // A folder can be opened and synced where it has to be; elsewhere renames last by themselves.
        if cfg!(unix) { File::open(&self.path)?.sync_all() } else { Ok(()) }
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            names.extend(entry?.file_name().into_string());
        }
        Ok(names)
    }

    fn size(&self, name: &str) -> io::Result<u64> {
        Ok(fs::metadata(self.file(name))?.len())
    }

    fn map(&self, name: &str) -> io::Result<Map> {
        Map::of(&File::open(self.regular(name)?)?)
    }

    fn manifest(&self, access: Access) -> io::Result<Box<dyn StorageBackend>> {
        let file = if access == Access::Create {
            self.new_manifest()?
        } else {
            let mut open = OpenOptions::new();
            open.read(true).write(access == Access::Write).open(self.regular(MANIFEST)?)?
        };
        if access != Access::Create {
            let ids = self.ids(&file.metadata()?)?;
            let mut opened = self.opened();
            if opened.ids.is_none() {
                *opened = Opened { ids: Some(ids), watched: self.watch(ids) };
            } else if opened.ids != Some(ids) {
                return Err(io::ErrorKind::StaleNetworkFileHandle.into());
            }
        }
        let backend = FileBackend::new(file).map_err(io::Error::other)?;
        Ok(Box::new(backend))
    }

    #[cfg(unix)]
    fn manifest_head(&self) -> Option<ManifestHead> {
        use std::os::unix::fs::FileExt;
        let mut head = [0; size_of::<ManifestHead>()];
        self.opened().watched.as_ref()?.read_exact_at(&mut head, 0).ok()?;
        Some(head)
    }

    fn is_exchanged(&self) -> bool {
        let Some(opened) = self.opened().ids else { return false };
        let now = fs::metadata(self.file(MANIFEST)).and_then(|manifest| self.ids(&manifest));
        !now.is_ok_and(|now| now == opened)
    }

    fn network(&self) -> Option<String> {
        if self.allow_network { None } else { place::network_file_system(&self.path) }
    }

    fn lock(&self) -> io::Result<Locked> {
        let path = self.regular(WRITER)?;
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0)?;
                file.seek(SeekFrom::Start(0))?;
                writeln!(file, "process {}", std::process::id())?;
                Ok(Locked::Ours(WriterLock { file }))
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.take(200).read_to_string(&mut holder);
                Ok(Locked::Held(holder.trim().to_owned()))
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Output for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

/// A file of redb's that can be taken away from it.
#[derive(Debug)]
pub struct Detachable(RwLock<Option<Box<dyn StorageBackend>>>);

impl Detachable {
    /// A file that redb is to have.
    pub fn new(file: Box<dyn StorageBackend>) -> Arc<Detachable> {
        Arc::new(Detachable(RwLock::new(Some(file))))
    }

    /// Closes the file, with the locks that redb has on it; every further call of redb's fails.
    pub fn detach(&self) {
        let file = self.0.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(file) = file {
            let _ = file.close();
        }
    }

    fn with<T, E: From<io::Error>>(
        &self,
        run: impl FnOnce(&(dyn StorageBackend + 'static)) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        match &*self.0.read().unwrap_or_else(PoisonError::into_inner) {
            Some(file) => run(&**file),
            None => Err(io::Error::other("it is closed").into()),
        }
    }
}

/// That file, as redb has it.
#[derive(Debug)]
pub struct Shared(pub Arc<Detachable>);

type LockResult = std::result::Result<bool, BackendError>;
type UnitResult = std::result::Result<(), BackendError>;

impl StorageBackend for Shared {
    fn len(&self) -> io::Result<u64> {
        self.0.with(StorageBackend::len)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.with(|file| file.read(offset, out))
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.with(|file| file.set_len(len))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.with(StorageBackend::sync_data)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.with(|file| file.write(offset, data))
    }

    fn close(&self) -> io::Result<()> {
        self.0.with(StorageBackend::close)
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> LockResult {
        self.0.with(|file| file.try_lock_range(start, end))
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> LockResult {
        self.0.with(|file| file.try_lock_shared_range(start, end))
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> UnitResult {
        self.0.with(|file| file.lock_range(start, end))
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> UnitResult {
        self.0.with(|file| file.lock_shared_range(start, end))
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> UnitResult {
        self.0.with(|file| file.unlock_range(start, end))
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> LockResult {
        self.0.with(|file| file.query_lock_range(start, end))
    }
}
