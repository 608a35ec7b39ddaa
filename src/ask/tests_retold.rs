//! Deeds told by one another: what came before, after and beside them, what is done to one alone, and what a
//! table that begins in the middle of a year says of that year. A small graph, through text.

use super::tests_common::{all_answer, of, verdict};
use crate::ask::{Kind, Verdict};

const PORTS: &str = r"dossier facts 1
label Port
    words port, who
relationship HAILED: Port -> Port
    event
    phrase A hails B
    phrase A's hail of B
relationship SUPPLIED: Port -> Port
    event
    phrase A gives aid to B
    phrase A supplies B
    phrase A's aid to B
relationship BANNED: Port -> Port
    event
    phrase A imposes a ban on B
relationship BARGAINED: Port -> Port
    event
    phrase A bargains with B
complete any Port -HAILED-> any Port
    at 2001-05-01/2004-12-31
complete any Port -SUPPLIED-> any Port
    at 2001-05-01/2004-12-31
complete any Port -BANNED-> any Port
    at 2001-05-01/2004-12-31
complete any Port -BARGAINED-> any Port
    at 2001-05-01/2004-12-31
entity Anse: Port
entity Brac: Port
entity Cove: Port
entity Dene: Port
entity Esk: Port
Anse -HAILED-> Brac
    valid 2001-06-01
Cove -HAILED-> Brac
    valid 2002-03-03
Dene -HAILED-> Brac
    valid 2002-03-03
Esk -HAILED-> Brac
    valid 2003-07-07
Anse -HAILED-> Brac
    valid 2004-01-01
Anse -HAILED-> Cove
    valid 2001-06-02
Anse -HAILED-> Dene
    valid 2003-02-02
Anse -SUPPLIED-> Cove
    valid 2001-06-03
Anse -SUPPLIED-> Dene
    valid 2002-06-03
Dene -SUPPLIED-> Cove
    valid 2003-06-03
Esk -SUPPLIED-> Brac
    valid 2002-01-01
Anse -BANNED-> Esk
    valid 2002-02-02
Cove -BANNED-> Esk
    valid 2003-03-03
Brac -BARGAINED-> Anse
    valid 2001-07-01
Brac -BARGAINED-> Cove
    valid 2002-07-01
Dene -BARGAINED-> Cove
    valid 2002-08-01
";

/// What is before and after something, however that is said.
#[test]
fn sides_of_a_deed() {
    let ports = of(PORTS);
    all_answer(
        &ports,
        &["Esk"],
        &[
            "Right after Dene, who was next to hail Brac?",
            "Who was the first other port to hail Brac at a later date than Dene?",
            "Following Dene, whose hail of Brac came first?",
        ],
    );
    all_answer(
        &ports,
        &["Anse", "Esk"],
        &[
            "Who hailed Brac at a later date than Dene?",
            "Who were the later ports to hail Brac, coming after Dene?",
            "Who followed suit after Dene hailed Brac in 2002?",
            "Who did the same after Cove's hail of Brac?",
        ],
    );
    all_answer(
        &ports,
        &["Anse"],
        &[
            "Who had hailed Brac previous to Cove?",
            "Just ahead of Cove, which port had been the last to hail Brac?",
            "Who had been the latest to hail Brac by the time it was done by Cove?",
            "Prior to the hail of Brac by Cove, who else had hailed Brac?",
            "When Cove hailed Brac on 3 March 2002, who had been the previous one to do so?",
            "Of all the ports to hail Brac before Cove, who was the last?",
        ],
    );
    all_answer(
        &ports,
        &["Anse", "Esk"],
        &[
            "When Cove hailed Brac on 3 March 2002, who did so afterwards?",
            "Cove hailed Brac in 2002; who did so later?",
        ],
    );
    all_answer(
        &ports,
        &["Dene"],
        &[
            "Cove hailed Brac on 3 March 2002; who else did so that very day?",
            "Name the ports that hailed Brac on the date when Cove did.",
        ],
    );
    // Of which day is not said: on the day of any other would be a great many.
    assert_eq!(
        ports.ask("Who hailed Brac that very day?").expect("an answer").kind,
        Kind::Declined
    );
    // Somebody who does so twice is neither before nor after themselves.
    all_answer(&ports, &["Cove", "Dene", "Esk"], &["Who hailed Brac after Anse's hail of Brac?"]);
}

