//! What properties are measured in, what the things of a label are measured by, and which labels one noun
//! may be for.

use std::sync::Arc;

use super::super::grade::Rule;
use super::super::morphology::plural;
use super::super::token::phrase;
use super::{Lexicon, Word};
use crate::graph::{KeyId, LabelId};

impl Lexicon {
    /// What a property is measured in: a unit, and what else that is called.
    pub(super) fn add_units(&mut self, key: KeyId, of: Option<LabelId>, units: &str) {
        let mut names = units.split(',').map(str::trim).filter(|name| !name.is_empty());
        let Some(first) = names.clone().next() else { return };
        let unit: Arc<str> = first.into();
        let known = self.units.iter().any(|(_, _, other)| *other == unit);
        self.units.insert((key, of, Arc::clone(&unit)));
        if !known {
            for form in names.by_ref().flat_map(|name| [name.to_owned(), plural(name)]) {
                self.index.add(&phrase(&form), Word::Unit(Arc::clone(&unit)));
            }
        }
    }

    /// Whether a property of things with some labels is in a unit.
    pub(crate) fn is_in_unit(&self, key: KeyId, unit: &str, labels: &[LabelId]) -> bool {
        self.units.iter().any(|(own, of, name)| {
            let of_them = of.is_none_or(|of| labels == [of]);
            *own == key && **name == *unit && of_them
        })
    }

    /// Other properties that one of a property's nouns is for as well: *elevation* and *height*.
    pub(crate) fn alike(&self, key: KeyId) -> Vec<KeyId> {
        let nouns = || self.property_words.iter().filter(move |word| word.0 == key);
        let shares = |other: &KeyId| {
            *other != key
                && nouns().any(|(_, noun)| self.property_words.contains(&(*other, noun.clone())))
        };
        let mut all: Vec<KeyId> = self.property_words.iter().map(|word| word.0).collect();
        all.sort_unstable();
        all.dedup();
        all.retain(shares);
        all
    }

    /// The properties by which the things of a label are measured, by any adjective.
    pub(crate) fn measures(&self, label: LabelId) -> impl Iterator<Item = KeyId> {
        let of_label = move |rule: &Rule| match rule {
            Rule::Grade(grade) if grade.label == label => Some(grade.key),
            _ => None,
        };
        self.rules.values().flatten().filter_map(of_label)
    }

    /// The labels that one noun may be for: *town* for cities, and for towns that are none.
    pub(crate) fn siblings(&self, label: LabelId) -> Vec<LabelId> {
        let own = self.label_words.values().filter(|labels| labels.contains(&label));
        let mut all: Vec<LabelId> = own.flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
