//! What an example sentence says about how a relationship type is put in English.
//!
//! ```text
//! A gives an award to B for {reason}     verb *give*    subject A    *award* · to B · for {reason}
//! A is the {title} of B                  *be*           subject A    {title} · of B
//! B enjoys recognition from A            verb *enjoy*   subject B    *recognition* · from A
//! A is granted to B                      verb *grant*   object A     to B        (passive)
//! A's recognition of B                   noun           genitive A   of B
//! ```
//!
//! A frame keeps the parts; active, passive, questions and relative clauses are made of them by
//! the rules that match a clause to a frame.

use super::morphology::{base_of_past, base_of_third, is_participle};
use super::token::words;
use crate::graph::declaration::Meaning;
use crate::graph::{Catalog, KeyId};

/// Who or what stands in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    /// The start of the relationship; the entity itself, for a property's phrase.
    Start,
    /// Its end.
    End,
    /// A property.
    Property(KeyId),
}

/// What carries a frame.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Head {
    /// A verb, by its base.
    Verb(String),
    /// The verb *be* with what stands beside it.
    Be,
    /// A noun.
    Noun(String),
}

/// A part of a frame after its head.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Piece {
    /// The preposition before it.
    pub(crate) preposition: Option<String>,
    /// Others that may stand for it.
    pub(crate) also: Vec<String>,
    pub(crate) what: What,
}

impl Piece {
    /// A part behind a preposition, or behind none.
    pub(crate) fn of(preposition: Option<&str>, what: What) -> Piece {
        Piece { preposition: preposition.map(str::to_owned), also: Vec::new(), what }
    }

    /// Whether a preposition may stand before it.
    pub(crate) fn has_preposition(&self, word: &str) -> bool {
        self.preposition.iter().chain(&self.also).any(|own| own == word)
    }
}

/// What stands in a part.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum What {
    /// Words that must be there.
    Fixed(String),
    /// A slot.
    Slot(Role),
}

/// One way to put a relationship type, or a property, into English.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Frame {
    pub(crate) means: Meaning,
    pub(crate) head: Head,
    /// The subject of a verb, the genitive of a noun.
    pub(crate) subject: Option<Role>,
    /// The direct object of a verb.
    pub(crate) object: Option<Role>,
    pub(crate) pieces: Vec<Piece>,
    /// The property that says what part of the subject is meant.
    pub(crate) share: Option<KeyId>,
}

impl Frame {
    /// Whether it says that the end has the start: `B has A`.
    pub(crate) fn is_having(&self) -> bool {
        let Head::Verb(verb) = &self.head else { return false };
        matches!(verb.as_str(), "have" | "contain" | "include")
            && self.subject == Some(Role::End)
            && self.object == Some(Role::Start)
            && self.pieces.is_empty()
    }

    /// Whether all words that the frame asks for beside its slots are among some; where it has a
    /// slot for a property, the property's noun may stand for them.
    pub(crate) fn has_its_words(&self, words: &[&str]) -> bool {
        self.pieces.iter().all(|piece| match &piece.what {
            What::Fixed(fixed) => words.contains(&fixed.as_str()),
            What::Slot(_) => true,
        }) || self.pieces.iter().any(|piece| matches!(piece.what, What::Slot(Role::Property(_))))
    }
}

/// Participles that say how something is, not what it does: *is based in*.
const STATES: [&str; 20] = [
    "based",
    "located",
    "situated",
    "born",
    "married",
    "related",
    "connected",
    "linked",
    "employed",
    "enrolled",
    "registered",
    "headquartered",
    "assigned",
    "attached",
    "associated",
    "made",
    "published",
    "held",
    "written",
    "engaged",
];

/// Those of them that say no more than where something is.
const PLACED: [&str; 3] = ["located", "situated", "based"];

/// Words that belong to a verb and stand beside it or behind its object: *carries out an inquiry*.
const PARTICLES: [&str; 7] = ["out", "up", "off", "down", "back", "away", "forth"];

