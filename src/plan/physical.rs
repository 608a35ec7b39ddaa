//! Operators that say how: the plan that the executor runs.
//!
//! A plan is a tree; rows flow from the leaves to the root in batches. Every variable of the
//! statement has one column number for its whole life ([`VarId`]), so operators need no mapping
//! between their input and their output: an operator adds columns, and `keep` says which are still
//! needed above it.
//!
//! ```text
//! MATCH (s:State)-[r:RECOGNISES]->(x:Region {name: 'South Ossetia'}) RETURN s.name
//!
//! Project        `s.name` := s.name
//! └ Filter       s:State
//!   └ Expand     (x)<-[r:RECOGNISES]-(s)
//!     └ NodeLookup   x:Region, name = 'South Ossetia'
//! ```
//!
//! The name of an operator is the name of its file in `exec`, of its line in EXPLAIN and of its
//! folder in the test scripts.

use std::sync::Arc;

use crate::bind::bound::{
    Asked, Batches, Call, CreateStep, Grouping, Length, Merge, PathSearch, RemoveItem, SetItem,
    SortKey, SubqueryKind,
};
use crate::expr::closed::ClosedPattern;
use crate::expr::{Expr, VarId};
use crate::graph::Direction;
use crate::graph::named_type::NamedType;
pub use crate::plan::by_id::Sought;
pub use crate::plan::count_tree::{
    Bridge, Bridging, Core, CountTree, Counter, Edge, Having, Knot, Rest, Strand, Summed, Term,
    Top, TreeNode, TreeRelationship, Untie,
};
pub use crate::plan::walk_program::{Instruction, Program, Tests};
use crate::syntax::ast::SetOperator;
use crate::value::time::Truth;

/// A plan for a whole statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The operator whose rows are the answer.
    pub root: Node,
    /// The columns of the answer: name and variable.
    pub columns: Vec<(Arc<str>, VarId)>,
    /// Lists of nodes in them that are shown as of a time, each in a list with a map of its values.
    pub shown: Vec<VarId>,
    /// How many variables there are; column numbers are below.
    pub width: usize,
    /// The subqueries that expressions refer to, by number.
    pub subqueries: Vec<Subquery>,
    /// Whether the plan changes the graph.
    pub writes: bool,
    /// As of which commit or instant of recorded time it wants the graph, by each pattern that says
    /// so; constants of the statement.
    pub known_at: Vec<Expr>,
    /// Whether its rows are more or less sure: a plan without a word of ours is not.
    pub timed: bool,
    /// Whether rows that are possible and no more are wanted too.
    pub shows_possible: bool,
    /// What must be kept of the claims that time clauses make of statements.
    pub claims: ClaimsKept,
}

/// What must be kept of claims for rows to be as sure as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClaimsKept {
    /// How sure each row is, and nothing else: claims that are possible and no more cannot meet in one row.
    Truths,
    /// Those that can still make a row less sure by what another one claims.
    Open,
    /// All of them: somebody may ask of a statement what was claimed of it.
    #[default]
    All,
}

impl Plan {
    /// Whether some matches are counted and not found.
    pub fn counts(&self) -> bool {
        fn counts(node: &Node) -> bool {
            matches!(node.operator, Operator::CountTree(_)) || node.inputs.iter().any(counts)
        }
        counts(&self.root)
    }
}

/// A subquery in an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Subquery {
    /// What is made of its rows.
    pub kind: SubqueryKind,
    /// Its plan; [`Operator::Argument`] is the outer row.
    pub root: Node,
    /// The variable that [`SubqueryKind::Collect`] collects and [`SubqueryKind::Value`] takes.
    pub column: Option<VarId>,
    /// The outer variables it uses.
    pub outer: Vec<VarId>,
    /// Its pattern and the operands of that, where its absence can be looked up in completeness
    /// statements.
    pub absence: Option<Box<(ClosedPattern, Vec<Expr>)>>,
}

