//! Names and types: what was written becomes what was meant.
//!
//! In comes the syntax tree of a statement with its text, out goes a [`bound::Statement`]: every
//! name is a numbered variable or an entry of the function table, every pattern is a graph of
//! nodes and relationships with conjuncts, every aggregate stands in the projection that computes
//! it, and every rule of the language that can be checked without data has been checked. The life
//! of a query ([`crate::query`]) calls [`bind`] once for each new text.
//!
//! ```text
//! MATCH (s:State)-[r:RECOGNISES]->(x:Region {name: 'South Ossetia'}) RETURN s.name AS state, count(r)
//!
//! variables  0 s   1 r   2 x   3 state   4 `count(r)`
//! Match      nodes 0:State 2:Region   relationship 1: 0 → 2, RECOGNISES   filter 2.name = 'South Ossetia'
//! Project    by 3 := 0.name   aggregate 4 := count(1)   items 3 4
//! columns    state 3, count(r) 4
//! ```
//!
//! # Design
//!
//! One [`Binder`] walks the tree once, top down. Its state is the scope (names to variables), the
//! variables made so far with what is known of their types, and what expressions may hold where it
//! stands. Each file adds the part of the walk that it is named after:
//!
//! | file | clauses and rules |
//! |---|---|
//! | `query.rs` | set operators, the order of clauses, LET, FILTER, UNWIND, LOAD CSV |
//! | `pattern.rs`, `layout.rs` | MATCH: variables, labels, lengths, selectors, uniqueness |
//! | `search.rs` | paths that are searched as a whole: repeated parts, counted selectors, modes |
//! | `write.rs` | CREATE, MERGE, SET, REMOVE, DELETE, FOREACH |
//! | `projection.rs`, `grouping.rs` | WITH and RETURN: grouping keys, aggregates, ORDER BY |
//! | `subquery.rs`, `call.rs` | EXISTS and its kind, pattern expressions, CALL |
//! | `resolve.rs`, `types.rs` | expressions, and the types that are certain before any row is read |
//! | `stated.rs` | properties as of a time, and functions on what is stated of one |
//! | `scope.rs`, `walk.rs` | names in scope; the tree below an expression |
//!
//! Invariants: a variable has one number in the whole statement, so that a subquery reads its
//! outer row without renaming; nothing here looks at stored data but for the names of the properties
//! that have stated values, so that a bound statement can be kept; a type is only ever claimed where no row can refute it. Binding is linear in the text but
//! for the uniqueness pairs of a MATCH, which are quadratic in its relationships and bounded.
//! Recursion follows the nesting of the text, which the parser bounds.
//!
//! The rules are openCypher 9's (the detail of every error is the TCK's), and where openCypher is
//! silent those of GQL (ISO/IEC 39075:2024) and of Neo4j's manual, in this order.

pub mod bound;

mod alternatives;
mod call;
mod case;
mod closed;
mod conditional;
mod grouping;
mod layout;
mod pattern;
mod projection;
mod query;
mod resolve;
mod scope;
mod search;
mod stated;
mod subquery;
mod types;
mod walk;
mod write;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use hashbrown::HashMap;

use bound::{
    Asked, NameKind, Procedures, Statement, StatementKind, Subquery, SubqueryKind, Variable,
    VariableKind,
};

use crate::error::{Error, Result, bind as codes};
use crate::expr::{Expr, ExprKind, SubqueryId, VarId};
use crate::syntax::ast;
use crate::text::Span;
use crate::value::Map;
use grouping::{Aggregates, Group};
use scope::{Level, Scope};
use types::Type;

/// The most variables that a statement may have, unnamed ones included.
const VARIABLES_MAX: usize = 1 << 20;

/// The most queries inside one another, pattern expressions included.
const NESTING_MAX: usize = 32;

/// The most subqueries, pattern expressions included, that a statement may have.
const SUBQUERIES_MAX: usize = 1 << 14;

