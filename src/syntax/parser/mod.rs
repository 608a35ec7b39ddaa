//! pest's pairs to the syntax tree; with `rules.rs` the only files that see the grammar's rules.
//!
//! One file a part of the grammar: statements and clauses here and in [`clause`], [`pattern`],
//! [`expression`], [`command`]. A function takes the pair of its rule and returns the node of the
//! tree. Pairs of keywords and brackets carry nothing and are passed over.
//!
//! The tree is as deep as the text's brackets, which `scan` bounds, and as long as its chains of
//! operators, which [`expression`] bounds: later stages may walk it recursively.

mod alternatives;
mod clause;
mod command;
mod expression;
mod pattern;

pub(crate) use alternatives::write_out;

use pest::Parser as _;
use pest::iterators::{Pair, Pairs};

use crate::error::{Error, Result, syntax as codes};
use crate::syntax::ast::{
    Expression, Name, Prefix, Query, SetOperator, SingleQuery, Spanned, Statement, StatementKind,
};
use crate::syntax::rules::{Grammar, Rule};
use crate::syntax::{rules, scan};
use crate::text::Span;

/// The most clauses of one statement, those of its subqueries included.
const CLAUSES_MAX: usize = 4096;
/// Texts nested up to this depth are read on the stack of whoever asks.
const SHALLOW: usize = 24;
/// The stack for deeper ones; pages that are not touched cost nothing.
const DEEP_STACK_BYTES: usize = 64 << 20;

/// Reads one statement; a semicolon may end it.
///
/// Errors are `syntax::…` with the place of the first thing that does not fit.
pub fn parse(text: &str) -> Result<Statement> {
    let (plain, depth) = scan::plain(text)?;
    if depth <= SHALLOW {
        return tree(text, &plain);
    }
    // A grammar takes some ten frames for a bracket, and threads may have small stacks.
    std::thread::scope(|scope| {
        let deep = std::thread::Builder::new().stack_size(DEEP_STACK_BYTES);
        let reading = deep.spawn_scoped(scope, || tree(text, &plain));
        match reading.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(read)) => read,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => {
                let message = "There is no thread to read a text that is nested so deep.";
                Err(Error::new(&codes::TOO_COMPLEX, message).at(Span::new(0, 1)))
            }
        }
    })
}

/// The tree of a text whose size and nesting have been looked at.
fn tree(text: &str, plain: &str) -> Result<Statement> {
    let mut pairs =
        Grammar::parse(Rule::Cypher, plain).map_err(|error| rules::error(text, &error))?;
    let cypher = pairs.next().ok_or_else(|| unexpected(Span::default(), "a statement"))?;
    check_length(&cypher)?;
    statement(child(&cypher, Rule::Statement)?)
}

/// Later stages are as deep as a statement has clauses.
fn check_length(cypher: &Pair<'_, Rule>) -> Result<()> {
    let is_clause = |rule| {
        use Rule::{
            Call, CallSubquery, Create, Delete, Filter, Foreach, Let, LoadCsv, Match, Merge,
            PageClause, Remove, Return, Set, SingleQuery, Unwind, With,
        };
        matches!(
            rule,
            Call | CallSubquery
                | Create
                | Delete
                | Filter
                | Foreach
                | Let
                | LoadCsv
                | Match
                | Merge
                | PageClause
                | Remove
                | Return
                | Set
                | SingleQuery
                | Unwind
                | With
                | Rule::For
        )
    };
    let mut clauses = cypher.clone().into_inner().flatten().filter(|p| is_clause(p.as_rule()));
    match clauses.nth(CLAUSES_MAX) {
        None => Ok(()),
        Some(one) => {
            let message = format!("A statement has at most {CLAUSES_MAX} clauses.");
            Err(Error::new(&codes::TOO_COMPLEX, message)
                .at(span_of(&one))
                .hint("Split it, or pass the data as a list parameter and UNWIND it."))
        }
    }
}

fn statement(pair: Pair<'_, Rule>) -> Result<Statement> {
    let span = span_of(&pair);
    let (mut prefix, mut possible, mut kind) = (None, false, None);
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::StatementPrefix => prefix = Some(prefix_of(&part)),
            Rule::POSSIBLE => possible = true,
            Rule::CYPHER_WORD | Rule::NumberLiteral | Rule::UnescapedOption | Rule::EQUALS => {}
            Rule::Query => kind = Some(StatementKind::Query(query(part)?)),
            _ => kind = Some(command::command(part)?),
        }
    }
    let kind = kind.ok_or_else(|| unexpected(span, "a query"))?;
    Ok(Statement { prefix, possible, kind, span: span.into() })
}

