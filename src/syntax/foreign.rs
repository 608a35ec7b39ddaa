//! Forms of other languages and common slips: what to type instead.
//!
//! Called where the grammar has stopped, with the place and the word that does not fit. Looks at
//! that word and at the few before it; the first form that applies says how the language writes it.

use crate::text::suggest;

/// The names of types, for "did you mean".
const TYPES: &[&str] = &[
    "ANY",
    "BOOLEAN",
    "DATE",
    "DURATION",
    "EDTF",
    "FLOAT",
    "INTEGER",
    "LIST",
    "MAP",
    "NODE",
    "PATH",
    "POINT",
    "RELATIONSHIP",
    "STRING",
];

/// The words before a place, the nearest first, at most four.
fn before(text: &str, at: usize) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.get(..at).unwrap_or("").trim_end();
    while words.len() < 4 && !rest.is_empty() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let start = rest.char_indices().rev().take_while(|(_, c)| is_word(*c)).last();
        let start = match start {
            Some((start, _)) => start,
            None => rest.char_indices().last().map_or(0, |(start, _)| start),
        };
        words.push(rest[start..].to_uppercase());
        rest = rest[..start].trim_end();
    }
    words
}

/// What to type instead of what stands at a place.
pub(super) fn hint(text: &str, at: usize, word: &str) -> Option<String> {
    let earlier = before(text, at);
    let last = |n: usize| earlier.get(n).map_or("", String::as_str);
    let rest = text.get(at..).unwrap_or("").trim_end();
    let upper = word.to_uppercase();
    if matches!(last(0), "AS" | ":" | "TYPED")
        && let Some(near) = suggest::nearest(&upper, TYPES.iter().copied())
    {
        return Some(format!("Did you mean `{near}`?"));
    }
    let hint = by_time(&upper, last(0), rest)
        .or_else(|| by_subquery(text, at, &upper))
        .or_else(|| by_word(&upper, last(0), last(1)))
        .or_else(|| by_where(text, at, &upper))
        .or_else(|| by_last_word(last(0), &upper))
        .or_else(|| by_symbol(text, at, word, last(0), rest))?;
    Some(hint.to_owned())
}

/// What a whole statement of another language, or of a server, is here; told by its first words.
pub(super) fn statement(text: &str) -> Option<&'static str> {
    let (first, rest) = first_word(text)?;
    let (second, rest) = first_word(rest.trim_start_matches('.')).unwrap_or_default();
    // `CREATE user = (a)-->(b)` names a path.
    let administers = !rest.trim_start().starts_with('=')
        && matches!(
            &*first,
            "CREATE"
                | "DROP"
                | "ALTER"
                | "RENAME"
                | "SHOW"
                | "START"
                | "STOP"
                | "ENABLE"
                | "DISABLE"
        );
    Some(match (&*first, &*second) {
        ("GRANT" | "DENY" | "REVOKE", _) => {
            "There are no users and rights: whoever may read the folder of a store may read the store."
        }
        (_, "USER" | "USERS" | "ROLE" | "ROLES" | "PRIVILEGE" | "PRIVILEGES") if administers => {
            "There are no users and rights: whoever may read the folder of a store may read the store."
        }
        (_, "DATABASE" | "COMPOSITE" | "ALIAS" | "SERVER" | "SERVERS") if administers => {
            "A store is one graph in one folder: `dossier --store FOLDER` opens it, or makes it."
        }
        (_, "TABLE" | "TABLES" | "REL") if administers => {
            "There are no tables: nodes bear labels, `CREATE (:Label {property: value})`."
        }
        ("CREATE" | "DROP", "NODE") => {
            "There are no tables: nodes bear labels, `CREATE (:Label {property: value})`."
        }
        ("SHOW", "TRANSACTIONS") | ("TERMINATE", _) => {
            "There is no server whose transactions could be listed: Ctrl-C ends a statement of one's own."
        }
        ("SHOW", "SETTINGS") => "There are no settings; `dossier --help` lists the options.",
        ("COPY", _) => {
            "`dossier import --store FOLDER PATH` loads tables; `LOAD CSV FROM 'x.csv' AS row` reads one."
        }
        ("DESCRIBE" | "DESC", _) => "`CALL db.schema.nodeTypeProperties()` lists what there is.",
        ("INSTALL" | "LOAD" | "ATTACH" | "PRAGMA" | "VACUUM", next) if next != "CSV" => {
            "There is nothing to install or to set: SHOW FUNCTIONS and SHOW PROCEDURES list what there is."
        }
        ("EXPLAIN", "ANALYZE" | "ANALYSE") => "Type `PROFILE` before the query.",
        ("WITH", "RECURSIVE") => "A path of any length is `MATCH (a)-[:TYPE]->+(b)`.",
        ("PREFIX" | "CONSTRUCT" | "ASK" | "BASE", _) => {
            "This is SPARQL's; type `MATCH (s)-[p]->(o) RETURN s, p, o`."
        }
        ("G", "V" | "E" | "ADDV" | "ADDE") => {
            "This is Gremlin's; type `MATCH (n)-[r]->(m) RETURN n`."
        }
        _ => return None,
    })
}

