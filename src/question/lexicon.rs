//! The words of a graph: made from its labels, types, properties, their phrases, and the values
//! that phrases have slots for.
//!
//! Built once for a snapshot when the first question comes; a graph nobody wrote phrases for gets
//! them from the names of its schema.

mod choices;
mod derived;
mod measures;
mod stated;

use std::sync::{Arc, OnceLock};

use hashbrown::{HashMap, HashSet};

use super::frame::{self, Frame, Head, Piece, Role, What};
use super::grade::{self, Degree, Rule};
use super::index::PhraseIndex;
use super::morphology::{Form, base_of_third, plural, spellings, verb_forms};
use super::token::words;
use crate::graph::declaration::Meaning;
use crate::graph::snapshot::ColumnData;
use crate::graph::{Catalog, KeyId, LabelId, Snapshot, TypeId};
use crate::value::{NodeId, StatementId, Value};
use choices::Choices;
pub(crate) use derived::TARGETS;

/// Values longer than this are read, not spoken of by their words.
const VALUE_WORDS_MAX: usize = 8;

/// A frame of the lexicon.
pub(crate) type FrameId = usize;

/// A noun of the lexicon that says what was done, with all its frames.
pub(crate) type EventId = usize;

/// What a word, or a few, may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// A form of a verb that frames have, by its base.
    Verb { base: Arc<str>, form: Form },
    /// A noun.
    Noun { noun: Noun, plural: bool },
    /// A form of an adjective that measures.
    Adjective { base: Arc<str>, degree: Degree },
    /// A value of a property of a relationship type, as stored.
    Value { key: KeyId, value: Arc<str> },
    /// A unit that a property is in.
    Unit(Arc<str>),
}

/// What a noun is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Noun {
    /// Nodes with a label.
    Label(LabelId),
    /// Statements, by the noun frames of a word: *recognition*.
    Event(EventId),
    /// The subject of a frame with *be*: *an ally of*.
    Relational(FrameId),
    /// A property.
    Property(KeyId),
    /// Words that frames ask for beside their slots: *award* in *gives an award*.
    Fixed(Arc<str>),
}

/// The words of a graph.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    pub(crate) frames: Vec<Frame>,
    /// The frames that were written, to find one again.
    known: HashMap<Frame, FrameId>,
    index: PhraseIndex<Word>,
    /// A verb whose forms are known has an entry, be it in no frame.
    by_verb: HashMap<Arc<str>, Vec<FrameId>>,
    /// The frames that ask for a noun beside their head; with it the lists of `by_verb` are sorted.
    said_with: HashMap<Box<str>, Vec<FrameId>>,
    /// The nouns whose forms are known.
    nouns_added: HashSet<(String, Noun)>,
    /// The frames of each noun that says what was done, and the number of the noun.
    events: Vec<Vec<FrameId>>,
    event_of: HashMap<String, EventId>,
    be: Vec<FrameId>,
    be_with: HashMap<Arc<str>, Vec<FrameId>>,
    /// The first sentence of each type.
    sentences: HashMap<TypeId, FrameId>,
    /// By adjective: how it measures the things of a label.
    rules: HashMap<Arc<str>, Vec<Rule>>,
    /// The types of sentences like `A is in B`, where what is in something is in what that is in.
    within: Vec<TypeId>,
    within_frames: HashSet<FrameId>,
    /// Frames that nobody wrote: they follow from others.
    derived: HashSet<FrameId>,
    /// Those of them whose end may be marked by any preposition of a target.
    loose: HashSet<FrameId>,
    /// The labels of both ends of each type: as declared, else as they are.
    ends: HashMap<TypeId, (Vec<LabelId>, Vec<LabelId>)>,
    label_order: HashMap<LabelId, u32>,
    /// Whether statements of a type are stored that are not believed, by the type's number, once it is known.
    disbelieved: Vec<OnceLock<bool>>,
    /// Labels of groups.
    groups: HashSet<LabelId>,
    /// The labels that each noun is for.
    label_words: HashMap<String, Vec<LabelId>>,
    /// Properties that count people or things: *how many people live in*.
    counted: HashSet<KeyId>,
    property_words: HashSet<(KeyId, String)>,
    /// What each property is measured in.
    /// … of things of a label, or of all that have it.
    units: HashSet<(KeyId, Option<LabelId>, Arc<str>)>,
    shares: HashSet<KeyId>,
    /// Labels that *who* and *where* ask for; all where none is declared.
    who: HashSet<LabelId>,
    place: HashSet<LabelId>,
    /// What each label, type and property is called first.
    label_nouns: HashMap<LabelId, Arc<str>>,
    property_nouns: HashMap<KeyId, Arc<str>>,
}

