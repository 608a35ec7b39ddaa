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

impl AggregateFunction {
    /// The aggregate of a name.
    pub fn lookup(name: &str) -> Option<AggregateFunction> {
        Some(match &*name.to_lowercase() {
            "count" => AggregateFunction::Count,
            "sum" => AggregateFunction::Sum,
            "collect" => AggregateFunction::Collect,
            "max" => AggregateFunction::Max,
            "min" => AggregateFunction::Min,
            "avg" => AggregateFunction::Avg,
            _ => return None,
        })
    }
}
