//! Functions on numbers.
//!
//! Unless a function says otherwise it computes in 64-bit floats, as IEEE 754 and the
//! platform's mathematical library do: out of its domain it gives NaN, not an error.

use super::Function;
use super::argument::{integer, number, out_of_range, text, wrong_type};
use crate::error::{Error, Result, eval as codes};
use crate::expr::Arithmetic;
use crate::expr::arithmetic::arithmetic;
use crate::expr::eval::Context;
use crate::value::Value;

/// A function of one float.
macro_rules! of_float {
    ($name:literal, $doc:literal, $example:expr, $compute:expr $(,)?) => {
        Function::new(concat!($name, "(number :: FLOAT) :: FLOAT"), $doc, $example, |_, args| {
            let compute: fn(f64) -> f64 = $compute;
            Ok(Value::Float(compute(number($name, &args[0])?)))
        })
    };
}

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "abs(number :: INTEGER | FLOAT) :: INTEGER | FLOAT",
        "The number without its sign.",
        ("RETURN abs(-1)", "1"),
        |_, args| match &args[0] {
            Value::Integer(int) if *int < 0 => {
                crate::value::number::negate(*int).map(Value::Integer)
            }
            Value::Integer(int) => Ok(Value::Integer(*int)),
            Value::Float(float) => Ok(Value::Float(float.abs())),
            other => Err(wrong_type("abs", "a number", other)),
        },
    ),
    Function::new(
        "sign(number :: INTEGER | FLOAT) :: INTEGER",
        "-1 for a negative number, 0 for zero, 1 for a positive number.",
        ("RETURN sign(-17.5)", "-1"),
        |_, args| match &args[0] {
            Value::Integer(int) => Ok(Value::Integer(int.signum())),
            Value::Float(float) => {
                Ok(Value::Integer(i64::from(*float > 0.0) - i64::from(*float < 0.0)))
            }
            other => Err(wrong_type("sign", "a number", other)),
        },
    ),
    of_float!(
        "ceil",
        "The least whole number that is not less.",
        ("RETURN ceil(0.1)", "1.0"),
        f64::ceil
    ),
    of_float!(
        "ceiling",
        "The least whole number that is not less; the same as ceil.",
        ("RETURN ceiling(-0.5) = 0", "true"),
        f64::ceil
    ),
    of_float!(
        "floor",
        "The greatest whole number that is not greater.",
        ("RETURN floor(-0.1)", "-1.0"),
        f64::floor
    ),
    Function::new(
        "round(number :: FLOAT, precision? :: INTEGER, mode? :: STRING) :: FLOAT",
        "The nearest whole number, ties towards infinity; with a precision, the nearest of that many decimals, ties by the mode ('UP', 'DOWN', 'CEILING', 'FLOOR', 'HALF_UP', 'HALF_DOWN', 'HALF_EVEN').",
        ("RETURN round(3.14159, 2)", "3.14"),
        round,
    ),
    Function::new(
        "mod(number :: INTEGER | FLOAT, divisor :: INTEGER | FLOAT) :: INTEGER | FLOAT",
        "The remainder of a division; the same as `%`.",
        ("RETURN mod(7, 3)", "1"),
        |_, args| arithmetic(Arithmetic::Modulo, &args[0], &args[1]),
    ),
    Function::new(
        "power(base :: FLOAT, exponent :: FLOAT) :: FLOAT",
        "A number raised to a power; the same as `^`.",
        ("RETURN power(2, 10)", "1024.0"),
        |_, args| Ok(number("power", &args[0])?.powf(number("power", &args[1])?).into()),
    ),
    of_float!("sqrt", "The square root.", ("RETURN sqrt(12.96)", "3.6"), f64::sqrt),
    of_float!("exp", "e raised to the number.", ("RETURN exp(0)", "1.0"), f64::exp),
    of_float!("ln", "The natural logarithm.", ("RETURN ln(1)", "0.0"), f64::ln),
    of_float!("log10", "The decimal logarithm.", ("RETURN log10(1000)", "3.0"), f64::log10),
    Function::new(
        "log(number :: FLOAT, argument? :: FLOAT) :: FLOAT",
        "The natural logarithm of a number; with two arguments, the logarithm to the first of the second.",
        ("RETURN log(2, 8)", "3.0"),
        |_, args| {
            let first = number("log", &args[0])?;
            Ok(match args.get(1) {
                None => first.ln(),
                Some(argument) => logarithm(first, number("log", argument)?),
            }
            .into())
        },
    ),
    Function::new(
        "e() :: FLOAT",
        "The base of the natural logarithm.",
        ("RETURN e()", "2.718281828459045"),
        |_, _| Ok(std::f64::consts::E.into()),
    ),
    Function::new(
        "pi() :: FLOAT",
        "The circumference of a circle of diameter 1.",
        ("RETURN pi()", "3.141592653589793"),
        |_, _| Ok(std::f64::consts::PI.into()),
    ),
    of_float!("sin", "The sine of an angle in radians.", ("RETURN sin(0)", "0.0"), f64::sin),
    of_float!("cos", "The cosine of an angle in radians.", ("RETURN cos(0)", "1.0"), f64::cos),
    of_float!("tan", "The tangent of an angle in radians.", ("RETURN tan(0)", "0.0"), f64::tan),
    of_float!("cot", "The cotangent of an angle in radians.", ("RETURN cot(0)", "Infinity"), |x| x
        .tan()
        .recip()),
    of_float!(
        "asin",
        "The angle in radians whose sine it is.",
        ("RETURN asin(0)", "0.0"),
        f64::asin
    ),
    of_float!(
        "acos",
        "The angle in radians whose cosine it is.",
        ("RETURN acos(1)", "0.0"),
        f64::acos
    ),
    of_float!(
        "atan",
        "The angle in radians whose tangent it is.",
        ("RETURN atan(0)", "0.0"),
        f64::atan
    ),
    Function::new(
        "atan2(y :: FLOAT, x :: FLOAT) :: FLOAT",
        "The angle in radians of the direction from (0, 0) to (x, y).",
        ("RETURN degrees(atan2(1, 1))", "45.0"),
        |_, args| Ok(number("atan2", &args[0])?.atan2(number("atan2", &args[1])?).into()),
    ),
    of_float!("sinh", "The hyperbolic sine.", ("RETURN sinh(0)", "0.0"), f64::sinh),
    of_float!("cosh", "The hyperbolic cosine.", ("RETURN cosh(0)", "1.0"), f64::cosh),
    of_float!("tanh", "The hyperbolic tangent.", ("RETURN tanh(0)", "0.0"), f64::tanh),
    of_float!("coth", "The hyperbolic cotangent.", ("RETURN coth(0)", "Infinity"), |x| x
        .tanh()
        .recip()),
    of_float!(
        "degrees",
        "An angle in radians as degrees.",
        ("RETURN degrees(pi())", "180.0"),
        f64::to_degrees
    ),
    of_float!(
        "radians",
        "An angle in degrees as radians.",
        ("RETURN radians(180) = pi()", "true"),
        f64::to_radians
    ),
    of_float!(
        "haversin",
        "Half of 1 - cos of an angle in radians.",
        ("RETURN haversin(pi())", "1.0"),
        |x| (1.0 - x.cos()) / 2.0
    ),
    Function::new(
        "rand() :: FLOAT",
        "A random number, at least 0 and less than 1.",
        ("RETURN 0 <= rand() < 1", "true"),
        |context, _| Ok((context.random)().into()),
    )
    .by_chance(),
];

