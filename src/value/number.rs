//! Numbers: checked integer arithmetic, exact comparison of integers with floats, and text.
//!
//! Cypher has two kinds of numbers, 64-bit integers and IEEE 754 doubles. Integers never wrap:
//! a result beyond 64 bits is an error. A comparison of an integer with a float is exact, so
//! that `9007199254740993 = 9007199254740992.0` is false although the cast of one is the other.

use std::cmp::Ordering;

use crate::error::{Error, Result, eval as codes};

/// The sum, or an overflow error.
pub(crate) fn add(a: i64, b: i64) -> Result<i64> {
    a.checked_add(b).ok_or_else(|| overflow(a, "+", b))
}

/// The difference, or an overflow error.
pub(crate) fn subtract(a: i64, b: i64) -> Result<i64> {
    a.checked_sub(b).ok_or_else(|| overflow(a, "-", b))
}

/// The product, or an overflow error.
pub(crate) fn multiply(a: i64, b: i64) -> Result<i64> {
    a.checked_mul(b).ok_or_else(|| overflow(a, "*", b))
}

/// The quotient, truncated towards zero; an error for a divisor of zero and for the one
/// quotient that does not fit, the smallest integer divided by -1.
pub(crate) fn divide(a: i64, b: i64) -> Result<i64> {
    match b {
        0 => Err(division_by_zero(a, "/")),
        _ => a.checked_div(b).ok_or_else(|| overflow(a, "/", b)),
    }
}

/// The remainder, with the sign of the dividend; an error for a divisor of zero.
pub(crate) fn modulo(a: i64, b: i64) -> Result<i64> {
    match b {
        0 => Err(division_by_zero(a, "%")),
        // The one dividend that overflows, the smallest integer by -1, has remainder 0.
        _ => Ok(a.wrapping_rem(b)),
    }
}

/// The negated number, or an overflow error for the smallest integer.
pub(crate) fn negate(a: i64) -> Result<i64> {
    a.checked_neg().ok_or_else(|| {
        Error::new(&codes::INTEGER_OVERFLOW, format!("-({a}) does not fit in 64 bits."))
            .hint(format!("Write it as a float: -({a}.0)"))
    })
}

/// Compares an integer with a float exactly; `None` for NaN.
///
/// A float of magnitude 2^63 and more is beyond every integer. Any other float's integral part
/// is an exact 64-bit integer, so comparing that, and then the fraction's sign, loses nothing.
pub fn compare_int_float(int: i64, float: f64) -> Option<Ordering> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0; // 2^63
    if float.is_nan() {
        None
    } else if float >= LIMIT {
        Some(Ordering::Less)
    } else if float < -LIMIT {
        Some(Ordering::Greater)
    } else {
        let whole = float.trunc();
        let fraction = float - whole;
        Some(int.cmp(&(whole as i64)).then_with(|| 0.0_f64.total_cmp(&(fraction + 0.0))))
    }
}

/// The integer that equals the float, if there is one.
pub fn float_to_exact_int(float: f64) -> Option<i64> {
    let int = float as i64;
    (compare_int_float(int, float) == Some(Ordering::Equal)).then_some(int)
}

/// The float without its fraction as an integer; `None` where it does not fit in 64 bits.
pub fn truncate_float(float: f64) -> Option<i64> {
    float_to_exact_int(float.trunc())
}

