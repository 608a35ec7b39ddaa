//! The words of a graph: made from its labels, types, properties, their phrases, and the values
//! that phrases have slots for.
//!
//! Built once for a snapshot when the first question comes; a graph nobody wrote phrases for gets
//! them from the names of its schema.

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::frame::{self, Frame, Head, Role, What};
use super::index::PhraseIndex;
use super::morphology::{Form, plural, spellings, verb_forms};
use super::token::words;
use crate::graph::declaration::Meaning;
use crate::graph::snapshot::ColumnData;
use crate::graph::{Catalog, KeyId, LabelId, Snapshot, TypeId};
use crate::value::{StatementId, Value};

/// Values longer than this are read, not spoken of by their words.
const VALUE_WORDS_MAX: usize = 8;

/// A frame of the lexicon.
pub(crate) type FrameId = usize;

/// What a word, or a few, may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// A form of a verb that frames have, by its base.
    Verb { base: Arc<str>, form: Form },
    /// A noun.
    Noun { noun: Noun, plural: bool },
    /// A value of a property of a relationship type, as stored.
    Value { key: KeyId, value: Arc<str> },
}

/// What a noun is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Noun {
    /// Nodes with a label.
    Label(LabelId),
    /// Statements, by a noun frame: *recognition*.
    Event(FrameId),
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
    index: PhraseIndex<Word>,
    by_verb: HashMap<Arc<str>, Vec<FrameId>>,
    /// Labels that *who* and *where* ask for; all where none is declared.
    who: HashSet<LabelId>,
    place: HashSet<LabelId>,
    /// What each label, type and property is called first.
    label_nouns: HashMap<LabelId, Arc<str>>,
    property_nouns: HashMap<KeyId, Arc<str>>,
}

/// Words that mean the question, not the graph, and so are no nouns.
const CLOSED: [&str; 14] = [
    "who", "whom", "whose", "what", "which", "when", "where", "why", "how", "is", "from", "to",
    "of", "name",
];

/// Verbs whose meaning is the language's, not the graph's: an event *happens*, a date *is known*,
/// somebody *calls* another something, one event *comes first*, and one *did so*.
pub(crate) const GENERAL_VERBS: [&str; 16] = [
    "happen", "occur", "come", "do", "know", "state", "record", "call", "consider", "describe",
    "regard", "see", "view", "name", "take", "put",
];

/// Nouns that general verbs ask for: an event *takes place*, words are *put in quotation marks*.
const GENERAL_NOUNS: [&str; 5] =
    ["place", "quotation mark", "quote", "quote mark", "inverted comma"];

impl Lexicon {
    /// The words of a snapshot.
    pub(crate) fn of(graph: &dyn Snapshot) -> Lexicon {
        let mut lexicon = Lexicon::default();
        for base in GENERAL_VERBS {
            lexicon.add_verb_words(base);
        }
        for noun in GENERAL_NOUNS {
            lexicon.add_noun(noun, &Noun::Fixed(noun.into()));
        }
        lexicon.add_declared(graph);
        lexicon.add_schema(graph.catalog());
        lexicon.add_values(graph);
        lexicon
    }

