//! What a statement shows, as text: the ground of the scripts and of the manual's examples.
//!
//! Comes in: a statement or a question, the tags that say what to show of it, and an engine. Goes
//! out: the screen. A screen that depended on the engine would be a fault, and so
//! [`on_every_engine`] runs the same on all of them and compares: with evidence and without,
//! rewrites on and off, recent writes folded or not, in memory and in a folder.

use std::fmt::Write;

use dossier::ask::Conversation;
use dossier::render::changes::changes;
use dossier::render::diagnostic;
use dossier::render::sources::{Detail, Footnotes, with_reasons_in_words};
use dossier::render::theme::Theme;
use dossier::render::{self, Format};
use dossier::value::Map;
use dossier::{Error, Options, Rows, Store};

use crate::store::Place;

/// An engine that statements run on: how a store is made, and how it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    /// A graph in memory: its screens are the ones that are written down.
    Memory,
    /// Every query is asked for its evidence, which must not change its rows.
    Evidence,
    /// Plans are left as they were built, which may change the order of rows and nothing else.
    Plain,
    /// What was written is folded into arrays after every statement.
    Folded,
    /// The graph is kept in a folder.
    Folder,
}

const OTHERS: [Engine; 4] = [Engine::Evidence, Engine::Plain, Engine::Folded, Engine::Folder];

/// What a graph holds at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// Nothing.
    Empty,
    /// The facts that ship with Dossier.
    Shipped,
    /// The invented facts of the tutorial.
    Isles,
}

/// What to show of a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tags {
    /// The plan, before the rows.
    plan: bool,
    /// Where each row stands, as footnotes.
    sources: bool,
    /// What is done with the text.
    text: What,
}

/// What is done with a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum What {
    /// A statement is run.
    #[default]
    Run,
    /// A question is asked.
    Ask,
    /// How a statement is read is shown; it is not run.
    Read,
}

impl Tags {
    /// Reads words such as `plan sources`; the error is the one that says nothing.
    pub(crate) fn parse(words: &str) -> Result<Tags, String> {
        let mut tags = Tags::default();
        for word in words.split([' ', ',']).filter(|word| !word.is_empty()) {
            match word {
                "plan" => tags.plan = true,
                "sources" => tags.sources = true,
                "ask" => tags.text = What::Ask,
                "ast" => tags.text = What::Read,
                other => return Err(format!("there is no tag `{other}`")),
            }
        }
        Ok(tags)
    }

    /// The same for a question.
    pub(crate) fn asking(self) -> Tags {
        Tags { text: What::Ask, ..self }
    }
}

/// One thing to run.
pub(crate) enum Step<'a> {
    /// A parameter takes the value of an expression.
    Set(&'a str, &'a str),
    /// A statement or a question shows its screen.
    Show(Tags, &'a str),
}

