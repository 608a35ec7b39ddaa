//! Percentiles.

use super::number;
use crate::error::{Error, Result, eval as codes};
use crate::expr::limits;
use crate::value::Value;
use crate::value::order::order;

/// The numbers of a percentile, and which one is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranked {
    pub(super) values: Vec<Value>,
    pub(super) percentile: Option<f64>,
}

impl Ranked {
    /// Reads the percentile of a row; it is that of the first row in the end.
    pub(super) fn set_percentile(&mut self, function: &str, args: &[Value]) -> Result<()> {
        let percentile = number(function, args.get(1).unwrap_or(&Value::Null))?;
        if !(0.0..=1.0).contains(&percentile) {
            let message =
                format!("{function}(): a percentile is between 0 and 1, not {percentile}.");
            return Err(Error::new(&codes::NUMBER_OUT_OF_RANGE, message)
                .hint("The median is the percentile 0.5."));
        }
        self.percentile.get_or_insert(percentile);
        Ok(())
    }

    pub(super) fn add(&mut self, function: &str, value: &Value) -> Result<()> {
        number(function, value)?;
        limits::check_length(self.values.len() + 1)?;
        self.values.push(value.clone());
        Ok(())
    }

    /// The least value that at least that part of the values do not exceed.
    pub(super) fn nearest(mut self) -> Value {
        let rank = self.percentile.unwrap_or_default() * self.values.len() as f64;
        // Rounding may carry 0.1 * 30 over 3; the difference is no rank.
        let whole = rank.round();
        let rank = if (rank - whole).abs() < 1e-9 { whole } else { rank.ceil() };
        self.at((rank as usize).saturating_sub(1))
    }

    /// The value between the two nearest, in proportion.
    pub(super) fn interpolated(mut self) -> Value {
        let Some(last) = self.values.len().checked_sub(1) else { return Value::Null };
        let rank = self.percentile.unwrap_or_default() * last as f64;
        let fraction = rank.fract();
        let lower = self.at(rank as usize).as_float().unwrap_or_default();
        if fraction == 0.0 {
            return Value::Float(lower);
        }
        let upper = self.at(rank as usize + 1).as_float().unwrap_or_default();
        Value::Float(lower * (1.0 - fraction) + upper * fraction)
    }

    /// The value at a position of the sorted values; null where there is none.
    fn at(&mut self, position: usize) -> Value {
        if position >= self.values.len() {
            return Value::Null;
        }
        self.values.select_nth_unstable_by(position, order).1.clone()
    }
}
