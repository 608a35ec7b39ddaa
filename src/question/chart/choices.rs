//! Two of which one is asked for: *which is longer, X or Y?*, *is X or Y the longer?*, *of X and Y, which
//! has more rivers?*
//!
//! Called by the forms of questions. Of two a comparative is a superlative.

use super::oftener::says_how_often;
use super::verbs::BE;
use super::{Chart, Item, cost};
use crate::question::form::Shared;
use crate::question::frame::is_preposition;
use crate::question::lexicon::{Noun, Word};
use crate::question::tree::{
    Adverb, Argument, Asks, Body, Choice, Clause, Determiner, HeadNoun, Join, Modifier, Nominal,
    Np, NpKind, Question, Wh, WhWord,
};
use crate::question::when;

/// What stands before two of which one is asked for.
const OF_TWO: [&str; 5] =
    ["of the two", "of these two", "between the two", "out of the two", "of both"];
const AMONG: [&str; 6] = ["of", "between", "among", "out of", "comparing", "if you compare"];

impl Chart<'_> {
    /// Whether the question names two things of which it asks for one.
    pub(super) fn chooses_of_two(&self) -> bool {
        if let Some(known) = self.of_two.get() {
            return known;
        }
        let found = self.names_two_to_choose_from();
        self.of_two.set(Some(found));
        found
    }

    fn names_two_to_choose_from(&self) -> bool {
        (1..self.tokens.len()).filter(|&at| self.is(at, &["or", "and"])).any(|joint| {
            let comma = joint - usize::from(self.is(joint - 1, &[","]));
            let named = |at: usize| {
                let noun = |end: usize| {
                    self.lexical(end).any(|(after, word)| {
                        after == comma && matches!(word, Word::Noun { noun: Noun::Label(_), .. })
                    })
                };
                self.exact(at).iter().any(|name| name.end == comma || noun(name.end))
            };
            let before = (0..comma).any(named);
            // `by X or by Y`
            let by = joint + 1 + usize::from(is_preposition(self.word(joint + 1)));
            let the = by + usize::from(self.is(by, &["the"]));
            // `Lake Huron or Lake Erie`
            let the =
                self.after_label(the).filter(|&end| !self.exact(end).is_empty()).unwrap_or(the);
            let behind = || self.exact(the);
            let led =
                AMONG.iter().any(|words| self.after(0, words).or(self.after(1, words)).is_some());
            // `the Ouse River`: behind a name its noun may stand.
            let ends = |end: usize| {
                let noun = |(after, word): (usize, &Word)| {
                    matches!(word, Word::Noun { noun: Noun::Label(_), .. }) && self.at_end(after)
                };
                self.at_end(end) || self.lexical(end).any(noun)
            };
            before
                && behind().iter().any(|name| {
                    let or = self.is(joint, &["or"]);
                    let asks = self.is_auxiliary(0) || self.is(name.end, &[","]);
                    or && (ends(name.end) || asks) || led
                })
        })
    }

    /// The position after a noun for things of a label.
    pub(super) fn after_label(&self, at: usize) -> Option<usize> {
        let noun = |(end, word): (usize, &Word)| {
            matches!(word, Word::Noun { noun: Noun::Label(_), plural: false }).then_some(end)
        };
        self.lexical(at).filter_map(noun).max()
    }

    /// `Which meeting came first, X or Y?`, `Which is longer, X or Y?`
    pub(super) fn with_choices(&self, item: &Item<Question>) -> Vec<Item<Question>> {
        let at = item.end + usize::from(self.is(item.end, &[",", ":"]));
        let at = self.after_any(at, &OF_TWO).unwrap_or(at);
        let times = self.with_two_times(item, at);
        if !times.is_empty() {
            return times;
        }
        let chosen = || {
            let (first, next) = self.choice(at)?;
            let next = next + usize::from(self.is(next, &[","]));
            let (second, end) = self.choice(self.after(next, "or")?)?;
            Some((vec![first, second], end))
        };
        if !matches!(item.tree.body, Body::Clause(_)) {
            return Vec::new();
        }
        match chosen() {
            Some((choices, end)) => self.among_choices(item, &choices, end),
            None => Vec::new(),
        }
    }

    /// `In which year did X visit Y more often, 2013 or 2014?`
    fn with_two_times(&self, item: &Item<Question>, at: usize) -> Vec<Item<Question>> {
        let (Body::Clause(clause), Asks::When(unit)) = (&item.tree.body, item.tree.asks) else {
            return Vec::new();
        };
        if !says_how_often(clause) {
            return Vec::new();
        }
        let Some((end, when, _)) = self.two_times(at).filter(|two| two.2 == unit) else {
            return Vec::new();
        };
        let mut item = Item { end, ..item.clone() };
        if let Body::Clause(clause) = &mut item.tree.body {
            clause.adverbs.push(Adverb::When(when));
        }
        vec![item]
    }

    /// A question of which the answer is one of some.
    fn among_choices(
        &self,
        item: &Item<Question>,
        choices: &[Choice],
        end: usize,
    ) -> Vec<Item<Question>> {
        let Body::Clause(clause) = &item.tree.body else { return Vec::new() };
        let in_front = clause.front.as_ref().and_then(|front| front.np.as_ref());
        if in_front.is_some_and(is_bare) && tells_one(clause) {
            // `Whom did X recognise first, Y or Z?`
            return of_those_named(item, choices, end).into_iter().collect();
        }
        let Some(NpKind::Wh(wh)) = clause.subject.as_ref().map(|subject| &subject.kind) else {
            return Vec::new();
        };
        if let Some(clause) = among_the_best(clause, choices) {
            // `Which is the longer river, X or Y?`
            let tree = Question { body: Body::Clause(clause), ..item.tree.clone() };
            return vec![Item { end, tree, cost: item.cost + 2 * cost::PART }];
        }
        let dated = || {
            (0..item.end)
                .any(|at| when::phrases(self.tokens, at).iter().any(|time| time.0 == item.end))
        };
        if wh.nominal.is_none() && wh.of.is_none() && (tells_one(clause) || dated()) {
            // `Who recognised X first, Y or Z?`
            return of_those_named(item, choices, end).into_iter().collect();
        }
        let nominals: Vec<Nominal> = match &wh.nominal {
            Some(nominal) => vec![nominal.clone()],
            // Of what kind they are is told by their names.
            None if wh.of.is_none() && clause.selects() => {
                let labels = self.lexicon.labels().map(|label| HeadNoun::Noun(Noun::Label(label)));
                labels.map(|head| Nominal::of(head, false)).collect()
            }
            None => Vec::new(),
        };
        let among = |mut nominal: Nominal| {
            nominal.modifiers.push(Modifier::Among(choices.to_vec()));
            let mut tree = item.tree.clone();
            if let Body::Clause(clause) = &mut tree.body
                && let Some(NpKind::Wh(wh)) = clause.subject.as_mut().map(|np| &mut np.kind)
            {
                wh.nominal = Some(nominal);
            }
            Item { end, tree, cost: item.cost + 2 * cost::PART }
        };
        nominals.into_iter().map(among).collect()
    }

    /// `Is X or Y longer?`, `Of X and Y, which is longer?`
    pub(super) fn of_two(&self, at: usize, led: bool) -> Vec<Item<Question>> {
        let mut all = Vec::new();
        if !self.chooses_of_two() {
            return all;
        }
        let two = |np: &Np| match &np.kind {
            NpKind::List(Join::Or | Join::And, members) if members.len() == 2 => {
                let names: Option<Vec<Np>> = members.iter().map(name_of).collect();
                names.map(|names| names.into_iter().map(Choice::Named).collect::<Vec<_>>())
            }
            _ => None,
        };
        if BE.contains(&self.word(at)) {
            for np in self.np(at + 1).iter() {
                let or = matches!(&np.tree.kind, NpKind::List(Join::Or, _));
                let Some(choices) = two(&np.tree).filter(|_| or) else { continue };
                // `Is X or Y the capital of Z?`: one of them is.
                let either = self.is(at + 1, &["either"]);
                for only in self.np(np.end).iter().filter(|only| is_the_only(&only.tree) && !either)
                {
                    let subject = Some(super::beside::which_of(&np.tree));
                    let arguments =
                        vec![Argument { preposition: None, np: Some(only.tree.clone()) }];
                    let tree = Clause { subject, arguments, ..Clause::of("be".into()) };
                    let (body, also) = (Body::Clause(tree), Vec::new());
                    let tree = Question { asks: Asks::Thing, body, also };
                    let cost = (np.cost + only.cost).saturating_sub(1);
                    all.push(Item { end: only.end, tree, cost });
                }
                for best in self.np(np.end).iter().filter(|best| best.tree.is_best()) {
                    let wh = Wh { word: WhWord::Which, nominal: None, of: None };
                    let words = np.tree.words.clone();
                    let subject = Some(Np { kind: NpKind::Wh(Shared::new(wh)), words });
                    let arguments =
                        vec![Argument { preposition: None, np: Some(best.tree.clone()) }];
                    let tree = Clause { subject, arguments, ..Clause::of("be".into()) };
                    let cost = np.cost + best.cost;
                    let body = Body::Clause(tree);
                    let tree = Question { asks: Asks::Thing, body, also: Vec::new() };
                    let item = Item { end: best.end, tree, cost };
                    all.extend(self.among_choices(&item, &choices, best.end));
                }
            }
        }
        // `Does X or Y have more rivers?`, `Has X or Y the larger population?`
        let chooses = |clause: &Clause| {
            let subject = clause.subject.as_ref()?;
            let or = matches!(&subject.kind, NpKind::List(Join::Or, _)) && clause.selects();
            two(subject).filter(|_| or)
        };
        if self.is_auxiliary(at) {
            for item in self.inverted(at, None) {
                let Some(choices) = chooses(&item.tree) else { continue };
                let wh = Wh { word: WhWord::Which, nominal: None, of: None };
                let subject = Some(Np { kind: NpKind::Wh(Shared::new(wh)), words: at..at });
                let body = Body::Clause(Clause { subject, ..item.tree });
                let tree = Question { asks: Asks::Thing, body, also: Vec::new() };
                let one = Item { end: item.end, tree, cost: item.cost };
                all.extend(self.among_choices(&one, &choices, item.end));
            }
        }
        // `X or Y, which is larger?`
        let led_by_them = (!self.is(at, &["which", "what", "who"])).then_some(at);
        if let Some(next) = self.after_any(at, &AMONG).or(led_by_them) {
            for np in self.np(next).iter() {
                let Some(choices) = two(&np.tree) else { continue };
                let after = np.end + usize::from(self.is(np.end, &[","]));
                if !self.is(after, &["which", "what", "who"]) || !self.step() {
                    continue;
                }
                for item in self.asking_thing(after, led) {
                    let mut found = self.among_choices(&item, &choices, item.end);
                    found.iter_mut().for_each(|one| one.cost += np.cost);
                    all.extend(found);
                }
            }
        }
        all
    }

    /// A name, or two names of those who took part.
    fn choice(&self, at: usize) -> Option<(Choice, usize)> {
        let at = at + usize::from(self.is(at, &["the"]));
        // `that of X and Y`: of those who took part.
        let at =
            self.after_any(at, &["that of", "the one of", "that between", "one of"]).unwrap_or(at);
        let at = self.after_label(at).filter(|&end| !self.exact(end).is_empty()).unwrap_or(at);
        let name = |at: usize| {
            let all = self.np(at);
            let names = all.iter().filter(|item| matches!(item.tree.kind, NpKind::Name(_)));
            let (name, end) =
                names.max_by_key(|item| item.end).map(|item| (item.tree.clone(), item.end))?;
            // `the Ouse River`: behind a name its noun may stand.
            let noun = self.after_label(end).filter(|_| !self.is(end, &["in", "of"]));
            Some((name, noun.unwrap_or(end)))
        };
        let (first, end) = name(at)?;
        if self.is(end, &["with", "and"])
            && let Some((second, end)) = name(end + 1)
        {
            return Some((Choice::Of(vec![first, second]), end));
        }
        Some((Choice::Named(first), end))
    }
}