/// An operator, its inputs and what the planner knows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it does.
    pub operator: Operator,
    /// Where its rows come from; the operator says how many there are.
    pub inputs: Vec<Node>,
    /// How many rows are expected.
    pub estimate: f64,
    /// The variables that are needed above; other columns may be dropped. Ascending.
    pub keep: Vec<VarId>,
    /// Its number in the plan, parents first, inputs in order: profiles refer to it.
    pub id: u32,
}

/// What an operator does.
#[derive(Clone, Debug, PartialEq)]
pub enum Operator {
    // ------------------------------------------------------------------- leaves
    /// One row for each group of the matches of a pattern, which are counted and not found.
    CountTree(Box<CountTree>),
    /// One row without columns.
    Once,
    /// The row, or the rows, that the enclosing Apply or subquery is run for.
    Argument,

    // ------------------------------------------------- one input (a leaf scans for each row)
    /// For each row every node, or every node with the label.
    NodeScan {
        /// The node.
        variable: VarId,
        /// The label.
        label: Option<Arc<str>>,
    },
    /// For each row every node with the label whose property equals the value: by index where the
    /// snapshot has one, else by a scan with a filter. Equality is openCypher's (null finds nothing).
    NodeLookup {
        /// The node.
        variable: VarId,
        /// The label.
        label: Arc<str>,
        /// The property.
        key: Arc<str>,
        /// The value, computed for each row.
        value: Expr,
        /// The index or the constraint that somebody has declared for it, by name.
        rule: Option<Arc<str>>,
    },
    /// For each row every relationship of the types whose property equals the value, without its ends:
    /// by the index that somebody has declared for it. Equality is openCypher's.
    RelationshipLookup {
        /// The relationship.
        variable: VarId,
        /// The types.
        types: Vec<NamedType>,
        /// The property.
        key: Arc<str>,
        /// The value, computed for each row.
        value: Expr,
        /// The index or the constraint, by name.
        rule: Arc<str>,
    },
    /// For each row the nodes that are known by one of some numbers.
    NodeById {
        /// The node.
        variable: VarId,
        /// The numbers.
        sought: Vec<Sought>,
    },
    /// For each row the relationships of the types that are known by one of some numbers, without their ends.
    RelationshipById {
        /// The relationship.
        variable: VarId,
        /// The types; empty for any.
        types: Vec<NamedType>,
        /// The numbers.
        sought: Vec<Sought>,
    },
    /// For each row every relationship of the types, with both ends.
    RelationshipScan {
        /// The relationship.
        variable: VarId,
        /// Its start (or, for [`Direction::Both`], each end in turn).
        left: VarId,
        /// Its end (or the other end).
        right: VarId,
        /// The types; empty for any.
        types: Vec<NamedType>,
        /// Outgoing, or Both.
        direction: Direction,
        /// What the relationship and its ends must be, each alone.
        filter: Vec<Expr>,
    },
    /// From a bound relationship its ends: the inverse of expanding. With `Both`, each way in turn.
    /// A row goes on only where the ends that are bound already agree.
    Ends {
        /// The relationship, bound.
        variable: VarId,
        /// The node to the left.
        left: VarId,
        /// The node to the right.
        right: VarId,
        /// Which ends are bound already.
        bound: (bool, bool),
        /// The types it must have; empty for any.
        types: Vec<NamedType>,
        /// Which way it points, seen from the left node.
        direction: Direction,
    },
    /// For each row every relationship from a node, and the node at its other end.
    Expand {
        /// The node to start from; null gives no row.
        from: VarId,
        /// The relationship.
        relationship: VarId,
        /// The node at the other end.
        to: VarId,
        /// Whether `to` is bound already, so that only relationships to it count.
        into: bool,
        /// The types; empty for any.
        types: Vec<NamedType>,
        /// Which way, seen from `from`.
        direction: Direction,
        /// What the relationship and the node at the other end must be; nothing else is looked at.
        filter: Vec<Expr>,
    },
    /// For each row every match of a pattern with cycles, node after node: each one from the
    /// intersection of the neighbours of those found before.
    Intersect(Box<Intersection>),
    /// For each row every walk of several relationships from a node, no relationship twice.
    ExpandPath {
        /// The node to start from; null gives no row.
        from: VarId,
        /// The list of relationships, in the order of the *written* pattern: see `reversed`.
        relationships: VarId,
        /// The node at the other end.
        to: VarId,
        /// Whether `to` is bound already.
        into: bool,
        /// Whether the list is bound already: then it is checked, not found.
        bound: bool,
        /// Whether the walk goes from right to left of the written pattern, so that the list is turned round.
        reversed: bool,
        /// The types; empty for any.
        types: Vec<NamedType>,
        /// Which way, seen from `from`.
        direction: Direction,
        /// How long, which steps, which walks.
        length: Length,
        /// What is asked of every step, and of a shortest walk as a whole, with how sure it must be.
        asked: Option<(Box<Asked>, Truth)>,
    },
    /// For each row the wanted walks of a path that is searched as a whole.
    SearchPath {
        /// The node to start from; null gives no row.
        from: VarId,
        /// The node at the other end.
        to: VarId,
        /// Whether `to` is bound already.
        into: bool,
        /// Elements inside the path that are bound already.
        given: Vec<VarId>,
        /// Whether the walk goes from right to left of the written pattern.
        reversed: bool,
        /// What is searched.
        search: Box<PathSearch>,
        /// The search in the direction of the walk.
        program: Box<Program>,
    },
    /// Rows for which every pair of relationship variables (single or lists) shares none.
    DistinctRelationships {
        /// The pairs.
        pairs: Vec<(VarId, VarId)>,
    },
    /// Rows whose statements are in view and hold when they are wanted to.
    HoldsAt {
        /// The relationship, or the list of relationships of a walk.
        subject: VarId,
        /// What is asked of it.
        asked: Box<Asked>,
        /// How sure a row must be to go on.
        floor: Truth,
    },
    /// Rows for which every conjunct is true.
    Filter {
        /// The conjuncts, cheapest and most selective first.
        conjuncts: Vec<Expr>,
    },
    /// Adds computed columns.
    Project {
        /// The variable and what it is, in order; an item may use the ones before it only where they are inputs already.
        items: Vec<(VarId, Expr)>,
    },
    /// One row for each group; without keys one row in any case.
    Aggregate(Grouping),
    /// One row for each distinct combination of the variables.
    Distinct {
        /// The variables.
        variables: Vec<VarId>,
    },
    /// All rows in order; stable.
    Sort {
        /// The keys, most significant first.
        keys: Vec<SortKey>,
    },
    /// The first rows in order, as Sort and then Page would give them, without keeping the others.
    TopK {
        /// The keys, most significant first.
        keys: Vec<SortKey>,
        /// How many rows to leave out.
        skip: Option<Expr>,
        /// How many rows to keep.
        limit: Expr,
    },
    /// Leaves out the first rows and stops after some. The expressions are constant over the rows.
    Page {
        /// How many rows to leave out.
        skip: Option<Expr>,
        /// How many rows to keep.
        limit: Option<Expr>,
    },
    /// A row for each element of a list.
    Unwind {
        /// The list.
        list: Expr,
        /// The element.
        variable: VarId,
        /// The element's number, and what the first one is.
        counter: Option<(VarId, i64)>,
    },
    /// Calls a procedure for each row.
    ProcedureCall(Call),
    /// Reads a CSV file for each row.
    LoadCsv {
        /// Whether rows are maps by the first line.
        headers: bool,
        /// Where the file is.
        from: Expr,
        /// The row.
        variable: VarId,
        /// What stands between fields.
        terminator: char,
    },
    /// Drops all rows, after the input has run to its end.
    Discard,
    /// Runs the input to its end before the first row goes on: between a read and a later write
    /// that could feed it.
    Eager,

