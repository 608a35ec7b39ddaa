//! A reading put back into English: one sentence that says how a question was understood.
//!
//! It is made of the inquiry, not of the question's words, so that what it says is what is run:
//! *Which state recognises South Ossetia before 2010?*

use super::form::{
    Asked, Choose, Fact, FactId, Group, Inquiry, Limit, Measure, Moment, Pattern, Thing, ThingId,
};
use super::frame::{Frame, Head, Role, What};
use super::lexicon::Lexicon;
use super::morphology::{Form, is_participle, is_plural, plural, verb_forms};
use super::tree::{Quantity, Rank, Unit};
use super::when::When;
use crate::graph::Snapshot;
use crate::graph::source::display_name;
use crate::syntax::ast::TimeRelation;

/// The sentence for an inquiry.
pub(crate) fn sentence(inquiry: &Inquiry, graph: &dyn Snapshot, lexicon: &Lexicon) -> String {
    let mut speaker = Speaker { inquiry, graph, lexicon, spoken: Vec::new() };
    let text = speaker.sentence();
    let mut chars = text.chars();
    let first: String = chars.next().map(char::to_uppercase).into_iter().flatten().collect();
    format!("{first}{}?", chars.as_str())
}

/// The only statement of a pattern, in words that begin a sentence.
pub(crate) fn statement(pattern: Pattern, graph: &dyn Snapshot, lexicon: &Lexicon) -> String {
    let inquiry = Inquiry::of(pattern, Asked::Whether);
    let fact = inquiry.pattern.facts[0].clone();
    let mut speaker = Speaker { inquiry: &inquiry, graph, lexicon, spoken: Vec::new() };
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
}

