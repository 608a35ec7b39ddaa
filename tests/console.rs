//! The command from outside: `tests/console/TOPIC` holds commands of a shell and what they print.
//!
//! ```text
//! # Comments stand between commands.
//! $ dossier query -f nowhere
//! error: `nowhere` cannot be read: No such file or directory (os error 2).
//!   = code: request::io
//! [exit 2]
//! ```
//!
//! A line that begins with `> ` goes on with the command above it. What is printed is standard
//! output and standard error together; an exit code follows where it is not 0. The commands of a
//! file run one after the other in a folder of their own, where `dossier` is the binary that was
//! built, on no terminal. None may use more than a minute of computing.
//!
//! `UPDATE_EXPECT=1 cargo test console` writes down what is printed now.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::scripts::{difference, updating};

#[test]
fn commands_print_what_is_written_down() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/console");
    let mut wrong = String::new();
    for entry in std::fs::read_dir(folder).expect("tests/console is readable").flatten() {
        let (file, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let text = std::fs::read_to_string(&file).expect("a transcript is readable");
        let now = transcript(&text, &Shell::new(&name, ""));
        if now == text {
            continue;
        }
        if updating() {
            std::fs::write(&file, now).expect("a transcript is writable");
        } else {
            writeln!(wrong, "{name}:\n{}", difference(&text, &now)).expect("a string");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}\nUPDATE_EXPECT=1 cargo test console writes them anew.");
}

/// Where commands run.
pub(crate) struct Shell<'a> {
    folder: PathBuf,
    /// What is run before each command.
    prelude: &'a str,
}

impl Shell<'_> {
    /// A shell in a new, empty folder.
    pub(crate) fn new<'a>(name: &str, prelude: &'a str) -> Shell<'a> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("console").join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).expect("the folder of the last run can be removed");
        }
        std::fs::create_dir_all(&folder).expect("a folder can be made");
        Shell { folder, prelude }
    }

    /// What a command prints, with its exit code where that is not 0.
    fn run(&self, command: &str) -> String {
        let binary = Path::new(env!("CARGO_BIN_EXE_dossier"));
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{path}", binary.parent().unwrap_or(binary).display());
        let script = format!("exec 2>&1\nulimit -t 60\n{}\n{command}", self.prelude);
        let output = Command::new("sh")
            .args(["-c", &script])
            .current_dir(&self.folder)
            .env_clear()
            .envs([("PATH", path.as_str()), ("LC_ALL", "C.UTF-8")])
            .env("HOME", &self.folder)
            .stdin(Stdio::null())
            .output()
            .expect("a shell can be started");
        let mut printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if !printed.is_empty() && !printed.ends_with('\n') {
            printed.push('\n');
        }
        match output.status.code() {
            Some(0) => {}
            Some(code) => writeln!(printed, "[exit {code}]").expect("a string takes everything"),
            None => printed.push_str("[ended by a signal]\n"),
        }
        printed
    }
}

/// A transcript with what its commands print now.
pub(crate) fn transcript(text: &str, shell: &Shell<'_>) -> String {
    let mut now = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(first) = line.strip_prefix("$ ") else {
            now.push_str(line);
            now.push('\n');
            continue;
        };
        now.push_str(line);
        now.push('\n');
        let mut command = first.to_owned();
        while let Some(more) = lines.next_if(|line| *line == ">" || line.starts_with("> ")) {
            command.push('\n');
            command.push_str(more.get(2..).unwrap_or_default());
            now.push_str(more);
            now.push('\n');
        }
        let printed = shell.run(&command);
        now.extend(printed.lines().map(|line| format!("{}\n", line.trim_end())));
        while lines.next_if(|line| !line.starts_with("$ ") && !line.starts_with("# ")).is_some() {}
        if lines.peek().is_some() {
            now.push('\n');
        }
    }
    now
}

#[test]
fn a_transcript_takes_the_place_of_what_was_printed() {
    let shell = Shell::new("transcript", "");
    let text = "# One.\n$ printf 'a\\n\\nb'\nold\n\nold\n\n# Two.\n$ echo c &&\n> exit 3\n";
    let now = "# One.\n$ printf 'a\\n\\nb'\na\n\nb\n\n# Two.\n$ echo c &&\n> exit 3\nc\n[exit 3]\n";
    assert_eq!(transcript(text, &shell), now);
    assert_eq!(transcript(now, &shell), now);
}
