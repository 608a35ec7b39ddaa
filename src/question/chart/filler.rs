//! Words that add nothing to a question, or nothing that facts could tell: *ever*, *at any point*, *openly*.
//!
//! Skipped by every rule for verbs and by the forms of questions.

use super::Chart;
use crate::question::token::Token;

/// Words that add nothing to a question.
const FILLERS: [&str; 27] = [
    "altogether",
    "indeed",
    "likewise",
    "simply",
    "truly",
    "certainly",
    "definitely",
    "there",
    "presumably",
    "ever",
    "already",
    "also",
    "exactly",
    "actually",
    "really",
    "still",
    "currently",
    "presently",
    "now",
    "just",
    "then",
    "even",
    "too",
    "please",
    "yet",
    "likewise",
    "duly",
];

/// How something was done, where facts say no more than that it was.
const MANNERS: [&str; 36] = [
    "formally",
    "officially",
    "publicly",
    "openly",
    "strongly",
    "sharply",
    "harshly",
    "directly",
    "personally",
    "warmly",
    "severely",
    "firmly",
    "loudly",
    "explicitly",
    "expressly",
    "actively",
    "vocally",
    "bluntly",
    "fiercely",
    "heavily",
    "angrily",
    "vehemently",
    "outright",
    "flatly",
    "categorically",
    "eventually",
    "apparently",
    "clearly",
    "specifically",
    "voluntarily",
    "successfully",
    "forcefully",
    "vigorously",
    "promptly",
    "solemnly",
    "fully",
];

/// The same, of several words.
const FILLER_PHRASES: [&str; 57] = [
    ", if ever ,",
    "if ever",
    "on its way",
    "on their way",
    "along its way",
    "along the way",
    "along its course",
    "on its course",
    "over its course",
    "from source to mouth",
    "at no matter what point",
    "together",
    "if anyone",
    ", if anyone ,",
    ", if anybody ,",
    ", if any ,",
    "if any",
    "anywhere in the world",
    "in the world",
    "in the whole world",
    "on earth",
    "in reality",
    "in truth",
    "on any occasion",
    "on some occasion",
    "at some stage",
    "even once",
    "in all",
    "at any point",
    "at any time",
    "at some point",
    "at some time",
    "at one point",
    "at all",
    "at any stage",
    "in fact",
    "by any chance",
    "in total",
    "so far",
    "to date",
    "thank you",
    "happen to",
    "as well",
    "of all time",
    "on record",
    "in history",
    "go on to",
    "by the way",
    "at one time or another",
    "as far as we know",
    "as far as is known",
    ", to the day",
    ", to the month",
    ", to the year",
    "to the day",
    "in the end",
    "in the first place",
];

/// What may stand between a verb and the noun that says what was done: *issued a sharp rebuke*, *some
/// kind of agreement*.
const STRENGTHS: [&str; 26] = [
    "strong", "sharp", "harsh", "warm", "high", "great", "full", "open", "public", "official",
    "formal", "direct", "severe", "firm", "heavy", "urgent", "serious", "fierce", "brief", "short",
    "long", "major", "big", "clear", "explicit", "personal",
];
const KINDS: [&str; 12] = [
    "kind of",
    "kinds of",
    "sort of",
    "form of",
    "forms of",
    "type of",
    "act of",
    "acts of",
    "piece of",
    "show of",
    "display of",
    "word of",
];

/// The words of a question that say how something was done, which no fact tells.
pub(in crate::question) fn manners(tokens: &[Token]) -> impl Iterator<Item = &str> {
    tokens.iter().map(|token| token.word.as_str()).filter(|word| MANNERS.contains(word))
}

impl Chart<'_> {
    pub(super) fn skip_fillers(&self, mut at: usize) -> usize {
        loop {
            // `just before` is the last before.
            let nearest = self.is(at, &["just", "directly"])
                && self.is(at + 1, &["before", "after", "prior", "ahead", "following"]);
            // `exactly one state`, `just twice` counts, and so does `exactly as long`.
            let counts = self.is(at + 1, &["once", "twice", "one", "as"])
                || super::quantity::number(self.word(at + 1)).is_some();
            let once = self.is(at, &["just", "exactly"]) && counts;
            // `on record as`: what is recorded is what is asked of.
            let recorded = self.after(at, "on record as").is_some();
            if let Some(end) = self.after_records(at).filter(|_| !recorded && at > 0) {
                at = end;
                continue;
            }
            // `the people of X and Y together` are added up.
            let summed = self.is(at, &["together"]) && self.at_end(at + 1);
            let phrase = self.after_any(at, &FILLER_PHRASES);
            if let Some(end) = phrase.filter(|_| !recorded && !summed) {
                at = end;
            } else if (self.is(at, &FILLERS) || self.is(at, &MANNERS)) && !nearest && !once {
                at += 1;
            } else {
                return at;
            }
        }
    }

    /// The position after words that say how strong, or what kind of thing, a deed was.
    pub(super) fn after_strength(&self, at: usize) -> Option<usize> {
        let mut end = at;
        while self.is(end, &STRENGTHS) {
            end += 1;
        }
        let end = self.after_any(end, &KINDS).unwrap_or(end);
        (end > at).then_some(end)
    }
}
