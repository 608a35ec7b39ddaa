//! What may stand before a question and adds nothing to it: *please*, *could you tell me*, *I'd like to
//! know*, *list*.
//!
//! Called by the forms of questions. Behind such words a question may have the order of a statement
//! (*tell me who recognised X*), or be a noun phrase alone.

use super::Chart;
use crate::question::frame::is_preposition;

/// Words that open a conversation.
const OPENERS: [&str; 13] = [
    "please", "kindly", "so", "ok", "okay", "well", "now", "hello", "hi", "hey", "thanks", "sorry",
    "quick",
];

/// Verbs that ask for an answer.
const TELL: [&str; 23] = [
    "confirm",
    "verify",
    "check",
    "tell",
    "show",
    "give",
    "list",
    "name",
    "find",
    "say",
    "state",
    "report",
    "identify",
    "display",
    "print",
    "enumerate",
    "mention",
    "provide",
    "get",
    "fetch",
    "explain",
    "remind",
    "specify",
];

/// Verbs of finding out, after *I would like to*.
const KNOW: [&str; 17] = [
    "know",
    "learn",
    "see",
    "hear",
    "understand",
    "ask",
    "knowing",
    "learning",
    "finding",
    "find",
    "remember",
    "recall",
    "establish",
    "determine",
    "check",
    "seeing",
    "hearing",
];

/// `would you be so kind as to tell me`, `would you mind telling me`, `can I get`
const KIND: [&str; 30] = [
    "would you be so kind as to",
    "would you be so good as to",
    "be so kind as to",
    "would you be kind enough to",
    "would you be able to",
    "are you able to",
    "be so good as to",
    "do me a favour and",
    "do me the favour and",
    "would it be possible to",
    "is it possible to",
    "would it be possible for you to",
    "go ahead and",
    "just",
    "simply",
    "you could",
    "you can",
    "would you mind",
    "do you mind",
    "can you maybe",
    "could you possibly",
    "could you perhaps",
    "please do",
    "you might",
    "can i ask you to",
    "may i ask you to",
    "could i ask you to",
    "can i trouble you to",
    "i ask you to",
    "try to",
];

/// Ways to ask to be given something.
const HAVE: [&str; 16] = [
    "can i get",
    "could i get",
    "can i have",
    "could i have",
    "may i have",
    "may i get",
    "can i see",
    "could i see",
    "let me have",
    "let me see",
    "let us have",
    "let us see",
    "can we have",
    "could we have",
    "can we see",
    "i ask for",
];

/// `look up the date on which …`, `work out who …`
const FIND_OUT: [&str; 9] = [
    "look up",
    "dig up",
    "pull up",
    "work out",
    "figure out",
    "search for",
    "look for",
    "look out",
    "track down",
];

/// `I forgot which state X is in.`
const FORGOT: [&str; 12] = [
    "forgot",
    "have forgotten",
    "forget",
    "do not know",
    "do not remember",
    "cannot remember",
    "can not remember",
    "do not recall",
    "can not recall",
    "am not sure",
    "am unsure",
    "can not say",
];

/// Ways to say that one has a statement from somebody else.
const TOLD: [&str; 19] = [
    "somebody told me",
    "someone told me",
    "somebody said",
    "someone said",
    "somebody says",
    "someone says",
    "i was told",
    "i am told",
    "i have been told",
    "i have heard",
    "i heard",
    "i have read",
    "i read",
    "they say",
    "people say",
    "it is said",
    "word has it",
    "rumour has it",
    "a friend told me",
];

/// Ways to say that knowing something would be good.
const NICE: [&str; 12] = [
    "it would be nice to",
    "it would be good to",
    "it would be great to",
    "it would be helpful to",
    "it would be interesting to",
    "it would help to",
    "it would help me to",
    "it is important to",
    "what i want to",
    "what i would like to",
    "all i want to",
    "what interests me is",
];

/// Words that announce a question.
const QUESTION: [&str; 10] = [
    "my question is",
    "the question is",
    "here is my question",
    "a question",
    "question",
    "one question",
    "quick question",
    "another question",
    "next question",
    "i have a question",
];

