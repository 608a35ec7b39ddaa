//! What is certain of an expression's type before any row is read.
//!
//! A [`Type`] is the set of the kinds of value that an expression can have, with the type of the
//! elements where it is a list. It starts at literals, functions and the variables of patterns;
//! properties and parameters can be anything. An operand is refused only where none of its kinds
//! fits, and null fits everywhere, so that no query is refused that some row could run.
//!
//! ```text
//! [1, 'a']        list of integer or string
//! n.age           anything
//! [n][0]          node
//! 1 AND true      refused: an integer is no boolean
//! n.age AND true  accepted: the rows will tell
//! ```
//!
//! Which mistakes are the binder's and which are the evaluator's follows openCypher's TCK: operands
//! of boolean operators and arithmetic, IN, property access, and arguments that must be elements,
//! paths or lists are checked here; the arguments of functions over scalars (`range('a', 1)`,
//! `toInteger(true)`) and indexes are checked when a value arrives.

use std::sync::Arc;

use super::bound::VariableKind;
use super::scope::error;
use crate::error::{Result, bind as codes};
use crate::expr::Arithmetic;
use crate::expr::function::Function;
use crate::expr::types::Type as Named;
use crate::syntax::ast;
use crate::text::Span;
use crate::value::Value;

/// The kinds of value an expression can have: a bit for each.
type Kinds = u16;

const NULL: Kinds = 1;
const BOOLEAN: Kinds = 1 << 1;
const INTEGER: Kinds = 1 << 2;
const FLOAT: Kinds = 1 << 3;
const STRING: Kinds = 1 << 4;
const LIST: Kinds = 1 << 5;
const MAP: Kinds = 1 << 6;
const NODE: Kinds = 1 << 7;
const RELATIONSHIP: Kinds = 1 << 8;
const PATH: Kinds = 1 << 9;
const INSTANT: Kinds = 1 << 10;
const DURATION: Kinds = 1 << 11;
const POINT: Kinds = 1 << 12;
const EDTF: Kinds = 1 << 13;
const ALL: Kinds = (1 << 14) - 1;

/// The kinds by the name that an error message gives them.
const NAMES: [(Kinds, &str); 13] = [
    (BOOLEAN, "a boolean"),
    (INTEGER, "an integer"),
    (FLOAT, "a float"),
    (STRING, "a string"),
    (LIST, "a list"),
    (MAP, "a map"),
    (NODE, "a node"),
    (RELATIONSHIP, "a relationship"),
    (PATH, "a path"),
    (INSTANT, "a date or time"),
    (DURATION, "a duration"),
    (POINT, "a point"),
    (EDTF, "an uncertain date"),
];

/// What is certain of the type of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Type {
    kinds: Kinds,
    /// What the elements are, where it is a list and that is known.
    element: Option<Arc<Type>>,
}

impl Type {
    pub(super) const ANY: Type = Type::of(ALL);
    pub(super) const NULL: Type = Type::of(NULL);
    pub(super) const BOOLEAN: Type = Type::of(BOOLEAN);
    pub(super) const INTEGER: Type = Type::of(INTEGER);
    pub(super) const NUMBER: Type = Type::of(INTEGER | FLOAT);
    pub(super) const STRING: Type = Type::of(STRING);
    pub(super) const MAP: Type = Type::of(MAP);
    pub(super) const LIST: Type = Type::of(LIST);
    pub(super) const NODE: Type = Type::of(NODE);
    pub(super) const RELATIONSHIP: Type = Type::of(RELATIONSHIP);
    pub(super) const PATH: Type = Type::of(PATH);
    /// What has labels or a type, and properties that can be set.
    pub(super) const ELEMENT: Type = Type::of(NODE | RELATIONSHIP);
    /// What DELETE takes.
    pub(super) const DELETABLE: Type = Type::of(NODE | RELATIONSHIP | PATH);
    /// What `SET n = …` takes.
    pub(super) const PROPERTIES: Type = Type::of(MAP | NODE | RELATIONSHIP);

