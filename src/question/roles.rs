//! Names made of a role and whose it is: `Police (Kenya)` is *the police of Kenya*, *the Kenyan
//! police*, *Kenya's policemen*.
//!
//! Data sets that name people by what they are write the country, or the movement, in brackets. A
//! question puts the two parts in any of the ways of English; what a role is called besides its
//! name is for a lexicon to say (`role Citizen = citizen, people`). The roles are found by the
//! first letters of their words, in any order and without articles and joints, so that *the
//! Ministry of Defence and Security* is `Defense / Security Ministry`; where two roles have the
//! same words none is taken by them.

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::index::PhraseIndex;
use super::names::{Bearer, Found};
use super::pack::{self, NameWords};
use super::token::{Token, fold, phrase, words};
use crate::graph::Snapshot;
use crate::graph::alias::AliasKind;
use crate::graph::declaration::Meaning;
use crate::value::NodeId;

/// The most words that a role is put in.
const ROLE_WORDS_MAX: usize = 10;

/// The most of a role's words that stand before the adjective of whose it is.
const BEFORE_ADJECTIVE_MAX: usize = 2;

/// How many letters of a word tell it.
const LETTERS: usize = 4;

/// Words between those of a role.
const JOINTS: [&str; 7] = ["of", "the", "and", "or", "for", ",", "a"];

/// Words between a role and whose it is.
const BEFORE_WHOSE: [&str; 5] = ["of", "in", "from", "for", "at"];

type RoleId = u32;
type WhoseId = u32;

/// One way to call a role.
#[derive(Clone, Debug)]
struct Called {
    role: RoleId,
    /// 0 for its name, 1 for what else it is called.
    rank: u8,
    /// Its words in the singular, sorted: of roles found by the same letters those with the very
    /// words are meant.
    words: Vec<String>,
    /// The words as they stand in the lexicon or the name.
    text: Arc<str>,
}

/// What words that are only nearly a role's cost.
const NEARLY: u8 = 4;

/// The names of a graph that have two parts.
#[derive(Debug, Default)]
pub(crate) struct Roles {
    /// By the letters of its words: the roles, and how good the words are for each.
    by_words: HashMap<String, Vec<Called>>,
    /// The first letters that any word of a role has.
    letters: HashSet<String>,
    /// Names and adjectives of what is in brackets.
    whose: PhraseIndex<(WhoseId, bool)>,
    named: HashMap<(RoleId, WhoseId), Vec<NodeId>>,
    /// All that have a role, by number.
    bearers: HashMap<RoleId, Vec<NodeId>>,
}

/// A role that is named without whose it is: *foreign ministries*.
pub(crate) struct RoleNoun {
    /// The position after it.
    pub(crate) end: usize,
    pub(crate) plural: bool,
    /// All that have the role, in order.
    pub(crate) bearers: Arc<[NodeId]>,
    /// What it is called, of one.
    pub(crate) text: Arc<str>,
}

impl Roles {
    /// The parts of the names that have brackets.
    pub(crate) fn of(
        graph: &dyn Snapshot,
        names: &[(Arc<str>, NodeId)],
        known: &[NameWords],
    ) -> Roles {
        let mut roles = Roles::default();
        let mut role_ids: HashMap<String, RoleId> = HashMap::new();
        let mut whose_ids: HashMap<String, WhoseId> = HashMap::new();
        for (name, node) in names {
            let Some((role, whose)) = parts(name) else { continue };
            let next = role_ids.len() as RoleId;
            let role_id = *role_ids.entry(fold(role)).or_insert(next);
            if role_id == next {
                roles.add_role(role, role_id, 0);
            }
            let next = whose_ids.len() as WhoseId;
            let whose_id = *whose_ids.entry(fold(whose)).or_insert(next);
            if whose_id == next {
                roles.whose.add(&phrase(whose), (whose_id, false));
            }
            roles.named.entry((role_id, whose_id)).or_default().push(*node);
            roles.bearers.entry(role_id).or_default().push(*node);
        }
        for phrase in &graph.declarations().phrases {
            if let (Meaning::Label(_), Some((role, others))) =
                (phrase.means, pack::role(&phrase.text))
                && let Some(&id) = role_ids.get(&fold(role))
            {
                for other in others {
                    roles.add_role(other, id, 1);
                }
            }
        }
        for one in known {
            let all = std::iter::once(&one.name).chain(&one.others);
            let ids: Vec<WhoseId> =
                all.filter_map(|name| whose_ids.get(&fold(name)).copied()).collect();
            for id in ids {
                one.adjectives.iter().for_each(|word| roles.whose.add(&phrase(word), (id, true)));
                one.others.iter().for_each(|word| roles.whose.add(&phrase(word), (id, false)));
                roles.whose.add(&phrase(&one.name), (id, false));
            }
        }
        roles
    }

