//! Tables whose headers say what their columns mean, in Neo4j's convention, and how to write them.
//!
//! ```text
//! people.csv   id:ID(Person),name,born:int,speaks:string[],:LABEL
//!              p1,Ada,1815,en;fr,Person;Author
//! knows.csv    :START_ID(Person),:END_ID(Person),since:date,:TYPE
//!              p1,p2,1840-01-01,KNOWS
//! ```
//!
//! **In**: the paths of such tables. **Out**: the recipe that says the same ([`recipe_of`]), which is
//! carried out like one that a person has written. [`tables`](super::tables) is the way back. What a
//! relationship says about itself stands in columns of our own: `_valid`, `_not_before`, `_not_after`,
//! `_stance`, `_speaker`, `_rank`, `_because` and, as JSON, `_sources`; other names of a node in `_also`.
//! Other programs take them for properties. Labels and types that do not fit their columns stand in
//! `_labels:json` and `_type:json`.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead as _, Read as _};
use std::path::{Path, PathBuf};

use super::rows::{Kind, Layout, Packing, Table, Wanted, failed, packing_of};
use crate::error::{Error, Result, load};

/// What stands between the labels of a node and between the items of a list.
pub const SEPARATOR: char = ';';

/// The columns of ours, and what a recipe calls them.
pub const QUALIFIERS: [(&str, &str); 7] = [
    ("_valid", "valid"),
    ("_not_before", "not_before"),
    ("_not_after", "not_after"),
    ("_stance", "stance"),
    ("_speaker", "speaker"),
    ("_rank", "rank"),
    ("_because", "because"),
];
/// The sources of a relationship, as JSON.
pub const SOURCES: &str = "_sources";
/// Other names of a node, as JSON.
pub const ALSO: &str = "_also";
/// The labels of a node, as JSON, where one of them holds what sets labels apart.
pub const LABELS: &str = "_labels";
/// The type of a relationship, as JSON, where it does not fit a cell.
pub const TYPE: &str = "_type";

/// The file beside the tables that says what is declared: lines of elements, which speak of nodes by
/// what these have as `:ID`.
pub const DECLARATIONS: &str = "declarations.jsonl";

/// No line of headers is longer.
const FIRST_LINE_MAX_BYTES: u64 = 1 << 20;

/// The nodes of all tables that name no group of their own.
pub const SHARED_GROUP: &str = "nodes";

/// Whether a file is that one, whatever it is packed with.
pub fn is_declarations(path: &Path) -> bool {
    let name = super::import::file_name(path).to_ascii_lowercase();
    let plain = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
    plain == DECLARATIONS
}

/// Whether a name is that of a column of ours, with more lines before it than ours have.
fn is_ours(name: &str) -> bool {
    let core = name.trim_start_matches('_');
    let mut ours = QUALIFIERS.iter().map(|(name, _)| *name).chain([SOURCES, ALSO, LABELS, TYPE]);
    name.starts_with('_') && ours.any(|known| known.get(1..) == Some(core))
}

/// What the column of a property is called: one that is called like a column of ours gets one more
/// line before it. A name that would not come back from a header, or where no cell is quoted holds what sets cells
/// and rows apart, stands there as a text of JSON.
pub fn column_of(property: &str, quotes: bool) -> Cow<'_, str> {
    let is_plain = property == property.trim()
        && !property.is_empty()
        && !property.starts_with('"')
        && (quotes || !property.contains(['\t', '\n', '\r']));
    if !is_plain {
        return serde_json::Value::from(property).to_string().into();
    }
    if is_ours(property) { format!("_{property}").into() } else { property.into() }
}

/// The way back.
fn property_of(column: &str) -> Cow<'_, str> {
    if column.starts_with('"')
        && let Ok(name) = serde_json::from_str(column)
    {
        return Cow::Owned(name);
    }
    if column.starts_with("__") && is_ours(column) { column[1..].into() } else { column.into() }
}

