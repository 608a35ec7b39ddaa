//! `dossier pipe`: JSON lines in, JSON lines out, one graph for the life of the process.
//!
//! Each line is answered with exactly one line, in order, flushed, whatever it holds:
//!
//! ```text
//! → {"query": "RETURN $x + 1 AS y", "params": {"x": 1}}
//! ← {"columns":["y"],"rows":[[2]],"stats":{"nodes_created":0,…}}
//! → {"query": "MATCH (n) RETURN n", "timeout_ms": 1000, "rows_max": 10000, "memory_max_bytes": 100000000}
//! ← {"error":{"type":"ResourceError",…,"code":"eval::result",…}}
//! → {"query": "RETURN 1 / 0"}
//! ← {"error":{"type":"ArithmeticError","phase":"runtime","detail":"DivisionByZero","message":"…"}}
//! → {"ask": "who recognises South Ossetia?"}
//! ← {"kind":"entities","answers":["Nauru",…],"verdict":"certain","query":"MATCH …","evidence":[…],…}
//! → {"op": "forget"}            forgets the conversation
//! → {"op": "reset"}             empties the graph, forgets declared procedures
//! → {"op": "procedure", "signature": "f(x :: INTEGER) :: (y :: INTEGER)", "columns": ["x", "y"], "rows": [[1, 2]]}
//! ← {"ok":true}
//! ```
//!
//! Values are encoded as [`json`] describes. A line that is no such object (not JSON, not UTF-8,
//! longer than [`LINE_MAX`] bytes, empty) is answered with an error, and the next is read. A fault
//! of ours inside one request is answered as an `InternalError` and does not take the graph along.

use std::borrow::Cow;
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::ask::Conversation;
use crate::error::{Error, Result, bind, request};
use crate::graph::row::Rows;
use crate::query::{Options, Store};
use crate::render::json;
use crate::value::Map;

/// The longest line that is read; what a longer one holds beyond is skipped.
const LINE_MAX: usize = 256 << 20;

/// One line of input; which members it has says what is wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with \"query\", \"ask\" or \"op\"")]
struct Request<'a> {
    #[serde(borrow)]
    query: Option<Cow<'a, str>>,
    params: Option<&'a RawValue>,
    timeout_ms: Option<u64>,
    rows_max: Option<usize>,
    memory_max_bytes: Option<usize>,
    #[serde(borrow)]
    ask: Option<Cow<'a, str>>,
    op: Option<Operation>,
    #[serde(borrow)]
    signature: Option<Cow<'a, str>>,
    columns: Option<Vec<String>>,
    rows: Option<Vec<Vec<&'a RawValue>>>,
}

impl Request<'_> {
    /// A member that says nothing in this request, and where it would.
    fn stray(&self) -> Option<(&'static str, &'static str)> {
        let procedure = matches!(self.op, Some(Operation::Procedure));
        let stray = |given: bool, allowed: bool| given && !allowed;
        if stray(self.params.is_some(), self.query.is_some()) {
            Some(("params", "a query"))
        } else if stray(self.rows_max.is_some(), self.query.is_some()) {
            Some(("rows_max", "a query"))
        } else if stray(self.memory_max_bytes.is_some(), self.query.is_some()) {
            Some(("memory_max_bytes", "a query"))
        } else if stray(self.timeout_ms.is_some(), self.op.is_none()) {
            Some(("timeout_ms", "a query or a question"))
        } else if stray(self.signature.is_some(), procedure) {
            Some(("signature", "a procedure"))
        } else if stray(self.columns.is_some(), procedure) {
            Some(("columns", "a procedure"))
        } else if stray(self.rows.is_some(), procedure) {
            Some(("rows", "a procedure"))
        } else {
            None
        }
    }
}

/// What `op` can be.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Operation {
    Forget,
    Reset,
    Procedure,
}

/// An error as the protocol words it.
#[derive(Serialize)]
struct ErrorReply<'a> {
    r#type: &'a str,
    phase: &'a str,
    detail: &'a str,
    message: &'a str,
    code: &'a str,
    gqlstatus: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    hints: &'a [String],
}

