//! Mistakes in the text of a query, found by the grammar and the parser.

use super::codes;

codes! {
    /// The text does not fit the grammar.
    UNEXPECTED = "syntax::unexpected", SyntaxError, CompileTime, UnexpectedSyntax, "42601";
    /// A number that is not one.
    NUMBER = "syntax::number", SyntaxError, CompileTime, InvalidNumberLiteral, "42601";
    /// An integer literal that needs more than 64 bits.
    INTEGER_OVERFLOW = "syntax::integer_overflow", SyntaxError, CompileTime, IntegerOverflow, "22003";
    /// A float literal beyond the range of 64-bit floats.
    FLOAT_OVERFLOW = "syntax::float_overflow", SyntaxError, CompileTime, FloatingPointOverflow, "22003";
    /// An escape in a string that is not one.
    UNICODE_LITERAL = "syntax::unicode_literal", SyntaxError, CompileTime, InvalidUnicodeLiteral, "42601";
    /// A character that may not stand outside strings.
    UNICODE_CHARACTER = "syntax::unicode_character", SyntaxError, CompileTime, InvalidUnicodeCharacter, "42601";
    /// A relationship pattern that is not one.
    RELATIONSHIP_PATTERN = "syntax::relationship_pattern", SyntaxError, CompileTime, InvalidRelationshipPattern, "42601";
    /// Brackets nested deeper than the limit, or a text beyond the size limit.
    TOO_COMPLEX = "syntax::too_complex", SyntaxError, CompileTime, UnexpectedSyntax, "54001";
    /// A text that is not UTF-8.
    NOT_UTF8 = "syntax::not_utf8", SyntaxError, CompileTime, InvalidUnicodeCharacter, "22021";
}
