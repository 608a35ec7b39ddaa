//! How a statement stands in a sentence: said, denied, or asked about.
//!
//! ```text
//! said     Russia recognises Abkhazia
//! denied   Russia does not recognise Abkhazia
//! asked    Does Russia recognise Abkhazia?    When did Russia recognise Abkhazia?
//! fronted  Which region does Russia recognise?
//! ```

use super::{Speaker, time};
use crate::graph::KeyId;
use crate::question::form::{Asked, Fact, FactId, Group, ThingId};
use crate::question::frame::{Frame, Head, Role, What};
use crate::question::morphology::{Form, is_participle, verb_forms};
use crate::question::tree::{Rank, Unit};

/// The order of a clause's words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// `A recognises B`
    Said,
    /// `does A recognise B`
    Asked,
    /// `which B does A recognise`: what stands in front has left its place.
    Fronted(Role),
}

/// How a verb is put.
#[derive(Clone, Copy, Default)]
pub(super) struct Manner {
    pub(super) passive: bool,
    pub(super) many: bool,
    pub(super) tense: Tense,
    pub(super) denied: bool,
}

/// When it is put.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Tense {
    #[default]
    Present,
    Past,
}

impl Speaker<'_> {
    /// A question about a single statement, in the order of a question; nothing where more than one is
    /// spoken of, or none has words for it.
    pub(super) fn asked_of_one(&mut self) -> Option<String> {
        let inquiry = self.inquiry;
        let [fact] = inquiry.pattern.facts.as_slice() else { return None };
        if fact.chain || fact.start == fact.end {
            return None;
        }
        let of = *fact.types.first()?;
        let mut frame = self.lexicon.sentence(of)?.clone();
        let ends = [fact.start, fact.end];
        let for_each = matches!(inquiry.group, Some(Group::Thing(of)) if ends.contains(&of));
        let (lead, order) = match inquiry.asked {
            // `Does X not do so?` could be answered either way.
            Asked::Whether if fact.absent > 0 => ("is it so that".to_owned(), Order::Said),
            Asked::Whether => (String::new(), Order::Asked),
            // `Who met whom?`
            Asked::Things(_) if for_each => (String::new(), Order::Said),
            Asked::Things(thing) | Asked::Count(thing) => {
                (String::new(), order_for(fact, &frame, thing)?)
            }
            Asked::Speaker(_) => ("who says that".to_owned(), Order::Said),
            Asked::Sources(_) => ("where does it stand that".to_owned(), Order::Said),
            Asked::Value(_, key) => {
                let property = self.property(key);
                match self.lexicon.sentence_with(of, key) {
                    Some((with, Some(preposition))) => {
                        frame = with.clone();
                        (format!("{preposition} what {property}"), Order::Asked)
                    }
                    Some((with, None)) => {
                        frame = with.clone();
                        self.blank = Some(key);
                        (format!("what {property}:"), Order::Said)
                    }
                    None => (format!("what {property}:"), Order::Said),
                }
            }
            _ => (self.circumstance()?, Order::Asked),
        };
        let clause = self.framed(fact, &frame, order);
        let mut text = if lead.is_empty() { clause } else { format!("{lead} {clause}") };
        self.circumstances(fact, &mut text);
        Some(text)
    }

    /// The words that ask for a circumstance of a statement.
    pub(super) fn circumstance(&self) -> Option<String> {
        let words = match self.inquiry.asked {
            Asked::CountFacts(_) => "how often",
            Asked::CountTimes(_, Unit::Year) => "in how many years",
            Asked::CountTimes(_, Unit::Month) => "in how many months",
            Asked::CountTimes(..) => "on how many days",
            Asked::When(_, Unit::Year) => "in which year",
            Asked::When(_, Unit::Month) => "in which month",
            Asked::When(..) => "when",
            Asked::HowLong(_) => "how long",
            _ => return None,
        };
        Some(words.to_owned())
    }

    /// One of several statements, said or denied.
    pub(super) fn fact(&mut self, id: FactId) -> String {
        let inquiry = self.inquiry;
        let fact = &inquiry.pattern.facts[id];
        let mut text = self.clause(fact);
        self.circumstances(fact, &mut text);
        if self.is_denied_alone(fact) || fact.absent == 0 { text } else { format!("not: {text}") }
    }

    /// Whether a statement is denied by itself, and not together with another.
    fn is_denied_alone(&self, fact: &Fact) -> bool {
        let alike = self.inquiry.pattern.facts.iter().filter(|one| one.absent == fact.absent);
        fact.absent > 0 && !fact.chain && alike.count() == 1
    }

    /// Whether there is nothing that could stand at an end, where a statement is denied: *no state*,
    /// *any state*.
    pub(super) fn is_none(&self, fact: &Fact, id: ThingId) -> bool {
        let inquiry = self.inquiry;
        let thing = &inquiry.pattern.things[id];
        let asked = matches!(inquiry.asked, Asked::Things(one) | Asked::Count(one) if one == id);
        let stated = |one: &Fact| one.absent == 0 && (one.start == id || one.end == id);
        fact.absent > 0
            && !asked
            && !thing.outside
            && thing.unknown.is_none()
            && thing.is.len() != 1
            && !inquiry.pattern.facts.iter().any(|one| stated(one))
    }

    /// The times of a statement, and how it is held.
    fn circumstances(&mut self, fact: &Fact, text: &mut String) {
        for when in &fact.times {
            text.push(' ');
            text.push_str(&time(when));
        }
        // Not where the sentence itself says that they do it with each other.
        let counted = matches!(
            self.inquiry.asked,
            Asked::When(..) | Asked::CountFacts(_) | Asked::CountTimes(..)
        );
        let declared = |of| self.graph.declarations().of(of).is_some_and(|one| one.symmetric);
        if counted && fact.symmetric && !fact.types.iter().any(|&of| declared(of)) {
            text.push_str(", or the other way round");
        }
        match fact.ranked {
            Some(Rank::First) => text.push_str(" for the first time"),
            Some(Rank::Last) => text.push_str(" for the last time"),
            Some(Rank::Nth(nth)) => text.push_str(&format!(" (number {nth} in time)")),
            None => {}
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
    }

    pub(super) fn clause(&mut self, fact: &Fact) -> String {
        if fact.chain {
            return format!("{} belongs to {}", self.thing(fact.start), self.thing(fact.end));
        }
        let frame = fact.types.first().and_then(|&one| self.lexicon.sentence(one)).cloned();
        if let Some(frame) = frame {
            self.framed(fact, &frame, Order::Said)
        } else {
            let name = fact.types.first().map(|&one| self.graph.catalog().type_name(one));
            let name = name.map_or("-", |name| name);
            let not = if self.is_denied_alone(fact) { "not " } else { "" };
            format!("{} {not}{name} {}", self.thing(fact.start), self.thing(fact.end))
        }
    }

    /// The frame's sentence with the things in their places.
    fn framed(&mut self, fact: &Fact, frame: &Frame, order: Order) -> String {
        let passive = frame.subject.is_none();
        let front = match order {
            Order::Fronted(role) => Some(role),
            Order::Said | Order::Asked => None,
        };
        let mut words: Vec<String> = front.map(|role| self.role(fact, role)).into_iter().collect();
        let share = frame.share.and_then(|key| value_of(fact, key));
        let first = if passive { frame.object } else { frame.subject };
        let mut subject: Vec<String> = share.into_iter().collect();
        let part = !subject.is_empty();
        let none = first.filter(|role| self.is_none(fact, end_of(fact, *role)));
        subject.extend(first.map(|role| match none {
            Some(_) if self.is_denied_alone(fact) => self.nothing(end_of(fact, role)),
            // `nearly all residents`
            _ if part && !self.is_given(end_of(fact, role)) => self.kind_of(end_of(fact, role)),
            _ => self.role(fact, role),
        }));
        let manner = Manner {
            passive,
            many: first.is_some_and(|role| self.is_many(fact, role)),
            tense: if self.inquiry.past { Tense::Past } else { Tense::Present },
            // `no state recognises X`
            denied: self.is_denied_alone(fact) && none.is_none(),
        };
        if order == Order::Said {
            words.extend(subject);
            words.push(predicate(&frame.head, manner));
        } else {
            let (auxiliary, verb) = split_predicate(&frame.head, manner);
            words.push(auxiliary);
            words.extend(subject);
            words.extend(manner.denied.then(|| "not".to_owned()));
            words.extend(verb);
        }
        if let (Some(role), false) = (frame.object, passive)
            && front != Some(role)
        {
            words.push(self.role(fact, role));
        }
        for piece in &frame.pieces {
            let what = match &piece.what {
                What::Fixed(words) => words.clone(),
                What::Slot(Role::Property(key)) => match value_of(fact, *key) {
                    Some(value) => value,
                    None if self.blank == Some(*key) => "…".to_owned(),
                    None => continue,
                },
                What::Slot(role) if front == Some(*role) => {
                    words.extend(piece.preposition.clone());
                    continue;
                }
                What::Slot(role) => self.role(fact, *role),
            };
            words.extend(piece.preposition.clone());
            words.push(what);
        }
        words.join(" ")
    }

    /// Whether a thing is spoken of in the plural: *people live*, *how many states recognise*.
    fn is_many(&self, fact: &Fact, role: Role) -> bool {
        let id = end_of(fact, role);
        if self.inquiry.asked == Asked::Count(id) {
            return true;
        }
        let thing = &self.inquiry.pattern.things[id];
        let given: Vec<_> =
            thing.is.iter().flat_map(|&node| self.graph.labels(node)).copied().collect();
        let labels =
            if thing.is.is_empty() { thing.labels.clone().unwrap_or_default() } else { given };
        let plural = |label| {
            self.lexicon.label_noun(label).is_some_and(crate::question::morphology::is_plural)
        };
        thing.is.len() < 2 && !labels.is_empty() && labels.into_iter().all(plural)
    }

    fn role(&mut self, fact: &Fact, role: Role) -> String {
        self.thing(end_of(fact, role))
    }
}

