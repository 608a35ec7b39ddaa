//! What could stand at the cursor.
//!
//! ```text
//! MATCH (s:Sta▮            labels                 MATCH (s)-[:REC▮       relationship types
//! … RETURN s.na▮           properties of s's label  MATCH (s:State {na▮  properties of :State
//! … {name: 'Nau▮           names of things        CALL al▮               procedures
//! RETURN coun▮             functions, variables, keywords that fit
//! who recognises South▮    names of things        .mo▮                   commands
//! ```
//!
//! The text before the cursor is read as tokens, so half a query is enough.

use super::command::{self, Argument};
use super::input::{self, Input};
use super::token::{Kind, Token, tokens};
use super::vocabulary::{BEGINNINGS, CONTINUATIONS, INNER, SHOWN, Vocabulary};
use crate::graph::schema::PropertySchema;
use crate::render::Format;

/// The most candidates that are offered: more cannot be looked through.
const CANDIDATES_MAX: usize = 200;

/// What could replace the text from `start` to the cursor.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The first byte that a candidate replaces.
    pub start: usize,
    /// What could stand there, best first.
    pub candidates: Vec<String>,
}

/// Completes the text before the cursor.
pub fn complete(vocabulary: &Vocabulary, before: &str) -> Completion {
    let mut found = if input::is_command(before.trim_start()) || before.trim_start() == "." {
        complete_command(vocabulary, before)
    } else {
        match input::classify(before) {
            Input::Question if !is_keyword_begun(before) => complete_question(vocabulary, before),
            _ => complete_query(vocabulary, before),
        }
    };
    found.candidates.truncate(CANDIDATES_MAX);
    found
}

/// Whether the first word may become a keyword: `mat` is no question yet.
fn is_keyword_begun(before: &str) -> bool {
    let word = before.trim();
    !word.is_empty()
        && BEGINNINGS
            .iter()
            .any(|keyword| starts_with(keyword, word) || word.eq_ignore_ascii_case(keyword))
}

fn complete_command(vocabulary: &Vocabulary, before: &str) -> Completion {
    let start = before.len() - before.trim_start().len();
    let typed = &before[start..];
    let Some(space) = typed.find(char::is_whitespace) else {
        let names =
            Vocabulary::commands().filter(|name| name.starts_with(&typed.replace(':', ".")));
        return Completion { start, candidates: names.map(|name| format!("{name} ")).collect() };
    };
    let begun = start + space + (typed[space..].len() - typed[space..].trim_start().len());
    let word = &before[begun..];
    let Some(command) = command::find(typed[..space].trim_start_matches(['.', ':'])) else {
        return Completion::default();
    };
    let from = |words: Vec<String>| Completion {
        start: begun,
        candidates: words.into_iter().filter(|candidate| starts_with(candidate, word)).collect(),
    };
    let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    match command.argument {
        Argument::None | Argument::File => Completion::default(),
        Argument::Words(words) => from(owned(words)),
        Argument::Format => from(owned(&Format::ALL.map(Format::as_str))),
        Argument::Command => {
            from(Vocabulary::commands().map(|name| name[1..].to_owned()).collect())
        }
        Argument::Schema => {
            let labels = vocabulary.schema.labels.iter().map(|label| label.name.clone());
            from(labels.chain(vocabulary.schema.types.iter().map(|t| t.name.clone())).collect())
        }
        Argument::Query => shifted(complete_query(vocabulary, word), begun),
        Argument::Question => shifted(complete_question(vocabulary, word), begun),
    }
}

fn shifted(found: Completion, by: usize) -> Completion {
    Completion { start: found.start + by, ..found }
}

