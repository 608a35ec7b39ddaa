//! Whether the first, the last or the best is what the question claims it to be.
//!
//! ```text
//! Was Japan the first to visit China in 2014?      the first is found among all who did, then held against Japan
//! Was Japan's first visit to China in 2013?        the first is found among all times, then held against 2013
//! ```
//!
//! Called by `compose` with the rows of the question without its claim.

use super::compose::Composer;
use super::evaluate::{Found, holds, valid_time};
use super::{Answer, Kind, Verdict};
use crate::error::Result;
use crate::question::form::Claim;
use crate::value::time::Truth;

/// The answer to whether what is found is what is claimed.
pub(super) fn answer(mut found: Composer<'_>, claim: &Claim) -> Result<Answer> {
    // Those who are claimed to be the first may have done so, and later than another.
    let known: Vec<bool> =
        found.evaluated.found.iter().map(|row| is_so(&found, row, claim) > Truth::No).collect();
    found.choose()?;
    let mut answer = found.empty(Kind::YesNo);
    let rows = &found.evaluated.found;
    if rows.is_empty() {
        found.absent(&mut answer);
        return Ok(answer);
    }
    let truth = match claim {
        // All that are equally good are the best.
        Claim::Is(..) => rows
            .iter()
            .map(|row| found.listed(row).and(is_so(&found, row, claim)))
            .fold(Truth::No, Truth::or),
        // Whichever of them is the first, it was at its time.
        Claim::At(..) => {
            let all = rows.iter().map(|row| is_so(&found, row, claim));
            let least = all.clone().fold(Truth::Certain, Truth::and);
            let most = all.fold(Truth::No, Truth::or);
            if least == most { most } else { Truth::Possible }
        }
    };
    let statements = rows.iter().flat_map(|row| row.statements.iter().copied());
    let statements: Vec<_> = statements.collect();
    // One of whom nothing is stated is not the first where another is known to be.
    let sure = rows.iter().any(|row| row.truth >= Truth::Presumed);
    if truth == Truth::No && !sure && !known.contains(&true) {
        found.absent(&mut answer);
        return Ok(answer);
    }
    answer.verdict = Some(if truth == Truth::No { Verdict::No } else { found.verdict(truth) });
    answer.evidence = found.evidence(&statements);
    Ok(answer)
}

/// Whether a row is what is claimed.
fn is_so(found: &Composer<'_>, row: &Found, claim: &Claim) -> Truth {
    match claim {
        Claim::Is(thing, nodes) => match row.nodes[*thing] {
            Some(node) if nodes.contains(&node) => Truth::Certain,
            _ => Truth::No,
        },
        Claim::At(fact, times) => match row.facts[*fact] {
            Some(id) => {
                let valid = valid_time(found.graph, id);
                times.iter().map(|when| holds(&valid, when)).fold(Truth::Certain, Truth::and)
            }
            None => Truth::No,
        },
    }
}
