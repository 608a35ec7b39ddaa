//! How often something was so, held against how often something else was.
//!
//! ```text
//! Did X visit Y more often than Z did?    two numbers, each found by itself, and held against each other
//! Who visited Y more often than Z did?    the number of Z is found first; then there must be more
//! ```
//!
//! Called by `compose` for the first; the second is left to `select`.

use super::compose::one;
use super::{Answer, Kind, Verdict};
use crate::error::Result;
use crate::graph::Snapshot;
use crate::query::{Options, Store};
use crate::question::form::{Inquiry, Rival};
use crate::question::tree::Beside;

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
    let (other, _) = one(store, graph, &rival.inquiry, options)?;
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
            let holds = rival.beside.quantity(0, rival.times).is_some_and(|many| many.holds(0));
            answer.verdict = Some(if holds { Verdict::Certain } else { Verdict::No });
        }
        return Ok(answer);
    }
    let holds = |mine: u32, theirs: u32| {
        let many = rival.beside.quantity(theirs as usize, rival.times);
        many.is_some_and(|many| many.holds(mine as usize))
    };
    let all = [(mine.sure, theirs.all), (mine.all, theirs.sure), (mine.sure, theirs.sure)];
    let mut held = all.iter().map(|&(mine, theirs)| holds(mine, theirs));
    // Somewhere between what is sure and what is possible the two may be equal.
    let meet = mine.sure <= theirs.all && theirs.sure <= mine.all && rival.beside == Beside::Same;
    answer.verdict = Some(match (held.clone().all(|held| held), held.any(|held| held) || meet) {
        (true, _) => Verdict::Certain,
        (false, true) => Verdict::Possible,
        (false, false) => Verdict::No,
    });
    let (mine, theirs) = (times(mine.sure), times(theirs.sure));
    answer.notes = vec![format!("How often: {mine}, against {theirs}.")];
    Ok(answer)
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
