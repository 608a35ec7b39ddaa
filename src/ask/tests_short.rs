//! What is typed in a hurry: headlines, short forms, slips of the hand in the words of a role; and questions that were
//! read as other ones.

use super::tests_common::{all_answer, answers, declined, of, verdict};
use super::{Conversation, Kind, Verdict};
use crate::ask::Options;
use crate::query::Store;

const VISITS: &str = r#"dossier facts 1
label Actor
    words actor, who
relationship VISITED: Actor -> Actor
    event
    phrase A visits B
    phrase A goes to B
    phrase A's visit to B
    phrase A is a visitor to B
    phrase A has B over as a guest
    phrase A [makes|pays] a visit to B
relationship CRITICISED: Actor -> Actor
    event
    phrase A criticises B
    phrase A's criticism of B
complete any Actor -VISITED-> any Actor
    at 2011-01-01/2015-12-31
complete any Actor -CRITICISED-> any Actor
    at 2011-01-01/2015-12-31
entity Norland: Actor
entity Sudria: Actor
entity Wester: Actor
entity "Police (Sudria)": Actor
entity "Police (Norland)": Actor
Norland -VISITED-> Sudria
    valid 2012-03-04
Norland -VISITED-> Wester
    valid 2013-05-06
Sudria -VISITED-> Norland
    valid 2013-07-08
Wester -VISITED-> Sudria
    valid 2012-03-20
Wester -VISITED-> Norland
    valid 2014-01-01
Sudria -VISITED-> Wester
    valid 2014-02-02
"Police (Sudria)" -CRITICISED-> Norland
    valid 2013-01-01
Wester -CRITICISED-> "Police (Norland)"
    valid 2014-06-01
Sudria -CRITICISED-> Norland
    valid 2014-06-02
"#;

#[test]
fn a_headline_is_asked_of_by_what_follows_it() {
    let store = of(VISITS);
    all_answer(
        &store,
        &["Norland"],
        &[
            "visits to sudria 4 March 2012, who?",
            "Visit to Sudria on 4 March 2012, who made it?",
            "visits to sudria in 2012 before 10 March 2012, by whom?",
        ],
    );
    all_answer(
        &store,
        &["2"],
        &["visits to Sudria, how many?", "visits to Sudria 2012, how many?"],
    );
    all_answer(
        &store,
        &["2013-07-08"],
        &[
            "last visit by Sudria to Norland, when?",
            "first time Sudria visited Norland?",
            "last visit of sudria to norland when?",
        ],
    );
}

#[test]
fn a_year_stands_for_itself_at_the_end() {
    let store = of(VISITS);
    all_answer(
        &store,
        &["Sudria"],
        &["who visited Norland 2013?", "Norland was visited by whom 2013"],
    );
    all_answer(&store, &["Norland", "Wester"], &["who visited Sudria March 2012?"]);
    // Behind a word of grammar it is a number like another.
    declined(&store, &["who visited Norland more than 2013?"]);
}

#[test]
fn what_follows_a_headline_may_be_asked_of_it_otherwise() {
    let store = of(VISITS);
    all_answer(
        &store,
        &["Wester"],
        &["latest visitor to Norland", "visits to Norland 2014: who made them?"],
    );
    all_answer(
        &store,
        &["1"],
        &["visits to Sudria in 2012: how many by Wester?", "total visits to Wester in 2013"],
    );
    all_answer(
        &store,
        &["2012-03-04"],
        &[
            "dates of visits of Norland to Sudria",
            "dates Norland visited Sudria",
            "norlands first visit to Sudria, when?",
            "Norland visited Sudria: first time?",
            "Norland first visited Sudria on which day?",
        ],
    );
    all_answer(&store, &["Norland"], &["who Sudria visited in 2013"]);
    all_answer(
        &store,
        &["Norland"],
        &[
            "Compared with Wester, who visited Sudria earlier?",
            "Looking only at the time before Wester did, who visited Sudria?",
        ],
    );
}

/// Of two statements it is not said which of them is the first, or the last.
#[test]
fn the_last_of_a_relative_clause_is_not_the_last_of_the_question() {
    let store = of(VISITS);
    declined(
        &store,
        &[
            "Who criticised the last actor to visit Norland?",
            "When did Wester visit the first actor to visit Sudria?",
        ],
    );
    all_answer(&store, &["Wester"], &["Who was the last actor to visit Norland?"]);
}