/// What the header of a column says.
enum Role {
    Id {
        name: String,
        space: String,
    },
    Start(String),
    End(String),
    Label,
    Type,
    Ignored,
    /// Says what a key of a recipe of nodes, or of relationships, says.
    Ours(&'static str),
    /// A property; the expression that is its value, and the type that the column has to be read as.
    Property {
        name: String,
        value: String,
        kind: Option<&'static str>,
    },
}

/// Whether the headers of a table say what its columns mean.
pub fn has_roles(path: &Path) -> Result<bool> {
    let names = Table::open(path, &layout_of(path)?)?.names;
    Ok(names.iter().any(|name| {
        let upper = name.trim().to_ascii_uppercase();
        [":ID", ":START_ID"].iter().any(|role| {
            upper
                .split_once(role)
                .is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with(['(', '{']))
        })
    }))
}

/// What sets values apart in a table of a name that says commas: semicolons, bars or tabs where its first line
/// has those and no comma.
fn layout_of(path: &Path) -> Result<Layout> {
    let mut layout = Layout::default();
    if packing_of(path) != Packing::Comma {
        return Ok(layout);
    }
    let mut line = Vec::new();
    let mut input = super::unpacked(path)?.take(FIRST_LINE_MAX_BYTES);
    input.read_until(b'\n', &mut line).map_err(|error| failed(path, &error))?;
    if !line.contains(&b',') {
        layout.delimiter = [b';', b'|', b'\t'].into_iter().find(|mark| line.contains(mark));
    }
    Ok(layout)
}

/// The recipe that tables with such headers stand for.
///
/// # Errors
///
/// `load::recipe` for a header that says nothing or something unknown.
pub fn recipe_of(paths: &[PathBuf]) -> Result<String> {
    let mut names = BTreeSet::new();
    let (mut nodes, mut relationships) = (String::new(), String::new());
    let mut delimiter = None;
    let mut has_points = false;
    for path in paths {
        let file = super::import::file_name(path);
        if !names.insert(file.clone()) {
            let message = format!("Two files are called `{file}`.");
            return Err(Error::new(&load::RECIPE, message).hint("Give one of them another name."));
        }
        let layout = layout_of(path)?;
        if *delimiter.get_or_insert(layout.delimiter) != layout.delimiter {
            let message =
                format!("`{file}` sets its values apart in another way than the tables before it.");
            return Err(Error::new(&load::RECIPE, message)
                .hint("Import them one after the other, or write them alike."));
        }
        let table_of = Table::open(path, &layout)?;
        let is_typed = table_of.is_typed();
        let roles: Result<Vec<(String, Role)>> = table_of
            .names
            .iter()
            .map(|name| Ok((name.clone(), role(&file, name, is_typed)?)))
            .collect();
        let roles = roles?;
        check_names(&file, &table_of.names)?;
        let is_node = roles.iter().any(|(_, role)| matches!(role, Role::Id { .. }));
        let out = if is_node { &mut nodes } else { &mut relationships };
        table(out, &file, &roles, is_node)?;
        if layout.delimiter == Some(b';') {
            has_points = has_points || has_point(table_of, &roles)?;
        }
    }
    nodes.push_str(&relationships);
    if let Some(Some(mark)) = delimiter {
        let mark = quoted(&char::from(mark).to_string());
        // Where semicolons set values apart, that is because commas stand in numbers; unless points do.
        let is_comma = mark == "\";\"" && !has_points;
        let decimal = if is_comma { "decimal = \",\"\n" } else { "" };
        nodes = format!("[read]\ndelimiter = {mark}\n{decimal}{nodes}");
    }
    Ok(nodes)
}

/// Whether a number of the first rows has a point for its fraction, in columns that are said to hold such.
fn has_point(table: Table, roles: &[(String, Role)]) -> Result<bool> {
    let is_float = |role: &Role| matches!(role, Role::Property { kind: Some("float"), .. });
    let floats = roles.iter().enumerate().filter(|(_, (_, role))| is_float(role));
    let wanted = floats.map(|(place, _)| Wanted { place, kind: Some(Kind::Text) });
    let wanted: Vec<Wanted> = wanted.collect();
    if wanted.is_empty() {
        return Ok(false);
    }
    let Some(batch) = table.rows(&wanted)?.next_batch()? else { return Ok(false) };
    Ok(batch.columns.iter().any(|column| {
        let is_point = |text: &str| text.contains('.') && text.trim().parse::<f64>().is_ok();
        (0..batch.len).any(|row| column.value(row).as_str().is_some_and(is_point))
    }))
}