/// Resolves the names of a statement and checks the rules of the language.
///
/// `session` is what is asked of statements where a clause says nothing of when, `stated` are the
/// properties that have values with a date or a source.
/// `text` is what the statement was parsed from: columns without an alias are called by it.
/// `procedures` is what CALL may call. Of `parameters` only the names matter, so that the bound
/// statement can be run again with other values; a statement that is only explained needs none.
///
/// # Errors
///
/// The first broken rule, with its place: codes `bind::*`, all of them openCypher's compile-time
/// errors.
pub fn bind(
    statement: &ast::Statement,
    text: &str,
    procedures: &dyn Procedures,
    parameters: &Map,
    session: Option<&Asked>,
    stated: &[Arc<str>],
) -> Result<Statement> {
    let given = (statement.prefix != Some(ast::Prefix::Explain)).then_some(parameters);
    let mut binder = Binder::new(text, procedures, given);
    binder.session = session;
    binder.stated = stated;
    let kind = match &statement.kind {
        ast::StatementKind::Query(query) => StatementKind::Query(binder.top_level(query)?),
        command => {
            binder.command(command)?;
            StatementKind::Command(command.clone())
        }
    };
    Ok(Statement {
        prefix: statement.prefix,
        possible: statement.possible || binder.asks_truth,
        weighs: binder.weighs,
        kind,
        variables: binder.variables,
        subqueries: binder.subqueries,
        parameters: binder.used_parameters,
        names: binder.names,
        named_types: binder.named_types,
        says: binder.says,
        shown: binder.shown,
    })
}

/// An expression and what is certain of its type.
#[derive(Clone, Debug)]
struct Typed {
    expr: Expr,
    ty: Type,
}

impl Typed {
    fn new(kind: ExprKind, span: Span, ty: Type) -> Typed {
        Typed { expr: Expr::new(kind, span), ty }
    }
}

/// The state of the walk over one statement.
// Independent facts about it, each asked somewhere else.
#[allow(clippy::struct_excessive_bools)]
struct Binder<'a> {
    text: &'a str,
    procedures: &'a dyn Procedures,
    /// The values that the caller gave; `None` where none are needed.
    parameters: Option<&'a Map>,
    variables: Vec<Variable>,
    /// The type of each variable.
    types: Vec<Type>,
    /// Filled in by number: an outer subquery takes its number before its inner ones.
    subqueries: Vec<Subquery>,
    used_parameters: Vec<Arc<str>>,
    /// The labels, types and keys that are looked for.
    names: Vec<(NameKind, Arc<str>)>,
    /// The relationship types that patterns to find name.
    named_types: Vec<Arc<str>>,
    /// Whether some pattern says a word of ours.
    says: bool,
    /// What names mean here.
    scope: Scope,
    /// The names of enclosing comprehensions, quantifiers and reduces.
    locals: Vec<Arc<str>>,
    /// What an aggregate means here.
    aggregates: Aggregates,
    /// The projections being grouped or ordered, the innermost last.
    groups: Vec<Group<'a>>,
    /// The queries around this place, the innermost last.
    levels: Vec<Level>,
    /// The variables that have been looked up, in order: shows what a subquery uses of its outer row.
    uses: Vec<VarId>,
    /// SKIP, LIMIT or another word whose expression must be constant, where we are inside one.
    constant: Option<&'static str>,
    /// The subject of the CASE whose test begins here.
    case_subject: Option<Typed>,
    /// Whether we are inside an expression, where nothing may be changed.
    reading: bool,
    /// What the session asks of statements where a clause says nothing of its own.
    session: Option<&'a Asked>,
    /// The properties that have stated values.
    stated: &'a [Arc<str>],
    /// What a time clause asks of the nodes that it was said of.
    times: HashMap<VarId, Box<Asked>>,
    /// Lists of the nodes of the answer that are shown as of a time, each with the map of its values.
    shown: Vec<VarId>,
    /// Whether any are: not where the rows of several queries are put together.
    shows: bool,
    /// Whether the statement asks how sure its rows are.
    asks_truth: bool,
    /// Whether it asks how sure single statements are.
    weighs: bool,
    /// How many queries there are around this place.
    nesting: usize,
}

