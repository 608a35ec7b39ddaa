//! What is said of all, of any and of each is asked as it is said: small graphs, through text.

use super::tests_common::{answers, of, verdict};
use crate::ask::{Conversation, Kind, Verdict};
use crate::query::{Options, Store};

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

const CALLS: &str = "dossier facts 1
label Actor
    words actor, who
relationship VISITS: Actor -> Actor
    event
    phrase A visits B
    phrase A arrives in B
    phrase A stays in B
relationship MEETS: Actor -> Actor
    event
    phrase A meets B at a third location
relationship INTENDS: Actor -> Actor
    event
    phrase A declares its willingness to meet B
    phrase A asks B to carry out reforms
entity Avaria: Actor
entity Borduria: Actor
entity Cordia: Actor
Avaria -VISITS-> Borduria
    valid 2012-03-01
Avaria -VISITS-> Cordia
    valid 2012-03-02
Cordia -VISITS-> Borduria
    valid 2012-03-03
Cordia -MEETS-> Borduria
    valid 2012-03-04
Avaria -INTENDS-> Cordia
    valid 2012-03-05
complete any Actor -VISITS-> any Actor
";

/// Who arrives in a place does not lie in it, and what lies there, for that.
#[test]
fn arriving_somewhere_is_not_lying_there() {
    let store = of(CALLS);
    for question in ["Who arrived in Borduria?", "Who stayed in Borduria?"] {
        assert_eq!(answers(&store, question), ["Avaria", "Cordia"], "{question}");
        let query = store.ask(question).expect("an answer").query.unwrap_or_default();
        assert!(!query.contains('*'), "{query}");
    }
}

/// A sentence's own words may be an ordinal, a possessive, a verb with its particle.
#[test]
fn words_of_a_sentence_are_no_others() {
    let store = of(CALLS);
    for question in
        ["Who met Borduria at a third location?", "By whom was Borduria met at a third location?"]
    {
        assert_eq!(answers(&store, question), ["Cordia"], "{question}");
    }
    for question in [
        "Who declared its willingness to meet Cordia?",
        "Who declared their willingness to meet Cordia?",
        "Who asked Cordia to carry out reforms?",
        "Who declared its willingness to meet Cordia before 2013?",
    ] {
        assert_eq!(answers(&store, question), ["Avaria"], "{question}");
    }
}

/// The *not* of `but not` is of what follows it.
#[test]
fn but_not_denies_what_follows_it() {
    let store = of(CALLS);
    for (question, told) in [
        ("Did Avaria visit Borduria but not Cordia?", Verdict::No),
        ("Did Cordia visit Borduria but not Avaria?", Verdict::Certain),
        ("Did Cordia but not Avaria visit Borduria?", Verdict::No),
        ("Did Avaria but not Cordia visit Cordia?", Verdict::Certain),
        ("Didn't Avaria visit Borduria?", Verdict::Certain),
    ] {
        assert_eq!(verdict(&store, question), Some(told), "{question}");
    }
    assert_eq!(answers(&store, "Who visited both Borduria and Cordia?"), ["Avaria"]);
    assert!(answers(&store, "Who visited both Borduria and Cordia but not Avaria?") == ["Avaria"]);
    assert!(answers(&store, "Who visited both Avaria and Borduria but not Cordia?").is_empty());
}

/// What somebody would, might or can do has not been stated; how something was done is not recorded.
#[test]
fn what_might_be_is_not_what_was() {
    let store = of(CALLS);
    for question in
        ["Who would visit Borduria?", "Who can visit Borduria?", "Who might visit Borduria?"]
    {
        let answer = store.ask(question).expect("an answer");
        assert_eq!(answer.kind, Kind::Declined, "{question}: {answer:?}");
    }
    assert_eq!(answers(&store, "Who might have visited Borduria?"), ["Avaria", "Cordia"]);
    let answer = store.ask("Who personally visited Borduria?").expect("an answer");
    assert_eq!(answer.answers, ["Avaria", "Cordia"]);
    assert!(answer.notes.iter().any(|note| note.contains("“personally”")), "{answer:?}");
}

/// Why it is asked adds nothing.
#[test]
fn a_preface_is_passed_over() {
    let store = of(CALLS);
    assert_eq!(
        answers(&store, "For a piece I am writing: who met Borduria at a third location?"),
        ["Cordia"]
    );
    let answer = store.ask("I read that Avaria visited Cordia. Is that right?").expect("an answer");
    assert_eq!(answer.verdict, Some(Verdict::Certain), "{answer:?}");
}

/// A day of the year that was spoken of has to be one.
#[test]
fn a_day_that_the_year_lacks_is_none() {
    let store = of(CALLS);
    for (year, kind) in [("2012", Kind::Entities), ("2013", Kind::Declined)] {
        let mut conversation = Conversation::default();
        let mut ask = |question: &str| {
            store.ask_in(&mut conversation, question, &Options::default()).expect("an answer")
        };
        ask(&format!("Who visited Borduria on 1 March {year}?"));
        assert_eq!(ask("And on 29 February?").kind, kind, "{year}");
    }
}
