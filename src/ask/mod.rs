//! A question in English, answered: what an answer is, and the entry that gives one.
//!
//! The answer to a question is more than values: it says how sure it is, which query it ran, what
//! it rests on, and, where it could not answer, which words it did not understand or between which
//! readings it cannot choose. Its JSON is what `dossier pipe` prints.

//!
//! # Design
//!
//! `crate::question` says what is asked. The query it makes is run for rows of things and
//! statements; `evaluate` tells how sure each row is (dates are sets of days, and a persistent
//! state is presumed to go on), `closed` whether absence means *no*, and `compose` makes the
//! answer of it.

mod absence;
mod claimed;
mod closed;
mod compose;
mod describe;
mod doubt;
mod evaluate;
mod group;
mod in_time;
mod made;
mod needed;
mod noted;
mod rival;
mod select;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_asked;
#[cfg(test)]
mod tests_beside;
#[cfg(test)]
mod tests_claimed;
#[cfg(test)]
mod tests_common;
#[cfg(test)]
mod tests_counted;
#[cfg(test)]
mod tests_denied;
#[cfg(test)]
mod tests_doubt;
#[cfg(test)]
mod tests_echo;
#[cfg(test)]
mod tests_meant;
#[cfg(test)]
mod tests_measures;
#[cfg(test)]
mod tests_phrasing;
#[cfg(test)]
mod tests_precise;
#[cfg(test)]
mod tests_retold;
#[cfg(test)]
mod tests_rival;
#[cfg(test)]
mod tests_short;
#[cfg(test)]
mod tests_shown;
#[cfg(test)]
mod tests_thesaurus;
#[cfg(test)]
mod tests_told_apart;
#[cfg(test)]
mod tests_turns;
#[cfg(test)]
mod tests_unseen;

use serde::Serialize;

use crate::error::{Result, eval};
use crate::graph::Snapshot;
use crate::graph::source::Evidence;
use crate::query::{Options, Store};
use crate::question::effort::{self, Purse};
use crate::question::{Context, English, Reading, Understood};

/// What the note of a question that can be asked instead begins with.
pub(crate) const YOU_CAN_ASK: &str = "You can ask: ";

/// How many readings are looked at to see whether they come to one answer.
const READINGS_TRIED_MAX: usize = 4;

/// How many rows each of them may have for that.
const TRIED_ROWS: usize = 10_000;

/// How long the query of a reading may take where nobody says.
const ANSWER_TIME: std::time::Duration = std::time::Duration::from_secs(10);

/// How the note begins where a question was understood, and what answers it is too much to look at.
pub(crate) const TOO_MUCH: &str = "So much hangs together here that not all of it can be looked at";

/// About how many rows can be weighed in that time: a query that would have more is not begun.
const ANSWER_ROWS: usize = 2_000_000;

/// The answer to a question.
///
/// ```
/// let answer = dossier::Store::shipped()?.ask("Who recognises South Ossetia?")?;
/// assert_eq!(answer.answers, ["Nauru", "Nicaragua", "Russia", "Syria", "Venezuela"]);
/// assert_eq!(answer.reading.as_deref(), Some("Which state recognises South Ossetia?"));
/// assert!(answer.evidence.iter().all(|place| place.document == "Seed article"));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// What sort of answer it is.
    pub kind: Kind,
    /// The certain and presumed answers: things by name, dates as EDTF, numbers in digits.
    pub answers: Vec<String>,
    /// Answers that are possible and no more.
    pub possible: Vec<String>,
    /// How sure the answer is; absent where nothing was asked of the facts.
    pub verdict: Option<Verdict>,
    /// The query that was run, as a user could have typed it.
    pub query: Option<String>,
    /// How the question was understood, in one English sentence.
    pub reading: Option<String>,
    /// What the answers rest on.
    pub evidence: Vec<Evidence>,
    /// Words of the question that were not understood.
    pub unused: Vec<String>,
    /// Readings to choose from, each a question that can be asked.
    pub choices: Vec<String>,
    /// Words that were read as others.
    pub corrections: Vec<Correction>,
    /// Sentences for people beside the answer: why it is no, what is missing, what was presumed.
    pub notes: Vec<String>,
}

