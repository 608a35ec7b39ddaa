//! What time clauses claim of statements, and how sure the claims are.
//!
//! A claim is a test (`AS OF date('2009-01-01')`) made on a statement, or on all statements of a
//! walk at once. A row makes some, each a number in its [`super::lineage::Lineage`]. Equal claims
//! have one number, and a test on equal qualifiers is computed once, so that a scan over a large
//! graph computes a few hundred truths and looks up the rest.

use std::rc::Rc;

use hashbrown::HashMap;

use crate::error::{Error, Result, eval};
use crate::graph::derived::stored_witnesses;
use crate::graph::snapshot::Ends;
use crate::graph::witness::Witnesses;
use crate::graph::{Snapshot, TypeId, when};
use crate::syntax::ast::TimeRelation;
use crate::value::time::{Asked, Date, Edtf, Occurrence, Period, TimeTest, Truth, joint_truth};
use crate::value::{StatementId, Value};

/// A test, by position among those of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TestId(u32);

/// A claim, by position among those of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ClaimId(u32);

/// The tests and claims of a run.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    tests: Vec<Test>,
    by_operand: HashMap<(u8, bool, String), TestId>,
    claims: Vec<Claim>,
    by_statement: HashMap<(TestId, StatementId), ClaimId>,
    by_walk: HashMap<(TestId, Box<[StatementId]>), ClaimId>,
    by_qualifiers: HashMap<(TestId, Likeness), Truth>,
    joint: HashMap<Vec<ClaimId>, Truth>,
    /// How much had been written when what is remembered by statement was computed.
    written: u64,
}

/// What is tested.
#[derive(Debug)]
struct Test {
    kind: TimeTest,
    /// The statement that the operand is, where it is one.
    other: Option<StatementId>,
}

/// Statements that are alike in all that their time depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Likeness {
    relationship_type: TypeId,
    /// Where the qualifiers are kept; 0 where there are none.
    qualifiers: usize,
    recorded: Option<Date>,
}

#[derive(Debug)]
struct Claim {
    test: TestId,
    truth: Truth,
    statements: Box<[StatementId]>,
    /// The order statements without which it would be less sure, or surer.
    order: Box<[StatementId]>,
    /// What the test is made on; kept only where other claims of a row can still change the truth: where it is not
    /// settled, where something is in order, or where there is slack.
    of: Rc<[Occurrence]>,
}

/// How sure a claim is.
struct Weighed {
    truth: Truth,
    /// What the test is made on.
    of: Vec<Occurrence>,
    /// The order statements that it takes for that.
    order: Vec<StatementId>,
}

impl Claims {
    /// The test that a clause makes with an operand; `None` where the operand is null, so that
    /// nothing passes.
    ///
    /// `walk` says that the statements of a walk are tested, which hold on one and the same day.
    pub(crate) fn test(
        &mut self,
        relation: TimeRelation,
        operand: &Value,
        walk: bool,
    ) -> Result<Option<TestId>> {
        if operand.is_null() {
            return Ok(None);
        }
        let key = (relation as u8, walk, operand_key(operand)?);
        if let Some(&known) = self.by_operand.get(&key) {
            return Ok(Some(known));
        }
        let test = Test::new(relation, operand, walk)?;
        let id = TestId(self.tests.len() as u32);
        self.tests.push(test);
        self.by_operand.insert(key, id);
        Ok(Some(id))
    }

    /// The claim that one statement passes a test. `written` counts the changes to the graph.
    pub(crate) fn on_statement(
        &mut self,
        graph: &dyn Snapshot,
        written: u64,
        test: TestId,
        statement: StatementId,
    ) -> ClaimId {
        self.forget_if_stale(written);
        if let Some(&known) = self.by_statement.get(&(test, statement)) {
            return known;
        }
        let claim = self.make(graph, test, &[statement]);
        self.by_statement.insert((test, statement), claim);
        claim
    }

    /// The claim that all statements of a walk pass a test together.
    pub(crate) fn on_walk(
        &mut self,
        graph: &dyn Snapshot,
        written: u64,
        test: TestId,
        statements: &[StatementId],
    ) -> ClaimId {
        self.forget_if_stale(written);
        let key = (test, statements.into());
        if let Some(&known) = self.by_walk.get(&key) {
            return known;
        }
        let claim = self.make(graph, test, statements);
        self.by_walk.insert(key, claim);
        claim
    }

    /// How sure a claim is by itself.
    pub(crate) fn truth(&self, claim: ClaimId) -> Truth {
        self.claims[claim.0 as usize].truth
    }

