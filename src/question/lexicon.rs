//! The words of a graph: made from its labels, types, properties, their phrases, and the values
//! that phrases have slots for.
//!
//! Built once for a snapshot when the first question comes; a graph nobody wrote phrases for gets
//! them from the names of its schema.

mod adding;
mod choices;
mod derived;
mod ends;
mod measures;
mod stated;

use std::sync::{Arc, OnceLock};

use hashbrown::{HashMap, HashSet};

use super::frame::{Frame, What};
use super::grade::{self, Degree, Rule};
use super::index::PhraseIndex;
use super::morphology::Form;
use super::token::phrase;
use crate::graph::declaration::{Meaning, Phrase};
use crate::graph::{KeyId, LabelId, Snapshot, TypeId};
pub(crate) use adding::Declared;
use adding::FrameTable;
pub(crate) use derived::TARGETS;

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
    /// The frames that were written, and those that follow from them under a verb.
    written: FrameTable,
    follow: FrameTable,
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
    /// The words of a snapshot, with the sentences that were declared there.
    pub(crate) fn of(graph: &dyn Snapshot, declared: &Declared) -> Lexicon {
        let mut lexicon = Lexicon {
            who: called(graph, "who"),
            place: called(graph, "where"),
            ..Lexicon::default()
        };
        for base in UNDERGO.into_iter().chain(GENERAL_VERBS) {
            lexicon.add_verb_words(base);
        }
        for noun in GENERAL_NOUNS {
            lexicon.add_noun(noun, &Noun::Fixed(noun.into()));
        }
        lexicon.add_declared(graph, declared);
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
                self.index.add(&phrase(&form), Word::Adjective { base: Arc::clone(&base), degree });
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

    /// The rules of an adjective.
    pub(crate) fn rules(&self, base: &str) -> &[Rule] {
        self.rules.get(base).map_or(&[], Vec::as_slice)
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
        self.property_words.contains(&(key, phrase(noun)))
    }

    /// Whether a property says what part of a sentence's subject is meant.
    pub(crate) fn is_share(&self, key: KeyId) -> bool {
        self.shares.contains(&key)
    }

    /// The first sentence for a relationship type.
    pub(crate) fn sentence(&self, relationship_type: TypeId) -> Option<&Frame> {
        self.sentences.get(&relationship_type).map(|&id| &self.frames[id])
    }

    /// The frames of a noun that says what was done.
    pub(crate) fn event_frames(&self, event: EventId) -> &[FrameId] {
        self.events.get(event).map_or(&[], Vec::as_slice)
    }

    /// Whether the end of a frame may be marked by any preposition of a target.
    pub(crate) fn is_loose(&self, frame: FrameId) -> bool {
        self.loose.contains(&frame)
    }

    /// Whether nobody wrote a frame: it follows from another.
    pub(crate) fn is_derived(&self, frame: FrameId) -> bool {
        self.derived.contains(&frame)
    }
}

/// The labels that were declared to be asked for by a word: *who*, *where*.
pub(super) fn called(graph: &dyn Snapshot, word: &str) -> HashSet<LabelId> {
    let phrases = graph.declarations().phrases.iter();
    let label = |phrase: &Phrase| match phrase.means {
        Meaning::Label(label) if *phrase.text == *word => Some(label),
        _ => None,
    };
    phrases.filter_map(label).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Catalog;
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
        assert_eq!(adding::noun_spellings("organisation"), ["organisation", "organization"]);
    }
}