/// What sort of answer a question gets.
///
/// ```
/// use dossier::ask::Kind;
/// let store = dossier::Store::shipped()?;
/// assert_eq!(store.ask("Who recognises South Ossetia?")?.kind, Kind::Entities);
/// assert_eq!(store.ask("How tall is Sergey Lavrov?")?.kind, Kind::Declined);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Things, by name.
    Entities,
    /// Dates, as EDTF.
    Date,
    /// A number.
    Count,
    /// Text, such as a title or a reason.
    Text,
    /// Yes or no: the verdict says which.
    YesNo,
    /// A length of time.
    Duration,
    /// A place in a document.
    Source,
    /// It asks back: the question has several readings.
    Ask,
    /// It does not answer: it did not understand the whole question.
    Declined,
    /// The question takes for granted what is not so.
    Presupposition,
}

/// How sure an answer is.
///
/// ```
/// use dossier::ask::Verdict;
/// let store = dossier::Store::shipped()?;
/// assert_eq!(store.ask("Did Lavrov meet Medoev?")?.verdict, Some(Verdict::Certain));
/// assert_eq!(store.ask("Does Georgia recognise Abkhazia?")?.verdict, Some(Verdict::No));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is so.
    Certain,
    /// It began, and no end is recorded.
    Presumed,
    /// The facts allow it and do not say it.
    Possible,
    /// It is not so: something contradicts it, or the facts are complete.
    No,
    /// The facts do not say.
    #[serde(rename = "not stated")]
    NotStated,
}

/// A word that was read as another.
///
/// ```
/// let answer = dossier::Store::shipped()?.ask("Who recognises South Osetia?")?;
/// let corrected = &answer.corrections[0];
/// assert_eq!((&*corrected.written, &*corrected.read), ("South Osetia", "South Ossetia"));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Correction {
    /// The word as written.
    pub written: String,
    /// What it was read as.
    pub read: String,
}

/// What has been asked so far, so that "and Abkhazia?" is understood.
///
/// ```
/// use dossier::{Options, Store};
/// use dossier::ask::Conversation;
/// let store = Store::shipped()?;
/// let mut conversation = Conversation::default();
/// store.ask_in(&mut conversation, "Where did Medoev travel?", &Options::default())?;
/// let answer = store.ask_in(&mut conversation, "Whom did he meet?", &Options::default())?;
/// assert_eq!(answer.answers, ["Sergey Lavrov"]);
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Conversation {
    context: Context,
    /// What the last question left to pick from by number.
    open: Open,
}

/// What is picked by a number alone.
#[derive(Clone, Debug, Default)]
enum Open {
    #[default]
    Nothing,
    /// The readings of a question that has several.
    Readings(Vec<Reading>, Vec<String>),
    /// Questions in place of one that was not understood.
    Near(Vec<String>),
}

impl Kind {
    /// The word for it in results.
    ///
    /// ```
    /// assert_eq!(dossier::ask::Kind::YesNo.as_str(), "yesno");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Entities => "entities",
            Kind::Date => "date",
            Kind::Count => "count",
            Kind::Text => "text",
            Kind::YesNo => "yesno",
            Kind::Duration => "duration",
            Kind::Source => "source",
            Kind::Ask => "ask",
            Kind::Declined => "declined",
            Kind::Presupposition => "presupposition",
        }
    }
}

impl Verdict {
    /// The words for it in results.
    ///
    /// ```
    /// assert_eq!(dossier::ask::Verdict::NotStated.as_str(), "not stated");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::Certain => "certain",
            Verdict::Presumed => "presumed",
            Verdict::Possible => "possible",
            Verdict::No => "no",
            Verdict::NotStated => "not stated",
        }
    }
}

impl Store {
    /// Answers a question in English that stands for itself.
    ///
    /// ```
    /// use dossier::ask::Verdict;
    /// let answer = dossier::Store::shipped()?.ask("Does Georgia recognise Abkhazia?")?;
    /// assert_eq!(answer.verdict, Some(Verdict::No));
    /// assert!(answer.evidence[0].summary.is_some());
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn ask(&self, question: &str) -> Result<Answer> {
        self.ask_in(&mut Conversation::default(), question, &Options::default())
    }

