//! Numbers for distinct pairs of two small numbers.
//!
//! The columns of a key have tables of their own ([`super::keys`]), which number what is in them. What is left
//! to tell apart are pairs of such numbers: 64 bits, however wide the columns are, in a table with open
//! addresses that holds the pairs themselves, so that a look touches one line of it. Rows often come in
//! the order of a key (relationships by their start, say), and a row like the one before it is not looked up.

use std::hash::BuildHasher;

use hashbrown::DefaultHashBuilder;

use crate::exec::keys::NO_KEY;

/// Distinct pairs, numbered from 0 in the order of their appearance.
#[derive(Debug, Default)]
pub(crate) struct KeyPairs {
    /// The pairs by number.
    pairs: Vec<u64>,
    /// For each first number a row with a place for each second: one more than the pair's number, or 0. Empty
    /// once there are too many.
    all: Vec<u32>,
    /// How long a row is.
    width: usize,
    /// A power of two of places, at most half of them taken; empty as long as all pairs have a place.
    places: Vec<Place>,
    /// What hashes depend on, so that nobody can choose keys that fall on one place.
    seed: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Place {
    pair: u64,
    /// One more than the pair's number; 0 where there is none.
    number: u64,
}

/// There may be so many places for all pairs: they stay in the nearest caches but one.
const ALL_MAX: usize = 1 << 16;
/// As many places at least.
const PLACES_MIN: usize = 64;
/// An odd number without pattern: the fraction of the golden ratio.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

impl KeyPairs {
    /// How many pairs there are.
    pub(crate) fn len(&self) -> usize {
        self.pairs.len()
    }

    /// About how many bytes they take.
    pub(crate) fn bytes(&self) -> usize {
        self.pairs.len() * size_of::<u64>()
            + self.places.len() * size_of::<Place>()
            + self.all.len() * size_of::<u32>()
    }

    /// The pair that has a number.
    pub(crate) fn get(&self, number: u32) -> (u32, u32) {
        let pair = self.pairs[number as usize];
        ((pair >> 32) as u32, pair as u32)
    }

    /// Puts the numbers of pairs in the place of their first parts; [`NO_KEY`] where a part has none, or
    /// the pair is not there and not to be added.
    pub(crate) fn number(&mut self, firsts: &mut [u32], seconds: &[u32], insert: bool) {
        if self.places.is_empty() {
            if self.has_room(firsts, seconds, insert) {
                return self.number_all(firsts, seconds, insert);
            }
            self.turn_to_places();
        }
        let mut last = (None, NO_KEY);
        for (first, &second) in firsts.iter_mut().zip(seconds) {
            if *first == NO_KEY || second == NO_KEY {
                *first = NO_KEY;
                continue;
            }
            let pair = u64::from(*first) << 32 | u64::from(second);
            if last.0 != Some(pair) {
                last = (Some(pair), self.one(pair, insert));
            }
            *first = last.1;
        }
    }

    /// Makes room for all pairs of such numbers in the array; false where they are too many.
    fn has_room(&mut self, firsts: &[u32], seconds: &[u32], insert: bool) -> bool {
        if !insert {
            // What has no place is not there.
            return true;
        }
        // A number that is none is 0 with one added, so that there is no branch inside.
        let end = |numbers: &[u32]| {
            numbers.iter().fold(0, |end, number| end.max(number.wrapping_add(1))) as usize
        };
        let rows = (self.all.len() / self.width.max(1)).max(end(firsts));
        let wanted = end(seconds);
        let width = if wanted > self.width { wanted.next_power_of_two() } else { self.width };
        if rows.saturating_mul(width) > ALL_MAX {
            return false;
        }
        if width > self.width {
            let mut wider = vec![0; rows * width];
            for (number, pair) in (1..).zip(&self.pairs) {
                let (first, second) = ((pair >> 32) as usize, *pair as u32 as usize);
                wider[first * width + second] = number;
            }
            (self.all, self.width) = (wider, width);
        } else {
            self.all.resize(rows * width, 0);
        }
        true
    }

    /// Numbers pairs by the array of all.
    fn number_all(&mut self, firsts: &mut [u32], seconds: &[u32], insert: bool) {
        for (first, &second) in firsts.iter_mut().zip(seconds) {
            let (row, column) = (*first as usize, second as usize);
            let is_within = column < self.width;
            let place = self.all.get_mut(row * self.width + column).filter(|_| is_within);
            *first = match place {
                Some(place) => {
                    if *place == 0 && insert {
                        self.pairs.push(u64::from(*first) << 32 | u64::from(second));
                        *place = self.pairs.len() as u32;
                    }
                    place.wrapping_sub(1)
                }
                None => NO_KEY,
            };
        }
    }