/// The word that a text begins with, in capitals, and what follows it.
fn first_word(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    (end > 0 && end < 40).then(|| (text[..end].to_uppercase(), &text[end..]))
}

/// A WHERE that does not fit is mostly a second one, or stands behind RETURN.
fn by_where(text: &str, at: usize, word: &str) -> Option<&'static str> {
    let ahead = text.get(..at).unwrap_or("").to_uppercase();
    let last = |word: &str| ahead.rfind(word);
    match (word, last("WHERE"), last("RETURN")) {
        ("WHERE", earlier, Some(returned)) if earlier.is_none_or(|at| at < returned) => {
            Some("WHERE stands before RETURN, or behind WITH.")
        }
        ("WHERE", Some(_), _) => Some("A clause has one WHERE: join conditions with `AND`."),
        _ => None,
    }
}

/// A clause about time, sources or stance in another place than its own.
fn by_time(word: &str, before: &str, rest: &str) -> Option<&'static str> {
    let next = || first_word(rest.get(word.len()..)?).map(|(next, _)| next);
    let is_ours = match word {
        "DURING" | "OVERLAPS" | "BEFORE" | "AFTER" | "STANCE" => true,
        "KNOWN" => next().as_deref() == Some("AT"),
        "AS" => next().as_deref() == Some("OF"),
        "BETWEEN" if before == ")" => {
            return Some(
                "Type `DURING edtf('2017-01-01/2018-12-31')`, or `FOR VALID_TIME BETWEEN … AND …`.",
            );
        }
        _ => false,
    };
    is_ours.then_some(
        "Behind a pattern stand, in this order: AS OF, DURING, BEFORE, AFTER or OVERLAPS; KNOWN AT; STANCE; WHERE.",
    )
}

/// A condition that is joined to the pattern of a subquery.
fn by_subquery(text: &str, at: usize, word: &str) -> Option<&'static str> {
    let ahead = text.get(..at).unwrap_or("").to_uppercase();
    let (before, pattern) = ahead.rsplit_once('{')?;
    let before = before.trim_end();
    let joins = matches!(word, "AND" | "OR" | "XOR");
    let in_subquery =
        ["EXISTS", "COUNT", "COLLECT", "VALUE"].iter().any(|word| before.ends_with(word));
    let is_bare = pattern.trim_end().ends_with(')') && !pattern.contains("WHERE");
    (joins && in_subquery && is_bare)
        .then_some("In a subquery conditions follow WHERE: `EXISTS { (a)-->(b) WHERE a.x = 1 }`.")
}

/// Whether a word is spelt right, in another language: it is no misspelling of one of ours.
pub(super) fn is_keyword(word: &str) -> bool {
    const KEYWORDS: [&str; 15] = [
        "ALL", "ALTER", "BETWEEN", "FROM", "GROUP", "HAVING", "INNER", "JOIN", "LIKE", "OR",
        "OUTER", "SELECT", "TABLE", "TRUNCATE", "UPDATE",
    ];
    KEYWORDS.contains(&word)
}

