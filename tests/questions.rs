//! Slices of the question sets that are not part of the repository: wrong answers are none, and most
//! questions are answered. The whole sets are measured by hand (`docs/questions.md`).

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use dossier::ask::{Answer, Conversation, Kind, Verdict};
use dossier::load::import::Rejects;
use dossier::{Options, Store};
use serde_json::Value;

use crate::shared;

/// What an answer is, held against the one expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judged {
    Right,
    Wrong,
    Declined,
}

#[test]
fn the_questions_about_the_article_are_answered() {
    let Some(folder) = shared::folder("questions") else { return };
    let store = Store::shipped().expect("the shipped facts load");
    let questions = lines(&std::fs::read_to_string(folder.join("seed.jsonl")).expect("readable"));
    // Where a sentence or a length is asked for, the sets' own script knows how to compare.
    let simple = |one: &Value| !matches!(text(one, "kind"), "source" | "duration");
    let counts = ask_all(&store, questions.iter().filter(|one| simple(one)));
    assert_eq!(counts.1, 0, "wrong");
    assert!(counts.0 * 100 >= (counts.0 + counts.2) * 95, "{counts:?}");
}

#[test]
fn a_slice_of_the_geography_is_answered() {
    let Some(folder) = shared::folder("questions/geoquery") else { return };
    let store = imported("geoquery", &[folder.join("facts.jsonl")]);
    let questions = lines(&std::fs::read_to_string(folder.join("train.jsonl")).expect("readable"));
    let usable = |one: &&Value| !one["answers"].is_null() && one["executable"] == true;
    let counts = ask_all(&store, questions.iter().filter(usable).step_by(25));
    // A few of the set's own answers count rows of a table, not things (`docs/questions.md`).
    assert!(counts.1 <= 2, "wrong: {counts:?}");
    assert!(counts.0 * 100 >= (counts.0 + counts.1 + counts.2) * 80, "{counts:?}");
}

#[test]
fn a_slice_of_the_diplomatic_events_is_answered() {
    let Some(folder) = shared::folder("questions") else { return };
    let questions =
        lines(&std::fs::read_to_string(folder.join("icewsq/dev.jsonl")).expect("readable"));
    let questions: Vec<&Value> = questions.iter().step_by(130).collect();
    // Of the facts only those of the same kinds that touch a thing that is named: the rest has no part
    // in any answer, and takes long to load.
    let mut facts = String::new();
    let packed = std::fs::File::open(folder.join("multitq/facts.tsv.gz")).expect("readable");
    flate2::read::GzDecoder::new(packed).read_to_string(&mut facts).expect("it is packed");
    let named: BTreeSet<(&str, String)> = questions
        .iter()
        .flat_map(|one| {
            let cypher = text(one, "cypher").replace("\\'", "’");
            let names = cypher.split("{name:'").skip(1).filter_map(|rest| rest.split('\'').next());
            let names: Vec<String> = names.map(|name| name.replace('’', "'")).collect();
            names.into_iter().map(|name| (text(one, "event_type"), name)).collect::<Vec<_>>()
        })
        .collect();
    let wanted = |line: &&str| {
        let columns: Vec<&str> = line.split('\t').collect();
        [0, 2].iter().any(|&at| named.contains(&(columns[1], columns[at].to_owned())))
    };
    let kept: Vec<&str> = facts.lines().filter(wanted).collect();
    let path = std::env::temp_dir().join(format!("dossier-events-{}.tsv", std::process::id()));
    std::fs::write(&path, kept.join("\n") + "\n").expect("written");
    let store = imported("icews", std::slice::from_ref(&path));
    std::fs::remove_file(&path).expect("it was written");
    let counts = ask_all(&store, questions.into_iter());
    assert_eq!(counts.1, 0, "wrong: {counts:?}");
    assert!(counts.2 <= 2, "declined: {counts:?}");
}

/// A graph of tables by a recipe that ships.
fn imported(recipe: &str, paths: &[std::path::PathBuf]) -> Store {
    let recipes = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/recipes");
    let recipe = recipes.join(format!("{recipe}.toml"));
    let (store, _) = Store::from_tables(&recipe, paths, Rejects::stop()).expect("they load");
    store
}

/// Right, wrong and declined of some questions; those that are wrong are printed.
fn ask_all<'q>(store: &Store, questions: impl Iterator<Item = &'q Value>) -> (usize, usize, usize) {
    let mut counts = (0, 0, 0);
    for question in questions {
        let mut conversation = Conversation::default();
        let mut ask = |text: &str| {
            store.ask_in(&mut conversation, text, &Options::default()).expect("an answer")
        };
        let before = match &question["after"] {
            Value::String(one) => vec![one.clone()],
            Value::Array(several) => {
                several.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        for one in before {
            ask(&one);
        }
        let answer = ask(text(question, "question"));
        match judged(question, &answer) {
            Judged::Right => counts.0 += 1,
            Judged::Wrong => {
                counts.1 += 1;
                println!("wrong: {}\n  {answer:?}", text(question, "question"));
            }
            Judged::Declined => {
                counts.2 += 1;
                println!("declined: {}", text(question, "question"));
            }
        }
    }
    counts
}

/// As the sets' script judges.
fn judged(question: &Value, answer: &Answer) -> Judged {
    let right = |is: bool| if is { Judged::Right } else { Judged::Wrong };
    let expected: BTreeSet<String> = texts(&question["answers"]);
    let kind = if text(question, "kind").is_empty() { "entities" } else { text(question, "kind") };
    let unsure = matches!(answer.verdict, Some(Verdict::NotStated | Verdict::Possible));
    let yes = matches!(answer.verdict, Some(Verdict::Certain | Verdict::Presumed));
    let no = answer.verdict == Some(Verdict::No);
    match kind {
        "ask" if answer.kind == Kind::Declined => return Judged::Declined,
        "ask" => return right(answer.kind == Kind::Ask && answer.choices.len() > 1),
        "decline" => return right(answer.kind == Kind::Declined && !answer.unused.is_empty()),
        _ if matches!(answer.kind, Kind::Ask | Kind::Declined) => return Judged::Declined,
        "presupposition" => return right(answer.kind == Kind::Presupposition),
        "unknown" => return right(unsure && answer.answers.is_empty()),
        "attributed" => {
            let spoken = answer.evidence.iter().any(|one| one.speaker.is_some());
            let open = !matches!(answer.verdict, Some(Verdict::Certain | Verdict::No));
            return right(answer.kind == Kind::YesNo && spoken && open);
        }
        _ => {}
    }
    if answer.kind == Kind::YesNo {
        let is = |word: &str| expected.len() == 1 && expected.contains(word);
        return right(is("yes") && yes || is("no") && no || unsure && !is("yes") && !is("no"));
    }
    let found: BTreeSet<String> = answer.answers.iter().map(|one| folded(one)).collect();
    let possible: BTreeSet<String> = answer.possible.iter().map(|one| folded(one)).collect();
    let fits = question["possible"].is_null() || possible == texts(&question["possible"]);
    right(found == expected && fits)
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or("")
}

fn texts(value: &Value) -> BTreeSet<String> {
    let text = |one: &Value| one.as_str().map_or_else(|| one.to_string(), str::to_owned);
    value.as_array().into_iter().flatten().map(|one| folded(&text(one))).collect()
}

fn folded(text: &str) -> String {
    text.to_lowercase().replace('’', "'").split_whitespace().collect::<Vec<_>>().join(" ")
}