    // ------------------------------------------------------------------- writes; all are eager
    /// Creates nodes and relationships for each row.
    Create {
        /// What to create, in order.
        steps: Vec<CreateStep>,
    },
    /// Sets properties and labels for each row.
    Set {
        /// What to set, in order.
        items: Vec<SetItem>,
    },
    /// Removes properties and labels for each row.
    Remove {
        /// What to remove, in order.
        items: Vec<RemoveItem>,
    },
    /// Deletes elements; relationships first, then nodes, once for all rows.
    Delete {
        /// Whether relationships of deleted nodes go too.
        detach: bool,
        /// What to delete.
        targets: Vec<Expr>,
        /// Why, where it is to be forgotten as well.
        reason: Option<Expr>,
        /// For which days only: a period, or its first day and the one after its last.
        portion: Vec<Expr>,
    },
    /// For each row in turn the matches of the second input (run for that row, seeing what earlier
    /// rows created) or else one created row.
    Merge(Box<Merge>),
    /// For each row and each element of a list runs the second input for its effects; the row goes on unchanged.
    Foreach {
        /// The element.
        variable: VarId,
        /// The list.
        list: Expr,
    },

    // ------------------------------------------------------------------- two inputs
    /// For each row of the first input the rows of the second, run for that row.
    Apply {
        /// What becomes of the rows.
        kind: ApplyKind,
        /// The variables that the second input adds; null where an optional one has no row.
        adds: Vec<VarId>,
        /// For [`ApplyKind::Anti`], the number of the subquery of which there must be no row: what
        /// its absence rests on is looked up in completeness statements, where that is asked.
        absence: Option<usize>,
    },
    /// For batches of rows of the first input the rows of the second, run for each row; what a batch
    /// that fails has written is taken back, and its rows go on with nulls.
    InTransactions {
        /// How large batches are, what follows one that failed, and who says so.
        batches: Box<Batches>,
        /// Whether a row without results is kept.
        optional: bool,
        /// The variables that the second input adds; where there are none, each row goes on once.
        adds: Vec<VarId>,
    },
    /// Rows of both inputs that agree: built on the second, probed with the first.
    HashJoin {
        /// The expressions that must be equal (null equals nothing): of the first input, of the second.
        keys: Vec<(Expr, Expr)>,
        /// What becomes of the rows.
        kind: ApplyKind,
        /// The variables that the second input adds.
        adds: Vec<VarId>,
    },
    /// Every row of the first input with every row of the second, which is run once.
    CrossProduct {
        /// The variables that the second input adds.
        adds: Vec<VarId>,
    },
    /// Two queries joined by a set operator; the columns of both are copied to new variables.
    SetOperation {
        /// How.
        operator: SetOperator,
        /// Result variable, variable of the first input, variable of the second.
        columns: Vec<(VarId, VarId, VarId)>,
    },
}

