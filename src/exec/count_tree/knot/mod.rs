//! How often a term with a cycle matches, without its matches.
//!
//! ```text
//! trees     what hangs from the knot becomes weights of its nodes          weights.rs
//! maps      relationships that lead to one node become arrays of it        links.rs
//! untie     step by step, as the plan says, until a pair or a triangle is left
//! count     one pass over that               triangle.rs, marked.rs, rows.rs, square.rs, closing.rs, passes.rs
//! ```
//!
//! The plan ([`Knot`]) thinks that certain relationships lead to one node at most. Where the graph
//! has changed since, making the map shows it, and the knot is searched, node after node
//! ([`search`]). So is what the plan has no way for: patterns that need a loop, which few nodes have.

mod closing;
mod growing;
mod links;
mod marked;
mod passes;
mod rows;
mod search;
mod signatures;
mod square;
mod triangle;

use super::overflow;
use super::weights::Evaluator;
use crate::error::Result;
use crate::plan::physical::{Knot, Rest, Untie};
use links::{Map, Place, Runs};
pub(super) use links::{in_common, times};

/// A sum of weights, each of which stays at the largest number once it reaches it.
#[derive(Clone, Copy, Default)]
struct Sum {
    total: u128,
    reached: bool,
    /// What has been found beyond once for each node.
    beyond: u128,
}

impl Sum {
    #[inline]
    fn add(&mut self, value: u64) {
        self.total += u128::from(value);
        self.reached |= value == u64::MAX;
    }

    /// Adds what has been found for a node of some weight.
    #[inline]
    fn add_found(&mut self, weight: u64, found: u64) {
        self.add(weight.saturating_mul(found));
        self.beyond += u128::from(weight.saturating_mul(found.saturating_sub(1)));
    }

    fn optional(parts: Vec<Sum>) -> Result<Optional> {
        let beyond_one = parts.iter().map(|part| part.beyond).sum();
        Ok(Optional { all: Sum::of(parts)?, beyond_one })
    }

    fn of(parts: Vec<Sum>) -> Result<u128> {
        if parts.iter().any(|part| part.reached) {
            return Err(overflow());
        }
        Ok(parts.iter().map(|part| part.total).sum())
    }
}

/// A knot that is being untied.
struct Untied<'u, 'e, 'g, 'r, 'p> {
    evaluator: &'u Evaluator<'e, 'g, 'r, 'p>,
    knot: &'u Knot,
    /// The weights of the term's nodes; of those outside the knot nothing.
    places: Vec<Place>,
    /// The links that are maps.
    maps: Vec<Option<Map<'g>>>,
    keys: Keys<'g>,
}

/// Groups of nodes that must have equal keys, each with the map to its key.
#[derive(Default)]
struct Keys<'g>(Vec<Vec<(usize, Map<'g>)>>);

impl<'g> Keys<'g> {
    fn are_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether two nodes have equal keys where they must.
    fn agree(&self, (a, x): (usize, u32), (b, y): (usize, u32)) -> bool {
        self.0.iter().all(|group| {
            let of = |node: usize| group.iter().find(|(at, _)| *at == node).map(|(_, map)| map);
            match (of(a), of(b)) {
                (Some(first), Some(second)) => first.at(x) == second.at(y),
                _ => true,
            }
        })
    }

    /// The maps of two nodes, where the only group is of those.
    fn of_two(&self, a: usize, b: usize) -> Option<[&Map<'g>; 2]> {
        let [group] = self.0.as_slice() else { return None };
        match group.as_slice() {
            [(x, first), (y, second)] if (*x, *y) == (a, b) => Some([first, second]),
            [(x, first), (y, second)] if (*x, *y) == (b, a) => Some([second, first]),
            _ => None,
        }
    }

    /// Whether each group is of three nodes with one and the same map.
    fn are_alike(&self) -> bool {
        self.0
            .iter()
            .all(|group| group.len() == 3 && group.iter().all(|(_, map)| map.is_same(&group[0].1)))
    }

    /// Whether two nodes have equal keys, where the maps are alike.
    fn agree_alike(&self, x: u32, y: u32) -> bool {
        self.0.iter().all(|group| {
            let key = |id: u32| group.first().and_then(|(_, map)| map.at(id));
            key(x).is_some() && key(x) == key(y)
        })
    }
}

/// How often the part of a term that holds its knot matches.
pub(super) fn total(evaluator: &Evaluator<'_, '_, '_, '_>, knot: &Knot) -> Result<u128> {
    let Some(places) = places(evaluator, knot)? else { return Ok(0) };
    let Some(rest) = knot.rest else { return search::total(evaluator, knot, &places) };
    let mut untied = Untied { evaluator, knot, places, maps: Vec::new(), keys: Keys::default() };
    if !untied.make_maps()? {
        return search::total(evaluator, knot, &untied.places);
    }
    untied.untie()?;
    match rest {
        Rest::Node(node) => untied.places[node].total(),
        Rest::Pair { link } => untied.pair(link),
        Rest::Triangle { links } => untied.triangle(links),
        Rest::Square { links } => untied.square(links),
        Rest::Mapped { map, others } => untied.mapped(map, others).map(|found| found.all),
        Rest::Fork { maps, across } => untied.fork(maps, across).map(|found| found.all),
    }
}

/// How often each node from one on matches at a node of the knot; `None` where it is not counted so.
pub(super) fn by_node(
    evaluator: &Evaluator<'_, '_, '_, '_>,
    knot: &Knot,
) -> Result<Option<(u32, Vec<u64>)>> {
    let Some(Rest::Mapped { map, others }) = knot.rest else { return Ok(None) };
    let Some(places) = places(evaluator, knot)? else { return Ok(Some((0, Vec::new()))) };
    let mut untied = Untied { evaluator, knot, places, maps: Vec::new(), keys: Keys::default() };
    if !untied.make_maps()? {
        return Ok(None);
    }
    untied.untie()?;
    untied.mapped_by_third(map, others).map(Some)
}