fn end_of(fact: &Fact, role: Role) -> ThingId {
    if role == Role::End { fact.end } else { fact.start }
}

/// How a statement stands where one of its ends is asked for: that end comes first.
fn order_for(fact: &Fact, frame: &Frame, asked: ThingId) -> Option<Order> {
    let role = match asked {
        end if end == fact.end => Role::End,
        start if start == fact.start => Role::Start,
        _ => return None,
    };
    let first = if frame.subject.is_none() { frame.object } else { frame.subject };
    Some(if first == Some(role) { Order::Said } else { Order::Fronted(role) })
}

fn value_of(fact: &Fact, key: KeyId) -> Option<String> {
    fact.values.iter().find(|value| value.0 == key).map(|(_, values)| values[0].to_string())
}

/// A verb in one of its forms.
fn form(base: &str, wanted: Form) -> String {
    let forms = verb_forms(base);
    let found = forms.into_iter().find(|(word, form)| {
        *form == wanted && (wanted != Form::Participle || is_participle(word))
    });
    found.map_or_else(|| base.to_owned(), |entry| entry.0)
}

fn be(manner: Manner) -> &'static str {
    match (manner.tense, manner.many) {
        (Tense::Present, false) => "is",
        (Tense::Present, true) => "are",
        (Tense::Past, false) => "was",
        (Tense::Past, true) => "were",
    }
}

