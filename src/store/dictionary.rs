//! Distinct texts of a column, by code.
//!
//! A string column is an array of 4-byte codes; the texts stand here once each, end to end:
//!
//! ```text
//! codes  [0, 1, 0, 2]        text  "RussiaNauruSyria"      ends  [6, 11, 16]
//! ```
//!
//! Codes are given in the order in which texts first come. Equal texts have equal codes, so an
//! equality test, a grouping and a join compare integers. The hash table from text to code is a
//! cache: it is built when somebody first asks for a code. In a file it is an array of its own
//! (open addressing by [`text_hash`], 0 is a free place, otherwise one more than the code), so
//! that finding one text touches a handful of pages.

use std::fmt;
use std::hash::BuildHasher;
use std::sync::{Arc, OnceLock};

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::graph::snapshot::Dictionary;

use xxhash_rust::xxh3::xxh3_64;

use super::section::{Section, Text};

/// The texts of one column.
#[derive(Default)]
pub struct TextDictionary {
    texts: Texts,
    codes: OnceLock<HashTable<u32>>,
    hasher: DefaultHashBuilder,
    /// The table of a file, in place of `codes`.
    stored: Option<Section<u32>>,
}

/// Collects texts and gives each distinct one a code.
#[derive(Default)]
pub struct DictionaryBuilder {
    text: String,
    ends: Vec<u64>,
    codes: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

/// Texts end to end.
#[derive(Default)]
struct Texts {
    text: Text,
    /// Where each text ends; it begins where the one before it ends.
    ends: Section<u64>,
}

impl DictionaryBuilder {
    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.text.len() + size_of_val(&self.ends[..]) + 8 * self.codes.len()
    }

    /// The code of a text, new if need be.
    pub fn intern(&mut self, text: &str) -> u32 {
        let hash = self.hasher.hash_one(text);
        let (blob, ends, hasher) = (&self.text, &self.ends, &self.hasher);
        let found = self.codes.find(hash, |&code| text_at(blob, ends, code) == text);
        if let Some(&code) = found {
            return code;
        }
        // At most one new text for each entry of a column, and entries have 32-bit numbers.
        let code = ends.len() as u32;
        self.codes.insert_unique(hash, code, |&other| hasher.hash_one(text_at(blob, ends, other)));
        self.text.push_str(text);
        self.ends.push(self.text.len() as u64);
        code
    }

    /// The text of a code.
    pub fn text(&self, code: u32) -> &str {
        text_at(&self.text, &self.ends, code)
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The finished dictionary.
    pub fn finish(self) -> TextDictionary {
        let text = Text::Owned(self.text.into_boxed_str());
        let texts = Texts { text, ends: self.ends.into() };
        TextDictionary {
            texts,
            codes: OnceLock::from(self.codes),
            hasher: self.hasher,
            stored: None,
        }
    }
}

impl TextDictionary {
    /// The dictionary in a file: texts, where each ends, and the table from text to code.
    pub fn stored(text: Text, ends: Section<u64>, table: Section<u32>) -> Self {
        let texts = Texts { text, ends };
        TextDictionary { texts, stored: Some(table), ..TextDictionary::default() }
    }

    /// Where each text ends.
    pub fn ends(&self) -> &[u64] {
        &self.texts.ends
    }

    /// The texts.
    pub fn text_bytes(&self) -> &Text {
        &self.texts.text
    }

    /// The table from text to code as a file has it.
    pub fn table(&self) -> Vec<u32> {
        let places = (self.len() * 2).next_power_of_two();
        let mut table = vec![0; if self.len() == 0 { 0 } else { places }];
        for code in 0..self.len() as u32 {
            let mut place = text_hash(self.texts.get(code)) as usize & (places - 1);
            while table[place] != 0 {
                place = (place + 1) & (places - 1);
            }
            table[place] = code + 1;
        }
        table
    }

    /// The table from hash to code, built at the first call.
    fn codes(&self) -> &HashTable<u32> {
        self.codes.get_or_init(|| {
            let hash = |&code: &u32| self.hasher.hash_one(self.texts.get(code));
            let mut codes = HashTable::with_capacity(self.texts.ends.len());
            for code in 0..self.texts.ends.len() as u32 {
                codes.insert_unique(hash(&code), code, hash);
            }
            codes
        })
    }
}

impl Dictionary for TextDictionary {
    fn text(&self, code: u32) -> Arc<str> {
        self.texts.get(code).into()
    }

    fn text_ref(&self, code: u32) -> &str {
        self.texts.get(code)
    }

    fn code(&self, text: &str) -> Option<u32> {
        if let Some(table) = &self.stored {
            return self.texts.find(table, text);
        }
        let hash = self.hasher.hash_one(text);
        self.codes().find(hash, |&code| self.texts.get(code) == text).copied()
    }

    fn end_to_end(&self) -> (&[u8], &[u64]) {
        (self.texts.text.bytes(), &self.texts.ends)
    }

    fn len(&self) -> usize {
        self.texts.ends.len()
    }
}

impl Texts {
    #[inline]
    fn get(&self, code: u32) -> &str {
        let code = code as usize;
        let start = if code == 0 { 0 } else { self.ends[code - 1] };
        self.text.get(start, self.ends[code])
    }

    /// The code of a text by the table of a file. A table without a free place ends the search
    /// after one round.
    fn find(&self, table: &[u32], text: &str) -> Option<u32> {
        let mask = table.len().checked_sub(1)?;
        let start = text_hash(text) as usize;
        for step in 0..table.len() {
            let code = table[(start + step) & mask].checked_sub(1)?;
            if (code as usize) < self.ends.len() && self.get(code) == text {
                return Some(code);
            }
        }
        None
    }
}

/// The hash by which a file's table places a text. It is part of the format.
fn text_hash(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

fn text_at<'a>(text: &'a str, ends: &[u64], code: u32) -> &'a str {
    let code = code as usize;
    let start = if code == 0 { 0 } else { ends[code - 1] as usize };
    &text[start..ends[code] as usize]
}

impl fmt::Debug for TextDictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextDictionary({} texts)", self.len())
    }
}

impl fmt::Debug for DictionaryBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DictionaryBuilder({} texts)", self.ends.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_texts_agree_with_and_without_the_cache() {
        let mut builder = DictionaryBuilder::default();
        let texts = ["Russia", "", "Nauru", "Цхинвал", "Russia"];
        let codes: Vec<u32> = texts.iter().map(|text| builder.intern(text)).collect();
        assert_eq!(codes, [0, 1, 2, 3, 0]);
        let mut dictionary = builder.finish();
        for round in 0..2 {
            for (text, &code) in texts.iter().zip(&codes) {
                assert_eq!(dictionary.text_ref(code), *text, "round {round}");
                assert_eq!(dictionary.code(text), Some(code), "round {round}");
            }
            assert_eq!(dictionary.code("Syria"), None);
            dictionary.codes = OnceLock::new();
        }
        assert_eq!(dictionary.len(), 4);
    }
}
