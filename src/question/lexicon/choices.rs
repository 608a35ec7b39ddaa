//! Alternatives in an example sentence: `A [provides|gives] [military|economic] aid [to|for] B`.
//!
//! Called for each sentence as it is added, before it is parsed. What may stand for each other in one
//! place is one frame with other words beside it: verbs, the words of one part (every combination of
//! them), prepositions. Only what changes the parts of the sentence makes a sentence of its own.

use super::super::frame;
use super::super::morphology::is_participle;
use super::super::token::phrase;

/// Sentences that one with alternatives may come to, and texts that one part of it may have.
const ALTERNATIVES_MAX: usize = 512;

/// What a sentence with alternatives comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Choices {
    /// The sentence with the first of each; prepositions that stand for each other as `on|against`.
    pub(super) sentence: String,
    /// Further verbs, in the third person.
    pub(super) verbs: Vec<String>,
    /// Further nouns after `A's`.
    pub(super) nouns: Vec<String>,
    /// Parts of the sentence, each with others that may stand for it.
    pub(super) fixed: Vec<(String, Vec<String>)>,
}

/// A word of the sentence, or alternatives.
#[derive(Clone, Debug)]
enum Part<'t> {
    Word(&'t str),
    Group(Vec<&'t str>),
}

/// What a place of the sentence is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Verb,
    /// Behind a form of *be*, where a participle makes another sentence than an adjective.
    AfterBe,
    Other,
}

impl Choices {
    /// The sentences that one with alternatives stands for.
    pub(super) fn of(text: &str) -> Vec<Choices> {
        let mut whole: Vec<Vec<Part<'_>>> = vec![Vec::new()];
        for part in parts(text) {
            whole = whole
                .iter()
                .flat_map(|before| {
                    parted(&part, place_after(before)).into_iter().map(move |more| {
                        let mut parts = before.clone();
                        parts.extend(more);
                        parts
                    })
                })
                .take(ALTERNATIVES_MAX)
                .collect();
        }
        whole.iter().map(|parts| Choices::from_parts(parts)).collect()
    }

    fn from_parts(parts: &[Part<'_>]) -> Choices {
        let mut choices = Choices {
            sentence: String::new(),
            verbs: Vec::new(),
            nouns: Vec::new(),
            fixed: Vec::new(),
        };
        // The words that make one part of the sentence, which is the noun behind a genitive.
        let (mut run, mut noun): (Vec<&Part<'_>>, bool) = (Vec::new(), false);
        for (at, part) in parts.iter().enumerate() {
            match part {
                Part::Group(all) if place_after(&parts[..at]) == Place::Verb => {
                    choices.push(all[0]);
                    choices.verbs.extend(all[1..].iter().map(|verb| (*verb).to_owned()));
                }
                Part::Group(all) if all.iter().all(|one| frame::is_preposition(one)) => {
                    choices.end_run(&mut run, noun);
                    choices.push(&all.join("|"));
                    noun = false;
                }
                Part::Word(word) if at < 2 || ends_run(word) => {
                    choices.end_run(&mut run, noun);
                    choices.push(word);
                    noun = word.ends_with("'s");
                }
                part => run.push(part),
            }
        }
        choices.end_run(&mut run, noun);
        choices
    }

    fn push(&mut self, word: &str) {
        if !self.sentence.is_empty() && !word.is_empty() {
            self.sentence.push(' ');
        }
        self.sentence.push_str(word);
    }

    /// A part with its alternatives: all combinations of them, the first of each first.
    fn end_run<'p, 't>(&mut self, run: &mut Vec<&'p Part<'t>>, noun: bool) {
        let choices = |part: &&'p Part<'t>| match part {
            Part::Word(word) => std::slice::from_ref(word),
            Part::Group(all) => all.as_slice(),
        };
        let run: Vec<&[&str]> = run.drain(..).map(|part| choices(&part)).collect();
        run.iter().for_each(|choices| self.push(choices[0]));
        if run.iter().all(|choices| choices.len() == 1) {
            return;
        }
        let mut texts = vec![String::new()];
        for choices in run {
            let folded: Vec<String> = choices.iter().map(|text| without_articles(text)).collect();
            let with = |before: &String, text: &String| {
                let space = if before.is_empty() || text.is_empty() { "" } else { " " };
                format!("{before}{space}{text}")
            };
            texts = texts
                .iter()
                .flat_map(|before| folded.iter().map(move |text| with(before, text)))
                .take(ALTERNATIVES_MAX)
                .collect();
        }
        let first = texts.remove(0);
        texts.retain(|text| *text != first);
        if noun {
            self.nouns.extend(texts);
        } else {
            self.fixed.push((first, texts));
        }
    }
}

/// The words and groups of a sentence.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        all.extend(before.split_whitespace().map(Part::Word));
        let Some((group, behind)) = after.split_once(']') else { break };
        all.push(Part::Group(group.split('|').map(str::trim).collect()));
        rest = behind;
    }
    all.extend(rest.split_whitespace().map(Part::Word));
    all
}

