//! How the words of a graph are added: those that were declared, the names of its schema, and the values that
//! sentences have slots for.
//!
//! # Design
//!
//! A lexicon is made whenever a process is asked its first question, and a declared one has thousands of
//! sentences with alternatives. So all of them are read before the first is added, by every core ([`Declared`]):
//! what a sentence says depends on nothing but the names of the schema. They are added in their order, since
//! frames are numbered and the first of a type is the one it is told by. A frame is found again by its hash, not
//! by looking through those of its verb: *make* has thousands.

use std::borrow::Cow;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use hashbrown::{DefaultHashBuilder, Equivalent, HashMap, HashSet, HashTable};

use super::choices::Choices;
use super::{FrameId, Lexicon, Noun, Word, spoken};
use crate::graph::declaration::{Meaning, Phrase};
use crate::graph::snapshot::ColumnData;
use crate::graph::{Catalog, KeyId, LabelId, Snapshot, TypeId};
use crate::question::frame::{self, Frame, Head, Piece, Role, What};
use crate::question::morphology::{
    base_of_third, is_participle, other_spelling, plural, spellings, verb_forms,
};
use crate::question::token::{phrase, words};
use crate::threads;
use crate::value::{StatementId, Value};

/// Values longer than this are read, not spoken of by their words.
const VALUE_WORDS_MAX: usize = 8;

/// A type with so many sentences is spoken of in the words of its lexicon; what is taught of one at the prompt
/// does not take its own name away.
const SENTENCES_MANY: usize = 4;

/// Words that mean the question, not the graph, and so are no nouns.
const CLOSED: [&str; 14] = [
    "who", "whom", "whose", "what", "which", "when", "where", "why", "how", "is", "from", "to",
    "of", "name",
];

impl Lexicon {
    /// What was declared of labels, properties and types.
    pub(super) fn add_declared(&mut self, graph: &dyn Snapshot, declared: &Declared) {
        let mut sentences = declared.0.iter();
        for phrase in &graph.declarations().phrases {
            match phrase.means {
                _ if is_sentence(phrase) => {
                    let read = sentences.next().and_then(OnceLock::get).into_iter().flatten();
                    read.for_each(|sentence| self.add_read(sentence));
                }
                Meaning::Label(label) if !phrase.text.contains('=') => {
                    self.add_label_word(label, &phrase.text);
                }
                Meaning::Key(key) if !phrase.text.contains('=') => {
                    self.add_property_word(key, &phrase.text);
                }
                // A rule, such as what a role is called, is read where it is used.
                _ => {}
            }
        }
    }

    /// Labels, types and properties by the names they have in queries.
    pub(super) fn add_schema(&mut self, catalog: &Catalog) {
        for (label, name) in catalog.labels() {
            let noun = spoken(name);
            self.add_label_word(label, &noun);
        }
        for (key, name) in catalog.keys() {
            let noun = spoken(name);
            if words(&noun).iter().all(|word| !CLOSED.contains(&word.as_str())) {
                self.add_property_word(key, &noun);
            }
            // `founded`: *X was founded in …*
            if is_participle(name) && name.chars().all(|c| c.is_ascii_lowercase()) {
                let sentence = format!("A is {name} in {{{name}}}");
                self.add_sentence(&sentence, Meaning::Key(key), catalog);
            }
        }
        self.add_of_known_properties(catalog);
        let mut phrased: HashMap<Meaning, usize> = HashMap::new();
        for frame in &self.frames {
            *phrased.entry(frame.means).or_default() += 1;
        }
        for (id, name) in catalog.relationship_types() {
            if phrased.get(&Meaning::Type(id)).is_none_or(|&number| number < SENTENCES_MANY) {
                let named = frame::from_type_name(name).into_iter();
                for sentence in named.chain(frame::agents_of_type_name(name)) {
                    self.add_sentence(&sentence, Meaning::Type(id), catalog);
                }
            }
        }
    }

    /// Sentences for properties that go by a usual name, where nobody wrote any.
    fn add_of_known_properties(&mut self, catalog: &Catalog) {
        const SENTENCES: [(&str, &[&str]); 9] = [
            ("salary", &["A earns {salary}", "A makes {salary}"]),
            ("income", &["A earns {income}"]),
            ("cost", &["A costs {cost}"]),
            ("price", &["A costs {price}"]),
            ("weight", &["A weighs {weight}"]),
            ("runtime", &["A runs {runtime}"]),
            ("duration", &["A runs {duration}"]),
            ("year", &["A is released in {year}", "A is made in {year}"]),
            ("age", &["A is aged {age}"]),
        ];
        for (name, sentences) in SENTENCES {
            let Some(key) = catalog.key(name) else { continue };
            let means = Meaning::Key(key);
            if self.frames.iter().any(|frame| frame.means == means) {
                continue;
            }
            sentences.iter().for_each(|sentence| self.add_sentence(sentence, means, catalog));
        }
    }

