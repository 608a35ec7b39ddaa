//! Lists of numbers as vectors: how alike two of them are.
//!
//! The measures are those of Neo4j's manual ("Vector functions"): between 0 and 1, and 1 for vectors
//! that are the same.

use super::Function;
use super::argument::{list, number, out_of_range};
use crate::error::Result;
use crate::value::Value;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "vector.similarity.cosine(a :: LIST<INTEGER | FLOAT>, b :: LIST<INTEGER | FLOAT>) :: FLOAT",
        "How alike the directions of two vectors are, from 0 to 1: half of one and their cosine.",
        ("RETURN vector.similarity.cosine([1, 0], [0, 1])", "0.5"),
        |_, args| {
            let name = "vector.similarity.cosine";
            let (a, b) = vectors(name, args)?;
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            let lengths = dot(&a, &a).sqrt() * dot(&b, &b).sqrt();
            if lengths == 0.0 {
                return Err(out_of_range(name, "a vector of length 0 has no direction"));
            }
            let cosine = (dot(&a, &b) / lengths).clamp(-1.0, 1.0);
            Ok(Value::Float(0.5 + 0.5 * cosine))
        },
    ),
    Function::new(
        "vector.similarity.euclidean(a :: LIST<INTEGER | FLOAT>, b :: LIST<INTEGER | FLOAT>) :: FLOAT",
        "How near two vectors are, from 0 to 1: one divided by one and the square of their distance.",
        ("RETURN vector.similarity.euclidean([1, 2], [1, 5])", "0.1"),
        |_, args| {
            let (a, b) = vectors("vector.similarity.euclidean", args)?;
            let squared: f64 = a.iter().zip(&b).map(|(a, b)| (a - b) * (a - b)).sum();
            Ok(Value::Float(1.0 / (1.0 + squared)))
        },
    ),
];

/// Two vectors of one length, of at least one number each.
fn vectors(function: &str, args: &[Value]) -> Result<(Vec<f64>, Vec<f64>)> {
    let vector = |value: &Value| {
        list(function, value)?.iter().map(|value| number(function, value)).collect::<Result<_>>()
    };
    let (a, b): (Vec<f64>, Vec<f64>) = (vector(&args[0])?, vector(&args[1])?);
    if a.is_empty() && b.is_empty() {
        return Err(out_of_range(function, "the vectors are empty; they need a number at least"));
    }
    if a.len() != b.len() {
        let problem =
            format!("the vectors need as many numbers, but have {} and {}", a.len(), b.len());
        return Err(out_of_range(function, problem));
    }
    Ok((a, b))
}
