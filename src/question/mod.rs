//! Questions in plain English: to a query, never to an answer.
//!
//! In comes a question; out comes what it means in the graph as an [`ast::Statement`](crate::syntax::ast::Statement) that a user
//! could have typed, with an English sentence that says how the question was read. Where a word
//! has no place the question is declined and the word named; where two readings are equally good
//! both are given to choose from. There is no model and no guess in it. `ask.rs` calls it, runs
//! the query and words the answer.
//!
//! ```text
//! Who recognised Abkhazia before 2010?
//!   token      who · recognised · abkhazia · before · 2010
//!   lexicon    recognised: past of *recognise*, which is a verb of RECOGNISES
//!   names      abkhazia: (:Region {name: 'Abkhazia'})
//!   when       before 2010: BEFORE edtf('2010')
//!   chart      [clause recognise  subject: who  object: Abkhazia  adverb: before 2010]
//!   meaning    (0: a who, a State)-[:RECOGNISES BEFORE 2010]->(1: Abkhazia), asked: 0
//!   query      MATCH (state:State)-[r:RECOGNISES]->(:Region {name: 'Abkhazia'}) BEFORE edtf('2010') RETURN …
//! ```
//!
//! # Design
//!
//! The English is general and the graph's words are data. [`frame`] reads the example sentences
//! that a relationship type is declared with (`A gives an award to B for {reason}`), [`lexicon`]
//! derives all forms of their words, [`names`] knows what things are called, [`when`] reads time
//! phrases. [`chart`] finds every syntax tree of the question; [`meaning`] keeps those in which
//! every part has a place in a frame and every thing a label that fits. What is left is a small
//! logical form ([`form`]), which becomes a query ([`query`]) and a sentence ([`say`]). [`tell`] puts
//! any query into English, whoever wrote it.

pub(crate) mod apart;
mod chart;
mod complete;
mod conversation;
pub(crate) mod effort;
pub(crate) mod form;
mod frame;
mod grade;
mod index;
mod lexicon;
pub(crate) mod made;
mod meaning;
mod morphology;
mod names;
mod near;
pub(crate) mod pack;
mod preface;
pub(crate) mod query;
mod respell;
mod roles;
pub(crate) mod say;
mod tell;
mod thesaurus;
mod token;
pub(crate) mod topic;
pub(crate) mod tree;
mod turns;
pub(crate) mod when;

use crate::graph::{KeyId, LabelId, Snapshot};
use crate::threads;
use crate::value::{NodeId, StatementId, Value};
use chart::{Chart, Width};
use effort::{Effort, Purse};
use form::Inquiry;
use lexicon::{Declared, Lexicon};
use made::Joint;
pub(crate) use meaning::Context;
use meaning::Meaning;
use names::Names;
use token::Token;
pub(crate) use token::words;
use tree::{Body, Question};

/// How many questions are proposed in place of one that is not understood.
pub(crate) const NEAR_MAX: usize = 3;

/// Longer questions are not tried without some of their words.
const SHORTENED_MAX: usize = 24;

/// How many of a question's endings are left out in turn.
const ENDINGS_TRIED: usize = 4;

/// The part of the work of a question that it may take to read it as a plainer one.
const TURN_PART: u32 = 2;

/// Of a question that is too long, the words that are named.
const SHOWN_MAX: usize = 8;

/// Everything that questions to one snapshot need: its words and its names.
#[derive(Debug)]
pub(crate) struct English {
    lexicon: Lexicon,
    names: Names,
    /// The forms of questions that the prompt completes, made when it first does.
    forms: std::sync::OnceLock<complete::Forms>,
}

/// What a question says of how something was done, where the sentence that it was read as does not:
/// *personally*, *publicly*.
pub(crate) fn left_aside(question: &str, reading: &str) -> Vec<String> {
    let tokens = token::tokens(question);
    let said = words(reading);
    let manners = chart::manners(&tokens).filter(|manner| !said.iter().any(|word| word == manner));
    manners.map(str::to_owned).collect()
}

