//! Questions with words that change what is asked: a name within a name, *not* behind *is there*, *for the first
//! time*, *every year*, roles without whose they are.

use super::tests_common::{answers, of, verdict};
use super::{Conversation, Kind, Verdict};
use crate::query::{Options, Store};

const ACTORS: &str = "dossier facts 1
label Actor
    words actor, who, where
    words \"role Police = police, police force\"
    words \"role Foreign Affairs = foreign ministry\"
relationship VISITS: Actor -> Actor
    event
    phrase A visits B
    phrase A's visit to B
relationship PRAISES: Actor -> Actor
    event
    phrase A praises B
relationship BLAMES: Actor -> Actor
    event
    phrase A blames B
entity Avaria: Actor
entity Borduria: Actor
entity Cordia: Actor
entity Denmark: Actor
entity United Norway: Actor
entity @pa \"Police (Avaria)\": Actor
entity @pn \"Police (Norway)\": Actor
entity @fn \"Foreign Affairs (Norway)\": Actor
Avaria -VISITS-> Borduria
    valid 2012-03-01
Avaria -VISITS-> Borduria
    valid 2013-03-02
Cordia -VISITS-> Borduria
    valid 2013-03-04
Borduria -VISITS-> Avaria
    valid 2013-05-01
@fn -VISITS-> Borduria
    valid 2013-09-09
@pa -VISITS-> Borduria
    valid 2014-01-01
Avaria -PRAISES-> Borduria
    valid 2013-02-02
Avaria -BLAMES-> Borduria
    valid 2014-02-02
Cordia -PRAISES-> Borduria
    valid 2013-02-03
Cordia -BLAMES-> Borduria
    valid 2013-02-04
complete any Actor -VISITS-> any Actor
complete any Actor -PRAISES-> any Actor
";

fn actors() -> Store {
    of(ACTORS)
}

fn declined(store: &Store, question: &str) {
    let answer = store.ask(question).expect("an answer");
    assert!(matches!(answer.kind, Kind::Declined | Kind::Ask), "{question}: {answer:?}");
}

/// What a country is called is no short name of what has that name among its words.
#[test]
fn a_country_is_not_a_party_called_after_it() {
    let store = actors();
    let answer = store.ask("did Avaria visit Norway?").expect("an answer");
    assert_eq!(answer.verdict, Some(Verdict::NotStated), "{answer:?}");
    assert!(answer.corrections.is_empty(), "{answer:?}");
    assert!(answer.notes.iter().any(|note| note.contains("Police (Norway)")), "{answer:?}");
}

/// That all is told between the things of a graph says nothing of what is not among them.
#[test]
fn of_what_the_graph_does_not_have_nothing_is_stated() {
    let store = actors();
    for question in ["did Avaria visit Syldavia?", "who visited Syldavia?", "who praised Syldavia?"]
    {
        assert_eq!(verdict(&store, question), Some(Verdict::NotStated), "{question}");
    }
    assert_eq!(verdict(&store, "did Borduria visit Cordia?"), Some(Verdict::No));
    // What is complete about one thing is so for whoever else there is.
    let shipped = Store::shipped().expect("the shipped facts are right");
    assert_eq!(verdict(&shipped, "does Norway recognise Abkhazia?"), Some(Verdict::No));
}

#[test]
fn whether_there_is_one_of_whom_it_is_not_so() {
    let store = actors();
    for question in [
        "is there an actor that did not visit Borduria?",
        "is there anyone who never visited Borduria?",
        "are there actors that did not visit Borduria in 2013?",
        "is there anybody who visited Borduria but was not visited by Borduria?",
        "is there anyone who visited Borduria and was visited by Borduria?",
        "is there anyone who praised Borduria and blamed Borduria?",
    ] {
        assert_eq!(verdict(&store, question), Some(Verdict::Certain), "{question}");
    }
    for question in [
        "is there anyone who praised Borduria but did not visit Borduria?",
        "is there an actor that visited Cordia?",
    ] {
        assert_eq!(verdict(&store, question), Some(Verdict::No), "{question}");
    }
}

