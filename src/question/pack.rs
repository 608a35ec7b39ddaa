//! Lexicon files: what a domain calls its labels, types, properties and names, for a person to
//! read and extend (`docs/lexicon.md`).
//!
//! ```text
//! dossier lexicon 1
//!
//! let PAYS = pays|makes
//!
//! label Actor
//!     actor, country, who
//!     role Foreign Affairs = foreign ministry, ministry of foreign affairs
//! type MAKE_A_VISIT, VISITED
//!     A visits B
//!     A [PAYS] a visit to B
//!     A's visit to B
//! property population
//!     population, inhabitants
//!     {population} people live in A
//! names
//!     Denmark: Danish, Dane, Danes
//!     United Kingdom: British | UK, Britain
//! ```
//!
//! In comes the text of a file; out go phrases for what a graph has of it, and the rest is left
//! aside: a pack knows more words than any one graph. Alternatives in square brackets are written
//! out when the words of a graph are read, so that a phrase stays as short as it was written.

use hashbrown::HashMap;

use crate::error::{Error, Result, load as codes};
use crate::graph::Transaction;
use crate::graph::declaration::{Meaning, Phrase};
use crate::text::Span;

/// The words that every graph has: what belongs to which country is called.
pub(crate) const GENERAL: &str = include_str!("../../data/lexicon/general.lexicon");

/// The packs that ship with Dossier, by name.
const SHIPPED: [(&str, &str); 4] = [
    ("general", GENERAL),
    ("diplomatic", include_str!("../../data/lexicon/diplomatic.lexicon")),
    ("geography", include_str!("../../data/lexicon/geography.lexicon")),
    ("metric", include_str!("../../data/lexicon/metric.lexicon")),
];

/// The first line of a lexicon file.
const HEADER: &str = "dossier lexicon 1";

/// The text of a pack that ships with Dossier.
pub(crate) fn shipped(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|pack| pack.0 == name).map(|pack| pack.1)
}

/// The names of the packs that ship with Dossier.
#[cfg(test)]
fn shipped_names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|pack| pack.0)
}

/// What a block of a lexicon file is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Of {
    Label,
    Type,
    Property,
    Names,
}

/// One line of a block: the words and what they are for.
#[derive(Debug)]
struct Line<'t> {
    of: Of,
    /// The names that the block begins with; none for `names`.
    subjects: &'t [String],
    text: String,
}

/// Adds the words of a file to a graph, as far as the graph has what they are for; says how many.
pub(crate) fn apply(name: &str, text: &str, transaction: &mut dyn Transaction) -> Result<usize> {
    let catalog = transaction.catalog();
    let mut by_name: HashMap<(u8, String), Meaning> = HashMap::new();
    by_name.extend(catalog.labels().map(|(id, name)| ((0, plain(name)), Meaning::Label(id))));
    by_name.extend(
        catalog.relationship_types().map(|(id, name)| ((1, plain(name)), Meaning::Type(id))),
    );
    by_name.extend(catalog.keys().map(|(id, name)| ((2, plain(name)), Meaning::Key(id))));
    let mut phrases: Vec<Phrase> = Vec::new();
    read(text, |line| {
        let kind = match line.of {
            Of::Label => 0,
            Of::Type => 1,
            Of::Property => 2,
            Of::Names => return,
        };
        for subject in line.subjects {
            if let Some(&means) = by_name.get(&(kind, plain(subject))) {
                let texts = if is_words(&line.of, &line.text) {
                    line.text.split(',').map(|word| word.trim().to_owned()).collect()
                } else {
                    vec![line.text.clone()]
                };
                let phrase = |text: String| Phrase { text: text.into(), means };
                phrases.extend(texts.into_iter().filter(|text| !text.is_empty()).map(phrase));
            }
        }
    })
    .map_err(|error| error.in_file(name, text))?;
    let mut added = 0;
    for phrase in phrases {
        if !transaction.declarations().phrases.contains(&phrase) {
            transaction.add_phrase(phrase);
            added += 1;
        }
    }
    Ok(added)
}

/// The names of a file: what a thing is called, and further names and adjectives for it.
pub(crate) struct NameWords {
    pub(crate) name: String,
    pub(crate) adjectives: Vec<String>,
    pub(crate) others: Vec<String>,
}

/// The `names` blocks of a file.
pub(crate) fn names(text: &str) -> Vec<NameWords> {
    let mut all = Vec::new();
    let read = read(text, |line| {
        if let (Of::Names, Some((name, words))) = (&line.of, line.text.split_once(':')) {
            let (adjectives, others) = words.split_once('|').unwrap_or((words, ""));
            let list = |text: &str| {
                text.split(',')
                    .map(|word| word.trim().to_owned())
                    .filter(|w| !w.is_empty())
                    .collect()
            };
            all.push(NameWords {
                name: name.trim().to_owned(),
                adjectives: list(adjectives),
                others: list(others),
            });
        }
    });
    debug_assert!(read.is_ok(), "the shipped packs are well-formed");
    all
}

/// Whether a line is a list of words, not a sentence or a rule.
fn is_words(of: &Of, text: &str) -> bool {
    match of {
        Of::Label => !text.contains('='),
        Of::Property => {
            !text.contains('=') && !text.split(' ').any(|word| matches!(word, "A" | "A's"))
        }
        Of::Type | Of::Names => false,
    }
}

