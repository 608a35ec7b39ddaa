//! Words and idioms that stand for others: *slammed* for *criticised*, *gave X the cold shoulder* for *snubbed X*.
//!
//! A lexicon has the words that the domain itself uses; everyday and journalistic English has many more. The
//! thesaurus (`data/lexicon/general.thesaurus`) says what such a word stands for, and is looked into only where a
//! question has no reading as it is written: it costs nothing where the lexicon suffices. The word is replaced in
//! the text, in the same form, and the question is read again; what was read for what is said with the answer.
//!
//! ```text
//! verb
//!     give ~ the cold shoulder = snub         Who gave Japan the cold shoulder?   Who snubbed Japan?
//!     be at loggerheads with = quarrel with   Whom was Japan at loggerheads with? Whom did Japan quarrel with?
//! noun
//!     powwow = meeting
//! adjective
//!     gigantic = large                        the most gigantic, the largest
//! ```
//!
//! `~` is what the verb governs, where it stands within the idiom. A word with several senses has several words
//! that it stands for (`|`): each is tried, and where they come to different readings it is asked which is meant.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::OnceLock;

use hashbrown::HashMap;

use super::frame::{is_article, is_preposition};
use super::grade::{self, Degree};
use super::morphology::{Form, plural, verb_forms};
use super::token::{Token, phrase};

const SHIPPED: &str = include_str!("../../data/lexicon/general.thesaurus");

/// The first line of a thesaurus.
const HEADER: &str = "dossier thesaurus 1";

/// The most words between the parts of an idiom.
const SLOT_MAX: usize = 8;

/// How many texts a question is tried in.
const TRIED_MAX: usize = 6;

/// What words stand for, by the first of them in each of its forms.
#[derive(Debug, Default)]
pub(super) struct Thesaurus {
    by_first: HashMap<String, Vec<Entry>>,
}

#[derive(Debug)]
struct Entry {
    /// The further words, a space between two; `~` for what stands between.
    rest: Box<str>,
    /// What they stand for, with the same mark.
    to: Box<str>,
}

/// What may be put for some words of a question.
struct Found {
    from: usize,
    end: usize,
    texts: Vec<String>,
}

/// A question in other words, and what was put for what.
pub(super) type Reworded = (String, Vec<(String, String)>);

/// The thesaurus that ships with Dossier, read when it is first needed.
pub(super) fn shipped() -> &'static Thesaurus {
    static THESAURUS: OnceLock<Thesaurus> = OnceLock::new();
    THESAURUS.get_or_init(|| Thesaurus::read(SHIPPED))
}

impl Thesaurus {
    /// Reads a thesaurus; lines that are none are left out (a test holds the shipped one to having none).
    fn read(text: &str) -> Thesaurus {
        let mut all = Thesaurus::default();
        let mut verbs = Verbs::default();
        let mut kind = "";
        let is_comment = |line: &str| line.trim_start().starts_with('#');
        for line in text.lines().filter(|line| !is_comment(line) && *line != HEADER) {
            if !line.starts_with(' ') {
                kind = line.trim();
            }
            let Some((sources, targets)) = line.split_once('=') else { continue };
            for source in list(sources, ',') {
                for target in list(targets, '|') {
                    all.add(kind, (&source, &target), &mut verbs);
                }
            }
        }
        all
    }

    fn add(&mut self, kind: &str, (source, target): (&str, &str), verbs: &mut Verbs) {
        match kind {
            "verb" => self.add_verb(source, target, verbs),
            "noun" => {
                self.add_words(source, target);
                self.add_words(&many(source), &many(target));
            }
            "adjective" => self.add_adjective(source, target),
            _ => self.add_words(source, target),
        }
    }