impl Speaker<'_> {
    fn sentence(&mut self) -> String {
        if let Asked::Path(from, to) = self.inquiry.asked {
            return format!("how does {} hang together with {}", self.thing(from), self.thing(to));
        }
        let head = self.head();
        let facts = 0..self.inquiry.pattern.facts.len();
        let mut clauses: Vec<String> = facts.map(|id| self.fact(id)).collect();
        clauses.extend(self.dated_things());
        clauses.extend(self.bounds());
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
                format!("which {}", self.noun(&pattern.things[thing].clone()))
            }
            Asked::Things(_) => String::new(),
            Asked::Count(thing) if !pattern.facts.iter().any(|fact| uses(fact, thing)) => {
                let noun = self.noun(&pattern.things[thing].clone());
                let many = super::morphology::is_plural(&noun);
                let noun = if many { noun } else { super::morphology::plural(&noun) };
                format!("how many {noun} are there")
            }
            Asked::Count(_) => "how many".to_owned(),
            Asked::CountFacts(_) => "how often".to_owned(),
            Asked::CountTimes(_, Unit::Year) => "in how many years".to_owned(),
            Asked::CountTimes(_, Unit::Month) => "in how many months".to_owned(),
            Asked::CountTimes(..) => "on how many days".to_owned(),
            Asked::Facts(_) => "which of these".to_owned(),
            Asked::When(_, unit) => match unit {
                Unit::Year => "in which year".to_owned(),
                Unit::Month => "in which month".to_owned(),
                Unit::Any | Unit::Day => "when".to_owned(),
            },
            Asked::HowLong(_) => "how long".to_owned(),
            Asked::Speaker(_) => "who says this".to_owned(),
            Asked::Sources(_) => "where does it stand".to_owned(),
            Asked::Value(_, key) => format!("what {}", self.property(key)),
            Asked::ThingValue(thing, key) | Asked::ThingDate(thing, key, _) => {
                let property = self.property(key);
                if super::morphology::is_participle(&property) {
                    return format!("when was {} {property}", self.thing(thing));
                }
                format!("what is the {property} of {}", self.thing(thing))
            }
            Asked::Path(..) => String::new(),
        }
    }

    fn property(&self, key: crate::graph::KeyId) -> String {
        let noun = self.lexicon.property_noun(key).map(str::to_owned);
        noun.unwrap_or_else(|| self.graph.catalog().key_name(key).to_string())
    }

    // --- Statements ------------------------------------------------------------------------------

    fn fact(&mut self, id: FactId) -> String {
        let fact = self.inquiry.pattern.facts[id].clone();
        let mut text = self.clause(&fact);
        for when in &fact.times {
            text.push(' ');
            text.push_str(&time(when));
        }
        if fact.undated {
            text.push_str(", at a time that is not stated");
        }
        if let Some(stance) = fact.stance {
            text.push_str(&format!(" ({})", stance.as_str()));
        }
        if let Some(speaker) = fact.speaker {
            text.push_str(&format!(", according to {}", self.thing(speaker)));
        }
        if fact.absent > 0 { format!("not: {text}") } else { text }
    }

    fn clause(&mut self, fact: &Fact) -> String {
        if fact.chain {
            return format!("{} belongs to {}", self.thing(fact.start), self.thing(fact.end));
        }
        let frame = fact.types.first().and_then(|&one| self.lexicon.sentence(one)).cloned();
        if let Some(frame) = frame {
            self.framed(fact, &frame)
        } else {
            let name = fact.types.first().map(|&one| self.graph.catalog().type_name(one));
            let name = name.map_or("-", |name| name);
            format!("{} {name} {}", self.thing(fact.start), self.thing(fact.end))
        }
    }

    /// The frame's sentence with the things in their places.
    fn framed(&mut self, fact: &Fact, frame: &Frame) -> String {
        let share = frame.share.and_then(|key| value_of(fact, key));
        let mut words: Vec<String> = share.into_iter().collect();
        let passive = frame.subject.is_none();
        let first = if passive { frame.object } else { frame.subject };
        if let Some(role) = first {
            words.push(self.role(fact, role));
        }
        let many = first.is_some_and(|role| self.is_many(fact, role));
        words.push(verb(&frame.head, passive, many));
        if let (Some(role), false) = (frame.object, passive) {
            words.push(self.role(fact, role));
        }
        for piece in &frame.pieces {
            let what = match &piece.what {
                What::Fixed(words) => words.clone(),
                What::Slot(Role::Property(key)) => match value_of(fact, *key) {
                    Some(value) => value,
                    None => continue,
                },
                What::Slot(role) => self.role(fact, *role),
            };
            words.extend(piece.preposition.clone());
            words.push(what);
        }
        words.join(" ")
    }

    /// Whether a thing is spoken of in the plural: *people live*.
    fn is_many(&self, fact: &Fact, role: Role) -> bool {
        let thing =
            &self.inquiry.pattern.things[if role == Role::End { fact.end } else { fact.start }];
        let given: Vec<_> =
            thing.is.iter().flat_map(|&node| self.graph.labels(node)).copied().collect();
        let labels =
            if thing.is.is_empty() { thing.labels.clone().unwrap_or_default() } else { given };
        let plural = |label| self.lexicon.label_noun(label).is_some_and(is_plural);
        thing.is.len() < 2 && !labels.is_empty() && labels.into_iter().all(plural)
    }

    fn role(&mut self, fact: &Fact, role: Role) -> String {
        self.thing(if role == Role::End { fact.end } else { fact.start })
    }

    // --- Things --------------------------------------------------------------------------------

    fn thing(&mut self, id: ThingId) -> String {
        let thing = self.inquiry.pattern.things[id].clone();
        if let Some(name) = &thing.unknown {
            return name.to_string();
        }
        if !thing.is.is_empty() {
            let names: Vec<String> =
                thing.is.iter().map(|&node| display_name(self.graph, node)).collect();
            return names.join(" or ");
        }
        let again = self.spoken.contains(&id);
        self.spoken.push(id);
        if let (Some(chosen), false) = (thing.chosen.first(), again) {
            let mut inner = Speaker {
                inquiry: chosen,
                graph: self.graph,
                lexicon: self.lexicon,
                spoken: Vec::new(),
            };
            return inner.best();
        }
        let noun = self.noun(&thing);
        let except: Vec<String> =
            thing.is_not.iter().map(|&node| display_name(self.graph, node)).collect();
        let asked = match self.inquiry.asked {
            Asked::Things(one) | Asked::Count(one) => one == id,
            _ => false,
        };
        let article = match (again, asked) {
            (true, _) => "that",
            (false, true) => "which",
            (false, false) => "some",
        };
        if except.is_empty() || again {
            format!("{article} {noun}")
        } else {
            format!("{article} {noun} other than {}", except.join(" and "))
        }
    }

    /// `the city with the greatest population among …`
    fn best(&mut self) -> String {
        let (Some(choose), Asked::Things(thing)) = (self.inquiry.select, self.inquiry.asked) else {
            return "that".to_owned();
        };
        let noun = self.noun(&self.inquiry.pattern.things[thing].clone());
        let mut text = format!("the {noun} with {}", self.measure(&choose));
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
                let noun = self.noun(&self.inquiry.pattern.things[thing].clone());
                format!("the {nth}{} {noun}s", if choose.most { "most" } else { "fewest" })
            }
        }
    }

    /// What a thing's properties must be.
    fn bounds(&mut self) -> Vec<String> {
        let mut clauses = Vec::new();
        for id in 0..self.inquiry.pattern.things.len() {
            for bound in self.inquiry.pattern.things[id].bounds.clone() {
                let sign = match (bound.more, bound.equal) {
                    (true, false) => "more than",
                    (true, true) => "at least",
                    (false, false) => "less than",
                    (false, true) => "at most",
                };
                let than = match bound.than {
                    Limit::Number(number) => number.to_string(),
                    Limit::Thing(than, _) => format!("that of {}", self.thing(than)),
                };
                let property = self.property(bound.key);
                clauses.push(format!("the {property} of {} is {sign} {than}", self.thing(id)));
            }
        }
        clauses
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
            let noun = match having.count {
                Measure::Facts(_) => "times".to_owned(),
                Measure::Value(thing, _) | Measure::Count(thing) => {
                    plural(&self.noun(&self.inquiry.pattern.things[thing].clone()))
                }
            };
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
        text
    }
}

fn uses(fact: &Fact, thing: ThingId) -> bool {
    fact.start == thing || fact.end == thing
}

fn value_of(fact: &Fact, key: crate::graph::KeyId) -> Option<String> {
    fact.values.iter().find(|value| value.0 == key).map(|(_, values)| values[0].to_string())
}

/// A frame's verb in the present, active or passive, of one or of many.
pub(super) fn verb(head: &Head, passive: bool, many: bool) -> String {
    let be = if many { "are" } else { "is" };
    let form = |base: &str, wanted: Form| {
        let forms = verb_forms(base);
        let found = forms.into_iter().find(|(word, form)| {
            *form == wanted && (wanted != Form::Participle || is_participle(word))
        });
        found.map_or_else(|| base.to_owned(), |entry| entry.0)
    };
    match head {
        Head::Be | Head::Noun(_) => be.to_owned(),
        Head::Verb(base) if passive => format!("{be} {}", form(base, Form::Participle)),
        Head::Verb(base) if many => base.clone(),
        Head::Verb(base) => form(base, Form::Third),
    }
}

fn time(when: &When) -> String {
    let words = match when.relation {
        TimeRelation::AsOf => "on",
        TimeRelation::Before => "before",
        TimeRelation::After => "after",
        _ => "in",
    };
    format!("{words} {}", when.edtf)
}