/// A statement, and a question that goes on from it.
#[test]
fn statements_that_questions_follow() {
    let ports = of(PORTS);
    all_answer(
        &ports,
        &["2004-01-01"],
        &[
            "Anse hailed Brac on 1 June 2001. When did the same thing next happen?",
            "Anse hailed Brac on 1 June 2001; when did that happen again?",
            "When was the next time after 1 June 2001 that Anse hailed Brac?",
        ],
    );
    all_answer(
        &ports,
        &["2001-06-01"],
        &["Anse hailed Brac on 1 January 2004. When had that previously happened?"],
    );
    all_answer(
        &ports,
        &["2004-01"],
        &["After May 2002, what was the next month in which Anse hailed Brac?"],
    );
    all_answer(
        &ports,
        &["Cove"],
        &[
            "By the time Anse gave aid to Dene, whom had it most recently given aid to?",
            "Whom did Anse give aid to before giving aid to Dene?",
            "In the same month as it hailed Brac, whom else did Anse hail?",
        ],
    );
    all_answer(
        &ports,
        &["Esk"],
        &["After Dene had given aid to Cove, who was the first to hail Brac?"],
    );
    all_answer(
        &ports,
        &["2001", "2004"],
        &[
            "In which years did Anse hail Brac?",
            "In which years other than 2003 did Anse hail Brac?",
        ],
    );
    all_answer(&ports, &["2001"], &["In which years other than 2004 did Anse hail Brac?"]);
    all_answer(
        &ports,
        &["2001-06-01"],
        &["What was the final day of 2001 on which Anse hailed Brac?"],
    );
}

/// Nouns for what is done with a noun.
#[test]
fn deeds_by_their_nouns() {
    let ports = of(PORTS);
    all_answer(
        &ports,
        &["Anse"],
        &[
            "Whose imposition of a ban on Esk was the first?",
            "Whose imposition of a ban on Esk dates from 2002?",
        ],
    );
    all_answer(
        &ports,
        &["Cove"],
        &["After the imposition of a ban on Esk by Anse, who else did so?"],
    );
    let yes = Some(Verdict::Certain);
    assert_eq!(verdict(&ports, "Was there any imposition of a ban on Esk by Anse in 2002?"), yes);
    assert_eq!(verdict(&ports, "Do the records show Anse giving aid to Cove?"), yes);
}

/// One and no other; one but not another; one at two times.
#[test]
fn only_and_but_not() {
    let ports = of(PORTS);
    all_answer(
        &ports,
        &["Dene"],
        &[
            "Who bargained only with Cove?",
            "Who bargained with Cove and nobody else?",
            "Who bargained with Cove and no other port?",
        ],
    );
    all_answer(&ports, &["Cove", "Dene", "Esk"], &["Who hailed only Brac?"]);
    all_answer(&ports, &["Cove", "Dene", "Esk"], &["By whom was Brac hailed, but not Cove?"]);
    all_answer(&ports, &["Brac"], &["Whom did Anse hail but not supply?"]);
    all_answer(&ports, &["Anse"], &["Who hailed each of these two: Brac and Cove?"]);
    all_answer(&ports, &["Anse", "Cove", "Dene", "Esk"], &["Who hailed Brac, Cove or both?"]);
    all_answer(&ports, &["Dene"], &["Leaving Anse aside, who gave aid to Cove?"]);
    let both_or_either = ports.ask("Who hailed Brac in 2001 and 2002?").expect("an answer");
    assert_eq!(both_or_either.kind, Kind::Ask);
    // Whether there is one that it did not hail is not whether it hailed nobody.
    let one = ports.ask("Is there anyone whom Anse did not hail?").expect("an answer");
    assert_ne!(one.verdict, Some(Verdict::No));
}

