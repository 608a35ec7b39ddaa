//! A graph, and how its answers are shown.
//!
//! The prompt, scripts and the commands `query` and `ask` all run on a session: it runs one
//! statement, one question or one command at a time, prints what comes of it, and remembers the
//! last answer for the commands that speak of it (`.why`, `.query`, `.assert`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::ask;
use super::command;
use super::failure::{Code, Failure};
use super::input::Input;
use super::screen::Screen;
use crate::ask::{Answer, Conversation};
use crate::error::{Error, Result};
use crate::graph::row::Rows;
use crate::query::{DefaultTime, Options, Store};
use crate::render::changes::changes;
use crate::render::sources::{self, Detail, Footnotes};
use crate::render::{self, Format};
use crate::value::{Map, Value};

pub use crate::render::changes::counted;

/// The most footnotes below a result, unless all are asked for.
const NOTES_MAX: usize = 12;
/// The largest result that gets footnotes, unless all are asked for: a list of hundreds of rows
/// is not read for its sources.
const NOTED_ROWS_MAX: usize = 200;

/// A graph with what has been set and said so far.
pub struct Session {
    /// The graph.
    pub store: Store,
    /// Where output goes.
    pub screen: Screen,
    /// How rows are printed; `None` for what suits the screen.
    pub format: Option<Format>,
    /// Values of parameters.
    pub parameters: Map,
    /// How much is shown of where answers stand.
    pub sources: Sources,
    /// Whether the time of each query is shown.
    pub timer: bool,
    /// Whether the number of rows and changes is shown after each result.
    pub summary: bool,
    /// When statements must hold where a query does not say.
    pub time: Option<DefaultTime>,
    /// How long a statement may take.
    pub timeout: Option<Duration>,
    /// Set by Ctrl-C.
    pub cancelled: Arc<AtomicBool>,
    /// What questions may refer to.
    pub conversation: Conversation,
    /// The last answer.
    pub last: Last,
    /// How many scripts are being read, one out of the other.
    pub read_depth: usize,
    /// What to say where the session ends within the transaction that is open: it has the place of
    /// its BEGIN, in a script.
    pub unfinished: Option<Box<Error>>,
}

/// Whether a session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It does.
    Continue,
    /// Somebody asked to end it.
    Quit,
}

/// How much is shown of where answers stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sources {
    /// Nothing.
    Off,
    /// Footnotes below small results.
    On,
    /// All footnotes, with their statements.
    Full,
}

/// What the last statement or question gave.
#[derive(Default)]
pub struct Last {
    /// The rows of the last query.
    pub rows: Option<Rows>,
    /// The text of the last query, or the query of the last question.
    pub query: Option<String>,
    /// The answer to the last question, if a question was last.
    pub answer: Option<Answer>,
}

impl Session {
    /// A session on a graph, with nothing set.
    pub fn new(store: Store, screen: Screen) -> Session {
        Session {
            store: store.session(),
            screen,
            format: None,
            parameters: Map::new(),
            sources: Sources::Off,
            timer: false,
            summary: false,
            time: None,
            timeout: None,
            cancelled: Arc::default(),
            conversation: Conversation::default(),
            last: Last::default(),
            read_depth: 0,
            unfinished: None,
        }
    }

    /// From now on Ctrl-C stops the running statement instead of the process; a second one, while
    /// the first has not been heeded, ends the process after all.
    ///
    /// That signals cannot be caught is no reason not to run.
    pub fn watch_interrupt(&self) {
        use signal_hook::consts::SIGINT;
        use signal_hook::flag;
        let cancelled = Arc::clone(&self.cancelled);
        let code = Code::Interrupted as i32;
        let _ = flag::register_conditional_shutdown(SIGINT, code, Arc::clone(&cancelled));
        let _ = flag::register(SIGINT, cancelled);
    }

    /// Does what a line, or a step of a script, says.
    pub fn take(&mut self, kind: Input, text: &str) -> std::result::Result<Flow, Failure> {
        match kind {
            Input::Empty => Ok(Flow::Continue),
            Input::Command => command::run(self, text),
            Input::Query => self.query(text).map(|()| Flow::Continue),
            Input::Question => self.ask(text).map(|()| Flow::Continue),
        }
    }

    /// Runs one statement; its text is remembered, its rows are the caller's to show and to keep.
    pub fn execute(&mut self, text: &str) -> Result<Rows> {
        self.last = Last { query: Some(text.trim().to_owned()), ..Last::default() };
        self.store.query_with(text, &self.options())
    }

    /// Answers one question and keeps the answer as the last.
    pub fn answer(&mut self, question: &str) -> Result<Answer> {
        let options = self.options();
        let answer = self.store.ask_in(&mut self.conversation, question, &options)?;
        self.last = Last { query: answer.query.clone(), answer: Some(answer.clone()), rows: None };
        Ok(answer)
    }

