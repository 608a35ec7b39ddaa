//! Procedure calls: the signature decides the arguments and what can be yielded.

use std::sync::Arc;

use super::Binder;
use super::bound::{Call, Clause, ProcedureField, ProcedureSignature, Query, QueryBody};
use super::projection::Columns;
use super::scope::{already_bound, error};
use super::types::{self, Type};
use crate::error::{Error, Result, bind as codes};
use crate::expr::{Expr, ExprKind};
use crate::syntax::ast::{self, Expression, Name, Yield};
use crate::text::{Span, suggest};
use crate::value::Value;

impl<'a> Binder<'a> {
    /// Binds a CALL that is the whole statement: its fields are the columns, and its arguments
    /// may come from the parameters of the same names.
    pub(super) fn standalone_call(&mut self, call: &'a ast::Call) -> Result<Query> {
        let signature = self.signature(call)?;
        let arguments = match &call.arguments {
            Some(arguments) => self.arguments(&signature, arguments, call.span.0)?,
            None => signature
                .inputs
                .iter()
                .map(|input| {
                    let name = self.parameter(&input.name, name_span(call))?;
                    Ok(Expr::new(ExprKind::Parameter(name), name_span(call)))
                })
                .collect::<Result<_>>()?,
        };
        let everything = call.yields.as_ref().is_none_or(|yields| yields.star);
        let yields = if everything {
            let mut all = Vec::with_capacity(signature.outputs.len());
            for (at, field) in signature.outputs.iter().enumerate() {
                let name = Name::new(&*field.name, name_span(call));
                all.push((at, self.declare(&name, Type::parse(&field.type_name))?));
            }
            all
        } else {
            self.yields(&signature, call.yields.as_ref())?
        };
        let columns: Columns = yields
            .iter()
            .filter_map(|&(_, v)| Some((self.variables[v.index()].name.clone()?, v)))
            .collect();
        let bound = self.finish_call(call, &signature, arguments, yields)?;
        Ok(Query { body: QueryBody::Clauses(vec![Clause::Call(bound)]), columns })
    }

    /// Binds a CALL among other clauses.
    pub(super) fn call_in_query(&mut self, call: &'a ast::Call) -> Result<Clause> {
        let signature = self.signature(call)?;
        let arguments = match &call.arguments {
            Some(arguments) => self.arguments(&signature, arguments, call.span.0)?,
            None if signature.inputs.is_empty() => Vec::new(),
            None => {
                let names: Vec<_> = signature.inputs.iter().map(|input| &*input.name).collect();
                let message =
                    "Only a CALL that is the whole statement takes its arguments from parameters.";
                return Err(error(&codes::ARGUMENT_PASSING, message, name_span(call))
                    .hint(format!("CALL {}(${})", signature.name, names.join(", $"))));
            }
        };
        if let Some(yields) = &call.yields
            && yields.star
        {
            let fields: Vec<_> = signature.outputs.iter().map(|field| &*field.name).collect();
            let message = "YIELD * stands only where CALL is the whole statement.";
            return Err(error(&codes::UNEXPECTED, message, yields.span.0)
                .hint(format!("YIELD {}", fields.join(", "))));
        }
        let yields = self.yields(&signature, call.yields.as_ref())?;
        Ok(Clause::Call(self.finish_call(call, &signature, arguments, yields)?))
    }

    fn finish_call(
        &mut self,
        call: &'a ast::Call,
        signature: &ProcedureSignature,
        arguments: Vec<Expr>,
        yields: Vec<(usize, crate::expr::VarId)>,
    ) -> Result<Call> {
        let filter = match call.yields.as_ref().and_then(|yields| yields.filter.as_ref()) {
            Some(filter) => self.conjuncts(filter)?,
            None => Vec::new(),
        };
        Ok(Call {
            procedure: Arc::clone(&signature.name),
            arguments,
            yields,
            optional: call.optional,
            void: signature.outputs.is_empty(),
            filter,
            span: call.span.0,
        })
    }