    /// Answers a question in English that may refer to earlier ones.
    ///
    /// An error is one of running the query; a question that is not understood is an answer that
    /// says so.
    ///
    /// ```
    /// use dossier::{Options, Store, ask::Conversation};
    /// let (store, mut conversation) = (Store::shipped()?, Conversation::default());
    /// store.ask_in(&mut conversation, "Who recognises South Ossetia?", &Options::default())?;
    /// let answer = store.ask_in(&mut conversation, "and Abkhazia?", &Options::default())?;
    /// assert_eq!(answer.answers.len(), 5);
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn ask_in(
        &self,
        conversation: &mut Conversation,
        question: &str,
        options: &Options,
    ) -> Result<Answer> {
        let own = options.timeout.is_some() || options.expected_rows_max.is_some();
        let limited = Options {
            timeout: options.timeout.or(Some(ANSWER_TIME)),
            expected_rows_max: options.expected_rows_max.or((!own).then_some(ANSWER_ROWS)),
            ..options.clone()
        };
        match self.ask_of_facts(conversation, question, &limited) {
            // What nobody set a limit to ends all the same, and says what can be done.
            Err(error)
                if error.code() == eval::DEADLINE.name && options.timeout.is_none()
                    || error.code() == eval::RESULT.name && !own && options.rows_max.is_none()
                    || error.code() == eval::MEMORY.name && options.memory_max_bytes.is_none() =>
            {
                let note = format!("{TOO_MUCH}: say of which actor, place or time you mean it.");
                Ok(Answer { notes: vec![note], ..Answer::declined(Vec::new()) })
            }
            // What has no query has no answer; which part of it has none is not known.
            Err(error) if error.phase() == crate::error::Phase::CompileTime => {
                let words = crate::question::words(question);
                let note = "I read this in a way that no query says.".to_owned();
                Ok(Answer { notes: vec![note], ..Answer::declined(words) })
            }
            answer => answer,
        }
    }

    /// The same, where a reading that has no query is an error.
    fn ask_of_facts(
        &self,
        conversation: &mut Conversation,
        question: &str,
        options: &Options,
    ) -> Result<Answer> {
        let graph = self.derived(self.snapshot(), options, !self.is_in_transaction())?;
        let english = self.english(&*graph);
        let open = std::mem::take(&mut conversation.open);
        if let Some(number) = picked(question) {
            match &open {
                Open::Readings(readings, choices) => {
                    if let Some(reading) = number.checked_sub(1).and_then(|at| readings.get(at)) {
                        return self.answered(conversation, &english, &*graph, reading, options);
                    }
                    let note = format!("Pick a number from 1 to {}.", choices.len());
                    let (choices, notes) = (choices.clone(), vec![note]);
                    conversation.open = open;
                    let asked = Answer::declined(Vec::new());
                    return Ok(Answer { kind: Kind::Ask, choices, notes, ..asked });
                }
                Open::Near(near) => {
                    if let Some(near) = number.checked_sub(1).and_then(|at| near.get(at)) {
                        return self.ask_in(conversation, near, options);
                    }
                }
                Open::Nothing => {}
            }
        }
        match english.understand(&*graph, &conversation.context, question) {
            Understood::Not(words) => {
                let topic = english.topic(question);
                let described = topic
                    .map(|topic| describe::answer(self, &*graph, &english, &topic, options))
                    .transpose()?;
                if let Some((answer, context)) = described.flatten() {
                    conversation.context = context;
                    return Ok(answer);
                }
                let (answer, near) =
                    declined(&english, &*graph, &conversation.context, question, words);
                conversation.open = Open::Near(near);
                Ok(answer)
            }
            Understood::Several(readings) => {
                let readings = readings.into_iter().map(|reading| (None, reading)).collect();
                self.asked_back(conversation, &english, &*graph, readings, options)
            }
            Understood::As(reading) => {
                match doubt::readings(self, &*graph, question, &reading, options)? {
                    none if none.is_empty() => {
                        let mut answer =
                            self.answered(conversation, &english, &*graph, &reading, options)?;
                        answer.notes.extend(how_it_was_done(question, &answer));
                        // `Who is X?` asks for a title first; of whom none is stated, for what is.
                        let topic = Some(Verdict::NotStated) == answer.verdict
                            && answer.possible.is_empty();
                        let topic = english.topic(question).filter(|one| topic && one.is_thing());
                        let described = topic
                            .map(|topic| describe::answer(self, &*graph, &english, &topic, options))
                            .transpose()?;
                        if let Some((described, context)) = described.flatten() {
                            conversation.context = context;
                            return Ok(described);
                        }
                        Ok(answer)
                    }
                    several => self.asked_back(conversation, &english, &*graph, several, options),
                }
            }
        }
    }

