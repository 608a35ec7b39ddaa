//! JSON objects, one on each line; their keys are the columns.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use hashbrown::HashSet;
use serde_json::Value as Json;

use super::source::{Blocks, Cutting, failed};
use super::{Batch, Column, Data, Fault, Kind, Lines, Wanted};
use crate::error::Result;
use crate::value::Value;

/// A file whose first block has been looked at.
pub struct JsonLines {
    path: PathBuf,
    blocks: Blocks,
    first: Option<Vec<u8>>,
}

/// A file of which some keys are read.
pub struct Selected {
    file: JsonLines,
    names: Vec<String>,
    kinds: Vec<Option<Kind>>,
    rows: u64,
    line: u64,
}

impl JsonLines {
    /// Finds the keys of the first block's objects.
    ///
    /// A key that comes later only is read where a recipe names it.
    pub fn open(path: &Path, input: Box<dyn BufRead + Send>) -> Result<(Vec<String>, JsonLines)> {
        let mut blocks = Blocks::new(input, Cutting::Lines);
        let mut first = blocks.next_block().map_err(|error| failed(path, &error))?;
        if let Some(first) = &mut first
            && first.starts_with("\u{feff}".as_bytes())
        {
            first.drain(..3);
        }
        let mut known = HashSet::new();
        let mut names = Vec::new();
        for line in first.as_deref().unwrap_or_default().split(|&byte| byte == b'\n') {
            if let Ok(Json::Object(object)) = serde_json::from_slice(line) {
                for (key, _) in object {
                    if known.insert(key.clone()) {
                        names.push(key);
                    }
                }
            }
        }
        Ok((names, JsonLines { path: path.to_owned(), blocks, first }))
    }

    /// Reads some keys of each object.
    pub fn select(self, wanted: &[Wanted], names: &[String]) -> Selected {
        Selected {
            file: self,
            names: wanted.iter().map(|one| names[one.place].clone()).collect(),
            kinds: wanted.iter().map(|one| one.kind).collect(),
            rows: 0,
            line: 1,
        }
    }
}

impl Selected {
    /// The kinds that the recipe names.
    pub fn kinds(&self) -> Vec<Option<Kind>> {
        self.kinds.clone()
    }

    /// The next rows; `None` after the last.
    pub fn next_batch(&mut self) -> Result<Option<Batch>> {
        let block = match self.file.first.take() {
            Some(block) => Some(block),
            None => {
                self.file.blocks.next_block().map_err(|error| failed(&self.file.path, &error))?
            }
        };
        let Some(block) = block else { return Ok(None) };
        let mut batch = Batch { first: self.rows, ..Batch::default() };
        let mut columns: Vec<Vec<Value>> = vec![Vec::new(); self.names.len()];
        let mut lines = Vec::new();
        for line in block.split_inclusive(|&byte| byte == b'\n') {
            if !line.trim_ascii().is_empty() {
                lines.push(self.line);
                if let Err(fault) = self.read(line, &mut columns) {
                    for column in &mut columns {
                        column.resize(batch.len + 1, Value::Null);
                    }
                    batch.faults.push(Fault { row: batch.len as u32, ..fault });
                }
                batch.len += 1;
            }
            self.line += 1;
        }
        batch.lines = Lines::Each(lines);
        batch.columns = columns.into_iter().map(typed).collect();
        self.rows += batch.len as u64;
        Ok(Some(batch))
    }

    fn read(&self, line: &[u8], columns: &mut [Vec<Value>]) -> Result<(), Fault> {
        let fault = |column: Option<&str>, reason: String| Fault {
            row: 0,
            column: column.map(str::to_owned),
            reason,
        };
        let mut object = match serde_json::from_slice(line) {
            Ok(Json::Object(object)) => object,
            Ok(_) => return Err(fault(None, "The line is no JSON object.".to_owned())),
            Err(error) => return Err(fault(None, format!("The line is no JSON: {error}."))),
        };
        for ((name, kind), column) in self.names.iter().zip(&self.kinds).zip(columns) {
            let json = object.remove(name).unwrap_or(Json::Null);
            let value = match (kind, &json) {
                (Some(kind), Json::String(text)) => kind
                    .value(text)
                    .ok_or_else(|| fault(Some(name), format!("`{text}` is no {kind}.")))?,
                (Some(Kind::Float), Json::Number(number)) => number.as_f64().into(),
                (Some(Kind::Text), Json::Number(number)) => number.to_string().into(),
                _ => value(json)
                    .ok_or_else(|| fault(Some(name), "The number is too large.".to_owned()))?,
            };
            column.push(value);
        }
        Ok(())
    }
}

/// A JSON value as one of ours; `None` for a number that is neither a 64-bit integer nor a float.
fn value(json: Json) -> Option<Value> {
    Some(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => value.into(),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => integer.into(),
            None if number.is_u64() => return None,
            None => number.as_f64()?.into(),
        },
        Json::String(text) => text.into(),
        Json::Array(items) => items.into_iter().map(value).collect::<Option<Vec<Value>>>()?.into(),
        Json::Object(entries) => {
            let entries: Option<Vec<(String, Value)>> =
                entries.into_iter().map(|(key, json)| Some((key, value(json)?))).collect();
            Value::map(entries?)
        }
    })
}

/// A column of one type where all values that are there agree.
fn typed(values: Vec<Value>) -> Column {
    let present: Vec<bool> = values.iter().map(|value| !value.is_null()).collect();
    let mut data = Data::Value(Vec::new());
    let mut there = values.iter().filter(|value| !value.is_null());
    let kind = there.next().map(std::mem::discriminant);
    if kind.is_some_and(|kind| there.all(|value| std::mem::discriminant(value) == kind)) {
        data = match values.iter().find(|value| !value.is_null()) {
            Some(Value::Integer(_)) => {
                Data::Integer(values.iter().map(|v| v.as_int().unwrap_or_default()).collect())
            }
            Some(Value::Float(_)) => {
                Data::Float(values.iter().map(|v| v.as_float().unwrap_or_default()).collect())
            }
            Some(Value::Boolean(_)) => {
                Data::Boolean(values.iter().map(|v| v.as_bool().unwrap_or_default()).collect())
            }
            Some(Value::String(_)) => {
                let mut texts = super::Texts::default();
                values.iter().for_each(|value| texts.push(value.as_str().unwrap_or_default()));
                Data::Text(texts)
            }
            _ => data,
        };
    }
    if let Data::Value(kept) = &mut data {
        *kept = values;
    }
    let present = if present.iter().all(|&is| is) { Vec::new() } else { present };
    Column { data, present }
}
