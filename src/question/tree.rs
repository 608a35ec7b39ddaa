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

use super::apart::Apart;
use super::form::{Inquiry, Shared, ThingId};
use super::lexicon::Noun;
use super::made::Joint;
use super::names::Bearer;
use super::when::When;
use crate::graph::KeyId;
use crate::value::NodeId;

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
    /// One number that is made of those that two questions ask for: *how much longer is X than Y?*
    Made(Joint, Vec<Question>),
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
    /// Since when.
    Since,
    /// Where.
    Where,
    /// Why.
    Why,
    /// For how long.
    HowLong,
    /// How often.
    HowOften,
    /// On how many days.
    HowManyDays,
    /// In how many months, years.
    HowMany(Unit),
    /// What an adjective measures: *how long is the Danube?*
    Measure,
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
    /// The adjective of *how long*, *how high*.
    pub(crate) how: Option<Arc<str>>,
    /// What it says of the subject beside that it does so.
    pub(crate) bond: Bond,
    /// Further predicates of the same subject.
    pub(crate) and_then: Vec<(Join, Clause)>,
}

/// What a clause says of its subject beside that it does what the verb says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bond {
    Plain,
    /// It is claimed to be the one: *X was the first to do so*.
    Identifies,
    /// It does so and no other does: *X was the only one to do so*.
    Alone,
    /// What it does to the object the object does to it: *each other*.
    Mutual,
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
    BeforeAfter { before: bool, subject: Np, apart: Option<Apart> },
    /// `after Russia`: after Russia did.
    /// `two weeks after Russia`: so far apart.
    Pivot { before: bool, than: Np, apart: Option<Apart> },
    /// `after China visited Japan`: after something else was done; with a unit, in the month in which
    /// it was.
    Deed { before: bool, apart: Option<Apart>, unit: Option<Unit>, clause: Box<Clause> },
    /// `right after Russia`, and *next* beside `after Russia` (nothing then): the nearest of those.
    Nearest(Option<Box<Adverb>>),
    /// `after Russia first did`: that was the first of its kind.
    OfRank(Rank, Box<Adverb>),
    /// `after Russia did so on 5 May`: that was then.
    OfTime(When, Box<Adverb>),
    /// `on the same day`.
    Same(Unit),
    /// `in the same month as Russia`, `… as Russia did`: then it is who did the other.
    SameAs { unit: Unit, np: Np, doer: bool },
    /// `first`, `last`: the earliest or the latest.
    Ranked(Rank),
    /// `besides Russia`.
    Except(Np),
    /// `according to NP`.
    Speaker(Np),
    /// `so`: what was said before.
    So,
    /// `per month`, `in each year`.
    PerUnit(Unit),
    /// `for each state`, `by country`.
    Per(Np),
    /// `at least three times`.
    Times(Quantity),
    /// `most often`, `least often`, `the second most often`.
    Often { most: bool, nth: u32 },
    /// `more often than Russia did`, `as often as Russia`; with what stands between: `more often in 2014 than
    /// in 2013`.
    Oftener { how: Beside, first: Option<Aside>, than: Rival },
    /// `in kilometres`: the unit that is asked for.
    In(Arc<str>),
    /// `in area`, `by population`: what is measured.
    By(KeyId),
    /// `on average`, `added together`: what is made of several numbers.
    Made(Aggregate),
    /// `in total`: what is measured of several is added up; of all else it says nothing.
    Altogether,
}

/// What stands between *more often* and *than*, and belongs to the verb.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Aside {
    /// `more often in 2014 than …`
    When(When),
    /// `more often by Russia than …`
    Of(Argument),
}

/// Whose deeds are counted beside those of a clause.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rival {
    /// `than Russia did`: the same done by another.
    Doer(Np),
    /// `than Russia`: the same done by another, or to another.
    Either(Np),
    /// `than by Russia`: the same with another where that preposition stands.
    Marked(Argument),
    /// `than in 2013`: the same at another time.
    Then(When),
    /// `than it met Russia`: something else; where no subject is named, of the same.
    Deed(Box<Clause>),
    /// `than the other way round`: the same with its ends exchanged.
    Reversed,
}

/// Which of several, in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rank {
    First,
    /// The second is 2.
    Nth(u32),
    Last,
}

/// How many of something there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quantity {
    pub(crate) min: u32,
    pub(crate) max: Option<u32>,
}

/// The most verbs joined by *or*: each is a question to be answered.
const ALTERNATIVES_MAX: usize = 6;

