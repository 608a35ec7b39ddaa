//! Groups, numbered by their keys, and what is added up for each.
//!
//! Keys whose numbers together are few are one place in an array; others are joined pair by pair in a table
//! ([`KeyPairs`]). Rows come in the order of one end of the relationships, which spares work twice: the groups of an
//! end are over when another one comes, so that the other keys are places in an array that all ends share, and a
//! value of a group whose rows follow each other has been seen if this group was the last to see it.

use super::lane::{Lane, Made, Of};
use super::rows::Rows;
use super::seen::Seen;
use super::{Lanes, Wanted};
use crate::error::Result;
use crate::exec::batch::Batch;
use crate::exec::column::{Column, Data, Vector};
use crate::exec::key_pairs::KeyPairs;
use crate::exec::memory::Holding;
use crate::exec::runtime::Runtime;
use crate::expr::aggregate::mean_of_integers;
use crate::graph::Snapshot;

/// Keys with so many places together are an array, and with so many more for each row.
const PLACES_MAX: (u64, u64) = (1 << 16, 4);

/// The groups so far.
pub(super) struct Table<'l, 'c, 'g> {
    lanes: &'l Lanes<'c, 'g>,
    made: Vec<Made>,
    /// For each lane the numbers of the rows at hand.
    numbers: Vec<Vec<u32>>,
    /// For each row at hand its group.
    groups: Vec<u32>,
    keys: Keys,
    count: usize,
    states: Vec<State>,
    holding: Holding,
}

/// How keys are numbered.
enum Keys {
    /// There are none: one group.
    None,
    /// For each place one more than the group, and the place of each group.
    Places { slots: Vec<u32>, places: Vec<u32> },
    /// One key, by its position, is the end in whose order rows come. For each place of the others the last end
    /// that had it and one more than the group; and the end and the place of each group.
    Local { end: usize, slots: Vec<(u32, u32)>, groups: Vec<(u32, u32)> },
    /// Keys joined one after the other: a table for each but the first.
    Pairs(Vec<KeyPairs>),
}

/// One aggregate over all groups.
enum State {
    Count(Vec<u64>),
    /// Values that are not null.
    Present(Vec<u64>),
    Distinct(Vec<u64>, Seen),
    /// One more than the largest number, 0 where there is none.
    Largest(Vec<u32>),
    /// The smallest number, or [`NONE`].
    Smallest(Vec<u32>),
    /// Sum and count of numbers.
    Total(Vec<(u64, u64)>, bool),
}

