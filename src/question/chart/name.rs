//! Names as noun phrases: spelt as they are or nearly so, behind a title, missing from the graph; and
//! the values of properties, which are named in the same way.
//!
//! Called for every noun phrase that is no noun.

use std::sync::Arc;

use super::{Chart, Item, cost};
use crate::graph::KeyId;
use crate::graph::alias::AliasKind;
use crate::question::lexicon::Word;
use crate::question::names::{Bearer, Found};
use crate::question::tree::{Np, NpKind};

/// What people are called before their names.
const TITLES: [&str; 30] = [
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "sir",
    "lord",
    "lady",
    "president",
    "king",
    "queen",
    "prince",
    "princess",
    "pope",
    "general",
    "colonel",
    "captain",
    "sheikh",
    "ayatollah",
    "chancellor",
    "premier",
    "senator",
    "minister",
    "judge",
    "professor",
    "archbishop",
    "bishop",
    "cardinal",
    "sultan",
    "emir",
];

/// What a name costs that is a noun with the name of something else.
const RATHER_NOUN: u32 = 4;

impl Chart<'_> {
    pub(super) fn named(&self, at: usize) -> Vec<Item<Np>> {
        let from = at + usize::from(self.is(at, &["the"]));
        let mut items: Vec<Item<Np>> = Vec::new();
        let names = self.exact(from);
        let is_name = |found: &&Found| found.bearer.kind != AliasKind::Adjective;
        let with_article = |end: usize| {
            let mut same = names.iter().filter(is_name).filter(|found| found.end == end);
            from > at && same.any(|found| !found.bearer.bare)
        };
        for found in names.iter().filter(is_name) {
            if !(found.bearer.bare && with_article(found.end)) {
                // `Lake Ree` is rather the lake of that name than a place that is called so after it.
                let noun = self.after_label(from).filter(|&end| end < found.end);
                let by_noun = noun.is_some_and(|noun| {
                    self.exact(noun).iter().any(|name| is_name(&name) && name.end == found.end)
                });
                push_name(&mut items, at, found.clone(), RATHER_NOUN * u32::from(by_noun));
            }
        }
        if self.is(at, &["a", "an", "any"]) {
            // `a German diplomat`: whoever has the role; `a Springfield`: one that is called so.
            for found in self.exact(at + 1).iter().cloned() {
                let role = found.bearer.kind == AliasKind::RolePhrase;
                if role || found.bearer.kind == AliasKind::Name {
                    push_name(&mut items, at, found, if role { 1 } else { 4 });
                }
            }
        }
        if let Some(name) = self.after_title(from) {
            for found in self.exact(name).iter().cloned() {
                if found.bearer.kind != AliasKind::Adjective {
                    push_name(&mut items, at, found, 1);
                }
            }
        }
        if items.is_empty() {
            for found in self.near(from).iter().cloned() {
                push_name(&mut items, at, found, cost::CORRECTED);
            }
        }
        if items.is_empty() {
            items.extend(self.unknown_name(at, from));
        }
        items.extend(self.bare_value(at, from));
        items
    }

    /// The position after a title that may stand before a name: *Pope*, *Prime Minister*.
    fn after_title(&self, at: usize) -> Option<usize> {
        let at = at + usize::from(self.is(at, &["former", "late", "then"]));
        if let Some(end) = self.after_any(at, &["prime minister", "vice president"]) {
            return Some(end);
        }
        let minister = usize::from(self.is(at + 1, &["minister", "secretary"]));
        let office = minister == 1 && self.is(at, &["foreign", "defence", "defense", "interior"]);
        if office || self.is(at, &TITLES) {
            return Some(at + 1 + usize::from(office));
        }
        None
    }

    /// Names spelt as they are.
    pub(super) fn exact_names(&self, at: usize) -> Vec<Item<Np>> {
        let mut items: Vec<Item<Np>> = Vec::new();
        for found in self.exact(at).iter().cloned() {
            if found.bearer.kind != AliasKind::Adjective {
                push_name(&mut items, at, found, 0);
            }
        }
        items
    }

    /// A capitalised stretch that nothing in the graph is called.
    fn unknown_name(&self, at: usize, from: usize) -> Option<Item<Np>> {
        let unknown = |at: usize| {
            self.tokens.get(at).is_some_and(|token| {
                token.capital
                    && !super::is_function_word(&token.word)
                    && !matches!(token.word.as_str(), "only" | "nobody" | "everyone")
                    && !self.lexicon.knows(&token.word)
                    && self.exact(at).is_empty()
            })
        };
        let mut end = (from..=self.tokens.len()).find(|&at| !unknown(at))?;
        if end == from || from == 0 {
            return None;
        }
        // `United States`: what follows in capitals belongs to it, be it a word otherwise.
        while self.tokens.get(end).is_some_and(|token| token.capital)
            && !super::is_function_word(self.word(end))
        {
            end += 1;
        }
        let kind = NpKind::Unknown(self.written(from, end).to_owned());
        Some(Item { end, tree: Np { kind, words: at..end }, cost: cost::UNKNOWN })
    }

    /// A value of a property as a noun phrase of its own: *independence from Georgia*.
    fn bare_value(&self, at: usize, from: usize) -> Vec<Item<Np>> {
        self.values(from)
            .into_iter()
            .map(|(end, key, values)| {
                let tree = Np { kind: NpKind::Value(key, values), words: at..end };
                Item { end, tree, cost: cost::PART + 1 }
            })
            .collect()
    }

    /// Values at a position, those that differ in case alone together.
    pub(super) fn values(&self, at: usize) -> Vec<(usize, KeyId, Vec<Arc<str>>)> {
        let mut found: Vec<(usize, KeyId, Vec<Arc<str>>)> = Vec::new();
        for (end, word) in self.lexical(at) {
            let Word::Value { key, value } = word else { continue };
            match found.iter_mut().find(|entry| entry.0 == end && entry.1 == *key) {
                Some(entry) => entry.2.push(Arc::clone(value)),
                None => found.push((end, *key, vec![Arc::clone(value)])),
            }
        }
        for entry in &mut found {
            entry.2.sort();
        }
        found
    }
}

/// Adds a name to the noun phrases at a position; bearers of one stretch stand together.
pub(super) fn push_name(items: &mut Vec<Item<Np>>, at: usize, found: Found, penalty: u32) {
    let Found { end, bearer, .. } = found;
    let bearers = items.iter_mut().find_map(|item| match &mut item.tree.kind {
        NpKind::Name(bearers) if item.end == end => Some(bearers),
        _ => None,
    });
    if let Some(bearers) = bearers {
        push_bearer(bearers, bearer)
    } else {
        let alias = if bearer.first { 0 } else { cost::ALIAS };
        let tree = Np { kind: NpKind::Name(vec![bearer]), words: at..end };
        items.push(Item { end, tree, cost: cost::PART + alias + penalty });
    }
}

/// One bearer counts once, by its best name.
fn push_bearer(bearers: &mut Vec<Bearer>, bearer: Bearer) {
    match bearers.iter_mut().find(|known| known.node == bearer.node) {
        Some(known) if bearer.first => *known = bearer,
        Some(_) => {}
        None => bearers.push(bearer),
    }
}