/// Fails for a column without a name, and for two of the same.
fn check_names(file: &str, names: &[String]) -> Result<()> {
    let wrong = |message: String, hint: &str| Err(Error::new(&load::RECIPE, message).hint(hint));
    for (at, name) in names.iter().enumerate() {
        if name.is_empty() {
            let message = format!("Column {} of `{file}` has no name.", at + 1);
            return wrong(message, "Name it, or call it :IGNORE.");
        }
        if names[..at].contains(name) && !name.ends_with(":IGNORE") {
            let message = format!("`{file}` has two columns `{name}`.");
            return wrong(message, "Give one of them another name.");
        }
    }
    Ok(())
}

fn table(out: &mut String, file: &str, roles: &[(String, Role)], is_node: bool) -> Result<()> {
    let wrong = |what: &str| {
        Error::new(&load::RECIPE, format!("`{file}` {what}."))
            .hint("A table of nodes has a column `:ID`, one of relationships `:START_ID`, `:END_ID` and `:TYPE`; other tables need a recipe.")
    };
    let (mut start, mut end, mut kind_of) = (None, None, None);
    let (mut properties, mut types) = (String::new(), String::new());
    let json = |types: &mut String, column: &str| {
        let _ = writeln!(types, "{} = \"json\"", quoted(column));
    };
    let _ = writeln!(
        out,
        "[[{}]]\nfile = {}",
        if is_node { "node" } else { "relationship" },
        quoted(file)
    );
    for (column, role) in roles {
        match role {
            Role::Id { name, space } => {
                let _ =
                    writeln!(out, "group = {}\nkey = {}", group(space), quoted(&ticked(column)));
                // A key without a name is no property, and what it is read as shows nowhere.
                if !name.is_empty() {
                    property(&mut properties, name, &ticked(column));
                    let _ = writeln!(types, "{} = \"text\"", quoted(column));
                }
            }
            Role::Start(space) => start = Some((space, column)),
            Role::End(space) => end = Some((space, column)),
            Role::Label if is_node => {
                let split = format!("split({}, '{SEPARATOR}')", ticked(column));
                let _ = writeln!(out, "labels_from = {}", quoted(&split));
            }
            Role::Label | Role::Ignored => {}
            Role::Type => kind_of = Some(column),
            Role::Ours(ALSO) if is_node => {
                let _ = writeln!(out, "also = {}", quoted(&ticked(column)));
                json(&mut types, column);
            }
            Role::Ours(LABELS) if is_node => {
                let _ = writeln!(out, "labels_from = {}", quoted(&ticked(column)));
                json(&mut types, column);
            }
            Role::Ours(SOURCES) if !is_node => {
                let list = quoted(&ticked(column));
                let _ = writeln!(out, "sources = {{ node = {}, list = {list} }}", group(""));
                json(&mut types, column);
            }
            Role::Ours(TYPE) if !is_node => {
                kind_of = Some(column);
                json(&mut types, column);
            }
            Role::Ours(name) => property(&mut properties, name, &ticked(column)),
            Role::Property { name, value, kind } => {
                let known = QUALIFIERS.iter().find(|(known, _)| known == name);
                match known.filter(|_| !is_node) {
                    Some((_, key)) => {
                        let _ = writeln!(out, "{key} = {}", quoted(value));
                    }
                    None => property(&mut properties, &property_of(name), value),
                }
                if let Some(kind) = kind {
                    let _ = writeln!(types, "{} = \"{kind}\"", quoted(column));
                }
            }
        }
    }
    if !is_node {
        let (Some(start), Some(end)) = (start, end) else {
            return Err(wrong("has neither nodes nor both ends of relationships"));
        };
        let Some(kind_of) = kind_of else { return Err(wrong("has no column `:TYPE`")) };
        let _ = writeln!(out, "type_from = {}", quoted(&ticked(kind_of)));
        for (end, (space, column)) in [("from", start), ("to", end)] {
            let (space, key) = (group(space), quoted(&ticked(column)));
            let _ = writeln!(out, "{end} = {{ node = {space}, key = {key} }}");
        }
    }
    let of = if is_node { "node" } else { "relationship" };
    let _ = writeln!(out, "[{of}.properties]\n{properties}[{of}.types]\n{types}");
    Ok(())
}

