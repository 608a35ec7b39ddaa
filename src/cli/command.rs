//! The commands of the prompt and of scripts: one entry each.
//!
//! An entry says how a command is called and used, what it does in a sentence, what its argument
//! is (so that the prompt can complete it), and carries it out. `.help` and the completion of
//! commands are made from the entries; a command is added by adding one.

#![allow(clippy::unnecessary_wraps, reason = "the bodies of all commands have one type")]

use super::export;
use super::failure::Failure;
use super::parameter;
use super::schema;
use super::script::{self, Dialect};
use super::session::{Flow, Session, Sources};
use super::text_file;
use crate::ask::{Conversation, Kind};
use crate::error::{Error, request};
use crate::graph::declaration::Meaning;
use crate::graph::schema::Schema;
use crate::query::DefaultTime;
use crate::render::Format;
use crate::render::sources::{Detail, Footnotes};
use crate::render::value::{Spelling, text};
use crate::text::suggest::nearest;
use crate::value::time::Edtf;

/// A command of the prompt.
pub struct DotCommand {
    /// Its name without the full stop, then other names for it.
    pub names: &'static [&'static str],
    /// What follows the name; empty where nothing does.
    pub usage: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// What its argument is.
    pub argument: Argument,
    body: fn(&mut Session, &str) -> Result<Flow, Failure>,
}

/// What the argument of a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// There is none, or it is free text.
    None,
    /// One of these words.
    Words(&'static [&'static str]),
    /// The name of a format.
    Format,
    /// The name of a command.
    Command,
    /// A path.
    File,
    /// A query.
    Query,
    /// A question.
    Question,
    /// A label or a relationship type.
    Schema,
}

const ON_OFF: &[&str] = &["on", "off"];

/// All commands, in the order in which `.help` lists them.
pub const COMMANDS: [DotCommand; 24] = [
    entry(
        &["help", "h"],
        "[COMMAND]",
        "Lists the commands, or tells more about one.",
        Argument::Command,
        help,
    ),
    entry(&["quit", "exit", "q"], "", "Ends the session; so does Ctrl-D.", Argument::None, quit),
    entry(
        &["mode", "format"],
        "[FORMAT]",
        "Sets how rows are printed, or tells the formats.",
        Argument::Format,
        mode,
    ),
    entry(
        &["sources"],
        "on|off|full",
        "Shows where each row stands: as footnotes, not at all, or in full.",
        Argument::Words(&["on", "off", "full"]),
        sources,
    ),
    entry(&["why"], "", "Shows in full what the last answer rests on.", Argument::None, why),
    entry(&["query"], "", "Shows the query of the last question.", Argument::None, show_query),
    entry(&["reading"], "", "Shows how the last question was understood.", Argument::None, reading),
    entry(
        &["explain"],
        "[QUERY]",
        "Says what a query, or the last one, asks, and shows how it would be carried out.",
        Argument::Query,
        explain,
    ),
    entry(
        &["tidy"],
        "[QUERY]",
        "Writes a query, or the last one, in the usual layout; comments are left out.",
        Argument::Query,
        tidy,
    ),
    entry(
        &["ask"],
        "QUESTION",
        "Asks a question, also where a script expects a query.",
        Argument::Question,
        ask,
    ),
    entry(
        &["forget"],
        "",
        "Forgets the conversation, so that the next question stands for itself.",
        Argument::None,
        forget,
    ),
    entry(
        &["schema"],
        "[LABEL|TYPE]",
        "Shows labels, relationship types, properties and declarations.",
        Argument::Schema,
        show_schema,
    ),
    entry(&["info"], "", "Shows how large the graph is.", Argument::None, info),
    entry(
        &["param"],
        "[NAME=VALUE]",
        "Gives a parameter a value, or shows the parameters.",
        Argument::None,
        param,
    ),
    entry(&["read"], "FILE", "Runs the statements and commands of a file.", Argument::File, read),
    entry(&["load"], "FILE", "Adds the facts of a file to the graph.", Argument::File, load),
    entry(
        &["teach"],
        "\"WORDS\" means NAME",
        "Teaches questions a word or a sentence for a relationship type, a label or a property.",
        Argument::None,
        teach,
    ),
    entry(
        &["lexicon"],
        "NAME|FILE",
        "Teaches questions the words of a lexicon: diplomatic, geography, metric, or a file.",
        Argument::Words(&["diplomatic", "geography", "metric"]),
        lexicon,
    ),
    entry(
        &["export"],
        "[facts|cypher|jsonl|dot]",
        "Writes the whole graph; with .once, into a file.",
        Argument::Words(&["facts", "cypher", "jsonl", "dot"]),
        export_graph,
    ),
    entry(
        &["once"],
        "FILE",
        "Sends the next output to a file, in the format that its name ends in.",
        Argument::File,
        once,
    ),
    entry(
        &["asof"],
        "[DAY|PERIOD|off]",
        "Sets when statements must hold in queries that do not say so themselves, or tells it.",
        Argument::None,
        as_of,
    ),
    entry(&["timer"], "on|off", "Shows how long each query takes.", Argument::Words(ON_OFF), timer),
    entry(
        &["reset"],
        "[everything]",
        "Empties the graph; of a store on the disk, with its history, only when told so.",
        Argument::Words(&["everything"]),
        reset,
    ),
    entry(
        &["assert"],
        "rows N | = VALUE | row V, … | table | error CODE | …",
        "In scripts: checks the statement before it.",
        Argument::None,
        assert,
    ),
];