/// Answers lines until the input ends.
///
/// Fails where the input cannot be read or the output not be written, and where the input ends
/// within a transaction: that is undone, and no reply can say so.
pub(super) fn run(
    store: &Store,
    limits: &Limits,
    mut input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    let store = &store.session();
    let mut pipe = Pipe { store, limits, conversation: Conversation::default() };
    let mut line = Vec::new();
    let mut reply = Vec::new();
    while let Some(length) = read_line(&mut input, &mut line, LINE_MAX)? {
        reply.clear();
        pipe.reply(&line, length, &mut reply);
        reply.push(b'\n');
        output.write_all(&reply)?;
        output.flush()?;
    }
    if store.is_in_transaction() {
        let message = "The input ended within a transaction, which has been rolled back.";
        return Err(io::Error::other(
            Error::new(&bind::TRANSACTION_STATE, message).hint("{\"query\": \"COMMIT\"}"),
        ));
    }
    Ok(())
}

/// What no request may go beyond; each may set itself narrower limits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Limits {
    /// How long a query or a question may take.
    pub(super) timeout: Option<Duration>,
    /// How many rows a result may have.
    pub(super) rows_max: Option<usize>,
    /// About how many bytes the values of a result may take.
    pub(super) result_max_bytes: Option<usize>,
    /// How many bytes the operators of a query may keep.
    pub(super) memory_max_bytes: Option<usize>,
}

/// The narrower of two limits.
fn least<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

struct Pipe<'a> {
    store: &'a Store,
    limits: &'a Limits,
    conversation: Conversation,
}

impl Pipe<'_> {
    /// Writes the answer to one line; where answering fails, what was written makes way for the error.
    fn reply(&mut self, line: &[u8], length: usize, out: &mut Vec<u8>) {
        let answered = catch_unwind(AssertUnwindSafe(|| self.answer(line, length, out)));
        let error = match answered {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error,
            Err(_) => Error::new(&request::INTERNAL, "Dossier failed on this request.")
                .note("This is a fault of Dossier; the graph is as the last request left it."),
        };
        out.clear();
        write_error(&error, out);
    }

    fn answer(&mut self, line: &[u8], length: usize, out: &mut Vec<u8>) -> Result<()> {
        let request = parse(line, length)?;
        if let Some((member, belongs)) = request.stray() {
            let message = format!("The member \"{member}\" belongs to {belongs}.");
            return Err(Error::new(&request::UNEXPECTED, message));
        }
        match (&request.query, &request.ask, request.op) {
            (Some(text), None, None) => self.query(text, &request, out),
            (None, Some(text), None) => self.ask(text, &request, out),
            (None, None, Some(operation)) => self.operate(operation, &request, out),
            _ => Err(Error::new(
                &request::UNEXPECTED,
                "A request has exactly one of the members \"query\", \"ask\" and \"op\".",
            )
            .hint("{\"query\": \"RETURN 1\"}")),
        }
    }

    fn query(&mut self, text: &str, request: &Request<'_>, out: &mut Vec<u8>) -> Result<()> {
        let options = Options {
            parameters: self.parameters(request.params)?,
            timeout: self.timeout(request),
            rows_max: least(request.rows_max, self.limits.rows_max),
            result_max_bytes: self.limits.result_max_bytes,
            memory_max_bytes: least(request.memory_max_bytes, self.limits.memory_max_bytes),
            ..Options::default()
        };
        let rows = self.store.query_with(text, &options)?;
        write_rows(&rows, out).map_err(|error| match error.downcast::<Error>() {
            Ok(error) => error,
            Err(error) => {
                Error::new(&request::IO, format!("The answer cannot be written: {error}."))
            }
        })
    }

    fn timeout(&self, request: &Request<'_>) -> Option<Duration> {
        least(request.timeout_ms.map(Duration::from_millis), self.limits.timeout)
    }

    fn parameters(&self, params: Option<&RawValue>) -> Result<Map> {
        match params.filter(|json| json.get() != "null") {
            Some(json) => json::read_map(json, &*self.store.snapshot()),
            None => Ok(Map::new()),
        }
    }

    fn ask(&mut self, text: &str, request: &Request<'_>, out: &mut Vec<u8>) -> Result<()> {
        let memory_max_bytes = self.limits.memory_max_bytes;
        let timeout = self.timeout(request);
        let options = Options { timeout, memory_max_bytes, ..Options::default() };
        let answer = self.store.ask_in(&mut self.conversation, text, &options)?;
        serde_json::to_writer(out, &answer).expect("strings and numbers can always be written");
        Ok(())
    }

    fn operate(
        &mut self,
        operation: Operation,
        request: &Request<'_>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        match operation {
            Operation::Forget => self.conversation = Conversation::default(),
            Operation::Reset => self.store.reset()?,
            Operation::Procedure => self.declare_procedure(request)?,
        }
        out.extend_from_slice(br#"{"ok":true}"#);
        Ok(())
    }

    fn declare_procedure(&mut self, request: &Request<'_>) -> Result<()> {
        let (Some(signature), Some(rows)) = (&request.signature, &request.rows) else {
            let message = "A procedure needs the members \"signature\", \"columns\" and \"rows\".";
            return Err(Error::new(&request::UNEXPECTED, message));
        };
        if let Some(columns) = &request.columns
            && let Some(row) = rows.iter().find(|row| row.len() != columns.len())
        {
            let (values, columns) = (row.len(), columns.len());
            let message = format!("A row has {values} values where there are {columns} columns.");
            return Err(Error::new(&request::UNEXPECTED, message));
        }
        let graph = self.store.snapshot();
        let rows = rows
            .iter()
            .map(|row| row.iter().map(|value| json::read_value(value, &*graph)).collect())
            .collect::<Result<Vec<Vec<_>>>>()?;
        self.store.declare_procedure(signature, rows)
    }
}

