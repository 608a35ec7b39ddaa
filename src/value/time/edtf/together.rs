//! Whether several statements hold on one and the same day, and on which days.
//!
//! A path holds when all its statements hold at one time. Each statement is an unknown day or an
//! unknown stretch of days, independent of the others, so that a world of the path is a world of
//! each; the path then holds from the last of the first days to the first of the last days.
//!
//! ```text
//!            first days   last days
//! a          2008…2010    2020            in every world from 2010 at the latest
//! b          2005         2012…2015       until 2012 at the earliest
//! together   2008…2010    2012…2015       certain as of 2011, possible as of 2014
//! ```
//!
//! "In every world" needs a look at two statements at a time only: a world in which they share no
//! day of the period has a first day of one and a last day of another (or of the same) between
//! which no day of the period lies, whatever the rest do. "In some world" needs one day of the
//! period that each may hold on.

use super::day_set::{DaySet, FIRST, LAST};
use super::reading::from_first_to_last;
use super::valid_time::{Member, Period, ValidTime};
use super::worlds::{Ends, Free, Worlds, may_miss};
use super::{Edtf, Temporality};
use crate::value::time::{Date, Truth};

/// The most combinations of members of all-of sets that are tried one by one.
const COMBINATIONS_MAX: usize = 256;

impl ValidTime {
    /// Whether all hold, or happened, on one and the same day of the period; nothing is always true.
    ///
    /// ```
    /// use dossier::value::time::{Edtf, Period, Temporality, Truth, ValidTime};
    /// let state = |text| Ok::<_, dossier::Error>(ValidTime::new(
    ///     Some(&Edtf::parse(text)?), Some(Temporality::State { persistent: true }), None, None));
    /// let both = [state("2008-08/2012")?, state("2010/..")?];
    /// let during = |text| Ok::<_, dossier::Error>(ValidTime::together(&both, &Period::of(&Edtf::parse(text)?)));
    /// assert_eq!(during("2011")?, Truth::Presumed);
    /// assert_eq!(during("2009")?, Truth::No);
    /// assert_eq!(during("2010")?, Truth::Certain);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn together(times: &[ValidTime], period: &Period) -> Truth {
        if let [one] = times {
            return one.during(period);
        }
        let combinations = times.iter().try_fold(1_usize, |product, time| {
            product.checked_mul(time.members().len()).filter(|&n| n <= COMBINATIONS_MAX)
        });
        if combinations.is_none() {
            // Too many to try: what each alone allows is an upper bound.
            return times.iter().map(|time| time.during(period)).fold(Truth::Certain, Truth::and);
        }
        let mut best = Truth::No;
        let mut chosen = vec![0; times.len()];
        loop {
            let members: Option<Vec<&Member>> =
                times.iter().zip(&chosen).map(|(time, &at)| time.members().get(at)).collect();
            let Some(members) = members else { return best };
            best = best.or(members_together(&members, period));
            // The next combination, as an odometer counts.
            let mut place = 0;
            loop {
                let (Some(at), Some(time)) = (chosen.get_mut(place), times.get(place)) else {
                    return best;
                };
                *at += 1;
                if *at < time.members().len() {
                    break;
                }
                *at = 0;
                place += 1;
            }
        }
    }

    /// From when to when all hold, as far as it can be said: as EDTF, an unknown end left out, an
    /// open one `..`. `None` where they never hold together, or where nothing is known of when.
    ///
    /// Where one of the times lies within all the others, it is that one, as it is written.
    ///
    /// ```
    /// use dossier::value::time::{Edtf, Temporality, ValidTime};
    /// let state = |text| Ok::<_, dossier::Error>(ValidTime::new(
    ///     Some(&Edtf::parse(text)?), Some(Temporality::State { persistent: true }), None, None));
    /// let both = [state("2008-08-26/..")?, state("2011-05/2014-03-31")?];
    /// let common = ValidTime::common_time(&both);
    /// assert_eq!(common.as_ref().map(Edtf::as_str), Some("2011-05/2014-03-31"));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn common_time(times: &[ValidTime]) -> Option<Edtf> {
        let within = |one: &ValidTime| {
            one.hull().is_some() && times.iter().all(|other| other.is_throughout(one))
        };
        if let Some(one) = times.iter().find(|one| one.edtf().is_some() && within(one)) {
            return one.edtf().cloned();
        }
        if let [one] = times {
            return one.edtf().cloned();
        }
        let hulls: Vec<_> = times.iter().map(ValidTime::hull).collect::<Option<_>>()?;
        let start = (
            hulls.iter().map(|hull| hull.earliest_start).max()?,
            hulls.iter().map(|hull| hull.latest_start).max()?,
        );
        let is_open = |time: &ValidTime| time.kind() != Temporality::Event && time.ends_openly();
        let closed: Vec<_> = times.iter().zip(&hulls).filter(|(time, _)| !is_open(time)).collect();
        let end = (
            closed.iter().map(|(_, hull)| hull.earliest_end).min(),
            closed.iter().map(|(_, hull)| hull.latest_end).min(),
        );
        let (end_first, end_last) = match end {
            (Some(first), Some(last)) => (first.max(start.0), last),
            _ => (i64::MAX, i64::MAX),
        };
        if start.0 > end_last {
            return None;
        }
        let from = as_coarse_as_known(start.0, start.1.min(end_last))?;
        let text = if closed.is_empty() {
            format!("{from}/..")
        } else {
            match as_coarse_as_known(end_first, end_last) {
                Some(to) if to == from => from,
                Some(to) => format!("{from}/{to}"),
                None => format!("{from}/"),
            }
        };
        Edtf::parse(&text).ok()
    }

    /// The time at which something holds that holds at each of some times: what one EDTF value can
    /// say of it. It says *certain* of no day on which none of them holds, and *no* of no day on which one
    /// may. `None` where no value can.
    pub(crate) fn any_of(times: &[Edtf], kind: Option<Temporality>) -> Option<Edtf> {
        let mut kept: Vec<(&Edtf, ValidTime)> = Vec::new();
        for edtf in times {
            let time = ValidTime::new(Some(edtf), kind, None, None);
            if kept.iter().any(|(known, other)| *known == edtf || other.is_throughout(&time)) {
                continue;
            }
            kept.retain(|(_, other)| !time.is_throughout(other));
            kept.push((edtf, time));
        }
        kept.sort_by_key(|(edtf, time)| {
            (time.hull().map(|hull| hull.earliest_start), edtf.as_str())
        });
        if let [(one, _)] = kept[..] {
            return Some(one.clone());
        }
        let members: Option<Vec<String>> = kept.iter().map(|(edtf, _)| member(edtf)).collect();
        if let Some(members) = members {
            return Edtf::parse(&format!("{{{}}}", members.join(","))).ok();
        }
        // From the beginning of the first, to an end that is not known.
        let first = kept.first()?.0;
        let start = if first.is_interval() { first.start()? } else { first.clone() };
        Edtf::parse(&format!("{}/", start.as_str())).ok()
    }

    /// Whether it holds, in every world, on all days on which another may.
    fn is_throughout(&self, other: &ValidTime) -> bool {
        if self.edtf().is_some() && self.edtf() == other.edtf() && self.kind() == other.kind() {
            return true;
        }
        let (Some(own), Some(theirs)) = (self.hull(), other.hull()) else { return false };
        let goes_on = self.kind() != Temporality::Event && self.ends_openly();
        own.latest_start <= theirs.earliest_start
            && (goes_on || own.earliest_end >= theirs.latest_end)
    }
}