/// The logarithm to a base; exact for bases 2 and 10, where the quotient of logarithms is not.
fn logarithm(base: f64, argument: f64) -> f64 {
    if base.total_cmp(&2.0).is_eq() {
        argument.log2()
    } else if base.total_cmp(&10.0).is_eq() {
        argument.log10()
    } else {
        argument.log(base)
    }
}

fn round(_: &Context<'_>, args: &[Value]) -> Result<Value> {
    let float = number("round", &args[0])?;
    let Some(precision) = args.get(1) else {
        return Ok(round_half_to_infinity(float).into());
    };
    let precision = integer("round", precision)?;
    if precision < 0 {
        return Err(out_of_range("round", format_args!("a precision of {precision} is negative")));
    }
    let mode = match args.get(2) {
        None => Mode::HalfUp,
        Some(mode) => Mode::parse(text("round", mode)?)?,
    };
    Ok(round_decimal(float, precision, mode).into())
}

/// To the nearest whole number, ties towards positive infinity.
fn round_half_to_infinity(float: f64) -> f64 {
    let floor = float.floor();
    // The difference is exact, `float + 0.5` is not.
    if float - floor >= 0.5 { floor + 1.0 } else { floor }
}

/// What becomes of the decimals that are dropped: the modes of Java's `RoundingMode`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    Up,
    Down,
    Ceiling,
    Floor,
    HalfUp,
    HalfDown,
    HalfEven,
}

