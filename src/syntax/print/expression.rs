//! Expressions, with the brackets that their tree needs.

use super::Printer;
use crate::syntax::ast::{
    BinaryOperator, ComparisonOperator, Expression, ExpressionKind, LabelExpression, Literal,
    MapProjectionItem, Name, QuantifierKind, SubqueryBody, SubqueryKind, TypeName, UnaryOperator,
    WhenOperand,
};
use crate::syntax::rules;

/// How tightly operators bind; the parser has the same table for reading.
const ANY: u8 = 0;
const NOT: u8 = 4;
const COMPARISON: u8 = 5;
const TEST: u8 = 6;
const SIGN: u8 = 10;
/// What may have a property or an index behind it.
const POSTFIX: u8 = 11;

/// Functions whose names begin a form of their own, unless in backquotes.
const SPECIAL_FORMS: &[&str] = &[
    "all",
    "any",
    "none",
    "single",
    "reduce",
    "cast",
    "closed",
    "shortestpath",
    "allshortestpaths",
];

/// How tightly the outermost operator of an expression binds.
fn tightness(kind: &ExpressionKind) -> u8 {
    match kind {
        ExpressionKind::Binary(operator, ..) => operator_tightness(*operator),
        ExpressionKind::Unary(UnaryOperator::Not, _) => NOT,
        ExpressionKind::Comparison(..) => COMPARISON,
        ExpressionKind::IsNull { .. }
        | ExpressionKind::IsType { .. }
        | ExpressionKind::IsTruth { .. }
        | ExpressionKind::IsNormalized { .. }
        | ExpressionKind::HasLabels { .. } => TEST,
        // Behind a pattern, an operator could be read as the beginning of an arrow.
        ExpressionKind::Pattern(path) if path.selector.is_none() => NOT,
        ExpressionKind::Unary(..) => SIGN,
        ExpressionKind::Literal(Literal::Integer(int)) if *int < 0 => SIGN,
        ExpressionKind::Literal(Literal::Float(float)) if float.is_sign_negative() => SIGN,
        _ => POSTFIX,
    }
}

fn operator_tightness(operator: BinaryOperator) -> u8 {
    match operator {
        BinaryOperator::Or => 1,
        BinaryOperator::Xor => 2,
        BinaryOperator::And => 3,
        BinaryOperator::In
        | BinaryOperator::StartsWith
        | BinaryOperator::EndsWith
        | BinaryOperator::Contains
        | BinaryOperator::Matches => TEST,
        BinaryOperator::Add | BinaryOperator::Subtract | BinaryOperator::Concatenate => 7,
        BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Modulo => 8,
        BinaryOperator::Power => 9,
    }
}

const fn operator_text(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Or => " OR ",
        BinaryOperator::Xor => " XOR ",
        BinaryOperator::And => " AND ",
        BinaryOperator::Add => " + ",
        BinaryOperator::Subtract => " - ",
        BinaryOperator::Multiply => " * ",
        BinaryOperator::Divide => " / ",
        BinaryOperator::Modulo => " % ",
        BinaryOperator::Power => " ^ ",
        BinaryOperator::Concatenate => " || ",
        BinaryOperator::In => " IN ",
        BinaryOperator::StartsWith => " STARTS WITH ",
        BinaryOperator::EndsWith => " ENDS WITH ",
        BinaryOperator::Contains => " CONTAINS ",
        BinaryOperator::Matches => " =~ ",
    }
}

const fn comparison_text(operator: ComparisonOperator) -> &'static str {
    match operator {
        ComparisonOperator::Equal => " = ",
        ComparisonOperator::NotEqual => " <> ",
        ComparisonOperator::Less => " < ",
        ComparisonOperator::LessOrEqual => " <= ",
        ComparisonOperator::Greater => " > ",
        ComparisonOperator::GreaterOrEqual => " >= ",
    }
}

