//! Which triples have no place in the graph.

use hashbrown::HashMap;

use super::super::GRAPH;
use super::super::lost::{Lost, Why};
use super::super::terms::{Numbers, is_literal};
use super::Making;
use crate::error::Result;

/// What our words say of a statement, as literals.
const QUALIFIERS: [&str; 7] =
    ["valid", "notBefore", "notAfter", "stance", "speaker", "rank", "because"];

impl Making<'_> {
    /// Says which triples have no place in the graph.
    pub(super) fn leave_out(&self, edges: &[Numbers], lost: &mut Lost<'_>) -> Result<()> {
        let mut words: HashMap<u32, Option<&str>> = HashMap::new();
        for &[start, predicate, object] in self.said.said.iter().chain(edges) {
            let word = *words.entry(predicate).or_insert_with(|| {
                // What has a colon in it is a property, a label or a type of ours.
                self.word(predicate).filter(|word| !word.contains(':'))
            });
            if let Some(why) = self.why_left_out(start, predicate, word, object) {
                lost.triple(why, self.terms.written(start))?;
            }
        }
        Ok(())
    }

    /// Why a triple is left out; `None` for one that is kept.
    fn why_left_out(
        &self,
        start: u32,
        predicate: u32,
        word: Option<&str>,
        object: u32,
    ) -> Option<Why> {
        let is_blank = !is_literal(object) && self.terms.iri_of(object).is_none();
        let is_graph = self.terms.iri_of(start) == Some(GRAPH);
        let is_source = self.apart[start as usize] && !self.reifiers[start as usize];
        if let Some(word) = word {
            let goes_with: &[&str] = match (is_literal(object), self.reifiers[start as usize]) {
                _ if is_graph => &["declares"],
                (true, true) => &QUALIFIERS,
                (false, true) => &["source"],
                (true, false) if is_source => &["at", "summary"],
                (false, false) if is_source => &["document"],
                (true, false) => &["also", "number"],
                (false, false) => &[],
            };
            return (!goes_with.contains(&word)).then_some(Why::Word);
        }
        if is_graph || is_source {
            return Some(Why::OfSource);
        }
        let is_class = predicate == self.class;
        match self.reifiers[start as usize] {
            true if is_blank => Some(Why::BlankOfStatement),
            false if is_blank && is_class => Some(Why::BlankClass),
            _ => None,
        }
    }
}
