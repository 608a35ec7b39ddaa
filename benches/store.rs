//! The store's own kernels beside bare loops over plain arrays: a JSON line each, times in
//! milliseconds, the median of seven runs.
//!
//! `cargo bench --bench store` on a quiet machine, `… -- commits` for the last part alone, `… -- commits alone` for that
//! without redb, which is for a profiler. The graph has the shape of the social benchmark:
//! 100,000 persons, 2.44 million follows of which some persons draw very many. The ratio of `store`
//! to `bare` is what the structures of the store cost.
//!
//! The lines `commits.…` are rates on the disk, in a second: eight threads that each commit one small
//! transaction after the other and wait until it is durable, first in a store, then in redb alone with
//! as much to write in each transaction, and with as many such writes in one transaction as the store's
//! group commit comes to put into one. They take turns, because a disk that others use is now fast and now slow;
//! what is shown is the median of the rounds. `DOSSIER_BENCH_FOLDER` says on which disk.

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use dossier::algo::{self, PageRankOptions, Selection};
use dossier::graph::{Direction, Snapshot, Transaction};
use dossier::store::{Cell, Database, GenerationBuilder, Options};
use dossier::{NodeId, Result};

const PERSONS: u32 = 100_000;
const FOLLOWS: u32 = 2_440_000;

fn main() -> Result<()> {
    if std::env::args().any(|argument| argument == "commits") {
        return measure_commits();
    }
    let edges = edges();
    measure("load.bare", || bare_forward(&edges).1.len());
    measure("load.store", || load(&edges).map_or(0, |graph| graph.begin_read().commit() as usize));
    let database = load(&edges)?;
    measure_reads(&database, &edges)?;
    measure_writes(&database);
    drop(database);
    measure_commits()
}

/// How long each rate is measured in each round.
const COMMITS_FOR: Duration = Duration::from_secs(1);
const ROUNDS: usize = 7;
const WRITERS: usize = 8;

/// Acknowledged transactions in a second, of eight threads.
fn measure_commits() -> Result<()> {
    let folder =
        std::env::var_os("DOSSIER_BENCH_FOLDER").map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = folder.join(format!("dossier-bench-{}", std::process::id()));
    let database = Database::create(folder.join("store"), Options::default())?;
    let redb = [1, WRITERS as u64].map(|together| {
        let manifest = redb_of(&folder.join(format!("redb-{together}")));
        (together, manifest, AtomicU64::new(1))
    });
    let (mut stores, mut redbs) = (Vec::new(), [Vec::new(), Vec::new()]);
    let is_alone = std::env::args().any(|argument| argument == "alone");
    for _ in 0..ROUNDS {
        stores.push(rate(|writer, number| commit_to_store(&database, writer, number)));
        if is_alone {
            continue;
        }
        for ((together, manifest, next), rates) in redb.iter().zip(&mut redbs) {
            let rate = rate(|_, _| {
                commit_to_redb(manifest, next.fetch_add(*together, Ordering::Relaxed), *together);
                Ok(())
            });
            rates.push(rate * *together as f64);
        }
    }
    show_rate("commits.store", stores);
    for ((together, ..), rates) in redb.iter().zip(redbs).filter(|_| !is_alone) {
        show_rate(&format!("commits.redb.{together}"), rates);
    }
    drop((database, redb));
    std::fs::remove_dir_all(folder).ok();
    Ok(())
}

fn commit_to_store(database: &Database, writer: usize, number: i64) -> Result<()> {
    let mut write = database.begin_write()?;
    let (label, key) = (write.intern_label("A"), write.intern_key("number"));
    let node = write.create_node(&[label])?;
    write.set_node_property(node, key, (writer as i64 * 1_000_000_000 + number).into());
    write.commit().map(|_| ())
}

/// A commit of the store writes its record, its time and its number.
fn commit_to_redb(manifest: &redb::Database, first: u64, together: u64) {
    let mut transaction = manifest.begin_write().expect("redb begins");
    transaction.set_two_phase_commit(true);
    {
        let mut commits = transaction.open_table(COMMITS).expect("a table");
        let mut history = transaction.open_table(HISTORY).expect("a table");
        for number in first..first + together {
            let key = number.to_be_bytes();
            commits.insert(&key[..], &[7u8; 64][..]).expect("a record");
            history.insert(number, number).expect("a time");
        }
        let mut state = transaction.open_table(STATE).expect("a table");
        state.insert(&b"last"[..], &first.to_le_bytes()[..]).expect("a number");
    }
    transaction.commit().expect("redb commits");
}

