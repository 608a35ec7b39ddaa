//! One array of a generation, wherever its bytes are.

use std::fmt;
use std::ops::Deref;

/// An immutable array of fixed-width entries, read as a slice.
///
/// Every structure of a generation is made of these and of nothing else, so that the code that
/// reads it does not know whether the entries were built in memory or stand in a mapped file.
/// Today they are owned; a store on disk adds the second variant and no reader changes.
#[derive(Clone, PartialEq)]
pub struct Section<T>(Storage<T>);

#[derive(Clone, PartialEq)]
enum Storage<T> {
    Owned(Vec<T>),
}

impl<T> Default for Section<T> {
    fn default() -> Self {
        Section(Storage::Owned(Vec::new()))
    }
}

impl<T> From<Vec<T>> for Section<T> {
    fn from(mut entries: Vec<T>) -> Self {
        entries.shrink_to_fit();
        Section(Storage::Owned(entries))
    }
}

impl<T> Deref for Section<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        let Storage::Owned(entries) = &self.0;
        entries
    }
}

impl<T> fmt::Debug for Section<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Section({} entries)", self.len())
    }
}
