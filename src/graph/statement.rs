//! A relationship with when it holds and who says so.
//!
//! A plain relationship has none of this and pays nothing for it: the store keeps
//! [`Qualifiers`] beside the relationship only where at least one of them is stated.

use std::sync::Arc;

use crate::graph::source::Support;
use crate::value::time::{Date, Edtf, Temporality, ValidTime};

/// What is known about a statement beside its type, its ends and its properties.
///
/// ```
/// use dossier::graph::statement::{Rank, Stance};
/// let store = dossier::Store::shipped()?;
/// let text = "MATCH (:State {name: 'Russia'})-[r:RECOGNISES]->(:Region {name: 'Abkhazia'}) RETURN r";
/// let rows = store.query(text, ())?;
/// let stated = rows.graph().qualifiers(rows.get(0).unwrap().get("r")?).expect("it has a source");
/// assert_eq!(stated.valid.as_ref().map(|valid| valid.as_str()), Some("2008-08-26/.."));
/// assert_eq!((stated.stance, stated.rank), (Stance::Asserted, Rank::Normal));
/// assert_eq!(stated.support[0].number("paragraph"), Some(5));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Qualifiers {
    /// When it holds (a state) or happened (an event).
    pub valid: Option<Edtf>,
    /// The event, or the beginning of the state, is on this day or later.
    pub not_before: Option<Date>,
    /// The event, or the beginning of the state, is on this day or earlier.
    pub not_after: Option<Date>,
    /// Where it stands: one entry for each place in a document.
    pub support: Vec<Support>,
    /// How the source puts it.
    pub stance: Stance,
    /// Who says so, by name, where the stance is attributed, quoted or denied.
    pub speaker: Option<Arc<str>>,
    /// How it ranks among statements that compete with it.
    pub rank: Rank,
    /// Why it is deprecated, or by which rule and from what it is inferred.
    pub reason: Option<Arc<str>>,
}

impl Qualifiers {
    /// Whether nothing is stated, so that nothing need be stored.
    ///
    /// ```
    /// use dossier::graph::statement::{Qualifiers, Stance};
    /// let denied = Qualifiers { stance: Stance::Denied, ..Qualifiers::default() };
    /// assert!(Qualifiers::default().is_plain() && !denied.is_plain());
    /// ```
    pub fn is_plain(&self) -> bool {
        *self == Qualifiers::default()
    }

    /// Whether the statement is kept and not believed: it is denied, or deprecated.
    ///
    /// ```
    /// use dossier::graph::statement::{Qualifiers, Stance};
    /// let said = |stance| Qualifiers { stance, ..Qualifiers::default() };
    /// assert!(said(Stance::Denied).is_disbelieved() && !said(Stance::Attributed).is_disbelieved());
    /// ```
    pub fn is_disbelieved(&self) -> bool {
        self.stance == Stance::Denied || self.rank == Rank::Deprecated
    }

    /// What of its date cannot be: days between which nothing lies, or that leave none of the date.
    /// The words are what the three are called where it is said.
    ///
    /// Whether it happens or holds, its type may yet be declared; what neither can be is told.
    pub(crate) fn contradiction(&self, [valid, from, to]: [&str; 3]) -> Option<String> {
        let Qualifiers { valid: date, not_before, not_after, .. } = self;
        if let (Some(first), Some(last)) = (not_before, not_after)
            && first > last
        {
            return Some(format!("Nothing lies between {first} and {last}: {from} is after {to}."));
        }
        let date = date.as_ref().filter(|_| not_before.is_some() || not_after.is_some())?;
        let can_be =
            |kind| ValidTime::new(Some(date), Some(kind), *not_before, *not_after).hull().is_some();
        if can_be(Temporality::Event) || can_be(Temporality::State { persistent: true }) {
            return None;
        }
        let bounds = [(from, not_before), (to, not_after)].into_iter();
        let bounds: Vec<String> =
            bounds.filter_map(|(word, day)| Some(format!("{word} {}", (*day)?))).collect();
        Some(format!(
            "{valid} {} and {} contradict each other: they leave no day on which it could be.",
            date.as_str(),
            bounds.join(" "),
        ))
    }

    /// Whether two statements of one thing are one statement: all but their sources is the same.
    pub(crate) fn is_said_alike(&self, other: &Qualifiers) -> bool {
        let Qualifiers { valid, not_before, not_after, support: _, .. } = self;
        let Qualifiers { stance, speaker, rank, reason, .. } = self;
        (valid, not_before, not_after) == (&other.valid, &other.not_before, &other.not_after)
            && (stance, speaker) == (&other.stance, &other.speaker)
            && (rank, reason) == (&other.rank, &other.reason)
    }

    /// Adds places that it stands in, each once; says whether there was a new one.
    pub(crate) fn add_support(&mut self, places: Vec<Support>) -> bool {
        let before = self.support.len();
        for place in places {
            if !self.support.contains(&place) {
                self.support.push(place);
            }
        }
        self.support.len() > before
    }
}