/// Prepositions that may stand before a part of a frame or a question.
pub(crate) const PREPOSITIONS: [&str; 43] = [
    "along",
    "around",
    "past",
    "of",
    "to",
    "in",
    "with",
    "by",
    "for",
    "from",
    "about",
    "on",
    "at",
    "as",
    "into",
    "against",
    "between",
    "among",
    "under",
    "over",
    "after",
    "before",
    "following",
    "through",
    "towards",
    "toward",
    "near",
    "inside",
    "outside",
    "behind",
    "during",
    "since",
    "until",
    "via",
    "per",
    "regarding",
    "concerning",
    "within",
    "upon",
    "onto",
    "across",
    "beside",
    "alongside",
];

pub(crate) fn is_preposition(word: &str) -> bool {
    PREPOSITIONS.contains(&word)
}

/// Whether a word is one that belongs to a verb.
pub(crate) fn is_particle(word: &str) -> bool {
    PARTICLES.contains(&word)
}

/// Whether two prepositions say the same: *about* and *regarding*.
pub(crate) fn same_preposition(one: &str, other: &str) -> bool {
    const SAME: [&[&str]; 3] =
        [&["about", "regarding", "concerning"], &["toward", "towards"], &["on", "upon", "onto"]];
    one == other || SAME.iter().any(|words| words.contains(&one) && words.contains(&other))
}

/// The frame of an example sentence; nothing where the sentence has neither `A` nor `B`.
pub(crate) fn parse(phrase: &str, means: Meaning, catalog: &Catalog) -> Option<Frame> {
    // `the capital of A is B` is `B is the capital of A`.
    let turned = phrase
        .strip_suffix(" of A is B")
        .filter(|noun| noun.starts_with("the ") && !noun.contains('{'))
        .map(|noun| format!("B is {noun} of A"));
    let parts = parts(turned.as_deref().unwrap_or(phrase), catalog);
    let mut at = 0;
    let mut share = None;
    if let (Some(Part::Slot(Role::Property(key))), Some(Part::Slot(_))) =
        (parts.first(), parts.get(1))
    {
        share = Some(*key);
        at = 1;
    }
    let Part::Slot(subject) = *parts.get(at)? else { return None };
    at += 1;
    if matches!(parts.get(at), Some(Part::Genitive)) {
        return noun_frame(means, subject, &parts[at + 1..]);
    }
    let Part::Word(verb) = parts.get(at)? else { return None };
    verb_frame(means, subject, share, verb, &parts[at + 1..])
}

enum Part {
    Slot(Role),
    Genitive,
    Word(String),
    /// A preposition, and others that may stand for it.
    Prepositions(String, Vec<String>),
}

/// Whether a word only tells which one is meant.
pub(crate) fn is_article(word: &str) -> bool {
    matches!(word, "a" | "an" | "the" | "its" | "their")
}

fn parts(phrase: &str, catalog: &Catalog) -> Vec<Part> {
    let mut parts = Vec::new();
    for written in phrase.split_whitespace() {
        let slot = |word: &str| match word {
            "A" => Some(Role::Start),
            "B" => Some(Role::End),
            _ => {
                let key = word.strip_prefix('{')?.strip_suffix('}')?;
                catalog.key(key).map(Role::Property)
            }
        };
        if let Some(role) = slot(written) {
            parts.push(Part::Slot(role));
        } else if let Some(role) = written.strip_suffix("'s").and_then(slot) {
            parts.extend([Part::Slot(role), Part::Genitive]);
        } else if let Some((first, others)) = written.split_once('|') {
            let others = others.split('|').map(str::to_owned).collect();
            parts.push(Part::Prepositions(first.to_owned(), others));
        } else if !is_article(written) && written != "that" {
            parts.extend(words(written).into_iter().map(Part::Word));
        }
    }
    parts
}

