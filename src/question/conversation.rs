//! Follow-ups: questions that leave out what the last one said.
//!
//! *And Abkhazia?* is the last question with another name; *and in 2017?* with another time;
//! *when?* asks something else of the same.

use super::chart::Chart;
use super::names::Bearer;
use super::tree::{
    Adverb, Argument, Asks, Body, Clause, Modifier, Nominal, Np, NpKind, Question, Unit, WhWord,
};
use crate::graph::Snapshot;

/// The questions that an elliptic one may stand for, given the last.
pub(crate) fn completed(
    chart: &Chart<'_>,
    graph: &dyn Snapshot,
    last: &Question,
) -> Vec<(Question, u32)> {
    let Some(parts) = chart.follow_up() else { return Vec::new() };
    let mut all = Vec::new();
    for (np, cost) in parts.doers {
        all.extend(by_one(last, &np).map(|question| (question, cost)));
    }
    for (np, cost) in parts.names {
        if let NpKind::Name(bearers) = &np.kind {
            all.extend(with_name(graph, last, &np, bearers).into_iter().map(|q| (q, cost)));
        }
    }
    for (adverb, cost) in parts.adverbs {
        if let Body::Clause(clause) = &last.body {
            let mut clause = clause.clone();
            // `in March 2013` – `and in April?`: of that year.
            let then = clause.adverbs.iter().find_map(|known| match known {
                Adverb::When(then) => Some(then.clone()),
                _ => None,
            });
            let adverb = match (adverb, then) {
                (Adverb::When(when), Some(then)) => {
                    let Some(when) = when.in_the_year_of(&then) else { continue };
                    Adverb::When(when)
                }
                (adverb, _) => adverb,
            };
            clause.adverbs.retain(|known| !same_kind(known, &adverb));
            clause.adverbs.push(adverb);
            all.push((Question { body: Body::Clause(clause), ..last.clone() }, cost));
        }
    }
    if parts.counts
        && let Some(counted) = counted(last)
    {
        all.push((counted, 0));
    }
    if let Some(asks) = parts.asks
        && let Body::Clause(clause) = &last.body
    {
        // What was asked for becomes open: *who met him?* – *when?*
        let clause = without_wh(clause);
        all.push((Question { asks, body: Body::Clause(clause), also: Vec::new() }, 0));
    }
    all
}

/// A question that asks who *else*, given the last: of those whom that was not about.
///
/// ```text
/// Does Syria recognise Abkhazia?   Who else recognises it?   … other than Syria
/// ```
pub(crate) fn of_others(
    chart: &Chart<'_>,
    question: &Question,
    last: &Question,
) -> Option<Question> {
    let (Body::Clause(clause), Body::Clause(then)) = (&question.body, &last.body) else {
        return None;
    };
    let wh = ["who", "whom", "what"];
    let said = (1..chart.len())
        .any(|at| chart.word_at(at) == "else" && wh.contains(&chart.word_at(at - 1)));
    if !said || clause.verb != then.verb || clause.passive != then.passive {
        return None;
    }
    let asks = |np: Option<&Np>| np.is_some_and(|np| matches!(np.kind, NpKind::Wh(_)));
    let front = clause.front.as_ref().filter(|front| front.preposition.is_none());
    let known = if asks(clause.subject.as_ref()) {
        then.subject.as_ref()
    } else if asks(front.and_then(|front| front.np.as_ref())) {
        let object = then.arguments.iter().find(|argument| argument.preposition.is_none());
        object.and_then(|object| object.np.as_ref())
    } else {
        None
    };
    let known = known.filter(|np| matches!(np.kind, NpKind::Name(_) | NpKind::List(..)))?;
    let mut clause = clause.clone();
    clause.adverbs.push(Adverb::Except(known.clone()));
    Some(Question { body: Body::Clause(clause), ..question.clone() })
}

