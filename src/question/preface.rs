//! What is written around a question about why it is asked: *For a piece I am writing: who …*, *I read that
//! … . Is that right?*
//!
//! Called where a question has no reading as it stands. A preface speaks of whoever asks, has no number, no
//! time and nothing in capitals in it, ends with a colon, and what is behind it begins as a question does; so nothing is
//! passed over that could say of what is asked. What is told and then asked about is asked whether it is true.

use super::token::tokens;
use super::when;

/// A longer preface may be a part of the question.
const WORDS_MAX: usize = 14;

/// Words of whoever asks; one of them has to be in a preface.
const ASKING: [&str; 16] = [
    "i",
    "i'm",
    "i'd",
    "i've",
    "we",
    "we're",
    "my",
    "our",
    "me",
    "us",
    "question",
    "questions",
    "curious",
    "help",
    "please",
    "quick",
];

/// Words that a question begins with.
const BEGINS: [&str; 28] = [
    "who", "whom", "whose", "what", "which", "when", "where", "why", "how", "is", "are", "was",
    "were", "do", "does", "did", "has", "have", "had", "in", "on", "at", "by", "before", "after",
    "to", "list", "name",
];

/// Words that speak of what was said before them, which is no preface then: *tell me about the rivers of
/// Illinois: which are they*.
const BACK: [&str; 11] =
    ["they", "them", "their", "it", "its", "those", "these", "ones", "there", "he", "she"];

/// How it is told from where one knows it.
const TOLD: [&str; 16] = [
    "i read that",
    "i read somewhere that",
    "i have read that",
    "i heard that",
    "i have heard that",
    "i hear that",
    "i was told that",
    "i am told that",
    "i understand that",
    "i gather that",
    "i seem to remember that",
    "someone told me that",
    "somebody told me that",
    "someone says that",
    "they say that",
    "it is said that",
];

/// How it is asked whether that is so.
const TRUE: [&str; 12] = [
    "is that right",
    "is that true",
    "is that correct",
    "is that so",
    "is this right",
    "is this true",
    "is this correct",
    "is it true",
    "is it so",
    "am i right",
    "was that so",
    "is that the case",
];

/// The question without what is around it, if there is something around it.
pub(super) fn without(question: &str) -> Option<String> {
    behind_a_colon(question).or_else(|| told_and_asked(question))
}

fn behind_a_colon(question: &str) -> Option<String> {
    let (preface, rest) = question.split_once(": ")?;
    let words: Vec<&str> = preface.split_whitespace().collect();
    let asks = |word: &&str| {
        let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        ASKING.contains(&word.to_lowercase().replace('’', "'").as_str())
    };
    let digits = preface.contains(|letter: char| letter.is_ascii_digit());
    let own = |word: &&str| word.starts_with("I'") || word.starts_with("I’") || *word == "I";
    let named = words.iter().skip(1).any(|word| !own(word) && word.starts_with(char::is_uppercase));
    let said = tokens(preface);
    let timed = (0..said.len()).any(|at| when::phrase(&said, at).is_some());
    let behind = tokens(rest);
    let begins = behind.first().is_some_and(|first| BEGINS.contains(&first.word.as_str()));
    let back = behind.iter().any(|token| BACK.contains(&token.word.as_str()));
    let asks = words.len() <= WORDS_MAX && words.iter().any(asks);
    (asks && begins && !back && !digits && !named && !timed).then(|| rest.trim().to_owned())
}

fn told_and_asked(question: &str) -> Option<String> {
    let text = question.trim().trim_end_matches('?').trim_end();
    let is_true = |words: &&str| ends_with(text, words);
    let end = TRUE.iter().find(|words| is_true(words))?;
    let told = text[..text.len() - end.len()].trim_end();
    let told = told.strip_suffix(['.', ',', ';'])?;
    let from = TOLD.iter().find(|words| starts_with(told, words))?;
    let statement = told[from.len()..].trim();
    (!statement.is_empty()).then(|| format!("Is it true that {statement}?"))
}

/// Whether a text ends with a word and those before it, in capitals or not.
fn ends_with(text: &str, words: &str) -> bool {
    let from = text.len().checked_sub(words.len());
    from.and_then(|from| text.get(from..)).is_some_and(|end| end.eq_ignore_ascii_case(words))
}

fn starts_with(text: &str, words: &str) -> bool {
    text.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words))
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn a_preface_speaks_of_who_asks_and_of_nothing_else() {
        for (question, rest) in [
            ("For a piece I am writing: who met Ada?", Some("who met Ada?")),
            ("I’m checking dates: when did Ada meet Bo?", Some("when did Ada meet Bo?")),
            ("In 2014, for my report: who met Ada?", None),
            ("For my report on France: who met Ada?", None),
            ("In spring: who met Ada?", None),
            ("For my work in march: who met Ada?", None),
            ("Tell me who met Ada: Bo or Cy?", None),
            ("tell me about the rivers of illinois: which are they", None),
            (
                "I read that Ada met Bo in 2014. Is that right?",
                Some("Is it true that Ada met Bo in 2014?"),
            ),
            ("I was told that Ada met Bo; is that so?", Some("Is it true that Ada met Bo?")),
            ("I doubt that Ada met Bo. Is that right?", None),
            ("I read that . Is that right?", None),
            ("I read that Ada met Boris that right?", None),
            ("Is that right?", None),
        ] {
            assert_eq!(without(question).as_deref(), rest, "{question}");
        }
    }
}
