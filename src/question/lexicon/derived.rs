//! Sentences that follow from others and need not be written: what is given is received, and what has
//! a noun is done with a light verb.
//!
//! ```text
//! A gives aid to B         B receives aid from A
//! A's threat to B          A makes, issues, directs … a threat to, against, at … B
//! A's consultation with B  A holds, has … a consultation with B; A engages in, enters into … it
//! A imposes sanctions on B A's imposition, imposing of sanctions on B
//! A's threat to B          A's making, issuing … of a threat to B
//! ```
//!
//! Called for each sentence as it is added. A frame that is written is preferred to one that is
//! derived.

use super::{Lexicon, Noun};
use crate::question::frame::{Frame, Head, Piece, Role, What, is_particle};
use crate::question::morphology::gerund;

/// Verbs of giving, whose converse is to receive.
const GIVE: [&str; 8] =
    ["give", "provide", "send", "deliver", "supply", "grant", "extend", "award"];

/// Verbs that say of a deed with a target only that it was done.
const DO: [&str; 53] = [
    "make",
    "give",
    "issue",
    "deliver",
    "send",
    "direct",
    "level",
    "aim",
    "put",
    "place",
    "present",
    "voice",
    "launch",
    "bring",
    "cast",
    "hurl",
    "address",
    "submit",
    "raise",
    "conduct",
    "undertake",
    "mount",
    "utter",
    "express",
    "pronounce",
    "lodge",
    "convey",
    "post",
    "file",
    "throw",
    "dispatch",
    "render",
    "lend",
    "begin",
    "start",
    "open",
    "initiate",
    "press",
    "lavish",
    "heap",
    "lay",
    "set",
    "impose",
    "share",
    "show",
    "have",
    "pose",
    "register",
    "offer",
    "commit",
    "grant",
    "accord",
    "bestow",
];

/// The same of a deed that is done together.
const DO_TOGETHER: [&str; 16] = [
    "have",
    "hold",
    "conduct",
    "undertake",
    "pursue",
    "make",
    "keep",
    "begin",
    "start",
    "open",
    "lead",
    "launch",
    "initiate",
    "place",
    "resume",
    "continue",
];

/// Prepositions that mark who or what a deed is done to.
pub(crate) const TARGETS: [&str; 15] = [
    "to",
    "on",
    "against",
    "at",
    "of",
    "towards",
    "toward",
    "upon",
    "into",
    "about",
    "over",
    "for",
    "with",
    "regarding",
    "concerning",
];

/// Verbs whose noun is another word than their gerund.
const NOUNS: [(&str, &str); 32] = [
    ("impose", "imposition"),
    ("grant", "grant"),
    ("sever", "severance"),
    ("provide", "provision"),
    ("supply", "supply"),
    ("deliver", "delivery"),
    ("issue", "issuance"),
    ("express", "expression"),
    ("announce", "announcement"),
    ("declare", "declaration"),
    ("extend", "extension"),
    ("offer", "offer"),
    ("launch", "launch"),
    ("use", "use"),
    ("employ", "employment"),
    ("sign", "signature"),
    ("conclude", "conclusion"),
    ("reduce", "reduction"),
    ("suspend", "suspension"),
    ("refuse", "refusal"),
    ("reject", "rejection"),
    ("withdraw", "withdrawal"),
    ("reveal", "revelation"),
    ("seize", "seizure"),
    ("confiscate", "confiscation"),
    ("destroy", "destruction"),
    ("show", "show"),
    ("commit", "commission"),
    ("establish", "establishment"),
    ("initiate", "initiation"),
    ("demonstrate", "demonstration"),
    ("ease", "easing"),
];

/// The verbs of [`DO`] and [`DO_TOGETHER`] that a deed is also called by: *the making of a threat*.
const DOING: [&str; 12] = [
    "make", "issue", "voice", "launch", "express", "lodge", "impose", "grant", "send", "conduct",
    "address", "offer",
];
const DOING_TOGETHER: [&str; 4] = ["hold", "conduct", "begin", "start"];

