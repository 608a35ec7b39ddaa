//! Texts of any size and depth are answered, with rows or with an error: on the stack of a test's
//! thread (2 MB), in a debug build.

use dossier::Store;

/// The code of the error, or `ok`.
fn answer(text: &str) -> String {
    match Store::memory().query(text, ()) {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.code().to_owned(),
    }
}

fn nested(open: &str, inside: &str, close: &str, depth: usize) -> String {
    format!("RETURN {}{inside}{}", open.repeat(depth), close.repeat(depth))
}

fn row(part: &str, operator: &str, n: usize) -> String {
    format!("UNWIND [1] AS x RETURN {}", vec![part; n].join(operator))
}

#[test]
fn long_rows_of_operators_work() {
    for (part, operator) in [("true", " XOR "), ("x = 1", " AND "), ("x = 1", " OR ")] {
        assert_eq!(answer(&row(part, operator, 1200)), "ok", "{operator}");
    }
    for operator in [" + ", " - ", " * ", " < ", " <> "] {
        assert_eq!(answer(&row("x", operator, 600)), "ok", "{operator}");
    }
    assert_eq!(answer(&row("x", " + ", 9000)), "syntax::too_complex");
}

#[test]
fn short_texts_are_as_deep_as_they_can_be() {
    for (part, operator) in [("1", "+"), ("1", "-"), ("true", " XOR "), ("x=1", " OR "), ("1", "<")]
    {
        let text = row(part, operator, 470 / (part.len() + operator.len()));
        assert!(text.len() <= 512, "{}", text.len());
        assert_eq!(answer(&text), "ok", "{operator}");
    }
    assert_eq!(answer(&format!("RETURN {}true", "NOT ".repeat(100))), "ok");
    assert_eq!(answer(&format!("RETURN {}1", "- ".repeat(150))), "ok");
    assert_eq!(answer(&format!("{}RETURN 1", "MATCH() ".repeat(60))), "ok");
    assert_eq!(answer(&format!("WITH 1 AS x {}RETURN 1", "WITH x ".repeat(60))), "ok");
}

#[test]
fn deep_texts_are_refused_or_answered() {
    for (open, inside, close) in [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{a: ", "1", "}"),
        ("abs(", "1", ")"),
        ("CASE WHEN true THEN ", "1", " END"),
        ("EXISTS { MATCH (n) WHERE ", "true", " }"),
        ("[x IN [1] | ", "1", "]"),
        ("all(x IN [1] WHERE ", "true", ")"),
        ("NOT ", "true", ""),
        ("-", "1", ""),
    ] {
        for depth in [20, 1000] {
            let code = answer(&nested(open, inside, close, depth));
            let refused = ["syntax::too_complex", "bind::too_complex", "syntax::unexpected"];
            assert!(code == "ok" || refused.contains(&&*code), "{open} × {depth}: {code}");
        }
    }
}

#[test]
fn many_clauses_are_refused_or_answered() {
    for (clause, end) in [
        ("WITH 1 AS x ", "RETURN x"),
        ("MATCH (a) ", "RETURN 1"),
        ("OPTIONAL MATCH (b:X) ", "RETURN 1"),
        ("CREATE () ", ""),
        ("RETURN 1 AS x UNION ", "RETURN 1 AS x"),
        ("RETURN 1 AS x NEXT ", "RETURN 1 AS x"),
    ] {
        assert_eq!(answer(&format!("{}{end}", clause.repeat(150))), "ok", "{clause}");
        let code = answer(&format!("{}{end}", clause.repeat(4200)));
        assert_eq!(code, "syntax::too_complex", "{clause}");
    }
}

#[test]
fn brackets_and_quotes_without_end() {
    for text in ["(", "[", "{", "`", "'", "\"", "/*", "<", "((a)-[:T]->"] {
        let code = answer(&format!("RETURN {}", text.repeat(30_000)));
        assert_ne!(code, "ok", "{text}");
    }
    assert_eq!(answer(&format!("RETURN '{}'", "a".repeat(20 << 20))), "syntax::too_complex");
}
