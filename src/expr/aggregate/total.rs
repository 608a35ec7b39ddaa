//! Sums, means and standard deviations.

use super::wrong_type;
use crate::error::{Error, Result, eval as codes};
use crate::value::Value;
use crate::value::time::Duration;

/// A sum of numbers, or of durations, and how many they were.
#[derive(Clone, Debug, Default)]
pub(super) struct Total {
    count: u64,
    /// 2^64 integers of 64 bits fit.
    integers: i128,
    floats: Option<Floats>,
    duration: Option<Duration>,
}

/// A compensated sum of floats.
#[derive(Clone, Copy, Debug, Default)]
struct Floats {
    sum: f64,
    /// What rounding took from the sum.
    compensation: f64,
    /// The same sum scaled down, for a mean whose sum would overflow.
    scaled: f64,
}

impl Floats {
    /// No count of 64-bit floats that fits in memory can overflow when scaled by this.
    const SCALE: f64 = 1.0 / (1_u64 << 60) as f64;

    fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.compensation += if self.sum.abs() >= value.abs() {
            (self.sum - sum) + value
        } else {
            (value - sum) + self.sum
        };
        self.sum = sum;
        self.scaled += value * Floats::SCALE;
    }

    fn add_times(&mut self, value: f64, times: f64) {
        let scaled = self.scaled + value * Floats::SCALE * times;
        self.add(value * times);
        self.scaled = scaled;
    }

    fn total(&self) -> f64 {
        // With an infinity in the sum the compensation is NaN.
        if self.sum.is_finite() { self.sum + self.compensation } else { self.sum }
    }
}

impl Total {
    pub(super) fn add(&mut self, function: &str, value: &Value) -> Result<()> {
        match value {
            Value::Integer(int) => self.add_integers(function, std::slice::from_ref(int)),
            Value::Float(float) => self.add_floats(function, std::slice::from_ref(float)),
            Value::Duration(duration) => {
                if self.has_numbers() {
                    return Err(mixed(function));
                }
                self.count += 1;
                self.duration = Some(match self.duration {
                    None => **duration,
                    Some(sum) => sum.plus(duration)?,
                });
                Ok(())
            }
            other => Err(wrong_type(function, "numbers or durations", other)),
        }
    }

    /// Adds a value so many times.
    pub(super) fn add_times(&mut self, function: &str, value: &Value, times: u64) -> Result<()> {
        match value {
            Value::Integer(int) => self.add_integer(function, *int, times),
            Value::Float(float) => {
                self.refuse_durations(function)?;
                self.count = self.count.saturating_add(times);
                self.floats.get_or_insert_default().add_times(*float, times as f64);
                Ok(())
            }
            Value::Duration(duration) => {
                let times_more = i64::try_from(times).unwrap_or(i64::MAX);
                let product = duration.multiply(&Value::Integer(times_more))?;
                self.add(function, &product.into())?;
                self.count = self.count.saturating_add(times - 1);
                Ok(())
            }
            other => self.add(function, other),
        }
    }

    /// Adds an integer so many times.
    pub(super) fn add_integer(&mut self, function: &str, int: i64, times: u64) -> Result<()> {
        self.add_total(function, i128::from(int) * i128::from(times), times)
    }

    /// Adds a sum of so many integers.
    pub(super) fn add_total(&mut self, function: &str, sum: i128, count: u64) -> Result<()> {
        self.refuse_durations(function)?;
        self.count = self.count.saturating_add(count);
        self.integers = self.integers.saturating_add(sum);
        Ok(())
    }

    pub(super) fn add_integers(&mut self, function: &str, values: &[i64]) -> Result<()> {
        self.refuse_durations(function)?;
        self.count += values.len() as u64;
        // Two sums of 32-bit halves run in vector registers, one of 128 bits does not.
        for chunk in values.chunks(1 << 31) {
            let low: u64 = chunk.iter().map(|&value| u64::from(value as u32)).sum();
            let high: i64 = chunk.iter().map(|&value| value >> 32).sum();
            self.integers += (i128::from(high) << 32) + i128::from(low);
        }
        Ok(())
    }

