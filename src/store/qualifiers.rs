//! The qualifiers of one type's relationships: many relationships share few distinct ones.
//!
//! ```text
//! position   0   1   2   3
//! codes     [1,  0,  2,  1]     0 is plain; otherwise one more than the place in `distinct`
//! distinct  [{paragraph 5, 2008-08-26/..}, {paragraph 5}]
//! ```

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::OnceLock;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::graph::statement::Qualifiers;
use crate::value::time::Edtf;
use crate::value::{NodeId, Value};

use super::codec::Reader;
use super::numbers::Numbers;
use super::records::{own_node, read_qualifiers, skim_disbelieved};
use super::section::Section;

/// The qualifiers of one type's relationships.
#[derive(Debug)]
pub struct QualifierColumn {
    /// For each position one more than the place in `distinct`; 0 is plain.
    codes: Numbers,
    distinct: Distinct,
    qualified: u64,
    /// Whether any is not believed, once it is known.
    any_disbelieved: OnceLock<bool>,
}

/// The distinct qualifiers, in memory or in a mapped file.
#[derive(Debug)]
enum Distinct {
    Owned(Vec<Qualifiers>),
    Mapped {
        /// Where each one ends; it begins where the one before it ends.
        ends: Section<u64>,
        bytes: Section<u8>,
        /// Each is decoded when it is first asked for.
        decoded: OnceLock<Box<[OnceLock<Option<Box<Qualifiers>>>]>>,
    },
}

/// Collects the qualifiers of relationships, row by row.
#[derive(Debug, Default)]
pub struct QualifierBuilder {
    /// By row, as in [`QualifierColumn`]; rows past the end are plain.
    codes: Vec<u32>,
    distinct: Vec<Qualifiers>,
    places: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl QualifierColumn {
    /// The qualifiers at a position; `None` where it is plain.
    pub fn get(&self, position: u32) -> Option<&Qualifiers> {
        let code = self.codes.get(position)?;
        self.distinct.get((code as usize).checked_sub(1)?)
    }

    /// The column in a file: codes, and the distinct qualifiers encoded one after the other.
    pub fn stored(codes: Numbers, ends: Section<u64>, bytes: Section<u8>, qualified: u64) -> Self {
        let distinct = Distinct::Mapped { ends, bytes, decoded: OnceLock::new() };
        QualifierColumn { codes, distinct, qualified, any_disbelieved: OnceLock::new() }
    }

    /// For each position one more than the place among the distinct ones; 0 is plain.
    pub fn codes(&self) -> &Numbers {
        &self.codes
    }

    /// How many distinct qualifiers there are.
    pub fn distinct_len(&self) -> usize {
        match &self.distinct {
            Distinct::Owned(all) => all.len(),
            Distinct::Mapped { ends, .. } => ends.len(),
        }
    }

    /// Some of the distinct qualifiers, by place; `None` where a file does not have it or has
    /// something else in its place.
    pub fn distinct(&self, place: usize) -> Option<&Qualifiers> {
        self.distinct.get(place)
    }

    /// Whether any of them is not believed: denied, or deprecated.
    pub fn any_disbelieved(&self) -> bool {
        *self.any_disbelieved.get_or_init(|| match &self.distinct {
            Distinct::Owned(all) => all.iter().any(Qualifiers::is_disbelieved),
            Distinct::Mapped { ends, bytes, .. } => {
                let begins = std::iter::once(0).chain(ends.iter().copied());
                begins.zip(ends.iter()).any(|(start, &end)| {
                    let one = bytes.get(start as usize..end as usize);
                    one.is_some_and(|one| skim_disbelieved(&mut Reader::new(one)).unwrap_or(false))
                })
            }
        })
    }

    /// How many positions are not plain; never 0.
    pub fn qualified(&self) -> u64 {
        self.qualified
    }
}

impl Distinct {
    fn get(&self, place: usize) -> Option<&Qualifiers> {
        match self {
            Distinct::Owned(all) => all.get(place),
            Distinct::Mapped { ends, bytes, decoded } => {
                let decoded = decoded.get_or_init(|| {
                    std::iter::repeat_with(OnceLock::new).take(ends.len()).collect()
                });
                let read = || {
                    let start = if place == 0 { 0 } else { ends[place - 1] };
                    let bytes = bytes.get(start as usize..ends[place] as usize)?;
                    read_qualifiers(&mut Reader::new(bytes), &own_node).ok().map(Box::new)
                };
                decoded.get(place)?.get_or_init(read).as_deref()
            }
        }
    }
}

impl QualifierBuilder {
    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        // What the sources of a relationship hold beside themselves is not looked at.
        size_of_val(&self.codes[..]) + 2 * size_of_val(&self.distinct[..])
    }

