//! The names of things: exact ones first, then near ones, shown as corrections.
//!
//! A name is found at a position by its words, folded (case, accents, hyphens, possessives, a
//! leading article). Where nothing is found and no word of the stretch is otherwise known, near
//! names are: the same after folding the usual transliterations (`Medoyev`, `Lavroff`), or one or
//! two letters away (`sout ossetia`). Which of several bearers is meant is for the verb to say.
//!
//! Names that say a part and whose it is in brackets (`Police (Kenya)`) are found by their parts
//! as well, in [`roles`](super::roles).

use std::sync::Arc;

use hashbrown::HashMap;

use super::index::PhraseIndex;
use super::lexicon::Lexicon;
use super::roles::Roles;
use super::token::{Token, fold, words};
use super::{morphology, pack};
use crate::graph::alias::AliasKind;
use crate::graph::{LabelId, Snapshot, naming};
use crate::value::{NodeId, Value};

/// Names of more words than this are found by their words alone, not by near spelling.
const NEAR_WORDS_MAX: usize = 6;

/// The most names compared letter by letter with what was written.
const COMPARED_MAX: usize = 400;

/// A name and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bearer {
    pub(crate) node: NodeId,
    pub(crate) kind: AliasKind,
    /// Whether it is the entity's first name, not an alias.
    pub(crate) first: bool,
    /// Whether it is who or where, which are called without an article: *Mississippi* is a state,
    /// *the Mississippi* a river.
    pub(crate) bare: bool,
}

/// A name found in a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The position after it.
    pub(crate) end: usize,
    pub(crate) bearer: Bearer,
    /// What it was read as, where that is not what was written.
    pub(crate) correction: Option<Arc<str>>,
}

/// All names of a graph.
#[derive(Debug, Default)]
pub(crate) struct Names {
    index: PhraseIndex<Bearer>,
    roles: Roles,
    /// For near spelling: the words of each name in one string, and how many they are.
    near: Vec<Near>,
    by_sound: HashMap<String, Vec<u32>>,
    by_letters: HashMap<[u8; 3], Vec<u32>>,
    /// By the first or the last word of a name of two or three: `Lavrov` in `Sergey Lavrov`.
    by_part: HashMap<String, Vec<u32>>,
}

#[derive(Debug)]
struct Near {
    folded: String,
    words: usize,
    written: Arc<str>,
    bearer: Bearer,
}

