//! Meaning to query: the text a user could have typed, and the one that is run for the answer.
//!
//! ```text
//! shown   MATCH (state:State)-[r:RECOGNISES]->(:Region {name: 'Abkhazia'}) BEFORE edtf('2010')
//!         RETURN DISTINCT state.name AS state ORDER BY state
//! run     MATCH (x0:State)-[r0:RECOGNISES]->(x1:Region) WHERE x1.name IN ['Abkhazia']
//!         RETURN x0, x1, r0
//! ```
//!
//! The two match the same. What is run leaves tests of time and the making of the answer to
//! `ask.rs`, which tells the certain from the possible and knows what each row rests on.

mod returned;

use std::fmt::Write as _;

use super::apart::Apart;
use super::form::{
    Asked, Claim, Fact, FactId, Group, Inquiry, Limit, Measure, Moment, Pattern, Rival, Thing,
    ThingId,
};
use super::lexicon::Lexicon;
use super::tree::{Beside, Unit};
use super::when::When;
use crate::graph::{KeyId, LabelId, Snapshot, TypeId, named_type, naming};
use crate::syntax::ast::TimeRelation;
use crate::value::{NodeId, Value};

/// The query of an inquiry as it is shown.
pub(crate) fn shown(inquiry: &Inquiry, graph: &dyn Snapshot, lexicon: &Lexicon) -> String {
    if let Some((own, rival)) = inquiry.number_alone() {
        return held_against(&own, rival, graph, lexicon);
    }
    let (Some(claim), Some(found)) = (&inquiry.claim, inquiry.unclaimed()) else {
        return Writer::new(inquiry, graph, Some(lexicon)).whole();
    };
    let mut inner = Writer::new(&found, graph, Some(lexicon));
    let condition = match claim {
        Claim::Is(thing, nodes) => {
            inner.as_variable = Some(inner.variables[*thing].clone());
            format!("{} IN [{}]", inner.called(*thing), inner.names(nodes))
        }
        Claim::At(_, times) => {
            let all: Vec<String> = times.iter().map(|when| dated_condition("date", when)).collect();
            all.join(" AND ")
        }
    };
    let column = inner.as_variable.clone().unwrap_or_else(|| "date".to_owned());
    let text = inner.whole().replace('\n', "\n  ");
    format!("CALL {{\n  {text}\n}}\nWITH {column} WHERE {condition}\nRETURN count(*) > 0 AS answer")
}

/// The query for whether the number of an inquiry is more than that of its rival: each is found by itself.
fn held_against(own: &Inquiry, rival: &Rival, graph: &dyn Snapshot, lexicon: &Lexicon) -> String {
    let number = |inquiry, name| number_as(Writer::new(inquiry, graph, Some(lexicon)), name);
    let (own, other) = (number(own, "number"), number(&rival.inquiry, "than"));
    let condition = returned::counted_beside(rival);
    format!("{other}{own}RETURN {condition} AS answer")
}

/// The query of an inquiry for a number, as a subquery that gives it in a column of some name.
fn number_as(writer: Writer<'_>, name: &str) -> String {
    let text = writer.whole();
    let text = match text.rfind(" AS ") {
        Some(at) => format!("{} AS {name}", &text[..at]),
        None => text,
    };
    format!("CALL {{\n  {}\n}}\n", text.replace('\n', "\n  "))
}

/// The query of an inquiry as it is run: columns `x0 …` for things, then `r0 …` for statements
/// that must hold, in the order of the pattern.
pub(crate) fn run(inquiry: &Inquiry, graph: &dyn Snapshot) -> String {
    Writer::new(inquiry, graph, None).whole()
}

/// A text as a string literal.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// A name as it stands in a query.
pub(crate) fn identifier(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic());
    if first && chars.all(|c| c == '_' || c.is_alphanumeric()) {
        name.to_owned()
    } else {
        format!("`{}`", name.replace('`', "``"))
    }
}

struct Writer<'a> {
    inquiry: &'a Inquiry,
    pattern: &'a Pattern,
    graph: &'a dyn Snapshot,
    /// Words for variables, where the query is to be shown.
    lexicon: Option<&'a Lexicon>,
    /// The variable of each thing; empty where it needs none.
    variables: Vec<String>,
    /// Whether a thing has been written, so that its variable alone refers to it.
    written: Vec<bool>,
    conditions: Vec<String>,
    /// What the thing asked for is called outside, where the query stands within another.
    as_variable: Option<String>,
    out: String,
}

