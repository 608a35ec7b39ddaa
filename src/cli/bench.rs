//! `dossier bench`: the named queries of a file, timed in one process.
//!
//! ```text
//! // name: q1  the three most followed persons        begins a query and names it
//! MATCH …
//! ```
//!
//! gives `{"name":"q1","ms":[0.21,0.17,…],"rows":[[…],…]}`. Each run is the whole way of the query,
//! from its text to its rows; the rows are those of the last run, with dates as plain text and
//! floats rounded to six places, so that they compare with the answers of other engines. A query
//! that fails gives `{"name":"q1","error":"…"}` and the next is run.

use std::io::{self, Write};
use std::time::Instant;

use super::args::BenchArguments;
use super::failure::{Code, Failure};
use super::session::Session;
use super::text_file;
use crate::error::{Error, Result, request};
use crate::graph::row::Rows;
use crate::render::json;

/// A query of the file.
#[derive(Debug, PartialEq, Eq)]
struct Named<'a> {
    name: &'a str,
    text: String,
}

/// Times every query of the file; fails where one of them did.
pub fn run(session: &mut Session, arguments: &BenchArguments) -> Result<(), Failure> {
    let (_, text) = text_file::read(&arguments.file)?;
    let queries = split(&text);
    if queries.is_empty() {
        let message = format!("`{}` names no query.", arguments.file.display());
        return Err(Error::new(&request::VALUE, message).hint("// name: q1\nRETURN 1;").into());
    }
    session.watch_interrupt();
    let mut failed = None;
    for query in &queries {
        let timed = time(session, &query.text, arguments.runs);
        session.screen.print(|out| write_line(query.name, &timed, out))?;
        if let Err(error) = timed {
            let code = Code::of(&error);
            if code == Code::Interrupted {
                return Err(error.into());
            }
            failed.get_or_insert(code);
        }
    }
    failed.map_or(Ok(()), |code| Err(Failure::Shown(code)))
}

/// The queries of a file: each begins after a line `// name: NAME` or `// NAME`, where a name is
/// one word; what stands after it on the line is for people.
fn split(text: &str) -> Vec<Named<'_>> {
    let mut queries: Vec<Named<'_>> = Vec::new();
    // Files that write `name:` may use other comment lines freely.
    let marked = text.lines().any(|line| name(line, true).is_some());
    for line in text.lines() {
        if let Some(name) = name(line, marked) {
            queries.push(Named { name, text: String::new() });
        } else if let Some(query) = queries.last_mut() {
            query.text.push_str(line);
            query.text.push('\n');
        }
    }
    for query in &mut queries {
        let trimmed = query.text.trim().trim_end_matches(';').trim_end();
        query.text = trimmed.to_owned();
    }
    queries.retain(|query| super::token::tokens(&query.text).any(|token| token.is_significant()));
    queries
}

fn name(line: &str, marked: bool) -> Option<&str> {
    let rest = line.strip_prefix("//")?.trim_start();
    let rest = if marked { rest.strip_prefix("name:")? } else { rest };
    rest.split_whitespace().next()
}

fn time(session: &mut Session, query: &str, runs: u32) -> Result<(Vec<f64>, Rows)> {
    let mut times = Vec::with_capacity(runs as usize);
    loop {
        let begun = Instant::now();
        let rows = session.execute(query)?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        if times.len() >= runs as usize {
            return Ok((times, rows));
        }
    }
}

fn write_line(
    name: &str,
    timed: &Result<(Vec<f64>, Rows)>,
    mut out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(b"{\"name\":")?;
    json::write_string(&mut out, name)?;
    match timed {
        Ok((times, rows)) => {
            out.write_all(b",\"ms\":[")?;
            for (at, time) in times.iter().enumerate() {
                write!(out, "{}{time:.4}", if at > 0 { "," } else { "" })?;
            }
            out.write_all(b"],\"rows\":[")?;
            for (at, row) in rows.iter().enumerate() {
                out.write_all(if at > 0 { b",[" } else { b"[" })?;
                for (column, value) in row.values().iter().enumerate() {
                    out.write_all(if column > 0 { b"," } else { b"" })?;
                    json::write_comparable(&mut out, value, rows.graph())?;
                }
                out.write_all(b"]")?;
            }
            out.write_all(b"]}\n")
        }
        Err(error) => {
            out.write_all(b",\"error\":")?;
            json::write_string(&mut out, error.message())?;
            out.write_all(b"}\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<(&str, String)> {
        split(text).into_iter().map(|query| (query.name, query.text)).collect()
    }

    #[test]
    fn a_query_follows_its_name() {
        let text = "// About.\n\n// name: q1  first\nRETURN 1;\n// why\n\n// name: q2\nRETURN\n2\n";
        assert_eq!(
            named(text),
            [("q1", "RETURN 1;\n// why".to_owned()), ("q2", "RETURN\n2".to_owned())]
        );
        assert_eq!(
            named("// a\nRETURN 1;\n// b\nRETURN 2;"),
            [("a", "RETURN 1".to_owned()), ("b", "RETURN 2".to_owned())]
        );
    }
}
