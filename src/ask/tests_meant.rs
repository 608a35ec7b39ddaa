//! What is said of all, of any and of each is asked as it is said: small graphs, through text.

use super::tests_common::{answers, of};
use crate::ask::{Kind, Verdict};
use crate::query::Store;

const LANES: &str = "dossier facts 1
label Mill
    words mill, where
    words \"large, big = most stones\"
label Lane
    words lane
    words \"long = most length\"
property stones
    words stones
property hands
    words \"number of hands\"
    words \"counts = hands, workers\"
property length
    words length
relationship REACHES: Lane -> Mill
    phrase A reaches B
relationship FACES: Mill -> Mill
    phrase A faces B
complete any Lane -REACHES-> any Mill
complete any Mill -FACES-> any Mill
entity Ash: Mill
    stones: 4
    hands: 10
entity Birch: Mill
    stones: 7
    hands: 20
entity Cedar: Mill
    stones: 7
    hands: 5
entity Dogwood: Mill
    stones: 1
    hands: 3
entity High: Lane
    length: 9
entity Low: Lane
    length: 3
entity Old: Lane
    length: 9
High -REACHES-> Ash, Birch
Low -REACHES-> Birch, Cedar
Old -REACHES-> Ash
Ash -FACES-> Birch, Cedar
Birch -FACES-> Cedar
";

fn lanes() -> Store {
    of(LANES)
}

/// The rows of the query that is shown for a question: the first column of each, sorted.
fn shown(store: &Store, question: &str) -> Vec<String> {
    let query = store.ask(question).expect("an answer").query.expect("a query");
    let rows =
        store.query(&query, ()).unwrap_or_else(|error| panic!("{question}: {query}: {error}"));
    let mut first: Vec<String> =
        rows.iter().filter_map(|row| row.values()[0].as_str().map(str::to_owned)).collect();
    first.sort();
    first
}

#[test]
fn what_holds_of_some_is_not_said_of_all() {
    let store = lanes();
    for question in [
        "Do all lanes that reach Ash reach Birch?",
        "Do all mills that Low reaches face Cedar?",
        "Which lanes are longer than all lanes that reach Ash?",
    ] {
        let answer = store.ask(question).unwrap();
        assert!(matches!(answer.kind, Kind::Declined | Kind::Ask), "{question}: {answer:?}");
    }
    assert_eq!(answers(&store, "List all lanes that reach Ash"), ["High", "Old"]);
}

#[test]
fn of_any_that_has_so_many_each_is_counted_by_itself() {
    let store = lanes();
    for question in [
        "Does any lane reach more than two mills?",
        "Is there a lane that reaches at least three mills?",
    ] {
        assert_eq!(store.ask(question).unwrap().verdict, Some(Verdict::No), "{question}");
    }
    for question in [
        "Does any lane reach more than one mill?",
        "Is there a lane that reaches at least two mills?",
    ] {
        assert_eq!(store.ask(question).unwrap().verdict, Some(Verdict::Certain), "{question}");
    }
}

#[test]
fn people_of_several_are_counted_together() {
    let store = lanes();
    assert_eq!(answers(&store, "How many workers are in the mills that Low reaches?"), ["25"]);
}

#[test]
fn the_query_that_is_shown_finds_what_was_answered() {
    let store = lanes();
    for question in [
        "Which mill has the most stones?",
        "Which lane is the longest?",
        "Which lane reaches the most mills?",
        "Which mill is the second largest?",
        "Which mills do not face Cedar?",
        "Which lanes are longer than Low?",
    ] {
        assert_eq!(shown(&store, question), answers(&store, question), "{question}");
    }
}
