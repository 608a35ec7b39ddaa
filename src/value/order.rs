//! Equality, comparability, the total order of ORDER BY, and grouping keys.