impl Question {
    /// The question as the next one may take it up: where it says *did so*, with what was done.
    pub(crate) fn said_in_full(&self, last: Option<&Question>) -> Question {
        let again = match (&self.body, last.map(|last| &last.body)) {
            (Body::Clause(clause), Some(Body::Clause(last))) => clause.done_again(last),
            _ => None,
        };
        match again {
            Some(again) => Question { body: Body::Clause(again), ..self.clone() },
            None => self.clone(),
        }
    }

    /// Whether its verbs are joined by *or*.
    pub(crate) fn is_alternative(&self) -> bool {
        match &self.body {
            Body::Clause(clause) => clause.has_alternatives(),
            Body::Phrase(_) | Body::Path(..) | Body::Made(..) => false,
        }
    }

    /// `Who met or awarded X?`: one question for each verb; nothing where the answers to those are
    /// not together the answer to this one.
    pub(crate) fn alternatives(&self) -> Option<Vec<Question>> {
        let Body::Clause(clause) = &self.body else { return None };
        if !matches!(self.asks, Asks::Thing | Asks::Whether) || !self.also.is_empty() {
            return None;
        }
        let mut clauses = Vec::new();
        clause.alternatives(&mut clauses)?;
        if clauses.len() > ALTERNATIVES_MAX {
            return None;
        }
        let one = |clause| Question { body: Body::Clause(clause), ..self.clone() };
        Some(clauses.into_iter().map(one).collect())
    }
}

impl Clause {
    fn has_alternatives(&self) -> bool {
        self.and_then.iter().any(|(join, next)| *join == Join::Or || next.has_alternatives())
    }

    /// A clause for each of the verbs, with the subject of the first. What stands behind the last
    /// is of all where the others have nothing behind them.
    fn alternatives(&self, out: &mut Vec<Clause>) -> Option<()> {
        let counts = |np: &Np| matches!(&np.kind, NpKind::Wh(wh) if wh.word == WhWord::HowMany);
        let arguments = self.arguments.iter().filter_map(|one| one.np.as_ref());
        let front = self.front.iter().filter_map(|one| one.np.as_ref());
        if self.negated || self.subject.iter().chain(arguments).chain(front).any(counts) {
            return None;
        }
        let mut first = Clause { and_then: Vec::new(), ..self.clone() };
        match self.and_then.as_slice() {
            [] => out.push(first),
            [(Join::Or, next)] => {
                let shared = self.arguments == next.arguments;
                if shared {
                    first.adverbs.clone_from(&next.adverbs);
                } else if self.adverbs.is_empty() != next.adverbs.is_empty() {
                    // `visited X or met Y in 2014`: both, or the second alone?
                    return None;
                }
                let subject = next.subject.clone().or_else(|| self.subject.clone());
                let front = next.front.clone().or_else(|| self.front.clone());
                out.push(first);
                Clause { subject, front, ..next.clone() }.alternatives(out)?;
            }
            _ => return None,
        }
        Some(())
    }
}

impl Beside {
    /// How many there may be beside so many times a number; nothing where there cannot be any such number.
    pub(crate) fn quantity(self, number: usize, times: f64) -> Option<Quantity> {
        let exact = number as f64 * times;
        let (below, above) = (exact.floor() as u32, exact.ceil() as u32);
        Some(match self {
            Beside::More => Quantity { min: below.checked_add(1)?, max: None },
            Beside::AtLeast => Quantity { min: above, max: None },
            Beside::Same if below == above => Quantity { min: below, max: Some(below) },
            Beside::Same => return None,
            Beside::AtMost => Quantity { min: 0, max: Some(below) },
            Beside::Fewer => Quantity { min: 0, max: Some(above.checked_sub(1)?) },
        })
    }
}

