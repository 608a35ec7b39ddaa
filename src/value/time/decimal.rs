//! Decimal numbers with eighteen places, for amounts such as the `0.75` of `P0.75M`.
//!
//! Durations carry fractions from months to days to seconds. In binary floating point 0.3 s
//! would lose a nanosecond on the way, so amounts are exact decimals: a float counts as the
//! shortest decimal number that prints as it.

/// One, in units of the last place.
pub(super) const ONE: i128 = 1_000_000_000_000_000_000;

/// A decimal number: a count of 10^-18.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Decimal(i128);

impl Decimal {
    pub(super) const fn from_int(value: i64) -> Decimal {
        Decimal(value as i128 * ONE)
    }

    /// The decimal that a float prints as; `None` for NaN, infinities and numbers beyond 64 bits.
    pub(super) fn from_f64(value: f64) -> Option<Decimal> {
        let (mantissa, exponent) = digits_of(value)?;
        let places = exponent + 18;
        if places < 0 {
            let dropped = 10_i128.checked_pow(places.unsigned_abs()).unwrap_or(i128::MAX);
            return Some(Decimal(mantissa / dropped));
        }
        let units = mantissa.checked_mul(10_i128.checked_pow(places.unsigned_abs())?)?;
        Some(Decimal(units)).filter(|units| i64::try_from(units.whole()).is_ok())
    }

    /// The number with these digits before and after the point; digits beyond the eighteenth
    /// place are dropped. `None` if it exceeds 64 bits.
    pub(super) fn from_digits(negative: bool, whole: &[u8], fraction: &[u8]) -> Option<Decimal> {
        let mut units: i128 = 0;
        for digit in whole {
            units = units.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
        }
        i64::try_from(units).ok()?;
        units *= ONE;
        let mut place = ONE / 10;
        for digit in fraction {
            units += i128::from(digit - b'0') * place;
            place /= 10;
        }
        Some(Decimal(if negative { -units } else { units }))
    }

    pub(super) fn checked_add(self, other: Decimal) -> Option<Decimal> {
        self.0.checked_add(other.0).map(Decimal)
    }

    pub(super) fn checked_mul(self, factor: i64) -> Option<Decimal> {
        self.0.checked_mul(i128::from(factor)).map(Decimal)
    }

    /// The number without its fraction.
    pub(super) const fn whole(self) -> i128 {
        self.0 / ONE
    }

    /// The fraction, in units of 10^-18; it has the sign of the number.
    pub(super) const fn fraction(self) -> i128 {
        self.0 % ONE
    }

    /// The number of so many units of 10^-18.
    pub(super) const fn from_units(units: i128) -> Decimal {
        Decimal(units)
    }
}

/// A float as numerator and denominator of the decimal that it prints as.
///
/// The denominator is at most 10^18; what lies below that place is dropped.
pub(super) fn ratio(value: f64) -> Option<(i128, i128)> {
    let (mantissa, exponent) = digits_of(value)?;
    match exponent {
        0.. => Some((mantissa.checked_mul(10_i128.checked_pow(exponent.unsigned_abs())?)?, 1)),
        -18..0 => Some((mantissa, 10_i128.pow(exponent.unsigned_abs()))),
        _ => {
            let dropped = 10_i128.checked_pow(exponent.unsigned_abs() - 18).unwrap_or(i128::MAX);
            Some((mantissa / dropped, ONE))
        }
    }
}

/// The shortest digits that print as the float, and the power of ten to multiply them by.
fn digits_of(value: f64) -> Option<(i128, i32)> {
    if !value.is_finite() {
        return None;
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    Some((digits, exponent - fraction.len() as i32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_counts_as_what_it_prints() {
        let third = Decimal::from_f64(-0.3).expect("small");
        assert_eq!((third.whole(), third.fraction()), (0, -3 * ONE / 10));
        assert_eq!(Decimal::from_f64(2.5e17).map(Decimal::whole), Some(250_000_000_000_000_000));
        assert_eq!(Decimal::from_f64(1e300), None);
        assert_eq!(Decimal::from_f64(1e-300), Some(Decimal::default()));
        assert_eq!(ratio(0.125), Some((125, 1_000)));
        assert_eq!(ratio(5e-324), Some((0, ONE)));
        assert_eq!(ratio(f64::NAN), None);
    }
}
