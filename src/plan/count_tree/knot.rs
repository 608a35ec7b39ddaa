//! Patterns with cycles that can still be counted in about one pass.
//!
//! What hangs from a cycle is a tree and becomes weights; what is left is the *knot*: nodes with at
//! least two edges each. A relationship that leads to one node at most ("every comment has one
//! creator") is a *map*, and maps untie most knots, whatever the number of nodes:
//!
//! ```text
//! (p1)-[:KNOWS]-(p2), (p1)<-[:HAS_CREATOR]-(c)-[:REPLY_OF]->(m)-[:HAS_CREATOR]->(p2)
//!
//! knot      p1 ~ p2    c → p1    c → m → p2         four nodes in a ring
//! through   c → m → p2 is one map from c            a triangle of two maps and one run of neighbours
//! count     for each c: how many KNOWS are between p1(c) and p2(c)
//! ```
//!
//! In: a term, and which relationships are maps. Out: how to untie it, step by step, until a pair or
//! a triangle is left; or nothing, and the pattern is found by intersection as before. Which
//! relationships are maps is read off the largest degrees; should the graph have changed since, the
//! executor sees it while it makes the maps, and searches (`exec::count_tree::knot`).

use std::collections::BTreeSet;

use super::{Edge, Term};
use crate::graph::Direction;
use crate::graph::named_type::NamedType;

/// Whether relationships of some types, read in a direction, lead from any node to one at most.
pub(super) type Functional<'f> = dyn Fn(&[NamedType], Direction) -> bool + 'f;

/// The part of a term that has cycles, and how to count it.
#[derive(Clone, Debug, PartialEq)]
pub struct Knot {
    /// Its nodes, by position in [`Term::nodes`].
    pub nodes: Vec<usize>,
    /// Its edges, by position in [`Term::edges`]; they are the links 0, 1, ….
    pub edges: Vec<usize>,
    /// Those that are maps: the node where each comes from, and the one where it leads.
    pub maps: Vec<Option<(usize, usize)>>,
    /// How to untie it. A step may make a link, which has the next number.
    pub steps: Vec<Untie>,
    /// What is left; `None` where it is searched, because a loop leaves few nodes to search.
    pub rest: Option<Rest>,
}

/// A step of untying a knot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untie {
    /// Two maps one after the other, over a node between them, are a map; a new link.
    Through {
        /// The map to the node between.
        first: usize,
        /// That node.
        over: usize,
        /// The map from there.
        second: usize,
    },
    /// Two maps between the same nodes must agree; a new link.
    Agree {
        /// One.
        first: usize,
        /// The other.
        second: usize,
    },
    /// A node to which maps lead, and nothing else, is a key that must be equal where they come from.
    Key {
        /// The node.
        node: usize,
    },
    /// What hangs from a map has become a weight of where the map comes from.
    Hang {
        /// The map.
        link: usize,
        /// The node at its end.
        node: usize,
    },
}

/// What is left of a knot, by links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// One node.
    Node(usize),
    /// Two nodes with equal keys, and what joins them.
    Pair {
        /// The link.
        link: usize,
    },
    /// Three nodes, of which each two are joined by no map.
    Triangle {
        /// The links.
        links: [usize; 3],
    },
    /// A ring of four nodes.
    Square {
        /// The links, each of which joins the next.
        links: [usize; 4],
    },
    /// A map, and two that lead from its ends to a third node and are none.
    Mapped {
        /// The map.
        map: usize,
        /// The others: from where the map comes from, and from where it leads.
        others: [usize; 2],
    },
    /// Two maps from one node, and what joins their ends.
    Fork {
        /// The maps.
        maps: [usize; 2],
        /// What joins where they lead.
        across: usize,
    },
}

/// A link while the knot is being untied: its ends, and whether it is a map from the first to the
/// second, or from the second to the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Link {
    ends: [usize; 2],
    map: Option<bool>,
}

impl Link {
    /// Where the map comes from, and where it leads.
    fn mapped(&self) -> Option<(usize, usize)> {
        let [a, b] = self.ends;
        self.map.map(|forward| if forward { (a, b) } else { (b, a) })
    }
}

/// Knots as they are untied.
struct Tangle {
    links: Vec<Option<Link>>,
    nodes: BTreeSet<usize>,
    keyed: Vec<BTreeSet<usize>>,
    steps: Vec<Untie>,
}

