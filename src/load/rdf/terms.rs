//! Terms of RDF by number: what is written out once, however many triples speak of it.
//!
//! A file of triples repeats each of its resources many times. Each is kept once, and a triple is
//! three numbers: the highest bit of the third says that it is a literal.

use std::borrow::Cow;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};
use oxrdf::{Literal, NamedOrBlankNode};

use super::DIRECTION;
use crate::error::{Error, Result, load};

/// What the number of a literal begins with.
pub const LITERAL: u32 = 1 << 31;
/// No term has this number.
pub const NONE: u32 = u32::MAX;
/// What a blank node is called begins with this, and no IRI does.
const BLANK: &str = "_:";

/// Three terms: a resource, a property, and a resource or literal.
pub type Numbers = [u32; 3];

/// The terms of a file.
#[derive(Default)]
pub struct Terms {
    resources: Interner,
    literals: Interner,
    /// A literal on its way in.
    buffer: Vec<u8>,
}

impl Terms {
    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        self.resources.len_bytes() + self.literals.len_bytes()
    }

    /// The number of an IRI.
    pub fn iri(&mut self, iri: &str) -> Result<u32> {
        self.resources.number(iri.as_bytes())
    }

    /// The number of a resource.
    pub fn resource(&mut self, node: &NamedOrBlankNode) -> Result<u32> {
        match node {
            NamedOrBlankNode::NamedNode(node) => self.iri(node.as_str()),
            NamedOrBlankNode::BlankNode(node) => self.blank(node.as_str()),
        }
    }

    /// The number of a blank node.
    pub fn blank(&mut self, label: &str) -> Result<u32> {
        self.buffer.clear();
        self.buffer.extend_from_slice(BLANK.as_bytes());
        self.buffer.extend_from_slice(label.as_bytes());
        self.resources.number(&self.buffer)
    }

    /// The number of a literal.
    pub fn literal(&mut self, literal: &Literal) -> Result<u32> {
        let datatype = self.iri(literal.datatype().as_str())?;
        let mut language = Cow::Borrowed(literal.language().unwrap_or_default());
        if let Some(direction) = literal.direction() {
            language.to_mut().push_str(&format!("{DIRECTION}{direction}"));
        }
        self.buffer.clear();
        self.buffer.extend_from_slice(&datatype.to_le_bytes());
        self.buffer.extend_from_slice(&(language.len() as u32).to_le_bytes());
        self.buffer.extend_from_slice(language.as_bytes());
        self.buffer.extend_from_slice(literal.value().as_bytes());
        Ok(self.literals.number(&self.buffer)? | LITERAL)
    }

    /// How many resources there are; their numbers are the first.
    pub fn resource_count(&self) -> usize {
        self.resources.ends.len()
    }

    /// A resource as it is written: an IRI, or `_:` and a label.
    pub fn written(&self, resource: u32) -> &str {
        std::str::from_utf8(self.resources.bytes(resource)).unwrap_or_default()
    }

    /// The IRI of a resource that has one.
    pub fn iri_of(&self, resource: u32) -> Option<&str> {
        Some(self.written(resource)).filter(|iri| !iri.starts_with(BLANK))
    }

    /// A literal: its text, its datatype and its language, with the direction where it has one.
    pub fn literal_of(&self, number: u32) -> (&str, &str, Option<&str>) {
        let bytes = self.literals.bytes(number & !LITERAL);
        let word = |at: usize| {
            bytes
                .get(at..at + 4)
                .and_then(|word| word.try_into().ok())
                .map_or(0, u32::from_le_bytes)
        };
        let (datatype, language) = (word(0), word(4) as usize);
        let rest = bytes.get(8..).unwrap_or_default();
        let (language, value) = rest.split_at_checked(language).unwrap_or((&[], rest));
        let as_text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        let language = (!language.is_empty()).then(|| as_text(language));
        (as_text(value), self.written(datatype), language)
    }
}

/// Whether a number is that of a literal.
pub fn is_literal(number: u32) -> bool {
    number & LITERAL != 0
}

/// Byte strings end to end, each once.
#[derive(Default)]
struct Interner {
    table: HashTable<u32>,
    text: Vec<u8>,
    ends: Vec<usize>,
    hasher: DefaultHashBuilder,
}

impl Interner {
    fn len_bytes(&self) -> usize {
        self.text.len() + size_of_val(&self.ends[..]) + 8 * self.table.len()
    }

    fn number(&mut self, bytes: &[u8]) -> Result<u32> {
        let Interner { table, text, ends, hasher } = self;
        let hash = hasher.hash_one(bytes);
        if let Some(&known) = table.find(hash, |&known| slice(text, ends, known) == bytes) {
            return Ok(known);
        }
        let number = ends.len() as u32;
        if number >= LITERAL - 1 {
            let message = "The file speaks of more than 2,147,483,646 resources or values.";
            return Err(
                Error::new(&load::UNEXPECTED, message).hint("Split it, and import the parts.")
            );
        }
        text.extend_from_slice(bytes);
        ends.push(text.len());
        table.insert_unique(hash, number, |&known| hasher.hash_one(slice(text, ends, known)));
        Ok(number)
    }

    fn bytes(&self, number: u32) -> &[u8] {
        if (number as usize) < self.ends.len() {
            slice(&self.text, &self.ends, number)
        } else {
            &[]
        }
    }
}

fn slice<'t>(text: &'t [u8], ends: &[usize], number: u32) -> &'t [u8] {
    let at = number as usize;
    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
    &text[start..ends[at]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_has_one_number_and_comes_back() {
        let mut terms = Terms::default();
        let one = terms.iri("http://example.org/a").unwrap();
        assert_eq!(terms.iri("http://example.org/a").unwrap(), one);
        let blank = terms.blank("a").unwrap();
        assert!(blank != one && terms.iri_of(blank).is_none());
        assert_eq!(terms.iri_of(one), Some("http://example.org/a"));
        let tagged = Literal::new_language_tagged_literal("Naoero", "na").unwrap();
        let tagged = terms.literal(&tagged).unwrap();
        let plain = terms.literal(&Literal::new_simple_literal("Naoero")).unwrap();
        assert!(tagged != plain && is_literal(plain) && !is_literal(one));
        let (text, _, language) = terms.literal_of(tagged);
        assert_eq!((text, language), ("Naoero", Some("na")));
        let string = "http://www.w3.org/2001/XMLSchema#string";
        assert_eq!(terms.literal_of(plain), ("Naoero", string, None));
    }
}
