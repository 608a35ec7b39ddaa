//! Which texts of a dictionary pass a test, all at once.
//!
//! **In**: a dictionary, a test, a pattern. **Out**: a bit for each code. **Caller**: `predicate.rs`.
//!
//! The texts of a dictionary stand end to end. CONTAINS is one search through all of them: a place
//! where the pattern stands belongs to the text that ends behind it, and counts where it does not
//! reach into the next. Looking at each text by itself would be a call for every few bytes. Bytes
//! are compared, not characters: in UTF-8 a character never begins inside another.

use memchr::memmem::Finder;

use crate::expr::StringTest;
use crate::graph::snapshot::Dictionary;

/// A bit for each code whose text passes the test; the pattern of `=~` is not one for this.
pub(super) fn passing(test: StringTest, pattern: &str, dictionary: &dyn Dictionary) -> Vec<u64> {
    let mut bits = vec![0; dictionary.len().div_ceil(64)];
    let mut mark = |code: usize| bits[code / 64] |= 1 << (code % 64);
    let (texts, ends) = dictionary.end_to_end();
    let pattern = pattern.as_bytes();
    match test {
        StringTest::Contains if !pattern.is_empty() => containing(pattern, texts, ends, &mut mark),
        StringTest::StartsWith if !pattern.is_empty() => {
            let (mut start, first) = (0, pattern.first());
            for (code, &end) in ends.iter().enumerate() {
                // Mostly the first byte says no.
                if texts.get(start) == first
                    && texts.get(start..end as usize).is_some_and(|text| text.starts_with(pattern))
                {
                    mark(code);
                }
                start = end as usize;
            }
        }
        _ => {
            let mut start = 0;
            for (code, &end) in ends.iter().enumerate() {
                let text = texts.get(start..end as usize).unwrap_or(&[]);
                start = end as usize;
                let passes = match test {
                    StringTest::EndsWith => text.ends_with(pattern),
                    StringTest::StartsWith | StringTest::Contains | StringTest::Matches => {
                        text.starts_with(pattern)
                    }
                };
                if passes {
                    mark(code);
                }
            }
        }
    }
    bits
}

fn containing(pattern: &[u8], texts: &[u8], ends: &[u64], mark: &mut impl FnMut(usize)) {
    let finder = Finder::new(pattern);
    let (mut code, mut from) = (0, 0);
    while let Some(found) = texts.get(from..).and_then(|rest| finder.find(rest)) {
        let at = (from + found) as u64;
        code += ends[code..].partition_point(|&end| end <= at);
        let Some(&end) = ends.get(code) else { return };
        if at + pattern.len() as u64 <= end {
            mark(code);
            from = end as usize;
        } else {
            from = at as usize + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[derive(Debug)]
    struct Texts(String, Vec<u64>);

    impl Dictionary for Texts {
        fn text(&self, code: u32) -> Arc<str> {
            self.text_ref(code).into()
        }

        fn text_ref(&self, code: u32) -> &str {
            let code = code as usize;
            let start = code.checked_sub(1).map_or(0, |before| self.1[before]);
            &self.0[start as usize..self.1[code] as usize]
        }

        fn code(&self, text: &str) -> Option<u32> {
            (0..self.len() as u32).find(|&code| self.text_ref(code) == text)
        }

        fn end_to_end(&self) -> (&[u8], &[u64]) {
            (self.0.as_bytes(), &self.1)
        }

        fn len(&self) -> usize {
            self.1.len()
        }
    }

    #[test]
    fn all_at_once_is_each_by_itself() {
        let texts = ["ab", "", "ba", "aba", "b", "a", "abab", "éb", "bé", "aab", "bb"];
        let mut dictionary = Texts(String::new(), Vec::new());
        for text in texts {
            dictionary.0.push_str(text);
            dictionary.1.push(dictionary.0.len() as u64);
        }
        for pattern in
            ["", "a", "b", "ab", "ba", "aa", "bb", "aba", "abab", "é", "éb", "ababa", "x"]
        {
            for test in [StringTest::Contains, StringTest::StartsWith, StringTest::EndsWith] {
                let bits = passing(test, pattern, &dictionary);
                for (code, text) in texts.iter().enumerate() {
                    let expected = match test {
                        StringTest::Contains => text.contains(pattern),
                        StringTest::StartsWith => text.starts_with(pattern),
                        _ => text.ends_with(pattern),
                    };
                    let found = bits[code / 64] >> (code % 64) & 1 == 1;
                    assert_eq!(found, expected, "{text:?} {test:?} {pattern:?}");
                }
            }
        }
    }
}