impl Chart<'_> {
    /// The positions at which a question may begin behind what leads to it.
    pub(super) fn led(&self, at: usize) -> Vec<usize> {
        let opened = self.opened(at);
        let mut all = Vec::new();
        for request in [self.wish(opened), self.request(opened)].into_iter().flatten() {
            all.push(request);
            // `list all`, `name the countries`; what is counted or named follows.
            if self.is(request, &["all", "every", "each", "any"]) {
                all.push(request + 1);
            }
        }
        if all.is_empty() && opened > at {
            all.push(opened);
        }
        all
    }

    /// The position after greetings and *please*.
    fn opened(&self, mut at: usize) -> usize {
        // `in all, who …`, `to your knowledge, who …`
        const ASIDES: [&str; 20] = [
            "of everybody",
            "of everyone",
            "of all people",
            "all told",
            "all things considered",
            "as far as is known",
            "as far as one can tell",
            "just for the record",
            "of all the actors in the records",
            "of all actors in the records",
            "of all the actors on record",
            "of all the actors",
            "among all the actors",
            "in all",
            "all in all",
            "in total",
            "overall",
            "as far as you know",
            "to your knowledge",
            "according to the data",
        ];
        while self.is(at, &OPENERS) {
            at += 1;
            at += usize::from(self.is(at, &["there", "question"]));
            at += usize::from(self.is(at, &[","]));
        }
        // `And who …?`
        let joined = self.is(at, &["and", "but"]) && at == 0;
        let joined = joined && (self.is(1, &super::whole::WH) || self.is_auxiliary(1));
        at += usize::from(joined);
        // `exactly how often`, `just when`
        let asks = ["who", "whom", "what", "which", "when", "where", "why", "how", "whose"];
        if self.is(at, &["exactly", "precisely", "just"]) && self.is(at + 1, &asks) {
            at += 1;
        }
        if let Some(end) = self.after_any(at, &ASIDES).filter(|&end| self.is(end, &[","])) {
            at = end + 1;
        }
        if let Some(end) = self.after_purpose(at) {
            at = end;
        }
        if let Some(end) = self.after_records(at) {
            at = end + usize::from(self.is(end, &[","]));
        }
        if let Some(end) = self.after_topic(at) {
            at = end;
        }
        at
    }

    /// The position after what the question is for: `for my report`, `I need it for a timeline`.
    fn after_purpose(&self, at: usize) -> Option<usize> {
        let need = [
            "i need it",
            "i need this",
            "i need to know this",
            "i am asking",
            "i ask this",
            "this is",
        ];
        let at = self.after_any(at, &need).unwrap_or(at);
        let my =
            self.after_any(at, &["for my", "for our", "for a", "for an", "for the", "for this"])?;
        let asks = [
            "who", "whom", "whose", "what", "which", "when", "where", "why", "how", "did", "does",
            "is", "was",
        ];
        let word = |at: usize| !super::is_function_word(self.word(at)) && self.exact(at).is_empty();
        let end = (my + 1..my + 4).find(|&end| {
            let comma = end + usize::from(self.is(end, &[","]));
            self.is(comma, &asks) || is_preposition(self.word(comma)) && comma > end
        })?;
        (my..end).all(word).then_some(end + usize::from(self.is(end, &[","])))
    }

    /// The position after words that name the facts as a whole: `in all the records`, `as far as the data
    /// go`, `at any point in the period covered`.
    pub(super) fn after_records(&self, at: usize) -> Option<usize> {
        const LEADS: [&str; 28] = [
            "in",
            "from",
            "over",
            "throughout",
            "across",
            "within",
            "during",
            "going by",
            "judging by",
            "according to",
            "as far as",
            "based on",
            "by",
            "on",
            "per",
            "at any point in",
            "at any time in",
            "at some point in",
            "at any stage in",
            "anywhere in",
            "somewhere in",
            "to go by",
            "on the basis of",
            "in the light of",
            "as per",
            "if one goes by",
            "as regards",
            "given",
        ];
        const FACTS: [&str; 20] = [
            "article", "text", "record", "records", "data", "dataset", "facts", "database",
            "archive", "archives", "sources", "source", "file", "files", "time", "period",
            "timeline", "table", "books", "years",
        ];
        let next = self.after_any(at, &LEADS)?;
        let mut noun = next;
        while self.is(
            noun,
            &["the", "all", "this", "whole", "entire", "my", "our", "your", "available", "of"],
        ) {
            noun += 1;
        }
        // `in 2014 data` is of a time, and `on record as` of a deed.
        let named = noun > next || self.is(noun, &["record", "records", "file"]);
        if !named || !self.is(noun, &FACTS) {
            return None;
        }
        let mut end =
            noun + 1 + usize::from(self.is(noun, &["data"]) && self.is(noun + 1, &["set"]));
        // A time or a period is one of the facts only where that is said.
        let told = self.after_any(
            end,
            &[
                "covered",
                "that is covered",
                "that are covered",
                "on record",
                "recorded",
                "available",
                "at hand",
                "we have",
                "you have",
                "that we have",
                "that you have",
                "go",
                "goes",
                "show",
                "tell",
                "say",
                "says",
                "tells",
                "shows",
                "are concerned",
                "is concerned",
                "in question",
                "for which there are data",
                "under consideration",
            ],
        );
        if self.is(noun, &["time", "period", "timeline", "years"]) {
            return told;
        }
        end = told.unwrap_or(end);
        (!self.is(end, &["as", "of", "that"])).then_some(end)
    }

    /// `could you please tell me`, `do you know`, `list`.
    fn request(&self, at: usize) -> Option<usize> {
        if let Some(end) = self.after_any(
            at,
            &[
                "do you happen to know",
                "would you happen to know",
                "do you have any idea",
                "do you have an idea",
                "have you any idea",
                "got any idea",
                "got an idea",
                "do you remember",
                "do you recall",
                "may i know",
                "can i know",
                "could i know",
                "is it possible to know",
                "is it possible to say",
                "help me find out",
                "help me find",
                "let us know",
                "do you know",
                "do we know",
                "does anyone know",
                "does anybody know",
                "can anyone say",
                "can anyone tell me",
                "can we say",
                "is it known",
                "may i ask",
                "can i ask",
                "any idea",
                "let me know",
                "what can you tell me about",
            ],
        ) {
            return Some(self.polite(end));
        }
        if let Some(end) = self.after_any(at, &HAVE) {
            return Some(self.polite(end));
        }
        let at = self.after_any(at, &KIND).map_or(at, |end| self.polite(end));
        let asked = self.is(at, &["can", "could", "would", "will"]) && self.is(at + 1, &["you"]);
        let at = if asked { self.polite(at + 2) } else { at };
        let telling = ["telling", "showing", "giving", "naming", "listing", "finding", "checking"];
        if self.is(at, &telling) {
            let me = at + 1 + usize::from(self.is(at + 1, &["out"]));
            return Some(self.polite(me + usize::from(self.is(me, &["me", "us"]))));
        }
        // `count how many`; what else is counted is counted, not told.
        if self.is(at, &["count"]) && self.is(at + 1, &["how"]) {
            return Some(at + 1);
        }
        if let Some(end) = self.after_any(at, &FIND_OUT) {
            return Some(self.polite(
                end + usize::from(self.is(end, &["for"]) && self.is(end + 1, &["me"])) * 2,
            ));
        }
        if let Some(end) =
            self.after_any(at, &["make", "make me", "draw up", "compile", "put together"])
            && self.is(end, &["a", "the"])
            && self.is(end + 1, &["list", "full", "complete"])
        {
            return Some(end);
        }
        if !self.is(at, &TELL) {
            return None;
        }
        // `find out who`
        let me = at + 1 + usize::from(self.is(at, &["find"]) && self.is(at + 1, &["out"]));
        let end = self.polite(me + usize::from(self.is(me, &["me", "us"])));
        // `give me a count of how often`, `the number for how many times`
        let counts =
            ["a count of how", "the count of how", "the figure for how", "the answer to how"];
        Some(self.after_any(end, &counts).map_or(end, |how| how - 1))
    }

    /// `I would like to know`, `I wonder`.
    fn wish(&self, at: usize) -> Option<usize> {
        // `It would be nice to know who …`, `My question is who …`
        if let Some(end) = self.after_any(at, &QUESTION) {
            return Some(end + usize::from(self.is(end, &[","])));
        }
        if let Some(end) = self.after_any(at, &NICE) {
            let end = end + usize::from(self.is(end, &KNOW));
            let end = end + usize::from(self.is(end, &["out"]));
            return Some(self.polite(end + usize::from(self.is(end, &["is"]))));
        }
        if let Some(end) = self.after_any(at, &TOLD) {
            return Some(end + usize::from(self.is(end, &["that"])));
        }
        if !self.is(at, &["i", "we"]) {
            return None;
        }
        if let Some(end) = self.after_any(at + 1, &FORGOT) {
            return Some(self.polite(end));
        }
        // `I think X recognised Y; am I right?`
        if self.is(at + 1, &["think", "believe", "suppose", "assume", "guess", "suspect"]) {
            return Some(at + 2 + usize::from(self.is(at + 2, &["that"])));
        }
        let mut end = at + 1;
        while self.is(
            end,
            &[
                "just", "really", "also", "would", "am", "was", "are", "were", "do", "have",
                "been", "be", "very",
            ],
        ) {
            end += 1;
        }
        if self.is(end, &["looking", "searching"]) && self.is(end + 1, &["for"]) {
            return self.is(end + 2, &["a", "the", "all", "everyone", "those"]).then_some(end + 2);
        }
        if self.is(end, &["wonder", "wondering", "wondered", "curious"]) {
            return Some(self.polite(end + 1 + usize::from(self.is(end + 1, &["about"]))));
        }
        let wants = [
            "like",
            "love",
            "want",
            "wish",
            "need",
            "trying",
            "interested",
            "hoping",
            "glad",
            "happy",
            "keen",
            "curious",
            "grateful",
            "eager",
        ];
        if !self.is(end, &wants) {
            return None;
        }
        end += 1;
        end += usize::from(self.is(end, &["to", "in"]));
        if self.is(end, &KNOW) {
            end += 1;
            end += usize::from(self.is(end, &["out"]));
            return Some(self.polite(end));
        }
        // `I need the countries that …`, `I would be interested in who …`
        let asks = ["who", "whom", "what", "which", "when", "where", "why", "how", "whether", "if"];
        let told = ["a", "an", "the", "all", "every", "everyone", "everybody", "those", "any"];
        (self.is(end, &told) || self.is(end, &asks)).then_some(end)
    }

    fn polite(&self, mut at: usize) -> usize {
        while self.is(at, &["please", "kindly", "maybe", "perhaps", "exactly"]) {
            at += 1;
        }
        at
    }
}