const fn entry(
    names: &'static [&'static str],
    usage: &'static str,
    about: &'static str,
    argument: Argument,
    body: fn(&mut Session, &str) -> Result<Flow, Failure>,
) -> DotCommand {
    DotCommand { names, usage, about, argument, body }
}

/// Carries out a command as it was typed.
pub fn run(session: &mut Session, line: &str) -> Result<Flow, Failure> {
    let (name, argument) = parts(line);
    let Some(command) = find(name) else {
        let names = COMMANDS.iter().flat_map(|command| command.names).copied();
        let near = nearest(name, names);
        return Err(Error::new(&request::COMMAND, format!("There is no command `.{name}`."))
            .hint_opt(near.map(|near| format!("Did you mean `.{near}`?")))
            .hint_opt(foreign(name).map(str::to_owned))
            .hint(".help lists the commands")
            .into());
    };
    (command.body)(session, argument)
}

/// What a command of another shell is here.
fn foreign(name: &str) -> Option<&'static str> {
    Some(match name {
        "auto" => "Leave `:auto` out: a statement is a transaction of its own.",
        "use" | "server" | "connect" => {
            "A store is one graph in one folder: `dossier --store FOLDER` opens it."
        }
        _ => return None,
    })
}

/// Whether the line calls a command that exists.
pub fn is_known(line: &str) -> bool {
    line.starts_with(['.', ':']) && find(parts(line).0).is_some()
}

/// Whether the line is a question put as a command.
pub fn is_question(line: &str) -> bool {
    find(parts(line).0).is_some_and(|command| command.names[0] == "ask")
}

/// The question in a line, which may be put as a command.
pub fn question(line: &str) -> &str {
    if line.starts_with(['.', ':']) && is_question(line) { parts(line).1 } else { line }
}

/// The command of a name.
pub fn find(name: &str) -> Option<&'static DotCommand> {
    static TABLE: &[DotCommand] = &COMMANDS;
    TABLE.iter().find(|command| command.names.iter().any(|known| known.eq_ignore_ascii_case(name)))
}

/// Name and argument of a line: `.mode csv` is `mode` and `csv`.
fn parts(line: &str) -> (&str, &str) {
    let line = line.trim();
    let line = line.strip_prefix(['.', ':', '\\']).unwrap_or(line);
    let line = if line == "?" { "help" } else { line };
    let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    (name, argument.trim())
}

fn misused(name: &str) -> Failure {
    let usage = find(name).map_or("", |command| command.usage);
    Error::new(&request::COMMAND, format!("`.{name}` is used otherwise."))
        .hint(format!(".{name} {usage}"))
        .into()
}

fn nothing_yet(what: &str) -> Failure {
    Error::new(&request::COMMAND, format!("There is no {what} yet.")).into()
}

fn help(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    let theme = session.screen.theme;
    let (strong, faint) = (theme.command, theme.faint);
    let name = argument.trim_start_matches(['.', ':']);
    if !name.is_empty() {
        let Some(command) = find(name) else { return run(session, name) };
        let others = command.names[1..].iter().map(|name| format!(", .{name}")).collect::<String>();
        let text = format!(
            "{strong}.{}{strong:#} {}{faint}{others}{faint:#}\n{}\n",
            command.names[0], command.usage, command.about
        );
        session.screen.print_text(&text)?;
        return Ok(Flow::Continue);
    }
    let mut text = String::from(
        "Ask in English, type a query, or use a command:\n\n  who recognises South Ossetia?\n  MATCH (a:Person)-[r:MET]-(b) RETURN a.name, valid(r)\n\n",
    );
    for command in &COMMANDS {
        let call = format!(".{} {}", command.names[0], command.usage);
        let call =
            if call.chars().count() > 26 { format!(".{} …", command.names[0]) } else { call };
        text.push_str(&format!("  {strong}{call:<26}{strong:#} {}\n", command.about));
    }
    session.screen.print_text(&text)?;
    Ok(Flow::Continue)
}