    /// Whether a claim is on a statement, perhaps among others.
    pub(crate) fn is_on(&self, claim: ClaimId, statement: StatementId) -> bool {
        self.claims[claim.0 as usize].statements.contains(&statement)
    }

    /// The order statements that a claim rests on.
    pub(crate) fn order(&self, claim: ClaimId) -> &[StatementId] {
        &self.claims[claim.0 as usize].order
    }

    /// How sure the claims of two parts of a row are together.
    pub(crate) fn joint(
        &mut self,
        graph: &dyn Snapshot,
        some: &[ClaimId],
        others: &[ClaimId],
    ) -> Truth {
        let mut all: Vec<ClaimId> = some.iter().chain(others).copied().collect();
        all.sort_unstable();
        all.dedup();
        let least = all.iter().map(|claim| self.truth(*claim)).fold(Truth::Certain, Truth::and);
        if least != Truth::Possible {
            return least;
        }
        // Claims that are presumed or certain do not depend on which world it is, but what they are on
        // may be in order with the rest, or may be what another claim wants by its slack alone.
        let open: Vec<ClaimId> =
            all.into_iter().filter(|claim| !self.claims[claim.0 as usize].of.is_empty()).collect();
        if open.len() < 2 {
            return least;
        }
        if let Some(&known) = self.joint.get(&open) {
            return least.and(known);
        }
        let asked: Vec<Asked<'_>> = open
            .iter()
            .map(|claim| {
                let claim = &self.claims[claim.0 as usize];
                Asked { test: &self.tests[claim.test.0 as usize].kind, of: &claim.of }
            })
            .collect();
        let truth = when::joint_truth(graph, &asked);
        self.joint.insert(open, truth);
        least.and(truth)
    }

    fn forget_if_stale(&mut self, written: u64) {
        if self.written != written {
            self.written = written;
            self.by_statement.clear();
            self.by_walk.clear();
            self.by_qualifiers.clear();
        }
    }

    fn make(&mut self, graph: &dyn Snapshot, test: TestId, statements: &[StatementId]) -> ClaimId {
        let Weighed { truth, of, order } = self.weigh(graph, test, statements);
        let claim = Claim {
            test,
            truth,
            statements: statements.into(),
            order: order.into(),
            of: if truth == Truth::Possible
                || truth > Truth::No
                    && (when::has_order(graph) || of.iter().any(|of| of.time.has_slack()))
            {
                of.into()
            } else {
                Rc::default()
            },
        };
        self.claims.push(claim);
        ClaimId(self.claims.len() as u32 - 1)
    }

    fn weigh(&mut self, graph: &dyn Snapshot, test: TestId, statements: &[StatementId]) -> Weighed {
        if statements.iter().any(|id| graph.is_derived(*id)) {
            let (truth, of) = self.weigh_derived(graph, test, statements);
            return Weighed { truth, of, order: Vec::new() };
        }
        let Test { kind, other } = &self.tests[test.0 as usize];
        let likeness = match (statements, other) {
            ([one], None) => Likeness::of(graph, *one),
            _ => None,
        };
        if let Some(likeness) = likeness
            && let Some(&truth) = self.by_qualifiers.get(&(test, likeness))
            && truth != Truth::Possible
        {
            return Weighed { truth, of: Vec::new(), order: Vec::new() };
        }
        let of_what = || statements.iter().chain(other);
        let of: Vec<Occurrence> = of_what().map(|id| when::occurrence(graph, *id)).collect();
        if let (Some(other), [one]) = (other, statements)
            && let Some((before, order)) = when::ordered(graph, *one, *other)
            && let Some(holds) = match kind {
                TimeTest::BeforeOther => Some(before),
                TimeTest::AfterOther => Some(!before),
                _ => None,
            }
        {
            let truth = if holds { Truth::Certain } else { Truth::No };
            return Weighed { truth, of, order };
        }
        let truth = when::joint_truth(graph, &[Asked { test: kind, of: &of }]);
        if let Some(likeness) = likeness {
            self.by_qualifiers.insert((test, likeness), truth);
            return Weighed { truth, of, order: Vec::new() };
        }
        let mut order = Vec::new();
        let mut unordered = of.clone();
        for (at, id) in of_what().enumerate() {
            if let Some((without, used)) = when::without_order(graph, *id) {
                unordered[at] = without;
                order.extend(used);
            }
        }
        let without = || joint_truth(&[Asked { test: kind, of: &unordered }]);
        if !order.is_empty() && without() == truth {
            order.clear();
        }
        Weighed { truth, of, order }
    }
}