/// A type with so many sentences is spoken of in the words of its lexicon; what is taught of one at the prompt
/// does not take its own name away.
const SENTENCES_MANY: usize = 4;

/// Words that mean the question, not the graph, and so are no nouns.
const CLOSED: [&str; 14] = [
    "who", "whom", "whose", "what", "which", "when", "where", "why", "how", "is", "from", "to",
    "of", "name",
];

/// Verbs whose meaning is the language's, not the graph's: an event *happens*, a date *is known*,
/// somebody *calls* another something, one event *comes first*, and one *did so*.
pub(crate) const GENERAL_VERBS: [&str; 25] = [
    "share", "count", "number", "include", "live", "reside", "stay", "exist", "have", "happen",
    "occur", "come", "do", "know", "state", "record", "call", "consider", "describe", "regard",
    "see", "view", "name", "take", "put",
];

/// General verbs by which what somebody else does is done to one: *received criticism from*.
pub(crate) const UNDERGO: [&str; 11] = [
    "undergo",
    "receive",
    "get",
    "face",
    "suffer",
    "draw",
    "attract",
    "encounter",
    "experience",
    "incur",
    "earn",
];

/// Nouns that general verbs ask for: an event *takes place*, words are *put in quotation marks*.
const GENERAL_NOUNS: [&str; 5] =
    ["place", "quotation mark", "quote", "quote mark", "inverted comma"];

impl Lexicon {
    /// The words of a snapshot.
    pub(crate) fn of(graph: &dyn Snapshot) -> Lexicon {
        let mut lexicon = Lexicon::default();
        for base in UNDERGO.into_iter().chain(GENERAL_VERBS) {
            lexicon.add_verb_words(base);
        }
        for noun in GENERAL_NOUNS {
            lexicon.add_noun(noun, &Noun::Fixed(noun.into()));
        }
        lexicon.add_declared(graph);
        lexicon.add_schema(graph.catalog());
        lexicon.add_values(graph);
        lexicon.add_rules(graph);
        lexicon.add_ends(graph);
        lexicon.add_stated(graph);
        lexicon.sort_frames();
        lexicon
    }

    /// Which frames ask for which nouns, once all are there.
    fn sort_frames(&mut self) {
        for (id, frame) in self.frames.iter().enumerate() {
            for piece in &frame.pieces {
                let What::Fixed(noun) = &piece.what else { continue };
                let with = self.said_with.entry(noun.as_str().into()).or_default();
                if with.last() != Some(&id) {
                    with.push(id);
                }
            }
        }
        self.by_verb.values_mut().for_each(|frames| frames.sort_unstable());
    }

    /// Whether a noun may stand beside a verb: some sentence has both, or the verb is a general one.
    pub(crate) fn is_said_with(&self, verb: &str, noun: &str) -> bool {
        let frames = self.verb_frames(verb);
        let general = UNDERGO.contains(&verb) || GENERAL_VERBS.contains(&verb);
        let with = self.said_with.get(noun).filter(|_| !general && !frames.is_empty());
        with.is_none_or(|with| with.iter().any(|id| frames.binary_search(id).is_ok()))
    }

    fn add_rules(&mut self, graph: &dyn Snapshot) {
        for (base, rule) in grade::rules(graph) {
            for (form, degree) in grade::degrees(&base) {
                self.index.add(&words(&form), Word::Adjective { base: Arc::clone(&base), degree });
            }
            self.rules.entry(base).or_default().push(rule);
        }
        for phrase in &graph.declarations().phrases {
            if let (Meaning::Key(key), Some(nouns)) =
                (phrase.means, phrase.text.strip_prefix("counts ="))
            {
                self.counted.insert(key);
                nouns.split(',').for_each(|noun| self.add_noun(noun.trim(), &Noun::Property(key)));
            }
            if let (Meaning::Key(key), Some(units)) =
                (phrase.means, phrase.text.strip_prefix("units"))
                && let Some((of, units)) = units.split_once('=')
            {
                // `units Lake = …`: of lakes.
                let label = graph.catalog().label(of.trim());
                if of.trim().is_empty() || label.is_some() {
                    self.add_units(key, label, units);
                }
            }
        }
        // A population counts people where nobody says what counts them.
        if let Some(key) = graph.catalog().key("population").filter(|_| self.counted.is_empty()) {
            self.counted.insert(key);
            for noun in ["people", "inhabitants", "residents"] {
                self.add_noun(noun, &Noun::Property(key));
            }
        }
    }

