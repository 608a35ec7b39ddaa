//! Recorded time: what was known when, in commits.

use crate::value::time::{Clock, Date, DateTime, Edtf, Zone};

/// When something was recorded: the number of the commit, and its instant where that is known.
///
/// ```
/// use dossier::StatementId;
/// let store = dossier::Store::memory();
/// store.query("CREATE ()-[:MET]->()", ())?;
/// let recorded = store.snapshot().recorded(StatementId(0)).expect("known since it was opened");
/// assert_eq!(recorded.commit, 1);
/// assert_eq!(recorded.at().is_some(), recorded.instant.is_some());
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The number of the commit.
    pub commit: u64,
    /// Seconds since 1970-01-01T00:00:00Z, and nanoseconds.
    pub instant: Option<(i64, u32)>,
}

/// One change of what is known about a statement.
///
/// ```
/// let store = dossier::Store::memory();
/// store.query("CREATE ({name: 'Lavrov'})-[:MET]->({name: 'Medoev'})", ())?;
/// let changes = store.snapshot().changes(0, 1)?;
/// assert_eq!(changes[0].statement, "Lavrov MET Medoev");
/// assert_eq!((changes[0].recorded.commit, &changes[0].valid), (1, &None));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct StatementChange {
    /// When it was recorded.
    pub recorded: Recorded,
    /// What happened to the statement.
    pub what: ChangeKind,
    /// The number by which users know the statement.
    pub element_id: u64,
    /// The statement as text: `Russia RECOGNISES South Ossetia`.
    pub statement: String,
    /// When it holds, as it was stated.
    pub valid: Option<Edtf>,
}

/// What happened to a statement.
///
/// ```
/// assert_eq!(dossier::graph::history::ChangeKind::Closed.as_str(), "closed");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was added.
    Added,
    /// It was closed: deleted, and kept in recorded time.
    Closed,
    /// What is said of it was closed and said anew.
    Corrected,
}

impl ChangeKind {
    /// The word for it in results.
    ///
    /// ```
    /// assert_eq!(dossier::graph::history::ChangeKind::Corrected.as_str(), "corrected");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Added => "added",
            ChangeKind::Closed => "closed",
            ChangeKind::Corrected => "corrected",
        }
    }
}

impl Recorded {
    /// The instant, in UTC.
    ///
    /// ```
    /// use dossier::graph::history::Recorded;
    /// let recorded = Recorded { commit: 1, instant: Some((1_219_708_800, 0)) };
    /// assert_eq!(recorded.at().expect("in range").to_string(), "2008-08-26T00:00Z");
    /// ```
    pub fn at(self) -> Option<DateTime> {
        let (seconds, nanos) = self.instant?;
        DateTime::from_instant(seconds, nanos, Zone::UTC)
    }

    /// The day, in UTC.
    ///
    /// ```
    /// use dossier::graph::history::Recorded;
    /// let recorded = Recorded { commit: 1, instant: Some((1_219_708_800, 0)) };
    /// assert_eq!(recorded.day().expect("known").to_string(), "2008-08-26");
    /// ```
    pub fn day(self) -> Option<Date> {
        let (seconds, nanos) = self.instant?;
        Some(Clock::new(seconds, nanos, Zone::UTC).date())
    }
}
