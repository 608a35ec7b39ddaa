//! A searched path as instructions that walk one node after the other.
//!
//! ```text
//! (a) ((x)-[r:T]->(y) WHERE x.p < y.p){1,3} (b)
//!
//! 0  Node a            4  Node y    joint x.p < y.p
//! 1  Enter 1..3  → 6   5  Again → 1
//! 2  Node x            6  Node b
//! 3  Step r:T          7  Accept
//! ```
//!
//! The same search compiles in either direction; in the other one the arrows point the other way
//! and the lists of repeated elements come out reversed. A condition stands at the first
//! instruction of its round after which all that it speaks of is known.

use crate::bind::bound::{PathSearch, SearchScope, SearchStep, Subquery};
use crate::expr::{Expr, VarId};
use crate::graph::Direction;
use crate::graph::named_type::NamedType;
use crate::plan::variables::{VarSet, variables_of};

/// The instructions of a search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// In order; the last one accepts.
    pub code: Vec<Instruction>,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq)]
pub enum Instruction {
    /// The node at hand is this one, or becomes it.
    Node {
        /// The node.
        variable: VarId,
        /// What must be true.
        tests: Tests,
    },
    /// Goes along a relationship to the next node.
    Step {
        /// The relationship.
        variable: VarId,
        /// Its types; empty for any.
        types: Vec<NamedType>,
        /// Which way it points from the node at hand.
        direction: Direction,
        /// What must be true.
        tests: Tests,
    },
    /// Begins a repeated part: a round, or none.
    Enter {
        /// The least number of rounds.
        min: u64,
        /// The most.
        max: Option<u64>,
        /// Where it goes on without a round.
        exit: usize,
    },
    /// Ends a round: another one, or on.
    Again {
        /// The `Enter` of the part.
        enter: usize,
        /// The variable of an element in a round, and of the list over all rounds.
        groups: Vec<(VarId, VarId)>,
    },
    /// A walk has been found.
    Accept {
        /// What must be true of it.
        tests: Tests,
    },
}

/// Conditions of an instruction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tests {
    /// Over the row and the element of the instruction alone.
    pub local: Vec<Expr>,
    /// Over other elements of the walk too.
    pub joint: Vec<Expr>,
}

/// Compiles a search; `reversed` begins at its right end.
pub(crate) fn compile(search: &PathSearch, reversed: bool, subqueries: &[Subquery]) -> Program {
    let mut own = VarSet::default();
    search.scope.for_each_variable(&mut |variable| own.insert(variable));
    own.extend(&search.adds.iter().copied().collect());
    own.extend(&search.path.into_iter().chain([search.relationships]).collect());
    let mut compiler = Compiler { code: Vec::new(), own, reversed, subqueries };
    let pending = compiler.scope(&search.scope);
    let (local, joint) = (Vec::new(), pending);
    compiler.code.push(Instruction::Accept { tests: Tests { local, joint } });
    Program { code: compiler.code }
}

struct Compiler<'a> {
    code: Vec<Instruction>,
    /// The variables that the walk binds.
    own: VarSet,
    reversed: bool,
    subqueries: &'a [Subquery],
}

impl Compiler<'_> {
    /// Compiles steps; returns the conditions that no instruction could take.
    fn scope(&mut self, scope: &SearchScope) -> Vec<Expr> {
        let mut pending: Vec<(Expr, VarSet)> = scope
            .filter
            .iter()
            .map(|filter| {
                let needs = variables_of(filter, self.subqueries);
                (filter.clone(), needs.iter().filter(|&v| self.own.contains(v)).collect())
            })
            .collect();
        let mut known = VarSet::default();
        let forward: Vec<&SearchStep> = if self.reversed {
            scope.steps.iter().rev().collect()
        } else {
            scope.steps.iter().collect()
        };
        for step in forward {
            self.step(step, &mut known, &mut pending);
        }
        pending.into_iter().map(|(filter, _)| filter).collect()
    }

    fn step(&mut self, step: &SearchStep, known: &mut VarSet, pending: &mut Vec<(Expr, VarSet)>) {
        match step {
            SearchStep::Node(variable) => {
                let tests = take(*variable, known, pending);
                self.code.push(Instruction::Node { variable: *variable, tests });
            }
            SearchStep::Relationship { variable, direction, types } => {
                let tests = take(*variable, known, pending);
                let direction = if self.reversed { direction.reversed() } else { *direction };
                let (variable, types) = (*variable, types.clone());
                self.code.push(Instruction::Step { variable, types, direction, tests });
            }
            SearchStep::Repeat(repeat) => {
                let enter = self.code.len();
                let (min, max) = (repeat.min, repeat.max);
                self.code.push(Instruction::Enter { min, max, exit: 0 });
                let left = self.scope(&repeat.scope);
                // The last instruction of a round is a node, and by then all of the round is known.
                if let Some(Instruction::Node { tests, .. }) = self.code.last_mut() {
                    tests.joint.extend(left);
                }
                self.code.push(Instruction::Again { enter, groups: repeat.groups.clone() });
                let after = self.code.len();
                if let Instruction::Enter { exit, .. } = &mut self.code[enter] {
                    *exit = after;
                }
            }
        }
    }
}

/// The conditions that can be tested once `variable` is known too.
fn take(variable: VarId, known: &mut VarSet, pending: &mut Vec<(Expr, VarSet)>) -> Tests {
    known.insert(variable);
    let own: VarSet = [variable].into_iter().collect();
    let mut tests = Tests::default();
    let (ready, later): (Vec<_>, Vec<_>) =
        std::mem::take(pending).into_iter().partition(|(_, needs)| needs.is_subset(known));
    *pending = later;
    for (filter, needs) in ready {
        if needs.is_subset(&own) { tests.local.push(filter) } else { tests.joint.push(filter) }
    }
    tests
}
