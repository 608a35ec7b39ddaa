//! Procedures that look their rows up in a table.

use super::{Procedure, Rows, arguments, signature};
use crate::error::{Error, Result, eval};
use crate::value::Value;
use crate::value::order::equivalent;

/// A procedure whose call gives the result fields of the rows whose inputs match.
pub(super) fn table(signature: &str, rows: Vec<Vec<Value>>) -> Result<Procedure> {
    let signature = signature::parse(signature)?;
    let width = signature.inputs.len() + signature.outputs.len();
    let mut table = Vec::with_capacity(rows.len());
    for mut row in rows {
        if row.len() != width {
            let message = format!(
                "A row of `{}` has {} values, and its signature {width} fields.",
                signature.name,
                row.len()
            );
            return Err(Error::new(&eval::ARGUMENT_VALUE, message).hint(signature.to_string()));
        }
        let outputs = row.split_off(signature.inputs.len());
        table.push((arguments(&signature, row)?, outputs));
    }
    let body = move |_: &dyn crate::graph::Snapshot, given: &[Value], _: &crate::exec::Limits| {
        let matches = |inputs: &[Value]| inputs.iter().zip(given).all(|(a, b)| equivalent(a, b));
        let rows = table.iter().filter(|(inputs, _)| matches(inputs));
        Ok(Rows::from(rows.map(|(_, outputs)| outputs.clone()).collect::<Vec<_>>()))
    };
    Ok(Procedure { signature, body: Box::new(body) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_does_not_fit_is_refused() {
        let signature = "p(in :: FLOAT?) :: (out :: STRING?)";
        assert!(table(signature, vec![vec![1.into()]]).is_err());
        assert!(table(signature, vec![vec!["x".into(), "y".into()]]).is_err());
        assert!(table(signature, vec![vec![1.into(), "y".into()]]).is_ok());
    }
}
