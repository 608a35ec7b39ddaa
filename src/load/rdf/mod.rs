//! RDF 1.2 into a graph and back: Turtle, N-Triples, N-Quads, `TriG`, RDF/XML and JSON-LD.
//!
//! ```text
//! <urn:dossier:node:0>  rdf:type  <urn:dossier:label:State> ;  <urn:dossier:key:name>  "Nauru" .
//! <urn:dossier:node:0>  <urn:dossier:type:RECOGNISES>  <urn:dossier:node:3> .
//! <urn:dossier:statement:7>  rdf:reifies  <<( <urn:dossier:node:0> <urn:dossier:type:RECOGNISES> <urn:dossier:node:3> )>> ;
//!     <urn:dossier:valid>  "2009-12-15/.."^^edtf:EDTF ;
//!     <urn:dossier:source>  [ <urn:dossier:document> <urn:dossier:node:5> ; <urn:dossier:at> "{\"paragraph\":5}"^^rdf:JSON ] .
//! ```
//!
//! A triple between two resources is a relationship, one with a literal a property (several are a
//! list), one with `rdf:type` a label. What is said of a triple by way of a reifier is said of the
//! relationship: dates and sources in our words, all else as properties. A triple that is reified and
//! not asserted is somebody else's: its stance is *attributed*. A relationship that several share
//! type and ends with is reified, because a set of triples holds one of them only. The name of a graph
//! is the document that its relationships rest on.
//!
//! Foreign names lose their namespace (`foaf:knows` is `knows`); a resource keeps its IRI as the
//! property `uri`, by which a later export names it, and a text its language as the property `name@language`. JSON-LD cannot name triples: there a reifier says
//! subject, predicate and object, which is read in every format. What is declared stands, as the lines
//! of [`elements`](super::elements) have it, in literals of one resource, `urn:dossier:graph`.
//!
//! `read.rs` is the way in, with `terms.rs`; `write.rs` the way out.

mod lost;
mod read;
mod terms;
mod write;

use std::path::Path;

use oxrdf::vocab::rdf;
use oxrdfio::JsonLdProfileSet;
pub use oxrdfio::RdfFormat;

use crate::graph::empty::EmptyGraph;
use crate::render::json;
use crate::value::Value;
use crate::value::time::{Date, DateTime, Duration, Edtf, LocalDateTime, LocalTime, Time};

pub use read::import;
pub use write::export;

/// What all names of ours begin with.
const OURS: &str = "urn:dossier:";
const EDTF: &str = "http://id.loc.gov/datatypes/edtf/EDTF";
const ALSO: &str = "http://www.w3.org/2004/02/skos/core#altLabel";
/// The property that keeps the IRI of a resource.
const URI: &str = "uri";
/// What the name of a property ends with that keeps the language of another: `name@language` that of `name`.
const LANGUAGE: &str = "@language";
/// What stands in a language before the direction of a text, as in N-Triples.
const DIRECTION: &str = "--";
/// The resource that the graph itself is.
const GRAPH: &str = "urn:dossier:graph";

/// JSON-LD as it is written: a document of its own, in whichever form is shortest.
pub const JSON_LD: RdfFormat = RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() };

/// The format that the name of a file says it has.
pub fn format_of(path: &Path) -> Option<RdfFormat> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let plain = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
    RdfFormat::from_extension(plain.rsplit_once('.')?.1)
}

/// The name of an IRI: ours as it was, of others what comes last.
fn name_of(iri: &str) -> String {
    let ours = iri.strip_prefix(OURS).and_then(|rest| rest.split_once(':'));
    if let Some((_, name)) = ours {
        return decoded(name);
    }
    let end = iri.trim_end_matches(['#', '/', ':']);
    let local = end.rsplit(['#', '/', ':']).next().unwrap_or(end);
    decoded(if local.is_empty() { iri } else { local })
}

fn decoded(name: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(name.len()), name.as_bytes());
    while let Some((&byte, after)) = rest.split_first() {
        let hex = (byte == b'%').then(|| after.get(..2)).flatten();
        let value = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(value.unwrap_or(byte));
        rest = if value.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| name.to_owned())
}

/// The value of a literal; a text where it is none of its datatype.
fn value_of(text: &str, datatype: &str) -> Value {
    let value = match datatype {
        EDTF => Edtf::parse(text).ok().map(Value::from),
        iri if iri == rdf::JSON.as_str() => serde_json::from_str(text)
            .ok()
            .and_then(|raw| json::read_value(raw, &EmptyGraph::default()).ok()),
        iri => iri
            .strip_prefix("http://www.w3.org/2001/XMLSchema#")
            .and_then(|name| of_schema(name, text)),
    };
    value.unwrap_or_else(|| text.into())
}

fn of_schema(datatype: &str, text: &str) -> Option<Value> {
    Some(match datatype {
        "boolean" => match text.trim() {
            "true" | "1" => true.into(),
            "false" | "0" => false.into(),
            _ => return None,
        },
        "double" | "float" | "decimal" => match text.trim() {
            "INF" | "+INF" => f64::INFINITY.into(),
            "-INF" => f64::NEG_INFINITY.into(),
            text => text.parse::<f64>().ok()?.into(),
        },
        "date" => Value::Date(Date::parse(text).ok()?),
        "dateTime" => match DateTime::parse(text) {
            Ok(value)
                if text.ends_with('Z') || text.rfind(['+', '-']).is_some_and(|at| at > 10) =>
            {
                Value::DateTime(value.into())
            }
            _ => Value::LocalDateTime(LocalDateTime::parse(text).ok()?),
        },
        "time" => match LocalTime::parse(text) {
            Ok(value) => Value::LocalTime(value),
            Err(_) => Value::Time(Time::parse(text, 0).ok()?),
        },
        "gYear" | "gYearMonth" => Edtf::parse(text).ok()?.into(),
        "duration" | "dayTimeDuration" | "yearMonthDuration" => {
            Value::Duration(Duration::parse(text).ok()?.into())
        }
        "string" => text.into(),
        _ => text.trim().trim_start_matches('+').parse::<i64>().ok()?.into(),
    })
}