/// Whether a clause says something by which one of several is told: *first*, *most often*.
pub(super) fn tells_one(clause: &Clause) -> bool {
    let often = |adverb: &Adverb| matches!(adverb, Adverb::Often { most: true, .. });
    super::beside::is_ranked(clause) || clause.adverbs.iter().any(often)
}

/// Whether a noun phrase is said of one thing by a noun of its own: *the capital of X*.
fn is_the_only(np: &Np) -> bool {
    let NpKind::Nominal(nominal) = &np.kind else { return false };
    nominal.determiner == Determiner::Definite
        && !nominal.plural
        && matches!(nominal.head, HeadNoun::Noun(Noun::Relational(_)))
        && (nominal.possessor.is_some() || !nominal.modifiers.is_empty())
}

/// Whether a noun phrase is a word that asks and nothing else: *whom*.
fn is_bare(np: &Np) -> bool {
    matches!(&np.kind, NpKind::Wh(wh) if wh.nominal.is_none() && wh.of.is_none())
}

/// A question of which the answer is one of some that are named: *which of X and Y*.
fn of_those_named(item: &Item<Question>, choices: &[Choice], end: usize) -> Option<Item<Question>> {
    let name = |choice: &Choice| match choice {
        Choice::Named(np) => Some(np.clone()),
        Choice::Of(_) => None,
    };
    let names: Vec<Np> = choices.iter().map(name).collect::<Option<_>>()?;
    let words = names.first()?.words.start..names.last()?.words.end;
    let list = Np { kind: NpKind::List(Join::Or, names), words };
    let mut tree = item.tree.clone();
    let Body::Clause(clause) = &mut tree.body else { return None };
    let which = super::beside::which_of(&list);
    match &mut clause.front {
        Some(front) if front.np.as_ref().is_some_and(is_bare) => front.np = Some(which),
        _ => clause.subject = Some(which),
    }
    Some(Item { end, tree, cost: item.cost + 2 * cost::PART })
}

