//! `ExpandPath`: for each row every walk of several relationships from a node.
//!
//! All walks are enumerated depth-first ([`super::trail`]); shortest ones are found breadth-first
//! ([`super::shortest_path`]), unless the pattern wants at least two relationships: then walks are enumerated by
//! ascending length, because the shortest walk that is long enough may meet a node twice. Where one shortest walk to each
//! end is wanted and nobody looks at it, only the ends are searched for ([`super::reach`]).

use std::sync::Arc;

use hashbrown::HashSet;

use crate::bind::bound::{Asked, Length, Selector};
use crate::error::{Error, Result, eval};
use crate::exec::batch::{BATCH_ROWS, Batch, Row};
use crate::exec::column::{Column, Data, NO_NODE, Vector};
use crate::exec::holds_at;
use crate::exec::memory::Holding;
use crate::exec::neighbours::{self, List};
use crate::exec::operator::{Input, Operator};
use crate::exec::reach::{self, Met, Reach};
use crate::exec::runtime::Runtime;
use crate::exec::shortest_path::{self, Reaching, Routes};
use crate::exec::trail::{Trails, Turn};
use crate::exec::vector::nodes;
use crate::expr::VarId;
use crate::expr::eval::Bindings;
use crate::graph::named_type::{NamedType, Way, ways};
use crate::graph::{Direction, Snapshot};
use crate::plan::physical::{Node, Operator as Kind};
use crate::value::time::Truth;
use crate::value::{NodeId, StatementId, Value};

/// After so many turns of a search the run may be interrupted.
const TURNS_PER_CHECK: u32 = 4096;
/// About what a shortest path's search keeps of a relationship that it looks at.
const STEP_BYTES: usize = 32;

/// A relationship of variable length, or a shortest path.
pub(crate) struct ExpandPath<'a> {
    input: Input<'a>,
    pattern: Pattern<'a>,
    keep: &'a [VarId],
    keeps_list: bool,
    current: Option<Current>,
    holding: Holding,
    met: Met,
}

/// What the walks must be like.
struct Pattern<'a> {
    from: VarId,
    relationships: VarId,
    to: VarId,
    into: bool,
    bound: bool,
    reversed: bool,
    types: &'a [NamedType],
    direction: Direction,
    length: &'a Length,
    asked: Option<&'a (Box<Asked>, Truth)>,
}

/// The rows at hand, and the search for one of them.
struct Current {
    batch: Batch,
    from: Vec<NodeId>,
    /// Where the walks must end, where that is bound.
    to: Option<Vec<NodeId>>,
    row: usize,
    search: Option<Search>,
}

/// How the walks of a row are found.
enum Search {
    /// Every walk.
    All(Trails),
    /// Walks by ascending length; the nodes that shorter ones have reached, and those of this length.
    Deepening { trails: Trails, length: u64, settled: HashSet<NodeId>, found: HashSet<NodeId> },
    /// Shortest walks: those to the end at hand, then those to the others, the next end first, then those back
    /// to where they began.
    Routes { at: Option<Routes>, rest: Reaching, closed: std::vec::IntoIter<Routes> },
    /// The ends of shortest walks, where nobody looks at those.
    Ends(std::vec::IntoIter<NodeId>),
}

/// The walks of a batch of rows.
#[derive(Default)]
struct Found {
    positions: Vec<u32>,
    to: Vec<NodeId>,
    lists: Vec<Value>,
    lineage: Vec<u32>,
}

