//! One array of a generation, wherever its bytes are.

use std::fmt;
use std::ops::Deref;

use super::map::{self, MappedSlice};

/// An immutable array of fixed-width entries, read as a slice.
///
/// Every structure of a generation is made of these and of nothing else, so that the code that
/// reads it does not know whether the entries were built in memory or stand in a mapped file.
#[derive(Clone)]
pub struct Section<T>(Storage<T>);

#[derive(Clone)]
enum Storage<T> {
    Owned(Vec<T>),
    Mapped(MappedSlice<T>),
}

/// Booleans, in memory or in a mapped file.
pub enum Booleans {
    /// In memory.
    Owned(Vec<bool>),
    /// In a file; each byte is looked at when they are first asked for.
    Mapped(map::Booleans),
}

/// Text, in memory or in a mapped file.
pub enum Text {
    /// In memory.
    Owned(Box<str>),
    /// In a file.
    Mapped(map::Text),
}

impl<T> Section<T> {
    /// Entries of a mapped file.
    pub fn mapped(entries: MappedSlice<T>) -> Self {
        Section(Storage::Mapped(entries))
    }
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

    #[inline]
    fn deref(&self) -> &[T] {
        match &self.0 {
            Storage::Owned(entries) => entries,
            Storage::Mapped(entries) => entries,
        }
    }
}

impl<T: PartialEq> PartialEq for Section<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T> fmt::Debug for Section<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Section({} entries)", self.len())
    }
}

impl Deref for Booleans {
    type Target = [bool];

    fn deref(&self) -> &[bool] {
        match self {
            Booleans::Owned(values) => values,
            // Bytes that are no booleans are noted as damage by whoever checks the section.
            Booleans::Mapped(values) => values.get().unwrap_or(&[]),
        }
    }
}

impl Text {
    /// The text of a range of bytes; empty where there is none.
    #[inline]
    pub fn get(&self, start: u64, end: u64) -> &str {
        let range = start as usize..end as usize;
        match self {
            Text::Owned(text) => text.get(range).unwrap_or(""),
            Text::Mapped(text) => text.get(range).unwrap_or(""),
        }
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Text::Owned(text) => text.as_bytes(),
            Text::Mapped(text) => text.bytes(),
        }
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        match self {
            Text::Owned(text) => text.len(),
            Text::Mapped(text) => text.len(),
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Text::Owned(Box::default())
    }
}
