//! A map from ids to what was written for them, part of which stands in a file.
//!
//! ```text
//! over    imbl map           17 ─▶ "Nauru"     21 ─▶ gone          what this process wrote
//! under   ids, ascending     [3, 17, 21, …]                        the tail file, mapped
//!         blocks of 64       [… │ … │ …]                           decoded when one is first asked for
//! ```
//!
//! Opening a store makes such a map of sections of its tail file (`tail.rs`) and reads nothing: that is what
//! keeps opening independent of how much was written since the arrays. Everything that is written later stands
//! above it. A copy is two reference counts. Without a file under it, it is an imbl map.

use std::sync::{Arc, OnceLock};

use imbl::OrdMap;

use super::codec::{Malformed, Reader, Writer};
use super::section::Section;

/// So many entries are decoded at a time.
const BLOCK: usize = 64;

/// What can stand in a tail file.
pub trait Stored: Clone {
    /// Writes it.
    fn write(&self, out: &mut Writer);
    /// Reads it.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed>;
}

/// A map from ids.
#[derive(Clone, Debug)]
pub struct Layered<V> {
    under: Option<Arc<Under<V>>>,
    /// `None` where what is under it was taken out.
    over: OrdMap<u32, Option<V>>,
}

/// The part of a map that stands in a file.
#[derive(Debug)]
pub struct Under<V> {
    ids: Section<u32>,
    /// Where each block ends in `bytes`.
    ends: Section<u64>,
    bytes: Section<u8>,
    decoded: Box<[OnceLock<Box<[V]>>]>,
}

/// A map as the three sections of a file.
#[derive(Debug, Default)]
pub struct Encoded {
    /// The ids, ascending.
    pub ids: Vec<u32>,
    /// Where each block ends in `bytes`.
    pub ends: Vec<u64>,
    /// The entries, one after the other.
    pub bytes: Vec<u8>,
}

impl<V> Default for Layered<V> {
    fn default() -> Self {
        Layered { under: None, over: OrdMap::new() }
    }
}

impl<V: Stored> Under<V> {
    /// The map that stands in three sections; `None` where they do not fit together.
    pub fn new(ids: Section<u32>, ends: Section<u64>, bytes: Section<u8>) -> Option<Self> {
        let blocks = ids.len().div_ceil(BLOCK);
        if ends.len() != blocks || ends.last().copied().unwrap_or(0) != bytes.len() as u64 {
            return None;
        }
        let decoded = std::iter::repeat_with(OnceLock::new).take(blocks).collect();
        Some(Under { ids, ends, bytes, decoded })
    }

    /// The ids, ascending.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    fn get(&self, id: u32) -> Option<&V> {
        self.at(self.ids.binary_search(&id).ok()?)
    }

    fn contains(&self, id: u32) -> bool {
        self.ids.binary_search(&id).is_ok()
    }

    /// The entry at a place. Of a file that is not what was written, and too large to be checked when it is
    /// opened, a block that cannot be read holds nothing; `dossier check` names it.
    fn at(&self, place: usize) -> Option<&V> {
        let block = place / BLOCK;
        let decoded = self.decoded.get(block)?;
        decoded.get_or_init(|| self.read(block).unwrap_or_default()).get(place % BLOCK)
    }

    fn read(&self, block: usize) -> Result<Box<[V]>, Malformed> {
        let start = if block == 0 { 0 } else { self.ends[block - 1] };
        let range = start as usize..self.ends[block] as usize;
        let mut reader = Reader::new(self.bytes.get(range).ok_or(Malformed)?);
        let count = BLOCK.min(self.ids.len() - block * BLOCK);
        let entries = (0..count).map(|_| V::read(&mut reader)).collect::<Result<_, _>>()?;
        if reader.is_empty() { Ok(entries) } else { Err(Malformed) }
    }

    /// Whether the ids ascend and every entry can be read.
    pub fn is_sound(&self) -> bool {
        self.ids.is_sorted_by(|a, b| a < b) && (0..self.ends.len()).all(|b| self.read(b).is_ok())
    }
}

impl<V: Stored> Layered<V> {
    /// What a file has, with nothing written over it.
    pub fn over(under: Under<V>) -> Self {
        let under = (!under.ids.is_empty()).then(|| Arc::new(under));
        Layered { under, over: OrdMap::new() }
    }

    /// What stands in a file.
    pub fn under(&self) -> Option<&Under<V>> {
        self.under.as_deref()
    }

    /// The entry of an id.
    #[inline]
    pub fn get(&self, id: u32) -> Option<&V> {
        match (self.over.get(&id), &self.under) {
            (Some(entry), _) => entry.as_ref(),
            (None, Some(under)) => under.get(id),
            (None, None) => None,
        }
    }

    /// The entry of an id, where it was written over the file.
    pub fn get_over(&self, id: u32) -> Option<&V> {
        self.over.get(&id)?.as_ref()
    }

    /// Whether what a file has of an id still holds.
    pub fn is_settled(&self, id: u32) -> bool {
        !self.over.contains_key(&id)
    }

    /// Whether an id has an entry.
    pub fn contains(&self, id: u32) -> bool {
        match (self.over.get(&id), &self.under) {
            (Some(entry), _) => entry.is_some(),
            (None, Some(under)) => under.contains(id),
            (None, None) => false,
        }
    }

    /// Whether no id has an entry.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Gives an id another entry.
    pub fn insert(&mut self, id: u32, entry: V) {
        self.over.insert(id, Some(entry));
    }