/// `by month` is for each month, and no time until which something was.
#[test]
fn by_month_is_for_each_month() {
    let store = of(VISITS);
    all_answer(
        &store,
        &["2012-03: 2"],
        &[
            "number of visits to Sudria by month 2012",
            "visits to Sudria per month in 2012",
            "How many visits to Sudria per month in 2012?",
        ],
    );
    all_answer(&store, &["2013: 1", "2014: 1"], &["visits to Norland per year"]);
}

#[test]
fn who_would_like_to_is_who_wished_to() {
    let facts = VISITS.replace(
        "    phrase A's criticism of B\n",
        "    phrase A's criticism of B\nrelationship PLANNED: Actor -> Actor\n    event\n    phrase A wishes to visit B\n    phrase A likes to visit B\n",
    ) + "Wester -PLANNED-> Norland\n    valid 2013-12-01\n";
    all_answer(
        &of(&facts),
        &["Wester"],
        &[
            "Who would wish to visit Norland?",
            "who would like to visit Norland in 2013?",
            "Who wished to visit Norland?",
        ],
    );
}

#[test]
fn who_is_is_who_has() {
    let store = of(VISITS);
    all_answer(
        &store,
        &["Sudria"],
        &[
            "who's visited Norland in 2013?",
            "who's been to norland in 2013",
            "who has been to Norland in 2013?",
        ],
    );
}

#[test]
fn a_slip_in_the_words_of_a_role_is_mended() {
    let store = of(VISITS);
    for question in
        ["Did the plice of Sudria criticise Norland?", "did the police of sdria criticise norland?"]
    {
        let answer = store.ask(question).expect("an answer");
        assert_eq!(answer.verdict, Some(Verdict::Certain), "{question}: {answer:?}");
        assert_eq!(answer.corrections.len(), 1, "{question}: it is said");
    }
}

/// A name right behind *anyone* is not theirs.
#[test]
fn anyone_is_called_nothing() {
    let store = of(VISITS);
    for question in
        ["Is there anyone Norland visited?", "Was there an actor Norland visited in 2013?"]
    {
        assert_eq!(verdict(&store, question), Some(Verdict::Certain), "{question}");
    }
    assert_eq!(verdict(&store, "Was there anyone Norland visited in 2014?"), Some(Verdict::No));
}

#[test]
fn the_others_in_that_month_are_those_of_the_month_in_which_the_excepted_did() {
    let store = of(VISITS);
    all_answer(
        &store,
        &["Wester"],
        &[
            "Who besides Norland visited Sudria in that same month?",
            "Besides Norland, who visited Sudria in the same month?",
        ],
    );
    assert_eq!(answers(&store, "Who besides Wester visited Norland in the same month?"), [""; 0]);
}

#[test]
fn before_and_not_after_are_two_conditions() {
    let store = of(VISITS);
    all_answer(&store, &["Sudria"], &["Who visited Norland before 2014 but not after 2013?"]);
    all_answer(&store, &["Wester"], &["Who visited Norland after 2013 but not before 2014?"]);
}

/// What was answered as if a part of it had not been said.
#[test]
fn what_has_no_reading_as_a_whole_is_declined() {
    declined(
        &of(VISITS),
        &[
            "Whom did Norland visit before anyone else did?",
            "Who else visited Sudria first of all?",
            "When was Norland's first visit to Sudria not?",
            "Which month saw more visits to Sudria than to Norland?",
            "In which month were there more visits to Sudria than to Norland?",
            "Who visited Norland and criticised Norland, the last?",
            "Only Norland visited Sudria, or am I mistaken?",
            "Who besides Norland and Wester visited Sudria in the same month?",
            "Who visited Sudria before Norland and Wester did?",
            "Is there anyone else Norland visited?",
            "When did Norland and Sudria both visit Wester?",
        ],
    );
}

/// A sentence that has more to say than that one has another is not that.
#[test]
fn to_have_is_not_to_have_over_as_a_guest() {
    declined(
        &of(VISITS),
        &[
            "Who does Norland have?",
            "Does Norland have Sudria?",
            "Is there anyone Norland has not visited?",
            "Are there actors Norland has not visited?",
        ],
    );
}

