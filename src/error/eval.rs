//! Mistakes that only values can show, found while rows are computed.

use super::codes;

codes! {
    /// A value of the wrong type for an operator or function.
    ARGUMENT_TYPE = "eval::argument_type", TypeError, Runtime, InvalidArgumentType, "22N27";
    /// A value of the right type that the function cannot take.
    ARGUMENT_VALUE = "eval::argument_value", TypeError, Runtime, InvalidArgumentValue, "22N27";
    /// An argument of a clause (SKIP, LIMIT, a range) of the wrong type.
    CLAUSE_ARGUMENT_TYPE = "eval::clause_argument_type", SyntaxError, Runtime, InvalidArgumentType, "22N27";
    /// A negative count in SKIP or LIMIT.
    NEGATIVE_INTEGER = "eval::negative_integer", SyntaxError, Runtime, NegativeIntegerArgument, "22003";
    /// A number outside the range that a function accepts.
    NUMBER_OUT_OF_RANGE = "eval::number_out_of_range", ArgumentError, Runtime, NumberOutOfRange, "22003";
    /// An argument of a type that a function rejects as an argument.
    INVALID_ARGUMENT = "eval::invalid_argument", ArgumentError, Runtime, InvalidArgumentType, "22N27";
    /// Integer arithmetic beyond 64 bits.
    INTEGER_OVERFLOW = "eval::integer_overflow", ArithmeticError, Runtime, IntegerOverflow, "22003";
    /// Integer division by zero.
    DIVISION_BY_ZERO = "eval::division_by_zero", ArithmeticError, Runtime, DivisionByZero, "22012";
    /// A VALUE subquery with more than one row.
    CARDINALITY = "eval::cardinality", ArgumentError, Runtime, InvalidArgumentValue, "22000";
    /// A text that is no date, time, duration or uncertain date.
    TEMPORAL_TEXT = "eval::temporal_text", ArgumentError, Runtime, InvalidArgumentValue, "22007";
    /// A list index or map key of the wrong type.
    MAP_ELEMENT_ACCESS = "eval::map_element_access", TypeError, Runtime, MapElementAccessByNonString, "22N27";
    /// A list index that is no integer.
    LIST_ELEMENT_ACCESS = "eval::list_element_access", TypeError, Runtime, ListElementAccessByNonInteger, "22N27";
    /// A value that cannot be stored as a property.
    PROPERTY_TYPE = "eval::property_type", TypeError, Runtime, InvalidPropertyType, "22N36";
    /// An element that an earlier clause deleted.
    DELETED_ENTITY = "eval::deleted_entity", EntityNotFound, Runtime, DeletedEntityAccess, "22N41";
    /// A node that still has relationships.
    DELETE_CONNECTED = "eval::delete_connected", ConstraintVerificationFailed, Runtime, DeleteConnectedNode, "G1001";
    /// A change that a constraint forbids.
    CONSTRAINT = "eval::constraint", ConstraintValidationFailed, Runtime, ConstraintViolated, "22G0V";
    /// MERGE with a property that is null.
    MERGE_NULL = "eval::merge_null", SemanticError, Runtime, MergeReadOwnWrites, "22N31";
    /// The query was stopped from outside.
    INTERRUPTED = "eval::interrupted", Interrupted, Runtime, Interrupted, "57014";
    /// The query ran past its deadline.
    DEADLINE = "eval::deadline", Interrupted, Runtime, DeadlineExceeded, "57014";
    /// The query needs more memory than its budget.
    MEMORY = "eval::memory", ResourceError, Runtime, MemoryLimitExceeded, "53200";
    /// The result is larger than it may be.
    RESULT = "eval::result", ResourceError, Runtime, ResultLimitExceeded, "54000";
    /// Evaluation nested deeper than the limit.
    TOO_COMPLEX = "eval::too_complex", ResourceError, Runtime, TooComplex, "54001";
    /// A procedure failed.
    PROCEDURE = "eval::procedure", ProcedureError, Runtime, ProcedureCallFailed, "52N37";
}