fn noun_frame(means: Meaning, genitive: Role, rest: &[Part]) -> Option<Frame> {
    let mut pieces = pieces(rest);
    let head = pieces.first().and_then(|piece| match &piece.what {
        What::Fixed(noun) if piece.preposition.is_none() => Some(noun.clone()),
        _ => None,
    })?;
    pieces.remove(0);
    let (subject, object, share) = (Some(genitive), None, None);
    Some(Frame { means, head: Head::Noun(head), subject, object, pieces, share })
}

fn verb_frame(
    means: Meaning,
    subject: Role,
    share: Option<KeyId>,
    verb: &str,
    rest: &[Part],
) -> Option<Frame> {
    let base =
        base_of_third(verb).or_else(|| base_of_past(verb)).unwrap_or_else(|| verb.to_owned());
    if base != "be" {
        let mut pieces = pieces(rest);
        let object = match pieces.first() {
            Some(Piece { preposition: None, what: What::Slot(role), .. }) => Some(*role),
            _ => None,
        };
        if object.is_some() {
            pieces.remove(0);
        }
        let subject = Some(subject);
        return Some(Frame { means, head: Head::Verb(base), subject, object, pieces, share });
    }
    let participle = match rest.first() {
        Some(Part::Word(word)) if is_participle(word) => base_of_past(word),
        _ => None,
    };
    let Some(base) = participle else {
        let pieces = pieces(rest);
        let subject = Some(subject);
        return Some(Frame { means, head: Head::Be, subject, object: None, pieces, share });
    };
    passive_frame(means, subject, share, base, pieces(&rest[1..]))
}

/// `A is backed by B` is `B backs A`.
fn passive_frame(
    means: Meaning,
    object: Role,
    share: Option<KeyId>,
    base: String,
    mut pieces: Vec<Piece>,
) -> Option<Frame> {
    let by = pieces.iter().position(|piece| {
        piece.preposition.as_deref() == Some("by") && matches!(piece.what, What::Slot(_))
    });
    let subject = by.and_then(|at| match pieces.remove(at).what {
        What::Slot(role) => Some(role),
        What::Fixed(_) => None,
    });
    let object = Some(object);
    Some(Frame { means, head: Head::Verb(base), subject, object, pieces, share })
}

fn pieces(parts: &[Part]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut preposition: Option<(String, Vec<String>)> = None;
    let mut fixed: Vec<&str> = Vec::new();
    for part in parts {
        match part {
            Part::Slot(role) => {
                close(&mut fixed, &mut preposition, &mut pieces);
                pieces.push(marked(preposition.take(), What::Slot(*role)));
            }
            Part::Word(word) if is_preposition(word) => {
                close(&mut fixed, &mut preposition, &mut pieces);
                next_preposition((word.clone(), Vec::new()), &mut preposition, &mut pieces);
            }
            Part::Prepositions(word, others) => {
                close(&mut fixed, &mut preposition, &mut pieces);
                next_preposition((word.clone(), others.clone()), &mut preposition, &mut pieces);
            }
            // `asks B to carry out reforms`: what B is asked to do is said in one.
            Part::Word(word)
                if is_particle(word) && !in_infinitive(&fixed, preposition.as_ref()) =>
            {
                close(&mut fixed, &mut preposition, &mut pieces);
                pieces.push(marked(preposition.take(), What::Fixed(word.clone())));
            }
            Part::Word(word) => fixed.push(word),
            Part::Genitive => {}
        }
    }
    close(&mut fixed, &mut preposition, &mut pieces);
    let Some((last, _)) = preposition else { return pieces };
    match pieces.last_mut() {
        // `asks B to give in`
        Some(Piece { what: What::Fixed(words), .. }) => {
            words.push(' ');
            words.push_str(&last);
        }
        // `has B over`
        _ if last == "over" => pieces.push(Piece::of(None, What::Fixed(last))),
        _ => {}
    }
    pieces
}

/// Whether the words since a *to* are those of an infinitive.
fn in_infinitive(fixed: &[&str], preposition: Option<&(String, Vec<String>)>) -> bool {
    !fixed.is_empty() && preposition.is_some_and(|(word, _)| word == "to")
}