    fn add_words(&mut self, source: &str, target: &str) {
        let folded = source.split(' ').map(|word| match word {
            "~" => "~".into(),
            plain if plain.bytes().all(|b| b.is_ascii_lowercase()) => plain.into(),
            word => Cow::from(phrase(word)),
        });
        let folded = folded.collect::<Vec<_>>().join(" ");
        let (first, rest) = folded.split_once(' ').unwrap_or((&folded, ""));
        if first.is_empty() {
            return;
        }
        // What is there already is not looked for: *was* begins hundreds.
        let entry = Entry { rest: rest.into(), to: target.into() };
        match self.by_first.get_mut(first) {
            Some(entries) => entries.push(entry),
            None => _ = self.by_first.insert(first.to_owned(), vec![entry]),
        }
    }

    /// A verb in all its forms, each for the same form of the other.
    fn add_verb(&mut self, source: &str, target: &str, verbs: &mut Verbs) {
        let (verb, rest) = parted(source);
        let (other, behind) = parted(target);
        // What the idiom encloses stands behind the verb where nothing else is said.
        let behind = match (rest.contains('~'), behind.contains('~')) {
            (true, false) if behind.is_empty() => " ~".to_owned(),
            (true, false) if is_marked(&behind) => format!("{behind} ~"),
            (true, false) => format!(" ~{behind}"),
            _ => behind,
        };
        let (forms, others) = (verbs.forms(verb), verbs.forms(other));
        for (word, form) in &*forms {
            let same = others.iter().filter(|(_, other)| other == form).map(|(other, _)| other);
            let mut same: Vec<&String> = same.collect();
            if verb == "be" && other == "be" {
                same.retain(|other| *other == word);
            }
            for other in same.into_iter().take(2) {
                self.add_words(&format!("{word}{rest}"), &format!("{other}{behind}"));
            }
            if verb == "be" {
                // `Was X at odds with Y?`: did X quarrel with Y?
                let does = match word.as_str() {
                    "is" => "does",
                    "are" => "do",
                    "was" | "were" => "did",
                    _ => continue,
                };
                let to = match other {
                    "be" => format!("{word} ~{behind}"),
                    other => format!("{does} ~ {other}{behind}"),
                };
                self.add_words(&format!("{word} ~{rest}"), &to);
            }
        }
    }

    fn add_adjective(&mut self, source: &str, target: &str) {
        for (other, degree) in grade::degrees(target) {
            for (word, own) in grade::degrees(source) {
                if own == degree {
                    self.add_words(&word, &other);
                }
            }
            match degree {
                Degree::Comparative => self.add_words(&format!("more {source}"), &other),
                Degree::Superlative => self.add_words(&format!("most {source}"), &other),
                Degree::Plain => {}
            }
        }
    }

    /// Whether a word stands here by itself.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.by_first.get(word).is_some_and(|all| all.iter().any(|entry| entry.rest.is_empty()))
    }

    /// A question in other words: first with what is put for its unknown words alone, then for its idioms as well.
    pub(super) fn reworded(
        &self,
        text: &str,
        tokens: &[Token],
        unknown: &[usize],
    ) -> Vec<Vec<Reworded>> {
        let found = self.found(text, tokens, unknown);
        let of_unknown = |one: &&Found| unknown.iter().any(|&at| one.from <= at && at < one.end);
        let needed: Vec<&Found> = found.iter().filter(of_unknown).collect();
        let mut all = Vec::new();
        if !needed.is_empty() {
            all.push(put(text, tokens, &needed));
        }
        if needed.len() < found.len() {
            all.push(put(text, tokens, &found.iter().collect::<Vec<_>>()));
        }
        all
    }

    /// What stands in a question, the longest at each place; a single word only where it is unknown.
    fn found(&self, text: &str, tokens: &[Token], unknown: &[usize]) -> Vec<Found> {
        let mut all: Vec<Found> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let mut here: Option<Found> = None;
            for entry in self.by_first.get(&tokens[at].word).into_iter().flatten() {
                if entry.rest.is_empty() && !unknown.contains(&at) {
                    continue;
                }
                let Some((end, slot)) = matched(&entry.rest, tokens, at + 1) else { continue };
                let between = slot
                    .map_or("", |(from, to)| tokens[from].span.to(tokens[to - 1].span).slice(text));
                let put =
                    entry.to.replace('~', between).split_whitespace().collect::<Vec<_>>().join(" ");
                match &mut here {
                    Some(known) if known.end == end && known.texts.contains(&put) => {}
                    Some(known) if known.end == end => known.texts.push(put),
                    Some(known) if known.end > end => {}
                    _ => here = Some(Found { from: at, end, texts: vec![put] }),
                }
            }
            at = here.as_ref().map_or(at + 1, |found| found.end);
            all.extend(here);
        }
        all
    }
}

