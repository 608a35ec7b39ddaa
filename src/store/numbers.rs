//! The numbers by which users know nodes and relationships.
//!
//! An id is a place in arrays, and folding gives new ones; `id()` and `elementId()` are what was given
//! when the element was made. As long as the two are the same nothing is stored. Afterwards there are both
//! ways: the number of each id, and the ids in the order of their numbers. In memory these are arrays, in a file
//! [`Frames`].
//!
//! Where an id stands in the second is known but for how many numbers were given and are not in use any more: a
//! number has at most as many before it as it says, and at least that less those. So the id of a
//! number is found at once where nothing was deleted, and otherwise between these.

use std::cmp::Ordering;
use std::sync::OnceLock;

use super::frames::Frames;
use super::section::Section;

/// The numbers by which users know nodes or relationships.
#[derive(Debug, Default)]
pub struct ElementIds {
    /// The number of each id; `None` where it is the id.
    pub numbers: Option<Numbers>,
    /// The first number that was never given.
    pub next: u32,
    /// Ids in the order of their numbers; built when first asked for.
    pub by_number: OnceLock<Numbers>,
}

/// Numbers, one after the other.
#[derive(Clone, Debug)]
pub enum Numbers {
    /// As an array.
    Array(Section<u32>),
    /// Packed.
    Packed(Frames),
}

impl ElementIds {
    /// Numbers that are the ids.
    pub fn same(next: u32) -> ElementIds {
        ElementIds { next, ..ElementIds::default() }
    }

    /// Numbers by id, kept only where they are not the ids.
    pub fn of(numbers: Vec<u32>, next: u32) -> ElementIds {
        if numbers.iter().zip(0..).all(|(&number, id)| number == id) {
            return ElementIds::same(next);
        }
        let numbers = Some(Numbers::Array(numbers.into()));
        ElementIds { numbers, next, by_number: OnceLock::new() }
    }

    /// The number of an id, which may be past the generation.
    pub fn number(&self, id: u32, len: u32) -> u64 {
        match &self.numbers {
            Some(numbers) if id < len => numbers.get(id).unwrap_or(0).into(),
            _ if id < len => id.into(),
            _ => u64::from(self.next) + u64::from(id - len),
        }
    }

    /// The id that has the number, which may be past the generation.
    pub fn id(&self, number: u64, len: u32) -> Option<u32> {
        if let Some(past) = number.checked_sub(self.next.into()) {
            return u32::try_from(past).ok()?.checked_add(len);
        }
        let number = number as u32;
        let Some(numbers) = &self.numbers else { return (number < len).then_some(number) };
        let ids = self.by_number(numbers);
        let unused = self.next.saturating_sub(len);
        let (mut from, mut to) = (number.saturating_sub(unused), len.min(number.saturating_add(1)));
        while from < to {
            let middle = from + (to - from) / 2;
            let id = ids.get(middle)?;
            match numbers.get(id)?.cmp(&number) {
                Ordering::Equal => return Some(id),
                Ordering::Less => from = middle + 1,
                Ordering::Greater => to = middle,
            }
        }
        None
    }

    /// The ids in the order of their numbers, which these are.
    pub fn by_number(&self, numbers: &Numbers) -> &Numbers {
        self.by_number.get_or_init(|| {
            let len = numbers.len();
            let sorted = || {
                let by_id: Vec<u32> = numbers.iter().collect();
                let mut ids: Vec<u32> = (0..len as u32).collect();
                ids.sort_unstable_by_key(|&id| by_id[id as usize]);
                Numbers::Array(ids.into())
            };
            if self.next as usize / 4 > len {
                return sorted();
            }
            // Each id to the place of its number, and then without those that are empty.
            let mut ids = vec![u32::MAX; self.next as usize];
            for (number, id) in numbers.iter().zip(0..) {
                if let Some(place) = ids.get_mut(number as usize) {
                    *place = id;
                }
            }
            ids.retain(|&id| id != u32::MAX);
            // Damaged numbers have no place, or one for two: each id is among the ids all the same.
            if ids.len() == len { Numbers::Array(ids.into()) } else { sorted() }
        })
    }
}

impl Numbers {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Numbers::Array(numbers) => numbers.len(),
            Numbers::Packed(frames) => frames.len(),
        }
    }

    /// One of them.
    #[inline]
    pub fn get(&self, at: u32) -> Option<u32> {
        match self {
            Numbers::Array(numbers) => numbers.get(at as usize).copied(),
            Numbers::Packed(frames) => frames.get(at as usize),
        }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let (array, packed) = match self {
            Numbers::Array(numbers) => (Some(numbers.iter().copied()), None),
            Numbers::Packed(frames) => (None, Some(frames.iter())),
        };
        array.into_iter().flatten().chain(packed.into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers as an array and packed, with what was given and is not in use.
    fn both(numbers: &[u32], next: u32) -> [ElementIds; 2] {
        let array = ElementIds::of(numbers.to_vec(), next);
        let Some(stored) = &array.numbers else { panic!("{numbers:?} are the ids") };
        let by_number: Vec<u32> = array.by_number(stored).iter().collect();
        let packed = ElementIds {
            numbers: Some(Numbers::Packed(Frames::pack(numbers))),
            next,
            by_number: OnceLock::from(Numbers::Packed(Frames::pack(&by_number))),
        };
        [array, packed]
    }

    fn assert_found(numbers: &[u32], next: u32) {
        let len = numbers.len() as u32;
        for ids in both(numbers, next) {
            for number in 0..next + 3 {
                let id = numbers.iter().position(|&known| known == number).map(|at| at as u32);
                let past = number.checked_sub(next).map(|past| len + past);
                assert_eq!(ids.id(number.into(), len), id.or(past), "{number}");
            }
            for (&number, id) in numbers.iter().zip(0..) {
                assert_eq!(ids.number(id, len), u64::from(number));
            }
            assert_eq!(ids.number(len + 2, len), u64::from(next) + 2);
        }
    }

    #[test]
    fn ids_and_numbers_lead_to_each_other() {
        assert_found(&[1, 0], 2);
        assert_found(&[0, 2, 5, 3], 9);
        assert_found(&[400], 1_000);
        // Many in use, few in use, some at the beginning, some at the end.
        let shuffled = |keep: u32| (0..600u32).map(|n| n * 7 % 601).filter(move |n| n % keep != 1);
        for keep in [2, 3, 50] {
            assert_found(&shuffled(keep).collect::<Vec<_>>(), 601);
            assert_found(&shuffled(keep).map(|n| n + 90).collect::<Vec<_>>(), 5_000);
        }
    }

    #[test]
    fn numbers_that_are_the_ids_are_not_kept() {
        let same = ElementIds::of(vec![0, 1, 2], 5);
        assert!(same.numbers.is_none());
        assert_eq!((same.id(2, 3), same.id(3, 3), same.id(5, 3)), (Some(2), None, Some(3)));
    }

    #[test]
    fn damaged_numbers_lead_nowhere() {
        let ids = ElementIds {
            numbers: Some(Numbers::Array(vec![3, 1, 2].into())),
            next: 4,
            by_number: OnceLock::from(Numbers::Array(vec![9, 9, 9].into())),
        };
        assert_eq!(ids.id(1, 3), None);
        assert_eq!(ids.number(1, 9), 1);
        assert_eq!(ids.number(7, 9), 0);
    }
}