#[test]
fn times_that_cannot_be_of_one_deed_are_of_two() {
    let store = of(VISITS);
    all_answer(&store, &["Sudria"], &["Who visited Norland before 2014 but not before 2013?"]);
    for question in
        ["Who visited Norland before 2013 and after 2014?", "in 2014 who visited Norland 2013"]
    {
        let answer = store.ask(question).expect("an answer");
        assert!(matches!(answer.kind, Kind::Ask | Kind::Declined), "{question}: {answer:?}");
    }
    all_answer(&store, &["Sudria"], &["Who visited Norland after 2012 and before 2014?"]);
}

#[test]
fn a_follow_up_says_by_whom() {
    let store = of(VISITS);
    let asked = |questions: &[&str]| -> Vec<String> {
        let (mut conversation, options) = (Conversation::default(), Options::default());
        let answer = |question: &&str| store.ask_in(&mut conversation, question, &options);
        let answers = questions.iter().map(answer).last().expect("a question");
        answers.expect("an answer").answers
    };
    assert_eq!(asked(&["How many visits to Sudria in 2012?", "And by Wester?"]), ["1"]);
    assert_eq!(asked(&["Who visited Sudria in 2012?", "by Wester?"]), [""; 0]);
    // The name stands in both conditions.
    assert_eq!(asked(&["Who visited Wester in 2014 but not in 2013?", "And Norland?"]), ["Wester"]);
    assert_eq!(asked(&["Who visited Norland in 2013?", "and 2014?"]), ["Wester"]);
}

#[test]
fn how_many_visits_are_no_visitors() {
    let store = of(VISITS);
    all_answer(
        &store,
        &["6"],
        &["How many visits?", "visits, how many?", "How many visits were there?"],
    );
    all_answer(&store, &["2"], &["How many visits in 2014?", "how many visits 2014?"]);
    declined(&store, &["Were there more than 3 visits in 2014?"]);
}

/// Who makes a visit is whose it is.
#[test]
fn a_visit_that_was_made_is_its_owners() {
    all_answer(
        &of(VISITS),
        &["2013-05-06"],
        &["When was Norland's last visit made?", "When was Norland's last visit?"],
    );
}

/// What hangs together in too many ways is declined, and says what would help; a limit of the asker's own is an error.
#[test]
fn too_much_is_declined_in_time() {
    let store = Store::memory();
    store.query("UNWIND range(1, 300) AS n CREATE (:Port {name: 'Port ' + n})", ()).expect("ports");
    store.query("MATCH (a:Port), (b:Port) CREATE (a)-[:HAILED]->(b)", ()).expect("ways");
    store.teach("A hails B", "HAILED").expect("taught");
    let question = "Which port hailed a port that hailed a port that hailed a port?";
    let limited = Options { memory_max_bytes: Some(1 << 20), ..Options::default() };
    let error = store.ask_in(&mut Conversation::default(), "Which port hailed a port?", &limited);
    assert_eq!(error.expect_err("a limit").code(), "eval::memory");
    let answer = store.ask(question).expect("an answer");
    assert_eq!(answer.kind, Kind::Declined, "{answer:?}");
    assert!(answer.notes[0].contains("say of which"), "{answer:?}");
    // It is not begun: who gives it more time has it begun, and ended at that time.
    let fewer = Options { expected_rows_max: Some(100_000), ..Options::default() };
    let question = "Which port hailed a port that hailed a port?";
    let error = store.ask_in(&mut Conversation::default(), question, &fewer);
    assert_eq!(error.expect_err("a limit").code(), "eval::result");
    let in_time =
        Options { timeout: Some(std::time::Duration::from_millis(1)), ..Options::default() };
    let error = store.ask_in(&mut Conversation::default(), question, &in_time);
    assert_eq!(error.expect_err("a limit").code(), "eval::deadline");
}