/// A connected pattern that is found by intersecting runs of neighbours.
///
/// ```text
/// MATCH (a)-[r:KNOWS]-(b)-[s:KNOWS]-(c)-[t:KNOWS]-(a) WHERE NOT (a)-[:LIKES]->(c)
///
/// nodes          0 a    1 b    2 c                 in the order in which they are found
/// relationships  r 0–1  s 1–2  t 2–0  missing 0–2
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Intersection {
    /// The nodes, in the order in which they are found; each after the first is the neighbour of an
    /// earlier one.
    pub nodes: Vec<IntersectionNode>,
    /// The relationships between them.
    pub relationships: Vec<IntersectionRelationship>,
    /// Pairs of relationships, by position, that must not be the same one.
    pub distinct: Vec<(usize, usize)>,
    /// Pairs of nodes, by position, that must not be the same one.
    pub unequal: Vec<(usize, usize)>,
    /// Pairs of properties of nodes, by position, that must be equal.
    pub equal_nodes: Vec<EqualProperties>,
    /// Pairs of properties of relationships, by position, that must be equal.
    pub equal_relationships: Vec<EqualProperties>,
}

/// Two elements, by position, and the property of each.
pub type EqualProperties = ((usize, Arc<str>), (usize, Arc<str>));

/// A node of an [`Intersection`].
#[derive(Clone, Debug, PartialEq)]
pub struct IntersectionNode {
    /// The node.
    pub variable: VarId,
    /// A label that it bears, by which the nodes that it may be are found.
    pub label: Option<Arc<str>>,
    /// What else it must be, looking at nothing but the node.
    pub filter: Vec<Expr>,
}

