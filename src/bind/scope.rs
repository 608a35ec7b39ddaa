//! Names in scope, and what to say of a name that is not.

use std::sync::Arc;

use hashbrown::HashMap;

use super::Binder;
use super::types::Type;
use crate::error::{Code, Error, Result, bind as codes};
use crate::expr::VarId;
use crate::syntax::ast;
use crate::text::{Span, suggest};

/// What names mean at one place of a statement.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    names: HashMap<Arc<str>, VarId>,
}

impl Scope {
    pub(super) fn get(&self, name: &str) -> Option<VarId> {
        self.names.get(name).copied()
    }

    /// Adds a name; returns what it meant before.
    pub(super) fn insert(&mut self, name: Arc<str>, variable: VarId) -> Option<VarId> {
        self.names.insert(name, variable)
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.names.remove(name);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(|name| &**name)
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = VarId> {
        self.names.values().copied()
    }

    /// All names with their variables, in alphabetical order: the columns of `*`.
    pub(super) fn sorted(&self) -> Vec<(Arc<str>, VarId)> {
        let mut all: Vec<_> = self.names.iter().map(|(name, v)| (Arc::clone(name), *v)).collect();
        all.sort();
        all
    }

    /// Adds the names of another scope that this one does not have.
    pub(super) fn extend(&mut self, other: &Scope) {
        for (name, &variable) in &other.names {
            self.names.entry(Arc::clone(name)).or_insert(variable);
        }
    }
}

impl FromIterator<(Arc<str>, VarId)> for Scope {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, VarId)>>(names: I) -> Scope {
        Scope { names: names.into_iter().collect() }
    }
}

/// A query, or a part of one, around the current place.
#[derive(Debug)]
pub(super) struct Level {
    /// Outer names that stay visible whatever the query projects.
    pub(super) imports: Scope,
    /// Outer variables that a grouping or DISTINCT has taken out of the row.
    pub(super) dropped: Vec<VarId>,
    /// Whether one of them has been used since: then the clauses up to there must be set apart.
    pub(super) restore: bool,
    /// The first variable of its own.
    start: VarId,
    /// How many variables had been looked up before it.
    uses_at: usize,
}

impl Level {
    /// A query that begins here.
    pub(super) fn new(imports: Scope, start: VarId, uses_at: usize) -> Level {
        Level { imports, dropped: Vec::new(), restore: false, start, uses_at }
    }

    /// The outer variables that it has looked up so far, ascending.
    pub(super) fn outer_uses(&self, uses: &[VarId]) -> Vec<VarId> {
        let since = uses.get(self.uses_at..).unwrap_or_default();
        let mut outer: Vec<_> = since.iter().copied().filter(|used| *used < self.start).collect();
        outer.sort_unstable();
        outer.dedup();
        outer
    }

    /// Forgets what it has looked up but for its outer variables: to its surroundings only they count.
    pub(super) fn keep_outer_uses(&self, uses: &mut Vec<VarId>, outer: &[VarId]) {
        uses.truncate(self.uses_at);
        uses.extend_from_slice(outer);
    }
}

impl Binder<'_> {
    /// The variable of a name, or an error that says what would have been right.
    pub(super) fn resolve(&mut self, name: &ast::Name) -> Result<VarId> {
        match self.find(name)? {
            Some(variable) => Ok(variable),
            None => Err(self.undefined(name)),
        }
    }

    /// The variable of a name, if it is in scope; an error where it is hidden by an aggregation.
    pub(super) fn find(&mut self, name: &ast::Name) -> Result<Option<VarId>> {
        let Some(variable) = self.scope.get(&name.text) else {
            return match self.hidden(name) {
                Some(error) => Err(error),
                None => Ok(None),
            };
        };
        self.note_use(variable);
        Ok(Some(variable))
    }

    /// Notes that the place in hand reads a variable.
    pub(super) fn note_use(&mut self, variable: VarId) {
        self.uses.push(variable);
        for level in &mut self.levels {
            level.restore |= level.dropped.contains(&variable);
        }
    }

    /// Adds a name that must not be in scope yet.
    pub(super) fn declare(&mut self, name: &ast::Name, ty: Type) -> Result<VarId> {
        if self.find(name)?.is_some() {
            return Err(already_bound(name));
        }
        self.declare_anew(name, ty)
    }

    /// Adds a name, in place of what it meant.
    pub(super) fn declare_anew(&mut self, name: &ast::Name, ty: Type) -> Result<VarId> {
        let variable = self.variable(Some(&name.text), ty, name.span)?;
        self.scope.insert(name.text.as_str().into(), variable);
        Ok(variable)
    }

    /// Binds something in which a name stands for a new variable, as in a comprehension.
    pub(super) fn with_local<T>(
        &mut self,
        name: &ast::Name,
        ty: Type,
        body: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<(VarId, T)> {
        let variable = self.variable(Some(&name.text), ty, name.span)?;
        let result = self.with_name(name, variable, body)?;
        Ok((variable, result))
    }

    /// Binds something in which a name stands for a given variable.
    pub(super) fn with_name<T>(
        &mut self,
        name: &ast::Name,
        variable: VarId,
        body: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let text: Arc<str> = name.text.as_str().into();
        let before = self.scope.insert(Arc::clone(&text), variable);
        self.locals.push(Arc::clone(&text));
        let result = body(self);
        self.locals.pop();
        match before {
            Some(before) => _ = self.scope.insert(text, before),
            None => self.scope.remove(&text),
        }
        result
    }

    /// Binds something and takes back the names it added.
    pub(super) fn scoped<T>(&mut self, body: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let before = self.scope.clone();
        let result = body(self);
        self.scope = before;
        result
    }

    /// The error for a name that is not in scope.
    pub(super) fn undefined(&self, name: &ast::Name) -> Error {
        if let Some(place) = self.constant {
            return Error::new(
                &codes::NON_CONSTANT,
                format!("{place} takes a constant, but `{}` is a variable.", name.text),
            )
            .at(name.span)
            .hint(format!("Use a number or a parameter: `{place} $n`."));
        }
        let error = Error::new(
            &codes::UNDEFINED_VARIABLE,
            format!("The variable `{}` is not defined here.", name.text),
        )
        .at(name.span);
        match suggest::nearest(&name.text, self.scope.names()) {
            Some(similar) => error.hint(format!("Did you mean `{similar}`?")),
            None if self.parameters.is_some_and(|given| given.contains_key(&*name.text)) => {
                error.hint(format!("A parameter is written with a dollar sign: `${}`.", name.text))
            }
            None if self.scope.is_empty() => error,
            None => error.note(self.in_scope()),
        }
    }

    /// A sentence that lists the names in scope.
    fn in_scope(&self) -> String {
        const SHOWN: usize = 8;
        let mut names: Vec<_> = self.scope.names().collect();
        names.sort_unstable();
        let more = names.len().saturating_sub(SHOWN);
        names.truncate(SHOWN);
        let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        match more {
            0 => format!("In scope: {list}."),
            more => format!("In scope: {list} and {more} more."),
        }
    }
}

/// The error for a name that is taken.
pub(super) fn already_bound(name: &ast::Name) -> Error {
    Error::new(
        &codes::VARIABLE_ALREADY_BOUND,
        format!("The variable `{}` is already bound.", name.text),
    )
    .at(name.span)
    .hint(format!("Use another name, such as `{}2`.", name.text))
}

/// An error of a code, with its sentence and place.
pub(super) fn error(code: &'static Code, message: impl Into<String>, span: Span) -> Error {
    Error::new(code, message).at(span)
}