/// A value as a member of `{…}` that means the same: a date, or a stretch from one day to another.
fn member(edtf: &Edtf) -> Option<String> {
    if !edtf.is_interval() {
        return (!edtf.is_set()).then(|| edtf.as_str().to_owned());
    }
    let (start, end) = (edtf.start()?, edtf.end()?);
    let is_exact = start.exact_day().is_some() && end.exact_day().is_some();
    is_exact.then(|| format!("{}..{}", start.as_str(), end.as_str()))
}

/// The finest EDTF date that all days from one to another share: a day, a month, a year, digits
/// of a year; `None` where not even that is known.
fn as_coarse_as_known(first: i64, last: i64) -> Option<String> {
    let text = |day: i64| Date::checked_from_days(day).map(|date| date.to_string());
    let (first, last) = (text(first)?, text(last)?);
    if first.len() != 10 || last.len() != 10 {
        return None;
    }
    if first == last {
        return Some(first);
    }
    for length in [7, 4] {
        if first.get(..length) == last.get(..length) {
            return first.get(..length).map(str::to_owned);
        }
    }
    (1..4).rev().find_map(|digits| {
        let shared = first.get(..digits)?;
        (last.get(..digits)? == shared).then(|| format!("{shared}{}", "X".repeat(4 - digits)))
    })
}