/// What became of a question.
#[derive(Debug)]
pub(crate) enum Understood {
    /// One reading is better than all others.
    As(Reading),
    /// Several are equally good.
    Several(Vec<Reading>),
    /// These words have no place in any.
    Not(Vec<String>),
}

/// A question as it was read: several inquiries where it was several questions.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) inquiries: Vec<Inquiry>,
    /// What their answers come to together.
    pub(crate) joint: Joint,
    pub(crate) tree: Vec<Question>,
    /// What was written otherwise than the name it was read as.
    pub(crate) corrections: Vec<(String, String)>,
    cost: u32,
}

impl Understood {
    /// The readings, be it one or several.
    fn readings(self) -> Vec<Reading> {
        match self {
            Understood::As(reading) => vec![reading],
            Understood::Several(readings) => readings,
            Understood::Not(_) => Vec::new(),
        }
    }
}

impl English {
    /// Reads the words and names of a graph.
    pub(crate) fn of(graph: &dyn Snapshot) -> English {
        let declared = Declared::of(graph);
        let lexicon = || Lexicon::of(graph, &declared);
        let (lexicon, names) = threads::both(lexicon, || {
            let names = Names::of(graph);
            // The words of a lexicon take longer than names do, and what is not understood is looked for here.
            if threads::cores() > 1 {
                names.prepare_near();
                thesaurus::shipped();
            }
            names
        });
        English { lexicon, names, forms: std::sync::OnceLock::new() }
    }

    /// What a question means in the graph.
    pub(crate) fn understand(
        &self,
        graph: &dyn Snapshot,
        context: &Context,
        question: &str,
    ) -> Understood {
        let purse = Purse::of(effort::UNDERSTANDING);
        self.understand_with(graph, context, question, purse.whole())
    }

    /// What a question means, found with no more than some effort.
    fn understand_with(
        &self,
        graph: &dyn Snapshot,
        context: &Context,
        question: &str,
        effort: Effort<'_>,
    ) -> Understood {
        let tokens = token::tokens(question);
        if tokens.len() > chart::WORDS_MAX {
            // Nobody asks in so many words; what is unknown among them is not looked for.
            let first = tokens.into_iter().take(SHOWN_MAX).map(|token| token.word);
            return Understood::Not(first.collect());
        }
        // `visited X and then Y`: in that order, which is not asked for by *and* alone.
        let in_turn = |pair: &[Token]| {
            matches!(pair[0].word.as_str(), "and" | "," | "but") && pair[1].word == "then"
        };
        if tokens.windows(2).skip(1).any(in_turn) {
            return Understood::Not(vec!["then".to_owned()]);
        }
        let narrow =
            Chart::new(question, &tokens, &self.lexicon, &self.names, Width::Narrow, effort);
        if let Some(understood) = self.read(graph, context, &narrow, effort) {
            return understood;
        }
        // What has no reading among the likeliest trees may have one among more of them.
        let wide = Chart::new(question, &tokens, &self.lexicon, &self.names, Width::Wide, effort);
        let read = self.read(graph, context, &wide, effort);
        let alone = || {
            let rest = preface::without(question).filter(|_| effort.is_whole())?;
            match self.understand_with(graph, context, &rest, effort.part(2)) {
                Understood::Not(_) => None,
                understood => Some(understood),
            }
        };
        read.or_else(alone)
            .or_else(|| {
                if tokens.len() > SHORTENED_MAX || !effort.is_whole() {
                    return None;
                }
                let unknown = wide.unknown_words();
                self.turned(graph, context, (question, &tokens), effort)
                    .or_else(|| {
                        self.reworded(graph, context, (question, &tokens), &unknown, effort)
                    })
                    .or_else(|| self.respelt(graph, context, (question, &tokens), &unknown, effort))
            })
            .unwrap_or_else(|| Understood::Not(unused(&wide, &tokens)))
    }

