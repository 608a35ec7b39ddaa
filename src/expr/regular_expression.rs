//! Regular expressions for `=~`.
//!
//! A pattern must match the whole text, as in openCypher. The syntax is that of the `regex`
//! crate, which is Java's without look-around and back-references; in exchange, matching takes
//! time linear in the text whatever the pattern, so that no pattern can hang a query. Classes
//! and `(?i)` know all of Unicode.

use std::cell::RefCell;
use std::sync::Arc;

use regex::Regex;

use crate::error::{Error, Result, eval as codes};

/// How many compiled patterns are kept: patterns are mostly constants, so a few suffice.
const KEPT_MAX: usize = 16;

/// The patterns that a running statement has compiled, most recently compiled last.
///
/// One for each thread that runs a statement; compiling costs far more than matching.
#[derive(Debug, Default)]
pub struct PatternCache(RefCell<Vec<(Arc<str>, Regex)>>);

impl PatternCache {
    /// Whether the whole of `text` matches the pattern; an error if it is no pattern.
    pub(crate) fn matches(&self, pattern: &Arc<str>, text: &str) -> Result<bool> {
        let mut kept = self.0.borrow_mut();
        if let Some((_, regex)) = kept.iter().find(|(known, _)| known == pattern) {
            return Ok(regex.is_match(text));
        }
        let regex = compile(pattern)?;
        let matches = regex.is_match(text);
        if kept.len() == KEPT_MAX {
            kept.remove(0);
        }
        kept.push((Arc::clone(pattern), regex));
        Ok(matches)
    }
}

/// Compiles a pattern so that it matches whole texts only.
fn compile(pattern: &str) -> Result<Regex> {
    // By itself first, so that `a)|(b` does not become a pattern by being wrapped.
    Regex::new(pattern)
        .and_then(|_| Regex::new(&format!(r"\A(?:{pattern})\z")))
        // In verbose mode a comment at the end would hide the closing bracket.
        .or_else(|error| match Regex::new(pattern) {
            Ok(_) => Regex::new(&format!("\\A(?:{pattern}\n)\\z")),
            Err(_) => Err(error),
        })
        .map_err(|error| not_a_pattern(pattern, &error))
}

fn not_a_pattern(pattern: &str, error: &regex::Error) -> Error {
    let reason = match error {
        regex::Error::CompiledTooBig(_) => "it needs too much memory".to_owned(),
        // The last line of the crate's drawing is the sentence.
        other => other.to_string().lines().last().unwrap_or("").replace("error: ", ""),
    };
    let shown: String = pattern.chars().take(60).collect();
    Error::new(
        &codes::ARGUMENT_VALUE,
        format!("`{shown}` is not a regular expression: {reason}."),
    )
    .hint("Write a backslash before a character that is meant literally, twice in a string: '\\\\('")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> Option<bool> {
        PatternCache::default().matches(&pattern.into(), text).ok()
    }

    #[test]
    fn a_pattern_matches_the_whole_text() {
        assert_eq!(matches("a|ab", "ab"), Some(true));
        assert_eq!(matches("b", "ab"), Some(false));
        assert_eq!(matches(".*b", "ab"), Some(true));
        assert_eq!(matches("(?i)МОСК.*", "Москва"), Some(true));
        assert_eq!(matches("(?x) a b # comment", "ab"), Some(true));
    }

    #[test]
    fn what_is_no_pattern_is_an_error() {
        assert_eq!(matches("a)|(b", "b"), None);
        assert_eq!(matches("(", ""), None);
        assert_eq!(matches("a{1000}{1000}{1000}", ""), None);
    }

    #[test]
    fn many_patterns_do_not_fill_the_memory() {
        let cache = PatternCache::default();
        for number in 0..100 {
            let pattern: Arc<str> = number.to_string().into();
            assert_eq!(cache.matches(&pattern, &pattern).ok(), Some(true));
        }
        assert_eq!(cache.0.borrow().len(), KEPT_MAX);
    }
}
