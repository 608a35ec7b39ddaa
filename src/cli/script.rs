//! Files of statements, and what they assert.
//!
//! A script holds statements that end with `;` and the prompt's commands, each on a line of its
//! own. A command also ends the statement before it:
//!
//! ```text
//! // Who recognises South Ossetia?
//! MATCH (s:State)-[:RECOGNISES]->(:Region {name: 'South Ossetia'})
//! RETURN s.name AS state ORDER BY state
//! .assert rows 5
//! .assert row 'Nauru'
//!
//! RETURN 1 / 0;
//! .assert error eval::division_by_zero
//! ```
//!
//! So a file of queries is also a test of the data. A statement with assertions prints nothing
//! when they hold; one that fails shows what was expected and what was found, and the script goes
//! on. A statement that fails without expecting it ends the script.

use std::ops::Range;

use super::assertion::{self, Given};
use super::command;
use super::failure::{Code, Failure};
use super::input::{self, Input};
use super::session::{Flow, Session, Sources, counted};
use super::token::{Kind, Token, tokens};
use crate::error::{Error, bind, request};
use crate::text::Span;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is.
    pub kind: Input,
    /// Where it stands in the script.
    pub at: Range<usize>,
}

/// What a script may hold beside statements and commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Statements and commands: a file.
    Statements,
    /// Questions too, a line each: what is piped to the prompt.
    Prompt,
}

/// Runs a script to its end; `name` is what errors call it.
///
/// Says to end the session where the script did.
pub fn run(
    session: &mut Session,
    name: Option<&str>,
    text: &str,
    dialect: Dialect,
) -> std::result::Result<Flow, Failure> {
    let steps = split(text, dialect);
    let mut script = Script { session, name, text, passed: 0, failed: 0 };
    let mut at = 0;
    while let Some(step) = steps.get(at) {
        at += 1;
        let asserted = steps[at..].iter().take_while(|next| script.is_assertion(next)).count();
        let assertions = &steps[at..at + asserted];
        at += asserted;
        if script.step(step, assertions)? == Flow::Quit {
            return Ok(Flow::Quit);
        }
    }
    script.finish()
}

/// The steps of a script, in order.
pub fn split(text: &str, dialect: Dialect) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut from = 0;
    while let Some(first) = first_significant(text, from) {
        let line = line_end(text, first.start);
        let here = &text[first.start..line];
        let (kind, end) = if begins_line(text, first.start) && input::is_command(here) {
            (Input::Command, command_end(text, first.start))
        } else if dialect == Dialect::Prompt && input::classify(here) == Input::Question {
            (Input::Question, line)
        } else {
            (Input::Query, statement_end(text, first.start))
        };
        let next = end + usize::from(kind == Input::Query && text[end..].starts_with(';'));
        let at = first.start..first.start + text[first.start..end].trim_end().len();
        if !at.is_empty() {
            steps.push(Step { kind, at });
        }
        from = next.max(first.start + 1);
    }
    steps
}

struct Script<'a> {
    session: &'a mut Session,
    name: Option<&'a str>,
    text: &'a str,
    passed: u64,
    failed: u64,
}

