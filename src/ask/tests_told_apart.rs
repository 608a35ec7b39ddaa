//! Which of several is meant: places of one name, what is left out, one of two, and one of two times.

use super::tests_common::{all_answer, of, verdict};
use super::{Conversation, Kind, Verdict};
use crate::query::Options;

const PLACES: &str = r#"dossier facts 1
label Land
    words land, state, where
label Town
    words town
    words "large = most people"
label Lake
    words lake
    words "large = most area"
label Point
    words point
label Stream
    words stream
    words "long = most length"
property people
    words population
    words "counts = people, inhabitants"
property length
    words length
property area
    words area
relationship LIES_IN: Town, Lake, Stream, Point -> Land
    phrase A is in B
relationship HEADS: Town -> Land
    phrase A is the capital of B
complete any Town -HEADS-> any Land
entity @upland Upland: Land
entity @lowland Lowland: Land
entity @aby_up Aby: Town
    people: 900
entity @aby_low Aby: Town
    people: 400
entity @bo Bo: Town
    people: 700
entity @upland_town Upland City: Town
    people: 50
entity @ree Ree: Lake
    area: 30
entity @mere Mere: Lake
    area: 20
entity @lake_ree Lake Ree: Point
entity @rill Rill: Stream
    length: 40
entity @brook Brook: Stream
    length: 40
entity @beck Beck: Stream
    length: 55
entity @burn Burn: Stream
    length: 20
@aby_up -LIES_IN-> @upland
@aby_low -LIES_IN-> @lowland
@bo -LIES_IN-> @upland
@upland_town -LIES_IN-> @lowland
@ree -LIES_IN-> @upland
@mere -LIES_IN-> @upland
@lake_ree -LIES_IN-> @upland
@aby_up -HEADS-> @upland
"#;

const DEEDS: &str = r"dossier facts 1
label Party
    words party, country, who
relationship VISITED: Party -> Party
    event
    phrase A visits B
    phrase A's visit to B
relationship CONSULTED: Party -> Party
    event
    phrase A consults with B
relationship PRAISED: Party -> Party
    event
    phrase A praises B
complete any Party -VISITED-> any Party
complete any Party -CONSULTED-> any Party
complete any Party -PRAISED-> any Party
entity Arda: Party
entity Borne: Party
entity Cask: Party
entity Dell: Party
Arda -VISITED-> Borne
    valid 2001-02-03
Arda -VISITED-> Borne
    valid 2002-02-03
Arda -VISITED-> Cask
    valid 2001-03-04
Cask -VISITED-> Borne
    valid 2001-01-05
Dell -VISITED-> Borne
    valid 2001-01-05
Dell -VISITED-> Cask
    valid 2003-07-08
Arda -CONSULTED-> Borne
    valid 2001-05-05
Arda -CONSULTED-> Dell
    valid 2001-05-06
Arda -PRAISED-> Dell
    valid 2001-06-06
Dell -PRAISED-> Cask
    valid 2001-03-04
Arda -PRAISED-> Cask
    valid 2002-08-08
";

/// Towns of one name are told apart by where they are, and a name that begins like another place's is a name.
#[test]
fn a_name_is_told_apart_by_its_place() {
    let store = of(PLACES);
    all_answer(
        &store,
        &["400"],
        &[
            "What is the population of Aby in Lowland?",
            "What is the population of Aby, Lowland?",
            "How many people live in Aby in Lowland?",
        ],
    );
    // Of a stream of which a part is in a place, its length is not the length there.
    assert_eq!(store.ask("How long is Rill in Upland?").expect("an answer").kind, Kind::Declined);
}

/// From lakes a lake is taken, not a point that is called after it, in whatever words.
#[test]
fn what_is_left_out_is_of_the_kind_that_is_asked_for() {
    let store = of(PLACES);
    all_answer(
        &store,
        &["Mere"],
        &[
            "What is the largest lake in Upland other than Lake Ree?",
            "What is the largest lake in Upland except Ree?",
            "Which lake other than Ree is in Upland?",
            "Which lakes are in Upland other than Lake Ree?",
        ],
    );
    all_answer(&store, &["Bo"], &["Which towns are in Upland other than the town of Aby?"]);
    let none = store.ask("Which lakes other than Upland are in Upland?").expect("an answer");
    assert_eq!(none.kind, Kind::Declined);
}

/// *Exactly as long* is neither longer nor shorter, and *as long* is said of others than itself.
#[test]
fn as_long_and_exactly_as_long() {
    let store = of(PLACES);
    all_answer(
        &store,
        &["Brook"],
        &[
            "Which streams are exactly as long as Rill?",
            "Which other streams are just as long as Rill?",
            "Which streams are precisely as long as Rill?",
        ],
    );
    all_answer(&store, &["Beck", "Brook"], &["Which streams are as long as Rill?"]);
    assert_eq!(verdict(&store, "Is Beck exactly as long as Rill?"), Some(Verdict::No));
    assert_eq!(verdict(&store, "Is Beck as long as Rill?"), Some(Verdict::Certain));
    assert_eq!(verdict(&store, "Is Brook exactly as long as Rill?"), Some(Verdict::Certain));
}

/// Of two of which one alone can be it, it is asked which.
#[test]
fn one_of_two_is_asked_for() {
    let store = of(PLACES);
    all_answer(&store, &["Aby"], &["Is Aby or Bo the capital of Upland?"]);
    let store = of(DEEDS);
    all_answer(
        &store,
        &["Cask"],
        &[
            "Was it Borne or Cask that visited Borne in 2001?",
            "Which one did Arda praise in 2002, Cask or Dell?",
        ],
    );
    all_answer(
        &store,
        &["Arda", "Dell"],
        &["Which of the three, Arda, Borne and Dell, visited Borne?"],
    );
}

