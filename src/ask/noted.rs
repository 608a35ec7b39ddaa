//! What is said beside an answer: who denies it, whose words it rests on, what disputes it, and how many there
//! are.

use super::Answer;
use super::compose::{Composer, Values};
use crate::graph::statement::Stance;
use crate::question::form::Asked;
use crate::value::StatementId;

impl Composer<'_> {
    /// Shows what is denied of what was asked, and by whom. That somebody denies it makes it no
    /// *no*: that takes completeness.
    pub(super) fn note_denials(&self, answer: &mut Answer) {
        let statements: Vec<StatementId> =
            self.evaluated.denied.iter().flat_map(|found| found.statements.clone()).collect();
        let mut who: Vec<String> = Vec::new();
        for evidence in self.evidence(&statements) {
            if evidence.stance == Stance::Denied.as_str() {
                let name = match &evidence.speaker {
                    Some(speaker) => speaker.clone(),
                    None if evidence.document.is_empty() => "Somebody".to_owned(),
                    None => evidence.document.clone(),
                };
                if !who.contains(&name) {
                    who.push(name);
                }
            }
            if !answer.evidence.contains(&evidence) {
                answer.evidence.push(evidence);
            }
        }
        match who.as_slice() {
            [] => {}
            [one] => answer.notes.push(format!("{one} denies it.")),
            several => answer.notes.push(format!("{} deny it.", several.join(" and "))),
        }
    }

    /// Says how many there are where the question says another number.
    pub(super) fn note_number(&self, found: usize, answer: &mut Answer) {
        if let Some(said) = self.inquiry.said.filter(|&said| said as usize != found) {
            answer.notes.push(format!("The question says {said}; I find {found}."));
        }
    }

    /// Says whose words an answer rests on, and where a source keeps its distance.
    pub(super) fn note_speakers(&self, answer: &mut Answer) {
        let mut speakers: Vec<String> = Vec::new();
        let mut distant: Vec<String> = Vec::new();
        for evidence in &answer.evidence {
            if evidence.stance == Stance::Attributed.as_str() {
                let speaker = evidence.speaker.clone().unwrap_or_else(|| evidence.document.clone());
                if !speakers.contains(&speaker) {
                    speakers.push(speaker);
                }
            }
            if evidence.stance == Stance::ScareQuoted.as_str()
                && !distant.contains(&evidence.document)
            {
                distant.push(evidence.document.clone());
            }
        }
        if !speakers.is_empty() && !matches!(self.inquiry.asked, Asked::Speaker(_)) {
            answer.notes.push(format!("According to {}.", speakers.join(", ")));
        }
        for document in distant {
            answer.notes.push(format!("{document} puts the words in quotation marks."));
        }
    }

    /// Says which of the statements that an answer rests on clash with others.
    pub(super) fn note_conflicts(answer: &mut Answer) {
        let mut notes: Vec<String> = Vec::new();
        for evidence in &answer.evidence {
            let Some(conflict) = &evidence.conflict else { continue };
            let note = format!("Disputed: {} {conflict}.", evidence.statement);
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        answer.notes.extend(notes);
    }

    /// Further things that were asked: `…, and why?`
    pub(super) fn note_further(&self, answer: &mut Answer) {
        for &asked in &self.inquiry.also {
            let mut values = Values::default();
            for found in &self.evaluated.found {
                self.add(asked, found, &mut values);
            }
            let texts: Vec<String> = values.values.into_iter().map(|value| value.0).collect();
            let word = match asked {
                Asked::When(..) => "When",
                Asked::Things(_) => "Where",
                _ => "Why",
            };
            let text = if texts.is_empty() { "not stated".to_owned() } else { texts.join("; ") };
            answer.notes.push(format!("{word}: {text}."));
        }
    }
}
