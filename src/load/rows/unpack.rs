//! Packed files: what they hold, within bounds.
//!
//! ```text
//! frame · frame · what is to be skipped · frame          Zstandard: frames, as `cat a.zst b.zst` leaves them
//! ```
//!
//! Whether a file is packed is seen from its first bytes, not from its name. What a packed file may grow to
//! is limited, because a few kilobytes can hold gigabytes. A file that is cut off, or in which a bit has
//! turned, is an error and never less than it was: the checksums of gzip and of Zstandard are both
//! looked at.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use xxhash_rust::xxh64::Xxh64;

/// A packed file may always grow to this.
const UNPACKED_MIN_BYTES: u64 = 1 << 30;
/// Beyond that, to this many times its size.
const UNPACKED_MAX_RATIO: u64 = 100;

/// The bytes of a file, unpacked, and as UTF-8 where they are UTF-16.
pub fn open(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    super::wide::narrowed(plain(path)?)
}

/// The same, whatever letters are written in.
fn plain(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut input = BufReader::with_capacity(1 << 18, file);
    let magic = input.fill_buf()?;
    let limit = UNPACKED_MIN_BYTES.max(size.saturating_mul(UNPACKED_MAX_RATIO));
    if magic.starts_with(&[0x1f, 0x8b]) {
        return Ok(limited(Members::new(input), "gzip", limit));
    }
    if magic.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return Ok(limited(Frames::new(input), "Zstandard", limit));
    }
    Ok(Box::new(input))
}

fn limited(
    inner: impl Read + Send + 'static,
    packer: &'static str,
    left: u64,
) -> Box<dyn BufRead + Send> {
    Box::new(BufReader::with_capacity(1 << 18, Limited { inner, packer, left }))
}

/// A reader that fails when more comes than is allowed, and says of what is damaged how it is packed.
struct Limited<R> {
    inner: R,
    packer: &'static str,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer).map_err(|error| {
            if error.raw_os_error().is_some() || error.kind() == io::ErrorKind::Interrupted {
                return error;
            }
            let what =
                format!("it is packed with {}, and cut off or damaged: {error}", self.packer);
            io::Error::new(io::ErrorKind::InvalidData, what)
        })?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => {
                return Err(io::Error::other(
                    "it unpacks to more than a hundred times its size; unpack it first if that is right",
                ));
            }
        }
        Ok(read)
    }
}

/// The members of a file of gzip, one after the other, and the zeros that tapes and some programs fill up
/// with.
struct Members<R> {
    /// `None` while one is exchanged for the next.
    member: Option<flate2::bufread::GzDecoder<R>>,
}

impl<R: BufRead> Members<R> {
    fn new(input: R) -> Members<R> {
        Members { member: Some(flate2::bufread::GzDecoder::new(input)) }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let Some(mut input) = self.member.take().map(flate2::bufread::GzDecoder::into_inner)
            else {
                break;
            };
            if has_more(&mut input)? {
                self.member = Some(flate2::bufread::GzDecoder::new(input));
            }
        }
        Ok(0)
    }
}

/// Whether anything but zeros follows.
fn has_more(input: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let rest = input.fill_buf()?;
        if rest.is_empty() {
            return Ok(false);
        }
        let zeros = rest.iter().take_while(|&&byte| byte == 0).count();
        let more = zeros < rest.len();
        input.consume(zeros);
        if more {
            return Ok(true);
        }
    }
}

/// The frames of a file of Zstandard, one after the other.
pub struct Frames<R> {
    input: R,
    decoder: FrameDecoder,
    /// Of what the frame has given so far.
    hash: Xxh64,
    is_open: bool,
}

impl<R: BufRead> Frames<R> {
    /// What the frames hold.
    pub fn new(input: R) -> Frames<R> {
        Frames { input, decoder: FrameDecoder::new(), hash: Xxh64::new(0), is_open: false }
    }

