//! Ways of counting that are taken only where there is much to count agree with a loop over the same relationships: two
//! hops as one, the first match of a node, pairs by the classes of their nodes, cycles by node.

use std::collections::{BTreeMap, BTreeSet};

use dossier::Store;
use dossier::store::Database;

use crate::count_tree::{plan, rows};

const FORUMS: u64 = 210;
const MESSAGES: u64 = FORUMS * 20;
const PERSONS: u64 = 401;
const TAGS: u64 = 53;

/// Who likes a message.
fn likers(message: u64) -> impl Iterator<Item = u64> {
    let count = if message.is_multiple_of(3) { 0 } else { 3 };
    (0..count).map(move |k| (message * 13 + k * k * 29 + message / 20) % PERSONS)
}

/// The tags of a message.
fn tags(message: u64) -> impl Iterator<Item = u64> {
    (0..message % 4).map(move |k| (message / 7 + k * 11) % TAGS)
}

/// Whom a person follows.
fn followed(person: u64) -> impl Iterator<Item = u64> {
    (1..=40).map(move |k| (person * 7 + k * k * 3) % PERSONS)
}

fn age(person: u64) -> i64 {
    (person * 7 % 50) as i64
}

fn is_man(person: u64) -> bool {
    person.is_multiple_of(3)
}

/// The graph of the functions above: messages reply to the one of half their number.
fn graph() -> Store {
    let database = Database::memory();
    let store = Store::of(database.clone());
    let script = [
        format!(
            "UNWIND range(0, {}) AS f CREATE (x:Forum {{id: f}}) WITH x, f UNWIND range(0, 19) AS k
             CREATE (x)-[:HAS]->(:Message {{id: f * 20 + k}})",
            FORUMS - 1
        ),
        format!(
            "UNWIND range(0, {}) AS p CREATE (:Person {{id: p, age: p * 7 % 50,
             sex: CASE p % 3 WHEN 0 THEN 'm' ELSE 'f' END,
             born: date('2000-01-01') + duration({{days: p * 37 % 365}})}})",
            PERSONS - 1
        ),
        format!("UNWIND range(0, {}) AS t CREATE (:Tag {{id: t}})", TAGS - 1),
        format!(
            "MATCH (p:Person) WITH p ORDER BY p.id WITH collect(p) AS all MATCH (m:Message) WHERE m.id % 3 <> 0
             UNWIND range(0, 2) AS k
             WITH m, all[(m.id * 13 + k * k * 29 + m.id / 20) % {PERSONS}] AS p CREATE (p)-[:LIKES]->(m)"
        ),
        format!(
            "MATCH (t:Tag) WITH t ORDER BY t.id WITH collect(t) AS all MATCH (m:Message) WHERE m.id % 4 > 0
             UNWIND range(0, m.id % 4 - 1) AS k
             WITH m, all[(m.id / 7 + k * 11) % {TAGS}] AS t CREATE (m)-[:TAG]->(t)"
        ),
        format!(
            "MATCH (p:Person) WITH p ORDER BY p.id WITH collect(p) AS all UNWIND all AS p UNWIND range(1, 40) AS k
             WITH p, all[(p.id * 7 + k * k * 3) % {PERSONS}] AS q CREATE (p)-[:FOLLOWS]->(q)"
        ),
        "MATCH (m:Message) WITH m ORDER BY m.id WITH collect(m) AS all UNWIND all AS m
         WITH m, all[m.id / 2] AS r WHERE m <> r CREATE (m)-[:REPLY_OF]->(r)"
            .to_owned(),
    ];
    script.iter().for_each(|statement| drop(store.query(statement, ()).unwrap()));
    database.checkpoint().unwrap();
    store
}

/// Rows as `rows` shows them.
fn shown(all: impl IntoIterator<Item = Vec<i64>>) -> Vec<String> {
    let shown = |row: Vec<i64>| {
        let values: Vec<String> = row.iter().map(|value| format!("Integer({value})")).collect();
        format!("[{}]", values.join(", "))
    };
    let mut rows: Vec<String> = all.into_iter().map(shown).collect();
    rows.sort();
    rows
}

