//! The dates in the rows on a line of time.
//!
//! ```text
//! 2008                                              2018
//! ├─ 2008-08-26/..          ━━━━━━━━━━━━━━━━━━━━━━━━━▶  Russia, South Ossetia
//! ├─ 2011-09/2014-03-31            ━━━━━━━━             Tuvalu, South Ossetia
//! └─ XXXX-11-12             year not known              Lavrov, Medoev
//! ```
//!
//! A row stands by the first date among its values: an uncertain date, a day, an instant, or when
//! one of its relationships holds. Rows are in the order of their dates; those whose year is not
//! known come last, and those without any date are left out.

use std::io::{self, Write};

use super::Options;
use super::value::{cell, visible};
use super::width::width;
use crate::graph::row::Rows;
use crate::graph::when;
use crate::value::Value;
use crate::value::time::{Date, Edtf};

/// How wide the line of time is drawn, in columns of the screen.
const LINE_MAX: usize = 48;
const LINE_MIN: usize = 16;
/// What spans more years than this is not known rather than long.
const DAYS_MAX: i64 = 366 * 1_000;

/// A row with its date.
pub(super) struct Dated {
    pub(super) edtf: Edtf,
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) label: String,
}

/// Writes the dated rows.
pub(super) fn write(rows: &Rows, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let dated = dated(rows);
    let Some((from, to)) = extent(&dated) else {
        return unplaced(&dated, out);
    };
    let dates = dated.iter().map(|row| width(row.edtf.as_str())).max().unwrap_or(0);
    let labels = dated.iter().map(|row| width(&row.label)).max().unwrap_or(0);
    let room = options.columns.map_or(LINE_MAX, |all| all.saturating_sub(dates + labels + 8));
    let line = room.clamp(LINE_MIN, LINE_MAX);
    let (first_year, last_year) = (year(from), year(to));
    let gap = (line + 2).saturating_sub(first_year.len() + last_year.len());
    writeln!(out, "{}{first_year}{}{last_year}", " ".repeat(dates + 5), " ".repeat(gap.max(1)))?;
    let count = dated.len();
    for (at, row) in dated.iter().enumerate() {
        let branch = if at + 1 == count { '└' } else { '├' };
        let pad = " ".repeat(dates - width(row.edtf.as_str()));
        let bar = row.bar(from, to, line);
        writeln!(out, "{branch}─ {}{pad}  {bar}  {}", row.edtf.as_str(), row.label)?;
    }
    Ok(())
}

/// Rows none of which has a place on a line.
fn unplaced(dated: &[Dated], out: &mut dyn Write) -> io::Result<()> {
    for row in dated {
        writeln!(out, "─ {}  {}", row.edtf.as_str(), row.label)?;
    }
    Ok(())
}

fn year(day: i64) -> String {
    Date::checked_from_days(day).map_or_else(String::new, |date| date.year().to_string())
}

/// The first and last day of all rows that have a place, with some room before for what has no beginning.
pub(super) fn extent(dated: &[Dated]) -> Option<(i64, i64)> {
    let known: Vec<(i64, i64)> = dated.iter().filter_map(Dated::known).collect();
    let from = known.iter().map(|days| days.0).min()?;
    let to = known.iter().map(|days| days.1).max()?.max(from + 1);
    let is_open = dated.iter().any(|row| row.is_placed() && row.was_before());
    let room = if is_open { ((to - from) / 8).max(31) } else { 0 };
    Some((from - room, to))
}

impl Dated {
    /// Whether it has no known end.
    pub(super) fn goes_on(&self) -> bool {
        let text = self.edtf.as_str();
        self.edtf.is_interval() && (text.ends_with("..") || text.ends_with('/'))
    }

    /// Whether it has no known beginning.
    pub(super) fn was_before(&self) -> bool {
        let text = self.edtf.as_str();
        self.edtf.is_interval() && (text.starts_with("..") || text.starts_with('/'))
    }

    /// The days between which it is known to lie; `None` where they are too many to say anything, so that
    /// even the year is not known.
    fn known(&self) -> Option<(i64, i64)> {
        let (first, last) = match (self.was_before(), self.goes_on()) {
            (true, true) => return None,
            (true, false) => (self.last, self.last),
            (false, true) => (self.edtf_start()?, self.edtf_start()?),
            (false, false) => (self.first, self.last),
        };
        (last - first <= DAYS_MAX).then_some((first, last))
    }

