//! Footnotes: where each row of an answer stands.
//!
//! A row carries the numbers of its notes, the notes follow once each, in the order in which they
//! are first needed:
//!
//! ```text
//! Nauru   [1]
//! Russia  [1] [2]
//!
//! [1] article ¶5.2: Nauru, Nicaragua, Syria and Venezuela recognise both regions.
//! [2] article ¶5.1: Russia recognised both regions on 26 August 2008.
//! ```
//!
//! A note is a place in a document together with how the place puts it: statements that stand in
//! one sentence share its note. In full, the statements follow below their note.

use std::fmt::Write;

use super::theme::Theme;
use super::value::visible;
use super::width::wrap;
use crate::graph::Snapshot;
use crate::graph::row::Rows;
use crate::graph::source::{Evidence, place_text};
use crate::graph::witness::Witnesses;
use crate::graph::{completeness, conflict};

/// How wide a screen is when nobody knows.
const WIDTH_DEFAULT: usize = 100;

/// The notes of one answer.
///
/// ```
/// use dossier::render::sources::{Detail, Footnotes};
/// use dossier::render::theme::Theme;
/// use dossier::{Options, Store};
/// let options = Options { evidence: true, ..Options::default() };
/// let rows = Store::shipped()?.query_with("MATCH (:Person)-[:MET]->(p) RETURN p.name", &options)?;
/// let mut notes = Footnotes::default();
/// assert_eq!(notes.numbers(&rows.evidence(0)), [1]);
/// let drawn = notes.draw(Detail::Full, Theme::PLAIN, None);
/// assert!(drawn.starts_with("[1] Seed article ¶1.1: "), "{drawn}");
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Footnotes {
    notes: Vec<Note>,
}

/// How much of each note is shown.
///
/// ```
/// use dossier::render::sources::{Detail, Footnotes};
/// use dossier::render::theme::Theme;
/// let none = Footnotes::default().draw(Detail::Brief { notes_max: 3 }, Theme::PLAIN, Some(80));
/// assert_eq!(none, "");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Place, stance and summary, of so many notes at most.
    Brief {
        /// The rest is only counted.
        notes_max: usize,
    },
    /// All notes, each with its statements.
    Full,
}

/// One place, and what rests on it.
#[derive(Clone, Debug)]
struct Note {
    /// The first piece of evidence that pointed here: place, stance and speaker are its own.
    place: Evidence,
    /// The statements, each with its date where it has one.
    statements: Vec<(String, Option<String>)>,
}

impl Footnotes {
    /// The number of the note for a piece of evidence, from 1; a new note if need be.
    ///
    /// ```
    /// use dossier::render::sources::Footnotes;
    /// use dossier::{Options, Store};
    /// let options = Options { evidence: true, ..Options::default() };
    /// let rows = Store::shipped()?.query_with("MATCH (:Person)-[:MET]->(p) RETURN p.name", &options)?;
    /// let (mut notes, evidence) = (Footnotes::default(), rows.evidence(0));
    /// assert_eq!((notes.number(&evidence[0]), notes.number(&evidence[0])), (1, 1));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn number(&mut self, evidence: &Evidence) -> usize {
        let statement = (evidence.statement.clone(), evidence.valid.clone());
        if let Some(at) = self.notes.iter().position(|note| note.is_for(evidence)) {
            let statements = &mut self.notes[at].statements;
            if !statements.contains(&statement) {
                statements.push(statement);
            }
            return at + 1;
        }
        self.notes.push(Note { place: evidence.clone(), statements: vec![statement] });
        self.notes.len()
    }

    /// The numbers of the notes for all evidence of a row, ascending, each once.
    ///
    /// ```
    /// let mut notes = dossier::render::sources::Footnotes::default();
    /// assert!(notes.numbers([]).is_empty());
    /// ```
    pub fn numbers<'a>(&mut self, evidence: impl IntoIterator<Item = &'a Evidence>) -> Vec<usize> {
        let mut numbers: Vec<usize> =
            evidence.into_iter().map(|evidence| self.number(evidence)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// How many notes there are.
    ///
    /// ```
    /// assert_eq!(dossier::render::sources::Footnotes::default().len(), 0);
    /// ```
    pub fn len(&self) -> usize {
        self.notes.len()
    }

    /// Whether there is no note.
    ///
    /// ```
    /// assert!(dossier::render::sources::Footnotes::default().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.notes.is_empty()
    }

    /// Draws the notes, each line ended by a line feed; `columns` is the width of the screen.
    ///
    /// ```
    /// use dossier::render::sources::{Detail, Footnotes};
    /// use dossier::render::theme::Theme;
    /// use dossier::{Options, Store};
    /// let options = Options { evidence: true, ..Options::default() };
    /// let rows = Store::shipped()?.query_with("MATCH (:Person)-[:MET]->(p) RETURN p.name", &options)?;
    /// let mut notes = Footnotes::default();
    /// notes.number(&rows.evidence(0)[0]);
    /// assert!(notes.draw(Detail::Full, Theme::PLAIN, None).contains("MET"));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn draw(&self, detail: Detail, theme: Theme, columns: Option<usize>) -> String {
        let mut out = String::new();
        let columns = columns.unwrap_or(WIDTH_DEFAULT).max(30);
        let shown = match detail {
            Detail::Brief { notes_max } => notes_max.min(self.notes.len()),
            Detail::Full => self.notes.len(),
        };
        for (at, note) in self.notes[..shown].iter().enumerate() {
            let earlier = self.notes[..at].iter().position(|other| other.shares_place(note));
            let place = earlier.map_or_else(|| place(&note.place), |at| format!("as [{}]", at + 1));
            note.draw(&mut out, at + 1, (&place, earlier.is_some()), detail, theme, columns)
                .expect("writing to a string cannot fail");
        }
        let left = self.notes.len() - shown;
        if left > 0 {
            let faint = theme.faint;
            let notes = if left == 1 { "source" } else { "sources" };
            out.push_str(&format!("{faint}and {left} more {notes}{faint:#}\n"));
        }
        out
    }
}

