//! A state becomes an inquiry: shares find their statement, *both* becomes a statement for each,
//! things that were made one are counted once.

use super::sense::{
    all_are_told, asks_for_anything, asks_when_not, chosen_of, compact, counted_alike, counted_of,
    groups_well, is_connected, is_used, none_of_no_statement, rivals_well, so_many, spread,
    told_for_each, uses,
};
use super::{Meaning, State};
use crate::graph::LabelId;
use crate::question::form::{Asked, Inquiry, Measure, Pattern, Thing};
use crate::question::tree::Asks;

impl Meaning<'_> {
    /// The inquiry that a state comes to; nothing where a part of it has no place.
    pub(super) fn finish(&self, mut state: State, also: &[Asks], past: bool) -> Option<Inquiry> {
        let asked = self.told_by_date(&state.pattern, state.asked?);
        state.asked = Some(asked);
        chosen_of(&mut state, asked)?;
        if !groups_well(&state, asked) {
            return None;
        }
        let said = so_many(&mut state, asked).ok()?;
        // `second most often`: the second by number, and not in time.
        let by_facts = state.select.is_some_and(|select| matches!(select.by, Measure::Facts(_)));
        if by_facts && state.rank.is_some() {
            return None;
        }
        if !all_are_told(&state.pattern, asked) {
            return None;
        }
        if !self.is_of_whom_it_is_said(&state, asked) {
            return None;
        }
        self.claimed_of_the_first(&mut state, asked, also)?;
        self.said_each_way(&mut state, asked)?;
        // The first of things that have no date of their own and stand in no order is none of them.
        let ordered = || {
            let types = &self.graph.declarations().types;
            self.graph.catalog().key("date").is_some() || types.iter().any(|(_, one)| one.order)
        };
        if state.rank.is_some() && state.main.is_none() && !ordered() {
            return None;
        }
        // `who praised the last actor to visit X`: the last of the visits, whoever praised whom.
        if state.rank.is_some() && state.ranked_of.is_some_and(|of| state.main != Some(of)) {
            return None;
        }
        // What is denied is denied of one time, or of all.
        if state.pattern.facts.iter().any(|fact| fact.absent > 0 && fact.times.len() > 1) {
            return None;
        }
        if asks_for_anything(&state.pattern, asked) || none_of_no_statement(&state.pattern) {
            return None;
        }
        counted_of(&mut state, asked)?;
        if !rivals_well(&state, asked) {
            return None;
        }
        self.place_shares(&mut state.pattern)?;
        let types = state.pattern.facts.iter().flat_map(|fact| &fact.types);
        let disbelieved =
            types.copied().filter(|of| self.lexicon.is_disbelieved(self.graph, *of)).collect();
        state.pattern.disbelieved = disbelieved;
        self.but_not_itself(&mut state.pattern);
        self.none_of_them_itself(&mut state.pattern);
        super::only::not_themselves(&mut state.pattern, asked);
        let mut further = Vec::new();
        for &one in also {
            let mut copy = state.clone();
            copy.asked = None;
            further.push(self.ask_circumstance(one, copy).first()?.asked?);
        }
        self.each_has_its_own(&mut state.pattern, asked);
        for thing in 0..state.pattern.things.len() {
            for (of, copy) in spread(&mut state.pattern, thing, asked) {
                counted_alike(&mut state, of, copy)?;
            }
        }
        if asks_when_not(&state.pattern, asked) {
            return None;
        }
        // Whether *all* is said or not, the same is asked from here on.
        for thing in state.pattern.things.iter_mut().filter(|thing| thing.all) {
            thing.all = false;
        }
        if let Asked::Things(thing) | Asked::Count(thing) = asked {
            // What is given is not asked for, unless it is one of several.
            let asked = &state.pattern.things[thing];
            if asked.is.len() == 1 && (state.pattern.facts.is_empty() || state.select.is_some()) {
                return None;
            }
        }
        let groups = match asked {
            Asked::Count(thing) => self.are_groups(&state.pattern.things[thing]),
            _ => false,
        };
        let inquiry = Inquiry {
            pattern: state.pattern,
            groups,
            asked,
            also: further,
            rank: state.rank,
            select: state.select,
            having: state.having,
            group: state.group,
            aggregate: state.aggregate,
            past,
            main: state.main,
            claim: state.claim,
            said,
        };
        let inquiry = told_for_each(compact(inquiry))?;
        // Whether nothing does so is not asked of nothing.
        let facts = &inquiry.pattern.facts;
        let denied = !facts.is_empty() && facts.iter().all(|fact| fact.absent > 0);
        let outside = inquiry.pattern.things.iter().any(|thing| thing.outside);
        if asked == Asked::Whether && denied && !outside {
            return None;
        }
        // Of what is said of nothing there is nothing to find.
        let says = !inquiry.pattern.things.is_empty();
        (says && is_connected(&inquiry)).then_some(inquiry)
    }

    /// `the capitals of X and Y`: what belongs to one of them alone cannot belong to both.
    fn each_has_its_own(&self, pattern: &mut Pattern, asked: Asked) {
        const LOOKED_AT: u64 = 20_000;
        let (Asked::Things(of) | Asked::Count(of) | Asked::ThingValue(of, _)) = asked else {
            return;
        };
        for thing in 0..pattern.things.len() {
            if pattern.things[thing].each.len() < 2 || uses(pattern, thing) != 1 {
                continue;
            }
            let own = pattern.facts.iter().any(|fact| {
                let [only] = fact.types.as_slice() else { return false };
                let count = self.graph.statistics().by_type.get(only).map_or(0, |one| one.count);
                let forth = fact.start == of && fact.end == thing;
                let plain = fact.absent == 0 && !fact.symmetric && !fact.chain;
                (forth || fact.end == of && fact.start == thing)
                    && plain
                    && count <= LOOKED_AT
                    && self.graph.all_plain(*only)
                    && self.has_one_at_most(*only, forth)
            });
            if own {
                pattern.things[thing].is = std::mem::take(&mut pattern.things[thing].each);
            }
        }
    }

    /// Whether everything has one other at most by a type: from its start, or from its end.
    fn has_one_at_most(&self, of: crate::graph::TypeId, forth: bool) -> bool {
        let mut seen: hashbrown::HashMap<crate::value::NodeId, crate::value::NodeId> =
            hashbrown::HashMap::new();
        let all = (0..self.graph.statement_bound()).map(crate::value::StatementId);
        let mut ends = all.filter_map(|id| self.graph.statement(id));
        ends.all(|ends| {
            let (one, other) = if forth { (ends.start, ends.end) } else { (ends.end, ends.start) };
            ends.relationship_type != of || *seen.entry(one).or_insert(other) == other
        })
    }

    /// `all visits of X to Y`: when both are named it is by their dates that statements are told apart.
    fn told_by_date(&self, pattern: &Pattern, asked: Asked) -> Asked {
        let Asked::Facts(id) = asked else { return asked };
        let fact = &pattern.facts[id];
        let named = [fact.start, fact.end].iter().all(|&thing| {
            let one = &pattern.things[thing];
            one.is.len() == 1 && one.each.is_empty() && one.chosen.is_empty()
        });
        let dated = !fact.types.iter().all(|&of| self.graph.all_plain(of));
        if named && dated && !fact.undated && pattern.same.is_empty() {
            return Asked::When(id, crate::question::tree::Unit::Any);
        }
        asked
    }

    /// Whether something is called by the name of groups alone: that of which a part may do something.
    fn are_groups(&self, thing: &Thing) -> bool {
        let given = thing.is.iter().flat_map(|&node| self.graph.labels(node)).copied();
        let labels: Vec<LabelId> = given.chain(thing.labels.iter().flatten().copied()).collect();
        !labels.is_empty() && labels.iter().all(|&label| self.lexicon.is_of_groups(label))
    }

    /// `borders X but not Y`: Y does not border itself, and is not meant. Only where what one has to
    /// another the other has to it: one may well visit oneself.
    fn but_not_itself(&self, pattern: &mut Pattern) {
        for fact in 0..pattern.facts.len() {
            let denied = &pattern.facts[fact];
            let [of] = denied.types.as_slice() else { continue };
            for (open, itself) in [(denied.start, denied.end), (denied.end, denied.start)] {
                let also = pattern.facts.iter().any(|one| {
                    one.absent == 0 && one.types == [*of] && (one.start == open || one.end == open)
                });
                let things = &pattern.things;
                let named = !things[open].is_given() && things[itself].is.len() == 1;
                if denied.absent > 0 && also && named && self.is_mutual(*of) {
                    let itself = things[itself].is.clone();
                    pattern.things[open].is_not.extend(itself);
                    break;
                }
            }
        }
    }

    /// The same of what stands in one place: `X but not Y`.
    fn none_of_them_itself(&self, pattern: &mut Pattern) {
        for fact in 0..pattern.facts.len() {
            let one = &pattern.facts[fact];
            let [of] = one.types.as_slice() else { continue };
            for (open, given) in [(one.start, one.end), (one.end, one.start)] {
                let but_not = &pattern.things[given].but_not;
                if one.absent > 0 || but_not.is_empty() || pattern.things[open].is_given() {
                    continue;
                }
                if self.is_mutual(*of) {
                    let itself = but_not.clone();
                    pattern.things[open].is_not.extend(itself);
                    break;
                }
            }
        }
    }

    /// Whether what one thing has to another the other has to it, as far as a look at some says.
    pub(super) fn is_mutual(&self, of: crate::graph::TypeId) -> bool {
        const LOOKED_AT: usize = 32;
        let all = (0..self.graph.statement_bound()).map(crate::value::StatementId);
        let ends = |id| self.graph.statement(id).filter(|ends| ends.relationship_type == of);
        let outgoing = self.graph.adjacency(of, crate::graph::Direction::Outgoing);
        let returned = |ends: &crate::graph::snapshot::Ends| {
            let mut back = false;
            outgoing.for_each(ends.end, |node, _| back |= node == ends.start);
            back && ends.start != ends.end
        };
        let mut some = all.filter_map(ends).take(LOOKED_AT).peekable();
        // Of what happened on days the same two may stand in it twice, once each way.
        let undated = self.graph.all_plain(of);
        undated
            && some.peek().is_some()
            && (self.is_symmetric(of) || some.all(|ends| returned(&ends)))
    }

    /// A share is a property of the statement whose subject it stands with.
    fn place_shares(&self, pattern: &mut Pattern) -> Option<()> {
        for thing in 0..pattern.things.len() {
            for (key, value) in std::mem::take(&mut pattern.things[thing].shares) {
                let types: Vec<_> = self
                    .lexicon
                    .frames
                    .iter()
                    .filter(|frame| frame.share == Some(key))
                    .filter_map(|frame| super::type_of(frame.means))
                    .collect();
                let fact = pattern.facts.iter().position(|fact| {
                    fact.start == thing && fact.types.iter().any(|one| types.contains(one))
                });
                // A share of a thing that unification left behind was moved with it.
                match fact {
                    Some(fact) => {
                        let fact = &mut pattern.facts[fact];
                        if !fact.values.iter().any(|known| known.0 == key) {
                            fact.values.push((key, vec![value]));
                        }
                    }
                    None if is_used(pattern, thing) => return None,
                    None => {}
                }
            }
        }
        Some(())
    }
}