/// How the cycles of a term are counted; `None` where there is no such way.
pub(super) fn tie(term: &Term, functional: &Functional<'_>) -> Option<Knot> {
    let edges = on_cycles(term);
    let of = |at: &usize| &term.edges[*at];
    if edges.iter().map(of).any(|edge| edge.optional.is_some()) {
        return None;
    }
    let nodes: BTreeSet<usize> = edges.iter().map(of).flat_map(|e| [e.left, e.right]).collect();
    let links: Vec<Link> = edges.iter().map(of).map(|edge| link(edge, functional)).collect();
    let maps = links.iter().map(Link::mapped).collect();
    let links = links.into_iter().map(Some).collect();
    let mut tangle = Tangle { links, nodes: nodes.clone(), keyed: Vec::new(), steps: Vec::new() };
    tangle.untie();
    let rest = tangle.rest(edges.len());
    if rest.is_none() && term.loops.is_empty() {
        return None;
    }
    let steps = if rest.is_some() { tangle.steps } else { Vec::new() };
    Some(Knot { nodes: nodes.into_iter().collect(), edges, maps, steps, rest })
}

/// The edges that are left when leaves are taken off, one after the other.
fn on_cycles(term: &Term) -> Vec<usize> {
    let mut edges: Vec<usize> = (0..term.edges.len()).collect();
    loop {
        let ends = |node: usize| {
            let is_end =
                |at: &&usize| term.edges[**at].left == node || term.edges[**at].right == node;
            edges.iter().filter(is_end).count()
        };
        let is_kept =
            |at: &usize| ends(term.edges[*at].left) > 1 && ends(term.edges[*at].right) > 1;
        let kept: Vec<usize> = edges.iter().copied().filter(is_kept).collect();
        if kept.len() == edges.len() {
            return kept;
        }
        edges = kept;
    }
}

fn link(edge: &Edge, functional: &Functional<'_>) -> Link {
    let map = match edge.strands.as_slice() {
        [only] if functional(&only.types, only.direction) => Some(true),
        [only] if functional(&only.types, only.direction.reversed()) => Some(false),
        _ => None,
    };
    Link { ends: [edge.left, edge.right], map }
}

impl Tangle {
    fn untie(&mut self) {
        while let Some(step) = self.step() {
            self.take(step);
        }
    }

    /// The links at a node.
    fn at(&self, node: usize) -> Vec<(usize, Link)> {
        let links = self.links.iter().enumerate();
        let links = links.filter_map(|(at, link)| link.map(|link| (at, link)));
        links.filter(|(_, link)| link.ends.contains(&node)).collect()
    }

    fn is_keyed(&self, node: usize) -> bool {
        self.keyed.iter().any(|nodes| nodes.contains(&node))
    }

    /// What can be done next.
    fn step(&self) -> Option<Untie> {
        let maps = || {
            let links = self.links.iter().enumerate();
            links.filter_map(|(at, link)| Some((at, link.as_ref()?.mapped()?)))
        };
        for (first, ends) in maps() {
            if let Some((second, _)) = maps().find(|(second, e)| *second > first && *e == ends) {
                return Some(Untie::Agree { first, second });
            }
        }
        for &node in self.nodes.iter().filter(|node| !self.is_keyed(**node)) {
            let own = self.at(node);
            let ways: Option<Vec<_>> = own.iter().map(|(_, link)| link.mapped()).collect();
            let Some(ways) = ways else { continue };
            let arrive: Vec<usize> =
                (0..ways.len()).filter(|&at| ways[at].1 == node).map(|at| own[at].0).collect();
            let leave: Vec<usize> =
                (0..ways.len()).filter(|&at| ways[at].0 == node).map(|at| own[at].0).collect();
            match (arrive.as_slice(), leave.as_slice()) {
                ([first], [second]) if ways[0] != (ways[1].1, ways[1].0) => {
                    return Some(Untie::Through { first: *first, over: node, second: *second });
                }
                ([link], []) => return Some(Untie::Hang { link: *link, node }),
                _ => {}
            }
        }
        // What leads to a key must have become one map before it is one, whichever node comes first.
        let is_key = |node: usize| {
            let own = self.at(node);
            let leads_here = |link: &Link| link.mapped().is_some_and(|(_, to)| to == node);
            own.len() > 1 && own.iter().all(|(_, link)| leads_here(link))
        };
        let mut nodes = self.nodes.iter().copied().filter(|node| !self.is_keyed(*node));
        nodes.find(|node| is_key(*node)).map(|node| Untie::Key { node })
    }