/// The name in a noun phrase that is one, perhaps with its noun: *the river Ouse*.
fn name_of(np: &Np) -> Option<Np> {
    let NpKind::Nominal(nominal) = &np.kind else {
        return matches!(np.kind, NpKind::Name(_)).then(|| np.clone());
    };
    let named = nominal.modifiers.iter().find_map(|modifier| match modifier {
        Modifier::Named(name) => Some(name.clone()),
        _ => None,
    });
    let before = nominal.adjectives.iter().find(|one| matches!(one.kind, NpKind::Name(_)));
    let alone = nominal.modifiers.len() + nominal.adjectives.len() == 1;
    named.or_else(|| before.cloned()).filter(|_| alone)
}

/// A clause by which something is the best of its kind, of which it is one of some.
fn among_the_best(clause: &Clause, choices: &[Choice]) -> Option<Clause> {
    let [Argument { preposition: None, np: Some(np) }] = clause.arguments.as_slice() else {
        return None;
    };
    let NpKind::Nominal(nominal) = &np.kind else { return None };
    let label = matches!(nominal.head, HeadNoun::Noun(Noun::Label(_)));
    if &*clause.verb != "be" || !label || nominal.best.is_none() || !nominal.modifiers.is_empty() {
        return None;
    }
    let mut nominal = nominal.clone();
    nominal.modifiers.push(Modifier::Among(choices.to_vec()));
    let np = Np { kind: NpKind::Nominal(nominal), words: np.words.clone() };
    let arguments = vec![Argument { preposition: None, np: Some(np) }];
    Some(Clause { arguments, ..clause.clone() })
}