    /// The labels at the ends of every type, and the types by which one thing lies in another.
    fn add_ends(&mut self, graph: &dyn Snapshot) {
        for (&of, declaration) in &graph.declarations().types {
            if !declaration.from.is_empty() || !declaration.to.is_empty() {
                self.ends.insert(of, (declaration.from.clone(), declaration.to.clone()));
            }
        }
        let undeclared: Vec<TypeId> = graph
            .catalog()
            .relationship_types()
            .map(|(id, _)| id)
            .filter(|id| !self.ends.contains_key(id))
            .collect();
        if !undeclared.is_empty() {
            self.add_found_ends(graph, &undeclared);
        }
        let chained = |of: &TypeId| {
            self.ends.get(of).is_some_and(|(from, to)| from.iter().any(|label| to.contains(label)))
        };
        let mut within: Vec<TypeId> = Vec::new();
        let mut frames: Vec<(FrameId, TypeId)> = Vec::new();
        for (id, frame) in self.frames.iter().enumerate() {
            let Meaning::Type(of) = frame.means else { continue };
            let inside = match frame.pieces.as_slice() {
                [Piece { preposition: Some(word), what: What::Slot(Role::End), .. }] => {
                    word == "in"
                }
                [] => frame.is_having(),
                _ => false,
            };
            if inside {
                frames.push((id, of));
                // Who arrives or stays in a place does not lie in it for that.
                if frame.head == Head::Be || frame.is_having() {
                    within.push(of);
                }
            }
        }
        within.sort_unstable();
        within.dedup();
        if within.iter().any(chained) {
            let lasting = |(_, of): &&(FrameId, TypeId)| within.contains(of);
            self.within_frames.extend(frames.iter().filter(lasting).map(|(id, _)| *id));
            self.within = within;
        }
    }

    /// The labels that the ends of types have, where nobody declared them.
    fn add_found_ends(&mut self, graph: &dyn Snapshot, types: &[TypeId]) {
        let mut found: HashMap<TypeId, (HashSet<LabelId>, HashSet<LabelId>)> = HashMap::new();
        // Where all things have one label first, that is at both ends of whatever there is.
        let first = |node: u32| graph.labels(NodeId(node)).first().copied();
        let mut labels: Vec<Option<LabelId>> = (0..graph.node_bound())
            .filter(|&node| graph.contains_node(NodeId(node)))
            .map(first)
            .collect();
        labels.sort_unstable();
        labels.dedup();
        if let [Some(only)] = labels.as_slice() {
            let counts = &graph.statistics().by_type;
            let there = |of: &&TypeId| counts.get(*of).is_some_and(|one| one.count > 0);
            let only = || HashSet::from_iter([*only]);
            found.extend(types.iter().filter(there).map(|&of| (of, (only(), only()))));
        } else {
            let looked_for: HashSet<TypeId> = types.iter().copied().collect();
            for id in 0..graph.statement_bound() {
                let Some(ends) = graph.statement(StatementId(id)) else { continue };
                if !looked_for.contains(&ends.relationship_type) {
                    continue;
                }
                let (from, to) = found.entry(ends.relationship_type).or_default();
                from.extend(graph.labels(ends.start).first());
                to.extend(graph.labels(ends.end).first());
            }
        }
        let sorted = |labels: HashSet<LabelId>| {
            let mut labels: Vec<LabelId> = labels.into_iter().collect();
            labels.sort_unstable();
            labels
        };
        for (of, (from, to)) in found {
            self.ends.insert(of, (sorted(from), sorted(to)));
        }
    }

    /// The rules of an adjective.
    pub(crate) fn rules(&self, base: &str) -> &[Rule] {
        self.rules.get(base).map_or(&[], Vec::as_slice)
    }

    /// The types of sentences like `A is in B`, where such sentences go on from thing to thing.
    pub(crate) fn within(&self) -> &[TypeId] {
        &self.within
    }

    /// Whether a frame says that one thing lies in another, perhaps by way of a third.
    pub(crate) fn is_within(&self, frame: FrameId) -> bool {
        self.within_frames.contains(&frame)
    }

