//! Mapped files as typed slices: the one file with `unsafe`.
//!
//! **In**: a file that nobody writes any more. **Out**: slices of its bytes, of integers in them,
//! of booleans and of text. **Callers**: `section.rs` and the decoder of generation files.
//!
//! # Why it is sound
//!
//! 1. *The bytes stay where they are.* A [`Map`] owns its mapping, and every slice taken from it
//!    holds an `Arc` of it; the mapping is undone when the last of them is gone.
//! 2. *The bytes do not change.* A generation file is written under another name, synced, renamed
//!    and from then on only read or unlinked, by us, in every process. Unlinking leaves mapped
//!    pages alone. A foreign program that writes into the file or truncates it breaks this, as it
//!    does for every program that maps files; the manual says so.
//! 3. *Bounds and alignment.* [`MappedSlice::new`] checks both against the mapping itself, so that
//!    what a damaged file claims about itself is never believed.
//! 4. *Any bytes are a value.* [`Plain`] is sealed over types for which every bit pattern is a
//!    value and which have no padding. Booleans and text are not among them: [`Booleans`] and
//!    [`Text`] look at every byte before the first reference to such a value exists.
//! 5. *Byte order.* Files are little-endian; on other machines this file does not compile.

#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::ops::{Deref, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use memmap2::Mmap;

use crate::value::{NodeId, StatementId};

#[cfg(not(target_endian = "little"))]
compile_error!("generation files are little-endian and are read in place");

/// A file in memory, read-only.
#[derive(Debug)]
pub struct Map(Option<Mmap>);

impl Map {
    /// Maps a whole file. An empty file is an empty map.
    pub fn of(file: &File) -> io::Result<Map> {
        if file.metadata()?.len() == 0 {
            return Ok(Map(None));
        }
        // SAFETY: the file is a generation file that nobody writes any more (point 2 above).
        unsafe { Mmap::map(file) }.map(|map| Map(Some(map)))
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_deref().unwrap_or(&[])
    }
}

mod sealed {
    pub trait Sealed {}
}

/// Types of which every bit pattern is a value and that have no padding.
///
/// # Safety
///
/// Sealed; each implementation below is an integer, a float, or a `repr(transparent)` one.
pub unsafe trait Plain: sealed::Sealed + Copy + 'static {}

macro_rules! plain {
    ($($type:ty),+) => {
        $(
            impl sealed::Sealed for $type {}
            // SAFETY: a primitive number or a `repr(transparent)` wrapper of one.
            unsafe impl Plain for $type {}
        )+
    };
}

plain!(u8, u16, u32, i32, u64, i64, f64, NodeId, StatementId);

/// Entries in a mapped file.
pub struct MappedSlice<T> {
    start: *const T,
    len: usize,
    map: Arc<Map>,
}

// SAFETY: the slice is read-only and its bytes never change (point 2); it is as good as an
// `Arc<[T]>`, and no `Plain` type has anything that is bound to a thread.
unsafe impl<T: Send + Sync> Send for MappedSlice<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for MappedSlice<T> {}

impl<T: Plain> MappedSlice<T> {
    /// The entries in a range of bytes; `None` where the range is not in the file, does not begin
    /// on an entry's boundary or is no whole number of entries.
    pub fn new(map: &Arc<Map>, range: Range<usize>) -> Option<Self> {
        let bytes = map.bytes().get(range)?;
        let start = bytes.as_ptr().cast::<T>();
        if !bytes.len().is_multiple_of(size_of::<T>()) || !start.is_aligned() {
            return None;
        }
        Some(MappedSlice { start, len: bytes.len() / size_of::<T>(), map: Arc::clone(map) })
    }
}

impl<T> Clone for MappedSlice<T> {
    fn clone(&self) -> Self {
        MappedSlice { start: self.start, len: self.len, map: Arc::clone(&self.map) }
    }
}

impl<T> Deref for MappedSlice<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: `new`, the only constructor, took the range from the mapping that `map` keeps
        // alive, checked its alignment, and `T` is `Plain` there.
        unsafe { std::slice::from_raw_parts(self.start, self.len) }
    }
}

/// The bytes of entries, to be written.
pub fn bytes_of<T: Plain>(entries: &[T]) -> &[u8] {
    // SAFETY: `Plain` types have no padding, and any initialised memory is bytes.
    unsafe { std::slice::from_raw_parts(entries.as_ptr().cast::<u8>(), size_of_val(entries)) }
}

const GOOD: u8 = 1;
const BAD: u8 = 2;

/// What is known of bytes that are not valid whatever they are.
#[derive(Debug, Default)]
struct Verdict(AtomicU8);

impl Verdict {
    /// Whether the bytes are valid; asked of them once.
    fn get(&self, is_valid: impl FnOnce() -> bool) -> bool {
        match self.0.load(Ordering::Acquire) {
            GOOD => true,
            BAD => false,
            _ => {
                let valid = is_valid();
                self.0.store(if valid { GOOD } else { BAD }, Ordering::Release);
                valid
            }
        }
    }

