//! A query put into English: one sentence that says what it asks.
//!
//! ```text
//! MATCH (s:State)-[r:RECOGNISES]->(:Region {name: 'South Ossetia'}) AS OF date('2012-01-01')
//! RETURN s.name ORDER BY s.name LIMIT 3
//!
//! Where a state recognises South Ossetia on 2012-01-01: give the name of the state, in the order of
//! the name of the state, 3 at most.
//! ```
//!
//! In comes a statement as it was written, out comes the sentence; relationship types are put as
//! their first example sentence says. It is made of the query's own parts, clause by clause, and
//! what has no wording stands in it as it was written, in backquotes: nothing is left out.

mod expression;

use hashbrown::HashMap;

use super::frame::{Head, Role, What};
use super::lexicon::Lexicon;
use super::say;
use crate::graph::Snapshot;
use crate::syntax::ast::{
    ArrowDirection, Clause, LabelExpression, LabelName, Match, NodePattern, OrderAndPage,
    PathElement, PathPattern, Projection, Query, RelationshipPattern, SetOperator, Statement,
    StatementKind, TimeRelation,
};

/// How deep queries within queries are told; what is deeper stands as it was written.
const DEPTH_MAX: usize = 24;

/// The sentence for a statement.
pub(crate) fn sentence(
    statement: &Statement,
    text: &str,
    graph: &dyn Snapshot,
    lexicon: &Lexicon,
) -> String {
    let mut teller = Teller { text, graph, lexicon, called: HashMap::new(), depth: 0 };
    let told = match &statement.kind {
        StatementKind::Query(query) => teller.query(query),
        _ => teller.code(statement.span.0.slice(text)),
    };
    let told = if statement.possible { format!("{told}, even if only possibly") } else { told };
    let mut chars = told.chars();
    let first: String = chars.next().map(char::to_uppercase).into_iter().flatten().collect();
    format!("{first}{}.", chars.as_str())
}

struct Teller<'a> {
    text: &'a str,
    graph: &'a dyn Snapshot,
    lexicon: &'a Lexicon,
    /// What each variable is called once it has been spoken of.
    called: HashMap<String, String>,
    depth: usize,
}

