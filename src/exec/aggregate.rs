//! `Aggregate`: one row for each group.
//!
//! Groups are numbered by [`KeyTable`], an array where the key is a node, a dictionary code or a
//! number among neighbours. Counts are arrays of counters beside it, distinct values are numbered
//! too and noted in a [`PairsSeen`]; extremes of integers and dates are an array ([`extremes`]), and so are sums
//! and means of integers ([`totals`]); the other functions keep an accumulator for each group. Under
//! `count(*)` without keys a batch counts by its length.
//!
//! Where the rows can be read in morsels ([`Morsels::of`]), each thread has groups of its own, which
//! are added up at the end ([`merge`]).

mod extremes;
mod merge;
mod totals;

use std::cmp::Ordering;

use crate::bind::bound::Grouping;
use crate::error::{Error, Result, eval as codes};
use crate::exec::batch::{Batch, Pieces};
use crate::exec::column::{Column, Data, Vector, VectorBuilder};
use crate::exec::keys::KeyTable;
use crate::exec::lineage::Union;
use crate::exec::memory::Holding;
use crate::exec::morsels::Morsels;
use crate::exec::operator::{Input, Operator};
use crate::exec::pairs_seen::PairsSeen;
use crate::exec::runtime::Runtime;
use crate::exec::touched;
use crate::expr::aggregate::{Accumulator, AggregateFunction};
use crate::expr::{self, Expr, VarId};
use crate::graph::Snapshot;
use crate::graph::snapshot::Dictionary;
use crate::plan::physical::Node;
use crate::value::Value;
use crate::value::time::Truth;
use extremes::Extremes;
pub(super) use merge::{Part, is_mergeable, together};
use totals::Totals;

/// Runs its input to its end, then gives the groups in the order in which they appeared.
pub(crate) struct Aggregate<'a> {
    input: Input<'a>,
    below: &'a Node,
    grouping: &'a Grouping,
    /// The keys, then the arguments of all aggregates.
    expressions: Vec<&'a Expr>,
    keep: &'a [VarId],
    holding: Holding,
    groups: Option<Pieces>,
}

/// The groups so far.
pub(super) struct Groups<'a> {
    keys: KeyTable,
    states: Vec<State<'a>>,
    /// What the rows of each group rest on.
    unions: Vec<Union>,
    count: usize,
    /// About how many bytes accumulated values keep beside the table of keys.
    bytes: usize,
}

