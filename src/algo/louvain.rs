//! Communities with more inside than chance would put there.

use petgraph::Undirected;

use crate::error::{Error, Result, eval};
use crate::graph::view::{Check, GraphView, Selection};
use crate::graph::{Direction, Snapshot};
use crate::value::NodeId;

use super::number_groups;
use super::threads::{self, CHUNK};
use super::weighted_path::{Costs, Weights};

/// A community without a number.
const NONE: u32 = u32::MAX;
/// Passes over the nodes of a level, at most.
const PASSES_MAX: usize = 100;
/// A pass that improves modularity by less is the last of its level.
const GAIN_MIN: f64 = 1e-7;

/// How communities are valued.
///
/// ```
/// use dossier::algo::LouvainOptions;
/// let smaller = LouvainOptions { resolution: 2.0, ..LouvainOptions::default() };
/// assert_eq!(smaller.weights, None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LouvainOptions {
    /// What relationships weigh; `None` for 1 each.
    pub weights: Option<Weights>,
    /// How much chance counts: more than 1 gives smaller communities, less gives larger ones.
    pub resolution: f64,
}

impl Default for LouvainOptions {
    fn default() -> Self {
        LouvainOptions { weights: None, resolution: 1.0 }
    }
}

/// The communities of a graph.
///
/// ```
/// use dossier::{NodeId, algo::Communities};
/// let one = Communities { nodes: vec![(NodeId(0), 0), (NodeId(1), 0)], modularity: 0.0 };
/// assert_eq!(one.nodes.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Communities {
    /// The community of each selected node, numbered from 0 in the order of their first nodes.
    pub nodes: Vec<(NodeId, u64)>,
    /// The share of weight inside communities, less what chance would put there; at most 1.
    pub modularity: f64,
}

/// Communities of high modularity. Direction does not matter; parallel relationships add up.
///
/// Each node joins the neighbouring community that gains most, in the order of ids, until none
/// gains; then communities become the nodes of a smaller graph, and so on (Blondel, Guillaume,
/// Lambiotte and Lefebvre 2008). The same graph gives the same communities. A pass is linear in
/// the relationships, each 16 bytes both ways, and runs on one thread.
///
/// Fails with `eval::argument_value` where a weight is negative or the resolution is, and with
/// `eval::argument_type` where a weight is no number.
///
/// ```
/// use dossier::algo::{self, LouvainOptions, Selection};
/// let store = dossier::Store::memory();
/// store.query("CREATE (a)-[:MET]->(b)-[:MET]->(c)-[:MET]->(a), (d)-[:MET]->(e)-[:MET]->(f)-[:MET]->(d)", ())?;
/// let (graph, all, go_on) = (store.snapshot(), Selection::default(), || Ok(()));
/// let found = algo::louvain(&*graph, &all, &LouvainOptions::default(), &go_on)?;
/// assert_eq!(found.nodes.iter().map(|&(_, c)| c).collect::<Vec<_>>(), [0, 0, 0, 1, 1, 1]);
/// assert_eq!(found.modularity, 0.5);
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn louvain(
    graph: &dyn Snapshot,
    selection: &Selection,
    options: &LouvainOptions,
    check: Check<'_>,
) -> Result<Communities> {
    if !(options.resolution >= 0.0 && options.resolution.is_finite()) {
        let message =
            format!("The resolution is {}, and must not be negative.", options.resolution);
        return Err(Error::new(&eval::ARGUMENT_VALUE, message).hint("Use 1."));
    }
    let view = GraphView::undirected(graph, selection);
    let mut level = Level::of(&view, options, check)?;
    let mut labels: Vec<u32> = (0..view.len() as u32).collect();
    loop {
        let (communities, count) = level.settle(options.resolution, check)?;
        labels.iter_mut().for_each(|label| *label = communities[*label as usize]);
        if count == level.len() {
            break;
        }
        level = level.shrunk(&communities, count, check)?;
    }
    let modularity = level.modularity(options.resolution);
    Ok(Communities { nodes: number_groups(&view, &labels), modularity })
}

/// A weighted graph: the selected nodes at first, communities of communities later.
struct Level {
    /// `offsets[n]..offsets[n + 1]` are the places of node `n`.
    offsets: Vec<usize>,
    /// Other nodes, with weights; both ways.
    links: Vec<(u32, f64)>,
    /// Twice the weight inside each node.
    inside: Vec<f64>,
    /// All weight at each node, what is inside twice.
    weights: Vec<f64>,
    /// Twice the weight of the graph.
    total: f64,
}

impl Level {
    fn of(
        view: &GraphView<'_, Undirected>,
        options: &LouvainOptions,
        check: Check<'_>,
    ) -> Result<Level> {
        let lists = view.lists(Direction::Both);
        let costs = options.weights.map(|weights| Costs::new(view.snapshot(), &weights));
        let add = |(): &mut (), number: usize, all: &mut Vec<(u32, f64)>| {
            let _ = lists.visit::<()>(number, |other, place| {
                let weight = costs.as_ref().map_or(1.0, |costs| costs.of(place.statement()));
                // One that is left out costs infinitely much.
                if weight.is_finite() {
                    all.push((other, weight));
                }
                std::ops::ControlFlow::Continue(())
            });
        };
        let steps = lists.steps().saturating_mul(2);
        let runs = threads::gather(view.len(), steps, check, &|| (), &add)?;
        costs.as_ref().map_or(Ok(()), Costs::finish)?;
        let mut level = Level::empty(view.len());
        for number in 0..view.len() {
            for &(other, weight) in runs.of(number) {
                if other as usize == number {
                    level.inside[number] += 2.0 * weight;
                } else {
                    level.links.push((other, weight));
                }
            }
            level.offsets.push(level.links.len());
        }
        level.weigh();
        Ok(level)
    }

