//! `parse(print(tree)) == tree`, over the queries there are and over trees of any shape.
//!
//! `DOSSIER_PRINT_ALL=1 cargo test print` takes every query there is; without it, one in ten.

use std::fmt::Write;

use dossier::syntax::{bracketed, format, parse, print};

use crate::oracle::generate::Random;

/// How the printed text fails to say the same; nothing for a text that cannot be read.
pub(crate) fn difference(text: &str) -> Option<String> {
    let tree = parse(text).ok()?;
    let line = print(&tree);
    let texts =
        [("print", Ok(line.clone())), ("format", format(text)), ("bracketed", bracketed(text))];
    for (how, written) in texts {
        let written = match written {
            Ok(written) => written,
            Err(error) => return Some(format!("{how}: {error:?}\n{text}")),
        };
        match parse(&written) {
            // Brackets around everything may be more than there may be.
            Err(error) if how == "bracketed" && error.code() == "syntax::too_complex" => {}
            Err(error) => return Some(format!("{how}: {error:?}\n{text}\n{written}")),
            Ok(again) if again != tree => {
                return Some(format!("{how}: another tree\n{text}\n{written}"));
            }
            Ok(again) if print(&again) != line => {
                return Some(format!("{how}: not settled\n{text}\n{written}"));
            }
            Ok(_) => {}
        }
    }
    None
}

#[test]
fn every_query_there_is_can_be_printed() {
    let all = std::env::var_os("DOSSIER_PRINT_ALL").is_some();
    let every = if all { 1 } else { 10 };
    let queries: Vec<_> = crate::corpus::queries().into_iter().step_by(every).collect();
    let mut wrong = String::new();
    let mut read = 0;
    for query in &queries {
        read += usize::from(parse(query).is_ok());
        if let Some(problem) = difference(query) {
            writeln!(wrong, "{problem}\n").expect("a string");
        }
    }
    assert!(read > 50, "{read} of {} queries can be read", queries.len());
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn long_rows_of_operators_can_be_printed() {
    let prefixes = ["-", "+", "- + ", "NOT ", "NOT - "];
    let suffixes = [
        " IS NULL",
        " IS NOT NULL",
        " IS TRUE",
        " IS NOT UNKNOWN",
        " IS NORMALIZED",
        " IS :: INTEGER",
        " IS NOT :: STRING",
        ":A",
        " IS LABELED A",
        " IS NOT LABELED A",
        ".a",
        "[0]",
        "[1..2]",
        " =~ 'x'",
        " IN [1]",
        " STARTS WITH 'x'",
        " ENDS WITH x",
        " CONTAINS x",
        " = 1",
        " < x",
        " <= -x",
        " + x",
        " - x",
        " - -x",
        " * 2",
        " / x",
        " % x",
        " ^ x",
        " ^ -x",
        " || x",
        " AND x",
        " OR NOT x",
        " XOR x",
    ];
    let operands = ["x", "1", "'c'", "(a)", "[1]", "{a: 1}", "f(x)", "(a)-->(b)"];
    let mut read = 0;
    for operand in operands {
        let rows = prefixes
            .iter()
            .flat_map(|prefix| [3, 60, 140].map(|n| (format!("{}{operand}", prefix.repeat(n)), n)));
        let behind = suffixes
            .iter()
            .flat_map(|suffix| [3, 60, 140].map(|n| (format!("{operand}{}", suffix.repeat(n)), n)));
        for (row, n) in rows.chain(behind) {
            for text in [format!("RETURN {row} AS y"), format!("RETURN (a) < {row} AS y")] {
                read += usize::from(n > 100 && parse(&text).is_ok());
                if let Some(problem) = difference(&text) {
                    panic!("{problem}");
                }
            }
        }
    }
    assert!(read > 100, "{read} of the longest can be read");
}

#[test]
fn trees_of_any_shape_can_be_printed() {
    let trees = if std::env::var_os("DOSSIER_PRINT_ALL").is_some() { 20_000 } else { 150 };
    for seed in 1..=trees {
        let mut random = Random::new(seed);
        let text = format!("RETURN {} AS x", tree(&mut random, 4));
        assert!(parse(&text).is_ok(), "seed {seed}: {text}\n{:?}", parse(&text).err());
        if let Some(problem) = difference(&text) {
            panic!("seed {seed}\n{problem}");
        }
    }
}

/// A random expression with brackets around every operand, so that any tree can come out.
fn tree(random: &mut Random, depth: usize) -> String {
    if depth == 0 {
        return random
            .pick(&["a", "5", "-5", "1.5", "-1.5", "'s'", "$p", "null", "true", "[]", "{}", "n.a"])
            .to_owned();
    }
    let mut part = || format!("({})", tree(random, depth - 1));
    let (a, b, c) = (part(), part(), part());
    match random.below(22) {
        0 => format!("{a} {} {b}", random.pick(&["+", "-", "*", "/", "%", "^", "||"])),
        1 => format!("{a} {} {b}", random.pick(&["AND", "OR", "XOR"])),
        2 => format!("{a} {} {b}", random.pick(&["=", "<>", "<", "<=", ">", ">="])),
        3 => format!("{a} {} {b}", random.pick(&["IN", "STARTS WITH", "CONTAINS", "=~"])),
        4 => format!("{a} < {b} {} {c}", random.pick(&["=", ">"])),
        5 => format!("{}{a}", random.pick(&["NOT ", "-", "+", "- -", "NOT NOT "])),
        6 => format!("{a} IS {}NULL", random.pick(&["", "NOT "])),
        7 => format!("{a} IS {}", random.pick(&[":: LIST", "NOT TYPED INTEGER | STRING", "TRUE"])),
        8 => format!("{a}{}", random.pick(&[".k", ":A", ":A|B&!C", " IS NOT LABELED A|B", ".k:A"])),
        9 => format!("{a}[{b}]"),
        10 => format!("{a}[{}..{}]", b, random.pick(&["", "2"])),
        11 => format!("[{a}, {b}]"),
        12 => format!("[{a}]"),
        13 => format!("{{k: {a}, l: {b}}}"),
        14 => format!("[x IN {a} WHERE {b} | {c}]"),
        15 => format!("[x IN {a}{}]", random.pick(&["", " WHERE x", " | x"])),
        16 => format!("all(x IN {a} WHERE {b})"),
        17 => format!("reduce(s = {a}, x IN {b} | {c})"),
        18 => format!("CASE {a} WHEN {b}, < {c} THEN {a} ELSE {b} END"),
        19 => format!("CASE WHEN {a} THEN {b} END"),
        20 => format!("f({a}, {b})"),
        _ => format!("EXISTS {{ (n)-[{}]->() WHERE {a} }}", random.pick(&["", ":T {k: 1}", "*2"])),
    }
}
