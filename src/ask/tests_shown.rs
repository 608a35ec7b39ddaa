//! The query that is shown, held against the answer: every question that a test asks is checked.
//!
//! The shown query must compile and run. Where the answer is certain, it must find what the answer says: its
//! tests of time know no *possible*, which the answer does.

use super::{Answer, Verdict};
use crate::query::Store;
use crate::question::Reading;
use crate::question::form::Asked;
use crate::value::Value;

/// Runs the query that is shown with an answer.
pub(super) fn check(store: &Store, reading: &Reading, query: &str, answer: &Answer) {
    let rows = match store.query(query, ()) {
        Ok(rows) => rows,
        Err(error) => panic!("{}\n{query}", error.message()),
    };
    let [inquiry] = reading.inquiries.as_slice() else { return };
    let sure = answer.possible.is_empty()
        && inquiry.group.is_none()
        && inquiry.aggregate.is_none()
        && matches!(answer.verdict, Some(Verdict::Certain | Verdict::No));
    // What is asked in the present and known to be over is no answer, which a query does not say.
    let may_be_over = !inquiry.past && answer.verdict == Some(Verdict::No);
    if !sure || may_be_over {
        return;
    }
    let texts: Vec<String> = rows.iter().filter_map(|row| text(row.values().first()?)).collect();
    match inquiry.asked {
        Asked::Whether => {
            let yes = answer.verdict == Some(Verdict::Certain);
            assert_eq!(texts, [yes.to_string()], "{query}");
        }
        Asked::Things(_) => {
            let mut found = texts;
            found.sort();
            found.dedup();
            let mut given = answer.answers.clone();
            given.sort();
            given.dedup();
            assert_eq!(found, given, "{query}");
        }
        Asked::Count(_) | Asked::CountFacts(_) | Asked::CountTimes(..) => {
            assert_eq!(texts, answer.answers, "{query}");
        }
        Asked::When(..) => {
            // Of what has no date there is a row, and no answer.
            let dated =
                rows.iter().map(|row| row.values()).filter(|row| !row.iter().all(Value::is_null));
            let mut found: Vec<String> = dated.map(|row| format!("{row:?}")).collect();
            found.sort();
            found.dedup();
            assert_eq!(found.len(), answer.answers.len(), "{query}");
        }
        _ => {}
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Boolean(yes) => Some(yes.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::String(text) => Some(text.to_string()),
        _ => None,
    }
}