/// What is asked of a year of which a table tells a part is asked of the table.
#[test]
fn a_table_that_begins_within_the_year() {
    let ports = of(PORTS);
    let told = ports.ask("Did Esk hail Brac in 2001?").expect("an answer");
    assert_eq!(told.verdict, Some(Verdict::No));
    assert!(
        told.notes.iter().any(|note| note.contains("from 1 May 2001 to 31 December 2004")),
        "{:?}",
        told.notes
    );
    assert_eq!(verdict(&ports, "Did Esk hail Brac before 2003?"), Some(Verdict::No));
    assert_eq!(verdict(&ports, "Did Dene hail Brac since 2003?"), Some(Verdict::No));
    assert_eq!(verdict(&ports, "Did Esk hail Brac in 1999?"), Some(Verdict::NotStated));
    assert_eq!(verdict(&ports, "Did Esk hail Brac in 2002?"), Some(Verdict::No));
    all_answer(&ports, &["Cove", "Dene"], &["Who hailed Brac in 2002 but not in 2001?"]);
}

/// Further ways to put two deeds, by another writer.
#[test]
fn other_turns() {
    let ports = of(PORTS);
    all_answer(
        &ports,
        &["2001-06-01"],
        &["When was the last time before 5 May 2002 that Anse hailed Brac?"],
    );
    all_answer(&ports, &["2002-03-03"], &["Cove hailed Brac – when was that?"]);
    all_answer(
        &ports,
        &["2004-01-01"],
        &["Anse hailed Brac on 1 June 2001; on what date did it next do so?"],
    );
    all_answer(&ports, &["Dene"], &["Together with Cove, who else hailed Brac on 3 March 2002?"]);
    all_answer(&ports, &["Esk"], &["Who was the first to follow Dene in hailing Brac?"]);
    all_answer(&ports, &["Anse"], &["Who was the first port ever to hail Brac?"]);
    all_answer(&ports, &["Dene"], &["Whom did Anse hail next, having hailed Cove on 2 June 2001?"]);
    all_answer(&ports, &["Brac"], &["Who bargained not only with Anse but also with Cove?"]);
    all_answer(&ports, &["2002-03-03"], &["On which day did both Cove and Dene hail Brac?"]);
    all_answer(&ports, &["2002"], &["In which year did both Cove and Dene hail Brac?"]);
    // The pronoun is who did the first, not whom it was done to.
    all_answer(&ports, &["2003-02-02"], &["When did Anse hail Dene after it gave aid to Dene?"]);
    assert_eq!(
        verdict(&ports, "Was Esk the only one to give aid to Brac?"),
        Some(Verdict::Certain)
    );
    assert_eq!(verdict(&ports, "Was Anse the only one to give aid to Cove?"), Some(Verdict::No));
    assert_eq!(verdict(&ports, "Was Cove the only one to give aid to Brac?"), Some(Verdict::No));
}

/// What somebody did before doing the same to others is told by nouns of a verb in both places.
#[test]
fn the_same_twice() {
    let ports = of(PORTS);
    all_answer(&ports, &["Anse"], &["Who gave aid to Cove before giving aid to Dene?"]);
    all_answer(&ports, &["Cove"], &["Whom did Anse give aid to before giving aid to Dene?"]);
    // *Bargaining* is what whoever is asked for did, not what anybody did.
    all_answer(&ports, &["Dene"], &["Who hailed Brac before bargaining with Cove?"]);
}

#[test]
fn a_pronoun_is_not_the_subject_of_its_own_clause() {
    let ports = of(PORTS);
    all_answer(
        &ports,
        &["Anse", "Cove", "Dene", "Esk"],
        &["Who hailed Brac after Esk gave aid to it?"],
    );
    all_answer(
        &ports,
        &["Cove", "Dene"],
        &[
            "Who hailed Brac in the year that Esk gave aid to it?",
            "Who hailed Brac in the very year that Esk supplied it?",
        ],
    );
}

