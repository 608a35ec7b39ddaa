//! The engine's kernels beside bare loops: for each a query, the loop that computes the same over plain arrays on
//! one thread, the bytes that have to be read at least, and how near both come to the memory's bandwidth.
//!
//! `cargo bench --bench kernels` on a quiet machine; a JSON line each, times in milliseconds, the least of
//! [`RUNS`] runs. `ratio` is the query's time by the loop's; `of_bandwidth` says which part of what the
//! memory can do (a sum over [`BANDWIDTH_BYTES`], all cores) the query's bytes a second are. Above 1 the caches
//! held what was read. The queries have a plan already; an answer that differs ends the run.
//!
//! The graph has the shape of the social benchmark: 100,000 persons in 1,500 cities, 2.44 million follows.

use std::hint::black_box;
use std::time::Instant;

use dossier::store::{Cell, Database, GenerationBuilder};
use dossier::{Result, Store, Value};

const PERSONS: u32 = 100_000;
const CITIES: u32 = 1_500;
const FOLLOWS: u32 = 2_440_000;
const RUNS: usize = 30;
const BANDWIDTH_BYTES: usize = 1 << 28;

/// The graph as arrays: what a program would keep that answers these questions and no others.
struct Bare {
    ages: Vec<u8>,
    women: Vec<bool>,
    cities: Vec<u32>,
    /// Whom each follows, ascending.
    ahead: Runs,
    /// Who follows each, ascending.
    behind: Runs,
}

struct Runs {
    offsets: Vec<u32>,
    ends: Vec<u32>,
}

/// A kernel: its name, the query, the loop, and the bytes that both have to read at least.
struct Kernel {
    name: &'static str,
    query: &'static str,
    bare: fn(&Bare) -> usize,
    bytes: fn(persons: usize, follows: usize) -> usize,
}

const KERNELS: &[Kernel] = &[
    Kernel {
        name: "filter",
        query: "MATCH (p:Person) WHERE p.age >= 40 RETURN count(*)",
        bare: |graph| graph.ages.iter().filter(|age| **age >= 40).count(),
        bytes: |persons, _| persons * 8,
    },
    Kernel {
        name: "group",
        query: "MATCH (p:Person) WITH p.age AS age, count(*) AS n RETURN sum(age * n)",
        bare: |graph| {
            let mut counts = [0usize; 256];
            graph.ages.iter().for_each(|age| counts[usize::from(*age)] += 1);
            counts.iter().enumerate().map(|(age, count)| age * count).sum()
        },
        bytes: |persons, _| persons * 8,
    },
    Kernel {
        name: "two-step paths",
        query: "MATCH (a:Person)-[:FOLLOWS]->(b:Person)-[:FOLLOWS]->(c:Person) RETURN count(*)",
        bare: |graph| {
            let paths = |p: u32| {
                let (behind, ahead) = (graph.behind.of(p), graph.ahead.of(p));
                // A loop is no path of two steps with itself.
                behind.len() * ahead.len() - ahead.iter().filter(|other| **other == p).count()
            };
            (0..PERSONS).map(paths).sum()
        },
        bytes: |persons, _| persons * 8,
    },
    Kernel {
        name: "bits over relationships",
        query: "MATCH (a:Person {gender: 'female'})-[:FOLLOWS]->(b:Person {gender: 'male'}) RETURN count(*)",
        bare: |graph| {
            let women = (0..PERSONS).filter(|p| graph.women[*p as usize]);
            women
                .flat_map(|p| graph.ahead.of(p))
                .filter(|other| !graph.women[**other as usize])
                .count()
        },
        bytes: |persons, follows| follows * 2 + persons,
    },
    Kernel {
        name: "two sides compared",
        query: "MATCH (a:Person)-[:FOLLOWS]->(b:Person) WHERE a.age > b.age RETURN count(*)",
        bare: |graph| {
            let younger = |p: u32| {
                let own = graph.ages[p as usize];
                graph.ahead.of(p).iter().filter(|other| own > graph.ages[**other as usize]).count()
            };
            (0..PERSONS).map(younger).sum()
        },
        bytes: |persons, follows| follows * 4 + persons * 2,
    },
    Kernel {
        name: "equal keys",
        query: "MATCH (a:Person)-[:FOLLOWS]->(b:Person), (a)-[:LIVES_IN]->(c:City)<-[:LIVES_IN]-(b) RETURN count(*)",
        bare: |graph| {
            let near = |p: u32| {
                let own = graph.cities[p as usize];
                let others = graph.ahead.of(p).iter();
                others.filter(|other| own == graph.cities[**other as usize] && **other != p).count()
            };
            (0..PERSONS).map(near).sum()
        },
        bytes: |persons, follows| follows * 4 + persons * 8,
    },
    Kernel {
        name: "runs in common",
        query: "MATCH (a:Person)-[:FOLLOWS]->(b:Person)-[:FOLLOWS]->(a) WHERE a <> b RETURN count(*)",
        bare: |graph| {
            let both = |p: u32| {
                let (ahead, behind) = (graph.ahead.of(p), graph.behind.of(p));
                pairs_in_common(ahead, behind) - {
                    let loops = ahead.iter().filter(|other| **other == p).count();
                    loops * loops
                }
            };
            (0..PERSONS).map(both).sum()
        },
        bytes: |persons, follows| follows * 8 + persons * 8,
    },
];