impl Names {
    /// Reads what every node is called, every alias, and what belongs to countries.
    pub(crate) fn of(graph: &dyn Snapshot, lexicon: &Lexicon) -> Names {
        let mut names = Names::default();
        let mut by_name: HashMap<String, Vec<NodeId>> = HashMap::new();
        let mut in_brackets = Vec::new();
        let is_bare = |node: NodeId, name: &str| {
            let named =
                |label: &LabelId| lexicon.who().contains(label) || lexicon.places().contains(label);
            let article = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("the "));
            !article && graph.labels(node).iter().any(named)
        };
        let nodes = (0..graph.node_bound()).map(NodeId);
        for node in nodes.filter(|&node| graph.contains_node(node)) {
            let Some(name) = naming::name(graph, node) else { continue };
            let bare = is_bare(node, &name);
            names.add(&name, Bearer { node, kind: AliasKind::Name, first: true, bare });
            // Of a given and a family name each may stand alone.
            if let keys @ [_, _] = naming::keys(graph, node).as_slice() {
                for &key in keys {
                    if let Value::String(part) = graph.node_property(node, key) {
                        let bearer = Bearer { node, kind: AliasKind::Name, first: false, bare };
                        names.add(&part, bearer);
                    }
                }
            }
            by_name.entry(fold(&name)).or_default().push(node);
            if name.ends_with(')') {
                in_brackets.push((name, node));
            }
        }
        for alias in graph.aliases() {
            let (node, kind) = (alias.entity, alias.kind);
            let bare = is_bare(node, &alias.text);
            names.add(&alias.text, Bearer { node, kind, first: false, bare });
        }
        let known = pack::names(pack::GENERAL);
        names.add_general(&known, &by_name);
        names.roles = Roles::of(graph, &in_brackets, &known);
        names
    }

    fn add(&mut self, name: &Arc<str>, bearer: Bearer) {
        let mut words = words(name);
        // The *a* of `A.K. Antony` is no article.
        let article = name.split(' ').next().unwrap_or("").to_lowercase();
        if words.len() > 1 && matches!(article.as_str(), "the" | "a" | "an") {
            words.remove(0);
        }
        if words.is_empty() {
            return;
        }
        self.index.add(&words, bearer);
        // `organization` is `organisation` in a name, too.
        let other: Vec<String> = words.iter().map(|word| other_spelling(word)).collect();
        if other != words {
            self.index.add(&other, Bearer { first: false, ..bearer });
        }
        if words.len() <= NEAR_WORDS_MAX {
            let folded = words.join(" ");
            let at = self.near.len() as u32;
            self.by_sound.entry(sound(&folded)).or_default().push(at);
            for letters in three_letters(&folded) {
                self.by_letters.entry(letters).or_default().push(at);
            }
            if bearer.first && is_of_parts(name) {
                for part in [words.first(), words.last()].into_iter().flatten() {
                    let all = self.by_part.entry(part.clone()).or_default();
                    if !all.contains(&at) {
                        all.push(at);
                    }
                }
            }
            self.near.push(Near { folded, words: words.len(), written: Arc::clone(name), bearer });
        }
    }

    /// Adjectives and further names of countries that the graph has under one of their names.
    fn add_general(&mut self, known: &[pack::NameWords], by_name: &HashMap<String, Vec<NodeId>>) {
        for one in known {
            let all: Vec<&String> = std::iter::once(&one.name).chain(&one.others).collect();
            let bearers = all.iter().filter_map(|name| by_name.get(&fold(name))).flatten();
            for &node in bearers {
                let kinds =
                    [(&one.adjectives, AliasKind::Adjective), (&one.others, AliasKind::Name)];
                for (texts, kind) in kinds {
                    for text in texts {
                        self.index
                            .add(&words(text), Bearer { node, kind, first: false, bare: true });
                    }
                }
                let kind = AliasKind::Name;
                self.index.add(&words(&one.name), Bearer { node, kind, first: false, bare: true });
            }
        }
    }

    /// The names that stand at a position, spelt as they are.
    pub(crate) fn exact(&self, tokens: &[Token], at: usize) -> Vec<Found> {
        let mut all: Vec<Found> = Vec::new();
        for (end, &bearer) in self.index.at(tokens, at) {
            // By an alias that is its first name as well, it is found once.
            let known = all.iter_mut().find(|f| f.end == end && f.bearer.node == bearer.node);
            match known {
                Some(known) if bearer.first => known.bearer = bearer,
                Some(known) if known.bearer.kind == AliasKind::Adjective && !known.bearer.first => {
                    known.bearer = bearer;
                }
                Some(_) => {}
                None => all.push(Found { end, bearer, correction: None }),
            }
        }
        all.extend(self.roles.at(tokens, at));
        all
    }

    /// Names whose folded words begin with a text, with what bears them.
    pub(crate) fn beginning_with<'a>(
        &'a self,
        begun: &'a str,
    ) -> impl Iterator<Item = (&'a Arc<str>, NodeId)> {
        let fits = move |near: &&Near| near.folded.starts_with(begun);
        self.near.iter().filter(fits).map(|near| (&near.written, near.bearer.node))
    }

    /// Names near to what stands at a position, over stretches for which `open` says that a name
    /// is missing there.
    pub(crate) fn near(
        &self,
        tokens: &[Token],
        at: usize,
        open: impl Fn(usize, usize) -> bool,
    ) -> Vec<Found> {
        let longest = (1..=NEAR_WORDS_MAX.min(tokens.len() - at)).rev();
        for len in longest.filter(|&len| open(at, at + len)) {
            let written: Vec<&str> =
                tokens[at..at + len].iter().map(|token| token.word.as_str()).collect();
            let mut found = self.nearest(&written.join(" "), len);
            if len == 1 && found.is_empty() {
                found.extend(self.whole_of(tokens, at, &open));
            }
            if !found.is_empty() {
                let correct = |near: &Near| Found {
                    end: at + len,
                    bearer: near.bearer,
                    correction: Some(Arc::clone(&near.written)),
                };
                let mut all: Vec<Found> = found.into_iter().map(correct).collect();
                // What is near to a name of two words may be a part of one, and a verb.
                let may_be_part = len > 1 && open(at, at + 1) && !open(at + 1, at + len);
                let whole = may_be_part.then(|| self.whole_of(tokens, at, &open)).flatten();
                all.extend(whole.map(|near| Found { end: at + 1, ..correct(near) }));
                return all;
            }
        }
        Vec::new()
    }

    /// The name that a word is a part of, where no other has it and no unknown part of a name stands
    /// beside: *Lavrov*, but not the first word of *South Korea* for South Ossetia.
    fn whole_of(
        &self,
        tokens: &[Token],
        at: usize,
        open: &impl Fn(usize, usize) -> bool,
    ) -> Option<&Near> {
        let goes_on = |at: usize| tokens.get(at).is_some_and(|t| t.capital) && open(at, at + 1);
        if goes_on(at + 1) || at.checked_sub(1).is_some_and(goes_on) {
            return None;
        }
        match self.by_part.get(&tokens[at].word)?.as_slice() {
            [only] => Some(&self.near[*only as usize]),
            _ => None,
        }
    }

    /// Nodes whose names hold all the words of a stretch of text, in order: what was said.
    pub(crate) fn containing(&self, content: &[String]) -> Vec<NodeId> {
        let mut found = Vec::new();
        for (first, rest, bearer) in self.index.all() {
            if rest.len() + 1 < content.len() || !bearer.first {
                continue;
            }
            let mut words = std::iter::once(first).chain(rest.iter().map(String::as_str));
            let holds = content.iter().all(|wanted| words.any(|word| same_stem(word, wanted)));
            if holds && !found.contains(&bearer.node) {
                found.push(bearer.node);
            }
        }
        found.sort_unstable();
        found
    }

    fn nearest(&self, written: &str, words: usize) -> Vec<&Near> {
        if let Some(same) = self.by_sound.get(&sound(written)) {
            return same.iter().map(|&at| &self.near[at as usize]).collect();
        }
        let limit = match written.chars().count() {
            0..=3 => return Vec::new(),
            4..=8 => 1,
            _ => 2,
        };
        let mut best = limit + 1;
        let mut found: Vec<&Near> = Vec::new();
        for near in self.alike(written, limit) {
            if near.words.abs_diff(words) > 1 || near.folded.len().abs_diff(written.len()) > limit {
                continue;
            }
            let distance = strsim::osa_distance(written, &near.folded);
            if distance < best && are_words_near(written, &near.folded) {
                best = distance;
                found.clear();
            }
            if distance == best && best <= limit && are_words_near(written, &near.folded) {
                found.push(near);
            }
        }
        found
    }

    /// Names that share enough groups of three letters with what was written to be so near: each
    /// changed letter takes three groups away, a swap four.
    fn alike(&self, written: &str, limit: usize) -> Vec<&Near> {
        let wanted = three_letters(written);
        let least = wanted.len().saturating_sub(4 * limit).max(1);
        let mut shared: HashMap<u32, usize> = HashMap::new();
        for letters in &wanted {
            for &at in self.by_letters.get(letters).into_iter().flatten() {
                *shared.entry(at).or_default() += 1;
            }
        }
        let mut all: Vec<(u32, usize)> =
            shared.into_iter().filter(|&(_, shared)| shared >= least).collect();
        all.sort_unstable_by_key(|&(at, shared)| (usize::MAX - shared, at));
        all.truncate(COMPARED_MAX);
        all.into_iter().map(|(at, _)| &self.near[at as usize]).collect()
    }
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

