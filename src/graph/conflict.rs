//! Statements that cannot both hold.
//!
//! Nothing is refused when facts are loaded: sources disagree, and that is worth knowing. What
//! comes in is a graph; what goes out are its conflicts, each with its statements and how sure it is
//! that they clash. `dossier.conflicts()` lists all of them; `WHY` and the answers to questions ask
//! about the statements that they rest on.
//!
//! | kind | what clashes |
//! |---|---|
//! | functional | two ends of one start on one day, of a type declared FUNCTIONAL; two values of one property |
//! | denied | what is asserted, and what somebody denies of the same day |
//! | ended | a state with an end, and the same state of which no end is known |
//! | beginning | a persistent state that began twice without an end between |
//! | domain, range | an end that bears none of the labels that FROM or TO declares |
//! | order | events dated against the order that is stated of them, or an order that leads back to where it began |
//!
//! A person settles a conflict by rank: what is deprecated is not believed, and where one statement
//! is preferred and the other is not, that one is believed.

mod order;

use hashbrown::HashSet;

use crate::error::Result;
use crate::graph::declaration::Declaration;
use crate::graph::source::display_name;
use crate::graph::statement::{Qualifiers, Rank, Stance, View};
use crate::graph::{Direction, LabelId, Snapshot, TypeId, stated, when};
use crate::value::time::{Asked, Hull, Temporality, TimeTest, Truth};
use crate::value::{NodeId, StatementId};

use order::InOrder;

/// Statements that cannot both hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Why not.
    pub kind: Kind,
    /// How sure it is that they clash.
    pub truth: Truth,
    /// The statements, ascending: two, or one that clashes with what is declared; with the order statements between them, where
    /// it is these that they clash with.
    pub statements: Vec<StatementId>,
}

/// Why statements cannot both hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// One end for each start at a time.
    Functional,
    /// One says so, another denies it.
    Denied,
    /// One knows an end, another none.
    Ended,
    /// It began twice.
    Beginning,
    /// The start bears none of the labels that it must.
    Domain,
    /// The end bears none of the labels that it must.
    Range,
    /// One is ordered before the other, and dated after it.
    Order,
}

impl Kind {
    /// The word for it in results.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Functional => "functional",
            Kind::Denied => "denied",
            Kind::Ended => "ended",
            Kind::Beginning => "beginning",
            Kind::Domain => "domain",
            Kind::Range => "range",
            Kind::Order => "order",
        }
    }
}

/// All conflicts of a graph, by the first of their statements; `check` is called now and then, and
/// stops the search where it fails.
///
/// ```
/// use dossier::graph::conflict;
/// let store = dossier::Store::memory();
/// store.query("DECLARE RELATIONSHIP CAPITAL_OF STATE FUNCTIONAL", ())?;
/// store.query("CREATE (a:City)-[:CAPITAL_OF VALID edtf('1990/2000')]->(:State), \
///              (a)-[:CAPITAL_OF VALID edtf('1999/2010')]->(:State)", ())?;
/// let found = conflict::all(&*store.snapshot(), &mut || Ok(()))?;
/// assert_eq!(found[0].kind.as_str(), "functional");
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn all(graph: &dyn Snapshot, check: &mut dyn FnMut() -> Result<()>) -> Result<Vec<Conflict>> {
    let mut found = Vec::new();
    for (id, _) in graph.catalog().types() {
        let of = OfType::new(graph, id);
        if of.can_clash() {
            of.all(check, &mut found)?;
        }
    }
    if let Some(ordered) = InOrder::of(graph) {
        ordered.all(check, &mut found)?;
    }
    let mut seen = HashSet::new();
    found.retain(|one: &Conflict| seen.insert((one.kind, one.statements.clone())));
    found.sort_by(|a, b| (&a.statements, a.kind).cmp(&(&b.statements, b.kind)));
    Ok(found)
}