fn marked(preposition: Option<(String, Vec<String>)>, what: What) -> Piece {
    let (preposition, also) =
        preposition.map_or((None, Vec::new()), |(one, also)| (Some(one), also));
    Piece { preposition, also, what }
}

/// Goes on with a preposition; one before it that governs nothing belongs to the verb: *stops over
/// in B*.
fn next_preposition(
    next: (String, Vec<String>),
    preposition: &mut Option<(String, Vec<String>)>,
    pieces: &mut Vec<Piece>,
) {
    if let Some((particle, _)) = preposition.replace(next) {
        pieces.push(Piece::of(None, What::Fixed(particle)));
    }
}

/// Ends a piece of fixed words, if there are any.
fn close(
    fixed: &mut Vec<&str>,
    preposition: &mut Option<(String, Vec<String>)>,
    pieces: &mut Vec<Piece>,
) {
    if !fixed.is_empty() {
        pieces.push(marked(preposition.take(), What::Fixed(fixed.join(" "))));
        fixed.clear();
    }
}

/// Example sentences for a type that nobody wrote any for, from its name: `ACTED_IN`, `FRIEND_OF`,
/// `BACKED_BY`, `HAS_CAPITAL`.
pub(crate) fn from_type_name(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split('_').filter(|word| !word.is_empty()).collect();
    let Some((&first, rest)) = words.split_first() else { return Vec::new() };
    let tail = rest.join(" ");
    let ends_open = rest.last().is_some_and(|word| is_preposition(word));
    if first == "has" && !rest.is_empty() && !ends_open {
        return vec![format!("B is the {tail} of A"), format!("A has {tail} B")];
    }
    if first == "is" && ends_open {
        return vec![format!("A is {tail} B")];
    }
    if is_preposition(first) && !ends_open {
        // `IN_CATEGORY`: what is in a category has it for its category.
        let mut all = vec![format!("A is {first} B")];
        all.extend((!rest.is_empty()).then(|| format!("B is the {tail} of A")));
        return all;
    }
    let sentence = |verb: &str| format!("A {verb} {tail} B");
    let past = base_of_past(first).filter(|_| is_participle(first) || !first.ends_with('s'));
    if let Some(base) = past {
        let third = super::morphology::verb_forms(&base)
            .into_iter()
            .find(|entry| entry.1 == super::morphology::Form::Third)
            .map_or(base, |entry| entry.0);
        let passive = format!("A is {first} {tail} B");
        return match rest.last() {
            Some(&"by") => vec![passive],
            // What is located in something is in it.
            Some(&"in") if rest.len() == 1 && PLACED.contains(&first) => {
                vec![passive, sentence(&third), "A is in B".to_owned()]
            }
            Some(_) if STATES.contains(&first) && ends_open => vec![passive, sentence(&third)],
            Some(_) if is_participle(first) => vec![sentence(&third), passive],
            _ => vec![sentence(&third)],
        };
    }
    if first.ends_with('s') && base_of_third(first).is_some() && !first.ends_with("ss") {
        return vec![sentence(first)];
    }
    let noun = words.join(" ");
    if ends_open {
        return vec![format!("A is a {noun} B")];
    }
    vec![format!("B is a {noun} of A"), sentence(&format!("{first}s"))]
}

