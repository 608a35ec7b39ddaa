//! A question cut into words, folded so that spelling variants of one word are equal.
//!
//! Folding lowers case, strips accents, and makes the several apostrophes and dashes one. The
//! possessive `'s` is a word of its own, contractions are opened (`didn't` is `did not`), and
//! hyphens and slashes separate words except in dates, so that `Lavrov-Medoev meeting` and a name
//! of the graph are cut in the same places.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::text::Span;

/// A word of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// The word, folded.
    pub(crate) word: String,
    /// Where it stands in the text.
    pub(crate) span: Span,
    /// Whether it begins with a capital letter.
    pub(crate) capital: bool,
}

/// Words that stand for two.
const CONTRACTIONS: [(&str, &str, &str); 14] = [
    ("can't", "can", "not"),
    ("won't", "will", "not"),
    ("shan't", "shall", "not"),
    ("cannot", "can", "not"),
    ("who's", "who", "is"),
    ("what's", "what", "is"),
    ("when's", "when", "is"),
    ("where's", "where", "is"),
    ("how's", "how", "is"),
    ("let's", "let", "us"),
    // As they are typed in a hurry.
    ("whats", "what", "is"),
    ("whos", "who", "is"),
    ("wheres", "where", "is"),
    ("whens", "when", "is"),
];

/// Cuts a text into words; sentence marks other than commas are dropped.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some(&(start, first)) = rest.peek() {
        if let Some(year) = short_year(text, start) {
            let end = start + first.len_utf8() + 2;
            out.push(Token { word: year, span: Span::of(start, end), capital: false });
            (0..3).for_each(|_| _ = rest.next());
            continue;
        }
        if first == ',' {
            out.push(Token { word: ",".into(), span: Span::of(start, start + 1), capital: false });
        }
        if !is_word_char(first) {
            rest.next();
            continue;
        }
        if let Some((end, word)) = initials(text, start) {
            out.push(Token { word, span: Span::of(start, end), capital: first.is_uppercase() });
            while rest.next_if(|&(at, _)| at < end).is_some() {}
            continue;
        }
        let mut end = start;
        while let Some(&(at, c)) = rest.peek() {
            let inside = is_word_char(c) || joins(text, at, c, start);
            if !inside {
                break;
            }
            end = at + c.len_utf8();
            rest.next();
        }
        push_word(text, start, end, &mut out);
        drop_repeated(&mut out);
    }
    out
}

/// `'14`: a year without its century, where an apostrophe and two digits begin a word.
fn short_year(text: &str, at: usize) -> Option<String> {
    let after = text[at..].strip_prefix(['\'', '’', '‘'])?;
    let inside = text[..at].chars().next_back().is_some_and(is_word_char);
    let digits = after.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let ends = !after[2..].chars().next().is_some_and(is_word_char);
    let century = if digits < "50" { 20 } else { 19 };
    (!inside && ends).then(|| format!("{century}{digits}"))
}

/// Names that are written with a mark behind each letter and without.
const INITIALS: [&str; 5] = ["us", "usa", "uk", "uae", "ussr"];

/// `U.S.`, `U.S.A.`: letters with a mark behind each, without the marks, and where they end. Other letters stay apart: a
/// word that they spell is not what is meant.
fn initials(text: &str, at: usize) -> Option<(usize, String)> {
    let mut word = String::new();
    let mut end = at;
    for pair in text.as_bytes()[at..].chunks(2) {
        let (letter, mark) = (pair[0], pair.get(1).copied());
        if !letter.is_ascii_alphabetic() || mark.is_some_and(|mark| mark != b'.') && word.is_empty()
        {
            break;
        }
        // The last may have no mark of its own.
        if mark != Some(b'.') {
            if !text[end + 1..].chars().next().is_some_and(is_word_char) {
                word.push(char::from(letter.to_ascii_lowercase()));
                end += 1;
            }
            break;
        }
        word.push(char::from(letter.to_ascii_lowercase()));
        end += 2;
    }
    let whole = !text[end..].chars().next().is_some_and(is_word_char);
    (whole && INITIALS.contains(&word.as_str())).then_some((end, word))
}