/// Reads one line into `line`, without its line feed, and returns its true length, of which at
/// most `limit` bytes are kept; `None` at the end of the input.
fn read_line(
    input: &mut impl BufRead,
    line: &mut Vec<u8>,
    limit: usize,
) -> io::Result<Option<usize>> {
    line.clear();
    let mut length = 0;
    loop {
        let buffer = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            buffer => buffer?,
        };
        if buffer.is_empty() {
            return Ok((length > 0).then_some(length));
        }
        let end = buffer.iter().position(|&byte| byte == b'\n');
        let part = &buffer[..end.unwrap_or(buffer.len())];
        let kept = part.len().min(limit - line.len());
        line.extend_from_slice(&part[..kept]);
        length += part.len();
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            return Ok(Some(length));
        }
    }
}

fn parse(line: &[u8], length: usize) -> Result<Request<'_>> {
    if length > line.len() {
        let message = format!("The line has {length} bytes; at most {LINE_MAX} are read.");
        return Err(Error::new(&request::TOO_LONG, message));
    }
    let text = std::str::from_utf8(line).map_err(|error| {
        let message = format!("The line is not UTF-8: byte {} is wrong.", error.valid_up_to() + 1);
        Error::new(&request::NOT_UTF8, message)
    })?;
    serde_json::from_str(text).map_err(|error| {
        let what = if error.is_data() { "no request" } else { "not JSON" };
        Error::new(&request::UNEXPECTED, format!("The line is {what}: {error}.")).hint(
            "{\"query\": \"RETURN 1\"}, {\"ask\": \"who met Lavrov?\"} or {\"op\": \"reset\"}",
        )
    })
}

