//! Numbers that look random and follow from a seed.

/// The generator `SplitMix64` of Steele, Lea and Flood (OOPSLA 2014).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below a bound, which is at least 1.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// Different ones of the numbers below `len`, in random order: the first steps of a
    /// Fisher-Yates shuffle.
    pub(super) fn choose(&mut self, count: usize, len: usize) -> Vec<u32> {
        let mut all: Vec<u32> = (0..len as u32).collect();
        let count = count.min(len);
        for at in 0..count {
            let other = at + self.below(len - at);
            all.swap(at, other);
        }
        all.truncate(count);
        all
    }
}

/// A number whose bits all depend on all bits of another.
pub(super) fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_are_different_and_follow_from_the_seed() {
        let mut chosen = Random::new(7).choose(50, 100);
        assert_eq!(chosen, Random::new(7).choose(50, 100));
        assert_ne!(chosen, Random::new(8).choose(50, 100));
        chosen.sort_unstable();
        chosen.dedup();
        assert!(chosen.len() == 50 && chosen.iter().all(|&one| one < 100));
        assert_eq!(Random::new(0).choose(9, 2).len(), 2);
    }
}