fn prefix_of(words: &Pair<'_, Rule>) -> Prefix {
    if has(words, Rule::EXPLAIN) {
        Prefix::Explain
    } else if has(words, Rule::PROFILE) {
        Prefix::Profile
    } else if has(words, Rule::NOT) {
        Prefix::WhyNot
    } else {
        Prefix::Why
    }
}

fn query(pair: Pair<'_, Rule>) -> Result<Query> {
    let span = span_of(&pair);
    let mut operator = None;
    let mut first = None;
    let mut rest = Vec::new();
    for part in pair.into_inner() {
        if part.as_rule() == Rule::SetOperator {
            operator = Some(set_operator(part))
        } else {
            let single = single_query(part)?;
            match operator.take() {
                Some(operator) => rest.push((operator, single)),
                None => first = Some(single),
            }
        }
    }
    let first = first.ok_or_else(|| unexpected(span, "a clause"))?;
    Ok(Query { first, rest, span: span.into() })
}

fn set_operator(pair: Pair<'_, Rule>) -> SetOperator {
    let words: Vec<_> = pair.into_inner().map(|word| word.as_rule()).collect();
    let all = words.contains(&Rule::ALL);
    match words.first() {
        Some(Rule::EXCEPT) if all => SetOperator::ExceptAll,
        Some(Rule::EXCEPT) => SetOperator::Except,
        Some(Rule::INTERSECT) if all => SetOperator::IntersectAll,
        Some(Rule::INTERSECT) => SetOperator::Intersect,
        Some(Rule::OTHERWISE) => SetOperator::Otherwise,
        Some(Rule::NEXT) => SetOperator::Next,
        _ if all => SetOperator::UnionAll,
        _ => SetOperator::Union,
    }
}

fn single_query(pair: Pair<'_, Rule>) -> Result<SingleQuery> {
    let span = span_of(&pair);
    let clauses = pair.into_inner().map(clause::clause).collect::<Result<_>>()?;
    Ok(SingleQuery { clauses, span: span.into() })
}

// ------------------------------------------------------------------------------ for all parts

fn span_of(pair: &Pair<'_, Rule>) -> Span {
    let span = pair.as_span();
    // White space that the grammar took along is not part of what was written.
    let text = span.as_str().trim_end();
    Span::of(span.start(), span.start() + text.len())
}

fn spanned(pair: &Pair<'_, Rule>) -> Spanned {
    span_of(pair).into()
}

/// A name, without its backquotes.
fn name(pair: &Pair<'_, Rule>) -> Name {
    let text = pair.as_str();
    let plain = match text.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        Some(quoted) => quoted.replace("``", "`"),
        None => text.to_owned(),
    };
    Name::new(plain, span_of(pair))
}

fn is_name(rule: Rule) -> bool {
    matches!(rule, Rule::SymbolicName | Rule::SchemaName)
}

/// The names directly below a pair.
fn names(pair: Pair<'_, Rule>) -> Vec<Name> {
    pair.into_inner().filter(|part| is_name(part.as_rule())).map(|part| name(&part)).collect()
}

fn child<'a>(pair: &Pair<'a, Rule>, rule: Rule) -> Result<Pair<'a, Rule>> {
    find(pair, rule).ok_or_else(|| unexpected(span_of(pair), &format!("{rule:?}")))
}

fn find<'a>(pair: &Pair<'a, Rule>, rule: Rule) -> Option<Pair<'a, Rule>> {
    pair.clone().into_inner().find(|part| part.as_rule() == rule)
}

fn has(pair: &Pair<'_, Rule>, rule: Rule) -> bool {
    find(pair, rule).is_some()
}

fn is_expression(rule: Rule) -> bool {
    matches!(rule, Rule::Expression | Rule::ExpressionBeforePipe)
}

/// The expressions directly below a pair, in order.
fn expressions(pair: Pair<'_, Rule>) -> Result<Vec<Expression>> {
    pair.into_inner()
        .filter(|part| is_expression(part.as_rule()))
        .map(expression::expression)
        .collect()
}

/// The only expression directly below a pair.
fn only_expression(pair: Pair<'_, Rule>) -> Result<Expression> {
    let span = span_of(&pair);
    expressions(pair)?.pop().ok_or_else(|| unexpected(span, "an expression"))
}

/// The condition of a `WHERE` among parts.
fn condition(parts: Pairs<'_, Rule>) -> Result<Option<Expression>> {
    parts.into_iter().find(|part| part.as_rule() == Rule::Where).map(only_expression).transpose()
}

fn unexpected(span: Span, wanted: &str) -> Error {
    Error::new(&codes::UNEXPECTED, format!("{wanted} should stand here.")).at(span)
}
