//! What a query returns: columns, and the best, the first or the most frequent of what was found.
//!
//! Called by the [`Writer`] when the patterns and conditions of the query stand; nothing is written
//! after it.

use std::fmt::Write as _;

use super::{Writer, dated};
use crate::question::form::{Asked, Choose, FactId, Group, Having, Measure, ThingId};
use crate::question::tree::{Aggregate, Quantity, Rank, Unit};

impl Writer<'_> {
    pub(super) fn returned(&mut self) {
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        if self.lexicon.is_none() {
            let written = (0..self.pattern.things.len()).filter(|&thing| self.written[thing]);
            let things =
                written.filter(|&thing| !self.only_inside(thing)).map(|thing| format!("x{thing}"));
            let facts = (0..self.pattern.facts.len())
                .filter(|&id| self.pattern.facts[id].absent == 0)
                .map(|id| format!("r{id}"));
            let columns: Vec<String> = things.chain(facts).collect();
            let _ = write!(self.out, "RETURN {}", columns.join(", "));
            return;
        }
        for having in self.inquiry.having.clone() {
            self.enough(&having);
        }
        if let Some(choose) = self.inquiry.select {
            self.best(&choose);
            if choose.of.is_none() {
                let column = match self.inquiry.asked {
                    Asked::When(_, Unit::Month) => "year, month",
                    Asked::When(_, Unit::Year) => "year",
                    _ => "date",
                };
                let _ = write!(self.out, "RETURN {column}");
                return;
            }
        }
        if let (Some(outer), Asked::Things(thing)) = (&self.as_variable, self.inquiry.asked) {
            let _ = write!(self.out, "RETURN DISTINCT {} AS {outer}", self.variables[thing]);
            return;
        }
        if let (Some(aggregate), Asked::ThingValue(thing, key)) =
            (self.inquiry.aggregate, self.inquiry.asked)
        {
            let function = if aggregate == Aggregate::Sum { "sum" } else { "avg" };
            let (variable, key) = (self.variables[thing].clone(), self.key(key));
            let _ = write!(
                self.out,
                "WITH DISTINCT {variable}\nRETURN {function}({variable}.{key}) AS number"
            );
            return;
        }
        let group = self.inquiry.group.map(|group| match group {
            Group::Thing(thing) => format!("{} AS {}", self.called(thing), self.variables[thing]),
            // What is chosen for each has left the date in columns of its own.
            Group::Unit(_, unit) if self.inquiry.select.is_some() => match unit {
                Unit::Any | Unit::Day => "date".to_owned(),
                Unit::Month => "year, month".to_owned(),
                Unit::Year => "year".to_owned(),
            },
            Group::Unit(fact, unit) => dated(&format!("valid({})", self.fact_variable(fact)), unit),
        });
        let group = group.map_or_else(String::new, |group| format!("{group}, "));
        let columns = std::iter::once(self.inquiry.asked)
            .chain(self.inquiry.also.iter().copied())
            .map(|asked| self.column(asked))
            .collect::<Vec<_>>()
            .join(", ");
        let aggregates = matches!(
            self.inquiry.asked,
            Asked::Whether | Asked::Count(_) | Asked::CountFacts(_) | Asked::CountTimes(..)
        );
        let distinct = if aggregates { "" } else { "DISTINCT " };
        let in_time = self.inquiry.rank.zip(self.inquiry.main);
        let date_itself = matches!(
            (in_time, self.inquiry.asked),
            (Some((_, main)), Asked::When(fact, _)) if fact == main
        );
        if let Some((rank, main)) = in_time.filter(|_| !date_itself) {
            self.ranked(rank, main);
        }
        let _ = write!(self.out, "RETURN {distinct}{group}{columns}");
        match (self.inquiry.asked, in_time) {
            (Asked::Things(thing), _) => {
                let _ = write!(self.out, " ORDER BY {}", self.column_name(thing));
            }
            (Asked::When(_, unit), Some((rank, _))) if date_itself => {
                let last = if rank == Rank::Last { " DESC" } else { "" };
                let by = match unit {
                    Unit::Any | Unit::Day => "date".to_owned(),
                    Unit::Month => format!("year{last}, month"),
                    Unit::Year => "year".to_owned(),
                };
                let _ = write!(self.out, " ORDER BY {by}{}", page(rank));
            }
            _ => {}
        }
    }

    /// Leaves what has as many of something as is asked for.
    fn enough(&mut self, having: &Having) {
        let counted = match having.count {
            Measure::Value(thing, _) | Measure::Count(thing) => self.variables[thing].clone(),
            Measure::Facts(fact) => self.fact_variable(fact),
        };
        let of = having.of.map(|of| self.variables[of].clone());
        let asked = match self.inquiry.asked {
            Asked::Things(thing)
            | Asked::Count(thing)
            | Asked::ThingValue(thing, _)
            | Asked::ThingDate(thing, _, _) => Some(self.variables[thing].clone()),
            _ => None,
        };
        let Quantity { min, max } = having.quantity;
        let condition = match max {
            Some(max) if max == min => format!("number = {min}"),
            Some(max) if min == 0 => format!("number <= {max}"),
            Some(max) => format!("{min} <= number <= {max}"),
            None => format!("number >= {min}"),
        };
        let keys = of.clone().map_or_else(String::new, |of| format!("{of}, "));
        let others = asked.filter(|asked| of.as_ref() != Some(asked));
        let (kept, back) = match &others {
            Some(asked) => {
                (format!(", collect(DISTINCT {asked}) AS all"), format!("UNWIND all AS {asked}\n"))
            }
            None => (String::new(), String::new()),
        };
        let _ = write!(
            self.out,
            "WITH {keys}count(DISTINCT {counted}) AS number{kept} WHERE {condition}\n{back}"
        );
    }

    /// Leaves the best: all that are equally good.
    fn best(&mut self, choose: &Choose) {
        let Some(of) = choose.of else { return self.most_often(choose) };
        if let Some(each) = choose.each.map(Group::Thing).or(self.inquiry.group) {
            return self.best_of_each(choose, of, each);
        }
        let of = self.variables[of].clone();
        let number = self.measure(choose);
        let descending = if choose.most { " DESC" } else { "" };
        let best = best_numbers(choose);
        let _ = writeln!(self.out, "WITH {of}, {number} AS number ORDER BY number{descending}");
        let _ = writeln!(self.out, "WITH collect([{of}, number]) AS all, {best} AS best");
        let _ = writeln!(self.out, "UNWIND all AS one");
        let _ =
            writeln!(self.out, "WITH one[0] AS {of}, one[1] AS number, best WHERE number IN best");
    }

    /// What several are measured by, as an expression of all rows of one of them.
    fn measure(&self, choose: &Choose) -> String {
        match choose.by {
            Measure::Value(measured, key) => {
                let (measured, key) = (&self.variables[measured], self.key(key));
                let function = if choose.most { "max" } else { "min" };
                format!("{function}({measured}.{key})")
            }
            Measure::Count(counted) => format!("count(DISTINCT {})", self.variables[counted]),
            Measure::Facts(fact) => format!("count(DISTINCT {})", self.fact_variable(fact)),
        }
    }

    /// Leaves the best for each of a group: all that are equally good.
    fn best_of_each(&mut self, choose: &Choose, of: ThingId, each: Group) {
        let of = self.variables[of].clone();
        let (kept, keys) = match each {
            Group::Thing(thing) => (self.variables[thing].clone(), self.variables[thing].clone()),
            Group::Unit(fact, unit) => {
                let date = dated(&format!("valid({})", self.fact_variable(fact)), unit);
                let columns = match unit {
                    Unit::Any | Unit::Day => "date",
                    Unit::Month => "year, month",
                    Unit::Year => "year",
                };
                (date, columns.to_owned())
            }
        };
        let number = self.measure(choose);
        let descending = if choose.most { " DESC" } else { "" };
        let best = best_numbers(choose);
        let _ =
            writeln!(self.out, "WITH {kept}, {of}, {number} AS number ORDER BY number{descending}");
        let _ = writeln!(self.out, "WITH {keys}, collect([{of}, number]) AS all, {best} AS best");
        let _ = writeln!(self.out, "UNWIND all AS one");
        let _ = writeln!(
            self.out,
            "WITH {keys}, one[0] AS {of}, one[1] AS number, best WHERE number IN best"
        );
    }

    /// Leaves the days, months or years with the most statements.
    fn most_often(&mut self, choose: &Choose) {
        let Asked::When(fact, unit) = self.inquiry.asked else { return };
        let fact = self.fact_variable(fact);
        let date = dated(&format!("valid({fact})"), unit);
        let columns = match unit {
            Unit::Any | Unit::Day => ["date"].as_slice(),
            Unit::Month => &["year", "month"],
            Unit::Year => &["year"],
        };
        let descending = if choose.most { " DESC" } else { "" };
        let best = best_numbers(choose);
        let list = columns.join(", ");
        let _ = writeln!(
            self.out,
            "WITH {date}, count(DISTINCT {fact}) AS number ORDER BY number{descending}"
        );
        let _ = writeln!(self.out, "WITH collect([{list}, number]) AS all, {best} AS best");
        let _ = writeln!(self.out, "UNWIND all AS one");
        let parts: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| format!("one[{at}] AS {column}"))
            .collect();
        let _ = writeln!(
            self.out,
            "WITH {}, one[{}] AS number, best WHERE number IN best",
            parts.join(", "),
            columns.len()
        );
    }

    /// Leaves the first or the last in time; of equals one.
    fn ranked(&mut self, rank: Rank, main: FactId) {
        let fact = self.fact_variable(main);
        let mut kept = match self.inquiry.asked {
            Asked::Things(thing)
            | Asked::Count(thing)
            | Asked::ThingValue(thing, _)
            | Asked::ThingDate(thing, _, _) => vec![self.variables[thing].clone()],
            Asked::Facts(fact) => {
                let fact = &self.pattern.facts[fact];
                vec![self.variables[fact.start].clone(), self.variables[fact.end].clone()]
            }
            _ => vec![fact.clone()],
        };
        let others = self.inquiry.also.iter().chain(std::iter::once(&self.inquiry.asked));
        for &asked in others {
            if let Asked::When(one, _)
            | Asked::Value(one, _)
            | Asked::Speaker(one)
            | Asked::HowLong(one)
            | Asked::Sources(one)
            | Asked::CountFacts(one)
            | Asked::CountTimes(one, _) = asked
            {
                kept.push(self.fact_variable(one));
            }
        }
        kept.dedup();
        let kept = kept.join(", ");
        let page = page(rank);
        let _ = writeln!(
            self.out,
            "WITH {kept}, edtf.start(valid({fact})) AS start ORDER BY start{page}"
        );
    }

    /// Whether a thing stands in patterns that must not hold, and nowhere else.
    pub(super) fn only_inside(&self, thing: ThingId) -> bool {
        let mut uses = self
            .pattern
            .facts
            .iter()
            .filter(|fact| fact.start == thing || fact.end == thing)
            .peekable();
        let outside = self.is_outside(thing) || self.is_asked(thing);
        uses.peek().is_some() && uses.all(|fact| fact.absent > 0) && !outside
    }

    fn column(&self, asked: Asked) -> String {
        match asked {
            Asked::Whether => "count(*) > 0 AS answer".to_owned(),
            Asked::Things(thing) => {
                format!("{} AS {}", self.called(thing), self.column_name(thing))
            }
            Asked::Count(thing) => format!("count(DISTINCT {}) AS number", self.variables[thing]),
            Asked::Facts(fact) => {
                let fact = &self.pattern.facts[fact];
                format!("{}, {}", self.called(fact.start), self.called(fact.end))
            }
            Asked::CountFacts(fact) => format!("count({}) AS number", self.fact_variable(fact)),
            Asked::When(fact, unit) => dated(&format!("valid({})", self.fact_variable(fact)), unit),
            Asked::CountTimes(fact, unit) => {
                let time = format!("valid({})", self.fact_variable(fact));
                let parts = match unit {
                    Unit::Year => format!("edtf.year({time})"),
                    Unit::Month => format!("[edtf.year({time}), edtf.month({time})]"),
                    Unit::Day | Unit::Any => time,
                };
                format!("count(DISTINCT {parts}) AS number")
            }
            Asked::HowLong(fact) => format!("valid({}) AS time", self.fact_variable(fact)),
            Asked::Value(fact, key) => {
                let key = self.key(key);
                format!("{}.{key} AS {key}", self.fact_variable(fact))
            }
            Asked::ThingValue(thing, key) => {
                let key = self.key(key);
                format!("{}.{key} AS {key}", self.variables[thing])
            }
            Asked::ThingDate(thing, key, unit) => {
                dated(&format!("{}.{}", self.variables[thing], self.key(key)), unit)
            }
            Asked::Sources(fact) => format!("evidence({}) AS evidence", self.fact_variable(fact)),
            Asked::Speaker(fact) => format!("speaker({}) AS speaker", self.fact_variable(fact)),
            Asked::Path(..) => "[n IN nodes(p)[1..-1] | n.name] AS between".to_owned(),
        }
    }

    /// A column is called by its variable, unless that would hide the variable it orders by.
    fn column_name(&self, thing: ThingId) -> String {
        self.variables[thing].clone()
    }

    pub(super) fn path(&mut self, from: ThingId, to: ThingId) -> String {
        "a".clone_into(&mut self.variables[from]);
        "b".clone_into(&mut self.variables[to]);
        let (a, b) = (self.node(from), self.node(to));
        let _ = write!(self.out, "MATCH {a}\nMATCH {b}");
        self.flush();
        let _ = write!(self.out, "\nMATCH p = allShortestPaths((a)-[*..6]-(b))");
        match self.lexicon {
            Some(_) => {
                let column = self.column(self.inquiry.asked);
                let _ = write!(self.out, "\nRETURN {column}");
            }
            None => {
                let _ = write!(self.out, "\nRETURN nodes(p) AS nodes, relationships(p) AS facts");
            }
        }
        std::mem::take(&mut self.out)
    }
}

/// The numbers that make something the best, of all that are counted or measured, in order.
fn best_numbers(choose: &Choose) -> String {
    let first = choose.nth.saturating_sub(1);
    if choose.number > 1 {
        format!("collect(number)[0..{}]", choose.number)
    } else {
        format!("collect(DISTINCT number)[{first}..{}]", first + 1)
    }
}

/// The direction of the order, and which of the rows.
fn page(rank: Rank) -> String {
    match rank {
        Rank::First => " LIMIT 1".to_owned(),
        Rank::Last => " DESC LIMIT 1".to_owned(),
        Rank::Nth(nth) => format!(" SKIP {} LIMIT 1", nth.saturating_sub(1)),
    }
}
