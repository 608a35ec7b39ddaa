//! A reading put back into English: one sentence that says how a question was understood.
//!
//! It is made of the inquiry, not of the question's words, so that what it says is what is run:
//! *Which state recognises South Ossetia before 2010?*

mod clause;

use self::clause::Manner;
use super::form::{
    Asked, Choose, Claim, Fact, Group, Inquiry, Limit, Measure, Moment, Pattern, Rival, Shared,
    Thing, ThingId, Told,
};
use super::frame::Head;
use super::lexicon::Lexicon;
use super::morphology::{is_plural, plural};
use super::tree::{Aggregate, Beside, Quantity, Rank, Scale, Unit};
use super::when::When;
use crate::graph::source::display_name;
use crate::graph::{KeyId, Snapshot};
use crate::syntax::ast::TimeRelation;
use crate::value::NodeId;
use crate::value::time::date_in_words;

/// The sentence for an inquiry.
pub(crate) fn sentence(inquiry: &Inquiry, graph: &dyn Snapshot, lexicon: &Lexicon) -> String {
    let unclaimed = inquiry.unclaimed();
    let found = unclaimed.as_ref().unwrap_or(inquiry);
    let mut speaker = Speaker { inquiry: found, graph, lexicon, spoken: Vec::new(), blank: None };
    let mut text = speaker.sentence();
    // What is claimed, before the question whose answer it is held against.
    match &inquiry.claim {
        Some(Claim::Is(_, nodes)) => {
            let names: Vec<String> = nodes.iter().map(|&node| display_name(graph, node)).collect();
            text = format!("is it {}: {text}", names.join(" or "));
        }
        Some(Claim::At(_, times)) => {
            let times: Vec<String> = times.iter().map(time).collect();
            text = format!("was it {}: {text}", times.join(" and "));
        }
        None => {}
    }
    let mut chars = text.chars();
    let first: String = chars.next().map(char::to_uppercase).into_iter().flatten().collect();
    format!("{first}{}?", chars.as_str())
}

/// The only statement of a pattern, in words that begin a sentence.
pub(crate) fn statement(pattern: Pattern, graph: &dyn Snapshot, lexicon: &Lexicon) -> String {
    let inquiry = Inquiry::of(pattern, Asked::Whether);
    let fact = inquiry.pattern.facts[0].clone();
    let mut speaker =
        Speaker { inquiry: &inquiry, graph, lexicon, spoken: Vec::new(), blank: None };
    let text = speaker.clause(&fact);
    let mut chars = text.chars();
    let first: String = chars.next().map(char::to_uppercase).into_iter().flatten().collect();
    format!("{first}{}", chars.as_str())
}

struct Speaker<'a> {
    inquiry: &'a Inquiry,
    graph: &'a dyn Snapshot,
    lexicon: &'a Lexicon,
    /// Things that have been spoken of: the second time it is *that state*.
    spoken: Vec<ThingId>,
    /// The property whose place stays open: *is the … of X*.
    blank: Option<KeyId>,
}

