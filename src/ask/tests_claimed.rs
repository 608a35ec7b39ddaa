//! Whether the first, the last or the best is what a question says: it is found before it is held against that.

use super::tests_common::{answers, of, verdict};
use super::{Conversation, Kind, Verdict};
use crate::query::{Options, Store};

const ACTORS: &str = "dossier facts 1
label Actor
    words actor, country, who, where
relationship VISITS: Actor -> Actor
    event
    phrase A visits B
    phrase A's visit to B
relationship BLAMES: Actor -> Actor
    event
    phrase A blames B
entity Avaria: Actor
entity Borduria: Actor
entity Cordia: Actor
entity Denmark: Actor
Avaria -VISITS-> Borduria
    valid 2012-08-25
Cordia -VISITS-> Borduria
    valid 2013-01-04
Avaria -VISITS-> Borduria
    valid 2013-03-02
Avaria -VISITS-> Borduria
    valid 2013-03-12
Avaria -VISITS-> Borduria
    valid 2014-04-20
Avaria -VISITS-> Cordia
    valid 2013-07-01
Avaria -VISITS-> Denmark
    valid 2013-09-01
Denmark -VISITS-> Borduria
    valid 2015-02-01
Avaria -BLAMES-> Borduria
    valid 2013-02-02
Avaria -BLAMES-> Borduria
    valid 2014-02-02
Borduria -BLAMES-> Avaria
    valid 2014-03-02
Cordia -BLAMES-> Borduria
    valid 2013-02-03
complete any Actor -VISITS-> any Actor
complete any Actor -BLAMES-> any Actor
";

fn actors() -> Store {
    of(ACTORS)
}

#[test]
fn the_first_is_found_before_it_is_held_against_a_name() {
    let store = actors();
    for (question, yes) in [
        ("Was Avaria the first to visit Borduria in 2013?", false),
        ("Was Cordia the first to visit Borduria in 2013?", true),
        ("Was Cordia the first country to visit Borduria in 2013?", true),
        ("Was Avaria the first to visit Borduria?", true),
        ("Was Avaria the last to visit Borduria?", false),
        ("Was Denmark the last to visit Borduria?", true),
        ("Was Cordia the first country that Avaria visited in 2013?", false),
        ("Was Borduria the first country that Avaria visited in 2013?", true),
        ("Is Avaria the country that blamed Borduria most often?", true),
        ("Is Cordia the country that blamed Borduria most often?", false),
    ] {
        let expected = if yes { Verdict::Certain } else { Verdict::No };
        assert_eq!(verdict(&store, question), Some(expected), "{question}");
    }
}

#[test]
fn the_first_is_found_before_it_is_held_against_a_time() {
    let store = actors();
    for (question, yes) in [
        ("Did Avaria first visit Borduria in 2012?", true),
        ("Did Avaria first visit Borduria in 2013?", false),
        ("Did Avaria visit Borduria for the first time in 2013?", false),
        ("Was Avaria's first visit to Borduria in 2013?", false),
        ("Was Avaria's first visit to Borduria in 2012?", true),
        ("Did the last visit of Avaria to Borduria take place in 2013?", false),
        ("Did the last visit of Avaria to Borduria take place in 2014?", true),
        ("Was Avaria's last visit to Borduria before 2014?", false),
        ("Was Avaria's last visit to Borduria before 2015?", true),
    ] {
        let expected = if yes { Verdict::Certain } else { Verdict::No };
        assert_eq!(verdict(&store, question), Some(expected), "{question}");
    }
}

#[test]
fn when_something_was_not_so_is_declined() {
    let store = actors();
    for question in [
        "When did Avaria not visit Borduria?",
        "When did nobody visit Borduria?",
        "When did Avaria but not Cordia visit Borduria?",
        "When did neither Avaria nor Cordia visit Borduria?",
        "How many times did Avaria not visit Borduria?",
        "In which year did Avaria not blame Borduria?",
        "On which days of March 2013 did nobody visit Borduria?",
    ] {
        assert_eq!(store.ask(question).expect("an answer").kind, Kind::Declined, "{question}");
    }
}

#[test]
fn a_last_of_another_clause_is_not_of_this_one() {
    let answer = actors().ask("Who visited Borduria after the last visit of Avaria to Cordia?");
    let reading = answer.expect("an answer").reading.expect("a reading");
    assert_eq!(
        reading,
        "Which actor visited Borduria, and Avaria visited Cordia for the last time, the first after the other?"
    );
}