    fn signature(&self, call: &ast::Call) -> Result<ProcedureSignature> {
        let name = call.name.iter().map(|part| &*part.text).collect::<Vec<_>>().join(".");
        self.procedures.signature(&name).ok_or_else(|| {
            let names = self.procedures.names();
            let similar = suggest::nearest(&name, names.iter().map(|name| &**name));
            error(
                &codes::PROCEDURE_NOT_FOUND,
                format!("There is no procedure `{name}`."),
                name_span(call),
            )
            .hint(match similar {
                Some(similar) => format!("Did you mean `{similar}`?"),
                None => "SHOW PROCEDURES lists them all.".to_owned(),
            })
        })
    }

    /// Binds explicit arguments, one for each input; optional ones that are left out are null.
    fn arguments(
        &mut self,
        signature: &ProcedureSignature,
        written: &'a [Expression],
        span: Span,
    ) -> Result<Vec<Expr>> {
        let least = signature.inputs.iter().filter(|input| !input.optional).count();
        if !(least..=signature.inputs.len()).contains(&written.len()) {
            return Err(wrong_count(signature, written.len(), span));
        }
        let mut arguments = Vec::with_capacity(signature.inputs.len());
        for (argument, input) in written.iter().zip(&signature.inputs) {
            let bound = self.scalar(argument)?;
            let place = format!("The argument `{}` of `{}`", input.name, signature.name);
            types::require(&bound.ty, &accepted(input), &place, argument.span())?;
            arguments.push(bound.expr);
        }
        let null = Expr::new(ExprKind::Constant(Value::Null), span);
        arguments.resize(signature.inputs.len(), null);
        Ok(arguments)
    }

    fn yields(
        &mut self,
        signature: &ProcedureSignature,
        written: Option<&'a Yield>,
    ) -> Result<Vec<(usize, crate::expr::VarId)>> {
        let Some(written) = written else { return Ok(Vec::new()) };
        let mut yields = Vec::with_capacity(written.items.len());
        for (field, alias) in &written.items {
            let Some(at) = signature.outputs.iter().position(|output| *output.name == *field.text)
            else {
                return Err(unknown_field(signature, field));
            };
            let name = alias.as_ref().unwrap_or(field);
            if self.find(name)?.is_some() {
                return Err(already_bound(name).hint(format!("YIELD {} AS other", field.text)));
            }
            let ty = Type::parse(&signature.outputs[at].type_name);
            yields.push((at, self.declare_anew(name, ty)?));
        }
        Ok(yields)
    }
}

/// What an input accepts: an integer stands for a float too.
fn accepted(input: &ProcedureField) -> Type {
    let declared = Type::parse(&input.type_name);
    if declared.may_be(&Type::NUMBER) && !declared.may_be(&Type::INTEGER) {
        return declared.or(&Type::INTEGER);
    }
    declared
}

fn name_span(call: &ast::Call) -> Span {
    call.name.iter().map(|part| part.span).reduce(Span::to).unwrap_or(call.span.0)
}

fn wrong_count(signature: &ProcedureSignature, given: usize, span: Span) -> Error {
    let inputs: Vec<_> = signature
        .inputs
        .iter()
        .map(|input| format!("{} :: {}", input.name, input.type_name))
        .collect();
    let wanted = match inputs.len() {
        0 => "no argument".to_owned(),
        1 => "one argument".to_owned(),
        count => format!("{count} arguments"),
    };
    let message =
        format!("The procedure `{}` takes {wanted}, but is given {given}.", signature.name);
    error(&codes::ARGUMENT_COUNT, message, span).hint(format!(
        "{}({})",
        signature.name,
        inputs.join(", ")
    ))
}

fn unknown_field(signature: &ProcedureSignature, field: &Name) -> Error {
    let fields: Vec<_> = signature.outputs.iter().map(|output| &*output.name).collect();
    let message = format!("The procedure `{}` yields no `{}`.", signature.name, field.text);
    let error = error(&codes::UNDEFINED_VARIABLE, message, field.span);
    match suggest::nearest(&field.text, fields.iter().copied()) {
        Some(similar) => error.hint(format!("Did you mean `{similar}`?")),
        None if fields.is_empty() => error.note("It yields nothing."),
        None => error.note(format!("It yields {}.", fields.join(", "))),
    }
}
