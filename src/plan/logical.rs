//! Operators that say what: the plan before any algorithm is chosen.
//!
//! The tree follows the clauses. A whole MATCH is one operator, a graph of nodes and
//! relationships with conjuncts, because the order in which it is found is the planner's to choose:
//!
//! ```text
//! MATCH (s:State)-[r:RECOGNISES]->(x) OPTIONAL MATCH (s)-[:MET]-(y) RETURN s, count(y)
//!
//! Project  s, count(y)
//! └ Aggregate  by s
//!   └ Apply  optional
//!     ├ Match  s, r, x ─ Once
//!     └ Match  s, y    ─ Argument
//! ```
//!
//! Nothing here depends on where the data lies or which operators the executor has.

use crate::bind::bound::{
    Batches, Call, CreateStep, Grouping, Match, Merge, PathSearch, RemoveItem, SetItem, SortKey,
};
use crate::expr::{Expr, VarId};
use crate::plan::count_tree::CountTree;
use crate::plan::physical::ApplyKind;
use crate::syntax::ast::SetOperator;

/// A logical plan of a query, with its subqueries.
#[derive(Clone, Debug, PartialEq)]
pub struct Logical {
    /// The query.
    pub root: Node,
    /// The subqueries that expressions refer to, by number.
    pub subqueries: Vec<Node>,
}

/// An operator and its inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it says.
    pub operator: Operator,
    /// Where its rows come from.
    pub inputs: Vec<Node>,
}

/// What an operator says.
#[derive(Clone, Debug, PartialEq)]
pub enum Operator {
    /// One row without columns.
    Once,
    /// The row that the enclosing Apply or subquery is for.
    Argument,
    /// For each row every match of the pattern; `optional` is never set here: Apply says it.
    Match(Box<Match>),
    /// For each row every wanted walk of a path; one of its ends is in the row.
    Search(Box<PathSearch>),
    /// Rows in which every pair of relationship variables (single or lists) shares none.
    DistinctRelationships(Vec<(VarId, VarId)>),
    /// Rows for which all are true.
    Filter(Vec<Expr>),
    /// Adds computed variables.
    Project(Vec<(VarId, Expr)>),
    /// One row for each group.
    Aggregate(Grouping),
    /// One row for each group, counted without finding the matches; a leaf.
    CountTree(Box<CountTree>),
    /// One row for each combination of the variables.
    Distinct(Vec<VarId>),
    /// In order.
    Sort(Vec<SortKey>),
    /// Without the first, and no more than some.
    Page {
        /// How many to leave out.
        skip: Option<Expr>,
        /// How many to keep.
        limit: Option<Expr>,
    },
    /// A row for each element.
    Unwind {
        /// The list.
        list: Expr,
        /// The element.
        variable: VarId,
        /// Its number, and the first one's.
        counter: Option<(VarId, i64)>,
    },
    /// For each row the rows of a procedure.
    Call(Call),
    /// For each row the rows of a CSV file.
    LoadCsv {
        /// Whether rows are maps.
        headers: bool,
        /// Where the file is.
        from: Expr,
        /// The row.
        variable: VarId,
        /// Between fields.
        terminator: char,
    },
    /// No row at all, after the input has run.
    Discard,
    /// Creates.
    Create(Vec<CreateStep>),
    /// Finds or creates; the second input is the pattern to find.
    Merge(Box<Merge>),
    /// Sets.
    Set(Vec<SetItem>),
    /// Removes.
    Remove(Vec<RemoveItem>),
    /// Deletes.
    Delete {
        /// With the relationships of nodes.
        detach: bool,
        /// What.
        targets: Vec<Expr>,
        /// Why, where it is to be forgotten as well.
        reason: Option<Expr>,
        /// For which days only; see the syntax tree.
        portion: Vec<Expr>,
    },
    /// Runs the second input for each element of a list.
    Foreach {
        /// The element.
        variable: VarId,
        /// The list.
        list: Expr,
    },
    /// For each row of the first input the rows of the second.
    Apply {
        /// What becomes of them.
        kind: ApplyKind,
        /// What the second adds.
        adds: Vec<VarId>,
    },
    /// For batches of rows of the first input the rows of the second; a batch that fails is taken back.
    InTransactions {
        /// How large batches are, and what follows one that failed.
        batches: Box<Batches>,
        /// Whether a row without results is kept.
        optional: bool,
        /// What the second input adds.
        adds: Vec<VarId>,
    },
    /// Two queries joined.
    SetOperation {
        /// How.
        operator: SetOperator,
        /// Result variable, variable of the left, of the right.
        columns: Vec<(VarId, VarId, VarId)>,
    },
}

impl Node {
    /// A leaf.
    pub fn leaf(operator: Operator) -> Node {
        Node { operator, inputs: Vec::new() }
    }

    /// An operator over one input.
    #[must_use]
    pub fn over(self, operator: Operator) -> Node {
        Node { operator, inputs: vec![self] }
    }

    /// Whether the operator or anything below it changes the graph.
    pub fn writes(&self) -> bool {
        matches!(
            self.operator,
            Operator::Create(_)
                | Operator::Merge(_)
                | Operator::Set(_)
                | Operator::Remove(_)
                | Operator::Delete { .. }
        ) || self.inputs.iter().any(Node::writes)
    }

    /// Rewrites the tree from the leaves to the root.
    #[must_use]
    pub fn map_up(self, rewrite: &mut dyn FnMut(Node) -> Node) -> Node {
        let inputs = self.inputs.into_iter().map(|input| input.map_up(rewrite)).collect();
        rewrite(Node { operator: self.operator, inputs })
    }
}
