//! What the chart builds: the syntax of a question, before it is known what it means in the graph.
//!
//! ```text
//! Which states other than Russia recognise South Ossetia?
//!
//! Question  asks: the wh-word
//! └ Clause  recognise, active
//!   ├ subject  Except ─ Wh(which, Nominal(:State)) ─ Name(Russia)
//!   └ argument Name(South Ossetia)
//! ```

use std::ops::Range;
use std::sync::Arc;

use super::form::ThingId;
use super::lexicon::Noun;
use super::names::Bearer;
use super::when::When;
use crate::graph::KeyId;

/// A question, or one of several that were joined by *and*.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Question {
    pub(crate) asks: Asks,
    pub(crate) body: Body,
    /// Further things asked of the same: *and why?*
    pub(crate) also: Vec<Asks>,
}

/// What a question is about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    Clause(Clause),
    /// A noun phrase alone: *name the states that …*
    Phrase(Np),
    /// How two things are connected.
    Path(Np, Np),
}

/// What a question wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    /// Whether it is so.
    Whether,
    /// What the wh-phrase in the clause stands for.
    Thing,
    /// When; with the unit asked for.
    When(Unit),
    /// Where.
    Where,
    /// Why.
    Why,
    /// For how long.
    HowLong,
    /// How often.
    HowOften,
    /// Who says so.
    Speaker,
    /// Where it stands.
    Source,
}

/// How fine a date is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// As fine as it is known.
    Any,
    Day,
    Month,
    Year,
}

/// A clause: a verb with what stands around it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Clause {
    /// The verb's base.
    pub(crate) verb: Arc<str>,
    pub(crate) passive: bool,
    pub(crate) negated: bool,
    /// Whether it is put in the past.
    pub(crate) past: bool,
    pub(crate) subject: Option<Np>,
    /// What stands before its place: the wh-phrase, or the gap of a relative clause.
    pub(crate) front: Option<Argument>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) adverbs: Vec<Adverb>,
    /// Further predicates of the same subject.
    pub(crate) and_then: Vec<(Join, Clause)>,
}

/// A complement of a verb.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Argument {
    pub(crate) preposition: Option<String>,
    /// Nothing where the preposition stands alone: *What did he thank him for?*
    pub(crate) np: Option<Np>,
}

/// What modifies a clause as a whole.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Adverb {
    /// A time phrase.
    When(When),
    /// `before Russia did`.
    BeforeAfter { before: bool, subject: Np },
    /// `on the same day`.
    Same(Unit),
    /// `first`, `last`: the earliest or the latest.
    Ranked(Rank),
    /// `besides Russia`.
    Except(Np),
    /// `according to NP`.
    Speaker(Np),
    /// `so`: what was said before.
    So,
}

/// Which of several, in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rank {
    First,
    Last,
}

/// How parts are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    And,
    Or,
    ButNot,
    Nor,
}

/// A noun phrase.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Np {
    pub(crate) kind: NpKind,
    /// The words it is made of.
    pub(crate) words: Range<usize>,
}

/// What a noun phrase is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum NpKind {
    Wh(Box<Wh>),
    /// A name, with everything that bears it.
    Name(Vec<Bearer>),
    /// A name that nothing in the graph bears.
    Unknown(String),
    Nominal(Box<Nominal>),
    Pronoun(Pronoun),
    List(Join, Vec<Np>),
    Except(Box<Np>, Box<Np>),
    /// A value of a property: *Foreign Minister*.
    Value(KeyId, Vec<Arc<str>>),
    /// `nearly all residents`: a property's value, and what it is part of.
    Share(KeyId, Arc<str>, Box<Np>),
    /// Words to be found in a name: what was said.
    Text(Vec<String>),
    /// What the relative clause is about.
    Gap,
    /// What has been read already and is shared by several predicates.
    Bound(ThingId),
}

/// A noun phrase that asks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wh {
    pub(crate) word: WhWord,
    /// The noun after it.
    pub(crate) nominal: Option<Nominal>,
    /// `which of them`.
    pub(crate) of: Option<Np>,
}

/// The word that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhWord {
    Who,
    What,
    Which,
    Whose,
    HowMany,
}

/// Words that point back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pronoun {
    /// he, she, him, her.
    One,
    /// it.
    It,
    /// they, them.
    Many,
}

/// A noun with what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Nominal {
    pub(crate) determiner: Determiner,
    pub(crate) number: Option<u32>,
    pub(crate) plural: bool,
    pub(crate) head: HeadNoun,
    /// Names before it: *Russian officials*.
    pub(crate) adjectives: Vec<Np>,
    pub(crate) rank: Option<Rank>,
    pub(crate) possessor: Option<Np>,
    pub(crate) modifiers: Vec<Modifier>,
}

/// What a nominal is made of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum HeadNoun {
    Noun(Noun),
    /// Who has the value: *the foreign minister*.
    Value(KeyId, Vec<Arc<str>>),
    /// *one*, *ones*, *of them*: the things spoken of.
    One,
}

/// What stands before a noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Determiner {
    None,
    Definite,
    Indefinite,
    All,
    Both,
    Either,
    No,
}

/// What stands behind a noun.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Modifier {
    Phrase(String, Np),
    Relative(Clause),
    When(When),
    /// `…, X or Y?`: it is one of these.
    Among(Vec<Choice>),
}

/// One of several that a question names to choose from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Choice {
    /// By name.
    Named(Np),
    /// By who took part: *Lavrov with Medoev*.
    Of(Vec<Np>),
}

impl Clause {
    /// A clause of a verb with nothing around it.
    pub(crate) fn of(verb: Arc<str>) -> Clause {
        Clause {
            verb,
            passive: false,
            negated: false,
            past: false,
            subject: None,
            front: None,
            arguments: Vec::new(),
            adverbs: Vec::new(),
            and_then: Vec::new(),
        }
    }
}

impl Nominal {
    /// A noun alone.
    pub(crate) fn of(head: HeadNoun, plural: bool) -> Nominal {
        Nominal {
            determiner: Determiner::None,
            number: None,
            plural,
            head,
            adjectives: Vec::new(),
            rank: None,
            possessor: None,
            modifiers: Vec::new(),
        }
    }
}