fn members_together(members: &[&Member], period: &Period) -> Truth {
    let plain: Vec<&Worlds> = members.iter().map(|member| member.plain()).collect();
    for (afterwards, truth) in
        [(Truth::Possible, Truth::Certain), (Truth::Presumed, Truth::Presumed)]
    {
        if in_every_world(&plain, period.plain(), afterwards) {
            return truth;
        }
    }
    let wide: Vec<&Worlds> = members.iter().map(|member| member.wide()).collect();
    if in_some_world(&wide, period.wide()) { Truth::Possible } else { Truth::No }
}

/// The first and the last days of one kind of world.
struct Stretch {
    starts: DaySet,
    ends: DaySet,
}

/// Whether in every world some day of the period lies in all; presumed persistence counts where
/// `presumed` says so.
fn in_every_world(all: &[&Worlds], days: &DaySet, presumed: Truth) -> bool {
    let mut cuts: Vec<i64> = days.cuts().collect();
    all.iter().for_each(|worlds| worlds.add_cuts(&mut cuts));
    let mut stretches: Vec<Vec<Stretch>> = Vec::with_capacity(all.len());
    for worlds in all {
        // Alone, each must lie in the period in each of its worlds.
        let alone = worlds.during(days);
        let threshold = if presumed == Truth::Presumed { Truth::Presumed } else { Truth::Certain };
        if super::worlds::Spread::truth(alone) < threshold {
            return false;
        }
        let mut own = Vec::new();
        worlds.visit(cuts.clone(), |world| own.push(stretch(world, worlds, presumed)));
        stretches.push(own);
    }
    let pair = |a: &Stretch, b: &Stretch| {
        let in_order = a.starts.last() <= b.ends.first();
        in_order && !may_miss(&a.starts, &b.ends, days)
    };
    stretches.iter().enumerate().all(|(i, one)| {
        let others = stretches.iter().enumerate().filter(|(j, _)| *j != i);
        others.into_iter().all(|(_, other)| one.iter().all(|a| other.iter().all(|b| pair(a, b))))
    })
}

fn stretch(world: Free<'_>, worlds: &Worlds, presumed: Truth) -> Stretch {
    match world {
        Free::Days(days) => Stretch { starts: days.clone(), ends: days.clone() },
        Free::Span(starts, Ends::On(ends)) => {
            Stretch { starts: starts.clone(), ends: ends.clone() }
        }
        Free::Span(starts, ends) => {
            let goes_on = matches!(ends, Ends::Open)
                && presumed == Truth::Presumed
                && worlds.afterwards() == Truth::Presumed;
            let first = if goes_on { LAST } else { starts.first().unwrap_or(FIRST) };
            Stretch { starts: starts.clone(), ends: DaySet::range(first, LAST) }
        }
    }
}

/// Whether there is a day of the period on which each may hold.
fn in_some_world(all: &[&Worlds], days: &DaySet) -> bool {
    let mut cuts: Vec<i64> = days.cuts().collect();
    all.iter().for_each(|worlds| worlds.add_cuts(&mut cuts));
    let mut left = days.clone();
    for worlds in all {
        let mut own = DaySet::default();
        worlds.visit(cuts.clone(), |world| {
            own = own.union(&match world {
                Free::Days(days) => days.clone(),
                Free::Span(starts, ends) => from_first_to_last(starts, ends),
            });
        });
        left = left.intersection(&own);
        if left.is_empty() {
            return false;
        }
    }
    true
}