    /// What a time clause takes: a date, the text of one, or a relationship to come before or after.
    pub(super) const TIME: Type = Type::of(STRING | INSTANT | EDTF | RELATIONSHIP);

    const fn of(kinds: Kinds) -> Type {
        Type { kinds, element: None }
    }

    /// A list of such elements.
    pub(super) fn list_of(element: Type) -> Type {
        Type { kinds: LIST, element: Some(Arc::new(element)) }
    }

    /// The type of a literal or of another known value.
    pub(super) fn of_value(value: &Value) -> Type {
        Type::of(kinds_of(Named::of(value)))
    }

    /// Either type.
    #[must_use]
    pub(super) fn or(&self, other: &Type) -> Type {
        let element = match (self.kinds & LIST != 0, other.kinds & LIST != 0) {
            (true, true) => match (&self.element, &other.element) {
                (Some(a), Some(b)) if a == b => Some(Arc::clone(a)),
                (Some(a), Some(b)) => Some(Arc::new(a.or(b))),
                _ => None,
            },
            (true, false) => self.element.clone(),
            (false, _) => other.element.clone(),
        };
        Type { kinds: self.kinds | other.kinds, element }
    }

    /// The type of any of several.
    pub(super) fn any_of<'t>(types: impl IntoIterator<Item = &'t Type>) -> Type {
        types.into_iter().fold(Type::of(0), |all, ty| all.or(ty))
    }

    /// Whether a value of this type could be one that is wanted; null always could.
    pub(super) fn may_be(&self, wanted: &Type) -> bool {
        let known = self.kinds & !NULL;
        known == 0 || known & wanted.kinds != 0
    }

    /// Whether a value of this type, unless null, is always one of `wanted`.
    pub(super) fn is_only(&self, wanted: &Type) -> bool {
        let known = self.kinds & !NULL;
        known != 0 && known & !wanted.kinds == 0
    }

    /// The type of the elements, if it is a list; anything where that is not certain.
    pub(super) fn element(&self) -> Type {
        match &self.element {
            Some(element) if self.is_only(&Type::LIST) => (**element).clone(),
            None if self.kinds == NULL => Type::NULL,
            _ => Type::ANY,
        }
    }

    /// What the executor is told of a variable of this type.
    pub(super) fn variable_kind(&self) -> VariableKind {
        if self.is_only(&Type::NODE) {
            VariableKind::Node
        } else if self.is_only(&Type::RELATIONSHIP) {
            VariableKind::Relationship
        } else if self.is_only(&Type::PATH) {
            VariableKind::Path
        } else {
            VariableKind::Value
        }
    }

    /// The type in words: "an integer or a string".
    pub(super) fn describe(&self) -> String {
        let names: Vec<_> = NAMES
            .iter()
            .filter(|(kind, _)| self.kinds & kind != 0)
            .map(|&(_, name)| name)
            .collect();
        match names.split_last() {
            None => "null".to_owned(),
            Some((only, [])) => (*only).to_owned(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
        }
    }

    /// The type that a signature's text names: `LIST<STRING>`, `NODE | RELATIONSHIP`, `INTEGER?`.
    pub(super) fn parse(text: &str) -> Type {
        let parts = split_outside_brackets(text, '|');
        Type::any_of(&parts.iter().map(|part| Type::parse_one(part)).collect::<Vec<_>>())
    }

    fn parse_one(text: &str) -> Type {
        let text = text.trim().trim_end_matches('?').trim_end();
        let upper = text.to_uppercase();
        let upper = upper.strip_suffix("NOT NULL").unwrap_or(&upper).trim_end();
        if let Some(inside) = upper.strip_prefix("LIST").map(str::trim)
            && let Some(element) = inside.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'))
        {
            return Type::list_of(Type::parse(element));
        }
        Named::parse(upper).map_or(Type::ANY, |name| Type::of(kinds_of(name)))
    }

    /// The type that CAST makes.
    pub(super) fn of_name(name: &ast::TypeName) -> Type {
        let alternatives: Vec<_> = name
            .alternatives
            .iter()
            .map(|alternative| match &alternative.element {
                Some(element) => Type::list_of(Type::of_name(element)),
                None => Type::parse_one(&alternative.name),
            })
            .collect();
        Type::any_of(&alternatives)
    }
}