/// How a source puts a statement.
///
/// ```
/// use dossier::graph::statement::Stance;
/// assert_eq!(Stance::parse("scare-quoted"), Some(Stance::ScareQuoted));
/// assert_eq!(Stance::default(), Stance::Asserted);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Stance {
    /// The source says so in its own voice.
    #[default]
    Asserted,
    /// The source says that somebody says so.
    Attributed,
    /// The source gives somebody's words.
    Quoted,
    /// The source uses the words and keeps its distance, with quotation marks or "so-called".
    ScareQuoted,
    /// The source says that somebody denies it.
    Denied,
    /// Nobody says so; a declared rule or a reader concludes it.
    Inferred,
}

impl Stance {
    /// All stances, in the order of their codes.
    ///
    /// ```
    /// use dossier::graph::statement::Stance;
    /// assert!(Stance::ALL.into_iter().all(|stance| Stance::parse(stance.as_str()) == Some(stance)));
    /// ```
    pub const ALL: [Stance; 6] = [
        Stance::Asserted,
        Stance::Attributed,
        Stance::Quoted,
        Stance::ScareQuoted,
        Stance::Denied,
        Stance::Inferred,
    ];

    /// The word for it in queries, data files and results.
    ///
    /// ```
    /// assert_eq!(dossier::graph::statement::Stance::ScareQuoted.as_str(), "scare-quoted");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Stance::Asserted => "asserted",
            Stance::Attributed => "attributed",
            Stance::Quoted => "quoted",
            Stance::ScareQuoted => "scare-quoted",
            Stance::Denied => "denied",
            Stance::Inferred => "inferred",
        }
    }

    /// The stance that a word stands for.
    ///
    /// ```
    /// assert_eq!(dossier::graph::statement::Stance::parse("doubted"), None);
    /// ```
    pub fn parse(word: &str) -> Option<Stance> {
        Stance::ALL.into_iter().find(|stance| stance.as_str() == word)
    }
}

/// Which statements a clause looks at, by stance and rank.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct View {
    /// A bit for each stance.
    stances: u8,
    /// Whether what is kept and not believed is seen too.
    deprecated: bool,
}

impl View {
    /// What is believed: asserted or scare-quoted, of normal rank or better.
    pub const DEFAULT: View = View {
        stances: 1 << Stance::Asserted as u8 | 1 << Stance::ScareQuoted as u8,
        deprecated: false,
    };

    /// Everything, whatever its stance and rank.
    pub const ANY: View = View { stances: u8::MAX, deprecated: true };

    /// Statements of the stances, of normal rank or better.
    pub fn of(stances: &[Stance]) -> View {
        let bits = stances.iter().fold(0, |bits, stance| bits | 1 << *stance as u8);
        View { stances: bits, deprecated: false }
    }

    /// Whether a statement is seen.
    pub const fn shows(self, stance: Stance, rank: Rank) -> bool {
        self.stances >> stance as u8 & 1 == 1
            && (self.deprecated || !matches!(rank, Rank::Deprecated))
    }

    /// Whether what a declared rule derives is seen: where what is asserted is, and where the
    /// inferred is asked for.
    pub const fn shows_derived(self) -> bool {
        self.shows(Stance::Asserted, Rank::Normal) || self.shows(Stance::Inferred, Rank::Normal)
    }

    /// The stances that are seen.
    pub fn stances(self) -> impl Iterator<Item = Stance> {
        Stance::ALL.into_iter().filter(move |stance| self.stances >> *stance as u8 & 1 == 1)
    }
}

/// How a statement ranks among statements that compete with it, as in Wikidata.
///
/// ```
/// use dossier::graph::statement::Rank;
/// assert!(Rank::Deprecated < Rank::Normal && Rank::Normal < Rank::Preferred);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Rank {
    /// Kept, and not believed.
    Deprecated,
    /// Nothing special.
    #[default]
    Normal,
    /// The one to believe where others differ.
    Preferred,
}

impl Rank {
    /// All ranks, lowest first.
    ///
    /// ```
    /// use dossier::graph::statement::Rank;
    /// assert!(Rank::ALL.into_iter().all(|rank| Rank::parse(rank.as_str()) == Some(rank)));
    /// ```
    pub const ALL: [Rank; 3] = [Rank::Deprecated, Rank::Normal, Rank::Preferred];

    /// The word for it in queries, data files and results.
    ///
    /// ```
    /// assert_eq!(dossier::graph::statement::Rank::Deprecated.as_str(), "deprecated");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Rank::Deprecated => "deprecated",
            Rank::Normal => "normal",
            Rank::Preferred => "preferred",
        }
    }

    /// The rank that a word stands for.
    ///
    /// ```
    /// assert_eq!(dossier::graph::statement::Rank::parse("best"), None);
    /// ```
    pub fn parse(word: &str) -> Option<Rank> {
        Rank::ALL.into_iter().find(|rank| rank.as_str() == word)
    }
}
