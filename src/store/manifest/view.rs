//! The manifest at one moment, as whoever reads it sees it.
//!
//! **In**: a read transaction of redb. **Out**: the state of the store, its commits, what was imported, the
//! ways back. **Callers**: `files.rs`, `archive.rs`, `check.rs`. Every value is held against its checksum
//! when it is read.

use redb::{ReadTransaction, ReadableTable, TableDefinition, TableError, TableHandle};

use super::{
    COMMITS, CREATED, Content, Everything, HISTORY, IMPORTS, KEY_LAST, KEY_MANIFEST, KEY_RECORDS,
    REQUALIFIED, STATE, State, UNDO, VERSION, any, commit_key, damaged, shown, split_key,
    split_requalified, state::decode_state, storage, unsealed,
};
use crate::error::{Error, Result, store};
use crate::graph::Catalog;
use crate::store::archive::{self, IndexRows};
use crate::store::backend::Backend;
use crate::store::codec::{Malformed, Reader};

/// The manifest at one moment.
pub struct View<'a> {
    pub(super) backend: &'a dyn Backend,
    pub(super) transaction: ReadTransaction,
}

impl View<'_> {
    /// What the manifest says of the store as a whole; `None` where the store was never finished.
    pub(super) fn state(&self) -> Result<Option<State>> {
        let Some(bytes) = self.value(KEY_MANIFEST)? else {
            return if self.is_of_others()? {
                Err(damaged("it is a database of redb that another program made"))
            } else {
                Ok(None)
            };
        };
        match decode_state(&mut Reader::new(&bytes)) {
            Ok(Ok(state)) => Ok(Some(state)),
            Ok(Err(version)) => {
                let message = format!(
                    "The store `{}` has version {version} of the format, this program reads up to {VERSION}.",
                    shown(self.backend)
                );
                Err(Error::new(&store::VERSION, message).hint("Use a newer dossier."))
            }
            Err(Malformed) => Err(damaged("the manifest contradicts itself")),
        }
    }

    /// Whether there are tables, and none of them is ours.
    fn is_of_others(&self) -> Result<bool> {
        let tables =
            self.transaction.list_tables().map_err(|error| storage(self.backend, error))?;
        let names: Vec<String> = tables.map(|table| table.name().to_owned()).collect();
        Ok(!names.is_empty() && !names.iter().any(|name| name == STATE.name()))
    }

    /// What a reader needs to show the last commit.
    pub fn content(&self) -> Result<Content> {
        let state = self.state()?.ok_or_else(|| damaged("the manifest is missing"))?;
        let records = self.value(KEY_RECORDS)?.ok_or_else(|| damaged("the records are missing"))?;
        Ok(Content { state, records })
    }

    /// All that the manifest holds; values are held against their checksums.
    pub fn everything(&self) -> Result<Everything> {
        Ok(Everything {
            state: self.sealed_values(STATE)?,
            commits: self.sealed_values(COMMITS)?,
            history: self.numbers(HISTORY)?,
            undo: self.sealed_values(UNDO)?,
            created: self.numbers(CREATED)?,
            requalified: self.requalified()?,
            imports: self.sealed_imports()?,
        })
    }

    /// What was imported: the number of each commit and what it was read from.
    pub fn imports(&self) -> Result<Vec<(u64, Vec<u8>)>> {
        let sealed = self.sealed_imports()?;
        sealed.into_iter().map(|(number, value)| Ok((number, unsealed(&value)?.to_vec()))).collect()
    }

    fn sealed_imports(&self) -> Result<Vec<(u64, Vec<u8>)>> {
        let mut rows = Vec::new();
        if let Some(table) = self.table(IMPORTS)? {
            for entry in table.iter().map_err(|error| storage(self.backend, error))? {
                let (key, value) = entry.map_err(|error| storage(self.backend, error))?;
                unsealed(value.value())?;
                rows.push((key.value(), value.value().to_vec()));
            }
        }
        Ok(rows)
    }

    fn numbers(&self, table: TableDefinition<'_, u64, u64>) -> Result<Vec<(u64, u64)>> {
        let mut numbers = Vec::new();
        if let Some(table) = self.table(table)? {
            for entry in table.iter().map_err(|error| storage(self.backend, error))? {
                let (key, value) = entry.map_err(|error| storage(self.backend, error))?;
                numbers.push((key.value(), value.value()));
            }
        }
        Ok(numbers)
    }

    fn requalified(&self) -> Result<Vec<(Vec<u8>, u64)>> {
        let mut rows = Vec::new();
        if let Some(table) = self.table(REQUALIFIED)? {
            for entry in table.iter().map_err(|error| storage(self.backend, error))? {
                let (key, value) = entry.map_err(|error| storage(self.backend, error))?;
                rows.push((key.value().to_vec(), value.value()));
            }
        }
        Ok(rows)
    }

    fn sealed_values(
        &self,
        table: TableDefinition<'_, &'static [u8], &'static [u8]>,
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let mut values = Vec::new();
        if let Some(table) = self.table(table)? {
            for entry in table.iter().map_err(|error| storage(self.backend, error))? {
                let (key, value) = entry.map_err(|error| storage(self.backend, error))?;
                unsealed(value.value())?;
                values.push((key.value().to_vec(), value.value().to_vec()));
            }
        }
        Ok(values)
    }

    /// The number of the last commit.
    pub fn last(&self) -> Result<u64> {
        let last = self.value(KEY_LAST)?.ok_or_else(|| damaged("the last commit is missing"))?;
        Reader::new(&last).u64().map_err(|_| damaged("the last commit has no number"))
    }

    /// The number of the generation, and the commit up to which files hold everything.
    pub fn settled(&self) -> Result<(u64, u64)> {
        Ok(self.state()?.map_or((0, 0), |state| (state.generation, state.settled())))
    }

    /// When a commit was made, in microseconds since 1970; 0 where that is not known.
    pub fn time(&self, commit: u64) -> Result<u64> {
        let Some(times) = self.table(HISTORY)? else { return Ok(0) };
        let time = times.get(commit).map_err(|error| storage(self.backend, error))?;
        Ok(time.map_or(0, |time| time.value()))
    }

    /// When statements were created and qualified anew, of the commits that files hold.
    pub fn index(&self) -> Result<IndexRows> {
        let times = self.table(HISTORY)?;
        let time = |commit: u64| -> Result<u64> {
            let Some(times) = &times else { return Ok(0) };
            let found = times.get(commit).map_err(|error| storage(self.backend, error))?;
            Ok(found.map_or(0, |time| time.value()))
        };
        let mut rows = IndexRows::default();
        for (first, commit) in self.numbers(CREATED)? {
            rows.created.push((first, (commit, time(commit)?)));
        }
        for (key, commit) in self.requalified()? {
            rows.requalified.push(((split_requalified(&key)?.0, commit), time(commit)?));
        }
        Ok(rows)
    }

    /// The last commit at or before a time, of those up to one; the first where all are later.
    pub fn commit_at(&self, micros: u64, last: u64) -> Result<u64> {
        let Some(times) = self.table(HISTORY)? else { return Ok(last) };
        let failed = |error| storage(self.backend, error);
        let Some((first, _)) = times.first().map_err(failed)? else { return Ok(last) };
        let first = first.value();
        let (mut low, mut high) = (first, last.max(first));
        // Times ascend with numbers; `low` is at or before, or the first.
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            let time = times.get(middle).map_err(failed)?.map_or(u64::MAX, |time| time.value());
            if time <= micros { low = middle } else { high = middle - 1 }
        }
        Ok(low)
    }

    /// Calls `visit` with the ways back of the commits after one, up to another, newest first.
    ///
    /// Fails with `store::damaged` where one is missing.
    pub fn each_undo(
        &self,
        after: u64,
        to: u64,
        mut visit: impl FnMut(u64, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let table = self.table(UNDO)?;
        let mut row = Vec::new();
        for number in (after + 1..=to).rev() {
            row.clear();
            let (first, last) = (commit_key(number, 0), commit_key(number, u32::MAX));
            if let Some(table) = &table {
                let parts = table.range::<&[u8]>(&first[..]..=&last[..]);
                for part in parts.map_err(|error| storage(self.backend, error))? {
                    let (_, value) = part.map_err(|error| storage(self.backend, error))?;
                    row.extend_from_slice(unsealed(value.value())?);
                }
            }
            if row.is_empty() {
                return Err(damaged(&format!("the way back from commit {number} is missing")));
            }
            visit(number, &row)?;
        }
        Ok(())
    }

    /// Checks that there is a way back to each commit that is said to have one.
    pub fn check_undo(&self, catalog: &Catalog) -> Result<()> {
        let state = self.state()?.ok_or_else(|| damaged("the manifest is missing"))?;
        let (from, to) = (state.history_from, state.settled());
        self.each_undo(from, to, |_, row| archive::check_row(row, catalog))?;
        let mut last = 0;
        for (_, commit) in self.numbers(CREATED)? {
            if commit < last || commit > to {
                return Err(damaged("relationships were created by no commit"));
            }
            last = commit;
        }
        for (key, commit) in self.requalified()? {
            if split_requalified(&key)?.1 != commit || commit > to {
                return Err(damaged("a statement was qualified by no commit"));
            }
        }
        Ok(())
    }

    /// Calls `visit` with the commits after one, in their order, up to and with the last, and the time
    /// of each.
    ///
    /// Fails with `store::damaged` where one is missing.
    pub fn commits_after(
        &self,
        after: u64,
        mut visit: impl FnMut(u64, u64, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let last = self.last()?;
        let times = self.table(HISTORY)?;
        let time_of = |number: u64| -> Result<u64> {
            let Some(times) = &times else { return Ok(0) };
            let time = times.get(number).map_err(|error| storage(self.backend, error))?;
            Ok(time.map_or(0, |time| time.value()))
        };
        let mut expected = after + 1;
        let mut record = Vec::new();
        let table = self.table(COMMITS)?;
        let start = commit_key(expected, 0);
        let range = table.iter().flat_map(|table| table.range::<&[u8]>(&start[..]..));
        let mut parts = range.flatten().peekable();
        while let Some(entry) = parts.next() {
            let (key, value) = entry.map_err(|error| storage(self.backend, error))?;
            let (number, part) = split_key(key.value())?;
            if number != expected || record.is_empty() != (part == 0) {
                return Err(damaged(&format!("commit {expected} is missing or incomplete")));
            }
            record.extend_from_slice(unsealed(value.value())?);
            let goes_on = match parts.peek() {
                Some(Ok((key, _))) => split_key(key.value())?.0 == number,
                _ => false,
            };
            if !goes_on {
                visit(number, time_of(number)?, &record)?;
                record.clear();
                expected += 1;
            }
        }
        if expected == last + 1 {
            Ok(())
        } else {
            Err(damaged(&format!("commit {expected} is missing")))
        }
    }

    /// Checks that each commit has a time, and that there is none after the last.
    pub fn check_history(&self) -> Result<()> {
        // The first commit is what the store was made with.
        let mut expected = None;
        if let Some(table) = self.table(HISTORY)? {
            for entry in table.iter().map_err(|error| storage(self.backend, error))? {
                let (number, _) = entry.map_err(|error| storage(self.backend, error))?;
                let wanted = expected.unwrap_or(number.value());
                if number.value() != wanted {
                    return Err(damaged(&format!("commit {wanted} has no time")));
                }
                expected = Some(wanted + 1);
            }
        }
        if expected == Some(self.last()? + 1) {
            Ok(())
        } else {
            Err(damaged("the last commit has no time"))
        }
    }

    fn table<K: redb::Key, V: redb::Value>(
        &self,
        table: TableDefinition<'_, K, V>,
    ) -> Result<Option<redb::ReadOnlyTable<K, V>>> {
        match self.transaction.open_table(table) {
            Ok(table) => Ok(Some(table)),
            Err(TableError::TableDoesNotExist(_)) => Ok(None),
            Err(error) => Err(any(self.backend, error)),
        }
    }

    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let Some(table) = self.table(STATE)? else { return Ok(None) };
        let found = table.get(key).map_err(|error| storage(self.backend, error))?;
        found.map(|value| unsealed(value.value()).map(<[u8]>::to_vec)).transpose()
    }
}
