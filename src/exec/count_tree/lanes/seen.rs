//! Which groups have seen which values.

use crate::exec::pairs_seen::PairsSeen;

/// Bits of all pairs take so many words at most, and so many more for each pair that has been seen.
const WORDS_MAX: (usize, usize) = (1 << 17, 4);

/// Pairs of group and value.
pub(super) enum Seen {
    /// Rows of a group follow each other: for each value one more than the last group that had it.
    ByValue(Vec<u32>),
    /// Rows of a value follow each other: for each group one more than the last value that it had.
    ByGroup(Vec<u32>),
    /// A bit for each pair, `stride` words a group.
    Bits {
        stride: usize,
        words: Vec<u64>,
        len: usize,
    },
    Pairs(PairsSeen),
}

impl Seen {
    pub(super) fn by_value(width: u32) -> Seen {
        Seen::ByValue(vec![0; width as usize])
    }

    pub(super) fn by_group() -> Seen {
        Seen::ByGroup(Vec::new())
    }

    pub(super) fn bits(width: u32) -> Seen {
        Seen::Bits { stride: (width as usize).div_ceil(64), words: Vec::new(), len: 0 }
    }

    /// Makes room for groups up to a number.
    pub(super) fn grow(&mut self, groups: usize) {
        match self {
            Seen::ByGroup(last) => last.resize(groups, 0),
            Seen::Bits { stride, words, len } => {
                let wanted = groups * *stride;
                if wanted > WORDS_MAX.0.max(*len * WORDS_MAX.1) {
                    let mut pairs = PairsSeen::default();
                    self.for_each(|group, value| {
                        pairs.insert(group, value);
                    });
                    *self = Seen::Pairs(pairs);
                } else {
                    words.resize(wanted, 0);
                }
            }
            Seen::ByValue(_) | Seen::Pairs(_) => {}
        }
    }

    /// About how many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Seen::ByValue(last) | Seen::ByGroup(last) => last.len() * 4,
            Seen::Bits { words, .. } => words.len() * 8,
            Seen::Pairs(pairs) => pairs.bytes(),
        }
    }

    /// Counts the values of rows that their groups have not seen; `null` is none.
    pub(super) fn add(&mut self, counts: &mut [u64], groups: &[u32], values: &[u32], null: u32) {
        self.add_each(counts, groups.iter().copied(), values, null);
    }

    /// The same for rows of one group.
    pub(super) fn add_one(&mut self, counts: &mut [u64], group: u32, values: &[u32], null: u32) {
        self.add_each(counts, std::iter::repeat(group), values, null);
    }

    fn add_each(
        &mut self,
        counts: &mut [u64],
        groups: impl Iterator<Item = u32>,
        values: &[u32],
        null: u32,
    ) {
        let pairs = groups.zip(values.iter().copied());
        match self {
            Seen::ByValue(last) => pairs.for_each(|(group, value)| {
                let last = &mut last[value as usize];
                counts[group as usize] += u64::from(*last != group + 1 && value != null);
                *last = group + 1;
            }),
            Seen::ByGroup(last) => pairs.for_each(|(group, value)| {
                let last = &mut last[group as usize];
                counts[group as usize] += u64::from(*last != value + 1 && value != null);
                *last = value + 1;
            }),
            Seen::Bits { stride, words, len } => pairs.for_each(|(group, value)| {
                let word = &mut words[group as usize * *stride + value as usize / 64];
                let bit = u64::from(value != null) << (value % 64);
                let is_new = u64::from(*word & bit != bit);
                *word |= bit;
                counts[group as usize] += is_new;
                *len += is_new as usize;
            }),
            Seen::Pairs(seen) => pairs.for_each(|(group, value)| {
                if value != null && seen.insert(group, value) {
                    counts[group as usize] += 1;
                }
            }),
        }
    }

    /// Counts what another thread has seen, whose groups and values have other numbers here.
    pub(super) fn merge(
        &mut self,
        counts: &mut [u64],
        (more, other): (&[u64], &Seen),
        groups: &[u32],
        value: &dyn Fn(u32) -> u32,
    ) {
        if let Seen::ByValue(_) | Seen::ByGroup(_) = other {
            // No group, or no value, is met by two threads.
            groups.iter().zip(more).for_each(|(group, more)| counts[*group as usize] += more);
            return;
        }
        other.for_each(|group, seen| {
            let (group, seen) = (groups[group as usize], value(seen));
            self.add_each(counts, std::iter::once(group), &[seen], u32::MAX);
        });
    }

    /// Calls `visit` with every pair, where they are known.
    fn for_each(&self, mut visit: impl FnMut(u32, u32)) {
        match self {
            Seen::ByValue(_) | Seen::ByGroup(_) => {}
            Seen::Bits { stride, words, .. } => {
                for (at, &word) in words.iter().enumerate() {
                    let (group, first) = ((at / stride) as u32, (at % stride) as u32 * 64);
                    let mut rest = word;
                    while rest != 0 {
                        visit(group, first + rest.trailing_zeros());
                        rest &= rest - 1;
                    }
                }
            }
            Seen::Pairs(pairs) => pairs.for_each(visit),
        }
    }
}