    /// Asks which of several readings is meant, unless all come to one answer; with words for those
    /// that are not told apart by how they were read.
    fn asked_back(
        &self,
        conversation: &mut Conversation,
        english: &English,
        graph: &dyn Snapshot,
        readings: Vec<(Option<String>, Reading)>,
        options: &Options,
    ) -> Result<Answer> {
        let all = readings.iter().map(|(_, reading)| reading);
        if let Some(same) = self.same_for_all(graph, all, options)? {
            return self.answered(conversation, english, graph, same, options);
        }
        let mut choices: Vec<String> = Vec::new();
        let mut open: Vec<Reading> = Vec::new();
        for (words, reading) in readings {
            let sentence = words.unwrap_or_else(|| reading.sentence(graph, english));
            if !choices.contains(&sentence) {
                choices.push(sentence);
                open.push(reading);
            }
        }
        // What is said in the same words is one question to whoever asked it.
        if let [only] = &open[..] {
            return self.answered(conversation, english, graph, only, options);
        }
        conversation.open = Open::Readings(open, choices.clone());
        Ok(Answer { kind: Kind::Ask, choices, ..Answer::declined(Vec::new()) })
    }

    /// Puts a query into English: one sentence that says what it asks.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let said = store.in_english(
    ///     "MATCH (s:State)-[:RECOGNISES]->(:Region {name: 'Abkhazia'}) RETURN s.name",
    /// )?;
    /// assert_eq!(said, "Where a state recognises Abkhazia: give the name of the state.");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn in_english(&self, query: &str) -> Result<String> {
        let graph = self.snapshot();
        let english = self.english(&*graph);
        crate::query::on_stack_for(query, || {
            let statement = crate::syntax::parse(query)?;
            Ok(english.told(&*graph, &statement, query))
        })
        .map_err(|error| error.in_text(query))
    }

    /// How a question that is begun may go on, so that it will have an answer: from which byte, and
    /// what may stand there.
    ///
    /// ```
    /// let store = dossier::Store::shipped()?;
    /// let (start, words) = store.continuations("who recog");
    /// assert_eq!((start, words[0].as_str()), (4, "recognises"));
    /// let (_, names) = store.continuations("who recognises ");
    /// assert!(names.contains(&"Abkhazia".to_owned()));
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn continuations(&self, begun: &str) -> (usize, Vec<String>) {
        let graph = self.snapshot();
        let proposals = self.english(&*graph).continued(&*graph, begun);
        (proposals.start, proposals.words)
    }

    /// The answer by one reading, which later questions may refer to.
    fn answered(
        &self,
        conversation: &mut Conversation,
        english: &English,
        graph: &dyn Snapshot,
        reading: &Reading,
        options: &Options,
    ) -> Result<Answer> {
        let (mut answer, answers) = compose::answer(self, graph, reading, options)?;
        let query = reading.query(graph, english);
        #[cfg(test)]
        tests_shown::check(self, reading, &query, &answer);
        answer.query = Some(query);
        answer.reading = Some(reading.sentence(graph, english));
        answer.corrections = corrections(reading);
        let before = conversation.context.last.as_ref();
        let last = reading.tree.last().map(|question| question.said_in_full(before));
        conversation.context = Context { mentioned: reading.nodes(), answers, last };
        Ok(answer)
    }

    /// The first of several readings where all come to one answer: then there is nothing to ask.
    fn same_for_all<'r>(
        &self,
        graph: &dyn Snapshot,
        readings: impl ExactSizeIterator<Item = &'r Reading> + Clone,
        options: &Options,
    ) -> Result<Option<&'r Reading>> {
        if readings.len() > READINGS_TRIED_MAX {
            return Ok(None);
        }
        let mut first: Option<Answer> = None;
        let most = options.expected_rows_max.unwrap_or(TRIED_ROWS).min(TRIED_ROWS);
        let tried = Options { expected_rows_max: Some(most), ..options.clone() };
        for reading in readings.clone() {
            let answer = match compose::answer(self, graph, reading, &tried) {
                // It is sooner asked than told.
                Err(error) if error.code() == eval::RESULT.name => return Ok(None),
                answer => answer?.0,
            };
            let tells = answer.kind == Kind::YesNo || !answer.answers.is_empty();
            let same = first.as_ref().is_none_or(|known| {
                (&known.answers, &known.possible, known.verdict)
                    == (&answer.answers, &answer.possible, answer.verdict)
            });
            if !tells || !same {
                return Ok(None);
            }
            first.get_or_insert(answer);
        }
        let mut readings = readings;
        Ok(readings.next())
    }
}