impl Claims {
    /// What is derived holds when all that one of its witness sets holds does: on one day.
    fn weigh_derived(
        &self,
        graph: &dyn Snapshot,
        test: TestId,
        statements: &[StatementId],
    ) -> (Truth, Vec<Occurrence>) {
        let Test { kind, other } = &self.tests[test.0 as usize];
        let together = match kind {
            TimeTest::During(period) => TimeTest::Together(period.clone()),
            other => other.clone(),
        };
        let claimed = Witnesses { sets: vec![statements.to_vec()], ..Witnesses::default() };
        let stored = stored_witnesses(graph, &claimed, when::WITNESSES_TRIED_MAX);
        let mut best = (Truth::No, Vec::new());
        for set in &stored.sets {
            let of: Vec<Occurrence> = set.iter().map(|id| when::occurrence(graph, *id)).collect();
            let truth = match other {
                None => when::joint_truth(graph, &[Asked { test: &together, of: &of }]),
                // Against another statement each is held by itself.
                Some(other) => {
                    let other = when::occurrence(graph, *other);
                    let one = |of: &Occurrence| {
                        when::joint_truth(
                            graph,
                            &[Asked { test: kind, of: &[of.clone(), other.clone()] }],
                        )
                    };
                    of.iter().map(one).fold(Truth::Certain, Truth::and)
                }
            };
            if truth > best.0 || best.1.is_empty() {
                best = (truth, of);
            }
        }
        // Of sets that were left out, some may hold.
        if stored.capped {
            best.0 = best.0.or(Truth::Possible);
        }
        if other.is_some() { (best.0, Vec::new()) } else { best }
    }
}

impl Likeness {
    /// `None` where the time depends on more: on order statements.
    fn of(graph: &dyn Snapshot, statement: StatementId) -> Option<Likeness> {
        if when::has_order(graph) {
            return None;
        }
        let Ends { relationship_type, .. } = graph.statement(statement)?;
        let qualifiers =
            graph.qualifiers(statement).map_or(0, |stated| std::ptr::from_ref(stated) as usize);
        Some(Likeness { relationship_type, qualifiers, recorded: graph.recorded_day(statement) })
    }
}

impl Test {
    fn new(relation: TimeRelation, operand: &Value, walk: bool) -> Result<Test> {
        if let Value::Relationship(other) = operand {
            let kind = match relation {
                TimeRelation::Before => TimeTest::BeforeOther,
                TimeRelation::After => TimeTest::AfterOther,
                _ => TimeTest::Overlaps,
            };
            return Ok(Test { kind, other: Some(*other) });
        }
        let period = period(operand)?;
        if relation == TimeRelation::AsOf && period.single_day().is_none() {
            return Err(coarse(operand));
        }
        let kind = match relation {
            TimeRelation::Before => TimeTest::Before(period),
            TimeRelation::After => TimeTest::After(period),
            _ if walk => TimeTest::Together(period),
            _ => TimeTest::During(period),
        };
        Ok(Test { kind, other: None })
    }
}

/// The days that an operand of a time clause stands for.
fn period(operand: &Value) -> Result<Period> {
    Ok(match operand {
        Value::Date(day) => Period::from(*day),
        Value::Edtf(edtf) => Period::of(edtf),
        Value::DateTime(instant) => Period::from(instant.local().date()),
        Value::LocalDateTime(local) => Period::from(local.date()),
        Value::String(text) => Period::of(&Edtf::parse(text)?),
        other => {
            let message = format!("A time clause takes a date, not {}.", other.with_article());
            return Err(Error::new(&eval::ARGUMENT_TYPE, message)
                .hint("AS OF date('2009-01-01'), DURING edtf('2017-11')"));
        }
    })
}

/// A text that equal operands share.
fn operand_key(operand: &Value) -> Result<String> {
    Ok(match operand {
        Value::Date(day) => day.to_string(),
        Value::Edtf(edtf) => edtf.as_str().to_owned(),
        Value::String(text) => text.to_string(),
        Value::Relationship(id) => format!("r{}", id.0),
        Value::DateTime(instant) => instant.local().date().to_string(),
        Value::LocalDateTime(local) => local.date().to_string(),
        other => return period(other).map(|_| String::new()),
    })
}

fn coarse(operand: &Value) -> Error {
    let text = match operand {
        Value::Edtf(edtf) => edtf.as_str().to_owned(),
        Value::String(text) => text.to_string(),
        other => other.type_name().to_owned(),
    };
    Error::new(&eval::ARGUMENT_VALUE, format!("AS OF takes one day, and {text} is not one day."))
        .hint(format!("DURING edtf('{text}')"))
}
