//! How far a searched path has to go at least: breadth-first over pairs of node and instruction.
//!
//! A pair is reached where some walk could stand at the node with the program at the instruction,
//! by conditions on single elements alone: rounds are not counted, repeated relationships not
//! noticed. So no walk is shorter than the distance found here, and where there is no way here
//! there is none at all. [`Walks`](super::walk::Walks) goes only where the rest still fits.

use hashbrown::HashMap;

use crate::error::Result;
use crate::exec::walk::{Ahead, Ground};
use crate::plan::physical::Instruction;
use crate::value::{NodeId, Value};

/// A node and the instruction at which a walk stands there.
type Place = (NodeId, usize);

/// The places reached so far, level by level.
#[derive(Debug)]
pub(crate) struct Levels {
    numbers: HashMap<Place, u32>,
    places: Vec<Place>,
    /// For each place the places one step before it.
    before: Vec<Vec<u32>>,
    /// The places at which a walk can end.
    accepting: Vec<u32>,
    frontier: Vec<u32>,
    /// How many levels there are.
    pub(crate) depth: u64,
}

/// The least number of steps from each place to an end.
#[derive(Debug)]
pub(crate) struct Distances {
    /// By number of the place; `u64::MAX` where there is no way.
    steps: Vec<u64>,
}

/// The distances with the places they belong to.
pub(crate) struct Measured<'l> {
    pub(crate) levels: &'l Levels,
    pub(crate) distances: &'l Distances,
}

impl Ahead for Measured<'_> {
    fn steps(&self, node: NodeId, at: usize) -> Option<u64> {
        let number = *self.levels.numbers.get(&(node, at))?;
        self.distances.steps.get(number as usize).copied().filter(|steps| *steps < u64::MAX)
    }
}

impl Levels {
    /// The place where the walks begin.
    pub(crate) fn new(from: NodeId, ground: &mut Ground<'_, '_>) -> Result<Levels> {
        let mut levels = Levels {
            numbers: HashMap::new(),
            places: Vec::new(),
            before: Vec::new(),
            accepting: Vec::new(),
            frontier: Vec::new(),
            depth: 0,
        };
        levels.reach((from, 0), None, ground)?;
        Ok(levels)
    }

    /// Whether every place has been reached.
    pub(crate) fn is_complete(&self) -> bool {
        self.frontier.is_empty()
    }

    /// About how many bytes they take.
    pub(crate) fn bytes(&self) -> usize {
        self.places.len() * 96
    }

    /// Goes one step from every place that was reached last.
    pub(crate) fn grow(&mut self, ground: &mut Ground<'_, '_>) -> Result<()> {
        self.depth += 1;
        let mut found = Vec::new();
        for number in std::mem::take(&mut self.frontier) {
            let place = self.places[number as usize];
            for at in steps_from(place, ground)?.0 {
                let Instruction::Step { variable, tests, .. } = &ground.wanted.program.code[at]
                else {
                    continue;
                };
                found.clear();
                for list in &ground.lists[at] {
                    list.for_each(place.0, |node, statement| found.push((node, statement)));
                }
                for &(node, statement) in &found {
                    ground.tick()?;
                    let value = Value::Relationship(statement);
                    if ground.allows(*variable, value, &tests.local)? {
                        self.reach((node, at + 1), Some(number), ground)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn reach(
        &mut self,
        place: Place,
        from: Option<u32>,
        ground: &mut Ground<'_, '_>,
    ) -> Result<()> {
        let next = self.places.len() as u32;
        let number = *self.numbers.entry(place).or_insert(next);
        if number == next {
            self.places.push(place);
            self.before.push(Vec::new());
            self.frontier.push(number);
            if steps_from(place, ground)?.1 {
                self.accepting.push(number);
            }
        }
        if let Some(from) = from
            && self.before[number as usize].last() != Some(&from)
        {
            self.before[number as usize].push(from);
        }
        Ok(())
    }

    /// The nodes at which a walk can end, the nearest first.
    pub(crate) fn ends(&self) -> Vec<NodeId> {
        let mut seen = hashbrown::HashSet::new();
        let ends = self.accepting.iter().map(|number| self.places[*number as usize].0);
        ends.filter(|node| seen.insert(*node)).collect()
    }

    /// The least number of steps from each place to a node.
    pub(crate) fn distances(&self, end: NodeId) -> Distances {
        let mut steps = vec![u64::MAX; self.places.len()];
        let mut frontier: Vec<u32> = self
            .accepting
            .iter()
            .copied()
            .filter(|number| self.places[*number as usize].0 == end)
            .collect();
        frontier.iter().for_each(|number| steps[*number as usize] = 0);
        let mut depth = 0;
        while !frontier.is_empty() {
            depth += 1;
            let mut next = Vec::new();
            for number in frontier {
                for &before in &self.before[number as usize] {
                    if steps[before as usize] == u64::MAX {
                        steps[before as usize] = depth;
                        next.push(before);
                    }
                }
            }
            frontier = next;
        }
        Distances { steps }
    }
}

/// The steps that can follow at a place, and whether the walk can end there.
fn steps_from(place: Place, ground: &mut Ground<'_, '_>) -> Result<(Vec<usize>, bool)> {
    let code = &ground.wanted.program.code;
    let (mut open, mut seen) = (vec![place.1], vec![false; code.len()]);
    let (mut steps, mut accepts) = (Vec::new(), false);
    while let Some(at) = open.pop() {
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        match &code[at] {
            Instruction::Node { variable, tests } => {
                if ground.allows(*variable, Value::Node(place.0), &tests.local)? {
                    open.push(at + 1);
                }
            }
            Instruction::Enter { min, exit, .. } => {
                open.push(at + 1);
                if *min == 0 {
                    open.push(*exit);
                }
            }
            Instruction::Again { enter, .. } => open.extend([at + 1, enter + 1]),
            Instruction::Step { .. } => steps.push(at),
            Instruction::Accept { .. } => accepts = true,
        }
    }
    steps.sort_unstable();
    Ok((steps, accepts))
}
