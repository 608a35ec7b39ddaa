//! Questions in English: the answer, how sure it is, the query that was run, and a follow-up.

use dossier::ask::{Conversation, Verdict};
use dossier::{Options, Result, Store};

pub(crate) fn main() -> Result<()> {
    let store = Store::shipped()?;

    let answer = store.ask("Who recognises South Ossetia?")?;
    println!("{} ({:?})", answer.answers.join(", "), answer.verdict);
    println!("read as: {}", answer.reading.as_deref().unwrap_or_default());
    println!("query:   {}", answer.query.as_deref().unwrap_or_default());
    for evidence in &answer.evidence {
        println!("  {} ({})", evidence.statement, evidence.stance);
    }

    // "No" is an answer only where the facts say that they are complete.
    let answer = store.ask("Does Georgia recognise South Ossetia?")?;
    assert_eq!(answer.verdict, Some(Verdict::No));

    // In a conversation, a question may refer to the ones before it.
    let mut conversation = Conversation::default();
    store.ask_in(&mut conversation, "Where did Medoev travel?", &Options::default())?;
    let answer = store.ask_in(&mut conversation, "Whom did he meet?", &Options::default())?;
    println!("he met {}", answer.answers.join(", "));
    assert_eq!(answer.answers, ["Sergey Lavrov"]);
    Ok(())
}