    /// Goes on with places for the pairs that there are.
    fn turn_to_places(&mut self) {
        self.seed = DefaultHashBuilder::default().hash_one(0u64);
        (self.all, self.width) = (Vec::new(), 0);
        let places = (self.pairs.len() * 4).next_power_of_two().max(PLACES_MIN);
        self.place_all(places);
    }

    fn one(&mut self, pair: u64, insert: bool) -> u32 {
        let at = self.place_of(pair);
        let place = self.places[at];
        if place.number > 0 {
            return (place.number - 1) as u32;
        }
        if !insert {
            return NO_KEY;
        }
        let number = self.pairs.len() as u32;
        self.pairs.push(pair);
        self.places[at] = Place { pair, number: u64::from(number) + 1 };
        if self.pairs.len() * 2 > self.places.len() {
            self.grow();
        }
        number
    }

    /// Where a pair stands, or would.
    #[inline]
    fn place_of(&self, pair: u64) -> usize {
        let product = u128::from(pair ^ self.seed) * u128::from(FACTOR);
        let mask = self.places.len() - 1;
        let mut at = (product as u64 ^ (product >> 64) as u64) as usize & mask;
        while self.places[at].number > 0 && self.places[at].pair != pair {
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        self.place_all(self.places.len() * 4);
    }

    fn place_all(&mut self, places: usize) {
        self.places = vec![Place::default(); places];
        for number in 0..self.pairs.len() {
            let pair = self.pairs[number];
            let at = self.place_of(pair);
            self.places[at] = Place { pair, number: number as u64 + 1 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_numbered_as_they_appear_and_found_again() {
        let mut pairs = KeyPairs::default();
        let all: Vec<(u32, u32)> = (0..5000).map(|n| (n * 7 % 40, n * 50_021 % 999_983)).collect();
        let (mut numbers, seconds): (Vec<u32>, Vec<u32>) = all.iter().copied().unzip();
        pairs.number(&mut numbers, &seconds, true);
        let mut expected: Vec<(u32, u32)> = Vec::new();
        for (pair, number) in all.iter().zip(&numbers) {
            let at = expected.iter().position(|known| known == pair).unwrap_or(expected.len());
            if at == expected.len() {
                expected.push(*pair);
            }
            assert_eq!((at, pairs.get(*number)), (*number as usize, *pair));
        }
        assert_eq!(pairs.len(), expected.len());
        let mut again: Vec<u32> = all.iter().map(|pair| pair.0).collect();
        pairs.number(&mut again, &seconds, false);
        assert_eq!(again, numbers);
        let mut others = [41, 3, NO_KEY, 3];
        pairs.number(&mut others, &[1, NO_KEY, 1, 999_999], false);
        assert_eq!(others, [NO_KEY; 4]);
    }

    #[test]
    fn small_numbers_are_an_array_until_they_are_large() {
        let mut pairs = KeyPairs::default();
        let mut number = |firsts: &[u32], seconds: &[u32], insert: bool| {
            let mut numbers = firsts.to_vec();
            pairs.number(&mut numbers, seconds, insert);
            (numbers, pairs.places.is_empty())
        };
        assert_eq!(number(&[3, 0], &[1, 0], false), (vec![NO_KEY; 2], true));
        let none = NO_KEY;
        assert_eq!(
            number(&[0, 0, none, 2], &[0, 1, 5, none], true),
            (vec![0, 1, none, none], true)
        );
        // More rows, then longer ones.
        assert_eq!(number(&[4, 0, 4], &[1, 1, 1], true), (vec![2, 1, 2], true));
        assert_eq!(number(&[4, 4, 0], &[9, 1, 0], true), (vec![3, 2, 0], true));
        assert_eq!(number(&[9, 0, 4], &[0, 10, 900], false), (vec![none; 3], true));
        let far = u32::MAX - 1;
        assert_eq!(number(&[0, far], &[1, far], true), (vec![1, 4], false));
        assert_eq!(number(&[4, 0, far, 1], &[9, 0, far, 1], false).0, [3, 0, 4, none]);
        assert_eq!((0..5).map(|at| pairs.get(at)).nth(3), Some((4, 9)));
    }
}