/// The British spelling of an American word, the American one of a British; else the word.
fn other_spelling(word: &str) -> String {
    let spellings = morphology::spellings(word);
    spellings.into_iter().find(|one| one != word).unwrap_or_else(|| word.to_owned())
}

/// The groups of three letters of a text, its ends marked.
fn three_letters(text: &str) -> Vec<[u8; 3]> {
    let padded: Vec<u8> =
        std::iter::once(b'^').chain(text.bytes()).chain(std::iter::once(b'$')).collect();
    let mut all: Vec<[u8; 3]> = padded.windows(3).map(|w| [w[0], w[1], w[2]]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether two words are forms of one, as far as the end of a word tells.
fn same_stem(a: &str, b: &str) -> bool {
    a == b || morphology::stem(a) == morphology::stem(b)
}

/// Folds the usual ways of writing one sound of another script.
fn sound(folded: &str) -> String {
    const RULES: [(&str, &str); 22] = [
        ("shch", "sc"),
        ("sch", "s"),
        ("tch", "c"),
        ("kh", "h"),
        ("gh", "g"),
        ("ph", "f"),
        ("ck", "k"),
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
    for (from, to) in RULES {
        if text.contains(from) {
            text = text.replace(from, to);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::token::tokens;

    fn names() -> Names {
        let mut names = Names::default();
        for (at, name) in
            ["South Ossetia", "Dmitry Medoev", "Lavrov", "the Russian FM"].iter().enumerate()
        {
            let node = NodeId(at as u32);
            let (kind, bare) = (AliasKind::Name, false);
            names.add(&(*name).into(), Bearer { node, kind, first: true, bare });
        }
        names
    }

    fn near(text: &str) -> Vec<u32> {
        let tokens = tokens(text);
        names().near(&tokens, 0, |_, _| true).iter().map(|found| found.bearer.node.0).collect()
    }

    #[test]
    fn names_are_found_without_their_article() {
        let tokens = tokens("russian FM");
        assert_eq!(names().exact(&tokens, 0)[0].bearer.node, NodeId(3));
    }

    #[test]
    fn near_names_are_found_by_letters_and_by_sound() {
        assert_eq!(near("sout ossetia"), [0]);
        assert_eq!(near("Dmitri Medoyev"), [1]);
        assert_eq!(near("Lavroff"), [2]);
        assert_eq!(near("Medoev"), [1]);
        assert_eq!(near("Norway"), [0u32; 0]);
    }

    #[test]
    fn a_name_that_is_another_is_no_mistake() {
        for text in ["South Korea", "North Ossetia", "Dmitry Smith", "Anna Medoev"] {
            assert_eq!(near(text), [0u32; 0], "{text}");
        }
    }

    #[test]
    fn what_was_said_is_found_by_its_words() {
        let content: Vec<String> = words("south ossetia");
        assert_eq!(names().containing(&content), [NodeId(0)]);
    }
}