fn agrees(store: &Store, text: &str, expected: Vec<Vec<i64>>) {
    assert!(plan(store, text).contains("CountTree"), "{text}\n{}", plan(store, text));
    assert_eq!(rows(store, text, false), shown(expected), "{text}");
}

/// Pairs by class, where what is looked at and compared is a byte for each node, and where it is more.
fn by_class_of_many(store: &Store) {
    let pairs = || (0..PERSONS).flat_map(|a| followed(a).map(move |b| (a, b)));
    let older = |is_man_wanted: bool| {
        let passing = pairs().filter(|(a, b)| age(*a) > age(*b) && is_man(*a) == is_man_wanted);
        vec![i64::from(is_man_wanted), passing.count() as i64]
    };
    for by in ["", " * 10"] {
        let text = format!(
            "MATCH (a:Person)-[:FOLLOWS]->(b:Person) WHERE a.age{by} > b.age{by}
             WITH a.sex AS sex, count(*) AS n RETURN CASE sex WHEN 'm' THEN 1 ELSE 0 END, n"
        );
        agrees(store, &text, vec![older(false), older(true)]);
    }
    let forums = || (1..MESSAGES).map(|message| (message / 20, message / 40));
    let mut by_forum: BTreeMap<u64, i64> = BTreeMap::new();
    let mut by_both: BTreeMap<(u64, u64), i64> = BTreeMap::new();
    for (one, other) in forums() {
        if one % 5 < other % 5 {
            *by_forum.entry(one).or_default() += 1;
        }
        *by_both.entry((one % 5, other % 3)).or_default() += 1;
    }
    let path = "MATCH (f:Forum)-[:HAS]->(m:Message)-[:REPLY_OF]->(r:Message)<-[:HAS]-(g:Forum)";
    agrees(
        store,
        &format!("{path} WHERE f.id % 5 < g.id % 5 RETURN f.id, count(*)"),
        by_forum.into_iter().map(|(id, count)| vec![id as i64, count]).collect(),
    );
    let found = by_both.into_iter().map(|((f, g), count)| vec![f as i64, g as i64, count]);
    agrees(store, &format!("{path} RETURN f.id % 5, g.id % 3, count(*)"), found.collect());
}

/// Few nodes of a place, one by one.
fn few_of_a_place(store: &Store) {
    let mut by_rest: BTreeMap<u64, (i64, i64)> = BTreeMap::new();
    for message in (0..MESSAGES).filter(|message| message % 8 == 3 && *message != 1003) {
        let met = tags(message).filter(|tag| *tag > 40).count() as i64;
        let (all, found) = by_rest.entry(message % 3).or_default();
        (*all, *found) = (*all + met.max(1), *found + met);
    }
    agrees(
        store,
        "MATCH (m:Message) WHERE m.id % 8 = 3 AND m.id <> 1003 OPTIONAL MATCH (m)-[:TAG]->(t:Tag) WHERE t.id > 40
         RETURN m.id % 3, count(*), count(t)",
        by_rest.into_iter().map(|(rest, own)| vec![rest as i64, own.0, own.1]).collect(),
    );
}

