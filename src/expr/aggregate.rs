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
