//! Signatures as text: `my.proc(name :: STRING?, id :: INTEGER?) :: (city :: STRING?)`.

use std::fmt;
use std::sync::Arc;

use crate::bind::bound::{ProcedureField, ProcedureSignature};
use crate::error::{Error, Result, eval};

/// Reads a signature. `name?` before the `::` marks an input that may be left out.
///
/// An error says what is missing where; the text is short enough to be shown whole.
pub fn parse(text: &str) -> Result<ProcedureSignature> {
    let wrong = |what: &str| {
        let message = format!("The signature `{text}` {what}.");
        Error::new(&eval::ARGUMENT_VALUE, message)
            .hint("Write name(input :: TYPE?, …) :: (field :: TYPE?, …)")
    };
    let (name, rest) = text.split_once('(').ok_or_else(|| wrong("has no inputs in parentheses"))?;
    let (inputs, rest) = parenthesised(rest).ok_or_else(|| wrong("does not close its inputs"))?;
    let rest =
        rest.trim().strip_prefix("::").ok_or_else(|| wrong("has no `::` before its result"))?;
    let rest = rest.trim();
    let outputs = match rest.strip_prefix('(') {
        Some(rest) => {
            let (outputs, rest) =
                parenthesised(rest).ok_or_else(|| wrong("does not close its result"))?;
            if !rest.trim().is_empty() {
                return Err(wrong("goes on after its result"));
            }
            outputs
        }
        None if rest.eq_ignore_ascii_case("VOID") => "",
        None => return Err(wrong("has no result in parentheses")),
    };
    let name = name.trim();
    if name.is_empty() || name.split('.').any(str::is_empty) {
        return Err(wrong("has no name"));
    }
    let fields = |list| fields(list).ok_or_else(|| wrong("has a field that is no `name :: TYPE`"));
    Ok(ProcedureSignature {
        name: name.into(),
        inputs: fields(inputs)?,
        outputs: fields(outputs)?,
        doc: Arc::from(""),
    })
}

/// The text up to the parenthesis that closes an open one, and what follows it.
fn parenthesised(text: &str) -> Option<(&str, &str)> {
    let mut depth = 1;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&text[..at], &text[at + 1..]));
        }
    }
    None
}

fn fields(list: &str) -> Option<Vec<ProcedureField>> {
    let mut fields = Vec::new();
    let mut rest = list.trim();
    while !rest.is_empty() {
        let (field, after) = split_at_comma(rest);
        let (name, type_name) = field.split_once("::")?;
        let (name, type_name) = (name.trim(), type_name.trim());
        let optional = name.ends_with('?');
        let name = name.trim_end_matches('?').trim_end();
        if name.is_empty() || type_name.is_empty() {
            return None;
        }
        fields.push(ProcedureField { name: name.into(), type_name: type_name.into(), optional });
        rest = after.trim_start();
    }
    Some(fields)
}

/// The text up to a comma that stands in no brackets, and what follows it.
fn split_at_comma(text: &str) -> (&str, &str) {
    let mut depth = 0i32;
    for (at, character) in text.char_indices() {
        match character {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth -= 1,
            ',' if depth <= 0 => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

impl fmt::Display for ProcedureSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, fields: &[ProcedureField]| {
            for (at, field) in fields.iter().enumerate() {
                let comma = if at > 0 { ", " } else { "" };
                let optional = if field.optional { "?" } else { "" };
                write!(f, "{comma}{}{optional} :: {}", field.name, field.type_name)?;
            }
            Ok(())
        };
        write!(f, "{}(", self.name)?;
        list(f, &self.inputs)?;
        f.write_str(") :: (")?;
        list(f, &self.outputs)?;
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_prints_as_it_was_read() {
        for text in [
            "test.my.proc(name :: STRING?, id? :: INTEGER?) :: (city :: STRING?)",
            "test.doNothing() :: ()",
            "a(x :: LIST<MAP<STRING, INTEGER>>, y :: NUMBER?) :: (z :: ANY)",
        ] {
            assert_eq!(parse(text).expect("parses").to_string(), text);
        }
        assert!(parse("p() :: VOID").expect("parses").outputs.is_empty());
    }

    #[test]
    fn a_broken_signature_says_what_is_missing() {
        for text in ["", "p", "p(", "p()", "p() ::", "p() :: (x)", "(x :: A) :: ()", "p() :: () x"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