fn quit(_: &mut Session, _: &str) -> Result<Flow, Failure> {
    Ok(Flow::Quit)
}

fn mode(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    if argument.is_empty() {
        let current = session.screen.format(session.format);
        let mut text = String::new();
        for format in Format::ALL {
            let mark = if format == current { "*" } else { " " };
            text.push_str(&format!("{mark} {:<14}{}\n", format.as_str(), format.about()));
        }
        session.screen.print_text(&text)?;
        return Ok(Flow::Continue);
    }
    let format = Format::parse(argument).map_err(|message| {
        let mut letters = message.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        let sentence: String = first.into_iter().chain(letters).collect();
        Error::new(&request::COMMAND, format!("{sentence}."))
    })?;
    session.format = Some(format);
    Ok(Flow::Continue)
}

fn sources(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    session.sources = match argument {
        "on" => Sources::On,
        "off" => Sources::Off,
        "full" => Sources::Full,
        _ => return Err(misused("sources")),
    };
    Ok(Flow::Continue)
}

/// A query that ran without sources is run again for them, if running it changes nothing.
fn why(session: &mut Session, _: &str) -> Result<Flow, Failure> {
    let told = std::mem::replace(&mut session.sources, Sources::Full);
    let notes = notes_of_last(session, told);
    session.sources = told;
    let (notes, options) = (notes?, session.screen.options(Vec::new()));
    let text = if notes.is_empty() {
        "The last answer rests on no statement.\n".to_owned()
    } else {
        notes.draw(Detail::Full, options.theme, options.columns)
    };
    session.screen.print_text(&text)?;
    Ok(Flow::Continue)
}

fn notes_of_last(session: &mut Session, told: Sources) -> Result<Footnotes, Failure> {
    let mut notes = Footnotes::default();
    if let Some(answer) = &session.last.answer {
        notes.numbers(&answer.evidence);
        return Ok(notes);
    }
    let again = match (&session.last.query, &session.last.rows) {
        (Some(query), Some(rows)) if told == Sources::Off && !rows.counters().any() => {
            Some(query.clone())
        }
        (_, Some(_)) => None,
        _ => return Err(nothing_yet("answer")),
    };
    if let Some(query) = again {
        let rows = session.execute(&query)?;
        session.last.rows = Some(rows);
    }
    if let Some(rows) = &session.last.rows {
        for at in 0..rows.len() {
            notes.numbers(&rows.evidence(at));
        }
    }
    Ok(notes)
}

/// The last question has none of what is asked for: there was no question, or it was not read.
fn none_of_last(session: &Session, what: &str) -> Failure {
    let message = match (&session.last.answer, &session.last.query) {
        (Some(answer), _) => match answer.kind {
            Kind::Declined => format!("The last question was not understood, so it has no {what}."),
            Kind::Ask => {
                format!("The last question was asked back, so it has no {what} before you choose.")
            }
            _ => format!("The last question was answered without a single {what}."),
        },
        (None, Some(_)) => format!("What ran last is a query and no question: it has no {what}."),
        (None, None) => return nothing_yet(if what == "reading" { "question" } else { what }),
    };
    let hint = match (&session.last.answer, &session.last.query) {
        (None, Some(_)) => Some(".explain says in words what it asks.".to_owned()),
        _ => None,
    };
    Error::new(&request::COMMAND, message).hint_opt(hint).into()
}

fn show_query(session: &mut Session, _: &str) -> Result<Flow, Failure> {
    let Some(query) = &session.last.query else { return Err(none_of_last(session, "query")) };
    session.screen.print_text(&format!("{query}\n"))?;
    Ok(Flow::Continue)
}

fn reading(session: &mut Session, _: &str) -> Result<Flow, Failure> {
    let reading = session.last.answer.as_ref().and_then(|answer| answer.reading.as_ref());
    let Some(reading) = reading else { return Err(none_of_last(session, "reading")) };
    session.screen.print_text(&format!("{reading}\n"))?;
    Ok(Flow::Continue)
}