    /// The labels at the ends of a type; empty where anything may stand.
    pub(crate) fn ends(&self, of: TypeId) -> (&[LabelId], &[LabelId]) {
        self.ends.get(&of).map_or((&[], &[]), |(from, to)| (from, to))
    }

    /// Labels in the order in which their words were declared: of things with one name the first
    /// is rather meant.
    pub(crate) fn label_order(&self, label: LabelId) -> u32 {
        self.label_order.get(&label).copied().unwrap_or(0)
    }

    /// Whether a property counts people or things.
    pub(crate) fn is_counted(&self, key: KeyId) -> bool {
        self.counted.contains(&key)
    }

    /// Everything that the words at a position may be, with the position after them.
    pub(crate) fn at<'a>(
        &'a self,
        tokens: &'a [super::token::Token],
        at: usize,
    ) -> impl Iterator<Item = (usize, &'a Word)> {
        self.index.at_with_articles(tokens, at)
    }

    /// Whether a word begins anything in the lexicon.
    pub(crate) fn knows(&self, word: &str) -> bool {
        self.index.begins(word)
    }

    /// The frames of a verb.
    pub(crate) fn verb_frames(&self, base: &str) -> &[FrameId] {
        self.by_verb.get(base).map_or(&[], Vec::as_slice)
    }

    /// The types that a word of the lexicon may speak of.
    pub(crate) fn types_of(&self, word: &Word) -> Vec<TypeId> {
        let frames = match word {
            Word::Verb { base, .. } => self.verb_frames(base).to_vec(),
            Word::Noun { noun: Noun::Event(id), .. } => self.events[*id].clone(),
            Word::Noun { noun: Noun::Relational(id), .. } => vec![*id],
            _ => Vec::new(),
        };
        let mut types: Vec<TypeId> = Vec::new();
        for id in frames {
            if let Meaning::Type(of) = self.frames[id].means
                && !types.contains(&of)
            {
                types.push(of);
            }
        }
        types
    }

    /// The frames of *be*.
    pub(crate) fn be_frames(&self) -> impl Iterator<Item = FrameId> {
        self.be.iter().copied()
    }

    /// The frames of *be* with a preposition and what it governs, and nothing else.
    pub(crate) fn be_frames_with(&self, preposition: &str) -> impl Iterator<Item = FrameId> {
        self.be_with.get(preposition).into_iter().flatten().copied()
    }

    /// Labels that *who* asks for; empty where it may ask for any.
    pub(crate) fn who(&self) -> &HashSet<LabelId> {
        &self.who
    }

    /// Labels that *where* asks for; empty where nothing is declared a place.
    pub(crate) fn places(&self) -> &HashSet<LabelId> {
        &self.place
    }

    /// The labels that have nouns, in their order.
    pub(crate) fn labels(&self) -> impl Iterator<Item = LabelId> {
        let mut labels: Vec<LabelId> = self.label_nouns.keys().copied().collect();
        labels.sort_unstable();
        labels.into_iter()
    }

    /// Every word that the lexicon knows.
    pub(crate) fn all_words(&self) -> impl Iterator<Item = &str> {
        self.index.all().flat_map(|(first, rest, _)| std::iter::once(first).chain(rest.split(' ')))
    }

    /// The first noun for a label.
    pub(crate) fn label_noun(&self, label: LabelId) -> Option<&str> {
        self.label_nouns.get(&label).map(AsRef::as_ref)
    }

    /// The first noun for a property.
    pub(crate) fn property_noun(&self, key: KeyId) -> Option<&str> {
        self.property_nouns.get(&key).map(AsRef::as_ref)
    }

    /// Whether a noun is one of a property's.
    pub(crate) fn is_property_noun(&self, key: KeyId, noun: &str) -> bool {
        self.property_words.contains(&(key, words(noun).join(" ")))
    }

    /// Whether a property says what part of a sentence's subject is meant.
    pub(crate) fn is_share(&self, key: KeyId) -> bool {
        self.shares.contains(&key)
    }

    /// The first sentence for a relationship type.
    pub(crate) fn sentence(&self, relationship_type: TypeId) -> Option<&Frame> {
        self.sentences.get(&relationship_type).map(|&id| &self.frames[id])
    }

    fn add_declared(&mut self, graph: &dyn Snapshot) {
        for phrase in &graph.declarations().phrases {
            match phrase.means {
                // A rule, such as what a role is called, is read where it is used.
                Meaning::Label(_) | Meaning::Key(_) if phrase.text.contains('=') => {}
                Meaning::Label(label) => self.add_label_word(label, &phrase.text),
                Meaning::Key(key) if !has_slot(&phrase.text) => {
                    self.add_property_word(key, &phrase.text)
                }
                means => self.add_sentence(&phrase.text, means, graph.catalog()),
            }
        }
    }

    /// Labels, types and properties by the names they have in queries.
    fn add_schema(&mut self, catalog: &Catalog) {
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
            if super::morphology::is_participle(name)
                && name.chars().all(|c| c.is_ascii_lowercase())
            {
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
            "who" => _ = self.who.insert(label),
            "where" => _ = self.place.insert(label),
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
            self.property_words.insert((key, words(&one).join(" ")));
        }
        self.add_noun(word, &Noun::Property(key));
    }

    /// Adds a sentence; alternatives in square brackets are one frame where they are single words
    /// in the same place, and frames of their own where they are not.
    fn add_sentence(&mut self, sentence: &str, means: Meaning, catalog: &Catalog) {
        for choices in Choices::of(sentence) {
            self.add_plain_sentence(&choices, means, catalog);
        }
    }

    fn add_plain_sentence(&mut self, choices: &Choices, means: Meaning, catalog: &Catalog) {
        let Some(frame) = frame::parse(&choices.sentence, means, catalog) else { return };
        let known = self.known.get(&frame).copied();
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
            Head::Be if known.is_none() => self.add_be(&frame, id),
            Head::Be => {}
        }
        for (word, others) in &choices.fixed {
            for other in others {
                self.add_noun(other, &Noun::Fixed(word.as_str().into()));
            }
        }
        if known.is_some() {
            // Said already in other words, whose alternatives are the same.
            if let Head::Noun(noun) = &frame.head {
                for other in &choices.nouns {
                    self.add_noun(other, &Noun::Fixed(noun.as_str().into()));
                }
            }
            return;
        }
        let fixed: Vec<(Option<String>, String)> = frame
            .pieces
            .iter()
            .filter_map(|piece| match &piece.what {
                What::Fixed(words) => Some((piece.preposition.clone(), words.clone())),
                What::Slot(_) => None,
            })
            .collect();
        for (at, (preposition, words)) in fixed.iter().enumerate() {
            if at == 0 && preposition.is_none() && frame.head == Head::Be {
                self.add_noun(words, &Noun::Relational(id));
                let same = choices.fixed.iter().filter(|(word, _)| word == words);
                for other in same.flat_map(|(_, others)| others) {
                    self.add_noun(other, &Noun::Relational(id));
                }
            } else {
                self.add_noun(words, &Noun::Fixed(words.as_str().into()));
            }
        }
        if let (Meaning::Type(of), false) = (means, matches!(frame.head, Head::Noun(_))) {
            self.sentences.entry(of).or_insert(id);
        }
        self.shares.extend(frame.share);
        self.known.insert(frame.clone(), id);
        self.frames.push(frame.clone());
        self.add_having(&frame);
        if matches!(means, Meaning::Type(_)) {
            self.add_converse(&frame);
            let bases = choices.verbs.iter();
            let bases: Vec<String> =
                bases.map(|verb| base_of_third(verb).unwrap_or_else(|| verb.clone())).collect();
            self.add_nominals(&frame, &bases);
            self.add_light_verbs(&frame, &choices.nouns);
        }
    }

    /// A noun that says what was done, by one more frame: all its frames are one word.
    fn add_event(&mut self, noun: &str, frame: FrameId) {
        let next = self.events.len();
        let event = *self.event_of.entry(noun.to_lowercase()).or_insert(next);
        if event == next {
            self.events.push(Vec::new());
            self.add_noun(noun, &Noun::Event(event));
        }
        add_once(&mut self.events[event], frame, self.frames.len());
    }

    /// The frames of a noun that says what was done.
    pub(crate) fn event_frames(&self, event: EventId) -> &[FrameId] {
        self.events.get(event).map_or(&[], Vec::as_slice)
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
    fn add_derived(&mut self, frame: &Frame, verbs: &[&str]) -> Option<FrameId> {
        let Head::Verb(base) = &frame.head else { return None };
        let known = self.verb_frames(base).iter().any(|&id| self.frames[id] == *frame);
        (!known).then(|| self.push_derived(frame, verbs))
    }

    /// The same, be it written or not: under some of its verbs it is not.
    fn push_derived(&mut self, frame: &Frame, verbs: &[&str]) -> FrameId {
        let id = self.frames.len();
        for verb in verbs {
            self.add_verb(verb, id);
        }
        self.frames.push(frame.clone());
        self.derived.insert(id);
        id
    }

    /// Whether the end of a frame may be marked by any preposition of a target.
    pub(crate) fn is_loose(&self, frame: FrameId) -> bool {
        self.loose.contains(&frame)
    }

    /// Whether nobody wrote a frame: it follows from another.
    pub(crate) fn is_derived(&self, frame: FrameId) -> bool {
        self.derived.contains(&frame)
    }

    fn add_verb(&mut self, base: &str, frame: FrameId) {
        self.add_verb_words(base);
        let frames = self.by_verb.entry(base.into()).or_default();
        add_once(frames, frame, self.frames.len());
    }

    fn add_verb_words(&mut self, base: &str) {
        // The same few verbs have most of the frames: *make a visit*, *make a threat*.
        if self.by_verb.contains_key(base) {
            return;
        }
        let base: Arc<str> = base.into();
        self.by_verb.insert(Arc::clone(&base), Vec::new());
        for (word, form) in verb_forms(&base) {
            self.index.add(&words(&word), Word::Verb { base: Arc::clone(&base), form });
        }
    }

    fn add_noun(&mut self, noun: &str, what: &Noun) {
        let noun = noun.to_lowercase();
        if !self.nouns_added.insert((noun.clone(), what.clone())) {
            return;
        }
        for one in noun_spellings(&noun) {
            let many = plural(&one);
            // A noun that stands in the plural already (`residents`) has no other.
            self.index.add(&words(&one), Word::Noun { noun: what.clone(), plural: false });
            self.index.add(&words(&many), Word::Noun { noun: what.clone(), plural: true });
            if let Some(before) = many.strip_suffix("people").filter(|_| one.ends_with("person")) {
                let persons = format!("{before}persons");
                self.index.add(&words(&persons), Word::Noun { noun: what.clone(), plural: true });
            }
        }
    }

    /// Values of the properties that sentences have slots for.
    fn add_values(&mut self, graph: &dyn Snapshot) {
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
                let spoken = words(&value);
                if spoken.len() <= VALUE_WORDS_MAX {
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

/// A name of the schema as words: `TalksRound`, `from_whom`.
pub(super) fn spoken(name: &str) -> String {
    let mut out = String::new();
    let mut before_lower = false;
    for c in name.chars() {
        if c == '_' || c.is_uppercase() && before_lower {
            out.push(' ');
        }
        if c != '_' {
            out.extend(c.to_lowercase());
        }
        before_lower = c.is_lowercase();
    }
    out
}

/// British and American spellings of a noun, word by word.
fn noun_spellings(noun: &str) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::token::tokens;

    fn kinds(lexicon: &Lexicon, text: &str) -> Vec<String> {
        let tokens = tokens(text);
        let mut kinds: Vec<String> = lexicon
            .at(&tokens, 0)
            .filter(|(end, _)| *end == tokens.len())
            .map(|(_, word)| format!("{word:?}"))
            .collect();
        kinds.sort();
        kinds
    }

    #[test]
    fn a_declared_sentence_brings_its_words() {
        let catalog = {
            let mut catalog = Catalog::default();
            catalog.intern_key("reason");
            catalog.intern_type("AWARDED");
            catalog
        };
        let mut lexicon = Lexicon::default();
        let means = Meaning::Type(TypeId(0));
        lexicon.add_sentence("A gives an award to B for {reason}", means, &catalog);
        lexicon.add_sentence("A honours B", means, &catalog);
        lexicon.add_sentence("A's award to B", means, &catalog);
        assert_eq!(kinds(&lexicon, "honored").len(), 2, "past and participle, American");
        // Beside the sentences that were declared stands *B receives an award from A*.
        assert_eq!(
            kinds(&lexicon, "awards"),
            [
                "Noun { noun: Event(1), plural: true }",
                "Noun { noun: Fixed(\"award\"), plural: true }"
            ]
        );
        assert_eq!(lexicon.verb_frames("give"), [0, 5]);
        assert_eq!(lexicon.verb_frames("receive"), [1]);
        assert!(lexicon.is_derived(1) && !lexicon.is_derived(0));
    }

    #[test]
    fn names_of_the_schema_are_words() {
        assert_eq!(spoken("TalksRound"), "talks round");
        assert_eq!(spoken("from_whom"), "from whom");
        assert_eq!(noun_spellings("organisation"), ["organisation", "organization"]);
    }
}
