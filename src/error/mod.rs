//! What can go wrong, said so that a person can act on it.
//!
//! There is one public [`Error`]. It carries a stable code (`bind::undefined_variable`), the
//! place in the text, one sentence, notes, and a hint that can be typed. Each stage keeps the
//! table of its own codes in a file of this folder; a code brings along the openCypher
//! classification (type, phase, detail, as the TCK names them) and the GQLSTATUS, so that no
//! call site repeats them.
//!
//! ```
//! let error = dossier::Store::memory().query("RETURN foo", ()).unwrap_err();
//! assert_eq!(error.code(), "bind::undefined_variable");
//! assert_eq!(error.kind(), "SyntaxError");
//! assert_eq!(error.detail(), "UndefinedVariable");
//! let place = error.position().unwrap();
//! assert_eq!((place.line, place.column), (1, 8));
//! ```
//!
//! # Codes
//!
//! A program that goes on after an error looks at [`Error::code`], at its beginning, or at
//! [`Error::is_retryable`] and its siblings; sentences and hints are for people and may change.
//!
//! | begins with | means |
//! |---|---|
//! | `syntax::` | the text is no statement, lexicon or question |
//! | `bind::` | it is one, and means nothing: an unknown name, a wrong type, a rule of the language |
//! | `eval::` | a value could not be computed while rows were: a division by zero, a timeout |
//! | `load::` | a file of facts, a recipe or a row of a table is wrong |
//! | `store::` | a store cannot be opened, read or written; `store::busy` passes |
//! | `request::` | what a program handed over beside the query is wrong |
//!
//! # Design
//!
//! A stage builds an error from a code and a sentence, then adds the place:
//! `Error::new(&codes::UNDEFINED_VARIABLE, format!("…")).at(span).hint("…")`. Stages work with
//! spans alone; `query.rs` (and whoever else owns the text) attaches the text with
//! [`Error::in_text`] once, on the way out.

pub(crate) mod bind;
pub(crate) mod eval;
pub(crate) mod load;
pub(crate) mod request;
pub(crate) mod store;
pub(crate) mod syntax;

use std::fmt;
use std::sync::Arc;

use crate::text::{Position, Span};

/// The result of everything that can fail.
///
/// ```
/// fn states(store: &dossier::Store) -> dossier::Result<usize> {
///     Ok(store.query("MATCH (s:State) RETURN s", ())?.len())
/// }
/// assert!(states(&dossier::Store::shipped()?)? > 5);
/// # Ok::<(), dossier::Error>(())
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// When a mistake in a query is found: before or while it runs.
///
/// ```
/// use dossier::error::Phase;
/// let store = dossier::Store::memory();
/// assert_eq!(store.query("RETURN x", ()).unwrap_err().phase(), Phase::CompileTime);
/// assert_eq!(store.query("RETURN 1 / 0", ()).unwrap_err().phase(), Phase::Runtime);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Found from the text and the parameters' presence alone, whether or not a row exists.
    CompileTime,
    /// Found while rows are computed.
    Runtime,
}

impl Phase {
    /// The openCypher TCK's words for the phase.
    ///
    /// ```
    /// assert_eq!(dossier::error::Phase::CompileTime.as_str(), "compile time");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Phase::CompileTime => "compile time",
            Phase::Runtime => "runtime",
        }
    }
}

/// A row of a stage's table of errors: what never changes about one kind of mistake.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Code {
    /// Stable name, `stage::what`.
    pub(crate) name: &'static str,
    /// openCypher's error type, such as `SyntaxError`.
    pub(crate) kind: &'static str,
    pub(crate) phase: Phase,
    /// openCypher's detail, such as `UndefinedVariable`.
    pub(crate) detail: &'static str,
    /// Five characters, ISO/IEC 39075:2024 clause 23.
    pub(crate) gqlstatus: &'static str,
}

/// Declares the codes of one stage, a line each.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $kind:ident, $phase:ident, $detail:ident, $status:literal;)+) => {
        $($(#[$doc])* pub(crate) static $name: $crate::error::Code = $crate::error::Code {
            name: $code,
            kind: stringify!($kind),
            phase: $crate::error::Phase::$phase,
            detail: stringify!($detail),
            gqlstatus: $status,
        };)+
    };
}
pub(crate) use codes;