/// Splits at a character that stands outside angle and round brackets.
fn split_outside_brackets(text: &str, at: char) -> Vec<&str> {
    let mut depth = 0_i32;
    text.split(move |c: char| {
        match c {
            '<' | '(' => depth += 1,
            '>' | ')' => depth -= 1,
            _ => {}
        }
        c == at && depth == 0
    })
    .collect()
}

/// Refuses an operand that can never be what its place needs.
pub(super) fn require(actual: &Type, wanted: &Type, place: &str, span: Span) -> Result<()> {
    if actual.may_be(wanted) {
        return Ok(());
    }
    let message =
        format!("{place} takes {}, but this is {}.", wanted.describe(), actual.describe());
    Err(error(&codes::ARGUMENT_TYPE, message, span))
}

/// The type of `e.key`, or an error where `e` can have no properties.
pub(super) fn property_of(base: &Type, key: &str, span: Span) -> Result<Type> {
    const OWNERS: Type = Type::of(MAP | NODE | RELATIONSHIP | INSTANT | DURATION | POINT | EDTF);
    if base.may_be(&OWNERS) {
        return Ok(if base.kinds & !NULL == 0 { Type::NULL } else { Type::ANY });
    }
    // openCypher calls a property of a path a mistake in the syntax, of any other value one of type.
    let code = if base.is_only(&Type::PATH) { &codes::ARGUMENT_TYPE } else { &codes::TYPE_ERROR };
    let message = format!("{} has no property `{key}`.", capitalised(&base.describe()));
    let error = error(code, message, span);
    Err(if base.is_only(&Type::PATH) {
        error.hint("Take its nodes or relationships first: `nodes(p)`, `relationships(p)`.")
    } else if base.is_only(&Type::LIST) {
        error.hint(format!(
            "Take an element first, `list[0].{key}`, or all: `[x IN list | x.{key}]`."
        ))
    } else {
        error.note(
            "Only nodes, relationships, maps, points, dates, times and durations have properties.",
        )
    })
}

/// The type of an arithmetic operation, or an error where its operands can never fit.
pub(super) fn arithmetic(
    operator: Arithmetic,
    left: (&Type, Span),
    right: (&Type, Span),
) -> Result<Type> {
    const SCALABLE: Type = Type::of(INTEGER | FLOAT | DURATION);
    const SHIFTABLE: Type = Type::of(INTEGER | FLOAT | DURATION | INSTANT);
    const ADDABLE: Type = Type::of(INTEGER | FLOAT | DURATION | INSTANT | STRING | LIST);
    const TEXT: Type = Type::of(STRING | LIST);
    let (symbol, wanted) = match operator {
        // A string takes any scalar and a list any value, from either side.
        Arithmetic::Add if left.0.may_be(&TEXT) || right.0.may_be(&TEXT) => {
            return Ok(sum_of(left.0, right.0));
        }
        Arithmetic::Add => ("+", &ADDABLE),
        Arithmetic::Subtract => ("-", &SHIFTABLE),
        Arithmetic::Multiply => ("*", &SCALABLE),
        Arithmetic::Divide => ("/", &SCALABLE),
        Arithmetic::Modulo => ("%", &Type::NUMBER),
        Arithmetic::Power => ("^", &Type::NUMBER),
        Arithmetic::Concatenate => ("||", &TEXT),
    };
    for (ty, span) in [left, right] {
        require(ty, wanted, &format!("The operator `{symbol}`"), span)?;
    }
    Ok(match operator {
        Arithmetic::Concatenate => sum_of(left.0, right.0),
        Arithmetic::Power => Type::of(FLOAT),
        _ if left.0.is_only(&Type::INTEGER) && right.0.is_only(&Type::INTEGER) => Type::INTEGER,
        _ if left.0.is_only(&Type::NUMBER) && right.0.is_only(&Type::NUMBER) => Type::NUMBER,
        _ => Type::of(INTEGER | FLOAT | DURATION | INSTANT),
    })
}