    fn take(&mut self, step: Untie) {
        match step {
            Untie::Through { first, over, second } => {
                let from = self.links[first].take().and_then(|link| link.mapped());
                let to = self.links[second].take().and_then(|link| link.mapped());
                let (Some((from, _)), Some((_, to))) = (from, to) else { return };
                self.links.push(Some(Link { ends: [from, to], map: Some(true) }));
                self.nodes.remove(&over);
            }
            Untie::Agree { first, second } => {
                let link = self.links[first].take();
                self.links[second] = None;
                self.links.push(link);
            }
            Untie::Key { node } => {
                let own = self.at(node);
                let from = own.iter().filter_map(|(_, link)| link.mapped()).map(|(from, _)| from);
                self.keyed.push(from.collect());
                own.iter().for_each(|(at, _)| self.links[*at] = None);
                self.nodes.remove(&node);
            }
            Untie::Hang { link, node } => {
                self.links[link] = None;
                self.nodes.remove(&node);
            }
        }
        self.steps.push(step);
    }

    /// What is left, if it is something that can be counted; `made` is the first link that a step made.
    fn rest(&self, made: usize) -> Option<Rest> {
        let links: Vec<(usize, Link)> =
            (0..self.links.len()).filter_map(|at| self.links[at].map(|link| (at, link))).collect();
        let nodes: Vec<usize> = self.nodes.iter().copied().collect();
        match (nodes.as_slice(), links.as_slice()) {
            ([node], []) if self.keyed.is_empty() => Some(Rest::Node(*node)),
            ([_, _], [(link, Link { map: None, .. })]) => Some(Rest::Pair { link: *link }),
            ([_, _, _], [a, b, c]) => self.triangle([*a, *b, *c]),
            ([_, _, _, _], [a, b, c, d]) if self.keyed.is_empty() => {
                let links = [*a, *b, *c, *d];
                // What steps have made of maps are no relationships that could be followed back.
                let is_plain = |(at, _): &(usize, Link)| *at < made;
                let links = if links.iter().all(is_plain) { ring(links) } else { None };
                links.map(|links| Rest::Square { links })
            }
            _ => None,
        }
    }

    fn triangle(&self, links: [(usize, Link); 3]) -> Option<Rest> {
        let [(a, x), (b, y), (c, z)] = links;
        let joined = |x: Link, y: Link| x.ends.iter().any(|end| y.ends.contains(end));
        let same = |x: Link, y: Link| x.ends.iter().all(|end| y.ends.contains(end));
        if !joined(x, y) || !joined(y, z) || same(x, y) || same(y, z) || same(x, z) {
            return None;
        }
        match (x.mapped(), y.mapped(), z.mapped()) {
            (None, None, None) => Some(Rest::Triangle { links: [a, b, c] }),
            (Some(_), None, None) => mapped((a, x), (b, y), (c, z)),
            (None, Some(_), None) => mapped((b, y), (a, x), (c, z)),
            (None, None, Some(_)) => mapped((c, z), (a, x), (b, y)),
            (Some(first), Some(second), None) => fork((a, first), (b, second), c),
            (Some(first), None, Some(second)) => fork((a, first), (c, second), b),
            (None, Some(first), Some(second)) => fork((b, first), (c, second), a),
            _ => None,
        }
    }
}

/// Four links in the order in which each joins the next, if they are a ring.
fn ring([first, x, y, z]: [(usize, Link); 4]) -> Option<[usize; 4]> {
    let joined = |a: Link, b: Link| {
        a.ends.iter().filter(|end| b.ends.contains(end)).count() == 1 && a.ends != b.ends
    };
    let orders = [[x, y, z], [x, z, y], [y, x, z]];
    let order = orders.into_iter().find(|[second, third, fourth]| {
        let next = [(first, *second), (*second, *third), (*third, *fourth), (*fourth, first)];
        next.iter().all(|(a, b)| joined(a.1, b.1))
            && !joined(first.1, third.1)
            && !joined(second.1, fourth.1)
    })?;
    let [second, third, fourth] = order;
    Some([first.0, second.0, third.0, fourth.0])
}

fn mapped((map, link): (usize, Link), x: (usize, Link), y: (usize, Link)) -> Option<Rest> {
    let (from, _) = link.mapped()?;
    let others = if x.1.ends.contains(&from) { [x.0, y.0] } else { [y.0, x.0] };
    Some(Rest::Mapped { map, others })
}

fn fork(
    (first, (from, _)): (usize, (usize, usize)),
    (second, (other, _)): (usize, (usize, usize)),
    across: usize,
) -> Option<Rest> {
    (from == other).then_some(Rest::Fork { maps: [first, second], across })
}