/// A question that goes on from the last and points back, in the time of that one where it says none itself.
///
/// ```text
/// Who criticised Kuwait in 2014?   And who praised it?   … in 2014
/// ```
pub(crate) fn in_that_time(
    chart: &Chart<'_>,
    question: &Question,
    last: &Question,
) -> Option<Question> {
    const BACK: [&str; 7] = ["it", "them", "him", "her", "they", "he", "she"];
    // Words of another time, or of any (*has ever*, *had already*, *so far*, *in all*); of somebody else who is spoken of
    // in the same sentence, whom *it* may be.
    const OTHER: [&str; 18] = [
        "ever",
        "never",
        "always",
        "has",
        "have",
        "had",
        "already",
        "yet",
        "then",
        "far",
        "all",
        "total",
        "altogether",
        "who",
        "whom",
        "that",
        "which",
        "without",
    ];
    let (Body::Clause(clause), Body::Clause(then)) = (&question.body, &last.body) else {
        return None;
    };
    let among = |from: usize, words: &[&str]| {
        (from..chart.len()).any(|at| words.contains(&chart.word_at(at)))
    };
    let goes_on = matches!(chart.word_at(0), "and" | "but") && among(1, &BACK) && !among(2, &OTHER);
    let timeless = |adverb: &Adverb| {
        matches!(adverb, Adverb::Ranked(_) | Adverb::Times(_) | Adverb::Often { .. })
    };
    let is_one = |clause: &Clause| clause.past && clause.and_then.is_empty();
    if !goes_on
        || among(1, &["time"])
        || matches!(question.asks, Asks::When(_))
        || !is_one(clause)
        || !is_one(then)
        || !clause.adverbs.iter().all(timeless)
    {
        return None;
    }
    let mut times = then.adverbs.iter().filter(|adverb| matches!(adverb, Adverb::When(_)));
    let (Some(time), None) = (times.next(), times.next()) else { return None };
    let mut clause = clause.clone();
    clause.adverbs.push(time.clone());
    Some(Question { body: Body::Clause(clause), ..question.clone() })
}

/// What points back behind a word that asks: *when was that?*
const THAT: [&str; 8] = [
    "was that",
    "was it",
    "was this",
    "is that",
    "did that happen",
    "did it happen",
    "did they do so",
    "did that take place",
];

/// Questions about the last answer that say nothing of what it was about.
const OF_THE_LAST: [(&str, Asks); 28] = [
    ("since when", Asks::When(Unit::Any)),
    ("from when", Asks::When(Unit::Any)),
    ("until when", Asks::When(Unit::Any)),
    ("what date", Asks::When(Unit::Day)),
    ("on what date", Asks::When(Unit::Day)),
    ("on which day", Asks::When(Unit::Day)),
    ("what month", Asks::When(Unit::Month)),
    ("in what month", Asks::When(Unit::Month)),
    ("in which month", Asks::When(Unit::Month)),
    ("what year", Asks::When(Unit::Year)),
    ("in what year", Asks::When(Unit::Year)),
    ("in which year", Asks::When(Unit::Year)),
    ("how come", Asks::Why),
    ("for what reason", Asks::Why),
    ("how long", Asks::HowLong),
    ("for how long", Asks::HowLong),
    ("how often", Asks::HowOften),
    ("how many times", Asks::HowOften),
    ("who said so", Asks::Speaker),
    ("who says so", Asks::Speaker),
    ("who says that", Asks::Speaker),
    ("says who", Asks::Speaker),
    ("according to whom", Asks::Speaker),
    ("how do you know", Asks::Source),
    ("how do we know", Asks::Source),
    ("where does it say so", Asks::Source),
    ("where does it say that", Asks::Source),
    ("where is that stated", Asks::Source),
];

/// What a follow-up may consist of.
#[derive(Debug, Default)]
pub(crate) struct FollowUp {
    pub(crate) names: Vec<(Np, u32)>,
    /// `and by Syria?`: by whom it was done.
    pub(crate) doers: Vec<(Np, u32)>,
    pub(crate) adverbs: Vec<(Adverb, u32)>,
    pub(crate) asks: Option<Asks>,
    /// `how many of them?`
    pub(crate) counts: bool,
}

/// The last question, asking how many there are of what it asked for.
fn counted(last: &Question) -> Option<Question> {
    let mut question = last.clone();
    let Body::Clause(clause) = &mut question.body else { return None };
    let parts = clause.front.iter_mut().chain(&mut clause.arguments);
    let mut nps = clause.subject.iter_mut().chain(parts.filter_map(|part| part.np.as_mut()));
    let wh = nps.find_map(|np| match &mut np.kind {
        NpKind::Wh(wh) if wh.word != WhWord::HowMany => Some(wh),
        _ => None,
    })?;
    wh.word = WhWord::HowMany;
    Some(question)
}

