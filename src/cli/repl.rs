//! The prompt.
//!
//! A line is a command, a query or a question ([`input::classify`] tells which). Enter ends a
//! query only when it is whole, so queries may take several lines. Ctrl-C at the prompt clears the
//! line; while a query runs it stops the query; the session goes on in both cases. Ctrl-D ends it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use rustyline::error::ReadlineError;
use rustyline::hint::HistoryHinter;
use rustyline::history::FileHistory;
use rustyline::{CompletionType, Config, Editor};

use super::failure::{Code, Failure};
use super::helper::PromptHelper;
use super::input::{self, Input};
use super::schema::Info;
use super::session::{Flow, Session, counted};
use super::vocabulary::Vocabulary;
use crate::error::{Error, request};

const PROMPT: &str = "dossier> ";
/// Lines of history that are kept.
const HISTORY_MAX: usize = 5_000;

/// Reads and does lines until somebody ends it.
pub fn run(session: &mut Session) -> Result<(), Failure> {
    let mut editor = editor(session).map_err(|error| no_terminal(&error))?;
    let history = history_file();
    if let Some(path) = &history {
        // The first time there is none.
        let _ = editor.load_history(path);
    }
    welcome(session);
    session.store.prepare_questions();
    // At the prompt Ctrl-C is a key; it is a signal only while something runs.
    let cancelled = Arc::clone(&session.cancelled);
    let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, cancelled);
    let ended = read_lines(session, &mut editor);
    if let Some(farewell) = farewell(session) {
        session.screen.remark(farewell);
    }
    if let Some(path) = &history {
        save_history(&mut editor, path);
    }
    ended
}

type PromptEditor = Editor<PromptHelper, FileHistory>;

fn editor(session: &Session) -> rustyline::Result<PromptEditor> {
    let config = Config::builder()
        .max_history_size(HISTORY_MAX)?
        .history_ignore_dups(true)?
        .history_ignore_space(true)
        .auto_add_history(true)
        .completion_type(CompletionType::List)
        .build();
    let mut editor = Editor::with_config(config)?;
    editor.set_helper(Some(PromptHelper {
        vocabulary: Vocabulary::of(&session.store),
        theme: session.screen.theme,
        history: HistoryHinter::new(),
    }));
    Ok(editor)
}

fn welcome(session: &Session) {
    let Info { nodes, relationships, .. } = Info::of(&*session.store.snapshot());
    let size = format!(
        "{}, {}",
        counted(nodes, "node", "nodes"),
        counted(relationships, "relationship", "relationships")
    );
    let version = env!("CARGO_PKG_VERSION");
    session.screen.remark(&format!(
        "dossier {version}: {size}. Ask in English, type a query, or .help; Ctrl-D ends."
    ));
}

/// What somebody who leaves has to know: with a transaction open they lose what they entered.
fn farewell(session: &Session) -> Option<&'static str> {
    session.store.is_in_transaction().then_some(
        "The transaction was open and has been rolled back; COMMIT before leaving keeps what it changes.",
    )
}

fn read_lines(session: &mut Session, editor: &mut PromptEditor) -> Result<(), Failure> {
    let mut interrupted = false;
    loop {
        match editor.readline(PROMPT) {
            Ok(line) => {
                interrupted = false;
                if take(session, &line)? == Flow::Quit {
                    return Ok(());
                }
                renew(session, editor);
            }
            Err(ReadlineError::Interrupted) => {
                if interrupted {
                    session.screen.remark("Ctrl-D or .quit ends the session.");
                }
                interrupted = true;
            }
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(no_terminal(&error)),
        }
    }
}

/// Does one line. An error is shown and the session goes on; so it does after a fault of ours,
/// which must not take along what somebody has entered.
fn take(session: &mut Session, line: &str) -> Result<Flow, Failure> {
    let kind = input::classify(line);
    let text = match kind {
        Input::Query => line.trim().trim_end_matches(';'),
        _ => line.trim(),
    };
    let done = catch_unwind(AssertUnwindSafe(|| {
        if kind == Input::Query && line.contains(';') {
            let dialect = super::script::Dialect::Statements;
            return super::script::run(session, None, line, dialect);
        }
        session.take(kind, text)
    }));
    match done {
        Ok(Ok(flow)) => return Ok(flow),
        Ok(Err(Failure::BrokenPipe)) => return Err(Failure::BrokenPipe),
        Ok(Err(Failure::Shown(_))) => {}
        Ok(Err(Failure::Error(error))) if Code::of(&error) == Code::Interrupted => {
            session.screen.remark("Stopped.");
        }
        Ok(Err(Failure::Error(error))) => session.screen.print_error(&error),
        Err(_) => session.screen.print_error(
            &Error::new(&request::INTERNAL, "Dossier failed on this line.")
                .note("This is a fault of Dossier; the graph is as the last statement left it."),
        ),
    }
    Ok(Flow::Continue)
}

/// Reads the graph's words anew where a commit has changed it.
fn renew(session: &Session, editor: &mut PromptEditor) {
    let commit = session.store.snapshot().commit();
    if let Some(helper) = editor.helper_mut()
        && helper.vocabulary.commit != commit
    {
        helper.vocabulary = Vocabulary::of(&session.store);
    }
}

/// `$XDG_STATE_HOME/dossier/history`, by default below `~/.local/state`.
fn history_file() -> Option<PathBuf> {
    let absolute = |path: &PathBuf| path.is_absolute();
    let variable = |name| std::env::var_os(name).map(PathBuf::from).filter(absolute);
    let state = variable("XDG_STATE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".local").join("state")))
        .or_else(|| variable("LOCALAPPDATA"))?;
    Some(state.join("dossier").join("history"))
}

/// History is a convenience: where it cannot be kept, nobody is told at every end of a session.
fn save_history(editor: &mut PromptEditor, path: &std::path::Path) {
    if let Some(folder) = path.parent() {
        let _ = std::fs::create_dir_all(folder);
    }
    let _ = editor.append_history(path);
}

fn no_terminal(error: &ReadlineError) -> Failure {
    let message = format!("The terminal cannot be used: {error}.");
    Error::new(&request::IO, message).hint("dossier query or dossier ask need none").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Colour;
    use crate::cli::screen::Screen;
    use crate::query::Store;

    #[test]
    fn leaving_with_an_open_transaction_is_said() {
        let mut session = Session::new(Store::memory(), Screen::detect(Colour::Never));
        assert_eq!(farewell(&session), None);
        take(&mut session, "BEGIN; CREATE ();").expect("a transaction can be begun");
        assert!(farewell(&session).is_some_and(|said| said.contains("rolled back")));
        take(&mut session, "COMMIT;").expect("it can be committed");
        assert_eq!(farewell(&session), None);
    }
}
