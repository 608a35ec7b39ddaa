//! What may stand before a question and adds nothing to it: *please*, *could you tell me*, *I'd like to
//! know*, *list*.
//!
//! Called by the forms of questions. Behind such words a question may have the order of a statement
//! (*tell me who recognised X*), or be a noun phrase alone.

use super::Chart;

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
const KNOW: [&str; 10] =
    ["know", "learn", "see", "hear", "understand", "ask", "knowing", "learning", "finding", "find"];

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
        const ASIDES: [&str; 12] = [
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
        // `exactly how often`, `just when`
        let asks = ["who", "whom", "what", "which", "when", "where", "why", "how", "whose"];
        if self.is(at, &["exactly", "precisely", "just"]) && self.is(at + 1, &asks) {
            at += 1;
        }
        if let Some(end) = self.after_any(at, &ASIDES).filter(|&end| self.is(end, &[","])) {
            at = end + 1;
        }
        at
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
        let asked = self.is(at, &["can", "could", "would", "will"]) && self.is(at + 1, &["you"]);
        let at = if asked { self.polite(at + 2) } else { at };
        // `count how many`; what else is counted is counted, not told.
        if self.is(at, &["count"]) && self.is(at + 1, &["how"]) {
            return Some(at + 1);
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
        if !self.is(at, &["i", "we"]) {
            return None;
        }
        // `I think X recognised Y; am I right?`
        if self.is(at + 1, &["think", "believe", "suppose", "assume", "guess", "suspect"]) {
            return Some(at + 2 + usize::from(self.is(at + 2, &["that"])));
        }
        let mut end = at + 1;
        while self.is(
            end,
            &["just", "really", "also", "would", "am", "was", "are", "were", "do", "have", "been"],
        ) {
            end += 1;
        }
        if self.is(end, &["looking", "searching"]) && self.is(end + 1, &["for"]) {
            return self.is(end + 2, &["a", "the", "all", "everyone", "those"]).then_some(end + 2);
        }
        if self.is(end, &["wonder", "wondering", "wondered", "curious"]) {
            return Some(self.polite(end + 1 + usize::from(self.is(end + 1, &["about"]))));
        }
        let wants = ["like", "love", "want", "wish", "need", "trying", "interested", "hoping"];
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
        // `I need the countries that …`
        self.is(end, &["a", "the", "all"]).then_some(end)
    }

    fn polite(&self, mut at: usize) -> usize {
        while self.is(at, &["please", "kindly", "maybe", "perhaps", "exactly"]) {
            at += 1;
        }
        at
    }
}