fn property(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "{} = {}", quoted(name), quoted(value));
}

/// What the header of a column means. Without a type it is a text, or what the file itself says.
fn role(file: &str, header: &str, is_typed: bool) -> Result<Role> {
    let ours = [SOURCES, ALSO, LABELS, TYPE];
    let (written, options) = without_options(header);
    let plain = written.strip_suffix(":json").unwrap_or(written);
    if let Some(ours) = ours.into_iter().find(|ours| *ours == plain) {
        return Ok(Role::Ours(ours));
    }
    let Some((name, kind)) = written.rsplit_once(':') else {
        let kind = (!is_typed).then_some("text");
        return Ok(Role::Property { name: written.to_owned(), value: ticked(header), kind });
    };
    check_options(file, header, options)?;
    let (name, kind) = (name.trim_end(), kind.trim());
    let (word, space) = match kind.split_once('(') {
        Some((word, space)) => (word, space.trim_end_matches(')').to_owned()),
        None => (kind, String::new()),
    };
    let name = name.to_owned();
    Ok(match word.to_ascii_uppercase().as_str() {
        "ID" => Role::Id { name, space },
        "START_ID" => Role::Start(space),
        "END_ID" => Role::End(space),
        "LABEL" => Role::Label,
        "TYPE" => Role::Type,
        "IGNORE" => Role::Ignored,
        _ => {
            let (scalar, is_list) = match kind.strip_suffix("[]") {
                Some(scalar) => (scalar, true),
                None => (kind, false),
            };
            let (kind, convert) = match scalar.to_ascii_lowercase().as_str() {
                "int" | "long" | "short" | "byte" => ("integer", "toInteger"),
                "float" | "double" => ("float", "toFloat"),
                "boolean" => ("boolean", "toBoolean"),
                "string" | "char" | "" => ("text", ""),
                "date" => ("date", "date"),
                "datetime" => ("datetime", ""),
                "localdatetime" => ("localdatetime", ""),
                "time" => ("time", ""),
                "localtime" => ("localtime", ""),
                "duration" => ("duration", ""),
                "edtf" => ("edtf", "edtf"),
                "json" => ("json", ""),
                _ => {
                    let message = format!("`{file}` has a column of the unknown type `{header}`.");
                    return Err(Error::new(&load::RECIPE, message)
                        .hint("Known are int, long, float, double, boolean, string, date, datetime, localdatetime, time, localtime, duration, edtf and json, with [] for lists."));
                }
            };
            if !is_list {
                return Ok(Role::Property { name, value: ticked(header), kind: Some(kind) });
            }
            if convert.is_empty() && kind != "text" {
                let message =
                    format!("`{file}` has a list of a type that is not read: `{header}`.");
                return Err(Error::new(&load::RECIPE, message));
            }
            let split = format!("split({}, '{SEPARATOR}')", ticked(header));
            let value = if convert.is_empty() { split } else { format!("{convert}({split})") };
            Role::Property { name, value, kind: Some("text") }
        }
    })
}

/// A header without the spaces around it and without its options, and those. The label and the type of an
/// id (`id:ID{label: Person}`) say more than is needed.
fn without_options(header: &str) -> (&str, &str) {
    let header = header.trim();
    let options = header.strip_suffix('}').and_then(|rest| rest.rsplit_once('{'));
    match options.filter(|(written, _)| written.contains(':')) {
        Some((written, options)) => (written.trim_end(), options),
        None => (header, ""),
    }
}

/// Fails for an option that would make other values of what the column has.
fn check_options(file: &str, header: &str, options: &str) -> Result<()> {
    let options = options.to_ascii_lowercase();
    if !["timezone", "crs"].iter().any(|option| options.contains(option)) {
        return Ok(());
    }
    let message = format!("`{file}` has a column with an option that is not read: `{header}`.");
    Err(Error::new(&load::RECIPE, message)
        .hint("Write the time zone into the values: 2008-08-26T15:00+04:00."))
}

/// The group of an id space; the one that all tables share has no name.
fn group(space: &str) -> String {
    quoted(if space.is_empty() { SHARED_GROUP } else { space })
}

/// A column in an expression.
fn ticked(column: &str) -> String {
    format!("`{}`", column.replace('`', "``"))
}

/// A text of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}