impl Printer<'_> {
    /// An expression that stands alone, so that no brackets are needed around it.
    pub(super) fn expression(&mut self, expression: &Expression) {
        self.operand(expression, ANY);
    }

    pub(super) fn expressions(&mut self, expressions: &[Expression]) {
        self.list(expressions, Printer::expression);
    }

    /// An expression where something must bind at least as tightly as `level`.
    fn operand(&mut self, expression: &Expression, level: u8) {
        let tightness = tightness(&expression.kind);
        let is_loose = tightness < level || (self.brackets && level > ANY && tightness < POSTFIX);
        if is_loose && !begins_unwritten(expression) {
            self.in_brackets(expression);
        } else {
            self.bare(expression);
        }
    }

    fn in_brackets(&mut self, expression: &Expression) {
        self.word("(");
        self.bare(expression);
        self.word(")");
    }

    /// An operand behind a `-`, where `[` would begin a relationship.
    fn behind_dash(&mut self, expression: &Expression, level: u8) {
        let start = self.out.len();
        self.operand(expression, level);
        if self.out[start..].starts_with(['[', '-']) {
            self.out.insert(start, '(');
            self.word(")");
        }
    }

    /// An expression before a `|` that is not its own.
    pub(super) fn before_pipe(&mut self, expression: &Expression, level: u8) {
        if shows_alternatives(expression) {
            self.in_brackets(expression);
        } else {
            self.operand(expression, level);
        }
    }

    fn bare(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Literal(literal) => self.literal(literal),
            ExpressionKind::Parameter(name) => self.parameter(name),
            ExpressionKind::Variable(name) => self.variable(name),
            ExpressionKind::CaseSubject => {}
            ExpressionKind::Property(..)
            | ExpressionKind::Index(..)
            | ExpressionKind::Slice(..) => self.postfixes(expression),
            ExpressionKind::List(items) => self.list_literal(items),
            ExpressionKind::Map(entries) => self.map(entries),
            ExpressionKind::MapProjection(of, items) => {
                self.variable(of);
                self.word(" {");
                self.list(items, Self::projected);
                self.word("}");
            }
            ExpressionKind::Unary(operator, operand) => self.unary(*operator, operand),
            ExpressionKind::Binary(..) => self.binary(expression),
            ExpressionKind::Comparison(first, rest) => self.comparison(first, rest),
            ExpressionKind::IsNull { operand, negated } => {
                self.operand(operand, TEST);
                self.word(if *negated { " IS NOT NULL" } else { " IS NULL" });
            }
            ExpressionKind::IsTruth { operand, truth, negated } => {
                self.operand(operand, TEST);
                self.word(if *negated { " IS NOT " } else { " IS " });
                self.word(if *truth { "TRUE" } else { "FALSE" });
            }
            ExpressionKind::IsNormalized { operand, form, negated } => {
                self.operand(operand, TEST);
                self.word(if *negated { " IS NOT " } else { " IS " });
                if let Some(form) = form {
                    self.word(form);
                    self.word(" ");
                }
                self.word("NORMALIZED");
            }
            ExpressionKind::IsType { operand, type_name, negated } => {
                self.operand(operand, TEST);
                self.word(if *negated { " IS NOT :: " } else { " IS :: " });
                self.type_name(type_name);
            }
            ExpressionKind::HasLabels { operand, labels, negated } => {
                self.has_labels(operand, labels, *negated);
            }
            ExpressionKind::Function { name, distinct, arguments } => {
                self.function(name, *distinct, arguments);
            }
            ExpressionKind::CountStar => self.word("count(*)"),
            ExpressionKind::Cast(operand, type_name) => {
                self.word("CAST(");
                self.expression(operand);
                self.word(" AS ");
                self.type_name(type_name);
                self.word(")");
            }
            ExpressionKind::Case { subject, branches, otherwise } => {
                self.case(subject.as_deref(), branches, otherwise.as_deref());
            }
            ExpressionKind::ListComprehension { .. }
            | ExpressionKind::PatternComprehension { .. }
            | ExpressionKind::Quantifier { .. }
            | ExpressionKind::Reduce { .. } => self.going_through(&expression.kind),
            ExpressionKind::Pattern(path) => self.path_in_expression(path),
            ExpressionKind::Closed(pattern) => {
                self.word("closed(");
                self.match_body(pattern, false);
                self.word(")");
            }
            ExpressionKind::Subquery { kind, body } => self.subquery(*kind, body),
        }
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Null => self.word("null"),
            Literal::Boolean(boolean) => self.word(if *boolean { "true" } else { "false" }),
            Literal::Integer(int) => self.word(&int.to_string()),
            Literal::Float(float) => self.word(&format!("{float:?}")),
            Literal::String(text) => self.string(text),
        }
    }

    pub(super) fn string(&mut self, text: &str) {
        self.out.push('\'');
        for character in text.chars() {
            match character {
                '\'' => self.word("\\'"),
                '\\' => self.word("\\\\"),
                '\n' => self.word("\\n"),
                '\r' => self.word("\\r"),
                '\t' => self.word("\\t"),
                control if control.is_control() => {
                    self.word(&format!("\\u{:04x}", u32::from(control)));
                }
                other => self.out.push(other),
            }
        }
        self.out.push('\'');
    }

    pub(super) fn parameter(&mut self, name: &Name) {
        self.out.push('$');
        self.name(&name.text, rules::is_parameter(&name.text));
    }

    pub(super) fn map(&mut self, entries: &[(Name, Expression)]) {
        self.word("{");
        self.list(entries, |printer, (key, value)| {
            printer.key(key);
            printer.word(": ");
            printer.expression(value);
        });
        self.word("}");
    }

    fn projected(&mut self, item: &MapProjectionItem) {
        match item {
            MapProjectionItem::Property(key) => {
                self.word(".");
                self.key(key);
            }
            MapProjectionItem::AllProperties(_) => self.word(".*"),
            MapProjectionItem::Variable(name) => self.variable(name),
            MapProjectionItem::Entry(key, value) => {
                self.key(key);
                self.word(": ");
                self.expression(value);
            }
        }
    }

    fn list_literal(&mut self, items: &[Expression]) {
        self.word("[");
        match items {
            // `[x IN xs]` goes through a list.
            [only] if may_begin_comprehension(only) => self.in_brackets(only),
            [first, rest @ ..] => {
                self.before_pipe(first, ANY);
                for item in rest {
                    self.word(", ");
                    self.expression(item);
                }
            }
            [] => {}
        }
        self.word("]");
    }

    /// Properties, indexes and slices behind an operand, the innermost first.
    fn postfixes(&mut self, expression: &Expression) {
        let mut outer = Vec::new();
        let mut root = expression;
        while let ExpressionKind::Property(of, _)
        | ExpressionKind::Index(of, _)
        | ExpressionKind::Slice(of, ..) = &root.kind
        {
            outer.push(&root.kind);
            root = of;
        }
        // A point behind digits belongs to the number.
        match root.kind {
            ExpressionKind::Literal(Literal::Integer(_) | Literal::Float(_)) => {
                self.in_brackets(root);
            }
            _ => self.operand(root, POSTFIX),
        }
        for kind in outer.into_iter().rev() {
            match kind {
                ExpressionKind::Property(_, key) => {
                    self.word(".");
                    self.key(key);
                }
                ExpressionKind::Index(_, at) => {
                    self.word("[");
                    self.expression(at);
                    self.word("]");
                }
                ExpressionKind::Slice(_, from, to) => {
                    self.word("[");
                    from.iter().for_each(|from| self.expression(from));
                    self.word("..");
                    to.iter().for_each(|to| self.expression(to));
                    self.word("]");
                }
                _ => {}
            }
        }
    }

    fn unary(&mut self, operator: UnaryOperator, operand: &Expression) {
        match operator {
            UnaryOperator::Not => {
                self.word("NOT ");
                self.operand(operand, NOT);
            }
            UnaryOperator::Minus | UnaryOperator::Plus => self.signed(operator, operand),
        }
    }

    /// A row of signs before an operand. However long it is, it gets one pair of brackets at most: behind
    /// `(a) <`, two signs before a bracket would be a relationship.
    fn signed(&mut self, operator: UnaryOperator, operand: &Expression) {
        let sign = |operator| if operator == UnaryOperator::Minus { "-" } else { "+" };
        self.word(sign(operator));
        let (mut signs, mut root) = (String::new(), operand);
        while let ExpressionKind::Unary(operator, inner) = &root.kind
            && *operator != UnaryOperator::Not
            && !self.brackets
        {
            signs.push(' ');
            signs.push_str(sign(*operator));
            root = inner;
        }
        let start = self.out.len();
        match root.kind {
            // A sign before digits belongs to the number.
            ExpressionKind::Literal(Literal::Integer(_) | Literal::Float(_))
            | ExpressionKind::Unary(..) => self.in_brackets(root),
            _ => self.behind_dash(root, SIGN),
        }
        if signs.is_empty() {
            return;
        }
        if self.out[start..].starts_with('(') {
            signs.replace_range(..1, "(");
            self.word(")");
        }
        self.out.insert_str(start, &signs);
    }

    /// A row of operators that bind to the left, however long.
    fn binary(&mut self, expression: &Expression) {
        let mut row = Vec::new();
        let mut left = expression;
        let mut level = ANY;
        while let ExpressionKind::Binary(operator, inner, right) = &left.kind {
            let own = operator_tightness(*operator);
            if own < level || (self.brackets && level > ANY) {
                break;
            }
            row.push((*operator, right));
            level = own;
            left = inner;
        }
        self.operand(left, level);
        for (operator, right) in row.into_iter().rev() {
            self.word(operator_text(operator));
            let level = operator_tightness(operator) + 1;
            if operator == BinaryOperator::Subtract {
                self.behind_dash(right, level);
            } else {
                self.operand(right, level);
            }
        }
    }

    fn comparison(&mut self, first: &Expression, rest: &[(ComparisonOperator, Expression)]) {
        self.compared(first);
        for (operator, right) in rest {
            self.word(comparison_text(*operator));
            self.compared(right);
        }
    }

    /// An operand of a comparison; `x IS :: LIST < …` would begin the type of a list's elements.
    fn compared(&mut self, operand: &Expression) {
        match operand.kind {
            ExpressionKind::IsType { .. } if !begins_unwritten(operand) => {
                self.in_brackets(operand)
            }
            _ => self.operand(operand, TEST),
        }
    }

    fn has_labels(&mut self, operand: &Expression, labels: &LabelExpression, negated: bool) {
        if negated {
            self.operand(operand, TEST);
            self.word(" IS NOT LABELED ");
        } else if begins_unwritten(operand) || tightness(&operand.kind) < POSTFIX {
            self.operand(operand, TEST);
            self.word(" IS LABELED ");
        } else {
            self.operand(operand, POSTFIX);
            self.word(":");
        }
        // Brackets, so that a `|` that follows is not one of the labels.
        self.label_factor_or(labels);
    }

    fn function(&mut self, name: &[Name], distinct: bool, arguments: &[Expression]) {
        let special = match name {
            [only] => SPECIAL_FORMS.iter().any(|form| only.text.eq_ignore_ascii_case(form)),
            _ => false,
        };
        self.qualified(name, !special);
        self.word("(");
        if distinct {
            self.word("DISTINCT ");
        }
        self.expressions(arguments);
        self.word(")");
    }

    fn case(
        &mut self,
        subject: Option<&Expression>,
        branches: &[(Vec<WhenOperand>, Expression)],
        otherwise: Option<&Expression>,
    ) {
        self.word("CASE ");
        if let Some(subject) = subject {
            self.expression(subject);
            self.word(" ");
        }
        for (operands, result) in branches {
            self.word("WHEN ");
            self.list(operands, |printer, operand| match operand {
                WhenOperand::Value(value) => printer.expression(value),
                WhenOperand::Test(test) => {
                    // The subject leaves nothing but the space before the operator.
                    let start = printer.out.len();
                    printer.expression(test);
                    if printer.out[start..].starts_with(' ') {
                        printer.out.remove(start);
                    }
                }
            });
            self.word(" THEN ");
            self.expression(result);
            self.word(" ");
        }
        if let Some(otherwise) = otherwise {
            self.word("ELSE ");
            self.expression(otherwise);
            self.word(" ");
        }
        self.word("END");
    }

    /// The forms that go through a list or the matches of a pattern.
    fn going_through(&mut self, kind: &ExpressionKind) {
        match kind {
            ExpressionKind::ListComprehension { variable, list, filter, projection } => {
                self.word("[");
                self.variable(variable);
                self.word(" IN ");
                self.before_pipe(list, TEST + 1);
                self.comprehension_tail(filter.as_deref(), projection.as_deref());
            }
            ExpressionKind::PatternComprehension { pattern, filter, projection } => {
                self.word("[");
                self.path_in_expression(pattern);
                self.comprehension_tail(filter.as_deref(), Some(projection));
            }
            ExpressionKind::Quantifier { kind, variable, list, filter } => {
                self.word(match kind {
                    QuantifierKind::All => "all(",
                    QuantifierKind::Any => "any(",
                    QuantifierKind::None => "none(",
                    QuantifierKind::Single => "single(",
                });
                self.variable(variable);
                self.word(" IN ");
                self.before_pipe(list, ANY);
                self.condition(" WHERE ", filter.as_deref());
                self.word(")");
            }
            ExpressionKind::Reduce { accumulator, initial, variable, list, step, holds } => {
                self.word(if holds.is_some() { "allReduce(" } else { "reduce(" });
                self.variable(accumulator);
                self.word(" = ");
                self.expression(initial);
                self.word(", ");
                self.variable(variable);
                self.word(" IN ");
                self.before_pipe(list, ANY);
                self.word(" | ");
                self.expression(step);
                self.condition(", ", holds.as_deref());
                self.word(")");
            }
            _ => {}
        }
    }

    fn comprehension_tail(&mut self, filter: Option<&Expression>, projection: Option<&Expression>) {
        if let Some(filter) = filter {
            self.word(" WHERE ");
            self.before_pipe(filter, ANY);
        }
        self.condition(" | ", projection);
        self.word("]");
    }

    /// A word with an expression behind it, if there is one.
    pub(super) fn condition(&mut self, word: &str, condition: Option<&Expression>) {
        if let Some(condition) = condition {
            self.word(word);
            self.expression(condition);
        }
    }

    fn subquery(&mut self, kind: SubqueryKind, body: &SubqueryBody) {
        self.word(match kind {
            SubqueryKind::Exists => "EXISTS ",
            SubqueryKind::Count => "COUNT ",
            SubqueryKind::Collect => "COLLECT ",
            SubqueryKind::Value => "VALUE ",
        });
        match body {
            SubqueryBody::Query(query) => self.braced(query),
            SubqueryBody::Pattern(pattern) => {
                self.word("{ ");
                self.match_body(pattern, false);
                self.word(" }");
            }
        }
    }

    pub(super) fn type_name(&mut self, name: &TypeName) {
        self.joined(&name.alternatives, " | ", |printer, alternative| {
            printer.word(&alternative.name);
            if let Some(element) = &alternative.element {
                printer.word("<");
                printer.type_name(element);
                printer.word(">");
            }
            if alternative.not_null {
                printer.word(" NOT NULL");
            }
        });
    }
}