/// All combinations of what may be put for some stretches of a question.
fn put(text: &str, tokens: &[Token], found: &[&Found]) -> Vec<Reworded> {
    let mut all: Vec<Reworded> = vec![(text.to_owned(), Vec::new())];
    // From the last to the first, so that what stands before stays where it is.
    for one in found.iter().rev() {
        let span = tokens[one.from].span.to(tokens[one.end - 1].span);
        let written = span.slice(text);
        let with = |(before, corrections): &Reworded, put: &String| {
            let mut text = before.clone();
            text.replace_range(span.start as usize..span.end as usize, put);
            let mut corrections = corrections.clone();
            corrections.insert(0, (written.to_owned(), put.clone()));
            (text, corrections)
        };
        all = all
            .iter()
            .flat_map(|one_of| one.texts.iter().map(move |put| with(one_of, put)))
            .collect();
        all.truncate(TRIED_MAX);
    }
    all
}

/// Where the further words of an idiom end, and what stands between its parts.
fn matched(rest: &str, tokens: &[Token], at: usize) -> Option<(usize, Option<(usize, usize)>)> {
    let Some((before, behind)) = rest.split_once('~') else {
        return Some((follow(rest, tokens, at)?, None));
    };
    let from = follow(before, tokens, at)?;
    let last = (from + SLOT_MAX).min(tokens.len());
    (from..=last).find_map(|to| {
        let stopped = tokens[from..to].iter().any(|token| token.word == ",");
        let end = follow(behind, tokens, to).filter(|_| !stopped)?;
        Some((end, (to > from).then_some((from, to))))
    })
}

/// The position after some words; articles may stand between them, and whose it is may be said of anyone.
fn follow(words: &str, tokens: &[Token], at: usize) -> Option<usize> {
    const OWN: [&str; 5] = ["its", "their", "his", "her", "our"];
    let mut end = at;
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        let mut token = tokens.get(end)?;
        if token.word != word && is_article(&token.word) {
            end += 1;
            token = tokens.get(end)?;
        }
        let own = word == "its" && OWN.contains(&token.word.as_str());
        if token.word != word && !own {
            return None;
        }
        end += 1;
    }
    Some(end)
}