fn write_rows(rows: &Rows, out: &mut Vec<u8>) -> io::Result<()> {
    out.extend_from_slice(br#"{"columns":["#);
    for (at, name) in rows.columns().iter().enumerate() {
        out.extend_from_slice(if at > 0 { b"," } else { b"" });
        json::write_string(out, name)?;
    }
    out.extend_from_slice(br#"],"rows":["#);
    for (at, row) in rows.iter().enumerate() {
        out.extend_from_slice(if at > 0 { b",[" } else { b"[" });
        for (column, value) in row.values().iter().enumerate() {
            out.extend_from_slice(if column > 0 { b"," } else { b"" });
            json::write_value(out, value, rows.graph())?;
        }
        out.push(b']');
    }
    out.extend_from_slice(br#"],"stats":"#);
    serde_json::to_writer(&mut *out, &rows.counters())?;
    if !rows.notes().is_empty() {
        out.extend_from_slice(br#","notes":"#);
        serde_json::to_writer(&mut *out, rows.notes())?;
    }
    out.push(b'}');
    Ok(())
}

fn write_error(error: &Error, out: &mut Vec<u8>) {
    let position = error.position();
    let reply = ErrorReply {
        r#type: error.kind(),
        phase: error.phase().as_str(),
        detail: error.detail(),
        message: error.message(),
        code: error.code(),
        gqlstatus: error.gqlstatus(),
        line: position.map(|position| position.line),
        column: position.map(|position| position.column),
        notes: error.notes(),
        hints: error.hints(),
    };
    out.extend_from_slice(br#"{"error":"#);
    serde_json::to_writer(&mut *out, &reply).expect("strings and numbers can always be written");
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replies(input: &[u8]) -> Vec<serde_json::Value> {
        let mut output = Vec::new();
        run(&Store::memory(), &Limits::default(), input, &mut output)
            .expect("a vector takes everything");
        let text = String::from_utf8(output).expect("replies are UTF-8");
        assert!(text.is_empty() || text.ends_with('\n'));
        text.lines().map(|line| serde_json::from_str(line).expect("a reply is JSON")).collect()
    }

    #[test]
    fn every_line_gets_one_reply_whatever_it_holds() {
        let lines: [(&[u8], &str); 11] = [
            (b"", "request::unexpected"),
            (b"[]", "request::unexpected"),
            (b"{\"query\": ", "request::unexpected"),
            (b"{\"qeury\": \"RETURN 1\"}", "request::unexpected"),
            (b"{\"query\": \"RETURN 1\", \"ask\": \"x\"}", "request::unexpected"),
            (b"{}", "request::unexpected"),
            (b"{\"op\": \"explode\"}", "request::unexpected"),
            (b"{\"op\": \"procedure\"}", "request::unexpected"),
            (b"{\"query\": \"\xff\"}", "request::not_utf8"),
            (
                b"{\"query\": \"RETURN 1\", \"params\": {\"x\": 99999999999999999999}}",
                "request::value",
            ),
            (b"{\"op\": \"forget\"}\r", ""),
        ];
        let input: Vec<u8> =
            lines.iter().flat_map(|(line, _)| [line, &b"\n"[..]].concat()).collect();
        let replies = replies(&input);
        assert_eq!(replies.len(), lines.len());
        for ((line, code), reply) in lines.iter().zip(&replies) {
            let line = String::from_utf8_lossy(line);
            match *code {
                "" => assert_eq!(reply["ok"], true, "{line}"),
                code => assert_eq!(reply["error"]["code"], code, "{line}: {reply}"),
            }
        }
    }

    #[test]
    fn an_input_that_ends_within_a_transaction_is_an_error() {
        let ended = |lines: &str| {
            run(&Store::memory(), &Limits::default(), lines.as_bytes(), &mut Vec::new())
        };
        let begun = "{\"query\": \"BEGIN\"}\n{\"query\": \"CREATE ()\"}\n";
        let error = ended(begun).unwrap_err().downcast::<Error>().expect("an error of ours");
        assert_eq!(error.code(), "bind::transaction_state");
        assert!(ended(&format!("{begun}{{\"query\": \"ROLLBACK\"}}")).is_ok());
    }

    #[test]
    fn the_last_line_needs_no_line_feed() {
        assert_eq!(replies(b"{\"op\": \"forget\"}\n{\"op\": \"forget\"}").len(), 2);
        assert_eq!(replies(b"").len(), 0);
    }

    #[test]
    fn a_line_beyond_the_limit_is_skipped_whole() {
        let mut input = &b"0123456789\n{}\n"[..];
        let mut line = Vec::new();
        assert_eq!(read_line(&mut input, &mut line, 8).expect("reading"), Some(10));
        assert_eq!(parse(&line, 10).unwrap_err().code(), "request::too_long");
        assert_eq!(read_line(&mut input, &mut line, 8).expect("reading"), Some(2));
    }
}
