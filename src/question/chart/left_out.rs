//! Readings that leave something out of the question: *for the first time in 2015* is the first time of each, *before anyone
//! else did* is about others, *before 2013 and after 2014* is of two deeds.
//!
//! Called for every question that a rule has made. Such a reading is none; where no other is left the question is declined,
//! since what remains of it when the words are passed over is another one.

use super::polar::is_longer;
use super::verbs::BEGIN;
use super::{Chart, Item};
use crate::question::lexicon::Noun;
use crate::question::tree::{
    Adverb, Argument, Asks, Body, Clause, HeadNoun, Join, Modifier, Np, NpKind, Question, WhWord,
};
use crate::question::when::When;

/// What says of something that it had not been so before, or was not again.
const OWN_TIME: [&str; 6] = [
    "for the first time",
    "for the very first time",
    "for the last time",
    "for the very last time",
    "for the final time",
    "the first time",
];

/// What says of something that it was so in all of some times. *Per year*, *for each year* ask for a list.
const ALL_TIMES: [&str; 8] =
    ["every", "in every", "each", "in each", "on every", "on each", "during each", "during every"];

/// Those who are not somebody of whom nothing was said yet.
const OTHER_ONES: [&str; 3] = ["who else", "whom else", "what else"];

/// The same, where it is asked whether there is one.
const ANYONE_ELSE: [&str; 4] = ["anyone else", "anybody else", "someone else", "somebody else"];

impl Chart<'_> {
    /// Whether a question asks which of several did something at a time of its own, or who began to; when
    /// somebody began to can be said.
    pub(super) fn leaves_something_out(&self, at: usize, item: &Item<Question>) -> bool {
        let Body::Clause(clause) = &item.tree.body else { return false };
        if at_no_time(clause)
            || longer_in_one_of_two(clause)
            || made_by_its_own(clause)
            || of_several(clause)
            || self.counts_by_a_verb(clause)
        {
            return true;
        }
        let said = |words: &[&str]| {
            (at..item.end).any(|at| self.after_any(at, words).is_some_and(|end| end <= item.end))
        };
        if item.tree.asks == Asks::Whether && self.is(at + 1, &["there"]) && said(&ANYONE_ELSE) {
            return true;
        }
        let has = |test: fn(&Adverb) -> bool| clause.adverbs.iter().any(test);
        let ranked = has(|adverb| matches!(adverb, Adverb::Ranked(_)));
        if ranked && !matches!(item.tree.asks, Asks::When(_)) && said(&BEGIN) {
            return true;
        }
        // `whom did X visit before anyone else did`: those whom nobody had visited before it.
        let by_another = !clause.subject.as_ref().is_some_and(is_asked);
        let others_did = by_another && self.others_did(at, item.end);
        if ranked && (others_did || said(&OTHER_ONES)) {
            return true;
        }
        if item.tree.asks != Asks::Thing || !asks_which(clause) {
            return false;
        }
        // `who visited X and praised Y, the last`: whether the last to visit or to praise is not said.
        let of_another = |(_, next): &(_, Clause)| {
            next.verb != clause.verb
                && next.adverbs.iter().any(|one| matches!(one, Adverb::Ranked(_)))
        };
        if clause.and_then.iter().any(of_another) {
            return true;
        }
        let dated = has(|adverb| matches!(adverb, Adverb::When(_)));
        let by_unit = has(|adverb| matches!(adverb, Adverb::PerUnit(_)));
        let unit = |end: usize| self.is(end, &["day", "month", "year"]);
        let led = |at: usize| at > 0 && self.is(at - 1, &["for", "of", "per", "by"]);
        let each = |at: usize| !led(at) && self.after_any(at, &ALL_TIMES).is_some_and(unit);
        // `who visited X most in each month` has an answer for each.
        let most = has(|adverb| matches!(adverb, Adverb::Often { .. })) || clause.selects();
        ranked && dated && said(&OWN_TIME) || by_unit && !most && (at..item.end).any(each)
    }

    /// Whether *visits* in *how many visits* is taken for a verb: so many would *visit*.
    fn counts_by_a_verb(&self, clause: &Clause) -> bool {
        let Some(Np { kind: NpKind::Wh(wh), words }) = &clause.subject else { return false };
        let verb = self.word(words.end);
        let bare = wh.word == WhWord::HowMany && wh.nominal.is_none() && wh.of.is_none();
        bare && verb.ends_with('s') && !matches!(verb, "was" | "has" | "does" | "is")
    }

    /// Whether *before anyone else did* is said.
    fn others_did(&self, at: usize, end: usize) -> bool {
        (at + 1..end).any(|at| {
            self.is(at - 1, &["else", "others", "other"])
                && self.is(at, &["did", "had", "has", "does"])
        })
    }
}

