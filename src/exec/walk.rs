//! The walks of a searched path, one after the other: a depth-first run of its program.
//!
//! A state is a place in the program with the node at hand and what the walk has bound so far.
//! States that are still to be tried lie on a stack; the walk itself is one list of relationships
//! and nodes that is cut back to the depth of the state that is taken up. What a state has bound is
//! a chain that it shares with the states it comes from.

use std::rc::Rc;

use hashbrown::HashSet;

use crate::error::{Error, Result, eval};
use crate::exec::batch::Row;
use crate::exec::neighbours::List;
use crate::exec::runtime::Runtime;
use crate::expr::eval::Bindings;
use crate::expr::{Expr, VarId};
use crate::graph::Snapshot;
use crate::plan::physical::{Instruction, Node, Operator, Program};
use crate::syntax::ast::PathMode;
use crate::value::{NodeId, Path, StatementId, Value};

/// After so many steps of a search the run may be interrupted.
const STEPS_PER_CHECK: u32 = 1024;
/// Up to so many relationships a walk is searched one by one; beyond, a set is kept.
const LINEAR_MAX: usize = 16;

/// What a search of a plan's operator looks for.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'p> {
    pub(crate) program: &'p Program,
    pub(crate) from: VarId,
    pub(crate) to: VarId,
    pub(crate) into: bool,
    pub(crate) given: &'p [VarId],
    pub(crate) reversed: bool,
    pub(crate) mode: PathMode,
    /// The variables of all relationships, and of the path.
    pub(crate) relationships: VarId,
    pub(crate) path: Option<VarId>,
}

impl<'p> Wanted<'p> {
    pub(crate) fn of(node: &'p Node) -> Wanted<'p> {
        let Operator::SearchPath { from, to, into, given, reversed, search, program } =
            &node.operator
        else {
            unreachable!("built from a SearchPath")
        };
        Wanted {
            program,
            from: *from,
            to: *to,
            into: *into,
            given,
            reversed: *reversed,
            mode: search.mode,
            relationships: search.relationships,
            path: search.path,
        }
    }

    /// Whether the row has the variable already.
    fn is_given(&self, variable: VarId) -> bool {
        variable == self.from
            || (self.into && variable == self.to)
            || self.given.contains(&variable)
    }
}

/// The row and the graph that a search runs on.
pub(crate) struct Ground<'g, 'a> {
    pub(crate) wanted: Wanted<'g>,
    pub(crate) run: &'g Runtime<'a>,
    pub(crate) graph: &'g dyn Snapshot,
    pub(crate) row: Row<'g>,
    /// For each instruction that is a step, the lists that it reads.
    pub(crate) lists: &'g [Vec<List<'g>>],
    pub(crate) steps: u32,
}

/// A list that shares its tail with others; the newest entry comes first.
#[derive(Debug)]
pub(crate) struct Chain<T>(Option<Rc<Link<T>>>);

#[derive(Debug)]
struct Link<T> {
    item: T,
    rest: Chain<T>,
}

impl<T> Clone for Chain<T> {
    fn clone(&self) -> Chain<T> {
        Chain(self.0.clone())
    }
}

impl<T> Default for Chain<T> {
    fn default() -> Chain<T> {
        Chain(None)
    }
}

/// One link after the other: a chain may be as long as a walk.
impl<T> Drop for Chain<T> {
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(link) = next {
            next = Rc::try_unwrap(link).ok().and_then(|mut link| link.rest.0.take());
        }
    }
}

impl<T> Chain<T> {
    fn with(&self, item: T) -> Chain<T> {
        Chain(Some(Rc::new(Link { item, rest: self.clone() })))
    }

    fn iter(&self) -> impl Iterator<Item = &T> {
        let mut at = self.0.as_deref();
        std::iter::from_fn(move || {
            let link = at?;
            at = link.rest.0.as_deref();
            Some(&link.item)
        })
    }
}

/// Variables with their values.
type Bound = Chain<(VarId, Value)>;

fn lookup(bound: &Bound, variable: VarId) -> Option<&Value> {
    bound.iter().find(|(known, _)| *known == variable).map(|(_, value)| value)
}

/// A round of a repeated part.
#[derive(Clone, Debug)]
struct Round {
    /// How many have been completed.
    count: u64,
    /// What was bound before the part.
    before: Bound,
}