/// A question that is declined has changed nothing: the transaction in which it is asked goes on.
#[test]
fn a_question_declined_leaves_the_transaction_as_it_is() {
    let store = Store::memory();
    store.query("UNWIND range(1, 200) AS n CREATE (:Port {name: 'Port ' + n})", ()).expect("ports");
    store.query("MATCH (a:Port), (b:Port) CREATE (a)-[:HAILED]->(b)", ()).expect("ways");
    store.teach("A hails B", "HAILED").expect("taught");
    let session = store.session();
    session.query("BEGIN", ()).expect("a transaction");
    session.query("CREATE (:Port {name: 'Kiel'})", ()).expect("a port");
    for limits in [
        Options::default(),
        Options { timeout: Some(std::time::Duration::ZERO), ..Options::default() },
        Options { memory_max_bytes: Some(1 << 10), ..Options::default() },
        Options { expected_rows_max: Some(10_000), ..Options::default() },
    ] {
        let question = "Which port hailed a port that hailed a port?";
        match session.ask_in(&mut Conversation::default(), question, &limits) {
            Ok(answer) => assert_eq!(answer.kind, Kind::Declined, "{answer:?}"),
            Err(error) => assert!(!error.to_string().contains("rolled back"), "{error}"),
        }
        assert!(session.is_in_transaction(), "{limits:?}");
    }
    session.query("COMMIT", ()).expect("a commit");
    let kiel = store.query("MATCH (p:Port {name: 'Kiel'}) RETURN p", ()).expect("rows");
    assert_eq!(kiel.len(), 1);
}

/// Deeds of two years, two of them of several actors.
const DEEDS: &str = "dossier facts 1
label Actor
    words actor, who
relationship VISITED: Actor -> Actor
    event
    phrase A visits B
    phrase A's visit to B
relationship PRAISED: Actor -> Actor
    event
    phrase A praises B
complete any Actor -VISITED-> any Actor
    at 2011-01-01/2015-12-31
entity Norland: Actor
entity Sudria: Actor
entity Wester: Actor
entity Oster: Actor
Sudria -VISITED-> Norland
    valid 2013-05-01
Wester -VISITED-> Norland
    valid 2013-06-01
Wester -VISITED-> Sudria
    valid 2013-07-01
Oster -VISITED-> Norland
    valid 2014-02-01
Oster -PRAISED-> Norland
    valid 2013-03-01
Wester -PRAISED-> Norland
    valid 2014-03-01
";

#[test]
fn times_and_pairs_may_be_told_at_length() {
    let store = of(DEEDS);
    for (questions, want) in [
        (
            &[
                "Between the start and the end of 2013, who visited Norland?",
                "Over the course of 2013, who visited Norland?",
                "Who visited Norland over the course of 2013?",
                "visits to Norland in 2013, who by?",
                "Which countries, people or groups visited Norland in 2013?",
            ][..],
            &["Sudria", "Wester"][..],
        ),
        (
            &[
                "In the time after Wester did so, who visited Norland?",
                "Who visited Norland once 2013 was over?",
                "Who visited Norland next after Wester?",
                "Following on from Wester, who was first to visit Norland?",
                "Norland was visited in 2014. Who did this?",
                "Who, at some time after 2013, visited Norland?",
            ],
            &["Oster"],
        ),
        (
            &[
                "Looking back from when Wester did so, who was the last to visit Norland?",
                "Who was the very first to visit Norland?",
                "Who visited Norland earlier than anyone else?",
                "Who visited Norland at a time when Wester had not yet done so?",
                "Wester visited somebody in July 2013. Who was it?",
            ],
            &["Sudria"],
        ),
        (
            &["As for Norland and Sudria, who visited the former but not the latter?"],
            &["Oster", "Sudria"],
        ),
        (
            &[
                "As for Norland and Sudria, who visited both of them?",
                "Who visited Norland on the one hand and Sudria on the other?",
            ],
            &["Wester"],
        ),
        (&["Give me all the years when Norland was visited"], &["2013", "2014"]),
    ] {
        all_answer(&store, want, questions);
    }
}

/// *And …* goes on in the time of the question before, where it says none and points back.
#[test]
fn a_question_that_goes_on_keeps_the_time() {
    let store = of(DEEDS);
    let mut conversation = Conversation::default();
    let mut ask = |question: &str| {
        let options = Options::default();
        store.ask_in(&mut conversation, question, &options).expect("an answer").answers
    };
    for (question, want) in [
        ("Who visited Norland in 2013?", &["Sudria", "Wester"][..]),
        ("And who praised it?", &["Oster"]),
        ("Who visited Norland in 2013?", &["Sudria", "Wester"]),
        ("And who praised it in 2014?", &["Wester"]),
        ("Who visited Norland in 2013?", &["Sudria", "Wester"]),
        ("Who praised Norland?", &["Oster", "Wester"]),
    ] {
        assert_eq!(ask(question), want, "{question}");
    }
}