/// The last question with one of its names replaced: by preference the last name that is of the
/// same kind.
fn with_name(graph: &dyn Snapshot, last: &Question, np: &Np, bearers: &[Bearer]) -> Vec<Question> {
    let question_asks_whether = last.asks == Asks::Whether;
    let mut question = last.clone();
    let places = names_in_question(&mut question);
    let alike = |place: &Np| {
        let NpKind::Name(known) = &place.kind else { return false };
        known.iter().any(|known| {
            bearers.iter().any(|new| {
                let labels = graph.labels(new.node);
                graph.labels(known.node).iter().any(|label| labels.contains(label))
            })
        })
    };
    // `How often did X visit Y? – And Y?`: the other way round, or who else? Not Y itself.
    let named = |place: &&mut Np| match &place.kind {
        NpKind::Name(known) => {
            known.iter().any(|known| bearers.iter().any(|new| new.node == known.node))
        }
        _ => false,
    };
    if places.iter().any(named) {
        return Vec::new();
    }
    // `Did X meet Y? – And Z?`: which of the two it stands for is not said.
    let several = places.iter().filter(|place| alike(place)).count() > 1;
    if question_asks_whether && several {
        let at: Vec<usize> = (0..places.len()).filter(|&at| alike(places[at])).collect();
        return at.into_iter().filter_map(|at| with_name_at(last, np, at)).collect();
    }
    // `Who recognises it?` – `and Abkhazia?`: a name stands for a pronoun where it can for no name.
    let at = places.iter().rposition(|place| alike(place));
    let Some(at) = at.or_else(|| places.iter().rposition(|place| is_pronoun(place))) else {
        return Vec::new();
    };
    // `who visited X in 2013 but not in 2014`: the same in both.
    let known = places[at].kind.clone();
    let same = |place: &&mut Np| place.kind == known;
    places.into_iter().filter(same).for_each(|place| *place = np.clone());
    vec![question]
}

/// The last question, of what was done by one: `How many visits to X in 2014?` – `And by Y?`
fn by_one(last: &Question, np: &Np) -> Option<Question> {
    let mut question = last.clone();
    match &mut question.body {
        Body::Clause(clause) if clause.and_then.is_empty() => {
            let asked = |np: &Np| matches!(np.kind, NpKind::Wh(_));
            if clause.passive {
                let by = |part: &&mut Argument| part.preposition.as_deref() == Some("by");
                match clause.arguments.iter_mut().find(by) {
                    Some(part) => part.np = Some(np.clone()),
                    None => clause.arguments.push(Argument {
                        preposition: Some("by".to_owned()),
                        np: Some(np.clone()),
                    }),
                }
            } else if clause.subject.as_ref().is_some_and(asked) {
                return None;
            } else {
                clause.subject = Some(np.clone());
            }
        }
        Body::Phrase(phrase) => {
            let nominal = match &mut phrase.kind {
                NpKind::Nominal(nominal) => &mut **nominal,
                NpKind::Wh(wh) => wh.nominal.as_mut()?,
                _ => return None,
            };
            if nominal.possessor.is_some() {
                return None;
            }
            let by =
                |modifier: &Modifier| matches!(modifier, Modifier::Phrase(word, _) if word == "by");
            nominal.modifiers.retain(|modifier| !by(modifier));
            nominal.modifiers.push(Modifier::Phrase("by".to_owned(), np.clone()));
        }
        _ => return None,
    }
    Some(question)
}

/// The last question with the name at one of its places replaced.
fn with_name_at(last: &Question, np: &Np, at: usize) -> Option<Question> {
    let mut question = last.clone();
    let mut places = names_in_question(&mut question);
    if at >= places.len() {
        return None;
    }
    *places.swap_remove(at) = np.clone();
    Some(question)
}

fn names_in_question(question: &mut Question) -> Vec<&mut Np> {
    let mut places: Vec<&mut Np> = Vec::new();
    match &mut question.body {
        Body::Clause(clause) => names_in_clause(clause, &mut places),
        Body::Phrase(phrase) => names_in(phrase, &mut places),
        Body::Path(from, to) => {
            names_in(from, &mut places);
            names_in(to, &mut places);
        }
        Body::Made(..) => {}
    }
    places
}

