//! Files that get their names when they are whole.
//!
//! ```text
//! nodes.csv.1234.tmp ── written, synced ── renamed to nodes.csv
//! ```
//!
//! Whoever finds a file of the name that was asked for finds all of it: after an error, Ctrl-C or a full disk
//! the file that was there before is still there, or none is. Pipes and devices are written to as they are.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, eval, request};
use crate::load::pack::{Packed, Packer};

/// How much is written at a time.
const BUFFER_BYTES: usize = 1 << 16;

/// Where the files that a process has open have names.
const OPEN_FILES: [&str; 4] = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc"];

/// A file in the making; it goes away unless it is [kept](Draft::keep).
pub struct Draft {
    out: Option<BufWriter<Packed<Watched>>>,
    /// What it is called by whoever asked for it.
    shown: PathBuf,
    /// What it will be called.
    path: PathBuf,
    /// What it is called until then; `None` where it is written in place.
    temporary: Option<PathBuf>,
}

/// A file that is not written on after Ctrl-C.
struct Watched {
    file: File,
    interrupted: Arc<AtomicBool>,
}

impl Draft {
    /// Begins a file, packed where its name says so.
    pub fn of(shown: &Path, interrupted: &Arc<AtomicBool>) -> Result<Draft, Error> {
        // What stands there are the open files of a process.
        let is_open = OPEN_FILES.iter().any(|open| shown.starts_with(open));
        // A link stays one, to what is written now.
        let whole = fs::canonicalize(shown).ok().filter(|_| !is_open);
        let path = whole.unwrap_or_else(|| shown.to_owned());
        let before = fs::metadata(&path).ok();
        if before.as_ref().is_some_and(fs::Metadata::is_dir) {
            let message = format!("`{}` is a folder.", shown.display());
            return Err(Error::new(&request::OUTPUT, message)
                .hint("Give the name of a file: --to FOLDER/NAME"));
        }
        let is_file = !is_open && before.as_ref().is_none_or(fs::Metadata::is_file);
        let temporary = is_file.then(|| {
            let mut name = path.file_name().unwrap_or_default().to_owned();
            name.push(format!(".{}.tmp", std::process::id()));
            path.with_file_name(name)
        });
        let file = match &temporary {
            Some(temporary) => File::create(temporary),
            None => File::options().write(true).open(&path),
        };
        let file = file.map_err(|error| unwritable(shown, &error))?;
        if let (Some(before), Some(_)) = (before, &temporary) {
            // Who may read the file that was there may read this one; that it cannot be said is no reason to fail.
            let _ = file.set_permissions(before.permissions());
        }
        let watched = Watched { file, interrupted: Arc::clone(interrupted) };
        let packed = Packed::new(watched, Packer::of(&path));
        let out = Some(BufWriter::with_capacity(BUFFER_BYTES, packed));
        Ok(Draft { out, shown: shown.to_owned(), path, temporary })
    }

    /// Ends the file and gives it its name.
    pub fn keep(mut self) -> Result<(), Error> {
        self.end().map_err(|error| unwritable(&self.shown, &error))
    }

    fn end(&mut self) -> io::Result<()> {
        let Some(out) = self.out.take() else { return Ok(()) };
        let packed = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        let Watched { file, .. } = packed.finish()?;
        if let Some(temporary) = &self.temporary {
            file.sync_all()?;
            fs::rename(temporary, &self.path)?;
            self.temporary = None;
        }
        Ok(())
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.as_mut().map_or(Ok(0), |out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let Some(temporary) = &self.temporary else { return };
        // What cannot be removed bears a name that nobody takes for the file.
        let _ = fs::remove_file(temporary);
        if let Some(out) = self.out.take() {
            // Nothing more is written to what is no more.
            let _ = out.into_parts();
        }
    }
}

impl Write for Watched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(interrupted());
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// What Ctrl-C comes to.
fn interrupted() -> io::Error {
    io::Error::other(Error::new(&eval::INTERRUPTED, "The export was interrupted."))
}

/// Why a file is not there. An error of ours that travelled through a writer comes out again.
pub fn unwritable(path: &Path, error: &io::Error) -> Error {
    if let Some(ours) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        return ours.clone();
    }
    Error::new(&request::OUTPUT, format!("`{}` cannot be written: {error}.", path.display()))
}