impl Speaker<'_> {
    fn sentence(&mut self) -> String {
        if let Asked::Path(from, to) = self.inquiry.asked {
            return format!("how does {} hang together with {}", self.thing(from), self.thing(to));
        }
        let whole = self
            .inquiry
            .pattern
            .things
            .iter()
            .all(|thing| thing.dated.is_empty() && thing.bounds.is_empty());
        if whole && let Some(text) = self.asked_of_one() {
            return format!("{text}{}", self.tail());
        }
        let head = self.head();
        let facts = 0..self.inquiry.pattern.facts.len();
        let mut clauses: Vec<String> = facts.map(|id| self.fact(id)).collect();
        clauses.extend(self.dated_things());
        clauses.extend(self.bounds());
        clauses.extend(self.named_best());
        if clauses.is_empty() {
            return format!("{head}{}", self.tail());
        }
        let mut text = clauses.join(", and ");
        text.push_str(&self.tail());
        if head.is_empty() { text } else { format!("{head}: {text}") }
    }

    /// What is asked, where it is no thing that the clauses name.
    fn head(&mut self) -> String {
        let pattern = &self.inquiry.pattern;
        match self.inquiry.asked {
            Asked::Whether => "is it so".to_owned(),
            Asked::Things(thing) if !pattern.facts.iter().any(|fact| uses(fact, thing)) => {
                let one = pattern.things[thing].clone();
                let noun = self.noun(&one);
                match one.chosen.first() {
                    Some(chosen) => format!("which {noun} is {}", self.best_within(chosen)),
                    None => format!("which {noun}"),
                }
            }
            Asked::Things(_) => String::new(),
            Asked::Count(thing) if !pattern.facts.iter().any(|fact| uses(fact, thing)) => {
                let noun = self.noun(&pattern.things[thing].clone());
                let named = self.inquiry.pattern.things[thing].is.first();
                let named =
                    named.map(|&node| format!(" called {}", display_name(self.graph, node)));
                format!("how many {}{} are there", many(&noun), named.unwrap_or_default())
            }
            Asked::Facts(_) => "which of these".to_owned(),
            Asked::Speaker(_) => "who says this".to_owned(),
            Asked::Sources(_) => "where does it stand".to_owned(),
            Asked::Value(_, key) => format!("what {}", self.property(key)),
            Asked::ThingValue(thing, key) | Asked::ThingDate(thing, key, _) => {
                let made = match self.inquiry.aggregate {
                    Some(Aggregate::Sum) => "total ",
                    Some(Aggregate::Average) => "average ",
                    None => "",
                };
                let property = format!("{made}{}", self.property(key));
                if super::morphology::is_participle(&property) {
                    return format!("when was {} {property}", self.thing(thing));
                }
                format!("what is the {property} of {}", self.thing(thing))
            }
            _ => self.circumstance().unwrap_or_default(),
        }
    }

    fn property(&self, key: KeyId) -> String {
        let noun = self.lexicon.property_noun(key).map(str::to_owned);
        noun.unwrap_or_else(|| self.graph.catalog().key_name(key).to_string())
    }

    // --- Things --------------------------------------------------------------------------------

    fn thing(&mut self, id: ThingId) -> String {
        let thing = self.inquiry.pattern.things[id].clone();
        if let Some(name) = &thing.unknown {
            return name.to_string();
        }
        if !thing.is.is_empty() && thing.told == Told::ByName {
            let names: Vec<String> =
                thing.is.iter().map(|&node| display_name(self.graph, node)).collect();
            return names.join(" or ");
        }
        let again = self.spoken.contains(&id);
        self.spoken.push(id);
        if let (Some(chosen), false) = (thing.chosen.first(), again) {
            return self.best_within(chosen);
        }
        let noun = self.noun(&thing);
        let mut except: Vec<String> =
            thing.is_not.iter().map(|&node| display_name(self.graph, node)).collect();
        except.dedup();
        let asked = match self.inquiry.asked {
            Asked::Things(one) | Asked::Count(one) => {
                one == id || self.inquiry.group == Some(Group::Thing(id))
            }
            _ => false,
        };
        let counted = self.inquiry.asked == Asked::Count(id);
        let noun = if counted { many(&noun) } else { noun };
        let article = match (again, asked) {
            (true, _) if counted => "those",
            (true, _) => "that",
            (false, true) if counted => "how many",
            (false, true) => "which",
            (false, false) if self.is_absent(id) => "any",
            (false, false) => "some",
        };
        if except.is_empty() || again {
            format!("{article} {noun}")
        } else {
            format!("{article} {noun} other than {}", except.join(" and "))
        }
    }

    fn is_given(&self, id: ThingId) -> bool {
        let thing = &self.inquiry.pattern.things[id];
        !thing.is.is_empty() && thing.told == Told::ByName
            || thing.unknown.is_some()
            || self.inquiry.asked == Asked::Things(id)
    }

    /// What a thing is called by its kind, of several.
    fn kind_of(&mut self, id: ThingId) -> String {
        self.spoken.push(id);
        many(&self.noun(&self.inquiry.pattern.things[id].clone()))
    }

    /// `no state`, `neither X nor Y`.
    fn nothing(&mut self, id: ThingId) -> String {
        let thing = self.inquiry.pattern.things[id].clone();
        self.spoken.push(id);
        let called = |nodes: &[NodeId]| -> Vec<String> {
            nodes.iter().map(|&node| display_name(self.graph, node)).collect()
        };
        let names = called(&thing.is);
        match names.as_slice() {
            [] if thing.is_not.is_empty() => format!("no {}", self.noun(&thing)),
            [] => {
                let except = called(&thing.is_not).join(" and ");
                format!("no {} other than {except}", self.noun(&thing))
            }
            names => format!("neither {}", names.join(" nor ")),
        }
    }

    /// What a superlative stands for, by its own question.
    fn best_within(&self, chosen: &Inquiry) -> String {
        let (graph, lexicon, spoken) = (self.graph, self.lexicon, Vec::new());
        Speaker { inquiry: chosen, graph, lexicon, spoken, blank: None }.best()
    }

    /// What is said of things that are named: that they are the best of some.
    fn named_best(&self) -> Vec<String> {
        let things = self.inquiry.pattern.things.iter();
        let named = things.filter(|thing| !thing.is.is_empty() && thing.told == Told::ByName);
        let said = |thing: &Shared<Thing>| {
            let chosen = thing.chosen.first()?;
            let names: Vec<String> =
                thing.is.iter().map(|&node| display_name(self.graph, node)).collect();
            Some(format!("{} is {}", names.join(" or "), self.best_within(chosen)))
        };
        named.filter_map(said).collect()
    }

    /// `the city with the greatest population among …`
    fn best(&mut self) -> String {
        let (Some(choose), Asked::Things(thing)) = (self.inquiry.select, self.inquiry.asked) else {
            return "that".to_owned();
        };
        let one = self.inquiry.pattern.things[thing].clone();
        let number = if choose.number > 1 { format!("{} ", choose.number) } else { String::new() };
        let noun = self.noun(&one);
        let noun = if choose.number > 1 { many(&noun) } else { noun };
        let mut text = format!("the {number}{noun} with {}", self.measure(&choose));
        if !one.is.is_empty() && one.told == Told::ByName {
            let names: Vec<String> =
                one.is.iter().map(|&node| display_name(self.graph, node)).collect();
            text.push_str(&format!(" of {}", names.join(" and ")));
        }
        if let Some(each) = choose.each {
            let each = self.noun(&self.inquiry.pattern.things[each].clone());
            text.push_str(&format!(" in each {each}"));
        }
        let facts: Vec<String> =
            (0..self.inquiry.pattern.facts.len()).map(|id| self.fact(id)).collect();
        if !facts.is_empty() {
            text.push_str(&format!(" (where {})", facts.join(", and ")));
        }
        text
    }

    fn measure(&self, choose: &Choose) -> String {
        let extreme = if choose.most { "greatest" } else { "least" };
        let nth = match choose.nth {
            0 | 1 => String::new(),
            2 => "second ".to_owned(),
            3 => "third ".to_owned(),
            nth => format!("{nth}th "),
        };
        match choose.by {
            Measure::Value(_, key) => format!("the {nth}{extreme} {}", self.property(key)),
            Measure::Facts(_) => {
                format!("the {nth}{} times", if choose.most { "most" } else { "fewest" })
            }
            Measure::Count(thing) => {
                let noun = many(&self.noun(&self.inquiry.pattern.things[thing].clone()));
                format!("the {nth}{} {noun}", if choose.most { "most" } else { "fewest" })
            }
        }
    }

    /// What a thing's properties must be.
    fn bounds(&mut self) -> Vec<String> {
        let mut clauses = Vec::new();
        for id in 0..self.inquiry.pattern.things.len() {
            for (bound, beside) in self.inquiry.pattern.things[id].comparisons() {
                let sign = match beside {
                    Beside::More => "more than",
                    Beside::AtLeast => "at least",
                    Beside::Same => "exactly",
                    Beside::AtMost => "at most",
                    Beside::Fewer => "less than",
                };
                let than = match bound.than {
                    Limit::Number(number) => number.to_string(),
                    Limit::Thing(than, _) if Scale::is_once(bound.times) => {
                        format!("that of {}", self.thing(than))
                    }
                    Limit::Thing(than, _) => {
                        format!("{} times that of {}", bound.times, self.thing(than))
                    }
                };
                let property = self.property(bound.key);
                clauses.push(format!("the {property} of {} is {sign} {than}", self.thing(id)));
            }
        }
        clauses
    }

    /// `, more often than Russia visited X`
    fn rival(&self, rival: &Rival) -> String {
        let (inquiry, graph, lexicon) = (&rival.inquiry, self.graph, self.lexicon);
        let mut other = Speaker { inquiry, graph, lexicon, spoken: Vec::new(), blank: None };
        let facts = 0..inquiry.pattern.facts.len();
        let clauses: Vec<String> = facts.map(|id| other.fact(id)).collect();
        let clauses = clauses.join(", and ");
        let beside = match rival.beside {
            Beside::More => "more often than",
            Beside::AtLeast => "at least as often as",
            Beside::Same => "as often as",
            Beside::AtMost => "at most as often as",
            Beside::Fewer => "less often than",
        };
        format!(", {}{beside} {clauses}", so_many_times(rival))
    }

    fn noun(&self, thing: &Thing) -> String {
        if let Some(noun) = &thing.noun {
            return noun.to_string();
        }
        let nouns: Vec<&str> = thing
            .labels
            .iter()
            .flatten()
            .filter_map(|&label| self.lexicon.label_noun(label))
            .collect();
        match nouns.as_slice() {
            [] => "thing".to_owned(),
            some if some.len() > 3 => "thing".to_owned(),
            some => some.join(" or "),
        }
    }

    /// Whether a thing is spoken of only where it is said not to be.
    fn is_absent(&self, id: ThingId) -> bool {
        let mut facts = self.inquiry.pattern.facts.iter().filter(|fact| uses(fact, id)).peekable();
        facts.peek().is_some() && facts.all(|fact| self.is_none(fact, id))
    }

    fn dated_things(&mut self) -> Vec<String> {
        let mut clauses = Vec::new();
        for id in 0..self.inquiry.pattern.things.len() {
            for (key, when) in self.inquiry.pattern.things[id].dated.clone() {
                let property = self.property(key);
                clauses.push(format!("the {property} of {} is {}", self.thing(id), time(&when)));
            }
        }
        clauses
    }

    fn tail(&mut self) -> String {
        let mut text = String::new();
        for order in self.inquiry.pattern.order.clone() {
            let than = match order.than {
                Moment::Fact(_) => "the other".to_owned(),
                Moment::Date(thing, _) => self.thing(thing),
            };
            let side = if order.before { "before" } else { "after" };
            match order.apart {
                None => text.push_str(&format!(", the first {side} {than}")),
                Some(apart) => {
                    text.push_str(&format!(", the first {} {than}", apart.in_words()));
                }
            }
        }
        for &(_, _, unit) in &self.inquiry.pattern.same {
            let unit = match unit {
                Unit::Any | Unit::Day => "day",
                Unit::Month => "month",
                Unit::Year => "year",
            };
            text.push_str(&format!(", on the same {unit}"));
        }
        if let Some(choose) = self.inquiry.select {
            text.push_str(&format!(", the one with {}", self.measure(&choose)));
        }
        match self.inquiry.rank {
            Some(Rank::First) => text.push_str(", the earliest"),
            Some(Rank::Last) => text.push_str(", the latest"),
            Some(Rank::Nth(nth)) => text.push_str(&format!(", number {nth} in time")),
            None => {}
        }
        for having in &self.inquiry.having {
            if let (Some(rival), Measure::Facts(_)) = (&having.than, having.count) {
                text.push_str(&self.rival(rival));
                continue;
            }
            let noun = match having.count {
                Measure::Facts(_) => "times".to_owned(),
                Measure::Value(thing, _) | Measure::Count(thing) => {
                    plural(&self.noun(&self.inquiry.pattern.things[thing].clone()))
                }
            };
            if let Some(rival) = &having.than {
                let other = sentence(&rival.inquiry, self.graph, self.lexicon);
                let beside = match rival.beside {
                    Beside::More => "more",
                    Beside::AtLeast => "at least as many",
                    Beside::Same => "as many",
                    Beside::AtMost => "at most as many",
                    Beside::Fewer => "fewer",
                };
                let times = so_many_times(rival);
                text.push_str(&format!(", {beside} {noun} beside {times}“{other}”"));
                continue;
            }
            let Quantity { min, max } = having.quantity;
            let number = match max {
                Some(max) if max == min => format!("exactly {min}"),
                Some(max) if min == 0 => format!("at most {max}"),
                Some(max) => format!("{min} to {max}"),
                None => format!("at least {min}"),
            };
            text.push_str(&format!(", {number} {noun}"));
        }
        match self.inquiry.group {
            Some(Group::Thing(thing)) => {
                let noun = self.noun(&self.inquiry.pattern.things[thing].clone());
                text.push_str(&format!(", for each {noun}"));
            }
            Some(Group::Unit(_, unit)) => {
                let unit = match unit {
                    Unit::Any | Unit::Day => "day",
                    Unit::Month => "month",
                    Unit::Year => "year",
                };
                text.push_str(&format!(", for each {unit}"));
            }
            None => {}
        }
        for also in &self.inquiry.also {
            let what = match *also {
                Asked::When(..) => "when".to_owned(),
                Asked::HowLong(_) => "for how long".to_owned(),
                Asked::Speaker(_) => "who says so".to_owned(),
                Asked::Sources(_) => "where it stands".to_owned(),
                Asked::CountFacts(_) => "how often".to_owned(),
                Asked::Value(_, key) => format!("of what {}", self.property(key)),
                _ => continue,
            };
            text.push_str(&format!(", and {what}"));
        }
        text
    }
}

