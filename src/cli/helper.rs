//! What the line editor asks while somebody types: colours, completions, hints, and whether Enter
//! ends the input.

use std::borrow::Cow;

use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use super::command::find;
use super::complete::complete;
use super::input::{self, Input};
use super::token::{Kind, Token, tokens};
use super::vocabulary::Vocabulary;
use crate::render::theme::Theme;

/// Text longer than this is not coloured: pasted data must not make typing slow.
const COLOURED_MAX: usize = 20_000;

/// The prompt's help for the line editor.
pub struct PromptHelper {
    /// The words to complete.
    pub vocabulary: Vocabulary,
    /// The colours.
    pub theme: Theme,
    /// Earlier lines that begin alike.
    pub history: HistoryHinter,
}

impl Helper for PromptHelper {}

impl Completer for PromptHelper {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let found = complete(&self.vocabulary, &line[..position]);
        let pair = |text: String| Pair { display: text.trim_end().to_owned(), replacement: text };
        Ok((found.start, found.candidates.into_iter().map(pair).collect()))
    }
}

impl Hinter for PromptHelper {
    type Hint = String;

    /// The rest of an earlier line, of the only completion, or how a command is used.
    fn hint(&self, line: &str, position: usize, context: &Context<'_>) -> Option<String> {
        if position < line.len() || line.trim().is_empty() {
            return None;
        }
        if let Some(usage) = usage(line) {
            return Some(usage.to_owned());
        }
        if let Some(earlier) = self.history.hint(line, position, context) {
            return Some(earlier);
        }
        let found = complete(&self.vocabulary, line);
        let begun = &line[found.start..];
        match &found.candidates[..] {
            [only] if begun.len() > 1 => only.get(begun.len()..).map(str::to_owned),
            _ => None,
        }
    }
}

impl Validator for PromptHelper {
    /// A query goes on to the next line until it is whole; an empty line ends it as it is.
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        let goes_on = input::classify(text) == Input::Query
            && !text.ends_with('\n')
            && !input::is_complete(text);
        Ok(if goes_on { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

impl Highlighter for PromptHelper {
    fn highlight<'l>(&self, line: &'l str, position: usize) -> Cow<'l, str> {
        if self.theme == Theme::PLAIN || line.len() > COLOURED_MAX {
            return Cow::Borrowed(line);
        }
        match input::classify(line) {
            Input::Query => Cow::Owned(self.coloured(line, position)),
            Input::Command => {
                let end = line.find(char::is_whitespace).unwrap_or(line.len());
                let style = self.theme.command;
                Cow::Owned(format!("{style}{}{style:#}{}", &line[..end], &line[end..]))
            }
            Input::Empty | Input::Question => Cow::Borrowed(line),
        }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        let style = self.theme.frame;
        Cow::Owned(format!("{style}{prompt}{style:#}"))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        let style = self.theme.faint;
        Cow::Owned(format!("{style}{hint}{style:#}"))
    }

    /// Any key may change what a word is, so every change is coloured anew.
    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.theme != Theme::PLAIN
    }
}

impl PromptHelper {
    fn coloured(&self, line: &str, position: usize) -> String {
        let all: Vec<Token<'_>> = tokens(line).collect();
        let pair = matching_bracket(&all, position);
        let mut out = String::with_capacity(line.len() * 2);
        let mut before = "";
        for (at, token) in all.iter().enumerate() {
            let style = if pair.is_some_and(|(open, close)| at == open || at == close) {
                self.theme.strong.underline()
            } else {
                self.style(token, before)
            };
            out.push_str(&format!("{style}{}{style:#}", token.text));
            if token.is_significant() {
                before = token.text;
            }
        }
        out
    }

    fn style(&self, token: &Token<'_>, before: &str) -> anstyle::Style {
        match token.kind {
            Kind::Comment => self.theme.faint,
            Kind::Quoted if token.text.starts_with('`') => anstyle::Style::new(),
            Kind::Quoted => self.theme.string,
            Kind::Number | Kind::Parameter => self.theme.number,
            Kind::Word if matches!(before, ":" | "|") => self.theme.label,
            Kind::Word if before != "." && Vocabulary::is_keyword(token.text) => self.theme.keyword,
            _ => anstyle::Style::new(),
        }
    }
}

/// How a command is used, where its name has been typed and nothing after it.
fn usage(line: &str) -> Option<&'static str> {
    let name = line.strip_prefix(['.', ':'])?.strip_suffix(' ')?;
    find(name).map(|command| command.usage)
}

/// The bracket at the cursor, or just before it, and its partner, as positions among the tokens.
fn matching_bracket(all: &[Token<'_>], position: usize) -> Option<(usize, usize)> {
    let is_bracket = |token: &Token<'_>| matches!(token.kind, Kind::Open | Kind::Close);
    let here = all.iter().position(|token| token.start == position && is_bracket(token));
    let at =
        here.or_else(|| all.iter().position(|token| token.end() == position && is_bracket(token)))?;
    let mut open = Vec::new();
    for (other, token) in all.iter().enumerate() {
        match token.kind {
            Kind::Open => open.push(other),
            Kind::Close => {
                let partner = open.pop()?;
                if other == at || partner == at {
                    return Some((partner, other));
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bracket_at_the_cursor_has_a_partner() {
        let text = "MATCH (a {x: [1]})";
        let all: Vec<Token<'_>> = tokens(text).collect();
        let (open, close) = matching_bracket(&all, text.len()).expect("a pair");
        assert_eq!((all[open].start, all[close].start), (6, 17));
        assert_eq!(matching_bracket(&all, 3), None);
    }

    #[test]
    fn colours_change_no_letter() {
        let helper = PromptHelper {
            vocabulary: Vocabulary::default(),
            theme: Theme::COLOUR,
            history: HistoryHinter::new(),
        };
        let line = "MATCH (a:State {name: 'x'}) RETURN a.match, 1 // c";
        let coloured = helper.coloured(line, line.len());
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), line);
        let keyword = Theme::COLOUR.keyword;
        assert!(coloured.starts_with(&format!("{keyword}MATCH{keyword:#}")));
        assert!(!coloured.contains(&format!("{keyword}match")));
    }
}
