//! Bound expressions as text, for EXPLAIN: close to what was written, with resolved names.

use std::fmt::Write as _;

use crate::bind::bound::Variable;
use crate::expr::{
    Aggregate, Arithmetic, Comparison, Expr, ExprKind, LabelTest, StringTest, VarId,
};
use crate::value::Value;
use crate::value::time::Truth;

/// Writes expressions with the names of a statement's variables.
#[derive(Clone, Copy)]
pub(crate) struct Show<'a> {
    pub(crate) variables: &'a [Variable],
}

impl Show<'_> {
    /// The name of a variable; one that the writer did not name is `_` and its number.
    pub(crate) fn variable(&self, variable: VarId) -> String {
        let known = self.variables.get(variable.index()).and_then(|v| v.name.as_deref());
        match known {
            Some(name) if is_plain(name) => name.to_owned(),
            Some(name) => format!("`{name}`"),
            None => format!("_{}", variable.0),
        }
    }

    pub(crate) fn expr(&self, expr: &Expr) -> String {
        let mut out = String::new();
        self.write(&mut out, expr);
        out
    }

    pub(crate) fn list<'e>(
        &self,
        exprs: impl IntoIterator<Item = &'e Expr>,
        between: &str,
    ) -> String {
        exprs.into_iter().map(|expr| self.expr(expr)).collect::<Vec<_>>().join(between)
    }

    pub(crate) fn aggregate(&self, aggregate: &Aggregate) -> String {
        let distinct = if aggregate.distinct { "DISTINCT " } else { "" };
        let arguments = match aggregate.arguments.as_slice() {
            [] => "*".to_owned(),
            arguments => self.list(arguments, ", "),
        };
        format!("{}({distinct}{arguments})", format!("{:?}", aggregate.function).to_lowercase())
    }

    fn write(&self, out: &mut String, expr: &Expr) {
        match &expr.kind {
            ExprKind::Constant(value) => write_constant(out, value),
            ExprKind::Parameter(name) => _ = write!(out, "${name}"),
            ExprKind::Variable(variable) => out.push_str(&self.variable(*variable)),
            ExprKind::Property(of, key) => {
                self.write(out, of);
                _ = write!(out, ".{key}");
            }
            ExprKind::Index(of, index) => {
                _ = write!(out, "{}[{}]", self.expr(of), self.expr(index));
            }
            ExprKind::Slice(of, from, to) => {
                let bound =
                    |e: &Option<Box<Expr>>| e.as_ref().map_or(String::new(), |e| self.expr(e));
                _ = write!(out, "{}[{}..{}]", self.expr(of), bound(from), bound(to));
            }
            ExprKind::List(items) => _ = write!(out, "[{}]", self.list(items, ", ")),
            ExprKind::Map(entries) => {
                let entries: Vec<_> =
                    entries.iter().map(|(key, e)| format!("{key}: {}", self.expr(e))).collect();
                _ = write!(out, "{{{}}}", entries.join(", "));
            }
            ExprKind::MapProjection { of, .. } => _ = write!(out, "{} {{…}}", self.expr(of)),
            ExprKind::Not(e) => _ = write!(out, "NOT ({})", self.expr(e)),
            ExprKind::Negate(e) => _ = write!(out, "-{}", self.expr(e)),
            ExprKind::Plus(e) => _ = write!(out, "+{}", self.expr(e)),
            ExprKind::And(parts) => _ = write!(out, "({})", self.list(parts, " AND ")),
            ExprKind::Or(parts) => _ = write!(out, "({})", self.list(parts, " OR ")),
            ExprKind::Xor(a, b) => self.infix(out, a, "XOR", b),
            ExprKind::Arithmetic(operator, a, b) => self.infix(out, a, arithmetic(*operator), b),
            ExprKind::Compare(operator, a, b) => self.infix(out, a, comparison(*operator), b),
            ExprKind::In(a, b) => self.infix(out, a, "IN", b),
            ExprKind::StringTest(test, a, b) => self.infix(out, a, string_test(*test), b),
            ExprKind::IsNull(e) => _ = write!(out, "{} IS NULL", self.expr(e)),
            ExprKind::IsNotNull(e) => _ = write!(out, "{} IS NOT NULL", self.expr(e)),
            ExprKind::HasLabels(e, test) => {
                _ = write!(out, "{}:{}", self.expr(e), self.labels(test));
            }
            ExprKind::Closed(_, operands) => {
                _ = write!(out, "closed(… {})", self.list(operands, ", "));
            }
            ExprKind::Call(function, arguments) => {
                _ = write!(out, "{}({})", function.name, self.list(arguments, ", "));
            }
            ExprKind::Path(steps) => {
                let steps: Vec<_> = steps.iter().map(|&step| self.variable(step)).collect();
                _ = write!(out, "path({})", steps.join(", "));
            }
            ExprKind::Truth { at_least, of } => {
                let name = at_least.map_or("truth", Truth::as_str);
                let of = of.as_ref().map_or(String::new(), |of| self.expr(of));
                _ = write!(out, "{name}({of})");
            }
            ExprKind::Subquery(id) => _ = write!(out, "subquery {}", id.0),
            ExprKind::IsType { operand, .. } => _ = write!(out, "{} IS :: …", self.expr(operand)),
            ExprKind::Cast(operand, _) => _ = write!(out, "CAST({} AS …)", self.expr(operand)),
            ExprKind::Case { .. } => out.push_str("CASE … END"),
            ExprKind::ListComprehension { list, .. } => {
                _ = write!(out, "[… IN {} …]", self.expr(list));
            }
            ExprKind::Quantifier { kind, list, .. } => {
                _ = write!(
                    out,
                    "{}(… IN {} …)",
                    format!("{kind:?}").to_lowercase(),
                    self.expr(list)
                );
            }
            ExprKind::Reduce { list, holds, .. } => {
                let name = if holds.is_some() { "allReduce" } else { "reduce" };
                _ = write!(out, "{name}(… IN {} …)", self.expr(list));
            }
        }
    }

    fn infix(&self, out: &mut String, a: &Expr, operator: &str, b: &Expr) {
        _ = write!(out, "{} {operator} {}", self.expr(a), self.expr(b));
    }

    pub(crate) fn labels(&self, test: &LabelTest) -> String {
        let join = |tests: &[LabelTest], between: &str| {
            tests.iter().map(|test| self.labels(test)).collect::<Vec<_>>().join(between)
        };
        match test {
            LabelTest::Is(label) => label.to_string(),
            LabelTest::Computed(expr) => format!("$({})", self.expr(expr)),
            LabelTest::ComputedAny(expr) => format!("$any({})", self.expr(expr)),
            LabelTest::Any => "%".to_owned(),
            LabelTest::Not(test) => format!("!{}", self.labels(test)),
            LabelTest::And(tests) => join(tests, "&"),
            LabelTest::Or(tests) => format!("({})", join(tests, "|")),
        }
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn write_constant(out: &mut String, value: &Value) {
    _ = match value {
        Value::Null => write!(out, "null"),
        Value::Boolean(value) => write!(out, "{value}"),
        Value::Integer(value) => write!(out, "{value}"),
        Value::Float(value) => write!(out, "{value:?}"),
        Value::String(text) => write!(out, "'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        Value::List(items) => write!(out, "[… {} items]", items.len()),
        other => write!(out, "<{}>", other.type_name()),
    };
}

const fn arithmetic(operator: Arithmetic) -> &'static str {
    match operator {
        Arithmetic::Add => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
        Arithmetic::Modulo => "%",
        Arithmetic::Power => "^",
        Arithmetic::Concatenate => "||",
    }
}

const fn comparison(operator: Comparison) -> &'static str {
    match operator {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

const fn string_test(test: StringTest) -> &'static str {
    match test {
        StringTest::StartsWith => "STARTS WITH",
        StringTest::EndsWith => "ENDS WITH",
        StringTest::Contains => "CONTAINS",
        StringTest::Matches => "=~",
    }
}