/// A relationship of an [`Intersection`].
#[derive(Clone, Debug, PartialEq)]
pub struct IntersectionRelationship {
    /// The relationship.
    pub variable: VarId,
    /// The position of the node to its left.
    pub left: usize,
    /// The position of the node to its right.
    pub right: usize,
    /// The types; empty for any.
    pub types: Vec<NamedType>,
    /// Which way, seen from the left.
    pub direction: Direction,
    /// What it must be, looking at nothing but the relationship.
    pub filter: Vec<Expr>,
    /// Whether there must be no such relationship.
    pub missing: bool,
    /// The number of the subquery that asks for its absence.
    pub absence: Option<usize>,
    /// An earlier relationship with the same types and the same conditions.
    pub like: Option<usize>,
}

/// What becomes of the rows of the second input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplyKind {
    /// Each goes on, joined to the outer row.
    Inner,
    /// The same, but an outer row without any goes on once, with nulls.
    Optional,
    /// The outer row goes on once if there is any.
    Semi,
    /// The outer row goes on once if there is none.
    Anti,
    /// The outer row goes on once, after the second input has run to its end.
    Effects,
}

impl Operator {
    /// The operator's name, in EXPLAIN and elsewhere.
    pub const fn name(&self) -> &'static str {
        match self {
            Operator::CountTree(_) => "CountTree",
            Operator::Once => "Once",
            Operator::Argument => "Argument",
            Operator::NodeScan { .. } => "NodeScan",
            Operator::NodeLookup { .. } => "NodeLookup",
            Operator::RelationshipLookup { .. } => "RelationshipLookup",
            Operator::NodeById { .. } => "NodeById",
            Operator::RelationshipById { .. } => "RelationshipById",
            Operator::RelationshipScan { .. } => "RelationshipScan",
            Operator::Ends { .. } => "Ends",
            Operator::Expand { .. } => "Expand",
            Operator::Intersect(_) => "Intersect",
            Operator::ExpandPath { .. } => "ExpandPath",
            Operator::SearchPath { .. } => "SearchPath",
            Operator::DistinctRelationships { .. } => "DistinctRelationships",
            Operator::HoldsAt { .. } => "HoldsAt",
            Operator::Filter { .. } => "Filter",
            Operator::Project { .. } => "Project",
            Operator::Aggregate(_) => "Aggregate",
            Operator::Distinct { .. } => "Distinct",
            Operator::Sort { .. } => "Sort",
            Operator::TopK { .. } => "TopK",
            Operator::Page { .. } => "Page",
            Operator::Unwind { .. } => "Unwind",
            Operator::ProcedureCall(_) => "ProcedureCall",
            Operator::LoadCsv { .. } => "LoadCsv",
            Operator::Discard => "Discard",
            Operator::Eager => "Eager",
            Operator::Create { .. } => "Create",
            Operator::Set { .. } => "Set",
            Operator::Remove { .. } => "Remove",
            Operator::Delete { .. } => "Delete",
            Operator::Merge(_) => "Merge",
            Operator::Foreach { .. } => "Foreach",
            Operator::Apply { .. } => "Apply",
            Operator::InTransactions { .. } => "InTransactions",
            Operator::HashJoin { .. } => "HashJoin",
            Operator::CrossProduct { .. } => "CrossProduct",
            Operator::SetOperation { .. } => "SetOperation",
        }
    }

    /// How many inputs the operator has.
    pub fn arity(&self) -> usize {
        match self {
            Operator::CountTree(tree) => usize::from(tree.has_input()),
            Operator::Once | Operator::Argument => 0,
            Operator::Merge(_)
            | Operator::Foreach { .. }
            | Operator::Apply { .. }
            | Operator::InTransactions { .. }
            | Operator::HashJoin { .. }
            | Operator::CrossProduct { .. }
            | Operator::SetOperation { .. } => 2,
            _ => 1,
        }
    }
}