impl Script<'_> {
    fn is_assertion(&self, step: &Step) -> bool {
        step.kind == Input::Command && assertion::body(&self.text[step.at.clone()]).is_some()
    }

    fn step(&mut self, step: &Step, assertions: &[Step]) -> std::result::Result<Flow, Failure> {
        let done = self.carry_out(step, assertions);
        if !self.session.store.is_in_transaction() {
            self.session.unfinished = None;
        } else if self.session.unfinished.is_none() {
            let length = self.text[step.at.clone()].lines().next().unwrap_or_default().len();
            let error = unfinished().at(Span::of(0, length));
            self.session.unfinished = Some(Box::new(self.moved(error, step.at.start)));
        }
        done
    }

    fn carry_out(
        &mut self,
        step: &Step,
        assertions: &[Step],
    ) -> std::result::Result<Flow, Failure> {
        let text = &self.text[step.at.clone()];
        if self.is_assertion(step) {
            self.check(step, &Given::Nothing)?;
            return Ok(Flow::Continue);
        }
        if assertions.is_empty() || step.kind == Input::Command && !command::is_question(text) {
            let done = self.session.take(step.kind, text);
            let flow = done.map_err(|failure| self.located(failure, step))?;
            for step in assertions {
                self.check(step, &Given::Nothing)?;
            }
            return Ok(flow);
        }
        let given = self.gather(step.kind, text, assertions);
        for assertion in assertions {
            self.check(assertion, &given)?;
        }
        let expected = assertions.iter().any(|step| self.expects_error(step));
        match given {
            Given::Error(error) if !expected => Err(self.located(Failure::Error(error), step)),
            _ => Ok(Flow::Continue),
        }
    }

    /// Runs a statement or a question for its assertions instead of printing it.
    fn gather(&mut self, kind: Input, text: &str, assertions: &[Step]) -> Given {
        let told = self.session.sources;
        if assertions.iter().any(|step| assertion::needs_sources(&self.text[step.at.clone()])) {
            self.session.sources = Sources::Full;
        }
        let given = match kind {
            Input::Query => self.session.execute(text).map(Given::rows),
            _ => self.session.answer(command::question(text)).map(Given::answer),
        };
        self.session.sources = told;
        given.unwrap_or_else(|error| Given::Error(Box::new(error)))
    }

    fn expects_error(&self, step: &Step) -> bool {
        assertion::expects_error(&self.text[step.at.clone()])
    }

    /// Checks one assertion. A failed one is shown and counted; one that says nothing ends the script.
    fn check(&mut self, step: &Step, given: &Given) -> std::result::Result<(), Failure> {
        let text = &self.text[step.at.clone()];
        // The error of a statement is shown as that, not as the failure of what was asserted of it.
        if matches!(given, Given::Error(_)) && !self.expects_error(step) {
            return Ok(());
        }
        match assertion::check(text, given) {
            Ok(()) => self.passed += 1,
            Err(error) if Code::of(&error) == Code::Assertion => {
                self.failed += 1;
                let line = text.lines().next().unwrap_or(text);
                let error = error.at(Span::of(0, line.len()));
                self.session.screen.print_error(&self.moved(error, step.at.start));
            }
            Err(error) => return Err(self.located(error.into(), step)),
        }
        Ok(())
    }

    /// The failure with its place in the script. What has no place of its own is shown at the
    /// first line of its step: a command always, a statement where the script is a file.
    fn located(&self, failure: Failure, step: &Step) -> Failure {
        let Failure::Error(mut error) = failure else { return failure };
        let line = self.text[step.at.clone()].lines().next().unwrap_or_default().len();
        let is_here = step.kind == Input::Command || self.name.is_some();
        if is_here && error.file().is_none() && error.code() != request::OUTPUT.name {
            *error = error.at(Span::of(0, line));
        }
        Failure::Error(Box::new(self.moved(*error, step.at.start)))
    }

    /// The error with its place in the script, where the script is more than the one statement.
    fn moved(&self, error: Error, offset: usize) -> Error {
        error.in_part_of(self.name, self.text, offset)
    }

    fn finish(self) -> std::result::Result<Flow, Failure> {
        let Script { passed, failed, session, .. } = self;
        if failed > 0 {
            let held = counted(passed, "assertion holds", "assertions hold");
            let broken = counted(failed, "fails", "fail");
            session.screen.remark(&format!("{held}, {broken}"));
            return Err(Failure::Shown(Code::Assertion));
        }
        if passed > 0 && session.screen.terminal {
            session.screen.remark(&counted(passed, "assertion holds", "assertions hold"));
        }
        Ok(Flow::Continue)
    }
}

