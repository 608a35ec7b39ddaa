//! How many of something: *at least three*, *more than 5*, *between 2 and 3 million*.
//!
//! Called for what stands before a noun and for how often something was done.

use super::Chart;
use crate::question::tree::Quantity;

impl Chart<'_> {
    /// `at least three`, `more than 5`, `no more than two`, `exactly one`, `ten or more`.
    pub(super) fn quantity_of(&self, at: usize) -> Option<(Quantity, usize)> {
        let after = |words: &[&str]| {
            let end = self.after_any(at, words)?;
            if let Some(small) = number(self.word(end)).or_else(|| one(self.word(end)))
                && !self.is(end + 1, &["hundred", "thousand", "million", "billion", ","])
            {
                return Some((small, end + 1));
            }
            let (large, end) = self.quantity(end)?;
            let whole = large.fract() == 0.0 && (0.0..4e9).contains(&large);
            whole.then_some((large as u32, end))
        };
        let one_of = |min: u32, max: Option<u32>| Quantity { min, max };
        if let Some((least, end)) =
            after(&["at least", "no fewer than", "no less than", "not less than", "a minimum of"])
        {
            return Some((one_of(least, None), end));
        }
        if let Some((most, end)) =
            after(&["at most", "no more than", "not more than", "a maximum of", "up to"])
        {
            return Some((one_of(0, Some(most)), end));
        }
        if let Some((than, end)) = after(&[
            "more than",
            "greater than",
            "over",
            "above",
            "upwards of",
            "exceeding",
            "exceed",
            "exceeds",
            "in excess of",
        ]) {
            return Some((one_of(than + 1, None), end));
        }
        if let Some((than, end)) = after(&["fewer than", "less than", "under", "below"]) {
            return Some((one_of(0, Some(than.checked_sub(1)?)), end));
        }
        if let Some((least, most, end)) = self.between(at) {
            let whole = |number: f64| number.fract() == 0.0 && (0.0..4e9).contains(&number);
            if whole(least) && whole(most) {
                return Some((one_of(least as u32, Some(most as u32)), end));
            }
        }
        if let Some((number, end)) = after(&["exactly", "precisely", "only", "just", "merely"]) {
            return Some((one_of(number, Some(number)), end));
        }
        let denied = at > 0 && self.is(at - 1, &["not"]);
        if let Some(end) =
            self.after_any(at, &["a single", "one single", "a lone"]).filter(|_| !denied)
        {
            return Some((one_of(1, Some(1)), end));
        }
        // `150000 or more`, `80000 to 300000`
        if let Some((large, end)) = self.quantity(at).filter(|found| found.0 >= 1000.0) {
            let whole = |number: f64| number.fract() == 0.0 && (0.0..4e9).contains(&number);
            let or_more = self.after_any(end, &["or more", "and more"]);
            let or_less = self.after_any(end, &["or fewer", "or less"]);
            let to = self.quantity(end + 1).filter(|_| self.is(end, &["to"]));
            let found = match (or_more, or_less, to) {
                (Some(end), ..) => Some((one_of(large as u32, None), end)),
                (_, Some(end), _) => Some((one_of(0, Some(large as u32)), end)),
                (.., Some((most, end))) if large <= most && whole(most) => {
                    Some((one_of(large as u32, Some(most as u32)), end))
                }
                _ => None,
            };
            if let Some(found) = found.filter(|_| whole(large)) {
                return Some(found);
            }
        }
        let number = number(self.word(at)).or_else(|| one(self.word(at)))?;
        match self.after_any(at + 1, &["or more", "or fewer", "or less"]) {
            Some(end) if self.is(at + 2, &["more"]) => Some((one_of(number, None), end)),
            Some(end) => Some((one_of(0, Some(number)), end)),
            None => None,
        }
    }
}

impl Chart<'_> {
    /// `between 2 and 3 million`, `from 300 to 500`: both, and the position after them.
    pub(super) fn between(&self, at: usize) -> Option<(f64, f64, usize)> {
        let from = self.after_any(at, &["between", "from", "anywhere between"])?;
        let (least, and) = self.quantity(from)?;
        if !self.is(and, &["and", "to"]) {
            return None;
        }
        let (most, end) = self.quantity(and + 1)?;
        // `2 and 3 million`: of both.
        let large = ["thousand", "million", "billion"];
        let factor = [1e3, 1e6, 1e9]
            .into_iter()
            .find(|factor| self.is(end - 1, &large) && most / factor < 1e3);
        let bare = self.is(and - 1, &large);
        let least = if bare { least } else { least * factor.unwrap_or(1.0) };
        (least <= most).then_some((least, most, end))
    }
}

/// A number that is one, or a number of times, which *at least* and its kind stand before.
fn one(word: &str) -> Option<u32> {
    match word {
        "one" | "once" => Some(1),
        "twice" => Some(2),
        "thrice" => Some(3),
        _ => None,
    }
}

pub(super) fn number(word: &str) -> Option<u32> {
    const NUMBERS: [&str; 12] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    // `one` alone is a noun: `which one`.
    let spelt = NUMBERS.iter().skip(1).position(|number| *number == word);
    spelt.map(|at| at as u32 + 2).or_else(|| word.parse().ok().filter(|&number| number < 1000))
}