    /// What the question means as a plainer one that it is a turn of.
    fn turned(
        &self,
        graph: &dyn Snapshot,
        context: &Context,
        (question, tokens): (&str, &[Token]),
        effort: Effort<'_>,
    ) -> Option<Understood> {
        let texts = turns::shipped().plainer(question, tokens);
        texts.into_iter().find_map(|text| {
            let mut understood =
                match self.understand_with(graph, context, &text, effort.part(TURN_PART)) {
                    Understood::Not(_) => return None,
                    understood => understood,
                };
            let readings = match &mut understood {
                Understood::As(reading) => std::slice::from_mut(reading),
                Understood::Several(readings) => readings.as_mut_slice(),
                Understood::Not(_) => return None,
            };
            let written = question.trim().trim_end_matches(['?', '.', '!']).to_owned();
            for reading in readings {
                reading.corrections.push((written.clone(), text.clone()));
            }
            Some(understood)
        })
    }

    /// What the question means with other words for those that the graph has none of.
    fn reworded(
        &self,
        graph: &dyn Snapshot,
        context: &Context,
        (question, tokens): (&str, &[Token]),
        unknown: &[usize],
        effort: Effort<'_>,
    ) -> Option<Understood> {
        let (lexicon, names) = (&self.lexicon, &self.names);
        for texts in thesaurus::shipped().reworded(question, tokens, unknown) {
            let effort = effort.part(2 + texts.len() as u32);
            let mut readings: Vec<Reading> = Vec::new();
            for (text, corrections) in &texts {
                let tokens = token::tokens(text);
                let read = [Width::Narrow, Width::Wide].into_iter().find_map(|width| {
                    let chart = Chart::new(text, &tokens, lexicon, names, width, effort);
                    self.read(graph, context, &chart, effort)
                });
                for mut reading in read.into_iter().flat_map(Understood::readings) {
                    reading.corrections.extend(corrections.iter().cloned());
                    // Several words for one may come to the same.
                    if !readings.iter().any(|known| known.inquiries == reading.inquiries) {
                        readings.push(reading);
                    }
                }
            }
            if readings.len() > 1 {
                return Some(Understood::Several(readings));
            }
            if let Some(only) = readings.pop() {
                return Some(Understood::As(only));
            }
        }
        None
    }

    /// What the question means with a word that nothing knows spelt as one that is known.
    fn respelt(
        &self,
        graph: &dyn Snapshot,
        context: &Context,
        (question, tokens): (&str, &[Token]),
        unknown: &[usize],
        effort: Effort<'_>,
    ) -> Option<Understood> {
        let (text, corrections) =
            respell::respelt(question, tokens, unknown, &self.lexicon, &self.names)?;
        let respelt = token::tokens(&text);
        let (lexicon, names) = (&self.lexicon, &self.names);
        let effort = effort.part(2);
        let chart = Chart::new(&text, &respelt, lexicon, names, Width::Narrow, effort);
        let mut understood = self
            .read(graph, context, &chart, effort)
            .or_else(|| self.turned(graph, context, (&text, &respelt), effort))?;
        let readings = match &mut understood {
            Understood::As(reading) => std::slice::from_mut(reading),
            Understood::Several(readings) => readings.as_mut_slice(),
            Understood::Not(_) => return None,
        };
        for reading in readings {
            reading.corrections.extend(corrections.iter().cloned());
        }
        Some(understood)
    }

