//! Which labels are kinds of others: `DECLARE LABEL City SUB OF Place`.
//!
//! A node with the label `City` is then a place as well. Nothing is written to the node:
//! `labels(n)` tells what it was given, while a pattern `(:Place)` finds it, a constraint on places
//! covers it and a relationship declared `TO :Place` may lead to it. The whole engine asks a
//! snapshot which nodes bear a label, so that it is the snapshot alone that knows of kinds; one on
//! which nothing is declared looks at an empty map.
//!
//! ```text
//! DECLARE LABEL City    SUB OF Place         of(Place)  = [Place, City, Capital]
//! DECLARE LABEL Capital SUB OF City          of(City)   = [City, Capital]
//! ```

use std::collections::BTreeMap;

use hashbrown::HashMap;

use crate::graph::LabelId;

/// What is declared of labels.
///
/// ```
/// let store = dossier::Store::memory();
/// store.query("DECLARE LABEL City SUB OF Place", ())?;
/// store.query("CREATE (:City {name: 'Sukhumi'})", ())?;
/// let rows = store.query("MATCH (p:Place) RETURN p.name, labels(p)", ())?;
/// assert_eq!(rows.len(), 1);
/// let graph = store.snapshot();
/// let [city, place] = ["City", "Place"].map(|name| graph.catalog().label(name).unwrap());
/// assert_eq!(graph.declarations().kinds.above(city), [place]);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// As it was declared: what each label is a kind of.
    above: BTreeMap<LabelId, Vec<LabelId>>,
    /// What follows: of each label that has kinds, all of them and itself, ascending.
    below: HashMap<LabelId, Vec<LabelId>>,
}

impl Kinds {
    /// Declares what a label is a kind of, in place of what was declared before; of nothing, where
    /// there is none.
    pub fn declare(&mut self, label: LabelId, mut above: Vec<LabelId>) {
        above.retain(|other| *other != label);
        if above.is_empty() {
            self.above.remove(&label);
        } else {
            self.above.insert(label, above);
        }
        self.below = self.closed();
    }

    /// The labels of which a label is declared to be a kind.
    pub fn above(&self, label: LabelId) -> &[LabelId] {
        self.above.get(&label).map_or(&[], Vec::as_slice)
    }

    /// All that is declared, by label.
    pub fn declared(&self) -> impl Iterator<Item = (LabelId, &[LabelId])> {
        self.above.iter().map(|(label, above)| (*label, above.as_slice()))
    }

    /// A label and its kinds, ascending; nothing where it has none.
    pub fn of(&self, label: LabelId) -> &[LabelId] {
        self.below.get(&label).map_or(&[], Vec::as_slice)
    }

    /// Whether what has these labels bears another one: it is among them, or one of them is a kind
    /// of it.
    pub fn bears(&self, labels: &[LabelId], wanted: LabelId) -> bool {
        labels.contains(&wanted)
            || !self.below.is_empty() && self.of(wanted).iter().any(|kind| labels.contains(kind))
    }

    /// The kinds of every label, by walking up from each that is declared. Labels that are kinds of
    /// each other mean the same.
    fn closed(&self) -> HashMap<LabelId, Vec<LabelId>> {
        let mut below: HashMap<LabelId, Vec<LabelId>> = HashMap::new();
        for &label in self.above.keys() {
            let mut seen = vec![label];
            let mut at = 0;
            while let Some(one) = seen.get(at).copied() {
                at += 1;
                for &other in self.above(one) {
                    if !seen.contains(&other) {
                        seen.push(other);
                    }
                }
            }
            for above in seen.into_iter().skip(1) {
                below.entry(above).or_insert_with(|| vec![above]).push(label);
            }
        }
        for kinds in below.values_mut() {
            kinds.sort_unstable();
            kinds.dedup();
        }
        below
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_kinds_are_kinds_and_circles_mean_the_same() {
        let [place, city, capital, town] = [0, 1, 2, 3].map(LabelId);
        let mut kinds = Kinds::default();
        kinds.declare(capital, vec![city]);
        kinds.declare(city, vec![place]);
        assert_eq!(kinds.of(place), [place, city, capital]);
        assert_eq!(kinds.of(capital), []);
        assert!(kinds.bears(&[capital], place) && !kinds.bears(&[place], city));
        kinds.declare(city, vec![town]);
        kinds.declare(town, vec![city]);
        assert_eq!(kinds.of(town), [city, capital, town]);
        assert_eq!(kinds.of(city), kinds.of(town));
        assert_eq!(kinds.of(place), []);
        kinds.declare(city, vec![city]);
        assert_eq!(kinds.above(city), []);
    }
}
