//! Texts in UTF-16, as spreadsheets and shells of Windows write them, read as UTF-8.
//!
//! Such a file is known by its first two bytes, the mark of its byte order. What has none is UTF-8, and is
//! named as what it is not where it is read.

use std::io::{self, BufRead, BufReader, Read};

/// The bytes of a file as UTF-8 where they begin with the mark of UTF-16, and as they are otherwise.
pub fn narrowed(mut input: Box<dyn BufRead + Send>) -> io::Result<Box<dyn BufRead + Send>> {
    let is_big = match input.fill_buf()? {
        // The mark of UTF-32 begins with that of UTF-16.
        [0xff, 0xfe, 0, 0, ..] => return Ok(input),
        [0xff, 0xfe, ..] => false,
        [0xfe, 0xff, ..] => true,
        _ => return Ok(input),
    };
    input.consume(2);
    Ok(Box::new(BufReader::with_capacity(1 << 18, Wide::new(input, is_big))))
}

/// UTF-16, read as UTF-8.
struct Wide<R> {
    input: R,
    is_big: bool,
    /// The first byte of a unit of which the second has not come yet.
    byte: Option<u8>,
    /// The first half of a pair of which the second has not come yet.
    high: Option<u16>,
    /// What is decoded, and how much of it has been read.
    text: String,
    read: usize,
}

impl<R: BufRead> Wide<R> {
    fn new(input: R, is_big: bool) -> Wide<R> {
        Wide { input, is_big, byte: None, high: None, text: String::new(), read: 0 }
    }

    /// Decodes what there is of the input; nothing at its end.
    fn decode(&mut self) -> io::Result<()> {
        self.text.clear();
        self.read = 0;
        while self.text.is_empty() {
            let bytes = self.input.fill_buf()?;
            let len = bytes.len();
            if len == 0 {
                let is_whole = self.byte.is_none() && self.high.is_none();
                return if is_whole { Ok(()) } else { Err(broken("ends within a character")) };
            }
            for &byte in bytes {
                let Some(first) = self.byte.take() else {
                    self.byte = Some(byte);
                    continue;
                };
                let pair = [first, byte];
                let unit =
                    if self.is_big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) };
                match (self.high.take(), unit) {
                    (None, 0xd800..0xdc00) => self.high = Some(unit),
                    (high, unit) => {
                        let units = high.into_iter().chain([unit]);
                        let letter = char::decode_utf16(units).next().and_then(Result::ok);
                        self.text.push(letter.ok_or_else(|| broken("has half of a character"))?);
                    }
                }
            }
            self.input.consume(len);
        }
        Ok(())
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("it is UTF-16, and {what}"))
}

impl<R: BufRead> Read for Wide<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read == self.text.len() {
            self.decode()?;
        }
        let rest = &self.text.as_bytes()[self.read..];
        let len = rest.len().min(buffer.len());
        buffer[..len].copy_from_slice(&rest[..len]);
        self.read += len;
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        narrowed(Box::new(io::Cursor::new(bytes)))?.read_to_end(&mut out)?;
        Ok(out)
    }

    fn wide(text: &str, is_big: bool) -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(|u| if is_big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    }

    #[test]
    fn either_order_of_bytes_comes_back_whatever_is_read_at_a_time() {
        let text = "id:ID,name\r\n1,Łódź\n2,𝔊öttingen 🏛\n";
        for is_big in [false, true] {
            let bytes = wide(text, is_big);
            assert_eq!(read(bytes.clone()).unwrap(), text.as_bytes());
            for capacity in 1..9 {
                let input =
                    BufReader::with_capacity(capacity, io::Cursor::new(bytes[2..].to_vec()));
                let mut out = String::new();
                Wide::new(input, is_big).read_to_string(&mut out).unwrap();
                assert_eq!(out, text);
            }
        }
        assert_eq!(read(vec![0xff, 0xfe]).unwrap(), b"");
    }

    #[test]
    fn what_is_no_such_text_is_an_error_or_left_as_it_is() {
        let of = |units: &[u16]| units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        for units in [[0xfeff, 0xd800], [0xfeff, 0xdc00]] {
            assert!(read(of(&units)).is_err());
        }
        assert!(read(of(&[0xfeff, 0xd801, 0x61])).is_err());
        assert!(read(vec![0xff, 0xfe, 0x61]).is_err());
        for other in [&b"\xff\xfe\0\0a\0\0\0"[..], b"", b"\xff", b"plain", b"\xef\xbb\xbfmarked"] {
            assert_eq!(read(other.to_vec()).unwrap(), other);
        }
    }
}
