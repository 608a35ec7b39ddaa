//! The dates in the rows on a line of time, as a picture: one SVG file that needs nothing else.
//!
//! The rows are those of [`timeline`](super::timeline), in the same order: a bar from the first to the
//! last day that a date allows, an arrow where no end is known, a dot for what takes no room. Rows
//! without a known year stand below, without a mark.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::html::escaped;
use super::timeline::{Dated, dated, extent};
use super::width::width;
use crate::graph::row::Rows;
use crate::value::time::Date;

/// Pixels of a row, of the line of time, of a letter, around the picture.
const ROW: f64 = 26.0;
const LINE: f64 = 480.0;
const LETTER: f64 = 7.5;
const MARGIN: f64 = 16.0;
/// How many years are marked at most.
const MARKS_MAX: i64 = 8;

const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#1b1f24}.date,.year{font-size:11px;fill:#59636e}\
.year{text-anchor:middle}line{stroke:#d0d7de}rect,circle,path{fill:#4477aa}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.date,.year{fill:#c0c8d0}line{stroke:#3d444d}}";

/// Writes the dated rows as SVG.
pub(super) fn write(rows: &Rows, out: &mut impl Write) -> io::Result<()> {
    let rows = dated(rows);
    let span = extent(&rows);
    let letters = |text: &dyn Fn(&Dated) -> &str| {
        rows.iter().map(|row| width(text(row))).max().unwrap_or(0) as f64 * LETTER
    };
    let dates = letters(&|row| row.edtf.as_str());
    let left = MARGIN + dates + MARGIN;
    let right = left + LINE + 2.0 * MARGIN;
    let picture =
        (right + letters(&|row| &row.label) + MARGIN, MARGIN * 2.0 + ROW * (rows.len() + 1) as f64);
    let mut text = String::new();
    let written = draw(&mut text, &rows, span, left, right, picture);
    written.map_err(|error| io::Error::other(error.to_string()))?;
    out.write_all(text.as_bytes())
}

fn draw(
    out: &mut String,
    rows: &[Dated],
    span: Option<(i64, i64)>,
    left: f64,
    right: f64,
    (wide, high): (f64, f64),
) -> std::fmt::Result {
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide:.0} {high:.0}\" \
         width=\"{wide:.0}\" height=\"{high:.0}\">\n<style>{STYLE}</style>"
    )?;
    let place = |day: i64| {
        let (from, to) = span.unwrap_or((0, 1));
        left + LINE * (day.clamp(from, to) - from) as f64 / (to - from) as f64
    };
    for (day, year) in span.map(years).unwrap_or_default() {
        let x = place(day);
        writeln!(
            out,
            "<line x1=\"{x:.1}\" y1=\"{MARGIN:.0}\" x2=\"{x:.1}\" y2=\"{:.0}\"/>\
             <text class=\"year\" x=\"{x:.1}\" y=\"{MARGIN:.0}\">{year}</text>",
            high - MARGIN
        )?;
    }
    for (at, row) in rows.iter().enumerate() {
        let y = MARGIN + ROW * (at as f64 + 1.0);
        let (date, label) = (escaped(row.edtf.as_str()), escaped(&row.label));
        writeln!(out, "<text class=\"date\" x=\"{MARGIN:.0}\" y=\"{:.1}\">{date}</text>", y + 4.0)?;
        if row.is_placed() {
            let (start, end) = (place(row.first), place(row.last));
            if row.goes_on() {
                let tip = left + LINE + MARGIN;
                writeln!(
                    out,
                    "<path d=\"M{start:.1} {:.1}H{:.1}V{:.1}L{tip:.1} {y:.1}L{:.1} {:.1}V{:.1}H{start:.1}z\"/>",
                    y - 3.0,
                    tip - 8.0,
                    y - 7.0,
                    tip - 8.0,
                    y + 7.0,
                    y + 3.0
                )?;
            } else if end - start < 6.0 {
                writeln!(
                    out,
                    "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"4\"/>",
                    f64::midpoint(start, end)
                )?;
            } else {
                let long = end - start;
                writeln!(
                    out,
                    "<rect x=\"{start:.1}\" y=\"{:.1}\" width=\"{long:.1}\" height=\"6\" rx=\"2\"/>",
                    y - 3.0
                )?;
            }
        }
        writeln!(out, "<text x=\"{right:.0}\" y=\"{:.1}\">{label}</text>", y + 4.0)?;
    }
    out.push_str("</svg>\n");
    Ok(())
}

/// The beginnings of years to mark: a few round ones.
fn years((from, to): (i64, i64)) -> Vec<(i64, i64)> {
    let year = |day: i64| Date::checked_from_days(day).map(Date::year);
    let (Some(first), Some(last)) = (year(from), year(to)) else { return Vec::new() };
    let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
    let step = steps.into_iter().find(|step| (last - first) / step < MARKS_MAX).unwrap_or(10_000);
    let begin = first.div_euclid(step) * step;
    let mut marks = Vec::new();
    let mut at = begin;
    while at <= last {
        if let Some(day) = Date::from_ymd(at, 1, 1).map(Date::days)
            && day >= from
        {
            marks.push((day, at));
        }
        at += step;
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::testing::rows;
    use crate::value::Value;
    use crate::value::time::Edtf;

    #[test]
    fn what_is_dated_is_drawn() {
        let edtf = |text: &str| Value::from(Edtf::parse(text).expect("a date"));
        let rows = rows(
            ["when", "what"],
            &[
                [edtf("2008-08-26/.."), "goes <on>".into()],
                [edtf("2011-09/2014-03-31"), "ended".into()],
                [edtf("2012-01-01"), "happened".into()],
                [edtf("XXXX-11-12"), "some year".into()],
            ],
        );
        let mut out = Vec::new();
        write(&rows, &mut out).expect("a vector is writable");
        let text = String::from_utf8(out).expect("text");
        for part in
            ["<path d=", "<rect x=", "<circle cx=", "goes &lt;on&gt;", ">XXXX-11-12<", ">2010<"]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