/// What follows the first parts of a sentence.
fn place_after(before: &[Part<'_>]) -> Place {
    match before {
        [Part::Word("A" | "B")] => Place::Verb,
        [_, Part::Word("is" | "are")] => Place::AfterBe,
        _ => Place::Other,
    }
}

/// A part as it stands in each sentence that it makes: alternatives that may stand in one together, then
/// each of the others by itself.
fn parted<'t>(part: &Part<'t>, place: Place) -> Vec<Vec<Part<'t>>> {
    let Part::Group(all) = part else { return vec![vec![part.clone()]] };
    if place != Place::Verb && all.iter().all(|one| frame::is_preposition(one)) {
        return vec![vec![part.clone()]];
    }
    let alike = |one: &&&str| match place {
        Place::Verb => !one.contains(' ') && !one.is_empty() && !matches!(**one, "is" | "are"),
        Place::AfterBe => is_plain(one) && !one.split(' ').next().is_some_and(is_participle),
        Place::Other => is_plain(one),
    };
    let (together, others): (Vec<&&str>, Vec<&&str>) = all.iter().partition(alike);
    let mut sentences = Vec::new();
    if !together.is_empty() {
        sentences.push(vec![Part::Group(together.into_iter().copied().collect())]);
    }
    let words = |one: &&'t str| one.split_whitespace().map(Part::Word).collect();
    sentences.extend(others.into_iter().map(words));
    sentences
}

/// Whether words make no part of the sentence but the one they stand in.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.split(' ').any(ends_run)
}

/// Whether a word ends the part of the sentence before it.
fn ends_run(word: &str) -> bool {
    frame::is_preposition(word)
        || frame::is_particle(word)
        || matches!(word, "A" | "B" | "A's" | "B's")
        || word.contains('{')
}

/// The folded words of a part as a frame keeps them.
fn without_articles(text: &str) -> String {
    let folded = phrase(text);
    if folded.split(' ').any(frame::is_article) {
        let kept = folded.split(' ').filter(|word| !frame::is_article(word));
        return kept.collect::<Vec<_>>().join(" ");
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(text: &str) -> Vec<(String, usize, usize, Vec<usize>)> {
        let count = |one: Choices| {
            let fixed = one.fixed.iter().map(|fixed| fixed.1.len()).collect();
            (one.sentence, one.verbs.len(), one.nouns.len(), fixed)
        };
        Choices::of(text).into_iter().map(count).collect()
    }

    #[test]
    fn what_stands_in_one_place_is_one_sentence() {
        assert_eq!(
            choices("A [pays|makes] a [state|working] [visit|trip] [to|in] B"),
            [("A pays a state visit to|in B".into(), 1, 0, vec![3])]
        );
        assert_eq!(choices("A's [visit|trip] to B"), [("A's visit to B".into(), 0, 1, vec![])]);
        assert_eq!(choices("A visits B"), [("A visits B".into(), 0, 0, vec![])]);
    }

    #[test]
    fn what_changes_the_parts_is_a_sentence_of_its_own() {
        let sentences = |text: &str| -> Vec<String> {
            Choices::of(text).into_iter().map(|one| one.sentence).collect()
        };
        assert_eq!(
            sentences("A [asks|calls on|urges] B"),
            ["A asks B".to_owned(), "A calls on B".to_owned()]
        );
        assert_eq!(
            sentences("A pays a visit to [|the capital of] B"),
            ["A pays a visit to B".to_owned(), "A pays a visit to the capital of B".to_owned()]
        );
        assert_eq!(
            sentences("A is [willing|engaged] B"),
            ["A is willing B".to_owned(), "A is engaged B".to_owned()]
        );
    }
}
