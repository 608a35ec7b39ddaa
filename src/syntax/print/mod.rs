//! The syntax tree back to text: `parse(print(tree)) == tree`.
//!
//! ```text
//! match (n :A) where not(n.x=1 and n.y IN [1,2]) return n.x as x
//!
//! MATCH (n:A) WHERE NOT (n.x = 1 AND n.y IN [1, 2]) RETURN n.x AS x
//! ```
//!
//! **In**: a tree of [`super::ast`]. **Out**: text with one spelling for everything: keywords in
//! capitals, brackets only where the tree needs them, names in backquotes only where they must be.
//! **Callers**: [`format`] for people, tests, and whoever builds trees and wants to show them.
//!
//! What differs in the text only (which of two spellings was typed, needless brackets, comments)
//! is not in the tree and does not come back. A column without `AS` is called by its text: a
//! tidied text would rename it, so [`format`] copies such items as they were written.

mod clause;
mod command;
mod expression;
mod pattern;

use std::fmt::Write as _;

use crate::error::Result;
use crate::syntax::ast::{Name, Prefix, Query, SetOperator, SingleQuery, Statement, StatementKind};
use crate::syntax::{parser, rules};

/// Writes a tree as text of one line.
///
/// ```
/// use dossier::syntax::{parse, print};
/// let tree = parse("return (1+2)*3 as x;")?;
/// assert_eq!(print(&tree), "RETURN (1 + 2) * 3 AS x");
/// assert_eq!(parse(&print(&tree))?, tree);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn print(statement: &Statement) -> String {
    Printer::default().whole(statement)
}

/// A statement in its usual layout: a clause a line, keywords in capitals, brackets and spaces
/// where they belong. It means the same, down to the names of its columns; comments are left out.
pub fn format(text: &str) -> Result<String> {
    let statement = parser::parse(text).map_err(|error| error.in_text(text))?;
    Ok(Printer { source: Some(text), lines: true, ..Printer::default() }.whole(&statement))
}

/// The same with brackets around every operation, so that the text shows how the tree is bound. Where
/// operations stand in each other deeper than brackets may, the text is not read again.
///
/// ```
/// let text = "RETURN NOT a = 1 + 2 * 3 AS x";
/// assert_eq!(dossier::syntax::bracketed(text)?, "RETURN NOT (a = (1 + (2 * 3))) AS x");
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn bracketed(text: &str) -> Result<String> {
    let statement = parser::parse(text).map_err(|error| error.in_text(text))?;
    Ok(Printer { lines: true, brackets: true, ..Printer::default() }.whole(&statement))
}

/// Text that grows, and how it is laid out.
#[derive(Default)]
struct Printer<'s> {
    out: String,
    /// The text of the tree, where columns without a name are to be copied from it.
    source: Option<&'s str>,
    /// Whether each clause begins a line.
    lines: bool,
    /// Whether every operation has brackets.
    brackets: bool,
    /// How deep in queries within queries.
    depth: usize,
}

/// Words that may be names of variables, and could begin a clause where a pattern may stand.
const CLAUSE_WORDS: &[&str] =
    &["call", "filter", "finish", "for", "foreach", "insert", "let", "load", "offset", "reduce"];

impl Printer<'_> {
    fn whole(mut self, statement: &Statement) -> String {
        self.statement(statement);
        self.out
    }

    fn statement(&mut self, statement: &Statement) {
        match statement.prefix {
            None => {}
            Some(Prefix::Explain) => self.word("EXPLAIN "),
            Some(Prefix::Profile) => self.word("PROFILE "),
            Some(Prefix::Why) => self.word("WHY "),
            Some(Prefix::WhyNot) => self.word("WHY NOT "),
        }
        if statement.possible {
            self.word("POSSIBLE ");
        }
        match &statement.kind {
            StatementKind::Query(query) => self.query(query),
            StatementKind::Declare(declare) => self.declare(declare),
            StatementKind::DeclareLabel(declare) => self.declare_label(declare),
            StatementKind::DropDeclaration(drop) => self.drop_declaration(drop),
            StatementKind::Complete(complete) => self.complete(complete),
            StatementKind::DropComplete { stated, if_exists } => {
                self.word("DROP ");
                self.complete(stated);
                self.word(if *if_exists { " IF EXISTS" } else { "" });
            }
            StatementKind::Rule(command) => self.rule(command),
            StatementKind::Schema(command) => self.schema(command),
            StatementKind::Transaction(command) => self.transaction(*command),
        }
    }

    fn query(&mut self, query: &Query) {
        self.single_query(&query.first);
        for (operator, single) in &query.rest {
            self.part();
            self.word(match operator {
                SetOperator::Union => "UNION",
                SetOperator::UnionAll => "UNION ALL",
                SetOperator::Except => "EXCEPT",
                SetOperator::ExceptAll => "EXCEPT ALL",
                SetOperator::Intersect => "INTERSECT",
                SetOperator::IntersectAll => "INTERSECT ALL",
                SetOperator::Otherwise => "OTHERWISE",
                SetOperator::Next => "NEXT",
            });
            self.part();
            self.single_query(single);
        }
    }

    fn single_query(&mut self, query: &SingleQuery) {
        for (at, clause) in query.clauses.iter().enumerate() {
            if at > 0 {
                self.part();
            }
            self.clause(clause);
        }
    }

    /// A query in braces.
    fn braced(&mut self, query: &Query) {
        self.word("{");
        self.depth += 1;
        self.part();
        self.query(query);
        self.depth -= 1;
        self.part();
        self.word("}");
    }

    // ------------------------------------------------------------------------- for all parts

    fn word(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Begins the next part of a query: on a line of its own, or after a space.
    fn part(&mut self) {
        if self.lines {
            let _ = write!(self.out, "\n{:1$}", "", 2 * self.depth);
        } else {
            self.out.push(' ');
        }
    }

    /// Items with something between them.
    fn joined<T>(&mut self, items: &[T], between: &str, mut item: impl FnMut(&mut Self, &T)) {
        for (at, one) in items.iter().enumerate() {
            if at > 0 {
                self.word(between);
            }
            item(self, one);
        }
    }

    fn list<T>(&mut self, items: &[T], item: impl FnMut(&mut Self, &T)) {
        self.joined(items, ", ", item);
    }

    /// The name of a variable.
    fn variable(&mut self, name: &Name) {
        let is_clause_word = CLAUSE_WORDS.iter().any(|word| name.text.eq_ignore_ascii_case(word));
        self.name(&name.text, rules::is_variable(&name.text) && !is_clause_word);
    }

    /// A label, a type, a property's key, a name after AS.
    fn key(&mut self, name: &Name) {
        self.name(&name.text, rules::is_key(&name.text));
    }

    fn name(&mut self, text: &str, plain: bool) {
        if plain {
            self.word(text);
        } else {
            self.out.push('`');
            self.word(&text.replace('`', "``"));
            self.out.push('`');
        }
    }

    /// `name.space.f`.
    fn qualified(&mut self, names: &[Name], first_is_plain: bool) {
        for (at, name) in names.iter().enumerate() {
            if at > 0 {
                self.out.push('.');
                self.key(name);
            } else {
                self.name(&name.text, first_is_plain && rules::is_function_name(&name.text));
            }
        }
    }
}

#[cfg(test)]
mod tests;
