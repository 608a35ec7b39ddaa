//! Aggregate functions.

/// A function over the rows of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AggregateFunction {
    /// `count(*)` without argument, `count(e)` with one: how many are not null.
    Count,
    /// `sum`.
    Sum,
    /// `avg`.
    Avg,
    /// `min`.
    Min,
    /// `max`.
    Max,
    /// `collect`.
    Collect,
    /// `stDev`: of a sample.
    StDev,
    /// `stDevP`: of a population.
    StDevP,
    /// `percentileCont`.
    PercentileCont,
    /// `percentileDisc`.
    PercentileDisc,
}

/// The aggregate functions by name, with signature and doc.
const NAMES: [(&str, AggregateFunction); 11] = [
    ("count", AggregateFunction::Count),
    ("sum", AggregateFunction::Sum),
    ("avg", AggregateFunction::Avg),
    ("min", AggregateFunction::Min),
    ("max", AggregateFunction::Max),
    ("collect", AggregateFunction::Collect),
    ("collect_list", AggregateFunction::Collect),
    ("stDev", AggregateFunction::StDev),
    ("stDevP", AggregateFunction::StDevP),
    ("percentileCont", AggregateFunction::PercentileCont),
    ("percentileDisc", AggregateFunction::PercentileDisc),
];

impl AggregateFunction {
    /// The aggregate function that goes by a name, upper and lower case alike.
    ///
    /// ```
    /// use dossier::expr::aggregate::AggregateFunction;
    /// assert_eq!(AggregateFunction::lookup("STDEV"), Some(AggregateFunction::StDev));
    /// assert_eq!(AggregateFunction::lookup("size"), None);
    /// ```
    pub fn lookup(name: &str) -> Option<AggregateFunction> {
        NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|&(_, function)| function)
    }

    /// The names of all aggregate functions, for "did you mean" and completion.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|&(name, _)| name)
    }

    /// How many arguments it takes, `count(*)` apart.
    pub const fn arity(self) -> usize {
        match self {
            AggregateFunction::PercentileCont | AggregateFunction::PercentileDisc => 2,
            _ => 1,
        }
    }
}