/// `3 times `, before what a number is held against; nothing where that is once.
fn so_many_times(rival: &Rival) -> String {
    if Scale::is_once(rival.times) { String::new() } else { format!("{} times ", rival.times) }
}

fn uses(fact: &Fact, thing: ThingId) -> bool {
    fact.start == thing || fact.end == thing
}

/// A frame's verb in the present, active or passive, of one or of many.
pub(super) fn verb(head: &Head, passive: bool, many: bool) -> String {
    clause::predicate(head, Manner { passive, many, ..Manner::default() })
}

/// A noun, or several to choose from, in the plural.
fn many(noun: &str) -> String {
    let one = |noun: &str| if is_plural(noun) { noun.to_owned() } else { plural(noun) };
    noun.split(" or ").map(one).collect::<Vec<_>>().join(" or ")
}

/// A time as it stands behind what it is of: `before 2010`, `on 26 August 2008`.
pub(crate) fn time(when: &When) -> String {
    const DAY: usize = "2008-08-26".len();
    let in_words = |edtf: &str| {
        let words = date_in_words(edtf);
        words.map_or(edtf.to_owned(), |words| words.replace(", year not stated", " of any year"))
    };
    // `2013 or 2014`
    let set = when.edtf.strip_prefix('{').and_then(|set| set.strip_suffix('}'));
    let words = match set {
        Some(set) => {
            // `{..2013,2015..}` is all but 2014.
            let open = |one: &str| match (one.strip_prefix(".."), one.strip_suffix("..")) {
                (Some(end), _) => in_words(&format!("../{end}")),
                (None, Some(start)) => in_words(&format!("{start}/..")),
                (None, None) => in_words(one),
            };
            set.split(',').map(open).collect::<Vec<_>>().join(" or ")
        }
        None => in_words(&when.edtf),
    };
    let spans = ["from ", "since ", "until "].iter().any(|lead| words.starts_with(lead));
    let lead = match when.relation {
        TimeRelation::Before => "before",
        TimeRelation::After => "after",
        _ if spans => return words,
        _ if when.edtf.len() == DAY && !when.edtf.contains('/') => "on",
        _ => "in",
    };
    format!("{lead} {}", if spans { &when.edtf } else { &words })
}
