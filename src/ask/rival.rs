//! How often something was so, held against how often something else was.
//!
//! ```text
//! Did X visit Y more often than Z did?    two numbers, each found by itself, and held against each other
//! Who visited Y more often than Z did?    the number of Z is found first; then there must be more
//! ```
//!
//! Called by `compose`, and by `select` where such a question stands within another.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::compose::one;
use super::{Answer, Kind, Verdict};
use crate::error::Result;
use crate::graph::Snapshot;
use crate::query::{Options, Store};
use crate::question::form::{Inquiry, Rival};
use crate::question::tree::Quantity;

/// How many statements answer a question: those that are sure, and those with what is possible.
struct Number {
    sure: u32,
    all: u32,
}

/// Whether the number of a question is more or less than that of its rival, or as much.
pub(super) fn whether(
    store: &Store,
    graph: &dyn Snapshot,
    own: &Inquiry,
    rival: &Rival,
    options: &Options,
) -> Result<Answer> {
    let (mut answer, _) = one(store, graph, own, options)?;
    let (other, _) = one(store, graph, &rival.than, options)?;
    let (mine, theirs) = (number(&answer), number(&other));
    answer.kind = Kind::YesNo;
    (answer.answers, answer.possible) = (Vec::new(), Vec::new());
    for evidence in other.evidence {
        if !answer.evidence.contains(&evidence) {
            answer.evidence.push(evidence);
        }
    }
    if mine.all == 0 && theirs.all == 0 {
        // Neither ever did so: as often as the other where that is known, else nobody knows.
        if answer.verdict == Some(Verdict::Certain) && other.verdict == answer.verdict {
            let equal = rival.how == Ordering::Equal;
            answer.verdict = Some(if equal { Verdict::Certain } else { Verdict::No });
        }
        return Ok(answer);
    }
    let holds = |mine: u32, theirs: u32| mine.cmp(&theirs) == rival.how;
    let all = [(mine.sure, theirs.all), (mine.all, theirs.sure), (mine.sure, theirs.sure)];
    let mut held = all.iter().map(|&(mine, theirs)| holds(mine, theirs));
    answer.verdict = Some(match (held.clone().all(|held| held), held.any(|held| held)) {
        (true, _) => Verdict::Certain,
        (false, true) => Verdict::Possible,
        (false, false) => Verdict::No,
    });
    let (mine, theirs) = (times(mine.sure), times(theirs.sure));
    answer.notes = vec![format!("How often: {mine}, against {theirs}.")];
    Ok(answer)
}

/// The inquiry with the quantity that its rival leaves. Those that never did so are not among those that did
/// so less often, or as often as one that never did.
pub(super) fn resolved<'i>(
    store: &Store,
    graph: &dyn Snapshot,
    inquiry: &'i Inquiry,
    options: &Options,
) -> Result<Cow<'i, Inquiry>> {
    let Some(rival) = &inquiry.rival else { return Ok(Cow::Borrowed(inquiry)) };
    let (other, _) = one(store, graph, &rival.than, options)?;
    let other = number(&other).sure;
    let quantity = match rival.how {
        Ordering::Greater => Quantity { min: other.saturating_add(1), max: None },
        Ordering::Less => Quantity { min: 1, max: Some(other.saturating_sub(1)) },
        Ordering::Equal => Quantity { min: other.max(1), max: Some(other) },
    };
    let mut inquiry = Inquiry { rival: None, ..inquiry.clone() };
    if let Some(last) = inquiry.having.last_mut() {
        last.quantity = quantity;
    }
    Ok(Cow::Owned(inquiry))
}

/// The number in an answer that counts; none where nothing is stated.
fn number(answer: &Answer) -> Number {
    let read = |list: &[String]| list.first().and_then(|text| text.parse().ok());
    let sure = read(&answer.answers).unwrap_or(0);
    Number { sure, all: read(&answer.possible).unwrap_or(sure).max(sure) }
}

fn times(number: u32) -> String {
    match number {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        number => format!("{number} times"),
    }
}