/// Words that begin another language's form.
fn by_word(word: &str, last: &str, second: &str) -> Option<&'static str> {
    Some(match word {
        "BETWEEN" | "FROM" | "ALL" if last == "SYSTEM_TIME" => {
            "A query sees the graph as of one moment, `FOR SYSTEM_TIME AS OF 3`; `CALL dossier.changes(from, to)` lists what changed."
        }
        "SELECT" | "FROM" if last != "DELETE" => {
            "Type `MATCH (n:Label) RETURN n.property`: there is no SELECT."
        }
        "UPDATE" => "Type `MATCH (n:Label) SET n.property = value`.",
        "ALTER" | "TRUNCATE" => "There are no tables: `MATCH (n:Label) SET n.property = value`.",
        "TABLE" => "There are no tables: nodes bear labels, `CREATE (:Label {property: value})`.",
        "MATCH" if last == "POSSIBLE" => {
            "POSSIBLE is said once, before the whole query: `POSSIBLE MATCH … RETURN …`."
        }
        "POSSIBLE" => "POSSIBLE is said once, before the whole query: `POSSIBLE MATCH … RETURN …`.",
        "PERSISTENT" => "Only a state persists: `DECLARE RELATIONSHIP T STATE PERSISTENT`.",
        "VALID" | "SOURCE" | "SAYS" | "RANK" if last == ")" => {
            "When it holds and who says so stands inside of the brackets: `-[:TYPE VALID edtf('2012/..') SOURCE 'Report']->`."
        }
        "LIKE" => "Type `CONTAINS`, `STARTS WITH`, `ENDS WITH`, or `=~` with a regular expression.",
        "BETWEEN" => "Type `1 <= n.x <= 3`, or `n.x >= 1 AND n.x <= 3`.",
        "NOT" if last == "IS" => "Type `IS NOT NULL`; for a value `<>`.",
        "NOT" => {
            "NOT stands before the whole comparison: `NOT n.x IN [1]`, `NOT n.name CONTAINS 'x'`."
        }
        "GROUP" => "There is no need to group: what is no aggregate in RETURN groups.",
        "HAVING" => "Filter groups with `WITH …, count(*) AS c WHERE c > 1`.",
        "JOIN" | "INNER" | "LEFT" | "OUTER" => {
            "Connect patterns by a shared variable: `MATCH (a)-[:T]->(b)`."
        }
        "USE" | "GRAPH" | "DATABASE" => {
            "A store holds one graph: leave USE out, and name the store with `--store`."
        }
        "SESSION" => "There are no session settings; parameters are given with each query.",
        "PERIODIC" | "USING" if last != "OPTIONAL" => {
            "A statement is one transaction: leave USING PERIODIC COMMIT out."
        }
        "TOP" => "Type `RETURN … LIMIT 5`.",
        "IF" => "Type `CASE WHEN … THEN … ELSE … END`, or `WHERE` inside a comprehension.",
        "THEN" if last != "WHEN" => {
            "A case with a condition begins with WHEN: `CASE WHEN … THEN … END`."
        }
        "WHERE" if second == "(" => "Type `any(x IN list WHERE x > 1)`.",
        _ if last == "{" && second == "VALUES" => {
            "A list is written `[1, 2]`; `VALUE { MATCH … RETURN x }` takes one value of a query."
        }
        "(" if last == "{" && matches!(second, "SIZE" | "LENGTH") => {
            "Type `COUNT { (n)-[:T]->() }`."
        }
        "OR" if last == ")" => {
            "Alternatives of patterns are joined by `|`: `(a)-->(b) | (a)<--(b)`."
        }
        "AND" | "OR" | "XOR" => "An operator stands between two conditions.",
        "TRANSACTION" if last == "IN" => "Type `IN TRANSACTIONS OF 1000 ROWS`.",
        "AS" if last == "," => "A name follows an expression: `n.x AS name`.",
        "SET" if second == "(" || last == "]" || last == ")" => {
            "In FOREACH a `|` stands before the updates: `FOREACH (x IN xs | SET x.p = 1)`."
        }
        "ON" if last == "SET" => "Type `MERGE (a) ON CREATE SET a.x = 1`.",
        "RETURN" if last == "]" => "UNWIND names its elements: `UNWIND [1] AS x`.",
        _ => return None,
    })
}

