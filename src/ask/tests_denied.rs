//! What is denied: *never*, *not* and *nobody* in questions to be answered by yes or no, what is complete at
//! which time, and what is stored and not believed.

use super::tests_common::{answers, of, verdict};
use super::{Conversation, Verdict};
use crate::query::{Options, Store};

fn all(store: &Store, expected: Verdict, questions: &[&str]) {
    for question in questions {
        assert_eq!(verdict(store, question), Some(expected), "{question}");
    }
}

/// A *not* that only says what is expected leaves the question as it is.
#[test]
fn a_polite_not_denies_nothing() {
    let store = Store::shipped().expect("the shipped facts are right");
    all(
        &store,
        Verdict::No,
        &["doesn't Georgia recognise Abkhazia?", "does Georgia not recognise Abkhazia"],
    );
    all(
        &store,
        Verdict::Presumed,
        &["doesn't Russia recognise Abkhazia?", "is it true that Russia recognises Abkhazia"],
    );
}

#[test]
fn what_is_denied_is_answered_as_it_is_put() {
    let store = Store::shipped().expect("the shipped facts are right");
    let so = [
        "is it true that Georgia does not recognise Abkhazia",
        "has Georgia never recognised Abkhazia",
        "Georgia does not recognise Abkhazia",
        "does any state not recognise Abkhazia",
    ];
    all(&store, Verdict::Certain, &so);
    let not_so = [
        "did Russia never recognise Abkhazia",
        "has Syria never recognised Abkhazia",
        "is it true that Russia does not recognise Abkhazia",
        "does nobody recognise Abkhazia",
        "does no state recognise Abkhazia",
        "is it true that nobody recognises Abkhazia",
        "does neither Russia nor Georgia recognise Abkhazia",
        "did Medoev thank no one",
    ];
    all(&store, Verdict::No, &not_so);
    all(&store, Verdict::NotStated, &["did Lavrov never thank Medoev", "did Putin thank nobody"]);
}

/// *No* takes a completeness statement about the time that is asked about, whatever day its own turns out to be.
#[test]
fn what_was_complete_at_one_time_says_nothing_of_another() {
    let store = Store::shipped().expect("the shipped facts are right");
    let other_times = [
        "did Georgia recognise Abkhazia in 1999",
        "did Georgia recognise Abkhazia in 2030",
        "did Georgia recognise Abkhazia in 2012",
    ];
    all(&store, Verdict::NotStated, &other_times);
    let isles = of("dossier facts 1
label State
    words state, who
label Island
    words island
relationship RECOGNISES: State -> Island
    persistent state
    phrase A recognises B
entity Marland: State
entity Veldt: State
entity Ostra: Island
Marland -RECOGNISES-> Ostra
    valid 1991/..
Veldt -RECOGNISES-> Ostra
    valid 2001; stance denied
complete any State -RECOGNISES-> Ostra
    at 2004-01
");
    all(&isles, Verdict::No, &["did Veldt recognise Ostra in January 2004"]);
    all(
        &isles,
        Verdict::NotStated,
        &["did Veldt recognise Ostra in 2003", "did Veldt recognise Ostra in 2010"],
    );
    let later = isles.ask("did Veldt recognise Ostra in 2010").expect("an answer");
    assert!(later.notes.iter().any(|note| note.starts_with("Presumably not")), "{:?}", later.notes);
    // What is denied is no more there than what nobody says.
    assert_eq!(answers(&isles, "which states do not recognise Ostra?"), ["Veldt"]);
    let asked = isles.ask("who recognises Ostra?").expect("an answer");
    let shown = isles.query(&asked.query.expect("a query"), ()).expect("the query runs");
    assert_eq!(shown.iter().count(), asked.answers.len());
}

/// What a type is transitive for holds however long the way.
#[test]
fn a_transitive_way_is_as_long_as_it_is() {
    let store = of("dossier facts 1
label Place
    words place, where
relationship LIES_IN: Place -> Place
    transitive
    phrase A lies in B
    phrase A is in B
entity Alpha: Place
entity Beta: Place
entity Gamma: Place
entity Delta: Place
entity Epsilon: Place
entity Zeta: Place
Alpha -LIES_IN-> Beta
Beta -LIES_IN-> Gamma
Gamma -LIES_IN-> Delta
Delta -LIES_IN-> Epsilon
Epsilon -LIES_IN-> Zeta
");
    assert_eq!(
        answers(&store, "what lies in Zeta?"),
        ["Alpha", "Beta", "Delta", "Epsilon", "Gamma"]
    );
    all(&store, Verdict::Certain, &["does Alpha lie in Epsilon?", "is Beta in Zeta?"]);
}

/// Who is listed by what somebody says is listed with that, and is presumed.
#[test]
fn a_list_is_as_sure_as_what_it_rests_on() {
    let store = Store::shipped().expect("the shipped facts are right");
    all(&store, Verdict::Presumed, &["who are the allies of Russia?"]);
}

/// Groups are not people: how many belong to one is not stated by its name.
#[test]
fn groups_are_not_counted_as_people() {
    let store = Store::shipped().expect("the shipped facts are right");
    let questions = [
        "how many people live in South Ossetia",
        "how many residents of South Ossetia hold Russian citizenship",
    ];
    all(&store, Verdict::NotStated, &questions);
}

/// What is declared to hold both ways is asked from either end, whichever kind comes first.
#[test]
fn what_holds_both_ways_is_asked_both_ways() {
    let store = Store::shipped().expect("the shipped facts are right");
    let asked = |question: &str| verdict(&store, question);
    let one = asked("is South Ossetia a strategic partner of Russia?");
    assert!(one.is_some_and(|one| one != Verdict::NotStated), "{one:?}");
    assert_eq!(asked("is Russia a strategic partner of South Ossetia?"), one);
}

/// *Which of them* is of those that answered, one or several.
#[test]
fn which_of_them_is_of_those_that_answered() {
    let store = Store::shipped().expect("the shipped facts are right");
    let mut conversation = Conversation::default();
    let mut ask = |question: &str| {
        store.ask_in(&mut conversation, question, &Options::default()).expect("an answer")
    };
    assert_eq!(ask("whom did Bibilov meet?").answers, ["Vladimir Putin"]);
    let them = ask("which of them met Medoev?");
    assert!(them.answers.is_empty(), "{:?} {:?}", them.reading, them.answers);
}
