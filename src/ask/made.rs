//! One number made of the answers to two questions: how much more the one is, how far apart they are, how many times
//! the one the other is.

use super::compose::joined;
use super::{Answer, Kind, Verdict};
use crate::question::made::Joint;

/// The answer to a question for a number that is made of those that two others ask for.
pub(super) fn of_two(joint: Joint, before: Answer, after: Answer) -> Answer {
    let numbers = number(&before).zip(number(&after));
    let several = before.answers.len() > 1 || after.answers.len() > 1;
    let uncertain = !before.possible.is_empty() || !after.possible.is_empty();
    let mut whole = Answer { kind: Kind::Count, ..joined(before, after) };
    whole.answers.clear();
    whole.possible.clear();
    let Some((one, other)) = numbers.filter(|_| !uncertain) else {
        if several {
            whole
                .notes
                .push("That is not one number, of which more or less could be said.".to_owned());
        }
        whole.verdict = Some(Verdict::NotStated);
        return whole;
    };
    match joint {
        Joint::Less if one.value() < other.value() => {
            // `How much longer is X than Y?`, where it is shorter.
            whole.kind = Kind::Presupposition;
            whole.verdict = Some(Verdict::No);
            let by = other.less(one);
            whole.notes.push(format!(
                "It is not more but less: {} against {}, by {by}.",
                one.text(),
                other.text()
            ));
        }
        Joint::Times if other.value() == 0.0 => whole.verdict = Some(Verdict::NotStated),
        Joint::Times => whole.answers.push(format!("{:?}", one.value() / other.value())),
        Joint::Apart if one.value() < other.value() => whole.answers.push(other.less(one)),
        Joint::Each | Joint::Either | Joint::Less | Joint::Minus | Joint::Apart => {
            whole.answers.push(one.less(other))
        }
    }
    whole
}

/// A number as an answer gives it.
#[derive(Clone, Copy, Debug)]
enum Number {
    Whole(i64),
    Broken(f64),
}

impl Number {
    fn value(self) -> f64 {
        match self {
            Number::Whole(number) => number as f64,
            Number::Broken(number) => number,
        }
    }

    fn text(self) -> String {
        match self {
            Number::Whole(number) => number.to_string(),
            Number::Broken(number) => format!("{number:?}"),
        }
    }

    fn less(self, other: Number) -> String {
        match (self, other) {
            (Number::Whole(one), Number::Whole(other)) => {
                (i128::from(one) - i128::from(other)).to_string()
            }
            _ => format!("{:?}", self.value() - other.value()),
        }
    }
}

/// The one number that an answer is.
fn number(answer: &Answer) -> Option<Number> {
    let [only] = answer.answers.as_slice() else { return None };
    if let Ok(whole) = only.parse() {
        return Some(Number::Whole(whole));
    }
    only.parse().ok().filter(|number: &f64| number.is_finite()).map(Number::Broken)
}
