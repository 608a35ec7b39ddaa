//! What time clauses claim of statements, and how sure the claims are.
//!
//! A claim is a test (`AS OF date('2009-01-01')`) made on a statement, or on all statements of a
//! walk at once. A row makes some, each a number in its [`super::lineage::Lineage`]. Equal claims
//! have one number, and a test on equal qualifiers is computed once, so that a scan over a large
//! graph computes a few hundred truths and looks up the rest.
//!
//! What is kept is what somebody can still ask for ([`ClaimsKept`]). A claim that is less sure than its clause wants
//! drops its row and is not kept in any case. Where nobody asks what was claimed of which statement, claims that are
//! settled have one number for each truth. What is only remembered because it may be wanted again is bounded
//! ([`REMEMBERED_MAX`]); the rest counts as memory of the run.

use std::rc::Rc;

use hashbrown::HashMap;

use crate::error::{Error, Result, eval};
use crate::graph::derived::stored_witnesses;
use crate::graph::snapshot::Timing;
use crate::graph::witness::Witnesses;
use crate::graph::{Snapshot, TypeId, when};
use crate::plan::physical::ClaimsKept;
use crate::syntax::ast::TimeRelation;
use crate::value::time::{Asked, Date, Edtf, Occurrence, Period, TimeTest, Truth, joint_truth};
use crate::value::{StatementId, Value};

/// A test, by position among those of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TestId(u32);

/// A claim, by position among those of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ClaimId(u32);

/// As many truths of each kind are remembered at most: some 400 kB.
const REMEMBERED_MAX: usize = 1 << 14;

/// After so many tests those are forgotten that no claim refers to.
const TESTS_MAX: usize = 1 << 12;

/// The tests and claims of a run.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    kept: ClaimsKept,
    tests: Vec<Test>,
    by_operand: HashMap<(u8, bool, String), TestId>,
    /// How often tests have been forgotten: a number from before means nothing.
    epoch: u32,
    claims: Vec<Claim>,
    by_statement: HashMap<(TestId, StatementId), ClaimId>,
    by_walk: HashMap<(TestId, Box<[StatementId]>), ClaimId>,
    /// The claims that stand for all settled ones of a truth.
    settled: HashMap<Truth, ClaimId>,
    /// What tests on equal qualifiers have come to.
    by_qualifiers: HashMap<(TestId, Likeness), Truth>,
    /// What tests have come to whose claims are not kept.
    truths: HashMap<(TestId, StatementId), Truth>,
    joint: HashMap<Vec<ClaimId>, Truth>,
    /// How much had been written when what is remembered by statement was computed.
    written: u64,
    /// What claims hold beside their places.
    heap_bytes: usize,
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
pub(crate) struct Likeness {
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
    /// No claims yet, of which so much is to be kept.
    pub(crate) fn new(kept: ClaimsKept) -> Claims {
        Claims { kept, ..Claims::default() }
    }

    /// About how many bytes they take, without what is bounded.
    pub(crate) fn bytes(&self) -> usize {
        // An entry of a table takes a byte more, and up to as much room again is free.
        let table = |len: usize, entry: usize| len * (entry + 1) * 3 / 2;
        let operand = size_of::<((u8, bool, String), TestId)>() + 16;
        self.heap_bytes
            + self.claims.capacity() * size_of::<Claim>()
            + self.tests.len() * size_of::<Test>()
            + table(self.by_operand.len(), operand)
            + table(self.by_statement.len(), size_of::<((TestId, StatementId), ClaimId)>())
            + table(self.by_walk.len(), size_of::<((TestId, Box<[StatementId]>), ClaimId)>())
    }

