//! What of an import is in a store already.
//!
//! ```text
//! dossier import --store S a.jsonl b.jsonl     stopped after a.jsonl's commit
//! dossier import --store S --resume a.jsonl b.jsonl     a.jsonl is in: goes on with b.jsonl
//! ```
//!
//! Each commit of an import notes, in the same transaction of the manifest, what it was read from: the
//! path, the size and the xxh3 of every file. A file is *in* when one of the same size and hash is noted,
//! wherever it lay; one whose path is noted with another hash has *changed*. Without `--resume`, a file
//! that is in is refused, so that nothing is imported twice unnoticed; `--again` says that it is meant.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::error::{Error, Result, request};
use crate::query::Store;

/// How much of a file is hashed at a time.
const BLOCK_BYTES: usize = 1 << 20;

/// A file as it was when it was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    path: String,
    bytes: u64,
    xxh3: String,
    /// The hash of the recipe that read it: another recipe reads something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recipe: Option<String>,
}

impl Mark {
    fn is_same(&self, other: &Mark) -> bool {
        (self.bytes, &self.xxh3, &self.recipe) == (other.bytes, &other.xxh3, &other.recipe)
    }

    fn is_other_version(&self, other: &Mark) -> bool {
        self.path == other.path && self.recipe == other.recipe && !self.is_same(other)
    }
}

/// What is to be done with what has been imported before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is refused.
    Refuse,
    /// It is passed over.
    Resume,
    /// It is imported once more.
    Again,
}

/// What was imported into a store.
pub struct Imported {
    mode: Mode,
    /// The number of each commit, and the files it was read from.
    marks: Vec<(u64, Vec<Mark>)>,
}

impl Imported {
    /// What a store has noted.
    pub fn of(store: &Store, mode: Mode) -> Result<Imported> {
        let noted = store.database().imports()?;
        // What another version noted in another way says nothing.
        let read = |(number, bytes): (u64, Vec<u8>)| {
            serde_json::from_slice(&bytes).ok().map(|marks| (number, marks))
        };
        Ok(Imported { mode, marks: noted.into_iter().filter_map(read).collect() })
    }

    /// Whether the files of one commit are to be imported: `false` where they are in.
    ///
    /// Fails with `request::command` where they are in and nobody said what then, or where one of them
    /// has changed since, or where only some are in that make one commit.
    pub fn wants(&self, files: &[Mark]) -> Result<bool> {
        let found: Vec<Option<u64>> = files.iter().map(|file| self.commit_of(file)).collect();
        let first = found.iter().flatten().next().copied();
        if self.mode == Mode::Again {
            return Ok(true);
        }
        let has_other = |file: &Mark| {
            self.marks.iter().any(|(_, marks)| marks.iter().any(|mark| mark.is_other_version(file)))
        };
        let changed =
            files.iter().zip(&found).find(|(file, found)| found.is_none() && has_other(file));
        if let Some((file, _)) = changed.filter(|_| self.mode == Mode::Resume) {
            let message =
                format!("`{}` was imported before, and has changed since.", shown(&file.path));
            return Err(Error::new(&request::COMMAND, message)
                .hint("To add all of it to what is there: dossier import --again PATH"));
        }
        let Some(commit) = first else { return Ok(true) };
        let is_whole = found.iter().all(Option::is_some);
        let place = found.iter().position(Option::is_some).unwrap_or_default();
        let name = shown(&files[place].path);
        if self.mode == Mode::Resume && is_whole {
            return Ok(false);
        }
        if self.mode == Mode::Resume {
            let message = format!(
                "`{name}` is in the store, by commit {commit}, and others of its tables are not."
            );
            return Err(Error::new(&request::COMMAND, message)
                .hint("Tables are one commit: give those that are to be added."));
        }
        let message = format!("`{name}` has been imported into this store, by commit {commit}.");
        Err(Error::new(&request::COMMAND, message)
            .hint("To go on with what is not in the store: dossier import --resume PATH…")
            .hint("To add it once more: dossier import --again PATH…"))
    }

    fn commit_of(&self, file: &Mark) -> Option<u64> {
        let has = |marks: &[Mark]| marks.iter().any(|mark| mark.is_same(file));
        self.marks.iter().rev().find(|(_, marks)| has(marks)).map(|(number, _)| *number)
    }
}

/// The files of one commit as they are; folders stand for what lies in them. What is no file, such as a
/// pipe, cannot be looked at twice and is not noted, and neither is an empty file.
pub fn marks(recipe: Option<&Path>, paths: &[PathBuf]) -> Result<Vec<Mark>> {
    let marked = |path: &Path, recipe| mark(path, recipe).map_err(|error| unreadable(path, &error));
    let recipe = match recipe {
        Some(recipe) => Some(marked(recipe, None)?.xxh3),
        None => None,
    };
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
            let mut inside: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
            inside.sort_unstable();
            files.extend(inside.into_iter().filter(|path| path.is_file()));
        } else if path.is_file() {
            files.push(path.clone());
        }
    }
    let marks: Result<Vec<Mark>> = files.iter().map(|path| marked(path, recipe.clone())).collect();
    Ok(marks?.into_iter().filter(|mark| mark.bytes > 0).collect())
}

/// What is noted of the files of one commit.
pub fn note(files: &[Mark]) -> Option<Vec<u8>> {
    if files.is_empty() { None } else { serde_json::to_vec(files).ok() }
}

fn mark(path: &Path, recipe: Option<String>) -> io::Result<Mark> {
    let mut file = File::open(path)?;
    let (mut hash, mut bytes, mut block) = (Xxh3::new(), 0, vec![0; BLOCK_BYTES]);
    loop {
        let read = file.read(&mut block)?;
        if read == 0 {
            break;
        }
        hash.update(&block[..read]);
        bytes += read as u64;
    }
    let path = std::fs::canonicalize(path)?.display().to_string();
    Ok(Mark { path, bytes, xxh3: format!("{:016x}", hash.digest()), recipe })
}

/// The last part of a path.
fn shown(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::new(&request::IO, format!("`{}` cannot be read: {error}.", path.display()))
}
