//! Mistakes in what a query means, found before any row is read.

use super::codes;

codes! {
    /// A name that nothing in scope bears.
    UNDEFINED_VARIABLE = "bind::undefined_variable", SyntaxError, CompileTime, UndefinedVariable, "42N62";
    /// A variable introduced twice.
    VARIABLE_ALREADY_BOUND = "bind::variable_already_bound", SyntaxError, CompileTime, VariableAlreadyBound, "42N59";
    /// A variable used as two kinds of things.
    VARIABLE_TYPE_CONFLICT = "bind::variable_type_conflict", SyntaxError, CompileTime, VariableTypeConflict, "42N63";
    /// An argument or operand whose type can never fit.
    ARGUMENT_TYPE = "bind::argument_type", SyntaxError, CompileTime, InvalidArgumentType, "42N64";
    /// An expression that cannot have any other than a certain type, where the type is checked as a value error.
    TYPE_ERROR = "bind::type_error", TypeError, CompileTime, InvalidArgumentType, "22N27";
    /// An aggregate where none may stand.
    INVALID_AGGREGATION = "bind::invalid_aggregation", SyntaxError, CompileTime, InvalidAggregation, "42I18";
    /// An aggregate inside another.
    NESTED_AGGREGATION = "bind::nested_aggregation", SyntaxError, CompileTime, NestedAggregation, "42I18";
    /// An expression that mixes aggregates with parts that are no grouping keys.
    AMBIGUOUS_AGGREGATION = "bind::ambiguous_aggregation", SyntaxError, CompileTime, AmbiguousAggregationExpression, "42I18";
    /// A projected expression that needs a name.
    NO_EXPRESSION_ALIAS = "bind::no_expression_alias", SyntaxError, CompileTime, NoExpressionAlias, "42N21";
    /// Two columns with one name.
    COLUMN_NAME_CONFLICT = "bind::column_name_conflict", SyntaxError, CompileTime, ColumnNameConflict, "42N38";
    /// The parts of a UNION have different columns.
    DIFFERENT_COLUMNS = "bind::different_columns", SyntaxError, CompileTime, DifferentColumnsInUnion, "42N39";
    /// Clauses in an order that the language does not have.
    CLAUSE_COMPOSITION = "bind::clause_composition", SyntaxError, CompileTime, InvalidClauseComposition, "42N71";
    /// A relationship to be created without exactly one type.
    NO_SINGLE_RELATIONSHIP_TYPE = "bind::no_single_relationship_type", SyntaxError, CompileTime, NoSingleRelationshipType, "42N16";
    /// A relationship to be created without a direction.
    REQUIRES_DIRECTION = "bind::requires_direction", SyntaxError, CompileTime, RequiresDirectedRelationship, "42N16";
    /// A variable-length relationship where one is created.
    CREATING_VARIABLE_LENGTH = "bind::creating_variable_length", SyntaxError, CompileTime, CreatingVarLength, "42N16";
    /// One relationship variable twice in a pattern.
    RELATIONSHIP_UNIQUENESS = "bind::relationship_uniqueness", SyntaxError, CompileTime, RelationshipUniquenessViolation, "42N59";
    /// Something other than a constant in SKIP or LIMIT.
    NON_CONSTANT = "bind::non_constant", SyntaxError, CompileTime, NonConstantExpression, "42N31";
    /// A negative count in SKIP or LIMIT.
    NEGATIVE_INTEGER = "bind::negative_integer", SyntaxError, CompileTime, NegativeIntegerArgument, "42N31";
    /// DELETE of something that cannot be deleted.
    INVALID_DELETE = "bind::invalid_delete", SyntaxError, CompileTime, InvalidDelete, "42N25";
    /// A function that does not exist.
    UNKNOWN_FUNCTION = "bind::unknown_function", SyntaxError, CompileTime, UnknownFunction, "42N48";
    /// A function or procedure with the wrong number of arguments.
    ARGUMENT_COUNT = "bind::argument_count", SyntaxError, CompileTime, InvalidNumberOfArguments, "42I13";
    /// Implicit arguments in a CALL inside a query.
    ARGUMENT_PASSING = "bind::argument_passing", SyntaxError, CompileTime, InvalidArgumentPassingMode, "42I13";
    /// A procedure that does not exist.
    PROCEDURE_NOT_FOUND = "bind::procedure_not_found", ProcedureError, CompileTime, ProcedureNotFound, "42N08";
    /// `RETURN *` with nothing in scope.
    NO_VARIABLES = "bind::no_variables", SyntaxError, CompileTime, NoVariablesInScope, "42I38";
    /// A pattern or a parameter where the language has none.
    UNEXPECTED = "bind::unexpected", SyntaxError, CompileTime, UnexpectedSyntax, "42601";
    /// A parameter where a literal map is needed.
    PARAMETER_USE = "bind::parameter_use", SyntaxError, CompileTime, InvalidParameterUse, "42601";
    /// A parameter that the caller did not give.
    MISSING_PARAMETER = "bind::missing_parameter", ParameterMissing, CompileTime, MissingParameter, "42N51";
    /// A part of the language that is recognised and not yet carried out.
    UNSUPPORTED = "bind::unsupported", SyntaxError, CompileTime, UnexpectedSyntax, "0A000";
    /// An index, a constraint or a rule that exists already, or contradicts what is there.
    RULE_EXISTS = "bind::rule_exists", SchemaError, CompileTime, RuleAlreadyExists, "22N71";
    /// An index, a constraint, a rule or a completeness statement that does not exist.
    RULE_NOT_FOUND = "bind::rule_not_found", SchemaError, CompileTime, RuleNotFound, "22N73";
    /// A rule of inference that needs what depends on what it derives.
    RULE_CYCLE = "bind::rule_cycle", SchemaError, CompileTime, InvalidClauseComposition, "22N74";
    /// BEGIN, COMMIT or ROLLBACK where it cannot be.
    TRANSACTION_STATE = "bind::transaction_state", TransactionError, CompileTime, InvalidTransactionState, "25000";
    /// A query that needs more steps, variables or nesting than the limits allow.
    TOO_COMPLEX = "bind::too_complex", SyntaxError, CompileTime, UnexpectedSyntax, "54001";
}
