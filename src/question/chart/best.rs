//! Superlatives, comparisons and appositions: *the second largest city*, *the most rivers*, *longer
//! than the Danube*, *the city of York*, *the river Ouse*.

use std::sync::Arc;

use super::{Chart, Item, cost};
use crate::question::grade::Degree;
use crate::question::lexicon::{Noun, Word};
use crate::question::tree::{
    Aggregate, Best, By, Determiner, HeadNoun, Modifier, Nominal, Np, NpKind, Than,
};

/// Words for the greatest and the least of what a property or a count may be.
const GREATEST: [&str; 9] = [
    "highest", "largest", "greatest", "biggest", "most", "longest", "maximum", "densest", "tallest",
];
const LEAST: [&str; 7] =
    ["lowest", "smallest", "least", "fewest", "shortest", "minimum", "sparsest"];

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
        for (end, base, degree) in self.graded(from) {
            if degree == Degree::Superlative {
                all.push((end, best(true, By::Adjective(base))));
            }
        }
        if self.is(from, &["most", "least"]) {
            for (end, base, degree) in self.graded(from + 1) {
                if degree == Degree::Plain {
                    all.push((end, best(self.is(from, &["most"]), By::Adjective(base))));
                }
            }
        }
        let most = self.is(from, &GREATEST);
        if most || self.is(from, &LEAST) {
            let counts = self.is(from, &["most", "least", "fewest"]);
            let next = from + 1 + usize::from(counts && self.is(from + 1, &["other"]));
            all.push((next, best(most, if counts { By::Itself } else { By::Value })));
            // `the highest number of rivers` is the most rivers.
            if let Some(next) = self.after_any(from + 1, &["number of", "amount of"]) {
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
        self.lexical(at).filter_map(adjective).collect()
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
        let names = self.exact_names(from);
        if names.iter().any(|name| self.is(name.end, &["or"])) {
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
        const OTHERS: [&str; 7] = [
            "than any other",
            "than any of the other",
            "than all other",
            "than all the other",
            "than every other",
            "than all others",
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
        if !self.is(at, &["more", "fewer"]) {
            return Vec::new();
        }
        let mut items = Vec::new();
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

    /// `longer than X`, `higher than 1000`.
    pub(super) fn compared(&self, at: usize) -> Vec<(usize, Arc<str>, bool, Than, u32)> {
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
        // `more than 3000 long` is longer than that.
        if self.is(at, &["more", "less"])
            && self.is(at + 1, &["than"])
            && let Some((number, end)) = self.quantity(at + 2)
        {
            let plain = |graded: &(usize, Arc<str>, Degree)| graded.2 == Degree::Plain;
            for (end, base, _) in self.graded(end).into_iter().filter(plain) {
                all.push((end, base, self.is(at, &["more"]), Than::Number(number), 1));
            }
        }
        for (end, base, more) in bases {
            // `larger in area than X`: more of the area.
            let (end, base) = self.in_a_property(end).unwrap_or((end, base));
            if !self.is(end, &["than"]) {
                continue;
            }
            if let Some((number, end)) = self.quantity(end + 1) {
                all.push((end, Arc::clone(&base), more, Than::Number(number), 1));
            }
            // `than that of X` compares the same as `than X`.
            let from = self.after_any(end + 1, &["that of", "those of"]).unwrap_or(end + 1);
            for np in self.np(from).iter() {
                if matches!(np.tree.kind, NpKind::Wh(_)) {
                    continue;
                }
                let than = Than::Np(Box::new(np.tree.clone()));
                all.push((np.end, Arc::clone(&base), more, than, np.cost));
            }
        }
        all
    }

    /// `in area`, behind a comparative: the position after it, and the adjective of that property.
    fn in_a_property(&self, at: usize) -> Option<(usize, Arc<str>)> {
        let next = self.after_any(at, &["in", "by", "in terms of"])?;
        let base = |(end, word): (usize, &Word)| match word {
            Word::Noun { noun: Noun::Property(key), .. } if self.is(end, &["than"]) => {
                Some((end, Arc::clone(self.lexicon.adjective_of(*key)?)))
            }
            _ => None,
        };
        self.lexical(next).find_map(base)
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
        Some((number * factor, at + 2))
    }

    /// A number in digits, with commas between thousands or without; or *one*.
    fn digits(&self, at: usize) -> Option<(f64, usize)> {
        if self.is(at, &["one", "a"]) {
            let large = self.is(at + 1, &["hundred", "thousand", "million", "billion"]);
            return large.then_some((1.0, at));
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

    /// `of more than 5 million`, `over 1000`, behind a property.
    pub(super) fn limits(&self, at: usize) -> Vec<Item<Modifier>> {
        const LIMITS: [(&str, bool, bool); 26] = [
            ("more than", true, false),
            ("greater than", true, false),
            ("larger than", true, false),
            ("bigger than", true, false),
            ("higher than", true, false),
            ("longer than", true, false),
            ("over", true, false),
            ("above", true, false),
            ("exceeding", true, false),
            ("exceeds", true, false),
            ("exceed", true, false),
            ("exceeded", true, false),
            ("surpasses", true, false),
            ("at least", true, true),
            ("no less than", true, true),
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
        ];
        let from = at + usize::from(self.is(at, &["of"]));
        let mut items = Vec::new();
        for (words, more, equal) in LIMITS {
            if let Some(end) = self.after(from, words)
                && let Some((number, end)) = self.quantity(end)
            {
                let tree = Modifier::Limit { more, equal, number };
                items.push(Item { end, tree, cost: 1 });
            }
        }
        items
    }

    /// `is more than 5 million`: what is said of a property, as a noun phrase.
    pub(super) fn limit_phrase(&self, at: usize) -> Vec<Item<Np>> {
        if self.is(at, &["of"]) {
            return Vec::new();
        }
        let phrase = |item: Item<Modifier>| {
            let mut nominal = Nominal::of(HeadNoun::Alike, false);
            nominal.modifiers.push(item.tree);
            let kind = NpKind::Nominal(Box::new(nominal));
            Item { end: item.end, tree: Np { kind, words: at..item.end }, cost: item.cost }
        };
        self.limits(at).into_iter().map(phrase).collect()
    }

    /// `a larger population than X`, `more people than X`: more of a property, as behind *have* and
    /// *with*.
    pub(super) fn more_of_a_property(&self, at: usize) -> Vec<Item<Modifier>> {
        const MORE: [&str; 9] = [
            "larger", "higher", "greater", "bigger", "longer", "more", "taller", "denser", "better",
        ];
        const FEWER: [&str; 6] = ["smaller", "lower", "lesser", "shorter", "fewer", "less"];
        let at = at + usize::from(self.is(at, &["a"]));
        let more = self.is(at, &MORE);
        if !more && !self.is(at, &FEWER) {
            return Vec::new();
        }
        let mut all = Vec::new();
        for (end, word) in self.lexical(at + 1) {
            let Word::Noun { noun: Noun::Property(key), .. } = word else { continue };
            let Some(base) = self.lexicon.adjective_of(*key).filter(|_| self.is(end, &["than"]))
            else {
                continue;
            };
            let from = self.after_any(end + 1, &["that of", "those of"]).unwrap_or(end + 1);
            for np in self.np(from).iter().filter(|np| matches!(np.tree.kind, NpKind::Name(_))) {
                // `than Illinois has`
                let has = np.end + usize::from(self.is(np.end, &["has", "have", "does"]));
                let than = Than::Np(Box::new(np.tree.clone()));
                let tree = Modifier::Compared { base: Arc::clone(base), more, than };
                all.push(Item { end: has, tree, cost: np.cost + 1 });
            }
        }
        all
    }

    /// `longer than X` behind a noun or after *be*.
    pub(super) fn comparisons(&self, at: usize) -> Vec<Item<Modifier>> {
        self.compared(at)
            .into_iter()
            .map(|(end, base, more, than, cost)| {
                let tree = Modifier::Compared { base, more, than };
                Item { end, tree, cost: cost + cost::PART }
            })
            .collect()
    }

    /// `is longer than X`: what is said of the subject, as a noun phrase.
    pub(super) fn comparison_phrase(&self, at: usize) -> Vec<Item<Np>> {
        self.comparisons(at)
            .into_iter()
            .map(|item| {
                let mut nominal = Nominal::of(HeadNoun::Alike, false);
                nominal.modifiers.push(item.tree);
                let kind = NpKind::Nominal(Box::new(nominal));
                Item { end: item.end, tree: Np { kind, words: at..item.end }, cost: item.cost }
            })
            .collect()
    }

    /// `in terms of population`, `when it comes to area`: by what it is measured.
    pub(super) fn measured_by(&self, at: usize) -> Vec<Item<Modifier>> {
        const BY: [&str; 5] =
            ["in terms of", "with respect to", "when it comes to", "measured by", "as to"];
        let Some(next) = self.after_any(at, &BY) else { return Vec::new() };
        let by = |np: &Item<Np>| {
            let tree = Modifier::Phrase("by".to_owned(), np.tree.clone());
            Item { end: np.end, tree, cost: np.cost }
        };
        self.np(next).iter().map(by).collect()
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
        for item in items.iter().filter(|item| matches!(item.tree.kind, NpKind::Name(_))) {
            let next = item.end + usize::from(self.is(item.end, &[","]));
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
        let at = at + usize::from(self.is(at, &["the"]));
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