const STATE: redb::TableDefinition<'_, &[u8], &[u8]> = redb::TableDefinition::new("state");
const COMMITS: redb::TableDefinition<'_, &[u8], &[u8]> = redb::TableDefinition::new("commits");
const HISTORY: redb::TableDefinition<'_, u64, u64> = redb::TableDefinition::new("history");

fn redb_of(path: &std::path::Path) -> redb::Database {
    redb::Database::create(path).expect("redb makes a file")
}

/// How often a second all threads together come to do something.
fn rate(step: impl Fn(usize, i64) -> Result<()> + Sync) -> f64 {
    let start = Instant::now();
    let done = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (step, done) = (&step, &done);
            scope.spawn(move || {
                for number in 0.. {
                    if start.elapsed() >= COMMITS_FOR || step(writer, number).is_err() {
                        return;
                    }
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    done.into_inner() as f64 / start.elapsed().as_secs_f64()
}

fn show_rate(name: &str, mut rates: Vec<f64>) {
    rates.sort_by(f64::total_cmp);
    let rate = rates[rates.len() / 2];
    println!("{{\"name\": \"{name}\", \"per_second\": {rate:.0}}}");
}

/// Expansion and look-ups, first over arrays alone, then with a recent write to the same type.
fn measure_reads(database: &Database, edges: &[(u32, u32)]) -> Result<()> {
    let (offsets, neighbours) = bare_forward(edges);
    measure("expand.bare", || {
        let runs = offsets.windows(2).map(|run| &neighbours[run[0] as usize..run[1] as usize]);
        runs.map(|run| run.iter().map(|&n| n as usize).sum::<usize>()).sum()
    });
    measure("expand.store", || expand(database));
    measure("lookup.name.1000", || lookup(database, 1000));
    let graph = database.begin_read();
    let all = Selection::default();
    let go_on = || Ok(());
    measure("page_rank.20", || {
        let options = PageRankOptions { iterations_max: 20, tolerance: 0.0, damping: 0.85 };
        algo::page_rank(&*graph, &all, Direction::Outgoing, &options, &go_on).map_or(0, |r| r.len())
    });
    measure("components.weak", || {
        algo::weakly_connected(&*graph, &all, &go_on).map_or(0, |found| found.len())
    });
    measure("triangles", || {
        let found = algo::triangles(&*graph, &all, &go_on).unwrap_or_default();
        found.iter().map(|corner| corner.count as usize).sum::<usize>() / 3
    });
    measure("shortest_path.100", || {
        let path = |to: u32| {
            let (from, to) = (NodeId(7), NodeId(to * 1000));
            algo::shortest_path(&*graph, &all, Direction::Outgoing, from, to, &go_on)
        };
        (0..100u32).filter(|&to| path(to).is_ok_and(|path| path.is_some())).count()
    });
    let mut write = database.begin_write()?;
    let follows = write.intern_type("FOLLOWS");
    for person in 0..1000 {
        write.create_statement(follows, NodeId(person * 7), NodeId(person * 3))?;
    }
    write.commit()?;
    measure("expand.store.recent", || expand(database));
    let mut write = database.begin_write()?;
    for person in 0..100 {
        let graph = write.snapshot();
        let follows = graph.adjacency(follows, Direction::Outgoing);
        let position = follows.positions(NodeId(person * 5)).start;
        write.delete_statement(follows.statement_at(position));
    }
    write.commit()?;
    measure("expand.store.removed", || expand(database));
    Ok(())
}

fn measure_writes(database: &Database) {
    let name = database.begin_read().catalog().key("name");
    measure("commit.set.1000", || {
        let set = |person: u32| -> Result<u64> {
            let mut write = database.begin_write()?;
            if let Some(name) = name {
                write.set_node_property(NodeId(person * 11), name, "somebody".into());
            }
            write.commit()
        };
        (0..1000).filter_map(|person| set(person).ok()).count()
    });
    measure("create.100000", || {
        let database = Database::memory();
        let create = || -> Result<u64> {
            let mut write = database.begin_write()?;
            let (label, key) = (write.intern_label("Person"), write.intern_key("id"));
            let knows = write.intern_type("KNOWS");
            let mut last = write.create_node(&[label])?;
            for number in 1..100_000 {
                let next = write.create_node(&[label])?;
                write.set_node_property(next, key, number.into());
                write.create_statement(knows, last, next)?;
                last = next;
            }
            write.commit()
        };
        create().unwrap_or(0) as usize
    });
    measure("fold", || usize::from(database.checkpoint().is_ok()));
}

/// Runs seven times and prints the median.
fn measure(name: &str, mut run: impl FnMut() -> usize) {
    let mut times: Vec<f64> = Vec::new();
    let mut result = 0;
    for _ in 0..7 {
        let start = Instant::now();
        result = black_box(run());
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    println!("{{\"name\": \"{name}\", \"ms\": {:.3}, \"result\": {result}}}", times[3]);
}

/// Always the same relationships: one end uniform, the other drawn to some persons.
fn edges() -> Vec<(u32, u32)> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: u32| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (((state >> 32) * u64::from(below)) >> 32) as u32
    };
    let target = |random: &mut dyn FnMut(u32) -> u32| {
        if random(4) == 0 { random(500) * 200 } else { random(PERSONS) }
    };
    (0..FOLLOWS).map(|_| (random(PERSONS), target(&mut random))).collect()
}

fn load(edges: &[(u32, u32)]) -> Result<Database> {
    let mut builder = GenerationBuilder::default();
    let names = builder.catalog_mut();
    let (person, follows) = (names.intern_label("Person"), names.intern_type("FOLLOWS"));
    let (id, name) = (names.intern_key("id"), names.intern_key("name"));
    let rows = builder.add_nodes(&[person], PERSONS)?;
    let column = builder.node_column(id);
    rows.clone().for_each(|row| column.set(row, Cell::Integer(row.into())));
    let column = builder.node_column(name);
    rows.for_each(|row| column.set(row, Cell::Text(&format!("Person {row}"))));
    let table = builder.relationships(follows);
    table.reserve(edges.len());
    for &(start, end) in edges {
        table.add(start, end)?;
    }
    Database::memory_from(builder)
}

/// Sums up the ends of all relationships, start by start.
fn expand(database: &Database) -> usize {
    let graph = database.begin_read();
    let Some(follows) = graph.catalog().relationship_type("FOLLOWS") else { return 0 };
    let follows = graph.adjacency(follows, Direction::Outgoing);
    let mut sum = 0;
    for person in (0..graph.node_bound()).map(NodeId) {
        follows.for_each(person, |neighbour, _| sum += neighbour.index());
    }
    sum
}

/// Finds persons by name and counts whom they follow.
fn lookup(database: &Database, count: u32) -> usize {
    let graph = database.begin_read();
    let names = graph.catalog();
    let (Some(person), Some(name), Some(follows)) =
        (names.label("Person"), names.key("name"), names.relationship_type("FOLLOWS"))
    else {
        return 0;
    };
    let follows = graph.adjacency(follows, Direction::Outgoing);
    let find = |n: u32| graph.lookup(person, name, &format!("Person {}", n * 97).into());
    (0..count).filter_map(find).flatten().map(|person| follows.degree(person)).sum()
}

/// What loading costs at least: one counting sort of the relationships into one direction.
fn bare_forward(edges: &[(u32, u32)]) -> (Vec<u32>, Vec<u32>) {
    let mut offsets = vec![0; PERSONS as usize + 1];
    edges.iter().for_each(|&(start, _)| offsets[start as usize + 1] += 1);
    for person in 0..PERSONS as usize {
        offsets[person + 1] += offsets[person];
    }
    let mut next = offsets.clone();
    let mut neighbours = vec![0; edges.len()];
    for &(start, end) in edges {
        neighbours[next[start as usize] as usize] = end;
        next[start as usize] += 1;
    }
    (offsets, neighbours)
}
