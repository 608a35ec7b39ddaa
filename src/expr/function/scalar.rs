//! Functions on values of any type.

use super::Function;
use super::argument::wrong_type;
use crate::expr::types;
use crate::value::Value;
use crate::value::order::equals;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        "coalesce(value :: ANY, others... :: ANY) :: ANY",
        "The first of the values that is not null; null if all are.",
        ("RETURN coalesce(null, 'a', 'b')", "'a'"),
        |_, args| Ok(args.iter().find(|value| !value.is_null()).cloned().unwrap_or_default()),
    )
    .with_nulls(),
    Function::new(
        "nullIf(value :: ANY, other :: ANY) :: ANY",
        "Null if the two values are equal, otherwise the first.",
        ("RETURN nullIf('unknown', 'unknown')", "null"),
        |_, args| match equals(&args[0], &args[1]) {
            Some(true) => Ok(Value::Null),
            _ => Ok(args[0].clone()),
        },
    )
    .with_nulls(),
    Function::new(
        "exists(value :: ANY) :: BOOLEAN",
        "Whether a property or an entry of a map is there; the same as IS NOT NULL.",
        ("WITH {a: 1} AS m RETURN exists(m.a)", "true"),
        |_, args| Ok((!args[0].is_null()).into()),
    )
    .with_nulls(),
    Function::new(
        "valueType(value :: ANY) :: STRING",
        "The most precise type of a value, as IS :: writes it.",
        ("RETURN valueType([1, null])", "'LIST<INTEGER> NOT NULL'"),
        |_, args| Ok(types::type_of(&args[0]).into()),
    )
    .with_nulls(),
    Function::new(
        "randomUUID() :: STRING",
        "A random universally unique identifier (RFC 9562, version 4).",
        ("RETURN size(randomUUID())", "36"),
        |context, _| {
            let word = || u128::from(((context.random)() * 4_294_967_296.0) as u32);
            let bits = (0..4).fold(0, |bits, _| bits << 32 | word());
            // Version 4 and variant 10 have fixed bits.
            let bits = bits & !(0xf << 76) & !(0b11 << 62) | 0x4 << 76 | 0b10 << 62;
            let hex = format!("{bits:032x}");
            let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|group| &hex[group]);
            Ok(groups.join("-").into())
        },
    )
    .by_chance(),
    Function::new(
        "isNaN(number :: INTEGER | FLOAT) :: BOOLEAN",
        "Whether a number is NaN, the result of 0.0 / 0.0.",
        ("RETURN isNaN(0.0 / 0.0)", "true"),
        |_, args| match &args[0] {
            Value::Float(float) => Ok(float.is_nan().into()),
            Value::Integer(_) => Ok(false.into()),
            other => Err(wrong_type("isNaN", "a number", other)),
        },
    ),
];