/// One aggregate over all groups.
enum State<'a> {
    /// Rows, or values that are not null.
    Count(Vec<i64>),
    /// The same where rows are more or less sure: how many by truth.
    CountSure(Vec<Tally>),
    /// Distinct values by truth: the greatest of each pair of group and value.
    CountDistinctSure(Vec<(u32, Truth)>, KeyTable),
    /// Distinct values that are not null: the values by number, and which group has seen which.
    CountDistinct(Vec<i64>, KeyTable, PairsSeen),
    /// `min` and `max`, as long as integers come, or dates.
    Extremes(Extremes<'a>),
    /// `sum` and `avg`, as long as integers come.
    Totals(Totals<'a>),
    /// Anything else.
    Each(&'a expr::Aggregate, Vec<Accumulator>),
}

impl<'a> Aggregate<'a> {
    pub(crate) fn new(node: &'a Node, grouping: &'a Grouping, input: Input<'a>) -> Aggregate<'a> {
        let keys = grouping.keys.iter().map(|(_, key)| key);
        let arguments = grouping.aggregates.iter().flat_map(|(_, a)| &a.arguments);
        Aggregate {
            input,
            below: &node.inputs[0],
            grouping,
            expressions: keys.chain(arguments).collect(),
            keep: &node.keep,
            holding: Holding::default(),
            groups: None,
        }
    }

    fn run(&mut self, run: &Runtime<'_>) -> Result<Pieces> {
        if merge::is_mergeable(self.grouping)
            && let Some(morsels) = Morsels::of(self.below, run)
            && let Some(pieces) = self.run_in_parts(&morsels, run)?
        {
            return Ok(pieces);
        }
        let mut groups = Groups::new(self.grouping, self.counts_truths(run));
        while let Some(batch) = self.input.next(run)? {
            run.check()?;
            let (batch, columns) = touched::columns(&self.expressions, batch, run)?;
            groups.add(&batch, &columns, self.grouping, None, run)?;
            run.hold(&mut self.holding, groups.keys.bytes() + groups.bytes, "Aggregate")?;
        }
        Ok(Pieces::new(groups.finish(self.grouping, run)?))
    }

    /// Whether rows are counted by how sure they are.
    fn counts_truths(&self, run: &Runtime<'_>) -> bool {
        run.plan.timed && run.plan.shows_possible
    }
}

impl Operator for Aggregate<'_> {
    fn start(&mut self, argument: &Batch) {
        self.groups = None;
        self.holding = Holding::default();
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        if self.groups.is_none() {
            self.groups = Some(self.run(run)?);
        }
        Ok(self.groups.as_mut().and_then(|groups| groups.next(self.keep)))
    }
}

impl<'a> Groups<'a> {
    pub(super) fn new(grouping: &'a Grouping, by_truth: bool) -> Groups<'a> {
        let state = |(_, aggregate): &'a (VarId, expr::Aggregate)| match (
            aggregate.function,
            aggregate.distinct,
        ) {
            (AggregateFunction::Count, false) if by_truth => State::CountSure(Vec::new()),
            (AggregateFunction::Count, true) if by_truth => {
                State::CountDistinctSure(Vec::new(), KeyTable::default())
            }
            (AggregateFunction::Count, false) => State::Count(Vec::new()),
            (AggregateFunction::Count, true) => {
                State::CountDistinct(Vec::new(), KeyTable::default(), PairsSeen::default())
            }
            _ => match (Extremes::of(aggregate), Totals::of(aggregate)) {
                (Some(extremes), _) => State::Extremes(extremes),
                (_, Some(totals)) => State::Totals(totals),
                _ => State::Each(aggregate, Vec::new()),
            },
        };
        let mut groups = Groups {
            keys: KeyTable::default(),
            states: grouping.aggregates.iter().map(state).collect(),
            unions: Vec::new(),
            count: 0,
            bytes: 0,
        };
        if grouping.keys.is_empty() {
            groups.grow(1);
        }
        groups
    }

    /// Whether it counts rows by how sure they are.
    fn counts_truths(&self) -> bool {
        let is_so =
            |state: &State<'_>| matches!(state, State::CountSure(_) | State::CountDistinctSure(..));
        self.states.iter().any(is_so)
    }

    /// Makes room for groups up to a number.
    fn grow(&mut self, count: usize) {
        self.count = count;
        // Without aggregates the groups are distinct rows: each member suffices.
        let union = if self.states.is_empty() { Union::ALTERNATIVES } else { Union::GROUP };
        self.unions.resize(count, union);
        for state in &mut self.states {
            match state {
                State::Count(counts) | State::CountDistinct(counts, ..) => counts.resize(count, 0),
                State::CountSure(tallies) => tallies.resize(count, Tally::default()),
                State::CountDistinctSure(..) => {}
                State::Extremes(extremes) => {
                    extremes.grow(count);
                    self.bytes = self.bytes.max(extremes.bytes());
                }
                State::Totals(totals) => {
                    totals.grow(count);
                    self.bytes = self.bytes.max(totals.bytes());
                }
                State::Each(aggregate, accumulators) => {
                    accumulators.resize_with(count, || {
                        Accumulator::new(aggregate.function, aggregate.distinct)
                    });
                    self.bytes = self.bytes.max(count * size_of::<Accumulator>());
                }
            }
        }
    }

    /// Adds the rows of a batch, whose keys and arguments have been computed; `weights` has for
    /// each aggregate how often each row counts. Gives the group of each row, where there are keys.
    pub(super) fn add(
        &mut self,
        batch: &Batch,
        columns: &[Column],
        grouping: &Grouping,
        weights: Option<&[&[i64]]>,
        run: &Runtime<'_>,
    ) -> Result<Option<Vec<u32>>> {
        let graph = run.graph();
        let (keys, mut arguments) = columns.split_at(grouping.keys.len());
        let numbers = (!keys.is_empty()).then(|| self.keys.insert(keys, &*graph));
        if !keys.is_empty() {
            self.grow(self.keys.len());
        }
        let all = numbers;
        let numbers = all.as_deref();
        let aggregates = grouping.aggregates.iter().enumerate();
        for (state, (at, (_, aggregate))) in self.states.iter_mut().zip(aggregates) {
            let weights = weights.map(|weights| weights[at]);
            let (own, rest) = arguments.split_at(aggregate.arguments.len());
            arguments = rest;
            let is_taken = match (&mut *state, own.first()) {
                (State::Extremes(extremes), Some(own)) => extremes.add(own, numbers, weights),
                (State::Totals(totals), Some(own)) => totals.add(own, numbers, weights),
                (State::Extremes(_) | State::Totals(_), None) => false,
                _ => true,
            };
            if !is_taken {
                state.turn_to_each()?;
            }
            match state {
                State::Count(counts) => match weights {
                    None => count(counts, numbers, batch.len(), own.first()),
                    Some(weights) => count_weights(counts, numbers, weights, own.first())?,
                },
                State::CountDistinct(counts, values, seen) => {
                    let before = values.bytes() + seen.bytes();
                    count_distinct(counts, values, seen, numbers, own, &*graph);
                    self.bytes += (values.bytes() + seen.bytes()).saturating_sub(before);
                }
                State::CountSure(tallies) => {
                    let truths = truths(batch, run);
                    tally(tallies, numbers, &truths, own.first());
                }
                State::CountDistinctSure(pairs, seen) => {
                    let before = seen.bytes();
                    let truths = truths(batch, run);
                    tally_distinct(pairs, seen, numbers, &truths, own, &*graph);
                    self.bytes += seen.bytes().saturating_sub(before);
                }
                State::Extremes(_) | State::Totals(_) => {}
                State::Each(aggregate, accumulators) => {
                    self.bytes += update(accumulators, aggregate, numbers, weights, own, &*graph)?;
                }
            }
        }
        if let (Some(lineage), Some(mut arena)) = (&batch.lineage, run.lineage()) {
            for (row, entry) in lineage.iter().enumerate() {
                let group = numbers.map_or(0, |numbers| numbers[row] as usize);
                self.unions[group].add(&mut arena, *entry);
            }
        }
        Ok(all)
    }

    /// Adds what somebody else has added up for the rows of a batch to a sum or a mean: for each
    /// row a sum and of how many integers it is.
    pub(super) fn add_totals(
        &mut self,
        aggregate: usize,
        numbers: Option<&[u32]>,
        sums: &[i128],
        counts: &[i64],
    ) -> Result<()> {
        let state = &mut self.states[aggregate];
        if let State::Totals(totals) = state {
            totals.add_totals(numbers, sums, counts);
            return Ok(());
        }
        let State::Each(_, accumulators) = state else { return Ok(()) };
        for (row, (sum, count)) in sums.iter().zip(counts).enumerate() {
            let group = numbers.map_or(0, |numbers| numbers[row] as usize);
            accumulators[group].update_total(*sum, *count as u64)?;
        }
        Ok(())
    }

    pub(super) fn finish(self, grouping: &Grouping, run: &Runtime<'_>) -> Result<Batch> {
        let mut batch = Batch::of_len(self.count);
        if self.count == 0 {
            return Ok(batch);
        }
        for ((variable, _), vector) in grouping.keys.iter().zip(self.keys.key_vectors()) {
            batch.set(*variable, Column::new(vector));
        }
        for ((variable, _), state) in grouping.aggregates.iter().zip(self.states) {
            let vector = match state {
                State::Count(counts) | State::CountDistinct(counts, ..) => {
                    Vector::new(Data::Integer(counts))
                }
                State::CountSure(tallies) => tallied(tallies),
                State::CountDistinctSure(pairs, _) => {
                    let mut tallies = vec![Tally::default(); self.count];
                    for (group, truth) in pairs {
                        tallies[group as usize].add(truth);
                    }
                    tallied(tallies)
                }
                State::Extremes(extremes) => extremes.finish(),
                State::Totals(totals) => totals.finish()?,
                State::Each(aggregate, accumulators) => {
                    let mut values = VectorBuilder::default();
                    for accumulator in accumulators {
                        values.push(accumulator.finish().map_err(|e| e.at(aggregate.span))?);
                    }
                    values.finish()
                }
            };
            batch.set(*variable, Column::new(vector));
        }
        if let Some(mut arena) = run.lineage() {
            // Without keys there is a row in any case, and counts say themselves how sure they are; a sum or
            // a maximum is as sure as what it is made of.
            let is_count =
                |aggregate: &expr::Aggregate| aggregate.function == AggregateFunction::Count;
            let settled =
                grouping.keys.is_empty() && grouping.aggregates.iter().all(|(_, a)| is_count(a));
            let entries = self.unions.iter().map(|union| match union.entry() {
                entry if settled => arena.settled(entry, Truth::Certain),
                entry => entry,
            });
            batch.lineage = Some(std::sync::Arc::new(entries.collect()));
        }
        Ok(batch)
    }
}

impl State<'_> {
    /// Goes on with accumulators, which take values of any type.
    fn turn_to_each(&mut self) -> Result<()> {
        match std::mem::replace(self, State::Count(Vec::new())) {
            State::Extremes(extremes) => {
                let aggregate = extremes.aggregate;
                *self = State::Each(aggregate, extremes.into_accumulators()?);
            }
            State::Totals(totals) => {
                *self = State::Each(totals.aggregate, totals.into_accumulators()?);
            }
            other => *self = other,
        }
        Ok(())
    }
}

/// How many rows are how sure: certain, presumed, possible.
#[derive(Clone, Copy, Debug, Default)]
struct Tally([i64; 3]);

impl Tally {
    fn add(&mut self, truth: Truth) {
        match truth {
            Truth::Certain => self.0[0] += 1,
            Truth::Presumed => self.0[1] += 1,
            Truth::Possible => self.0[2] += 1,
            Truth::No => {}
        }
    }

    fn merge(&mut self, more: Tally) {
        self.0.iter_mut().zip(more.0).for_each(|(count, more)| *count += more);
    }

    /// A number where every row is certain or presumed, else how many are at least so sure.
    fn value(self) -> Value {
        let [certain, presumed, possible] = self.0;
        if possible == 0 {
            return (certain + presumed).into();
        }
        Value::map([
            ("certain", certain.into()),
            ("presumed", (certain + presumed).into()),
            ("possible", (certain + presumed + possible).into()),
        ])
    }
}

fn tallied(tallies: Vec<Tally>) -> Vector {
    if tallies.iter().all(|tally| tally.0[2] == 0) {
        let sums = tallies.iter().map(|tally| tally.0[0] + tally.0[1]);
        return Vector::new(Data::Integer(sums.collect()));
    }
    Vector::new(Data::Value(tallies.into_iter().map(Tally::value).collect()))
}

/// How sure each row of a batch is.
fn truths(batch: &Batch, run: &Runtime<'_>) -> Vec<Truth> {
    match (&batch.lineage, run.lineage()) {
        (Some(lineage), Some(arena)) => lineage.iter().map(|entry| arena.truth(*entry)).collect(),
        _ => vec![Truth::Certain; batch.len()],
    }
}

fn tally(tallies: &mut [Tally], numbers: Option<&[u32]>, truths: &[Truth], of: Option<&Column>) {
    for (row, truth) in truths.iter().enumerate() {
        if of.is_none_or(|column| !column.is_null(row)) {
            tallies[numbers.map_or(0, |numbers| numbers[row] as usize)].add(*truth);
        }
    }
}

/// Notes of each pair of group and value how sure the surest row with it is.
fn tally_distinct(
    pairs: &mut Vec<(u32, Truth)>,
    seen: &mut KeyTable,
    numbers: Option<&[u32]>,
    truths: &[Truth],
    arguments: &[Column],
    graph: &dyn Snapshot,
) {
    let Some(argument) = arguments.first() else { return };
    let groups = match numbers {
        Some(numbers) => numbers.to_vec(),
        None => vec![0; truths.len()],
    };
    let truth = |row| if argument.is_null(row) { Truth::No } else { truths[row] };
    let truths: Vec<Truth> = (0..truths.len()).map(truth).collect();
    note_pairs(pairs, seen, &groups, &truths, argument.clone(), graph);
}

/// Notes of each pair of group and value the greatest truth.
fn note_pairs(
    pairs: &mut Vec<(u32, Truth)>,
    seen: &mut KeyTable,
    groups: &[u32],
    truths: &[Truth],
    values: Column,
    graph: &dyn Snapshot,
) {
    let numbers = groups.iter().map(|group| i64::from(*group)).collect();
    let columns = [Column::new(Vector::new(Data::Integer(numbers))), values];
    for (row, pair) in seen.insert(&columns, graph).into_iter().enumerate() {
        match pairs.get_mut(pair as usize) {
            Some((_, best)) => *best = best.or(truths[row]),
            None => pairs.push((groups[row], truths[row])),
        }
    }
}

/// Counts rows, or those whose argument is not null.
fn count(counts: &mut [i64], numbers: Option<&[u32]>, rows: usize, argument: Option<&Column>) {
    let nullable = argument.filter(|column| {
        let vector = column.parts().0;
        vector.nulls.is_some() || matches!(vector.data, Data::Value(_))
    });
    match (numbers, nullable) {
        (None, None) => counts[0] += rows as i64,
        (None, Some(column)) => {
            counts[0] += (0..rows).filter(|row| !column.is_null(*row)).count() as i64;
        }
        (Some(numbers), None) => match extremes::only_group(Some(numbers)) {
            Some(group) => counts[group] += rows as i64,
            None => numbers.iter().for_each(|group| counts[*group as usize] += 1),
        },
        (Some(numbers), Some(column)) => {
            for (row, group) in numbers.iter().enumerate() {
                counts[*group as usize] += i64::from(!column.is_null(row));
            }
        }
    }
}

/// Counts rows, or those whose argument is not null, each as often as its weight says.
fn count_weights(
    counts: &mut [i64],
    numbers: Option<&[u32]>,
    weights: &[i64],
    argument: Option<&Column>,
) -> Result<()> {
    let mut overflows = false;
    for (row, weight) in weights.iter().enumerate() {
        if argument.is_some_and(|column| column.is_null(row)) {
            continue;
        }
        let count = &mut counts[numbers.map_or(0, |numbers| numbers[row] as usize)];
        let (sum, overflow) = count.overflowing_add(*weight);
        (*count, overflows) = (sum, overflows | overflow);
    }
    if overflows {
        let message = "count(): the number of matches does not fit in 64 bits.";
        return Err(Error::new(&codes::INTEGER_OVERFLOW, message));
    }
    Ok(())
}

/// Counts the values of each group that were not there before.
fn count_distinct(
    counts: &mut [i64],
    values: &mut KeyTable,
    seen: &mut PairsSeen,
    numbers: Option<&[u32]>,
    arguments: &[Column],
    graph: &dyn Snapshot,
) {
    let Some(argument) = arguments.first() else { return };
    let mut known = values.len() as u32;
    let found = values.insert(std::slice::from_ref(argument), graph);
    let Some(numbers) = numbers else {
        for (row, value) in found.into_iter().enumerate() {
            if value == known {
                known += 1;
                counts[0] += i64::from(!argument.is_null(row));
            }
        }
        return;
    };
    for (row, (&group, value)) in numbers.iter().zip(found).enumerate() {
        if !argument.is_null(row) && seen.insert(group, value) {
            counts[group as usize] += 1;
        }
    }
}

/// The smallest or the largest text of each group that has one, by code: texts are compared where they stand.
fn extreme_texts(
    rows: impl Iterator<Item = (usize, u32)>,
    groups: usize,
    is_max: bool,
    texts: &dyn Dictionary,
) -> impl Iterator<Item = (usize, u32)> {
    let (all, ends) = texts.end_to_end();
    let text = |code: u32| {
        let start = code.checked_sub(1).map_or(0, |before| ends[before as usize] as usize);
        // The order of the bytes is that of the characters.
        &all[start..ends[code as usize] as usize]
    };
    let wanted = if is_max { Ordering::Greater } else { Ordering::Less };
    let mut best: Vec<Option<u32>> = vec![None; groups];
    for (group, code) in rows {
        let is_better =
            best[group].is_none_or(|known| known != code && text(code).cmp(text(known)) == wanted);
        if is_better {
            best[group] = Some(code);
        }
    }
    best.into_iter().enumerate().filter_map(|(group, code)| Some((group, code?)))
}

/// Hands the arguments of each row to the accumulator of its group; gives the bytes they may keep.
fn update(
    accumulators: &mut [Accumulator],
    aggregate: &expr::Aggregate,
    numbers: Option<&[u32]>,
    weights: Option<&[i64]>,
    arguments: &[Column],
    graph: &dyn Snapshot,
) -> Result<usize> {
    let keeps = aggregate.distinct
        || matches!(
            aggregate.function,
            AggregateFunction::Collect
                | AggregateFunction::PercentileCont
                | AggregateFunction::PercentileDisc
        );
    let vectors: Vec<_> = arguments.iter().map(Column::flat).collect();
    let Some(first) = vectors.first() else { return Ok(0) };
    if numbers.is_none() && weights.is_none() && first.nulls.is_none() && !keeps {
        let whole = match &first.data {
            Data::Integer(values) => Some(accumulators[0].update_integers(values)),
            Data::Float(values) => Some(accumulators[0].update_floats(values)),
            _ => None,
        };
        if let Some(result) = whole {
            return result.map(|()| 0).map_err(|error| error.at(aggregate.span));
        }
    }
    let weight = |row: usize| weights.map_or(1, |weights| weights[row] as u64);
    let of_group = |row: usize| numbers.map_or(0, |numbers| numbers[row] as usize);
    if let (Data::Integer(values), None, false) = (&first.data, &first.nulls, keeps) {
        for (row, value) in values.iter().enumerate() {
            let updated = accumulators[of_group(row)].update_integer(*value, weight(row));
            updated.map_err(|error| error.at(aggregate.span))?;
        }
        return Ok(0);
    }
    if let (Data::Date(days), None, false) = (&first.data, &first.nulls, keeps)
        && matches!(aggregate.function, AggregateFunction::Min | AggregateFunction::Max)
    {
        for (row, day) in days.iter().enumerate() {
            accumulators[of_group(row)].update_day(*day, weight(row));
        }
        return Ok(0);
    }
    if let (Data::Text { codes, source }, AggregateFunction::Min | AggregateFunction::Max) =
        (&first.data, aggregate.function)
        && let Some(texts) = source.dictionary(graph)
        && accumulators.len() <= codes.len() * 2 + 64
    {
        let is_max = aggregate.function == AggregateFunction::Max;
        let rows = (0..codes.len()).filter(|row| weight(*row) > 0 && !first.is_null(*row));
        let rows = rows.map(|row| (of_group(row), codes[row]));
        for (group, code) in extreme_texts(rows, accumulators.len(), is_max, texts) {
            let updated = accumulators[group].update(&[Value::String(texts.text(code))]);
            updated.map_err(|error| error.at(aggregate.span))?;
        }
        return Ok(0);
    }
    let mut bytes = 0;
    let mut row_values = Vec::with_capacity(vectors.len());
    for row in 0..first.len() {
        row_values.clear();
        row_values.extend(vectors.iter().map(|vector| vector.value(row, graph)));
        let group = numbers.map_or(0, |numbers| numbers[row] as usize);
        let updated = match weights {
            None => accumulators[group].update(&row_values),
            Some(weights) => accumulators[group].update_times(&row_values, weights[row] as u64),
        };
        updated.map_err(|error| error.at(aggregate.span))?;
        if keeps {
            bytes += size_of::<Value>() + row_values[0].heap_bytes();
        }
    }
    Ok(bytes)
}
