//! The table of scalar functions: name, signature, doc, example, body.
//!
//! Comes in: a name from the binder ([`lookup`]). Goes out: an entry of the table, whose `body`
//! [`super::eval`] calls with the values of the arguments. `SHOW FUNCTIONS`, the prompt's
//! completion, "did you mean" and the reference are all made from the same entries, and every
//! entry's example is run by a test, so that what is documented is what happens.
//!
//! ```text
//! Function::new("substring(text :: STRING, start :: INTEGER, length? :: INTEGER) :: STRING", …)
//!                └ name    └ parameters, the optional ones with `?`                  └ result
//! ```
//!
//! The signature says everything once: the name, how many arguments there may be, and their
//! types, which the binder checks where it knows a type. A body checks its arguments again:
//! types are mostly unknown before a row is read. There is a file for each kind of function;
//! each ends in a table `FUNCTIONS`, and [`all`] joins the tables.

mod argument;
mod collection;
mod convert;
mod graph;
mod list;
mod math;
mod scalar;
mod spatial;
mod statement;
mod string;
mod time;
mod vector;

use crate::error::Result;
use crate::expr::eval::Context;
use crate::value::Value;

pub(crate) use convert::{to_boolean, to_float, to_integer, to_text};
pub(crate) use list::Range;
pub(crate) use spatial::component as point_component;

/// A scalar function that a query can call.
// Four independent facts about it, each asked somewhere else.
#[allow(clippy::struct_excessive_bools)]
pub struct Function {
    /// Its name as documented; calls ignore upper and lower case. Namespaces are part of it: `date.truncate`.
    pub name: &'static str,
    /// The fewest and the most arguments.
    pub arity: (usize, usize),
    /// What it looks like: `substring(text :: STRING, start :: INTEGER, length? :: INTEGER) :: STRING`.
    pub signature: &'static str,
    /// What it does, in a sentence.
    pub doc: &'static str,
    /// A query and what it returns as the prompt shows it (strings in quotes), checked by a test:
    /// `RETURN toUpper('a')`, `'A'`.
    pub example: (&'static str, &'static str),
    /// Whether a null argument makes the result null without a call.
    pub strict: bool,
    /// Whether equal arguments always give the equal result, so that it may be computed once.
    pub deterministic: bool,
    /// Whether that is so at least of a call with texts only: `date('2008-08-26')` is one day, `date()` is not.
    pub deterministic_of_text: bool,
    /// Whether it depends on its arguments and the graph alone: within a statement that only reads, equal
    /// arguments always give the equal result.
    pub of_graph: bool,
    /// Whether it draws a random number: then a run with the same seed calls it in the same order.
    pub random: bool,
    /// Computes it; the number of arguments has been checked.
    pub body: fn(&Context<'_>, &[Value]) -> Result<Value>,
}

/// A parameter of a function, as its signature says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, without `?` or `...`.
    pub name: &'static str,
    /// Its type: `STRING`, `INTEGER | FLOAT`, `LIST<ANY>`.
    pub type_name: &'static str,
    /// Whether it may be left out.
    pub optional: bool,
}

/// The function that goes by a name, upper and lower case alike.
///
/// ```
/// use dossier::expr::function::lookup;
/// assert_eq!(lookup("TOUPPER").map(|function| function.name), Some("toUpper"));
/// assert!(lookup("toUper").is_none());
/// ```
pub fn lookup(name: &str) -> Option<&'static Function> {
    // Some two hundred comparisons of lengths, and of texts where the lengths agree: less than
    // hashing costs, and nothing to build at start.
    let named = |name: &str| all().find(|function| function.name.eq_ignore_ascii_case(name));
    named(name).or_else(|| {
        let mut others = ALIASES.iter();
        others
            .find(|(alias, _)| alias.eq_ignore_ascii_case(name))
            .and_then(|(_, known)| named(known))
    })
}

/// Names that GQL and Cypher 25 have for functions of the table.
pub static ALIASES: [(&str, &str); 6] = [
    ("cardinality", "size"),
    ("duration_between", "duration.between"),
    ("local_datetime", "localdatetime"),
    ("path_length", "length"),
    ("zoned_datetime", "datetime"),
    ("zoned_time", "time"),
];

/// The names of all functions, for "did you mean" and completion.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().map(|function| function.name)
}

/// All functions.
pub fn all() -> impl Iterator<Item = &'static Function> {
    TABLES.iter().flat_map(|table| table.iter())
}

/// The tables, each with the name of its page in the manual.
pub fn groups() -> impl Iterator<Item = (&'static str, &'static [Function])> {
    GROUPS.iter().copied().zip(TABLES)
}

static GROUPS: [&str; 11] = [
    "Any values",
    "Conversions",
    "Strings",
    "Lists",
    "Collections",
    "Numbers",
    "Nodes, relationships and paths",
    "Statements",
    "Dates and times",
    "Points",
    "Vectors",
];

