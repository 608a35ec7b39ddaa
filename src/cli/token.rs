//! Words, strings and brackets of a text that may be half typed.
//!
//! The grammar reads only whole queries. Highlighting, completion and the splitting of scripts
//! need to know where a string ends in text that is no query yet, so they read these tokens: few
//! kinds, no error, and every byte of the text is in exactly one token.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// White space.
    Space,
    /// `// …` to the end of the line, or `/* … */`.
    Comment,
    /// A string in single or double quotation marks, or a name in backquotes.
    Quoted,
    /// A name or a keyword.
    Word,
    /// A number.
    Number,
    /// `$name`.
    Parameter,
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// The end of a statement.
    Semicolon,
    /// Any other character.
    Symbol,
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: &'a str,
    /// Its first byte in the whole text.
    pub start: usize,
    /// Whether it ends; a string or a comment at the end of the text may not.
    pub closed: bool,
}

impl Token<'_> {
    /// The first byte after the token.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is neither space nor comment.
    pub fn is_significant(&self) -> bool {
        !matches!(self.kind, Kind::Space | Kind::Comment)
    }

    /// Whether it is the word, in whatever case.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }
}

/// The tokens of a text, in order, without gaps.
pub fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = &text[start..];
        let first = rest.chars().next()?;
        let (kind, length, closed) = token(rest, first);
        let token = Token { kind, text: &rest[..length], start, closed };
        start += length;
        Some(token)
    })
}

/// Kind, length in bytes, and whether it ends, of the token at the beginning of a text.
fn token(rest: &str, first: char) -> (Kind, usize, bool) {
    let while_true = |keep: fn(char) -> bool| rest.find(|c| !keep(c)).unwrap_or(rest.len());
    match first {
        _ if first.is_whitespace() => (Kind::Space, while_true(char::is_whitespace), true),
        '/' if rest.starts_with("//") => {
            let length = rest.find('\n').unwrap_or(rest.len());
            (Kind::Comment, length, true)
        }
        '/' if rest.starts_with("/*") => match rest[2..].find("*/") {
            Some(at) => (Kind::Comment, at + 4, true),
            None => (Kind::Comment, rest.len(), false),
        },
        '\'' | '"' | '`' => quoted(rest, first),
        _ if first.is_ascii_digit() => (Kind::Number, while_true(char::is_alphanumeric), true),
        _ if is_name(first) => (Kind::Word, while_true(is_name), true),
        '$' => {
            let length = rest[1..].find(|c| !is_name(c)).map_or(rest.len(), |at| at + 1);
            (if length > 1 { Kind::Parameter } else { Kind::Symbol }, length, true)
        }
        '(' | '[' | '{' => (Kind::Open, 1, true),
        ')' | ']' | '}' => (Kind::Close, 1, true),
        ';' => (Kind::Semicolon, 1, true),
        _ => (Kind::Symbol, first.len_utf8(), true),
    }
}

/// A backslash escapes in strings; in backquotes only the doubled backquote does, which reads as
/// two names side by side and needs no rule here.
fn quoted(rest: &str, quote: char) -> (Kind, usize, bool) {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quote != '`' => escaped = true,
            _ if letter == quote => return (Kind::Quoted, at + letter.len_utf8(), true),
            _ => {}
        }
    }
    (Kind::Quoted, rest.len(), false)
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, &str)> {
        let significant = tokens(text).filter(Token::is_significant);
        significant.map(|token| (token.kind, token.text)).collect()
    }

    #[test]
    fn strings_and_comments_hide_what_they_hold() {
        assert_eq!(
            kinds("RETURN 'it\\'s; (' /* ; */, `a;b` // ;\n;"),
            [
                (Kind::Word, "RETURN"),
                (Kind::Quoted, "'it\\'s; ('"),
                (Kind::Symbol, ","),
                (Kind::Quoted, "`a;b`"),
                (Kind::Semicolon, ";"),
            ]
        );
    }

    #[test]
    fn what_does_not_end_is_told() {
        assert!(tokens("RETURN 'a").last().is_some_and(|token| !token.closed));
        assert!(tokens("RETURN /* a").last().is_some_and(|token| !token.closed));
        assert!(tokens("RETURN '").last().is_some_and(|token| !token.closed));
    }

    proptest! {
        #[test]
        fn no_byte_is_lost(text in "\\PC{0,40}") {
            prop_assert_eq!(tokens(&text).map(|token| token.text).collect::<String>(), text);
        }
    }
}
