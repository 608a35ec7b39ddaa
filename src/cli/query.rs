//! `dossier query`: statements from the command line, files or standard input.

use std::path::PathBuf;

use super::args::QueryArguments;
use super::failure::Failure;
use super::parameter;
use super::script::{self, Dialect};
use super::session::{Flow, Session, Sources};
use super::text_file;

/// Runs what the arguments name, in order; a script that quits ends all.
pub fn run(session: &mut Session, arguments: QueryArguments) -> Result<(), Failure> {
    let ended = run_all(session, arguments);
    script::end(session, ended)
}

fn run_all(session: &mut Session, arguments: QueryArguments) -> Result<(), Failure> {
    session.format = arguments.format;
    session.timeout = arguments.timeout;
    if arguments.sources {
        session.sources = Sources::On;
    }
    for given in &arguments.param {
        let (name, value) = parameter::parse(given)?;
        session.parameters.insert(name, value);
    }
    if let Some(query) = arguments.query {
        session.watch_interrupt();
        script::run(session, None, &query, Dialect::Statements)?;
        return Ok(());
    }
    let mut files = arguments.file;
    if files.is_empty() {
        files.push(PathBuf::from("-"));
    }
    for file in files {
        // Ctrl-C while standard input is awaited must end the process; only queries watch the flag.
        let (name, text) = text_file::read(&file)?;
        session.watch_interrupt();
        if script::run(session, name.as_deref(), &text, Dialect::Statements)? == Flow::Quit {
            break;
        }
    }
    Ok(())
}