/// The float as Cypher writes it: the shortest decimal that reads back as the same float.
///
/// It always reads as a float: with a fraction (`1.0`) or an exponent (`1e-7`, `1e16`). NaN
/// and the infinities are `NaN`, `Infinity` and `-Infinity`.
///
/// ```
/// use dossier::value::number::float_to_string;
/// assert_eq!(float_to_string(12.0), "12.0");
/// assert_eq!(float_to_string(1e-7), "1e-7");
/// assert_eq!(float_to_string(f64::NEG_INFINITY), "-Infinity");
/// ```
pub fn float_to_string(float: f64) -> String {
    if float.is_nan() {
        "NaN".to_owned()
    } else if float.is_infinite() {
        if float > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else {
        format!("{float:?}")
    }
}

/// Reads a float as `toFloat` does: decimal digits with an optional fraction and exponent,
/// blanks around it ignored; also what [`float_to_string`] writes for NaN and the infinities.
pub fn parse_float(text: &str) -> Option<f64> {
    match text.trim() {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        // Rust also reads `inf` and `nan` in any case; Cypher does not.
        decimal if decimal.bytes().any(|byte| byte.is_ascii_digit()) => decimal.parse().ok(),
        _ => None,
    }
}

/// Reads an integer as `toInteger` does: an integer, or else a float without its fraction.
pub fn parse_integer(text: &str) -> Option<i64> {
    let text = text.trim();
    match text.parse() {
        Ok(int) => Some(int),
        // Digits alone that do not parse are too many; going through a float would change them.
        Err(_) if text.trim_start_matches(['-', '+']).bytes().all(|b| b.is_ascii_digit()) => None,
        Err(_) => truncate_float(parse_float(text)?),
    }
}

fn overflow(a: i64, operator: &str, b: i64) -> Error {
    let message = format!("{a} {operator} {b} does not fit in 64 bits.");
    Error::new(&codes::INTEGER_OVERFLOW, message)
        .hint("Compute with floats where that is near enough: toFloat(x)")
}

fn division_by_zero(a: i64, operator: &str) -> Error {
    Error::new(&codes::DIVISION_BY_ZERO, format!("{a} {operator} 0 has no value."))
        .hint("Test the divisor first: CASE WHEN d <> 0 THEN n / d END")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn arithmetic_agrees_with_128_bits(a: i64, b: i64) {
            let check = |ours: Result<i64>, wide: i128| match ours {
                Ok(result) => i128::from(result) == wide,
                Err(_) => i64::try_from(wide).is_err(),
            };
            let (x, y) = (i128::from(a), i128::from(b));
            prop_assert!(check(add(a, b), x + y));
            prop_assert!(check(subtract(a, b), x - y));
            prop_assert!(check(multiply(a, b), x * y));
            if b != 0 {
                prop_assert!(check(divide(a, b), x / y));
                prop_assert!(check(modulo(a, b), x % y));
            }
        }

        #[test]
        fn floats_read_back(float: f64) {
            let read = parse_float(&float_to_string(float)).expect("written as a float");
            prop_assert!(read.to_bits() == float.to_bits() || (read.is_nan() && float.is_nan()));
        }
    }

    #[test]
    fn the_edges_of_64_bits() {
        assert!(negate(i64::MIN).is_err());
        assert!(divide(i64::MIN, -1).is_err());
        assert_eq!(modulo(i64::MIN, -1).ok(), Some(0));
        assert_eq!(divide(1, 0).map_err(|error| error.detail()), Err("DivisionByZero"));
    }

    #[test]
    fn integers_and_floats_compare_exactly() {
        let odd = (1_i64 << 53) + 1;
        assert_eq!(compare_int_float(odd, odd as f64), Some(Ordering::Greater));
        assert_eq!(compare_int_float(i64::MAX, i64::MAX as f64), Some(Ordering::Less));
        assert_eq!(compare_int_float(i64::MIN, i64::MIN as f64), Some(Ordering::Equal));
        assert_eq!(compare_int_float(0, -0.5), Some(Ordering::Greater));
        assert_eq!(compare_int_float(0, -0.0), Some(Ordering::Equal));
        assert_eq!(compare_int_float(3, f64::INFINITY), Some(Ordering::Less));
        assert_eq!(compare_int_float(3, f64::NAN), None);
    }

    #[test]
    fn texts_that_are_numbers() {
        assert_eq!(parse_integer(" 42 "), Some(42));
        assert_eq!(parse_integer("1.7"), Some(1));
        assert_eq!(parse_integer("-1e3"), Some(-1000));
        assert_eq!(parse_integer("9223372036854775808"), None);
        assert_eq!(parse_integer("NaN"), None);
        assert_eq!(parse_integer(""), None);
        assert_eq!(parse_float("inf"), None);
        assert_eq!(parse_float(".5"), Some(0.5));
        assert_eq!(parse_float("1 2"), None);
    }
}
