//! Mistakes in what a program or a command line hands over beside the query itself.

use super::codes;

codes! {
    /// The line is no request that is known.
    UNEXPECTED = "request::unexpected", RequestError, CompileTime, InvalidRequest, "22N80";
    /// The line is longer than a request may be.
    TOO_LONG = "request::too_long", RequestError, CompileTime, RequestTooLong, "54000";
    /// The line is not UTF-8.
    NOT_UTF8 = "request::not_utf8", RequestError, CompileTime, InvalidEncoding, "22021";
    /// A value that cannot be read.
    VALUE = "request::value", RequestError, CompileTime, InvalidValue, "22N81";
    /// A value that nests deeper than can be read or written.
    TOO_DEEP = "request::too_deep", RequestError, Runtime, TooComplex, "54001";
    /// A file that cannot be read.
    IO = "request::io", RequestError, Runtime, InputOutput, "58030";
    /// Output that cannot be written.
    OUTPUT = "request::output", RequestError, Runtime, InputOutput, "58030";
    /// A command of the prompt or of a script that is not known or wrongly used.
    COMMAND = "request::command", RequestError, CompileTime, InvalidCommand, "42N00";
    /// What a script asserts is not so.
    ASSERTION = "request::assertion", AssertionError, Runtime, AssertionFailed, "22N82";
    /// A fault of Dossier itself.
    INTERNAL = "request::internal", InternalError, Runtime, InternalError, "XX000";
}