impl<'a> ExpandPath<'a> {
    pub(crate) fn new(node: &'a Node, input: Input<'a>) -> ExpandPath<'a> {
        let Kind::ExpandPath {
            from,
            relationships,
            to,
            into,
            bound,
            reversed,
            types,
            direction,
            length,
            asked,
        } = &node.operator
        else {
            unreachable!("built from an ExpandPath")
        };
        let pattern = Pattern {
            from: *from,
            relationships: *relationships,
            to: *to,
            into: *into,
            bound: *bound,
            reversed: *reversed,
            types,
            direction: *direction,
            length,
            asked: asked.as_ref(),
        };
        let keeps_list = node.keep.contains(relationships) && !*bound;
        let (keep, current, holding, met) = (&node.keep, None, Holding::default(), Met::default());
        ExpandPath { input, pattern, keep, keeps_list, current, holding, met }
    }

    /// Up to a batch of walks; `None` where the rows at hand have no more.
    fn fill(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let Some(current) = &mut self.current else { return Ok(None) };
        let pattern = &self.pattern;
        let graph = run.graph();
        let lists = neighbours::lists(pattern.types, pattern.direction, &*graph);
        let reverse = neighbours::lists(pattern.types, pattern.direction.reversed(), &*graph);
        let mut found = Found::default();
        while current.row < current.batch.len() && found.positions.len() < BATCH_ROWS {
            let row = current.row;
            let to = current.to.as_ref().map(|to| to[row]);
            let mut guard = StepGuard {
                length: pattern.length,
                asked: pattern.asked,
                row: current.batch.row(row, &*graph),
                run,
                graph: &*graph,
                turns: 0,
                holding: Some(&mut self.holding),
            };
            let search = match &mut current.search {
                Some(search) => search,
                none => {
                    let from = current.from[row];
                    let wants_ends = !self.keeps_list && to.is_none() && run.lineage().is_none();
                    let search = if wants_ends && pattern.is_of_ends() && from != NO_NODE {
                        Search::ends(pattern, from, (&lists, &reverse), &mut guard, &mut self.met)?
                    } else {
                        Search::begin(pattern, from, to, &lists, &reverse, &mut guard)?
                    };
                    guard.holding = None;
                    none.insert(search)
                }
            };
            guard.holding = None;
            if let Some((path, end)) = search.next(pattern.length, to, &lists, &mut guard)? {
                let parent = current.batch.lineage.as_ref().map(|lineage| lineage[row]);
                found.push(row, path, end, parent, self.keeps_list, pattern.reversed, run);
            } else {
                current.search = None;
                current.row += 1;
            }
        }
        if found.positions.is_empty() {
            self.current = None;
            return Ok(None);
        }
        Ok(self.current.as_ref().map(|current| self.rows(&current.batch, found)))
    }

    fn rows(&self, batch: &Batch, found: Found) -> Batch {
        let mut rows = batch.select(&Arc::new(found.positions), Some(self.keep));
        if rows.lineage.is_some() {
            rows.lineage = Some(Arc::new(found.lineage));
        }
        if !self.pattern.into {
            rows.set(self.pattern.to, Column::new(Vector::new(Data::Node(found.to))));
        }
        if self.keeps_list {
            let lists = Vector::new(Data::Value(found.lists));
            rows.set(self.pattern.relationships, Column::new(lists));
        }
        rows.retain(self.keep);
        rows
    }

    /// The rows whose bound list is a walk from the node, with the node that it leads to.
    fn check_bound(&self, batch: &Batch, run: &Runtime<'_>) -> Result<Option<Batch>> {
        let pattern = &self.pattern;
        let graph = run.graph();
        let types = ways(pattern.types, pattern.direction, &*graph);
        let from = nodes(batch, pattern.from)?;
        let to = pattern.into.then(|| nodes(batch, pattern.to)).transpose()?;
        let lists = batch.column_or_null(pattern.relationships);
        let mut found = Found::default();
        for (row, &from) in from.iter().enumerate() {
            let Value::List(items) = lists.value(row, &*graph) else { continue };
            let mut ids: Vec<_> = items.iter().filter_map(Value::as_relationship).collect();
            if ids.len() != items.len() || from == NO_NODE {
                continue;
            }
            if pattern.reversed {
                ids.reverse();
            }
            let mut guard = StepGuard {
                length: pattern.length,
                asked: pattern.asked,
                row: batch.row(row, &*graph),
                run,
                graph: &*graph,
                turns: 0,
                holding: None,
            };
            let Some(end) = follow(from, &ids, pattern, &types, &mut guard)? else { continue };
            if to.as_ref().is_none_or(|to| to[row] == end) {
                let parent = batch.lineage.as_ref().map(|lineage| lineage[row]);
                found.push(row, &ids, end, parent, false, false, run);
            }
        }
        Ok((!found.positions.is_empty()).then(|| self.rows(batch, found)))
    }
}

