//! Questions as strangers put them: what is compared and in which unit, what wraps a question, what it leaves
//! out, of whom it speaks by other words.

use super::tests_common::{all_answer, answers};
use crate::ask::{Kind, Verdict};
use crate::query::Store;

pub(super) const ISLES: &str = r#"dossier facts 1
label Isle
    words isle, island, state, where
    words "large, big = most area"
    words "small = least area"
    words "populous = most people"
label Ford
    words stream
    words "long = most length"
label Hill
    words hill, point, place
    words "high = most height"
    words "low = least height"
label Seat
    words town
label Hamlet
    words hamlet, town
property area
    words area, size
    phrase A covers {area}
property people
    words population
    phrase "counts = people, inhabitants"
property length
    words length
    phrase A measures {length}
    phrase "units = kilometre, km"
property height
    words height
    phrase "units = metre, m"
relationship TOUCHES: Isle -> Isle
    phrase A touches B
    phrase A is next to B
    phrase A has a border with B
    phrase A is a neighbour of B
relationship IN: Seat, Hamlet, Hill -> Isle
    phrase A is in B
relationship RUNS: Ford -> Isle
    phrase A runs through B
    phrase A is in B
relationship RULES: Seat, Hamlet -> Isle
    phrase A is the capital of B
relationship TOP: Hill -> Isle
    phrase A is the highest point [of|in] B
complete any Isle -TOUCHES-> any Isle
complete any Ford -RUNS-> any Isle
complete any Hill -TOP-> any Isle
complete any Hill -IN-> any Isle
entity Amity: Isle
    area: 900
    people: 5000
entity Boon: Isle
    area: 400
    people: 9000
entity Calm: Isle
    area: 200
    people: 700
entity Dusk: Isle
    area: 100
    people: 300
entity Reed: Ford
    length: 40
entity Sedge: Ford
    length: 12
entity Knoll: Hill
    height: 800
entity Mound: Hill
    height: 90
entity Pinton: Seat
entity Quill: Hamlet
Amity -TOUCHES-> Boon, Calm
Boon -TOUCHES-> Amity, Calm
Calm -TOUCHES-> Amity, Boon
Reed -RUNS-> Amity, Boon
Sedge -RUNS-> Calm
Knoll -TOP-> Amity
Knoll -IN-> Amity
Mound -TOP-> Boon
Mound -IN-> Boon
Pinton -RULES-> Amity
Pinton -IN-> Amity
Quill -RULES-> Boon
Quill -IN-> Boon
"#;

const CAMP: &str = r"dossier facts 1
label Party
    words party, country, who
relationship VISITED: Party -> Party
    event
    phrase A visits B
    phrase A's visit to B
relationship BLAMED: Party -> Party
    event
    phrase A blames B
    phrase A's blame of B
relationship TREATED: Party -> Party
    event
    phrase A makes a treaty with B
    phrase A's treaty with B
complete any Party -VISITED-> any Party
complete any Party -BLAMED-> any Party
entity Arda: Party
entity Borne: Party
entity Cask: Party
entity Dell: Party
Arda -VISITED-> Borne
    valid 2001-02-03
Arda -VISITED-> Borne
    valid 2002-05-06
Cask -VISITED-> Borne
    valid 2001-05-20
Dell -VISITED-> Cask
    valid 2003-01-01
Arda -BLAMED-> Borne
    valid 2001-01-01
Dell -BLAMED-> Borne
    valid 2001-03-03
Dell -BLAMED-> Cask
    valid 2001-05-20
Arda -TREATED-> Dell
    valid 2004-04-04
";

#[track_caller]
fn verdicts(store: &Store, expected: Verdict, questions: &[&str]) {
    for question in questions {
        let answer = store.ask(question).expect("an answer");
        assert_eq!(answer.verdict, Some(expected), "{question}: {answer:?}");
    }
}

#[test]
fn of_two_the_one_that_has_more() {
    let isles = super::tests_common::of(ISLES);
    all_answer(
        &isles,
        &["Amity"],
        &[
            "Which is larger, Boon or Amity?",
            "Which is the larger island, Boon or Amity?",
            "Of Boon and Amity, which is bigger?",
            "Between Amity and Boon, which one is larger?",
            "Is Boon or Amity larger?",
            "Which of Amity and Boon is larger?",
            "Which has the larger area, Boon or Amity?",
            "Which covers the larger area, Amity or Boon?",
            "Which is larger in area, Amity or Boon?",
        ],
    );
    all_answer(
        &isles,
        &["Boon"],
        &[
            "Which has more people, Amity or Boon?",
            "Does Amity or Boon have more people?",
            "Which is more populous, Amity or Boon?",
            "Which is larger in population, Amity or Boon?",
        ],
    );
}

