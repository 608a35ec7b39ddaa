//! Where nodes stand in a picture.
//!
//! Fruchterman and Reingold, "Graph drawing by force-directed placement" (Software: Practice and
//! Experience 21, 1991): nodes push each other away, relationships pull their ends together, and
//! the steps grow shorter as the picture cools. Nodes begin on a sunflower spiral, not at random,
//! so the same rows always give the same picture. The cost is the square of the number of nodes
//! for each step; the number of steps shrinks so that a large graph still ends, and above
//! [`NODES_MAX`] the spiral is the picture.

/// The largest graph that is laid out by forces.
const NODES_MAX: usize = 2_000;
/// Pairs of nodes that may be looked at in all.
const PAIRS_MAX: usize = 40_000_000;
/// The most steps, enough for a graph of a hundred nodes to settle.
const STEPS_MAX: usize = 400;

/// How strongly everything is pulled to the middle.
const GRAVITY: f64 = 0.06;
/// How far nodes push each other: parts that nothing joins settle side by side, not worlds apart.
const REACH: f64 = 3.0;
/// How strongly nodes push each other, so that two joined ones settle at a distance of about one.
const STIFFNESS: f64 = 1.6;

/// A place in the picture; the unit is the distance at which two joined nodes like to be.
pub(super) type Place = (f64, f64);

/// Places for `count` nodes joined by `edges` (pairs of positions below `count`).
///
/// Several edges between two nodes pull no more than one.
pub(super) fn places(count: usize, edges: &[(usize, usize)]) -> Vec<Place> {
    let mut edges: Vec<_> = edges.iter().map(|&(from, to)| (from.min(to), from.max(to))).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut places: Vec<Place> = (0..count).map(spiral).collect();
    if count > NODES_MAX {
        return places;
    }
    let steps = (PAIRS_MAX / (count * count).max(1)).clamp(20, STEPS_MAX);
    let mut forces = vec![(0.0, 0.0); count];
    for step in 0..steps {
        forces.fill((0.0, 0.0));
        repel(&places, &mut forces);
        attract(&places, &edges, &mut forces);
        let heat = 0.4 * (1.0 - step as f64 / steps as f64) + 0.01;
        for (place, force) in places.iter_mut().zip(&forces) {
            let length = force.0.hypot(force.1);
            if length > 0.0 {
                let moved = length.min(heat) / length;
                place.0 += force.0 * moved;
                place.1 += force.1 * moved;
            }
        }
    }
    places
}

/// The seeds of a sunflower: even, and no two in one place.
fn spiral(at: usize) -> Place {
    const GOLDEN_ANGLE: f64 = 2.399_963_229_728_653;
    let (angle, radius) = (at as f64 * GOLDEN_ANGLE, (at as f64 + 0.5).sqrt());
    (radius * angle.cos(), radius * angle.sin())
}

fn repel(places: &[Place], forces: &mut [Place]) {
    for at in 0..places.len() {
        for other in 0..at {
            let (dx, dy) = (places[at].0 - places[other].0, places[at].1 - places[other].1);
            let square = (dx * dx + dy * dy).max(1e-4);
            if square > REACH * REACH {
                continue;
            }
            let (x, y) = (STIFFNESS * dx / square, STIFFNESS * dy / square);
            forces[at].0 += x;
            forces[at].1 += y;
            forces[other].0 -= x;
            forces[other].1 -= y;
        }
        // A weak pull to the middle keeps parts that nothing joins from drifting apart.
        forces[at].0 -= GRAVITY * places[at].0;
        forces[at].1 -= GRAVITY * places[at].1;
    }
}

fn attract(places: &[Place], edges: &[(usize, usize)], forces: &mut [Place]) {
    for &(from, to) in edges {
        let (dx, dy) = (places[to].0 - places[from].0, places[to].1 - places[from].1);
        let distance = dx.hypot(dy);
        forces[from].0 += dx * distance;
        forces[from].1 += dy * distance;
        forces[to].0 -= dx * distance;
        forces[to].1 -= dy * distance;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_nodes_end_nearer_than_others() {
        // Two triangles that nothing joins.
        let places = places(6, &[(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)]);
        let distance =
            |a: usize, b: usize| (places[a].0 - places[b].0).hypot(places[a].1 - places[b].1);
        assert!(distance(0, 1) < distance(0, 3) && distance(4, 5) < distance(2, 5));
        assert!(places.iter().all(|place| place.0.is_finite() && place.1.is_finite()));
    }
}
