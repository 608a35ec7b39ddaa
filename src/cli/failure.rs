//! How a command can end badly, and the exit code for it.

use std::io;
use std::process::ExitCode;

use crate::error::{Error, eval, request, store};

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// Something with a message that has not been shown yet.
    Error(Box<Error>),
    /// Something that has been shown already: only the exit code is left to give.
    Shown(Code),
    /// Whoever reads the output went away; nobody is left to tell.
    BrokenPipe,
}

/// The exit codes, as `dossier --help` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Code {
    /// A query failed, or a question was not answered.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The facts or the store cannot be opened.
    Open = 3,
    /// The text of a query is at fault.
    Syntax = 4,
    /// What a script asserts is not so.
    Assertion = 5,
    /// Ctrl-C.
    Interrupted = 130,
}

impl Code {
    /// The exit code for an error.
    pub fn of(error: &Error) -> Code {
        let code = error.code();
        match code.split("::").next() {
            // The store is open; the query asks for what it has given up.
            _ if code == store::HISTORY.name => Code::Failed,
            Some("syntax") => Code::Syntax,
            Some("load" | "store") => Code::Open,
            _ if code == eval::INTERRUPTED.name => Code::Interrupted,
            _ if code == request::ASSERTION.name => Code::Assertion,
            _ if [&request::COMMAND, &request::VALUE, &request::IO]
                .iter()
                .any(|usage| usage.name == code) =>
            {
                Code::Usage
            }
            _ => Code::Failed,
        }
    }
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> ExitCode {
        ExitCode::from(code as u8)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Error(Box::new(error))
    }
}

impl From<io::Error> for Failure {
    /// An error of ours that travelled through a writer comes out again.
    fn from(error: io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::BrokenPipe;
        }
        match error.downcast::<Error>() {
            Ok(error) => Failure::from(error),
            Err(error) => Failure::from(Error::new(
                &request::OUTPUT,
                format!("Output cannot be written: {error}."),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{bind, load, syntax};

    #[test]
    fn codes_follow_the_stage_at_fault() {
        let code = |code| Code::of(&Error::new(code, "It failed.")) as u8;
        assert_eq!(code(&bind::UNDEFINED_VARIABLE), 1);
        assert_eq!(code(&eval::DIVISION_BY_ZERO), 1);
        assert_eq!(code(&request::VALUE), 2);
        assert_eq!(code(&request::OUTPUT), 1);
        assert_eq!(code(&load::UNEXPECTED), 3);
        assert_eq!(code(&syntax::UNEXPECTED), 4);
        assert_eq!(code(&request::ASSERTION), 5);
        assert_eq!(code(&eval::INTERRUPTED), 130);
    }

    #[test]
    fn an_error_survives_the_way_through_a_writer() {
        let error = io::Error::other(Error::new(&request::TOO_DEEP, "Too deep."));
        assert!(
            matches!(Failure::from(error), Failure::Error(error) if error.code() == "request::too_deep")
        );
        assert!(matches!(
            Failure::from(io::Error::from(io::ErrorKind::BrokenPipe)),
            Failure::BrokenPipe
        ));
    }
}