/// Whether nothing can be at all the times of a clause: *before 2013* and *after 2014* are of two deeds.
fn at_no_time(clause: &Clause) -> bool {
    let times: Vec<&When> = clause
        .adverbs
        .iter()
        .filter_map(|adverb| match adverb {
            Adverb::When(when) => Some(when),
            _ => None,
        })
        .collect();
    let others = |at: usize| times[at + 1..].iter();
    (0..times.len()).any(|at| others(at).any(|other| times[at].excludes(other)))
}

/// `Is the Ouse longer in Norway or in Sweden?`: how long it is in each, of which nothing is known.
fn longer_in_one_of_two(clause: &Clause) -> bool {
    let is_or = |np: &Np| matches!(np.kind, NpKind::List(Join::Or, _));
    let nps = || clause.arguments.iter().filter_map(|part| part.np.as_ref());
    let of_two = |modifier: &Modifier| matches!(modifier, Modifier::Phrase(_, np) if is_or(np));
    let longer = |np: &Np| {
        let of = is_longer(np);
        of.is_some_and(|of| of.modifiers.iter().any(of_two) || nps().any(is_or))
    };
    clause.subject.as_ref().is_some_and(super::best::is_named) && nps().any(longer)
}

/// `when was X's visit made`, with nobody by whom: X is who made it, which is told by *when was X's visit*.
fn made_by_its_own(clause: &Clause) -> bool {
    const LIGHT: [&str; 17] = [
        "make", "pay", "issue", "voice", "express", "level", "impose", "launch", "send",
        "announce", "deliver", "offer", "lodge", "file", "raise", "give", "publish",
    ];
    let own = |np: &Np| match &np.kind {
        NpKind::Nominal(of) => {
            let deed = matches!(of.head, HeadNoun::Noun(Noun::Event(_) | Noun::Fixed(_)));
            deed && of.possessor.is_some()
        }
        _ => false,
    };
    let by = |part: &Argument| part.preposition.as_deref() == Some("by");
    let made = LIGHT.contains(&&*clause.verb);
    made && clause.passive
        && !clause.arguments.iter().any(by)
        && clause.subject.as_ref().is_some_and(own)
}

/// What is told of several at once and would be told of one of them: *besides X and Y, who did so in the same month?*,
/// *before X and Y did*, *are X and Y larger than Z?*
fn of_several(clause: &Clause) -> bool {
    let several = |np: &Np| matches!(np.kind, NpKind::List(..));
    let excepted = |adverb: &Adverb| matches!(adverb, Adverb::Except(np) if several(np));
    let subject = clause.subject.as_ref();
    let except = clause.adverbs.iter().any(excepted)
        || subject.is_some_and(|np| matches!(&np.kind, NpKind::Except(_, np) if several(np)));
    let same = clause.adverbs.iter().any(|adverb| matches!(adverb, Adverb::Same(_)));
    let both = |np: &Np| matches!(np.kind, NpKind::List(Join::And, _));
    let before_both = |adverb: &Adverb| match adverb {
        Adverb::BeforeAfter { subject: np, .. } | Adverb::Pivot { than: np, .. } => both(np),
        _ => false,
    };
    let compared = |np: &Np| match &np.kind {
        NpKind::Nominal(of) => {
            let more = |modifier: &Modifier| matches!(modifier, Modifier::Compared { .. });
            of.modifiers.iter().any(more)
        }
        _ => false,
    };
    let are_larger = &*clause.verb == "be"
        && subject.is_some_and(both)
        && clause.arguments.iter().filter_map(|part| part.np.as_ref()).any(compared);
    same && except || clause.adverbs.iter().any(before_both) || are_larger
}

/// Whether things are asked for, and not their number.
fn asks_which(clause: &Clause) -> bool {
    let parts = clause.arguments.iter().chain(&clause.front).filter_map(|part| part.np.as_ref());
    parts.chain(&clause.subject).any(is_asked)
}

fn is_asked(np: &Np) -> bool {
    matches!(&np.kind, NpKind::Wh(wh) if wh.word != WhWord::HowMany)
}