/// A small word that stands there twice by mistake counts once.
fn drop_repeated(out: &mut Vec<Token>) {
    // *on on* and *to to* may be right: a preposition left alone, and one before a date.
    const SMALL: [&str; 4] = ["the", "a", "did", "with"];
    if let [.., before, last] = out.as_slice()
        && before.word == last.word
        && SMALL.contains(&last.word.as_str())
    {
        out.pop();
    }
}

/// Folds a word or a name: lower case, no accents, one kind of apostrophe.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd().filter(|&c| !is_combining_mark(c)).flat_map(fold_char).collect()
}

/// The folded words of a name.
pub(crate) fn words(text: &str) -> Vec<String> {
    tokens(text).into_iter().map(|token| token.word).collect()
}

/// The folded words of a name, a space between two.
pub(crate) fn phrase(text: &str) -> String {
    plain_phrase(text).unwrap_or_else(|| words(text).join(" "))
}

/// The same of a name that has nothing to look at twice, as most names of a graph: letters without
/// accents, with marks between them that belong to no word.
fn plain_phrase(text: &str) -> Option<String> {
    /// Words that may be two, or none.
    const LOOKED_AT: [&str; 12] = [
        "co", "cannot", "whats", "whos", "wheres", "whens", "xxxx", "the", "a", "did", "with", "an",
    ];
    let is_plain =
        |b: u8| b.is_ascii_alphabetic() || matches!(b, b' ' | b'(' | b')' | b'-' | b'/' | b'.');
    let mut pairs = text.as_bytes().windows(2);
    if !text.bytes().all(is_plain) || pairs.any(|pair| pair[0] == b'.' && pair[1] != b' ') {
        return None;
    }
    let mut phrase = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()) {
        if LOOKED_AT.iter().any(|other| word.eq_ignore_ascii_case(other)) {
            return None;
        }
        if !phrase.is_empty() {
            phrase.push(' ');
        }
        phrase.extend(word.chars().map(|c| c.to_ascii_lowercase()));
    }
    Some(phrase)
}

fn fold_char(c: char) -> impl Iterator<Item = char> {
    let plain = match c {
        '’' | '‘' | 'ʼ' | '`' => '\'',
        'ø' | 'Ø' => 'o',
        'ł' | 'Ł' => 'l',
        'đ' | 'Đ' => 'd',
        'ı' => 'i',
        other => other,
    };
    plain.to_lowercase()
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || !c.is_ascii() && is_combining_mark(c)
}

/// Whether a mark inside a word belongs to it: apostrophes, and the marks of dates and numbers.
fn joins(text: &str, at: usize, c: char, start: usize) -> bool {
    let next = text[at + c.len_utf8()..].chars().next();
    let before_word = next.is_some_and(is_word_char);
    match c {
        '\'' | '’' | '‘' | 'ʼ' => before_word,
        '-' | '/' | '.' | ':' => {
            let word = &text[start..at];
            let dated = word.starts_with(|c: char| c.is_ascii_digit()) || word.starts_with("XXXX");
            // A decade may end in a mark too: `2008-08-26/..` is not asked in English.
            before_word && dated && next.is_some_and(|c| c.is_ascii_digit() || c == 'X')
        }
        _ => false,
    }
}