    /// Answers one question and prints the answer.
    pub fn ask(&mut self, question: &str) -> std::result::Result<(), Failure> {
        let begun = Instant::now();
        let answer = self.answer(question)?;
        let taken = begun.elapsed();
        let options = self.screen.options(Vec::new());
        let time = self.time.as_ref().filter(|_| ask::is_answered(&answer));
        let mut text = ask::text(&answer, self.sources, time, options.theme, options.columns);
        if self.timer {
            let faint = options.theme.faint;
            text.push_str(&format!("{faint}{}{faint:#}\n", milliseconds(taken)));
        }
        self.screen.print_text(&text)?;
        self.screen.once = None;
        Ok(())
    }

    fn options(&self) -> Options {
        self.cancelled.store(false, Ordering::Relaxed);
        Options {
            parameters: self.parameters.clone(),
            timeout: self.timeout,
            time: self.time.clone(),
            cancelled: Arc::clone(&self.cancelled),
            evidence: self.sources != Sources::Off,
            ..Options::default()
        }
    }

    /// Runs one statement, prints its rows and keeps them as the last answer.
    pub fn query(&mut self, text: &str) -> std::result::Result<(), Failure> {
        let begun = Instant::now();
        let rows = self.execute(text)?;
        let time = begun.elapsed();
        self.show(&rows, Some(time))?;
        self.show_possible(text, &rows)?;
        self.last.rows = Some(rows);
        Ok(())
    }

    /// Prints apart the rows that are possible and no more, for people who asked when something
    /// holds and did not ask for them.
    fn show_possible(&mut self, text: &str, sure: &Rows) -> std::result::Result<(), Failure> {
        let format = self.screen.format(self.format);
        let to_people = matches!(format, Format::Table | Format::Line);
        if !sure.asks_when() || sure.counters().any() || !to_people || !self.screen.terminal {
            return Ok(());
        }
        let options = Options { possible: true, ..self.options() };
        let all = self.store.query_with(text, &options)?;
        let known: Vec<&[Value]> = sure.iter().map(|row| row.values()).collect();
        let possible = all.filtered(|_, row| !known.contains(&row.values()));
        if possible.is_empty() {
            return Ok(());
        }
        let faint = self.screen.options(Vec::new()).theme.faint;
        self.screen.print_text(&format!("{faint}Possibly:{faint:#}\n"))?;
        self.show(&possible, None)
    }

    /// Prints rows in the format that is set, with footnotes and a line of summary where wanted.
    ///
    /// What programs read, and what goes to a file, is the rows and nothing else.
    pub fn show(
        &mut self,
        rows: &Rows,
        time: Option<Duration>,
    ) -> std::result::Result<(), Failure> {
        use Format::{Line, Table, Timeline, Tree};
        let format = self.screen.format(self.format);
        let (footnotes, mut notes) = self.footnotes(rows, format);
        let in_words = match format {
            Table | Line => sources::with_reasons_in_words(rows, &mut notes),
            _ => None,
        };
        let rows = in_words.as_ref().unwrap_or(rows);
        let options = self.screen.options(footnotes);
        let below = self.below(rows, time, &notes);
        let to_people = matches!(format, Table | Line | Tree | Timeline);
        let together = to_people && self.screen.once.is_none();
        self.screen.print(|mut out| {
            render::write(rows, format, &options, &mut out)?;
            if together { out.write_all(below.as_bytes()) } else { Ok(()) }
        })?;
        if self.screen.once.take().is_some() {
            self.screen.print_text(&below)?;
        } else if let Some(time) = time.filter(|_| self.timer && !together) {
            self.screen.remark(&milliseconds(time));
        }
        for note in rows.notes() {
            self.screen.remark(note);
        }
        Ok(())
    }

    /// The marks of each row and the notes they point to; none for formats that programs read.
    fn footnotes(&self, rows: &Rows, format: Format) -> (Vec<Vec<usize>>, Footnotes) {
        let mut notes = Footnotes::default();
        let wanted = match self.sources {
            Sources::Off => false,
            Sources::On => rows.len() <= NOTED_ROWS_MAX,
            Sources::Full => true,
        };
        if !wanted || !matches!(format, Format::Table | Format::Line) {
            return (Vec::new(), notes);
        }
        let marks = (0..rows.len()).map(|at| notes.numbers(&rows.evidence(at))).collect();
        (marks, notes)
    }

    /// What follows the rows: how many they are, what changed, how long it took, the footnotes.
    fn below(&self, rows: &Rows, time: Option<Duration>, notes: &Footnotes) -> String {
        let options = self.screen.options(Vec::new());
        let faint = options.theme.faint;
        let mut parts = Vec::new();
        if self.summary {
            let changes = changes(rows.counters());
            if !rows.columns().is_empty() || changes.is_empty() {
                parts.push(counted(rows.len() as u64, "row", "rows"));
            }
            parts.extend(changes);
        }
        if let Some(time) = time.filter(|_| self.timer) {
            parts.push(milliseconds(time));
        }
        let mut out = String::new();
        if !parts.is_empty() {
            out = format!("{faint}{}{faint:#}\n", parts.join(", "));
        }
        if !notes.is_empty() {
            let detail = match self.sources {
                Sources::Full => Detail::Full,
                _ => Detail::Brief { notes_max: NOTES_MAX },
            };
            out.push('\n');
            out.push_str(&notes.draw(detail, options.theme, options.columns));
        }
        out
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}
