//! When relationships hold, and who says so, from the columns of their rows.

use std::fmt::Display;
use std::sync::Arc;

use hashbrown::HashMap;

use crate::graph::source::Support;
use crate::graph::statement::{Qualifiers, Rank, Stance};
use crate::load::recipe::{Expression, Qualifying, Source, written};
use crate::load::rows::{Batch, Fault};
use crate::value::time::{Date, Edtf};
use crate::value::{Map, NodeId, Value};

/// How many dates are remembered, so that equal ones are parsed once.
const DATES_MAX: usize = 1 << 16;

/// The row of the node of a group that has a key.
pub type Documents<'a> = &'a dyn Fn(&str, &Value) -> Option<u32>;

/// Reads the qualifiers of rows.
pub struct Qualifier<'a> {
    expressions: &'a Qualifying,
    document: Option<NodeId>,
    dates: HashMap<String, Edtf>,
}

impl<'a> Qualifier<'a> {
    /// A reader for a table; documents are given by their rows.
    pub fn new(expressions: &'a Qualifying, documents: &[u32]) -> Qualifier<'a> {
        let document = expressions.source.as_ref().map(|source| NodeId(documents[source.document]));
        Qualifier { expressions, document, dates: HashMap::new() }
    }

    /// The qualifiers of each row; `None` where the recipe states none.
    pub fn read(
        &mut self,
        batch: &Batch,
        skip: &[bool],
        faults: &mut Vec<Fault>,
        document: Documents<'_>,
    ) -> Option<Vec<Qualifiers>> {
        if self.expressions.is_empty() {
            return None;
        }
        let mut all = Vec::with_capacity(batch.len);
        for row in 0..batch.len {
            if skip.get(row).copied().unwrap_or(false) {
                all.push(Qualifiers::default());
                continue;
            }
            all.push(self.row(batch, row, document).unwrap_or_else(|(what, reason)| {
                let column = Some(what.to_owned());
                faults.push(Fault { row: row as u32, column, reason });
                Qualifiers::default()
            }));
        }
        Some(all)
    }

    fn row(
        &mut self,
        batch: &Batch,
        row: usize,
        document: Documents<'_>,
    ) -> Result<Qualifiers, (&'static str, String)> {
        let expressions = self.expressions;
        let value = |expression: &Option<Expression>| match expression {
            Some(expression) => expression.value(batch, row),
            None => Ok(Value::Null),
        };
        let text = |what: &'static str, expression: &Option<Expression>| {
            let value = value(expression).map_err(|reason| (what, reason))?;
            if value.is_null() {
                Ok(None)
            } else {
                written(&value).map(Some).map_err(|reason| (what, reason))
            }
        };
        let named = |what, expression: &Option<Expression>| {
            Ok(text(what, expression)?.map(Arc::<str>::from))
        };
        let valid = value(&expressions.valid).and_then(|value| self.edtf(value));
        let day = |what: &'static str, expression: &Option<Expression>| {
            value(expression).and_then(day).map_err(|reason| (what, reason))
        };
        let mut support = self.support(batch, row).map_err(|reason| ("source", reason))?;
        if let Some((list, group)) = &expressions.sources {
            let listed = list.value(batch, row).and_then(|list| sources(&list, group, document));
            support.extend(listed.map_err(|reason| ("sources", reason))?);
        }
        let made = Qualifiers {
            valid: valid.map_err(|reason| ("valid", reason))?,
            not_before: day("not_before", &expressions.not_before)?,
            not_after: day("not_after", &expressions.not_after)?,
            support,
            stance: one_of("stance", text("stance", &expressions.stance)?, Stance::parse)?,
            speaker: named("speaker", &expressions.speaker)?,
            rank: one_of("rank", text("rank", &expressions.rank)?, Rank::parse)?,
            reason: named("because", &expressions.reason)?,
        };
        match made.contradiction(["valid", "not_before", "not_after"]) {
            Some(reason) => Err(("valid", reason)),
            None => Ok(made),
        }
    }

    fn edtf(&mut self, value: Value) -> Result<Option<Edtf>, String> {
        let text = match value {
            Value::Null => return Ok(None),
            Value::Edtf(edtf) => return Ok(Some((*edtf).clone())),
            Value::Date(date) => {
                return Edtf::from_date(date).map(Some).ok_or_else(|| no_date(date));
            }
            Value::Integer(year) if (0..=9999).contains(&year) => format!("{year:04}"),
            other => written(&other)?,
        };
        if text.trim().is_empty() {
            return Ok(None);
        }
        if let Some(known) = self.dates.get(&text) {
            return Ok(Some(known.clone()));
        }
        let edtf = Edtf::parse(text.trim()).map_err(|error| error.message().to_owned())?;
        if self.dates.len() < DATES_MAX {
            self.dates.insert(text, edtf.clone());
        }
        Ok(Some(edtf))
    }

    fn support(&self, batch: &Batch, row: usize) -> Result<Vec<Support>, String> {
        let (Some(document), Some(Source { locator, summary, .. })) =
            (self.document, &self.expressions.source)
        else {
            return Ok(Vec::new());
        };
        let mut map = Map::new();
        for (key, expression) in locator {
            let value = expression.value(batch, row)?;
            if !value.is_null() {
                map.insert(Arc::clone(key), value);
            }
        }
        let summary = match summary {
            Some(summary) => match summary.value(batch, row)? {
                Value::Null => None,
                value => Some(written(&value)?.into()),
            },
            None => None,
        };
        Ok(vec![Support { document, locator: Arc::new(map), summary }])
    }
}