/// Words that lead to an answer; else names of things: of the last words, as many as begin a name.
fn complete_question(vocabulary: &Vocabulary, before: &str) -> Completion {
    if let Some(store) = vocabulary.store.as_ref().filter(|_| !before.trim().is_empty()) {
        let (start, candidates) = store.continuations(before);
        if !candidates.is_empty() {
            return Completion { start, candidates };
        }
    }
    let starts = std::iter::once(0).chain(before.match_indices(' ').map(|(at, _)| at + 1));
    for start in starts {
        let words = &before[start..];
        if words.chars().count() < 2 {
            continue;
        }
        let names = vocabulary.entities.iter().map(|(name, _)| name);
        let candidates = names_from(names.chain(&vocabulary.aliases), words);
        if !candidates.is_empty() {
            return Completion { start, candidates };
        }
    }
    Completion::default()
}

fn complete_query(vocabulary: &Vocabulary, before: &str) -> Completion {
    let all: Vec<Token<'_>> = tokens(before).collect();
    let text = Before::new(&all, before);
    if let Some(open) = all.last().filter(|token| token.kind == Kind::Quoted && !token.closed) {
        return complete_string(vocabulary, open, text.owner());
    }
    let word = text.word;
    let names = |names: Vec<String>| Completion {
        start: text.start,
        candidates: names.into_iter().filter(|name| starts_with(name, word)).collect(),
    };
    match text.place() {
        Place::Label => names(vocabulary.schema.labels.iter().map(|l| l.name.clone()).collect()),
        Place::Type => names(vocabulary.schema.types.iter().map(|t| t.name.clone()).collect()),
        Place::Property(of) => names(properties(vocabulary, of)),
        Place::Procedure => names(parts_after(vocabulary.procedures.iter(), &text.qualifier(), "")),
        Place::Qualified(of) => names(qualified(vocabulary, &text, of)),
        Place::Shown => names(words_of(&SHOWN, word)),
        Place::Value => Completion { start: text.start, candidates: Vec::new() },
        Place::Word => names(words(vocabulary, &text)),
    }
}

/// A name of a thing, of the label if one is known, with the quotation mark that ends the string.
fn complete_string(vocabulary: &Vocabulary, open: &Token<'_>, label: Option<&str>) -> Completion {
    let quote = &open.text[..1];
    if quote == "`" {
        return Completion::default();
    }
    let fits = |labels: &[String]| label.is_none_or(|label| labels.iter().any(|l| l == label));
    let names = vocabulary.entities.iter().filter(|(_, labels)| fits(labels)).map(|(name, _)| name);
    let escaped =
        |name: String| name.replace('\\', "\\\\").replace(quote, &format!("\\{quote}")) + quote;
    let candidates = names_from(names, &open.text[1..]).into_iter().map(escaped).collect();
    Completion { start: open.start + 1, candidates }
}

fn names_from<'a>(names: impl Iterator<Item = &'a String>, begun: &str) -> Vec<String> {
    names.filter(|name| starts_with(name, begun)).cloned().collect()
}

/// The properties of a label or a relationship type; of everything where neither is known.
fn properties(vocabulary: &Vocabulary, of: Option<&str>) -> Vec<String> {
    let keys = |known: &[PropertySchema]| known.iter().map(|key| key.name.clone()).collect();
    let schema = &vocabulary.schema;
    of.and_then(|name| {
        let label = schema.label(name).map(|label| keys(&label.properties));
        label.or_else(|| schema.relationship_type(name).map(|known| keys(&known.properties)))
    })
    .unwrap_or_else(|| vocabulary.keys.clone())
}

/// What stands after the dot of a name that no pattern has introduced: functions, where some begin
/// with it, else properties.
fn qualified(vocabulary: &Vocabulary, text: &Before<'_>, of: Option<&str>) -> Vec<String> {
    let functions = parts_after(vocabulary.functions.iter(), &text.qualifier(), "(");
    if functions.is_empty() { properties(vocabulary, of) } else { functions }
}

/// The rest of each name that begins with a qualifier (`algo.`), which is whole where that is empty.
fn parts_after(
    names: impl Iterator<Item = impl AsRef<str>>,
    qualifier: &str,
    end: &str,
) -> Vec<String> {
    let rest = |name: &str| name.get(qualifier.len()..).map(|rest| format!("{rest}{end}"));
    names
        .filter(|name| starts_with(name.as_ref(), qualifier))
        .filter_map(|name| rest(name.as_ref()))
        .collect()
}

