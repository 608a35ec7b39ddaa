//! A file that can be written as far as the writer sees, and that nobody changes.
//!
//! **In**: the manifest, which was not closed in order. **Out**: a backend on which redb repairs and
//! reads it. **Caller**: `manifest.rs`.
//!
//! redb repairs a file before it reads it, and repairing is writing. Where that cannot be done, because
//! the disk is full or the media are read-only, what was acknowledged must be readable all the same.
//! So the changes of the repair stay in memory, over the file, and go with the process:
//!
//! ```text
//! written   ······▓▓▓▓··············▓▓▓▓    blocks in memory
//! the file  ░░░░░░░░░░░░░░░░░░░░░░          what is not written shows through; beyond its end are zeros
//! ```

use std::io;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashMap;
use redb::{BackendError, StorageBackend};

const BLOCK: usize = 4096;

/// A file and the changes over it.
#[derive(Debug)]
pub struct Overlay {
    file: Box<dyn StorageBackend>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    length: u64,
    /// How much of the file still shows through.
    shown: u64,
    blocks: HashMap<u64, Box<[u8]>>,
}

impl Overlay {
    /// A file without changes.
    pub fn over(file: Box<dyn StorageBackend>) -> io::Result<Overlay> {
        let length = file.len()?;
        let state = State { length, shown: length, blocks: HashMap::new() };
        Ok(Overlay { file, state: Mutex::new(state) })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bytes of a block, as they are now.
    fn block(&self, state: &State, number: u64) -> io::Result<Box<[u8]>> {
        if let Some(block) = state.blocks.get(&number) {
            return Ok(block.clone());
        }
        let mut block = vec![0; BLOCK];
        let start = number * BLOCK as u64;
        let there = state.shown.saturating_sub(start).min(BLOCK as u64) as usize;
        if there > 0 {
            self.file.read(start, &mut block[..there])?;
        }
        Ok(block.into())
    }
}

/// The parts of a range that stand in one block each: its number, where in it, where in the range.
fn parts(offset: u64, length: usize) -> impl Iterator<Item = (u64, usize, std::ops::Range<usize>)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        if done >= length {
            return None;
        }
        let at = offset + done as u64;
        let within = (at % BLOCK as u64) as usize;
        let count = (BLOCK - within).min(length - done);
        let part = (at / BLOCK as u64, within, done..done + count);
        done += count;
        Some(part)
    })
}

impl StorageBackend for Overlay {
    fn len(&self) -> io::Result<u64> {
        Ok(self.lock().length)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.lock();
        let end = offset.checked_add(out.len() as u64).filter(|end| *end <= state.length);
        let end = end.ok_or(io::ErrorKind::UnexpectedEof)?;
        if state.blocks.is_empty() && end <= state.shown {
            return self.file.read(offset, out);
        }
        for (number, within, range) in parts(offset, out.len()) {
            let block = self.block(&state, number)?;
            let count = range.len();
            out[range].copy_from_slice(&block[within..within + count]);
        }
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let mut state = self.lock();
        let last = length / BLOCK as u64;
        if length < state.length {
            // What is cut off is gone: were the file longer again, zeros would stand there.
            let mut block = self.block(&state, last)?;
            block[(length % BLOCK as u64) as usize..].fill(0);
            state.blocks.retain(|number, _| *number < last);
            state.blocks.insert(last, block);
            state.shown = state.shown.min(length);
        }
        state.length = length;
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.lock();
        for (number, within, range) in parts(offset, data.len()) {
            let mut block = self.block(&state, number)?;
            block[within..within + range.len()].copy_from_slice(&data[range]);
            state.blocks.insert(number, block);
        }
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    // Whoever reads this way has the right to write, or nobody can have it.
    fn try_lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<bool, BackendError> {
        Ok(true)
    }

    fn try_lock_shared_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<bool, BackendError> {
        Ok(true)
    }

    fn lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<(), BackendError> {
        Ok(())
    }

    fn lock_shared_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<(), BackendError> {
        Ok(())
    }

    fn unlock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<(), BackendError> {
        Ok(())
    }

    fn query_lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> Result<bool, BackendError> {
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use redb::backends::InMemoryBackend;

    use super::*;

    #[test]
    fn what_is_written_stays_over_the_file() {
        let file = InMemoryBackend::new();
        file.set_len(10_000).unwrap();
        file.write(0, &[7; 10_000]).unwrap();
        let overlay = Overlay::over(Box::new(file)).unwrap();
        overlay.write(4_090, &[1; 12]).unwrap();
        let read = |offset: u64, length: usize| {
            let mut out = vec![9; length];
            overlay.read(offset, &mut out).map(|()| out)
        };
        assert_eq!(read(4_088, 16).unwrap(), [[7; 2].as_slice(), &[1; 12], &[7; 2]].concat());
        assert!(read(9_999, 2).is_err());
        overlay.set_len(20_000).unwrap();
        assert_eq!(read(9_999, 2).unwrap(), [7, 0]);
        overlay.write(15_000, &[3]).unwrap();
        overlay.set_len(4_092).unwrap();
        overlay.set_len(20_000).unwrap();
        assert_eq!(read(4_090, 4).unwrap(), [1, 1, 0, 0]);
        assert_eq!(read(15_000, 1).unwrap(), [0]);
        let mut under = [0; 16];
        overlay.file.read(4_088, &mut under).unwrap();
        assert_eq!(under, [7; 16]);
    }
}
