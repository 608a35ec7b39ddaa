//! Which file of those that were given a table is read from.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result, load};
use crate::load::recipe::Name;

/// What a file may end in, the fastest to read first.
const ENDINGS: [&str; 9] =
    ["parquet", "arrow", "feather", "arrows", "csv", "tsv", "jsonl", "ndjson", "tab"];
const PACKED: [&str; 3] = ["", ".gz", ".zst"];

/// The files of a table: those that it names among the given paths, or all given ones.
pub fn find(names: &[Name], paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    if names.is_empty() {
        if let Some(folder) = paths.iter().find(|path| path.is_dir()) {
            let message =
                format!("The recipe names no file, but `{}` is a folder.", folder.display());
            return Err(Error::new(&load::RECIPE, message)
                .hint("Give a file, or name one in the recipe: file = \"persons\""));
        }
        return Ok(paths.to_vec());
    }
    names.iter().map(|name| find_one(name, paths)).collect()
}

fn find_one(name: &Name, paths: &[PathBuf]) -> Result<PathBuf> {
    let found = paths.iter().find_map(|path| {
        if path.is_dir() {
            return in_folder(path, &name.text);
        }
        is_called(path, &name.text).then(|| path.clone())
    });
    found.ok_or_else(|| {
        let given: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let message = format!("There is no file `{}` in {}.", name.text, given.join(", "));
        Error::new(&load::RECIPE, message).at(name.span)
    })
}

fn in_folder(folder: &Path, name: &str) -> Option<PathBuf> {
    let exact = folder.join(name);
    if exact.is_file() {
        return Some(exact);
    }
    // What this build cannot read comes last: whoever opens it says which feature it takes.
    let is_readable = |ending: &&&str| {
        let needs_parquet = **ending == "parquet";
        let needs_arrow = ["arrow", "feather", "arrows"].contains(ending);
        (cfg!(feature = "parquet") || !needs_parquet) && (cfg!(feature = "arrow") || !needs_arrow)
    };
    let (readable, others): (Vec<&&str>, Vec<&&str>) = ENDINGS.iter().partition(is_readable);
    let mut candidates = readable
        .into_iter()
        .chain(others)
        .flat_map(|ending| PACKED.iter().map(move |packed| format!("{name}.{ending}{packed}")));
    candidates.find_map(|file| Some(folder.join(file)).filter(|path| path.is_file()))
}

fn is_called(path: &Path, name: &str) -> bool {
    let Some(file) = path.file_name().and_then(|file| file.to_str()) else { return false };
    file == name || file.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
}
