//! Conditions on the labels of a node or the type of a relationship: `e:A&!B`.

use crate::error::{Error, Result, eval as codes};
use crate::expr::access;
use crate::expr::eval::{Bindings, Context, eval};
use crate::expr::{Expr, LabelTest};
use crate::graph::{LabelId, TypeId};
use crate::value::Value;

/// What a test is made on: what the element bears, by id.
enum Borne<'a> {
    Labels(&'a [LabelId]),
    Type(TypeId),
}

/// Whether an element passes a test; unknown for null.
pub(super) fn test(
    element: &Value,
    test: &LabelTest,
    row: &dyn Bindings,
    context: &Context<'_>,
) -> Result<Option<bool>> {
    let borne = match element {
        Value::Null => return Ok(None),
        Value::Node(node) => {
            access::existing_node(context.graph, *node)?;
            Borne::Labels(context.graph.labels(*node))
        }
        Value::Relationship(id) => Borne::Type(access::ends(context.graph, *id)?.relationship_type),
        other => {
            let message =
                format!("Only nodes and relationships bear labels, not {}.", other.with_article());
            return Err(Error::new(&codes::ARGUMENT_TYPE, message));
        }
    };
    passes(&borne, test, row, context)
}

fn passes(
    borne: &Borne<'_>,
    test: &LabelTest,
    row: &dyn Bindings,
    context: &Context<'_>,
) -> Result<Option<bool>> {
    match test {
        LabelTest::Is(name) => Ok(Some(bears(borne, name, context))),
        LabelTest::Computed(name) => computed(borne, name, false, row, context),
        LabelTest::ComputedAny(name) => computed(borne, name, true, row, context),
        LabelTest::Any => Ok(Some(match borne {
            Borne::Labels(labels) => !labels.is_empty(),
            Borne::Type(_) => true,
        })),
        LabelTest::Not(test) => Ok(passes(borne, test, row, context)?.map(|passes| !passes)),
        LabelTest::And(tests) => all_or_any(borne, tests, false, row, context),
        LabelTest::Or(tests) => all_or_any(borne, tests, true, row, context),
    }
}

/// As AND and OR of conditions do it.
fn all_or_any(
    borne: &Borne<'_>,
    tests: &[LabelTest],
    decisive: bool,
    row: &dyn Bindings,
    context: &Context<'_>,
) -> Result<Option<bool>> {
    let mut result = Some(!decisive);
    for test in tests {
        match passes(borne, test, row, context)? {
            Some(passes) if passes == decisive => return Ok(Some(decisive)),
            Some(_) => {}
            None => result = None,
        }
    }
    Ok(result)
}

fn bears(borne: &Borne<'_>, name: &str, context: &Context<'_>) -> bool {
    let catalog = context.graph.catalog();
    match borne {
        Borne::Labels(labels) => {
            let kinds = &context.graph.declarations().kinds;
            catalog.label(name).is_some_and(|label| kinds.bears(labels, label))
        }
        Borne::Type(id) => catalog.relationship_type(name) == Some(catalog.origin(*id)),
    }
}

/// `:$(e)`: the name, or all of the names in a list, that an expression computes; `:$any(e)`: one of them.
fn computed(
    borne: &Borne<'_>,
    name: &Expr,
    any: bool,
    row: &dyn Bindings,
    context: &Context<'_>,
) -> Result<Option<bool>> {
    let wrong = |value: &Value| {
        let message =
            format!("A label is a String or a list of Strings, not {}.", value.with_article());
        Err(Error::new(&codes::ARGUMENT_TYPE, message).at(name.span))
    };
    match eval(name, row, context)? {
        Value::Null => Ok(None),
        Value::String(name) => Ok(Some(bears(borne, &name, context))),
        Value::List(names) => {
            for value in names.iter() {
                match value {
                    Value::String(name) if bears(borne, name, context) == any => {
                        return Ok(Some(any));
                    }
                    Value::String(_) => {}
                    Value::Null => return Ok(None),
                    other => return wrong(other),
                }
            }
            Ok(Some(!any))
        }
        other => wrong(&other),
    }
}