fn is_pronoun(np: &Np) -> bool {
    matches!(np.kind, NpKind::Pronoun(_))
}

fn names_in<'t>(np: &'t mut Np, out: &mut Vec<&'t mut Np>) {
    if matches!(np.kind, NpKind::Name(_)) || is_pronoun(np) {
        out.push(np);
        return;
    }
    match &mut np.kind {
        NpKind::Nominal(nominal) => names_in_nominal(nominal, out),
        NpKind::Wh(wh) => {
            if let Some(nominal) = &mut wh.nominal {
                names_in_nominal(nominal, out);
            }
        }
        NpKind::List(_, members) => members.iter_mut().for_each(|member| names_in(member, out)),
        NpKind::Except(of, _) | NpKind::Only(of) | NpKind::Share(_, _, of) => names_in(of, out),
        _ => {}
    }
}

fn names_in_nominal<'t>(nominal: &'t mut Nominal, out: &mut Vec<&'t mut Np>) {
    for np in nominal.adjectives.iter_mut().chain(&mut nominal.possessor) {
        names_in(np, out);
    }
    for modifier in &mut nominal.modifiers {
        match modifier {
            Modifier::Phrase(_, np) => names_in(np, out),
            Modifier::Relative(clause) => names_in_clause(clause, out),
            Modifier::Named(np) => names_in(np, out),
            Modifier::When(_)
            | Modifier::Among(_)
            | Modifier::Compared { .. }
            | Modifier::Limit(_)
            | Modifier::In(_) => {}
        }
    }
}

fn names_in_clause<'t>(clause: &'t mut Clause, out: &mut Vec<&'t mut Np>) {
    if let Some(subject) = &mut clause.subject {
        names_in(subject, out);
    }
    for argument in clause.front.iter_mut().chain(&mut clause.arguments) {
        if let Some(np) = &mut argument.np {
            names_in(np, out);
        }
    }
    for (_, next) in &mut clause.and_then {
        names_in_clause(next, out);
    }
}

/// A clause without the noun phrase that asks.
fn without_wh(clause: &Clause) -> Clause {
    let asks = |np: &Option<Np>| matches!(np, Some(Np { kind: NpKind::Wh(_), .. }));
    let mut clause = clause.clone();
    if asks(&clause.subject) {
        clause.subject = None;
    }
    clause.front = clause.front.filter(|front| !asks(&front.np));
    let kept = |argument: &Argument| !asks(&argument.np);
    clause.arguments.retain(kept);
    clause
}

fn same_kind(a: &Adverb, b: &Adverb) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

/// A follow-up that asks for the number of what answered.
const HOW_MANY: [&str; 7] = [
    "how many",
    "how many of them",
    "how many are there",
    "how many are they",
    "how many is that",
    "how many in all",
    "how many were there",
];

impl Chart<'_> {
    /// A question of names, times or a question word alone, after *and* or *what about*.
    fn follow_up(&self) -> Option<FollowUp> {
        let at = self.after_lead();
        if at >= self.len() {
            return None;
        }
        let mut found = FollowUp {
            names: self.whole_names(at),
            adverbs: self.whole_adverbs(at),
            ..FollowUp::default()
        };
        found.counts = HOW_MANY.iter().any(|words| self.ends_with(at, words));
        // `and by Syria?`, `and to Moscow?`: the name stands where one of its kind stood.
        if ["to", "from", "with", "of", "for", "about", "in"].contains(&self.word_at(at)) {
            found.names.extend(self.whole_names(at + 1));
        }
        if self.word_at(at) == "by" {
            found.doers = self.whole_names(at + 1);
        }
        // `when?`, `when was that?`
        if at + 1 == self.len() || THAT.iter().any(|that| self.ends_with(at + 1, that)) {
            found.asks = match self.word_at(at) {
                "when" => Some(Asks::When(Unit::Any)),
                "why" => Some(Asks::Why),
                "where" => Some(Asks::Where),
                _ => None,
            };
        }
        if let Some((_, asks)) = OF_THE_LAST.iter().find(|(words, _)| self.ends_with(at, words)) {
            found.asks = Some(*asks);
        }
        Some(found)
    }
}