/// What the map of a source holds.
const SOURCE_KEYS: [&str; 3] = ["document", "at", "summary"];

/// The places that a list of maps says.
fn sources(list: &Value, group: &str, document: Documents<'_>) -> Result<Vec<Support>, String> {
    let items = match list {
        Value::Null => return Ok(Vec::new()),
        Value::List(items) => items,
        other => return Err(format!("Sources are a list, not {}.", other.with_article())),
    };
    let one = |item: &Value| -> Result<Support, String> {
        let map = match item {
            Value::Map(map) => map,
            other => return Err(format!("A source is a map, not {}.", other.with_article())),
        };
        if let Some(other) = map.keys().find(|key| !SOURCE_KEYS.contains(&&***key)) {
            let known = SOURCE_KEYS.join("`, `");
            return Err(format!("A source has no `{other}`; it has `{known}`."));
        }
        let node = match map.get("document") {
            // One that was deleted before the table was written.
            None | Some(Value::Null) => u32::MAX,
            Some(key) => document(group, key).ok_or_else(|| {
                let key = written(key).unwrap_or_default();
                format!("No node of the group {group} has the key `{key}`.")
            })?,
        };
        let locator = match map.get("at") {
            None | Some(Value::Null) => Arc::default(),
            Some(Value::Map(at)) => Arc::clone(at),
            Some(other) => return Err(format!("`at` is a map, not {}.", other.with_article())),
        };
        let summary = match map.get("summary") {
            None | Some(Value::Null) => None,
            Some(summary) => Some(written(summary)?.into()),
        };
        Ok(Support { document: NodeId(node), locator, summary })
    };
    items.iter().map(one).collect()
}

fn no_date(text: impl Display) -> String {
    format!("`{text}` is no date.")
}

fn day(value: Value) -> Result<Option<Date>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Date(date) => Ok(Some(date)),
        other => {
            let text = written(&other)?;
            Date::parse(text.trim()).map(Some).map_err(|_| no_date(&text))
        }
    }
}

fn one_of<T: Default>(
    what: &'static str,
    word: Option<String>,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, (&'static str, String)> {
    match word {
        None => Ok(T::default()),
        Some(word) => parse(&word).ok_or_else(|| (what, format!("`{word}` is no {what}."))),
    }
}