/// The type of a sum of strings or lists with something else.
fn sum_of(left: &Type, right: &Type) -> Type {
    if left.is_only(&Type::LIST) || right.is_only(&Type::LIST) {
        let part = |ty: &Type| match ty {
            list if list.is_only(&Type::LIST) => list.element(),
            unknown if unknown.may_be(&Type::LIST) => Type::ANY,
            element => element.clone(),
        };
        return Type::list_of(part(left).or(&part(right)));
    }
    if left.is_only(&Type::STRING) && right.is_only(&Type::STRING) {
        Type::STRING
    } else {
        Type::ANY
    }
}

/// Checks the arguments of a function against its signature, and says what it returns.
pub(super) fn call(function: &Function, arguments: &[(Type, Span)]) -> Result<Type> {
    for (parameter, (ty, span)) in function.parameters().zip(arguments) {
        let wanted = Type::parse(parameter.type_name);
        if wanted.kinds & (NODE | RELATIONSHIP | PATH | LIST) != 0 {
            require(ty, &wanted, &format!("`{}()`", function.name), *span)?;
        }
    }
    Ok(match (function.name, arguments) {
        ("head" | "last", [(list, _), ..]) => list.element(),
        ("tail" | "reverse", [(same, _), ..]) => same.clone(),
        ("coalesce", all) => Type::any_of(all.iter().map(|(ty, _)| ty)),
        _ => Type::parse(function.result_type()).or(&Type::NULL),
    })
}

/// The kinds of value that a type's name stands for.
fn kinds_of(name: Named) -> Kinds {
    match name {
        Named::Any | Named::PropertyValue => ALL,
        Named::Nothing | Named::Null => NULL,
        Named::Boolean => BOOLEAN,
        Named::String => STRING,
        Named::Integer => INTEGER,
        Named::Float => FLOAT,
        Named::Number => INTEGER | FLOAT,
        Named::Date
        | Named::LocalTime
        | Named::ZonedTime
        | Named::LocalDateTime
        | Named::ZonedDateTime => INSTANT,
        Named::Duration => DURATION,
        Named::Edtf => EDTF,
        Named::Point => POINT,
        Named::Node => NODE,
        Named::Relationship => RELATIONSHIP,
        Named::Path => PATH,
        Named::Map => MAP,
        Named::List => LIST,
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_name_types() {
        assert_eq!(Type::parse("LIST<STRING | INTEGER>").element(), Type::of(STRING | INTEGER));
        assert_eq!(Type::parse("INTEGER?"), Type::INTEGER);
        assert_eq!(Type::parse("NODE | RELATIONSHIP"), Type::ELEMENT);
        assert_eq!(Type::parse("SOMETHING NEW"), Type::ANY);
    }

    #[test]
    fn only_what_no_value_can_satisfy_is_refused() {
        let mixed = Type::STRING.or(&Type::INTEGER);
        assert!(mixed.may_be(&Type::NUMBER) && !mixed.is_only(&Type::NUMBER));
        assert!(Type::NULL.may_be(&Type::NODE) && !Type::NULL.is_only(&Type::NODE));
        assert!(!Type::list_of(Type::NODE).may_be(&Type::NODE));
        assert_eq!(Type::list_of(Type::NODE).or(&Type::NULL).element(), Type::NODE);
        assert_eq!(mixed.describe(), "an integer or a string");
    }
}