    pub(super) fn add_floats(&mut self, function: &str, values: &[f64]) -> Result<()> {
        if values.is_empty() {
            // An integer sum stays one.
            return Ok(());
        }
        self.refuse_durations(function)?;
        self.count += values.len() as u64;
        let floats = self.floats.get_or_insert_default();
        values.iter().for_each(|&value| floats.add(value));
        Ok(())
    }

    pub(super) fn merge(&mut self, function: &str, other: &Total) -> Result<()> {
        if let Some(more) = other.duration {
            if self.has_numbers() {
                return Err(mixed(function));
            }
            self.duration = Some(self.duration.map_or(Ok(more), |sum| sum.plus(&more))?);
        } else if other.count > 0 {
            self.refuse_durations(function)?;
        }
        self.count += other.count;
        self.integers += other.integers;
        if let Some(more) = other.floats {
            let floats = self.floats.get_or_insert_default();
            let scaled = floats.scaled + more.scaled;
            floats.add(more.sum);
            floats.compensation += more.compensation;
            floats.scaled = scaled;
        }
        Ok(())
    }

    pub(super) fn sum(&self) -> Result<Value> {
        if let Some(duration) = self.duration {
            return Ok(duration.into());
        }
        match &self.floats {
            Some(floats) => Ok(Value::Float(floats.total() + self.integers as f64)),
            None => i64::try_from(self.integers).map(Value::Integer).map_err(|_| {
                let message = format!("sum(): {} does not fit in 64 bits.", self.integers);
                Error::new(&codes::INTEGER_OVERFLOW, message)
                    .hint("Sum floats where that is near enough: sum(toFloat(x))")
            }),
        }
    }

    pub(super) fn mean(&self) -> Result<Value> {
        if self.count == 0 {
            return Ok(Value::Null);
        }
        if let Some(duration) = self.duration {
            return Ok(duration.divide(&Value::Integer(self.count as i64))?.into());
        }
        let count = self.count as f64;
        let Some(floats) = &self.floats else {
            return Ok(mean_of_integers(self.integers, self.count).into());
        };
        let sum = floats.total() + self.integers as f64;
        Ok(Value::Float(if sum.is_finite() {
            sum / count
        } else {
            (floats.scaled + self.integers as f64 * Floats::SCALE) / count / Floats::SCALE
        }))
    }

    fn has_numbers(&self) -> bool {
        self.count > 0 && self.duration.is_none()
    }

    fn refuse_durations(&self, function: &str) -> Result<()> {
        if self.duration.is_some() { Err(mixed(function)) } else { Ok(()) }
    }
}

/// The mean of so many integers, from their sum.
pub(crate) fn mean_of_integers(sum: i128, count: u64) -> f64 {
    // Most sums fit in 64 bits, which the processor converts by itself.
    let sum = i64::try_from(sum).map_or_else(|_| sum as f64, |sum| sum as f64);
    sum / count as f64
}

/// Mean and sum of squared differences from it, kept up value by value.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    pub(super) fn add(&mut self, value: f64) {
        self.count += 1.0;
        let difference = value - self.mean;
        self.mean += difference / self.count;
        self.squares += difference * (value - self.mean);
    }

    pub(super) fn merge(&mut self, other: &Moments) {
        let count = self.count + other.count;
        if count > 0.0 {
            let difference = other.mean - self.mean;
            self.mean += difference * other.count / count;
            self.squares +=
                other.squares + difference * difference * self.count * other.count / count;
            self.count = count;
        }
    }

    /// The standard deviation; `correction` is 1 for a sample, 0 for a population.
    pub(super) fn deviation(&self, correction: u8) -> f64 {
        let degrees = self.count - f64::from(correction);
        if degrees > 0.0 { (self.squares / degrees).sqrt() } else { 0.0 }
    }
}

fn mixed(function: &str) -> Error {
    let message = format!("{function}() takes numbers or durations, not both together.");
    Error::new(&codes::ARGUMENT_TYPE, message)
}
