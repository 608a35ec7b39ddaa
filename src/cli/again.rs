//! Texts that are read as a whole, facts and scripts, without what in them is at fault.
//!
//! Such a text is one commit: its parts speak of each other, and a mistake undoes all. So with
//! `--rejects` it is read again without the part at fault, until what is left is right. What
//! spoke of that part is at fault then, and noted, too.

use std::ops::Range;
use std::path::Path;

use super::script::{self, Dialect};
use crate::error::{Error, Result};
use crate::load::import::{Rejects, Summary};

/// More mistakes than this are one: the text is no such text.
const MISTAKES_MAX: u64 = 1_000;

/// Reads a text; with `rejects`, without the parts that are at fault. `part` says which part of the text
/// stands around a place.
pub fn leaving_out(
    path: &Path,
    mut text: String,
    mut rejects: Rejects,
    part: fn(&str, usize) -> Range<usize>,
    read: impl Fn(&str) -> Result<()>,
) -> Result<Summary> {
    while let Err(error) = read(&text) {
        let Some(at) = place_of(&error, &text).filter(|_| rejects.leave_out()) else {
            return Err(error);
        };
        let part = part(&text, at);
        if text[part.clone()].trim().is_empty() || rejects.count() == MISTAKES_MAX {
            return Err(error);
        }
        rejects.note_error(path, &error)?;
        blank(&mut text, part);
    }
    let (rejected, examples) = (rejects.count(), rejects.shown().to_vec());
    Ok(Summary { rejected, examples, ..Summary::default() })
}

/// Where in the text an error is; `None` for one that is about all of it.
fn place_of(error: &Error, text: &str) -> Option<usize> {
    let span = error.span().filter(|_| error.text() == Some(text))?;
    Some((span.start as usize).min(text.len()))
}

/// Puts blanks in the place of a part, so that all others keep their lines and columns.
fn blank(text: &mut String, part: Range<usize>) {
    let blanks = text[part.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' });
    let blanks: String = blanks.collect();
    text.replace_range(part, &blanks);
}

/// What of some facts goes with a place: the line, with the lines that stand further in below it. Of a statement
/// all of it, since without its stance, its rank or its date it would say something else.
pub fn lines_of_facts(text: &str, at: usize) -> Range<usize> {
    let line = |at: usize| text[..at].rfind('\n').map_or(0, |before| before + 1);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let line_at = |start: usize| text[start..].split_inclusive('\n').next().unwrap_or_default();
    let mut start = line(at);
    let mut above = start;
    while indent(line_at(start)) > 0 && above > 0 {
        above = line(above - 1);
        let first = line_at(above);
        if first.trim().is_empty() || indent(first) > 0 {
            continue;
        }
        let word = first.split_whitespace().next().unwrap_or_default();
        if !matches!(word, "entity" | "label" | "property" | "relationship") {
            start = above;
        }
        break;
    }
    let mut lines = text[start..].split_inclusive('\n');
    let Some(first) = lines.next() else { return start..start };
    let belongs = |line: &&str| line.trim().is_empty() || indent(line) > indent(first);
    let below: usize = lines.take_while(belongs).map(str::len).sum();
    start..start + first.len() + below
}

/// The statement of a script at a place.
pub fn statement(text: &str, at: usize) -> Range<usize> {
    let steps = script::split(text, Dialect::Statements);
    let around =
        steps.into_iter().map(|step| step.at).find(|range| range.start <= at && at <= range.end);
    around.unwrap_or(at..at)
}