/// Whether an expression begins with the subject of a CASE, which is not written: `=~ 'a' IS NULL` behind WHEN is a row
/// that is read from the left, and brackets would stand before an operator.
fn begins_unwritten(expression: &Expression) -> bool {
    let mut left = expression;
    loop {
        left = match &left.kind {
            ExpressionKind::CaseSubject => return true,
            ExpressionKind::Binary(_, inner, _)
            | ExpressionKind::Comparison(inner, _)
            | ExpressionKind::IsNull { operand: inner, .. }
            | ExpressionKind::IsTruth { operand: inner, .. }
            | ExpressionKind::IsNormalized { operand: inner, .. }
            | ExpressionKind::IsType { operand: inner, .. }
            | ExpressionKind::HasLabels { operand: inner, .. } => inner,
            _ => return false,
        };
    }
}

/// Whether a list with this as its only item would read as a comprehension.
fn may_begin_comprehension(only: &Expression) -> bool {
    matches!(&only.kind, ExpressionKind::Binary(BinaryOperator::In, of, _)
        if matches!(of.kind, ExpressionKind::Variable(_)))
}

/// Whether types or labels stand outside brackets, which a `|` could continue or end.
fn shows_alternatives(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::IsType { .. } => true,
        ExpressionKind::HasLabels { negated, .. } => *negated,
        ExpressionKind::Unary(_, operand)
        | ExpressionKind::IsNull { operand, .. }
        | ExpressionKind::IsTruth { operand, .. }
        | ExpressionKind::IsNormalized { operand, .. } => shows_alternatives(operand),
        ExpressionKind::Binary(_, left, right) => {
            shows_alternatives(left) || shows_alternatives(right)
        }
        ExpressionKind::Comparison(first, rest) => {
            shows_alternatives(first) || rest.iter().any(|(_, right)| shows_alternatives(right))
        }
        _ => false,
    }
}