    /// Takes the entry of an id out.
    pub fn remove(&mut self, id: u32) {
        if self.under.as_ref().is_some_and(|under| under.contains(id)) {
            self.over.insert(id, None);
        } else {
            self.over.remove(&id);
        }
    }

    /// The entry of an id, to be changed; an empty one where there was none.
    pub fn entry(&mut self, id: u32) -> &mut V
    where
        V: Default,
    {
        let under = &self.under;
        let found = self.over.entry(id).or_insert_with(|| {
            Some(under.as_ref().and_then(|under| under.get(id)).cloned().unwrap_or_default())
        });
        found.get_or_insert_default()
    }

    /// All entries, by id.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &V)> {
        self.from(0)
    }

    /// The entries that were written over the file.
    pub fn iter_over(&self) -> impl Iterator<Item = (u32, &V)> {
        self.over.iter().filter_map(|(&id, entry)| Some((id, entry.as_ref()?)))
    }

    /// The entries from an id on, by id.
    pub fn from(&self, first: u32) -> impl Iterator<Item = (u32, &V)> {
        let mut under = self.under.as_deref().into_iter().flat_map(move |under| {
            let start = under.ids.partition_point(|&id| id < first);
            (start..under.ids.len()).filter_map(|at| Some((under.ids[at], under.at(at)?)))
        });
        let mut over = self.over.range(first..);
        let (mut below, mut above) = (under.next(), over.next());
        std::iter::from_fn(move || {
            loop {
                match (below, above) {
                    (Some(entry), None) => {
                        below = under.next();
                        return Some(entry);
                    }
                    (Some(entry), Some((&id, _))) if entry.0 < id => {
                        below = under.next();
                        return Some(entry);
                    }
                    (_, Some((&id, entry))) => {
                        if below.is_some_and(|(same, _)| same == id) {
                            below = under.next();
                        }
                        above = over.next();
                        if let Some(entry) = entry {
                            return Some((id, entry));
                        }
                    }
                    (None, None) => return None,
                }
            }
        })
    }

    /// The map as sections of a file.
    pub fn encode(&self) -> Encoded {
        let mut encoded = Encoded::default();
        let mut out = Writer::default();
        for (id, entry) in self.iter() {
            encoded.ids.push(id);
            entry.write(&mut out);
            if encoded.ids.len().is_multiple_of(BLOCK) {
                encoded.ends.push(out.bytes.len() as u64);
            }
        }
        if !encoded.ids.len().is_multiple_of(BLOCK) {
            encoded.ends.push(out.bytes.len() as u64);
        }
        Encoded { bytes: out.bytes, ..encoded }
    }
}

impl Under<()> {
    /// Ids alone.
    pub fn of_ids(ids: Section<u32>) -> Self {
        let blocks = ids.len().div_ceil(BLOCK);
        let decoded = std::iter::repeat_with(OnceLock::new).take(blocks).collect();
        Under { ids, ends: vec![0; blocks].into(), bytes: Section::default(), decoded }
    }
}

impl Stored for () {
    fn write(&self, _: &mut Writer) {}

    fn read(_: &mut Reader<'_>) -> Result<(), Malformed> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    impl Stored for u32 {
        fn write(&self, out: &mut Writer) {
            out.u32(*self);
        }

        fn read(reader: &mut Reader<'_>) -> Result<u32, Malformed> {
            reader.u32()
        }
    }

    fn settled(map: &Layered<u32>) -> Layered<u32> {
        let Encoded { ids, ends, bytes } = map.encode();
        let under = Under::new(ids.into(), ends.into(), bytes.into()).unwrap();
        assert!(under.is_sound());
        Layered::over(under)
    }

    proptest! {
        /// Whatever is written, taken out, changed and put into a file, it is the map that it should be.
        #[test]
        fn a_map_over_a_file_is_a_map(steps in prop::collection::vec((0u8..8, 0u32..200, 0u32..9), 0..400)) {
            let (mut map, mut model) = (Layered::default(), BTreeMap::new());
            for (what, id, value) in steps {
                match what {
                    0..=3 => {
                        map.insert(id, value);
                        model.insert(id, value);
                    }
                    4 | 5 => {
                        map.remove(id);
                        model.remove(&id);
                    }
                    6 => {
                        *map.entry(id) += value;
                        *model.entry(id).or_default() += value;
                    }
                    _ => map = settled(&map),
                }
                prop_assert_eq!(map.get(id), model.get(&id));
                prop_assert_eq!(map.contains(id), model.contains_key(&id));
            }
            prop_assert_eq!(map.is_empty(), model.is_empty());
            for first in [0, 63, 64, 150] {
                let found: Vec<_> = map.from(first).map(|(id, value)| (id, *value)).collect();
                let expected: Vec<_> = model.range(first..).map(|(id, value)| (*id, *value)).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn sections_that_do_not_fit_together_are_no_map() {
        let new = |ids: Vec<u32>, ends: Vec<u64>, bytes: Vec<u8>| {
            Under::<u32>::new(ids.into(), ends.into(), bytes.into())
        };
        assert!(new(vec![1], vec![], vec![]).is_none());
        assert!(new(vec![1], vec![5], vec![0; 4]).is_none());
        let short = new(vec![1, 2], vec![4], vec![0; 4]).unwrap();
        assert!(!short.is_sound());
        assert_eq!(Layered::over(short).get(1), None);
        assert!(!new(vec![2, 1], vec![8], vec![0; 8]).unwrap().is_sound());
    }
}