#[test]
fn much_is_counted_as_a_loop_counts_it() {
    let store = graph();
    let store = &store;
    // Two hops as one: for each forum its likers, and how often it has a tag.
    let mut by_forum: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    let mut by_tag: BTreeMap<(u64, u64), i64> = BTreeMap::new();
    for message in 0..MESSAGES {
        by_forum.entry(message / 20).or_default().extend(likers(message));
        tags(message).for_each(|tag| *by_tag.entry((message / 20, tag)).or_default() += 1);
    }
    let of_forum = by_forum.iter().map(|(forum, likers)| {
        let different: BTreeSet<&u64> = likers.iter().collect();
        vec![*forum as i64, different.len() as i64, likers.len() as i64]
    });
    agrees(
        store,
        "MATCH (f:Forum)-[:HAS]->(m:Message)<-[:LIKES]-(p:Person) RETURN f.id, count(DISTINCT p), count(*)",
        of_forum.collect(),
    );
    let often: Vec<i64> = by_tag.values().copied().filter(|count| *count > 1).collect();
    agrees(
        store,
        "MATCH (f:Forum)-[:HAS]->(m:Message)-[:TAG]->(t:Tag) WITH f, t, count(*) AS n WHERE n > 1
         RETURN count(*), sum(n)",
        vec![vec![often.len() as i64, often.iter().sum()]],
    );
    // The first match of a node.
    let liked: BTreeSet<u64> = (0..MESSAGES).flat_map(likers).collect();
    agrees(
        store,
        "MATCH (f:Forum)-[:HAS]->(m:Message)<-[:LIKES]-(p:Person) RETURN count(DISTINCT f), count(DISTINCT p)",
        vec![vec![
            by_forum.values().filter(|likers| !likers.is_empty()).count() as i64,
            liked.len() as i64,
        ]],
    );
    agrees(
        store,
        "MATCH (f:Forum)-[:HAS]->(:Message)<-[:LIKES]-(p:Person)-[:FOLLOWS]->(q:Person)
         RETURN max(f.id), min(f.id), count(DISTINCT f)",
        vec![vec![FORUMS as i64 - 1, 0, FORUMS as i64]],
    );
    // Pairs by class.
    let pairs = || (0..PERSONS).flat_map(|a| followed(a).map(move |b| (a, b)));
    let mut by_age: BTreeMap<i64, i64> = BTreeMap::new();
    for (a, _) in pairs().filter(|(a, b)| age(*a) == age(*b) && is_man(*a) != is_man(*b)) {
        *by_age.entry(age(a)).or_default() += 1;
    }
    agrees(
        store,
        "MATCH (a:Person)-[:FOLLOWS]->(b:Person) WHERE a.age = b.age AND a.sex <> b.sex RETURN a.age, count(*)",
        by_age.into_iter().map(|(age, count)| vec![age, count]).collect(),
    );
    let gap = pairs().filter(|(a, b)| is_man(*a) && !is_man(*b) && age(*a) > age(*b) + 30);
    agrees(
        store,
        "MATCH (a:Person)-[:FOLLOWS]->(b:Person) WHERE a.sex = 'm' AND NOT b.sex = 'm' AND a.age > b.age + 30
         RETURN count(*)",
        vec![vec![gap.count() as i64]],
    );
    let both = pairs().filter(|(a, b)| age(*a) < age(*b) && is_man(*a) == is_man(*b));
    agrees(
        store,
        "MATCH (a:Person)-[:FOLLOWS]->(b:Person) WHERE a.age < b.age AND a.sex = b.sex RETURN count(*)",
        vec![vec![both.count() as i64]],
    );
    by_class_of_many(store);
    few_of_a_place(store);
    // Weights carried from the few nodes that count.
    let mut by_followed: BTreeMap<u64, i64> = BTreeMap::new();
    pairs()
        .filter(|(a, _)| age(*a) > 40)
        .for_each(|(_, b)| *by_followed.entry(b).or_default() += 1);
    agrees(
        store,
        "MATCH (a:Person)-[:FOLLOWS]->(b:Person) WHERE a.age > 40 RETURN b.id, count(*)",
        by_followed.into_iter().map(|(id, count)| vec![id as i64, count]).collect(),
    );
    // Days by month.
    let month = "MATCH (p:Person) RETURN p.born.month, count(*)";
    let again = "MATCH (p:Person) WITH p.born AS day RETURN day.month, count(*)";
    assert_eq!(rows(store, month, false), rows(store, again, false));
    // Cycles by node.
    let mut common: BTreeMap<u64, i64> = BTreeMap::new();
    for message in 1..MESSAGES {
        for tag in tags(message) {
            let ways = tags(message / 2).filter(|other| *other == tag).count() as i64;
            *common.entry(tag).or_default() += ways;
        }
    }
    common.retain(|_, count| *count > 0);
    let cycle = "MATCH (c:Message)-[:REPLY_OF]->(m:Message), (c)-[:TAG]->(t:Tag)<-[:TAG]-(m)";
    agrees(
        store,
        &format!("{cycle} RETURN count(DISTINCT t), count(*)"),
        vec![vec![common.len() as i64, common.values().sum()]],
    );
    agrees(
        store,
        &format!("{cycle} RETURN t.id, count(*)"),
        common.iter().map(|(tag, count)| vec![*tag as i64, *count]).collect(),
    );
}