    fn add_label_word(&mut self, label: LabelId, word: &str) {
        let next = self.label_order.len() as u32;
        self.label_order.entry(label).or_insert(next);
        match word {
            "who" | "where" => {}
            _ => {
                self.label_nouns.entry(label).or_insert_with(|| word.to_lowercase().into());
                self.label_words.entry(word.to_lowercase()).or_default().push(label);
                self.add_noun(word, &Noun::Label(label));
            }
        }
    }

    fn add_property_word(&mut self, key: KeyId, word: &str) {
        self.property_nouns.entry(key).or_insert_with(|| word.to_lowercase().into());
        for one in noun_spellings(&word.to_lowercase()) {
            self.property_words.insert((key, phrase(&one)));
        }
        self.add_noun(word, &Noun::Property(key));
    }

    /// Adds a sentence with its alternatives.
    pub(super) fn add_sentence(&mut self, sentence: &str, means: Meaning, catalog: &Catalog) {
        for sentence in read(sentence, means, catalog) {
            self.add_read(&sentence);
        }
    }

    fn add_read(&mut self, Sentence { choices, frame }: &Sentence) {
        let known = self.written.find(frame, &self.frames);
        let id = known.unwrap_or(self.frames.len());
        match &frame.head {
            Head::Verb(base) => {
                self.add_verb(base, id);
                for verb in &choices.verbs {
                    self.add_verb(&base_of_third(verb).unwrap_or_else(|| verb.clone()), id);
                }
            }
            Head::Noun(noun) => {
                self.add_event(noun, id);
                choices.nouns.iter().for_each(|noun| self.add_event(noun, id));
            }
            Head::Be if known.is_none() => self.add_be(frame, id),
            Head::Be => {}
        }
        for (word, others) in &choices.fixed {
            self.add_fixed(others, word);
        }
        match (known, &frame.head) {
            // Said already in other words, whose alternatives are the same.
            (Some(_), Head::Noun(noun)) => self.add_fixed(&choices.nouns, noun),
            (Some(_), _) => {}
            (None, _) => self.add_new(choices, frame, id),
        }
    }

    /// Nouns that may stand for one that sentences ask for.
    pub(super) fn add_fixed(&mut self, others: &[String], word: &str) {
        if !others.is_empty() {
            let fixed = Noun::Fixed(word.into());
            others.iter().for_each(|other| self.add_noun(other, &fixed));
        }
    }

    /// A frame that was not there, with what follows from it.
    fn add_new(&mut self, choices: &Choices, frame: &Frame, id: FrameId) {
        let fixed = frame.pieces.iter().filter_map(|piece| match &piece.what {
            What::Fixed(words) => Some((piece.preposition.is_some(), words)),
            What::Slot(_) => None,
        });
        for (at, (marked, words)) in fixed.enumerate() {
            if at == 0 && !marked && frame.head == Head::Be {
                self.add_noun(words, &Noun::Relational(id));
                let same = choices.fixed.iter().filter(|(word, _)| word == words);
                for other in same.flat_map(|(_, others)| others) {
                    self.add_noun(other, &Noun::Relational(id));
                }
            } else {
                self.add_noun(words, &Noun::Fixed(words.as_str().into()));
            }
        }
        let is_noun = matches!(frame.head, Head::Noun(_));
        if let (Meaning::Type(of), false) = (frame.means, is_noun) {
            self.sentences.entry(of).or_insert(id);
        }
        self.shares.extend(frame.share);
        self.frames.push(frame.clone());
        self.written.add(id, &self.frames);
        self.add_having(frame);
        if matches!(frame.means, Meaning::Type(_)) {
            self.add_converse(frame);
            let bases = choices.verbs.iter();
            let bases: Vec<String> =
                bases.map(|verb| base_of_third(verb).unwrap_or_else(|| verb.clone())).collect();
            self.add_nominals(frame, &bases);
            self.add_light_verbs(frame, &choices.nouns);
        }
    }

    /// A noun that says what was done, by one more frame: all its frames are one word.
    pub(super) fn add_event(&mut self, noun: &str, frame: FrameId) {
        let lower = lower(noun);
        let event = self.event_of.get(&*lower).copied().unwrap_or(self.events.len());
        if event == self.events.len() {
            self.event_of.insert(lower.into_owned(), event);
            self.events.push(Vec::new());
            self.add_noun(noun, &Noun::Event(event));
        }
        add_once(&mut self.events[event], frame, self.frames.len());
    }