/// A place from which a search goes on.
#[derive(Debug)]
struct State {
    at: usize,
    node: NodeId,
    depth: usize,
    /// The relationship that leads to the node, where one does.
    step: Option<StatementId>,
    bound: Bound,
    groups: Bound,
    rounds: Chain<Round>,
}

/// A walk that has been found.
#[derive(Debug)]
pub(crate) struct Walk {
    /// In the order of the pattern.
    pub(crate) relationships: Vec<StatementId>,
    pub(crate) end: NodeId,
    bound: Bound,
    groups: Vec<(VarId, Value)>,
}

impl Walk {
    /// The value of a variable; an element of a part without a round is an empty list.
    pub(crate) fn value(&self, variable: VarId) -> Value {
        if let Some((_, list)) = self.groups.iter().find(|(group, _)| *group == variable) {
            return list.clone();
        }
        lookup(&self.bound, variable).cloned().unwrap_or_else(|| Value::list(std::iter::empty()))
    }
}

/// Lower bounds for the rest of a walk.
pub(crate) trait Ahead {
    /// The least number of steps from a node, at an instruction, to the end; `None` if there is no way.
    fn steps(&self, node: NodeId, at: usize) -> Option<u64>;
}

/// The search from one node.
#[derive(Debug)]
pub(crate) struct Walks {
    stack: Vec<State>,
    path: Vec<StatementId>,
    nodes: Vec<NodeId>,
    used: HashSet<StatementId>,
    /// The length that walks must have; `None` for any.
    length: Option<u64>,
    /// The node at which they must end, where only one is wanted.
    end: Option<NodeId>,
    /// Whether a longer walk might exist.
    pub(crate) cut_off: bool,
}

impl Walks {
    pub(crate) fn new(from: NodeId, length: Option<u64>, end: Option<NodeId>) -> Walks {
        let start = State {
            at: 0,
            node: from,
            depth: 0,
            step: None,
            bound: Chain::default(),
            groups: Chain::default(),
            rounds: Chain::default(),
        };
        Walks {
            stack: vec![start],
            path: Vec::new(),
            nodes: vec![from],
            used: HashSet::new(),
            length,
            end,
            cut_off: false,
        }
    }

    /// The next walk.
    pub(crate) fn next(
        &mut self,
        ground: &mut Ground<'_, '_>,
        ahead: Option<&dyn Ahead>,
    ) -> Result<Option<Walk>> {
        while let Some(state) = self.stack.pop() {
            ground.tick()?;
            self.take_up(&state);
            if let Some(walk) = self.follow(state, ground, ahead)? {
                return Ok(Some(walk));
            }
        }
        Ok(None)
    }

    /// Cuts the walk back to where a state was left, and adds its step.
    fn take_up(&mut self, state: &State) {
        let keep = state.depth - usize::from(state.step.is_some());
        while self.path.len() > keep {
            if let Some(last) = self.path.pop()
                && self.path.len() >= LINEAR_MAX
            {
                self.used.remove(&last);
            }
        }
        self.nodes.truncate(keep + 1);
        if let Some(step) = state.step {
            if self.path.len() >= LINEAR_MAX {
                self.used.insert(step);
            }
            self.path.push(step);
            self.nodes.push(state.node);
        }
    }

    /// Runs a state until it accepts or has been replaced by the states that follow it.
    fn follow(
        &mut self,
        mut state: State,
        ground: &mut Ground<'_, '_>,
        ahead: Option<&dyn Ahead>,
    ) -> Result<Option<Walk>> {
        let code = &ground.wanted.program.code;
        loop {
            match &code[state.at] {
                Instruction::Node { variable, tests } => {
                    let bound = ground.bind(*variable, Value::Node(state.node), &state.bound);
                    let Some(bound) = bound else { return Ok(None) };
                    state.bound = bound;
                    let passes = ground.pass(&tests.local, &state.bound, &[])?
                        && ground.pass(&tests.joint, &state.bound, &[])?;
                    if !passes {
                        return Ok(None);
                    }
                    state.at += 1;
                }
                Instruction::Enter { min, max, exit } => {
                    if *min == 0 {
                        self.stack.push(state.at(*exit));
                    }
                    if *max == Some(0) {
                        return Ok(None);
                    }
                    let round = Round { count: 0, before: state.bound.clone() };
                    state.rounds = state.rounds.with(round);
                    state.at += 1;
                }
                Instruction::Again { enter, groups } => {
                    let Instruction::Enter { min, max, exit } = &code[*enter] else {
                        return Ok(None);
                    };
                    let Some(round) = state.end_round(groups) else { return Ok(None) };
                    let is_last = max.is_some_and(|max| round.count >= max);
                    if round.count >= *min {
                        if is_last {
                            state.at = *exit;
                            continue;
                        }
                        self.stack.push(state.at(*exit));
                    }
                    if is_last {
                        return Ok(None);
                    }
                    state.rounds = state.rounds.with(round);
                    state.at = enter + 1;
                }
                Instruction::Step { .. } => {
                    self.step(&state, ground, ahead)?;
                    return Ok(None);
                }
                Instruction::Accept { tests } => {
                    return self.accept(&state, &tests.joint, ground);
                }
            }
        }
    }

