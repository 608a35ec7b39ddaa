//! Witness sets: the smallest sets of statements each of which suffices for something.
//!
//! They are the values of the semiring of sets of sets: what can stand for each other is a sum, what
//! is taken together a product, and no set is kept that holds another (Green, Karvounarakis and
//! Tannen, "Provenance semirings", PODS 2007). There can be more than anybody reads, so both take the
//! most that are kept.

use crate::graph::source::Evidence;
use crate::graph::{Snapshot, completeness, conflict};
use crate::value::{StatementId, Value};

/// The sets of statements that suffice for a row, each on its own.
///
/// ```
/// let store = dossier::Store::shipped()?;
/// let rows = store.query("WHY MATCH (:State {name: 'Nauru'})-[:RECOGNISES]->(x) RETURN x.name", ())?;
/// let witnesses = rows.get(0).and_then(|row| row.witnesses()).expect("WHY asks for them");
/// assert_eq!((witnesses.sets.len(), witnesses.sets[0].len()), (1, 1));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Witnesses {
    /// The sets, smallest first; none of them holds another. The statements of a set ascend.
    pub sets: Vec<Vec<StatementId>>,
    /// Whether sets, or statements of a set, were left out because there were too many.
    pub capped: bool,
    /// For each set what rules derived from it, on the way to the row; empty where nothing was
    /// derived for any of them.
    pub hence: Vec<Vec<StatementId>>,
    /// The completeness statements that make an absence *no*, by position, ascending.
    pub completeness: Vec<u32>,
}

impl Witnesses {
    /// About how many bytes they take.
    pub(crate) fn bytes(&self) -> usize {
        let of = |sets: &[Vec<StatementId>]| -> usize {
            sets.iter().map(|set| size_of_val(set) + size_of_val(&set[..])).sum()
        };
        size_of::<Witnesses>()
            + of(&self.sets)
            + of(&self.hence)
            + size_of_val(&self.completeness[..])
    }

    /// What was derived from a set.
    pub fn hence(&self, set: usize) -> &[StatementId] {
        self.hence.get(set).map_or(&[], Vec::as_slice)
    }

    /// The sets as a value: a list of lists of evidence, each a map as [`Evidence::to_value`] makes
    /// it. What rules derived from a set, and the completeness statements, stand behind it.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let rows = store.query("WHY MATCH (:State {name: 'Nauru'})-[:RECOGNISES]->(x) RETURN x.name", ())?;
    /// let witnesses = rows.get(0).and_then(|row| row.witnesses()).expect("WHY asks for them");
    /// assert_eq!(&witnesses.to_value(rows.graph()), rows.get(0).unwrap().value("why").unwrap());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn to_value(&self, graph: &dyn Snapshot) -> Value {
        let stated = graph.declarations().completeness.as_slice();
        let used = self.completeness.iter().filter_map(|at| stated.get(*at as usize));
        let complete: Vec<Evidence> =
            used.flat_map(|one| completeness::evidence(graph, one)).collect();
        let of_statement = |&id: &StatementId| {
            let conflict = conflict::note(graph, id);
            let mut all = Evidence::of_itself(graph, id);
            all.iter_mut().for_each(|one| one.conflict.clone_from(&conflict));
            all
        };
        let set = |(at, set): (usize, &Vec<StatementId>)| -> Value {
            let statements = set.iter().chain(self.hence(at)).flat_map(of_statement);
            let all = statements.chain(complete.iter().cloned());
            Value::from(all.map(|place| place.to_value()).collect::<Vec<_>>())
        };
        Value::from(self.sets.iter().enumerate().map(set).collect::<Vec<_>>())
    }
}

/// Each set of one with each set of the other.
pub(crate) fn product(a: &Witnesses, b: &Witnesses, max: usize) -> Witnesses {
    let pairs = a.sets.iter().flat_map(|x| b.sets.iter().map(move |y| merged(x, y)));
    let sets = smallest(pairs.collect(), a.capped || b.capped, max);
    Witnesses { completeness: merged(&a.completeness, &b.completeness), ..sets }
}

/// The sets of both.
pub(crate) fn sum(a: &Witnesses, b: &Witnesses, max: usize) -> Witnesses {
    let sets = a.sets.iter().chain(&b.sets).cloned().collect();
    let sets = smallest(sets, a.capped || b.capped, max);
    Witnesses { completeness: merged(&a.completeness, &b.completeness), ..sets }
}

/// Two ascending sets as one.
pub(crate) fn merged<T: Ord + Copy>(a: &[T], b: &[T]) -> Vec<T> {
    let mut set = [a, b].concat();
    set.sort_unstable();
    set.dedup();
    set
}

/// The sets that hold no other, the smallest first, and not too many of them.
pub(crate) fn smallest(mut sets: Vec<Vec<StatementId>>, mut capped: bool, max: usize) -> Witnesses {
    sets.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    let mut kept: Vec<Vec<StatementId>> = Vec::new();
    for set in sets {
        if kept.iter().any(|smaller| is_subset(smaller, &set)) {
            continue;
        }
        if kept.len() == max {
            capped = true;
            break;
        }
        kept.push(set);
    }
    Witnesses { sets: kept, capped, ..Witnesses::default() }
}

/// Whether an ascending set holds another.
pub(crate) fn is_subset(small: &[StatementId], large: &[StatementId]) -> bool {
    let mut rest = large.iter();
    small.iter().all(|wanted| rest.any(|one| one == wanted))
}