fn main() -> Result<()> {
    let bandwidth = bandwidth();
    println!("{{\"name\": \"bandwidth\", \"gb_per_second\": {bandwidth:.1}}}");
    let (graph, store) = make()?;
    for kernel in KERNELS {
        let query = || match store
            .query(kernel.query, ())
            .map(|rows| rows.get(0).map(|r| r.values().to_vec()))
        {
            Ok(Some(values)) => match values.as_slice() {
                [Value::Integer(count)] => *count as usize,
                other => panic!("{}: {other:?}", kernel.name),
            },
            other => panic!("{}: {other:?}", kernel.name),
        };
        let (ours, found) = least(query);
        let (bare, expected) = least(|| (kernel.bare)(&graph));
        assert_eq!(found, expected, "{}", kernel.name);
        let bytes = (kernel.bytes)(PERSONS as usize, FOLLOWS as usize);
        let share = bytes as f64 / ours / 1e6 / bandwidth;
        println!(
            "{{\"name\": \"{}\", \"ms\": {ours:.3}, \"bare_ms\": {bare:.3}, \"ratio\": {:.2}, \"bytes\": {bytes}, \"of_bandwidth\": {share:.2}}}",
            kernel.name,
            ours / bare,
        );
    }
    Ok(())
}

/// What the memory gives to all cores together, in gigabytes a second.
fn bandwidth() -> f64 {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let words = vec![1u64; BANDWIDTH_BYTES / 8];
    let sum = || {
        std::thread::scope(|scope| {
            let sum = |part: &[u64]| black_box(part.iter().sum::<u64>()) as usize;
            let parts = words.chunks(words.len().div_ceil(threads));
            let workers: Vec<_> = parts.map(|part| scope.spawn(move || sum(part))).collect();
            workers.into_iter().map(|worker| worker.join().expect("a sum")).sum()
        })
    };
    BANDWIDTH_BYTES as f64 / least(sum).0 / 1e6
}

/// The least time of some runs in milliseconds, and the result.
fn least(mut run: impl FnMut() -> usize) -> (f64, usize) {
    let (mut time, mut result) = (f64::INFINITY, 0);
    for _ in 0..RUNS {
        let begun = Instant::now();
        result = black_box(run());
        time = time.min(begun.elapsed().as_secs_f64() * 1e3);
    }
    (time, result)
}

/// The same graph as arrays and as a store.
fn make() -> Result<(Bare, Store)> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: u32| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (((state >> 32) * u64::from(below)) >> 32) as u32
    };
    let ages: Vec<u8> = (0..PERSONS).map(|_| 18 + random(52) as u8).collect();
    let women: Vec<bool> = (0..PERSONS).map(|_| random(2) == 0).collect();
    let cities: Vec<u32> = (0..PERSONS).map(|_| random(CITIES)).collect();
    let popular = |random: &mut dyn FnMut(u32) -> u32| {
        if random(4) == 0 { random(500) * 200 } else { random(PERSONS) }
    };
    let edges: Vec<(u32, u32)> =
        (0..FOLLOWS).map(|_| (random(PERSONS), popular(&mut random))).collect();

    let mut builder = GenerationBuilder::default();
    let names = builder.catalog_mut();
    let (person, city) = (names.intern_label("Person"), names.intern_label("City"));
    let (follows, lives_in) = (names.intern_type("FOLLOWS"), names.intern_type("LIVES_IN"));
    let (age, gender) = (names.intern_key("age"), names.intern_key("gender"));
    let people = builder.add_nodes(&[person], PERSONS)?;
    let first_city = builder.add_nodes(&[city], CITIES)?.start;
    let column = builder.node_column(age);
    people.clone().zip(&ages).for_each(|(row, age)| column.set(row, Cell::Integer((*age).into())));
    let column = builder.node_column(gender);
    people.zip(&women).for_each(|(row, is_woman)| {
        column.set(row, Cell::Text(if *is_woman { "female" } else { "male" }));
    });
    for (kind, pairs) in [
        (follows, edges.clone()),
        (lives_in, (0..).zip(cities.iter().map(|city| first_city + city)).collect()),
    ] {
        let table = builder.relationships(kind);
        table.reserve(pairs.len());
        for (start, end) in pairs {
            table.add(start, end)?;
        }
    }
    let store = Store::of(Database::memory_from(builder)?);
    let backwards = edges.iter().map(|(start, end)| (*end, *start)).collect();
    let (ahead, behind) = (Runs::new(edges), Runs::new(backwards));
    Ok((Bare { ages, women, cities, ahead, behind }, store))
}

impl Runs {
    fn new(mut edges: Vec<(u32, u32)>) -> Runs {
        edges.sort_unstable();
        let mut offsets = vec![0; PERSONS as usize + 1];
        edges.iter().for_each(|(start, _)| offsets[*start as usize + 1] += 1);
        for person in 0..PERSONS as usize {
            offsets[person + 1] += offsets[person];
        }
        Runs { offsets, ends: edges.into_iter().map(|(_, end)| end).collect() }
    }

    #[inline]
    fn of(&self, person: u32) -> &[u32] {
        let person = person as usize;
        &self.ends[self.offsets[person] as usize..self.offsets[person + 1] as usize]
    }
}

/// How many pairs of equal entries two sorted runs have.
fn pairs_in_common(a: &[u32], b: &[u32]) -> usize {
    let (mut at, mut beside, mut pairs) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(at), b.get(beside)) {
        if x != y {
            at += usize::from(x < y);
            beside += usize::from(y < x);
            continue;
        }
        let same = |run: &[u32]| run.iter().take_while(|other| *other == x).count();
        let (ways, more) = (same(&a[at..]), same(&b[beside..]));
        pairs += ways * more;
        at += ways;
        beside += more;
    }
    pairs
}