fn is_compared(pattern: &Pattern, thing: ThingId) -> bool {
    let mut bounds = pattern.things.iter().flat_map(|thing| &thing.bounds);
    let mut dates = pattern.order.iter();
    bounds.any(|bound| matches!(bound.than, Limit::Thing(than, _) if than == thing))
        || dates.any(|order| matches!(order.than, Moment::Date(than, _) if than == thing))
}

impl<'a> Writer<'a> {
    fn new(
        inquiry: &'a Inquiry,
        graph: &'a dyn Snapshot,
        lexicon: Option<&'a Lexicon>,
    ) -> Writer<'a> {
        let pattern = &inquiry.pattern;
        let mut writer = Writer {
            inquiry,
            pattern,
            graph,
            lexicon,
            variables: Vec::new(),
            written: vec![false; pattern.things.len()],
            conditions: Vec::new(),
            as_variable: None,
            out: String::new(),
        };
        writer.name_things();
        writer
    }

    fn whole(mut self) -> String {
        if let Asked::Path(from, to) = self.inquiry.asked {
            return self.path(from, to);
        }
        if self.lexicon.is_some() {
            self.chosen();
        }
        let apart = self.counted_apart();
        let positive: Vec<FactId> = (0..self.pattern.facts.len())
            .filter(|&id| self.pattern.facts[id].absent == 0)
            .filter(|&id| apart.is_none_or(|apart| apart.fact != id))
            .collect();
        // What is the first or the last of its kind is found before all else.
        let is_of_rank =
            |id: &FactId| self.lexicon.is_some() && self.pattern.facts[*id].ranked.is_some();
        let (of_rank, others): (Vec<FactId>, Vec<FactId>) =
            positive.iter().partition(|id| is_of_rank(id));
        of_rank.into_iter().for_each(|id| self.of_rank(id));
        for id in others {
            let with_previous = self.pattern.same.iter().any(|same| same.1 == id);
            self.fact_clause(id, with_previous);
        }
        // What others are compared with stands before them.
        let (compared, others): (Vec<ThingId>, Vec<ThingId>) =
            (0..self.pattern.things.len()).partition(|&thing| self.is_compared(thing));
        for thing in compared.into_iter().chain(others) {
            if apart.is_some_and(|apart| apart.counted == thing) {
                continue;
            }
            let whose = apart.is_some_and(|apart| apart.of == thing);
            let only_absent = self.uses(thing).is_some_and(|fact| fact.absent > 0);
            let outside = self.is_outside(thing);
            let inside = only_absent && !outside && self.in_one_group_only(thing);
            let loose = (positive.is_empty() || only_absent) && !inside;
            let needed = loose || whose || self.is_asked(thing) || self.is_compared(thing);
            if !self.written[thing] && needed {
                let node = self.node(thing);
                self.match_word();
                self.out.push_str(&node);
                self.flush();
            }
        }
        self.absent();
        self.order();
        self.flush();
        self.returned();
        self.out
    }

    /// What superlatives stand for, as subqueries.
    fn chosen(&mut self) {
        for thing in 0..self.pattern.things.len() {
            for inquiry in &self.pattern.things[thing].chosen {
                let mut inner = Writer::new(inquiry, self.graph, self.lexicon);
                inner.as_variable = Some(self.variables[thing].clone());
                let text = inner.whole().replace('\n', "\n  ");
                if !self.out.is_empty() && !self.out.ends_with('\n') {
                    self.out.push('\n');
                }
                let _ = writeln!(self.out, "CALL {{\n  {text}\n}}");
            }
            // One that is given is held against what was chosen.
            let thing_given = self.pattern.things[thing].is_given();
            if !self.pattern.things[thing].chosen.is_empty() && !thing_given {
                self.written[thing] = true;
            }
        }
    }

    /// Writes a statement that must be the first or the last of its kind, as a subquery.
    fn of_rank(&mut self, id: FactId) {
        let Some(own) = self.inquiry.ranked_alone(id) else { return };
        let mut inner = Writer::new(&own, self.graph, self.lexicon);
        inner.as_variable = Some(self.fact_variable(id));
        let text = inner.whole().replace('\n', "\n  ");
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        let _ = writeln!(self.out, "CALL {{\n  {text}\n}}");
    }

    /// Whether a thing is there, of whatever is denied of it.
    fn is_outside(&self, thing: ThingId) -> bool {
        self.pattern.things[thing].outside && self.inquiry.asked == Asked::Whether
    }

    /// Whether another thing is compared with this one.
    fn is_compared(&self, thing: ThingId) -> bool {
        is_compared(self.pattern, thing)
    }

    // --- Variables -------------------------------------------------------------------------------

    fn name_things(&mut self) {
        let mut taken: Vec<String> = Vec::new();
        let (inquiry, pattern) = (self.inquiry, self.pattern);
        for (id, thing) in self.pattern.things.iter().enumerate() {
            let Some(lexicon) = self.lexicon else {
                self.variables.push(format!("x{id}"));
                continue;
            };
            let uses = self.pattern.facts.iter().filter(|fact| fact.start == id || fact.end == id);
            let needed = self.is_asked(id)
                || uses.count() > 1
                || thing.is.len() > 1
                || !thing.is_not.is_empty()
                || !thing.bounds.is_empty()
                || !thing.chosen.is_empty()
                || thing.outside && inquiry.asked == Asked::Whether
                || is_compared(pattern, id)
                || inquiry.select.is_some()
                || inquiry.group == Some(Group::Thing(id))
                || inquiry
                    .having
                    .iter()
                    .any(|having| having.of == Some(id) || having.count == Measure::Count(id))
                || !thing.dated.is_empty();
            let name =
                if needed { fresh(&base_name(thing, lexicon), &mut taken) } else { String::new() };
            self.variables.push(name);
        }
    }

    fn is_asked(&self, thing: ThingId) -> bool {
        match self.inquiry.asked {
            Asked::Things(one)
            | Asked::Count(one)
            | Asked::ThingValue(one, _)
            | Asked::ThingDate(one, _, _) => one == thing,
            Asked::Facts(fact) => {
                let fact = &self.pattern.facts[fact];
                fact.start == thing || fact.end == thing
            }
            Asked::Path(a, b) => a == thing || b == thing,
            _ => false,
        }
    }

    fn fact_variable(&self, id: FactId) -> String {
        if self.lexicon.is_none() {
            return format!("r{id}");
        }
        let fact = &self.pattern.facts[id];
        let asked = match self.inquiry.asked {
            Asked::When(one, _)
            | Asked::Value(one, _)
            | Asked::Speaker(one)
            | Asked::Sources(one)
            | Asked::HowLong(one)
            | Asked::CountFacts(one)
            | Asked::CountTimes(one, _) => one == id,
            _ => false,
        };
        let also = self.inquiry.also.iter().any(|asked| match *asked {
            Asked::When(one, _)
            | Asked::Value(one, _)
            | Asked::Speaker(one)
            | Asked::HowLong(one) => one == id,
            _ => false,
        });
        let tested = !fact.has.is_empty()
            || fact.times.len() > 1
            || fact.undated
            || fact.stance.is_some()
            || fact.speaker.is_some()
            || fact.values.iter().any(|(_, values)| values.len() > 1)
            || self.pattern.same.iter().any(|same| same.0 == id || same.1 == id)
            || self.pattern.order.iter().any(|one| one.of == id || one.than == Moment::Fact(id))
            || self.inquiry.rank.is_some()
            || matches!(self.inquiry.group, Some(Group::Unit(one, _)) if one == id)
            || self.inquiry.having.iter().any(|having| having.count == Measure::Facts(id))
            || self.inquiry.select.is_some_and(|choose| choose.by == Measure::Facts(id));
        match (asked || also || tested, id) {
            (false, _) => String::new(),
            (true, 0) => "r".to_owned(),
            (true, id) => format!("r{}", id + 1),
        }
    }

    fn uses(&self, thing: ThingId) -> Option<&Fact> {
        let mut facts = self.pattern.facts.iter();
        facts.find(|fact| fact.start == thing || fact.end == thing).map(|fact| &**fact)
    }

    fn in_one_group_only(&self, thing: ThingId) -> bool {
        let mut groups: Vec<usize> = self
            .pattern
            .facts
            .iter()
            .filter(|fact| fact.start == thing || fact.end == thing)
            .map(|fact| fact.absent)
            .collect();
        groups.dedup();
        groups.len() == 1 && !self.is_asked(thing)
    }

    // --- Patterns --------------------------------------------------------------------------------

    fn fact_clause(&mut self, id: FactId, with_previous: bool) {
        let text = self.fact(id);
        if with_previous && self.out.ends_with('\n') {
            self.out.pop();
            self.out.push_str(", ");
        } else {
            self.match_word();
        }
        self.out.push_str(&text);
        let times = self.lexicon.map_or(&[][..], |_| &self.pattern.facts[id].times);
        if let Some(when) = times.first() {
            let _ = write!(self.out, " {}", time_clause(when));
        }
        match (self.lexicon, self.pattern.facts[id].times.is_empty()) {
            // A plain pattern sees what is stored; that somebody denies it is told of, too.
            (None, _) if self.is_entailed(id) => self.out.push_str(" ALL TIME STANCE ANY"),
            (Some(_), true) if self.sees_more(id) => self.out.push_str(" ALL TIME"),
            _ => {}
        }
        if self.pattern.same.iter().any(|same| same.0 == id) {
            self.out.push('\n');
        } else {
            self.flush();
        }
        // A pattern has one time clause; each further one is asked of the same relationship.
        for when in times.iter().skip(1) {
            let again = self.fact_variable(id);
            self.match_word();
            let _ = write!(self.out, "()-[{again}]->() {}", time_clause(when));
        }
    }

    /// Whether what is declared entails more of a statement than is stored.
    fn is_entailed(&self, id: FactId) -> bool {
        let fact = &self.pattern.facts[id];
        let transitive =
            |of: &TypeId| self.graph.declarations().of(*of).is_some_and(|one| one.transitive);
        let mut types = fact.types.iter();
        !fact.chain && types.any(|of| transitive(of) || named_type::is_entailed(*of, self.graph))
    }

    /// Whether a plain pattern would see less than what is declared, or what is stored and not believed.
    fn sees_more(&self, id: FactId) -> bool {
        let fact = &self.pattern.facts[id];
        let disbelieved = |of: &TypeId| self.pattern.disbelieved.contains(of);
        self.is_entailed(id) || !fact.chain && fact.types.iter().any(disbelieved)
    }

    fn match_word(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.push_str("MATCH ");
    }

    /// `(a)-[r:TYPE {key: 'value'}]->(b)`; what cannot stand in it becomes a condition.
    fn fact(&mut self, id: FactId) -> String {
        let fact = &self.pattern.facts[id];
        let start = self.node(fact.start);
        let variable = self.fact_variable(id);
        let catalog = self.graph.catalog();
        let types: Vec<String> =
            fact.types.iter().map(|&one| identifier(catalog.type_name(one))).collect();
        let length = if fact.chain { "*1..3" } else { "" };
        let inline: Vec<String> = fact
            .values
            .iter()
            .filter(|(_, values)| values.len() == 1)
            .map(|(key, values)| format!("{}: {}", self.key(*key), quoted(&values[0])))
            .collect();
        let inline =
            if inline.is_empty() { String::new() } else { format!(" {{{}}}", inline.join(", ")) };
        self.fact_conditions(id, &variable);
        let end = self.node(fact.end);
        let arrow = if fact.symmetric { "-" } else { "->" };
        format!("{start}-[{variable}:{}{length}{inline}]{arrow}{end}", types.join("|"))
    }

    fn fact_conditions(&mut self, id: FactId, variable: &str) {
        let fact = &self.pattern.facts[id];
        for (key, values) in fact.values.iter().filter(|(_, values)| values.len() > 1) {
            let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            let condition = format!("{variable}.{} IN [{}]", self.key(*key), values.join(", "));
            self.conditions.push(condition);
        }
        for &key in &fact.has {
            let condition = format!("{variable}.{} IS NOT NULL", self.key(key));
            self.conditions.push(condition);
        }
        if fact.undated {
            self.conditions.push(format!("valid({variable}) IS NULL"));
        }
        if let Some(stance) = fact.stance {
            self.conditions.push(format!("stance({variable}) = {}", quoted(stance.as_str())));
        }
        if let Some(speaker) = fact.speaker {
            let names: Vec<String> = self.pattern.things[speaker]
                .is
                .iter()
                .map(|&node| quoted(&crate::graph::source::display_name(self.graph, node)))
                .collect();
            self.conditions.push(format!("speaker({variable}) IN [{}]", names.join(", ")));
        }
    }

    fn node(&mut self, id: ThingId) -> String {
        let thing = &self.pattern.things[id];
        let variable = self.variables[id].clone();
        if std::mem::replace(&mut self.written[id], true) && !variable.is_empty() {
            return format!("({variable})");
        }
        let labels = self.labels(thing);
        let mut inline = String::new();
        if let Some(name) = &thing.unknown {
            inline = format!(" {{name: {}}}", quoted(name));
        } else if let [only] = thing.is.as_slice() {
            match self.name(*only).as_slice() {
                keys @ [_, ..] => {
                    let one = |(key, name): &(KeyId, String)| {
                        format!("{}: {}", self.key(*key), quoted(name))
                    };
                    let all: Vec<String> = keys.iter().map(one).collect();
                    inline = format!(" {{{}}}", all.join(", "));
                }
                [] => self
                    .conditions
                    .push(format!("id({variable}) = {}", self.graph.node_element_id(*only))),
            }
        } else if !thing.is.is_empty() {
            let names = self.names(&thing.is);
            self.conditions.push(format!("{} IN [{names}]", self.called(id)));
        }
        match thing.is_not.as_slice() {
            [] => {}
            [one] => {
                let name = self.names(&[*one]);
                self.conditions.push(format!("{} <> {name}", self.called(id)));
            }
            several => {
                let names = self.names(several);
                self.conditions.push(format!("NOT {} IN [{names}]", self.called(id)));
            }
        }
        // What is there is held against its bounds when it is found; of what is not, there is no row.
        if self.lexicon.is_some() || self.only_inside(id) {
            for (bound, beside) in thing.comparisons() {
                let sign = match beside {
                    Beside::More => ">",
                    Beside::AtLeast => ">=",
                    Beside::Same => "=",
                    Beside::AtMost => "<=",
                    Beside::Fewer => "<",
                };
                let than = match bound.than {
                    Limit::Number(number) => number.to_string(),
                    Limit::Thing(than, key) => {
                        let times = match bound.times {
                            1.0 => String::new(),
                            times => format!("{times} * "),
                        };
                        format!("{times}{}.{}", self.variables[than], self.key(key))
                    }
                };
                let condition = format!("{variable}.{} {sign} {than}", self.key(bound.key));
                self.conditions.push(condition);
            }
            for (key, when) in &thing.dated {
                let condition = dated_condition(&format!("{variable}.{}", self.key(*key)), when);
                self.conditions.push(condition);
            }
        }
        format!("({variable}{labels}{inline})")
    }

    /// The label of a given thing; the labels that were asked for of any other.
    fn labels(&self, thing: &Thing) -> String {
        let catalog = self.graph.catalog();
        let name = |label: LabelId| identifier(catalog.label_name(label));
        if let Some(&given) = thing.is.first() {
            let label = self.graph.labels(given).first();
            let same = thing
                .is
                .iter()
                .all(|&node| label.is_some_and(|&one| self.graph.has_label(node, one)));
            return label
                .filter(|_| same)
                .map_or_else(String::new, |&label| format!(":{}", name(label)));
        }
        match thing.labels.as_deref() {
            None | Some([]) => String::new(),
            Some(labels) => {
                let names: Vec<String> = labels.iter().map(|&label| name(label)).collect();
                format!(":{}", names.join("|"))
            }
        }
    }

    /// The properties that a node is called by, and what they say.
    fn name(&self, node: NodeId) -> Vec<(KeyId, String)> {
        let text = |key: KeyId| match self.graph.node_property(node, key) {
            Value::String(name) => Some((key, name.to_string())),
            _ => None,
        };
        naming::keys(self.graph, node).into_iter().filter_map(text).collect()
    }

    /// What a thing is called, as an expression: `film.title`, `coalesce(who.name, who.title)`.
    fn called(&self, id: ThingId) -> String {
        const LABELS_MAX: usize = 16;
        let (thing, variable) = (&self.pattern.things[id], &self.variables[id]);
        let given = thing.is.iter().chain(&thing.is_not);
        let mut keys: Vec<Vec<KeyId>> = given
            .map(|&node| naming::keys(self.graph, node))
            .filter(|keys| !keys.is_empty())
            .collect();
        if thing.is.is_empty() {
            let all = || self.graph.catalog().labels().map(|(label, _)| label);
            let labels: Vec<LabelId> = match thing.labels.as_deref() {
                Some(labels @ [_, ..]) => labels.to_vec(),
                None | Some([]) => all().take(LABELS_MAX).collect(),
            };
            keys.extend(labels.into_iter().flat_map(|label| naming::keys_of(self.graph, label)));
        }
        keys.sort_unstable();
        keys.dedup();
        let property = |key: &KeyId| format!("{variable}.{}", self.key(*key));
        // A given and a family name are put together.
        let whole =
            |keys: &Vec<KeyId>| keys.iter().map(property).collect::<Vec<_>>().join(" + ' ' + ");
        let names: Vec<String> = keys.iter().map(whole).collect();
        match names.as_slice() {
            [] => format!("{variable}.name"),
            [one] => one.clone(),
            several => format!("coalesce({})", several.join(", ")),
        }
    }

    fn names(&self, nodes: &[NodeId]) -> String {
        let mut names: Vec<String> = Vec::new();
        for name in nodes.iter().filter_map(|&node| naming::name(self.graph, node)) {
            let name = quoted(&name);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join(", ")
    }

    fn key(&self, key: KeyId) -> String {
        identifier(self.graph.catalog().key_name(key))
    }

    // --- Conditions ------------------------------------------------------------------------------

    /// Statements that must not hold, group by group.
    fn absent(&mut self) {
        let groups = self.pattern.next_absent();
        for group in 1..groups {
            let facts: Vec<FactId> = (0..self.pattern.facts.len())
                .filter(|&id| self.pattern.facts[id].absent == group)
                .collect();
            let before = std::mem::take(&mut self.conditions);
            let mut text = String::new();
            let dated = facts
                .iter()
                .any(|&id| !self.pattern.facts[id].times.is_empty() || self.sees_more(id));
            for (at, &id) in facts.iter().enumerate() {
                let joint = match at {
                    0 => "MATCH ",
                    _ if dated => " MATCH ",
                    _ => ", ",
                };
                text.push_str(joint);
                text.push_str(&self.fact(id));
                for when in &self.pattern.facts[id].times {
                    let _ = write!(text, " {}", time_clause(when));
                }
                if self.pattern.facts[id].times.is_empty() && self.sees_more(id) {
                    text.push_str(" ALL TIME");
                }
                if dated {
                    self.filter(&mut text);
                }
            }
            if !dated {
                self.filter(&mut text);
            }
            self.conditions = before;
            self.conditions.push(format!("NOT EXISTS {{ {text} }}"));
        }
    }

    /// Writes the conditions that have come up behind a pattern.
    fn filter(&mut self, text: &mut String) {
        let conditions = std::mem::take(&mut self.conditions);
        if !conditions.is_empty() {
            let _ = write!(text, " WHERE {}", conditions.join(" AND "));
        }
    }

    fn order(&mut self) {
        for &(a, b, unit) in &self.pattern.same {
            let (a, b) = (self.fact_variable(a), self.fact_variable(b));
            let (a, b) = match unit {
                Unit::Any | Unit::Day => (format!("valid({a})"), format!("valid({b})")),
                Unit::Month | Unit::Year => {
                    if unit == Unit::Month && self.lexicon.is_some() {
                        let same = format!("edtf.year(valid({a})) = edtf.year(valid({b}))");
                        self.conditions.push(same);
                    }
                    let part = if unit == Unit::Month { "month" } else { "year" };
                    (format!("edtf.{part}(valid({a}))"), format!("edtf.{part}(valid({b}))"))
                }
            };
            if self.lexicon.is_some() {
                self.conditions.push(format!("{a} = {b}"));
            }
        }
        if self.lexicon.is_none() {
            return;
        }
        for order in &self.pattern.order {
            let of = format!("edtf.start(valid({}))", self.fact_variable(order.of));
            let than = match order.than {
                Moment::Fact(fact) => format!("edtf.start(valid({}))", self.fact_variable(fact)),
                Moment::Date(thing, key) => {
                    format!("edtf.start({}.{})", self.variables[thing], self.key(key))
                }
            };
            self.conditions.push(match order.apart {
                None => format!("{of} {} {than}", if order.before { "<" } else { ">" }),
                Some(apart) => apart_condition(apart, &of, &than),
            });
        }
    }

    /// Writes the conditions that have come up since the last MATCH.
    fn flush(&mut self) {
        let conditions = std::mem::take(&mut self.conditions);
        if conditions.is_empty() {
            return;
        }
        let joined = conditions.join(" AND ");
        if self.out.ends_with('\n') {
            self.out.pop();
        }
        // A second WHERE of one MATCH cannot be: what comes later goes on with the first.
        let last = self.out.rfind('\n').map_or(0, |at| at + 1);
        let word = if self.out[last..].contains(" WHERE ") { "AND" } else { "WHERE" };
        let _ = write!(self.out, " {word} {joined}");
    }
}