    fn is_good(&self) -> bool {
        self.0.load(Ordering::Acquire) == GOOD
    }
}

/// Booleans in a mapped file, a byte each.
pub struct Booleans {
    bytes: MappedSlice<u8>,
    verdict: Verdict,
}

impl Booleans {
    /// Booleans that stand in these bytes.
    pub fn new(bytes: MappedSlice<u8>) -> Self {
        Booleans { bytes, verdict: Verdict::default() }
    }

    /// The booleans; `None` where a byte is neither 0 nor 1. The first call looks at all of them.
    pub fn get(&self) -> Option<&[bool]> {
        // The largest byte, not the first bad one: without an early exit the loop is vectorised.
        let is_valid = || self.bytes.iter().fold(0, |max, &byte| max.max(byte)) <= 1;
        if !self.verdict.get(is_valid) {
            return None;
        }
        // SAFETY: a boolean is one byte, and each of these has been found to be 0 or 1.
        Some(unsafe {
            std::slice::from_raw_parts(self.bytes.as_ptr().cast::<bool>(), self.bytes.len())
        })
    }
}

/// UTF-8 in a mapped file.
pub struct Text {
    bytes: MappedSlice<u8>,
    verdict: Verdict,
}

impl Text {
    /// Text that stands in these bytes.
    pub fn new(bytes: MappedSlice<u8>) -> Self {
        Text { bytes, verdict: Verdict::default() }
    }

    /// The text of a range; `None` where it is not in the file or no UTF-8.
    ///
    /// A single text is looked at by itself, so that finding one does not read all of them.
    pub fn get(&self, range: Range<usize>) -> Option<&str> {
        if self.verdict.is_good() {
            // SAFETY: all of the bytes have been found to be UTF-8.
            let whole = unsafe { std::str::from_utf8_unchecked(&self.bytes) };
            return whole.get(range);
        }
        std::str::from_utf8(self.bytes.get(range)?).ok()
    }

    /// Looks at all bytes, so that from now on texts are taken as they are; says whether they are
    /// UTF-8.
    pub fn validate(&self) -> bool {
        self.verdict.get(|| std::str::from_utf8(&self.bytes).is_ok())
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A map of the bytes, through a file that is gone when this returns.
    fn map(name: &str, bytes: &[u8]) -> Arc<Map> {
        let path = std::env::temp_dir().join(format!("dossier-map-{}-{name}", std::process::id()));
        File::create(&path).unwrap().write_all(bytes).unwrap();
        let map = Map::of(&File::open(&path).unwrap()).unwrap();
        std::fs::remove_file(path).unwrap();
        Arc::new(map)
    }

    #[test]
    fn entries_outlive_the_file_and_the_handle() {
        let map = map("entries", bytes_of(&[1u32, 2, u32::MAX]));
        let slice = MappedSlice::<u32>::new(&map, 4..12).unwrap();
        drop(map);
        assert_eq!(*slice.clone(), [2, u32::MAX]);
    }

    #[test]
    fn what_is_out_of_bounds_or_out_of_step_is_refused() {
        let map = map("bounds", &[0; 64]);
        assert!(MappedSlice::<u64>::new(&map, 0..64).is_some());
        assert!(MappedSlice::<u64>::new(&map, 4..12).is_none(), "alignment");
        assert!(MappedSlice::<u64>::new(&map, 0..12).is_none(), "whole entries");
        assert!(MappedSlice::<u64>::new(&map, 0..72).is_none(), "length");
        #[allow(clippy::reversed_empty_ranges, reason = "a damaged file may say so")]
        let backwards = MappedSlice::<u64>::new(&map, 16..8);
        assert!(backwards.is_none());
        let nothing = self::map("nothing", &[]);
        assert!(MappedSlice::<u64>::new(&nothing, 0..0).is_none_or(|slice| slice.is_empty()));
    }

    #[test]
    fn booleans_and_text_are_looked_at_before_they_are_believed() {
        let map = map("bytes", b"\x00\x01\x01Nauru\xff\x02");
        let part = |range| MappedSlice::new(&map, range).unwrap();
        assert_eq!(Booleans::new(part(0..3)).get().unwrap(), [false, true, true]);
        assert_eq!(Booleans::new(part(0..10)).get(), None);
        let text = Text::new(part(3..8));
        for _ in 0..2 {
            assert_eq!(text.get(0..3), Some("Nau"));
            assert_eq!(text.get(3..9), None);
            assert!(text.validate());
        }
        let bad = Text::new(part(3..9));
        assert!(!bad.validate());
        assert_eq!((bad.get(0..5), bad.get(2..6)), (Some("Nauru"), None));
    }
}
