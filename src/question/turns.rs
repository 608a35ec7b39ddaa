//! Turns of a question that say what a plainer one says: *what does the population of X amount to?*, *X is home to
//! how many people?*
//!
//! The chart knows how questions are built; a turn is a whole question, or the end of one, that is built in a way
//! of its own. `data/lexicon/general.turns` has them, each with the plainer question it stands for, and is looked
//! into only where a question has no reading as it is written. A turn says nothing of any graph: what the
//! plainer question means is for the chart and the graph to say.
//!
//! ```text
//! how many ~1 call ~2 home = how many ~1 live in ~2
//!     How many people call Oslo home?   How many people live in Oslo?
//! ```

use std::sync::OnceLock;

use super::token::Token;

const SHIPPED: &str = include_str!("../../data/lexicon/general.turns");

/// The first line of the file.
const HEADER: &str = "dossier turns 1";

/// The most words that one mark stands for.
const SLOT_MAX: usize = 14;

/// How many plainer questions a question is tried as.
const TRIED_MAX: usize = 4;

/// How many ways one turn may fit a question.
const FITS_MAX: usize = 2;

/// What a mark begins with that stands for words of one verb.
const PLAIN: &str = "~p";

/// Words that join another verb, or deny one.
const JOINS: [&str; 26] = [
    "and", "or", "but", "not", "never", "nor", "without", "that", "who", "whom", "which", "while",
    "when", "before", "after", "than", ",", "did", "do", "does", "has", "have", "had", "was",
    "were", "else",
];

/// The turns of a file, in its order.
#[derive(Debug)]
pub(super) struct Turns(Vec<Turn>);

#[derive(Debug)]
struct Turn {
    from: Vec<Part>,
    to: Vec<Said>,
}

/// A part of what a question has to look like.
#[derive(Debug, PartialEq)]
enum Part {
    /// One of some sequences of words.
    OneOf(Vec<Vec<String>>),
    /// One or more words, or any number of them.
    Words { mark: String, least: usize },
}

/// A part of the plainer question.
#[derive(Debug, PartialEq)]
enum Said {
    Word(String),
    /// What a mark stood for.
    Marked(String),
    /// What the nth bracket stood for.
    Chosen(usize),
}

/// What the marks and brackets of a turn stand for in a question, as ranges of its words.
#[derive(Clone, Debug, Default)]
struct Fit {
    marks: Vec<(String, usize, usize)>,
    brackets: Vec<(usize, usize)>,
}

/// The turns that ship with Dossier, read when they are first needed.
pub(super) fn shipped() -> &'static Turns {
    static TURNS: OnceLock<Turns> = OnceLock::new();
    TURNS.get_or_init(|| Turns::read(SHIPPED))
}

impl Turns {
    fn read(text: &str) -> Turns {
        let is_turn = |line: &&str| !line.starts_with('#') && *line != HEADER;
        let turn = |line: &str| {
            let (from, to) = line.split_once(" = ")?;
            Some(Turn { from: parts(from), to: to.split_whitespace().map(said).collect() })
        };
        Turns(text.lines().filter(is_turn).filter_map(turn).collect())
    }

    /// The plainer questions that a question may stand for, what is written first in the file first.
    pub(super) fn plainer(&self, question: &str, tokens: &[Token]) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for turn in &self.0 {
            let mut fits = Vec::new();
            turn.fit(tokens, (0, 0), &mut Fit::default(), &mut fits);
            for fit in fits {
                let text = turn.said(question, tokens, &fit);
                if all.len() < TRIED_MAX && !all.contains(&text) {
                    all.push(text);
                }
            }
        }
        all
    }
}

impl Turn {
    /// Every way in which the parts from one on fit the words from one on.
    fn fit(
        &self,
        tokens: &[Token],
        (part, at): (usize, usize),
        fit: &mut Fit,
        found: &mut Vec<Fit>,
    ) {
        if found.len() >= FITS_MAX {
            return;
        }
        match self.from.get(part) {
            None if at == tokens.len() => {
                // A *not* belongs to the verb before it, which the plainer question may have elsewhere.
                let ends_denied = |&(_, _, end): &(String, usize, usize)| {
                    end > 0 && matches!(tokens[end - 1].word.as_str(), "not" | "never")
                };
                if !fit.marks.iter().any(ends_denied) {
                    found.push(fit.clone());
                }
            }
            None => {}
            Some(Part::OneOf(sequences)) => {
                for words in sequences {
                    let end = at + words.len();
                    let there = tokens.get(at..end).is_some_and(|there| {
                        there.iter().zip(words).all(|(token, word)| token.word == *word)
                    });
                    if there {
                        fit.brackets.push((at, end));
                        self.fit(tokens, (part + 1, end), fit, found);
                        fit.brackets.pop();
                    }
                }
            }
            Some(Part::Words { mark, least }) => {
                let mut most = (tokens.len() - at).min(SLOT_MAX);
                if mark.starts_with(PLAIN) {
                    let joins = |token: &Token| JOINS.contains(&token.word.as_str());
                    let plain = tokens[at..].iter().take_while(|token| !joins(token)).count();
                    most = most.min(plain);
                }
                for number in *least..=most {
                    fit.marks.push((mark.clone(), at, at + number));
                    self.fit(tokens, (part + 1, at + number), fit, found);
                    fit.marks.pop();
                }
            }
        }
    }