fn base_name(thing: &Thing, lexicon: &Lexicon) -> String {
    let noun = thing.noun.as_deref().map(str::to_owned);
    let label = || match thing.labels.as_deref() {
        Some([only]) => lexicon.label_noun(*only).map(str::to_owned),
        _ => None,
    };
    let name = noun.or_else(label).unwrap_or_else(|| "who".to_owned());
    name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
}

fn fresh(base: &str, taken: &mut Vec<String>) -> String {
    let mut name = base.to_owned();
    let mut number = 2;
    while taken.contains(&name) {
        name = format!("{base}{number}");
        number += 1;
    }
    taken.push(name.clone());
    name
}

pub(crate) fn time_clause(when: &When) -> String {
    match when.relation {
        TimeRelation::AsOf => format!("AS OF date('{}')", when.edtf),
        TimeRelation::Before => format!("BEFORE edtf('{}')", when.edtf),
        TimeRelation::After => format!("AFTER edtf('{}')", when.edtf),
        TimeRelation::Overlaps => format!("OVERLAPS edtf('{}')", when.edtf),
        TimeRelation::During | TimeRelation::AllTime => format!("DURING edtf('{}')", when.edtf),
    }
}

/// The condition that one date is so far from another.
fn apart_condition(apart: Apart, of: &str, than: &str) -> String {
    let day = |date: &str| format!("date(toString({date}))");
    let (of, than) = (day(of), day(than));
    let moved = |months: i64| match months {
        0 => than.clone(),
        months => format!("{than} + duration({{months: {months}}})"),
    };
    match apart {
        Apart::Days { least, most } => {
            let days = format!("duration.inDays({than}, {of}).days");
            if least == most {
                format!("{days} = {least}")
            } else {
                format!("{least} <= {days} <= {most}")
            }
        }
        Apart::Within { before: 0, after } => format!("{than} < {of} <= {}", moved(after)),
        Apart::Within { before, after: 0 } => format!("{} <= {of} < {than}", moved(-before)),
        Apart::Within { before, after } => {
            format!("{} <= {of} <= {}", moved(-before), moved(after))
        }
        Apart::Dated(months) => format!("{of} = {}", moved(months)),
        Apart::Months(months) => {
            let start = |date: &str| format!("date.truncate('month', {date})");
            format!("{} = {}", start(&of), start(&moved(months)))
        }
        Apart::Years(years) => format!("{of}.year - {than}.year = {years}"),
    }
}

fn dated_condition(of: &str, when: &When) -> String {
    let edtf = &when.edtf;
    match (when.relation, edtf.split_once('/')) {
        (TimeRelation::Before, _) => format!("{of} < edtf('{edtf}')"),
        (TimeRelation::After, _) => format!("{of} > edtf('{edtf}')"),
        (_, Some((first, ".."))) => format!("{of} >= edtf('{first}')"),
        (_, Some(("..", last))) => format!("{of} <= edtf('{last}')"),
        (_, Some((first, last))) => format!("edtf('{first}') <= {of} <= edtf('{last}')"),
        // A day lies in the month and the year that its text begins with.
        (_, None) => format!("toString({of}) STARTS WITH '{edtf}'"),
    }
}

fn dated(of: &str, unit: Unit) -> String {
    match unit {
        Unit::Any | Unit::Day => format!("{of} AS date"),
        Unit::Month => format!("edtf.year({of}) AS year, edtf.month({of}) AS month"),
        Unit::Year => format!("edtf.year({of}) AS year"),
    }
}