/// `A is the director of B`, from `DIRECTED`: who does so, where nobody wrote what that is called.
pub(crate) fn agents_of_type_name(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let mut words = lower.split('_').filter(|word| !word.is_empty());
    let (Some(first), tail, None) = (words.next(), words.next(), words.next()) else {
        return Vec::new();
    };
    let state = STATES.contains(&first) && tail != Some("by");
    if state || first == "has" || first == "is" || is_preposition(first) {
        return Vec::new();
    }
    let past = base_of_past(first).filter(|_| is_participle(first) || !first.ends_with('s'));
    let third = || base_of_third(first).filter(|_| first.ends_with('s') && !first.ends_with("ss"));
    let Some(base) = past.or_else(third) else { return Vec::new() };
    let mut nouns = vec![super::morphology::agent(&base)];
    nouns.extend((base == "write").then(|| "author".to_owned()));
    let sentence = |noun: String| match tail {
        None => Some(format!("A is the {noun} of B")),
        Some("by") => Some(format!("B is the {noun} of A")),
        Some(word @ ("in" | "on" | "at" | "for")) => Some(format!("A is a {noun} {word} B")),
        Some(_) => None,
    };
    nouns.into_iter().filter_map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::TypeId;

    fn frame(phrase: &str) -> Frame {
        let mut catalog = Catalog::default();
        for key in ["title", "reason", "share"] {
            catalog.intern_key(key);
        }
        parse(phrase, Meaning::Type(TypeId(0)), &catalog).expect("a sentence")
    }

    fn piece(preposition: &str, what: What) -> Piece {
        Piece::of((!preposition.is_empty()).then_some(preposition), what)
    }

    #[test]
    fn verbs_with_objects_fixed_words_and_prepositions() {
        let award = frame("A gives an award to B for {reason}");
        assert_eq!(award.head, Head::Verb("give".into()));
        assert_eq!(award.object, None);
        assert_eq!(
            award.pieces,
            [
                piece("", What::Fixed("award".into())),
                piece("to", What::Slot(Role::End)),
                piece("for", What::Slot(Role::Property(KeyId(1)))),
            ]
        );
        assert_eq!(frame("A recognises B").object, Some(Role::End));
    }

    #[test]
    fn a_passive_sentence_is_turned_round() {
        let backed = frame("A is backed by B");
        assert_eq!((backed.subject, backed.object), (Some(Role::End), Some(Role::Start)));
        let granted = frame("A is granted to B");
        assert_eq!((granted.subject, granted.object), (None, Some(Role::Start)));
    }

    #[test]
    fn be_and_nouns() {
        let role = frame("A is the {title} of B");
        assert_eq!(role.head, Head::Be);
        assert_eq!(frame("the seat of A is B"), frame("B is the seat of A"));
        assert_eq!(role.pieces[0], piece("", What::Slot(Role::Property(KeyId(0)))));
        let noun = frame("A's recognition of B");
        assert_eq!(noun.head, Head::Noun("recognition".into()));
        assert_eq!(noun.pieces, [piece("of", What::Slot(Role::End))]);
        assert_eq!(frame("{share} A is a citizen of B").share, Some(KeyId(2)));
    }

    #[test]
    fn sentences_from_names_of_types() {
        assert_eq!(from_type_name("ACTED_IN"), ["A acts in B", "A is acted in B"]);
        assert_eq!(from_type_name("FRIEND_OF"), ["A is a friend of B"]);
        assert_eq!(from_type_name("BASED_IN"), ["A is based in B", "A bases in B", "A is in B"]);
        assert_eq!(from_type_name("BACKED_BY"), ["A is backed by B"]);
        assert_eq!(from_type_name("HAS_CAPITAL")[0], "B is the capital of A");
        assert_eq!(from_type_name("KNOWS"), ["A knows  B"]);
        assert_eq!(from_type_name("IN_CATEGORY"), ["A is in B", "B is the category of A"]);
        assert_eq!(from_type_name("IN"), ["A is in B"]);
    }

    #[test]
    fn who_does_so_has_a_noun() {
        assert_eq!(agents_of_type_name("DIRECTED"), ["A is the director of B"]);
        assert_eq!(agents_of_type_name("MANAGES"), ["A is the manager of B"]);
        assert_eq!(agents_of_type_name("ACTED_IN"), ["A is a actor in B"]);
        assert_eq!(agents_of_type_name("PUBLISHED_BY"), ["B is the publisher of A"]);
        assert_eq!(agents_of_type_name("WROTE"), ["A is the writer of B", "A is the author of B"]);
        assert_eq!(agents_of_type_name("LOCATED_IN"), [""; 0]);
        assert_eq!(agents_of_type_name("FRIEND_OF"), [""; 0]);
    }
}