/// A deed told by the first or the last of another kind of deed, or by its day.
#[test]
fn sides_of_the_first_and_the_last_of_some_deeds() {
    let ports = of(PORTS);
    all_answer(
        &ports,
        &["Anse", "Esk"],
        &[
            "Who hailed Brac after Brac last bargained with Cove?",
            "After Brac last bargained with Cove, who hailed Brac?",
        ],
    );
    all_answer(
        &ports,
        &["Cove", "Dene", "Esk"],
        &[
            "Who hailed Brac after Anse first did?",
            "Who hailed Brac after Anse's first hail of Brac?",
        ],
    );
    all_answer(&ports, &[], &["Who hailed Brac after Anse last did?"]);
    all_answer(
        &ports,
        &["Dene"],
        &[
            "Who hailed Brac on the day when Cove first did?",
            "Who hailed Brac in the year when Cove first did?",
        ],
    );
    all_answer(
        &ports,
        &["Cove", "Dene"],
        &[
            "In the year that Esk supplied Brac, who hailed Brac?",
            "Who hailed Brac after Anse did so on 1 June 2001 but before 2003?",
        ],
    );
    all_answer(
        &ports,
        &["Cove", "Dene"],
        &["Who had last hailed Brac when Esk did so on 7 July 2003?"],
    );
    all_answer(&ports, &["2004-01-01"], &["When did Anse hail Brac for the second time?"]);
    all_answer(&ports, &["2001-06-01"], &["When did Anse first hail Brac?"]);
    all_answer(&ports, &["2004-01-01"], &["When did Anse next hail Brac after 5 May 2002?"]);
    // Whose last hail is not given: of each by itself.
    assert_eq!(
        ports.ask("Who hailed Brac after their last hail of Cove?").expect("an answer").kind,
        Kind::Declined
    );
}

/// A time in front is of all that was done, one behind the last verb of that.
#[test]
fn a_time_in_front_of_several_verbs() {
    let ports = of(PORTS);
    all_answer(&ports, &["Anse"], &["In 2001, who hailed Cove and gave aid to it?"]);
    all_answer(&ports, &[], &["In 2002, who hailed Cove and gave aid to it?"]);
    all_answer(&ports, &["Anse"], &["In 2001, who not only hailed Cove but also gave aid to it?"]);
    all_answer(
        &ports,
        &["Anse"],
        &[
            "In 2001, who either hailed Brac or gave aid to Dene?",
            "Who hailed at least one of Brac and Cove in 2001?",
        ],
    );
    // No aid is given to Dene; it is not said that Dene is not hailed.
    all_answer(&ports, &["Anse"], &["Who gave aid to Cove in 2001 but not to Brac?"]);
}

/// What follows a statement, and what is told by a pronoun that can be one alone.
#[test]
fn when_after_that_and_on_the_day_it_did() {
    let ports = of(PORTS);
    all_answer(
        &ports,
        &["2003-02-02"],
        &[
            "Anse hailed Cove in June 2001. When, after that, did it first hail Dene?",
            "Anse gave aid to Dene in 2002. When did it hail Dene after that?",
        ],
    );
    all_answer(
        &ports,
        &["Brac"],
        &[
            "Whom did Cove hail in the same year as Dene did?",
            "Who did Cove hail on the same day as Dene did?",
        ],
    );
    all_answer(&ports, &["2002-03-03"], &["After 5 May 2001, when did Dene hail Brac again?"]);
    all_answer(&ports, &["Dene"], &["Who was the last one Anse supplied?"]);
    all_answer(
        &ports,
        &["2001"],
        &[
            "In which year did Anse hail Brac more often, 2001 or 2002?",
            "Did Anse hail Brac more often in 2001 or in 2002?",
            "In which of the two years, 2001 or 2002, did Anse hail Brac more often?",
        ],
    );
    all_answer(&ports, &["Cove"], &["Who hailed Brac in 2002, Cove or Esk?"]);
    assert_eq!(verdict(&ports, "Did Anse and Brac hail each other in 2001?"), Some(Verdict::No));
}

/// A pronoun behind a statement is the one of the two that the new clause does not name.
#[test]
fn nobody_does_it_to_themselves_after_that() {
    let ports = of(PORTS);
    all_answer(&ports, &["2001-06-01", "2004-01-01"], &["When did Anse hail Brac?"]);
    all_answer(
        &ports,
        &["2004-01-01"],
        &["Brac bargained with Anse in 2001. When, after that, did Anse hail it?"],
    );
    assert_eq!(
        verdict(&ports, "Did Anse hail Cove and give aid to Dene in 2002?"),
        Some(Verdict::No)
    );
}

/// Of whom something is said has its own place beside the two ends of what was done.
#[test]
fn a_speaker_beside_the_first_of_some_deeds() {
    let ports = of(PORTS);
    all_answer(
        &ports,
        &[],
        &[
            "Who hailed Brac according to Anse after Cove first did?",
            "Who, according to Anse, hailed Brac after Cove last did?",
            "Who hailed Brac according to Anse after Cove's first hail of Brac?",
        ],
    );
}
