//! Names that are nearly what was written: by sound, by a letter or two, by a part.
//!
//! Made from all names when a question first has a word that nothing knows, since most questions have
//! none; so it has to be made fast, and holds little beside the folded names themselves.

use std::sync::Arc;

use hashbrown::HashMap;

use super::{Bearer, folded};

/// The most names compared letter by letter with what was written.
const COMPARED_MAX: usize = 400;

/// The names of a graph, by their places in a list of them.
#[derive(Debug, Default)]
pub(super) struct NearNames {
    all: Vec<Near>,
    /// By how long they are.
    by_length: Vec<Vec<u32>>,
    by_sound: HashMap<Box<str>, Vec<u32>>,
    /// By the first or the last word of a name of two or three: `Lavrov` in `Sergey Lavrov`.
    by_part: HashMap<Box<str>, Vec<u32>>,
}

#[derive(Debug)]
struct Near {
    folded: Box<str>,
    words: usize,
    /// The letters that it has, a bit each.
    letters: u64,
}

impl NearNames {
    pub(super) fn of(names: &[(Arc<str>, Bearer)]) -> NearNames {
        let mut near = NearNames::default();
        for (at, (written, bearer)) in names.iter().enumerate() {
            let (at, folded) = (at as u32, folded(written));
            add(&mut near.by_sound, &sound(&folded), at);
            if bearer.first && is_of_parts(written) {
                let (first, last) = (folded.split(' ').next(), folded.rsplit(' ').next());
                for part in [first, last].into_iter().flatten() {
                    add(&mut near.by_part, part, at);
                }
            }
            if near.by_length.len() <= folded.len() {
                near.by_length.resize(folded.len() + 1, Vec::new());
            }
            near.by_length[folded.len()].push(at);
            let (words, letters) = (folded.split(' ').count(), letters(&folded));
            near.all.push(Near { folded: folded.into(), words, letters });
        }
        near
    }

    /// Those whose folded words begin with a text.
    pub(super) fn beginning_with<'a>(&'a self, begun: &'a str) -> impl Iterator<Item = usize> + 'a {
        (0..self.all.len()).filter(move |&at| self.all[at].folded.starts_with(begun))
    }

    /// The only name that a word is a part of.
    pub(super) fn only_with_part(&self, word: &str) -> Option<usize> {
        match self.by_part.get(word)?.as_slice() {
            [only] => Some(*only as usize),
            _ => None,
        }
    }

    /// The names nearest to what was written, so many words.
    pub(super) fn nearest(&self, written: &str, words: usize) -> Vec<usize> {
        if let Some(same) = self.by_sound.get(&*sound(written)) {
            return same.iter().map(|&at| at as usize).collect();
        }
        let limit = match written.chars().count() {
            0..=3 => return Vec::new(),
            4..=8 => 1,
            _ => 2,
        };
        let mut best = limit + 1;
        let mut found: Vec<usize> = Vec::new();
        for at in self.alike(written, limit) {
            let near = &self.all[at];
            if near.words.abs_diff(words) > 1 {
                continue;
            }
            let distance = strsim::osa_distance(written, &near.folded);
            if distance < best && are_words_near(written, &near.folded) {
                best = distance;
                found.clear();
            }
            if distance == best && best <= limit && are_words_near(written, &near.folded) {
                found.push(at);
            }
        }
        found
    }

    /// Names about as long as what was written and of nearly its letters: a changed letter takes
    /// one away and brings one.
    fn alike(&self, written: &str, limit: usize) -> Vec<usize> {
        let wanted = letters(written);
        let lengths = written.len().saturating_sub(limit)..=written.len() + limit;
        let near = lengths.filter_map(|length| self.by_length.get(length)).flatten();
        let mut all: Vec<usize> = near
            .map(|&at| at as usize)
            .filter(|&at| (self.all[at].letters ^ wanted).count_ones() as usize <= 2 * limit)
            .collect();
        all.sort_unstable_by_key(|&at| ((self.all[at].letters ^ wanted).count_ones(), at));
        all.truncate(COMPARED_MAX);
        all
    }
}

fn add(names: &mut HashMap<Box<str>, Vec<u32>>, key: &str, at: u32) {
    match names.get_mut(key) {
        Some(all) if all.last() == Some(&at) => {}
        Some(all) => all.push(at),
        None => _ = names.insert(key.into(), vec![at]),
    }
}

/// A bit for each letter that a text has; the others share some.
fn letters(text: &str) -> u64 {
    text.bytes().fold(0, |all, byte| all | 1 << (byte & 63))
}

/// Whether no word is another one than that in its place: *north* is no mistake for *south*.
fn are_words_near(written: &str, name: &str) -> bool {
    if written.split(' ').count() != name.split(' ').count() {
        return true;
    }
    let mut words = written.split(' ').zip(name.split(' '));
    words.all(|(one, other)| {
        let limit = usize::from(one.chars().count() > 5) + 1;
        strsim::osa_distance(one, other) <= limit
    })
}

/// Whether a name is like that of a person: two or three words, each with a capital.
fn is_of_parts(name: &str) -> bool {
    let mut words = name.split(' ');
    let capital = |word: &str| {
        word.chars().next().is_some_and(char::is_uppercase)
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'))
    };
    let number = name.split(' ').count();
    (2..=3).contains(&number) && words.all(capital)
}

/// Folds the usual ways of writing one sound of another script.
fn sound(folded: &str) -> String {
    const RULES: [(&str, &str); 23] = [
        ("shch", "sc"),
        ("sch", "s"),
        ("tch", "c"),
        ("kh", "h"),
        ("gh", "g"),
        ("ph", "f"),
        ("ck", "k"),
        ("q", "k"),
        ("ks", "x"),
        ("dzh", "j"),
        ("dj", "j"),
        ("tz", "ts"),
        ("zh", "j"),
        ("off", "ov"),
        ("eff", "ev"),
        ("yev", "ev"),
        ("iev", "ev"),
        ("ye", "e"),
        ("yo", "e"),
        ("iy", "i"),
        ("ij", "i"),
        ("ey", "ei"),
        ("w", "v"),
    ];
    let mut text = folded.to_owned();
    let mut there = letters(&text);
    for (from, to) in RULES {
        // Its letters tell of most names that they do not have it.
        if letters(from) & !there == 0 && text.contains(from) {
            text = text.replace(from, to);
            there = letters(&text);
        }
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let c = if c == 'y' { 'i' } else { c };
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}