#[cfg(test)]
mod tests {
    use super::super::Strand;
    use super::*;

    /// A term of edges, each with a type; a lower-case type is a map along the edge.
    fn term(edges: &[(usize, usize, &str)]) -> Term {
        let count = edges.iter().map(|(a, b, _)| a.max(b) + 1).max().unwrap_or(0);
        let strand = |name: &str| Strand {
            relationships: Vec::new(),
            types: vec![NamedType::plain(name)],
            direction: Direction::Outgoing,
            once: false,
        };
        let edge = |&(left, right, name): &(usize, usize, &str)| Edge {
            left,
            right,
            strands: vec![strand(name)],
            optional: None,
        };
        let nodes = (0..count).map(|place| vec![place]).collect();
        let edges = edges.iter().map(edge).collect();
        Term { sign: 1, nodes, edges, loops: Vec::new(), knot: None }
    }

    fn rest(edges: &[(usize, usize, &str)]) -> Option<Rest> {
        let functional = |types: &[NamedType], direction: Direction| {
            direction == Direction::Outgoing && types[0].name.starts_with(char::is_lowercase)
        };
        tie(&term(edges), &functional).and_then(|knot| knot.rest)
    }

    #[test]
    fn maps_untie_a_ring() {
        let ring = [(0, 1, "KNOWS"), (2, 0, "by"), (2, 3, "reply"), (3, 1, "by"), (1, 4, "LIKES")];
        assert_eq!(rest(&ring), Some(Rest::Fork { maps: [1, 4], across: 0 }));
    }

    #[test]
    fn a_common_country_is_a_key() {
        let edges = [
            (0, 1, "KNOWS"),
            (1, 2, "KNOWS"),
            (2, 0, "KNOWS"),
            (0, 3, "in"),
            (1, 4, "in"),
            (2, 5, "in"),
            (3, 6, "of"),
            (4, 6, "of"),
            (5, 6, "of"),
        ];
        assert_eq!(rest(&edges), Some(Rest::Triangle { links: [0, 1, 2] }));
        assert_eq!(rest(&edges[..5]), Some(Rest::Triangle { links: [0, 1, 2] }));
        // The same whichever node has which number.
        let turned = edges.map(|(a, b, kind)| (6 - a, 6 - b, kind));
        assert_eq!(rest(&turned), Some(Rest::Triangle { links: [0, 1, 2] }));
    }

    #[test]
    fn what_no_map_unties_stays() {
        let square = [(0, 1, "R"), (1, 2, "R"), (2, 3, "R"), (3, 0, "R")];
        assert_eq!(rest(&square), Some(Rest::Square { links: [0, 1, 2, 3] }));
        let crossed = [(0, 2, "R"), (1, 3, "R"), (2, 1, "R"), (3, 0, "R")];
        assert_eq!(rest(&crossed), Some(Rest::Square { links: [0, 2, 1, 3] }));
        let five = [(0, 1, "R"), (1, 2, "R"), (2, 3, "R"), (3, 4, "R"), (4, 0, "R")];
        assert_eq!(rest(&five), None);
        let mapped = [(0, 1, "R"), (1, 2, "R"), (2, 3, "R"), (0, 3, "map")];
        assert_eq!(rest(&mapped), Some(Rest::Square { links: [0, 1, 2, 3] }));
        let through =
            [(0, 1, "R"), (1, 2, "R"), (2, 3, "R"), (0, 4, "map"), (4, 3, "then"), (0, 3, "R")];
        assert_eq!(rest(&through), None);
        let diagonal = [(0, 1, "R"), (1, 2, "R"), (2, 3, "R"), (3, 0, "R"), (0, 2, "R")];
        assert_eq!(rest(&diagonal), None);
        let one_map = [(0, 1, "map"), (0, 2, "TAG"), (1, 2, "TAG")];
        assert_eq!(rest(&one_map), Some(Rest::Mapped { map: 0, others: [1, 2] }));
        let keyed = [(0, 1, "by"), (0, 2, "LIKES"), (1, 2, "R"), (1, 3, "in"), (2, 3, "in")];
        assert_eq!(rest(&keyed), Some(Rest::Mapped { map: 0, others: [1, 2] }));
        let back_and_forth = [(0, 1, "there"), (1, 2, "back"), (2, 0, "again")];
        assert_eq!(rest(&back_and_forth), None);
    }
}