    /// Puts a state on the stack for each relationship that a step can take.
    fn step(
        &mut self,
        state: &State,
        ground: &mut Ground<'_, '_>,
        ahead: Option<&dyn Ahead>,
    ) -> Result<()> {
        let Instruction::Step { variable, tests, .. } = &ground.wanted.program.code[state.at]
        else {
            return Ok(());
        };
        let mode = ground.wanted.mode;
        if mode == PathMode::Simple && state.depth > 0 && state.node == self.nodes[0] {
            return Ok(());
        }
        if self.length.is_some_and(|length| state.depth as u64 >= length) {
            self.cut_off = true;
            return Ok(());
        }
        let mut found = Vec::new();
        for list in &ground.lists[state.at] {
            list.for_each(state.node, |node, statement| found.push((node, statement)));
        }
        for (node, statement) in found.into_iter().rev() {
            ground.tick()?;
            if !self.may_step(mode, node, statement) {
                continue;
            }
            if let Some(ahead) = ahead {
                let Some(rest) = ahead.steps(node, state.at + 1) else { continue };
                let total = state.depth as u64 + 1 + rest;
                if self.length.is_some_and(|length| total > length) {
                    self.cut_off = true;
                    continue;
                }
            }
            let value = Value::Relationship(statement);
            let Some(bound) = ground.bind(*variable, value, &state.bound) else { continue };
            if ground.pass(&tests.local, &bound, &[])? && ground.pass(&tests.joint, &bound, &[])? {
                self.stack.push(State {
                    at: state.at + 1,
                    node,
                    depth: state.depth + 1,
                    step: Some(statement),
                    bound,
                    groups: state.groups.clone(),
                    rounds: state.rounds.clone(),
                });
            }
        }
        Ok(())
    }

    /// Whether the mode of the path lets the walk go on to a node.
    fn may_step(&self, mode: PathMode, node: NodeId, statement: StatementId) -> bool {
        match mode {
            PathMode::Walk => true,
            PathMode::Trail => {
                let first = &self.path[..self.path.len().min(LINEAR_MAX)];
                !first.contains(&statement) && !self.used.contains(&statement)
            }
            PathMode::Acyclic => !self.nodes.contains(&node),
            PathMode::Simple => !self.nodes[1..].contains(&node),
        }
    }

    fn accept(
        &self,
        state: &State,
        tests: &[Expr],
        ground: &mut Ground<'_, '_>,
    ) -> Result<Option<Walk>> {
        let is_long_enough = self.length.is_none_or(|length| state.depth as u64 == length);
        if !is_long_enough || self.end.is_some_and(|end| end != state.node) {
            return Ok(None);
        }
        let reversed = ground.wanted.reversed;
        let mut relationships = self.path.clone();
        if reversed {
            relationships.reverse();
        }
        let groups = gather(&state.groups, reversed);
        let walk = Walk { relationships, end: state.node, bound: state.bound.clone(), groups };
        if tests.is_empty() {
            return Ok(Some(walk));
        }
        let ids = walk.relationships.iter().map(|id| Value::Relationship(*id));
        let mut whole = walk.groups.clone();
        whole.push((ground.wanted.relationships, Value::list(ids)));
        if let Some(path) = ground.wanted.path {
            let mut nodes = self.nodes.clone();
            if reversed {
                nodes.reverse();
            }
            let value = Path { nodes, relationships: walk.relationships.clone() };
            whole.push((path, Value::Path(value.into())));
        }
        Ok(ground.pass(tests, &walk.bound, &whole)?.then_some(walk))
    }
}

