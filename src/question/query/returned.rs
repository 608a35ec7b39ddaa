//! What a query returns: columns, and the best, the first or the most frequent of what was found.
//!
//! Called by the [`Writer`] when the patterns and conditions of the query stand; nothing is written
//! after it.

use std::fmt::Write as _;

use super::{Writer, dated, number_as};
use crate::question::form::{Asked, Choose, FactId, Group, Having, Measure, Rival, ThingId};
use crate::question::tree::{Aggregate, Beside, Quantity, Rank, Unit};

/// A statement whose things are counted by themselves: it, what is counted, and for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Apart {
    pub(super) fact: FactId,
    pub(super) counted: ThingId,
    pub(super) of: ThingId,
}

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
        self.enough();
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
        if let Some((rank, main)) = self.inquiry.rank.zip(self.inquiry.main) {
            self.ranked(rank, main);
        }
        if let (Some(outer), Asked::When(fact, _)) = (&self.as_variable, self.inquiry.asked) {
            let _ = write!(self.out, "RETURN {} AS {outer}", self.fact_variable(fact));
            return;
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
        let _ = write!(self.out, "RETURN {distinct}{group}{columns}");
        if let Asked::Things(thing) = self.inquiry.asked {
            let _ = write!(self.out, " ORDER BY {}", self.column_name(thing));
        }
    }

    /// Leaves what has as many of something as is asked for: what is counted for the same thing is counted
    /// together.
    fn enough(&mut self) {
        let mut left = self.inquiry.having.as_slice();
        while let Some(first) = left.first() {
            if let (None, Some((fact, unit))) = (first.of, self.inquiry.asked_per()) {
                self.enough_in_each(first.quantity, fact, unit);
                left = &left[1..];
                continue;
            }
            if first.than.is_some() || self.counted_apart().is_some() {
                self.enough_beside(first);
                left = &left[1..];
                continue;
            }
            let alike = |having: &&Having| having.of == first.of && having.than.is_none();
            let together = left.iter().take_while(alike).count();
            self.enough_of(first.of, &left[..together]);
            left = &left[together..];
        }
    }

    /// What is counted for each thing by itself, where those that have none are to be found as well: what is
    /// matched has one.
    pub(super) fn counted_apart(&self) -> Option<Apart> {
        let [having] = self.inquiry.having.as_slice() else { return None };
        let (Measure::Count(counted), Some(of)) = (having.count, having.of) else { return None };
        let none = match &having.than {
            None => having.quantity.holds(0),
            Some(rival) => matches!(rival.beside, Beside::Fewer | Beside::AtMost | Beside::Same),
        };
        let alone = self.inquiry.select.is_none() && self.inquiry.rank.is_none();
        let told = match self.inquiry.asked {
            Asked::Things(one) | Asked::Count(one) | Asked::ThingValue(one, _) => one == of,
            Asked::Whether => true,
            _ => false,
        };
        if self.lexicon.is_none() || !none || !alone || !told || self.inquiry.group.is_some() {
            return None;
        }
        let facts = self.pattern.facts.iter().enumerate();
        let mut own = facts.filter(|(_, fact)| fact.start == counted || fact.end == counted);
        let (fact, one) = own.next()?;
        let joins = one.start == of || one.end == of;
        (own.next().is_none() && joins && one.absent == 0).then_some(Apart { fact, counted, of })
    }

    /// The thing that is asked for, where it is not what the numbers are of.
    fn asked_beside(&self, of: Option<&String>) -> Option<String> {
        let asked = match self.inquiry.asked {
            Asked::Things(thing)
            | Asked::Count(thing)
            | Asked::ThingValue(thing, _)
            | Asked::ThingDate(thing, _, _) => Some(self.variables[thing].clone()),
            _ => None,
        };
        asked.filter(|asked| of != Some(asked))
    }

    fn counted(&self, having: &Having) -> String {
        match having.count {
            Measure::Value(thing, _) | Measure::Count(thing) => self.variables[thing].clone(),
            Measure::Facts(fact) => self.fact_variable(fact),
        }
    }

    /// Leaves what has as many of each of some as is asked for.
    fn enough_of(&mut self, of: Option<ThingId>, all: &[Having]) {
        let of = of.map(|of| self.variables[of].clone());
        let mut columns: Vec<String> = of.iter().cloned().collect();
        let mut conditions = Vec::new();
        for (at, having) in all.iter().enumerate() {
            let number = if at == 0 { "number".to_owned() } else { format!("number{}", at + 1) };
            conditions.push(counted_so(&number, having.quantity));
            columns.push(format!("count(DISTINCT {}) AS {number}", self.counted(having)));
        }
        let others = self.asked_beside(of.as_ref());
        columns.extend(others.iter().map(|asked| format!("collect(DISTINCT {asked}) AS all")));
        let (columns, conditions) = (columns.join(", "), conditions.join(" AND "));
        let _ = writeln!(self.out, "WITH {columns} WHERE {conditions}");
        if let Some(asked) = others {
            let _ = writeln!(self.out, "UNWIND all AS {asked}");
        }
    }

    /// Leaves what has as many of something as another has, or as none has of those that are matched.
    fn enough_beside(&mut self, having: &Having) {
        let counted = self.counted(having);
        let of = having.of.map(|of| self.variables[of].clone());
        let (than, condition) = match &having.than {
            None => ("", counted_so("number", having.quantity)),
            Some(rival) => {
                let inner = Writer::new(&rival.inquiry, self.graph, self.lexicon);
                self.out.push_str(&number_as(inner, "than"));
                ("than, ", counted_beside(rival))
            }
        };
        let keys = of.clone().map_or_else(String::new, |of| format!("{of}, "));
        let keys = format!("{keys}{than}");
        if let Some(apart) = self.counted_apart() {
            let before = std::mem::take(&mut self.conditions);
            let mut inner = format!("MATCH {}", self.fact(apart.fact));
            self.filter(&mut inner);
            self.conditions = before;
            let _ = writeln!(
                self.out,
                "WITH {keys}COUNT {{ {inner} RETURN DISTINCT {counted} }} AS number WHERE {condition}"
            );
            return;
        }
        let (kept, back) = match self.asked_beside(of.as_ref()) {
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

    /// Leaves what is of a day, a month or a year with as many statements as are asked for.
    fn enough_in_each(&mut self, quantity: Quantity, fact: FactId, unit: Unit) {
        let fact = self.fact_variable(fact);
        let date = dated(&format!("valid({fact})"), unit);
        let condition = counted_so("number", quantity);
        let _ = writeln!(
            self.out,
            "WITH {date}, collect(DISTINCT {fact}) AS all, count(DISTINCT {fact}) AS number WHERE {condition}"
        );
        let _ = writeln!(self.out, "UNWIND all AS {fact}");
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

    /// Leaves the first or the last in time, or the one of a number: all that are of one day.
    fn ranked(&mut self, rank: Rank, main: FactId) {
        let fact = self.fact_variable(main);
        let thing = match self.inquiry.asked {
            Asked::Things(thing)
            | Asked::Count(thing)
            | Asked::ThingValue(thing, _)
            | Asked::ThingDate(thing, _, _) => Some(self.variables[thing].clone()),
            _ => None,
        };
        let mut kept: Vec<String> = thing.iter().cloned().collect();
        let others = self.inquiry.also.iter().chain(std::iter::once(&self.inquiry.asked));
        for &asked in others {
            match asked {
                Asked::When(one, _)
                | Asked::Value(one, _)
                | Asked::Speaker(one)
                | Asked::HowLong(one)
                | Asked::Sources(one)
                | Asked::CountFacts(one)
                | Asked::CountTimes(one, _) => kept.push(self.fact_variable(one)),
                Asked::Facts(fact) => {
                    let fact = &self.pattern.facts[fact];
                    kept.push(self.variables[fact.start].clone());
                    kept.push(self.variables[fact.end].clone());
                }
                _ => {}
            }
        }
        let mut seen: Vec<String> = Vec::new();
        kept.retain(|one| {
            let new = !seen.contains(one);
            seen.push(one.clone());
            new
        });
        if kept.is_empty() {
            kept.push(fact.clone());
        }
        let (at, descending) = match rank {
            Rank::First => (0, ""),
            Rank::Last => (0, " DESC"),
            Rank::Nth(nth) => (nth.saturating_sub(1), ""),
        };
        let start = format!("edtf.start(valid({fact}))");
        // Of the things asked for each counts once, by its first day.
        let once = matches!(rank, Rank::Nth(_)) && thing.is_some() && kept.len() == 1;
        let start = if once { format!("min({start})") } else { start };
        let list = kept.join(", ");
        let _ = writeln!(self.out, "WITH {list}, {start} AS start ORDER BY start{descending}");
        let _ = writeln!(
            self.out,
            "WITH collect([{list}, start]) AS all, collect(start)[{at}] AS best"
        );
        let _ = writeln!(self.out, "UNWIND all AS one");
        let parts: Vec<String> =
            kept.iter().enumerate().map(|(at, one)| format!("one[{at}] AS {one}")).collect();
        let _ = writeln!(
            self.out,
            "WITH {}, one[{}] AS start, best WHERE start = best",
            parts.join(", "),
            kept.len()
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

/// The condition that there are as many beside what another has.
pub(super) fn counted_beside(rival: &Rival) -> String {
    let sign = match rival.beside {
        Beside::More => ">",
        Beside::AtLeast => ">=",
        Beside::Same => "=",
        Beside::AtMost => "<=",
        Beside::Fewer => "<",
    };
    match rival.times {
        1.0 => format!("number {sign} than"),
        times => format!("number {sign} {times} * than"),
    }
}

/// The condition that there are as many as are asked for.
fn counted_so(number: &str, quantity: Quantity) -> String {
    let Quantity { min, max } = quantity;
    match max {
        Some(max) if max == min => format!("{number} = {min}"),
        Some(max) if min == 0 => format!("{number} <= {max}"),
        Some(max) => format!("{min} <= {number} <= {max}"),
        None => format!("{number} >= {min}"),
    }
}
