//! Columns that a file has types for, as what a recipe says they are.

use super::{Column, Data, Fault, Kind};
use crate::value::Value;
use crate::value::time::{DateTime, Duration};

/// A column as what the recipe says it is; rows where it is not are at fault. Where the file says no
/// single kind, as for lists, the column stays what it is.
pub fn converted(
    column: Column,
    native: Option<Kind>,
    kind: Option<Kind>,
    name: &str,
    faults: &mut Vec<Fault>,
) -> Column {
    let fault = |row: usize, reason: String| Fault {
        row: row as u32,
        column: Some(name.to_owned()),
        reason,
    };
    let rows = column.data.len();
    if let Data::Value(values) = &column.data {
        // What has no value although it is there could not be read.
        let lost = |&row: &usize| column.has(row) && values[row].is_null();
        let reason = native.map_or_else(
            || {
                "The value cannot be kept: a list holds plain values, none of them missing."
                    .to_owned()
            },
            |native| format!("The value is no {native}."),
        );
        faults.extend((0..rows).filter(lost).map(|row| fault(row, reason.clone())));
    }
    let (Some(native), Some(kind)) = (native, kind) else { return column };
    if kind == native {
        return column;
    }
    let mut converted = kind.column();
    for row in 0..rows {
        if !column.has(row) {
            kind.push_missing(&mut converted);
            continue;
        }
        let written = crate::load::recipe::written(&column.value(row)).unwrap_or_default();
        if !kind.push(&mut converted, &written) {
            faults.push(fault(row, format!("`{written}` is no {kind}.")));
        }
    }
    converted
}

/// A decimal fraction: so many parts of which a power of ten makes one.
pub fn fraction(count: i128, scale: i32) -> f64 {
    // Both are exact then, so that the quotient is the nearest float.
    if count.unsigned_abs() <= 1 << 53 && (0..=22).contains(&scale) {
        return count as f64 / 10f64.powi(scale);
    }
    format!("{count}e{}", -i64::from(scale)).parse().unwrap_or(f64::NAN)
}

/// So many parts of a second as a length of time.
pub fn elapsed(count: i64, per_second: i64) -> Value {
    let rest = count.rem_euclid(per_second) * (1_000_000_000 / per_second);
    let duration = Duration::new(0, 0, count.div_euclid(per_second), rest);
    duration.map_or(Value::Null, |duration| Value::Duration(duration.into()))
}

/// The instant so many parts of a second after 1970.
pub fn instant(count: i64, per_second: i64, utc: bool) -> Value {
    let (seconds, rest) = (count.div_euclid(per_second), count.rem_euclid(per_second));
    let Ok(instant) = DateTime::from_epoch(seconds, rest * (1_000_000_000 / per_second)) else {
        return Value::Null;
    };
    if utc { Value::DateTime(instant.into()) } else { Value::LocalDateTime(instant.local()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_fractions_are_the_nearest_floats() {
        for (count, scale, value) in [
            (110, 2, 1.1),
            (-9_999_999_999, 2, -99_999_999.99),
            (12_345_678_901_234_567, 2, 123_456_789_012_345.67),
            (3, -2, 300.0),
            (1, 30, 1e-30),
        ] {
            assert_eq!(fraction(count, scale).to_bits(), f64::to_bits(value), "{count} {scale}");
        }
    }
}
