//! Triples that a graph has no place for: counted, and written down where rejects are.

use std::path::Path;

use crate::error::Result;
use crate::load::import::Rejects;

/// Why a triple is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// `:x :y <<( :a :b :c )>>`
    TripleAsObject,
    /// `rdf:subject` without `rdf:object`.
    Half,
    /// `[] rdf:reifies … ; :by [ … ]`
    BlankOfStatement,
    /// `:x a [ … ]`
    BlankClass,
    /// Something said of a source, or of the graph, in other words than ours.
    OfSource,
    /// One of our words, of something that it is not for.
    Word,
}

impl Why {
    const ALL: [Why; 6] = [
        Why::TripleAsObject,
        Why::Half,
        Why::BlankOfStatement,
        Why::BlankClass,
        Why::OfSource,
        Why::Word,
    ];

    fn told(self) -> &'static str {
        match self {
            Why::TripleAsObject => {
                "its object is a triple, which a graph keeps as what rdf:reifies only"
            }
            Why::Half => "rdf:subject, rdf:predicate and rdf:object are not all said of it",
            Why::BlankOfStatement => "a statement cannot keep a blank node, which has no IRI",
            Why::BlankClass => "a label cannot be made of a blank node, which has no IRI",
            Why::OfSource => {
                "of a place in a document only dossier:document, at and summary are kept"
            }
            Why::Word => "its predicate is a word of dossier's that does not go with its subject",
        }
    }
}

/// What has been left out so far.
pub(super) struct Lost<'a> {
    path: &'a Path,
    rejects: &'a mut Rejects,
    /// How many for each reason, and the subject of the first.
    counts: [(u64, String); 6],
    /// Literals in words of ours, whose language is not kept.
    pub languages: u64,
    /// What is said of a resource in a graph that has a name.
    pub graphs: u64,
}

impl<'a> Lost<'a> {
    pub(super) fn new(path: &'a Path, rejects: &'a mut Rejects) -> Lost<'a> {
        Lost { path, rejects, counts: Default::default(), languages: 0, graphs: 0 }
    }

    /// Counts a triple.
    pub(super) fn triple(&mut self, why: Why, subject: &str) -> Result<()> {
        // Its label is made up anew with each reading.
        let subject = if subject.starts_with("_:") { "a blank node" } else { subject };
        let (count, first) = &mut self.counts[why as usize];
        if *count == 0 {
            subject.clone_into(first);
        }
        *count += 1;
        self.rejects.note_lost(self.path, &format!("a triple of {subject}: {}.", why.told()))
    }

    /// What has been left out, a sentence for each reason.
    pub(super) fn notes(&self) -> Vec<String> {
        let of = |count: u64, what: &str| {
            if count == 1 { format!("1 {what} is") } else { format!("{count} {what}s are") }
        };
        let triples = Why::ALL.iter().zip(&self.counts).filter(|(_, (count, _))| *count > 0);
        let triples = triples.map(|(why, (count, first))| {
            format!("{} left out: {} (the first is of {first}).", of(*count, "triple"), why.told())
        });
        let languages = (self.languages > 0)
            .then(|| format!("{} kept without a language.", of(self.languages, "literal")));
        let graphs = (self.graphs > 0).then(|| {
            format!(
                "{} kept as a property or label, without the name of the graph.",
                of(self.graphs, "triple")
            )
        });
        triples.chain(languages).chain(graphs).collect()
    }
}