impl Quantity {
    /// Whether a number is within it.
    pub(crate) fn holds(self, number: usize) -> bool {
        number >= self.min as usize && self.max.is_none_or(|max| number <= max as usize)
    }
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
    Wh(Shared<Wh>),
    /// A name, with everything that bears it.
    Name(Vec<Bearer>),
    /// A name that nothing in the graph bears.
    Unknown(String),
    Nominal(Shared<Nominal>),
    Pronoun(Pronoun),
    List(Join, Vec<Np>),
    Except(Box<Np>, Box<Np>),
    /// `only Russia`: it and no other.
    Only(Box<Np>),
    /// A value of a property: *Foreign Minister*.
    Value(KeyId, Vec<Arc<str>>),
    /// `nearly all residents`: a property's value, and what it is part of.
    Share(KeyId, Arc<str>, Box<Np>),
    /// Words to be found in a name: what was said.
    Text(Vec<String>),
    /// `Austin, Texas`: a thing and what it lies in.
    Within(Box<Np>, Box<Np>),
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
    /// `at least three`.
    pub(crate) quantity: Option<Quantity>,
    pub(crate) plural: bool,
    pub(crate) head: HeadNoun,
    /// Names before it: *Russian officials*.
    pub(crate) adjectives: Vec<Np>,
    pub(crate) rank: Option<Rank>,
    pub(crate) possessor: Option<Np>,
    pub(crate) modifiers: Vec<Modifier>,
    pub(crate) best: Option<Best>,
    /// Adjectives that measure: *major*.
    pub(crate) graded: Vec<Arc<str>>,
    pub(crate) aggregate: Option<Aggregate>,
    /// `more rivers than X`: how many there are is held against how many another has.
    pub(crate) against: Option<Shared<Against>>,
}

/// How many there are, held against how many another has.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Against {
    pub(crate) beside: Beside,
    pub(crate) times: f64,
    /// The other, with the preposition of its part in the clause: *than through X*.
    pub(crate) than: Argument,
    /// The question how many the other has, once the clause says what it is to have them.
    pub(crate) found: Option<Inquiry>,
}

/// How one number is to lie beside another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    More,
    AtLeast,
    Same,
    AtMost,
    Fewer,
}

/// What a nominal is made of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum HeadNoun {
    Noun(Noun),
    /// Who has the value: *the foreign minister*.
    Value(KeyId, Vec<Arc<str>>),
    /// *one*, *ones*, *of them*: the things spoken of.
    One,
    /// *anyone*, *nobody*.
    Somebody,
    /// *those*, told by what stands behind it.
    Those,
    /// Nothing: *is the largest*, *is longer than X* says it of what stands on the other side.
    Alike,
    /// Whatever has a role, whose ever it is: *which foreign ministries*; who those are, and the role.
    Role(Arc<[NodeId]>, Arc<str>),
}

/// What stands before a noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Determiner {
    None,
    Definite,
    /// `their`: definite, and whose it is is not said.
    Possessive,
    Indefinite,
    All,
    /// `each state`: one answer for each.
    Each,
    /// `every state`: what is said holds of all.
    Every,
    Both,
    Either,
    No,
}

/// What stands behind a noun.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Modifier {
    Phrase(String, Np),
    Relative(Shared<Clause>),
    When(When),
    /// `…, X or Y?`: it is one of these.
    Among(Vec<Choice>),
    /// `named York`, *the river Ouse*.
    Named(Np),
    /// `longer than X`.
    Compared {
        base: Arc<str>,
        more: bool,
        scale: Scale,
        than: Than,
        /// The property by which, where it is said: `larger in area than X`.
        by: Option<KeyId>,
    },
    /// `more than 5 million`, behind a property.
    Limit(Limit),
    /// `in kilometres`, behind a property.
    In(Arc<str>),
}

/// A bound in so many words: `more than 5 million`, `at least 300 km`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Limit {
    pub(crate) more: bool,
    pub(crate) equal: bool,
    pub(crate) number: f64,
    /// The other end of what it is between.
    pub(crate) up_to: Option<f64>,
    pub(crate) unit: Option<Arc<str>>,
}

/// How many times as much is spoken of, and whether exactly so much is enough: `at least twice as long`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    pub(crate) times: f64,
    pub(crate) equal: bool,
    /// `exactly as long`: no more than that.
    pub(crate) exactly: bool,
}

impl Scale {
    /// `longer`: more than once as long.
    pub(crate) const ONCE: Scale = Scale { times: 1.0, equal: false, exactly: false };

    /// Whether so many times is once.
    pub(crate) fn is_once(times: f64) -> bool {
        times.total_cmp(&1.0).is_eq()
    }
}

/// What a comparison is with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Than {
    Limit(Limit),
    Np(Box<Np>),
    /// `than that of X`: than what is compared is of X.
    ThatOf(Box<Np>),
}

/// Which of several by measure: *the second largest*.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Best {
    /// Whether the adjective is meant as it is; `least` turns it round.
    pub(crate) most: bool,
    pub(crate) nth: u32,
    pub(crate) by: By,
}