impl Mode {
    fn parse(name: &str) -> Result<Mode> {
        Ok(match name.to_ascii_uppercase().as_str() {
            "UP" => Mode::Up,
            "DOWN" => Mode::Down,
            "CEILING" => Mode::Ceiling,
            "FLOOR" => Mode::Floor,
            "HALF_UP" => Mode::HalfUp,
            "HALF_DOWN" => Mode::HalfDown,
            "HALF_EVEN" => Mode::HalfEven,
            _ => {
                let message = format!("round(): `{name}` is no rounding mode.");
                return Err(Error::new(&codes::ARGUMENT_VALUE, message).hint(
                    "Write 'UP', 'DOWN', 'CEILING', 'FLOOR', 'HALF_UP', 'HALF_DOWN' or 'HALF_EVEN'.",
                ));
            }
        })
    }

    /// Whether the kept digits, the last of them `last`, are counted up for the dropped ones.
    fn counts_up(self, negative: bool, last: u8, dropped: &[u8]) -> bool {
        let nonzero = dropped.iter().any(|&digit| digit != b'0');
        let half = dropped.first().map_or(std::cmp::Ordering::Less, |first| {
            first.cmp(&b'5').then_with(|| {
                let rest = dropped[1..].iter().any(|&digit| digit != b'0');
                rest.cmp(&false)
            })
        });
        match self {
            Mode::Up => nonzero,
            Mode::Down => false,
            Mode::Ceiling => nonzero && !negative,
            Mode::Floor => nonzero && negative,
            Mode::HalfUp => half.is_ge(),
            Mode::HalfDown => half.is_gt(),
            Mode::HalfEven => half.is_gt() || half.is_eq() && (last - b'0') % 2 == 1,
        }
    }
}

/// Rounds the decimal that a person sees (the shortest that reads back as the float), digit by
/// digit: 1.005 has a 5 to round by, although its bits are a little less.
fn round_decimal(float: f64, precision: i64, mode: Mode) -> f64 {
    // A float has no digit past the 1074th decimal.
    let Ok(precision @ 0..=1100) = usize::try_from(precision) else { return float };
    if !float.is_finite() {
        return float;
    }
    let text = float.abs().to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    if decimals.len() <= precision {
        return float;
    }
    let mut digits: Vec<u8> = [b"0", whole.as_bytes(), &decimals.as_bytes()[..precision]].concat();
    let last = *digits.last().expect("there is a leading zero");
    if mode.counts_up(float.is_sign_negative(), last, &decimals.as_bytes()[precision..]) {
        for digit in digits.iter_mut().rev() {
            if *digit < b'9' {
                *digit += 1;
                break;
            }
            *digit = b'0';
        }
    }
    digits.insert(digits.len() - precision, b'.');
    let text = std::str::from_utf8(&digits).expect("digits and a point");
    text.parse::<f64>().expect("digits and a point").copysign(float)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::expr::testing::apply;

    #[test]
    fn rounding_follows_the_decimal() {
        let round = |float, precision, mode| round_decimal(float, precision, mode);
        assert_eq!(round(1.005, 2, Mode::HalfUp).to_string(), "1.01");
        assert_eq!(round(-1.5, 0, Mode::HalfUp).to_string(), "-2");
        assert_eq!(round(2.5, 0, Mode::HalfEven).to_string(), "2");
        assert_eq!(round(2.5, 0, Mode::HalfDown).to_string(), "2");
        assert_eq!(round(9.99, 1, Mode::Up).to_string(), "10");
        assert_eq!(round(-0.04, 1, Mode::Ceiling).to_string(), "-0");
        assert_eq!(round(1e300, 5, Mode::Up).to_string(), 1e300.to_string());
        assert_eq!(apply("round", &[(-1.5).into()]).ok(), Some((-1.0).into()));
        assert_eq!(apply("round", &[0.499_999_999_999_999_94.into()]).ok(), Some(0.0.into()));
        assert!(apply("round", &[1.5.into(), (-1).into()]).is_err());
        assert!(apply("round", &[1.5.into(), 1.into(), "SIDEWAYS".into()]).is_err());
    }

    proptest! {
        #[test]
        fn rounding_moves_by_less_than_a_unit(float in -1e9..1e9, precision in 0..6_i64) {
            let unit = 10_f64.powi(-(precision as i32));
            for mode in [Mode::Up, Mode::Down, Mode::HalfEven] {
                prop_assert!((round_decimal(float, precision, mode) - float).abs() <= unit);
            }
        }
    }

    #[test]
    fn the_smallest_integer_has_no_absolute_value() {
        assert_eq!(
            apply("abs", &[i64::MIN.into()]).map_err(|e| e.detail()),
            Err("IntegerOverflow")
        );
    }
}