impl Step<'_> {
    /// The statements in it.
    pub(crate) fn statements(&self) -> Vec<String> {
        match *self {
            Step::Show(tags, text) if tags.text != What::Ask => {
                statements(text).into_iter().map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The screens of the steps, one each (empty for [`Step::Set`]), or how engines disagree.
pub(crate) fn on_every_engine(start: Start, steps: &[Step<'_>]) -> Result<Vec<String>, String> {
    let screens = Session::new(Engine::Memory, start).run(steps);
    for engine in OTHERS {
        let others = Session::new(engine, start).run(steps);
        for ((step, first), other) in steps.iter().zip(&screens).zip(&others) {
            if !engine.agrees(step, first, other) {
                return Err(format!("Memory:\n{first}\n{engine:?}:\n{other}"));
            }
        }
    }
    Ok(screens)
}

impl Engine {
    /// Whether a step's screen is what the first engine shows.
    fn agrees(self, step: &Step<'_>, first: &str, own: &str) -> bool {
        if first == own {
            return true;
        }
        let Step::Show(_, text) = step else { return false };
        let shows_a_plan = ["EXPLAIN", "PROFILE"].iter().any(|word| text.contains(word));
        let in_any_order = |screen: &str| {
            let mut lines: Vec<String> = screen.lines().map(str::to_owned).collect();
            lines.sort_unstable();
            lines
        };
        self == Engine::Plain && (shows_a_plan || in_any_order(first) == in_any_order(own))
    }
}

/// The whole of `text`, statement after statement: one ends with a semicolon at the end of a line.
pub(crate) fn statements(text: &str) -> Vec<&str> {
    let ends = text.match_indices(";\n").map(|(at, _)| at + 1);
    let mut from = 0;
    let parts =
        ends.chain([text.len()]).map(|end| text[std::mem::replace(&mut from, end)..end].trim());
    parts
        .map(|part| part.strip_suffix(';').unwrap_or(part))
        .filter(|part| !part.is_empty())
        .collect()
}

struct Session {
    engine: Engine,
    store: Store,
    parameters: Map,
    conversation: Conversation,
    /// Dropped after the store.
    _folder: Option<Place>,
}

impl Session {
    fn new(engine: Engine, start: Start) -> Session {
        use dossier::load::facts::{SHIPPED, SHIPPED_NAME};
        let folder = (engine == Engine::Folder).then(Place::new);
        let store = match &folder {
            Some(folder) => Store::create(folder.path()).expect("a folder of its own"),
            None => Store::memory(),
        };
        let store = store.session();
        if start == Start::Shipped {
            store.load_facts(SHIPPED_NAME, SHIPPED).expect("the shipped facts are right");
        }
        if start == Start::Isles {
            let facts = include_str!("../data/isles.dossier");
            store.load_facts("data/isles.dossier", facts).expect("the example is right");
        }
        let (parameters, conversation) = (Map::new(), Conversation::default());
        Session { engine, store, parameters, conversation, _folder: folder }
    }

    fn run(&mut self, steps: &[Step<'_>]) -> Vec<String> {
        let screen = |step: &Step<'_>| match *step {
            Step::Set(name, expression) => self.set(name, expression),
            Step::Show(tags, text) if tags.text == What::Ask => self.ask(tags, text),
            Step::Show(tags, text) => {
                statements(text).into_iter().map(|statement| self.show(tags, statement)).collect()
            }
        };
        steps.iter().map(screen).collect()
    }

    fn set(&mut self, name: &str, expression: &str) -> String {
        match self.store.query(&format!("RETURN {expression} AS value"), ()) {
            Ok(rows) => {
                let value = rows.get(0).and_then(|row| row.value("value").cloned());
                self.parameters.insert(name.into(), value.expect("one row, one column"));
                String::new()
            }
            Err(error) => failure(&error),
        }
    }

    fn show(&self, tags: Tags, text: &str) -> String {
        let options = Options {
            parameters: self.parameters.clone(),
            evidence: tags.sources || self.engine == Engine::Evidence,
            // A clock that stands still, and dice that fall alike each time.
            now: Some((1_764_115_200, 0)),
            seed: Some(1),
            plain_plan: self.engine == Engine::Plain,
            ..Options::default()
        };
        let mut screen = String::new();
        if tags.text == What::Read {
            return match dossier::syntax::bracketed(text) {
                Ok(read) => read + "\n",
                Err(error) => failure(&error),
            };
        }
        if tags.plan {
            match self.store.explain(text) {
                Ok(plan) => screen.push_str(&plan),
                Err(error) => return failure(&error),
            }
        }
        match self.store.query_with(text, &options) {
            Ok(rows) => screen.push_str(&shown(&rows, tags)),
            Err(error) => screen.push_str(&failure(&error)),
        }
        if self.engine == Engine::Folded && !self.store.is_in_transaction() {
            self.store.database().checkpoint().expect("memory can be folded");
        }
        screen
    }

    fn ask(&mut self, tags: Tags, text: &str) -> String {
        let text = text.trim();
        let answer = match self.store.ask_in(&mut self.conversation, text, &Options::default()) {
            Ok(answer) => answer,
            Err(error) => return failure(&error),
        };
        let mut screen = String::new();
        let verdict = answer.verdict.map_or("", |verdict| verdict.as_str());
        line(&mut screen, "kind", &[answer.kind.as_str()]);
        line(&mut screen, "verdict", &[verdict]);
        line(&mut screen, "answers", &answer.answers);
        line(&mut screen, "possible", &answer.possible);
        line(&mut screen, "choices", &answer.choices);
        line(&mut screen, "unused", &answer.unused);
        line(&mut screen, "note", &answer.notes);
        line(&mut screen, "reading", answer.reading.as_slice());
        line(&mut screen, "query", answer.query.as_slice());
        if tags.sources {
            let mut notes = Footnotes::default();
            notes.numbers(&answer.evidence);
            screen.push_str(&notes.draw(Detail::Full, Theme::PLAIN, None));
        }
        screen
    }
}

fn line(screen: &mut String, name: &str, values: &[impl AsRef<str>]) {
    let values: Vec<&str> =
        values.iter().map(AsRef::as_ref).filter(|text| !text.is_empty()).collect();
    if !values.is_empty() {
        writeln!(screen, "{name}: {}", values.join("; ")).expect("a string takes everything");
    }
}

fn shown(rows: &Rows, tags: Tags) -> String {
    let mut notes = Footnotes::default();
    let mut options = render::Options::default();
    if tags.sources {
        options.footnotes = (0..rows.len()).map(|at| notes.numbers(&rows.evidence(at))).collect();
    }
    let in_words = with_reasons_in_words(rows, &mut notes);
    let rows = in_words.as_ref().unwrap_or(rows);
    let mut out = Vec::new();
    render::write(rows, Format::Table, &options, &mut out).expect("a vector takes everything");
    let mut screen = String::from_utf8(out).expect("tables are UTF-8");
    let changed = changes(rows.counters());
    if !changed.is_empty() {
        screen.push_str(&format!("{}\n", changed.join(", ")));
    }
    for note in rows.notes() {
        screen.push_str(&format!("{note}\n"));
    }
    if !notes.is_empty() {
        screen.push('\n');
        let brief = Detail::Brief { notes_max: usize::MAX };
        let detail = if in_words.is_some() { brief } else { Detail::Full };
        screen.push_str(&notes.draw(detail, Theme::PLAIN, None));
    }
    screen
}

fn failure(error: &Error) -> String {
    diagnostic::screen(error, Theme::PLAIN, None)
}
