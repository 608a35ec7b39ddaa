//! The pairs of `grammar/recipe.pest` to an [`Expression`]: the only file that sees its rules.

use std::sync::LazyLock;

use pest::Parser;
use pest::error::InputLocation;
use pest::iterators::{Pair, Pairs};
use pest::pratt_parser::{Assoc, Op, PrattParser};
use pest_derive::Parser;

use super::expression::{Expression, Function, Operator};
use crate::error::{Error, Result, load};
use crate::text::{Span, suggest};
use crate::value::Value;

/// Longer expressions are refused, which also bounds how deep they nest.
const TEXT_MAX_BYTES: usize = 1000;
/// How deep brackets may nest.
const NESTING_MAX: usize = 32;

#[derive(Parser)]
#[grammar = "../grammar/recipe.pest"]
struct ExpressionParser;

/// The columns that are read from a file, by name; expressions number them.
#[derive(Debug, Default)]
pub struct Columns {
    /// Their names, in the order in which they were first named, and where that was.
    pub named: Vec<(String, Span)>,
}

impl Columns {
    /// The number of a column, new if need be.
    pub fn place(&mut self, name: &str, span: Span) -> usize {
        if let Some(at) = self.named.iter().position(|(known, _)| known == name) {
            return at;
        }
        self.named.push((name.to_owned(), span));
        self.named.len() - 1
    }
}

static PRECEDENCE: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    let left = |rule| Op::infix(rule, Assoc::Left);
    PrattParser::new()
        .op(left(Rule::or))
        .op(left(Rule::and))
        .op(Op::prefix(Rule::not))
        .op(left(Rule::equal)
            | left(Rule::unequal)
            | left(Rule::less)
            | left(Rule::at_most)
            | left(Rule::greater)
            | left(Rule::at_least))
        .op(left(Rule::plus) | left(Rule::minus))
        .op(left(Rule::times) | left(Rule::divide) | left(Rule::modulo))
        .op(Op::prefix(Rule::negative))
        .op(Op::postfix(Rule::is_null) | Op::postfix(Rule::is_not_null))
        .op(Op::postfix(Rule::field))
});

/// Reads an expression that stands at `offset` of its file.
pub fn parse(text: &str, offset: usize, columns: &mut Columns) -> Result<Expression> {
    let whole = Span::of(offset, offset + text.len());
    if text.len() > TEXT_MAX_BYTES {
        let message = format!("An expression is longer than {TEXT_MAX_BYTES} bytes.");
        return Err(Error::new(&load::RECIPE, message).at(whole));
    }
    let mut depth = 0usize;
    for byte in text.bytes() {
        depth = match byte {
            b'(' => depth + 1,
            b')' => depth.saturating_sub(1),
            _ => depth,
        };
        if depth > NESTING_MAX {
            let message = format!("Brackets are nested deeper than {NESTING_MAX}.");
            return Err(Error::new(&load::RECIPE, message).at(whole));
        }
    }
    let mut pairs = ExpressionParser::parse(Rule::whole, text).map_err(|error| {
        let at = match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        };
        let rest = text.get(at..).unwrap_or_default();
        let len = rest.chars().next().map_or(0, char::len_utf8);
        let message = if rest.is_empty() {
            "The expression is not complete.".to_owned()
        } else {
            format!("`{}` does not fit here.", rest.chars().take(20).collect::<String>())
        };
        Error::new(&load::RECIPE, message).at(Span::of(offset + at, offset + at + len)).hint(
            "An expression is a column, a 'text', a number, or computed from them; a column with an odd name stands in backquotes.",
        )
    })?;
    let inner = pairs.next().and_then(|whole| whole.into_inner().next());
    let Some(expression) = inner else {
        return Err(Error::new(&load::RECIPE, "An expression is missing.").at(whole));
    };
    Reading { offset, columns }.expression(expression.into_inner())
}

struct Reading<'a> {
    offset: usize,
    columns: &'a mut Columns,
}

