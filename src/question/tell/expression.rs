//! Expressions in words: conditions, values, what is made of many rows.

use super::{Teller, listed};
use crate::syntax::ast::{
    BinaryOperator, ComparisonOperator, Expression, ExpressionKind, Literal, SubqueryBody,
    SubqueryKind, UnaryOperator,
};

/// Functions of many rows, and how they are told.
const AGGREGATES: [(&str, &str); 6] = [
    ("sum", "the sum of"),
    ("avg", "the average of"),
    ("min", "the least of"),
    ("max", "the greatest of"),
    ("collect", "the list of"),
    ("count", "the number of"),
];

/// Functions of one value, and how they are told.
const FUNCTIONS: [(&str, &str); 14] = [
    ("valid", "the time of"),
    ("recorded", "when was recorded"),
    ("evidence", "the evidence for"),
    ("stance", "the stance of"),
    ("speaker", "who says"),
    ("labels", "the labels of"),
    ("type", "the type of"),
    ("id", "the number of"),
    ("size", "the size of"),
    ("edtf.start", "the start of"),
    ("edtf.end", "the end of"),
    ("edtf.year", "the year of"),
    ("edtf.month", "the month of"),
    ("edtf.day", "the day of"),
];

/// Whether an expression is made of many rows.
pub(super) fn aggregates(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::CountStar => true,
        ExpressionKind::Function { name, .. } => {
            let [name] = name.as_slice() else { return false };
            AGGREGATES.iter().any(|entry| name.text.eq_ignore_ascii_case(entry.0))
        }
        ExpressionKind::Binary(_, a, b) => aggregates(a) || aggregates(b),
        ExpressionKind::Unary(_, a) => aggregates(a),
        ExpressionKind::Comparison(a, rest) => {
            aggregates(a) || rest.iter().any(|(_, b)| aggregates(b))
        }
        _ => false,
    }
}