    /// The first day; of a beginning that may be in any year nothing is known.
    fn edtf_start(&self) -> Option<i64> {
        let start = self.edtf.as_str().split('/').next()?;
        let (first, last) = Edtf::parse(start).ok()?.bounds();
        (last - first <= DAYS_MAX).then_some(first)
    }

    pub(super) fn is_placed(&self) -> bool {
        self.known().is_some()
    }

    /// The row's days on the line, one column more than it for what goes on.
    fn bar(&self, from: i64, to: i64, line: usize) -> String {
        if !self.is_placed() {
            return format!("{:<1$}", "year not known", line + 1);
        }
        let column = |day: i64| {
            let share = (day.clamp(from, to) - from) as f64 / (to - from) as f64;
            (share * (line - 1) as f64).round() as usize
        };
        let start = column(self.first);
        let end = if self.goes_on() { line - 1 } else { column(self.last) };
        let mark = match (self.was_before(), end - start) {
            (true, long) => format!("◀{}", "━".repeat(long)),
            (false, 0) => "●".to_owned(),
            (false, long) => "━".repeat(long + 1),
        };
        let tip = if self.goes_on() { "▶" } else { " " };
        format!("{}{mark}{}{tip}", " ".repeat(start), " ".repeat(line - 1 - end))
    }
}

/// The dated rows, in the order of their dates; those whose year is not known last.
pub(super) fn dated(rows: &Rows) -> Vec<Dated> {
    let graph = rows.graph();
    let date_of = |value: &Value| match value {
        Value::Edtf(edtf) => Some(Edtf::clone(edtf)),
        Value::Date(day) => Edtf::from_date(*day),
        Value::DateTime(instant) => Edtf::from_date(instant.local().date()),
        Value::LocalDateTime(local) => Edtf::from_date(local.date()),
        Value::Relationship(id) => when::date_of(graph, *id),
        _ => None,
    };
    let row = |values: &[Value]| {
        let (at, edtf) = values.iter().enumerate().find_map(|(at, v)| Some((at, date_of(v)?)))?;
        let is_label = |other: &usize| {
            let value = &values[*other];
            *other != at && !value.is_null() && !matches!(value, Value::Relationship(_))
        };
        let label: Vec<String> = (0..values.len())
            .filter(is_label)
            .map(|other| visible(&cell(&values[other], graph)).into_owned())
            .collect();
        let (first, last) = edtf.bounds();
        Some(Dated { edtf, first, last, label: label.join(", ") })
    };
    let mut dated: Vec<Dated> = rows.iter().filter_map(|one| row(one.values())).collect();
    dated.sort_by_key(|row| (!row.is_placed(), row.known().unwrap_or((row.first, row.last))));
    dated
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::testing::rows;

    #[test]
    fn dated_rows_stand_on_a_line() {
        let edtf = |text: &str| Value::from(Edtf::parse(text).expect("a date"));
        let rows = rows(
            ["who", "when"],
            &[
                ["b".into(), edtf("2011/2013")],
                ["a".into(), edtf("2008-08-26/..")],
                ["c".into(), edtf("XXXX-11-12")],
                ["d".into(), Value::Null],
                ["e".into(), edtf("2018-05-29")],
                ["f".into(), edtf("../2012~")],
                ["g".into(), edtf("XXXX-11-11/XXXX-11-13")],
            ],
        );
        let mut out = Vec::new();
        let options = Options { columns: Some(60), ..Options::default() };
        write(&rows, &options, &mut out).expect("written");
        let text = String::from_utf8(out).expect("text");
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].contains("2007") && lines[0].ends_with("2018"), "{text}");
        assert!(
            lines[1].contains("━▶  a") && lines[2].contains("━") && lines[2].ends_with('b'),
            "{text}"
        );
        // What has no beginning stands by its end, and comes from the left.
        assert!(lines[3].contains("◀━") && lines[3].ends_with("   f"), "{text}");
        assert!(lines[4].contains('●') && lines[5].contains("year not known"), "{text}");
        assert!(lines[6].contains("year not known") && lines[5].ends_with('g'), "{text}");
        assert_eq!(lines.len(), 7);
    }
}