impl Note {
    fn is_for(&self, evidence: &Evidence) -> bool {
        let place = &self.place;
        // Without a document there is no place to share: each statement stands for itself.
        let same_place = if evidence.document.is_empty() {
            place.document.is_empty() && place.statement == evidence.statement
        } else {
            place.document == evidence.document
                && place.paragraph == evidence.paragraph
                && place.sentence == evidence.sentence
                && place.place == evidence.place
        };
        same_place
            && place.stance == evidence.stance
            && place.speaker == evidence.speaker
            && place.summary == evidence.summary
    }

    /// Whether both say the same of the same place, and only the stances differ.
    fn shares_place(&self, other: &Note) -> bool {
        let (one, two) = (&self.place, &other.place);
        !one.document.is_empty()
            && (&one.document, one.paragraph, one.sentence, &one.place, &one.summary)
                == (&two.document, two.paragraph, two.sentence, &two.place, &two.summary)
    }

    /// Draws the note; what its place says is left out where an earlier note tells it.
    fn draw(
        &self,
        out: &mut String,
        number: usize,
        (place, is_told): (&str, bool),
        detail: Detail,
        theme: Theme,
        columns: usize,
    ) -> std::fmt::Result {
        let faint = theme.faint;
        let mark = format!("[{number}] ");
        let indent = mark.len();
        let mut sentence = place.to_owned();
        if let Some(how) = stance(&self.place) {
            write!(sentence, ", {how}")?;
        } else if is_told {
            sentence.push_str(", in the source's own voice");
        }
        if is_told {
            // The summary stands with the earlier note.
        } else if let Some(summary) = &self.place.summary {
            write!(sentence, ": {summary}")?;
        } else if self.place.document.is_empty() && detail != Detail::Full {
            write!(sentence, ": {}", self.place.statement)?;
        }
        for (at, line) in wrap(&visible(&sentence), columns - indent).iter().enumerate() {
            let margin = if at == 0 { mark.clone() } else { " ".repeat(indent) };
            writeln!(out, "{faint}{margin}{faint:#}{line}")?;
        }
        if detail == Detail::Full {
            for (statement, valid) in &self.statements {
                write!(out, "{:indent$}{}", "", visible(statement))?;
                match valid {
                    Some(valid) => writeln!(out, "  {faint}{}{faint:#}", visible(valid))?,
                    None => out.push('\n'),
                }
            }
        }
        Ok(())
    }
}

/// The rows of a `WHY` query for people: one column `why` in words, `A R B [1] or A S B [2]`,
/// whose marks point to notes; any other rows as they are.
#[doc(hidden)]
pub fn with_reasons_in_words(rows: &Rows, notes: &mut Footnotes) -> Option<Rows> {
    let words = rows.iter().map(|row| {
        let known = row.witnesses()?;
        let mut sets: Vec<String> =
            (0..known.sets.len()).map(|set| reason(rows.graph(), known, set, notes)).collect();
        if known.capped {
            sets.push("more".to_owned());
        }
        Some(sets.join(" or "))
    });
    let words: Vec<String> = words.collect::<Option<_>>()?;
    (!words.is_empty()).then(|| rows.with_reasons_replaced(words))
}

/// One witness set: its statements, each with the marks of its notes, what follows from them, and
/// what is complete.
fn reason(graph: &dyn Snapshot, known: &Witnesses, set: usize, notes: &mut Footnotes) -> String {
    let mut marked = |evidence: &[Evidence]| {
        let what = evidence.first().map_or(String::new(), |first| first.statement.clone());
        let sourced = evidence.iter().filter(|evidence| !evidence.document.is_empty());
        let marks = marks(&notes.numbers(sourced));
        if marks.is_empty() { what } else { format!("{what} {marks}") }
    };
    let mut parts: Vec<String> = Vec::new();
    for &id in &known.sets[set] {
        let told = marked(&Evidence::of_itself(graph, id));
        parts.push(match conflict::note(graph, id) {
            Some(conflict) => format!("{told}, which {conflict}"),
            None => told,
        });
    }
    let complete = graph.declarations().completeness.as_slice();
    for one in known.completeness.iter().filter_map(|at| complete.get(*at as usize)) {
        parts.push(marked(&completeness::evidence(graph, one)));
    }
    if parts.is_empty() {
        return "no statement is needed".to_owned();
    }
    let mut text = parts.join(" and ");
    let hence = known.hence(set).iter().flat_map(|id| Evidence::of_itself(graph, *id));
    let hence: Vec<String> = hence
        .map(|one| format!("{} by the rule {}", one.statement, one.rule.unwrap_or_default()))
        .collect();
    if !hence.is_empty() {
        text.push_str(&format!(", hence {}", hence.join(" and ")));
    }
    text
}