impl<'a> Binder<'a> {
    fn new(
        text: &'a str,
        procedures: &'a dyn Procedures,
        parameters: Option<&'a Map>,
    ) -> Binder<'a> {
        Binder {
            text,
            procedures,
            parameters,
            variables: Vec::new(),
            types: Vec::new(),
            subqueries: Vec::new(),
            used_parameters: Vec::new(),
            names: Vec::new(),
            named_types: Vec::new(),
            says: false,
            scope: Scope::default(),
            locals: Vec::new(),
            case_subject: None,
            aggregates: Aggregates::Forbidden,
            groups: Vec::new(),
            levels: Vec::new(),
            uses: Vec::new(),
            constant: None,
            reading: false,
            session: None,
            stated: &[],
            times: HashMap::new(),
            shown: Vec::new(),
            shows: false,
            asks_truth: false,
            weighs: false,
            nesting: 0,
        }
    }

    /// What the session asks of the statements of a pattern that says nothing of its own.
    fn session_asks(&self) -> Option<Box<Asked>> {
        self.session.map(|asked| Box::new(asked.clone()))
    }

    /// A new variable.
    fn variable(&mut self, name: Option<&str>, ty: Type, span: Span) -> Result<VarId> {
        if self.variables.len() >= VARIABLES_MAX {
            return Err(Error::new(
                &codes::TOO_COMPLEX,
                format!("The statement has more than {VARIABLES_MAX} variables."),
            )
            .at(span)
            .hint("Split it into several statements, or pass the data as a list parameter and UNWIND it."));
        }
        let id = VarId(self.variables.len() as u32);
        let (name, kind) = (name.map(Arc::from), ty.variable_kind());
        self.variables.push(Variable { name, kind, is_found: false });
        self.types.push(ty);
        Ok(id)
    }

    /// A new variable for the single steps or the list of a variable-length relationship.
    fn relationships(&mut self, name: Option<&str>, span: Span) -> Result<VarId> {
        let id = self.variable(name, Type::list_of(Type::RELATIONSHIP), span)?;
        self.variables[id.index()].kind = VariableKind::RelationshipList;
        Ok(id)
    }

    fn type_of(&self, variable: VarId) -> &Type {
        &self.types[variable.index()]
    }

    /// The number that the next variable will have: separates what was there from what comes.
    fn mark(&self) -> VarId {
        VarId(self.variables.len() as u32)
    }

    /// Takes a number for a subquery, to be filled in once its query is bound.
    fn subquery_slot(&mut self, kind: SubqueryKind, span: Span) -> Result<SubqueryId> {
        if self.subqueries.len() >= SUBQUERIES_MAX {
            return Err(Error::new(
                &codes::TOO_COMPLEX,
                format!("The statement has more than {SUBQUERIES_MAX} subqueries."),
            )
            .at(span));
        }
        let id = SubqueryId(self.subqueries.len() as u32);
        let query =
            bound::Query { body: bound::QueryBody::Clauses(Vec::new()), columns: Vec::new() };
        self.subqueries.push(Subquery { kind, query, outer: Vec::new() });
        Ok(id)
    }

    /// Binds a query inside a query.
    fn nested<T>(&mut self, span: Span, body: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.nesting >= NESTING_MAX {
            let message = format!("Queries stand inside one another at most {NESTING_MAX} deep.");
            return Err(Error::new(&codes::TOO_COMPLEX, message).at(span));
        }
        self.nesting += 1;
        let result = body(self);
        self.nesting -= 1;
        result
    }

    /// Notes that the statement uses a parameter, and that the caller gave it.
    fn parameter(&mut self, name: &str, span: Span) -> Result<Arc<str>> {
        if let Some(given) = self.parameters
            && !given.contains_key(name)
        {
            let similar = crate::text::suggest::nearest(name, given.keys().map(|key| &**key));
            return Err(Error::new(
                &codes::MISSING_PARAMETER,
                format!("There is no value for the parameter `${name}`."),
            )
            .at(span)
            .hint(match similar {
                Some(similar) => format!("Did you mean `${similar}`?"),
                None => format!("Give one: `--param {name}=…` on the command line, or a map of parameters from a program."),
            }));
        }
        if let Some(known) = self.used_parameters.iter().find(|known| &***known == name) {
            return Ok(Arc::clone(known));
        }
        let name: Arc<str> = name.into();
        self.used_parameters.push(Arc::clone(&name));
        Ok(name)
    }

    /// Notes that the statement looks for a name.
    fn looks_for(&mut self, kind: NameKind, name: &str) {
        if !self.names.iter().any(|(known, text)| *known == kind && **text == *name) {
            self.names.push((kind, name.into()));
        }
    }

    /// Notes that the statement looks for these labels or types; for those behind `!` it does not.
    fn looks_for_labels(&mut self, kind: NameKind, labels: &ast::LabelExpression) {
        match labels {
            ast::LabelExpression::Name(ast::LabelName::Static(name)) => {
                self.looks_for(kind, &name.text);
            }
            ast::LabelExpression::And(a, b) | ast::LabelExpression::Or(a, b) => {
                self.looks_for_labels(kind, a);
                self.looks_for_labels(kind, b);
            }
            _ => {}
        }
    }

    /// The text of a place.
    fn slice(&self, span: Span) -> &'a str {
        span.slice(self.text)
    }
}