impl State {
    /// The same state at another instruction.
    fn at(&self, at: usize) -> State {
        State {
            at,
            node: self.node,
            depth: self.depth,
            // The step has been taken: the walk is cut back to the node behind it.
            step: None,
            bound: self.bound.clone(),
            groups: self.groups.clone(),
            rounds: self.rounds.clone(),
        }
    }

    /// Adds the elements of the round at hand to their lists; what the round bound is forgotten.
    fn end_round(&mut self, groups: &[(VarId, VarId)]) -> Option<Round> {
        for (single, group) in groups {
            if let Some(value) = lookup(&self.bound, *single) {
                self.groups = self.groups.with((*group, value.clone()));
            }
        }
        let mut round = self.rounds.iter().next()?.clone();
        self.rounds = self.rounds.0.as_ref().map(|link| link.rest.clone()).unwrap_or_default();
        round.count += 1;
        self.bound = round.before.clone();
        Some(round)
    }
}

/// The lists of repeated elements, in the order of the pattern.
fn gather(groups: &Bound, reversed: bool) -> Vec<(VarId, Value)> {
    let mut lists: Vec<(VarId, Vec<Value>)> = Vec::new();
    for (group, value) in groups.iter() {
        match lists.iter_mut().find(|(known, _)| known == group) {
            Some((_, list)) => list.push(value.clone()),
            None => lists.push((*group, vec![value.clone()])),
        }
    }
    let in_order = |mut list: Vec<Value>| {
        if !reversed {
            list.reverse();
        }
        Value::list(list)
    };
    lists.into_iter().map(|(group, list)| (group, in_order(list))).collect()
}

impl Ground<'_, '_> {
    pub(crate) fn tick(&mut self) -> Result<()> {
        self.steps += 1;
        if self.steps.is_multiple_of(STEPS_PER_CHECK) { self.run.check() } else { Ok(()) }
    }

    /// What is bound with one variable more; `None` where it is bound to something else.
    fn bind(&self, variable: VarId, value: Value, bound: &Bound) -> Option<Bound> {
        let same = |known: &Value| match (known, &value) {
            (Value::Node(a), Value::Node(b)) => a == b,
            (Value::Relationship(a), Value::Relationship(b)) => a == b,
            _ => false,
        };
        if self.wanted.is_given(variable) {
            return same(&self.row.value(variable)).then(|| bound.clone());
        }
        match lookup(bound, variable) {
            Some(known) => same(known).then(|| bound.clone()),
            None => Some(bound.with((variable, value))),
        }
    }

    /// Whether a single element could stand at a place, by what needs no other element.
    pub(crate) fn allows(&self, variable: VarId, value: Value, tests: &[Expr]) -> Result<bool> {
        match self.bind(variable, value, &Chain::default()) {
            Some(bound) => self.pass(tests, &bound, &[]),
            None => Ok(false),
        }
    }

    /// Whether all conditions are true.
    fn pass(&self, tests: &[Expr], bound: &Bound, whole: &[(VarId, Value)]) -> Result<bool> {
        if tests.is_empty() {
            return Ok(true);
        }
        let row = WalkRow { row: self.row, bound, whole };
        let context = self.run.context(self.graph);
        for test in tests {
            match crate::expr::eval::eval(test, &row, &context)? {
                Value::Boolean(true) => {}
                Value::Boolean(false) | Value::Null => return Ok(false),
                other => {
                    let message = format!(
                        "A condition is true, false or null, not {}.",
                        other.with_article()
                    );
                    return Err(Error::new(&eval::ARGUMENT_TYPE, message).at(test.span));
                }
            }
        }
        Ok(true)
    }
}

/// A row in front of which stands what a walk has bound.
struct WalkRow<'w> {
    row: Row<'w>,
    bound: &'w Bound,
    whole: &'w [(VarId, Value)],
}

impl Bindings for WalkRow<'_> {
    fn value(&self, variable: VarId) -> Value {
        if let Some(value) = lookup(self.bound, variable) {
            return value.clone();
        }
        match self.whole.iter().find(|(known, _)| *known == variable) {
            Some((_, value)) => value.clone(),
            None => self.row.value(variable),
        }
    }
}