impl Operator for ExpandPath<'_> {
    fn start(&mut self, argument: &Batch) {
        self.current = None;
        self.input.start(argument);
    }

    fn next(&mut self, run: &Runtime<'_>) -> Result<Option<Batch>> {
        loop {
            run.check()?;
            if let Some(rows) = self.fill(run)? {
                return Ok(Some(rows));
            }
            let Some(batch) = self.input.next(run)? else { return Ok(None) };
            if self.pattern.bound {
                if let Some(rows) = self.check_bound(&batch, run)? {
                    return Ok(Some(rows));
                }
                continue;
            }
            let from = nodes(&batch, self.pattern.from)?;
            let to = self.pattern.into.then(|| nodes(&batch, self.pattern.to)).transpose()?;
            self.current = Some(Current { batch, from, to, row: 0, search: None });
        }
    }
}

impl Pattern<'_> {
    /// Whether one walk to each end is wanted, and any that is short enough will do.
    fn is_of_ends(&self) -> bool {
        self.length.selector == Selector::Shortest && self.length.min <= 1 && self.asked.is_none()
    }
}

impl Search {
    /// Begins the search for the walks of a row.
    fn begin(
        pattern: &Pattern<'_>,
        from: NodeId,
        to: Option<NodeId>,
        lists: &[List<'_>],
        reverse: &[List<'_>],
        guard: &mut StepGuard<'_, '_>,
    ) -> Result<Search> {
        let Length { min, max, selector, .. } = *pattern.length;
        let max = max.unwrap_or(u64::MAX);
        if from == NO_NODE || to == Some(NO_NODE) || min > max {
            let (rest, closed) = (Reaching::default(), Vec::new().into_iter());
            return Ok(Search::Routes { at: None, rest, closed });
        }
        if selector == Selector::All {
            return Ok(Search::All(Trails::new(from, min, max)));
        }
        if min > 1 {
            return Ok(Search::deepening(from, min));
        }
        let mut allows = |statement| guard.allows(statement);
        let mut steps = shortest_path::Steps {
            forward: lists,
            backward: reverse,
            allows: &mut allows,
            single: selector == Selector::Shortest,
        };
        // The shortest way to where it begins is to stay, where that is allowed.
        let staying = (min == 0).then(|| Routes::staying(from));
        let returns = min > 0 && to.is_none_or(|to| to == from);
        let closed =
            if returns { shortest_path::closed(from, max, &mut steps)? } else { Vec::new() };
        let (at, rest) = match to {
            Some(to) if to == from => (staying, Reaching::default()),
            Some(to) => (shortest_path::between(from, to, max, &mut steps)?, Reaching::default()),
            None => (staying, shortest_path::from_node(from, max, &mut steps)?),
        };
        // Steps that may each hold need not hold at one time. Then a longer walk may be the
        // shortest that does, and walks are tried by ascending length.
        let all = || at.iter().cloned().chain(rest.all()).chain(closed.iter().cloned());
        if pattern.asked.is_some() && !all_accepted(all(), guard)? {
            return Ok(Search::deepening(from, min));
        }
        Ok(Search::Routes { at, rest, closed: closed.into_iter() })
    }

    /// Begins the search for the ends of shortest walks.
    fn ends(
        pattern: &Pattern<'_>,
        from: NodeId,
        (lists, reverse): (&[List<'_>], &[List<'_>]),
        guard: &mut StepGuard<'_, '_>,
        met: &mut Met,
    ) -> Result<Search> {
        let Length { min, max, .. } = *pattern.length;
        let max = max.unwrap_or(u64::MAX);
        let mut found = Reach::default();
        if min <= max {
            found = reach::reach(from, max, lists, met, &mut |statement| guard.allows(statement))?;
        }
        let mut returns = found.returns;
        if min > 0 && returns && shortest_path::may_lead_back(lists) {
            // To step back the same way is no way back.
            let mut allows = |statement| guard.allows(statement);
            let (forward, backward) = (lists, reverse);
            let mut steps =
                shortest_path::Steps { forward, backward, allows: &mut allows, single: true };
            returns = !shortest_path::closed(from, max, &mut steps)?.is_empty();
        }
        if returns || min == 0 {
            found.ends.push(from);
        }
        Ok(Search::Ends(found.ends.into_iter()))
    }

    fn deepening(from: NodeId, length: u64) -> Search {
        let trails = Trails::new(from, length, length);
        Search::Deepening { trails, length, settled: HashSet::new(), found: HashSet::new() }
    }

    /// The next walk and the node that it leads to.
    fn next(
        &mut self,
        length: &Length,
        to: Option<NodeId>,
        lists: &[List<'_>],
        guard: &mut StepGuard<'_, '_>,
    ) -> Result<Option<(&[StatementId], NodeId)>> {
        match self {
            Search::All(trails) => loop {
                guard.tick()?;
                match trails.turn(lists, &mut |statement| guard.allows(statement))? {
                    Turn::Found if to.is_none_or(|to| to == trails.node()) => {
                        return Ok(Some((trails.path(), trails.node())));
                    }
                    Turn::Found | Turn::Step => {}
                    Turn::End => return Ok(None),
                }
            },
            Search::Deepening { .. } => self.deepen(length, to, lists, guard),
            Search::Ends(ends) => {
                guard.tick()?;
                Ok(ends.next().map(|end| (&[][..], end)))
            }
            Search::Routes { at, rest, closed } => {
                while !at.as_mut().is_some_and(Routes::advance) {
                    guard.tick()?;
                    *at = rest.advance().or_else(|| closed.next());
                    if at.is_none() {
                        return Ok(None);
                    }
                }
                Ok(at.as_ref().and_then(|walk| Some((walk.path(), walk.end()?))))
            }
        }
    }

    fn deepen(
        &mut self,
        wanted: &Length,
        to: Option<NodeId>,
        lists: &[List<'_>],
        guard: &mut StepGuard<'_, '_>,
    ) -> Result<Option<(&[StatementId], NodeId)>> {
        let Search::Deepening { trails, length, settled, found } = self else { return Ok(None) };
        let single = wanted.selector == Selector::Shortest;
        loop {
            guard.tick()?;
            match trails.turn(lists, &mut |statement| guard.allows(statement))? {
                Turn::Found => {
                    let end = trails.node();
                    let is_wanted = to.is_none_or(|to| to == end)
                        && !settled.contains(&end)
                        && guard.accepts(trails.path())?;
                    if is_wanted && (found.insert(end) || !single) {
                        return Ok(Some((trails.path(), end)));
                    }
                }
                Turn::Step => {}
                Turn::End => {
                    let is_done = to.is_some() && !found.is_empty();
                    let is_longest = wanted.max.is_some_and(|max| *length >= max);
                    if is_done || is_longest || !trails.cut_off {
                        return Ok(None);
                    }
                    settled.extend(found.drain());
                    *length += 1;
                    *trails = Trails::new(trails.node(), *length, *length);
                }
            }
        }
    }
}

/// Says which relationships a walk may use, and lets long searches be interrupted.
struct StepGuard<'g, 'a> {
    length: &'g Length,
    asked: Option<&'g (Box<Asked>, Truth)>,
    row: Row<'g>,
    run: &'g Runtime<'a>,
    graph: &'g dyn Snapshot,
    turns: u32,
    /// What the search keeps, while every step it looks at may be kept.
    holding: Option<&'g mut Holding>,
}

/// A row in front of which stands the relationship of one step.
struct StepRow<'g> {
    row: Row<'g>,
    step: VarId,
    relationship: StatementId,
}

impl Bindings for StepRow<'_> {
    fn value(&self, variable: VarId) -> Value {
        if variable == self.step { self.relationship.into() } else { self.row.value(variable) }
    }

    fn lineage(&self) -> u32 {
        self.row.lineage()
    }
}

impl StepGuard<'_, '_> {
    /// How sure it is that the relationships hold together when they are wanted to.
    fn weigh(&self, asked: &Asked, floor: Truth, relationships: &[StatementId]) -> Result<Truth> {
        let Some(time) = &asked.time else { return Ok(Truth::Certain) };
        let operand = self.run.eval(&time.operand, &self.row)?;
        holds_at::weigh(self.run, self.graph, (time, floor), &operand, relationships)
    }

    /// Whether a walk whose steps are all allowed holds as a whole.
    fn accepts(&self, walk: &[StatementId]) -> Result<bool> {
        match self.asked {
            Some((asked, floor)) if walk.len() > 1 => {
                Ok(self.weigh(asked, *floor, walk)? >= *floor)
            }
            _ => Ok(true),
        }
    }

    fn tick(&mut self) -> Result<()> {
        self.turns += 1;
        if !self.turns.is_multiple_of(TURNS_PER_CHECK) {
            return Ok(());
        }
        self.run.check()?;
        match &mut self.holding {
            Some(holding) => self.run.hold(holding, self.turns as usize * STEP_BYTES, "ExpandPath"),
            None => Ok(()),
        }
    }

    fn allows(&mut self, relationship: StatementId) -> Result<bool> {
        self.tick()?;
        if let Some((asked, floor)) = self.asked {
            let view = asked.view;
            let held = [relationship];
            if !holds_at::is_in_view(self.graph, view, relationship)
                || self.weigh(asked, *floor, &held)? < *floor
            {
                return Ok(false);
            }
        }
        if self.length.filter.is_empty() {
            return Ok(true);
        }
        let row = StepRow { row: self.row, step: self.length.step, relationship };
        let context = self.run.context(self.graph);
        for conjunct in &self.length.filter {
            match crate::expr::eval::eval(conjunct, &row, &context)? {
                Value::Boolean(true) => {}
                Value::Boolean(false) | Value::Null => return Ok(false),
                other => {
                    let message = format!(
                        "A condition is true, false or null, not {}.",
                        other.with_article()
                    );
                    return Err(Error::new(&eval::ARGUMENT_TYPE, message).at(conjunct.span));
                }
            }
        }
        Ok(true)
    }
}

/// Whether every shortest walk holds as a whole.
fn all_accepted(
    routes: impl Iterator<Item = Routes>,
    guard: &mut StepGuard<'_, '_>,
) -> Result<bool> {
    for mut walks in routes {
        while walks.advance() {
            guard.tick()?;
            if !guard.accepts(walks.path())? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// The node that a list of relationships leads to, if it is a walk that fits the pattern.
fn follow(
    from: NodeId,
    ids: &[StatementId],
    pattern: &Pattern<'_>,
    types: &[Way],
    guard: &mut StepGuard<'_, '_>,
) -> Result<Option<NodeId>> {
    let length = ids.len() as u64;
    let Length { min, max, .. } = *pattern.length;
    let mut used = HashSet::new();
    let fits = length >= min && max.is_none_or(|max| length <= max);
    if !fits || !ids.iter().all(|id| used.insert(*id)) {
        return Ok(None);
    }
    let mut at = from;
    for &id in ids {
        let Some(ends) = guard.graph.statement(id) else { return Ok(None) };
        let way = types.iter().find(|(of, _)| *of == ends.relationship_type);
        let Some((_, direction)) = way else { return Ok(None) };
        let forward = *direction != Direction::Incoming && ends.start == at;
        let backward = *direction != Direction::Outgoing && ends.end == at;
        if !(forward || backward) || !guard.allows(id)? {
            return Ok(None);
        }
        at = if forward { ends.end } else { ends.start };
    }
    Ok(Some(at))
}

impl Found {
    #[expect(clippy::too_many_arguments, reason = "a walk and what is wanted of it")]
    fn push(
        &mut self,
        row: usize,
        path: &[StatementId],
        end: NodeId,
        parent: Option<u32>,
        wants_list: bool,
        reversed: bool,
        run: &Runtime<'_>,
    ) {
        self.positions.push(row as u32);
        self.to.push(end);
        if wants_list {
            let ids = path.iter().map(|id| Value::Relationship(*id));
            self.lists.push(if reversed { Value::list(ids.rev()) } else { Value::list(ids) });
        }
        if let (Some(parent), Some(mut lineage)) = (parent, run.lineage()) {
            self.lineage.push(lineage.steps(parent, path.iter().copied()));
        }
    }
}
