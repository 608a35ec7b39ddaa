//! Classes of nodes by several values of few possible ones each, a byte for each node.
//!
//! ```text
//! a.age = b.age AND a.gender <> b.gender, by a.age
//!
//! coordinates   a's place among 53 ages and none, a's among 2 genders and none
//! codes         place of the age + 54 * place of the gender: less than 256, a byte
//! keys          what each code moves a sum to; ages are compared and grouped by, and are one coordinate all the same
//! ```
//!
//! **In**: the places of the values of all nodes of a span, one array after the other. **Out**: their
//! [`Classes`]; nothing where a byte is not enough. **Caller**: [`super::pair_cells`].

use std::ops::Range;

use super::classes::Classes;
use super::inner_ends::{NOWHERE, Through};
use super::values::Weights;
use crate::error::Result;
use crate::exec::Limits;
use crate::exec::parallel;

/// So many codes at most.
const CODES_MAX: usize = 1 << 8;

/// One value of each node of a span, by its place among the possible ones.
pub(super) struct Coordinate {
    places: Vec<u8>,
    /// How much each place adds to the key; `None` where nodes do not count.
    keys: Vec<Option<u64>>,
}

/// Those of the nodes from one on.
pub(super) struct Coordinates {
    first: u32,
    len: usize,
    all: Vec<Coordinate>,
}

impl Coordinate {
    /// Of so many places, each of which adds `by` more to the key than the one before it; `None` where they are too
    /// many. `write` writes the places of the nodes from one on.
    pub(super) fn of(
        span: &Range<u32>,
        (count, by): (usize, u64),
        limits: &Limits,
        write: &(impl Fn(u32, &mut [u8]) + Sync),
    ) -> Result<Option<Coordinate>> {
        if count > CODES_MAX {
            return Ok(None);
        }
        let mut places = vec![0; span.len()];
        let work = places.len() / 4;
        parallel::fill(&mut places, work, limits, &|at, chunk: &mut [u8]| {
            write(span.start + at as u32, chunk);
        })?;
        let keys = (0..count as u64).map(|place| place.checked_mul(by)).collect();
        Ok(Some(Coordinate { places, keys }))
    }

    /// The same for the nodes of another span, each of which has the place of the node that it leads to; what leads
    /// nowhere does not count.
    pub(super) fn through(
        &self,
        span: &Range<u32>,
        through: &Through,
        limits: &Limits,
    ) -> Result<Option<Coordinate>> {
        let Ok(nowhere) = u8::try_from(self.keys.len()) else { return Ok(None) };
        let mut places = vec![nowhere; span.len()];
        let work = places.len();
        parallel::fill(&mut places, work, limits, &|at, chunk: &mut [u8]| {
            for (slot, node) in chunk.iter_mut().zip(span.start + at as u32..) {
                let target = through.target(node);
                if target != NOWHERE {
                    let at = target.wrapping_sub(through.outer.start) as usize;
                    *slot = self.places.get(at).copied().unwrap_or(nowhere);
                }
            }
        })?;
        let keys = self.keys.iter().copied().chain([None]).collect();
        Ok(Some(Coordinate { places, keys }))
    }
}

impl Coordinates {
    pub(super) fn over(span: &Range<u32>) -> Coordinates {
        Coordinates { first: span.start, len: span.len(), all: Vec::new() }
    }

    /// Adds one. What is the same for every node as one that is known is that one.
    pub(super) fn push(&mut self, new: Coordinate) {
        let is_same =
            |own: &&mut Coordinate| own.keys.len() == new.keys.len() && own.places == new.places;
        let Some(known) = self.all.iter_mut().find(is_same) else { return self.all.push(new) };
        for (own, more) in known.keys.iter_mut().zip(new.keys) {
            *own = own.zip(more).and_then(|(own, more)| own.checked_add(more));
        }
    }