    /// The best readings of a chart's trees, if there is any.
    fn read(
        &self,
        graph: &dyn Snapshot,
        context: &Context,
        chart: &Chart<'_>,
        effort: Effort<'_>,
    ) -> Option<Understood> {
        let meaning = Meaning::new(graph, &self.lexicon, &self.names, context, effort);
        let mut readings: Vec<Reading> = Vec::new();
        for (mut tree, syntax_cost) in chart.questions() {
            if let ([question], Some(last)) = (tree.as_mut_slice(), &context.last)
                && let Some(meant) = conversation::of_others(chart, question, last)
                    .or_else(|| conversation::in_that_time(chart, question, last))
            {
                *question = meant;
            }
            let best = readings.first().map(|reading| reading.cost);
            if best.is_some_and(|best| syntax_cost > best) {
                break;
            }
            match tree.as_slice() {
                [question] if question.is_alternative() => {
                    let all = question.alternatives().unwrap_or_default();
                    add_readings(&meaning, (&all, Joint::Either), syntax_cost, &mut readings);
                }
                [Question { body: Body::Made(joint, parts), .. }] => {
                    add_readings(&meaning, (parts, *joint), syntax_cost, &mut readings);
                }
                all => add_readings(&meaning, (all, Joint::Each), syntax_cost, &mut readings),
            }
            readings.sort_by_key(|reading| reading.cost);
        }
        if let (true, Some(last)) = (readings.is_empty(), &context.last) {
            for (tree, cost) in conversation::completed(chart, graph, last) {
                add_readings(&meaning, (&[tree], Joint::Each), cost, &mut readings);
            }
            readings.sort_by_key(|reading| reading.cost);
        }
        effort.spend(chart.taken() + meaning.taken());
        for reading in &mut readings {
            reading.corrections = chart.corrections(&reading.nodes());
        }
        let best = readings.first().map(|reading| reading.cost)?;
        readings.retain(|reading| reading.cost == best);
        // What only calls the same things by another noun of theirs is the same.
        let mut known: Vec<Vec<Inquiry>> = Vec::new();
        readings.retain(|reading| {
            let called: Vec<Inquiry> = reading.inquiries.iter().map(Inquiry::nameless).collect();
            let new = !known.contains(&called);
            if new {
                known.push(called);
            }
            new
        });
        match readings.pop() {
            Some(only) if readings.is_empty() => Some(Understood::As(only)),
            Some(last) => {
                readings.push(last);
                Some(Understood::Several(readings))
            }
            None => None,
        }
    }
}

impl English {
    /// A reading of a question without some of its words: those that nothing knows, else the last
    /// few; with what was left out.
    pub(crate) fn without_some(
        &self,
        graph: &dyn Snapshot,
        context: &Context,
        question: &str,
        unused: &[String],
        purse: &Purse,
    ) -> Option<(String, Reading)> {
        let tokens = token::tokens(question);
        if tokens.len() > SHORTENED_MAX || tokens.len() < 3 {
            return None;
        }
        let text = |kept: &dyn Fn(usize) -> bool| {
            let mut text = String::new();
            let mut before: Option<&Token> = None;
            for (_, token) in tokens.iter().enumerate().filter(|(at, _)| kept(*at)) {
                let joined = before.is_some_and(|before| before.span.end == token.span.start);
                if !joined && !text.is_empty() {
                    text.push(' ');
                }
                // A genitive whose noun is left out.
                let genitive = token.word == "'s" && !joined;
                text.push_str(if genitive { "'s" } else { token.span.slice(question) });
                before = Some(token);
            }
            text
        };
        let is_unused = |at: usize| unused.contains(&tokens[at].word);
        let mut shorter: Vec<(String, String)> = Vec::new();
        if unused.len() * 2 < tokens.len() {
            shorter.push((text(&is_unused), text(&|at| !is_unused(at))));
        }
        for end in (3..tokens.len()).rev().take(ENDINGS_TRIED) {
            shorter.push((text(&|at| at >= end), text(&|at| at < end)));
        }
        for (left_out, kept) in shorter {
            match self.understand_with(graph, context, &kept, purse.part(2 * ENDINGS_TRIED as u32))
            {
                Understood::As(reading) => return Some((left_out, reading)),
                Understood::Several(mut readings) => {
                    return Some((left_out, readings.swap_remove(0)));
                }
                Understood::Not(_) => {}
            }
        }
        None
    }

    /// What a statement of the query language asks, in one English sentence.
    pub(crate) fn told(
        &self,
        graph: &dyn Snapshot,
        statement: &crate::syntax::ast::Statement,
        text: &str,
    ) -> String {
        tell::sentence(statement, text, graph, &self.lexicon)
    }

    /// What a label is called, with its article: `a region`.
    pub(crate) fn noun(&self, graph: &dyn Snapshot, label: LabelId) -> String {
        let noun = self.lexicon.label_noun(label).map(str::to_owned);
        let noun = noun.unwrap_or_else(|| lexicon::spoken(graph.catalog().label_name(label)));
        let vowel = noun.starts_with(['a', 'e', 'i', 'o']);
        format!("{} {noun}", if vowel { "an" } else { "a" })
    }