    fn empty(len: usize) -> Level {
        let (offsets, links, inside) = (vec![0], Vec::new(), vec![0.0; len]);
        Level { offsets, links, inside, weights: Vec::new(), total: 0.0 }
    }

    fn weigh(&mut self) {
        let weight =
            |at: usize| self.inside[at] + self.of_node(at).iter().map(|l| l.1).sum::<f64>();
        self.weights = (0..self.len()).map(weight).collect();
        self.total = self.weights.iter().sum();
    }

    fn len(&self) -> usize {
        self.inside.len()
    }

    fn of_node(&self, node: usize) -> &[(u32, f64)] {
        &self.links[self.offsets[node]..self.offsets[node + 1]]
    }

    /// Moves nodes between communities until none gains; gives the community of each, numbered
    /// without gaps, and how many there are.
    fn settle(&self, resolution: f64, check: Check<'_>) -> Result<(Vec<u32>, usize)> {
        let mut communities: Vec<u32> = (0..self.len() as u32).collect();
        let mut weights = self.weights.clone();
        let mut near = Near { weights: vec![0.0; self.len()], seen: Vec::new() };
        for _ in 0..PASSES_MAX {
            let mut gained = 0.0;
            for node in 0..self.len() {
                if node.is_multiple_of(CHUNK) {
                    check()?;
                }
                let own = communities[node];
                weights[own as usize] -= self.weights[node];
                let expected = resolution * self.weights[node] / self.total;
                let links = self.of_node(node).iter();
                let links = links.map(|&(other, weight)| (communities[other as usize], weight));
                let (best, gain) = near.best(links, own, |community, weight| {
                    weight - expected * weights[community as usize]
                });
                weights[best as usize] += self.weights[node];
                communities[node] = best;
                gained += gain;
            }
            // A gain of weight counts from both ends.
            if self.total <= 0.0 || 2.0 * gained / self.total < GAIN_MIN {
                break;
            }
        }
        let mut numbers = vec![NONE; self.len()];
        let mut count = 0;
        for community in &mut communities {
            let number = &mut numbers[*community as usize];
            if *number == NONE {
                *number = count;
                count += 1;
            }
            *community = *number;
        }
        Ok((communities, count as usize))
    }

    /// The graph whose nodes are the communities.
    fn shrunk(&self, communities: &[u32], count: usize, check: Check<'_>) -> Result<Level> {
        let mut members: Vec<u32> = (0..self.len() as u32).collect();
        members.sort_by_key(|&node| communities[node as usize]);
        let mut level = Level::empty(count);
        let mut near = Near { weights: vec![0.0; count], seen: Vec::new() };
        for (at, group) in members
            .chunk_by(|a, b| communities[*a as usize] == communities[*b as usize])
            .enumerate()
        {
            if at.is_multiple_of(CHUNK) {
                check()?;
            }
            for &node in group {
                level.inside[at] += self.inside[node as usize];
                for &(other, weight) in self.of_node(node as usize) {
                    near.add(communities[other as usize], weight);
                }
            }
            for (community, weight) in near.drain() {
                if community as usize == at {
                    level.inside[at] += weight;
                } else {
                    level.links.push((community, weight));
                }
            }
            level.offsets.push(level.links.len());
        }
        level.weigh();
        Ok(level)
    }

    /// The modularity of communities that are a node each.
    fn modularity(&self, resolution: f64) -> f64 {
        if self.total <= 0.0 {
            return 0.0;
        }
        let part = |(inside, weight): (&f64, &f64)| {
            inside / self.total - resolution * (weight / self.total) * (weight / self.total)
        };
        self.inside.iter().zip(&self.weights).map(part).sum()
    }
}

/// The weight of links to each community; clean between two nodes.
struct Near {
    weights: Vec<f64>,
    seen: Vec<u32>,
}

impl Near {
    fn add(&mut self, community: u32, weight: f64) {
        if self.weights[community as usize] == 0.0 {
            self.seen.push(community);
        }
        self.weights[community as usize] += weight;
    }

    /// The communities that were added to, each once.
    fn drain(&mut self) -> impl Iterator<Item = (u32, f64)> {
        let Near { weights, seen } = self;
        // One whose links weigh nothing comes again and has nothing left.
        seen.drain(..).filter_map(|community| {
            let weight = std::mem::take(&mut weights[community as usize]);
            (weight > 0.0).then_some((community, weight))
        })
    }

    /// The community of the highest value, and how much more it is worth than the own, which stays
    /// where none is better.
    fn best(
        &mut self,
        links: impl Iterator<Item = (u32, f64)>,
        own: u32,
        value: impl Fn(u32, f64) -> f64,
    ) -> (u32, f64) {
        links.for_each(|(community, weight)| self.add(community, weight));
        let stay = value(own, self.weights[own as usize]);
        // Less is the noise of sums.
        let least = stay.abs().max(1.0) * 1e-12;
        let mut best = (own, 0.0);
        for (community, weight) in self.drain() {
            let gain = value(community, weight) - stay;
            if gain > best.1 + least {
                best = (community, gain);
            }
        }
        best
    }
}