    fn add_be(&mut self, frame: &Frame, id: FrameId) {
        self.be.push(id);
        if let [piece @ Piece { what: What::Slot(_), .. }] = frame.pieces.as_slice() {
            for word in piece.preposition.iter().chain(&piece.also) {
                self.be_with.entry(word.as_str().into()).or_default().push(id);
            }
        }
    }

    /// What is in something is had by it: `A is in B`, `B has A`.
    fn add_having(&mut self, frame: &Frame) {
        if let [Piece { preposition: Some(word), what: What::Slot(Role::End), .. }] =
            frame.pieces.as_slice()
            && word == "in"
            && frame.head == Head::Be
        {
            let having = Frame {
                head: Head::Verb("have".into()),
                subject: Some(Role::End),
                object: frame.subject,
                pieces: Vec::new(),
                ..frame.clone()
            };
            let id = self.frames.len();
            self.add_verb("have", id);
            self.frames.push(having);
        }
    }

    /// Adds a frame that nobody wrote, under several verbs; one that is written is preferred.
    pub(super) fn add_derived(&mut self, frame: &Frame, verbs: &[&str]) -> Option<FrameId> {
        let tables = [&self.written, &self.follow];
        let known = tables.into_iter().any(|table| table.find(frame, &self.frames).is_some());
        (!known).then(|| self.push_derived(frame, verbs))
    }

    /// The same, be it written or not: under some of its verbs it is not.
    pub(super) fn push_derived(&mut self, frame: &Frame, verbs: &[&str]) -> FrameId {
        let id = self.frames.len();
        for verb in verbs {
            self.add_verb(verb, id);
        }
        self.frames.push(frame.clone());
        self.follow.add(id, &self.frames);
        self.derived.insert(id);
        id
    }

    fn add_verb(&mut self, base: &str, frame: FrameId) {
        self.add_verb_words(base);
        let frames = self.by_verb.entry(base.into()).or_default();
        add_once(frames, frame, self.frames.len());
    }

    pub(super) fn add_verb_words(&mut self, base: &str) {
        // The same few verbs have most of the frames: *make a visit*, *make a threat*.
        if self.by_verb.contains_key(base) {
            return;
        }
        let base: Arc<str> = base.into();
        self.by_verb.insert(Arc::clone(&base), Vec::new());
        for (word, form) in verb_forms(&base) {
            self.index.add(&phrase(&word), Word::Verb { base: Arc::clone(&base), form });
        }
    }

    /// A noun in both numbers and all spellings.
    pub(super) fn add_noun(&mut self, noun: &str, what: &Noun) {
        let noun = lower(noun);
        if self.nouns_added.contains(&AddedNoun(&noun, what)) {
            return;
        }
        for one in noun_spellings(&noun) {
            let many = plural(&one);
            // A noun that stands in the plural already (`residents`) has no other.
            self.index.add(&phrase(&one), Word::Noun { noun: what.clone(), plural: false });
            self.index.add(&phrase(&many), Word::Noun { noun: what.clone(), plural: true });
            if let Some(before) = many.strip_suffix("people").filter(|_| one.ends_with("person")) {
                let persons = format!("{before}persons");
                self.index.add(&phrase(&persons), Word::Noun { noun: what.clone(), plural: true });
            }
        }
        self.nouns_added.insert((noun.into_owned(), what.clone()));
    }

    /// Values of the properties that sentences have slots for.
    pub(super) fn add_values(&mut self, graph: &dyn Snapshot) {
        let mut keys: HashMap<KeyId, HashSet<TypeId>> = HashMap::new();
        for frame in &self.frames {
            let Meaning::Type(of) = frame.means else { continue };
            let slots = frame.pieces.iter().filter_map(|piece| match piece.what {
                What::Slot(Role::Property(key)) => Some(key),
                _ => None,
            });
            for key in slots.chain(frame.share) {
                keys.entry(key).or_default().insert(of);
            }
        }
        for (key, types) in keys {
            for value in values_of(graph, key, &types) {
                let spoken = phrase(&value);
                if spoken.split(' ').count() <= VALUE_WORDS_MAX {
                    self.index.add(&spoken, Word::Value { key, value });
                }
            }
        }
    }
}

/// Adds a frame to a list that does not have it. One that is being added, before it stands among the `known`, can
/// only be the last: *make* has thousands, and none is looked at.
fn add_once(frames: &mut Vec<FrameId>, frame: FrameId, known: usize) {
    let has = if frame == known { frames.last() == Some(&frame) } else { frames.contains(&frame) };
    if !has {
        frames.push(frame);
    }
}