impl Lexicon {
    /// What is done with a noun is called by a noun itself: `A's imposition of sanctions on B`.
    pub(super) fn add_nominals(&mut self, frame: &Frame, others: &[String]) {
        let (Head::Verb(base), Some(Role::Start | Role::End), None) =
            (&frame.head, frame.subject, frame.object)
        else {
            return;
        };
        let [Piece { preposition: None, what: What::Fixed(words), .. }, rest @ ..] =
            frame.pieces.as_slice()
        else {
            return;
        };
        let marked = |piece: &Piece| piece.preposition.is_some();
        if is_particle(words) || !rest.iter().any(marked) {
            return;
        }
        let verbs: Vec<&str> =
            std::iter::once(base.as_str()).chain(others.iter().map(String::as_str)).collect();
        self.push_nominal(frame, words, rest, &verbs);
    }

    fn push_nominal(&mut self, frame: &Frame, fixed: &str, rest: &[Piece], verbs: &[&str]) {
        let of = Piece::of(Some("of"), What::Fixed(fixed.to_owned()));
        let pieces = std::iter::once(of).chain(rest.iter().cloned()).collect();
        let id = self.frames.len();
        let head = Head::Noun(gerund(verbs[0]));
        for verb in verbs {
            self.add_event(&gerund(verb), id);
            for (_, noun) in NOUNS.iter().filter(|(of, _)| of == verb) {
                self.add_event(noun, id);
            }
        }
        self.frames.push(Frame { head, object: None, pieces, ..frame.clone() });
        self.derived.insert(id);
    }

    /// What is given is received: `A gives aid to B`, `B receives aid from A`.
    pub(super) fn add_converse(&mut self, frame: &Frame) {
        let (Head::Verb(base), Some(giver), None) = (&frame.head, frame.subject, frame.object)
        else {
            return;
        };
        let [
            given @ Piece { preposition: None, what: What::Fixed(_), .. },
            to @ Piece { what: What::Slot(receiver @ (Role::Start | Role::End)), .. },
            rest @ ..,
        ] = frame.pieces.as_slice()
        else {
            return;
        };
        if !to.has_preposition("to") || !GIVE.contains(&base.as_str()) {
            return;
        }
        let from = Piece::of(Some("from"), What::Slot(giver));
        let mut pieces = vec![given.clone(), from];
        pieces.extend(rest.iter().cloned());
        let head = Head::Verb("receive".to_owned());
        let (subject, object) = (Some(*receiver), None);
        let converse = Frame { head, subject, object, pieces, ..frame.clone() };
        self.add_derived(&converse, &["receive", "get", "accept"]);
    }

    /// What has a noun is done with it: `A's denunciation of B`, `A makes a denunciation of B`.
    pub(super) fn add_light_verbs(&mut self, frame: &Frame, others: &[String]) {
        let (Head::Noun(noun), Some(Role::Start | Role::End)) = (&frame.head, frame.subject) else {
            return;
        };
        let Some(Piece { preposition: Some(joint), .. }) = frame.pieces.first() else { return };
        self.add_noun(noun, &Noun::Fixed(noun.as_str().into()));
        self.add_fixed(others, noun);
        let fixed = |preposition: Option<&str>, word: &str| {
            Piece::of(preposition, What::Fixed(word.to_owned()))
        };
        let done = |verb: &str, before: Vec<Piece>| {
            let pieces = before.into_iter().chain(frame.pieces.iter().cloned()).collect();
            Frame { head: Head::Verb(verb.to_owned()), pieces, ..frame.clone() }
        };
        if matches!(joint.as_str(), "with" | "between") {
            self.push_derived(&done("have", vec![fixed(None, noun)]), &DO_TOGETHER);
            self.add_derived(
                &done("engage", vec![fixed(Some("in"), noun)]),
                &["engage", "participate"],
            );
            self.add_derived(&done("enter", vec![fixed(Some("into"), noun)]), &["enter", "go"]);
            let part = vec![fixed(None, "part"), fixed(Some("in"), noun)];
            self.add_noun("part", &Noun::Fixed("part".into()));
            self.add_derived(&done("take", part), &["take"]);
            self.push_nominal(frame, noun, &frame.pieces, &DOING_TOGETHER);
        } else {
            let light = self.push_derived(&done("make", vec![fixed(None, noun)]), &DO);
            if TARGETS.contains(&joint.as_str()) {
                self.loose.insert(light);
            }
            self.push_nominal(frame, noun, &frame.pieces, &DOING);
        }
        self.add_noun("out", &Noun::Fixed("out".into()));
        let out = self
            .add_derived(&done("carry", vec![fixed(None, "out"), fixed(None, noun)]), &["carry"]);
        if TARGETS.contains(&joint.as_str()) {
            self.loose.extend(out);
        }
    }
}