/// Of two times it is asked in which, and days are counted once however many did it then.
#[test]
fn times_are_asked_for_and_counted() {
    let store = of(DEEDS);
    all_answer(&store, &["2003"], &["Was it in 2001 or in 2003 that Dell visited Cask?"]);
    all_answer(
        &store,
        &["3"],
        &[
            "On how many days was Borne visited?",
            "On how many different days did anyone visit Borne?",
            "On how many dates was Borne visited by anyone?",
        ],
    );
}

/// Where two clauses and two times are said, each has one of them.
#[test]
fn each_of_two_clauses_has_a_time_of_its_own() {
    let store = of(DEEDS);
    all_answer(
        &store,
        &["Dell"],
        &["In 2003, who visited the party that Arda visited on 4 March 2001?"],
    );
    all_answer(
        &store,
        &["1"],
        &["How many of the parties that visited Borne in 2001 also praised Cask in 2002?"],
    );
}

/// The same at one time and not at another, of whom it was done to.
#[test]
fn at_one_time_but_not_at_another() {
    let store = of(DEEDS);
    all_answer(
        &store,
        &["Cask"],
        &[
            "Whom did Arda visit in 2001 but not in 2002?",
            "Whom did Arda visit in 2001 without having done so in 2002?",
        ],
    );
    // The second time is of the year of the first.
    all_answer(&store, &["Borne"], &["Whom did Arda visit in February 2001 but not in March?"]);
}

/// What two verbs are said of is one, also where the first has a preposition left over.
#[test]
fn two_verbs_have_one_object() {
    let store = of(DEEDS);
    let questions = [
        "Whom did Arda both consult with and praise in 2001?",
        "Whom did Arda consult with and praise?",
    ];
    all_answer(&store, &["Dell"], &questions);
}

/// *Else* leaves out who was spoken of.
#[test]
fn who_else_is_another() {
    let store = of(DEEDS);
    let mut conversation = Conversation::default();
    let mut ask = |question: &str| {
        let answer = store.ask_in(&mut conversation, question, &Options::default());
        let mut answers = answer.expect("an answer").answers;
        answers.sort();
        answers
    };
    ask("Did Cask visit Borne?");
    assert_eq!(ask("Who else visited it?"), ["Arda", "Dell"]);
    ask("Did Arda visit Borne?");
    assert_eq!(ask("Whom else did Arda visit?"), ["Cask"]);
    // Behind another word it says nothing of who was spoken of.
    ask("Did Arda visit Borne?");
    assert_eq!(ask("Who visited Borne more often than anyone else?"), ["Arda"]);
}

/// Who had done the same last before another did.
#[test]
fn who_had_last_done_so() {
    let store = of(DEEDS);
    all_answer(
        &store,
        &["Cask", "Dell"],
        &[
            "Before Arda visited Borne in 2001, who had last done so?",
            "Before Arda visited Borne in 2001, who had most recently done so?",
        ],
    );
    all_answer(&store, &["Arda"], &["Once Dell had praised Cask, who praised it?"]);
}

/// What is so of one and not of another, with the verb said once.
#[test]
fn what_another_did_not_do() {
    let store = of(DEEDS);
    all_answer(
        &store,
        &["Dell"],
        &[
            "Which parties did Arda praise that Dell did not?",
            "Whom did Arda praise that Dell never did?",
            "Whom did Arda praise but Dell did not?",
        ],
    );
    all_answer(
        &store,
        &["Cask"],
        &[
            "By whom was Borne visited but not Cask?",
            "By whom was Borne visited but Cask not?",
            "Who visited Borne, but did not do the same with Cask?",
        ],
    );
}

/// What is asked in a roundabout way is the plainer question.
#[test]
fn asked_in_a_roundabout_way() {
    let store = of(DEEDS);
    all_answer(
        &store,
        &["Dell"],
        &[
            "Is there anyone who visited Borne in 2001 and also visited Cask in 2003, and if so, who?",
            "The very last to visit Cask was who?",
            "I am looking for whoever visited Cask in 2003.",
            "Who visited Cask later than anybody else?",
        ],
    );
    all_answer(
        &store,
        &["2001-02-03"],
        &[
            "When was Arda's first visit to Borne made?",
            "Until what date had Arda never visited Borne?",
        ],
    );
    all_answer(&store, &["2003"], &["Which year saw Dell visit Cask?"]);
    for question in [
        "Would it be correct to say that Dell visited Cask in 2003?",
        "Dell visited Cask in 2003, have I got that right?",
    ] {
        assert_eq!(verdict(&store, question), Some(Verdict::Certain), "{question}");
    }
}

/// What is before a colon is not passed over where what is behind it speaks of it; all that there is is no
/// answer.
#[test]
fn what_they_are_is_not_everything() {
    let store = of(DEEDS);
    for question in ["tell me about the friends of arda: which are they", "Which are they?"] {
        let answer = store.ask(question).expect("an answer");
        assert_eq!(answer.kind, Kind::Declined, "{question}: {:?}", answer.answers);
    }
}

/// A sentence of the lexicon may end with a preposition.
#[test]
fn a_sentence_ends_with_a_preposition() {
    let store = of(&format!(
        "{DEEDS}\n{}",
        "relationship URGED: Party -> Party\n    event\n    phrase A urges B to give in\n    phrase A demands that \
         B give in\ncomplete any Party -URGED-> any Party\nArda -URGED-> Borne\n    valid 2001-09-09"
    ));
    all_answer(
        &store,
        &["Arda"],
        &[
            "Who urged Borne to give in?",
            "Who urged Borne to give in on 9 September 2001?",
            "Which party demanded that Borne give in in 2001?",
        ],
    );
}