/// That nothing is recorded of how something was done, where the question says how.
fn how_it_was_done(question: &str, answer: &Answer) -> Option<String> {
    let manners = crate::question::left_aside(question, answer.reading.as_deref()?);
    let quoted: Vec<String> = manners.iter().map(|word| format!("“{word}”")).collect();
    let quoted = quoted.join(", ");
    (!manners.is_empty())
        .then(|| format!("How it was done is not recorded: {quoted} says nothing here."))
}

/// Which of several things an answer to *which do you mean?* picks, from 1; a year picks none.
fn picked(text: &str) -> Option<usize> {
    let text = text.trim().trim_end_matches(['.', ')', '?', '!']).trim_start_matches('#');
    text.parse().ok().filter(|number| *number < 100)
}

/// What is said of a question that is not understood: which word was not, what the rest means, and
/// questions nearby that work.
fn declined(
    english: &English,
    graph: &dyn Snapshot,
    context: &Context,
    question: &str,
    words: Vec<String>,
) -> (Answer, Vec<String>) {
    let (note, part) = understood_in_part(english, graph, context, question, &words);
    let purse = Purse::of(effort::PROPOSING);
    let mut notes: Vec<String> = note.into_iter().collect();
    let mut near: Vec<String> =
        part.into_iter().filter(|part| english.works(graph, part, &purse)).collect();
    for sentence in english.near_questions(graph, question, &purse) {
        if !near.contains(&sentence) && near.len() < crate::question::NEAR_MAX {
            near.push(sentence);
        }
    }
    notes.extend(near.iter().map(|near| format!("{YOU_CAN_ASK}{near}")));
    (Answer { notes, ..Answer::declined(words) }, near)
}

/// What was understood of a question that is not, with the question that it would be.
fn understood_in_part(
    english: &English,
    graph: &dyn Snapshot,
    context: &Context,
    question: &str,
    words: &[String],
) -> (Option<String>, Option<String>) {
    let sentence = |reading: &Reading| Some(reading.sentence(graph, english));
    let purse = Purse::of(effort::TELLING);
    if let Some((asking, rest, reading)) = english.unsaid(graph, context, question, &purse) {
        let note = format!("I understand “{rest}”, but nothing says {asking}.");
        return (Some(note), sentence(&reading));
    }
    if let Some(half) = english.half_understood(graph, context, question, &purse) {
        let note = format!("I understand “{}”, but not “{}”.", half.understood, half.other);
        return (Some(note), sentence(&half.reading));
    }
    let some = english.without_some(graph, context, question, words, &purse);
    if let Some((left_out, reading)) = some {
        let note = format!("Without “{left_out}” I read: {}", reading.sentence(graph, english));
        return (Some(note), sentence(&reading));
    }
    let known = english.knows_all_words(question);
    let note = "Each of these words is known, but not what they say together.";
    (known.then(|| note.to_owned()), None)
}

fn corrections(reading: &Reading) -> Vec<Correction> {
    let all = reading.corrections.iter().cloned();
    all.map(|(written, read)| Correction { written, read }).collect()
}

impl Answer {
    /// The answer to a question of which some words were not understood.
    ///
    /// ```
    /// use dossier::ask::{Answer, Kind};
    /// assert_eq!(Answer::declined(vec!["population".into()]).kind, Kind::Declined);
    /// ```
    pub fn declined(unused: Vec<String>) -> Answer {
        Answer {
            kind: Kind::Declined,
            answers: Vec::new(),
            possible: Vec::new(),
            verdict: None,
            query: None,
            reading: None,
            evidence: Vec::new(),
            unused,
            choices: Vec::new(),
            corrections: Vec::new(),
            notes: Vec::new(),
        }
    }
}