    /// Begins the next frame; `false` at the end of the file.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.input.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.reset(&mut self.input) {
                Ok(()) => {
                    self.hash.reset(0);
                    self.is_open = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let mut skipped = self.input.by_ref().take(length.into());
                    if io::copy(&mut skipped, &mut io::sink())? < length.into() {
                        return Err(io::Error::other("what is to be skipped is not all there"));
                    }
                }
                Err(error) => return Err(plainly(error)),
            }
        }
    }

    /// Ends a frame: its checksum, where it has one, is that of what it gave.
    fn end(&mut self) -> io::Result<()> {
        self.is_open = false;
        let found = self.hash.digest() as u32;
        match self.decoder.get_checksum_from_data() {
            Some(stated) if stated != found => {
                Err(io::Error::other("its checksum is not that of what it holds"))
            }
            _ => Ok(()),
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.is_open && !self.begin()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                self.decoder
                    .decode_blocks(&mut self.input, BlockDecodingStrategy::UptoBlocks(1))
                    .map_err(plainly)?;
            }
            let read = self.decoder.read(buffer)?;
            if read > 0 {
                self.hash.update(&buffer[..read]);
                return Ok(read);
            }
            self.end()?;
        }
    }
}

/// What went wrong, without the inside of the decoder.
fn plainly(error: FrameDecoderError) -> io::Error {
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(one) = cause {
        match one.downcast_ref::<io::Error>() {
            Some(read) if read.kind() == io::ErrorKind::UnexpectedEof => {
                return io::Error::other("it ends in the middle of a block");
            }
            Some(read) if read.raw_os_error().is_some() => {
                return io::Error::from_raw_os_error(read.raw_os_error().unwrap_or_default());
            }
            _ => cause = one.source(),
        }
    }
    io::Error::other(match error {
        FrameDecoderError::WindowSizeTooBig { .. } => "its window is too large (zstd --long)",
        FrameDecoderError::DictNotProvided { .. } => "it needs a dictionary",
        FrameDecoderError::ReadFrameHeaderError(_) | FrameDecoderError::FrameHeaderError(_) => {
            "what follows is not Zstandard"
        }
        _ => "a block is not what it should be",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::pack::{Packed, Packer};
    use std::io::Write as _;

    fn unpacked(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        let inner = Frames::new(bytes);
        Limited { inner, packer: "Zstandard", left: 1 << 24 }.read_to_end(&mut out)?;
        Ok(out)
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut out = Packed::new(Vec::new(), Packer::Zstandard);
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let mut reader = Limited { inner: io::repeat(0), packer: "gzip", left: 10 };
        assert_eq!(reader.read(&mut [0; 8]).unwrap(), 8);
        assert!(reader.read(&mut [0; 8]).is_err());
    }

    #[test]
    fn all_frames_of_a_file_are_read() {
        let text = b"Nauru recognised Abkhazia. ".repeat(1000);
        let mut file = packed(&text);
        // What is to be skipped, as other packers leave it between frames.
        file.extend_from_slice(&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
        file.extend_from_slice(&packed(b""));
        file.extend_from_slice(&packed(&text));
        assert!(file.len() < text.len());
        assert_eq!(unpacked(&file).unwrap(), text.repeat(2));
        for rest in [&b"no frame"[..], &[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1]] {
            let error = unpacked(&[&file[..], rest].concat()).unwrap_err();
            assert!(error.to_string().starts_with("it is packed with Zstandard"), "{error}");
        }
    }

    #[test]
    fn a_frame_that_is_cut_off_or_changed_is_an_error() {
        let numbers: Vec<u8> = (0..3000u32).flat_map(|n| (n * n).to_le_bytes()).collect();
        let file = packed(&numbers);
        assert_eq!(unpacked(&file).unwrap(), numbers);
        for at in 1..file.len() {
            assert!(unpacked(&file[..at]).is_err(), "cut at {at}");
            let mut turned = file.clone();
            turned[at] ^= 0x10;
            // Some bits mean nothing; what is read is whole.
            if let Ok(read) = unpacked(&turned) {
                assert!(read == numbers, "turned at {at}");
            }
        }
    }
}