#[test]
fn several_without_whom_they_met_are_not_each_with_anybody() {
    let store = actors();
    let kind = |question: &str| store.ask(question).expect("an answer").kind;
    assert_eq!(kind("How often did Avaria and Cordia visit?"), Kind::Declined);
    let number = answers(&store, "How often did Avaria and Borduria blame each other?");
    assert_eq!(number, ["3"]);
    let both = verdict(&store, "Did Avaria and Borduria blame each other?");
    assert_eq!(both, Some(Verdict::Certain));
    assert_eq!(verdict(&store, "Did Cordia and Borduria blame each other?"), Some(Verdict::No));
}

#[test]
fn so_many_times_are_counted_in_each_month() {
    let store = actors();
    let in_months = answers(&store, "In which months did Avaria visit Borduria more than once?");
    assert_eq!(in_months, ["2013-03"]);
    let in_years = answers(&store, "In which years did Avaria visit Borduria at least twice?");
    assert_eq!(in_years, ["2013"]);
}

#[test]
fn times_are_those_that_there_are() {
    let store = actors();
    let who = |question: &str| answers(&store, question);
    assert_eq!(who("Who visited Borduria in the year after 2013?"), ["Avaria"]);
    assert_eq!(who("Who visited Borduria in the month before February 2013?"), ["Cordia"]);
    assert_eq!(who("Who visited Borduria on Saturday 2 March 2013?"), ["Avaria"]);
    for question in [
        "Who visited Borduria on Tuesday 2 March 2013?",
        "Who visited Borduria on 31 February 2013?",
        "Who visited Borduria on 29 February 2013?",
        "Who visited Borduria and then Cordia?",
        "How long ago did Avaria visit Borduria?",
        "Since when does Avaria visit Borduria?",
    ] {
        assert_eq!(store.ask(question).expect("an answer").kind, Kind::Declined, "{question}");
    }
}

#[test]
fn a_month_that_follows_up_is_of_the_same_year() {
    let (store, mut conversation) = (actors(), Conversation::default());
    let mut ask = |question: &str| {
        store.ask_in(&mut conversation, question, &Options::default()).expect("an answer")
    };
    ask("Who visited Borduria in January 2013?");
    assert_eq!(ask("And in March?").answers, ["Avaria"]);
    let reading = ask("And in April?").reading.unwrap_or_default();
    assert!(reading.contains("April 2013"), "{reading}");
    ask("How often did Avaria visit Borduria?");
    assert_eq!(ask("And Borduria?").kind, Kind::Declined);
}

const LANDS: &str = r#"dossier facts 1
label Land
    words land, state, where
    words "large = most area"
property area
    words area
label River
    words river
relationship RUNS: River -> Land
    phrase A runs through B
    phrase B has A
relationship BORDERS: Land -> Land
    phrase A borders B
entity Upland: Land
    area: 9
entity Midland: Land
    area: 7
entity Lowland: Land
    area: 5
entity Ister: River
entity Tyras: River
entity Volga: River
Ister -RUNS-> Upland
Tyras -RUNS-> Upland
Volga -RUNS-> Lowland
Upland -BORDERS-> Midland
Midland -BORDERS-> Upland
Midland -BORDERS-> Lowland
Lowland -BORDERS-> Midland
complete any River -RUNS-> any Land
complete any Land -BORDERS-> any Land
"#;

#[test]
fn the_best_is_found_before_it_is_held_against_a_name() {
    let store = of(LANDS);
    assert_eq!(
        verdict(&store, "Is Upland the state with the most rivers?"),
        Some(Verdict::Certain)
    );
    assert_eq!(verdict(&store, "Is Lowland the state with the most rivers?"), Some(Verdict::No));
}

#[test]
fn what_is_left_out_is_left_out_before_the_best_is_chosen() {
    let store = of(LANDS);
    for question in [
        "What is the largest state except Upland?",
        "Excluding Upland, what is the largest state?",
        "What is the largest state other than Upland?",
    ] {
        assert_eq!(answers(&store, question), ["Midland"], "{question}");
    }
    let two = "What is the largest state other than Upland and Midland?";
    assert_eq!(answers(&store, two), ["Lowland"]);
}

#[test]
fn two_that_border_border_each_other() {
    let store = of(LANDS);
    assert_eq!(verdict(&store, "Do Upland and Midland border?"), Some(Verdict::Certain));
    assert_eq!(verdict(&store, "Do Upland and Lowland border?"), Some(Verdict::No));
    let rivers = store.ask("How many rivers do Upland and Lowland have?").expect("an answer");
    assert_eq!(rivers.kind, Kind::Declined);
}
