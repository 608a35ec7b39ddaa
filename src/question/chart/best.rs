//! Superlatives, comparisons and appositions: *the second largest city*, *the most rivers*, *longer
//! than the Danube*, *the city of York*, *the river Ouse*.

use std::sync::Arc;

use super::{Chart, Item, cost};
use crate::graph::KeyId;
use crate::question::form::Shared;
use crate::question::grade::Degree;
use crate::question::lexicon::{Noun, Word};
use crate::question::tree::{
    Aggregate, Best, By, Determiner, HeadNoun, Limit, Modifier, Nominal, Np, NpKind, Scale, Than,
};

/// Words for the greatest and the least of what a property or a count may be.
const GREATEST: [&str; 9] = [
    "highest", "largest", "greatest", "biggest", "most", "longest", "maximum", "densest", "tallest",
];
const LEAST: [&str; 7] =
    ["lowest", "smallest", "least", "fewest", "shortest", "minimum", "sparsest"];

/// The same of two.
pub(super) const GREATER: [&str; 9] =
    ["larger", "higher", "greater", "bigger", "longer", "more", "taller", "denser", "better"];
pub(super) const LESSER: [&str; 6] = ["smaller", "lower", "lesser", "shorter", "fewer", "less"];

/// Verbs for having more of something.
pub(super) const EXCEED: [&str; 22] = [
    "exceed",
    "exceeds",
    "exceeded",
    "exceeding",
    "surpass",
    "surpasses",
    "surpassed",
    "surpassing",
    "beat",
    "beats",
    "beating",
    "outrank",
    "outranks",
    "outranked",
    "top",
    "tops",
    "topping",
    "outdo",
    "outdoes",
    "outstrip",
    "outstrips",
    "outnumber",
];

/// Words for the very highest and the very lowest.
const TOP: [&str; 2] = ["topmost", "uppermost"];
const BOTTOM: [&str; 3] = ["bottommost", "lowermost", "nethermost"];

/// What stands before a noun and says which, how many or how measured.
#[derive(Clone, Debug, Default)]
pub(super) struct Measured {
    pub(super) best: Option<Best>,
    pub(super) graded: Vec<Arc<str>>,
    pub(super) aggregate: Option<Aggregate>,
}