    /// Everything that the words at a position may be, with the position after them.
    pub(crate) fn at<'a>(
        &'a self,
        tokens: &'a [super::token::Token],
        at: usize,
    ) -> impl Iterator<Item = (usize, &'a Word)> {
        self.index.at(tokens, at)
    }

    /// Whether a word begins anything in the lexicon.
    pub(crate) fn knows(&self, word: &str) -> bool {
        self.index.begins(word)
    }

    /// The frames of a verb.
    pub(crate) fn verb_frames(&self, base: &str) -> &[FrameId] {
        self.by_verb.get(base).map_or(&[], Vec::as_slice)
    }

    /// The frames of *be*.
    pub(crate) fn be_frames(&self) -> impl Iterator<Item = FrameId> {
        (0..self.frames.len()).filter(|&id| self.frames[id].head == Head::Be)
    }

    /// Labels that *who* asks for; empty where it may ask for any.
    pub(crate) fn who(&self) -> &HashSet<LabelId> {
        &self.who
    }

    /// Labels that *where* asks for; empty where nothing is declared a place.
    pub(crate) fn places(&self) -> &HashSet<LabelId> {
        &self.place
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
        let words = words(noun);
        let wanted = Word::Noun { noun: Noun::Property(key), plural: false };
        self.index.all().any(|(first, rest, word)| {
            *word == wanted && words.first().is_some_and(|w| w == first) && words[1..] == *rest
        })
    }

    /// Whether a property says what part of a sentence's subject is meant.
    pub(crate) fn is_share(&self, key: KeyId) -> bool {
        self.frames.iter().any(|frame| frame.share == Some(key))
    }

    /// The first sentence for a relationship type.
    pub(crate) fn sentence(&self, relationship_type: TypeId) -> Option<&Frame> {
        let is_sentence = |frame: &&Frame| {
            frame.means == Meaning::Type(relationship_type) && !matches!(frame.head, Head::Noun(_))
        };
        self.frames.iter().find(is_sentence)
    }

    fn add_declared(&mut self, graph: &dyn Snapshot) {
        for phrase in &graph.declarations().phrases {
            match phrase.means {
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
        }
        let phrased: HashSet<Meaning> = self.frames.iter().map(|frame| frame.means).collect();
        for (id, name) in catalog.types() {
            if !phrased.contains(&Meaning::Type(id)) {
                for sentence in frame::from_type_name(name) {
                    self.add_sentence(&sentence, Meaning::Type(id), catalog);
                }
            }
        }
    }

    fn add_label_word(&mut self, label: LabelId, word: &str) {
        match word {
            "who" => _ = self.who.insert(label),
            "where" => _ = self.place.insert(label),
            _ => {
                self.label_nouns.entry(label).or_insert_with(|| word.to_lowercase().into());
                self.add_noun(word, &Noun::Label(label));
            }
        }
    }

    fn add_property_word(&mut self, key: KeyId, word: &str) {
        self.property_nouns.entry(key).or_insert_with(|| word.to_lowercase().into());
        self.add_noun(word, &Noun::Property(key));
    }

    fn add_sentence(&mut self, sentence: &str, means: Meaning, catalog: &Catalog) {
        let Some(frame) = frame::parse(sentence, means, catalog) else { return };
        let id = self.frames.len();
        match &frame.head {
            Head::Verb(base) => self.add_verb(base, id),
            Head::Noun(noun) => self.add_noun(noun, &Noun::Event(id)),
            Head::Be => {}
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
            } else {
                self.add_noun(words, &Noun::Fixed(words.as_str().into()));
            }
        }
        self.frames.push(frame);
    }

    fn add_verb(&mut self, base: &str, frame: FrameId) {
        self.by_verb.entry(base.into()).or_default().push(frame);
        self.add_verb_words(base);
    }

    fn add_verb_words(&mut self, base: &str) {
        let base: Arc<str> = base.into();
        for (word, form) in verb_forms(&base) {
            self.index.add(&words(&word), Word::Verb { base: Arc::clone(&base), form });
        }
    }

    fn add_noun(&mut self, noun: &str, what: &Noun) {
        let noun = noun.to_lowercase();
        for one in noun_spellings(&noun) {
            let many = plural(&one);
            // A noun that stands in the plural already (`residents`) has no other.
            self.index.add(&words(&one), Word::Noun { noun: what.clone(), plural: false });
            self.index.add(&words(&many), Word::Noun { noun: what.clone(), plural: true });
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
fn spoken(name: &str) -> String {
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
        assert_eq!(
            kinds(&lexicon, "awards"),
            [
                "Noun { noun: Event(2), plural: true }",
                "Noun { noun: Fixed(\"award\"), plural: true }"
            ]
        );
        assert_eq!(lexicon.verb_frames("give"), [0]);
    }

    #[test]
    fn names_of_the_schema_are_words() {
        assert_eq!(spoken("TalksRound"), "talks round");
        assert_eq!(spoken("from_whom"), "from whom");
        assert_eq!(noun_spellings("organisation"), ["organisation", "organization"]);
    }
}