impl Teller<'_> {
    fn query(&mut self, query: &Query) -> String {
        if self.depth >= DEPTH_MAX {
            return self.code(query.span.0.slice(self.text));
        }
        self.depth += 1;
        let mut told = self.clauses(&query.first.clauses);
        for (operator, single) in &query.rest {
            let joint = match operator {
                SetOperator::Union => "; or else",
                SetOperator::UnionAll => "; and also",
                SetOperator::Except | SetOperator::ExceptAll => "; but not",
                SetOperator::Intersect | SetOperator::IntersectAll => "; and at the same time",
                SetOperator::Otherwise => "; if there is nothing",
                SetOperator::Next => "; with that",
            };
            told = format!("{told}{joint}: {}", self.clauses(&single.clauses));
        }
        self.depth -= 1;
        told
    }

    fn clauses(&mut self, clauses: &[Clause]) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut conditions: Vec<String> = Vec::new();
        for clause in clauses {
            if let Clause::Match(one) = clause {
                conditions.extend(self.matched(one));
                continue;
            }
            let told = self.clause(clause);
            if conditions.is_empty() {
                parts.push(told);
            } else {
                parts.push(format!("where {}: {told}", conditions.join(", and ")));
                conditions.clear();
            }
        }
        if !conditions.is_empty() {
            parts.push(format!("where {}", conditions.join(", and ")));
        }
        parts.join("; then ")
    }

    fn clause(&mut self, clause: &Clause) -> String {
        match clause {
            Clause::Return(projection) => {
                let items = self.items(projection);
                format!("give {items}{}", self.page(&projection.page))
            }
            Clause::With(projection) => {
                let items = self.items(projection);
                let page = self.page(&projection.page);
                let filter = projection.filter.as_ref().map(|one| self.expression(one));
                let filter = filter.map_or_else(String::new, |one| format!(", where {one}"));
                let told = format!("take {items}{page}{filter}");
                self.rename(projection);
                told
            }
            Clause::Unwind(unwind) => {
                let list = self.expression(&unwind.list);
                self.called.insert(unwind.variable.text.clone(), unwind.variable.text.clone());
                format!("for each {} of {list}", unwind.variable.text)
            }
            Clause::Filter(filter) => format!("keep where {}", self.expression(&filter.condition)),
            Clause::OrderAndPage(page) => format!("keep{}", self.page(page)),
            Clause::Create(create) => {
                let facts: Vec<String> =
                    create.pattern.paths.iter().flat_map(|path| self.path(path)).collect();
                format!("write that {}", facts.join(", and that "))
            }
            Clause::Merge(merge) => {
                format!("write, unless it is there, that {}", self.path(&merge.path).join(" and "))
            }
            Clause::Delete(delete) => {
                let what: Vec<String> =
                    delete.expressions.iter().map(|one| self.expression(one)).collect();
                let all = if delete.detach { " with all that is said of it" } else { "" };
                let verb = if delete.reason.is_some() { "erase for good" } else { "delete" };
                format!("{verb} {}{all}", what.join(" and "))
            }
            Clause::CallSubquery(call) => format!("find first: {}", self.query(&call.query)),
            Clause::Finish(_) => "give nothing".to_owned(),
            Clause::Conditional(one) => self.code(one.span.0.slice(self.text)),
            Clause::Match(one) => self.matched(one).join(", and "),
            Clause::Set(one) => self.code(one.span.0.slice(self.text)),
            Clause::Remove(one) => self.code(one.span.0.slice(self.text)),
            Clause::Call(one) => self.code(one.span.0.slice(self.text)),
            Clause::Foreach(one) => self.code(one.span.0.slice(self.text)),
            Clause::LoadCsv(one) => self.code(one.span.0.slice(self.text)),
            Clause::Let(one) => self.code(one.span.0.slice(self.text)),
        }
    }

    /// A text of the query that has no wording.
    fn code(&self, text: &str) -> String {
        let one_line: Vec<&str> = text.split_whitespace().collect();
        format!("`{}`", one_line.join(" "))
    }

    // --- Patterns ------------------------------------------------------------------------------

    fn matched(&mut self, one: &Match) -> Vec<String> {
        let mut facts: Vec<String> =
            one.pattern.paths.iter().flat_map(|path| self.path(path)).collect();
        let mut time = String::new();
        if let Some(clause) = &one.time {
            let operand = clause.operand.as_ref().map(|operand| self.date(operand));
            let word = match clause.relation {
                TimeRelation::AsOf => " on",
                TimeRelation::During => " in",
                TimeRelation::Before => " before",
                TimeRelation::After => " after",
                TimeRelation::Overlaps => " on some day of",
                TimeRelation::AllTime => ", whenever",
            };
            time = operand.map_or_else(|| word.to_owned(), |day| format!("{word} {day}"));
        }
        if let Some(known) = &one.known_at {
            let known = self.date(known);
            time.push_str(&format!(", as it was known at {known}"));
        }
        if let Some(stances) = &one.stance {
            let names: Vec<&str> = stances.iter().map(|name| name.text.as_str()).collect();
            let names = if names.is_empty() { "anyhow".to_owned() } else { names.join(" or ") };
            time.push_str(&format!(" (stated: {names})"));
        }
        if let (Some(last), false) = (facts.last_mut(), time.is_empty()) {
            last.push_str(&time);
        }
        if let Some(filter) = &one.filter {
            facts.push(self.expression(filter));
        }
        if one.optional {
            return vec![format!("perhaps {}", facts.join(" and "))];
        }
        facts
    }

    /// What a path says: a sentence for each relationship, or that there is such a thing.
    fn path(&mut self, path: &PathPattern) -> Vec<String> {
        let plain = path.elements.iter().all(|element| {
            !matches!(element, PathElement::Quantified(_) | PathElement::Alternatives(_))
        });
        if path.selector.is_some() || !plain {
            return vec![self.whole_path(path)];
        }
        let mut told = Vec::new();
        let mut conditions = Vec::new();
        let mut left = (String::new(), String::new());
        let mut between: Option<&RelationshipPattern> = None;
        for element in &path.elements {
            match element {
                PathElement::Node(node) => {
                    let right = self.node(node, &mut conditions);
                    if let Some(relationship) = between.take() {
                        told.push(self.relationship(relationship, &left.0, &right.0));
                        left = (right.1.clone(), right.1);
                    } else {
                        left = right;
                    }
                }
                PathElement::Relationship(relationship) => between = Some(relationship),
                PathElement::Quantified(_) | PathElement::Alternatives(_) => {}
            }
        }
        if told.is_empty() {
            told.push(format!("there is {}", left.0));
        }
        told.extend(conditions);
        told
    }

    /// `the shortest way from a to b`.
    fn whole_path(&mut self, path: &PathPattern) -> String {
        let mut conditions = Vec::new();
        let nodes: Vec<&NodePattern> = path
            .elements
            .iter()
            .filter_map(|element| match element {
                PathElement::Node(node) => Some(node),
                _ => None,
            })
            .collect();
        match (nodes.first(), nodes.last(), &path.selector) {
            (Some(first), Some(last), Some(_)) if nodes.len() > 1 => {
                let (from, to) =
                    (self.node(first, &mut conditions).0, self.node(last, &mut conditions).0);
                let mut told = format!("a shortest way leads from {from} to {to}");
                for one in conditions {
                    told.push_str(&format!(", and {one}"));
                }
                told
            }
            _ => format!("there is a way {}", self.code(path.span.0.slice(self.text))),
        }
    }

    /// A thing of a pattern, and how it is called again: by its name, else by its noun; what else is
    /// asked of it are conditions.
    fn node(&mut self, node: &NodePattern, conditions: &mut Vec<String>) -> (String, String) {
        if let Some(variable) = &node.variable
            && let Some(called) = self.called.get(&variable.text)
        {
            return (called.clone(), called.clone());
        }
        let (name, others) = self.properties(node.properties.as_ref());
        let noun = node.labels.as_ref().map_or_else(|| "thing".to_owned(), |one| self.labels(one));
        let (said, again) = match name {
            Some(name) => (name.clone(), name),
            None => {
                let taken = self.called.values().any(|called| *called == format!("the {noun}"));
                let noun = match &node.variable {
                    Some(variable) if taken => format!("{noun} {}", variable.text),
                    _ => noun,
                };
                (format!("{} {noun}", article(&noun)), format!("the {noun}"))
            }
        };
        conditions.extend(others.into_iter().map(|(key, value)| format!("its {key} is {value}")));
        if let Some(variable) = &node.variable {
            self.called.insert(variable.text.clone(), again.clone());
        }
        if let Some(filter) = &node.filter {
            let filter = self.expression(filter);
            conditions.push(filter);
        }
        (said, again)
    }

    fn labels(&self, labels: &LabelExpression) -> String {
        match labels {
            LabelExpression::Name(LabelName::Static(name)) => {
                let label = self.graph.catalog().label(&name.text);
                let noun = label.and_then(|label| self.lexicon.label_noun(label));
                noun.map_or_else(|| name.text.to_lowercase(), str::to_owned)
            }
            LabelExpression::Name(LabelName::Dynamic(_)) | LabelExpression::AnyOf(_) => {
                "thing of a computed label".to_owned()
            }
            LabelExpression::Wildcard(_) => "thing with a label".to_owned(),
            LabelExpression::Not(inner) => format!("thing that is no {}", self.labels(inner)),
            LabelExpression::And(a, b) => {
                format!(
                    "{} that is {} {}",
                    self.labels(a),
                    article(&self.labels(b)),
                    self.labels(b)
                )
            }
            LabelExpression::Or(a, b) => format!("{} or {}", self.labels(a), self.labels(b)),
        }
    }

    /// One relationship as its type's sentence says it.
    fn relationship(
        &mut self,
        relationship: &RelationshipPattern,
        left: &str,
        right: &str,
    ) -> String {
        let (start, end) = match relationship.direction {
            ArrowDirection::Left => (right, left),
            _ => (left, right),
        };
        let mut types = Vec::new();
        let simple = relationship.types.as_ref().is_none_or(|one| type_names(one, &mut types));
        let (values, others) = {
            let (name, mut others) = self.properties(relationship.properties.as_ref());
            others.extend(name.map(|name| ("name".to_owned(), name)));
            (others.clone(), others)
        };
        let mut said: Vec<usize> = Vec::new();
        let mut told = match types.as_slice() {
            _ if !simple => {
                let written = relationship.span.0.slice(self.text);
                format!("{start} {} {end}", self.code(written))
            }
            [] => format!("{start} has to do with {end}"),
            names => {
                let sentences: Vec<String> = names
                    .iter()
                    .map(|name| self.typed(name, start, end, &values, &mut said))
                    .collect();
                sentences.join(", or ")
            }
        };
        if let Some(length) = &relationship.length {
            let steps = match (length.min, length.max) {
                (Some(a), Some(b)) if a == b => format!("{a} steps"),
                (min, Some(max)) => format!("{} to {max} steps", min.unwrap_or(1)),
                (Some(min), None) => format!("{min} or more steps"),
                (None, None) => "any number of steps".to_owned(),
            };
            told.push_str(&format!(", by {steps}"));
        }
        let undirected =
            !matches!(relationship.direction, ArrowDirection::Left | ArrowDirection::Right);
        if undirected && types.iter().any(|name| !self.is_symmetric(name)) {
            told.push_str(", or the other way round");
        }
        for (at, (key, value)) in others.iter().enumerate() {
            if !said.contains(&at) {
                told.push_str(&format!(", with {key} {value}"));
            }
        }
        if let Some(variable) = &relationship.variable {
            self.called.insert(variable.text.clone(), format!("that ({})", variable.text));
        }
        if let Some(filter) = &relationship.filter {
            told.push_str(&format!(", and {}", self.expression(filter)));
        }
        told
    }

    fn is_symmetric(&self, name: &str) -> bool {
        let of = self.graph.catalog().relationship_type(name);
        of.and_then(|of| self.graph.declarations().of(of)).is_some_and(|one| one.symmetric)
    }

    /// The first sentence of a type with two things in its places.
    fn typed(
        &self,
        name: &str,
        start: &str,
        end: &str,
        values: &[(String, String)],
        said: &mut Vec<usize>,
    ) -> String {
        let of = self.graph.catalog().relationship_type(name);
        let Some(frame) = of.and_then(|of| self.lexicon.sentence(of)) else {
            return format!("{start} {} {end}", name.to_lowercase().replace('_', " "));
        };
        let mut value = |key| {
            let key = self.graph.catalog().key_name(key);
            let at = values.iter().position(|entry| *entry.0 == **key)?;
            said.push(at);
            Some(values[at].1.clone())
        };
        let mut role = |role: Role| match role {
            Role::Start => Some(start.to_owned()),
            Role::End => Some(end.to_owned()),
            Role::Property(key) => value(key),
        };
        let passive = frame.subject.is_none();
        let first = if passive { frame.object } else { frame.subject };
        let mut words: Vec<String> = Vec::new();
        words.extend(first.and_then(&mut role));
        words.push(match (&frame.head, passive) {
            (Head::Be | Head::Noun(_), _) => "is".to_owned(),
            (head, passive) => say::verb(head, passive, false),
        });
        if !passive {
            words.extend(frame.object.and_then(&mut role));
        }
        for piece in &frame.pieces {
            let what = match &piece.what {
                What::Fixed(words) => Some(words.clone()),
                What::Slot(one) => role(*one),
            };
            if let Some(what) = what {
                words.extend(piece.preposition.clone());
                words.push(what);
            }
        }
        words.join(" ")
    }

    // --- Projections ---------------------------------------------------------------------------

    fn items(&mut self, projection: &Projection) -> String {
        let mut items: Vec<String> = Vec::new();
        if projection.star {
            items.push("everything".to_owned());
        }
        let (keys, made): (Vec<_>, Vec<_>) =
            projection.items.iter().partition(|item| !expression::aggregates(&item.expression));
        let groups = !made.is_empty() && !keys.is_empty();
        let keys: Vec<String> =
            keys.into_iter().map(|item| self.expression(&item.expression)).collect();
        let made: Vec<String> =
            made.into_iter().map(|item| self.expression(&item.expression)).collect();
        if groups {
            return format!("for each {}, {}", listed(&keys), listed(&made));
        }
        items.extend(keys);
        items.extend(made);
        let once = if projection.distinct { ", each once" } else { "" };
        format!("{}{once}", listed(&items))
    }

    fn page(&mut self, page: &OrderAndPage) -> String {
        let mut told = String::new();
        if !page.order.is_empty() {
            let keys: Vec<String> = page
                .order
                .iter()
                .map(|item| {
                    let key = self.expression(&item.expression);
                    if item.descending { format!("{key}, greatest first") } else { key }
                })
                .collect();
            told.push_str(&format!(", in the order of {}", keys.join(", then of ")));
        }
        if let Some(skip) = &page.skip {
            told.push_str(&format!(", without the first {}", self.expression(skip)));
        }
        if let Some(limit) = &page.limit {
            told.push_str(&format!(", {} at most", self.expression(limit)));
        }
        told
    }

    /// After WITH only what it takes has a name.
    fn rename(&mut self, projection: &Projection) {
        for item in &projection.items {
            if let Some(alias) = &item.alias {
                let called = match self.variable_of(&item.expression) {
                    Some(called) => called,
                    None => format!("that {}", alias.text),
                };
                self.called.insert(alias.text.clone(), called);
            }
        }
    }
}

/// The names of a type expression without operators but *or*; whether it is one.
fn type_names(types: &LabelExpression, names: &mut Vec<String>) -> bool {
    match types {
        LabelExpression::Name(LabelName::Static(name)) => {
            names.push(name.text.clone());
            true
        }
        LabelExpression::Or(a, b) => type_names(a, names) && type_names(b, names),
        _ => false,
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" }
}

/// `a, b and c`.
fn listed(items: &[String]) -> String {
    match items {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