#[test]
fn what_is_compared_and_by_what() {
    let isles = super::tests_common::of(ISLES);
    verdicts(
        &isles,
        Verdict::Certain,
        &[
            "Is Boon larger than Amity in population?",
            "Does Boon have more people than Amity?",
            "Is the population of Boon larger than that of Amity?",
            "Do more people live in Boon than in Amity?",
            "Does Amity cover a larger area than Boon?",
            "Is Amity the largest island?",
            "Is there an island that has no neighbours?",
        ],
    );
    verdicts(&isles, Verdict::No, &["Is Boon the largest island?", "Is Dusk larger than Calm?"]);
    all_answer(
        &isles,
        &["Calm"],
        &[
            "Which island ranks third by area?",
            "Which island is third in area?",
            "Which island comes third in population?",
        ],
    );
    all_answer(&isles, &["Boon"], &["Which islands beat Amity in number of inhabitants?"]);
    all_answer(&isles, &["Boon"], &["What is the largest island by population?"]);
}

/// A unit is one that the property is in, or the question is not understood.
#[test]
fn measures_have_their_units() {
    let isles = super::tests_common::of(ISLES);
    all_answer(
        &isles,
        &["40"],
        &[
            "How many km long is the Reed?",
            "How long is the Reed in kilometres?",
            "What is the length of the Reed in km?",
            "How many kilometres does the Reed measure?",
        ],
    );
    all_answer(
        &isles,
        &["Reed"],
        &[
            "Which streams are more than 20 km long?",
            "Which streams are longer than 20 kilometres?",
            "Which streams measure over 20 km?",
            "Which streams exceed 20 km in length?",
        ],
    );
    for question in ["How many metres long is the Reed?", "How high is Knoll in km?"] {
        let answer = isles.ask(question).expect("an answer");
        assert_eq!(answer.kind, Kind::Declined, "{question}: {answer:?}");
    }
}

/// The highest point of each, where a sentence says which it is.
#[test]
fn a_superlative_may_be_a_relation() {
    let isles = super::tests_common::of(ISLES);
    all_answer(
        &isles,
        &["Amity"],
        &[
            "Knoll is the highest point of which island?",
            "Of which island is Knoll the highest point?",
            "Which island has Knoll as its highest point?",
            "Which islands have a highest point of more than 500 m?",
            "In which islands does the highest point exceed 500 metres?",
        ],
    );
    all_answer(
        &isles,
        &["Knoll"],
        &["What is the highest point?", "What is the highest point of Amity?"],
    );
    all_answer(
        &isles,
        &["5000"],
        &["How many people live in the island where Knoll is the highest point?"],
    );
}

#[test]
fn nouns_are_turned_round() {
    let isles = super::tests_common::of(ISLES);
    all_answer(
        &isles,
        &["Boon"],
        &[
            "Quill is whose capital?",
            "Quill is the capital of which island?",
            "What island is Quill the capital of?",
            "Which island has Quill for its capital?",
        ],
    );
    // A town that is none of the first kind of them is one here.
    all_answer(
        &isles,
        &["Quill"],
        &["Which town is the capital of Boon?", "What is Boon's capital called?"],
    );
    all_answer(&isles, &["40"], &["length reed", "About the Reed: what is its length?"]);
    all_answer(
        &isles,
        &["Dusk"],
        &[
            "Which islands have no stream?",
            "Which islands lack streams?",
            "Which islands are without a stream?",
            "Which islands have no stream running through them?",
        ],
    );
    // What has no border with itself is not meant.
    assert_eq!(
        answers(&isles, "Which islands are next to Amity but not next to Boon?"),
        ["Calm"; 0]
    );
    all_answer(
        &isles,
        &["Boon", "Calm"],
        &["Which islands are next to Amity but not next to Dusk?"],
    );
    all_answer(&isles, &["Reed"], &["Which streams do Amity and Boon share?"]);
    all_answer(
        &isles,
        &["7000.0"],
        &["On average, how many people live in the islands next to Calm?"],
    );
}

#[test]
fn what_is_wrapped_around_a_question() {
    let camp = super::tests_common::of(CAMP);
    all_answer(
        &camp,
        &["Arda", "Cask"],
        &[
            "In all the records, who visited Borne in 2001?",
            "As far as the data go, who visited Borne in 2001?",
            "Who, if anyone, visited Borne in 2001?",
            "Who do we know visited Borne in 2001?",
            "For my report: who visited Borne in 2001?",
            "Would you be so kind as to tell me who visited Borne in 2001?",
            "It would be nice to know who visited Borne in 2001.",
            "My question is who visited Borne in 2001.",
            "Can I get a list of those who visited Borne in 2001?",
            "Who visited Borne in 2001, please?",
            "I forgot who visited Borne in 2001. Who was it?",
            "Back in 2001, who visited Borne?",
        ],
    );
    verdicts(
        &camp,
        Verdict::Certain,
        &[
            "Somebody told me that Arda visited Borne in 2001. Is that so?",
            "Do we know of Arda visiting Borne in 2001?",
            "Has it been recorded that Arda visited Borne?",
            "Would I be right in saying that Arda visited Borne?",
        ],
    );
}

