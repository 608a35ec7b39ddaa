//! Mistakes in data that is loaded.

use super::codes;

codes! {
    /// The file does not fit the format's grammar.
    UNEXPECTED = "load::unexpected", LoadError, Runtime, UnexpectedSyntax, "22N90";
    /// A name that no line of the file declares.
    UNKNOWN_NAME = "load::unknown_name", LoadError, Runtime, UnknownName, "22N91";
    /// Something declared twice.
    DUPLICATE = "load::duplicate", LoadError, Runtime, Duplicate, "22N92";
    /// A value that is not what the line needs.
    VALUE = "load::value", LoadError, Runtime, InvalidValue, "22N93";
    /// A statement that a declaration forbids.
    DECLARATION = "load::declaration", LoadError, Runtime, DeclarationViolated, "22N94";
    /// The file cannot be read.
    IO = "load::io", LoadError, Runtime, InputOutput, "58030";
    /// A recipe that is none, or that does not fit the data.
    RECIPE = "load::recipe", LoadError, Runtime, InvalidRecipe, "22N95";
    /// A row that cannot be used.
    ROW = "load::row", LoadError, Runtime, InvalidRow, "22N96";
    /// The file is not UTF-8.
    NOT_UTF8 = "load::not_utf8", LoadError, Runtime, InvalidEncoding, "22021";
}