    /// The plainer question, with the words of the question in their places.
    fn said(&self, question: &str, tokens: &[Token], fit: &Fit) -> String {
        let written = |from: usize, end: usize| match (tokens.get(from), end.checked_sub(1)) {
            (Some(first), Some(last)) if end > from => {
                // The apostrophe of a genitive is written with the word before it.
                let text = first.span.to(tokens[last].span).slice(question);
                let genitive = tokens.get(end).is_some_and(|token| token.word == "'s");
                if genitive { text.trim_end_matches(['\'', '’']) } else { text }
            }
            _ => "",
        };
        // Words alone count as brackets, too; only those with a choice are numbered.
        let chosen: Vec<(usize, usize)> = self
            .from
            .iter()
            .filter(|part| matches!(part, Part::OneOf(_)))
            .zip(&fit.brackets)
            .filter(|(part, _)| matches!(part, Part::OneOf(all) if all.len() > 1))
            .map(|(_, range)| *range)
            .collect();
        let mut text = String::new();
        for part in &self.to {
            let word = match part {
                Said::Word(word) => word.as_str(),
                Said::Marked(mark) => {
                    let of = fit.marks.iter().find(|(known, ..)| known == mark);
                    of.map_or("", |&(_, from, end)| written(from, end))
                }
                Said::Chosen(nth) => {
                    chosen.get(*nth - 1).map_or("", |&(from, end)| written(from, end))
                }
            };
            let joined = word == "," || word.starts_with('\'');
            if !word.is_empty() && !text.is_empty() && !joined {
                text.push(' ');
            }
            text.push_str(word);
        }
        text
    }
}

/// The parts of the left side of a turn: words, marks, and brackets, which may have several words in them.
fn parts(text: &str) -> Vec<Part> {
    let mut all = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if let Some((inside, behind)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        {
            let words = |one: &str| one.split_whitespace().map(str::to_owned).collect();
            all.push(Part::OneOf(inside.split('|').map(words).collect()));
            rest = behind.trim_start();
            continue;
        }
        let (word, behind) = rest.split_once(' ').unwrap_or((rest, ""));
        all.push(if word.starts_with('~') {
            Part::Words { mark: word.to_owned(), least: 1 }
        } else if word.starts_with("...") {
            Part::Words { mark: word.to_owned(), least: 0 }
        } else {
            Part::OneOf(vec![vec![word.to_owned()]])
        });
        rest = behind.trim_start();
    }
    all
}

fn said(word: &str) -> Said {
    let nth = word.strip_prefix('$').and_then(|nth| nth.parse().ok()).filter(|nth| *nth > 0);
    match nth {
        Some(nth) => Said::Chosen(nth),
        None if word.starts_with('~') || word.starts_with("...") => Said::Marked(word.to_owned()),
        None => Said::Word(word.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::token::tokens;

    fn plainer(question: &str) -> Vec<String> {
        shipped().plainer(question, &tokens(question))
    }

    #[test]
    fn a_turn_is_a_whole_question() {
        let home = plainer("How many people call New Ulm home?");
        assert_eq!(home[0], "how many people live in New Ulm");
        assert_eq!(plainer("The Ouse is how long?"), ["how long is The Ouse"]);
        assert_eq!(plainer("What do people call New Ulm?"), [""; 0]);
    }

    #[test]
    fn brackets_say_which_of_them_it_was() {
        let parts = plainer("isles that have rivers but no towns");
        assert_eq!(parts, ["isles that have rivers and have no towns"]);
    }

    #[test]
    fn a_genitive_is_joined_to_its_noun() {
        let made = plainer("When was Norway's last visit to Oslo made?");
        assert_eq!(made, ["When was Norway's last visit to Oslo"]);
    }

    /// A mark on the right side stands on the left, a bracket has its number, and every line is a turn.
    #[test]
    fn the_shipped_turns_are_well_formed() {
        let is_turn = |line: &&str| !line.starts_with('#') && *line != HEADER && !line.is_empty();
        let lines: Vec<&str> = SHIPPED.lines().filter(is_turn).collect();
        assert_eq!(lines.len(), shipped().0.len());
        for (line, turn) in lines.iter().zip(&shipped().0) {
            let chosen = |part: &&Part| matches!(part, Part::OneOf(all) if all.len() > 1);
            let brackets = turn.from.iter().filter(chosen).count();
            for part in &turn.to {
                match part {
                    Said::Word(word) => assert!(!word.contains(['[', ']', '|']), "{line}"),
                    Said::Chosen(nth) => assert!(*nth <= brackets, "{line}"),
                    Said::Marked(mark) => {
                        let known = |part: &Part| matches!(part, Part::Words { mark: own, .. } if own == mark);
                        assert!(turn.from.iter().any(known), "{line}");
                    }
                }
            }
        }
    }
}