/// By what the best of several are told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum By {
    /// By what an adjective measures.
    Adjective(Arc<str>),
    /// By the noun itself: the most *people*, the most *rivers*.
    Itself,
    /// By the value of the noun, a property: the highest *population*.
    Value,
}

/// What is made of several numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Sum,
    Average,
}

/// One of several that a question names to choose from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Choice {
    /// By name.
    Named(Np),
    /// By who took part: *Lavrov with Medoev*.
    Of(Vec<Np>),
}

impl Np {
    /// Whether it is the best of several by itself: *the most rivers*, *the largest population*.
    pub(crate) fn is_best(&self) -> bool {
        match &self.kind {
            NpKind::Nominal(nominal) => match &nominal.best {
                Some(best) => {
                    best.by == By::Itself
                        || nominal.head == HeadNoun::Alike
                        || matches!(nominal.head, HeadNoun::Noun(Noun::Property(_)))
                }
                None => false,
            },
            _ => false,
        }
    }

    /// Adds the words of the noun phrase that frames may ask for beside their slots.
    pub(crate) fn fixed_words<'n>(&'n self, words: &mut Vec<&'n str>) {
        let nominal = match &self.kind {
            NpKind::Nominal(nominal) => &**nominal,
            NpKind::Wh(wh) => match &wh.nominal {
                Some(nominal) => nominal,
                None => return,
            },
            _ => return,
        };
        if let HeadNoun::Noun(Noun::Fixed(word)) = &nominal.head {
            words.push(word);
        }
        for modifier in &nominal.modifiers {
            if let Modifier::Phrase(_, np) = modifier {
                np.fixed_words(words);
            }
        }
    }
}

impl Clause {
    /// Whether one of its noun phrases is the best of several.
    pub(crate) fn selects(&self) -> bool {
        let parts = self.arguments.iter().chain(&self.front).filter_map(|part| part.np.as_ref());
        parts.chain(&self.subject).any(Np::is_best)
            || self.and_then.iter().any(|(_, clause)| clause.selects())
    }

    /// Whether one of its noun phrases asks for something.
    pub(crate) fn asks(&self) -> bool {
        let parts = self.arguments.iter().chain(&self.front).filter_map(|part| part.np.as_ref());
        parts.chain(&self.subject).any(|np| matches!(np.kind, NpKind::Wh(_)))
            || self.and_then.iter().any(|(_, clause)| clause.asks())
    }

    /// What *did so* says after another clause: that clause, of this subject and with what this adds.
    pub(crate) fn done_again(&self, last: &Clause) -> Option<Clause> {
        if !self.adverbs.contains(&Adverb::So) || last.adverbs.contains(&Adverb::So) {
            return None;
        }
        let mut again = last.clone();
        again.subject.clone_from(&self.subject);
        (again.negated, again.past) = (self.negated, self.past);
        let others = self.adverbs.iter().filter(|adverb| **adverb != Adverb::So);
        let alike = |one: &Adverb, other: &Adverb| {
            std::mem::discriminant(one) == std::mem::discriminant(other)
        };
        // Of another time is not of both.
        again.adverbs.retain(|known| !others.clone().any(|other| alike(known, other)));
        again.adverbs.extend(others.cloned());
        Some(again)
    }

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
            how: None,
            bond: Bond::Plain,
            and_then: Vec::new(),
        }
    }
}

impl Nominal {
    /// How many there are where nothing but a number says so: *two rivers*, not *the two rivers*.
    pub(crate) fn exactly(&self) -> Option<Quantity> {
        let number = self.number.filter(|_| self.determiner == Determiner::None)?;
        Some(Quantity { min: number, max: Some(number) })
    }

    /// Whether what stands with the noun chooses the best of several.
    pub(crate) fn selects(&self) -> bool {
        self.modifiers.iter().any(|modifier| match modifier {
            Modifier::Phrase(_, np) => np.is_best(),
            Modifier::Relative(clause) => clause.selects(),
            _ => false,
        })
    }

    /// A noun alone.
    pub(crate) fn of(head: HeadNoun, plural: bool) -> Nominal {
        Nominal {
            determiner: Determiner::None,
            number: None,
            quantity: None,
            plural,
            head,
            adjectives: Vec::new(),
            rank: None,
            possessor: None,
            modifiers: Vec::new(),
            best: None,
            graded: Vec::new(),
            aggregate: None,
            against: None,
        }
    }
}