    /// What a property is called.
    pub(crate) fn property(&self, graph: &dyn Snapshot, key: KeyId) -> String {
        let noun = self.lexicon.property_noun(key).map(str::to_owned);
        noun.unwrap_or_else(|| lexicon::spoken(graph.catalog().key_name(key)))
    }

    /// A statement in a sentence, without its full stop.
    pub(crate) fn said(&self, graph: &dyn Snapshot, id: StatementId) -> Option<String> {
        let ends = graph.statement(id)?;
        let mut pattern = form::Pattern::default();
        let start = pattern.thing(form::Thing::one_of(vec![ends.start]));
        let end = pattern.thing(form::Thing::one_of(vec![ends.end]));
        let fact = pattern.fact(vec![ends.relationship_type], start, end);
        for (key, value) in graph.statement_properties(id) {
            if let Value::String(text) = value {
                pattern.facts[fact].values.push((key, vec![text]));
            }
        }
        Some(say::statement(pattern, graph, &self.lexicon))
    }

    /// Whether a question has no word that nothing knows: it is how they stand together, then, that is
    /// not understood.
    pub(crate) fn knows_all_words(&self, question: &str) -> bool {
        let tokens = token::tokens(question);
        if tokens.is_empty() || tokens.len() > chart::WORDS_MAX {
            return false;
        }
        let (lexicon, names) = (&self.lexicon, &self.names);
        let purse = Purse::of(0);
        let chart = Chart::new(question, &tokens, lexicon, names, Width::Narrow, purse.whole());
        chart.unknown_words().is_empty()
    }
}

impl Reading {
    /// The same question with another meaning.
    pub(crate) fn with(&self, inquiry: Inquiry) -> Reading {
        Reading { inquiries: vec![inquiry], ..self.clone() }
    }