fn explain(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    let query = match (argument, &session.last.query) {
        ("", Some(last)) => last.clone(),
        ("", None) => return Err(misused("explain")),
        (argument, _) => argument.to_owned(),
    };
    // The place of a mistake is one in the query, which begins somewhere in the line.
    let name = Some("query").filter(|_| !argument.is_empty());
    let plan = session.store.explain(query.trim_end_matches(';'));
    let plan = plan.map_err(|error| match name {
        Some(name) => error.in_part_of(Some(name), argument, 0),
        None => error,
    })?;
    let said = session.store.in_english(query.trim_end_matches(';'))?;
    session.screen.print_text(&format!("{said}\n\n{}\n", plan.trim_end()))?;
    Ok(Flow::Continue)
}

fn tidy(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    let query = match (argument, &session.last.query) {
        ("", Some(last)) => last.clone(),
        ("", None) => return Err(misused("tidy")),
        (argument, _) => argument.to_owned(),
    };
    let text = crate::query::format(&query)?;
    session.screen.print_text(&format!("{text}\n"))?;
    Ok(Flow::Continue)
}

fn ask(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    if argument.is_empty() {
        return Err(misused("ask"));
    }
    session.ask(argument)?;
    Ok(Flow::Continue)
}

fn forget(session: &mut Session, _: &str) -> Result<Flow, Failure> {
    session.conversation = Conversation::default();
    Ok(Flow::Continue)
}

fn show_schema(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    let graph = session.store.snapshot();
    let only = (!argument.is_empty()).then(|| argument.trim_start_matches(':'));
    let theme = session.screen.options(Vec::new()).theme;
    let text = schema::text(&Schema::of(&*graph), only, theme)?;
    session.screen.print_text(&text)?;
    session.screen.once = None;
    Ok(Flow::Continue)
}

fn info(session: &mut Session, _: &str) -> Result<Flow, Failure> {
    let mut text = schema::Info::of_store(&session.store)?.text();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    session.screen.print_text(&text)?;
    Ok(Flow::Continue)
}

fn param(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    if argument.is_empty() {
        let graph = session.store.snapshot();
        let lines = session.parameters.iter().map(|(name, value)| {
            format!("${name} = {}\n", text(value, &*graph, Spelling::Literal))
        });
        session.screen.print_text(&lines.collect::<String>())?;
        return Ok(Flow::Continue);
    }
    let (name, value) = parameter::parse(argument)?;
    let value = match value {
        crate::value::Value::String(text) => text.trim().into(),
        value => value,
    };
    session.parameters.insert(name, value);
    Ok(Flow::Continue)
}

fn read(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    /// Scripts that read scripts may do so this deep: one that reads itself must end.
    const DEPTH_MAX: usize = 16;
    if argument.is_empty() {
        return Err(misused("read"));
    }
    if session.read_depth >= DEPTH_MAX {
        let message = format!("Scripts read each other more than {DEPTH_MAX} deep.");
        return Err(Error::new(&request::COMMAND, message).into());
    }
    let (name, text) = text_file::read(argument.as_ref())?;
    session.read_depth += 1;
    let done = script::run(session, name.as_deref(), &text, Dialect::Statements);
    session.read_depth -= 1;
    done
}

fn load(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    if argument.is_empty() {
        return Err(misused("load"));
    }
    let (name, text) = text_file::read_facts(argument.as_ref())?;
    session.store.load_facts(&name, &text)?;
    Ok(Flow::Continue)
}

fn teach(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    let Some((words, means)) = argument.rsplit_once(" means ") else {
        return Err(misused("teach"));
    };
    let words = words.trim().trim_matches(['"', '“', '”', '\'']);
    let means = means.trim().trim_matches('`');
    if words.is_empty() {
        return Err(misused("teach"));
    }
    let also = others_said_so(session, words, means);
    if !session.store.teach(words, means)? {
        let message = format!("There is no relationship type, label or property `{means}`.");
        let error = Error::new(&request::COMMAND, message).hint(".schema lists what there is.");
        let graph = session.store.snapshot();
        let catalog = graph.catalog();
        let names = catalog.types().map(|(_, name)| &**name);
        return Err(match crate::text::suggest::nearest(means, names) {
            Some(near) => error.hint(format!("Did you mean `{near}`?")).into(),
            None => error.into(),
        });
    }
    session.screen.remark(&match also {
        Some(other) => format!(
            "Questions read “{words}” as `{means}` too; it is also said of `{other}`, so they may ask which is meant."
        ),
        None => format!("Questions read “{words}” as `{means}` now."),
    });
    Ok(Flow::Continue)
}