impl Teller<'_> {
    /// An expression in words; what has none stands as it was written.
    pub(super) fn expression(&mut self, expression: &Expression) -> String {
        if self.depth >= super::DEPTH_MAX {
            return self.code(expression.span().slice(self.text));
        }
        self.depth += 1;
        let told = self.told(expression);
        self.depth -= 1;
        told.unwrap_or_else(|| self.code(expression.span().slice(self.text)))
    }

    fn told(&mut self, expression: &Expression) -> Option<String> {
        Some(match &expression.kind {
            ExpressionKind::Literal(literal) => match literal {
                Literal::Null => "nothing".to_owned(),
                Literal::Boolean(truth) => truth.to_string(),
                Literal::Integer(number) => number.to_string(),
                Literal::Float(number) => format!("{number:?}"),
                Literal::String(text) => format!("“{text}”"),
            },
            ExpressionKind::Parameter(name) => format!("${}", name.text),
            ExpressionKind::Variable(name) => {
                self.called.get(&name.text).cloned().unwrap_or_else(|| name.text.clone())
            }
            ExpressionKind::Property(of, key) => {
                format!("the {} of {}", self.property(&key.text), self.expression(of))
            }
            ExpressionKind::List(members) => {
                let members: Vec<String> = members.iter().map(|one| self.expression(one)).collect();
                listed(&members)
            }
            ExpressionKind::Unary(UnaryOperator::Not, operand) => self.denied(operand),
            ExpressionKind::Binary(operator, a, b) => self.binary(*operator, a, b)?,
            ExpressionKind::Comparison(first, rest) => {
                let mut left = self.expression(first);
                let mut told = Vec::new();
                for (operator, right) in rest {
                    let right = self.expression(right);
                    told.push(format!("{left} {} {right}", compared(*operator)));
                    left = right;
                }
                told.join(" and ")
            }
            ExpressionKind::IsNull { operand, negated } => {
                let verb = if *negated { "is stated" } else { "is not stated" };
                format!("{} {verb}", self.expression(operand))
            }
            ExpressionKind::HasLabels { operand, labels, negated } => {
                let noun = self.labels(labels);
                let verb = if *negated { "is no" } else { "is a" };
                format!("{} {verb} {noun}", self.expression(operand))
            }
            ExpressionKind::CountStar => "how many there are".to_owned(),
            ExpressionKind::Function { name, distinct, arguments } => {
                let name: Vec<&str> = name.iter().map(|part| part.text.as_str()).collect();
                self.function(&name.join("."), *distinct, arguments)?
            }
            ExpressionKind::Pattern(path) => self.path(path).join(" and "),
            ExpressionKind::Subquery { kind, body } => {
                let told = self.body(body);
                match kind {
                    SubqueryKind::Exists => told,
                    SubqueryKind::Count => format!("the number of times that {told}"),
                    SubqueryKind::Collect => format!("the list of what is found ({told})"),
                    SubqueryKind::Value => format!("what is found ({told})"),
                }
            }
            _ => return None,
        })
    }

    fn body(&mut self, body: &SubqueryBody) -> String {
        match body {
            SubqueryBody::Pattern(one) => self.matched(one).join(" and "),
            SubqueryBody::Query(query) => self.query(query),
        }
    }

    fn denied(&mut self, operand: &Expression) -> String {
        match &operand.kind {
            ExpressionKind::Subquery { kind: SubqueryKind::Exists, .. }
            | ExpressionKind::Pattern(_) => format!("not: {}", self.expression(operand)),
            _ => format!("it is not so that {}", self.expression(operand)),
        }
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        a: &Expression,
        b: &Expression,
    ) -> Option<String> {
        let word = match operator {
            BinaryOperator::And => "and",
            BinaryOperator::Or => "or",
            BinaryOperator::Xor => "or else",
            BinaryOperator::In => "is one of",
            BinaryOperator::StartsWith => "begins with",
            BinaryOperator::EndsWith => "ends with",
            BinaryOperator::Contains => "contains",
            BinaryOperator::Add => "plus",
            BinaryOperator::Subtract => "minus",
            BinaryOperator::Multiply => "times",
            BinaryOperator::Divide => "divided by",
            _ => return None,
        };
        Some(format!("{} {word} {}", self.expression(a), self.expression(b)))
    }

    fn function(&mut self, name: &str, distinct: bool, arguments: &[Expression]) -> Option<String> {
        let lower = name.to_lowercase();
        if let ("date" | "edtf" | "datetime", [only]) = (lower.as_str(), arguments)
            && let ExpressionKind::Literal(Literal::String(text)) = &only.kind
        {
            return Some(text.clone());
        }
        match (lower.as_str(), arguments) {
            ("truth", []) => return Some("how sure it is".to_owned()),
            ("truth", [of]) => return Some(format!("how sure {} is", self.expression(of))),
            ("certain" | "presumed" | "possible", [of]) => {
                return Some(format!("it is {lower} that {}", self.expression(of)));
            }
            _ => {}
        }
        let [of] = arguments else { return None };
        if let Some((_, told)) = AGGREGATES.iter().find(|entry| entry.0 == lower) {
            let different = if distinct { "the different values of " } else { "" };
            // What is counted are the things, each once or as often as they are found.
            return Some(format!("{told} {different}{}", self.expression(of)));
        }
        let (_, told) = FUNCTIONS.iter().find(|entry| entry.0 == lower)?;
        Some(format!("{told} {}", self.expression(of)))
    }

    /// A day or a period, as short as it can be said.
    pub(super) fn date(&mut self, expression: &Expression) -> String {
        self.expression(expression)
    }

    /// What a property is called.
    fn property(&self, key: &str) -> String {
        let noun = self.graph.catalog().key(key).and_then(|key| self.lexicon.property_noun(key));
        noun.map_or_else(|| key.to_owned(), str::to_owned)
    }

    /// What a variable is called, where an expression is nothing but one.
    pub(super) fn variable_of(&self, expression: &Expression) -> Option<String> {
        match &expression.kind {
            ExpressionKind::Variable(name) => self.called.get(&name.text).cloned(),
            _ => None,
        }
    }

    /// `name: 'X'` of a map, in words, and the other entries.
    pub(super) fn properties(
        &mut self,
        map: Option<&Expression>,
    ) -> (Option<String>, Vec<(String, String)>) {
        let (mut name, mut others) = (None, Vec::new());
        match map.map(|map| &map.kind) {
            Some(ExpressionKind::Map(entries)) => {
                for (key, value) in entries {
                    match (&*key.text, &value.kind) {
                        ("name", ExpressionKind::Literal(Literal::String(text))) => {
                            name = Some(text.clone());
                        }
                        _ => others.push((key.text.clone(), self.expression(value))),
                    }
                }
            }
            Some(_) => {
                if let Some(map) = map {
                    others.push(("properties".to_owned(), self.expression(map)));
                }
            }
            None => {}
        }
        (name, others)
    }
}

fn compared(operator: ComparisonOperator) -> &'static str {
    match operator {
        ComparisonOperator::Equal => "is",
        ComparisonOperator::NotEqual => "is not",
        ComparisonOperator::Less => "is less than",
        ComparisonOperator::LessOrEqual => "is at most",
        ComparisonOperator::Greater => "is more than",
        ComparisonOperator::GreaterOrEqual => "is at least",
    }
}