/// How a run of scripts ends. A transaction that is open by then is undone, and that is said: the
/// exit code of a script that was cut off must not be that of one which has done its work.
pub fn end(
    session: &mut Session,
    ended: std::result::Result<(), Failure>,
) -> std::result::Result<(), Failure> {
    let Some(unfinished) = session.unfinished.take().filter(|_| session.store.is_in_transaction())
    else {
        return ended;
    };
    match ended {
        Ok(()) => Err(Failure::Error(unfinished)),
        Err(Failure::Error(mut error)) => {
            *error = error.note(ROLLED_BACK);
            Err(Failure::Error(error))
        }
        Err(Failure::Shown(code)) => {
            session.screen.print_error(&unfinished);
            Err(Failure::Shown(code))
        }
        Err(Failure::BrokenPipe) => Err(Failure::BrokenPipe),
    }
}

/// What becomes of a transaction that nobody ends.
pub const ROLLED_BACK: &str = "The transaction has been rolled back.";

/// The input ends within a transaction.
pub fn unfinished() -> Error {
    Error::new(&bind::TRANSACTION_STATE, "The transaction that is begun here is never committed.")
        .note(ROLLED_BACK)
        .hint("COMMIT; at the end keeps what it changes, ROLLBACK; gives it up.")
}

fn first_significant(text: &str, from: usize) -> Option<Token<'_>> {
    let first = tokens(&text[from..]).find(Token::is_significant)?;
    Some(Token { start: first.start + from, ..first })
}

fn line_end(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |at| from + at)
}

fn begins_line(text: &str, at: usize) -> bool {
    text[..at].rsplit('\n').next().is_none_or(|before| before.trim().is_empty())
}

/// A command ends with its line; `.assert table` takes the lines of the table along.
fn command_end(text: &str, from: usize) -> usize {
    let mut end = line_end(text, from);
    while text[end..].starts_with('\n')
        && text[end + 1..].trim_start_matches([' ', '\t']).starts_with('|')
    {
        end = line_end(text, end + 1);
    }
    end
}

/// A statement ends before its semicolon, before a line that is a command, or with the text.
fn statement_end(text: &str, from: usize) -> usize {
    let mut depth = 0usize;
    for token in tokens(&text[from..]) {
        let at = from + token.start;
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            Kind::Semicolon => return at,
            Kind::Symbol
                if depth == 0
                    && text[..at].ends_with('\n')
                    && command::is_known(&text[at..line_end(text, at)]) =>
            {
                return at;
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str, dialect: Dialect) -> Vec<(Input, &str)> {
        split(text, dialect).into_iter().map(|step| (step.kind, &text[step.at])).collect()
    }

    #[test]
    fn statements_end_with_a_semicolon_or_before_a_command() {
        let text = "RETURN ';' // ;\n;\nMATCH (n)\nRETURN n\n  .name\n.assert rows 1\n.assert table\n| n |\n| 1 |\nRETURN 2";
        assert_eq!(
            steps(text, Dialect::Statements),
            [
                (Input::Query, "RETURN ';' // ;"),
                (Input::Query, "MATCH (n)\nRETURN n\n  .name"),
                (Input::Command, ".assert rows 1"),
                (Input::Command, ".assert table\n| n |\n| 1 |"),
                (Input::Query, "RETURN 2"),
            ]
        );
    }

    #[test]
    fn the_prompt_takes_a_question_a_line() {
        let text = "who met Lavrov?\nRETURN 1;\nand Medoev's colleague?\n.quit";
        assert_eq!(
            steps(text, Dialect::Prompt),
            [
                (Input::Question, "who met Lavrov?"),
                (Input::Query, "RETURN 1"),
                (Input::Question, "and Medoev's colleague?"),
                (Input::Command, ".quit"),
            ]
        );
    }

    #[test]
    fn empty_statements_are_none() {
        assert_eq!(steps(";;\n // x\n;", Dialect::Statements), []);
    }
}