fn push_word(text: &str, start: usize, end: usize, out: &mut Vec<Token>) {
    let written = &text[start..end];
    let capital = written.chars().next().is_some_and(char::is_uppercase);
    let word = fold(written);
    // `co-operate` is spelt both ways.
    if let [.., co] = out.as_mut_slice()
        && co.word == "co"
        && co.span.end as usize + 1 == start
        && text[..start].ends_with('-')
    {
        co.word.push_str(&word);
        co.span = co.span.to(Span::of(start, end));
        return;
    }
    let mut push = |word: &str, span: Span, capital: bool| {
        out.push(Token { word: word.to_owned(), span, capital });
    };
    let span = Span::of(start, end);
    if let Some((_, first, second)) = CONTRACTIONS.iter().find(|entry| entry.0 == word) {
        push(first, span, capital);
        push(second, span, false);
        return;
    }
    if let Some(verb) = word.strip_suffix("n't") {
        push(verb, span, capital);
        push("not", span, false);
        return;
    }
    // `I'd`, `they've`, `they're`, `who'll`; what `'d` stands for is told by the verb behind it.
    for (end, whole) in
        [("'d", "would"), ("'ve", "have"), ("'re", "are"), ("'ll", "will"), ("'m", "am")]
    {
        if let Some(first) = word.strip_suffix(end) {
            push(first, span, capital);
            push(whole, span, false);
            return;
        }
    }
    if let Some(noun) = word.strip_suffix("'s") {
        push(noun, Span::of(start, end - 1), capital);
        push("'s", Span::of(end - 1, end), false);
        return;
    }
    push(&word, span, capital);
    // The possessive of a plural: a mark after an s, before a space.
    let bare_mark = text[end..].starts_with(['\'', '’']);
    if bare_mark && word.ends_with('s') {
        push("'s", Span::of(end, end), false);
    }
}

#[cfg(test)]
mod tests {
    use super::{phrase, words};

    #[test]
    fn spelling_variants_are_one() {
        assert_eq!(words("Who recognises São Tomé?"), ["who", "recognises", "sao", "tome"]);
        assert_eq!(words("Medoev’s trip"), ["medoev", "'s", "trip"]);
        assert_eq!(words("the citizens' rights"), ["the", "citizens", "'s", "rights"]);
        assert_eq!(words("He didn't"), ["he", "did", "not"]);
        assert_eq!(words("in May '14, ‘98"), ["in", "may", "2014", ",", "1998"]);
        assert_eq!(words("I’d say they've"), ["i", "would", "say", "they", "have"]);
        assert_eq!(words("co-operate with with X"), ["cooperate", "with", "x"]);
    }

    #[test]
    fn names_and_dates_are_cut_where_they_should_be() {
        assert_eq!(words("Lavrov-Medoev meeting"), ["lavrov", "medoev", "meeting"]);
        assert_eq!(words("Region/South Ossetia"), ["region", "south", "ossetia"]);
        assert_eq!(words("on 2008-08-26, 26/08/2008."), ["on", "2008-08-26", ",", "26/08/2008"]);
    }

    #[test]
    fn a_phrase_is_its_words() {
        for name in [
            "Police (Kenya)",
            "Defense / Security Ministry (Denmark)",
            "A.K. Antony",
            "the Russian FM",
            "Co-operative Bank",
            "Cote d'Ivoire",
            "São Tomé",
            "Group of 77",
            "",
            " - ",
        ] {
            assert_eq!(phrase(name), words(name).join(" "), "{name}");
        }
    }

    #[test]
    fn letters_with_marks_are_one_word() {
        for text in ["U.S.A.", "the U.S.A.", "in U.S.A"] {
            assert!(words(text).contains(&"usa".to_owned()), "{text}");
        }
        assert_eq!(words("Is the U.S. larger?"), ["is", "the", "us", "larger"]);
        assert_eq!(words("visited W.H.O. and I.T."), ["visited", "w", "h", "o", "and", "i", "t"]);
        assert_eq!(
            words("J. K. Ray met U.Kaz at B."),
            ["j", "k", "ray", "met", "u", "kaz", "at", "b"]
        );
        for name in ["U.S. Steel", "St. Mary", "A.B.", "A.", "a.b.c d", "W.H.O."] {
            assert_eq!(phrase(name), words(name).join(" "), "{name}");
        }
    }
}