/// Anything that went wrong, with its place and what to do about it.
///
/// `Display` prints the one sentence; [`crate::render`] draws the whole screen (line, caret,
/// notes, hints). Cloning is cheap enough for an error path and the value is one word.
///
/// ```
/// let error = dossier::Store::shipped()?.query("MATCH (s:State) RETURN s.name, x", ()).unwrap_err();
/// assert_eq!(error.to_string(), error.message());
/// assert_eq!(error.code(), "bind::undefined_variable");
/// assert_eq!(error.position().map(|place| place.column), Some(32));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    code: &'static Code,
    message: String,
    span: Option<Span>,
    source: Option<Source>,
    notes: Vec<String>,
    hints: Vec<String>,
}

/// The text a span points into, and what to call it (`facts.dossier`, a file's path).
#[derive(Clone)]
struct Source {
    name: Option<Arc<str>>,
    text: Arc<str>,
}

impl Error {
    pub(crate) fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            code,
            message: message.into(),
            span: None,
            source: None,
            notes: Vec::new(),
            hints: Vec::new(),
        }))
    }

    /// Adds the place, unless one nearer to the mistake is known already.
    #[must_use]
    pub(crate) fn at(mut self, span: Span) -> Self {
        self.0.span.get_or_insert(span);
        self
    }

    /// Adds what to type instead.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// Adds a hint where there is one.
    #[must_use]
    pub(crate) fn hint_opt(self, hint: Option<String>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// Adds a sentence of background.
    #[must_use]
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.0.notes.push(note.into());
        self
    }

    /// Attaches the text that the place refers to, unless one is attached already.
    #[must_use]
    pub(crate) fn in_text(mut self, text: &str) -> Self {
        self.0.source.get_or_insert_with(|| Source { name: None, text: text.into() });
        self
    }

    /// Attaches a named text (a file) that the place refers to, unless one is attached already.
    #[must_use]
    pub(crate) fn in_file(mut self, name: &str, text: &str) -> Self {
        self.0.source.get_or_insert_with(|| Source { name: Some(name.into()), text: text.into() });
        self
    }

    /// Moves the place from a part of a file to the file: `text[offset..]` begins with what the
    /// place refers to now. An error that knows its own file stays as it is.
    #[must_use]
    pub(crate) fn in_part_of(mut self, name: Option<&str>, text: &str, offset: usize) -> Self {
        if self.file().is_none() {
            let moved = |at: u32| at.saturating_add(offset as u32);
            self.0.span = self.0.span.map(|span| Span::new(moved(span.start), moved(span.end)));
            self.0.source = Some(Source { name: name.map(Arc::from), text: text.into() });
        }
        self
    }

    /// The stable code, such as `bind::undefined_variable`.
    ///
    /// ```
    /// let error = dossier::Store::memory().query("MATCH (state) RETURN stat", ()).unwrap_err();
    /// assert_eq!(error.code(), "bind::undefined_variable");
    /// ```
    pub fn code(&self) -> &'static str {
        self.0.code.name
    }

    /// The openCypher error type, such as `SyntaxError` or `TypeError`.
    ///
    /// ```
    /// let error = dossier::Store::memory().query("MATCH (state) RETURN stat", ()).unwrap_err();
    /// assert_eq!(error.kind(), "SyntaxError");
    /// ```
    pub fn kind(&self) -> &'static str {
        self.0.code.kind
    }

    /// Whether it was found before or while the query ran.
    ///
    /// ```
    /// let error = dossier::Store::memory().query("MATCH (state) RETURN stat", ()).unwrap_err();
    /// assert_eq!(error.phase(), dossier::error::Phase::CompileTime);
    /// ```
    pub fn phase(&self) -> Phase {
        self.0.code.phase
    }

    /// The openCypher detail, such as `UndefinedVariable`.
    ///
    /// ```
    /// let error = dossier::Store::memory().query("MATCH (state) RETURN stat", ()).unwrap_err();
    /// assert_eq!(error.detail(), "UndefinedVariable");
    /// ```
    pub fn detail(&self) -> &'static str {
        self.0.code.detail
    }

    /// The GQLSTATUS of ISO/IEC 39075, five characters.
    ///
    /// ```
    /// let error = dossier::Store::memory().query("MATCH (state) RETURN stat", ()).unwrap_err();
    /// assert_eq!(error.gqlstatus().len(), 5);
    /// ```
    pub fn gqlstatus(&self) -> &'static str {
        self.0.code.gqlstatus
    }

    /// What went wrong, in one sentence.
    ///
    /// ```
    /// let error = dossier::Store::memory().query("MATCH (state) RETURN stat", ()).unwrap_err();
    /// assert_eq!(error.message(), "The variable `stat` is not defined here.");
    /// ```
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The bytes of the text that are at fault.
    ///
    /// ```
    /// let error = dossier::Store::memory().query("MATCH (state) RETURN stat", ()).unwrap_err();
    /// assert_eq!(error.span().unwrap().slice(error.text().unwrap()), "stat");
    /// ```
    pub fn span(&self) -> Option<Span> {
        self.0.span
    }

    /// The text that [`Error::span`] points into.
    ///
    /// ```
    /// let error = dossier::Store::memory().query("MATCH (state) RETURN stat", ()).unwrap_err();
    /// assert_eq!(error.text(), Some("MATCH (state) RETURN stat"));
    /// ```
    pub fn text(&self) -> Option<&str> {
        self.0.source.as_ref().map(|source| &*source.text)
    }

    /// The name of the file at fault, where it was a file.
    ///
    /// ```
    /// let error = dossier::Store::memory().load_facts("notes", "no fact").unwrap_err();
    /// assert_eq!(error.file(), Some("notes"));
    /// ```
    pub fn file(&self) -> Option<&str> {
        self.0.source.as_ref()?.name.as_deref()
    }

    /// Line and column of the fault, where there is a text.
    ///
    /// ```
    /// let error = dossier::Store::memory().query("MATCH (state) RETURN stat", ()).unwrap_err();
    /// let place = error.position().unwrap();
    /// assert_eq!((place.line, place.column), (1, 22));
    /// ```
    pub fn position(&self) -> Option<Position> {
        Some(Position::of(self.text()?, self.span()?.start))
    }

    /// Sentences of background.
    ///
    /// ```
    /// let error = dossier::Store::memory().query("RETURN 1 AS a UNION RETURN 1 AS b", ()).unwrap_err();
    /// assert_eq!(error.notes(), ["Left: `a`. Right: `b`."]);
    /// ```
    pub fn notes(&self) -> &[String] {
        &self.0.notes
    }

    /// What to type instead.
    ///
    /// ```
    /// let error = dossier::Store::memory().query("MATCH (state) RETURN stat", ()).unwrap_err();
    /// assert_eq!(error.hints(), ["Did you mean `state`?"]);
    /// ```
    pub fn hints(&self) -> &[String] {
        &self.0.hints
    }

    /// Whether the text itself is at fault, so that it can be refused before anything runs.
    ///
    /// ```
    /// let error = dossier::Store::memory().query("RETURN (", ()).unwrap_err();
    /// assert!(error.is_syntax());
    /// ```
    pub fn is_syntax(&self) -> bool {
        self.0.code.name.starts_with("syntax::")
    }

    /// Whether the query was stopped from outside or by its deadline.
    ///
    /// ```
    /// let error = dossier::Store::memory().query("MATCH (state) RETURN stat", ()).unwrap_err();
    /// assert!(!error.is_interrupted());
    /// ```
    pub fn is_interrupted(&self) -> bool {
        self.0.code == &eval::INTERRUPTED || self.0.code == &eval::DEADLINE
    }

    /// Whether BEGIN, COMMIT or ROLLBACK came where it cannot.
    ///
    /// ```
    /// let error = dossier::Store::memory().session().query("COMMIT", ()).unwrap_err();
    /// assert!(error.is_of_transaction_state());
    /// ```
    pub fn is_of_transaction_state(&self) -> bool {
        self.0.code == &bind::TRANSACTION_STATE
    }

    /// Whether the same call may succeed later, unchanged.
    ///
    /// ```
    /// let error = dossier::Store::memory().query("MATCH (state) RETURN stat", ()).unwrap_err();
    /// assert!(!error.is_retryable());
    /// ```
    pub fn is_retryable(&self) -> bool {
        self.is_interrupted() || self.0.code == &store::BUSY
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.name, self.0.message)?;
        match (self.position(), self.0.span) {
            (Some(place), _) => write!(f, " (line {}, column {})", place.line, place.column),
            (None, Some(span)) => write!(f, " (bytes {}..{})", span.start, span.end),
            (None, None) => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