/// The groups of some rows.
enum RowGroups<'a> {
    /// All have this one.
    One(usize),
    Each(&'a [u32]),
    /// The same where the rows of a group follow each other.
    Runs(&'a [u32]),
}

/// What no number is.
const NONE: u32 = u32::MAX;

impl<'l, 'c, 'g> Table<'l, 'c, 'g> {
    pub(super) fn new(lanes: &'l Lanes<'c, 'g>) -> Table<'l, 'c, 'g> {
        let states = lanes.wanted.iter().map(|wanted| match *wanted {
            Wanted::Count => State::Count(Vec::new()),
            Wanted::Present(_) => State::Present(Vec::new()),
            Wanted::Distinct(at) => State::Distinct(Vec::new(), lanes.seen(at)),
            Wanted::Extreme(_, true) => State::Largest(Vec::new()),
            Wanted::Extreme(_, false) => State::Smallest(Vec::new()),
            Wanted::Total(_, is_mean) => State::Total(Vec::new(), is_mean),
        });
        let mut table = Table {
            lanes,
            made: lanes.all.iter().map(|_| Made::default()).collect(),
            numbers: vec![Vec::new(); lanes.all.len()],
            groups: Vec::new(),
            keys: Keys::of(lanes),
            count: 0,
            states: states.collect(),
            holding: Holding::default(),
        };
        if lanes.keys.is_empty() {
            table.grow(1);
        }
        table
    }

    fn grow(&mut self, count: usize) {
        self.count = count;
        for state in &mut self.states {
            match state {
                State::Count(counts) | State::Present(counts) => counts.resize(count, 0),
                State::Distinct(counts, seen) => {
                    counts.resize(count, 0);
                    seen.grow(count);
                }
                State::Largest(found) => found.resize(count, 0),
                State::Smallest(found) => found.resize(count, NONE),
                State::Total(totals, _) => totals.resize(count, (0, 0)),
            }
        }
    }

    /// Adds rows.
    pub(super) fn add(&mut self, rows: &Rows, run: &Runtime<'_>) -> Result<()> {
        let lanes = self.lanes;
        for ((lane, numbers), made) in lanes.all.iter().zip(&mut self.numbers).zip(&mut self.made) {
            lane.fill(rows, numbers);
            if lane.is_made() {
                made.replace(lane, rows, numbers, run)?;
            }
        }
        self.number(rows.len());
        self.update(rows.len());
        self.hold(run)
    }

    /// Notes how much memory the groups take.
    pub(super) fn hold(&mut self, run: &Runtime<'_>) -> Result<()> {
        let keys = match &self.keys {
            Keys::None => 0,
            Keys::Places { slots, places } => (slots.len() + places.len()) * 4,
            Keys::Local { slots, groups, .. } => (slots.len() + groups.len()) * 8,
            Keys::Pairs(tables) => tables.iter().map(KeyPairs::bytes).sum(),
        };
        let states: usize = self.states.iter().map(State::bytes).sum();
        let made: usize = self.made.iter().map(Made::bytes).sum();
        run.hold(&mut self.holding, keys + states + made, "CountTree")
    }

    /// Finds the group of each row.
    fn number(&mut self, rows: usize) {
        let Table { lanes, numbers, groups, keys, .. } = self;
        let of = |at: usize| numbers[lanes.keys[at]].as_slice();
        match keys {
            Keys::None => return,
            Keys::Places { slots, places } => {
                lanes.places(&|_| true, numbers, groups);
                for group in groups.iter_mut() {
                    let slot = &mut slots[*group as usize];
                    if *slot == 0 {
                        places.push(*group);
                        *slot = places.len() as u32;
                    }
                    *group = *slot - 1;
                }
                self.count = places.len();
            }
            Keys::Local { end, slots, groups: known } => {
                lanes.places(&|at| at != *end, numbers, groups);
                for (group, node) in groups.iter_mut().zip(of(*end)) {
                    let slot = &mut slots[*group as usize];
                    if slot.0 != *node || slot.1 == 0 {
                        known.push((*node, *group));
                        *slot = (*node, known.len() as u32);
                    }
                    *group = slot.1 - 1;
                }
                self.count = known.len();
            }
            Keys::Pairs(tables) => {
                groups.clear();
                groups.extend_from_slice(of(0));
                for (at, table) in tables.iter_mut().enumerate() {
                    table.number(groups, of(at + 1), true);
                    self.count = table.len();
                }
            }
        }
        debug_assert!(groups.len() == rows, "each row has a group");
        self.grow(self.count);
    }

    /// Adds up what is asked of the rows at hand.
    fn update(&mut self, rows: usize) {
        let Table { lanes, numbers, groups, states, .. } = self;
        let groups = match only_group(groups) {
            _ if lanes.keys.is_empty() => RowGroups::One(0),
            Some(only) => RowGroups::One(only),
            None if lanes.follow_each_other() => RowGroups::Runs(groups),
            None => RowGroups::Each(groups),
        };
        for (state, wanted) in states.iter_mut().zip(&lanes.wanted) {
            let lane = wanted.lane();
            let own = lane.map_or(&[][..], |at| &numbers[at]);
            let null = lane.map_or(NONE, |at| lanes.all[at].null());
            state.update((rows, &groups), own, null);
        }
    }

    /// Takes the groups of another thread, whose rows come later.
    pub(super) fn merge(&mut self, other: Table<'_, '_, '_>, graph: &dyn Snapshot) {
        let lanes = self.lanes;
        // What numbers of results are here.
        let made: Vec<Option<Vec<u32>>> = (self.made.iter_mut().zip(&other.made).zip(&lanes.all))
            .map(|((own, other), lane)| lane.is_made().then(|| own.merge(other, graph)))
            .collect();
        let here = |lane: usize, number: u32| {
            let known = made[lane].as_ref().and_then(|known| known.get(number as usize));
            known.copied().unwrap_or(number)
        };
        let groups: Vec<u32> = if lanes.keys.is_empty() {
            vec![0]
        } else {
            for (at, lane) in lanes.keys.iter().enumerate() {
                let keys = other.keys.numbers(at, lanes, other.count);
                self.numbers[*lane] = keys.into_iter().map(|number| here(*lane, number)).collect();
            }
            self.number(other.count);
            std::mem::take(&mut self.groups)
        };
        for ((state, more), wanted) in self.states.iter_mut().zip(other.states).zip(&lanes.wanted) {
            let value = |number| wanted.lane().map_or(number, |lane| here(lane, number));
            state.merge(more, &groups, &value);
        }
    }

    /// The groups; where only the first by a count are wanted, those and their equals.
    pub(super) fn finish(self, run: &Runtime<'_>) -> Result<Batch> {
        let lanes = self.lanes;
        let chosen = self.first(lanes, run)?;
        let len = chosen.as_ref().map_or(self.count, Vec::len);
        let mut batch = Batch::of_len(len);
        if len == 0 {
            return Ok(batch);
        }
        let pick = |all: Vec<u32>| match &chosen {
            None => all,
            Some(chosen) => chosen.iter().map(|at| all[*at as usize]).collect(),
        };
        for (at, ((variable, _), lane)) in lanes.grouping.keys.iter().zip(&lanes.keys).enumerate() {
            if lanes.keep.contains(variable) {
                let numbers = pick(self.keys.numbers(at, lanes, self.count));
                let values = lanes.all[*lane].values(&numbers, &self.made[*lane], run)?;
                batch.set(*variable, values);
            }
        }
        let aggregates = lanes.grouping.aggregates.iter().zip(&lanes.wanted).zip(self.states);
        for (((variable, _), wanted), state) in aggregates {
            let lane = wanted.lane().map(|at| &lanes.all[at]);
            let vector = state.finish(lane, chosen.as_deref());
            batch.set(*variable, Column::new(vector));
        }
        Ok(batch)
    }

    /// The groups that may be among the first, where those are known by a count.
    fn first(&self, lanes: &Lanes<'_, '_>, run: &Runtime<'_>) -> Result<Option<Vec<u32>>> {
        let Some((aggregate, wanted)) = lanes.first(run)? else { return Ok(None) };
        let (State::Count(counts) | State::Present(counts) | State::Distinct(counts, _)) =
            &self.states[aggregate]
        else {
            return Ok(None);
        };
        if wanted.count >= counts.len() {
            return Ok(None);
        }
        let last = wanted.last_of(counts.clone());
        let stays = |count: u64| match last {
            None => false,
            Some(last) if wanted.descending => count >= last,
            Some(last) => count <= last,
        };
        let all = (0u32..).zip(counts);
        Ok(Some(all.filter(|(_, count)| stays(**count)).map(|(group, _)| group).collect()))
    }
}

impl RowGroups<'_> {
    /// Puts numbers to what is known of their groups.
    #[inline]
    fn fold<T: Copy>(&self, own: &[u32], known: &mut [T], with: impl Fn(T, u32) -> T) {
        match self {
            RowGroups::One(group) => {
                known[*group] = own.iter().fold(known[*group], |known, own| with(known, *own));
            }
            RowGroups::Runs(groups) => fold_runs(groups, own, known, with),
            RowGroups::Each(groups) => {
                for (group, own) in groups.iter().zip(own) {
                    let known = &mut known[*group as usize];
                    *known = with(*known, *own);
                }
            }
        }
    }
}

/// The same where the rows of a group follow each other: what is known of one waits in a register.
#[inline]
fn fold_runs<T: Copy>(groups: &[u32], own: &[u32], known: &mut [T], with: impl Fn(T, u32) -> T) {
    let Some(&first) = groups.first() else { return };
    let (mut group, mut value) = (first, known[first as usize]);
    for (row, &next) in groups.iter().enumerate() {
        if next != group {
            known[group as usize] = value;
            (group, value) = (next, known[next as usize]);
        }
        value = with(value, own.get(row).copied().unwrap_or(0));
    }
    known[group as usize] = value;
}

/// The only group of some rows, where they have one.
fn only_group(groups: &[u32]) -> Option<usize> {
    let first = *groups.first()?;
    // No branch inside: whole registers are compared.
    let others = groups.iter().fold(0, |others, group| others | (group ^ first));
    (others == 0).then_some(first as usize)
}

/// Extremes as values; [`NONE`] is null.
fn extremes(found: Vec<u32>, lane: Option<&Lane<'_, '_>>) -> Vector {
    let nulls = found.iter().map(|number| *number == NONE).collect();
    let known = found.iter().map(|n| if *n == NONE { 0 } else { *n });
    let data = lane.map(|lane| lane.data(known));
    Vector::with_nulls(data.unwrap_or(Data::Integer(Vec::new())), nulls)
}

impl Keys {
    fn of(lanes: &Lanes<'_, '_>) -> Keys {
        let widths = lanes.keys.iter().map(|at| u64::from(lanes.all[*at].width()));
        let places = widths.fold(1u64, u64::saturating_mul);
        if lanes.keys.is_empty() {
            return Keys::None;
        }
        let most = PLACES_MAX.0.max((lanes.rows as u64).saturating_mul(PLACES_MAX.1));
        if places <= most && places < u64::from(u32::MAX) || lanes.keys.len() == 1 {
            return Keys::Places { slots: vec![0; places as usize], places: Vec::new() };
        }
        let end = lanes.keys.iter().position(|at| lanes.all[*at].is_node(lanes.first_end));
        if let Some(end) = end.filter(|_| lanes.are_nodes_met_once) {
            let others = places / u64::from(lanes.all[lanes.keys[end]].width()).max(1);
            if others <= most && others < u64::from(u32::MAX) && places < u64::MAX {
                let slots = vec![(0, 0); others as usize];
                return Keys::Local { end, slots, groups: Vec::new() };
            }
        }
        Keys::Pairs(lanes.keys.iter().skip(1).map(|_| KeyPairs::default()).collect())
    }

    /// For each group the number of one of its keys.
    fn numbers(&self, at: usize, lanes: &Lanes<'_, '_>, count: usize) -> Vec<u32> {
        match self {
            Keys::None => Vec::new(),
            Keys::Places { places, .. } => {
                let width = |key: &usize| lanes.all[*key].width();
                let behind: u32 = lanes.keys[at + 1..].iter().map(width).product();
                let own = width(&lanes.keys[at]);
                places.iter().map(|place| place / behind % own).collect()
            }
            Keys::Local { end, groups, .. } if *end == at => {
                groups.iter().map(|(node, _)| *node).collect()
            }
            Keys::Local { end, groups, .. } => {
                let width = |key: &usize| lanes.all[*key].width();
                let behind = (at + 1..lanes.keys.len()).filter(|other| other != end);
                let behind: u32 = behind.map(|other| width(&lanes.keys[other])).product();
                let own = width(&lanes.keys[at]);
                groups.iter().map(|(_, place)| place / behind % own).collect()
            }
            Keys::Pairs(tables) => {
                let mut numbers: Vec<u32> = (0..count as u32).collect();
                // From the last table down to the one that has the key.
                for (table, pairs) in tables.iter().enumerate().rev() {
                    if table + 1 == at {
                        return numbers.iter().map(|number| pairs.get(*number).1).collect();
                    }
                    numbers.iter_mut().for_each(|number| *number = pairs.get(*number).0);
                }
                numbers
            }
        }
    }
}

impl State {
    fn bytes(&self) -> usize {
        match self {
            State::Count(counts) | State::Present(counts) => counts.len() * 8,
            State::Distinct(counts, seen) => counts.len() * 8 + seen.bytes(),
            State::Largest(found) | State::Smallest(found) => found.len() * 4,
            State::Total(totals, _) => totals.len() * 16,
        }
    }

    /// Adds rows of which each has a group, and the numbers that the aggregate looks at.
    fn update(&mut self, (rows, groups): (usize, &RowGroups<'_>), own: &[u32], null: u32) {
        match self {
            State::Count(counts) => match groups {
                RowGroups::One(group) => counts[*group] += rows as u64,
                RowGroups::Each(groups) => {
                    groups.iter().for_each(|group| counts[*group as usize] += 1);
                }
                RowGroups::Runs(groups) => fold_runs(groups, own, counts, |count, _| count + 1),
            },
            State::Present(counts) => {
                groups.fold(own, counts, |count, number| count + u64::from(number != null));
            }
            State::Distinct(counts, seen) => match groups {
                RowGroups::One(group) => seen.add_one(counts, *group as u32, own, null),
                RowGroups::Each(groups) | RowGroups::Runs(groups) => {
                    seen.add(counts, groups, own, null);
                }
            },
            State::Largest(found) => groups.fold(own, found, |known, number| {
                known.max(if number == null { 0 } else { number + 1 })
            }),
            State::Smallest(found) => groups.fold(own, found, |known, number| {
                known.min(if number == null { NONE } else { number })
            }),
            State::Total(totals, _) => groups.fold(own, totals, |(sum, count), number| {
                let counts = u64::from(number != null);
                (sum + u64::from(number) * counts, count + counts)
            }),
        }
    }

    /// Takes what another thread has added up for groups that have other numbers here, as values may have.
    fn merge(&mut self, other: State, groups: &[u32], value: &dyn Fn(u32) -> u32) {
        match (self, other) {
            (State::Count(counts), State::Count(more))
            | (State::Present(counts), State::Present(more)) => {
                groups.iter().zip(more).for_each(|(at, more)| counts[*at as usize] += more);
            }
            (State::Distinct(counts, seen), State::Distinct(more, other)) => {
                seen.merge(counts, (&more, &other), groups, value);
            }
            (State::Largest(found), State::Largest(more)) => {
                for (group, more) in groups.iter().zip(more) {
                    found[*group as usize] = found[*group as usize].max(more);
                }
            }
            (State::Smallest(found), State::Smallest(more)) => {
                for (group, more) in groups.iter().zip(more) {
                    found[*group as usize] = found[*group as usize].min(more);
                }
            }
            (State::Total(totals, _), State::Total(more, _)) => {
                for (group, more) in groups.iter().zip(more) {
                    let total = &mut totals[*group as usize];
                    *total = (total.0 + more.0, total.1 + more.1);
                }
            }
            _ => debug_assert!(false, "the states of a table are of the same aggregates"),
        }
    }

    fn finish(self, lane: Option<&Lane<'_, '_>>, chosen: Option<&[u32]>) -> Vector {
        fn pick<T: Copy>(all: Vec<T>, chosen: Option<&[u32]>) -> Vec<T> {
            match chosen {
                None => all,
                Some(chosen) => chosen.iter().map(|at| all[*at as usize]).collect(),
            }
        }
        let least = lane.map_or(0, Lane::least);
        match self {
            State::Count(counts) | State::Present(counts) | State::Distinct(counts, _) => {
                let counts = pick(counts, chosen).into_iter().map(|count| count as i64);
                Vector::new(Data::Integer(counts.collect()))
            }
            State::Largest(found) => {
                extremes(pick(found, chosen).into_iter().map(|n| n.wrapping_sub(1)).collect(), lane)
            }
            State::Smallest(found) => extremes(pick(found, chosen), lane),
            State::Total(totals, is_mean) => {
                let totals = pick(totals, chosen).into_iter();
                let all = totals.map(|(sum, count)| {
                    (i128::from(sum) + i128::from(least) * i128::from(count), count)
                });
                if is_mean {
                    let all: Vec<_> = all.collect();
                    let nulls = all.iter().map(|(_, count)| *count == 0).collect();
                    let mean = |(sum, count): (i128, u64)| {
                        if count == 0 { 0.0 } else { mean_of_integers(sum, count) }
                    };
                    return Vector::with_nulls(
                        Data::Float(all.into_iter().map(mean).collect()),
                        nulls,
                    );
                }
                Vector::new(Data::Integer(all.map(|(sum, _)| sum as i64).collect()))
            }
        }
    }
}

impl Lanes<'_, '_> {
    /// For each row the place of its keys, those that are asked for, in an array of all of them.
    fn places(&self, asks: &dyn Fn(usize) -> bool, numbers: &[Vec<u32>], places: &mut Vec<u32>) {
        places.clear();
        let asked = self.keys.iter().enumerate().filter(|(at, _)| asks(*at));
        for (position, (_, key)) in asked.enumerate() {
            if position == 0 {
                places.extend_from_slice(&numbers[*key]);
                continue;
            }
            let width = self.all[*key].width();
            for (place, number) in places.iter_mut().zip(&numbers[*key]) {
                *place = *place * width + number;
            }
        }
    }

    /// Whether the keys are both ends, and rows come in the order of one and then of the other.
    fn are_ends_ordered(&self) -> bool {
        let is_end = |at: usize, of: Of| self.all[self.keys[at]].is_node(of);
        self.is_in_order
            && self.keys.len() == 2
            && (is_end(0, Of::Left) && is_end(1, Of::Right)
                || is_end(0, Of::Right) && is_end(1, Of::Left))
    }

    /// Whether the rows of a group follow each other.
    fn follow_each_other(&self) -> bool {
        self.are_nodes_met_once
            && match self.keys.as_slice() {
                [] => true,
                [only] => self.all[*only].is_node(self.first_end),
                _ => self.are_ends_ordered(),
            }
    }

    /// How distinct values of a lane are told apart.
    fn seen(&self, at: usize) -> Seen {
        let lane = &self.all[at];
        // A single group is met by every thread.
        if self.follow_each_other() && !self.keys.is_empty() {
            Seen::by_value(lane.width())
        } else if lane.is_node(self.first_end) && self.are_nodes_met_once {
            Seen::by_group()
        } else {
            Seen::bits(lane.width())
        }
    }
}
