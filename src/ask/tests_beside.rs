//! Questions that tell one deed by another of the same, or of two; and what stands apart from the clause it
//! belongs to.

use super::tests_common::{all_answer, of};
use crate::ask::Verdict;

const TRIPS: &str = r"dossier facts 1
label Party
    words party, country, who
relationship VISITED: Party -> Party
    event
    phrase A visits B
    phrase A's visit to B
relationship ORDERED: Party -> Party
    event
    phrase A demands that B step down
complete any Party -VISITED-> any Party
entity Arda: Party
entity Borne: Party
entity Cask: Party
entity Dell: Party
Arda -VISITED-> Borne
    valid 2001-02-03
Arda -VISITED-> Cask
    valid 2002-01-01
Arda -VISITED-> Dell
    valid 2003-06-06
Cask -VISITED-> Borne
    valid 2001-05-20
Dell -VISITED-> Borne
    valid 2002-07-07
Arda -ORDERED-> Dell
    valid 2003-01-01
";

/// What is done before or after the same is told by whom else it is done to.
#[test]
fn before_and_after_the_same_deed() {
    let trips = of(TRIPS);
    all_answer(
        &trips,
        &["Cask"],
        &[
            "Having visited Borne, whom did Arda visit next?",
            "Right before visiting Dell, whom did Arda visit?",
            "Who was next after Borne that Arda visited?",
            "The next one to visit Borne after Arda: who was it?",
        ],
    );
    all_answer(&trips, &["Borne", "Cask"], &["Whom had Arda visited before visiting Dell?"]);
    all_answer(&trips, &["Cask", "Dell"], &["Having visited Borne, whom did Arda visit later on?"]);
    all_answer(
        &trips,
        &["Arda", "Cask"],
        &[
            "Who beat Dell to visiting Borne?",
            "By the time Dell visited Borne, who had visited Borne?",
            "Who had visited Borne by the time 2002 began?",
        ],
    );
}

/// *That year* is the one that was named.
#[test]
fn that_year_is_the_one_named() {
    let trips = of(TRIPS);
    all_answer(
        &trips,
        &["Dell"],
        &["Leaving out anyone who visited Cask in 2002, who visited Borne that year?"],
    );
    all_answer(
        &trips,
        &["Arda", "Cask"],
        &["Of those who visited Borne in 2001, who did not visit Cask that year?"],
    );
    all_answer(&trips, &["1"], &["In how many months of 2001 did Arda visit Borne?"]);
}

/// Who is asked for stands apart: behind the sentence, or before it.
#[test]
fn asked_for_apart() {
    let trips = of(TRIPS);
    all_answer(&trips, &["Dell"], &["In 2003 Arda visited someone; who was it?"]);
    all_answer(
        &trips,
        &["Cask"],
        &[
            "Between Cask and Dell, who visited Borne first?",
            "Who visited Borne first, Cask or Dell?",
            "Was it Cask or Dell that visited Borne first?",
        ],
    );
    for question in [
        "Was it Arda that visited Borne in 2001?",
        "Was it Cask that Arda visited in 2002?",
        "Arda visited Borne in 2001, true or false?",
    ] {
        let answer = trips.ask(question).expect("an answer");
        assert_eq!(answer.verdict, Some(Verdict::Certain), "{question}: {answer:?}");
    }
    all_answer(&trips, &["Arda"], &["Who demanded that Dell step down?"]);
    all_answer(&trips, &["Cask"], &["Who, like Arda, visited Borne in the same year?"]);
    all_answer(
        &trips,
        &["2001-02-03"],
        &[
            "When, if ever, did Arda visit Borne?",
            "What was the last occasion on which Arda visited Borne?",
        ],
    );
}

/// How many there are of what stands in a relation is never left out; nothing stands in it to itself.
#[test]
fn as_many_as_are_said() {
    let isles = of(super::tests_unseen::ISLES);
    all_answer(
        &isles,
        &["Amity", "Boon", "Calm"],
        &["Which isles have two neighbours?", "Which isles touch two isles?"],
    );
    all_answer(&isles, &[], &["Which isles have more than two neighbours?"]);
    all_answer(&isles, &[], &["Which isles touch Amity but not Calm?"]);
    all_answer(&isles, &["400"], &["What size is Boon?"]);
    all_answer(&isles, &["1300"], &["What is the area of Amity and Boon together?"]);
}