    /// The classes; nodes that weigh nothing do not count. `None` where there are too many codes, or a key is too large.
    pub(super) fn classes(self, weights: &Weights, limits: &Limits) -> Result<Option<Classes>> {
        let (mut steps, mut count) = (Vec::with_capacity(self.all.len()), 1usize);
        for own in &self.all {
            steps.push(count);
            count = count.saturating_mul(own.keys.len());
        }
        let outside = match weights {
            Weights::One => None,
            _ => Some(count),
        };
        if count + usize::from(outside.is_some()) > CODES_MAX {
            return Ok(None);
        }
        let key = |code: usize| {
            let mut own = self.all.iter().zip(&steps);
            own.try_fold(0u64, |key, (own, step)| {
                key.checked_add(own.keys[code / step % own.keys.len()]?)
            })
        };
        let mut keys = Vec::with_capacity(count + 1);
        for code in 0..count {
            match key(code).map(u32::try_from) {
                Some(Ok(key)) => keys.push(Some(key)),
                Some(Err(_)) => return Ok(None),
                None => keys.push(None),
            }
        }
        keys.extend(outside.map(|_| None));
        let mut codes = vec![0u8; self.len];
        let work = self.len / 4 * (self.all.len() + 1);
        parallel::fill(&mut codes, work, limits, &|at, chunk: &mut [u8]| {
            for (own, step) in self.all.iter().zip(&steps) {
                let places = own.places.get(at..).unwrap_or(&[]);
                for (code, place) in chunk.iter_mut().zip(places) {
                    *code = code.wrapping_add(place.wrapping_mul(*step as u8));
                }
            }
            if let Some(outside) = outside {
                let first = self.first + at as u32;
                weights.each_without(first..first + chunk.len() as u32, |at| {
                    chunk[at] = outside as u8;
                });
            }
        })?;
        Ok(Some(Classes::by_code(self.first, codes, keys)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(span: &Range<u32>, places: u32, by: u64) -> Coordinate {
        let write = |id: u32, out: &mut [u8]| {
            out.iter_mut().zip(id..).for_each(|(slot, id)| *slot = (id % places) as u8);
        };
        let made = Coordinate::of(span, (places as usize, by), &Limits::default(), &write);
        made.unwrap().unwrap()
    }

    #[test]
    fn what_is_the_same_is_one_coordinate() {
        let (span, limits) = (10..1000, Limits::default());
        let mut all = Coordinates::over(&span);
        // Ages, genders, and ages once more: too many codes if the last were its own.
        [(60, 1), (3, 100), (60, 1000)].iter().for_each(|(places, by)| {
            all.push(of(&span, *places, *by));
        });
        let classes = all.classes(&Weights::One, &limits).unwrap().unwrap();
        for id in span {
            let key = id % 60 * 1001 + id % 3 * 100;
            assert_eq!(classes.key_of(id), Some(key));
        }
        assert_eq!((classes.key_of(9), classes.key_of(1000)), (None, None));
    }

    #[test]
    fn too_many_codes_are_no_classes() {
        let (span, limits) = (0..500, Limits::default());
        let mut all = Coordinates::over(&span);
        all.push(of(&span, 60, 1));
        all.push(of(&span, 5, 60));
        assert!(all.classes(&Weights::One, &limits).unwrap().is_none());
        let mut all = Coordinates::over(&span);
        all.push(of(&span, 2, u64::from(u32::MAX) + 1));
        assert!(all.classes(&Weights::One, &limits).unwrap().is_none());
        let write = |_: u32, _: &mut [u8]| {};
        assert!(Coordinate::of(&span, (257, 1), &limits, &write).unwrap().is_none());
    }

    #[test]
    fn what_leads_nowhere_does_not_count() {
        let (span, limits) = (100..400, Limits::default());
        let targets = |id: u32| if id.is_multiple_of(7) { NOWHERE } else { id % 20 };
        let through =
            Through { first: 100, targets: span.clone().map(targets).collect(), outer: 0..15 };
        let outer = of(&through.outer, 4, 10);
        let mut all = Coordinates::over(&span);
        all.push(outer.through(&span, &through, &limits).unwrap().unwrap());
        let classes = all.classes(&Weights::One, &limits).unwrap().unwrap();
        for id in span {
            let target = Some(targets(id)).filter(|target| *target < 15);
            assert_eq!(classes.key_of(id), target.map(|target| target % 4 * 10));
        }
    }
}