    /// Changes when tests are forgotten: those that were made before are made anew.
    pub(crate) fn epoch(&self) -> u32 {
        self.epoch
    }

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
        if self.kept == ClaimsKept::Truths && self.tests.len() >= TESTS_MAX {
            self.tests.clear();
            self.by_operand.clear();
            self.forget();
            self.epoch = self.epoch.wrapping_add(1);
        }
        let id = TestId(self.tests.len() as u32);
        self.tests.push(test);
        self.by_operand.insert(key, id);
        Ok(Some(id))
    }

    /// The claim that one statement passes a test, or that all statements of a walk pass it together; `None` where
    /// it is less sure than `floor`. `written` counts the changes to the graph.
    pub(crate) fn on(
        &mut self,
        graph: &dyn Snapshot,
        written: u64,
        test: TestId,
        statements: &[StatementId],
        floor: Truth,
    ) -> Option<ClaimId> {
        self.forget_if_stale(written);
        let kept = match statements {
            [one] => self.by_statement.get(&(test, *one)),
            walk => self.by_walk.get(&(test, walk.into())),
        };
        if let Some(&known) = kept {
            return (self.truth(known) >= floor).then_some(known);
        }
        if let Some(&truth) = self.remembered(test, statements) {
            if truth < floor {
                return None;
            }
            // What could still be weighed against others is not known of those that were dropped.
            if self.kept == ClaimsKept::Truths
                || self.kept == ClaimsKept::Open && truth != Truth::Possible
            {
                return Some(self.settled(test, truth));
            }
        }
        let weighed = self.weigh(graph, test, statements, floor);
        let truth = weighed.truth;
        if truth < floor {
            self.remember(test, statements, truth);
            return None;
        }
        let is_open = self.kept != ClaimsKept::Truths
            && (truth == Truth::Possible
                || when::has_order(graph)
                || weighed.of.iter().any(|of| of.time.has_slack()));
        if self.kept != ClaimsKept::All && !is_open {
            self.remember(test, statements, truth);
            return Some(self.settled(test, truth));
        }
        Some(self.keep(test, statements, weighed, is_open))
    }

    /// How sure it is that a statement passes a test, or that those of a walk pass it together; nothing of it is
    /// kept.
    pub(crate) fn truth_of(
        &mut self,
        graph: &dyn Snapshot,
        written: u64,
        test: TestId,
        statements: &[StatementId],
        floor: Truth,
    ) -> Truth {
        self.forget_if_stale(written);
        if let [one] = statements
            && let Some(&known) = self.by_statement.get(&(test, *one))
        {
            return self.truth(known);
        }
        if let Some(&truth) = self.remembered(test, statements) {
            return truth;
        }
        let truth = self.weigh(graph, test, statements, floor).truth;
        if truth != Truth::Possible || truth < floor || self.kept == ClaimsKept::Truths {
            self.remember(test, statements, truth);
        }
        truth
    }

    fn remembered(&self, test: TestId, statements: &[StatementId]) -> Option<&Truth> {
        match statements {
            [one] => self.truths.get(&(test, *one)),
            _ => None,
        }
    }

    fn remember(&mut self, test: TestId, statements: &[StatementId], truth: Truth) {
        let [one] = statements else { return };
        if self.truths.len() >= REMEMBERED_MAX {
            self.truths.clear();
        }
        self.truths.insert((test, *one), truth);
    }

    /// The claim that stands for all settled ones of a truth.
    fn settled(&mut self, test: TestId, truth: Truth) -> ClaimId {
        if let Some(&known) = self.settled.get(&truth) {
            return known;
        }
        let plain = Weighed { truth, of: Vec::new(), order: Vec::new() };
        let claim = self.push(test, &[], plain, false);
        self.settled.insert(truth, claim);
        claim
    }

    fn keep(
        &mut self,
        test: TestId,
        statements: &[StatementId],
        weighed: Weighed,
        is_open: bool,
    ) -> ClaimId {
        let claim = self.push(test, statements, weighed, is_open);
        match statements {
            [one] => {
                self.by_statement.insert((test, *one), claim);
            }
            walk => {
                self.heap_bytes += size_of_val(walk);
                self.by_walk.insert((test, walk.into()), claim);
            }
        }
        claim
    }

    fn push(
        &mut self,
        test: TestId,
        statements: &[StatementId],
        weighed: Weighed,
        is_open: bool,
    ) -> ClaimId {
        let Weighed { truth, of, order } = weighed;
        let of: Rc<[Occurrence]> = if is_open { of.into() } else { Rc::default() };
        let documents: usize = of.iter().map(|of| size_of_val(&of.documents[..])).sum();
        self.heap_bytes +=
            size_of_val(statements) + size_of_val(&order[..]) + size_of_val(&of[..]) + documents;
        let (statements, order) = (statements.into(), order.into());
        self.claims.push(Claim { test, truth, statements, order, of });
        ClaimId(self.claims.len() as u32 - 1)
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
        if self.joint.len() >= REMEMBERED_MAX {
            self.joint.clear();
        }
        self.joint.insert(open, truth);
        least.and(truth)
    }

    fn forget_if_stale(&mut self, written: u64) {
        if self.written != written {
            self.written = written;
            self.by_statement.clear();
            self.by_walk.clear();
            self.forget();
        }
    }

    /// Forgets what is only remembered because it may be wanted again.
    fn forget(&mut self) {
        self.by_qualifiers.clear();
        self.truths.clear();
    }

    fn weigh(
        &mut self,
        graph: &dyn Snapshot,
        test: TestId,
        statements: &[StatementId],
        floor: Truth,
    ) -> Weighed {
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
            && (truth != Truth::Possible || truth < floor || self.kept == ClaimsKept::Truths)
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
            if self.by_qualifiers.len() >= REMEMBERED_MAX {
                self.by_qualifiers.clear();
            }
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
        Likeness::from(&graph.timing(statement))
    }

    /// Of a statement whose time does not depend on order statements; `None` where there is no such statement.
    pub(crate) fn from(timing: &Timing<'_>) -> Option<Likeness> {
        let qualifiers = timing.qualifiers.map_or(0, |stated| std::ptr::from_ref(stated) as usize);
        let relationship_type = timing.relationship_type?;
        Some(Likeness { relationship_type, qualifiers, recorded: timing.recorded })
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