    /// How many rows are not plain.
    pub fn count(&self) -> usize {
        self.codes.iter().filter(|&&code| code > 0).count()
    }

    /// Sets the qualifiers of a row; they are copied only where no row had equal ones before.
    pub fn set(&mut self, row: u32, qualifiers: &Qualifiers) {
        let row = row as usize;
        if qualifiers.is_plain() {
            if let Some(code) = self.codes.get_mut(row) {
                *code = 0;
            }
            return;
        }
        if self.codes.len() <= row {
            self.codes.resize(row + 1, 0);
        }
        self.codes[row] = self.intern(qualifiers) + 1;
    }

    /// The column, with the row `order[p]` at position `p`; `None` where all rows are plain.
    pub fn finish(
        mut self,
        order: &[u32],
        node_of: impl Fn(NodeId) -> NodeId,
    ) -> Option<QualifierColumn> {
        let code = |&row: &u32| self.codes.get(row as usize).copied().unwrap_or(0);
        let codes: Vec<u32> = order.iter().map(code).collect();
        let qualified = codes.iter().filter(|&&code| code > 0).count() as u64;
        for support in self.distinct.iter_mut().flat_map(|qualifiers| &mut qualifiers.support) {
            support.document = node_of(support.document);
        }
        let distinct = Distinct::Owned(self.distinct);
        let codes = Numbers::Array(codes.into());
        let column =
            QualifierColumn { codes, distinct, qualified, any_disbelieved: OnceLock::new() };
        (qualified > 0).then_some(column)
    }

    fn intern(&mut self, qualifiers: &Qualifiers) -> u32 {
        let (distinct, hasher) = (&self.distinct, &self.hasher);
        let hash = fingerprint(hasher, qualifiers);
        let is_same = |&place: &u32| distinct[place as usize] == *qualifiers;
        if let Some(&place) = self.places.find(hash, is_same) {
            return place;
        }
        let place = distinct.len() as u32;
        self.places.insert_unique(hash, place, |&p| fingerprint(hasher, &distinct[p as usize]));
        self.distinct.push(qualifiers.clone());
        place
    }
}

/// A hash that equal qualifiers share. It leaves out what hardly ever tells two apart.
fn fingerprint(hasher: &DefaultHashBuilder, qualifiers: &Qualifiers) -> u64 {
    let mut state = hasher.build_hasher();
    qualifiers.valid.as_ref().map(Edtf::as_str).hash(&mut state);
    (qualifiers.not_before, qualifiers.not_after).hash(&mut state);
    (qualifiers.stance, qualifiers.rank).hash(&mut state);
    (&qualifiers.speaker, &qualifiers.reason).hash(&mut state);
    for support in &qualifiers.support {
        (support.document, &support.summary).hash(&mut state);
        for (key, value) in &*support.locator {
            key.hash(&mut state);
            match value {
                Value::Integer(number) => number.hash(&mut state),
                Value::String(text) => text.hash(&mut state),
                _ => {}
            }
        }
    }
    state.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::statement::Rank;

    #[test]
    fn equal_qualifiers_are_kept_once_and_follow_the_order() {
        let preferred = Qualifiers { rank: Rank::Preferred, ..Qualifiers::default() };
        let deprecated = Qualifiers { rank: Rank::Deprecated, ..Qualifiers::default() };
        let mut builder = QualifierBuilder::default();
        builder.set(0, &preferred);
        builder.set(2, &deprecated);
        builder.set(3, &preferred);
        builder.set(1, &Qualifiers::default());
        let column = builder.finish(&[4, 3, 2, 1, 0], |node| node).unwrap();
        assert_eq!(column.distinct_len(), 2);
        assert_eq!(column.qualified(), 3);
        let all: Vec<_> = (0..5).map(|position| column.get(position)).collect();
        assert_eq!(all, [None, Some(&preferred), Some(&deprecated), None, Some(&preferred)]);
    }

    #[test]
    fn plain_rows_make_no_column() {
        let mut builder = QualifierBuilder::default();
        builder.set(0, &Qualifiers { rank: Rank::Preferred, ..Qualifiers::default() });
        builder.set(0, &Qualifiers::default());
        assert!(builder.finish(&[0, 1], |node| node).is_none());
    }
}
