//! `Create`: creates nodes and relationships for each row.

use std::sync::Arc;

use crate::bind::bound::CreateStep;
use crate::error::{Error, Result, eval};
use crate::exec::batch::Batch;
use crate::exec::column::{Column, VectorBuilder};
use crate::exec::runtime::Runtime;
use crate::exec::vector::expected;
use crate::exec::write::change::Change;
use crate::exec::write::set::state;
use crate::exec::write::{
    Element, LateRow, WriteRow, check_property, label_names, property_entries, qualifiers,
};
use crate::expr::eval::Bindings;
use crate::expr::{Expr, ExprKind, VarId};
use crate::graph::stated;
use crate::graph::statement::Qualifiers;
use crate::text::Span;
use crate::value::{NodeId, Value};

/// Creates what the steps say for each row, in order.
pub(crate) struct Create<'a> {
    pub(crate) steps: &'a [CreateStep],
}

impl Create<'_> {
    fn create_all(&self, batch: &mut Batch, run: &Runtime<'_>) -> Result<()> {
        let mut builders: Vec<VectorBuilder> = Vec::new();
        builders.resize_with(self.steps.len(), VectorBuilder::default);
        for at in 0..batch.len() {
            if at % 1024 == 0 {
                run.check()?;
            }
            let created = create(self.steps, &LateRow { batch, at, run }, run)?;
            for ((_, value), builder) in created.into_iter().zip(&mut builders) {
                builder.push(value);
            }
        }
        for (step, builder) in self.steps.iter().zip(builders) {
            batch.set(step.variable(), Column::new(builder.finish()));
        }
        Ok(())
    }
}

impl Change for Create<'_> {
    const NAME: &'static str = "Create";

    fn change(&mut self, batches: &mut [Batch], run: &Runtime<'_>) -> Result<()> {
        batches.iter_mut().try_for_each(|batch| self.create_all(batch, run))
    }
}

impl CreateStep {
    /// The variable that the step binds.
    pub(crate) fn variable(&self) -> VarId {
        match self {
            CreateStep::Node { variable, .. } | CreateStep::Relationship { variable, .. } => {
                *variable
            }
            CreateStep::Path(path) => path.variable,
        }
    }
}

/// Creates what the steps say for one row; gives a value for each step.
pub(crate) fn create(
    steps: &[CreateStep],
    row: &dyn Bindings,
    run: &Runtime<'_>,
) -> Result<Vec<(VarId, Value)>> {
    let mut bound: Vec<(VarId, Value)> = Vec::with_capacity(steps.len());
    for step in steps {
        let row = WriteRow { row, bound: &bound };
        let value = match step {
            CreateStep::Node { labels, properties, stated, .. } => {
                let labels = label_names(labels, &row, run)?;
                let properties = entries(properties.as_ref(), &row, run)?;
                let node = run.write(|transaction| {
                    let labels: Vec<_> =
                        labels.iter().map(|name| transaction.intern_label(name)).collect();
                    transaction.create_node(&labels)
                })?;
                store(Element::Node(node), properties, run)?;
                for property in stated {
                    let value = run.eval(&property.value, &row)?;
                    check_property(&property.key, &value, property.value.span)?;
                    let value = (value, property.value.span);
                    state(
                        Element::Node(node),
                        &property.key,
                        value,
                        &property.qualifiers,
                        &row,
                        run,
                    )?;
                }
                Value::Node(node)
            }
            CreateStep::Relationship { .. } => create_relationship(step, &row, run)?,
            CreateStep::Path(path) => {
                let expr = Expr::new(ExprKind::Path(path.steps.clone()), Span::default());
                run.eval(&expr, &row)?
            }
        };
        bound.push((step.variable(), value));
    }
    Ok(bound)
}

fn create_relationship(step: &CreateStep, row: &dyn Bindings, run: &Runtime<'_>) -> Result<Value> {
    let CreateStep::Relationship {
        start,
        end,
        relationship_type,
        properties,
        qualifiers: said,
        span,
        ..
    } = step
    else {
        return Ok(Value::Null);
    };
    let (from, to) = (end_node(*start, row, run, *span)?, end_node(*end, row, run, *span)?);
    let names = label_names(std::slice::from_ref(relationship_type), row, run)?;
    let [name] = &names[..] else {
        let message = "A relationship has exactly one type.";
        return Err(Error::new(&eval::ARGUMENT_VALUE, message).at(*span));
    };
    if let Some(key) = stated::key_of(name) {
        let message =
            format!("What is stated of the property `{key}` is no relationship to create.");
        return Err(Error::new(&eval::ARGUMENT_VALUE, message)
            .at(*span)
            .hint(format!("SET n.{key} = … VALID … SOURCE …")));
    }
    let properties = entries(properties.as_ref(), row, run)?;
    let said = match said {
        Some(said) => Some(qualifiers(said, Qualifiers::default(), row, run)?),
        None => None,
    };
    let id = run.write(|transaction| {
        let relationship_type = transaction.intern_type(name);
        let id = transaction.create_statement(relationship_type, from, to)?;
        if let Some(said) = said.filter(|said| !said.is_plain()) {
            transaction.qualify(id, said);
        }
        Ok(id)
    })?;
    store(Element::Relationship(id), properties, run)?;
    Ok(Value::Relationship(id))
}

/// The node at an end of a new relationship.
fn end_node(variable: VarId, row: &dyn Bindings, run: &Runtime<'_>, span: Span) -> Result<NodeId> {
    match row.value(variable) {
        Value::Node(node) => {
            Element::Node(node).check_exists(&*run.graph(), span)?;
            Ok(node)
        }
        Value::Null => {
            let message = "A relationship cannot be created: the node at one of its ends is null.";
            Err(Error::new(&eval::ARGUMENT_VALUE, message)
                .at(span)
                .hint("Leave rows without the node out: WHERE node IS NOT NULL"))
        }
        other => Err(expected("a Node", &other).at(span)),
    }
}

fn entries(
    properties: Option<&Expr>,
    row: &dyn Bindings,
    run: &Runtime<'_>,
) -> Result<Vec<(Arc<str>, Value)>> {
    let Some(properties) = properties else { return Ok(Vec::new()) };
    let value = run.eval(properties, row)?;
    property_entries(&value, &*run.graph(), properties.span)
}

/// Stores properties; null ones are left out.
fn store(element: Element, properties: Vec<(Arc<str>, Value)>, run: &Runtime<'_>) -> Result<()> {
    run.write(|transaction| {
        for (key, value) in properties {
            if !value.is_null() {
                element.set(&key, value, transaction);
            }
        }
        Ok(())
    })
}
