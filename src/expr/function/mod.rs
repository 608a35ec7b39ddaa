//! The table of scalar functions: name, signature, doc, example, body.

use crate::error::Result;
use crate::expr::eval::Context;
use crate::value::Value;

/// A scalar function that a query can call.
pub struct Function {
    /// Its name as documented; calls ignore upper and lower case. Namespaces are part of it: `date.truncate`.
    pub name: &'static str,
    /// The fewest and the most arguments.
    pub arity: (usize, usize),
    /// What it looks like: `substring(text :: STRING, start :: INTEGER, length? :: INTEGER) :: STRING`.
    pub signature: &'static str,
    /// What it does, in a sentence.
    pub doc: &'static str,
    /// A query and what it returns, checked by a test: `RETURN toUpper('a')`, `'A'`.
    pub example: (&'static str, &'static str),
    /// Whether a null argument makes the result null without a call.
    pub strict: bool,
    /// Whether equal arguments always give the equal result, so that it may be computed once.
    pub deterministic: bool,
    /// Computes it; the number of arguments has been checked.
    pub body: fn(&Context<'_>, &[Value]) -> Result<Value>,
}

impl PartialEq for Function {
    fn eq(&self, other: &Function) -> bool {
        self.name == other.name
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// The function of a name.
pub fn lookup(_name: &str) -> Option<&'static Function> {
    None
}

/// All names.
pub fn names() -> impl Iterator<Item = &'static str> {
    std::iter::empty()
}
