//! The values of both sides of comparisons as places, where they are few.
//!
//! Whether a pair passes is then known of each two places, and has to be asked of no pair of nodes
//! ([`super::super::pair_cells`]).

use std::ops::Range;

use super::super::coordinates::Coordinate;
use super::values::Values;
use super::{Both, Comparisons, Side, compares};
use crate::error::Result;
use crate::exec::Limits;

/// So many places of the values of an end at most.
const PLACES_MAX: usize = 1 << 18;

/// Comparisons of values that are few: each combination of those of an end has a place.
pub(in super::super) struct Tested<'c> {
    /// For each comparison how many places the values of either side have, and by how much one moves the place.
    sides: Vec<(&'c Both, [usize; 2], [usize; 2])>,
    /// How many places either end has.
    pub(in super::super) places: [usize; 2],
}

impl Tested<'_> {
    /// Moves the keys of the nodes from an id on, at the near end (0) or the far one, by their places times `by`.
    pub(in super::super) fn add_places(&self, end: usize, id: u32, keys: &mut [u32], by: u32) {
        for (both, own, strides) in &self.sides {
            let side = if end == 0 { &both.near } else { &both.far };
            side.add_places(id, keys, (own[end], strides[end] as u32 * by));
        }
    }

    /// For each comparison the places of the values at the near end (0) or the far one, which move a key by as much as
    /// their number times `by`; `None` where one has too many values.
    pub(in super::super) fn coordinates(
        &self,
        end: usize,
        span: &Range<u32>,
        (by, limits): (usize, &Limits),
    ) -> Result<Option<Vec<Coordinate>>> {
        let of = |(both, own, strides): &(&Both, [usize; 2], [usize; 2])| {
            let side = if end == 0 { &both.near } else { &both.far };
            let places = (own[end], strides[end] as u64 * by as u64);
            Coordinate::of(span, places, limits, &|id, out| side.write_places(id, out, own[end]))
        };
        self.sides.iter().map(of).collect()
    }

    /// Whether there are no more pairs of places than so many, as far as one comparison tells.
    pub(in super::super) fn may_be_few(&self, most: usize) -> bool {
        self.sides.iter().all(|(both, own, _)| {
            let of_values = || both.near.filled(own[0]).saturating_mul(both.far.filled(own[1]));
            own[0].saturating_mul(own[1]) <= most || of_values() <= most
        })
    }

    /// Whether the pairs of two places pass.
    pub(in super::super) fn passes(&self, near: usize, far: usize) -> bool {
        self.sides.iter().all(|(both, own, by)| {
            let near = both.near.value(near / by[0] % own[0], own[0]);
            let far = both.far.value(far / by[1] % own[1], own[1]);
            near.zip(far).is_some_and(|(near, far)| compares(both.operator, near, far))
        })
    }
}

impl Comparisons {
    /// The comparisons by places of their values; `None` where either end has too many.
    pub(in super::super) fn tested(&self) -> Option<Tested<'_>> {
        let (mut sides, mut places) = (Vec::new(), [1usize; 2]);
        for both in &self.0 {
            let own = [both.near.places()?, both.far.places()?];
            let by = places;
            for end in [0, 1] {
                places[end] = by[end].checked_mul(own[end]).filter(|all| *all <= PLACES_MAX)?;
            }
            sides.push((both, own, by));
        }
        Some(Tested { sides, places })
    }
}

impl Side {
    /// How many places its values have, that of null being the last; `None` where they lie far apart.
    fn places(&self) -> Option<usize> {
        let most = match &self.values {
            Values::Bytes(_, values) => usize::from(values.iter().fold(0, |m, v| *v.max(&m))),
            Values::Shorts(_, values) => usize::from(values.iter().fold(0, |m, v| *v.max(&m))),
            Values::Words(..) | Values::Any(_) => return None,
        };
        Some(most + 2)
    }

    /// Moves the places of the nodes from an id on by that of their value among so many, the last one where they have
    /// none, times `by`.
    fn add_places(&self, id: u32, out: &mut [u32], (places, by): (usize, u32)) {
        fn add<T: Copy + Into<u32>>(values: &[T], out: &mut [u32], null: u32, by: u32) {
            let known = values.len().min(out.len());
            let (own, beyond) = out.split_at_mut(known);
            own.iter_mut().zip(values).for_each(|(slot, value)| *slot += (*value).into() * by);
            beyond.iter_mut().for_each(|slot| *slot += null * by);
        }
        let (at, null) = (id.wrapping_sub(self.first) as usize, places as u32 - 1);
        match &self.values {
            Values::Bytes(_, values) => add(values.get(at..).unwrap_or(&[]), out, null, by),
            Values::Shorts(_, values) => add(values.get(at..).unwrap_or(&[]), out, null, by),
            Values::Words(..) | Values::Any(_) => {}
        }
        // What stands in the place of null is taken off again.
        for (own, slot) in self.nulls.iter().skip(at).zip(out).zip(at..).filter(|((n, _), _)| **n) {
            let (slot, at) = (own.1, slot);
            let value = match &self.values {
                Values::Bytes(_, values) => values.get(at).map_or(null, |value| u32::from(*value)),
                Values::Shorts(_, values) => values.get(at).map_or(null, |value| u32::from(*value)),
                Values::Words(..) | Values::Any(_) => null,
            };
            *slot += (null - value) * by;
        }
    }

    /// Writes the places of the nodes from an id on, of which there are so many that each is a byte.
    fn write_places(&self, id: u32, out: &mut [u8], places: usize) {
        fn write<T: Copy + Into<u32>>(values: &[T], out: &mut [u8]) {
            out.iter_mut().zip(values).for_each(|(slot, value)| *slot = (*value).into() as u8);
        }
        let (at, null) = (id.wrapping_sub(self.first) as usize, (places - 1) as u8);
        out.fill(null);
        match &self.values {
            Values::Bytes(_, values) => write(values.get(at..).unwrap_or(&[]), out),
            Values::Shorts(_, values) => write(values.get(at..).unwrap_or(&[]), out),
            Values::Words(..) | Values::Any(_) => {}
        }
        let nulls = self.nulls.get(at..).unwrap_or(&[]).iter().zip(out);
        nulls.filter(|(is_null, _)| **is_null).for_each(|(_, slot)| *slot = null);
    }

    /// The value at a place, of which there are so many.
    fn value(&self, place: usize, places: usize) -> Option<i64> {
        let least = match &self.values {
            Values::Bytes(least, _) | Values::Shorts(least, _) => *least,
            Values::Words(..) | Values::Any(_) => return None,
        };
        (place + 1 < places).then(|| least.wrapping_add(place as i64))
    }

    /// How many of so many places some value has.
    fn filled(&self, places: usize) -> usize {
        fn mark<T: Copy + Into<u32>>(values: &[T], seen: &mut [u8]) {
            values.iter().for_each(|value| seen[(*value).into() as usize] = 1);
        }
        let mut seen = vec![0u8; places];
        match &self.values {
            Values::Bytes(_, values) => mark(values, &mut seen),
            Values::Shorts(_, values) => mark(values, &mut seen),
            Values::Words(..) | Values::Any(_) => {}
        }
        seen.iter().map(|seen| usize::from(*seen)).sum()
    }
}