/// The conflicts that a statement is in.
pub fn of_statement(graph: &dyn Snapshot, statement: StatementId) -> Vec<Conflict> {
    let Some(ends) = graph.statement(statement) else { return Vec::new() };
    let of = OfType::new(graph, ends.relationship_type);
    let mut found = Vec::new();
    if of.can_clash() {
        of.labels_of(statement, &mut found);
        of.pairs_with(statement, ends.start, ends.end, &mut found);
        if of.is_symmetric {
            of.pairs_with(statement, ends.end, ends.start, &mut found);
        }
    }
    if let Some(ordered) = InOrder::of(graph) {
        ordered.of_statement(statement, &mut found);
    }
    let mut seen = HashSet::new();
    found.retain(|one| seen.insert((one.kind, one.statements.clone())));
    found
}

/// What a statement clashes with, in words; nothing for one without conflicts.
pub fn note(graph: &dyn Snapshot, statement: StatementId) -> Option<String> {
    let conflicts = of_statement(graph, statement);
    let told = conflicts.iter().map(|conflict| {
        let others = conflict.statements.iter().filter(|other| **other != statement);
        let others: Vec<String> = others.map(|other| text(graph, *other)).collect();
        let maybe = if conflict.truth == Truth::Possible { "may clash" } else { "clashes" };
        match conflict.kind {
            Kind::Domain => "has a start that its type does not allow".to_owned(),
            Kind::Range => "has an end that its type does not allow".to_owned(),
            _ => format!("{maybe} with {}", others.join(" and ")),
        }
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// A statement in words, with its date, its stance where it is not simply asserted, and its places.
pub fn text(graph: &dyn Snapshot, statement: StatementId) -> String {
    let Some(ends) = graph.statement(statement) else { return String::new() };
    let names = [ends.start, ends.end].map(|node| display_name(graph, node));
    let of = graph.catalog().type_name(ends.relationship_type);
    let mut text = stated::sentence(graph, statement)
        .unwrap_or_else(|| format!("{} {of} {}", names[0], names[1]));
    let Some(stated) = graph.qualifiers(statement) else { return text };
    let mut beside: Vec<String> = Vec::new();
    beside.extend(stated.valid.as_ref().map(ToString::to_string));
    if stated.stance != Stance::Asserted {
        let by = stated.speaker.as_ref().map(|speaker| format!(" by {speaker}"));
        beside.push(format!("{}{}", stated.stance.as_str(), by.unwrap_or_default()));
    }
    if stated.rank == Rank::Deprecated {
        let why = stated.reason.as_ref().map(|reason| format!(": {reason}"));
        beside.push(format!("deprecated{}", why.unwrap_or_default()));
    }
    beside.extend(stated.support.iter().map(|place| place.to_text(graph)));
    if !beside.is_empty() {
        text.push_str(&format!(" ({})", beside.join(", ")));
    }
    text
}

/// The statements of one type.
struct OfType<'g> {
    graph: &'g dyn Snapshot,
    id: TypeId,
    declared: Option<&'g Declaration>,
    is_symmetric: bool,
    is_functional: bool,
    /// Whether its statements are values of a property, of which a node has one at a time.
    holds_values: bool,
}

/// A statement seen from one of its ends.
#[derive(Clone, Copy)]
struct Seen {
    other: NodeId,
    statement: StatementId,
    rank: Rank,
    stance: Stance,
}

impl Seen {
    fn is_believed(&self) -> bool {
        View::DEFAULT.shows(self.stance, self.rank)
    }

    fn is_denied(&self) -> bool {
        self.stance == Stance::Denied && self.rank != Rank::Deprecated
    }
}

impl<'g> OfType<'g> {
    fn new(graph: &'g dyn Snapshot, id: TypeId) -> OfType<'g> {
        let declared = graph.declarations().of(id);
        OfType {
            graph,
            id,
            declared,
            is_symmetric: declared.is_some_and(|one| one.symmetric),
            is_functional: declared.is_some_and(|one| one.functional),
            holds_values: graph.catalog().holds_values(id),
        }
    }

    /// Whether there can be a conflict at all: plain statements of a plain type have none.
    fn can_clash(&self) -> bool {
        let bound = |one: &Declaration| !one.from.is_empty() || !one.to.is_empty();
        !self.graph.all_plain(self.id) || self.is_functional || self.declared.is_some_and(bound)
    }

    fn all(&self, check: &mut dyn FnMut() -> Result<()>, found: &mut Vec<Conflict>) -> Result<()> {
        let adjacency = self.graph.adjacency(self.id, Direction::Outgoing);
        for node in (0..self.graph.node_bound()).map(NodeId) {
            if node.0 % 1024 == 0 {
                check()?;
            }
            if adjacency.degree(node) > 0 {
                adjacency.for_each(node, |_, statement| self.labels_of(statement, found));
                self.pairs_at(node, check, found)?;
            } else if self.is_symmetric {
                self.pairs_at(node, check, found)?;
            }
        }
        Ok(())
    }

    /// The pairs of statements at a node that clash.
    fn pairs_at(
        &self,
        node: NodeId,
        check: &mut dyn FnMut() -> Result<()>,
        found: &mut Vec<Conflict>,
    ) -> Result<()> {
        let mut all = self.at(node, None);
        all.sort_unstable_by_key(|seen| (seen.other, seen.statement));
        for (at, one) in all.iter().enumerate() {
            check()?;
            for other in &all[at + 1..] {
                // Sorted by the other end: further on there are rivals, and nothing else.
                if one.other != other.other && !self.is_functional {
                    break;
                }
                if one.statement != other.statement {
                    self.pair(*one, *other, found);
                }
            }
        }
        Ok(())
    }

    /// The statements at a node that clash with the one that joins it to another.
    fn pairs_with(
        &self,
        statement: StatementId,
        node: NodeId,
        other: NodeId,
        found: &mut Vec<Conflict>,
    ) {
        let rivals = if self.is_functional { None } else { Some(other) };
        let all = self.at(node, rivals);
        let Some(own) = all.iter().find(|seen| seen.statement == statement) else { return };
        for other in all.iter().filter(|seen| seen.statement != statement) {
            self.pair(*own, *other, found);
        }
    }

    /// The statements at a node; those that join it to another, where one is given.
    fn at(&self, node: NodeId, only: Option<NodeId>) -> Vec<Seen> {
        let plain = Qualifiers::default();
        let mut all = Vec::new();
        let both = [Direction::Outgoing, Direction::Incoming];
        let ways = if self.is_symmetric { &both[..] } else { &both[..1] };
        for way in ways {
            self.graph.adjacency(self.id, *way).for_each(node, |other, statement| {
                if only.is_none_or(|only| only == other) {
                    let stated = self.graph.qualifiers(statement).unwrap_or(&plain);
                    all.push(Seen { other, statement, rank: stated.rank, stance: stated.stance });
                }
            });
        }
        all
    }

    fn pair(&self, one: Seen, other: Seen, found: &mut Vec<Conflict>) {
        // A person has settled it.
        if (one.rank == Rank::Preferred) != (other.rank == Rank::Preferred) {
            return;
        }
        let mut add = |kind, truth| {
            if truth > Truth::No {
                let mut statements = vec![one.statement, other.statement];
                statements.sort_unstable();
                found.push(Conflict { kind, truth, statements });
            }
        };
        let believed = one.is_believed() && other.is_believed();
        if self.holds_values && self.differ(one, other) {
            // What goes on by presumption gives way to a later value.
            let truth = if believed { self.overlap(one, other) } else { Truth::No };
            return add(Kind::Functional, if truth == Truth::Presumed { Truth::No } else { truth });
        }
        if one.other != other.other {
            if believed {
                add(Kind::Functional, self.overlap(one, other));
            }
            return;
        }
        match (one.is_denied(), other.is_denied()) {
            (true, false) if other.is_believed() => add(Kind::Denied, self.denied(one, other)),
            (false, true) if one.is_believed() => add(Kind::Denied, self.denied(other, one)),
            _ if believed => {
                if let Some((kind, truth)) = self.course(one, other) {
                    add(kind, truth);
                }
            }
            _ => {}
        }
    }

    /// Whether two values of a property are different ones.
    fn differ(&self, one: Seen, other: Seen) -> bool {
        let values = [one, other].map(|seen| stated::value_of(self.graph, seen.statement));
        values[0] != values[1]
    }

    /// How sure it is that both hold on one day.
    fn overlap(&self, one: Seen, other: Seen) -> Truth {
        let of = [one, other].map(|seen| when::occurrence(self.graph, seen.statement));
        when::joint_truth(self.graph, &[Asked { test: &TimeTest::Overlaps, of: &of }])
    }

    /// A denial without a date is about all time.
    fn denied(&self, denial: Seen, other: Seen) -> Truth {
        let stated = self.graph.qualifiers(denial.statement);
        if stated.is_none_or(|stated| stated.valid.is_none()) {
            return Truth::Certain;
        }
        self.overlap(denial, other)
    }

    /// Whether two statements of one state tell its course differently.
    fn course(&self, one: Seen, other: Seen) -> Option<(Kind, Truth)> {
        // Only what is declared goes on by itself; this is asked of every pair.
        if when::kind_of(self.graph, self.id) != Some(Temporality::State { persistent: true }) {
            return None;
        }
        let times = [one, other].map(|seen| when::valid_time(self.graph, seen.statement));
        let goes_on = |time: &crate::value::time::ValidTime| {
            time.kind() == (Temporality::State { persistent: true })
                && time.edtf().is_some_and(crate::value::time::Edtf::is_interval)
        };
        if !times.iter().all(goes_on) {
            return None;
        }
        let (a, b) = (times[0].hull()?, times[1].hull()?);
        let (first, second) =
            if (a.earliest_start, a.latest_start) <= (b.earliest_start, b.latest_start) {
                (a, b)
            } else {
                (b, a)
            };
        let is_open = |hull: Hull| hull.latest_end == Hull::FUTURE;
        if is_open(a) != is_open(b) {
            let (open, ended) = if is_open(a) { (a, b) } else { (b, a) };
            return if open.latest_start <= ended.earliest_end {
                Some((Kind::Ended, Truth::Presumed))
            } else {
                (open.earliest_start <= ended.latest_end).then_some((Kind::Ended, Truth::Possible))
            };
        }
        // What ended and began anew began twice, and rightly so.
        let is_apart = first.latest_start < second.earliest_start;
        let goes_on = is_open(first) || first.earliest_end >= second.latest_start;
        (is_apart && goes_on).then_some((Kind::Beginning, Truth::Certain))
    }

    /// Whether the ends of a statement bear the labels that are declared.
    fn labels_of(&self, statement: StatementId, found: &mut Vec<Conflict>) {
        let (Some(declared), Some(ends)) = (self.declared, self.graph.statement(statement)) else {
            return;
        };
        let fits = |node, labels: &[LabelId]| {
            labels.is_empty() || labels.iter().any(|label| self.graph.has_label(node, *label))
        };
        let direct = (fits(ends.start, &declared.from), fits(ends.end, &declared.to));
        let turned = || fits(ends.end, &declared.from) && fits(ends.start, &declared.to);
        if direct == (true, true) || self.is_symmetric && turned() {
            return;
        }
        for (fits, kind) in [(direct.0, Kind::Domain), (direct.1, Kind::Range)] {
            if !fits {
                found.push(Conflict { kind, truth: Truth::Certain, statements: vec![statement] });
            }
        }
    }
}