    fn add_role(&mut self, role: &str, id: RoleId, rank: u8) {
        let words = words(role);
        for word in &words {
            self.letters.insert(first_letters(word));
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let Some(key) = key(&words) else { return };
        let called = Called { role: id, rank, words: singulars(&words), text: role.into() };
        self.by_words.entry(key).or_default().push(called);
    }

    /// The words of all roles and of whose they are; of a role's as the lexicon or the name writes them.
    pub(crate) fn words(&self) -> impl Iterator<Item = String> {
        let roles = self.by_words.values().flatten().flat_map(|called| words(&called.text));
        roles.chain(self.whose.words().map(str::to_owned))
    }

    /// Whether the word at a position is by itself the name of whose a role is.
    pub(crate) fn is_whose(&self, tokens: &[Token], at: usize) -> bool {
        self.whose.at(tokens, at).any(|(end, &(_, adjective))| end == at + 1 && !adjective)
    }

    /// The names that stand at a position in two parts.
    pub(crate) fn at(&self, tokens: &[Token], at: usize) -> Vec<Found> {
        let mut found = Vec::new();
        if self.named.is_empty() {
            return found;
        }
        // `police of Kenya`
        for (end, roles) in self.roles_at(tokens, at) {
            if !tokens.get(end).is_some_and(|token| BEFORE_WHOSE.contains(&token.word.as_str())) {
                continue;
            }
            let article = tokens.get(end + 1).is_some_and(|token| token.word == "the");
            for from in [Some(end + 1), article.then_some(end + 2)].into_iter().flatten() {
                for (end, &(whose, adjective)) in self.whose.at(tokens, from) {
                    if !adjective {
                        self.push(&roles, whose, end, &mut found);
                    }
                }
            }
        }
        self.around_whose(tokens, at, &mut found);
        // `Kenyan police`, `Kenya's police`
        for (end, &(whose, _)) in self.whose.at(tokens, at) {
            let from = end + usize::from(tokens.get(end).is_some_and(|token| token.word == "'s"));
            for (end, roles) in self.roles_at(tokens, from) {
                self.push(&roles, whose, end, &mut found);
            }
        }
        found
    }

    /// The roles that stand at a position by themselves, in the very words of the lexicon.
    pub(crate) fn nouns(&self, tokens: &[Token], at: usize) -> Vec<RoleNoun> {
        // Whoever is asked for may be called so.
        const ANYBODY: [&str; 3] = ["people", "public", "party"];
        let mut found = Vec::new();
        for (end, roles) in self.roles_at(tokens, at) {
            let said: Vec<&str> = tokens[at..end].iter().map(|token| token.word.as_str()).collect();
            let Some(called) = key(&said).and_then(|key| self.by_words.get(&key)) else { continue };
            let words = singulars(&said);
            let best = roles.iter().map(|role| role.1).min().unwrap_or(NEARLY);
            if best >= NEARLY || said.iter().all(|word| ANYBODY.contains(word)) {
                continue;
            }
            let Some(text) = called.iter().find(|one| one.words == words && one.rank == best)
            else {
                continue;
            };
            let of = roles.iter().filter(|role| role.1 == best);
            let mut bearers: Vec<NodeId> =
                of.filter_map(|role| self.bearers.get(&role.0)).flatten().copied().collect();
            bearers.sort_unstable();
            bearers.dedup();
            let plural = said.last().is_some_and(|last| {
                last.ends_with('s') || matches!(*last, "men" | "women" | "people" | "children")
            });
            let bearers = bearers.into();
            found.push(RoleNoun { end, plural, bearers, text: fold(&text.text).into() });
        }
        found
    }

    /// `armed Syrian rebels`: the adjective within the role.
    fn around_whose(&self, tokens: &[Token], at: usize, found: &mut Vec<Found>) {
        for before in 1..=BEFORE_ADJECTIVE_MAX {
            let Some(first) = tokens.get(at..at + before) else { return };
            let of_a_role = |token: &Token| {
                says(&token.word) && self.letters.contains(&first_letters(&token.word))
            };
            if !first.iter().all(of_a_role) {
                return;
            }
            let first: Vec<&str> = first.iter().map(|token| token.word.as_str()).collect();
            for (end, &(whose, adjective)) in self.whose.at(tokens, at + before) {
                let roles =
                    if adjective { self.roles_behind(&first, tokens, end) } else { Vec::new() };
                for (end, roles) in roles {
                    self.push(&roles, whose, end, found);
                }
            }
        }
    }

    fn push(&self, roles: &[(RoleId, u8)], whose: WhoseId, end: usize, found: &mut Vec<Found>) {
        // Of several roles only those that the words fit best, among those that there are.
        let there = || roles.iter().filter(|role| self.named.contains_key(&(role.0, whose)));
        let Some(best) = there().map(|role| role.1).min() else { return };
        for &(role, _) in there().filter(|role| role.1 == best) {
            for &node in &self.named[&(role, whose)] {
                let bearer =
                    Bearer { node, kind: AliasKind::RolePhrase, first: false, bare: false };
                let one = Found { end, bearer, correction: None };
                if !found.contains(&one) {
                    found.push(one);
                }
            }
        }
    }

    /// The roles that stand at a position, with the position after them.
    fn roles_at(&self, tokens: &[Token], at: usize) -> Vec<(usize, Vec<(RoleId, u8)>)> {
        self.roles_behind(&[], tokens, at)
    }

    /// The same, of roles that have some words already.
    fn roles_behind<'t>(
        &self,
        first: &[&'t str],
        tokens: &'t [Token],
        at: usize,
    ) -> Vec<(usize, Vec<(RoleId, u8)>)> {
        let mut found = Vec::new();
        let is_joint = |token: &Token| JOINTS.contains(&token.word.as_str());
        if tokens.get(at).is_none_or(is_joint) {
            return found;
        }
        let mut taken: Vec<&str> = first.to_vec();
        for (offset, token) in tokens[at..].iter().take(ROLE_WORDS_MAX).enumerate() {
            if is_joint(token) {
                continue;
            }
            if !self.letters.contains(&first_letters(&token.word)) {
                break;
            }
            taken.push(&token.word);
            let Some(called) = key(&taken).and_then(|key| self.by_words.get(&key)) else {
                continue;
            };
            let words = singulars(&taken);
            // One word alone must be the very word.
            let rank = |one: &Called| match one.words == words {
                true => Some((one.role, one.rank)),
                // `the military militarily` has two words by the letters of one.
                false if words.len() == 1 || words.len() != one.words.len() => None,
                false => Some((one.role, one.rank + NEARLY)),
            };
            let roles: Vec<(RoleId, u8)> = called.iter().filter_map(rank).collect();
            if !roles.is_empty() {
                found.push((at + offset + 1, roles));
            }
        }
        found
    }
}

/// The two parts of a name: what stands before the last bracket that is opened, and in it.
fn parts(name: &str) -> Option<(&str, &str)> {
    let (role, whose) = name.strip_suffix(')')?.split_once(" (")?;
    (!role.is_empty() && !whose.is_empty()).then_some((role.trim(), whose.trim()))
}

/// The letters that a role is found by.
fn key(words: &[&str]) -> Option<String> {
    let mut letters: Vec<String> =
        words.iter().filter(|word| says(word)).map(|word| first_letters(word)).collect();
    letters.sort();
    letters.dedup();
    (!letters.is_empty()).then(|| letters.join(" "))
}

/// The words of a role in the singular, in alphabetical order.
fn singulars(words: &[&str]) -> Vec<String> {
    let mut all: Vec<String> =
        words.iter().filter(|word| says(word)).map(|word| singular(word).to_owned()).collect();
    all.sort();
    all.dedup();
    all
}

fn says(word: &str) -> bool {
    !JOINTS.contains(&word) && word != "'s"
}

/// The first letters of a word, which its spellings share: `defense`, `defence`.
fn first_letters(word: &str) -> String {
    singular(word).chars().take(LETTERS).collect()
}

fn singular(word: &str) -> &str {
    match word {
        "men" => "man",
        "women" => "woman",
        "policemen" => "policeman",
        "children" => "child",
        "people" | "police" => word,
        _ => word
            .strip_suffix("ies")
            .or_else(|| {
                word.strip_suffix("es")
                    .filter(|stem| stem.ends_with(['s', 'x']) || stem.ends_with("ch"))
            })
            .or_else(|| {
                word.strip_suffix('s').filter(|stem| stem.len() > 2 && !stem.ends_with('s'))
            })
            .or_else(|| word.strip_suffix('y').filter(|stem| stem.len() > 3))
            .unwrap_or(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::token::tokens;

    fn roles() -> Roles {
        let names: Vec<(Arc<str>, NodeId)> = [
            "Police (Kenya)",
            "Defense / Security Ministry (Denmark)",
            "Women (Kenya)",
            "Member of Parliament (Denmark)",
            "Armed Rebel (Syria)",
        ]
        .iter()
        .enumerate()
        .map(|(at, name)| ((*name).into(), NodeId(at as u32)))
        .collect();
        let graph = crate::graph::empty::EmptyGraph::default();
        Roles::of(&graph, &names, &pack::names(pack::GENERAL))
    }

    fn nodes(text: &str) -> Vec<u32> {
        let tokens = tokens(text);
        let found = roles().at(&tokens, 0);
        found.iter().filter(|one| one.end == tokens.len()).map(|one| one.bearer.node.0).collect()
    }

    #[test]
    fn both_parts_in_any_order() {
        assert_eq!(nodes("police of Kenya"), [0]);
        assert_eq!(nodes("police in Kenya"), [0]);
        assert_eq!(nodes("Kenyan police"), [0]);
        assert_eq!(nodes("Kenya's police"), [0]);
        assert_eq!(nodes("Danish Ministry of Defence and Security"), [1]);
        assert_eq!(nodes("women of Kenya"), [2]);
        assert_eq!(nodes("members of Parliament of Denmark"), [3]);
        assert_eq!(nodes("armed Syrian rebels"), [4]);
        assert_eq!(nodes("Syrian armed rebels"), [4]);
    }

    #[test]
    fn a_role_without_its_country_is_no_name() {
        assert_eq!(nodes("police"), [0u32; 0]);
        assert_eq!(nodes("police of Denmark"), [0u32; 0]);
    }
}