/// Words behind which something is missing.
fn by_last_word(last: &str, word: &str) -> Option<&'static str> {
    Some(match last {
        "EXISTS" => "Type `n.name IS NOT NULL`, or `EXISTS { (n)-->() }`.",
        "IS" => "Type `IS NULL`, `IS NOT NULL`, `IS :: INTEGER`, or compare with `=`.",
        "INTO" => "Type `CREATE (:Label {property: value})`.",
        "FROM" if word != "(" => "Type `MATCH (n:Label) DELETE n`.",
        "SELECT" => {
            "There is no SELECT: compute it first, `MATCH (m:Label) WITH min(m.x) AS least MATCH …`."
        }
        "START" => "Type `MATCH (n) WHERE …`: there is no START.",
        "UNIQUE" => "Type `MERGE`: it creates what is not there.",
        "AS" if word.starts_with(['\'', '"']) => {
            "A name stands without quotes; in backquotes it may hold anything: `my name`."
        }
        "AND" | "OR" | "XOR" | "NOT" => "A condition is missing here.",
        "ORDER" | "GROUP" => "Type `ORDER BY`.",
        "DETACH" => "Type `DETACH DELETE n`.",
        "LIMIT" | "SKIP" | "OFFSET" => "A number of rows follows: `LIMIT 10`.",
        _ => return None,
    })
}

/// Symbols and brackets.
fn by_symbol(text: &str, at: usize, word: &str, last: &str, rest: &str) -> Option<&'static str> {
    let ahead = text.get(..at).unwrap_or("").trim_end();
    Some(match word {
        "==" => "Compare with a single `=`.",
        "!=" => "Type `<>` for unequal.",
        "&&" => "Type `AND`.",
        "=" if ahead.ends_with('=') => "Compare and assign with a single `=`.",
        "=" if ahead.ends_with(':') => "Type `expression AS name`, or `LET name = expression`.",
        "=" if rest.starts_with("=>") || ahead.ends_with(|c: char| c.is_alphanumeric()) => {
            "A map pairs a key and a value with `:`, as in `{name: 'x'}`."
        }
        "|" if last == ")" && rest.starts_with("||") => {
            "Alternatives of patterns are joined by `|`: `(a)-->(b) | (a)<--(b)`."
        }
        "!" if ahead.ends_with('=') => "Type `<>` for unequal.",
        "!" => "Type `NOT`.",
        ">" if ahead.ends_with('=') => "Type `>=`.",
        "<" if ahead.ends_with('=') => "Type `<=`.",
        "*" if ahead.ends_with('*') => "Type `^` for a power.",
        "?" => "Type `CASE WHEN … THEN … ELSE … END`.",
        "“" | "”" | "„" | "‘" | "’" | "«" | "»" => {
            "A string stands in straight quotes: 'text'."
        }
        "–" | "—" => "Type an ordinary hyphen, `-`.",
        "@" | "#" => "A parameter is written `$name`; a comment begins with `//`.",
        "+" if rest.starts_with("+=") => {
            "Type `n.x = n.x + 1`; `+=` adds a map to a node, `n += {x: 1}`."
        }
        "'" | "\"" if last == "{" || last == "," => "Keys stand without quotes: `{name: 'x'}`.",
        "'" | "\"" if last == ":" || last == "." => {
            "Names stand without quotes; in backquotes they may hold anything."
        }
        "'" | "\"" if last == "CSV" => "Type `LOAD CSV WITH HEADERS FROM 'people.csv' AS row`.",
        "'" | "\"" => "Between two values stands an operator or a comma.",
        ";" => "A semicolon ends a statement; inside brackets stands a comma.",
        "," if matches!(last, "]" | ")") && ahead.to_uppercase().contains("LIMIT") => {
            "Type `SKIP 5 LIMIT 10`."
        }
        "}" | "{" if last == "}" || ahead.ends_with('$') => "A parameter is written `$name`.",
        ":" if last.chars().all(char::is_alphanumeric) => {
            "A node stands in brackets, `(n:Label)`; a property is set with `=`."
        }
        "$" => "A parameter is written `$name`.",
        "for" => "Type `[x IN list WHERE … | …]`.",
        _ if ahead.ends_with('-')
            || (ahead.ends_with('>') && word != "(")
            || word.starts_with('>') =>
        {
            "A relationship is written `-[:TYPE]->`, and a node stands in brackets: `(n)`."
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_before_a_place() {
        assert_eq!(before("MATCH (n) WHERE n.x", 19), ["X", ".", "N", "WHERE"]);
        assert_eq!(before("", 0), Vec::<String>::new());
    }
}