/// The weights of a knot's nodes; `None` where none counts at one of them.
fn places(evaluator: &Evaluator<'_, '_, '_, '_>, knot: &Knot) -> Result<Option<Vec<Place>>> {
    let mut places: Vec<Place> = evaluator.term.nodes.iter().map(|_| Place::default()).collect();
    for &node in &knot.nodes {
        places[node] = Place::of(evaluator.weights(node, None, None)?, evaluator)?;
        if places[node].is_empty() {
            return Ok(None);
        }
    }
    Ok(Some(places))
}

/// How often a knot matches, and how often it does beyond once for each node at its root, by the weight of that.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Optional {
    pub(super) all: u128,
    pub(super) beyond_one: u128,
}

/// The same of a knot that some pattern and an OPTIONAL MATCH between its ends make together, where each node at one
/// of the ends, the root, has one match of the pattern at most; `None` where the knot is not counted node by node.
pub(super) fn optional(
    evaluator: &Evaluator<'_, '_, '_, '_>,
    knot: &Knot,
    root: usize,
) -> Result<Option<Optional>> {
    if !matches!(knot.rest, Some(Rest::Mapped { .. } | Rest::Fork { .. })) {
        return Ok(None);
    }
    let mut places: Vec<Place> = evaluator.term.nodes.iter().map(|_| Place::default()).collect();
    for &node in &knot.nodes {
        let weights = evaluator.weights(node, None, None)?;
        places[node] = Place::of(weights, evaluator)?;
        if places[node].is_empty() {
            return Ok(Some(Optional::default()));
        }
        // The first match of a node is left out as it is found, which must be once.
        if node != root && places[node].most() > 1 {
            return Ok(None);
        }
    }
    let mut untied = Untied { evaluator, knot, places, maps: Vec::new(), keys: Keys::default() };
    if !untied.make_maps()? {
        return Ok(None);
    }
    untied.untie()?;
    let is_root = |map: usize| untied.maps[map].as_ref().is_some_and(|map| map.from == root);
    match knot.rest {
        Some(Rest::Mapped { map, others }) if is_root(map) => untied.mapped(map, others).map(Some),
        Some(Rest::Fork { maps, across }) if maps.into_iter().all(is_root) => {
            untied.fork(maps, across).map(Some)
        }
        _ => Ok(None),
    }
}

impl<'g> Untied<'_, '_, 'g, '_, '_> {
    /// Where an edge leads from the nodes at one end of it.
    fn runs(&self, edge: usize, from: usize) -> Result<Runs<'g>> {
        let span = self.places[from].span();
        match self.evaluator.seen_from(edge, from) {
            [only] => Runs::new(only, span, self.evaluator),
            strands => Runs::side_by_side(strands, span, self.evaluator),
        }
    }

    /// Makes the maps; false where one is none.
    fn make_maps(&mut self) -> Result<bool> {
        for (&edge, map) in self.knot.edges.iter().zip(&self.knot.maps) {
            let Some((from, to)) = *map else {
                self.maps.push(None);
                continue;
            };
            let steps = &self.evaluator.seen_from(edge, from)[0];
            match Map::new(steps, (from, to), &self.places[from], self.evaluator)? {
                Some(map) => self.maps.push(Some(map)),
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    fn untie(&mut self) -> Result<()> {
        self.knot.steps.iter().try_for_each(|step| self.take(*step))
    }

    fn take(&mut self, step: Untie) -> Result<()> {
        let limits = self.evaluator.run.limits;
        match step {
            Untie::Through { first, over, second } => {
                let (first, second) = (self.maps[first].take(), self.maps[second].take());
                let (Some(first), Some(second)) = (first, second) else { return Ok(()) };
                let between = std::mem::take(&mut self.places[over]);
                if !between.is_plain() {
                    self.places[first.from].scale(limits, |id| between_at(&first, &between, id))?;
                }
                self.maps.push(Some(first.then(&second, &between, limits)?));
            }
            Untie::Agree { first, second } => {
                let (first, second) = (self.maps[first].take(), self.maps[second].take());
                let (Some(first), Some(second)) = (first, second) else { return Ok(()) };
                self.maps.push(Some(first.agreeing(&second, limits)?));
            }
            Untie::Key { node } => {
                let of_node = |map: &mut Option<Map<'g>>| match map {
                    Some(found) if found.to == node => map.take().map(|map| (map.from, map)),
                    _ => None,
                };
                let keys: Vec<(usize, Map<'g>)> =
                    self.maps.iter_mut().filter_map(of_node).collect();
                let key = std::mem::take(&mut self.places[node]);
                for (at, (from, map)) in keys.iter().enumerate() {
                    // The key's own weight counts once.
                    let weigh = |id| match between_at(map, &key, id) {
                        weight if at == 0 => weight,
                        weight => weight.min(1),
                    };
                    self.places[*from].scale(limits, weigh)?;
                }
                self.keys.0.push(keys);
            }
            Untie::Hang { link, node } => {
                let Some(map) = self.maps[link].take() else { return Ok(()) };
                let hanging = std::mem::take(&mut self.places[node]);
                self.places[map.from].scale(limits, |id| between_at(&map, &hanging, id))?;
            }
        }
        Ok(())
    }
}

/// The weight of where a map leads; 0 where it leads nowhere.
fn between_at(map: &Map<'_>, place: &Place, id: u32) -> u64 {
    map.at(id).map_or(0, |to| place.at(to))
}