impl Chart<'_> {
    /// Superlatives and measuring adjectives at a position; nothing of it first.
    pub(super) fn measured(&self, at: usize) -> Vec<(usize, Measured)> {
        let mut all = vec![(at, Measured::default())];
        let (nth, from) = self.ordinal(at).map_or((1, at), |(nth, end)| (nth, end));
        let best = |most: bool, by: By| Measured {
            best: Some(Best { most, nth, by }),
            ..Measured::default()
        };
        // Of two *the larger* is the largest.
        let of_two = |end: usize| self.chooses_of_two() && !self.is(end, &["than"]);
        for (end, base, degree) in self.graded(from) {
            // `the higher highest point` of two says it of each by itself.
            let of_each = self.graded(end).iter().any(|one| one.2 == Degree::Superlative);
            let of_two = || of_two(end) && !of_each;
            if degree == Degree::Superlative || degree == Degree::Comparative && of_two() {
                all.push((end, best(true, By::Adjective(base))));
            }
        }
        let more = self.is(from, &["more", "less"]) && of_two(from + 1);
        if more || self.is(from, &["most", "least"]) {
            for (end, base, degree) in self.graded(from + 1) {
                if degree == Degree::Plain {
                    let most = self.is(from, &["most", "more"]);
                    all.push((end, best(most, By::Adjective(base))));
                }
            }
        }
        let greater = self.is(from, &GREATER) && of_two(from + 1);
        let most = greater || self.is(from, &GREATEST);
        if most || self.is(from, &LEAST) || self.is(from, &LESSER) && of_two(from + 1) {
            let counts = self.is(from, &["most", "least", "fewest", "more", "less", "fewer"]);
            let next = from + 1 + usize::from(counts && self.is(from + 1, &["other"]));
            all.push((next, best(most, if counts { By::Itself } else { By::Value })));
            // `the highest number of rivers` is the most rivers.
            if let Some(next) = self.after_any(from + 1, &["number of", "amount of"]) {
                let next = next + usize::from(self.is(next, &["other", "different"]));
                all.push((next, best(most, By::Itself)));
            }
        }
        if let Some((aggregate, end)) = self.aggregate(at) {
            all.push((end, Measured { aggregate: Some(aggregate), ..Measured::default() }));
        }
        // `the most major rivers`, `large old cities`
        let mut next = 0;
        while next < all.len() && all.len() < 16 {
            let (end, known) = all[next].clone();
            next += 1;
            for (end, base, degree) in self.graded(end) {
                let plain = degree == Degree::Plain && known.graded.len() < 3;
                if plain && !matches!(&known.best, Some(Best { by: By::Adjective(_), .. })) {
                    let mut more = known.clone();
                    more.graded.push(base);
                    all.push((end, more));
                }
            }
        }
        all
    }

    /// Measuring adjectives at a position.
    pub(super) fn graded(&self, at: usize) -> Vec<(usize, Arc<str>, Degree)> {
        let adjective = |(end, word): (usize, &Word)| match word {
            Word::Adjective { base, degree } => Some((end, Arc::clone(base), *degree)),
            _ => None,
        };
        let mut all: Vec<(usize, Arc<str>, Degree)> =
            self.lexical(at).filter_map(adjective).collect();
        if self.is(at, &TOP) {
            all.push((at + 1, "high".into(), Degree::Superlative));
        }
        if self.is(at, &BOTTOM) {
            all.push((at + 1, "low".into(), Degree::Superlative));
        }
        all
    }

    pub(super) fn ordinal(&self, at: usize) -> Option<(u32, usize)> {
        const ORDINALS: [&str; 9] =
            ["second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
        let word = self.word(at);
        let spelt = ORDINALS.iter().position(|one| *one == word).map(|at| at as u32 + 2);
        let digits = || {
            let number = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end))?;
            number.parse().ok().filter(|&number: &u32| (1..100).contains(&number))
        };
        Some((spelt.or_else(digits)?, at + 1))
    }

    fn aggregate(&self, at: usize) -> Option<(Aggregate, usize)> {
        match self.word(at) {
            "total" | "combined" | "overall" | "summed" => Some((Aggregate::Sum, at + 1)),
            "average" | "mean" => Some((Aggregate::Average, at + 1)),
            "sum" => Some((Aggregate::Sum, self.after_any(at + 1, &["of the", "of all", "of"])?)),
            _ => None,
        }
    }

    /// `the largest`, `the biggest one`: a superlative without its noun.
    pub(super) fn without_noun(&self, at: usize) -> Vec<Item<Nominal>> {
        let mut items = Vec::new();
        for (end, measured) in self.measured(at) {
            if !matches!(&measured.best, Some(Best { by: By::Adjective(_), .. })) {
                continue;
            }
            let end = end + usize::from(self.is(end, &["one", "ones"]));
            let mut tree = Nominal::of(HeadNoun::Alike, false);
            tree.best = measured.best;
            items.push(Item { end, tree, cost: 2 * cost::PART });
        }
        // `longer than any other river`: the longest; so it is of those that are named behind it.
        for (end, base, degree) in self.graded(at) {
            let others = self.than_any_other(end).or_else(|| self.before_choices(end));
            let Some(end) = others.filter(|_| degree == Degree::Comparative) else { continue };
            let mut tree = Nominal::of(HeadNoun::Alike, false);
            tree.best = Some(Best { most: true, nth: 1, by: By::Adjective(base) });
            items.push(Item { end, tree, cost: 2 * cost::PART });
        }
        items
    }

    /// The position itself where `X or Y` stands behind it: *which is larger, X or Y?*
    fn before_choices(&self, at: usize) -> Option<usize> {
        let from = at + usize::from(self.is(at, &[","]));
        let from = from + usize::from(self.is(from, &["the"]));
        // `the Ouse river or …`, `Mount Cook or …`
        let from =
            self.after_label(from).filter(|&end| !self.exact(end).is_empty()).unwrap_or(from);
        let or = |end: usize| {
            let behind = self.after_label(end).is_some_and(|end| self.is(end, &["or"]));
            behind || self.is(end, &["or"])
        };
        if self.exact_names(from).iter().any(|name| or(name.end)) {
            return Some(at);
        }
        // `the longer river, X or Y`
        let noun = |(end, word): (usize, &Word)| match word {
            Word::Noun { noun: Noun::Label(_), plural: false } if self.is(end, &[","]) => Some(end),
            _ => None,
        };
        let noun = self.lexical(at).filter_map(noun).max()?;
        self.before_choices(noun)
    }

    /// The position after `than any other river`, `than all others`.
    fn than_any_other(&self, at: usize) -> Option<usize> {
        const OTHERS: [&str; 10] = [
            "than any other",
            "than any of the other",
            "than all other",
            "than all the other",
            "than every other",
            "than all others",
            "than all the others",
            "than all of the others",
            "than any of the others",
            "than the others",
        ];
        let end = self.after_any(at, &OTHERS)?;
        let noun = |(end, word): (usize, &Word)| match word {
            Word::Noun { noun: Noun::Label(_), .. } => Some(end),
            _ => None,
        };
        Some(self.lexical(end).filter_map(noun).max().unwrap_or(end))
    }

    /// `more rivers than any other state`: the most rivers.
    pub(super) fn more_than_others(&self, at: usize) -> Vec<Item<Nominal>> {
        let mut items = self.more_of_a_property_than_others(at);
        items.extend(self.against(at));
        if !self.is(at, &["more", "fewer"]) {
            return items;
        }
        for counted in self.counted(at + 1) {
            let plain = counted.tree.best.is_none() && counted.tree.modifiers.is_empty();
            let others = self.than_any_other(counted.end);
            let others = others.or_else(|| self.before_choices(counted.end));
            if let Some(end) = others.filter(|_| plain) {
                let mut tree = counted.tree;
                let most = self.is(at, &["more"]);
                tree.best = Some(Best { most, nth: 1, by: By::Itself });
                items.push(Item { end, tree, cost: counted.cost + cost::PART });
            }
        }
        items
    }

    /// `a larger area than any other`: the largest area.
    fn more_of_a_property_than_others(&self, at: usize) -> Vec<Item<Nominal>> {
        let from = at + usize::from(self.is(at, &["a"]));
        let most = self.is(from, &GREATER);
        if !most && !self.is(from, &LESSER) {
            return Vec::new();
        }
        let best = |(end, word): (usize, &Word)| {
            let Word::Noun { noun: noun @ Noun::Property(_), plural: false } = word else {
                return None;
            };
            let end = self.than_any_other(end)?;
            let mut tree = Nominal::of(HeadNoun::Noun(noun.clone()), false);
            tree.best = Some(Best { most, nth: 1, by: By::Value });
            Some(Item { end, tree, cost: 2 * cost::PART })
        };
        self.lexical(from + 1).filter_map(best).collect()
    }

    /// `longer than X`, `higher than 1000`.
    pub(super) fn compared(&self, at: usize) -> Vec<Item<Modifier>> {
        let mut all = Vec::new();
        let mut bases: Vec<(usize, Arc<str>, bool)> = Vec::new();
        for (end, base, degree) in self.graded(at) {
            if degree == Degree::Comparative {
                bases.push((end, base, true));
            }
        }
        if self.is(at, &["more", "less"]) {
            for (end, base, degree) in self.graded(at + 1) {
                if degree == Degree::Plain {
                    bases.push((end, base, self.is(at, &["more"])));
                }
            }
        }
        // `more than 3000 km long` is longer than that, `under 500 long` shorter.
        for (end, limit) in self.bounds(at) {
            for (end, base, degree) in self.graded(end) {
                if degree == Degree::Plain {
                    let (than, scale) = (Than::Limit(limit.clone()), Scale::ONCE);
                    let tree = Modifier::Compared { base, more: limit.more, scale, than, by: None };
                    all.push(Item { end, tree, cost: 1 });
                }
            }
        }
        for (end, base, more) in bases {
            // `larger in area than X`: more of the area.
            let by = self.in_a_property(end).filter(|(_, end)| self.is(*end, &["than"]));
            let (by, end) = by.map_or((None, end), |(key, end)| (Some(key), end));
            if !self.is(end, &["than"]) {
                continue;
            }
            if let Some((limit, end)) = self.bound(end + 1, more, false) {
                let (base, than, scale) = (Arc::clone(&base), Than::Limit(limit), Scale::ONCE);
                let tree = Modifier::Compared { base, more, scale, than, by };
                all.push(Item { end, tree, cost: 1 });
            }
            for (end, than, cost) in self.compared_with(end + 1) {
                // `larger than X in area`
                let behind = self.in_a_property(end).filter(|_| by.is_none());
                for (by, end) in [Some((by, end)), behind.map(|(key, end)| (Some(key), end))]
                    .into_iter()
                    .flatten()
                {
                    let (base, than, scale) = (Arc::clone(&base), than.clone(), Scale::ONCE);
                    let tree = Modifier::Compared { base, more, scale, than, by };
                    all.push(Item { end, tree, cost });
                }
            }
        }
        all.extend(self.beats(at));
        all.extend(self.equative(at));
        all
    }

    /// What stands behind *than*: `X`, `that of X`, `X does`.
    pub(super) fn compared_with(&self, at: usize) -> Vec<(usize, Than, u32)> {
        let that =
            ["that of", "those of", "the one of", "that in", "those in", "the one in", "that for"];
        let that_of = self.after_any(at, &that);
        let from = that_of.unwrap_or(at);
        // `longer than any river in X` is longer than all of them, not than some.
        if self.is(from, &["any", "all", "every", "each", "most", "anything", "anyone"]) {
            return Vec::new();
        }
        let all = self.np(from);
        let named = all.iter().filter(|np| !matches!(np.tree.kind, NpKind::Wh(_)));
        named
            .map(|np| {
                let own = self.is(np.end, &["'s"]);
                let end = np.end + usize::from(own);
                // `than Illinois has`
                let end =
                    end + usize::from(self.is(end, &["has", "have", "does", "do", "is", "are"]));
                let np_tree = Box::new(np.tree.clone());
                let than = if own || that_of.is_some() {
                    Than::ThatOf(np_tree)
                } else {
                    Than::Np(np_tree)
                };
                (end, than, np.cost)
            })
            .collect()
    }

    /// `beats X in population`, `exceeds X by area`: has more of it.
    fn beats(&self, at: usize) -> Vec<Item<Modifier>> {
        let mut all = Vec::new();
        if !self.is(at, &EXCEED) {
            return all;
        }
        for (next, than, cost) in self.compared_with(at + 1) {
            if let Some((key, end)) = self.in_a_property(next)
                && matches!(&than, Than::Np(np) if is_named(np))
            {
                let (base, by) = ("large".into(), Some(key));
                let scale = Scale::ONCE;
                let tree = Modifier::Compared { base, more: true, scale, than, by };
                all.push(Item { end, tree, cost: cost + 1 });
            }
        }
        all
    }

    /// `in area`, `in terms of population`, `by number of inhabitants`: the property, and the position
    /// after it.
    pub(super) fn in_a_property(&self, at: usize) -> Option<(KeyId, usize)> {
        let next = self.after_any(
            at,
            &[
                "in",
                "by",
                "for",
                "in terms of",
                "with respect to",
                "with regard to",
                "as regards",
                "when it comes to",
                "as measured by",
                "measured by",
                "based on",
                "according to",
                "as to",
                "going by",
                "on the basis of",
            ],
        )?;
        let next = next + usize::from(self.is(next, &["its", "their", "the"]));
        self.property_noun(next)
    }

    /// A noun for a property, or for the number of what one counts.
    pub(super) fn property_noun(&self, at: usize) -> Option<(KeyId, usize)> {
        let of = self.after_any(at, &["number of", "the number of", "total", "overall"]);
        let key = |(end, word): (usize, &Word)| match word {
            Word::Noun { noun: Noun::Property(key), .. } => Some((*key, end)),
            _ => None,
        };
        self.lexical(of.unwrap_or(at)).filter_map(key).max_by_key(|(_, end)| *end)
    }

    /// `first in population`, `third by area`, `in second place by area`: which by what, as a noun phrase.
    pub(super) fn placed(&self, at: usize) -> Vec<Item<Np>> {
        let from = self.after_any(at, &["in the", "in", "the", "number"]).unwrap_or(at);
        let (most, nth, next) = match (self.ordinal(from), self.word(from)) {
            (Some((nth, end)), _) => (true, nth, end),
            (None, "first" | "top" | "highest" | "one" | "1") => (true, 1, from + 1),
            (None, "last" | "lowest" | "bottom") => (false, 1, from + 1),
            // `number three in population`
            (None, word) if from > at && self.is(from - 1, &["number"]) => {
                match super::quantity::number(word) {
                    Some(nth) => (true, nth, from + 1),
                    None => return Vec::new(),
                }
            }
            _ => return Vec::new(),
        };
        let next = next + usize::from(self.is(next, &["place", "position", "rank"]));
        let Some((key, end)) = self.in_a_property(next) else { return Vec::new() };
        let mut nominal = Nominal::of(HeadNoun::Alike, false);
        nominal.best = Some(Best { most, nth, by: By::Value });
        let property = Nominal::of(HeadNoun::Noun(Noun::Property(key)), false);
        let kind = NpKind::Nominal(Shared::new(property));
        nominal.modifiers.push(Modifier::Phrase("by".into(), Np { kind, words: next..end }));
        let kind = NpKind::Nominal(Shared::new(nominal));
        vec![Item { end, tree: Np { kind, words: at..end }, cost: cost::PART }]
    }

    /// Whether what stands at a position says of something that it is the best: after *ranks*, *lies*.
    pub(super) fn says_best(&self, at: usize) -> bool {
        let the = at + usize::from(self.is(at, &["the"]));
        !self.placed(at).is_empty()
            || self.measured(the).iter().any(|(end, measured)| {
                let adjective = matches!(&measured.best, Some(Best { by: By::Adjective(_), .. }));
                adjective && self.heads(*end).is_empty()
            })
    }

    /// A number, with thousands and millions spelt out.
    pub(super) fn quantity(&self, at: usize) -> Option<(f64, usize)> {
        let (number, at) = self.digits(at)?;
        let factor = match self.word(at + 1) {
            "hundred" => 1e2,
            "thousand" => 1e3,
            "million" => 1e6,
            "billion" => 1e9,
            _ => return Some((number, at + 1)),
        };
        // `a hundred thousand`
        let again = match self.word(at + 2) {
            "thousand" => 1e3,
            "million" => 1e6,
            _ => return Some((number * factor, at + 2)),
        };
        Some((number * factor * again, at + 3))
    }

    /// A number in digits, with commas between thousands or without; or in words, before *million* and its
    /// kind.
    fn digits(&self, at: usize) -> Option<(f64, usize)> {
        const TENS: [&str; 9] =
            ["ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
        const PARTS: [(&str, f64); 3] =
            [("half a", 0.5), ("a quarter of a", 0.25), ("one and a half", 1.5)];
        let large = |at: usize| self.is(at, &["hundred", "thousand", "million", "billion"]);
        for (words, part) in PARTS {
            if let Some(end) = self.after(at, words).filter(|&end| large(end)) {
                return Some((part, end - 1));
            }
        }
        if self.is(at, &["zero"]) {
            return Some((0.0, at));
        }
        let tens = TENS.iter().position(|ten| *ten == self.word(at));
        let spelt = tens.map(|ten| 10.0 * (ten as f64 + 1.0));
        let spelt = spelt.or_else(|| self.is(at, &["one", "a"]).then_some(1.0));
        let small = || super::quantity::number(self.word(at)).map(f64::from);
        let in_words = self.word(at).bytes().all(|byte| byte.is_ascii_alphabetic());
        if let Some(number) = spelt.or_else(small).filter(|_| in_words) {
            return large(at + 1).then_some((number, at));
        }
        let mut digits = self.word(at).to_owned();
        let mut last = at;
        while self.is(last + 1, &[","])
            && self.word(last + 2).len() == 3
            && self.word(last + 2).bytes().all(|byte| byte.is_ascii_digit())
        {
            digits.push_str(self.word(last + 2));
            last += 2;
        }
        let number: f64 = digits.parse().ok()?;
        number.is_finite().then_some((number, last))
    }

    /// A number with the unit that it is in, if any.
    fn bound(&self, at: usize, more: bool, equal: bool) -> Option<(Limit, usize)> {
        let (number, end) = self.quantity(at)?;
        let (unit, end) = self.unit(end).map_or((None, end), |(unit, end)| (Some(unit), end));
        Some((Limit { more, equal, number, up_to: None, unit }, end))
    }

    /// A unit that properties of the graph are in: `km`, `meters above the sea`.
    pub(super) fn unit(&self, at: usize) -> Option<(Arc<str>, usize)> {
        let unit = |(end, word): (usize, &Word)| match word {
            Word::Unit(unit) => Some((Arc::clone(unit), end)),
            _ => None,
        };
        let (unit, end) = self.lexical(at).filter_map(unit).max_by_key(|found| found.1)?;
        let sea = ["above sea level", "above the sea", "above the level of the sea", "in all"];
        Some((unit, self.after_any(end, &sea).unwrap_or(end)))
    }

    /// `more than 5 million`, `at least 300 km`: every bound that stands at a position.
    fn bounds(&self, at: usize) -> Vec<(usize, Limit)> {
        const LIMITS: [(&str, bool, bool); 34] = [
            ("more than", true, false),
            ("greater than", true, false),
            ("larger than", true, false),
            ("bigger than", true, false),
            ("higher than", true, false),
            ("longer than", true, false),
            ("taller than", true, false),
            ("in excess of", true, false),
            ("upwards of", true, true),
            ("over", true, false),
            ("above", true, false),
            ("exceeding", true, false),
            ("exceeds", true, false),
            ("exceed", true, false),
            ("exceeded", true, false),
            ("surpasses", true, false),
            ("surpass", true, false),
            ("surpassing", true, false),
            ("at least", true, true),
            ("no less than", true, true),
            ("not less than", true, true),
            ("a minimum of", true, true),
            ("less than", false, false),
            ("smaller than", false, false),
            ("fewer than", false, false),
            ("lower than", false, false),
            ("shorter than", false, false),
            ("under", false, false),
            ("below", false, false),
            ("at most", false, true),
            ("no more than", false, true),
            ("up to", false, true),
            ("not more than", false, true),
            ("a maximum of", false, true),
        ];
        let mut all = Vec::new();
        for (words, more, equal) in LIMITS {
            if let Some(end) = self.after(at, words)
                && let Some((limit, end)) = self.bound(end, more, equal)
            {
                all.push((end, limit));
            }
        }
        all.extend(self.exactly_so_much(at));
        if let Some((number, most, end)) = self.between(at) {
            let (unit, end) = self.unit(end).map_or((None, end), |(unit, end)| (Some(unit), end));
            let (more, equal, up_to) = (true, true, Some(most));
            all.push((end, Limit { more, equal, number, up_to, unit }));
        }
        // `below sea level`
        for (words, more) in [("below sea level", false), ("above sea level", true)] {
            if let Some(end) = self.after(at, words) {
                let (up_to, unit) = (None, None);
                all.push((end, Limit { more, equal: false, number: 0.0, up_to, unit }));
            }
        }
        all
    }

    /// `of more than 5 million`, `over 1000`, behind a property.
    pub(super) fn limits(&self, at: usize) -> Vec<Item<Modifier>> {
        let from = at + usize::from(self.is(at, &["of"]));
        let mut all = Vec::new();
        for (end, limit) in self.bounds(from) {
            // `exceeds 2000 km in length`
            if let Some((key, end)) = self.in_a_property(end) {
                let (more, by) = (limit.more, Some(key));
                let than = Than::Limit(limit.clone());
                let (base, scale) = ("large".into(), Scale::ONCE);
                let tree = Modifier::Compared { base, more, scale, than, by };
                all.push(Item { end, tree, cost: 1 });
            }
            all.push(Item { end, tree: Modifier::Limit(limit), cost: 1 });
        }
        all
    }

    /// `is more than 5 million`: what is said of a property, as a noun phrase.
    pub(super) fn limit_phrase(&self, at: usize) -> Vec<Item<Np>> {
        if self.is(at, &["of"]) {
            return Vec::new();
        }
        let phrase = |item: Item<Modifier>| {
            let mut nominal = Nominal::of(HeadNoun::Alike, false);
            nominal.modifiers.push(item.tree);
            let kind = NpKind::Nominal(Shared::new(nominal));
            Item { end: item.end, tree: Np { kind, words: at..item.end }, cost: item.cost }
        };
        self.limits(at).into_iter().map(phrase).collect()
    }

    /// `a larger population than X`, `more people than X`: more of a property, as behind *have* and
    /// *with*.
    pub(super) fn more_of_a_property(&self, at: usize) -> Vec<Item<Modifier>> {
        let mut all = self.as_much_of_a_property(at);
        let at = at + usize::from(self.is(at, &["a"]));
        let more = self.is(at, &GREATER);
        if !more && !self.is(at, &LESSER) {
            return all;
        }
        for (end, word) in self.lexical(at + 1) {
            let Word::Noun { noun: Noun::Property(key), .. } = word else { continue };
            if !self.is(end, &["than"]) {
                continue;
            }
            for (end, than, cost) in self.compared_with(end + 1) {
                let (base, by, scale) = ("large".into(), Some(*key), Scale::ONCE);
                let tree = Modifier::Compared { base, more, scale, than, by };
                all.push(Item { end, tree, cost: cost + 1 });
            }
        }
        all
    }

    /// `longer than X` behind a noun or after *be*.
    pub(super) fn comparisons(&self, at: usize) -> Vec<Item<Modifier>> {
        let mut all = self.compared(at);
        all.iter_mut().for_each(|item| item.cost += cost::PART);
        all
    }

    /// `is longer than X`: what is said of the subject, as a noun phrase.
    pub(super) fn comparison_phrase(&self, at: usize) -> Vec<Item<Np>> {
        // `has more people than X`, `has a larger area than X`
        let more = self.more_of_a_property(at);
        let all: Vec<Item<Modifier>> = self.comparisons(at).into_iter().chain(more).collect();
        let phrase = |end: usize, modifiers: Vec<Modifier>, cost: u32| {
            let nominal = Nominal { modifiers, ..Nominal::of(HeadNoun::Alike, false) };
            let kind = NpKind::Nominal(Shared::new(nominal));
            Item { end, tree: Np { kind, words: at..end }, cost }
        };
        let mut phrases = Vec::new();
        for item in all {
            for again in self.compared_again(&item) {
                let cost = item.cost + again.cost;
                phrases.push(phrase(again.end, vec![item.tree.clone(), again.tree], cost));
            }
            phrases.push(phrase(item.end, vec![item.tree], item.cost));
        }
        phrases
    }

    /// `in terms of population`, `when it comes to area`: by what it is measured.
    pub(super) fn measured_by(&self, at: usize) -> Vec<Item<Modifier>> {
        if self.is(at, &["in", "by", "for"]) && !self.is(at + 1, &["terms", "number"]) {
            return Vec::new();
        }
        let by = |(key, end): (KeyId, usize)| {
            let nominal = Nominal::of(HeadNoun::Noun(Noun::Property(key)), false);
            let np = Np { kind: NpKind::Nominal(Shared::new(nominal)), words: at..end };
            Item { end, tree: Modifier::Phrase("by".to_owned(), np), cost: cost::PART }
        };
        self.in_a_property(at).map(by).into_iter().collect()
    }

    /// `named York`, and a name that stands right behind its noun: *the river Ouse*.
    pub(super) fn naming(&self, at: usize) -> Vec<Item<Modifier>> {
        const CALLED: [&str; 6] = [
            "named",
            "called",
            "by the name of",
            "with the name",
            "with the name of",
            "going by the name of",
        ];
        let behind = self.after_any(at, &CALLED);
        let (called, from) = (behind.is_some(), behind.unwrap_or(at));
        let names = self.exact_names(from);
        names
            .into_iter()
            .map(|item| {
                let cost = item.cost + u32::from(!called);
                Item { end: item.end, tree: Modifier::Named(item.tree), cost }
            })
            .collect()
    }

    /// `Austin, Texas`: a name and what it lies in.
    pub(super) fn within(&self, items: &[Item<Np>], at: usize) -> Vec<Item<Np>> {
        if self.lexicon.be_frames_with("in").next().is_none() {
            return Vec::new();
        }
        let mut all = Vec::new();
        for item in items {
            let NpKind::Name(bearers) = &item.tree.kind else { continue };
            // `Kansas City in Missouri`: which of those of the name. Of one alone it would be a part.
            let inside = self.is(item.end, &["in"]) && bearers.len() > 1;
            let next = item.end + usize::from(inside || self.is(item.end, &[","]));
            for place in self.exact_names(next) {
                let kind = NpKind::Within(Box::new(item.tree.clone()), Box::new(place.tree));
                let tree = Np { kind, words: at..place.end };
                all.push(Item { end: place.end, tree, cost: item.cost + place.cost + 1 });
            }
        }
        all
    }

    /// The noun after `the number of`, counted.
    pub(super) fn after_number_of(&self, at: usize) -> Option<usize> {
        let at = self.after_any(at, &["what is", "what was", "what are"]).unwrap_or(at);
        let what = self.is(at, &["what"]) && self.is(at + 1, &["number", "total"]);
        let at = at + usize::from(self.is(at, &["the"]) || what);
        let at = at + usize::from(self.is(at, &["a"]) && self.is(at + 1, &["count"]));
        let at = at + usize::from(self.is(at, &["total", "overall"]));
        if at == 0 && self.is(0, &["count"]) {
            let end = 1 + usize::from(self.is(1, &["the", "all"]));
            return Some(self.after(end, "number of").unwrap_or(end));
        }
        let end = self.after_any(at, &["number of", "count of"])?;
        Some(end + usize::from(self.is(end, &["the", "all"])))
    }

    /// Nominals after a word that counts.
    pub(super) fn counted(&self, at: usize) -> Vec<Item<Nominal>> {
        self.nominals(at, Determiner::None)
    }
}

/// Whether a noun phrase is a name, perhaps with its noun: *the Ouse river*.
pub(super) fn is_named(np: &Np) -> bool {
    match &np.kind {
        NpKind::Name(_) => true,
        NpKind::Nominal(nominal) => {
            let named = |modifier: &Modifier| matches!(modifier, Modifier::Named(_));
            !nominal.adjectives.is_empty() || nominal.modifiers.iter().any(named)
        }
        _ => false,
    }
}