/// A time behind two verbs with one object is of both.
#[test]
fn two_verbs_share_their_object_and_its_time() {
    let store = actors();
    let both = "who praised and blamed Borduria in February 2013?";
    assert_eq!(answers(&store, both), ["Cordia"]);
}

#[test]
fn what_each_did_by_itself_is_not_what_one_did_first() {
    let store = actors();
    for question in [
        "who visited Borduria for the first time in 2013?",
        "who visited Borduria every year?",
        "who began to visit Borduria in 2013?",
        "who will visit Borduria?",
        "should Avaria visit Borduria?",
        "who visited Borduria together with Cordia?",
    ] {
        declined(&store, question);
    }
    assert_eq!(answers(&store, "when did Avaria begin to visit Borduria?"), ["2012-03-01"]);
    assert_eq!(answers(&store, "when did Avaria start visiting Borduria?"), ["2012-03-01"]);
    assert_eq!(answers(&store, "which was the busiest month for visits to Borduria?"), ["2013-03"]);
}

#[test]
fn roles_are_nouns() {
    let store = actors();
    let visited = "which foreign ministries visited Borduria?";
    assert_eq!(answers(&store, visited), ["Foreign Affairs (Norway)"]);
    let answer = store.ask("which police force visited Borduria?").expect("an answer");
    assert_eq!(answer.answers, ["Police (Avaria)"]);
    assert_eq!(answer.reading.as_deref(), Some("Which police force visited Borduria?"));
    assert_eq!(verdict(&store, "did any foreign ministry visit Borduria?"), Some(Verdict::Certain));
    assert_eq!(verdict(&store, "did any police visit Cordia?"), Some(Verdict::No));
    // Whose it is has to be said of one.
    declined(&store, "did the foreign ministry visit Borduria?");
}

#[test]
fn parts_of_a_year_have_edges_that_are_said() {
    let store = actors();
    let early = store.ask("who visited Borduria in early 2013?").expect("an answer");
    assert_eq!(early.answers, ["Avaria", "Cordia"]);
    assert!(early.reading.is_some_and(|read| read.contains("January")), "its months are said");
    assert_eq!(answers(&store, "who visited Borduria late in 2013?"), ["Foreign Affairs (Norway)"]);
}

/// `Did X visit Y before Z?`: Z visited Y, or X visited Z.
#[test]
fn before_another_may_be_of_either_end() {
    let store = actors();
    let answer = store.ask("did Borduria visit Avaria before Cordia?").expect("an answer");
    assert_ne!(answer.verdict, Some(Verdict::Certain), "{answer:?}");
}

/// A number picks among what was proposed; another number leaves the choice open.
#[test]
fn a_number_picks_what_was_proposed() {
    let store = actors();
    let mut conversation = Conversation::default();
    let mut ask =
        |text: &str| store.ask_in(&mut conversation, text, &Options::default()).expect("an answer");
    let declined = ask("who visited Borduria gladly in 2013?");
    assert_eq!(declined.kind, Kind::Declined);
    assert!(declined.notes.iter().any(|note| note.starts_with("You can ask: ")), "{declined:?}");
    assert_eq!(ask("1").answers.len(), 3);
    assert_eq!(ask("1").kind, Kind::Declined);
}

/// What is taught of a type stands beside what its name says.
#[test]
fn what_is_taught_takes_nothing_away() {
    let store = of("dossier facts 1
label Film
label Player
relationship ACTED_IN: Player -> Film
    phrase A stars in B
entity Fargo: Film
entity Frances: Player
Frances -ACTED_IN-> Fargo
");
    for question in ["which player stars in Fargo?", "which player acted in Fargo?"] {
        assert_eq!(answers(&store, question), ["Frances"], "{question}");
    }
}
