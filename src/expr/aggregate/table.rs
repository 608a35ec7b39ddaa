//! The table of aggregate functions, as [`crate::expr::function`] has one of the others.

use super::AggregateFunction;

/// An aggregate function that a query can call.
#[derive(Debug)]
pub struct AggregateEntry {
    /// Its name as documented; calls ignore upper and lower case.
    pub name: &'static str,
    /// Which function goes by it.
    pub function: AggregateFunction,
    /// What it looks like.
    pub signature: &'static str,
    /// What it computes, in a sentence.
    pub doc: &'static str,
    /// A query and what it returns as the prompt shows it, checked by a test.
    pub example: (&'static str, &'static str),
}

const fn entry(
    name: &'static str,
    function: AggregateFunction,
    signature: &'static str,
    doc: &'static str,
    example: (&'static str, &'static str),
) -> AggregateEntry {
    AggregateEntry { name, function, signature, doc, example }
}

/// The aggregate functions, in the order of the manual.
pub(super) static ENTRIES: [AggregateEntry; 15] = [
    entry(
        "count",
        AggregateFunction::Count,
        "count([DISTINCT] value :: ANY) :: INTEGER",
        "How many values are not null; `count(*)` counts rows.",
        ("UNWIND [1, 1, null] AS x RETURN [count(*), count(x), count(DISTINCT x)]", "[3, 2, 1]"),
    ),
    entry(
        "sum",
        AggregateFunction::Sum,
        "sum([DISTINCT] value :: NUMBER | DURATION) :: NUMBER | DURATION",
        "The sum; 0 of nothing, and an error where integers exceed 64 bits.",
        ("UNWIND [1, 2.5, null] AS x RETURN sum(x)", "3.5"),
    ),
    entry(
        "avg",
        AggregateFunction::Avg,
        "avg([DISTINCT] value :: NUMBER | DURATION) :: FLOAT | DURATION",
        "The mean; null of nothing.",
        ("UNWIND [1, 2, null] AS x RETURN avg(x)", "1.5"),
    ),
    entry(
        "min",
        AggregateFunction::Min,
        "min(value :: ANY) :: ANY",
        "The least value, by the order that ORDER BY has; null of nothing.",
        ("UNWIND [2, 'a', 1] AS x RETURN min(x)", "'a'"),
    ),
    entry(
        "max",
        AggregateFunction::Max,
        "max(value :: ANY) :: ANY",
        "The greatest value, by the order that ORDER BY has; null of nothing.",
        ("UNWIND [2, 'a', 1] AS x RETURN max(x)", "2"),
    ),
    entry(
        "collect",
        AggregateFunction::Collect,
        "collect([DISTINCT] value :: ANY) :: LIST<ANY>",
        "The values that are not null as a list, in the order of the rows.",
        ("UNWIND [2, null, 1, 2] AS x RETURN collect(DISTINCT x)", "[2, 1]"),
    ),
    entry(
        "collect_list",
        AggregateFunction::Collect,
        "collect_list([DISTINCT] value :: ANY) :: LIST<ANY>",
        "GQL's name for `collect`.",
        ("UNWIND [2, null, 1] AS x RETURN collect_list(x)", "[2, 1]"),
    ),
    entry(
        "stDev",
        AggregateFunction::StDev,
        "stDev([DISTINCT] value :: NUMBER) :: FLOAT",
        "The standard deviation of a sample, by n - 1; 0.0 of nothing.",
        ("UNWIND [1, 2, 3] AS x RETURN stDev(x)", "1.0"),
    ),
    entry(
        "stDevP",
        AggregateFunction::StDevP,
        "stDevP([DISTINCT] value :: NUMBER) :: FLOAT",
        "The standard deviation of a whole population, by n; 0.0 of nothing.",
        ("UNWIND [1, 3] AS x RETURN stDevP(x)", "1.0"),
    ),
    entry(
        "percentileCont",
        AggregateFunction::PercentileCont,
        "percentileCont([DISTINCT] value :: NUMBER, percentile :: FLOAT) :: FLOAT",
        "The percentile (from 0.0 to 1.0), between the two nearest values where it falls between them.",
        ("UNWIND [1, 2, 3, 4] AS x RETURN percentileCont(x, 0.5)", "2.5"),
    ),
    entry(
        "percentileDisc",
        AggregateFunction::PercentileDisc,
        "percentileDisc([DISTINCT] value :: NUMBER, percentile :: FLOAT) :: NUMBER",
        "The percentile (from 0.0 to 1.0), as the nearest of the values.",
        ("UNWIND [1, 2, 3, 4] AS x RETURN percentileDisc(x, 0.5)", "2"),
    ),
    entry(
        "stddev_samp",
        AggregateFunction::StDev,
        "stddev_samp([DISTINCT] value :: NUMBER) :: FLOAT",
        "GQL's name for `stDev`.",
        ("UNWIND [1, 2, 3] AS x RETURN stddev_samp(x)", "1.0"),
    ),
    entry(
        "stddev_pop",
        AggregateFunction::StDevP,
        "stddev_pop([DISTINCT] value :: NUMBER) :: FLOAT",
        "GQL's name for `stDevP`.",
        ("UNWIND [1, 3] AS x RETURN stddev_pop(x)", "1.0"),
    ),
    entry(
        "percentile_cont",
        AggregateFunction::PercentileCont,
        "percentile_cont([DISTINCT] value :: NUMBER, percentile :: FLOAT) :: FLOAT",
        "GQL's name for `percentileCont`.",
        ("UNWIND [1, 2, 3, 4] AS x RETURN percentile_cont(x, 0.5)", "2.5"),
    ),
    entry(
        "percentile_disc",
        AggregateFunction::PercentileDisc,
        "percentile_disc([DISTINCT] value :: NUMBER, percentile :: FLOAT) :: NUMBER",
        "GQL's name for `percentileDisc`.",
        ("UNWIND [1, 2, 3, 4] AS x RETURN percentile_disc(x, 0.5)", "2"),
    ),
];