static TABLES: [&[Function]; 11] = [
    scalar::FUNCTIONS,
    convert::FUNCTIONS,
    string::FUNCTIONS,
    list::FUNCTIONS,
    collection::FUNCTIONS,
    math::FUNCTIONS,
    graph::FUNCTIONS,
    statement::FUNCTIONS,
    time::FUNCTIONS,
    spatial::FUNCTIONS,
    vector::FUNCTIONS,
];

type Body = fn(&Context<'_>, &[Value]) -> Result<Value>;

impl Function {
    /// An entry that is null for a null argument and depends on nothing but its arguments.
    const fn new(
        signature: &'static str,
        doc: &'static str,
        example: (&'static str, &'static str),
        body: Body,
    ) -> Function {
        let (name, arity) = parse_signature(signature);
        Function {
            name,
            arity,
            signature,
            doc,
            example,
            strict: true,
            deterministic: true,
            deterministic_of_text: true,
            of_graph: false,
            random: false,
            body,
        }
    }

    /// The same, called with null arguments too.
    const fn with_nulls(mut self) -> Function {
        self.strict = false;
        self
    }

    /// The same, depending on the clock, on chance or on the graph.
    const fn varying(mut self) -> Function {
        self.deterministic = false;
        self.deterministic_of_text = false;
        self
    }

    /// The same, depending on the graph and on nothing else.
    const fn of_graph(mut self) -> Function {
        self.of_graph = true;
        self.varying()
    }

    /// The same, drawing random numbers.
    const fn by_chance(mut self) -> Function {
        self.random = true;
        self.varying()
    }

    /// The same, depending on the clock for some arguments, never for texts.
    const fn varying_unless_text(mut self) -> Function {
        self.deterministic = false;
        self
    }

    /// The type of the result, as the signature says it: `STRING`, `INTEGER | FLOAT`, `ANY`.
    pub fn result_type(&self) -> &'static str {
        self.signature.rsplit_once(") :: ").map_or("ANY", |(_, result)| result)
    }

    /// The parameters in order; the last stands for all further arguments where there may be more.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter> + use<> {
        let inside = self.signature[self.name.len() + 1..].rsplit_once(") :: ");
        let list = inside.map_or("", |(list, _)| list);
        list.split(", ").filter_map(|parameter| {
            let (name, type_name) = parameter.split_once(" :: ")?;
            let optional = name.ends_with('?');
            Some(Parameter { name: name.trim_end_matches(['?', '.']), type_name, optional })
        })
    }
}

/// Name and arity of a signature: a parameter is a ` :: ` between the brackets, optional if a `?`
/// stands before it, repeated without limit if `...` does.
const fn parse_signature(signature: &'static str) -> (&'static str, (usize, usize)) {
    let bytes = signature.as_bytes();
    let mut open = 0;
    while bytes[open] != b'(' {
        open += 1;
    }
    let (mut at, mut required, mut optional, mut repeated) = (open + 1, 0, 0, false);
    while bytes[at] != b')' {
        if bytes[at] == b':' && bytes[at + 1] == b':' {
            match bytes[at - 2] {
                b'?' => optional += 1,
                b'.' => repeated = true,
                _ => required += 1,
            }
            at += 1;
        }
        at += 1;
    }
    let most = if repeated { usize::MAX } else { required + optional };
    (signature.split_at(open).0, (required, most))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::expr::testing::{any_value, apply};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn no_argument_makes_a_function_panic(args in prop::collection::vec(any_value(), 4)) {
            for function in all() {
                for count in function.arity.0..=function.arity.1.min(args.len()) {
                    let _ = apply(function.name, &args[..count]);
                }
            }
        }
    }

    #[test]
    fn other_names_stand_for_functions_of_the_table() {
        for (alias, known) in ALIASES {
            assert_eq!(lookup(alias).map(|function| function.name), lookup(known).map(|f| f.name));
            assert!(lookup(known).is_some(), "{known}");
        }
    }

    #[test]
    fn signatures_are_read_right() {
        let substring = lookup("SubString").expect("in the table");
        assert_eq!((substring.name, substring.arity), ("substring", (2, 3)));
        assert_eq!(substring.result_type(), "STRING");
        let names: Vec<_> = substring.parameters().map(|p| (p.name, p.optional)).collect();
        assert_eq!(names, [("text", false), ("start", false), ("length", true)]);
        assert_eq!(lookup("coalesce").map(|f| f.arity), Some((1, usize::MAX)));
        assert_eq!(lookup("pi").map(|f| (f.arity, f.parameters().count())), Some(((0, 0), 0)));
    }

    #[test]
    fn names_are_unique_and_documented() {
        let mut seen = std::collections::BTreeSet::new();
        for function in all() {
            assert!(seen.insert(function.name.to_lowercase()), "{function:?} twice");
            assert!(function.signature.contains(") :: "), "{function:?}");
            assert!(function.doc.ends_with('.'), "{function:?}");
            assert!(!function.example.0.is_empty(), "{function:?}");
            let required = function.parameters().filter(|p| !p.optional).count();
            assert!(required >= function.arity.0, "{function:?}");
        }
    }
}