#[test]
fn others_words_for_what_was_done() {
    let camp = super::tests_common::of(CAMP);
    all_answer(
        &camp,
        &["Borne"],
        &[
            "Who was the target of blame from Arda?",
            "Who came in for blame from Arda?",
            "Who received blame from Arda?",
        ],
    );
    all_answer(
        &camp,
        &["Arda", "Dell"],
        &["Whose blame did Borne face?", "blame of Borne by whom"],
    );
    all_answer(&camp, &["Arda"], &["Who visited Borne after blaming it?"]);
    all_answer(&camp, &["Arda", "Dell"], &["Who blamed somebody that Cask visited?"]);
    all_answer(
        &camp,
        &["2"],
        &[
            "In how many years did Arda visit Borne?",
            "What is the number of visits that Arda made to Borne?",
        ],
    );
    all_answer(
        &camp,
        &["Arda"],
        &[
            "Who visited Borne both in 2001 and in 2002?",
            "Who visited Borne in 2001 as well as in 2002?",
        ],
    );
    all_answer(&camp, &["Cask"], &["Who visited Borne in 2001 but not in 2002?"]);
    all_answer(&camp, &["2004-04-04"], &["When did Arda and Dell make a treaty?"]);
    verdicts(&camp, Verdict::Certain, &["Did Dell and Arda make a treaty?"]);
}

/// A time in front of the first of several verbs is of all of them.
#[test]
fn a_time_in_front_is_of_all_verbs() {
    let camp = super::tests_common::of(CAMP);
    let of_both = [
        "Who in 2001 visited Borne and blamed it?",
        "Who, in 2001, blamed Borne and visited it?",
        "Who, at some time in 2001, visited and blamed Borne?",
    ];
    all_answer(&camp, &["Arda"], &of_both);
    all_answer(&camp, &[], &["Who in 2002 visited Borne and blamed it?"]);
    all_answer(&camp, &["Arda"], &["Who visited Borne in 2002 and blamed it in 2001?"]);
}

/// Somebody who is told of is asked for behind it, whatever is told.
#[test]
fn who_it_was() {
    let camp = super::tests_common::of(CAMP);
    all_answer(
        &camp,
        &["Dell"],
        &[
            "Arda made a treaty with someone who blamed Cask. Who was it?",
            "Somebody who visited Cask blamed Borne; who was it?",
            "A party visited Cask. Which party was it?",
        ],
    );
    super::tests_common::declined(
        &camp,
        &[
            "Arda visited Borne. Who was it?",
            "Which parties and which parties visited Borne?",
            "How many parties and which parties visited Borne?",
        ],
    );
}

/// What is told of several together is not told for each, and of what did not happen nothing is next.
#[test]
fn what_is_not_said_of_each() {
    let camp = super::tests_common::of(CAMP);
    super::tests_common::declined(
        &camp,
        &[
            "In which years was Borne blamed by more than one party?",
            "When was Borne blamed by at least two parties?",
            "Who did not visit Borne next after Cask?",
        ],
    );
}

/// *It* is neither who does it nor who is asked for, where something was named.
#[test]
fn it_is_what_was_named() {
    let camp = super::tests_common::of(CAMP);
    all_answer(&camp, &["Arda"], &["Who blamed Borne and also visited it?"]);
    all_answer(&camp, &["Dell"], &["Who blamed Borne without visiting it?"]);
    all_answer(&camp, &["Cask"], &["Who visited Borne and did not blame it?"]);
    all_answer(&camp, &["Dell"], &["Who blamed Borne after Arda's blame of it?"]);
}

#[test]
fn what_follows_up() {
    let camp = super::tests_common::of(CAMP);
    let mut conversation = crate::ask::Conversation::default();
    let options = crate::query::Options::default();
    let mut ask =
        |question: &str| camp.ask_in(&mut conversation, question, &options).expect("an answer");
    assert_eq!(ask("Who visited Borne?").answers, ["Arda", "Cask"]);
    assert_eq!(ask("How many of them?").answers, ["2"]);
    assert_eq!(ask("Did Arda visit Borne?").verdict, Some(Verdict::Certain));
    // Which of the two it stands for is not said.
    assert_eq!(ask("And Cask?").kind, Kind::Ask);
}
