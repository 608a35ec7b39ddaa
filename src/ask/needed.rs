//! Which rows an answer needs, of many.
//!
//! A list of things is told by each of them, how sure the surest row of it is, and the statements that its
//! rows rest on. A join has a row for each way in which its statements go together: 1.9 million of *who
//! consulted someone who consulted someone?*, most of which say nothing that no row before said. `evaluate`
//! lets these go before anything is made of them.
//!
//! Holds for answers that look at nothing else of their rows: [`Needed::of`] says which. What is ranked, chosen,
//! grouped or counted of each needs all.

use hashbrown::{HashMap, HashSet};

use super::evaluate::{Found, beginning, said};
use crate::graph::Snapshot;
use crate::question::form::{Asked, Inquiry};
use crate::value::StatementId;
use crate::value::time::Truth;

/// What the rows that were kept say.
#[derive(Debug)]
pub(super) struct Needed {
    asked: Asked,
    /// Of what is asked for by number, how sure its surest row is: by itself, and by who says so.
    surest: HashMap<Option<u32>, (Truth, Truth)>,
    statements: HashSet<StatementId>,
}

impl Needed {
    /// Of an inquiry that needs some of its rows only; `None` of one that may need all.
    pub(super) fn of(inquiry: &Inquiry) -> Option<Needed> {
        let told = matches!(
            inquiry.asked,
            Asked::Whether
                | Asked::Things(_)
                | Asked::Count(_)
                | Asked::CountFacts(_)
                | Asked::When(..)
        );
        let plain = inquiry.rank.is_none()
            && inquiry.select.is_none()
            && inquiry.having.is_empty()
            && inquiry.group.is_none()
            && inquiry.aggregate.is_none()
            && inquiry.claim.is_none()
            && inquiry.also.is_empty()
            && inquiry.pattern.facts.iter().all(|fact| fact.absent == 0);
        let (surest, statements) = (HashMap::new(), HashSet::new());
        (told && plain).then_some(Needed { asked: inquiry.asked, surest, statements })
    }

    /// Whether a row says something that none before it said.
    pub(super) fn takes(&mut self, graph: &dyn Snapshot, row: &Found) -> bool {
        let key = match self.asked {
            Asked::Things(thing) | Asked::Count(thing) => row.nodes[thing].map(|node| node.0),
            Asked::CountFacts(fact) | Asked::When(fact, _) => row.facts[fact].map(|id| id.0),
            _ => None,
        };
        let sure = (row.truth, row.truth.and(said(graph, row)));
        let surest = match self.surest.get_mut(&key) {
            Some(surest) => surest,
            None => {
                // How many have no date is told of rows, each of which counts.
                let dated = |id: StatementId| beginning(graph, id).is_some();
                let undated = matches!(self.asked, Asked::When(..))
                    && !key.is_some_and(|id| dated(StatementId(id)));
                if undated {
                    return true;
                }
                self.surest.entry(key).or_insert((Truth::No, Truth::No))
            }
        };
        let surer = sure.0 > surest.0 || sure.1 > surest.1;
        *surest = (surest.0.max(sure.0), surest.1.max(sure.1));
        let known = self.statements.len();
        self.statements.extend(&row.statements);
        surer || self.statements.len() > known
    }
}