/// Keywords, in the letters that the word was begun in.
fn words_of(keywords: &[&str], word: &str) -> Vec<String> {
    let lower = !word.is_empty() && word.chars().all(char::is_lowercase);
    let cased = |keyword: &&str| if lower { keyword.to_lowercase() } else { (*keyword).to_owned() };
    keywords.iter().map(cased).collect()
}

/// Variables, then keywords that fit, then functions.
fn words(vocabulary: &Vocabulary, text: &Before<'_>) -> Vec<String> {
    let keywords: &[&str] = if text.prior.is_empty() || text.follows(";") {
        &BEGINNINGS
    } else if text.opened.is_some() {
        &INNER
    } else {
        &CONTINUATIONS
    };
    let keywords = words_of(keywords, text.word);
    if text.prior.is_empty() || text.follows(";") {
        return keywords;
    }
    let functions = vocabulary.functions.iter().map(|name| format!("{name}("));
    let mut words: Vec<String> = text.variables();
    words.extend(keywords);
    if !text.word.is_empty() {
        words.extend(functions);
    }
    words
}

fn starts_with(text: &str, begun: &str) -> bool {
    let mut letters = text.chars().flat_map(char::to_lowercase);
    begun.chars().flat_map(char::to_lowercase).all(|letter| letters.next() == Some(letter))
        && text.len() >= begun.len()
}

/// What the text before the cursor tells about the place of the cursor.
struct Before<'a> {
    /// The word that has been begun; empty between words.
    word: &'a str,
    /// Where it begins.
    start: usize,
    /// What stands before it, without space and comments.
    prior: Vec<Token<'a>>,
    /// Where in `prior` the innermost open bracket stands.
    opened: Option<usize>,
}