fn do_of(manner: Manner) -> &'static str {
    match (manner.tense, manner.many) {
        (Tense::Past, _) => "did",
        (Tense::Present, true) => "do",
        (Tense::Present, false) => "does",
    }
}

/// What a frame says of its subject: `recognises`, `is granted`, `did not meet`.
pub(super) fn predicate(head: &Head, manner: Manner) -> String {
    let not = if manner.denied { " not" } else { "" };
    match head {
        Head::Be | Head::Noun(_) => format!("{}{not}", be(manner)),
        Head::Verb(base) if manner.passive => {
            format!("{}{not} {}", be(manner), form(base, Form::Participle))
        }
        Head::Verb(base) if manner.denied => format!("{} not {base}", do_of(manner)),
        Head::Verb(base) if manner.tense == Tense::Past => form(base, Form::Past),
        Head::Verb(base) if manner.many => base.clone(),
        Head::Verb(base) => form(base, Form::Third),
    }
}

/// The same, with what comes before the subject of a question apart from what comes behind it.
fn split_predicate(head: &Head, manner: Manner) -> (String, Option<String>) {
    match head {
        Head::Be | Head::Noun(_) => (be(manner).to_owned(), None),
        Head::Verb(base) if manner.passive => {
            (be(manner).to_owned(), Some(form(base, Form::Participle)))
        }
        Head::Verb(base) => (do_of(manner).to_owned(), Some(base.clone())),
    }
}