/// The marks of a row from its numbers, which ascend: `[1] [3–7]`.
///
/// ```
/// assert_eq!(dossier::render::sources::marks(&[1, 3, 4, 5, 6, 7]), "[1] [3–7]");
/// ```
pub fn marks(numbers: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let mark = |&(first, last): &(usize, usize)| match last - first {
        0 => format!("[{first}]"),
        1 => format!("[{first}] [{last}]"),
        _ => format!("[{first}–{last}]"),
    };
    runs.iter().map(mark).collect::<Vec<_>>().join(" ")
}

/// Where a piece of evidence stands: `article ¶5.2`.
///
/// ```
/// use dossier::graph::source::Evidence;
/// use dossier::render::sources::place;
/// let rows = dossier::Store::shipped()?.query("MATCH (:Person)-[r:MET]->() RETURN r LIMIT 1", ())?;
/// let evidence = Evidence::of(rows.graph(), rows.get(0).unwrap().get("r")?);
/// assert_eq!(place(&evidence[0]), "Seed article ¶1.1");
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn place(evidence: &Evidence) -> String {
    if evidence.document.is_empty() {
        return "no source stated".to_owned();
    }
    place_text(&evidence.document, evidence.paragraph, evidence.sentence, evidence.place.as_deref())
}

/// How the source puts it, where it does not simply say so.
#[doc(hidden)]
pub fn stance(evidence: &Evidence) -> Option<String> {
    let speaker = evidence.speaker.as_deref();
    match (evidence.stance, speaker) {
        ("asserted", None) => None,
        ("asserted" | "attributed", Some(speaker)) => Some(format!("according to {speaker}")),
        ("attributed", None) => Some("according to somebody whom it does not name".to_owned()),
        ("quoted", Some(speaker)) => Some(format!("in the words of {speaker}")),
        ("quoted", None) => Some("in somebody's words".to_owned()),
        ("scare-quoted", _) => Some("in quotation marks that keep a distance".to_owned()),
        ("denied", Some(speaker)) => Some(format!("denied by {speaker}")),
        ("denied", None) => Some("as something that is denied".to_owned()),
        (other, Some(speaker)) => Some(format!("{other}, {speaker}")),
        (other, None) => Some(other.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(sentence: i64, statement: &str, stance: &'static str) -> Evidence {
        Evidence {
            document: "article".into(),
            paragraph: Some(5),
            sentence: Some(sentence),
            place: None,
            stance,
            speaker: (stance == "attributed").then(|| "Tbilisi".into()),
            statement: statement.into(),
            valid: None,
            summary: Some("Four states followed.".into()),
            rule: None,
            conflict: None,
        }
    }

    #[test]
    fn pages_of_one_document_have_notes_of_their_own() {
        let page = |page: &str| Evidence {
            paragraph: None,
            sentence: None,
            place: Some(format!("page {page}")),
            ..evidence(1, "A R B", "asserted")
        };
        assert_eq!(Footnotes::default().numbers(&[page("3"), page("4"), page("3")]), [1, 2]);
        assert_eq!(place(&page("3")), "article, page 3");
    }

    #[test]
    fn statements_of_one_sentence_share_a_note() {
        let mut notes = Footnotes::default();
        let row = [evidence(2, "A R C", "asserted"), evidence(1, "A R B", "asserted")];
        assert_eq!(notes.numbers(&row), [1, 2]);
        assert_eq!(notes.numbers(&[evidence(2, "B R C", "asserted")]), [1]);
        assert_eq!(notes.numbers(&[evidence(2, "B R C", "attributed")]), [3]);
        assert_eq!(
            notes.draw(Detail::Brief { notes_max: 1 }, Theme::PLAIN, None),
            "[1] article ¶5.2: Four states followed.\nand 2 more sources\n"
        );
        let full = notes.draw(Detail::Full, Theme::PLAIN, None);
        assert!(full.contains("[1] article ¶5.2: Four states followed.\n    A R C\n    B R C\n"));
        assert!(full.contains("[3] as [1], according to Tbilisi\n"), "{full}");
    }

    #[test]
    fn marks_of_neighbours_are_drawn_together() {
        assert_eq!(marks(&[1, 2, 4, 5, 6, 9]), "[1] [2] [4–6] [9]");
        assert_eq!(marks(&[]), "");
    }
}