/// What else a sentence or a word is taught for, or is the name of.
fn others_said_so(session: &Session, words: &str, means: &str) -> Option<String> {
    let graph = session.store.snapshot();
    let catalog = graph.catalog();
    let plain = |text: &str| text.replace('_', " ").to_lowercase();
    let said = plain(words.strip_prefix("A ").unwrap_or(words).trim_end_matches(" B"));
    let taught = graph.declarations().phrases.iter().filter_map(|phrase| {
        let text = phrase.text.strip_prefix("A ").unwrap_or(&phrase.text).trim_end_matches(" B");
        let name = match phrase.means {
            Meaning::Label(label) => catalog.label_name(label),
            Meaning::Type(of) => catalog.type_name(of),
            Meaning::Key(key) => catalog.key_name(key),
        };
        (plain(text) == said).then(|| name.to_string())
    });
    let named =
        catalog.types().map(|(_, name)| name.to_string()).filter(|name| plain(name) == said);
    taught.chain(named).find(|other| plain(other) != plain(means))
}

fn lexicon(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    if argument.is_empty() {
        return Err(misused("lexicon"));
    }
    if session.store.load_shipped_lexicon(argument)?.is_none() {
        let (name, text) = text_file::read_facts(argument.as_ref())?;
        session.store.load_lexicon(&name, &text)?;
    }
    Ok(Flow::Continue)
}

fn export_graph(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    let format = match argument {
        "" => super::args::ExportFormat::Facts,
        word => <super::args::ExportFormat as clap::ValueEnum>::from_str(word, true)
            .map_err(|_| misused("export"))?,
    };
    let graph = session.store.snapshot();
    session.screen.print(|out| export::write(&graph, format, out))?;
    session.screen.once = None;
    Ok(Flow::Continue)
}

fn once(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    if argument.is_empty() {
        return Err(misused("once"));
    }
    session.screen.once = Some(argument.into());
    Ok(Flow::Continue)
}

fn as_of(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    match argument {
        "" => {
            let text = match &session.time {
                None => "all time".to_owned(),
                Some(time) => super::ask::time_in_words(time),
            };
            session.screen.print_text(&format!("{text}\n"))?;
        }
        "off" => session.time = None,
        date => {
            let date = Edtf::parse(date.trim_matches(['\'', '"']))?;
            session.time = Some(match date.exact_day() {
                Some(day) => DefaultTime::AsOf(day),
                None => DefaultTime::During(date),
            });
        }
    }
    Ok(Flow::Continue)
}

fn timer(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    session.timer = match argument {
        "on" => true,
        "off" => false,
        _ => return Err(misused("timer")),
    };
    Ok(Flow::Continue)
}

fn reset(session: &mut Session, argument: &str) -> Result<Flow, Failure> {
    // What is on the disk is gone with its history: that is said twice.
    let place = session.store.database().path().map(|path| path.display().to_string());
    match (place, argument) {
        (None, "" | "everything") | (Some(_), "everything") => {}
        (Some(place), "") => {
            let message = format!("`.reset` empties the store `{place}`, its history included.");
            return Err(Error::new(&request::COMMAND, message)
                .hint(".reset everything")
                .hint("To delete what is there and keep its history: MATCH (n) DETACH DELETE n")
                .into());
        }
        _ => return Err(misused("reset")),
    }
    session.store.reset()?;
    session.conversation = Conversation::default();
    Ok(Flow::Continue)
}

fn assert(_: &mut Session, _: &str) -> Result<Flow, Failure> {
    Err(Error::new(
        &request::COMMAND,
        "Assertions stand in scripts, below the statement they check.",
    )
    .hint("dossier query -f FILE")
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_entry_is_described() {
        let mut names: Vec<&str> =
            COMMANDS.iter().flat_map(|command| command.names).copied().collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        assert!(COMMANDS.iter().all(|command| command.about.ends_with('.')));
    }

    #[test]
    fn a_command_and_its_argument() {
        assert_eq!(parts(".mode  csv "), ("mode", "csv"));
        assert_eq!(parts(":quit"), ("quit", ""));
        assert!(is_known(".MODE csv") && !is_known(".name") && !is_known("mode"));
        assert_eq!(question(".ask who met Lavrov?"), "who met Lavrov?");
        assert_eq!(question("who met Lavrov?"), "who met Lavrov?");
    }
}