impl Reading<'_> {
    fn expression(&mut self, pairs: Pairs<'_, Rule>) -> Result<Expression> {
        // The closures below share the reader; they never run at the same time.
        let reading = std::cell::RefCell::new(self);
        PRECEDENCE
            .map_primary(|pair| reading.borrow_mut().primary(pair))
            .map_prefix(|operator, operand| {
                let operand = Box::new(operand?);
                Ok(match operator.as_rule() {
                    Rule::not => Expression::Not(operand),
                    _ => Expression::Negative(operand),
                })
            })
            .map_postfix(|operand, operator| {
                let operand = Box::new(operand?);
                Ok(match operator.as_rule() {
                    Rule::is_null => Expression::IsNull(operand),
                    Rule::is_not_null => Expression::Not(Box::new(Expression::IsNull(operand))),
                    _ => {
                        let name = operator.into_inner().as_str();
                        Expression::Field(operand, unquoted(name, '`').into())
                    }
                })
            })
            .map_infix(|left, operator, right| {
                let (left, right) = (Box::new(left?), Box::new(right?));
                Ok(Expression::Binary(operator_of(operator.as_rule()), left, right))
            })
            .parse(pairs)
    }

    fn primary(&mut self, inner: Pair<'_, Rule>) -> Result<Expression> {
        let span = self.span(&inner);
        let text = inner.as_str();
        Ok(match inner.as_rule() {
            Rule::expression => self.expression(inner.into_inner())?,
            Rule::call => self.call(inner)?,
            Rule::column => Expression::Column(self.columns.place(&unquoted(text, '`'), span)),
            Rule::text => Expression::Literal(unquoted(text, '\'').into()),
            Rule::truth => Expression::Literal(text.eq_ignore_ascii_case("true").into()),
            Rule::integer => match text.parse::<i64>() {
                Ok(value) => Expression::Literal(value.into()),
                Err(_) => {
                    let message = format!("{text} does not fit in 64 bits.");
                    return Err(Error::new(&load::RECIPE, message).at(span));
                }
            },
            Rule::float => Expression::Literal(text.parse::<f64>().unwrap_or(f64::NAN).into()),
            _ => Expression::Literal(Value::Null),
        })
    }

    fn call(&mut self, pair: Pair<'_, Rule>) -> Result<Expression> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let name = inner.next().map(|name| name.as_str()).unwrap_or_default();
        let known = Function::ALL.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(name));
        let Some((function, known, takes)) = known else {
            let near = suggest::nearest(name, Function::ALL.iter().map(|(_, name, _)| *name));
            let message = format!("There is no function `{name}` in recipes.");
            return Err(Error::new(&load::RECIPE, message)
                .at(span)
                .hint_opt(near.map(|near| format!("Did you mean `{near}`?"))));
        };
        let arguments =
            inner.map(|one| self.expression(one.into_inner())).collect::<Result<Vec<_>>>()?;
        if !takes.contains(&arguments.len()) {
            let message =
                format!("`{known}` takes {} values, not {}.", takes.start(), arguments.len());
            return Err(Error::new(&load::RECIPE, message).at(span));
        }
        Ok(Expression::Call(*function, arguments))
    }

    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        Span::of(self.offset + span.start(), self.offset + span.end())
    }
}

/// A quoted text without its marks; any other text as it is.
fn unquoted(text: &str, mark: char) -> String {
    match text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark)) {
        Some(inner) => inner.replace(&format!("{mark}{mark}"), &mark.to_string()),
        None => text.to_owned(),
    }
}

fn operator_of(rule: Rule) -> Operator {
    match rule {
        Rule::or => Operator::Or,
        Rule::and => Operator::And,
        Rule::equal => Operator::Equal,
        Rule::unequal => Operator::Unequal,
        Rule::less => Operator::Less,
        Rule::at_most => Operator::AtMost,
        Rule::greater => Operator::Greater,
        Rule::at_least => Operator::AtLeast,
        Rule::plus => Operator::Plus,
        Rule::minus => Operator::Minus,
        Rule::times => Operator::Times,
        Rule::divide => Operator::Divide,
        _ => Operator::Modulo,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::rows::{Batch, Kind};

    /// The value of an expression over `date` (2014-03-05) and `kind` (`Make a visit`).
    fn value(text: &str) -> Result<Value, String> {
        let mut columns = Columns::default();
        let expression = parse(text, 0, &mut columns).map_err(|error| error.to_string())?;
        let column = |(name, _): &(String, Span)| {
            let (kind, text) = match name.as_str() {
                "date" => (Kind::Date, "2014-03-05"),
                "odd name" => (Kind::Integer, "7"),
                "empty" => (Kind::Integer, ""),
                _ => (Kind::Text, "Make a visit"),
            };
            let mut column = kind.column();
            if text.is_empty() {
                kind.push_missing(&mut column)
            } else {
                assert!(kind.push(&mut column, text))
            }
            column
        };
        let columns = columns.named.iter().map(column).collect();
        let batch = Batch { len: 1, first: 41, columns, ..Batch::default() };
        expression.value(&batch, 0)
    }

    #[test]
    fn expressions_compute_from_the_columns_of_a_row() {
        for (text, expected) in [
            ("date.year * 100 + date.month", Value::Integer(201_403)),
            ("1 + 2 * 3 - 10 % 4", 5.into()),
            ("-(1 + 2)", (-3).into()),
            ("row()", 41.into()),
            ("`odd name` / 2", 3.into()),
            ("7 / 2.0", 3.5.into()),
            ("typename(kind)", "MAKE_A_VISIT".into()),
            ("kind = 'Make a visit' and not date.year < 2014", true.into()),
            ("empty is null or empty = 1", true.into()),
            ("empty is not null", false.into()),
            ("empty + 1", Value::Null),
            ("coalesce(empty, 'it''s')", "it's".into()),
            ("toString(date) + '/..'", "2014-03-05/..".into()),
            ("replace(toUpper(kind), ' ', '')", "MAKEAVISIT".into()),
            ("notes", "Make a visit".into()),
        ] {
            assert_eq!(value(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_expression_has_a_place() {
        for (text, start, message) in [
            ("date.", 5, "The expression is not complete."),
            ("a b", 2, "`b` does not fit here."),
            ("upper(kind)", 0, "There is no function `upper` in recipes."),
            ("99999999999999999999", 0, "99999999999999999999 does not fit in 64 bits."),
        ] {
            let error = parse(text, 100, &mut Columns::default()).unwrap_err();
            assert_eq!(error.message(), message);
            assert_eq!(error.span().map(|span| span.start), Some(100 + start), "{text}");
        }
        assert!(value("1 / 0").is_err());
        assert!(value("kind + 1").is_err());
        let deep = "(".repeat(40) + "1" + &")".repeat(40);
        assert!(parse(&deep, 0, &mut Columns::default()).is_err());
        let long = "not ".repeat(240) + "true";
        assert_eq!(value(&long), Ok(true.into()));
        assert_eq!(value(&"-".repeat(999)), Err("The expression is not complete.".to_owned()));
    }
}