/// The distinct texts of a property on relationships of some types.
fn values_of(graph: &dyn Snapshot, key: KeyId, types: &HashSet<TypeId>) -> HashSet<Arc<str>> {
    let column = graph.statement_column(key);
    let mut values = HashSet::new();
    if matches!(column.data, ColumnData::Empty) && column.recent.is_none() {
        return values;
    }
    for id in 0..graph.statement_bound() {
        let Some(ends) = graph.statement(StatementId(id)) else { continue };
        if types.contains(&ends.relationship_type)
            && let Value::String(text) = column.get(id)
        {
            values.insert(text);
        }
    }
    values
}

fn has_slot(phrase: &str) -> bool {
    phrase.split_whitespace().any(|word| matches!(word, "A" | "A's"))
}

/// British and American spellings of a noun, word by word.
pub(super) fn noun_spellings(noun: &str) -> Vec<String> {
    if noun.split(' ').all(|word| other_spelling(word).is_none()) {
        return vec![noun.to_owned()];
    }
    let mut all = vec![String::new()];
    for word in noun.split(' ') {
        let spellings = spellings(word);
        all = all
            .iter()
            .flat_map(|before| spellings.iter().map(move |word| format!("{before} {word}")))
            .collect();
    }
    all.into_iter().map(|noun| noun.trim_start().to_owned()).collect()
}

/// A text in lower case, as most are.
fn lower(text: &str) -> Cow<'_, str> {
    let is_lower = |b: u8| b.is_ascii() && !b.is_ascii_uppercase();
    if text.bytes().all(is_lower) { text.into() } else { text.to_lowercase().into() }
}

/// A sentence that was read: what it says, and what else may stand in its places.
#[derive(Debug)]
struct Sentence {
    choices: Choices,
    frame: Frame,
}

/// Alternatives in square brackets are one frame where they are single words in the same place, and frames of their
/// own where they are not.
fn read(sentence: &str, means: Meaning, catalog: &Catalog) -> Vec<Sentence> {
    let parse = |choices: Choices| {
        let frame = frame::parse(&choices.sentence, means, catalog)?;
        Some(Sentence { choices, frame })
    };
    Choices::of(sentence).into_iter().filter_map(parse).collect()
}

/// Whether a phrase is a sentence about what it means, not a word for it or a rule.
fn is_sentence(phrase: &Phrase) -> bool {
    match phrase.means {
        Meaning::Type(_) => true,
        Meaning::Key(_) => !phrase.text.contains('=') && has_slot(&phrase.text),
        Meaning::Label(_) => false,
    }
}

/// The sentences that a graph declares, read, in their order.
#[derive(Debug)]
pub(crate) struct Declared(Vec<OnceLock<Vec<Sentence>>>);

impl Declared {
    /// Reads them, with every core that is idle.
    pub(crate) fn of(graph: &dyn Snapshot) -> Declared {
        /// Sentences that a thread takes at once.
        const TAKEN: usize = 64;
        let (declarations, catalog) = (graph.declarations(), graph.catalog());
        let phrases = declarations.phrases.iter();
        let sentences: Vec<&Phrase> = phrases.filter(|phrase| is_sentence(phrase)).collect();
        let all: Vec<OnceLock<Vec<Sentence>>> = sentences.iter().map(|_| OnceLock::new()).collect();
        let next = AtomicUsize::new(0);
        let take = || {
            loop {
                let from = next.fetch_add(TAKEN, Ordering::Relaxed);
                let Some(taken) = sentences.get(from..) else { return };
                for (phrase, to) in taken.iter().zip(&all[from..]).take(TAKEN) {
                    to.get_or_init(|| read(&phrase.text, phrase.means, catalog));
                }
            }
        };
        threads::together(threads::cores().min(sentences.len().div_ceil(TAKEN)), &take);
        Declared(all)
    }
}

/// Frames by what they are, to find one again.
#[derive(Debug, Default)]
pub(super) struct FrameTable {
    ids: HashTable<FrameId>,
    hasher: DefaultHashBuilder,
}

impl FrameTable {
    /// The frame of the table that is the same, among all.
    fn find(&self, frame: &Frame, all: &[Frame]) -> Option<FrameId> {
        self.ids.find(self.hasher.hash_one(frame), |&id| all[id] == *frame).copied()
    }

    /// Adds one that is not there yet.
    fn add(&mut self, id: FrameId, all: &[Frame]) {
        let hash = |&id: &FrameId| self.hasher.hash_one(&all[id]);
        self.ids.insert_unique(hash(&id), id, hash);
    }
}

/// A noun with what it is for, where neither is anyone's own.
#[derive(Hash)]
struct AddedNoun<'a>(&'a str, &'a Noun);

impl Equivalent<(String, Noun)> for AddedNoun<'_> {
    fn equivalent(&self, (noun, what): &(String, Noun)) -> bool {
        self.0 == noun && self.1 == what
    }
}
