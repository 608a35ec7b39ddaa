//! Patterns, labels, and what is stated about relationships.

use super::Printer;
use crate::syntax::ast::{
    Alternatives, ArrowDirection, Expression, ExpressionKind, LabelExpression, LabelName, Length,
    Literal, NodePattern, PathElement, PathMode, PathPattern, PathSelector, Pattern,
    QualifierClause, QuantifiedPath, RelationshipPattern, SourceItem,
};
use crate::syntax::rules;

/// How tightly the operators of labels bind: `|`, `&`, `!`.
const OR: u8 = 1;
const AND: u8 = 2;
const FACTOR: u8 = 3;

impl Printer<'_> {
    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        self.list(&pattern.paths, Self::path);
    }

    pub(super) fn path(&mut self, path: &PathPattern) {
        if let Some(variable) = &path.variable {
            self.variable(variable);
            self.word(" = ");
        }
        let function = match path.selector {
            Some(PathSelector::ShortestPathFunction) => Some("shortestPath("),
            Some(PathSelector::AllShortestPathsFunction) => Some("allShortestPaths("),
            _ => None,
        };
        self.word(function.unwrap_or(""));
        if function.is_none() {
            self.selector(path.selector.as_ref());
        }
        if let Some(mode) = path.mode {
            self.word(match mode {
                PathMode::Walk => "WALK ",
                PathMode::Trail => "TRAIL ",
                PathMode::Acyclic => "ACYCLIC ",
                PathMode::Simple => "SIMPLE ",
            });
        }
        self.elements(&path.elements);
        if function.is_some() {
            self.word(")");
        }
    }

    fn selector(&mut self, selector: Option<&PathSelector>) {
        let (word, count, after) = match selector {
            None
            | Some(PathSelector::ShortestPathFunction | PathSelector::AllShortestPathsFunction) => {
                return;
            }
            Some(PathSelector::All) => ("ALL ", None, ""),
            Some(PathSelector::AllShortest) => ("ALL SHORTEST ", None, ""),
            Some(PathSelector::Any(count)) => ("ANY ", count.as_ref(), ""),
            Some(PathSelector::Shortest(None)) => ("ANY SHORTEST ", None, ""),
            Some(PathSelector::Shortest(count)) => ("SHORTEST ", count.as_ref(), ""),
            Some(PathSelector::ShortestGroups(count)) => ("SHORTEST ", count.as_ref(), "GROUPS "),
        };
        self.word(word);
        if let Some(count) = count {
            self.expression(count);
            self.word(" ");
        }
        self.word(after);
    }

    fn elements(&mut self, elements: &[PathElement]) {
        for element in elements {
            match element {
                PathElement::Node(node) => self.node(node, false),
                PathElement::Relationship(relationship) => self.relationship(relationship),
                PathElement::Quantified(path) => self.quantified(path),
                PathElement::Alternatives(alternatives) => self.alternatives(alternatives),
            }
        }
    }

    fn alternatives(&mut self, alternatives: &Alternatives) {
        for (at, branch) in alternatives.branches.iter().enumerate() {
            if at > 0 {
                self.word(if alternatives.multiset { " |+| " } else { " | " });
            }
            self.elements(&branch.elements);
        }
    }

    /// A pattern as a condition, or what a pattern comprehension goes through.
    pub(super) fn path_in_expression(&mut self, path: &PathPattern) {
        match path.elements.as_slice() {
            // `(n:A)` alone would be a test of labels.
            [PathElement::Node(node)] if path.selector.is_none() => self.node(node, true),
            _ => self.path(path),
        }
    }

    fn node(&mut self, node: &NodePattern, labels_by_word: bool) {
        self.word("(");
        if let Some(variable) = &node.variable {
            self.variable(variable);
        }
        if let Some(labels) = &node.labels {
            let by_word = labels_by_word && node.variable.is_some();
            self.word(if by_word { " IS " } else { ":" });
            self.labels(labels);
        }
        let is_empty = node.variable.is_none() && node.labels.is_none();
        self.node_properties(node, is_empty);
        let is_empty = is_empty && node.properties.is_none() && node.stated.is_empty();
        self.condition(if is_empty { "WHERE " } else { " WHERE " }, node.filter.as_deref());
        self.word(")");
    }

    fn node_properties(&mut self, node: &NodePattern, is_first: bool) {
        if node.stated.is_empty() {
            return self.properties(node.properties.as_ref(), is_first);
        }
        self.word(if is_first { "{" } else { " {" });
        if let Some(ExpressionKind::Map(entries)) = node.properties.as_ref().map(|map| &map.kind) {
            for (key, value) in entries {
                self.key(key);
                self.condition(": ", Some(value));
                self.word(", ");
            }
        }
        self.list(&node.stated, |printer, stated| {
            printer.key(&stated.key);
            printer.condition(": ", Some(&stated.value));
            printer.qualifiers(&stated.qualifiers);
        });
        self.word("}");
    }

    fn properties(&mut self, properties: Option<&Expression>, is_first: bool) {
        let Some(properties) = properties else { return };
        if !is_first {
            self.word(" ");
        }
        self.expression(properties);
    }

    fn relationship(&mut self, relationship: &RelationshipPattern) {
        let (left, right) = match relationship.direction {
            ArrowDirection::Right => ("-", "->"),
            ArrowDirection::Left => ("<-", "-"),
            ArrowDirection::Undirected => ("-", "-"),
            ArrowDirection::LeftOrRight => ("<-", "->"),
        };
        self.word(left);
        let start = self.out.len();
        self.word("[");
        self.detail(relationship);
        if self.out.len() == start + 1 {
            self.out.truncate(start);
        } else {
            self.word("]");
        }
        self.word(right);
        if let Some(length) = relationship.length.as_ref().filter(|length| length.quantifier) {
            self.quantifier(length);
        }
    }

    fn detail(&mut self, relationship: &RelationshipPattern) {
        let start = self.out.len();
        if let Some(variable) = &relationship.variable {
            self.variable(variable);
        }
        if let Some(types) = &relationship.types {
            self.word(":");
            self.labels(types);
        }
        if let Some(Length { min, max, quantifier: false, .. }) = &relationship.length {
            self.word("*");
            let number = |n: &Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
            match (min, max) {
                (None, None) => {}
                (Some(min), Some(max)) if min == max => self.word(&min.to_string()),
                _ => self.word(&format!("{}..{}", number(min), number(max))),
            }
        }
        self.properties(relationship.properties.as_ref(), self.out.len() == start);
        if let Some(qualifiers) = &relationship.qualifiers {
            self.qualifiers(qualifiers);
        }
        let is_first = self.out.len() == start;
        self.condition(if is_first { "WHERE " } else { " WHERE " }, relationship.filter.as_deref());
    }

    fn quantified(&mut self, quantified: &QuantifiedPath) {
        self.word("(");
        self.path(&quantified.path);
        self.condition(" WHERE ", quantified.filter.as_deref());
        self.word(")");
        if let Some(length) = &quantified.length {
            self.quantifier(length);
        }
    }

    fn quantifier(&mut self, length: &Length) {
        let text = match (length.min.unwrap_or(0), length.max) {
            (0, None) => "*".to_owned(),
            (1, None) => "+".to_owned(),
            (0, Some(1)) => "?".to_owned(),
            (min, None) => format!("{{{min},}}"),
            (min, Some(max)) if min == max => format!("{{{min}}}"),
            (min, Some(max)) => format!("{{{min},{max}}}"),
        };
        self.word(&text);
    }

    // ------------------------------------------------------------------------------ labels

    pub(super) fn labels(&mut self, labels: &LabelExpression) {
        self.label(labels, OR);
    }

    /// Labels where a `|` that follows must not belong to them.
    pub(super) fn label_factor_or(&mut self, labels: &LabelExpression) {
        self.label(labels, AND);
    }

    fn label(&mut self, labels: &LabelExpression, level: u8) {
        let own = match labels {
            LabelExpression::Or(..) => OR,
            LabelExpression::And(..) => AND,
            _ => FACTOR,
        };
        if own < level || (self.brackets && own < FACTOR && level > OR) {
            self.word("(");
            self.label(labels, OR);
            self.word(")");
            return;
        }
        match labels {
            LabelExpression::Name(name) => self.label_name(name),
            LabelExpression::Wildcard(_) => self.word("%"),
            LabelExpression::AnyOf(names) => {
                self.word("$any(");
                self.expression(names);
                self.word(")");
            }
            LabelExpression::Not(negated) => {
                self.word("!");
                let negated_again = matches!(**negated, LabelExpression::Not(_));
                self.word(if negated_again { "(" } else { "" });
                self.label(negated, FACTOR);
                self.word(if negated_again { ")" } else { "" });
            }
            LabelExpression::And(left, right) => {
                self.label(left, AND);
                self.word("&");
                self.label(right, FACTOR);
            }
            LabelExpression::Or(left, right) => {
                self.label(left, OR);
                self.word("|");
                self.label(right, AND);
            }
        }
    }

    pub(super) fn label_name(&mut self, name: &LabelName) {
        match name {
            LabelName::Static(name) if rules::is_value_type(&name.text) => self.word(&name.text),
            LabelName::Static(name) => self.key(name),
            LabelName::Dynamic(name) => {
                self.word("$(");
                self.expression(name);
                self.word(")");
            }
        }
    }

    // --------------------------------------------------------------- what is stated beside it

    /// Sources come last: in SET, a comma in them may begin the next item.
    pub(super) fn qualifiers(&mut self, qualifiers: &QualifierClause) {
        self.condition(" VALID ", qualifiers.valid.as_ref());
        self.condition(" FROM ", qualifiers.from.as_ref());
        self.condition(" TO ", qualifiers.to.as_ref());
        if let Some((stance, speaker)) = &qualifiers.says {
            self.word(" SAYS ");
            self.word(&stance.text);
            self.condition(" BY ", speaker.as_ref());
        }
        if let Some(rank) = &qualifiers.rank {
            self.word(" RANK ");
            self.variable(rank);
        }
        self.condition(" REASON ", qualifiers.reason.as_ref());
        self.sources(&qualifiers.sources);
    }

    pub(super) fn sources(&mut self, sources: &[SourceItem]) {
        if sources.is_empty() {
            return;
        }
        self.word(" SOURCE ");
        self.list(sources, |printer, source| {
            if is_document(&source.document) {
                printer.expression(&source.document);
            } else {
                printer.word("(");
                printer.expression(&source.document);
                printer.word(")");
            }
            if let Some(locator) = &source.locator {
                printer.word(" ");
                printer.expression(locator);
            }
        });
    }
}

/// Whether a source can stand without brackets: the grammar takes no other beginnings, and an
/// index behind a name could be the next item of SET.
fn is_document(document: &Expression) -> bool {
    match &document.kind {
        ExpressionKind::Literal(Literal::String(_))
        | ExpressionKind::Parameter(_)
        | ExpressionKind::Variable(_)
        | ExpressionKind::Function { .. } => true,
        ExpressionKind::Property(of, _) => is_document(of),
        _ => false,
    }
}