    /// The nodes that the question names, in its order.
    pub(crate) fn nodes(&self) -> Vec<NodeId> {
        let things = self.inquiries.iter().flat_map(|inquiry| &inquiry.pattern.things);
        let mut nodes = Vec::new();
        for &node in things.flat_map(|thing| &thing.is) {
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
        nodes
    }

    /// The queries as they are shown, one for each part of the question.
    pub(crate) fn query(&self, graph: &dyn Snapshot, english: &English) -> String {
        let all = self.inquiries.iter().map(|one| query::shown(one, graph, &english.lexicon));
        let all = with_one_column(all.collect());
        match self.joint {
            Joint::Each => all.join("\nUNION ALL\n"),
            Joint::Either => all.join("\nUNION\n"),
            Joint::Less | Joint::Minus | Joint::Apart | Joint::Times => {
                made::query(self.joint, &all)
            }
        }
    }

    /// How the question was read, in English.
    pub(crate) fn sentence(&self, graph: &dyn Snapshot, english: &English) -> String {
        let all = self.inquiries.iter().map(|one| say::sentence(one, graph, &english.lexicon));
        let all: Vec<String> = all.collect();
        match self.joint {
            Joint::Each => all.join(" "),
            Joint::Either => all.join(" Or: "),
            Joint::Less | Joint::Minus | Joint::Apart | Joint::Times => {
                made::sentence(self.joint, &all)
            }
        }
    }
}

/// Queries that are joined have the same column: where each calls its own by another name, all call it
/// `answer`.
fn with_one_column(mut queries: Vec<String>) -> Vec<String> {
    let column = |query: &String| {
        let from = query.rfind("RETURN ")?;
        let named: Vec<&str> = query[from..].split(" AS ").skip(1).collect();
        let [one] = named.as_slice() else { return None };
        Some((from, one.split_whitespace().next()?.to_owned()))
    };
    let columns: Vec<Option<(usize, String)>> = queries.iter().map(column).collect();
    let name = |at: usize| columns[at].as_ref().map(|(_, name)| name);
    if (1..queries.len()).all(|at| name(at) == name(0)) || columns.contains(&None) {
        return queries;
    }
    for (query, column) in queries.iter_mut().zip(columns) {
        let Some((from, name)) = column else { continue };
        let told = query[from..].replace(&format!(" AS {name}"), " AS answer");
        let told = told.replace(&format!("ORDER BY {name}"), "ORDER BY answer");
        query.replace_range(from.., &told);
    }
    queries
}

/// Every combination of what the questions of one tree may mean.
fn add_readings(
    meaning: &Meaning<'_>,
    (tree, joint): (&[Question], Joint),
    cost: u32,
    readings: &mut Vec<Reading>,
) {
    let mut all: Vec<(Vec<Inquiry>, u32)> = vec![(Vec::new(), cost)];
    for question in tree {
        let options = meaning.of(question);
        all = all
            .iter()
            .flat_map(|(before, cost)| {
                options.iter().map(move |(inquiry, more)| {
                    let mut inquiries = before.clone();
                    inquiries.push(inquiry.clone());
                    (inquiries, cost + more)
                })
            })
            .take(16)
            .collect();
    }
    let told = |inquiries: &[Inquiry]| !inquiries.is_empty() && made::fits(joint, inquiries);
    for (inquiries, cost) in all.into_iter().filter(|(inquiries, _)| told(inquiries)) {
        if let Some(known) = readings.iter_mut().find(|reading| reading.inquiries == inquiries) {
            known.cost = known.cost.min(cost)
        } else {
            let (tree, corrections) = (tree.to_vec(), Vec::new());
            readings.push(Reading { inquiries, joint, tree, corrections, cost });
        }
    }
}

/// The words that kept a question from being understood: those nothing knows, else those that are
/// no grammar and no name.
fn unused(chart: &Chart<'_>, tokens: &[Token]) -> Vec<String> {
    let mut at = chart.unknown_words();
    if at.is_empty() {
        at = chart.content_words();
    }
    let words: Vec<String> = at.iter().map(|&at| tokens[at].word.clone()).collect();
    if words.is_empty() { tokens.iter().map(|token| token.word.clone()).collect() } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What takes most to be declined: parts that may each be joined to what is before them in
    /// several ways.
    #[test]
    fn no_question_takes_more_than_its_steps() {
        let store = crate::Store::shipped().expect("the shipped facts");
        let graph = store.snapshot();
        let english = English::of(&*graph);
        let names = ["South Ossetia", "Abkhazia", "Russia", "Nauru", "Syria"];
        let name = |at: usize| names[at % names.len()];
        let times = |number: usize, text: &str| text.repeat(number);
        let pairs: Vec<String> =
            (0..15).map(|at| format!("{} visit {}", name(at), name(at + 1))).collect();
        let verbs: Vec<String> = (0..20).map(|at| format!("recognised {}", name(at))).collect();
        for question in [
            format!("did {}", pairs.join(" and ")),
            format!("who {}", verbs.join(" and ")),
            format!("who {}", verbs.join(" or ")),
            format!("which states recognised {}Syria", times(18, "states that recognised ")),
            format!("who recognised Syria {}", times(18, "before Russia did ")),
            format!("who recognised Syria {}", times(30, "in 2014 with Russia ")),
            format!("how many states recognised Syria {}", times(20, "for each state ")),
            format!("who recognised {}", times(60, "Rusia and ")),
            format!("who other than {}recognised Syria", times(18, "Russia other than ")),
            times(80, "largest "),
        ] {
            let tokens = token::tokens(&question);
            for width in [Width::Narrow, Width::Wide] {
                let (lexicon, names) = (&english.lexicon, &english.names);
                let purse = Purse::of(effort::UNDERSTANDING);
                let chart = Chart::new(&question, &tokens, lexicon, names, width, purse.whole());
                chart.questions();
                // What is under way when the steps are used up is brought to its end.
                let most = chart::STEPS_MAX * 5 / 2;
                assert!(chart.taken() <= most, "{} steps: {question}", chart.taken());
            }
        }
    }
}
