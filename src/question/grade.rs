//! Adjectives that measure: *large* by area, *long* by length, *major* above a bound.
//!
//! A lexicon says by which property the things of a label are measured (`large, big = most area`,
//! `small = least area`, `major = population > 150000`); the forms (*larger*, *largest*, *most
//! populous*) are English.

use std::sync::Arc;

use crate::graph::declaration::Meaning;
use crate::graph::{Catalog, KeyId, LabelId, Snapshot};
use crate::value::{NodeId, Value};

/// How an adjective measures the things of a label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Grade {
    pub(crate) label: LabelId,
    pub(crate) key: KeyId,
    /// Whether the superlative is the greatest value; else it is the least.
    pub(crate) most: bool,
}

/// What an adjective says of a thing as it is: its property is beyond a bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Limit {
    pub(crate) label: LabelId,
    pub(crate) key: KeyId,
    pub(crate) more: bool,
    pub(crate) than: f64,
}

/// A rule of a lexicon about adjectives.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rule {
    Grade(Grade),
    Limit(Limit),
}

/// The adjectives that a graph's labels are declared with, each with its rule.
pub(crate) fn rules(graph: &dyn Snapshot) -> Vec<(Arc<str>, Rule)> {
    let mut all = Vec::new();
    for phrase in &graph.declarations().phrases {
        let Meaning::Label(label) = phrase.means else { continue };
        let Some((words, rule)) = phrase.text.split_once('=') else { continue };
        if let Some(rule) = rule_of(label, rule, graph.catalog()) {
            let words = words.split(',').map(|word| word.trim().to_lowercase());
            all.extend(words.map(|word| (word.into(), rule.clone())));
        }
    }
    let by_name = by_name(graph);
    let undeclared = by_name.into_iter().filter(|(word, _)| all.iter().all(|one| one.0 != *word));
    let undeclared: Vec<_> = undeclared.collect();
    all.extend(undeclared);
    all
}

/// What properties are measured by when nobody says: `length` makes things long and short. Of several
/// that an adjective might mean, the first here is meant.
const MEASURES: [(&str, &[&str], &[&str]); 24] = [
    ("length", &["long"], &["short"]),
    ("height", &["high", "tall"], &["low", "short"]),
    ("elevation", &["high"], &["low"]),
    ("altitude", &["high"], &["low"]),
    ("depth", &["deep"], &["shallow"]),
    ("width", &["wide", "broad"], &["narrow"]),
    ("area", &["large", "big"], &["small"]),
    ("size", &["large", "big"], &["small"]),
    ("population", &["populous", "large", "big"], &["small"]),
    ("employees", &["large", "big"], &["small"]),
    ("age", &["old"], &["young"]),
    ("price", &["expensive", "costly"], &["cheap"]),
    ("cost", &["expensive", "costly"], &["cheap"]),
    ("weight", &["heavy"], &["light"]),
    ("mass", &["heavy"], &["light"]),
    ("speed", &["fast"], &["slow"]),
    ("runtime", &["long"], &["short"]),
    ("duration", &["long"], &["short"]),
    ("pages", &["long", "thick"], &["short", "thin"]),
    ("born", &["young"], &["old"]),
    ("founded", &["young", "new"], &["old"]),
    ("year", &["new", "recent"], &["old"]),
    ("published", &["new", "recent"], &["old"]),
    ("salary", &["well paid", "highly paid"], &["badly paid"]),
];

/// Rules that follow from the names of properties that hold numbers.
fn by_name(graph: &dyn Snapshot) -> Vec<(Arc<str>, Rule)> {
    let mut all: Vec<(Arc<str>, Rule)> = Vec::new();
    for (name, most, least) in MEASURES {
        let Some(key) = graph.catalog().key(name) else { continue };
        for (label, _) in graph.catalog().labels() {
            if !is_measured(graph, label, key) {
                continue;
            }
            for (words, most) in [(most, true), (least, false)] {
                for word in words {
                    let known = all.iter().any(|(base, rule)| {
                        **base == **word && matches!(rule, Rule::Grade(one) if one.label == label)
                    });
                    if !known {
                        all.push(((*word).into(), Rule::Grade(Grade { label, key, most })));
                    }
                }
            }
        }
    }
    all
}

/// Whether the first few things of a label have numbers for a property.
fn is_measured(graph: &dyn Snapshot, label: LabelId, key: KeyId) -> bool {
    const LOOKED_AT: usize = 32;
    let mut nodes = Vec::new();
    graph.scan_nodes(Some(label), NodeId(0), LOOKED_AT, &mut nodes);
    let number = |node: &NodeId| {
        matches!(graph.node_property(*node, key), Value::Integer(_) | Value::Float(_))
    };
    nodes.iter().any(number)
}

fn rule_of(label: LabelId, text: &str, catalog: &Catalog) -> Option<Rule> {
    let parts: Vec<&str> = text.split_whitespace().collect();
    match parts.as_slice() {
        [word @ ("most" | "least"), key] => {
            let key = catalog.key(key)?;
            Some(Rule::Grade(Grade { label, key, most: *word == "most" }))
        }
        [key, sign @ (">" | "<"), number] => {
            let (key, than) = (catalog.key(key)?, number.parse().ok()?);
            Some(Rule::Limit(Limit { label, key, more: *sign == ">", than }))
        }
        _ => None,
    }
}

/// Which form of an adjective a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Degree {
    /// `large`.
    Plain,
    /// `larger`.
    Comparative,
    /// `largest`.
    Superlative,
}

/// The forms of an adjective in one word.
pub(crate) fn degrees(base: &str) -> Vec<(String, Degree)> {
    let irregular = match base {
        // `less` and `least` are of numbers.
        "little" => Some(("littler", "littlest")),
        "good" => Some(("better", "best")),
        "far" => Some(("farther", "farthest")),
        _ => None,
    };
    let mut forms = vec![(base.to_owned(), Degree::Plain)];
    if let Some((more, most)) = irregular {
        forms.extend([
            (more.to_owned(), Degree::Comparative),
            (most.to_owned(), Degree::Superlative),
        ]);
        return forms;
    }
    let chars: Vec<char> = base.chars().collect();
    let stem = match chars.as_slice() {
        [.., 'e'] => base[..base.len() - 1].to_owned(),
        [start @ .., 'y'] if !start.is_empty() => format!("{}i", &base[..base.len() - 1]),
        [.., before, vowel, last]
            if "aeiou".contains(*vowel)
                && !"aeiou".contains(*before)
                && !"aeiouwxy".contains(*last)
                && chars.len() <= 4 =>
        {
            format!("{base}{last}")
        }
        _ => base.to_owned(),
    };
    forms.push((format!("{stem}er"), Degree::Comparative));
    forms.push((format!("{stem}est"), Degree::Superlative));
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_adjectives() {
        let forms = |base: &str| -> Vec<String> {
            degrees(base).into_iter().skip(1).map(|form| form.0).collect()
        };
        assert_eq!(forms("big"), ["bigger", "biggest"]);
        assert_eq!(forms("large"), ["larger", "largest"]);
        assert_eq!(forms("tiny"), ["tinier", "tiniest"]);
        assert_eq!(forms("high"), ["higher", "highest"]);
    }
}
