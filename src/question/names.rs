//! The names of things: exact ones first, then near ones, shown as corrections.
//!
//! A name is found at a position by its words, folded (case, accents, hyphens, possessives, a
//! leading article). Where nothing is found and no word of the stretch is otherwise known, near
//! names are: the same after folding the usual transliterations (`Medoyev`, `Lavroff`), or one or
//! two letters away (`sout ossetia`). Which of several bearers is meant is for the verb to say.
//!
//! Names that say a part and whose it is in brackets (`Police (Kenya)`) are found by their parts
//! as well, in [`roles`](super::roles).

mod held;
mod near;

use std::sync::{Arc, OnceLock};

use hashbrown::{HashMap, HashSet};

use super::index::PhraseIndex;
use super::lexicon::called;
use super::roles::{RoleNoun, Roles};
use super::token::{Token, fold, phrase};
use super::{morphology, pack};
use crate::graph::alias::AliasKind;
use crate::graph::{LabelId, Snapshot, naming};
use crate::value::{NodeId, Value};
use held::HeldWords;
use near::NearNames;

/// Names of more words than this are found by their words alone, not by near spelling.
const NEAR_WORDS_MAX: usize = 6;

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
    /// The words of the roles, found when a question first has a word that nothing knows.
    role_words: OnceLock<HashSet<String>>,
    /// Those of few words, as they are written.
    written: Vec<(Arc<str>, Bearer)>,
    /// For near spelling, made when a question first has a word that nothing knows.
    near: OnceLock<NearNames>,
    /// By the words that they hold, made when a question first quotes something.
    held: OnceLock<HeldWords>,
    /// Countries that the graph does not have, by any of their names.
    elsewhere: HashSet<String>,
}

impl Names {
    /// Reads what every node is called, every alias, and what belongs to countries.
    pub(crate) fn of(graph: &dyn Snapshot) -> Names {
        let mut names = Names::default();
        let (who, places) = (called(graph, "who"), called(graph, "where"));
        let known = pack::names(pack::GENERAL);
        let mut by_name: HashMap<String, Vec<NodeId>> = HashMap::new();
        for one in &known {
            for name in std::iter::once(&one.name).chain(&one.others) {
                by_name.entry(fold(name)).or_default();
            }
        }
        let mut in_brackets = Vec::new();
        let is_bare = |node: NodeId, name: &str| {
            let named = |label: &LabelId| who.contains(label) || places.contains(label);
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
            if let Some(bearers) = by_name.get_mut(&fold(&name)) {
                bearers.push(node);
            }
            if name.ends_with(')') {
                in_brackets.push((name, node));
            }
        }
        for alias in graph.aliases() {
            let (node, kind) = (alias.entity, alias.kind);
            let bare = is_bare(node, &alias.text);
            names.add(&alias.text, Bearer { node, kind, first: false, bare });
        }
        names.add_general(&known, &by_name);
        names.elsewhere = by_name
            .into_iter()
            .filter(|(_, nodes)| nodes.is_empty())
            .map(|(name, _)| name)
            .collect();
        names.roles = Roles::of(graph, &in_brackets, &known);
        names
    }

    fn add(&mut self, name: &Arc<str>, bearer: Bearer) {
        let folded = folded(name);
        if folded.is_empty() {
            return;
        }
        self.index.add(&folded, bearer);
        // `organization` is `organisation` in a name, too.
        if let Some(other) = other_spelling(&folded) {
            self.index.add(&other, Bearer { first: false, ..bearer });
        }
        if folded.split(' ').count() <= NEAR_WORDS_MAX {
            self.written.push((Arc::clone(name), bearer));
        }
    }

    /// Makes what near spelling is looked up in, which is else made when a question first needs it.
    pub(crate) fn prepare_near(&self) {
        self.near_names();
    }

    fn near_names(&self) -> &NearNames {
        self.near.get_or_init(|| NearNames::of(&self.written))
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
                            .add(&phrase(text), Bearer { node, kind, first: false, bare: true });
                    }
                }
                let kind = AliasKind::Name;
                self.index.add(&phrase(&one.name), Bearer { node, kind, first: false, bare: true });
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

    /// The words of names that have two parts, *police* and *Kenya*.
    pub(crate) fn role_words(&self) -> &HashSet<String> {
        self.role_words.get_or_init(|| self.roles.words().collect())
    }

    /// Roles that stand at a position without whose they are.
    pub(crate) fn role_nouns(&self, tokens: &[Token], at: usize) -> Vec<RoleNoun> {
        self.roles.nouns(tokens, at)
    }

    /// Names whose folded words begin with a text, with what bears them.
    pub(crate) fn beginning_with<'a>(
        &'a self,
        begun: &'a str,
    ) -> impl Iterator<Item = (&'a Arc<str>, NodeId)> {
        let all = self.near_names().beginning_with(begun);
        all.map(|at| &self.written[at]).map(|(written, bearer)| (written, bearer.node))
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
            let mut found = self.near_names().nearest(&written.join(" "), len);
            if len == 1 && found.is_empty() {
                found.extend(self.whole_of(tokens, at, &open));
            }
            if !found.is_empty() {
                let correct = |near: usize| Found {
                    end: at + len,
                    bearer: self.written[near].1,
                    correction: Some(Arc::clone(&self.written[near].0)),
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
    ) -> Option<usize> {
        // *Russia* is a name by itself: not a short one for *United Russia*.
        if self.elsewhere.contains(&tokens[at].word) || self.roles.is_whose(tokens, at) {
            return None;
        }
        let goes_on = |at: usize| tokens.get(at).is_some_and(|t| t.capital) && open(at, at + 1);
        if goes_on(at + 1) || at.checked_sub(1).is_some_and(goes_on) {
            return None;
        }
        self.near_names().only_with_part(&tokens[at].word)
    }

    /// Nodes whose names hold all the words of a stretch of text, in order: what was said.
    pub(crate) fn containing(&self, content: &[String]) -> Vec<NodeId> {
        let held = self.held.get_or_init(|| {
            let mut held = HeldWords::default();
            for (first, rest, bearer) in self.index.all().filter(|(_, _, bearer)| bearer.first) {
                let rest = rest.split(' ').filter(|word| !word.is_empty());
                held.add(std::iter::once(first).chain(rest), bearer.node);
            }
            held
        });
        held.holding(content)
    }
}

/// The folded words of a name without a leading article, a space between two.
fn folded(name: &str) -> String {
    let folded = phrase(name);
    // The *a* of `A.K. Antony` is no article.
    let article = name.split(' ').next().unwrap_or("").to_lowercase();
    if matches!(article.as_str(), "the" | "a" | "an")
        && let Some((_, rest)) = folded.split_once(' ')
    {
        return rest.to_owned();
    }
    folded
}

/// The words of a phrase, American for British and British for American, where any is another then.
fn other_spelling(phrase: &str) -> Option<String> {
    phrase.split(' ').find_map(morphology::other_spelling)?;
    let other = |word: &str| morphology::other_spelling(word).unwrap_or_else(|| word.to_owned());
    Some(phrase.split(' ').map(other).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::token::{tokens, words};

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
        assert_eq!(names().containing(&words("ossetia south")), []);
        assert_eq!(names().containing(&words("Ossetias")), [NodeId(0)]);
        assert_eq!(names().containing(&words("south korea")), []);
    }
}