/// What may stand at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place<'a> {
    Label,
    Type,
    /// A key of a label or a type, where one is known.
    Property(Option<&'a str>),
    /// A procedure, or the rest of the name of one.
    Procedure,
    /// The rest of the name of a function; a property, where no function begins so.
    Qualified(Option<&'a str>),
    /// What SHOW lists.
    Shown,
    /// The value of a property: anything.
    Value,
    Word,
}

impl<'a> Before<'a> {
    fn new(all: &[Token<'a>], before: &'a str) -> Before<'a> {
        let begun = all.last().filter(|token| token.kind == Kind::Word);
        let start = begun.map_or(before.len(), |token| token.start);
        let prior: Vec<Token<'a>> = all
            .iter()
            .filter(|token| token.is_significant() && token.start < start)
            .copied()
            .collect();
        let mut open = Vec::new();
        for (at, token) in prior.iter().enumerate() {
            match token.kind {
                Kind::Open => open.push(at),
                Kind::Close => drop(open.pop()),
                _ => {}
            }
        }
        Before { word: &before[start..], start, prior, opened: open.last().copied() }
    }

    fn follows(&self, text: &str) -> bool {
        self.prior.last().is_some_and(|token| token.text == text)
    }

    fn place(&self) -> Place<'a> {
        let Some(last) = self.prior.last() else { return Place::Word };
        let bracket = self.opened.map_or("", |at| self.prior[at].text);
        match last.text {
            "." => self.after_dot(),
            ":" if bracket == "{" => Place::Value,
            ":" if bracket == "[" => Place::Type,
            ":" => Place::Label,
            "|" | "&" | "!" if self.continues_labels() => {
                if bracket == "[" {
                    Place::Type
                } else {
                    Place::Label
                }
            }
            "{" | "," if bracket == "{" && self.is_in_pattern() => Place::Property(self.owner()),
            _ if last.is_word("CALL") => Place::Procedure,
            _ if last.is_word("SHOW") && self.begins_statement(self.prior.len() - 1) => {
                Place::Shown
            }
            _ => Place::Word,
        }
    }

    /// `s.` is a property of what `s` is; `date.` a function.
    fn after_dot(&self) -> Place<'a> {
        let Some(variable) = self.prior.len().checked_sub(2).map(|at| self.prior[at]) else {
            return Place::Word;
        };
        let of = match variable.kind {
            Kind::Word => self.label_of(variable.text),
            _ => None,
        };
        let first = self.qualified_from();
        let Some(name) = self.prior.get(first) else { return Place::Property(of) };
        if first.checked_sub(1).is_some_and(|at| self.prior[at].is_word("CALL")) {
            return Place::Procedure;
        }
        if self.variables().iter().any(|known| known == name.text) {
            return Place::Property(of);
        }
        Place::Qualified(of)
    }

    /// Where the dotted name that ends before the cursor begins: at the cursor, where none does.
    fn qualified_from(&self) -> usize {
        let mut first = self.prior.len();
        while let Some(dot) = first.checked_sub(1)
            && let Some(word) = first.checked_sub(2)
            && self.prior[dot].text == "."
            && self.prior[word].kind == Kind::Word
        {
            first = word;
        }
        first
    }

    /// The dotted name before the cursor, with its last dot.
    fn qualifier(&self) -> String {
        self.prior[self.qualified_from()..].iter().map(|token| token.text).collect()
    }

    fn begins_statement(&self, at: usize) -> bool {
        at.checked_sub(1).is_none_or(|before| self.prior[before].kind == Kind::Semicolon)
    }

    /// The label or type that a pattern gives a variable: `(s:State`.
    fn label_of(&self, variable: &str) -> Option<&'a str> {
        self.prior.windows(3).find_map(|three| {
            let is =
                three[0].text == variable && three[1].text == ":" && three[2].kind == Kind::Word;
            is.then_some(three[2].text)
        })
    }

    /// Whether a label expression goes on: from the cursor back to its colon only labels.
    fn continues_labels(&self) -> bool {
        let part_of =
            |token: &&Token<'_>| token.kind == Kind::Word || matches!(token.text, "|" | "&" | "!");
        let colon = self.prior.iter().rev().find(|token| !part_of(token));
        colon.is_some_and(|token| token.text == ":")
    }

    /// Whether the open brace stands in a node or relationship pattern.
    fn is_in_pattern(&self) -> bool {
        let Some(brace) = self.opened else { return false };
        let before = self.prior[..brace].iter().rev();
        let mut labels = before.skip_while(|token| token.kind == Kind::Word || token.text == ":");
        labels.next().is_some_and(|token| matches!(token.text, "(" | "["))
    }

    /// The label or type of the pattern that the open brace stands in.
    fn owner(&self) -> Option<&'a str> {
        let brace = self.opened?;
        let label = self.prior.get(brace.checked_sub(1)?)?;
        let colon = self.prior.get(brace.checked_sub(2)?)?;
        (colon.text == ":" && label.kind == Kind::Word).then_some(label.text)
    }

    /// Variables that the query has introduced: `(s`, `[r`, `AS x`, `p =`.
    fn variables(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut add = |token: &Token<'_>| {
            let new = token.kind == Kind::Word
                && !Vocabulary::is_keyword(token.text)
                && !found.iter().any(|known| known == token.text);
            if new {
                found.push(token.text.to_owned());
            }
        };
        for pair in self.prior.windows(2) {
            let introduces = matches!(pair[0].text, "(" | "[")
                || pair[0].is_word("AS")
                || pair[0].is_word("UNWIND");
            if introduces {
                add(&pair[1]);
            } else if pair[1].text == "=" {
                add(&pair[0]);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::schema::{LabelSchema, TypeSchema};

    fn vocabulary() -> Vocabulary {
        let property =
            |name: &str| PropertySchema { name: name.into(), count: 1, types: vec!["String"] };
        let label = |name: &str, keys: &[&str]| LabelSchema {
            name: name.into(),
            properties: keys.iter().copied().map(property).collect(),
            ..LabelSchema::default()
        };
        Vocabulary {
            schema: crate::graph::schema::Schema {
                labels: vec![label("Region", &["name"]), label("State", &["name", "iso"])],
                types: vec![TypeSchema { name: "RECOGNISES".into(), ..TypeSchema::default() }],
                complete: Vec::new(),
            },
            keys: vec!["iso".into(), "name".into(), "title".into()],
            entities: [("Nauru", "State"), ("South Ossetia", "Region"), ("Nara", "City")]
                .map(|(name, label)| (name.to_owned(), vec![label.to_owned()]))
                .into(),
            aliases: vec!["Sukhum's mayor".into()],
            functions: vec!["count", "collect", "date", "edtf.first", "vector.similarity.cosine"],
            procedures: vec!["algo.page_rank".into(), "algo.similarity.to".into()],
            commit: 0,
            store: None,
        }
    }

    fn at(before: &str) -> Vec<String> {
        complete(&vocabulary(), before).candidates
    }

    #[test]
    fn names_fit_their_place() {
        assert_eq!(at("MATCH (s:"), ["Region", "State"]);
        assert_eq!(at("MATCH (s:sta"), ["State"]);
        assert_eq!(at("MATCH (s:State)-[r:R"), ["RECOGNISES"]);
        assert_eq!(at("MATCH (s:Region|S"), ["State"]);
        assert_eq!(at("MATCH (s:State) RETURN s."), ["name", "iso"]);
        assert_eq!(at("MATCH (s) RETURN s.t"), ["title"]);
        assert_eq!(at("MATCH (s:State {"), ["name", "iso"]);
        assert_eq!(at("MATCH (s:State {name: 'Na"), ["Nauru'"]);
        assert_eq!(at("MATCH (s {name: \"Na"), ["Nauru\"", "Nara\""]);
        assert_eq!(at("which is su"), ["Sukhum's mayor"]);
        assert_eq!(at("CALL algo"), ["algo.page_rank", "algo.similarity.to"]);
        assert!(at("MATCH (s:State {name: ").is_empty());
    }

    #[test]
    fn words_fit_their_place() {
        assert_eq!(at("mat"), ["match"]);
        assert!(at("MATCH (state:State) RETURN st").contains(&"state".to_owned()));
        assert!(at("MATCH (s) RETURN coun").contains(&"count(".to_owned()));
        assert!(at("MATCH (s) WHE").contains(&"WHERE".to_owned()));
        assert!(!at("MATCH (s) WHERE (s.x A").contains(&"AS OF".to_owned()));
    }

    #[test]
    fn a_dotted_name_goes_on_after_its_dot() {
        assert_eq!(at("RETURN edtf.f"), ["first("]);
        assert_eq!(at("RETURN EDTF."), ["first("]);
        assert_eq!(at("RETURN vector.similarity.c"), ["cosine("]);
        assert_eq!(at("CALL algo.page"), ["page_rank"]);
        assert_eq!(at("MATCH (n) CALL algo.similarity."), ["to"]);
        // A variable is a thing, whatever functions there are.
        assert_eq!(at("MATCH (edtf:State) RETURN edtf."), ["name", "iso"]);
        assert_eq!(at("RETURN other.t"), ["title"]);
        assert_eq!(at("SHOW COM"), ["COMPLETENESS"]);
        assert_eq!(at(".lexicon g"), ["geography"]);
    }

    #[test]
    fn questions_are_completed_with_names_and_commands_with_theirs() {
        let found = complete(&vocabulary(), "who recognises south o");
        assert_eq!((found.start, found.candidates), (15, vec!["South Ossetia".to_owned()]));
        assert_eq!(at(".mo"), [".mode "]);
        assert_eq!(at(".mode js"), ["json", "jsonl"]);
        assert_eq!(at(".explain MATCH (s:R"), ["Region"]);
    }

    #[test]
    fn no_beginning_of_a_text_is_a_trouble() {
        let text = "MATCH (s:State {name: 'é\\'x'})-[r:A|B]->(`b`) /* c */ RETURN s.x, $p; .mode";
        for (at, _) in text.char_indices() {
            let found = complete(&vocabulary(), &text[..at]);
            assert!(text.is_char_boundary(found.start) && found.start <= at, "{at}");
        }
    }
}
