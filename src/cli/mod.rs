//! The command `dossier`: arguments in, exit code out.
//!
//! Comes in: the arguments, standard input. Goes out: answers on standard output, errors and
//! remarks on standard error, an exit code. `main.rs` calls [`main`], and nothing else does.
//!
//! ```text
//! args.rs     what can be typed after `dossier`
//! session.rs  a graph and how its answers are shown; runs a query, a question, a command
//! ├─ query.rs, ask.rs, pipe.rs, bench.rs, schema.rs, import.rs, export.rs, care.rs   the commands
//! ├─ repl.rs (+ helper.rs, complete.rs, vocabulary.rs)           the prompt
//! ├─ script.rs (+ assertion.rs)                                  files of statements
//! └─ command.rs                                                  the commands that begin with a dot
//! screen.rs   standard output as this process found it     failure.rs   exit codes
//! token.rs    words and brackets of half-typed text        parameter.rs NAME=VALUE
//! text_file.rs   text from files and standard input
//! ```
//!
//! The only `println!`-like output of the package is here; everything below returns values.

mod again;
mod args;
mod ask;
mod assertion;
mod bench;
mod care;
mod command;
mod complete;
mod draft;
mod export;
mod failure;
mod helper;
mod import;
mod input;
mod parameter;
mod pipe;
mod query;
mod repl;
mod resume;
mod schema;
mod screen;
mod script;
mod session;
mod text_file;
mod token;
mod vocabulary;

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::panic;
use std::path::Path;
use std::process::ExitCode;
#[cfg(unix)]
use std::sync::Arc;

use clap::{CommandFactory, Parser};

use args::{Arguments, AskArguments, Command, GraphArguments, TextOrJson};
use failure::{Code, Failure};
use screen::Screen;
use script::Dialect;
use session::{Session, Sources};

use crate::error::{Error, request};
use crate::query::{Store, StoreOptions, is_guarded};
use crate::text::suggest::nearest;

/// Runs the command with its arguments, the first of which is its own name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    settle();
    let arguments = match Arguments::try_parse_from(with_store(arguments)) {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { Code::Usage.into() } else { ExitCode::SUCCESS };
            // Help that nobody can read is no failure of its own.
            let _ = error.print();
            return code;
        }
    };
    let screen = Screen::detect(arguments.color);
    match run(arguments, screen.clone()) {
        Ok(()) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(Failure::Shown(code)) => code.into(),
        Err(Failure::Error(error)) => {
            screen.print_error(&error);
            Code::of(&error).into()
        }
    }
}

fn run(arguments: Arguments, screen: Screen) -> Result<(), Failure> {
    let graph = &arguments.graph;
    crate::query::set_process_memory_max(graph.memory_max.or_else(memory_of_machine));
    let Some(command) = arguments.command else {
        return prompt(open_or_create(graph, &screen)?, screen);
    };
    match command {
        Command::Ask(arguments) => answer(Session::new(open(graph, &screen)?, screen), &arguments),
        Command::Query(arguments) => {
            query::run(&mut Session::new(open(graph, &screen)?, screen), arguments)
        }
        Command::Pipe(limits) => Ok(pipe::run(
            &open_or_create(graph, &screen)?,
            &pipe::Limits {
                timeout: limits.timeout,
                rows_max: limits.rows_max,
                result_max_bytes: limits.result_max,
                memory_max_bytes: limits.query_memory_max,
            },
            io::stdin().lock(),
            io::stdout().lock(),
        )?),
        Command::Bench(arguments) => {
            bench::run(&mut Session::new(open(graph, &screen)?, screen), &arguments)
        }
        Command::Schema(arguments) => {
            schema::run(&open(graph, &screen)?, &screen, arguments.format)
        }
        Command::Info(arguments) => {
            schema::run_info(&open(graph, &screen)?, &screen, arguments.format)
        }
        Command::Import(arguments) => import::run(graph, &arguments, &screen),
        Command::Check => care::check(&open(graph, &screen)?, &screen),
        Command::Checkpoint => care::checkpoint(&open(graph, &screen)?, &screen),
        Command::Compact => care::compact(&open(graph, &screen)?, &screen),
        Command::Backup(arguments) => {
            care::backup(&open(graph, &screen)?, &arguments.folder, &screen)
        }
        Command::Export(arguments) => {
            export::run(&open(graph, &screen)?.snapshot(), &arguments, &screen)
        }
        Command::Explain(arguments) => {
            let query = arguments.query.map_or_else(standard_input, Ok)?;
            let query = query.trim_end().trim_end_matches(';');
            let store = open(graph, &screen)?;
            let plan = store.explain(query)?;
            let said = store.in_english(query)?;
            screen.print_text(&format!("{said}\n\n{}\n", plan.trim_end()))
        }
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "dossier", &mut text);
            screen.print(|out| out.write_all(&text))
        }
        Command::Man { command } => {
            let page = clap_mangen::Man::new(man_entry(command.as_deref())?);
            screen.print(|mut out| page.render(&mut out))
        }
    }
}

/// `dossier` without a command: the prompt on a terminal, otherwise a script.
fn prompt(store: Store, screen: Screen) -> Result<(), Failure> {
    let mut session = Session::new(store, screen);
    session.sources = Sources::On;
    if io::stdin().is_terminal() && session.screen.terminal {
        session.summary = true;
        return repl::run(&mut session);
    }
    let text = standard_input()?;
    session.watch_interrupt();
    let ended = script::run(&mut session, None, &text, Dialect::Prompt).map(|_| ());
    script::end(&mut session, ended)
}