/// A name of the schema without what differs between spellings of it: `Make a visit`,
/// `MAKE_A_VISIT`.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Reads a file line by line.
fn read(text: &str, mut each: impl FnMut(&Line<'_>)) -> Result<()> {
    let mut definitions: Vec<(&str, &str)> = Vec::new();
    let mut block: Option<(Of, Vec<String>)> = None;
    let mut offset = 0;
    let mut begun = false;
    for raw in text.split_inclusive('\n') {
        let span = Span::of(offset, offset + raw.trim_end().len());
        offset += raw.len();
        let line = raw.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if !begun {
            begun = true;
            if line != HEADER {
                return Err(Error::new(&codes::UNEXPECTED, "This is no lexicon file.")
                    .at(span)
                    .hint(format!("Begin the file with `{HEADER}`.")));
            }
            continue;
        }
        if !raw.starts_with([' ', '\t']) {
            if let Some(definition) = line.strip_prefix("let ") {
                let Some((name, value)) = definition.split_once('=') else {
                    return Err(unexpected(span, "`let` needs a name, `=` and alternatives."));
                };
                definitions.push((name.trim(), value.trim()));
                block = None;
            } else {
                block = Some(head(line, span)?);
            }
            continue;
        }
        let Some((of, subjects)) = &block else {
            return Err(unexpected(span, "This line belongs to no block."));
        };
        each(&Line { of: of.clone(), subjects, text: written_out(line, &definitions) });
    }
    Ok(())
}

fn head(line: &str, span: Span) -> Result<(Of, Vec<String>)> {
    if line == "names" {
        return Ok((Of::Names, Vec::new()));
    }
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let of = match word {
        "label" => Of::Label,
        "type" => Of::Type,
        "property" => Of::Property,
        _ => {
            return Err(unexpected(
                span,
                "A block begins with `label`, `type`, `property` or `names`.",
            ));
        }
    };
    let subjects: Vec<String> = rest
        .split(';')
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    if subjects.is_empty() {
        return Err(unexpected(span, "The block does not say what it is about."));
    }
    Ok((of, subjects))
}

fn unexpected(span: Span, message: &str) -> Error {
    Error::new(&codes::UNEXPECTED, message)
        .at(span)
        .hint("`docs/lexicon.md` describes the format of lexicon files.")
}

/// A line with the alternatives that `let` has given a name.
fn written_out(line: &str, definitions: &[(&str, &str)]) -> String {
    let mut out = line.to_owned();
    for (name, value) in definitions.iter().rev() {
        let bracketed = format!("[{name}]");
        if out.contains(&bracketed) {
            out = out.replace(&bracketed, &format!("[{value}]"));
        }
    }
    out
}

/// A role that names of a kind are made with: `Foreign Affairs` in `Foreign Affairs (Lebanon)`,
/// and what else it is called.
pub(crate) fn role(phrase: &str) -> Option<(&str, Vec<&str>)> {
    let (role, words) = phrase.strip_prefix("role ")?.split_once('=')?;
    Some((role.trim(), words.split(',').map(str::trim).collect()))
}

/// Adds what a person teaches: a word, or an example sentence, for something of the schema. Says
/// whether the graph has what it is for.
pub(crate) fn teach(words: &str, means: &str, transaction: &mut dyn Transaction) -> bool {
    let wanted = plain(means);
    let catalog = transaction.catalog();
    let of_type =
        catalog.relationship_types().find(|(_, name)| plain(name) == wanted).map(|(id, _)| id);
    let of_label = catalog.labels().find(|(_, name)| plain(name) == wanted).map(|(id, _)| id);
    let of_key = catalog.keys().find(|(_, name)| plain(name) == wanted).map(|(id, _)| id);
    let sentence = words.split(' ').any(|word| matches!(word, "A" | "A's" | "B" | "B's"));
    let (means, text) = match (of_type, of_label, of_key) {
        // A verb alone, in the third person, is said of the start and its object of the end.
        (Some(of), ..) if !sentence => (Meaning::Type(of), format!("A {words} B")),
        (Some(of), ..) => (Meaning::Type(of), words.to_owned()),
        (None, Some(label), _) => (Meaning::Label(label), words.to_owned()),
        (None, None, Some(key)) => (Meaning::Key(key), words.to_owned()),
        (None, None, None) => return false,
    };
    transaction.add_phrase(Phrase { text: text.into(), means });
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_packs_are_well_formed() {
        for name in shipped_names() {
            let text = shipped(name).expect("a shipped pack");
            let mut lines = 0;
            read(text, |_| lines += 1).expect("well-formed");
            assert!(lines > 2, "{name}");
        }
        let names = names(GENERAL);
        assert!(names.iter().any(|one| one.adjectives.iter().any(|word| word == "Danish")));
    }

    #[test]
    fn a_file_that_is_none_is_refused_with_a_place() {
        let error = read("dossier facts 1\n", |_| {}).expect_err("another format");
        assert_eq!(error.message(), "This is no lexicon file.");
        let error = read("dossier lexicon 1\nverb x\n", |_| {}).expect_err("no such block");
        assert!(error.span().is_some());
    }
}
