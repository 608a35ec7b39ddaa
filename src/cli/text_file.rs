//! Text from files and from standard input.

use std::io::Read as _;
use std::path::Path;

use crate::error::{Error, Result, load, request, syntax};
use crate::text::Span;

/// Reads a script: a file, or standard input where the path is `-`.
///
/// The name is what errors call it; standard input has none.
pub fn read(path: &Path) -> Result<(Option<String>, String)> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes);
        let text = text("standard input", read)
            .map_err(|(wrong, message)| Error::new(wrong.of_script(), message))?;
        return Ok((None, text));
    }
    let name = path.display().to_string();
    let text = text(&name, bytes_of(path))
        .map_err(|(wrong, message)| Error::new(wrong.of_script(), message))?;
    Ok((Some(name), text))
}

/// Reads a file of facts; the name is what errors call it.
///
/// A file that ends in the middle of a line may be a part of one: half a name is a name, too.
pub fn read_facts(path: &Path) -> Result<(String, String)> {
    let name = path.display().to_string();
    let text = text(&name, bytes_of(path))
        .map_err(|(wrong, message)| Error::new(wrong.of_facts(), message))?;
    if text.starts_with("dossier facts") && !text.ends_with('\n') {
        let last = text.rfind('\n').map_or(0, |at| at + 1);
        return Err(Error::new(
            &load::UNEXPECTED,
            "The last line does not end: is the file cut off?",
        )
        .at(Span::of(last, text.len()))
        .hint("If it is whole, end its last line with a line break.")
        .in_file(&name, &text));
    }
    Ok((name, text))
}

/// What a file holds, unpacked where it is packed.
fn bytes_of(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    crate::load::unpacked_bytes(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Why a file gives no text.
#[derive(Clone, Copy)]
enum Wrong {
    Unreadable,
    NotUtf8,
}

impl Wrong {
    fn of_script(self) -> &'static crate::error::Code {
        match self {
            Wrong::Unreadable => &request::IO,
            Wrong::NotUtf8 => &syntax::NOT_UTF8,
        }
    }

    fn of_facts(self) -> &'static crate::error::Code {
        match self {
            Wrong::Unreadable => &load::IO,
            Wrong::NotUtf8 => &load::NOT_UTF8,
        }
    }
}

/// The text that was read, without the mark that some editors begin a file with.
fn text(name: &str, read: std::io::Result<Vec<u8>>) -> Result<String, (Wrong, String)> {
    let bytes =
        read.map_err(|error| (Wrong::Unreadable, format!("`{name}` cannot be read: {error}.")))?;
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.split(|&byte| byte == b'\n').count();
        let column = 1 + good.iter().rev().take_while(|&&byte| byte != b'\n').count();
        let place = format!("line {line}, byte {column} of it");
        (Wrong::NotUtf8, format!("`{name}` is not UTF-8: {place} is wrong."))
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_have_a_place() {
        let found = |bytes: &[u8]| text("x", Ok(bytes.to_vec())).map_err(|(_, message)| message);
        assert_eq!(found("\u{feff}é".as_bytes()), Ok("é".to_owned()));
        let message = "`x` is not UTF-8: line 2, byte 3 of it is wrong.";
        assert_eq!(found(b"a\nbc\xff"), Err(message.to_owned()));
    }
}