/// `dossier ask`: an answer as text or JSON; one that asks back or declines is a failure.
fn answer(mut session: Session, arguments: &AskArguments) -> Result<(), Failure> {
    let question = match arguments.question.join(" ") {
        words if words.trim().is_empty() => standard_input()?,
        words => words,
    };
    if question.trim().is_empty() {
        let error = Error::new(&request::VALUE, "There is no question.");
        return Err(error.hint("dossier ask who recognises South Ossetia").into());
    }
    session.watch_interrupt();
    session.sources = Sources::On;
    let usual = if session.screen.terminal { TextOrJson::Text } else { TextOrJson::Json };
    let answer = session.answer(question.trim())?;
    match arguments.format.unwrap_or(usual) {
        TextOrJson::Text => {
            let Screen { theme, .. } = session.screen;
            let columns = session.screen.columns();
            session.screen.print_text(&ask::text(
                &answer,
                session.sources,
                None,
                theme,
                columns,
            ))?;
        }
        TextOrJson::Json => session.screen.print(|out| {
            serde_json::to_writer(&mut *out, &answer)?;
            out.write_all(b"\n")
        })?,
    }
    if ask::is_answered(&answer) { Ok(()) } else { Err(Failure::Shown(Code::Failed)) }
}

/// Three quarters of the memory that this process may use, where the system says how much that is.
fn memory_of_machine() -> Option<usize> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let group = read("/sys/fs/cgroup/memory.max").and_then(|text| text.trim().parse().ok());
    let machine = read("/proc/meminfo").and_then(|text| {
        let kilobytes = text.strip_prefix("MemTotal:")?.split_whitespace().next()?;
        kilobytes.parse::<usize>().ok()?.checked_mul(1024)
    });
    let bytes = group.into_iter().chain(machine).min()?;
    Some(bytes / 4 * 3)
}

/// The entry of the whole command line, or of one command in it.
fn man_entry(name: Option<&str>) -> Result<clap::Command, Failure> {
    let mut whole = Arguments::command();
    whole.build();
    let Some(name) = name else { return Ok(whole) };
    whole.find_subcommand(name).cloned().ok_or_else(|| {
        let names = whole.get_subcommands().map(clap::Command::get_name);
        let near = nearest(name, names);
        Error::new(&request::VALUE, format!("There is no command `{name}`."))
            .hint_opt(near.map(|near| format!("dossier man {near}")))
            .into()
    })
}

fn standard_input() -> Result<String, Failure> {
    Ok(text_file::read("-".as_ref())?.1)
}

/// The graph that a command runs on, which is made where it is a store that is not there yet.
fn open_or_create(graph: &GraphArguments, screen: &Screen) -> Result<Store, Failure> {
    match &graph.store {
        Some(path) => match Store::open_with(path, options(graph)) {
            Err(error) if error.code() == "store::no_store" => {
                Ok(Store::create_with(path, options(graph))?)
            }
            opened => announced(opened?, graph, screen),
        },
        None => open(graph, screen),
    }
}

/// The store, after saying what writing to it would do to its format.
fn announced(store: Store, graph: &GraphArguments, screen: &Screen) -> Result<Store, Failure> {
    if let Some((old, new)) = store.database().format()
        && old < new
        && !graph.no_upgrade
    {
        screen.remark(&format!(
            "The store has version {old} of the format. The first write makes it version {new}, which \
             earlier programs do not read; --no-upgrade refuses that."
        ));
    }
    Ok(store)
}

fn options(graph: &GraphArguments) -> StoreOptions {
    StoreOptions {
        allow_network: graph.allow_network,
        upgrade: !graph.no_upgrade,
        keep_history: graph.keep_history,
        ..StoreOptions::default()
    }
}

/// What the process does of its own accord and a command must not: end without a word where a file grows
/// beyond `ulimit -f`, which is an error of the write instead, and tell of panics that become an error.
fn settle() {
    #[cfg(unix)]
    {
        // Whoever catches it is told by the write; that it cannot be caught is no reason not to go on.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    }
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let is_of_redb = info.location().is_some_and(|place| place.file().contains("redb"));
        if !(is_of_redb && is_guarded()) {
            usual(info);
        }
    }));
}

/// `dossier notes.dossier` is `dossier --store notes.dossier`. A misspelt command must not make a
/// store, so what is no folder yet has to look like a path.
fn with_store(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let Some(first) = arguments.get(1) else { return arguments };
    let path = Path::new(first);
    let is_path = path.components().count() > 1 || path.extension().is_some() || path.is_dir();
    let is_flag = first.as_encoded_bytes().starts_with(b"-");
    // With a store named, what comes first is a misspelt command and no second store.
    let names_one = arguments.iter().any(|argument| {
        let argument = argument.as_encoded_bytes();
        argument.starts_with(b"--store") || argument.starts_with(b"-s")
    });
    let whole = Arguments::command();
    if is_path && !is_flag && !names_one && whole.find_subcommand(first).is_none() {
        arguments.insert(1, "--store".into());
    }
    arguments
}

/// The graph that a command runs on.
fn open(graph: &GraphArguments, screen: &Screen) -> Result<Store, Failure> {
    if let Some(path) = &graph.store {
        import::refuse_recipe(graph)?;
        return announced(Store::open_with(path, options(graph))?, graph, screen);
    }
    if graph.memory {
        return Ok(Store::memory());
    }
    if let Some(recipe) = &graph.recipe {
        if graph.from.is_empty() {
            return Err(import::missing("A recipe needs the files it reads.", "--from PATH"));
        }
        let (store, summary) = Store::from_tables(recipe, &graph.from, import::rejects(graph)?)?;
        import::remark(&summary, screen);
        return Ok(store);
    }
    if graph.facts.is_empty() {
        return Ok(Store::shipped()?);
    }
    let store = Store::memory();
    for path in &graph.facts {
        let (name, text) = text_file::read_facts(path)?;
        store.load_facts(&name, &text)?;
    }
    Ok(store)
}