/// The parts of a list, with the alternatives in their brackets written out.
fn list(text: &str, between: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_u32;
    for c in text.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match parts.last_mut() {
            Some(last) if c != between || depth > 0 => last.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts.iter().flat_map(|part| written_out(part)).filter(|part| !part.is_empty()).collect()
}

fn written_out(part: &str) -> Vec<String> {
    let Some((before, rest)) = part.split_once('[') else {
        return vec![part.split_whitespace().collect::<Vec<_>>().join(" ")];
    };
    let Some((group, behind)) = rest.split_once(']') else { return Vec::new() };
    group.split('|').flat_map(|one| written_out(&format!("{before}{one}{behind}"))).collect()
}

/// The verb of an idiom, and the rest of it with the space before it.
fn parted(idiom: &str) -> (&str, String) {
    idiom.split_once(' ').map_or((idiom, String::new()), |(verb, rest)| (verb, format!(" {rest}")))
}

/// Whether what stands behind a verb ends in a preposition, which governs what follows.
fn is_marked(behind: &str) -> bool {
    behind.rsplit(' ').next().is_some_and(is_preposition)
}

/// The forms of verbs, found once each; those of *be* with the plural.
#[derive(Default)]
struct Verbs(HashMap<String, Rc<Vec<(String, Form)>>>);

impl Verbs {
    fn forms(&mut self, verb: &str) -> Rc<Vec<(String, Form)>> {
        let forms = self.0.entry_ref(verb).or_insert_with(|| {
            let mut forms = verb_forms(verb);
            if verb == "be" {
                forms.push(("are".to_owned(), Form::Base));
            }
            forms.into()
        });
        Rc::clone(forms)
    }
}

/// The plural of a noun, before what it governs; what is a plural already stays as it is.
fn many(noun: &str) -> String {
    let words: Vec<&str> = noun.split(' ').collect();
    let head = words.iter().position(|word| is_preposition(word)).unwrap_or(words.len());
    let (own, governed) = words.split_at(head);
    let own = own.join(" ");
    let is_plural = own.ends_with('s') && !own.ends_with("ss") && !own.ends_with("us")
        || super::morphology::is_plural(&own);
    let own = if is_plural { own } else { plural(&own) };
    [vec![own.as_str()], governed.to_vec()].concat().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::token::tokens;

    fn reworded(thesaurus: &str, question: &str, unknown: &[&str]) -> Vec<String> {
        let tokens = tokens(question);
        let is_unknown = |at: &usize| unknown.contains(&tokens[*at].word.as_str());
        let unknown: Vec<usize> = (0..tokens.len()).filter(is_unknown).collect();
        let all = Thesaurus::read(thesaurus).reworded(question, &tokens, &unknown);
        all.into_iter().flatten().map(|one| one.0).collect()
    }

    #[test]
    fn words_are_put_in_the_same_form() {
        let text = "verb\n  quarrel = argue\n  give ~ the slip = elude\n  be at odds [with|over] = argue with\nnoun\n  row over = fight about\n";
        for (question, unknown, want) in [
            ("Who quarrelled?", "quarrelled", "Who argued?"),
            ("Who gave the old Duke the slip?", "", "Who eluded the old Duke?"),
            ("Whom did Bob give the slip?", "", "Whom did Bob elude?"),
            ("Who was given the slip by Bob?", "", "Who was eluded by Bob?"),
            ("Was Bob at odds with Ann?", "", "did Bob argue with Ann?"),
            ("Who is at odds over tea?", "", "Who argues with tea?"),
            ("Bob's rows over tea", "rows", "Bob's fights about tea"),
        ] {
            assert!(
                reworded(text, question, &[unknown]).iter().any(|one| one == want),
                "{question}"
            );
        }
        assert!(reworded(text, "Who quarrelled?", &[]).is_empty(), "a word that is known is left");
    }

    #[test]
    fn the_shipped_thesaurus_is_well_formed() {
        let kinds = ["verb", "noun", "adjective", "word"];
        assert_eq!(SHIPPED.lines().next(), Some(HEADER));
        let says = |line: &&str| !line.is_empty() && !line.trim_start().starts_with('#');
        let mut entries = 0;
        for line in SHIPPED.lines().skip(1).filter(says) {
            match line.strip_prefix("    ") {
                None => assert!(kinds.contains(&line), "{line}"),
                Some(entry) => {
                    let (sources, targets) = entry.split_once('=').expect(line);
                    let targets = list(targets, '|');
                    assert!(!targets.is_empty() && !sources.contains('='), "{line}");
                    assert_eq!(
                        sources.matches('[').count(),
                        sources.matches(']').count(),
                        "{line}"
                    );
                    entries += list(sources, ',').len();
                }
            }
        }
        assert!(entries >= 1_500, "{entries}");
    }
}
