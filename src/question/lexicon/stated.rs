//! What the statements of a graph, and the sentences that were written for them, say of types and labels.

use std::sync::OnceLock;

use super::Lexicon;
use crate::graph::declaration::Meaning;
use crate::graph::{KeyId, LabelId, Snapshot, TypeId};
use crate::question::frame::{Frame, Head, Role, What};

impl Lexicon {
    /// The first sentence for a relationship type that has a place for a property, and what stands
    /// before that place.
    pub(crate) fn sentence_with(
        &self,
        relationship_type: TypeId,
        key: KeyId,
    ) -> Option<(&Frame, Option<&str>)> {
        let of_type = |frame: &&Frame| frame.means == Meaning::Type(relationship_type);
        self.frames.iter().filter(of_type).find_map(|frame| {
            let slot = What::Slot(Role::Property(key));
            let piece = frame.pieces.iter().find(|piece| piece.what == slot)?;
            let said = !matches!(frame.head, Head::Noun(_));
            said.then_some((frame, piece.preposition.as_deref()))
        })
    }

    /// What the statements say, once their types are known with their ends and sentences.
    pub(super) fn add_stated(&mut self, graph: &dyn Snapshot) {
        let types = graph.catalog().relationship_types().count();
        self.disbelieved.resize_with(types, OnceLock::new);
        for frame in self.frames.iter().filter(|frame| frame.share.is_some()) {
            if let Meaning::Type(of) = frame.means
                && let Some((from, _)) = self.ends.get(&of)
            {
                self.groups.extend(from);
            }
        }
    }

    /// Whether what bears a label are groups: a part of one does what the whole may not, as *nearly all
    /// residents are citizens* says.
    pub(crate) fn is_of_groups(&self, label: LabelId) -> bool {
        self.groups.contains(&label)
    }

    /// Whether statements of a type are stored that are not believed: denied, or no longer kept.
    pub(crate) fn is_disbelieved(&self, graph: &dyn Snapshot, of: TypeId) -> bool {
        match self.disbelieved.get(of.0 as usize) {
            Some(known) => *known.get_or_init(|| graph.any_disbelieved(of)),
            None => graph.any_disbelieved(of),
        }
    }
}
