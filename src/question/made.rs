//! What is made of the answers to several questions that are asked as one: all of them, any of them, or one number of
//! two.
//!
//! ```text
//! How much longer is the Danube than the Rhine?      how long is the Danube, less how long is the Rhine
//! What is the difference in area between X and Y?    how far apart the two are, whichever is the larger
//! How many times as large as Y is X?                 the one divided by the other
//! ```
//!
//! The chart finds the two questions, each of which has a meaning of its own; `ask` reckons with their answers.

use super::form::{Asked, Inquiry, Pattern, ThingId};

/// What the answers to several questions come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joint {
    /// All of them: *when and where …*
    Each,
    /// Any of them: *who met or awarded X?*
    Either,
    /// How much more the first number is than the second.
    Less,
    /// The first number minus the second, whichever is the larger.
    Minus,
    /// How far apart two numbers are.
    Apart,
    /// How many times the second number the first is.
    Times,
}

/// Whether inquiries can come to what is asked of them: a number is made of two of one kind.
pub(crate) fn fits(joint: Joint, inquiries: &[Inquiry]) -> bool {
    match (joint, inquiries) {
        (Joint::Each | Joint::Either, _) => true,
        (_, [one, other]) => {
            let plain = |inquiry: &Inquiry| inquiry.group.is_none() && inquiry.also.is_empty();
            plain(one) && plain(other) && are_alike(one, other)
        }
        _ => false,
    }
}

/// Whether two inquiries ask for numbers of the same: the same property, or how many of the same kind.
fn are_alike(one: &Inquiry, other: &Inquiry) -> bool {
    let labels = |inquiry: &Inquiry, thing: ThingId| inquiry.pattern.things[thing].labels.clone();
    let types = |pattern: &Pattern, fact: usize| pattern.facts[fact].types.clone();
    match (one.asked, other.asked) {
        (Asked::ThingValue(_, key), Asked::ThingValue(_, own)) => {
            key == own && one.aggregate == other.aggregate
        }
        (Asked::Count(a), Asked::Count(b)) => labels(one, a) == labels(other, b),
        (Asked::CountFacts(a), Asked::CountFacts(b)) => {
            types(&one.pattern, a) == types(&other.pattern, b)
        }
        _ => false,
    }
}

/// The query of a number that is made of two, each of which has a query that gives it in a column of the same name.
pub(crate) fn query(joint: Joint, queries: &[String]) -> String {
    let inner = |query: &String, name: &str| {
        let from = query.rfind("RETURN ").unwrap_or(0);
        let (before, returned) = query.split_at(from);
        let returned = match returned.rfind(" AS ") {
            Some(at) => format!("{} AS {name}", &returned[..at]),
            None => returned.to_owned(),
        };
        format!("CALL {{\n  {}\n}}", format!("{before}{returned}").replace('\n', "\n  "))
    };
    let names = ["one", "other"];
    let parts: Vec<String> =
        queries.iter().zip(names).map(|(one, name)| inner(one, name)).collect();
    let made = match joint {
        Joint::Apart => "abs(one - other)",
        Joint::Times => "toFloat(one) / other",
        Joint::Each | Joint::Either | Joint::Less | Joint::Minus => "one - other",
    };
    format!("{}\nRETURN {made} AS number", parts.join("\n"))
}

/// How a number that is made of two was asked for, by how each of those was.
pub(crate) fn sentence(joint: Joint, sentences: &[String]) -> String {
    let told = |sentence: &String| {
        let mut chars = sentence.trim_end_matches('?').chars();
        let first: String = chars.next().map(char::to_lowercase).into_iter().flatten().collect();
        format!("{first}{}", chars.as_str())
    };
    let [one, other] = sentences else { return sentences.join(" ") };
    let (one, other) = (told(one), told(other));
    match joint {
        Joint::Apart => format!("What is the difference between “{one}” and “{other}”?"),
        Joint::Times => format!("How many times “{other}” is “{one}”?"),
        Joint::Minus => format!("What is “{one}” minus “{other}”?"),
        Joint::Each | Joint::Either | Joint::Less => {
            format!("By how much does “{one}” exceed “{other}”?")
        }
    }
}
