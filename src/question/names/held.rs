//! Names by the words that they hold: what somebody said is found among the names of statements by some
//! of its words, in their order.
//!
//! Words count by their stems, which are numbered; a name is a run of such numbers, and each stem has the
//! list of names that hold it. Made when a question first quotes something. What is looked for costs the
//! list of its rarest stem.

use hashbrown::HashMap;

use crate::question::morphology::stem;
use crate::value::NodeId;

/// The first names of a graph's nodes, as stems.
#[derive(Debug, Default)]
pub(super) struct HeldWords {
    /// By stem: its number is its place in `names_with`.
    numbers: HashMap<String, u32>,
    /// The names that hold a stem, ascending.
    names_with: Vec<Vec<u32>>,
    /// The stems of all names, one name behind the other.
    stems: Vec<u32>,
    /// For each name where its stems begin, and whose it is.
    names: Vec<(u32, NodeId)>,
}

impl HeldWords {
    /// Adds the name of a node, as its folded words.
    pub(super) fn add<'w>(&mut self, words: impl Iterator<Item = &'w str>, node: NodeId) {
        let name = self.names.len() as u32;
        self.names.push((self.stems.len() as u32, node));
        for word in words {
            let stem = stem(word);
            let next = self.names_with.len() as u32;
            let number = *self.numbers.entry_ref(stem).or_insert(next);
            if number == next {
                self.names_with.push(Vec::new());
            }
            let with = &mut self.names_with[number as usize];
            if with.last() != Some(&name) {
                with.push(name);
            }
            self.stems.push(number);
        }
    }

    /// The nodes whose names hold all of some words, in their order.
    pub(super) fn holding(&self, words: &[String]) -> Vec<NodeId> {
        let numbers = words.iter().map(|word| self.numbers.get(stem(word)).copied());
        let Some(wanted) = numbers.collect::<Option<Vec<u32>>>() else { return Vec::new() };
        let with = wanted.iter().map(|&number| &self.names_with[number as usize]);
        let Some(fewest) = with.min_by_key(|names| names.len()) else { return Vec::new() };
        let in_order = |&&name: &&u32| {
            let mut stems = self.stems_of(name as usize).iter();
            wanted.iter().all(|number| stems.any(|stem| stem == number))
        };
        let mut nodes: Vec<NodeId> =
            fewest.iter().filter(in_order).map(|&name| self.names[name as usize].1).collect();
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    fn stems_of(&self, name: usize) -> &[u32] {
        let end = self.names.get(name + 1).map_or(self.stems.len(), |next| next.0 as usize);
        &self.stems[self.names[name].0 as usize..end]
    }
}
