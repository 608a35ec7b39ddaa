//! [`Truth`]: certain, presumed, possible or no.

use std::fmt;

/// How surely something is so, given what is known about when.
///
/// Ordered, least first. Along a join the least counts ([`Truth::and`], Kleene's minimum), over
/// alternatives the greatest ([`Truth::or`]).
///
/// ```
/// use dossier::value::time::Truth;
/// assert_eq!(Truth::Certain.and(Truth::Possible), Truth::Possible);
/// assert_eq!(Truth::No.or(Truth::Presumed), Truth::Presumed);
/// assert_eq!(Truth::Presumed.to_string(), "presumed");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Truth {
    /// What is known contradicts it.
    No,
    /// What is known allows it.
    Possible,
    /// It began, is of a kind that goes on, and no end is known.
    Presumed,
    /// What is known implies it.
    Certain,
}

impl Truth {
    /// Every truth, least first.
    pub const ALL: [Truth; 4] = [Truth::No, Truth::Possible, Truth::Presumed, Truth::Certain];

    /// The truth of both together: the lesser.
    #[must_use]
    pub fn and(self, other: Truth) -> Truth {
        self.min(other)
    }

    /// The truth of at least one of both: the greater.
    #[must_use]
    pub fn or(self, other: Truth) -> Truth {
        self.max(other)
    }

    /// The word for it in queries and results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Truth::No => "no",
            Truth::Possible => "possible",
            Truth::Presumed => "presumed",
            Truth::Certain => "certain",
        }
    }

    /// The truth that a word stands for.
    pub fn parse(word: &str) -> Option<Truth> {
        Truth::ALL.into_iter().find(|truth| truth.as_str() == word)
    }
}

impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
