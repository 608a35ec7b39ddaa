//! What a statement changed, in words: `4 nodes created, 7 properties set`.

use crate::graph::transaction::Counters;

/// What a statement changed, a part for each kind of change; none where nothing was.
///
/// ```
/// use dossier::render::changes::changes;
/// let rows = dossier::Store::memory().query("CREATE (:State {name: 'Nauru'})", ())?;
/// assert_eq!(changes(rows.counters()), ["1 node created", "1 property set", "1 label added"]);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn changes(counters: Counters) -> Vec<String> {
    [
        (counters.nodes_created, "node created", "nodes created"),
        (counters.nodes_deleted, "node deleted", "nodes deleted"),
        (counters.relationships_created, "relationship created", "relationships created"),
        (counters.relationships_deleted, "relationship deleted", "relationships deleted"),
        (counters.properties_set, "property set", "properties set"),
        (counters.labels_added, "label added", "labels added"),
        (counters.labels_removed, "label removed", "labels removed"),
    ]
    .into_iter()
    .filter(|(count, _, _)| *count > 0)
    .map(|(count, one, many)| counted(count, one, many))
    .collect()
}

/// A number with its noun: `1 row`, `12,000 rows`.
///
/// ```
/// assert_eq!(dossier::render::changes::counted(12_000, "row", "rows"), "12,000 rows");
/// ```
pub fn counted(count: u64, one: &str, many: &str) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_nouns_agree() {
        assert_eq!(counted(1, "row", "rows"), "1 row");
        assert_eq!(counted(0, "row", "rows"), "0 rows");
        assert_eq!(counted(1_234_567, "row", "rows"), "1,234,567 rows");
    }
}
